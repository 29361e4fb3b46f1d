//! `/services/{id}/availability` and `/reports/availability`: how available services were, with the outages that make the number.

use axum::Json;
use axum::extract::{Path, State};
use muster_model::availability::Outage;
use muster_model::kpi::Period;
use muster_model::level::attainment::Attainment;
use muster_model::level::shipped::Example;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ask::Ask;
use super::clock::attainment_filter;
use super::kpi::period;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::ServiceError;
use crate::service::availability::AvailabilityView;
use crate::service::level::agreement::Agreement;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(availability)).routes(routes!(agreements)).routes(routes!(report))
}

/// A period, for availability.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AvailabilityAsked {
    /// From this time on (RFC 3339, or a day); four weeks before its end without it.
    from: Option<String>,
    /// Before this time; now without it.
    to: Option<String>,
}

/// The same of several services.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReportAsked {
    /// From this time on (RFC 3339, or a day); four weeks before its end without it.
    from: Option<String>,
    /// Before this time; now without it.
    to: Option<String>,
    /// Which services, in the query language of items; all that are offered without it.
    filter: Option<String>,
}

/// A time in which a service was not to be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outage)]
struct OutageView {
    from: String,
    /// Its end, or that of the period.
    to: String,
    /// `down`, or `unknown` when nothing was heard.
    health: &'static str,
    /// Of that the seconds in which the service is needed.
    counted_seconds: i64,
    /// Whether it was announced as maintenance: it counts nowhere.
    planned: bool,
    /// Ids of what was down or silent when it began.
    because: Vec<String>,
    /// Numbers of the incidents that say so.
    incidents: Vec<String>,
}

/// How available a service was. All seconds are those in which it is needed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Availability)]
struct View {
    /// The service.
    id: String,
    name: String,
    class: String,
    owner: Option<String>,
    criticality: &'static str,
    /// How it does now.
    health: &'static str,
    from: String,
    to: String,
    /// Since when it is looked at how it does; null when it never was.
    known_since: Option<String>,
    /// The calendar of the hours in which it is needed; null is always.
    calendar: Option<String>,
    /// How available it has to be, in percent.
    target_percent: Option<f64>,
    /// Percent of the time of which it is known how the service did; null when nothing is known.
    availability_percent: Option<f64>,
    /// The same if it was down whenever nobody knows.
    at_worst_percent: Option<f64>,
    /// Whether it was as available as it has to be.
    target_kept: Option<bool>,
    up_seconds: i64,
    at_risk_seconds: i64,
    down_seconds: i64,
    unknown_seconds: i64,
    planned_seconds: i64,
    /// Mean time to restore service.
    mean_restore_seconds: Option<i64>,
    /// Mean time between failures.
    mean_between_seconds: Option<i64>,
    /// What makes the number, the oldest first.
    outages: Vec<OutageView>,
}

impl From<&Outage> for OutageView {
    fn from(outage: &Outage) -> Self {
        Self {
            from: outage.from.to_string(),
            to: outage.to.to_string(),
            health: outage.health.as_str(),
            counted_seconds: outage.counted_ms / 1_000,
            planned: outage.is_planned,
            because: outage.because.iter().map(ToString::to_string).collect(),
            incidents: outage.incidents.iter().cloned().collect(),
        }
    }
}

impl From<AvailabilityView> for View {
    fn from(view: AvailabilityView) -> Self {
        let (item, sum) = (&view.item.value, &view.sum);
        Self {
            id: item.id.to_string(),
            name: item.name.clone(),
            class: item.class.clone(),
            owner: item.owner.clone(),
            criticality: item.criticality.as_str(),
            health: view.health.as_str(),
            from: view.period.from.to_string(),
            to: view.period.to.to_string(),
            known_since: view.known_since.map(|at| at.to_string()),
            calendar: view.calendar.clone(),
            target_percent: view.target,
            availability_percent: sum.percent(),
            at_worst_percent: sum.percent_at_worst(),
            target_kept: view.keeps_target(),
            up_seconds: sum.up_ms / 1_000,
            at_risk_seconds: sum.at_risk_ms / 1_000,
            down_seconds: sum.down_ms / 1_000,
            unknown_seconds: sum.unknown_ms / 1_000,
            planned_seconds: sum.planned_ms / 1_000,
            mean_restore_seconds: sum.restore_ms().map(|ms| ms / 1_000),
            mean_between_seconds: sum.between_ms().map(|ms| ms / 1_000),
            outages: sum.outages.iter().map(OutageView::from).collect(),
        }
    }
}

/// What a report has of one.
pub(crate) const COLUMNS: &[&str] = &[
    "name",
    "class",
    "owner",
    "health",
    "availability_percent",
    "at_worst_percent",
    "target_percent",
    "target_kept",
    "down_seconds",
    "unknown_seconds",
    "planned_seconds",
    "id",
];

