//! What happens to tickets by the clock.

use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Kind, State, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// The event that the clock causes in a state.
const fn event(kind: Kind, state: &State) -> Option<&'static str> {
    match (kind, state) {
        (_, State::OnHold { .. }) => Some("resume"),
        (Kind::Incident, State::Resolved(_)) => Some("auto_close"),
        (Kind::Access, State::Granted) => Some("expire"),
        (Kind::Release, State::EarlyLife) => Some("close"),
        _ => None,
    }
}

impl Service {
    /// Does what is due by the clock to one ticket. `false` when nothing was.
    pub(in crate::service) async fn ticket_due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let Some(due) = self.store().first::<Ticket>(Scan::index(Index::TicketDue, "")).await? else {
            return Ok(false);
        };
        if due.value.due_at().is_none_or(|at| at > now) {
            return Ok(false);
        }
        let Some(event) = event(due.value.kind(), &due.value.state) else { return Ok(false) };
        let call = Call::system("clock");
        let Ok((ticket, entry)) = transition::apply(&due.value, event, &Fields::default(), &call.actor, now) else {
            return Ok(false);
        };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, &format!("ticket.{event}"), ticket.id, ticket.number.clone()));
        changes.create(entry);
        write_ticket(&mut changes, Versioned { value: ticket, version: due.version });
        self.commit_step(changes).await
    }
}
