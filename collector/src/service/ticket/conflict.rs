//! Taking on a conflict of a change, and what the end of one ticket means for others.

use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::change::conflict::Acknowledged;
use muster_model::ticket::state::HoldReason;
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Entry, FieldChange, Kind, LinkKind, State, StateName, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_store::TypedStore;

use super::check_text;
use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError, check_version};

impl Service {
    /// Takes on what blocks a change: all conflicts with `other` (a number, or a kind of conflict).
    pub async fn acknowledge_conflicts(
        &self,
        call: &Call,
        text: &str,
        other: &str,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        call.authorize(Action::ChangeReview, Resource::One(text))?;
        check_text("/reason", reason, 1, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let now = self.now();
            let mut ticket = stored.value;
            let missing = || ServiceError::NotFound { kind: "conflict", id: other.to_owned() };
            let change = ticket.details.change_mut().ok_or_else(missing)?;
            let mut taken = Vec::new();
            for conflict in &mut change.conflicts {
                let is_meant = conflict.other.as_deref() == Some(other) || conflict.kind.as_str() == other;
                if is_meant && conflict.acknowledged.is_none() {
                    let (by, reason) = (call.actor.label(), reason.trim().to_owned());
                    conflict.acknowledged = Some(Acknowledged { by, reason, at: now });
                    taken.push(conflict.label());
                }
            }
            if taken.is_empty() {
                return Err(missing());
            }
            let field = |label: String| FieldChange { field: "conflict".into(), from: label, to: reason.trim().into() };
            let fields = taken.into_iter().map(field).collect();
            let entry = ticket.note(now, &call.actor.label(), Entry::Changed { fields });
            Ok(Self::written(call, "ticket.acknowledge", stored.version, ticket, entry))
        })
        .await
    }

    /// What a ticket in its new state means for others: incidents on hold for it go on.
    pub(super) async fn move_others(&self, changes: &mut ChangeSet, ticket: &Ticket) -> Result<(), ServiceError> {
        let (waiting, is_over) = match (ticket.kind(), ticket.state.name()) {
            (Kind::Change, state) => (HoldReason::Change, state == StateName::Closed),
            (Kind::Problem, state) => (HoldReason::Problem, matches!(state, StateName::Resolved | StateName::Closed)),
            _ => return Ok(()),
        };
        if !is_over {
            return Ok(());
        }
        let call = Call::system("links");
        let linked = ticket.links.iter().filter(|link| link.kind != LinkKind::DuplicateOf);
        for link in linked {
            let Some(stored) = self.store().find::<Ticket>(&link.ticket.to_string()).await? else { continue };
            if !matches!(&stored.value.state, State::OnHold { reason, .. } if *reason == waiting) {
                continue;
            }
            let said = Phrase::new("linked_over").with("number", ticket.number.as_str());
            let fields = Fields { said: Some(said.into()), ..Fields::default() };
            let Ok((next, entry)) = transition::apply(&stored.value, "resume", &fields, &call.actor, self.now()) else {
                continue;
            };
            changes.audit.push(call.audit(self.now(), "ticket.resume", next.id, next.number.clone()));
            changes.create(entry);
            write_ticket(changes, Versioned { value: next, version: stored.version });
        }
        Ok(())
    }
}
