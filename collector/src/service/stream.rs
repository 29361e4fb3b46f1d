//! The newest events, in memory: of the many who follow the stream only the first one reads from the store what a commit told.
//!
//! The store is what counts. A reader that is further behind than memory reaches reads there.

mod reader;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use muster_model::Collection;
use muster_model::event::EventRecord;
use muster_store::{Scan, TypedStore};

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

    fn push(&mut self, event: EventRecord) {
        self.events.push_back((event.cursor(), Arc::new(event)));
        if self.events.len() > MOST {
            self.after = self.events.pop_front().map(|(cursor, _)| cursor);
        }
    }
}

impl Stream {
    /// A commit told something.
    pub(super) fn tell(&self) {
        self.told.fetch_add(1, Ordering::Release);
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
            let page = self.store().page::<EventRecord>(scan).await?;
            self.stream.write(|tail| page.rows.into_iter().for_each(|row| tail.push(row.value)));
            let Some(next) = page.next else { break };
            after = next;
        }
        self.stream.write(|tail| tail.seen = told);
        Ok(())
    }
}
