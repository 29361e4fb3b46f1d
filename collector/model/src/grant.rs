//! Grants: what an account is allowed on hosts, from when until when, by which ticket, and where agents see it (service-desk
//! rules, section 11). A grant begins and ends with its ticket; whether hosts follow is what agents say.

pub mod observed;
pub mod recertification;
pub mod separation;

use muster_shared::Time;
use muster_shared::id::{CampaignId, GrantId, HostId, NodeId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::ticket::access::{Access, Entitlement, Exception, Terms, is_privileged};
use crate::ticket::{Details, Ticket};

/// So long before its end a grant is called expiring.
pub const EXPIRING_MS: i64 = 7 * 86_400_000;

/// So often somebody looks over access that gives power.
pub const QUARTER_MS: i64 = 90 * 86_400_000;
/// So often somebody looks over all other access.
pub const YEAR_MS: i64 = 365 * 86_400_000;

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Which.
    pub id: GrantId,
    /// The ticket by which it was granted.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// Name of the account on the hosts.
    pub account: String,
    /// What it is allowed.
    pub entitlement: Entitlement,
    /// Which group, for the entitlement `group`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// On which hosts, now.
    pub hosts: Vec<HostId>,
    /// What says which hosts those are, where they may become others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// Hosts of before, that serve the resource no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
    /// Who has it: who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<UserId>,
    /// What for.
    pub reason: String,
    /// From when.
    pub valid_from: Time,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Time>,
    /// Whether somebody let themselves in without votes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_emergency: bool,
    /// Why it may be together with what it is to be separate from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
    /// Who granted it.
    pub granted_by: String,
    /// When.
    pub granted_at: Time,
    /// Whether its time has begun, and hosts were compared with it since.
    pub has_begun: bool,
    /// When somebody last looked over it and kept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Time>,
    /// The campaign that looks over it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_review: Option<CampaignId>,
    /// Where it stands, but for the clock.
    pub state: GrantState,
    /// Where agents see it, host by host; of the others nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// The work that its end made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
}

record!(Grant, Grant, |grant| grant.id.to_string());

/// Where a grant stands, but for the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum GrantState {
    /// It was given.
    Given,
    /// It does not hold for now.
    Suspended {
        /// Who said so.
        by: String,
        /// When.
        at: Time,
        /// Why.
        reason: String,
    },
    /// It was taken back.
    Revoked {
        /// Who took it back.
        by: String,
        /// When.
        at: Time,
        /// Why.
        reason: String,
    },
    /// Its time was over.
    Expired {
        /// When that was done.
        at: Time,
    },
}

/// Whether agents see it on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The host.
    pub host: HostId,
    /// Its name, as it was.
    pub host_name: String,
    /// Whether it is there.
    pub is_there: bool,
    /// Since when that is known.
    pub since: Time,
}

/// What says on which hosts a grant is, where they may become others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// The service or the item: the hosts that serve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<NodeId>,
    /// The hosts that a question means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Hosts that are named beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<HostId>,
}

impl Follows {
    /// What terms ask for.
    pub fn of(terms: &Terms) -> Option<Self> {
        let question = terms.question.clone().filter(|text| !text.trim().is_empty());
        let follows = || Self { resource: terms.resource, question, named: terms.hosts.clone() };
        terms.follows().then(follows)
    }
}

/// A host that a grant is for no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The host.
    pub host: HostId,
    /// Since when.
    pub at: Time,
}

/// The work that the end of a grant made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The task.
    pub task: TicketId,
    /// Its number.
    pub number: String,
    /// Since when no agent sees it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_at: Option<Time>,
}

/// Where a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its time is still to come.
    Planned,
    /// It holds.
    Active,
    /// It holds, and ends within a week.
    Expiring,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
    /// It does not hold for now.
    Suspended,
}

impl Status {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Planned, Self::Active, Self::Expiring, Self::Expired, Self::Revoked, Self::Suspended];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
        }
    }

    /// Whether an account may be there for it.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }

    /// Whether it is over for good.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }
}

impl Grant {
    /// The grant that a ticket gives.
    pub fn of(ticket: &Ticket, access: &Access, by: &str, now: Time) -> Self {
        let terms = &access.terms;
        Self {
            id: GrantId::new(now),
            ticket: ticket.id,
            number: ticket.number.clone(),
            account: terms.account.clone().unwrap_or_default(),
            entitlement: terms.entitlement,
            group: terms.group.clone().filter(|_| terms.entitlement == Entitlement::Group),
            hosts: if terms.follows() { access.reach.clone() } else { terms.hosts.clone() },
            follows: Follows::of(terms),
            left: Vec::new(),
            holder: ticket.requester,
            reason: terms.reason.clone().unwrap_or_default(),
            valid_from: terms.valid_from.map_or(now, |from| from.max(now)),
            valid_to: terms.valid_to,
            is_emergency: access.is_emergency,
            exception: terms.exception().cloned(),
            granted_by: by.to_owned(),
            granted_at: now,
            has_begun: terms.valid_from.is_none_or(|from| from <= now),
            reviewed_at: None,
            in_review: None,
            state: GrantState::Given,
            places: Vec::new(),
            removal: None,
        }
    }

