//! What happens in the demo, as steps of an agenda. Each part of the story stands in a file of its own.

mod access;
mod better;
mod change;
mod day;
mod drift;
mod landscape;
mod major;
mod night;
mod standing;

use muster_shared::Time;

use super::Wanted;
use super::agenda::{Act, Agenda};
use super::chance::Chance;
use super::fleet::Planned;
use super::world::World;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// Where the parts of the story are written down.
pub(super) struct Plot {
    pub(super) agenda: Agenda,
    /// When the demo begins, once hosts and people are there.
    pub(super) begins: Time,
    /// When it ends: now.
    pub(super) until: Time,
    pub(super) wanted: Wanted,
}

/// A time from which a part of the story goes on, in minutes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start(Time);

impl Plot {
    /// So many days ago at a time of the day; nothing when that is before the second day or still to come.
    pub(super) fn ago(&self, days: i64, hour: i64, minute: i64) -> Option<Start> {
        let midnight = self.until.millis().div_euclid(DAY_MS) * DAY_MS;
        let at = Time::from_millis(midnight - days * DAY_MS + (hour * 60 + minute) * MINUTE_MS);
        (at >= self.begins.plus_millis(DAY_MS / 4) && at < self.until).then_some(Start(at))
    }

    /// So many minutes before the end.
    pub(super) fn minutes_ago(&self, minutes: i64) -> Start {
        Start(self.until.plus_millis(-minutes * MINUTE_MS))
    }

    /// Something happens, so many minutes after a start.
    pub(super) fn then(&mut self, start: Start, minutes: i64, act: Act) {
        self.agenda.add(start.0.plus_millis(minutes * MINUTE_MS), act);
    }

    /// Chance for one part of the story.
    pub(super) fn chance(&self, purpose: &str) -> Chance {
        Chance::of(self.wanted.seed, purpose)
    }
}

/// The whole story.
pub(super) fn write(world: &World, wanted: Wanted, begins: Time, until: Time) -> Agenda {
    let mut plot = Plot { agenda: Agenda::default(), begins, until, wanted };
    let plans: Vec<Planned> = world.plans().cloned().collect();
    landscape::write(&mut plot, &plans);
    night::write(&mut plot, &plans);
    day::write(&mut plot);
    change::write(&mut plot, &plans);
    drift::write(&mut plot);
    major::write(&mut plot);
    access::write(&mut plot);
    standing::write(&mut plot);
    better::write(&mut plot);
    plot.agenda
}
