//! A checkpoint: everything that is stored, as of one commit, in one file that never changes.
//!
//! `"MCK1"`, sequence u64, hash of that record, CRC32C; then blocks: `"B"`, stored u32, inflated u32, CRC32C of what is stored, and zstd
//! of rows (length of the key u32, key, length of the row u32, row; in the order of keys); then `"E"` and a summary in JSON, framed like
//! a block: sums per collection, the end of the audit trail, BLAKE3 of everything before; then where the summary begins u64, `"MCKE"`.
//! Index entries are not in it: they follow from the documents.
//!
//! A checkpoint is made of the one before and the journal after it (`merge`), never of an index that nobody checked, and its sums are
//! compared with those that the writer kept. It is written beside, synced, and renamed. Segments that it covers may leave.

mod merge;
mod write;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use muster_model::Collection;
use muster_model::audit::Head;
use muster_store::Sequence;
use serde::{Deserialize, Serialize};

use crate::journal::Tail;
use crate::row;
use crate::sum::{StoredSums, Sums};

pub(crate) use merge::{MakeError, make};
pub(crate) use write::{Writing, export};

/// The folder of checkpoints below the store's.
pub(crate) const FOLDER: &str = "checkpoint";

const MAGIC: [u8; 4] = *b"MCK1";
const END_MAGIC: [u8; 4] = *b"MCKE";
const HEAD_BYTES: usize = 48;
const FRAME_BYTES: usize = 13;
const END_BYTES: usize = 12;
/// Rows are compressed together up to this size.
const BLOCK_BYTES: usize = 256 << 10;
/// No block is larger than this: one row may be long.
const MAX_BLOCK_BYTES: usize = 300 << 20;

/// What stands at the end of a checkpoint.
#[derive(Debug, Serialize, Deserialize)]
struct Summary {
    sums: StoredSums,
    audit_seq: u64,
    audit_hash: String,
    /// When it was made, for people.
    made_at: String,
    /// BLAKE3 of everything before the summary.
    blake3: String,
    /// Bytes of all rows and their keys, as the index has them.
    #[serde(default)]
    live_bytes: u64,
    /// Whether the sums are of all collections: before form 3 they were not.
    #[serde(default)]
    counts_all: bool,
}

/// A checkpoint whose head and summary were read.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoint {
    /// The file.
    pub(crate) path: PathBuf,
    /// The last commit that it covers.
    pub(crate) tail: Tail,
    /// What is in it.
    pub(crate) sums: Sums,
    /// The end of the audit trail.
    pub(crate) audit: Head,
    /// When it was made.
    pub(crate) made_at: String,
    /// Bytes of all rows and their keys, as the index has them; 0 when an older program wrote it.
    pub(crate) live_bytes: u64,
    blake3: String,
    summary_at: u64,
    counts_all: bool,
}

/// A row of a checkpoint: its key as in the index, and the row.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// The checkpoints of a store, oldest first, by name.
pub(crate) fn list(dir: &Path) -> io::Result<Vec<(Sequence, PathBuf)>> {
    let mut found = Vec::new();
    let folder = dir.join(FOLDER);
    if !folder.exists() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem =
            path.file_stem().and_then(|stem| stem.to_str()).filter(|_| path.extension().is_some_and(|e| e == "ckp"));
        if let Some(sequence) = stem.and_then(|stem| Sequence::from_str_radix(stem, 16).ok()) {
            found.push((sequence, path));
        }
    }
    found.sort();
    Ok(found)
}

/// The file of a checkpoint at a sequence.
fn file(dir: &Path, sequence: Sequence) -> PathBuf {
    dir.join(FOLDER).join(format!("{sequence:016x}.ckp"))
}

fn read_frame(reader: &mut impl Read, kind: u8) -> io::Result<Option<Vec<u8>>> {
    let mut frame = [0; FRAME_BYTES];
    reader.read_exact(&mut frame)?;
    let number =
        |at: usize| frame.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
    if frame.first() == Some(&kind) {
        let (stored, inflated) = (number(1) as usize, number(5) as usize);
        if stored > MAX_BLOCK_BYTES || inflated > MAX_BLOCK_BYTES {
            return Err(wrong("a block names an impossible length"));
        }
        let mut bytes = vec![0; stored];
        reader.read_exact(&mut bytes)?;
        let head = frame.get(..9).unwrap_or_default();
        if crc32c::crc32c_append(crc32c::crc32c(head), &bytes) != number(9) {
            return Err(wrong("a block does not fit its checksum"));
        }
        return zstd::bulk::decompress(&bytes, inflated).map(Some);
    }
    Ok(None)
}

