//! Where files are read from: the live system, or a recorded tree below a directory.
//!
//! Every file access of a collector goes through [`Root`], which keeps three promises. It cannot hang: files are opened
//! with `O_NONBLOCK` and only regular files are read, up to a cap. It cannot be led astray: the last component is not
//! followed unless asked for, and in a recorded tree a symbolic link leads to a place inside the tree, never out of it. It
//! keeps "absent", "denied" and "failed" apart, for "could not read" is never the same as "none".

use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use muster_shared::Problem;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod directory;
mod memo;
mod reader;
mod text;
pub mod trace;

use memo::Memo;
use reader::read_file;
pub use reader::{FileLines, Lines, Reader, to_text};
use trace::Trace;

/// The most that is read of a file unless the caller says otherwise, in bytes.
pub const DEFAULT_CAP_BYTES: u64 = 4 << 20;

/// The most entries that are read of a directory.
pub const ENTRY_CAP: usize = 65_536;

/// Where a recorded tree keeps what stood in no file.
const TOLD: &str = "/.muster";

/// The most symbolic links on the way to one file.
const LINK_CAP: usize = 40;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There is no such file.
    Absent,
    /// Privilege is missing.
    Denied,
    /// Anything else, in words.
    Failed(String),
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {}", self.message())]
pub struct ReadError {
    /// The file, as a path below the root.
    pub path: String,
    /// Why.
    pub cause: Cause,
}

impl ReadError {
    fn new(path: &str, cause: Cause) -> Self {
        Self { path: path.to_owned(), cause }
    }

    fn failed(path: &str, message: impl Into<String>) -> Self {
        Self::new(path, Cause::Failed(message.into()))
    }

    fn io(path: &str, error: &std::io::Error) -> Self {
        let no_such_process = Some(rustix::io::Errno::SRCH.raw_os_error());
        let cause = match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Cause::Absent,
            ErrorKind::PermissionDenied => Cause::Denied,
            // What a file below /proc answers when its process is gone.
            _ if error.raw_os_error() == no_such_process => Cause::Absent,
            _ => Cause::Failed(error.to_string()),
        };
        Self::new(path, cause)
    }

    /// Whether there is no such file.
    pub fn is_absent(&self) -> bool {
        self.cause == Cause::Absent
    }

    /// Whether privilege is missing.
    pub fn is_denied(&self) -> bool {
        self.cause == Cause::Denied
    }

    /// The cause in words.
    pub fn message(&self) -> &str {
        match &self.cause {
            Cause::Absent => "not there",
            Cause::Denied => "permission denied",
            Cause::Failed(message) => message,
        }
    }

    /// The error as a problem of a section.
    pub fn problem(&self) -> Problem {
        Problem { source: self.path.clone(), message: self.message().to_owned() }
    }
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
}

impl From<std::fs::FileType> for Kind {
    fn from(kind: std::fs::FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Directory
        } else if kind.is_symlink() {
            Self::Link
        } else {
            debug_assert!(kind.is_char_device() || kind.is_block_device() || kind.is_fifo() || kind.is_socket());
            Self::Other
        }
    }
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// The tree that is inventoried. Paths given to its methods are absolute, as on the system that is described.
#[derive(Clone, Debug, Default)]
pub struct Root {
    base: Option<PathBuf>,
    trace: Option<Arc<Trace>>,
    memo: Option<Memo>,
}

impl Root {
    /// The running system.
    pub const fn live() -> Self {
        Self { base: None, trace: None, memo: None }
    }

