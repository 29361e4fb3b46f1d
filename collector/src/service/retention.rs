//! Letting the past go: history, what people said, relations and events that are older than they have to be kept.
//!
//! What was so within that time is answered as before: an entry says since when what it changed had been so, and a body takes
//! in an entry before that goes. The entry itself goes a round later, so that whoever has just read the body as it was finds the
//! entries after it. Of earlier times the sections say that nothing is known.

mod said;
mod window;

use std::collections::BTreeSet;
use std::time::Duration;

use muster_model::event::{Cursor, EventRecord, cursor_text};
use muster_model::history::HistoryEntry;
use muster_model::host::Host;
use muster_model::inventory::{Inventory, SectionBody, SectionHead, section_key};
use muster_model::source::{Source, SourceHead};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

pub use self::window::RetentionView;
use super::{Service, ServiceError};

/// Documents that go in one commit.
const BATCH: usize = 500;
/// What stands behind a section's name in the index of entries that belong to no source's body.
const VIEW: &str = "@view";

/// Between two rounds: longer than anybody takes to read a section.
pub const ROUND: Duration = Duration::from_hours(6);

/// What one source told of a section that is older than it has to be kept.
struct Old {
    section: SectionName,
    /// `None` stands for entries that belong to no source's body.
    source: Option<Source>,
    horizon: Time,
    entries: Vec<HistoryEntry>,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Entries of the history.
    pub entries: usize,
    /// Versions and changes of what people said.
    pub said: usize,
    /// Relations that ended.
    pub relations: usize,
    /// Events of the outbox, and alerts with theirs.
    pub events: usize,
}

impl Service {
    /// Lets all go that is older than it has to be kept: one round.
    pub async fn forget_past(&self) -> Result<Forgotten, ServiceError> {
        let events = self.forget_events().await? + self.forget_alerts().await?;
        let (said, relations) = (self.forget_changes().await?, self.forget_relations().await?);
        let mut forgotten = Forgotten { events, said, relations, entries: 0 };
        let mut scan = Scan::keys(Collection::Host, "").limit(100);
        loop {
            let page = self.store().page::<Host>(scan.clone()).await?;
            for host in page.rows {
                forgotten.entries += self.forget_history(host.value.id).await?;
                forgotten.said += self.forget_versions(host.value.id).await?;
            }
            match page.next {
                None => return Ok(forgotten),
                next => scan.after = next,
            }
        }
    }

    async fn forget_history(&self, host: HostId) -> Result<usize, ServiceError> {
        let mut all = 0;
        loop {
            let gone = self.decide(|| self.forget_some(host)).await?;
            all += gone;
            if gone < BATCH {
                return Ok(all);
            }
            // Others commit too.
            tokio::task::yield_now().await;
        }
    }

