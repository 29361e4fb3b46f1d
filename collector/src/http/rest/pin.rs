//! `/items/{id}/pins`: values that people pinned.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::declared::voice::Hold;
use muster_model::reconcile::pin::Pin;
use muster_shared::Time;
use muster_shared::id::NodeId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::source::NewPin;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}

/// A value that a person pinned: it counts before what sources say.
#[derive(Debug, Serialize, ToSchema)]
struct PinView {
    item: String,
    attribute: String,
    #[schema(value_type = Object)]
    value: Value,
    reason: String,
    by: String,
    at: String,
    /// How long it holds; null: until it is taken back.
    until: Option<String>,
    version: u64,
}

impl From<Versioned<Pin>> for PinView {
    fn from(stored: Versioned<Pin>) -> Self {
        let pin = stored.value;
        Self {
            item: pin.item.to_string(),
            attribute: pin.attribute,
            value: pin.value,
            reason: pin.reason,
            by: pin.by,
            at: pin.at.to_string(),
            until: pin.until.map(|until| until.to_string()),
            version: stored.version,
        }
    }
}

impl PinView {
    /// A pin of a declared item or of a host itself: its version is that of the record.
    fn of_said(item: &str, attribute: String, hold: Hold, version: u64) -> Self {
        Self {
            item: item.to_owned(),
            attribute,
            value: hold.value,
            reason: hold.reason,
            by: hold.by,
            at: hold.at.to_string(),
            until: hold.until.map(|until| until.to_string()),
            version,
        }
    }
}

/// The declared item or the host that is meant, if it is one: what is said of it is pinned in its own record.
fn said(text: &str) -> Result<Option<NodeId>, Refusal> {
    let node = super::id::<NodeId>("item", text)?;
    Ok(Some(node).filter(|node| matches!(node, NodeId::Declared(_) | NodeId::Host(_))))
}

/// The pins that hold on an item
#[utoipa::path(get, path = "/items/{id}/pins", params(("id" = String, Path)), responses((status = 200, body = List<PinView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<PinView>> {
    if let Some(node) = said(&text)? {
        let (pins, version) = app.service.said_pins(&call, node).await?;
        let view = |(attribute, hold)| PinView::of_said(&text, attribute, hold, version);
        return Ok(Json(List::whole(pins.into_iter().map(view).collect())));
    }
    let pins = app.service.item_pins(&call, super::id("item", &text)?).await?;
    Ok(Json(List::whole(pins.into_iter().map(PinView::from).collect())))
}

/// A value to pin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PinRequest {
    attribute: String,
    #[schema(value_type = Object)]
    value: Value,
    reason: String,
    /// How long it holds (RFC 3339); without it until it is taken back.
    #[schema(value_type = Option<String>)]
    until: Option<Time>,
}

/// Pin a value of an item, or owner, site, criticality or lifecycle of a host; one that was pinned before ends
#[utoipa::path(post, path = "/items/{id}/pins", params(("id" = String, Path)), request_body = PinRequest, responses((status = 201, body = PinView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PinRequest>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let new = NewPin { attribute: body.attribute, value: body.value, reason: body.reason, until: body.until };
    if let Some(node) = said(&text)? {
        let attribute = new.attribute.clone();
        let (hold, version) = app.service.pin_said(&call, node, new, seen).await?;
        let view = PinView::of_said(&text, attribute, hold, version);
        return Ok(etag::tagged(StatusCode::CREATED, version, view));
    }
    let pin = app.service.pin_item(&call, super::id("item", &text)?, new, seen).await?;
    Ok(etag::tagged(StatusCode::CREATED, pin.version, PinView::from(pin)))
}

/// Take a pin back
#[utoipa::path(delete, path = "/items/{id}/pins/{attribute}", params(("id" = String, Path), ("attribute" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attribute)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let seen = etag::required(&headers)?;
    if let Some(node) = said(&text)? {
        app.service.unpin_said(&call, node, &attribute, seen).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    app.service.unpin_item(&call, super::id("item", &text)?, &attribute, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
