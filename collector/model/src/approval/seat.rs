//! Whose votes are asked for: approvers become seats with the people who may fill them.
//!
//! Rule A5: who asks and who does the work fill no seat. Where the only one left out is who asks, the seat goes to their manager;
//! where nobody is left, to those who answer for the next wider thing; where nobody is left at all, the round does not open, and the
//! refusal names the roles.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tally::Rule;
use super::{Seat, Stage, Wanted};
use crate::right::Role;
use crate::text::Phrase;

/// Whose seat it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "Value")]
pub enum Approver {
    /// Anybody who does the same work.
    Peer,
    /// The owners of the hosts, items and services that are touched.
    ServiceOwners,
    /// The change advisory board.
    Board,
    /// Those who look over privileged access.
    Security,
    /// The manager of who asks.
    Manager,
    /// One person.
    User(UserId),
    /// All who take turns in the rotas of a group.
    Group(String),
    /// Who is on call for a group when the stage opens.
    OnCall(String),
    /// All who have a role that counts for the ticket.
    Role(Role),
}

/// A serde error of an enum without a name says nothing of what would be right.
impl TryFrom<Value> for Approver {
    type Error = Phrase;

    fn try_from(value: Value) -> Result<Self, Phrase> {
        let odd = || Phrase::new("approver_form");
        if let Value::String(name) = &value {
            return match name.as_str() {
                "peer" => Ok(Self::Peer),
                "service_owners" => Ok(Self::ServiceOwners),
                "board" => Ok(Self::Board),
                "security" => Ok(Self::Security),
                "manager" => Ok(Self::Manager),
                _ => Err(odd()),
            };
        }
        let mut named = value.as_object().into_iter().flatten();
        let (Some((kind, name)), None) = (named.next(), named.next()) else { return Err(odd()) };
        let text = name.as_str().filter(|text| !text.trim().is_empty()).ok_or_else(odd)?;
        match kind.as_str() {
            "user" => text.parse().map(Self::User).map_err(|_| odd()),
            "group" => Ok(Self::Group(text.to_owned())),
            "on_call" => Ok(Self::OnCall(text.to_owned())),
            "role" => serde_json::from_value(name.clone()).map(Self::Role).map_err(|_| odd()),
            _ => Err(odd()),
        }
    }
}

impl Approver {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::ServiceOwners => "service_owners",
            Self::Board => "board",
            Self::Security => "security",
            Self::Manager => "manager",
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::OnCall(_) => "on_call",
            Self::Role(_) => "role",
        }
    }

    /// All names.
    pub const NAMES: &'static [&'static str] =
        &["peer", "service_owners", "board", "security", "manager", "user", "group", "on_call", "role"];

    /// Those that are named by nothing else.
    pub const PLAIN: &'static [&'static str] = &["peer", "service_owners", "board", "security", "manager"];

    /// The roles whose holders may fill it, those that come first before the others.
    pub const fn roles(&self) -> &'static [&'static [Role]] {
        match self {
            Self::Peer => &[
                &[Role::ChangeImplementer, Role::ChangeRequester, Role::Responder, Role::CmdbOwner],
                &[Role::ChangeManager, Role::Administrator],
            ],
            Self::ServiceOwners => &[&[Role::ServiceOwner], &[Role::ChangeManager], &[Role::Administrator]],
            Self::Board => &[&[Role::ChangeApprover], &[Role::ChangeManager], &[Role::Administrator]],
            Self::Security => &[&[Role::AccessReviewer], &[Role::Administrator]],
            Self::Manager | Self::User(_) | Self::Group(_) | Self::OnCall(_) | Self::Role(_) => &[],
        }
    }

    /// The group whose rotas it asks, if any.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Group(group) | Self::OnCall(group) => Some(group),
            _ => None,
        }
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

/// Who takes turns in the rotas of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rota {
    /// All of them.
    pub members: Vec<UserId>,
    /// Those whose turn it is.
    pub on_call: Vec<UserId>,
}

/// Everybody of whom a seat of a ticket may be.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// Accounts, with the roles that count for the ticket.
    pub people: Vec<Person>,
    /// Those who answer for what it is about.
    pub owners: Vec<UserId>,
    /// The manager of who asks.
    pub manager: Option<UserId>,
    /// Rotas by group.
    pub rotas: BTreeMap<String, Rota>,
    /// Those who have no seat on it (rule A5).
    pub excluded: Vec<UserId>,
}

/// Nobody is left for a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nobody {
    /// Whose seat it is.
    pub approver: Approver,
}

