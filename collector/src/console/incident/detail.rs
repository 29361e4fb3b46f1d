//! `/incidents/{number}`: what changed, what happened since, how it is handled, and what can be done now.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::exchange::Field;
use muster_model::finding::Finding;
use muster_model::right::Action;
use muster_model::ticket::{Kind, PrioritySource, State, Ticket, TicketItem};
use muster_shared::Time;
use muster_shared::id::FindingId;

use super::handling;
use super::list::{ItemLink, TicketRow};
use super::timeline::Moment;
use crate::console::alert::{self, list::AlertRow};
use crate::console::answer;
use crate::console::evidence::{self, Proof};
use crate::console::finding::detail::{Surroundings, WhatChanged, purpose};
use crate::console::finding::list::FindingRow;
use crate::console::finding::matched::{self, MatchRow};
use crate::console::form::{self, Attempt, Form};
use crate::console::level::panel::{self as clocks, ClockRow};
use crate::console::list::next;
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::ticket::about;
use crate::console::ticket::address;
use crate::console::ticket::named;
use crate::console::ticket::panel::{self, Panel};
use crate::console::visitor::Visitor;
use crate::service::account::Person;
use crate::service::notification::Unsent;
use crate::service::{ServiceError, Window};

/// Entries of the timeline on one page.
const ENTRIES: usize = 200;
/// Differences that are drawn; the others are links.
const DRAWN: usize = 12;
/// Findings that are looked up on other hosts.
const COMPARED: usize = 3;

/// Why it waits, or how it ended.
#[derive(Clone, Debug)]
pub(in crate::console) struct Outcome {
    pub(in crate::console) word: String,
    pub(in crate::console) text: String,
    /// When it goes on by itself.
    pub(in crate::console) wake_at: Option<Time>,
}

/// Whether an address may be a link: one of the web, and nothing that runs.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What the desk says from which a ticket was imported: people who have no account here, and what has no field.
fn origin_said(ticket: &Ticket, locale: Locale) -> Vec<(String, String)> {
    let Some(origin) = &ticket.origin else { return Vec::new() };
    let people = [(Field::Requester, ticket.requester), (Field::Assignee, ticket.assignee)];
    let unknown = people
        .into_iter()
        .filter(|(_, user)| user.is_none())
        .filter_map(|(field, _)| Some((locale.name("field", field.as_str()), origin.said.get(&field)?.clone())));
    let other = origin.said.get(&Field::Other).map(String::as_str).unwrap_or_default();
    let other: BTreeMap<String, String> = serde_json::from_str(other).unwrap_or_default();
    unknown.chain(other).collect()
}

/// What the visitor may do with one press.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::console) struct May {
    /// Take it.
    pub(in crate::console) take: bool,
    /// Ask its agents for a fresh look.
    pub(in crate::console) recheck: bool,
    /// Say that they saw it: nobody did yet.
    pub(in crate::console) acknowledge: bool,
}

