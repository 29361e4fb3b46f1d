//! What agents say that is not known here: noted once, so that people see which of both wants an update.

use std::collections::BTreeSet;

use muster_model::ChangeSet;
use muster_shared::id::AgentId;

use crate::service::{Service, ServiceError};

impl Service {
    /// Notes what an agent says that is not known here; `version` is what the agent calls itself, if the message says it.
    pub(crate) async fn note_strange(
        &self,
        agent: AgentId,
        version: Option<&str>,
        names: &BTreeSet<String>,
    ) -> Result<(), ServiceError> {
        self.measures().count_strange();
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(agent).await?;
            let mut changes = ChangeSet::new();
            let version = version.map_or_else(|| stored.value.version.clone(), str::to_owned);
            if stored.value.note_strange(&version, names) {
                tracing::warn!(%agent, %version, ?names, "an agent says what is not known here: it is newer than this collector");
                changes.update(stored);
            }
            Ok((changes, ()))
        })
        .await
    }
}
