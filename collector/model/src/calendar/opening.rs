//! When a calendar is open: the moments at which the clock on the wall there shows an hour of its plan. So an hour that a zone
//! passes twice in autumn counts twice, and one that it leaps over in spring does not count.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use muster_shared::Time;

use super::{Calendar, DAY_MINUTES, Hours, Plan, Weekday, zone};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// As far as the next opening is looked for: two years. A calendar with none until then has no deadline.
const HORIZON_MS: i64 = 731 * DAY_MS;

/// Why a calendar is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Between two intervals of a day.
    Break,
    /// Before the first interval of a day, after the last one, or on a day without.
    Hours,
    /// A day that is otherwise, by its name.
    Holiday(String),
}

/// A stretch of time in which a calendar is open, or closed for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From then.
    pub from: Time,
    /// Until then.
    pub to: Time,
    /// `None` when it is open.
    pub closed: Option<Closed>,
}

/// A calendar that was made ready for questions.
#[derive(Clone, Debug)]
pub struct Opening {
    zone: TimeZone,
    week: [Vec<Hours>; 7],
    /// By days since 1970-01-01.
    days: BTreeMap<i64, (String, Vec<Hours>)>,
}

/// Days from 1970-01-01 to a date.
fn day_number(text: &str) -> Option<i64> {
    let day: Date = text.parse().ok()?;
    let hours = date(1970, 1, 1).until(day).ok()?.get_days();
    Some(i64::from(hours))
}

fn sorted(hours: &[Hours]) -> Vec<Hours> {
    let mut hours = hours.to_vec();
    hours.sort_by_key(|hours| hours.from);
    hours
}

impl Opening {
    /// A plan as it was checked; one with an unknown zone is read in UTC.
    pub fn of(plan: &Plan) -> Self {
        let day = |day: Weekday| plan.hours.get(&day).map(|hours| sorted(hours)).unwrap_or_default();
        let days = plan
            .holidays
            .iter()
            .filter_map(|day| Some((day_number(&day.date)?, (day.name.clone(), sorted(&day.hours)))));
        Self { zone: zone(&plan.zone).unwrap_or(TimeZone::UTC), week: Weekday::ALL.map(day), days: days.collect() }
    }

    /// Every hour of every day.
    pub fn always() -> Self {
        let whole = vec![Hours { from: 0, to: DAY_MINUTES }];
        Self { zone: TimeZone::UTC, week: Weekday::ALL.map(|_| whole.clone()), days: BTreeMap::new() }
    }

    /// The hours of a day, and its name if it is otherwise.
    fn hours(&self, day: i64) -> (&[Hours], Option<&str>) {
        if let Some((name, hours)) = self.days.get(&day) {
            return (hours, Some(name));
        }
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        (self.week.get(weekday).map(Vec::as_slice).unwrap_or_default(), None)
    }

    /// The parts of one day, by the clock on the wall: minutes from and to, and why it is closed.
    fn day_parts(&self, day: i64) -> Vec<(u16, u16, Option<Closed>)> {
        let (hours, name) = self.hours(day);
        let last = hours.last().map_or(0, |hours| hours.to);
        let mut parts = Vec::new();
        let mut at = 0;
        let why = |at: u16| match name {
            Some(name) => Closed::Holiday(name.to_owned()),
            None if at == 0 || at >= last => Closed::Hours,
            None => Closed::Break,
        };
        for hours in hours {
            if hours.from > at {
                parts.push((at, hours.from, Some(why(at))));
            }
            parts.push((hours.from, hours.to, None));
            at = hours.to;
        }
        if at < DAY_MINUTES {
            parts.push((at, DAY_MINUTES, Some(why(at))));
        }
        parts
    }

    /// The end of the stretch with the same offset from UTC, and that offset.
    fn stretch(&self, at: i64) -> (i64, i64) {
        let Ok(stamp) = Timestamp::from_millisecond(at) else { return (i64::MAX, 0) };
        let offset = i64::from(self.zone.to_offset(stamp).seconds()) * 1_000;
        let next = self.zone.following(stamp).next().map_or(i64::MAX, |next| next.timestamp().as_millisecond());
        (next, offset)
    }

    /// Walks over the parts from a moment on, until `take` has enough or `until` is reached.
    fn walk(&self, from: Time, until: Time, mut take: impl FnMut(Part) -> bool) {
        let mut at = from.millis();
        while at < until.millis() {
            let (end, offset) = self.stretch(at);
            let end = end.min(until.millis());
            while at < end {
                let day = (at + offset).div_euclid(DAY_MS);
                let midnight = day * DAY_MS - offset;
                for (first, last, closed) in self.day_parts(day) {
                    let from = (midnight + i64::from(first) * MINUTE_MS).max(at);
                    let to = (midnight + i64::from(last) * MINUTE_MS).min(end);
                    let part = Part { from: Time::from_millis(from), to: Time::from_millis(to), closed };
                    if from < to && take(part) {
                        return;
                    }
                }
                at = (midnight + DAY_MS).min(end);
            }
        }
    }

    /// The parts between two moments; those that follow on each other for the same reason are one.
    pub fn parts(&self, from: Time, to: Time) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        self.walk(from, to, |part| {
            match parts.last_mut() {
                Some(last) if last.to == part.from && last.closed == part.closed => last.to = part.to,
                _ => parts.push(part),
            }
            false
        });
        parts
    }

    /// Milliseconds in which it is open between two moments.
    pub fn elapsed(&self, from: Time, to: Time) -> i64 {
        let mut sum = 0;
        self.walk(from, to, |part| {
            sum += if part.closed.is_none() { part.to.since(part.from) } else { 0 };
            false
        });
        sum
    }

    /// The first moment at which it was open for so long since `from`; `from` itself for nothing.
    pub fn add(&self, from: Time, ms: i64) -> Option<Time> {
        if ms <= 0 {
            return Some(from);
        }
        let (mut left, mut found) = (ms, None);
        // As far as it takes when it is seldom open, and never for ever.
        let horizon = HORIZON_MS.saturating_add(ms.saturating_mul(200));
        self.walk(from, from.plus_millis(horizon), |part| {
            if part.closed.is_some() {
                return false;
            }
            let length = part.to.since(part.from);
            if length >= left {
                found = Some(part.from.plus_millis(left));
                return true;
            }
            left -= length;
            false
        });
        found
    }
}

impl Calendar {
    /// The calendar made ready for questions.
    pub fn opening(&self) -> Opening {
        Opening::of(&self.plan)
    }
}
