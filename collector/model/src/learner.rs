//! The learner: which attributes move so often on so many hosts that they are no facts. It proposes, a person decides; nothing is
//! ever dropped without one, and what a person accepted is still recorded: it makes no finding.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::HostId;
use muster_shared::{SectionName, Time, volatility};
use serde::{Deserialize, Serialize};

use crate::history::{HistoryEntry, Operation};
use crate::record::record;

/// More than so many hosts in a hundred.
pub const HOSTS_PERCENT: usize = 30;
/// More often than so many times a day.
pub const TIMES: u32 = 4;
/// Fewest hosts that say something of a fleet.
pub const FEWEST: usize = 5;
/// What is looked at: the last day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;
/// How often it looks, in milliseconds.
pub const ROUND_MS: i64 = 6 * 3_600_000;
/// How long a proposal rests that was rejected, in milliseconds.
pub const REST_MS: i64 = 30 * 86_400_000;

/// Where a proposal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for a person.
    Proposed,
    /// It is volatile: it makes no finding.
    Accepted {
        /// Who said so.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Time,
    },
    /// It is a fact.
    Rejected {
        /// Who said so.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Time,
        /// It is not proposed before.
        until: Time,
    },
}

impl ProposalState {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// That an attribute is volatile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The section.
    pub section: SectionName,
    /// The attribute.
    pub attribute: String,
    /// On how many hosts it moved more often than [`TIMES`] within a day, when that was last counted.
    pub hosts: usize,
    /// Of how many that have the section.
    pub of: usize,
    /// How often it moved on those hosts, on average.
    pub times: u32,
    /// When it was first proposed.
    pub first_at: Time,
    /// When it was last counted.
    pub last_at: Time,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ProposalState,
}

record!(Proposal, Proposal, |proposal| key(proposal.section, &proposal.attribute));

/// The key of a proposal.
pub fn key(section: SectionName, attribute: &str) -> String {
    format!("{section}/{attribute}")
}

/// How often attributes moved, by host.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    moved: BTreeMap<(SectionName, String), BTreeMap<HostId, u32>>,
}

impl Counts {
    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty()
    }

    /// Takes a change in.
    pub fn take(&mut self, entry: &HistoryEntry) {
        if entry.operation != Operation::Modified || entry.view_changed || entry.kept_by.is_some() || !entry.is_change()
        {
            return;
        }
        let names: BTreeSet<&String> = entry.before.keys().chain(entry.after.keys()).collect();
        for name in names.into_iter().filter(|name| volatility::metric_rule(entry.section, name).is_none()) {
            let hosts = self.moved.entry((entry.section, name.clone())).or_default();
            *hosts.entry(entry.host).or_default() += 1;
        }
    }

    /// What moved too often on too many of so many hosts: with how many, and how often on average.
    pub fn volatile(&self, fleet: usize) -> Vec<(SectionName, String, usize, u32)> {
        let judge = |((section, name), hosts): (&(SectionName, String), &BTreeMap<HostId, u32>)| {
            let often: Vec<u32> = hosts.values().copied().filter(|times| *times > TIMES).collect();
            let enough = fleet >= FEWEST && often.len() * 100 > HOSTS_PERCENT * fleet;
            let sum: u32 = often.iter().sum();
            let mean = sum / u32::try_from(often.len().max(1)).unwrap_or(u32::MAX);
            enough.then(|| (*section, name.clone(), often.len(), mean))
        };
        self.moved.iter().filter_map(judge).collect()
    }
}

