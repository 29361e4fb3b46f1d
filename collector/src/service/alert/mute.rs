//! What mutes alerts now (rule E6): maintenance, changes, trouble upstream, silences, asked in this order.

use std::collections::HashMap;

use muster_model::Collection;
use muster_model::alert::maintenance::{self, Maintenance};
use muster_model::alert::parent;
use muster_model::alert::silence::Silence;
use muster_model::alert::{Alert, Cause, Mute};
use muster_model::query::Query;
use muster_model::ticket::change::plan::Plan;
use muster_model::ticket::{Kind, StateName, Ticket};
use muster_shared::Time;
use muster_shared::id::{AlertId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Service, ServiceError};

/// What is expected of some items, and so mutes their alerts.
struct Expected {
    mute: Mute,
    items: Vec<NodeId>,
    /// Hosts that are meant too.
    hosts: Option<Query>,
    /// What is done to them, where that does not mean all trouble.
    plan: Option<Plan>,
}

impl Expected {
    /// Whether trouble of the kind of an alert is expected.
    fn is_about(&self, alert: &Alert) -> bool {
        self.plan.as_ref().is_none_or(|plan| plan.expects_trouble(&alert.kind, &alert.resource))
    }
}

/// Everything that may mute an alert at a moment, read once for many of them.
pub(super) struct Muting {
    now: Time,
    windows: Vec<Expected>,
    changes: Vec<Expected>,
    silences: Vec<Silence>,
    /// Critical alerts that nothing mutes, by their item.
    critical: HashMap<NodeId, Vec<(AlertId, String)>>,
}

impl Muting {
    /// Takes note of what became of an alert: whether it mutes others.
    pub(super) fn note(&mut self, alert: &Alert) {
        if let Some(node) = alert.subject.node() {
            let known = self.critical.entry(node).or_default();
            known.retain(|(id, _)| *id != alert.id);
            if alert.mutes().is_some() {
                known.push((alert.id, alert.title()));
            }
        }
        self.critical.retain(|_, alerts| !alerts.is_empty());
    }
}

impl Service {
    /// All silences, and all maintenance windows.
    pub(super) async fn all_mutes(&self) -> Result<(Vec<Silence>, Vec<Maintenance>), ServiceError> {
        let silences = self.store().all::<Silence>(Scan::keys(Collection::Silence, "")).await?;
        let windows = self.store().all::<Maintenance>(Scan::keys(Collection::Maintenance, "")).await?;
        Ok((
            silences.into_iter().map(|stored| stored.value).collect(),
            windows.into_iter().map(|stored| stored.value).collect(),
        ))
    }

    /// What may mute alerts now.
    pub(super) async fn muting(&self, now: Time) -> Result<Muting, ServiceError> {
        let (silences, windows) = self.all_mutes().await?;
        let registry = self.registry().await?;
        let window = |window: Maintenance| {
            let mute = window.mute(now)?;
            // A query that does not hold any more means no host.
            let hosts = window.query(&registry).ok().flatten();
            Some(Expected { mute, hosts, items: window.items, plan: None })
        };
        let changes = self.changes_being_made().await?;
        let windows = windows.into_iter().filter_map(window).collect();
        let mut muting = Muting { now, windows, changes, silences, critical: HashMap::new() };
        for stored in self.store().all::<Alert>(Scan::index(Index::AlertCritical, "")).await? {
            muting.note(&stored.value);
        }
        Ok(muting)
    }

    /// What mutes an alert.
    pub(super) async fn mute_of(&self, muting: &Muting, alert: &Alert) -> Result<Option<Mute>, ServiceError> {
        let node = alert.subject.node();
        if let Some(node) = node {
            for expected in muting.windows.iter().chain(&muting.changes) {
                if expected.is_about(alert) && self.is_expected(expected, node).await? {
                    return Ok(Some(expected.mute.clone()));
                }
            }
            if let Some(mute) = self.muted_by_parent(muting, node).await? {
                return Ok(Some(mute));
            }
        }
        Ok(muting.silences.iter().find_map(|silence| silence.mutes(alert, muting.now)))
    }

    /// The critical alert of something that a node depends on, for certain enough.
    pub(in crate::service) async fn critical_upstream(&self, node: NodeId) -> Result<Option<String>, ServiceError> {
        if self.store().first::<Alert>(Scan::index(Index::AlertCritical, "")).await?.is_none() {
            return Ok(None);
        }
        let muting = self.muting(self.now()).await?;
        Ok(self.muted_by_parent(&muting, node).await?.map(|mute| mute.by))
    }

    /// Whether something is expected of an item, or of the host that it stands on.
    async fn is_expected(&self, expected: &Expected, node: NodeId) -> Result<bool, ServiceError> {
        if expected.items.iter().any(|item| maintenance::covers(*item, node)) {
            return Ok(true);
        }
        match (&expected.hosts, node.host()) {
            (Some(query), Some(host)) => self.host_fits(query, host).await,
            _ => Ok(false),
        }
    }

    /// What the changes touch that are being made now.
    async fn changes_being_made(&self) -> Result<Vec<Expected>, ServiceError> {
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Change.as_str()));
        let (mut found, registry) = (Vec::new(), self.registry().await?);
        for stored in self.store().all::<Ticket>(scan).await? {
            let ticket = stored.value;
            let Some(change) = ticket.details.change().filter(|_| ticket.state.name() == StateName::Implement) else {
                continue;
            };
            let scope = &change.plan.scope;
            let hosts = scope.hosts.as_deref().and_then(|text| Query::parse(text, &registry.host_fields()).ok());
            let mute =
                Mute { cause: Cause::Change, by: ticket.number.clone(), name: ticket.title.to_string(), until: None };
            let items = scope.items.iter().filter_map(|id| id.parse().ok()).collect();
            found.push(Expected { mute, items, hosts, plan: Some(change.plan.clone()) });
        }
        Ok(found)
    }

    async fn muted_by_parent(&self, muting: &Muting, node: NodeId) -> Result<Option<Mute>, ServiceError> {
        if muting.critical.is_empty() {
            return Ok(None);
        }
        let found = self
            .with_graph(|graph| parent::parent(graph, node, muting.now, |at| muting.critical.contains_key(&at)))
            .await?;
        let known = found.and_then(|node| muting.critical.get(&node)).and_then(|alerts| alerts.first());
        Ok(known.map(|(id, title)| Mute { cause: Cause::Parent, by: id.to_string(), name: title.clone(), until: None }))
    }
}
