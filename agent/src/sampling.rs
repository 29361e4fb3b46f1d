//! From looks at connections to edges of dependency that are worth telling.
//!
//! A look at the open connections is a sample: most of what it shows is gone at the next one. Told as they are, edges would
//! make a difference with every scan, and a history of noise. So an edge is told when it was seen in [`SAMPLES`] looks over
//! at least [`SPAN_MILLIS`], and it stays told until it was not seen for [`STALE_MILLIS`]. Time in which nobody looked does not
//! count: an edge is not taken back because the agent was away, the machine slept, or somebody set its clock.

use std::collections::BTreeMap;

use muster_shared::diff::ItemMap;
use muster_shared::{Attributes, Item, Time};
use serde::{Deserialize, Serialize};

/// So often an edge must be seen.
pub const SAMPLES: u32 = 3;
/// Between the first and the last of these looks.
pub const SPAN_MILLIS: i64 = 10 * 60_000;
/// After this an edge that is told and not seen any more is taken back.
pub const STALE_MILLIS: i64 = 7 * 24 * 3_600_000;
/// After this an edge that was never told is forgotten.
const FORGET_MILLIS: i64 = 24 * 3_600_000;
/// Longer between two looks means that the agent was away, or the machine with it.
const AWAY_MILLIS: i64 = 24 * 3_600_000;
/// Most edges that are told: the best known.
const CAP: usize = 500;
/// Most edges that are remembered.
const MEMORY_CAP: usize = 2_000;

/// What is known of one edge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Edge {
    samples: u32,
    first: Time,
    last: Time,
    is_told: bool,
    attributes: Attributes,
}

/// The edges that were seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    edges: BTreeMap<String, Edge>,
    looked_at: Option<Time>,
}

impl Sampling {
    /// Takes out the time in which nobody looked. It may be in the life of one agent: a machine sleeps for weeks, a clock is put
    /// right by years, and what was seen just before would all be taken back at once. A clock that goes back takes the edges
    /// with it, or they would be young for as long.
    fn pass_over(&mut self, now: Time) {
        let away = self.looked_at.replace(now).map_or(0, |looked| since(looked, now));
        if away > AWAY_MILLIS {
            self.edges.values_mut().for_each(|edge| edge.last = edge.last.plus_millis(away));
        } else if away < 0 {
            for edge in self.edges.values_mut() {
                (edge.first, edge.last) = (edge.first.plus_millis(away), edge.last.plus_millis(away));
            }
        }
    }

    /// Takes in what was told before this agent started.
    pub fn remember(&mut self, told: &ItemMap, now: Time) {
        self.pass_over(now);
        for (key, attributes) in told {
            let edge = self.edges.entry(key.clone()).or_insert_with(|| Edge {
                samples: SAMPLES,
                first: now,
                last: now,
                is_told: true,
                attributes: attributes.clone(),
            });
            edge.is_told = true;
        }
    }

    /// Takes in one look; gives the edges that are to be told.
    pub fn settle(&mut self, seen: Vec<Item>, now: Time) -> Vec<Item> {
        self.pass_over(now);
        for Item { key, attributes } in seen {
            let edge = self.edges.entry(key).or_insert_with(|| Edge {
                samples: 0,
                first: now,
                last: now,
                is_told: false,
                attributes: Attributes::new(),
            });
            edge.samples = edge.samples.saturating_add(1);
            edge.last = now;
            edge.attributes = attributes;
        }
        self.edges.retain(|_, edge| {
            let silent = since(edge.last, now);
            silent < if edge.is_told { STALE_MILLIS } else { FORGET_MILLIS }
        });
        let mut left = CAP.saturating_sub(self.edges.values().filter(|edge| edge.is_told).count());
        let mut ripe: Vec<&mut Edge> = self.edges.values_mut().filter(|edge| edge.is_ripe()).collect();
        ripe.sort_by_key(|edge| std::cmp::Reverse(edge.samples));
        for edge in ripe {
            edge.is_told = left > 0;
            left = left.saturating_sub(1);
        }
        self.forget_the_oldest();
        let told = self.edges.iter().filter(|(_, edge)| edge.is_told);
        told.map(|(key, edge)| edge.item(key)).collect()
    }

    fn forget_the_oldest(&mut self) {
        while self.edges.len() > MEMORY_CAP {
            let untold = self.edges.iter().filter(|(_, edge)| !edge.is_told);
            let Some(key) = untold.min_by_key(|(_, edge)| edge.last).map(|(key, _)| key.clone()) else { return };
            self.edges.remove(&key);
        }
    }
}

impl Edge {
    fn is_ripe(&self) -> bool {
        !self.is_told && self.samples >= SAMPLES && since(self.first, self.last) >= SPAN_MILLIS
    }

