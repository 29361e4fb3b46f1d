//! How a file is read: whole, or without being taken into memory, at offsets ([`Reader`]) or line by line ([`Lines`]).
//!
//! Package databases reach hundreds of megabytes, of which an inventory wants a few kilobytes. A reader hands out no more
//! than a multiple of what the file holds, so that a database whose pages point at each other in circles ends in an error
//! and not in a loop.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Take};
use std::os::unix::fs::{FileExt, MetadataExt};

use super::{Cause, ReadError};

/// How many times over a file may be read.
const BUDGET_FACTOR: u64 = 8;
/// What every file may be read beyond that, so that a small one may be looked at often.
const BUDGET_FLOOR_BYTES: u64 = 1 << 20;
/// What one call costs at least: a system call is not free because it asks for four bytes.
const CALL_BYTES: u64 = 64;
/// So much of a file is read at first.
const FIRST_BYTES: usize = 4 << 10;
/// The most of a line that is kept, in bytes. What follows up to the newline is skipped.
const LINE_BYTES: u64 = 8 << 10;

/// An open regular file that is read at offsets.
#[derive(Debug)]
pub struct Reader {
    file: File,
    path: String,
    size_bytes: u64,
    budget_bytes: Cell<u64>,
}

impl Reader {
    pub(super) fn new(file: File, path: &str, cap_bytes: u64) -> Result<Self, ReadError> {
        let size_bytes = checked_size(&file, path, cap_bytes)?;
        let budget_bytes = Cell::new(size_bytes.saturating_mul(BUDGET_FACTOR).saturating_add(BUDGET_FLOOR_BYTES));
        Ok(Self { file, path: path.to_owned(), size_bytes, budget_bytes })
    }

    /// How long the file was when it was opened.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Fills `buffer` with what stands at `offset`.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let cost = u64::try_from(buffer.len()).unwrap_or(u64::MAX).max(CALL_BYTES);
        let left = self.budget_bytes.get().checked_sub(cost);
        self.budget_bytes.set(left.ok_or_else(|| self.broken("leads in circles"))?);
        self.file.read_exact_at(buffer, offset).map_err(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => self.broken("ends too early"),
            _ => ReadError::io(&self.path, &e),
        })
    }

    /// Like [`Reader::read_at`], into an array.
    pub fn array_at<const N: usize>(&self, offset: u64) -> Result<[u8; N], ReadError> {
        let mut bytes = [0; N];
        self.read_at(offset, &mut bytes).map(|()| bytes)
    }

    /// Length and time of the last change: when it differs before and after, somebody wrote meanwhile.
    pub fn stamp(&self) -> Option<(u64, i64, i64)> {
        let metadata = self.file.metadata().ok()?;
        Some((metadata.len(), metadata.mtime(), metadata.mtime_nsec()))
    }

    /// The error for a file that is not what its format promises.
    pub fn broken(&self, message: &str) -> ReadError {
        ReadError { path: self.path.clone(), cause: Cause::Failed(message.to_owned()) }
    }
}

/// A text file, line by line.
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    path: String,
    /// A line that does not lie whole in the buffer of the source.
    line: Vec<u8>,
    /// What of the buffer was handed out as the last line.
    taken: usize,
}

/// The lines of a file.
pub type FileLines = Lines<BufReader<Take<File>>>;

impl FileLines {
    pub(super) fn open(file: File, path: &str, cap_bytes: u64) -> Result<Self, ReadError> {
        checked_size(&file, path, cap_bytes)?;
        Ok(Self::new(BufReader::with_capacity(32 << 10, file.take(cap_bytes)), path))
    }
}

impl<R: BufRead> Lines<R> {
    /// The lines of `source`; `path` is what an error names.
    pub fn new(source: R, path: &str) -> Self {
        Self { source, path: path.to_owned(), line: Vec::new(), taken: 0 }
    }

    /// The file that is read.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The next line without its end; `None` at the end of the file. Bytes that are no UTF-8 are replaced.
    pub fn next_line(&mut self) -> Result<Option<Cow<'_, str>>, ReadError> {
        Ok(self.next_bytes()?.map(to_text))
    }

    /// The next line as it stands there, without its end.
    pub fn next_bytes(&mut self) -> Result<Option<&[u8]>, ReadError> {
        self.source.consume(std::mem::take(&mut self.taken));
        let io = |error: &std::io::Error| ReadError::io(&self.path, error);
        // What goes wrong here goes wrong below too, and is told there.
        if let Some(length) = self.source.fill_buf().ok().and_then(line_length) {
            // Nearly every line: it is handed out where it lies.
            self.taken = length;
            let line = self.source.fill_buf().map_err(|e| io(&e))?.get(..length - 1).unwrap_or_default();
            return Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)));
        }
        self.line.clear();
        let read = self.source.by_ref().take(LINE_BYTES).read_until(b'\n', &mut self.line).map_err(|e| io(&e))?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if u64::try_from(read).is_ok_and(|read| read == LINE_BYTES) {
            self.source.skip_until(b'\n').map_err(|e| io(&e))?;
        }
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Ok(Some(&self.line))
    }
}

