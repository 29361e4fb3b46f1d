//! What was read through a root: `muster-agent record` makes a tree of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Entry, Kind, ReadError, Root, read_file};

/// The most that is noted of a file that is read in parts, in bytes.
const STREAMED_CAP_BYTES: u64 = 64 << 20;

/// Everything that was asked for, as it was answered.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Files and their content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Directories and their entries.
    pub lists: BTreeMap<String, Vec<Entry>>,
    /// Paths of which only the kind or the target was asked.
    pub places: BTreeMap<String, Kind>,
    /// Modes that were asked for.
    pub modes: BTreeMap<String, u32>,
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
impl Root {
    pub(super) fn noted(&self, path: &str, read: Result<Vec<u8>, ReadError>) -> Result<Vec<u8>, ReadError> {
        if let Some(trace) = &self.trace {
            match &read {
                Ok(bytes) => trace.note(|seen| drop(seen.files.insert(path.to_owned(), bytes.clone()))),
                Err(error) => trace.note_error(error),
            }
        }
        read
    }

    pub(super) fn note_place(&self, path: &str, kind: Kind) {
        if let Some(trace) = &self.trace {
            trace.note(|seen| {
                seen.places.insert(path.to_owned(), kind);
            });
        }
    }

    /// Notes a file that is read in parts: a recorded tree needs it whole.
    pub(super) fn note_streamed(&self, path: &str, follow: bool) {
        if self.trace.is_some() {
            drop(self.noted(path, self.open(path, follow).and_then(|file| read_file(file, path, STREAMED_CAP_BYTES))));
        }
    }
}
