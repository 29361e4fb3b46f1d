//! Storms of one host: what is told as one thing instead of hundreds.

use std::collections::BTreeMap;

use muster_model::finding::Finding;
use muster_model::history::HistoryEntry;
use muster_model::storm::{self, Bucket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{FindingId, HostId};
use muster_shared::{SectionName, Time};
use muster_store::index::{document_of, time_key};
use muster_store::{Index, Scan, TypedStore};

use super::{Service, ServiceError};

/// Differences in one report that are not worth counting, as long as the bucket is full.
const FEW: usize = 20;

/// From when on findings of a host count.
const fn begin(now: Time) -> Time {
    now.plus_millis(-storm::HOST_WINDOW_MS)
}

/// The findings of a host that were seen since then: those that began since are among them.
fn since(host: HostId, now: Time) -> Scan {
    let after = format!("{host}/{}", time_key(begin(now)));
    Scan::index(Index::FindingByHost, format!("{host}/")).after(Some(after)).limit(256)
}

/// Whether a finding counts when it is asked how much is new on a host: what a change explains is no storm, and what waits with another
/// one is told already.
const fn counts_in_storm(finding: &Finding) -> bool {
    !finding.state.is_explained() && finding.parent.is_none()
}

impl Service {
    /// The sections whose differences came too fast to be told one by one: how many there were, and since when they may be.
    pub(super) async fn replaced_sections(
        &self,
        changes: &mut ChangeSet,
        host: HostId,
        entries: &[HistoryEntry],
        now: Time,
    ) -> Result<BTreeMap<SectionName, (usize, Option<Time>)>, ServiceError> {
        let name = format!("host/{host}");
        // Most reports bring a few: nothing is written for them.
        if entries.len() <= FEW && self.store().find::<Bucket>(&name).await?.is_none() {
            return Ok(BTreeMap::new());
        }
        let wanted = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let granted = self.take_from(changes, &name, storm::DELTAS, wanted, now).await?;
        let mut counts: BTreeMap<SectionName, usize> = BTreeMap::new();
        for entry in entries {
            *counts.entry(entry.section).or_default() += 1;
        }
        let replaced = storm::replaced(&counts, usize::try_from(granted).unwrap_or(usize::MAX));
        let told = |section: SectionName| {
            let first = entries.iter().find(|entry| entry.section == section);
            (section, (counts.get(&section).copied().unwrap_or_default(), first.and_then(|entry| entry.not_before)))
        };
        Ok(replaced.into_iter().map(told).collect())
    }

    /// A finding of a storm, unless one stands for it already.
    pub(super) async fn unless_active(&self, finding: Finding) -> Result<Option<Versioned<Finding>>, ServiceError> {
        let scan = Scan::index(Index::FindingByFingerprint, format!("{}/", finding.fingerprint)).descending();
        let known = self.store().first::<Finding>(scan).await?;
        let stands = known.is_some_and(|known| known.value.state.is_active());
        Ok((!stands).then_some(Versioned { value: finding, version: 0 }))
    }

    /// What comes in a section that was told as replaced waits with that, as long as it stands.
    pub(super) async fn guard_replaced(
        &self,
        changed: &mut [Versioned<Finding>],
        host: HostId,
    ) -> Result<(), ServiceError> {
        let is_new = |finding: &Versioned<Finding>| finding.version == 0 && finding.value.basis.is_change();
        if !changed.iter().any(is_new) {
            return Ok(());
        }
        let scan = Scan::index(Index::FindingByPolicy, format!("{}/{host}", storm::REPLACED));
        if self.store().count(scan.clone().limit(1)).await? == 0 {
            return Ok(());
        }
        let standing: BTreeMap<SectionName, FindingId> =
            self.store().all::<Finding>(scan).await?.into_iter().map(|row| (row.value.section, row.value.id)).collect();
        for finding in changed.iter_mut().filter(|finding| is_new(finding)) {
            if !finding.value.state.is_explained() {
                finding.value.parent = standing.get(&finding.value.section).copied();
            }
        }
        Ok(())
    }

    /// With too many new findings on a host one says that it looks rebuilt, and stands for all of them.
    pub(super) async fn guard_rebuilt(
        &self,
        changed: &mut Vec<Versioned<Finding>>,
        (host, name): (HostId, &str),
        now: Time,
    ) -> Result<(), ServiceError> {
        if changed.iter().all(|finding| finding.version > 0) {
            return Ok(());
        }
        let fresh = changed.iter().filter(|finding| finding.version == 0 && counts_in_storm(&finding.value)).count();
        let standing = self.standing_rebuilt(host).await?;
        // Those that the index lists are counted first: most hosts are far from looking rebuilt.
        let may_be = standing.is_none() && self.store().count(since(host, now)).await? + fresh > storm::HOST_FINDINGS;
        let recent = if may_be { self.recent_findings(host, now).await? } else { Vec::new() };
        let parent = match standing {
            Some(parent) => parent,
            None if recent.len() + fresh > storm::HOST_FINDINGS => {
                let count = recent.len() + fresh;
                let told = storm::rebuilt((host, name), count, &self.policy().windows, now);
                let id = told.id;
                changed.push(Versioned { value: told, version: 0 });
                id
            }
            None => return Ok(()),
        };
        let waits = |finding: &Finding| {
            finding.id != parent
                && finding.policy != storm::REBUILT
                && finding.incident.is_none()
                && finding.parent.is_none()
                && !finding.state.is_explained()
        };
        for finding in changed.iter_mut().filter(|finding| finding.version == 0 && waits(&finding.value)) {
            finding.value.parent = Some(parent);
        }
        let known: Vec<FindingId> = changed.iter().map(|finding| finding.value.id).collect();
        for mut finding in recent.into_iter().filter(|finding| waits(&finding.value) && finding.value.state.is_active())
        {
            if !known.contains(&finding.value.id) {
                finding.value.parent = Some(parent);
                changed.push(finding);
            }
        }
        Ok(())
    }

    async fn standing_rebuilt(&self, host: HostId) -> Result<Option<FindingId>, ServiceError> {
        let scan = Scan::index(Index::FindingByPolicy, format!("{}/{host}", storm::REBUILT)).limit(1);
        Ok(self.store().places(scan).await?.first().and_then(|place| document_of(place).parse().ok()))
    }

    /// The findings of a host that began a short time ago.
    async fn recent_findings(&self, host: HostId, now: Time) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        let mut recent = self.store().page::<Finding>(since(host, now)).await?.rows;
        let since = begin(now);
        recent.retain(|finding| finding.value.first_seen >= since && counts_in_storm(&finding.value));
        Ok(recent)
    }
}