/// How long the line at the beginning of a buffer is, its end included; `None` when the end is not there or beyond what is kept.
fn line_length(mut buffer: &[u8]) -> Option<usize> {
    let start = buffer;
    // The C library looks for the end a word at a time.
    let length = buffer.skip_until(b'\n').ok()?;
    let is_whole = length.checked_sub(1).and_then(|last| start.get(last)) == Some(&b'\n');
    (is_whole && u64::try_from(length).is_ok_and(|length| length <= LINE_BYTES)).then_some(length)
}

/// A regular file whole.
pub(super) fn read_file(file: File, path: &str, cap_bytes: u64) -> Result<Vec<u8>, ReadError> {
    let mut first = [0; FIRST_BYTES];
    Ok(match read_whole(file, path, cap_bytes, &mut first)? {
        Whole::Short(length) => first.get(..length).unwrap_or_default().to_vec(),
        Whole::Long(bytes) => bytes,
    })
}

/// Shows a regular file whole. Most are short, and need no memory but the stack's: of hundreds that come and go each would cost
/// two system calls.
pub(super) fn visit_file<T>(
    file: File,
    path: &str,
    cap_bytes: u64,
    take: impl FnOnce(&[u8]) -> T,
) -> Result<T, ReadError> {
    let mut first = [0; FIRST_BYTES];
    Ok(match read_whole(file, path, cap_bytes, &mut first)? {
        Whole::Short(length) => take(first.get(..length).unwrap_or_default()),
        Whole::Long(bytes) => take(&bytes),
    })
}

/// The content of a file.
enum Whole {
    /// So many bytes of what was given for the first ones.
    Short(usize),
    Long(Vec<u8>),
}

fn read_whole(mut file: File, path: &str, cap_bytes: u64, first: &mut [u8; FIRST_BYTES]) -> Result<Whole, ReadError> {
    let size_bytes = checked_size(&file, path, cap_bytes)?;
    let failed = |e: std::io::Error| ReadError::io(path, &e);
    // Files of the kernel say that they have a page, or nothing: what they have is known when it was read.
    let mut length = 0;
    while let Some(room) = first.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(read) => {
                length += read;
                // A file of a disk says how long it is: its end need not be read. One of /proc says that it is empty, one of
                // /sys a page.
                if read == 0 || u64::try_from(length) == Ok(size_bytes) {
                    let is_too_large = length as u64 > cap_bytes;
                    return if is_too_large { Err(too_large(path, cap_bytes)) } else { Ok(Whole::Short(length)) };
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(failed(e)),
        }
    }
    let expected = usize::try_from(size_bytes).unwrap_or(0).max(2 * FIRST_BYTES);
    let mut bytes = Vec::with_capacity(expected.saturating_add(1));
    bytes.extend_from_slice(first);
    let left = cap_bytes.saturating_add(1).saturating_sub(FIRST_BYTES as u64);
    file.take(left).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > cap_bytes { Err(too_large(path, cap_bytes)) } else { Ok(Whole::Long(bytes)) }
}

fn too_large(path: &str, cap_bytes: u64) -> ReadError {
    ReadError::failed(path, format!("larger than {cap_bytes} bytes"))
}

/// Bytes as text; what is no UTF-8 is replaced. Nearly all is, and is found to be so a word at a time.
pub fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

pub(super) fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn checked_size(file: &File, path: &str, cap_bytes: u64) -> Result<u64, ReadError> {
    let metadata = file.metadata().map_err(|e| ReadError::io(path, &e))?;
    if !metadata.is_file() {
        return Err(ReadError::failed(path, "not a regular file"));
    }
    if metadata.len() > cap_bytes { Err(too_large(path, cap_bytes)) } else { Ok(metadata.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::Root;

    #[test]
    fn lines_are_cut_where_they_are_too_long_and_the_next_one_is_whole() {
        let long = "x".repeat(20_000);
        let text = format!("a\r\n\n{long}\nb\n{}\nlast", "y".repeat(8 << 10));
        let mut lines = Lines::new(text.as_bytes(), "t");
        let mut lengths = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            lengths.push(line.len());
        }
        assert_eq!(lengths, [1, 0, 8192, 1, 8192, 4]);
    }

    #[test]
    fn a_reader_reads_regular_files_at_offsets_and_gives_up_on_circles() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("f"), b"0123456789").unwrap();
        std::os::unix::fs::symlink("f", directory.path().join("link")).unwrap();
        let root = Root::at(directory.path());
        let reader = root.open_reader("/f", 100).unwrap();
        assert_eq!((reader.size_bytes(), reader.array_at::<3>(4).unwrap()), (10, *b"456"));
        assert_eq!(reader.array_at::<3>(8).unwrap_err().message(), "ends too early");
        let times = (0..100_000).take_while(|_| reader.array_at::<4>(0).is_ok()).count();
        assert!((1_000..20_000).contains(&times), "{times}");
        assert!(root.open_reader("/f", 9).is_err() && root.open_reader("/", 9).is_err());
        assert_eq!(root.open_reader("/link", 100).unwrap_err().message(), "is a symbolic link");
        assert!(root.open_reader("/none", 100).unwrap_err().is_absent());
    }
}
