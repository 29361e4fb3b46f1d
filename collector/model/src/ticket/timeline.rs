//! The timeline: everything that happened to a ticket, in order.

use muster_shared::Time;
use muster_shared::id::{AlertId, AttachmentId, FindingId, TicketId};
use serde::{Deserialize, Serialize};

use super::Link;
use crate::approval::Decision;
use crate::record::record;
use crate::text::Text;
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
    /// The other desk that told it, when it did not happen here: time and name are as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_from: Option<String>,
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
        /// Whether the one says it for whom the ticket is.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_asker: bool,
    },
    /// Fields were changed.
    Changed {
        /// Field, value before, value after.
        fields: Vec<FieldChange>,
    },
    /// Another desk has it otherwise, and it stays: what is said there, and what counts.
    Disputed {
        /// Field, what is said there, what counts.
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
    /// A file was put on it, or taken off.
    Attached {
        /// Which.
        attachment: AttachmentId,
        /// Its name.
        name: String,
        /// Its size.
        size_bytes: u64,
        /// Who may see it.
        #[serde(default)]
        visibility: Visibility,
        /// Whether it was taken off.
        #[serde(default)]
        is_removed: bool,
    },
    /// Its mark as a major incident moved, or a word on it is due.
    Major {
        /// What was done.
        step: super::major::Step,
        /// What was said.
        note: Text,
        /// When the next word comes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_update_at: Option<Time>,
    },
    /// What it is a part of has another state.
    Parent {
        /// Its number.
        number: String,
        /// Its state now.
        state: String,
    },
    /// Somebody voted on it.
    Voted {
        /// What.
        decision: Decision,
        /// Why.
        comment: String,
    },
    /// A meeting of the board put it off: nobody voted.
    Deferred {
        /// When the meeting was.
        held_at: Time,
        /// What was said.
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
            Self::Moved { note: text, .. }
            | Self::Major { note: text, .. }
            | Self::Finding { title: text, .. }
            | Self::Alert { title: text, .. } => {
                *text = text.to_string().into();
            }
            Self::Opened
            | Self::Comment { .. }
            | Self::Changed { .. }
            | Self::Disputed { .. }
            | Self::Linked { .. }
            | Self::Attached { .. }
            | Self::Parent { .. }
            | Self::Voted { .. }
            | Self::Deferred { .. }
            | Self::Level { .. } => {}
        }
        self
    }

    /// Why it was done, in the words of who did it.
    pub fn reason(&self) -> String {
        match self {
            Self::Moved { note, .. } | Self::Major { note, .. } => note.to_string(),
            Self::Voted { comment, .. } | Self::Deferred { comment, .. } => comment.clone(),
            _ => String::new(),
        }
    }

    /// Whether only those see it who work on tickets.
    pub const fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Comment { visibility: Visibility::Internal, .. }
                | Self::Attached { visibility: Visibility::Internal, .. }
        )
    }
}
