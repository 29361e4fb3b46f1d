//! Time as an argument: UTC milliseconds, and the clock that gives them.
//!
//! The one place that asks the operating system for the time is [`SystemClock`]; everything else takes a [`Clock`] or a
//! [`Time`], so that tests move time by hand.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Text form is RFC 3339 with milliseconds in UTC.
///
/// No moment lies outside of what the text form can say ([`Time::FIRST`] to [`Time::LAST`]): whatever arithmetic comes to, what is
/// written can be read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The first moment that there is: in the year -9999.
    pub const FIRST: Self = Self(-377_705_023_201_000);
    /// The last one: at the end of the year 9999.
    pub const LAST: Self = Self(253_402_207_200_000);

    /// From milliseconds since the Unix epoch; what lies before the first moment or after the last one is that one.
    pub const fn from_millis(ms: i64) -> Self {
        if ms < Self::FIRST.0 {
            Self::FIRST
        } else if ms > Self::LAST.0 {
            Self::LAST
        } else {
            Self(ms)
        }
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This moment moved by `ms` milliseconds (negative goes back); saturates at the ends of time.
    #[must_use]
    pub const fn plus_millis(self, ms: i64) -> Self {
        Self::from_millis(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{at:.3}")
    }
}

/// A text that is no RFC 3339 time.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not an RFC 3339 time such as 2026-11-23T08:00:00Z")]
pub struct InvalidTime(String);

impl FromStr for Time {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let at: jiff::Timestamp = text.parse().map_err(|_| InvalidTime(text.to_owned()))?;
        Ok(Self::from_millis(at.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

/// Where "now" comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Time;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Time {
        // The library's own way may panic with any error that it has in words, which weighs more than all else of it.
        let ms = |since: std::time::Duration| i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Time::from_millis(since.map_or_else(|before| -ms(before.duration()), ms))
    }
}

/// A clock that stands still until it is moved: for tests and simulations.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    pub const fn at(at: Time) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves the clock forward.
    pub fn advance_millis(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_rfc3339_utc_with_milliseconds() {
        let at = Time::from_millis(1_700_000_000_123);
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.123Z");
        assert_eq!(at.to_string().parse::<Time>().unwrap(), at);
        assert_eq!("2023-11-14T23:13:20.123+01:00".parse::<Time>().unwrap(), at);
        assert!("yesterday".parse::<Time>().is_err());
    }

    #[test]
    fn whatever_arithmetic_comes_to_can_be_written_and_read_again() {
        let now = Time::from_millis(1_700_000_000_123);
        let all = [
            Time::FIRST,
            Time::LAST,
            Time::from_millis(i64::MIN),
            Time::from_millis(i64::MAX),
            now.plus_millis(i64::MIN),
            now.plus_millis(i64::MAX),
            now.plus_millis(400_000_000_000_000),
            ManualClock::at(Time::LAST).now().plus_millis(1),
        ];
        for at in all {
            let text = at.to_string();
            assert_eq!(text.parse::<Time>().unwrap(), at, "{text}");
            let json = serde_json::to_string(&at).unwrap();
            assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), at, "{json}");
        }
        assert_eq!((Time::from_millis(i64::MAX), Time::from_millis(i64::MIN)), (Time::LAST, Time::FIRST));
        assert_eq!(Time::LAST.to_string(), "9999-12-30T22:00:00.000Z");
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = ManualClock::at(Time::from_millis(5));
        clock.advance_millis(7);
        assert_eq!(clock.now(), Time::from_millis(12));
    }
}
