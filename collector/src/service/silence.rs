//! Which hosts are silent; findings of those that fall silent, and of those that are heard again: nobody knows, and then one
//! knows again.

use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;

use muster_model::drift;
use muster_model::finding::Finding;
use muster_model::host::LastSeen;
use muster_model::reconcile::rule::Rules;
use muster_model::source::heard::{Heard, Patience};
use muster_model::source::{Source, SourceSeen};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::HostId;
use muster_store::{Index, Scan, StoreError, TypedStore};

use super::{Service, ServiceError};
use crate::peer::reply::INTERVAL_HOURS;

/// How often it is looked for silent hosts.
const ROUND_MS: i64 = 60_000;
/// Hosts that are dealt with in one commit.
const HOSTS: usize = 32;

impl Service {
    fn patience<'a>(&self, rules: &'a Rules) -> Patience<'a> {
        let heartbeat_seconds = self.policy().agents.heartbeat_seconds;
        Patience { heartbeat_seconds, interval_hours: INTERVAL_HOURS, rules }
    }

    /// The last word on a host of those that its sources said.
    pub(super) async fn last_word(
        &self,
        own: Option<&LastSeen>,
        others: &BTreeMap<Source, Time>,
    ) -> Result<Option<Heard>, ServiceError> {
        let asks_rules = others.contains_key(&Source::Import) || others.contains_key(&Source::Rest);
        let rules = if asks_rules { self.rules().await? } else { Rules::default() };
        let own = own.map(|seen| (Source::Agent, seen.at));
        Ok(Heard::last(own.into_iter().chain(others.iter().map(|(source, at)| (*source, *at))), self.patience(&rules)))
    }

    /// The last word on every host of which anybody ever spoke.
    pub(super) async fn all_last_words(&self) -> Result<HashMap<HostId, Heard>, ServiceError> {
        let mut words: HashMap<HostId, Vec<(Source, Time)>> = HashMap::new();
        for seen in self.all_last_seen().await? {
            words.entry(seen.host).or_default().push((Source::Agent, seen.at));
        }
        for stored in self.store().all::<SourceSeen>(Scan::keys(Collection::SourceSeen, "")).await? {
            words.entry(stored.value.host).or_default().push((stored.value.source, stored.value.at));
        }
        let rules = self.rules().await?;
        let last = |(host, said): (HostId, Vec<(Source, Time)>)| {
            Some((host, Heard::last(said.into_iter(), self.patience(&rules))?))
        };
        Ok(words.into_iter().filter_map(last).collect())
    }

    /// Says of the findings of hosts that fell silent that nobody knows. `false` when there is nothing to say.
    pub async fn silence_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let (looked_at, known) = self.silent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if looked_at.is_some_and(|at| (0..ROUND_MS).contains(&now.since(at))) {
            return Ok(false);
        }
        // What an agent of ours found no other one looks at.
        let mut words = self.all_last_words().await?;
        for seen in self.all_last_seen().await? {
            words.extend(self.last_word(Some(&seen), &BTreeMap::new()).await?.map(|heard| (seen.host, heard)));
        }
        let mut silent: Vec<HostId> =
            words.iter().filter(|(_, heard)| heard.is_stale(now)).map(|(host, _)| *host).collect();
        silent.sort_unstable();
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
