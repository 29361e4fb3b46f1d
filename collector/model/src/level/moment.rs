//! The timeline as clocks see it: what was so after each entry. States are names, so that every kind of ticket fits.

use muster_shared::Time;
use muster_shared::id::AgentId;
use serde_json::Value;

use crate::ticket::edit::ACKNOWLEDGED;
use crate::ticket::{Entry, StateName, Ticket, TimelineEntry, Visibility};

/// States that a ticket never leaves and in which nothing was reached: its clocks are void.
const VOID: &[&str] = &["cancelled", "rejected"];
/// Fields that timelines tell of and queries ask for.
const FIELDS: &[&str] = &["title", "impact", "urgency", "priority", "category", "assignment_group", "assignee"];

/// What was so from one entry of the timeline to the next one.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a condition that policies name")]
pub struct Moment {
    /// Since when.
    pub at: Time,
    /// The state.
    pub state: String,
    /// For what reason it is in the state.
    pub code: Option<String>,
    /// Whether a person has answered by then.
    pub is_responded: bool,
    /// Whether somebody has taken notice by then.
    pub is_acknowledged: bool,
    /// Whether everybody was told something just then.
    pub is_update: bool,
    /// Whether the group is another one since just then.
    pub is_handed: bool,
    /// Since when the group has it.
    pub group_since: Time,
    /// Whether a person did this.
    pub is_person: bool,
    /// The ticket as queries saw it.
    pub entry: Value,
}

impl Moment {
    /// Whether its clocks are void.
    pub fn is_void(&self) -> bool {
        VOID.contains(&self.state.as_str())
    }

    /// The group that has it.
    pub fn group(&self) -> &str {
        self.entry.get("assignment_group").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its priority.
    pub fn priority(&self) -> u8 {
        self.entry.get("priority").and_then(Value::as_u64).and_then(|level| level.try_into().ok()).unwrap_or_default()
    }
}

/// Whether an actor of a timeline is a person or a script, not the collector or an agent.
pub fn is_person(actor: &str) -> bool {
    !actor.starts_with("system:") && actor.parse::<AgentId>().is_err()
}

fn value(field: &str, text: &str) -> Value {
    match field {
        "impact" | "urgency" | "priority" => text.parse::<u8>().map_or(Value::Null, Value::from),
        _ if text.is_empty() => Value::Null,
        _ => Value::from(text),
    }
}

/// What a field was when the ticket was opened: what its first change tells that it was before, else what it is now.
fn first(field: &str, timeline: &[TimelineEntry], now: &Value) -> Value {
    for entry in timeline {
        match &entry.entry {
            Entry::Changed { fields } => {
                if let Some(change) = fields.iter().find(|change| change.field == field) {
                    return value(field, &change.from);
                }
            }
            // The event says who has it from then on, and nothing of before.
            Entry::Moved { event, .. } if event == "assign" && matches!(field, "assignment_group" | "assignee") => {
                return Value::Null;
            }
            Entry::Opened
            | Entry::Moved { .. }
            | Entry::Comment { .. }
            | Entry::Finding { .. }
            | Entry::Disputed { .. }
            | Entry::Linked { .. }
            | Entry::Attached { .. }
            | Entry::Major { .. }
            | Entry::Parent { .. }
            | Entry::Voted { .. }
            | Entry::Deferred { .. }
            | Entry::Alert { .. }
            | Entry::Level { .. } => {}
        }
    }
    now.clone()
}

/// Who works on it after the event `assign`, which does not say so: what the next change tells that it was, else who does now.
fn assignee_after(rest: &[TimelineEntry], now: &Value) -> Value {
    first("assignee", rest, now)
}

/// What was so after each entry of a timeline. `entry` is the ticket as queries see it now.
pub fn moments(ticket: &Ticket, entry: &Value, timeline: &[TimelineEntry]) -> Vec<Moment> {
    let mut entry = entry.clone();
    let now = entry.clone();
    let of_now = |field: &str| now.get(field).cloned().unwrap_or_default();
    let set = |entry: &mut Value, field: &str, to: Value| {
        if let Some(slot) = entry.get_mut(field) {
            *slot = to;
        }
    };
    for field in FIELDS {
        set(&mut entry, field, first(field, timeline, &of_now(field)));
    }
    let moved = timeline.iter().find_map(|entry| match &entry.entry {
        Entry::Moved { from, .. } => Some(from.clone()),
        _ => None,
    });
    let opening = moved.unwrap_or_else(|| of_now("state").as_str().unwrap_or_default().to_owned());
    let has_assignee = entry.get("assignee").is_some_and(Value::is_string);
    let mut next = Moment {
        at: ticket.opened_at,
        state: opening.clone(),
        code: None,
        is_responded: false,
        is_acknowledged: has_assignee,
        is_update: false,
        is_handed: false,
        group_since: ticket.opened_at,
        is_person: is_person(&ticket.opened_by),
        entry,
    };
    set_state(&mut next);
    let mut moments = vec![next.clone()];
    for (place, told) in timeline.iter().enumerate() {
        let group = next.group().to_owned();
        (next.at, next.is_update, next.is_person) = (told.at.max(next.at), false, is_person(&told.actor));
        match &told.entry {
            Entry::Moved { event, from, to, code, .. } => {
                if next.is_person && *from == opening {
                    (next.is_responded, next.is_acknowledged) = (true, true);
                }
                if event == "assign" {
                    set(&mut next.entry, "assignment_group", code.as_deref().map_or(Value::Null, Value::from));
                    let rest = timeline.get(place + 1..).unwrap_or_default();
                    set(&mut next.entry, "assignee", assignee_after(rest, &of_now("assignee")));
                }
                (next.state, next.code) = (to.clone(), code.clone());
                set_state(&mut next);
            }
            Entry::Comment { visibility, is_asker, .. } => {
                next.is_update = next.is_person && !is_asker && *visibility == Visibility::Public;
                next.is_responded |= next.is_update;
            }
            // A word on a major incident is one for everybody.
            Entry::Major { step: crate::ticket::major::Step::Update, .. } => {
                next.is_update = next.is_person;
                next.is_responded |= next.is_update;
            }
            Entry::Changed { fields } => {
                next.is_acknowledged |= fields.iter().any(|change| change.field == ACKNOWLEDGED);
                for change in fields.iter().filter(|change| FIELDS.contains(&change.field.as_str())) {
                    set(&mut next.entry, &change.field, value(&change.field, &change.to));
                    next.is_acknowledged |= change.field == "assignee" && !change.to.is_empty();
                }
            }
            Entry::Opened
            | Entry::Finding { .. }
            | Entry::Disputed { .. }
            | Entry::Linked { .. }
            | Entry::Attached { .. }
            | Entry::Major { .. }
            | Entry::Parent { .. }
            | Entry::Voted { .. }
            | Entry::Deferred { .. }
            | Entry::Alert { .. }
            | Entry::Level { .. } => continue,
        }
        next.is_handed = next.group() != group;
        next.group_since = if next.is_handed { next.at } else { next.group_since };
        moments.push(next.clone());
    }
    moments
}

fn set_state(moment: &mut Moment) {
    let name = StateName::ALL.iter().find(|name| name.as_str() == moment.state);
    let is_active = name.is_some_and(|name| name.is_active());
    for (field, to) in [("state", Value::from(moment.state.as_str())), ("active", Value::from(is_active))] {
        if let Some(slot) = moment.entry.get_mut(field) {
            *slot = to;
        }
    }
}