impl Cast {
    /// The people who may fill a seat of an approver.
    pub fn members(&self, approver: &Approver) -> Vec<(UserId, String)> {
        match approver {
            Approver::Peer | Approver::Board | Approver::Security => self.by_roles(approver.roles()),
            Approver::ServiceOwners => {
                let own = self.of(&self.owners);
                if !own.is_empty() {
                    return own;
                }
                // Who asks is the only owner: their manager answers for them.
                let manager = if self.owners.is_empty() { Vec::new() } else { self.of(self.manager.as_slice()) };
                if manager.is_empty() { self.by_roles(approver.roles()) } else { manager }
            }
            Approver::Manager => self.of(self.manager.as_slice()),
            Approver::User(user) => {
                let own = self.of(&[*user]);
                if own.is_empty() && self.excluded.contains(user) { self.of(self.manager.as_slice()) } else { own }
            }
            Approver::Group(group) => self.of(self.rotas.get(group).map_or(&[], |rota| rota.members.as_slice())),
            Approver::OnCall(group) => self.of(self.rotas.get(group).map_or(&[], |rota| rota.on_call.as_slice())),
            Approver::Role(role) => self.by_roles(&[&[*role]]),
        }
    }

    /// Those who vote where nobody else did in time.
    pub fn last_resort(&self, escalate_to: Option<&Approver>) -> Vec<(UserId, String)> {
        let named = escalate_to.map(|approver| self.members(approver)).unwrap_or_default();
        if named.is_empty() { self.by_roles(&[&[Role::Administrator]]) } else { named }
    }

    fn eligible(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !self.excluded.contains(&person.id))
    }

    fn of(&self, users: &[UserId]) -> Vec<(UserId, String)> {
        let named = |person: &Person| (person.id, person.name.clone());
        self.eligible().filter(|person| users.contains(&person.id)).map(named).collect()
    }

    /// Those who hold the first roles that anybody holds.
    fn by_roles(&self, order: &[&[Role]]) -> Vec<(UserId, String)> {
        let holders = |roles: &[Role]| -> Vec<_> {
            let holds = |person: &&Person| person.roles.iter().any(|role| roles.contains(role));
            self.eligible().filter(holds).map(|person| (person.id, person.name.clone())).collect()
        };
        order.iter().map(|roles| holders(roles)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Stages with their seats.
    pub fn seated(&self, wanted: &[Wanted]) -> Result<Vec<Stage>, Nobody> {
        let mut stages = Vec::new();
        let mut last = Approver::Peer;
        for wanted in wanted {
            last = wanted.approvers.last().cloned().unwrap_or(last);
            stages.extend(self.stage(wanted)?);
        }
        // Stages that were all left out agree to nothing.
        if stages.is_empty() { Err(Nobody { approver: last }) } else { Ok(stages) }
    }

    /// A stage with its seats; none when it asks only those who are not there and may be left out.
    fn stage(&self, wanted: &Wanted) -> Result<Option<Stage>, Nobody> {
        let mut seats: Vec<Seat> = Vec::new();
        let mut missing = None;
        for approver in &wanted.approvers {
            let members = self.members(approver);
            if members.is_empty() {
                missing = missing.or_else(|| Some(approver.clone()));
                continue;
            }
            let seat = |members| Seat { approver: approver.clone(), members, vote: None };
            if wanted.each_member {
                let sits = |member: &(UserId, String)| seats.iter().any(|seat| seat.members.contains(member));
                let new: Vec<_> = members.into_iter().filter(|member| !sits(member)).collect();
                seats.extend(new.into_iter().map(|member| seat(vec![member])));
            } else {
                seats.push(seat(members));
            }
        }
        if seats.is_empty() && wanted.skip_nobody {
            return Ok(None);
        }
        // One of several is enough for "any", whoever of the others is not there.
        if let Some(approver) =
            missing.filter(|_| seats.is_empty() || !(wanted.skip_nobody || wanted.rule == Rule::Any))
        {
            return Err(Nobody { approver });
        }
        // One person fills one seat of a stage: with fewer people than have to agree it could never end.
        let distinct: BTreeSet<UserId> = seats.iter().flat_map(|seat| &seat.members).map(|(id, _)| *id).collect();
        if distinct.len().min(seats.len()) < wanted.rule.needed(seats.len()) {
            return Err(Nobody { approver: wanted.approvers.last().cloned().unwrap_or(Approver::Peer) });
        }
        Ok(Some(Stage {
            name: wanted.name.clone(),
            rule: wanted.rule,
            reject_rule: wanted.reject_rule,
            limit: wanted.limit(),
            seats,
            opened_at: None,
            next_at: None,
            reminders: 0,
        }))
    }
}
