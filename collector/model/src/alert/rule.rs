//! Which alerts make incidents (rules E4 and E5): rules that owners set, tried in order; the first whose filter fits decides.

use muster_shared::Time;
use muster_shared::id::{AlertRuleId, UserId};
use serde::{Deserialize, Serialize};

use super::event::digest;
use super::observe::RECENT;
use super::{Alert, Route};
use crate::class::Violation;
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::{Phrase, Word, unseen};

/// Longest name and title.
const MAX_TEXT: usize = 200;
/// Most fields that a rule groups by.
const MAX_GROUP: usize = 8;
/// Longest window and patience: a day.
pub const MAX_SECONDS: u32 = 86_400;
/// What an attribute of events is called in a list of fields.
const ATTR: &str = "attrs.";
/// Fields that alerts are grouped by, and that a title can hold.
pub const FIELDS: &[&str] = &["ci", "source", "kind", "resource", "metric", "severity"];

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRule {
    /// Which rule.
    pub id: AlertRuleId,
    /// What it is called.
    pub name: String,
    /// Rules are tried from the smallest to the greatest.
    pub position: u32,
    /// Whether it is tried at all.
    pub is_enabled: bool,
    /// Which alerts it is for, in the query language.
    pub filter: String,
    /// So many events of a group make an incident …
    pub min_count: u32,
    /// … when they occurred within so many seconds.
    pub window_seconds: u32,
    /// An alert has to go on for so many seconds.
    pub hold_seconds: u32,
    /// Title of the incident, with fields in curly brackets; empty is the alert's own line.
    pub title: String,
    /// Alerts that are alike in these fields are one incident.
    pub group_by: Vec<String>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Whether the incident ends by itself when all of its alerts are closed.
    pub auto_resolve: bool,
    /// When it was last changed.
    pub updated_at: Time,
    /// Who did.
    pub updated_by: String,
    /// Why it does not act any more though it is enabled; found when it is read.
    #[serde(skip)]
    pub suspended: Option<Phrase>,
}

record!(AlertRule, AlertRule, |rule| rule.id.to_string());

/// The rule that is there before anybody makes one: a critical alert is an incident of its item.
pub fn shipped() -> AlertRule {
    AlertRule {
        id: AlertRuleId::from_bytes(*b"muster-critical1"),
        name: "Critical alerts".into(),
        position: 1_000,
        is_enabled: true,
        filter: "severity:critical".into(),
        min_count: 1,
        window_seconds: 600,
        hold_seconds: 0,
        title: String::new(),
        group_by: vec!["ci".into()],
        assignment_group: None,
        assignee: None,
        auto_resolve: true,
        updated_at: Time::from_millis(0),
        updated_by: "system:shipped".into(),
        suspended: None,
    }
}

/// The value of a field of an alert, as a rule sees it.
fn field(alert: &Alert, name: &str) -> String {
    match name {
        "ci" => alert.ci_name().to_owned(),
        "source" => alert.source.clone(),
        "kind" => alert.kind.clone(),
        "resource" => alert.resource.clone(),
        "metric" => alert.metric.clone().unwrap_or_default(),
        "severity" => alert.severity.as_str().to_owned(),
        _ => name.strip_prefix(ATTR).and_then(|name| alert.attrs.get(name)).cloned().unwrap_or_default(),
    }
}

fn is_field(name: &str) -> bool {
    FIELDS.contains(&name) || name.strip_prefix(ATTR).is_some_and(|name| !name.is_empty())
}

/// The names in curly brackets of a template, and whether all brackets are closed.
fn places(template: &str) -> (Vec<&str>, bool) {
    let mut parts = template.split('{');
    let is_closed = parts.next().is_none_or(|first| !first.contains('}'));
    let places: Vec<Option<&str>> =
        parts.map(|part| part.split_once('}').filter(|(_, rest)| !rest.contains('}')).map(|(name, _)| name)).collect();
    let all_closed = is_closed && places.iter().all(Option::is_some);
    (places.into_iter().flatten().collect(), all_closed)
}

