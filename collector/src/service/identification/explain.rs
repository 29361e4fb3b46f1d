//! Why: the decision of a report, and how a host is recognised.

use muster_model::agent::Agent;
use muster_model::identification::decision::Decision;
use muster_model::inventory::Inventory;
use muster_model::right::{Action, Resource};
use muster_model::{Collection, Versioned};
use muster_shared::id::{AgentId, HostId, NodeId, ReportId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// Why a report belongs to its host.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// It was decided with this report.
    Decided(Box<Decision>),
    /// The agent of the certificate spoke for the host before.
    Agent {
        /// Who told it.
        agent: AgentId,
        /// The host.
        host: HostId,
        /// How the agent came to it.
        before: Option<Box<Agent>>,
    },
}

/// How an agent came to its host.
#[derive(Clone, Debug)]
pub struct Recognition {
    /// The agent.
    pub agent: Agent,
    /// The decision, as long as it is kept.
    pub decision: Option<Decision>,
}

impl Service {
    /// Why a report belongs to its host.
    pub async fn explain_report(&self, call: &Call, report: ReportId) -> Result<Explanation, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&report.to_string()))?;
        if let Some(decision) = self.decision_of(report).await? {
            return Ok(Explanation::Decided(Box::new(decision)));
        }
        // Every other report went to the host that its agent speaks for: the last ones of each host are remembered there.
        let mut scan = Scan::keys(Collection::Inventory, "").limit(100);
        loop {
            let page = self.store().page::<Inventory>(scan.clone()).await?;
            let told = page.rows.into_iter().map(|stored| stored.value);
            let found = told.into_iter().find(|known| known.recent.iter().any(|recent| recent.id == report));
            if let Some(Inventory { agent, host, .. }) = found {
                let before = self.store().find::<Agent>(&agent.to_string()).await?.map(|stored| Box::new(stored.value));
                return Ok(Explanation::Agent { agent, host, before });
            }
            match page.next {
                None => return Err(ServiceError::NotFound { kind: "report", id: report.to_string() }),
                next => scan.after = next,
            }
        }
    }

    async fn decision_of(&self, report: ReportId) -> Result<Option<Decision>, ServiceError> {
        let found = self.store().all::<Decision>(Scan::keys(Collection::Decision, format!("{report}/"))).await?;
        // Two sources never draw the same id; if one borrows another's, the first stands.
        Ok(found.into_iter().map(|stored| stored.value).min_by_key(|decision| decision.at))
    }

    /// How the agents of a host came to it.
    pub async fn recognitions(&self, call: &Call, host: HostId) -> Result<Vec<Recognition>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(host)).await?;
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await?;
        let mut recognitions = Vec::new();
        for Versioned { value: agent, .. } in agents {
            let report = agent.matched.as_ref().and_then(|matched| matched.report);
            let decision = match report {
                Some(report) => self.decision_of(report).await?,
                None => None,
            };
            recognitions.push(Recognition { agent, decision });
        }
        Ok(recognitions)
    }
}
