//! `/capacity` and `/capacity/{host}`: what runs out, when, and how sure that is. Every number opens the list that makes it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::capacity::trend::Silence;
use muster_model::capacity::{Resource, Threshold};
use muster_model::right::Action;
use muster_model::text::Phrase;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::list::{self, Pager};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::value;
use super::visitor::Visitor;
use crate::http::rest::capacity::{day, lines};
use crate::service::capacity::{CapacityQuestion, CapacityRow, CapacitySum};
use crate::service::{ServiceError, invalid};

/// Days of a host that are shown.
const SHOWN_DAYS: usize = 60;

/// All of a resource.
pub(super) struct SumPanel {
    pub(super) resource: &'static str,
    pub(super) title: String,
    pub(super) used: String,
    pub(super) total: String,
    /// Name, count and list of each standing.
    pub(super) standings: Vec<(String, usize, String)>,
}

/// Something that may run out.
pub(super) struct Line {
    pub(super) host: String,
    pub(super) href: String,
    pub(super) what: String,
    pub(super) standing: &'static str,
    pub(super) used: String,
    pub(super) total: String,
    pub(super) growth: String,
    pub(super) full: String,
    pub(super) sure: String,
    pub(super) points: String,
    pub(super) described: String,
}

#[derive(Template)]
#[template(path = "capacity.html")]
pub(super) struct CapacityPage {
    pub(super) page: Shell,
    pub(super) above: Option<(&'static str, String)>,
    pub(super) csv: Option<String>,
    pub(super) tabs: Vec<(String, String, bool)>,
    pub(super) filter: String,
    pub(super) service: Option<String>,
    pub(super) resource: Option<&'static str>,
    pub(super) error: Option<String>,
    pub(super) sums: Vec<SumPanel>,
    pub(super) rows: Vec<Line>,
    pub(super) pager: Pager,
    pub(super) heads: Vec<String>,
    pub(super) days: Vec<(String, Vec<String>)>,
    pub(super) thresholds: Vec<Form>,
}

/// So much of a resource.
fn amount(resource: Resource, value: u64) -> String {
    if resource.is_bytes() { value::size(value) } else { value.to_string() }
}

/// The growth per day, with its sign.
fn growth(resource: Resource, per_day: Option<f64>) -> String {
    let Some(per_day) = per_day else { return "—".to_owned() };
    let sign = if per_day < 0.0 { "−" } else { "+" };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size without its sign")]
    let size = per_day.abs().round() as u64;
    format!("{sign}{}", amount(resource, size))
}

/// The points of a small line over the days of a series: how full it was.
fn points(row: &CapacityRow) -> String {
    let seen: Vec<_> = row.series.points.iter().rev().take(SHOWN_DAYS).rev().collect();
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return String::new() };
    let span = (last.day - first.day).max(1);
    let most = seen.iter().map(|point| point.total.max(1)).max().unwrap_or(1);
    let place = |point: &&muster_model::capacity::Point| {
        let height = u128::from(point.used.unwrap_or(point.total)) * 28 / u128::from(most);
        format!("{},{}", (point.day - first.day) * 120 / span, 29 - height.min(28))
    };
    seen.iter().map(place).collect::<Vec<_>>().join(" ")
}

/// What a series is of.
fn what(locale: Locale, row: &CapacityRow) -> String {
    let resource = locale.name("resource", row.series.resource.as_str());
    if row.series.label.is_empty() { resource } else { row.series.label.clone() }
}

