//! Peers: whom each host is compared with, what is odd among them, and rollouts.
//!
//! A reader of events with a cursor of its own notes what is to be looked at ([`Peer::due`]); that is looked at a few things in
//! each commit, so a restart loses nothing and nothing takes long. How many hosts have what is asked of the index of items
//! ([`super::lookup`]). The members of groups are kept in memory, for this is their only writer.

mod judge;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use muster_model::event::{Cursor, Event};
use muster_model::finding::{Finding, FindingState, Resolution};
use muster_model::history::{Moment, Operation};
use muster_model::host::Host;
use muster_model::peer::sketch::Sketch;
use muster_model::peer::{self, Group, Peer, Rollout};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::{Service, ServiceError};

/// The name of the cursor over events.
const CURSOR: &str = "majority";
/// The name of the cursor over hosts, which are all placed once.
pub(super) const HOSTS: &str = "majority-hosts";
/// Where the cursor over hosts is when all were placed.
const ALL_PLACED: &str = "~";
/// Events that are read in one step.
const EVENTS: usize = 64;
/// Hosts that are placed in one step.
const PLACED: usize = 16;

/// Who is in which group, and what its first host is made of.
#[derive(Debug, Default)]
pub(super) struct Known {
    groups: BTreeMap<Group, BTreeSet<HostId>>,
    leaders: BTreeMap<HostId, Sketch>,
    of: BTreeMap<HostId, Group>,
    /// The names of rollouts that go on.
    rollouts: BTreeSet<String>,
    /// Things with hosts on which the odd one out may stand.
    standing: BTreeMap<String, BTreeSet<HostId>>,
}

impl Known {
    fn put(&mut self, peer: &Peer) {
        self.remove(peer.host);
        self.groups.entry(peer.group.clone()).or_default().insert(peer.host);
        self.of.insert(peer.host, peer.group.clone());
        if peer.group == Group::Alike(peer.host) {
            self.leaders.insert(peer.host, peer.sketch.clone());
        }
    }

    fn remove(&mut self, host: HostId) {
        self.leaders.remove(&host);
        let Some(group) = self.of.remove(&host) else { return };
        if let Some(hosts) = self.groups.get_mut(&group) {
            hosts.remove(&host);
            if hosts.is_empty() {
                self.groups.remove(&group);
            }
        }
    }

    /// The group of a host that is made of this: it stays where it is as long as that fits, else it goes to the most alike.
    fn group_of(&self, host: HostId, sketch: &Sketch, before: Option<&Group>) -> Group {
        let fits = |leader: &HostId| self.leaders.get(leader).is_some_and(|of| of.is_alike(sketch));
        let leads = |group: &Group| self.groups.get(group).is_some_and(|hosts| hosts.len() > 1);
        match before {
            // Whom others are like stays; whoever is alone looks for others.
            Some(group @ Group::Alike(leader)) if *leader == host && leads(group) => return group.clone(),
            Some(group @ Group::Alike(leader)) if *leader != host && fits(leader) => return group.clone(),
            Some(Group::Alike(_) | Group::Role(_)) | None => {}
        }
        let alike = self.leaders.iter().filter(|(leader, of)| **leader != host && of.is_alike(sketch));
        let nearest = alike.max_by_key(|(leader, of)| (of.likeness(sketch), std::cmp::Reverse(**leader)));
        Group::Alike(nearest.map_or(host, |(leader, _)| *leader))
    }
}

/// What a step makes of hosts: their records as they will be stored.
#[derive(Debug, Default)]
struct Staged {
    peers: BTreeMap<HostId, Versioned<Peer>>,
    gone: BTreeMap<HostId, u64>,
}

impl Service {
    /// Goes on with comparing hosts. `false` when there is nothing to do now.
    pub async fn majority_step(&self) -> Result<bool, ServiceError> {
        let mut known = self.majority.lock().await;
        if known.is_none() {
            *known = Some(self.known_peers().await?);
        }
        let Some(members) = known.as_mut() else { return Ok(false) };
        let outcome = match self.note_events(members).await {
            Ok(false) => self.judge_due(members).await,
            noted => noted,
        };
        if !matches!(outcome, Ok(false)) {
            return outcome.inspect_err(|_| *known = None);
        }
        outcome
    }

    /// Reads who is in which group.
    async fn known_peers(&self) -> Result<Known, ServiceError> {
        let mut known = Known::default();
        for stored in self.store().all::<Peer>(Scan::keys(Collection::Peer, "")).await? {
            known.put(&stored.value);
        }
        for stored in self.store().all::<Rollout>(Scan::keys(Collection::Rollout, "")).await? {
            known.rollouts.insert(stored.value.name);
        }
        let scan = Scan::index(Index::FindingByPolicy, format!("{}/", peer::ODD));
        for stored in self.store().all::<Finding>(scan).await? {
            let finding = stored.value;
            known.standing.entry(peer::thing(finding.section, &finding.item_key)).or_default().insert(finding.host);
        }
        Ok(known)
    }

