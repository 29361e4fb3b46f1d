//! What a change touches: the nodes of its scope, what is around them, and who answers for that.

use std::collections::BTreeSet;

use muster_model::Versioned;
use muster_model::declared::Declared;
use muster_model::host::{Criticality, Host};
use muster_model::query::Query;
use muster_model::relation::graph::{Direction, Graph};
use muster_model::relation::impact::{self, Effect, Needed};
use muster_model::ticket::change::plan::Scope;
use muster_shared::id::{HostId, NodeId};
use muster_store::TypedStore;

use crate::service::host::HostView;
use crate::service::impact::{FLOOR_DEPTH, SERVICES};
use crate::service::{Call, Service, ServiceError, Window, invalid};

/// Hosts of a scope that are read at a time.
const BATCH: usize = 500;
/// How far neighbours are.
const NEAR: u32 = 2;

/// What is around the nodes of a scope.
#[derive(Clone, Debug, Default)]
pub(in crate::service) struct Around {
    /// The most critical of the nodes and of what depends on them.
    pub(in crate::service) criticality: Criticality,
    /// Services among the nodes, and those that depend on them.
    pub(in crate::service) services: usize,
    /// Those of them that do not work when all of the nodes are down.
    pub(in crate::service) without_spare: usize,
    /// Nodes two steps away.
    pub(in crate::service) neighbours: BTreeSet<NodeId>,
    /// Those services themselves.
    pub(in crate::service) served: Vec<NodeId>,
    /// What would stand in for the nodes: others of the same redundancy groups.
    pub(in crate::service) partners: BTreeSet<NodeId>,
    /// Who answers for the nodes and the services, as free text.
    pub(in crate::service) owners: BTreeSet<String>,
}

impl Service {
    /// The hosts of a question, all of them.
    pub(in crate::service) async fn hosts_asked(
        &self,
        call: &Call,
        question: &str,
    ) -> Result<Vec<Versioned<Host>>, ServiceError> {
        Ok(self.views_asked(call, question).await?.into_iter().map(|view| view.host).collect())
    }

    /// The same with what is known of them.
    pub(super) async fn views_asked(&self, call: &Call, question: &str) -> Result<Vec<HostView>, ServiceError> {
        let query = Query::parse(question, &self.registry().await?.host_fields())?;
        let mut window = Window { limit: BATCH, cursor: None };
        let mut hosts = Vec::new();
        loop {
            let page = self.list_hosts(call, &query, &window).await?;
            hosts.extend(page.items);
            window.cursor = page.next_cursor;
            if window.cursor.is_none() {
                return Ok(hosts);
            }
        }
    }

    /// The nodes of a scope with their names; what is gone is left out.
    pub(in crate::service) async fn scope_nodes(&self, scope: &Scope) -> Result<Vec<(NodeId, String)>, ServiceError> {
        let call = Call::system("change");
        let mut nodes = Vec::new();
        for id in &scope.items {
            let Ok(node) = id.parse::<NodeId>() else { continue };
            if self.check_node(&call, node).await.is_ok() {
                nodes.push((node, self.name_node(&call, node).await.name));
            }
        }
        if let Some(question) = &scope.hosts {
            for host in self.hosts_asked(&call, question).await? {
                nodes.push((NodeId::Host(host.value.id), host.value.name));
            }
        }
        nodes.sort_by_key(|(node, _)| node.to_string());
        nodes.dedup_by_key(|(node, _)| *node);
        Ok(nodes)
    }

    /// The hosts of a scope, with names: its hosts, and those on which its items are.
    pub(super) async fn scope_hosts(&self, scope: &Scope) -> Result<Vec<(HostId, String)>, ServiceError> {
        let call = Call::system("change");
        let mut hosts = Vec::new();
        for (node, name) in self.scope_nodes(scope).await? {
            match node {
                NodeId::Host(id) => hosts.push((id, name)),
                NodeId::Item(item) => {
                    let host = self.name_node(&call, NodeId::Host(item.host())).await;
                    hosts.push((item.host(), host.name));
                }
                NodeId::Declared(_) | NodeId::Address(_) => {}
            }
        }
        hosts.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        hosts.dedup_by_key(|(id, _)| *id);
        Ok(hosts)
    }

