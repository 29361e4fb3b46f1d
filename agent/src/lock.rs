//! One process per state directory: two agents with one identity would look like a clone.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use crate::disk::hand_over;

/// Held as long as this value lives; the kernel lets go when the process ends, however it ends.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

/// Why the state directory could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error(
        "another muster-agent works with the state directory {}: stop it first (systemctl stop muster-agent) or give \
         this one a directory of its own with --state-dir",
        .0.display()
    )]
    Held(PathBuf),
    /// The directory or the lock file cannot be made.
    #[error("cannot use the state directory {}: it must exist or be creatable, and be writable", dir.display())]
    Io {
        /// The state directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StateLock {
    /// Makes the directory when it is missing (mode 0700) and takes its lock.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { dir: dir.to_owned(), source };
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(dir).map_err(failed)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join("lock"))
            .map_err(failed)?;
        hand_over(&file, &dir.join("lock")).map_err(failed)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(LockError::Held(dir.to_owned())),
            Err(e) => Err(failed(e.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_lock_ends_with_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/state");
        let first = StateLock::take(&state).unwrap();
        assert!(matches!(StateLock::take(&state), Err(LockError::Held(_))));
        drop(first);
        StateLock::take(&state).unwrap();
    }
}