    /// Commits what a step made; what is kept in memory is read anew when somebody else was faster.
    async fn commit_peers(
        &self,
        known: &mut Known,
        mut changes: ChangeSet,
        staged: Staged,
    ) -> Result<bool, ServiceError> {
        for (host, version) in &staged.gone {
            changes.delete(Collection::Peer, host.to_string(), Expected::Version(*version));
        }
        for peer in staged.peers.values().cloned() {
            if peer.version == 0 {
                changes.create(peer.value);
            } else {
                changes.update(peer);
            }
        }
        match self.commit(changes).await {
            Ok(()) => {
                staged.gone.keys().for_each(|host| known.remove(*host));
                staged.peers.values().for_each(|peer| known.put(&peer.value));
                Ok(true)
            }
            Err(muster_store::StoreError::Conflict { .. }) => {
                *known = self.known_peers().await?;
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the next events, and hosts that were not placed yet; notes what is to be looked at. `false` when there is nothing.
    async fn note_events(&self, known: &mut Known) -> Result<bool, ServiceError> {
        let now = self.now();
        let Some(cursor) = self.store().find::<Cursor>(CURSOR).await? else {
            // From now on; what was there before is placed host by host.
            let after = self.last_event().await?;
            let mut changes = ChangeSet::new();
            changes.create(Cursor { name: CURSOR.into(), after, at: now });
            return self.commit_peers(known, changes, Staged::default()).await;
        };
        if self.place_all(known, now).await? {
            return Ok(true);
        }
        let events = self.events(&cursor.value.after, EVENTS).await?;
        if events.is_empty() {
            return Ok(false);
        }
        let (mut staged, mut changes) = (Staged::default(), ChangeSet::new());
        let mut placed = BTreeSet::new();
        let mut through = cursor.value.after.clone();
        for row in &events {
            match &row.event {
                Event::HostChanged { host, from, to } => {
                    if self.note_changes(&mut staged, *host, (*from, *to), now).await? {
                        placed.insert(*host);
                    }
                }
                Event::HostDiscovered { host }
                | Event::SectionsDiscovered { host, .. }
                | Event::HostRebased { host, .. } => drop(placed.insert(*host)),
                Event::DeclaredChanged { node } => placed.extend(node.host()),
                Event::HostsMerged { hosts, .. } => placed.extend(hosts.iter().copied()),
                Event::DigestMatched { .. }
                | Event::AgentQuarantined { .. }
                | Event::AgentPending { .. }
                | Event::ReviewOpened { .. }
                | Event::ReviewClosed { .. }
                | Event::FindingChanged { .. }
                | Event::ClassChanged { .. }
                | Event::AddressMoved { .. }
                | Event::LevelWarned { .. }
                | Event::LevelBreached { .. }
                | Event::TicketChanged { .. }
                | Event::AlertChanged { .. }
                | Event::AccessChanged { .. }
                | Event::GlassBroken { .. }
                | Event::AlertingChanged { .. } => {}
            }
            through = row.cursor();
            if placed.len() >= PLACED {
                break;
            }
        }
        for host in placed {
            self.place_peer(known, &mut staged, &mut changes, host, now).await?;
        }
        changes.put(Cursor { name: CURSOR.into(), after: through, at: now }, Expected::Version(cursor.version));
        self.commit_peers(known, changes, staged).await
    }

    /// Places a few of the hosts that were there before peers were compared, or all anew. `false` when all are.
    async fn place_all(&self, known: &mut Known, now: Time) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(HOSTS).await?;
        let after = cursor.as_ref().map(|cursor| cursor.value.after.clone());
        if after.as_deref() == Some(ALL_PLACED) {
            return Ok(false);
        }
        let page = self.store().page::<Host>(Scan::keys(Collection::Host, "").after(after).limit(PLACED)).await?;
        let (mut staged, mut changes) = (Staged::default(), ChangeSet::new());
        for host in &page.rows {
            self.place_peer(known, &mut staged, &mut changes, host.value.id, now).await?;
            if let Some(peer) = staged.peers.get_mut(&host.value.id) {
                peer.value.walk = Some(String::new());
            }
        }
        let after = page.next.unwrap_or_else(|| ALL_PLACED.to_owned());
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: HOSTS.into(), after, at: now }, expected);
        self.commit_peers(known, changes, staged).await
    }

