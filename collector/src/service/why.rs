//! Why somebody was alerted of a change, or was not: the way of a history entry through the pipeline, step by step.

use muster_model::drift::tolerance;
use muster_model::finding::{self, Finding, FindingState, Resolution};
use muster_model::history::{self, HistoryEntry, Operation};
use muster_model::policy::{self, Outcome, Violation};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word};
use muster_model::ticket::Ticket;
use muster_shared::SectionName;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError};

/// A step of the way.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which one: `recorded`, `policy`, `finding`, `state`, `outcome`, `routing`, `incident`.
    pub step: &'static str,
    /// Whether it went on from here.
    pub passed: bool,
    /// What was so.
    pub why: Phrase,
}

/// The way of one change.
#[derive(Clone, Debug)]
pub struct Why {
    /// The change.
    pub entry: HistoryEntry,
    /// Whether it is in an incident.
    pub is_alerted: bool,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

fn went(step: &'static str, why: Phrase) -> Step {
    Step { step, passed: true, why }
}

fn stopped(step: &'static str, why: Phrase) -> Step {
    Step { step, passed: false, why }
}

impl Service {
    /// Why a change of a host alerted somebody, or nobody.
    pub async fn explain_change(&self, call: &Call, host: HostId, seq: u64) -> Result<Why, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(host)).await?;
        let key = history::key(host, seq);
        let missing = || ServiceError::NotFound { kind: "change", id: key.clone() };
        let entry = self.store().find::<HistoryEntry>(&key).await?.ok_or_else(missing)?.value;
        let what = Phrase::new("detail")
            .term("name", "section", entry.section.as_str())
            .with("value", format!("{} {}", entry.key, entry.operation.as_str()));
        let mut steps = vec![went("recorded", Phrase::new("why_recorded").with("what", what))];
        let is_alerted = self.follow_change(&entry, &mut steps).await?;
        Ok(Why { entry, is_alerted, steps })
    }

    /// Adds the steps that a change went; says whether it came to an incident.
    async fn follow_change(&self, entry: &HistoryEntry, steps: &mut Vec<Step>) -> Result<bool, ServiceError> {
        if !entry.is_change() {
            steps.push(stopped("recorded", Phrase::new("why_other_source")));
            return Ok(false);
        }
        let book = self.policy_book().await?;
        let minded = policy::judge(entry, &book.settings);
        let mut is_alerted = false;
        // How the item is may be minded too, whatever changed.
        let of_item = Scan::index(Index::FindingByItem, format!("{}/", entry.item));
        let states = self.store().all::<Finding>(of_item).await?;
        let begun = |finding: &Finding| !finding.basis.is_change() && finding.first_seen >= entry.seen_at;
        for finding in states.into_iter().map(|stored| stored.value).filter(begun) {
            steps.push(went("policy", minds(&finding)));
            is_alerted |= self.follow_finding(&finding, steps).await?;
        }
        if minded.is_empty() && !is_alerted {
            if let Some(keeper) = &entry.kept_by {
                steps.push(stopped("policy", Phrase::new("why_kept").with("keeper", keeper.as_str())));
                return Ok(false);
            }
            let moved = entry.before.keys().chain(entry.after.keys());
            let slow =
                |name: &String| tolerance::reason(entry.section, name, entry.before.get(name), entry.after.get(name));
            let mut reasons = moved.map(|name| book.settings.is_volatile(entry.section, name).or_else(|| slow(name)));
            if entry.operation == Operation::Modified
                && let Some(reason) = reasons.next().flatten()
                && reasons.all(|reason| reason.is_some())
            {
                steps.push(stopped("policy", Phrase::new("why_volatile").with("reason", reason)));
                return Ok(false);
            }
            if entry.section == SectionName::Listener
                && entry.operation == Operation::Added
                && policy::is_picked(&entry.after)
            {
                steps.push(stopped("policy", Phrase::new("why_picked_port")));
                return Ok(false);
            }
            let of_section = || policy::DEFAULT.iter().filter(|policy| policy.section == entry.section);
            let off: Vec<&str> =
                of_section().filter(|policy| !book.settings.is_on(policy.id)).map(|policy| policy.id).collect();
            let all: Vec<&str> = of_section().map(|policy| policy.id).collect();
            steps.push(if off.is_empty() {
                stopped("policy", Phrase::new("why_no_policy").with("policies", Word::list(all)))
            } else {
                stopped("policy", Phrase::new("why_policy_off").with("policies", Word::list(off)))
            });
            return Ok(false);
        }
        for violation in minded {
            is_alerted |= self.follow_violation(entry, violation, steps).await?;
        }
        Ok(is_alerted)
    }

    async fn follow_violation(
        &self,
        entry: &HistoryEntry,
        violation: Violation,
        steps: &mut Vec<Step>,
    ) -> Result<bool, ServiceError> {
        let policy = &violation.policy;
        let minds = Phrase::new("why_policy")
            .with("policy", policy.id.as_str())
            .term("severity", "severity", policy.severity.as_str())
            .term("outcome", "outcome", policy.outcome.as_str());
        steps.push(went("policy", minds));
        if entry.view_changed && !entry.before.keys().any(|name| entry.after.contains_key(name)) {
            steps.push(stopped("policy", Phrase::new("why_view")));
            return Ok(false);
        }
        let attribute = violation.attribute.as_deref();
        let fingerprint = finding::fingerprint(entry.host, entry.section, &entry.key, &policy.id, attribute);
        let scan = Scan::index(Index::FindingByFingerprint, format!("{fingerprint}/"));
        let all = self.store().all::<Finding>(scan).await?;
        // The one that stood or began then: the last that is not younger than the change.
        let then = all.into_iter().map(|stored| stored.value).rfind(|finding| finding.first_seen <= entry.seen_at);
        let Some(finding) = then else {
            steps.push(stopped("finding", Phrase::new("why_no_finding")));
            return Ok(false);
        };
        steps.push(went(
            "finding",
            if finding.first_seen < entry.seen_at {
                Phrase::new("why_known")
            } else {
                Phrase::new("why_finding").with("what", finding.title())
            },
        ));
        self.follow_finding(&finding, steps).await
    }

    /// The way of a finding to its incident, as far as it came.
    async fn follow_finding(&self, finding: &Finding, steps: &mut Vec<Step>) -> Result<bool, ServiceError> {
        let passed = finding.incident.is_some();
        steps.push(Step { step: "state", passed: passed || finding.routes_at().is_some(), why: state(finding) });
        if let Some(incident) = finding.incident {
            let ticket = self.store().find::<Ticket>(&incident.to_string()).await?.map(|stored| stored.value);
            if let Some(ticket) = ticket {
                let number = ticket.number.as_str();
                steps.push(went("incident", Phrase::new("why_incident").with("number", number)));
                let routed = ticket.drift.as_ref().and_then(|origin| origin.routed_by.clone());
                if let Some(rule) = routed {
                    let group = ticket.assignment_group.clone().unwrap_or_default();
                    steps.push(went("routing", Phrase::new("why_routed").with("rule", rule).with("group", group)));
                }
            }
            return Ok(true);
        }
        if finding.outcome == Outcome::Finding {
            steps.push(stopped("outcome", Phrase::new("why_outcome")));
        } else if let Some(parent) = finding.parent {
            let parent = self.store().find::<Finding>(&parent.to_string()).await?;
            let what = parent.map_or_else(|| Phrase::new("none"), |parent| parent.value.title());
            steps.push(stopped("grouping", Phrase::new("why_parent").with("what", what)));
        } else if let Some(until) = finding.routes_at() {
            steps.push(stopped("grouping", Phrase::new("why_waits").with("until", until.to_string())));
        }
        Ok(false)
    }
}

