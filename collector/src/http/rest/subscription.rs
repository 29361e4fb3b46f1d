//! `/subscriptions`: who is told of what. `/notification-preferences`: how people wish to be told. `…/watchers` of tickets.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::notification::Topic;
use muster_model::notification::preference::Preference;
use muster_model::notification::subscription::{self, Subscription};
use muster_model::query::fields;
use muster_model::text::Phrase;
use muster_model::zone::{DayTime, Zone};
use muster_shared::id::{ChannelId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::{JsonBody, NoBody};
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};
use crate::service::notification::{SubscriptionDraft, Wishes};
use crate::service::{Call, Service, ServiceError, invalid};
use serde_json::Value;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, remove))
        .routes(routes!(get_preference, set_preference))
        .routes(routes!(watchers, watch, unwatch))
}

/// Who is told of what.
#[derive(Debug, Serialize, ToSchema)]
struct SubscriptionView {
    id: String,
    name: String,
    /// Of what, such as `ticket.opened`.
    topics: Vec<&'static str>,
    /// Which of those, in the query language.
    filter: String,
    /// Id or name of a channel, a user or a rota.
    target: String,
    target_name: String,
    /// Whether it may wake people.
    urgent: bool,
    active: bool,
    /// What does not hold of the filter any more; null when all does.
    problem: Option<String>,
    changed_at: String,
    changed_by: String,
    version: u64,
}

impl SubscriptionView {
    async fn of(service: &Service, stored: Versioned<Subscription>) -> Result<Self, ServiceError> {
        let it = stored.value;
        Ok(Self {
            id: it.id.to_string(),
            problem: subscription::problem(&it).map(|why| why.to_string()),
            topics: it.topics.iter().map(|topic| topic.as_str()).collect(),
            target: it.target.id(),
            target_name: service.target_name(it.target).await?,
            name: it.name,
            filter: it.filter,
            urgent: it.is_urgent,
            active: it.is_active,
            changed_at: it.changed_at.to_string(),
            changed_by: it.changed_by,
            version: stored.version,
        })
    }
}

/// What a subscription is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionBody {
    name: String,
    /// Such as `ticket.opened`; all of them about the same.
    #[schema(value_type = Vec<String>)]
    topics: BTreeSet<Topic>,
    #[serde(default)]
    filter: String,
    /// Id or name of a channel, a user or a rota.
    target: String,
    #[serde(default)]
    urgent: bool,
    #[serde(default = "yes")]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Where a subscription names who is told.
const TARGET: &[Place] = &[("/target", What::Target)];

impl SubscriptionBody {
    fn draft(self) -> Result<SubscriptionDraft, ServiceError> {
        let shown: String = self.target.chars().take(80).collect();
        let wrong = |()| invalid("/target", Phrase::new("no_target").with("value", shown));
        Ok(SubscriptionDraft {
            target: self.target.parse().map_err(wrong)?,
            name: self.name,
            topics: self.topics,
            filter: self.filter,
            is_urgent: self.urgent,
            is_active: self.active,
        })
    }
}

/// All subscriptions, by name
#[utoipa::path(get, path = "/subscriptions", params(ListParameters), responses((status = 200, body = List<SubscriptionView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<SubscriptionView>> {
    let (window, query) = query.parse(&fields::NONE)?;
    let mut views = Vec::new();
    for stored in app.service.list_subscriptions(&call).await? {
        views.push(SubscriptionView::of(&app.service, stored).await?);
    }
    Ok(Json(List::chosen(views, (&window, &query))?))
}

async fn answer(app: &Shared, status: StatusCode, stored: Versioned<Subscription>) -> Result<Response, Refusal> {
    let version = stored.version;
    Ok(etag::tagged(status, version, SubscriptionView::of(&app.service, stored).await?))
}

/// Subscribe somebody
#[utoipa::path(post, path = "/subscriptions", request_body = SubscriptionBody, responses((status = 201, body = SubscriptionView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: SubscriptionBody = super::named(&app, &call, body, TARGET).await?;
    let made = app.service.save_subscription(&call, None, body.draft()?).await?;
    answer(&app, StatusCode::CREATED, made).await
}

/// One subscription
#[utoipa::path(get, path = "/subscriptions/{id}", params(("id" = String, Path)), responses((status = 200, body = SubscriptionView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_subscription(&call, super::id("subscription", &text)?).await?;
    answer(&app, StatusCode::OK, stored).await
}

