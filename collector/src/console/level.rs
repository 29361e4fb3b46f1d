//! `/levels`: how often promises were kept, the clocks of all tickets, and what all pages about service levels share.

pub(super) mod calendar;
pub(super) mod panel;
pub(super) mod policy;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::calendar as model_calendar;
use muster_model::level::{Policy, shipped};
use muster_model::query::{Query, fields};

use self::panel::ClockRow;
use super::answer;
use super::list::{self, Pager};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::http::rest::clock::attainment_filter;
use crate::service::{Page, ServiceError};

const DAY_MS: i64 = 86_400_000;
/// Periods to choose from, in days; the second one is looked at first.
pub(super) const PERIODS: [i64; 4] = [7, 28, 90, 365];

/// A length of time in at most two units.
pub(super) fn span(locale: Locale, ms: i64) -> String {
    let minutes = usize::try_from(ms.unsigned_abs() / 60_000).unwrap_or(usize::MAX);
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let parts = [("span-days", days), ("span-hours", hours), ("span-minutes", rest)];
    let shown: Vec<String> = parts
        .into_iter()
        .skip_while(|(_, n)| *n == 0)
        .take(2)
        .filter(|(_, n)| *n > 0)
        .map(|(key, n)| locale.n(key, n))
        .collect();
    if shown.is_empty() { locale.n("span-minutes", 0) } else { shown.join(" ") }
}

/// What a policy is called: what is shipped has a name in each language, until somebody calls it otherwise.
pub(super) fn policy_label(locale: Locale, name: &str, label: &str) -> String {
    let is_shipped = shipped::policies().iter().any(|(known, terms)| *known == name && terms.label == label);
    if is_shipped { locale.name("level-policy", name) } else { label.to_owned() }
}

/// What a calendar is called.
pub(super) fn calendar_label(locale: Locale, name: &str, label: &str) -> String {
    let all = model_calendar::shipped::calendars();
    let is_shipped = all.iter().any(|(known, plan)| *known == name && plan.label == label);
    if is_shipped { locale.name("calendar-name", name) } else { label.to_owned() }
}

/// How often a promise was kept.
#[derive(Clone, Debug)]
pub(super) struct AttainmentRow {
    pub(super) policy: String,
    pub(super) label: String,
    pub(super) target: &'static str,
    pub(super) percent: Option<String>,
    /// A number and the list that makes it.
    pub(super) met: (u64, String),
    pub(super) breached: (u64, String),
    pub(super) open: (u64, String),
    pub(super) cancelled: (u64, String),
}

#[derive(Template)]
#[template(path = "levels.html")]
pub(super) struct LevelsPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<AttainmentRow>,
    /// Days, and whether they are looked at.
    pub(super) periods: Vec<(i64, bool)>,
}

/// The page of the list of clocks that a query gives.
fn clocks_at(query: &str) -> String {
    format!("/levels/clocks?q={}", markup::url(query))
}

/// The length of the period that the address asks for, in days.
pub(super) fn days_of(visitor: &Visitor) -> i64 {
    let wanted = visitor.parameter("days").and_then(|days| days.parse().ok());
    PERIODS.into_iter().find(|days| Some(*days) == wanted).unwrap_or(28)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let days = days_of(visitor);
    let to = visitor.now();
    let from = to.plus_millis(-days * DAY_MS);
    // What ends in this very millisecond is in it.
    let to = to.plus_millis(1);
    let rows = visitor.service().level_attainment(&visitor.call, from, to).await?;
    let rows = rows.into_iter().map(|(row, label)| {
        let behind = |more: &str| clocks_at(&format!("{}{more}", attainment_filter(&row.policy, from, to)));
        AttainmentRow {
            label: policy_label(locale, &row.policy, &label),
            target: row.target.as_str(),
            percent: row.ratio().map(|ratio| format!("{:.1} %", ratio * 100.0)),
            met: (row.met, behind(" outcome:met")),
            breached: (row.breached, behind(" outcome:breached")),
            open: (row.breached_open, behind(" outcome:breached open:true")),
            cancelled: (row.cancelled, behind(" outcome:cancelled")),
            policy: row.policy,
        }
    });
    let page = LevelsPage {
        page: Shell::at(visitor, "/levels", &locale.t("levels-title")).await,
        rows: rows.collect(),
        periods: PERIODS.into_iter().map(|period| (period, period == days)).collect(),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /levels`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

#[derive(Template)]
#[template(path = "level_clocks.html")]
pub(super) struct ClocksPage {
    pub(super) page: Shell,
    pub(super) q: String,
    pub(super) error: Option<String>,
    pub(super) fields: String,
    pub(super) clocks: Vec<ClockRow>,
    pub(super) pager: Pager,
}

async fn clocks(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let (service, call) = (visitor.service(), &visitor.call);
    // Who comes without a question sees what goes on.
    let asked = visitor.parameter("q");
    let q = asked.unwrap_or_else(|| if visitor.query.contains("q=") { String::new() } else { "open:true".to_owned() });
    let parsed = Query::parse(&q, &fields::SERVICE_LEVEL).map_err(ServiceError::from);
    let found = match parsed {
        Ok(query) => service.list_levels(call, &query, &list::window(visitor)).await,
        Err(error) => Err(error),
    };
    let (found, error) = match found {
        Ok(found) => (found, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, locale)?)),
    };
    let policies: Vec<Policy> =
        service.list_level_policies(call).await?.into_iter().map(|policy| policy.value).collect();
    let label = |name: &str| {
        let known = policies.iter().find(|policy| policy.name == name);
        policy_label(locale, name, known.map_or(name, |policy| &policy.terms.label))
    };
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ClocksPage {
        page: Shell::at(visitor, "/levels", &locale.t("level-clocks-title")).await,
        fields: fields::SERVICE_LEVEL.names().collect::<Vec<_>>().join(", "),
        clocks: found
            .items
            .iter()
            .map(|stored| ClockRow::of(&stored.value, label(&stored.value.policy), locale))
            .collect(),
        pager: Pager::new(visitor, "/levels/clocks", found.next_cursor),
        q,
        error,
    };
    Ok(answer::page(code, &page))
}

/// `GET /levels/clocks`.
pub(super) async fn show_clocks(visitor: Visitor) -> Response {
    let outcome = clocks(&visitor).await;
    visitor.answer(outcome)
}
