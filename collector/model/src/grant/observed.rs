//! What accounts have on a host as its agent sees it, and what of that no grant allows (section 11).
//!
//! Who looks over access wants to know of people, not of the accounts that a package made: an account counts when somebody can
//! log in as it. What gives power counts whoever has it.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, ItemId};
use muster_shared::{Attributes, SectionName, Time};
use serde_json::Value;

use super::{Grant, Status};
use crate::drift::state::Verdict;
use crate::finding::{Basis, Subject};
use crate::policy::book::Settings;
use crate::policy::shipped::Shipped;
use crate::policy::{Class, Minded, Outcome, POWER_GROUPS, Severity, Violation};
use crate::text::{Phrase, Word};
use crate::ticket::access::Entitlement;

/// The policy of what no grant allows, on hosts to which somebody was granted access.
pub const ORPHAN: &str = "orphan-access";
/// The policy that has all other hosts looked at too.
pub const EVERYWHERE: &str = "orphan-access-everywhere";

/// The first user id of people.
const FIRST_PERSON: u64 = 1_000;
/// The account of nobody.
const NOBODY: u64 = 65_534;
/// Shells with which nobody logs in.
const NO_SHELLS: &[&str] = &["nologin", "false", "sync", "shutdown", "halt"];
/// Groups that give power to whoever is in them, accounts of services too: the other groups with power are full of those.
const ROOT_GROUPS: &[&str] = &["root", "sudo", "wheel", "admin", "docker", "lxd"];

/// The sections that are looked at.
pub const SECTIONS: &[SectionName] =
    &[SectionName::User, SectionName::Group, SectionName::SudoRule, SectionName::AuthorizedKey];

const fn policy(id: &'static str, says: &'static str, is_on: bool, purpose: &'static str) -> Shipped {
    Shipped {
        id,
        purpose,
        says,
        section: SectionName::User,
        condition: "",
        severity: Severity::Major,
        class: Class::Security,
        outcome: Outcome::Finding,
        is_on,
    }
}

/// The policies over access.
pub const POLICIES: &[Shipped] = &[
    policy(ORPHAN, "policy_orphan_access", true, "an account has what no grant allows, on a host with grants"),
    policy(
        EVERYWHERE,
        "policy_orphan_everywhere",
        false,
        "accounts of hosts without grants are compared with them too",
    ),
];

/// The policy of this name.
pub fn find(id: &str) -> Option<&'static Shipped> {
    POLICIES.iter().find(|policy| policy.id == id)
}

/// Whether a policy is on.
pub fn is_on(id: &str, settings: &Settings) -> bool {
    find(id).is_some_and(|policy| settings.is_state_on(policy))
}

/// The items of a section; `None` is a section that could not be read.
pub type Items = Option<BTreeMap<String, Attributes>>;

/// What an agent sees of the accounts of a host.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    /// Accounts.
    pub users: Items,
    /// Groups.
    pub groups: Items,
    /// Rules of sudo.
    pub sudo_rules: Items,
    /// Keys that may log in.
    pub keys: Items,
}

/// Something that an account has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// What it has: `account`, `group`, `sudo`.
    pub entitlement: &'static str,
    /// Which group; for sudo the group by which it has it.
    pub group: Option<String>,
    /// Where it stands.
    pub section: SectionName,
    /// The item there.
    pub key: String,
    /// Whether somebody must have granted it.
    pub is_minded: bool,
}

fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    item.get(name)?.as_str()
}

