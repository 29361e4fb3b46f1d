//! How things were: a host, a section, and the difference between two moments, of an item, a host or all of them.

pub mod differing;

use std::collections::{BTreeMap, BTreeSet};

use muster_model::history::{self, HistoryEntry, Moment, Operation};
use muster_model::host::{self, Host, HostPast};
use muster_model::inventory::{Facts, StoredItem};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::{Collection, Versioned};
use muster_shared::diff::ItemMap;
use muster_shared::id::HostId;
use muster_shared::{Attributes, SectionName, Time};
use muster_store::{Index, Scan, TypedStore, index::time_key};

use super::item::{Holder, ItemView};
use super::{Call, Page, Service, ServiceError, Window, invalid};

/// The items of a section by key.
type Items = BTreeMap<String, StoredItem>;

/// How an item differs between two moments.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The item, as it was at the later moment, or before it went.
    pub item: ItemView,
    /// What happened in between, all in all.
    pub operation: Operation,
    /// Values at the earlier moment: of a modified item only those that differ.
    pub before: Attributes,
    /// Values at the later one.
    pub after: Attributes,
}

/// A host of which not all that is asked was known at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown {
    /// Which.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// Since when all of it is known.
    pub since: Time,
}

/// Hosts that are named at most because they were not known at a moment.
const NAMED: usize = 100;

/// How far another clock may be ahead of ours.
const AHEAD_MS: i64 = 60_000;

/// A time that somebody asks about, if it has been: of what lies ahead nothing is known.
pub fn elapsed(parameter: &str, at: Time, now: Time) -> Result<Time, ServiceError> {
    if at.since(now) <= AHEAD_MS {
        return Ok(at);
    }
    let why = Phrase::new("query_ahead").with("value", at.to_string()).with("now", now.to_string());
    Err(invalid(&format!("/{parameter}"), why))
}

/// The same of the moment that a query names.
pub fn elapsed_query(place: &str, query: &Query, now: Time) -> Result<(), ServiceError> {
    [query.moment.as_of, query.moment.known_at]
        .into_iter()
        .flatten()
        .try_for_each(|at| elapsed(place, at, now).map(drop))
}

impl Service {
    /// What was said of a host at a moment; `None` when it was not known then.
    pub(super) async fn host_at(
        &self,
        stored: Versioned<Host>,
        moment: Moment,
    ) -> Result<Option<Versioned<Host>>, ServiceError> {
        if moment.is_now() {
            return Ok(Some(stored));
        }
        let past = self.host_pasts(stored.value.id).await?;
        let said = host::said_at(stored.value, past, moment);
        Ok(said.map(|value| Versioned { value, version: stored.version }))
    }

    /// The past versions of what is said of a host, oldest first.
    pub(super) async fn host_pasts(&self, id: HostId) -> Result<Vec<HostPast>, ServiceError> {
        let past = self.store().all::<HostPast>(Scan::keys(Collection::HostPast, format!("{id}/"))).await?;
        Ok(past.into_iter().map(|stored| stored.value).collect())
    }

