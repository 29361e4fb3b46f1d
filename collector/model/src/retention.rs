//! How long the past is kept. What was so within that time is answered exactly; of earlier times nothing is said at all.

use std::collections::BTreeMap;

use muster_shared::{SectionName, Time};

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

/// For how long what is kept. 0 is for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days of the history of items.
    pub history_days: u32,
    /// The same for single classes.
    pub classes: BTreeMap<SectionName, u32>,
    /// Commits whose events are kept.
    pub event_commits: u64,
    /// Days of closed alerts and of the events of alerts.
    pub alert_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            history_days: HISTORY_DAYS,
            classes: SHORT_LIVED.iter().copied().collect(),
            event_commits: EVENT_COMMITS,
            alert_days: ALERT_DAYS,
        }
    }
}

impl Retention {
    /// What happened to items of a class before this may go.
    pub fn history_horizon(&self, class: SectionName, now: Time) -> Option<Time> {
        let days = self.classes.get(&class).copied().unwrap_or(self.history_days);
        (days > 0).then(|| now.plus_millis(-DAY_MS * i64::from(days)))
    }

    /// What people said, what was related and how services did before this may go.
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
        assert_eq!(retention.history_horizon(SectionName::Package, now), day(990));
        assert_eq!(retention.history_horizon(SectionName::Connection, now), day(970));
        retention.classes.insert(SectionName::Package, 0);
        assert_eq!(retention.history_horizon(SectionName::Package, now), None);
        assert_eq!((retention.event_horizon(EVENT_COMMITS + 5), retention.event_horizon(7)), (5, 0));
        retention.event_commits = 0;
        assert_eq!(retention.event_horizon(u64::MAX), 0);
    }
}
