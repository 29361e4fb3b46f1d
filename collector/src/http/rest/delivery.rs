//! `/deliveries`: messages that went out, that wait, and that were given up.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::notification::delivery::{self, Delivery, DeliveryState, Destination};
use muster_model::notification::form::summary;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::{Page, Service, ServiceError};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(retry))
}

/// One thing that a message tells.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeView {
    topic: &'static str,
    at: String,
    actor: String,
    record: String,
    summary: String,
    text: String,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryView {
    /// The id that the other side sees.
    id: String,
    /// `collecting`, `waiting`, `delivered` or `dead`.
    state: &'static str,
    /// The channel's name or the address.
    to: String,
    channel: Option<String>,
    /// For whom, if for a person.
    user: Option<String>,
    notices: Vec<NoticeView>,
    /// What happened besides and did not fit.
    more: u64,
    tries: u32,
    /// When it is sent next.
    due_at: Option<String>,
    /// When it was delivered or given up.
    over_at: Option<String>,
    /// What the other side said.
    answer: Option<String>,
    /// Why the last try failed.
    failure: Option<String>,
    failed_at: Option<String>,
    created_at: String,
    version: u64,
}

impl DeliveryView {
    pub(super) async fn of(service: &Service, stored: Versioned<Delivery>) -> Result<Self, ServiceError> {
        let it = stored.value;
        let notice = |notice: &muster_model::notification::Notice| NoticeView {
            topic: notice.topic.as_str(),
            at: notice.at.to_string(),
            actor: notice.actor.clone(),
            record: notice.label.clone(),
            summary: summary(notice),
            text: notice.what.to_string(),
        };
        let answer = match &it.state {
            DeliveryState::Delivered { answer, .. } => Some(answer.clone()),
            DeliveryState::Collecting { .. } | DeliveryState::Waiting { .. } | DeliveryState::Dead { .. } => None,
        };
        Ok(Self {
            id: it.id.to_string(),
            state: it.state.as_str(),
            to: service.destination_name(&it.to).await?,
            channel: match &it.to {
                Destination::Channel(id) => Some(id.to_string()),
                Destination::Mail(_) => None,
            },
            user: it.user.map(|id| id.to_string()),
            notices: it.notices.iter().map(notice).collect(),
            more: it.more,
            tries: it.tries,
            due_at: it.state.due_at().map(|at| at.to_string()),
            over_at: it.state.over_at().map(|at| at.to_string()),
            answer,
            failed_at: it.failure.as_ref().map(|failure| failure.at.to_string()),
            failure: it.failure.map(|failure| failure.problem),
            created_at: it.created_at.to_string(),
            version: stored.version,
        })
    }
}

/// Messages, newest first; `state=dead` are those that were given up
#[utoipa::path(get, path = "/deliveries", params(ListParameters), responses((status = 200, body = List<DeliveryView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<DeliveryView>> {
    let (window, query) = query.parse(&delivery::FIELDS)?;
    let page = app.service.list_deliveries(&call, &query, &window).await?;
    let mut items = Vec::new();
    for stored in page.items {
        items.push(DeliveryView::of(&app.service, stored).await?);
    }
    Ok(Json(List::of(Page { items, next_cursor: page.next_cursor }, |view| view)))
}

/// One message
#[utoipa::path(get, path = "/deliveries/{id}", params(("id" = String, Path)), responses((status = 200, body = DeliveryView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_delivery(&call, super::id("delivery", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, DeliveryView::of(&app.service, stored).await?))
}

/// Send a message again that was given up
#[utoipa::path(post, path = "/deliveries/{id}/retry", params(("id" = String, Path)), responses((status = 200, body = DeliveryView)))]
async fn retry(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.retry_delivery(&call, super::id("delivery", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, DeliveryView::of(&app.service, stored).await?))
}
