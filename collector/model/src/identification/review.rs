//! A question of identity that a person answers: which host a machine is.

use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{AgentId, HostId, ReportId, ReviewId, TicketId};
use serde::{Deserialize, Serialize};

use super::{Considered, Identifier};
use crate::record::record;
use crate::source::Source;

/// What kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// Strong identifiers point at several hosts: nothing is written until it is answered.
    Conflict,
    /// The host is spoken for by another agent that is alive: nothing is written until it is answered.
    Taken,
    /// A new host may be another one after all: it stands on its own until it is answered.
    Weak,
    /// A host shows what another one is recognised by.
    Claim,
}

impl ReviewKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Conflict, Self::Taken, Self::Weak, Self::Claim];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Taken => "taken",
            Self::Weak => "weak",
            Self::Claim => "claim",
        }
    }

    /// Whether the reports of the machine wait for the answer.
    pub const fn is_blocking(self) -> bool {
        matches!(self, Self::Conflict | Self::Taken)
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is this host.
    Same(HostId),
    /// It is a machine of its own.
    New,
    /// Neither: the question is put aside, and not asked again.
    Dismiss,
}

/// Where a question stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReviewState {
    /// It waits.
    Open,
    /// Somebody answered.
    Answered {
        /// What.
        answer: Answer,
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Time,
    },
    /// It answered itself: another agent fell silent, an identifier proved to be junk.
    Over {
        /// When.
        at: Time,
    },
}

impl ReviewState {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["open", "answered", "over"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered { .. } => "answered",
            Self::Over { .. } => "over",
        }
    }

    /// Whether it waits for a person.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// A machine as a source besides the agent names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Who tells of it.
    pub source: Source,
    /// What that source calls it.
    pub id: String,
}

impl Device {
    /// The name under which questions about it are found: of one length, whatever the source calls it.
    pub fn subject(&self) -> String {
        format!("{}-{}", self.source, Digest::of(self.id.as_bytes()))
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Which.
    pub id: ReviewId,
    /// Of which kind.
    pub kind: ReviewKind,
    /// The agent whose machine it is about; none when another source tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// What another source calls the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The host that stands on its own until the answer; none when nothing was written.
    pub host: Option<HostId>,
    /// What the machine calls itself.
    pub name: String,
    /// The report that raised it.
    pub report: ReportId,
    /// What the machine shows.
    pub identifiers: Vec<Identifier>,
    /// The hosts that it may be, and why.
    pub hosts: Vec<HostId>,
    /// Every host that was looked at.
    pub considered: Vec<Considered>,
    /// When it was asked.
    pub opened_at: Time,
    /// The incident that tells people of it, when reports wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<TicketId>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ReviewState,
}

record!(Review, Review, |review| review.id.to_string());

impl Review {
    /// Whom it is about: the agent or the device, and the host if there is one.
    pub fn subjects(&self) -> impl Iterator<Item = String> {
        let agent = self.agent.map(|agent| agent.to_string());
        agent.into_iter().chain(self.device.as_ref().map(Device::subject)).chain(self.host.map(|host| host.to_string()))
    }

    /// Whether another occasion asks the same: it is not asked twice, also not after an answer.
    pub fn is_same(&self, kind: ReviewKind, hosts: &[HostId]) -> bool {
        self.kind == kind && self.hosts == hosts
    }

    /// The answer, once there is one.
    pub const fn answer(&self) -> Option<Answer> {
        match &self.state {
            ReviewState::Answered { answer, .. } => Some(*answer),
            ReviewState::Open | ReviewState::Over { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_before_name_their_agent_and_others_the_device() {
        let agent = AgentId::from_bytes([7; 16]);
        let stored = serde_json::json!({
            "id": ReviewId::from_bytes([1; 16]), "kind": "conflict", "agent": agent, "host": null, "name": "web-1",
            "report": ReportId::from_bytes([2; 16]), "identifiers": [], "hosts": [], "considered": [],
            "opened_at": "2026-09-21T14:13:20.000Z", "state": "open",
        });
        let review: Review = serde_json::from_value(stored).unwrap();
        assert_eq!((review.agent, review.device.clone()), (Some(agent), None));
        assert_eq!(review.subjects().collect::<Vec<_>>(), [agent.to_string()]);
        let device = Device { source: Source::Glpi, id: "web-1-2026/…".into() };
        let subject = device.subject();
        let other = Review { agent: None, device: Some(device), ..review };
        let read: Review = serde_json::from_str(&serde_json::to_string(&other).unwrap()).unwrap();
        assert_eq!(read, other);
        assert_eq!(read.subjects().collect::<Vec<_>>(), [subject.as_str()]);
        assert!(!subject.contains('/'), "{subject}");
    }
}
