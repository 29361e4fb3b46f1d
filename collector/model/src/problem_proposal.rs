//! Proposals of problems: what came so often that somebody should look for the cause.
//!
//! A proposal is always a proposal: a person makes a problem of it, or says why not, and then it rests. What it is about is its id, so
//! the same things seen twice are one proposal, and seen again after a restart change nothing.

mod judge;

use muster_shared::Time;
use muster_shared::id::{AlertRuleId, FindingId, HostId, TicketId};
use serde::{Deserialize, Serialize};

pub use judge::{Judged, judge_change, judge_drift, judge_tickets, recurs};

use crate::record::record;
use crate::text::{Phrase, Text};

/// A day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;
/// How long a proposal rests that was rejected, in milliseconds.
pub const REST_MS: i64 = 30 * DAY_MS;
/// The longest window of a rule, in milliseconds.
pub const WINDOW_MS: i64 = 30 * DAY_MS;
/// Incidents, findings and hosts that a proposal names of each; what is counted may be more.
pub const MOST_NAMED: usize = 50;

/// What makes a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Incidents of the same drift of one item.
    SameItem,
    /// Hosts with incidents of the same drift.
    Hosts,
    /// The same drift went back and came again.
    CameBack,
    /// It comes and goes for so many hours.
    Flapping,
    /// Incidents that people closed with the same item as the cause.
    SameCause,
    /// Incidents of the same rule and group of alerts.
    SameAlerts,
    /// Incidents with the signature of a known error that was fixed or retired.
    SameSignature,
    /// Hosts on which a change did not bring what it should.
    NotDone,
}

/// A rule: how often, within what time.
#[derive(Clone, Copy, Debug)]
pub struct RuleRow {
    /// Which.
    pub rule: Rule,
    /// It takes so many.
    pub fewest: usize,
    /// Within so many days.
    pub days: i64,
    /// What is counted.
    pub counts: &'static str,
}

const fn row(rule: Rule, fewest: usize, days: i64, counts: &'static str) -> RuleRow {
    RuleRow { rule, fewest, days, counts }
}

/// All rules.
pub const RULES: &[RuleRow] = &[
    row(Rule::SameItem, 3, 30, "incidents of the same drift (policy, item, attribute) of one host"),
    row(Rule::Hosts, 3, 14, "hosts with an incident of the same drift"),
    row(Rule::CameBack, 2, 30, "times that the same drift of one host went back and came again"),
    row(Rule::Flapping, 24, 30, "hours for which the same drift of one host has been flapping without a pause"),
    row(Rule::SameCause, 3, 30, "incidents that name the same item as their cause"),
    row(Rule::SameAlerts, 3, 30, "incidents of the same alert rule and group"),
    row(Rule::SameSignature, 3, 30, "incidents with the signature of a known error that is fixed or retired"),
    row(Rule::NotDone, 3, 14, "hosts on which a finished change did not bring what it should have"),
];

impl Rule {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameItem => "same_item",
            Self::Hosts => "hosts",
            Self::CameBack => "came_back",
            Self::Flapping => "flapping",
            Self::SameCause => "same_cause",
            Self::SameAlerts => "same_alerts",
            Self::SameSignature => "same_signature",
            Self::NotDone => "not_done",
        }
    }

    /// Its row.
    pub fn row(self) -> RuleRow {
        RULES.iter().copied().find(|row| row.rule == self).unwrap_or(row(self, usize::MAX, 30, ""))
    }

    /// The sentence that says what was counted.
    const fn sentence(self) -> &'static str {
        match self {
            Self::SameItem => "problem_same_item",
            Self::Hosts => "problem_hosts",
            Self::CameBack => "problem_came_back",
            Self::Flapping => "problem_flapping",
            Self::SameCause => "problem_same_cause",
            Self::SameAlerts => "problem_same_alerts",
            Self::SameSignature => "problem_same_signature",
            Self::NotDone => "problem_not_done",
        }
    }
}

/// What is seen so often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Subject {
    /// A difference, wherever it is.
    Drift {
        /// The problem fingerprint of its findings.
        fingerprint: String,
    },
    /// An item that is said to be the cause.
    Cause {
        /// Its id.
        item: String,
    },
    /// Alerts.
    Alerts {
        /// The rule that makes incidents of them.
        rule: AlertRuleId,
        /// The group.
        group: String,
    },
    /// A known error that was fixed or retired.
    Signature {
        /// Its problem.
        problem: TicketId,
    },
    /// A change that did not bring what it should.
    Change {
        /// The change.
        change: TicketId,
    },
}

