//! What can be asked of grants, and of what accounts have beside them.

use muster_shared::attribute::Kind::{Boolean, List, Text, Time};

use super::{Fields, choice, field};
use crate::grant::Status;
use crate::grant::recertification::{CampaignState, Outcome};
use crate::ticket::access::Entitlement;

fn statuses() -> Vec<&'static str> {
    Status::ALL.iter().map(|status| status.as_str()).collect()
}

fn entitlements() -> Vec<&'static str> {
    Entitlement::ALL.iter().map(|entitlement| entitlement.as_str()).collect()
}

/// Grants.
pub const GRANT: Fields<'static> = Fields {
    of: "grants",
    rows: &[
        choice("status", statuses, "where it stands; without it those that are over are left out"),
        field("account", Text, "the name of the account on the hosts"),
        choice("entitlement", entitlements, "what it is allowed"),
        field("group", Text, "in which group"),
        field("host", List, "the ids of its hosts"),
        field("resource", Text, "the id of the service or item that it is for"),
        field("holder", Text, "the id of who has it"),
        field("number", Text, "the number of its ticket"),
        field("id", Text, "its id"),
        field("privileged", Boolean, "whether it gives power over a host"),
        field("emergency", Boolean, "whether somebody let themselves in without votes"),
        field("missing", Boolean, "whether it is granted, and an agent sees that it is not there"),
        field("seen", Boolean, "whether an agent sees it"),
        field("unproven", Boolean, "whether it is over, and agents did not see yet that it is gone"),
        field("valid_from", Time, "from when"),
        field("valid_to", Time, "until when"),
        field("reviewed_at", Time, "when somebody last looked over it"),
        field("reason", Text, "what for"),
    ],
    words: &["account", "group", "reason", "number"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// What accounts have, beside grants.
pub const OBSERVED: Fields<'static> = Fields {
    of: "observed access",
    rows: &[
        choice(
            "standing",
            || vec!["granted", "orphan", "left_over", "missing", "unknown"],
            "how what is there and what is granted stand to each other",
        ),
        field("account", Text, "the name of the account"),
        field("right", Text, "what it has: `account`, `group docker`, `sudo`, `key`"),
        field("host", Text, "the id of the host"),
        field("host_name", Text, "its name"),
        field("number", Text, "the number of the ticket that allows it, or did"),
    ],
    words: &["account", "host_name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Campaigns.
pub const CAMPAIGN: Fields<'static> = Fields {
    of: "campaigns",
    rows: &[
        field("name", Text, "what it is called"),
        choice("state", || CampaignState::ALL.iter().map(|state| state.as_str()).collect(), "where it stands"),
        field("privileged", Boolean, "whether it looks over access that gives power, or all other"),
        field("due_at", Time, "until when answers are wanted"),
    ],
    words: &["name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// The grants of a campaign.
pub const REVIEW_ITEM: Fields<'static> = Fields {
    of: "grants of a campaign",
    rows: &[
        field("number", Text, "the number of the ticket by which it was granted"),
        field("account", Text, "the account"),
        field("right", Text, "what it is allowed"),
        field("privileged", Boolean, "whether that gives power"),
        field("reviewer", List, "the ids of those who are to look over it"),
        field("escalated", Boolean, "whether it went to somebody else for want of an answer"),
        field("answered", Boolean, "whether somebody answered"),
        choice("outcome", || Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect(), "what came of it"),
    ],
    words: &["account", "number"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
