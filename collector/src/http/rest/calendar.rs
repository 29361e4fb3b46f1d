//! `/calendars`: when somebody works, and every version of that.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::calendar::{Calendar, Holiday, Hours, Plan, Weekday};
use muster_model::query::fields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::level::CalendarDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace)).routes(routes!(versions))
}

/// A day that is otherwise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holiday)]
struct HolidayView {
    /// Which day, there: `2026-12-25`.
    date: String,
    name: String,
    /// When somebody works all the same: `09:00-12:00`; empty is closed.
    #[serde(default)]
    hours: Vec<String>,
}

/// A calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Calendar)]
struct CalendarView {
    name: String,
    label: String,
    /// The IANA zone of its hours.
    zone: String,
    /// `monday` to `sunday`, each with hours such as `09:00-12:00`; a day that is not named is closed.
    hours: BTreeMap<&'static str, Vec<String>>,
    holidays: Vec<HolidayView>,
    /// Counts up with every change: clocks name the one that they go by.
    number: u32,
    changed_at: String,
    changed_by: String,
    reason: String,
    version: u64,
}

impl From<Versioned<Calendar>> for CalendarView {
    fn from(stored: Versioned<Calendar>) -> Self {
        let (calendar, version) = (stored.value, stored.version);
        let texts = |hours: &[Hours]| hours.iter().map(ToString::to_string).collect::<Vec<_>>();
        let holiday =
            |day: &Holiday| HolidayView { date: day.date.clone(), name: day.name.clone(), hours: texts(&day.hours) };
        Self {
            hours: calendar.plan.hours.iter().map(|(day, hours)| (day.as_str(), texts(hours))).collect(),
            holidays: calendar.plan.holidays.iter().map(holiday).collect(),
            name: calendar.name,
            label: calendar.plan.label,
            zone: calendar.plan.zone,
            number: calendar.number,
            changed_at: calendar.changed_at.to_string(),
            changed_by: calendar.changed_by,
            reason: calendar.reason,
            version,
        }
    }
}

/// A calendar, or the next version of one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetCalendar)]
struct Set {
    /// `a-z`, `0-9` and `-`. With PUT it stands in the path.
    #[serde(default)]
    name: Option<String>,
    label: String,
    /// An IANA zone: `Europe/Berlin`.
    zone: String,
    /// `monday` to `sunday`, each with hours such as `09:00-12:00`.
    hours: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    holidays: Vec<HolidayView>,
    /// Why.
    #[serde(default)]
    reason: String,
}

fn read_hours(pointer: &str, texts: &[String]) -> Result<Vec<Hours>, Refusal> {
    let read = |(n, text): (usize, &String)| {
        text.parse().map_err(|error: muster_model::calendar::InvalidHours| {
            Refusal::from(invalid(&format!("{pointer}/{n}"), error.to_string()))
        })
    };
    texts.iter().enumerate().map(read).collect()
}

impl Set {
    fn draft(self) -> Result<CalendarDraft, Refusal> {
        let mut hours = BTreeMap::new();
        for (name, texts) in &self.hours {
            let shown: String = name.chars().take(40).collect();
            let pointer = format!("/hours/{shown}");
            let day = Weekday::ALL.into_iter().find(|day| day.as_str() == name);
            let wrong =
                || invalid(&pointer, "a day is one of monday, tuesday, wednesday, thursday, friday, saturday, sunday");
            hours.insert(day.ok_or_else(wrong)?, read_hours(&pointer, texts)?);
        }
        let mut holidays = Vec::new();
        for (n, day) in self.holidays.into_iter().enumerate() {
            let hours = read_hours(&format!("/holidays/{n}/hours"), &day.hours)?;
            holidays.push(Holiday { date: day.date, name: day.name, hours });
        }
        let plan = Plan { label: self.label, zone: self.zone, hours, holidays };
        Ok(CalendarDraft { plan, reason: self.reason })
    }
}

fn answer(status: StatusCode, stored: Versioned<Calendar>) -> Response {
    etag::tagged(status, stored.version, CalendarView::from(stored))
}

/// All calendars, by name
#[utoipa::path(get, path = "/calendars", params(ListParameters), responses((status = 200, body = List<CalendarView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<CalendarView>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let all = app.service.list_calendars(&call).await?;
    Ok(Json(List::chosen(all.into_iter().map(CalendarView::from).collect(), (&window, &query))?))
}

/// One calendar
#[utoipa::path(get, path = "/calendars/{name}", params(("name" = String, Path)), responses((status = 200, body = CalendarView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(name): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_calendar(&call, &name).await?))
}

/// Every version of a calendar, newest first
#[utoipa::path(get, path = "/calendars/{name}/versions", params(("name" = String, Path)), responses((status = 200, body = List<CalendarView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
) -> Answer<List<CalendarView>> {
    let all = app.service.calendar_versions(&call, &name).await?.into_iter();
    let view = |value: Calendar| CalendarView::from(Versioned { version: u64::from(value.number), value });
    Ok(Json(List::whole(all.map(view).collect())))
}

/// Make a calendar
#[utoipa::path(post, path = "/calendars", request_body = Set, responses((status = 201, body = CalendarView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let name = body.name.clone().unwrap_or_default();
    Ok(answer(StatusCode::CREATED, app.service.set_calendar(&call, &name, body.draft()?, true, None).await?))
}

/// Change a calendar: a new version, for clocks that begin from now on
#[utoipa::path(put, path = "/calendars/{name}", params(("name" = String, Path)), request_body = Set, responses((status = 200, body = CalendarView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.set_calendar(&call, &name, body.draft()?, false, seen).await?))
}
