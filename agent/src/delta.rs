//! From what was told and what was found: the report that says the difference. A pure function.
//!
//! * A section that could not be collected keeps the items known before; only its status is news ("not collected" is never
//!   shown as "none").
//! * Trouble that is new (a file that cannot be read any more, a cap that is reached) takes nothing away for a day: what was told
//!   stays until it is over. Trouble that stays, or was always there, hides what it hides; the rest is compared as it is.
//! * When the agent can read another part of a section than before, the report says so: that is no change of the host.
//! * Equal sets make no report: the heartbeat's root hash says "as before".
//! * The root hash covers the sections whose items are known: collected now, or at an earlier scan.
//! * Invariant (tested): applying the report with [`muster_shared::diff`] to the old sets gives the new ones, and all digests
//!   fit.

use std::collections::BTreeMap;

use muster_shared::canonical;
use muster_shared::diff::{self, ItemMap};
use muster_shared::id::ReportId;
use muster_shared::report::{Change, Report, SCHEMA, SectionReport};
use muster_shared::{Attributes, SectionName, Time, volatility};

use crate::section::Section;
use crate::state::{self, State, Told};

/// So long what new trouble hides is taken to be there still.
const HOLD_MS: i64 = 86_400_000;
/// Most items of a section that are kept as they were told because of trouble.
const MAX_CARRIED: usize = 100_000;

/// What stands around a scan.
#[derive(Clone, Debug)]
pub struct Moment {
    /// When the scan ended.
    pub now: Time,
    /// The kernel's boot id.
    pub boot_id: String,
    /// The id of the report, if one is made.
    pub report_id: ReportId,
}

/// What follows from a scan.
#[derive(Debug)]
pub struct Outcome {
    /// What is told once the report is delivered.
    pub state: State,
    /// The report; `None` when there is nothing new.
    pub report: Option<Report>,
}

struct Found {
    section: Section,
    items: ItemMap,
    metrics: BTreeMap<String, Attributes>,
}

fn split(name: SectionName, mut section: Section) -> Found {
    let (stable, metrics) = volatility::split(name, std::mem::take(&mut section.items));
    Found { section, items: diff::to_map(stable), metrics }
}

/// Compares and reports. `state.is_based == false` makes the report whole.
pub fn build(mut state: State, found: BTreeMap<SectionName, Section>, moment: &Moment) -> Outcome {
    let whole = !state.is_based;
    let base = if whole { 0 } else { state.generation };
    let mut sections = BTreeMap::new();
    for (name, section) in found {
        let found = split(name, section);
        let old = state.sections.remove(&name);
        let (told, report) = compare(name, old, found, whole, moment.now);
        if let Some(report) = report {
            sections.insert(name, report);
        }
        state.sections.insert(name, told);
    }
    if whole {
        resend_unseen(&state, &mut sections);
    }
    if sections.is_empty() {
        return Outcome { state, report: None };
    }
    state.seq = state.next_seq(moment.now);
    state.generation = state.generation.saturating_add(1);
    state.is_based = true;
    let report = Report {
        schema: SCHEMA,
        report_id: moment.report_id,
        boot_id: moment.boot_id.clone(),
        seq: state.seq,
        collected_at: moment.now,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        base,
        next: state.generation,
        root: state.root(),
        sections,
    };
    Outcome { state, report: Some(report) }
}

/// The same inventory once more as a whole report: reports before it were lost.
pub fn whole(mut state: State, moment: &Moment) -> Outcome {
    state.is_based = false;
    build(state, BTreeMap::new(), moment)
}

/// A whole report also says what is known of sections that this scan left alone.
fn resend_unseen(state: &State, sections: &mut BTreeMap<SectionName, SectionReport>) {
    for (name, told) in &state.sections {
        sections.entry(*name).or_insert_with(|| SectionReport {
            status: told.status,
            problems: told.problems.clone(),
            not_before: told.seen_at,
            digest: told.digest,
            view_changed: false,
            change: if told.is_known { Change::Whole(diff::to_items(told.items.clone())) } else { Change::Same },
            metrics: BTreeMap::new(),
        });
    }
}

/// With trouble that was not there before, what does not show is not gone: items and attributes stay as they were told. What
/// does show is taken as it is.
fn carry(name: SectionName, old: &ItemMap, found: &mut ItemMap) {
    // What comes and goes by itself is not held up, and nothing is piled up.
    if matches!(name, SectionName::Connection | SectionName::Process) || old.len() + found.len() > MAX_CARRIED {
        return;
    }
    for (key, attributes) in old {
        let known = found.entry(key.clone()).or_default();
        for (attribute, value) in attributes {
            known.entry(attribute.clone()).or_insert_with(|| value.clone());
        }
    }
}

fn compare(
    name: SectionName,
    old: Option<Told>,
    found: Found,
    whole: bool,
    now: Time,
) -> (Told, Option<SectionReport>) {
    let Found { section, mut items, metrics } = found;
    let collected = section.status.is_collected();
    let not_before = old.as_ref().and_then(|told| told.seen_at);
    let before = old.as_ref().filter(|told| told.is_known).map(Told::limits);
    let since = old.as_ref().and_then(|told| told.limited_since);
    let (old_status, was_known, old_items) = match old {
        Some(told) => (Some(told.status), told.is_known, told.items),
        None => (None, false, ItemMap::new()),
    };
    let trouble = state::sources(&section.problems);
    let is_limited = collected && before.as_ref().is_some_and(|before| !trouble.is_subset(before));
    let limited_since = since.filter(|_| is_limited).or_else(|| is_limited.then_some(now));
    let is_held = limited_since.is_some_and(|since| now.since(since) < HOLD_MS);
    // The view is another one when trouble is over that was always there, and when new trouble has come to stay.
    let view_changed = collected && !is_held && before.as_ref().is_some_and(|before| *before != trouble);
    if !collected {
        items.clone_from(&old_items);
    } else if is_held {
        carry(name, &old_items, &mut items);
    }
    let is_known = collected || was_known;
    // Never an empty list as fact: a section that was never collected says nothing of its items, not "none".
    let change = if is_known && (whole || !was_known) {
        Change::Whole(diff::to_items(items.clone()))
    } else {
        diff::between(&old_items, &items)
    };
    let is_news = whole || change != Change::Same || old_status != Some(section.status);
    let told = Told {
        status: section.status,
        is_known,
        problems: section.problems,
        limits: if collected && !is_held { Some(trouble) } else { before },
        limited_since: limited_since.filter(|_| is_held),
        seen_at: if collected { Some(now) } else { not_before },
        digest: canonical::section_digest(&items),
        items,
    };
    let report = is_news.then(|| SectionReport {
        status: told.status,
        problems: told.problems.clone(),
        not_before,
        digest: told.digest,
        view_changed,
        change,
        metrics,
    });
    (told, report)
}

#[cfg(test)]
#[path = "delta/tests.rs"]
mod tests;
