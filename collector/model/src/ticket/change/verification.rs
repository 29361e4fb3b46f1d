//! What agents saw of a change: each expectation on each host, and what else was found in its window.
//!
//! T0 is the moment it began, T1 the first look of a host's agent after its end; further looks follow an hour and a day later.

use std::collections::BTreeMap;

use muster_shared::id::{FindingId, HostId};
use muster_shared::{Attributes, SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::{Expectation, Scope};
use crate::version;

/// How long after the end of a change its hosts are looked at again.
pub const LATER_LOOKS_MS: &[i64] = &[3_600_000, 24 * 3_600_000];

/// What agents saw of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// When it was looked last.
    pub at: Time,
    /// How many checks came to what.
    pub counts: BTreeMap<Verdict, usize>,
    /// What was found, what is wrong first; at most [`MOST_RESULTS`].
    pub results: Vec<CheckResult>,
}

/// Results that are kept: a change of a whole fleet has hundreds of thousands.
pub const MOST_RESULTS: usize = 1_000;

impl Verification {
    /// Of all results.
    pub fn of(at: Time, mut results: Vec<CheckResult>) -> Self {
        let mut counts = BTreeMap::new();
        for result in &results {
            *counts.entry(result.verdict).or_default() += 1;
        }
        results.sort_by_key(|result| result.verdict);
        results.truncate(MOST_RESULTS);
        Self { at, counts, results }
    }
}

/// One check on one host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// What was asked, in words: `package openssl version 3.0.15`.
    pub what: String,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// The finding of an extra one, where a policy minds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingId>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is as before.
    NotDone,
    /// It is neither as planned nor as before.
    Partial,
    /// It was not planned.
    Extra,
    /// The host's agent has not looked since.
    NoData,
    /// It is as planned.
    Done,
}

impl Verdict {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::NotDone, Self::Partial, Self::Extra, Self::NoData, Self::Done];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Partial => "partial",
            Self::Extra => "extra",
            Self::NoData => "no_data",
        }
    }
}

impl CheckResult {
    /// The host and what was asked there.
    pub fn label(&self) -> String {
        format!("{}: {}", self.host_name, self.what)
    }
}

/// The items of a section, before and after: by key.
pub type Items = BTreeMap<String, Attributes>;

/// One host, as it was when the change began and as its agent saw it after the end.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Sections when it began.
    pub before: BTreeMap<SectionName, Items>,
    /// Sections as last seen.
    pub after: BTreeMap<SectionName, Items>,
    /// When its agent looked last; `None` is never.
    pub looked_at: Option<Time>,
}

/// Something that is otherwise than when the change began and is not covered by the scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The finding, where a policy minds it.
    pub finding: Option<FindingId>,
    /// Its one line.
    pub what: String,
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".into(),
        value => value.to_string(),
    }
}

fn describe(expectation: &Expectation) -> String {
    let mut words = vec![expectation.section.as_str().to_owned(), expectation.key.clone()];
    words.extend(expectation.attribute.clone());
    match (&expectation.attribute, &expectation.value) {
        (None, Value::Null) => words.push("not there".into()),
        (None, _) => words.push("there".into()),
        (Some(_), value) => words.push(text(value)),
    }
    words.join(" ")
}

/// The items that an expectation means: of that key, or of that name.
fn named<'a>(items: Option<&'a Items>, key: &'a str) -> impl Iterator<Item = &'a Attributes> {
    let all = items.into_iter().flatten();
    all.filter(move |(own, attributes)| *own == key || attributes.get("name").and_then(Value::as_str) == Some(key))
        .map(|(_, attributes)| attributes)
}

/// What is seen of an expectation: one text for each item that it means.
fn seen_of(expectation: &Expectation, items: Option<&Items>) -> Vec<String> {
    let of = |attributes: &Attributes| match &expectation.attribute {
        None => "there".to_owned(),
        Some(name) => text(attributes.get(name).unwrap_or(&Value::Null)),
    };
    let mut seen: Vec<String> = named(items, &expectation.key).map(of).collect();
    seen.sort();
    seen.dedup();
    seen
}

/// Whether what is seen is what was planned. A version that begins with `>=` asks for that one or a later one.
fn is_met(expectation: &Expectation, items: Option<&Items>) -> bool {
    let mut found = named(items, &expectation.key).peekable();
    let Some(name) = &expectation.attribute else {
        return found.peek().is_none() == expectation.value.is_null();
    };
    if found.peek().is_none() {
        return false;
    }
    found.all(|attributes| {
        let value = attributes.get(name).unwrap_or(&Value::Null);
        fits_value(&expectation.value, value, attributes.get("manager").and_then(Value::as_str).unwrap_or("dpkg"))
    })
}

/// Whether a value is what was planned, for a package by the rules of its manager.
pub fn fits_value(wanted: &Value, value: &Value, manager: &str) -> bool {
    let wanted = text(wanted);
    match wanted.strip_prefix(">=") {
        Some(least) => version::compare(manager, &text(value), least.trim()).is_some_and(std::cmp::Ordering::is_ge),
        None => text(value) == wanted,
    }
}

