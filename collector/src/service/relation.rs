//! Relations: those of a node at a moment, and those that people declare. The graph of all of them is kept in memory beside
//! the store: whoever commits a relation puts it there too.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use muster_model::audit::AuditDraft;
use muster_model::declared::{self, Declared, DeclaredChange};
use muster_model::history::Moment;
use muster_model::host::{self, Host, HostPast};
use muster_model::relation::graph::{Graph, Ties};
use muster_model::relation::{Relation, RelationKind, Source, Upstream, relation_id};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word, unseen};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{HostId, NodeId, RelationId};
use muster_store::{Index, Scan, TypedStore};
use tokio::sync::OnceCell;

use super::{Call, Service, ServiceError, invalid};

/// Longest reason.
const MAX_REASON: usize = 2_000;

/// The graph in memory.
#[derive(Debug, Default)]
pub(crate) struct Web {
    graph: RwLock<Graph>,
    /// Whether everything that is stored is in it.
    made: OnceCell<()>,
}

impl Web {
    fn write(&self, change: impl FnOnce(&mut Graph)) {
        change(&mut self.graph.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A node with what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which node.
    pub id: NodeId,
    /// Its class: `host`, a section's, a declared one; `address` for what nobody known has.
    pub class: String,
    /// Its name.
    pub name: String,
    /// The host that it stands on, by name.
    pub host_name: Option<String>,
}

/// A relation as a node sees it.
#[derive(Clone, Debug)]
pub struct RelationView {
    /// The relation; `None` for what a host contains, which is not stored.
    pub relation: Option<Versioned<Relation>>,
    /// What it says.
    pub kind: RelationKind,
    /// Whether it begins at the node.
    pub is_outgoing: bool,
    /// The other end.
    pub other: Named,
}

/// What somebody declares.
#[derive(Clone, Debug)]
pub struct NewRelation {
    /// The relation's name, or its name as the other end sees it.
    pub kind: String,
    /// The other end.
    pub to: NodeId,
    /// The redundancy group of the item that depends.
    pub group: Option<String>,
    /// Why.
    pub reason: String,
}

/// What declaring a relation would write: the relation with the version that it has now, 0 for a new one.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) relation: Versioned<Relation>,
    /// What the trail says; `None` when it is declared already.
    pub(super) audit: Option<AuditDraft>,
}

/// The kind of a name, and whether it is the name as the other end sees it.
pub fn parse_kind(text: &str) -> Result<(RelationKind, bool), ServiceError> {
    let find =
        |name: fn(RelationKind) -> &'static str| RelationKind::ALL.iter().copied().find(|kind| name(*kind) == text);
    let found = find(RelationKind::as_str).map(|kind| (kind, false));
    found.or_else(|| find(RelationKind::inverse).map(|kind| (kind, true))).ok_or_else(|| {
        let all = RelationKind::ALL.iter().flat_map(|kind| [kind.as_str(), kind.inverse()]);
        let given: String = text.chars().take(60).collect();
        let why = Phrase::new("no_choice").with("value", given).term("field", "field", "kind");
        invalid("/kind", why.with("choices", Word::list(all)))
    })
}

fn check_reason(reason: &str) -> Result<(), ServiceError> {
    if let Some(why) = unseen(reason) {
        return Err(invalid("/reason", why));
    }
    if reason.trim().is_empty() || reason.chars().count() > MAX_REASON {
        return Err(invalid("/reason", Phrase::new("say_why")));
    }
    Ok(())
}

impl Service {
    /// Looks at the graph of all relations.
    pub(crate) async fn with_graph<T>(&self, look: impl FnOnce(&Graph) -> T) -> Result<T, ServiceError> {
        self.graph.made.get_or_try_init(|| self.make_graph()).await?;
        Ok(look(&self.graph.graph.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// How every node was tied to others at a moment. What was not known then is not gone.
    pub(super) async fn ties(&self, moment: Moment) -> Result<HashMap<NodeId, Ties>, ServiceError> {
        let (at, mut gone) = (moment.since(), HashSet::new());
        let mut pasts: HashMap<HostId, Vec<HostPast>> = HashMap::new();
        let mut changes: HashMap<NodeId, Vec<DeclaredChange>> = HashMap::new();
        if at.is_some() {
            for stored in self.store().all::<HostPast>(Scan::keys(Collection::HostPast, "")).await? {
                pasts.entry(stored.value.value.id).or_default().push(stored.value);
            }
            for stored in self.store().all::<DeclaredChange>(Scan::keys(Collection::DeclaredChange, "")).await? {
                changes.entry(stored.value.node).or_default().push(stored.value);
            }
        }
        for stored in self.store().all::<Host>(Scan::keys(Collection::Host, "")).await? {
            let past = pasts.remove(&stored.value.id).unwrap_or_default();
            let Some(host) = host::said_at(stored.value, past, moment) else { continue };
            gone.extend((host.lifecycle.is_over() || host.merged_into.is_some()).then_some(NodeId::Host(host.id)));
        }
        for stored in self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, "")).await? {
            let changes = changes.remove(&stored.value.id).unwrap_or_default();
            let item = match at {
                None => Some(stored.value),
                Some(at) => declared::at(&stored.value, &changes, at),
            };
            gone.extend(item.filter(|item| !item.is_present()).map(|item| item.id));
        }
        self.with_graph(|graph| graph.ties(&gone, at)).await
    }

    /// Reads the stored relations into the graph. What is committed meanwhile is put there too; versions tell which is newer.
    async fn make_graph(&self) -> Result<(), ServiceError> {
        let mut scan = Scan::keys(Collection::Relation, "");
        loop {
            let page = self.store().page::<Relation>(scan.clone()).await?;
            self.graph.write(|graph| page.rows.iter().for_each(|stored| graph.put(&stored.value, stored.version)));
            match page.next {
                None => break,
                next => scan.after = next,
            }
        }
        for stored in self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, "")).await? {
            self.graph.write(|graph| graph.set_redundancy(stored.value.id, &stored.value.redundancy));
        }
        Ok(())
    }

