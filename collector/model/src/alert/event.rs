//! Events as monitoring systems send them: their shape, their limits, and what an alert is recognised by.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{AlertId, NodeId};
use serde::{Deserialize, Serialize};

use super::Subject;
use crate::class::Violation;
use crate::policy::Severity;
use crate::record::record;
use crate::text::{Phrase, unseen};

/// Most events of a batch.
pub const MAX_BATCH: usize = 1_000;
/// Longest name of a source.
pub const MAX_SOURCE: usize = 64;
/// Longest id, reference, kind, resource, metric or key.
pub const MAX_TEXT: usize = 256;
/// Longest summary.
pub const MAX_SUMMARY: usize = 1_000;
/// Most attributes.
pub const MAX_ATTRS: usize = 64;
/// Longest value of an attribute.
pub const MAX_VALUE: usize = 1_000;

/// How bad it is, or that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// To act on now.
    Critical,
    /// To look at now.
    Major,
    /// To look at soon.
    Minor,
    /// To look at some day.
    Warning,
    /// To know.
    Info,
    /// It is over.
    Clear,
}

impl Level {
    /// All of them, the worst first.
    pub const ALL: &'static [Self] =
        &[Self::Critical, Self::Major, Self::Minor, Self::Warning, Self::Info, Self::Clear];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self.severity() {
            Some(severity) => severity.as_str(),
            None => "clear",
        }
    }

    /// How bad; `None` when it is over.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::Major => Some(Severity::Major),
            Self::Minor => Some(Severity::Minor),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Clear => None,
        }
    }

    /// The level of a severity.
    pub const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::Major => Self::Major,
            Severity::Minor => Self::Minor,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// An event as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Who sends it: `nagios-fra`.
    pub source: String,
    /// What the sender calls it: what comes twice under one name is one event.
    pub source_event_id: Option<String>,
    /// What it is about: id, name, FQDN or address.
    #[serde(default)]
    pub ci_ref: String,
    /// What kind of trouble: `disk_full`.
    pub kind: String,
    /// Which part of the item: `/var`.
    #[serde(default)]
    pub resource: String,
    /// What was measured: `used_percent`.
    pub metric: Option<String>,
    /// How bad, or `clear`.
    pub severity: Level,
    /// When it occurred; when it is received without it.
    pub occurred_at: Option<Time>,
    /// What the alert is recognised by, in place of item, kind and resource.
    pub dedup_key: Option<String>,
    /// One line for people.
    #[serde(default)]
    pub summary: String,
    /// What else is known of it.
    #[serde(default)]
    pub attrs: BTreeMap<String, String>,
}

impl Event {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut text = |pointer: String, text: &str, min: usize, max: usize| {
            let length = text.chars().count();
            if !(min..=max).contains(&length) || (min > 0 && text.trim().is_empty()) {
                let why = Phrase::new("characters").with("min", min).with("max", max);
                wrong.push(Violation { pointer, why });
            } else if let Some(why) = unseen(text) {
                wrong.push(Violation { pointer, why });
            }
        };
        text("/source".into(), &self.source, 1, MAX_SOURCE);
        text("/ci_ref".into(), &self.ci_ref, 0, MAX_TEXT);
        text("/kind".into(), &self.kind, 1, MAX_TEXT);
        text("/resource".into(), &self.resource, 0, MAX_TEXT);
        for (name, value) in
            [("source_event_id", &self.source_event_id), ("metric", &self.metric), ("dedup_key", &self.dedup_key)]
        {
            if let Some(value) = value {
                text(format!("/{name}"), value, 1, MAX_TEXT);
            }
        }
        text("/summary".into(), &self.summary, 0, MAX_SUMMARY);
        for (name, value) in &self.attrs {
            let pointer = format!("/attrs/{}", name.replace('~', "~0").replace('/', "~1"));
            text(pointer.clone(), name, 1, MAX_TEXT);
            text(pointer, value, 0, MAX_VALUE);
        }
        if self.attrs.len() > MAX_ATTRS {
            let why = Phrase::new("at_most_entries").with("max", MAX_ATTRS);
            wrong.push(Violation { pointer: "/attrs".into(), why });
        }
        wrong
    }

    /// When it occurred: a clock that goes ahead tells no future.
    pub fn occurred(&self, now: Time) -> Time {
        self.occurred_at.map_or(now, |at| at.min(now))
    }

    /// The keys of the alert that it belongs to, the one that counts first (rule E1). An item that became known since the
    /// alert opened is found by the second.
    pub fn keys(&self, subject: &Subject) -> Vec<String> {
        if let Some(key) = &self.dedup_key {
            return vec![digest(&["key", &self.source, key])];
        }
        let by = |about: &str| digest(&["item", about, &self.kind, &self.resource]);
        let told = by(&self.ci_ref.trim().to_lowercase());
        match subject.node() {
            Some(node) => vec![by(&node.to_string()), told],
            None => vec![told],
        }
    }

    /// The key of the record of an event that its sender gave a name.
    pub fn receipt(&self) -> Option<String> {
        self.source_event_id.as_ref().map(|id| digest(&["event", &self.source, id]))
    }
}

/// A short name for several texts.
pub fn digest(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// An event that was received, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// By its sender's name for it, else drawn.
    pub id: String,
    /// Its alert, if it has one.
    pub alert: Option<AlertId>,
    /// What became of it.
    pub outcome: Outcome,
    /// The item, if it is known.
    pub node: Option<NodeId>,
    /// When it occurred.
    pub occurred_at: Time,
    /// When it was received.
    pub received_at: Time,
    /// The event.
    pub event: Event,
}

record!(Received, AlertEvent, |received| received.id.clone());

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It began an alert.
    Opened,
    /// It was counted.
    Updated,
    /// It opened its alert again.
    Reopened,
    /// It closed its alert.
    Closed,
    /// It came too late to change where its alert stands, and was counted.
    Late,
    /// A clear of nothing that goes on.
    Ignored,
    /// It was received before.
    Duplicate,
}

impl Outcome {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Updated => "updated",
            Self::Reopened => "reopened",
            Self::Closed => "closed",
            Self::Late => "late",
            Self::Ignored => "ignored",
            Self::Duplicate => "duplicate",
        }
    }
}
