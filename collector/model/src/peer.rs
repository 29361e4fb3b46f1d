//! Peers: hosts that should be alike, and what is odd among them.
//!
//! Peers are the hosts to which people gave the same `role`; of hosts without one those that are made of the same things
//! ([`sketch`]). Where most of them have the same value, the one that has another is odd. Several that come to the same new
//! value within a day are a *rollout*: one finding that says so, and nobody is odd for it.

pub mod sketch;

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, ItemId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::finding::{Basis, Subject, plain};
use crate::policy::book::Settings;
use crate::policy::shipped::Shipped;
use crate::policy::{Minded, Violation};
use crate::record::record;
use crate::text::Phrase;
use sketch::Sketch;

/// Fewest hosts with a thing among which one can be odd.
pub const FEWEST: usize = 5;
/// How many in a hundred make the value of most.
pub const MOST_PERCENT: usize = 80;
/// How many hosts come to a new value before it is a rollout.
pub const ROLLOUT_HOSTS: usize = 2;
/// Within which time, in milliseconds; so long after the last one nobody is odd for it.
pub const ROLLOUT_MS: i64 = 86_400_000;
/// Most things of a host that wait to be looked at one by one: with more of them, all are looked at.
pub const MOST_DUE: usize = 500;
/// The attribute of hosts by which people say what they are for.
pub const ROLE: &str = "role";
/// The policy of the odd one out.
pub const ODD: &str = "peer-odd";
/// The policy of rollouts.
pub const ROLLOUT: &str = "peer-rollout";

/// What is compared among peers: sections with the attribute of their items; without one, whether the item is there. Whether
/// things are there is compared among hosts of one role only: the others are peers because they have nearly the same.
pub const COMPARED: &[(SectionName, Option<&str>)] = &[
    (SectionName::Package, Some("version")),
    (SectionName::Package, None),
    (SectionName::Service, Some("enabled_state")),
    (SectionName::Service, None),
    (SectionName::Kernel, Some("release")),
];

/// Whether something of a section is compared.
pub fn is_compared(section: SectionName) -> bool {
    COMPARED.iter().any(|(compared, _)| *compared == section)
}

/// Whom a host is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The hosts of this role.
    Role(String),
    /// The hosts that are made of the same things as this one.
    Alike(HostId),
}

impl Group {
    /// The name in keys.
    pub fn key(&self) -> String {
        match self {
            Self::Role(role) => format!("role:{}", role.replace('/', "%2f")),
            Self::Alike(host) => format!("alike:{host}"),
        }
    }

    /// Whether it is compared which things there are.
    pub const fn compares_presence(&self) -> bool {
        matches!(self, Self::Role(_))
    }
}

/// A host among its peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// The host.
    pub host: HostId,
    /// Whom it is compared with.
    pub group: Group,
    /// What it is made of.
    pub sketch: Sketch,
    /// What is to be looked at, and when: `section/key`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub due: BTreeMap<String, Time>,
    /// Whether all of it is to be looked at, and after which thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<String>,
}

record!(Peer, Peer, |peer| peer.host.to_string());

impl Peer {
    /// When something of it is to be looked at.
    pub fn due_at(&self) -> Option<Time> {
        if self.walk.is_some() {
            return Some(Time::from_millis(0));
        }
        self.due.values().min().copied()
    }

    /// Has things looked at; with too many of them, all.
    pub fn mark(&mut self, things: impl IntoIterator<Item = (SectionName, String)>, at: Time) {
        for (section, key) in things {
            let due = self.due.entry(thing(section, &key)).or_insert(at);
            *due = at.min(*due);
        }
        if self.due.len() > MOST_DUE {
            self.due.clear();
            self.walk = Some(String::new());
        }
    }
}

/// A thing of a host, as a text that sorts by section.
pub fn thing(section: SectionName, key: &str) -> String {
    format!("{section}/{key}")
}

