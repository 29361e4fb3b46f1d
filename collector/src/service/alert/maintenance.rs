//! Maintenance windows: made, changed, removed.

use muster_model::alert::maintenance::Maintenance;
use muster_model::event::Event;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::schedule::Schedule;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{MaintenanceId, NodeId};
use muster_store::{Scan, TypedStore};
use serde_json::json;

use crate::service::class::wrong;
use crate::service::sight::Sight;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, invalid};

/// What somebody says of a window; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct MaintenanceDraft {
    /// What it is called.
    pub name: Option<String>,
    /// Items and hosts.
    pub items: Option<Vec<NodeId>>,
    /// Hosts, by a query.
    pub hosts: Option<String>,
    /// When.
    pub schedule: Option<Schedule>,
    /// Why.
    pub reason: Option<String>,
}

fn missing(id: MaintenanceId) -> ServiceError {
    ServiceError::NotFound { kind: "maintenance window", id: id.to_string() }
}

/// Whether a right reaches something that a window is about.
pub(in crate::service) fn sees(sight: &Sight, window: &Maintenance) -> bool {
    sight.is_whole() || window.items.iter().any(|node| sight.sees_node(*node))
}

/// A window may be changed by who reaches all that it is about; what a question means can go beyond any reach.
fn covered(call: &Call, sight: &Sight, window: &Maintenance) -> Result<(), ServiceError> {
    let is_named = window.hosts.is_empty() && !window.items.is_empty();
    let covers = sight.is_whole() || (is_named && window.items.iter().all(|node| sight.sees_node(*node)));
    if covers { Ok(()) } else { Err(call.too_far(Action::AlertSilence)) }
}

impl Service {
    /// Maintenance windows, the newest first. Without a demand on the state those that are over are left out.
    pub async fn list_maintenance(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Maintenance>>, ServiceError> {
        let sight = self.sight(call, Action::AlertRead).await?;
        let (now, asks) = (self.now(), query.mentions("state"));
        self.list(Scan::keys(Collection::Maintenance, "").descending(), window, |window: &Maintenance| {
            let phase = window.schedule.phase(now).as_str();
            let entry = json!({
                "name": window.name, "state": phase, "item": window.items, "author": window.author,
                "reason": window.reason,
            });
            (asks || phase != "expired") && sees(&sight, window) && query.matches(&entry)
        })
        .await
    }

    /// One window.
    pub async fn get_maintenance(
        &self,
        call: &Call,
        id: MaintenanceId,
    ) -> Result<Versioned<Maintenance>, ServiceError> {
        let sight = self.sight(call, Action::AlertRead).await?;
        let found = self.store().find::<Maintenance>(&id.to_string()).await?;
        found.filter(|found| sees(&sight, &found.value)).ok_or_else(|| missing(id))
    }

    /// A new window.
    pub async fn create_maintenance(
        &self,
        call: &Call,
        draft: MaintenanceDraft,
    ) -> Result<Versioned<Maintenance>, ServiceError> {
        let sight = self.sight(call, Action::AlertSilence).await?;
        let now = self.now();
        let needed = || invalid("/schedule", muster_model::text::Phrase::new("is_needed"));
        let window = Maintenance {
            id: MaintenanceId::new(now),
            name: draft.name.unwrap_or_default().trim().to_owned(),
            items: draft.items.unwrap_or_default(),
            hosts: draft.hosts.unwrap_or_default().trim().to_owned(),
            schedule: draft.schedule.ok_or_else(needed)?,
            reason: draft.reason.unwrap_or_default().trim().to_owned(),
            author: call.actor.label(),
            created_at: now,
        };
        covered(call, &sight, &window)?;
        self.write_maintenance(call, "maintenance.create", window, 0).await
    }

    /// Changes a window.
    pub async fn update_maintenance(
        &self,
        call: &Call,
        id: MaintenanceId,
        draft: MaintenanceDraft,
        seen: Option<u64>,
    ) -> Result<Versioned<Maintenance>, ServiceError> {
        let sight = self.sight(call, Action::AlertSilence).await?;
        let stored = self.get_maintenance(call, id).await?;
        check_version(&stored, seen)?;
        covered(call, &sight, &stored.value)?;
        let before = stored.value;
        let window = Maintenance {
            name: draft.name.map_or_else(|| before.name.clone(), |text| text.trim().to_owned()),
            items: draft.items.unwrap_or_else(|| before.items.clone()),
            hosts: draft.hosts.map_or_else(|| before.hosts.clone(), |text| text.trim().to_owned()),
            schedule: draft.schedule.unwrap_or_else(|| before.schedule.clone()),
            reason: draft.reason.map_or_else(|| before.reason.clone(), |text| text.trim().to_owned()),
            ..before
        };
        covered(call, &sight, &window)?;
        self.write_maintenance(call, "maintenance.update", window, stored.version).await
    }

    /// Removes a window: it is over at once. What it muted is in the audit trail and in the alerts.
    pub async fn remove_maintenance(
        &self,
        call: &Call,
        id: MaintenanceId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        let sight = self.sight(call, Action::AlertSilence).await?;
        let stored = self.get_maintenance(call, id).await?;
        covered(call, &sight, &stored.value)?;
        check_version(&stored, seen)?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "maintenance.remove", id, stored.value.name));
        changes.events.push(Event::AlertingChanged { what: id.to_string() });
        changes.delete(Collection::Maintenance, id.to_string(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    async fn write_maintenance(
        &self,
        call: &Call,
        action: &str,
        window: Maintenance,
        version: u64,
    ) -> Result<Versioned<Maintenance>, ServiceError> {
        let violations = window.check(&*self.registry().await?);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        for (i, item) in window.items.iter().enumerate() {
            let unknown = |error: ServiceError| invalid(&format!("/items/{i}"), error.text());
            self.check_node(call, *item).await.map_err(unknown)?;
        }
        let mut changes = ChangeSet::new();
        let mut draft = call.audit(self.now(), action, window.id, window.name.clone());
        window.reason.clone_into(&mut draft.reason);
        changes.audit.push(draft);
        changes.events.push(Event::AlertingChanged { what: window.id.to_string() });
        let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
        changes.put(window.clone(), expected);
        self.commit(changes).await?;
        Ok(Versioned { value: window, version: version + 1 })
    }
}
