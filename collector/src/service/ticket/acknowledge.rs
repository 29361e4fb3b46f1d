//! Taking notice of a ticket: somebody saw it, before anybody takes it.

use muster_model::right::Action;
use muster_model::ticket::{Ticket, edit};
use muster_model::{ChangeSet, Versioned};

use crate::service::{Call, Service, ServiceError, check_version};

impl Service {
    /// Takes notice of a ticket. One of which somebody did stays as it is.
    pub async fn acknowledge_ticket(
        &self,
        call: &Call,
        text: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        Box::pin(self.authorize_on(call, Action::TicketTransition, &ticket)).await?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            Ok(match self.acknowledged(call, &stored) {
                Some(written) => written,
                None => (ChangeSet::new(), stored),
            })
        })
        .await
    }

    /// What it writes that somebody takes notice; nothing when it is over, or somebody did before.
    pub(in crate::service) fn acknowledged(
        &self,
        call: &Call,
        stored: &Versioned<Ticket>,
    ) -> Option<(ChangeSet, Versioned<Ticket>)> {
        if !stored.value.state.name().is_active() {
            return None;
        }
        let (ticket, entry) = edit::acknowledge(&stored.value, &call.actor, self.now())?;
        Some(Self::written(call, "ticket.acknowledge", stored.version, ticket, entry))
    }
}
