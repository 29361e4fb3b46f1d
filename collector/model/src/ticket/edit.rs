//! A ticket's beginning, and changes to its fields besides its state.

mod floor;

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{TicketId, UserId};
use serde::{Deserialize, Serialize};

use self::floor::{floored, note_raised, refloor};
use super::details::BadDetails;
use super::major;
use super::priority::{Floor, Priorities, PrioritySource};
use super::{Channel, Details, Entry, FieldChange, Kind, StateName, Ticket, TicketItem, TimelineEntry, Visibility};
use crate::right::Actor;
use crate::text::{Phrase, Text};

/// The field that says when somebody took notice.
pub const ACKNOWLEDGED: &str = "acknowledged_at";

/// What a new ticket starts with.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Its kind, and what only tickets of that kind have.
    pub details: Details,
    /// One line.
    pub title: Text,
    /// The story.
    pub description: Text,
    /// 1 to 3.
    pub impact: u8,
    /// What the impact does not fall below.
    pub impact_floor: Option<Floor>,
    /// 1 to 3.
    pub urgency: u8,
    /// Free text to sort by.
    pub category: Option<String>,
    /// Items that it is about.
    pub items: Vec<TicketItem>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Ticket that it is a part of.
    pub parent: Option<TicketId>,
    /// Whether it is resolved with that one.
    pub auto_follow: bool,
    /// For whom, when it is not for whoever opens it.
    pub requester: Option<UserId>,
    /// How it came in.
    pub channel: Channel,
}

impl Opening {
    /// Of an incident that the collector opens by itself.
    pub fn incident(title: Text, channel: Channel) -> Self {
        Self {
            details: Details::Incident,
            title,
            description: Text::default(),
            impact: 3,
            impact_floor: None,
            urgency: 3,
            category: None,
            items: Vec::new(),
            assignment_group: None,
            parent: None,
            auto_follow: false,
            requester: None,
            channel,
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.details.kind()
    }
}

/// A new ticket and the first entry of its timeline.
pub fn open(
    opening: Opening,
    number: String,
    priorities: &Priorities,
    actor: &Actor,
    now: Time,
) -> (Ticket, TimelineEntry) {
    let least = opening.impact_floor.as_ref().map_or(3, |floor| priorities.floor(floor));
    let impact = opening.impact.min(least);
    let raised_from = Some(opening.impact).filter(|asked| *asked > impact);
    let floor = opening.impact_floor.map(|floor| Floor { raised_from: raised_from.filter(|_| floor.is_down), ..floor });
    let mut ticket = Ticket {
        id: TicketId::new(now),
        number,
        state: opening.details.kind().first_state(),
        details: opening.details,
        title: opening.title,
        description: opening.description,
        requester: opening.requester.or_else(|| actor.user()),
        opened_by: actor.label(),
        opened_at: now,
        channel: opening.channel,
        state_since: now,
        impact,
        impact_floor: floor.map(Box::new),
        urgency: opening.urgency,
        priority: 5,
        priority_source: PrioritySource::Matrix,
        priority_rules: 0,
        category: opening.category,
        items: opening.items,
        assignment_group: opening.assignment_group,
        assignee: None,
        acknowledged_at: None,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        reopen_count: 0,
        reassignment_count: 0,
        hold_seconds: 0,
        held: BTreeMap::new(),
        drift: None,
        alert: None,
        follows: None,
        parent: opening.parent,
        auto_follow: opening.auto_follow,
        recognised: None,
        follow_up_at: None,
        major: None,
        escalation: None,
        authors: Vec::new(),
        links: Vec::new(),
        origin: None,
        timeline: 0,
    };
    priorities.give(&mut ticket);
    major::ask_rules(&mut ticket, priorities, now);
    let entry = ticket.note(now, &actor.label(), Entry::Opened);
    (ticket, entry)
}

/// A comment.
pub fn comment(
    ticket: &Ticket,
    text: String,
    visibility: Visibility,
    actor: &Actor,
    now: Time,
) -> (Ticket, TimelineEntry) {
    let mut next = ticket.clone();
    // What the one says who asks is no answer.
    let is_asker = actor.user().is_some() && ticket.requester == actor.user();
    if actor.user().is_some() && !is_asker && visibility == Visibility::Public {
        next.first_response_at.get_or_insert(now);
    }
    let entry = next.note(now, &actor.label(), Entry::Comment { text, visibility, is_asker });
    (next, entry)
}

/// Somebody takes notice, without taking it: `None` when somebody did before.
pub fn acknowledge(ticket: &Ticket, actor: &Actor, now: Time) -> Option<(Ticket, TimelineEntry)> {
    if ticket.acknowledged_at.is_some() {
        return None;
    }
    let mut next = ticket.clone();
    next.acknowledged_at = Some(now);
    let field = FieldChange { field: ACKNOWLEDGED.into(), from: String::new(), to: now.to_string() };
    let entry = next.note(now, &actor.label(), Entry::Changed { fields: vec![field] });
    Some((next, entry))
}

/// Fields that may be changed at any time before the end. Absent fields stay; a null takes a value away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// One line.
    pub title: Option<String>,
    /// The story.
    pub description: Option<String>,
    /// 1 to 3.
    pub impact: Option<u8>,
    /// 1 to 3.
    pub urgency: Option<u8>,
    /// Against the matrix: needs the right `priority.override` and a reason.
    pub priority: Option<u8>,
    /// Why against the matrix.
    pub override_reason: Option<String>,
    /// Whether it stays against the matrix when impact or urgency change.
    pub pin: Option<bool>,
    /// For whom it is.
    pub requester: Option<UserId>,
    /// Items that it is about, all of them.
    pub items: Option<Vec<TicketItem>>,
    /// What the impact does not fall below, by its items. The collector says it.
    #[serde(skip)]
    pub impact_floor: Option<Option<Floor>>,
    /// Free text to sort by.
    #[serde(deserialize_with = "present")]
    pub category: Option<Option<String>>,
    /// Which group works on it.
    #[serde(deserialize_with = "present")]
    pub assignment_group: Option<Option<String>>,
    /// Who works on it.
    #[serde(deserialize_with = "present")]
    pub assignee: Option<Option<UserId>>,
    /// Id of the ticket that it is a part of.
    #[serde(deserialize_with = "present")]
    pub parent: Option<Option<TicketId>>,
    /// Whether it is resolved with that one.
    pub auto_follow: Option<bool>,
    /// When it wakes who has it, once.
    #[serde(deserialize_with = "present")]
    pub follow_up_at: Option<Option<Time>>,
    /// A patch (RFC 7396) of what only this kind has.
    pub details: Option<serde_json::Value>,
}

