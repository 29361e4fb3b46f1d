//! What can be asked of agents, and of lists that are short enough to be read as a whole: the members of their records.

use muster_shared::attribute::Kind::{Boolean, Integer, List, Text, Time};

use super::{Field, Fields, choice, field};
use crate::agent::{Agent, EnrollmentTokenRecord};

const fn short(of: &'static str, rows: &'static [Field], words: &'static [&'static str]) -> Fields<'static> {
    Fields { of, rows, words, attributes: false, own_attributes: &[], own_classes: &[] }
}

/// Agents.
pub const AGENT: Fields<'static> = short(
    "agents",
    &[
        choice("state", || Agent::STATES.to_vec(), "how it stands; `enrolled` has not reported yet"),
        field("host", Text, "the id of the host that it speaks for"),
        field("hostname", Text, "what its host called itself when it was enrolled"),
        field("version", Text, "the version of the program"),
        field("last_seen", Time, "when it was last heard"),
        field("lag_seconds", Integer, "how long before that it had looked at its host"),
        field("error", Text, "why it waits or is shut out, its reports are refused, or what of them is not understood"),
        field("id", Text, "its id"),
        field("enrolled_at", Time, "when it came"),
        field("certificate_expires_at", Time, "when its certificate ends"),
    ],
    &["hostname", "id"],
);

/// Enrollment tokens.
pub const ENROLLMENT_TOKEN: Fields<'static> = short(
    "enrollment tokens",
    &[
        choice("state", || EnrollmentTokenRecord::STATES.to_vec(), "how it stands"),
        field("name", Text, "what it is for"),
        field("id", Text, "its id"),
        field("created_by", Text, "who made it"),
        field("created_at", Time, "when"),
        field("expires_at", Time, "when it ends"),
        field("uses", Integer, "how many agents came by it"),
        field("needs_approval", Boolean, "whether each agent waits for approval"),
    ],
    &["name"],
);

/// Who says what is there.
pub const SOURCE: Fields<'static> = short(
    "sources",
    &[
        field("name", Text, "its name"),
        field("hosts", Integer, "of how many hosts it says something"),
        field("last_report_at", Time, "when it was last heard"),
        field("refused", Integer, "how many of its reports were not taken"),
        field("covers", List, "the classes of which it tells items"),
    ],
    &["name"],
);

/// Accounts.
pub const USER: Fields<'static> = short(
    "users",
    &[
        field("name", Text, "the name to sign in with"),
        field("display_name", Text, "what people call them"),
        field("id", Text, "the id"),
        field("roles", List, "what they may"),
        field("manager", Text, "the id of whom they report to"),
        field("disabled", Boolean, "whether the account is switched off"),
        field("created_at", Time, "since when it is there"),
    ],
    &["name", "display_name"],
);

/// A person's API tokens.
pub const API_TOKEN: Fields<'static> = short(
    "API tokens",
    &[
        field("name", Text, "what it is for"),
        field("id", Text, "its id"),
        field("scopes", List, "what it may"),
        field("created_at", Time, "when it was made"),
        field("expires_at", Time, "when it ends"),
        field("revoked_at", Time, "when it was taken back"),
    ],
    &["name"],
);

/// Policies.
pub const POLICY: Fields<'static> = short(
    "policies",
    &[
        field("id", Text, "its id"),
        field("purpose", Text, "why it minds"),
        choice("basis", || vec!["change", "state"], "whether it minds what changed or how an item is"),
        field("shipped", Boolean, "whether it comes with the product"),
        field("sections", List, "the classes that it looks at"),
        choice("severity", super::severities, "how bad what it minds is"),
        choice("outcome", || vec!["incident", "finding"], "what comes of it"),
        field("enabled", Boolean, "whether it is asked"),
        field("findings", Integer, "findings of it that stand"),
        field("changed_by", Text, "who changed it last"),
    ],
    &["id", "purpose"],
);

/// What people said of a host before.
pub const HOST_VERSION: Fields<'static> = short(
    "versions of a host",
    &[
        field("version", Integer, "its number"),
        field("until", Time, "when it was said otherwise"),
        field("name", Text, "what the host was called"),
        field("owner", Text, "who answered for it"),
        field("site", Text, "where it was"),
        choice("criticality", super::criticalities, "how much depended on it"),
        choice("lifecycle", super::lifecycles, "where it stood in its life"),
    ],
    &["name"],
);

/// Classes.
pub const CLASS: Fields<'static> = short(
    "classes",
    &[
        field("name", Text, "its name"),
        field("label", Text, "what people call it"),
        field("meaning", Text, "what its items are"),
        choice(
            "origin",
            || vec!["section", "shipped", "owner"],
            "`section`: agents discover its items; people declare the others",
        ),
        field("attributes", Integer, "how many attributes it has"),
        field("items", Integer, "how many items people declared of it"),
        field("is_retired", Boolean, "whether no new items can be declared of it"),
    ],
    &["name", "label", "meaning"],
);
