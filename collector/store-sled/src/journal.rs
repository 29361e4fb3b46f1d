//! The journal: append-only segment files, one record per commit, each chained to the one before.
//!
//! Record: `"MJR1"`, payload length u32, sequence u64, time i64 ms, last durable sequence u64, BLAKE3 of the record before (32
//! bytes), CRC32C u32 over all of that and the payload; then the payload: zstd of JSON. Numbers are little-endian. Segments
//! are named by their first sequence and are preallocated, so nothing but zeros where a record would begin is the end. A segment
//! that is closed ends with a footer and never changes again: `"MJF1"`, count u64, first and last sequence u64, the hash of the
//! last record, CRC32C over that.
//!
//! Records are written and synced in groups. After a power cut any part of the last group may be missing, in any order; none
//! of it was acknowledged. The last durable sequence tells such a group from damage: a record whose successors were written
//! when it was durable must be there.

mod payload;
mod reader;
mod walk;

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use muster_store::Sequence;

pub(crate) use payload::{Payload, Put, entries_of};
pub(crate) use reader::{Damage, first_of, last_sound, read_segment, segments};
pub(crate) use walk::{Ending, Walked, walk};

use crate::fail;

/// The journal's folder below the store's.
pub(crate) const FOLDER: &str = "journal";

const MAGIC: [u8; 4] = *b"MJR1";
/// How the footer of a closed segment begins.
const FOOTER_MAGIC: [u8; 4] = *b"MJF1";
/// Bytes of a footer.
pub(crate) const FOOTER_BYTES: usize = 64;
/// Bytes before the payload.
pub(crate) const HEAD_BYTES: usize = 68;
/// Bytes of the head that the checksum covers.
const CHECKED_HEAD_BYTES: usize = 64;
/// No record is larger than this.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 256 << 20;
/// Space is taken from the file system in steps of this size.
const GROW_BYTES: u64 = 4 << 20;

/// The hash that chains records.
pub(crate) type Hash = [u8; 32];

/// The end of the journal: what the next record follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tail {
    /// Sequence of the last record; 0 before the first.
    pub(crate) sequence: Sequence,
    /// Its hash.
    pub(crate) hash: Hash,
}

impl Tail {
    /// Before the first record.
    pub(crate) const START: Self = Self { sequence: 0, hash: [0; 32] };
}

/// A record ready to be written, and the tail after it. Records up to `durable` are on the disk.
pub(crate) fn encode(tail: Tail, durable: Sequence, time_ms: i64, payload: &[u8]) -> io::Result<(Vec<u8>, Tail)> {
    let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= MAX_PAYLOAD_BYTES);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a commit of over 256 MiB"))?;
    let sequence = tail.sequence + 1;
    let mut record = Vec::with_capacity(HEAD_BYTES + payload.len());
    record.extend_from_slice(&MAGIC);
    record.extend_from_slice(&length.to_le_bytes());
    record.extend_from_slice(&sequence.to_le_bytes());
    record.extend_from_slice(&time_ms.to_le_bytes());
    record.extend_from_slice(&durable.to_le_bytes());
    record.extend_from_slice(&tail.hash);
    let crc = crc32c::crc32c_append(crc32c::crc32c(&record), payload);
    record.extend_from_slice(&crc.to_le_bytes());
    record.extend_from_slice(payload);
    let hash = *blake3::hash(&record).as_bytes();
    Ok((record, Tail { sequence, hash }))
}

/// The open end of the journal.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    segment_bytes: u64,
    file: Option<File>,
    /// Sequence of the first record of the open segment.
    first: Sequence,
    /// Bytes of records in the open segment.
    written: u64,
    /// Bytes that the file system has given to it.
    allocated: u64,
    tail: Tail,
}

impl Journal {
    /// Goes on after `tail`, in the segment that is open if there is one.
    pub(crate) fn resume(
        folder: PathBuf,
        segment_bytes: u64,
        tail: Tail,
        open: Option<OpenSegment>,
    ) -> io::Result<Self> {
        let mut journal = Self { folder, segment_bytes, file: None, first: 0, written: 0, allocated: 0, tail };
        if let Some(OpenSegment { path, first, written }) = open {
            let mut file = OpenOptions::new().read(true).write(true).open(path)?;
            // Cuts what an interrupted write left behind; the space is taken again at once.
            file.set_len(written)?;
            file.sync_all()?;
            file.seek(SeekFrom::Start(written))?;
            journal.file = Some(file);
            journal.first = first;
            journal.written = written;
            journal.allocated = written;
        }
        Ok(journal)
    }

