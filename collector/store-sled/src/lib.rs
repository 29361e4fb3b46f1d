//! The embedded store: the journal is the truth, sled is the index.
//!
//! # Files
//!
//! `journal/N.seg` holds every commit since the last checkpoint, `checkpoint/N.ckp` everything before. Both never change once they are
//! closed. `blob/` has bytes that documents name, one file each. `index-N` is sled's folder and can be thrown away. `format` says who may open the store, `lock` who has it open, `ballast`
//! keeps room for opening on a full disk, `scrub.json` has the outcome of the last scrub.
//!
//! # Collections and keys
//!
//! One sled tree. A document lies under `[collection code][key]`, an index entry under `[0xff][index code][index key][0x00]
//! [document key]`, the mark (`mark`) under `[0x00]`. The stored form of a document is that of `row`, in index, journal and
//! checkpoint alike.
//!
//! # Durability
//!
//! A commit is encoded by its caller, queued to one writer thread, checked against what is stored, appended to the journal
//! (`journal`), made durable by one `fdatasync` per group of commits, applied to sled in one atomic batch, and only then
//! acknowledged. sled makes no promise of its own here: its `flush` is no fsync, and it does not survive bit rot. So nothing
//! is trusted to it: after a crash it may be behind, and the tail of the journal is replayed; if it does not open, panics,
//! cannot be read or is not what was written to it (`sum`), it is built anew from checkpoint and journal, while it serves (`keeper`).
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

pub mod backup;
mod blob;
mod checkpoint;
mod fail;
pub mod foreign;
mod format;
mod generation;
mod index;
mod journal;
mod keeper;
mod lock;
mod mark;
mod mend;
mod migrate;
mod open;
mod report;
mod room;
mod row;
mod scrub;
mod shared;
mod staging;
mod sum;
mod verify;
mod writer;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use async_trait::async_trait;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::canonical::Digest;
use muster_store::{Held, Page, Row, Scan, Sequence, Stats, Store, StoreError};

pub use lock::Lock;
pub use mend::{MendError, Mended, mend};
pub use open::OpenError;

use shared::{Shared, State, Wake};

/// Where and how the store keeps its data.
#[derive(Clone, Debug)]
pub struct Options {
    /// The store's folder; it is made if it is not there. Never on a network file system.
    pub dir: PathBuf,
    /// sled's cache.
    pub cache_bytes: u64,
    /// Size at which a journal segment is closed.
    pub segment_bytes: u64,
    /// A checkpoint is made after so many commits.
    pub checkpoint_records: u64,
    /// Or after so many bytes of journal.
    pub checkpoint_bytes: u64,
    /// An index smaller than this is not worth building anew for its size.
    pub compact_from_bytes: u64,
    /// How long journal segments are kept that a checkpoint covers.
    pub keep_journal: Duration,
    /// Time between two scrubs.
    pub scrub_every: Duration,
}

impl Options {
    /// The usual sizes.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            cache_bytes: 64 << 20,
            segment_bytes: 64 << 20,
            checkpoint_records: 50_000,
            checkpoint_bytes: 256 << 20,
            compact_from_bytes: 256 << 20,
            keep_journal: Duration::ZERO,
            scrub_every: Duration::from_hours(24),
        }
    }
}

/// The store. Dropping it ends the keeper, and the writer after the queue is empty.
#[derive(Debug)]
pub struct SledStore {
    shared: Arc<Shared>,
    // Ends before the writer, which it hands work to.
    _keeper: keeper::Keeper,
    writer: writer::Writer,
}

impl SledStore {
    /// Opens the store, replaying or rebuilding what the index lacks. Blocks; takes a second per some ten thousand records.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let opened = open::open(options)?;
        let index = Arc::clone(opened.staging.index());
        let covered = opened.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.tail.sequence);
        let state = State {
            checkpoint: opened.checkpoint,
            epoch: opened.format.epoch,
            generation: opened.generation,
            is_rebuilding: false,
        };
        let (wake, wakes) = mpsc::channel();
        let shared = Arc::new(Shared::new(options.clone(), index, state, wake.clone()));
        let (records, bytes) = (opened.journal.tail().sequence - covered, opened.journal.written());
        let parts = (opened.journal, opened.room, opened.lock);
        let writer = writer::Writer::start(Arc::clone(&shared), opened.staging, parts).map_err(OpenError::Thread)?;
        let handle = writer.handle().map_err(OpenError::Store)?.clone();
        let keeper = keeper::Keeper::start(Arc::clone(&shared), handle, (wake, wakes)).map_err(OpenError::Thread)?;
        shared.written(records, bytes);
        Ok(Self { shared, _keeper: keeper, writer })
    }

    /// The number of restores that this store has seen, from 1.
    pub fn epoch(&self) -> u64 {
        self.shared.state().epoch
    }

    /// Writes everything that is stored in an older form in that of this program, and gives the number of documents. Blocks; when it
    /// is interrupted, the next call goes on where it was.
    pub fn migrate(&self) -> Result<u64, StoreError> {
        migrate::run(&keeper::Work { shared: Arc::clone(&self.shared), handle: self.writer.handle()?.clone() })
    }
}

#[async_trait]
impl Store for SledStore {
    async fn get(&self, collection: Collection, key: &str) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.shared.index().get(collection, key).map_err(|error| self.shared.seen(error))
    }

    async fn part(
        &self,
        collection: Collection,
        key: &str,
        keys: &BTreeSet<String>,
    ) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.shared.index().part(collection, key, keys).map_err(|error| self.shared.seen(error))
    }

    async fn scan(&self, scan: Scan) -> Result<Page<Row>, StoreError> {
        self.shared.index().scan(&scan).map_err(|error| self.shared.seen(error))
    }

    async fn places(&self, scan: Scan) -> Result<Vec<String>, StoreError> {
        self.shared.index().places(&scan).map_err(|error| self.shared.seen(error))
    }

    async fn count(&self, scan: Scan) -> Result<usize, StoreError> {
        self.shared.index().count(&scan).map_err(|error| self.shared.seen(error))
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Sequence, StoreError> {
        self.writer.handle()?.commit(changes).await
    }

    async fn keep_blob(&self, bytes: Vec<u8>) -> Result<Digest, StoreError> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || blob::keep(&shared, &bytes)).await.map_err(StoreError::backend)?
    }

    async fn blob(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let (dir, hash) = (self.shared.options.dir.clone(), *hash);
        tokio::task::spawn_blocking(move || blob::read(&dir, &hash)).await.map_err(StoreError::backend)?
    }

    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        let (shared, handle) = (Arc::clone(&self.shared), self.writer.handle()?.clone());
        let check = move || verify::all(&shared, &handle);
        let findings = tokio::task::spawn_blocking(check).await.map_err(StoreError::backend)??;
        if !findings.index.is_empty() {
            self.shared.wake(Wake::Suspect);
        }
        Ok(findings.lines())
    }

    async fn hold(&self) -> Result<Held, StoreError> {
        let (shared, handle) = (Arc::clone(&self.shared), self.writer.handle()?.clone());
        tokio::task::spawn_blocking(move || backup::hold(&shared, &handle)).await.map_err(StoreError::backend)?
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let index = self.shared.index();
        let mark = index.mark()?;
        Ok(report::stats(&self.shared, mark.tail.sequence, index.size_bytes()?))
    }
}

#[cfg(test)]
mod tests;