    /// A recorded tree below `directory`; `/` is the running system.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        let base = directory.into();
        if base == Path::new("/") { Self::live() } else { Self { base: Some(base), ..Self::live() } }
    }

    /// The running system, read by its files alone as a recorded tree is, every read noted.
    pub fn traced(trace: Arc<Trace>) -> Self {
        Self { base: Some(PathBuf::from("/")), trace: Some(trace), memo: None }
    }

    /// A recorded tree, every read noted.
    #[cfg(test)]
    pub(crate) fn traced_at(directory: &Path, trace: Arc<Trace>) -> Self {
        Self { base: Some(directory.to_owned()), trace: Some(trace), memo: None }
    }

    /// Whether the kernel may be asked too (netlink, statvfs, uname): it describes the running system, not a recorded one.
    pub const fn is_live(&self) -> bool {
        self.base.is_none()
    }

    /// What the kernel tells otherwise than by files: asked where it runs, and kept beside the files of a recorded tree. `None` in
    /// a tree that does not have it.
    pub fn told<T: Serialize + DeserializeOwned>(&self, name: &str, ask: impl FnOnce() -> T) -> Option<T> {
        let path = format!("{TOLD}/{name}.json");
        if self.base.is_some() && self.trace.is_none() {
            return serde_json::from_slice(&self.read(&path).ok()?).ok();
        }
        let told = ask();
        if let (Some(trace), Ok(bytes)) = (&self.trace, serde_json::to_vec(&told)) {
            trace.note(|seen| drop(seen.files.insert(path, bytes)));
        }
        Some(told)
    }

    /// Reads a file whose last component is no symbolic link.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.read_capped(path, DEFAULT_CAP_BYTES)
    }

    /// Like [`Root::read`], with a cap of one's own.
    pub fn read_capped(&self, path: &str, cap_bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.noted(path, self.open(path, false).and_then(|file| read_file(file, path, cap_bytes)))
    }

    /// Reads a file of a well-known path that may be a symbolic link, such as `/etc/os-release`.
    pub fn read_linked(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.noted(path, self.open(path, true).and_then(|file| read_file(file, path, DEFAULT_CAP_BYTES)))
    }

    /// Opens a large file to be read in parts; its last component is no symbolic link.
    pub fn open_reader(&self, path: &str, cap_bytes: u64) -> Result<Reader, ReadError> {
        self.note_streamed(path, false);
        Reader::new(self.open(path, false)?, path, cap_bytes)
    }

    /// Like [`Root::open_reader`], of a file that may be a symbolic link.
    pub fn open_linked_reader(&self, path: &str, cap_bytes: u64) -> Result<Reader, ReadError> {
        self.note_streamed(path, true);
        Reader::new(self.open(path, true)?, path, cap_bytes)
    }

    /// Opens a text file to be read line by line; its last component is no symbolic link.
    pub fn lines(&self, path: &str, cap_bytes: u64) -> Result<FileLines, ReadError> {
        self.note_streamed(path, false);
        FileLines::open(self.open(path, false)?, path, cap_bytes)
    }

    /// Like [`Root::read_linked`], with a cap of one's own.
    pub fn read_linked_capped(&self, path: &str, cap_bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.noted(path, self.open(path, true).and_then(|file| read_file(file, path, cap_bytes)))
    }

    /// The entries of a directory, by name. The directory itself may be a symbolic link.
    pub fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        let entries = directory::entries(&self.host_path(path, true)?, path)?;
        if let Some(trace) = &self.trace {
            trace.note(|seen| drop(seen.lists.insert(path.to_owned(), entries.clone())));
        }
        Ok(entries)
    }

    /// Where each link in a directory leads, as it is written; at least the first bytes of it.
    pub fn each_target(&self, path: &str, mut take: impl FnMut(&[u8])) -> Result<(), ReadError> {
        if self.trace.is_none() {
            return directory::targets(&self.host_path(path, true)?, path, take);
        }
        for entry in self.list(path)?.iter().filter(|entry| entry.kind == Kind::Link) {
            if let Ok(target) = self.read_link(&format!("{path}/{}", entry.name)) {
                take(target.as_bytes());
            }
        }
        Ok(())
    }

    /// Size, mode, owner and times of what is at a path, the last link not followed.
    pub fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        let metadata = std::fs::symlink_metadata(self.host_path(path, false)?).map_err(|e| ReadError::io(path, &e))?;
        if let Some(trace) = &self.trace {
            trace.note(|seen| {
                seen.modes.insert(path.to_owned(), metadata.mode());
            });
        }
        Ok(metadata)
    }

    /// A regular file, opened for reading piece by piece; a pipe or device gives an error.
    pub fn open_file(&self, path: &str) -> Result<(File, Metadata), ReadError> {
        self.note_streamed(path, false);
        let file = self.open(path, false)?;
        let metadata = file.metadata().map_err(|e| ReadError::io(path, &e))?;
        if metadata.is_file() { Ok((file, metadata)) } else { Err(ReadError::failed(path, "not a regular file")) }
    }

    /// Where a symbolic link points to, as it is written.
    pub fn read_link(&self, path: &str) -> Result<String, ReadError> {
        let target = std::fs::read_link(self.host_path(path, false)?).map_err(|e| ReadError::io(path, &e))?;
        self.note_place(path, Kind::Link);
        Ok(target.to_string_lossy().into_owned())
    }

    /// The last component of where a symbolic link points to: how `/sys` names drivers and subsystems.
    pub fn link_name(&self, path: &str) -> Option<String> {
        let target = self.read_link(path).ok()?;
        target.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// What is at a path, the last link not followed; `None` when nothing can be seen there.
    pub fn kind(&self, path: &str) -> Option<Kind> {
        let metadata = std::fs::symlink_metadata(self.host_path(path, false).ok()?).ok()?;
        let kind = metadata.file_type().into();
        self.note_place(path, kind);
        Some(kind)
    }

    /// Whether something is at a path, a link that leads nowhere included.
    pub fn exists(&self, path: &str) -> bool {
        self.kind(path).is_some()
    }

    /// Device and inode number of what a path leads to: two paths with the same are the same thing.
    pub fn identity(&self, path: &str) -> Option<(u64, u64)> {
        let metadata = std::fs::metadata(self.host_path(path, true).ok()?).ok()?;
        self.note_place(path, metadata.file_type().into());
        Some((metadata.dev(), metadata.ino()))
    }

    fn open(&self, path: &str, follow: bool) -> Result<File, ReadError> {
        let host_path = self.host_path(path, follow)?;
        let no_follow = if follow && self.is_live() { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = OFlags::RDONLY | no_follow | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        // The system call alone: C libraries set the last of these flags a second time.
        rustix::fs::open(host_path.as_ref(), flags, Mode::empty()).map(File::from).map_err(|errno| match errno {
            Errno::LOOP => ReadError::failed(path, "is a symbolic link"),
            errno => ReadError::io(path, &errno.into()),
        })
    }

    /// The path on the system that runs this program.
    fn host_path<'p>(&self, path: &'p str, follow: bool) -> Result<Cow<'p, Path>, ReadError> {
        match &self.base {
            None => Ok(Cow::Borrowed(Path::new(path))),
            Some(base) => resolve(base, path, follow).map(Cow::Owned),
        }
    }
}

/// Walks `path` below `base`, following links as if `base` were the root directory.
fn resolve(base: &Path, path: &str, follow_last: bool) -> Result<PathBuf, ReadError> {
    let mut pending: Vec<String> = components(Path::new(path)).rev().collect();
    let mut inside: Vec<String> = Vec::new();
    let mut links = 0;
    while let Some(component) = pending.pop() {
        if component == ".." {
            inside.pop();
            continue;
        }
        inside.push(component);
        if pending.is_empty() && !follow_last {
            break;
        }
        let here = base.join(inside.join("/"));
        let Ok(target) = std::fs::read_link(&here) else { continue };
        links += 1;
        if links > LINK_CAP {
            return Err(ReadError::failed(path, "too many symbolic links"));
        }
        inside.pop();
        if target.is_absolute() {
            inside.clear();
        }
        pending.extend(components(&target).rev());
    }
    Ok(base.join(inside.join("/")))
}

/// The names of a path; `..` stays, `.` and the root are left out.
fn components(path: &Path) -> impl DoubleEndedIterator<Item = String> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        Component::ParentDir => Some("..".to_owned()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

#[cfg(test)]
mod tests;
