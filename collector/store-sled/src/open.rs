//! Opening: the lock, the journal's end, and an index that is brought up to it or built anew.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use muster_model::Collection;
use muster_model::audit::{self, AuditEntry, Head};
use muster_store::{Scan, Sequence, StoreError};

use crate::Options;
use crate::index::Index;
use crate::journal::{self, Damage, Journal, Payload, Tail};
use crate::room::Room;
use crate::writer::{Prepared, Staging};

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by another process{}", dir.display(), holder.as_ref().map(|pid| format!(" (pid {pid})")).unwrap_or_default())]
    Locked {
        /// The store's folder.
        dir: PathBuf,
        /// The process, as it wrote it down.
        holder: Option<String>,
    },
    /// A file cannot be read or written.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The journal is damaged; serving would lose acknowledged data in silence.
    #[error(
        "the journal is damaged: {} at offset {offset}, record {sequence}: {what}. Restore the data directory from a backup; \
         nothing was changed",
        file.display()
    )]
    Damaged {
        /// The segment.
        file: PathBuf,
        /// Where in it.
        offset: u64,
        /// Which record.
        sequence: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The index was made from another journal. It is built anew, so nobody sees this but the log.
    #[error("the index was made from another journal")]
    Foreign,
    /// The writer thread does not start.
    #[error("starting the writer: {0}")]
    Thread(#[source] io::Error),
    /// The index cannot be read although it was just built.
    #[error("reading the index: {0}")]
    Store(#[source] StoreError),
}

impl From<Damage> for OpenError {
    fn from(damage: Damage) -> Self {
        let Damage { file, offset, sequence, what, .. } = damage;
        Self::Damaged { file, offset, sequence, what }
    }
}

fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { what, path, source }
}

/// The lock on the data directory: held as long as the writer lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// What opening gives.
pub(crate) struct Opened {
    pub(crate) index: Index,
    pub(crate) journal: Journal,
    pub(crate) room: Room,
    pub(crate) lock: Lock,
}

pub(crate) fn open(options: &Options) -> Result<Opened, OpenError> {
    let dir = &options.dir;
    let folder = dir.join(journal::FOLDER);
    fs::create_dir_all(&folder).map_err(io_error("making the folder", &folder))?;
    let room = Room::make(dir).map_err(io_error("making room in", dir))?;
    let lock = take_lock(dir)?;
    let end = find_end(&folder, u64::MAX)?;
    let index = open_index(options, &folder, &end)?;
    let newest = end.newest.map(|(path, written)| {
        if let Some(torn) = &end.torn {
            tracing::warn!(file = %torn.file.display(), offset = torn.offset, "an unfinished record at the end is cut off");
        }
        (path, written)
    });
    let journal = Journal::resume(folder.clone(), options.segment_bytes, end.tail, newest)
        .map_err(io_error("opening the journal in", &folder))?;
    Ok(Opened { index, journal, room, lock })
}

/// How often a lock is tried, and how long in between.
const LOCK_ATTEMPTS: usize = 20;
const LOCK_WAIT: Duration = Duration::from_millis(50);

fn take_lock(dir: &Path) -> Result<Lock, OpenError> {
    let path = dir.join("lock");
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = file.map_err(io_error("opening the lock", &path))?;
    // A killed process's lock goes away with its last thread: that can take a moment.
    for attempt in 1..=LOCK_ATTEMPTS {
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                let written = file
                    .set_len(0)
                    .and_then(|()| io::Write::write_all(&mut file, std::process::id().to_string().as_bytes()));
                written.map_err(io_error("writing the lock", &path))?;
                return Ok(Lock { _file: file });
            }
            Err(rustix::io::Errno::WOULDBLOCK) if attempt < LOCK_ATTEMPTS => std::thread::sleep(LOCK_WAIT),
            Err(rustix::io::Errno::WOULDBLOCK) => break,
            Err(errno) => return Err(io_error("locking", &path)(errno.into())),
        }
    }
    let holder = fs::read_to_string(&path).ok().filter(|pid| !pid.trim().is_empty());
    Err(OpenError::Locked { dir: dir.to_owned(), holder })
}

