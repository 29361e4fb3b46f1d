//! Which stages a ticket asks for, as tables.

use serde::{Deserialize, Serialize};

use super::Rule;
use super::seat::Approver;
use crate::ticket::change::risk::Band;

/// The stages that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// Somebody who does the same work.
    Peer,
    /// Those who answer for the services that suffer, and a peer.
    OwnerAndPeer,
    /// Those who answer for the services that suffer.
    ServiceOwner,
    /// The change advisory board.
    Board,
    /// One of those who may approve an emergency.
    EmergencyBoard,
    /// Those who answer for what is asked for.
    ResourceOwner,
    /// Those who look over privileged access.
    Security,
}

impl StageName {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Peer,
        Self::OwnerAndPeer,
        Self::ServiceOwner,
        Self::Board,
        Self::EmergencyBoard,
        Self::ResourceOwner,
        Self::Security,
    ];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::OwnerAndPeer => "owner_and_peer",
            Self::ServiceOwner => "service_owner",
            Self::Board => "board",
            Self::EmergencyBoard => "emergency_board",
            Self::ResourceOwner => "resource_owner",
            Self::Security => "security",
        }
    }
}

/// What happens to a stage on which nobody voted in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTimeout {
    /// Those who have not voted are asked again.
    Remind,
    /// Administrators may vote too.
    Escalate,
    /// That is a no.
    Reject,
}

impl OnTimeout {
    /// The name in docs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Escalate => "escalate",
            Self::Reject => "reject",
        }
    }
}

impl StageName {
    /// Hours in which votes are wanted; those who have not voted are asked again after half of them.
    pub const fn due_hours(self) -> i64 {
        match self {
            Self::EmergencyBoard => 1,
            Self::Peer => 48,
            Self::OwnerAndPeer | Self::ServiceOwner | Self::ResourceOwner => 72,
            Self::Board => 120,
            Self::Security => 168,
        }
    }

    /// The same in milliseconds.
    pub(super) const fn due_ms(self) -> i64 {
        self.due_hours() * 3_600_000
    }

    /// What happens when nobody voted in time.
    pub const fn on_timeout(self) -> OnTimeout {
        match self {
            Self::Peer | Self::Board => OnTimeout::Remind,
            Self::OwnerAndPeer | Self::ServiceOwner | Self::EmergencyBoard | Self::ResourceOwner => OnTimeout::Escalate,
            // Privileged access that nobody looked at is not given.
            Self::Security => OnTimeout::Reject,
        }
    }
}

/// A stage that is asked for, before anybody has a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub name: StageName,
    /// Whose seats.
    pub approvers: &'static [Approver],
    /// How many have to agree.
    pub rule: Rule,
}

const fn wanted(name: StageName, approvers: &'static [Approver], rule: Rule) -> Wanted {
    Wanted { name, approvers, rule }
}

/// The stages that a normal change asks for, by the band of its risk.
pub const fn stages_of_change(band: Band) -> &'static [Wanted] {
    const LOW: &[Wanted] = &[wanted(StageName::Peer, &[Approver::Peer], Rule::Any)];
    const MODERATE: &[Wanted] =
        &[wanted(StageName::OwnerAndPeer, &[Approver::ServiceOwners, Approver::Peer], Rule::All)];
    const HIGH: &[Wanted] = &[
        wanted(StageName::ServiceOwner, &[Approver::ServiceOwners], Rule::Any),
        wanted(StageName::Board, &[Approver::Board], Rule::Percent(50)),
    ];
    match band {
        Band::Low => LOW,
        Band::Moderate => MODERATE,
        Band::High => HIGH,
    }
}

/// The stage that an emergency asks for.
pub const EMERGENCY: &[Wanted] = &[wanted(StageName::EmergencyBoard, &[Approver::Board], Rule::Any)];

/// The stages that access asks for.
pub const fn stages_of_access(is_privileged: bool) -> &'static [Wanted] {
    const PLAIN: &[Wanted] = &[wanted(StageName::ResourceOwner, &[Approver::ServiceOwners], Rule::Any)];
    const PRIVILEGED: &[Wanted] = &[
        wanted(StageName::ResourceOwner, &[Approver::ServiceOwners], Rule::Any),
        wanted(StageName::Security, &[Approver::Security], Rule::Any),
    ];
    if is_privileged { PRIVILEGED } else { PLAIN }
}

/// The stage that a request asks for.
pub const REQUEST: &[Wanted] = &[wanted(StageName::ResourceOwner, &[Approver::ServiceOwners], Rule::Any)];
