//! Counting by the rules: what was seen of a subject, and which rules say that it is a problem.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{FindingId, HostId, TicketId};

use super::{DAY_MS, MOST_NAMED, Place, Reason, Rule, Subject, Witness};
use crate::finding::{Basis, Finding, FindingState, Resolution};
use crate::policy::Outcome;
use crate::text::{Phrase, Text};
use crate::ticket::change::verification::Verdict;
use crate::ticket::state::{CloseCode, State, StateName};
use crate::ticket::{ItemRole, Kind, LinkKind, Ticket};

/// What speaks for a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// One line.
    pub title: Text,
    /// The rules that hold.
    pub reasons: Vec<Reason>,
    /// Tickets that were counted, newest first.
    pub tickets: Vec<Witness>,
    /// Findings that were counted, newest first.
    pub findings: Vec<FindingId>,
    /// Hosts that have it.
    pub hosts: Vec<Place>,
}

/// What may have a problem behind it after a ticket changed: what it is an incident of, its cause, or the change itself.
pub fn recurs(ticket: &Ticket) -> Vec<Subject> {
    match ticket.kind() {
        Kind::Incident => {
            let alerts = ticket.alert.iter().map(|of| Subject::Alerts { rule: of.rule, group: of.group.clone() });
            let causes = causes(ticket).into_iter().map(|item| Subject::Cause { item });
            let known = ticket.recognised.map(|problem| Subject::Signature { problem });
            alerts.chain(causes).chain(known).collect()
        }
        Kind::Change if ticket.state.name() == StateName::Closed => vec![Subject::Change { change: ticket.id }],
        Kind::Change | Kind::Problem | Kind::Release | Kind::Request | Kind::Access | Kind::Task => Vec::new(),
    }
}

/// The items that an incident is said to come of.
pub(crate) fn causes(ticket: &Ticket) -> BTreeSet<String> {
    let named = ticket.items.iter().filter(|item| item.role == ItemRole::Cause).map(|item| item.id.clone());
    let closed = ticket.state.resolution().and_then(|resolution| resolution.cause_item.clone());
    named.chain(closed).collect()
}

/// Whether an incident counts: it was one, it is of this time, and no problem looks for its cause yet, but one that is over.
fn counts(ticket: &Ticket, since: Time) -> bool {
    let is_none = match &ticket.state {
        State::Cancelled { .. } => true,
        State::Resolved(resolution) | State::Closed(resolution) => resolution.close_code == CloseCode::Duplicate,
        _ => false,
    };
    let is_known = ticket.links.iter().any(|link| {
        let is_over = ticket.recognised == Some(link.ticket);
        link.kind == LinkKind::CausedBy && link.number.starts_with(Kind::Problem.prefix()) && !is_over
    });
    ticket.kind() == Kind::Incident && !is_none && !is_known && ticket.opened_at >= since
}

/// A finding that alerts somebody, and that nobody approved.
fn minds(finding: &Finding) -> bool {
    let is_approved = matches!(
        &finding.state,
        FindingState::Resolved { resolution: Resolution::Accepted | Resolution::PolicyRemoved, .. }
    );
    finding.outcome == Outcome::Incident
        && finding.basis != Basis::Storm
        && !is_approved
        && !finding.state.is_explained()
}

fn since(floor: Time, now: Time, days: i64) -> Time {
    now.plus_millis(-days * DAY_MS).max(floor)
}

fn witnesses<'a>(tickets: impl Iterator<Item = &'a Ticket>) -> Vec<Witness> {
    let mut all: Vec<Witness> = tickets
        .map(|ticket| Witness { ticket: ticket.id, number: ticket.number.clone(), opened_at: ticket.opened_at })
        .collect();
    all.sort_by(|a, b| b.opened_at.cmp(&a.opened_at).then(b.ticket.cmp(&a.ticket)));
    all.dedup_by_key(|witness| witness.ticket);
    all.truncate(MOST_NAMED);
    all
}

/// Adds what a rule counted, if that is enough.
fn add(reasons: &mut Vec<Reason>, rule: Rule, count: usize) {
    if count >= rule.row().fewest {
        reasons.push(Reason { rule, count });
    }
}

