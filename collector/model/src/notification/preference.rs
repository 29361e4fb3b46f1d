//! How a person wishes to be told: where, how often, and when not.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::{ChannelId, UserId};
use serde::{Deserialize, Serialize};

use super::Topic;
use super::channel::is_address;
use crate::class::Violation;
use crate::on_call::check_name;
use crate::record::record;
use crate::text::Phrase;
use crate::zone::{DayTime, Zone, plus_days};

const MINUTE_MS: i64 = 60_000;
/// Most groups that a person follows.
const MAX_GROUPS: usize = 50;

/// Where a person is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Nowhere.
    #[default]
    Nowhere,
    /// By e-mail.
    Email(String),
    /// By a channel of their own, such as a webhook of a chat.
    Channel(ChannelId),
}

/// How often a person is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Of each thing when it happens.
    #[default]
    AtOnce,
    /// Of all that happened, every so many minutes.
    Every {
        /// How many.
        minutes: u32,
    },
    /// Of all that happened, once a day.
    Daily {
        /// At this time.
        at: DayTime,
    },
}

/// When a person is not to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// From this time of the day.
    pub from: DayTime,
    /// To this one, on the next day when it is earlier.
    pub to: DayTime,
}

/// What a person wishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// Who.
    pub user: UserId,
    /// Where.
    pub way: Way,
    /// How often.
    pub rhythm: Rhythm,
    /// When not; what is urgent comes all the same.
    pub quiet: Option<Quiet>,
    /// Where the person is.
    pub zone: Zone,
    /// Whether they are told of their own tickets: those that they asked for, work on, watch, or that are their groups'.
    pub own_tickets: bool,
    /// The groups whose tickets they follow.
    pub groups: BTreeSet<String>,
    /// Of what they are not told, urgent or not.
    pub muted: BTreeSet<Topic>,
}

record!(Preference, Preference, |preference| preference.user.to_string());

impl Preference {
    /// What holds for somebody who said nothing.
    pub fn unsaid(user: UserId) -> Self {
        Self {
            user,
            way: Way::Nowhere,
            rhythm: Rhythm::AtOnce,
            quiet: None,
            zone: Zone::default(),
            own_tickets: true,
            groups: BTreeSet::new(),
            muted: BTreeSet::new(),
        }
    }

    /// When quiet hours end in which a moment lies.
    fn quiet_until(&self, at: Time) -> Option<Time> {
        let quiet = self.quiet?;
        let today = self.zone.local(at).date();
        [plus_days(today, -1), today].into_iter().find_map(|day| {
            let last = if quiet.from < quiet.to { day } else { plus_days(day, 1) };
            let end = self.zone.on(last, quiet.to);
            (self.zone.on(day, quiet.from) <= at && at < end).then_some(end)
        })
    }

    /// When to tell what happened now. What is urgent is told now.
    pub fn due(&self, now: Time, is_urgent: bool) -> Time {
        if is_urgent {
            return now;
        }
        let due = match self.rhythm {
            Rhythm::AtOnce => now,
            Rhythm::Every { minutes } => {
                let length = i64::from(minutes.max(1)) * MINUTE_MS;
                now.plus_millis(length - now.millis().rem_euclid(length))
            }
            Rhythm::Daily { at } => self.zone.next(now, at),
        };
        self.quiet_until(due).unwrap_or(due)
    }
}

/// What forbids to keep a wish.
pub fn check(preference: &Preference) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if let Way::Email(address) = &preference.way
        && !is_address(address)
    {
        let why = Phrase::new("no_address").with("value", address.chars().take(80).collect::<String>());
        wrong.push(Violation { pointer: "/email".into(), why });
    }
    if matches!(preference.rhythm, Rhythm::Every { minutes } if !(1..=1_440).contains(&minutes)) {
        let why = Phrase::new("number_from_to").with("min", 1).with("max", 1_440);
        wrong.push(Violation { pointer: "/digest_minutes".into(), why });
    }
    if preference.quiet.is_some_and(|quiet| quiet.from == quiet.to) {
        wrong.push(Violation { pointer: "/quiet_to".into(), why: Phrase::new("hours_empty") });
    }
    if preference.groups.len() > MAX_GROUPS {
        let why = Phrase::new("number_from_to").with("min", 0).with("max", MAX_GROUPS);
        wrong.push(Violation { pointer: "/groups".into(), why });
    }
    wrong.extend(preference.groups.iter().find_map(|group| check_name("/groups", group)));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn wish(rhythm: Rhythm, quiet: Option<(&str, &str)>) -> Preference {
        let quiet = quiet.map(|(from, to)| Quiet { from: from.parse().unwrap(), to: to.parse().unwrap() });
        let zone = "Asia/Shanghai".parse().unwrap();
        Preference { rhythm, quiet, zone, ..Preference::unsaid(UserId::from_bytes([1; 16])) }
    }

    #[test]
    fn quiet_hours_and_digests_are_where_the_person_is() {
        // Shanghai is eight hours ahead, all year.
        let at_night = time("2026-11-29T15:30:00Z");
        let at_noon = time("2026-11-29T04:07:30Z");
        let quiet = Some(("22:00", "07:00"));
        let at_once = wish(Rhythm::AtOnce, quiet);
        assert_eq!(at_once.due(at_noon, false), at_noon);
        assert_eq!(at_once.due(at_night, false), time("2026-11-29T23:00:00Z"));
        assert_eq!(
            at_once.due(time("2026-11-29T22:59:59Z"), false),
            time("2026-11-29T23:00:00Z"),
            "after midnight too"
        );
        assert_eq!(at_once.due(at_night, true), at_night, "what is urgent comes all the same");
        let often = wish(Rhythm::Every { minutes: 15 }, quiet);
        assert_eq!(often.due(at_noon, false), time("2026-11-29T04:15:00Z"));
        assert_eq!(often.due(time("2026-11-29T13:59:00Z"), false), time("2026-11-29T23:00:00Z"));
        let daily = wish(Rhythm::Daily { at: "08:00".parse().unwrap() }, None);
        assert_eq!(daily.due(at_noon, false), time("2026-11-30T00:00:00Z"));
        let by_day = wish(Rhythm::AtOnce, Some(("12:00", "13:00")));
        assert_eq!(by_day.due(at_noon, false), time("2026-11-29T05:00:00Z"));
        assert_eq!(by_day.due(at_night, false), at_night);
    }

    #[test]
    fn wishes_are_checked_and_come_back() {
        let mut wish = wish(Rhythm::Every { minutes: 0 }, Some(("07:00", "07:00")));
        wish.way = Way::Email("ann".into());
        let pointers: Vec<_> = check(&wish).into_iter().map(|violation| violation.pointer).collect();
        assert_eq!(pointers, ["/email", "/digest_minutes", "/quiet_to"]);
        let text = serde_json::to_string(&wish).unwrap();
        assert_eq!(serde_json::from_str::<Preference>(&text).unwrap(), wish);
        assert!(check(&Preference::unsaid(wish.user)).is_empty());
    }
}
