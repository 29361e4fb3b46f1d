//! Agents in pages: how each stands, when it was last heard, and what is wrong with it.

use muster_model::agent::Agent;
use muster_model::host::LastSeen;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Text;
use muster_model::{Collection, Versioned};
use muster_store::Scan;
use serde_json::{Value, json};

use crate::service::{Call, Page, Service, ServiceError, Window};

/// An agent with how it stands.
#[derive(Clone, Debug)]
pub struct AgentSeen {
    /// Its record.
    pub agent: Versioned<Agent>,
    /// When it was last heard, of the one that speaks for its host.
    pub seen: Option<LastSeen>,
    /// Why it waits or is shut out, its reports are refused, or what of them is not understood.
    pub errors: Vec<Text>,
}

impl AgentSeen {
    /// For how many seconds it had not looked at its host when it was last heard.
    pub fn lag_seconds(&self) -> Option<i64> {
        let seen = self.seen.as_ref()?;
        Some(seen.at.since(seen.looked_at?) / 1_000)
    }

    /// What is wrong with it, in one line.
    pub fn error(&self) -> Option<String> {
        let text = self.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Some(text).filter(|text| !text.is_empty())
    }

    /// The agent as queries see it.
    fn entry(&self) -> Value {
        let agent = &self.agent.value;
        json!({
            "state": agent.state(), "host": agent.host, "hostname": agent.hostname, "version": agent.version, "id": agent.id,
            "last_seen": self.seen.as_ref().map(|seen| seen.at), "lag_seconds": self.lag_seconds(), "error": self.error(),
            "enrolled_at": agent.enrolled_at, "certificate_expires_at": agent.certificate_expires_at,
        })
    }
}

impl Service {
    /// Agents that a query means, newest first.
    pub async fn page_of_agents(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<AgentSeen>, ServiceError> {
        let sight = self.sight(call, Action::AgentRead).await?;
        // An agent that speaks for no host yet is for those who see all of them.
        let sees = |agent: &Agent| sight.is_whole() || agent.host.is_some_and(|host| sight.sees_host(host));
        let (mut items, mut cursor) = (Vec::new(), window.cursor.clone());
        loop {
            let batch = Window { limit: window.limit - items.len(), cursor };
            let page = self.list(Scan::keys(Collection::Agent, "").descending(), &batch, sees).await?;
            for agent in page.items {
                let known = self.agent_seen(agent).await?;
                if query.matches(&known.entry()) {
                    items.push(known);
                }
            }
            cursor = page.next_cursor;
            if items.len() >= window.limit || cursor.is_none() {
                return Ok(Page { items, next_cursor: cursor });
            }
        }
    }

    async fn agent_seen(&self, agent: Versioned<Agent>) -> Result<AgentSeen, ServiceError> {
        let Agent { id, host, .. } = agent.value;
        let seen = match host {
            // What is heard of a host, the one that speaks for it said.
            Some(host) if self.recall_inventory(host).await?.is_some_and(|told| told.value.agent == id) => {
                self.last_seen(host).await?.map(|stored| stored.value)
            }
            _ => None,
        };
        let mut errors: Vec<Text> = Vec::new();
        if agent.value.revoked_at.is_none() {
            errors.extend(agent.value.standing.why().iter().cloned());
            errors.extend(self.refusal_of(id).into_iter().chain(agent.value.skew()));
        }
        Ok(AgentSeen { agent, seen, errors })
    }
}
