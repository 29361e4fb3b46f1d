//! Service levels: the clocks of a ticket and of all tickets, what would be under other terms, and how often promises were kept.
//!
//! The clocks of one ticket are made from its timeline whenever somebody asks; lists and figures read the copies that
//! `keep` holds up to date.

pub mod agreement;
mod keep;
mod rule;

use muster_model::kpi::Period;
use muster_model::level::attainment::{self, Attainment};
use muster_model::level::clock::{self, Clock};
use muster_model::level::explain::{self, Line};
use muster_model::level::rules::Rules;
use muster_model::level::{Book, Former};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::{Ticket, TimelineEntry};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::{Call, Page, Service, ServiceError, Window, finding, invalid, ticket};
pub use rule::{CalendarDraft, PolicyDraft};

/// A clock as it stands now.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The clock.
    pub clock: Clock,
    /// The policy's label.
    pub label: String,
    /// Milliseconds that counted.
    pub elapsed_ms: i64,
    /// Milliseconds that are left; below zero when it is over.
    pub remaining_ms: i64,
    /// What every stretch of its time was.
    pub lines: Vec<Line>,
}

/// All clocks of a ticket.
#[derive(Clone, Debug)]
pub struct TicketLevels {
    /// The ticket.
    pub ticket: Ticket,
    /// Its clocks.
    pub readings: Vec<Reading>,
    /// What was said before they were reckoned anew.
    pub former: Vec<Former>,
}

/// Terms under which a ticket's clocks are tried.
#[derive(Clone, Debug, Default)]
pub struct WhatIf {
    /// Another priority, from the opening on.
    pub priority: Option<u8>,
    /// This policy for its target, whether it fits or not.
    pub policy: Option<String>,
    /// Another calendar for all of them.
    pub calendar: Option<String>,
    /// Another time for all of them, in minutes.
    pub minutes: Option<u32>,
}

/// A clock as queries see it.
fn entry(clock: &Clock) -> Value {
    json!({
        "number": clock.number, "target": clock.target, "policy": clock.policy, "calendar": clock.calendar,
        "outcome": clock.outcome, "mode": clock.mode(), "open": clock.is_open(), "group": clock.group,
        "priority": clock.priority, "cycle": clock.cycle, "start_at": clock.start_at, "deadline": clock.deadline,
        "breach_at": clock.breach_at, "ended_at": clock.ended_at(),
        "late_pause": clock.segments.iter().any(|segment| segment.is_late_pause),
    })
}

fn reading(clock: Clock, rules: &Rules, now: Time) -> Option<Reading> {
    let opening = &rules.calendar_version(&clock.calendar, clock.calendar_number)?.opening;
    let policy = rules.policy_version(&clock.policy, clock.policy_number)?;
    let elapsed_ms = clock.elapsed_ms(opening, now);
    Some(Reading {
        label: policy.policy.terms.label.clone(),
        elapsed_ms,
        remaining_ms: clock.target_ms - elapsed_ms,
        lines: explain::lines(&clock, opening, now),
        clock,
    })
}

impl Service {
    pub(in crate::service) async fn timeline(&self, ticket: TicketId) -> Result<Vec<TimelineEntry>, ServiceError> {
        let scan = Scan::keys(Collection::Timeline, format!("{ticket}/"));
        Ok(self.store().all::<TimelineEntry>(scan).await?.into_iter().map(|entry| entry.value).collect())
    }

    /// The clocks of a ticket, made from its timeline.
    async fn reckon(
        &self,
        ticket: &Ticket,
        rules: &Rules,
        rules_at: Option<Time>,
        now: Time,
    ) -> Result<Vec<Clock>, ServiceError> {
        let timeline = self.timeline(ticket.id).await?;
        Ok(clock::clocks(ticket, &ticket::entry(ticket), &timeline, rules, rules_at, now))
    }

    async fn book(&self, ticket: TicketId) -> Result<Option<Versioned<Book>>, ServiceError> {
        Ok(self.store().find::<Book>(&ticket.to_string()).await?)
    }

