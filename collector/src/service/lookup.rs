//! Which hosts have an item: an index in memory, so that a question about the fleet does not read every host.
//!
//! For each class of which people ask fleet-wide ([`TABLE`]), every item that any host has stands here once, with the hosts that
//! have it just so. A query is asked of these entries first; only sections in which something may pass are read. The index
//! never decides: what it does not know stays open, and the items themselves are asked again. Of the other classes it knows which
//! hosts may have something of a name ([`Grams`]).
//!
//! It is made from the stored sections in the background after a start, and brought up to date from the event stream before
//! each question, so a question sees every report that was acknowledged before it. Until it is made, all hosts are read.

mod ask;
mod count;
mod majority;
mod names;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use muster_model::Collection;
use muster_model::event::Event;
use muster_model::history::{Bearing, HistoryEntry, Moment, Operation};
use muster_model::host::Host;
use muster_model::query::Entry;
use muster_model::search::{Doc, Grams, Index, fold};
use muster_shared::attribute::{self, Kind};
use muster_shared::id::HostId;
use muster_shared::{Attributes, SectionName};
use muster_store::{Scan, TypedStore};
use roaring::RoaringBitmap;
use serde_json::{Value, json};

pub(super) use self::ask::Candidates;
pub(super) use self::count::Counted;
use super::{Service, ServiceError};

/// Events that are taken in together.
const EVENTS: usize = 1_000;
/// Hosts whose other classes are read at a time.
const NAMED_AT_ONCE: usize = 25;

/// The classes that are listed, with the attributes that are known of each entry.
const TABLE: &[(SectionName, &[&str])] = &[
    (SectionName::Package, &["name", "version", "manager", "architecture"]),
    (SectionName::User, &["name", "uid", "shell"]),
    (SectionName::Group, &["name", "gid"]),
    (SectionName::Listener, &["protocol", "port", "address", "unit", "package"]),
    (SectionName::Service, &["name", "enabled_state", "active_state"]),
    (SectionName::Kernel, &["release"]),
    (SectionName::Module, &["name"]),
    (SectionName::Image, &["name", "tag"]),
];

fn known(section: SectionName) -> Option<&'static [&'static str]> {
    TABLE.iter().find(|(name, _)| *name == section).map(|(_, attributes)| *attributes)
}

/// Hosts that have an item with the same known attributes.
#[derive(Debug)]
struct Variant {
    attributes: Attributes,
    hosts: RoaringBitmap,
}

/// The index.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    listed: RwLock<Listed>,
    /// One catches up at a time.
    catching_up: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Listed {
    /// The last event that is in here; `None` until it is made.
    through: Option<String>,
    hosts: Vec<HostId>,
    numbers: HashMap<HostId, u32>,
    items: BTreeMap<SectionName, HashMap<String, Vec<Variant>>>,
    /// The same items by the words of their names.
    names: Index<(SectionName, String)>,
    /// Hosts of which several sources speak: whose value counts can change without an event, so they are always asked.
    several: BTreeSet<HostId>,
    /// The hosts that may have an item of another class, by its name and key.
    grams: Grams<SectionName>,
    /// Hosts of which the other classes are not read yet: until then they are always asked.
    unnamed: BTreeSet<HostId>,
    /// Hosts that came and are not read yet: until then they are always asked. Reading them is put off, for while many come at
    /// once, it would take the time of taking them in.
    unread: BTreeSet<HostId>,
}

/// An entry of the index as queries see it.
struct Glimpse<'a> {
    section: SectionName,
    key: &'a str,
    attributes: &'a Attributes,
}

impl Entry for Glimpse<'_> {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        match field {
            "class" => Some(Cow::Owned(json!(self.section))),
            "key" => Some(Cow::Owned(json!(self.key))),
            "name" if !self.attributes.contains_key("name") => Some(Cow::Owned(json!(self.key))),
            _ => self.attributes.get(field).map(Cow::Borrowed),
        }
    }

    fn kind(&self, field: &str) -> Option<Kind> {
        attribute::kind_of(self.section, field)
    }

    fn manager(&self) -> Option<&str> {
        self.attributes.get("manager")?.as_str()
    }

    fn knows(&self, field: &str) -> bool {
        matches!(field, "class" | "key" | "name") || known(self.section).is_some_and(|names| names.contains(&field))
    }
}

