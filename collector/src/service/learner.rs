//! The learner's rounds, and what people decide of its proposals.

use std::collections::BTreeMap;

use muster_model::event::Cursor;
use muster_model::history::HistoryEntry;
use muster_model::host::Host;
use muster_model::learner::{self, Counts, Proposal, ProposalState};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use super::finding::words;
use super::{Call, Service, ServiceError, check_version, conflict};

/// The name of the cursor that says when it looked last.
const CURSOR: &str = "learner";
/// Changes that are read at a time.
const ENTRIES: usize = 1_000;

/// What a person decides of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is volatile.
    Accept,
    /// It is a fact.
    Reject,
}

impl Service {
    /// Counts the changes of the last day, when it is time, and proposes. `false` when it is not.
    pub async fn learn_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        if cursor.as_ref().is_some_and(|cursor| now.since(cursor.value.at) < learner::ROUND_MS) {
            return Ok(false);
        }
        let counts = self.count_changes(now).await?;
        let mut changes = ChangeSet::new();
        if !counts.is_empty() {
            let fleet = self.living_hosts().await?;
            for (section, attribute, hosts, times) in counts.volatile(fleet) {
                let key = learner::key(section, &attribute);
                let before = self.store().find::<Proposal>(&key).await?;
                let known = before.as_ref().map(|before| &before.value);
                let next = learner::propose(known, (section, &attribute), (hosts, fleet, times), now);
                let version = before.as_ref().map_or(Expected::Absent, |before| Expected::Version(before.version));
                if let Some(next) = next {
                    changes.put(next, version);
                }
            }
        }
        let version = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: CURSOR.into(), after: String::new(), at: now }, version);
        // Nothing else is done when it has looked: a round is a step.
        self.commit_step(changes).await
    }

    /// The changes of the last day, a page at a time.
    async fn count_changes(&self, now: Time) -> Result<Counts, ServiceError> {
        let mut counts = Counts::default();
        let since = now.plus_millis(-learner::DAY_MS);
        let mut scan = Scan::index(Index::HistoryByTime, "").descending().limit(ENTRIES);
        loop {
            let page = self.store().page::<HistoryEntry>(scan.clone()).await?;
            for row in &page.rows {
                if row.value.seen_at < since {
                    return Ok(counts);
                }
                counts.take(&row.value);
            }
            match page.next {
                None => return Ok(counts),
                next => scan.after = next,
            }
        }
    }

    async fn living_hosts(&self) -> Result<usize, ServiceError> {
        let mut scan = Scan::keys(Collection::Host, "").limit(256);
        let mut count = 0;
        loop {
            let page = self.store().page::<Host>(scan.clone()).await?;
            let lives = |host: &&Versioned<Host>| !host.value.lifecycle.is_over() && host.value.merged_into.is_none();
            count += page.rows.iter().filter(lives).count();
            match page.next {
                None => return Ok(count),
                next => scan.after = next,
            }
        }
    }

    /// All proposals, by section and attribute.
    pub async fn list_proposals(&self, call: &Call) -> Result<Vec<Versioned<Proposal>>, ServiceError> {
        call.authorize(Action::FindingRead, Resource::All)?;
        Ok(self.store().all::<Proposal>(Scan::keys(Collection::Proposal, "")).await?)
    }

    /// One proposal.
    pub async fn get_proposal(
        &self,
        call: &Call,
        section: SectionName,
        attribute: &str,
    ) -> Result<Versioned<Proposal>, ServiceError> {
        let key = learner::key(section, attribute);
        call.authorize(Action::FindingRead, Resource::One(&key))?;
        let missing = || ServiceError::NotFound { kind: "proposal", id: key.chars().take(80).collect() };
        self.store().find::<Proposal>(&key).await?.ok_or_else(missing)
    }

    /// Decides a proposal, with the reason. What is accepted makes no finding from now on; what is rejected rests.
    pub async fn decide_proposal(
        &self,
        call: &Call,
        (section, attribute): (SectionName, &str),
        ruling: Ruling,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Proposal>, ServiceError> {
        let key = &learner::key(section, attribute);
        call.authorize(Action::PolicyManage, Resource::One(key))?;
        let reason = &words("/reason", reason)?;
        self.decide(|| async move {
            let mut stored = self.get_proposal(call, section, attribute).await?;
            check_version(&stored, seen)?;
            let (now, by, reason) = (self.now(), call.actor.label(), reason.clone());
            let (state, action) = match (ruling, &stored.value.state) {
                (Ruling::Accept, ProposalState::Accepted { .. }) => return Err(conflict("proposal_accepted")),
                (Ruling::Reject, ProposalState::Rejected { .. }) => return Err(conflict("proposal_rejected")),
                (Ruling::Accept, _) => (ProposalState::Accepted { by, reason: reason.clone(), at: now }, "accept"),
                (Ruling::Reject, _) => {
                    let until = now.plus_millis(learner::REST_MS);
                    (ProposalState::Rejected { by, reason: reason.clone(), at: now, until }, "reject")
                }
            };
            stored.value.state = state;
            let mut changes = ChangeSet::new();
            let mut audit = call.audit(now, &format!("volatility.{action}"), key, attribute.to_owned());
            audit.reason = reason;
            changes.audit.push(audit);
            let outcome = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, outcome))
        })
        .await
    }

    /// The attributes that people accepted as volatile, with the reason of each.
    pub(super) async fn accepted_volatile(&self) -> Result<BTreeMap<(SectionName, String), String>, ServiceError> {
        let all = self.store().all::<Proposal>(Scan::keys(Collection::Proposal, "")).await?;
        let accepted = |stored: Versioned<Proposal>| match stored.value.state {
            ProposalState::Accepted { reason, .. } => Some(((stored.value.section, stored.value.attribute), reason)),
            ProposalState::Proposed | ProposalState::Rejected { .. } => None,
        };
        Ok(all.into_iter().filter_map(accepted).collect())
    }
}