fn line(locale: Locale, row: &CapacityRow) -> Line {
    let resource = row.series.resource;
    let percent = row.percent().map(|percent| format!(" ({percent:.0} %)")).unwrap_or_default();
    let used = row.last.used.map_or_else(|| "—".to_owned(), |used| format!("{}{percent}", amount(resource, used)));
    let (full, sure) = match row.trend.full {
        Ok(full) => {
            let latest = full.latest.map_or_else(|| locale.t("capacity-open"), day);
            let between = [("earliest", day(full.earliest)), ("latest", latest)];
            let between: Vec<(&str, &str)> = between.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let sure = locale.name("confidence", full.confidence.as_str());
            (day(full.day), format!("{sure}, {}", locale.with("capacity-between", &between)))
        }
        Err(Silence::NoUse) => ("—".to_owned(), String::new()),
        Err(silence) => ("—".to_owned(), locale.name("silence", silence.as_str())),
    };
    let what = what(locale, row);
    let described = locale.with("capacity-described", &[("what", &what), ("used", &used)]);
    Line {
        host: row.host_name.clone(),
        href: format!("/capacity/{}", row.host),
        standing: row.standing.as_str(),
        total: amount(resource, row.last.total),
        growth: growth(resource, row.trend.per_day),
        points: points(row),
        what,
        used,
        full,
        sure,
        described,
    }
}

