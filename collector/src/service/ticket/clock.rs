//! What happens to tickets by the clock: they wake, close, expire; changes run over their time, and their hosts are looked at again.

use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, FieldChange, Kind, State, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// Who acts here.
const CLOCK: &str = "clock";

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
        let Some(changes) = self.due_changes(due, now).await? else { return Ok(false) };
        self.commit_step(changes).await
    }

    async fn due_changes(&self, due: Versioned<Ticket>, now: Time) -> Result<Option<ChangeSet>, ServiceError> {
        let call = Call::system(CLOCK);
        let (version, ticket) = (due.version, due.value);
        let mut changes = ChangeSet::new();
        if let Some(event) = event(ticket.kind(), &ticket.state) {
            let Ok((next, entry)) = transition::apply(&ticket, event, &Fields::default(), &call.actor, now) else {
                return Ok(None);
            };
            changes.audit.push(call.audit(now, &format!("ticket.{event}"), next.id, next.number.clone()));
            changes.create(entry);
            write_ticket(&mut changes, Versioned { value: next, version });
            return Ok(Some(changes));
        }
        let mut next = ticket.clone();
        let Details::Change(change) = &mut next.details else { return Ok(None) };
        if matches!(ticket.state, State::Implement) {
            change.is_overrun = true;
            let field = FieldChange { field: "is_overrun".into(), from: "false".into(), to: "true".into() };
            let entry = next.note(now, &call.actor.label(), Entry::Changed { fields: vec![field] });
            changes.audit.push(call.audit(now, "ticket.overrun", next.id, next.number.clone()));
            changes.create(entry);
        } else {
            self.verify_change(change).await?;
        }
        write_ticket(&mut changes, Versioned { value: next, version });
        Ok(Some(changes))
    }
}
