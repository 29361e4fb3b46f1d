//! The past of what is declared: fields by pointer, the item of a moment, and taking a change back.

use std::collections::BTreeMap;

use muster_shared::{Attributes, Time};
use serde_json::{Map, Value};

use super::{Declared, DeclaredChange, Edit, Hand};
use crate::class::pointer;
use crate::host::Lifecycle;

/// The fields that people give, besides the attributes.
const FIELDS: &[&str] =
    &["name", "lifecycle", "status", "owner", "criticality", "tags", "members", "redundancy", "identity"];
/// What pointers of attributes begin with.
const ATTRIBUTES: &str = "/attributes/";

/// Everything that people gave, by pointer. What is empty is not there.
pub(super) fn fields(item: &Declared) -> BTreeMap<String, Value> {
    let Ok(Value::Object(all)) = serde_json::to_value(item) else { return BTreeMap::new() };
    let given = |(name, value): (&String, &Value)| {
        let is_given = FIELDS.contains(&name.as_str()) && !value.is_null();
        is_given.then(|| (format!("/{name}"), value.clone()))
    };
    let attributes = item.attributes.iter().map(|(name, value)| (pointer(name), value.clone()));
    all.iter().filter_map(given).chain(attributes).collect()
}

/// The item with other values at some pointers.
pub(super) fn with(item: &Declared, values: &BTreeMap<String, Value>) -> Declared {
    let Ok(Value::Object(mut all)) = serde_json::to_value(item) else { return item.clone() };
    let mut attributes: Map<String, Value> = item.attributes.clone().into_iter().collect();
    for (at, value) in values {
        let (map, name) = match at.strip_prefix(ATTRIBUTES) {
            Some(name) => (&mut attributes, name.replace("~1", "/").replace("~0", "~")),
            None => (&mut all, at.trim_start_matches('/').to_owned()),
        };
        if value.is_null() {
            map.remove(&name);
        } else {
            map.insert(name, value.clone());
        }
    }
    all.insert("attributes".into(), Value::Object(attributes));
    serde_json::from_value(Value::Object(all)).unwrap_or_else(|_| item.clone())
}

/// The change from one state to another.
pub(super) fn change(from: &Declared, to: &Declared, hand: &Hand) -> DeclaredChange {
    let (old, new) = (fields(from), fields(to));
    let mut change = DeclaredChange {
        node: from.id,
        seq: from.changes + 1,
        at: hand.now,
        by: hand.by.clone(),
        source: hand.source,
        reason: hand.reason.clone(),
        undoes: None,
        before: BTreeMap::new(),
        after: BTreeMap::new(),
    };
    for at in old.keys().chain(new.keys()) {
        let (before, after) = (old.get(at), new.get(at));
        if before != after {
            change.before.insert(at.clone(), before.cloned().unwrap_or_default());
            change.after.insert(at.clone(), after.cloned().unwrap_or_default());
        }
    }
    change
}

/// The next state with its change, if it differs.
pub(super) fn changed(from: &Declared, mut to: Declared, hand: &Hand) -> Option<(Declared, DeclaredChange)> {
    let change = change(from, &to, hand);
    if change.after.is_empty() {
        return None;
    }
    to.changes = change.seq;
    to.updated_at = hand.now;
    Some((to, change))
}

/// Whether a change is the one that declared its item.
pub const fn first(change: &DeclaredChange) -> bool {
    change.seq == 1
}

/// The item as it was at a moment, from that of now and all its changes, oldest first. `None` before it was declared.
pub fn at(item: &Declared, changes: &[DeclaredChange], moment: Time) -> Option<Declared> {
    let (before, later): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.at <= moment);
    let last = before.last()?;
    let mut past = later.iter().rev().fold(item.clone(), |item, change| with(&item, &change.before));
    past.changes = last.seq;
    past.updated_at = last.at;
    Some(past)
}

/// How many of a node's changes, oldest first, may go when what was before a moment need not be known any more: all but the one that
/// made the item as it was then.
pub fn surplus(changes: &[DeclaredChange], horizon: Time) -> usize {
    changes.iter().filter(|change| change.at <= horizon).count().saturating_sub(1)
}

/// What differs between two states of what is declared: the values that each gave, by field (attributes by their own names).
pub fn difference(from: Option<&Declared>, to: Option<&Declared>) -> (Attributes, Attributes) {
    let given = |item: Option<&Declared>| item.map(fields).unwrap_or_default();
    let (old, new) = (given(from), given(to));
    let name = |at: &str| {
        let name = at.strip_prefix(ATTRIBUTES).map(|name| name.replace("~1", "/").replace("~0", "~"));
        name.unwrap_or_else(|| at.trim_start_matches('/').to_owned())
    };
    let differing = |one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>| {
        let differs = one.iter().filter(|(at, value)| *at != "/identity" && other.get(*at) != Some(value));
        differs.map(|(at, value)| (name(at), value.clone())).collect()
    };
    (differing(&old, &new), differing(&new, &old))
}

/// The edit that takes a change back: to what was before it. The pointers that were changed again since are given instead,
/// for taking them back would take back the later change too. A declaration is taken back by retiring the item.
pub fn undo(item: &Declared, change: &DeclaredChange) -> Result<Edit, Vec<String>> {
    if first(change) && item.id.declared().is_some() {
        return Ok(Edit { lifecycle: Some(Lifecycle::Retired), ..Edit::default() });
    }
    let now = fields(item);
    let own = |at: &&String| *at != "/identity";
    let moved = |at: &&String| now.get(*at).unwrap_or(&Value::Null) != change.after.get(*at).unwrap_or(&Value::Null);
    let conflicts: Vec<String> = change.after.keys().filter(own).filter(moved).cloned().collect();
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let past = with(item, &change.before);
    let is_changed = |field: &str| change.before.contains_key(field);
    let attributes = change.before.iter().filter_map(|(at, value)| {
        let name = at.strip_prefix(ATTRIBUTES)?.replace("~1", "/").replace("~0", "~");
        Some((name, value.clone()))
    });
    Ok(Edit {
        name: is_changed("/name").then(|| past.name.clone()),
        attributes: attributes.collect(),
        lifecycle: is_changed("/lifecycle").then_some(past.lifecycle),
        status: is_changed("/status").then_some(past.status),
        owner: is_changed("/owner").then(|| past.owner.clone()),
        criticality: is_changed("/criticality").then_some(past.criticality),
        tags: is_changed("/tags").then(|| past.tags.clone()),
        members: is_changed("/members").then(|| past.members.clone()),
        redundancy: is_changed("/redundancy").then(|| past.redundancy.clone()),
    })
}
