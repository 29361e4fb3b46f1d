//! Mounts: the kernel marks its table of mounts as exceptional when it has changed (`proc_pid_mountinfo(5)`).

use std::fs::File;
use std::io;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::section::Event;

/// The table of the first process, then our own: as the section reads them.
const TABLES: &[&str] = &["/proc/1/mountinfo", "/proc/self/mountinfo"];

/// The open table.
#[derive(Debug)]
pub(super) struct Mounts {
    table: AsyncFd<File>,
}

impl Mounts {
    /// Watches the mounts of the running system.
    pub(super) fn new() -> io::Result<Self> {
        let mut opened = Err(io::ErrorKind::NotFound.into());
        for table in TABLES {
            opened = opened.or_else(|_: io::Error| File::open(table));
        }
        #[expect(deprecated, reason = "the successor is unsafe; `File` owns its descriptor for as long as it lives")]
        let table = AsyncFd::with_interest(opened?, Interest::PRIORITY)?;
        Ok(Self { table })
    }
}

/// Waits for a change; for ever when there is nothing to wait for.
pub(super) async fn next(mounts: Option<&mut Mounts>) -> Vec<Event> {
    if let Some(mounts) = mounts
        && let Ok(mut ready) = mounts.table.ready(Interest::PRIORITY).await
    {
        ready.clear_ready();
        return vec![Event::Mount];
    }
    std::future::pending().await
}
