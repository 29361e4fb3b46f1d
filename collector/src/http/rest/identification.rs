//! `/identification`: why a report belongs to its host, the rules, the review queue; merging and splitting hosts.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::identification::junk::Placeholder;
use muster_model::identification::ladder::Step;
use muster_model::identification::review::Answer;
use muster_model::identification::{Identifier, IdentifierKind};
use muster_model::query::fields;
use muster_model::text::Phrase;
use muster_shared::id::{AgentId, HostId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::{DryRunView, ExplanationView, HostMergeView, MergePreviewView, ReviewView, RulesView};
use super::{Answer as Reply, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::identification::{ReviewFilter, RulesEdit, SplitPlan};
use crate::service::invalid;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(explain))
        .routes(routes!(rules, change_rules))
        .routes(routes!(rules_history))
        .routes(routes!(dry_run))
        .routes(routes!(reviews))
        .routes(routes!(review))
        .routes(routes!(decide))
        .routes(routes!(merges))
        .routes(routes!(undo))
        .routes(routes!(merge))
        .routes(routes!(split))
}

/// Why a report belongs to its host: rule, compared values, rejected candidates
#[utoipa::path(get, path = "/identification/explain/{report}", params(("report" = String, Path)), responses((status = 200, body = ExplanationView)))]
async fn explain(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Reply<ExplanationView> {
    let report = super::id("report", &text)?;
    Ok(Json(ExplanationView::new(report, app.service.explain_report(&call, report).await?)))
}

/// The rules by which hosts are recognised, in their order
#[utoipa::path(get, path = "/identification/rules", responses((status = 200, body = RulesView)))]
async fn rules(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    let rules = app.service.identification_rules(&call).await?;
    Ok(etag::tagged(StatusCode::OK, rules.version, RulesView::from(rules)))
}

/// All versions of the rules, newest first
#[utoipa::path(get, path = "/identification/rules/versions", responses((status = 200, body = List<RulesView>)))]
async fn rules_history(State(app): State<Shared>, Caller(call): Caller) -> Reply<List<RulesView>> {
    let all = app.service.identification_rules_history(&call).await?;
    Ok(Json(List::whole(all.into_iter().map(RulesView::from).collect())))
}

/// A rule in its place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes `Step`, which the model reads")]
struct StepBody {
    /// One of the ladder (`docs/identification.md`).
    rule: String,
    /// `match`, `review` or `off`.
    effect: String,
}

/// What is to be other rules. Absent fields stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RulesBody {
    /// Every rule of the ladder once, in the order in which they are asked.
    #[schema(value_type = Option<Vec<StepBody>>)]
    steps: Option<Vec<Step>>,
    /// Values that count for nothing besides those that are shipped; a `*` at one end stands for the rest.
    #[schema(value_type = Option<Vec<Object>>)]
    placeholders: Option<Vec<Placeholder>>,
    /// A value that more hosts than this show counts for nothing, by kind.
    #[schema(value_type = Option<Object>)]
    limits: Option<BTreeMap<IdentifierKind, usize>>,
    /// Why; not needed for a dry run.
    #[serde(default)]
    reason: String,
}

impl RulesBody {
    fn parts(self) -> (RulesEdit, String) {
        (RulesEdit { steps: self.steps, placeholders: self.placeholders, limits: self.limits }, self.reason)
    }
}

/// Make the next version of the rules; hosts stay as they are
#[utoipa::path(put, path = "/identification/rules", request_body = RulesBody, responses((status = 200, body = RulesView)))]
async fn change_rules(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RulesBody>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let (edit, reason) = body.parts();
    let rules = app.service.change_identification_rules(&call, &edit, &reason, seen).await?;
    Ok(etag::tagged(StatusCode::OK, rules.version, RulesView::from(rules)))
}

/// Try rules on the decisions of the last 30 days: which hosts would be one, which apart. Nothing is written
#[utoipa::path(post, path = "/identification/dry-run", request_body = RulesBody, responses((status = 200, body = DryRunView)))]
async fn dry_run(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<RulesBody>,
) -> Reply<DryRunView> {
    let (edit, _) = body.parts();
    Ok(Json(DryRunView::from(app.service.dry_run_rules(&call, &edit).await?)))
}

