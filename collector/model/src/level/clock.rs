//! Clocks: what a policy makes of a timeline. Run, pause and off follow on each other; only what ran inside the calendar counts
//! (rule S1), and when the time was over is a moment that is computed, not one at which somebody looked (rule S7).

use muster_shared::Time;
use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::moment::moments;
use super::rules::Rules;
use super::track;
use super::{Target, names};
use crate::calendar::Opening;
use crate::record::record;
use crate::ticket::{Ticket, TimelineEntry};

names! {
    /// What a clock does in a stretch of time.
    Mode {
        /// It runs.
        Run = "run",
        /// It pauses: it will run on.
        Pause = "pause",
        /// It stands still: it has not begun, or what was promised is done.
        Off = "off",
    }
}

names! {
    /// How a clock ended, or that its time is over.
    Outcome {
        /// Done in time.
        Met = "met",
        /// The time was over before it was done.
        Breached = "breached",
        /// It does not count.
        Cancelled = "cancelled",
    }
}

/// A stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// From then.
    pub from: Time,
    /// Until then; `None` is still so.
    pub to: Option<Time>,
    /// What the clock does.
    pub mode: Mode,
    /// Why, if it does not run: the state, with its reason if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether a person paused it in the last tenth of its time (rule S9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_late_pause: bool,
}

/// A clock of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// What is promised.
    pub target: Target,
    /// Counts up with each clock for the same target.
    pub cycle: u32,
    /// The policy.
    pub policy: String,
    /// Which version of it.
    pub policy_number: u32,
    /// The calendar.
    pub calendar: String,
    /// Which version of it.
    pub calendar_number: u32,
    /// What that is called.
    pub calendar_label: String,
    /// When the policy began to fit.
    pub attached_at: Time,
    /// When its time begins.
    pub start_at: Time,
    /// When another policy took this one's place, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swapped_at: Option<Time>,
    /// How much time there is.
    pub target_ms: i64,
    /// What it did, oldest first.
    pub segments: Vec<Segment>,
    /// When it stopped.
    pub stopped_at: Option<Time>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When its time was over.
    pub breach_at: Option<Time>,
    /// When its time is over if it runs on; `None` while it does not run (rule S1).
    pub deadline: Option<Time>,
    /// When a pause has been long enough and it runs on (rule S9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_on_at: Option<Time>,
    /// The group that has the ticket.
    pub group: String,
    /// The priority of the ticket.
    pub priority: u8,
    /// Percent that were told; 100 is the breach.
    #[serde(default)]
    pub told: Vec<u8>,
    /// When the worker looks again.
    #[serde(default)]
    pub due_at: Option<Time>,
}

record!(Clock, LevelClock, |clock| clock_key(clock.ticket, clock.target, clock.cycle));

/// The key of a clock: those of a ticket stand together.
pub fn clock_key(ticket: TicketId, target: Target, cycle: u32) -> String {
    format!("{ticket}/{}/{cycle:06x}", target.as_str())
}

impl Clock {
    /// Milliseconds that counted by a moment.
    pub fn elapsed_ms(&self, opening: &Opening, now: Time) -> i64 {
        let runs = self.segments.iter().filter(|segment| segment.mode == Mode::Run && segment.from < now);
        runs.map(|run| opening.elapsed(run.from, run.to.unwrap_or(now).min(now))).sum()
    }

    /// The moment at which so many milliseconds have counted, if it runs on as it does.
    pub fn reaches(&self, opening: &Opening, ms: i64) -> Option<Time> {
        let mut left = ms;
        for run in self.segments.iter().filter(|segment| segment.mode == Mode::Run) {
            let Some(to) = run.to else { return opening.add(run.from, left) };
            let counted = opening.elapsed(run.from, to);
            if counted >= left {
                return opening.add(run.from, left);
            }
            left -= counted;
        }
        None
    }

    /// What it does now.
    pub fn mode(&self) -> Mode {
        self.segments.last().filter(|last| last.to.is_none()).map_or(Mode::Off, |last| last.mode)
    }

    /// Whether there is still something to come of it.
    pub const fn is_open(&self) -> bool {
        self.stopped_at.is_none()
    }

    /// When it ended: when it stopped, or when its time was over while it goes on.
    pub fn ended_at(&self) -> Option<Time> {
        self.stopped_at.or(self.breach_at)
    }

    /// The moment of a percentage of its time.
    fn percent(&self, opening: &Opening, percent: u8) -> Option<Time> {
        self.reaches(opening, self.target_ms.saturating_mul(i64::from(percent)) / 100)
    }

    /// What is to be told now and was not yet, in order: warnings only while there is still time.
    pub fn untold(&self, opening: &Opening, warn_at: &[u8], now: Time) -> Vec<u8> {
        let is_running_out = self.is_open() && self.outcome.is_none();
        let reached = |percent: &&u8| self.percent(opening, **percent).is_some_and(|at| at <= now);
        let warnings = warn_at.iter().filter(|_| is_running_out).filter(reached).copied();
        let breach = (self.outcome == Some(Outcome::Breached)).then_some(100);
        warnings.chain(breach).filter(|percent| !self.told.contains(percent)).collect()
    }

    /// When the worker is to look at it again: at the next warning, at the deadline, or when a pause is over.
    pub fn next_due(&self, opening: &Opening, warn_at: &[u8], now: Time) -> Option<Time> {
        if !self.untold(opening, warn_at, now).is_empty() {
            return Some(now);
        }
        if !self.is_open() || self.outcome.is_some() {
            return None;
        }
        let marks = warn_at.iter().filter(|percent| !self.told.contains(percent));
        let warnings = marks.filter_map(|percent| self.percent(opening, *percent)).filter(|at| *at > now);
        warnings.chain(self.deadline).chain(self.runs_on_at).min()
    }
}

/// The clocks of a ticket as they stand now, by target and cycle. `entry` is the ticket as queries see it; with `rules_at` the
/// rules of that moment count for all that was before it.
pub fn clocks(
    ticket: &Ticket,
    entry: &Value,
    timeline: &[TimelineEntry],
    rules: &Rules,
    rules_at: Option<Time>,
    now: Time,
) -> Vec<Clock> {
    let moments: Vec<_> = moments(ticket, entry, timeline).into_iter().filter(|moment| moment.at <= now).collect();
    let mut clocks = Vec::new();
    for target in Target::ALL {
        track::Track { ticket, moments: &moments, rules, rules_at, now, target: *target }.run(&mut clocks);
    }
    clocks
}
