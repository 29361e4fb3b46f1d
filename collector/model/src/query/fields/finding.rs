//! The fields of findings, and of what routing rules ask.

use muster_shared::attribute::Kind;

use super::{AS_OF, Fields, KNOWN_AT, choice, classes, criticalities, field, finding_states, severities};
use Kind::Text;

/// Findings.
pub const FINDING: Fields<'static> = Fields {
    of: "findings",
    rows: &[
        field("title", Text, "what differs, in one line"),
        field("host", Text, "the host's id"),
        field("host_name", Text, "the host's name"),
        field("item", Text, "the item's id"),
        choice("section", classes, "the class of the item"),
        field("item_key", Text, "the item's key"),
        field("policy", Text, "the policy that it breaks"),
        choice("severity", severities, "how bad"),
        choice("state", finding_states, "where it stands; `all` for those that ended too"),
        field("drift", Kind::Boolean, "whether it is drift: it stands, no change explains it and nobody lets it stand"),
        field("authorised", Kind::Boolean, "whether somebody accepted it, or a change explains it"),
        field("attribute", Text, "the attribute that differs; empty for the item as a whole"),
        field("incident", Text, "the incident's id"),
        field("change", Kind::List, "numbers of changes that explain it, may explain it, or that it contradicts"),
        field("first_seen", Kind::Time, "when it was first seen"),
        field("last_seen", Kind::Time, "when it was last seen"),
        field(AS_OF, Kind::Time, "look at the list as it was then"),
        field(KNOWN_AT, Kind::Time, "the same: what stands is known as it is found"),
    ],
    words: &["title", "host_name", "item_key"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Findings as rules of routing see them.
pub const ROUTE: Fields<'static> = Fields {
    of: "findings that are routed",
    rows: &[
        field("policy", Text, "the policy that it breaks"),
        choice("section", classes, "the class of the item"),
        choice("severity", severities, "how bad"),
        field("item_key", Text, "the item's key"),
        field("attribute", Text, "the attribute that differs; empty for the item as a whole"),
        field("host_name", Text, "the host's name"),
        field("host.owner", Text, "who answers for the host"),
        field("host.site", Text, "where the host is"),
        choice("host.criticality", criticalities, "how much depends on the host"),
        field("service", Kind::List, "services that depend on the host"),
        field(
            "breadth",
            Text,
            "`host`, `group` for the same on several hosts, `policy` for all that a policy finds, or `digest`",
        ),
    ],
    words: &["policy", "host_name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
