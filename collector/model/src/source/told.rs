//! A report of a source merged into what it said before: the next head, bodies that are written anew, history.
//!
//! What a report leaves out stays as it was. What is told for the first time was there before: no change.

use std::collections::BTreeMap;

use muster_shared::canonical::{Digest, section_digest};
use muster_shared::diff::ItemMap;
use muster_shared::id::{HostId, ReportId};
use muster_shared::report::Attributes;
use muster_shared::{Problem, SectionName, SectionStatus, Time};

use super::{Source, SourceHead};
use crate::history::{self, HistoryEntry};
use crate::identification::Match;
use crate::inventory::{FOLD_EVERY, Facts, SectionBody, SectionHead, SectionMetrics, StoredItem};

/// A section as a source tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Its items.
    pub items: ItemMap,
    /// What moves by itself, by item.
    pub metrics: BTreeMap<String, Attributes>,
    /// What is missing in it.
    pub problems: Vec<Problem>,
    /// What it means that something is not told.
    pub absent: Absent,
}

/// What it means that a report does not tell an item or an attribute that it told before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// It is gone.
    #[default]
    Gone,
    /// It is as it was: the report leaves out a part of what the section is made of.
    Unchanged,
    /// The item is there, and this list of it is empty.
    Without(&'static str),
}

impl Part {
    /// Adds what is as it was, though it is not told.
    pub fn complete(&mut self, before: &SectionBody) {
        for (key, stored) in &before.items {
            match self.absent {
                Absent::Gone => return,
                Absent::Unchanged => {
                    let attributes = self.items.entry(key.clone()).or_default();
                    for (name, value) in &stored.attributes {
                        attributes.entry(name.clone()).or_insert_with(|| value.clone());
                    }
                }
                Absent::Without(list) if !self.items.contains_key(key) => {
                    let mut attributes = stored.attributes.clone();
                    attributes.insert(list.to_owned(), serde_json::Value::Array(Vec::new()));
                    self.items.insert(key.clone(), attributes);
                }
                Absent::Without(_) => {}
            }
        }
    }
}

/// What a source tells at once.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Who.
    pub source: Source,
    /// What it calls the host.
    pub device_id: String,
    /// Name and version of what reports.
    pub client: String,
    /// Its sections.
    pub sections: BTreeMap<SectionName, Part>,
    /// Categories of which nothing was taken.
    pub left_out: Vec<String>,
}

/// What a merge writes.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The next head.
    pub head: SourceHead,
    /// Bodies that are written anew.
    pub bodies: Vec<SectionBody>,
    /// Latest metrics.
    pub metrics: Vec<SectionMetrics>,
    /// What changed.
    pub history: Vec<HistoryEntry>,
    /// The sections that changed, as they are now; those that are told for the first time are among the bodies.
    pub now: BTreeMap<SectionName, SectionBody>,
}

/// Which of the told sections are not as they were told before, with their digests: only their bodies have to be read.
pub fn changed(head: Option<&SourceHead>, telling: &Telling) -> BTreeMap<SectionName, Digest> {
    let is_known = |section: SectionName, digest: Digest| {
        let known = head.and_then(|head| head.sections.get(&section)).filter(|head| head.is_known);
        known.is_some_and(|head| head.digest == digest)
    };
    // Nobody but this collector computes it, so the stored form will do.
    let digest = |part: &Part| Digest::of(&serde_json::to_vec(&part.items).unwrap_or_default());
    let digests = telling.sections.iter().map(|(name, part)| (*name, digest(part)));
    digests.filter(|(name, digest)| !is_known(*name, *digest)).collect()
}

/// Merges what a source tells of `host`. `bodies` are those of the sections that changed, up to date; `floor` is the last
/// number that the host's history has.
#[expect(clippy::too_many_arguments, reason = "everything that the merge depends on, once")]
pub fn merge(
    host: HostId,
    head: Option<SourceHead>,
    matched: &Match,
    mut bodies: BTreeMap<SectionName, SectionBody>,
    digests: &BTreeMap<SectionName, Digest>,
    telling: Telling,
    floor: u64,
    report: ReportId,
    now: Time,
) -> Merged {
    let source = telling.source;
    let mut next = head.unwrap_or_else(|| blank(host, source, matched));
    next.history = next.history.max(floor);
    let mut merged = Merged { head: next, bodies: vec![], metrics: vec![], history: vec![], now: BTreeMap::new() };
    for (name, part) in telling.sections {
        let status = if part.problems.is_empty() { SectionStatus::Ok } else { SectionStatus::Partial };
        let known = merged.head.sections.remove(&name).filter(|head| head.is_known);
        let mut section = known.clone().unwrap_or_else(|| unknown(now));
        section.status = status;
        section.problems = part.problems;
        section.count = part.items.len() as u64;
        merged.head.facts.learn(name, &part.items, &part.metrics);
        if let Some(digest) = digests.get(&name) {
            let stored = bodies.remove(&name).unwrap_or_else(|| SectionBody::of(host, name, source));
            let before = known.as_ref().map(|head| head.seen_at);
            let body = change(&mut merged, &mut section, stored, part.items, before, report, now);
            section.digest = *digest;
            merged.now.extend(body.map(|body| (name, body)));
        }
        section.is_known = true;
        section.seen_at = now;
        if !part.metrics.is_empty() {
            merged.metrics.push(SectionMetrics { host, section: name, source, at: now, values: part.metrics });
        }
        merged.head.sections.insert(name, section);
    }
    merged.head.device_id = telling.device_id;
    merged.head.client = telling.client;
    merged.head.left_out = telling.left_out;
    merged.head.reported_at = now;
    merged
}

/// Writes the changes of one section and gives it as it is now; `before` is when it was last told. At the first time it is a
/// new body, and nothing else.
fn change(
    merged: &mut Merged,
    section: &mut SectionHead,
    mut body: SectionBody,
    items: ItemMap,
    before: Option<Time>,
    report: ReportId,
    now: Time,
) -> Option<SectionBody> {
    let Some(not_before) = before else {
        body.through = merged.head.history;
        body.items = items.into_iter().map(|(key, attributes)| (key, StoredItem { attributes, since: now })).collect();
        section.known_since = Some(now);
        section.pending = 0;
        merged.bodies.push(body);
        return None;
    };
    for change in history::item_changes(body.section, &body.item_map(), &items) {
        merged.head.history += 1;
        let entry = HistoryEntry::told(&body, change, (merged.head.history, report), (not_before, now));
        body.apply([&entry]);
        section.pending += 1;
        merged.history.push(entry);
    }
    if section.pending >= FOLD_EVERY {
        section.pending = 0;
        merged.bodies.push(body.clone());
    }
    Some(body)
}

fn blank(host: HostId, source: Source, matched: &Match) -> SourceHead {
    SourceHead {
        host,
        source,
        device_id: String::new(),
        client: String::new(),
        reported_at: Time::default(),
        sections: BTreeMap::new(),
        history: 0,
        facts: Facts::default(),
        left_out: Vec::new(),
        matched: matched.clone(),
    }
}

fn unknown(now: Time) -> SectionHead {
    SectionHead {
        status: SectionStatus::Ok,
        problems: Vec::new(),
        is_known: false,
        in_root: false,
        digest: section_digest(&ItemMap::new()),
        count: 0,
        known_since: None,
        seen_at: now,
        pending: 0,
    }
}

#[cfg(test)]
mod tests;
