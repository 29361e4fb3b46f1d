//! The keeper: a thread that makes checkpoints, lets old segments leave, builds a new index when the one that serves is rotten, and
//! reads everything again once a day.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use muster_shared::{Clock, SystemClock};
use muster_store::StoreError;

use crate::blob;
use crate::checkpoint::{self, Checkpoint, MakeError};
use crate::fail;
use crate::format::write_whole;
use crate::generation;
use crate::journal;
use crate::open::{OpenError, size_of};
use crate::room;
use crate::shared::{Shared, Wake};
use crate::verify::{self, Findings};
use crate::writer::{self, Handle};

/// Where the outcome of the last scrub stands.
pub(crate) const SCRUB_FILE: &str = "scrub.json";
/// An index is built anew when it is so many times as large as what is in it.
const COMPACT_RATIO: u64 = 4;
/// About the size of an index entry.
const ENTRY_BYTES: u64 = 96;
/// Pause before something that failed is tried again.
const AGAIN: Duration = Duration::from_mins(1);

/// The thread. Dropping it waits until what it is at is done.
#[derive(Debug)]
pub(crate) struct Keeper {
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it.
    pub(crate) fn start(
        shared: Arc<Shared>,
        handle: Handle,
        (wake, wakes): (Sender<Wake>, Receiver<Wake>),
    ) -> std::io::Result<Self> {
        let run = move || Work { shared, handle }.run(&wakes);
        let thread = std::thread::Builder::new().name("store-keeper".into()).spawn(run)?;
        Ok(Self { wake, thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.wake.send(Wake::Stop));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the keeper works on.
pub(crate) struct Work {
    pub(crate) shared: Arc<Shared>,
    pub(crate) handle: Handle,
}

impl Work {
    fn run(&self, wakes: &Receiver<Wake>) {
        let mut scrub_at = Instant::now() + self.shared.options.scrub_every;
        let mut rebuilt = None;
        loop {
            let outcome = match wakes.recv_timeout(scrub_at.saturating_duration_since(Instant::now())) {
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Wake::Due) => self.checkpoint(),
                Ok(Wake::Suspect) => {
                    // An index that is rotten again at once would be built over and over.
                    if rebuilt.is_some_and(|at: Instant| at.elapsed() < AGAIN) && stops_within(wakes, AGAIN) {
                        return;
                    }
                    let outcome = self.rebuild();
                    rebuilt = Some(Instant::now());
                    outcome
                }
                Err(RecvTimeoutError::Timeout) => {
                    scrub_at = Instant::now() + self.shared.options.scrub_every;
                    self.scrub()
                }
            };
            if let Err(error) = outcome {
                tracing::error!(%error, "upkeep of the store failed; it is tried again");
            }
        }
    }

    /// Makes the next checkpoint and removes what it covers.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        let cut = self.handle.run(|writer| {
            if let Err(error) = writer.journal.close() {
                writer::end(&format!("closing a journal segment: {error}"));
            }
            (writer.journal.tail(), writer.staging.sums().clone())
        });
        let (tail, sums) = cut?;
        let entries = sums.entries();
        let sums = sums.without_entries();
        let base = self.shared.state().checkpoint.clone();
        if base.as_ref().map_or(0, |base| base.tail.sequence) == tail.sequence {
            return Ok(());
        }
        self.shared.count_anew();
        let dir = &self.shared.options.dir;
        let bytes = size_of(&dir.join(checkpoint::FOLDER)) + size_of(&dir.join(journal::FOLDER));
        if !room::has_room_for(dir, bytes) {
            tracing::warn!("there is no room for a checkpoint; the journal grows until there is");
            return Ok(());
        }
        let begin = Instant::now();
        match checkpoint::make(dir, base.as_ref(), tail, &sums) {
            Ok(made) => {
                let seconds = begin.elapsed().as_secs_f64();
                tracing::info!(at = tail.sequence, documents = made.sums.documents(), seconds, "a checkpoint was made");
                self.replace_checkpoint(&made)?;
                self.compact(made.live_bytes + entries * ENTRY_BYTES)
            }
            Err(error @ MakeError::Differs(_)) => {
                tracing::error!(%error, "the index is built anew");
                self.rebuild()
            }
            Err(error @ MakeError::Base { .. }) => {
                tracing::error!(%error, "a new checkpoint is made from the index, if that is whole");
                self.export()
            }
            Err(MakeError::Journal(damage)) => {
                let why = OpenError::from(damage).to_string();
                self.shared.halt(why.clone());
                Err(StoreError::backend(why))
            }
            Err(MakeError::Io(error)) => Err(StoreError::backend(error)),
        }
    }

    /// Builds the index anew when it has become much larger than what is in it: sled gives little space back by itself.
    fn compact(&self, live_bytes: u64) -> Result<(), StoreError> {
        let size = self.shared.index().size_bytes()?;
        if live_bytes == 0 || size < self.shared.options.compact_from_bytes || size < COMPACT_RATIO * live_bytes {
            return Ok(());
        }
        tracing::info!(bytes = size, live = live_bytes, "the index has become much larger than what is in it");
        self.rebuild()
    }

    /// Makes a checkpoint of the index, which is at rest meanwhile.
    fn export(&self) -> Result<(), StoreError> {
        let made = self.handle.run(|writer| {
            if let Err(error) = writer.journal.close() {
                writer::end(&format!("closing a journal segment: {error}"));
            }
            let dir = writer.dir().to_owned();
            checkpoint::export(&dir, writer.staging.index(), writer.staging.head())
        });
        self.replace_checkpoint(&made?.map_err(StoreError::backend)?)
    }

    fn replace_checkpoint(&self, made: &Checkpoint) -> Result<(), StoreError> {
        // The index may be behind after a power cut, but not behind what is left of the journal.
        if let Err(error) = self.shared.index().flush() {
            return Err(self.shared.seen(StoreError::backend(error)));
        }
        self.shared.state().checkpoint = Some(made.clone());
        self.prune(made).map_err(StoreError::backend)
    }

    /// Removes older checkpoints, and segments that the checkpoint covers once they are old enough.
    fn prune(&self, newest: &Checkpoint) -> std::io::Result<()> {
        let options = &self.shared.options;
        let pruned = self.shared.unless_held(|| {
            for (sequence, path) in checkpoint::list(&options.dir)? {
                if sequence < newest.tail.sequence {
                    std::fs::remove_file(path)?;
                }
            }
            let segments = journal::segments(&options.dir.join(journal::FOLDER))?;
            let ends = segments.iter().skip(1).map(|(first, _)| *first).chain([self.journal_end()?]);
            for ((_, path), next) in segments.iter().zip(ends) {
                if next > newest.tail.sequence + 1 || !is_older(path, options.keep_journal)? {
                    break;
                }
                std::fs::remove_file(path)?;
                fail::at("journal.pruned");
            }
            Ok(())
        });
        pruned.unwrap_or(Ok(()))
    }

    /// The number of the next record.
    fn journal_end(&self) -> std::io::Result<u64> {
        let tail = self.handle.run(|writer| writer.journal.tail().sequence).map_err(std::io::Error::other)?;
        Ok(tail + 1)
    }

    /// Builds a new index while the old one serves, and lets it take over between two commits.
    pub(crate) fn rebuild(&self) -> Result<(), StoreError> {
        self.shared.state().is_rebuilding = true;
        let outcome = self.build().map_err(StoreError::backend);
        self.shared.state().is_rebuilding = false;
        outcome
    }

    fn build(&self) -> Result<(), OpenError> {
        let (dir, cache_bytes) = (self.shared.options.dir.clone(), self.shared.options.cache_bytes);
        let io = |source| OpenError::Io { what: "building the index in", path: dir.clone(), source };
        let (base, old) = {
            let state = self.shared.state();
            (state.checkpoint.clone(), state.generation)
        };
        let number = generation::numbers(&dir).map_err(io)?.last().copied().unwrap_or(old).max(old) + 1;
        tracing::warn!(from = old, to = number, "a new index is being built; the old one serves meanwhile");
        let begin = Instant::now();
        let index = generation::begin(&dir, number, cache_bytes, base.as_ref())?;
        let folder = dir.join(journal::FOLDER);
        // What comes while the first part is replayed is replayed in a second, shorter one.
        for _ in 0..2 {
            let tail = self.handle.run(|writer| writer.journal.tail()).map_err(OpenError::Store)?;
            drop(generation::replay(&index, &folder, tail)?);
        }
        let (shared, new) = (Arc::clone(&self.shared), Arc::clone(&index));
        let taken = self.handle.run(move |writer| {
            let tail = writer.journal.tail();
            writer.staging = generation::replay(&new, &folder, tail)?;
            shared.serve(new);
            shared.state().generation = number;
            Ok::<_, OpenError>(())
        });
        taken.map_err(OpenError::Store)??;
        drop(index);
        let seconds = begin.elapsed().as_secs_f64();
        tracing::warn!(generation = number, seconds, "the new index serves");
        generation::keep_only(&dir, number).map_err(io)
    }

    /// Reads everything again, and mends what can be mended.
    pub(crate) fn scrub(&self) -> Result<(), StoreError> {
        let findings = verify::all(&self.shared, &self.handle)?;
        let outcome = serde_json::json!({ "at": SystemClock.now().to_string(), "wrong": findings.lines() });
        let path = self.shared.options.dir.join(SCRUB_FILE);
        write_whole(&path, outcome.to_string().as_bytes()).map_err(StoreError::backend)?;
        let Findings { journal, checkpoint, index, .. } = &findings;
        for line in findings.lines() {
            tracing::error!(wrong = line, "scrub");
        }
        if let Some(damage) = journal.first() {
            self.shared.halt(damage.clone());
        }
        if !index.is_empty() {
            self.rebuild()?;
        }
        if !checkpoint.is_empty() {
            self.export()?;
        }
        match blob::sweep(&self.shared)? {
            0 => {}
            removed => tracing::info!(removed, "files that nothing names any more were removed"),
        }
        tracing::info!(wrong = findings.lines().len(), "scrub: everything that is stored was read again");
        Ok(())
    }
}

