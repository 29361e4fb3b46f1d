//! Follow-ups: a ticket wakes who has it at the time that somebody set, once.

use muster_model::notification::Topic;
use muster_model::notification::happening::ticket_notice;
use muster_model::notification::subscription::Target;
use muster_model::on_call::Rota;
use muster_model::text::Phrase;
use muster_model::ticket::Ticket;
use muster_model::ticket::edit::{self, Edit};
use muster_model::{ChangeSet, Collection};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError, Versioned};

/// Who wakes.
const CALL: Call = Call::system("follow-up");

impl Service {
    /// When the next ticket wakes somebody.
    pub(in crate::service) async fn next_follow_up(&self) -> Result<Option<Time>, ServiceError> {
        let due = self.store().first::<Ticket>(Scan::index(Index::TicketFollowUp, "")).await?;
        Ok(due.and_then(|stored| stored.value.follow_up_at))
    }

    /// Wakes who has the next ticket whose time has come. `false` when there is none. The time is taken away in the commit that tells,
    /// so it is told once.
    pub async fn follow_up_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let due = self.store().first::<Ticket>(Scan::index(Index::TicketFollowUp, "")).await?;
        let Some(stored) = due.filter(|stored| stored.value.follow_up_at.is_some_and(|at| at <= now)) else {
            return Ok(false);
        };
        let edit = Edit { follow_up_at: Some(None), ..Edit::default() };
        let edited = edit::edit(&stored.value, edit, &*self.priorities().await?, &CALL.actor, now);
        let Ok(Some((ticket, entry))) = edited else { return Ok(false) };
        let mut changes = ChangeSet::new();
        changes.audit.push(CALL.audit(now, "ticket.follow_up", ticket.id, ticket.number.clone()));
        let notice =
            ticket_notice(&ticket, Topic::TicketFollowUp, now, &CALL.actor.label(), Phrase::new("notice_follow_up"));
        let targets = self.who_follows_up(&ticket).await?;
        self.page(&mut changes, &notice, &targets).await?;
        changes.create(entry);
        write_ticket(&mut changes, Versioned { value: ticket, version: stored.version });
        self.commit_step(changes).await
    }

    /// Who has a ticket: its assignee, else who is on call for its group, else who asked for it to be done.
    async fn who_follows_up(&self, ticket: &Ticket) -> Result<Vec<Target>, ServiceError> {
        if let Some(assignee) = ticket.assignee {
            return Ok(vec![Target::User(assignee)]);
        }
        let rotas = self.store().all::<Rota>(Scan::keys(Collection::Rota, "")).await?;
        let of_group = |rota: &Rota| rota.group.is_some() && rota.group == ticket.assignment_group;
        let on_call: Vec<Target> =
            rotas.into_iter().filter(|rota| of_group(&rota.value)).map(|rota| Target::Rota(rota.value.id)).collect();
        if !on_call.is_empty() {
            return Ok(on_call);
        }
        Ok(ticket.requester.map(Target::User).into_iter().collect())
    }
}
