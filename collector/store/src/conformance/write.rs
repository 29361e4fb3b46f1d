//! Commits: versions, expectations, deletions, and that a commit is whole or not at all.

use std::collections::BTreeSet;

use muster_model::event::Event;
use muster_model::inventory::{SectionBody, StoredItem};
use muster_model::source::Source;
use muster_model::ticket::Counter;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::SectionName;
use muster_shared::id::HostId;

use super::sample::{at, counter, draft, ticket, user};
use super::{Outcome, done, dump, ensure, same};
use crate::{Scan, Store, StoreError, TypedStore};

/// A change set with one counter.
pub(super) fn put(document: Counter, expected: Expected) -> ChangeSet {
    let mut changes = ChangeSet::new();
    changes.put(document, expected);
    changes
}

async fn find(store: &impl Store, name: &str) -> Result<Option<(u64, u64)>, String> {
    let found = done(store.find::<Counter>(name).await, "find")?;
    Ok(found.map(|found| (found.value.last, found.version)))
}

async fn refused(store: &impl Store, changes: ChangeSet, key: &str) -> Outcome {
    match store.commit(changes).await {
        Err(StoreError::Conflict { collection: Collection::Counter, key: named }) => {
            same(&named.as_str(), &key, "the document that the conflict names")
        }
        other => Err(format!("{key}: not a conflict but {other:?}")),
    }
}

pub(super) async fn versions<S: Store>(store: &S) -> Outcome {
    same(&find(store, "v").await?, &None, "a document that is not there")?;
    let before = done(store.stats().await, "stats")?.sequence;
    let first = done(store.commit(put(counter("v", 10), Expected::Absent)).await, "create")?;
    same(&first, &(before + 1), "the number of a commit")?;
    same(&find(store, "v").await?, &Some((10, 1)), "the first version")?;
    let mut changes = ChangeSet::new();
    changes.update(Versioned { value: counter("v", 11), version: 1 });
    let second = done(store.commit(changes).await, "update")?;
    same(&second, &(first + 1), "the number of the next commit")?;
    same(&find(store, "v").await?, &Some((11, 2)), "the second version")?;
    done(store.commit(put(counter("v", 11), Expected::Any)).await, "put")?;
    same(&find(store, "v").await?, &Some((11, 3)), "the same content is a new version too")?;
    same(&done(store.stats().await, "stats")?.sequence, &(second + 1), "the last commit")
}

pub(super) async fn conflicts<S: Store>(store: &S) -> Outcome {
    done(store.commit(put(counter("c", 1), Expected::Absent)).await, "create")?;
    let before = dump(store).await?;
    for expected in [Expected::Absent, Expected::Version(0), Expected::Version(2)] {
        refused(store, put(counter("c", 2), expected), "c").await?;
        let mut changes = put(counter("c-other", 1), Expected::Absent);
        changes.check(Collection::Counter, "c".into(), expected);
        refused(store, changes, "c").await?;
        let mut changes = put(counter("c-other", 1), Expected::Absent);
        changes.delete(Collection::Counter, "c".into(), expected);
        refused(store, changes, "c").await?;
    }
    refused(store, put(counter("c-none", 1), Expected::Version(1)), "c-none").await?;
    ensure(dump(store).await? == before, || "a refused commit left something".to_owned())?;
    for expected in [Expected::Any, Expected::Version(1)] {
        let mut changes = ChangeSet::new();
        changes.check(Collection::Counter, "c".into(), expected);
        changes.check(Collection::Counter, "c-none".into(), Expected::Absent);
        done(store.commit(changes).await, "checks that hold")?;
    }
    same(&find(store, "c").await?, &Some((1, 1)), "a checked document is not written")
}

pub(super) async fn deletes<S: Store>(store: &S) -> Outcome {
    let mut changes = put(counter("d", 1), Expected::Absent);
    changes.create(user(100, "conformance-gone"));
    done(store.commit(changes).await, "create")?;
    let mut changes = ChangeSet::new();
    changes.delete(Collection::Counter, "d".into(), Expected::Version(1));
    changes.delete(Collection::User, user(100, "").id.to_string(), Expected::Any);
    changes.delete(Collection::Counter, "d-never".into(), Expected::Any);
    done(store.commit(changes).await, "delete")?;
    same(&find(store, "d").await?, &None, "a deleted document")?;
    let by_name = Scan::index(crate::Index::UserByName, "conformance-gone");
    same(&done(store.count(by_name).await, "count")?, &0, "index entries of a deleted document")?;
    refused(store, put(counter("d", 2), Expected::Version(1)), "d").await?;
    done(store.commit(put(counter("d", 3), Expected::Absent)).await, "create again")?;
    same(&find(store, "d").await?.map(|(last, _)| last), &Some(3), "a document that was made again")
}

