//! What owners say of policies: their own, and settings of those that are shipped.

use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

use super::patience::{GroupBy, Patience};
use super::rule::Rule;
use super::{Class, Outcome, Severity, shipped};
use crate::class::{Registry, Violation};
use crate::query::Query;
use crate::record::record;
use crate::text::{Phrase, unseen};

/// Longest purpose.
const MAX_PURPOSE: usize = 200;
/// Longest name.
const MAX_ID: usize = 64;
/// Longest scope.
const MAX_SCOPE: usize = 2_000;

/// A policy that an owner made: a condition that no item may fulfil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPolicy {
    /// Its name: part of fingerprints, so it never changes.
    pub id: String,
    /// What it is for: findings say it.
    pub purpose: String,
    /// Whose items it looks at.
    pub section: SectionName,
    /// Which hosts it means, in the query language; empty is all.
    pub scope: String,
    /// What must not be, in CEL.
    pub condition: String,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long it waits, and what is told as one incident.
    #[serde(default, skip_serializing_if = "Patience::is_usual")]
    pub patience: Patience,
    /// Whether it is asked at all.
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
    /// Who did that.
    pub changed_by: String,
}

record!(OwnPolicy, Policy, |policy| policy.id.clone());

/// What an owner set of a policy that is shipped; what is not set is as shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySetting {
    /// The policy.
    pub id: String,
    /// Whether it is asked.
    pub is_enabled: Option<bool>,
    /// How bad.
    pub severity: Option<Severity>,
    /// With what outcome.
    pub outcome: Option<Outcome>,
    /// For how long something has to stand; the usual way when it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debounce_seconds: Option<u32>,
    /// What is told as one incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<GroupBy>,
    /// When it was set.
    pub changed_at: Time,
    /// Who did that.
    pub changed_by: String,
}

record!(PolicySetting, PolicySetting, |setting| setting.id.clone());

/// Whether a text can be the name of something that owners make: `no-telnet`.
pub fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|sign: char| sign.is_ascii_lowercase());
    let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
    starts && text.len() <= MAX_ID && text.chars().all(plain)
}

/// What is wrong with the name of something that owners make.
pub fn name(text: &str) -> Option<Phrase> {
    (!is_name(text)).then(|| Phrase::new("policy_name").with("max", MAX_ID))
}

/// What is wrong with a line of text of an owner.
pub fn line(text: &str) -> Option<Phrase> {
    if !(1..=MAX_PURPOSE).contains(&text.trim().chars().count()) {
        return Some(Phrase::new("characters").with("min", 1).with("max", MAX_PURPOSE));
    }
    unseen(text).or_else(|| text.contains('\n').then(|| Phrase::new("one_line")))
}

/// What is wrong with a scope: a query over hosts.
pub fn scope(text: &str, registry: &Registry) -> Option<Phrase> {
    if text.len() > MAX_SCOPE {
        return Some(Phrase::new("at_most_bytes").with("max", MAX_SCOPE));
    }
    match Query::parse(text, &registry.host_fields()) {
        Err(error) => Some(error.phrase()),
        Ok(query) if !query.moment.is_now() => Some(Phrase::new("scope_moment")),
        Ok(_) => None,
    }
}

/// What forbids to save a policy.
pub fn check(policy: &OwnPolicy, registry: &Registry) -> Vec<Violation> {
    let named = if shipped::is_shipped(&policy.id) {
        Some(Phrase::new("policy_shipped").with("name", policy.id.as_str()))
    } else {
        name(&policy.id)
    };
    let wrong = [
        ("/id", named),
        ("/purpose", line(&policy.purpose)),
        ("/scope", scope(&policy.scope, registry)),
        ("/debounce_seconds", policy.patience.wrong(policy.class)),
        ("/condition", Rule::checked(&policy.condition, policy.section, &registry.host_fields()).err()),
    ];
    let violation = |(pointer, why): (&str, Option<Phrase>)| Some(Violation { pointer: pointer.into(), why: why? });
    wrong.into_iter().filter_map(violation).collect()
}
