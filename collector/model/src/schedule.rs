//! Schedules: a time that comes once, or again and again by the clocks of a zone.

mod written;

use jiff::civil::{Date, Time as Clock};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use muster_shared::Time;
use serde::{Deserialize, Serialize};

use crate::alert::silence::Phase;
use crate::class::Violation;
use crate::text::Phrase;
pub use crate::weekday::Weekday;

/// The longest that a window lasts, in minutes: two weeks once, a day and a half again and again.
const MAX_ONCE_MS: i64 = 366 * 86_400_000;
const MAX_MINUTES: u32 = 36 * 60;
const MINUTE_MS: i64 = 60_000;
/// Days before today whose window may still last.
const BACK_DAYS: i64 = 2;
/// Days in which a weekly window comes at least once.
const AHEAD_DAYS: i64 = 8;
/// How far apart moments are whose surroundings leave nothing out, and how many are looked at: ten years.
const STEP_MS: i64 = (BACK_DAYS + AHEAD_DAYS - 1) * 86_400_000;
const MOST_STEPS: i64 = 400;

/// When a window is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "repeats", rename_all = "snake_case", try_from = "written::Written")]
pub enum Schedule {
    /// Once.
    Never {
        /// From when.
        starts_at: Time,
        /// Until when.
        ends_at: Time,
    },
    /// On these days of every week. Where the clocks go forward over the hour, it begins as much later.
    Weekly {
        /// The days on which it begins.
        days: Vec<Weekday>,
        /// When, by the clocks of the zone: `22:30`.
        at: String,
        /// How long it lasts.
        minutes: u32,
        /// The IANA time zone: `Europe/Berlin`.
        zone: String,
        /// After this it begins no more.
        until: Option<Time>,
    },
}

fn time(at: Timestamp) -> Time {
    Time::from_millis(at.as_millisecond())
}

fn timestamp(at: Time) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.millis()).ok()
}

/// `22:30`.
fn clock(text: &str) -> Option<Clock> {
    let (hour, minute) = text.split_once(':')?;
    let is_plain = hour.len() == 2 && minute.len() == 2;
    is_plain.then(|| Clock::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()).flatten()
}

impl Schedule {
    /// What in it cannot be; `pointer` is where it stands.
    pub fn check(&self, pointer: &str) -> Option<Violation> {
        let wrong = |field: &str, why: Phrase| Some(Violation { pointer: format!("{pointer}/{field}"), why });
        match self {
            Self::Never { starts_at, ends_at } => {
                let is_fit = (1..=MAX_ONCE_MS).contains(&ends_at.since(*starts_at));
                if is_fit { None } else { wrong("ends_at", Phrase::new("ends_after")) }
            }
            Self::Weekly { days, .. } if days.is_empty() => wrong("days", Phrase::new("is_needed")),
            Self::Weekly { at, .. } if clock(at).is_none() => wrong("at", Phrase::new("clock_form")),
            Self::Weekly { minutes, .. } if !(1..=MAX_MINUTES).contains(minutes) => {
                let why = Phrase::new("number_from_to").with("min", "1").with("max", MAX_MINUTES.to_string());
                wrong("minutes", why)
            }
            Self::Weekly { zone, .. } if TimeZone::get(zone).is_err() => {
                let zone: String = zone.chars().take(60).collect();
                wrong("zone", Phrase::new("no_zone").with("value", zone))
            }
            Self::Weekly { .. } => None,
        }
    }

    /// The times of the window around a moment: those that may last then, and the next ones.
    fn around(&self, moment: Time) -> Vec<(Time, Time)> {
        match self {
            Self::Never { starts_at, ends_at } => vec![(*starts_at, *ends_at)],
            Self::Weekly { days, at, minutes, zone, until } => {
                let (Some(at), Ok(zone), Some(now)) = (clock(at), TimeZone::get(zone), timestamp(moment)) else {
                    return Vec::new();
                };
                let today = zone.to_datetime(now).date();
                let span = |date: Date| {
                    // A time that the clocks pass over becomes as much later, one that comes twice is the first.
                    let starts = time(zone.to_timestamp(date.to_datetime(at)).ok()?);
                    let is_on = days.contains(&Weekday::of(date.weekday()));
                    let begins = is_on && until.is_none_or(|until| starts <= until);
                    begins.then(|| (starts, starts.plus_millis(i64::from(*minutes) * MINUTE_MS)))
                };
                let dates = (-BACK_DAYS..=AHEAD_DAYS).filter_map(|n| today.checked_add(Span::new().days(n)).ok());
                dates.filter_map(span).collect()
            }
        }
    }