/// One as a report has it.
pub(crate) fn record(view: AvailabilityView) -> serde_json::Value {
    serde_json::to_value(View::from(view)).unwrap_or_default()
}

/// How available services were.
#[derive(Debug, Serialize, ToSchema)]
struct AvailabilityReport {
    /// From then on.
    from: String,
    /// Before then.
    to: String,
    /// What misses its target comes first, then the least available.
    items: Vec<View>,
}

/// How available a service was, with the outages that make the number
#[utoipa::path(
    get, path = "/services/{id}/availability", params(("id" = String, Path), AvailabilityAsked),
    responses((status = 200, body = View))
)]
async fn availability(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(asked): Ask<AvailabilityAsked>,
) -> Answer<View> {
    let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
    let id = text.parse().map_err(|_| missing())?;
    let period = period(asked.from.as_deref(), asked.to.as_deref(), app.service.now())?;
    Ok(Json(app.service.availability(&call, id, period).await?.into()))
}

/// How available the services were that are offered
#[utoipa::path(get, path = "/reports/availability", params(ReportAsked), responses((status = 200, body = AvailabilityReport)))]
async fn report(
    State(app): State<Shared>,
    Caller(call): Caller,
    Ask(asked): Ask<ReportAsked>,
) -> Answer<AvailabilityReport> {
    let period = period(asked.from.as_deref(), asked.to.as_deref(), app.service.now())?;
    let filter = asked.filter.as_deref().unwrap_or_default();
    let query = app.service.item_query("/filter", filter).await?;
    let views = app.service.availabilities(&call, &query, period).await?;
    let items = views.into_iter().map(View::from).collect();
    Ok(Json(AvailabilityReport { from: period.from.to_string(), to: period.to.to_string(), items }))
}

/// An agreement of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agreement)]
struct AgreementView {
    /// The policy that it is: read and changed as `/service-level-policies/{name}`.
    policy: String,
    label: String,
    /// `sla`, or `ola` between groups of one house.
    kind: &'static str,
    target: &'static str,
    filter: String,
    minutes: u32,
    calendar: String,
    enabled: bool,
    met: u64,
    breached: u64,
    /// met / (met + breached), in percent; null when nothing ended.
    percent: Option<f64>,
    /// `GET /service-levels?filter=…` lists the clocks that make these numbers.
    clocks: String,
}

/// An agreement to begin with: what `POST /service-level-policies` takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgreementExample)]
struct ExampleView {
    name: String,
    label: String,
    target: &'static str,
    filter: String,
    minutes: u32,
    calendar: &'static str,
}

/// The agreements of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agreements)]
struct AgreementsView {
    from: String,
    to: String,
    items: Vec<AgreementView>,
    examples: Vec<ExampleView>,
}

fn agreement(agreement: Agreement, period: Period) -> AgreementView {
    let Agreement { policy, kept } = agreement;
    let (name, terms) = (policy.value.name, policy.value.terms);
    let percent = kept.as_ref().and_then(Attainment::ratio).map(|ratio| (ratio * 1_000.0).round() / 10.0);
    AgreementView {
        clocks: attainment_filter(&name, period.from, period.to),
        policy: name,
        label: terms.label,
        kind: if terms.target.is_internal() { "ola" } else { "sla" },
        target: terms.target.as_str(),
        filter: terms.filter,
        minutes: terms.minutes,
        calendar: terms.calendar,
        enabled: terms.is_enabled,
        met: kept.as_ref().map_or(0, |kept| kept.met),
        breached: kept.as_ref().map_or(0, |kept| kept.breached),
        percent,
    }
}

/// The agreements of a service, how they were kept, and some to begin with
#[utoipa::path(
    get, path = "/services/{id}/agreements", params(("id" = String, Path), AvailabilityAsked),
    responses((status = 200, body = AgreementsView))
)]
async fn agreements(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(asked): Ask<AvailabilityAsked>,
) -> Answer<AgreementsView> {
    let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
    let id = text.parse().map_err(|_| missing())?;
    let period = period(asked.from.as_deref(), asked.to.as_deref(), app.service.now())?;
    let found = app.service.agreements(&call, id, period).await?;
    let example = |it: Example| ExampleView {
        name: it.name,
        label: it.label,
        target: it.target.as_str(),
        filter: it.filter,
        minutes: it.minutes,
        calendar: it.calendar,
    };
    Ok(Json(AgreementsView {
        from: period.from.to_string(),
        to: period.to.to_string(),
        items: found.agreed.into_iter().map(|one| agreement(one, period)).collect(),
        examples: found.examples.into_iter().map(example).collect(),
    }))
}
