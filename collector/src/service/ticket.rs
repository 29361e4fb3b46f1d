//! Tickets: opening, looking, moving, editing, commenting.

mod acknowledge;
mod aftermath;
mod again;
pub mod attachment;
pub mod bulk;
mod check;
pub mod check_mark;
mod clock;
pub(in crate::service) mod columns;
mod conflict;
mod family;
mod follow_up;
pub mod known_error;
mod link;
mod list;
mod major;
pub mod outlook;
mod plan;
pub mod priority;
mod release;
mod scope;
mod surroundings;
mod timeline;
mod untouched;
mod verification;

use std::collections::HashSet;

use muster_model::account::User;
use muster_model::right::Action;
use muster_model::text::Phrase;
pub(super) use muster_model::ticket::asked as entry;
use muster_model::ticket::edit::{self, Edit, Opening};
use muster_model::ticket::major::{MajorState, ask_rules, state_of};
use muster_model::ticket::priority::Floor;
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{ItemRole, Kind, Ticket, TicketItem, TimelineEntry};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{HostId, NodeId, TicketId, UserId};
use muster_store::{Index, Scan, TypedStore};

use super::catalogue::begins_fulfilment;
use super::drift::{put_counter, ticket_changed, write_ticket};
use super::{Call, Service, ServiceError, check_version, invalid};
pub(in crate::service) use check::check_text;
pub(crate) use check::refused_details;
use check::{check_label, check_level};

/// Most items of a ticket that somebody opens.
const MAX_ITEMS: usize = 100;