/// The proposal after a count that found it volatile; `None` when nothing changes: it was decided.
pub fn propose(
    before: Option<&Proposal>,
    (section, attribute): (SectionName, &str),
    (hosts, of, times): (usize, usize, u32),
    now: Time,
) -> Option<Proposal> {
    let first_at = match before.map(|before| (&before.state, before)) {
        Some((ProposalState::Accepted { .. }, _)) => return None,
        Some((ProposalState::Rejected { until, .. }, _)) if now < *until => return None,
        None | Some((ProposalState::Rejected { .. }, _)) => now,
        Some((ProposalState::Proposed, before)) => before.first_at,
    };
    let state = ProposalState::Proposed;
    let attribute = attribute.to_owned();
    Some(Proposal { section, attribute, hosts, of, times, first_at, last_at: now, state })
}

#[cfg(test)]
mod tests {
    use muster_shared::id::{ItemId, ReportId};
    use serde_json::json;

    use super::*;

    fn at(ms: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + ms)
    }

    fn entry(host: u8, attribute: &str) -> HistoryEntry {
        let host = HostId::from_bytes([host; 16]);
        let value = |n: u64| serde_json::from_value(json!({attribute: n})).unwrap();
        HistoryEntry {
            view_changed: false,
            source: crate::source::Source::Agent,
            bearing: crate::history::Bearing::Effective,
            host,
            seq: 1,
            report: ReportId::from_bytes([1; 16]),
            section: SectionName::Service,
            item: ItemId::new(host, SectionName::Service, "a"),
            key: "a".into(),
            operation: Operation::Modified,
            before: value(1),
            after: value(2),
            not_before: None,
            held_since: None,
            seen_at: at(0),
            received_at: None,
            kept_by: None,
        }
    }

    fn counted(hosts: u8, times: usize, attribute: &str) -> Counts {
        let mut counts = Counts::default();
        for host in 0..hosts {
            (0..times).for_each(|_| counts.take(&entry(host, attribute)));
        }
        counts
    }

    #[test]
    fn what_moves_often_on_many_hosts_is_proposed_and_nothing_else() {
        let found = counted(4, 5, "restarts").volatile(10);
        assert_eq!(found, [(SectionName::Service, "restarts".to_owned(), 4, 5)]);
        assert_eq!(counted(3, 5, "restarts").volatile(10), [], "30 in a hundred are not more than 30");
        assert_eq!(counted(4, 4, "restarts").volatile(10), [], "four times are not more than four");
        assert_eq!(counted(4, 9, "restarts").volatile(4), [], "of four hosts nothing is learnt");
        let mut view = entry(1, "restarts");
        view.view_changed = true;
        let mut counts = counted(4, 4, "restarts");
        (0..4).for_each(|_| counts.take(&view));
        assert_eq!(counts.volatile(10), [], "another view is no change");
    }

    #[test]
    fn what_a_person_decided_stays_decided() {
        let thing = (SectionName::Service, "restarts");
        let first = propose(None, thing, (4, 10, 5), at(0)).unwrap();
        let again = propose(Some(&first), thing, (5, 10, 6), at(5)).unwrap();
        assert_eq!((again.first_at, again.last_at, again.hosts), (at(0), at(5), 5));
        let (by, reason) = ("ann".to_owned(), "a counter".to_owned());
        let accepted = ProposalState::Accepted { by: by.clone(), reason: reason.clone(), at: at(6) };
        let accepted = Proposal { state: accepted, ..again.clone() };
        assert_eq!(propose(Some(&accepted), thing, (5, 10, 6), at(REST_MS * 2)), None);
        let rejected = ProposalState::Rejected { by, reason, at: at(6), until: at(6 + REST_MS) };
        let rejected = Proposal { state: rejected, ..again };
        assert_eq!(propose(Some(&rejected), thing, (5, 10, 6), at(5 + REST_MS)), None, "it rests");
        let later = propose(Some(&rejected), thing, (5, 10, 6), at(6 + REST_MS)).unwrap();
        assert_eq!((later.state, later.first_at), (ProposalState::Proposed, at(6 + REST_MS)));
        let json = serde_json::to_string(&rejected).unwrap();
        assert_eq!(serde_json::from_str::<Proposal>(&json).unwrap(), rejected);
    }
}
