//! What can be done with a ticket now: the events that are legal, and what each of them still asks for.

use std::collections::BTreeMap;

use muster_model::Versioned;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::Ticket;
use muster_model::ticket::transition::{self, Transition};

use crate::service::{Call, Service, ServiceError};

/// A transition that the caller could make, and what stands before it.
#[derive(Clone, Debug)]
pub struct Possible {
    /// The row.
    pub row: &'static Transition,
    /// Fields of the ticket that are still empty.
    pub missing: Vec<&'static str>,
    /// What stands against it besides, and how to satisfy it.
    pub refused: Option<Text>,
}

impl Service {
    /// The transitions that are legal now and that the caller's rights allow.
    pub async fn list_transitions(
        &self,
        call: &Call,
        text: &str,
    ) -> Result<(Versioned<Ticket>, Vec<Possible>), ServiceError> {
        let stored = self.get_ticket(call, text).await?;
        let mut may = BTreeMap::new();
        let mut possible = Vec::new();
        for row in transition::legal(&stored.value, &call.actor) {
            let right = row.right_of(&call.actor, &stored.value);
            let held = match may.get(&right) {
                Some(held) => *held,
                None => Box::pin(self.authorize_on(call, right, &stored.value)).await.is_ok(),
            };
            may.insert(right, held);
            if held {
                possible.push(Box::pin(self.possible(call, &stored.value, row)).await?);
            }
        }
        Ok((stored, possible))
    }

    /// What stands between a ticket and an event, as it would be judged now.
    async fn possible(&self, call: &Call, ticket: &Ticket, row: &'static Transition) -> Result<Possible, ServiceError> {
        let prepared = match Box::pin(self.prepared(ticket, row.event)).await {
            Ok(prepared) => prepared,
            Err(error @ (ServiceError::Invalid(_) | ServiceError::Conflict(_))) => {
                return Ok(Possible { row, missing: Vec::new(), refused: Some(error.text()) });
            }
            Err(error) => return Err(error),
        };
        let seen = transition::outlook(&prepared, row, self.now());
        let mut refused = seen.refused.map(Text::from);
        if refused.is_none() && row.event == "start" && self.has_voted(call, ticket).await? {
            refused = Some(Phrase::new("guard_voted").into());
        }
        if refused.is_none()
            && let Err(error) = self.check_own_review(call, ticket, row.event).await
        {
            refused = Some(error.text());
        }
        Ok(Possible { row, missing: seen.missing, refused })
    }
}
