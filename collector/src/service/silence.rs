//! Findings of hosts that fall silent, and of those that are heard again: nobody knows, and then one knows again.

use std::sync::PoisonError;

use muster_model::drift;
use muster_model::finding::Finding;
use muster_model::host::is_stale;
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_shared::id::HostId;
use muster_store::{Index, Scan, StoreError, TypedStore};

use super::{Service, ServiceError};

/// How often it is looked for silent hosts.
const ROUND_MS: i64 = 60_000;
/// Hosts that are dealt with in one commit.
const HOSTS: usize = 32;

impl Service {
    /// Says of the findings of hosts that fell silent that nobody knows. `false` when there is nothing to say.
    pub async fn silence_step(&self) -> Result<bool, ServiceError> {
        let (now, seconds) = (self.now(), self.policy().agents.heartbeat_seconds);
        let (looked_at, known) = self.silent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if looked_at.is_some_and(|at| (0..ROUND_MS).contains(&now.since(at))) {
            return Ok(false);
        }
        let all = self.all_last_seen().await?;
        let silent: Vec<HostId> =
            all.iter().filter(|seen| is_stale(seen.at, now, seconds)).map(|seen| seen.host).collect();
        let fresh: Vec<HostId> = silent.iter().copied().filter(|host| !known.contains(host)).take(HOSTS).collect();
        let mut changes = ChangeSet::new();
        for host in &fresh {
            let scan = Scan::index(Index::FindingActiveByHost, format!("{host}/"));
            for stored in self.store().all::<Finding>(scan).await? {
                if let Some(next) = drift::unheard(&stored.value, now) {
                    self.write_finding(&mut changes, Versioned { value: next, version: stored.version }, now).await?;
                }
            }
        }
        let worked = !changes.is_empty();
        match self.commit(changes).await {
            Ok(()) => {}
            // Somebody decided about one of them at the same moment: the next look reads them anew.
            Err(StoreError::Conflict { .. }) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
        let mut kept = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.retain(|host| silent.contains(host));
        kept.1.extend(&fresh);
        // With more of them to come it goes on at once.
        kept.0 = (fresh.len() < HOSTS).then_some(now);
        Ok(worked || fresh.len() == HOSTS)
    }

    /// Lets the findings of a host that is heard again be as they were; `None` when there are none.
    pub(super) async fn wake_findings(&self, host: HostId, now: Time) -> Result<Option<ChangeSet>, ServiceError> {
        let unknown = self.store().all::<Finding>(Scan::index(Index::FindingUnknown, host.to_string())).await?;
        let mut changes = ChangeSet::new();
        for stored in unknown {
            if let Some(next) = drift::heard(&stored.value, now) {
                self.write_finding(&mut changes, Versioned { value: next, version: stored.version }, now).await?;
            }
        }
        Ok((!changes.is_empty()).then_some(changes))
    }
}
