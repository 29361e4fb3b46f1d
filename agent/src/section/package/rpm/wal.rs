//! The write-ahead log of SQLite: pages that are newer than those of the database itself. What counts is what was
//! committed, with checksums that agree; everything behind the first frame that does not is left over from before.

use std::collections::BTreeMap;

use crate::root::{ReadError, Reader, Root};

/// The largest log that is read. SQLite itself empties it at 4 MiB when nobody reads.
const CAP_BYTES: u64 = 64 << 20;
const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The last bit tells the order of the bytes that checksums are made of.
const MAGIC: u32 = 0x377f_0682;

pub(super) struct Wal {
    reader: Reader,
    before: Option<(u64, i64, i64)>,
    /// Page to the place of its content.
    frames: BTreeMap<u32, u64>,
    pages: u32,
}

impl Wal {
    /// The log at `path`, `None` when nothing of it counts.
    pub(super) fn open(root: &Root, path: &str, page_bytes: usize) -> Result<Option<Self>, ReadError> {
        let reader = root.open_reader(path, CAP_BYTES)?;
        let before = reader.stamp();
        if reader.size_bytes() < HEADER_BYTES as u64 {
            return Ok(None);
        }
        let header = reader.array_at::<HEADER_BYTES>(0)?;
        let magic = number(&header, 0);
        let mut sum = Checksum { sums: (0, 0), is_big_endian: magic & 1 == 1 };
        sum.add(header.get(..24).unwrap_or_default());
        let is_log = magic & !1 == MAGIC && usize::try_from(number(&header, 8)) == Ok(page_bytes);
        if !is_log || !sum.stands_in(&header, 24) {
            return Ok(None);
        }
        let mut wal = Self { reader, before, frames: BTreeMap::new(), pages: 0 };
        wal.read_frames(sum, header.get(16..24).unwrap_or_default(), page_bytes)?;
        Ok((wal.pages > 0).then_some(wal))
    }

    fn read_frames(&mut self, mut sum: Checksum, salt: &[u8], page_bytes: usize) -> Result<(), ReadError> {
        let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes];
        let mut offset = HEADER_BYTES as u64;
        let mut pending = Vec::new();
        while offset + frame.len() as u64 <= self.reader.size_bytes() {
            self.reader.read_at(offset, &mut frame)?;
            sum.add(frame.get(..8).unwrap_or_default());
            sum.add(frame.get(FRAME_HEADER_BYTES..).unwrap_or_default());
            if frame.get(8..16) != Some(salt) || !sum.stands_in(&frame, 16) {
                break;
            }
            pending.push((number(&frame, 0), offset + FRAME_HEADER_BYTES as u64));
            // The last frame of a transaction tells how many pages the database has then.
            let pages = number(&frame, 4);
            if pages > 0 {
                self.frames.extend(pending.drain(..));
                self.pages = pages;
            }
            offset += frame.len() as u64;
        }
        Ok(())
    }

    /// Where the newest content of a page stands, when that is here.
    pub(super) fn page(&self, page: u32) -> Option<(&Reader, u64)> {
        self.frames.get(&page).map(|offset| (&self.reader, *offset))
    }

    /// How many pages the database has.
    pub(super) const fn pages(&self) -> u32 {
        self.pages
    }

    /// Whether it was written to since it was opened.
    pub(super) fn has_changed(&self) -> bool {
        self.reader.stamp() != self.before
    }
}

struct Checksum {
    sums: (u32, u32),
    is_big_endian: bool,
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let (words, _) = bytes.as_chunks::<4>();
        let word = |bytes: [u8; 4]| {
            if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        for pair in words.chunks_exact(2) {
            if let [first, second] = pair {
                self.sums.0 = self.sums.0.wrapping_add(word(*first)).wrapping_add(self.sums.1);
                self.sums.1 = self.sums.1.wrapping_add(word(*second)).wrapping_add(self.sums.0);
            }
        }
    }

    fn stands_in(&self, bytes: &[u8], at: usize) -> bool {
        self.sums == (number(bytes, at), number(bytes, at + 4))
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