fn list<'a>(item: &'a Attributes, name: &str) -> Vec<&'a str> {
    let values = item.get(name).and_then(Value::as_array);
    values.map(|values| values.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// Whether a person can log in as it.
fn is_person(key: &str, item: &Attributes) -> bool {
    let uid = item.get("uid").and_then(Value::as_u64);
    let shell = text(item, "shell").and_then(|shell| shell.rsplit('/').next()).unwrap_or_default();
    if uid == Some(0) {
        return key != "root";
    }
    uid.is_some_and(|uid| uid >= FIRST_PERSON && uid != NOBODY) && !NO_SHELLS.contains(&shell)
}

impl Sections {
    /// Who is in which group, as far as it is known.
    fn members(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, user) in self.users.iter().flatten() {
            for group in list(user, "groups").into_iter().chain(text(user, "primary_group")) {
                members.entry(group).or_default().insert(key);
            }
        }
        for (key, group) in self.groups.iter().flatten() {
            members.entry(key).or_default().extend(list(group, "members"));
        }
        members
    }

    /// All that accounts have.
    pub fn observed(&self) -> Vec<Observed> {
        let mut all = Vec::new();
        let people: BTreeSet<&str> = self
            .users
            .iter()
            .flatten()
            .filter(|(key, user)| is_person(key, user))
            .map(|(key, _)| key.as_str())
            .collect();
        for key in self.users.iter().flatten().map(|(key, _)| key) {
            let is_minded = people.contains(key.as_str());
            all.push(Observed {
                account: key.clone(),
                entitlement: Entitlement::Account.as_str(),
                group: None,
                section: SectionName::User,
                key: key.clone(),
                is_minded,
            });
        }
        let members = self.members();
        for (group, accounts) in &members {
            for account in accounts {
                let has_power = POWER_GROUPS.contains(group) && people.contains(account) || ROOT_GROUPS.contains(group);
                let is_known = self.users.as_ref().is_some_and(|users| users.contains_key(*account));
                let section = if is_known { SectionName::User } else { SectionName::Group };
                all.push(Observed {
                    account: (*account).to_owned(),
                    entitlement: Entitlement::Group.as_str(),
                    group: Some((*group).to_owned()),
                    section,
                    key: if is_known { *account } else { *group }.to_owned(),
                    is_minded: has_power && *account != "root",
                });
            }
        }
        let rules = self.sudo_rules.iter().flatten().filter(|(_, rule)| text(rule, "kind") == Some("rule"));
        for (key, rule) in rules {
            let mut had = |account: &str, group: Option<&str>, is_minded: bool| {
                all.push(Observed {
                    account: account.to_owned(),
                    entitlement: Entitlement::Sudo.as_str(),
                    group: group.map(str::to_owned),
                    section: SectionName::SudoRule,
                    key: key.clone(),
                    is_minded,
                });
            };
            for user in list(rule, "users") {
                match user.strip_prefix('%') {
                    // Who is in a group with power is minded there.
                    Some(group) => {
                        let is_minded = !ROOT_GROUPS.contains(&group);
                        members
                            .get(group)
                            .into_iter()
                            .flatten()
                            .for_each(|account| had(account, Some(group), is_minded));
                    }
                    None if user.starts_with(['!', '+', '#']) => {}
                    None => had(user, None, user != "root"),
                }
            }
        }
        for (key, item) in self.keys.iter().flatten() {
            let is_effective = item.get("effective").and_then(Value::as_bool) != Some(false);
            if let Some(account) = text(item, "account") {
                all.push(Observed {
                    account: account.to_owned(),
                    entitlement: "key",
                    group: None,
                    section: SectionName::AuthorizedKey,
                    key: key.clone(),
                    is_minded: is_effective,
                });
            }
        }
        all
    }

    /// Whether a grant is there; `None` when that cannot be known.
    pub fn has(&self, grant: &Grant) -> Option<bool> {
        let users = self.users.as_ref()?;
        match grant.entitlement {
            Entitlement::Account => Some(users.contains_key(&grant.account)),
            Entitlement::Group => {
                let group = grant.group.as_deref().unwrap_or_default();
                Some(self.members().get(group).is_some_and(|accounts| accounts.contains(grant.account.as_str())))
            }
            Entitlement::Sudo => {
                self.sudo_rules.as_ref()?;
                let is_it =
                    |has: &Observed| has.entitlement == Entitlement::Sudo.as_str() && has.account == grant.account;
                Some(self.observed().iter().any(is_it))
            }
        }
    }

    fn knows(&self, section: SectionName) -> bool {
        match section {
            SectionName::User => self.users.is_some(),
            SectionName::Group => self.groups.is_some(),
            SectionName::SudoRule => self.sudo_rules.is_some(),
            SectionName::AuthorizedKey => self.keys.is_some(),
            _ => false,
        }
    }
}

impl Observed {
    /// Whether a grant allows it, its time aside. Sudo by a group is allowed with the group; a key with the account.
    pub fn is_of(&self, grant: &Grant) -> bool {
        if grant.account != self.account {
            return false;
        }
        match (self.entitlement, grant.entitlement) {
            // Who may be more is there by it.
            ("account" | "key", _) | ("sudo", Entitlement::Sudo) => true,
            ("group" | "sudo", Entitlement::Group) => self.group == grant.group,
            // Where sudo was granted, the group by which distributions give it is the way.
            ("group", Entitlement::Sudo) => {
                self.group.as_deref().is_some_and(|group| matches!(group, "sudo" | "wheel" | "admin"))
            }
            _ => false,
        }
    }

    /// What it is, in one word or two.
    pub fn right(&self) -> String {
        match &self.group {
            Some(group) => format!("{} {group}", self.entitlement),
            None => self.entitlement.to_owned(),
        }
    }
}

/// Something that an account has, and what grants say of it.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// What it has.
    pub observed: Observed,
    /// The grant that allows it, else the last one that did.
    pub grant: Option<&'a Grant>,
    /// Whether it is allowed now.
    pub is_allowed: bool,
    /// When it was allowed last.
    pub ended_at: Option<Time>,
}

