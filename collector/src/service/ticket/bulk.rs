//! One event of many tickets: each for itself, with its own rights, its own commit and its own answer.

use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::transition::Fields;

use crate::service::{Call, Service, ServiceError, invalid};

/// Tickets of one request, at most.
pub const MOST: usize = 200;

/// What became of one of them.
#[derive(Clone, Debug)]
pub struct Moved {
    /// As it was named.
    pub ticket: String,
    /// Number and state, or why not.
    pub outcome: Result<(String, &'static str), Text>,
}

impl Service {
    /// Moves many tickets. One that cannot be moved does not keep the others.
    pub async fn transition_tickets(
        &self,
        call: &Call,
        tickets: &[String],
        event: &str,
        fields: &Fields,
    ) -> Result<Vec<Moved>, ServiceError> {
        call.holds(Action::TicketComment)?;
        if !(1..=MOST).contains(&tickets.len()) {
            return Err(invalid("/tickets", Phrase::new("bulk_count").with("max", MOST)));
        }
        let mut all = Vec::new();
        for ticket in tickets {
            let moved = Box::pin(self.transition_ticket(call, ticket, event, fields.clone(), None)).await;
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
