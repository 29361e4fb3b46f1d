//! How often what was promised was kept (rule S8): met / (met + breached), by policy, of the clocks that ended in a period. One
//! whose time was over in the period and that goes on counts as breached; cancelled ones do not count.

use std::collections::BTreeMap;

use muster_shared::Time;

use super::Target;
use super::clock::{Clock, Outcome};

/// The figures of one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Attainment {
    /// The policy.
    pub policy: String,
    /// What it promises.
    pub target: Target,
    /// In time.
    pub met: u64,
    /// Too late, or still not done.
    pub breached: u64,
    /// How many of the breached go on.
    pub breached_open: u64,
    /// How many ended without counting.
    pub cancelled: u64,
}

impl Attainment {
    /// The part that was met, 0 to 1; `None` when nothing ended.
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
    pub fn ratio(&self) -> Option<f64> {
        let all = self.met + self.breached;
        (all > 0).then(|| self.met as f64 / all as f64)
    }
}

/// The moment by which a clock belongs to a period: when it stopped, or was over its time while it goes on.
pub fn counted_at(clock: &Clock) -> Option<Time> {
    clock.ended_at()
}

/// The figures of the clocks that ended from `from` on and before `to`, by policy.
pub fn attainment<'a>(clocks: impl IntoIterator<Item = &'a Clock>, from: Time, to: Time) -> Vec<Attainment> {
    let mut rows: BTreeMap<&str, Attainment> = BTreeMap::new();
    for clock in clocks {
        if !counted_at(clock).is_some_and(|at| from <= at && at < to) {
            continue;
        }
        let empty = || Attainment {
            policy: clock.policy.clone(),
            target: clock.target,
            met: 0,
            breached: 0,
            breached_open: 0,
            cancelled: 0,
        };
        let row = rows.entry(&clock.policy).or_insert_with(empty);
        match clock.outcome {
            Some(Outcome::Met) => row.met += 1,
            Some(Outcome::Breached) => {
                row.breached += 1;
                row.breached_open += u64::from(clock.is_open());
            }
            Some(Outcome::Cancelled) => row.cancelled += 1,
            None => {}
        }
    }
    rows.into_values().collect()
}
