//! `/blackouts`: times in which nothing is changed; `/change-calendar`: what is planned and was made.

use axum::Json;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::blackout::{Blackout, Rule};
use muster_model::query;
use muster_model::query::fields;
use muster_model::schedule::Schedule;
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::id::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::alert::ScheduleView;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::change_calendar::Planned;
use crate::service::invalid;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, remove)).routes(routes!(calendar))
}

/// A time in which nothing is changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Blackout)]
struct View {
    id: String,
    name: String,
    /// Whether it is of everything.
    everything: bool,
    /// Items, hosts and services that it is of; of a service, all that it stands on.
    items: Vec<String>,
    /// Hosts that it is of too, in the query language.
    hosts: String,
    #[schema(value_type = ScheduleView)]
    schedule: Schedule,
    /// `pending`, `active` or `expired`.
    state: &'static str,
    reason: String,
    changed_by: String,
    changed_at: String,
    version: u64,
}

impl View {
    fn of(stored: Versioned<Blackout>, now: Time) -> Self {
        let Blackout { id, rule, changed_by, changed_at } = stored.value;
        Self {
            id: id.to_string(),
            name: rule.name,
            everything: rule.everything,
            items: rule.items.iter().map(ToString::to_string).collect(),
            hosts: rule.hosts,
            state: rule.schedule.phase(now).as_str(),
            schedule: rule.schedule,
            reason: rule.reason,
            changed_by,
            changed_at: changed_at.to_string(),
            version: stored.version,
        }
    }
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Blackout>) -> Response {
    etag::tagged(status, stored.version, View::of(stored, app.service.now()))
}

/// A blackout to make, or to put in the place of another one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBlackout)]
struct Body {
    /// What it is called.
    name: String,
    /// Whether it is of everything.
    #[serde(default)]
    everything: bool,
    /// Items, hosts and services that it is of.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    items: Vec<NodeId>,
    /// Hosts that it is of too, in the query language of `/hosts`.
    #[serde(default)]
    hosts: String,
    #[schema(value_type = ScheduleView)]
    schedule: Schedule,
    /// Why.
    reason: String,
}

impl From<Body> for Rule {
    fn from(body: Body) -> Self {
        let Body { name, everything, items, hosts, schedule, reason } = body;
        let text = |text: String| text.trim().to_owned();
        Self { name: text(name), everything, items, hosts: text(hosts), schedule, reason: text(reason) }
    }
}

/// Blackouts, the newest first
#[utoipa::path(get, path = "/blackouts", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let now = app.service.now();
    let all = app.service.list_blackouts(&call).await?;
    Ok(Json(List::chosen(all.into_iter().map(|stored| View::of(stored, now)).collect(), (&window, &query))?))
}

/// One blackout
#[utoipa::path(get, path = "/blackouts/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_blackout(&call, super::id("blackout", &text)?).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// Say when nothing is changed
#[utoipa::path(post, path = "/blackouts", request_body = Body, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Refusal> {
    Ok(answer(&app, StatusCode::CREATED, app.service.create_blackout(&call, body.into()).await?))
}

/// Change a blackout
#[utoipa::path(put, path = "/blackouts/{id}", params(("id" = String, Path)), request_body = Body, responses((status = 200, body = View)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("blackout", &text)?, etag::required(&headers)?);
    Ok(answer(&app, StatusCode::OK, app.service.replace_blackout(&call, id, body.into(), seen).await?))
}

/// Take a blackout away
#[utoipa::path(delete, path = "/blackouts/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("blackout", &text)?, etag::required(&headers)?);
    app.service.remove_blackout(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Span {
    /// From when: a day or RFC 3339; now without it.
    from: Option<String>,
    /// Until when; 30 days later without it, at most 92.
    to: Option<String>,
}

/// An entry of the change calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEntry)]
struct EntryView {
    /// `change`, `blackout` or `maintenance`.
    what: &'static str,
    /// Number of a change, id of a window.
    id: String,
    title: String,
    from: String,
    to: String,
    /// Where a change stands.
    state: Option<&'static str>,
    conflicts: usize,
    /// Whether a conflict keeps it from going on.
    is_blocked: bool,
}

impl From<Planned> for EntryView {
    fn from(entry: Planned) -> Self {
        Self {
            what: entry.what.as_str(),
            id: entry.id,
            title: entry.title.to_string(),
            from: entry.from.to_string(),
            to: entry.to.to_string(),
            state: entry.state.map(muster_model::ticket::StateName::as_str),
            conflicts: entry.conflicts,
            is_blocked: entry.is_blocked,
        }
    }
}

/// What is planned and was made in a span: changes, blackouts, maintenance windows
#[utoipa::path(get, path = "/change-calendar", params(Span), responses((status = 200, body = List<EntryView>)))]
async fn calendar(
    State(app): State<Shared>,
    Caller(call): Caller,
    Parameters(span): Parameters<Span>,
) -> Answer<List<EntryView>> {
    let read = |name: &str, text: &Option<String>| -> Result<Option<Time>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        let wrong = || Phrase::new("query_time").with("field", name).with("value", text.as_str());
        Ok(Some(query::moment(text).ok_or_else(|| invalid(&format!("/{name}"), wrong()))?))
    };
    let from = read("from", &span.from)?.unwrap_or_else(|| app.service.now());
    let to = read("to", &span.to)?.unwrap_or_else(|| from.plus_millis(30 * 86_400_000));
    let all = app.service.change_calendar(&call, from, to).await?;
    Ok(Json(List::whole(all.into_iter().map(EntryView::from).collect())))
}
