//! The store under test: conformance, damage of every kind, crashes, and many callers at once.

mod backup;
mod blob;
mod checkpoint;
mod crash;
mod damage;
mod failpoint;
mod form;
mod index;
mod load;
mod mend;
mod migrate;
mod rebuild;
mod torn;

use std::fs;
use std::path::{Path, PathBuf};

use muster_model::account::{Session, User};
use muster_model::audit::AuditDraft;
use muster_model::event::Event;
use muster_model::notification::Watchers;
use muster_model::ticket::Counter;
use muster_model::{Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{HostId, SessionId, TicketId, UserId};
use muster_store::{TypedStore, conformance};

use super::*;
use crate::journal::{HEAD_BYTES, Tail};

fn options(dir: &Path) -> Options {
    Options { cache_bytes: 8 << 20, ..Options::new(dir) }
}

fn open(dir: &Path) -> SledStore {
    SledStore::open(&options(dir)).unwrap()
}

fn counter(name: &str, last: u64) -> Counter {
    Counter { name: name.into(), last }
}

fn user(n: u64) -> User {
    User {
        id: UserId::from_bytes([u8::try_from(n % 7).unwrap(); 16]),
        name: format!("user-{n}"),
        display_name: "d".repeat(usize::try_from(n % 5).unwrap() * 400),
        password_hash: None,
        roles: vec![],
        reaches: muster_model::right::Reaches::new(),
        locale: None,
        manager: None,
        disabled: false,
        created_at: Time::from_millis(1),
    }
}

/// Of a collection with a high number.
fn watchers(n: u64) -> Watchers {
    let ticket = TicketId::from_bytes([u8::try_from(n % 11).unwrap(); 16]);
    Watchers { ticket, users: [user(n).id].into() }
}

fn session(key: &str) -> Session {
    Session {
        id: SessionId::from_bytes([1; 16]),
        token_hash: key.into(),
        user: UserId::from_bytes([1; 16]),
        csrf_token: String::new(),
        created_at: Time::from_millis(1),
        used_at: Time::from_millis(1),
        user_agent: String::new(),
    }
}

fn draft(action: &str) -> AuditDraft {
    AuditDraft {
        at: Time::from_millis(1),
        actor: "a".into(),
        via: "job".into(),
        request_id: None,
        action: action.into(),
        object: "o".into(),
        summary: String::new(),
        reason: String::new(),
        acting_for: None,
        before: None,
        after: None,
    }
}

fn put(document: Counter, expected: Expected) -> ChangeSet {
    let mut changes = ChangeSet::new();
    changes.put(document, expected);
    changes
}

/// One of a row of commits that write, replace and delete documents with and without index entries.
fn step(n: u64) -> ChangeSet {
    let mut changes = put(counter(&format!("c{}", n % 3), n), Expected::Any);
    changes.put(user(n), Expected::Any);
    changes.put(watchers(n), Expected::Any);
    if n.is_multiple_of(4) {
        let gone = UserId::from_bytes([u8::try_from((n + 3) % 7).unwrap(); 16]);
        changes.delete(Collection::User, gone.to_string(), Expected::Any);
    }
    changes.audit.push(draft(&format!("step-{n}")));
    changes.events.push(Event::HostDiscovered { host: HostId::from_bytes([u8::try_from(n % 200).unwrap(); 16]) });
    changes
}

/// Commits steps one after the other: each is a group of its own.
async fn fill(store: &SledStore, steps: std::ops::Range<u64>) {
    for n in steps {
        store.commit(step(n)).await.unwrap();
    }
}

/// A store with some steps, closed.
async fn filled(dir: &Path, steps: u64) {
    fill(&open(dir), 0..steps).await;
}

/// Everything that is stored, index entries too.
fn rows(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    open(dir).shared.index().rows()
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    journal::segments(&dir.join(journal::FOLDER)).unwrap().into_iter().map(|(_, path)| path).collect()
}

/// Where the records of a segment begin and end.
fn records(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut records = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"MJR1") {
        let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
        records.push(at..at + HEAD_BYTES + length);
        at += HEAD_BYTES + length;
    }
    records
}

fn index_folder(dir: &Path) -> PathBuf {
    let folders = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> =
        folders.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("index-")).collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders.remove(0)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The journal of a store, without the space that was taken ahead, in a new folder without an index.
fn copy_journal(from: &Path, to: &Path) {
    let folder = to.join(journal::FOLDER);
    fs::create_dir_all(&folder).unwrap();
    for path in segments(from) {
        let bytes = fs::read(&path).unwrap();
        let end = records(&bytes).last().map_or(0, |record| record.end);
        fs::write(folder.join(path.file_name().unwrap()), &bytes[..end]).unwrap();
    }
}

/// A generator of numbers that are the same in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % end
    }
}

#[tokio::test]
async fn conforms() {
    let dir = tempfile::tempdir().unwrap();
    conformance::run(async || SledStore::open(&options(dir.path())).map_err(|error| error.to_string())).await.unwrap();
}

#[tokio::test]
async fn a_second_opener_is_refused_and_told_by_whom() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let error = SledStore::open(&options(dir.path())).unwrap_err();
    let expected = format!("{} is in use by another process (pid {})", dir.path().display(), std::process::id());
    assert_eq!(error.to_string(), expected);
    assert!(matches!(error, OpenError::Locked { .. }));
    store.commit(step(0)).await.unwrap();
    drop(store);
    fill(&open(dir.path()), 1..2).await;
}

#[tokio::test]
async fn the_journal_rotates_and_all_segments_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 2_000, ..options(dir.path()) };
    for round in 0..3 {
        fill(&SledStore::open(&small).unwrap(), round * 40..(round + 1) * 40).await;
    }
    let all = segments(dir.path());
    assert!(all.len() > 10, "{}", all.len());
    for path in &all[..all.len() - 1] {
        let bytes = fs::read(path).unwrap();
        let footer = records(&bytes).last().unwrap().end;
        assert!(bytes[footer..].starts_with(b"MJF1"));
        assert_eq!(bytes.len(), footer + journal::FOOTER_BYTES, "a closed segment has no space ahead");
    }
    let before = rows(dir.path());
    fs::remove_dir_all(index_folder(dir.path())).unwrap();
    assert_eq!(rows(dir.path()), before);
    let found: Versioned<Counter> = open(dir.path()).find("c2").await.unwrap().unwrap();
    assert_eq!((found.value.last, found.version), (119, 40));
    assert_eq!(open(dir.path()).verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn stats_tell_the_last_commit_and_sizes() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 5).await;
    let stats = open(dir.path()).stats().await.unwrap();
    assert_eq!(stats.sequence, 5);
    assert!(stats.bytes.iter().all(|(part, bytes)| *bytes > 0 || matches!(*part, "checkpoint" | "blob")), "{stats:?}");
}
