//! `/tickets`: opening, looking, moving, editing, commenting.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::ticket::edit::{Edit, Opening};
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason, StateName};
use muster_model::ticket::transition::{Fields, Transition};
use muster_model::ticket::{Channel, Details, ItemRole, Kind, Ticket, TicketItem, TimelineEntry, Visibility};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::TicketView;
use super::{Answer, Caller, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::ticket::refused_details;
use crate::service::{Call, Service, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, edit))
        .routes(routes!(transitions, transition))
        .routes(routes!(bulk))
        .routes(routes!(comment))
        .routes(routes!(timeline))
}

/// A body of which some fields name a user, by id or sign-in name, read with the ids.
pub(super) async fn with_people<T: DeserializeOwned>(
    app: &Shared,
    call: &Call,
    mut body: serde_json::Map<String, Value>,
    fields: &[&str],
) -> Result<T, Refusal> {
    app.service.name_people(call, &mut body, fields).await?;
    crate::http::body::parse(&serde_json::to_vec(&body).unwrap_or_default())
}

fn answer(status: StatusCode, stored: Versioned<Ticket>) -> Response {
    etag::tagged(status, stored.version, TicketView::from(stored))
}

/// Tickets, newest first; with `active=true` first things first
#[utoipa::path(get, path = "/tickets", params(ListParameters), responses((status = 200, body = List<TicketView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<TicketView>> {
    let (window, query) = query.parse(&fields::TICKET)?;
    Ok(Json(List::of(app.service.list_tickets(&call, &query, &window).await?, TicketView::from)))
}

const fn lowest() -> u8 {
    3
}

/// A new ticket.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
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
    /// Hosts and items that it is about: ids, or names of hosts and declared items.
    #[serde(default)]
    items: Vec<String>,
    /// Number or id of the ticket that it is a part of; a task needs one, others are parts of a ticket of their kind.
    parent: Option<String>,
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
    JsonBody(mut body): JsonBody<Create>,
) -> Result<Response, Refusal> {
    let idempotency = repetition(&headers, &body)?;
    let item = |id: String| TicketItem { id, name: String::new(), role: ItemRole::Affected };
    let mut details = Details::empty(Service::parse_kind(&body.kind)?);
    if let Some(patch) = &mut body.details {
        Box::pin(app.service.name_details(&call, details.kind(), patch)).await?;
        details = details.patched(patch).map_err(refused_details)?;
    }
    let parent = match &body.parent {
        Some(name) => Some(Box::pin(app.service.ticket_named(&call, "/parent", name)).await?),
        None => None,
    };
    let opening = Opening {
        details,
        title: body.title.into(),
        description: body.description.into(),
        impact: body.impact,
        impact_floor: None,
        urgency: body.urgency,
        category: body.category,
        items: body.items.into_iter().map(item).collect(),
        assignment_group: body.assignment_group,
        parent,
        auto_follow: body.auto_follow,
        channel: Channel::Api,
    };
    Ok(answer(StatusCode::CREATED, app.service.create_ticket(&call, opening, idempotency).await?))
}

/// One ticket, by id or number
#[utoipa::path(get, path = "/tickets/{id}", params(("id" = String, Path)), responses((status = 200, body = TicketView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_ticket(&call, &text).await?))
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
    JsonBody(mut body): JsonBody<serde_json::Map<String, Value>>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Box::pin(app.service.name_parent(&call, &mut body)).await?;
    let body: Edit = with_people(&app, &call, body, &["assignee"]).await?;
    Ok(answer(StatusCode::OK, Box::pin(app.service.edit_ticket(&call, &text, body, seen)).await?))
}

/// A transition that could be made now.
#[derive(Debug, Serialize, ToSchema)]
struct TransitionView {
    event: String,
    to: String,
    required: Vec<String>,
    optional: Vec<String>,
    /// What must be true besides, in words.
    guard: String,
    /// What fields with a closed set of values can be.
    #[schema(value_type = Object)]
    choices: Value,
}

/// The transitions that you could make now, with what each asks for
#[utoipa::path(get, path = "/tickets/{id}/transitions", params(("id" = String, Path)), responses((status = 200, body = List<TransitionView>)))]
async fn transitions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<TransitionView>> {
    let (stored, rows) = app.service.list_transitions(&call, &text).await?;
    let kind = stored.value.kind();
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let view = |row: &&Transition| TransitionView {
        event: row.event.into(),
        to: row.to.as_str().into(),
        required: texts(row.required),
        optional: texts(row.optional),
        guard: row.guard.into(),
        choices: choices(kind, row),
    };
    Ok(Json(List::whole(rows.iter().map(view).collect())))
}

