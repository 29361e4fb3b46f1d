//! What sources besides our own agent say: taking it in, and which sources there are.
//!
//! Whoever reports has an account with the right to; what is reported is about the host that it is recognised as, and never
//! touches what our own agent said or who that agent is (cases 18 and 19).

mod belonging;
mod list;
mod merged;
mod reconciliation;
mod restore;
mod telling;
pub(crate) mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use muster_model::baseline::Baseline;
use muster_model::event::Event;
use muster_model::history::HistoryEntry;
use muster_model::host::{self, Host};
use muster_model::identification::Identifier;
use muster_model::identification::review::Device;
use muster_model::inventory::{Inventory, SectionBody, section_key};
use muster_model::right::{Action, Resource};
use muster_model::source::told::{self, Absent, Merged, Telling};
use muster_model::source::{Refused, Source, SourceErrors, SourceHead, SourceSeen, source_key};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::canonical::Digest;
use muster_shared::id::{HostId, ItemId, ReportId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, StoreError, TypedStore};
use tokio::sync::{Mutex, MutexGuard, SemaphorePermit};

pub use list::SourceView;
pub(super) use merged::before_of;
pub use reconciliation::NewPin;
pub(crate) use telling::Manner;
pub use telling::{Overruled, Told};

use self::belonging::{Belonging, Place};
use super::{Call, Service, ServiceError};

/// A report in our words, before it is known whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// What is told.
    pub(crate) telling: Telling,
    /// What the host calls itself.
    pub(crate) name: String,
    /// What it is recognised by.
    pub(crate) identifiers: Vec<Identifier>,
    /// Whether it leaves out what has not changed.
    pub(crate) is_partial: bool,
    /// How it is known whose it is.
    pub(crate) about: About,
}

impl Report {
    /// The machine as its source names it.
    fn device(&self) -> Device {
        Device { source: self.telling.source, id: self.telling.device_id.clone() }
    }
}

/// How it is known which host a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum About {
    /// The ladder decides, and where it finds none, it is a new one.
    #[default]
    Ladder,
    /// The ladder decides; a person is asked where it could be one that is known by name alone.
    Asked,
    /// A person said which.
    Host(HostId),
}

/// Items whose history is read one by one; of more, that of their whole section is.
const MOST_SINGLE: usize = 16;
/// Longest time to wait for a turn.
const PATIENCE: Duration = Duration::from_secs(25);
/// How many decisions about which host is which may run at the same time.
const STRIPES: usize = 4_096;

/// One decision at a time about which host an identifier belongs to: two first reports of one machine make one host.
pub(super) struct Claims(Vec<Mutex<()>>);

impl Default for Claims {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Mutex::new(())).collect())
    }
}

impl Claims {
    /// Waits until nobody else decides about any of these.
    pub(super) async fn claim(&self, names: impl Iterator<Item = String>) -> Vec<MutexGuard<'_, ()>> {
        let mut places: Vec<usize> = names
            .map(|name| {
                let mut hasher = DefaultHasher::new();
                name.hash(&mut hasher);
                usize::try_from(hasher.finish() % STRIPES as u64).unwrap_or_default()
            })
            .collect();
        // In one order for all, so that no two wait for each other.
        places.sort_unstable();
        places.dedup();
        let mut held = Vec::new();
        for place in places.into_iter().filter_map(|place| self.0.get(place)) {
            held.push(place.lock().await);
        }
        held
    }
}

impl Service {
    /// Whether these bytes are the last that a host's source sent: then they say the same again, and only that is noted.
    pub(crate) async fn hear_again(&self, call: &Call, body: Digest) -> Result<Option<HostId>, ServiceError> {
        call.authorize(Action::SourceReport, Resource::All)?;
        self.decide(|| async move {
            let scan = Scan::index(Index::SourceByBody, body.to_string());
            let known = self.store().first::<SourceSeen>(scan).await?;
            let Some(mut seen) = known.filter(|known| known.value.body == body) else {
                return Ok((ChangeSet::new(), None));
            };
            let (host, now) = (seen.value.host, self.now());
            seen.value.at = now;
            let mut changes = ChangeSet::new();
            changes.update(seen);
            let is_over = self.true_host(host).await?.value.lifecycle.is_over();
            if is_over || self.waits_for_match(host, now).await? {
                changes.events.push(Event::DigestMatched { host, at: now });
            }
            Ok((changes, Some(host)))
        })
        .await
    }

