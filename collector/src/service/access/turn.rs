//! What the move of an access ticket means for its grant, in the same commit: it begins, it ends and leaves work, somebody is to
//! look over what was done without votes.

use muster_model::event::Event;
use muster_model::grant::recertification::{Campaign, ReviewItem, item_key};
use muster_model::grant::{Grant, GrantState, Removal, Turn, turn};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::edit::{self, Opening};
use muster_model::ticket::task::{AboutAccess, AccessWork, Task};
use muster_model::ticket::{Details, Kind, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_store::TypedStore;

use crate::service::drift::{put_counter, ticket_changed};
use crate::service::{Call, Service, ServiceError};

/// A grant in one line for the audit trail.
pub(super) fn summary(grant: &Grant) -> String {
    let of = grant.resource().map(|node| format!(" of {node}")).unwrap_or_default();
    format!("{}: {}, account {}, hosts {}{of}", grant.number, grant.right(), grant.account, grant.hosts.len())
}

/// Has the accounts of all hosts of a grant looked at anew.
pub(super) fn tell_hosts(changes: &mut ChangeSet, grant: &Grant) {
    changes.events.extend(grant.touched().map(|host| Event::AccessChanged { host }));
}

impl Service {
    /// Adds to the move of a ticket what it means for its grant.
    pub(in crate::service) async fn with_grant(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        ticket: &Ticket,
        event: &str,
        reason: &str,
    ) -> Result<(), ServiceError> {
        let Details::Access(access) = &ticket.details else {
            return self.with_review(changes, call, ticket, event).await;
        };
        let Some(turn) = turn(ticket, event) else { return Ok(()) };
        let (now, by) = (self.now(), call.actor.label());
        if turn == Turn::Begins {
            let grant = Grant::of(ticket, access, &by, now);
            let action = if grant.is_emergency { "grant.break_glass" } else { "grant.begin" };
            let mut audit = call.audit(now, action, grant.id, summary(&grant));
            reason.clone_into(&mut audit.reason);
            changes.audit.push(audit);
            tell_hosts(changes, &grant);
            if grant.is_emergency {
                let title = Phrase::new("access_review").with("account", grant.account.as_str());
                let title = title.with("number", grant.number.as_str());
                let about = AboutAccess { grant: grant.id, what: AccessWork::Review, seen_on: Vec::new() };
                self.open_work(changes, ticket, title.into(), about, now).await?;
                let (id, number) = (ticket.id, ticket.number.clone());
                changes.events.push(Event::GlassBroken { ticket: id, number, is_reviewed: false });
            }
            changes.create(grant);
            return Ok(());
        }
        let Some(stored) = self.grant_of_ticket(&ticket.id.to_string()).await? else { return Ok(()) };
        let Versioned { value: mut grant, version } = stored;
        let action = match turn {
            Turn::Revoked => {
                grant.state = GrantState::Revoked { by, at: now, reason: reason.trim().to_owned() };
                "grant.revoke"
            }
            Turn::Expired | Turn::Begins => {
                grant.state = GrantState::Expired { at: now };
                "grant.expire"
            }
        };
        let title = Phrase::new("access_removal").with("account", grant.account.as_str());
        let title = title.with("right", grant.right()).with("number", grant.number.as_str());
        let about = AboutAccess { grant: grant.id, what: AccessWork::Removal, seen_on: grant.seen_on() };
        let task = self.open_work(changes, ticket, title.into(), about, now).await?;
        grant.removal = Some(Removal { task: task.id, number: task.number, proven_at: None });
        let mut audit = call.audit(now, action, grant.id, summary(&grant));
        reason.clone_into(&mut audit.reason);
        changes.audit.push(audit);
        tell_hosts(changes, &grant);
        self.out_of_review(changes, &mut grant, now).await?;
        changes.update(Versioned { value: grant, version });
        Ok(())
    }

    /// Nobody is asked any more of a grant that ended.
    async fn out_of_review(&self, changes: &mut ChangeSet, grant: &mut Grant, now: Time) -> Result<(), ServiceError> {
        let Some(id) = grant.in_review else { return Ok(()) };
        let campaign = self.store().find::<Campaign>(&id.to_string()).await?;
        let item = self.store().find::<ReviewItem>(&item_key(id, grant.id)).await?;
        if let (Some(mut campaign), Some(mut item)) = (campaign, item)
            && campaign.value.take_out(&mut item.value, now)
        {
            grant.in_review = None;
            changes.update(item);
            changes.update(campaign);
        }
        Ok(())
    }

    /// When another one looked over how somebody was let in, that is noted in the grant, and the alert ends.
    async fn with_review(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        ticket: &Ticket,
        event: &str,
    ) -> Result<(), ServiceError> {
        let Details::Task(task) = &ticket.details else { return Ok(()) };
        let Some(about) = task.access.as_ref().filter(|about| event == "done" && about.what == AccessWork::Review)
        else {
            return Ok(());
        };
        let Some(mut stored) = self.store().find::<Grant>(&about.grant.to_string()).await? else { return Ok(()) };
        let now = self.now();
        stored.value.reviewed_at = Some(now);
        let (ticket, number) = (stored.value.ticket, stored.value.number.clone());
        changes.audit.push(call.audit(now, "grant.review", stored.value.id, summary(&stored.value)));
        changes.events.push(Event::GlassBroken { ticket, number, is_reviewed: true });
        changes.update(stored);
        Ok(())
    }

    /// Refuses that somebody looks over how they themselves were let in, or let somebody in.
    pub(in crate::service) async fn check_own_review(
        &self,
        call: &Call,
        ticket: &Ticket,
        event: &str,
    ) -> Result<(), ServiceError> {
        let Details::Task(task) = &ticket.details else { return Ok(()) };
        let Some(about) = task.access.as_ref().filter(|about| event == "done" && about.what == AccessWork::Review)
        else {
            return Ok(());
        };
        let (Some(user), name) = (call.actor.user(), call.actor.label()) else { return Ok(()) };
        let grant = self.store().find::<Grant>(&about.grant.to_string()).await?.map(|stored| stored.value);
        if grant.is_some_and(|grant| grant.is_of(user, &name) || grant.granted_by == name) {
            return Err(ServiceError::Conflict(Phrase::new("guard_own_review").into()));
        }
        Ok(())
    }

    /// A task about access, as a part of its ticket.
    async fn open_work(
        &self,
        changes: &mut ChangeSet,
        parent: &Ticket,
        title: Text,
        about: AboutAccess,
        now: Time,
    ) -> Result<Ticket, ServiceError> {
        let call = Call::system("access");
        let counter = self.next_number(Kind::Task).await?;
        let opening = Opening {
            details: Details::Task(Box::new(Task { access: Some(about), ..Task::default() })),
            items: parent.items.clone(),
            assignment_group: parent.assignment_group.clone(),
            parent: Some(parent.id),
            ..Opening::incident(title, parent.channel)
        };
        let number = Kind::Task.number(counter.value.last);
        let (task, opened) = edit::open(opening, number, &*self.priorities().await?, &call.actor, now);
        changes.audit.push(call.audit(now, "ticket.create", task.id, task.number.clone()));
        changes.create(opened);
        changes.events.push(ticket_changed(&task));
        changes.create(task.clone());
        put_counter(changes, counter);
        Ok(task)
    }
}
