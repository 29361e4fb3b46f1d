//! The one error of the use cases, without a word of HTTP.

use muster_model::query::QueryError;
use muster_model::right::Denied;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::transition::TransitionError;
use muster_shared::problem::FieldError;
use muster_store::StoreError;

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// JSON pointer to it.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: Text,
}

impl From<&Wrong> for FieldError {
    fn from(wrong: &Wrong) -> Self {
        Self { pointer: wrong.pointer.clone(), detail: wrong.detail.to_string() }
    }
}

impl From<FieldError> for Wrong {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, detail: error.detail.into() }
    }
}

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
    #[error("{}", self.text())]
    NotFound {
        /// What kind of record.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// The input is wrong.
    #[error("{}", lines(.0))]
    Invalid(Vec<Wrong>),
    /// The record was changed since the caller read it.
    #[error("{}", self.text())]
    Stale {
        /// The stored version.
        have: u64,
    },
    /// What is asked for contradicts what is stored.
    #[error("{0}")]
    Conflict(Text),
    /// Which host a report belongs to is asked of a person; nothing was taken.
    #[error("{}", self.text())]
    Undecided(Text),
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
    Busy(Text),
    /// Too often.
    #[error("{}", self.text())]
    TooMany {
        /// When to try again.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

fn lines(errors: &[Wrong]) -> String {
    let line = |error: &Wrong| match error.pointer.trim_start_matches('/') {
        // The pointer to a whole body names nothing that people could read.
        "" => error.detail.to_string(),
        field => format!("{field}: {}", error.detail),
    };
    errors.iter().map(line).collect::<Vec<_>>().join("; ")
}

impl From<QueryError> for ServiceError {
    fn from(error: QueryError) -> Self {
        invalid("/filter", error.phrase())
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(why) => Self::Busy(Phrase::new("store_busy").with("cause", why).into()),
            StoreError::Conflict { .. } => Self::Conflict(Phrase::new("at_the_same_moment").into()),
            error => Self::Store(error),
        }
    }
}

impl ServiceError {
    /// What people are told.
    pub fn text(&self) -> Text {
        match self {
            Self::Unauthenticated(why) => (*why).into(),
            Self::Denied(denied) => denied.phrase().into(),
            Self::NotFound { kind, id } => {
                Phrase::new("not_found").term("kind", "kind", *kind).with("id", id.as_str()).into()
            }
            Self::Stale { have } => Phrase::new("stale").with("version", have.to_string()).into(),
            Self::Conflict(why) | Self::Undecided(why) | Self::Busy(why) => why.clone(),
            Self::Transition(error) => error.phrase().into(),
            Self::TooMany { seconds } => Phrase::new("too_many_attempts").with("seconds", seconds.to_string()).into(),
            Self::Barred { detail: why, .. } | Self::UnknownBase(why) | Self::TooLarge(why) => why.as_str().into(),
            Self::Invalid(errors) => lines(errors).into(),
            Self::Store(error) => error.to_string().into(),
        }
    }
}

/// One wrong field.
pub fn invalid(pointer: &str, detail: impl Into<Text>) -> ServiceError {
    ServiceError::Invalid(vec![Wrong { pointer: pointer.to_owned(), detail: detail.into() }])
}

/// A contradiction to what is stored.
pub fn conflict(key: &'static str) -> ServiceError {
    ServiceError::Conflict(Phrase::new(key).into())
}
