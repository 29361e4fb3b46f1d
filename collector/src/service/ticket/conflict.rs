//! Taking on a conflict of a change.

use std::collections::BTreeMap;

use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::change::Change;
use muster_model::ticket::change::conflict::{Acknowledged, Conflict, ConflictKind};
use muster_model::ticket::{Entry, FieldChange, Ticket};

use super::check_text;
use crate::service::{Call, Service, ServiceError, check_version};

impl Service {
    /// A change without conflicts with tickets that are over: what is kept was found before its last event, and is found anew before
    /// the next one. A change that is over itself keeps what it went by.
    pub async fn with_standing_conflicts(&self, call: &Call, ticket: &Ticket, change: &Change) -> Change {
        let mut change = change.clone();
        if !ticket.state.name().is_active() {
            return change;
        }
        let mut over: BTreeMap<String, bool> = BTreeMap::new();
        for number in change.conflicts.iter().filter_map(|conflict| conflict.other.as_ref()) {
            if !over.contains_key(number) {
                // What the caller does not see stays: it is not known to be over.
                let found = self.get_ticket(call, number).await;
                over.insert(number.clone(), found.is_ok_and(|other| !other.value.state.name().is_active()));
            }
        }
        let is_over = |conflict: &Conflict| conflict.other.as_ref().and_then(|number| over.get(number)) == Some(&true);
        change.conflicts.retain(|conflict| !is_over(conflict));
        change
    }

    /// Takes on what blocks a change: all conflicts with `other` (a number, or a kind of conflict).
    pub async fn acknowledge_conflicts(
        &self,
        call: &Call,
        text: &str,
        other: &str,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        call.holds(Action::ChangeReview)?;
        check_text("/reason", reason, 1, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            self.authorize_on(call, Action::ChangeReview, &stored.value).await?;
            let overrides = self.authorize_on(call, Action::BlackoutOverride, &stored.value).await;
            check_version(&stored, seen)?;
            let now = self.now();
            let mut ticket = stored.value;
            let missing = || ServiceError::NotFound { kind: "conflict", id: other.to_owned() };
            let change = ticket.details.change_mut().ok_or_else(missing)?;
            let meant =
                |conflict: &Conflict| conflict.other.as_deref() == Some(other) || conflict.kind.as_str() == other;
            if change.conflicts.iter().any(|it| meant(it) && it.kind == ConflictKind::Blackout) {
                overrides?;
            }
            let mut taken = Vec::new();
            for conflict in &mut change.conflicts {
                if meant(conflict) && conflict.acknowledged.is_none() {
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
}
