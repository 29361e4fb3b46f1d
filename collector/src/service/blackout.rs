//! Blackouts: made, changed, removed; which of them a change is in.

use muster_model::blackout::{Blackout, Rule};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{BlackoutId, NodeId};
use muster_store::{Scan, TypedStore};

use super::class::wrong;
use super::{Call, Service, ServiceError, check_version, invalid};

impl Service {
    /// All blackouts, the newest first.
    pub async fn list_blackouts(&self, call: &Call) -> Result<Vec<Versioned<Blackout>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        Ok(self.store().all::<Blackout>(Scan::keys(Collection::Blackout, "").descending()).await?)
    }

    /// One blackout.
    pub async fn get_blackout(&self, call: &Call, id: BlackoutId) -> Result<Versioned<Blackout>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let missing = || ServiceError::NotFound { kind: "blackout", id: id.to_string() };
        self.store().find::<Blackout>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// A new blackout. Changes that are planned into it know of it when they are saved, handed in or started.
    pub async fn create_blackout(&self, call: &Call, rule: Rule) -> Result<Versioned<Blackout>, ServiceError> {
        call.authorize(Action::ChangeReview, Resource::All)?;
        self.check_blackout(call, &rule).await?;
        let now = self.now();
        let blackout = Blackout { id: BlackoutId::new(now), rule, changed_by: call.actor.label(), changed_at: now };
        let mut changes = ChangeSet::new();
        let mut audit = call.audit(now, "blackout.create", blackout.id, blackout.rule.name.clone());
        blackout.rule.reason.clone_into(&mut audit.reason);
        changes.audit.push(audit);
        changes.create(blackout.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: blackout, version: 1 })
    }

    /// The next version of a blackout.
    pub async fn replace_blackout(
        &self,
        call: &Call,
        id: BlackoutId,
        rule: Rule,
        seen: Option<u64>,
    ) -> Result<Versioned<Blackout>, ServiceError> {
        call.authorize(Action::ChangeReview, Resource::One(&id.to_string()))?;
        self.check_blackout(call, &rule).await?;
        let rule = &rule;
        self.decide(|| async move {
            let mut stored = self.get_blackout(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.rule == *rule {
                return Ok((ChangeSet::new(), stored));
            }
            let now = self.now();
            stored.value.rule = rule.clone();
            (stored.value.changed_by, stored.value.changed_at) = (call.actor.label(), now);
            let mut changes = ChangeSet::new();
            let mut audit = call.audit(now, "blackout.update", id, rule.name.clone());
            rule.reason.clone_into(&mut audit.reason);
            changes.audit.push(audit);
            let written = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, written))
        })
        .await
    }

    /// Takes a blackout away.
    pub async fn remove_blackout(&self, call: &Call, id: BlackoutId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::ChangeReview, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.get_blackout(call, id).await?;
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "blackout.remove", id, stored.value.rule.name.clone()));
            changes.delete(Collection::Blackout, id.to_string(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    async fn check_blackout(&self, call: &Call, rule: &Rule) -> Result<(), ServiceError> {
        let violations = rule.check(&*self.registry().await?);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        for (i, item) in rule.items.iter().enumerate() {
            let unknown = |error: ServiceError| invalid(&format!("/items/{i}"), error.text());
            self.check_node(call, *item).await.map_err(unknown)?;
        }
        Ok(())
    }

    /// The blackouts that work on nodes would be in, by id and name: of the nodes, of services that stand on them, of everything.
    pub(super) async fn blackouts_of(
        &self,
        nodes: &[NodeId],
        services: &[NodeId],
        window: (Time, Time),
    ) -> Result<Vec<(String, String)>, ServiceError> {
        let mut found = Vec::new();
        for stored in self.store().all::<Blackout>(Scan::keys(Collection::Blackout, "")).await? {
            let Blackout { id, rule, .. } = stored.value;
            if rule.within(window).is_none() {
                continue;
            }
            if rule.is_of(nodes, services) || self.query_means(&rule, nodes).await? {
                found.push((id.to_string(), rule.name));
            }
        }
        Ok(found)
    }

    async fn query_means(&self, rule: &Rule, nodes: &[NodeId]) -> Result<bool, ServiceError> {
        let Ok(Some(query)) = rule.query(&*self.registry().await?) else { return Ok(false) };
        for host in nodes.iter().filter_map(NodeId::host) {
            if self.host_fits(&query, host).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