/// Waits; `true` when the store closes meanwhile.
fn stops_within(wakes: &Receiver<Wake>, pause: Duration) -> bool {
    let until = Instant::now() + pause;
    loop {
        match wakes.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return true,
            Ok(Wake::Due | Wake::Suspect) => {}
            Err(RecvTimeoutError::Timeout) => return false,
        }
    }
}

/// Whether a file was last written longer ago than `age`.
pub(crate) fn is_older(path: &Path, age: Duration) -> std::io::Result<bool> {
    let modified = std::fs::metadata(path)?.modified()?;
    Ok(age.is_zero()
        || SystemTime::UNIX_EPOCH.elapsed().is_ok() && modified.elapsed().is_ok_and(|passed| passed >= age))
}

/// The outcome of the last scrub.
pub(crate) fn last_scrub(dir: &Path) -> Option<(String, Vec<String>)> {
    #[derive(serde::Deserialize)]
    struct Outcome {
        at: String,
        wrong: Vec<String>,
    }
    let outcome: Outcome = serde_json::from_slice(&std::fs::read(dir.join(SCRUB_FILE)).ok()?).ok()?;
    Some((outcome.at, outcome.wrong))
}

/// Takes the lock for walks; a walk that panicked left nothing behind.
pub(crate) fn walking(shared: &Shared) -> std::sync::MutexGuard<'_, ()> {
    shared.walking.lock().unwrap_or_else(PoisonError::into_inner)
}
