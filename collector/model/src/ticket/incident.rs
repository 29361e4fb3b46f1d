//! Incidents: their transitions and what stands against them (service-desk rules, section 2).

use muster_shared::Time;

use super::major;
use super::transition::{Cause, REOPEN_WINDOW_MS, Transition, row};
use super::{StateName, Ticket};
use crate::right::Action::TicketTransition;
use crate::text::Phrase;
use StateName::{Cancelled, Closed, InProgress, New, OnHold, Resolved};

/// The transitions of an incident.
pub const INCIDENT: &[Transition] = &[
    row("assign", &[New], InProgress, TicketTransition).needs(&["assignment_group"]).takes(&["assignee"]),
    row("start", &[New], InProgress, TicketTransition),
    row("hold", &[InProgress], OnHold, TicketTransition)
        .needs(&["reason"])
        .takes(&["comment", "wake_at"])
        .guard("reason caller asks for comment, reason scheduled for wake_at"),
    row("resume", &[OnHold], InProgress, TicketTransition)
        .by(Cause::Anyone)
        .guard("by itself at wake_at, when the linked change is closed, when the linked problem is resolved"),
    row("resolve", &[New, InProgress, OnHold], Resolved, TicketTransition)
        .needs(&["close_code", "close_notes", "cause_item"])
        .takes(&["duplicate_of"])
        .guard("cause_item is an item's id or none; close_code duplicate asks for duplicate_of"),
    row("auto_resolve", &[New, InProgress, OnHold], Resolved, TicketTransition)
        .needs(&["close_code", "close_notes"])
        .by(Cause::System)
        .guard("no person is assigned"),
    row("parent_resolved", &[New, InProgress, OnHold], Resolved, TicketTransition)
        .needs(&["close_code", "close_notes"])
        .by(Cause::System)
        .guard("auto_follow is set; what it is a part of is resolved"),
    row("reopen", &[Resolved], InProgress, TicketTransition)
        .needs(&["comment"])
        .by(Cause::Anyone)
        .by_asker()
        .guard("within 7 days of the resolution"),
    row("confirm", &[Resolved], Closed, TicketTransition)
        .takes(&["comment"])
        .by_asker()
        .guard("a major incident is stood down; a problem looks for its cause, and is opened when there is none"),
    row("auto_close", &[Resolved], Closed, TicketTransition)
        .by(Cause::System)
        .guard("7 days after the resolution; a major incident is stood down"),
    row("cancel", &[New, InProgress, OnHold], Cancelled, TicketTransition)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .by_asker()
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// Rule R3: why no new incident follows one that is said to be back; `None` when one may.
pub fn refuses_again(ticket: &Ticket, now: Time) -> Option<Phrase> {
    let in_window = ticket.resolved_at.is_some_and(|at| now.since(at) <= REOPEN_WINDOW_MS);
    let key = match ticket.state.name() {
        Closed => return None,
        Resolved if !in_window => return None,
        Resolved => "again_reopen",
        Cancelled => "again_cancelled",
        _ => "again_active",
    };
    Some(Phrase::new(key))
}

/// What stands against an event.
pub(super) fn refusal(ticket: &Ticket, event: &str, now: Time) -> Option<Phrase> {
    let resolved_for = ticket.resolved_at.map_or(0, |at| now.since(at));
    let key = match event {
        "reopen" if resolved_for > REOPEN_WINDOW_MS => "guard_reopen",
        "auto_close" if resolved_for < REOPEN_WINDOW_MS => "guard_auto_close",
        "auto_resolve" if ticket.assignee.is_some() => "guard_auto_resolve",
        "parent_resolved" if !ticket.auto_follow => "guard_auto_follow",
        "confirm" | "auto_close" => return major::refusal(ticket),
        "cancel" if major::state_of(ticket) == major::MajorState::Accepted => "guard_major_open",
        _ => return None,
    };
    Some(Phrase::new(key))
}
