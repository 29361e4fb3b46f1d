//! `/hosts`: the list, one host, what people say of it, recheck, history.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::host::{Criticality, HostPast, Lifecycle};
use muster_model::query::fields;
use muster_model::reconcile::Explained;
use muster_model::saved_search::ListName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery, MomentParameters};
use super::order::{self, SortParameters};
use super::view::{Change, Host};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::Call;
use crate::service::host::{HostEdit, HostView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, update))
        .routes(routes!(recheck))
        .routes(routes!(versions))
        .routes(routes!(undo))
        .routes(routes!(history))
}

/// Hosts by name, or in the order of a column
#[utoipa::path(get, path = "/hosts", params(ListParameters, SortParameters, MomentParameters), responses((status = 200, body = List<Host>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<List<Host>> {
    let sort = query.take_sort(&app.service, ListName::Hosts).await?;
    let (window, query) = query.parse(&app.service.registry().await?.host_fields())?;
    Ok(Json(List::of(order::hosts(&app.service, &call, &query, (sort.as_ref(), &window)).await?, Host::from)))
}

/// A host with what is said of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HostDetail)]
struct Detail {
    #[serde(flatten)]
    host: Host,
    /// What every source and people say of owner, site, criticality and lifecycle now, best believed first, and why the winner won:
    /// `pinned`, `only`, `agreed`, `rank`, `younger`, `newest` or `last`. Of the past it is kept what counted.
    #[schema(value_type = Object)]
    values: BTreeMap<String, Explained>,
}

async fn detail(app: &Shared, view: HostView, moment: Moment) -> Result<Response, Refusal> {
    let values = if moment.is_now() { app.service.explain_host(&view.host.value).await? } else { [].into() };
    Ok(etag::tagged(StatusCode::OK, view.host.version, Detail { host: Host::from(view), values }))
}

/// One host, by id or name, now or at a moment; how it stands with reports and coverage is known of the present only
#[utoipa::path(get, path = "/hosts/{id}", params(("id" = String, Path), MomentParameters), responses((status = 200, body = Detail)))]
async fn get(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Result<Response, Refusal> {
    record(&app, &call, &text, query.moment()?).await
}

/// What the API says of a host.
pub(crate) async fn record(app: &Shared, call: &Call, text: &str, moment: Moment) -> Result<Response, Refusal> {
    detail(app, app.service.find_host(call, text, moment).await?, moment).await
}

/// A field that is there: null says the same as an empty text.
pub(super) fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

/// What people may change of a host. Absent fields stay; null or an empty text takes a value away.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UpdateHost)]
#[serde(deny_unknown_fields)]
struct Update {
    #[serde(default, deserialize_with = "said")]
    owner: Option<String>,
    #[serde(default, deserialize_with = "said")]
    site: Option<String>,
    /// `low`, `normal`, `high` or `critical`.
    #[schema(value_type = Option<String>)]
    criticality: Option<Criticality>,
    /// `discovered`, `review`, `active`, `maintenance`, `retiring`, `retired` or `archived`.
    #[schema(value_type = Option<String>)]
    lifecycle: Option<Lifecycle>,
}

/// Change what people say of a host
#[utoipa::path(patch, path = "/hosts/{id}", params(("id" = String, Path)), request_body = Update, responses((status = 200, body = Detail)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Update>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let edit =
        HostEdit { owner: body.owner, site: body.site, criticality: body.criticality, lifecycle: body.lifecycle };
    let view = app.service.update_host(&call, super::id("host", &text)?, edit, seen).await?;
    detail(&app, view, Moment::NOW).await
}

/// What people said of a host until they said otherwise.
#[derive(Debug, Serialize, ToSchema)]
struct VersionView {
    version: u64,
    /// When it was said otherwise.
    until: String,
    name: String,
    owner: Option<String>,
    site: Option<String>,
    criticality: String,
    lifecycle: String,
}

impl From<HostPast> for VersionView {
    fn from(past: HostPast) -> Self {
        let host = past.value;
        Self {
            version: past.version,
            until: past.until.to_string(),
            name: host.name,
            owner: host.owner,
            site: host.site,
            criticality: host.criticality.as_str().into(),
            lifecycle: host.lifecycle.as_str().into(),
        }
    }
}

/// What people said of a host before, newest first
#[utoipa::path(get, path = "/hosts/{id}/versions", params(("id" = String, Path), ListParameters), responses((status = 200, body = List<VersionView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<VersionView>> {
    let (window, query) = query.parse(&fields::HOST_VERSION)?;
    let past = app.service.host_versions(&call, super::id("host", &text)?).await?;
    Ok(Json(List::chosen(past.into_iter().map(VersionView::from).collect(), (&window, &query))?))
}

/// Which version to go back to, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UndoHost)]
struct Undo {
    version: u64,
    reason: String,
}

/// Say again what people said in a past version: a new change, nothing is rewritten
#[utoipa::path(post, path = "/hosts/{id}/undo", params(("id" = String, Path)), request_body = Undo, responses((status = 200, body = Detail)))]
async fn undo(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Undo>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("host", &text)?, etag::seen(&headers)?);
    let view = app.service.undo_host(&call, id, body.version, &body.reason, seen).await?;
    detail(&app, view, Moment::NOW).await
}

/// Ask the host's agent for a fresh look, at once
#[utoipa::path(post, path = "/hosts/{id}/recheck", params(("id" = String, Path)), responses((status = 202)))]
async fn recheck(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.recheck_host(&call, super::id("host", &text)?).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What changed on a host until now or a moment, newest first
#[utoipa::path(get, path = "/hosts/{id}/history", params(("id" = String, Path), ListParameters, MomentParameters), responses((status = 200, body = List<Change>)))]
async fn history(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<Change>> {
    let (window, query) = query.parse(&fields::MOMENT)?;
    let page = app.service.host_history(&call, super::id("host", &text)?, query.moment, &window).await?;
    Ok(Json(List::of(page, |stored| Change::from(stored.value))))
}
