//! `/report-plans` and `/report-runs`: reports that come by themselves, and those that came.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::report_plan::{ReportPlan, ReportRun, Terms};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery};
use super::view::at;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::report;
use crate::service::conflict;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, remove))
        .routes(routes!(runs, run))
        .routes(routes!(get_run))
}

/// A report that comes by itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportPlan)]
struct View {
    id: String,
    name: String,
    /// `of` is `kpi` (`days`), `availability` (`days`, `filter`), `capacity` (`filter`, `service`, `resource`, `standing`) or `search`
    /// (`search`: id of a saved search).
    #[schema(value_type = Object)]
    subject: Value,
    /// Weekly: `days`, `at`, `zone`, `until`.
    #[schema(value_type = Object)]
    schedule: Value,
    /// It comes only when this calendar is open.
    calendar: Option<String>,
    /// Addresses that get it by mail.
    recipients: Vec<String>,
    /// Ids of channels that get it.
    channels: Vec<String>,
    is_active: bool,
    /// Id of the account with whose rights it is asked.
    owner: String,
    next_at: Option<String>,
    /// How the last run ended: `due_at`, `made_at`, `rows`, `missed`, `problem`.
    #[schema(value_type = Option<Object>)]
    last: Value,
    version: u64,
}

impl From<Versioned<ReportPlan>> for View {
    fn from(stored: Versioned<ReportPlan>) -> Self {
        let (plan, version) = (stored.value, stored.version);
        let last = plan.last.map(|last| {
            json!({
                "due_at": last.due_at, "made_at": last.made_at, "rows": last.rows, "missed": last.missed,
                "problem": last.problem.as_ref().map(ToString::to_string),
            })
        });
        Self {
            id: plan.id.to_string(),
            subject: json!(plan.terms.subject),
            schedule: json!(plan.terms.schedule),
            calendar: plan.terms.calendar,
            recipients: plan.terms.recipients,
            channels: plan.terms.channels.iter().map(ToString::to_string).collect(),
            is_active: plan.terms.is_active,
            name: plan.terms.name,
            owner: plan.owner.to_string(),
            next_at: plan.next_at.map(at),
            last: json!(last),
            version,
        }
    }
}

/// A report that came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportRun)]
struct RunView {
    id: String,
    plan: String,
    name: String,
    due_at: String,
    made_at: String,
    /// Runs that were missed before it.
    missed: u32,
    missed_since: Option<String>,
    columns: Vec<String>,
    /// At most 5,000; left out in lists.
    rows: Vec<Vec<String>>,
    total: usize,
}

impl RunView {
    fn of(run: ReportRun, has_rows: bool) -> Self {
        Self {
            id: run.id.to_string(),
            plan: run.plan.to_string(),
            name: run.name,
            due_at: at(run.due_at),
            made_at: at(run.made_at),
            missed: run.missed.map_or(0, |(count, _)| count),
            missed_since: run.missed.map(|(_, since)| at(since)),
            columns: run.table.columns,
            rows: if has_rows { run.table.rows } else { Vec::new() },
            total: run.table.total,
        }
    }
}

/// What is written of a report.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a plan; the model's own type is what is read")]
#[schema(as = NewReportPlan)]
struct TermsFields {
    name: String,
    /// `{"of": "kpi", "days": 28}`, `{"of": "availability", "days": 28, "filter": ""}`, `{"of": "capacity", "resource": "filesystem"}`,
    /// `{"of": "search", "search": "…"}`.
    #[schema(value_type = Object)]
    subject: Value,
    /// `{"repeats": "weekly", "days": ["monday"], "at": "07:00", "minutes": 1, "zone": "Europe/Berlin"}`: it comes when a window begins.
    #[schema(value_type = Object)]
    schedule: Value,
    calendar: Option<String>,
    recipients: Option<Vec<String>>,
    channels: Option<Vec<String>>,
    is_active: Option<bool>,
}

/// Reports that come by themselves, by name
#[utoipa::path(get, path = "/report-plans", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    let all = app.service.list_report_plans(&call).await?;
    Ok(Json(List::whole(all.into_iter().map(View::from).collect())))
}

/// Have a report come by itself, with your rights
#[utoipa::path(post, path = "/report-plans", request_body = TermsFields, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Terms>,
) -> Result<Response, Refusal> {
    let stored = app.service.create_report_plan(&call, body).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, View::from(stored)))
}

/// One of them
#[utoipa::path(get, path = "/report-plans/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_report_plan(&call, super::id("report", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// Replace what is written of a report. From then on it is asked with your rights
#[utoipa::path(put, path = "/report-plans/{id}", params(("id" = String, Path)), request_body = TermsFields, responses((status = 200, body = View)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Terms>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("report", &text)?, etag::required(&headers)?);
    let stored = app.service.replace_report_plan(&call, id, body, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// End a report; those that came go with it
#[utoipa::path(delete, path = "/report-plans/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("report", &text)?, etag::required(&headers)?);
    app.service.remove_report_plan(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reports that came, the newest first
#[utoipa::path(get, path = "/report-plans/{id}/runs", params(("id" = String, Path)), responses((status = 200, body = List<RunView>)))]
async fn runs(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<RunView>> {
    let runs = app.service.list_report_runs(&call, super::id("report", &text)?).await?;
    Ok(Json(List::whole(runs.into_iter().map(|run| RunView::of(run, false)).collect())))
}

/// Make and send a report now; its times stay as they are
#[utoipa::path(post, path = "/report-plans/{id}/runs", params(("id" = String, Path)), responses((status = 201, body = RunView)))]
async fn run(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let ready = app.service.report_now(&call, super::id("report", &text)?).await?;
    let Some(id) = Box::pin(report::make(&app.service, &ready)).await? else {
        return Err(conflict("report_nothing").into());
    };
    let run = app.service.get_report_run(&call, id).await?;
    Ok((StatusCode::CREATED, Json(RunView::of(run.value, true))).into_response())
}

/// How a report is wanted, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what the handler takes out of the query")]
struct FormParameters {
    /// `json` (the default) or `csv`.
    format: Option<String>,
}

/// The file of a report.
pub(crate) fn file(run: &ReportRun) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", run.file_name());
    let head =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (head, run.table.to_csv()).into_response()
}

/// A report that came, as JSON or CSV
#[utoipa::path(get, path = "/report-runs/{id}", params(("id" = String, Path), FormParameters), responses((status = 200, body = RunView)))]
async fn get_run(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    mut query: ListQuery,
) -> Result<Response, Refusal> {
    let form = super::capacity::one_of("format", query.take("format"), &["json", "csv"], |name| name)?;
    query.parse(&fields::NONE)?;
    let run = app.service.get_report_run(&call, super::id("report", &text)?).await?.value;
    if form == Some("csv") {
        return Ok(file(&run));
    }
    Ok(Json(RunView::of(run, true)).into_response())
}
