//! Databases of bbolt, as they lie on the disk: podman's before version 5, and containerd's own.
//!
//! No lock is taken. A commit writes other pages than those in use and then one of two headers, and pages that are free are written
//! anew only by a commit after that: what is read between two looks at the headers that are the same is of one state.

use crate::root::{ReadError, Reader, Root};

/// The largest database that is read.
const CAP_BYTES: u64 = 256 << 20;
/// What begins a header of either kind of byte order; databases are those of the machine that runs.
const MAGIC: u32 = 0xed0c_daed;
const VERSION: u32 = 2;
/// Bytes before the content of a page: its number, kind, how many elements, how many pages follow.
const HEAD_BYTES: usize = 16;
/// Bytes of a header behind that, up to its checksum.
const META_BYTES: usize = 56;
/// Kinds of pages.
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
/// Bytes of an element of a page.
const ELEMENT_BYTES: usize = 16;
/// An element of a leaf that is a bucket.
const BUCKET: u32 = 1;
/// What stands before a bucket's own page, when it is small enough to have that in itself.
const BUCKET_BYTES: usize = 16;
/// The most bytes of one page and those that follow it.
const PAGE_CAP_BYTES: usize = 4 << 20;
/// How often a database that changes meanwhile is read.
const ATTEMPTS: usize = 4;

/// A database as of one commit.
#[derive(Debug)]
pub(in crate::section) struct Bolt {
    reader: Reader,
    page_bytes: usize,
    /// Pages that there are.
    pages: u64,
    root: u64,
    commit: u64,
}

/// A bucket: a tree of pages, or one page within its element.
#[derive(Debug)]
pub(in crate::section) enum Bucket {
    Tree(u64),
    Inline(Vec<u8>),
}

/// What stands at a key.
#[derive(Debug)]
pub(in crate::section) enum Value<'a> {
    Bytes(&'a [u8]),
    Bucket(Bucket),
}

/// Reads a database with `read`, again when it was written meanwhile.
pub(in crate::section) fn with<T>(
    root: &Root,
    path: &str,
    mut read: impl FnMut(&Bolt) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    for _ in 0..ATTEMPTS {
        let bolt = Bolt::open(root.open_reader(path, CAP_BYTES)?)?;
        let value = read(&bolt);
        if bolt.newest().is_ok_and(|newest| newest.commit == bolt.commit) {
            return value;
        }
    }
    Err(root.open_reader(path, CAP_BYTES)?.broken("changed all the time while it was read"))
}

/// A header.
struct Meta {
    page_bytes: usize,
    root: u64,
    pages: u64,
    commit: u64,
}

impl Meta {
    fn parse(page: &[u8]) -> Option<Self> {
        let bytes = page.get(HEAD_BYTES..)?;
        let is_one = long(bytes, 0)? == MAGIC && long(bytes, 4)? == VERSION;
        // Before 2014 there was no checksum.
        let sum = wide(bytes, META_BYTES)?;
        if !is_one || sum != 0 && sum != fnv(bytes.get(..META_BYTES)?) {
            return None;
        }
        let page_bytes = usize::try_from(long(bytes, 8)?).ok().filter(|size| (512..=1 << 16).contains(size))?;
        Some(Self { page_bytes, root: wide(bytes, 16)?, pages: wide(bytes, 40)?, commit: wide(bytes, 48)? })
    }
}

impl Bolt {
    fn open(reader: Reader) -> Result<Self, ReadError> {
        let mut bolt = Self { reader, page_bytes: 0, pages: 0, root: 0, commit: 0 };
        let meta = bolt.newest()?;
        (bolt.page_bytes, bolt.pages, bolt.root, bolt.commit) = (meta.page_bytes, meta.pages, meta.root, meta.commit);
        Ok(bolt)
    }

    /// The newer of the two headers that are whole: the other one may be of a commit that was broken off.
    fn newest(&self) -> Result<Meta, ReadError> {
        let at = |offset: usize| {
            let bytes: [u8; HEAD_BYTES + META_BYTES + 8] = self.reader.array_at(u64::try_from(offset).ok()?).ok()?;
            Meta::parse(&bytes)
        };
        let first = at(0);
        // Where the first one is damaged, the second is looked for at the sizes that pages have.
        let sizes =
            first.as_ref().map_or_else(|| (10..=16).map(|bits| 1 << bits).collect(), |meta| vec![meta.page_bytes]);
        let second = sizes.into_iter().find_map(|size| at(size).filter(|meta| meta.page_bytes == size));
        let newest = first.into_iter().chain(second).max_by_key(|meta| meta.commit);
        newest.ok_or_else(|| self.reader.broken("has no header of bbolt"))
    }

