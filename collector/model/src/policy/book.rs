//! All policies as they hold: the settings of those that are shipped, and those over how things are, compiled once and found
//! by the section that they look at or read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_shared::{Attributes, SectionName, Time};
use serde_json::Value;

use super::own::{OwnPolicy, PolicySetting};
use super::patience::Patience;
use super::rule::{self, Rule};
use super::shipped::{self, Shipped};
use super::{Class, Minded, Outcome, Severity, Violation};
use crate::class::Registry;
use crate::finding::{Basis, Finding};
use crate::profile::{Demanded, Profile};
use crate::query::{Entry, Query};
use crate::routing::rule::{About, Route, Routing};
use crate::text::{Phrase, Text};
use crate::waiver::Waiver;

/// What owners set of the policies that are shipped.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    set: BTreeMap<String, PolicySetting>,
    /// Attributes that people accepted as volatile, with the reason of each.
    volatile: BTreeMap<(SectionName, String), String>,
}

impl Settings {
    /// From what is stored.
    pub fn new(set: impl IntoIterator<Item = PolicySetting>) -> Self {
        let set = set.into_iter().map(|setting| (setting.id.clone(), setting)).collect();
        Self { set, volatile: BTreeMap::new() }
    }

    /// With the attributes that people accepted as volatile, and the reason of each.
    #[must_use]
    pub fn but(self, volatile: BTreeMap<(SectionName, String), String>) -> Self {
        Self { volatile, ..self }
    }

    /// Why an attribute is volatile, if a person said so: its changes are recorded and nobody minds them.
    pub fn is_volatile(&self, section: SectionName, attribute: &str) -> Option<&str> {
        if self.volatile.is_empty() {
            return None;
        }
        self.volatile.get(&(section, attribute.to_owned())).map(String::as_str)
    }

    /// What was set of a policy.
    pub fn of(&self, id: &str) -> Option<&PolicySetting> {
        self.set.get(id)
    }

    /// How a policy that is shipped waits and gathers.
    pub fn patience(&self, id: &str) -> Patience {
        let set = self.of(id);
        Patience {
            debounce_seconds: set.and_then(|set| set.debounce_seconds),
            group_by: set.and_then(|set| set.group_by).unwrap_or_default(),
        }
    }

    /// Whether a policy over changes is asked.
    pub fn is_on(&self, id: &str) -> bool {
        self.of(id).and_then(|set| set.is_enabled).unwrap_or(true)
    }

    /// Whether a policy over how things are is asked.
    pub fn is_state_on(&self, policy: &Shipped) -> bool {
        self.of(policy.id).and_then(|set| set.is_enabled).unwrap_or(policy.is_on)
    }
}

/// A policy over how things are, ready to be asked.
#[derive(Debug)]
pub struct StatePolicy {
    /// Its name.
    pub id: String,
    /// What findings say.
    pub says: Text,
    /// Whose items it looks at.
    pub section: SectionName,
    /// Which hosts it means; `None` is all.
    pub scope: Option<Query>,
    /// What must not be.
    pub rule: Rule,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long it waits, and what is told as one incident.
    pub patience: Patience,
    /// The demand of a profile that it is made of: it is asked about that one thing, whether it is there or not.
    pub demanded: Option<Demanded>,
}

impl StatePolicy {
    /// Whether it is to be asked anew, about all that it looks at, when these items of a section changed, came or went.
    pub fn is_moved_by(&self, section: SectionName, keys: &BTreeSet<String>) -> bool {
        let demanded = self.demanded.as_ref().filter(|_| section == self.section).map(|demanded| &demanded.expectation);
        // Of other things than packages the name stands in no key.
        let is_about =
            |thing: &str| section != SectionName::Package || keys.iter().any(|key| rule::is_named(section, key, thing));
        demanded.is_some_and(|about| is_about(&about.key)) || self.rule.reads.sees(section, keys)
    }

    /// Whether a finding is of this policy.
    pub fn made(&self, finding: &Finding) -> bool {
        let is_about = |demanded: &Demanded| {
            let about = &demanded.expectation;
            finding.section == about.section && finding.item_key == about.key && finding.attribute == about.attribute
        };
        finding.policy == self.id && self.demanded.as_ref().is_none_or(is_about)
    }

    /// The finding that an item makes of which the condition is true; `None` is an item that is not there.
    pub fn violation(&self, item: Option<&Attributes>) -> Violation {
        if let Some(demanded) = &self.demanded {
            let about = &demanded.expectation;
            let (expected, actual) = (about.expected(), about.actual(item));
            return Violation {
                policy: demanded.minded(self, item),
                attribute: about.attribute.clone(),
                expected,
                actual,
            };
        }
        let actual = item.map_or(Value::Null, |item| Value::Object(item.clone().into_iter().collect()));
        Violation { policy: self.minded(), attribute: None, expected: Value::Null, actual }
    }

    /// As a finding carries it.
    fn minded(&self) -> Minded {
        Minded {
            id: self.id.clone(),
            severity: self.severity,
            class: self.class,
            outcome: self.outcome,
            patience: self.patience,
            basis: Basis::State,
            says: Some(self.says.clone()),
        }
    }

    /// One that an owner made, whether it is enabled or not.
    pub fn of_owner(policy: &OwnPolicy, registry: &Registry) -> Result<Self, Phrase> {
        let scope = Query::parse(&policy.scope, &registry.host_fields()).map_err(|error| error.phrase())?;
        Ok(Self {
            id: policy.id.clone(),
            says: Text::Written(policy.purpose.clone()),
            section: policy.section,
            scope: (!scope.is_empty()).then_some(scope),
            rule: Rule::compile(&policy.condition, policy.section)?,
            severity: policy.severity,
            class: policy.class,
            outcome: policy.outcome,
            patience: policy.patience,
            demanded: None,
        })
    }