    /// A turn to have an inventory read: such agents come again only after a day, so they wait instead of being sent away.
    pub(crate) async fn turn_to_tell(&self) -> Result<SemaphorePermit<'_>, ServiceError> {
        let turn = tokio::time::timeout(PATIENCE, self.telling.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| ServiceError::Busy("too many inventories at once".into()))
    }

    /// Takes a report of a source. Returns after the commit is durable.
    pub(crate) async fn take_report(&self, call: &Call, report: Report, body: Digest) -> Result<HostId, ServiceError> {
        call.authorize(Action::SourceReport, Resource::All)?;
        let device = format!("{}/{}", report.telling.source, report.telling.device_id);
        let names = belonging::names(&report.identifiers).chain([device]);
        let _claim = self.claims.claim(names).await;
        let report = &report;
        let taken = self.decide(|| async move {
            let belonging = match self.belonging(report).await? {
                Place::At(belonging) => *belonging,
                Place::Waits(changes, why) => return Ok((*changes, Err(why))),
            };
            let host = belonging.host.value.id;
            let mut changes = ChangeSet::new();
            let merged = self.merge_told(&belonging, report, &mut changes).await?;
            self.store_told(belonging, report, merged, body, &mut changes).await?;
            Ok((changes, Ok(host)))
        });
        let taken: Result<HostId, ServiceError> = taken.await?;
        if taken.is_err() {
            // Such an agent shows nobody what it is answered.
            self.announce_reviews(&report.device().subject()).await?;
        }
        taken
    }

    async fn merge_told(
        &self,
        belonging: &Belonging,
        report: &Report,
        changes: &mut ChangeSet,
    ) -> Result<(Merged, Option<u64>), ServiceError> {
        let (host, source) = (belonging.host.value.id, report.telling.source);
        let known = self.heads(&belonging.host.value).await?;
        let inventory = self.store().find::<Inventory>(&host.to_string()).await?;
        if belonging.host.version > 0 {
            // The view of all sources is decided over what is read here.
            let expected = inventory.as_ref().map_or(Expected::Absent, |stored| Expected::Version(stored.version));
            changes.check(Collection::Inventory, host.to_string(), expected);
        }
        let numbers =
            known.iter().map(|head| head.value.history).chain(inventory.as_ref().map(|inv| inv.value.history));
        let floor = numbers.max().unwrap_or_default();
        let own = known.iter().find(|head| head.value.source == source);
        let mut telling = report.telling.clone();
        let mut bodies = BTreeMap::new();
        if own.is_some() {
            for (section, part) in telling.sections.iter_mut().filter(|(_, part)| part.absent != Absent::Gone) {
                let body = self.body_of(host, *section, source).await?;
                part.complete(&body);
                bodies.insert(*section, body);
            }
        }
        let digests = told::changed(own.map(|head| &head.value), &telling);
        for section in digests.keys().filter(|_| own.is_some()) {
            if !bodies.contains_key(section) {
                bodies.insert(*section, self.body_of(host, *section, source).await?);
            }
        }
        let before = bodies.clone();
        let now = self.now();
        let head = own.map(|head| head.value.clone());
        let matched = &belonging.matched;
        let id = matched.report.filter(|_| belonging.decision.is_some()).unwrap_or_else(|| ReportId::new(now));
        let mut merged = told::merge(host, head, matched, bodies, &digests, telling, floor, id, now);
        merged.head.matched.clone_from(matched);
        if inventory.is_some() || known.iter().any(|head| head.value.source != source) {
            self.mark_told(belonging, own.map(|head| &head.value), &before, &mut merged).await?;
        }
        Ok((merged, own.map(|head| head.version)))
    }

    async fn store_told(
        &self,
        belonging: Belonging,
        report: &Report,
        (merged, version): (Merged, Option<u64>),
        body: Digest,
        changes: &mut ChangeSet,
    ) -> Result<(), ServiceError> {
        let (source, now) = (report.telling.source, merged.head.reported_at);
        let id = belonging.host.value.id;
        let mut host = belonging.host;
        let (is_new, before) = (host.version == 0, host.clone());
        // A register goes on naming what is out of service; whatever else speaks of it saw it live.
        let is_zombie = host.value.lifecycle.is_over() && source != Source::Import;
        if let Some(decision) = belonging.decision {
            changes.put(decision, Expected::Any);
            self.clear_decisions(changes, now).await?;
            self.close_reviews(changes, &report.device().subject(), now).await?;
        }
        belonging::learn(&mut host.value, report, (&belonging.free, &belonging.claims), belonging.has_agent);
        if is_new {
            changes.create(host.value);
            let approved_by = "system:first_report".to_owned();
            changes.put(Baseline { host: id, version: 1, approved_by, valid_from: now }, Expected::Absent);
            changes.events.push(Event::HostDiscovered { host: id });
        } else {
            host::replace(changes, before, host.value, now);
            let first = merged.bodies.iter().filter(|body| {
                merged.head.sections.get(&body.section).is_some_and(|head| head.known_since == Some(now))
            });
            let sections: Vec<SectionName> = first.map(|body| body.section).collect();
            if !sections.is_empty() {
                changes.events.push(Event::SectionsDiscovered { host: id, sections });
            }
        }
        let numbers = merged.history.first().zip(merged.history.last()).map(|(first, last)| (first.seq, last.seq));
        if let Some((from, to)) = numbers {
            changes.events.push(Event::HostChanged { host: id, from, to });
        }
        if !is_new && (is_zombie || !belonging.has_agent && self.waits_for_match(id, now).await?) {
            changes.events.push(Event::DigestMatched { host: id, at: now });
        }
        changes.put(SourceSeen { host: id, source, at: now, body }, Expected::Any);
        changes.put(merged.head, version.map_or(Expected::Absent, Expected::Version));
        merged.bodies.into_iter().for_each(|body| changes.put(body, Expected::Any));
        merged.metrics.into_iter().for_each(|metrics| changes.put(metrics, Expected::Any));
        merged.history.into_iter().for_each(|entry| changes.create(entry));
        Ok(())
    }

    /// What the sources besides its agent told of a host.
    pub(crate) async fn heads(&self, host: &Host) -> Result<Vec<Versioned<SourceHead>>, ServiceError> {
        let mut heads = Vec::new();
        for source in host.sources.iter().filter(|source| **source != Source::Person) {
            heads.extend(self.store().find::<SourceHead>(&source_key(host.id, *source)).await?);
        }
        Ok(heads)
    }

    /// A section as a source tells it now: its body and the history after it.
    pub(crate) async fn body_of(
        &self,
        host: HostId,
        section: SectionName,
        source: Source,
    ) -> Result<SectionBody, ServiceError> {
        let stored = self.store().find::<SectionBody>(&section_key(host, section, source)).await?;
        let mut body = stored.map_or_else(|| SectionBody::of(host, section, source), |stored| stored.value);
        let prefix = format!("{host}/{section}{}/", source.mark());
        // The place of the last folded entry: index key, separator, document key.
        let after = format!("{prefix}{:016x}\u{1}", body.through);
        let scan = Scan::index(Index::HistoryBySection, prefix).after(Some(after));
        let entries = self.store().all::<HistoryEntry>(scan).await?;
        body.apply(entries.iter().map(|stored| &stored.value));
        Ok(body)
    }

    /// The same with only the items of these keys.
    pub(crate) async fn part_of(
        &self,
        host: HostId,
        section: SectionName,
        source: Source,
        keys: &BTreeSet<String>,
    ) -> Result<SectionBody, ServiceError> {
        if keys.len() > MOST_SINGLE {
            return self.body_of(host, section, source).await;
        }
        let key = section_key(host, section, source);
        let mut body = match self.store().part(Collection::Section, &key, keys).await? {
            Some(stored) => SectionBody::part(&stored.value, keys).map_err(|error| StoreError::Corrupt {
                collection: Collection::Section,
                key,
                what: error.to_string(),
            })?,
            None => SectionBody::of(host, section, source),
        };
        let mut entries = Vec::new();
        for key in keys {
            let prefix = format!("{}/", ItemId::new(host, section, key));
            let after = format!("{prefix}{:016x}\u{1}", body.through);
            let scan = Scan::index(Index::HistoryByItem, prefix).after(Some(after));
            entries.extend(self.store().all::<HistoryEntry>(scan).await?);
        }
        entries.sort_by_key(|stored| stored.value.seq);
        body.apply(entries.iter().map(|stored| &stored.value));
        Ok(body)
    }

    /// Notes that a report was not taken, for the page of sources.
    pub(crate) async fn note_refusal(&self, source: Source, device_id: &str, why: &str) -> Result<(), ServiceError> {
        let short = |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
        let refused = &Refused { at: self.now(), device_id: short(device_id, 256), why: short(why, 500) };
        self.decide(|| async move {
            let stored = self.store().find::<SourceErrors>(source.as_str()).await?;
            let blank = || Versioned { value: SourceErrors { source, count: 0, last: Vec::new() }, version: 0 };
            let mut errors = stored.unwrap_or_else(blank);
            errors.value.note(refused.clone());
            let expected = if errors.version == 0 { Expected::Absent } else { Expected::Version(errors.version) };
            let mut changes = ChangeSet::new();
            changes.put(errors.value, expected);
            Ok((changes, ()))
        })
        .await
    }

    /// When each source was last heard of a host.
    pub(crate) async fn heard(&self, host: &Host) -> Result<BTreeMap<Source, Time>, ServiceError> {
        let mut heard = BTreeMap::new();
        for source in host.sources.iter().filter(|source| **source != Source::Person) {
            let seen = self.store().find::<SourceSeen>(&source_key(host.id, *source)).await?;
            heard.extend(seen.map(|seen| (*source, seen.value.at)));
        }
        Ok(heard)
    }
}
