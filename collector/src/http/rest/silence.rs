//! `/silences`: alerts that nobody wants to hear of for a time.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::silence::Silence;
use muster_model::query::fields;
use muster_shared::Time;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::alert::SilenceView;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::alert::SilenceDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, end))
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Silence>) -> Response {
    etag::tagged(status, stored.version, SilenceView::of(stored, app.service.now()))
}

/// Silences, the newest first: those that are not over unless the filter asks for a state
#[utoipa::path(get, path = "/silences", params(ListParameters), responses((status = 200, body = List<SilenceView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<SilenceView>> {
    let (window, query) = query.parse(&fields::SILENCE)?;
    let (page, now) = (app.service.list_silences(&call, &query, &window).await?, app.service.now());
    Ok(Json(List::of(page, |stored| SilenceView::of(stored, now))))
}

/// One silence
#[utoipa::path(get, path = "/silences/{id}", params(("id" = String, Path)), responses((status = 200, body = SilenceView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_silence(&call, super::id("silence", &text)?).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// A silence: what is left out stays, or is as usual.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SilenceEdit)]
struct Edit {
    /// Which alerts, in the query language of `/alerts`.
    matcher: Option<String>,
    /// From when; now without it.
    #[schema(value_type = Option<String>)]
    starts_at: Option<Time>,
    /// Until when; an hour without it.
    #[schema(value_type = Option<String>)]
    ends_at: Option<Time>,
    /// Why.
    reason: Option<String>,
}

impl From<Edit> for SilenceDraft {
    fn from(edit: Edit) -> Self {
        Self { matcher: edit.matcher, starts_at: edit.starts_at, ends_at: edit.ends_at, reason: edit.reason }
    }
}

/// Silence alerts
#[utoipa::path(post, path = "/silences", request_body = Edit, responses((status = 201, body = SilenceView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let stored = app.service.create_silence(&call, body.into()).await?;
    Ok(answer(&app, StatusCode::CREATED, stored))
}

/// Change a silence that is not over
#[utoipa::path(patch, path = "/silences/{id}", params(("id" = String, Path)), request_body = Edit, responses((status = 200, body = SilenceView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("silence", &text)?, etag::required(&headers)?);
    let stored = app.service.update_silence(&call, id, body.into(), seen).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// End a silence now
#[utoipa::path(delete, path = "/silences/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn end(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("silence", &text)?, etag::required(&headers)?);
    app.service.end_silence(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
