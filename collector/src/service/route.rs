//! Findings into incidents: the router's steps.

use std::cmp::Reverse;

use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Versioned, routing};
use muster_shared::id::NodeId;
use muster_store::{Index, Scan, TypedStore};

use super::drift::{put_counter, ticket_changed, write_ticket};
use super::{Call, Service, ServiceError};

impl Service {
    /// Routes one finding that is due. `false` when there is none.
    pub async fn route_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        // Of those that came due together the worst speaks first, and a person before the group made for them: it gives the
        // incident its title.
        let waiting = self.store().page::<Finding>(Scan::index(Index::FindingUnrouted, "").limit(64)).await?.rows;
        let due = waiting.into_iter().filter(|due| routing::is_due(&due.value, now));
        let rank = |due: &Versioned<Finding>| (due.value.first_seen, Reverse(due.value.severity), due.value.section);
        let Some(due) = due.min_by_key(rank) else { return Ok(false) };
        let Some(host) = self.store().find::<Host>(&due.value.host.to_string()).await? else {
            return Ok(false);
        };
        let had = match due.value.incident {
            Some(id) => self.store().find::<Ticket>(&id.to_string()).await?,
            None => None,
        };
        let scan = Scan::index(Index::TicketByDrift, format!("{}/{}/", due.value.host, due.value.policy)).descending();
        let open = self.store().first::<Ticket>(scan).await?;
        let counter = self.next_number(Kind::Incident).await?;
        let number = Kind::Incident.number(counter.value.last);
        let routed = routing::route(
            &due.value,
            &host.value,
            self.floors(NodeId::Host(host.value.id)).await?,
            had.as_ref().map(|stored| &stored.value),
            open.as_ref().map(|stored| &stored.value),
            number,
            now,
        );
        let mut changes = ChangeSet::new();
        let call = Call::system("router");
        let mut finding = due.clone();
        finding.value.is_routed = true;
        finding.value.incident = Some(routed.ticket.id);
        changes.update(finding);
        routed.timeline.into_iter().for_each(|entry| changes.create(entry));
        let (number, id) = (routed.ticket.number.clone(), routed.ticket.id);
        if routed.is_new {
            changes.audit.push(call.audit(now, "ticket.create", id, format!("{number}: {}", routed.ticket.title)));
            put_counter(&mut changes, counter);
            changes.events.push(ticket_changed(&routed.ticket));
            changes.create(routed.ticket);
        } else {
            let version = [had, open].into_iter().flatten().find(|t| t.value.id == id).map_or(0, |t| t.version);
            changes.audit.push(call.audit(now, "ticket.join", id, format!("{number}: {}", due.value.title())));
            write_ticket(&mut changes, Versioned { value: routed.ticket, version });
        }
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}
