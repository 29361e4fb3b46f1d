//! The outbox: what happened, in order. Nothing else triggers work, so that a restart loses no side effect.

use muster_shared::id::{AgentId, AlertId, FindingId, HostId, MergeId, NodeId, ReviewId, TicketId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

use crate::policy::Severity;
use crate::record::record;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// History entries `from..=to` were added to a host.
    HostChanged {
        /// The host.
        host: HostId,
        /// First history number.
        from: u64,
        /// Last history number.
        to: u64,
    },
    /// A host was seen for the first time, or its baseline was set anew: no findings come of it.
    HostDiscovered {
        /// The host.
        host: HostId,
    },
    /// Sections of a host that is known already were read for the first time.
    SectionsDiscovered {
        /// The host.
        host: HostId,
        /// The sections.
        sections: Vec<SectionName>,
    },
    /// An agent proved that it sees what the collector has.
    DigestMatched {
        /// The host.
        host: HostId,
        /// When.
        at: Time,
    },
    /// Two seem to speak as one agent: its reports are set aside.
    AgentQuarantined {
        /// The agent.
        agent: AgentId,
        /// The host that it speaks for, if it has one.
        host: Option<HostId>,
    },
    /// An agent waits for a person's approval.
    AgentPending {
        /// The agent.
        agent: AgentId,
    },
    /// The items of a host are those that another agent told: differences to before are history and begin no finding.
    HostRebased {
        /// The host.
        host: HostId,
        /// First history number.
        from: u64,
        /// Last history number.
        to: u64,
    },
    /// A question of identity waits for a person.
    ReviewOpened {
        /// The question.
        review: ReviewId,
    },
    /// A question of identity was answered, or answered itself.
    ReviewClosed {
        /// The question.
        review: ReviewId,
    },
    /// Two hosts became one, or one became two.
    HostsMerged {
        /// The merge or split.
        merge: MergeId,
        /// The hosts concerned.
        hosts: Vec<HostId>,
    },
    /// A finding changed its state.
    FindingChanged {
        /// The finding.
        finding: FindingId,
        /// The host.
        host: HostId,
        /// The state it is in now.
        state: String,
    },
    /// What people declare of a node changed.
    DeclaredChanged {
        /// The node.
        node: NodeId,
    },
    /// Another host has an address that a host speaks with: its connections lead elsewhere now.
    AddressMoved {
        /// The host whose connections are to be looked at anew.
        host: HostId,
    },
    /// A class changed.
    ClassChanged {
        /// Its name.
        class: String,
    },
    /// A ticket was made or changed.
    TicketChanged {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: String,
        /// The state it is in now.
        state: String,
    },
    /// So much of the time of a clock is used up.
    LevelWarned {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: String,
        /// What is promised.
        target: crate::level::Target,
        /// By which policy.
        policy: String,
        /// Percent of the time.
        percent: u8,
    },
    /// The time of a clock was over.
    LevelBreached {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: String,
        /// What is promised.
        target: crate::level::Target,
        /// By which policy.
        policy: String,
        /// When, exactly.
        at: Time,
    },
    /// An alert changed its state.
    AlertChanged {
        /// The alert.
        alert: AlertId,
        /// The state it is in now.
        state: String,
        /// How bad it is.
        severity: Severity,
    },
    /// Grants for a host began or ended: its accounts are to be looked at anew.
    AccessChanged {
        /// The host.
        host: HostId,
    },
    /// Somebody let themselves in without votes, or that was looked over.
    GlassBroken {
        /// The access ticket.
        ticket: TicketId,
        /// Its number.
        number: String,
        /// Whether another one looked over it.
        is_reviewed: bool,
    },
    /// Silences, maintenance windows or alert rules changed: alerts are to be looked at anew.
    AlertingChanged {
        /// The record.
        what: String,
    },
}

/// An event with its place in the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Commit that wrote it.
    pub commit: u64,
    /// Place within the commit.
    pub place: u32,
    /// What happened.
    pub event: Event,
}

impl EventRecord {
    /// The cursor text: sorts as the stream does.
    pub fn cursor(&self) -> String {
        cursor_text(self.commit, self.place)
    }
}

/// The cursor of a place in the stream.
pub fn cursor_text(commit: u64, place: u32) -> String {
    format!("{commit:016x}.{place:08x}")
}

record!(EventRecord, Event, |event| event.cursor());

/// How far a reader has come; moved in the same commit as the reader's effects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The reader.
    pub name: String,
    /// The last event it has dealt with.
    pub after: String,
    /// When it moved.
    pub at: Time,
}

record!(Cursor, Cursor, |cursor| cursor.name.clone());
