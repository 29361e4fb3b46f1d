//! What comes and goes: a penalty for each turn that fades with time.
//!
//! Each turn costs 1,000; half of it is forgotten in 30 minutes. Above 3,000 a finding is said to flap: it stays as it is and is
//! quiet, until the penalty has faded below 750. Flapping never makes a finding milder.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

/// What a turn costs.
const TURN: f64 = 1_000.0;
/// From here on it flaps.
const SUPPRESS: f64 = 3_000.0;
/// From here on it does not any more.
const REUSE: f64 = 750.0;
/// How long nobody is told again of what flaps.
const TOLD_AGAIN_MS: i64 = 4 * 3_600_000;
/// How long it takes to forget half of it.
const HALF_LIFE_MS: f64 = 30.0 * 60_000.0;

/// How often something came and went lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flap {
    /// The penalty at its last turn.
    pub penalty: f64,
    /// When that was.
    pub at: Time,
    /// Since when it flaps, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// When who works on it was last told of it, while it flaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Time>,
}

impl Flap {
    /// Whether it never turned.
    pub fn is_none(&self) -> bool {
        self.penalty <= 0.0
    }

    /// The penalty now.
    pub fn penalty_at(&self, now: Time) -> f64 {
        // Milliseconds of some days are exact in this form.
        #[expect(clippy::cast_precision_loss, reason = "a penalty is no exact number")]
        let half_lives = now.since(self.at).max(0) as f64 / HALF_LIFE_MS;
        self.penalty * (-half_lives).exp2()
    }

    /// Counts a turn. Says until when it flaps, if it does: something that flaps goes on until it has calmed down.
    pub fn turn(&mut self, was_flapping: bool, now: Time) -> Option<Time> {
        let faded = self.penalty_at(now);
        let began = self.since.filter(|_| was_flapping);
        let told_at = self.told_at.filter(|_| was_flapping);
        *self = Self { penalty: faded + TURN, at: now, since: None, told_at };
        let flaps = self.penalty > SUPPRESS || (was_flapping && self.penalty >= REUSE);
        self.since = flaps.then(|| began.unwrap_or(now));
        #[expect(clippy::cast_possible_truncation, reason = "some hours in milliseconds")]
        let calm_ms = ((self.penalty / REUSE).log2() * HALF_LIFE_MS).ceil() as i64;
        flaps.then(|| now.plus_millis(calm_ms))
    }

    /// Whether who works on it is to be told that it flaps: when that begins, and every four hours as long as it turns.
    pub fn tells(&mut self, now: Time) -> bool {
        let is_due = self.since.is_some() && self.told_at.is_none_or(|told| now.since(told) >= TOLD_AGAIN_MS);
        if is_due {
            self.told_at = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn at(minutes: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + minutes * MINUTE_MS)
    }

    #[test]
    fn who_works_on_it_is_told_when_it_begins_and_every_four_hours() {
        let mut flap = Flap::default();
        let told: Vec<i64> = (0..120)
            .map(|n| n * 5)
            .filter(|minute| {
                let flaps = flap.since.is_some();
                flap.turn(flaps, at(*minute));
                flap.tells(at(*minute))
            })
            .collect();
        assert_eq!(told, [15, 255, 495], "the fourth turn, and then nobody for four hours");
        flap.turn(false, at(10_000));
        assert!(!flap.tells(at(10_000)), "it is calm");
    }

    #[test]
    fn the_fourth_turn_in_a_short_time_flaps_and_calms_down_below_the_mark() {
        let mut flap = Flap::default();
        assert!(flap.is_none());
        assert_eq!([at(0), at(0), at(0)].map(|now| flap.turn(false, now)), [None; 3]);
        let until = flap.turn(false, at(0)).unwrap();
        // 4,000 fades to 750 in log2(4000 / 750) half-lives of 30 minutes.
        assert_eq!(until.since(at(0)) / MINUTE_MS, 72);
        assert!((flap.penalty_at(until) - REUSE).abs() < 1.0);
        assert!((flap.penalty_at(at(30)) - 2_000.0).abs() < 0.001);
    }

    #[test]
    fn turns_far_apart_never_flap_and_one_that_flaps_goes_on_while_it_turns() {
        let mut flap = Flap::default();
        for hour in 0..50 {
            assert_eq!(flap.turn(false, at(hour * 60)), None, "hour {hour}");
        }
        let mut flap = Flap { penalty: 2_000.0, at: at(0), ..Flap::default() };
        assert_eq!(flap.turn(false, at(30)), None, "2,000 is not enough to begin");
        assert!(flap.turn(true, at(60)).is_some(), "but enough to go on");
        assert_eq!(flap.since, Some(at(60)));
        assert!(flap.turn(true, at(70)).is_some());
        assert_eq!(flap.since, Some(at(60)), "it goes on since it began");
    }
}
