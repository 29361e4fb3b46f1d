//! `rpmdb.sqlite`, the database of Fedora 33, RHEL 9 and later: the b-tree of the table `Packages`, read page by page as
//! the file format of SQLite describes it, what stands in the write-ahead log included. Numbers are big-endian. Podman's own database
//! is read by the same means.

use super::wal::Wal;
use super::{Blob, CAP_BYTES, Outcome, Sink, problem};
use crate::root::{ReadError, Reader, Root};

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const FILE_HEADER_BYTES: usize = 100;
const INTERIOR_TABLE: u8 = 5;
const LEAF_TABLE: u8 = 13;
const TABLE: &[u8] = b"Packages";
/// The longest text of a row that is shown.
const TEXT_CAP_BYTES: u64 = 1 << 20;

struct Database {
    reader: Reader,
    wal: Option<Wal>,
    page_bytes: usize,
    /// What of a page holds content.
    usable: usize,
    pages: u32,
}

/// Reads the database at `path`.
pub(super) fn read(root: &Root, path: &str, mut sink: Sink) -> Result<Outcome, ReadError> {
    let reader = root.open_reader(path, CAP_BYTES)?;
    let before = reader.stamp();
    let mut problems = Vec::new();
    let mut database = Database::open(reader)?;
    if let Err(error) = database.add_log(root, path) {
        problems.push(error.problem());
    }
    let journal = format!("{path}-journal");
    if root.open_reader(&journal, CAP_BYTES).is_ok_and(|journal| journal.size_bytes() > 0) {
        problems.push(problem(&journal, "an unfinished change is not rolled back here"));
    }
    let error = database.read_packages(&mut sink).err();
    let changed = database.reader.stamp() != before || database.wal.as_ref().is_some_and(Wal::has_changed);
    Ok(Outcome { sink, error, problems, changed })
}

/// Shows the text in a column of each row of a table; what cannot be read is left out, and the last word is that it was written to.
pub(in crate::section) fn each_text(
    root: &Root,
    path: &str,
    (table, column): (&str, usize),
    take: &mut dyn FnMut(&[u8]),
) -> Result<(), ReadError> {
    let reader = root.open_reader(path, CAP_BYTES)?;
    let before = reader.stamp();
    let mut database = Database::open(reader)?;
    database.add_log(root, path)?;
    let first = database.table(table.as_bytes())?.ok_or_else(|| database.reader.broken("has no such table"))?;
    database.walk(first, &mut |cell| {
        let Some(column) = Columns::of(cell.local).and_then(|mut columns| columns.nth(column)) else { return };
        let mut row = Row::of(&database, cell);
        if column.length <= TEXT_CAP_BYTES && row.skip(column.start).is_ok() {
            let mut text = vec![0; usize::try_from(column.length).unwrap_or(0)];
            if row.read(&mut text).is_ok() {
                take(&text);
            }
        }
    })?;
    let changed = database.reader.stamp() != before || database.wal.as_ref().is_some_and(Wal::has_changed);
    if changed { Err(database.reader.broken("was written to while it was read")) } else { Ok(()) }
}

/// A row: how long it is, what of it stands in the page, where it goes on.
struct Cell<'a> {
    row: u64,
    bytes: u64,
    local: &'a [u8],
    overflow: u32,
}

impl Database {
    fn open(reader: Reader) -> Result<Self, ReadError> {
        let header = reader.array_at::<FILE_HEADER_BYTES>(0)?;
        let page_bytes = match short(&header, 16) {
            1 => 65_536,
            bytes => usize::from(bytes),
        };
        let reserved = usize::from(header.get(20).copied().unwrap_or_default());
        let is_database = header.first_chunk() == Some(MAGIC) && page_bytes >= 512 && page_bytes.is_power_of_two();
        if !is_database || page_bytes - reserved < 480 {
            return Err(reader.broken("not an SQLite database"));
        }
        let pages = u32::try_from(reader.size_bytes() / page_bytes as u64).unwrap_or(u32::MAX);
        Ok(Self { reader, wal: None, page_bytes, usable: page_bytes - reserved, pages })
    }

    /// What stands in the write-ahead log counts. Absent is how it is most of the time.
    fn add_log(&mut self, root: &Root, path: &str) -> Result<(), ReadError> {
        match Wal::open(root, &format!("{path}-wal"), self.page_bytes) {
            Ok(wal) => self.wal = wal,
            Err(error) if error.is_absent() => {}
            Err(error) => return Err(error),
        }
        self.pages = self.wal.as_ref().map_or(self.pages, Wal::pages);
        Ok(())
    }

