//! Links: what one ticket is to another.

use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

/// What one ticket is to another. The other one has the link back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What this ticket is to the other one.
    pub kind: LinkKind,
    /// The other one.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
}

/// What a ticket is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// This one comes of the other.
    CausedBy,
    /// The other one comes of this.
    Causes,
    /// The other one mends what this one is about.
    FixedBy,
    /// This one mends what the other is about.
    Fixes,
    /// The other one deals with the same.
    DuplicateOf,
    /// The other one is a second record of this.
    DuplicatedBy,
    /// They have to do with each other.
    RelatesTo,
}

impl LinkKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::CausedBy,
        Self::Causes,
        Self::FixedBy,
        Self::Fixes,
        Self::DuplicateOf,
        Self::DuplicatedBy,
        Self::RelatesTo,
    ];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CausedBy => "caused_by",
            Self::Causes => "causes",
            Self::FixedBy => "fixed_by",
            Self::Fixes => "fixes",
            Self::DuplicateOf => "duplicate_of",
            Self::DuplicatedBy => "duplicated_by",
            Self::RelatesTo => "relates_to",
        }
    }

    /// What the other one is to this.
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::CausedBy => Self::Causes,
            Self::Causes => Self::CausedBy,
            Self::FixedBy => Self::Fixes,
            Self::Fixes => Self::FixedBy,
            Self::DuplicateOf => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::DuplicateOf,
            Self::RelatesTo => Self::RelatesTo,
        }
    }
}