    /// All that one source told of what happened in a section of a host, oldest first; `mark` stands behind its name in keys.
    pub(super) async fn section_history(
        &self,
        host: HostId,
        section: SectionName,
        mark: &str,
    ) -> Result<Vec<HistoryEntry>, ServiceError> {
        let scan = Scan::index(Index::HistoryBySection, format!("{host}/{section}{mark}/"));
        Ok(self.store().all::<HistoryEntry>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// A section at a moment; `None` when it was not known then.
    pub(super) async fn section_at(
        &self,
        holder: &Holder,
        section: SectionName,
        moment: Moment,
    ) -> Result<Option<Items>, ServiceError> {
        let (host, tellers) = (&holder.host.value, &holder.tellers);
        let Some(only) = tellers.only() else {
            let told = self.items_told(tellers, section, moment).await?;
            return Ok(told.map(|items| items.into_iter().map(|(key, item)| (key, item.into())).collect()));
        };
        let Some((_, head)) = tellers.told_by(section).next() else { return Ok(None) };
        let items = self.body_of(host.id, section, only).await?.items;
        if moment.is_now() {
            return Ok(Some(items));
        }
        let entries = self.section_history(host.id, section, only.mark()).await?;
        Ok(history::items_at(items, &entries, head.known_since.unwrap_or(host.created_at), moment))
    }

    /// What lists show of a host at a moment.
    pub(super) async fn facts_at(&self, holder: &Holder, moment: Moment) -> Result<Facts, ServiceError> {
        let Some(known) = &holder.known else { return Ok(Facts::default()) };
        if moment.is_now() {
            return Ok(known.facts.clone());
        }
        let mut facts = Facts::default();
        for section in Facts::SECTIONS {
            if let Some(items) = self.section_at(holder, *section, moment).await? {
                facts.learn(*section, &plain(items), &ItemMap::new());
            }
        }
        Ok(facts)
    }

    /// How the items that a query means differ between two moments, by host, class and key. A section that was not known at
    /// the earlier moment is no difference.
    pub async fn diff(
        &self,
        call: &Call,
        query: &Query,
        (from, to): (Moment, Moment),
        window: &Window,
    ) -> Result<Page<Difference>, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        let after = super::item::place(window);
        let mut items = Vec::new();
        for (host, sections) in self.changed_between(query, from, to).await? {
            if after.as_ref().is_some_and(|(at, ..)| *at > host.to_string()) {
                continue;
            }
            let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { continue };
            let holder = self.holder(stored).await?;
            for section in sections {
                for difference in self.section_diff(&holder, section, from, to).await? {
                    let is_shown = after.as_ref().is_some_and(|after| difference.item.place() <= *after);
                    if is_shown || !query.matches(&difference.item.entry(&holder)) {
                        continue;
                    }
                    if items.len() >= window.limit {
                        let next = items.last().map(|last: &Difference| super::item::cursor(&last.item));
                        return Ok(Page { items, next_cursor: next });
                    }
                    items.push(difference);
                }
            }
        }
        Ok(Page { items, next_cursor: None })
    }

    /// The hosts that a query can mean and of which not all was known yet at the earlier moment of a difference, with the time
    /// since when it is: what they had before then is no difference. A few of them, by host.
    pub async fn not_known(&self, call: &Call, query: &Query, from: Moment) -> Result<Vec<NotKnown>, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        if query.requires("declared") == Some("true") {
            return Ok(Vec::new());
        }
        let asked = super::item::host_of(query);
        let hosts = match asked {
            Some(host) => self.store().find::<Host>(&host.to_string()).await?.into_iter().collect(),
            None => self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?,
        };
        let mut found = Vec::new();
        for stored in hosts {
            let created_at = stored.value.created_at;
            let is_new = !from.includes(created_at, created_at);
            if stored.value.merged_into.is_some() || asked.is_none() && !is_new {
                continue;
            }
            let holder = self.holder(stored).await?;
            let heads = holder.sections(query).into_iter().filter_map(|section| holder.head(section));
            let since = heads.map(|head| head.known_since.unwrap_or(created_at)).max();
            let (Some(since), true) = (since, holder.is_possible(query)) else { continue };
            if !from.includes(since, since) {
                found.push(NotKnown { host: holder.host.value.id, host_name: holder.host.value.name, since });
            }
            if found.len() >= NAMED {
                break;
            }
        }
        Ok(found)
    }

    /// The sections in which something happened between two moments, by host.
    async fn changed_between(
        &self,
        query: &Query,
        from: Moment,
        to: Moment,
    ) -> Result<BTreeMap<HostId, BTreeSet<SectionName>>, ServiceError> {
        let first = from.certain_until().into_iter().chain(to.certain_until()).min();
        let scan = match super::item::host_of(query) {
            Some(host) => Scan::keys(Collection::History, format!("{host}/")),
            None => Scan::index(Index::HistoryByTime, "").after(first.map(|at| time_key(at) + "\u{1}")),
        };
        let mut changed: BTreeMap<HostId, BTreeSet<SectionName>> = BTreeMap::new();
        for entry in self.store().all::<HistoryEntry>(scan).await?.into_iter().map(|stored| stored.value) {
            let inside = |moment: Moment| moment.includes(entry.seen_at, entry.known_at());
            if inside(from) != inside(to) && query.allows("class", entry.section.as_str()) {
                changed.entry(entry.host).or_default().insert(entry.section);
            }
        }
        Ok(changed)
    }

    async fn section_diff(
        &self,
        holder: &Holder,
        section: SectionName,
        from: Moment,
        to: Moment,
    ) -> Result<Vec<Difference>, ServiceError> {
        let Some(head) = holder.head(section) else { return Ok(Vec::new()) };
        let (Some(before), Some(after)) =
            (self.section_at(holder, section, from).await?, self.section_at(holder, section, to).await?)
        else {
            return Ok(Vec::new());
        };
        let changes = history::item_changes(section, &plain(before.clone()), &plain(after.clone()));
        let view = |change: history::ItemChange| {
            let is_present = after.contains_key(&change.key);
            let item = after.get(&change.key).or_else(|| before.get(&change.key)).cloned();
            let item = item.unwrap_or(StoredItem { attributes: Attributes::new(), since: Time::default() });
            let mut item = holder.item(section, change.key, item, Attributes::new(), head.seen_at);
            item.is_present = is_present;
            Difference { item, operation: change.operation, before: change.before, after: change.after }
        };
        let mut found: Vec<Difference> = changes.into_iter().map(view).collect();
        found.sort_by(|a, b| a.item.key.cmp(&b.item.key));
        Ok(found)
    }
}

fn plain(items: Items) -> ItemMap {
    items.into_iter().map(|(key, item)| (key, item.attributes)).collect()
}
