//! `Packages`, a hash of Berkeley DB (RHEL 8 and older): every page of the file is looked at, for a hash page tells by
//! itself which packages it holds, and large values lie in chains of overflow pages. Numbers are in the order of the
//! machine that wrote them.

use super::{Blob, CAP_BYTES, Outcome, Sink};
use crate::root::{ReadError, Reader, Root};

const HASH_MAGIC: u32 = 0x0006_1561;
const PAGE_HEADER_BYTES: usize = 26;
const CHECKSUM_FLAG: u8 = 1;
const HASH_META_PAGE: u8 = 8;
/// Page types: hash pages of old and of new, and overflow pages.
const HASH_PAGES: [u8; 2] = [2, 13];
const OVERFLOW_PAGE: u8 = 7;
/// Item types: the bytes themselves, or a reference to overflow pages.
const KEY_DATA: u8 = 1;
const OFF_PAGE: u8 = 3;

struct Database {
    reader: Reader,
    is_big_endian: bool,
    page_bytes: usize,
    pages: u32,
}

/// Reads the database at `path`.
pub(super) fn read(root: &Root, path: &str, mut sink: Sink) -> Result<Outcome, ReadError> {
    let reader = root.open_reader(path, CAP_BYTES)?;
    let before = reader.stamp();
    let database = Database::open(reader)?;
    let error = database.read_pages(&mut sink).err();
    Ok(Outcome { sink, error, problems: Vec::new(), changed: database.reader.stamp() != before })
}

impl Database {
    fn open(reader: Reader) -> Result<Self, ReadError> {
        let meta = reader.array_at::<72>(0)?;
        let magic: [u8; 4] = meta.get(12..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        let is_big_endian = u32::from_be_bytes(magic) == HASH_MAGIC;
        if !is_big_endian && u32::from_le_bytes(magic) != HASH_MAGIC {
            return Err(reader.broken("not a hash of Berkeley DB"));
        }
        let [encryption, kind, flags] = [24, 25, 26].map(|at| meta.get(at).copied().unwrap_or_default());
        if encryption != 0 || flags & CHECKSUM_FLAG != 0 {
            return Err(reader.broken("is encrypted or carries checksums, which rpm never does"));
        }
        let page_bytes = number(&meta, 20, is_big_endian);
        if kind != HASH_META_PAGE || !page_bytes.is_power_of_two() || !(512..=65_536).contains(&page_bytes) {
            return Err(reader.broken("not a hash of Berkeley DB"));
        }
        let in_file = u32::try_from(reader.size_bytes() / u64::from(page_bytes)).unwrap_or(u32::MAX);
        let pages = number(&meta, 32, is_big_endian).saturating_add(1).min(in_file);
        Ok(Self { reader, is_big_endian, page_bytes: usize::try_from(page_bytes).unwrap_or(0), pages })
    }

    fn offset(&self, page: u32) -> u64 {
        u64::from(page).saturating_mul(u64::try_from(self.page_bytes).unwrap_or(0))
    }

    fn read_pages(&self, sink: &mut Sink) -> Result<(), ReadError> {
        let mut page = vec![0; self.page_bytes];
        for number_of_page in 1..self.pages {
            let [kind] = self.reader.array_at::<1>(self.offset(number_of_page) + 25)?;
            if HASH_PAGES.contains(&kind) {
                self.reader.read_at(self.offset(number_of_page), &mut page)?;
                self.read_hash_page(&page, sink);
            }
        }
        let in_file = self.reader.size_bytes().div_ceil(u64::try_from(self.page_bytes).unwrap_or(1));
        if in_file * u64::try_from(self.page_bytes).unwrap_or(1) > self.reader.size_bytes() {
            return Err(self.reader.broken("ends within a page"));
        }
        Ok(())
    }

    /// The items of a hash page stand in pairs of key and value, filled from the end of the page.
    fn read_hash_page(&self, page: &[u8], sink: &mut Sink) {
        let entries = usize::from(short(page, 20, self.is_big_endian));
        let offset = |i: usize| usize::from(short(page, PAGE_HEADER_BYTES + 2 * i, self.is_big_endian));
        let item = |i: usize| {
            let end = if i == 0 { self.page_bytes } else { offset(i - 1) };
            page.get(offset(i)..end)
        };
        if PAGE_HEADER_BYTES + 2 * entries > self.page_bytes {
            sink.broken += 1;
            return;
        }
        for pair in 0..entries / 2 {
            let (Some([KEY_DATA, key @ ..]), Some(value)) = (item(2 * pair), item(2 * pair + 1)) else {
                sink.broken += 1;
                continue;
            };
            let instance = number(key, 0, self.is_big_endian);
            match value {
                // Record 0 holds the number that the next package gets.
                _ if key.len() != 4 || instance == 0 => {}
                [KEY_DATA, bytes @ ..] => sink.take(u64::from(instance), &mut Inline { reader: &self.reader, bytes }),
                [OFF_PAGE, _, _, _, reference @ ..] if reference.len() >= 8 => {
                    let next = number(reference, 0, self.is_big_endian);
                    let left = u64::from(number(reference, 4, self.is_big_endian));
                    let mut chain = Chain { database: self, next, position: 0, in_page: 0, left };
                    sink.take(u64::from(instance), &mut chain);
                }
                _ => sink.broken += 1,
            }
        }
    }
}

/// A value that stands in the hash page.
struct Inline<'a> {
    reader: &'a Reader,
    bytes: &'a [u8],
}

