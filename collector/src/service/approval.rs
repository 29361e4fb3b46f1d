//! Approvals: opening rounds, voting, and what a decided round does to its ticket.

pub mod ballot;
pub mod delegation;
pub mod meeting;
pub mod rule;
mod timing;

use muster_model::account::User;
use muster_model::approval::ballot::Ballot;
use muster_model::approval::rule::{ApprovalRule, waits_for_votes};
use muster_model::approval::seat::{Cast, Nobody};
use muster_model::approval::{self, Approval, Decision, Matter, RoundState, Voter, line};
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, Ticket, TicketItem};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::canonical::Digest;
use muster_shared::id::{ApprovalId, NodeId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::drift::write_ticket;
use super::{Call, Page, Service, ServiceError, Window, check_version, invalid};

/// What is voted on. Its digest is what a round is bound to; what it says is kept to show what another round changes.
fn matter(details: &Details) -> Matter {
    let value = match details {
        Details::Change(change) => serde_json::to_value(&change.plan),
        Details::Access(access) => serde_json::to_value(&access.terms),
        Details::Request(request) => serde_json::to_value((&request.form, &request.ordered)),
        Details::Incident | Details::Problem(_) | Details::Release(_) | Details::Task(_) => Ok(Value::Null),
    };
    let value = value.unwrap_or_default();
    Matter { digest: subject(details), value }
}

/// Digest of what is voted on.
fn subject(details: &Details) -> Digest {
    let bytes = match details {
        Details::Change(change) => return change.plan.digest(),
        Details::Access(access) => serde_json::to_vec(&access.terms),
        Details::Request(request) => serde_json::to_vec(&(&request.form, &request.ordered)),
        Details::Incident | Details::Problem(_) | Details::Release(_) | Details::Task(_) => Ok(Vec::new()),
    };
    Digest::of(&bytes.unwrap_or_default())
}

/// By what somebody votes.
#[derive(Clone, Copy, Debug)]
enum Entitled {
    /// By being who they are: for their own seat, or another's; on the version that they saw.
    Person { seen: Option<u64> },
    /// By a link, for the seat of the link alone.
    Ballot(Ballot),
}

impl Service {
    /// Rounds that wait for the caller's vote, oldest first.
    pub async fn list_approvals(
        &self,
        call: &Call,
        window: &Window,
    ) -> Result<Page<Versioned<Approval>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let Some(user) = call.actor.user() else { return Ok(Page { items: Vec::new(), next_cursor: None }) };
        let lenders = self.lenders_of(user).await?;
        if lenders.is_empty() {
            return self.list(Scan::index(Index::ApprovalByVoter, user.to_string()), window, |_: &Approval| true).await;
        }
        // Those of others come first: there are few, and who stands in should see them.
        let mut items = Vec::new();
        if window.cursor.is_none() {
            for lender in lenders {
                let scan = Scan::index(Index::ApprovalByVoter, lender.to_string()).limit(200);
                for stored in self.store().page::<Approval>(scan).await?.rows {
                    let ticket = self.get_ticket(call, &stored.value.ticket.to_string()).await?.value;
                    let is_known = items.iter().any(|known: &Versioned<Approval>| known.value.id == stored.value.id);
                    let is_own = stored.value.waits_for().contains(&user);
                    if !is_known && !is_own && self.places_of(&ticket, user).await?.contains(&lender) {
                        items.push(stored);
                    }
                }
            }
        }
        let own = self.list(Scan::index(Index::ApprovalByVoter, user.to_string()), window, |_: &Approval| true).await?;
        items.extend(own.items);
        Ok(Page { items, next_cursor: own.next_cursor })
    }

    /// The rounds of a ticket, oldest first.
    pub async fn approvals_of_ticket(&self, call: &Call, text: &str) -> Result<Vec<Versioned<Approval>>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        Ok(self.store().all::<Approval>(Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id))).await?)
    }

    /// One round.
    pub async fn get_approval(&self, call: &Call, id: ApprovalId) -> Result<Versioned<Approval>, ServiceError> {
        call.holds(Action::TicketRead)?;
        let missing = || ServiceError::NotFound { kind: "approval", id: id.to_string() };
        let found = self.store().find::<Approval>(&id.to_string()).await?.ok_or_else(missing)?;
        // Whoever may not see its ticket knows of no vote on it.
        match Box::pin(self.get_ticket(call, &found.value.ticket.to_string())).await {
            Ok(_) => Ok(found),
            Err(ServiceError::NotFound { .. }) => Err(missing()),
            Err(error) => Err(error),
        }
    }

    /// Votes. What the votes come to happens to the ticket in the same commit.
    pub async fn vote(
        &self,
        call: &Call,
        id: ApprovalId,
        decision: Decision,
        comment: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Approval>, ServiceError> {
        self.vote_where(call, id, decision, comment, Entitled::Person { seen }).await
    }

    async fn vote_where(
        &self,
        call: &Call,
        id: ApprovalId,
        decision: Decision,
        comment: &str,
        entitled: Entitled,
    ) -> Result<Versioned<Approval>, ServiceError> {
        call.holds(Action::ApprovalVote)?;
        super::ticket::check_text("/comment", comment, 0, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_approval(call, id).await?;
            let user =
                call.actor.user().ok_or_else(|| ServiceError::Conflict(Phrase::new("approval_no_seat").into()))?;
            let now = self.now();
            let acting_for = match entitled {
                Entitled::Person { seen } => {
                    check_version(&stored, seen)?;
                    let ticket = self.get_ticket(call, &stored.value.ticket.to_string()).await?.value;
                    self.places_of(&ticket, user).await?
                }
                Entitled::Ballot(ballot) => {
                    ballot.check(&stored.value, now).map_err(|spent| ServiceError::Conflict(spent.phrase().into()))?;
                    Vec::new()
                }
            };
            let voter = Voter { user, name: call.actor.label(), acting_for, via: call.via.to_owned() };
            let refused = |refused: approval::Refused| match refused {
                approval::Refused::Reason => invalid("/comment", refused.phrase()),
                approval::Refused::Over | approval::Refused::NoSeat | approval::Refused::Voted => {
                    ServiceError::Conflict(refused.phrase().into())
                }
            };
            let next = stored.value.vote(&voter, decision, comment, now).map_err(refused)?;
            let mut changes = ChangeSet::new();
            let summary = format!("{}: {}", next.number, decision.as_str());
            let mut audit = call.audit(now, "approval.vote", next.ticket, summary);
            comment.trim().clone_into(&mut audit.reason);
            audit.acting_for = self.place_taken(&next, user).await?;
            changes.audit.push(audit);
            let who = next.voters_since(&stored.value);
            self.count_votes(call, &mut changes, &next, (&who, decision, comment)).await?;
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// In whose place somebody voted last, by name.
    async fn place_taken(&self, round: &Approval, voter: UserId) -> Result<Option<String>, ServiceError> {
        let given = round.stages.iter().flat_map(|stage| &stage.seats).filter_map(|seat| seat.vote.as_ref());
        let own = given.filter(|vote| vote.user == voter).max_by_key(|vote| vote.at);
        match own.and_then(|vote| vote.acting_for) {
            Some(user) => Ok(Some(self.name_of_user(user).await?)),
            None => Ok(None),
        }
    }

    /// What a vote does to the ticket: an entry of its timeline, and the event when the round is over.
    async fn count_votes(
        &self,
        call: &Call,
        changes: &mut ChangeSet,
        round: &Approval,
        (who, decision, comment): (&str, Decision, &str),
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let stored = self.get_ticket(call, &round.ticket.to_string()).await?;
        let mut ticket = stored.value;
        let voted = Entry::Voted { decision, comment: comment.trim().to_owned() };
        changes.create(ticket.note(now, who, voted));
        let event = match round.state {
            RoundState::Approved { .. } => Some("approve"),
            RoundState::Rejected { .. } => Some("reject"),
            RoundState::Open | RoundState::Voided { .. } => None,
        };
        if let Some(event) = event {
            let system = Call::system("approvals");
            let fields = Fields { comment: Some(round.objections()), ..Fields::default() };
            let (next, moved) = transition::apply(&ticket, event, &fields, &system.actor, now)?;
            changes.audit.push(system.audit(now, &format!("ticket.{event}"), next.id, next.number.clone()));
            changes.create(moved);
            ticket = next;
        }
        write_ticket(changes, Versioned { value: ticket, version: stored.version });
        Ok(())
    }

    /// Whether the caller voted on a ticket as it was approved: rule A5, who does the work has no vote, either way round.
    pub(super) async fn has_voted(&self, call: &Call, ticket: &Ticket) -> Result<bool, ServiceError> {
        let rounds =
            self.store().all::<Approval>(Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id))).await?;
        let last = rounds.last().map(|stored| &stored.value);
        let approved = last.filter(|round| matches!(round.state, RoundState::Approved { .. }));
        let votes = approved.into_iter().flat_map(|round| &round.stages).flat_map(|stage| &stage.seats);
        // Who wrote down how others voted is held like one of them.
        let label = call.actor.label();
        let is_theirs = |vote: &approval::Vote| {
            let is_own = Some(vote.user) == call.actor.user() && !vote.is_absent;
            is_own || vote.recorded_by.as_ref() == Some(&label)
        };
        Ok(votes.filter_map(|seat| seat.vote.as_ref()).any(is_theirs))
    }

    /// What a new state or a new plan of a ticket means for its votes: a round opens, or the one that is open is void.
    pub(super) async fn keep_rounds(
        &self,
        call: &Call,
        changes: &mut ChangeSet,
        before: Option<&Ticket>,
        ticket: &Ticket,
    ) -> Result<(), ServiceError> {
        let waits = waits_for_votes(ticket);
        if !waits && !before.is_some_and(waits_for_votes) {
            return Ok(());
        }
        let rounds =
            self.store().all::<Approval>(Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id))).await?;
        let subject = subject(&ticket.details);
        let open = rounds.iter().find(|stored| stored.value.state == RoundState::Open);
        if let Some(open) = open {
            if waits && open.value.subject == subject {
                return Ok(());
            }
            changes.put(open.value.voided(self.now()), Expected::Version(open.version));
        }
        if !waits {
            return Ok(());
        }
        let round = u32::try_from(rounds.len()).unwrap_or(u32::MAX).saturating_add(1);
        let round = self.round_of(ticket, round, call.actor.user()).await?;
        changes.create(round);
        Ok(())
    }

    async fn round_of(&self, ticket: &Ticket, round: u32, asks: Option<UserId>) -> Result<Approval, ServiceError> {
        let users = self.active_users().await?;
        let ApprovalRule { name, stages, auto_approve, .. } = self.approval_rule_of(ticket, &users, asks).await?;
        let stages = if auto_approve {
            Vec::new()
        } else {
            let cast = self.cast(ticket, &users, asks).await?;
            let former = self.names_of_stages(&stages).await?;
            cast.seated(&stages).map_err(|Nobody { approver }| {
                let roles = approver.roles().iter().flat_map(|roles| roles.iter()).map(|role| role.as_str());
                let why = if approver.roles().is_empty() {
                    let called = |id: UserId| former.get(&id).cloned().unwrap_or_else(|| id.to_string());
                    let approver = line::approver_text(&approver, &called);
                    Phrase::new("approver_missing").with("approver", approver).with("rule", name.clone())
                } else {
                    Phrase::new("guard_seats")
                        .term("seat", "approver", approver.as_str())
                        .with("roles", Word::terms("role-name", roles))
                };
                ServiceError::Conflict(why.into())
            })?
        };
        let opened = Approval::open(ticket, round, matter(&ticket.details), &name, stages, self.now());
        Ok(Approval { asked_by: asks, ..opened })
    }

    /// Everybody of whom a seat of a ticket may be.
    pub(super) async fn cast(
        &self,
        ticket: &Ticket,
        users: &[User],
        asks: Option<UserId>,
    ) -> Result<Cast, ServiceError> {
        let requester = ticket.requester.and_then(|id| users.iter().find(|user| user.id == id));
        Ok(Cast {
            people: self.people_on(ticket, users).await?,
            owners: self.owners_of(ticket, users).await?,
            manager: requester.and_then(|user| user.manager),
            rotas: self.rotas_by_group().await?,
            excluded: timing::excluded_from(ticket, users, asks),
        })
    }

    /// The accounts of those who answer for what a ticket is about.
    async fn owners_of(&self, ticket: &Ticket, users: &[User]) -> Result<Vec<UserId>, ServiceError> {
        let nodes = match &ticket.details {
            Details::Change(change) => self.scope_nodes(&change.plan.scope).await?,
            Details::Access(access) => self.asked_nodes(&access.terms).await?,
            Details::Request(_) => {
                let node = |item: &TicketItem| Some((item.id.parse::<NodeId>().ok()?, item.name.clone()));
                ticket.items.iter().filter_map(node).collect()
            }
            Details::Incident | Details::Problem(_) | Details::Release(_) | Details::Task(_) => Vec::new(),
        };
        let names = match self.resource_owner(&ticket.details).await? {
            Some(owner) => std::iter::once(owner).collect(),
            None => self.around(&nodes).await?.owners,
        };
        let rotas = self.rotas_by_group().await?;
        // An owner is a person or a group: those of its rotas answer for it.
        let of_group: Vec<UserId> = rotas
            .iter()
            .filter(|(group, _)| names.contains(*group))
            .flat_map(|(_, rota)| rota.members.clone())
            .collect();
        let is_named = |user: &&User| {
            names.contains(&user.name) || names.contains(&user.display_name) || of_group.contains(&user.id)
        };
        Ok(users.iter().filter(is_named).map(|user| user.id).collect())
    }
}