impl Checkpoint {
    /// Reads head and summary of a file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut head = [0; HEAD_BYTES];
        file.read_exact(&mut head)?;
        let sound = head.starts_with(&MAGIC)
            && head.get(44..).and_then(|crc| crc.try_into().ok()).map(u32::from_le_bytes)
                == Some(crc32c::crc32c(head.get(..44).unwrap_or_default()));
        let sequence = head.get(4..12).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let hash = head.get(12..44).and_then(|bytes| bytes.try_into().ok());
        let (true, Some(sequence), Some(hash)) = (sound, sequence, hash) else {
            return Err(wrong("no checkpoint begins here"));
        };
        let size = file.metadata()?.len();
        let mut end = [0; END_BYTES];
        file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES as u64)))?;
        file.read_exact(&mut end)?;
        let summary_at = end.first_chunk().map_or(u64::MAX, |bytes| u64::from_le_bytes(*bytes));
        if !end.ends_with(&END_MAGIC) || summary_at >= size {
            return Err(wrong("the checkpoint has no end"));
        }
        file.seek(SeekFrom::Start(summary_at))?;
        let summary = read_frame(&mut file, b'E')?.ok_or_else(|| wrong("the checkpoint has no summary"))?;
        if file.stream_position()? != size - END_BYTES as u64 {
            return Err(wrong("something stands behind the summary"));
        }
        let summary: Summary = serde_json::from_slice(&summary)?;
        Ok(Self {
            path: path.to_owned(),
            tail: Tail { sequence, hash },
            sums: Sums::try_from(&summary.sums)?,
            audit: Head { seq: summary.audit_seq, hash: summary.audit_hash },
            made_at: summary.made_at,
            live_bytes: summary.live_bytes,
            blake3: summary.blake3,
            summary_at,
            counts_all: summary.counts_all,
        })
    }

    /// The newest checkpoint of a store. The file's name must be that of its head.
    pub(crate) fn newest(dir: &Path) -> io::Result<Option<Self>> {
        let Some((sequence, path)) = list(dir)?.pop() else { return Ok(None) };
        let checkpoint = Self::open(&path)?;
        if checkpoint.tail.sequence == sequence {
            Ok(Some(checkpoint))
        } else {
            Err(wrong("the checkpoint has the name of another"))
        }
    }

    /// Its rows, in order. The last call gives `None` only when everything fits: hash, order and sums.
    pub(crate) fn rows(&self) -> io::Result<Rows<'_>> {
        let mut hasher = blake3::Hasher::new();
        let mut reader = BufReader::with_capacity(1 << 20, File::open(&self.path)?);
        let mut head = [0; HEAD_BYTES];
        reader.read_exact(&mut head)?;
        hasher.update(&head);
        let reader = Hashing { reader, hasher, at: HEAD_BYTES as u64 };
        Ok(Rows { checkpoint: self, reader, block: Vec::new(), at: 0, last: Vec::new(), sums: Sums::default() })
    }

    /// Reads all of it.
    pub(crate) fn verify(&self) -> io::Result<()> {
        let mut rows = self.rows()?;
        while rows.next()?.is_some() {}
        Ok(())
    }
}

struct Hashing {
    reader: BufReader<File>,
    hasher: blake3::Hasher,
    at: u64,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.at += count as u64;
        Ok(count)
    }
}

/// The rows of a checkpoint, one after the other.
pub(crate) struct Rows<'a> {
    checkpoint: &'a Checkpoint,
    reader: Hashing,
    block: Vec<u8>,
    at: usize,
    last: Vec<u8>,
    sums: Sums,
}

impl Rows<'_> {
    /// The next row.
    pub(crate) fn next(&mut self) -> io::Result<Option<Pair>> {
        if self.at >= self.block.len() {
            if self.reader.at >= self.checkpoint.summary_at {
                return self.finish();
            }
            self.block = read_frame(&mut self.reader, b'B')?.ok_or_else(|| wrong("no block begins here"))?;
            self.at = 0;
        }
        let key = self.part()?;
        let row = self.part()?;
        if key <= self.last {
            return Err(wrong("the rows are out of order"));
        }
        let (collection, name) = place(&key)?;
        let head = row::head(collection, &name, &row).map_err(io::Error::other)?;
        self.sums.add(collection, &head.content, head.version);
        self.last.clone_from(&key);
        Ok(Some((key, row)))
    }

    fn part(&mut self) -> io::Result<Vec<u8>> {
        let cut = || wrong("a block ends within a row");
        let rest = self.block.get(self.at..).unwrap_or_default();
        let (length, rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let part = rest.get(..length).ok_or_else(cut)?.to_vec();
        self.at += 4 + length;
        Ok(part)
    }

    fn finish(&self) -> io::Result<Option<Pair>> {
        if self.reader.at != self.checkpoint.summary_at {
            return Err(wrong("the blocks do not end where the summary begins"));
        }
        if self.reader.hasher.finalize().to_hex().as_str() != self.checkpoint.blake3 {
            return Err(wrong("the checkpoint does not fit its hash"));
        }
        let Checkpoint { sums, counts_all, .. } = self.checkpoint;
        let found = if *counts_all { self.sums.clone() } else { self.sums.clone().counted_before() };
        if found == *sums { Ok(None) } else { Err(wrong("the checkpoint does not fit its sums")) }
    }
}

/// The collection and the key of a row.
pub(crate) fn place(key: &[u8]) -> io::Result<(Collection, String)> {
    let unknown = || wrong("a row of no collection: written by a newer muster-collector");
    let (code, name) = key.split_first().ok_or_else(unknown)?;
    let collection = Collection::from_code(*code).ok_or_else(unknown)?;
    Ok((collection, String::from_utf8(name.to_vec()).map_err(|_| wrong("a key is no text"))?))
}
