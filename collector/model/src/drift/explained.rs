//! What changes make of a finding: it is attached to one, waits for somebody's word, or stands for itself.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::TicketId;

use super::change_match::{CONFIRM_MS, Match, Recurrence, TENTATIVE, Verdict, decide, kept};
use super::{Windows, next_look, opened};
use crate::finding::{Basis, Finding, FindingState, Likely, Resolution};
use crate::policy::Outcome;

/// What becomes of a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// It stands, in another state or with other matches.
    Stands(Finding),
    /// The change that explains it was made: it is authorised.
    Accepted(Finding, Match),
}

/// Whether changes have a say in it: what people decided goes before, and how things are is no change.
pub const fn may_be_explained(finding: &Finding) -> bool {
    if matches!(finding.basis, Basis::State) {
        return false;
    }
    match finding.state {
        FindingState::Pending { .. }
        | FindingState::Open { .. }
        | FindingState::Attached { .. }
        | FindingState::Tentative { .. } => true,
        FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Flapping { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => false,
    }
}

/// Compares a finding with what changes say of it. `over` are those that were made, with when they were closed; `is_late` says
/// that it was found before they said so. `None` when nothing changes.
pub fn consider(
    finding: &Finding,
    matches: Vec<Match>,
    over: &BTreeMap<TicketId, Time>,
    is_late: bool,
    (windows, now): (&Windows, Time),
) -> Option<Next> {
    if !may_be_explained(finding) {
        return None;
    }
    let verdict = confirmed(finding, &matches).unwrap_or_else(|| decide(&matches));
    let mut next = finding.clone();
    // A plan that is contradicted is somebody's business, whatever the policy makes of the difference alone.
    if matches.iter().any(Match::contradicts) {
        next.outcome = Outcome::Incident;
    }
    next.matches = kept(matches);
    match verdict {
        Verdict::Attached(found) if over.contains_key(&found.change) => return Some(Next::Accepted(next, found)),
        Verdict::Attached(found) => {
            if !matches!(&finding.state, FindingState::Attached { change, .. } if *change == found.change) {
                let stood = matches!(finding.state, FindingState::Open { .. } | FindingState::Pending { .. });
                let (change, number) = (found.change, found.number);
                next.enter(FindingState::Attached { change, number, is_late: is_late && stood, by: None }, now);
            }
        }
        Verdict::Tentative(found) => {
            let changes: Vec<Likely> =
                found.into_iter().map(|found| Likely { change: found.change, number: found.number }).collect();
            let ends: Option<Vec<Time>> = changes.iter().map(|likely| over.get(&likely.change).copied()).collect();
            let until = ends.and_then(|ends| ends.into_iter().max()).map(|end| end.plus_millis(CONFIRM_MS));
            let state = FindingState::Tentative { changes, until };
            if finding.state != state {
                next.enter(state, now);
            }
        }
        Verdict::Unauthorised if finding.state.is_explained() => {
            next = Finding { matches: next.matches, ..opened(finding, windows, now) }
        }
        Verdict::Unauthorised => {}
    }
    (next != *finding).then_some(Next::Stands(next))
}

/// What somebody said of a finding holds as long as the change has to do with it and does not contradict.
fn confirmed(finding: &Finding, matches: &[Match]) -> Option<Verdict> {
    let FindingState::Attached { change, by: Some(_), .. } = &finding.state else { return None };
    let mut likely = matches.iter().filter(|found| found.score >= TENTATIVE);
    let found = likely.find(|found| found.change == *change)?;
    (!matches.iter().any(Match::contradicts)).then(|| Verdict::Attached(found.clone()))
}

/// The number of the change that recurs by which a look of its host makes a finding authorised: that time of the change is over, and
/// the difference stands. What stood before the change said so waits for a person, or for the end of the change.
pub fn verified(finding: &Finding, looked_at: Time) -> Option<&str> {
    let (number, time) = recurring(finding)?;
    (looked_at >= time.ends_at.max(next_look(finding))).then_some(number)
}

/// The change that recurs which explains a finding, and which of its times that was.
fn recurring(finding: &Finding) -> Option<(&str, Recurrence)> {
    let FindingState::Attached { change, number, is_late: false, .. } = &finding.state else { return None };
    let found = finding.matches.iter().find(|found| found.change == *change)?;
    Some((number, found.time?))
}

/// From when on the next look of its host matters to a finding: it is a second look, or the first after a change.
pub fn awaits_look(finding: &Finding) -> Option<Time> {
    match &finding.state {
        FindingState::Pending { .. } => Some(next_look(finding)),
        FindingState::Attached { .. } => recurring(finding).map(|(_, time)| time.ends_at.max(next_look(finding))),
        FindingState::Open { .. }
        | FindingState::Tentative { .. }
        | FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Flapping { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => None,
    }
}

/// Somebody says which of the changes explains a finding. `None` when it waits for no such word, or not for this change's.
pub fn confirm(finding: &Finding, change: TicketId, by: &str, now: Time) -> Option<Finding> {
    let FindingState::Tentative { changes, .. } = &finding.state else { return None };
    let likely = changes.iter().find(|likely| likely.change == change)?;
    let mut next = finding.clone();
    let number = likely.number.clone();
    next.enter(FindingState::Attached { change, number, is_late: false, by: Some(by.to_owned()) }, now);
    Some(next)
}

/// A finding that a change made right: what it found is authorised.
pub fn accepted(finding: &Finding, by: &str, reason: String, now: Time) -> Finding {
    let mut next = finding.clone();
    let resolution = Resolution::Accepted;
    next.enter(FindingState::Resolved { resolution, by: by.to_owned(), reason, at: now }, now);
    next
}
