//! A report merged into what is known of its host: the next state, the history entries, and nothing else.

mod facts;
mod needed;

use std::collections::BTreeMap;

use muster_shared::canonical::{Digest, item_digest, section_digest};
use muster_shared::diff::{self, ItemMap};
use muster_shared::id::{AgentId, HostId};
use muster_shared::report::{Change, Item, Report, SectionReport};
use muster_shared::{SectionName, Time, volatility};

pub use self::needed::Needed;
use crate::history::{self, HistoryEntry, ItemChange, Operation};
use crate::inventory::{
    FOLD_EVERY, Facts, Inventory, MadeBy, RECENT_REPORTS, RecentReport, SectionBody, SectionHead, SectionMetrics,
    StoredItem, Unread,
};
use crate::skew;
use crate::source::Source;

/// What is stored of a host now.
#[derive(Clone, Debug)]
pub struct Current {
    /// The head, unless this is the first report.
    pub inventory: Option<Inventory>,
    /// Up-to-date bodies of the sections that the report speaks of, with at least the items that are [`Needed`].
    pub bodies: BTreeMap<SectionName, SectionBody>,
    /// Number of the last history entry that another source wrote.
    pub floor: u64,
    /// The host's clock minus the collector's, in milliseconds, as its last heartbeat showed it.
    pub skew_ms: i64,
    /// How long the report waited, as its agent says.
    pub waited_ms: Option<i64>,
    /// Sections of the report that cannot be read here.
    pub unread: skew::Unread,
}

/// A report that waited less than this was told at once.
pub const PROMPT_MS: i64 = 60_000;

/// When a scan looked, by the collector's clock: before its report came in, by as much as the report waited. An agent says that
/// itself; of one that does not, only a report that waited for long is known to have waited, by what is known of its clock.
/// What no wait can be (a clock that was set meanwhile) says nothing, and no report looked before the one that was merged
/// before it.
fn looked_at(report: &Report, current: &Current, before: Option<Time>, now: Time) -> Time {
    let guessed = now.since(report.collected_at.plus_millis(current.skew_ms.saturating_neg()));
    let (waited_ms, least) = current.waited_ms.map_or((guessed, PROMPT_MS), |waited| (waited, 0));
    match before {
        Some(before) if (least..=history::LONGEST_WAIT_MS).contains(&waited_ms) => {
            now.plus_millis(waited_ms.saturating_neg()).max(before).min(now)
        }
        _ => now,
    }
}

/// What a merge writes.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The next head.
    pub inventory: Inventory,
    /// Bodies that are written anew.
    pub bodies: Vec<SectionBody>,
    /// Latest metrics.
    pub metrics: Vec<SectionMetrics>,
    /// What changed. Empty after a first report: a baseline is set, nothing has changed.
    pub history: Vec<HistoryEntry>,
    /// Whether the whole inventory counts as a new baseline.
    pub is_first: bool,
    /// Sections that were read for the first time.
    pub discovered: Vec<SectionName>,
    /// Whether a newcomer told it: what is different from before is history and begins no finding.
    pub is_rebased: bool,
}

/// Why a report cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The differences build on something that is not here.
    #[error("the report builds on generation {base}, the collector has {have}")]
    UnknownBase {
        /// Generation that the report builds on.
        base: u64,
        /// Generation that is stored.
        have: u64,
    },
    /// After the differences the section is not what the agent says it is.
    #[error("section {0} does not have the digest that the report names")]
    SectionDigest(SectionName),
    /// The sections together are not what the agent says they are.
    #[error("the inventory does not have the root digest that the report names")]
    RootDigest,
    /// Older than what is stored.
    #[error("the report is older (seq {seq}) than what was merged (seq {have})")]
    Stale {
        /// Sequence number of the report.
        seq: u64,
        /// Sequence number that is stored.
        have: u64,
    },
}

