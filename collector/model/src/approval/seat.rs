//! Whose votes are asked for: approvers become seats with the people who may fill them.
//!
//! Rule A5: who asks and who does the work fill no seat. Where nobody is left, the seat goes to those who answer for the next wider
//! thing; where nobody is left at all, the round does not open, and the refusal names the roles.

use std::collections::BTreeSet;

use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use super::{Rule, Seat, Stage, Wanted};
use crate::right::Role;

/// Whose seat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// Anybody who does the same work.
    Peer,
    /// The owners of the services that suffer.
    ServiceOwners,
    /// The board: each member has a seat.
    Board,
    /// Those who look over privileged access.
    Security,
}

impl Approver {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Peer, Self::ServiceOwners, Self::Board, Self::Security];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::ServiceOwners => "service_owners",
            Self::Board => "board",
            Self::Security => "security",
        }
    }

    /// The roles whose holders may fill it, those that come first before the others.
    pub const fn roles(self) -> &'static [&'static [Role]] {
        match self {
            Self::Peer => &[
                &[Role::ChangeImplementer, Role::ChangeRequester, Role::Responder, Role::CmdbOwner],
                &[Role::ChangeManager, Role::Administrator],
            ],
            Self::ServiceOwners => &[&[Role::ServiceOwner], &[Role::ChangeManager], &[Role::Administrator]],
            Self::Board => &[&[Role::ChangeApprover], &[Role::ChangeManager], &[Role::Administrator]],
            Self::Security => &[&[Role::AccessReviewer], &[Role::Administrator]],
        }
    }

    /// Whether each of those who may fill it has a seat of their own.
    const fn is_each(self) -> bool {
        matches!(self, Self::Board)
    }
}

/// An account that may fill seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Nobody is left for a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nobody {
    /// Whose seat it is.
    pub approver: Approver,
}

/// The people who may fill a seat of an approver: for seats whose people left, and for stages that timed out.
pub fn heirs(approver: Approver, people: &[Person], owners: &[UserId], excluded: &[UserId]) -> Vec<(UserId, String)> {
    members(approver, people, owners, excluded)
}

/// Those who vote where nobody else did in time.
pub fn last_resort(people: &[Person], excluded: &[UserId]) -> Vec<(UserId, String)> {
    let may = |person: &&Person| !excluded.contains(&person.id) && person.roles.contains(&Role::Administrator);
    people.iter().filter(may).map(|person| (person.id, person.name.clone())).collect()
}

/// The people who may fill a seat: the named owners, else the first roles that anybody holds.
fn members(approver: Approver, people: &[Person], owners: &[UserId], excluded: &[UserId]) -> Vec<(UserId, String)> {
    let may = |person: &&Person| !excluded.contains(&person.id);
    let named = |person: &Person| (person.id, person.name.clone());
    if approver == Approver::ServiceOwners {
        let own: Vec<_> = people.iter().filter(may).filter(|person| owners.contains(&person.id)).map(named).collect();
        if !own.is_empty() {
            return own;
        }
    }
    let holders = |roles: &[Role]| -> Vec<_> {
        let holds = |person: &&Person| person.roles.iter().any(|role| roles.contains(role));
        people.iter().filter(may).filter(holds).map(named).collect()
    };
    approver.roles().iter().map(|roles| holders(roles)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Stages with their seats.
pub fn seated(
    wanted: &[Wanted],
    people: &[Person],
    owners: &[UserId],
    excluded: &[UserId],
) -> Result<Vec<Stage>, Nobody> {
    let stage = |wanted: &Wanted| {
        let mut seats: Vec<Seat> = Vec::new();
        for approver in wanted.approvers {
            let members = members(*approver, people, owners, excluded);
            if members.is_empty() {
                return Err(Nobody { approver: *approver });
            }
            let seat = |members| Seat { approver: *approver, members, vote: None };
            if approver.is_each() {
                seats.extend(members.into_iter().map(|member| seat(vec![member])));
            } else {
                seats.push(seat(members));
            }
        }
        // One person fills one seat of a stage: with fewer people than seats that must all be filled it could never end.
        let distinct: BTreeSet<UserId> = seats.iter().flat_map(|seat| &seat.members).map(|(id, _)| *id).collect();
        if wanted.rule == Rule::All && distinct.len() < seats.len() {
            let last = wanted.approvers.last().copied().unwrap_or(Approver::Peer);
            return Err(Nobody { approver: last });
        }
        Ok(Stage { name: wanted.name, rule: wanted.rule, seats, opened_at: None, next_at: None, reminders: 0 })
    };
    wanted.iter().map(stage).collect()
}
