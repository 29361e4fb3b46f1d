//! What a store must do. Two backends implement it and never see each other; one conformance suite holds for both.
//!
//! A store keeps versioned documents in typed collections, with the index entries that [`index`] declares, chains the audit
//! trail and numbers the events of the outbox. Its one write is [`Store::commit`]: a whole [`ChangeSet`] or nothing.

pub mod blob;
pub mod conformance;
mod error;
pub mod index;
mod typed;

use std::collections::BTreeSet;

use async_trait::async_trait;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::canonical::Digest;

pub use error::StoreError;
pub use index::Index;
pub use typed::{Loaded, TypedStore};

/// The number of a commit: counts up by one.
pub type Sequence = u64;

/// What a scan walks over: a collection by key, or an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// All documents of a collection, by key.
    Keys(Collection),
    /// The documents that an index lists, by index key.
    Index(Index),
}

/// A walk over stored documents, one page at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// What is walked over.
    pub over: Over,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Only keys after this one (before it, when descending): the `next` of the page before.
    pub after: Option<String>,
    /// At most so many documents.
    pub limit: usize,
    /// From the last key to the first.
    pub descending: bool,
}

impl Scan {
    /// Everything in a collection whose key begins with `prefix`.
    pub fn keys(collection: Collection, prefix: impl Into<String>) -> Self {
        Self { over: Over::Keys(collection), prefix: prefix.into(), after: None, limit: 1_000, descending: false }
    }

    /// Everything that an index lists under keys that begin with `prefix`.
    pub fn index(index: Index, prefix: impl Into<String>) -> Self {
        Self { over: Over::Index(index), prefix: prefix.into(), after: None, limit: 1_000, descending: false }
    }

    /// Everything that an index lists under exactly this key.
    pub fn exactly(index: Index, key: &str) -> Self {
        Self::index(index, format!("{key}{}", index::SEPARATOR))
    }

    /// At most so many documents.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// From the last to the first.
    #[must_use]
    pub const fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// From the place where the page before ended.
    #[must_use]
    pub fn after(mut self, after: Option<String>) -> Self {
        self.after = after;
        self
    }
}

/// A stored document in its stored form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Key in the scan: what `after` takes.
    pub place: String,
    /// The document's version.
    pub version: u64,
    /// The document as JSON.
    pub bytes: Vec<u8>,
}

/// A page of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What was found.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// Sizes and counts, for metrics and `doctor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Number of the last commit.
    pub sequence: Sequence,
    /// Bytes on disk by part, such as `journal` and `index`.
    pub bytes: Vec<(&'static str, u64)>,
    /// What else people want to know of the backend, as name and text.
    pub facts: Vec<(&'static str, String)>,
    /// What is wrong with it now, as far as that is known without reading everything.
    pub problems: Vec<String>,
}

/// A point of a store for a backup: the files that hold everything up to it stay as long as this lives.
pub struct Held {
    /// The last commit that is in it.
    pub sequence: Sequence,
    /// The files, relative to the store's folder. They never change.
    pub files: Vec<String>,
    /// Lets the files go when it is dropped.
    pub guard: Box<dyn std::any::Any + Send + Sync>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("sequence", &self.sequence).field("files", &self.files).finish_non_exhaustive()
    }
}

/// A store.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The document under a key.
    async fn get(&self, collection: Collection, key: &str) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;

    /// The document under a key, of which a backend may leave out items of a section that are not among `keys`: one that keeps
    /// them apart does not read the others.
    async fn part(
        &self,
        collection: Collection,
        key: &str,
        keys: &BTreeSet<String>,
    ) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;

    /// A page of documents.
    async fn scan(&self, scan: Scan) -> Result<Page<Row>, StoreError>;

    /// The places of at most `scan.limit` documents that a scan would find, without reading these: what an index is ordered by stands
    /// in its keys.
    async fn places(&self, scan: Scan) -> Result<Vec<String>, StoreError>;

    /// How many documents a scan would find, counted up to `scan.limit`.
    async fn count(&self, scan: Scan) -> Result<usize, StoreError>;

    /// Writes all of a decision or nothing of it. Durable when it returns.
    async fn commit(&self, changes: ChangeSet) -> Result<Sequence, StoreError>;

    /// Keeps bytes beside the documents, under their hash (see [`blob`]). Durable when it returns; the same bytes are kept once.
    async fn keep_blob(&self, bytes: Vec<u8>) -> Result<Digest, StoreError>;

    /// Bytes that were kept, checked against their hash. `None` when there are none of that hash.
    async fn blob(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// Checks everything that is stored; gives what is wrong, one line each.
    async fn verify(&self) -> Result<Vec<String>, StoreError>;

    /// Holds everything that is committed now for a backup. Commits go on meanwhile.
    async fn hold(&self) -> Result<Held, StoreError>;

    /// Sizes and counts.
    async fn stats(&self) -> Result<Stats, StoreError>;
}
