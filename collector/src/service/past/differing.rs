//! How all that is known differs between two moments: what agents find, what people declare and say of hosts and of what agents
//! find, and what was related to what.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_model::class::Registry;
use muster_model::declared::{self, Declared};
use muster_model::history::{Moment, Operation};
use muster_model::host::{self, Host, HostPast};
use muster_model::inventory::StoredItem;
use muster_model::query::Query;
use muster_model::relation::Relation;
use muster_model::relation::graph::Ties;
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_shared::{Attributes, SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use super::Difference;
use crate::service::item::{Holder, ItemView, host_of};
use crate::service::listing::{DeclaredEntry, can_mean_declared};
use crate::service::relation::Named;
use crate::service::sight::Sight;
use crate::service::{Call, Page, Service, ServiceError, Window};

/// What the cursor of a page of declared items begins with: they come after those of all hosts.
const DECLARED: &str = "~";
/// What that of a page begins with of what people say of the rest, and of relations: they come last.
const REST: &str = "^";

/// How what people say of an item differs between two moments: of one that they declare, of a host, of what an agent finds.
#[derive(Clone, Debug)]
pub struct DeclaredDifference {
    /// The item as it was at the later moment, or before it was retired.
    pub item: Versioned<Declared>,
    /// What happened in between, all in all.
    pub operation: Operation,
    /// Values at the earlier moment that differ.
    pub before: Attributes,
    /// Values at the later one.
    pub after: Attributes,
}

/// A relation that held at one of two moments.
#[derive(Clone, Debug)]
pub struct RelationDifference {
    /// The relation.
    pub relation: Relation,
    /// Where it begins.
    pub from: Named,
    /// Where it ends.
    pub to: Named,
    /// Whether it came or went.
    pub operation: Operation,
}

/// How something differs between two moments.
#[derive(Clone, Debug)]
pub enum Differing {
    /// An item of a host.
    Discovered(Box<Difference>),
    /// What people say of an item.
    Declared(Box<DeclaredDifference>),
    /// A relation.
    Related(Box<RelationDifference>),
}

/// What differences are asked with.
struct Asked<'a> {
    query: &'a Query,
    registry: &'a Registry,
    ties: &'a HashMap<NodeId, Ties>,
    between: (Moment, Moment),
}

impl Asked<'_> {
    /// The earlier of the two moments; nothing that happened before it makes a difference.
    fn first(&self) -> Option<Time> {
        [self.between.0, self.between.1].into_iter().filter_map(Moment::since).min()
    }
}

/// The values that differ, of each side.
fn differing(before: &Attributes, after: &Attributes) -> (Attributes, Attributes) {
    let those = |one: &Attributes, other: &Attributes| {
        let differs = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
        differs.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    (those(before, after), those(after, before))
}

/// A node as it was at the later moment, for whether a query means it.
enum Meant<'a> {
    Item(Box<Holder>, Box<ItemView>),
    Declared(Box<Declared>, &'a Asked<'a>),
}

impl Meant<'_> {
    fn fits(&self, query: &Query) -> bool {
        match self {
            Self::Item(holder, item) => query.matches(&item.entry(holder)),
            Self::Declared(item, asked) => {
                let ties = asked.ties.get(&item.id).copied().unwrap_or_default();
                query.matches(&DeclaredEntry { item, registry: asked.registry, ties })
            }
        }
    }
}

