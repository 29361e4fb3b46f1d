//! `/channels`: where notifications go that are not sent to one person.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::bridge::Desk;
use muster_model::notification::channel::{Channel, ChannelKind};
use muster_model::query::fields;
use muster_model::text::{Phrase, Word};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::delivery::DeliveryView;
use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::notification::{ChannelDraft, ChannelEdit, ChannelHealth, SecretChannel};
use crate::service::{Call, ServiceError, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, remove))
        .routes(routes!(test))
        .routes(routes!(renew_secret))
}

/// A channel. Its address is a secret where others made it one, so only its beginning is shown.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelView {
    id: String,
    name: String,
    /// `webhook`, `slack`, `teams`, `mattermost`, `pagerduty`, `email`, `servicenow` or `jira`.
    kind: &'static str,
    /// As much of the address as may be shown; null for e-mail.
    url: Option<String>,
    /// The addresses of e-mail.
    addresses: Vec<String>,
    /// Whether it has a secret.
    has_secret: bool,
    /// Of a bridge: `project`, `issue_types`, `owners`, `takes_new`, `zone`.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<Desk>,
    /// Whether it is used.
    active: bool,
    /// The secret of a webhook, or what signs events that come by a bridge: in the answer to making or renewing it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// How it fares.
    health: ChannelHealthView,
    changed_at: String,
    changed_by: String,
    version: u64,
}

/// How a channel fares.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelHealthView {
    /// Messages that wait to be sent, for the first time or again.
    waiting: usize,
    /// Messages that were given up: `/deliveries?state=dead&channel=…`.
    dead: usize,
    /// When the last try was; null when nothing was sent of late.
    tried_at: Option<String>,
    /// Why the last try failed; null when the other side took it.
    problem: Option<String>,
    /// Why nothing is sent though it is used: who set it up last may not any more.
    suspended: Option<String>,
}

impl From<ChannelHealth> for ChannelHealthView {
    fn from(ChannelHealth { waiting, dead, last, suspended }: ChannelHealth) -> Self {
        let (tried_at, problem) = last.map(|last| (last.at.to_string(), last.problem)).unzip();
        Self { waiting, dead, tried_at, problem: problem.flatten(), suspended: suspended.map(|why| why.to_string()) }
    }
}

impl ChannelView {
    fn of(SecretChannel { channel: stored, secret }: SecretChannel, health: ChannelHealth) -> Self {
        let channel = stored.value;
        Self {
            id: channel.id.to_string(),
            name: channel.name,
            kind: channel.kind.as_str(),
            url: channel.url.map(|_| channel.url_shown),
            addresses: channel.addresses,
            desk: channel.desk.map(|desk| Desk { signing: None, ..*desk }),
            has_secret: channel.secret.is_some(),
            active: channel.is_active,
            secret,
            health: health.into(),
            changed_at: channel.changed_at.to_string(),
            changed_by: channel.changed_by,
            version: stored.version,
        }
    }
}

/// A channel with how it fares.
async fn view(app: &Shared, call: &Call, made: SecretChannel) -> Result<ChannelView, Refusal> {
    let health = app.service.channel_health(call, &made.channel).await?;
    Ok(ChannelView::of(made, health))
}

/// What somebody says of a bridge. What signs is drawn, never given.
fn own(desk: Option<Desk>) -> Result<Option<Desk>, ServiceError> {
    match desk {
        Some(desk) if desk.signing.is_some() => Err(invalid("/desk/signing", Phrase::new("secret_webhook"))),
        desk => Ok(desk),
    }
}

fn kind(name: &str) -> Result<ChannelKind, ServiceError> {
    let wrong = || {
        let value: String = name.chars().take(60).collect();
        let choices = Word::list(ChannelKind::ALL.iter().map(|kind| kind.as_str()));
        invalid("/kind", Phrase::new("class_choice").with("value", value).with("choices", choices))
    };
    ChannelKind::of(name).ok_or_else(wrong)
}

