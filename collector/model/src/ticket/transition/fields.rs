//! What comes with an event.

use muster_shared::Time;
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use crate::text::Text;

/// What comes with an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// In words.
    pub comment: Option<String>,
    /// Hold or cancel reason.
    pub reason: Option<String>,
    /// When a ticket on hold goes on by itself.
    pub wake_at: Option<Time>,
    /// Until when a risk is accepted or a release is watched.
    pub until: Option<Time>,
    /// How it was resolved.
    pub close_code: Option<String>,
    /// What was done.
    pub close_notes: Option<String>,
    /// The item that caused it, or `none`.
    pub cause_item: Option<String>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Number or id of the ticket that deals with the same.
    pub duplicate_of: Option<String>,
    /// What the collector itself says, in place of a comment or notes.
    #[serde(skip)]
    pub said: Option<Text>,
}

impl Fields {
    /// The collector's own words, else those that came with the event.
    pub(super) fn words(&self, written: Option<&String>) -> Text {
        self.said.clone().or_else(|| written.cloned().map(Text::Written)).unwrap_or_default()
    }

    pub(super) fn has(&self, field: &str) -> bool {
        let text = |value: &Option<String>| !is_blank(value.as_ref());
        let said = || self.said.as_ref().is_some_and(|text| !text.is_blank());
        match field {
            "comment" => text(&self.comment) || said(),
            "reason" => text(&self.reason),
            "wake_at" => self.wake_at.is_some(),
            "until" => self.until.is_some(),
            "close_code" => text(&self.close_code),
            "close_notes" => text(&self.close_notes) || said(),
            "cause_item" => text(&self.cause_item),
            "assignment_group" => text(&self.assignment_group),
            "assignee" => self.assignee.is_some(),
            "duplicate_of" => text(&self.duplicate_of),
            _ => false,
        }
    }
}

/// Whether nothing is said.
pub(in crate::ticket) fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
