//! Directories: their entries, and where the links in one lead.
//!
//! A directory is opened once and its links are read from there: the kernel does not walk the whole path again for each of the
//! thousand open files of the processes of a host.

use std::ffi::CStr;
use std::io::Error;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir};

use super::{ENTRY_CAP, Entry, Kind, ReadError, to_text};

/// So much of a directory is read at a time.
const ENTRIES_BYTES: usize = 8 << 10;
/// So much of where a link leads is read.
const TARGET_BYTES: usize = 256;

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
            FileType::Symlink => Self::Link,
            _ => Self::Other,
        }
    }
}

/// What is in a directory, by name.
pub(super) fn entries(directory: &Path, path: &str) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    let too_many = || ReadError::failed(path, format!("more than {ENTRY_CAP} entries"));
    each(directory, path, |_, name, kind| {
        if entries.len() == ENTRY_CAP {
            return Err(too_many());
        }
        entries.push(Entry { name: to_text(name.to_bytes()).into_owned(), kind });
        Ok(())
    })?;
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Where each link in a directory leads, the beginning of it; one that goes meanwhile is passed over.
pub(super) fn targets(directory: &Path, path: &str, mut take: impl FnMut(&[u8])) -> Result<(), ReadError> {
    let mut buffer = [MaybeUninit::uninit(); TARGET_BYTES];
    each(directory, path, |directory, name, kind| {
        if kind == Kind::Link
            && let Ok((target, _)) = rustix::fs::readlinkat_raw(directory.as_fd(), name, &mut buffer)
        {
            take(target);
        }
        Ok(())
    })
}

fn each(
    directory: &Path,
    path: &str,
    mut take: impl FnMut(&dyn AsFd, &CStr, Kind) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let failed = |errno: rustix::io::Errno| ReadError::io(path, &Error::from(errno));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(directory, flags, Mode::empty()).map_err(failed)?;
    let mut buffer = [MaybeUninit::uninit(); ENTRIES_BYTES];
    let mut entries = RawDir::new(&opened, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not say it here.
            FileType::Unknown => match rustix::fs::statat(&opened, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                Err(_) => continue,
            },
            kind => kind,
        };
        take(&opened, name, kind.into())?;
    }
    Ok(())
}
