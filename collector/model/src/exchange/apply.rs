//! What is told of a ticket becomes one, or news of one that came before; and a ticket as what would be told of it.
//!
//! A ticket that is imported begins where the other desk says it stands: it did not go through our states, and its timeline says
//! so. News is what is told otherwise than the last time and than it is here. A ticket that somebody worked on here takes
//! remarks only: whose word counts then is no question for a file.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{ImportId, TicketId, UserId};

use super::standing::moves;
use super::{Field, Form, Origin, Remark, Told};
use crate::right::Actor;
use crate::text::Text;
use crate::ticket::change::ChangeType;
use crate::ticket::edit::{self, Opening};
use crate::ticket::priority::{Priorities, PrioritySource};
use crate::ticket::{Channel, Details, Entry, FieldChange, ItemRole, Ticket, TicketItem, TimelineEntry, Visibility};

/// The event of a move that was not made here.
pub const EVENT: &str = "import";

/// What is known around a ticket that is told of.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The other desk.
    pub source: &'a str,
    /// The import.
    pub import: Option<ImportId>,
    /// Who imports.
    pub actor: &'a Actor,
    /// When.
    pub now: Time,
    /// What gives priorities.
    pub priorities: &'a Priorities,
    /// Whom the requester is taken for.
    pub requester: Option<UserId>,
    /// Whom the assignee is taken for.
    pub assignee: Option<UserId>,
    /// What the ticket is a part of.
    pub parent: Option<TicketId>,
    /// What it is about: id and name.
    pub item: Option<(String, String)>,
}

/// What differs: the value before and after, by field.
pub type News = BTreeMap<Field, (String, String)>;

/// What comes of what is told of a ticket that is known.
#[derive(Debug)]
pub enum Update {
    /// It says what is known.
    Unchanged,
    /// The next record and its new entries.
    Changed(Box<Ticket>, Vec<TimelineEntry>, News),
    /// Somebody worked on it here, and these fields are told otherwise.
    WorkedOn(News),
}

/// A new ticket, with its timeline.
pub fn create(told: &Told, number: String, ground: &Ground<'_>) -> (Ticket, Vec<TimelineEntry>) {
    let opening = Opening { details: Details::empty(told.kind), ..Opening::incident(Text::default(), Channel::Api) };
    let (mut ticket, _) = edit::open(opening, number, ground.priorities, ground.actor, ground.now);
    let times = [Field::OpenedAt, Field::ResolvedAt, Field::ClosedAt, Field::StateSince].map(|field| told.time(field));
    let opened_at = times.iter().flatten().chain(&[ground.now]).min().copied().unwrap_or(ground.now);
    ticket.opened_at = told.time(Field::OpenedAt).unwrap_or(opened_at);
    ticket.state_since = ticket.opened_at;
    ticket.requester = None;
    ticket.timeline = 0;
    ticket.major = None;
    set(&mut ticket, &told.fields, ground);
    let asked = told.get(Field::OpenedBy).or_else(|| told.get(Field::Requester));
    ticket.opened_by = asked.map_or_else(|| ground.actor.label(), str::to_owned);
    let opener = ticket.opened_by.clone();
    let mut happened = vec![(ticket.opened_at, opener, Entry::Opened)];
    happened.extend(told.remarks.iter().map(|remark| said(remark, ground.source)));
    let first = told.kind.first_state();
    happened.extend(moves(&first, &mut ticket, &told.fields, ground.source));
    // A stable order: it is opened before anything else of that time.
    happened.sort_by_key(|(at, _, entry)| (*at, !matches!(entry, Entry::Opened), matches!(entry, Entry::Moved { .. })));
    let entries = noted(&mut ticket, happened, ground.source);
    ticket.origin = Some(Box::new(Origin {
        source: ground.source.to_owned(),
        external_id: told.external_id().to_owned(),
        import: ground.import,
        at: ground.now,
        timeline: ticket.timeline,
        said: said_now(&told.fields),
        requester: ground.requester,
        assignee: ground.assignee,
    }));
    (ticket, entries)
}

