//! A finding: one difference between what is authorised and what is there, from its first sight to its end.

use muster_shared::id::{FindingId, HostId, ItemId, TicketId, WaiverId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod flap;
mod past;
mod state;

use flap::Flap;
pub use state::{FindingState, Likely, Resolution};

use crate::drift::change_match::Match;
use crate::policy::patience::Patience;
use crate::policy::{Class, Outcome, Severity, Violation};
use crate::record::record;
use crate::text::{Phrase, Text, Word};

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which finding.
    pub id: FindingId,
    /// H(host, item key, policy, attribute): the same difference has the same one, whatever its values.
    pub fingerprint: String,
    /// H(policy, class, attribute, old -> new): the same difference on other hosts has the same one.
    pub group_fingerprint: String,
    /// The host.
    pub host: HostId,
    /// Its name, as it was.
    pub host_name: String,
    /// The item.
    pub item: ItemId,
    /// Its section.
    pub section: SectionName,
    /// Its key.
    pub item_key: String,
    /// H(policy, class, item key, attribute): what a problem is about, whatever the host and the values.
    #[serde(default)]
    pub problem_fingerprint: String,
    /// The policy that minds.
    pub policy: String,
    /// What makes it a finding.
    #[serde(default, skip_serializing_if = "Basis::is_change")]
    pub basis: Basis,
    /// What is wrong, where that is more than a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Text>,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long its policy waits, and what is told as one incident.
    #[serde(default, skip_serializing_if = "Patience::is_usual")]
    pub patience: Patience,
    /// The attribute, or `None` for the item as a whole.
    pub attribute: Option<String>,
    /// Authorised; null is "not there".
    pub expected: Value,
    /// Discovered, as long as it differed; null is "not there".
    pub actual: Value,
    /// It happened after this.
    pub not_before: Option<Time>,
    /// It moved on after this, where it did after it was first seen: then it happened before it was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_after: Option<Time>,
    /// It was first seen then.
    pub first_seen: Time,
    /// It was last seen then.
    pub last_seen: Time,
    /// How often it was seen to change.
    pub count: u32,
    /// How often it came back after it had been reverted.
    pub reopen_count: u32,
    /// Whether the router has dealt with its present opening.
    pub is_routed: bool,
    /// The incident that deals with it.
    pub incident: Option<TicketId>,
    /// How often it came and went lately.
    #[serde(default, skip_serializing_if = "Flap::is_none")]
    pub flap: Flap,
    /// The finding that stands for it: no incident is made of it as long as that one is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<FindingId>,
    /// The waiver that lets it stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaiverId>,
    /// Changes that have to do with it, with how well they explain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<Match>,
    /// Where it stood before, each with the time since when, oldest first; the last one is where it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: FindingState,
}

/// What makes a finding: a change, or how things are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Something changed and nobody approved it: it ends when it goes back, or is accepted.
    #[default]
    Change,
    /// An item is as a policy says that none may be: it ends when it is not so any more.
    State,
    /// So much changed at once that it is told as one: it stands for others until somebody accepts it.
    Storm,
}

impl Basis {
    /// Whether it is a change: most are.
    pub const fn is_change(&self) -> bool {
        matches!(self, Self::Change)
    }

    /// Whether what was found can be said to be right from now on: how a thing is breaks a policy as long as it is so.
    pub const fn may_accept(self) -> bool {
        !matches!(self, Self::State)
    }

    /// Whether the same on several hosts is told as one.
    pub const fn may_group(self) -> bool {
        !matches!(self, Self::Storm)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::State => "state",
            Self::Storm => "storm",
        }
    }
}

/// What a finding is about, as it was seen.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: &'a str,
    /// The item.
    pub item: ItemId,
    /// Its section.
    pub section: SectionName,
    /// Its key.
    pub key: &'a str,
    /// It was not so then.
    pub not_before: Option<Time>,
    /// It was seen so then.
    pub seen_at: Time,
}

/// A state that a finding went into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When.
    pub since: Time,
    /// The state.
    pub state: FindingState,
}

/// Turns that are kept: what comes and goes more often has a past that begins later.
const MAX_TURNS: usize = 64;

/// The fields that can be asked of the past: those that never change, and where it stood.
pub const PAST: &[&str] = &[
    "host",
    "host_name",
    "item",
    "section",
    "item_key",
    "policy",
    "severity",
    "attribute",
    "state",
    "drift",
    "first_seen",
];

record!(Finding, Finding, |finding| finding.id.to_string());

