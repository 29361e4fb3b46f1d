//! Access: who wants into what, and for how long (service-desk rules, section 11).

use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use serde::{Deserialize, Serialize};

use super::StateName;
use super::details::{is_new, minute};
use super::transition::{Cause, Fields, Transition, is_blank, row};
use crate::class::Violation;
use crate::grant::separation::Clash;
use crate::right::Action::{AccessEmergency, AccessManage, RequestSubmit};
use crate::text::Phrase;
use StateName::{Approved, AwaitingApproval, Cancelled, Closed, Draft, Granted, Rejected, Submitted};

/// The longest time for which privileged access is granted at once.
pub const LONGEST_PRIVILEGED_MS: i64 = 90 * 86_400_000;
/// The longest time for which somebody lets themselves in without votes.
pub const LONGEST_EMERGENCY_MS: i64 = 4 * 3_600_000;
/// The longest time for which what should be separate may be together.
pub const LONGEST_EXCEPTION_MS: i64 = 90 * 86_400_000;

/// What only access has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// What people ask for.
    #[serde(default)]
    pub terms: Terms,
    /// What it must not be together with, as it was when it was last asked. The collector keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clashes: Vec<Clash>,
    /// The hosts that its terms mean, as it was when it was last asked. The collector keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reach: Vec<HostId>,
    /// Whether somebody let themselves in without votes. The collector keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_emergency: bool,
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
    /// To which service, or which item: on the hosts that serve it, whichever those are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<NodeId>,
    /// On all hosts that a question means, whichever those are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// From when; none is at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Time>,
    /// Until when. Privileged access ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Time>,
    /// Why it may be together with what it is to be separate from; it is voted on with the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
}

/// Why two things may be together that are to be separate, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exception {
    /// Why.
    pub reason: String,
    /// Until when, at most 90 days away: the access ends then too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// The longest name of an account, and of the domain beside it.
const LONGEST_ACCOUNT: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Whether an account of a host can be called so: POSIX portable names without those that are only digits, as `useradd` takes them, a
/// last `$` for the account of a machine, and such a name in a domain, `DOMAIN\user` or `user@domain`.
pub fn is_account_name(name: &str) -> bool {
    let part = |text: &str, most: usize| {
        (1..=most).contains(&text.len())
            && !text.starts_with(['-', '.'])
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let user = |text: &str| {
        let text = text.strip_suffix('$').unwrap_or(text);
        part(text, LONGEST_ACCOUNT) && !text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (name.split_once('\\'), name.rsplit_once('@')) {
        (Some((domain, name)), _) | (None, Some((name, domain))) => user(name) && part(domain, LONGEST_DOMAIN),
        (None, None) => user(name),
    }
}

/// Whether something gives power over a host: root, what may become root, what may read what only root should.
pub fn is_privileged(entitlement: Entitlement, account: Option<&str>, group: Option<&str>) -> bool {
    match entitlement {
        Entitlement::Account => account == Some("root"),
        Entitlement::Group => group.is_some_and(|group| crate::policy::POWER_GROUPS.contains(&group)),
        Entitlement::Sudo => true,
    }
}

impl Terms {
    /// Whether it gives power over a host.
    pub fn is_privileged(&self) -> bool {
        is_privileged(self.entitlement, self.account.as_deref(), self.group.as_deref())
    }

    /// The exception, unless nothing is said in it.
    pub fn exception(&self) -> Option<&Exception> {
        self.exception.as_ref().filter(|it| !it.reason.trim().is_empty() || it.until.is_some())
    }

    /// What in them cannot be, each at its field below `pointer`. An end that was there before and has passed since is not told again.
    pub(super) fn slips(&self, before: Option<&Self>, now: Time, pointer: &str) -> Vec<Violation> {
        let mut slips = Vec::new();
        let mut tell = |field: &str, why: Phrase| slips.push(Violation::new(format!("{pointer}/{field}"), why));
        if self.account.as_ref().is_some_and(|name| !name.is_empty() && !is_account_name(name)) {
            tell("account", Phrase::new("account_form"));
        }
        if let Some(end) = self.valid_to {
            if let Some(from) = self.valid_from.filter(|from| end <= *from) {
                tell("valid_to", Phrase::new("end_not_after").with("start", minute(from)));
            } else if end <= now && is_new(self, before, |terms| terms.valid_to) {
                tell("valid_to", Phrase::new("end_is_over").with("now", minute(now)));
            }
        }
        slips
    }

    /// Whether the hosts may become others: those of a service, an item or a question.
    pub fn follows(&self) -> bool {
        self.resource.is_some() || !is_blank(self.question.as_ref())
    }

    /// Whether it would end before it begins.
    fn is_backwards(&self) -> bool {
        self.valid_from.zip(self.valid_to).is_some_and(|(from, to)| to <= from)
    }

    /// What is still missing.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let all = [
            ("account", is_blank(self.account.as_ref())),
            ("group", self.entitlement == Entitlement::Group && is_blank(self.group.as_ref())),
            ("hosts", self.hosts.is_empty() && !self.follows()),
            ("reason", is_blank(self.reason.as_ref())),
            ("valid_to", self.is_privileged() && self.valid_to.is_none()),
        ];
        all.into_iter().filter_map(|(name, is_missing)| is_missing.then_some(name)).collect()
    }
}

