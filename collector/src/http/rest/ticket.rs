//! `/tickets`: opening, looking, moving, editing, commenting.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::text::Phrase;
use muster_model::ticket::edit::{Edit, Opening};
use muster_model::ticket::{Channel, Details, Ticket, TicketItem, TimelineEntry, Visibility};
use muster_shared::id::{TicketId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::capacity::one_of;
use super::list::{List, ListParameters, ListQuery};
use super::view::{self, TicketView};
use super::{Answer, Caller, named, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};
use crate::service::ticket::refused_details;
use crate::service::{Call, Service, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, edit))
        .routes(routes!(acknowledge))
        .routes(routes!(again))
        .routes(routes!(comment))
        .routes(routes!(timeline))
}

pub(super) fn answer(status: StatusCode, stored: Versioned<Ticket>) -> Response {
    etag::tagged(status, stored.version, TicketView::from(stored))
}

/// Tickets, newest first; with `active=true` first things first
#[utoipa::path(get, path = "/tickets", params(ListParameters), responses((status = 200, body = List<TicketView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<TicketView>> {
    let (window, query) = query.parse(&fields::TICKET)?;
    let now = app.service.now();
    Ok(Json(List::of(app.service.list_tickets(&call, &query, &window).await?, |found| TicketView::now(found, now))))
}

const fn lowest() -> u8 {
    3
}

/// A new ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateTicket)]
struct Create {
    /// `incident`, `problem`, `change`, `release`, `request`, `access` or `task`.
    kind: String,
    title: String,
    #[serde(default)]
    description: String,
    /// 1 (wide) to 3.
    #[serde(default = "lowest")]
    impact: u8,
    /// 1 (now) to 3.
    #[serde(default = "lowest")]
    urgency: u8,
    category: Option<String>,
    assignment_group: Option<String>,
    /// Hosts and items that it is about: ids, or names of hosts and declared items; or objects of `id` and `role` (`affected`, `cause`,
    /// `suspected`, `maintenance`).
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    items: Vec<TicketItem>,
    /// The service that it is about, by id or name: the first of its items.
    service_id: Option<String>,
    /// For whom it is, by id or sign-in name, when not for you; to say so takes `ticket.transition`.
    #[schema(value_type = Option<String>)]
    requester: Option<UserId>,
    /// How it came in, when somebody else asked: `phone`, `email`, `chat` or `manual`.
    channel: Option<String>,
    /// Number or id of the ticket that it is a part of; a task needs one, others are parts of a ticket of their kind.
    #[schema(value_type = Option<String>)]
    parent: Option<TicketId>,
    /// Whether an incident is resolved with the one that it is a part of.
    #[serde(default)]
    auto_follow: bool,
    /// What only this kind has: `analysis` of a problem, `plan` of a change or release, `form` of a request, `terms` of access or a task.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// Open a ticket
#[utoipa::path(post, path = "/tickets", request_body = Create, responses((status = 201, body = TicketView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let idempotency = repetition(&headers, &body)?;
    let places = [("/requester", What::Person), ("/parent", What::Ticket)];
    let mut body: Create = named(&app, &call, with_items(body), &places).await?;
    let channel = one_of("channel", body.channel, Channel::BY_WORD, Channel::as_str)?;
    let mut details = Details::empty(Service::parse_kind(&body.kind)?);
    if let Some(patch) = &mut body.details {
        Box::pin(app.service.name_details(&call, details.kind(), patch)).await?;
        details = details.patched(patch).map_err(refused_details)?;
    }
    if let Some(service) = body.service_id.filter(|text| !text.trim().is_empty()) {
        body.items.insert(0, Box::pin(app.service.service_item(&call, "/service_id", &service)).await?);
    }
    let opening = Opening {
        details,
        title: body.title.into(),
        description: body.description.into(),
        impact: body.impact,
        impact_floor: None,
        urgency: body.urgency,
        category: body.category,
        items: body.items,
        assignment_group: body.assignment_group,
        parent: body.parent,
        auto_follow: body.auto_follow,
        requester: body.requester,
        channel: channel.unwrap_or(Channel::Api),
    };
    Ok(answer(StatusCode::CREATED, app.service.create_ticket(&call, opening, idempotency).await?))
}

/// One ticket, by id or number
#[utoipa::path(get, path = "/tickets/{id}", params(("id" = String, Path)), responses((status = 200, body = TicketView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = Box::pin(app.service.ticket_now(&call, &text)).await?;
    let due_at = app.service.due_at(&stored.value).await?.map(|at| at.to_string());
    let version = stored.version;
    let mut view = TicketView::now(stored, app.service.now());
    view.due_at = due_at;
    Ok(etag::tagged(StatusCode::OK, version, view))
}

