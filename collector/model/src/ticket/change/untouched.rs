//! What a change must not touch: all critical facts outside of its scope are afterwards as they were when it began.
//!
//! Findings say what policies mind. A policy may be off, and a storm may tell hundreds of differences as one: so the facts themselves
//! are compared.

use std::collections::BTreeMap;

use muster_shared::id::{ItemId, NodeId};
use muster_shared::{Attributes, SectionName};
use serde_json::Value;

use super::plan::Plan;
use crate::finding::{Basis, Finding, FindingState, Subject};
use crate::history::{HistoryEntry, Operation};
use crate::package;
use crate::policy::patience::Patience;
use crate::policy::{self, Class, Minded, Outcome, Severity, Violation};
use crate::text::Phrase;

/// What of the items of a section is critical.
#[derive(Clone, Copy, Debug)]
enum Facts {
    /// That they are there, and everything of them.
    Whole,
    /// That they are there, and these attributes.
    There(&'static [&'static str]),
    /// These attributes.
    Only(&'static [&'static str]),
}

use Facts::{Only, There, Whole};

/// The critical facts (C0 of the tiers), with how patient drift is with them.
const CRITICAL: &[(SectionName, Class, Facts)] = &[
    (SectionName::Kernel, Class::Security, Only(&["command_line"])),
    (SectionName::Kernel, Class::Critical, Only(&["release", "version"])),
    (SectionName::Package, Class::Critical, There(&["version"])),
    (SectionName::Listener, Class::Critical, There(&[])),
    (SectionName::Service, Class::Critical, Only(&["enabled_state"])),
    (SectionName::Route, Class::Critical, Whole),
    (SectionName::Mount, Class::Critical, There(&["options", "source", "type"])),
    (SectionName::Disk, Class::Critical, Only(&["serial", "wwn"])),
    (SectionName::Firmware, Class::Critical, Only(&["system_serial", "system_uuid", "board_serial"])),
    (SectionName::User, Class::Security, Whole),
    (SectionName::Group, Class::Security, Whole),
    (SectionName::SudoRule, Class::Security, Whole),
    (SectionName::AuthorizedKey, Class::Security, Whole),
    (SectionName::LoginPolicy, Class::Security, Whole),
    (SectionName::Firewall, Class::Security, Whole),
];

/// The sections that hold critical facts.
pub fn sections() -> impl Iterator<Item = SectionName> {
    let mut last = None;
    CRITICAL.iter().map(|(section, ..)| *section).filter(move |section| last.replace(*section) != Some(*section))
}

/// A critical fact that is another one than when a change began.
#[derive(Clone, Debug, PartialEq)]
pub struct Touched {
    /// The item.
    pub item: ItemId,
    /// The attribute; `None` is the item as a whole.
    pub attribute: Option<String>,
    /// In one line, without the host.
    pub what: Phrase,
}

/// What came to an item between two moments.
#[derive(Debug)]
struct Net<'a> {
    last: &'a HistoryEntry,
    was_there: bool,
    is_there: bool,
    before: BTreeMap<&'a str, Option<&'a Value>>,
    after: BTreeMap<&'a str, Option<&'a Value>>,
    /// The tool that keeps it, if all of it came from that one.
    kept_by: Option<&'a String>,
}

impl<'a> Net<'a> {
    fn begin(entry: &'a HistoryEntry) -> Self {
        let was_there = entry.operation != Operation::Added;
        let kept_by = entry.kept_by.as_ref();
        Self { last: entry, was_there, is_there: was_there, before: BTreeMap::new(), after: BTreeMap::new(), kept_by }
    }

    fn take(&mut self, entry: &'a HistoryEntry) {
        self.last = entry;
        self.is_there = entry.operation != Operation::Removed;
        self.kept_by = self.kept_by.filter(|keeper| entry.kept_by.as_ref() == Some(keeper));
        for name in entry.before.keys().chain(entry.after.keys()) {
            if self.was_there {
                self.before.entry(name).or_insert_with(|| entry.before.get(name));
            }
            self.after.insert(name, entry.after.get(name));
        }
    }

    /// As one change, if anything is otherwise.
    fn entry(&self) -> Option<HistoryEntry> {
        let operation = match (self.was_there, self.is_there) {
            (false, false) => return None,
            (false, true) => Operation::Added,
            (true, false) => Operation::Removed,
            (true, true) => Operation::Modified,
        };
        let is_modified = operation == Operation::Modified;
        let moved = |name: &str| !is_modified || self.before.get(name) != self.after.get(name);
        let values = |all: &BTreeMap<&str, Option<&Value>>| -> Attributes {
            let kept = all.iter().filter(|(name, _)| moved(name));
            kept.filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.clone()))).collect()
        };
        let (before, after) = (values(&self.before), values(&self.after));
        let is_same = is_modified && before.is_empty() && after.is_empty();
        let kept_by = self.kept_by.cloned();
        (!is_same).then(|| HistoryEntry { operation, before, after, kept_by, ..self.last.clone() })
    }
}

