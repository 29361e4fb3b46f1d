//! What policies say: of each change of a host, and of how its items are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_model::drift::{self, Findings, explained};
use muster_model::finding::{Finding, FindingState, Resolution};
use muster_model::history::{HistoryEntry, Operation};
use muster_model::host::Host;
use muster_model::storm;
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use super::drift::staged_finding;
use super::state::Touched;
use super::{Call, Service, ServiceError};

impl Service {
    /// Takes changes of a host into account. When its state was set anew, only findings that stand follow them.
    pub(super) async fn on_changed(
        &self,
        host: HostId,
        (from, to): (u64, u64),
        is_rebased: bool,
        now: Time,
    ) -> Result<ChangeSet, ServiceError> {
        let Some(stored) = self.recall_host(host).await? else { return Ok(ChangeSet::new()) };
        let mut entries: Vec<HistoryEntry> =
            self.entries(host, (from, to)).await?.into_iter().map(Arc::unwrap_or_clone).collect();
        // Another source is believed, or not: nothing changed on the host.
        entries.retain(HistoryEntry::is_change);
        let mut known = Vec::new();
        for item in entries.iter().map(|entry| entry.item).collect::<BTreeSet<_>>() {
            known.extend(self.store().all::<Finding>(Scan::index(Index::FindingByItem, format!("{item}/"))).await?);
        }
        known.retain(|finding| !is_rebased || finding.value.state.is_active());
        let mut findings = Findings::new(known);
        let book = self.policy_book().await?;
        let mut changes = ChangeSet::new();
        let replaced = if is_rebased {
            BTreeMap::new()
        } else {
            self.replaced_sections(&mut changes, host, &entries, now).await?
        };
        for entry in &entries {
            if replaced.contains_key(&entry.section) {
                drift::follow_all(&mut findings, entry, now);
            } else {
                drift::observe(&mut findings, entry, &stored.value.name, &book.settings, &self.policy().windows, now);
            }
        }
        let mut found: Vec<_> =
            findings.into_changed().into_iter().filter(|finding| !is_rebased || finding.version > 0).collect();
        let name = (host, stored.value.name.as_str());
        for (section, (count, not_before)) in replaced {
            let told = storm::section_replaced(name, section, count, (not_before, now), &self.policy().windows);
            found.extend(self.unless_active(told).await?);
        }
        self.explain_found(&mut changes, &mut found, now).await?;
        let explained = found.len();
        self.guard_replaced(&mut found, host).await?;
        self.guard_rebuilt(&mut found, name, now).await?;
        self.explain_found(&mut changes, found.get_mut(explained..).unwrap_or_default(), now).await?;
        // How things are is judged whether the baseline was set anew or not.
        let judged = self.judge_states(&stored, &touched(&entries), now).await?;
        let known: BTreeSet<_> = found.iter().map(|finding| finding.value.id).collect();
        found.extend(judged.into_iter().filter(|finding| !known.contains(&finding.value.id)));
        for finding in found {
            self.write_finding(&mut changes, finding, now).await?;
        }
        Ok(changes)
    }

    /// Asks how all items of a host are, or those of some sections: they were read for the first time, or what people say of the
    /// host changed.
    pub(super) async fn on_discovered(
        &self,
        host: HostId,
        sections: Option<&[SectionName]>,
        now: Time,
    ) -> Result<ChangeSet, ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(ChangeSet::new()) };
        if stored.value.lifecycle.is_over() || stored.value.merged_into.is_some() {
            return self.end_host(host, now).await;
        }
        let sections = sections.unwrap_or(SectionName::ALL).iter().copied().collect();
        let mut changes = ChangeSet::new();
        for finding in self.judge_states(&stored, &Touched::Whole(sections), now).await? {
            self.write_finding(&mut changes, finding, now).await?;
        }
        Ok(changes)
    }

    /// Ends what stands of a host that is out of service, but that it reports: there is nothing to put right any more.
    async fn end_host(&self, host: HostId, now: Time) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let mut active =
            self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, format!("{host}/"))).await?;
        active.retain(|finding| finding.value.policy != drift::RETIRED_HOST);
        // What stands for others ends with the last of them.
        active.sort_by_key(|finding| finding.value.parent.is_none());
        for mut finding in active {
            if staged_finding(&changes, &finding.value.id.to_string()).is_none() {
                let (by, resolution) = ("system:drift".to_owned(), Resolution::HostGone);
                finding.value.enter(FindingState::Resolved { resolution, by, reason: String::new(), at: now }, now);
                self.write_finding(&mut changes, finding, now).await?;
            }
        }
        Ok(changes)
    }

    /// An agent proved that it sees what the collector has: the second look of what waits for one.
    pub(super) async fn on_matched(&self, host: HostId, at: Time, now: Time) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let stored = self.recall_host(host).await?;
        if let Some(host) = stored.as_ref().map(|stored| &stored.value).filter(|host| host.lifecycle.is_over()) {
            let scan = Scan::index(Index::FindingActiveByHost, format!("{}/", host.id));
            let active = self.store().all::<Finding>(scan).await?;
            let standing: Vec<Finding> = active.into_iter().map(|stored| stored.value).collect();
            if let Some(finding) =
                drift::zombie(host, &standing, &self.policy_book().await?.settings, &self.policy().windows, now)
            {
                self.write_finding(&mut changes, Versioned { value: finding, version: 0 }, now).await?;
            }
        }
        let waiting = Scan::index(Index::FindingAwaitsLook, format!("{host}/"));
        for Versioned { value: finding, version } in self.store().all::<Finding>(waiting).await? {
            let next = match explained::verified(&finding, at) {
                Some(number) => Some(self.authorise(&mut changes, &finding, number, now).await?),
                None => drift::advance(&finding, Some(at), &self.policy().windows, now),
            };
            if let Some(value) = next {
                self.write_finding(&mut changes, Versioned { value, version }, now).await?;
            }
        }
        Ok(changes)
    }

    /// Ends the finding that a host which was out of service reports: it is in service again.
    pub(super) async fn end_zombie(
        &self,
        call: &Call,
        changes: &mut ChangeSet,
        host: HostId,
    ) -> Result<(), ServiceError> {
        let active = self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, format!("{host}/"))).await?;
        for mut stored in active.into_iter().filter(|stored| stored.value.policy == drift::RETIRED_HOST) {
            let (by, at) = (call.actor.label(), self.now());
            let resolution = Resolution::Accepted;
            let over = FindingState::Resolved { resolution, by, reason: "in service again".into(), at };
            stored.value.enter(over, at);
            self.write_finding(changes, stored, at).await?;
        }
        Ok(())
    }
}

/// What changes touch, by section: items that are there, and those that went.
fn touched(entries: &[HistoryEntry]) -> Touched {
    let mut keys: BTreeMap<SectionName, BTreeSet<String>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for entry in entries {
        keys.entry(entry.section).or_default().insert(entry.key.clone());
        match entry.operation {
            Operation::Removed => drop(gone.insert(entry.item)),
            Operation::Added | Operation::Modified => drop(gone.remove(&entry.item)),
        }
    }
    Touched::Items { keys, gone }
}
