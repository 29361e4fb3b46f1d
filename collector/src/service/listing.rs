//! Lists over everything: the items of hosts, then those that people declare; and what people added to what agents found.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use muster_model::class::Registry;
use muster_model::declared::{self, Declared, DeclaredChange};
use muster_model::history::{Moment, Operation};
use muster_model::query::{Entry, Query};
use muster_model::relation::graph::Ties;
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::attribute::Kind;
use muster_shared::id::{DeclaredId, HostId, NodeId};
use muster_shared::{Attributes, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::item::ItemView;
use super::past::Difference;
use super::{Call, Page, Service, ServiceError, Window};

/// What the cursor of a page of declared items begins with: they come after those of all hosts.
const DECLARED: &str = "~";

/// An item of a list.
#[derive(Clone, Debug)]
pub enum Listed {
    /// An item of a host.
    Discovered(ItemView),
    /// An item that people declared.
    Declared(Versioned<Declared>),
}

/// How an item that people declare differs between two moments.
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

/// A declared item as queries see it.
pub(super) struct DeclaredEntry<'a> {
    pub(super) item: &'a Declared,
    pub(super) registry: &'a Registry,
    /// How it is tied to others.
    pub(super) ties: Ties,
}

impl Entry for DeclaredEntry<'_> {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        let item = self.item;
        let own = match field {
            "class" => json!(item.class),
            "id" => json!(item.id),
            "key" | "name" => json!(item.name),
            "lifecycle" => json!(item.lifecycle),
            "owner" => json!(item.owner),
            "criticality" => json!(item.criticality),
            "status" => json!(item.status),
            "tags" => json!(item.tags),
            "since" => json!(item.updated_at),
            "declared" => json!(true),
            "incomplete" => {
                json!(self.registry.get(&item.class).is_some_and(|class| class.is_incomplete(&item.attributes)))
            }
            "relations" => json!(self.ties.relations),
            "broken_relations" => json!(self.ties.broken),
            _ => return item.attributes.get(field).map(Cow::Borrowed),
        };
        Some(Cow::Owned(own))
    }

    fn kind(&self, field: &str) -> Option<Kind> {
        Some(self.registry.get(&self.item.class)?.attribute(field)?.definition.kind)
    }
}

/// How something differs between two moments.
#[derive(Clone, Debug)]
pub enum Differing {
    /// An item of a host.
    Discovered(Box<Difference>),
    /// An item that people declare.
    Declared(Box<DeclaredDifference>),
}

/// What differences of declared items are asked with.
struct Asked<'a> {
    query: &'a Query,
    registry: &'a Registry,
    ties: &'a HashMap<NodeId, Ties>,
}

/// Whether a query can mean items that stand on no host at all.
fn can_mean_declared(query: &Query, class: &str) -> bool {
    query.allows("class", class) && query.requires("host").is_none()
}

impl Service {
    /// Items that a query means: those of hosts, by host, class and key, then those that people declare, by class and name.
    pub async fn list_everything(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Listed>, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        let mut items = Vec::new();
        let after = window.cursor.as_deref().and_then(|cursor| cursor.strip_prefix(DECLARED));
        if after.is_none() && query.requires("declared") != Some("true") {
            let page = self.list_items(call, query, window).await?;
            items.extend(page.items.into_iter().map(Listed::Discovered));
            if page.next_cursor.is_some() {
                return Ok(Page { items, next_cursor: page.next_cursor });
            }
        }
        let declared = self.query_declared(query).await?;
        for stored in declared {
            let place = format!("{}/{}/{}", stored.value.class, stored.value.name.to_lowercase(), stored.value.id);
            if after.is_some_and(|after| place.as_str() <= after) {
                continue;
            }
            if items.len() >= window.limit {
                let last = match items.last() {
                    Some(Listed::Declared(last)) => {
                        format!("{}/{}/{}", last.value.class, last.value.name.to_lowercase(), last.value.id)
                    }
                    _ => String::new(),
                };
                return Ok(Page { items, next_cursor: Some(format!("{DECLARED}{last}")) });
            }
            items.push(Listed::Declared(stored));
        }
        Ok(Page { items, next_cursor: None })
    }

    /// The declared items that a query means, by class and name. Retired ones are among them when it asks for their lifecycle.
    pub(super) async fn query_declared(&self, query: &Query) -> Result<Vec<Versioned<Declared>>, ServiceError> {
        let registry = self.registry().await?;
        let asks_ties = query.mentions("relations") || query.mentions("broken_relations");
        let ties = if asks_ties { self.ties().await? } else { HashMap::new() };
        let mut found = Vec::new();
        for class in registry.all().filter(|class| class.is_declared() && can_mean_declared(query, &class.name)) {
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/", class.name));
            for stored in self.store().all::<Declared>(scan).await? {
                let value = match query.moment.since() {
                    None => Some(stored.value),
                    Some(at) => self.declared_at(stored.value, at).await?,
                };
                let Some(value) = value else { continue };
                let is_shown = value.is_present() || query.mentions("lifecycle");
                let ties = ties.get(&value.id).copied().unwrap_or_default();
                if is_shown && query.matches(&DeclaredEntry { item: &value, registry: &registry, ties }) {
                    found.push(Versioned { value, version: stored.version });
                }
            }
        }
        Ok(found)
    }

