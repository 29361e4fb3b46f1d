//! The columns of our own exports, so that a file that was exported is imported as it is: most of what an export says besides the
//! attributes of a thing (when it was seen, what other things are called) says nothing of it when the file comes back.

use muster_shared::{SectionName, volatility};

use super::Target;
use crate::class::{Class, Origin};

/// What a column of an export is.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning {
    /// It says nothing that is taken.
    Nothing,
    /// It is this.
    Is(Target),
}

/// Columns of lists of items and of hosts that say nothing new.
const NOTHING: &[&str] = &[
    "id",
    "name",
    "key",
    "host",
    "host_name",
    "attributes",
    "metrics",
    "since",
    "seen_at",
    "created_at",
    "updated_at",
    "members",
    "redundancy",
    "changes",
    "version",
    "alias",
    "status",
    "last_seen",
    "clock_skew_ms",
    "findings",
    "facts",
    "coverage",
    "identifiers",
    "sources",
    "os",
    "kernel",
    "architecture",
    "virtualization",
    "cpu_model",
    "cpu_threads",
    "memory_bytes",
    "addresses",
];

/// Whether a file was exported: it says when what stands in it was seen.
pub(super) fn is_export(has: impl Fn(&str) -> bool) -> bool {
    has("id") && ["seen_at", "last_seen"].into_iter().any(has)
}

/// What a column of an export is, where it is not what it is in other files; `is_known` of a name that the class has.
pub(super) fn meaning(class: &Class, name: &str, is_known: bool, has: impl Fn(&str) -> bool) -> Option<Meaning> {
    let section = match class.origin {
        Origin::Section(section) => Some(section),
        Origin::Shipped | Origin::Owner => None,
    };
    let is_host = section == Some(SectionName::Host);
    match name {
        // A list of items gives the id of the item, and of the host beside it.
        "id" if is_host && has("host") => Some(Meaning::Nothing),
        "host" if is_host => Some(Meaning::Is(Target::Id)),
        "lifecycle" if is_host && has("lifecycle_set") => Some(Meaning::Nothing),
        "lifecycle_set" if is_host => Some(Meaning::Is(Target::Lifecycle)),
        _ if is_known => None,
        "class" => Some(Meaning::Is(Target::Class)),
        "is_present" => Some(Meaning::Is(Target::Presence)),
        "host_name" if section.is_some() && !has("host") => Some(Meaning::Is(Target::Host)),
        _ if NOTHING.contains(&name) => Some(Meaning::Nothing),
        _ => section.and_then(|section| volatility::metric_rule(section, name)).map(|_| Meaning::Nothing),
    }
}
