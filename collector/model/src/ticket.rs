//! Tickets: the common record of every kind, its timeline and its number.

pub mod access;
pub mod change;
pub mod details;
pub mod edit;
pub mod incident;
pub mod past;
pub mod priority;
pub mod problem;
pub mod release;
pub mod request;
pub mod state;
pub mod task;
pub mod transition;

use muster_shared::Time;
use muster_shared::id::{AlertId, AlertRuleId, FindingId, HostId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::approval::Decision;
use crate::record::record;
use crate::right::Action;
use crate::text::Text;
pub use details::Details;
pub use priority::PrioritySource;
pub use state::{State, StateName};

/// What kind of ticket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is not as it should be.
    Incident,
    /// The cause of incidents, looked for and mended.
    Problem,
    /// Something that is to be otherwise.
    Change,
    /// Changes and versions that go out together.
    Release,
    /// Somebody asks for something.
    Request,
    /// Somebody asks for access.
    Access,
    /// A piece of the work on another ticket.
    Task,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Incident, Self::Problem, Self::Change, Self::Release, Self::Request, Self::Access, Self::Task];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Problem => "problem",
            Self::Change => "change",
            Self::Release => "release",
            Self::Request => "request",
            Self::Access => "access",
            Self::Task => "task",
        }
    }

    /// What its numbers begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Incident => "INC",
            Self::Problem => "PRB",
            Self::Change => "CHG",
            Self::Release => "REL",
            Self::Request => "REQ",
            Self::Access => "ACC",
            Self::Task => "TSK",
        }
    }

    /// The right that it takes to open one and to change its fields.
    pub const fn right(self) -> Action {
        match self {
            Self::Incident | Self::Task => Action::TicketUpdate,
            Self::Problem => Action::ProblemManage,
            Self::Change => Action::ChangePlan,
            Self::Release => Action::ReleaseManage,
            Self::Request | Self::Access => Action::RequestSubmit,
        }
    }

    /// Where it begins.
    pub const fn first_state(self) -> State {
        match self {
            Self::Incident | Self::Problem => State::New,
            Self::Change | Self::Release | Self::Request | Self::Access => State::Draft,
            Self::Task => State::Open,
        }
    }

    /// A number as people write it.
    pub fn number(self, count: u64) -> String {
        format!("{}-{count:06}", self.prefix())
    }
}

/// How a ticket came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Drift that an agent saw.
    Agent,
    /// The console.
    Portal,
    /// The API or the command line.
    Api,
    /// Somebody called.
    Phone,
    /// Somebody wrote.
    Email,
    /// A monitoring system sent events.
    Event,
}

/// What an item has to do with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemRole {
    /// It is the cause.
    Cause,
    /// It suffers.
    Affected,
    /// It may be the cause.
    Suspected,
    /// It is worked on.
    Maintenance,
}

/// An item of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketItem {
    /// `host_…` or `item_…`.
    pub id: String,
    /// Name for people.
    #[serde(default)]
    pub name: String,
    /// What it has to do with the ticket.
    pub role: ItemRole,
}

/// The record that all kinds share; `state` carries what is the kind's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Which ticket.
    pub id: TicketId,
    /// `INC-000123`: gapless per kind.
    pub number: String,
    /// Its kind, and what only tickets of that kind have.
    #[serde(flatten)]
    pub details: Details,
    /// One line.
    pub title: Text,
    /// The story.
    pub description: Text,
    /// For whom.
    pub requester: Option<UserId>,
    /// Who opened it: a user's name or `system:…`.
    pub opened_by: String,
    /// When.
    pub opened_at: Time,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Time,
    /// 1 (wide) to 3.
    pub impact: u8,
    /// What the impact did not fall below when it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact_floor: Option<Box<priority::Floor>>,
    /// 1 (now) to 3.
    pub urgency: u8,
    /// 1 (first) to 5.
    pub priority: u8,
    /// Where the priority comes from.
    pub priority_source: PrioritySource,
    /// Free text to sort by.
    pub category: Option<String>,
    /// Items that it is about.
    pub items: Vec<TicketItem>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// When somebody took notice first.
    pub acknowledged_at: Option<Time>,
    /// When a person answered first.
    pub first_response_at: Option<Time>,
    /// When it was last resolved.
    pub resolved_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// How often it was reopened.
    pub reopen_count: u32,
    /// How often the assignee or group changed after the first.
    pub reassignment_count: u32,
    /// Time on hold so far, in seconds.
    pub hold_seconds: i64,
    /// What drift it deals with.
    pub drift: Option<DriftOrigin>,
    /// What alerts it deals with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Box<AlertOrigin>>,
    /// Ticket that this one follows: the same drift, closed before.
    pub follows: Option<TicketId>,
    /// Ticket that this one is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TicketId>,
    /// What it has to do with other tickets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Entries in the timeline.
    pub timeline: u64,
}

record!(Ticket, Ticket, |ticket| ticket.id.to_string());

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

/// What an incident from drift deals with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftOrigin {
    /// The host.
    pub host: HostId,
    /// The policy.
    pub policy: String,
    /// Its findings, oldest first.
    pub findings: Vec<FindingId>,
    /// When the last one joined.
    pub joined_at: Time,
    /// How much it takes in.
    #[serde(default, skip_serializing_if = "Breadth::is_host")]
    pub breadth: Breadth,
    /// How many findings joined; more than are named above, when it is broad.
    #[serde(default)]
    pub joined: usize,
    /// The rule that said who deals with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed_by: Option<String>,
}

