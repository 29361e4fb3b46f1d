//! The embedded store: the journal is the truth, sled is the index.
//!
//! # Collections and keys
//!
//! One sled tree. A document lies under `[collection code][key]`, an index entry under `[0x80][index code][index key][0x00]
//! [document key]`, the number of the last applied commit under `[0x00]`. A document's value is `[schema][flags][version]` and
//! its JSON, zstd-compressed when it is long (`row`).
//!
//! # Durability
//!
//! A commit is encoded by its caller, queued to one writer thread, checked against what is stored, appended to the journal
//! (`journal`), made durable by one `fdatasync` per group of commits, applied to sled in one atomic batch, and only then
//! acknowledged. sled makes no promise of its own here: its `flush` is no fsync, and it does not survive bit rot. So nothing
//! is trusted to it: after a crash it may be behind, and the tail of the journal is replayed; if it does not open, panics
//! or is ahead of the journal, it is thrown away and rebuilt from the journal.
//!
//! # Visibility
//!
//! Readers see whole commits only (one batch each group), and a caller sees its own commit when [`Store::commit`] returns.
//!
//! # Crash behaviour
//!
//! An unfinished last record is cut off: it was never acknowledged. Anything else that is wrong in the journal refuses to
//! open and names file, offset and sequence. A failed write or sync ends the process, for after it nothing is known. So that
//! a full disk is not such a failure, commits are refused before it is full (`room`).

pub mod foreign;
mod index;
mod journal;
mod open;
mod room;
mod row;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_store::{Page, Row, Scan, Sequence, Stats, Store, StoreError};

pub use open::OpenError;

/// Where and how the store keeps its data.
#[derive(Clone, Debug)]
pub struct Options {
    /// The store's folder; it is made if it is not there. Never on a network file system.
    pub dir: PathBuf,
    /// sled's cache.
    pub cache_bytes: u64,
    /// Size at which a journal segment is closed.
    pub segment_bytes: u64,
}

impl Options {
    /// The usual sizes.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), cache_bytes: 64 << 20, segment_bytes: 64 << 20 }
    }
}

/// The store. Dropping it ends the writer after the queue is empty.
#[derive(Debug)]
pub struct SledStore {
    dir: PathBuf,
    index: Arc<index::Index>,
    writer: writer::Writer,
}

impl SledStore {
    /// Opens the store, replaying or rebuilding what the index lacks. Blocks; takes a second per some ten thousand records.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let opened = open::open(options)?;
        let index = Arc::new(opened.index);
        let writer = writer::Writer::start(Arc::clone(&index), opened.journal, opened.room, opened.lock)?;
        Ok(Self { dir: options.dir.clone(), index, writer })
    }
}

#[async_trait]
impl Store for SledStore {
    async fn get(&self, collection: Collection, key: &str) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.index.get(collection, key)
    }

    async fn scan(&self, scan: Scan) -> Result<Page<Row>, StoreError> {
        self.index.scan(&scan)
    }

    async fn count(&self, scan: Scan) -> Result<usize, StoreError> {
        self.index.count(&scan)
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Sequence, StoreError> {
        self.writer.commit(changes).await
    }

    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        let (dir, index) = (self.dir.clone(), Arc::clone(&self.index));
        let check = move || open::verify(&dir, &index);
        tokio::task::spawn_blocking(check).await.map_err(StoreError::backend)?
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let bytes =
            vec![("journal", open::size_of(&self.dir.join(journal::FOLDER))), ("index", self.index.size_bytes()?)];
        Ok(Stats { sequence: self.index.applied()?.0, bytes })
    }
}

#[cfg(test)]
mod tests;
