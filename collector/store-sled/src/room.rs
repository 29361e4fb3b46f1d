//! Room on the disk: commits are refused before the disk is full, and a full disk can still be opened.
//!
//! A journal that runs into a full disk refuses a commit and goes on, but sled does not: it cannot be used any more after a
//! failed write, and it cannot be opened on a full disk. So commits are refused while less than a low-water mark is free,
//! and a ballast file of the same size is given back when a store is opened on a disk that is full. Both sizes follow the
//! size of the file system: a twentieth of it, from 4 to 64 MiB.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

const MIN_BYTES: u64 = 4 << 20;
const MAX_BYTES: u64 = 64 << 20;
/// What a commit takes, at most, for each of its bytes: in the journal, in the index, and in what sled writes anew.
const AMPLIFICATION: u64 = 4;

/// What is free where the store is.
#[derive(Debug)]
pub(crate) struct Room {
    dir: PathBuf,
    mark_bytes: u64,
    has_ballast: bool,
}

impl Room {
    /// Measures the file system of `dir`, and makes room there when it is full.
    pub(crate) fn make(dir: &Path) -> io::Result<Self> {
        let total = rustix::fs::statvfs(dir).map(|stat| stat.f_blocks.saturating_mul(stat.f_frsize))?;
        let mut room = Self { dir: dir.to_owned(), mark_bytes: mark_bytes(total), has_ballast: ballast(dir).exists() };
        if room.has_ballast && room.free()? < room.mark_bytes {
            std::fs::remove_file(ballast(dir))?;
            room.has_ballast = false;
            tracing::warn!(dir = %dir.display(), "the disk is full: the ballast is given back so that the store opens");
        }
        Ok(room)
    }

    fn free(&self) -> io::Result<u64> {
        Ok(rustix::fs::statvfs(&self.dir).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize))?)
    }

    /// Whether commits of `bytes` may be written; if not, what to tell the caller.
    pub(crate) fn check(&mut self, bytes: u64) -> Result<(), String> {
        let told = |error: io::Error| format!("cannot see how much is free on the disk: {error}");
        let free = self.free().map_err(told)?;
        let wanted = self.mark_bytes.saturating_add(bytes.saturating_mul(AMPLIFICATION));
        if free < wanted {
            return Err(full(free, wanted));
        }
        if !self.has_ballast && free >= wanted.saturating_add(self.mark_bytes) {
            // Best effort: without ballast a store still works, it only does not open on a full disk.
            self.has_ballast = lay_in(&ballast(&self.dir), self.mark_bytes).is_ok();
        }
        Ok(())
    }
}

/// Why no changes are taken for want of room, if so.
pub(crate) fn lacking(dir: &Path) -> Option<String> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    let (total, free) = (stat.f_blocks.saturating_mul(stat.f_frsize), stat.f_bavail.saturating_mul(stat.f_frsize));
    (free < mark_bytes(total)).then(|| full(free, mark_bytes(total)))
}

/// Why something of `bytes` that can wait is not taken now, if so.
pub(crate) fn refusal(dir: &Path, bytes: u64) -> Option<String> {
    lacking(dir).or_else(|| {
        let free = rustix::fs::statvfs(dir).map_or(0, |stat| stat.f_bavail.saturating_mul(stat.f_frsize));
        (!has_room_for(dir, bytes)).then(|| full(free, bytes.saturating_mul(2).saturating_add(3 * MIN_BYTES)))
    })
}

/// Less than this is not free for commits.
fn mark_bytes(total: u64) -> u64 {
    (total / 20).clamp(MIN_BYTES, MAX_BYTES)
}

fn full(free: u64, wanted: u64) -> String {
    let (free, wanted) = (free >> 20, (wanted >> 20) + 1);
    format!("the disk of the data directory is full: {free} MiB are free, changes are taken again from {wanted} MiB on")
}

/// Whether something of `bytes` that can wait fits beside what commits need.
pub(crate) fn has_room_for(dir: &Path, bytes: u64) -> bool {
    let free = rustix::fs::statvfs(dir).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
    free.is_ok_and(|free| {
        free >= bytes.saturating_add(2 * MAX_BYTES).min(bytes.saturating_mul(2).saturating_add(3 * MIN_BYTES))
    })
}

fn ballast(dir: &Path) -> PathBuf {
    dir.join("ballast")
}

/// Takes up `bytes` of the disk. A file system that cannot promise them gets no ballast: an empty file would be none.
fn lay_in(path: &Path, bytes: u64) -> io::Result<()> {
    let file: File = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes).map_err(|errno| {
        drop(std::fs::remove_file(path));
        errno.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_the_ballast_comes_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let mut room = Room::make(dir.path()).unwrap();
        room.check(1_000).unwrap();
        let laid_in = std::fs::metadata(ballast(dir.path())).unwrap().len();
        assert_eq!(laid_in, room.mark_bytes);
        let said = room.check(u64::MAX / 8).unwrap_err();
        assert!(said.contains("MiB are free"), "{said}");
        // A disk on which less than the mark is free.
        room.mark_bytes = u64::MAX / 2;
        assert!(room.check(0).is_err());
        let again = Room::make(dir.path()).unwrap();
        assert!(again.has_ballast, "there is room: it stays");
    }
}
