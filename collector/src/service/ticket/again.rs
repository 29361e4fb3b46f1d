//! Rule R3: what is closed stays closed. Who says that it is back gets a new incident that follows it, with its history.

use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, Entry, Kind, Link, LinkKind, Ticket, incident};
use muster_model::{ChangeSet, Versioned};
use muster_store::TypedStore;

use super::check_text;
use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// The story of an incident that follows: what was said, and what was before.
fn story(old: &Ticket, said: &str) -> Text {
    let resolution = old.state.resolution();
    let code = resolution.map_or("", |resolution| resolution.close_code.as_str());
    let time = |at: Option<muster_shared::Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let history = Phrase::new("again_history")
        .with("number", old.number.as_str())
        .with("opened", old.opened_at.to_string())
        .with("resolved", time(old.resolved_at))
        .term("code", "close-code", code)
        .with("count", old.reopen_count.to_string())
        .with("notes", resolution.map(|resolution| resolution.close_notes.to_string()).unwrap_or_default());
    Text::Drawn(vec![Phrase::new("as_said").with("said", said), history])
}

impl Service {
    /// Opens the incident that follows one whose time to be reopened is over: for the same person, about the same items, in the same
    /// group. Who asked for the old one may say so, and whoever works on tickets.
    pub async fn report_again(
        &self,
        call: &Call,
        text: &str,
        said: &str,
        channel: Channel,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let right = if ticket.is_asked_by(&call.actor) { Action::TicketCreate } else { Action::TicketTransition };
        Box::pin(self.authorize_on(call, right, &ticket)).await?;
        if ticket.kind() != Kind::Incident {
            return Err(ServiceError::Conflict(Phrase::new("again_kind").into()));
        }
        let said = said.trim();
        if said.is_empty() {
            return Err(invalid("/comment", Phrase::new("is_needed")));
        }
        check_text("/comment", said, 1, 20_000)?;
        let _one_at_a_time = self.numbering.lock().await;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let Versioned { value: mut old, version } = stored;
            let now = self.now();
            if let Some(why) = incident::refuses_again(&old, now) {
                return Err(ServiceError::Conflict(why.into()));
            }
            if let Some(there) = self.follower(&old).await? {
                return Err(ServiceError::Conflict(Phrase::new("again_there").with("number", there).into()));
            }
            let opening = Opening {
                description: story(&old, said),
                impact: old.impact,
                impact_floor: old.impact_floor.as_deref().cloned(),
                urgency: old.urgency,
                category: old.category.clone(),
                items: old.items.clone(),
                assignment_group: old.assignment_group.clone(),
                requester: old.requester.filter(|_| !old.is_asked_by(&call.actor)),
                ..Opening::incident(old.title.clone(), channel)
            };
            let mut changes = ChangeSet::new();
            let mut next = Box::pin(self.stage_ticket(&mut changes, call, opening)).await?;
            next.follows = Some(old.id);
            let ends = [(old.id, old.number.clone()), (next.id, next.number.clone())];
            for ((id, number), ticket) in ends.into_iter().zip([&mut next, &mut old]) {
                let link = Link { kind: LinkKind::RelatesTo, ticket: id, number };
                ticket.links.push(link.clone());
                changes.create(ticket.note(now, &call.actor.label(), Entry::Linked { link, is_removed: false }));
            }
            let summary = format!("{}: {} follows", old.number, next.number);
            changes.audit.push(call.audit(now, "ticket.again", old.id, summary));
            changes.create(next.clone());
            write_ticket(&mut changes, Versioned { value: old, version });
            Ok((changes, Versioned { value: next, version: 1 }))
        })
        .await
    }

    /// The number of an incident that follows another one and goes on.
    async fn follower(&self, old: &Ticket) -> Result<Option<String>, ServiceError> {
        for link in old.links.iter().filter(|link| link.kind == LinkKind::RelatesTo) {
            let Some(other) = self.store().find::<Ticket>(&link.ticket.to_string()).await? else { continue };
            if other.value.follows == Some(old.id) && other.value.state.name().is_active() {
                return Ok(Some(other.value.number));
            }
        }
        Ok(None)
    }
}
