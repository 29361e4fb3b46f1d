//! The one error of all stores.

use muster_model::Collection;

/// Why a store did not do what it was asked for. Absence is no error: it is `None`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A document was not as expected: read again and decide again.
    #[error("{collection} {key} was changed by somebody else")]
    Conflict {
        /// Where.
        collection: Collection,
        /// Which document.
        key: String,
    },
    /// The store cannot take it now; later it may.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// What is stored cannot be read.
    #[error("{collection} {key} is damaged: {what}")]
    Corrupt {
        /// Where.
        collection: Collection,
        /// Which document.
        key: String,
        /// What is wrong with it.
        what: String,
    },
    /// The backend failed.
    #[error("the store failed: {0}")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// A failure of the backend.
    pub fn backend(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Backend(source.into())
    }
}