pub(super) async fn all_or_nothing<S: Store>(store: &S) -> Outcome {
    let mut changes = put(counter("a-old", 1), Expected::Absent);
    changes.create(user(101, "conformance-whole"));
    done(store.commit(changes).await, "create")?;
    let before = dump(store).await?;
    let sequence = done(store.stats().await, "stats")?.sequence;
    let mut changes = ChangeSet::new();
    changes.create(counter("a-new", 1));
    changes.put(user(101, "conformance-renamed"), Expected::Version(1));
    changes.delete(Collection::Counter, "a-old".into(), Expected::Version(1));
    changes.audit.push(draft("all_or_nothing"));
    changes.events.push(Event::HostDiscovered { host: HostId::from_bytes([1; 16]) });
    let whole = changes.clone();
    changes.put(counter("a-last", 1), Expected::Version(7));
    refused(store, changes, "a-last").await?;
    ensure(dump(store).await? == before, || "a part of a refused commit was written".to_owned())?;
    same(&done(store.stats().await, "stats")?.sequence, &sequence, "the last commit")?;
    let renamed = Scan::index(crate::Index::UserByName, "conformance-renamed");
    same(&done(store.count(renamed.clone()).await, "count")?, &0, "index entries of a refused commit")?;
    done(store.commit(whole).await, "the same without the conflict")?;
    same(&find(store, "a-old").await?, &None, "the deleted one")?;
    same(&find(store, "a-new").await?, &Some((1, 1)), "the new one")?;
    same(&done(store.count(renamed).await, "count")?, &1, "index entries of the commit")
}

pub(super) async fn long_documents<S: Store>(store: &S) -> Outcome {
    for length in [0, 900, 1_100, 300_000] {
        let mut ticket = ticket(&format!("long-{length}"), 0);
        ticket.description = "ä\u{0}\u{1f600}\"".chars().cycle().take(length).collect::<String>().into();
        let mut changes = ChangeSet::new();
        changes.create(ticket.clone());
        done(store.commit(changes).await, "create")?;
        let found = done(store.find(&ticket.id.to_string()).await, "find")?;
        ensure(found == Some(Versioned { value: ticket, version: 1 }), || {
            format!("{length} characters come back changed")
        })?;
    }
    Ok(())
}

pub(super) async fn typed_reads<S: Store>(store: &S) -> Outcome {
    for n in 0..5 {
        done(store.commit(put(counter(format!("t/{n}"), n), Expected::Absent)).await, "create")?;
    }
    let all = done(store.all::<Counter>(Scan::keys(Collection::Counter, "t/").limit(2)).await, "all")?;
    same(&all.iter().map(|found| found.value.last).collect(), &vec![0, 1, 2, 3, 4], "all pages")?;
    let last = done(store.first::<Counter>(Scan::keys(Collection::Counter, "t/").descending()).await, "first")?;
    same(&last.map(|found| found.value.last), &Some(4), "the first from the end")
}

pub(super) async fn sections<S: Store>(store: &S) -> Outcome {
    for count in [0, 3, 2_000] {
        let mut body = SectionBody::of(HostId::from_bytes([9; 16]), SectionName::Package, Source::Agent);
        let item = |n: u32| {
            let attributes = [("name".to_owned(), format!("package {n}").into())].into();
            (format!("key-{n:04}"), StoredItem { attributes, since: at(n.into()) })
        };
        body.items = (0..count).map(item).collect();
        let key = body.key();
        let mut changes = ChangeSet::new();
        changes.put(body.clone(), Expected::Any);
        done(store.commit(changes).await, "write a section")?;
        let found = done(store.find::<SectionBody>(&key).await, "find a section")?;
        same(&found.map(|found| found.value), &Some(body.clone()), "a section")?;
        for keys in [&[][..], &["key-0001"], &["a", "key-0002", "key-1999", "z"]] {
            let keys: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            let part = done(store.part(Collection::Section, &key, &keys).await, "part")?;
            let part = part.ok_or("a part of a section is not found")?;
            let found = SectionBody::part(&part.value, &keys).map_err(|error| error.to_string())?;
            let mut expected = body.clone();
            expected.items.retain(|key, _| keys.contains(key));
            same(&found, &expected, "a part of a section")?;
        }
    }
    let none = done(store.part(Collection::Section, "nowhere", &BTreeSet::new()).await, "part")?;
    ensure(none.is_none(), || "a part of what is not there".to_owned())
}
