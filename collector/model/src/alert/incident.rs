//! Alerts into incidents (rule E5), and how those end: one open incident for each rule and group.

use muster_shared::Time;

use super::rule::{AlertRule, shipped};
use super::{Alert, Subject};
use crate::right::Actor;
use crate::storm;
use crate::text::{Phrase, Text};
use crate::ticket::edit::{self, Opening};
use crate::ticket::priority::{Floor, Priorities, PrioritySource};
use crate::ticket::state::CloseCode;
use crate::ticket::transition::{self, Fields};
use crate::ticket::{AlertOrigin, Channel, Entry, ItemRole, Ticket, TicketItem, TimelineEntry};

/// Who acts here.
pub const ALERTS: Actor = Actor::System("alerts");
/// Most items of an incident that alerts add.
const MAX_ITEMS: usize = 100;
/// The group of the incident that lists what came in a storm.
pub const DIGEST: &str = "digest";

fn entry(alert: &Alert, state: &str) -> Entry {
    Entry::Alert { alert: alert.id, state: state.to_owned(), title: alert.title().into() }
}

fn item(alert: &Alert) -> Option<TicketItem> {
    match &alert.subject {
        Subject::Item { node, name, .. } => Some(TicketItem::computed(node.to_string(), name, ItemRole::Affected)),
        Subject::Nothing | Subject::Several => None,
    }
}

/// A new incident of a group, with the first entries of its timeline. `is_digest` makes that of a storm.
pub fn begin(
    rule: &AlertRule,
    alerts: &[Alert],
    is_digest: bool,
    (floors, priorities): (Vec<Floor>, &Priorities),
    number: String,
    now: Time,
) -> Option<(Ticket, Vec<TimelineEntry>)> {
    let worst = alerts.iter().max_by_key(|alert| (alert.severity, std::cmp::Reverse(alert.opened_at)))?;
    let title = if is_digest { Phrase::new("alert_storm").into() } else { Text::Written(rule.title_of(worst)) };
    let story =
        is_digest.then(|| Phrase::new("alert_storm_story").with("max", storm::TICKETS.burst.to_string()).into());
    let opening = Opening {
        description: story.unwrap_or_default(),
        impact_floor: priorities.strongest(floors),
        urgency: priorities.urgency_of(worst.severity),
        category: Some("alert".into()),
        assignment_group: rule.assignment_group.clone(),
        ..Opening::incident(title, Channel::Event)
    };
    let (mut ticket, opened) = edit::open(opening, number, priorities, &ALERTS, now);
    ticket.assignee = rule.assignee.filter(|_| !is_digest);
    let origin = AlertOrigin {
        rule: rule.id,
        group: rule.group(worst),
        auto_resolve: rule.auto_resolve,
        joined: 0,
        joined_at: now,
    };
    // There is one digest, whichever rules its alerts follow.
    let digest = AlertOrigin { rule: shipped().id, group: DIGEST.to_owned(), auto_resolve: true, ..origin.clone() };
    ticket.alert = Some(Box::new(if is_digest { digest } else { origin }));
    let (ticket, joined) = join(&ticket, alerts, priorities, now);
    Some((ticket, std::iter::once(opened).chain(joined).collect()))
}

/// Further alerts of the group join.
pub fn join(ticket: &Ticket, alerts: &[Alert], priorities: &Priorities, now: Time) -> (Ticket, Vec<TimelineEntry>) {
    let mut next = ticket.clone();
    let mut timeline = Vec::new();
    for alert in alerts {
        for item in item(alert).into_iter().filter(|_| next.items.len() < MAX_ITEMS).collect::<Vec<_>>() {
            if !next.items.iter().any(|known| known.id == item.id) {
                next.items.push(item);
            }
        }
        next.urgency = next.urgency.min(priorities.urgency_of(alert.severity));
        timeline.push(next.note(now, &ALERTS.label(), entry(alert, alert.state.as_str())));
    }
    if next.urgency < ticket.urgency && next.priority_source == PrioritySource::Matrix {
        priorities.give(&mut next);
        timeline.extend(crate::ticket::major::ask_rules_noting(&mut next, priorities, now));
    }
    if let Some(origin) = &mut next.alert {
        origin.joined += alerts.len() as u64;
        origin.joined_at = now;
    }
    (next, timeline)
}

/// Alerts come back to the incident that they had: it goes on, or begins again. `None` when it is over for good.
pub fn resume(
    ticket: &Ticket,
    alerts: &[Alert],
    priorities: &Priorities,
    now: Time,
) -> Option<(Ticket, Vec<TimelineEntry>)> {
    if ticket.state.name().is_active() {
        return Some(join(ticket, alerts, priorities, now));
    }
    let what = alerts.first()?.title();
    let fields = Fields { said: Some(Phrase::new("came_back").with("what", what).into()), ..Fields::default() };
    let (reopened, moved) = transition::apply(ticket, "reopen", &fields, &ALERTS, now).ok()?;
    let (next, mut timeline) = join(&reopened, alerts, priorities, now);
    timeline.insert(0, moved);
    Some((next, timeline))
}

/// What becomes of an incident when alerts of it changed, each with the state that it took. `all_closed` says whether none of
/// its alerts goes on. With a person assigned it is only noted: the person decides.
pub fn settle(
    ticket: &Ticket,
    changed: &[(Alert, String)],
    all_closed: bool,
    now: Time,
) -> (Ticket, Vec<TimelineEntry>) {
    let mut next = ticket.clone();
    let mut timeline: Vec<TimelineEntry> =
        changed.iter().map(|(alert, state)| next.note(now, &ALERTS.label(), entry(alert, state))).collect();
    let ends = next.alert.as_ref().is_some_and(|origin| origin.auto_resolve) && next.assignee.is_none();
    if !all_closed || !ends || !next.state.name().is_active() {
        return (next, timeline);
    }
    let said = Some(Phrase::new("alerts_over").into());
    let fields = Fields { close_code: Some(CloseCode::AutoCleared.as_str().into()), said, ..Fields::default() };
    if let Ok((resolved, moved)) = transition::apply(&next, "auto_resolve", &fields, &ALERTS, now) {
        timeline.push(moved);
        next = resolved;
    }
    (next, timeline)
}