impl Service {
    /// How all that a query means differs between two moments: the items of hosts, those that people declare, what people say of the
    /// others, and relations of which it means an end.
    pub async fn diff_everything(
        &self,
        call: &Call,
        query: &Query,
        between: (Moment, Moment),
        window: &Window,
    ) -> Result<Page<Differing>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let query = &sight.of_nodes(query);
        let mut items = Vec::new();
        let cursor = window.cursor.as_deref().unwrap_or_default();
        let (declared, rest) = (cursor.strip_prefix(DECLARED), cursor.strip_prefix(REST));
        let is_after = declared.is_some() || rest.is_some();
        if !is_after && query.requires("declared") != Some("true") {
            let page = self.diff(call, query, between, window).await?;
            items.extend(page.items.into_iter().map(|item| Differing::Discovered(Box::new(item))));
            if page.next_cursor.is_some() {
                return Ok(Page { items, next_cursor: page.next_cursor });
            }
        }
        let asked = Asked { query, registry: &*self.registry().await?, ties: &self.ties(Moment::NOW).await?, between };
        if rest.is_none()
            && let Some(next) = self.diff_declared(&asked, declared, window.limit, &mut items).await?
        {
            return Ok(Page { items, next_cursor: Some(next) });
        }
        let mut last = rest.unwrap_or_default().to_owned();
        for (place, difference) in self.diff_rest(call, &sight, &asked).await? {
            if rest.is_some_and(|rest| place.as_str() <= rest) {
                continue;
            }
            if items.len() >= window.limit {
                return Ok(Page { items, next_cursor: Some(format!("{REST}{last}")) });
            }
            items.push(difference);
            last = place;
        }
        Ok(Page { items, next_cursor: None })
    }

    /// Adds how the items differ that people declare, by class and name, after a place; gives where a full page ends.
    async fn diff_declared(
        &self,
        asked: &Asked<'_>,
        after: Option<&str>,
        limit: usize,
        items: &mut Vec<Differing>,
    ) -> Result<Option<String>, ServiceError> {
        let mut last = after.unwrap_or_default().to_owned();
        let all = asked.registry.all();
        for class in all.filter(|class| class.is_declared() && can_mean_declared(asked.query, &class.name)) {
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/", class.name));
            for stored in self.store().all::<Declared>(scan).await? {
                let place = format!("{}/{}/{}", class.name, stored.value.name.to_lowercase(), stored.value.id);
                let is_shown = after.is_some_and(|after| place.as_str() <= after);
                if stored.value.id.declared().is_none() || is_shown {
                    continue;
                }
                let Some(difference) = self.declared_difference(stored, asked).await? else { continue };
                if items.len() >= limit {
                    return Ok(Some(format!("{DECLARED}{last}")));
                }
                items.push(Differing::Declared(Box::new(difference)));
                last = place;
            }
        }
        Ok(None)
    }

    /// How an item that people declare differs; `None` when it does not, or is not meant. Retired is gone.
    async fn declared_difference(
        &self,
        now: Versioned<Declared>,
        asked: &Asked<'_>,
    ) -> Result<Option<DeclaredDifference>, ServiceError> {
        if asked.first().is_some_and(|first| now.value.updated_at <= first) {
            return Ok(None);
        }
        let side = async |moment| {
            Ok::<_, ServiceError>(self.declared_then(&now.value, moment).await?.filter(Declared::is_present))
        };
        let (before, after) = (side(asked.between.0).await?, side(asked.between.1).await?);
        let operation = match (&before, &after) {
            (None, None) => return Ok(None),
            (None, Some(_)) => Operation::Added,
            (Some(_), None) => Operation::Removed,
            (Some(_), Some(_)) => Operation::Modified,
        };
        let (old, new) = declared::difference(before.as_ref(), after.as_ref());
        let Some(item) = after.or(before) else { return Ok(None) };
        let meant = Meant::Declared(Box::new(item), asked);
        let is_different = meant.fits(asked.query) && !(old.is_empty() && new.is_empty());
        let Meant::Declared(item, _) = meant else { return Ok(None) };
        let item = Versioned { value: *item, version: now.version };
        Ok(is_different.then_some(DeclaredDifference { item, operation, before: old, after: new }))
    }

    /// What is declared of a node at a moment.
    async fn declared_then(&self, now: &Declared, moment: Moment) -> Result<Option<Declared>, ServiceError> {
        match moment.since() {
            None => Ok(Some(now.clone())),
            Some(at) => self.declared_at(now.clone(), at).await,
        }
    }

    /// What people say of hosts and of what agents find, and relations, each with its place in the list.
    async fn diff_rest(
        &self,
        call: &Call,
        sight: &Sight,
        asked: &Asked<'_>,
    ) -> Result<BTreeMap<String, Differing>, ServiceError> {
        let mut found = BTreeMap::new();
        for (host, nodes) in self.said_since(asked).await? {
            if !sight.sees_host(host) {
                continue;
            }
            for difference in self.diff_said(host, nodes, asked).await? {
                found.insert(format!("0/{}", difference.item.value.id), Differing::Declared(Box::new(difference)));
            }
        }
        let mut meant: HashMap<NodeId, bool> = HashMap::new();
        for relation in self.relations_between(asked).await? {
            if !sight.sees_node(relation.from) || !sight.sees_node(relation.to) {
                continue;
            }
            let mut is_meant = false;
            for end in [relation.from, relation.to] {
                if let Entry::Vacant(unknown) = meant.entry(end) {
                    unknown.insert(self.as_meant(end, asked).await?.is_some_and(|node| node.fits(asked.query)));
                }
                is_meant |= meant.get(&end).copied().unwrap_or_default();
            }
            if is_meant {
                let came = holds_at(&relation, asked.between.1);
                let operation = if came { Operation::Added } else { Operation::Removed };
                let (from, to) = (self.name_node(call, relation.from).await, self.name_node(call, relation.to).await);
                let place = format!("1/{}", relation.id);
                let related = RelationDifference { relation, from, to, operation };
                found.insert(place, Differing::Related(Box::new(related)));
            }
        }
        Ok(found)
    }

    /// The hosts and the items of hosts of which people said something since the earlier moment, by host.
    async fn said_since(&self, asked: &Asked<'_>) -> Result<BTreeMap<HostId, BTreeSet<NodeId>>, ServiceError> {
        let first = asked.first();
        let is_later = |at: Time| first.is_none_or(|first| at > first);
        let one = host_of(asked.query);
        let mut said: BTreeMap<HostId, BTreeSet<NodeId>> = BTreeMap::new();
        let prefix = one.map(|host| format!("{host}/")).unwrap_or_default();
        for past in self.store().all::<HostPast>(Scan::keys(Collection::HostPast, prefix)).await? {
            if is_later(past.value.until) {
                let host = past.value.value.id;
                said.entry(host).or_default().insert(NodeId::Host(host));
            }
        }
        let prefixes = match one.map(|host| NodeId::Host(host).to_string()) {
            // The items of a host have its digits first.
            Some(host) => vec![host.replacen("host_", "item_", 1), host],
            None => vec![String::new()],
        };
        for prefix in prefixes {
            for stored in self.store().all::<Declared>(Scan::keys(Collection::Declared, prefix)).await? {
                if let Some(host) = stored.value.id.host().filter(|_| is_later(stored.value.updated_at)) {
                    said.entry(host).or_default().insert(stored.value.id);
                }
            }
        }
        Ok(said)
    }

    /// How what people say of a host and of its items differs. A host that was not known at one of the moments is no difference.
    async fn diff_said(
        &self,
        id: HostId,
        nodes: BTreeSet<NodeId>,
        asked: &Asked<'_>,
    ) -> Result<Vec<DeclaredDifference>, ServiceError> {
        let mut found = Vec::new();
        let Some(stored) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(found) };
        let (from, to) = asked.between;
        let (Some(before), Some(after)) = (self.host_at(stored.clone(), from).await?, self.host_at(stored, to).await?)
        else {
            return Ok(found);
        };
        if before.value.merged_into.is_some() || after.value.merged_into.is_some() {
            return Ok(found);
        }
        for node in nodes {
            let declared = self.store().find::<Declared>(&node.to_string()).await?;
            let version = declared.as_ref().map_or(0, |stored| stored.version);
            let mut given = [Attributes::new(), Attributes::new()];
            if let Some(declared) = &declared {
                for (values, moment) in given.iter_mut().zip([from, to]) {
                    let said = self.declared_then(&declared.value, moment).await?;
                    *values = said.map(|said| said.attributes).unwrap_or_default();
                }
            }
            let [had, has] = given;
            let (mut old, mut new) = differing(&had, &has);
            if matches!(node, NodeId::Host(_)) {
                let (was, is) = differing(&host::said(&before.value), &host::said(&after.value));
                old.extend(was);
                new.extend(is);
            }
            if old.is_empty() && new.is_empty() {
                continue;
            }
            let Some(meant) = self.as_meant(node, asked).await?.filter(|meant| meant.fits(asked.query)) else {
                continue;
            };
            let Meant::Item(_, view) = meant else { continue };
            let empty = Declared::empty(node, view.class.as_str(), after.value.created_at);
            let declared = declared.map_or(empty, |stored| stored.value);
            let mut item = Declared { name: view.name().to_owned(), attributes: has, ..declared };
            if matches!(node, NodeId::Host(_)) {
                item.lifecycle = after.value.lifecycle;
                item.owner.clone_from(&after.value.owner);
                item.criticality = after.value.criticality;
            }
            let item = Versioned { value: item, version };
            found.push(DeclaredDifference { item, operation: Operation::Modified, before: old, after: new });
        }
        Ok(found)
    }

    /// A node as it was at the later moment; `None` of an address, and of what was not there.
    async fn as_meant<'a>(&self, node: NodeId, asked: &'a Asked<'a>) -> Result<Option<Meant<'a>>, ServiceError> {
        let to = asked.between.1;
        let host = match node {
            NodeId::Address(_) => return Ok(None),
            NodeId::Declared(_) => {
                let stored = self.store().find::<Declared>(&node.to_string()).await?;
                let Some(stored) = stored else { return Ok(None) };
                let item = self.declared_then(&stored.value, to).await?;
                return Ok(item.map(|item| Meant::Declared(Box::new(item), asked)));
            }
            NodeId::Host(host) => host,
            NodeId::Item(item) => item.host(),
        };
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(None) };
        let Some(stored) = self.host_at(stored, to).await? else { return Ok(None) };
        let mut holder = self.holder(stored).await?;
        holder.facts = self.facts_at(&holder, to).await?;
        if asked.registry.asks_people(asked.query) {
            holder.added = self.added_to(host, to).await?;
            holder.registry = Some(self.registry().await?);
        }
        let item = match node {
            NodeId::Item(item) => self.find_present(&holder, item, to).await?,
            _ => Some(as_item(&holder)),
        };
        Ok(item.map(|item| Meant::Item(Box::new(holder), Box::new(item))))
    }

    /// The relations that held at one of the moments and not at the other.
    async fn relations_between(&self, asked: &Asked<'_>) -> Result<Vec<Relation>, ServiceError> {
        let id = asked.query.requires("id").and_then(|id| id.parse::<NodeId>().ok());
        let scan = match (host_of(asked.query), id) {
            (_, Some(node)) => Scan::index(Index::RelationByNode, node.to_string()),
            (Some(host), None) => Scan::index(Index::RelationByHost, host.to_string()),
            (None, None) => Scan::keys(Collection::Relation, ""),
        };
        let all = self.store().all::<Relation>(scan).await?.into_iter().map(|stored| stored.value);
        let (from, to) = asked.between;
        Ok(all.filter(|relation| holds_at(relation, from) != holds_at(relation, to)).collect())
    }
}

fn holds_at(relation: &Relation, moment: Moment) -> bool {
    moment.since().map_or_else(|| relation.holds(), |at| relation.held_at(at))
}

/// A host itself as an item of the class `host`, whoever tells of it.
fn as_item(holder: &Holder) -> ItemView {
    let host = &holder.host.value;
    let item = StoredItem { attributes: Attributes::new(), since: host.created_at };
    let key = host.name.clone();
    let view = holder.item(SectionName::Host, key, item, Attributes::new(), host.created_at);
    ItemView { id: ItemId::new(host.id, SectionName::Host, "host"), ..view }
}
