//! Impact: what is hit when something fails and what something depends on; how services do.

mod floor;
pub mod overlay;

use std::collections::{BTreeSet, HashMap};

use muster_model::availability::{Health, Track};
use muster_model::declared::{Declared, Status};
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::query::Query;
use muster_model::relation::RelationKind;
use muster_model::relation::graph::Direction;
use muster_model::relation::impact::{self, Effect, Impact, Needed, Reached};
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{DeclaredId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::relation::Named;
use super::{Call, Page, Service, ServiceError, Window};

/// The classes whose items are services.
pub const SERVICES: &[&str] = &["application", "business_service"];
/// How deep the criticality of services reaches.
pub(super) const FLOOR_DEPTH: u32 = 10;

/// A step of a path, with names.
#[derive(Clone, Debug)]
pub struct NamedStep {
    /// Where it leads.
    pub node: Named,
    /// What the relation says.
    pub kind: RelationKind,
    /// Whether the relation begins where the step leads.
    pub is_inverse: bool,
}

/// A node that is reached.
#[derive(Clone, Debug)]
pub struct Impacted {
    /// Which.
    pub node: Named,
    /// What becomes of it.
    pub effect: Effect,
    /// How many steps it is away.
    pub depth: u32,
    /// A shortest path to it.
    pub path: Vec<NamedStep>,
    /// Who answers for it and how much depends on it, of what people declare.
    pub declared: Option<Declared>,
}

/// What is reached from a node.
#[derive(Clone, Debug)]
pub struct ImpactView {
    /// Where it starts.
    pub start: Named,
    /// The way that was followed.
    pub direction: Direction,
    /// How many are down; looking down: are needed.
    pub down: usize,
    /// How many are at risk.
    pub at_risk: usize,
    /// What is reached: what people declare first, then the near ones.
    pub items: Vec<Impacted>,
}

/// A service with how it does.
#[derive(Clone, Debug)]
pub struct ServiceView {
    /// The item.
    pub item: Versioned<Declared>,
    /// How it does.
    pub health: Health,
    /// How much it depends on.
    pub depends_on: usize,
}

/// What people declare comes first, then the machines, then their parts.
const fn rank(node: NodeId) -> u8 {
    match node {
        NodeId::Declared(_) => 0,
        NodeId::Host(_) => 1,
        NodeId::Item(_) => 2,
        NodeId::Address(_) => 3,
    }
}

impl Service {
    /// What is reached from a node at a moment: at most `limit` with their paths, all of them counted.
    pub async fn impact(
        &self,
        call: &Call,
        start: NodeId,
        direction: Direction,
        depth: u32,
        moment: Moment,
        limit: usize,
    ) -> Result<ImpactView, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        self.check_node(call, start).await?;
        let impact = self.walk(start, direction, depth, moment.since()).await?;
        let mut reached: Vec<Reached> = impact.reached().filter(|reached| sight.sees_node(reached.node)).collect();
        let count = |effect| reached.iter().filter(|reached| reached.effect == effect).count();
        let (down, at_risk) = (count(Effect::Down), count(Effect::AtRisk));
        reached.sort_by_key(|reached| (rank(reached.node), reached.effect, reached.depth));
        reached.truncate(limit);
        let mut names: HashMap<NodeId, Named> = HashMap::new();
        let paths: Vec<Vec<impact::Step>> = reached.iter().map(|reached| impact.path(reached.node)).collect();
        let nodes = paths.iter().flatten().map(|step| step.node).collect::<BTreeSet<_>>();
        for node in nodes.into_iter().chain([start]) {
            names.insert(node, self.name_node(call, node).await);
        }
        let name = |node: NodeId| {
            let unnamed = || Named { id: node, class: String::new(), name: node.to_string(), host_name: None };
            names.get(&node).cloned().unwrap_or_else(unnamed)
        };
        let mut items = Vec::new();
        for (reached, path) in reached.into_iter().zip(paths) {
            let declared = match reached.node {
                NodeId::Declared(id) => {
                    self.store().find::<Declared>(&id.to_string()).await?.map(|stored| stored.value)
                }
                NodeId::Host(_) | NodeId::Item(_) | NodeId::Address(_) => None,
            };
            let step =
                |step: impact::Step| NamedStep { node: name(step.node), kind: step.kind, is_inverse: step.is_inverse };
            items.push(Impacted {
                node: name(reached.node),
                effect: reached.effect,
                depth: reached.depth,
                path: path.into_iter().map(step).collect(),
                declared,
            });
        }
        Ok(ImpactView { start: name(start), direction, down, at_risk, items })
    }

    /// What is reached from a node now.
    pub(super) async fn reach(&self, node: NodeId, direction: Direction) -> Result<Vec<Reached>, ServiceError> {
        Ok(self.walk(node, direction, FLOOR_DEPTH, None).await?.reached().collect())
    }

    pub(super) async fn walk(
        &self,
        start: NodeId,
        direction: Direction,
        depth: u32,
        moment: Option<Time>,
    ) -> Result<Impact, ServiceError> {
        let needed = match moment {
            Some(at) => self.redundancy_at(at).await?,
            None => Needed::new(),
        };
        self.with_graph(|graph| match direction {
            Direction::Up => impact::up(graph, &[start], depth, moment, &needed),
            Direction::Down => impact::down(graph, start, depth, moment),
        })
        .await
    }

    /// How many of each group had to work at a moment.
    async fn redundancy_at(&self, at: Time) -> Result<Needed, ServiceError> {
        let mut needed = Needed::new();
        for stored in self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, "")).await? {
            if let Some(past) = self.declared_at(stored.value, at).await?
                && !past.redundancy.is_empty()
            {
                needed.insert(past.id, past.redundancy);
            }
        }
        Ok(needed)
    }

    /// Services that a query means, with how they do, or did at the moment that it names; the worst first, then by name.
    pub async fn list_services(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<ServiceView>, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        let mut found = self.query_declared(query).await?;
        found.retain(|item| SERVICES.contains(&item.value.class.as_str()));
        let mut views = if let Some(at) = query.moment.since() {
            self.with_health_at(found, at).await?
        } else {
            let (broken, silent) = self.unavailable().await?;
            self.with_health(found, &broken, &silent).await?
        };
        views.sort_by_key(|view| (view.health, view.item.value.name.to_lowercase(), view.item.value.id));
        // The order moves with the health: a page is a place in the list, not an item.
        let start = window.cursor.as_deref().and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or_default();
        let total = views.len();
        let items: Vec<ServiceView> = views.into_iter().skip(start).take(window.limit).collect();
        let next = start + items.len();
        Ok(Page { items, next_cursor: (next < total).then(|| next.to_string()) })
    }

    /// One service with how it did at a moment.
    pub async fn get_service(&self, call: &Call, id: DeclaredId, moment: Moment) -> Result<ServiceView, ServiceError> {
        let item = self.get_declaration(call, NodeId::Declared(id), moment).await?;
        let missing = || ServiceError::NotFound { kind: "service", id: id.to_string() };
        if !SERVICES.contains(&item.value.class.as_str()) {
            return Err(missing());
        }
        let views = if let Some(at) = moment.since() {
            self.with_health_at(vec![item], at).await?
        } else {
            let (broken, silent) = self.unavailable().await?;
            self.with_health(vec![item], &broken, &silent).await?
        };
        views.into_iter().next().ok_or_else(missing)
    }

    /// How items do: as what they depend on does. A silent host is not down, and nobody knows that it is up.
    pub(super) async fn with_health(
        &self,
        items: Vec<Versioned<Declared>>,
        broken: &[NodeId],
        silent: &[NodeId],
    ) -> Result<Vec<ServiceView>, ServiceError> {
        let all: Vec<NodeId> = broken.iter().chain(silent).copied().collect();
        let nothing = Needed::new();
        self.with_graph(|graph| {
            let sure = impact::up(graph, broken, impact::MAX_DEPTH, None, &nothing);
            let perhaps = impact::up(graph, &all, impact::MAX_DEPTH, None, &nothing);
            let view = |item: Versioned<Declared>| {
                let node = item.value.id;
                let depends_on = graph.neighbours(node, Direction::Down, None).len();
                let health = match (sure.effect(node), perhaps.effect(node), item.value.status) {
                    (Some(Effect::Down), ..) => Health::Down,
                    (_, Some(Effect::Down), _) => Health::Unknown,
                    (_, Some(Effect::AtRisk), _) | (_, _, Some(Status::Degraded)) => Health::AtRisk,
                    (_, None, None) if depends_on == 0 => Health::Unknown,
                    (_, None, _) => Health::Up,
                };
                ServiceView { item, health, depends_on }
            };
            items.into_iter().map(view).collect()
        })
        .await
    }

    /// How services did at a moment, as it was seen then; of what was not looked at nobody knows.
    async fn with_health_at(
        &self,
        items: Vec<Versioned<Declared>>,
        at: Time,
    ) -> Result<Vec<ServiceView>, ServiceError> {
        let mut seen: HashMap<NodeId, Health> = HashMap::new();
        for item in &items {
            let track = self.store().find::<Track>(&item.value.id.to_string()).await?;
            seen.extend(track.and_then(|track| Some((item.value.id, track.value.at(at)?))));
        }
        self.with_graph(|graph| {
            let view = |item: Versioned<Declared>| {
                let depends_on = graph.neighbours(item.value.id, Direction::Down, Some(at)).len();
                let health = seen.get(&item.value.id).copied().unwrap_or(Health::Unknown);
                ServiceView { item, health, depends_on }
            };
            items.into_iter().map(view).collect()
        })
        .await
    }

    /// What does not work: what people say is down and hosts out of service; and hosts of which nothing is heard.
    pub(super) async fn unavailable(&self) -> Result<(Vec<NodeId>, Vec<NodeId>), ServiceError> {
        let items = self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, "")).await?;
        let is_down = |item: &Declared| item.is_present() && item.status == Some(Status::Down);
        let mut broken: Vec<NodeId> =
            items.into_iter().map(|stored| stored.value).filter(is_down).map(|item| item.id).collect();
        let (heard, now) = (self.all_last_words().await?, self.now());
        let mut silent = Vec::new();
        for stored in self.store().all::<Host>(Scan::keys(Collection::Host, "")).await? {
            let host = stored.value;
            if host.lifecycle.is_over() {
                broken.push(NodeId::Host(host.id));
            } else if heard.get(&host.id).is_none_or(|heard| heard.is_stale(now)) {
                silent.push(NodeId::Host(host.id));
            }
        }
        Ok((broken, silent))
    }
}
