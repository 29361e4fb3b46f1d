//! What every request of an agent asks for, kept in memory: agents, the heads of inventories, and whether a finding of a host waits for
//! a second look.
//!
//! Every write goes through `Service::commit`, which has what it wrote forgotten here before it returns. A reader that looked at the
//! store before such a write does not put the older value back: it sees that the turn is another one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use muster_model::agent::Agent;
use muster_model::finding::{Finding, FindingState};
use muster_model::inventory::Inventory;
use muster_model::{ChangeSet, Collection, Document, Versioned};
use muster_shared::canonical::Digest;
use muster_shared::id::{AgentId, HostId};
use muster_store::{Index, Scan, TypedStore};

use super::{Service, ServiceError};

/// No more of each than this: then all are forgotten.
const MOST: usize = 50_000;

/// What a heartbeat is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The agent that reported last.
    pub(crate) agent: AgentId,
    /// Generation that both agree on.
    pub(crate) generation: u64,
    /// Root hash.
    pub(crate) root: Digest,
}

#[derive(Debug, Default)]
struct Kept {
    /// Counts what was forgotten.
    turn: u64,
    agents: HashMap<AgentId, Versioned<Agent>>,
    heads: HashMap<HostId, Head>,
    waiting: HashMap<HostId, bool>,
}

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Recall(Mutex<Kept>);

/// What a commit makes out of date.
#[derive(Debug, Default)]
pub(crate) struct Outdated {
    agents: Vec<AgentId>,
    hosts: Vec<HostId>,
    findings: Vec<HostId>,
    all: bool,
}

impl Outdated {
    /// By a change set.
    pub(crate) fn by(changes: &ChangeSet) -> Self {
        let mut outdated = Self::default();
        for put in &changes.puts {
            match &put.document {
                Document::Agent(agent) => outdated.agents.push(agent.id),
                Document::Inventory(inventory) => outdated.hosts.push(inventory.host),
                Document::Finding(finding) => outdated.findings.push(finding.host),
                _ => {}
            }
        }
        let kept = [Collection::Agent, Collection::Inventory, Collection::Finding];
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
        let Outdated { agents, hosts, findings, all } = outdated;
        if agents.is_empty() && hosts.is_empty() && findings.is_empty() && !all {
            return;
        }
        let mut kept = self.kept();
        kept.turn += 1;
        if *all || kept.agents.len() > MOST || kept.heads.len() > MOST || kept.waiting.len() > MOST {
            *kept = Kept { turn: kept.turn, ..Kept::default() };
        }
        for agent in agents {
            kept.agents.remove(agent);
        }
        for host in hosts {
            kept.heads.remove(host);
        }
        for host in findings {
            kept.waiting.remove(host);
        }
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
        let Inventory { agent, generation, root, .. } = found.value;
        let head = Head { agent, generation, root };
        let mut kept = self.recall.kept();
        if kept.turn == turn {
            kept.heads.insert(host, head);
        }
        Ok(Some(head))
    }

    /// Whether a finding of the host waits for a second look: only then is a match worth an event.
    pub(crate) async fn waits_for_match(&self, host: HostId) -> Result<bool, ServiceError> {
        let turn = {
            let kept = self.recall.kept();
            if let Some(known) = kept.waiting.get(&host) {
                return Ok(*known);
            }
            kept.turn
        };
        let active = self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, format!("{host}/"))).await?;
        let waits = active.iter().any(|stored| matches!(stored.value.state, FindingState::Pending { .. }));
        let mut kept = self.recall.kept();
        if kept.turn == turn {
            kept.waiting.insert(host, waits);
        }
        Ok(waits)
    }
}
