//! Mends a damaged journal from the index, by command only, while no collector runs.
//!
//! The index has every commit up to its mark, each document under a hash and all of them under sums. When it has every record that
//! the journal can have had, it can stand in for the journal: a checkpoint is made of it, and all segments are put aside, not thrown
//! away. When it lacks one that is damaged, nothing is changed: only a backup helps then.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_shared::{Clock, SystemClock};
use muster_store::{Sequence, StoreError};

use crate::format::Format;
use crate::journal::{self, Ending};
use crate::lock::Lock;
use crate::open::{OpenError, io_error};
use crate::staging::Staging;
use crate::{Options, checkpoint, generation, verify};

/// What was mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// What was wrong.
    pub damage: String,
    /// The last commit that is kept: all that were acknowledged.
    pub through: Sequence,
    /// Where the old segments are.
    pub aside: PathBuf,
}

/// Why it was not mended.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The store cannot be looked at.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is no index that could stand in.
    #[error(
        "{damage}. There is no index that could stand in for it ({why}): restore the data directory from a backup; nothing was changed"
    )]
    NoIndex {
        /// What is wrong with the journal.
        damage: String,
        /// What is wrong with the index.
        why: String,
    },
    /// What is damaged is not in the index.
    #[error(
        "{damage}. The index ends at record {index}, the journal goes on to record {journal} at least: what is between is lost unless \
         there is a backup. Restore the data directory from it; nothing was changed"
    )]
    Behind {
        /// What is wrong with the journal.
        damage: String,
        /// The last record that the index has.
        index: Sequence,
        /// The last record that the journal had, as far as it can be read.
        journal: Sequence,
    },
}

/// Mends the journal of a store that nobody has open; `None` when nothing is wrong with it. Blocks.
pub fn mend(options: &Options) -> Result<Option<Mended>, MendError> {
    let dir = &options.dir;
    let folder = dir.join(journal::FOLDER);
    let _lock = Lock::take(dir)?;
    Format::read(dir)?.check(dir)?;
    let newest = generation::numbers(dir).map_err(io_error("listing", dir))?.pop();
    let opened = newest.map_or_else(
        || Err("it is not there".to_owned()),
        |number| generation::open(&generation::folder(dir, number), options.cache_bytes),
    );
    let (index, mark) = match opened {
        Ok(opened) => opened,
        Err(why) => {
            let walked = journal::walk(&folder, start_of(dir)?, u64::MAX, |_| Ok(()));
            return match walked.map_err(io_error("reading", &folder))?.ending {
                Ending::Damaged(damage) => Err(MendError::NoIndex { damage: damage.told(), why }),
                Ending::Sound | Ending::Torn(_) | Ending::Foreign => Ok(None),
            };
        }
    };
    let index = Arc::new(index);
    // What to do about it is being done.
    let plain = |line: String| line.split(". `muster-collector mend`").next().unwrap_or_default().to_owned();
    let before = verify::journal(dir, mark.tail).map_err(OpenError::Store)?.into_iter().next().map(plain);
    let walked = journal::walk(&folder, mark.tail, u64::MAX, |_| Ok(())).map_err(io_error("reading", &folder))?;
    let (damage, staging) = match (walked.ending, before) {
        (Ending::Sound | Ending::Torn(_), None) => return Ok(None),
        (Ending::Sound | Ending::Torn(_), Some(damage)) => (damage, generation::replay(&index, &folder, walked.tail)?),
        (Ending::Foreign, _) => return Err(OpenError::Foreign.into()),
        (Ending::Damaged(found), before) => {
            let (first, damage) = (found.sequence, before.unwrap_or_else(|| found.told()));
            let last = last_of(&folder)?.max(first);
            if last > mark.tail.sequence {
                return Err(MendError::Behind { damage, index: mark.tail.sequence, journal: last });
            }
            (damage, Staging::new(Arc::clone(&index)).map_err(OpenError::Store)?)
        }
    };
    let made = checkpoint::export(dir, staging.index(), staging.head());
    let made = made.map_err(|error| MendError::NoIndex { damage: damage.clone(), why: error.to_string() })?;
    index.flush().map_err(|error| OpenError::Store(StoreError::backend(error)))?;
    let aside = put_aside(dir, &folder)?;
    Ok(Some(Mended { damage, through: made.tail.sequence, aside }))
}

/// Where the journal begins that counts: after the newest checkpoint.
fn start_of(dir: &Path) -> Result<journal::Tail, OpenError> {
    let newest = checkpoint::Checkpoint::newest(dir).map_err(io_error("reading the checkpoint in", dir))?;
    Ok(newest.map_or(journal::Tail::START, |checkpoint| checkpoint.tail))
}

/// The last record that can be read anywhere in the journal.
fn last_of(folder: &Path) -> Result<Sequence, OpenError> {
    let mut last = 0;
    for (_, path) in journal::segments(folder).map_err(io_error("listing", folder))? {
        last = last.max(journal::last_sound(&path).map_err(io_error("reading", &path))?);
    }
    Ok(last)
}

/// Renames the folder of the segments, so that whoever wants to look at them can.
fn put_aside(dir: &Path, folder: &Path) -> Result<PathBuf, OpenError> {
    let aside = dir.join(format!("{}-damaged-{}", journal::FOLDER, SystemClock.now().millis()));
    fs::rename(folder, &aside).map_err(io_error("putting aside", folder))?;
    fs::create_dir_all(folder).map_err(io_error("making the folder", folder))?;
    fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_error("syncing", dir))?;
    Ok(aside)
}