/// How far the journal goes.
struct End {
    tail: Tail,
    newest: Option<(PathBuf, u64)>,
    torn: Option<Damage>,
}

/// Reads the journal once, up to the record `until`: every record's checksum and chain.
fn find_end(folder: &Path, until: Sequence) -> Result<End, OpenError> {
    let segments = journal::segments(folder).map_err(io_error("listing", folder))?;
    let mut end = End { tail: Tail::START, newest: None, torn: None };
    let count = segments.len();
    for (i, (first, path)) in segments.into_iter().enumerate() {
        if end.tail.sequence >= until {
            break;
        }
        let sequence = end.tail.sequence + 1;
        if first != sequence {
            let what = "records before this segment are missing";
            return Err(OpenError::Damaged { file: path, offset: 0, sequence, what });
        }
        let read = journal::read_segment(&path, end.tail, until, |_| Ok(()));
        let (tail, written, damage) = read.map_err(io_error("reading", &path))?;
        match damage {
            Some(damage) if damage.was_durable || i + 1 < count => return Err(damage.into()),
            torn => end.torn = torn,
        }
        end.tail = tail;
        end.newest = Some((path, written));
    }
    Ok(end)
}

/// The newest index that opens and is not ahead of the journal, brought up to it; or a new one.
fn open_index(options: &Options, folder: &Path, end: &End) -> Result<Index, OpenError> {
    let dir = &options.dir;
    let numbers = index_numbers(dir).map_err(io_error("listing", dir))?;
    let newest = numbers.last().copied();
    if let Some(number) = newest {
        match try_index(&index_folder(dir, number), options.cache_bytes) {
            Ok((index, applied)) if applied.sequence <= end.tail.sequence => {
                match replay(index, folder, applied, end.tail) {
                    Ok(index) => {
                        remove_indexes(dir, &numbers, number)?;
                        return Ok(index);
                    }
                    Err(error) => tracing::warn!(%error, "the index cannot be brought up to date and is built anew"),
                }
            }
            Ok((_, applied)) => return Err(ahead(end, folder, applied)),
            Err(why) => tracing::warn!(%why, "the index does not open and is built anew from the journal"),
        }
    }
    let number = newest.map_or(1, |number| number + 1);
    let path = index_folder(dir, number);
    let (index, _) = try_index(&path, options.cache_bytes).map_err(|why| OpenError::Io {
        what: "making the index in",
        path: path.clone(),
        source: io::Error::other(why),
    })?;
    let index = replay(index, folder, Tail::START, end.tail)?;
    remove_indexes(dir, &numbers, number)?;
    Ok(index)
}

/// Removes all indexes but one: those that it replaces, and what an interrupted rebuild left.
fn remove_indexes(dir: &Path, numbers: &[u64], keep: u64) -> Result<(), OpenError> {
    for old in numbers.iter().filter(|number| **number != keep) {
        let old = index_folder(dir, *old);
        fs::remove_dir_all(&old).map_err(io_error("removing the old index", &old))?;
    }
    Ok(())
}

/// An index that knows commits which the journal does not have: records at the journal's end were lost or damaged.
fn ahead(end: &End, folder: &Path, applied: Tail) -> OpenError {
    let (file, offset) = end.newest.clone().unwrap_or_else(|| (folder.to_owned(), 0));
    tracing::error!(applied = applied.sequence, journal = end.tail.sequence, "the index is ahead of the journal");
    OpenError::Damaged {
        file,
        offset,
        sequence: end.tail.sequence + 1,
        what: end.torn.as_ref().map_or("acknowledged records are missing at the end", |torn| torn.what),
    }
}

fn index_folder(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("index-{number}"))
}

fn index_numbers(dir: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.strip_prefix("index-")).and_then(|n| n.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Opens an index; sled panics on some damage, which counts as "does not open".
fn try_index(path: &Path, cache_bytes: u64) -> Result<(Index, Tail), String> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let index = open_unlocked(path, cache_bytes).map_err(|error| error.to_string())?;
        let (sequence, hash) = index.applied().map_err(|error| error.to_string())?;
        Ok((index, Tail { sequence, hash }))
    }));
    opened.unwrap_or_else(|_| Err("sled panicked".to_owned()))
}

