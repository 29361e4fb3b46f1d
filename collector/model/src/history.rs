//! The discovered ledger's past: one entry per change of an item, with the interval in which it happened.

use std::collections::BTreeMap;

use muster_shared::diff::ItemMap;
use muster_shared::id::{HostId, ItemId, ReportId};
use muster_shared::report::Change;
use muster_shared::{Attributes, SectionName, Time, diff};
use serde::{Deserialize, Serialize};

use crate::drift::kept;
use crate::inventory::{SectionBody, StoredItem};
use crate::record::record;
use crate::source::Source;

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It has other attributes.
    Modified,
}

impl Operation {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Modified => "modified",
        }
    }
}

/// One change of one item. It happened somewhere in (`not_before`, `seen_at`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The host.
    pub host: HostId,
    /// Counts up per host.
    pub seq: u64,
    /// The report that told it.
    pub report: ReportId,
    /// The section.
    pub section: SectionName,
    /// The item.
    pub item: ItemId,
    /// Its key.
    pub key: String,
    /// What happened.
    pub operation: Operation,
    /// Values before: of a modified item only those that changed.
    pub before: Attributes,
    /// Values after: of a modified item only those that changed.
    pub after: Attributes,
    /// When it was last seen as before, by the collector's clock.
    pub not_before: Option<Time>,
    /// Since when it was as before, or gone: what the past looks like without the entries before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Time>,
    /// When it was seen so, by the collector's clock.
    pub seen_at: Time,
    /// When the report came in, if it waited in the agent's spool: what was so then was not known before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Time>,
    /// Whether the agent could read another part of the section than before: what came or went with it is no drift.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub view_changed: bool,
    /// Who told it.
    #[serde(default, skip_serializing_if = "Source::is_agent")]
    pub source: Source,
    /// What it means for the item as all sources together tell it.
    #[serde(default, skip_serializing_if = "Bearing::is_effective")]
    pub bearing: Bearing,
    /// The tool that keeps the item and kept it before: such a change is no drift (see [`crate::drift::kept`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_by: Option<String>,
}

/// What an entry means for the item as all sources together tell it (see [`crate::reconcile`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearing {
    /// What its source saw changing is what changed.
    #[default]
    Effective,
    /// Its source saw a change, but another source is believed: the item stays, or changes as a `View` entry beside it says.
    Shadowed,
    /// What changed of the item; no source told just this.
    View,
    /// Nothing changed on the host: another source is believed now, which says something else.
    Winner,
}

impl Bearing {
    /// Whether an entry is what it says: nearly always.
    pub const fn is_effective(&self) -> bool {
        matches!(self, Self::Effective)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Shadowed => "shadowed",
            Self::View => "view",
            Self::Winner => "winner",
        }
    }
}

record!(HistoryEntry, History, |entry| key(entry.host, entry.seq));

/// The key of a host's entry with this number.
pub fn key(host: HostId, seq: u64) -> String {
    format!("{host}/{seq:016x}")
}

impl HistoryEntry {
    /// What a report tells of an item of a section that is not yet changed: it happened in (`not_before`, `seen_at`].
    pub fn told(
        body: &SectionBody,
        change: ItemChange,
        (seq, report): (u64, ReportId),
        (not_before, seen_at): (Time, Time),
    ) -> Self {
        Self {
            host: body.host,
            seq,
            report,
            section: body.section,
            item: ItemId::new(body.host, body.section, &change.key),
            held_since: body.held_since(&change.key),
            key: change.key,
            operation: change.operation,
            before: change.before,
            after: change.after,
            not_before: Some(not_before),
            seen_at,
            received_at: None,
            view_changed: false,
            source: body.source,
            bearing: Bearing::Effective,
            kept_by: change.kept_by,
        }
    }

    /// Whether it is a change of what this source says.
    pub fn changes_body(&self, source: Source) -> bool {
        self.source == source && matches!(self.bearing, Bearing::Effective | Bearing::Shadowed)
    }

    /// Whether something changed on the host as far as is known: what policies judge.
    pub const fn is_change(&self) -> bool {
        matches!(self.bearing, Bearing::Effective | Bearing::View)
    }

    /// What stands behind the section's name in the index by section: entries that belong to no body stand apart.
    pub const fn mark(&self) -> &'static str {
        match self.bearing {
            Bearing::Effective | Bearing::Shadowed => self.source.mark(),
            Bearing::View | Bearing::Winner => "@view",
        }
    }

    /// Makes the change on a set of items.
    pub fn apply(&self, items: &mut BTreeMap<String, StoredItem>) {
        match self.operation {
            Operation::Removed => drop(items.remove(&self.key)),
            Operation::Added => {
                items.insert(self.key.clone(), StoredItem { attributes: self.after.clone(), since: self.seen_at });
            }
            Operation::Modified => {
                if let Some(item) = items.get_mut(&self.key) {
                    item.attributes.retain(|name, _| !self.before.contains_key(name));
                    item.attributes.extend(self.after.clone());
                    item.since = self.seen_at;
                }
            }
        }
    }
}

impl HistoryEntry {
    /// Takes the change back on a set of items. Since when an item was as it is then, the entry does not know.
    pub fn undo(&self, items: &mut BTreeMap<String, StoredItem>, since: Time) {
        match self.operation {
            Operation::Added => drop(items.remove(&self.key)),
            Operation::Removed => {
                items.insert(self.key.clone(), StoredItem { attributes: self.before.clone(), since });
            }
            Operation::Modified => {
                if let Some(item) = items.get_mut(&self.key) {
                    item.attributes.retain(|name, _| !self.after.contains_key(name));
                    item.attributes.extend(self.before.clone());
                    item.since = since;
                }
            }
        }
    }
}

