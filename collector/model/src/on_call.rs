//! Who is on call: rotas of people who take turns, and those who stand in for them.
//!
//! A rota has layers. Each layer names people and how long a turn of one lasts; the last layer that has somebody at a moment
//! counts, and whoever stands in counts before all of them. Handovers are at a time of the day where the rota is at home, so a
//! turn is an hour longer or shorter when clocks change.

pub mod escalation;
pub mod shift;

use jiff::civil::Date;
use muster_shared::Time;
use muster_shared::id::{OverrideId, RotaId, UserId};
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::record::record;
use crate::text::{Phrase, unseen};
use crate::weekday::Weekday;
use crate::zone::{DayTime, Zone, plus_days};

/// Longest name of anything here.
pub const MAX_NAME: usize = 80;
/// Most layers of a rota.
const MAX_LAYERS: usize = 8;
/// Most people of a layer.
const MAX_MEMBERS: usize = 50;

/// What the length of a turn is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Hours from the start, whatever clocks do.
    Hour,
    /// Days, from handover to handover.
    Day,
    /// Weeks, from handover to handover.
    Week,
}

impl Unit {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Hour, Self::Day, Self::Week];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}

/// When a layer counts at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From this time of the day.
    pub from: DayTime,
    /// To this one, on the next day when it is earlier.
    pub to: DayTime,
    /// On the days on which it begins; every day when there is none.
    #[serde(default)]
    pub days: Vec<Weekday>,
}

impl Hours {
    fn begins_on(&self, day: Date) -> bool {
        self.days.is_empty() || self.days.contains(&Weekday::of(day.weekday()))
    }

    /// Whether it counts at a moment. Asked of instants: an hour that is there twice is not counted twice.
    pub fn hold(&self, zone: &Zone, at: Time) -> bool {
        let today = zone.local(at).date();
        [plus_days(today, -1), today].into_iter().filter(|day| self.begins_on(*day)).any(|day| {
            let last = if self.from < self.to { day } else { plus_days(day, 1) };
            zone.on(day, self.from) <= at && at < zone.on(last, self.to)
        })
    }
}

/// People who take turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// What it is called, such as `primary`.
    pub name: String,
    /// Who, in the order of their turns.
    pub members: Vec<UserId>,
    /// How many units a turn lasts.
    pub every: u32,
    /// The unit.
    pub unit: Unit,
    /// The day of the first handover.
    pub starts_on: Date,
    /// When it is handed over.
    pub handover: DayTime,
    /// When it counts; always without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

/// Who is on call, in turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rota {
    /// Which one.
    pub id: RotaId,
    /// What it is called.
    pub name: String,
    /// The assignment group that it is for.
    pub group: Option<String>,
    /// Where it is at home.
    pub zone: Zone,
    /// Who takes turns: a later layer counts before an earlier one.
    pub layers: Vec<Layer>,
    /// When it was changed.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
}

record!(Rota, Rota, |rota| rota.id.to_string());

/// Somebody who stands in, whatever the layers say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Which one.
    pub id: OverrideId,
    /// Of which rota.
    pub rota: RotaId,
    /// Who.
    pub user: UserId,
    /// From when on.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

record!(Override, Override, |it| it.id.to_string());

/// Longest time that somebody stands in.
pub const MAX_OVERRIDE_MS: i64 = 92 * 86_400_000;

/// What is wrong with a name, if anything.
pub fn check_name(pointer: &str, name: &str) -> Option<Violation> {
    let length = name.trim().chars().count();
    let why = if (1..=MAX_NAME).contains(&length) {
        unseen(name).or_else(|| name.contains(['\n', '\r']).then(|| Phrase::new("one_line")))?
    } else {
        Phrase::new("characters").with("min", 1).with("max", MAX_NAME)
    };
    Some(Violation { pointer: pointer.to_owned(), why })
}

/// What forbids to keep a rota.
pub fn check(rota: &Rota) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_name("/name", &rota.name).into_iter().collect();
    wrong.extend(rota.group.as_deref().and_then(|group| check_name("/group", group)));
    let number = |pointer: String, min: usize, max: usize| Violation {
        pointer,
        why: Phrase::new("number_from_to").with("min", min).with("max", max),
    };
    if !(1..=MAX_LAYERS).contains(&rota.layers.len()) {
        wrong.push(number("/layers".into(), 1, MAX_LAYERS));
    }
    for (i, layer) in rota.layers.iter().enumerate() {
        wrong.extend(check_name(&format!("/layers/{i}/name"), &layer.name));
        if !(1..=MAX_MEMBERS).contains(&layer.members.len()) {
            wrong.push(number(format!("/layers/{i}/members"), 1, MAX_MEMBERS));
        }
        if !(1..=366).contains(&layer.every) {
            wrong.push(number(format!("/layers/{i}/every"), 1, 366));
        }
        if layer.hours.as_ref().is_some_and(|hours| hours.from == hours.to) {
            let why = Phrase::new("hours_empty");
            wrong.push(Violation { pointer: format!("/layers/{i}/hours"), why });
        }
    }
    wrong
}
