//! How things are: items that are as a policy says that none may be, whatever changed or did not.

use muster_shared::Time;

use super::{Findings, Windows, may_reopen, reopen, resolve, stand_again};
use crate::finding::{self, Basis, Resolution, Subject};
use crate::policy::Violation;

/// What was asked about an item, and the answer.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// The item.
    pub subject: Subject<'a>,
    /// The policy that was asked.
    pub policy: &'a str,
    /// The attribute that it was asked about; `None` is the item as a whole.
    pub attribute: Option<&'a str>,
    /// What is wrong; `None` is nothing.
    pub violation: Option<Violation>,
}

impl Verdict<'_> {
    /// The fingerprint of the finding that it makes, goes on with or ends.
    pub fn fingerprint(&self) -> String {
        let subject = &self.subject;
        finding::fingerprint(subject.host, subject.section, subject.key, self.policy, self.attribute)
    }
}

/// Takes an answer into account: a finding begins, goes on, comes back, or ends.
pub fn observe(findings: &mut Findings, verdict: Verdict<'_>, windows: &Windows, now: Time) {
    let held = findings.by_fingerprint(&verdict.fingerprint());
    let subject = verdict.subject;
    let Some(violation) = verdict.violation else {
        if let Some(held) = held.filter(|held| held.finding.state.is_active()) {
            held.finding.last_seen = subject.seen_at;
            resolve(held, Resolution::Reverted, now);
        }
        return;
    };
    match held {
        Some(held) if held.finding.state.is_active() => {
            let (finding, minded) = (&mut held.finding, violation.policy);
            if finding.actual != violation.actual {
                finding.actual = violation.actual;
                finding.last_seen = subject.seen_at;
                finding.count += 1;
                held.changed = true;
            }
            if finding.expected != violation.expected {
                finding.expected = violation.expected;
                held.changed = true;
            }
            let said = (finding.severity, finding.outcome, finding.patience, finding.says.clone());
            if said != (minded.severity, minded.outcome, minded.patience, minded.says.clone()) {
                (finding.severity, finding.outcome) = (minded.severity, minded.outcome);
                (finding.patience, finding.says) = (minded.patience, minded.says);
                held.changed = true;
            }
            stand_again(held, now);
        }
        Some(held) if may_reopen(&held.finding, windows, now) => reopen(held, violation, &subject, windows, now),
        _ => findings.begin(&subject, violation, windows, now),
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
