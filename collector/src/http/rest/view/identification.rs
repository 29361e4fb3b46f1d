//! Identity in the form of the API: explanations, rules, reviews, merges.

use std::collections::BTreeMap;

use muster_model::identification::decision::{Decision, Settled};
use muster_model::identification::junk::{Ignored, Placeholder};
use muster_model::identification::ladder::Rules;
use muster_model::identification::replay::{Difference, Effect};
use muster_model::identification::{Considered, Identifier, IdentifierKind, Outcome, Rejection};
use muster_shared::id::ReportId;
use serde::Serialize;
use utoipa::ToSchema;

use super::at;
use crate::service::identification::{DryRun, Explanation};

/// An identifier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct IdentifierView {
    /// `cloud_instance`, `system_uuid`, `system_serial`, `machine_id`, `permanent_mac` or `fqdn`.
    kind: String,
    value: String,
}

impl From<Identifier> for IdentifierView {
    fn from(identifier: Identifier) -> Self {
        Self { kind: identifier.kind.as_str().into(), value: identifier.value }
    }
}

pub(super) fn identifiers(all: Vec<Identifier>) -> Vec<IdentifierView> {
    all.into_iter().map(IdentifierView::from).collect()
}

/// A host that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsideredView {
    host: String,
    name: String,
    /// The rule that found it.
    rule: String,
    /// What is equal.
    values: Vec<IdentifierView>,
    /// What it was recognised by then, of the kinds that were compared.
    known: Vec<IdentifierView>,
    /// Why it was not taken: `contradicted`, `weaker`, `one_card`, `review_only`, `ambiguous` or `off`; null when it was.
    rejected: Option<String>,
    /// The stronger identifier that is another one there.
    contradicted_by: Option<String>,
}

impl From<Considered> for ConsideredView {
    fn from(one: Considered) -> Self {
        let contradicted_by = match &one.rejected {
            Some(Rejection::Contradicted { kind }) => Some(kind.as_str().to_owned()),
            _ => None,
        };
        Self {
            host: one.host.to_string(),
            name: one.name,
            rule: one.rule.as_str().into(),
            values: identifiers(one.values),
            known: identifiers(one.known),
            rejected: one.rejected.map(|rejected| rejected.as_str().to_owned()),
            contradicted_by,
        }
    }
}

/// An identifier that counted for nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IgnoredView {
    #[serde(flatten)]
    identifier: IdentifierView,
    /// `placeholder`, `named`, `shared_adapter` or `shared`.
    why: String,
}

impl From<Ignored> for IgnoredView {
    fn from(ignored: Ignored) -> Self {
        Self { why: ignored.why.as_str().into(), identifier: ignored.identifier.into() }
    }
}

/// Why a report belongs to its host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExplanationView {
    report: String,
    /// Who told it.
    source: String,
    /// The host; null while a person is asked.
    host: Option<String>,
    /// What settled it: `agent`, `ladder`, `review`, `named` (what the source calls its machine), `said` (by whoever sent it), `split` or
    /// `waits`.
    settled: String,
    /// The question that a person is asked or was.
    review: Option<String>,
    /// The rule that decided: one of the ladder, or `new`, `conflict`.
    rule: String,
    /// The values that were equal.
    values: Vec<IdentifierView>,
    /// When it was decided; null for a report that was not recognised anew.
    at: Option<String>,
    /// The version of the rules that counted.
    rules_version: Option<u64>,
    /// What the machine calls itself.
    name: String,
    /// What the report shows.
    identifiers: Vec<IdentifierView>,
    /// Every host that was looked at.
    candidates: Vec<ConsideredView>,
    /// Identifiers that counted for nothing.
    ignored: Vec<IgnoredView>,
    /// The report with which the agent came to its host: explain that one for more.
    decided_by_report: Option<String>,
}

impl ExplanationView {
    pub(crate) fn new(report: ReportId, explanation: Explanation) -> Self {
        match explanation {
            Explanation::Decided(decision) => Self::decided(*decision),
            Explanation::Agent { agent, host, before } => {
                let matched = before.as_ref().and_then(|agent| agent.matched.as_ref());
                let name = before.as_ref().map(|agent| agent.hostname.clone()).unwrap_or_default();
                Self {
                    report: report.to_string(),
                    source: agent.to_string(),
                    host: Some(host.to_string()),
                    settled: "agent".into(),
                    review: None,
                    rule: "agent".into(),
                    values: Vec::new(),
                    at: None,
                    rules_version: None,
                    name,
                    identifiers: Vec::new(),
                    candidates: Vec::new(),
                    ignored: Vec::new(),
                    decided_by_report: matched.and_then(|matched| matched.report).map(|report| report.to_string()),
                }
            }
        }
    }

