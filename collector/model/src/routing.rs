//! Findings into incidents, and the end of those: what one policy finds on one host is one incident with a list.

pub mod rule;

use muster_shared::Time;
use muster_shared::id::UserId;

use crate::finding::{Finding, FindingState, Resolution};
use crate::host::Host;
use crate::policy::{Class, Outcome};
use crate::right::Actor;
use crate::text::{Phrase, Text};
use crate::ticket::edit::{self, Opening};
use crate::ticket::priority::{Floor, Priorities, PrioritySource};
use crate::ticket::state::{CloseCode, StateName};
use crate::ticket::transition::{self, Fields};
use crate::ticket::{Breadth, Channel, DriftOrigin, Entry, ItemRole, Place, Ticket, TicketItem, TimelineEntry};

/// An incident takes further findings of its policy and host for this long after the last one joined.
pub const ROLLING_MS: i64 = 30 * 60_000;
/// And for this long after it was opened, at most.
pub const LONGEST_MS: i64 = 24 * 3_600_000;
/// Findings that a broad incident names; of the others it knows how many there are.
const MAX_NAMED: usize = 200;
/// Findings of which an incident that ends says how they ended.
const MAX_TOLD: usize = 50;

/// Who acts here.
pub const ROUTER: Actor = Actor::System("router");

/// Whether a finding waits for the router, and is due.
pub fn is_due(finding: &Finding, now: Time) -> bool {
    finding.outcome == Outcome::Incident
        && !finding.is_routed
        && finding.parent.is_none()
        && finding.routes_at().is_some_and(|at| at <= now)
}

/// Who deals with an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The rule that says so.
    pub rule: String,
    /// Which group.
    pub group: Option<String>,
    /// Which person.
    pub assignee: Option<UserId>,
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

/// Whether an incident still takes a finding, which would make one of this breadth: of its policy and host, of its group and place, or
/// of its policy and place.
pub fn takes(ticket: &Ticket, finding: &Finding, breadth: &Breadth, now: Time) -> bool {
    ticket.state.name().is_active()
        && ticket.drift.as_ref().is_some_and(|origin| {
            let fits = match (&origin.breadth, breadth) {
                (Breadth::Host, _) => origin.host == finding.host && origin.policy == finding.policy,
                (Breadth::Group { fingerprint, place, .. }, Breadth::Group { place: wanted, .. }) => {
                    *fingerprint == finding.group_fingerprint && place == wanted
                }
                (Breadth::Policy { .. }, _) => origin.breadth == *breadth,
                (Breadth::Digest, _) => true,
                (Breadth::Group { .. }, _) => false,
            };
            fits && now.since(origin.joined_at) <= ROLLING_MS && now.since(ticket.opened_at) <= LONGEST_MS
        })
}

/// What is known when a finding is routed.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// Its host.
    pub host: &'a Host,
    /// What gives priorities.
    pub priorities: &'a Priorities,
    /// Services that depend on the host, with their criticality.
    pub services: Vec<Floor>,
    /// Who deals with it, and which rule says so.
    pub assigned: Option<Assigned>,
    /// The number of a new incident.
    pub number: String,
    /// How much a new incident takes in.
    pub breadth: Breadth,
}

/// Routes a finding: back to the incident it had, into one that is open for its policy and host or its group, or into a new one.
pub fn route(finding: &Finding, way: Way<'_>, had: Option<&Ticket>, open: Option<&Ticket>, now: Time) -> Routed {
    if let Some(had) = had {
        if had.state.name().is_active() {
            return join(had, finding, None, way.priorities, now);
        }
        let fields =
            Fields { said: Some(Phrase::new("came_back").with("what", finding.title()).into()), ..Fields::default() };
        if let Ok((reopened, moved)) = transition::apply(had, "reopen", &fields, &ROUTER, now) {
            let mut routed = join(&reopened, finding, None, way.priorities, now);
            routed.timeline.insert(0, moved);
            return routed;
        }
    }
    if let Some(open) = open.filter(|open| takes(open, finding, &way.breadth, now)) {
        return join(open, finding, Some(&way.breadth), way.priorities, now);
    }
    begin(finding, way, had, now)
}

