//! Maintenance windows: times in which alerts of items are expected, once or again and again in a time zone.
//!
//! A window of a host is one of its items too. It is never one of what the item depends on or is a part of: maintenance of a
//! child mutes no parent.

use jiff::civil::{Date, Time as Clock, Weekday as Day};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use muster_shared::Time;
use muster_shared::id::{MaintenanceId, NodeId};
use serde::{Deserialize, Serialize};

use super::silence::{Phase, check_reason};
use super::{Cause, Mute};
use crate::class::{Registry, Violation};
use crate::query::Query;
use crate::record::record;
use crate::text::{Phrase, Word, unseen};

/// Most items that a window names.
pub const MAX_ITEMS: usize = 200;
/// The longest that a window lasts, in minutes: two weeks once, a day and a half again and again.
const MAX_ONCE_MS: i64 = 366 * 86_400_000;
const MAX_MINUTES: u32 = 36 * 60;
const MINUTE_MS: i64 = 60_000;
/// Days before today whose window may still last.
const BACK_DAYS: i64 = 2;
/// Days in which a weekly window comes at least once.
const AHEAD_DAYS: i64 = 8;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days of the week need no explanation")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    const fn of(day: Day) -> Self {
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

/// When a window is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "repeats", rename_all = "snake_case", deny_unknown_fields)]
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

/// A maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Which.
    pub id: MaintenanceId,
    /// What it is called.
    pub name: String,
    /// Items and hosts that it is of.
    pub items: Vec<NodeId>,
    /// Hosts that it is of too, in the query language; empty is none.
    pub hosts: String,
    /// When it is.
    pub schedule: Schedule,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub created_at: Time,
}

record!(Maintenance, Maintenance, |window| window.id.to_string());

/// Whether what is said of an item is said of a node: of itself, and of what is on a host.
pub fn covers(item: NodeId, node: NodeId) -> bool {
    item == node || matches!(item, NodeId::Host(host) if node.host() == Some(host))
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
    fn check(&self) -> Option<Violation> {
        let wrong = |field: &str, why: Phrase| Some(Violation { pointer: format!("/schedule/{field}"), why });
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

impl Maintenance {
    /// What forbids to save it.
    pub fn check(&self, registry: &Registry) -> Vec<Violation> {
        let mut wrong: Vec<Violation> = check_reason(&self.reason).into_iter().chain(self.schedule.check()).collect();
        let length = self.name.trim().chars().count();
        let mut refuse = |pointer: &str, why: Phrase| wrong.push(Violation { pointer: pointer.to_owned(), why });
        if !(1..=100).contains(&length) {
            refuse("/name", Phrase::new("characters").with("min", 1).with("max", 100));
        } else if let Some(why) = unseen(&self.name) {
            refuse("/name", why);
        }
        if self.items.len() > MAX_ITEMS {
            refuse("/items", Phrase::new("at_most_items").with("max", MAX_ITEMS));
        }
        if self.items.is_empty() && self.hosts.trim().is_empty() {
            refuse("/items", Phrase::new("maintenance_of").with("fields", Word::list(["items", "hosts"])));
        }
        if let Err(why) = self.query(registry) {
            refuse("/hosts", why);
        }
        wrong
    }

    /// The hosts that it is of; `None` when it names items only.
    pub fn query(&self, registry: &Registry) -> Result<Option<Query>, Phrase> {
        if self.hosts.trim().is_empty() {
            return Ok(None);
        }
        let query = Query::parse(&self.hosts, &registry.host_fields()).map_err(|error| error.phrase())?;
        if query.is_empty() || !query.moment.is_now() {
            return Err(Phrase::new("maintenance_hosts"));
        }
        Ok(Some(query))
    }

    /// Whether it names an item, or the host of it.
    pub fn names(&self, node: NodeId) -> bool {
        self.items.iter().any(|item| covers(*item, node))
    }

    /// How it mutes what it is of, while it lasts.
    pub fn mute(&self, now: Time) -> Option<Mute> {
        self.schedule.active(now).map(|until| Mute {
            cause: Cause::Maintenance,
            by: self.id.to_string(),
            name: self.name.clone(),
            until: Some(until),
        })
    }
}
