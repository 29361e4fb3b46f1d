//! How risky a change is: a score of inputs that are kept with it, so that everybody sees what it is made of.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use crate::calendar::Opening;
use crate::host::Criticality;
use crate::text::{Phrase, Word};

/// A score, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// 0 to 100.
    pub score: u8,
    /// Which approvals it asks for.
    pub band: Band,
    /// What it is made of.
    pub inputs: Vec<Input>,
}

/// Which approvals a change asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 30.
    #[default]
    Low,
    /// Below 60.
    Moderate,
    /// The rest.
    High,
}

impl Band {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Moderate, Self::High];

    /// Whether it asks for the fewest votes.
    pub fn is_low(&self) -> bool {
        *self == Self::Low
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Which.
    pub name: InputName,
    /// What was found.
    pub value: String,
    /// What it counts.
    pub points: u8,
    /// What it can count at most.
    pub most: u8,
    /// Why, where the value alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Phrase>,
}

/// The parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputName {
    /// The most critical item.
    Criticality,
    /// Services that depend on its items.
    Services,
    /// Redundancy that is used up meanwhile.
    Redundancy,
    /// Whether it falls into working hours.
    WorkingHours,
    /// Whether the way back was tried.
    Backout,
    /// How often changes of this group failed in the last 90 days.
    FailureRate,
}

impl Risk {
    /// With the approvals that people ask for at least, whatever the score is.
    #[must_use]
    pub fn at_least(self, band: Band) -> Self {
        Self { band: self.band.max(band), ..self }
    }
}

impl InputName {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Criticality, Self::Services, Self::Redundancy, Self::WorkingHours, Self::Backout, Self::FailureRate];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Criticality => "criticality",
            Self::Services => "services",
            Self::Redundancy => "redundancy",
            Self::WorkingHours => "working_hours",
            Self::Backout => "backout",
            Self::FailureRate => "failure_rate",
        }
    }

    /// What it can count at most; together 100.
    pub const fn most(self) -> u8 {
        match self {
            Self::Criticality => 25,
            Self::Services => 20,
            Self::Redundancy | Self::Backout | Self::FailureRate => 15,
            Self::WorkingHours => 10,
        }
    }
}

/// Hours in which people work with what a change touches.
#[derive(Clone, Debug)]
pub struct Hours {
    /// The service that names them; none where no service does, and the hours of the office count.
    pub service: Option<String>,
    /// The calendar.
    pub calendar: String,
    /// Its zone.
    pub zone: String,
    /// When it is open.
    pub opening: Opening,
}

/// Whether a change begins in working hours, and why that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Working {
    /// Whether it does.
    pub is_within: bool,
    /// The start, the calendar and its zone, and whose it is.
    pub because: Phrase,
}

/// Whether one of some starts lies in the hours of something: of the first hours that one lies in, else of all of them.
pub fn working(starts: &[Time], hours: &[Hours]) -> Working {
    let is_open = |opening: &Opening, at: Time| opening.elapsed(at, at.plus_millis(1)) > 0;
    let of = |key, own: &Hours| {
        let said = Phrase::new(key).with("calendar", own.calendar.as_str()).with("zone", own.zone.as_str());
        match &own.service {
            Some(service) => said.with("service", service.as_str()),
            None => said,
        }
    };
    for own in hours {
        if let Some(start) = starts.iter().find(|start| is_open(&own.opening, **start)) {
            let key = if own.service.is_some() { "risk_hours_of" } else { "risk_hours_office" };
            return Working { is_within: true, because: of(key, own).with("start", minute(*start)) };
        }
    }
    let because = match hours {
        _ if starts.is_empty() => Phrase::new("risk_hours_no_start"),
        [own] if own.service.is_none() => of("risk_hours_not_office", own),
        all => {
            let named =
                |own: &Hours| format!("{} {} ({})", own.service.as_deref().unwrap_or(""), own.calendar, own.zone);
            Phrase::new("risk_hours_not_of").with("hours", Word::list(all.iter().map(named)))
        }
    };
    Working { is_within: false, because }
}

/// A moment to the minute, for people.
fn minute(at: Time) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// What the score is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The most critical item.
    pub criticality: Criticality,
    /// Services that depend on its items.
    pub services: usize,
    /// How many of them have no spare while the items are away.
    pub without_spare: usize,
    /// Whether it begins in working hours: of one that recurs, whether one of its times does.
    pub working: Working,
    /// Whether the way back was tried.
    pub is_backout_tested: bool,
    /// Changes of its group that were finished in the last 90 days, and how many of them failed.
    pub finished: usize,
    /// Those that failed or were backed out.
    pub failed: usize,
}

