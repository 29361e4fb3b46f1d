//! `/agents` and `/enrollment-tokens`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use muster_model::query::fields;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::{AgentView, EnrollmentTokenView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::Refusal;
use crate::service::agent::NewToken;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(revoke))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(release))
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
}

/// Agents, newest first
#[utoipa::path(get, path = "/agents", params(ListParameters), responses((status = 200, body = List<AgentView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<AgentView>> {
    let (window, query) = query.parse(&fields::AGENT)?;
    Ok(Json(List::of(app.service.page_of_agents(&call, &query, &window).await?, AgentView::from)))
}

/// Why an agent is shut out or turned away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Revoke {
    reason: String,
}

/// Shut an agent out, at once
#[utoipa::path(post, path = "/agents/{id}/revoke", params(("id" = String, Path)), request_body = Revoke, responses((status = 204)))]
async fn revoke(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Revoke>,
) -> Result<StatusCode, Refusal> {
    app.service.revoke_agent(&call, super::id("agent", &text)?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let in an agent that waits for approval
#[utoipa::path(post, path = "/agents/{id}/approve", params(("id" = String, Path)), responses((status = 204)))]
async fn approve(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.approve_agent(&call, super::id("agent", &text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turn away an agent that waits for approval
#[utoipa::path(post, path = "/agents/{id}/reject", params(("id" = String, Path)), request_body = Revoke, responses((status = 204)))]
async fn reject(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Revoke>,
) -> Result<StatusCode, Refusal> {
    app.service.reject_agent(&call, super::id("agent", &text)?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a quarantine ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Release {
    reason: String,
    /// Whether the copies become agents of their own. Otherwise only the holder of the newest certificate goes on.
    #[serde(default)]
    split: bool,
}

/// End an agent's quarantine; with `split` its copy becomes an agent of its own
#[utoipa::path(post, path = "/agents/{id}/release", params(("id" = String, Path)), request_body = Release, responses((status = 204)))]
async fn release(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Release>,
) -> Result<StatusCode, Refusal> {
    app.service.release_agent(&call, super::id("agent", &text)?, body.split, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enrollment tokens, newest first, without their secrets
#[utoipa::path(get, path = "/enrollment-tokens", params(ListParameters), responses((status = 200, body = List<EnrollmentTokenView>)))]
async fn list_tokens(
    State(app): State<Shared>,
    Caller(call): Caller,
    query: ListQuery,
) -> Answer<List<EnrollmentTokenView>> {
    let (window, query) = query.parse(&fields::ENROLLMENT_TOKEN)?;
    let now = app.service.now();
    let tokens = app.service.list_enrollment_tokens(&call).await?;
    let views = tokens.into_iter().map(|token| EnrollmentTokenView::new(token, now, None)).collect();
    Ok(Json(List::chosen(views, (&window, &query))?))
}

const fn one() -> u32 {
    1
}

const fn ten() -> u32 {
    10
}

/// A new enrollment token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateEnrollmentToken)]
struct Create {
    /// What it is for.
    name: String,
    /// How many agents it lets in; 1 unless told.
    #[serde(default = "one")]
    max_uses: u32,
    /// How long it lives; 10 unless told.
    #[serde(default = "ten")]
    minutes: u32,
    /// Networks in CIDR form from which it lets agents in at once; from elsewhere they wait for approval.
    #[serde(default)]
    networks: Vec<String>,
    /// Whether each agent waits for approval. Unless told, so for several agents over more than an hour.
    needs_approval: Option<bool>,
}

/// Make an enrollment token; its text is in this answer and nowhere else
#[utoipa::path(post, path = "/enrollment-tokens", request_body = Create, responses((status = 201, body = EnrollmentTokenView)))]
async fn create_token(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Create>,
) -> Result<(StatusCode, Json<EnrollmentTokenView>), Refusal> {
    let Create { name, max_uses, minutes, networks, needs_approval } = body;
    let new = NewToken { name, max_uses, minutes, networks, needs_approval };
    let (text, record) = app.service.create_limited_token(&call, new).await?;
    Ok((StatusCode::CREATED, Json(EnrollmentTokenView::new(record, app.service.now(), Some(text)))))
}

/// Take an enrollment token back
#[utoipa::path(delete, path = "/enrollment-tokens/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn revoke_token(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.revoke_enrollment_token(&call, super::id("enrollment token", &text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
