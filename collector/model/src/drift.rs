//! Changes into findings: which differences begin, go on, come back, and end.
//!
//! Debounce: security facts open at once; others wait for a second look (a digest match) or 90 s. A finding ends as reverted
//! as soon as a report whose digests fit shows what is authorised; a silent host ends nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{FindingId, ItemId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod change_match;
pub mod explained;
pub mod kept;
pub mod occurrence;
pub mod rematch;
mod retired;
pub mod state;
pub mod tolerance;

pub use retired::{RETIRED_HOST, zombie};

use crate::finding::{self, Finding, FindingState, Resolution, Subject};
use crate::history::{HistoryEntry, Operation};
use crate::policy::book::Settings;
use crate::policy::patience::Patience;
use crate::policy::{self, Class, Violation};
use crate::record::Versioned;

/// The windows of the pipeline, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// How long a first sight waits for a second one.
    pub debounce_ms: i64,
    /// How long an open finding waits for others of its kind before it becomes an incident.
    pub grouping_ms: i64,
    /// How long after its end a finding that comes back is the same one.
    pub reopen_ms: i64,
}

impl Default for Windows {
    fn default() -> Self {
        Self { debounce_ms: 90_000, grouping_ms: 60_000, reopen_ms: 7 * 86_400_000 }
    }
}

/// Looks that are told so close to each other are one: each is told by a message of its own, which takes its time.
const ONE_LOOK_MS: i64 = 1_000;

/// The first moment at which a look of the host is another one than that which showed a finding last.
pub(crate) const fn next_look(finding: &Finding) -> Time {
    finding.last_seen.plus_millis(ONE_LOOK_MS + 1)
}

/// The findings of a host that may be concerned: stored version (0 is "new") and document.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    by_id: BTreeMap<FindingId, Held>,
}

#[derive(Clone, Debug)]
struct Held {
    version: u64,
    finding: Finding,
    changed: bool,
}

impl Findings {
    /// From what is stored.
    pub fn new(stored: impl IntoIterator<Item = Versioned<Finding>>) -> Self {
        let held = |v: Versioned<Finding>| (v.value.id, Held { version: v.version, finding: v.value, changed: false });
        Self { by_id: stored.into_iter().map(held).collect() }
    }

    /// What has to be written: version 0 is a new finding.
    pub fn into_changed(self) -> Vec<Versioned<Finding>> {
        let changed = self.by_id.into_values().filter(|held| held.changed);
        changed.map(|held| Versioned { value: held.finding, version: held.version }).collect()
    }

    fn of_item(&mut self, item: ItemId) -> impl Iterator<Item = &mut Held> {
        self.by_id.values_mut().filter(move |held| held.finding.item == item && held.finding.state.is_active())
    }

    fn begin(&mut self, subject: &Subject<'_>, violation: Violation, windows: &Windows, now: Time) {
        let state = first_state(violation.policy.class, violation.policy.patience, windows, now);
        let finding = Finding::begin(subject, violation, state, now);
        self.by_id.insert(finding.id, Held { version: 0, finding, changed: true });
    }

    fn by_fingerprint(&mut self, fingerprint: &str) -> Option<&mut Held> {
        // Of several in a row the newest counts: ids sort by birth.
        self.by_id.values_mut().rev().find(|held| held.finding.fingerprint == fingerprint)
    }
}

/// Takes one change of a host into account.
pub fn observe(
    findings: &mut Findings,
    entry: &HistoryEntry,
    host_name: &str,
    settings: &Settings,
    windows: &Windows,
    now: Time,
) {
    let (authorised, reverted) = follow_all(findings, entry, now);
    let judged = |entry: &Cow<'_, HistoryEntry>| policy::judge(&since_authorised(entry, &authorised), settings);
    for mut violation in comparable(entry).iter().flat_map(judged) {
        // What this very entry brought back is authorised, whatever another policy thinks of the way there.
        if reverted.contains(&violation.attribute) {
            continue;
        }
        if let Some(expected) = authorised.get(&violation.attribute) {
            violation.expected.clone_from(expected);
        }
        let fingerprint = finding::fingerprint(
            entry.host,
            entry.section,
            &entry.key,
            &violation.policy.id,
            violation.attribute.as_deref(),
        );
        match findings.by_fingerprint(&fingerprint) {
            Some(held) if held.finding.state.is_active() => {}
            Some(held) if may_reopen(&held.finding, windows, now) => {
                reopen(held, violation, &subject(entry, host_name), windows, now);
            }
            _ => findings.begin(&subject(entry, host_name), violation, windows, now),
        }
    }
}

