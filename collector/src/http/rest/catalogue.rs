//! `/catalogue`: what can be asked for, and asking for it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::catalogue::{CatalogueItem, CatalogueVersion, Offer};
use muster_model::ticket::Channel;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::view::{TicketView, at};
use super::{Answer, Caller, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::catalogue::Order;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace))
        .routes(routes!(versions))
        .routes(routes!(order))
}

/// An item of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogueItem)]
struct ItemView {
    id: String,
    name: String,
    description: String,
    category: String,
    /// `draft`, `published` or `retired`.
    state: &'static str,
    /// A JSON Schema of what has to be filled in; null is nothing.
    #[schema(value_type = Option<Object>)]
    form: Value,
    /// The roles that may ask for it; empty is all.
    #[schema(value_type = Vec<String>)]
    visible_to: Value,
    /// The `sites`, `teams` and `services` (ids) whose people may ask for it; nothing named is everybody. Who does not see an item
    /// cannot ask for it.
    #[schema(value_type = Object)]
    visible_within: Value,
    /// Who has to agree: `none`, `vote` (as the rules of approvals say) or `stages` (as the item says).
    approval: &'static str,
    /// Whose votes, one stage after the other, as in the rules of approvals.
    #[schema(value_type = Vec<Object>)]
    approval_stages: Value,
    /// The tasks that fulfil it: `name`, `title`, `assignment_group`, `optional`, and names of those that come first (`after`).
    #[schema(value_type = Vec<Object>)]
    tasks: Value,
    /// `cents` and `currency`.
    #[schema(value_type = Option<Object>)]
    cost: Value,
    /// Name of the service level policy of requests for it.
    level_policy: Option<String>,
    /// The access that comes with it: `entitlement`, `group`, `hosts`, `account` (the field of the form that names it) and `days`.
    #[schema(value_type = Option<Object>)]
    access_grant: Value,
    /// Counts its versions.
    edition: u32,
    changed_by: String,
    changed_at: String,
    version: u64,
}

impl From<Versioned<CatalogueItem>> for ItemView {
    fn from(Versioned { value: item, version }: Versioned<CatalogueItem>) -> Self {
        let offer = item.offer;
        Self {
            id: item.id.to_string(),
            state: offer.state.as_str(),
            form: offer.form,
            visible_to: json!(offer.visible_to),
            visible_within: json!(offer.visible_within),
            approval: offer.approval.as_str(),
            approval_stages: json!(offer.approval_stages),
            tasks: json!(offer.tasks),
            cost: json!(offer.cost),
            level_policy: offer.level_policy,
            access_grant: json!(offer.access_grant),
            name: offer.name,
            description: offer.description,
            category: offer.category,
            edition: item.edition,
            changed_by: item.changed_by,
            changed_at: at(item.changed_at),
            version,
        }
    }
}

fn answer(status: StatusCode, stored: Versioned<CatalogueItem>) -> Response {
    etag::tagged(status, stored.version, ItemView::from(stored))
}

/// What is written of an item.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an item; the model's own type is what is read")]
struct OfferFields {
    name: String,
    description: Option<String>,
    category: Option<String>,
    /// `draft` (default), `published` or `retired`.
    state: Option<String>,
    /// A JSON Schema: an object whose properties are strings (with `enum`, `format` date or date-time, lengths), integers, numbers
    /// (with bounds) or booleans. `x-order` lists names of fields in the order in which they stand.
    #[schema(value_type = Option<Object>)]
    form: Option<Value>,
    visible_to: Option<Vec<String>>,
    /// `sites`, `teams` and `services` (ids or names) whose people may ask for it: members of a team, and whose roles count there.
    #[schema(value_type = Option<Object>)]
    visible_within: Option<Value>,
    /// `vote` (default: as the rules of approvals say), `none`, or `stages` with `approval_stages`.
    approval: Option<String>,
    /// Stages of votes, as objects or lines, as in the rules of approvals.
    #[schema(value_type = Option<Vec<Object>>)]
    approval_stages: Option<Value>,
    #[schema(value_type = Option<Vec<Object>>)]
    tasks: Option<Value>,
    #[schema(value_type = Option<Object>)]
    cost: Option<Value>,
    /// Name of the service level policy of requests for it.
    level_policy: Option<String>,
    /// The access that comes with it: `entitlement` (`account`, `group`, `sudo`), `group`, `hosts` (ids or names), `account` (the
    /// field of the form that names it; without it the requester's name) and `days`.
    #[schema(value_type = Option<Object>)]
    access_grant: Option<Value>,
}

/// Where an item names hosts and people, and where stages of votes are lines.
const PLACES: &[Place] = &[
    ("/access_grant/hosts/*", What::Host),
    ("/access_grant/resource", What::Node),
    ("/approval_stages/*", What::Stage),
    ("/approval_stages/*/approvers/*/user", What::Person),
    ("/approval_stages/*/escalate_to/user", What::Person),
];

/// What can be asked for, by category and name
#[utoipa::path(get, path = "/catalogue", responses((status = 200, body = List<ItemView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<ItemView>> {
    let items = app.service.list_catalogue(&call).await?;
    Ok(Json(List::whole(items.into_iter().map(ItemView::from).collect())))
}

/// Put an item into the catalogue
#[utoipa::path(post, path = "/catalogue", request_body = OfferFields, responses((status = 201, body = ItemView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: Offer = super::named(&app, &call, body, PLACES).await?;
    Ok(answer(StatusCode::CREATED, app.service.create_catalogue_item(&call, body).await?))
}

/// One item
#[utoipa::path(get, path = "/catalogue/{id}", params(("id" = String, Path)), responses((status = 200, body = ItemView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_catalogue_item(&call, &text).await?))
}

/// Write the next version of an item; requests that were made keep theirs
#[utoipa::path(put, path = "/catalogue/{id}", params(("id" = String, Path)), request_body = OfferFields, responses((status = 200, body = ItemView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: Offer = super::named(&app, &call, body, PLACES).await?;
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.replace_catalogue_item(&call, &text, body, seen).await?))
}

/// An item as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogueVersion)]
struct VersionView {
    edition: u32,
    by: String,
    at: String,
    #[schema(value_type = Object)]
    offer: Value,
}

impl From<CatalogueVersion> for VersionView {
    fn from(version: CatalogueVersion) -> Self {
        Self { edition: version.edition, by: version.by, at: at(version.at), offer: json!(version.offer) }
    }
}

/// All versions of an item, newest first
#[utoipa::path(get, path = "/catalogue/{id}/versions", params(("id" = String, Path)), responses((status = 200, body = List<VersionView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<VersionView>> {
    let versions = app.service.catalogue_versions(&call, &text).await?;
    Ok(Json(List::whole(versions.into_iter().map(VersionView::from).collect())))
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    /// Answers to the form of the item.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: Value,
    /// For whom, when it is not you.
    beneficiary: Option<String>,
}

/// Ask for an item: a request, still a draft, that keeps this version of the item
#[utoipa::path(post, path = "/catalogue/{id}/requests", params(("id" = String, Path)), request_body = NewOrder, responses((status = 201, body = TicketView)))]
async fn order(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewOrder>,
) -> Result<Response, Refusal> {
    let repetition = repetition(&headers, &(&text, &body))?;
    let answers = if body.answers.is_null() { json!({}) } else { body.answers };
    let order = Order { answers, beneficiary: body.beneficiary, channel: Channel::Api };
    let stored = app.service.order(&call, &text, order, repetition).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, TicketView::from(stored)))
}
