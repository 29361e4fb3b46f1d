//! Access: grants and what agents see of them, what must be separate, and rounds in which people look over it (section 11).
//!
//! A grant begins and ends with its ticket, in the same commit. Hosts are compared with grants by a reader of events
//! (`watch`): it alone writes where agents see a grant, and the findings of what no grant allows.

pub mod campaign;
mod enforce;
pub mod observed;
mod reach;
pub mod separation;
mod turn;
mod watch;

use muster_model::grant::{Grant, GrantState, Status};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::transition::Fields;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::id::{GrantId, NodeId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::sight::Sight;
use super::{Call, Page, Service, ServiceError, Window, check_version, conflict};

/// A grant as queries see it.
fn entry(grant: &Grant, status: Status) -> Value {
    json!({
        "id": grant.id, "number": grant.number, "account": grant.account, "entitlement": grant.entitlement,
        "group": grant.group, "host": grant.hosts, "resource": grant.resource(), "holder": grant.holder, "status": status.as_str(),
        "privileged": grant.is_privileged(), "emergency": grant.is_emergency, "valid_from": grant.valid_from,
        "valid_to": grant.valid_to, "reason": grant.reason, "reviewed_at": grant.reviewed_at,
        "missing": grant.places.iter().any(|place| !place.is_there), "seen": !grant.seen_on().is_empty(),
        "unproven": grant.removal.as_ref().is_some_and(|removal| removal.proven_at.is_none()),
    })
}

/// Whether a right takes in all that a grant is for.
fn covers(sight: &Sight, grant: &Grant) -> bool {
    let mut nodes = grant.hosts.iter().map(|host| NodeId::Host(*host)).chain(grant.resource()).peekable();
    sight.is_whole() || (nodes.peek().is_some() && nodes.all(|node| sight.sees_node(node)))
}

/// Whether a grant may be seen: it is one's own, or one of somebody to something within reach.
fn sees(sight: &Sight, user: Option<UserId>, grant: &Grant) -> bool {
    let is_own = user.is_some() && grant.holder == user;
    let mut nodes = grant.hosts.iter().map(|host| NodeId::Host(*host)).chain(grant.resource());
    sight.is_whole() || is_own || nodes.any(|node| sight.sees_node(node))
}

impl Service {
    /// Grants, the newest first. Without a demand on the status those that are over and gone are left out.
    pub async fn list_grants(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Grant>>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let user = call.actor.user();
        let (now, asks) =
            (self.now(), ["status", "unproven", "id", "number"].iter().any(|field| query.mentions(field)));
        self.list(Scan::keys(Collection::Grant, "").descending(), window, |grant: &Grant| {
            let status = grant.status(now);
            sees(&sight, user, grant) && (asks || !status.is_over()) && query.matches(&entry(grant, status))
        })
        .await
    }

    /// The grants for a service or an item that are not over, as far as the caller sees them, by account.
    pub async fn grants_for(&self, call: &Call, node: NodeId) -> Result<Vec<Versioned<Grant>>, ServiceError> {
        let (sight, now) = (self.sight(call, Action::TicketRead).await?, self.now());
        let mut found = self.store().all::<Grant>(Scan::index(Index::GrantByResource, node.to_string())).await?;
        found.retain(|stored| !stored.value.status(now).is_over() && sees(&sight, call.actor.user(), &stored.value));
        found.sort_by(|one, other| (&one.value.account, one.value.id).cmp(&(&other.value.account, other.value.id)));
        Ok(found)
    }

    /// The grant of an id, or of the number of its ticket.
    pub async fn get_grant(&self, call: &Call, text: &str) -> Result<Versioned<Grant>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let missing = || ServiceError::NotFound { kind: "grant", id: text.chars().take(80).collect() };
        if text.parse::<GrantId>().is_ok() {
            let found = self.store().find::<Grant>(text).await?;
            return found.filter(|found| sees(&sight, call.actor.user(), &found.value)).ok_or_else(missing);
        }
        let ticket = self.get_ticket(call, text).await.map_err(|_| missing())?;
        self.grant_of_ticket(&ticket.value.id.to_string()).await?.ok_or_else(missing)
    }

    /// The grant that a ticket gave.
    pub(super) async fn grant_of_ticket(&self, ticket: &str) -> Result<Option<Versioned<Grant>>, ServiceError> {
        Ok(self.store().first::<Grant>(Scan::index(Index::GrantByTicket, ticket)).await?)
    }

    /// Takes a grant back: its ticket closes with it.
    pub async fn revoke_grant(
        &self,
        call: &Call,
        text: &str,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Grant>, ServiceError> {
        call.holds(Action::AccessManage)?;
        super::ticket::check_text("/reason", reason, 1, 2_000)?;
        let stored = self.get_grant(call, text).await?;
        check_version(&stored, seen)?;
        self.check_open(&stored.value)?;
        let fields = Fields { comment: Some(reason.to_owned()), ..Fields::default() };
        let ticket = stored.value.ticket.to_string();
        Box::pin(self.transition_ticket(call, &ticket, "revoke", fields, None)).await?;
        self.get_grant(call, text).await
    }

    fn check_open(&self, grant: &Grant) -> Result<(), ServiceError> {
        let status = grant.status(self.now());
        if status.is_over() {
            let over = Phrase::new("grant_over").term("status", "grant-status", status.as_str());
            return Err(ServiceError::Conflict(over.into()));
        }
        Ok(())
    }

    /// Lets a grant not hold for now, or hold again.
    pub async fn suspend_grant(
        &self,
        call: &Call,
        text: &str,
        reason: Option<&str>,
        seen: Option<u64>,
    ) -> Result<Versioned<Grant>, ServiceError> {
        call.holds(Action::AccessManage)?;
        if let Some(reason) = reason {
            super::ticket::check_text("/reason", reason, 1, 2_000)?;
        }
        self.decide(|| async move {
            let mut stored = self.get_grant(call, text).await?;
            if !covers(&self.sight(call, Action::AccessManage).await?, &stored.value) {
                return Err(call.too_far(Action::AccessManage));
            }
            check_version(&stored, seen)?;
            self.check_open(&stored.value)?;
            let (now, is_suspended) = (self.now(), matches!(stored.value.state, GrantState::Suspended { .. }));
            let action = match reason {
                Some(_) if is_suspended => return Ok((ChangeSet::new(), stored)),
                Some(reason) => {
                    let (by, reason) = (call.actor.label(), reason.trim().to_owned());
                    stored.value.state = GrantState::Suspended { by, at: now, reason };
                    "grant.suspend"
                }
                None if !is_suspended => return Err(conflict("grant_not_suspended")),
                None => {
                    stored.value.state = GrantState::Given;
                    "grant.resume"
                }
            };
            let mut changes = ChangeSet::new();
            let mut audit = call.audit(now, action, stored.value.id, turn::summary(&stored.value));
            reason.unwrap_or_default().trim().clone_into(&mut audit.reason);
            changes.audit.push(audit);
            turn::tell_hosts(&mut changes, &stored.value);
            let written = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, written))
        })
        .await
    }
}