/// Lets the findings on an item follow a change of it; nothing new comes of it. Gives what is authorised where it differs, and
/// the attributes that went back.
pub fn follow_all(findings: &mut Findings, entry: &HistoryEntry, now: Time) -> (Authorised, BTreeSet<Option<String>>) {
    let mut authorised = Authorised::new();
    let mut reverted = BTreeSet::new();
    for held in findings.of_item(entry.item).filter(|held| held.finding.basis.is_change()) {
        let attribute = held.finding.attribute.clone();
        authorised.insert(attribute.clone(), held.finding.expected.clone());
        follow(held, entry, now);
        if matches!(
            held.finding.state,
            FindingState::Resolved { resolution: Resolution::Reverted, .. }
                | FindingState::Flapping { stands: false, .. }
        ) {
            reverted.insert(attribute);
        }
    }
    (authorised, reverted)
}

/// The part of a change that says what changed on the host: with another view of a section what came or went may have been
/// there before, or be there still.
fn comparable(entry: &HistoryEntry) -> Option<Cow<'_, HistoryEntry>> {
    if !entry.view_changed {
        return Some(Cow::Borrowed(entry));
    }
    let mut entry = entry.clone();
    entry.after.retain(|name, _| entry.before.contains_key(name));
    entry.before.retain(|name, _| entry.after.contains_key(name));
    (entry.operation == Operation::Modified).then_some(Cow::Owned(entry))
}

/// What is authorised of an item where it is not what was discovered last: by attribute, `None` for the item as a whole.
pub type Authorised = BTreeMap<Option<String>, Value>;

/// The entry as a change from what is authorised, not from the last of several unauthorised steps.
fn since_authorised<'a>(entry: &'a HistoryEntry, authorised: &Authorised) -> Cow<'a, HistoryEntry> {
    if authorised.is_empty() {
        return Cow::Borrowed(entry);
    }
    let mut entry = entry.clone();
    for (name, expected) in authorised.iter().filter_map(|(name, expected)| Some((name.as_ref()?, expected))) {
        let is_concerned = entry.before.contains_key(name) || entry.after.contains_key(name);
        if entry.operation == Operation::Added || entry.operation == Operation::Modified && !is_concerned {
            continue;
        }
        match expected {
            Value::Null => drop(entry.before.remove(name)),
            expected => drop(entry.before.insert(name.clone(), expected.clone())),
        }
    }
    Cow::Owned(entry)
}

/// What the entry makes of a finding on the same item.
fn follow(held: &mut Held, entry: &HistoryEntry, now: Time) {
    let finding = &mut held.finding;
    let actual = match (&finding.attribute, entry.operation) {
        (None, Operation::Removed) => Value::Null,
        (None, Operation::Added) => Value::Object(entry.after.clone().into_iter().collect()),
        (None, Operation::Modified) => {
            let mut value = finding.actual.clone();
            if let Value::Object(map) = &mut value {
                map.retain(|name, _| !entry.before.contains_key(name));
                map.extend(entry.after.clone());
            }
            value
        }
        (Some(_), Operation::Removed) => {
            resolve(held, Resolution::ItemGone, now);
            return;
        }
        (Some(name), Operation::Added) => entry.after.get(name).cloned().unwrap_or(Value::Null),
        (Some(name), Operation::Modified) if entry.before.contains_key(name) || entry.after.contains_key(name) => {
            entry.after.get(name).cloned().unwrap_or(Value::Null)
        }
        (Some(_), Operation::Modified) => return,
    };
    finding.last_seen = entry.seen_at;
    finding.moved_after = entry.not_before;
    finding.count += 1;
    held.changed = true;
    if actual == finding.expected {
        // What was discovered stays on record: a finding that is over still tells what it was about.
        resolve(held, Resolution::Reverted, now);
    } else {
        finding.actual = actual;
        finding.describe();
        stand_again(held, now);
    }
}

fn resolve(held: &mut Held, resolution: Resolution, now: Time) {
    let by = "system:drift".to_owned();
    let over = FindingState::Resolved { resolution, by, reason: String::new(), at: now };
    match (resolution, &held.finding.state) {
        // It does not stand already: nothing turned.
        (Resolution::Reverted, FindingState::Flapping { stands: false, .. }) => {}
        (Resolution::Reverted, _) => turn(held, false, over, now),
        _ => held.finding.enter(over, now),
    }
    held.changed = true;
}

/// Comes or goes: into the state that says so, unless it does that too often.
fn turn(held: &mut Held, stands: bool, calm: FindingState, now: Time) {
    let was_flapping = matches!(held.finding.state, FindingState::Flapping { .. });
    let state = match held.finding.flap.turn(was_flapping, now) {
        Some(until) => FindingState::Flapping { until, stands },
        None => calm,
    };
    held.finding.enter(state, now);
    held.changed = true;
}

/// What flaps and did not stand does so again.
fn stand_again(held: &mut Held, now: Time) {
    if matches!(held.finding.state, FindingState::Flapping { stands: false, .. }) {
        let open = FindingState::Open { routes_at: now };
        turn(held, true, open, now);
    }
}

