//! What people decide of identity in the form of the API: reviews, merges, splits.

use muster_model::Versioned;
use muster_model::alias::HostMerge;
use muster_model::identification::review::{Answer, Review, ReviewState};
use serde::Serialize;
use utoipa::ToSchema;

use super::at;
use super::identification::{ConsideredView, IdentifierView, identifiers};
use crate::service::identification::MergePreview;

/// A question of identity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewView {
    id: String,
    /// `conflict` or `taken` (reports wait), `weak` or `claim` (they do not).
    kind: String,
    /// `open`, `answered` or `over`.
    state: String,
    /// Whether reports wait for the answer.
    is_blocking: bool,
    /// The agent whose machine it is about; null when another source tells of it.
    agent: Option<String>,
    /// The source that tells of it, besides agents: `glpi`, `fusioninventory`, `ocsinventory`, `import` or `rest`.
    source: Option<String>,
    /// What that source calls it.
    device_id: Option<String>,
    /// The host that stands on its own until the answer.
    host: Option<String>,
    name: String,
    report: String,
    identifiers: Vec<IdentifierView>,
    /// The hosts that it may be.
    hosts: Vec<String>,
    candidates: Vec<ConsideredView>,
    opened_at: String,
    incident: Option<String>,
    /// `same`, `new` or `dismiss`.
    answer: Option<String>,
    /// The host of the answer `same`.
    same: Option<String>,
    by: Option<String>,
    reason: Option<String>,
    ended_at: Option<String>,
    version: u64,
}

impl From<Versioned<Review>> for ReviewView {
    fn from(stored: Versioned<Review>) -> Self {
        let review = stored.value;
        let (answer, same) = match review.answer() {
            Some(Answer::Same(host)) => (Some("same"), Some(host.to_string())),
            Some(Answer::New) => (Some("new"), None),
            Some(Answer::Dismiss) => (Some("dismiss"), None),
            None => (None, None),
        };
        let state = review.state.as_str().to_owned();
        let (source, device_id) = review.device.map(|device| (device.source, device.id)).unzip();
        let (by, reason, ended_at) = match review.state {
            ReviewState::Open => (None, None, None),
            ReviewState::Answered { by, reason, at: ended, .. } => (Some(by), Some(reason), Some(at(ended))),
            ReviewState::Over { at: ended } => (None, None, Some(at(ended))),
        };
        Self {
            id: review.id.to_string(),
            kind: review.kind.as_str().into(),
            state,
            is_blocking: review.kind.is_blocking(),
            agent: review.agent.map(|agent| agent.to_string()),
            source: source.map(|source| source.to_string()),
            device_id,
            host: review.host.map(|host| host.to_string()),
            name: review.name,
            report: review.report.to_string(),
            identifiers: identifiers(review.identifiers),
            hosts: review.hosts.iter().map(ToString::to_string).collect(),
            candidates: review.considered.into_iter().map(ConsideredView::from).collect(),
            opened_at: at(review.opened_at),
            incident: review.incident.map(|id| id.to_string()),
            answer: answer.map(str::to_owned),
            same,
            by,
            reason,
            ended_at,
            version: stored.version,
        }
    }
}

/// A merge or a split of hosts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HostMergeView {
    id: String,
    /// `merge` or `split`.
    kind: String,
    /// The host that things moved from.
    from: String,
    from_name: String,
    /// The host that they moved to.
    into: String,
    into_name: String,
    identifiers: Vec<IdentifierView>,
    agents: Vec<String>,
    findings: Vec<String>,
    by: String,
    reason: String,
    at: String,
    undone_by: Option<String>,
    undone_reason: Option<String>,
    undone_at: Option<String>,
}

impl From<HostMerge> for HostMergeView {
    fn from(merge: HostMerge) -> Self {
        let undone = merge.undone.as_ref();
        Self {
            id: merge.id.to_string(),
            kind: merge.kind.as_str().into(),
            from: merge.from.to_string(),
            into: merge.into.to_string(),
            agents: merge.agents.iter().map(ToString::to_string).collect(),
            findings: merge.findings.iter().map(ToString::to_string).collect(),
            at: at(merge.at),
            undone_by: undone.map(|undone| undone.by.clone()),
            undone_reason: undone.map(|undone| undone.reason.clone()),
            undone_at: undone.map(|undone| at(undone.at)),
            from_name: merge.from_name,
            into_name: merge.into_name,
            identifiers: identifiers(merge.identifiers),
            by: merge.by,
            reason: merge.reason,
        }
    }
}

/// What a merge or a split did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MergePreviewView {
    /// Whether it was done; a dry run does nothing, and its `id` is the id of nothing.
    is_done: bool,
    /// How many tickets name the host that things move from: they are found on both.
    tickets: usize,
    #[serde(flatten)]
    merge: HostMergeView,
}

impl From<MergePreview> for MergePreviewView {
    fn from(preview: MergePreview) -> Self {
        Self { is_done: preview.is_done, tickets: preview.tickets, merge: preview.merge.into() }
    }
}
