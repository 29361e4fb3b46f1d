//! One process per state directory: two agents with one identity would look like a clone.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::FlockOperation;

use crate::disk::{hand_over, open_or_create, open_plain, read_plain};
use crate::spool;
use crate::strict::{self, Loose};

/// Who only asks whether somebody holds the lock has it for a moment: so often it is tried again.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

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
    /// Others may change what is in it.
    #[error(transparent)]
    Loose(#[from] Loose),
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
    /// Makes the directory when it is missing (mode 0700) and takes its lock, under the name of a command.
    pub fn take(dir: &Path, command: &str) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { dir: dir.to_owned(), source };
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(dir).map_err(failed)?;
        strict::check_state_dir(dir)?;
        for inner in [spool::dir(dir), spool::quarantine(dir)] {
            strict::check_inner_dir(&inner)?;
        }
        let mut file = open_or_create(&path(dir), 0o600).map_err(failed)?;
        hand_over(&file, &path(dir)).map_err(failed)?;
        for _ in 0..TRIES {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    file.set_len(0).map_err(failed)?;
                    writeln!(file, "{} {command}", std::process::id()).map_err(failed)?;
                    return Ok(Self { _file: file });
                }
                Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(BETWEEN_TRIES),
                Err(e) => return Err(failed(e.into())),
            }
        }
        Err(LockError::Held(dir.to_owned()))
    }
}

/// Who holds the lock of a state directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The number that the process has where it runs; a program of before did not write it.
    pub pid: Option<u32>,
    /// What it was started as: `run`, `once` or `enroll`.
    pub command: String,
}

fn path(dir: &Path) -> PathBuf {
    dir.join("lock")
}

/// Who works with a state directory now, if anybody. The kernel answers: what a process left behind counts for nothing.
pub fn holder(dir: &Path) -> io::Result<Option<Holder>> {
    let file = match open_plain(&path(dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => return Ok(None),
        Err(rustix::io::Errno::WOULDBLOCK) => {}
        Err(error) => return Err(error.into()),
    }
    let text = read_plain(&path(dir), 256)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let (pid, command) = text.trim().split_once(' ').unwrap_or_default();
    // Held by a program of before: it is the daemon, for the others do not stay.
    let command = if command.is_empty() { "run" } else { command };
    Ok(Some(Holder { pid: pid.parse().ok(), command: command.to_owned() }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_second_is_told_and_the_lock_ends_with_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/state");
        let first = StateLock::take(&state, "run").unwrap();
        assert!(matches!(StateLock::take(&state, "once"), Err(LockError::Held(_))));
        drop(first);
        StateLock::take(&state, "once").unwrap();
    }

    /// The agent's own user could have put them there for root, who enrolls it with `sudo`.
    #[test]
    fn no_link_leads_out_of_the_state_directory() {
        let dir = tempfile::tempdir().unwrap();
        let (state, other) = (dir.path().join("state"), dir.path().join("other"));
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(other.join("file"), "of somebody else").unwrap();
        for name in ["spool", "quarantine", "lock"] {
            std::fs::create_dir_all(&state).unwrap();
            std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o700)).unwrap();
            let target = if name == "lock" { other.join("file") } else { other.clone() };
            std::os::unix::fs::symlink(target, state.join(name)).unwrap();
            let error = StateLock::take(&state, "run").unwrap_err();
            assert!(matches!(error, LockError::Loose(Loose::NoDirectory(_)) | LockError::Io { .. }), "{name}: {error}");
            assert_eq!(std::fs::read_to_string(other.join("file")).unwrap(), "of somebody else", "{name}");
            std::fs::remove_dir_all(&state).unwrap();
        }
        // A second name of a file is no link that could be seen, and as good as one.
        std::fs::create_dir(&state).unwrap();
        std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::hard_link(other.join("file"), state.join("lock")).unwrap();
        assert!(matches!(StateLock::take(&state, "run"), Err(LockError::Io { .. })));
        assert_eq!(std::fs::read_to_string(other.join("file")).unwrap(), "of somebody else");
    }

    #[test]
    fn who_holds_it_is_told_as_long_as_it_is_held() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(holder(dir.path()).unwrap(), None);
        let lock = StateLock::take(dir.path(), "run").unwrap();
        let own = Holder { pid: Some(std::process::id()), command: "run".to_owned() };
        assert_eq!(holder(dir.path()).unwrap(), Some(own));
        drop(lock);
        assert_eq!(holder(dir.path()).unwrap(), None, "what it wrote stays and counts for nothing");
    }
}
