//! When hosts were last heard: in memory at once, in the store within a second.
//!
//! A heartbeat that brings nothing new commits nothing. Should the collector be killed, what the last second heard is forgotten,
//! and heard again with the next heartbeats; nothing that an agent was promised depends on it. Whatever else is written of a
//! host's last sign of life goes through `Service::commit`, which has what is kept here forgotten (see `recall`).

use muster_model::host::LastSeen;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::HostId;
use muster_store::{Scan, TypedStore};

use super::{Service, ServiceError};

/// Signs of life that are stored in one commit.
const BATCH: usize = 256;

/// A sign of life that was read or heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    /// As it is now, with the version of what is stored.
    pub(super) seen: Versioned<LastSeen>,
    /// Whether the store does not have it yet.
    pub(super) is_new: bool,
}

impl Service {
    /// When a host was last heard. The version is that of what is stored.
    pub(crate) async fn last_seen(&self, host: HostId) -> Result<Option<Versioned<LastSeen>>, ServiceError> {
        match self.recall.pulse(host) {
            Some(pulse) => Ok(Some(pulse.seen)),
            None => Ok(self.store().find::<LastSeen>(&host.to_string()).await?),
        }
    }

    /// When every host was last heard.
    pub(crate) async fn all_last_seen(&self) -> Result<Vec<LastSeen>, ServiceError> {
        let stored = self.store().all::<LastSeen>(Scan::keys(Collection::LastSeen, "")).await?;
        let newest = |seen: Versioned<LastSeen>| self.recall.pulse(seen.value.host).map_or(seen, |pulse| pulse.seen);
        Ok(stored.into_iter().map(|seen| newest(seen).value).collect())
    }

    /// Stores what was heard since the last time.
    pub async fn store_pulses(&self) -> Result<(), ServiceError> {
        loop {
            let stored = self
                .decide(|| async {
                    let mut changes = ChangeSet::new();
                    let heard = self.recall.new_pulses(BATCH);
                    for seen in &heard {
                        let stored = self.store().find::<LastSeen>(&seen.value.host.to_string()).await?;
                        let Some(stored) = stored else {
                            self.recall.forget_pulse(seen.value.host);
                            continue;
                        };
                        // Nobody else's wish for a fresh look is lost, should one have come in between.
                        let recheck = stored.value.recheck;
                        changes.put(LastSeen { recheck, ..seen.value }, Expected::Version(stored.version));
                    }
                    Ok((changes, heard.len()))
                })
                .await?;
            if stored < BATCH {
                return Ok(());
            }
        }
    }
}
