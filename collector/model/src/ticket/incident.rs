//! The states of an incident. Each carries what belongs to it.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use crate::text::Text;

macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and in the console.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == text).ok_or(())
            }
        }
    };
}

choices! {
    /// Why an incident is on hold.
    HoldReason {
        /// Waits for the caller.
        Caller = "caller",
        /// Waits for a vendor.
        Vendor = "vendor",
        /// Waits for a change.
        Change = "change",
        /// Waits for a problem.
        Problem = "problem",
        /// Waits for evidence.
        Evidence = "evidence",
        /// Waits for a time.
        Scheduled = "scheduled",
    }
}

choices! {
    /// How an incident was resolved.
    CloseCode {
        /// Mended.
        Fixed = "fixed",
        /// Got around.
        Workaround = "workaround",
        /// Nothing was wrong.
        NoFault = "no_fault",
        /// The configuration went back.
        ConfigReverted = "config_reverted",
        /// The change was rolled back.
        ChangeRolledBack = "change_rolled_back",
        /// A known error.
        KnownError = "known_error",
        /// Somebody made a mistake.
        UserError = "user_error",
        /// The vendor mended it.
        VendorFixed = "vendor_fixed",
        /// The alert went away.
        AutoCleared = "auto_cleared",
        /// Another incident deals with it.
        Duplicate = "duplicate",
    }
}

choices! {
    /// Why an incident was cancelled.
    CancelReason {
        /// Another incident deals with it.
        Duplicate = "duplicate",
        /// It was none.
        FalseAlarm = "false_alarm",
        /// It cannot be seen again.
        NotReproducible = "not_reproducible",
    }
}

/// How it was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The code.
    pub close_code: CloseCode,
    /// What was done.
    pub close_notes: Text,
    /// The item that caused it; `None` is "no item".
    pub cause_item: Option<String>,
    /// When.
    pub at: Time,
}

/// Where an incident stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum IncidentState {
    /// Nobody works on it yet.
    New,
    /// Somebody does.
    InProgress,
    /// Waits for something.
    OnHold {
        /// For what.
        reason: HoldReason,
        /// In words.
        comment: String,
        /// When it goes on by itself.
        wake_at: Option<Time>,
    },
    /// Done; may be reopened.
    Resolved(Resolution),
    /// Over.
    Closed(Resolution),
    /// Was none.
    Cancelled {
        /// Why.
        reason: CancelReason,
        /// In words.
        comment: String,
    },
}

/// The name of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// Nobody works on it yet.
    New,
    /// Somebody does.
    InProgress,
    /// Waits for something.
    OnHold,
    /// Done; may be reopened.
    Resolved,
    /// Over.
    Closed,
    /// Was none.
    Cancelled,
}

impl StateName {
    /// All of them, in the order of life.
    pub const ALL: &'static [Self] =
        &[Self::New, Self::InProgress, Self::OnHold, Self::Resolved, Self::Closed, Self::Cancelled];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether work is still to be done.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::New | Self::InProgress | Self::OnHold)
    }
}

impl IncidentState {
    /// Its name.
    pub const fn name(&self) -> StateName {
        match self {
            Self::New => StateName::New,
            Self::InProgress => StateName::InProgress,
            Self::OnHold { .. } => StateName::OnHold,
            Self::Resolved(_) => StateName::Resolved,
            Self::Closed(_) => StateName::Closed,
            Self::Cancelled { .. } => StateName::Cancelled,
        }
    }

    /// How it was resolved, if it is.
    pub const fn resolution(&self) -> Option<&Resolution> {
        match self {
            Self::Resolved(resolution) | Self::Closed(resolution) => Some(resolution),
            Self::New | Self::InProgress | Self::OnHold { .. } | Self::Cancelled { .. } => None,
        }
    }
}
