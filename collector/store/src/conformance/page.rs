//! Scans: index entries that follow their documents, and pages that neither skip nor repeat.

use muster_model::right::Actor;
use muster_model::ticket::Counter;
use muster_model::ticket::transition::{self, Fields};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};

use super::sample::{counter, session, ticket, user};
use super::write::put;
use super::{Outcome, done, ensure, same};
use crate::index::document_of;
use crate::{Index, Scan, Store, TypedStore};

/// What a scan finds, page by page.
async fn walk(store: &impl Store, mut scan: Scan) -> Result<Vec<String>, String> {
    let mut places = Vec::new();
    loop {
        let page = done(store.scan(scan.clone()).await, "scan")?;
        ensure(page.rows.len() <= scan.limit, || "a page is larger than its limit".to_owned())?;
        places.extend(page.rows.into_iter().map(|row| row.place));
        match page.next {
            None => return Ok(places),
            Some(next) => {
                same(&Some(&next), &places.last(), "the place where the next page begins")?;
                scan.after = Some(next);
            }
        }
    }
}

pub(super) async fn index_entries<S: Store>(store: &S) -> Outcome {
    let ann = user(102, "conformance-ann");
    let mut changes = ChangeSet::new();
    changes.create(ann.clone());
    for n in 0..3 {
        changes.create(session(&format!("conformance-{n}"), ann.id));
    }
    done(store.commit(changes).await, "create")?;
    let of_ann = Scan::index(Index::SessionByUser, ann.id.to_string());
    same(&done(store.count(of_ann.clone()).await, "count")?, &3, "documents under one index key")?;
    let found = done(store.all::<muster_model::account::Session>(of_ann).await, "all")?;
    ensure(found.iter().all(|found| found.value.user == ann.id), || "a document of another index key".to_owned())?;

    let mut changes = ChangeSet::new();
    changes.update(Versioned { value: user(102, "conformance-bob"), version: 1 });
    done(store.commit(changes).await, "rename")?;
    for (name, expected) in [("conformance-ann", 0), ("conformance-bob", 1)] {
        let count = done(store.count(Scan::index(Index::UserByName, name)).await, "count")?;
        same(&count, &expected, name)?;
    }

    // A document that leaves an index altogether.
    let open = ticket("conformance-open", 5);
    let mut changes = ChangeSet::new();
    changes.create(open.clone());
    done(store.commit(changes).await, "create")?;
    let active = Scan::index(Index::TicketActive, "incident/");
    let before = done(store.count(active.clone()).await, "count")?;
    let fields = Fields { close_code: Some("fixed".into()), close_notes: Some("n".into()), ..Fields::default() };
    let (over, _) = transition::apply(&open, "auto_resolve", &fields, &Actor::System("conformance"), open.opened_at)
        .map_err(|error| error.to_string())?;
    let mut changes = ChangeSet::new();
    changes.update(Versioned { value: over, version: 1 });
    done(store.commit(changes).await, "resolve")?;
    same(&done(store.count(active).await, "count")?, &(before - 1), "active tickets")?;
    let numbered = Scan::index(Index::TicketByNumber, "conformance-open");
    let places = done(store.places(numbered.clone()).await, "places")?;
    let documents: Vec<&str> = places.iter().map(|place| document_of(place)).collect();
    same(&documents, &vec![open.key().as_str()], "the document that a place leads to")?;
    let by_number = done(store.first(numbered).await, "first")?;
    let by_number: Versioned<muster_model::ticket::Ticket> =
        by_number.ok_or("the ticket is not found by its number")?;
    same(&by_number.value.key(), &open.key(), "the ticket that is found by its number")
}

