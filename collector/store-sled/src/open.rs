//! Opening: lock and format, the newest checkpoint, the journal's end, and an index that is brought up to it or built anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use muster_store::StoreError;

use crate::Options;
use crate::blob;
use crate::checkpoint::{self, Checkpoint};
use crate::fail;
use crate::format::Format;
use crate::generation;
use crate::journal::{self, Damage, Ending, Journal, Tail, Walked};
use crate::lock::Lock;
use crate::room::Room;
use crate::staging::Staging;

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
    /// A later program wrote it.
    #[error(
        "{} was written by muster-collector {by} (form {form}, this program knows {know}): install that version or a later one, or \
         restore a backup that was made before the upgrade; nothing was changed",
        dir.display()
    )]
    Newer {
        /// The store's folder.
        dir: PathBuf,
        /// Version of that program.
        by: String,
        /// Form of the store.
        form: u32,
        /// The form that is known here.
        know: u32,
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
        "the journal is damaged: {} at offset {offset}, record {sequence}: {what}. `muster-collector mend` mends it if the \
         index still has what is damaged. Restore the data directory from a backup if it does not; nothing was changed",
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
    /// The checkpoint is damaged, and neither journal nor index can stand in for it.
    #[error(
        "the checkpoint is damaged: {}: {source}. Restore the data directory from a backup; nothing was changed",
        path.display()
    )]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
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

impl Damage {
    /// What is wrong and where, without what to do about it.
    pub(crate) fn told(&self) -> String {
        let Self { file, offset, sequence, what, .. } = self;
        format!("the journal is damaged: {} at offset {offset}, record {sequence}: {what}", file.display())
    }
}

impl From<Damage> for OpenError {
    fn from(damage: Damage) -> Self {
        let Damage { file, offset, sequence, what, .. } = damage;
        Self::Damaged { file, offset, sequence, what }
    }
}

pub(crate) fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { what, path, source }
}

/// What opening gives.
pub(crate) struct Opened {
    /// Over the index.
    pub(crate) staging: Staging,
    pub(crate) journal: Journal,
    pub(crate) room: Room,
    pub(crate) lock: Lock,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) format: Format,
    /// Generation of the index.
    pub(crate) generation: u64,
}

pub(crate) fn open(options: &Options) -> Result<Opened, OpenError> {
    let dir = &options.dir;
    let folder = dir.join(journal::FOLDER);
    fs::create_dir_all(dir).map_err(io_error("making the folder", dir))?;
    let lock = Lock::take(dir)?;
    let written = Format::read(dir)?;
    written.check(dir)?;
    fs::create_dir_all(&folder).map_err(io_error("making the folder", &folder))?;
    let room = Room::make(dir).map_err(io_error("making room in", dir))?;
    let id = if written.id.is_empty() { muster_shared::secret::draw_secret() } else { written.id.clone() };
    let format = Format::current(id, written.epoch);
    if written != format {
        format.write(dir).map_err(io_error("writing the format in", dir))?;
    }
    blob::tidy(dir).map_err(io_error("tidying up in", dir))?;
    let (base, damaged) = newest_checkpoint(dir)?;
    let (base, walked) = match damaged {
        None => {
            let walked = find_end(&folder, base.as_ref())?;
            (base, walked)
        }
        Some(damaged) => without_checkpoint(options, &folder, damaged)?,
    };
    let (staging, generation) = open_index(options, &folder, base.as_ref(), &walked)?;
    if let Ending::Torn(torn) = &walked.ending {
        tracing::warn!(file = %torn.file.display(), offset = torn.offset, "an unfinished record at the end is cut off");
    }
    let journal = Journal::resume(folder.clone(), options.segment_bytes, walked.tail, walked.open)
        .map_err(io_error("opening the journal in", &folder))?;
    Ok(Opened { staging, journal, room, lock, checkpoint: base, format, generation })
}

/// A checkpoint that cannot be read, and why.
type Rotten = (PathBuf, io::Error);

fn newest_checkpoint(dir: &Path) -> Result<(Option<Checkpoint>, Option<Rotten>), OpenError> {
    let all = checkpoint::list(dir).map_err(io_error("listing the checkpoints in", dir))?;
    let Some((_, path)) = all.last() else { return Ok((None, None)) };
    Ok(match Checkpoint::newest(dir) {
        Ok(checkpoint) => (checkpoint, None),
        Err(error) => (None, Some((path.clone(), error))),
    })
}

