//! `/items` as far as people declare them: making, changing, retiring, taking a change back.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::declared::{Declared, Edit, Members, Status};
use muster_model::host::{Criticality, Lifecycle};
use muster_shared::Attributes;
use muster_shared::id::NodeId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ask::Ask;
use super::view::{DeclaredView, MembersView};
use super::{Caller, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::declared::NewItem;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(update, retire)).routes(routes!(undo))
}

fn answer(status: StatusCode, stored: Versioned<Declared>) -> Response {
    etag::tagged(status, stored.version, DeclaredView::from(stored))
}

/// A new item.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateItem)]
struct Create {
    /// A class whose items people declare.
    class: String,
    name: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// `active` when it is not said.
    #[schema(value_type = Option<String>)]
    lifecycle: Option<Lifecycle>,
    /// `up`, `degraded` or `down`.
    #[schema(value_type = Option<String>)]
    status: Option<Status>,
    owner: Option<String>,
    /// `low`, `normal`, `high` or `critical`.
    #[schema(value_type = Option<String>)]
    criticality: Option<Criticality>,
    #[serde(default)]
    tags: BTreeSet<String>,
    /// What it depends on by query.
    #[serde(default)]
    #[schema(value_type = Vec<MembersView>)]
    members: Vec<Members>,
    /// How many of each redundancy group must work.
    #[serde(default)]
    redundancy: BTreeMap<String, u32>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Declare an item
#[utoipa::path(post, path = "/items", request_body = Create, responses((status = 201, body = DeclaredView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Create>,
) -> Result<Response, Refusal> {
    let idempotency = repetition(&headers, &body)?;
    let edit = Edit {
        name: Some(body.name),
        attributes: body.attributes,
        lifecycle: body.lifecycle,
        status: body.status.map(Some),
        owner: body.owner.map(Some),
        criticality: body.criticality,
        tags: Some(body.tags),
        members: Some(body.members),
        redundancy: Some(body.redundancy),
    };
    let new = NewItem { class: body.class, edit, reason: body.reason };
    Ok(answer(StatusCode::CREATED, app.service.create_declared(&call, new, idempotency).await?))
}

/// Fields that may be changed. Absent fields stay; null takes `owner`, `status` or a value of an attribute away. Of a host or an
/// item of one only `attributes` are taken that an owner added to its class.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an edit; the model's own type is what is read")]
#[schema(as = EditItem)]
pub(super) struct EditFields {
    name: Option<String>,
    #[schema(value_type = Object)]
    attributes: Option<Attributes>,
    lifecycle: Option<String>,
    status: Option<String>,
    owner: Option<String>,
    criticality: Option<String>,
    tags: Option<Vec<String>>,
    members: Option<Vec<MembersView>>,
    redundancy: Option<BTreeMap<String, u32>>,
}

/// Why something is done.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Why {
    /// Why.
    #[serde(default)]
    reason: String,
}

fn node(text: &str) -> Result<NodeId, Refusal> {
    super::id("item", text)
}

/// Change what is declared of an item
#[utoipa::path(patch, path = "/items/{id}", params(("id" = String, Path), Why), request_body = EditFields, responses((status = 200, body = DeclaredView)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(why): Ask<Why>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.edit_declared(&call, node(&text)?, body, &why.reason, seen).await?))
}

/// Retire an item that people declared
#[utoipa::path(delete, path = "/items/{id}", params(("id" = String, Path), Why), responses((status = 200, body = DeclaredView)))]
async fn retire(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(why): Ask<Why>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let id = super::id("item", &text)?;
    Ok(answer(StatusCode::OK, app.service.retire_declared(&call, id, &why.reason, seen).await?))
}

/// A change to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UndoItem)]
struct Undo {
    /// Its `seq` in the history.
    change: u64,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Take a change of an item back, by a change to what was before it
#[utoipa::path(post, path = "/items/{id}/undo", params(("id" = String, Path)), request_body = Undo, responses((status = 200, body = DeclaredView)))]
async fn undo(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Undo>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let item = app.service.undo_declared(&call, node(&text)?, body.change, &body.reason, seen).await?;
    Ok(answer(StatusCode::OK, item))
}
