//! When something will be full if it goes on as it did, and how sure that is. Simple on purpose, so that everybody can follow it.
//!
//! The method is that of Theil and Sen: of all pairs of days of the last 60 the growth per day, and of those the one in the middle. One
//! cleanup, one restored backup or one bad day moves it little, other than a line through squares. The quarter of the pairs that grow
//! slowest and the quarter that grow fastest give the latest and the earliest day. How sure it is follows from two things that are named: of
//! how many days there are points, and which part of the pairs grows at all.

use serde::{Deserialize, Serialize};

use super::{Point, Threshold};

/// Days that a trend looks back.
pub const WINDOW_DAYS: i64 = 60;
/// Points from which on something is said at all.
const FEWEST: usize = 7;
/// What lies further ahead than this is said to be never: three years.
const FARTHEST_DAYS: i64 = 1_095;

/// How sure a projection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Points of a week, or it goes up and down.
    Low,
    /// Points of two weeks, and three of four pairs of days grow.
    Medium,
    /// Points of four weeks, and nine of ten pairs of days grow.
    High,
}

impl Confidence {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Medium, Self::High];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    fn of(points: usize, growing_percent: usize) -> Self {
        match (points, growing_percent) {
            (28.., 90..) => Self::High,
            (14.., 75..) => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// Why there is no day on which something is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Use means nothing here, or was not told.
    NoUse,
    /// There are points of less than a week.
    TooFew,
    /// It does not grow.
    Steady,
    /// It grows so slowly that three years do not fill it.
    Far,
}

impl Silence {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::NoUse, Self::TooFew, Self::Steady, Self::Far];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoUse => "no_use",
            Self::TooFew => "too_few",
            Self::Steady => "steady",
            Self::Far => "far",
        }
    }
}

/// A day on which something is full, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// The day, counted from 1970.
    pub day: i64,
    /// If it grows as in the fastest quarter.
    pub earliest: i64,
    /// If it grows as in the slowest quarter; none when that does not fill it in three years.
    pub latest: Option<i64>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What a series comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Growth of what is used per day, in its unit; none without a week of points.
    pub per_day: Option<f64>,
    /// Points that it is made of.
    pub points: usize,
    /// The part of the pairs of days that grow, in percent.
    pub growing_percent: usize,
    /// When it is full, or why nobody says so.
    pub full: Result<Projection, Silence>,
}

/// Where a thing stands by its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As good as full.
    Critical,
    /// Near full, or full within the horizon.
    Warn,
    /// Enough is left.
    Fine,
    /// Use means nothing here, or was not told.
    Unknown,
}

impl Standing {
    /// All of them, the worst first.
    pub const ALL: &'static [Self] = &[Self::Critical, Self::Warn, Self::Fine, Self::Unknown];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warn => "warn",
            Self::Fine => "fine",
            Self::Unknown => "unknown",
        }
    }

    /// The one of a point with its trend. What is full soon is a warning only when that is more than a guess.
    pub fn of(point: Point, trend: &Trend, threshold: Threshold) -> Self {
        let Some(percent) = percent(point) else { return Self::Unknown };
        let soon = trend.full.is_ok_and(|full| {
            full.confidence > Confidence::Low && full.day - point.day <= i64::from(threshold.horizon_days)
        });
        if percent >= f64::from(threshold.critical_percent) {
            Self::Critical
        } else if percent >= f64::from(threshold.warn_percent) || soon {
            Self::Warn
        } else {
            Self::Fine
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "what is shown of bytes has fewer digits than that")]
const fn float(value: u64) -> f64 {
    value as f64
}

/// How full it is, in percent.
pub fn percent(point: Point) -> Option<f64> {
    let used = point.used.filter(|_| point.total > 0)?;
    Some(float(used) * 100.0 / float(point.total))
}

/// The value that a part of sorted ones lies below, in percent.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let place = sorted.len().saturating_sub(1) * percent / 100;
    sorted.get(place).copied().unwrap_or_default()
}

/// The day on which something is full at a growth per day; none when that lies too far ahead.
fn day_of_full(last: Point, used: u64, per_day: f64) -> Option<i64> {
    if per_day <= 0.0 {
        return None;
    }
    let days = (float(last.total.saturating_sub(used)) / per_day).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "it is at most three years")]
    let ahead = (days <= FARTHEST_DAYS as f64).then_some(days as i64)?;
    Some(last.day + ahead)
}

impl Trend {
    /// The trend of a series, of what lies in its window.
    pub fn of(points: &[Point]) -> Self {
        let nothing = |points, full| Self { per_day: None, points, growing_percent: 0, full: Err(full) };
        let Some(last) = points.last().copied() else { return nothing(0, Silence::TooFew) };
        let Some(used) = last.used else { return nothing(0, Silence::NoUse) };
        let seen: Vec<(i64, f64)> = points
            .iter()
            .filter(|point| point.day > last.day - WINDOW_DAYS)
            .filter_map(|point| Some((point.day, float(point.used?))))
            .collect();
        if seen.len() < FEWEST {
            return nothing(seen.len(), Silence::TooFew);
        }
        let mut slopes = Vec::with_capacity(seen.len() * (seen.len() - 1) / 2);
        for (i, (day, used)) in seen.iter().enumerate() {
            for (later, more) in seen.iter().skip(i + 1) {
                #[expect(clippy::cast_precision_loss, reason = "a number of days")]
                let days = (later - day) as f64;
                slopes.push((more - used) / days);
            }
        }
        slopes.sort_by(f64::total_cmp);
        let growing_percent = slopes.iter().filter(|slope| **slope > 0.0).count() * 100 / slopes.len().max(1);
        let per_day = quantile(&slopes, 50);
        let full = match day_of_full(last, used, per_day) {
            _ if per_day <= 0.0 => Err(Silence::Steady),
            None => Err(Silence::Far),
            Some(day) => Ok(Projection {
                day,
                earliest: day_of_full(last, used, quantile(&slopes, 75)).map_or(day, |earliest| earliest.min(day)),
                latest: day_of_full(last, used, quantile(&slopes, 25)).map(|latest| latest.max(day)),
                confidence: Confidence::of(seen.len(), growing_percent),
            }),
        };
        Self { per_day: Some(per_day), points: seen.len(), growing_percent, full }
    }
}
