//! Subscriptions: making, changing and removing them.

use std::collections::BTreeSet;

use muster_model::account::User;
use muster_model::notification::channel::Channel;
use muster_model::notification::subscription::{self, Subscription, Target};
use muster_model::notification::{Source, Topic};
use muster_model::on_call::Rota;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::SubscriptionId;
use muster_store::{Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// Most subscriptions.
const MOST: usize = 500;

/// What a subscription is to be.
#[derive(Clone, Debug)]
pub struct SubscriptionDraft {
    /// What it is called.
    pub name: String,
    /// Of what.
    pub topics: BTreeSet<Topic>,
    /// Which of those.
    pub filter: String,
    /// Who.
    pub target: Target,
    /// Whether it may wake people.
    pub is_urgent: bool,
    /// Whether it is used.
    pub is_active: bool,
}

fn missing(id: SubscriptionId) -> ServiceError {
    ServiceError::NotFound { kind: "subscription", id: id.to_string() }
}

impl Service {
    /// Whoever is named must be there.
    pub(crate) async fn check_target(&self, pointer: &str, target: Target) -> Result<(), ServiceError> {
        let id = target.id();
        let is_there = match target {
            Target::Channel(_) => self.store().find::<Channel>(&id).await?.is_some(),
            Target::User(_) => self.store().find::<User>(&id).await?.is_some_and(|user| !user.value.disabled),
            Target::Rota(_) => self.store().find::<Rota>(&id).await?.is_some(),
        };
        if is_there { Ok(()) } else { Err(invalid(pointer, Phrase::new("no_target").with("value", id))) }
    }

    /// Another desk has tickets alone: of agents, drift and identity there is nothing that it could be sent.
    async fn check_topics(&self, subscription: &Subscription) -> Result<(), ServiceError> {
        let Target::Channel(id) = subscription.target else { return Ok(()) };
        let Some(channel) = self.store().find::<Channel>(&id.to_string()).await? else { return Ok(()) };
        if channel.value.kind.desk().is_none() || subscription.source() == Some(Source::Ticket) {
            return Ok(());
        }
        Err(invalid("/topics", Phrase::new("bridge_topics").with("name", channel.value.name)))
    }

    /// What people call a target.
    pub async fn target_name(&self, target: Target) -> Result<String, ServiceError> {
        let id = target.id();
        let name = match target {
            Target::Channel(_) => self.store().find::<Channel>(&id).await?.map(|stored| stored.value.name),
            Target::User(_) => self.store().find::<User>(&id).await?.map(|stored| stored.value.name),
            Target::Rota(_) => self.store().find::<Rota>(&id).await?.map(|stored| stored.value.name),
        };
        Ok(name.unwrap_or(id))
    }

    /// All subscriptions, by name.
    pub async fn list_subscriptions(&self, call: &Call) -> Result<Vec<Versioned<Subscription>>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::All)?;
        let mut all = self.store().all::<Subscription>(Scan::keys(Collection::Subscription, "")).await?;
        all.sort_by_key(|subscription| subscription.value.name.to_lowercase());
        Ok(all)
    }

    /// A subscription.
    pub async fn get_subscription(
        &self,
        call: &Call,
        id: SubscriptionId,
    ) -> Result<Versioned<Subscription>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::One(&id.to_string()))?;
        self.store().find::<Subscription>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    /// Makes a subscription, or changes the one of an id that was seen in a version.
    pub async fn save_subscription(
        &self,
        call: &Call,
        known: Option<(SubscriptionId, Option<u64>)>,
        draft: SubscriptionDraft,
    ) -> Result<Versioned<Subscription>, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::All)?;
        let now = self.now();
        let (id, version) = match known {
            Some((id, seen)) => {
                let stored = self.get_subscription(call, id).await?;
                check_version(&stored, seen)?;
                (id, Some(stored.version))
            }
            None => (SubscriptionId::new(now), None),
        };
        let subscription = Subscription {
            id,
            name: draft.name.trim().to_owned(),
            topics: draft.topics,
            filter: draft.filter.trim().to_owned(),
            target: draft.target,
            is_urgent: draft.is_urgent,
            is_active: draft.is_active,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        let violations = subscription::check(&subscription);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        if subscription.source() == Some(Source::Ticket) {
            self.check_kept_filter(&subscription.filter).await?;
        }
        self.check_target("/target", subscription.target).await?;
        self.check_topics(&subscription).await?;
        let full = self.store().count(Scan::keys(Collection::Subscription, "").limit(MOST)).await? >= MOST;
        if version.is_none() && full {
            return Err(ServiceError::Conflict(Phrase::new("many_of_these").with("max", MOST).into()));
        }
        let mut changes = ChangeSet::new();
        let action = if version.is_some() { "subscription.update" } else { "subscription.create" };
        changes.audit.push(call.audit(now, action, id, subscription.name.clone()));
        changes.put(subscription.clone(), version.map_or(Expected::Absent, Expected::Version));
        self.commit(changes).await?;
        Ok(Versioned { value: subscription, version: version.unwrap_or_default() + 1 })
    }

    /// Removes a subscription.
    pub async fn remove_subscription(
        &self,
        call: &Call,
        id: SubscriptionId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let stored = self.get_subscription(call, id).await?;
        check_version(&stored, seen)?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "subscription.remove", id, stored.value.name.clone()));
        changes.delete(Collection::Subscription, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }
}
