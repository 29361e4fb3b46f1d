//! How available services were: what was seen of one over time, what incidents say of it, and which of its hours count.
//!
//! The list of outages makes the number, so that nobody has to believe it. A service whose hosts are silent is not down: nobody
//! knows. That time is told apart, and the worst that it can mean beside.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::NodeId;
use serde::{Deserialize, Serialize};

use crate::calendar::Opening;
use crate::host::Lifecycle;
use crate::record::record;

/// Most things that are kept as the reason of a turn.
const REASONS: usize = 8;

/// How a service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It does not work.
    Down,
    /// Something that it depends on is silent, so that nobody knows.
    Unknown,
    /// It works, with nothing in reserve, or badly.
    AtRisk,
    /// It works.
    Up,
}

impl Health {
    /// All of them, the worst first.
    pub const ALL: &'static [Self] = &[Self::Down, Self::Unknown, Self::AtRisk, Self::Up];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::AtRisk => "at_risk",
            Self::Up => "up",
        }
    }

    /// Whether it may have been of use.
    const fn is_out(self) -> bool {
        matches!(self, Self::Down | Self::Unknown)
    }
}

/// Where a service stands in the portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Portfolio {
    /// It is planned.
    Pipeline,
    /// It is offered.
    Catalogue,
    /// It was offered.
    Retired,
}

impl Portfolio {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Pipeline, Self::Catalogue, Self::Retired];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Catalogue => "catalogue",
            Self::Retired => "retired",
        }
    }

    /// Where an item of a lifecycle stands.
    pub const fn of(lifecycle: Lifecycle) -> Self {
        match lifecycle {
            Lifecycle::Discovered | Lifecycle::Review => Self::Pipeline,
            Lifecycle::Active
            | Lifecycle::Maintenance
            | Lifecycle::Stale
            | Lifecycle::Missing
            | Lifecycle::Retiring => Self::Catalogue,
            Lifecycle::Retired | Lifecycle::Archived => Self::Retired,
        }
    }
}

/// From when on a service did so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// From then on.
    pub since: Time,
    /// How it did.
    pub health: Health,
    /// What was down or silent when it began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<NodeId>,
}

/// What was seen of a service, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Which service.
    pub service: NodeId,
    /// Its turns.
    pub turns: Vec<Turn>,
}

record!(Track, Track, |track| track.service.to_string());

impl Track {
    /// Nothing was seen yet.
    pub const fn of(service: NodeId) -> Self {
        Self { service, turns: Vec::new() }
    }

    /// Takes down how it does. `false` when that was known.
    pub fn note(&mut self, since: Time, health: Health, mut because: Vec<NodeId>) -> bool {
        let last = self.turns.last();
        if last.is_some_and(|last| last.health == health) {
            return false;
        }
        // What turned out later began no sooner than what was so before.
        let since = last.map_or(since, |last| since.max(last.since));
        because.truncate(REASONS);
        // A turn that lasted no time was none.
        if last.is_some_and(|last| last.since == since) {
            self.turns.pop();
        }
        if self.turns.last().is_none_or(|last| last.health != health) {
            self.turns.push(Turn { since, health, because });
        }
        true
    }

    /// How it did at a moment; `None` when nobody looked yet.
    pub fn at(&self, moment: Time) -> Option<Health> {
        self.turns.iter().rfind(|turn| turn.since <= moment).map(|turn| turn.health)
    }

    /// Lets go what ended before a moment.
    pub fn forget(&mut self, before: Time) {
        let gone = self.turns.iter().skip(1).take_while(|next| next.since <= before).count();
        self.turns.drain(..gone);
    }
}

/// A time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From then on.
    pub from: Time,
    /// Before then.
    pub to: Time,
}

impl Stretch {
    fn covers(&self, at: Time) -> bool {
        self.from <= at && at < self.to
    }
}

/// An incident that says that a service did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its number.
    pub number: String,
    /// When.
    pub at: Stretch,
}

/// What a service was not to be used in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// From then on.
    pub from: Time,
    /// Until then, as far as it was looked at.
    pub to: Time,
    /// Down, or nobody knows.
    pub health: Health,
    /// Of that the time that counts.
    pub counted_ms: i64,
    /// Whether it was announced as maintenance: it counts nowhere.
    pub is_planned: bool,
    /// What was down or silent when it began.
    pub because: Vec<NodeId>,
    /// The incidents that say so.
    pub incidents: BTreeSet<String>,
}