/// The transitions of access.
pub const ACCESS: &[Transition] = &[
    row("submit", &[Draft], Submitted, RequestSubmit)
        .guard("account, reason and where (hosts, resource or question) are named; privileged access has an end at most 90 days away; what clashes has an exception"),
    row("break_glass", &[Draft], Granted, AccessEmergency)
        .needs(&["comment"])
        .guard("account, reason and where are named; it ends after four hours at the latest, and is looked over by another one"),
    row("request_approval", &[Submitted], AwaitingApproval, RequestSubmit).by(Cause::Anyone),
    row("approve", &[AwaitingApproval], Approved, AccessManage).by(Cause::System).guard("the votes say so"),
    row("reject", &[AwaitingApproval], Rejected, AccessManage)
        .by(Cause::System)
        .takes(&["comment"])
        .guard("the votes say so"),
    row("grant", &[Approved], Granted, AccessManage).takes(&["comment"]).guard("its end is still to come; what clashes has an exception"),
    row("revoke", &[Granted], Closed, AccessManage).by(Cause::Anyone).needs(&["comment"]),
    row("expire", &[Granted], Closed, AccessManage).by(Cause::System).guard("its end has come"),
    row("cancel", &[Draft, Submitted, AwaitingApproval, Approved], Cancelled, RequestSubmit)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// What is still missing before an event.
pub(super) fn missing(access: &Access, event: &str) -> Vec<&'static str> {
    let mut missing = access.terms.missing();
    match event {
        "submit" => missing,
        "break_glass" => {
            // Its end is set.
            missing.retain(|field| *field != "valid_to");
            missing
        }
        _ => Vec::new(),
    }
}

/// What stands against an event.
pub(super) fn refusal(access: &Access, event: &str, _fields: &Fields, now: Time) -> Option<Phrase> {
    let terms = &access.terms;
    let ahead = terms.valid_to.map(|end| end.since(now));
    let is_past = ahead.is_some_and(|ahead| ahead <= 0);
    match event {
        "submit" => {
            let long = terms.is_privileged() && ahead.is_some_and(|ahead| ahead > LONGEST_PRIVILEGED_MS);
            if long {
                Some(Phrase::new("guard_privileged"))
            } else if is_past {
                Some(Phrase::new("guard_valid_to"))
            } else if terms.is_backwards() {
                Some(Phrase::new("guard_valid_order"))
            } else {
                clash(access, now)
            }
        }
        "grant" | "break_glass" if is_past => Some(Phrase::new("guard_valid_to")),
        "grant" if terms.is_backwards() => Some(Phrase::new("guard_valid_order")),
        "grant" => clash(access, now),
        "expire" if ahead.is_none_or(|ahead| ahead > 0) => Some(Phrase::new("guard_expire")),
        _ => None,
    }
}