fn minds(finding: &Finding) -> Phrase {
    Phrase::new("why_policy")
        .with("policy", finding.policy.as_str())
        .term("severity", "severity", finding.severity.as_str())
        .term("outcome", "outcome", finding.outcome.as_str())
}

/// What a finding's state says of an alert.
fn state(finding: &Finding) -> Phrase {
    match &finding.state {
        FindingState::Pending { .. } => Phrase::new("why_pending"),
        FindingState::Open { .. } => Phrase::new("why_open"),
        FindingState::Attached { number, .. } => Phrase::new("why_attached").with("number", number.as_str()),
        FindingState::Tentative { changes, .. } => {
            let numbers = changes.iter().map(|likely| likely.number.as_str());
            Phrase::new("why_tentative").with("numbers", Word::list(numbers))
        }
        FindingState::Waived { justification, expires_at, .. } => {
            Phrase::new("why_waived").with("until", expires_at.to_string()).with("reason", justification.as_str())
        }
        FindingState::Suppressed { reason, until, .. } => {
            Phrase::new("why_suppressed").with("until", until.to_string()).with("reason", reason.as_str())
        }
        FindingState::Flapping { until, .. } => Phrase::new("why_flapping").with("until", until.to_string()),
        FindingState::Unknown { .. } => Phrase::new("why_unknown"),
        FindingState::Resolved { resolution: Resolution::Reverted, .. } if finding.incident.is_none() => {
            Phrase::new("why_reverted")
        }
        FindingState::Resolved { resolution, .. } => {
            Phrase::new("why_ended").term("how", "resolution", resolution.as_str())
        }
    }
}
