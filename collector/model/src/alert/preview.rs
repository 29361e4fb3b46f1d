//! What a rule would have done with alerts of the past: how many incidents, of which, before it is switched on.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::AlertId;

use super::rule::AlertRule;
use super::{Alert, AlertState};

/// How far back a preview looks.
pub const DAYS: i64 = 30;
/// Incidents that a preview tells one by one.
pub const SHOWN: usize = 20;

/// An incident that would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldBe {
    /// Its title.
    pub title: String,
    /// When it would have begun.
    pub at: Time,
    /// Its alerts, the first one first.
    pub alerts: Vec<AlertId>,
}

/// What would have been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Alerts that the rule is for.
    pub alerts: usize,
    /// Those of them that are muted.
    pub muted: usize,
    /// Incidents, the first one first.
    pub incidents: Vec<WouldBe>,
}

/// When an alert was over; one that goes on is not.
fn over(alert: &Alert) -> Option<Time> {
    match &alert.state {
        AlertState::Closed { at, .. } => Some(*at),
        AlertState::Open
        | AlertState::Acknowledged { .. }
        | AlertState::Suppressed(_)
        | AlertState::Flapping { .. } => None,
    }
}

/// The moment at which so many events of the alerts fell into the window, if there was one.
fn reached(rule: &AlertRule, alerts: &[&Alert]) -> Option<Time> {
    let mut times: Vec<Time> = alerts.iter().flat_map(|alert| alert.recent.iter().copied()).collect();
    times.sort_unstable();
    let window = i64::from(rule.window_seconds) * 1_000;
    let wanted = usize::try_from(rule.min_count).unwrap_or(usize::MAX).max(1);
    times.windows(wanted).find_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        (last.since(*first) <= window).then_some(*last)
    })
}

/// What a rule would have made of these alerts. Alerts of a group that go on at the same time are one incident; how long each
/// of them was muted meanwhile is not kept, so that what is muted now counts as muted.
pub fn preview(rule: &AlertRule, alerts: &[Alert], now: Time) -> Preview {
    let rule = &AlertRule { is_enabled: true, ..rule.clone() };
    let mut fitting: Vec<&Alert> = alerts.iter().filter(|alert| rule.fits(alert)).collect();
    fitting.sort_by_key(|alert| alert.first_at);
    let mut preview = Preview { alerts: fitting.len(), ..Preview::default() };
    let hold = i64::from(rule.hold_seconds) * 1_000;
    let mut groups: BTreeMap<String, Vec<&Alert>> = BTreeMap::new();
    for alert in fitting {
        if matches!(alert.state, AlertState::Suppressed(_)) {
            preview.muted += 1;
        } else if over(alert).unwrap_or(now).since(alert.first_at) >= hold {
            groups.entry(rule.group(alert)).or_default().push(alert);
        }
    }
    for group in groups.into_values() {
        let mut together: Vec<&Alert> = Vec::new();
        let mut last: Option<Time> = None;
        for alert in group {
            if last.is_some_and(|last| alert.first_at > last) {
                preview.incidents.extend(would_be(rule, &together, hold));
                together.clear();
                last = None;
            }
            let ends = over(alert).unwrap_or(now);
            last = Some(last.map_or(ends, |last| last.max(ends)));
            together.push(alert);
        }
        preview.incidents.extend(would_be(rule, &together, hold));
    }
    preview.incidents.sort_by_key(|incident| incident.at);
    preview
}

fn would_be(rule: &AlertRule, alerts: &[&Alert], hold: i64) -> Option<WouldBe> {
    let first = alerts.first()?;
    let at = reached(rule, alerts)?.max(first.first_at.plus_millis(hold));
    Some(WouldBe { title: rule.title_of(first), at, alerts: alerts.iter().map(|alert| alert.id).collect() })
}
