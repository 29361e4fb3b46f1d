//! The fields of hosts.

use muster_shared::attribute::Kind;

use super::{AS_OF, Fields, KNOWN_AT, choice, criticalities, field, lifecycles};
use crate::host::status::Status;
use Kind::{Boolean, Integer, Text};

/// Hosts.
pub const HOST: Fields<'static> = Fields {
    of: "hosts",
    rows: &[
        field("name", Text, "its name"),
        field("id", Text, "its id"),
        choice("lifecycle", lifecycles, "where it stands in its life"),
        field("owner", Text, "who answers for it"),
        field("site", Text, "where it is"),
        choice("criticality", criticalities, "how much depends on it"),
        field("os", Text, "its operating system, as it calls itself"),
        field("architecture", Text, "the machine's architecture"),
        field("virtualization", Text, "what it runs on, `none` for hardware"),
        field("kernel", Kind::Version, "the kernel that runs"),
        field("addresses", Kind::List, "its addresses"),
        field("cpu_threads", Integer, "processors that run programs"),
        field("memory_bytes", Integer, "its memory"),
        field("findings", Integer, "findings that stand"),
        field("drift", Integer, "findings that stand, that no change explains and that nobody lets stand"),
        choice(
            "status",
            Status::names,
            "how it stands with its reports: `late` missed one, `stale` three, `missing` is stale for two weeks",
        ),
        field("last_seen", Kind::Time, "when it was last heard"),
        field("created_at", Kind::Time, "when it was first seen"),
        field("unread", Integer, "sections that could not be read completely"),
        field("skew_seconds", Integer, "how far its clock is from the collector's, either way"),
        field("duplicate", Boolean, "whether another host has its name"),
        field("renewal_overdue", Boolean, "whether its agent's certificate should have been renewed"),
        field("zombie", Boolean, "whether it is out of service and reports"),
        field("broken_relations", Integer, "its relations to what is out of service or gone"),
        field("incomplete", Boolean, "whether a value is missing that owners ask for of hosts"),
        field(AS_OF, Kind::Time, "look at the list as it was then"),
        field(KNOWN_AT, Kind::Time, "look at it as far as it was known then"),
    ],
    words: &["name", "id", "os", "addresses"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