    /// Takes what is declared of an item into the graph. The graph is made first, so that nothing older is put there later.
    pub(super) async fn learn_declared(&self, item: &Declared) -> Result<(), ServiceError> {
        self.with_graph(|_| ()).await?;
        self.graph.write(|graph| graph.set_redundancy(item.id, &item.redundancy));
        Ok(())
    }

    /// Commits relations: each with the version that it has now, 0 for a new one.
    pub(super) async fn commit_relations(
        &self,
        mut changes: ChangeSet,
        relations: Vec<Versioned<Relation>>,
    ) -> Result<(), ServiceError> {
        if relations.is_empty() && changes.is_empty() {
            return Ok(());
        }
        for stored in &relations {
            let expected = if stored.version == 0 { Expected::Absent } else { Expected::Version(stored.version) };
            changes.put(stored.value.clone(), expected);
        }
        self.commit(changes).await?;
        self.graph.write(|graph| relations.iter().for_each(|stored| graph.put(&stored.value, stored.version + 1)));
        Ok(())
    }

    /// Takes relations that are stored no more out of the graph; one that was made anew meanwhile is put there again.
    pub(super) async fn unlearn_relations(&self, gone: &[Versioned<Relation>]) -> Result<(), ServiceError> {
        self.with_graph(|_| ()).await?;
        self.graph.write(|graph| gone.iter().for_each(|stored| graph.remove(stored.value.id)));
        for stored in gone {
            if let Some(anew) = self.store().find::<Relation>(&stored.value.id.to_string()).await? {
                self.graph.write(|graph| graph.put(&anew.value, anew.version));
            }
        }
        Ok(())
    }

