//! Transitions (rule R1): one table that code, API, tests and docs share, and the function that makes one.

mod error;
mod fields;
mod outlook;

use std::str::FromStr;

use muster_shared::Time;
use serde::Serialize;

use super::change::ChangeType;
use super::state::{CancelReason, CloseCode, HoldReason, Resolution};
use super::{Details, Entry, Kind, LinkKind, State, StateName, Ticket, TimelineEntry};
use super::{access, change, incident, problem, release, request, task};
use crate::right::{Action, Actor};
use crate::text::{Phrase, Text};
pub use error::TransitionError;
pub use fields::Fields;
pub(super) use fields::is_blank;
pub use outlook::{Outlook, outlook};

/// Time after its resolution in which an incident may be reopened, and after which it closes by itself.
pub const REOPEN_WINDOW_MS: i64 = 7 * 86_400_000;

/// Who may cause an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A person or a script.
    Person,
    /// The collector itself.
    System,
    /// Both.
    Anyone,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// The event.
    pub event: &'static str,
    /// States in which it is legal.
    pub from: &'static [StateName],
    /// The state after it.
    pub to: StateName,
    /// Fields that it asks for.
    pub required: &'static [&'static str],
    /// Fields that it takes besides.
    pub optional: &'static [&'static str],
    /// Who may cause it.
    pub cause: Cause,
    /// The right that a person needs for it.
    pub right: Action,
    /// The types of change for which it is so; empty is all, and every other kind.
    pub of: &'static [ChangeType],
    /// Whether whoever asked for the ticket may cause it too, without that right.
    pub asker: bool,
    /// What must be true besides, in words.
    pub guard: &'static str,
}

/// A row that a person may use and that asks for nothing.
pub(super) const fn row(event: &'static str, from: &'static [StateName], to: StateName, right: Action) -> Transition {
    Transition {
        event,
        from,
        to,
        required: &[],
        optional: &[],
        cause: Cause::Person,
        right,
        of: &[],
        asker: false,
        guard: "",
    }
}

impl Transition {
    pub(super) const fn needs(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn takes(self, optional: &'static [&'static str]) -> Self {
        Self { optional, ..self }
    }

    pub(super) const fn by(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }

    pub(super) const fn of(self, of: &'static [ChangeType]) -> Self {
        Self { of, ..self }
    }

    pub(super) const fn by_asker(self) -> Self {
        Self { asker: true, ..self }
    }

    /// The right that it takes of somebody.
    pub fn right_of(&self, actor: &Actor, ticket: &Ticket) -> Action {
        if self.asker && ticket.is_asked_by(actor) { Action::TicketCreate } else { self.right }
    }

    pub(super) const fn guard(self, guard: &'static str) -> Self {
        Self { guard, ..self }
    }
}

/// The transitions of a kind. Anything else is refused with the list of legal events.
pub const fn table(kind: Kind) -> &'static [Transition] {
    match kind {
        Kind::Incident => incident::INCIDENT,
        Kind::Problem => problem::PROBLEM,
        Kind::Change => change::CHANGE,
        Kind::Release => release::RELEASE,
        Kind::Request => request::REQUEST,
        Kind::Access => access::ACCESS,
        Kind::Task => task::TASK,
    }
}

/// The states of a kind, in the order of life: those that its table names.
pub fn states(kind: Kind) -> Vec<StateName> {
    let mut all = vec![kind.first_state().name()];
    for state in table(kind).iter().flat_map(|row| row.from.iter().copied().chain([row.to])) {
        if !all.contains(&state) {
            all.push(state);
        }
    }
    all
}

