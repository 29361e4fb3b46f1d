//! Reads segments back, one record at a time, and tells a torn tail from damage.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use muster_store::Sequence;

use super::{CHECKED_HEAD_BYTES, HEAD_BYTES, MAGIC, MAX_PAYLOAD_BYTES, Tail};

/// Where in the head the hash of the record before stands.
const HASH: std::ops::Range<usize> = 32..64;

/// A record as it was read.
#[derive(Debug)]
pub(crate) struct Record {
    /// The tail after this record.
    pub(crate) tail: Tail,
    /// Its payload.
    pub(crate) payload: Vec<u8>,
}

/// A place where a segment does not go on as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// The file.
    pub(crate) file: PathBuf,
    /// Where in it.
    pub(crate) offset: u64,
    /// The record that should stand there.
    pub(crate) sequence: Sequence,
    /// What is wrong.
    pub(crate) what: &'static str,
    /// Whether the record was on the disk before: then it is no torn tail.
    pub(crate) was_durable: bool,
}

/// The segments of a journal folder, oldest first.
pub(crate) fn segments(folder: &Path) -> io::Result<Vec<(Sequence, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ext| ext != "seg") {
            continue;
        }
        let first =
            path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| Sequence::from_str_radix(stem, 16).ok());
        let first = first.ok_or_else(|| io::Error::other(format!("{} is no journal segment", path.display())))?;
        found.push((first, path));
    }
    found.sort();
    Ok(found)
}

/// Reads a segment whose first record follows `tail`, up to the record `until`. Gives the tail and the number of sound bytes,
/// or the damage.
pub(crate) fn read_segment(
    path: &Path,
    mut tail: Tail,
    until: Sequence,
    mut each: impl FnMut(Record) -> io::Result<()>,
) -> io::Result<(Tail, u64, Option<Damage>)> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut offset = 0_u64;
    while tail.sequence < until {
        match read_record(&mut reader, tail)? {
            Step::Record(record, bytes) => {
                tail = record.tail;
                offset += bytes;
                each(record)?;
            }
            Step::End => return Ok((tail, offset, None)),
            Step::Damaged(what) => {
                let sequence = tail.sequence + 1;
                let was_durable = has_record_after(path, offset, sequence)?;
                return Ok((tail, offset, Some(Damage { file: path.to_owned(), offset, sequence, what, was_durable })));
            }
            Step::Foreign(what) => {
                let damage =
                    Damage { file: path.to_owned(), offset, sequence: tail.sequence + 1, what, was_durable: true };
                return Ok((tail, offset, Some(damage)));
            }
        }
    }
    Ok((tail, offset, None))
}

enum Step {
    Record(Record, u64),
    End,
    /// What an interrupted write may have left, or damage.
    Damaged(&'static str),
    /// A sound record that does not belong here: no interrupted write makes one.
    Foreign(&'static str),
}

fn u32_at(head: &[u8], at: usize) -> u32 {
    head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(head: &[u8], at: usize) -> u64 {
    head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Fills as much of `buffer` as there is.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn read_record(reader: &mut impl Read, tail: Tail) -> io::Result<Step> {
    let mut head = [0; HEAD_BYTES];
    let filled = fill(reader, &mut head)?;
    if head.iter().all(|byte| *byte == 0) {
        return Ok(if only_zeros(reader)? {
            Step::End
        } else {
            Step::Damaged("zeros stand where a record should begin")
        });
    }
    if filled < HEAD_BYTES || !head.starts_with(&MAGIC) {
        return Ok(Step::Damaged("no record begins here"));
    }
    let length = u32_at(&head, 4) as usize;
    if length > MAX_PAYLOAD_BYTES {
        return Ok(Step::Damaged("the record names an impossible length"));
    }
    let mut payload = vec![0; length];
    if fill(reader, &mut payload)? < length {
        return Ok(Step::Damaged("the record is cut off"));
    }
    let checked = head.get(..CHECKED_HEAD_BYTES).unwrap_or_default();
    if crc32c::crc32c_append(crc32c::crc32c(checked), &payload) != u32_at(&head, CHECKED_HEAD_BYTES) {
        return Ok(Step::Damaged("the record does not fit its checksum"));
    }
    if tail.sequence.checked_add(1) != Some(u64_at(&head, 8)) {
        return Ok(Step::Foreign("the record has the wrong number"));
    }
    if head.get(HASH) != Some(&tail.hash) {
        return Ok(Step::Foreign("the record does not follow the one before it"));
    }
    let hash = *blake3::Hasher::new().update(&head).update(&payload).finalize().as_bytes();
    let bytes = (HEAD_BYTES + length) as u64;
    Ok(Step::Record(Record { tail: Tail { sequence: tail.sequence + 1, hash }, payload }, bytes))
}

/// Whether nothing but zeros is left.
fn only_zeros(reader: &mut impl Read) -> io::Result<bool> {
    let mut buffer = [0; 16 << 10];
    loop {
        let filled = fill(reader, &mut buffer)?;
        match buffer.get(..filled) {
            Some([]) | None => return Ok(true),
            Some(bytes) if bytes.iter().any(|byte| *byte != 0) => return Ok(false),
            Some(_) => {}
        }
    }
}

/// Whether behind `offset` stands a sound record that was written when the record `sequence` was durable.
fn has_record_after(path: &Path, offset: u64, sequence: Sequence) -> io::Result<bool> {
    let bytes = std::fs::read(path)?;
    let start = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(1);
    let rest = bytes.get(start..).unwrap_or_default();
    let candidates = rest.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
    for (at, _) in candidates {
        let candidate = rest.get(at..).unwrap_or_default();
        let number = u64_at(candidate, 8);
        let hash = candidate.get(HASH).and_then(|hash| hash.try_into().ok()).unwrap_or_default();
        let before = Tail { sequence: number.wrapping_sub(1), hash };
        let knew = number > sequence && u64_at(candidate, 24) >= sequence;
        if knew && matches!(read_record(&mut &*candidate, before)?, Step::Record(..)) {
            return Ok(true);
        }
    }
    Ok(false)
}
