//! What can be asked of clocks.

use muster_shared::attribute::Kind::{self, Boolean, Integer, Text};

use super::{Fields, choice, field, level};
use crate::level::Target;
use crate::level::clock::{Mode, Outcome};

fn targets() -> Vec<&'static str> {
    Target::ALL.iter().map(|target| target.as_str()).collect()
}

fn outcomes() -> Vec<&'static str> {
    Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect()
}

fn modes() -> Vec<&'static str> {
    Mode::ALL.iter().map(|mode| mode.as_str()).collect()
}

/// The clocks of all tickets.
pub const SERVICE_LEVEL: Fields<'static> = Fields {
    of: "service levels",
    rows: &[
        field("number", Text, "the ticket's number"),
        choice("target", targets, "what is promised"),
        field("policy", Text, "the policy's name"),
        field("calendar", Text, "the calendar's name"),
        choice("outcome", outcomes, "how it ended, or that its time is over; empty while it runs in time"),
        choice("mode", modes, "what it does now"),
        field("open", Boolean, "whether it goes on"),
        field("group", Text, "the group that has the ticket"),
        level("priority", || vec!["1", "2", "3", "4", "5"], "the ticket's priority"),
        field("late_pause", Boolean, "whether a person paused it in the last tenth of its time"),
        field("cycle", Integer, "which clock of the ticket for this target"),
        field("start_at", Kind::Time, "when its time began"),
        field("deadline", Kind::Time, "when its time is over if it runs on"),
        field("breach_at", Kind::Time, "when its time was over"),
        field("ended_at", Kind::Time, "when it stopped, or was over its time while it goes on"),
    ],
    words: &["number", "policy"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
