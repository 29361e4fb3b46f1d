//! Which tickets a right reaches, and who may be told of what.
//!
//! Seen is a ticket of one's own, of one's team, about something within reach, or whose vote one is asked for. Acted on is one that is
//! assigned to oneself or one's team, or that is about nothing beyond reach; a change whose scope goes further is for those who reach
//! all of it, whoever it is assigned to.

use std::collections::HashMap;
use std::sync::Arc;

use muster_model::account::User;
use muster_model::agent::Agent;
use muster_model::approval::{Approval, RoundState};
use muster_model::finding::Finding;
use muster_model::notification::{Notice, Source};
use muster_model::query::Query;
use muster_model::query::within::{Names, Within};
use muster_model::right::{self, Action, Actor, Extent, Reach, Role};
use muster_model::ticket::{Details, Ticket};
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, TypedStore};

use super::{Limited, Sight};
use crate::service::{Call, Service, ServiceError};

/// How far a task lies below the ticket whose work it is.
const ANCESTORS: usize = 3;

/// Whether whoever may see a ticket may do this to it: what those do who ask, and not those who work.
const fn is_for_who_sees(action: Action) -> bool {
    right::is_read(action)
        || matches!(action, Action::TicketCreate | Action::TicketComment | Action::RequestSubmit | Action::ApprovalVote)
}

/// The right that it takes over a ticket. What somebody asks for is theirs to change, to submit and to take back; to everybody else it is
/// work.
fn needed(actor: &Actor, action: Action, ticket: &Ticket) -> Action {
    if action == Action::RequestSubmit && !ticket.is_asked_by(actor) { Action::TicketTransition } else { action }
}

impl Limited {
    fn own(&self) -> Names {
        let id = self.user.map(|id| id.to_string().to_lowercase());
        Arc::new(id.into_iter().chain([self.name.to_lowercase()]).collect())
    }

    fn is_of(&self, team: Option<&str>) -> bool {
        team.is_some_and(|team| self.ground.teams.contains(&team.to_lowercase()))
    }

    fn asked_for(&self, ticket: &Ticket) -> bool {
        ticket.opened_by == self.name || (self.user.is_some() && ticket.requester == self.user)
    }

    fn works_on(&self, ticket: &Ticket) -> bool {
        (self.user.is_some() && ticket.assignee == self.user) || self.is_of(ticket.assignment_group.as_deref())
    }
}

impl Sight {
    /// Whether it sees a ticket by what stands on it: its items, its group, and the people of it.
    pub(crate) fn sees_ticket(&self, ticket: &Ticket) -> bool {
        let Some(limited) = &self.0 else { return true };
        limited.asked_for(ticket) || limited.works_on(ticket) || self.is_about_seen(ticket)
    }

    /// Whether something that it sees is what a ticket is about: by name, or because the scope of a change means it.
    fn is_about_seen(&self, ticket: &Ticket) -> bool {
        let is_meant = |limited: &Limited| {
            ticket.scope_asked().is_some_and(|question| limited.ground.scopes.contains(&question.to_lowercase()))
        };
        ticket.concerns().iter().any(|item| self.sees(item)) || self.0.as_ref().is_none_or(is_meant)
    }

    /// A question over tickets, as it is asked of those that it sees by what stands on them.
    pub(crate) fn of_tickets(&self, query: &Query) -> Query {
        self.narrowed(query, |limited| {
            let own = limited.own();
            Within::default()
                .or("item", Arc::clone(&limited.ground.nodes))
                .or("scope", Arc::clone(&limited.ground.scopes))
                .or("assignment_group", Arc::clone(&limited.ground.teams))
                .or("opened_by", Arc::clone(&own))
                .or("requester", Arc::clone(&own))
                .or("assignee", own)
        })
    }
}

impl Service {
    /// Whether the caller may do something to a ticket that they see.
    pub(crate) async fn authorize_on(&self, call: &Call, action: Action, ticket: &Ticket) -> Result<(), ServiceError> {
        let action = needed(&call.actor, action, ticket);
        let sight = self.sight(call, action).await?;
        let may = if is_for_who_sees(action) {
            self.sees_ticket(&sight, ticket).await?
        } else {
            self.works_on(&sight, ticket).await?
        };
        if may { Ok(()) } else { Err(call.too_far(action)) }
    }

    /// The rights that the caller has in a part of the organisation, and not over a ticket that they see.
    pub(crate) async fn beyond_ticket(&self, call: &Call, ticket: &Ticket) -> Result<Vec<Action>, ServiceError> {
        let (mut beyond, mut known) = (Vec::new(), HashMap::new());
        let needed = needed(&call.actor, Action::RequestSubmit, ticket);
        beyond.extend(right::extent(&call.actor, needed).is_err().then_some(Action::RequestSubmit));
        for action in Action::ALL {
            if is_for_who_sees(*action) {
                continue;
            }
            let Ok(Extent::Within(reach)) = right::extent(&call.actor, *action) else { continue };
            let holds = if let Some(holds) = known.get(&reach) {
                *holds
            } else {
                let holds = self.works_on(&self.sight(call, *action).await?, ticket).await?;
                known.insert(reach, holds);
                holds
            };
            beyond.extend((!holds).then_some(*action));
        }
        Ok(beyond)
    }

    /// Whether a sight takes in a ticket: by what stands on it, by the ticket whose work it is, or because a vote on it is waited for.
    pub(crate) async fn sees_ticket(&self, sight: &Sight, ticket: &Ticket) -> Result<bool, ServiceError> {
        let Some(limited) = &sight.0 else { return Ok(true) };
        if sight.sees_ticket(ticket) || self.is_voter(limited, ticket).await? {
            return Ok(true);
        }
        let mut parent = ticket.parent;
        for _ in 0..ANCESTORS {
            let Some(id) = parent else { break };
            let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { break };
            if sight.sees_ticket(&stored.value) {
                return Ok(true);
            }
            parent = stored.value.parent;
        }
        Ok(false)
    }

