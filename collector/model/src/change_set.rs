//! Everything that one decision writes, as one value that is committed whole or not at all.

use crate::audit::AuditDraft;
use crate::event::Event;
use crate::record::{Collection, Document, Record, Versioned};

/// What must be stored under a key for a commit to go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anything: only for records that one writer owns.
    Any,
    /// Nothing.
    Absent,
    /// Exactly this version.
    Version(u64),
}

/// A document to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The document.
    pub document: Document,
    /// What must be there now.
    pub expected: Expected,
}

/// A document to be removed, or only looked at (a check).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it lives.
    pub collection: Collection,
    /// Its key.
    pub key: String,
    /// What must be there now.
    pub expected: Expected,
}

/// One decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeSet {
    /// Documents that must be as expected, without being written.
    pub checks: Vec<Target>,
    /// Documents to be stored.
    pub puts: Vec<Put>,
    /// Documents to be removed.
    pub deletes: Vec<Target>,
    /// Entries for the audit trail; the store chains them.
    pub audit: Vec<AuditDraft>,
    /// Events for the outbox; the store numbers them.
    pub events: Vec<Event>,
}

impl ChangeSet {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to write.
    pub const fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.deletes.is_empty() && self.audit.is_empty() && self.events.is_empty()
    }

    /// Stores a new document.
    pub fn create(&mut self, document: impl Into<Document>) {
        self.put(document, Expected::Absent);
    }

    /// Stores the next version of a document.
    pub fn update<T: Record>(&mut self, document: Versioned<T>) {
        self.put(document.value, Expected::Version(document.version));
    }

    /// Stores a document of which there may or may not be a version.
    pub fn put(&mut self, document: impl Into<Document>, expected: Expected) {
        self.puts.push(Put { document: document.into(), expected });
    }

    /// Removes a document.
    pub fn delete(&mut self, collection: Collection, key: String, expected: Expected) {
        self.deletes.push(Target { collection, key, expected });
    }

    /// Goes through only if a document is as expected.
    pub fn check(&mut self, collection: Collection, key: String, expected: Expected) {
        self.checks.push(Target { collection, key, expected });
    }

    /// The documents that it writes or deletes. Who adds a set that was decided without a look at another one asks whether they meet.
    pub fn places(&self) -> impl Iterator<Item = (Collection, String)> {
        let puts = self.puts.iter().map(|put| (put.document.collection(), put.document.key()));
        puts.chain(self.deletes.iter().map(|target| (target.collection, target.key.clone())))
    }

    /// Adds everything of another set.
    pub fn extend(&mut self, other: Self) {
        self.checks.extend(other.checks);
        self.puts.extend(other.puts);
        self.deletes.extend(other.deletes);
        self.audit.extend(other.audit);
        self.events.extend(other.events);
    }
}
