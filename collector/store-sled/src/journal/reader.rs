//! Reads segments back, one record at a time, and tells a torn tail from damage.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use muster_store::Sequence;

use super::{CHECKED_HEAD_BYTES, FOOTER_BYTES, FOOTER_MAGIC, HEAD_BYTES, Hash, MAGIC, MAX_PAYLOAD_BYTES, Tail, footer};

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

/// What reading a segment came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// After the last sound record.
    pub(crate) tail: Tail,
    /// Bytes of sound records.
    pub(crate) written: u64,
    /// Where it does not go on as it should.
    pub(crate) damage: Option<Damage>,
    /// Whether a footer says that it never changes again.
    pub(crate) is_closed: bool,
}

/// What a segment's first record follows, as that record says; `None` when the segment has none that can be read.
pub(crate) fn first_of(path: &Path, first: Sequence) -> io::Result<Option<Tail>> {
    let mut head = [0; HEAD_BYTES];
    let filled = fill(&mut File::open(path)?, &mut head)?;
    let hash: Option<Hash> = head.get(HASH).and_then(|hash| hash.try_into().ok());
    let is_record = filled == HEAD_BYTES && head.starts_with(&MAGIC) && u64_at(&head, 8) == first;
    Ok(hash.filter(|_| is_record).zip(first.checked_sub(1)).map(|(hash, sequence)| Tail { sequence, hash }))
}

/// Reads a segment whose first record follows `tail`, up to the record `until`.
pub(crate) fn read_segment(
    path: &Path,
    mut tail: Tail,
    until: Sequence,
    mut each: impl FnMut(Record) -> io::Result<()>,
) -> io::Result<Read> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let first = tail.sequence + 1;
    let mut written = 0_u64;
    let mut damage = None;
    let mut is_closed = false;
    while tail.sequence < until {
        let (what, is_foreign) = match read_record(&mut reader, tail, Some(first))? {
            Step::Record(record, bytes) => {
                tail = record.tail;
                written += bytes;
                each(record)?;
                continue;
            }
            Step::End => break,
            Step::Closed => {
                is_closed = true;
                break;
            }
            Step::Damaged(what) => (what, false),
            Step::Foreign(what) => (what, true),
        };
        let sequence = tail.sequence + 1;
        let was_durable = is_foreign || has_record_after(path, written, sequence)?;
        damage = Some(Damage { file: path.to_owned(), offset: written, sequence, what, was_durable });
        break;
    }
    Ok(Read { tail, written, damage, is_closed })
}

enum Step {
    Record(Record, u64),
    End,
    /// A footer, and nothing behind it.
    Closed,
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
fn fill(reader: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<usize> {
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

/// The next record; `first` is the number of the segment's first, by which a footer is known.
fn read_record(reader: &mut impl io::Read, tail: Tail, first: Option<Sequence>) -> io::Result<Step> {
    let mut head = [0; HEAD_BYTES];
    let filled = fill(reader, &mut head)?;
    if head.starts_with(&FOOTER_MAGIC) {
        let (own, behind) = head.split_at(FOOTER_BYTES);
        let is_whole = first.is_some_and(|first| own == footer(first, tail)) && filled >= FOOTER_BYTES;
        // The space behind it is given back right after it was written; a crash may come in between.
        return Ok(if is_whole && behind.iter().all(|byte| *byte == 0) && only_zeros(reader)? {
            Step::Closed
        } else {
            Step::Damaged("the footer does not fit the records before it")
        });
    }
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
fn only_zeros(reader: &mut impl io::Read) -> io::Result<bool> {
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

/// The highest number of a sound record anywhere in a segment, whatever stands between.
pub(crate) fn last_sound(path: &Path) -> io::Result<Sequence> {
    let bytes = std::fs::read(path)?;
    let mut last = 0;
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memmem(rest, &MAGIC)) {
        let candidate = bytes.get(at + next..).unwrap_or_default();
        let number = u64_at(candidate, 8);
        let hash = candidate.get(HASH).and_then(|hash| hash.try_into().ok()).unwrap_or_default();
        let before = Tail { sequence: number.wrapping_sub(1), hash };
        match read_record(&mut &*candidate, before, None)? {
            Step::Record(_, length) => {
                last = last.max(number);
                at += next + usize::try_from(length).unwrap_or(1);
            }
            Step::End | Step::Closed | Step::Damaged(_) | Step::Foreign(_) => at += next + 1,
        }
    }
    Ok(last)
}

fn memmem(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
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
        if knew && matches!(read_record(&mut &*candidate, before, None)?, Step::Record(..)) {
            return Ok(true);
        }
    }
    Ok(false)
}
