//! What only grows: the audit trail and the stream of events. And the store's own word that all is well.

use muster_model::audit::{self, AuditEntry, Head};
use muster_model::event::{Event, EventRecord, cursor_text};
use muster_model::{ChangeSet, Collection};
use muster_shared::id::HostId;

use super::sample::draft;
use super::{Outcome, done, ensure, same};
use crate::{Index, Scan, Store, TypedStore};

async fn trail(store: &impl Store) -> Result<Vec<AuditEntry>, String> {
    let all = done(store.all::<AuditEntry>(Scan::keys(Collection::Audit, "").limit(3)).await, "reading the trail")?;
    Ok(all.into_iter().map(|found| found.value).collect())
}

pub(super) async fn audit_trail<S: Store>(store: &S) -> Outcome {
    let before = trail(store).await?;
    for n in 0..4 {
        let mut changes = ChangeSet::new();
        changes.audit.extend((0..n).map(|place| draft(&format!("trail-{n}-{place}"))));
        done(store.commit(changes).await, "commit")?;
    }
    let after = trail(store).await?;
    let added = after.get(before.len()..).unwrap_or_default();
    let actions: Vec<&str> = added.iter().map(|entry| entry.draft.action.as_str()).collect();
    let expected = ["trail-1-0", "trail-2-0", "trail-2-1", "trail-3-0", "trail-3-1", "trail-3-2"];
    same(&actions.as_slice(), &expected.as_slice(), "entries in the order of their commits")?;
    ensure(after.get(..before.len()) == Some(before.as_slice()), || "older entries have changed".to_owned())?;
    let mut head = Head::default();
    for entry in &after {
        head = audit::verify(&head, entry).map_err(|error| error.to_string())?;
    }
    same(&head.seq, &(after.len() as u64), "the number of the last entry")?;
    let newest = Scan::index(Index::AuditByObject, "conformance/").descending();
    let newest = done(store.first::<AuditEntry>(newest).await, "first")?;
    same(&newest.map(|found| found.value.seq), &Some(head.seq), "the newest entry about an object")
}

pub(super) async fn events<S: Store>(store: &S) -> Outcome {
    let last = done(store.first::<EventRecord>(Scan::keys(Collection::Event, "").descending()).await, "first")?;
    let after = last.map(|found| found.value.cursor());
    let mut expected = Vec::new();
    for n in [1_u8, 3, 0, 2] {
        let mut changes = ChangeSet::new();
        changes.events.extend((0..n).map(|place| Event::HostDiscovered { host: HostId::from_bytes([place; 16]) }));
        let events = changes.events.clone();
        let commit = done(store.commit(changes).await, "commit")?;
        expected.extend((0..).zip(events).map(|(place, event)| (cursor_text(commit, place), event)));
    }
    let scan = Scan::keys(Collection::Event, "").limit(2).after(after);
    let found = done(store.all::<EventRecord>(scan).await, "reading the stream")?;
    let found: Vec<(String, Event)> =
        found.into_iter().map(|found| (found.value.cursor(), found.value.event)).collect();
    same(&found, &expected, "the stream after its former end")
}

pub(super) async fn is_clean<S: Store>(store: &S) -> Outcome {
    let wrong = done(store.verify().await, "verify")?;
    ensure(wrong.is_empty(), || wrong.join("; "))
}
