//! `/reports/capacity`, `/hosts/{id}/capacity` and `/capacity-thresholds`: what runs out, when, and how sure that is.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::Versioned;
use muster_model::capacity::trend::Standing;
use muster_model::capacity::{DAY_MS, Resource, Threshold};
use muster_model::export::csv;
use muster_model::query::fields;
use muster_model::text::{Phrase, Word};
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery, write_cursor};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::capacity::{CapacityQuestion, CapacityReport, CapacityRow};
use crate::service::{Call, Service, ServiceError, Window, invalid};

/// Rows of one CSV.
const MOST_ROWS: usize = 100_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .routes(routes!(of_host))
        .routes(routes!(thresholds))
        .routes(routes!(set_threshold))
}

/// What is asked of capacity, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what the handler takes out of the query")]
struct CapacityParameters {
    /// Which hosts, in the query language of hosts; all without it.
    filter: Option<String>,
    /// Only the hosts that this service stands on.
    service: Option<String>,
    /// Only `filesystem`, `memory`, `cpu` or `disk`.
    resource: Option<String>,
    /// Only what is `critical`, `warn`, `fine` or `unknown`.
    standing: Option<String>,
    /// `json` (the default) or `csv`: all rows.
    format: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

/// When something is full if it goes on so.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectionView {
    /// The day.
    on: String,
    /// If it grows as in the fastest quarter of the pairs of days.
    earliest: String,
    /// If it grows as in the slowest; null when that does not fill it in three years.
    latest: Option<String>,
    /// `low`, `medium` or `high`: by the number of points and the part of the pairs that grow.
    confidence: &'static str,
}

/// A point of a series.
#[derive(Debug, Serialize, ToSchema)]
struct PointView {
    day: String,
    total: u64,
    /// The most that was used at a look of the day.
    used: Option<u64>,
}

/// Something that may run out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Capacity)]
struct View {
    host: String,
    host_name: String,
    /// `filesystem`, `memory`, `cpu` or `disk`.
    resource: &'static str,
    /// Key of its series.
    key: String,
    /// Where a file system is mounted.
    label: String,
    /// `critical`, `warn`, `fine` or `unknown`, by the threshold of the resource.
    standing: &'static str,
    /// Bytes; threads of `cpu`.
    total: u64,
    used: Option<u64>,
    used_percent: Option<f64>,
    /// Growth of what is used per day: the median of all pairs of days of the last 60 (Theil and Sen).
    growth_per_day: Option<f64>,
    /// Points that the trend is made of.
    points: usize,
    /// The part of the pairs of days that grow, in percent.
    growing_percent: usize,
    /// When it is full; null when nobody says so.
    full: Option<ProjectionView>,
    /// Why there is no day: `no_use`, `too_few` (less than a week), `steady` or `far` (more than three years).
    silence: Option<&'static str>,
    /// A point a day, the oldest first; in `/hosts/{id}/capacity` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<PointView>,
}

/// All of a resource together.
#[derive(Debug, Serialize, ToSchema)]
struct SumView {
    /// Series that make it.
    count: usize,
    total: u64,
    used: u64,
    used_percent: Option<f64>,
    /// How many stand how: each number is the list with `standing`.
    standings: BTreeMap<&'static str, usize>,
}

/// What runs out, first things first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CapacityReport)]
struct ReportView {
    items: Vec<View>,
    next_cursor: Option<String>,
    /// By resource, over everything that was asked for.
    sums: BTreeMap<&'static str, SumView>,
}

/// A day as a text.
pub(crate) fn day(day: i64) -> String {
    Time::from_millis(day.saturating_mul(DAY_MS)).to_string().get(..10).unwrap_or_default().to_owned()
}

fn view(row: CapacityRow, has_history: bool) -> View {
    let full = row.trend.full;
    let point =
        |point: &muster_model::capacity::Point| PointView { day: day(point.day), total: point.total, used: point.used };
    View {
        host: row.host.to_string(),
        used_percent: row.percent(),
        resource: row.series.resource.as_str(),
        standing: row.standing.as_str(),
        total: row.last.total,
        used: row.last.used,
        growth_per_day: row.trend.per_day,
        points: row.trend.points,
        growing_percent: row.trend.growing_percent,
        full: full.ok().map(|full| ProjectionView {
            on: day(full.day),
            earliest: day(full.earliest),
            latest: full.latest.map(day),
            confidence: full.confidence.as_str(),
        }),
        silence: full.err().map(muster_model::capacity::trend::Silence::as_str),
        history: row.series.points.iter().filter(|_| has_history).map(point).collect(),
        host_name: row.host_name,
        key: row.key,
        label: row.series.label,
    }
}

/// One of the names of a set.
pub(super) fn one_of<T: Copy>(
    field: &str,
    text: Option<String>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, ServiceError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let found = all.iter().copied().find(|one| name(*one) == text);
    let choices = || Word::list(all.iter().map(|one| name(*one)));
    found
        .map(Some)
        .ok_or_else(|| invalid(&format!("/{field}"), Phrase::new("import_option").with("choices", choices())))
}

