//! The newest events, in memory, as commits told them: of the many who follow the stream only the first one asks the store which these
//! are.
//!
//! The store is what counts. A reader that is further behind than memory reaches reads there.

mod reader;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use muster_model::Collection;
use muster_model::event::{Event, EventRecord};
use muster_store::{Scan, Sequence, TypedStore};

pub(super) use self::reader::Reader;
use super::{Service, ServiceError};

/// No more events are kept.
const MOST: usize = 4_096;
/// Events that are read from the store at once.
const PAGE: usize = 1_024;

/// The newest events.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Counts commits that told something.
    told: AtomicU64,
    tail: RwLock<Tail>,
    /// What commits told and nobody looked for yet, by cursor.
    fresh: Mutex<HashMap<String, Arc<EventRecord>>>,
    /// One reads from the store at a time.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Tail {
    /// All events behind this one are here, those of commits until `seen`; `None` while nothing was read.
    after: Option<String>,
    events: VecDeque<(String, Arc<EventRecord>)>,
    seen: u64,
}

impl Tail {
    fn last(&self) -> Option<&String> {
        self.events.back().map(|(cursor, _)| cursor).or(self.after.as_ref())
    }

    /// The next events behind a place, if all of them are here.
    fn behind(&self, after: &str, limit: usize) -> Option<Vec<Arc<EventRecord>>> {
        self.after.as_deref().filter(|from| *from <= after)?;
        let begin = self.events.partition_point(|(cursor, _)| cursor.as_str() <= after);
        Some(self.events.iter().skip(begin).take(limit).map(|(_, event)| Arc::clone(event)).collect())
    }

    fn push(&mut self, (cursor, event): (String, Arc<EventRecord>)) {
        self.events.push_back((cursor, event));
        if self.events.len() > MOST {
            self.after = self.events.pop_front().map(|(cursor, _)| cursor);
        }
    }
}

impl Stream {
    /// A commit told something.
    pub(super) fn tell(&self, commit: Sequence, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut fresh = self.fresh();
        if fresh.len() > MOST {
            fresh.clear();
        }
        for (place, event) in (0..).zip(events) {
            let record = EventRecord { commit, place, event };
            fresh.insert(record.cursor(), Arc::new(record));
        }
        drop(fresh);
        self.told.fetch_add(1, Ordering::Release);
    }

    fn fresh(&self) -> MutexGuard<'_, HashMap<String, Arc<EventRecord>>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, look: impl FnOnce(&Tail) -> T) -> T {
        look(&self.tail.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Tail) -> T) -> T {
        change(&mut self.tail.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service {
    /// The cursor of the last event; empty when there is none.
    pub(crate) async fn last_event(&self) -> Result<String, ServiceError> {
        let last = self.store().first::<EventRecord>(Scan::keys(Collection::Event, "").descending()).await?;
        Ok(last.map(|event| event.value.cursor()).unwrap_or_default())
    }

    /// The next events behind a cursor, of which an empty one stands before all.
    pub(crate) async fn events(&self, after: &str, limit: usize) -> Result<Vec<Arc<EventRecord>>, ServiceError> {
        self.follow_stream().await?;
        if let Some(events) = self.stream.read(|tail| tail.behind(after, limit)) {
            return Ok(events);
        }
        let after = Some(after.to_owned()).filter(|after| !after.is_empty());
        let page =
            self.store().page::<EventRecord>(Scan::keys(Collection::Event, "").after(after).limit(limit)).await?;
        Ok(page.rows.into_iter().map(|row| Arc::new(row.value)).collect())
    }

    /// Reads what commits told since the last look.
    async fn follow_stream(&self) -> Result<(), ServiceError> {
        let is_read = |tail: &Tail| tail.after.is_some() && tail.seen == self.stream.told.load(Ordering::Acquire);
        if self.stream.read(is_read) {
            return Ok(());
        }
        let _alone = self.stream.reading.lock().await;
        if self.stream.read(is_read) {
            return Ok(());
        }
        // What is told while this reads is read now or the next time: it is looked for again.
        let told = self.stream.told.load(Ordering::Acquire);
        let Some(mut after) = self.stream.read(|tail| tail.last().cloned()) else {
            let last = self.last_event().await?;
            self.stream.write(|tail| *tail = Tail { after: Some(last), events: VecDeque::new(), seen: told });
            return Ok(());
        };
        loop {
            let behind = Some(after).filter(|after| !after.is_empty());
            let scan = Scan::keys(Collection::Event, "").after(behind).limit(PAGE);
            let places = self.store().places(scan).await?;
            let (count, next) = (places.len(), places.last().cloned());
            let mut events = Vec::with_capacity(count);
            for place in places {
                let known = self.stream.fresh().remove(&place);
                let event = match known {
                    Some(event) => event,
                    // Its commit has not come back to whoever made it, or was too long ago.
                    None => match self.store().find::<EventRecord>(&place).await? {
                        Some(event) => Arc::new(event.value),
                        None => continue,
                    },
                };
                events.push((place, event));
            }
            self.stream.write(|tail| events.into_iter().for_each(|event| tail.push(event)));
            match next {
                Some(next) if count == PAGE => after = next,
                _ => break,
            }
        }
        self.stream.write(|tail| tail.seen = told);
        Ok(())
    }
}