/// What is to be separate is refused, unless an exception with an end was voted on.
fn clash(access: &Access, now: Time) -> Option<Phrase> {
    if access.clashes.is_empty() {
        return None;
    }
    let Some(exception) = access.terms.exception() else {
        let with = access.clashes.iter().map(|clash| format!("{} ({})", clash.with, clash.rule));
        return Some(Phrase::new("guard_separation").with("with", crate::text::Word::list(with)));
    };
    let fits = exception.until.is_some_and(|until| {
        let ends = access.terms.valid_to.is_some_and(|end| end <= until);
        (1..=LONGEST_EXCEPTION_MS).contains(&until.since(now)) && ends
    });
    (!fits || exception.reason.trim().is_empty()).then(|| Phrase::new("guard_exception"))
}

/// What an event leaves behind.
pub(super) fn effect(access: &mut Access, event: &str, now: Time) {
    if event == "break_glass" {
        let latest = now.plus_millis(LONGEST_EMERGENCY_MS);
        access.is_emergency = true;
        // It begins now, whatever was planned.
        access.terms.valid_from = access.terms.valid_from.filter(|from| *from <= now);
        access.terms.valid_to = Some(access.terms.valid_to.map_or(latest, |end| end.min(latest)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_called_as_hosts_can_call_them() {
        for name in [
            "rita",
            "Rita.White",
            "_apt",
            "svc-2",
            "web01$",
            "CORP\\rita",
            "rita@corp.example",
            "3d",
            "systemd-network",
        ] {
            assert!(is_account_name(name), "{name}");
        }
        let long = "x".repeat(65);
        for name in [
            "",
            "Rita With Space; rm",
            "rita white",
            "-rita",
            "..",
            "1000",
            "ri:ta",
            "ri/ta",
            "$",
            "rita\n",
            "CORP\\",
            "@corp",
            "a\\b\\c",
            "a\\b@c",
            "zoë",
            &long,
        ] {
            assert!(!is_account_name(name), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_is_told_at_its_field_and_what_only_grew_old_is_not() {
        let at = |hours: i64| Some(Time::from_millis(hours * 3_600_000));
        let now = at(10).unwrap();
        let terms = |account: &str, valid_from, valid_to| Terms {
            account: Some(account.into()),
            valid_from,
            valid_to,
            ..Terms::default()
        };
        let places = |terms: &Terms, before: Option<&Terms>| -> Vec<String> {
            terms.slips(before, now, "/t").into_iter().map(|slip| slip.pointer).collect()
        };
        assert!(places(&terms("rita", at(11), at(12)), None).is_empty());
        assert!(places(&Terms::default(), None).is_empty(), "a draft may lack everything");
        assert_eq!(places(&terms("rita", at(12), at(11)), None), ["/t/valid_to"]);
        assert_eq!(places(&terms("rita", at(12), at(12)), None), ["/t/valid_to"]);
        assert_eq!(places(&terms("ri ta", None, at(9)), None), ["/t/account", "/t/valid_to"]);
        let old = terms("rita", None, at(9));
        assert!(places(&Terms { reason: Some("another".into()), ..old.clone() }, Some(&old)).is_empty());
        assert_eq!(places(&terms("rita", None, at(8)), Some(&old)), ["/t/valid_to"]);
        let said = terms("rita", at(12), at(11)).slips(None, now, "/t").remove(0).why.to_string();
        assert!(said.contains("1970-01-01 12:00 UTC"), "it says what would be right: {said}");
    }

    #[test]
    fn who_breaks_the_glass_is_in_at_once() {
        let now = Time::from_millis(0);
        let mut access = Access::default();
        access.terms.valid_from = Some(now.plus_millis(9 * LONGEST_EMERGENCY_MS));
        effect(&mut access, "break_glass", now);
        assert_eq!(
            (access.terms.valid_from, access.terms.valid_to),
            (None, Some(now.plus_millis(LONGEST_EMERGENCY_MS)))
        );
        assert!(!access.terms.is_backwards());
    }
}