fn hex(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// The fingerprint of a difference.
pub fn fingerprint(host: HostId, section: SectionName, key: &str, policy: &str, attribute: Option<&str>) -> String {
    hex(&[&host.to_string(), section.as_str(), key, policy, attribute.unwrap_or_default()])
}

impl Finding {
    /// A finding that begins in a state.
    pub fn begin(subject: &Subject<'_>, violation: Violation, state: FindingState, now: Time) -> Self {
        let policy = violation.policy;
        let mut finding = Self {
            id: FindingId::new(now),
            fingerprint: fingerprint(
                subject.host,
                subject.section,
                subject.key,
                &policy.id,
                violation.attribute.as_deref(),
            ),
            group_fingerprint: String::new(),
            problem_fingerprint: String::new(),
            host: subject.host,
            host_name: subject.host_name.to_owned(),
            item: subject.item,
            section: subject.section,
            item_key: subject.key.to_owned(),
            policy: policy.id,
            basis: policy.basis,
            says: policy.says,
            severity: policy.severity,
            class: policy.class,
            outcome: policy.outcome,
            patience: policy.patience,
            flap: Flap::default(),
            parent: None,
            waiver: None,
            matches: Vec::new(),
            turns: Vec::new(),
            state,
            attribute: violation.attribute,
            expected: violation.expected,
            actual: violation.actual,
            not_before: subject.not_before,
            moved_after: None,
            first_seen: subject.seen_at,
            last_seen: subject.seen_at,
            count: 1,
            reopen_count: 0,
            is_routed: false,
            incident: None,
        };
        finding.describe();
        finding
    }

    /// Says anew what the difference is, after it became another: the same difference on other hosts has the same group
    /// fingerprint. An item that is as it must not be is the same thing on every host, whatever else it says.
    pub fn describe(&mut self) {
        let attribute = self.attribute.as_deref().unwrap_or_default();
        let values = match self.basis {
            Basis::Change => [self.expected.to_string(), self.actual.to_string()],
            Basis::State | Basis::Storm => [self.item_key.clone(), String::new()],
        };
        let [from, to] = &values;
        self.group_fingerprint = hex(&[&self.policy, self.section.as_str(), attribute, from, to]);
        self.problem_fingerprint = hex(&[&self.policy, self.section.as_str(), &self.item_key, attribute]);
    }

    /// Goes into a state.
    pub fn enter(&mut self, state: FindingState, now: Time) {
        if self.turns.is_empty() {
            self.turns = self.first_turns();
        }
        if self.turns.len() >= MAX_TURNS {
            self.turns.remove(0);
        }
        self.turns.push(Turn { since: now.max(self.first_seen), state: state.clone() });
        self.state = state;
    }

    /// When it may become an incident, if it stands and nobody decided otherwise.
    pub const fn routes_at(&self) -> Option<Time> {
        match self.state {
            FindingState::Open { routes_at } => Some(routes_at),
            FindingState::Flapping { stands: true, .. } => Some(self.flap.at),
            FindingState::Pending { .. }
            | FindingState::Flapping { .. }
            | FindingState::Attached { .. }
            | FindingState::Tentative { .. }
            | FindingState::Waived { .. }
            | FindingState::Suppressed { .. }
            | FindingState::Unknown { .. }
            | FindingState::Resolved { .. } => None,
        }
    }

    /// The numbers of the changes that explain it, or may, and of those that it contradicts.
    pub fn changes(&self) -> Vec<&str> {
        let explains = self.state.changes();
        let concerns = |found: &&Match| explains.contains(&found.change) || found.contradicts();
        self.matches.iter().filter(concerns).map(|found| found.number.as_str()).collect()
    }

    /// Whether it was opened at this moment.
    pub fn just_opened(&self, now: Time) -> bool {
        matches!(self.state, FindingState::Open { .. }) && self.turns.last().is_some_and(|turn| turn.since >= now)
    }

    /// Whether a change began to explain it, or may explain it, at this moment.
    pub fn just_explained(&self, now: Time) -> bool {
        self.state.is_explained() && self.turns.last().is_some_and(|turn| turn.since >= now)
    }

    /// Whether it is over because a change made what was found authorised.
    pub fn is_made_by(&self, found: &Match) -> bool {
        let FindingState::Resolved { resolution: Resolution::Accepted, reason, .. } = &self.state else { return false };
        *reason == found.number
    }

    /// Whether who works on it is to be told now that it comes and goes too often.
    pub fn tells_flapping(&mut self, now: Time) -> bool {
        matches!(self.state, FindingState::Flapping { .. }) && self.flap.tells(now)
    }

    /// What changed, in one line without the host: `user deploy added, uid 0`.
    pub fn what(&self) -> Phrase {
        let say = |plain: &'static str, with: &'static str, of: &Value| {
            let details = details(of);
            let is_plain = details.is_empty();
            let phrase = Phrase::new(if is_plain { plain } else { with });
            if is_plain { phrase } else { phrase.with("details", Word::List(details)) }
        };
        if let Some(says) = &self.says {
            let phrase = Phrase::new("finding_says").with(
                "says",
                says.phrase().map_or_else(|| says.to_string().into(), |phrase| Word::from(phrase.clone())),
            );
            return phrase.term("noun", "section", self.section.as_str()).with("key", self.item_key.as_str());
        }
        let phrase = match (&self.attribute, self.expected.is_null(), self.actual.is_null()) {
            (None, true, _) => say("finding_added", "finding_added_with", &self.actual),
            (None, false, true) => say("finding_removed", "finding_removed_with", &self.expected),
            (None, false, false) => say("finding_replaced", "finding_replaced_with", &self.actual),
            (Some(name), ..) => Phrase::new("finding_changed")
                .term("attribute", "attribute", name.clone())
                .with("from", word(&self.expected))
                .with("to", word(&self.actual)),
        };
        phrase.term("noun", "section", self.section.as_str()).with("key", self.item_key.as_str())
    }

    /// The one line: host, item, what changed. `web-1: user deploy added, uid 0`.
    pub fn title(&self) -> Phrase {
        Phrase::new("on_host").with("host", self.host_name.as_str()).with("what", self.what())
    }
}

/// What tells an item at a glance, at most two attributes.
fn details(item: &Value) -> Vec<Word> {
    let detail = |name: &'static str| {
        let value = item.get(name)?;
        Some(Phrase::new("detail").term("name", "attribute", name).with("value", plain(value)).into())
    };
    ["uid", "gid", "version", "process", "type"].into_iter().filter_map(detail).take(2).collect()
}

fn word(value: &Value) -> Word {
    if value.is_null() { Phrase::new("none").into() } else { plain(value).into() }
}

/// A value for a line of text: at most 60 characters, without quotes.
pub fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    if text.chars().count() > 60 { text.chars().take(59).chain(['…']).collect() } else { text }
}

#[cfg(test)]
mod tests;
