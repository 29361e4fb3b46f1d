//! How long the past is kept. What was so within that time is answered exactly; of earlier times nothing is said at all.

use std::collections::BTreeMap;

use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::text::Phrase;

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// Days that the history of items is kept unless somebody says otherwise: two years and a quarter's audit.
pub const HISTORY_DAYS: u32 = 800;
/// Commits whose events can be read again: whoever reads them is done with older ones.
pub const EVENT_COMMITS: u64 = 1_000_000;
/// Days that closed alerts and the events of alerts are kept.
pub const ALERT_DAYS: u32 = 90;
/// Classes whose items come and go by themselves all day.
pub const SHORT_LIVED: &[(SectionName, u32)] = &[(SectionName::Connection, 30), (SectionName::Process, 30)];

/// The key of the one document of windows.
pub const KEY: &str = "windows";
/// The longest window in days: a century.
const MAX_DAYS: u32 = 36_500;

/// What somebody set; what is left out is as the configuration says. 0 is for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Windows {
    /// Days of the history of items, of what people said, and of relations.
    pub history_days: Option<u32>,
    /// Days of the history of single classes, by their names.
    pub classes: BTreeMap<String, u32>,
    /// Commits whose events can be read again.
    pub event_commits: Option<u64>,
    /// Days of closed alerts and of the events of alerts.
    pub alert_days: Option<u32>,
}

/// The windows that somebody set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionSet {
    /// The windows.
    pub windows: Windows,
    /// Who set them last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(RetentionSet, RetentionSet, |_set| KEY.to_owned());

impl Windows {
    /// What counts: this before what the configuration says.
    pub fn over(&self, configured: &Retention) -> Retention {
        let mut classes = configured.classes.clone();
        classes.extend(self.classes.iter().map(|(class, days)| (class.clone(), *days)));
        Retention {
            history_days: self.history_days.unwrap_or(configured.history_days),
            event_commits: self.event_commits.unwrap_or(configured.event_commits),
            alert_days: self.alert_days.unwrap_or(configured.alert_days),
            classes,
        }
    }

    /// Whether they can be meant; the first that cannot says where.
    pub fn check(&self) -> Result<(), (String, Phrase)> {
        let classes = self.classes.iter().map(|(class, days)| (format!("/classes/{class}"), Some(*days)));
        let fields = [("/history_days".to_owned(), self.history_days), ("/alert_days".to_owned(), self.alert_days)];
        let too_long = fields.into_iter().chain(classes).find(|(_, days)| days.is_some_and(|days| days > MAX_DAYS));
        let why = || Phrase::new("number_from_to").with("min", 0).with("max", MAX_DAYS.to_string());
        too_long.map_or(Ok(()), |(pointer, _)| Err((pointer, why())))
    }

    /// In a line, for the audit trail.
    pub fn summary(&self) -> String {
        let days = |name: &str, days: Option<u32>| days.map(|days| format!("{name} {days} days"));
        let classes = self.classes.iter().map(|(class, days)| format!("{class} {days} days"));
        let events = self.event_commits.map(|commits| format!("events {commits} commits"));
        let fields = [days("history", self.history_days), days("alerts", self.alert_days), events];
        let all: Vec<String> = fields.into_iter().flatten().chain(classes).collect();
        if all.is_empty() { "as configured".to_owned() } else { all.join(", ") }
    }
}

/// For how long what is kept. 0 is for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days of the history of items.
    pub history_days: u32,
    /// The same for single classes, by their names.
    pub classes: BTreeMap<String, u32>,
    /// Commits whose events are kept.
    pub event_commits: u64,
    /// Days of closed alerts and of the events of alerts.
    pub alert_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            history_days: HISTORY_DAYS,
            classes: SHORT_LIVED.iter().map(|(class, days)| (class.to_string(), *days)).collect(),
            event_commits: EVENT_COMMITS,
            alert_days: ALERT_DAYS,
        }
    }
}

impl Retention {
    /// What happened to items of a class before this may go.
    pub fn class_horizon(&self, class: &str, now: Time) -> Option<Time> {
        let days = self.classes.get(class).copied().unwrap_or(self.history_days);
        (days > 0).then(|| now.plus_millis(-DAY_MS * i64::from(days)))
    }

    /// What was related and how services did before this may go, and what happened to items of classes without a window of their own.
    pub fn horizon(&self, now: Time) -> Option<Time> {
        (self.history_days > 0).then(|| now.plus_millis(-DAY_MS * i64::from(self.history_days)))
    }

    /// Alerts that closed and events that came before this may go.
    pub fn alert_horizon(&self, now: Time) -> Option<Time> {
        (self.alert_days > 0).then(|| now.plus_millis(-DAY_MS * i64::from(self.alert_days)))
    }

    /// Events of commits before this may go, when the last one is `last`.
    pub const fn event_horizon(&self, last: u64) -> u64 {
        if self.event_commits == 0 { 0 } else { last.saturating_sub(self.event_commits) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_kept_as_is_said_of_it_and_the_others_as_is_said_of_all() {
        let now = Time::from_millis(1_000 * DAY_MS);
        let mut retention = Retention { history_days: 10, ..Retention::default() };
        let day = |n: i64| Some(Time::from_millis(n * DAY_MS));
        assert_eq!(retention.class_horizon("package", now), day(990));
        assert_eq!(retention.class_horizon("connection", now), day(970));
        retention.classes.insert("package".into(), 0);
        assert_eq!(retention.class_horizon("package", now), None);
        assert_eq!((retention.event_horizon(EVENT_COMMITS + 5), retention.event_horizon(7)), (5, 0));
        retention.event_commits = 0;
        assert_eq!(retention.event_horizon(u64::MAX), 0);
    }

    #[test]
    fn what_somebody_set_counts_before_the_configuration_and_the_rest_stays() {
        let configured = Retention::default();
        assert_eq!(Windows::default().over(&configured), configured);
        let classes = BTreeMap::from([("process".to_owned(), 2), ("package".to_owned(), 0)]);
        let windows = Windows { alert_days: Some(7), classes, ..Windows::default() };
        let counts = windows.over(&configured);
        assert_eq!((counts.alert_days, counts.history_days), (7, HISTORY_DAYS));
        assert_eq!(counts.classes.get("process"), Some(&2));
        assert_eq!(counts.classes.get("connection"), Some(&30), "a class that is not named stays");
        let now = Time::from_millis(1_000 * DAY_MS);
        assert_eq!(counts.class_horizon("package", now), None, "0 is for ever");
        assert_eq!(windows.check(), Ok(()));
        let wrong = Windows { history_days: Some(MAX_DAYS + 1), ..Windows::default() };
        assert_eq!(wrong.check().unwrap_err().0, "/history_days");
        assert_eq!(windows.summary(), "alerts 7 days, package 0 days, process 2 days");
    }
}