    /// The first page of a table.
    fn table(&self, name: &[u8]) -> Result<Option<u32>, ReadError> {
        let mut table = None;
        self.walk(1, &mut |cell| table = table.or_else(|| root_of(cell, name)))?;
        Ok(table)
    }

    /// Reads a part of a page, from the log when it is newer there.
    fn read_at(&self, page: u32, at: usize, buffer: &mut [u8]) -> Result<(), ReadError> {
        if page == 0 || page > self.pages {
            return Err(self.reader.broken("a page beyond the end"));
        }
        if let Some((log, offset)) = self.wal.as_ref().and_then(|wal| wal.page(page)) {
            return log.read_at(offset + at as u64, buffer);
        }
        self.reader.read_at(u64::from(page - 1) * self.page_bytes as u64 + at as u64, buffer)
    }

    fn read_packages(&self, sink: &mut Sink) -> Result<(), ReadError> {
        let table = self.table(TABLE)?.ok_or_else(|| self.reader.broken("has no table of packages"))?;
        self.walk(table, &mut |cell| {
            let Some((start, length)) = blob_column(cell) else {
                sink.broken += 1;
                return;
            };
            let mut row = Row::of(self, cell);
            if row.skip(start).is_err() || row.left < length {
                sink.broken += 1;
                return;
            }
            row.left = length;
            sink.take(cell.row, &mut row);
        })
    }

    /// Calls `visit` for every row of the table whose b-tree begins at `page`, in the order of the rows.
    fn walk(&self, page: u32, visit: &mut dyn FnMut(&Cell<'_>)) -> Result<(), ReadError> {
        let mut pending = vec![page];
        let mut bytes = vec![0; self.page_bytes];
        let mut visited = 0;
        while let Some(number) = pending.pop() {
            visited += 1;
            if visited > self.pages {
                return Err(self.reader.broken("leads in circles"));
            }
            self.read_at(number, 0, &mut bytes)?;
            let content = bytes.get(..self.usable).unwrap_or_default();
            let header = if number == 1 { FILE_HEADER_BYTES } else { 0 };
            let cells = usize::from(short(content, header + 3));
            let kind = content.get(header).copied().unwrap_or_default();
            let pointers = header + if kind == INTERIOR_TABLE { 12 } else { 8 };
            let cell = |i: usize| content.get(usize::from(short(content, pointers + 2 * i))..);
            match kind {
                INTERIOR_TABLE => {
                    // The last in is the first out: the right-most child goes in first.
                    pending.push(long(content, header + 8));
                    pending.extend((0..cells).rev().filter_map(cell).map(|cell| long(cell, 0)));
                    if pending.len() > usize::try_from(self.pages).unwrap_or(usize::MAX) {
                        return Err(self.reader.broken("leads in circles"));
                    }
                }
                LEAF_TABLE => {
                    for i in 0..cells {
                        let parsed = cell(i).and_then(|cell| self.parse_cell(cell));
                        visit(&parsed.ok_or_else(|| self.reader.broken("a row outside its page"))?);
                    }
                }
                _ => return Err(self.reader.broken("a page of another kind in the tree of a table")),
            }
        }
        Ok(())
    }

    fn parse_cell<'a>(&self, cell: &'a [u8]) -> Option<Cell<'a>> {
        let (bytes, rest) = varint(cell)?;
        let (row, rest) = varint(rest)?;
        let local_bytes = self.local_bytes(bytes);
        let (local, rest) = rest.split_at_checked(local_bytes)?;
        let is_whole = u64::try_from(local_bytes).ok()? == bytes;
        let overflow = if is_whole { 0 } else { u32::from_be_bytes(*rest.first_chunk()?) };
        Some(Cell { row, bytes, local, overflow })
    }

    /// How much of a row stands in its page: all, or what leaves the last overflow page full.
    fn local_bytes(&self, bytes: u64) -> usize {
        let (most, least) = (self.usable - 35, (self.usable - 12) * 32 / 255 - 23);
        match usize::try_from(bytes) {
            Ok(bytes) if bytes <= most => bytes,
            Ok(bytes) => {
                let fitting = least + (bytes - least) % (self.usable - 4);
                if fitting <= most { fitting } else { least }
            }
            Err(_) => least,
        }
    }
}

