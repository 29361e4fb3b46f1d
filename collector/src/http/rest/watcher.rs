//! `/items/{id}/watchers`: who is told of changes of a host, an item of one, or an item that people declare.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::subscription::Watcher;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::NoBody;
use crate::http::problem::Refusal;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, watch, unwatch))
}

/// Who watches a host or an item
#[utoipa::path(get, path = "/items/{id}/watchers", params(("id" = String, Path)), responses((status = 200, body = List<Watcher>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<Watcher>> {
    let all = app.service.list_item_watchers(&call, super::id("item", &text)?).await?;
    Ok(Json(List::whole(all.into_iter().map(Watcher::from).collect())))
}

/// Be told of every change of a host or an item, as one wishes to be told
#[utoipa::path(post, path = "/items/{id}/watchers", params(("id" = String, Path)), responses((status = 204)))]
async fn watch(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    _: NoBody,
) -> Result<StatusCode, Refusal> {
    app.service.watch_item(&call, super::id("item", &text)?, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Be told of it no more
#[utoipa::path(delete, path = "/items/{id}/watchers", params(("id" = String, Path)), responses((status = 204)))]
async fn unwatch(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    _: NoBody,
) -> Result<StatusCode, Refusal> {
    app.service.watch_item(&call, super::id("item", &text)?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