/// Merges `report` of `agent` into what is known of `host`.
pub fn merge(
    host: HostId,
    agent: AgentId,
    current: Current,
    report: &Report,
    body: Digest,
    now: Time,
) -> Result<Merged, MergeError> {
    let is_first = current.inventory.is_none();
    let last_look = current.inventory.as_ref().map(|inventory| inventory.looked_at.unwrap_or(inventory.received_at));
    let looked_at = looked_at(report, &current, last_look, now);
    let mut before = current.inventory.unwrap_or_else(|| blank(host, agent));
    check_order(&before, agent, report)?;
    before.history = before.history.max(current.floor);
    if report.base == 0 {
        // A full report names every section whose items the agent knows; what it leaves out is not in its root.
        before.sections.values_mut().for_each(|head| head.in_root = false);
        before.unread.clear();
    }
    before.unread.retain(|name, _| report.sections.keys().all(|told| told.as_str() != name));
    let by = || muster_shared::VERSION.to_owned();
    before.unread.extend(current.unread.into_iter().map(|(name, digest)| (name, Unread { digest, by: by() })));

    let made_by = MadeBy { agent_version: report.agent_version.clone(), schema: report.schema };
    let mut merge = Merging {
        host,
        report,
        now,
        looked_at,
        is_first,
        is_upgraded: before.made_by.as_ref().is_some_and(|before| *before != made_by),
        next: before,
        out: vec![],
        bodies: vec![],
        metrics: vec![],
        discovered: vec![],
    };
    let mut bodies = current.bodies;
    for (name, section) in &report.sections {
        let stored = bodies.remove(name).unwrap_or_else(|| SectionBody::empty(host, *name));
        merge.section(*name, section, stored)?;
    }
    let Merging { mut next, out, bodies, metrics, discovered, .. } = merge;
    if next.root_now() != report.root {
        return Err(MergeError::RootDigest);
    }
    let newcomers = next.newcomers.len();
    next.newcomers.retain(|newcomer| *newcomer != agent);
    let is_rebased = next.newcomers.len() < newcomers;
    next.agent = agent;
    next.generation = report.next;
    next.seq = report.seq;
    next.boot_id.clone_from(&report.boot_id);
    next.made_by = Some(made_by);
    next.root = report.root;
    next.received_at = now;
    next.collected_at = report.collected_at;
    next.looked_at = Some(looked_at);
    next.recent.push(RecentReport { id: report.report_id, body });
    let surplus = next.recent.len().saturating_sub(RECENT_REPORTS);
    next.recent.drain(..surplus);
    Ok(Merged { inventory: next, bodies, metrics, history: out, is_first, discovered, is_rebased })
}

fn blank(host: HostId, agent: AgentId) -> Inventory {
    Inventory {
        host,
        agent,
        generation: 0,
        seq: 0,
        boot_id: String::new(),
        root: Digest::of(&[]),
        received_at: Time::default(),
        collected_at: Time::default(),
        looked_at: None,
        sections: BTreeMap::new(),
        history: 0,
        facts: Facts::default(),
        recent: Vec::new(),
        newcomers: Vec::new(),
        made_by: None,
        unread: BTreeMap::new(),
    }
}

/// A full report stands on its own; differences must build on the stored generation. A new agent counts from the start.
fn check_order(before: &Inventory, agent: AgentId, report: &Report) -> Result<(), MergeError> {
    let same_agent = before.agent == agent;
    if same_agent && before.seq > 0 && report.seq <= before.seq {
        return Err(MergeError::Stale { seq: report.seq, have: before.seq });
    }
    if report.base != 0 && (!same_agent || report.base != before.generation) {
        return Err(MergeError::UnknownBase { base: report.base, have: before.generation });
    }
    Ok(())
}

struct Merging<'a> {
    host: HostId,
    report: &'a Report,
    now: Time,
    looked_at: Time,
    is_first: bool,
    /// Whether the agent has another version than at the report before.
    is_upgraded: bool,
    next: Inventory,
    out: Vec<HistoryEntry>,
    bodies: Vec<SectionBody>,
    metrics: Vec<SectionMetrics>,
    discovered: Vec<SectionName>,
}