/// All channels, by name
#[utoipa::path(get, path = "/channels", params(ListParameters), responses((status = 200, body = List<ChannelView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ChannelView>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let all = app.service.list_channels(&call).await?;
    let mut healths = app.service.channel_healths(&call, &all).await?;
    let view = |channel: Versioned<Channel>| {
        let health = healths.remove(&channel.value.id).unwrap_or_default();
        ChannelView::of(SecretChannel { channel, secret: None }, health)
    };
    Ok(Json(List::chosen(all.into_iter().map(view).collect(), (&window, &query))?))
}

/// A new channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChannel {
    name: String,
    /// `webhook`, `slack`, `teams`, `mattermost`, `pagerduty`, `email`, `servicenow` or `jira`.
    kind: String,
    /// Where it goes: https. `PagerDuty` has a usual address; e-mail has none.
    url: Option<String>,
    /// The routing key of `PagerDuty`; of a bridge the login, `user:password` or a token.
    secret: Option<String>,
    /// The addresses of e-mail.
    #[serde(default)]
    addresses: Vec<String>,
    /// Of a bridge: `project`, `issue_types`, `owners`, `takes_new`, `zone` (`docs/bridge.md`).
    #[schema(value_type = Option<Object>)]
    desk: Option<Desk>,
}

/// Make a channel; the secret of a webhook is in this answer only
#[utoipa::path(post, path = "/channels", request_body = NewChannel, responses((status = 201, body = ChannelView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewChannel>,
) -> Result<Response, Refusal> {
    let kind = kind(&body.kind)?;
    let draft = ChannelDraft {
        name: body.name,
        kind,
        url: body.url,
        secret: body.secret,
        addresses: body.addresses,
        desk: own(body.desk)?,
    };
    let made = app.service.create_channel(&call, draft).await?;
    Ok(etag::tagged(StatusCode::CREATED, made.channel.version, view(&app, &call, made).await?))
}

/// One channel
#[utoipa::path(get, path = "/channels/{id}", params(("id" = String, Path)), responses((status = 200, body = ChannelView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let channel = app.service.get_channel(&call, super::id("channel", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, channel.version, view(&app, &call, SecretChannel { channel, secret: None }).await?))
}

/// What is changed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelChange {
    name: Option<String>,
    url: Option<String>,
    /// The routing key of `PagerDuty`; of a bridge the login, `user:password` or a token.
    secret: Option<String>,
    addresses: Option<Vec<String>>,
    /// Of a bridge: all of it, in place of what it had.
    #[schema(value_type = Option<Object>)]
    desk: Option<Desk>,
    active: Option<bool>,
}

/// Change a channel
#[utoipa::path(patch, path = "/channels/{id}", params(("id" = String, Path)), request_body = ChannelChange, responses((status = 200, body = ChannelView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ChannelChange>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("channel", &text)?, etag::required(&headers)?);
    let ChannelChange { name, url, secret, addresses, desk, active: is_active } = body;
    let edit = ChannelEdit { name, url, secret, addresses, desk: own(desk)?, is_active };
    let channel = app.service.update_channel(&call, id, edit, seen).await?;
    Ok(etag::tagged(StatusCode::OK, channel.version, view(&app, &call, SecretChannel { channel, secret: None }).await?))
}

/// Remove a channel that nothing names
#[utoipa::path(delete, path = "/channels/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("channel", &text)?, etag::required(&headers)?);
    app.service.remove_channel(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a test; the messages can be looked at under `/deliveries`
#[utoipa::path(post, path = "/channels/{id}/test", params(("id" = String, Path)), responses((status = 202, body = List<DeliveryView>)))]
async fn test(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<(StatusCode, Json<List<DeliveryView>>), Refusal> {
    let messages = app.service.test_channel(&call, super::id("channel", &text)?).await?;
    let mut views = Vec::new();
    for value in messages {
        views.push(DeliveryView::of(&app.service, Versioned { value, version: 1 }).await?);
    }
    Ok((StatusCode::ACCEPTED, Json(List::whole(views))))
}

/// Draw another secret for a webhook; the one before ends at once
#[utoipa::path(post, path = "/channels/{id}/secret", params(("id" = String, Path)), responses((status = 200, body = ChannelView)))]
async fn renew_secret(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let made = app.service.renew_secret(&call, super::id("channel", &text)?, etag::seen(&headers)?).await?;
    Ok(etag::tagged(StatusCode::OK, made.channel.version, view(&app, &call, made).await?))
}
