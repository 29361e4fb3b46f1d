//! Policies about every host: the walk over the fleet, a few hosts in each commit, that goes on where it was after a restart.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_model::event::Event;
use muster_model::finding::{Finding, FindingState, Resolution};
use muster_model::grant::observed;
use muster_model::host::Host;
use muster_model::peer;
use muster_model::policy::book::Settings;
use muster_model::policy::sweep::{ROUND_MS, Sweep};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned, policy};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use super::{Service, ServiceError};

/// Hosts that are asked about in one commit.
const HOSTS: usize = 16;
/// Findings that are ended in one commit.
const FINDINGS: usize = 64;

/// The walks, by policy.
pub(super) type Sweeps = BTreeMap<String, Versioned<Sweep>>;

/// Whether a change set moves a walk.
pub(super) fn rewrites(changes: &ChangeSet) -> bool {
    changes.puts.iter().any(|put| put.document.collection() == Collection::Sweep)
        || changes.deletes.iter().any(|target| target.collection == Collection::Sweep)
}

impl Service {
    /// Goes on with the sweep that is due first. `false` when none is.
    pub async fn sweep_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let sweeps = self.all_sweeps().await?;
        let book = self.policy_book().await?;
        // A policy that nobody walked with yet: it came with a new version, or was switched on.
        let missing = book.states().iter().find(|policy| !sweeps.contains_key(&policy.id));
        if let Some(policy) = missing {
            let mut changes = ChangeSet::new();
            changes.create(Sweep::of(&policy.id, now));
            return self.commit_step(changes).await;
        }
        let due = sweeps.values().filter(|sweep| sweep.value.due_at.is_some_and(|at| at <= now));
        let Some(sweep) = due.min_by_key(|sweep| sweep.value.due_at).cloned() else { return Ok(false) };
        let mut changes = ChangeSet::new();
        let policies: Vec<_> = book.named(&sweep.value.policy).cloned().collect();
        if observed::find(&sweep.value.policy).is_some() {
            self.sweep_access(&mut changes, sweep).await?;
        } else if policies.is_empty() {
            self.end_policy(&mut changes, &sweep, &book.settings, now).await?;
        } else {
            let scan = Scan::keys(Collection::Host, "").after(sweep.value.after.clone()).limit(HOSTS);
            let page = self.store().page::<Host>(scan).await?;
            for host in &page.rows {
                self.sweep_host(&mut changes, host, &policies, now).await?;
            }
            let mut next = sweep;
            next.value.after.clone_from(&page.next);
            if page.next.is_none() {
                let uses_clock = policies.iter().any(|policy| policy.rule.uses_clock);
                next.value.due_at = uses_clock.then(|| now.plus_millis(ROUND_MS));
            }
            changes.update(next);
        }
        self.commit_step(changes).await
    }

    /// Has the accounts of the next hosts compared with grants.
    async fn sweep_access(&self, changes: &mut ChangeSet, mut sweep: Versioned<Sweep>) -> Result<(), ServiceError> {
        let scan = Scan::keys(Collection::Host, "").after(sweep.value.after.clone()).limit(HOSTS);
        let page = self.store().page::<Host>(scan).await?;
        changes.events.extend(page.rows.iter().map(|host| Event::AccessChanged { host: host.value.id }));
        sweep.value.after.clone_from(&page.next);
        if page.next.is_none() {
            sweep.value.due_at = None;
        }
        changes.update(sweep);
        Ok(())
    }

    /// Ends what a policy found that is not asked any more; the last step ends the sweep too.
    async fn end_policy(
        &self,
        changes: &mut ChangeSet,
        sweep: &Versioned<Sweep>,
        settings: &Settings,
        now: Time,
    ) -> Result<(), ServiceError> {
        let id = &sweep.value.policy;
        // A policy over changes that is on again keeps what it found.
        let of_peers = peer::find(id).is_some() && peer::is_on(id, settings);
        let is_asked = of_peers || policy::find(id).is_some() && settings.is_on(id);
        let scan = Scan::index(Index::FindingByPolicy, format!("{id}/")).limit(FINDINGS);
        let found = if is_asked { Vec::new() } else { self.store().page::<Finding>(scan).await?.rows };
        if found.is_empty() {
            changes.delete(Collection::Sweep, sweep.value.key(), Expected::Version(sweep.version));
        }
        for mut finding in found {
            let (by, resolution) = ("system:drift".to_owned(), Resolution::PolicyRemoved);
            finding.value.enter(FindingState::Resolved { resolution, by, reason: String::new(), at: now }, now);
            self.write_finding(changes, finding, now).await?;
        }
        Ok(())
    }

    /// When the next sweep goes on.
    pub(super) async fn next_sweep(&self) -> Result<Option<Time>, ServiceError> {
        Ok(self.all_sweeps().await?.values().filter_map(|sweep| sweep.value.due_at).min())
    }

    async fn all_sweeps(&self) -> Result<Arc<Sweeps>, ServiceError> {
        let (generation, known) = self.sweeps.get();
        if let Some(known) = known {
            return Ok(known);
        }
        let all = self.store().all::<Sweep>(Scan::keys(Collection::Sweep, "")).await?;
        let sweeps = all.into_iter().map(|sweep| (sweep.value.policy.clone(), sweep)).collect();
        Ok(self.sweeps.keep(generation, sweeps))
    }
}