    /// A node with its class and name; one that is gone is named by its id.
    pub(crate) async fn name_node(&self, call: &Call, id: NodeId) -> Named {
        let named = |class: &str, name: String, host_name| Named { id, class: class.to_owned(), name, host_name };
        let gone = |class: &str| named(class, id.to_string(), None);
        match id {
            NodeId::Host(host) => match self.get_host(call, host, Moment::NOW).await {
                Ok(view) => named("host", view.host.value.name, None),
                Err(_) => gone("host"),
            },
            NodeId::Item(item) => match self.get_item(call, item, Moment::NOW).await {
                Ok(detail) => {
                    let item = detail.item;
                    named(item.class.as_str(), item.name().to_owned(), Some(item.host_name))
                }
                Err(_) => gone("item"),
            },
            NodeId::Declared(declared) => match self.get_declared(call, declared).await {
                Ok(stored) => named(&stored.value.class, stored.value.name, None),
                Err(_) => gone("item"),
            },
            NodeId::Address(ip) => named("address", ip.to_string(), None),
        }
    }

    /// A node must be there.
    pub(super) async fn check_node(&self, call: &Call, id: NodeId) -> Result<(), ServiceError> {
        match id {
            NodeId::Host(host) => self.get_host(call, host, Moment::NOW).await.map(drop),
            NodeId::Item(item) => self.get_item(call, item, Moment::NOW).await.map(drop),
            NodeId::Declared(declared) => self.get_declared(call, declared).await.map(drop),
            NodeId::Address(_) => Err(ServiceError::NotFound { kind: "item", id: id.to_string() }),
        }
    }

