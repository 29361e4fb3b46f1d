//! Items of all classes: lists, one item with what is authorised and what was seen, and its history.

mod gone;
mod history;
pub(super) mod holder;

use std::collections::{BTreeMap, BTreeSet};

use muster_model::finding::Finding;
use muster_model::history::{Bearing, HistoryEntry, Moment, Operation};
use muster_model::host::Host;
use muster_model::host::status::Status;
use muster_model::inventory::StoredItem;
use muster_model::query::Query;
use muster_model::reconcile::{Explained, Reconciled};
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_shared::{Attributes, SectionName, Time, volatility};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use self::gone::gone_item;
pub(super) use self::holder::{Holder, ItemEntry};
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

/// How many hosts are looked at together: at least, and at most.
const STRETCH: (usize, usize) = (64, 1_000);

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
    /// Name for people: the attribute `name`, else the key; of a host the name that people know it by.
    pub fn name(&self) -> &str {
        let otherwise = if self.class == SectionName::Host { &self.host_name } else { &self.key };
        self.attributes.get("name").and_then(Value::as_str).unwrap_or(otherwise)
    }

    pub(super) fn place(&self) -> Place {
        (self.host.to_string(), self.class.to_string(), self.key.clone())
    }

    /// The item as queries see it.
    pub(super) const fn entry<'a>(&'a self, holder: &'a Holder) -> ItemEntry<'a> {
        ItemEntry { item: self, holder }
    }
}

/// What is authorised where that differs from what was seen.
#[derive(Clone, Debug)]
pub struct ItemDetail {
    /// The item as it was seen last.
    pub item: ItemView,
    /// Findings on it that stand, at a moment of the past those that stood then, each as it stood.
    pub findings: Vec<Versioned<Finding>>,
    /// What every source says of each attribute.
    pub values: BTreeMap<String, Explained>,
}