    /// Until when it lasts, if it is now.
    pub fn active(&self, now: Time) -> Option<Time> {
        self.around(now)
            .into_iter()
            .filter(|(starts, ends)| (*starts..*ends).contains(&now))
            .map(|(_, ends)| ends)
            .max()
    }

    /// The next moment at which it begins or ends, after one.
    pub fn turns_after(&self, after: Time) -> Option<Time> {
        let turns = self.around(after).into_iter().flat_map(|(starts, ends)| [starts, ends]);
        turns.filter(|at| *at > after).min()
    }

    /// The last of its times that touches a span.
    pub fn last_touching(&self, from: Time, to: Time) -> Option<(Time, Time)> {
        let touches = |(starts, ends): &(Time, Time)| *starts <= to && *ends >= from;
        let mut moments = (0..MOST_STEPS)
            .map(|n| to.plus_millis(-n * STEP_MS))
            .take_while(|moment| moment.plus_millis(STEP_MS) >= from);
        moments.find_map(|moment| self.around(moment).into_iter().filter(touches).max())
    }

    /// The first of its times that touches a span.
    pub fn touching(&self, from: Time, to: Time) -> Option<(Time, Time)> {
        let touches = |(starts, ends): &(Time, Time)| *starts <= to && *ends >= from;
        // Every time is around one of these moments.
        let moments = (0..MOST_STEPS)
            .map(|n| from.plus_millis(n * STEP_MS))
            .take_while(|moment| moment.plus_millis(-STEP_MS) <= to);
        moments.flat_map(|moment| self.around(moment)).filter(touches).min()
    }

    /// The first of its times that overlaps a span: one that ends when the span begins does not.
    pub fn within(&self, (from, to): (Time, Time)) -> Option<(Time, Time)> {
        let mut next = self.touching(from, to)?;
        loop {
            if next.0 < to && from < next.1 {
                return Some(next);
            }
            next = self.touching(next.1.plus_millis(1), to).filter(|found| found.0 > next.0)?;
        }
    }

    /// All of its times that overlap a span, at most `most`.
    pub fn all_within(&self, (from, to): (Time, Time), most: usize) -> Vec<(Time, Time)> {
        let mut found: Vec<(Time, Time)> = Vec::new();
        let mut at = from;
        while found.len() < most {
            let Some(next) = self.within((at, to)).filter(|next| found.last().is_none_or(|last| next.0 > last.0))
            else {
                break;
            };
            found.push(next);
            at = next.1;
        }
        found
    }

    /// Where it stands.
    pub fn phase(&self, now: Time) -> Phase {
        if self.active(now).is_some() {
            Phase::Active
        } else if self.turns_after(now).is_some() {
            Phase::Pending
        } else {
            Phase::Expired
        }
    }

    /// When it begins next, after now.
    pub fn next(&self, now: Time) -> Option<Time> {
        self.around(now).into_iter().map(|(starts, _)| starts).filter(|starts| *starts > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_that_touches_a_span_is_the_last_of_all_that_do() {
        const HOUR: i64 = 3_600_000;
        let base = Time::from_millis(1_800_000_000_000);
        let at = |hours: i64| base.plus_millis(hours * HOUR);
        for days in [vec![Weekday::Sunday], vec![Weekday::Tuesday, Weekday::Friday]] {
            let when =
                Schedule::Weekly { days, at: "02:00".into(), minutes: 120, zone: "Europe/Berlin".into(), until: None };
            for (from, hours) in (0..400).step_by(7).flat_map(|from| [0, 3, 30, 170, 900].map(|hours| (from, hours))) {
                let span = (at(from), at(from + hours));
                let mut all = Vec::new();
                let mut next = when.touching(span.0, span.1);
                while let Some(found) = next {
                    all.push(found);
                    next = when.touching(found.1.plus_millis(1), span.1).filter(|next| next.0 > found.0);
                }
                assert_eq!(when.last_touching(span.0, span.1), all.last().copied(), "{from} {hours}");
            }
        }
        let over = Schedule::Never { starts_at: at(0), ends_at: at(1) };
        assert_eq!((over.last_touching(at(1), at(2)), over.last_touching(at(2), at(3))), (Some((at(0), at(1))), None));
    }
}
