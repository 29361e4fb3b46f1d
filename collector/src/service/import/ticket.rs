//! Rows about tickets of another desk: each makes a ticket, brings one up to date with what is told anew, or changes nothing.

use std::collections::{BTreeMap, HashMap};

use muster_model::account::User;
use muster_model::exchange::apply::{self, Ground, News, Update};
use muster_model::exchange::tell::{self, Names};
use muster_model::exchange::{Field, Origin, Told};
use muster_model::host::Host;
use muster_model::import::row::Entry;
use muster_model::import::{Outcome, Sample};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::{Counter, Kind, Ticket};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::id::{ImportId, TicketId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::Ended;
use super::job::{Prepared, Tickets};
use crate::service::drift::{put_counter, ticket_changed, write_ticket};
use crate::service::{Call, Page, Service, ServiceError, Window};

/// People by what they are called.
#[derive(Debug, Default)]
pub(in crate::service) struct People {
    by_name: HashMap<String, UserId>,
    names: HashMap<UserId, String>,
}

impl People {
    /// Whom a name means: the one that signs in with it, else the only one that is called so.
    fn find(&self, name: Option<&str>) -> Option<UserId> {
        self.by_name.get(&name?.to_lowercase()).copied()
    }

    fn name(&self, id: Option<UserId>) -> Option<String> {
        self.names.get(&id?).cloned()
    }
}

/// What is known while a bunch is taken.
struct Bunch<'a> {
    tickets: &'a Tickets,
    import: Option<ImportId>,
    people: People,
    /// Tickets that this bunch made, by what the other desk calls them.
    made: HashMap<String, TicketId>,
    counters: HashMap<Kind, Versioned<Counter>>,
}

impl Service {
    /// Everybody who has an account, by name.
    pub(in crate::service) async fn people(&self) -> Result<People, ServiceError> {
        let users = self.store().all::<User>(Scan::keys(Collection::User, "")).await?;
        let mut people = People::default();
        let mut counts: HashMap<String, usize> = HashMap::new();
        for user in &users {
            *counts.entry(user.value.display_name.to_lowercase()).or_default() += 1;
        }
        for User { id, name, display_name, .. } in users.iter().map(|stored| &stored.value) {
            let shown = display_name.to_lowercase();
            if counts.get(&shown) == Some(&1) {
                people.by_name.entry(shown).or_insert(*id);
            }
            people.names.insert(*id, name.clone());
        }
        // A sign-in name says more than what somebody is called.
        people.by_name.extend(users.iter().map(|stored| (stored.value.name.to_lowercase(), stored.value.id)));
        Ok(people)
    }