/// Tells a null from an absent field.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn set<T: PartialEq + Clone>(
    changes: &mut Vec<FieldChange>,
    field: &str,
    slot: &mut T,
    value: Option<T>,
    text: impl Fn(&T) -> String,
) {
    if let Some(value) = value.filter(|value| value != slot) {
        changes.push(FieldChange { field: field.to_owned(), from: text(slot), to: text(&value) });
        *slot = value;
    }
}

/// The priority of the matrix, with what differs.
fn by_matrix(next: &mut Ticket, priorities: &Priorities, changes: &mut Vec<FieldChange>) {
    let had = next.priority;
    priorities.give(next);
    if next.priority != had {
        changes.push(FieldChange { field: "priority".into(), from: had.to_string(), to: next.priority.to_string() });
    }
}

/// A ticket that goes on gets the impact and priority that the rules ask for now. `None` when it is over, when a person set its priority,
/// or when it has them already.
pub fn follow(ticket: &Ticket, priorities: &Priorities, actor: &Actor, now: Time) -> Option<(Ticket, TimelineEntry)> {
    if !ticket.state.name().is_active() || ticket.priority_source != PrioritySource::Matrix {
        return None;
    }
    let (mut next, mut changes) = (ticket.clone(), Vec::new());
    let impact = floored(&next, None, priorities).ok();
    set(&mut changes, "impact", &mut next.impact, impact, ToString::to_string);
    by_matrix(&mut next, priorities, &mut changes);
    if changes.is_empty() {
        return None;
    }
    ask_major(&mut next, ticket, priorities, &mut changes, now);
    let entry = next.note(now, &actor.label(), Entry::Changed { fields: changes });
    Some((next, entry))
}

/// Asks the rules of major incidents, with what differs.
fn ask_major(next: &mut Ticket, before: &Ticket, priorities: &Priorities, changes: &mut Vec<FieldChange>, now: Time) {
    let mark = major::state_of(before);
    if next.parent.is_some() && mark == major::MajorState::Proposed {
        // A part is never proposed: the whole is.
        next.major = None;
    }
    major::ask_rules(next, priorities, now);
    let (from, to) = (mark.as_str(), major::state_of(next).as_str());
    if from != to {
        changes.push(FieldChange { field: "major".into(), from: from.into(), to: to.into() });
    }
}