    /// The end.
    pub(crate) const fn tail(&self) -> Tail {
        self.tail
    }

    /// Takes the space for `bytes` more. An error here leaves the journal as it was: the disk is full, nothing is lost.
    pub(crate) fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        if self.file.is_none() || self.written >= self.segment_bytes {
            self.begin_segment()?;
        }
        // The footer's space is taken too: closing a segment must not fail on a full disk.
        let (Some(file), wanted) = (&self.file, self.written + bytes + FOOTER_BYTES as u64) else { return Ok(()) };
        fail::failing("journal.reserve")?;
        if wanted > self.allocated {
            let allocated = wanted.next_multiple_of(GROW_BYTES);
            let more = allocated - self.allocated;
            let flags = rustix::fs::FallocateFlags::empty();
            match rustix::io::retry_on_intr(|| rustix::fs::fallocate(file, flags, self.allocated, more)) {
                // A file system that cannot promise space: a full disk then ends the process instead of refusing commits.
                Err(rustix::io::Errno::OPNOTSUPP) => file.set_len(allocated)?,
                result => result?,
            }
            self.allocated = allocated;
        }
        Ok(())
    }

    fn begin_segment(&mut self) -> io::Result<()> {
        self.close()?;
        fail::at("segment.create");
        let path = segment_path(&self.folder, self.tail.sequence + 1);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
        File::open(&self.folder)?.sync_all()?;
        self.file = Some(file);
        self.first = self.tail.sequence + 1;
        self.written = 0;
        self.allocated = 0;
        Ok(())
    }

    /// Closes the open segment, if it has a record: from now on it never changes. The space for the footer was taken with that of
    /// the last record.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| self.written > 0) else { return Ok(()) };
        file.write_all(&footer(self.first, self.tail))?;
        fail::at("segment.footer");
        file.set_len(self.written + FOOTER_BYTES as u64)?;
        fail::failing("segment.sync")?;
        file.sync_all()?;
        self.file = None;
        self.written = 0;
        Ok(())
    }

    /// Writes records that were encoded after [`Self::tail`] and makes them durable. Space must have been reserved. After an
    /// error nothing is known of the file: the process must end.
    pub(crate) fn append(&mut self, records: &[u8], tail: Tail) -> io::Result<()> {
        let file = self.file.as_mut().ok_or_else(|| io::Error::other("no segment is open"))?;
        let (half, rest) = records.split_at(records.len() / 2);
        if fail::is_armed("journal.half") {
            file.write_all(half)?;
            fail::at("journal.half");
            file.write_all(rest)?;
        } else {
            file.write_all(records)?;
        }
        fail::at("journal.written");
        fail::failing("journal.sync")?;
        file.sync_data()?;
        fail::at("journal.synced");
        self.written += records.len() as u64;
        self.tail = tail;
        Ok(())
    }

    /// Bytes of records in the open segment.
    pub(crate) const fn written(&self) -> u64 {
        self.written
    }
}

/// The segment that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenSegment {
    pub(crate) path: PathBuf,
    /// Its first record.
    pub(crate) first: Sequence,
    /// Bytes of sound records in it.
    pub(crate) written: u64,
}

/// The end of a segment whose records are `first` to that of `tail`.
fn footer(first: Sequence, tail: Tail) -> [u8; FOOTER_BYTES] {
    let mut bytes = Vec::with_capacity(FOOTER_BYTES);
    bytes.extend_from_slice(&FOOTER_MAGIC);
    bytes.extend_from_slice(&(tail.sequence + 1 - first).to_le_bytes());
    bytes.extend_from_slice(&first.to_le_bytes());
    bytes.extend_from_slice(&tail.sequence.to_le_bytes());
    bytes.extend_from_slice(&tail.hash);
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
    bytes.first_chunk().copied().unwrap_or([0; FOOTER_BYTES])
}

fn segment_path(folder: &Path, first: Sequence) -> PathBuf {
    folder.join(format!("{first:016x}.seg"))
}
