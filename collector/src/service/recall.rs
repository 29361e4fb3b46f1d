//! What every request of an agent asks for, kept in memory: agents, hosts, the heads of inventories, signs of life, and whether a finding of
//! a host waits for a second look.
//!
//! Every write goes through `Service::commit`, which has what it wrote forgotten here before it returns. A reader that looked at the
//! store before such a write does not put the older value back: it sees that the turn is another one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use muster_model::agent::Agent;
use muster_model::host::{Host, LastSeen};
use muster_model::inventory::Inventory;
use muster_model::{ChangeSet, Collection, Document, Expected, Versioned};
use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{AgentId, HostId};
use muster_store::index::time_of;
use muster_store::{Index, Scan, TypedStore};

use super::pulse::Pulse;
use super::{Service, ServiceError};

/// No more of each than this: then all are forgotten.
const MOST: usize = 50_000;
/// The same of heads of inventories, which are larger: those of the hosts that reported last.
const MOST_INVENTORIES: usize = 1_024;
/// The same of the records of hosts.
const MOST_HOSTS: usize = 4_096;

/// What a heartbeat is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The agent that reported last.
    pub(crate) agent: AgentId,
    /// Generation that both agree on.
    pub(crate) generation: u64,
    /// Root hash.
    pub(crate) root: Digest,
    /// Whether nothing was left unread by another collector.
    pub(crate) is_read: bool,
}

#[derive(Debug, Default)]
struct Kept {
    /// Counts what was forgotten.
    turn: u64,
    agents: HashMap<AgentId, Versioned<Agent>>,
    hosts: HashMap<HostId, Arc<Versioned<Host>>>,
    heads: HashMap<HostId, Head>,
    inventories: HashMap<HostId, Arc<Versioned<Inventory>>>,
    waiting: HashMap<HostId, Option<Time>>,
    pulses: HashMap<HostId, Pulse>,
}

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Recall(Mutex<Kept>);

/// What a commit makes out of date.
#[derive(Debug, Default)]
pub(crate) struct Outdated {
    agents: Vec<AgentId>,
    hosts: Vec<HostId>,
    inventories: Vec<HostId>,
    findings: Vec<HostId>,
    seen: Vec<HostId>,
    all: bool,
    /// Heads of inventories as they are written now.
    renewed: Vec<Arc<Versioned<Inventory>>>,
}

impl Outdated {
    /// By a change set.
    pub(crate) fn by(changes: &ChangeSet) -> Self {
        let mut outdated = Self::default();
        for put in &changes.puts {
            match &put.document {
                Document::Agent(agent) => outdated.agents.push(agent.id),
                Document::Inventory(inventory) => {
                    outdated.inventories.push(inventory.host);
                    let version = match put.expected {
                        Expected::Absent => Some(1),
                        Expected::Version(version) => Some(version + 1),
                        Expected::Any => None,
                    };
                    let renewed = version.map(|version| Versioned { value: inventory.clone(), version });
                    outdated.renewed.extend(renewed.map(Arc::new));
                }
                Document::Host(host) => outdated.hosts.push(host.id),
                Document::Finding(finding) => outdated.findings.push(finding.host),
                Document::LastSeen(seen) => outdated.seen.push(seen.host),
                _ => {}
            }
        }
        let kept =
            [Collection::Agent, Collection::Host, Collection::Inventory, Collection::Finding, Collection::LastSeen];
        let gone = changes.deletes.iter().filter(|target| target.collection == Collection::LastSeen);
        outdated.seen.extend(gone.filter_map(|target| target.key.parse::<HostId>().ok()));
        outdated.all = changes.deletes.iter().any(|target| kept.contains(&target.collection));
        outdated
    }
}

impl Recall {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was written.
    pub(crate) fn forget(&self, outdated: &Outdated) {
        let Outdated { agents, hosts, inventories, findings, seen, all, .. } = outdated;
        let is_nothing = hosts.is_empty() && inventories.is_empty() && findings.is_empty() && seen.is_empty();
        if agents.is_empty() && is_nothing && !all {
            return;
        }
        let mut kept = self.kept();
        kept.turn += 1;
        let most = [kept.agents.len(), kept.heads.len(), kept.waiting.len(), kept.pulses.len()].into_iter().max();
        if *all || most > Some(MOST) {
            // What the store does not have yet stays.
            let mut pulses = std::mem::take(&mut kept.pulses);
            pulses.retain(|_, pulse| pulse.is_new);
            *kept = Kept { turn: kept.turn, pulses, ..Kept::default() };
        }
        for host in seen {
            kept.pulses.remove(host);
        }
        for agent in agents {
            kept.agents.remove(agent);
        }
        for host in hosts {
            kept.hosts.remove(host);
        }
        for host in inventories {
            kept.heads.remove(host);
            kept.inventories.remove(host);
        }
        for host in findings {
            kept.waiting.remove(host);
        }
    }

    /// Keeps what was written instead: the next report of the host asks for it.
    pub(crate) fn renew(&self, outdated: Outdated) {
        if outdated.renewed.is_empty() {
            return;
        }
        let mut kept = self.kept();
        if kept.inventories.len() >= MOST_INVENTORIES {
            kept.inventories.clear();
        }
        for inventory in outdated.renewed {
            let known = kept.inventories.entry(inventory.value.host).or_insert_with(|| Arc::clone(&inventory));
            // Somebody may have written it once more meanwhile.
            if known.version < inventory.version {
                *known = inventory;
            }
        }
    }