impl Listed {
    fn number(&mut self, host: HostId) -> u32 {
        *self.numbers.entry(host).or_insert_with(|| {
            self.hosts.push(host);
            u32::try_from(self.hosts.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// What is known of an item of a host.
    fn find(&self, section: SectionName, key: &str, host: u32) -> Option<&Attributes> {
        let variants = self.items.get(&section)?.get(key)?;
        variants.iter().find(|variant| variant.hosts.contains(host)).map(|variant| &variant.attributes)
    }

    fn remove(&mut self, section: SectionName, key: &str, host: u32) {
        self.drop_host(section, key, host);
        if self.items.get(&section).is_some_and(|items| !items.contains_key(key)) {
            self.names.remove(&(section, key.to_owned()));
        }
    }

    fn drop_host(&mut self, section: SectionName, key: &str, host: u32) {
        let Some(items) = self.items.get_mut(&section) else { return };
        let Some(variants) = items.get_mut(key) else { return };
        variants.retain_mut(|variant| {
            variant.hosts.remove(host);
            !variant.hosts.is_empty()
        });
        if variants.is_empty() {
            items.remove(key);
        }
    }

    fn put(&mut self, section: SectionName, key: &str, host: u32, mut attributes: Attributes) {
        let Some(names) = known(section) else { return };
        attributes.retain(|name, _| names.contains(&name.as_str()));
        self.drop_host(section, key, host);
        let variants = self.items.entry(section).or_default().entry(key.to_owned()).or_default();
        if variants.is_empty() {
            let place = (section, key.to_owned());
            if !self.names.contains(&place) {
                let name = attributes.get("name").and_then(Value::as_str).filter(|name| *name != key);
                let names = name.into_iter().chain([key]).map(fold).collect();
                self.names.put(place, Doc { names, texts: vec![fold(section.as_str())] }, true);
            }
        }
        match variants.iter_mut().find(|variant| variant.attributes == attributes) {
            Some(variant) => drop(variant.hosts.insert(host)),
            None => variants.push(Variant { attributes, hosts: RoaringBitmap::from([host]) }),
        }
    }

    /// Takes the name and the key of an item of another class in.
    fn name(&mut self, section: SectionName, key: &str, attributes: &Attributes, host: u32) {
        self.grams.put(section, key, host);
        if let Some(name) = attributes.get("name").and_then(Value::as_str) {
            self.grams.put(section, name, host);
        }
    }

    fn apply(&mut self, entry: &HistoryEntry) {
        if entry.bearing == Bearing::Shadowed {
            return;
        }
        let host = self.number(entry.host);
        if known(entry.section).is_none() {
            self.name(entry.section, &entry.key, &entry.after, host);
            return;
        }
        match entry.operation {
            Operation::Added => self.put(entry.section, &entry.key, host, entry.after.clone()),
            Operation::Removed => self.remove(entry.section, &entry.key, host),
            Operation::Modified => {
                let mut attributes = self.find(entry.section, &entry.key, host).cloned().unwrap_or_default();
                attributes.retain(|name, _| !entry.before.contains_key(name));
                attributes.extend(entry.after.clone());
                self.put(entry.section, &entry.key, host, attributes);
            }
        }
    }
}

impl Lookup {
    fn read<T>(&self, look: impl FnOnce(&Listed) -> T) -> T {
        look(&self.listed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in what a host is called: of the one item of its class that is the name, unless it says another one.
    pub(super) fn take_name(&self, host: &Host) {
        self.write(|listed| {
            let number = listed.number(host.id);
            listed.grams.put(SectionName::Host, &host.name, number);
        });
    }

    fn write<T>(&self, change: impl FnOnce(&mut Listed) -> T) -> T {
        change(&mut self.listed.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service {
    /// Makes the index from what is stored.
    pub async fn make_lookup(&self) -> Result<(), ServiceError> {
        let _alone = self.lookup.catching_up.lock().await;
        self.lookup.write(|listed| *listed = Listed::default());
        let through = self.last_event().await?;
        for stored in self.store().all::<Host>(Scan::keys(Collection::Host, "").limit(100)).await? {
            self.list_host(stored.value.id, None).await?;
            self.lookup.write(|listed| listed.unnamed.insert(stored.value.id));
        }
        self.lookup.write(|listed| listed.through = Some(through));
        Ok(())
    }

    /// Takes a host's sections into the index: those that are named, or all.
    async fn list_host(&self, host: HostId, sections: Option<&[SectionName]>) -> Result<(), ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(()) };
        let tellers = self.tellers(&stored.value).await?;
        let only = tellers.only();
        if only.is_none() {
            self.lookup.write(|listed| listed.several.insert(host));
        }
        for (section, _) in TABLE {
            if sections.is_some_and(|wanted| !wanted.contains(section)) || tellers.told_by(*section).next().is_none() {
                continue;
            }
            let items: Vec<(String, Attributes)> = if let Some(only) = only {
                let body = self.body_of(host, *section, only).await?;
                body.items.into_iter().map(|(key, item)| (key, item.attributes)).collect()
            } else {
                // Of several sources' words the names are listed, for full text.
                let items = self.items_told(&tellers, *section, Moment::NOW).await?.unwrap_or_default();
                items.into_iter().map(|(key, item)| (key, item.attributes)).collect()
            };
            self.lookup.write(|listed| {
                let number = listed.number(host);
                for (key, attributes) in items {
                    listed.put(*section, &key, number, attributes);
                }
            });
        }
        Ok(())
    }

    /// Brings the index up to date with what was committed; `false` when it is not made yet.
    pub async fn update_lookup(&self) -> Result<bool, ServiceError> {
        let _alone = self.lookup.catching_up.lock().await;
        loop {
            let Some(through) = self.lookup.read(|listed| listed.through.clone()) else { return Ok(false) };
            let events = self.events(&through, EVENTS).await?;
            let Some(last) = events.last().map(|event| event.cursor()) else { return Ok(true) };
            for row in events {
                self.list_event(row.event.clone()).await?;
            }
            self.lookup.write(|listed| listed.through = Some(last));
        }
    }

    /// Reads a host that came, for somebody who needs all of it now.
    pub(super) async fn list_newcomer(&self, host: HostId) -> Result<(), ServiceError> {
        self.update_lookup().await?;
        let _alone = self.lookup.catching_up.lock().await;
        if self.lookup.read(|listed| listed.unread.contains(&host)) {
            self.list_host(host, None).await?;
            self.lookup.write(|listed| listed.unread.remove(&host));
        }
        Ok(())
    }

    /// Reads hosts that came: a few while others still come, many when none does. Gives how many are left.
    pub async fn list_newcomers(&self, left_before: usize) -> Result<usize, ServiceError> {
        let _alone = self.lookup.catching_up.lock().await;
        let waiting: Vec<HostId> = self.lookup.read(|listed| listed.unread.iter().copied().collect());
        let most = if waiting.len() > left_before { 2 } else { 100 };
        for host in waiting.iter().take(most) {
            self.list_host(*host, None).await?;
            self.lookup.write(|listed| listed.unread.remove(host));
        }
        Ok(waiting.len().saturating_sub(most))
    }

    /// Reads the names of what is not listed, of a few hosts. Gives how many are left.
    pub async fn name_others(&self) -> Result<usize, ServiceError> {
        let _alone = self.lookup.catching_up.lock().await;
        let waiting: Vec<HostId> = self.lookup.read(|listed| listed.unnamed.iter().copied().collect());
        for host in waiting.iter().take(NAMED_AT_ONCE) {
            self.name_host(*host, None).await?;
            self.lookup.write(|listed| listed.unnamed.remove(host));
        }
        Ok(waiting.len().saturating_sub(NAMED_AT_ONCE))
    }

    /// Takes the names of a host's other classes in: of those that are named, or all.
    async fn name_host(&self, host: HostId, sections: Option<&[SectionName]>) -> Result<(), ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(()) };
        let tellers = self.tellers(&stored.value).await?;
        // Of whom several speak is asked anyway.
        let Some(only) = tellers.only() else { return Ok(()) };
        for section in SectionName::ALL.iter().filter(|section| known(**section).is_none()) {
            let is_wanted = sections.is_none_or(|wanted| wanted.contains(section));
            if !is_wanted || tellers.told_by(*section).next().is_none() {
                continue;
            }
            let body = self.body_of(host, *section, only).await?;
            self.lookup.write(|listed| {
                let number = listed.number(host);
                for (key, item) in &body.items {
                    listed.name(*section, key, &item.attributes, number);
                }
            });
        }
        self.lookup.take_name(&stored.value);
        Ok(())
    }

    async fn list_event(&self, event: Event) -> Result<(), ServiceError> {
        match event {
            Event::HostDiscovered { host } => {
                self.lookup.write(|listed| {
                    listed.unread.insert(host);
                    listed.unnamed.insert(host);
                });
                Ok(())
            }
            Event::SectionsDiscovered { host, .. }
            | Event::HostChanged { host, .. }
            | Event::HostRebased { host, .. }
                if self.lookup.read(|listed| listed.unread.contains(&host)) =>
            {
                Ok(())
            }
            Event::SectionsDiscovered { host, sections } => {
                self.list_host(host, Some(&sections)).await?;
                self.name_host(host, Some(&sections)).await
            }
            Event::HostChanged { host, from, to } | Event::HostRebased { host, from, to } => {
                let entries = self.entries(host, (from, to)).await?;
                self.lookup.write(|listed| entries.iter().for_each(|entry| listed.apply(entry)));
                Ok(())
            }
            Event::DigestMatched { .. }
            | Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::HostsMerged { .. }
            | Event::FindingChanged { .. }
            | Event::DeclaredChanged { .. }
            | Event::AddressMoved { .. }
            | Event::ClassChanged { .. }
            | Event::LevelWarned { .. }
            | Event::LevelBreached { .. }
            | Event::TicketChanged { .. }
            | Event::AlertChanged { .. }
            | Event::AccessChanged { .. }
            | Event::GlassBroken { .. }
            | Event::AlertingChanged { .. } => Ok(()),
        }
    }
}
