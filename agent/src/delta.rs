//! From what was told and what was found: the report that says the difference. Decides and does no I/O.
//!
//! * A section that could not be collected keeps the items known before; only its status is news ("not collected" is never
//!   shown as "none").
//! * Trouble that is new (a file that cannot be read any more, a cap that is reached) takes nothing away for a day: what was told
//!   stays until it is over. Trouble that stays, or was always there, hides what it hides; the rest is compared as it is.
//! * When the agent can read another part of a section than before, the report says so: that is no change of the host.
//! * Equal sets make no report: the heartbeat's root hash says "as before". But for a few metrics, which are told alone when
//!   they moved or grew old: such a report changes no item and no digest.
//! * The root hash covers the sections whose items are known: collected now, or at an earlier scan.
//! * Sections are compared one after the other and written into the report at once, so that neither what was found nor what
//!   was told is there as a whole.
//! * Invariant (tested): applying the report with [`muster_shared::diff`] to the old sets gives the new ones, and all digests
//!   fit.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use muster_shared::diff::{self, ItemMap, Remainder};
use muster_shared::id::ReportId;
use muster_shared::report::{Change, SectionReport};
use muster_shared::{Problem, SectionName, SectionStatus, Time, metric, volatility};
use serde_json::value::RawValue;

use crate::draft::{Draft, Head, Written};
use crate::pack::Packed;
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
    pub report: Option<Written>,
}

struct Found {
    status: SectionStatus,
    problems: Vec<Problem>,
    items: ItemMap,
    metrics: Option<Box<RawValue>>,
}

/// Metrics become text as they come: an attribute is many times as large. Of two items with one key the first counts.
fn split(name: SectionName, section: Section) -> io::Result<Found> {
    let Section { status, items, problems } = section;
    let (mut stable, mut metrics) = (ItemMap::new(), Vec::new());
    for (item, volatile) in items.into_iter().filter_map(|item| volatility::split_item(name, item)) {
        let Entry::Vacant(place) = stable.entry(item.key) else { continue };
        if !volatile.is_empty() {
            metrics.push(if metrics.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut metrics, place.key())?;
            metrics.push(b':');
            serde_json::to_writer(&mut metrics, &volatile)?;
        }
        place.insert(item.attributes);
    }
    let metrics = if metrics.is_empty() { None } else { Some(object(metrics)?) };
    Ok(Found { status, problems, items: stable, metrics })
}

/// The JSON object of which these are all members.
fn object(mut members: Vec<u8>) -> io::Result<Box<RawValue>> {
    members.push(b'}');
    Ok(RawValue::from_string(String::from_utf8(members).map_err(io::Error::other)?)?)
}

/// Compares and reports, section after section: of each only what it is worth stays.
pub struct Comparison {
    /// What was told, and what is found as far as it was compared.
    pub state: State,
    /// Whether the report says everything.
    is_whole: bool,
    draft: Draft,
    compared: BTreeSet<SectionName>,
}

impl Comparison {
    /// With what was told. `state.is_based == false` makes the report whole.
    pub fn with(state: State) -> Self {
        Self { is_whole: !state.is_based, state, draft: Draft::default(), compared: BTreeSet::new() }
    }

    /// Takes in a section as it was found just now. Each may come once.
    pub fn take(&mut self, name: SectionName, section: Section, now: Time) -> io::Result<()> {
        let old = self.state.sections.remove(&name);
        let mut found = split(name, section)?;
        let refused = self.state.refused.iter().find(|refused| refused.0 == name);
        if refused.is_some_and(|refused| refused.covers(state::digest_and_mark(&found.items).0, now))
            && let Some(refused) = refused
        {
            found = split(name, refused.section())?;
        }
        let metrics = found.metrics.take();
        let told_alone = metrics.as_deref().filter(|_| metric::is_told_alone(name));
        let values: Option<ItemMap> =
            told_alone.and_then(|metrics| serde_json::from_slice(metrics.get().as_bytes()).ok());
        let is_due = values.as_ref().is_some_and(|values| self.is_due(name, old.as_ref(), values, now));
        let (mut told, report) = compare(name, old, found, (self.is_whole, is_due), now)?;
        if let Some(report) = report {
            self.draft.add(name, &report, metrics.as_deref());
            if let Some(values) = values {
                told.metrics = Packed::of(&values)?;
                told.metrics_at = Some(now);
            }
        }
        self.compared.insert(name);
        self.state.sections.insert(name, told);
        Ok(())
    }

    /// Whether metrics are told though nothing else may be.
    fn is_due(&self, name: SectionName, old: Option<&Told>, values: &ItemMap, now: Time) -> bool {
        let told = old.and_then(|old| Some((old.metrics.open()?, now.since(old.metrics_at?))));
        told.is_none_or(|(told, ago_ms)| metric::is_due(name, (&told, ago_ms), values, !self.draft.is_empty()))
    }

