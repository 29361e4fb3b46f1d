//! Keeps the stored clocks in step with their tickets, and tells once what a clock reaches: a warning, or that its time is over.
//!
//! What a clock says is made from the timeline each time, so a look that comes late changes nothing but when it is told
//! (rule S7). What was told stands in the clock, in the commit that tells it.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::event::{Cursor, Event};
use muster_model::level::Policy;
use muster_model::level::clock::{Clock, Outcome};
use muster_model::level::rules::Rules;
use muster_model::ticket::edit::{self, Edit};
use muster_model::ticket::{Entry, Priorities, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::Time;
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, StoreError, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// The name of the cursor.
const CURSOR: &str = "levels";
/// Events dealt with in one commit.
const BATCH: usize = 64;
/// Who tells.
const CLOCK: Call = Call::system("clock");

/// What a clock was told to have reached stays so, unless another policy took it back.
fn still_reached(clock: &Clock, rules: &Rules, told: &[u8], now: Time) -> Vec<u8> {
    let Some(read) = rules.calendar_version(&clock.calendar, clock.calendar_number) else { return Vec::new() };
    let is_over = clock.outcome == Some(Outcome::Breached);
    let reached = |percent: u8| {
        let ms = clock.target_ms.saturating_mul(i64::from(percent)) / 100;
        clock.reaches(&read.opening, ms).is_some_and(|at| at <= now)
    };
    told.iter().copied().filter(|percent| if *percent == 100 { is_over } else { reached(*percent) }).collect()
}

fn warn_at<'a>(clock: &Clock, rules: &'a Rules) -> &'a [u8] {
    rules.policy_version(&clock.policy, clock.policy_number).map_or(&[], |read| &read.policy.terms.warn_at)
}

impl Service {
    async fn stored_clocks(&self, ticket: TicketId) -> Result<BTreeMap<String, Versioned<Clock>>, ServiceError> {
        let scan = Scan::keys(Collection::LevelClock, format!("{ticket}/"));
        Ok(self.store().all::<Clock>(scan).await?.into_iter().map(|stored| (stored.value.key(), stored)).collect())
    }

    /// Puts the clocks of a ticket in the place of those that are stored; `told` of each is kept as far as it still holds.
    pub(super) async fn put_clocks(
        &self,
        changes: &mut ChangeSet,
        ticket: TicketId,
        clocks: Vec<Clock>,
        rules: &Rules,
        now: Time,
    ) -> Result<(), ServiceError> {
        let mut stored = self.stored_clocks(ticket).await?;
        for mut clock in clocks {
            let known = stored.remove(&clock.key());
            let told = known.as_ref().map(|known| known.value.told.as_slice()).unwrap_or_default();
            clock.told = if clock.told.is_empty() { still_reached(&clock, rules, told, now) } else { clock.told };
            let read = rules.calendar_version(&clock.calendar, clock.calendar_number);
            clock.due_at = read.and_then(|read| clock.next_due(&read.opening, warn_at(&clock, rules), now));
            match known {
                Some(known) if known.value == clock => {}
                Some(known) => changes.put(clock, Expected::Version(known.version)),
                None => changes.create(clock),
            }
        }
        for (key, gone) in stored {
            changes.delete(Collection::LevelClock, key, Expected::Version(gone.version));
        }
        Ok(())
    }

