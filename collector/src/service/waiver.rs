//! Waivers: what may stand for a time. Who makes one says what it means, why, who answers for it and when it ends.

use std::sync::Arc;

use muster_model::drift;
use muster_model::finding::Finding;
use muster_model::policy::book::Book;
use muster_model::right::{Action, Resource};
use muster_model::waiver::{self, Waiver};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::WaiverId;
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::finding::entry;
use super::{Call, Service, ServiceError, check_version, conflict};

/// Findings that learn of a waiver in one commit.
const FINDINGS: usize = 256;

/// A waiver that somebody makes.
#[derive(Clone, Debug)]
pub struct WaiverDraft {
    /// Which findings it means.
    pub selector: String,
    /// Why they may stand.
    pub justification: String,
    /// Who answers for it; the caller, unless somebody else is named.
    pub owner: String,
    /// When it ends.
    pub expires_at: Time,
}

/// A waiver as it is shown.
#[derive(Clone, Debug)]
pub struct WaiverView {
    /// The waiver.
    pub waiver: Versioned<Waiver>,
    /// `active`, `expired` or `ended`.
    pub state: &'static str,
}

impl Service {
    /// Waivers, newest first.
    pub async fn list_waivers(&self, call: &Call) -> Result<Vec<WaiverView>, ServiceError> {
        call.authorize(Action::FindingRead, Resource::All)?;
        let all = self.store().all::<Waiver>(Scan::keys(Collection::Waiver, "").descending()).await?;
        Ok(all.into_iter().map(|waiver| self.waiver_view(waiver)).collect())
    }

    /// One waiver.
    pub async fn get_waiver(&self, call: &Call, id: WaiverId) -> Result<WaiverView, ServiceError> {
        call.authorize(Action::FindingRead, Resource::One(&id.to_string()))?;
        Ok(self.waiver_view(self.stored_waiver(id).await?))
    }

    async fn stored_waiver(&self, id: WaiverId) -> Result<Versioned<Waiver>, ServiceError> {
        let missing = || ServiceError::NotFound { kind: "waiver", id: id.to_string() };
        self.store().find::<Waiver>(&id.to_string()).await?.ok_or_else(missing)
    }

    fn waiver_view(&self, waiver: Versioned<Waiver>) -> WaiverView {
        WaiverView { state: waiver.value.state(self.now()), waiver }
    }

    /// Makes a waiver.
    pub async fn create_waiver(&self, call: &Call, draft: WaiverDraft) -> Result<WaiverView, ServiceError> {
        call.authorize(Action::FindingWaive, Resource::All)?;
        let now = self.now();
        let waiver = Waiver {
            id: WaiverId::new(now),
            selector: draft.selector.trim().to_owned(),
            justification: draft.justification.trim().to_owned(),
            owner: draft.owner.trim().to_owned(),
            expires_at: draft.expires_at,
            created_by: call.actor.label(),
            created_at: now,
            ended: None,
            is_applied: false,
        };
        let violations = waiver::check(&waiver, now);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let mut changes = ChangeSet::new();
        let summary = format!("{} until {}, answered for by {}", waiver.selector, waiver.expires_at, waiver.owner);
        let mut audit = call.audit(now, "waiver.create", waiver.id, summary);
        audit.reason.clone_from(&waiver.justification);
        changes.audit.push(audit);
        let id = waiver.id;
        changes.create(waiver);
        self.commit(changes).await?;
        self.get_waiver(call, id).await
    }

    /// Ends a waiver before its time: what it let stand comes back.
    pub async fn end_waiver(&self, call: &Call, id: WaiverId, seen: Option<u64>) -> Result<WaiverView, ServiceError> {
        call.authorize(Action::FindingWaive, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let mut stored = self.stored_waiver(id).await?;
            check_version(&stored, seen)?;
            let now = self.now();
            if !stored.value.holds(now) {
                return Err(conflict("waiver_over"));
            }
            stored.value.ended = Some((call.actor.label(), now));
            stored.value.is_applied = false;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "waiver.end", id, stored.value.selector.clone()));
            changes.update(stored);
            Ok((changes, ()))
        })
        .await?;
        self.get_waiver(call, id).await
    }

    /// Lets findings that stand know of a waiver that began or ended. `false` when all do.
    pub async fn waiver_step(&self) -> Result<bool, ServiceError> {
        let waivers = self.store().all::<Waiver>(Scan::keys(Collection::Waiver, "")).await?;
        let Some(mut waiver) = waivers.into_iter().find(|waiver| !waiver.value.is_applied) else { return Ok(false) };
        let (now, book) = (self.now(), self.policy_book().await?);
        let mut changes = ChangeSet::new();
        let mut scan = Scan::index(Index::FindingActive, "");
        let mut count = 0;
        loop {
            let page = self.store().page::<Finding>(scan.clone()).await?;
            for stored in page.rows {
                let finding = stored.value;
                let next = if waiver.value.holds(now) {
                    self.waived(&book, &finding, now)
                } else if finding.waiver == Some(waiver.value.id) {
                    drift::unwaived(&finding, &self.policy().windows, now)
                } else {
                    None
                };
                let Some(next) = next else { continue };
                self.write_finding(&mut changes, Versioned { value: next, version: stored.version }, now).await?;
                count += 1;
                if count >= FINDINGS {
                    return self.commit_step(changes).await;
                }
            }
            match page.next {
                None => break,
                next => scan.after = next,
            }
        }
        waiver.value.is_applied = true;
        changes.update(waiver);
        self.commit_step(changes).await
    }

    /// A finding in the state that a waiver gives it; `None` when none does.
    #[expect(clippy::unused_self, reason = "it belongs to the engine")]
    pub(super) fn waived(&self, book: &Arc<Book>, finding: &Finding, now: Time) -> Option<Finding> {
        if book.waivers.is_empty() || !waiver::may_waive(finding) {
            return None;
        }
        let waiver = book.waiver_of(&entry(finding), now)?;
        let mut next = finding.clone();
        next.enter(waiver.state_of_waived(), now);
        next.waiver = Some(waiver.id);
        Some(next)
    }
}
