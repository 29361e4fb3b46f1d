//! What a report of one source changes in the view of all: marks its history, and adds what no source told just so.
//!
//! A difference in the view is a change of the host when the source that is believed said something new. When only another
//! source is believed now, nothing changed on the host: the history shows it, and nothing minds it.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, ItemId, ReportId};
use muster_shared::report::Attributes;
use muster_shared::{SectionName, Time};

use super::{Reconciled, View, Word, section};
use crate::drift::kept;
use crate::history::{Bearing, HistoryEntry, Operation};
use crate::source::Source;

/// A report of one source on one section: what was said before and now.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The host.
    pub host: HostId,
    /// Which report.
    pub report: ReportId,
    /// What its source said before; `None` when it never spoke of this section.
    pub before: Option<Word<'a>>,
    /// What it says now.
    pub after: Word<'a>,
    /// What the others say.
    pub others: &'a [Word<'a>],
    /// When the host was looked at before, by any source.
    pub then: Time,
    /// When the report came in, if it had waited.
    pub received_at: Option<Time>,
}

/// Marks the entries that the source's own history got, and gives those that have to be added, numbered after `last`.
pub fn entries(view: View<'_>, report: Report<'_>, own: &mut [HistoryEntry], last: &mut u64) -> Vec<HistoryEntry> {
    let with = |word: Option<Word<'_>>, at: Time| {
        let words: Vec<Word<'_>> = report.others.iter().copied().chain(word).collect();
        section(View { at, ..view }, &words)
    };
    let before = with(report.before, report.then);
    let after = with(Some(report.after), view.at);
    let mut added = Vec::new();
    let mut as_told = BTreeSet::new();
    for change in differences(view.class, &before, &after) {
        let told = own.iter().find(|entry| change.keys.contains(&entry.key));
        if let Some(entry) = told.filter(|entry| change.is_what(entry)) {
            as_told.insert(entry.seq);
            continue;
        }
        // What is said for the first time was there before: only what contradicts what was believed is worth a word.
        let is_first = report.before.is_none();
        let is_news = change.is_news && told.is_some();
        let change = if is_first { change.contradictions() } else { change };
        if change.before.is_empty() && change.after.is_empty() {
            continue;
        }
        *last += 1;
        let bearing = if is_news { Bearing::View } else { Bearing::Winner };
        added.push(change.entry(view, report, *last, bearing));
    }
    for entry in own.iter_mut().filter(|entry| !as_told.contains(&entry.seq)) {
        entry.bearing = Bearing::Shadowed;
    }
    added
}

/// One difference of the view.
struct Difference {
    key: String,
    operation: Operation,
    before: Attributes,
    after: Attributes,
    /// Who is believed for it now.
    source: Source,
    /// Whether the source that is believed is the same as before.
    is_news: bool,
    /// The keys that the sources give the item.
    keys: BTreeSet<String>,
    /// The tool that keeps the item and kept it before.
    kept_by: Option<String>,
}

impl Difference {
    /// Whether an entry says just this.
    fn is_what(&self, entry: &HistoryEntry) -> bool {
        entry.key == self.key
            && entry.operation == self.operation
            && entry.before == self.before
            && entry.after == self.after
    }

    /// Only the values that were there before and are others now.
    fn contradictions(mut self) -> Self {
        self.after.retain(|name, _| self.before.contains_key(name));
        self.before.retain(|name, _| self.after.contains_key(name));
        self
    }

    fn entry(self, view: View<'_>, report: Report<'_>, seq: u64, bearing: Bearing) -> HistoryEntry {
        HistoryEntry {
            host: report.host,
            seq,
            report: report.report,
            section: view.class,
            item: ItemId::new(report.host, view.class, &self.key),
            key: self.key,
            operation: self.operation,
            before: self.before,
            after: self.after,
            not_before: Some(report.then),
            held_since: None,
            seen_at: view.at,
            received_at: report.received_at,
            view_changed: false,
            source: self.source,
            bearing,
            kept_by: self.kept_by,
        }
    }
}

type Items = BTreeMap<String, Reconciled>;

fn differences(class: SectionName, before: &Items, after: &Items) -> Vec<Difference> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    gone.chain(after.keys()).filter_map(|key| difference(class, key, before.get(key), after.get(key))).collect()
}

fn difference(class: SectionName, key: &str, was: Option<&Reconciled>, is: Option<&Reconciled>) -> Option<Difference> {
    let empty = Attributes::new();
    let of = |item: Option<&Reconciled>| item.map_or(&empty, |item| &item.attributes).clone();
    let (old, new) = (of(was), of(is));
    let differs = |from: &Attributes, to: &Attributes| -> Attributes {
        from.iter().filter(|(name, value)| to.get(*name) != Some(value)).map(|(n, v)| (n.clone(), v.clone())).collect()
    };
    let operation = match (was, is) {
        (None, None) => return None,
        (Some(_), None) => Operation::Removed,
        (None, Some(_)) => Operation::Added,
        (Some(_), Some(_)) if old == new => return None,
        (Some(_), Some(_)) => Operation::Modified,
    };
    let kept_by = kept::by(class, operation, &old, &new).map(str::to_owned);
    let (before, after) = (differs(&old, &new), differs(&new, &old));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let first = names.first().copied();
    // A value that came or went did so by the word of the one who is or was believed for it.
    let is_news = names.iter().any(|name| {
        match (was.and_then(|item| item.winner(name)), is.and_then(|item| item.winner(name))) {
            (Some(old), Some(new)) => old == new,
            _ => true,
        }
    });
    let believed = |item: Option<&Reconciled>| first.and_then(|name| item?.winner(name));
    let source = believed(is).or_else(|| believed(was)).unwrap_or_default();
    let keys = was.into_iter().chain(is).flat_map(|item| &item.sources).map(|(_, key)| key.clone()).collect();
    Some(Difference { key: key.to_owned(), operation, before, after, source, is_news, keys, kept_by })
}

#[cfg(test)]
mod tests;
