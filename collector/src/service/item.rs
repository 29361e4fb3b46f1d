//! Items of all classes: lists, one item with what is authorised and what was seen, and its history.

use std::borrow::Cow;
use std::collections::BTreeMap;

use muster_model::finding::Finding;
use muster_model::history::{HistoryEntry, Moment, Operation};
use muster_model::host::{Host, LastSeen, is_stale};
use muster_model::inventory::{Facts, Inventory, SectionHead, StoredItem};
use muster_model::query::{Entry, Query};
use muster_model::right::{Action, Resource};
use muster_model::{Collection, Versioned};
use muster_shared::attribute::{self, Kind};
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_shared::{Attributes, SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::lookup::Candidates;
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

/// Where an item stands in a list: host, class, key.
pub(super) type Place = (String, String, String);

/// The place after which a page begins.
pub(super) fn place(window: &Window) -> Option<Place> {
    let mut parts = window.cursor.as_deref()?.splitn(3, '/');
    Some((parts.next()?.to_owned(), parts.next()?.to_owned(), parts.next()?.to_owned()))
}

/// The cursor of the page after an item.
pub(super) fn cursor(item: &ItemView) -> String {
    let (host, class, key) = item.place();
    format!("{host}/{class}/{key}")
}

impl ItemView {
    /// Name for people: the attribute `name`, else the key.
    pub fn name(&self) -> &str {
        self.attributes.get("name").and_then(Value::as_str).unwrap_or(&self.key)
    }

    pub(super) fn place(&self) -> Place {
        (self.host.to_string(), self.class.to_string(), self.key.clone())
    }

    /// The item as queries see it.
    pub(super) const fn entry<'a>(&'a self, holder: &'a Holder) -> ItemEntry<'a> {
        ItemEntry { item: self, holder }
    }
}

/// A host as the holder of its items.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) host: Versioned<Host>,
    pub(super) inventory: Option<Inventory>,
    pub(super) facts: Facts,
    pub(super) status: &'static str,
    /// What people added to the host and its items, when it was asked for.
    pub(super) added: BTreeMap<NodeId, Attributes>,
}

impl Holder {
    /// An item of the host.
    pub(super) fn item(
        &self,
        section: SectionName,
        key: String,
        item: StoredItem,
        metrics: Attributes,
        seen_at: Time,
    ) -> ItemView {
        ItemView {
            id: ItemId::new(self.host.value.id, section, &key),
            class: section,
            host: self.host.value.id,
            host_name: self.host.value.name.clone(),
            attributes: item.attributes,
            metrics,
            since: item.since,
            seen_at,
            is_present: true,
            key,
        }
    }

    /// A section that was read at some time.
    fn head(&self, section: SectionName) -> Option<&SectionHead> {
        self.inventory.as_ref()?.sections.get(&section).filter(|head| head.is_known)
    }

    /// The sections that were read and that a query can mean, by name.
    pub(super) fn sections(&self, query: &Query) -> Vec<SectionName> {
        let known = self.inventory.iter().flat_map(|inventory| &inventory.sections).filter(|(_, head)| head.is_known);
        let meant = known.map(|(name, _)| *name).filter(|name| query.allows("class", name.as_str()));
        let mut names: Vec<SectionName> = meant.collect();
        names.sort_by_key(|name| name.as_str());
        names
    }

    /// What queries can ask of the host itself.
    fn value(&self, field: &str) -> Option<Value> {
        let host = &self.host.value;
        Some(match field {
            "id" => json!(host.id),
            "name" => json!(host.name),
            "lifecycle" => json!(host.lifecycle),
            "owner" => json!(host.owner),
            "site" => json!(host.site),
            "criticality" => json!(host.criticality),
            "os" => json!(self.facts.os),
            "architecture" => json!(self.facts.architecture),
            "virtualization" => json!(self.facts.virtualization),
            "status" => json!(self.status),
            _ => return None,
        })
    }

    /// Whether items of this host can pass at all, as far as single demands on the host tell.
    fn is_possible(&self, query: &Query) -> bool {
        let text =
            |field: &str| self.value(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let asked =
            ["name", "lifecycle", "owner", "site", "criticality", "os", "architecture", "virtualization", "status"];
        query.allows("host_name", &self.host.value.name)
            && asked.iter().all(|field| query.allows(&format!("host.{field}"), &text(field)))
    }
}

/// An item as queries see it: its own fields, its host's, its attributes, its metrics.
pub(super) struct ItemEntry<'a> {
    item: &'a ItemView,
    holder: &'a Holder,
}

