//! Records in the form of the API. Everything here is documented in OpenAPI; times are RFC 3339, ids typed text.

mod agent;
pub(crate) mod alert;
mod class;
mod declared;
mod difference;
mod identification;
pub(crate) mod import;
mod relation;
mod review;
mod ticket;

use std::collections::BTreeMap;

use muster_model::Versioned;
use muster_model::drift::change_match::{Match, Reason, Recurrence};
use muster_model::finding::{Finding, FindingState};
use muster_model::history::HistoryEntry;
use muster_shared::{Attributes, Time};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use self::agent::{AgentView, EnrollmentTokenView};
pub(crate) use self::class::{AttributeView, ClassDetail, ClassListed, ClassVersionView, RuleView};
pub(crate) use self::declared::{DeclaredView, MembersView};
pub(crate) use self::difference::{DiffAnswer, DifferenceView};
pub(crate) use self::identification::{DryRunView, ExplanationView, IdentifierView, RulesView};
pub(crate) use self::relation::{ImpactAnswer, ImpactedView, RelationListed, ServiceListed};
pub(crate) use self::review::{HostMergeView, MergePreviewView, ReviewView};
pub(crate) use self::ticket::{TicketView, is_service};
use crate::service::host::HostView;
use crate::service::item::ItemView;

pub(crate) fn at(time: Time) -> String {
    time.to_string()
}

/// A host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Host {
    id: String,
    name: String,
    /// Where it stands in its life; `stale` or `missing` when it should report and is silent.
    lifecycle: String,
    /// What people set.
    lifecycle_set: String,
    owner: Option<String>,
    site: Option<String>,
    criticality: String,
    /// `up`, or `unknown` when it has been silent for three heartbeats.
    status: String,
    last_seen: Option<String>,
    /// The host's clock minus the collector's, in milliseconds.
    clock_skew_ms: Option<i64>,
    findings: usize,
    /// Those of them that no change explains and that nobody lets stand.
    drift: usize,
    created_at: String,
    #[schema(value_type = Object)]
    facts: Value,
    /// What could be read: section name to status, problems and count.
    coverage: BTreeMap<String, Coverage>,
    /// What reports are recognised by.
    identifiers: Vec<IdentifierView>,
    /// The id that was asked for, when that host was merged into this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    /// The sources besides its own agent, with when each was last heard of it.
    sources: BTreeMap<String, String>,
    version: u64,
}

/// How well a section could be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Coverage {
    /// `ok`, `partial`, `denied`, `failed` or `unsupported`.
    status: String,
    /// Null when its items were never collected: that is not the same as none.
    items: Option<u64>,
    seen_at: Option<String>,
    #[schema(value_type = Vec<Object>)]
    problems: Vec<muster_shared::Problem>,
    /// Who told it, best believed first.
    sources: Vec<String>,
}

impl From<HostView> for Host {
    fn from(view: HostView) -> Self {
        let status = view.status.as_str().to_owned();
        let Versioned { value: host, version } = view.host;
        let coverage = view.known.as_ref().map(|known| {
            let heads = known.sections.iter().map(|(name, head)| {
                let covered = Coverage {
                    status: head.status.as_str().into(),
                    items: head.is_known.then_some(head.count),
                    seen_at: head.is_known.then(|| at(head.seen_at)),
                    problems: head.problems.clone(),
                    sources: known.told_by.get(name).into_iter().flatten().map(ToString::to_string).collect(),
                };
                (name.to_string(), covered)
            });
            heads.collect()
        });
        Self {
            id: host.id.to_string(),
            name: host.name,
            lifecycle: view.lifecycle.as_str().into(),
            lifecycle_set: host.lifecycle.as_str().into(),
            owner: host.owner,
            site: host.site,
            criticality: host.criticality.as_str().into(),
            status,
            last_seen: view.heard_at.map(at),
            clock_skew_ms: view.last_seen.map(|seen| seen.skew_ms),
            findings: view.findings,
            drift: view.drift,
            created_at: at(host.created_at),
            facts: view.known.map_or(Value::Null, |known| serde_json::to_value(known.facts).unwrap_or_default()),
            coverage: coverage.unwrap_or_default(),
            identifiers: host.identifiers.into_iter().map(IdentifierView::from).collect(),
            alias: view.alias.map(|id| id.to_string()),
            sources: view.sources.iter().map(|(source, seen)| (source.to_string(), at(*seen))).collect(),
            version,
        }
    }
}

/// An item of any class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    pub(crate) id: String,
    class: String,
    name: String,
    key: String,
    host: String,
    host_name: String,
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// Volatile values of the last scan: shown, never compared.
    #[schema(value_type = Object)]
    metrics: Attributes,
    /// Since when it is so, as far as is known.
    since: String,
    seen_at: String,
    is_present: bool,
}

impl From<ItemView> for Item {
    fn from(item: ItemView) -> Self {
        Self {
            id: item.id.to_string(),
            class: item.class.to_string(),
            name: item.name().to_owned(),
            key: item.key,
            host: item.host.to_string(),
            host_name: item.host_name,
            attributes: item.attributes,
            metrics: item.metrics,
            since: at(item.since),
            seen_at: at(item.seen_at),
            is_present: item.is_present,
        }
    }
}

