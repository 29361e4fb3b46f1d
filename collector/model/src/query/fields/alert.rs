//! What can be asked of alerts, and of what mutes them or makes incidents of them.

use muster_shared::attribute::Kind;

use super::{Fields, choice, field, severities};
use crate::alert::silence::Phase;
use crate::alert::{AlertState, Cause};
use Kind::{Boolean, Integer, Text};

/// Alerts.
pub const ALERT: Fields<'static> = Fields {
    of: "alerts",
    rows: &[
        field("title", Text, "what is wrong, in one line"),
        choice(
            "state",
            || AlertState::NAMES.iter().copied().chain(["all"]).collect(),
            "where it stands; `all` for those that are closed too",
        ),
        field("active", Boolean, "whether it is not closed"),
        choice("severity", severities, "how bad, the worst since it opened"),
        field("source", Text, "who sends its events"),
        field("ci", Text, "the name of the item, or what the sender calls it"),
        field("ci_ref", Text, "what the sender calls the item"),
        field("ci_id", Text, "the id of the item"),
        field("host", Text, "the id of the host that the item is or stands on"),
        field("known", Boolean, "whether the item is known"),
        field("kind", Text, "what kind of trouble"),
        field("resource", Text, "which part of the item"),
        field("metric", Text, "what was measured"),
        field("attrs", Kind::List, "what else the last event said, each as `name=value`"),
        field("count", Integer, "events that were not a clear"),
        choice("suppressed_by", || Cause::ALL.iter().map(|cause| cause.as_str()).collect(), "what mutes it"),
        field("incident", Text, "the id of its incident"),
        field("key", Text, "what its events have in common"),
        field("id", Text, "its id"),
        field("first_at", Kind::Time, "when the first event occurred"),
        field("last_at", Kind::Time, "when the last event occurred"),
    ],
    words: &["title", "kind", "resource"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

fn phases() -> Vec<&'static str> {
    Phase::ALL.iter().map(|phase| phase.as_str()).collect()
}

/// Silences.
pub const SILENCE: Fields<'static> = Fields {
    of: "silences",
    rows: &[
        choice("state", phases, "whether it is to come, holds or is over"),
        field("author", Text, "who made it"),
        field("reason", Text, "why"),
        field("starts_at", Kind::Time, "when it begins"),
        field("ends_at", Kind::Time, "when it ends"),
    ],
    words: &["reason"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Maintenance windows.
pub const MAINTENANCE: Fields<'static> = Fields {
    of: "maintenance windows",
    rows: &[
        field("name", Text, "what it is called"),
        choice("state", phases, "whether it is to come, is now or is over"),
        field("item", Text, "the id of an item or host that it names"),
        field("author", Text, "who made it"),
        field("reason", Text, "why"),
    ],
    words: &["name", "reason"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Alert rules.
pub const ALERT_RULE: Fields<'static> = Fields {
    of: "alert rules",
    rows: &[field("name", Text, "what it is called"), field("enabled", Boolean, "whether it is tried")],
    words: &["name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