fn may_reopen(finding: &Finding, windows: &Windows, now: Time) -> bool {
    matches!(&finding.state, FindingState::Resolved { resolution: Resolution::Reverted, at, .. }
        if now.since(*at) <= windows.reopen_ms)
}

fn first_state(class: Class, patience: Patience, windows: &Windows, now: Time) -> FindingState {
    match class {
        Class::Security => FindingState::Open { routes_at: now },
        Class::Critical => FindingState::Pending { opens_at: patience.opens_at(windows.debounce_ms, now) },
    }
}

fn reopen(held: &mut Held, violation: Violation, subject: &Subject<'_>, windows: &Windows, now: Time) {
    let finding = &mut held.finding;
    finding.expected = violation.expected;
    finding.actual = violation.actual;
    (finding.severity, finding.outcome) = (violation.policy.severity, violation.policy.outcome);
    (finding.says, finding.patience) = (violation.policy.says, violation.policy.patience);
    finding.describe();
    finding.not_before = subject.not_before;
    finding.moved_after = None;
    finding.last_seen = subject.seen_at;
    finding.count += 1;
    finding.reopen_count += 1;
    finding.is_routed = false;
    let state = first_state(finding.class, finding.patience, windows, now);
    turn(held, true, state, now);
}

/// What an entry is about.
fn subject<'a>(entry: &'a HistoryEntry, host_name: &'a str) -> Subject<'a> {
    Subject {
        host: entry.host,
        host_name,
        item: entry.item,
        section: entry.section,
        key: &entry.key,
        not_before: entry.not_before,
        seen_at: entry.seen_at,
    }
}

/// What a second look (a digest match) or the passing of time makes of a finding. `None` when nothing changes.
pub fn advance(finding: &Finding, look: Option<Time>, windows: &Windows, now: Time) -> Option<Finding> {
    let opens = match &finding.state {
        // The look that made it does not confirm it: a match counts when it came after.
        FindingState::Pending { opens_at } => {
            let is_confirmed = || look.is_some_and(|look| look >= next_look(finding));
            now >= *opens_at || finding.patience.debounce_seconds.is_none() && is_confirmed()
        }
        FindingState::Waived { expires_at, .. } => now >= *expires_at,
        FindingState::Suppressed { until, .. } => now >= *until,
        // Nobody said that a change explains it.
        FindingState::Tentative { until, .. } => until.is_some_and(|until| now >= until),
        FindingState::Flapping { until, stands } => {
            return (now >= *until).then(|| calmed(finding, *stands, now));
        }
        FindingState::Open { .. }
        | FindingState::Attached { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => false,
    };
    opens.then(|| opened(finding, windows, now))
}

pub(crate) fn opened(finding: &Finding, windows: &Windows, now: Time) -> Finding {
    let mut next = finding.clone();
    let wait = if finding.class == Class::Security { 0 } else { windows.grouping_ms };
    next.enter(FindingState::Open { routes_at: now.plus_millis(wait) }, now);
    // What a waiver let stand is a new opening when the waiver ends.
    next.is_routed = false;
    next.waiver = None;
    next
}

/// A finding that a waiver let stand and lets stand no more.
pub fn unwaived(finding: &Finding, windows: &Windows, now: Time) -> Option<Finding> {
    matches!(finding.state, FindingState::Waived { .. }).then(|| opened(finding, windows, now))
}

/// A finding that flapped and has calmed down: it is as it was left.
fn calmed(finding: &Finding, stands: bool, now: Time) -> Finding {
    let mut next = finding.clone();
    let by = "system:drift".to_owned();
    next.enter(
        if stands {
            FindingState::Open { routes_at: now }
        } else {
            let resolution = Resolution::Reverted;
            FindingState::Resolved { resolution, by, reason: String::new(), at: now }
        },
        now,
    );
    next
}

/// A finding of a host that fell silent: whether it stands is not known any more. What people decided stays.
pub fn unheard(finding: &Finding, now: Time) -> Option<Finding> {
    match &finding.state {
        FindingState::Pending { .. } | FindingState::Open { .. } | FindingState::Flapping { .. } => {
            let mut next = finding.clone();
            next.enter(FindingState::Unknown { since: now, before: Box::new(finding.state.clone()) }, now);
            Some(next)
        }
        FindingState::Attached { .. }
        | FindingState::Tentative { .. }
        | FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => None,
    }
}

/// A finding of a host that is heard again: it is as it was.
pub fn heard(finding: &Finding, now: Time) -> Option<Finding> {
    match &finding.state {
        FindingState::Unknown { before, .. } => {
            let mut next = finding.clone();
            next.enter((**before).clone(), now);
            Some(next)
        }
        FindingState::Pending { .. }
        | FindingState::Open { .. }
        | FindingState::Attached { .. }
        | FindingState::Tentative { .. }
        | FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Flapping { .. }
        | FindingState::Resolved { .. } => None,
    }
}

#[cfg(test)]
mod tests;
