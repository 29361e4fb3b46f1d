//! Lists of tickets: picked by the columns in memory, read from the store.

use std::collections::HashMap;

use muster_model::query::people::{self, Named};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word};
use muster_model::ticket::{Ticket, TimelineEntry, past};
use muster_model::{Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::TicketId;
use muster_store::{Scan, TypedStore};
use serde_json::Value;

use super::columns::{Order, Place};
use super::entry;
use crate::service::account::Person;
use crate::service::{Call, Page, Service, ServiceError, Window, invalid};

/// Most tickets that are picked at once.
const REACH: usize = 1_000;

impl Service {
    /// Tickets, newest first; with `active:true` first things first. At a moment of the past those that were there then, where they
    /// stood then.
    pub async fn list_tickets(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Ticket>>, ServiceError> {
        let query = &self.asked_of_tickets(call, query).await?;
        if !query.moment.is_now() {
            query.only_past(&fields::TICKET, past::PAST).map_err(|why| invalid("/filter", why))?;
        }
        self.know_tickets_of(query).await?;
        let no_place = |()| invalid("/cursor", "a cursor is taken as `next_cursor` gave it");
        let mut after = window.cursor.as_ref().map(|cursor| cursor.parse()).transpose().map_err(no_place)?;
        let order = if query.requires("active") == Some("true") { Order::Urgent } else { Order::Newest };
        let mut items = Vec::new();
        let mut reach = window.limit.saturating_add(1).min(REACH);
        loop {
            let places = self.ticket_columns.first(query, order, after, reach);
            for place in &places {
                if items.len() >= window.limit {
                    return Ok(Page { items, next_cursor: after.map(|after: Place| after.to_string()) });
                }
                items.extend(self.ticket_of(place.id, query).await?);
                after = Some(*place);
            }
            if places.len() < reach {
                return Ok(Page { items, next_cursor: None });
            }
            reach = REACH;
        }
    }

    /// A question as it is asked of tickets: people by their ids, and of what the caller's rights reach.
    async fn asked_of_tickets(&self, call: &Call, query: &Query) -> Result<Query, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let query = &self.with_items_named(call, query).await?;
        if query.name_in(people::OF_TICKETS).is_none() {
            return Ok(sight.of_tickets(query));
        }
        let is_me = |id| call.actor.user() == Some(id);
        let named = |it: Person| {
            let own = is_me(it.id).then(|| "me".to_owned());
            Named { id: it.id, names: [it.name, it.display_name].into_iter().chain(own).collect() }
        };
        let those: Vec<Named> = self.list_people(call).await?.into_iter().map(named).collect();
        let mut query = query.clone();
        query.name_people(people::OF_TICKETS, &those).map_err(|why| invalid("/filter", why))?;
        Ok(sight.of_tickets(&query))
    }

    /// A question in which hosts and items that are named stand by their ids: all that are called so.
    async fn with_items_named(&self, call: &Call, query: &Query) -> Result<Query, ServiceError> {
        if query.has_node_patterns("item") {
            return Err(invalid("/filter", Phrase::new("filter_item_star")));
        }
        let mut query = query.clone();
        let mut ids = HashMap::new();
        for name in query.node_names("item") {
            let found = self.nodes_called(call, "/filter", &name).await?;
            ids.insert(name, found.iter().map(ToString::to_string).collect());
        }
        query.name_nodes("item", &ids);
        Ok(query)
    }

    /// A filter that is kept and asked of tickets as they change names people and items by their ids: names may change hands.
    pub(in crate::service) async fn check_kept_filter(&self, filter: &str) -> Result<(), ServiceError> {
        let Ok(query) = Query::parse(filter, &fields::TICKET) else { return Ok(()) };
        if let Some(name) = query.node_names("item").into_iter().next() {
            let found = self.nodes_called(&Call::system("filter"), "/filter", &name).await?;
            let ids = Word::list(found.iter().map(ToString::to_string));
            return Err(invalid("/filter", Phrase::new("filter_item").with("name", name).with("ids", ids)));
        }
        let Some(name) = query.name_in(people::OF_TICKETS) else { return Ok(()) };
        let known = self.find_user_by_name(&name.to_lowercase()).await?.map(|user| user.value.id.to_string());
        let why = Phrase::new(if known.is_some() { "filter_name" } else { "no_active_user" });
        Err(invalid("/filter", why.with("user", name).with("id", known.unwrap_or_default())))
    }

    /// A ticket if a query means it: as it is, or as it was at the moment that the query looks at.
    async fn ticket_of(&self, id: TicketId, query: &Query) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { return Ok(None) };
        let Versioned { value, version } = stored;
        // What is done is known when it is done: of both times the earlier counts.
        let value = match query.moment.since() {
            None => Some(value),
            Some(at) => self.ticket_at(&value, at).await?,
        };
        Ok(value.filter(|value| query.matches(&entry(value))).map(|value| Versioned { value, version }))
    }

    /// A ticket as it stood at a moment; `None` when it was not there yet.
    async fn ticket_at(&self, ticket: &Ticket, at: Time) -> Result<Option<Ticket>, ServiceError> {
        if ticket.opened_at > at {
            return Ok(None);
        }
        // Only what moved since has to be looked up.
        let timeline = if ticket.state_since > at {
            let scan = Scan::keys(Collection::Timeline, format!("{}/", ticket.id));
            self.store().all::<TimelineEntry>(scan).await?.into_iter().map(|entry| entry.value).collect()
        } else {
            Vec::new()
        };
        Ok(past::at(ticket, &timeline, at))
    }

    /// How many of the tickets that a query means have which value in a field, those first that most have.
    pub async fn count_tickets(
        &self,
        call: &Call,
        query: &Query,
        field: &str,
    ) -> Result<Vec<(Value, u64)>, ServiceError> {
        let query = &self.asked_of_tickets(call, query).await?;
        if !query.moment.is_now() {
            return Err(invalid("/filter", Phrase::new("query_moment").term("field", "field", "as_of")));
        }
        self.know_tickets_of(query).await?;
        let (mut counts, unsure) = self.ticket_columns.count(query, field).map_err(|countable| {
            let value: String = field.chars().take(60).collect();
            invalid("/by", Phrase::new("class_choice").with("value", value).with("choices", Word::list(countable)))
        })?;
        for found in self.those_of(query, unsure).await? {
            *counts.entry(found.get(field).cloned().unwrap_or_default()).or_default() += 1;
        }
        let mut counts: Vec<(Value, u64)> = counts.into_iter().collect();
        counts.sort_by(|one, other| (other.1, one.0.to_string()).cmp(&(one.1, other.0.to_string())));
        Ok(counts)
    }

    /// How many tickets a query means.
    pub(in crate::service) async fn tally_tickets(&self, call: &Call, query: &Query) -> Result<usize, ServiceError> {
        let query = &self.asked_of_tickets(call, query).await?;
        self.know_tickets_of(query).await?;
        let (certain, unsure) = self.ticket_columns.tally(query);
        Ok(certain + self.those_of(query, unsure).await?.len())
    }

    /// Those of some tickets that a query means, as queries see them.
    async fn those_of(&self, query: &Query, some: Vec<TicketId>) -> Result<Vec<Value>, ServiceError> {
        let mut those = Vec::new();
        for id in some {
            those.extend(self.ticket_of(id, query).await?.map(|stored| entry(&stored.value)));
        }
        Ok(those)
    }
}