    async fn staged_peer<'a>(
        &self,
        staged: &'a mut Staged,
        host: HostId,
    ) -> Result<Option<&'a mut Versioned<Peer>>, ServiceError> {
        if let Entry::Vacant(place) = staged.peers.entry(host) {
            let Some(stored) = self.store().find::<Peer>(&host.to_string()).await? else { return Ok(None) };
            place.insert(stored);
        }
        Ok(staged.peers.get_mut(&host))
    }

    /// Notes which compared things of a host changed. `true` when it is made of other things than before.
    async fn note_changes(
        &self,
        staged: &mut Staged,
        host: HostId,
        (from, to): (u64, u64),
        now: Time,
    ) -> Result<bool, ServiceError> {
        let mut things = Vec::new();
        let mut is_other = false;
        for entry in self.entries(host, (from, to)).await? {
            if !peer::is_compared(entry.section) {
                continue;
            }
            let makes_up = matches!(entry.section, SectionName::Package | SectionName::Service);
            is_other |= makes_up && entry.operation != Operation::Modified;
            things.push((entry.section, entry.key.clone()));
        }
        if !things.is_empty()
            && let Some(peer) = self.staged_peer(staged, host).await?
        {
            peer.value.mark(things, now);
        }
        Ok(is_other)
    }

    /// Finds out whom a host is compared with.
    async fn place_peer(
        &self,
        known: &mut Known,
        staged: &mut Staged,
        changes: &mut ChangeSet,
        host: HostId,
        now: Time,
    ) -> Result<(), ServiceError> {
        let before = self.staged_peer(staged, host).await?.cloned();
        let stored = self.store().find::<Host>(&host.to_string()).await?;
        let is_over = |host: &Host| host.lifecycle.is_over() || host.merged_into.is_some();
        let Some(stored) = stored.filter(|stored| !is_over(&stored.value)) else {
            if let Some(before) = before {
                staged.peers.remove(&host);
                staged.gone.insert(host, before.version);
            }
            return self.end_odd(changes, host, now).await;
        };
        let entry = self.scope_entry(&stored).await?;
        let role = entry.get(peer::ROLE).and_then(Value::as_str).map(str::trim).filter(|role| !role.is_empty());
        let role = role.map(|role| Group::Role(role.to_lowercase()));
        let sketch = self.sketch_of(stored).await?;
        let former = before.as_ref().map(|before| before.value.group.clone());
        let group = role.unwrap_or_else(|| known.group_of(host, &sketch, former.as_ref()));
        let version = before.as_ref().map_or(0, |before| before.version);
        let mut peer = match before {
            Some(before) => Peer { group, sketch, ..before.value },
            None => Peer { host, group, sketch, due: BTreeMap::new(), walk: None },
        };
        if former.as_ref() != Some(&peer.group) {
            peer.walk = Some(String::new());
            peer.due.clear();
            // Who stays behind has one peer less.
            let left =
                former.and_then(|former| known.groups.get(&former)?.iter().find(|other| **other != host).copied());
            if let Some(other) = left
                && let Some(other) = self.staged_peer(staged, other).await?
            {
                other.value.walk = Some(String::new());
            }
        }
        // The next host of this step may be alike.
        known.put(&peer);
        staged.peers.insert(host, Versioned { value: peer, version });
        Ok(())
    }

    /// What a host is made of: its packages by name, its units. The index of items knows that, once it has read the host.
    async fn sketch_of(&self, host: Versioned<Host>) -> Result<Sketch, ServiceError> {
        const SECTIONS: [SectionName; 2] = [SectionName::Package, SectionName::Service];
        let id = host.value.id;
        self.list_newcomer(id).await?;
        let known = SECTIONS.map(|section| (section, self.lookup_called(id, section)));
        let mut names = Vec::new();
        if known.iter().all(|(_, called)| called.is_some()) {
            let called =
                known.iter().flat_map(|(section, called)| called.iter().flatten().map(|name| (*section, name)));
            names.extend(called.map(|(section, name)| peer::thing(section, name)));
        } else {
            let holder = self.holder(host).await?;
            for section in SECTIONS {
                let items = self.items_of(&holder, section, Moment::NOW).await?;
                names.extend(items.iter().map(|item| peer::thing(section, item.name())));
            }
        }
        Ok(Sketch::of(names.iter().map(String::as_str)).unwrap_or_else(Sketch::unknown))
    }

    /// Ends what was odd of a host that is out of service.
    async fn end_odd(&self, changes: &mut ChangeSet, host: HostId, now: Time) -> Result<(), ServiceError> {
        let scan = Scan::index(Index::FindingByPolicy, format!("{}/{host}", peer::ODD));
        for mut stored in self.store().all::<Finding>(scan).await? {
            let (by, resolution) = ("system:drift".to_owned(), Resolution::PolicyRemoved);
            stored.value.enter(FindingState::Resolved { resolution, by, reason: String::new(), at: now }, now);
            self.write_finding(changes, stored, now).await?;
        }
        Ok(())
    }

    /// Whom a host is compared with.
    pub(super) async fn peers_of(&self, host: HostId) -> Result<Option<(Group, BTreeSet<HostId>)>, ServiceError> {
        let Some(peer) = self.store().find::<Peer>(&host.to_string()).await? else { return Ok(None) };
        let mut known = self.majority.lock().await;
        if known.is_none() {
            *known = Some(self.known_peers().await?);
        }
        let members = known.as_ref().and_then(|known| known.groups.get(&peer.value.group).cloned());
        Ok(members.map(|members| (peer.value.group, members)))
    }

    /// When something of peers is to be looked at next.
    pub async fn next_majority(&self) -> Result<Option<Time>, ServiceError> {
        let first = self.store().first::<Peer>(Scan::index(Index::PeerDue, "")).await?;
        Ok(first.and_then(|peer| peer.value.due_at()))
    }
}
