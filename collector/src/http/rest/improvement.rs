//! `/improvements`: what is to become better, by which figure, and whether it did.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::improvement::{Event, Improvement, State as Standing, Terms};
use muster_model::query::fields;
use muster_model::text::Phrase;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::capacity::one_of;
use super::list::{List, ListQuery};
use super::view::at;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::improvement::Move;
use crate::service::invalid;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, edit)).routes(routes!(transition))
}

/// The parameters of the list, for their description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what the handler takes out of the query")]
struct Parameters {
    /// Only what is `proposed`, `approved`, `in_progress`, `review`, `closed` or `cancelled`.
    state: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Something that is to become better.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Improvement)]
struct View {
    id: String,
    number: String,
    title: String,
    description: String,
    /// The figure of the collector (`/reports/kpi`) that is to become better; null when a person measures.
    kpi: Option<String>,
    /// Over how many days the figure is reckoned.
    days: u16,
    /// What is measured, where it is no figure of the collector.
    measure: String,
    /// In the unit of the figure.
    baseline: Option<f64>,
    target: Option<f64>,
    due_at: Option<String>,
    overdue: bool,
    /// Id of who answers for it.
    owner: Option<String>,
    /// `proposed`, `approved`, `in_progress`, `review`, `closed` or `cancelled`.
    state: &'static str,
    state_since: String,
    /// What was measured at the last review.
    measured: Option<f64>,
    measured_at: Option<String>,
    /// How far it has come from the baseline to the target; negative when it became worse.
    progress_percent: Option<f64>,
    /// `achieved`, `partly` or `missed`: it follows from baseline, target and what was measured.
    outcome: Option<&'static str>,
    /// The events that can happen now.
    events: Vec<&'static str>,
    /// What happened, the oldest first: `at`, `by`, `event`, `to`, `note`, `measured`.
    #[schema(value_type = Vec<Object>)]
    steps: Value,
    created_by: String,
    created_at: String,
    version: u64,
}

fn view(stored: Versioned<Improvement>, now: muster_shared::Time) -> View {
    let Versioned { value: it, version } = stored;
    View {
        progress_percent: it.progress(),
        outcome: it.outcome().map(muster_model::improvement::Outcome::as_str),
        events: it.legal().map(|row| row.event.as_str()).collect(),
        overdue: it.is_overdue(now),
        steps: json!(it.steps),
        id: it.id.to_string(),
        number: it.number,
        title: it.terms.title,
        description: it.terms.description,
        kpi: it.terms.kpi,
        days: it.terms.days,
        measure: it.terms.measure,
        baseline: it.terms.baseline,
        target: it.terms.target,
        due_at: it.terms.due_at.map(at),
        owner: it.terms.owner.map(|owner| owner.to_string()),
        state: it.state.as_str(),
        state_since: at(it.state_since),
        measured: it.measured.map(|measured| measured.value),
        measured_at: it.measured.map(|measured| at(measured.at)),
        created_by: it.created_by,
        created_at: at(it.created_at),
        version,
    }
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Improvement>) -> Response {
    etag::tagged(status, stored.version, view(stored, app.service.now()))
}

/// What is to become better, the newest first
#[utoipa::path(get, path = "/improvements", params(Parameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<List<View>> {
    let state = one_of("state", query.take("state"), Standing::ALL, Standing::as_str)?;
    let (window, _) = query.parse(&fields::NONE)?;
    let now = app.service.now();
    let page = app.service.list_improvements(&call, state, &window).await?;
    Ok(Json(List::of(page, |stored| view(stored, now))))
}

/// What is written of an improvement.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an improvement; the model's own type is what is read")]
#[schema(as = NewImprovement)]
struct TermsFields {
    title: String,
    description: Option<String>,
    /// One of the figures of `/reports/kpi`; without it `measure` says what a person measures.
    kpi: Option<String>,
    /// 1 to 366, 28 without it.
    days: Option<u16>,
    measure: Option<String>,
    /// Taken by the collector at the start where it reckons the figure.
    baseline: Option<f64>,
    target: Option<f64>,
    due_at: Option<String>,
    owner: Option<String>,
}

/// Write something that is to become better into the register
#[utoipa::path(post, path = "/improvements", request_body = TermsFields, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: Terms = super::named(&app, &call, body, OWNER).await?;
    let stored = app.service.create_improvement(&call, body).await?;
    Ok(answer(&app, StatusCode::CREATED, stored))
}

/// One improvement, by id or number
#[utoipa::path(get, path = "/improvements/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(&app, StatusCode::OK, app.service.get_improvement(&call, &text).await?))
}

/// Change what is written of an improvement. Absent fields stay, null takes a value away. From the start on the figure, the baseline
/// and the target stay as they are
#[utoipa::path(patch, path = "/improvements/{id}", params(("id" = String, Path)), request_body = TermsFields, responses((status = 200, body = View)))]
async fn edit(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let body: Value = super::named(&app, &call, body, OWNER).await?;
    Ok(answer(&app, StatusCode::OK, app.service.edit_improvement(&call, &text, &body, seen).await?))
}

/// Where an improvement names who answers for it.
const OWNER: &[Place] = &[("/owner", What::Person)];

/// An event of an improvement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMove {
    /// `approve`, `start`, `review`, `continue`, `close` or `cancel`.
    event: String,
    /// What is said; `continue`, `close` and `cancel` ask for it.
    #[serde(default)]
    note: String,
    /// What was measured, where it is no figure of the collector; `review` asks for it, `start` too without a baseline.
    value: Option<f64>,
}

/// Move an improvement. Where the collector reckons the figure, it measures it
#[utoipa::path(post, path = "/improvements/{id}/transitions", params(("id" = String, Path)), request_body = NewMove, responses((status = 200, body = View)))]
async fn transition(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewMove>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    let event = one_of("event", Some(body.event), Event::ALL, Event::as_str)?;
    let event = event.ok_or_else(|| invalid("/event", Phrase::new("is_needed")))?;
    let asked = Move { event, note: body.note, value: body.value };
    Ok(answer(&app, StatusCode::OK, app.service.move_improvement(&call, &text, &asked, seen).await?))
}
