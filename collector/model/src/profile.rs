//! Profiles: what hosts of a kind must be like, thing by thing. Profiles lie in layers, and the more specific one wins.
//!
//! A profile has no way of judging of its own: each of its demands is a policy over how things are, with a condition that is
//! made of it ([`Expectation::condition`]). What is of profiles alone is which demand counts on a host ([`winners`]).

pub mod expectation;
pub mod golden;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_shared::Time;
use serde::{Deserialize, Serialize};

pub use expectation::{Demand, Expectation};

use crate::class::{Registry, Violation};
use crate::finding::Basis;
use crate::policy::book::StatePolicy;
use crate::policy::patience::Patience;
use crate::policy::rule::Rule;
use crate::policy::{Class, Minded, Outcome, Severity, own, shipped};
use crate::query::Query;
use crate::record::record;
use crate::text::{Phrase, Text};

/// Most demands of a profile.
pub const MOST: usize = 2_000;
/// Conflicts of two profiles that are told at once.
const MOST_CONFLICTS: usize = 20;
/// The highest layer.
pub const TOP: u8 = 99;

/// What hosts of a kind must be like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Its name: part of fingerprints, so it never changes.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// Which hosts it means, in the query language; empty is all.
    pub scope: String,
    /// How specific it is: of two that say something of the same thing, the one with the higher layer counts.
    pub layer: u8,
    /// What must be.
    pub expectations: Vec<Expectation>,
    /// How bad it is when something is not so.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// Whether it is asked at all.
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
    /// Who did that.
    pub changed_by: String,
}

record!(Profile, Profile, |profile| profile.id.clone());

/// A profile as it was: every version stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileVersion {
    /// Which version; a profile that is made anew under its name begins with 1 again.
    pub version: u64,
    /// The profile.
    pub profile: Profile,
}

record!(ProfileVersion, ProfileVersion, |it| format!(
    "{}/{}/{:016x}",
    it.profile.id, it.profile.created_at, it.version
));

/// A demand of a profile, as a policy knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Demanded {
    /// How specific the profile is.
    pub layer: u8,
    /// What must be.
    pub expectation: Expectation,
}

impl Profile {
    /// Its demands as policies over how things are, whether it is enabled or not.
    pub fn policies(&self, registry: &Registry) -> Result<Vec<StatePolicy>, Phrase> {
        let policy = |expectation: &Expectation| {
            let scope = Query::parse(&self.scope, &registry.host_fields()).map_err(|error| error.phrase())?;
            Ok(StatePolicy {
                id: self.id.clone(),
                says: Text::Written(self.purpose.clone()),
                section: expectation.section,
                scope: (!scope.is_empty()).then_some(scope),
                rule: Rule::compile(&expectation.condition(), expectation.section)?,
                severity: self.severity,
                class: self.class,
                outcome: self.outcome,
                patience: Patience::default(),
                demanded: Some(Demanded { layer: self.layer, expectation: expectation.clone() }),
            })
        };
        self.expectations.iter().map(policy).collect()
    }

    /// Its demands as people write them.
    pub fn lines(&self) -> Vec<String> {
        self.expectations.iter().map(Expectation::to_string).collect()
    }
}

/// What forbids to save a profile, whatever else there is.
pub fn check(profile: &Profile, registry: &Registry) -> Vec<Violation> {
    let name = if shipped::is_shipped(&profile.id) {
        Some(Phrase::new("policy_shipped").with("name", profile.id.as_str()))
    } else {
        own::name(&profile.id)
    };
    let layer = (profile.layer > TOP).then(|| Phrase::new("profile_layer").with("max", usize::from(TOP)));
    let count = profile.expectations.len();
    let many = (!(1..=MOST).contains(&count)).then(|| Phrase::new("profile_count").with("max", MOST));
    let wrong = [
        ("/id", name),
        ("/purpose", own::line(&profile.purpose)),
        ("/scope", own::scope(&profile.scope, registry)),
        ("/layer", layer),
        ("/expectations", many),
    ];
    let violation = |(pointer, why): (&str, Option<Phrase>)| Some(Violation { pointer: pointer.into(), why: why? });
    let mut violations: Vec<Violation> = wrong.into_iter().filter_map(violation).collect();
    violations.extend(wrong_lines(profile));
    violations
}