    /// Whether somebody, or one in whose place they vote, is asked for a vote on a ticket.
    async fn is_voter(&self, limited: &Limited, ticket: &Ticket) -> Result<bool, ServiceError> {
        let Some(user) = limited.user else { return Ok(false) };
        let rounds = Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id));
        let rounds = self.store().all::<Approval>(rounds).await?.into_iter().map(|stored| stored.value);
        let open: Vec<Approval> = rounds.filter(|round| round.state == RoundState::Open).collect();
        if open.is_empty() {
            return Ok(false);
        }
        let mut voters = self.lenders_of(user).await?;
        voters.push(user);
        Ok(open.iter().any(|round| round.waits_for().iter().any(|asked| voters.contains(asked))))
    }

    /// Whether a sight takes in all that acting on a ticket touches.
    async fn works_on(&self, sight: &Sight, ticket: &Ticket) -> Result<bool, ServiceError> {
        let Some(limited) = &sight.0 else { return Ok(true) };
        let concerned = ticket.concerns();
        let reaches_all = concerned.iter().all(|item| sight.sees(item));
        if let Some(change) = ticket.details.change() {
            // What a change explains is drift no more: its scope may not go beyond the reach of whoever plans it.
            let scope = self.scope_nodes(&change.plan.scope).await?;
            let is_empty = concerned.is_empty() && scope.is_empty();
            let is_theirs = !is_empty || limited.asked_for(ticket) || limited.works_on(ticket);
            return Ok(is_theirs && reaches_all && scope.iter().all(|(node, _)| sight.sees_node(*node)));
        }
        if let Details::Release(release) = &ticket.details {
            // So do its waves: they tell of hosts, and what goes out there is the release's doing.
            for wave in &release.plan.waves {
                let hosts = self.hosts_asked(&Call::system("release"), &wave.hosts).await?;
                if !hosts.iter().all(|host| sight.sees_host(host.value.id)) {
                    return Ok(false);
                }
            }
        }
        if limited.works_on(ticket) {
            return Ok(true);
        }
        Ok(if concerned.is_empty() { limited.asked_for(ticket) } else { reaches_all })
    }

    /// Whether all that a ticket is about is a service or what that stands on.
    pub(crate) async fn is_about_service(&self, ticket: &Ticket, service: &str) -> Result<bool, ServiceError> {
        let reach = Reach { services: [service.to_owned()].into(), ..Reach::default() };
        let ground = self.ground(reach).await?;
        let sight = Sight(Some(Limited { user: None, name: String::new(), ground }));
        let scope = match ticket.details.change() {
            Some(change) => self.scope_nodes(&change.plan.scope).await?,
            None => Vec::new(),
        };
        let concerned = ticket.concerns();
        let is_something = !(concerned.is_empty() && scope.is_empty());
        let is_within =
            concerned.iter().all(|item| sight.sees(item)) && scope.iter().all(|(node, _)| sight.sees_node(*node));
        Ok(is_something && is_within)
    }

    /// The roles of an account that count for a ticket.
    pub(crate) async fn roles_on(&self, user: &User, ticket: &Ticket) -> Result<Vec<Role>, ServiceError> {
        let mut roles = Vec::new();
        for role in &user.roles {
            let counts = match user.reaches.get(role) {
                None => true,
                Some(reach) => {
                    let ground = self.ground(reach.clone()).await?;
                    // What the account asked for itself is nothing that its role reaches.
                    Sight(Some(Limited { user: None, name: String::new(), ground })).sees_ticket(ticket)
                }
            };
            roles.extend(counts.then_some(*role));
        }
        Ok(roles)
    }

    /// Whether the caller may read and write what is only for those who work on a ticket: not by having asked for it.
    pub(crate) async fn sees_internal(&self, call: &Call, ticket: &Ticket) -> Result<bool, ServiceError> {
        let Ok(sight) = self.sight(call, Action::TicketInternal).await else { return Ok(false) };
        let Some(limited) = &sight.0 else { return Ok(true) };
        Ok(limited.works_on(ticket) || sight.is_about_seen(ticket))
    }

    /// Whether somebody may be told of what is about a record.
    pub(crate) async fn may_know(&self, call: &Call, action: Action, notice: &Notice) -> Result<bool, ServiceError> {
        let Ok(sight) = self.sight(call, action).await else { return Ok(false) };
        if sight.is_whole() {
            return Ok(true);
        }
        let subject = notice.subject.as_str();
        let source = match notice.topic.source() {
            // Who is called to a ticket by an escalation is told what it is about.
            Source::Notification if subject.parse::<TicketId>().is_ok() => Source::Ticket,
            source => source,
        };
        Ok(match source {
            Source::Ticket => match self.store().find::<Ticket>(subject).await? {
                Some(stored) => self.sees_ticket(&sight, &stored.value).await?,
                None => false,
            },
            Source::Finding => {
                let found = self.store().find::<Finding>(subject).await?;
                found.is_some_and(|stored| sight.sees_host(stored.value.host))
            }
            Source::Agent => {
                let found = self.store().find::<Agent>(subject).await?;
                found.and_then(|stored| stored.value.host).is_some_and(|host| sight.sees_host(host))
            }
            // Which machine is which is asked of those who see all of them.
            Source::Identity => false,
            Source::Item => subject.parse().is_ok_and(|node| sight.sees_node(node)),
            Source::Notification => true,
        })
    }
}
