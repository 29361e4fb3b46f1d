//! One event of many tickets, or one edit: each for itself, with its own rights, its own commit and its own answer.

use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::edit::Edit;
use muster_model::ticket::transition::Fields;

use crate::service::{Call, Service, ServiceError, invalid};

/// Tickets of one request, at most.
pub const MOST: usize = 200;

/// What is done to each of them.
#[derive(Clone, Debug)]
pub enum Deed {
    /// An event with what it takes.
    Event(String, Box<Fields>),
    /// Fields that are changed.
    Edit(Box<Edit>),
}

/// What became of one of them.
#[derive(Clone, Debug)]
pub struct Moved {
    /// As it was named.
    pub ticket: String,
    /// Number and state, or why not.
    pub outcome: Result<(String, &'static str), Text>,
}

impl Service {
    /// Moves or changes many tickets. One that cannot be moved does not keep the others.
    pub async fn handle_tickets(
        &self,
        call: &Call,
        tickets: &[String],
        deed: &Deed,
    ) -> Result<Vec<Moved>, ServiceError> {
        call.holds(Action::TicketComment)?;
        if !(1..=MOST).contains(&tickets.len()) {
            return Err(invalid("/tickets", Phrase::new("bulk_count").with("max", MOST)));
        }
        let mut all = Vec::new();
        for ticket in tickets {
            let moved = match deed {
                Deed::Event(event, fields) => {
                    Box::pin(self.transition_ticket(call, ticket, event, (**fields).clone(), None)).await
                }
                Deed::Edit(edit) => Box::pin(self.edit_ticket(call, ticket, (**edit).clone(), None)).await,
            };
            let outcome = match moved {
                Ok(stored) => Ok((stored.value.number.clone(), stored.value.state.name().as_str())),
                // What is broken is no answer to one of them.
                Err(error @ (ServiceError::Store(_) | ServiceError::Busy(_))) => return Err(error),
                Err(error) => Err(error.text()),
            };
            all.push(Moved { ticket: ticket.clone(), outcome });
        }
        Ok(all)
    }
}
