//! What an index says of itself, written in the same batch as every commit: how far it is, by what it was made, what is in it.

use std::sync::LazyLock;

use muster_store::{Sequence, StoreError};
use serde::{Deserialize, Serialize};

use crate::journal::Tail;
use crate::sum::{StoredSums, Sums};

/// How far an index is, and what should be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The last commit that is in it.
    pub(crate) tail: Tail,
    /// Rows of commits from this one on may be missing although later ones are there: they are written in bulk (`late`). 0 is none.
    pub(crate) late_from: Sequence,
    /// Everything that should be in it.
    pub(crate) sums: Sums,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Stored {
    form: String,
    sequence: Sequence,
    hash: String,
    #[serde(default)]
    late_from: Sequence,
    sums: StoredSums,
}

/// Names the form of rows and entries: an index of another form is built anew.
static FORM: LazyLock<String> = LazyLock::new(|| format!("3/{}", muster_store::index::fingerprint()));

/// Hex of a hash.
pub(crate) fn hex(bytes: &[u8]) -> String {
    blake3::Hash::from_slice(bytes).map(|hash| hash.to_hex().to_string()).unwrap_or_default()
}

/// A hash from hex.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    blake3::Hash::from_hex(text).ok().map(|hash| *hash.as_bytes())
}

impl Mark {
    /// Of an index with nothing in it.
    pub(crate) fn start() -> Self {
        Self { tail: Tail::START, late_from: 0, sums: Sums::default() }
    }

    /// The stored form.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let stored = Stored {
            form: FORM.clone(),
            sequence: self.tail.sequence,
            hash: hex(&self.tail.hash),
            late_from: self.late_from,
            sums: self.sums.stored(),
        };
        serde_json::to_vec(&stored).map_err(StoreError::backend)
    }

    /// From the stored form.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let unknown = || StoreError::backend("the index does not say how far it is");
        let stored: Stored = serde_json::from_slice(bytes).map_err(|_| unknown())?;
        if stored.form != *FORM {
            return Err(StoreError::backend("the index was made by another version of this program"));
        }
        let tail = Tail { sequence: stored.sequence, hash: unhex(&stored.hash).ok_or_else(unknown)? };
        let sums = Sums::try_from(&stored.sums).map_err(StoreError::backend)?;
        Ok(Self { tail, late_from: stored.late_from, sums })
    }
}
