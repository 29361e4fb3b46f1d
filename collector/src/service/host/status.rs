//! How hosts stand with their reports: what the one function of the model is asked of.

use std::collections::{HashMap, HashSet};

use muster_model::agent::{Agent, Standing};
use muster_model::host::Host;
use muster_model::host::status::Status;
use muster_model::{Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::HostId;
use muster_store::{Scan, TypedStore};

use crate::service::source::view::Tellers;
use crate::service::{Service, ServiceError};

const fn is_quarantined(agent: &Agent) -> bool {
    matches!(agent.standing, Standing::Quarantined { .. })
}

impl Service {
    /// How a host stands.
    pub(in crate::service) async fn status_of(&self, tellers: &Tellers, now: Time) -> Result<Status, ServiceError> {
        let speaker = match &tellers.inventory {
            Some(inventory) => self.recall_agent(inventory.value.agent).await?,
            None => None,
        };
        let is_set_apart = speaker.is_some_and(|agent| is_quarantined(&agent.value));
        Ok(Status::of(tellers.host.lifecycle, is_set_apart, tellers.last_word.as_ref(), now))
    }

    /// How hosts stand that are no aliases of others: all at once, in a few scans.
    pub(in crate::service) async fn statuses(
        &self,
        hosts: &[Versioned<Host>],
    ) -> Result<HashMap<HostId, Status>, ServiceError> {
        let (now, words) = (self.now(), self.all_last_words().await?);
        let mut set_apart = HashSet::new();
        for agent in self.store().all::<Agent>(Scan::keys(Collection::Agent, "")).await? {
            let Some(host) = agent.value.host.filter(|_| is_quarantined(&agent.value)) else { continue };
            let speaker = self.recall_inventory(host).await?.map(|inventory| inventory.value.agent);
            if speaker == Some(agent.value.id) {
                set_apart.insert(host);
            }
        }
        let there = hosts.iter().map(|stored| &stored.value).filter(|host| host.merged_into.is_none());
        let status = |host: &Host| Status::of(host.lifecycle, set_apart.contains(&host.id), words.get(&host.id), now);
        Ok(there.map(|host| (host.id, status(host))).collect())
    }
}
