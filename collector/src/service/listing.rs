//! Lists over everything: the items of hosts, then those that people declare; and what people added to what agents found.

mod count;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use muster_model::class::Registry;
use muster_model::declared::{self, Declared, DeclaredChange};
use muster_model::history::Moment;
use muster_model::query::{Entry, Query};
use muster_model::relation::graph::Ties;
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::attribute::Kind;
use muster_shared::id::{HostId, NodeId};
use muster_shared::{Attributes, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::item::ItemView;
use super::{Call, Page, Service, ServiceError, Window, invalid};

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

/// Whether a query can mean items that stand on no host at all.
pub(super) fn can_mean_declared(query: &Query, class: &str) -> bool {
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
        self.check_past(query).await?;
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

    /// Refuses a question about the past of items that only the present could answer.
    pub(super) async fn check_past(&self, query: &Query) -> Result<(), ServiceError> {
        if query.moment.is_now() {
            return Ok(());
        }
        query.only_past_items(&self.registry().await?.item_fields()).map_err(|why| invalid("/filter", why))
    }

    /// The declared items that a query means, by class and name. Retired ones are among them when it asks for their lifecycle.
    pub(super) async fn query_declared(&self, query: &Query) -> Result<Vec<Versioned<Declared>>, ServiceError> {
        let registry = self.registry().await?;
        let asks_ties = query.mentions("relations") || query.mentions("broken_relations");
        let ties = if asks_ties { self.ties(query.moment).await? } else { HashMap::new() };
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

    /// What was declared of a node at a moment; `None` when nothing was.
    pub(super) async fn declared_at(&self, now: Declared, at: Time) -> Result<Option<Declared>, ServiceError> {
        let scan = Scan::keys(Collection::DeclaredChange, format!("{}/", now.id));
        let changes = self.store().all::<DeclaredChange>(scan).await?;
        let changes: Vec<DeclaredChange> = changes.into_iter().map(|stored| stored.value).collect();
        Ok(declared::at(&now, &changes, at))
    }

    /// What people added to a host that is listed, by name.
    pub(crate) async fn host_attributes(&self, host: HostId, moment: Moment) -> Result<Attributes, ServiceError> {
        let Some(stored) = self.store().find::<Declared>(&NodeId::Host(host).to_string()).await? else {
            return Ok(Attributes::new());
        };
        let value = match moment.since() {
            None => Some(stored.value),
            Some(at) => self.declared_at(stored.value, at).await?,
        };
        Ok(value.map(|value| value.attributes).unwrap_or_default())
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
