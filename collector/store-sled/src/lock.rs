//! One process per data directory.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use crate::open::{OpenError, io_error};

/// The lock on a store's folder: held as long as its writer lives, or as long as somebody moves it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// How often a lock is tried, and how long in between.
pub(crate) const ATTEMPTS: usize = 20;
/// Pause between two attempts.
pub(crate) const WAIT: Duration = Duration::from_millis(50);

impl Lock {
    /// Takes it, or says who has it.
    pub fn take(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join("lock");
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(io_error("opening the lock", &path))?;
        // A killed process's lock goes away with its last thread: that can take a moment.
        for attempt in 1..=ATTEMPTS {
            match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    let written = file
                        .set_len(0)
                        .and_then(|()| std::io::Write::write_all(&mut file, std::process::id().to_string().as_bytes()));
                    written.map_err(io_error("writing the lock", &path))?;
                    return Ok(Self { _file: file });
                }
                Err(rustix::io::Errno::WOULDBLOCK) if attempt < ATTEMPTS => std::thread::sleep(WAIT),
                Err(rustix::io::Errno::WOULDBLOCK) => break,
                Err(errno) => return Err(io_error("locking", &path)(errno.into())),
            }
        }
        let holder = fs::read_to_string(&path).ok().filter(|pid| !pid.trim().is_empty());
        Err(OpenError::Locked { dir: dir.to_owned(), holder })
    }
}