/// The one host whose items a query means, if it says so.
pub(super) fn host_of(query: &Query) -> Option<HostId> {
    let host = query.requires("host").and_then(|id| id.parse::<HostId>().ok());
    host.or_else(|| Some(query.requires("id")?.parse::<ItemId>().ok()?.host()))
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
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        self.check_past(query).await?;
        self.items_within(query, window, usize::MAX).await
    }

    /// The same within what the caller sees, on at most so many hosts: when there are more, another page seems to follow.
    pub(super) async fn items_within(
        &self,
        query: &Query,
        window: &Window,
        mut hosts_left: usize,
    ) -> Result<Page<ItemView>, ServiceError> {
        let after = place(window);
        let asks_people = self.registry().await?.asks_people(query);
        let mut from = after.as_ref().and_then(|(host, ..)| host.parse::<HostId>().ok());
        let mut items = Vec::new();
        loop {
            let (hosts, candidates, next) = self.hosts_of(query, from, window.limit).await?;
            for id in hosts {
                let keys = candidates.as_ref().and_then(|found| found.get(&id));
                if hosts_left == 0 {
                    return Ok(Page { items, next_cursor: Some(format!("{id}//")) });
                }
                hosts_left -= 1;
                let Some(holder) = self.possible_holder(id, query, asks_people).await? else { continue };
                for section in holder.sections(query) {
                    let keys = keys.map(|sections| sections.get(&section));
                    let is_shown = after
                        .as_ref()
                        .is_some_and(|(at, class, _)| *at == id.to_string() && class.as_str() > section.as_str());
                    if is_shown || keys.is_some_and(|keys| keys.is_none()) {
                        continue;
                    }
                    let keys = keys.flatten().and_then(Option::as_ref);
                    for item in self.listed_items(&holder, section, query, keys).await? {
                        let is_shown = after.as_ref().is_some_and(|after| item.place() <= *after)
                            || keys.is_some_and(|keys| !keys.contains(&item.key));
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
            if next.is_none() {
                return Ok(Page { items, next_cursor: None });
            }
            from = next;
        }
    }

    /// A host at the moment of a query, if the query can mean something on it.
    pub(super) async fn possible_holder(
        &self,
        id: HostId,
        query: &Query,
        asks_people: bool,
    ) -> Result<Option<Holder>, ServiceError> {
        let Some(stored) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(None) };
        let Some(stored) = self.host_at(stored, query.moment).await? else { return Ok(None) };
        if stored.value.merged_into.is_some() {
            return Ok(None);
        }
        let mut holder = self.holder(stored).await?;
        if !query.moment.is_now() {
            holder.facts = self.facts_at(&holder, query.moment).await?;
            holder.status = Status::Unknown;
        }
        if !holder.is_possible(query) {
            return Ok(None);
        }
        if asks_people {
            holder.added = self.added_to(holder.host.value.id, query.moment).await?;
            holder.registry = Some(self.registry().await?);
        }
        Ok(Some(holder))
    }

    /// The hosts on which a query can mean something, in order, from one on: what may pass on them, if that is known, and where
    /// the next ones begin.
    async fn hosts_of(
        &self,
        query: &Query,
        from: Option<HostId>,
        most: usize,
    ) -> Result<(Vec<HostId>, Option<Candidates>, Option<HostId>), ServiceError> {
        let is_ahead = |host: &HostId| from.is_none_or(|from| *host >= from);
        if let Some(host) = host_of(query) {
            let found = self.stretch(query, Some(host), 1).await?.map(|stretch| stretch.found);
            let is_possible = found.as_ref().is_none_or(|found| found.contains_key(&host));
            return Ok((Some(host).filter(is_ahead).filter(|_| is_possible).into_iter().collect(), found, None));
        }
        // A page is full before so many hosts are read, unless hosts have none of what may pass on them.
        if let Some(stretch) = self.stretch(query, from, most.clamp(STRETCH.0, STRETCH.1)).await? {
            return Ok((stretch.found.keys().copied().collect(), Some(stretch.found), stretch.next));
        }
        let hosts = self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?;
        Ok((hosts.into_iter().map(|stored| stored.value.id).filter(is_ahead).collect(), None, None))
    }

    /// A host as the holder of its items, as it is now.
    pub(super) async fn holder(&self, host: Versioned<Host>) -> Result<Holder, ServiceError> {
        let tellers = self.tellers(&host.value).await?;
        let known = self.known(&tellers).await?;
        let status = self.status_of(&tellers, self.now()).await?;
        let facts = known.as_ref().map(|known| known.facts.clone()).unwrap_or_default();
        let added = BTreeMap::new();
        Ok(Holder { host, tellers, known, facts, status, added, registry: None })
    }

    /// The items of a section that a query is asked of, by key.
    async fn listed_items(
        &self,
        holder: &Holder,
        section: SectionName,
        query: &Query,
        keys: Option<&BTreeSet<String>>,
    ) -> Result<Vec<ItemView>, ServiceError> {
        if let (Some(keys), Some(source), true) = (keys, holder.tellers.only(), query.moment.is_now()) {
            // The index names them: the others need not be read.
            let items = self.part_of(holder.host.value.id, section, source, keys).await?.items;
            return self.present_items(holder, section, items, Moment::NOW).await;
        }
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
        self.authorize_at(call, Action::ItemRead, NodeId::Host(host)).await?;
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
        if holder.head(section).is_none() {
            return Ok(Vec::new());
        }
        if holder.tellers.only().is_none() {
            return self.items_of_several(holder, section, moment).await;
        }
        let Some(items) = self.section_at(holder, section, moment).await? else { return Ok(Vec::new()) };
        self.present_items(holder, section, items, moment).await
    }

    /// Items of a section that one source tells, as they are shown.
    pub(super) async fn present_items(
        &self,
        holder: &Holder,
        section: SectionName,
        items: BTreeMap<String, StoredItem>,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let Some(head) = holder.head(section) else { return Ok(Vec::new()) };
        let source = holder.tellers.only().unwrap_or_default();
        let mut metrics = if moment.is_now() && volatility::has_metrics(section) {
            self.metrics_told(holder.host.value.id, section, source).await?
        } else {
            BTreeMap::new()
        };
        let seen_at = moment.since().map_or(head.seen_at, |at| at.min(head.seen_at));
        let view = |(key, item): (String, StoredItem)| {
            let metrics = metrics.remove(&key).unwrap_or_default();
            holder.item(section, key, item, metrics, seen_at)
        };
        Ok(items.into_iter().map(view).collect())
    }

    /// The same of a host of which several sources speak.
    async fn items_of_several(
        &self,
        holder: &Holder,
        section: SectionName,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let Some(items) = self.items_told(&holder.tellers, section, moment).await? else { return Ok(Vec::new()) };
        let mut told = BTreeMap::new();
        if moment.is_now() {
            for (source, _) in holder.tellers.told_by(section) {
                told.insert(source, self.metrics_told(holder.host.value.id, section, source).await?);
            }
        }
        let view = |(key, item): (String, Reconciled)| {
            let mut metrics = Attributes::new();
            // What the best believed source read stands before what others read.
            for (source, key) in &item.sources {
                let values = told.get_mut(source).and_then(|values| values.remove(key)).unwrap_or_default();
                for (name, value) in values {
                    metrics.entry(name).or_insert(value);
                }
            }
            let seen_at = item.seen_at;
            holder.item(section, key, item.into(), metrics, seen_at)
        };
        Ok(items.into_iter().map(view).collect())
    }

    /// All that happened in a section of a host, whoever told it, oldest first.
    async fn view_history(&self, holder: &Holder, section: SectionName) -> Result<Vec<HistoryEntry>, ServiceError> {
        let sources = holder.tellers.told_by(section).map(|(source, _)| source.mark());
        let mut entries = Vec::new();
        for mark in sources.chain(["@view"].into_iter().filter(|_| holder.tellers.only().is_none())) {
            entries.extend(self.section_history(holder.host.value.id, section, mark).await?);
        }
        entries.retain(|entry| entry.bearing != Bearing::Shadowed);
        entries.sort_by_key(|entry| entry.seq);
        Ok(entries)
    }

    /// One item at a moment, present or gone.
    pub async fn get_item(&self, call: &Call, id: ItemId, moment: Moment) -> Result<ItemDetail, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Item(id)).await?;
        let missing = || ServiceError::NotFound { kind: "item", id: id.to_string() };
        let stored = self.store().find::<Host>(&id.host().to_string()).await?.ok_or_else(missing)?;
        if stored.value.merged_into.is_some()
            && let Some(twin) = self.twin(call, id, moment).await?
        {
            return Ok(twin);
        }
        // What it was called then, not what its host is called now.
        let stored = self.host_at(stored, moment).await?.ok_or_else(missing)?;
        let holder = self.holder(stored).await?;
        let item = match self.find_present(&holder, id, moment).await? {
            Some(item) => item,
            None => self.find_gone(&holder, id, moment).await?.ok_or_else(missing)?,
        };
        let mut findings = self.findings_at(id.host(), &item.key, moment).await?;
        findings.retain(|stored| stored.value.item == id);
        let values = self.explained(&item, moment).await?;
        Ok(ItemDetail { item, findings, values })
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
        let mut told = entries.into_iter().filter(|entry| entry.bearing != Bearing::Shadowed);
        let last = told.find(|entry| moment.includes(entry.seen_at, entry.known_at()));
        let is_gone = |entry: &HistoryEntry| entry.operation == Operation::Removed;
        Ok(last.filter(is_gone).map(|entry| gone_item(&holder.host.value, entry)))
    }
}