/// Questions of identity that wait for a person, oldest first; with `state=all` every one, newest first
#[utoipa::path(get, path = "/identification/reviews", params(ListParameters), responses((status = 200, body = List<ReviewView>)))]
async fn reviews(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Reply<List<ReviewView>> {
    let (window, query) = query.parse(&fields::REVIEW)?;
    let filter = if query.requires("state") == Some("all") { ReviewFilter::All } else { ReviewFilter::Open };
    Ok(Json(List::of(app.service.list_reviews(&call, filter, &window).await?, ReviewView::from)))
}

/// One question, with what was compared
#[utoipa::path(get, path = "/identification/reviews/{id}", params(("id" = String, Path)), responses((status = 200, body = ReviewView)))]
async fn review(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<Response, Refusal> {
    let stored = app.service.get_review(&call, super::id("review", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ReviewView::from(stored)))
}

/// The answer: exactly one of `same`, `new` and `dismiss`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    /// It is this host.
    #[schema(value_type = Option<String>)]
    same: Option<HostId>,
    /// It is a machine of its own.
    #[serde(default)]
    new: bool,
    /// The question is put aside and not asked again.
    #[serde(default)]
    dismiss: bool,
    reason: String,
}

/// Answer a question: the agent goes on, or the host is merged
#[utoipa::path(post, path = "/identification/reviews/{id}/decide", params(("id" = String, Path)), request_body = Decide, responses((status = 200, body = ReviewView)))]
async fn decide(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Decide>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("review", &text)?, etag::seen(&headers)?);
    let answer = match (body.same, body.new, body.dismiss) {
        (Some(host), false, false) => Answer::Same(host),
        (None, true, false) => Answer::New,
        (None, false, true) => Answer::Dismiss,
        _ => return Err(invalid("/same", Phrase::new("one_answer")).into()),
    };
    let stored = app.service.decide_review(&call, id, answer, &body.reason, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ReviewView::from(stored)))
}

/// Merges and splits of hosts, newest first
#[utoipa::path(get, path = "/identification/merges", params(ListParameters), responses((status = 200, body = List<HostMergeView>)))]
async fn merges(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Reply<List<HostMergeView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.list_merges(&call, &window).await?;
    Ok(Json(List::of(page, |stored| HostMergeView::from(stored.value))))
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// Take a merge or a split back
#[utoipa::path(post, path = "/identification/merges/{id}/undo", params(("id" = String, Path)), request_body = Reason, responses((status = 200, body = HostMergeView)))]
async fn undo(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Reason>,
) -> Reply<HostMergeView> {
    let merge = app.service.undo_merge(&call, super::id("merge", &text)?, &body.reason).await?;
    Ok(Json(HostMergeView::from(merge)))
}

/// Which host it is in truth, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// Id of the host that stays.
    #[schema(value_type = String)]
    into: HostId,
    reason: String,
    /// Say what would happen, and write nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Merge a host into another one: its id becomes an alias
#[utoipa::path(post, path = "/hosts/{id}/merge", params(("id" = String, Path)), request_body = Merge, responses((status = 200, body = MergePreviewView)))]
async fn merge(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Merge>,
) -> Reply<MergePreviewView> {
    let hosts = (super::id("host", &text)?, body.into);
    Ok(Json(MergePreviewView::from(app.service.merge_hosts(&call, hosts, &body.reason, body.dry_run).await?)))
}

/// What leaves a host, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Split {
    /// Agents that speak for the new host from now on.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    agents: Vec<AgentId>,
    /// Identifiers that are the new host's, as `{kind, value}`.
    #[schema(value_type = Vec<Object>)]
    #[serde(default)]
    identifiers: Vec<Identifier>,
    /// What the new host is called until it says so itself.
    name: Option<String>,
    reason: String,
    /// Say what would happen, and write nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Make a host of its own out of agents and identifiers of another one
#[utoipa::path(post, path = "/hosts/{id}/split", params(("id" = String, Path)), request_body = Split, responses((status = 200, body = MergePreviewView)))]
async fn split(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Split>,
) -> Reply<MergePreviewView> {
    let Split { agents, identifiers, name, reason, dry_run } = body;
    let plan = SplitPlan { agents, identifiers, name };
    let host = super::id("host", &text)?;
    Ok(Json(MergePreviewView::from(app.service.split_host(&call, host, plan, &reason, dry_run).await?)))
}