#[derive(Template)]
#[template(path = "incident.html")]
pub(in crate::console) struct IncidentPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) ticket: Ticket,
    pub(in crate::console) description: String,
    pub(in crate::console) row: TicketRow,
    pub(in crate::console) version: u64,
    pub(in crate::console) outcome: Option<Outcome>,
    /// Its clocks.
    pub(in crate::console) levels: Vec<ClockRow>,
    pub(in crate::console) priority_from: String,
    pub(in crate::console) opened_by: String,
    /// Who asks, when somebody else opened it.
    pub(in crate::console) requester: Option<String>,
    /// How it came in.
    pub(in crate::console) channel: String,
    /// Where the desk shows it from which it was imported.
    pub(in crate::console) origin_url: Option<String>,
    /// What it is kept alike with on other desks: the desk, the number there, where that is.
    pub(in crate::console) twins: Vec<(String, String, Option<String>)>,
    /// What did not go over to another desk.
    pub(in crate::console) unsent: Vec<Unsent>,
    /// What that desk says and has no place here.
    pub(in crate::console) origin_said: Vec<(String, String)>,
    pub(in crate::console) owner: Option<String>,
    pub(in crate::console) purpose: String,
    pub(in crate::console) items: Vec<ItemLink>,
    /// The hosts that it is of.
    pub(in crate::console) hosts: Vec<ItemLink>,
    pub(in crate::console) changed: Vec<WhatChanged>,
    pub(in crate::console) proofs: Vec<Proof>,
    pub(in crate::console) undrawn: Vec<FindingRow>,
    pub(in crate::console) elsewhere: Vec<FindingRow>,
    pub(in crate::console) matches: Vec<MatchRow>,
    pub(in crate::console) alerts: Vec<AlertRow>,
    pub(in crate::console) timeline: Vec<Moment>,
    pub(in crate::console) more: Option<String>,
    /// Steps that need no word: buttons.
    pub(in crate::console) buttons: Vec<Form>,
    /// Steps that ask for something: folds.
    pub(in crate::console) folds: Vec<Form>,
    pub(in crate::console) comment: Option<Form>,
    /// Whether who looks at it is told of what happens to it.
    pub(in crate::console) is_watched: bool,
    pub(in crate::console) may: May,
    /// Where this page is.
    pub(in crate::console) address: String,
    /// What only this kind has, votes, links, parts.
    pub(in crate::console) panels: Vec<Panel>,
}

fn outcome(state: &State, page: &Shell) -> Option<Outcome> {
    match state {
        State::OnHold { reason, comment, wake_at } => {
            Some(Outcome { word: page.name("hold-reason", reason.as_str()), text: comment.clone(), wake_at: *wake_at })
        }
        State::Resolved(how) | State::Closed(how) => Some(Outcome {
            word: page.name("close-code", how.close_code.as_str()),
            text: page.locale.say(&how.close_notes),
            wake_at: None,
        }),
        State::Cancelled { reason, comment } => {
            Some(Outcome { word: page.name("cancel-reason", reason.as_str()), text: comment.clone(), wake_at: None })
        }
        State::Rejected { comment } => {
            Some(Outcome { word: page.name("state", "rejected"), text: page.locale.say(comment), wake_at: None })
        }
        _ => None,
    }
}

/// What is known of the drift and the alerts that an incident deals with.
#[derive(Default)]
pub(in crate::console) struct Drift {
    pub(in crate::console) changed: Vec<WhatChanged>,
    pub(in crate::console) proofs: Vec<Proof>,
    pub(in crate::console) undrawn: Vec<FindingRow>,
    pub(in crate::console) elsewhere: Vec<FindingRow>,
    pub(in crate::console) matches: Vec<MatchRow>,
    pub(in crate::console) alerts: Vec<AlertRow>,
    pub(in crate::console) owner: Option<String>,
    pub(in crate::console) purpose: String,
    pub(in crate::console) standing: usize,
}

async fn drift(visitor: &Visitor, ticket: &Ticket) -> Result<Drift, ServiceError> {
    let Some(origin) = &ticket.drift else { return Ok(Drift::default()) };
    let (service, call) = (visitor.service(), &visitor.call);
    let findings: Vec<Finding> =
        service.findings_of_ticket(call, &origin.findings).await?.into_iter().map(|stored| stored.value).collect();
    let mut drift = Drift {
        undrawn: findings.iter().skip(DRAWN).map(|finding| FindingRow::of(finding, visitor.locale)).collect(),
        standing: findings.iter().filter(|finding| finding.state.is_active()).count(),
        matches: matched::rows(&findings, visitor.locale),
        ..Drift::default()
    };
    let has_hosts = findings.iter().any(|finding| findings.iter().any(|other| other.host != finding.host));
    let mut told: BTreeSet<FindingId> = origin.findings.iter().copied().collect();
    let mut surroundings = Surroundings::default();
    for finding in findings.iter().take(DRAWN) {
        drift.changed.push(surroundings.difference(visitor, finding).await?);
    }
    for finding in findings.iter().take(COMPARED) {
        let evidence = Box::pin(service.finding_evidence(call, finding)).await?;
        drift.proofs.push(evidence::proof(visitor.locale, finding, &evidence, has_hosts));
        drift.owner = drift.owner.or(evidence.owner);
        drift.purpose = purpose(visitor.locale, &finding.policy, &evidence.purpose);
        // What the incident has itself is nowhere else, and several of its findings may have the same one elsewhere.
        let others = evidence.elsewhere.iter().filter(|other| told.insert(other.id));
        drift.elsewhere.extend(others.map(|other| FindingRow::of(other, visitor.locale)));
    }
    drift.elsewhere.truncate(10);
    Ok(drift)
}