/// The address of the list with other words for some of its parameters.
fn list_of(visitor: &Visitor, path: &str, other: &[(&str, &str)]) -> String {
    let mut parts = Vec::new();
    for name in ["filter", "service", "resource", "standing"] {
        let value = other.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let value = value.or_else(|| visitor.parameter(name)).filter(|value| !value.is_empty());
        parts.extend(value.map(|value| format!("{name}={}", markup::url(&value))));
    }
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

fn sum_panel(visitor: &Visitor, resource: Resource, sum: &CapacitySum) -> SumPanel {
    let locale = visitor.locale;
    let percent = sum.percent().map(|percent| format!(" ({percent:.0} %)")).unwrap_or_default();
    let used = if sum.of == 0 { "—".to_owned() } else { format!("{}{percent}", amount(resource, sum.used)) };
    let name = resource.as_str();
    let standings = sum.standings.iter().map(|(standing, count)| {
        let path = list_of(visitor, "/capacity", &[("resource", name), ("standing", standing.as_str())]);
        (locale.name("fullness", standing.as_str()), *count, path)
    });
    SumPanel {
        resource: name,
        title: locale.name("resource", name),
        used,
        total: amount(resource, sum.total),
        standings: standings.collect(),
    }
}

fn threshold_form(visitor: &Visitor, stored: &Versioned<Threshold>, attempt: Option<&Attempt>) -> Form {
    let (locale, threshold) = (visitor.locale, stored.value);
    let name = threshold.resource.as_str();
    let number = |field: &'static str, value: u32| {
        Field::new(locale, field, Kind::Input("number")).required().value(value.to_string())
    };
    Form::new(
        visitor,
        format!("threshold-{name}"),
        format!("/capacity/thresholds/{name}"),
        locale.name("resource", name),
    )
    .submit(locale.t("save"))
    .version(stored.version)
    .field(number("warn_percent", threshold.warn_percent.into()))
    .field(number("critical_percent", threshold.critical_percent.into()))
    .field(number("horizon_days", threshold.horizon_days))
    .after(attempt)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let asked = CapacityQuestion::parse(|name| visitor.parameter(name))?;
    let filter = asked.filter.clone().unwrap_or_default();
    let (report, error) = match service.capacity(call, &asked, &list::window(visitor)).await {
        Ok(report) => (Some(report), None),
        Err(error) => (None, Some(list::query_error(error, locale)?)),
    };
    let tab = |resource: Option<Resource>| {
        let (name, title) = match resource {
            Some(resource) => (resource.as_str(), locale.name("resource", resource.as_str())),
            None => ("", locale.t("capacity-all")),
        };
        (list_of(visitor, "/capacity", &[("resource", name), ("standing", "")]), title, asked.resource == resource)
    };
    let mut thresholds = Vec::new();
    if visitor.may(Action::LevelManage) {
        let usable = |stored: &Versioned<Threshold>| !matches!(stored.value.resource, Resource::Cpu | Resource::Disk);
        let all = service.list_thresholds(call).await?;
        thresholds.extend(all.iter().filter(|stored| usable(stored)).map(|it| threshold_form(visitor, it, attempt)));
    }
    let next = report.as_ref().and_then(|report| report.page.next_cursor.clone());
    let sums = report.as_ref().map(|report| report.sums.clone()).unwrap_or_default();
    let page = CapacityPage {
        page: Shell::at(visitor, "/capacity", &locale.t("capacity-title")).await,
        above: None,
        csv: Some(list_of(visitor, "/capacity/export", &[])),
        tabs: [None].into_iter().chain(Resource::ALL.iter().copied().map(Some)).map(tab).collect(),
        filter,
        service: visitor.parameter("service").filter(|text| !text.is_empty()),
        resource: asked.resource.map(Resource::as_str),
        error,
        sums: sums.iter().map(|(resource, sum)| sum_panel(visitor, *resource, sum)).collect(),
        rows: report.iter().flat_map(|report| &report.page.items).map(|row| line(locale, row)).collect(),
        pager: Pager::new(visitor, "/capacity", next),
        heads: Vec::new(),
        days: Vec::new(),
        thresholds,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /capacity`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// `GET /capacity/export`: what the page lists, all of it, as CSV.
pub(super) async fn export(visitor: Visitor) -> Response {
    let outcome = async {
        let asked = CapacityQuestion::parse(|name| visitor.parameter(name))?;
        lines(visitor.service(), &visitor.call, &asked).await
    };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

async fn of_host(visitor: &Visitor, text: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let missing = || ServiceError::NotFound { kind: "host", id: text.chars().take(80).collect() };
    let id = text.parse().map_err(|_| missing())?;
    let rows = visitor.service().capacity_of_host(&visitor.call, id).await?;
    let host = visitor.service().get_host(&visitor.call, id, muster_model::history::Moment::NOW).await?.host.value;
    let mut all: Vec<i64> = rows.iter().flat_map(|row| row.series.points.iter().map(|point| point.day)).collect();
    all.sort_unstable();
    all.dedup();
    let cell = |row: &CapacityRow, day: i64| {
        let point = row.series.points.iter().find(|point| point.day == day);
        point.map(|point| amount(row.series.resource, point.used.unwrap_or(point.total))).unwrap_or_default()
    };
    let days = all.iter().rev().take(SHOWN_DAYS);
    let page = CapacityPage {
        page: Shell::at(visitor, "/capacity", &host.name).await,
        above: Some(("/capacity", locale.t("capacity-title"))),
        csv: None,
        tabs: Vec::new(),
        filter: String::new(),
        service: None,
        resource: None,
        error: None,
        sums: Vec::new(),
        rows: rows.iter().map(|row| Line { href: format!("/hosts/{id}"), ..line(locale, row) }).collect(),
        pager: Pager::default(),
        heads: rows.iter().map(|row| what(locale, row)).collect(),
        days: days.map(|at| (day(*at), rows.iter().map(|row| cell(row, *at)).collect())).collect(),
        thresholds: Vec::new(),
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /capacity/{host}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = of_host(&visitor, &id).await;
    visitor.answer(outcome)
}

async fn set(visitor: &Visitor, name: &str, fields: &Fields) -> Result<(), ServiceError> {
    let missing = || ServiceError::NotFound { kind: "resource", id: name.chars().take(80).collect() };
    let resource = Resource::of(name).ok_or_else(missing)?;
    let whole = |field: &str| invalid(&format!("/{field}"), Phrase::new("whole_number"));
    let threshold = Threshold {
        resource,
        warn_percent: fields.number("warn_percent").ok_or_else(|| whole("warn_percent"))?,
        critical_percent: fields.number("critical_percent").ok_or_else(|| whole("critical_percent"))?,
        horizon_days: fields.number("horizon_days").ok_or_else(|| whole("horizon_days"))?,
    };
    visitor.service().set_threshold(&visitor.call, threshold, fields.version()).await.map(drop)
}

/// `POST /capacity/thresholds/{resource}`.
pub(super) async fn save(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = match set(&visitor, &name, &fields).await {
        Ok(()) => Ok(see_other("/capacity?done=saved")),
        Err(error) => match Attempt::new(&format!("threshold-{name}"), fields, error, visitor.locale) {
            Ok(attempt) => page(&visitor, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}
