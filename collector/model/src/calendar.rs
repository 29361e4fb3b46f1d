//! Calendars: when somebody works, as data. A zone, the hours of each weekday (with a lunch between them), and days that are
//! otherwise; in versions, for a clock keeps to the one that it began with (rules R6 and S6).

pub mod opening;
pub mod shipped;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use muster_shared::Time;
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::record::record;
use crate::text::{Phrase, unseen};
pub use crate::weekday::Weekday;
pub use opening::{Closed, Opening, Part};

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 1_440;
/// Most intervals of one day.
const MOST_HOURS: usize = 8;
/// Most days that are otherwise.
const MOST_DAYS: usize = 1_000;
/// Longest label or reason.
const MAX_WORDS: usize = 200;
/// Longest name.
const MAX_NAME: usize = 40;

/// The zones that come with the program: a calendar means the same on every machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of an IANA name.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok().filter(|zone| zone.iana_name().is_some())
}

/// From one minute of a day to another one, which is no longer in it: `09:00-12:30`. The end of the day is `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First minute.
    pub from: u16,
    /// The minute after the last one.
    pub to: u16,
}

/// A text that is no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no hours such as 09:00-12:30")]
pub struct InvalidHours(String);

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= DAY_MINUTES).then_some(all)
}

impl FromStr for Hours {
    type Err = InvalidHours;

    fn from_str(text: &str) -> Result<Self, InvalidHours> {
        let pair = text.split_once(['-', '–']).and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match pair {
            Some((from, to)) if from < to => Ok(Self { from, to }),
            _ => Err(InvalidHours(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl Serialize for Hours {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A day that is otherwise: a holiday, or a day with hours of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which day, there: `2026-12-25`.
    pub date: String,
    /// What it is called.
    pub name: String,
    /// When somebody works all the same; empty is closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
}

/// What a calendar says: what people write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What it is called.
    pub label: String,
    /// The IANA zone of its hours: `Europe/Berlin`.
    pub zone: String,
    /// The hours of each weekday; a day that is left out is closed.
    #[serde(default)]
    pub hours: BTreeMap<Weekday, Vec<Hours>>,
    /// Days that are otherwise.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// A version of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Its name for machines; never changes.
    pub name: String,
    /// Counts up with every change, from 1.
    pub number: u32,
    /// What it says.
    #[serde(flatten)]
    pub plan: Plan,
    /// When this version began to hold.
    pub changed_at: Time,
    /// Who set it.
    pub changed_by: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

record!(Calendar, Calendar, |calendar| calendar.name.clone());

/// A calendar as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarVersion(pub Calendar);

record!(CalendarVersion, CalendarVersion, |version| version_key(&version.0.name, version.0.number));

/// The key of a version: those of one thing sort by number.
pub fn version_key(name: &str, number: u32) -> String {
    format!("{name}/{number:08x}")
}

/// What forbids a name for machines.
pub fn check_name(name: &str) -> Option<Phrase> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = (1..=MAX_NAME).contains(&name.len()) && is_plain && !name.starts_with('-');
    (!fits).then(|| Phrase::new("level_name").with("max", MAX_NAME))
}

/// What is wrong with one line of text.
pub(crate) fn check_words(pointer: &str, text: &str, min: usize) -> Option<Violation> {
    let length = text.trim().chars().count();
    let why = if !(min..=MAX_WORDS).contains(&length) {
        Phrase::new("characters").with("min", min).with("max", MAX_WORDS)
    } else if text.contains('\n') {
        Phrase::new("one_line")
    } else {
        unseen(text)?
    };
    Some(Violation { pointer: pointer.to_owned(), why })
}

fn check_hours(pointer: &str, hours: &[Hours], wrong: &mut Vec<Violation>) {
    let mut sorted: Vec<Hours> = hours.to_vec();
    sorted.sort_by_key(|hours| hours.from);
    let overlaps = sorted.windows(2).any(|pair| matches!(pair, [a, b] if a.to > b.from));
    let is_day = hours.iter().all(|hours| hours.from < hours.to && hours.to <= DAY_MINUTES);
    if overlaps || !is_day || hours.len() > MOST_HOURS {
        let why = Phrase::new("calendar_hours").with("max", MOST_HOURS);
        wrong.push(Violation { pointer: pointer.to_owned(), why });
    }
}

/// What is wrong with a calendar.
pub fn check(plan: &Plan) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_words("/label", &plan.label, 1).into_iter().collect();
    if zone(&plan.zone).is_none() {
        let shown: String = plan.zone.chars().take(60).collect();
        wrong.push(Violation { pointer: "/zone".into(), why: Phrase::new("calendar_zone").with("zone", shown) });
    }
    for (day, hours) in &plan.hours {
        check_hours(&format!("/hours/{}", day.as_str()), hours, &mut wrong);
    }
    if plan.hours.values().all(Vec::is_empty) {
        wrong.push(Violation { pointer: "/hours".into(), why: Phrase::new("calendar_closed") });
    }
    if plan.holidays.len() > MOST_DAYS {
        let why = Phrase::new("at_most_items").with("max", MOST_DAYS);
        wrong.push(Violation { pointer: "/holidays".into(), why });
    }
    let mut seen = std::collections::BTreeSet::new();
    for (n, day) in plan.holidays.iter().enumerate().take(MOST_DAYS) {
        let pointer = format!("/holidays/{n}");
        if day.date.parse::<Date>().is_err() || day.date.len() != 10 || !seen.insert(day.date.clone()) {
            let why = Phrase::new("calendar_date").with("date", day.date.chars().take(20).collect::<String>());
            wrong.push(Violation { pointer: format!("{pointer}/date"), why });
        }
        wrong.extend(check_words(&format!("{pointer}/name"), &day.name, 1));
        check_hours(&format!("{pointer}/hours"), &day.hours, &mut wrong);
    }
    wrong
}

#[cfg(test)]
pub(crate) mod tests;
