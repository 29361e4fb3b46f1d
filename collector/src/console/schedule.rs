//! `/changes/calendar`: what is planned and was made, as a month, a week or a list of days; and `/blackouts`.

pub(super) mod blackout;

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use muster_model::query;
use muster_shared::Time;

use super::answer;
use super::locale::Locale;
use super::shell::Shell;
use super::ticket::template;
use super::visitor::Visitor;
use crate::app::Shared;
use crate::service::ServiceError;
use crate::service::change_calendar::{Planned, What};

const DAY_MS: i64 = 86_400_000;
/// Days of the list.
const AGENDA_DAYS: i64 = 30;

/// The pages.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/changes/calendar", get(show))
        .route("/changes/templates", get(template::list).post(template::add))
        .route("/changes/templates/{id}", get(template::show).post(template::save))
        .route("/changes/templates/{id}/{event}", post(template::act))
        .route("/blackouts", get(blackout::show).post(blackout::add))
        .route("/blackouts/{id}", post(blackout::save))
        .route("/blackouts/{id}/remove", post(blackout::remove))
}

/// The pages beside each other.
pub(super) fn tabs(locale: Locale, here: &str) -> Vec<(String, String, bool)> {
    [
        ("/changes/calendar", "calendar-changes"),
        ("/blackouts", "blackouts-title"),
        ("/changes/templates", "templates-title"),
        ("/maintenance-windows", "maintenance-title"),
    ]
    .map(|(path, key)| (path.to_owned(), locale.t(key), path == here))
    .into()
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Month,
    Week,
    Agenda,
}

impl View {
    const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Agenda];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
            Self::Agenda => "agenda",
        }
    }

    fn of(text: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.as_str() == text).unwrap_or(Self::Month)
    }
}

/// An entry on a day.
#[derive(Clone, Debug)]
struct Entry {
    href: String,
    class: &'static str,
    /// What it is, for those who do not see its colour.
    what: String,
    title: String,
    /// From when to when on this day, UTC.
    hours: String,
    /// Where a change stands, and what is against it.
    note: String,
}

/// A day.
#[derive(Clone, Debug)]
struct Day {
    /// `2026-11-29`.
    date: String,
    label: String,
    /// Whether it is of the month that is shown.
    is_in: bool,
    is_today: bool,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "change_calendar.html")]
struct CalendarPage {
    page: Shell,
    tabs: Vec<(String, String, bool)>,
    views: Vec<(String, String, bool)>,
    /// What is shown: `2026-11`, or from which day to which.
    span: String,
    before: String,
    after: String,
    today: String,
    is_list: bool,
    weekdays: Vec<String>,
    weeks: Vec<Vec<Day>>,
}

fn date(day: i64) -> String {
    Time::from_millis(day * DAY_MS).to_string().chars().take(10).collect()
}

/// Days since Monday of the same week; the first day of time was a Thursday.
const fn since_monday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// The first day of a day's month.
fn month_of(day: i64) -> i64 {
    let of_month: i64 = date(day).get(8..10).and_then(|text| text.parse().ok()).unwrap_or(1);
    day - (of_month - 1)
}

/// The first day after a day's month.
fn month_after(day: i64) -> i64 {
    // Every month has more than 27 and fewer than 32 days.
    month_of(month_of(day) + 31)
}

/// The days that a view shows around one: the first, and the first one after.
fn span(view: View, day: i64) -> (i64, i64) {
    match view {
        View::Month => {
            let (first, after) = (month_of(day), month_after(day));
            let end = after + (7 - since_monday(after)) % 7;
            (first - since_monday(first), end)
        }
        View::Week => (day - since_monday(day), day - since_monday(day) + 7),
        View::Agenda => (day, day + AGENDA_DAYS),
    }
}

fn hours(entry: &Planned, day: i64, locale: Locale) -> String {
    let (start, end) = (Time::from_millis(day * DAY_MS), Time::from_millis((day + 1) * DAY_MS));
    if entry.from <= start && end <= entry.to {
        return locale.t("calendar-all-day");
    }
    let clock = |at: Time| at.to_string().chars().skip(11).take(5).collect::<String>();
    let from = if entry.from <= start { "00:00".to_owned() } else { clock(entry.from) };
    let to = if end <= entry.to { "24:00".to_owned() } else { clock(entry.to) };
    format!("{from}–{to}")
}

fn entry(entry: &Planned, day: i64, locale: Locale) -> Entry {
    let mut notes: Vec<String> = entry.state.map(|state| locale.name("state", state.as_str())).into_iter().collect();
    if entry.is_blocked {
        notes.push(locale.t("calendar-blocked"));
    } else if entry.conflicts > 0 {
        notes.push(locale.n("calendar-conflicts", entry.conflicts));
    }
    let (href, class) = match entry.what {
        What::Change if entry.is_blocked => (format!("/tickets/{}", entry.id), "entry change bad"),
        What::Change => (format!("/tickets/{}", entry.id), "entry change"),
        What::Blackout => ("/blackouts".to_owned(), "entry blackout"),
        What::Maintenance => (format!("/maintenance-windows/{}", entry.id), "entry maintenance"),
    };
    let title = locale.say(&entry.title);
    let title = if entry.what == What::Change { format!("{} {title}", entry.id) } else { title };
    Entry {
        href,
        class,
        what: locale.name("calendar-what", entry.what.as_str()),
        title,
        hours: hours(entry, day, locale),
        note: notes.join(" · "),
    }
}