/// What is minded on a host, each with its grant.
pub fn compare<'a>(host: HostId, sections: &Sections, grants: &'a [Grant], now: Time) -> Vec<Compared<'a>> {
    let compared = |observed: Observed| {
        let of = || grants.iter().filter(|grant| observed.is_of(grant));
        let holds = of().find(|grant| grant.status_on(host, now).holds());
        let order =
            |grant: &&Grant| (grant.status_on(host, now) == Status::Suspended, grant.ended_on(host), grant.granted_at);
        let last = of().max_by_key(order);
        let ended_at = last.filter(|_| holds.is_none()).and_then(|grant| grant.ended_on(host));
        Compared { is_allowed: holds.is_some(), grant: holds.or(last), ended_at, observed }
    };
    sections.observed().into_iter().filter(|observed| observed.is_minded).map(compared).collect()
}

fn says(compared: &[&Compared<'_>]) -> Phrase {
    let names = compared.iter().map(|it| format!("{} ({})", it.observed.account, it.observed.right()));
    let names = Word::list(names.collect::<BTreeSet<_>>());
    match compared.iter().find_map(|it| Some((it.grant?, it.ended_at))) {
        Some((grant, ended_at)) => {
            let phrase = Phrase::new("access_left_over").with("what", names).with("number", grant.number.as_str());
            phrase.with("at", ended_at.map_or_else(String::new, |at| at.to_string()))
        }
        None => Phrase::new("access_orphan").with("what", names),
    }
}

/// What the policy says of the items of a host: what no grant allows, and what of before is over. `standing` are the items and
/// attributes that it minded before.
pub fn verdicts<'a>(
    host: (HostId, &'a str),
    compared: &'a [Compared<'a>],
    standing: &'a [(SectionName, String, Option<String>)],
    sections: &Sections,
    settings: &Settings,
    now: Time,
) -> Vec<Verdict<'a>> {
    let unknown_people: BTreeSet<&str> = compared
        .iter()
        .filter(|it| !it.is_allowed && it.observed.entitlement == "account")
        .map(|it| it.observed.account.as_str())
        .collect();
    let mut minded: BTreeMap<(SectionName, &str, Option<&'static str>), Vec<&Compared<'_>>> = BTreeMap::new();
    for it in compared.iter().filter(|it| !it.is_allowed) {
        let observed = &it.observed;
        // Of an account that nobody granted it is said once.
        if observed.entitlement == "key" && unknown_people.contains(observed.account.as_str()) {
            continue;
        }
        let attribute = match (observed.entitlement, observed.section) {
            ("group", SectionName::User) => Some("groups"),
            ("group", _) => Some("members"),
            _ => None,
        };
        minded.entry((observed.section, observed.key.as_str(), attribute)).or_default().push(it);
    }
    let subject = |section: SectionName, key: &'a str| Subject {
        host: host.0,
        host_name: host.1,
        item: ItemId::new(host.0, section, key),
        section,
        key,
        not_before: None,
        seen_at: now,
    };
    let over = standing.iter().filter(|(section, key, attribute)| {
        sections.knows(*section) && !minded.contains_key(&(*section, key.as_str(), known(attribute.as_deref())))
    });
    let over = over.map(|(section, key, attribute)| Verdict {
        subject: subject(*section, key),
        policy: ORPHAN,
        attribute: attribute.as_deref(),
        violation: None,
    });
    let mut all: Vec<Verdict<'a>> = over.collect();
    for ((section, key, attribute), found) in minded {
        let actual: BTreeSet<String> =
            found.iter().map(|it| format!("{}: {}", it.observed.account, it.observed.right())).collect();
        let policy = minded_by(says(&found), settings);
        let violation = Violation {
            policy,
            attribute: attribute.map(str::to_owned),
            expected: Value::Null,
            actual: Value::from(actual.into_iter().collect::<Vec<_>>()),
        };
        all.push(Verdict { subject: subject(section, key), policy: ORPHAN, attribute, violation: Some(violation) });
    }
    all
}

fn known(attribute: Option<&str>) -> Option<&'static str> {
    ["groups", "members"].into_iter().find(|name| attribute == Some(name))
}

fn minded_by(says: Phrase, settings: &Settings) -> Minded {
    let (set, shipped) = (settings.of(ORPHAN), find(ORPHAN));
    let severity = shipped.map_or(Severity::Major, |policy| policy.severity);
    let outcome = shipped.map_or(Outcome::Finding, |policy| policy.outcome);
    Minded {
        id: ORPHAN.to_owned(),
        severity: set.and_then(|set| set.severity).unwrap_or(severity),
        class: Class::Security,
        outcome: set.and_then(|set| set.outcome).unwrap_or(outcome),
        patience: settings.patience(ORPHAN),
        basis: Basis::State,
        says: Some(says.into()),
    }
}
