//! What the other desk tells of a ticket: a webhook of Jira, or a record as a business rule of ServiceNow sends it.

use std::collections::BTreeMap;

use muster_shared::Time;
use serde_json::{Map, Value};

use super::outgoing::is_own;
use super::{Desk, Owner, Twin, fields, shared};
use crate::exchange::mapping::Mapping;
use crate::exchange::read::{self, Unknown};
use crate::exchange::{Field, Preset, Remark, Terms, Told};
use crate::import::row::Wrong;
use crate::import::table::{Cell, Row};
use crate::text::Phrase;
use crate::ticket::{Entry, TimelineEntry};

/// Largest event.
pub const MAX_BYTES: usize = 1 << 20;

/// What an event tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// When it was so there.
    pub at: Time,
    /// By what its API knows the ticket.
    pub remote_id: String,
    /// The ticket.
    pub told: Told,
    /// What is said of fields that both sides have in words that are not known here, and what would be one.
    pub unknown: Unknown,
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The fields of an event under the names that the preset knows, with the id of the record and when it was so.
fn cells(preset: Preset, event: &Value) -> Option<(Map<String, Value>, String)> {
    if preset == Preset::Jira {
        let issue = event.get("issue")?;
        let mut fields = issue.get("fields")?.as_object()?.clone();
        let mut comments: Vec<Value> = event.get("comment").cloned().into_iter().collect();
        comments.extend(
            fields
                .get("comment")
                .and_then(|all| all.get("comments"))
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default(),
        );
        fields.remove("comment");
        if !comments.is_empty() {
            fields.insert("Comment".into(), Value::Array(comments));
        }
        fields.insert("key".into(), issue.get("key")?.clone());
        let known = |name: &String| preset.knows(name);
        fields.retain(|name, value| known(name) && !value.is_null());
        let id = text(issue, "/id").or_else(|| text(issue, "/key"))?.to_owned();
        return Some((fields, id));
    }
    let mut fields = event.get("record")?.as_object()?.clone();
    if let Some(table) = text(event, "/table") {
        fields.entry("sys_class_name").or_insert_with(|| table.into());
    }
    let id = fields.get("sys_id").and_then(Value::as_str)?.to_owned();
    let known = |name: &String| preset.knows(name);
    fields.retain(|name, value| known(name) && !value.is_null());
    Some((fields, id))
}

/// What an event tells, or all that is wrong with it: the place and the rule.
pub fn parse(preset: Preset, desk: &Desk, source: &str, event: &Value) -> Result<Heard, Vec<Wrong>> {
    let (fields, remote_id) = cells(preset, event).ok_or_else(|| {
        let why = if preset == Preset::Jira { "bridge_jira_body" } else { "bridge_servicenow_body" };
        vec![(None, Phrase::new(why))]
    })?;
    let terms = Terms { preset, source: source.to_owned(), zone: desk.zone.clone(), ..Terms::default() };
    let columns: Vec<String> = fields.keys().cloned().collect();
    let mapping = Mapping::of(&columns, &terms, &BTreeMap::new())
        .map_err(|wrong| wrong.into_iter().map(|one| (Some(one.column), one.why)).collect::<Vec<_>>())?;
    let cells = fields.into_iter().map(|(_, value)| Cell::Value(value)).enumerate().collect();
    let heard = read::hear(&Row { line: 1, cells: Ok(cells) }, &mapping, &terms);
    let (mut told, mut unknown) =
        heard.map_err(|wrong| wrong.into_iter().map(|(place, why)| (place, worded(why))).collect::<Vec<_>>())?;
    unknown.retain(|field, _| super::fields(preset).contains(field));
    for (_, why) in unknown.values_mut() {
        *why = worded(why.clone());
    }
    told.remarks.retain(|remark| !is_own(&remark.text));
    let at = event.get("timestamp").and_then(Value::as_i64).map(Time::from_millis);
    let at = at
        .or_else(|| told.time(Field::StateSince))
        .ok_or_else(|| vec![(Some(Field::StateSince.as_str().to_owned()), Phrase::new("is_needed"))])?;
    Ok(Heard { at, remote_id, told, unknown })
}