/// Longest that a report may have waited in the spool of its agent (30 days): an older one tells of a wrong clock.
pub const LONGEST_WAIT_MS: i64 = 30 * 86_400_000;

/// A past that is asked for: how things were at a time, as far as was known at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// How things were then; without it as they are now.
    pub as_of: Option<Time>,
    /// As far as was known then; without it with all that is known now.
    pub known_at: Option<Time>,
}

impl Moment {
    /// The present.
    pub const NOW: Self = Self { as_of: None, known_at: None };

    /// How things were at a time, as is known now.
    pub const fn at(time: Time) -> Self {
        Self { as_of: Some(time), known_at: None }
    }

    /// Whether it is the present.
    pub const fn is_now(self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }

    /// Whether something belongs to it that was so at one time and known at another.
    pub fn includes(self, so_at: Time, known_at: Time) -> bool {
        self.as_of.is_none_or(|as_of| so_at <= as_of) && self.known_at.is_none_or(|known| known_at <= known)
    }

    /// The earlier of its times.
    pub fn since(self) -> Option<Time> {
        self.as_of.into_iter().chain(self.known_at).min()
    }

    /// Whatever was seen at this time or before belongs to it.
    pub fn certain_until(self) -> Option<Time> {
        let known = self.known_at.map(|at| at.plus_millis(-LONGEST_WAIT_MS));
        self.as_of.into_iter().chain(known).min()
    }
}

impl HistoryEntry {
    /// When the collector learnt of it.
    pub fn known_at(&self) -> Time {
        self.received_at.unwrap_or(self.seen_at)
    }
}

/// The items of a section as they were at a moment, from those of now and all entries of the section, oldest first.
/// `known_since` is when the section was read for the first time: before that nothing is known, which is not the same as
/// nothing was there.
pub fn items_at(
    mut items: BTreeMap<String, StoredItem>,
    entries: &[HistoryEntry],
    known_since: Time,
    moment: Moment,
) -> Option<BTreeMap<String, StoredItem>> {
    if !moment.includes(known_since, known_since) {
        return None;
    }
    // Entries stand in the order in which they were seen and in which they were learnt: those outside are the last ones.
    let inside = |entry: &HistoryEntry| moment.includes(entry.seen_at, entry.known_at());
    let (before, after) = entries.split_at(entries.iter().rposition(inside).map_or(0, |last| last + 1));
    let mut since: BTreeMap<&str, Time> = after.iter().map(|entry| (entry.key.as_str(), known_since)).collect();
    for entry in before {
        if let Some(since) = since.get_mut(entry.key.as_str()) {
            *since = entry.seen_at;
        }
    }
    for entry in after.iter().rev() {
        let computed = since.get(entry.key.as_str()).copied().unwrap_or(known_since);
        entry.undo(&mut items, entry.held_since.unwrap_or(computed));
    }
    Some(items)
}

/// The items that a source knew to be gone at a moment, and since when, from those of now and all entries of the section.
pub fn gone_at(mut gone: BTreeMap<String, Time>, entries: &[HistoryEntry], moment: Moment) -> BTreeMap<String, Time> {
    let inside = |entry: &HistoryEntry| moment.includes(entry.seen_at, entry.known_at());
    let after = entries.get(entries.iter().rposition(inside).map_or(0, |last| last + 1)..).unwrap_or_default();
    for entry in after.iter().rev() {
        match (entry.operation, entry.held_since) {
            (Operation::Added, Some(since)) => drop(gone.insert(entry.key.clone(), since)),
            (Operation::Removed, _) => drop(gone.remove(&entry.key)),
            (Operation::Added | Operation::Modified, _) => {}
        }
    }
    gone
}

/// What an entry is about, before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemChange {
    /// Key of the item.
    pub key: String,
    /// What happened.
    pub operation: Operation,
    /// Values before.
    pub before: Attributes,
    /// Values after.
    pub after: Attributes,
    /// The tool that keeps the item and kept it before.
    pub kept_by: Option<String>,
}

/// The changes of single items between two states of a section.
pub fn item_changes(section: SectionName, old: &ItemMap, new: &ItemMap) -> Vec<ItemChange> {
    let Change::Delta { upsert, remove } = diff::between(old, new) else { return Vec::new() };
    let change = |key: String, operation: Operation, before: &Attributes, after: &Attributes| {
        let is_modified = operation == Operation::Modified;
        let changed = |from: &Attributes, to: &Attributes| -> Attributes {
            let changed = from.iter().filter(|(k, v)| !is_modified || to.get(*k) != Some(v));
            changed.map(|(k, v)| (k.clone(), v.clone())).collect()
        };
        let kept_by = kept::by(section, operation, before, after).map(str::to_owned);
        ItemChange { key, operation, before: changed(before, after), after: changed(after, before), kept_by }
    };
    let nothing = Attributes::new();
    let removed = remove.into_iter().map(|key| {
        let before = old.get(&key).unwrap_or(&nothing);
        change(key, Operation::Removed, before, &nothing)
    });
    let upserted = upsert.into_iter().map(|item| match old.get(&item.key) {
        None => change(item.key, Operation::Added, &nothing, &item.attributes),
        Some(before) => change(item.key, Operation::Modified, before, &item.attributes),
    });
    removed.chain(upserted).collect()
}
