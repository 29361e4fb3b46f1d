//! Rule P2 on tickets: the impact is as wide as their items ask for, and wider while one of them is down.

use crate::text::Phrase;
use crate::ticket::Ticket;
use crate::ticket::details::BadDetails;
use crate::ticket::priority::{Floor, Priorities};

/// Gives a ticket another floor. Its impact is what it was before an item went down that is not down any more.
pub(super) fn refloor(ticket: &mut Ticket, floor: Option<Floor>) {
    let raised_from = ticket.impact_floor.take().and_then(|floor| floor.raised_from);
    let is_down = floor.as_ref().is_some_and(|floor| floor.is_down);
    if let Some(before) = raised_from.filter(|_| !is_down) {
        ticket.impact = before;
    }
    ticket.impact_floor = floor.map(|floor| Box::new(Floor { raised_from: raised_from.filter(|_| is_down), ..floor }));
}

/// Notes what the impact was before an item that is down widened it, or that a person said what it is.
pub(super) fn note_raised(ticket: &mut Ticket, (before, asked): (u8, Option<u8>)) {
    let impact = ticket.impact;
    let Some(floor) = ticket.impact_floor.as_mut().filter(|floor| floor.is_down) else { return };
    match asked {
        Some(asked) if asked != before => floor.raised_from = None,
        _ if impact < before && floor.raised_from.is_none() => floor.raised_from = Some(before),
        _ => {}
    }
}

/// The impact that somebody asks for, or the one that is: both as wide as the items ask for.
pub(super) fn floored(ticket: &Ticket, asked: Option<u8>, priorities: &Priorities) -> Result<u8, BadDetails> {
    let Some(floor) = &ticket.impact_floor else { return Ok(asked.unwrap_or(ticket.impact)) };
    let least = priorities.floor(floor);
    match asked {
        Some(impact) if impact > least && impact != ticket.impact => {
            let why = Phrase::new("impact_floor").with("item", floor.name.as_str()).with("impact", least.to_string());
            Err(BadDetails { pointer: "/impact".into(), why: why.into() })
        }
        asked => Ok(asked.unwrap_or(ticket.impact).min(least)),
    }
}