impl Merging<'_> {
    fn section(&mut self, name: SectionName, section: &SectionReport, stored: SectionBody) -> Result<(), MergeError> {
        let head = self.next.sections.get(&name).cloned();
        let first_look = head.as_ref().is_none_or(|head| !head.is_known);
        let mut head = head.unwrap_or_else(|| SectionHead {
            status: section.status,
            problems: Vec::new(),
            is_known: false,
            in_root: false,
            digest: section_digest(&ItemMap::new()),
            count: 0,
            known_since: None,
            seen_at: self.looked_at,
            pending: 0,
        });
        let last_seen = head.seen_at;
        head.status = section.status;
        head.problems.clone_from(&section.problems);
        // A full report also tells the items of a section that could not be read this time, as they were before.
        if section.status.is_collected() || section.change != Change::Same {
            // What could be read for the first time was there before: a baseline, not a change.
            let reset = self.is_first || first_look;
            let step = self.step(name, section, &stored, head.digest, reset)?;
            self.record(name, section, stored, step, reset, last_seen, &mut head);
            head.digest = section.digest;
            head.is_known = true;
            if reset {
                head.known_since = Some(self.looked_at);
                self.discovered.push(name);
            }
            head.in_root = true;
            head.seen_at = if section.status.is_collected() { self.looked_at } else { self.since(section, last_seen) };
        }
        if !section.metrics.is_empty() {
            let values = section.metrics.clone();
            self.metrics.push(SectionMetrics {
                host: self.host,
                section: name,
                at: self.looked_at,
                values,
                source: Source::Agent,
            });
        }
        self.next.sections.insert(name, head);
        Ok(())
    }

    /// When the section was last seen as it was before: the agent's own bound is by its clock, ours is when we last saw the
    /// section. The later one is the tighter.
    fn since(&self, section: &SectionReport, last_seen: Time) -> Time {
        section.not_before.map_or(last_seen, |at| at.max(last_seen)).min(self.looked_at)
    }

    /// What the report makes of the section's items, checked against the digest that the agent names.
    fn step(
        &self,
        name: SectionName,
        section: &SectionReport,
        stored: &SectionBody,
        before: Digest,
        reset: bool,
    ) -> Result<Step, MergeError> {
        // An agent of another version may tell metrics from items in another way: then its word counts as it stands.
        for is_split in [true, false] {
            let (step, digest) = taken(name, section, stored, before, (reset, is_split));
            if digest == section.digest {
                return Ok(step);
            }
        }
        Err(match section.change {
            Change::Whole(_) => MergeError::SectionDigest(name),
            Change::Delta { .. } | Change::Same => {
                MergeError::UnknownBase { base: self.report.base, have: self.next.generation }
            }
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one step of the merge, split out for its length only")]
    fn record(
        &mut self,
        name: SectionName,
        section: &SectionReport,
        mut stored: SectionBody,
        Step { changes, whole }: Step,
        reset: bool,
        last_seen: Time,
        head: &mut SectionHead,
    ) {
        if reset {
            let since = self.looked_at;
            // Without a whole list nothing was known before: what a difference adds is all there is.
            let all = whole.unwrap_or_else(|| changes.into_iter().map(|change| (change.key, change.after)).collect());
            stored.through = self.next.history;
            stored.items = all.into_iter().map(|(key, attributes)| (key, StoredItem { attributes, since })).collect();
            head.count = stored.items.len() as u64;
        } else {
            let not_before = self.since(section, last_seen);
            for change in changes {
                match change.operation {
                    Operation::Added => head.count += 1,
                    Operation::Removed => head.count = head.count.saturating_sub(1),
                    Operation::Modified => {}
                }
                self.next.history += 1;
                let told = (self.next.history, self.report.report_id);
                let mut entry = HistoryEntry::told(&stored, change, told, (not_before, self.looked_at));
                entry.received_at = (self.looked_at != self.now).then_some(self.now);
                // An agent of another version may see more, or tell the same in another way.
                entry.view_changed = section.view_changed || self.is_upgraded;
                stored.apply([&entry]);
                head.pending += 1;
                self.out.push(entry);
            }
        }
        if Facts::SECTIONS.contains(&name) {
            self.next.facts.learn(name, &stored.item_map(), &section.metrics);
        }
        if reset || head.pending >= FOLD_EVERY {
            head.pending = 0;
            self.bodies.push(stored);
        }
    }
}

/// The section after the change, as far as it is told, and its digest; metrics are set apart here too, or not.
fn taken(
    name: SectionName,
    section: &SectionReport,
    stored: &SectionBody,
    before: Digest,
    (reset, is_split): (bool, bool),
) -> (Step, Digest) {
    let stable = |items: &[Item]| {
        let items = items.to_vec();
        diff::to_map(if is_split { volatility::split(name, items).0 } else { items })
    };
    match &section.change {
        Change::Whole(all) => {
            let items = stable(all);
            let digest = section_digest(&items);
            let changes = if reset { Vec::new() } else { history::item_changes(name, &stored.item_map(), &items) };
            (Step { changes, whole: Some(items) }, digest)
        }
        Change::Delta { upsert, remove } => {
            let named = upsert.iter().map(|item| &item.key).chain(remove);
            let old = named.filter_map(|key| Some((key.clone(), stored.items.get(key)?.attributes.clone())));
            let (old, new) = (old.collect::<ItemMap>(), stable(upsert));
            let without = old.iter().fold(before, |sum, (key, set)| sum.without(&item_digest(key, set)));
            let digest = new.iter().fold(without, |sum, (key, set)| sum.with(&item_digest(key, set)));
            (Step { changes: history::item_changes(name, &old, &new), whole: None }, digest)
        }
        Change::Same => (Step { changes: Vec::new(), whole: None }, before),
    }
}

/// What a report makes of a section's items.
struct Step {
    /// The items that are other ones.
    changes: Vec<ItemChange>,
    /// All items, if the report lists them.
    whole: Option<ItemMap>,
}

#[cfg(test)]
mod tests;
