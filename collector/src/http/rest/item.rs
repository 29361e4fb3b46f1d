//! `/items`: items of all classes, one item, its history.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery};
use super::view::{Change, FindingView, Item};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::item::FILTER_FIELDS;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(history))
}

/// Items of all classes that are there now
#[utoipa::path(get, path = "/items", responses((status = 200, body = List<Item>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<Item>> {
    let (window, filter) = query.parse(FILTER_FIELDS)?;
    Ok(Json(List::of(app.service.list_items(&call, &filter, &window).await?, Item::from)))
}

/// An item with the findings that stand on it: they say what is authorised instead.
#[derive(Debug, Serialize, ToSchema)]
struct Detail {
    #[serde(flatten)]
    item: Item,
    findings: Vec<FindingView>,
}

/// One item, there or gone
#[utoipa::path(get, path = "/items/{id}", params(("id" = String, Path)), responses((status = 200, body = Detail)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<Detail> {
    let detail = app.service.get_item(&call, super::id("item", &text)?).await?;
    let ids: Vec<_> = detail.findings.iter().map(|finding| finding.id).collect();
    let findings = app.service.findings_of_ticket(&call, &ids).await?;
    Ok(Json(Detail { item: Item::from(detail.item), findings: findings.into_iter().map(FindingView::from).collect() }))
}

/// What changed on an item, newest first
#[utoipa::path(get, path = "/items/{id}/history", params(("id" = String, Path)), responses((status = 200, body = List<Change>)))]
async fn history(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<Change>> {
    let (window, _) = query.parse(&[])?;
    let page = app.service.item_history(&call, super::id("item", &text)?, &window).await?;
    Ok(Json(List::of(page, |stored| Change::from(stored.value))))
}
