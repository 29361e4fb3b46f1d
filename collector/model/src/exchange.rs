//! Tickets out of other service desks and into them: what a record of theirs says in our words, and ours in theirs.
//!
//! A [`preset`] is what another desk calls fields and values. [`read`] makes a row of a file a [`Told`]: fields in our words, and
//! remarks. [`mod@write`] is the way back, and says only what `read` understands again, so that a round trip is exact. [`apply`] makes a
//! ticket of what is told, or brings one up to date with what is told anew. Nothing here knows a store or a clock.

pub mod apply;
mod journal;
pub mod mapping;
pub mod preset;
pub mod read;
mod stamp;
mod standing;
pub mod tell;
pub mod write;

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{ImportId, UserId};
use serde::{Deserialize, Serialize};

use crate::ticket::Kind;
use crate::zone::Zone;
pub use preset::Preset;

/// The class of a file of tickets.
pub const CLASS: &str = "ticket";
/// Longest title.
pub const MAX_TITLE: usize = 300;
/// Longest description, remark or plan.
pub const MAX_TEXT: usize = 65_536;
/// Longest name of anything.
pub const MAX_NAME: usize = 200;
/// Most bytes of what has no field of ours.
pub const MAX_OTHER_BYTES: usize = 16 << 10;
/// Most remarks on a ticket.
pub const MAX_REMARKS: usize = 2_000;
/// Longest name of a source.
pub const MAX_SOURCE: usize = 40;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $text:literal;)+) => {
        /// What can be told of a ticket.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl Field {
            /// All of them, in the order of columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Our name of it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

fields! {
    /// What the other desk calls the ticket: with the source this is what tells tickets apart.
    ExternalId = "external_id";
    /// Where it is found there.
    Url = "url";
    /// Its kind.
    Kind = "kind";
    /// One line.
    Title = "title";
    /// The story.
    Description = "description";
    /// Where it stands.
    State = "state";
    /// For what it waits.
    HoldReason = "hold_reason";
    /// 1 to 5.
    Priority = "priority";
    /// 1 to 3.
    Impact = "impact";
    /// 1 to 3.
    Urgency = "urgency";
    /// Free text to sort by.
    Category = "category";
    /// For whom.
    Requester = "requester";
    /// Who opened it.
    OpenedBy = "opened_by";
    /// When.
    OpenedAt = "opened_at";
    /// Since when it stands there.
    StateSince = "state_since";
    /// Which group works on it.
    AssignmentGroup = "assignment_group";
    /// Who works on it.
    Assignee = "assignee";
    /// When it was resolved.
    ResolvedAt = "resolved_at";
    /// When it was closed.
    ClosedAt = "closed_at";
    /// How it ended.
    CloseCode = "close_code";
    /// What was done.
    CloseNotes = "close_notes";
    /// What it is a part of, as the other desk calls that.
    Parent = "parent";
    /// The host that it is about, by name.
    Item = "item";
    /// What everybody may read.
    Comments = "comments";
    /// What those read who work on it.
    WorkNotes = "work_notes";
    /// How a change is approved.
    ChangeType = "change_type";
    /// From when a change is planned.
    PlannedStart = "planned_start";
    /// Until when.
    PlannedEnd = "planned_end";
    /// What a change is for.
    Reason = "reason";
    /// What is done.
    Implementation = "implementation";
    /// How it is tried.
    Test = "test_plan";
    /// How it is taken back.
    Backout = "backout_plan";
    /// What a problem comes of.
    Cause = "cause";
    /// How to get around it.
    Workaround = "workaround";
    /// What has no field of ours, by its column.
    Other = "other";
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line of so many characters.
    Line(usize),
    /// A text.
    Text,
    /// A moment.
    Time,
    /// 1 to so many.
    Level(u8),
    /// One of a set.
    Choice,
    /// Remarks.
    Journal,
    /// A table.
    Other,
}

impl Field {
    /// The one of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == name)
    }

    /// What it holds.
    pub const fn form(self) -> Form {
        match self {
            Self::ExternalId
            | Self::Category
            | Self::Requester
            | Self::OpenedBy
            | Self::AssignmentGroup
            | Self::Assignee
            | Self::Parent
            | Self::Item => Form::Line(MAX_NAME),
            Self::Title => Form::Line(MAX_TITLE),
            Self::Url => Form::Line(2_000),
            Self::Description
            | Self::CloseNotes
            | Self::Reason
            | Self::Implementation
            | Self::Test
            | Self::Backout
            | Self::Cause
            | Self::Workaround => Form::Text,
            Self::OpenedAt
            | Self::StateSince
            | Self::ResolvedAt
            | Self::ClosedAt
            | Self::PlannedStart
            | Self::PlannedEnd => Form::Time,
            Self::Priority => Form::Level(5),
            Self::Impact | Self::Urgency => Form::Level(3),
            Self::Kind | Self::State | Self::HoldReason | Self::CloseCode | Self::ChangeType => Form::Choice,
            Self::Comments | Self::WorkNotes => Form::Journal,
            Self::Other => Form::Other,
        }
    }

    /// Whether it is news of its own when only this differs: when somebody looked last is none.
    pub const fn is_news(self) -> bool {
        !matches!(self, Self::StateSince | Self::ExternalId | Self::Kind | Self::Comments | Self::WorkNotes)
    }
}

/// Somebody said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// When.
    pub at: Time,
    /// Who, as the other desk calls them.
    #[serde(default)]
    pub by: String,
    /// What.
    pub text: String,
    /// Whether only those read it who work on the ticket.
    #[serde(default, skip)]
    pub is_internal: bool,
}

/// What is told of a ticket: fields in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its kind.
    pub kind: Kind,
    /// What is said, by field; what is not in it is not said.
    pub fields: BTreeMap<Field, String>,
    /// What was said on it, oldest first.
    pub remarks: Vec<Remark>,
}

impl Told {
    /// What is said of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// What the other desk calls it.
    pub fn external_id(&self) -> &str {
        self.get(Field::ExternalId).unwrap_or_default()
    }

    /// The moment in a field.
    pub fn time(&self, field: Field) -> Option<Time> {
        self.get(field).and_then(|text| text.parse().ok())
    }
}

/// How a file of tickets is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What the other desk calls fields and values.
    #[serde(default)]
    pub preset: Preset,
    /// Which desk it is, where there are several of a product; the name of the preset without it.
    pub source: String,
    /// The kind of all tickets, where no column says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The zone of times that have none.
    #[serde(default)]
    pub zone: Zone,
    /// What values are, where the preset does not know them: by field, then by their name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Where an imported ticket comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The other desk.
    pub source: String,
    /// What that desk calls the ticket.
    pub external_id: String,
    /// By which import it came last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// When it came first.
    pub at: Time,
    /// The last entry of its timeline that came with it.
    pub timeline: u64,
    /// What was told last, by field; a long text as its digest.
    pub said: BTreeMap<Field, String>,
    /// Whom its requester was taken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<UserId>,
    /// Whom its assignee was taken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
}

impl Origin {
    /// Where the other desk shows it.
    pub fn url(&self) -> Option<&str> {
        self.said.get(&Field::Url).map(String::as_str)
    }

    /// How an index finds it.
    pub fn key(source: &str, external_id: &str) -> String {
        format!("{source}/{external_id}")
    }
}