    /// Brings the clocks up to date with the next tickets that changed. `false` when there are none.
    pub async fn level_step(&self) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let mut changes = ChangeSet::new();
        let (through, expected) = if let Some(cursor) = cursor {
            let events = self.events(&cursor.value.after, BATCH).await?;
            let Some(last) = events.last().map(|event| event.cursor()) else { return Ok(false) };
            let named = events.iter().filter_map(|row| match row.event {
                Event::TicketChanged { ticket, .. } => Some(ticket),
                _ => None,
            });
            let tickets: BTreeSet<TicketId> = named.collect();
            if !tickets.is_empty() {
                let (rules, now) = (self.level_rules().await?, self.now());
                for id in tickets {
                    let Some(ticket) = self.store().find::<Ticket>(&id.to_string()).await? else { continue };
                    let rules_at = self.book(id).await?.map(|book| book.value.rules_at);
                    let clocks = self.reckon(&ticket.value, &rules, rules_at, now).await?;
                    self.put_clocks(&mut changes, id, clocks, &rules, now).await?;
                }
            }
            (last, Expected::Version(cursor.version))
        } else {
            // The first start: what is shipped counts from now on, for what comes from now on.
            self.ship_levels(&mut changes).await?;
            (self.last_event().await?, Expected::Absent)
        };
        changes.put(Cursor { name: CURSOR.into(), after: through, at: self.now() }, expected);
        self.commit_level(changes).await
    }

    /// Commits a step; one that was overtaken is done again.
    async fn commit_level(&self, changes: ChangeSet) -> Result<bool, ServiceError> {
        match self.commit(changes).await {
            Ok(()) | Err(StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Tells what the next clock reached that is due. `false` when none is.
    pub async fn level_due(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let Some(due) = self.store().first::<Clock>(Scan::index(Index::LevelClockDue, "")).await? else {
            return Ok(false);
        };
        if due.value.due_at.is_none_or(|at| at > now) {
            return Ok(false);
        }
        let id = due.value.ticket;
        let mut changes = ChangeSet::new();
        let Some(mut ticket) = self.store().find::<Ticket>(&id.to_string()).await? else {
            changes.delete(Collection::LevelClock, due.value.key(), Expected::Version(due.version));
            return self.commit_level(changes).await;
        };
        let rules = self.level_rules().await?;
        let rules_at = self.book(id).await?.map(|book| book.value.rules_at);
        let mut clocks = self.reckon(&ticket.value, &rules, rules_at, now).await?;
        let (stored, priorities) = (self.stored_clocks(id).await?, self.priorities().await?);
        let before = ticket.value.timeline;
        for clock in &mut clocks {
            let told = stored.get(&clock.key()).map(|known| known.value.told.clone()).unwrap_or_default();
            clock.told = still_reached(clock, &rules, &told, now);
            let Some(read) = rules.calendar_version(&clock.calendar, clock.calendar_number) else { continue };
            let Some(policy) = rules.policy_version(&clock.policy, clock.policy_number) else { continue };
            for percent in clock.untold(&read.opening, &policy.policy.terms.warn_at, now) {
                let ms = clock.target_ms.saturating_mul(i64::from(percent)) / 100;
                let since = if percent == 100 { clock.breach_at } else { clock.reaches(&read.opening, ms) };
                clock.told.push(percent);
                // What was so before the ticket was imported is nobody's news.
                let came_at = ticket.value.origin.as_ref().map(|origin| origin.at);
                if came_at.is_some_and(|at| since.is_some_and(|since| since <= at)) {
                    continue;
                }
                tell(
                    &mut changes,
                    &mut ticket.value,
                    clock,
                    &policy.policy,
                    percent,
                    (since.unwrap_or(now), now),
                    &priorities,
                );
            }
        }
        self.put_clocks(&mut changes, id, clocks, &rules, now).await?;
        if ticket.value.timeline != before {
            write_ticket(&mut changes, ticket);
        }
        self.commit_level(changes).await
    }

    /// When the next clock is due, at the latest `horizon_ms` from now.
    pub async fn next_level_due(&self, horizon_ms: i64) -> Result<Time, ServiceError> {
        let horizon = self.now().plus_millis(horizon_ms);
        let due = self.store().first::<Clock>(Scan::index(Index::LevelClockDue, "")).await?;
        Ok(due.and_then(|due| due.value.due_at).map_or(horizon, |at| at.min(horizon)))
    }
}

/// Writes what a clock reached into the timeline, the trail and the outbox, and does what the policy says to it.
fn tell(
    changes: &mut ChangeSet,
    ticket: &mut Ticket,
    clock: &Clock,
    policy: &Policy,
    percent: u8,
    (since, now): (Time, Time),
    priorities: &Priorities,
) {
    let (target, name) = (clock.target, clock.policy.clone());
    let is_over = percent == 100;
    let entry = Entry::Level { target, policy: name.clone(), percent, since };
    changes.create(ticket.note(now, &CLOCK.actor.label(), entry));
    let action = if is_over { "ticket.level_breached" } else { "ticket.level_warned" };
    let summary = format!("{}: {name} {percent} %", ticket.number);
    changes.audit.push(CLOCK.audit(now, action, ticket.id, summary));
    let (id, number) = (ticket.id, ticket.number.clone());
    changes.events.push(if is_over {
        Event::LevelBreached { ticket: id, number, target, policy: name, at: since }
    } else {
        Event::LevelWarned { ticket: id, number, target, policy: name, percent }
    });
    if !ticket.state.name().is_active() {
        return;
    }
    for action in policy.terms.actions.iter().filter(|action| action.at == percent) {
        let change = Edit {
            assignment_group: action.assignment_group.clone().map(Some),
            urgency: action.urgency.filter(|urgency| *urgency < ticket.urgency),
            ..Edit::default()
        };
        if let Ok(Some((next, entry))) = edit::edit(ticket, change, priorities, &CLOCK.actor, now) {
            *ticket = next;
            changes.create(entry);
            changes.audit.push(CLOCK.audit(now, "ticket.update", ticket.id, ticket.number.clone()));
        }
    }
}
