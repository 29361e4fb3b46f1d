//! Writing files so that they survive a power cut, behind a trait so that tests can make every step fail.
//!
//! Invariant: a file under its final name is whole. `tmp -> write -> fsync -> rename -> fsync(directory)`; a failed fsync is
//! never tried again and never ignored, for the kernel may have thrown the data away: the process ends (see
//! [`DiskError::is_fatal`]).

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// What the suffix of a half-written file is.
pub const TMP_SUFFIX: &str = ".tmp";

/// A step on the way to a durable file that failed.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// Before anything was promised: the disk is full, read-only, or the folder is missing.
    #[error("cannot {step} {}", path.display())]
    Io {
        /// What was attempted.
        step: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The kernel could not say that data is on the disk.
    #[error("cannot flush {} to the disk", path.display())]
    Sync {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl DiskError {
    /// Whether the process has to end: after a failed fsync nothing that it believes of the disk is sure.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Sync { .. })
    }

    /// A failed step on `path`.
    pub fn io(step: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { step, path: path.to_owned(), source }
    }
}

/// The steps of a durable write.
pub trait Disk: Send + Sync + std::fmt::Debug {
    /// Writes a new file and flushes it.
    fn create(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError>;
    /// Gives a file its final name.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), DiskError>;
    /// Flushes a directory.
    fn sync_dir(&self, path: &Path) -> Result<(), DiskError>;
    /// Removes a file; one that is gone already is no error.
    fn remove(&self, path: &Path) -> Result<(), DiskError>;
    /// Bytes that this process may still write on the file system of `path`.
    fn free_bytes(&self, path: &Path) -> Result<u64, DiskError>;
}

/// Gives a file that root made to the owner of its directory: who enrolls with `sudo` does it for the agent's own user.
pub fn hand_over(file: &File, path: &Path) -> io::Result<()> {
    let (true, Some(dir)) = (rustix::process::geteuid().is_root(), path.parent()) else { return Ok(()) };
    let owner = std::fs::metadata(dir)?;
    if owner.uid() == 0 { Ok(()) } else { std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid())) }
}

