//! What becomes of rounds by the clock and when people leave (rules A1 and A8): who has not voted is asked again, a stage times out,
//! a seat goes to somebody else.

use muster_model::account::User;
use muster_model::approval::seat::Person;
use muster_model::approval::{Approval, Due, RoundState};
use muster_model::notification::happening;
use muster_model::notification::subscription::Target;
use muster_model::right::{Action, holders};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::UserId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// Who acts here.
const CALL: Call = Call::system("approvals");

/// Those who have no seat on a ticket (rule A5).
pub(super) fn excluded_from(ticket: &Ticket, users: &[User], asks: Option<UserId>) -> Vec<UserId> {
    let implementer = ticket.details.change().and_then(|change| change.plan.implementer);
    let mut excluded: Vec<UserId> = [ticket.requester, implementer, asks].into_iter().flatten().collect();
    // Whoever opened it wrote its first plan, for whomever it is.
    excluded.extend(users.iter().filter(|user| user.name == ticket.opened_by).map(|user| user.id));
    excluded.extend(&ticket.authors);
    if let Details::Access(access) = &ticket.details {
        let is_theirs = |user: &&User| access.terms.account.as_deref() == Some(user.name.as_str());
        excluded.extend(users.iter().filter(is_theirs).map(|user| user.id));
    }
    excluded
}

impl Service {
    /// Does what is due in one round. `false` when nothing is.
    pub async fn approval_due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let due = self.store().first::<Approval>(Scan::index(Index::ApprovalDue, "")).await?;
        let Some(stored) = due else { return Ok(false) };
        let Some((round, due)) = stored.value.timed(now) else { return Ok(false) };
        let Some(ticket) = self.store().find::<Ticket>(&round.ticket.to_string()).await? else { return Ok(false) };
        let mut changes = ChangeSet::new();
        let mut round = round;
        match due {
            Due::Remind => {}
            Due::Escalate => {
                let users = self.active_users().await?;
                let cast = self.cast(&ticket.value, &users, None).await?;
                let escalate_to = round.open_stage().and_then(|stage| stage.limit.escalate_to.clone());
                round = round.widened(&cast.last_resort(escalate_to.as_ref()));
            }
            Due::Reject | Due::Approve => {
                let (event, said) = if due == Due::Reject {
                    let stage = stored.value.open_stage().map(|stage| stage.name.clone()).unwrap_or_default();
                    ("reject", Phrase::new("approval_timeout").term("stage", "stage", stage))
                } else {
                    let by = self.stored_rules().await?.value.changed_by;
                    ("approve", Phrase::new("approval_by_rule").with("rule", round.rule.clone()).with("by", by))
                };
                let fields = Fields { said: Some(said.into()), ..Fields::default() };
                if let Ok((next, entry)) = transition::apply(&ticket.value, event, &fields, &CALL.actor, now) {
                    changes.audit.push(CALL.audit(now, &format!("ticket.{event}"), next.id, next.number.clone()));
                    changes.create(entry);
                    write_ticket(&mut changes, Versioned { value: next, version: ticket.version });
                }
            }
        }
        if round.state == RoundState::Open {
            self.remind_voters(&mut changes, &ticket.value, &round, now).await?;
        }
        changes.put(round, Expected::Version(stored.version));
        self.commit_step(changes).await
    }

    /// People as far as they may have a seat on a ticket: with the roles that count for it.
    pub(super) async fn people_on(&self, ticket: &Ticket, users: &[User]) -> Result<Vec<Person>, ServiceError> {
        let mut people = Vec::new();
        for user in users {
            let roles = self.roles_on(user, ticket).await?;
            // A seat of somebody who may not vote would stay empty for ever.
            if !roles.iter().any(|role| holders(Action::ApprovalVote).contains(role)) {
                continue;
            }
            people.push(Person { id: user.id, name: user.display_name.clone(), roles });
        }
        Ok(people)
    }

    /// When the next round is due.
    pub(in crate::service) async fn next_approval_due(&self) -> Result<Option<Time>, ServiceError> {
        let due = self.store().first::<Approval>(Scan::index(Index::ApprovalDue, "")).await?;
        Ok(due.and_then(|stored| stored.value.due_at()))
    }

    /// Asks all who may vote now once more, as they wish to be told. A reminder is an entry of the audit trail for each, with
    /// recipient and time.
    async fn remind_voters(
        &self,
        changes: &mut ChangeSet,
        ticket: &Ticket,
        round: &Approval,
        now: Time,
    ) -> Result<(), ServiceError> {
        let stage = round.open_stage();
        let seats = stage.into_iter().flat_map(|stage| &stage.seats);
        let names: Vec<(UserId, String)> = seats.flat_map(|seat| seat.members.clone()).collect();
        let waiting = round.waits_for();
        let mut told = Vec::new();
        for user in &waiting {
            let name = names.iter().find(|(id, _)| id == user).map(|(_, name)| name.clone()).unwrap_or_default();
            changes.audit.push(CALL.audit(now, "approval.remind", ticket.id, format!("{}: {name}", ticket.number)));
            told.push(name);
        }
        told.sort();
        told.dedup();
        let what = Phrase::new("approval_reminded").with("names", Word::list(told));
        let notice = happening::of_approval(ticket, round.id, what, now);
        let targets: Vec<Target> = waiting.into_iter().map(Target::User).collect();
        self.page(changes, &notice, &targets).await?;
        Ok(())
    }

    /// What it means for seats that somebody leaves: they go to the others, or to those who would have had them.
    pub(in crate::service) async fn with_seats_left(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        user: UserId,
    ) -> Result<(), ServiceError> {
        let waiting = self.store().all::<Approval>(Scan::index(Index::ApprovalByVoter, user.to_string())).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let users: Vec<User> = self.active_users().await?.into_iter().filter(|other| other.id != user).collect();
        for stored in waiting {
            let Some(ticket) = self.store().find::<Ticket>(&stored.value.ticket.to_string()).await? else { continue };
            let cast = self.cast(&ticket.value, &users, None).await?;
            let next = stored.value.without(user, |approver| cast.members(approver));
            let Some(next) = next else { continue };
            let summary = format!("{}: a seat of {user} goes to others", next.number);
            changes.audit.push(call.audit(self.now(), "approval.replace", next.ticket, summary));
            changes.put(next, Expected::Version(stored.version));
        }
        Ok(())
    }
}
