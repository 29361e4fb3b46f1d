//! `/items`: items of all classes, one item, its history.

use axum::Json;
use axum::extract::{Path, State};
use muster_model::query::fields;
use muster_shared::id::{HostId, ItemId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{BetweenParameters, List, ListParameters, ListQuery, MomentParameters};
use super::view::{Change, DifferenceView, FindingView, Item};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::invalid;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(history))
        .routes(routes!(diff))
        .routes(routes!(diff_of_item))
}

/// Items of all classes that are there now
#[utoipa::path(get, path = "/items", params(ListParameters, MomentParameters), responses((status = 200, body = List<Item>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<Item>> {
    let (window, query) = query.parse(&fields::ITEM)?;
    Ok(Json(List::of(app.service.list_items(&call, &query, &window).await?, Item::from)))
}

/// An item with the findings that stand on it: they say what is authorised instead.
#[derive(Debug, Serialize, ToSchema)]
struct Detail {
    #[serde(flatten)]
    item: Item,
    findings: Vec<FindingView>,
}

/// One item, there or gone, now or at a moment
#[utoipa::path(get, path = "/items/{id}", params(("id" = String, Path), MomentParameters), responses((status = 200, body = Detail)))]
async fn get(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<Detail> {
    let moment = query.moment()?;
    let detail = app.service.get_item(&call, super::id("item", &text)?, moment).await?;
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
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.item_history(&call, super::id("item", &text)?, &window).await?;
    Ok(Json(List::of(page, |stored| Change::from(stored.value))))
}

/// What differs between two moments, in all items that the filter means: of a host, a group of hosts, the fleet
#[utoipa::path(get, path = "/diff", params(BetweenParameters, ListParameters), responses((status = 200, body = List<DifferenceView>)))]
async fn diff(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<DifferenceView>> {
    let (from, to, window, query) = query.between(&fields::ITEM, app.service.now())?;
    Ok(Json(List::of(app.service.diff(&call, &query, (from, to), &window).await?, DifferenceView::from)))
}

/// What differs on an item between two moments; of all items of a host when it is one
#[utoipa::path(get, path = "/items/{id}/diff", params(("id" = String, Path), BetweenParameters, ListParameters), responses((status = 200, body = List<DifferenceView>)))]
async fn diff_of_item(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<DifferenceView>> {
    let (from, to, window, mut query) = query.between(&fields::ITEM, app.service.now())?;
    let field = if text.parse::<HostId>().is_ok() { "host" } else { "id" };
    if field == "id" {
        super::id::<ItemId>("item", &text)?;
    }
    query.and(field, &text, &fields::ITEM).map_err(|why| invalid("/id", why))?;
    Ok(Json(List::of(app.service.diff(&call, &query, (from, to), &window).await?, DifferenceView::from)))
}
