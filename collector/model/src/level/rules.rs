//! All versions of policies and calendars, made ready: which held at a moment.

use std::collections::BTreeMap;

use muster_shared::Time;

use super::{Condition, Policy, Target};
use crate::calendar::{Calendar, Opening};
use crate::query::{Query, fields};

/// A policy with its texts read.
#[derive(Clone, Debug)]
pub struct ReadPolicy {
    /// The version.
    pub policy: Policy,
    /// For which tickets; `None` when its filter asks for what can no longer be asked.
    pub query: Option<Query>,
    pub(super) start: Vec<Condition>,
    pub(super) stop: Vec<Condition>,
    pub(super) pause: Vec<Condition>,
}

/// A calendar with its hours read.
#[derive(Clone, Debug)]
pub struct ReadCalendar {
    /// The version.
    pub calendar: Calendar,
    /// When it is open.
    pub opening: Opening,
}

/// What clocks go by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Versions by name, oldest first.
    policies: BTreeMap<String, Vec<ReadPolicy>>,
    calendars: BTreeMap<String, Vec<ReadCalendar>>,
}

impl ReadPolicy {
    /// A version, read.
    pub fn of(policy: Policy) -> Self {
        let read = |texts: &[String]| texts.iter().filter_map(|text| Condition::parse(text)).collect();
        let terms = &policy.terms;
        Self {
            query: Query::parse(&terms.filter, &fields::TICKET).ok(),
            start: read(&terms.start_when),
            stop: read(&terms.stop_when),
            pause: read(&terms.pause_when),
            policy,
        }
    }

    /// What it gives, in milliseconds.
    pub fn target_ms(&self) -> i64 {
        i64::from(self.policy.terms.minutes) * 60_000
    }
}

/// The last of those that held at a moment.
fn at<T>(versions: &[T], at: Time, since: impl Fn(&T) -> Time) -> Option<&T> {
    versions.iter().rev().find(|version| since(version) <= at)
}

impl Rules {
    /// The rules of all versions, in any order.
    pub fn new(policies: impl IntoIterator<Item = Policy>, calendars: impl IntoIterator<Item = Calendar>) -> Self {
        let mut rules = Self::default();
        for policy in policies {
            rules.policies.entry(policy.name.clone()).or_default().push(ReadPolicy::of(policy));
        }
        for calendar in calendars {
            let opening = calendar.opening();
            let versions = rules.calendars.entry(calendar.name.clone()).or_default();
            versions.push(ReadCalendar { calendar, opening });
        }
        rules.policies.values_mut().for_each(|all| all.sort_by_key(|version| version.policy.number));
        rules.calendars.values_mut().for_each(|all| all.sort_by_key(|version| version.calendar.number));
        rules
    }

    /// The policies for a target that held at a moment, first things first. With the moment at which the first version of
    /// each began.
    pub(super) fn policies(&self, target: Target, moment: Time) -> Vec<(&ReadPolicy, Time)> {
        let held = self.policies.values().filter_map(|versions| {
            let held = at(versions, moment, |version| version.policy.changed_at)?;
            Some((held, versions.first()?.policy.changed_at))
        });
        let counts = |(held, _): &(&ReadPolicy, Time)| {
            let terms = &held.policy.terms;
            terms.is_enabled && terms.target == target && self.calendars.contains_key(&terms.calendar)
        };
        let mut held: Vec<_> = held.filter(counts).collect();
        held.sort_by(|(a, _), (b, _)| {
            (a.policy.terms.order, &a.policy.name).cmp(&(b.policy.terms.order, &b.policy.name))
        });
        held
    }

    /// The calendar that held at a moment, or its first version if it came later.
    pub fn calendar(&self, name: &str, moment: Time) -> Option<&ReadCalendar> {
        let versions = self.calendars.get(name)?;
        at(versions, moment, |version| version.calendar.changed_at).or_else(|| versions.first())
    }

    /// One version of a calendar.
    pub fn calendar_version(&self, name: &str, number: u32) -> Option<&ReadCalendar> {
        self.calendars.get(name)?.iter().find(|version| version.calendar.number == number)
    }

    /// One version of a policy.
    pub fn policy_version(&self, name: &str, number: u32) -> Option<&ReadPolicy> {
        self.policies.get(name)?.iter().find(|version| version.policy.number == number)
    }

    /// The policies as they are now, by name.
    pub fn names(&self) -> impl Iterator<Item = &ReadPolicy> {
        self.policies.values().filter_map(|versions| versions.last())
    }
}
