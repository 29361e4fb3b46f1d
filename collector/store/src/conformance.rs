//! The conformance suite: what every backend must do, run by each backend's own tests.
//!
//! The cases run one after the other on one store, each on keys of its own. They return what is wrong instead of panicking,
//! and need no async runtime of their own: the backend's test brings one.

mod ledger;
mod page;
mod sample;
mod write;

use muster_model::Collection;

use crate::{Row, Scan, Store, StoreError};

/// What a case gives: nothing, or what is wrong.
pub type Outcome = Result<(), String>;

/// Holds, or says what does not.
pub(crate) fn ensure(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what()) }
}

/// Equal, or says what differs.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T, what: &str) -> Outcome {
    ensure(found == expected, || format!("{what}: found {found:?}, expected {expected:?}"))
}

/// A call of the store that must succeed.
pub(crate) fn done<T>(result: Result<T, StoreError>, what: &str) -> Result<T, String> {
    result.map_err(|error| format!("{what}: {error}"))
}

/// Everything in a store: every row of every collection, with versions.
pub async fn dump<S: Store>(store: &S) -> Result<Vec<(Collection, Row)>, String> {
    let mut rows = Vec::new();
    for collection in Collection::ALL {
        let mut scan = Scan::keys(*collection, "");
        loop {
            let page = done(store.scan(scan.clone()).await, "dumping")?;
            rows.extend(page.rows.into_iter().map(|row| (*collection, row)));
            match page.next {
                None => break,
                next => scan.after = next,
            }
        }
    }
    Ok(rows)
}

/// Runs the whole suite. `open` opens one and the same store, empty at first; it is never called while the store is open.
pub async fn run<S, F>(open: F) -> Outcome
where
    S: Store,
    F: AsyncFn() -> Result<S, String>,
{
    let store = open().await?;
    in_case("versions", write::versions(&store).await)?;
    in_case("conflicts", write::conflicts(&store).await)?;
    in_case("deletes", write::deletes(&store).await)?;
    in_case("all or nothing", write::all_or_nothing(&store).await)?;
    in_case("long documents", write::long_documents(&store).await)?;
    in_case("sections", write::sections(&store).await)?;
    in_case("typed reads", write::typed_reads(&store).await)?;
    in_case("index entries", page::index_entries(&store).await)?;
    in_case("pages", page::pages(&store).await)?;
    in_case("foreign places", page::foreign_places(&store).await)?;
    in_case("pages while others write", page::pages_while_others_write(&store).await)?;
    in_case("audit trail", ledger::audit_trail(&store).await)?;
    in_case("events", ledger::events(&store).await)?;
    in_case("verify", ledger::is_clean(&store).await)?;

    let before = dump(&store).await?;
    let sequence = done(store.stats().await, "stats")?.sequence;
    drop(store);
    let store = open().await.map_err(|error| format!("reopening: {error}"))?;
    let after = dump(&store).await?;
    in_case("reopen", ensure(before == after, || "another content than before".to_owned()))?;
    in_case("reopen", same(&done(store.stats().await, "stats")?.sequence, &sequence, "the last commit"))?;
    in_case("the trail goes on", ledger::audit_trail(&store).await)?;
    in_case("events go on", ledger::events(&store).await)?;
    in_case("verify after reopening", ledger::is_clean(&store).await)
}

fn in_case(case: &str, outcome: Outcome) -> Outcome {
    outcome.map_err(|what| format!("{case}: {what}"))
}
