//! Votes in another's place (rule A6): who gives their seats to whom, for a time.

use muster_model::account::User;
use muster_model::approval::delegation::{Delegation, acting_for};
use muster_model::declared::Declared;
use muster_model::notification::happening;
use muster_model::notification::subscription::Target;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::{Details, Kind, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{DelegationId, UserId};
use muster_store::{Index, Scan, TypedStore};
use std::collections::BTreeSet;

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// A delegation that somebody makes.
#[derive(Clone, Debug)]
pub struct DelegationDraft {
    /// Who votes: an id, or the name that they sign in with.
    pub to: String,
    /// From when; now without it.
    pub starts_at: Option<Time>,
    /// Until when.
    pub ends_at: Time,
    /// Only on tickets of this kind.
    pub kind: Option<Kind>,
    /// Only on tickets about this service: its id or its name.
    pub service: Option<String>,
    /// Why.
    pub reason: String,
}

impl Service {
    /// Delegations from and to the caller that are not over, and all of them for who may see accounts.
    pub async fn list_delegations(&self, call: &Call) -> Result<Vec<Versioned<Delegation>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let (now, user) = (self.now(), call.actor.user());
        let sees_all = call.authorize(Action::UserRead, Resource::All).is_ok();
        let all = self.store().all::<Delegation>(Scan::keys(Collection::Delegation, "").descending()).await?;
        let is_seen = |it: &Delegation| sees_all || Some(it.from) == user || Some(it.to) == user;
        Ok(all.into_iter().filter(|stored| stored.value.ends_at > now && is_seen(&stored.value)).collect())
    }

    /// Gives the caller's seats to somebody else for a time.
    pub async fn create_delegation(
        &self,
        call: &Call,
        draft: DelegationDraft,
    ) -> Result<Versioned<Delegation>, ServiceError> {
        call.authorize(Action::ApprovalVote, Resource::Shared)?;
        crate::service::ticket::check_text("/reason", &draft.reason, 0, 500)?;
        let from = call.actor.user().ok_or_else(|| invalid("/to", Phrase::new("approval_delegation_self")))?;
        let to = self.user_named("/to", &draft.to).await?;
        let named = self.store().find::<User>(&to.to_string()).await?.filter(|user| !user.value.disabled);
        let nobody = || invalid("/to", Phrase::new("no_active_user").with("user", to.to_string()));
        let to = named.ok_or_else(nobody)?.value;
        self.check_worker(to.id, "/to", &[Action::ApprovalVote]).await?;
        let (service, service_name) = match draft.service.as_deref() {
            Some(text) => {
                let ids = self.services_named("/service", BTreeSet::from([text.trim().to_owned()])).await?;
                let id = ids.into_iter().next();
                let name = match &id {
                    Some(id) => self.store().find::<Declared>(id).await?.map(|stored| stored.value.name),
                    None => None,
                };
                (id, name)
            }
            None => (None, None),
        };
        let now = self.now();
        let delegation = Delegation {
            id: DelegationId::new(now),
            from,
            from_name: self.name_of_user(from).await?,
            to: to.id,
            to_name: to.display_name,
            starts_at: draft.starts_at.unwrap_or(now),
            ends_at: draft.ends_at,
            kind: draft.kind,
            service,
            service_name,
            reason: draft.reason.trim().to_owned(),
            created_at: now,
        };
        let violations = delegation.check(now);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let mut changes = ChangeSet::new();
        let summary = format!("{} votes for {} until {}", delegation.to_name, delegation.from_name, delegation.ends_at);
        let mut audit = call.audit(now, "approval.delegate", delegation.id, summary);
        audit.reason.clone_from(&delegation.reason);
        changes.audit.push(audit);
        self.tell_of_delegation(&mut changes, &delegation, false).await?;
        changes.create(delegation.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: delegation, version: 1 })
    }

    /// Takes a delegation back: its maker, or who manages accounts.
    pub async fn remove_delegation(
        &self,
        call: &Call,
        id: DelegationId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::ApprovalVote, Resource::Shared)?;
        self.decide(|| async move {
            let missing = || ServiceError::NotFound { kind: "delegation", id: id.to_string() };
            let stored = self.store().find::<Delegation>(&id.to_string()).await?.ok_or_else(missing)?;
            if Some(stored.value.from) != call.actor.user() {
                call.authorize(Action::UserManage, Resource::One(&id.to_string()))?;
            }
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            let summary = format!("{} for {}", stored.value.to_name, stored.value.from_name);
            changes.audit.push(call.audit(self.now(), "approval.undelegate", id, summary));
            self.tell_of_delegation(&mut changes, &stored.value, true).await?;
            changes.delete(Collection::Delegation, id.to_string(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    /// Both are told, each as they wish: also who made it, for somebody else may sit at their account.
    async fn tell_of_delegation(
        &self,
        changes: &mut ChangeSet,
        delegation: &Delegation,
        is_over: bool,
    ) -> Result<(), ServiceError> {
        let notice = happening::of_delegation(delegation, is_over, self.now());
        self.page(changes, &notice, &[Target::User(delegation.from), Target::User(delegation.to)]).await?;
        Ok(())
    }

    /// In whose places somebody may vote on a ticket: never who asks for it or does the work.
    pub(super) async fn places_of(&self, ticket: &Ticket, voter: UserId) -> Result<Vec<UserId>, ServiceError> {
        let scan = Scan::index(Index::DelegationByVoter, voter.to_string());
        let given: Vec<Delegation> =
            self.store().all::<Delegation>(scan).await?.into_iter().map(|stored| stored.value).collect();
        if given.is_empty() || self.has_stake(ticket, voter).await? {
            return Ok(Vec::new());
        }
        let mut places = Vec::new();
        for delegation in acting_for(&given, voter, ticket.kind(), self.now()) {
            let is_about = match &delegation.service {
                Some(service) => self.is_about_service(ticket, service).await?,
                None => true,
            };
            places.extend(is_about.then_some(delegation.from));
        }
        Ok(places)
    }

    /// Whether a ticket is somebody's own: they asked for it, opened it, wrote its plan, do the work, or it is their account.
    pub(super) async fn has_stake(&self, ticket: &Ticket, user: UserId) -> Result<bool, ServiceError> {
        let implementer = ticket.details.change().and_then(|change| change.plan.implementer);
        if ticket.requester == Some(user) || implementer == Some(user) || ticket.authors.contains(&user) {
            return Ok(true);
        }
        let Some(account) = self.store().find::<User>(&user.to_string()).await? else { return Ok(false) };
        let name = account.value.name.as_str();
        let has_it =
            matches!(&ticket.details, Details::Access(access) if access.terms.account.as_deref() == Some(name));
        Ok(has_it || ticket.opened_by == name)
    }

    /// Those in whose places somebody votes now, whatever the ticket.
    pub(in crate::service) async fn lenders_of(&self, voter: UserId) -> Result<Vec<UserId>, ServiceError> {
        let now = self.now();
        let scan = Scan::index(Index::DelegationByVoter, voter.to_string());
        let given = self.store().all::<Delegation>(scan).await?.into_iter().map(|stored| stored.value);
        Ok(given.filter(|it| it.starts_at <= now && now < it.ends_at).map(|it| it.from).collect())
    }
}