impl Entry for ItemEntry<'_> {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        let item = self.item;
        let own = match field {
            "class" => json!(item.class),
            "id" => json!(item.id),
            "key" => json!(item.key),
            "name" => json!(item.name()),
            "host" => json!(item.host),
            "host_name" => json!(item.host_name),
            "lifecycle" => json!(if item.is_present { "active" } else { "retired" }),
            "since" => json!(item.since),
            _ => {
                if let Some(field) = field.strip_prefix("host.") {
                    return self.holder.value(field).map(Cow::Owned);
                }
                let added = || self.holder.added.get(&NodeId::Item(item.id))?.get(field);
                let found = item.attributes.get(field).or_else(|| item.metrics.get(field)).or_else(added);
                return found.map(Cow::Borrowed);
            }
        };
        Some(Cow::Owned(own))
    }

    fn kind(&self, field: &str) -> Option<Kind> {
        attribute::kind_of(self.item.class, field)
    }

    fn manager(&self) -> Option<&str> {
        self.item.attributes.get("manager")?.as_str()
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

/// The one host whose items a query means, if it says so.
pub(super) fn host_of(query: &Query) -> Option<HostId> {
    let host = query.requires("host").and_then(|id| id.parse::<HostId>().ok());
    host.or_else(|| Some(query.requires("id")?.parse::<ItemId>().ok()?.host()))
}

/// An item that is gone, as the entry of its going remembers it.
fn gone_item(host: &Host, entry: HistoryEntry) -> ItemView {
    ItemView {
        id: entry.item,
        class: entry.section,
        key: entry.key,
        host: host.id,
        host_name: host.name.clone(),
        attributes: entry.before,
        metrics: Attributes::new(),
        since: entry.seen_at,
        seen_at: entry.not_before.unwrap_or(entry.seen_at),
        is_present: false,
    }
}

impl Service {
    /// Items that a query means, by host, class and key: of now, or of the moment that it names. Items that are gone are among
    /// them when it asks for their lifecycle.
    pub async fn list_items(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<ItemView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        let after = place(window);
        let candidates = self.candidates(query).await?;
        let asks_people = self.registry().await?.asks_people(query);
        let mut items = Vec::new();
        for id in self.hosts_of(query, candidates.as_ref()).await? {
            if after.as_ref().is_some_and(|(at, ..)| *at > id) {
                continue;
            }
            let Some(stored) = self.store().find::<Host>(&id).await? else { continue };
            let Some(stored) = self.host_at(stored, query.moment).await? else { continue };
            if stored.value.merged_into.is_some() {
                continue;
            }
            let keys = candidates.as_ref().and_then(|found| found.get(&stored.value.id));
            let mut holder = self.holder(stored).await?;
            holder.facts = self.facts_at(&holder, query.moment).await?;
            if !holder.is_possible(query) {
                continue;
            }
            if asks_people {
                holder.added = self.added_to(holder.host.value.id, query.moment).await?;
            }
            for section in holder.sections(query) {
                let keys = keys.map(|sections| sections.get(&section));
                let is_shown =
                    after.as_ref().is_some_and(|(at, class, _)| *at == id && class.as_str() > section.as_str());
                if is_shown || keys.is_some_and(|keys| keys.is_none()) {
                    continue;
                }
                for item in self.listed_items(&holder, section, query).await? {
                    let is_shown = after.as_ref().is_some_and(|after| item.place() <= *after)
                        || keys.flatten().is_some_and(|keys| !keys.contains(&item.key));
                    if is_shown || !query.matches(&item.entry(&holder)) {
                        continue;
                    }
                    if items.len() >= window.limit {
                        let next_cursor = items.last().map(cursor);
                        return Ok(Page { items, next_cursor });
                    }
                    items.push(item);
                }
            }
        }
        Ok(Page { items, next_cursor: None })
    }

    /// The ids of the hosts on which a query can mean something, in order.
    async fn hosts_of(&self, query: &Query, candidates: Option<&Candidates>) -> Result<Vec<String>, ServiceError> {
        if let Some(host) = host_of(query) {
            return Ok(vec![host.to_string()]);
        }
        if let Some(candidates) = candidates {
            return Ok(candidates.keys().map(ToString::to_string).collect());
        }
        let hosts = self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?;
        Ok(hosts.into_iter().map(|stored| stored.value.id.to_string()).collect())
    }

    /// A host as the holder of its items, as it is now.
    pub(super) async fn holder(&self, host: Versioned<Host>) -> Result<Holder, ServiceError> {
        let key = host.value.id.to_string();
        let inventory = self.store().find::<Inventory>(&key).await?.map(|stored| stored.value);
        let last_seen = self.store().find::<LastSeen>(&key).await?;
        let seconds = self.policy().agents.heartbeat_seconds;
        let is_stale = last_seen.is_none_or(|seen| is_stale(seen.value.at, self.now(), seconds));
        let facts = inventory.as_ref().map(|inventory| inventory.facts.clone()).unwrap_or_default();
        Ok(Holder { host, inventory, facts, status: if is_stale { "unknown" } else { "up" }, added: BTreeMap::new() })
    }

    /// The items of a section that a query is asked of, by key.
    async fn listed_items(
        &self,
        holder: &Holder,
        section: SectionName,
        query: &Query,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let wants_gone = query.mentions("lifecycle") && query.allows("lifecycle", "retired");
        let mut items = self.items_of(holder, section, query.moment).await?;
        if wants_gone {
            items.extend(self.gone_items(holder, section, query.moment).await?);
            items.sort_by(|a, b| a.key.cmp(&b.key));
        }
        Ok(items)
    }

    /// All items of one section of a host, by key.
    pub async fn host_section(
        &self,
        call: &Call,
        host: HostId,
        section: SectionName,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&host.to_string()))?;
        let host = self.get_host(call, host, moment).await?.host;
        let holder = self.holder(host).await?;
        self.items_of(&holder, section, moment).await
    }

    /// The items of a section at a moment, by key. Volatile values are known of the last look only.
    pub(super) async fn items_of(
        &self,
        holder: &Holder,
        section: SectionName,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let Some(head) = holder.head(section) else { return Ok(Vec::new()) };
        let host = &holder.host.value;
        let Some(items) = self.section_at(host, section, head, moment).await? else { return Ok(Vec::new()) };
        let mut metrics = if moment.is_now() { self.metrics_of(host.id, section).await? } else { BTreeMap::new() };
        let seen_at = moment.since().map_or(head.seen_at, |at| at.min(head.seen_at));
        let view = |(key, item): (String, StoredItem)| {
            let metrics = metrics.remove(&key).unwrap_or_default();
            holder.item(section, key, item, metrics, seen_at)
        };
        Ok(items.into_iter().map(view).collect())
    }

    /// The items of a section that were there before and are not at a moment, as their history remembers them.
    async fn gone_items(
        &self,
        holder: &Holder,
        section: SectionName,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let entries = self.section_history(holder.host.value.id, section).await?;
        let mut last: BTreeMap<String, HistoryEntry> = BTreeMap::new();
        for entry in entries.into_iter().filter(|entry| moment.includes(entry.seen_at, entry.known_at())) {
            last.insert(entry.key.clone(), entry);
        }
        let gone = last.into_values().filter(|entry| entry.operation == Operation::Removed);
        Ok(gone.map(|entry| gone_item(&holder.host.value, entry)).collect())
    }

    async fn metrics_of(
        &self,
        host: HostId,
        section: SectionName,
    ) -> Result<BTreeMap<String, Attributes>, ServiceError> {
        self.metrics(&Call::system("read"), host, section).await
    }

    /// One item at a moment, present or gone.
    pub async fn get_item(&self, call: &Call, id: ItemId, moment: Moment) -> Result<ItemDetail, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "item", id: id.to_string() };
        let stored = self.store().find::<Host>(&id.host().to_string()).await?.ok_or_else(missing)?;
        if stored.value.merged_into.is_some()
            && let Some(twin) = self.twin(call, id, moment).await?
        {
            return Ok(twin);
        }
        let holder = self.holder(stored).await?;
        let item = match self.find_present(&holder, id, moment).await? {
            Some(item) => item,
            None => self.find_gone(&holder, id, moment).await?.ok_or_else(missing)?,
        };
        let prefix = format!("{}/{}", id.host(), item.key);
        let mut findings = Vec::new();
        if moment.is_now() {
            let standing = self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, prefix)).await?;
            findings.extend(standing.into_iter().map(|stored| stored.value).filter(|finding| finding.item == id));
        }
        Ok(ItemDetail { item, findings })
    }

    pub(super) async fn find_present(
        &self,
        holder: &Holder,
        id: ItemId,
        moment: Moment,
    ) -> Result<Option<ItemView>, ServiceError> {
        for section in holder.sections(&Query::default()) {
            let items = self.items_of(holder, section, moment).await?;
            if let Some(item) = items.into_iter().find(|item| item.id == id) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// An item that is not there at a moment, as its history remembers it.
    async fn find_gone(&self, holder: &Holder, id: ItemId, moment: Moment) -> Result<Option<ItemView>, ServiceError> {
        let scan = Scan::index(Index::HistoryByItem, format!("{id}/")).descending();
        let entries = self.store().all::<HistoryEntry>(scan).await?.into_iter().map(|stored| stored.value);
        let last = entries.into_iter().find(|entry| moment.includes(entry.seen_at, entry.known_at()));
        let is_gone = |entry: &HistoryEntry| entry.operation == Operation::Removed;
        Ok(last.filter(is_gone).map(|entry| gone_item(&holder.host.value, entry)))
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
