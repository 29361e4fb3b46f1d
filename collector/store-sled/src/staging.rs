//! What a group of commits makes of the index, before it is written: later commits of a group see earlier ones.
//!
//! The same code runs when commits are taken and when they are replayed: an index built anew is the same to the byte.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use muster_model::audit::{AuditEntry, Head};
use muster_model::{Collection, Expected};
use muster_store::{Scan, Sequence, StoreError};

use crate::fail;
use crate::index::{Index, document_key, entry_key};
use crate::journal::{Payload, Put, Tail, entries_of};
use crate::mark::Mark;
use crate::row::{self, Packed};
use crate::scrub::Walk;
use crate::sum::Sums;

/// Rows that are to be written to an index, and what should be in it then.
#[derive(Debug)]
pub(crate) struct Staging {
    index: Arc<Index>,
    rows: HashMap<Vec<u8>, Option<sled::IVec>>,
    /// What stood in `rows` before the commit that is being staged.
    undo: Vec<(Vec<u8>, Before)>,
    head: Head,
    sums: Sums,
    /// Entries of documents that were written lately, by their keys: what is written again need not be read for them.
    lately: HashMap<Vec<u8>, Old>,
    /// A walk over the index that is under way.
    pub(crate) walk: Option<Walk>,
}

/// What stood at a key.
#[derive(Debug)]
enum Before {
    /// Nothing was staged there.
    Nothing,
    /// This row, or the removal of one.
    Staged(Option<sled::IVec>),
}

/// No more documents are remembered.
const LATELY: usize = 4_096;

/// A document as it is stored.
#[derive(Clone, Debug)]
struct Old {
    head: row::Head,
    entries: BTreeSet<Vec<u8>>,
}

impl Staging {
    /// Nothing staged; audit chain and sums go on where the index ends.
    pub(crate) fn new(index: Arc<Index>) -> Result<Self, StoreError> {
        let last = index.scan(&Scan::keys(Collection::Audit, "").descending().limit(1))?.rows.into_iter().next();
        let head = match last {
            None => Head::default(),
            Some(row) => {
                let entry: AuditEntry = serde_json::from_slice(&row.bytes).map_err(StoreError::backend)?;
                Head { seq: entry.seq, hash: entry.hash }
            }
        };
        let sums = index.mark()?.sums;
        Ok(Self { index, rows: HashMap::new(), undo: Vec::new(), head, sums, lately: HashMap::new(), walk: None })
    }

    /// The index that is written to.
    pub(crate) const fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// The end of the audit trail.
    pub(crate) const fn head(&self) -> &Head {
        &self.head
    }

    /// What should be in the index.
    pub(crate) const fn sums(&self) -> &Sums {
        &self.sums
    }

    fn row(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        match self.rows.get(key) {
            Some(row) => Ok(row.clone()),
            None => self.index.raw(key),
        }
    }

    fn version(&self, collection: Collection, key: &str) -> Result<Option<u64>, StoreError> {
        let row = self.row(&document_key(collection, key))?;
        row.map(|row| row::head(collection, key, &row).map(|head| head.version)).transpose()
    }

    /// Whether a document is as a commit expects it.
    pub(crate) fn expect(&self, collection: Collection, key: &str, expected: Expected) -> Result<(), StoreError> {
        let holds = match expected {
            Expected::Any => true,
            Expected::Absent => self.version(collection, key)?.is_none(),
            Expected::Version(version) => self.version(collection, key)? == Some(version),
        };
        if holds { Ok(()) } else { Err(StoreError::Conflict { collection, key: key.to_owned() }) }
    }

    /// Stages a commit: all of it, or nothing when an old document cannot be read.
    pub(crate) fn stage(&mut self, sequence: Sequence, mut payload: Payload) -> Result<(), StoreError> {
        self.undo.clear();
        let before = (self.head.clone(), self.sums.clone(), self.walk.clone());
        let staged = self.stage_parts(sequence, &mut payload);
        if staged.is_err() {
            (self.head, self.sums, self.walk) = before;
            for (key, row) in self.undo.drain(..).rev() {
                match row {
                    Before::Staged(row) => drop(self.rows.insert(key, row)),
                    Before::Nothing => drop(self.rows.remove(&key)),
                }
            }
        }
        staged
    }