/// How available a service was. All times are those in which it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Availability {
    /// It worked.
    pub up_ms: i64,
    /// It worked, with nothing in reserve, or badly.
    pub at_risk_ms: i64,
    /// It did not work.
    pub down_ms: i64,
    /// Nobody knows.
    pub unknown_ms: i64,
    /// It was not to be used, and that was announced.
    pub planned_ms: i64,
    /// What makes the number, the oldest first.
    pub outages: Vec<Outage>,
}

/// What is known of a service.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What was seen.
    pub turns: &'a [Turn],
    /// What incidents say.
    pub told: &'a [Told],
    /// When maintenance was announced.
    pub planned: &'a [Stretch],
    /// When it is needed.
    pub opening: &'a Opening,
}

impl Availability {
    /// Reckons a time. What was before anybody looked counts nowhere.
    pub fn of(known: Known<'_>, asked: Stretch) -> Self {
        let mut sum = Self::default();
        let Some(first) = known.turns.first() else { return sum };
        let asked = Stretch { from: asked.from.max(first.since), to: asked.to };
        let mut edges = BTreeSet::from([asked.from, asked.to]);
        edges.extend(known.turns.iter().map(|turn| turn.since));
        edges.extend(known.told.iter().flat_map(|told| [told.at.from, told.at.to]));
        edges.extend(known.planned.iter().flat_map(|planned| [planned.from, planned.to]));
        let edges: Vec<Time> = edges.into_iter().filter(|at| asked.from <= *at && *at <= asked.to).collect();
        for part in edges.windows(2) {
            if let [from, to] = *part {
                sum.add(known, Stretch { from, to });
            }
        }
        sum
    }

    /// A part in which nothing changes.
    fn add(&mut self, known: Known<'_>, part: Stretch) {
        let Some(turn) = known.turns.iter().rev().find(|turn| turn.since <= part.from) else { return };
        let incidents: BTreeSet<String> =
            known.told.iter().filter(|told| told.at.covers(part.from)).map(|told| told.number.clone()).collect();
        let health = if incidents.is_empty() { turn.health } else { Health::Down };
        let is_planned = known.planned.iter().any(|planned| planned.covers(part.from));
        let counted_ms = known.opening.elapsed(part.from, part.to);
        *match health {
            Health::Down | Health::Unknown if is_planned => &mut self.planned_ms,
            Health::Down => &mut self.down_ms,
            Health::Unknown => &mut self.unknown_ms,
            Health::AtRisk => &mut self.at_risk_ms,
            Health::Up => &mut self.up_ms,
        } += counted_ms;
        if !health.is_out() {
            return;
        }
        let same = |last: &&mut Outage| last.to == part.from && last.health == health && last.is_planned == is_planned;
        if let Some(last) = self.outages.last_mut().filter(same) {
            last.to = part.to;
            last.counted_ms += counted_ms;
            last.incidents.extend(incidents);
        } else {
            let (from, to, because) = (part.from, part.to, turn.because.clone());
            self.outages.push(Outage { from, to, health, counted_ms, is_planned, because, incidents });
        }
    }

    /// The time of which it is known how it was.
    pub const fn known_ms(&self) -> i64 {
        self.up_ms + self.at_risk_ms + self.down_ms
    }

    /// Of that the share in which it worked, in percent.
    pub fn percent(&self) -> Option<f64> {
        share(self.up_ms + self.at_risk_ms, self.known_ms())
    }

    /// The same if it was down whenever nobody knows.
    pub fn percent_at_worst(&self) -> Option<f64> {
        share(self.up_ms + self.at_risk_ms, self.known_ms() + self.unknown_ms)
    }

    /// Failures: the outages that count.
    pub fn failures(&self) -> impl Iterator<Item = &Outage> {
        self.outages
            .iter()
            .filter(|outage| outage.health == Health::Down && !outage.is_planned && outage.counted_ms > 0)
    }

    /// Mean time to restore service, in milliseconds.
    pub fn restore_ms(&self) -> Option<i64> {
        i64::try_from(self.failures().count()).ok().filter(|n| *n > 0).map(|n| self.down_ms / n)
    }

    /// Mean time between failures, in milliseconds.
    pub fn between_ms(&self) -> Option<i64> {
        let failures = i64::try_from(self.failures().count()).ok().filter(|n| *n > 0)?;
        Some((self.up_ms + self.at_risk_ms) / failures)
    }
}

/// Percent, to a thousandth, never rounded up to a whole that it is not.
fn share(part: i64, all: i64) -> Option<f64> {
    let thousandths = i128::from(part) * 100_000 / i128::from(all.max(1));
    #[expect(clippy::cast_precision_loss, reason = "at most 100,000")]
    (all > 0).then(|| thousandths as f64 / 1_000.0)
}

#[cfg(test)]
mod tests;