    /// The ticket that another desk calls so.
    pub(in crate::service) async fn find_imported(
        &self,
        source: &str,
        external_id: &str,
    ) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let scan = Scan::index(Index::TicketByOrigin, Origin::key(source, external_id));
        let is_it = |stored: &Versioned<Ticket>| {
            let origin = stored.value.origin.as_ref();
            origin.is_some_and(|origin| origin.source == source && origin.external_id == external_id)
        };
        Ok(self.store().all::<Ticket>(scan).await?.into_iter().find(is_it))
    }

    /// A ticket as what would be told of it to a desk.
    pub(in crate::service) async fn tell_ticket(
        &self,
        ticket: &Ticket,
        source: &str,
        people: &People,
        with_internal: bool,
    ) -> Result<Told, ServiceError> {
        let timeline = self.timeline(ticket.id).await?;
        let parent = match ticket.parent {
            Some(parent) => self.store().find::<Ticket>(&parent.to_string()).await?,
            None => None,
        };
        let called = |parent: Versioned<Ticket>| match parent.value.origin {
            Some(origin) if origin.source == source => origin.external_id,
            _ => parent.value.number,
        };
        let names = Names {
            source,
            requester: people.name(ticket.requester),
            assignee: people.name(ticket.assignee),
            parent: parent.map(called),
            with_internal,
        };
        Ok(tell::told(ticket, &timeline, names))
    }

    /// Tickets as what would be told of them to a desk: all but access, which is granted where it is asked for.
    pub async fn list_told(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
        source: &str,
    ) -> Result<Page<Told>, ServiceError> {
        let page = self.list_tickets(call, query, window).await?;
        let with_internal = call.authorize(Action::TicketInternal, Resource::All).is_ok();
        let people = self.people().await?;
        let mut items = Vec::with_capacity(page.items.len());
        for stored in page.items.iter().filter(|stored| stored.value.kind() != Kind::Access) {
            items.push(self.tell_ticket(&stored.value, source, &people, with_internal).await?);
        }
        Ok(Page { items, next_cursor: page.next_cursor })
    }

    /// What rows do to tickets. Whoever commits it holds the lock of the numbers.
    pub(super) async fn ticket_rows(
        &self,
        call: &Call,
        tickets: &Tickets,
        rows: &[Prepared],
        import: Option<ImportId>,
    ) -> Result<(ChangeSet, Vec<Ended>), ServiceError> {
        let people = self.people().await?;
        let mut bunch = Bunch { tickets, import, people, made: HashMap::new(), counters: HashMap::new() };
        let mut changes = ChangeSet::new();
        let mut ended = Vec::with_capacity(rows.len());
        for row in rows {
            ended.push(match &row.entry {
                Ok(Entry::Ticket(told)) => self.ticket_row(call, &mut bunch, (row, told), &mut changes).await?,
                Ok(Entry::Declared(_) | Entry::Host(_) | Entry::Item(_) | Entry::Relation(_)) => continue,
                Err(wrong) => row.broken(wrong),
            });
        }
        for counter in bunch.counters.into_values() {
            put_counter(&mut changes, counter);
        }
        Ok((changes, ended))
    }

    async fn ticket_row(
        &self,
        call: &Call,
        bunch: &mut Bunch<'_>,
        (row, told): (&Prepared, &Told),
        changes: &mut ChangeSet,
    ) -> Result<Ended, ServiceError> {
        let source = bunch.tickets.terms.source.as_str();
        let parent = match self.parent_of(bunch, told).await? {
            Ok(parent) => parent,
            Err(why) => {
                let column = bunch.tickets.mapping.column(Field::Parent).map(str::to_owned);
                return Ok(row.refused(column, why));
            }
        };
        let priorities = self.priorities().await?;
        let ground = Ground {
            source,
            import: bunch.import,
            actor: &call.actor,
            now: self.now(),
            priorities: &priorities,
            requester: bunch.people.find(told.get(Field::Requester)),
            assignee: bunch.people.find(told.get(Field::Assignee)),
            parent,
            item: self.item_of(told).await?,
        };
        let known = match self.find_imported(source, told.external_id()).await? {
            Some(known) => Some(known),
            None => self.find_own(told).await?,
        };
        let Some(known) = known else { return self.make_ticket(call, bunch, (row, told), &ground, changes).await };
        let ticket = &known.value;
        if ticket.kind() != told.kind {
            let why = Phrase::new("desk_other_kind").with("number", ticket.number.as_str());
            return Ok(row.conflict(None, why.term("kind", "ticket-kind", ticket.kind().as_str())));
        }
        let is = self.tell_ticket(ticket, source, &bunch.people, true).await?;
        let timeline = self.timeline(ticket.id).await?;
        match apply::update(ticket, &timeline, told, &ground, &is) {
            Update::Unchanged => Ok(row.end(Outcome::Unchanged)),
            Update::WorkedOn(news) => {
                let key = if ticket.origin.is_some() { "desk_worked_on" } else { "desk_native" };
                let fields = Word::list(news.keys().map(|field| field.as_str()));
                let why = Phrase::new(key).with("number", ticket.number.as_str()).with("fields", fields);
                Ok(row.conflict(None, why))
            }
            Update::Changed(next, entries, news) => {
                let summary = format!("{}: {} {}", next.number, source, told.external_id());
                changes.audit.push(call.audit(ground.now, "ticket.import", next.id, summary));
                for entry in entries {
                    changes.create(entry);
                }
                let sample = row.news(&next, false, news);
                write_ticket(changes, Versioned { value: *next, version: known.version });
                Ok(Ended { sample: Some(sample), ..row.end(Outcome::Updated) })
            }
        }
    }

    async fn make_ticket(
        &self,
        call: &Call,
        bunch: &mut Bunch<'_>,
        (row, told): (&Prepared, &Told),
        ground: &Ground<'_>,
        changes: &mut ChangeSet,
    ) -> Result<Ended, ServiceError> {
        let counter = match bunch.counters.remove(&told.kind) {
            Some(mut counter) => {
                counter.value.last += 1;
                counter
            }
            None => self.next_number(told.kind).await?,
        };
        let number = told.kind.number(counter.value.last);
        bunch.counters.insert(told.kind, counter);
        let (ticket, entries) = apply::create(told, number, ground);
        let summary = format!("{}: {} {}", ticket.number, ground.source, told.external_id());
        changes.audit.push(call.audit(ground.now, "ticket.import", ticket.id, summary));
        for entry in entries {
            changes.create(entry);
        }
        changes.events.push(ticket_changed(&ticket));
        bunch.made.insert(told.external_id().to_owned(), ticket.id);
        let news = told.fields.iter().map(|(field, text)| (*field, (String::new(), text.clone()))).collect();
        let sample = row.news(&ticket, true, news);
        changes.create(ticket);
        Ok(Ended { sample: Some(sample), ..row.end(Outcome::Created) })
    }

    /// What a ticket is a part of; or why it can be no part of that.
    async fn parent_of(
        &self,
        bunch: &Bunch<'_>,
        told: &Told,
    ) -> Result<Result<Option<TicketId>, Phrase>, ServiceError> {
        let Some(name) = told.get(Field::Parent) else { return Ok(Ok(None)) };
        let source = bunch.tickets.terms.source.as_str();
        let known = match bunch.made.get(name) {
            Some(id) => bunch.tickets.kinds.get(name).map(|kind| (Some(*id), *kind)),
            None => match self.find_imported(source, name).await? {
                Some(parent) => Some((Some(parent.value.id), parent.value.kind())),
                // A dry run has made nothing; that row stands before this one.
                None if bunch.import.is_none() => bunch.tickets.kinds.get(name).map(|kind| (None, *kind)),
                None => None,
            },
        };
        let known = match known {
            Some(known) => Some(known),
            None => self.find_number(name).await?.map(|own| (Some(own.value.id), own.value.kind())),
        };
        Ok(match known {
            None => Err(Phrase::new("desk_parent").with("parent", name.chars().take(60).collect::<String>())),
            Some((_, kind)) if kind != told.kind && told.kind != Kind::Task => {
                let why = Phrase::new("desk_parent_kind").with("parent", name.chars().take(60).collect::<String>());
                Err(why.term("kind", "ticket-kind", kind.as_str()))
            }
            Some((id, _)) => Ok(id),
        })
    }

    /// The ticket of this collector that a row is about, wherever it came from: this collector wrote the row, so it has the ticket's
    /// number and its birth.
    async fn find_own(&self, told: &Told) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let found = self.find_number(told.external_id()).await?;
        let second = |at: muster_shared::Time| at.millis() / 1_000;
        let born = told.time(Field::OpenedAt).map(second);
        Ok(found.filter(|own| own.value.kind() == told.kind && born == Some(second(own.value.opened_at))))
    }

    async fn find_number(&self, number: &str) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let named = self.store().all::<Ticket>(Scan::index(Index::TicketByNumber, number.to_owned())).await?;
        Ok(named.into_iter().find(|own| own.value.number == number))
    }

    /// The host that a ticket is about, when just one has the name.
    async fn item_of(&self, told: &Told) -> Result<Option<(String, String)>, ServiceError> {
        let Some(name) = told.get(Field::Item) else { return Ok(None) };
        let lower = name.to_lowercase();
        let mut hosts = self.store().all::<Host>(Scan::index(Index::HostByName, lower.clone())).await?;
        hosts.retain(|host| host.value.name.to_lowercase() == lower && host.value.merged_into.is_none());
        Ok(match hosts.as_slice() {
            [host] => Some((host.value.id.to_string(), host.value.name.clone())),
            _ => None,
        })
    }
}

impl Prepared {
    fn news(&self, ticket: &Ticket, is_new: bool, news: News) -> Sample {
        let pair = |(field, (before, after)): (Field, (String, String))| {
            let value = |text: String| if text.is_empty() { Value::Null } else { Value::String(text) };
            (field.as_str().to_owned(), (value(before), value(after)))
        };
        let fields: BTreeMap<String, (Value, Value)> = news.into_iter().map(pair).collect();
        Sample { row: self.row, line: self.line, name: ticket.title.to_string(), is_new, fields }
    }
}
