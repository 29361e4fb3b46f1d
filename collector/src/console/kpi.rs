//! `/kpi`: the figures of a period. Every number opens the list that makes it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::kpi::{Figure, Period, Unit};

use super::answer;
use super::level::{PERIODS, days_of, span};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::ServiceError;

/// A figure.
#[derive(Clone, Debug)]
pub(super) struct FigureRow {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) median: String,
    pub(super) p90: String,
    pub(super) count: usize,
    /// The page of the list that makes it.
    pub(super) href: String,
}

#[derive(Template)]
#[template(path = "kpi.html")]
pub(super) struct KpiPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<FigureRow>,
    /// Days, and whether they are looked at.
    pub(super) periods: Vec<(i64, bool)>,
    pub(super) calendar: String,
    pub(super) calendars: Vec<String>,
}

/// The page of a list of the API.
pub(super) fn href(figure: &Figure) -> String {
    let filter = markup::url(&figure.filter);
    match figure.list {
        "/tickets" if figure.filter.starts_with("kind:change") => format!("/tickets?kind=change&show=all&q={filter}"),
        "/tickets" => format!("/incidents?show=all&kind=any&q={filter}"),
        "/findings" => format!("/findings?q={filter}"),
        "/service-levels" => format!("/levels/clocks?q={filter}"),
        "/hosts" => format!("/hosts?q={filter}"),
        _ => "/identification".to_owned(),
    }
}

/// A figure as people read it.
pub(super) fn shown(locale: Locale, unit: Unit, value: Option<f64>) -> String {
    let Some(value) = value else { return "—".to_owned() };
    match unit {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a period")]
        Unit::Seconds => span(locale, (value * 1_000.0).round() as i64),
        Unit::Percent => format!("{value:.1} %"),
        Unit::Count => format!("{value:.0}"),
    }
}

fn row(locale: Locale, figure: &Figure) -> FigureRow {
    let unit = figure.definition.unit;
    let beside = |value: Option<f64>| value.map_or_else(String::new, |value| shown(locale, unit, Some(value)));
    FigureRow {
        name: figure.definition.name,
        value: shown(locale, unit, figure.value),
        median: beside(figure.median),
        p90: beside(figure.p90),
        count: figure.count,
        href: href(figure),
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let (service, call) = (visitor.service(), &visitor.call);
    let days = days_of(visitor);
    let period = Period { from: visitor.now().plus_millis(-days * 86_400_000), to: visitor.now().plus_millis(1) };
    let calendar = visitor.parameter("calendar");
    let figures = service.kpis(call, period, calendar.as_deref()).await?;
    let calendars = service.list_calendars(call).await?;
    let page = KpiPage {
        page: Shell::at(visitor, "/kpi", &locale.t("kpi-title")).await,
        rows: figures.iter().map(|figure| row(locale, figure)).collect(),
        periods: PERIODS.into_iter().map(|period| (period, period == days)).collect(),
        calendar: calendar.unwrap_or_else(|| muster_model::calendar::shipped::OFFICE.to_owned()),
        calendars: calendars.into_iter().map(|calendar| calendar.value.name).collect(),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /kpi`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
