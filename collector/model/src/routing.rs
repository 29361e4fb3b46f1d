//! Findings into incidents, and the end of those: what one policy finds on one host is one incident with a list.

use muster_shared::Time;

use crate::finding::{Finding, FindingState, Resolution};
use crate::host::Host;
use crate::policy::Outcome;
use crate::right::Actor;
use crate::text::{Phrase, Text};
use crate::ticket::edit::{self, Opening};
use crate::ticket::incident::{CloseCode, StateName};
use crate::ticket::priority::Floor;
use crate::ticket::transition::{self, Fields};
use crate::ticket::{Channel, DriftOrigin, Entry, ItemRole, Kind, Ticket, TicketItem, TimelineEntry, priority};

/// An incident takes further findings of its policy and host for this long after the last one joined.
pub const ROLLING_MS: i64 = 30 * 60_000;
/// And for this long after it was opened, at most.
pub const LONGEST_MS: i64 = 24 * 3_600_000;

/// Who acts here.
pub const ROUTER: Actor = Actor::System("router");

/// Whether a finding waits for the router, and is due.
pub fn is_due(finding: &Finding, now: Time) -> bool {
    finding.outcome == Outcome::Incident
        && !finding.is_routed
        && matches!(finding.state, FindingState::Open { routes_at } if routes_at <= now)
}

/// What the router makes of a finding that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// The incident as it is to be stored.
    pub ticket: Ticket,
    /// Whether it is new: its number is to be counted.
    pub is_new: bool,
    /// What happened to it.
    pub timeline: Vec<TimelineEntry>,
}

/// Whether an incident still takes a finding.
pub fn takes(ticket: &Ticket, finding: &Finding, now: Time) -> bool {
    ticket.state.name().is_active()
        && ticket.drift.as_ref().is_some_and(|origin| {
            origin.host == finding.host
                && origin.policy == finding.policy
                && now.since(origin.joined_at) <= ROLLING_MS
                && now.since(ticket.opened_at) <= LONGEST_MS
        })
}

/// Routes a finding (`services` are those that depend on the host, with their criticality): back to the incident it had, into one that is open for its policy and host, or into a new one.
pub fn route(
    finding: &Finding,
    host: &Host,
    services: Vec<Floor>,
    had: Option<&Ticket>,
    open: Option<&Ticket>,
    number: String,
    now: Time,
) -> Routed {
    if let Some(had) = had {
        if had.state.name().is_active() {
            return join(had, finding, now);
        }
        let fields =
            Fields { said: Some(Phrase::new("came_back").with("what", finding.title()).into()), ..Fields::default() };
        if let Ok((reopened, moved)) = transition::apply(had, "reopen", &fields, &ROUTER, now) {
            let mut routed = join(&reopened, finding, now);
            routed.timeline.insert(0, moved);
            return routed;
        }
    }
    if let Some(open) = open.filter(|open| takes(open, finding, now)) {
        return join(open, finding, now);
    }
    begin(finding, host, services, had, number, now)
}

fn join(ticket: &Ticket, finding: &Finding, now: Time) -> Routed {
    let mut next = ticket.clone();
    if let Some(origin) = &mut next.drift {
        if !origin.findings.contains(&finding.id) {
            origin.findings.push(finding.id);
        }
        origin.joined_at = now;
    }
    let item = item_of(finding);
    if !next.items.iter().any(|known| known.id == item.id) {
        next.items.push(item);
    }
    let urgency = priority::urgency_of(finding.severity).min(next.urgency);
    if urgency < next.urgency {
        next.urgency = urgency;
        if next.priority_source == priority::PrioritySource::Matrix {
            next.priority = priority::from_matrix(next.impact, next.urgency);
        }
    }
    let count = next.drift.as_ref().map_or(0, |origin| origin.findings.len());
    // A title that a person gave stays.
    if let Some(first) = next.title.phrase().filter(|_| count > 1).cloned() {
        next.title = and_more(first, count - 1).into();
    }
    let entry = next.note(now, &ROUTER.label(), finding_entry(finding));
    Routed { ticket: next, is_new: false, timeline: vec![entry] }
}

