//! `/findings/{id}/evidence` and `/tickets/{id}/evidence`: what it takes to judge a difference.

use axum::Json;
use axum::extract::{Path, State};
use muster_model::evidence::{Shares, Suppression};
use muster_model::finding::Finding;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::view::{Change, ImpactedView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::evidence::Evidence;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(of_finding)).routes(routes!(of_ticket))
}

/// A value, and how many peers have it.
#[derive(Debug, Serialize, ToSchema)]
struct PeerValue {
    /// The value; null is "not there".
    #[schema(value_type = Object)]
    value: Value,
    count: usize,
}

/// How many peers of the host have which value.
#[derive(Debug, Serialize, ToSchema)]
struct PeerShares {
    /// How many are compared, the host itself included.
    of: usize,
    /// The five most frequent values.
    values: Vec<PeerValue>,
    /// Whether this host is with the most frequent one.
    with_most: bool,
    /// In words: `47 of 50 have 3.0.14`.
    text: String,
}

impl From<Shares> for PeerShares {
    fn from(shares: Shares) -> Self {
        Self {
            text: shares.text(),
            of: shares.of,
            values: shares.values.into_iter().map(|(value, count)| PeerValue { value, count }).collect(),
            with_most: shares.is_with_most,
        }
    }
}

/// Why nobody is alerted now.
#[derive(Debug, Serialize, ToSchema)]
struct SuppressionView {
    /// `waived`, `suppressed`, `flapping`, `unknown`, `change` (one explains it, or may) or `finding` (another one stands for it).
    kind: &'static str,
    /// Who, or the record that does.
    by: String,
    reason: String,
    until: Option<String>,
}

impl From<Suppression> for SuppressionView {
    fn from(suppression: Suppression) -> Self {
        Self {
            kind: suppression.kind,
            by: suppression.by,
            reason: suppression.reason,
            until: suppression.until.map(|at| at.to_string()),
        }
    }
}

/// What it takes to judge a finding.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceView {
    finding: String,
    title: String,
    host: String,
    host_name: String,
    item: String,
    item_key: String,
    attribute: Option<String>,
    policy: String,
    /// What the policy is for.
    policy_purpose: String,
    /// What is authorised or wanted, without secrets; null is "not there".
    #[schema(value_type = Object)]
    expected: Value,
    /// What is there, without secrets; null is "not there".
    #[schema(value_type = Object)]
    actual: Value,
    /// It happened after this; null when that is not known.
    not_before: Option<String>,
    /// It happened not later than this.
    seen_at: String,
    /// Which agent collector saw it.
    collector: String,
    /// The file or interface that it was read from.
    source: Option<String>,
    /// The package that the item belongs to.
    package: Option<String>,
    /// Who answers for the host.
    owner: Option<String>,
    /// The last five changes of the item, newest first.
    history: Vec<Change>,
    peers: Option<PeerShares>,
    /// What depends on the host, at most two steps away.
    impact: Vec<ImpactedView>,
    suppressions: Vec<SuppressionView>,
    /// Hosts with the same difference.
    elsewhere: Vec<String>,
}

impl From<(Finding, Evidence)> for EvidenceView {
    fn from((finding, evidence): (Finding, Evidence)) -> Self {
        Self {
            finding: finding.id.to_string(),
            title: finding.title().to_string(),
            host: finding.host.to_string(),
            host_name: finding.host_name,
            item: finding.item.to_string(),
            item_key: finding.item_key,
            attribute: finding.attribute,
            policy: finding.policy,
            policy_purpose: evidence.purpose,
            expected: evidence.expected,
            actual: evidence.actual,
            not_before: evidence.not_before.map(|at| at.to_string()),
            seen_at: evidence.seen_at.to_string(),
            collector: evidence.collector,
            source: evidence.source,
            package: evidence.package,
            owner: evidence.owner,
            history: evidence.history.into_iter().map(Change::from).collect(),
            peers: evidence.peers.map(PeerShares::from),
            impact: evidence.impact.into_iter().map(ImpactedView::from).collect(),
            suppressions: evidence.suppressions.into_iter().map(SuppressionView::from).collect(),
            elsewhere: evidence.elsewhere.into_iter().map(|finding| finding.host_name).collect(),
        }
    }
}

/// What it takes to judge a finding
#[utoipa::path(get, path = "/findings/{id}/evidence", params(("id" = String, Path)), responses((status = 200, body = EvidenceView)))]
async fn of_finding(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<EvidenceView> {
    let finding = app.service.get_finding(&call, super::id("finding", &text)?).await?.value;
    let evidence = Box::pin(app.service.finding_evidence(&call, &finding)).await?;
    Ok(Json(EvidenceView::from((finding, evidence))))
}

/// What it takes to judge the findings of an incident: of the first 20
#[utoipa::path(get, path = "/tickets/{id}/evidence", params(("id" = String, Path)), responses((status = 200, body = List<EvidenceView>)))]
async fn of_ticket(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<EvidenceView>> {
    let ticket = app.service.get_ticket(&call, &text).await?.value;
    let all = Box::pin(app.service.incident_evidence(&call, &ticket)).await?;
    Ok(Json(List::whole(all.into_iter().map(EvidenceView::from).collect())))
}
