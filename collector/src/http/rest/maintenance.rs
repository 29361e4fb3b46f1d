//! `/maintenance-windows`: times in which alerts of items are expected.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::maintenance::Maintenance;
use muster_model::query::fields;
use muster_model::schedule::Schedule;
use muster_shared::id::NodeId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::alert::{MaintenanceView, ScheduleView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::alert::MaintenanceDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, remove))
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Maintenance>) -> Response {
    etag::tagged(status, stored.version, MaintenanceView::of(stored, app.service.now()))
}

/// Maintenance windows, the newest first: those that are not over unless the filter asks for a state
#[utoipa::path(get, path = "/maintenance-windows", params(ListParameters), responses((status = 200, body = List<MaintenanceView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<MaintenanceView>> {
    let (window, query) = query.parse(&fields::MAINTENANCE)?;
    let (page, now) = (app.service.list_maintenance(&call, &query, &window).await?, app.service.now());
    Ok(Json(List::of(page, |stored| MaintenanceView::of(stored, now))))
}

/// One maintenance window
#[utoipa::path(get, path = "/maintenance-windows/{id}", params(("id" = String, Path)), responses((status = 200, body = MaintenanceView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_maintenance(&call, super::id("maintenance window", &text)?).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// A maintenance window: what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MaintenanceEdit)]
struct Edit {
    /// What it is called.
    name: Option<String>,
    /// Items and hosts that it is of; of a host, its items too.
    #[schema(value_type = Option<Vec<String>>)]
    items: Option<Vec<NodeId>>,
    /// Hosts that it is of too, in the query language of `/hosts`.
    hosts: Option<String>,
    #[schema(value_type = Option<ScheduleView>)]
    schedule: Option<Schedule>,
    /// Why.
    reason: Option<String>,
}

impl From<Edit> for MaintenanceDraft {
    fn from(edit: Edit) -> Self {
        Self { name: edit.name, items: edit.items, hosts: edit.hosts, schedule: edit.schedule, reason: edit.reason }
    }
}

/// Say when items are under maintenance
#[utoipa::path(post, path = "/maintenance-windows", request_body = Edit, responses((status = 201, body = MaintenanceView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let stored = app.service.create_maintenance(&call, body.into()).await?;
    Ok(answer(&app, StatusCode::CREATED, stored))
}

/// Change a maintenance window
#[utoipa::path(patch, path = "/maintenance-windows/{id}", params(("id" = String, Path)), request_body = Edit, responses((status = 200, body = MaintenanceView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("maintenance window", &text)?, etag::required(&headers)?);
    let stored = app.service.update_maintenance(&call, id, body.into(), seen).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// Remove a maintenance window; it is over at once
#[utoipa::path(delete, path = "/maintenance-windows/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("maintenance window", &text)?, etag::required(&headers)?);
    app.service.remove_maintenance(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