pub(super) async fn pages<S: Store>(store: &S) -> Outcome {
    let keys: Vec<String> = (0..25).map(|n| format!("p/{n:02}")).collect();
    let mut changes = ChangeSet::new();
    for key in keys.iter().chain(["p".to_owned(), "p.".to_owned(), "p0".to_owned()].iter()) {
        changes.create(counter(key.clone(), 0));
    }
    done(store.commit(changes).await, "create")?;
    let reversed: Vec<String> = keys.iter().rev().cloned().collect();
    for limit in [1, 7, 24, 25, 26, 1_000] {
        let scan = Scan::keys(Collection::Counter, "p/").limit(limit);
        same(&walk(store, scan.clone()).await?, &keys, &format!("ascending by {limit}"))?;
        same(&walk(store, scan.clone().descending()).await?, &reversed, &format!("descending by {limit}"))?;
        let first = &keys.get(..limit.min(25)).unwrap_or_default();
        same(&done(store.places(scan.clone()).await, "places")?.as_slice(), first, "places up to the limit")?;
        same(&done(store.count(scan).await, "count")?, &limit.min(25), "counted up to the limit")?;
    }
    let after = Scan::keys(Collection::Counter, "p/").after(Some("p/21".into()));
    same(&walk(store, after.clone()).await?.as_slice(), &keys.get(22..).unwrap_or_default(), "after a place")?;
    same(&done(store.count(after).await, "count")?, &3, "counted after a place")?;
    let before = Scan::keys(Collection::Counter, "p/").after(Some("p/03".into())).descending();
    same(&walk(store, before).await?, &vec!["p/02".to_owned(), "p/01".into(), "p/00".into()], "before a place")?;
    let between = Scan::keys(Collection::Counter, "p/").after(Some("p/225".into()));
    same(&walk(store, between).await?.as_slice(), &keys.get(23..).unwrap_or_default(), "after a place where nothing is")
}

/// A place that lies outside of the prefix: it may come from a client.
pub(super) async fn foreign_places<S: Store>(store: &S) -> Outcome {
    let mut changes = ChangeSet::new();
    for key in ["f/a/1", "f/b/1", "f/b/2", "f/c/1"] {
        changes.create(counter(key, 0));
    }
    done(store.commit(changes).await, "create")?;
    let both = vec!["f/b/1".to_owned(), "f/b/2".to_owned()];
    let none: Vec<String> = Vec::new();
    let turned: Vec<String> = both.iter().rev().cloned().collect();
    let scan = Scan::keys(Collection::Counter, "f/b/");
    for place in ["", "f/a/1", "f/b/", "f/c/1", "\u{10ffff}"] {
        let is_before = place < "f/b/1";
        let found = walk(store, scan.clone().after(Some(place.into()))).await?;
        same(&found, if is_before { &both } else { &none }, &format!("after '{place}'"))?;
        let found = walk(store, scan.clone().after(Some(place.into())).descending()).await?;
        same(&found, if is_before { &none } else { &turned }, &format!("before '{place}'"))?;
    }
    Ok(())
}

/// Documents that others write between two pages do not make the reader skip or repeat those that were there all the time.
pub(super) async fn pages_while_others_write<S: Store>(store: &S) -> Outcome {
    let mut changes = ChangeSet::new();
    for n in (10..60).step_by(2) {
        changes.create(counter(format!("w/{n}"), 0));
    }
    done(store.commit(changes).await, "create")?;
    for is_descending in [false, true] {
        let mut scan = Scan::keys(Collection::Counter, "w/").limit(4);
        scan.descending = is_descending;
        let mut seen: Vec<String> = Vec::new();
        let mut round = 0;
        loop {
            let page = done(store.page::<Counter>(scan.clone()).await, "page")?;
            seen.extend(page.rows.into_iter().map(|row| row.value.name));
            let Some(next) = page.next else { break };
            scan.after = Some(next);
            // Something new on either side of the place, something rewritten, something that goes away again.
            for n in [11 + 2 * round, 59 - 2 * round] {
                let name = format!("w/{n}");
                done(store.commit(put(counter(name.clone(), round), Expected::Any)).await, "write")?;
                let mut changes = put(counter("w/30", round), Expected::Any);
                changes.delete(Collection::Counter, name, Expected::Any);
                done(store.commit(changes).await, "write")?;
            }
            round += 1;
        }
        seen.retain(|name| name.bytes().last().is_some_and(|digit| digit % 2 == 0));
        let mut expected: Vec<String> = (10..60).step_by(2).map(|n| format!("w/{n}")).collect();
        if is_descending {
            expected.reverse();
        }
        same(&seen, &expected, if is_descending { "descending" } else { "ascending" })?;
    }
    Ok(())
}
