//! Agents that are shut out: whoever serves them hears of it.

use std::sync::PoisonError;

use muster_shared::id::AgentId;
use tokio::sync::broadcast;

use crate::service::Service;

impl Service {
    /// Tells of agents that are shut out from now on.
    pub fn revocations(&self) -> broadcast::Receiver<AgentId> {
        self.revocations.subscribe()
    }

    /// Whether an agent is shut out.
    pub fn is_revoked(&self, agent: AgentId) -> bool {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).contains(&agent)
    }

    pub(crate) fn shut_out(&self, agent: AgentId) {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).insert(agent);
        // Nobody listens before the listener is open.
        drop(self.revocations.send(agent));
    }
}