    /// Whether what a scope names can be: ids of what is or was here, a question that can be asked.
    pub(in crate::service) async fn check_scope(&self, call: &Call, scope: &Scope) -> Result<(), ServiceError> {
        for (i, id) in scope.items.iter().enumerate() {
            let field = format!("/details/plan/scope/items/{i}");
            let node = id.parse::<NodeId>().map_err(|error| invalid(&field, error.to_string()))?;
            self.check_node(call, node).await.map_err(|error| invalid(&field, error.text()))?;
        }
        if let Some(question) = &scope.hosts {
            Query::parse(question, &self.registry().await?.host_fields())
                .map_err(|error| invalid("/details/plan/scope/hosts", error.to_string()))?;
        }
        Ok(())
    }

    /// What is around nodes when all of them are worked on at once.
    pub(in crate::service) async fn around(&self, nodes: &[(NodeId, String)]) -> Result<Around, ServiceError> {
        let own: BTreeSet<NodeId> = nodes.iter().map(|(node, _)| *node).collect();
        let (up, neighbours, partners) = self.with_graph(|graph| surroundings(graph, &own)).await?;
        let mut around = Around { neighbours, partners, criticality: Criticality::Low, ..Around::default() };
        let hosts: BTreeSet<HostId> = own.iter().filter_map(NodeId::host).collect();
        for id in hosts {
            if let Some(host) = self.store().find::<Host>(&id.to_string()).await? {
                around.criticality = around.criticality.max(host.value.criticality);
                around.owners.extend(host.value.owner);
            }
        }
        // What is worked on itself is down meanwhile.
        let itself = own.iter().map(|node| (*node, Effect::Down));
        for (node, effect) in itself.chain(up) {
            let Some(id) = node.declared() else { continue };
            let Some(item) = self.store().find::<Declared>(&id.to_string()).await? else { continue };
            let is_service = SERVICES.contains(&item.value.class.as_str());
            if !item.value.is_present() || !(is_service || own.contains(&node)) {
                continue;
            }
            around.criticality = around.criticality.max(item.value.criticality);
            around.owners.extend(item.value.owner);
            if is_service {
                around.services += 1;
                around.without_spare += usize::from(effect == Effect::Down);
                around.served.push(node);
            }
        }
        Ok(around)
    }
}

/// What depends on nodes and what becomes of it when all of them are down; what is near; and what would stand in for them.
fn surroundings(graph: &Graph, own: &BTreeSet<NodeId>) -> (Vec<(NodeId, Effect)>, BTreeSet<NodeId>, BTreeSet<NodeId>) {
    let starts: Vec<NodeId> = own.iter().copied().collect();
    let up = impact::up(graph, &starts, FLOOR_DEPTH, None, &Needed::new());
    let (mut near, mut partners) = (BTreeSet::new(), BTreeSet::new());
    near.extend(up.reached().filter(|reached| reached.depth <= NEAR).map(|reached| reached.node));
    for node in &starts {
        near.extend(impact::down(graph, *node, NEAR, None).reached().map(|reached| reached.node));
        for (dependent, edge) in graph.neighbours(*node, Direction::Up, None) {
            let Some(group) = edge.group else { continue };
            let members = graph.neighbours(dependent, Direction::Down, None).into_iter();
            partners
                .extend(members.filter(|(_, other)| other.group.as_ref() == Some(&group)).map(|(member, _)| member));
        }
    }
    let up = up.reached().map(|reached| (reached.node, reached.effect)).collect();
    (up, &near - own, &partners - own)
}