/// A ticket that came before, with what is told of it now; `is` is what would be told of it as it is here.
pub fn update(ticket: &Ticket, timeline: &[TimelineEntry], told: &Told, ground: &Ground<'_>, is: &Told) -> Update {
    // What came from another source moves by that one.
    let Some(origin) = ticket.origin.as_deref().filter(|origin| origin.source == ground.source) else {
        let news = differences(told, is, &BTreeMap::new());
        return if news.is_empty() { Update::Unchanged } else { Update::WorkedOn(news) };
    };
    let news = differences(told, is, &origin.said);
    let known: Vec<&Remark> = is.remarks.iter().collect();
    let remarks: Vec<&Remark> =
        told.remarks.iter().filter(|remark| !known.iter().any(|known| same(known, remark, ground.source))).collect();
    if news.is_empty() && remarks.is_empty() {
        return Update::Unchanged;
    }
    let is_ours = |entry: &TimelineEntry| entry.imported_from.is_none() && !entry.actor.starts_with("system:");
    if !news.is_empty() && timeline.iter().any(is_ours) {
        return Update::WorkedOn(news);
    }
    let mut next = ticket.clone();
    let mut happened: Vec<(Time, String, Entry)> =
        remarks.into_iter().map(|remark| said(remark, ground.source)).collect();
    if !news.is_empty() {
        let mut fields = is.fields.clone();
        fields.extend(news.keys().filter_map(|field| Some((*field, told.get(*field)?.to_owned()))));
        fields.extend(told.time(Field::StateSince).map(|at| (Field::StateSince, at.to_string())));
        // What follows from what is told anew is not what it was.
        let is_new = |field: Field| news.contains_key(&field);
        if told.get(Field::Priority).is_none() && (is_new(Field::Impact) || is_new(Field::Urgency)) {
            fields.remove(&Field::Priority);
        }
        if is_new(Field::Priority) && told.get(Field::Impact).is_none() && told.get(Field::Urgency).is_none() {
            fields.remove(&Field::Impact);
            fields.remove(&Field::Urgency);
        }
        set(&mut next, &fields, ground);
        let is_move = |field: &Field| {
            matches!(
                field,
                Field::State
                    | Field::HoldReason
                    | Field::CloseCode
                    | Field::CloseNotes
                    | Field::ResolvedAt
                    | Field::ClosedAt
            )
        };
        if news.keys().any(is_move) {
            let before = ticket.state.clone();
            happened.extend(moves(&before, &mut next, &fields, ground.source));
        }
        let change = |(field, (from, to)): (&Field, &(String, String))| FieldChange {
            field: field.as_str().to_owned(),
            from: from.clone(),
            to: to.clone(),
        };
        let fields = news.iter().filter(|(field, _)| !is_move(field)).map(change).collect::<Vec<_>>();
        if !fields.is_empty() {
            happened.push((ground.now, ground.actor.label(), Entry::Changed { fields }));
        }
    }
    happened.sort_by_key(|(at, ..)| *at);
    let entries = noted(&mut next, happened, ground.source);
    if let Some(origin) = next.origin.as_mut() {
        origin.import = ground.import;
        origin.timeline = ticket.timeline + entries.len() as u64;
        origin.said.extend(said_now(&told.fields));
        origin.requester = ground.requester.or(origin.requester);
        origin.assignee = ground.assignee.or(origin.assignee);
    }
    Update::Changed(Box::new(next), entries, news)
}

/// What is told otherwise than the last time, and than it is.
fn differences(told: &Told, is: &Told, said: &BTreeMap<Field, String>) -> News {
    let is_new = |(field, text): &(&Field, &String)| {
        let before = is.get(**field).unwrap_or_default();
        field.is_news()
            && said.get(field).is_none_or(|known| *known != short(**field, text))
            && text.as_str() != before
            && !(field.form() == Form::Time && to_second(text).is_some() && to_second(text) == to_second(before))
    };
    let pair =
        |(field, text): (&Field, &String)| (*field, (is.get(*field).unwrap_or_default().to_owned(), text.clone()));
    told.fields.iter().filter(is_new).map(pair).collect()
}

/// Files of other desks have no parts of seconds.
fn to_second(text: &str) -> Option<i64> {
    text.parse::<Time>().ok().map(|at| at.millis() / 1_000)
}

fn same(known: &Remark, told: &Remark, source: &str) -> bool {
    known.at.millis() / 1_000 == told.at.millis() / 1_000
        && known.is_internal == told.is_internal
        && known.text == told.text
        && (known.by == told.by || told.by.is_empty() && known.by == source)
}

/// What was told, for the next time.
fn said_now(fields: &BTreeMap<Field, String>) -> BTreeMap<Field, String> {
    fields.iter().map(|(field, text)| (*field, short(*field, text))).collect()
}

fn short(field: Field, text: &str) -> String {
    if field.form() == Form::Text { format!("blake3:{}", Digest::of(text.as_bytes())) } else { text.to_owned() }
}

