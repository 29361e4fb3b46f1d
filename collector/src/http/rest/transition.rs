//! `/tickets/{id}/transitions`, `/tickets/bulk`: what can be done with a ticket now, and doing it to one or to many.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::ticket::Kind;
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason, StateName};
use muster_model::ticket::transition::{Fields, Transition};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::ticket::{EDITED, answer, with_items};
use super::view::TicketView;
use super::{Answer, Caller, named};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::named::What;
use crate::service::ticket::bulk::Deed;
use crate::service::ticket::outlook::Possible;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(transitions, transition)).routes(routes!(bulk))
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
    /// Fields of the ticket that are still empty.
    missing: Vec<String>,
    /// What stands against it now besides, and how to satisfy it.
    refused: Option<String>,
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
    let (stored, possible) = app.service.list_transitions(&call, &text).await?;
    let kind = stored.value.kind();
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let view = |it: &Possible| TransitionView {
        event: it.row.event.into(),
        to: it.row.to.as_str().into(),
        required: texts(it.row.required),
        optional: texts(it.row.optional),
        guard: it.row.guard.into(),
        missing: texts(&it.missing),
        refused: it.refused.as_ref().map(ToString::to_string),
        choices: choices(kind, it.row),
    };
    Ok(Json(List::whole(possible.iter().map(view).collect())))
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
    let fields: Fields = named(&app, &call, body.into(), &[("/assignee", What::Person)]).await?;
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

/// One event of many tickets, with what it takes besides as in the event of one; or fields that are changed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a request; its fields are read into the model's own type")]
struct BulkRequest {
    /// Ids or numbers, at most 200.
    tickets: Vec<String>,
    /// The event; what it takes besides (`comment`, `reason`, ...) stands beside it, as in the event of one.
    event: Option<String>,
    /// In place of an event: the fields to change, as in `PATCH /tickets/{id}`.
    #[schema(value_type = Option<Object>)]
    edit: Option<Value>,
}

/// Move or change many tickets, each for itself: one that cannot be moved does not keep the others
#[utoipa::path(post, path = "/tickets/bulk", request_body = BulkRequest, responses((status = 200, body = List<BulkRow>)))]
async fn bulk(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(mut body): JsonBody<serde_json::Map<String, Value>>,
) -> Answer<List<BulkRow>> {
    let text = |value: Value| if let Value::String(text) = value { Some(text) } else { None };
    let event = body.remove("event").and_then(text);
    let tickets = match body.remove("tickets") {
        Some(Value::Array(list)) => list.into_iter().filter_map(text).collect(),
        _ => Vec::new(),
    };
    let deed = match (event, body.remove("edit")) {
        (Some(event), None) => {
            Deed::Event(event, Box::new(named(&app, &call, body.into(), &[("/assignee", What::Person)]).await?))
        }
        (None, Some(edit)) if body.is_empty() && edit.as_object().is_some_and(|edit| !edit.is_empty()) => {
            Deed::Edit(Box::new(named(&app, &call, with_items(edit), EDITED).await?))
        }
        _ => return Err(invalid("/event", "name the event, or say in `edit` which fields are changed").into()),
    };
    let all = Box::pin(app.service.handle_tickets(&call, &tickets, &deed)).await?;
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
