//! Links between tickets: one is written at both ends in one commit.

use muster_model::text::Phrase;
use muster_model::ticket::{Entry, Link, LinkKind, Ticket};
use muster_model::{ChangeSet, Versioned};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

impl Service {
    /// Links a ticket to another one.
    pub async fn link_tickets(
        &self,
        call: &Call,
        text: &str,
        kind: LinkKind,
        other: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        self.change_link(call, text, kind, other, seen, false).await
    }

    /// Takes a link back.
    pub async fn unlink_tickets(
        &self,
        call: &Call,
        text: &str,
        kind: LinkKind,
        other: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        self.change_link(call, text, kind, other, seen, true).await
    }

    async fn change_link(
        &self,
        call: &Call,
        text: &str,
        kind: LinkKind,
        other: &str,
        seen: Option<u64>,
        is_removed: bool,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            self.authorize_on(call, stored.value.kind().right(), &stored.value).await?;
            check_version(&stored, seen)?;
            let unknown = |error: ServiceError| invalid("/ticket", error.text());
            let far = self.get_ticket(call, other).await.map_err(unknown)?;
            if far.value.id == stored.value.id {
                return Err(invalid("/ticket", Phrase::new("link_self")));
            }
            let link = Link { kind, ticket: far.value.id, number: far.value.number.clone() };
            match (stored.value.links.contains(&link), is_removed) {
                (true, false) => return Err(ServiceError::Conflict(Phrase::new("link_there").into())),
                (false, true) => return Err(ServiceError::NotFound { kind: "link", id: other.to_owned() }),
                (true, true) | (false, false) => {}
            }
            let back = Link { kind: kind.reverse(), ticket: stored.value.id, number: stored.value.number.clone() };
            let mut changes = ChangeSet::new();
            let now = self.now();
            let action = if is_removed { "ticket.unlink" } else { "ticket.link" };
            let summary = format!("{} {} {}", stored.value.number, kind.as_str(), far.value.number);
            changes.audit.push(call.audit(now, action, stored.value.id, summary));
            let mut next = stored.value.clone();
            for (ticket, link, version) in [(far.value, back, far.version), (stored.value, link, stored.version)] {
                let mut ticket = ticket;
                if is_removed {
                    ticket.links.retain(|known| *known != link);
                } else {
                    ticket.links.push(link.clone());
                }
                changes.create(ticket.note(now, &call.actor.label(), Entry::Linked { link, is_removed }));
                next = ticket.clone();
                write_ticket(&mut changes, Versioned { value: ticket, version });
            }
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }
}