    fn stage_parts(&mut self, sequence: Sequence, payload: &mut Payload) -> Result<(), StoreError> {
        for (collection, key) in std::mem::take(&mut payload.deletes) {
            let at = document_key(collection, &key);
            let Some(old) = self.old(collection, &key, &at)? else { continue };
            self.forget(collection, &at, &old);
            self.set(at, None);
            for entry in old.entries {
                self.remove_entry(entry);
            }
        }
        for put in payload.expand(sequence, &mut self.head)? {
            if put.packed.collection == Collection::Audit {
                // Without its entry of the trail nothing of a commit is there.
                fail::failing("audit.entry").map_err(|error| StoreError::Busy(format!("audit trail: {error}")))?;
            }
            self.put(&put)?;
        }
        Ok(())
    }

    /// Stages one document, as the next version of what is there.
    pub(crate) fn put(&mut self, put: &Put) -> Result<(), StoreError> {
        let (collection, key) = (put.packed.collection, put.packed.key.as_str());
        let at = document_key(collection, key);
        let old = self.old(collection, key, &at)?;
        let version = old.as_ref().map_or(0, |old| old.head.version) + 1;
        let mut gone = BTreeSet::new();
        if let Some(old) = old {
            self.forget(collection, &at, &old);
            gone = old.entries;
        }
        // A document may name one entry twice.
        let entries: BTreeSet<_> = put.entries()?.iter().map(|(index, entry)| entry_key(*index, entry, key)).collect();
        for entry in &entries {
            if !gone.remove(entry) {
                self.add_entry(entry.clone());
            }
        }
        if collection == Collection::Finding {
            self.remember(&at, put, version, entries);
        }
        for entry in gone {
            self.remove_entry(entry);
        }
        self.sums.add(collection, &put.packed.content, version);
        if let Some(walk) = self.walk.as_mut().filter(|walk| walk.has_passed(&at)) {
            walk.found.add(collection, &put.packed.content, version);
        }
        self.set(at, Some(put.packed.row(version).into()));
        Ok(())
    }

    /// Findings move on soon after they began.
    fn remember(&mut self, at: &[u8], put: &Put, version: u64, entries: BTreeSet<Vec<u8>>) {
        if self.lately.len() >= LATELY {
            self.lately.clear();
        }
        let Packed { schema, flags, content, .. } = put.packed;
        self.lately.insert(at.to_vec(), Old { head: row::Head { schema, flags, version, content }, entries });
    }

    fn old(&mut self, collection: Collection, key: &str, at: &[u8]) -> Result<Option<Old>, StoreError> {
        let Some(row) = self.row(at)? else { return Ok(None) };
        let head = row::head(collection, key, &row)?;
        // Entries follow from the content alone.
        if let Some(known) = self.lately.remove(at).filter(|known| known.head == head) {
            return Ok(Some(known));
        }
        let entries = if muster_store::index::is_indexed(collection) {
            entries_of(&row::take_apart(collection, key, &row)?.0)?
        } else {
            Vec::new()
        };
        Ok(Some(Old { head, entries: entries.iter().map(|(index, entry)| entry_key(*index, entry, key)).collect() }))
    }

    fn forget(&mut self, collection: Collection, at: &[u8], old: &Old) {
        self.sums.remove(collection, &old.head.content, old.head.version);
        if let Some(walk) = self.walk.as_mut().filter(|walk| walk.has_passed(at)) {
            walk.found.remove(collection, &old.head.content, old.head.version);
        }
    }

    fn add_entry(&mut self, entry: Vec<u8>) {
        self.sums.add_entries(1);
        if let Some(walk) = self.walk.as_mut().filter(|walk| walk.has_passed(&entry)) {
            walk.found.add_entries(1);
        }
        self.set(entry, Some(sled::IVec::default()));
    }

    fn remove_entry(&mut self, entry: Vec<u8>) {
        self.sums.remove_entries(1);
        if let Some(walk) = self.walk.as_mut().filter(|walk| walk.has_passed(&entry)) {
            walk.found.remove_entries(1);
        }
        self.set(entry, None);
    }

    fn set(&mut self, key: Vec<u8>, row: Option<sled::IVec>) {
        let before = self.rows.insert(key.clone(), row);
        self.undo.push((key, before.map_or(Before::Nothing, Before::Staged)));
    }

    /// Writes everything that is staged, as one batch with the mark of `tail`.
    pub(crate) fn apply(&mut self, tail: Tail) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, row) in self.rows.drain() {
            match row {
                Some(row) => batch.insert(key, row),
                None => batch.remove(key),
            }
        }
        self.index.apply(batch, &Mark { tail, late_from: 0, sums: self.sums.clone() })
    }

    /// How many rows are staged.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}
