//! Everything that is stored, read again: for `verify`, for the daily scrub, and before a restored store serves.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use muster_store::StoreError;

use crate::blob;
use crate::checkpoint::{self, Checkpoint};
use crate::journal::{self, Ending, Tail};
use crate::keeper::walking;
use crate::open::{OpenError, ahead};
use crate::scrub;
use crate::shared::{Hold, Shared};
use crate::writer::Handle;

/// Pause between two steps of a walk over the index: commits go first.
const PAUSE: Duration = Duration::from_millis(1);

/// What is wrong, by part.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) journal: Vec<String>,
    pub(crate) checkpoint: Vec<String>,
    pub(crate) index: Vec<String>,
    pub(crate) audit: Vec<String>,
    pub(crate) blob: Vec<String>,
}

impl Findings {
    /// One line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        [&self.journal, &self.checkpoint, &self.index, &self.audit, &self.blob].into_iter().flatten().cloned().collect()
    }
}

/// Checks every record of the journal up to the last one that is applied, the newest checkpoint, every row of the index and what they
/// come to, the chain of the audit trail, and the bytes that documents name. Commits go on meanwhile. Blocks.
pub(crate) fn all(shared: &Arc<Shared>, handle: &Handle) -> Result<Findings, StoreError> {
    let _hold = Hold::take(shared);
    let dir = &shared.options.dir;
    let applied = handle.run(|writer| writer.journal.tail())?;
    let mut findings = Findings { journal: journal(dir, applied)?, ..Findings::default() };
    findings.checkpoint = checkpoint(dir)?;
    findings.index = index(shared, handle)?;
    // A walk that found damage says more than the trail that runs into it.
    findings.audit = scrub::audit_trail(&shared.index()).map_err(|error| shared.seen(error))?;
    findings.blob = blob::verify(shared)?;
    Ok(findings)
}

/// What is wrong with the journal up to a record.
pub(crate) fn journal(dir: &Path, applied: Tail) -> Result<Vec<String>, StoreError> {
    let folder = dir.join(journal::FOLDER);
    let first = journal::segments(&folder).map_err(StoreError::backend)?.into_iter().next();
    let from = match first {
        None => return Ok(Vec::new()),
        Some((1, _)) => Tail::START,
        Some((first, path)) => match journal::first_of(&path, first).map_err(StoreError::backend)? {
            Some(tail) => tail,
            None => {
                return Ok(vec![format!("the journal is damaged: {} does not begin with a record", path.display())]);
            }
        },
    };
    let walked = journal::walk(&folder, from, applied.sequence, |_| Ok(())).map_err(StoreError::backend)?;
    Ok(match walked.ending {
        Ending::Damaged(damage) => vec![OpenError::from(damage).to_string()],
        _ if walked.tail.sequence < applied.sequence => vec![ahead(&walked, &folder, applied).to_string()],
        _ if walked.tail != applied => vec![OpenError::Foreign.to_string()],
        Ending::Sound | Ending::Torn(_) | Ending::Foreign => Vec::new(),
    })
}

/// What is wrong with the newest checkpoint.
fn checkpoint(dir: &Path) -> Result<Vec<String>, StoreError> {
    let Some((_, path)) = checkpoint::list(dir).map_err(StoreError::backend)?.pop() else { return Ok(Vec::new()) };
    let read = Checkpoint::newest(dir).and_then(|newest| newest.map_or(Ok(()), |newest| newest.verify()));
    Ok(read.err().map(|error| format!("the checkpoint is damaged: {}: {error}", path.display())).into_iter().collect())
}

/// What is wrong with the index.
fn index(shared: &Shared, handle: &Handle) -> Result<Vec<String>, StoreError> {
    let _alone = walking(shared);
    loop {
        match handle.run(|writer| scrub::walk_on(&mut writer.staging))?.map_err(|error| shared.seen(error))? {
            Some(wrong) => return Ok(wrong),
            None => std::thread::sleep(PAUSE),
        }
    }
}
