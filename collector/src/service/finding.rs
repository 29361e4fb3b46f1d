//! Findings: looking at them, accepting, waiving, suppressing.

use muster_model::baseline::{Baseline, BaselineMove};
use muster_model::finding::{self, Finding, FindingState, Resolution};
use muster_model::history::Moment;
use muster_model::policy::own::OwnPolicy;
use muster_model::policy::{self, shipped};
use muster_model::profile::Profile;
use muster_model::query::{Query, fields};
use muster_model::right::{Action, Resource};
use muster_model::storm;
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{FindingId, HostId, NodeId, TicketId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::{Call, Page, Service, ServiceError, Window, check_version, conflict, invalid};

/// The longest that a finding may be waived or silenced.
const MAX_WAIVER_MS: i64 = 366 * 86_400_000;

/// A finding as queries see it.
pub(super) fn entry(finding: &Finding) -> Value {
    json!({
        "title": finding.title().to_string(), "host": finding.host, "host_name": finding.host_name, "item": finding.item, "section": finding.section,
        "item_key": finding.item_key, "policy": finding.policy, "severity": finding.severity,
        "state": finding.state.as_str(), "drift": finding.state.is_drift(),
        "authorised": finding.state.is_authorised(), "attribute": finding.attribute, "incident": finding.incident,
        "change": finding.changes(),
        "first_seen": finding.first_seen, "last_seen": finding.last_seen,
    })
}

pub(super) fn words(field: &str, text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 2_000 {
        return Err(invalid(field, Phrase::new("say_why")));
    }
    Ok(text.to_owned())
}

impl Service {
    /// Findings, last seen first. Without a demand on the state only those that still stand; at a moment of the past those that
    /// stood then, in the state of then.
    pub async fn list_findings(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Finding>>, ServiceError> {
        let query = &self.sight(call, Action::FindingRead).await?.of_hosted(query, "host");
        let wants_ended = query.mentions("state") && query.allows("state", "resolved");
        let wants_all = query.requires("state") == Some("all");
        let index = if wants_ended || wants_all { Index::FindingByTime } else { Index::FindingActive };
        let mut query = query.clone().without("state", "all");
        // A finding is known when it is made: of both times the earlier counts.
        if let Some(at) = std::mem::take(&mut query.moment).since() {
            query.only_past(&fields::FINDING, finding::PAST).map_err(|why| invalid("/filter", why))?;
            let wants_standing = !query.mentions("state") && !wants_all;
            let scan = Scan::index(Index::FindingByTime, "").descending();
            let mut page = self
                .list(scan, window, |finding: &Finding| {
                    finding.state_at(at).is_some_and(|state| {
                        (state.is_active() || !wants_standing)
                            && query.matches(&entry(&Finding { state, ..finding.clone() }))
                    })
                })
                .await?;
            for stored in &mut page.items {
                stored.value.state = stored.value.state_at(at).unwrap_or_else(|| stored.value.state.clone());
            }
            return Ok(page);
        }
        self.list(Scan::index(index, "").descending(), window, |finding: &Finding| query.matches(&entry(finding))).await
    }

    /// One finding.
    pub async fn get_finding(&self, call: &Call, id: FindingId) -> Result<Versioned<Finding>, ServiceError> {
        let sight = self.sight(call, Action::FindingRead).await?;
        let missing = || ServiceError::NotFound { kind: "finding", id: id.to_string() };
        let found = self.store().find::<Finding>(&id.to_string()).await?;
        found.filter(|found| sight.sees_host(found.value.host)).ok_or_else(missing)
    }

    /// Why the policy of a finding minds.
    pub(super) async fn purpose(&self, finding: &Finding) -> Result<String, ServiceError> {
        let row = policy::find_row(&finding.policy, finding.section, finding.attribute.as_deref());
        let shipped = row.map(|row| row.purpose).or_else(|| Some(shipped::find(&finding.policy)?.purpose));
        let gate = storm::GATES.iter().find(|(gate, _)| *gate == finding.policy).map(|(_, purpose)| *purpose);
        let shipped = shipped.or(gate);
        if let Some(purpose) = shipped {
            return Ok(purpose.to_owned());
        }
        if let Some(own) = self.store().find::<OwnPolicy>(&finding.policy).await? {
            return Ok(own.value.purpose);
        }
        let profile = self.store().find::<Profile>(&finding.policy).await?;
        Ok(profile.map(|profile| profile.value.purpose).unwrap_or_default())
    }

    /// All findings of an incident.
    pub async fn findings_of_ticket(
        &self,
        call: &Call,
        ids: &[FindingId],
    ) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        let sight = self.sight(call, Action::FindingRead).await?;
        let mut findings = Vec::new();
        for id in ids {
            let found = self.store().find::<Finding>(&id.to_string()).await?;
            findings.extend(found.filter(|found| sight.sees_host(found.value.host)));
        }
        Ok(findings)
    }

    /// Findings of a host that still stand.
    pub async fn findings_of_host(&self, call: &Call, host: HostId) -> Result<Vec<Finding>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(host)).await?;
        let scan = Scan::index(Index::FindingActiveByHost, format!("{host}/"));
        Ok(self.store().all::<Finding>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// Findings of a host that stood at a moment, each as it stood then.
    pub async fn findings_of_host_at(
        &self,
        call: &Call,
        host: HostId,
        moment: Moment,
    ) -> Result<Vec<Finding>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(host)).await?;
        Ok(self.findings_at(host, "", moment).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// Findings on the items of a host whose keys begin so that stood at a moment, each as it stood then.
    pub(super) async fn findings_at(
        &self,
        host: HostId,
        key: &str,
        moment: Moment,
    ) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        let Some(at) = moment.since() else {
            return Ok(self.store().all(Scan::index(Index::FindingActiveByHost, format!("{host}/{key}"))).await?);
        };
        let mut findings = Vec::new();
        for stored in self.store().all::<Finding>(Scan::index(Index::FindingByHost, format!("{host}/"))).await? {
            if let Some(state) = stored.value.state_at(at).filter(FindingState::is_active) {
                findings.push(Versioned { value: Finding { state, ..stored.value }, version: stored.version });
            }
        }
        Ok(findings)
    }

    /// Moves the baseline: what was found is right from now on.
    pub async fn accept_finding(
        &self,
        call: &Call,
        id: FindingId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Finding>, ServiceError> {
        call.holds(Action::FindingAccept)?;
        let reason = &words("/reason", reason)?;
        self.decide(|| async move {
            let (mut next, now) = self.active_finding(call, Action::FindingAccept, id, seen).await?;
            let finding = &mut next.value;
            if !finding.basis.may_accept() {
                return Err(conflict("state_not_accepted"));
            }
            let mut changes = ChangeSet::new();
            let actor = call.actor.label();
            self.move_baseline(&mut changes, finding, &actor, reason, now).await?;
            let resolution = Resolution::Accepted;
            finding.enter(FindingState::Resolved { resolution, by: actor, reason: reason.clone(), at: now }, now);
            self.finish(call, changes, next, "finding.accept", reason, now).await
        })
        .await
    }

    /// Lets a finding stand until a day, with a justification.
    pub async fn waive_finding(
        &self,
        call: &Call,
        id: FindingId,
        justification: &str,
        expires_at: Time,
        seen: Option<u64>,
    ) -> Result<Versioned<Finding>, ServiceError> {
        call.holds(Action::FindingWaive)?;
        let justification = &words("/justification", justification)?;
        self.check_end("/expires_at", expires_at)?;
        self.decide(|| async move {
            let (mut next, now) = self.active_finding(call, Action::FindingWaive, id, seen).await?;
            let by = call.actor.label();
            next.value.enter(FindingState::Waived { by, justification: justification.clone(), expires_at }, now);
            self.finish(call, ChangeSet::new(), next, "finding.waive", justification, now).await
        })
        .await
    }

    /// Silences a finding for a time.
    pub async fn suppress_finding(
        &self,
        call: &Call,
        id: FindingId,
        reason: &str,
        until: Time,
        seen: Option<u64>,
    ) -> Result<Versioned<Finding>, ServiceError> {
        call.holds(Action::FindingSuppress)?;
        let reason = &words("/reason", reason)?;
        self.check_end("/until", until)?;
        self.decide(|| async move {
            let (mut next, now) = self.active_finding(call, Action::FindingSuppress, id, seen).await?;
            let by = call.actor.label();
            next.value.enter(FindingState::Suppressed { by, reason: reason.clone(), until }, now);
            self.finish(call, ChangeSet::new(), next, "finding.suppress", reason, now).await
        })
        .await
    }

    fn check_end(&self, field: &str, end: Time) -> Result<(), ServiceError> {
        let ahead = end.since(self.now());
        if (1..=MAX_WAIVER_MS).contains(&ahead) {
            return Ok(());
        }
        Err(invalid(field, Phrase::new("time_ahead")))
    }

    async fn active_finding(
        &self,
        call: &Call,
        action: Action,
        id: FindingId,
        seen: Option<u64>,
    ) -> Result<(Versioned<Finding>, Time), ServiceError> {
        let stored = self.get_finding(call, id).await?;
        self.authorize_at(call, action, NodeId::Host(stored.value.host)).await?;
        check_version(&stored, seen)?;
        if stored.value.state.is_active() {
            return Ok((stored, self.now()));
        }
        Err(conflict("finding_over"))
    }

    async fn finish(
        &self,
        call: &Call,
        mut changes: ChangeSet,
        next: Versioned<Finding>,
        action: &str,
        reason: &str,
        now: Time,
    ) -> Result<(ChangeSet, Versioned<Finding>), ServiceError> {
        let mut draft = call.audit(now, action, next.value.id, next.value.title().to_string());
        reason.clone_into(&mut draft.reason);
        changes.audit.push(draft);
        let outcome = Versioned { value: next.value.clone(), version: next.version + 1 };
        self.write_finding(&mut changes, next, now).await?;
        Ok((changes, outcome))
    }

    /// Whether the caller may see findings, baselines and policies.
    pub fn may_read_findings(&self, call: &Call) -> Result<(), ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)
    }

    /// Baselines of all hosts.
    pub async fn list_baselines(
        &self,
        call: &Call,
        window: &Window,
    ) -> Result<Page<Versioned<Baseline>>, ServiceError> {
        let sight = self.sight(call, Action::FindingRead).await?;
        let scan = Scan::keys(Collection::Baseline, "");
        self.list(scan, window, |baseline: &Baseline| sight.sees_host(baseline.host)).await
    }

    /// The moves of a host's baseline, newest first.
    pub async fn list_baseline_moves(
        &self,
        call: &Call,
        host: HostId,
        window: &Window,
    ) -> Result<Page<Versioned<BaselineMove>>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(host)).await?;
        let scan = Scan::keys(Collection::BaselineMove, format!("{host}/")).descending();
        self.list(scan, window, |_: &BaselineMove| true).await
    }

    /// The incident of a finding, if it has one: number for links.
    pub async fn number_of(&self, id: TicketId) -> Result<Option<String>, ServiceError> {
        let ticket = self.store().find::<muster_model::ticket::Ticket>(&id.to_string()).await?;
        Ok(ticket.map(|ticket| ticket.value.number))
    }
}
