//! `/items/bulk`: many items at once, first as a preview, then for each what became of it.

use axum::Json;
use axum::extract::State;
use muster_model::declared::Edit;
use muster_model::query::Query;
use muster_model::text::Phrase;
use muster_shared::id::NodeId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::declared::EditFields;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::Refusal;
use crate::service::declared::bulk::{ChangedItem, PlannedItem};
use crate::service::past::elapsed_query;
use crate::service::{ServiceError, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(change))
}

/// Which items, and what is to change: `items` or `filter`, not both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkPreview {
    /// Ids of items that people declared, of hosts, and of items of hosts.
    #[serde(default)]
    items: Vec<String>,
    /// Of the items that people declared those that this question means (`docs/query.md`).
    filter: Option<String>,
    /// What is to change, as in `PATCH /items/{id}`.
    #[schema(value_type = EditFields)]
    edit: Edit,
}

/// An item in the version that was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkItem {
    id: String,
    /// Its version, as the preview gave it.
    version: u64,
}

/// Which items, what is to change, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkChange {
    items: Vec<BulkItem>,
    /// What is to change, as in `PATCH /items/{id}`.
    #[schema(value_type = EditFields)]
    edit: Edit,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// A field that would be another one.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedField {
    /// `/owner`, `/attributes/height_units`.
    field: String,
    before: Value,
    after: Value,
}

/// What an edit would make of an item.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedView {
    id: String,
    name: String,
    class: String,
    version: u64,
    /// What would change; empty when it is so already.
    changes: Vec<PlannedField>,
    /// Why it cannot be changed so.
    error: Option<String>,
}

impl From<PlannedItem> for PlannedView {
    fn from(planned: PlannedItem) -> Self {
        let PlannedItem { node, name, class, version, outcome } = planned;
        let (changes, error) = match outcome {
            Ok(changes) => (changes, None),
            Err(error) => (Vec::new(), Some(error.text().to_string())),
        };
        let changes = changes.into_iter().map(|(field, before, after)| PlannedField { field, before, after }).collect();
        Self { id: node.to_string(), name, class, version, changes, error }
    }
}

/// What became of an item.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedView {
    id: String,
    name: String,
    /// `changed`, `same` or `refused`.
    outcome: &'static str,
    /// Why it was refused.
    error: Option<String>,
}

impl From<ChangedItem> for ChangedView {
    fn from(changed: ChangedItem) -> Self {
        let (outcome, error) = match changed.outcome {
            Ok(true) => ("changed", None),
            Ok(false) => ("same", None),
            Err(error) => ("refused", Some(error.text().to_string())),
        };
        Self { id: changed.node.to_string(), name: changed.name, outcome, error }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct PlannedItems {
    items: Vec<PlannedView>,
    /// Whether more items are meant than are changed at once: these are the first.
    is_cut: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct ChangedItems {
    items: Vec<ChangedView>,
}

fn node(place: usize, text: &str) -> Result<NodeId, ServiceError> {
    let why =
        || Phrase::new("not_found").term("kind", "kind", "item").with("id", text.chars().take(80).collect::<String>());
    text.parse().map_err(|_| invalid(&format!("/items/{place}"), why()))
}

/// What an edit would make of many items; nothing is written
#[utoipa::path(post, path = "/items/bulk/preview", request_body = BulkPreview, responses((status = 200, body = PlannedItems)))]
async fn preview(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<BulkPreview>,
) -> Answer<PlannedItems> {
    let service = &app.service;
    let (nodes, is_cut) = match (&body.filter, body.items.as_slice()) {
        (Some(filter), []) => {
            let query = Query::parse(filter, &service.registry().await?.item_fields()).map_err(ServiceError::from)?;
            elapsed_query("filter", &query, service.now())?;
            let (items, is_cut) = service.declared_meant(&call, &query).await?;
            (items.into_iter().map(|item| item.id).collect(), is_cut)
        }
        (None, items) => {
            let nodes = items.iter().enumerate().map(|(place, text)| node(place, text));
            (nodes.collect::<Result<Vec<_>, _>>()?, false)
        }
        (Some(_), _) => return Err(Refusal::from(invalid("/filter", Phrase::new("bulk_either")))),
    };
    let planned = service.plan_items(&call, &nodes, &body.edit).await?;
    Ok(Json(PlannedItems { items: planned.into_iter().map(PlannedView::from).collect(), is_cut }))
}

/// Change many items, each on its own in the version that was looked at, and say of each what became of it
#[utoipa::path(post, path = "/items/bulk", request_body = BulkChange, responses((status = 200, body = ChangedItems)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<BulkChange>,
) -> Answer<ChangedItems> {
    let items = body.items.iter().enumerate().map(|(place, item)| Ok((node(place, &item.id)?, item.version)));
    let items = items.collect::<Result<Vec<_>, ServiceError>>()?;
    let changed = app.service.change_items(&call, &items, &body.edit, &body.reason).await?;
    Ok(Json(ChangedItems { items: changed.into_iter().map(ChangedView::from).collect() }))
}
