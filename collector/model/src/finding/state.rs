//! Where a finding stands, and how it ends.

use muster_shared::Time;
use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

/// Where a finding stands. Each state carries what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FindingState {
    /// Seen once: waits for a second look, or until `opens_at`.
    Pending {
        /// When it opens by itself.
        opens_at: Time,
    },
    /// It is so. Goes to the router at `routes_at`.
    Open {
        /// When it may become an incident.
        routes_at: Time,
    },
    /// A change explains it: it is authorised when the change ends well.
    Attached {
        /// The change.
        change: TicketId,
        /// Its number.
        number: String,
        /// Whether it was found before the change explained it, which was planned or edited afterwards.
        is_late: bool,
        /// Who said so, where the change alone did not.
        by: Option<String>,
    },
    /// Changes may explain it; somebody has to say so.
    Tentative {
        /// The changes.
        changes: Vec<Likely>,
        /// When it comes back if nobody did, once all of them are over.
        until: Option<Time>,
    },
    /// Somebody lets it stand for a time.
    Waived {
        /// Who.
        by: String,
        /// Why.
        justification: String,
        /// Until when: then it comes back.
        expires_at: Time,
    },
    /// Somebody silenced it for a time.
    Suppressed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Until when: then it comes back.
        until: Time,
    },
    /// It comes and goes too often to say so each time: it stays as it is, quiet, until it calms down.
    Flapping {
        /// When it has calmed down, should it not turn again.
        until: Time,
        /// Whether the difference stands now.
        stands: bool,
    },
    /// The host is silent: nobody knows whether the difference stands.
    Unknown {
        /// Since when.
        since: Time,
        /// What it was when the host was last heard.
        before: Box<FindingState>,
    },
    /// It is over.
    Resolved {
        /// How it ended.
        resolution: Resolution,
        /// Who ended it.
        by: String,
        /// Why, for an accepted one.
        reason: String,
        /// When.
        at: Time,
    },
}

/// A change that may explain a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likely {
    /// The change.
    pub change: TicketId,
    /// Its number.
    pub number: String,
}

/// How a finding ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The host went back to what is authorised.
    Reverted,
    /// What was found is authorised now.
    Accepted,
    /// The item it spoke of is gone altogether.
    ItemGone,
    /// Its host is out of service, or is another one now.
    HostGone,
    /// Nobody minds it any more: the policy was switched off, or does not mean the host any more.
    PolicyRemoved,
}

impl Resolution {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reverted => "reverted",
            Self::Accepted => "accepted",
            Self::ItemGone => "item_gone",
            Self::HostGone => "host_gone",
            Self::PolicyRemoved => "policy_removed",
        }
    }
}

impl FindingState {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] =
        &["pending", "open", "attached", "tentative", "waived", "suppressed", "flapping", "unknown", "resolved"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Open { .. } => "open",
            Self::Attached { .. } => "attached",
            Self::Tentative { .. } => "tentative",
            Self::Waived { .. } => "waived",
            Self::Suppressed { .. } => "suppressed",
            Self::Flapping { .. } => "flapping",
            Self::Unknown { .. } => "unknown",
            Self::Resolved { .. } => "resolved",
        }
    }

    /// Whether the difference still stands.
    pub const fn is_active(&self) -> bool {
        !matches!(self, Self::Resolved { .. })
    }

    /// Whether a change explains it, or may: nobody is alerted.
    pub const fn is_explained(&self) -> bool {
        matches!(self, Self::Attached { .. } | Self::Tentative { .. })
    }

    /// Whether nobody has to do anything about it: it is over, or a change explains it.
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Resolved { .. } | Self::Attached { .. })
    }

    /// Whether it is drift: it stands, no change explains it, and nobody lets it stand.
    pub fn is_drift(&self) -> bool {
        match self {
            Self::Pending { .. } | Self::Open { .. } | Self::Tentative { .. } | Self::Flapping { .. } => true,
            Self::Unknown { before, .. } => before.is_drift(),
            Self::Attached { .. } | Self::Waived { .. } | Self::Suppressed { .. } | Self::Resolved { .. } => false,
        }
    }

    /// Whether somebody accepted it, or a change explains it.
    pub fn is_authorised(&self) -> bool {
        match self {
            Self::Attached { .. } => true,
            Self::Resolved { resolution, .. } => *resolution == Resolution::Accepted,
            Self::Unknown { before, .. } => before.is_authorised(),
            _ => false,
        }
    }

    /// The changes that explain it, or may.
    pub fn changes(&self) -> Vec<TicketId> {
        match self {
            Self::Attached { change, .. } => vec![*change],
            Self::Tentative { changes, .. } => changes.iter().map(|likely| likely.change).collect(),
            _ => Vec::new(),
        }
    }

    /// When something happens to it by itself.
    pub const fn due_at(&self) -> Option<Time> {
        match self {
            Self::Pending { opens_at } => Some(*opens_at),
            Self::Open { .. } | Self::Attached { .. } | Self::Unknown { .. } | Self::Resolved { .. } => None,
            Self::Tentative { until, .. } => *until,
            Self::Waived { expires_at, .. } => Some(*expires_at),
            Self::Suppressed { until, .. } | Self::Flapping { until, .. } => Some(*until),
        }
    }
}