/// The section and key of a thing.
pub fn of_thing(text: &str) -> Option<(SectionName, &str)> {
    let (section, key) = text.split_once('/')?;
    Some((section.parse().ok()?, key))
}

/// Several hosts of a group came to the same new value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// The group, the section, the key and the attribute.
    pub name: String,
    /// The new value; null is "not there".
    pub value: Value,
    /// The first host that was seen with it: the finding stands there.
    pub host: HostId,
    /// How many hosts have it.
    pub hosts: usize,
    /// When the last host came to it.
    pub last_at: Time,
}

record!(Rollout, Rollout, |rollout| rollout.name.clone());

/// The name of a rollout.
pub fn rollout_name(group: &Group, section: SectionName, key: &str, attribute: Option<&str>) -> String {
    format!("{}/{section}/{}/{key}", group.key(), attribute.unwrap_or_default())
}

impl Rollout {
    /// Whether nobody is odd for it yet.
    pub fn goes_on(&self, now: Time) -> bool {
        now.since(self.last_at) < ROLLOUT_MS
    }
}

/// The value of most.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    /// The value; null is "not there".
    pub value: Value,
    /// How many have it.
    pub count: usize,
    /// How many there are.
    pub of: usize,
}

/// The value of most, if there are enough and enough of them agree.
pub fn mode(tally: &Tally) -> Option<Mode> {
    let (first, of) = (tally.values.first()?, tally.total());
    let agrees = of >= FEWEST && first.count * 100 >= MOST_PERCENT * of;
    agrees.then(|| Mode { value: first.value.clone(), count: first.count, of })
}

/// What is known of a thing among the hosts of a group.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The values, the most frequent first.
    pub values: Vec<Share>,
}

/// Who has a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The value; null is "not there".
    pub value: Value,
    /// How many have it.
    pub count: usize,
    /// Who: of the most frequent value nobody is named.
    pub hosts: BTreeSet<HostId>,
}

impl Tally {
    /// How many have a value.
    pub fn having(&self, value: &Value) -> usize {
        self.values.iter().find(|share| share.value == *value).map_or(0, |share| share.count)
    }

    /// The most frequent value besides one.
    pub fn other_than(&self, value: &Value) -> Value {
        self.values.iter().find(|share| share.value != *value).map_or(Value::Null, |share| share.value.clone())
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.values.iter().map(|share| share.count).sum()
    }
}

/// What is odd, and what is a rollout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// The value of most.
    pub mode: Option<Mode>,
    /// Hosts that have another one.
    pub odd: Vec<(HostId, Value)>,
    /// The value that several came to lately, with these and when the last of them did.
    pub rollout: Option<(Value, BTreeMap<HostId, Time>)>,
}

/// Judges a thing. `came` says which hosts came to their value lately, and when.
pub fn judge(tally: &Tally, came: &BTreeMap<HostId, Time>, rollout: Option<&Rollout>, now: Time) -> Verdicts {
    let mode = mode(tally);
    let goes_on = rollout.filter(|rollout| rollout.goes_on(now));
    let lately = |hosts: &BTreeSet<HostId>| -> BTreeMap<HostId, Time> {
        let recent = |host: &HostId| came.get(host).filter(|at| now.since(**at) < ROLLOUT_MS).map(|at| (*host, *at));
        hosts.iter().filter_map(recent).collect()
    };
    let mut verdicts = Verdicts { mode, ..Verdicts::default() };
    let rolled = tally.values.iter().map(|share| (&share.value, lately(&share.hosts)));
    let rolled = rolled.filter(|(_, hosts)| hosts.len() >= ROLLOUT_HOSTS).max_by_key(|(_, hosts)| hosts.len());
    verdicts.rollout = rolled.map(|(value, hosts)| (value.clone(), hosts));
    let Some(mode) = &verdicts.mode else { return verdicts };
    let new = verdicts.rollout.as_ref().map(|(value, _)| value).or_else(|| Some(&goes_on?.value));
    for share in tally.values.iter().filter(|share| share.value != mode.value) {
        // Those that went ahead, and when most have gone, those that come after.
        if new == Some(&share.value) || new == Some(&mode.value) {
            continue;
        }
        verdicts.odd.extend(share.hosts.iter().map(|host| (*host, share.value.clone())));
    }
    verdicts
}