impl Blob for Inline<'_> {
    fn left(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(0)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let halves = self.bytes.split_at_checked(buffer.len());
        let (bytes, rest) = halves.ok_or_else(|| self.reader.broken("a value ends too early"))?;
        buffer.copy_from_slice(bytes);
        self.bytes = rest;
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ReadError> {
        let rest = usize::try_from(bytes).ok().and_then(|bytes| self.bytes.get(bytes..));
        self.bytes = rest.ok_or_else(|| self.reader.broken("a value ends too early"))?;
        Ok(())
    }
}

/// A value in a chain of overflow pages.
struct Chain<'a> {
    database: &'a Database,
    next: u32,
    /// Where in the file reading goes on, and how much the page still holds.
    position: u64,
    in_page: u64,
    left: u64,
}

impl Chain<'_> {
    /// Goes to the next page when this one is used up; then at least one byte can be taken.
    fn advance(&mut self) -> Result<(), ReadError> {
        if self.in_page > 0 {
            return Ok(());
        }
        let Database { reader, is_big_endian, page_bytes, pages } = self.database;
        if self.next == 0 || self.next >= *pages {
            return Err(reader.broken("a chain of pages ends too early"));
        }
        let offset = self.database.offset(self.next);
        let header = reader.array_at::<PAGE_HEADER_BYTES>(offset)?;
        let held = short(&header, 22, *is_big_endian);
        let fits = usize::from(held) <= page_bytes - PAGE_HEADER_BYTES;
        if header.get(25) != Some(&OVERFLOW_PAGE) || held == 0 || !fits {
            return Err(reader.broken("a page that is no overflow page in a chain of them"));
        }
        self.next = number(&header, 16, *is_big_endian);
        self.position = offset + PAGE_HEADER_BYTES as u64;
        self.in_page = u64::from(held);
        Ok(())
    }

    fn pass(&mut self, bytes: u64) {
        self.position += bytes;
        self.in_page -= bytes;
        self.left -= bytes;
    }

    fn check(&self, bytes: u64) -> Result<(), ReadError> {
        if bytes > self.left { Err(self.database.reader.broken("a value ends too early")) } else { Ok(()) }
    }
}

impl Blob for Chain<'_> {
    fn left(&self) -> u64 {
        self.left
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        self.check(u64::try_from(buffer.len()).unwrap_or(u64::MAX))?;
        let mut rest = buffer;
        while !rest.is_empty() {
            self.advance()?;
            let part = rest.len().min(usize::try_from(self.in_page).unwrap_or(usize::MAX));
            let (now, later) = rest.split_at_mut(part);
            self.database.reader.read_at(self.position, now)?;
            self.pass(u64::try_from(part).unwrap_or(0));
            rest = later;
        }
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.check(bytes)?;
        let mut rest = bytes;
        while rest > 0 {
            self.advance()?;
            let part = rest.min(self.in_page);
            self.pass(part);
            rest -= part;
        }
        Ok(())
    }
}

fn number(bytes: &[u8], at: usize, is_big_endian: bool) -> u32 {
    let bytes: [u8; 4] = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

fn short(bytes: &[u8], at: usize, is_big_endian: bool) -> u16 {
    let bytes: [u8; 2] = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    if is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
}