/// Opens an index once its lock is free: that of a killed process goes away a moment after ours.
fn open_unlocked(path: &Path, cache_bytes: u64) -> sled::Result<Index> {
    for _ in 0..LOCK_ATTEMPTS {
        match Index::open(path, cache_bytes) {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                std::thread::sleep(LOCK_WAIT);
            }
            result => return result,
        }
    }
    Index::open(path, cache_bytes)
}

/// Rows staged before they are written to the index during a replay.
const REPLAY_ROWS: usize = 20_000;

/// Applies the records after `from` to an index.
fn replay(index: Index, folder: &Path, from: Tail, to: Tail) -> Result<Index, OpenError> {
    if from.sequence == to.sequence {
        return if from.hash == to.hash { Ok(index) } else { Err(OpenError::Foreign) };
    }
    tracing::info!(from = from.sequence, to = to.sequence, "the index is brought up to the journal");
    let index = Arc::new(index);
    let mut staging = Staging::new(Arc::clone(&index))?;
    let mut tail = Tail::START;
    let segments = journal::segments(folder).map_err(io_error("listing", folder))?;
    for (_, path) in segments {
        let read = journal::read_segment(&path, tail, to.sequence, |record| {
            if record.tail.sequence == from.sequence && record.tail.hash != from.hash {
                return Err(io::Error::other(OpenError::Foreign.to_string()));
            }
            if record.tail.sequence <= from.sequence {
                return Ok(());
            }
            let payload = Payload::decode(&record.payload)?;
            let prepared = payload.documents()?.into_iter().map(|(document, json)| Prepared::new(document, &json));
            let prepared = prepared.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
            staging.stage(record.tail.sequence, prepared, &payload).map_err(io::Error::other)?;
            if staging.len() >= REPLAY_ROWS {
                index.apply(staging.take_batch(), record.tail).map_err(io::Error::other)?;
            }
            Ok(())
        });
        tail = read.map_err(io_error("replaying", &path))?.0;
    }
    index.apply(staging.take_batch(), to).map_err(|error| OpenError::Store(StoreError::backend(error)))?;
    drop(staging);
    Arc::into_inner(index).ok_or(OpenError::Store(StoreError::Busy("the index is still in use".into())))
}

/// Checks every acknowledged record of the journal, every row of the index, and the chain of the audit trail. Commits may go
/// on meanwhile: what comes after the beginning is not looked at.
pub(crate) fn verify(dir: &Path, index: &Index) -> Result<Vec<String>, StoreError> {
    let (sequence, hash) = index.applied()?;
    let applied = Tail { sequence, hash };
    let mut wrong = Vec::new();
    let folder = dir.join(journal::FOLDER);
    match find_end(&folder, sequence) {
        Err(error) => wrong.push(error.to_string()),
        Ok(end) if end.tail.sequence < sequence => wrong.push(ahead(&end, &folder, applied).to_string()),
        Ok(end) if end.tail != applied => wrong.push(OpenError::Foreign.to_string()),
        Ok(_) => {}
    }
    wrong.extend(index.check()?);
    let mut head = Head::default();
    let mut scan = Scan::keys(Collection::Audit, "");
    loop {
        let page = match index.scan(&scan) {
            Err(error @ StoreError::Corrupt { .. }) => {
                wrong.push(format!("audit trail: {error}"));
                return Ok(wrong);
            }
            page => page?,
        };
        for row in page.rows {
            let Ok(entry) = serde_json::from_slice::<AuditEntry>(&row.bytes) else {
                wrong.push(format!("audit trail: entry {} cannot be read", row.place));
                continue;
            };
            match audit::verify(&head, &entry) {
                Ok(next) => head = next,
                Err(error) => {
                    wrong.push(format!("audit trail: {error}"));
                    head = Head { seq: entry.seq, hash: entry.hash };
                }
            }
        }
        match page.next {
            None => return Ok(wrong),
            next => scan.after = next,
        }
    }
}

/// Bytes of the files in a folder.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