/// A file may say what a value of it is; an event is sent by a rule over there.
fn worded(why: Phrase) -> Phrase {
    if why.say == "desk_value" { Phrase { with: why.with, ..Phrase::new("bridge_value") } } else { why }
}

/// What becomes of what was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Fields that are taken.
    pub take: BTreeMap<Field, String>,
    /// Fields that stay as they are here: what the other desk has, and what counts.
    pub disputed: BTreeMap<Field, (String, String)>,
    /// Fields of which something newer was heard already.
    pub stale: Vec<Field>,
}

/// When this side changed a field last.
fn changed_here(field: Field, timeline: &[TimelineEntry], twin: &Twin) -> Option<Time> {
    let is_state = matches!(field, Field::State | Field::HoldReason | Field::CloseCode | Field::CloseNotes);
    let is_it = |entry: &&TimelineEntry| {
        entry.imported_from.is_none()
            && !twin.foreign.contains(&entry.seq)
            && match &entry.entry {
                Entry::Moved { .. } => is_state,
                Entry::Changed { fields } => fields.iter().any(|change| change.field == field.as_str()),
                _ => false,
            }
    };
    timeline.iter().filter(is_it).map(|entry| entry.at).max()
}

/// Whose word counts for what was heard: nothing that the other desk was known to have is news, what is older than what was heard
/// is none, and else the owner of the field, or whoever changed it last.
pub fn decide(
    heard: &Heard,
    is: &Told,
    twin: &Twin,
    (desk, preset): (&Desk, Preset),
    timeline: &[TimelineEntry],
) -> Decision {
    let mut decision = Decision::default();
    let (theirs, ours) = (shared(&heard.told, preset), shared(is, preset));
    for field in fields(preset) {
        // What is not said is not so: but a state that has no such thing says nothing of it.
        let Some(text) = theirs.get(field).filter(|_| heard.told.get(*field).is_some()) else { continue };
        let own = ours.get(field).map_or("", String::as_str);
        if twin.remote.get(field) == Some(text) {
            continue;
        }
        if twin.heard.get(field).is_some_and(|known| *known > heard.at) {
            decision.stale.push(*field);
            continue;
        }
        if own == text {
            decision.take.insert(*field, text.clone());
            continue;
        }
        let is_newer_here = || changed_here(*field, timeline, twin).is_some_and(|at| at > heard.at);
        let is_taken = match desk.owner(*field) {
            Owner::Theirs => true,
            Owner::Ours => false,
            Owner::Newest => !is_newer_here(),
        };
        if is_taken {
            decision.take.insert(*field, text.clone());
        } else {
            decision.disputed.insert(*field, (text.clone(), own.to_owned()));
        }
    }
    decision
}

/// What was said in words that are not known here and not noted of the ticket before, by field.
pub fn unheard_of(heard: &Heard, twin: &Twin) -> BTreeMap<Field, String> {
    let is_noted = |field: &Field, value: &String| twin.unknown.get(field).is_some_and(|noted| noted.contains(value));
    let said = heard.unknown.iter().map(|(field, (value, _))| (*field, value.clone()));
    said.filter(|(field, value)| !is_noted(field, value)).collect()
}

/// The remarks that are not in the timeline yet.
pub fn unheard<'a>(heard: &'a Heard, timeline: &[TimelineEntry]) -> Vec<&'a Remark> {
    let is_known = |remark: &Remark| {
        timeline.iter().any(|entry| {
            matches!(&entry.entry, Entry::Comment { text, .. } if entry.imported_from.is_some() && *text == remark.text)
                && entry.at.millis() / 1_000 == remark.at.millis() / 1_000
        })
    };
    heard.told.remarks.iter().filter(|remark| !is_known(remark)).collect()
}