/// The forms of the page.
#[derive(Default)]
pub(in crate::console) struct Forms {
    pub(in crate::console) steps: Vec<Form>,
    pub(in crate::console) others: Vec<Form>,
    pub(in crate::console) comment: Option<Form>,
    pub(in crate::console) is_watched: bool,
    pub(in crate::console) may: May,
    pub(in crate::console) panels: Vec<Panel>,
}

/// The hosts among the items of a ticket.
pub(super) fn hosts_of(ticket: &Ticket) -> impl Iterator<Item = &TicketItem> {
    ticket.items.iter().filter(|item| item.id.starts_with("host_"))
}

pub(in crate::console) fn build(
    page: Shell,
    stored: Versioned<Ticket>,
    drift: Drift,
    forms: Forms,
    (timeline, more): (Vec<Moment>, Option<String>),
    people: &[Person],
) -> IncidentPage {
    let ticket = stored.value;
    let (buttons, mut folds): (Vec<Form>, Vec<Form>) = forms.steps.into_iter().partition(|form| form.fields.is_empty());
    folds.extend(forms.others);
    let levels = [("impact", ticket.impact.to_string()), ("urgency", ticket.urgency.to_string())];
    let levels: Vec<(&str, &str)> = levels.iter().map(|(name, level)| (*name, level.as_str())).collect();
    IncidentPage {
        row: TicketRow::of(&ticket, people, page.locale, page.now),
        version: stored.version,
        outcome: outcome(&ticket.state, &page),
        levels: Vec::new(),
        priority_from: match &ticket.priority_source {
            PrioritySource::Matrix if ticket.priority_rules > 0 => {
                let version = ticket.priority_rules.to_string();
                let said = [levels.as_slice(), &[("version", version.as_str())]].concat();
                page.locale.with("priority-matrix-of", &said)
            }
            PrioritySource::Matrix => page.locale.with("priority-matrix", &levels),
            PrioritySource::Override { .. } if ticket.is_priority_imported() => page.t("priority-imported"),
            PrioritySource::Override { reason, .. } => page.locale.with("priority-override", &[("reason", reason)]),
        },
        opened_by: page.locale.actor(&ticket.opened_by),
        requester: ticket
            .requester
            .map(|id| super::list::name_of(id, people))
            .filter(|name| !name.eq_ignore_ascii_case(&ticket.opened_by)),
        channel: page.name("channel", ticket.channel.as_str()),
        origin_url: ticket.origin.as_ref().and_then(|origin| origin.url()).filter(|url| is_web(url)).map(str::to_owned),
        twins: Vec::new(),
        unsent: Vec::new(),
        origin_said: origin_said(&ticket, page.locale),
        owner: drift.owner,
        purpose: drift.purpose,
        description: page.locale.say(&ticket.description),
        items: ticket.items.iter().map(|item| ItemLink::of(item, page.locale)).collect(),
        hosts: hosts_of(&ticket).map(|item| ItemLink::of(item, page.locale)).collect(),
        changed: drift.changed,
        proofs: drift.proofs,
        undrawn: drift.undrawn,
        elsewhere: drift.elsewhere,
        matches: drift.matches,
        alerts: drift.alerts,
        timeline,
        more,
        buttons,
        folds,
        comment: forms.comment,
        is_watched: forms.is_watched,
        may: forms.may,
        address: address(&ticket.number),
        panels: forms.panels,
        ticket,
        page,
    }
}