/// The disk of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError> {
        // A leftover of a killed process has the same name: it goes first, so that its mode does not stay.
        self.remove(path)?;
        let mut file = create_new(path, mode).map_err(|e| DiskError::io("create", path, e))?;
        file.write_all(bytes).map_err(|e| DiskError::io("write", path, e))?;
        file.sync_all().map_err(|source| DiskError::Sync { path: path.to_owned(), source })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), DiskError> {
        std::fs::rename(from, to).map_err(|e| DiskError::io("rename", from, e))
    }

    fn sync_dir(&self, path: &Path) -> Result<(), DiskError> {
        let dir = File::open(path).map_err(|e| DiskError::io("open", path, e))?;
        dir.sync_all().map_err(|source| DiskError::Sync { path: path.to_owned(), source })
    }

    fn remove(&self, path: &Path) -> Result<(), DiskError> {
        match std::fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(DiskError::io("remove", path, e)),
            _ => Ok(()),
        }
    }

    fn free_bytes(&self, path: &Path) -> Result<u64, DiskError> {
        let stat = rustix::fs::statvfs(path).map_err(|e| DiskError::io("measure", path, e.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

fn flag(flags: OFlags) -> i32 {
    i32::try_from(flags.bits()).unwrap_or_default()
}

/// Makes a file that is not there yet, for the owner of its directory.
pub fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    hand_over(&file, path)?;
    Ok(file)
}

/// Opens a plain file to write it, and makes it when it is not there: no link, and no second name of a file elsewhere.
pub fn open_or_create(path: &Path, mode: u32) -> io::Result<File> {
    let flags = flag(OFlags::NOFOLLOW | OFlags::NONBLOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(mode).custom_flags(flags).open(path)?;
    let meta = file.metadata()?;
    if meta.is_file() && meta.nlink() == 1 { Ok(file) } else { Err(io::Error::other("not a plain file of one name")) }
}

/// Writes `bytes` to `path` so that either the old or the new content is there after a crash.
pub fn write_durably(disk: &dyn Disk, path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError> {
    let mut tmp = path.as_os_str().to_owned();
    tmp.push(TMP_SUFFIX);
    let tmp = PathBuf::from(tmp);
    let written = disk.create(&tmp, bytes, mode).and_then(|()| disk.rename(&tmp, path));
    if let Err(error) = written {
        // The host must not fill with halves; what failed is told by `error`.
        drop(disk.remove(&tmp));
        return Err(error);
    }
    disk.sync_dir(path.parent().unwrap_or(Path::new("/")))
}

/// Opens a plain file without following a link and without hanging on a FIFO.
pub fn open_plain(path: &Path) -> io::Result<File> {
    open(path, OFlags::NOFOLLOW)
}

/// Opens a plain file, by way of a link too, without hanging on a FIFO.
pub fn open_file(path: &Path) -> io::Result<File> {
    open(path, OFlags::empty())
}

fn open(path: &Path, flags: OFlags) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(flag(flags | OFlags::NONBLOCK)).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a plain file")) }
}

/// Reads a plain file of at most `limit_bytes`. `None`: there is none.
pub fn read_plain(path: &Path, limit_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open_plain(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    // Room for all of it from the start: growing would leave copies behind, of keys too.
    let expected = file.metadata()?.len().min(limit_bytes).saturating_add(1);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(io::Error::other(format!("larger than {limit_bytes} bytes")));
    }
    Ok(Some(bytes))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Mutex;

    /// A disk on which one kind of step fails, with any error that the test wants.
    #[derive(Debug, Default)]
    pub(crate) struct BrokenDisk {
        pub(crate) fail: Mutex<Option<&'static str>>,
        pub(crate) free_bytes: Mutex<Option<u64>>,
    }

    impl BrokenDisk {
        pub(crate) fn failing(step: &'static str) -> Self {
            Self { fail: Mutex::new(Some(step)), ..Self::default() }
        }

        fn check(&self, step: &'static str, path: &Path) -> Result<(), DiskError> {
            if *self.fail.lock().unwrap() != Some(step) {
                return Ok(());
            }
            let source = io::Error::from(io::ErrorKind::StorageFull);
            if step.starts_with("sync") {
                return Err(DiskError::Sync { path: path.to_owned(), source });
            }
            Err(DiskError::io(step, path, source))
        }
    }

    impl Disk for BrokenDisk {
        fn create(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError> {
            if self.check("create", path).is_err() {
                std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
                return self.check("create", path);
            }
            RealDisk.create(path, bytes, mode)?;
            self.check("sync", path)
        }
        fn rename(&self, from: &Path, to: &Path) -> Result<(), DiskError> {
            self.check("rename", from)?;
            RealDisk.rename(from, to)
        }
        fn sync_dir(&self, path: &Path) -> Result<(), DiskError> {
            self.check("sync_dir", path)?;
            RealDisk.sync_dir(path)
        }
        fn remove(&self, path: &Path) -> Result<(), DiskError> {
            RealDisk.remove(path)
        }
        fn free_bytes(&self, path: &Path) -> Result<u64, DiskError> {
            match *self.free_bytes.lock().unwrap() {
                Some(bytes) => Ok(bytes),
                None => RealDisk.free_bytes(path),
            }
        }
    }

    #[test]
    fn a_failed_step_leaves_the_old_content_and_no_half_file() {
        for (step, fatal) in [("create", false), ("sync", true), ("rename", false)] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a");
            write_durably(&RealDisk, &path, b"old", 0o600).unwrap();
            let error = write_durably(&BrokenDisk::failing(step), &path, b"new", 0o600).unwrap_err();
            assert_eq!(error.is_fatal(), fatal, "{step}");
            assert_eq!(std::fs::read(&path).unwrap(), b"old");
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "{step}");
        }
    }

    #[test]
    fn files_get_the_mode_that_was_asked_for_and_links_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(dir.path().join("key.tmp"), b"left over, world-readable").unwrap();
        write_durably(&RealDisk, &path, b"secret", 0o600).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::os::unix::fs::symlink(&path, dir.path().join("link")).unwrap();
        assert!(read_plain(&dir.path().join("link"), 100).is_err());
        assert!(read_plain(&path, 3).is_err());
        assert_eq!(read_plain(&path, 6).unwrap().unwrap(), b"secret");
        assert!(read_plain(&dir.path().join("none"), 6).unwrap().is_none());
    }
}
