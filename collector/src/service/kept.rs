//! Something that is made of what is stored, kept in memory until that changes.

use std::sync::{Arc, Mutex, PoisonError};

/// Something that is made when it is asked for, and kept.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<(u64, Option<Arc<T>>)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new((0, None)))
    }
}

impl<T> Kept<T> {
    /// How often it was forgotten, and the thing if it is kept.
    pub(super) fn get(&self) -> (u64, Option<Arc<T>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was made, unless something else was committed while it was: then it may be old, and serves once.
    pub(super) fn keep(&self, generation: u64, made: T) -> Arc<T> {
        let made = Arc::new(made);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == generation {
            kept.1 = Some(Arc::clone(&made));
        }
        made
    }

    /// Forgets it: something else was committed.
    pub(super) fn forget(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = (kept.0 + 1, None);
    }
}
