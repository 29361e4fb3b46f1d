//! `Packages.db`, the database of SUSE: a table of slots, each naming a run of 16-byte blocks. Numbers are little-endian.

use super::{Blob, CAP_BYTES, Outcome, Sink};
use crate::root::{ReadError, Reader, Root};

const PAGE_BYTES: u64 = 4096;
const BLOCK_BYTES: u64 = 16;
const SLOT_BYTES: u64 = 16;
const HEADER_MAGIC: &[u8; 4] = b"RpmP";
const SLOT_MAGIC: &[u8; 4] = b"Slot";
const BLOB_MAGIC: &[u8; 4] = b"BlbS";
/// The most pages of slots: room for half a million packages.
const SLOT_PAGE_CAP: u32 = 2048;

/// A run of bytes of the file.
struct Run<'a> {
    reader: &'a Reader,
    offset: u64,
    left: u64,
}

impl Blob for Run<'_> {
    fn left(&self) -> u64 {
        self.left
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let offset = self.offset;
        self.skip(u64::try_from(buffer.len()).unwrap_or(u64::MAX))?;
        self.reader.read_at(offset, buffer)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| self.reader.broken("a blob ends too early"))?;
        self.offset += bytes;
        Ok(())
    }
}

/// Reads the database at `path`.
pub(super) fn read(root: &Root, path: &str, mut sink: Sink) -> Result<Outcome, ReadError> {
    let reader = root.open_reader(path, CAP_BYTES)?;
    let before = reader.stamp();
    let error = read_slots(&reader, &mut sink).err();
    Ok(Outcome { sink, error, problems: Vec::new(), changed: reader.stamp() != before })
}

fn read_slots(reader: &Reader, sink: &mut Sink) -> Result<(), ReadError> {
    let header = reader.array_at::<32>(0)?;
    if header.first_chunk() != Some(HEADER_MAGIC) {
        return Err(reader.broken("not an ndb database"));
    }
    let slot_pages = number(&header, 12);
    if slot_pages > SLOT_PAGE_CAP {
        return Err(reader.broken("more slots than any host has packages"));
    }
    let mut page = vec![0; usize::try_from(PAGE_BYTES).unwrap_or(0)];
    for number_of_page in 0..u64::from(slot_pages) {
        reader.read_at(number_of_page * PAGE_BYTES, &mut page)?;
        // The header of the file takes the place of the first two slots.
        let first = if number_of_page == 0 { 2 } else { 0 };
        for slot in page.chunks_exact(usize::try_from(SLOT_BYTES).unwrap_or(1)).skip(first) {
            if slot.first_chunk() != Some(SLOT_MAGIC) {
                return Err(reader.broken("a slot without its mark"));
            }
            let (package, block, blocks) = (number(slot, 4), number(slot, 8), number(slot, 12));
            // A slot of package 0 is free.
            if package == 0 {
                continue;
            }
            match open_blob(reader, package, u64::from(block) * BLOCK_BYTES, u64::from(blocks) * BLOCK_BYTES) {
                Ok(mut run) => sink.take(u64::from(package), &mut run),
                Err(_) => sink.broken += 1,
            }
        }
    }
    Ok(())
}

fn open_blob(reader: &Reader, package: u32, offset: u64, run_bytes: u64) -> Result<Run<'_>, ReadError> {
    let header = reader.array_at::<16>(offset)?;
    let left = u64::from(number(&header, 12));
    let is_whole = header.first_chunk() == Some(BLOB_MAGIC) && number(&header, 4) == package && left <= run_bytes;
    if is_whole { Ok(Run { reader, offset: offset + 16, left }) } else { Err(reader.broken("a blob without its mark")) }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}
