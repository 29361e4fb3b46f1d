//! What a caller's rights reach: everything, or what lies in the sites, with the teams and in the services of their roles.
//!
//! Every use case that shows or changes a record takes a [`Sight`] of its right. A record that it does not see is not there, for whoever
//! asks: the answer is the one that an unknown id gets. What may be seen and not be changed is refused with what is missing.

mod desk;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use muster_model::declared::Declared;
use muster_model::host::Host;
use muster_model::query::Query;
use muster_model::query::within::{Names, Within, lies_within};
use muster_model::relation::{Relation, Source};
use muster_model::right::{self, Action, Because, Denied, Extent, Reach};
use muster_model::{ChangeSet, Collection, Document};
use muster_shared::id::{HostId, NodeId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::impact::SERVICES;
use super::{Call, Service, ServiceError};

/// How far it is followed what people say that a service depends on.
const DEPTH: usize = 10;
/// Reaches of which it is kept what lies in them.
const KEPT: usize = 100;

/// What lies within a reach.
#[derive(Debug)]
struct Ground {
    /// Hosts and items that people declare, by id.
    nodes: Names,
    /// The teams, in small letters.
    teams: Names,
    /// The questions of changes that mean a host of these, in small letters.
    scopes: Names,
}

/// What lies within which reach, until something is said of a host, an item or a relation.
#[derive(Debug, Default)]
pub(super) struct Grounds(Mutex<(u64, HashMap<Reach, Arc<Ground>>)>);

impl Grounds {
    fn get(&self, reach: &Reach) -> (u64, Option<Arc<Ground>>) {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (known.0, known.1.get(reach).cloned())
    }

    fn keep(&self, generation: u64, reach: Reach, ground: &Arc<Ground>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == generation {
            if known.1.len() >= KEPT {
                known.1.clear();
            }
            known.1.insert(reach, Arc::clone(ground));
        }
    }

    pub(super) fn forget(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (known.0 + 1, HashMap::new());
    }
}

/// Whether a commit may move what lies where.
pub(super) fn rewrites(changes: &ChangeSet) -> bool {
    let says = |document: &Document| match document {
        Document::Host(_) | Document::Declared(_) => true,
        // What agents see of each other opens nothing to anybody.
        Document::Relation(relation) => relation.source == Source::Declared,
        Document::Ticket(ticket) => ticket.scope_asked().is_some(),
        _ => false,
    };
    changes.puts.iter().any(|put| says(&put.document))
        || changes.deletes.iter().any(|gone| matches!(gone.collection, Collection::Host | Collection::Declared))
}

/// What a caller's right reaches.
#[derive(Clone, Debug)]
pub(crate) struct Sight(Option<Limited>);

#[derive(Clone, Debug)]
struct Limited {
    user: Option<UserId>,
    name: String,
    ground: Arc<Ground>,
}

impl Sight {
    /// Whether it is everything.
    pub(crate) const fn is_whole(&self) -> bool {
        self.0.is_none()
    }

    /// The hosts that it sees; `None` is all of them.
    pub(crate) fn hosts(&self) -> Option<BTreeSet<HostId>> {
        let limited = self.0.as_ref()?;
        Some(limited.ground.nodes.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Whether it sees a host, a declared item, or an item of a host: by the text of its id.
    pub(crate) fn sees(&self, id: &str) -> bool {
        self.0.as_ref().is_none_or(|limited| lies_within(&limited.ground.nodes, id))
    }

    pub(crate) fn sees_node(&self, node: NodeId) -> bool {
        match (node, node.host()) {
            _ if self.is_whole() => true,
            (_, Some(host)) => self.sees_host(host),
            // An address that nobody known has says nothing of anybody.
            (NodeId::Address(_), None) => true,
            (node, None) => self.sees(&node.to_string()),
        }
    }

    pub(crate) fn sees_host(&self, host: HostId) -> bool {
        self.is_whole() || self.sees(&host.to_string())
    }

    fn narrowed(&self, query: &Query, within: impl FnOnce(&Limited) -> Within) -> Query {
        query.clone().kept_within(self.0.as_ref().map(within))
    }

    /// A question over hosts, or over items of hosts and declared ones, as it is asked of what lies within reach.
    pub(crate) fn of_nodes(&self, query: &Query) -> Query {
        self.narrowed(query, |limited| Within::default().or("id", Arc::clone(&limited.ground.nodes)))
    }

    /// The same over what stands on hosts: findings, alerts.
    pub(crate) fn of_hosted(&self, query: &Query, field: &'static str) -> Query {
        self.narrowed(query, |limited| Within::default().or(field, Arc::clone(&limited.ground.nodes)))
    }
}

impl Call {
    /// Whether the caller may do something to anything at all: asked before a record is looked for.
    pub(crate) fn holds(&self, action: Action) -> Result<(), ServiceError> {
        Ok(right::extent(&self.actor, action).map(drop)?)
    }

    /// The refusal of what the caller may see, and not do here.
    pub(in crate::service) fn too_far(&self, action: Action) -> ServiceError {
        Denied { actor: self.actor.label(), action, because: Because::Reach }.into()
    }
}

impl Service {
    /// What the caller may do `action` to; an error when that is nothing at all.
    pub(crate) async fn sight(&self, call: &Call, action: Action) -> Result<Sight, ServiceError> {
        match right::extent(&call.actor, action)? {
            Extent::Everything => Ok(Sight(None)),
            Extent::Within(reach) => {
                let ground = self.ground(reach).await?;
                Ok(Sight(Some(Limited { user: call.actor.user(), name: call.actor.label(), ground })))
            }
        }
    }

    /// Whether the caller may do something to a node. One that they may not even see is not there for them.
    pub(crate) async fn authorize_at(&self, call: &Call, action: Action, node: NodeId) -> Result<(), ServiceError> {
        if self.sight(call, action).await?.sees_node(node) {
            return Ok(());
        }
        // Whoever may act on no host may still see one.
        let sees = right::extent(&call.actor, Action::ItemRead).is_ok();
        if sees && !right::is_read(action) && self.sight(call, Action::ItemRead).await?.sees_node(node) {
            return Err(call.too_far(action));
        }
        let kind = if matches!(node, NodeId::Host(_)) { "host" } else { "item" };
        Err(ServiceError::NotFound { kind, id: node.to_string() })
    }

    /// The rights that the caller has in a part of the organisation, and not over a node that they see.
    pub(crate) async fn beyond_node(&self, call: &Call, node: NodeId) -> Result<Vec<Action>, ServiceError> {
        let mut beyond = Vec::new();
        for action in Action::ALL {
            if matches!(right::extent(&call.actor, *action), Ok(Extent::Within(_))) {
                let holds = self.sight(call, *action).await?.sees_node(node);
                beyond.extend((!holds).then_some(*action));
            }
        }
        Ok(beyond)
    }

    /// What lies within a reach now.
    async fn ground(&self, reach: Reach) -> Result<Arc<Ground>, ServiceError> {
        let (generation, known) = self.grounds.get(&reach);
        if let Some(known) = known {
            return Ok(known);
        }
        let small =
            |names: &BTreeSet<String>| -> HashSet<String> { names.iter().map(|name| name.to_lowercase()).collect() };
        let (sites, teams, services) = (small(&reach.sites), small(&reach.teams), small(&reach.services));
        let is_among =
            |names: &HashSet<String>, name: Option<&str>| name.is_some_and(|name| names.contains(&name.to_lowercase()));
        let mut nodes = HashSet::new();
        for stored in self.store().all::<Host>(Scan::keys(Collection::Host, "")).await? {
            let host = stored.value;
            if is_among(&sites, host.site.as_deref()) || is_among(&teams, host.owner.as_deref()) {
                nodes.insert(host.id.to_string());
            }
        }
        let mut begin = Vec::new();
        for stored in self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, "")).await? {
            let item = stored.value;
            let id = item.id.to_string();
            let is_service = SERVICES.contains(&item.class.as_str()) && services.contains(&id.to_lowercase());
            begin.extend(is_service.then_some(item.id));
            // What people added to a host lies where the host does.
            let is_there = is_among(&sites, item.attributes.get("site").and_then(Value::as_str))
                || is_among(&teams, item.owner.as_deref())
                || (item.class == "site" && is_among(&sites, Some(&item.name)))
                || (item.class == "team" && is_among(&teams, Some(&item.name)));
            if item.id.declared().is_some() && (is_service || is_there) {
                nodes.insert(id);
            }
        }
        self.add_needed(begin, &mut nodes).await?;
        let hosts: Vec<HostId> = nodes.iter().filter_map(|id| id.parse().ok()).collect();
        let scopes = Box::pin(self.questions_of(hosts, self.scopes_asked().await?)).await?;
        let scopes = scopes.into_iter().map(|text| text.to_lowercase()).collect();
        let ground = Arc::new(Ground { nodes: Arc::new(nodes), teams: Arc::new(teams), scopes: Arc::new(scopes) });
        self.grounds.keep(generation, reach, &ground);
        Ok(ground)
    }

    /// What a node depends on now, by what these sources say.
    pub(in crate::service) async fn needs_of(
        &self,
        node: NodeId,
        sources: &[Source],
    ) -> Result<Vec<NodeId>, ServiceError> {
        let relations = self.store().all::<Relation>(Scan::index(Index::RelationByNode, node.to_string())).await?;
        let cause = |relation: Relation| {
            let holds = relation.spans.last().is_some_and(|span| span.until.is_none());
            let (cause, effect) = relation.flow()?;
            (holds && effect == node && sources.contains(&relation.source)).then_some(cause)
        };
        Ok(relations.into_iter().filter_map(|stored| cause(stored.value)).collect())
    }

    /// Adds what people say that these nodes depend on.
    async fn add_needed(&self, begin: Vec<NodeId>, nodes: &mut HashSet<String>) -> Result<(), ServiceError> {
        let (mut level, mut met): (Vec<NodeId>, HashSet<NodeId>) = (begin.clone(), begin.into_iter().collect());
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for node in level {
                for cause in self.needs_of(node, &[Source::Declared]).await? {
                    if met.insert(cause) {
                        nodes.insert(cause.host().map_or_else(|| cause.to_string(), |host| host.to_string()));
                        next.push(cause);
                    }
                }
            }
            level = next;
        }
        Ok(())
    }
}