    fn decided(decision: Decision) -> Self {
        let (settled, review) = match decision.settled {
            Settled::Agent => ("agent", None),
            Settled::Ladder => ("ladder", None),
            Settled::Review { review } => ("review", Some(review.to_string())),
            Settled::Named => ("named", None),
            Settled::Said => ("said", None),
            Settled::Split => ("split", None),
            Settled::Waits { review } => ("waits", Some(review.to_string())),
        };
        let (rule, values) = match decision.verdict {
            Outcome::New => ("new", Vec::new()),
            Outcome::Same { rule, values, .. } => (rule.as_str(), values),
            Outcome::Conflict { .. } => ("conflict", Vec::new()),
        };
        Self {
            report: decision.report.to_string(),
            source: decision.source,
            host: decision.host.map(|host| host.to_string()),
            settled: settled.into(),
            review,
            rule: rule.into(),
            values: identifiers(values),
            at: Some(at(decision.at)),
            rules_version: Some(decision.rules),
            name: decision.evidence.name,
            identifiers: identifiers(decision.evidence.identifiers),
            candidates: decision.considered.into_iter().map(ConsideredView::from).collect(),
            ignored: decision.ignored.into_iter().map(IgnoredView::from).collect(),
            decided_by_report: None,
        }
    }
}

/// A rule in its place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentificationStep)]
pub(crate) struct StepView {
    rule: String,
    /// `match`, `review` or `off`.
    effect: String,
    /// What has to be so.
    needs: String,
}

/// The rules by which hosts are recognised.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesView {
    /// Counts up; 0 are the rules that are shipped.
    version: u64,
    steps: Vec<StepView>,
    /// Values of owners that count for nothing.
    #[schema(value_type = Vec<Object>)]
    placeholders: Vec<Placeholder>,
    /// A value that more hosts than this show counts for nothing.
    #[schema(value_type = Object)]
    limits: BTreeMap<IdentifierKind, usize>,
    by: String,
    reason: String,
    at: Option<String>,
}

impl From<Rules> for RulesView {
    fn from(rules: Rules) -> Self {
        let step = |step: &muster_model::identification::ladder::Step| StepView {
            rule: step.rule.as_str().into(),
            effect: step.effect.as_str().into(),
            needs: step.rule.row().needs.into(),
        };
        Self {
            version: rules.version,
            steps: rules.steps.iter().map(step).collect(),
            limits: IdentifierKind::ALL.iter().map(|kind| (*kind, rules.limit(*kind))).collect(),
            placeholders: rules.placeholders,
            by: rules.by,
            reason: rules.reason,
            at: (rules.version > 0).then(|| at(rules.at)),
        }
    }
}

/// A decision that would have been another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityDifference)]
pub(crate) struct DifferenceView {
    report: String,
    at: String,
    name: String,
    /// `merged`, `split`, `moved`, `conflict` or `settled`.
    effect: String,
    /// The host that it was; null when a person was asked.
    was: Option<String>,
    /// The hosts that it would be: none is a new one, several are a conflict.
    would_be: Vec<String>,
    /// The rule that would have decided.
    rule: Option<String>,
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        Self {
            report: difference.report.to_string(),
            at: at(difference.at),
            name: difference.name,
            effect: difference.effect.as_str().into(),
            was: difference.was.map(|host| host.to_string()),
            would_be: difference.would_be.iter().map(ToString::to_string).collect(),
            rule: difference.rule.map(|rule| rule.as_str().to_owned()),
        }
    }
}

/// What other rules would have made of the last 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DryRunView {
    /// How many decisions were made again.
    decisions: usize,
    /// How many would have been others, by effect.
    counts: BTreeMap<String, usize>,
    differences: Vec<DifferenceView>,
}

impl From<DryRun> for DryRunView {
    fn from(run: DryRun) -> Self {
        let count = |effect: &Effect| run.differences.iter().filter(|one| one.effect == *effect).count();
        Self {
            decisions: run.decisions,
            counts: Effect::ALL.iter().map(|effect| (effect.as_str().to_owned(), count(effect))).collect(),
            differences: run.differences.into_iter().map(DifferenceView::from).collect(),
        }
    }
}