/// What is wrong with lines. Of two that contradict each other both are named, each with the other one: which one was meant only
/// their author knows.
fn wrong_lines(profile: &Profile) -> Vec<Violation> {
    let mut wrong: BTreeMap<usize, Phrase> = BTreeMap::new();
    let mut things: BTreeMap<_, Vec<(usize, &Expectation)>> = BTreeMap::new();
    let against = |line: &Expectation, other: &Expectation| {
        Phrase::new("profile_contradiction").with("line", line.to_string()).with("other", other.to_string())
    };
    for (place, expectation) in profile.expectations.iter().enumerate().take(MOST) {
        // Those on the same thing that stand before it.
        let on_it = things.entry((expectation.section, expectation.key.as_str())).or_default();
        let clash = on_it.iter().find(|(_, other)| expectation.contradicts(other)).copied();
        let twice = on_it.iter().any(|(_, other)| *other == expectation);
        on_it.push((place, expectation));
        if let Some((before, other)) = clash {
            wrong.entry(before).or_insert_with(|| against(other, expectation));
            wrong.insert(place, against(expectation, other));
        } else if twice {
            wrong.insert(place, Phrase::new("profile_twice"));
        } else if let Err(why) = Rule::compile(&expectation.condition(), expectation.section) {
            wrong.insert(place, why);
        }
    }
    wrong.into_iter().map(|(place, why)| Violation { pointer: format!("/expectations/{place}"), why }).collect()
}

/// The demands of profiles of one layer that cannot both count on a host: the place of mine, and the other one, at most
/// twenty. Of different layers the more specific one counts, so they never conflict.
pub fn conflicts<'a>(profile: &Profile, other: &'a Profile) -> Vec<(usize, &'a Expectation)> {
    if profile.layer != other.layer || profile.id == other.id {
        return Vec::new();
    }
    let clash = |(place, mine): (usize, &Expectation)| {
        Some((place, other.expectations.iter().find(|theirs| mine.contradicts(theirs))?))
    };
    profile.expectations.iter().enumerate().filter_map(clash).take(MOST_CONFLICTS).collect()
}

/// Which demands count on a host.
#[derive(Debug, Default)]
pub struct Counted {
    /// These do.
    pub winners: Vec<Arc<StatePolicy>>,
    /// These do not: a more specific one says something of the same thing.
    pub overruled: Vec<(Arc<StatePolicy>, Arc<StatePolicy>)>,
    /// These do not: another one of the same layer says something else. Nobody can tell which one is meant.
    pub undecided: Vec<(Arc<StatePolicy>, Arc<StatePolicy>)>,
}

/// Of all demands that mean a host those that count: the more specific profile wins, and what two of one layer say differently
/// counts for neither.
pub fn winners(meant: &[Arc<StatePolicy>]) -> Counted {
    let mut counted = Counted::default();
    let mut things: BTreeMap<_, Vec<&Arc<StatePolicy>>> = BTreeMap::new();
    for policy in meant {
        let Some(mine) = &policy.demanded else { continue };
        things.entry((mine.expectation.section, mine.expectation.key.as_str())).or_default().push(policy);
    }
    for policy in meant {
        let Some(mine) = &policy.demanded else { continue };
        let Some(meant) = things.get(&(mine.expectation.section, mine.expectation.key.as_str())) else { continue };
        let rival = |other: &&&Arc<StatePolicy>| {
            other.id != policy.id
                && other.demanded.as_ref().is_some_and(|theirs| {
                    mine.expectation.contradicts(&theirs.expectation)
                        || mine.expectation.is_about_the_same(&theirs.expectation)
                })
        };
        let layer = |other: &&&Arc<StatePolicy>| other.demanded.as_ref().map_or(0, |theirs| theirs.layer);
        let higher = meant.iter().filter(rival).filter(|other| layer(other) > mine.layer).max_by_key(layer);
        let clash = || {
            let same = meant.iter().filter(rival).filter(|other| layer(other) == mine.layer);
            same.into_iter().find(|other| {
                other.demanded.as_ref().is_some_and(|theirs| mine.expectation.contradicts(&theirs.expectation))
            })
        };
        if let Some(higher) = higher {
            counted.overruled.push((Arc::clone(policy), Arc::clone(*higher)));
        } else if let Some(other) = clash() {
            counted.undecided.push((Arc::clone(policy), Arc::clone(*other)));
        } else {
            counted.winners.push(Arc::clone(policy));
        }
    }
    counted
}

/// The names of profiles of which something may change when one does: those that say something of the same things.
pub fn touched_by<'a>(profile: &Profile, all: impl IntoIterator<Item = &'a Profile>) -> BTreeSet<String> {
    let same = |other: &&Profile| {
        other.id != profile.id
            && other.expectations.iter().any(|theirs| {
                let is_same = |mine: &Expectation| mine.section == theirs.section && mine.key == theirs.key;
                profile.expectations.iter().any(is_same)
            })
    };
    all.into_iter().filter(|other| other.is_enabled).filter(same).map(|other| other.id.clone()).collect()
}

impl Demanded {
    /// As a finding carries it, of an item as it is.
    pub fn minded(&self, policy: &StatePolicy, item: Option<&muster_shared::Attributes>) -> Minded {
        Minded {
            id: policy.id.clone(),
            severity: policy.severity,
            class: policy.class,
            outcome: policy.outcome,
            patience: policy.patience,
            basis: Basis::State,
            says: Some(self.expectation.says(&policy.id, item).into()),
        }
    }
}

#[cfg(test)]
mod tests;