/// Change a subscription
#[utoipa::path(put, path = "/subscriptions/{id}", params(("id" = String, Path)), request_body = SubscriptionBody, responses((status = 200, body = SubscriptionView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: SubscriptionBody = super::named(&app, &call, body, TARGET).await?;
    let known = (super::id("subscription", &text)?, etag::required(&headers)?);
    let stored = app.service.save_subscription(&call, Some(known), body.draft()?).await?;
    answer(&app, StatusCode::OK, stored).await
}

/// Remove a subscription
#[utoipa::path(delete, path = "/subscriptions/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("subscription", &text)?, etag::required(&headers)?);
    app.service.remove_subscription(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a person wishes to be told.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreferenceBody {
    /// By e-mail to this address …
    email: Option<String>,
    /// … or by this channel; nowhere without either.
    #[schema(value_type = Option<String>)]
    channel: Option<ChannelId>,
    /// One message every so many minutes …
    digest_minutes: Option<u32>,
    /// … or once a day at this time, such as `08:00`; at once without either.
    #[schema(value_type = Option<String>)]
    daily_at: Option<DayTime>,
    /// Quiet from this time of the day …
    #[schema(value_type = Option<String>)]
    quiet_from: Option<DayTime>,
    /// … to this one. What is urgent comes all the same.
    #[schema(value_type = Option<String>)]
    quiet_to: Option<DayTime>,
    /// Where the person is, such as `Europe/Berlin`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    zone: Zone,
    /// Whether they are told of their own tickets.
    #[serde(default = "yes")]
    own_tickets: bool,
    /// The groups whose tickets they follow.
    #[serde(default)]
    groups: BTreeSet<String>,
    /// Topics that they are not told of.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    muted: BTreeSet<Topic>,
}

fn preference(stored: &Versioned<Preference>) -> Response {
    let Wishes { email, channel, digest_minutes, daily_at, quiet_from, quiet_to, zone, own_tickets, groups, muted } =
        Wishes::of(&stored.value);
    let body = PreferenceBody {
        email,
        channel,
        digest_minutes,
        daily_at,
        quiet_from,
        quiet_to,
        zone,
        own_tickets,
        groups,
        muted,
    };
    etag::tagged(StatusCode::OK, stored.version, body)
}

/// The account that a path names; `me` is the caller's.
fn account(call: &Call, text: &str) -> Result<UserId, Refusal> {
    if text == "me" { super::account_of(call) } else { super::id("user", text) }
}

/// How a person wishes to be told; `me` is oneself
#[utoipa::path(get, path = "/notification-preferences/{user}", params(("user" = String, Path)), responses((status = 200, body = PreferenceBody)))]
async fn get_preference(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<Response, Refusal> {
    Ok(preference(&app.service.get_preference(&call, account(&call, &text)?).await?))
}

/// Say how a person wishes to be told; `me` is oneself
#[utoipa::path(put, path = "/notification-preferences/{user}", params(("user" = String, Path)), request_body = PreferenceBody, responses((status = 200, body = PreferenceBody)))]
async fn set_preference(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PreferenceBody>,
) -> Result<Response, Refusal> {
    let (user, seen) = (account(&call, &text)?, etag::required(&headers)?);
    let wishes = Wishes {
        email: body.email,
        channel: body.channel,
        digest_minutes: body.digest_minutes,
        daily_at: body.daily_at,
        quiet_from: body.quiet_from,
        quiet_to: body.quiet_to,
        zone: body.zone,
        own_tickets: body.own_tickets,
        groups: body.groups,
        muted: body.muted,
    };
    Ok(preference(&app.service.set_preference(&call, user, wishes.draft()?, seen).await?))
}

/// Somebody who watches a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Watcher {
    id: String,
    name: String,
}

impl From<(UserId, String)> for Watcher {
    fn from((id, name): (UserId, String)) -> Self {
        Self { id: id.to_string(), name }
    }
}

/// Who watches a ticket
#[utoipa::path(get, path = "/tickets/{id}/watchers", params(("id" = String, Path)), responses((status = 200, body = List<Watcher>)))]
async fn watchers(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<Watcher>> {
    let all = app.service.list_watchers(&call, &text).await?;
    Ok(Json(List::whole(all.into_iter().map(Watcher::from).collect())))
}

/// Watch a ticket: be told of what happens to it
#[utoipa::path(post, path = "/tickets/{id}/watchers", params(("id" = String, Path)), responses((status = 204)))]
async fn watch(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    _: NoBody,
) -> Result<StatusCode, Refusal> {
    app.service.watch_ticket(&call, &text, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Watch a ticket no more
#[utoipa::path(delete, path = "/tickets/{id}/watchers", params(("id" = String, Path)), responses((status = 204)))]
async fn unwatch(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.watch_ticket(&call, &text, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