    /// Ends the report.
    pub fn finish(mut self, moment: &Moment) -> io::Result<Outcome> {
        if self.is_whole {
            self.tell_the_rest();
        }
        if self.draft.is_empty() {
            return Ok(Outcome { state: self.state, report: None });
        }
        let state = &mut self.state;
        let base = if self.is_whole { 0 } else { state.generation };
        state.seq = state.next_seq(moment.now);
        state.generation = state.generation.saturating_add(1);
        state.is_based = true;
        let head = Head {
            report_id: moment.report_id,
            boot_id: moment.boot_id.clone(),
            seq: state.seq,
            collected_at: moment.now,
            base,
            next: state.generation,
            root: state.root(),
        };
        let report = self.draft.finish(&head)?;
        Ok(Outcome { state: self.state, report: Some(report) })
    }

    /// A whole report also says what is known of sections that this scan left alone.
    fn tell_the_rest(&mut self) {
        for (name, told) in &mut self.state.sections {
            if self.compared.contains(name) {
                continue;
            }
            let change = told_again(told);
            let report = SectionReport {
                status: told.status,
                problems: told.problems.clone(),
                not_before: told.seen_at,
                digest: told.digest,
                view_changed: false,
                change,
                metrics: told.metrics.open().unwrap_or_default(),
            };
            self.draft.add(*name, &report, None);
        }
    }
}

/// The same inventory once more as a whole report: reports before it were lost.
pub fn whole(mut state: State, moment: &Moment) -> io::Result<Outcome> {
    state.is_based = false;
    Comparison::with(state).finish(moment)
}

/// All items as they were told. Those that nobody knows are not said to be none.
fn told_again(told: &mut Told) -> Change {
    let items = if told.is_known { told.items.open() } else { None };
    told.is_known = items.is_some();
    items.map_or(Change::Same, |items| Change::Whole(diff::to_items(items)))
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
    (whole, is_due): (bool, bool),
    now: Time,
) -> io::Result<(Told, Option<SectionReport>)> {
    let Found { status, problems, items, .. } = found;
    let collected = status.is_collected();
    let old_status = old.as_ref().map(|told| told.status);
    let not_before = old.as_ref().and_then(|told| told.seen_at);
    let before = old.as_ref().filter(|told| told.is_known).map(Told::limits);
    let since = old.as_ref().and_then(|told| told.limited_since);
    let trouble = state::sources(&problems);
    let is_limited = collected && before.as_ref().is_some_and(|before| !trouble.is_subset(before));
    let limited_since = since.filter(|_| is_limited).or_else(|| is_limited.then_some(now));
    let is_held = limited_since.is_some_and(|since| now.since(since) < HOLD_MS);
    // The view is another one when trouble is over that was always there, and when new trouble has come to stay.
    let view_changed = collected && !is_held && before.as_ref().is_some_and(|before| *before != trouble);
    let mut told = old.unwrap_or_else(|| Told::nothing(status));
    let change = match collected {
        true => renew(name, &mut told, items, is_held, whole)?,
        false if whole => told_again(&mut told),
        false => Change::Same,
    };
    let is_news = whole || is_due || change != Change::Same || old_status != Some(status);
    told.status = status;
    told.problems = problems;
    told.limits = if collected && !is_held { Some(trouble) } else { before };
    told.limited_since = limited_since.filter(|_| is_held);
    told.seen_at = if collected { Some(now) } else { not_before };
    let report = is_news.then(|| SectionReport {
        status: told.status,
        problems: told.problems.clone(),
        not_before,
        digest: told.digest,
        view_changed,
        change,
        metrics: BTreeMap::new(),
    });
    Ok((told, report))
}

/// Puts the items that were found in place of those that were told, and says the change. What was told is opened only where
/// it counts: with new trouble, and, item by item, with a difference.
fn renew(name: SectionName, told: &mut Told, mut items: ItemMap, is_held: bool, whole: bool) -> io::Result<Change> {
    if is_held && let Some(old) = told.items.open() {
        carry(name, &old, &mut items);
    }
    let (digest, mark) = state::digest_and_mark(&items);
    let was_known = std::mem::replace(&mut told.is_known, true);
    let is_same = was_known && told.mark == Some(mark);
    if is_same {
        // Never an empty list as fact: a section that was never collected says nothing of its items, not "none".
        return Ok(if whole { Change::Whole(diff::to_items(items)) } else { Change::Same });
    }
    told.digest = digest;
    told.mark = Some(mark);
    let old = std::mem::replace(&mut told.items, Packed::of(&items)?);
    if whole || !was_known {
        return Ok(Change::Whole(diff::to_items(items)));
    }
    let mut remainder = Remainder::of(items);
    let compared = old.each(|key, attributes| remainder.take_out(key, &attributes));
    Ok(if compared.is_some() { remainder.into_change() } else { told_again(told) })
}

#[cfg(test)]
#[path = "delta/tests.rs"]
mod tests;
