//! The rules of identification that count now, the next ones, and what others would have made of the last thirty days.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::host::Host;
use muster_model::identification::decision::{Decision, KEPT_MS};
use muster_model::identification::junk::Placeholder;
use muster_model::identification::ladder::{Rules, Step};
use muster_model::identification::replay::{self, Difference};
use muster_model::identification::{Candidate, IdentifierKind, Outcome};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection};
use muster_store::{Index, Scan, TypedStore, index::time_key};

use crate::service::finding::words;
use crate::service::{Call, Service, ServiceError, invalid};

/// What owners change of the rules. Absent fields stay.
#[derive(Clone, Debug, Default)]
pub struct RulesEdit {
    /// Every rule in its place.
    pub steps: Option<Vec<Step>>,
    /// Values that count for nothing.
    pub placeholders: Option<Vec<Placeholder>>,
    /// Limits by kind.
    pub limits: Option<BTreeMap<IdentifierKind, usize>>,
}

/// What other rules would have made of what was decided.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// How many decisions were made again.
    pub decisions: usize,
    /// Those that would have been others.
    pub differences: Vec<Difference>,
}

impl Service {
    /// The rules that count now.
    pub(super) async fn rules_now(&self) -> Result<Rules, ServiceError> {
        let scan = Scan::keys(Collection::IdentificationRules, "").descending();
        Ok(self.store().first::<Rules>(scan).await?.map_or_else(Rules::shipped, |stored| stored.value))
    }

    /// The rules that count now.
    pub async fn identification_rules(&self, call: &Call) -> Result<Rules, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        self.rules_now().await
    }

    /// All versions of the rules, newest first.
    pub async fn identification_rules_history(&self, call: &Call) -> Result<Vec<Rules>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        let scan = Scan::keys(Collection::IdentificationRules, "").descending();
        let mut all: Vec<Rules> =
            self.store().all::<Rules>(scan).await?.into_iter().map(|stored| stored.value).collect();
        all.push(Rules::shipped());
        Ok(all)
    }

    /// Makes the next version of the rules. Hosts stay as they are: rules decide about reports to come.
    pub async fn change_identification_rules(
        &self,
        call: &Call,
        edit: &RulesEdit,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Rules, ServiceError> {
        call.authorize(Action::IdentityRules, Resource::All)?;
        let reason = &words("/reason", reason)?;
        self.decide(|| async move {
            let before = self.rules_now().await?;
            if seen.is_some_and(|seen| seen != before.version) {
                return Err(ServiceError::Stale { have: before.version });
            }
            let mut next = apply(before, edit)?;
            next.version += 1;
            next.by = call.actor.label();
            next.at = self.now();
            next.reason.clone_from(reason);
            let mut changes = ChangeSet::new();
            let mut draft =
                call.audit(next.at, "identity.rules", "identification/rules", format!("version {}", next.version));
            draft.reason.clone_from(reason);
            changes.audit.push(draft);
            changes.create(next.clone());
            Ok((changes, next))
        })
        .await
    }

    /// What these rules would have made of the decisions of the last thirty days. Nothing is written.
    pub async fn dry_run_rules(&self, call: &Call, edit: &RulesEdit) -> Result<DryRun, ServiceError> {
        call.authorize(Action::IdentityRules, Resource::All)?;
        let rules = apply(self.rules_now().await?, edit)?;
        let since = time_key(self.now().plus_millis(-KEPT_MS));
        let scan = Scan::index(Index::DecisionByTime, "").after(Some(since));
        let mut decisions: Vec<Decision> =
            self.store().all::<Decision>(scan).await?.into_iter().map(|stored| stored.value).collect();
        // Within a millisecond a host is made before others are recognised as the same.
        decisions.sort_by_key(|decision| (decision.at, decision.verdict != Outcome::New));
        let Some(first) = decisions.first().map(|decision| decision.at) else {
            return Ok(DryRun { decisions: 0, differences: Vec::new() });
        };
        let made: BTreeSet<_> = decisions.iter().filter_map(|decision| decision.host).collect();
        let hosts = self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?;
        let hosts = hosts.into_iter().map(|stored| stored.value);
        let before = hosts.filter(|host| host.created_at < first || !made.contains(&host.id));
        let before: Vec<Candidate> =
            before.map(|host| Candidate { host: host.id, name: host.name, identifiers: host.identifiers }).collect();
        Ok(DryRun { decisions: decisions.len(), differences: replay::replay(&rules, &before, &decisions) })
    }
}

fn apply(mut rules: Rules, edit: &RulesEdit) -> Result<Rules, ServiceError> {
    if let Some(steps) = &edit.steps {
        rules.steps.clone_from(steps);
    }
    if let Some(placeholders) = &edit.placeholders {
        rules.placeholders.clone_from(placeholders);
    }
    for (kind, limit) in edit.limits.iter().flatten() {
        rules.limits.insert(*kind, *limit);
    }
    match rules.check() {
        Ok(()) => Ok(rules),
        Err((pointer, why)) => Err(invalid(&pointer, why)),
    }
}