fn days(all: &[Planned], (first, after): (i64, i64), month: Option<i64>, now: Time, locale: Locale) -> Vec<Day> {
    let mut by_day: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
    for planned in all {
        let from = planned.from.millis().div_euclid(DAY_MS).max(first);
        let to = (planned.to.millis() - 1).div_euclid(DAY_MS).min(after - 1);
        for day in from..=to {
            by_day.entry(day).or_default().push(entry(planned, day, locale));
        }
    }
    let today = now.millis().div_euclid(DAY_MS);
    let day = |day: i64| Day {
        date: date(day),
        label: date(day).chars().skip(8).collect(),
        is_in: month.is_none_or(|month| month_of(day) == month),
        is_today: day == today,
        entries: by_day.remove(&day).unwrap_or_default(),
    };
    (first..after).map(day).collect()
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (locale, now) = (visitor.locale, visitor.now());
    let view = View::of(&visitor.parameter("view").unwrap_or_default());
    let asked = visitor.parameter("from").and_then(|text| query::moment(&text)).unwrap_or(now);
    let day = asked.millis().div_euclid(DAY_MS);
    let (first, after) = span(view, day);
    let at = |day: i64| Time::from_millis(day * DAY_MS);
    let all = visitor.service().change_calendar(&visitor.call, at(first), at(after)).await?;
    let month = (view == View::Month).then(|| month_of(day));
    let shown = days(&all, (first, after), month, now, locale);
    let link = |view: View, day: i64| format!("/changes/calendar?view={}&from={}", view.as_str(), date(day));
    let (before, next) = match view {
        View::Month => (month_of(month_of(day) - 1), month_after(day)),
        View::Week | View::Agenda => (first - (after - first), after),
    };
    let names = muster_model::schedule::Weekday::ALL;
    let page = CalendarPage {
        page: Shell::at(visitor, "/tickets", &locale.t("calendar-changes")).await,
        tabs: tabs(locale, "/changes/calendar"),
        views: View::ALL.map(|it| (link(it, day), locale.name("calendar-view", it.as_str()), it == view)).into(),
        span: month.map_or_else(
            || format!("{} – {}", date(first), date(after - 1)),
            |month| date(month).chars().take(7).collect(),
        ),
        before: link(view, before),
        after: link(view, next),
        today: format!("/changes/calendar?view={}", view.as_str()),
        is_list: view == View::Agenda,
        weekdays: names.iter().map(|day| locale.name("weekday", day.as_str())).collect(),
        weeks: if view == View::Agenda {
            vec![shown.into_iter().filter(|day| !day.entries.is_empty()).collect()]
        } else {
            shown.chunks(7).map(<[Day]>::to_vec).collect()
        },
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /changes/calendar`.
async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        query::moment(text).unwrap().millis().div_euclid(DAY_MS)
    }

    #[test]
    fn months_and_weeks_begin_on_their_first_day() {
        for (asked, first, after) in [
            ("2026-11-29", "2026-10-26", "2026-12-07"),
            ("2027-02-01", "2027-02-01", "2027-03-01"),
            ("2024-02-29", "2024-01-29", "2024-03-04"),
            ("2026-12-31", "2026-11-30", "2027-01-04"),
        ] {
            assert_eq!(span(View::Month, day(asked)), (day(first), day(after)), "{asked}");
        }
        assert_eq!(span(View::Week, day("2026-11-29")), (day("2026-11-23"), day("2026-11-30")));
        assert_eq!(span(View::Week, day("2026-11-23")), (day("2026-11-23"), day("2026-11-30")));
        assert_eq!(month_after(day("2026-12-15")), day("2027-01-01"));
    }

    #[test]
    fn what_lasts_over_midnight_stands_on_each_of_its_days() {
        let at = |text: &str| query::moment(text).unwrap();
        let planned = Planned {
            from: at("2026-11-27T22:00:00Z"),
            to: at("2026-11-29T02:00:00Z"),
            what: What::Blackout,
            id: "blk".into(),
            title: "year end".into(),
            state: None,
            conflicts: 0,
            is_blocked: false,
        };
        let (first, after) = (day("2026-11-26"), day("2026-11-30"));
        let shown = days(&[planned], (first, after), None, at("2026-11-28"), Locale::English);
        let hours: Vec<&str> = shown.iter().filter_map(|day| day.entries.first().map(|e| e.hours.as_str())).collect();
        assert_eq!((hours, shown[2].is_today), (vec!["22:00–24:00", "all day", "00:00–02:00"], true));
    }
}
