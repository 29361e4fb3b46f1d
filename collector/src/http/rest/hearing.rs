//! `/channels/{id}/events`: what another desk tells of tickets, signed.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use muster_model::bridge::incoming::MAX_BYTES;
use muster_model::exchange::Field;
use muster_model::text::Phrase;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::read;
use crate::service::bridge::Hearing;
use crate::service::notification::Signed;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(hear)).routes(routes!(twins))
}

/// A ticket of another desk that is kept alike with ours.
#[derive(Debug, Serialize, ToSchema)]
struct TwinView {
    /// The id of the channel.
    channel: String,
    /// The name of the channel.
    name: String,
    /// What people call it there.
    external_id: String,
    url: String,
    /// Since when they are twins.
    since: String,
}

/// What a ticket is kept alike with on other desks
#[utoipa::path(get, path = "/tickets/{id}/twins", params(("id" = String, Path)), responses((status = 200, body = List<TwinView>)))]
async fn twins(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<TwinView>> {
    let twins = app.service.list_twins(&call, &text).await?.into_iter().map(|(name, twin)| TwinView {
        channel: twin.channel.to_string(),
        name,
        external_id: twin.external_id,
        url: twin.url,
        since: twin.at.to_string(),
    });
    Ok(Json(List::whole(twins.collect())))
}

/// A value of the other desk that is none of ours.
#[derive(Debug, Serialize, ToSchema)]
struct UnknownView {
    /// Our name of the field.
    field: &'static str,
    /// What was said.
    value: String,
    /// What would be known.
    why: String,
}

/// What an event did.
#[derive(Debug, Serialize, ToSchema)]
struct HearingView {
    /// The number of our ticket; null when it is about none of ours.
    ticket: Option<String>,
    /// Whether the event made the ticket.
    created: bool,
    /// Whether the event was heard before; then it did nothing.
    repeated: bool,
    /// Fields that were taken.
    taken: Vec<&'static str>,
    /// Fields that stay as they are here; the timeline has both words.
    disputed: Vec<&'static str>,
    /// Fields of which something newer was heard before.
    stale: Vec<&'static str>,
    /// Values that are not known here: the rest of the event was heeded, and the timeline has each of them once.
    unknown: Vec<UnknownView>,
    /// How many remarks are new.
    comments: usize,
}

impl From<Hearing> for HearingView {
    fn from(hearing: Hearing) -> Self {
        let names = |fields: Vec<Field>| fields.into_iter().map(Field::as_str).collect();
        let unknown = |(field, (value, why)): (Field, (String, Phrase))| UnknownView {
            field: field.as_str(),
            value,
            why: why.to_string(),
        };
        Self {
            unknown: hearing.unknown.into_iter().map(unknown).collect(),
            ticket: hearing.ticket,
            created: hearing.is_new,
            repeated: hearing.is_repeated,
            taken: names(hearing.taken),
            disputed: names(hearing.disputed),
            stale: names(hearing.stale),
            comments: hearing.remarks,
        }
    }
}

/// The signature of a request: as Standard Webhooks have it, or as Jira does.
fn signed(headers: &HeaderMap) -> Signed {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Signed {
        id: text("webhook-id").or_else(|| text("x-atlassian-webhook-identifier")),
        seconds: text("webhook-timestamp").and_then(|text| text.parse().ok()),
        signature: text("webhook-signature"),
        hub: text("x-hub-signature"),
    }
}

/// Hear what another desk tells of a ticket: a webhook of Jira, or a record of ServiceNow (`docs/bridge.md`)
#[utoipa::path(post, path = "/channels/{id}/events", params(("id" = String, Path)), request_body = Object, responses((status = 200, body = HearingView)))]
async fn hear(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    request: Request,
) -> Answer<HearingView> {
    let (parts, body) = request.into_parts();
    app.service.may_hear(&call)?;
    let bytes = read(&parts.headers, body, MAX_BYTES).await?;
    let id = super::id("channel", &text)?;
    Ok(Json(Box::pin(app.service.hear_desk(&call, id, &signed(&parts.headers), &bytes)).await?.into()))
}