/// Judges one host.
pub fn judge(
    host: (HostId, &str),
    (scope, expect): (&Scope, &[Expectation]),
    seen: &Seen,
    finished_at: Time,
    extras: Vec<Extra>,
) -> Vec<CheckResult> {
    let result = |what: String, seen: Option<String>, verdict: Verdict| result(host, what, seen, verdict);
    let has_looked = seen.looked_at.is_some_and(|at| at >= finished_at);
    let mut results: Vec<CheckResult> = Vec::new();
    for expectation in expect {
        let (before, after) = (seen.before.get(&expectation.section), seen.after.get(&expectation.section));
        let is_met = is_met(expectation, after);
        let now = seen_of(expectation, after);
        let verdict = match (has_looked, is_met) {
            (false, _) => Verdict::NoData,
            (true, true) => Verdict::Done,
            (true, false) if now == seen_of(expectation, before) => Verdict::NotDone,
            (true, false) => Verdict::Partial,
        };
        let shown = has_looked.then(|| if now.is_empty() { "not there".to_owned() } else { now.join(", ") });
        results.push(result(describe(expectation), shown, verdict));
    }
    // A plan that names facts and no values asks that something of them changed.
    if expect.is_empty() {
        for fact in &scope.facts {
            let (before, after) = (seen.before.get(&fact.section), seen.after.get(&fact.section));
            let verdict = match (has_looked, changed(fact, before, after)) {
                (false, _) => Verdict::NoData,
                (true, true) => Verdict::Done,
                (true, false) => Verdict::NotDone,
            };
            results.push(result(format!("{} changes", named_fact(fact)), None, verdict));
        }
    }
    with_extras(host, results, (seen.looked_at, finished_at), extras)
}

/// Judges one host of a change that was backed out: what it is about is as it was before it began.
pub fn judge_back(
    host: (HostId, &str),
    (scope, expect): (&Scope, &[Expectation]),
    seen: &Seen,
    finished_at: Time,
    extras: Vec<Extra>,
) -> Vec<CheckResult> {
    let has_looked = seen.looked_at.is_some_and(|at| at >= finished_at);
    let verdict = |is_back: bool| match (has_looked, is_back) {
        (false, _) => Verdict::NoData,
        (true, true) => Verdict::Done,
        (true, false) => Verdict::NotDone,
    };
    let both = |section: SectionName| (seen.before.get(&section), seen.after.get(&section));
    let facts = scope.facts.iter().map(|fact| {
        let (before, after) = both(fact.section);
        (named_fact(fact), None, !changed(fact, before, after))
    });
    let expected = expect.iter().map(|expectation| {
        let (before, after) = both(expectation.section);
        let (before, after) = (seen_of(expectation, before), seen_of(expectation, after));
        let words = [Some(expectation.section.as_str().to_owned()), Some(expectation.key.clone())];
        let words = words.into_iter().chain([expectation.attribute.clone()]).flatten().collect::<Vec<_>>().join(" ");
        (words, has_looked.then(|| after.join(", ")).filter(|seen| !seen.is_empty()), before == after)
    });
    let all = expected.chain(facts);
    let results: Vec<CheckResult> =
        all.map(|(what, seen, is_back)| result(host, format!("{what} as before"), seen, verdict(is_back))).collect();
    with_extras(host, results, (seen.looked_at, finished_at), extras)
}

/// All results of a host. Where nothing was asked, nobody knows before its agent has looked whether anything else changed. A
/// host that no agent ever looked at is left to the people and their checks.
fn with_extras(
    host: (HostId, &str),
    mut results: Vec<CheckResult>,
    (looked_at, finished_at): (Option<Time>, Time),
    extras: Vec<Extra>,
) -> Vec<CheckResult> {
    if results.is_empty() && looked_at.is_some_and(|at| at < finished_at) {
        results.push(result(host, "nothing else changed".to_owned(), None, Verdict::NoData));
    }
    results.extend(extras.into_iter().map(|extra| extra_of(host, extra)));
    results
}

fn result((host, name): (HostId, &str), what: String, seen: Option<String>, verdict: Verdict) -> CheckResult {
    CheckResult { host, host_name: name.to_owned(), what, seen, finding: None, verdict }
}

fn extra_of(host: (HostId, &str), extra: Extra) -> CheckResult {
    CheckResult { finding: extra.finding, ..result(host, extra.what, None, Verdict::Extra) }
}

fn named_fact(fact: &super::plan::Fact) -> String {
    let words = [Some(fact.section.as_str().to_owned()), fact.key.clone(), fact.attribute.clone()];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn changed(fact: &super::plan::Fact, before: Option<&Items>, after: Option<&Items>) -> bool {
    let empty = Items::new();
    let (before, after) = (before.unwrap_or(&empty), after.unwrap_or(&empty));
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter().any(|key| {
        let (old, new) = (before.get(key), after.get(key));
        let name = new.or(old).and_then(|attributes| attributes.get("name")).and_then(Value::as_str).unwrap_or(key);
        let differs = match (&fact.attribute, old, new) {
            (Some(attribute), Some(old), Some(new)) => old.get(attribute) != new.get(attribute),
            _ => old != new,
        };
        differs && fact.covers(fact.section, &[key, name], fact.attribute.as_deref())
    })
}

/// What all results together say: `None` as long as a host has not been looked at.
pub fn suggestion(verification: &Verification, is_backed_out: bool) -> Option<super::CloseCode> {
    let count = |verdict: Verdict| verification.counts.get(&verdict).copied().unwrap_or_default();
    if verification.counts.is_empty() || count(Verdict::NoData) > 0 {
        return None;
    }
    Some(match (count(Verdict::Done), count(Verdict::NotDone) + count(Verdict::Partial), count(Verdict::Extra)) {
        (_, 0, _) if is_backed_out => super::CloseCode::BackedOut,
        (_, 0, 0) => super::CloseCode::Successful,
        (_, 0, _) => super::CloseCode::SuccessfulWithIssues,
        (0, _, _) => super::CloseCode::Failed,
        _ => super::CloseCode::Partial,
    })
}

#[cfg(test)]
mod tests;