    /// How an item that people declare differs between two moments; `None` when it does not, or is not meant. Retired is gone.
    pub async fn diff_declared(
        &self,
        call: &Call,
        query: &Query,
        id: DeclaredId,
        moments: (Moment, Moment),
    ) -> Result<Option<DeclaredDifference>, ServiceError> {
        let now = self.get_declaration(call, NodeId::Declared(id), Moment::NOW).await?;
        let asked = Asked { query, registry: &*self.registry().await?, ties: &self.ties().await? };
        self.declared_difference(now, moments, &asked).await
    }

    async fn declared_difference(
        &self,
        now: Versioned<Declared>,
        (from, to): (Moment, Moment),
        asked: &Asked<'_>,
    ) -> Result<Option<DeclaredDifference>, ServiceError> {
        let side = async |moment: Moment| {
            let item = match moment.since() {
                None => Some(now.value.clone()),
                Some(at) => self.declared_at(now.value.clone(), at).await?,
            };
            Ok::<_, ServiceError>(item.filter(Declared::is_present))
        };
        let (before, after) = (side(from).await?, side(to).await?);
        let operation = match (&before, &after) {
            (None, None) => return Ok(None),
            (None, Some(_)) => Operation::Added,
            (Some(_), None) => Operation::Removed,
            (Some(_), Some(_)) => Operation::Modified,
        };
        let (old, new) = declared::difference(before.as_ref(), after.as_ref());
        let Some(item) = after.or(before) else { return Ok(None) };
        let ties = asked.ties.get(&item.id).copied().unwrap_or_default();
        let is_meant = asked.query.matches(&DeclaredEntry { item: &item, registry: asked.registry, ties });
        let differs = !old.is_empty() || !new.is_empty();
        let item = Versioned { value: item, version: now.version };
        Ok((is_meant && differs).then_some(DeclaredDifference { item, operation, before: old, after: new }))
    }

    /// How all that a query means differs between two moments: the items of hosts, then those that people declare.
    pub async fn diff_everything(
        &self,
        call: &Call,
        query: &Query,
        (from, to): (Moment, Moment),
        window: &Window,
    ) -> Result<Page<Differing>, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        let mut items = Vec::new();
        let after = window.cursor.as_deref().and_then(|cursor| cursor.strip_prefix(DECLARED));
        if after.is_none() && query.requires("declared") != Some("true") {
            let page = self.diff(call, query, (from, to), window).await?;
            items.extend(page.items.into_iter().map(|item| Differing::Discovered(Box::new(item))));
            if page.next_cursor.is_some() {
                return Ok(Page { items, next_cursor: page.next_cursor });
            }
        }
        let asked = Asked { query, registry: &*self.registry().await?, ties: &self.ties().await? };
        let mut last = after.unwrap_or_default().to_owned();
        for class in asked.registry.all().filter(|class| class.is_declared() && can_mean_declared(query, &class.name)) {
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/", class.name));
            for stored in self.store().all::<Declared>(scan).await? {
                let place = format!("{}/{}/{}", class.name, stored.value.name.to_lowercase(), stored.value.id);
                if stored.value.id.declared().is_none() || after.is_some_and(|after| place.as_str() <= after) {
                    continue;
                }
                let Some(difference) = self.declared_difference(stored, (from, to), &asked).await? else { continue };
                if items.len() >= window.limit {
                    return Ok(Page { items, next_cursor: Some(format!("{DECLARED}{last}")) });
                }
                items.push(Differing::Declared(Box::new(difference)));
                last = place;
            }
        }
        Ok(Page { items, next_cursor: None })
    }

    /// What was declared of a node at a moment; `None` when nothing was.
    pub(super) async fn declared_at(&self, now: Declared, at: Time) -> Result<Option<Declared>, ServiceError> {
        let scan = Scan::keys(Collection::DeclaredChange, format!("{}/", now.id));
        let changes = self.store().all::<DeclaredChange>(scan).await?;
        let changes: Vec<DeclaredChange> = changes.into_iter().map(|stored| stored.value).collect();
        Ok(declared::at(&now, &changes, at))
    }

    /// What people added to a host and to its items.
    pub(super) async fn added_to(
        &self,
        host: HostId,
        moment: Moment,
    ) -> Result<BTreeMap<NodeId, Attributes>, ServiceError> {
        let node = NodeId::Host(host).to_string();
        // The items of a host have its digits first.
        let items = node.replacen("host_", "item_", 1);
        let mut stored = self.store().all::<Declared>(Scan::keys(Collection::Declared, items)).await?;
        stored.extend(self.store().find::<Declared>(&node).await?);
        let mut added = BTreeMap::new();
        for stored in stored {
            let value = match moment.since() {
                None => Some(stored.value),
                Some(at) => self.declared_at(stored.value, at).await?,
            };
            added.extend(value.map(|value| (value.id, value.attributes)));
        }
        Ok(added)
    }
}