/// The rows that `actor` could use now, rights aside.
pub fn legal<'a>(ticket: &'a Ticket, actor: &Actor) -> impl Iterator<Item = &'static Transition> + use<'a> {
    let from = ticket.state.name();
    let (person, machine) = (matches!(actor, Actor::User { .. }), matches!(actor, Actor::System(_)));
    table(ticket.kind()).iter().filter(move |row| {
        row.from.contains(&from)
            && (row.of.is_empty() || ticket.details.change().is_some_and(|change| row.of.contains(&change.plan.r#type)))
            && match row.cause {
                Cause::Anyone => true,
                Cause::Person => person,
                Cause::System => machine,
            }
    })
}

/// Makes a transition: the next record and its timeline entry, or why not.
pub fn apply(
    ticket: &Ticket,
    event: &str,
    fields: &Fields,
    actor: &Actor,
    now: Time,
) -> Result<(Ticket, TimelineEntry), TransitionError> {
    let from = ticket.state.name();
    let allowed: Vec<&'static str> = legal(ticket, actor).map(|row| row.event).collect();
    let Some(row) = legal(ticket, actor).find(|row| row.event == event) else {
        return Err(TransitionError::Illegal { from, event: event.to_owned(), allowed });
    };
    let mut missing: Vec<&'static str> = row.required.iter().copied().filter(|field| !fields.has(field)).collect();
    missing.extend(missing_details(ticket, row.event));
    let state = if missing.is_empty() { next_state(ticket, row, fields, now, &mut missing)? } else { None };
    let Some(state) = state else {
        return Err(TransitionError::Missing { from, event: event.to_owned(), allowed, missing });
    };
    if let Some(why) = refusal(ticket, row.event, fields, now) {
        return Err(TransitionError::Guard { from, event: event.to_owned(), allowed, why });
    }
    let mut next = ticket.clone();
    leave(&mut next, actor, now);
    enter(&mut next, row.event, state, fields, now);
    effect(&mut next, row.event, fields, actor, now);
    let (code, mut note) = note(row.event, fields);
    if super::major::end_proposal(&mut next, actor) {
        note = super::major::with_end_of_proposal(note);
    }
    let (from, to) = (from.as_str().into(), row.to.as_str().into());
    let moved = Entry::Moved { event: row.event.into(), from, to, code, note };
    let entry = next.note(now, &actor.label(), moved);
    Ok((next, entry))
}

/// One of the choices of this kind of ticket: a code of another kind is none.
fn choice<T: FromStr<Err = ()> + Copy + PartialEq>(
    field: &'static str,
    value: Option<&String>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, TransitionError> {
    let Some(value) = value else { return Ok(None) };
    let known = value.parse().ok().filter(|choice| all.contains(choice));
    known.map(Some).ok_or_else(|| TransitionError::Choice {
        field,
        value: value.clone(),
        choices: all.iter().map(|choice| name(*choice)).collect(),
    })
}

/// The state after a row; `None` and a name in `missing` when a choice asks for one more field.
fn next_state(
    ticket: &Ticket,
    row: &Transition,
    fields: &Fields,
    now: Time,
    missing: &mut Vec<&'static str>,
) -> Result<Option<State>, TransitionError> {
    let comment = fields.comment.clone().unwrap_or_default();
    if row.required.contains(&"close_code") {
        choice("close_code", fields.close_code.as_ref(), CloseCode::of(ticket.kind()), CloseCode::as_str)?;
    }
    let resolution = |close_code: CloseCode| Resolution {
        close_code,
        close_notes: fields.words(fields.close_notes.as_ref().or(fields.comment.as_ref())),
        cause_item: fields.cause_item.clone().filter(|item| item != "none"),
        at: now,
    };
    Ok(match row.to {
        StateName::OnHold => {
            let reason = choice("reason", fields.reason.as_ref(), HoldReason::ALL, HoldReason::as_str)?;
            match reason {
                Some(HoldReason::Caller) if !fields.has("comment") => missing.push("comment"),
                Some(HoldReason::Scheduled) if fields.wake_at.is_none() => missing.push("wake_at"),
                _ => {}
            }
            let wake_at = fields.wake_at;
            reason.filter(|_| missing.is_empty()).map(|reason| State::OnHold { reason, comment, wake_at })
        }
        StateName::Resolved => {
            let all = CloseCode::of(ticket.kind());
            let code = choice("close_code", fields.close_code.as_ref(), all, CloseCode::as_str)?;
            if code == Some(CloseCode::Duplicate) {
                missing.extend(missing_original(ticket, fields));
            }
            code.filter(|_| missing.is_empty()).map(|close_code| State::Resolved(resolution(close_code)))
        }
        StateName::Closed => {
            let given = fields.close_code.as_deref().filter(|_| row.required.contains(&"close_code"));
            let code = given.and_then(|code| code.parse().ok()).or_else(|| implied(ticket, row.event));
            let before = ticket.state.resolution().cloned();
            before.or_else(|| code.map(resolution)).map(State::Closed)
        }
        StateName::Cancelled => {
            let all = CancelReason::of(ticket.kind());
            let reason = choice("reason", fields.reason.as_ref(), all, CancelReason::as_str)?;
            if reason == Some(CancelReason::Duplicate) {
                missing.extend(missing_original(ticket, fields));
            }
            reason.filter(|_| missing.is_empty()).map(|reason| State::Cancelled { reason, comment })
        }
        StateName::Rejected => Some(State::Rejected { comment: fields.words(fields.comment.as_ref()) }),
        name => State::plain(name),
    })
}

/// A duplicate names what it is one of, by a link or with the event.
fn missing_original(ticket: &Ticket, fields: &Fields) -> Option<&'static str> {
    let is_linked = ticket.links.iter().any(|link| link.kind == LinkKind::DuplicateOf);
    (!is_linked && !fields.has("duplicate_of")).then_some("duplicate_of")
}

/// What the details still lack before they can be handed in.
fn missing_details(ticket: &Ticket, event: &str) -> Vec<&'static str> {
    match (&ticket.details, event) {
        (Details::Change(change), "submit") => change.plan.missing(),
        (Details::Access(access), event) => access::missing(access, event),
        (Details::Request(request), "submit") => request.form.missing(),
        _ => Vec::new(),
    }
}

/// The code that an event itself means.
fn implied(ticket: &Ticket, event: &str) -> Option<CloseCode> {
    let after_release = match ticket.state.name() {
        StateName::RolledBack => CloseCode::BackedOut,
        StateName::Failed => CloseCode::Failed,
        _ => CloseCode::Successful,
    };
    match (&ticket.details, event) {
        (Details::Problem(_), "accept_risk") => Some(CloseCode::RiskAccepted),
        (Details::Release(_), "close") => Some(after_release),
        (Details::Request(request), "close") => Some(request.outcome.unwrap_or(CloseCode::Complete)),
        (Details::Access(_), "revoke") => Some(CloseCode::Revoked),
        (Details::Access(_), "expire") => Some(CloseCode::Expired),
        _ => None,
    }
}

/// What stands against an event, and how to satisfy it.
fn refusal(ticket: &Ticket, event: &str, fields: &Fields, now: Time) -> Option<Phrase> {
    if event == "hold" && fields.wake_at.is_some_and(|at| at <= now) {
        return Some(Phrase::new("guard_wake_at"));
    }
    match &ticket.details {
        Details::Incident => incident::refusal(ticket, event, now),
        Details::Problem(problem) => problem::refusal(problem, ticket, event, fields, now),
        Details::Change(change) => change::refusal(change, event, fields, now),
        Details::Release(release) => release::refusal(release, event, fields, now),
        Details::Request(request) => request::refusal(request, ticket.state.name(), event, fields),
        Details::Access(access) => access::refusal(access, event, fields, now),
        Details::Task(task) => task::refusal(task, event, fields),
    }
}

/// What an event leaves behind in what only this kind has.
fn effect(next: &mut Ticket, event: &str, fields: &Fields, actor: &Actor, now: Time) {
    match &mut next.details {
        Details::Problem(problem) => problem::effect(problem, event, fields, &actor.label()),
        Details::Change(change) => change::effect(change, event, now),
        Details::Release(release) => release::effect(release, event, fields),
        Details::Request(request) => request::effect(request, event, fields),
        Details::Access(access) => access::effect(access, event, now),
        Details::Incident | Details::Task(_) => {}
    }
}

impl Ticket {
    /// Counts the hold that goes on until `now`; nothing when it does not wait.
    pub fn count_hold(&mut self, now: Time) {
        if let State::OnHold { reason, .. } = &self.state {
            let seconds = (now.since(self.state_since) / 1_000).max(0);
            self.hold_seconds += seconds;
            *self.held.entry(reason.as_str().to_owned()).or_default() += seconds;
        }
    }
}

/// Bookkeeping of the state that is left.
fn leave(next: &mut Ticket, actor: &Actor, now: Time) {
    next.count_hold(now);
    match next.state.name() {
        StateName::New if actor.user().is_some() => {
            next.first_response_at.get_or_insert(now);
            next.acknowledged_at.get_or_insert(now);
        }
        _ => {}
    }
}

/// Bookkeeping of the state that is entered.
fn enter(next: &mut Ticket, event: &str, state: State, fields: &Fields, now: Time) {
    match state.name() {
        StateName::Resolved | StateName::Fulfilled | StateName::Completed => next.resolved_at = Some(now),
        StateName::Closed
        | StateName::Cancelled
        | StateName::Rejected
        | StateName::Done
        | StateName::Skipped
        | StateName::Failed => next.closed_at = Some(now),
        _ => {}
    }
    match event {
        "assign" => {
            next.assignment_group.clone_from(&fields.assignment_group);
            if fields.assignee.is_some() {
                next.assignee = fields.assignee;
            }
        }
        "reopen" | "not_fixed" => {
            next.reopen_count += 1;
            next.resolved_at = None;
        }
        _ => {}
    }
    next.state = state;
    next.state_since = now;
}

/// The code that an event took, and what was said to it.
fn note(event: &str, fields: &Fields) -> (Option<String>, Text) {
    let comment = || fields.words(fields.comment.as_ref());
    match event {
        "resolve" | "auto_resolve" | "parent_resolved" => {
            (fields.close_code.clone(), fields.words(fields.close_notes.as_ref()))
        }
        "close" | "complete" if fields.close_code.is_some() => {
            (fields.close_code.clone(), fields.words(fields.close_notes.as_ref().or(fields.comment.as_ref())))
        }
        "assign" => (fields.assignment_group.clone(), comment()),
        _ => (fields.reason.clone(), comment()),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod walk;