    /// The clocks of a ticket as they stand now, each with what it did.
    pub async fn ticket_levels(&self, call: &Call, text: &str) -> Result<TicketLevels, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let rules = self.level_rules().await?;
        let book = self.book(ticket.id).await?.map(|book| book.value);
        let now = self.now();
        let clocks = self.reckon(&ticket, &rules, book.as_ref().map(|book| book.rules_at), now).await?;
        let readings = clocks.into_iter().filter_map(|clock| reading(clock, &rules, now)).collect();
        Ok(TicketLevels { ticket, readings, former: book.map(|book| book.former).unwrap_or_default() })
    }

    /// When the first clock of a ticket that runs is over, as it was reckoned last: what a list and a record show beside it.
    pub async fn due_at(&self, ticket: &Ticket) -> Result<Option<Time>, ServiceError> {
        let scan = Scan::keys(Collection::LevelClock, format!("{}/", ticket.id));
        let clocks = self.store().all::<Clock>(scan).await?;
        Ok(clocks.into_iter().filter_map(|stored| stored.value.deadline).min())
    }

    /// The clocks as they would stand under other terms. Nothing is written.
    pub async fn try_levels(&self, call: &Call, text: &str, what: &WhatIf) -> Result<TicketLevels, ServiceError> {
        let mut ticket = self.get_ticket(call, text).await?.value;
        if what.priority.is_some_and(|priority| !(1..=5).contains(&priority)) {
            return Err(invalid("/priority", Phrase::new("number_from_to").with("min", "1").with("max", "5")));
        }
        if what.minutes.is_some_and(|minutes| !(1..=muster_model::level::MAX_MINUTES).contains(&minutes)) {
            let max = muster_model::level::MAX_MINUTES.to_string();
            return Err(invalid("/minutes", Phrase::new("number_from_to").with("min", "1").with("max", max)));
        }
        let now = self.now();
        let rules = self.trial_rules(what, now).await?;
        let mut timeline = self.timeline(ticket.id).await?;
        if let Some(priority) = what.priority {
            ticket.priority = priority;
            for told in &mut timeline {
                if let muster_model::ticket::Entry::Changed { fields } = &mut told.entry {
                    fields.retain(|change| change.field != "priority");
                }
            }
        }
        let clocks = clock::clocks(&ticket, &ticket::entry(&ticket), &timeline, &rules, Some(now), now);
        let readings = clocks.into_iter().filter_map(|clock| reading(clock, &rules, now)).collect();
        Ok(TicketLevels { ticket, readings, former: Vec::new() })
    }

    /// The rules of now, changed for a trial.
    async fn trial_rules(&self, what: &WhatIf, now: Time) -> Result<Rules, ServiceError> {
        let (mut policies, calendars) = self.rule_versions().await?;
        let missing = |kind, id: &str| ServiceError::NotFound { kind, id: id.chars().take(80).collect() };
        if let Some(calendar) = &what.calendar
            && !calendars.iter().any(|known| known.name == *calendar)
        {
            return Err(missing("calendar", calendar));
        }
        if let Some(name) = &what.policy {
            let newest = policies.iter().filter(|policy| policy.name == *name).max_by_key(|policy| policy.number);
            let mut chosen = newest.cloned().ok_or_else(|| missing("service level policy", name))?;
            policies.retain(|policy| policy.terms.target != chosen.terms.target);
            chosen.terms.filter = String::new();
            chosen.terms.is_enabled = true;
            policies.push(chosen);
        }
        for policy in &mut policies {
            if let Some(calendar) = &what.calendar {
                policy.terms.calendar.clone_from(calendar);
            }
            policy.terms.minutes = what.minutes.unwrap_or(policy.terms.minutes);
            policy.changed_at = policy.changed_at.min(now);
        }
        Ok(Rules::new(policies, calendars))
    }

    /// Reckons the clocks of a ticket anew: the rules of now count for all that was. What was said before is kept (rule S6).
    pub async fn recompute_levels(&self, call: &Call, text: &str, reason: &str) -> Result<TicketLevels, ServiceError> {
        call.authorize(Action::LevelManage, Resource::One(text))?;
        let reason = &finding::words("/reason", reason)?;
        self.decide(|| async move {
            let ticket = self.get_ticket(call, text).await?.value;
            let (rules, now) = (self.level_rules().await?, self.now());
            let stored = self.book(ticket.id).await?;
            let before = self.reckon(&ticket, &rules, stored.as_ref().map(|book| book.value.rules_at), now).await?;
            let former = Former { at: now, by: call.actor.label(), reason: reason.clone(), clocks: before };
            let mut changes = ChangeSet::new();
            let (expected, mut all) = match stored {
                None => (Expected::Absent, Vec::new()),
                Some(book) => (Expected::Version(book.version), book.value.former),
            };
            all.push(former);
            changes.put(Book { ticket: ticket.id, rules_at: now, former: all }, expected);
            let clocks = self.reckon(&ticket, &rules, Some(now), now).await?;
            self.put_clocks(&mut changes, ticket.id, clocks, &rules, now).await?;
            let mut draft = call.audit(now, "level.recompute", ticket.id, ticket.number.clone());
            draft.reason.clone_from(reason);
            changes.audit.push(draft);
            Ok((changes, ()))
        })
        .await?;
        self.ticket_levels(call, text).await
    }

    /// The clocks of all tickets: with `open:true` in the order in which their time began, else by their keys.
    pub async fn list_levels(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Clock>>, ServiceError> {
        let seen = self.tickets_seen(call).await?;
        let scan = match query.requires("open") {
            Some("true") => Scan::index(Index::LevelClockOpen, ""),
            _ if query.requires("outcome").is_some_and(|outcome| !outcome.is_empty()) => {
                Scan::index(Index::LevelClockByEnd, "").descending()
            }
            _ => Scan::keys(Collection::LevelClock, "").descending(),
        };
        let is_seen = |clock: &Clock| seen.as_ref().is_none_or(|seen| seen.contains(&clock.ticket));
        self.list(scan, window, |clock: &Clock| is_seen(clock) && query.matches(&entry(clock))).await
    }

    /// How often what was promised was kept, of the clocks that ended from `from` on and before `to` (rule S8).
    pub async fn level_attainment(
        &self,
        call: &Call,
        from: Time,
        to: Time,
    ) -> Result<Vec<(Attainment, String)>, ServiceError> {
        let seen = self.tickets_seen(call).await?;
        if to <= from {
            return Err(invalid("/to", Phrase::new("level_period")));
        }
        let mut clocks = self.between(Index::LevelClockByEnd, "", Period { from, to }, Clock::ended_at).await?;
        clocks.retain(|clock| seen.as_ref().is_none_or(|seen| seen.contains(&clock.ticket)));
        let policies = self.list_level_policies(call).await?;
        let label = |name: &str| {
            let known = policies.iter().find(|policy| policy.value.name == name);
            known.map_or_else(|| name.to_owned(), |policy| policy.value.terms.label.clone())
        };
        let rows = attainment::attainment(&clocks, from, to);
        Ok(rows.into_iter().map(|row| (label(&row.policy), row)).map(|(label, row)| (row, label)).collect())
    }
}

/// The names of all calendars, for a refusal.
fn names(calendars: &[String]) -> Word {
    Word::list(calendars.iter().map(String::as_str))
}
