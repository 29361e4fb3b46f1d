//! How things are: items that are as a policy says that none may be, whatever changed or did not.

use std::sync::Arc;

use muster_shared::{Attributes, Time};
use serde_json::Value;

use super::{Findings, Windows, may_reopen, reopen, resolve, stand_again};
use crate::finding::{self, Basis, Resolution, Subject};
use crate::policy::Violation;
use crate::policy::book::StatePolicy;

/// What was asked about an item, and the answers.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// The item.
    pub subject: Subject<'a>,
    /// As it is.
    pub attributes: &'a Attributes,
    /// The policy that was asked.
    pub policy: &'a Arc<StatePolicy>,
    /// Whether the item breaks it.
    pub is_broken: bool,
}

/// Takes an answer into account: a finding begins, goes on, comes back, or ends.
pub fn observe(findings: &mut Findings, verdict: &Verdict<'_>, windows: &Windows, now: Time) {
    let (subject, policy) = (&verdict.subject, verdict.policy);
    let fingerprint = finding::fingerprint(subject.host, subject.section, subject.key, &policy.id, None);
    let held = findings.by_fingerprint(&fingerprint);
    if !verdict.is_broken {
        if let Some(held) = held.filter(|held| held.finding.state.is_active()) {
            held.finding.last_seen = subject.seen_at;
            resolve(held, Resolution::Reverted, now);
        }
        return;
    }
    let actual = Value::Object(verdict.attributes.clone().into_iter().collect());
    let minded = policy.minded();
    match held {
        Some(held) if held.finding.state.is_active() => {
            let finding = &mut held.finding;
            let said = (finding.severity, finding.outcome, finding.says.clone());
            if finding.actual != actual {
                finding.actual = actual;
                finding.last_seen = subject.seen_at;
                finding.count += 1;
                held.changed = true;
            }
            if said != (minded.severity, minded.outcome, minded.says.clone()) {
                (finding.severity, finding.outcome, finding.says) = (minded.severity, minded.outcome, minded.says);
                held.changed = true;
            }
            stand_again(held, now);
        }
        held => {
            let violation = Violation { policy: minded, attribute: None, expected: Value::Null, actual };
            match held {
                Some(held) if may_reopen(&held.finding, windows, now) => {
                    reopen(held, violation, subject, windows, now);
                }
                _ => findings.begin(subject, violation, windows, now),
            }
        }
    }
}

/// Ends the findings of how an item is when the item is gone, or what minded it is.
pub fn end(findings: &mut Findings, is_over: impl Fn(&finding::Finding) -> Option<Resolution>, now: Time) {
    for held in findings.by_id.values_mut() {
        let active = held.finding.state.is_active() && held.finding.basis == Basis::State;
        if let Some(resolution) = active.then(|| is_over(&held.finding)).flatten() {
            resolve(held, resolution, now);
        }
    }
}

#[cfg(test)]
mod tests;
