//! The newest history entries, in memory: each of those who follow the stream asks for the ones that an event names.
//!
//! An entry never changes once it is written, so one that is kept here is the stored one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use muster_model::history::{self, HistoryEntry};
use muster_model::{ChangeSet, Document};
use muster_shared::id::HostId;
use muster_store::TypedStore;

use super::{Service, ServiceError};

/// No more entries are kept.
const MOST: usize = 4_096;

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Lately(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<(HostId, u64), Arc<HistoryEntry>>,
    /// The oldest first.
    order: VecDeque<(HostId, u64)>,
}

impl Lately {
    /// The entries that a commit writes.
    pub(super) fn written(changes: &ChangeSet) -> Vec<Arc<HistoryEntry>> {
        let entries = changes.puts.iter().filter_map(|put| match &put.document {
            Document::History(entry) => Some(Arc::new(entry.clone())),
            _ => None,
        });
        entries.take(MOST).collect()
    }

    /// Keeps what was written.
    pub(super) fn keep(&self, entries: Vec<Arc<HistoryEntry>>) {
        if entries.is_empty() {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            let place = (entry.host, entry.seq);
            if kept.entries.insert(place, entry).is_none() {
                kept.order.push_back(place);
            }
        }
        while kept.order.len() > MOST {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.entries.remove(&oldest);
        }
    }

    fn get(&self, host: HostId, seq: u64) -> Option<Arc<HistoryEntry>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).entries.get(&(host, seq)).cloned()
    }
}

impl Service {
    /// Entries of a host's history, from one number to another; those that are kept no more are left out.
    pub(super) async fn entries(
        &self,
        host: HostId,
        (from, to): (u64, u64),
    ) -> Result<Vec<Arc<HistoryEntry>>, ServiceError> {
        let mut entries = Vec::new();
        for seq in from..=to {
            let entry = match self.lately.get(host, seq) {
                Some(entry) => Some(entry),
                None => self.store().find::<HistoryEntry>(&history::key(host, seq)).await?.map(|e| Arc::new(e.value)),
            };
            entries.extend(entry);
        }
        Ok(entries)
    }
}
