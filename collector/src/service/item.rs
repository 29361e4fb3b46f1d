//! Items of all classes: lists, one item with what is authorised and what was seen, and its history.

use muster_model::finding::Finding;
use muster_model::history::HistoryEntry;
use muster_model::host::Host;
use muster_model::inventory::{Inventory, StoredItem};
use muster_model::right::{Action, Resource};
use muster_model::{Collection, Versioned};
use muster_shared::id::{HostId, ItemId};
use muster_shared::{Attributes, SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Map, Value, json};

use super::filter::{Filter, section_names};
use super::{Call, Page, Service, ServiceError, Window};

/// An item of a host.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// Which item.
    pub id: ItemId,
    /// Its class: the section's name.
    pub class: SectionName,
    /// Its key in the class.
    pub key: String,
    /// The host.
    pub host: HostId,
    /// The host's name.
    pub host_name: String,
    /// What was found.
    pub attributes: Attributes,
    /// Volatile values of the last scan.
    pub metrics: Attributes,
    /// Since when it is so, as far as we know.
    pub since: Time,
    /// When it was last seen to be so.
    pub seen_at: Time,
    /// Whether it is still there.
    pub is_present: bool,
}

/// Fields of an item that lists can be filtered by, besides its attributes.
pub const FILTER_FIELDS: &[&str] =
    &["class", "host", "host_name", "key", "name", "version", "manager", "port", "state", "enabled", "uid"];

impl ItemView {
    /// Name for people: the attribute `name`, else the key.
    pub fn name(&self) -> &str {
        self.attributes.get("name").and_then(Value::as_str).unwrap_or(&self.key)
    }

    fn entry(&self) -> Value {
        let mut map: Map<String, Value> = self.attributes.clone().into_iter().collect();
        map.insert("class".into(), json!(self.class));
        map.insert("host".into(), json!(self.host));
        map.insert("host_name".into(), json!(self.host_name));
        map.insert("key".into(), json!(self.key));
        map.insert("name".into(), json!(self.name()));
        Value::Object(map)
    }
}

/// What is authorised where that differs from what was seen.
#[derive(Clone, Debug)]
pub struct ItemDetail {
    /// The item as it was seen last.
    pub item: ItemView,
    /// Findings on it that still stand.
    pub findings: Vec<Finding>,
}

