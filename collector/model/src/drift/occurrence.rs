//! What agents saw of each time of a change that recurs: what it made, what it did not explain, and which hosts have not looked since.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, TicketId};
use serde::Serialize;

use super::change_match::{Match, Recurrence, TENTATIVE};
use crate::finding::{Finding, FindingState, Resolution};
use crate::ticket::change::verification::Verdict;

/// One of the times of a change that recurs, with what agents saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// When it was.
    #[serde(flatten)]
    pub time: Recurrence,
    /// How many hosts differed.
    pub hosts: usize,
    /// How many differences came to what.
    pub counts: BTreeMap<Verdict, usize>,
}

/// The times of a change of which findings tell, the newest first.
pub fn occurrences<'a>(change: TicketId, findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Occurrence> {
    let mut times: BTreeMap<Recurrence, (BTreeSet<HostId>, BTreeMap<Verdict, usize>)> = BTreeMap::new();
    for finding in findings {
        for found in finding.matches.iter().filter(|found| found.change == change) {
            let (Some(time), Some(verdict)) = (found.time, verdict(finding, found)) else { continue };
            let (hosts, counts) = times.entry(time).or_default();
            hosts.insert(finding.host);
            *counts.entry(verdict).or_default() += 1;
        }
    }
    let told = times.into_iter().rev();
    told.map(|(time, (hosts, counts))| Occurrence { time, hosts: hosts.len(), counts }).collect()
}

/// What a difference says of the time of the change at which it came; `None` when people decided otherwise.
fn verdict(finding: &Finding, found: &Match) -> Option<Verdict> {
    if finding.is_made_by(found) {
        return Some(Verdict::Done);
    }
    if found.contradicts() || found.score < TENTATIVE {
        return Some(Verdict::Extra);
    }
    match &finding.state {
        FindingState::Attached { .. } => Some(Verdict::NoData),
        FindingState::Tentative { .. } => Some(Verdict::Partial),
        FindingState::Resolved { resolution: Resolution::Reverted, .. } => Some(Verdict::NotDone),
        FindingState::Pending { .. }
        | FindingState::Open { .. }
        | FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Flapping { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => None,
    }
}
