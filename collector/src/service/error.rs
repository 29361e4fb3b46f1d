//! The one error of the use cases, without a word of HTTP.

use muster_model::right::Denied;
use muster_model::ticket::transition::TransitionError;
use muster_shared::problem::FieldError;
use muster_store::StoreError;

/// Why a use case did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It is not known who calls.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Known, and not let in: the code tells an agent what to do about it.
    #[error("{detail}")]
    Barred {
        /// One of `muster_shared::protocol`'s codes.
        code: &'static str,
        /// For people.
        detail: String,
        /// When to ask again.
        retry_after_seconds: Option<u64>,
    },
    /// The record is not there.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// What kind of record.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// The input is wrong.
    #[error("{}", lines(.0))]
    Invalid(Vec<FieldError>),
    /// The record was changed since the caller read it.
    #[error("the record was changed by somebody else since you read it; read it again (its version is now {have})")]
    Stale {
        /// The stored version.
        have: u64,
    },
    /// What is asked for contradicts what is stored.
    #[error("{0}")]
    Conflict(String),
    /// A ticket does not move.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// Differences do not build on what is stored: the whole report is wanted.
    #[error("{0}")]
    UnknownBase(String),
    /// More than is taken.
    #[error("{0}")]
    TooLarge(String),
    /// Not now.
    #[error("{0}")]
    Busy(String),
    /// Too often.
    #[error("too many attempts; try again in {seconds} s")]
    TooMany {
        /// When to try again.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

fn lines(errors: &[FieldError]) -> String {
    let line = |error: &FieldError| format!("{}: {}", error.pointer.trim_start_matches('/'), error.detail);
    errors.iter().map(line).collect::<Vec<_>>().join("; ")
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(why) => Self::Busy(why),
            StoreError::Conflict { .. } => {
                Self::Conflict("somebody else changed the record at the same moment; read it again".into())
            }
            error => Self::Store(error),
        }
    }
}

/// One wrong field.
pub fn invalid(pointer: &str, detail: impl Into<String>) -> ServiceError {
    ServiceError::Invalid(vec![FieldError { pointer: pointer.to_owned(), detail: detail.into() }])
}
