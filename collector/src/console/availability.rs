//! `/availability` and `/availability/{id}`: how available services were, and the outages that make the number.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::kpi::Period;
use muster_model::level::attainment::Attainment;
use muster_model::level::shipped::Example;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::NodeId;

use super::access::holder::{HolderRow, holders};
use super::answer;
use super::level::{PERIODS, days_of, span};
use super::locale::Locale;
use super::markup;
use super::relation::address;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::http::rest::clock::attainment_filter;
use crate::service::ServiceError;
use crate::service::availability::AvailabilityView;
use crate::service::level::agreement::Agreement;

/// A service in the list.
#[derive(Clone, Debug)]
pub(super) struct ServiceRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) health: &'static str,
    pub(super) percent: String,
    pub(super) at_worst: String,
    pub(super) target: String,
    /// Whether it was as available as it has to be, if anybody said how much.
    pub(super) keeps: Option<bool>,
    pub(super) down: String,
    pub(super) unknown: String,
    pub(super) failures: usize,
}

#[derive(Template)]
#[template(path = "availability.html")]
pub(super) struct AvailabilityPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<ServiceRow>,
    /// Days, and whether they are looked at.
    pub(super) periods: Vec<(i64, bool)>,
    pub(super) days: i64,
}

/// An agreement, with the lists behind its numbers.
#[derive(Clone, Debug)]
pub(super) struct AgreementRow {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) is_ola: bool,
    pub(super) target: &'static str,
    pub(super) time: String,
    pub(super) calendar: String,
    pub(super) is_enabled: bool,
    pub(super) percent: String,
    pub(super) met: (u64, String),
    pub(super) breached: (u64, String),
}

fn agreement(locale: Locale, agreement: &Agreement, period: Period) -> AgreementRow {
    let (policy, kept) = (&agreement.policy.value, agreement.kept.as_ref());
    let behind = |more: &str| {
        let query = format!("{}{more}", attainment_filter(&policy.name, period.from, period.to));
        format!("/levels/clocks?q={}", markup::url(&query))
    };
    AgreementRow {
        name: policy.name.clone(),
        label: policy.terms.label.clone(),
        is_ola: policy.terms.target.is_internal(),
        target: policy.terms.target.as_str(),
        time: span(locale, i64::from(policy.terms.minutes) * 60_000),
        calendar: policy.terms.calendar.clone(),
        is_enabled: policy.terms.is_enabled,
        percent: percent(kept.and_then(Attainment::ratio).map(|ratio| ratio * 100.0)),
        met: (kept.map_or(0, |kept| kept.met), behind(" outcome:met")),
        breached: (kept.map_or(0, |kept| kept.breached), behind(" outcome:breached")),
    }
}

/// An outage.
#[derive(Clone, Debug)]
pub(super) struct OutageRow {
    pub(super) from: Time,
    pub(super) length: String,
    pub(super) counted: String,
    pub(super) health: &'static str,
    pub(super) is_planned: bool,
    /// Name and page of what was down or silent.
    pub(super) because: Vec<(String, Option<String>)>,
    pub(super) incidents: Vec<String>,
}

#[derive(Template)]
#[template(path = "outages.html")]
pub(super) struct OutagesPage {
    pub(super) page: Shell,
    pub(super) row: ServiceRow,
    pub(super) known_since: Option<Time>,
    pub(super) calendar: Option<String>,
    pub(super) planned: String,
    pub(super) restore: String,
    pub(super) between: String,
    pub(super) agreements: Vec<AgreementRow>,
    /// Label and page of agreements to begin with, for those who may set them.
    pub(super) examples: Vec<(String, String)>,
    /// Who has access.
    pub(super) holders: Vec<HolderRow>,
    pub(super) outages: Vec<OutageRow>,
    pub(super) periods: Vec<(i64, bool)>,
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.3} %"))
}

fn length(locale: Locale, ms: Option<i64>) -> String {
    ms.map_or_else(|| "—".to_owned(), |ms| span(locale, ms))
}

impl ServiceRow {
    fn of(view: &AvailabilityView, locale: Locale) -> Self {
        let (item, sum) = (&view.item.value, &view.sum);
        Self {
            id: item.id.to_string(),
            name: item.name.clone(),
            health: view.health.as_str(),
            percent: percent(sum.percent()),
            at_worst: percent(sum.percent_at_worst()),
            target: percent(view.target),
            keeps: view.keeps_target(),
            down: span(locale, sum.down_ms),
            unknown: span(locale, sum.unknown_ms),
            failures: sum.failures().count(),
        }
    }
}

fn period(visitor: &Visitor) -> (i64, Period, Vec<(i64, bool)>) {
    let days = days_of(visitor);
    let period = Period { from: visitor.now().plus_millis(-days * 86_400_000), to: visitor.now().plus_millis(1) };
    (days, period, PERIODS.into_iter().map(|period| (period, period == days)).collect())
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (days, period, periods) = period(visitor);
    let views = visitor.service().availabilities(&visitor.call, &Query::default(), period).await?;
    let page = AvailabilityPage {
        page: Shell::at(visitor, "/availability", &visitor.locale.t("availability-title")).await,
        rows: views.iter().map(|view| ServiceRow::of(view, visitor.locale)).collect(),
        periods,
        days,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /availability`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

async fn detail(visitor: &Visitor, text: &str) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
    let id = text.parse().map_err(|_| missing())?;
    let (_, period, periods) = period(visitor);
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let view = service.availability(call, id, period).await?;
    let agreed = service.agreements(call, id, period).await?;
    let may_agree = visitor.may(Action::LevelManage);
    let example = |it: &Example| {
        let pairs = [("name", &it.name), ("label", &it.label), ("filter", &it.filter)];
        let pairs = pairs.map(|(name, value)| format!("{name}={}", markup::url(value))).join("&");
        let rest = format!("target={}&minutes={}&calendar={}", it.target.as_str(), it.minutes, it.calendar);
        (it.label.clone(), format!("/levels/policies?{pairs}&{rest}#form-add"))
    };
    let mut outages = Vec::new();
    for outage in view.sum.outages.iter().rev() {
        let mut because = Vec::new();
        for node in &outage.because {
            because.push((service.name_node(call, *node).await.name, address(*node)));
        }
        outages.push(OutageRow {
            from: outage.from,
            length: span(locale, outage.to.since(outage.from)),
            counted: span(locale, outage.counted_ms),
            health: outage.health.as_str(),
            is_planned: outage.is_planned,
            because,
            incidents: outage.incidents.iter().cloned().collect(),
        });
    }
    let page = OutagesPage {
        page: Shell::at(visitor, "/availability", &view.item.value.name).await,
        row: ServiceRow::of(&view, locale),
        known_since: view.known_since,
        calendar: view.calendar.clone(),
        planned: span(locale, view.sum.planned_ms),
        restore: length(locale, view.sum.restore_ms()),
        between: length(locale, view.sum.between_ms()),
        agreements: agreed.agreed.iter().map(|one| agreement(locale, one, period)).collect(),
        examples: agreed.examples.iter().filter(|_| may_agree).map(example).collect(),
        holders: holders(visitor, NodeId::Declared(id)).await?,
        outages,
        periods,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /availability/{id}`.
pub(super) async fn outages(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = detail(&visitor, &id).await;
    visitor.answer(outcome)
}