/// How much an incident of drift takes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "breadth", rename_all = "snake_case")]
pub enum Breadth {
    /// What one policy finds on one host.
    #[default]
    Host,
    /// The same difference on several hosts.
    Group {
        /// Its group fingerprint.
        fingerprint: String,
        /// On how many hosts it stands.
        hosts: usize,
        /// Whether that is much of the fleet.
        is_mass: bool,
    },
    /// What came faster than incidents can be read.
    Digest,
}

impl Breadth {
    /// Whether it is the usual one.
    pub const fn is_host(&self) -> bool {
        matches!(self, Self::Host)
    }
}

/// What an incident from alerts deals with. Its alerts name it; there may be thousands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertOrigin {
    /// The rule.
    pub rule: AlertRuleId,
    /// The group of alerts, as the store finds it.
    pub group: String,
    /// Whether it ends by itself when all of its alerts are closed.
    pub auto_resolve: bool,
    /// How many alerts joined it.
    pub joined: u64,
    /// When the last one did.
    pub joined_at: Time,
}

/// What happened to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// The ticket.
    pub ticket: TicketId,
    /// Counts up per ticket.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor: String,
    /// What.
    #[serde(flatten)]
    pub entry: Entry,
}

record!(TimelineEntry, Timeline, |entry| timeline_key(entry.ticket, entry.seq));

/// The key of an entry of a ticket's timeline.
pub fn timeline_key(ticket: TicketId, seq: u64) -> String {
    format!("{ticket}/{seq:08x}")
}

/// Who may read a comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody who may see the ticket, the requester too.
    #[default]
    Public,
    /// Those who work on it.
    Internal,
}

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Entry {
    /// It was opened.
    Opened,
    /// It went from one state to another.
    Moved {
        /// The event.
        event: String,
        /// State before.
        from: String,
        /// State after.
        to: String,
        /// The code that the event took: a close code, or the reason of a hold or an end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// What was said to it.
        note: Text,
    },
    /// Somebody said something.
    Comment {
        /// What.
        text: String,
        /// To whom.
        visibility: Visibility,
    },
    /// Fields were changed.
    Changed {
        /// Field, value before, value after.
        fields: Vec<FieldChange>,
    },
    /// It was joined to another ticket, or set apart from it.
    Linked {
        /// What this one is to the other.
        link: Link,
        /// Whether it is no longer so.
        #[serde(default)]
        is_removed: bool,
    },
    /// Somebody voted on it.
    Voted {
        /// What.
        decision: Decision,
        /// Why.
        comment: String,
    },
    /// Drift joined, or ended.
    Finding {
        /// The finding.
        finding: FindingId,
        /// Its state now.
        state: String,
        /// Its one line.
        title: Text,
    },
    /// So much of the time of a clock is used up.
    Level {
        /// What is promised.
        target: crate::level::Target,
        /// By which policy.
        policy: String,
        /// Percent of the time; 100 is a breach.
        percent: u8,
        /// When that was so, exactly.
        since: Time,
    },
    /// An alert joined, or changed its state.
    Alert {
        /// The alert.
        alert: AlertId,
        /// Its state now.
        state: String,
        /// Its one line.
        title: Text,
    },
}

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub field: String,
    /// Value before.
    pub from: String,
    /// Value after.
    pub to: String,
}

impl Entry {
    /// The entry with the collector's own texts in English: what machines read has one language.
    #[must_use]
    pub fn in_english(mut self) -> Self {
        match &mut self {
            Self::Moved { note: text, .. } | Self::Finding { title: text, .. } | Self::Alert { title: text, .. } => {
                *text = text.to_string().into();
            }
            Self::Opened
            | Self::Comment { .. }
            | Self::Changed { .. }
            | Self::Linked { .. }
            | Self::Voted { .. }
            | Self::Level { .. } => {}
        }
        self
    }
}

impl Ticket {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.details.kind()
    }

    /// When something happens to it by itself.
    pub fn due_at(&self) -> Option<Time> {
        match (&self.state, &self.details) {
            (State::OnHold { wake_at, .. }, _) => *wake_at,
            (State::Resolved(resolution), Details::Incident) => {
                Some(resolution.at.plus_millis(transition::REOPEN_WINDOW_MS))
            }
            (State::Granted, Details::Access(access)) => access.terms.valid_to,
            (State::EarlyLife, Details::Release(release)) => release.early_life_until,
            (State::Implement, Details::Change(change)) if !change.is_overrun => change.plan.planned_end,
            (State::Review, Details::Change(change)) => change.next_look(),
            _ => None,
        }
    }

    /// The next entry of this ticket's timeline.
    pub fn note(&mut self, at: Time, actor: &str, entry: Entry) -> TimelineEntry {
        self.timeline += 1;
        TimelineEntry { ticket: self.id, seq: self.timeline, at, actor: actor.to_owned(), entry }
    }
}

/// The last number given to a kind. Read and moved in the commit that makes the ticket, so numbers have no gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Of what.
    pub name: String,
    /// The last number given.
    pub last: u64,
}

record!(Counter, Counter, |counter| counter.name.clone());
