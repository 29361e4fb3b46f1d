//! A finding: one difference between what is authorised and what is there, from its first sight to its end.

use muster_shared::id::{FindingId, HostId, ItemId, TicketId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policy::{Class, Outcome, Severity, Violation};
use crate::record::record;
use crate::text::{Phrase, Word};

/// Where a finding stands. Each state carries what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FindingState {
    /// Seen once: waits for a second look, or until `opens_at`.
    Pending {
        /// When it opens by itself.
        opens_at: Time,
    },
    /// It is so. Goes to the router at `routes_at`.
    Open {
        /// When it may become an incident.
        routes_at: Time,
    },
    /// Somebody lets it stand for a time.
    Waived {
        /// Who.
        by: String,
        /// Why.
        justification: String,
        /// Until when: then it comes back.
        expires_at: Time,
    },
    /// Somebody silenced it for a time.
    Suppressed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Until when: then it comes back.
        until: Time,
    },
    /// It is over.
    Resolved {
        /// How it ended.
        resolution: Resolution,
        /// Who ended it.
        by: String,
        /// Why, for an accepted one.
        reason: String,
        /// When.
        at: Time,
    },
}

/// How a finding ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The host went back to what is authorised.
    Reverted,
    /// What was found is authorised now.
    Accepted,
    /// The item it spoke of is gone altogether.
    ItemGone,
}

impl Resolution {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reverted => "reverted",
            Self::Accepted => "accepted",
            Self::ItemGone => "item_gone",
        }
    }
}

impl FindingState {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["pending", "open", "waived", "suppressed", "resolved"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Open { .. } => "open",
            Self::Waived { .. } => "waived",
            Self::Suppressed { .. } => "suppressed",
            Self::Resolved { .. } => "resolved",
        }
    }

    /// Whether the difference still stands.
    pub const fn is_active(&self) -> bool {
        !matches!(self, Self::Resolved { .. })
    }

    /// When something happens to it by itself.
    pub const fn due_at(&self) -> Option<Time> {
        match self {
            Self::Pending { opens_at } => Some(*opens_at),
            Self::Open { .. } | Self::Resolved { .. } => None,
            Self::Waived { expires_at, .. } => Some(*expires_at),
            Self::Suppressed { until, .. } => Some(*until),
        }
    }
}

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
    /// The policy that minds.
    pub policy: String,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// The attribute, or `None` for the item as a whole.
    pub attribute: Option<String>,
    /// Authorised; null is "not there".
    pub expected: Value,
    /// Discovered, as long as it differed; null is "not there".
    pub actual: Value,
    /// It happened after this.
    pub not_before: Option<Time>,
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
    /// Where it stood before, each with the time since when, oldest first; the last one is where it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: FindingState,
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
pub const PAST: &[&str] =
    &["host", "host_name", "item", "section", "item_key", "policy", "severity", "attribute", "state", "first_seen"];

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

/// The fingerprint that the same difference has on every host.
pub fn group_fingerprint(section: SectionName, violation: &Violation) -> String {
    let attribute = violation.attribute.as_deref().unwrap_or_default();
    hex(&[
        violation.policy.id,
        section.as_str(),
        attribute,
        &violation.expected.to_string(),
        &violation.actual.to_string(),
    ])
}

impl Finding {
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

    /// The turns of a finding that has none yet: it stands where it began, or was stored before turns were kept. Of those it
    /// is known since when they stood and when they ended.
    fn first_turns(&self) -> Vec<Turn> {
        let turn = |since, state: &FindingState| Turn { since, state: state.clone() };
        match &self.state {
            FindingState::Resolved { at, .. } => {
                vec![turn(self.first_seen, &FindingState::Open { routes_at: self.first_seen }), turn(*at, &self.state)]
            }
            state => vec![turn(self.first_seen, state)],
        }
    }

    /// Where it stood at a moment; `None` before it was there, or before its past begins.
    pub fn state_at(&self, at: Time) -> Option<FindingState> {
        let first = if self.turns.is_empty() { self.first_turns() } else { Vec::new() };
        let turns = if self.turns.is_empty() { &first } else { &self.turns };
        turns.iter().rev().find(|turn| turn.since <= at).map(|turn| turn.state.clone())
    }

    /// What changed, in one line without the host: `user deploy added, uid 0`.
    pub fn what(&self) -> Phrase {
        let say = |plain: &'static str, with: &'static str, of: &Value| {
            let details = details(of);
            let is_plain = details.is_empty();
            let phrase = Phrase::new(if is_plain { plain } else { with });
            if is_plain { phrase } else { phrase.with("details", Word::List(details)) }
        };
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
mod tests {
    use super::*;

    fn at(ms: i64) -> Time {
        Time::from_millis(ms)
    }

    fn finding(state: FindingState) -> Finding {
        let host = HostId::new(at(1));
        Finding {
            id: FindingId::new(at(10)),
            fingerprint: String::new(),
            group_fingerprint: String::new(),
            host,
            host_name: "web-1".into(),
            item: ItemId::new(host, SectionName::User, "deploy"),
            section: SectionName::User,
            item_key: "deploy".into(),
            policy: "account-added".into(),
            severity: Severity::Critical,
            class: Class::Security,
            outcome: Outcome::Incident,
            attribute: None,
            expected: Value::Null,
            actual: Value::Null,
            not_before: None,
            first_seen: at(10),
            last_seen: at(10),
            count: 1,
            reopen_count: 0,
            is_routed: false,
            incident: None,
            turns: Vec::new(),
            state,
        }
    }

    fn resolved(ms: i64) -> FindingState {
        FindingState::Resolved { resolution: Resolution::Reverted, by: "x".into(), reason: String::new(), at: at(ms) }
    }

    #[test]
    fn turns_tell_where_it_stood_as_far_back_as_they_are_kept() {
        let mut flapping = finding(FindingState::Open { routes_at: at(10) });
        for i in 1..=40 {
            flapping.enter(resolved(20 * i), at(20 * i));
            flapping.enter(FindingState::Open { routes_at: at(20 * i + 10) }, at(20 * i + 10));
        }
        assert_eq!(flapping.turns.len(), MAX_TURNS);
        assert_eq!(flapping.state_at(at(800)), Some(resolved(800)));
        assert_eq!(flapping.state_at(at(809)), Some(resolved(800)));
        assert!(flapping.state_at(at(10_000)).is_some_and(|state| state.is_active()));
        assert_eq!(flapping.state_at(at(30)), None, "longer ago than is kept nothing is said");
    }

    #[test]
    fn one_that_was_stored_before_turns_were_kept_stood_from_first_sight_to_its_end() {
        let old = finding(resolved(50));
        assert_eq!(old.state_at(at(9)), None);
        assert!(old.state_at(at(49)).is_some_and(|state| state.is_active()));
        assert_eq!(old.state_at(at(50)), Some(resolved(50)));
    }
}