    /// A page and those that follow it.
    fn page(&self, number: u64) -> Result<Vec<u8>, ReadError> {
        let broken = || self.reader.broken("a page outside of the database");
        let size = u64::try_from(self.page_bytes).unwrap_or(u64::MAX);
        let offset = number.checked_mul(size).filter(|_| (2..self.pages).contains(&number)).ok_or_else(broken)?;
        let head: [u8; HEAD_BYTES] = self.reader.array_at(offset)?;
        let more = long(&head, 12).and_then(|more| usize::try_from(more).ok()).unwrap_or(usize::MAX);
        let length = more.checked_add(1).and_then(|count| count.checked_mul(self.page_bytes));
        let length = length.filter(|length| *length <= PAGE_CAP_BYTES && wide(&head, 0) == Some(number));
        let mut bytes = vec![0; length.ok_or_else(broken)?];
        self.reader.read_at(offset, &mut bytes)?;
        Ok(bytes)
    }

    /// The outermost bucket.
    pub(in crate::section) const fn top(&self) -> Bucket {
        Bucket::Tree(self.root)
    }

    /// The bucket below another one, where there is one.
    pub(in crate::section) fn bucket(&self, within: &Bucket, wanted: &[u8]) -> Result<Option<Bucket>, ReadError> {
        let mut found = None;
        self.each(within, &mut |key, value| {
            if let Value::Bucket(bucket) = value
                && key == wanted
            {
                found = Some(bucket);
            }
        })?;
        Ok(found)
    }

    /// The bytes at a key, where there are some.
    pub(in crate::section) fn get(&self, within: &Bucket, wanted: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let mut found = None;
        self.each(within, &mut |key, value| {
            if let Value::Bytes(bytes) = value
                && key == wanted
            {
                found = Some(bytes.to_vec());
            }
        })?;
        Ok(found)
    }

    /// The buckets in a bucket, with their keys.
    pub(in crate::section) fn buckets(&self, within: &Bucket) -> Result<Vec<(String, Bucket)>, ReadError> {
        let mut found = Vec::new();
        self.each(within, &mut |key, value| {
            if let Value::Bucket(bucket) = value {
                found.push((String::from_utf8_lossy(key).into_owned(), bucket));
            }
        })?;
        Ok(found)
    }

    /// Calls `visit` for all that stands in a bucket, in the order of the keys. What pages may be read in all is bounded by the
    /// reader, so circles end.
    fn each(&self, bucket: &Bucket, visit: &mut dyn FnMut(&[u8], Value<'_>)) -> Result<(), ReadError> {
        let broken = || self.reader.broken("an element outside of its page");
        let mut pending = match bucket {
            Bucket::Inline(page) => return leaf(page, visit).ok_or_else(broken),
            Bucket::Tree(page) => vec![*page],
        };
        while let Some(number) = pending.pop() {
            let page = self.page(number)?;
            match short(&page, 8) {
                // The last in is the first out.
                Some(BRANCH) => pending.extend(children(&page).ok_or_else(broken)?.into_iter().rev()),
                Some(LEAF) => leaf(&page, visit).ok_or_else(broken)?,
                _ => return Err(self.reader.broken("a page of another kind in the tree of a bucket")),
            }
            if u64::try_from(pending.len()).unwrap_or(u64::MAX) > self.pages {
                return Err(self.reader.broken("leads in circles"));
            }
        }
        Ok(())
    }
}

/// Where the elements of a page begin.
fn elements(page: &[u8]) -> Option<impl Iterator<Item = usize> + use<>> {
    let count = usize::from(short(page, 10)?);
    Some((0..count).map(|index| HEAD_BYTES + index * ELEMENT_BYTES))
}

fn children(page: &[u8]) -> Option<Vec<u64>> {
    elements(page)?.map(|at| wide(page, at + 8)).collect()
}

/// Hands on the elements of a leaf.
fn leaf(page: &[u8], visit: &mut dyn FnMut(&[u8], Value<'_>)) -> Option<()> {
    for at in elements(page)? {
        let number = |place: usize| usize::try_from(long(page, at + place)?).ok();
        let (start, key_bytes, value_bytes) = (at.checked_add(number(4)?)?, number(8)?, number(12)?);
        let key = page.get(start..start.checked_add(key_bytes)?)?;
        let value = page.get(start + key_bytes..(start + key_bytes).checked_add(value_bytes)?)?;
        if long(page, at)? & BUCKET == 0 {
            visit(key, Value::Bytes(value));
            continue;
        }
        let bucket = match wide(value, 0)? {
            0 => Bucket::Inline(value.get(BUCKET_BYTES..)?.to_vec()),
            page => Bucket::Tree(page),
        };
        visit(key, Value::Bucket(bucket));
    }
    Some(())
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

/// The checksum of a header: FNV-1a of 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
