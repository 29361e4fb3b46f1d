//! Generations of the index: each has a folder of its own, `index-1`, `index-2`, ..., because sled cannot open one path twice in a
//! process. A new one is made of the newest checkpoint and the journal after it; the old one goes when the new one serves.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_store::StoreError;

use crate::checkpoint::{Checkpoint, place};
use crate::fail;
use crate::index::{Index, entry_key};
use crate::journal::{self, Ending, Payload, Tail, entries_of};
use crate::lock;
use crate::mark::Mark;
use crate::open::{OpenError, ahead, io_error};
use crate::row;
use crate::staging::Staging;
use crate::sum::Sums;

/// The folder of a generation.
pub(crate) fn folder(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("index-{number}"))
}

/// The generations that are there.
pub(crate) fn numbers(dir: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.strip_prefix("index-")).and_then(|n| n.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Removes all generations but one: those that it replaces, and what an interrupted rebuild left.
pub(crate) fn keep_only(dir: &Path, keep: u64) -> io::Result<()> {
    for old in numbers(dir)?.into_iter().filter(|number| *number != keep) {
        fs::remove_dir_all(folder(dir, old))?;
    }
    Ok(())
}

/// Opens a generation; sled panics on some damage, which counts as "does not open".
pub(crate) fn open(path: &Path, cache_bytes: u64) -> Result<(Index, Mark), String> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let index = open_unlocked(path, cache_bytes).map_err(|error| error.to_string())?;
        let mark = index.mark().map_err(|error| error.to_string())?;
        Ok((index, mark))
    }));
    opened.unwrap_or_else(|_| Err("sled panicked".to_owned()))
}

/// Opens an index once its lock is free: that of a killed process goes away a moment after ours.
fn open_unlocked(path: &Path, cache_bytes: u64) -> sled::Result<Index> {
    for _ in 0..lock::ATTEMPTS {
        match Index::open(path, cache_bytes) {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                std::thread::sleep(lock::WAIT);
            }
            result => return result,
        }
    }
    Index::open(path, cache_bytes)
}

/// Rows staged before they are written to the index during a replay.
const REPLAY_ROWS: usize = 20_000;

/// Makes a new generation from a checkpoint, if there is one; the journal after it is not in it yet.
pub(crate) fn begin(
    dir: &Path,
    number: u64,
    cache_bytes: u64,
    base: Option<&Checkpoint>,
) -> Result<Arc<Index>, OpenError> {
    let path = folder(dir, number);
    let made = open(&path, cache_bytes).map_err(io::Error::other).map_err(io_error("making the index in", &path));
    let index = Arc::new(made?.0);
    if let Some(base) = base {
        load(&index, base).map_err(io_error("loading the checkpoint", &base.path))?;
    }
    fail::at("rebuild.loaded");
    Ok(index)
}

/// Writes a checkpoint into an empty index.
fn load(index: &Index, base: &Checkpoint) -> io::Result<()> {
    tracing::info!(checkpoint = %base.path.display(), documents = base.sums.documents(), "the index is built from a checkpoint");
    let mut rows = base.rows()?;
    let mut sums = Sums::default();
    let mut batch = sled::Batch::default();
    let mut count = 0_usize;
    while let Some((key, value)) = rows.next()? {
        let (collection, name) = place(&key)?;
        let (packed, version) = row::take_apart(collection, &name, &value).map_err(io::Error::other)?;
        sums.add(collection, &packed.content, version);
        let entries = entries_of(&packed).map_err(io::Error::other)?;
        let entries = entries.iter().map(|(index, entry)| entry_key(*index, entry, &name));
        let entries: std::collections::BTreeSet<_> = entries.collect();
        sums.add_entries(entries.len() as u64);
        for entry in entries {
            batch.insert(entry, Vec::new());
        }
        batch.insert(key, value);
        count += 1;
        if count.is_multiple_of(2_000) {
            index.apply_part(std::mem::take(&mut batch)).map_err(io::Error::other)?;
        }
        if count.is_multiple_of(100_000) {
            tracing::info!(documents = count, of = base.sums.documents(), "the index is being built");
        }
    }
    index.apply(batch, &Mark { tail: base.tail, late_from: 0, sums }).map_err(io::Error::other)
}

/// Applies the records after those that an index has, up to one.
pub(crate) fn replay(index: &Arc<Index>, journal: &Path, to: Tail) -> Result<Staging, OpenError> {
    let from = index.mark().map_err(OpenError::Store)?.tail;
    let mut staging = Staging::new(Arc::clone(index)).map_err(OpenError::Store)?;
    if from.sequence == to.sequence {
        return if from.hash == to.hash { Ok(staging) } else { Err(OpenError::Foreign) };
    }
    tracing::info!(from = from.sequence, to = to.sequence, "the index is brought up to the journal");
    let walked = journal::walk(journal, from, to.sequence, |record| {
        let payload = Payload::decode(&record.payload)?;
        staging.stage(record.tail.sequence, payload).map_err(io::Error::other)?;
        if staging.len() >= REPLAY_ROWS {
            staging.apply(record.tail).map_err(io::Error::other)?;
        }
        Ok(())
    });
    let walked = walked.map_err(io_error("replaying", journal))?;
    match &walked.ending {
        Ending::Foreign => return Err(OpenError::Foreign),
        Ending::Damaged(damage) => return Err(damage.clone().into()),
        Ending::Sound | Ending::Torn(_) if walked.tail != to => return Err(ahead(&walked, journal, to)),
        Ending::Sound | Ending::Torn(_) => {}
    }
    staging.apply(to).map_err(OpenError::Store)?;
    Ok(staging)
}

/// Whether an error of an index says that it is no good.
pub(crate) const fn is_rotten(error: &StoreError) -> bool {
    matches!(error, StoreError::Corrupt { .. } | StoreError::Backend(_))
}
