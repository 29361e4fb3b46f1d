//! `/findings`, `/baselines`: drift, and what people decide of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::query::fields;
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::{Change, FindingView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(confirm))
        .routes(routes!(accept))
        .routes(routes!(waive))
        .routes(routes!(suppress))
        .routes(routes!(baselines))
        .routes(routes!(moves))
}

/// Findings, last seen first; those that still stand unless `state` says otherwise
#[utoipa::path(get, path = "/findings", params(ListParameters), responses((status = 200, body = List<FindingView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<FindingView>> {
    let (window, query) = query.parse(&fields::FINDING)?;
    Ok(Json(List::of(app.service.list_findings(&call, &query, &window).await?, FindingView::from)))
}

/// A finding with its evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FindingDetail)]
struct Detail {
    #[serde(flatten)]
    finding: FindingView,
    /// Who answers for the host.
    owner: Option<String>,
    /// Which agent collector saw it.
    collector: String,
    /// What the policy is for.
    policy_purpose: String,
    /// The last changes of the item, newest first.
    history: Vec<Change>,
    /// Hosts with the same difference.
    elsewhere: Vec<String>,
}

/// One finding with its evidence
#[utoipa::path(get, path = "/findings/{id}", params(("id" = String, Path)), responses((status = 200, body = Detail)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_finding(&call, super::id("finding", &text)?).await?;
    let evidence = app.service.finding_evidence(&call, &stored.value).await?;
    let version = stored.version;
    let detail = Detail {
        finding: FindingView::from(stored),
        owner: evidence.owner,
        collector: evidence.collector,
        policy_purpose: evidence.purpose,
        history: evidence.history.into_iter().map(Change::from).collect(),
        elsewhere: evidence.elsewhere.into_iter().map(|finding| finding.host_name).collect(),
    };
    Ok(etag::tagged(StatusCode::OK, version, detail))
}

/// Which change explains a finding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    /// Its number or id: one of those that may explain it.
    change: String,
}

/// Say which of the changes that may explain a finding does
#[utoipa::path(post, path = "/findings/{id}/confirm", params(("id" = String, Path)), request_body = Confirm, responses((status = 200, body = FindingView)))]
async fn confirm(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Confirm>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let stored = app.service.confirm_finding(&call, super::id("finding", &text)?, &body.change, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, FindingView::from(stored)))
}

/// Why what was found is right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    reason: String,
}

/// Accept what was found: the baseline moves
#[utoipa::path(post, path = "/findings/{id}/accept", params(("id" = String, Path)), request_body = Accept, responses((status = 200, body = FindingView)))]
async fn accept(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Accept>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let stored = app.service.accept_finding(&call, super::id("finding", &text)?, &body.reason, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, FindingView::from(stored)))
}

/// Why a finding may stand, and until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Waive {
    justification: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
}

/// Let a finding stand until a day
#[utoipa::path(post, path = "/findings/{id}/waive", params(("id" = String, Path)), request_body = Waive, responses((status = 200, body = FindingView)))]
async fn waive(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Waive>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("finding", &text)?, etag::seen(&headers)?);
    let stored = app.service.waive_finding(&call, id, &body.justification, body.expires_at, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, FindingView::from(stored)))
}

/// Why a finding is silenced, and until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Suppress {
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    until: Time,
}

/// Silence a finding for a time
#[utoipa::path(post, path = "/findings/{id}/suppress", params(("id" = String, Path)), request_body = Suppress, responses((status = 200, body = FindingView)))]
async fn suppress(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Suppress>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("finding", &text)?, etag::seen(&headers)?);
    let stored = app.service.suppress_finding(&call, id, &body.reason, body.until, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, FindingView::from(stored)))
}

/// The version of what is authorised on a host.
#[derive(Debug, Serialize, ToSchema)]
struct BaselineView {
    host: String,
    version: u64,
    approved_by: String,
    valid_from: String,
}

/// What is authorised, by host
#[utoipa::path(get, path = "/baselines", responses((status = 200, body = List<BaselineView>)))]
async fn baselines(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<BaselineView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.list_baselines(&call, &window).await?;
    Ok(Json(List::of(page, |stored| BaselineView {
        host: stored.value.host.to_string(),
        version: stored.value.version,
        approved_by: stored.value.approved_by,
        valid_from: stored.value.valid_from.to_string(),
    })))
}

/// One move of a baseline.
#[derive(Debug, Serialize, ToSchema)]
struct MoveView {
    version: u64,
    finding: String,
    item: String,
    section: String,
    item_key: String,
    attribute: Option<String>,
    #[schema(value_type = Option<Object>)]
    from: Value,
    #[schema(value_type = Option<Object>)]
    to: Value,
    actor: String,
    reason: String,
    at: String,
}

/// How a host's baseline moved, newest first
#[utoipa::path(get, path = "/baselines/{host}/moves", params(("host" = String, Path)), responses((status = 200, body = List<MoveView>)))]
async fn moves(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<MoveView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.list_baseline_moves(&call, super::id("host", &text)?, &window).await?;
    Ok(Json(List::of(page, |stored| {
        let moved = stored.value;
        MoveView {
            version: moved.version,
            finding: moved.finding.to_string(),
            item: moved.item.to_string(),
            section: moved.section.to_string(),
            item_key: moved.item_key,
            attribute: moved.attribute,
            from: moved.from,
            to: moved.to,
            actor: moved.actor,
            reason: moved.reason,
            at: moved.at.to_string(),
        }
    })))
}
