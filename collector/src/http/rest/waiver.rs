//! `/waivers`, `/routing`, and why a change alerted somebody or nobody.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::routing::rule::{About, Routing, RoutingRule};
use muster_shared::Time;
use muster_shared::id::FindingId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::view::Change;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::ServiceError;
use crate::service::routing::RoutingDraft;
use crate::service::waiver::{WaiverDraft, WaiverView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, end))
        .routes(routes!(routing, set_routing))
        .routes(routes!(explain_routing))
        .routes(routes!(why))
}

/// A waiver: what may stand for a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Waiver)]
struct View {
    id: String,
    /// Which findings it means, in the query language.
    selector: String,
    justification: String,
    /// Who answers for it.
    owner: String,
    expires_at: String,
    /// `active`, `expired` or `ended`.
    state: &'static str,
    created_by: String,
    created_at: String,
    ended_by: Option<String>,
    ended_at: Option<String>,
    version: u64,
}

impl From<WaiverView> for View {
    fn from(view: WaiverView) -> Self {
        let waiver = view.waiver.value;
        let (ended_by, ended_at) = waiver.ended.unzip();
        Self {
            id: waiver.id.to_string(),
            selector: waiver.selector,
            justification: waiver.justification,
            owner: waiver.owner,
            expires_at: waiver.expires_at.to_string(),
            state: view.state,
            created_by: waiver.created_by,
            created_at: waiver.created_at.to_string(),
            ended_by,
            ended_at: ended_at.map(|at| at.to_string()),
            version: view.waiver.version,
        }
    }
}

fn answer(status: StatusCode, view: WaiverView) -> Response {
    etag::tagged(status, view.waiver.version, View::from(view))
}

/// Waivers, newest first
#[utoipa::path(get, path = "/waivers", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    Ok(Json(List::whole(app.service.list_waivers(&call).await?.into_iter().map(View::from).collect())))
}

/// One waiver
#[utoipa::path(get, path = "/waivers/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_waiver(&call, super::id("waiver", &text)?).await?))
}

/// A waiver to make. All of it is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWaiver {
    /// Which findings it means, in the query language.
    selector: String,
    /// Why they may stand.
    justification: String,
    /// Who answers for it.
    owner: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
}

/// Let findings stand for a time
#[utoipa::path(post, path = "/waivers", request_body = NewWaiver, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewWaiver>,
) -> Result<Response, Refusal> {
    let NewWaiver { selector, justification, owner, expires_at } = body;
    let draft = WaiverDraft { selector, justification, owner, expires_at };
    Ok(answer(StatusCode::CREATED, app.service.create_waiver(&call, draft).await?))
}

/// End a waiver before its time: what it let stand comes back
#[utoipa::path(delete, path = "/waivers/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn end(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("waiver", &text)?, etag::required(&headers)?);
    Ok(answer(StatusCode::OK, app.service.end_waiver(&call, id, seen).await?))
}

/// A rule that says who deals with an incident of drift, or with a ticket that does not say so.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoutingRule)]
struct RuleView {
    /// What it is called: incidents say which rule sent them.
    name: String,
    /// `findings` (default), or `tickets` that people and other desks open without a group and an assignee.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    about: About,
    /// Which findings (or tickets) it means, in the query language; empty is all.
    #[serde(default)]
    filter: String,
    /// Which group deals with them.
    #[serde(default)]
    group: Option<String>,
    /// Who works on them: the id of an account, or the name that they sign in with.
    #[serde(default)]
    assignee: Option<String>,
}

impl From<RoutingRule> for RuleView {
    fn from(rule: RoutingRule) -> Self {
        let RoutingRule { name, about, filter, group, assignee } = rule;
        Self { name, about, filter, group, assignee: assignee.map(|id| id.to_string()) }
    }
}

/// The rules, tried in order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Routing)]
struct RoutingView {
    rules: Vec<RuleView>,
    changed_by: String,
    changed_at: String,
    version: u64,
}

fn routing_answer(stored: Versioned<Routing>) -> Response {
    let view = RoutingView {
        rules: stored.value.rules.into_iter().map(RuleView::from).collect(),
        changed_by: stored.value.changed_by,
        changed_at: stored.value.changed_at.to_string(),
        version: stored.version,
    };
    etag::tagged(StatusCode::OK, stored.version, view)
}

/// Who deals with incidents of drift, and with tickets that do not say so: rules, tried in order
#[utoipa::path(get, path = "/routing", responses((status = 200, body = RoutingView)))]
async fn routing(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    Ok(routing_answer(app.service.routing(&call).await?))
}

/// The rules to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRouting {
    rules: Vec<RuleView>,
}

/// Set who deals with incidents of drift, and with tickets that do not say so
#[utoipa::path(put, path = "/routing", request_body = NewRouting, responses((status = 200, body = RoutingView)))]
async fn set_routing(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewRouting>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let draft =
        |RuleView { name, about, filter, group, assignee }| RoutingDraft { name, about, filter, group, assignee };
    let rules = body.rules.into_iter().map(draft).collect();
    Ok(routing_answer(app.service.update_routing(&call, rules, seen).await?))
}

/// A rule that was tried.
#[derive(Debug, Serialize, ToSchema)]
struct TriedRule {
    rule: RuleView,
    /// Whether it means the finding: the first that does decides.
    fits: bool,
}

/// What the rules of routing say of a finding, rule by rule until one fits
#[utoipa::path(get, path = "/findings/{id}/routing", params(("id" = String, Path)), responses((status = 200, body = List<TriedRule>)))]
async fn explain_routing(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<TriedRule>> {
    let id: FindingId = super::id("finding", &text)?;
    let finding = app.service.get_finding(&call, id).await?.value;
    let tried = app.service.explain_routing(&call, &finding).await?;
    let view = |tried: crate::service::routing::Tried| TriedRule { rule: tried.rule.into(), fits: tried.fits };
    Ok(Json(List::whole(tried.into_iter().map(view).collect())))
}

/// A step of the way of a change through the pipeline.
#[derive(Debug, Serialize, ToSchema)]
struct WhyStep {
    /// `recorded`, `policy`, `finding`, `state`, `outcome`, `grouping`, `incident` or `routing`.
    step: &'static str,
    /// Whether it went on from here.
    passed: bool,
    /// What was so.
    why: String,
}

/// Why a change alerted somebody, or nobody.
#[derive(Debug, Serialize, ToSchema)]
struct WhyView {
    change: Change,
    /// Whether it is in an incident.
    alerted: bool,
    steps: Vec<WhyStep>,
}

/// Why a change of a host alerted somebody, or nobody
#[utoipa::path(get, path = "/hosts/{id}/history/{seq}/why", params(("id" = String, Path), ("seq" = u64, Path)), responses((status = 200, body = WhyView)))]
async fn why(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, seq)): Path<(String, String)>,
) -> Answer<WhyView> {
    let missing = || ServiceError::NotFound { kind: "change", id: seq.chars().take(40).collect() };
    let seq = seq.parse().map_err(|_| missing())?;
    let why = app.service.explain_change(&call, super::id("host", &text)?, seq).await?;
    let step =
        |step: crate::service::why::Step| WhyStep { step: step.step, passed: step.passed, why: step.why.to_string() };
    Ok(Json(WhyView {
        change: Change::from(why.entry),
        alerted: why.is_alerted,
        steps: why.steps.into_iter().map(step).collect(),
    }))
}