/// The priority after an edit: by the matrix, or against it with a reason, and pinned or not.
fn prioritise(
    next: &mut Ticket,
    before: &Ticket,
    (priority, reason, pin): (Option<u8>, Option<String>, Option<bool>),
    priorities: &Priorities,
    changes: &mut Vec<FieldChange>,
) -> Result<(), BadDetails> {
    let is_pinned = matches!(next.priority_source, PrioritySource::Override { pinned: true, .. });
    if !is_pinned && (next.impact, next.urgency) != (before.impact, before.urgency) {
        by_matrix(next, priorities, changes);
    }
    if let (Some(priority), Some(reason)) = (priority, reason) {
        next.priority_source = PrioritySource::Override { reason, pinned: false };
        set(changes, "priority", &mut next.priority, Some(priority), ToString::to_string);
    }
    match (&mut next.priority_source, pin) {
        (PrioritySource::Override { pinned, .. }, Some(pin)) => {
            set(changes, "pin", pinned, Some(pin), ToString::to_string);
        }
        (PrioritySource::Matrix, Some(true)) => {
            return Err(BadDetails { pointer: "/pin".into(), why: Phrase::new("pin_matrix").into() });
        }
        (_, None | Some(false)) => {}
    }
    Ok(())
}

/// Applies an edit; `None` when nothing changes. Rule P1: a later change of impact or urgency clears an override.
pub fn edit(
    ticket: &Ticket,
    edit: Edit,
    priorities: &Priorities,
    actor: &Actor,
    now: Time,
) -> Result<Option<(Ticket, TimelineEntry)>, BadDetails> {
    let mut next = ticket.clone();
    let mut changes = Vec::new();
    if let Some(patch) = &edit.details {
        let state = ticket.state.name();
        if ticket.details.is_locked(state) {
            let why = Phrase::new("plan_locked").term("state", "state", state.as_str());
            return Err(BadDetails { pointer: "/details".into(), why: why.into() });
        }
        next.details = ticket.details.patched(patch)?;
        if next.details.change_type() != ticket.details.change_type() && state != StateName::Draft {
            let why = Phrase::new("type_in_draft").term("state", "state", state.as_str());
            return Err(BadDetails { pointer: "/details/plan/type".into(), why: why.into() });
        }
        changes.extend(ticket.details.differences(&next.details));
        if let Some(author) = actor.user().filter(|user| next.details != ticket.details && !next.authors.contains(user))
        {
            next.authors.push(author);
        }
    }
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    for (field, slot, value) in
        [("title", &mut next.title, edit.title), ("description", &mut next.description, edit.description)]
    {
        // A line of the collector that comes back as it was said stays the collector's.
        let value = value.filter(|value| *value != slot.to_string()).map(Text::Written);
        set(&mut changes, field, slot, value, ToString::to_string);
    }
    let user = |value: &Option<UserId>| value.map(|id| id.to_string()).unwrap_or_default();
    set(&mut changes, "requester", &mut next.requester, edit.requester.map(Some), user);
    let all = |items: &Vec<TicketItem>| items.iter().map(TicketItem::said).collect::<Vec<_>>().join(", ");
    set(&mut changes, "items", &mut next.items, edit.items, all);
    if let Some(floor) = edit.impact_floor {
        refloor(&mut next, floor);
    }
    let impact = floored(&next, edit.impact, priorities)?;
    next.impact = ticket.impact;
    set(&mut changes, "impact", &mut next.impact, Some(impact), ToString::to_string);
    note_raised(&mut next, (ticket.impact, edit.impact));
    set(&mut changes, "urgency", &mut next.urgency, edit.urgency, ToString::to_string);
    set(&mut changes, "category", &mut next.category, edit.category, optional);
    let had_group = next.assignment_group.is_some() || next.assignee.is_some();
    let before = (next.assignment_group.clone(), next.assignee);
    set(&mut changes, "assignment_group", &mut next.assignment_group, edit.assignment_group, optional);
    set(&mut changes, "assignee", &mut next.assignee, edit.assignee, user);
    if had_group && before != (next.assignment_group.clone(), next.assignee) {
        next.reassignment_count += 1;
    }
    if next.assignee.is_some() {
        next.acknowledged_at.get_or_insert(now);
    }
    let id = |value: &Option<TicketId>| value.map(|id| id.to_string()).unwrap_or_default();
    set(&mut changes, "parent", &mut next.parent, edit.parent, id);
    set(&mut changes, "auto_follow", &mut next.auto_follow, edit.auto_follow, ToString::to_string);
    let time = |value: &Option<Time>| value.map(|at| at.to_string()).unwrap_or_default();
    // To the minute, as forms have it: what comes back unchanged is no change.
    let follow_up_at = edit.follow_up_at.map(|at| at.map(|at| at.plus_millis(-at.millis().rem_euclid(60_000))));
    set(&mut changes, "follow_up_at", &mut next.follow_up_at, follow_up_at, time);
    prioritise(&mut next, ticket, (edit.priority, edit.override_reason, edit.pin), priorities, &mut changes)?;
    ask_major(&mut next, ticket, priorities, &mut changes, now);
    if changes.is_empty() && next == *ticket {
        return Ok(None);
    }
    let entry = next.note(now, &actor.label(), Entry::Changed { fields: changes });
    Ok(Some((next, entry)))
}