/// Fields that may be changed. Absent fields stay; null takes `category`, `assignment_group`, `assignee` or `follow_up_at` away.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an edit; the model's own type is what is read")]
#[schema(as = EditTicket)]
struct EditFields {
    title: Option<String>,
    description: Option<String>,
    impact: Option<u8>,
    urgency: Option<u8>,
    /// Against the matrix: needs the right `priority.override` and `override_reason`.
    priority: Option<u8>,
    override_reason: Option<String>,
    /// Whether the priority stays against the matrix when impact or urgency change.
    pin: Option<bool>,
    /// For whom it is, by id or sign-in name; to say so takes `ticket.transition`.
    requester: Option<String>,
    /// All items that it is about: ids or names, or objects of `id` and `role` (`affected`, `cause`, `suspected`, `maintenance`).
    #[schema(value_type = Option<Vec<Object>>)]
    items: Option<Value>,
    /// The service that it is about, by id or name: the first of its items. Null takes services off.
    service_id: Option<String>,
    category: Option<String>,
    assignment_group: Option<String>,
    /// Id or sign-in name of a user.
    assignee: Option<String>,
    /// Number or id of the ticket that it is a part of; null sets it free.
    parent: Option<String>,
    /// Whether an incident is resolved with the one that it is a part of.
    auto_follow: Option<bool>,
    /// When it wakes who has it, once: its assignee, else who is on call for its group. Null takes it away.
    #[schema(value_type = Option<String>, format = DateTime)]
    follow_up_at: Option<String>,
    /// A merge patch (RFC 7396) of what only this kind has.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// Change fields of a ticket
#[utoipa::path(patch, path = "/tickets/{id}", params(("id" = String, Path)), request_body = EditFields, responses((status = 200, body = TicketView)))]
async fn edit(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let body = Box::pin(with_service(&app, &call, &text, with_items(body))).await?;
    let body: Edit = named(&app, &call, body, EDITED).await?;
    Ok(answer(StatusCode::OK, Box::pin(app.service.edit_ticket(&call, &text, body, seen)).await?))
}

/// Where an edit names something.
pub(super) const EDITED: &[Place] =
    &[("/assignee", What::Person), ("/requester", What::Person), ("/parent", What::Ticket)];

/// An edit whose `service_id` stands among its items, in the place of the services that stood there.
async fn with_service(app: &Shared, call: &Call, text: &str, mut body: Value) -> Result<Value, Refusal> {
    let Some(service) = body.as_object_mut().and_then(|fields| fields.remove("service_id")) else { return Ok(body) };
    let mut items: Vec<Value> = match body.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => app.service.get_ticket(call, text).await?.value.items.iter().map(|item| json!(item)).collect(),
    };
    let is_service =
        |item: &Value| serde_json::from_value::<TicketItem>(item.clone()).is_ok_and(|item| view::is_service(&item));
    items.retain(|item| !is_service(item));
    match service {
        Value::Null => {}
        Value::String(service) => {
            let item = Box::pin(app.service.service_item(call, "/service_id", &service)).await?;
            items.insert(0, json!(item));
        }
        _ => return Err(invalid("/service_id", Phrase::new("is_needed")).into()),
    }
    if let Some(fields) = body.as_object_mut() {
        fields.insert("items".into(), Value::Array(items));
    }
    Ok(body)
}

/// A body of which the items are objects, whichever way they are written.
pub(super) fn with_items(mut body: Value) -> Value {
    let items = body.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter(|item| item.is_string()) {
        *item = json!({ "id": item.take() });
    }
    body
}

/// Take notice of a ticket: somebody saw it, before anybody takes it
#[utoipa::path(post, path = "/tickets/{id}/acknowledge", params(("id" = String, Path)), responses((status = 200, body = TicketView)))]
async fn acknowledge(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(StatusCode::OK, app.service.acknowledge_ticket(&call, &text, seen).await?))
}

/// That something is back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Again {
    /// What is seen.
    comment: String,
}

/// Say that what a closed incident was about is back: a new incident follows it, with its history. Who asked for it may, and who works
/// on tickets; as long as it may be reopened it is refused (rule R3)
#[utoipa::path(post, path = "/tickets/{id}/again", params(("id" = String, Path)), request_body = Again, responses((status = 201, body = TicketView)))]
async fn again(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Again>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let opened = app.service.report_again(&call, &text, &body.comment, Channel::Api, seen);
    Ok(answer(StatusCode::CREATED, Box::pin(opened).await?))
}

/// A comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Comment {
    text: String,
    /// `public` (default) or `internal`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    visibility: Visibility,
}

/// Something that happened to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
struct EntryView {
    seq: u64,
    at: String,
    actor: String,
    /// The other desk that told it, when it did not happen here: time and name are as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    imported_from: Option<String>,
    /// `what`: `opened`, `moved`, `comment`, `changed`, `disputed`, `linked`, `attached`, `major`, `parent`, `voted`, `finding`, `alert` or `level`, with what belongs to it.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    entry: Value,
}

impl From<TimelineEntry> for EntryView {
    fn from(entry: TimelineEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at.to_string(),
            actor: entry.actor,
            imported_from: entry.imported_from,
            entry: serde_json::to_value(entry.entry.in_english()).unwrap_or_default(),
        }
    }
}

/// Comment on a ticket
#[utoipa::path(post, path = "/tickets/{id}/comments", params(("id" = String, Path)), request_body = Comment, responses((status = 201, body = EntryView)))]
async fn comment(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Comment>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let (ticket, entry) = app.service.comment_ticket(&call, &text, &body.text, body.visibility, seen).await?;
    Ok(etag::tagged(StatusCode::CREATED, ticket.version, EntryView::from(entry)))
}

/// Everything that happened to a ticket, oldest first
#[utoipa::path(get, path = "/tickets/{id}/timeline", params(("id" = String, Path)), responses((status = 200, body = List<EntryView>)))]
async fn timeline(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<EntryView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let page = app.service.ticket_timeline(&call, &text, &window).await?;
    Ok(Json(List::of(page, |stored| EntryView::from(stored.value))))
}