impl Service {
    /// Items of all hosts, or of those and that class which the filter names; by host, class and key.
    pub async fn list_items(
        &self,
        call: &Call,
        filter: &Filter,
        window: &Window,
    ) -> Result<Page<ItemView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        filter.among("class", &section_names())?;
        let after = window.cursor.as_deref().and_then(|cursor| {
            let mut parts = cursor.splitn(3, '/');
            Some((parts.next()?.to_owned(), parts.next()?.to_owned(), parts.next()?.to_owned()))
        });
        let hosts = match filter.exactly("host").and_then(|id| id.parse::<HostId>().ok()) {
            Some(id) => self.store().find::<Host>(&id.to_string()).await?.into_iter().collect(),
            None => self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?,
        };
        let mut items = Vec::new();
        for host in hosts {
            let id = host.value.id.to_string();
            let place = after.as_ref().filter(|(at, ..)| *at >= id);
            if place.is_some_and(|(at, ..)| *at > id) {
                continue;
            }
            for section in self.sections_of(host.value.id, filter).await? {
                if place.is_some_and(|(_, at, _)| at.as_str() > section.as_str()) {
                    continue;
                }
                let skip = place.filter(|(_, at, _)| at == section.as_str()).map(|(.., key)| key.as_str());
                for item in self.section_items(&host, section).await? {
                    if skip.is_some_and(|key| item.key.as_str() <= key) || !filter.matches(&item.entry()) {
                        continue;
                    }
                    if items.len() >= window.limit {
                        let next =
                            items.last().map(|last: &ItemView| format!("{}/{}/{}", last.host, last.class, last.key));
                        return Ok(Page { items, next_cursor: next });
                    }
                    items.push(item);
                }
            }
        }
        Ok(Page { items, next_cursor: None })
    }

    /// The known sections of a host that a filter can mean, by name.
    async fn sections_of(&self, host: HostId, filter: &Filter) -> Result<Vec<SectionName>, ServiceError> {
        let Some(inventory) = self.store().find::<Inventory>(&host.to_string()).await? else { return Ok(Vec::new()) };
        let wanted = filter.exactly("class");
        let known = inventory.value.sections.into_iter().filter(|(_, head)| head.is_known).map(|(name, _)| name);
        let mut names: Vec<SectionName> = known.filter(|name| wanted.is_none_or(|w| w == name.as_str())).collect();
        names.sort_by_key(|name| name.as_str());
        Ok(names)
    }

    /// All items of one section of a host, by key.
    pub async fn host_section(
        &self,
        call: &Call,
        host: HostId,
        section: SectionName,
    ) -> Result<Vec<ItemView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&host.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "host", id: host.to_string() };
        let stored = self.store().find::<Host>(&host.to_string()).await?.ok_or_else(missing)?;
        self.section_items(&stored, section).await
    }

    async fn section_items(&self, host: &Versioned<Host>, section: SectionName) -> Result<Vec<ItemView>, ServiceError> {
        let id = host.value.id;
        let body = self.section_body(id, section).await?;
        let mut metrics = self.metrics_of(id, section).await?;
        let seen_at = self.seen_at(id, section).await?;
        let view = |(key, item): (String, StoredItem)| ItemView {
            id: ItemId::new(id, section, &key),
            class: section,
            host: id,
            host_name: host.value.name.clone(),
            attributes: item.attributes,
            metrics: metrics.remove(&key).unwrap_or_default(),
            since: item.since,
            seen_at,
            is_present: true,
            key,
        };
        Ok(body.items.into_iter().map(view).collect())
    }

    async fn metrics_of(
        &self,
        host: HostId,
        section: SectionName,
    ) -> Result<std::collections::BTreeMap<String, Attributes>, ServiceError> {
        self.metrics(&Call::system("read"), host, section).await
    }

    async fn seen_at(&self, host: HostId, section: SectionName) -> Result<Time, ServiceError> {
        let inventory = self.store().find::<Inventory>(&host.to_string()).await?;
        Ok(inventory.and_then(|inv| inv.value.sections.get(&section).map(|head| head.seen_at)).unwrap_or_default())
    }

    /// One item, present or gone.
    pub async fn get_item(&self, call: &Call, id: ItemId) -> Result<ItemDetail, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "item", id: id.to_string() };
        let host = self.store().find::<Host>(&id.host().to_string()).await?.ok_or_else(missing)?;
        let item = match self.find_present(&host, id).await? {
            Some(item) => item,
            None => self.find_gone(&host, id).await?.ok_or_else(missing)?,
        };
        let prefix = format!("{}/{}", id.host(), item.key);
        let findings = self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, prefix)).await?;
        let findings = findings.into_iter().map(|stored| stored.value).filter(|finding| finding.item == id);
        Ok(ItemDetail { findings: findings.collect(), item })
    }

    async fn find_present(&self, host: &Versioned<Host>, id: ItemId) -> Result<Option<ItemView>, ServiceError> {
        for section in self.sections_of(id.host(), &Filter::default()).await? {
            if let Some(item) = self.section_items(host, section).await?.into_iter().find(|item| item.id == id) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// An item that is not there any more, as its history remembers it.
    async fn find_gone(&self, host: &Versioned<Host>, id: ItemId) -> Result<Option<ItemView>, ServiceError> {
        let scan = Scan::index(Index::HistoryByItem, format!("{id}/")).descending();
        let last = self.store().first::<HistoryEntry>(scan).await?;
        Ok(last.map(|stored| ItemView {
            id,
            class: stored.value.section,
            key: stored.value.key,
            host: host.value.id,
            host_name: host.value.name.clone(),
            attributes: stored.value.before,
            metrics: Attributes::new(),
            since: stored.value.seen_at,
            seen_at: stored.value.not_before.unwrap_or(stored.value.seen_at),
            is_present: false,
        }))
    }

    /// The history of an item, newest first.
    pub async fn item_history(
        &self,
        call: &Call,
        id: ItemId,
        window: &Window,
    ) -> Result<Page<Versioned<HistoryEntry>>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        let scan = Scan::index(Index::HistoryByItem, format!("{id}/")).descending();
        self.list(scan, window, |_: &HistoryEntry| true).await
    }

    /// The history of a host, newest first.
    pub async fn host_history(
        &self,
        call: &Call,
        id: HostId,
        window: &Window,
    ) -> Result<Page<Versioned<HistoryEntry>>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        let scan = Scan::keys(Collection::History, format!("{id}/")).descending();
        self.list(scan, window, |_: &HistoryEntry| true).await
    }
}