    /// Where it stands.
    pub fn status(&self, now: Time) -> Status {
        match &self.state {
            GrantState::Suspended { .. } if self.is_past(now) => Status::Expired,
            GrantState::Suspended { .. } => Status::Suspended,
            GrantState::Revoked { .. } => Status::Revoked,
            GrantState::Expired { .. } => Status::Expired,
            GrantState::Given if now < self.valid_from => Status::Planned,
            GrantState::Given if self.is_past(now) => Status::Expired,
            GrantState::Given if self.valid_to.is_some_and(|end| end.since(now) <= EXPIRING_MS) => Status::Expiring,
            GrantState::Given => Status::Active,
        }
    }

    fn is_past(&self, now: Time) -> bool {
        self.valid_to.is_some_and(|end| end <= now)
    }

    /// Whether it gives power over a host.
    pub fn is_privileged(&self) -> bool {
        is_privileged(self.entitlement, Some(&self.account), self.group.as_deref())
    }

    /// What it allows, in one word or two: `sudo`, `group docker`.
    pub fn right(&self) -> String {
        match &self.group {
            Some(group) => format!("{} {group}", self.entitlement.as_str()),
            None => self.entitlement.as_str().to_owned(),
        }
    }

    /// When somebody has to look over it: a quarter after the last look where it gives power, else a year.
    pub fn review_due_at(&self) -> Option<Time> {
        let is_out = self.ended_at().is_some() || self.in_review.is_some() || self.is_emergency;
        let every = if self.is_privileged() { QUARTER_MS } else { YEAR_MS };
        (!is_out).then(|| self.reviewed_at.unwrap_or(self.valid_from).plus_millis(every))
    }

    /// When something about it is to be done: its time begins, or somebody has to look over it.
    pub fn due_at(&self) -> Option<Time> {
        if self.ended_at().is_none() && !self.has_begun { Some(self.valid_from) } else { self.review_due_at() }
    }

    /// When it ended, if it did.
    pub const fn ended_at(&self) -> Option<Time> {
        match &self.state {
            GrantState::Revoked { at, .. } | GrantState::Expired { at } => Some(*at),
            GrantState::Given | GrantState::Suspended { .. } => None,
        }
    }

    /// Hosts on which agents see it.
    pub fn seen_on(&self) -> Vec<String> {
        self.places.iter().filter(|place| place.is_there).map(|place| place.host_name.clone()).collect()
    }

    /// Hosts that it is for, or was before: those of which it has to be gone when it ends.
    pub fn touched(&self) -> impl Iterator<Item = HostId> {
        self.hosts.iter().copied().chain(self.left.iter().map(|left| left.host))
    }

    /// The service or the item that it is for.
    pub fn resource(&self) -> Option<NodeId> {
        self.follows.as_ref()?.resource
    }

    /// Where it stands on one host: over where it is for others now.
    pub fn status_on(&self, host: HostId, now: Time) -> Status {
        if self.hosts.contains(&host) { self.status(now) } else { Status::Revoked }
    }

    /// When it ended on one host, if it did.
    pub fn ended_on(&self, host: HostId) -> Option<Time> {
        self.left.iter().find(|left| left.host == host).map(|left| left.at).or_else(|| self.ended_at())
    }

    /// Goes on to the hosts that its resource has now. Those that came and those that went, or nothing when it is for the same.
    pub fn follow(&mut self, hosts: &[HostId], now: Time) -> Option<(Vec<HostId>, Vec<HostId>)> {
        let came: Vec<HostId> = hosts.iter().copied().filter(|host| !self.hosts.contains(host)).collect();
        let went: Vec<HostId> = self.hosts.iter().copied().filter(|host| !hosts.contains(host)).collect();
        if came.is_empty() && went.is_empty() {
            return None;
        }
        self.left.retain(|left| !came.contains(&left.host));
        self.left.extend(went.iter().map(|host| Left { host: *host, at: now }));
        self.hosts = hosts.to_vec();
        Some((came, went))
    }

    /// Whether agents know of all hosts that it was for that it is not there.
    pub fn is_gone(&self) -> bool {
        let is_gone = |host: HostId| self.places.iter().any(|place| place.host == host && !place.is_there);
        self.touched().all(is_gone)
    }

    /// Notes what an agent sees on a host; `false` when that is no news.
    pub fn note(&mut self, host: (HostId, &str), is_there: bool, at: Time) -> bool {
        if let Some(place) = self.places.iter_mut().find(|place| place.host == host.0) {
            if place.is_there == is_there {
                return false;
            }
            (place.is_there, place.since) = (is_there, at);
            host.1.clone_into(&mut place.host_name);
            return true;
        }
        self.places.push(Place { host: host.0, host_name: host.1.to_owned(), is_there, since: at });
        true
    }

    /// Whether an account is its holder's: who has it does not judge it.
    pub fn is_of(&self, user: UserId, name: &str) -> bool {
        self.holder == Some(user) || self.account == name
    }
}

/// What the move of an access ticket means for its grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It begins.
    Begins,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// What an event of a ticket means for a grant; `None` is nothing.
pub fn turn(ticket: &Ticket, event: &str) -> Option<Turn> {
    let Details::Access(_) = &ticket.details else { return None };
    match event {
        "grant" | "break_glass" => Some(Turn::Begins),
        "revoke" => Some(Turn::Revoked),
        "expire" => Some(Turn::Expired),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