impl AlertRule {
    /// What forbids to save it.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut refuse = |pointer: &str, why: Phrase| wrong.push(Violation { pointer: pointer.to_owned(), why });
        for (pointer, text, min) in [
            ("/name", self.name.as_str(), 1),
            ("/title", self.title.as_str(), 0),
            ("/assignment_group", self.assignment_group.as_deref().unwrap_or_default(), 0),
        ] {
            if !(min..=MAX_TEXT).contains(&text.trim().chars().count()) {
                refuse(pointer, Phrase::new("characters").with("min", min).with("max", MAX_TEXT));
            } else if let Some(why) = unseen(text) {
                refuse(pointer, why);
            } else if text.contains('\n') {
                refuse(pointer, Phrase::new("one_line"));
            }
        }
        if let Err(error) = self.query() {
            refuse("/filter", error);
        }
        for (pointer, number, min, max) in [
            ("/min_count", self.min_count, 1, u32::try_from(RECENT).unwrap_or(100)),
            ("/window_seconds", self.window_seconds, 1, MAX_SECONDS),
            ("/hold_seconds", self.hold_seconds, 0, MAX_SECONDS),
        ] {
            if !(min..=max).contains(&number) {
                let why = Phrase::new("number_from_to").with("min", min.to_string()).with("max", max.to_string());
                refuse(pointer, why);
            }
        }
        let unknown = |name: &str| {
            let value: String = name.chars().take(60).collect();
            Phrase::new("alert_rule_field").with("value", value).with("fields", Word::list(FIELDS))
        };
        if self.group_by.len() > MAX_GROUP {
            refuse("/group_by", Phrase::new("at_most_entries").with("max", MAX_GROUP));
        }
        for (i, name) in self.group_by.iter().enumerate().filter(|(_, name)| !is_field(name)) {
            refuse(&format!("/group_by/{i}"), unknown(name));
        }
        let (places, is_closed) = places(&self.title);
        if !is_closed {
            refuse("/title", Phrase::new("alert_rule_bracket"));
        }
        for name in places.into_iter().filter(|name| !is_field(name)) {
            refuse("/title", unknown(name));
        }
        wrong
    }

    /// Its filter.
    pub fn query(&self) -> Result<Query, Phrase> {
        let query = Query::parse(&self.filter, &fields::ALERT).map_err(|error| error.phrase())?;
        // What an alert is now moves; a rule asks for what it is of.
        match ["state", "active", "suppressed_by", "incident", "count"].iter().find(|field| query.mentions(field)) {
            Some(field) => Err(Phrase::new("alert_rule_moves").with("field", *field)),
            None => Ok(query),
        }
    }

    /// Whether it is for an alert.
    pub fn fits(&self, alert: &Alert) -> bool {
        self.is_enabled && self.query().is_ok_and(|query| query.matches(&alert.entry()))
    }

    /// The group of an alert, as the store finds it.
    pub fn group(&self, alert: &Alert) -> String {
        let values: Vec<String> = self
            .group_by
            .iter()
            .map(|name| match (name.as_str(), alert.subject.node()) {
                // Two items may have one name.
                ("ci", Some(node)) => node.to_string(),
                (name, _) => field(alert, name),
            })
            .collect();
        digest(&values.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The title of the incident that an alert begins.
    pub fn title_of(&self, alert: &Alert) -> String {
        if self.title.trim().is_empty() {
            return alert.title();
        }
        let mut parts = self.title.split('{');
        let mut title = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            title.push_str(&field(alert, name));
            title.push_str(rest);
        }
        title.trim().chars().take(MAX_TEXT).collect()
    }

    /// How many events of a group count now: those within the window that ends with the newest.
    pub fn counted<'a>(&self, group: impl IntoIterator<Item = &'a Alert>) -> usize {
        let times: Vec<Time> = group.into_iter().flat_map(|alert| alert.recent.iter().copied()).collect();
        let Some(newest) = times.iter().max() else { return 0 };
        times.iter().filter(|at| newest.since(**at) <= i64::from(self.window_seconds) * 1_000).count()
    }
}

/// The rule that an alert follows: the first that fits, of rules in their order.
pub fn assign(alert: &Alert, rules: &[AlertRule]) -> Option<Route> {
    let rule = rules.iter().find(|rule| rule.fits(alert))?;
    let due_at = Some(alert.held_from.plus_millis(i64::from(rule.hold_seconds) * 1_000));
    Some(Route { rule: rule.id, group: rule.group(alert), due_at })
}