/// The score of what is known.
pub fn assess(known: &Known) -> Risk {
    let points = |name: InputName| -> (String, u8) {
        match name {
            InputName::Criticality => {
                let points = match known.criticality {
                    Criticality::Critical => 25,
                    Criticality::High => 18,
                    Criticality::Normal => 8,
                    Criticality::Low => 0,
                };
                (known.criticality.as_str().to_owned(), points)
            }
            InputName::Services => (known.services.to_string(), capped(known.services, 5, 20)),
            InputName::Redundancy => (known.without_spare.to_string(), capped(known.without_spare, 8, 15)),
            InputName::WorkingHours => {
                let is_within = known.working.is_within;
                (is_within.to_string(), if is_within { 10 } else { 0 })
            }
            InputName::Backout => (known.is_backout_tested.to_string(), if known.is_backout_tested { 0 } else { 15 }),
            InputName::FailureRate => {
                let percent = (known.failed * 100).checked_div(known.finished).unwrap_or(0);
                (format!("{percent} %"), capped(percent, 1, 50).saturating_mul(3) / 10)
            }
        }
    };
    let inputs: Vec<Input> = InputName::ALL
        .iter()
        .map(|name| {
            let (value, points) = points(*name);
            let because = (*name == InputName::WorkingHours).then(|| known.working.because.clone());
            Input { name: *name, value, points, most: name.most(), because }
        })
        .collect();
    let score = inputs.iter().map(|input| input.points).fold(0, u8::saturating_add);
    Risk { score, band: band(score), inputs }
}

fn capped(count: usize, each: usize, most: u8) -> u8 {
    u8::try_from(count.saturating_mul(each)).unwrap_or(most).min(most)
}

/// The band of a score.
pub const fn band(score: u8) -> Band {
    match score {
        0..30 => Band::Low,
        30..60 => Band::Moderate,
        _ => Band::High,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Plan, shipped};

    fn hours(service: Option<&str>, zone: &str) -> Hours {
        let plan = Plan { zone: zone.into(), ..shipped::calendars().remove(1).1 };
        Hours {
            service: service.map(str::to_owned),
            calendar: shipped::OFFICE.into(),
            zone: zone.into(),
            opening: Opening::of(&plan),
        }
    }

    fn office() -> Hours {
        hours(None, "UTC")
    }

    fn calm() -> Known {
        Known {
            criticality: Criticality::Low,
            services: 0,
            without_spare: 0,
            // Sunday, 1970-01-04.
            working: working(&[Time::from_millis(3 * 86_400_000)], &[office()]),
            is_backout_tested: true,
            finished: 0,
            failed: 0,
        }
    }

    #[test]
    fn a_score_is_the_sum_of_its_inputs_and_never_more_than_a_hundred() {
        assert_eq!((assess(&calm()).score, assess(&calm()).band), (0, Band::Low));
        let worst = Known {
            criticality: Criticality::Critical,
            services: 99,
            without_spare: 99,
            working: working(&[Time::from_millis(4 * 86_400_000 + 9 * 3_600_000)], &[office()]),
            is_backout_tested: false,
            finished: 10,
            failed: 10,
        };
        let risk = assess(&worst);
        assert_eq!((risk.score, risk.band), (100, Band::High));
        assert!(risk.inputs.iter().all(|input| input.points == input.most));
        let some = Known { criticality: Criticality::High, is_backout_tested: false, ..calm() };
        assert_eq!((assess(&some).score, assess(&some).band), (33, Band::Moderate));
        let rate = Known { finished: 4, failed: 1, ..calm() };
        assert_eq!(assess(&rate).score, 7, "a quarter failed: half of fifteen");
    }

    #[test]
    fn bands_end_where_the_rules_say() {
        for (score, expected) in
            [(0, Band::Low), (29, Band::Low), (30, Band::Moderate), (59, Band::Moderate), (60, Band::High)]
        {
            assert_eq!(band(score), expected);
        }
    }

    #[test]
    fn working_hours_are_those_of_the_service_in_its_zone() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        // A Monday, half past nine in Tokyo: half past midnight in UTC.
        let start = [at("2026-11-30T00:30:00Z")];
        let tokyo = working(&start, &[hours(Some("shop"), "Asia/Tokyo")]);
        assert!(tokyo.is_within);
        assert_eq!(
            tokyo.because.to_string(),
            "2026-11-30 00:30 UTC lies in the hours of shop: business-hours, Asia/Tokyo"
        );
        let utc = working(&start, &[hours(Some("mail"), "UTC")]);
        assert!(!utc.is_within);
        assert_eq!(utc.because.to_string(), "no start lies in the hours of what it touches: mail business-hours (UTC)");
        assert!(working(&start, &[hours(Some("mail"), "UTC"), hours(Some("shop"), "Asia/Tokyo")]).is_within);
        assert!(!working(&[at("2026-11-29T12:00:00Z")], &[office()]).is_within, "a Sunday");
        assert!(!working(&[], &[office()]).is_within);
    }
}