/// The critical facts that are otherwise after these changes of a host, oldest first, and that a plan does not name.
pub fn touched(entries: &[HistoryEntry], plan: &Plan, is_volatile: impl Fn(SectionName, &str) -> bool) -> Vec<Touched> {
    let mut items: BTreeMap<ItemId, Net<'_>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_change() && !entry.view_changed) {
        items.entry(entry.item).or_insert_with(|| Net::begin(entry)).take(entry);
    }
    let mut all = Vec::new();
    for entry in items.values().filter_map(Net::entry) {
        for (attribute, class) in critical(&entry) {
            let is_quiet = attribute.as_deref().is_some_and(|name| is_volatile(entry.section, name));
            if !is_quiet && !is_planned(&entry, attribute.as_deref(), class, plan) {
                let what = describe(&entry, attribute.clone(), class);
                all.push(Touched { item: entry.item, attribute, what });
            }
        }
    }
    all
}

/// The critical facts of an entry: attributes, or the item as a whole.
fn critical(entry: &HistoryEntry) -> Vec<(Option<String>, Class)> {
    let values = if entry.operation == Operation::Removed { &entry.before } else { &entry.after };
    let is_picked = entry.section == SectionName::Listener && policy::is_picked(values);
    if is_picked || entry.kept_by.is_some() {
        return Vec::new();
    }
    let rows = CRITICAL.iter().filter(|(section, ..)| *section == entry.section);
    let of_row = |(_, class, facts): &(SectionName, Class, Facts)| -> Vec<(Option<String>, Class)> {
        if entry.operation != Operation::Modified {
            return if matches!(facts, Only(_)) { Vec::new() } else { vec![(None, *class)] };
        }
        let names: std::collections::BTreeSet<&String> = entry.before.keys().chain(entry.after.keys()).collect();
        let minds = |name: &&&String| match facts {
            Whole => true,
            There(names) | Only(names) => names.contains(&name.as_str()),
        };
        names.iter().filter(minds).map(|name| (Some((*name).clone()), *class)).collect()
    };
    rows.flat_map(of_row).collect()
}

/// Whether a plan names a fact. What stands for security has to be named, and not just with all others of its section.
fn is_planned(entry: &HistoryEntry, attribute: Option<&str>, class: Class, plan: &Plan) -> bool {
    let items: Vec<NodeId> = plan.scope.items.iter().filter_map(|id| id.parse().ok()).collect();
    if items.contains(&NodeId::Item(entry.item)) {
        return true;
    }
    let key = entry.key.as_str();
    let of_key = if entry.section == SectionName::Package { package::of_key(key).1 } else { key };
    let told = entry.after.get("name").or_else(|| entry.before.get("name")).and_then(Value::as_str);
    let names = [key, of_key, told.unwrap_or(key)];
    // What is expected is judged by what is expected.
    if plan.expect.iter().any(|expected| expected.section == entry.section && names.contains(&expected.key.as_str())) {
        return true;
    }
    let is_security = class == Class::Security;
    if plan.scope.facts.is_empty() {
        return !is_security;
    }
    let covers = |fact: &&super::plan::Fact| fact.covers(entry.section, &names, attribute);
    plan.scope.facts.iter().filter(covers).any(|fact| !is_security || fact.is_named())
}

/// The line of a finding that nobody made.
fn describe(entry: &HistoryEntry, attribute: Option<String>, class: Class) -> Phrase {
    let value = |attributes: &Attributes, is_there: bool| match &attribute {
        Some(name) => attributes.get(name).cloned().unwrap_or(Value::Null),
        None if is_there => Value::Object(attributes.clone().into_iter().collect()),
        None => Value::Null,
    };
    let expected = value(&entry.before, entry.operation != Operation::Added);
    let actual = value(&entry.after, entry.operation != Operation::Removed);
    let policy = Minded {
        id: "untouched".to_owned(),
        severity: Severity::Info,
        class,
        outcome: Outcome::Finding,
        patience: Patience::default(),
        basis: Basis::Change,
        says: None,
    };
    let subject = Subject {
        host: entry.host,
        host_name: "",
        item: entry.item,
        section: entry.section,
        key: &entry.key,
        not_before: entry.not_before,
        seen_at: entry.seen_at,
    };
    let state = FindingState::Open { routes_at: entry.seen_at };
    Finding::begin(&subject, Violation { policy, attribute, expected, actual }, state, entry.seen_at).what()
}

#[cfg(test)]
mod tests;
