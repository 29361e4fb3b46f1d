//! What readers, the writer and the keeper of a store share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use muster_store::StoreError;

use crate::Options;
use crate::checkpoint::Checkpoint;
use crate::generation;
use crate::index::Index;

/// What the keeper is woken for.
#[derive(Debug)]
pub(crate) enum Wake {
    /// Much was written since the last checkpoint.
    Due,
    /// The index could not be read.
    Suspect,
    /// The store closes.
    Stop,
}

/// What is known of the store as a whole.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) epoch: u64,
    /// Generation of the index that serves.
    pub(crate) generation: u64,
    /// Whether a new index is being built.
    pub(crate) is_rebuilding: bool,
}

/// One store that is open.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    index: RwLock<Arc<Index>>,
    wake: Mutex<Sender<Wake>>,
    /// The keeper was told already.
    is_suspect: AtomicBool,
    is_due: AtomicBool,
    /// Why nothing is written any more.
    halted: RwLock<Option<String>>,
    records: AtomicU64,
    bytes: AtomicU64,
    state: Mutex<State>,
    /// How many want that no file goes away.
    holds: Mutex<usize>,
    /// One walk over the index at a time.
    pub(crate) walking: Mutex<()>,
    /// Naming a file of bytes, and removing one that nothing names: one at a time.
    pub(crate) blobs: Mutex<()>,
}

impl Shared {
    pub(crate) fn new(options: Options, index: Arc<Index>, state: State, wake: Sender<Wake>) -> Self {
        Self {
            options,
            index: RwLock::new(index),
            wake: Mutex::new(wake),
            is_suspect: AtomicBool::new(false),
            is_due: AtomicBool::new(false),
            halted: RwLock::new(None),
            records: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            state: Mutex::new(state),
            holds: Mutex::new(0),
            walking: Mutex::new(()),
            blobs: Mutex::new(()),
        }
    }

    /// The index that serves.
    pub(crate) fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets another index serve.
    pub(crate) fn serve(&self, index: Arc<Index>) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        self.is_suspect.store(false, Ordering::SeqCst);
    }

    /// What is known of the store.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the keeper.
    pub(crate) fn wake(&self, wake: Wake) {
        // After its end nobody is woken.
        drop(self.wake.lock().unwrap_or_else(PoisonError::into_inner).send(wake));
    }

    /// Looks at an error of the index: a rotten index is built anew, and until then the answer is "busy".
    pub(crate) fn seen(&self, error: StoreError) -> StoreError {
        if !generation::is_rotten(&error) {
            return error;
        }
        if !self.is_suspect.swap(true, Ordering::SeqCst) {
            tracing::error!(%error, "the index cannot be read and is built anew; the journal has everything");
            self.wake(Wake::Suspect);
        }
        StoreError::Busy(format!("the index is being built anew: {error}"))
    }

    /// Counts what was written since the last checkpoint.
    pub(crate) fn written(&self, records: u64, bytes: u64) {
        let records = self.records.fetch_add(records, Ordering::Relaxed) + records;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_due = records >= self.options.checkpoint_records || bytes >= self.options.checkpoint_bytes;
        if is_due && !self.is_due.swap(true, Ordering::SeqCst) {
            self.wake(Wake::Due);
        }
    }

    /// Begins to count again.
    pub(crate) fn count_anew(&self) {
        self.records.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
        self.is_due.store(false, Ordering::SeqCst);
    }

    /// Nothing is written any more, and why.
    pub(crate) fn halt(&self, why: String) {
        tracing::error!(why, "no changes are taken any more");
        *self.halted.write().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// Whether changes are taken.
    pub(crate) fn check_halted(&self) -> Result<(), String> {
        self.halted.read().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }

    /// Does something that removes files, unless somebody holds them.
    pub(crate) fn unless_held<T>(&self, remove: impl FnOnce() -> T) -> Option<T> {
        let holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        (*holds == 0).then(remove)
    }
}

/// As long as this lives, no file of the store goes away.
#[derive(Debug)]
pub(crate) struct Hold(Arc<Shared>);

impl Hold {
    pub(crate) fn take(shared: &Arc<Shared>) -> Self {
        *shared.holds.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Self(Arc::clone(shared))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut holds = self.0.holds.lock().unwrap_or_else(PoisonError::into_inner);
        *holds = holds.saturating_sub(1);
    }
}
