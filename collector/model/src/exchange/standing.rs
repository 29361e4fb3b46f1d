//! Where a ticket stands that is told of: its state with what belongs to it, the times at which it ended, and the moves that say so.

use std::collections::BTreeMap;

use muster_shared::Time;

use super::Field;
use super::apply::EVENT;
use crate::ticket::state::{CancelReason, CloseCode, HoldReason, Resolution};
use crate::ticket::{Entry, Kind, State, StateName, Ticket};

/// Brings a ticket to where it is said to stand; gives the moves that say so.
pub(super) fn moves(
    before: &State,
    ticket: &mut Ticket,
    fields: &BTreeMap<Field, String>,
    source: &str,
) -> Vec<(Time, String, Entry)> {
    let get = |field: Field| fields.get(&field).map(String::as_str);
    let since = get(Field::StateSince).and_then(|text| text.parse::<Time>().ok());
    let name = get(Field::State).and_then(|text| StateName::ALL.iter().copied().find(|name| name.as_str() == text));
    let name = name.unwrap_or_else(|| before.name());
    let own = match name {
        StateName::Resolved | StateName::Fulfilled | StateName::Completed => ticket.resolved_at,
        StateName::Closed => ticket.closed_at.or(ticket.resolved_at),
        StateName::Cancelled | StateName::Rejected | StateName::Done | StateName::Skipped | StateName::Failed => {
            ticket.closed_at.or(ticket.resolved_at)
        }
        _ => None,
    };
    let at = own.or(since).unwrap_or(ticket.opened_at).max(ticket.opened_at);
    let code = get(Field::CloseCode);
    let notes = get(Field::CloseNotes).unwrap_or_default();
    let state = state(ticket.kind(), name, (code, get(Field::HoldReason), notes), at);
    ends(ticket, name, at);
    let mut steps = Vec::new();
    if state == *before {
        return steps;
    }
    let by = || source.to_owned();
    let step = |from: StateName, to: &State| {
        let code = match to {
            State::OnHold { reason, .. } => Some(reason.as_str()),
            State::Cancelled { reason, .. } => Some(reason.as_str()),
            to => to.resolution().map(|resolution| resolution.close_code.as_str()),
        };
        Entry::Moved {
            event: EVENT.to_owned(),
            from: from.as_str().to_owned(),
            to: to.name().as_str().to_owned(),
            code: code.map(str::to_owned),
            note: to.resolution().map(|resolution| resolution.close_notes.clone()).unwrap_or_default(),
        }
    };
    let mut from = before.name();
    // What was resolved before it was closed was so for a time.
    if let (State::Closed(resolution), Some(resolved_at)) = (&state, ticket.resolved_at)
        && resolved_at < at
        && from != StateName::Resolved
        && matches!(ticket.kind(), Kind::Incident | Kind::Problem)
    {
        let resolved = State::Resolved(Resolution { at: resolved_at, ..resolution.clone() });
        steps.push((resolved_at, by(), step(from, &resolved)));
        from = StateName::Resolved;
    }
    steps.push((at, by(), step(from, &state)));
    ticket.state = state;
    ticket.state_since = at;
    steps
}

/// The times at which it ended, as its state has them.
fn ends(ticket: &mut Ticket, name: StateName, at: Time) {
    let is_resolved = matches!(name, StateName::Resolved | StateName::Fulfilled | StateName::Completed);
    if name.is_active() {
        (ticket.resolved_at, ticket.closed_at) = (None, None);
    } else if is_resolved {
        ticket.resolved_at.get_or_insert(at);
        ticket.closed_at = None;
    } else {
        // Of these the end was before it was closed.
        if name == StateName::Closed && matches!(ticket.kind(), Kind::Incident | Kind::Problem | Kind::Request) {
            ticket.resolved_at.get_or_insert(at);
        }
        ticket.closed_at.get_or_insert(at);
    }
}

/// A state with what belongs to it.
fn state(kind: Kind, name: StateName, (code, hold, notes): (Option<&str>, Option<&str>, &str), at: Time) -> State {
    let resolution = || Resolution {
        close_code: code.and_then(|code| code.parse::<CloseCode>().ok()).unwrap_or_else(|| usual_code(kind)),
        close_notes: notes.into(),
        cause_item: None,
        at,
    };
    match name {
        StateName::OnHold => State::OnHold {
            reason: hold.and_then(|text| text.parse::<HoldReason>().ok()).unwrap_or(HoldReason::Caller),
            comment: String::new(),
            wake_at: None,
        },
        StateName::Resolved => State::Resolved(resolution()),
        StateName::Closed => State::Closed(resolution()),
        StateName::Cancelled => State::Cancelled {
            reason: code.and_then(|code| code.parse::<CancelReason>().ok()).unwrap_or_else(|| usual_reason(kind)),
            comment: notes.to_owned(),
        },
        StateName::Rejected => State::Rejected { comment: notes.into() },
        name => State::plain(name).unwrap_or_else(|| kind.first_state()),
    }
}

/// How a ticket of a kind ended of which it is not said.
pub(super) const fn usual_code(kind: Kind) -> CloseCode {
    match kind {
        Kind::Incident | Kind::Problem => CloseCode::Fixed,
        Kind::Change | Kind::Release => CloseCode::Successful,
        Kind::Request | Kind::Access | Kind::Task => CloseCode::Complete,
    }
}

/// Why a ticket of a kind was given up of which it is not said.
pub(super) const fn usual_reason(kind: Kind) -> CancelReason {
    match kind {
        Kind::Incident => CancelReason::FalseAlarm,
        Kind::Problem => CancelReason::Invalid,
        Kind::Change | Kind::Release | Kind::Task => CancelReason::NotNeeded,
        Kind::Request | Kind::Access => CancelReason::Withdrawn,
    }
}
