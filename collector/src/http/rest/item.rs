//! `/items`: items of all classes, one item, its history.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_shared::Attributes;
use muster_shared::id::NodeId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery};
use super::view::{Change, DeclaredView, FindingView, Item};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::etag;
use crate::http::problem::Refusal;
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
    /// Values that people add, of attributes that an owner added to the class.
    #[schema(value_type = Object)]
    declared: Attributes,
}

/// An item of a host or one that people declared.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the schema of two answers")]
enum AnyItem {
    Discovered(Box<Detail>),
    Declared(Box<DeclaredView>),
}

/// One item, there or gone: of a host, or one that people declared. The `ETag` is that of what people declared.
#[utoipa::path(get, path = "/items/{id}", params(("id" = String, Path)), responses((status = 200, body = AnyItem)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let id = match super::id("item", &text)? {
        NodeId::Item(id) => id,
        node => {
            let stored = app.service.get_declaration(&call, node).await?;
            return Ok(etag::tagged(StatusCode::OK, stored.version, DeclaredView::from(stored)));
        }
    };
    let detail = app.service.get_item(&call, id).await?;
    let ids: Vec<_> = detail.findings.iter().map(|finding| finding.id).collect();
    let findings = app.service.findings_of_ticket(&call, &ids).await?.into_iter().map(FindingView::from).collect();
    let declared = app.service.find_supplement(&call, NodeId::Item(id)).await?;
    let version = declared.as_ref().map_or(0, |stored| stored.version);
    let declared = declared.map(|stored| stored.value.attributes).unwrap_or_default();
    Ok(etag::tagged(StatusCode::OK, version, Detail { item: Item::from(detail.item), findings, declared }))
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
    let id = match super::id("item", &text)? {
        NodeId::Item(id) => id,
        node => {
            let item = app.service.get_declaration(&call, node).await?.value;
            let page = app.service.declared_history(&call, node, &window).await?;
            let view = |stored: Versioned<_>| Change::of_declared(&item.class, &item.name, stored.value);
            return Ok(Json(List::of(page, view)));
        }
    };
    let page = app.service.item_history(&call, id, &window).await?;
    Ok(Json(List::of(page, |stored| Change::from(stored.value))))
}