async fn moments(
    visitor: &Visitor,
    number: &str,
    people: &[Person],
) -> Result<(Vec<Moment>, Option<String>), ServiceError> {
    let window = Window { limit: ENTRIES, cursor: visitor.parameter("cursor") };
    let entries = visitor.service().ticket_timeline(&visitor.call, number, &window).await?;
    let moments = entries.items.iter().map(|stored| Moment::of(&stored.value, people, visitor.locale)).collect();
    Ok((moments, next(visitor, &address(number), entries.next_cursor)))
}

/// The page of an incident, with a form that was not taken if there is one.
pub(in crate::console) async fn page(
    visitor: &Visitor,
    text: &str,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let (stored, possible) = service.list_transitions(call, text).await?;
    let visitor = &visitor.before_ticket(&stored.value).await?;
    let people = service.list_people(call).await?;
    let ticket = &stored.value;
    let mut drift = Box::pin(drift(visitor, ticket)).await?;
    drift.alerts = alert::detail::of_ticket(visitor, ticket).await?;
    let moments = moments(visitor, &ticket.number, &people).await?;
    let requester = ticket.requester.and_then(|id| people.iter().find(|person| person.id == id));
    let typed = handling::Typed {
        items: about::lines(visitor, &ticket.items).await,
        requester: requester.map(|person| person.name.clone()).unwrap_or_default(),
    };
    let others = [
        handling::edit(visitor, ticket, stored.version, &people, &typed, attempt),
        handling::accept(visitor, ticket, drift.standing, attempt),
        handling::again(visitor, ticket, stored.version, attempt),
    ];
    let watchers = service.list_watchers(call, &ticket.number).await?;
    let is_mine = ticket.assignee == Some(visitor.id());
    let may = May {
        take: visitor.may(ticket.kind().right()) && ticket.state.name().is_active() && !is_mine,
        recheck: visitor.may(Action::HostRecheck)
            && ticket.drift.is_some()
            && ticket.state.name().is_active()
            && hosts_of(ticket).next().is_some(),
        acknowledge: ticket.kind() == Kind::Incident
            && ticket.acknowledged_at.is_none()
            && ticket.state.name().is_active()
            && visitor.may(Action::TicketTransition),
    };
    let forms = Forms {
        steps: handling::steps(visitor, ticket, stored.version, &possible, &people, attempt),
        others: others.into_iter().flatten().collect(),
        comment: handling::comment(visitor, ticket, attempt),
        panels: Box::pin(panel::all(visitor, &stored, &people, attempt)).await?,
        may,
        is_watched: watchers.iter().any(|(id, _)| *id == visitor.id()),
    };
    let place = if ticket.kind() == Kind::Incident { "/incidents" } else { "/tickets" };
    let mut shell =
        Shell::at(visitor, place, &format!("{} {}", ticket.number, visitor.locale.say(&ticket.title))).await;
    if let Some(attempt) = attempt.filter(|attempt| matches!(attempt.form.as_str(), "take" | "recheck")) {
        shell.notice = Some(attempt.message.clone());
    }
    let scope = Box::pin(named::scope(visitor, ticket)).await;
    let mut page = build(shell, stored, drift, forms, moments, &people);
    page.items.extend(scope);
    page.levels = clocks::clocks(visitor, text).await?;
    let twins = service.list_twins(call, text).await?.into_iter();
    page.twins = twins.map(|(name, twin)| (name, twin.external_id, Some(twin.url).filter(|url| is_web(url)))).collect();
    page.unsent = service.unsent_of_ticket(call, text).await?;
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /incidents/{number}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(number): Path<String>) -> Response {
    let outcome = page(&visitor, &number, None).await;
    visitor.answer(outcome)
}
