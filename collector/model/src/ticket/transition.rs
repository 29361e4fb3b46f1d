//! Transitions (rule R1): one table that code, API, tests and docs share, and the function that makes one.

use std::str::FromStr;

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::incident::{CancelReason, CloseCode, HoldReason, IncidentState, Resolution, StateName};
use super::{Entry, Ticket, TimelineEntry};
use crate::right::Actor;
use crate::text::{Phrase, Text, Word};

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
    /// What must be true besides, in words.
    pub guard: &'static str,
}

use StateName::{Cancelled, Closed, InProgress, New, OnHold, Resolved};

const fn row(
    event: &'static str,
    from: &'static [StateName],
    to: StateName,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    cause: Cause,
    guard: &'static str,
) -> Transition {
    Transition { event, from, to, required, optional, cause, guard }
}

/// The transitions of an incident. Anything else is refused with the list of legal events.
pub const INCIDENT: &[Transition] = &[
    row("assign", &[New], InProgress, &["assignment_group"], &["assignee"], Cause::Person, ""),
    row("start", &[New], InProgress, &[], &[], Cause::Person, ""),
    row(
        "hold",
        &[InProgress],
        OnHold,
        &["reason"],
        &["comment", "wake_at"],
        Cause::Person,
        "reason caller asks for comment, reason scheduled for wake_at",
    ),
    row("resume", &[OnHold], InProgress, &[], &[], Cause::Anyone, "by itself at wake_at"),
    row(
        "resolve",
        &[New, InProgress, OnHold],
        Resolved,
        &["close_code", "close_notes", "cause_item"],
        &[],
        Cause::Person,
        "cause_item is an item's id or none",
    ),
    row(
        "auto_resolve",
        &[New, InProgress, OnHold],
        Resolved,
        &["close_code", "close_notes"],
        &[],
        Cause::System,
        "no person is assigned",
    ),
    row("reopen", &[Resolved], InProgress, &["comment"], &[], Cause::Anyone, "within 7 days of the resolution"),
    row("confirm", &[Resolved], Closed, &[], &["comment"], Cause::Person, ""),
    row("auto_close", &[Resolved], Closed, &[], &[], Cause::System, "7 days after the resolution"),
    row("cancel", &[New, InProgress, OnHold], Cancelled, &["reason"], &["comment"], Cause::Person, ""),
];

/// What comes with an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// In words.
    pub comment: Option<String>,
    /// Hold or cancel reason.
    pub reason: Option<String>,
    /// When an incident on hold goes on by itself.
    pub wake_at: Option<Time>,
    /// How it was resolved.
    pub close_code: Option<String>,
    /// What was done.
    pub close_notes: Option<String>,
    /// The item that caused it, or `none`.
    pub cause_item: Option<String>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Who works on it.
    pub assignee: Option<muster_shared::id::UserId>,
    /// What the collector itself says, in place of a comment or notes.
    #[serde(skip)]
    pub said: Option<Text>,
}

impl Fields {
    /// The collector's own words, else those that came with the event.
    fn words(&self, written: Option<&String>) -> Text {
        self.said.clone().or_else(|| written.cloned().map(Text::Written)).unwrap_or_default()
    }

    fn has(&self, field: &str) -> bool {
        let text = |value: &Option<String>| value.as_ref().is_some_and(|text| !text.trim().is_empty());
        let said = || self.said.as_ref().is_some_and(|text| !text.is_blank());
        match field {
            "comment" => text(&self.comment) || said(),
            "reason" => text(&self.reason),
            "wake_at" => self.wake_at.is_some(),
            "close_code" => text(&self.close_code),
            "close_notes" => text(&self.close_notes) || said(),
            "cause_item" => text(&self.cause_item),
            "assignment_group" => text(&self.assignment_group),
            "assignee" => self.assignee.is_some(),
            _ => false,
        }
    }
}

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The event is not legal in this state.
    #[error("{}", self.phrase())]
    Illegal {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
    },
    /// The event asks for more.
    #[error("{}", self.phrase())]
    Missing {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
        /// Fields that are missing.
        missing: Vec<&'static str>,
    },
    /// A field has a value that is none of the choices.
    #[error("{}", self.phrase())]
    Choice {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it can be.
        choices: Vec<&'static str>,
    },
    /// A guard does not hold.
    #[error("{}", self.phrase())]
    Guard {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
        /// Which guard, and how to satisfy it.
        why: Phrase,
    },
}

impl TransitionError {
    /// The refusal as a sentence.
    pub fn phrase(&self) -> Phrase {
        let say = |key, event: &str| Phrase::new(key).term("event", "event", event.to_owned());
        match self {
            Self::Illegal { from, event, allowed } => {
                say("event_illegal", event).term("state", "state", from.as_str()).with(
                    "allowed",
                    match allowed.as_slice() {
                        [] => Phrase::new("nothing_allowed").into(),
                        events => Word::terms("event", events.iter().copied()),
                    },
                )
            }
            Self::Missing { event, missing, .. } => {
                say("event_needs", event).with("missing", Word::terms("field", missing.iter().copied()))
            }
            Self::Choice { field, value, choices } => Phrase::new("no_choice")
                .with("value", value.as_str())
                .term("field", "field", *field)
                .with("choices", Word::list(choices)),
            Self::Guard { event, why, .. } => say("event_refused", event).with("why", why.clone()),
        }
    }
}

