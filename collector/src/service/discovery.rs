//! Discovered and derived relations: follows the events of hosts, items and classes, and keeps the relations in step.
//!
//! It is the only writer of these relations, reads everything anew that an event concerns, and moves its cursor after its
//! effects: what is done twice after a crash changes nothing the second time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use muster_model::class::Class;
use muster_model::declared::Declared;
use muster_model::event::{Cursor, Event};
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::identification::{Identifier, IdentifierKind};
use muster_model::inventory::{SectionMetrics, section_key};
use muster_model::query::Query;
use muster_model::relation::address::{self, Address};
use muster_model::relation::connection::{self, Ends};
use muster_model::relation::derive::{self, Deriver};
use muster_model::relation::{Relation, RelationKind, Source};
use muster_model::source::Source as Teller;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::diff::ItemMap;
use muster_shared::id::{DeclaredId, HostId, NodeId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, Window};

/// The name of the cursor.
const CURSOR: &str = "relation";
/// Events dealt with in one step.
const BATCH: usize = 64;
/// Most hosts that look anew at their connections at once after an address moved; the others do with their next change.
const MOST_MOVED: usize = 1_000;
/// Most hosts that something of an item is derived for.
const MOST_DERIVED: usize = 20_000;

/// Who does this.
const JOB: Call = Call::system("relation");

/// What is to be looked at anew.
#[derive(Debug, Default)]
struct Work {
    /// Sections of hosts.
    hosts: BTreeMap<HostId, BTreeSet<SectionName>>,
    /// Items that people declared.
    items: BTreeSet<DeclaredId>,
}

impl Work {
    fn all_of(&mut self, host: HostId) {
        self.hosts.insert(host, SectionName::ALL.iter().copied().collect());
    }
}

