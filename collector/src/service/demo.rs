//! Demos: what says that an instance is one, and what keeps its made-up hosts alive while it is looked at.
//!
//! The record is the first thing that is stored and is read before anybody is served. A demo that was not made to its end is never
//! served; nothing leaves one (`notification/send.rs`).

use std::sync::{Arc, PoisonError};

use muster_model::demo::{Demo, KEY};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Expected};
use muster_shared::id::AgentId;
use muster_shared::protocol::Heartbeat;
use muster_store::TypedStore;

use super::{Call, Service, ServiceError, conflict};

/// The boot id that a made-up agent tells: always the same, for it never restarts.
pub fn boot_id(agent: AgentId) -> String {
    format!("demo-{agent}")
}

impl Service {
    /// What is known of the demo, if this is one. As it was read or made last.
    pub fn demo(&self) -> Option<Arc<Demo>> {
        self.demo.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn know_demo(&self, demo: Option<Demo>) {
        *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = demo.map(Arc::new);
    }

    /// Reads whether this is a demo: before anything is served or sent.
    pub async fn load_demo(&self) -> Result<Option<Arc<Demo>>, ServiceError> {
        self.know_demo(self.store().find::<Demo>(KEY).await?.map(|stored| stored.value));
        Ok(self.demo())
    }

    /// Says that this instance is a demo, before anything else is in it: what is real and what is made up never meet.
    pub async fn begin_demo(&self, call: &Call, demo: Demo) -> Result<(), ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        if self.stats().await?.sequence > 0 {
            return Err(conflict("demo_not_empty"));
        }
        let mut changes = ChangeSet::new();
        let summary = format!("{} hosts, {} days, seed {}", demo.hosts, demo.days, demo.seed);
        changes.audit.push(call.audit(self.now(), "demo.begin", KEY, summary));
        changes.create(demo.clone());
        self.commit(changes).await?;
        self.know_demo(Some(demo));
        Ok(())
    }

    /// Says that all of the demo is made, and which of its agents go on.
    pub async fn end_demo(&self, call: &Call, agents: &[AgentId]) -> Result<(), ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        let made = self
            .decide(|| async {
                let stored = self.store().find::<Demo>(KEY).await?;
                let mut stored = stored.ok_or(ServiceError::NotFound { kind: "demo", id: KEY.to_owned() })?;
                stored.value.made_at = Some(self.now());
                stored.value.agents = agents.to_vec();
                let mut changes = ChangeSet::new();
                changes.audit.push(call.audit(self.now(), "demo.end", KEY, format!("{} agents", agents.len())));
                let made = stored.value.clone();
                changes.put(stored.value, Expected::Version(stored.version));
                Ok((changes, made))
            })
            .await?;
        self.know_demo(Some(made));
        Ok(())
    }

    /// Lets every made-up agent say that it lives and sees what the collector has; nothing in an instance that is none. Gives how
    /// many did: who was shut out or quarantined meanwhile is silent.
    pub async fn beat_demo(&self) -> Result<usize, ServiceError> {
        let Some(demo) = self.demo().filter(|demo| demo.is_whole()) else { return Ok(0) };
        let mut heard = 0;
        for agent in &demo.agents {
            let Some(stored) = self.recall_agent(*agent).await? else { continue };
            let Some(host) = stored.value.host else { continue };
            let Some(known) = self.recall_head(host).await?.filter(|known| known.agent == *agent) else { continue };
            let (generation, root, at) = (known.generation, known.root, self.now());
            let heartbeat =
                Heartbeat { boot_id: boot_id(*agent), generation, root, at, looked_at: None, wait_seconds: None };
            match Box::pin(self.heartbeat(*agent, heartbeat)).await {
                Ok(_) => heard += 1,
                Err(error @ ServiceError::Store(_)) => return Err(error),
                Err(error) => tracing::debug!(%error, %agent, "a made-up agent is not heard"),
            }
        }
        Ok(heard)
    }
}