/// The rows that `actor` could use in a state.
pub fn legal(from: StateName, actor: &Actor) -> impl Iterator<Item = &'static Transition> {
    let (person, machine) = (matches!(actor, Actor::User { .. }), matches!(actor, Actor::System(_)));
    INCIDENT.iter().filter(move |row| {
        row.from.contains(&from)
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
    let allowed: Vec<&'static str> = legal(from, actor).map(|row| row.event).collect();
    let Some(row) = legal(from, actor).find(|row| row.event == event) else {
        return Err(TransitionError::Illegal { from, event: event.to_owned(), allowed });
    };
    let mut missing: Vec<&'static str> = row.required.iter().copied().filter(|field| !fields.has(field)).collect();
    let state = if missing.is_empty() { next_state(ticket, row, fields, now, &mut missing)? } else { None };
    let Some(state) = state else {
        return Err(TransitionError::Missing { from, event: event.to_owned(), allowed, missing });
    };
    if let Some(why) = refused_by_guard(ticket, row.event, fields, now) {
        return Err(TransitionError::Guard { from, event: event.to_owned(), allowed, why });
    }
    let mut next = ticket.clone();
    leave(&mut next, actor, now);
    enter(&mut next, row.event, state, fields, now);
    let (code, note) = note(row.event, fields);
    let (from, to) = (from.as_str().into(), row.to.as_str().into());
    let moved = Entry::Moved { event: row.event.into(), from, to, code, note };
    let entry = next.note(now, &actor.label(), moved);
    Ok((next, entry))
}

fn choice<T: FromStr<Err = ()> + Copy>(
    field: &'static str,
    value: Option<&String>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, TransitionError> {
    let Some(value) = value else { return Ok(None) };
    value.parse().map(Some).map_err(|()| TransitionError::Choice {
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
) -> Result<Option<IncidentState>, TransitionError> {
    let comment = fields.comment.clone().unwrap_or_default();
    Ok(match row.to {
        StateName::New => Some(IncidentState::New),
        StateName::InProgress => Some(IncidentState::InProgress),
        StateName::OnHold => {
            let reason = choice("reason", fields.reason.as_ref(), HoldReason::ALL, HoldReason::as_str)?;
            match reason {
                Some(HoldReason::Caller) if !fields.has("comment") => missing.push("comment"),
                Some(HoldReason::Scheduled) if fields.wake_at.is_none() => missing.push("wake_at"),
                _ => {}
            }
            reason.filter(|_| missing.is_empty()).map(|reason| IncidentState::OnHold {
                reason,
                comment,
                wake_at: fields.wake_at,
            })
        }
        StateName::Resolved => {
            let code = choice("close_code", fields.close_code.as_ref(), CloseCode::ALL, CloseCode::as_str)?;
            code.map(|close_code| {
                IncidentState::Resolved(Resolution {
                    close_code,
                    close_notes: fields.words(fields.close_notes.as_ref()),
                    cause_item: fields.cause_item.clone().filter(|item| item != "none"),
                    at: now,
                })
            })
        }
        StateName::Closed => ticket.state.resolution().cloned().map(IncidentState::Closed),
        StateName::Cancelled => {
            let reason = choice("reason", fields.reason.as_ref(), CancelReason::ALL, CancelReason::as_str)?;
            reason.map(|reason| IncidentState::Cancelled { reason, comment })
        }
    })
}

fn refused_by_guard(ticket: &Ticket, event: &str, fields: &Fields, now: Time) -> Option<Phrase> {
    let resolved_for = ticket.resolved_at.map_or(0, |at| now.since(at));
    let key = match event {
        "reopen" if resolved_for > REOPEN_WINDOW_MS => "guard_reopen",
        "auto_close" if resolved_for < REOPEN_WINDOW_MS => "guard_auto_close",
        "auto_resolve" if ticket.assignee.is_some() => "guard_auto_resolve",
        "hold" if fields.wake_at.is_some_and(|at| at <= now) => "guard_wake_at",
        _ => return None,
    };
    Some(Phrase::new(key))
}

/// Bookkeeping of the state that is left.
fn leave(next: &mut Ticket, actor: &Actor, now: Time) {
    match next.state {
        IncidentState::OnHold { .. } => next.hold_seconds += now.since(next.state_since) / 1_000,
        IncidentState::New if actor.user().is_some() => {
            next.first_response_at.get_or_insert(now);
            next.acknowledged_at.get_or_insert(now);
        }
        IncidentState::New
        | IncidentState::InProgress
        | IncidentState::Resolved(_)
        | IncidentState::Closed(_)
        | IncidentState::Cancelled { .. } => {}
    }
}

/// Bookkeeping of the state that is entered.
fn enter(next: &mut Ticket, event: &str, state: IncidentState, fields: &Fields, now: Time) {
    match state.name() {
        StateName::Resolved => next.resolved_at = Some(now),
        StateName::Closed | StateName::Cancelled => next.closed_at = Some(now),
        StateName::New | StateName::InProgress | StateName::OnHold => {}
    }
    match event {
        "assign" => {
            next.assignment_group.clone_from(&fields.assignment_group);
            if fields.assignee.is_some() {
                next.assignee = fields.assignee;
            }
        }
        "reopen" => {
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
        "resolve" | "auto_resolve" => (fields.close_code.clone(), fields.words(fields.close_notes.as_ref())),
        "assign" => (fields.assignment_group.clone(), comment()),
        _ => (fields.reason.clone(), comment()),
    }
}

#[cfg(test)]
mod tests;