/// One change of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    seq: u64,
    item: String,
    class: String,
    key: String,
    /// `added`, `removed` or `modified`.
    operation: String,
    #[schema(value_type = Object)]
    before: Attributes,
    #[schema(value_type = Object)]
    after: Attributes,
    /// It happened after this …
    not_before: Option<String>,
    /// … and was seen then.
    seen_at: String,
    /// When the collector learnt of it, if the report waited in the agent's spool.
    received_at: Option<String>,
    /// Whether the agent could read another part of the section than before: what came or went with it is no drift.
    view_changed: bool,
    /// The report that told it; of what people declare there is none.
    report: Option<String>,
    /// Who declared it.
    by: Option<String>,
    /// Who told it: `agent`, `glpi`, ..., or how it was declared: `person`, `rest`, `import`, `class`.
    source: String,
    /// Why it was declared.
    reason: Option<String>,
    /// The change that this one takes back.
    undoes: Option<u64>,
    /// What it means for the item as all sources together tell it: `effective`, `shadowed` (another source is believed), `view`
    /// (what changed; nobody told just this) or `winner` (another source is believed now).
    bearing: String,
    /// The tool that keeps the item and kept it before: such a change is no drift.
    kept_by: Option<String>,
}

impl From<HistoryEntry> for Change {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            seq: entry.seq,
            item: entry.item.to_string(),
            class: entry.section.to_string(),
            key: entry.key,
            operation: entry.operation.as_str().into(),
            before: entry.before,
            after: entry.after,
            not_before: entry.not_before.map(at),
            seen_at: at(entry.seen_at),
            received_at: entry.received_at.map(at),
            view_changed: entry.view_changed,
            report: Some(entry.report.to_string()),
            by: None,
            reason: None,
            undoes: None,
            source: entry.source.to_string(),
            bearing: entry.bearing.as_str().into(),
            kept_by: entry.kept_by,
        }
    }
}

/// A drift finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingView {
    pub(crate) id: String,
    title: String,
    host: String,
    host_name: String,
    item: String,
    section: String,
    item_key: String,
    policy: String,
    severity: String,
    attribute: Option<String>,
    /// What is authorised; null is "not there".
    #[schema(value_type = Option<Object>)]
    expected: Value,
    /// What was discovered; null is "not there".
    #[schema(value_type = Option<Object>)]
    actual: Value,
    /// `pending`, `open`, `attached`, `tentative`, `waived`, `suppressed`, `flapping`, `unknown` or `resolved`.
    state: String,
    /// What belongs to the state: which change, until when, by whom, why, or how it ended.
    #[schema(value_type = Object)]
    state_detail: Value,
    not_before: Option<String>,
    first_seen: String,
    last_seen: String,
    count: u32,
    reopen_count: u32,
    incident: Option<String>,
    /// The finding that stands for it: it makes no incident of its own as long as that one stands.
    parent: Option<String>,
    /// Changes that have to do with it, with how well they explain it and why (docs/change-match.md).
    matches: Vec<MatchView>,
    /// `change`: something changed. `state`: an item is as a policy says that none may be.
    basis: &'static str,
    /// The same difference has the same one, whatever its values.
    fingerprint: String,
    /// The same difference on other hosts has the same one.
    group_fingerprint: String,
    /// What it is about, whatever the host and the values.
    problem_fingerprint: String,
    version: u64,
}

/// A change that has to do with a finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchView {
    /// The change's id.
    change: String,
    number: String,
    /// From 70 on the change explains the finding, from 40 on it may.
    score: i32,
    reasons: Vec<ReasonView>,
    /// Which of its times it was, of a change that recurs: `starts_at` and `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    time: Option<Recurrence>,
}

/// Why a change explains a finding, or does not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonView {
    reason: &'static str,
    points: i32,
}

impl From<&Match> for MatchView {
    fn from(found: &Match) -> Self {
        let reason = |reason: &Reason| ReasonView { reason: reason.as_str(), points: reason.points() };
        Self {
            change: found.change.to_string(),
            number: found.number.clone(),
            score: found.score,
            reasons: found.reasons.iter().map(reason).collect(),
            time: found.time,
        }
    }
}

impl From<Versioned<Finding>> for FindingView {
    fn from(stored: Versioned<Finding>) -> Self {
        let finding = stored.value;
        let state: &FindingState = &finding.state;
        Self {
            id: finding.id.to_string(),
            state: state.as_str().into(),
            state_detail: serde_json::to_value(state).unwrap_or_default(),
            title: finding.title().to_string(),
            host: finding.host.to_string(),
            host_name: finding.host_name,
            item: finding.item.to_string(),
            section: finding.section.to_string(),
            item_key: finding.item_key,
            policy: finding.policy,
            severity: finding.severity.as_str().into(),
            attribute: finding.attribute,
            expected: finding.expected,
            actual: finding.actual,
            not_before: finding.not_before.map(at),
            first_seen: at(finding.first_seen),
            last_seen: at(finding.last_seen),
            count: finding.count,
            reopen_count: finding.reopen_count,
            parent: finding.parent.map(|parent| parent.to_string()),
            incident: finding.incident.map(|id| id.to_string()),
            matches: finding.matches.iter().map(MatchView::from).collect(),
            basis: finding.basis.as_str(),
            fingerprint: finding.fingerprint,
            group_fingerprint: finding.group_fingerprint,
            problem_fingerprint: finding.problem_fingerprint,
            version: stored.version,
        }
    }
}