impl Subject {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Drift { .. } => "drift",
            Self::Cause { .. } => "cause",
            Self::Alerts { .. } => "alerts",
            Self::Signature { .. } => "signature",
            Self::Change { .. } => "change",
        }
    }

    /// What its incidents are found under, where that is not what they were found by.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Cause { item } => Some(format!("cause/{item}")),
            Self::Alerts { rule, group } => Some(format!("alerts/{rule}/{group}")),
            Self::Signature { problem } => Some(format!("signature/{problem}")),
            Self::Drift { .. } | Self::Change { .. } => None,
        }
    }

    /// The id of the proposal about it.
    pub fn id(&self) -> String {
        let (first, second) = match self {
            Self::Drift { fingerprint } => (fingerprint.clone(), ""),
            Self::Cause { item } => (item.clone(), ""),
            Self::Alerts { rule, group } => (rule.to_string(), group.as_str()),
            Self::Signature { problem } => (problem.to_string(), ""),
            Self::Change { change } => (change.to_string(), ""),
        };
        let mut hasher = blake3::Hasher::new();
        for part in [self.as_str(), first.as_str(), second] {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
        }
        format!("pprop_{}", hasher.finalize().to_hex().chars().take(32).collect::<String>())
    }
}

/// What a rule counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// How many.
    pub count: usize,
}

impl Reason {
    /// In words.
    pub fn says(self) -> Phrase {
        let row = self.rule.row();
        let days = usize::try_from(row.days).unwrap_or_default();
        Phrase::new(self.rule.sentence()).with("count", self.count).with("days", days)
    }
}

/// A ticket that speaks for a proposal: an incident, or the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// When it began.
    pub opened_at: Time,
}

/// A host that has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub name: String,
}

/// Where a proposal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for a person.
    Proposed,
    /// A problem was made of it.
    Accepted {
        /// Who said so.
        by: String,
        /// When.
        at: Time,
        /// The problem.
        ticket: TicketId,
        /// Its number.
        number: String,
    },
    /// It is none.
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
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["proposed", "accepted", "rejected"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// That there is a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemProposal {
    /// Which: it follows from what it is about.
    pub id: String,
    /// What it is about.
    pub subject: Subject,
    /// One line.
    pub title: Text,
    /// What made it, and how often that was when it was last counted.
    pub reasons: Vec<Reason>,
    /// Incidents that were counted, newest first; or the change.
    pub tickets: Vec<Witness>,
    /// Findings that were counted, newest first.
    pub findings: Vec<FindingId>,
    /// Hosts that have it.
    pub hosts: Vec<Place>,
    /// When it was first proposed.
    pub first_at: Time,
    /// When what was counted last changed.
    pub last_at: Time,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ProposalState,
}

record!(ProblemProposal, ProblemProposal, |proposal| proposal.id.clone());

impl ProblemProposal {
    /// Before this nothing counts: somebody decided on it.
    pub const fn decided_at(&self) -> Option<Time> {
        match &self.state {
            ProposalState::Proposed => None,
            ProposalState::Accepted { at, .. } | ProposalState::Rejected { at, .. } => Some(*at),
        }
    }

    /// Whether nothing is asked about it now: it rests, or its problem is worked on.
    pub fn is_at_rest(&self, problem_is_active: bool, now: Time) -> bool {
        match &self.state {
            ProposalState::Proposed => false,
            ProposalState::Accepted { .. } => problem_is_active,
            ProposalState::Rejected { until, .. } => now < *until,
        }
    }
}

/// The proposal after something was counted; `None` when it stays as it is.
pub fn propose(
    before: Option<&ProblemProposal>,
    subject: &Subject,
    judged: Judged,
    now: Time,
) -> Option<ProblemProposal> {
    let Judged { title, reasons, tickets, findings, hosts } = judged;
    let waits = before.filter(|before| matches!(before.state, ProposalState::Proposed));
    let next = ProblemProposal {
        id: subject.id(),
        subject: subject.clone(),
        title,
        reasons,
        tickets,
        findings,
        hosts,
        first_at: waits.map_or(now, |before| before.first_at),
        last_at: waits.map_or(now, |before| before.last_at),
        state: ProposalState::Proposed,
    };
    if waits == Some(&next) {
        return None;
    }
    Some(ProblemProposal { last_at: now, ..next })
}

#[cfg(test)]
mod tests;
