//! Where a template stands, and what is done with one.

use serde::{Deserialize, Serialize};

/// Where a template stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateState {
    /// It waits for approval.
    Proposed,
    /// Changes may follow it, until its review.
    Approved,
    /// Somebody said no.
    Rejected,
    /// No change may follow it before it is approved again.
    Suspended,
    /// It is there for what was made by it alone.
    Withdrawn,
}

impl TemplateState {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Proposed, Self::Approved, Self::Rejected, Self::Suspended, Self::Withdrawn];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What is done with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateEvent {
    /// It is to be approved, for the first time or again.
    Propose,
    /// Its plan was written anew.
    Edit,
    /// A vote for it.
    Approve,
    /// A vote against it.
    Reject,
    /// Nobody may follow it before it is approved again.
    Suspend,
    /// Nobody may follow it any more.
    Withdraw,
}

impl TemplateEvent {
    /// Those that somebody asks for by name; an edit is a new plan.
    pub const ASKED: &'static [Self] = &[Self::Propose, Self::Approve, Self::Reject, Self::Suspend, Self::Withdraw];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Edit => "edit",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Withdraw => "withdraw",
        }
    }

    /// Whether whoever plans changes may do it; the others are for who answers for changes.
    pub const fn is_of_planners(self) -> bool {
        matches!(self, Self::Propose | Self::Edit)
    }
}
