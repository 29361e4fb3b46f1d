//! Whose reports are refused: an agent tries a few times, sets the report aside and goes on, so that its host would only go stale.
//!
//! Kept in memory: what is refused is refused again with the agent's next whole report.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use muster_model::text::{Phrase, Text};
use muster_shared::Time;
use muster_shared::id::AgentId;

use crate::service::Service;

/// Why the last report of an agent was refused, and when.
#[derive(Debug, Default)]
pub(in crate::service) struct Refusals(Mutex<HashMap<AgentId, (Time, String)>>);

impl Service {
    /// Notes that an agent's report was refused for what is in it.
    pub(crate) fn note_refusal_of(&self, agent: AgentId, why: String) {
        tracing::warn!(%agent, %why, "a report is refused");
        let mut refusals = self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.insert(agent, (self.now(), why));
    }

    /// A report of the agent was taken.
    pub(crate) fn forget_refusal(&self, agent: AgentId) {
        self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&agent);
    }

    /// Why the last report of an agent was refused, if it was.
    pub(crate) fn refusal_of(&self, agent: AgentId) -> Option<Text> {
        let refusals = self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, why) = refusals.get(&agent)?;
        Some(Phrase::new("report_refused").with("why", why.as_str()).with("at", at.to_string()).into())
    }
}