/// Lets a finding join an incident, which may have become broader.
pub fn join(
    ticket: &Ticket,
    finding: &Finding,
    breadth: Option<&Breadth>,
    priorities: &Priorities,
    now: Time,
) -> Routed {
    let mut next = ticket.clone();
    let mut is_named = true;
    if let Some(origin) = &mut next.drift {
        if !origin.findings.contains(&finding.id) {
            origin.joined = origin.joined.max(origin.findings.len()) + 1;
            is_named = origin.findings.len() < MAX_NAMED;
            if is_named {
                origin.findings.push(finding.id);
            }
        }
        origin.joined_at = now;
        if let (Breadth::Group { .. }, Some(broader @ Breadth::Group { .. })) = (&origin.breadth, breadth) {
            origin.breadth = broader.clone();
        }
    }
    let host = TicketItem::computed(finding.host.to_string(), &finding.host_name, ItemRole::Affected);
    for item in [host, item_of(finding)].into_iter().filter(|_| is_named) {
        if !next.items.iter().any(|known| known.id == item.id) {
            next.items.push(item);
        }
    }
    let urgency = priorities.urgency_of(finding.severity).min(next.urgency);
    if urgency < next.urgency {
        next.urgency = urgency;
        if next.priority_source == PrioritySource::Matrix {
            priorities.give(&mut next);
        }
    }
    // A title that a person gave stays.
    if next.title.phrase().is_some() {
        next.title = retitled(&next, finding).into();
    }
    let mut timeline = Vec::new();
    if is_named {
        timeline.push(next.note(now, &ROUTER.label(), finding_entry(finding)));
    }
    timeline.extend(crate::ticket::major::ask_rules_noting(&mut next, priorities, now));
    Routed { ticket: next, is_new: false, timeline }
}

/// The title of an incident after a finding joined.
fn retitled(ticket: &Ticket, finding: &Finding) -> Phrase {
    let old = ticket.title.phrase().cloned().unwrap_or_else(|| finding.title());
    let Some(origin) = &ticket.drift else { return old };
    match &origin.breadth {
        Breadth::Host if origin.findings.len() > 1 => and_more(old, origin.findings.len() - 1),
        Breadth::Host => old,
        Breadth::Group { .. } | Breadth::Digest => broad_title(&origin.breadth, finding, origin.joined),
        Breadth::Policy { .. } if origin.joined < 2 => old,
        Breadth::Policy { place, .. } => {
            // What was found first stands in the title, after its host at first and after the place later.
            let first = old.inner("what").cloned().unwrap_or_else(|| old.clone());
            let all = and_more(first, origin.joined - 1);
            Phrase::new("gathered").with("place", place.phrase()).with("what", all)
        }
    }
}