/// The journal after a checkpoint.
fn find_end(folder: &Path, base: Option<&Checkpoint>) -> Result<Walked, OpenError> {
    let from = base.map_or(Tail::START, |base| base.tail);
    let walked = journal::walk(folder, from, u64::MAX, |_| Ok(())).map_err(io_error("reading", folder))?;
    match walked.ending {
        Ending::Damaged(damage) => Err(damage.into()),
        Ending::Foreign => {
            let what = "the journal does not follow the checkpoint";
            Err(OpenError::Damaged { file: folder.to_owned(), offset: 0, sequence: from.sequence, what })
        }
        Ending::Sound | Ending::Torn(_) => Ok(walked),
    }
}

/// The newest checkpoint is damaged: the journal alone is enough when it goes back to the beginning, and an index that is what was
/// written to it can give another one.
fn without_checkpoint(
    options: &Options,
    folder: &Path,
    (path, source): Rotten,
) -> Result<(Option<Checkpoint>, Walked), OpenError> {
    tracing::error!(file = %path.display(), error = %source, "the checkpoint is damaged");
    if let Ok(walked) = find_end(folder, None) {
        fs::remove_file(&path).map_err(io_error("removing", &path))?;
        return Ok((None, walked));
    }
    let refused = |source| OpenError::Checkpoint { path: path.clone(), source };
    let newest = generation::numbers(&options.dir).map_err(io_error("listing", &options.dir))?.pop();
    let Some(number) = newest else { return Err(refused(source)) };
    let Ok((index, _)) = generation::open(&generation::folder(&options.dir, number), options.cache_bytes) else {
        return Err(refused(source));
    };
    let staging = Staging::new(std::sync::Arc::new(index)).map_err(OpenError::Store)?;
    let made = checkpoint::export(&options.dir, staging.index(), staging.head());
    let made = made.map_err(|error| refused(io::Error::other(format!("{source}; {error}"))))?;
    tracing::warn!(file = %made.path.display(), "a new checkpoint was made from the index, which is whole");
    let walked = find_end(folder, Some(&made))?;
    if made.path != path {
        fs::remove_file(&path).map_err(io_error("removing", &path))?;
    }
    Ok((Some(made), walked))
}

/// The newest index that opens and is not ahead of the journal, brought up to it; or a new one.
fn open_index(
    options: &Options,
    folder: &Path,
    base: Option<&Checkpoint>,
    end: &Walked,
) -> Result<(Staging, u64), OpenError> {
    let dir = &options.dir;
    let numbers = generation::numbers(dir).map_err(io_error("listing", dir))?;
    let newest = numbers.last().copied();
    let covered = base.map_or(0, |base| base.tail.sequence);
    if let Some(number) = newest {
        match generation::open(&generation::folder(dir, number), options.cache_bytes) {
            Ok((_, mark)) if mark.tail.sequence > end.tail.sequence => return Err(ahead(end, folder, mark.tail)),
            Ok((_, mark)) if mark.tail.sequence < covered => {
                tracing::warn!(at = mark.tail.sequence, "the index is older than the checkpoint and is built anew");
            }
            Ok((index, _)) => match generation::replay(&std::sync::Arc::new(index), folder, end.tail) {
                Ok(staging) => {
                    generation::keep_only(dir, number).map_err(io_error("removing old indexes in", dir))?;
                    return Ok((staging, number));
                }
                Err(error) => tracing::warn!(%error, "the index cannot be brought up to date and is built anew"),
            },
            Err(why) => tracing::warn!(%why, "the index does not open and is built anew"),
        }
    }
    let number = newest.map_or(1, |number| number + 1);
    let index = generation::begin(dir, number, options.cache_bytes, base)?;
    let staging = generation::replay(&index, folder, end.tail)?;
    fail::at("rebuild.replayed");
    generation::keep_only(dir, number).map_err(io_error("removing old indexes in", dir))?;
    Ok((staging, number))
}

/// An index that knows commits which the journal does not have: records at the journal's end were lost or damaged.
pub(crate) fn ahead(end: &Walked, folder: &Path, applied: Tail) -> OpenError {
    let open = end.open.clone();
    let (file, offset) = open.map_or_else(|| (folder.to_owned(), 0), |open| (open.path, open.written));
    tracing::error!(applied = applied.sequence, journal = end.tail.sequence, "the index is ahead of the journal");
    let what = match &end.ending {
        Ending::Torn(torn) => torn.what,
        _ => "acknowledged records are missing at the end",
    };
    OpenError::Damaged { file, offset, sequence: end.tail.sequence + 1, what }
}

/// Bytes of the files in a folder.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