/// The policy of the odd one out, as it is shipped.
const ODD_POLICY: Shipped = Shipped {
    id: ODD,
    purpose: "something is another way than on most of the host's peers",
    says: "policy_peer_odd",
    section: SectionName::Package,
    condition: "",
    severity: crate::policy::Severity::Warning,
    class: crate::policy::Class::Critical,
    outcome: crate::policy::Outcome::Finding,
    is_on: true,
};

/// The policy of rollouts, as it is shipped.
const ROLLOUT_POLICY: Shipped = Shipped {
    id: ROLLOUT,
    purpose: "several peers came to the same new value within a day",
    says: "policy_peer_rollout",
    section: SectionName::Package,
    condition: "",
    severity: crate::policy::Severity::Info,
    class: crate::policy::Class::Critical,
    outcome: crate::policy::Outcome::Finding,
    is_on: true,
};

/// Both.
pub const POLICIES: &[Shipped] = &[ODD_POLICY, ROLLOUT_POLICY];

/// One of the two, if it is.
pub fn find(id: &str) -> Option<&'static Shipped> {
    POLICIES.iter().find(|policy| policy.id == id)
}

fn minded(policy: &Shipped, says: Phrase, settings: &Settings) -> Minded {
    let set = settings.of(policy.id);
    Minded {
        id: policy.id.to_owned(),
        severity: set.and_then(|set| set.severity).unwrap_or(policy.severity),
        class: policy.class,
        outcome: set.and_then(|set| set.outcome).unwrap_or(policy.outcome),
        patience: settings.patience(policy.id),
        basis: Basis::State,
        says: Some(says.into()),
    }
}

/// What a finding says of the odd one out.
pub fn odd(attribute: Option<&str>, (wanted, actual): (&Value, &Value), settings: &Settings) -> Violation {
    let says = match (attribute, actual.is_null()) {
        (Some(name), _) => Phrase::new("peer_differs")
            .term("attribute", "attribute", name.to_owned())
            .with("actual", plain(actual))
            .with("wanted", plain(wanted)),
        (None, true) => Phrase::new("peer_lacks"),
        (None, false) => Phrase::new("peer_alone"),
    };
    let policy = minded(&ODD_POLICY, says, settings);
    Violation { policy, attribute: attribute.map(str::to_owned), expected: wanted.clone(), actual: actual.clone() }
}

/// What a finding says of a rollout.
pub fn rolled(
    attribute: Option<&str>,
    (before, value): (&Value, &Value),
    hosts: usize,
    settings: &Settings,
) -> Violation {
    let says = match (attribute, value.is_null()) {
        (Some(name), _) => Phrase::new("peer_rollout_value")
            .term("attribute", "attribute", name.to_owned())
            .with("value", plain(value)),
        (None, true) => Phrase::new("peer_rollout_gone"),
        (None, false) => Phrase::new("peer_rollout_new"),
    };
    let policy = minded(&ROLLOUT_POLICY, says.with("hosts", hosts), settings);
    Violation { policy, attribute: attribute.map(str::to_owned), expected: before.clone(), actual: value.clone() }
}

/// What a finding among peers is about.
pub fn subject<'a>(host: (HostId, &'a str), section: SectionName, key: &'a str, now: Time) -> Subject<'a> {
    let item = ItemId::new(host.0, section, key);
    Subject { host: host.0, host_name: host.1, item, section, key, not_before: None, seen_at: now }
}

/// Whether a policy of peers is asked.
pub fn is_on(id: &str, settings: &Settings) -> bool {
    find(id).is_some_and(|policy| settings.is_state_on(policy))
}

#[cfg(test)]
mod tests;