    fn item(&self, key: &str) -> Item {
        Item { key: key.to_owned(), attributes: self.attributes.clone() }
            .with("samples", self.samples)
            .with("first_seen_at", self.first.to_string())
            .with("last_seen_at", self.last.to_string())
    }
}

fn since(then: Time, now: Time) -> i64 {
    now.millis().saturating_sub(then.millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + minutes * 60_000)
    }

    fn keys(items: &[Item]) -> Vec<&str> {
        items.iter().map(|item| item.key.as_str()).collect()
    }

    /// Looks every half day that see nothing, and whether something is still told at the last one.
    fn is_told_after(sampling: &mut Sampling, from: i64, to: i64) -> bool {
        for minutes in (from..to).step_by(12 * 60) {
            sampling.settle(Vec::new(), at(minutes));
        }
        !sampling.settle(Vec::new(), at(to)).is_empty()
    }

    #[test]
    fn an_edge_is_told_when_it_was_seen_again_and_again_and_stays_for_a_week() {
        let mut sampling = Sampling::default();
        let seen = || vec![Item::new("db").with("port", 5432)];
        for minutes in [0, 1, 2] {
            assert!(sampling.settle(seen(), at(minutes)).is_empty(), "three looks in two minutes are one conversation");
        }
        let told = sampling.settle(seen(), at(10));
        assert_eq!((keys(&told), &told[0].attributes["samples"]), (vec!["db"], &4.into()));
        let week = 7 * 24 * 60;
        assert!(is_told_after(&mut sampling, 10, 9 + week));
        assert!(!is_told_after(&mut sampling, 9 + week, 10 + week));
        assert!(sampling.edges.is_empty());
    }

    #[test]
    fn the_time_away_does_not_count() {
        let mut sampling = Sampling::default();
        let told: ItemMap = [("db".to_owned(), Attributes::new())].into();
        sampling.remember(&told, at(0));
        sampling.settle(Vec::new(), at(1));
        let month = 30 * 24 * 60;
        sampling.remember(&told, at(month));
        assert_eq!(keys(&sampling.settle(Vec::new(), at(month + 1))), ["db"]);
        assert!(!is_told_after(&mut sampling, month + 1, month + 7 * 24 * 60));
    }

    /// Case 91: one agent, whose machine slept for a month, and whose clock is then set back by a year.
    #[test]
    fn a_machine_that_sleeps_and_a_clock_that_is_set_take_nothing_back() {
        let mut sampling = Sampling::default();
        let told: ItemMap = [("db".to_owned(), Attributes::new())].into();
        sampling.remember(&told, at(0));
        let month = 30 * 24 * 60;
        assert_eq!(keys(&sampling.settle(Vec::new(), at(1))), ["db"]);
        assert_eq!(keys(&sampling.settle(Vec::new(), at(month))), ["db"], "it slept");
        let (back, week) = (month - 365 * 24 * 60, 7 * 24 * 60);
        assert_eq!(keys(&sampling.settle(Vec::new(), at(back))), ["db"], "its clock was set back");
        // From there on a week is a week, looked at every day.
        for day in 1..7 {
            assert_eq!(keys(&sampling.settle(Vec::new(), at(back + day * 24 * 60))), ["db"], "day {day}");
        }
        assert!(sampling.settle(Vec::new(), at(back + week)).is_empty());
        // One that is new is told after its ten minutes, though the clock went back between its looks.
        let seen = || vec![Item::new("mail")];
        for minutes in [month, back, back + 1] {
            assert!(sampling.settle(seen(), at(minutes)).is_empty());
        }
        assert_eq!(keys(&sampling.settle(seen(), at(back + 10))), ["mail"]);
    }

    #[test]
    fn a_start_takes_nothing_back_and_noise_is_bounded() {
        let mut sampling = Sampling::default();
        let told = [("db".to_owned(), Attributes::new())].into();
        sampling.remember(&told, at(0));
        assert_eq!(keys(&sampling.settle(Vec::new(), at(1))), ["db"]);
        for round in 0..3 {
            let noise = (0..5_000).map(|n| Item::new(format!("client {round} {n}"))).collect();
            assert_eq!(keys(&sampling.settle(noise, at(2 + round))), ["db"]);
            assert!(sampling.edges.len() <= 2_000);
        }
        for round in 0..3 {
            let many = (0..600).map(|n| Item::new(format!("many {n:03}"))).collect();
            sampling.settle(many, at(100 + 10 * round));
        }
        assert_eq!(sampling.settle(Vec::new(), at(130)).len(), 500, "edges of a host");
    }
}
