//! The webhook of Prometheus Alertmanager (version 4) as events: which label says what.
//!
//! `docs/events.md` shows the mapping, and the configuration of an Alertmanager that sends it.

use std::collections::BTreeMap;

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::event::{Event, Level, MAX_ATTRS, MAX_SUMMARY, MAX_TEXT, MAX_VALUE};

/// The version that is read.
pub const VERSION: &str = "4";
/// Labels that say which item is meant; the first that is there counts.
pub const ITEM: &[&str] = &["muster_ci", "host", "hostname", "node", "nodename", "instance"];
/// Labels that say which part of the item is meant; those that are there, in this order.
pub const RESOURCE: &[&str] =
    &["device", "mountpoint", "interface", "name", "unit", "job_name", "pod", "container", "target"];
/// Annotations that say it in one line.
const SUMMARY: &[&str] = &["summary", "message", "description"];
/// What the label `severity` says, in the words that are in use, and how bad that is.
pub const SEVERITIES: &[(&str, Level)] = &[
    ("critical", Level::Critical),
    ("page", Level::Critical),
    ("emergency", Level::Critical),
    ("fatal", Level::Critical),
    ("disaster", Level::Critical),
    ("major", Level::Major),
    ("error", Level::Major),
    ("high", Level::Major),
    ("minor", Level::Minor),
    ("average", Level::Minor),
    ("warning", Level::Warning),
    ("warn", Level::Warning),
    ("low", Level::Warning),
    ("info", Level::Info),
    ("informational", Level::Info),
    ("none", Level::Info),
];

/// A message. What it says besides is not looked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Message {
    /// `4`.
    pub version: String,
    /// The alerts of a group.
    pub alerts: Vec<Alert>,
}

/// Whether an alert goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does.
    Firing,
    /// It does not.
    Resolved,
}

/// An alert of a message.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Whether it goes on.
    pub status: Status,
    /// What it is.
    pub labels: BTreeMap<String, String>,
    /// What people are told.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Since when it fires.
    pub starts_at: Time,
    /// When it was over; of one that fires it is year 1.
    #[serde(default)]
    pub ends_at: Option<Time>,
    /// What its labels make it recognised by.
    #[serde(default)]
    pub fingerprint: String,
    /// Where it comes from.
    #[serde(default, rename = "generatorURL")]
    pub generator_url: String,
}

fn first<'a>(map: &'a BTreeMap<String, String>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| map.get(*name)).map(String::as_str).filter(|text| !text.trim().is_empty())
}

/// A text that is not too long, without characters that cannot be seen.
fn fit(text: &str, max: usize) -> String {
    let seen = |c: &char| crate::text::unseen(c.encode_utf8(&mut [0; 4])).is_none();
    text.chars().filter(seen).take(max).collect()
}

/// How bad it is: by the label `severity`; without one that is known, a warning.
fn level(labels: &BTreeMap<String, String>) -> Level {
    let said = labels.get("severity").map(|text| text.trim().to_lowercase()).unwrap_or_default();
    SEVERITIES.iter().find(|(word, _)| *word == said).map_or(Level::Warning, |(_, level)| *level)
}

/// The event that an alert of a message is.
pub fn event(source: &str, alert: &Alert) -> Event {
    let labels = &alert.labels;
    let is_over = alert.status == Status::Resolved;
    let occurred_at = if is_over { alert.ends_at.unwrap_or(alert.starts_at) } else { alert.starts_at };
    let parts: Vec<&str> = RESOURCE.iter().filter_map(|name| labels.get(*name)).map(String::as_str).collect();
    let link = (!alert.generator_url.is_empty()).then(|| ("generatorURL".to_owned(), alert.generator_url.clone()));
    let attrs = labels.iter().map(|(name, value)| (name.clone(), value.clone())).chain(link);
    let kind = first(labels, &["alertname"]).unwrap_or("alert");
    let key = (!alert.fingerprint.is_empty()).then(|| fit(&alert.fingerprint, MAX_TEXT));
    let status = if is_over { "resolved" } else { "firing" };
    Event {
        source: source.to_owned(),
        // What it repeats until it is over is one event.
        source_event_id: key.as_ref().map(|key| fit(&format!("{key} {status} {occurred_at}"), MAX_TEXT)),
        ci_ref: fit(first(labels, ITEM).unwrap_or_default(), MAX_TEXT),
        kind: fit(kind, MAX_TEXT),
        resource: fit(&parts.join(" "), MAX_TEXT),
        metric: None,
        severity: if is_over { Level::Clear } else { level(labels) },
        occurred_at: Some(occurred_at),
        dedup_key: key,
        summary: fit(first(&alert.annotations, SUMMARY).unwrap_or_default(), MAX_SUMMARY),
        attrs: attrs
            .map(|(name, value)| (fit(&name, MAX_TEXT), fit(&value, MAX_VALUE)))
            .filter(|(name, _)| !name.is_empty())
            .take(MAX_ATTRS)
            .collect(),
    }
}
