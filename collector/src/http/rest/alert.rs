//! `/alerts`: what monitoring systems say is wrong.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::Alert;
use muster_model::query::fields;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::alert::{AlertView, ReceivedView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(events))
        .routes(routes!(acknowledge))
        .routes(routes!(close))
}

fn answer(stored: Versioned<Alert>) -> Response {
    etag::tagged(StatusCode::OK, stored.version, AlertView::from(stored))
}

/// Alerts, the last event first: those that are not closed unless the filter asks for a state
#[utoipa::path(get, path = "/alerts", params(ListParameters), responses((status = 200, body = List<AlertView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<AlertView>> {
    let (window, query) = query.parse(&fields::ALERT)?;
    Ok(Json(List::of(app.service.list_alerts(&call, &query, &window).await?, AlertView::from)))
}

/// One alert
#[utoipa::path(get, path = "/alerts/{id}", params(("id" = String, Path)), responses((status = 200, body = AlertView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(app.service.get_alert(&call, super::id("alert", &text)?).await?))
}

/// The events of an alert, the last one first
#[utoipa::path(get, path = "/alerts/{id}/events", params(("id" = String, Path), ListParameters), responses((status = 200, body = List<ReceivedView>)))]
async fn events(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<ReceivedView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.events_of_alert(&call, super::id("alert", &text)?, &window).await?;
    Ok(Json(List::of(page, ReceivedView::from)))
}

/// Take an alert: somebody looks at it
#[utoipa::path(post, path = "/alerts/{id}/acknowledge", params(("id" = String, Path)), responses((status = 200, body = AlertView)))]
async fn acknowledge(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = super::id("alert", &text)?;
    Ok(answer(app.service.acknowledge_alert(&call, id, etag::seen(&headers)?).await?))
}

/// Why an alert is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Close {
    /// Why.
    reason: String,
}

/// Close an alert by hand
#[utoipa::path(post, path = "/alerts/{id}/close", params(("id" = String, Path)), request_body = Close, responses((status = 200, body = AlertView)))]
async fn close(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Close>,
) -> Result<Response, Refusal> {
    let id = super::id("alert", &text)?;
    Ok(answer(app.service.close_alert(&call, id, &body.reason, etag::seen(&headers)?).await?))
}
