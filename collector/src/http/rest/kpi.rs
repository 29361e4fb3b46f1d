//! `/reports/kpi`: the figures of a period, each with the list that makes it.

use axum::Json;
use axum::extract::{Query as Parameters, State};
use muster_model::kpi::{Figure, Period};
use muster_model::query;
use muster_model::text::Phrase;
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::problem::Refusal;
use crate::service::invalid;

/// The period when none is given: four weeks.
const PERIOD_MS: i64 = 28 * 86_400_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(figures))
}

/// A period, for figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// From this time on (RFC 3339, or a day); four weeks before its end without it.
    from: Option<String>,
    /// Before this time; now without it.
    to: Option<String>,
    /// The calendar by which business time is counted; `business-hours` without it.
    calendar: Option<String>,
}

/// The period of two texts.
pub(super) fn period(from: Option<&str>, to: Option<&str>, now: Time) -> Result<Period, Refusal> {
    let time = |name: &str, text: Option<&str>| -> Result<Option<Time>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        let wrong = || Phrase::new("query_time").with("field", name).with("value", text);
        Ok(Some(query::moment(text).ok_or_else(|| invalid(&format!("/{name}"), wrong()))?))
    };
    // What happens in this very millisecond is in it.
    let to = time("to", to)?.unwrap_or_else(|| now.plus_millis(1));
    let from = time("from", from)?.unwrap_or_else(|| to.plus_millis(-PERIOD_MS));
    Ok(Period { from, to })
}

/// A figure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figure)]
struct FigureView {
    name: &'static str,
    /// How it is made.
    meaning: &'static str,
    /// `seconds`, `percent` or `count`.
    unit: &'static str,
    /// The figure; of times the mean. Null when there is nothing that makes one.
    value: Option<f64>,
    /// Of times: the middle one.
    median: Option<f64>,
    /// Of times: nine of ten are not longer.
    p90: Option<f64>,
    /// How many things made it.
    count: usize,
    /// `GET {list}?filter={filter}` is the list that makes it.
    list: &'static str,
    filter: String,
}

impl From<Figure> for FigureView {
    fn from(figure: Figure) -> Self {
        Self {
            name: figure.definition.name,
            meaning: figure.definition.meaning,
            unit: figure.definition.unit.as_str(),
            value: figure.value,
            median: figure.median,
            p90: figure.p90,
            count: figure.count,
            list: figure.list,
            filter: figure.filter,
        }
    }
}

/// What a report has of a figure.
pub(crate) const COLUMNS: &[&str] = &["name", "value", "unit", "median", "p90", "count", "meaning", "list", "filter"];

/// A figure as a report has it.
pub(crate) fn record(figure: Figure) -> serde_json::Value {
    serde_json::to_value(FigureView::from(figure)).unwrap_or_default()
}

/// The figures of a period.
#[derive(Debug, Serialize, ToSchema)]
struct KpiReport {
    /// From then on.
    from: String,
    /// Before then.
    to: String,
    items: Vec<FigureView>,
}

/// The figures of a period: how soon, how often again, what waits, how sound the CMDB is
#[utoipa::path(get, path = "/reports/kpi", params(Asked), responses((status = 200, body = KpiReport)))]
async fn figures(
    State(app): State<Shared>,
    Caller(call): Caller,
    asked: Result<Parameters<Asked>, axum::extract::rejection::QueryRejection>,
) -> Answer<KpiReport> {
    let Parameters(asked) = asked.map_err(|error| Refusal::Malformed(error.body_text()))?;
    let period = period(asked.from.as_deref(), asked.to.as_deref(), app.service.now())?;
    let figures = app.service.kpis(&call, period, asked.calendar.as_deref()).await?;
    let items = figures.into_iter().map(FigureView::from).collect();
    Ok(Json(KpiReport { from: period.from.to_string(), to: period.to.to_string(), items }))
}
