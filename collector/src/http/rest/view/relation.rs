//! Relations, impact and services in the form of the API.

use muster_model::relation::connection::{confidence, is_stale};
use muster_model::relation::{Relation, Sighting};
use muster_shared::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::at;
use super::declared::DeclaredView;
use crate::service::availability::portfolio;
use crate::service::impact::{ImpactView, Impacted, NamedStep, ServiceView};
use crate::service::relation::{Named, RelationView};

/// A host, an item, or an address of which it is not known whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeView {
    id: String,
    /// `host`, a section's class, a declared one, or `address`.
    class: String,
    name: String,
    host_name: Option<String>,
}

impl From<Named> for NodeView {
    fn from(named: Named) -> Self {
        Self { id: named.id.to_string(), class: named.class, name: named.name, host_name: named.host_name }
    }
}

/// What one end of a connection saw of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SightingView {
    samples: u32,
    first: String,
    last: String,
    /// The services, else the programs, that hold this end.
    services: Vec<String>,
}

impl From<&Sighting> for SightingView {
    fn from(sighting: &Sighting) -> Self {
        Self {
            samples: sighting.samples,
            first: at(sighting.first),
            last: at(sighting.last),
            services: sighting.services.iter().cloned().collect(),
        }
    }
}

/// A relation as the item in the path sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelationListed {
    /// Null for what a host contains, which is not stored.
    id: Option<String>,
    kind: String,
    /// `out` when it begins at the item in the path, `in` when it ends there.
    direction: String,
    /// The relation's name as the item in the path sees it.
    label: String,
    other: NodeView,
    /// `discovered`, `derived` or `declared`.
    source: String,
    /// How sure it is, 0 to 1: of a connection it falls from a day after it was last seen on, to 0 when it is over.
    confidence: f64,
    /// `current`, `stale` when it was not seen for a week, `candidate` when it was not yet seen often enough to count, `ended`.
    state: String,
    /// The redundancy group of the item that depends.
    group: Option<String>,
    /// Of connections: the protocol and port.
    port: Option<String>,
    /// Of connections: what the host saw that opens them.
    client: Option<SightingView>,
    /// Of connections: what the host saw that takes them.
    server: Option<SightingView>,
    /// The query that it follows from.
    rule: Option<String>,
    by: Option<String>,
    reason: Option<String>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    /// Since when it holds.
    since: Option<String>,
    version: u64,
}

fn state(relation: &Relation, now: Time) -> &'static str {
    match () {
        () if relation.spans.is_empty() => "candidate",
        () if !relation.held_at(now) => "ended",
        () if is_stale(relation, now) => "stale",
        () => "current",
    }
}

impl RelationListed {
    /// A relation as it is at a moment.
    pub(crate) fn of(view: RelationView, now: Time) -> Self {
        let (kind, is_outgoing) = (view.kind, view.is_outgoing);
        let version = view.relation.as_ref().map_or(0, |stored| stored.version);
        let relation = view.relation.map(|stored| stored.value);
        let relation = relation.as_ref();
        let traffic = relation.and_then(|relation| relation.traffic.as_ref());
        Self {
            id: relation.map(|relation| relation.id.to_string()),
            kind: kind.as_str().into(),
            direction: if is_outgoing { "out" } else { "in" }.into(),
            label: if is_outgoing { kind.as_str() } else { kind.inverse() }.into(),
            other: view.other.into(),
            source: relation.map_or("discovered", |relation| relation.source.as_str()).into(),
            confidence: f64::from(relation.map_or(100, |relation| confidence(relation, now))) / 100.0,
            state: relation.map_or("current", |relation| state(relation, now)).into(),
            group: relation.and_then(|relation| relation.group.clone()),
            port: traffic.map(|traffic| format!("{}/{}", traffic.protocol, traffic.port)),
            client: traffic.and_then(|traffic| traffic.client.as_ref()).map(SightingView::from),
            server: traffic.and_then(|traffic| traffic.server.as_ref()).map(SightingView::from),
            rule: relation.and_then(|relation| relation.rule.clone()),
            by: relation.and_then(|relation| relation.by.clone()),
            reason: relation.map(|relation| relation.reason.clone()).filter(|reason| !reason.is_empty()),
            first_seen: relation.map(|relation| at(relation.first_seen)),
            last_seen: relation.map(|relation| at(relation.last_seen)),
            since: relation.and_then(|relation| relation.spans.last()).map(|span| at(span.since)),
            version,
        }
    }
}

/// A step of a path.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImpactStep)]
pub(crate) struct StepView {
    /// What the relation says.
    kind: String,
    /// Whether the relation begins where the step leads.
    is_inverse: bool,
    /// Where the step leads.
    node: NodeView,
}

impl From<NamedStep> for StepView {
    fn from(step: NamedStep) -> Self {
        Self { kind: step.kind.as_str().into(), is_inverse: step.is_inverse, node: step.node.into() }
    }
}

/// A node that is reached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImpactedView {
    #[serde(flatten)]
    node: NodeView,
    /// `down`: it does not work without; looking down: it is needed. `at_risk`: it works, with nothing in reserve.
    effect: String,
    depth: u32,
    /// A shortest path from the item in the path.
    path: Vec<StepView>,
    owner: Option<String>,
    criticality: Option<String>,
}

impl From<Impacted> for ImpactedView {
    fn from(impacted: Impacted) -> Self {
        Self {
            node: impacted.node.into(),
            effect: impacted.effect.as_str().into(),
            depth: impacted.depth,
            path: impacted.path.into_iter().map(StepView::from).collect(),
            owner: impacted.declared.as_ref().and_then(|item| item.owner.clone()),
            criticality: impacted.declared.map(|item| item.criticality.as_str().into()),
        }
    }
}

/// What is reached from a host or item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImpactAnswer {
    start: NodeView,
    /// `up` or `down`.
    direction: String,
    /// How many are down; looking down: are needed.
    down: usize,
    /// How many are at risk.
    at_risk: usize,
    /// What people declare first, then hosts, then their items; the near ones first.
    items: Vec<ImpactedView>,
    /// Whether more are reached than are listed.
    is_cut: bool,
}

impl From<ImpactView> for ImpactAnswer {
    fn from(view: ImpactView) -> Self {
        Self {
            start: view.start.into(),
            direction: view.direction.as_str().into(),
            is_cut: view.items.len() < view.down + view.at_risk,
            down: view.down,
            at_risk: view.at_risk,
            items: view.items.into_iter().map(ImpactedView::from).collect(),
        }
    }
}

/// A business service or an application with how it does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceListed {
    #[serde(flatten)]
    item: DeclaredView,
    /// `up`, `at_risk`, `down`, or `unknown` when something that it depends on is silent, or nothing is known that it depends on.
    health: String,
    /// `pipeline`, `catalogue` or `retired`, by its lifecycle.
    portfolio: &'static str,
    /// How much it depends on directly.
    depends_on: usize,
}

impl From<ServiceView> for ServiceListed {
    fn from(view: ServiceView) -> Self {
        let portfolio = portfolio(&view.item.value).as_str();
        let (health, depends_on) = (view.health.as_str().into(), view.depends_on);
        Self { item: view.item.into(), health, portfolio, depends_on }
    }
}
