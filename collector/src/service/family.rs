//! Findings that stand for others: what becomes of those when it ends, and of it when the last of them does.

use muster_model::baseline::{Baseline, BaselineMove};
use muster_model::finding::{Basis, Finding, FindingState, Resolution};
use muster_model::storm;
use muster_model::{ChangeSet, Document, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{FindingId, HostId};
use muster_store::{Index, Scan, TypedStore};

use super::drift::staged_finding;
use super::{Service, ServiceError};

impl Service {
    /// Looks after the family of a finding that ended.
    pub(super) async fn settle_family(
        &self,
        changes: &mut ChangeSet,
        ended: &Finding,
        now: Time,
    ) -> Result<(), ServiceError> {
        if ended.basis == Basis::Storm {
            return self.release_children(changes, ended, now).await;
        }
        let Some(parent) = ended.parent else { return Ok(()) };
        let siblings = self.children_of(parent).await?;
        let stands = |sibling: &Finding| {
            let staged = staged_finding(changes, &sibling.id.to_string());
            sibling.id != ended.id && staged.is_none_or(|staged| staged.state.is_active())
        };
        if siblings.iter().any(|sibling| stands(&sibling.value))
            || staged_finding(changes, &parent.to_string()).is_some()
        {
            return Ok(());
        }
        let Some(mut stored) = self.store().find::<Finding>(&parent.to_string()).await? else { return Ok(()) };
        // A section that was replaced stands for differences that nobody was told one by one: it does not end with those that came
        // later.
        if stored.value.state.is_active() && stored.value.policy != storm::REPLACED {
            let resolution = match ended.state {
                FindingState::Resolved { resolution: Resolution::HostGone, .. } => Resolution::HostGone,
                _ => Resolution::Reverted,
            };
            let by = "system:drift".to_owned();
            stored.value.enter(FindingState::Resolved { resolution, by, reason: String::new(), at: now }, now);
            // It has no children left: this goes no deeper.
            Box::pin(self.write_finding(changes, stored, now)).await?;
        }
        Ok(())
    }

    async fn children_of(&self, parent: FindingId) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        Ok(self.store().all::<Finding>(Scan::index(Index::FindingByParent, parent.to_string())).await?)
    }

    /// What a storm stood for: accepted with it, or told one by one from now on.
    async fn release_children(&self, changes: &mut ChangeSet, parent: &Finding, now: Time) -> Result<(), ServiceError> {
        let accepted = match &parent.state {
            FindingState::Resolved { resolution: Resolution::Accepted, by, reason, .. } => Some((by, reason)),
            _ => None,
        };
        for mut child in self.children_of(parent.id).await? {
            if staged_finding(changes, &child.value.id.to_string()).is_some() {
                continue;
            }
            match accepted {
                Some((by, reason)) if child.value.basis.is_change() => {
                    self.move_baseline(changes, &child.value, by, reason, now).await?;
                    let (resolution, by, reason) = (Resolution::Accepted, by.clone(), reason.clone());
                    child.value.enter(FindingState::Resolved { resolution, by, reason, at: now }, now);
                }
                _ => child.value.parent = None,
            }
            changes.events.push(muster_model::event::Event::FindingChanged {
                finding: child.value.id,
                host: child.value.host,
                state: child.value.state.as_str().to_owned(),
            });
            changes.update(child);
        }
        Ok(())
    }

    /// Moves the baseline of a host: what was found is authorised from now on. Several moves of one set count up.
    pub(super) async fn move_baseline(
        &self,
        changes: &mut ChangeSet,
        finding: &Finding,
        actor: &str,
        reason: &str,
        now: Time,
    ) -> Result<(), ServiceError> {
        let (version, expected) = match staged_baseline(changes, finding.host) {
            Some((version, expected)) => (version + 1, expected),
            None => match self.store().find::<Baseline>(&finding.host.to_string()).await? {
                Some(stored) => (stored.value.version + 1, Expected::Version(stored.version)),
                None => (1, Expected::Absent),
            },
        };
        let baseline = Baseline { host: finding.host, version, approved_by: actor.to_owned(), valid_from: now };
        changes.put(baseline, expected);
        changes.create(BaselineMove {
            host: finding.host,
            version,
            finding: finding.id,
            item: finding.item,
            section: finding.section,
            item_key: finding.item_key.clone(),
            attribute: finding.attribute.clone(),
            from: finding.expected.clone(),
            to: finding.actual.clone(),
            actor: actor.to_owned(),
            reason: reason.to_owned(),
            at: now,
        });
        Ok(())
    }
}

/// Takes the baseline out of a set that would write it: its version and what it expects to be stored.
fn staged_baseline(changes: &mut ChangeSet, host: HostId) -> Option<(u64, Expected)> {
    let is_it = |document: &Document| matches!(document, Document::Baseline(baseline) if baseline.host == host);
    let place = changes.puts.iter().position(|put| is_it(&put.document))?;
    let put = changes.puts.remove(place);
    match put.document {
        Document::Baseline(baseline) => Some((baseline.version, put.expected)),
        _ => None,
    }
}
