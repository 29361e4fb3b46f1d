//! Messages as people see them: what went where, what did not, and sending that again.

use muster_model::Versioned;
use muster_model::notification::channel::Channel;
use muster_model::notification::delivery::{Delivery, Destination};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection};
use muster_shared::id::DeliveryId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::json;

use crate::service::{Call, Page, Service, ServiceError, Window};

impl Service {
    /// Messages, newest first.
    pub async fn list_deliveries(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Delivery>>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::All)?;
        let channels = self.store().all::<Channel>(Scan::keys(Collection::Channel, "")).await?;
        let name_of = |to: &Destination| match to {
            Destination::Mail(address) => address.clone(),
            Destination::Channel(id) => channels
                .iter()
                .find(|channel| channel.value.id == *id)
                .map_or_else(|| id.to_string(), |channel| channel.value.name.clone()),
        };
        let fits = |delivery: &Delivery| {
            let id = match &delivery.to {
                Destination::Channel(id) => Some(id),
                Destination::Mail(_) => None,
            };
            query.matches(&json!({
                "state": delivery.state.as_str(), "to": name_of(&delivery.to), "channel": id,
                "topic": delivery.notices.iter().map(|notice| notice.topic).collect::<Vec<_>>(),
                "record": delivery.notices.iter().map(|notice| notice.label.as_str()).collect::<Vec<_>>(),
                "created_at": delivery.created_at, "tries": delivery.tries,
            }))
        };
        let scan = match query.requires("state") {
            // Dead letters are few among many.
            Some(state @ ("dead" | "delivered")) => Scan::index(Index::DeliveryOver, format!("{state}/")),
            _ => Scan::index(Index::DeliveryByTime, ""),
        };
        self.list(scan.descending(), window, fits).await
    }

    /// A message.
    pub async fn get_delivery(&self, call: &Call, id: DeliveryId) -> Result<Versioned<Delivery>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "delivery", id: id.to_string() };
        self.store().find::<Delivery>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// What people call where a message goes.
    pub async fn destination_name(&self, to: &Destination) -> Result<String, ServiceError> {
        Ok(match to {
            Destination::Mail(address) => address.clone(),
            Destination::Channel(id) => self
                .store()
                .find::<Channel>(&id.to_string())
                .await?
                .map_or_else(|| id.to_string(), |channel| channel.value.name),
        })
    }

    /// Sends a dead letter again.
    pub async fn retry_delivery(&self, call: &Call, id: DeliveryId) -> Result<Versioned<Delivery>, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let stored = self
            .decide(|| async move {
                let mut stored = self.get_delivery(call, id).await?;
                let state = stored.value.state.as_str();
                if !stored.value.send_again(self.now()) {
                    let why = Phrase::new("not_dead").term("state", "delivery-state", state);
                    return Err(ServiceError::Conflict(why.into()));
                }
                let mut changes = ChangeSet::new();
                changes.audit.push(call.audit(self.now(), "delivery.retry", id, stored.value.to.lane()));
                changes.update(Versioned { value: stored.value.clone(), version: stored.version });
                stored.version += 1;
                Ok((changes, stored))
            })
            .await?;
        self.post().resume(&stored.value.to.lane());
        Ok(stored)
    }
}