impl Service {
    /// The ticket of an id or a number.
    pub async fn get_ticket(&self, call: &Call, text: &str) -> Result<Versioned<Ticket>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let found = if text.parse::<TicketId>().is_ok() {
            self.store().find::<Ticket>(text).await?
        } else {
            let number = text.to_uppercase();
            let named = self.store().all::<Ticket>(Scan::index(Index::TicketByNumber, number.clone())).await?;
            named.into_iter().find(|ticket| ticket.value.number == number)
        };
        let missing = || ServiceError::NotFound { kind: "ticket", id: text.to_owned() };
        let found = found.ok_or_else(missing)?;
        if self.sees_ticket(&sight, &found.value).await? { Ok(found) } else { Err(missing()) }
    }

    /// Opens a ticket. With `idempotency` (the caller's key and a digest of the request) a repetition gives the first one.
    pub async fn create_ticket(
        &self,
        call: &Call,
        mut opening: Opening,
        idempotency: Option<(String, String)>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let right = if opening.kind() == Kind::Incident { Action::TicketCreate } else { opening.kind().right() };
        call.holds(right)?;
        opening.impact_floor = Box::pin(self.name_items(call, &mut opening.items)).await?;
        check_text("/title", &opening.title.to_string(), 1, 200)?;
        check_text("/description", &opening.description.to_string(), 0, 20_000)?;
        check_level("/impact", Some(opening.impact), 3)?;
        check_level("/urgency", Some(opening.urgency), 3)?;
        check_label("/category", opening.category.as_deref())?;
        check_label("/assignment_group", opening.assignment_group.as_deref())?;
        self.check_group_known(call, "/assignment_group", opening.assignment_group.as_deref(), None).await?;
        if let Some(requester) = opening.requester.filter(|one| call.actor.user() != Some(*one)) {
            call.holds(Action::TicketTransition)?;
            self.check_worker(requester, "/requester", &[Action::TicketCreate]).await?;
        }
        self.check_details(call, None, &opening.details, opening.parent).await?;
        Box::pin(self.check_parent(call, opening.kind(), None, opening.parent)).await?;
        let (opening, idempotency) = (&opening, &idempotency);
        let _one_at_a_time = self.numbering.lock().await;
        self.decide(|| async move {
            if let Some(record) = self.answered(call, "ticket.create", idempotency).await? {
                return Ok((ChangeSet::new(), self.get_ticket(call, &record).await?));
            }
            let mut changes = ChangeSet::new();
            let ticket = self.stage_ticket(&mut changes, call, opening.clone()).await?;
            Box::pin(self.authorize_on(call, right, &ticket)).await?;
            let ticket = Box::pin(self.prepared(&ticket, "edit")).await?;
            self.remember(&mut changes, call, "ticket.create", idempotency, &ticket.id);
            changes.create(ticket.clone());
            Ok((changes, Versioned { value: ticket, version: 1 }))
        })
        .await
    }

    /// Begins a ticket in a set of changes: its number, the first entry of its timeline, what is told of it. Whoever calls adds the
    /// ticket itself, with what else belongs to it, and holds the lock of the numbers where many may call at once.
    pub(in crate::service) async fn stage_ticket(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        opening: Opening,
    ) -> Result<Ticket, ServiceError> {
        let now = self.now();
        let counter = self.next_number(opening.kind()).await?;
        let number = opening.kind().number(counter.value.last);
        let priorities = self.priorities().await?;
        let (mut ticket, opened) = edit::open(opening, number, &priorities, &call.actor, now);
        if let Some(assigned) = self.dealt_with_by(&ticket).await? {
            (ticket.assignment_group, ticket.assignee) = (assigned.group, assigned.assignee);
            ask_rules(&mut ticket, &priorities, now);
        }
        let summary = format!("{}: {}", ticket.number, ticket.title);
        changes.audit.push(call.audit(now, "ticket.create", ticket.id, summary));
        changes.create(opened);
        put_counter(changes, counter);
        changes.events.push(ticket_changed(&ticket));
        Ok(ticket)
    }

    /// Items that somebody names, by id or name, must exist; what the impact of a ticket about them does not fall below.
    async fn name_items(&self, call: &Call, items: &mut Vec<TicketItem>) -> Result<Option<Floor>, ServiceError> {
        if items.len() > MAX_ITEMS {
            return Err(invalid("/items", Phrase::new("at_most_items").with("max", MAX_ITEMS)));
        }
        let mut floors = Vec::new();
        for (i, item) in items.iter_mut().enumerate() {
            let node = self.name_item(call, &format!("/items/{i}"), item).await?;
            floors.extend(self.floors_of(node).await?);
        }
        let mut met = HashSet::new();
        items.retain(|item| met.insert(item.id.clone()));
        Ok(self.priorities().await?.strongest(floors))
    }

    /// An item that somebody names, by id or name, must exist; its name is looked up.
    async fn name_item(&self, call: &Call, field: &str, item: &mut TicketItem) -> Result<NodeId, ServiceError> {
        let unknown = |error: ServiceError| invalid(field, error.text());
        let node = Box::pin(self.node_named(call, field, &item.id)).await?;
        self.check_node(call, node).await.map_err(unknown)?;
        item.id = node.to_string();
        let named = self.name_node(call, node).await;
        item.name = if named.class == "host" { named.name } else { format!("{} {}", named.class, named.name) };
        Ok(node)
    }

    /// Changes fields.
    pub async fn edit_ticket(
        &self,
        call: &Call,
        text: &str,
        mut edit: Edit,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let right = ticket.kind().right();
        Box::pin(self.authorize_on(call, right, &ticket)).await?;
        if let Some(patch) = &mut edit.details {
            Box::pin(self.name_details(call, ticket.kind(), patch)).await?;
        }
        if let Some(requester) = edit.requester.filter(|one| ticket.requester != Some(*one)) {
            Box::pin(self.authorize_on(call, Action::TicketTransition, &ticket)).await?;
            self.check_worker(requester, "/requester", &[Action::TicketCreate]).await?;
        }
        if let Some(items) = &mut edit.items {
            edit.impact_floor = Some(Box::pin(self.name_items(call, items)).await?);
        }
        check_level("/impact", edit.impact, 3)?;
        check_level("/urgency", edit.urgency, 3)?;
        check_level("/priority", edit.priority, 5)?;
        if let Some(title) = &edit.title {
            check_text("/title", title, 1, 200)?;
        }
        if let Some(description) = &edit.description {
            check_text("/description", description, 0, 20_000)?;
        }
        check_label("/category", edit.category.iter().flatten().next().map(String::as_str))?;
        let group = edit.assignment_group.iter().flatten().next().map(String::as_str);
        check_label("/assignment_group", group)?;
        self.check_group_known(call, "/assignment_group", group, ticket.assignment_group.as_deref()).await?;
        if edit.priority.is_some() || edit.pin.is_some() {
            Box::pin(self.authorize_on(call, Action::PriorityOverride, &ticket)).await?;
        }
        if edit.priority.is_some() {
            let reason = edit.override_reason.as_deref().unwrap_or_default();
            check_text("/override_reason", reason, 1, 2_000)?;
        }
        if let Some(Some(assignee)) = edit.assignee {
            self.check_worker(assignee, "/assignee", ticket.kind().work()).await?;
        }
        if edit.follow_up_at.flatten().is_some_and(|at| at <= self.now()) {
            return Err(invalid("/follow_up_at", Phrase::new("follow_up_past")));
        }
        let edit = &edit;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            if !stored.value.state.name().is_active() {
                let state = stored.value.state.name().as_str();
                let over = Phrase::new("ticket_over").term("state", "state", state);
                return Err(ServiceError::Conflict(over.into()));
            }
            if let Some(parent) = edit.parent {
                Box::pin(self.check_parent(call, stored.value.kind(), Some(stored.value.id), parent)).await?;
                if parent.is_some() && state_of(&stored.value) == MajorState::Accepted {
                    return Err(invalid("/parent", Phrase::new("major_child")));
                }
            }
            let now = self.now();
            let edited = edit::edit(&stored.value, edit.clone(), &*self.priorities().await?, &call.actor, now);
            let edited = edited.map_err(refused_details)?;
            let Some((mut ticket, entry)) = edited else {
                return Ok((ChangeSet::new(), stored));
            };
            if edit.details.is_some() {
                self.check_details(call, Some(&stored.value.details), &ticket.details, ticket.parent).await?;
                Box::pin(self.authorize_on(call, right, &ticket)).await?;
                ticket = Box::pin(self.prepared(&ticket, "edit")).await?;
            }
            let (mut changes, written) = Self::written(call, "ticket.update", stored.version, ticket, entry);
            Box::pin(self.keep_rounds(call, &mut changes, Some(&stored.value), &written.value)).await?;
            Ok((changes, written))
        })
        .await
    }

    /// Somebody who is named works here.
    pub(in crate::service) async fn check_active(&self, user: UserId, field: &str) -> Result<(), ServiceError> {
        let found = self.store().find::<User>(&user.to_string()).await?;
        if found.is_some_and(|found| !found.value.disabled) {
            return Ok(());
        }
        Err(invalid(field, Phrase::new("no_active_user").with("user", user.to_string())))
    }

    /// Moves a ticket.
    pub async fn transition_ticket(
        &self,
        call: &Call,
        text: &str,
        event: &str,
        mut fields: Fields,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let kind = ticket.kind();
        // An event that is none is refused with the list of those that are, to whoever may do anything here.
        let row = transition::legal(&ticket, &call.actor).find(|row| row.event == event);
        let row = row.or_else(|| transition::table(kind).iter().find(|row| row.event == event));
        let right = row.map_or(kind.right(), |row| row.right_of(&call.actor, &ticket));
        Box::pin(self.authorize_on(call, right, &ticket)).await?;
        if let Some(assignee) = fields.assignee {
            self.check_worker(assignee, "/assignee", kind.work()).await?;
        }
        for (field, text) in [("/comment", &fields.comment), ("/close_notes", &fields.close_notes)] {
            check_text(field, text.as_deref().unwrap_or_default(), 0, 20_000)?;
        }
        let group = fields.assignment_group.as_deref();
        check_label("/assignment_group", group)?;
        self.check_group_known(call, "/assignment_group", group, ticket.assignment_group.as_deref()).await?;
        self.name_cause(call, &mut fields.cause_item).await?;
        let fields = &fields;
        let deciding = self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            if event == "start" && self.has_voted(call, &stored.value).await? {
                return Err(ServiceError::Conflict(Phrase::new("guard_voted").into()));
            }
            self.check_own_review(call, &stored.value, event).await?;
            let mut others = ChangeSet::new();
            let mut prepared = Box::pin(self.prepared(&stored.value, event)).await?;
            if event == "confirm" {
                prepared = Box::pin(self.with_problem(&mut others, call, &prepared)).await?;
            }
            prepared = Box::pin(self.with_original(&mut others, call, &prepared, fields)).await?;
            let (ticket, entry) = transition::apply(&prepared, event, fields, &call.actor, self.now())?;
            let begins = begins_fulfilment(&stored.value, &entry.entry);
            let (mut changes, written) = Self::written(call, &format!("ticket.{event}"), stored.version, ticket, entry);
            if begins {
                Box::pin(self.with_tasks(&mut changes, &written.value)).await?;
            }
            Box::pin(self.keep_rounds(call, &mut changes, Some(&stored.value), &written.value)).await?;
            changes.extend(others);
            let reason = fields.comment.as_deref().unwrap_or_default();
            Box::pin(self.with_grant(&mut changes, call, &written.value, event, reason)).await?;
            Box::pin(self.move_others(&mut changes, &written.value)).await?;
            Ok((changes, written))
        });
        let written = Box::pin(deciding).await?;
        if event == "finish" || event == "back_out" {
            self.look_again(&written.value).await;
        }
        Ok(written)
    }

    /// The cause of an incident is an item that is or was here, by its id from now on, or `none`.
    async fn name_cause(&self, call: &Call, cause: &mut Option<String>) -> Result<(), ServiceError> {
        let Some(id) = cause.as_deref().map(str::trim).filter(|id| !id.is_empty() && *id != "none") else {
            return Ok(());
        };
        let mut item = TicketItem::named(id, "", ItemRole::Cause);
        self.name_item(call, "/cause_item", &mut item).await?;
        *cause = Some(item.id);
        Ok(())
    }

    pub(super) fn written(
        call: &Call,
        action: &str,
        version: u64,
        ticket: Ticket,
        entry: TimelineEntry,
    ) -> (ChangeSet, Versioned<Ticket>) {
        let mut changes = ChangeSet::new();
        let mut audit = call.audit(entry.at, action, ticket.id, ticket.number.clone());
        audit.reason = entry.entry.reason();
        changes.audit.push(audit);
        changes.create(entry);
        write_ticket(&mut changes, Versioned { value: ticket.clone(), version });
        (changes, Versioned { value: ticket, version: version + 1 })
    }

    /// Tickets about a host or item, newest first.
    pub async fn tickets_of_item(&self, call: &Call, id: &str) -> Result<Vec<Ticket>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let mut names = vec![id.to_owned()];
        if let Ok(host) = id.parse::<HostId>() {
            names.extend(self.aliases_of(host).await?.iter().map(ToString::to_string));
        }
        let mut tickets = Vec::new();
        for name in names {
            let scan = Scan::index(Index::TicketByItem, format!("{name}/")).descending().limit(50);
            tickets.extend(self.store().page::<Ticket>(scan).await?.rows.into_iter().map(|stored| stored.value));
        }
        tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.opened_at));
        tickets.dedup_by_key(|ticket| ticket.id);
        let mut shown = Vec::new();
        for ticket in tickets.into_iter().take(50) {
            if self.sees_ticket(&sight, &ticket).await? {
                shown.push(ticket);
            }
        }
        Ok(shown)
    }

    /// The kind that a text names.
    pub fn parse_kind(text: &str) -> Result<Kind, ServiceError> {
        let all = || Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let found = Kind::ALL.iter().copied().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| invalid("/kind", format!("'{text}' is no kind of ticket here; it is one of {}", all())))
    }
}