    async fn forget_some(&self, host: HostId) -> Result<(ChangeSet, usize), ServiceError> {
        let mut changes = ChangeSet::new();
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok((changes, 0)) };
        let mut inventory = self.store().find::<Inventory>(&host.to_string()).await?;
        let mut heads = self.heads(&stored.value).await?;
        let old = self.old_history(host, &known_sections(inventory.as_ref(), &heads)).await?;
        let (mut touched, mut folded) = (BTreeSet::new(), BTreeSet::new());
        let mut gone = 0;
        for Old { section, source, horizon, mut entries } in old {
            if let Some(source) = source {
                let through = self.through(host, section, source).await?;
                if entries.last().is_some_and(|entry| entry.seq > through) {
                    changes.put(self.body_of(host, section, source).await?, Expected::Any);
                    folded.insert((section, source));
                }
                entries.retain(|entry| entry.seq <= through);
            }
            for (teller, head) in heads_of(section, inventory.as_mut(), &mut heads) {
                if !entries.is_empty() && head.known_since.is_none_or(|since| since < horizon) {
                    head.known_since = Some(horizon);
                    touched.insert(teller);
                }
                if folded.contains(&(section, teller)) {
                    head.pending = 0;
                    touched.insert(teller);
                }
            }
            gone += entries.len();
            entries.iter().map(Record::key).for_each(|key| changes.delete(Collection::History, key, Expected::Any));
        }
        // Whoever reports meanwhile moves these on: then this is decided anew.
        inventory.filter(|_| touched.contains(&Source::Agent)).into_iter().for_each(|known| changes.update(known));
        heads.into_iter().filter(|head| touched.contains(&head.value.source)).for_each(|head| changes.update(head));
        Ok((changes, gone))
    }

    /// At most [`BATCH`] entries that are too old, by section and source.
    async fn old_history(&self, host: HostId, known: &[(SectionName, Source)]) -> Result<Vec<Old>, ServiceError> {
        let (now, mut left, retention) = (self.now(), BATCH, self.retention().await?);
        let mut found = Vec::new();
        let views = known.iter().map(|(section, _)| *section).collect::<BTreeSet<_>>();
        let views = views.into_iter().map(|section| (section, None));
        for (section, source) in known.iter().map(|(section, source)| (*section, Some(*source))).chain(views) {
            let Some(horizon) = retention.class_horizon(section.as_str(), now).filter(|_| left > 0) else {
                continue;
            };
            let mark = source.map_or(VIEW, Source::mark);
            let scan = Scan::index(Index::HistoryBySection, format!("{host}/{section}{mark}/")).limit(left);
            let page = self.store().page::<HistoryEntry>(scan).await?;
            let entries = page.rows.into_iter().map(|stored| stored.value);
            let entries: Vec<_> = entries.take_while(|entry| entry.known_at() < horizon).collect();
            left -= entries.len();
            found.extend((!entries.is_empty()).then_some(Old { section, source, horizon, entries }));
        }
        Ok(found)
    }

    /// The last entry that a stored body has taken in.
    async fn through(&self, host: HostId, section: SectionName, source: Source) -> Result<u64, ServiceError> {
        let stored = self.store().find::<SectionBody>(&section_key(host, section, source)).await?;
        Ok(stored.map_or(0, |stored| stored.value.through))
    }

    async fn forget_events(&self) -> Result<usize, ServiceError> {
        let last = self.store().first::<EventRecord>(Scan::keys(Collection::Event, "").descending()).await?;
        let Some(last) = last else { return Ok(0) };
        let mut horizon = cursor_text(self.retention().await?.event_horizon(last.value.commit), 0);
        for cursor in self.store().all::<Cursor>(Scan::keys(Collection::Cursor, "")).await? {
            horizon = horizon.min(cursor.value.after);
        }
        let mut all = 0;
        loop {
            let page = self.store().page::<EventRecord>(Scan::keys(Collection::Event, "").limit(BATCH)).await?;
            let mut changes = ChangeSet::new();
            let old = page.rows.iter().map(|row| row.value.cursor()).take_while(|cursor| *cursor < horizon);
            old.for_each(|cursor| changes.delete(Collection::Event, cursor, Expected::Any));
            let gone = changes.deletes.len();
            self.commit(changes).await?;
            all += gone;
            if gone < BATCH {
                return Ok(all);
            }
            tokio::task::yield_now().await;
        }
    }
}

/// The sections that anybody told of a host, with who told them.
fn known_sections(
    inventory: Option<&Versioned<Inventory>>,
    heads: &[Versioned<SourceHead>],
) -> Vec<(SectionName, Source)> {
    let own = inventory.iter().flat_map(|known| known.value.sections.keys().map(|name| (*name, Source::Agent)));
    let other = heads.iter().flat_map(|head| head.value.sections.keys().map(|name| (*name, head.value.source)));
    own.chain(other).collect()
}

/// What each source knows of a section.
fn heads_of<'a>(
    section: SectionName,
    inventory: Option<&'a mut Versioned<Inventory>>,
    heads: &'a mut [Versioned<SourceHead>],
) -> impl Iterator<Item = (Source, &'a mut SectionHead)> {
    let own = inventory.and_then(|known| known.value.sections.get_mut(&section)).map(|head| (Source::Agent, head));
    let other = heads.iter_mut().filter_map(move |head| {
        let source = head.value.source;
        head.value.sections.get_mut(&section).map(|head| (source, head))
    });
    own.into_iter().chain(other)
}
