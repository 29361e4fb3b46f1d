//! Zones and times of the day: what people mean by "at nine" where they live, on days that have no such time too.
//!
//! The rules of all zones are built in: nothing is read from the machine.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use muster_shared::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A zone by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// A name that is no zone's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no zone such as Europe/Berlin or UTC")]
pub struct InvalidZone(String);

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".into(), rules: TimeZone::UTC }
    }
}

impl FromStr for Zone {
    type Err = InvalidZone;

    fn from_str(name: &str) -> Result<Self, InvalidZone> {
        let wrong = || InvalidZone(name.chars().take(80).collect());
        if name == "UTC" {
            return Ok(Self::default());
        }
        let rules = TimeZone::get(name).map_err(|_| wrong())?;
        Ok(Self { name: rules.iana_name().ok_or_else(wrong)?.to_owned(), rules })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Zone {
    /// What the clocks there show.
    pub fn local(&self, at: Time) -> DateTime {
        self.rules.to_datetime(Timestamp::from_millisecond(at.millis()).unwrap_or_default())
    }

    /// When the clocks there show this: the first time of two, and what is left out when clocks go forward is as much later.
    pub fn instant(&self, local: DateTime) -> Time {
        let stamp = self.rules.to_ambiguous_timestamp(local).compatible();
        Time::from_millis(stamp.map(Timestamp::as_millisecond).unwrap_or_default())
    }

    /// When a day has this time.
    pub fn on(&self, day: Date, time: DayTime) -> Time {
        self.instant(day.at(time.hour(), time.minute(), 0, 0))
    }

    /// The next moment after `at` at which the clocks show this time.
    pub fn next(&self, at: Time, time: DayTime) -> Time {
        let today = self.local(at).date();
        let days = [today, plus_days(today, 1), plus_days(today, 2)];
        days.into_iter().map(|day| self.on(day, time)).find(|moment| *moment > at).unwrap_or(at)
    }
}

/// A day so many days later, or before.
pub fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days.clamp(-700_000, 700_000)))
}

/// A time of the day, to the minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayTime {
    minutes: u16,
}

/// A text that is no time of the day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no time of the day such as 09:00")]
pub struct InvalidDayTime(String);

impl DayTime {
    /// The hour.
    pub fn hour(self) -> i8 {
        i8::try_from(self.minutes / 60).unwrap_or_default()
    }

    /// The minute of the hour.
    pub fn minute(self) -> i8 {
        i8::try_from(self.minutes % 60).unwrap_or_default()
    }
}

impl FromStr for DayTime {
    type Err = InvalidDayTime;

    fn from_str(text: &str) -> Result<Self, InvalidDayTime> {
        let parse = || {
            let (hour, minute) = text.split_once(':')?;
            let digits = |part: &str| (part.len() == 2).then(|| part.parse::<u16>().ok()).flatten();
            let (hour, minute) = (digits(hour)?, digits(minute)?);
            (hour < 24 && minute < 60).then_some(Self { minutes: hour * 60 + minute })
        };
        parse().ok_or_else(|| InvalidDayTime(text.chars().take(20).collect()))
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(Zone);
as_text!(DayTime);

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn texts_are_checked_and_come_back() {
        for wrong in ["9:00", "24:00", "12:60", "1200", "", "aa:bb", "-1:00"] {
            assert!(wrong.parse::<DayTime>().is_err(), "{wrong}");
        }
        assert_eq!("09:05".parse::<DayTime>().unwrap().to_string(), "09:05");
        assert!("Mars/Olympus".parse::<Zone>().is_err() && "".parse::<Zone>().is_err());
        let zone: Zone = serde_json::from_str("\"Europe/Berlin\"").unwrap();
        assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Europe/Berlin\"");
    }

    #[test]
    fn days_on_which_clocks_change_have_every_time() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let half_past_two: DayTime = "02:30".parse().unwrap();
        // 02:30 does not exist on 2026-03-29: an hour later it is 03:30 there.
        assert_eq!(berlin.next(time("2026-03-28T23:00:00Z"), half_past_two), time("2026-03-29T01:30:00Z"));
        // On 2026-10-25 it is there twice: the first one counts.
        assert_eq!(berlin.next(time("2026-10-24T22:00:00Z"), half_past_two), time("2026-10-25T00:30:00Z"));
        assert_eq!(berlin.next(time("2026-10-25T00:30:00Z"), half_past_two), time("2026-10-26T01:30:00Z"));
    }
}