impl CapacityQuestion {
    /// What named texts ask for.
    pub(crate) fn parse(mut take: impl FnMut(&str) -> Option<String>) -> Result<Self, ServiceError> {
        let service = match take("service").filter(|text| !text.is_empty()) {
            Some(text) => {
                let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
                Some(text.parse().map_err(|_| missing())?)
            }
            None => None,
        };
        Ok(Self {
            filter: take("filter"),
            service,
            resource: one_of("resource", take("resource"), Resource::ALL, Resource::as_str)?,
            standing: one_of("standing", take("standing"), Standing::ALL, Standing::as_str)?,
        })
    }
}

/// What a report has of one.
pub(crate) const COLUMNS: &[&str] = &[
    "host",
    "host_name",
    "resource",
    "label",
    "standing",
    "total",
    "used",
    "used_percent",
    "growth_per_day",
    "points",
    "growing_percent",
    "full_on",
    "earliest",
    "latest",
    "confidence",
    "silence",
];

/// One as a report has it: what it projects stands beside the rest.
pub(crate) fn record(row: CapacityRow) -> Value {
    let mut record = serde_json::to_value(view(row, false)).unwrap_or_default();
    if let Some(fields) = record.as_object_mut()
        && let Some(Value::Object(full)) = fields.remove("full")
    {
        for (name, value) in full {
            fields.insert(if name == "on" { "full_on".to_owned() } else { name }, value);
        }
    }
    record
}

/// All of what is asked for as lines with commas.
pub(crate) async fn lines(service: &Service, call: &Call, asked: &CapacityQuestion) -> Result<Response, ServiceError> {
    let report = service.capacity(call, asked, &Window { limit: MOST_ROWS, cursor: None }).await?;
    let columns: Vec<String> = COLUMNS.iter().map(|column| (*column).to_owned()).collect();
    let rows = report.page.items.into_iter().map(|row| csv::record(&record(row), &columns));
    let text = csv::line(COLUMNS.iter().copied()) + &rows.collect::<String>();
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"capacity.csv\""),
    ];
    Ok((head, text).into_response())
}

/// What runs out of space, memory or processors, and when, first things first
#[utoipa::path(get, path = "/reports/capacity", params(CapacityParameters), responses((status = 200, body = ReportView)))]
async fn report(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Result<Response, Refusal> {
    let asked = CapacityQuestion::parse(|name| query.take(name))?;
    let form = one_of("format", query.take("format"), &["json", "csv"], |name| name)?;
    let (window, _) = query.parse(&fields::NONE)?;
    if form == Some("csv") {
        return Ok(lines(&app.service, &call, &asked).await?);
    }
    let CapacityReport { page, sums } = app.service.capacity(&call, &asked, &window).await?;
    let sums = sums.into_iter().map(|(resource, sum)| {
        let standings = sum.standings.iter().map(|(standing, count)| (standing.as_str(), *count)).collect();
        let used_percent = sum.percent();
        let view = SumView { count: sum.count, total: sum.total, used: sum.used, used_percent, standings };
        (resource.as_str(), view)
    });
    Ok(Json(ReportView {
        items: page.items.into_iter().map(|row| view(row, false)).collect(),
        next_cursor: page.next_cursor.as_deref().map(write_cursor),
        sums: sums.collect(),
    })
    .into_response())
}

/// What a host has and uses, with a point a day
#[utoipa::path(get, path = "/hosts/{id}/capacity", params(("id" = String, Path)), responses((status = 200, body = List<View>)))]
async fn of_host(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<View>> {
    let rows = app.service.capacity_of_host(&call, super::id("host", &text)?).await?;
    Ok(Json(List::whole(rows.into_iter().map(|row| view(row, true)).collect())))
}

/// From what use on somebody should look.
#[derive(Debug, Serialize, ToSchema)]
struct ThresholdView {
    resource: &'static str,
    warn_percent: u8,
    critical_percent: u8,
    /// So many days before it is full it is a warning, unless the projection is a guess.
    horizon_days: u32,
    version: u64,
}

impl From<Versioned<Threshold>> for ThresholdView {
    fn from(stored: Versioned<Threshold>) -> Self {
        let Threshold { resource, warn_percent, critical_percent, horizon_days } = stored.value;
        Self { resource: resource.as_str(), warn_percent, critical_percent, horizon_days, version: stored.version }
    }
}

/// The thresholds of capacity
#[utoipa::path(get, path = "/capacity-thresholds", responses((status = 200, body = List<ThresholdView>)))]
async fn thresholds(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<ThresholdView>> {
    let all = app.service.list_thresholds(&call).await?;
    Ok(Json(List::whole(all.into_iter().map(ThresholdView::from).collect())))
}

/// A threshold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewThreshold {
    /// 1 to 99.
    warn_percent: u8,
    /// More than that, to 100.
    critical_percent: u8,
    /// 1 to 1095.
    horizon_days: u32,
}

/// Set the threshold of `filesystem`, `memory`, `cpu` or `disk`
#[utoipa::path(put, path = "/capacity-thresholds/{resource}", params(("resource" = String, Path)), request_body = NewThreshold, responses((status = 200, body = ThresholdView)))]
async fn set_threshold(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewThreshold>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let missing = || ServiceError::NotFound { kind: "resource", id: name.chars().take(80).collect() };
    let resource = Resource::of(&name).ok_or_else(missing)?;
    let NewThreshold { warn_percent, critical_percent, horizon_days } = body;
    let threshold = Threshold { resource, warn_percent, critical_percent, horizon_days };
    let stored = app.service.set_threshold(&call, threshold, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ThresholdView::from(stored)))
}