/// Judges findings of one problem fingerprint, of the last 30 days, with their incidents: of each finding the one that it has and
/// those that this one follows. What was before `floor` does not count.
pub fn judge_drift(findings: &[Finding], incidents: &[(FindingId, Ticket)], floor: Time, now: Time) -> Option<Judged> {
    let begin = since(floor, now, 30);
    let minded: Vec<&Finding> =
        findings.iter().filter(|finding| minds(finding) && finding.last_seen >= begin).collect();
    let of = |finding: &Finding| {
        let own = incidents.iter().filter(|(id, _)| *id == finding.id).map(|(_, ticket)| ticket);
        own.filter(|ticket| counts(ticket, begin)).collect::<Vec<_>>()
    };
    let mut by_item: BTreeMap<&str, BTreeSet<TicketId>> = BTreeMap::new();
    let mut came_back: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut on, mut counted, mut hours) = (BTreeSet::new(), BTreeSet::new(), 0);
    for finding in &minded {
        let own = of(finding);
        by_item.entry(&finding.fingerprint).or_default().extend(own.iter().map(|ticket| ticket.id));
        let returns = finding.returns_since(begin);
        *came_back.entry(&finding.fingerprint).or_default() += returns;
        let recent = since(floor, now, Rule::Hosts.row().days);
        if finding.last_seen >= recent && own.iter().any(|ticket| ticket.opened_at >= recent) {
            on.insert(finding.host);
        }
        let flapping = finding.flapping_since().map_or(0, |start| now.since(start.max(floor)) / 3_600_000);
        hours = hours.max(usize::try_from(flapping).unwrap_or_default());
        if !own.is_empty() || returns > 0 || flapping > 0 {
            counted.insert(finding.id);
        }
    }
    let mut reasons = Vec::new();
    add(&mut reasons, Rule::SameItem, by_item.values().map(BTreeSet::len).max().unwrap_or_default());
    add(&mut reasons, Rule::Hosts, on.len());
    add(&mut reasons, Rule::CameBack, came_back.values().copied().max().unwrap_or_default());
    // Hours go on: that it is too long is told once.
    add(&mut reasons, Rule::Flapping, hours.min(Rule::Flapping.row().fewest));
    if reasons.is_empty() {
        return None;
    }
    let mut named: Vec<&Finding> = minded.into_iter().filter(|finding| counted.contains(&finding.id)).collect();
    named.sort_by(|a, b| b.first_seen.cmp(&a.first_seen).then(b.id.cmp(&a.id)));
    let hosts: BTreeMap<HostId, String> =
        named.iter().map(|finding| (finding.host, finding.host_name.clone())).collect();
    let newest = named.first()?;
    let title = if hosts.len() == 1 { newest.title() } else { newest.what() };
    Some(Judged {
        title: title.into(),
        reasons,
        tickets: witnesses(named.iter().flat_map(|finding| of(finding))),
        findings: named.iter().map(|finding| finding.id).take(MOST_NAMED).collect(),
        hosts: places(hosts),
    })
}

fn places(hosts: BTreeMap<HostId, String>) -> Vec<Place> {
    let mut places: Vec<Place> = hosts.into_iter().map(|(host, name)| Place { host, name }).collect();
    places.sort_by(|a, b| a.name.cmp(&b.name));
    places.truncate(MOST_NAMED);
    places
}

/// Judges incidents of one cause, or of one group of alerts.
pub fn judge_tickets(subject: &Subject, name: &str, incidents: &[Ticket], floor: Time, now: Time) -> Option<Judged> {
    let (rule, title) = match subject {
        Subject::Cause { .. } => (Rule::SameCause, Phrase::new("problem_of_cause").with("item", name)),
        Subject::Alerts { .. } => (Rule::SameAlerts, Phrase::new("problem_of_alerts").with("title", name)),
        Subject::Signature { .. } => (Rule::SameSignature, Phrase::new("problem_of_signature").with("problem", name)),
        Subject::Drift { .. } | Subject::Change { .. } => return None,
    };
    let begin = since(floor, now, rule.row().days);
    let tickets: Vec<&Ticket> = incidents.iter().filter(|ticket| counts(ticket, begin)).collect();
    let mut reasons = Vec::new();
    add(&mut reasons, rule, tickets.iter().map(|ticket| ticket.id).collect::<BTreeSet<_>>().len());
    if reasons.is_empty() {
        return None;
    }
    let hosts = tickets.iter().flat_map(|ticket| &ticket.items);
    let hosts = hosts.filter_map(|item| Some((item.id.parse::<HostId>().ok()?, item.name.clone())));
    let hosts = places(hosts.collect());
    let tickets = witnesses(tickets.into_iter());
    Some(Judged { title: title.into(), reasons, tickets, findings: Vec::new(), hosts })
}

/// Judges a change that is over: on how many hosts it did not bring what it should.
pub fn judge_change(ticket: &Ticket, floor: Time, now: Time) -> Option<Judged> {
    let over = ticket.closed_at.filter(|at| *at >= since(floor, now, Rule::NotDone.row().days))?;
    let is_known = ticket.links.iter().any(|link| link.number.starts_with(Kind::Problem.prefix()));
    let verification = ticket.details.change()?.verification.as_ref()?;
    let failed = |verdict: Verdict| matches!(verdict, Verdict::NotDone | Verdict::Partial);
    let missed = verification.results.iter().filter(|result| failed(result.verdict));
    let hosts: BTreeMap<HostId, String> = missed.map(|result| (result.host, result.host_name.clone())).collect();
    let mut reasons = Vec::new();
    add(&mut reasons, Rule::NotDone, hosts.len());
    if reasons.is_empty() || is_known {
        return None;
    }
    let title = Phrase::new("problem_of_change").with("number", ticket.number.as_str());
    let title = title.with("title", ticket.title.to_string()).into();
    let tickets = vec![Witness { ticket: ticket.id, number: ticket.number.clone(), opened_at: over }];
    Some(Judged { title, reasons, tickets, findings: Vec::new(), hosts: places(hosts) })
}
