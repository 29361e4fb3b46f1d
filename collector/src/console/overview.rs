//! The first page: what needs me now? Every number opens its list; the range stands in the address.

use askama::Template;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_shared::Time;

use super::answer;
use super::chart::{self, Chart, Share};
use super::incident::list::TicketRow;
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::account::Person;
use crate::service::overview::Overview;

/// The ranges: name in the address, hours.
const RANGES: &[(&str, u32)] = &[("24h", 24), ("48h", 48), ("7d", 168)];

/// A range that can be chosen.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) is_here: bool,
}

/// A number that opens its list, and a second one below it that opens its own.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub(super) label: String,
    pub(super) number: usize,
    pub(super) href: &'static str,
    pub(super) note: String,
    pub(super) note_href: Option<&'static str>,
    pub(super) is_bad: bool,
    pub(super) spark: Option<String>,
}

#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct OverviewPage {
    pub(super) page: Shell,
    pub(super) ranges: Vec<Range>,
    pub(super) range_label: String,
    pub(super) tiles: Vec<Tile>,
    pub(super) chart: Chart,
    pub(super) first: Vec<TicketRow>,
    pub(super) ages: Vec<Share>,
    pub(super) owners: Vec<Share>,
    /// Says that agents wait for a decision.
    pub(super) waiting: Option<String>,
    pub(super) has_hosts: bool,
    pub(super) open_incidents: usize,
}

fn tiles(overview: &Overview, locale: Locale) -> Vec<Tile> {
    let calm = |label: &str, number: usize, href: &'static str, note: String| Tile {
        label: locale.t(label),
        number,
        href,
        note,
        note_href: None,
        is_bad: false,
        spark: None,
    };
    let silent = Tile {
        note_href: Some("/hosts?q=status:stale,missing,unknown"),
        is_bad: overview.silent_hosts > 0,
        ..calm("tile-hosts", overview.hosts, "/hosts", locale.n("tile-hosts-note", overview.silent_hosts))
    };
    let urgent = Tile {
        is_bad: overview.urgent_incidents > 0,
        ..calm(
            "tile-incidents",
            overview.open_incidents,
            "/incidents",
            locale.n("tile-incidents-note", overview.urgent_incidents),
        )
    };
    let drifted = locale.n("tile-drifted-note", overview.hosts);
    let spark = Tile {
        spark: Some(chart::spark(&overview.drift)),
        ..calm("tile-findings", overview.open_findings, "/findings?q=drift:true", locale.t("tile-findings-note"))
    };
    vec![urgent, spark, calm("tile-drifted", overview.drifted_hosts, "/hosts?drift=yes", drifted), silent]
}

/// Open incidents by age, as bars.
fn ages(ages: &[(Option<i64>, usize)], locale: Locale) -> Vec<Share> {
    let mut rows = Vec::new();
    let mut lower = 0;
    for (upper, count) in ages {
        let unit = |hours: i64| if hours >= 48 { format!("{} d", hours / 24) } else { format!("{hours} h") };
        let label = match upper {
            Some(upper) if lower == 0 => format!("< {}", unit(*upper)),
            Some(upper) => format!("{} – {}", unit(lower), unit(*upper)),
            None => format!("> {}", unit(lower)),
        };
        rows.push((label.replace(" h", &locale.t("unit-hour")).replace(" d", &locale.t("unit-day")), None, *count));
        lower = upper.unwrap_or(lower);
    }
    chart::shares(rows)
}

fn owners(owners: &[(Option<String>, usize)], locale: Locale) -> Vec<Share> {
    let mut rows: Vec<(String, Option<String>, usize)> = owners
        .iter()
        .map(|(owner, count)| {
            let query = format!("owner:\"{}\"", owner.as_deref().unwrap_or_default());
            let href = format!("/hosts?drift=yes&q={}", markup::url(&query));
            (owner.clone().unwrap_or_else(|| locale.t("nobody")), Some(href), *count)
        })
        .collect();
    rows.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    rows.truncate(8);
    chart::shares(rows)
}

pub(super) fn build(
    page: Shell,
    overview: &Overview,
    people: &[Person],
    (hours, now): (u32, Time),
    sees_all: bool,
) -> OverviewPage {
    let locale = page.locale;
    let range = |(name, these): &(&'static str, u32)| Range {
        name,
        label: locale.t(&format!("range-{name}")),
        is_here: *these == hours,
    };
    let ranges: Vec<Range> = RANGES.iter().map(range).collect();
    let here = ranges.iter().find(|range| range.is_here).map(|range| range.label.clone()).unwrap_or_default();
    OverviewPage {
        range_label: locale.with("range-note", &[("range", &here)]),
        ranges,
        tiles: tiles(overview, locale),
        chart: chart::drift(&overview.drift, locale),
        first: overview.first.iter().map(|ticket: &Ticket| TicketRow::of(ticket, people, locale, now)).collect(),
        ages: ages(&overview.ages, locale),
        owners: owners(&overview.owners, locale),
        waiting: Some(overview.waiting_agents).filter(|n| *n > 0).map(|n| locale.n("agents-waiting", n)),
        // To whoever sees a part only it is no news that nothing stands there.
        has_hosts: overview.hosts > 0 || !sees_all,
        open_incidents: overview.open_incidents,
        page,
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let wanted = visitor.parameter("range");
    let hours = RANGES.iter().find(|(name, _)| wanted.as_deref() == Some(name)).map_or(48, |(_, hours)| *hours);
    let overview = visitor.service().overview(&visitor.call, hours).await?;
    let people = visitor.service().list_people(&visitor.call).await?;
    let shell = Shell::at(visitor, "/", &visitor.locale.t("overview-title")).await;
    let page = build(shell, &overview, &people, (hours, visitor.now()), visitor.may_all(Action::ItemRead));
    Ok(answer::page(axum::http::StatusCode::OK, &page))
}

/// `GET /`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
