//! What can be asked of tickets.

use muster_shared::attribute::Kind::{Boolean, Integer, Text, Time};

use super::{AS_OF, Fields, KNOWN_AT, choice, field, level};
use crate::ticket::StateName;

fn major_states() -> Vec<&'static str> {
    crate::ticket::major::MajorState::ALL.iter().map(|state| state.as_str()).collect()
}

fn ticket_states() -> Vec<&'static str> {
    StateName::ALL.iter().map(|state| state.as_str()).collect()
}

fn change_types() -> Vec<&'static str> {
    crate::ticket::change::ChangeType::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn risks() -> Vec<&'static str> {
    crate::ticket::change::risk::Band::ALL.iter().map(|band| band.as_str()).collect()
}

/// Tickets.
pub const TICKET: Fields<'static> = Fields {
    of: "tickets",
    rows: &[
        field("title", Text, "what it is about, in one line"),
        choice("kind", || crate::ticket::Kind::ALL.iter().map(|kind| kind.as_str()).collect(), "the process"),
        field("number", Text, "its number"),
        choice("state", ticket_states, "where it stands"),
        field("active", Boolean, "whether there is something to do"),
        level("priority", || vec!["1", "2", "3", "4", "5"], "1 comes first"),
        level("impact", || vec!["1", "2", "3"], "1 is wide"),
        level("urgency", || vec!["1", "2", "3"], "1 is now"),
        choice("major", major_states, "whether it is a major incident"),
        field("parent", Text, "the id of what it is a part of"),
        field("category", Text, "its category"),
        field("offer", Text, "the id of the item of the catalogue that was asked for"),
        field("assignment_group", Text, "who deals with it"),
        field("assignee", Text, "who works on it, by name or id, or `me`; empty for nobody"),
        field("item", Text, "a host or an item that it is about, by name or id"),
        field("scope", Text, "of changes: the question that says which hosts they are about"),
        field("opened_by", Text, "who opened it"),
        field("requester", Text, "who asks, by name or id, or `me`"),
        field("channel", Text, "how it came"),
        field("opened_at", Time, "when it was opened"),
        field("acknowledged_at", Time, "when somebody took notice first"),
        field("resolved_at", Time, "when it was last resolved"),
        field("closed_at", Time, "when it was closed"),
        field("close_code", Text, "how it was resolved"),
        field("follow_up_at", Time, "when it wakes who has it"),
        choice("change_type", change_types, "of changes: how they are decided"),
        choice("risk", risks, "of changes: the band of its risk"),
        field(
            "privileged",
            Boolean,
            "of access: whether it gives power over a host, or what is to be separate is to be together",
        ),
        field("causes", Integer, "how many tickets came of it"),
        field("escalation", Integer, "how many times people were called because nobody took it"),
        field("reopen_count", Integer, "how often it was reopened"),
        field("reassignment_count", Integer, "how often it was handed on"),
        field("source", Text, "the other desk that it was imported from"),
        field("external_id", Text, "what that desk calls it"),
        field(AS_OF, Time, "look at the list as it was then"),
        field(KNOWN_AT, Time, "the same: what is done is known as it is done"),
    ],
    words: &["title", "number"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