fn said(remark: &Remark, source: &str) -> (Time, String, Entry) {
    let visibility = if remark.is_internal { Visibility::Internal } else { Visibility::Public };
    let by = if remark.by.is_empty() { source.to_owned() } else { remark.by.clone() };
    (remark.at, by, Entry::Comment { text: remark.text.clone(), visibility, is_asker: false })
}

fn noted(ticket: &mut Ticket, happened: Vec<(Time, String, Entry)>, source: &str) -> Vec<TimelineEntry> {
    let note = |(at, by, entry): (Time, String, Entry)| TimelineEntry {
        imported_from: Some(source.to_owned()),
        ..ticket.note(at, &by, entry)
    };
    happened.into_iter().map(note).collect()
}

/// Writes fields into a ticket; where it stands is not one of them.
fn set(ticket: &mut Ticket, fields: &BTreeMap<Field, String>, ground: &Ground<'_>) {
    let get = |field: Field| fields.get(&field).cloned();
    let time = |field: Field| fields.get(&field).and_then(|text| text.parse::<Time>().ok());
    let level = |field: Field| fields.get(&field).and_then(|text| text.parse::<u8>().ok());
    if let Some(title) = get(Field::Title).filter(|title| *title != ticket.title.to_string()) {
        ticket.title = title.into();
    }
    if let Some(text) = get(Field::Description).filter(|text| *text != ticket.description.to_string()) {
        ticket.description = text.into();
    }
    if let Some(at) = time(Field::OpenedAt) {
        ticket.opened_at = at;
    }
    let levels = (level(Field::Impact), level(Field::Urgency), level(Field::Priority));
    prioritise(ticket, levels, ground.priorities);
    ticket.category = get(Field::Category).or(ticket.category.take());
    ticket.assignment_group = get(Field::AssignmentGroup).or(ticket.assignment_group.take());
    ticket.requester = ground.requester.or(ticket.requester);
    ticket.assignee = ground.assignee.or(ticket.assignee);
    ticket.resolved_at = time(Field::ResolvedAt).or(ticket.resolved_at);
    ticket.closed_at = time(Field::ClosedAt).or(ticket.closed_at);
    ticket.parent = ground.parent.or(ticket.parent);
    if let Some((id, name)) = ground.item.as_ref().filter(|(id, _)| !ticket.items.iter().any(|item| item.id == *id)) {
        ticket.items.push(TicketItem::named(id, name, ItemRole::Affected));
    }
    match &mut ticket.details {
        Details::Change(change) => {
            let plan = &mut change.plan;
            if let Some(name) = get(Field::ChangeType) {
                let known = ChangeType::ALL.iter().copied().find(|known| known.as_str() == name);
                plan.r#type = known.unwrap_or(plan.r#type);
            }
            plan.reason = get(Field::Reason).or(plan.reason.take());
            plan.planned_start = time(Field::PlannedStart).or(plan.planned_start);
            plan.planned_end = time(Field::PlannedEnd).or(plan.planned_end);
            plan.implementation = get(Field::Implementation).or(plan.implementation.take());
            plan.test = get(Field::Test).or(plan.test.take());
            plan.backout = get(Field::Backout).or(plan.backout.take());
        }
        Details::Problem(problem) => {
            let analysis = &mut problem.analysis;
            analysis.cause = get(Field::Cause).or(analysis.cause.take());
            analysis.workaround = get(Field::Workaround).or(analysis.workaround.take());
        }
        Details::Incident | Details::Release(_) | Details::Request(_) | Details::Access(_) | Details::Task(_) => {}
    }
}

/// Impact, urgency and priority: what is not told follows from what is.
fn prioritise(
    ticket: &mut Ticket,
    (impact, urgency, priority): (Option<u8>, Option<u8>, Option<u8>),
    priorities: &Priorities,
) {
    // Where only the priority is told, impact and urgency are those of the matrix that make it: of several the usual ones.
    let cells = [(1, 1), (2, 1), (2, 2), (2, 3), (3, 3), (1, 2), (1, 3), (3, 1), (3, 2)];
    let kind = ticket.kind();
    let makes = |&(impact, urgency): &(u8, u8)| priority == Some(priorities.of(kind, impact, urgency));
    let made = cells.into_iter().find(makes).unwrap_or((3, 3));
    ticket.impact = impact.unwrap_or(made.0);
    ticket.urgency = urgency.unwrap_or(made.1);
    priorities.give(ticket);
    if let Some(told) = priority.filter(|told| *told != ticket.priority) {
        ticket.priority = told;
        ticket.priority_source = PrioritySource::Override { reason: EVENT.to_owned(), pinned: false };
    }
}

#[cfg(test)]
mod tests;