/// The root page of a table, when this row of the schema describes it.
fn root_of(cell: &Cell<'_>, wanted: &[u8]) -> Option<u32> {
    let mut columns = Columns::of(cell.local)?;
    let (kind, name) = (columns.next()?, columns.next()?);
    let (_table, root) = (columns.next()?, columns.next()?);
    if kind.bytes(cell.local)? != b"table" || name.bytes(cell.local)? != wanted {
        return None;
    }
    let number = root.bytes(cell.local)?.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    u32::try_from(number).ok()
}

/// Where the blob of a package begins in its row, and its length.
fn blob_column(cell: &Cell<'_>) -> Option<(u64, u64)> {
    let blob = Columns::of(cell.local)?.find(|column| column.kind >= 12 && column.kind % 2 == 0)?;
    (blob.start.checked_add(blob.length)? <= cell.bytes).then_some((blob.start, blob.length))
}

/// A column of a row: its serial type and its place.
struct Column {
    kind: u64,
    start: u64,
    length: u64,
}

impl Column {
    fn bytes<'a>(&self, row: &'a [u8]) -> Option<&'a [u8]> {
        let start = usize::try_from(self.start).ok()?;
        row.get(start..start.checked_add(usize::try_from(self.length).ok()?)?)
    }
}

/// The columns of a row, out of the serial types at its beginning.
struct Columns<'a> {
    kinds: &'a [u8],
    start: u64,
}

impl<'a> Columns<'a> {
    fn of(row: &'a [u8]) -> Option<Self> {
        let (header_bytes, rest) = varint(row)?;
        let before = row.len() - rest.len();
        let kinds = rest.get(..usize::try_from(header_bytes).ok()?.checked_sub(before)?)?;
        Some(Self { kinds, start: header_bytes })
    }
}

impl Iterator for Columns<'_> {
    type Item = Column;

    fn next(&mut self) -> Option<Column> {
        let (kind, rest) = varint(self.kinds)?;
        self.kinds = rest;
        let length = match kind {
            0 | 8..=11 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            _ => (kind - 12) / 2,
        };
        let start = self.start;
        self.start = start.checked_add(length)?;
        Some(Column { kind, start, length })
    }
}

/// The bytes of a row: those in its page, then those of its chain of overflow pages.
struct Row<'a> {
    database: &'a Database,
    local: &'a [u8],
    /// The overflow page that is read, and how much of its content was taken.
    overflow: u32,
    position: usize,
    left: u64,
}

impl<'a> Row<'a> {
    const fn of(database: &'a Database, cell: &Cell<'a>) -> Self {
        Self { database, local: cell.local, overflow: cell.overflow, position: 0, left: cell.bytes }
    }

    /// Passes over the next bytes, as many as lie together, into `buffer` if there is one.
    fn step(&mut self, most: usize, buffer: Option<&mut [u8]>) -> Result<usize, ReadError> {
        if !self.local.is_empty() {
            let part = most.min(self.local.len());
            let (now, later) = self.local.split_at(part);
            if let Some(buffer) = buffer.and_then(|buffer| buffer.get_mut(..part)) {
                buffer.copy_from_slice(now);
            }
            self.local = later;
            return Ok(part);
        }
        let content = self.database.usable - 4;
        if self.position == content {
            let mut next = [0; 4];
            self.database.read_at(self.overflow, 0, &mut next)?;
            (self.overflow, self.position) = (u32::from_be_bytes(next), 0);
        }
        let part = most.min(content - self.position);
        if let Some(buffer) = buffer.and_then(|buffer| buffer.get_mut(..part)) {
            self.database.read_at(self.overflow, 4 + self.position, buffer)?;
        }
        self.position += part;
        Ok(part)
    }

    fn check(&mut self, bytes: u64) -> Result<(), ReadError> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| self.database.reader.broken("a row ends too early"))?;
        Ok(())
    }
}

impl Blob for Row<'_> {
    fn left(&self) -> u64 {
        self.left
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        self.check(u64::try_from(buffer.len()).unwrap_or(u64::MAX))?;
        let mut rest = buffer;
        while !rest.is_empty() {
            let part = self.step(rest.len(), Some(&mut *rest))?;
            rest = rest.get_mut(part..).unwrap_or_default();
        }
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.check(bytes)?;
        let mut rest = bytes;
        while rest > 0 {
            let part = self.step(usize::try_from(rest).unwrap_or(usize::MAX), None)?;
            rest -= part as u64;
        }
        Ok(())
    }
}

/// A number of one to nine bytes.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (i, byte) in bytes.iter().take(9).enumerate() {
        let rest = bytes.get(i + 1..)?;
        if i == 8 {
            return Some(((value << 8) | u64::from(*byte), rest));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_be_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
