//! Other rules, tried on what was decided: which reports would have found another host. Nothing is written.
//!
//! The decisions are made again in their order, from the hosts that were there before the first of them. A host that only the
//! trial makes has no id: it is named after the report that would have made it.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{HostId, ReportId};
use serde::{Deserialize, Serialize};

use super::decision::{Decision, Settled};
use super::ladder::Rules;
use super::{Candidate, Evidence, Identifier, Outcome, Shares, identify};

/// What another set of rules makes of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Two hosts would be one.
    Merged,
    /// One host would be two.
    Split,
    /// Another host would have been taken.
    Moved,
    /// A person would have been asked.
    Conflict,
    /// Nobody would have been asked.
    Settled,
}

impl Effect {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Merged, Self::Split, Self::Moved, Self::Conflict, Self::Settled];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Moved => "moved",
            Self::Conflict => "conflict",
            Self::Settled => "settled",
        }
    }
}

/// A decision that would have been another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The report.
    pub report: ReportId,
    /// When it was decided.
    pub at: Time,
    /// What the machine calls itself.
    pub name: String,
    /// What is different.
    pub effect: Effect,
    /// The host that it was.
    pub was: Option<HostId>,
    /// The hosts that it would be: none is a new one, several are a conflict.
    pub would_be: Vec<HostId>,
    /// The rule that would have decided.
    pub rule: Option<super::Rule>,
}

/// A host of the trial.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// The id by which it goes: that of the host that was made then, if there was one.
    id: HostId,
    name: String,
    identifiers: Vec<Identifier>,
    claims: Vec<Identifier>,
}

/// The hosts of the trial and who is known by what.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) hosts: BTreeMap<HostId, Trial>,
    known: BTreeMap<Identifier, BTreeSet<HostId>>,
    claimed: BTreeMap<Identifier, BTreeSet<HostId>>,
}

impl World {
    fn of(&self, identifier: &Identifier) -> impl Iterator<Item = HostId> {
        let spelled = identifier.spellings();
        let found: BTreeSet<HostId> =
            spelled.iter().filter_map(|spelling| self.known.get(spelling)).flatten().copied().collect();
        found.into_iter()
    }

    pub(super) fn shares(&self, identifiers: &[Identifier]) -> Shares {
        let count = |identifier: &Identifier| {
            let claims = identifier.spellings().into_iter().filter_map(|spelling| self.claimed.get(&spelling));
            self.of(identifier).count() + claims.map(BTreeSet::len).sum::<usize>()
        };
        identifiers.iter().map(|identifier| (identifier.clone(), count(identifier))).collect()
    }

    pub(super) fn candidates(&self, identifiers: &[Identifier]) -> Vec<Candidate> {
        let hosts: BTreeSet<HostId> = identifiers.iter().flat_map(|identifier| self.of(identifier)).collect();
        let found = hosts.iter().filter_map(|host| self.hosts.get(host));
        found.map(|t| Candidate { host: t.id, name: t.name.clone(), identifiers: t.identifiers.clone() }).collect()
    }

    /// What a host shows: its own from now on, unless another host is recognised by it.
    pub(super) fn learn(&mut self, host: HostId, evidence: &Evidence) {
        for identifier in &evidence.identifiers {
            let is_taken = identifier.kind.is_exclusive() && self.of(identifier).any(|other| other != host);
            let Some(trial) = self.hosts.get_mut(&host) else { return };
            let (list, index) = if is_taken {
                (&mut trial.claims, &mut self.claimed)
            } else {
                (&mut trial.identifiers, &mut self.known)
            };
            if !list.contains(identifier) {
                list.push(identifier.clone());
            }
            index.entry(identifier.clone()).or_default().insert(host);
        }
    }

    pub(super) fn add(&mut self, id: HostId, evidence: &Evidence) {
        let (name, identifiers, claims) = (evidence.name.clone(), Vec::new(), Vec::new());
        self.hosts.insert(id, Trial { id, name, identifiers, claims });
        self.learn(id, evidence);
    }
}

/// Tries rules on decisions, oldest first. `before` are the hosts that were known when the first of them was made.
pub fn replay(rules: &Rules, before: &[Candidate], decisions: &[Decision]) -> Vec<Difference> {
    let mut world = World::default();
    for known in before {
        world.add(known.host, &Evidence { name: known.name.clone(), identifiers: known.identifiers.clone() });
    }
    let mut differences = Vec::new();
    for decision in decisions {
        differences.extend(again(&mut world, rules, decision));
    }
    differences
}

fn again(world: &mut World, rules: &Rules, decision: &Decision) -> Option<Difference> {
    let evidence = &decision.evidence;
    match (&decision.settled, decision.host) {
        // No rule had a say, and none would have.
        (Settled::Agent | Settled::Named | Settled::Said | Settled::Split | Settled::Review { .. }, Some(host)) => {
            if world.hosts.contains_key(&host) {
                world.learn(host, evidence);
            } else {
                world.add(host, evidence);
            }
            return None;
        }
        (Settled::Ladder | Settled::Waits { .. }, _) | (_, None) => {}
    }
    let candidates = world.candidates(&evidence.identifiers);
    let shares = world.shares(&evidence.identifiers);
    let verdict = identify(rules, evidence, &candidates, &shares);
    let was_new = decision.verdict == Outcome::New;
    let difference = |effect, would_be: Vec<HostId>, rule| {
        let (report, at, name) = (decision.report, decision.at, evidence.name.clone());
        Some(Difference { report, at, name, effect, was: decision.host, would_be, rule })
    };
    match (verdict.outcome, decision.host) {
        (Outcome::Conflict { .. }, None) => None,
        (Outcome::Conflict { hosts }, Some(_)) => difference(Effect::Conflict, hosts, None),
        (Outcome::Same { host, rule, .. }, was) => {
            world.learn(host, evidence);
            match was {
                Some(was) if was == host => None,
                Some(_) if was_new => difference(Effect::Merged, vec![host], Some(rule)),
                Some(_) => difference(Effect::Moved, vec![host], Some(rule)),
                None => difference(Effect::Settled, vec![host], Some(rule)),
            }
        }
        (Outcome::New, was) => {
            let is_free = |host: &HostId| was_new && !world.hosts.contains_key(host);
            let id = was.filter(is_free).unwrap_or_else(|| HostId::from_bytes(*decision.report.as_bytes()));
            world.add(id, evidence);
            match was {
                Some(_) if was_new => None,
                Some(_) => difference(Effect::Split, Vec::new(), None),
                None => difference(Effect::Settled, Vec::new(), None),
            }
        }
    }
}