    /// The relations of a node at a moment: those that people declare first, then by kind and name.
    pub async fn list_relations(
        &self,
        call: &Call,
        node: NodeId,
        moment: Moment,
    ) -> Result<Vec<RelationView>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        self.check_node(call, node).await?;
        let mut views = Vec::new();
        if let NodeId::Item(item) = node {
            let other = self.name_node(call, NodeId::Host(item.host())).await;
            views.push(RelationView { relation: None, kind: RelationKind::Contains, is_outgoing: false, other });
        }
        for stored in self.store().all::<Relation>(Scan::index(Index::RelationByNode, node.to_string())).await? {
            let relation = &stored.value;
            let hides = |end: NodeId| !sight.sees_node(end);
            if (relation.from != node && relation.to != node) || hides(relation.from) || hides(relation.to) {
                continue;
            }
            // Of now also what was not yet seen often enough to count; of the past only what counted.
            let is_shown = match moment.since() {
                None => relation.holds() || relation.spans.is_empty(),
                Some(at) => relation.held_at(at),
            };
            if is_shown {
                views.push(self.relation_view(call, node, stored).await);
            }
        }
        let rank = |view: &RelationView| {
            let source = view.relation.as_ref().map(|stored| stored.value.source);
            (std::cmp::Reverse(source), view.kind, !view.is_outgoing, view.other.name.clone(), view.other.id)
        };
        views.sort_by_key(rank);
        Ok(views)
    }

    /// A relation as a node sees it.
    pub(crate) async fn relation_view(&self, call: &Call, node: NodeId, stored: Versioned<Relation>) -> RelationView {
        let (kind, is_outgoing) = (stored.value.kind, stored.value.from == node);
        let other = self.name_node(call, stored.value.other(node)).await;
        RelationView { kind, is_outgoing, other, relation: Some(stored) }
    }

    /// Declares a relation from a node. One that is declared already is given as it is.
    pub async fn declare_relation(
        &self,
        call: &Call,
        node: NodeId,
        new: NewRelation,
    ) -> Result<Versioned<Relation>, ServiceError> {
        let Planned { relation, audit } = self.plan_relation(call, node, &new).await?;
        let Some(audit) = audit else { return Ok(relation) };
        let mut changes = ChangeSet::new();
        changes.audit.push(audit);
        let Versioned { value, version } = relation;
        self.commit_relations(changes, vec![Versioned { value: value.clone(), version }]).await?;
        Ok(Versioned { value, version: version + 1 })
    }

    /// What declaring a relation would write.
    pub(super) async fn plan_relation(
        &self,
        call: &Call,
        node: NodeId,
        new: &NewRelation,
    ) -> Result<Planned, ServiceError> {
        self.authorize_at(call, Action::ItemManage, node).await?;
        check_reason(&new.reason)?;
        let (kind, is_inverse) = parse_kind(&new.kind)?;
        let (from, to) = if is_inverse { (new.to, node) } else { (node, new.to) };
        self.check_node(call, node).await?;
        self.check_node(call, new.to).await.map_err(|error| invalid("/to", error.text()))?;
        // A relation lets whoever reaches one end reach the other: both must be theirs to change.
        self.authorize_at(call, Action::ItemManage, new.to).await?;
        if from == to {
            return Err(invalid("/to", Phrase::new("relation_to_itself")));
        }
        if kind == RelationKind::Contains && (from.declared().is_none() || to.declared().is_none()) {
            return Err(invalid("/kind", Phrase::new("relation_contains")));
        }
        let group = new.group.as_deref().map(str::trim).filter(|group| !group.is_empty());
        if let Some(group) = group {
            self.check_group(call, kind, (from, to), group).await?;
        }
        let id = relation_id(from, kind, to, Source::Declared, group.unwrap_or_default());
        let now = self.now();
        let stored = self.store().find::<Relation>(&id.to_string()).await?;
        if let Some(known) = stored.as_ref().filter(|stored| stored.value.holds()) {
            return Ok(Planned { relation: known.clone(), audit: None });
        }
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        let fresh = || Relation::new(from, kind, to, Source::Declared, group.unwrap_or_default(), now);
        let mut relation = stored.map_or_else(fresh, |stored| stored.value);
        relation.begin(now);
        relation.last_seen = now;
        relation.group = group.map(str::to_owned);
        relation.by = Some(call.actor.label());
        new.reason.trim().clone_into(&mut relation.reason);
        let mut audit = call.audit(now, "relation.create", node, format!("{from} {kind} {to}"));
        audit.reason.clone_from(&relation.reason);
        Ok(Planned { relation: Versioned { value: relation, version }, audit: Some(audit) })
    }

    /// Takes relations that were committed into the graph, each with its version.
    pub(super) async fn learn_relations(&self, relations: &[Versioned<Relation>]) -> Result<(), ServiceError> {
        if !relations.is_empty() {
            self.with_graph(|_| ()).await?;
            self.graph.write(|graph| relations.iter().for_each(|stored| graph.put(&stored.value, stored.version)));
        }
        Ok(())
    }

    /// The end that depends must have a redundancy group of this name.
    async fn check_group(
        &self,
        call: &Call,
        kind: RelationKind,
        (from, to): (NodeId, NodeId),
        group: &str,
    ) -> Result<(), ServiceError> {
        let depends = match kind.upstream() {
            Upstream::To => Some(from),
            Upstream::From => Some(to),
            Upstream::Neither => None,
        };
        let known = match depends.and_then(|node| node.declared()) {
            Some(id) => self.get_declared(call, id).await?.value.redundancy.contains_key(group),
            None => false,
        };
        let short: String = group.chars().take(60).collect();
        if known { Ok(()) } else { Err(invalid("/group", Phrase::new("no_group").with("group", short))) }
    }

    /// Takes back a relation that people declared.
    pub async fn retract_relation(
        &self,
        call: &Call,
        node: NodeId,
        id: RelationId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Relation>, ServiceError> {
        self.authorize_at(call, Action::ItemManage, node).await?;
        check_reason(reason)?;
        let missing = || ServiceError::NotFound { kind: "relation", id: id.to_string() };
        let stored = self.store().find::<Relation>(&id.to_string()).await?.ok_or_else(missing)?;
        if (stored.value.from != node && stored.value.to != node) || !stored.value.holds() {
            return Err(missing());
        }
        if stored.value.source != Source::Declared {
            return Err(ServiceError::Conflict(Phrase::new("relation_not_declared").into()));
        }
        super::check_version(&stored, seen)?;
        let now = self.now();
        let Versioned { value: mut relation, version } = stored;
        relation.end(now);
        let mut changes = ChangeSet::new();
        let summary = format!("{} {} {}", relation.from, relation.kind, relation.to);
        let mut audit = call.audit(now, "relation.retract", node, summary);
        reason.trim().clone_into(&mut audit.reason);
        changes.audit.push(audit);
        self.commit_relations(changes, vec![Versioned { value: relation.clone(), version }]).await?;
        Ok(Versioned { value: relation, version: version + 1 })
    }
}