fn choices(kind: Kind, row: &Transition) -> Value {
    let mut choices = serde_json::Map::new();
    let asks = |field| row.required.contains(&field);
    if asks("reason") {
        let reasons = match row.to {
            StateName::OnHold => json!(HoldReason::ALL),
            _ => json!(CancelReason::of(kind)),
        };
        choices.insert("reason".into(), reasons);
    }
    if asks("close_code") {
        choices.insert("close_code".into(), json!(CloseCode::of(kind)));
    }
    Value::Object(choices)
}

/// An event and what it asks for: `comment`, `reason`, `wake_at`, `until`, `close_code`, `close_notes`, `cause_item`,
/// `assignment_group`, `assignee`, `duplicate_of`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an event; its fields are read into the model's own type")]
struct TransitionRequest {
    event: String,
    comment: Option<String>,
    reason: Option<String>,
    #[schema(format = DateTime)]
    wake_at: Option<String>,
    /// Until when a risk is accepted or a release is watched.
    #[schema(format = DateTime)]
    until: Option<String>,
    close_code: Option<String>,
    close_notes: Option<String>,
    /// The item that caused it, or `none`: an id, or the name of a host or a declared item.
    cause_item: Option<String>,
    assignment_group: Option<String>,
    /// Id or sign-in name of a user.
    assignee: Option<String>,
    /// Number or id of the ticket that deals with the same, for the reason or code `duplicate`. The link is made with it.
    duplicate_of: Option<String>,
}

/// Move a ticket
#[utoipa::path(post, path = "/tickets/{id}/transitions", params(("id" = String, Path)), request_body = TransitionRequest, responses((status = 200, body = TicketView)))]
async fn transition(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(mut body): JsonBody<serde_json::Map<String, Value>>,
) -> Result<Response, Refusal> {
    let event = body.remove("event").and_then(|event| event.as_str().map(str::to_owned));
    let Some(event) = event else {
        return Err(invalid("/event", "name the event; GET on this address lists those that are possible").into());
    };
    let fields: Fields = with_people(&app, &call, body, &["assignee"]).await?;
    let seen = etag::seen(&headers)?;
    Ok(answer(StatusCode::OK, Box::pin(app.service.transition_ticket(&call, &text, &event, fields, seen)).await?))
}

/// What became of one of many.
#[derive(Debug, Serialize, ToSchema)]
struct BulkRow {
    /// As it was named.
    ticket: String,
    moved: bool,
    number: Option<String>,
    state: Option<&'static str>,
    /// Why it was not moved.
    error: Option<String>,
}

/// One event of many tickets, with what it takes besides as in the event of one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a request; its fields are read into the model's own type")]
struct BulkRequest {
    /// Ids or numbers, at most 200.
    tickets: Vec<String>,
    #[schema(inline)]
    #[serde(flatten)]
    event: TransitionRequest,
}

/// Move many tickets, each for itself: one that cannot be moved does not keep the others
#[utoipa::path(post, path = "/tickets/bulk", request_body = BulkRequest, responses((status = 200, body = List<BulkRow>)))]
async fn bulk(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(mut body): JsonBody<serde_json::Map<String, Value>>,
) -> Answer<List<BulkRow>> {
    let text = |value: Value| if let Value::String(text) = value { Some(text) } else { None };
    let event = body.remove("event").and_then(text);
    let event = event.ok_or_else(|| invalid("/event", "name the event"))?;
    let tickets = match body.remove("tickets") {
        Some(Value::Array(list)) => list.into_iter().filter_map(text).collect(),
        _ => Vec::new(),
    };
    let fields: Fields = with_people(&app, &call, body, &["assignee"]).await?;
    let all = Box::pin(app.service.transition_tickets(&call, &tickets, &event, &fields)).await?;
    let row = |moved: crate::service::ticket::bulk::Moved| match moved.outcome {
        Ok((number, state)) => {
            BulkRow { ticket: moved.ticket, moved: true, number: Some(number), state: Some(state), error: None }
        }
        Err(why) => {
            BulkRow { ticket: moved.ticket, moved: false, number: None, state: None, error: Some(why.to_string()) }
        }
    };
    Ok(Json(List::whole(all.into_iter().map(row).collect())))
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
