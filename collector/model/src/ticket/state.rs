//! The states of all kinds. Each carries what belongs to it; which kind has which states stands in its table of transitions.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::Kind;
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
    /// Why an incident or a request is on hold.
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
    /// How a ticket ended.
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
        /// Another ticket deals with it.
        Duplicate = "duplicate",
        /// A risk that somebody takes until a day.
        RiskAccepted = "risk_accepted",
        /// As planned.
        Successful = "successful",
        /// As planned in the end.
        SuccessfulWithIssues = "successful_with_issues",
        /// Taken back.
        BackedOut = "backed_out",
        /// Not done.
        Failed = "failed",
        /// Done in part.
        Partial = "partial",
        /// All that was asked for.
        Complete = "complete",
        /// All that was asked for, not as it should be.
        WithIssues = "with_issues",
        /// Less than was asked for.
        Incomplete = "incomplete",
        /// Taken back before its time.
        Revoked = "revoked",
        /// Its time is over.
        Expired = "expired",
    }
}

choices! {
    /// Why a ticket was cancelled.
    CancelReason {
        /// Another ticket deals with it.
        Duplicate = "duplicate",
        /// It was none.
        FalseAlarm = "false_alarm",
        /// It cannot be seen again.
        NotReproducible = "not_reproducible",
        /// There is no such problem.
        Invalid = "invalid",
        /// Nobody needs it any more.
        NotNeeded = "not_needed",
        /// Another one takes its place.
        Superseded = "superseded",
        /// It is put off without a date.
        Postponed = "postponed",
        /// The requester took it back.
        Withdrawn = "withdrawn",
    }
}

impl CloseCode {
    /// The codes that a person may close a ticket of a kind with; the others come of the event itself.
    pub const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Incident => &[
                Self::Fixed,
                Self::Workaround,
                Self::NoFault,
                Self::ConfigReverted,
                Self::ChangeRolledBack,
                Self::KnownError,
                Self::UserError,
                Self::VendorFixed,
                Self::AutoCleared,
                Self::Duplicate,
            ],
            Kind::Problem => &[Self::Fixed, Self::Workaround, Self::NoFault, Self::VendorFixed],
            Kind::Change => {
                &[Self::Successful, Self::SuccessfulWithIssues, Self::BackedOut, Self::Failed, Self::Partial]
            }
            Kind::Request => &[Self::Complete, Self::WithIssues, Self::Incomplete],
            Kind::Release | Kind::Access | Kind::Task => &[],
        }
    }
}

impl CancelReason {
    /// The reasons for which a ticket of a kind is cancelled.
    pub const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Incident => &[Self::Duplicate, Self::FalseAlarm, Self::NotReproducible],
            Kind::Problem => &[Self::Duplicate, Self::Invalid],
            Kind::Change | Kind::Release => &[Self::NotNeeded, Self::Superseded, Self::Postponed, Self::Duplicate],
            Kind::Request | Kind::Access => &[Self::Withdrawn, Self::NotNeeded, Self::Duplicate],
            Kind::Task => &[Self::NotNeeded, Self::Duplicate],
        }
    }
}

/// How it ended.
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

macro_rules! states {
    ($($(#[$doc:meta])* $variant:ident = $text:literal;)+) => {
        /// Where a ticket stands.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "name", rename_all = "snake_case")]
        pub enum State {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
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
            /// Given up.
            Cancelled {
                /// Why.
                reason: CancelReason,
                /// In words.
                comment: String,
            },
            /// Not approved.
            Rejected {
                /// In words.
                comment: Text,
            },
        }

        /// The name of a state.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum StateName {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
            /// Waits for something.
            #[serde(rename = "on_hold")]
            OnHold,
            /// Done; may be reopened.
            #[serde(rename = "resolved")]
            Resolved,
            /// Over.
            #[serde(rename = "closed")]
            Closed,
            /// Given up.
            #[serde(rename = "cancelled")]
            Cancelled,
            /// Not approved.
            #[serde(rename = "rejected")]
            Rejected,
        }

        impl StateName {
            /// All of them.
            pub const ALL: &'static [Self] = &[
                $(Self::$variant,)+ Self::OnHold, Self::Resolved, Self::Closed, Self::Cancelled, Self::Rejected,
            ];

            /// The name in JSON and in the console.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::OnHold => "on_hold",
                    Self::Resolved => "resolved",
                    Self::Closed => "closed",
                    Self::Cancelled => "cancelled",
                    Self::Rejected => "rejected",
                }
            }
        }

        impl State {
            /// Its name.
            pub const fn name(&self) -> StateName {
                match self {
                    $(Self::$variant => StateName::$variant,)+
                    Self::OnHold { .. } => StateName::OnHold,
                    Self::Resolved(_) => StateName::Resolved,
                    Self::Closed(_) => StateName::Closed,
                    Self::Cancelled { .. } => StateName::Cancelled,
                    Self::Rejected { .. } => StateName::Rejected,
                }
            }

            /// The state of a name; `None` when it carries something.
            pub const fn plain(name: StateName) -> Option<Self> {
                match name {
                    $(StateName::$variant => Some(Self::$variant),)+
                    StateName::OnHold
                    | StateName::Resolved
                    | StateName::Closed
                    | StateName::Cancelled
                    | StateName::Rejected => None,
                }
            }
        }
    };
}

states! {
    /// Nobody works on it yet.
    New = "new";
    /// Somebody does.
    InProgress = "in_progress";
    /// Its cause is looked for.
    Assess = "assess";
    /// Its cause is known.
    RootCause = "root_cause";
    /// It is being mended.
    FixInProgress = "fix_in_progress";
    /// Being written.
    Draft = "draft";
    /// Waits for votes on a change.
    Authorize = "authorize";
    /// Approved, waits for its time.
    Scheduled = "scheduled";
    /// Being done.
    Implement = "implement";
    /// Done; what came of it is looked at.
    Review = "review";
    /// Members and waves are known.
    Planned = "planned";
    /// Members are fixed.
    Frozen = "frozen";
    /// May be deployed.
    Ready = "ready";
    /// Being deployed.
    Deploying = "deploying";
    /// Was being deployed and needs a person.
    Attention = "attention";
    /// Deployed.
    Completed = "completed";
    /// Taken back.
    RolledBack = "rolled_back";
    /// Not done.
    Failed = "failed";
    /// Deployed and watched.
    EarlyLife = "early_life";
    /// Handed in.
    Submitted = "submitted";
    /// Waits for votes.
    AwaitingApproval = "awaiting_approval";
    /// May be done.
    Approved = "approved";
    /// Being done.
    InFulfilment = "in_fulfilment";
    /// What was asked for is there.
    Fulfilled = "fulfilled";
    /// The access exists.
    Granted = "granted";
    /// Still to be done.
    Open = "open";
    /// Done.
    Done = "done";
    /// Not needed this time.
    Skipped = "skipped";
}

impl StateName {
    /// Whether work is still to be done.
    pub const fn is_active(self) -> bool {
        !matches!(
            self,
            Self::Resolved
                | Self::Closed
                | Self::Cancelled
                | Self::Rejected
                | Self::Completed
                | Self::RolledBack
                | Self::Failed
                | Self::Fulfilled
                | Self::Granted
                | Self::Done
                | Self::Skipped
        )
    }
}

impl State {
    /// How it ended, if it did with a code.
    pub const fn resolution(&self) -> Option<&Resolution> {
        if let Self::Resolved(resolution) | Self::Closed(resolution) = self { Some(resolution) } else { None }
    }
}
