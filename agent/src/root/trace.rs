//! What was read through a root: `muster-agent record` makes a tree of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Entry, Kind, ReadError};

/// Everything that was asked for, as it was answered.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Files and their content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Directories and their entries.
    pub lists: BTreeMap<String, Vec<Entry>>,
    /// Paths of which only the kind or the target was asked.
    pub places: BTreeMap<String, Kind>,
    /// What is there and could not be read.
    pub unreadable: BTreeMap<String, String>,
}

/// Notes reads, from any thread.
#[derive(Debug, Default)]
pub struct Trace(Mutex<Seen>);

impl Trace {
    /// What was seen until now.
    pub fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn note_error(&self, error: &ReadError) {
        if !error.is_absent() {
            self.note(|seen| drop(seen.unreadable.insert(error.path.clone(), error.message().to_owned())));
        }
    }
}