/// The title of an incident that takes in several hosts.
fn broad_title(breadth: &Breadth, finding: &Finding, joined: usize) -> Phrase {
    match breadth {
        Breadth::Host | Breadth::Policy { .. } => finding.title(),
        Breadth::Group { is_mass: true, .. } => {
            Phrase::new("mass_drift").with("count", breadth.said_hosts()).with("what", finding.what())
        }
        Breadth::Group { place: Place::Anywhere, .. } => {
            Phrase::new("on_hosts").with("count", breadth.said_hosts()).with("what", finding.what())
        }
        Breadth::Group { place, .. } => Phrase::new("on_hosts_of")
            .with("count", breadth.said_hosts())
            .with("place", place.phrase())
            .with("what", finding.what()),
        Breadth::Digest => Phrase::new("drift_digest").with("count", joined.max(1)),
    }
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

/// Why an incident takes in more than one policy finds on one host.
fn why_broad(breadth: &Breadth) -> Text {
    match breadth {
        Breadth::Host => Text::default(),
        Breadth::Group { is_mass: true, .. } => Phrase::new("grouped_mass").into(),
        Breadth::Group { place, .. } => Phrase::new("grouped").with("place", place.phrase()).into(),
        Breadth::Policy { policy, place } => {
            Phrase::new("grouped_policy").with("policy", policy.as_str()).with("place", place.phrase()).into()
        }
        Breadth::Digest => Phrase::new("grouped_digest").into(),
    }
}

fn begin(finding: &Finding, way: Way<'_>, had: Option<&Ticket>, now: Time) -> Routed {
    let own = Floor {
        raised_from: None,
        item: way.host.id.to_string(),
        name: way.host.name.clone(),
        criticality: way.host.criticality,
        is_down: false,
    };
    let is_mass = matches!(way.breadth, Breadth::Group { is_mass: true, .. });
    let opening = Opening {
        impact: if is_mass { 1 } else { 3 },
        impact_floor: way.priorities.strongest(std::iter::once(own).chain(way.services)),
        urgency: way.priorities.urgency_of(finding.severity),
        category: Some("drift".into()),
        description: why_broad(&way.breadth),
        items: vec![
            TicketItem::computed(finding.host.to_string(), &finding.host_name, ItemRole::Affected),
            item_of(finding),
        ],
        assignment_group: way.assigned.as_ref().and_then(|assigned| assigned.group.clone()),
        ..Opening::incident(broad_title(&way.breadth, finding, 1).into(), Channel::Agent)
    };
    let (mut ticket, opened) = edit::open(opening, way.number, way.priorities, &ROUTER, now);
    ticket.follows = had.map(|had| had.id);
    ticket.assignee = way.assigned.as_ref().and_then(|assigned| assigned.assignee);
    ticket.drift = Some(Box::new(DriftOrigin {
        host: finding.host,
        policy: finding.policy.clone(),
        findings: vec![finding.id],
        joined_at: now,
        breadth: way.breadth,
        joined: 1,
        routed_by: way.assigned.map(|assigned| assigned.rule),
    }));
    let joined = ticket.note(now, &ROUTER.label(), finding_entry(finding));
    Routed { ticket, is_new: true, timeline: vec![opened, joined] }
}

/// Whether an incident of one host can go on in one for all of its group: nobody works on it, and it is about nothing else.
pub fn may_fold(ticket: &Ticket, findings: &[Finding], fingerprint: &str) -> bool {
    ticket.state.name() == StateName::New
        && ticket.assignee.is_none()
        && ticket.drift.as_ref().is_some_and(|origin| origin.breadth.is_host())
        && findings.iter().all(|finding| finding.group_fingerprint == fingerprint)
}

/// Whether an incident of one host can go on in that of something that the host depends on: nobody works on it, and none of it concerns
/// security.
pub fn may_fold_upstream(ticket: &Ticket, findings: &[Finding]) -> bool {
    ticket.state.name() == StateName::New
        && ticket.assignee.is_none()
        && ticket.drift.as_ref().is_some_and(|origin| origin.breadth.is_host())
        && findings.iter().all(|finding| finding.class != Class::Security && finding.basis.may_group())
}

/// Ends an incident that goes on in another one.
pub fn fold(ticket: &Ticket, into: &Ticket, now: Time) -> Option<(Ticket, TimelineEntry)> {
    let said = match ticket.drift.as_ref().and(into.drift.as_ref()).map(|origin| &origin.breadth) {
        Some(group @ Breadth::Group { .. }) => Phrase::new("folded_into").with("count", group.said_hosts()),
        _ => Phrase::new("folded_upstream"),
    };
    let said = said.with("number", into.number.as_str());
    let fields =
        Fields { close_code: Some(CloseCode::NoFault.as_str().into()), said: Some(said.into()), ..Fields::default() };
    transition::apply(ticket, "auto_resolve", &fields, &ROUTER, now).ok()
}

fn item_of(finding: &Finding) -> TicketItem {
    let name = format!("{} {}", finding.section, finding.item_key);
    TicketItem::computed(finding.item.to_string(), name, ItemRole::Suspected)
}

fn finding_entry(finding: &Finding) -> Entry {
    let state = match &finding.state {
        FindingState::Resolved { resolution, .. } => format!("resolved ({})", resolution.as_str()),
        state => state.as_str().to_owned(),
    };
    Entry::Finding { finding: finding.id, state, title: finding.title().into() }
}

/// Notes in an incident that one of its findings went into another state.
pub fn note(ticket: &Ticket, finding: &Finding, now: Time) -> (Ticket, TimelineEntry) {
    let mut next = ticket.clone();
    let entry = next.note(now, &ROUTER.label(), finding_entry(finding));
    (next, entry)
}

/// What becomes of an incident when one of its findings has ended. `findings` are all of the incident, in their new state.
/// With a person assigned it is only noted: the person decides.
pub fn settle(ticket: &Ticket, ended: &Finding, findings: &[Finding], now: Time) -> (Ticket, Vec<TimelineEntry>) {
    let mut next = ticket.clone();
    let mut timeline = vec![next.note(now, &ROUTER.label(), finding_entry(ended))];
    // An incident that is not of drift took the finding in: it ends by what it is about.
    let all_over = ticket.drift.is_some() && findings.iter().all(|finding| finding.state.is_settled());
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
    for finding in findings.iter().take(MAX_TOLD) {
        if let FindingState::Attached { number, .. } = &finding.state {
            let line = Phrase::new("was_explained").with("number", number.as_str());
            lines.push(line.with("what", finding.title()));
        }
        let FindingState::Resolved { resolution, by, reason, .. } = &finding.state else { continue };
        let line = match resolution {
            Resolution::Reverted => {
                reverted += 1;
                Phrase::new("went_back")
            }
            Resolution::Accepted => Phrase::new("was_accepted").with("by", by.as_str()).with("reason", reason.as_str()),
            Resolution::ItemGone => Phrase::new("item_gone"),
            Resolution::HostGone => Phrase::new("host_gone"),
            Resolution::PolicyRemoved => Phrase::new("policy_gone"),
        };
        lines.push(line.with("what", finding.title()));
    }
    let code = if reverted > 0 { CloseCode::ConfigReverted } else { CloseCode::NoFault };
    (code, Text::Drawn(lines))
}

#[cfg(test)]
mod tests;