    /// One that is shipped, whether it is on or not.
    pub fn of_shipped(policy: &Shipped, settings: &Settings) -> Result<Self, Phrase> {
        let set = settings.of(policy.id);
        Ok(Self {
            id: policy.id.to_owned(),
            says: Phrase::new(policy.says).into(),
            section: policy.section,
            scope: None,
            rule: Rule::compile(policy.condition, policy.section)?,
            severity: set.and_then(|set| set.severity).unwrap_or(policy.severity),
            class: policy.class,
            outcome: set.and_then(|set| set.outcome).unwrap_or(policy.outcome),
            patience: settings.patience(policy.id),
            demanded: None,
        })
    }
}

/// All policies.
#[derive(Debug, Default)]
pub struct Book {
    /// What owners set of the policies that are shipped.
    pub settings: Settings,
    /// Those over how things are that are on.
    states: Vec<Arc<StatePolicy>>,
    /// By the section whose items they look at.
    subjects: BTreeMap<SectionName, Vec<usize>>,
    /// By the sections that they read besides.
    readers: BTreeMap<SectionName, Vec<usize>>,
    /// Waivers that were not ended, with the question of each.
    pub waivers: Vec<(Waiver, Query)>,
    /// Who deals with incidents.
    pub routes: Vec<Route>,
    /// Who deals with tickets that do not say so, rule by rule.
    pub ticket_routes: Vec<Route>,
    /// Those that cannot be asked any more, and why.
    pub broken: BTreeMap<String, Phrase>,
}

impl Book {
    /// From what owners said.
    pub fn new<'a>(own: impl IntoIterator<Item = &'a OwnPolicy>, settings: Settings, registry: &Registry) -> Self {
        let mut book = Self::default();
        for policy in shipped::STATE.iter().filter(|policy| settings.is_state_on(policy)) {
            book.add(policy.id, StatePolicy::of_shipped(policy, &settings));
        }
        for policy in own.into_iter().filter(|policy| policy.is_enabled) {
            book.add(&policy.id, StatePolicy::of_owner(policy, registry));
        }
        Self { settings, ..book }
    }

    /// With the demands of profiles that are on.
    #[must_use]
    pub fn demanding<'a>(mut self, profiles: impl IntoIterator<Item = &'a Profile>, registry: &Registry) -> Self {
        for profile in profiles.into_iter().filter(|profile| profile.is_enabled) {
            match profile.policies(registry) {
                Err(why) => drop(self.broken.insert(profile.id.clone(), why)),
                Ok(policies) => policies.into_iter().for_each(|policy| self.add(&profile.id, Ok(policy))),
            }
        }
        self
    }

    /// With what may stand, and who deals with the rest.
    #[must_use]
    pub fn with(mut self, waivers: impl IntoIterator<Item = Waiver>, routing: Option<&Routing>) -> Self {
        let live = waivers.into_iter().filter(|waiver| waiver.ended.is_none());
        self.waivers = live.filter_map(|waiver| Some((waiver.clone(), waiver.query().ok()?))).collect();
        let all = |about| routing.map(|routing| Route::all(routing, about)).unwrap_or_default();
        (self.routes, self.ticket_routes) = (all(About::Findings), all(About::Tickets));
        self
    }

    /// The waiver that lets a finding stand now; of several the one that ends last.
    pub fn waiver_of(&self, entry: &dyn Entry, now: Time) -> Option<&Waiver> {
        let fits = self.waivers.iter().filter(|(waiver, query)| waiver.holds(now) && query.matches(entry));
        fits.map(|(waiver, _)| waiver).max_by_key(|waiver| waiver.expires_at)
    }

    fn add(&mut self, id: &str, policy: Result<StatePolicy, Phrase>) {
        match policy {
            Err(why) => drop(self.broken.insert(id.to_owned(), why)),
            Ok(policy) => {
                let place = self.states.len();
                // A demand is asked about one thing: whatever else changes in its section, it is found by its name then.
                let lists = if policy.demanded.is_some() { &mut self.readers } else { &mut self.subjects };
                lists.entry(policy.section).or_default().push(place);
                for section in policy.rule.reads.sections() {
                    self.readers.entry(section).or_default().push(place);
                }
                self.states.push(Arc::new(policy));
            }
        }
    }

    fn at<'a>(&'a self, places: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Arc<StatePolicy>> {
        places.into_iter().flatten().filter_map(|place| self.states.get(*place))
    }

    /// Those over how things are.
    pub fn states(&self) -> &[Arc<StatePolicy>] {
        &self.states
    }

    /// Those over how things are of one name, if it is on: one, or the demands of a profile.
    pub fn named<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Arc<StatePolicy>> {
        self.states.iter().filter(move |policy| policy.id == id)
    }

    /// Those that look at items of a section.
    pub fn looking_at(&self, section: SectionName) -> impl Iterator<Item = &Arc<StatePolicy>> {
        self.at(self.subjects.get(&section))
    }

    /// Those that read a section for items of it or of others, and demands on things of it.
    pub fn reading(&self, section: SectionName) -> impl Iterator<Item = &Arc<StatePolicy>> {
        self.at(self.readers.get(&section))
    }
}

#[cfg(test)]
mod tests;