    /// Counts what was forgotten: whoever puts something here says what it was when they looked.
    pub(super) fn turn(&self) -> u64 {
        self.kept().turn
    }

    /// The last sign of life of a host, as far as it is known here.
    pub(super) fn pulse(&self, host: HostId) -> Option<Pulse> {
        self.kept().pulses.get(&host).copied()
    }

    /// Keeps a sign of life; `false` when something was written since `turn`.
    pub(super) fn keep_pulse(&self, turn: u64, seen: Versioned<LastSeen>) -> bool {
        let mut kept = self.kept();
        let is_of_now = kept.turn == turn;
        if is_of_now {
            kept.pulses.insert(seen.value.host, Pulse { seen, is_new: true });
        }
        is_of_now
    }

    /// A host that is gone needs no sign of life.
    pub(super) fn forget_pulse(&self, host: HostId) {
        self.kept().pulses.remove(&host);
    }

    /// Signs of life that the store does not have yet, at most so many.
    pub(super) fn new_pulses(&self, most: usize) -> Vec<Versioned<LastSeen>> {
        let kept = self.kept();
        kept.pulses.values().filter(|pulse| pulse.is_new).take(most).map(|pulse| pulse.seen).collect()
    }
}

impl Service {
    /// The record of an agent.
    pub(crate) async fn recall_agent(&self, agent: AgentId) -> Result<Option<Versioned<Agent>>, ServiceError> {
        let turn = {
            let kept = self.recall.kept();
            if let Some(known) = kept.agents.get(&agent) {
                return Ok(Some(known.clone()));
            }
            kept.turn
        };
        let found = self.store().find::<Agent>(&agent.to_string()).await?;
        let mut kept = self.recall.kept();
        if let Some(found) = found.as_ref().filter(|_| kept.turn == turn) {
            kept.agents.insert(agent, found.clone());
        }
        Ok(found)
    }

    /// The record of a host, alias or not.
    pub(crate) async fn recall_host(&self, host: HostId) -> Result<Option<Arc<Versioned<Host>>>, ServiceError> {
        let turn = {
            let kept = self.recall.kept();
            if let Some(known) = kept.hosts.get(&host) {
                return Ok(Some(Arc::clone(known)));
            }
            kept.turn
        };
        let found = self.store().find::<Host>(&host.to_string()).await?.map(Arc::new);
        let mut kept = self.recall.kept();
        if let Some(found) = found.as_ref().filter(|_| kept.turn == turn) {
            if kept.hosts.len() >= MOST_HOSTS {
                kept.hosts.clear();
            }
            kept.hosts.insert(host, Arc::clone(found));
        }
        Ok(found)
    }

    /// The head of a host's inventory.
    pub(crate) async fn recall_inventory(
        &self,
        host: HostId,
    ) -> Result<Option<Arc<Versioned<Inventory>>>, ServiceError> {
        let known = self.recall.kept().inventories.get(&host).cloned();
        if known.is_some() {
            return Ok(known);
        }
        Ok(self.store().find::<Inventory>(&host.to_string()).await?.map(Arc::new))
    }

    /// What a heartbeat of a host's agent is compared with; `None` before the first report.
    pub(crate) async fn recall_head(&self, host: HostId) -> Result<Option<Head>, ServiceError> {
        let turn = {
            let kept = self.recall.kept();
            if let Some(known) = kept.heads.get(&host) {
                return Ok(Some(*known));
            }
            kept.turn
        };
        let Some(found) = self.store().find::<Inventory>(&host.to_string()).await? else { return Ok(None) };
        let is_read = found.value.is_read();
        let Inventory { agent, generation, root, .. } = found.value;
        let head = Head { agent, generation, root, is_read };
        let mut kept = self.recall.kept();
        if kept.turn == turn {
            kept.heads.insert(host, head);
        }
        Ok(Some(head))
    }

    /// Whether a look of a host matters to one of its findings by now: only then is a match worth an event.
    pub(crate) async fn waits_for_match(&self, host: HostId, now: Time) -> Result<bool, ServiceError> {
        let turn = {
            let kept = self.recall.kept();
            if let Some(known) = kept.waiting.get(&host) {
                return Ok(known.is_some_and(|from| from <= now));
            }
            kept.turn
        };
        let unknown = Scan::index(Index::FindingUnknown, host.to_string()).limit(1);
        let from = if self.store().count(unknown).await? > 0 {
            // Of a host that is heard again every look matters, the next one too.
            Some(Time::from_millis(0))
        } else {
            // By time: the first one is the one that waits the least.
            let waiting = Scan::index(Index::FindingAwaitsLook, format!("{host}/")).limit(1);
            self.store().places(waiting).await?.first().and_then(|place| time_of(place))
        };
        let mut kept = self.recall.kept();
        if kept.turn == turn {
            kept.waiting.insert(host, from);
        }
        Ok(from.is_some_and(|from| from <= now))
    }
}
