//! Access: who wants into what, and for how long (service-desk rules, section 11).

use muster_shared::Time;
use muster_shared::id::HostId;
use serde::{Deserialize, Serialize};

use super::StateName;
use super::transition::{Cause, Fields, Transition, is_blank, row};
use crate::right::Action::{AccessManage, RequestSubmit};
use crate::text::Phrase;
use StateName::{Approved, AwaitingApproval, Cancelled, Closed, Draft, Granted, Rejected, Submitted};

/// The longest time for which privileged access is granted at once.
pub const LONGEST_PRIVILEGED_MS: i64 = 90 * 86_400_000;

/// What only access has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// What people ask for.
    #[serde(default)]
    pub terms: Terms,
}

/// What an account is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entitlement {
    /// To exist and log in.
    #[default]
    Account,
    /// To be in a group.
    Group,
    /// To use sudo.
    Sudo,
}

impl Entitlement {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Account, Self::Group, Self::Sudo];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Group => "group",
            Self::Sudo => "sudo",
        }
    }
}

/// What people ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Name of the account on the hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What it is allowed.
    pub entitlement: Entitlement,
    /// Which group, for the entitlement `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// On which hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostId>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// From when; none is at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Time>,
    /// Until when. Privileged access ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Time>,
}

/// Groups whose members may become root or read what only root should.
fn is_power_group(name: &str) -> bool {
    crate::policy::POWER_GROUPS.contains(&name)
}

impl Terms {
    /// Whether it gives power over a host.
    pub fn is_privileged(&self) -> bool {
        match self.entitlement {
            Entitlement::Account => self.account.as_deref() == Some("root"),
            Entitlement::Group => self.group.as_deref().is_some_and(is_power_group),
            Entitlement::Sudo => true,
        }
    }

    /// What is still missing.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let all = [
            ("account", is_blank(self.account.as_ref())),
            ("group", self.entitlement == Entitlement::Group && is_blank(self.group.as_ref())),
            ("hosts", self.hosts.is_empty()),
            ("reason", is_blank(self.reason.as_ref())),
            ("valid_to", self.is_privileged() && self.valid_to.is_none()),
        ];
        all.into_iter().filter_map(|(name, is_missing)| is_missing.then_some(name)).collect()
    }
}

/// The transitions of access.
pub const ACCESS: &[Transition] = &[
    row("submit", &[Draft], Submitted, RequestSubmit)
        .guard("account, hosts and reason are named; privileged access has an end at most 90 days away"),
    row("request_approval", &[Submitted], AwaitingApproval, RequestSubmit).by(Cause::Anyone),
    row("approve", &[AwaitingApproval], Approved, AccessManage).by(Cause::System).guard("the votes say so"),
    row("reject", &[AwaitingApproval], Rejected, AccessManage)
        .by(Cause::System)
        .takes(&["comment"])
        .guard("the votes say so"),
    row("grant", &[Approved], Granted, AccessManage).takes(&["comment"]).guard("its end is still to come"),
    row("revoke", &[Granted], Closed, AccessManage).needs(&["comment"]),
    row("expire", &[Granted], Closed, AccessManage).by(Cause::System).guard("its end has come"),
    row("cancel", &[Draft, Submitted, AwaitingApproval, Approved], Cancelled, RequestSubmit)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// What stands against an event.
pub(super) fn refusal(access: &Access, event: &str, _fields: &Fields, now: Time) -> Option<Phrase> {
    let terms = &access.terms;
    let ahead = terms.valid_to.map(|end| end.since(now));
    match event {
        "submit" => {
            let long = terms.is_privileged() && ahead.is_some_and(|ahead| ahead > LONGEST_PRIVILEGED_MS);
            let past = ahead.is_some_and(|ahead| ahead <= 0);
            if long { Some(Phrase::new("guard_privileged")) } else { past.then(|| Phrase::new("guard_valid_to")) }
        }
        "grant" if ahead.is_some_and(|ahead| ahead <= 0) => Some(Phrase::new("guard_valid_to")),
        "expire" if ahead.is_none_or(|ahead| ahead > 0) => Some(Phrase::new("guard_expire")),
        _ => None,
    }
}
