//! What an event still asks for before anybody tries it.

use muster_shared::Time;

use super::{Fields, Transition, missing_details, refusal};
use crate::text::Phrase;
use crate::ticket::Ticket;
use crate::ticket::state::CloseCode;

const DAY_MS: i64 = 86_400_000;

/// What stands between a ticket and an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Fields of the ticket that are still empty.
    pub missing: Vec<&'static str>,
    /// What stands against it besides, and how to satisfy it.
    pub refused: Option<Phrase>,
}

/// The code that a change is hoped to be closed with: what stands against it is worth to be known before anybody tries.
fn hoped_for(ticket: &Ticket, row: &Transition) -> Option<String> {
    let change = ticket.details.change().filter(|_| row.event == "close")?;
    let code = if change.is_backed_out { CloseCode::BackedOut } else { CloseCode::Successful };
    Some(code.as_str().to_owned())
}

/// How a ticket, brought up to date, stands to an event. What the event itself takes is supposed to come with it.
pub fn outlook(ticket: &Ticket, row: &Transition, now: Time) -> Outlook {
    let ahead = row.required.contains(&"until").then(|| now.plus_millis(DAY_MS));
    let fields = Fields { until: ahead, close_code: hoped_for(ticket, row), ..Fields::default() };
    Outlook { missing: missing_details(ticket, row.event), refused: refusal(ticket, row.event, &fields, now) }
}