/// The title of an incident of several findings: that of the first, and how many more there are.
fn and_more(title: Phrase, more: usize) -> Phrase {
    let host = title.with.get("host").cloned();
    let what = title.inner("what").cloned().unwrap_or(title);
    let first = what.inner("first").cloned().unwrap_or(what);
    let all = Phrase::new("and_more").with("first", first).with("count", more);
    match host {
        Some(host) => Phrase::new("on_host").with("host", host).with("what", all),
        None => all,
    }
}

fn begin(
    finding: &Finding,
    host: &Host,
    services: Vec<Floor>,
    had: Option<&Ticket>,
    number: String,
    now: Time,
) -> Routed {
    let own = Floor { item: host.id.to_string(), name: host.name.clone(), criticality: host.criticality };
    let opening = Opening {
        kind: Kind::Incident,
        title: finding.title().into(),
        description: Text::default(),
        impact: 3,
        impact_floor: priority::strongest(std::iter::once(own).chain(services)),
        urgency: priority::urgency_of(finding.severity),
        category: Some("drift".into()),
        items: vec![
            TicketItem { id: finding.host.to_string(), name: finding.host_name.clone(), role: ItemRole::Affected },
            item_of(finding),
        ],
        assignment_group: None,
        channel: Channel::Agent,
    };
    let (mut ticket, opened) = edit::open(opening, number, &ROUTER, now);
    ticket.follows = had.map(|had| had.id);
    ticket.drift = Some(DriftOrigin {
        host: finding.host,
        policy: finding.policy.clone(),
        findings: vec![finding.id],
        joined_at: now,
    });
    let joined = ticket.note(now, &ROUTER.label(), finding_entry(finding));
    Routed { ticket, is_new: true, timeline: vec![opened, joined] }
}

fn item_of(finding: &Finding) -> TicketItem {
    let name = format!("{} {}", finding.section, finding.item_key);
    TicketItem { id: finding.item.to_string(), name, role: ItemRole::Suspected }
}

fn finding_entry(finding: &Finding) -> Entry {
    let state = match &finding.state {
        FindingState::Resolved { resolution, .. } => format!("resolved ({})", resolution.as_str()),
        state => state.as_str().to_owned(),
    };
    Entry::Finding { finding: finding.id, state, title: finding.title().into() }
}

/// What becomes of an incident when one of its findings has ended. `findings` are all of the incident, in their new state.
/// With a person assigned it is only noted: the person decides.
pub fn settle(ticket: &Ticket, ended: &Finding, findings: &[Finding], now: Time) -> (Ticket, Vec<TimelineEntry>) {
    let mut next = ticket.clone();
    let mut timeline = vec![next.note(now, &ROUTER.label(), finding_entry(ended))];
    let all_over = findings.iter().all(|finding| !finding.state.is_active());
    let active = matches!(next.state.name(), StateName::New | StateName::InProgress | StateName::OnHold);
    if !all_over || !active || next.assignee.is_some() {
        return (next, timeline);
    }
    let (code, notes) = verdict(findings);
    let fields = Fields { close_code: Some(code.as_str().into()), said: Some(notes), ..Fields::default() };
    if let Ok((resolved, moved)) = transition::apply(&next, "auto_resolve", &fields, &ROUTER, now) {
        timeline.push(moved);
        next = resolved;
    }
    (next, timeline)
}

fn verdict(findings: &[Finding]) -> (CloseCode, Text) {
    let mut reverted = 0;
    let mut lines = Vec::new();
    for finding in findings {
        let FindingState::Resolved { resolution, by, reason, .. } = &finding.state else { continue };
        let line = match resolution {
            Resolution::Reverted => {
                reverted += 1;
                Phrase::new("went_back")
            }
            Resolution::Accepted => Phrase::new("was_accepted").with("by", by.as_str()).with("reason", reason.as_str()),
            Resolution::ItemGone => Phrase::new("item_gone"),
            Resolution::PolicyRemoved => Phrase::new("policy_gone"),
        };
        lines.push(line.with("what", finding.title()));
    }
    let code = if reverted > 0 { CloseCode::ConfigReverted } else { CloseCode::NoFault };
    (code, Text::Drawn(lines))
}

#[cfg(test)]
mod tests;