impl Service {
    /// Deals with the next events. `false` when there are none.
    pub async fn relation_step(&self) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let mut work = Work::default();
        let through = if let Some(cursor) = &cursor {
            let events = self.events(&cursor.value.after, BATCH).await?;
            let Some(last) = events.last().map(|event| event.cursor()) else { return Ok(false) };
            for row in events {
                self.plan(&mut work, row.event.clone()).await?;
            }
            last
        } else {
            // Nothing was related yet: everything is looked at once, from the present on.
            let last = self.last_event().await?;
            for host in self.store().all::<Host>(Scan::keys(Collection::Host, "")).await? {
                work.all_of(host.value.id);
            }
            last
        };
        self.relate(work).await?;
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        let mut changes = ChangeSet::new();
        changes.put(Cursor { name: CURSOR.into(), after: through, at: self.now() }, expected);
        self.commit(changes).await?;
        Ok(true)
    }

    async fn plan(&self, work: &mut Work, event: Event) -> Result<(), ServiceError> {
        match event {
            Event::HostDiscovered { host } => work.all_of(host),
            Event::SectionsDiscovered { host, sections } => work.hosts.entry(host).or_default().extend(sections),
            Event::HostChanged { host, from, to } | Event::HostRebased { host, from, to } => {
                let entries = self.entries(host, (from, to)).await?;
                work.hosts.entry(host).or_default().extend(entries.iter().map(|entry| entry.section));
            }
            Event::AddressMoved { host } => drop(work.hosts.entry(host).or_default().insert(SectionName::Connection)),
            Event::DeclaredChanged { node: NodeId::Declared(item) } => drop(work.items.insert(item)),
            Event::DeclaredChanged { node } => {
                if let Some(host) = node.host() {
                    work.all_of(host);
                }
            }
            Event::ClassChanged { class } => {
                let scan = Scan::index(Index::DeclaredByClass, format!("{class}/"));
                let items = self.store().all::<Declared>(scan).await?;
                work.items.extend(items.into_iter().filter_map(|item| item.value.id.declared()));
            }
            Event::HostsMerged { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::DigestMatched { .. }
            | Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::FindingChanged { .. }
            | Event::LevelWarned { .. }
            | Event::LevelBreached { .. }
            | Event::TicketChanged { .. }
            | Event::AlertChanged { .. }
            | Event::AccessChanged { .. }
            | Event::GlassBroken { .. }
            | Event::AlertingChanged { .. } => {}
        }
        Ok(())
    }

    async fn relate(&self, work: Work) -> Result<(), ServiceError> {
        if work.hosts.is_empty() && work.items.is_empty() {
            return Ok(());
        }
        let derivers = if work.hosts.is_empty() { Vec::new() } else { self.all_derivers().await? };
        for (host, sections) in work.hosts {
            let has_addresses =
                [SectionName::Interface, SectionName::Connection].iter().any(|name| sections.contains(name));
            let moved = has_addresses && self.relate_addresses(host).await?;
            if moved || sections.contains(&SectionName::Connection) {
                self.relate_connections(host).await?;
            }
            if sections.contains(&SectionName::VirtualMachine) {
                self.relate_machines(host).await?;
            }
            self.derive_on_host(host, &sections, &derivers).await?;
        }
        for item in work.items {
            self.derive_item(item).await?;
        }
        Ok(())
    }

    /// The items of a section, and the last volatile values of them.
    pub(super) async fn plain_section(
        &self,
        host: HostId,
        section: SectionName,
    ) -> Result<(ItemMap, ItemMap), ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else {
            return Ok((ItemMap::new(), ItemMap::new()));
        };
        let holder = self.holder(stored).await?;
        let items = self.section_at(&holder, section, Moment::NOW).await?.unwrap_or_default();
        let items = items.into_iter().map(|(key, item)| (key, item.attributes)).collect();
        // Only our own agent tells volatile values.
        let key = section_key(host, section, Teller::Agent);
        let metrics = self.store().find::<SectionMetrics>(&key).await?;
        Ok((items, metrics.map(|stored| stored.value.values).unwrap_or_default()))
    }

    /// Notes which addresses a host has now; tells hosts that speak with one that moved. Whether any did.
    async fn relate_addresses(&self, host: HostId) -> Result<bool, ServiceError> {
        let (interfaces, metrics) = self.plain_section(host, SectionName::Interface).await?;
        let mut wanted = address::addresses(&interfaces, &metrics);
        let now = self.now();
        let mut changes = ChangeSet::new();
        let mut moved: Vec<IpAddr> = Vec::new();
        for stored in self.store().all::<Address>(Scan::index(Index::AddressByHost, host.to_string())).await? {
            let (mut claim, is_there) = (stored.value.clone(), wanted.remove(&stored.value.ip));
            claim.set(is_there, now);
            if claim != stored.value {
                moved.push(claim.ip);
                changes.update(Versioned { value: claim, version: stored.version });
            }
        }
        for ip in wanted {
            moved.push(ip);
            changes.create(Address::new(ip, host, now));
        }
        let mut speakers: BTreeSet<HostId> = BTreeSet::new();
        for ip in &moved {
            let mut ends = vec![NodeId::Address(*ip)];
            let claims = self.claims(*ip).await?;
            ends.extend(claims.iter().map(|claim| NodeId::Host(claim.host)).filter(|_| claims.len() > 1));
            for end in ends {
                speakers.extend(self.speakers(end).await?);
            }
        }
        speakers.remove(&host);
        changes.events.extend(speakers.into_iter().take(MOST_MOVED).map(|host| Event::AddressMoved { host }));
        if !changes.is_empty() {
            self.commit(changes).await?;
        }
        Ok(!moved.is_empty())
    }

    /// Who had an address, ever.
    async fn claims(&self, ip: IpAddr) -> Result<Vec<Address>, ServiceError> {
        let stored = self.store().all::<Address>(Scan::keys(Collection::Address, format!("{ip}/"))).await?;
        Ok(stored.into_iter().map(|stored| stored.value).collect())
    }

    /// The hosts that open connections to a node.
    async fn speakers(&self, node: NodeId) -> Result<Vec<HostId>, ServiceError> {
        let scan = Scan::index(Index::RelationByNode, node.to_string()).limit(MOST_MOVED);
        let rows = self.store().page::<Relation>(scan).await?.rows.into_iter().map(|stored| stored.value);
        let opens = rows.filter(|relation| relation.kind == RelationKind::ConnectsTo && relation.to == node);
        Ok(opens.filter_map(|relation| relation.from.host()).collect())
    }

    /// The relations of a host that this job keeps.
    async fn kept(&self, host: HostId, source: Source) -> Result<Vec<Versioned<Relation>>, ServiceError> {
        let stored = self.store().all::<Relation>(Scan::index(Index::RelationByHost, host.to_string())).await?;
        Ok(stored.into_iter().filter(|stored| stored.value.source == source).collect())
    }

    /// Stores what changed of relations that are known in these versions.
    async fn keep(&self, changed: Vec<Relation>, known: &[Versioned<Relation>]) -> Result<(), ServiceError> {
        let version = |relation: &Relation| {
            known.iter().find(|known| known.value.id == relation.id).map_or(0, |known| known.version)
        };
        let mut versioned = Vec::new();
        for value in changed {
            let version = match version(&value) {
                // The other end may be all that is known of it: then it is not among those of this host.
                0 => self.store().find::<Relation>(&value.id.to_string()).await?.map_or(0, |stored| stored.version),
                version => version,
            };
            versioned.push(Versioned { value, version });
        }
        self.commit_relations(ChangeSet::new(), versioned).await
    }

    async fn relate_connections(&self, host: HostId) -> Result<(), ServiceError> {
        let (items, metrics) = self.plain_section(host, SectionName::Connection).await?;
        let now = self.now();
        let heard = self.last_seen(host).await?.map_or(now, |seen| seen.value.at);
        let told = connection::told(&items, &metrics, heard, now);
        let mut ends = Ends::default();
        for remote in told.iter().map(|told| told.remote).collect::<BTreeSet<_>>() {
            let claims = self.claims(remote).await?;
            let former = claims.iter().filter(|claim| !claim.holds()).map(|claim| claim.host).collect();
            ends.former.insert(remote, former);
            ends.owners.extend(address::owner(&claims, now).map(|owner| (remote, owner)));
        }
        let mut known = self.kept(host, Source::Discovered).await?;
        known.retain(|stored| stored.value.kind == RelationKind::ConnectsTo);
        let relations = known.iter().map(|stored| stored.value.clone()).collect();
        self.keep(connection::observe(host, &told, &ends, relations, now), &known).await
    }

    /// Guests run on the host whose hypervisor names their system UUID.
    async fn relate_machines(&self, host: HostId) -> Result<(), ServiceError> {
        let (machines, _) = self.plain_section(host, SectionName::VirtualMachine).await?;
        let now = self.now();
        let mut wanted = Vec::new();
        for uuid in machines.values().filter_map(|attributes| attributes.get("uuid")?.as_str()) {
            let identifier = Identifier { kind: IdentifierKind::SystemUuid, value: uuid.trim().to_lowercase() };
            let guests = self.store().all::<Host>(Scan::index(Index::HostByIdentifier, identifier.index_key())).await?;
            let is_guest =
                |guest: &&Versioned<Host>| guest.value.id != host && guest.value.identifiers.contains(&identifier);
            wanted.extend(guests.iter().filter(is_guest).map(|guest| {
                let (from, to) = (NodeId::Host(guest.value.id), NodeId::Host(host));
                Relation::new(from, RelationKind::RunsOn, to, Source::Discovered, "virtual_machine", now)
            }));
        }
        let mut known = self.kept(host, Source::Discovered).await?;
        known.retain(|stored| stored.value.kind == RelationKind::RunsOn && stored.value.to == NodeId::Host(host));
        let relations = known.iter().map(|stored| stored.value.clone()).collect();
        self.keep(derive::settle(wanted, relations, now), &known).await
    }

    /// Everything that items derive relations from: those of classes with rules, and those that have queries of their own. The
    /// others may be many.
    async fn all_derivers(&self) -> Result<Vec<Deriver>, ServiceError> {
        let registry = self.registry().await?;
        let mut found = Vec::new();
        for class in registry.all().filter(|class| class.is_declared()) {
            let scan = if class.rules.is_empty() {
                Scan::exactly(Index::DeclaredByQuery, &class.name)
            } else {
                Scan::index(Index::DeclaredByClass, format!("{}/", class.name))
            };
            for stored in self.store().all::<Declared>(scan).await? {
                found.extend(derive::derivers(&stored.value, class));
            }
        }
        Ok(found)
    }

    /// The queries of a deriver. One that cannot be read any more, since an attribute is gone, finds nothing.
    async fn queries(&self, deriver: &Deriver) -> Result<Option<Vec<Query>>, ServiceError> {
        let registry = self.registry().await?;
        let fields = registry.item_fields();
        Ok(deriver.queries.iter().map(|text| Query::parse(text, &fields).ok()).collect())
    }

    /// Brings the derived relations to a host in step, of those items that may mean what changed.
    async fn derive_on_host(
        &self,
        host: HostId,
        sections: &BTreeSet<SectionName>,
        derivers: &[Deriver],
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let (mut wanted, mut asked) = (Vec::new(), BTreeSet::new());
        for deriver in derivers {
            let Some(queries) = self.queries(deriver).await? else { continue };
            let means = |query: &Query| sections.iter().any(|section| query.allows("class", section.as_str()));
            if !queries.iter().any(means) {
                continue;
            }
            asked.insert((deriver.item, deriver.rule()));
            let mut holds = true;
            for mut query in queries {
                let registry = self.registry().await?;
                let fits = query.and("host", &host.to_string(), &registry.item_fields()).is_ok();
                let window = Window { limit: 1, cursor: None };
                holds = holds && fits && !self.list_items(&JOB, &query, &window).await?.items.is_empty();
            }
            if holds {
                wanted.push(derive::derived(deriver, host, now));
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        let mut known = self.kept(host, Source::Derived).await?;
        known.retain(|stored| asked.contains(&(stored.value.from, stored.value.rule.clone().unwrap_or_default())));
        let relations = known.iter().map(|stored| stored.value.clone()).collect();
        self.keep(derive::settle(wanted, relations, now), &known).await
    }

    /// Brings all derived relations of an item in step.
    async fn derive_item(&self, id: DeclaredId) -> Result<(), ServiceError> {
        let node = NodeId::Declared(id);
        let Some(item) = self.store().find::<Declared>(&id.to_string()).await? else { return Ok(()) };
        let registry = self.registry().await?;
        let derivers = registry.get(&item.value.class).map(|class: &Class| derive::derivers(&item.value, class));
        let now = self.now();
        let mut wanted = Vec::new();
        for deriver in derivers.unwrap_or_default() {
            let Some(queries) = self.queries(&deriver).await? else { continue };
            let mut hosts: Option<BTreeSet<HostId>> = None;
            for query in queries {
                let found = self.hosts_with(&query).await?;
                hosts = Some(hosts.map_or_else(|| found.clone(), |hosts| &hosts & &found));
            }
            wanted.extend(hosts.unwrap_or_default().into_iter().map(|host| derive::derived(&deriver, host, now)));
        }
        let mut known = self.store().all::<Relation>(Scan::index(Index::RelationByNode, node.to_string())).await?;
        known.retain(|stored| stored.value.from == node && stored.value.source == Source::Derived);
        self.keep(derive::settle(wanted, known.iter().map(|stored| stored.value.clone()).collect(), now), &known).await
    }

    /// The hosts on which something fits a query.
    async fn hosts_with(&self, query: &Query) -> Result<BTreeSet<HostId>, ServiceError> {
        let (mut hosts, mut window) = (BTreeSet::new(), Window { limit: 1_000, cursor: None });
        loop {
            let page = self.list_items(&JOB, query, &window).await?;
            hosts.extend(page.items.into_iter().map(|item| item.host));
            window.cursor = page.next_cursor;
            if window.cursor.is_none() || hosts.len() >= MOST_DERIVED {
                return Ok(hosts);
            }
        }
    }

    /// Ends the discovered relation that was not seen for longest, when that is a month. `false` when there is none.
    pub async fn relation_due(&self) -> Result<bool, ServiceError> {
        let Some(due) = self.store().first::<Relation>(Scan::index(Index::RelationSeen, "")).await? else {
            return Ok(false);
        };
        let now: Time = self.now();
        if connection::over_at(&due.value) > now {
            return Ok(false);
        }
        // It may be so all the time, without news: then it is seen again now.
        for host in [due.value.from.host(), due.value.to.host()].into_iter().flatten() {
            self.relate_connections(host).await?;
            self.relate_machines(host).await?;
        }
        let again = self.store().find::<Relation>(&due.value.id.to_string()).await?;
        if let Some(Versioned { mut value, version }) = again
            && connection::over_at(&value) <= now
            && value.holds()
        {
            value.end(now);
            self.commit_relations(ChangeSet::new(), vec![Versioned { value, version }]).await?;
        }
        Ok(true)
    }
}
