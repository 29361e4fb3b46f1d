//! The stored form of a document, the same in the journal, in checkpoints and in the index.
//!
//! A document is packed once, by the caller of a commit: JSON, zstd-compressed when it is long, the items of a section in runs
//! (`run`). The packed bytes then go through
//! journal, index and checkpoint as they are, so that an index built anew is the same to the byte. In index and checkpoint a row is
//! `[form u8][flags u8][schema u8][version u64 LE][content, 16 bytes][CRC32C u32 LE][body]`: `content` is a hash of the body and its
//! place, the checksum covers the place and what stands before it. Both are checked whenever a row is read. Of a body in runs `content`
//! covers what is said of them, each one's hash too: whoever reads one run hashes that one and no other.

mod run;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use muster_model::inventory::SectionBody;
use muster_model::{Collection, Record, Versioned, schema};
use muster_store::StoreError;

/// Version of this form.
const FORM: u8 = 2;
/// How a body is stored: as it is, as one zstd frame, in runs, in runs whose hashes are beside them.
const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;
const IN_RUNS: u8 = 2;
const IN_HASHED_RUNS: u8 = 3;
/// zstd at a fast level: what is compressed here is on somebody's way to an answer.
const LEVEL: i32 = 1;
const CHECKED_BYTES: usize = 27;
const HEAD_BYTES: usize = CHECKED_BYTES + 4;

/// JSON shorter than this is kept as it is.
pub(crate) const COMPRESS_FROM_BYTES: usize = 1_024;
/// No document is larger than this.
const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// A hash of a packed document and its place.
pub(crate) type Content = [u8; 16];

/// A document without a version: as a commit brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) collection: Collection,
    pub(crate) key: String,
    /// Version of the document's form (`muster_model::schema`).
    pub(crate) schema: u8,
    pub(crate) flags: u8,
    pub(crate) content: Content,
    pub(crate) body: Vec<u8>,
}

thread_local! {
    /// Contexts are large and dear to make: one for each thread.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// One zstd frame.
pub(crate) fn compress(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = Some(zstd::bulk::Compressor::new(LEVEL)?);
        }
        compressor.as_mut().map_or_else(|| Ok(Vec::new()), |compressor| compressor.compress(bytes))
    })
}

fn decompress(bytes: &[u8], size: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        if decompressor.is_none() {
            *decompressor = Some(zstd::bulk::Decompressor::new()?);
        }
        decompressor.as_mut().map_or_else(|| Ok(Vec::new()), |decompressor| decompressor.decompress(bytes, size))
    })
}

impl Packed {
    /// Packs a document of the current schema.
    pub(crate) fn new(collection: Collection, key: String, json: Vec<u8>) -> Result<Self, StoreError> {
        let (flags, body) = if json.len() < COMPRESS_FROM_BYTES {
            (PLAIN, json)
        } else {
            (COMPRESSED, compress(&json).map_err(StoreError::backend)?)
        };
        Ok(Self::of_parts(collection, key, schema::current(collection), flags, body))
    }

    /// Packs the body of a section.
    pub(crate) fn of_section(body: &SectionBody) -> Result<Self, StoreError> {
        let runs = body.encode_in_runs().map_err(StoreError::backend)?;
        if runs.cuts.len() < run::WORTH {
            return Self::new(Collection::Section, body.key(), runs.json);
        }
        let packed = run::pack(&runs).map_err(StoreError::backend)?;
        let schema = schema::current(Collection::Section);
        Ok(Self::of_parts(Collection::Section, body.key(), schema, IN_HASHED_RUNS, packed))
    }

    /// From what a journal record says.
    pub(crate) fn of_parts(collection: Collection, key: String, schema: u8, flags: u8, body: Vec<u8>) -> Self {
        let content = content(collection, &key, schema, flags, &body);
        Self { collection, key, schema, flags, content, body }
    }

    /// The JSON, brought up to the current schema.
    pub(crate) fn json(&self) -> Result<Cow<'_, [u8]>, StoreError> {
        unpack(self.collection, &self.key, self.schema, self.flags, &self.body)
    }

    /// The whole row.
    pub(crate) fn row(&self, version: u64) -> Vec<u8> {
        let mut row = Vec::with_capacity(HEAD_BYTES + self.body.len());
        row.extend_from_slice(&[FORM, self.flags, self.schema]);
        row.extend_from_slice(&version.to_le_bytes());
        row.extend_from_slice(&self.content);
        let crc = checksum(self.collection, &self.key, &row);
        row.extend_from_slice(&crc.to_le_bytes());
        row.extend_from_slice(&self.body);
        row
    }
}

fn content(collection: Collection, key: &str, schema: u8, flags: u8, body: &[u8]) -> Content {
    let covered = if flags == IN_HASHED_RUNS { run::said(body) } else { body };
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[collection.code(), schema, flags]);
    hasher.update(&(key.len() as u64).to_le_bytes());
    hasher.update(key.as_bytes()).update(covered);
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

fn checksum(collection: Collection, key: &str, checked: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(u32::from(collection.code()), key.as_bytes()), checked)
}

/// What a row says of itself, its checksum checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) schema: u8,
    pub(crate) flags: u8,
    pub(crate) version: u64,
    pub(crate) content: Content,
}

fn corrupt(collection: Collection, key: &str, what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { collection, key: key.to_owned(), what: what.into() }
}

/// The head of a row. The body is not looked at.
pub(crate) fn head(collection: Collection, key: &str, row: &[u8]) -> Result<Head, StoreError> {
    let corrupt = |what: &str| corrupt(collection, key, what);
    let (Some(checked), Some([form, flags, schema])) = (row.get(..CHECKED_BYTES), row.first_chunk::<3>()) else {
        return Err(corrupt("the row is too short"));
    };
    if *form != FORM {
        return Err(corrupt(&format!("the row has form {form}, this program knows {FORM}")));
    }
    let crc = row.get(CHECKED_BYTES..HEAD_BYTES).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    if crc != Some(checksum(collection, key, checked)) {
        return Err(corrupt("the row does not fit its checksum"));
    }
    let version = checked.get(3..11).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    let content = checked.get(11..).and_then(|bytes| bytes.try_into().ok());
    let (Some(version), Some(content)) = (version, content) else { return Err(corrupt("the row is too short")) };
    Ok(Head { schema: *schema, flags: *flags, version, content })
}

/// A row, taken apart; its content is checked.
pub(crate) fn take_apart(collection: Collection, key: &str, row: &[u8]) -> Result<(Packed, u64), StoreError> {
    let (head, body) = checked(collection, key, row)?;
    if head.flags == IN_HASHED_RUNS {
        run::check(body).map_err(|error| corrupt(collection, key, error.to_string()))?;
    }
    let Head { schema, flags, version, content } = head;
    Ok((Packed { collection, key: key.to_owned(), schema, flags, content, body: body.to_vec() }, version))
}

/// Head and body of a row; what is in runs is checked run by run when they are read.
fn checked<'a>(collection: Collection, key: &str, row: &'a [u8]) -> Result<(Head, &'a [u8]), StoreError> {
    let head = head(collection, key, row)?;
    let body = row.get(HEAD_BYTES..).unwrap_or_default();
    if content(collection, key, head.schema, head.flags, body) == head.content {
        Ok((head, body))
    } else {
        Err(corrupt(collection, key, "the document does not fit its hash"))
    }
}

/// The document in a row, brought up to the current schema.
pub(crate) fn decode(collection: Collection, key: &str, row: &[u8]) -> Result<Versioned<Vec<u8>>, StoreError> {
    let (head, body) = checked(collection, key, row)?;
    let value = unpack(collection, key, head.schema, head.flags, body)?.into_owned();
    Ok(Versioned { value, version: head.version })
}

/// The document in a row; of a section that is stored in runs, those in which some keys stand.
pub(crate) fn decode_part(
    collection: Collection,
    key: &str,
    row: &[u8],
    keys: &BTreeSet<String>,
) -> Result<Versioned<Vec<u8>>, StoreError> {
    let (head, body) = checked(collection, key, row)?;
    if !matches!(head.flags, IN_RUNS | IN_HASHED_RUNS) || head.schema != schema::current(collection) {
        return decode(collection, key, row);
    }
    let value = run::part(body, head.flags == IN_HASHED_RUNS, keys)
        .map_err(|error| corrupt(collection, key, error.to_string()))?;
    Ok(Versioned { value, version: head.version })
}

fn unpack<'a>(
    collection: Collection,
    key: &str,
    schema: u8,
    flags: u8,
    body: &'a [u8],
) -> Result<Cow<'a, [u8]>, StoreError> {
    let corrupt = |what: String| corrupt(collection, key, what);
    let json = match flags {
        PLAIN => Cow::Borrowed(body),
        COMPRESSED => Cow::Owned(inflate(body).map_err(corrupt)?),
        IN_RUNS | IN_HASHED_RUNS => {
            Cow::Owned(run::whole(body, flags == IN_HASHED_RUNS).map_err(|error| corrupt(error.to_string()))?)
        }
        flags => return Err(corrupt(format!("it is stored in a way ({flags}) that this program does not know"))),
    };
    schema::bring_up(collection, schema, json).map_err(|error| corrupt(error.to_string()))
}

fn inflate(body: &[u8]) -> Result<Vec<u8>, String> {
    let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    let size = size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size <= MAX_DOCUMENT_BYTES);
    let size = size.ok_or("the row names an impossible size")?;
    decompress(body, size).map_err(|_| "the row cannot be inflated".to_owned())
}

#[cfg(test)]
mod tests {
    use muster_model::inventory::StoredItem;
    use muster_model::source::Source;
    use muster_shared::id::HostId;
    use muster_shared::{SectionName, Time};

    use super::*;

    fn packed(json: &[u8]) -> Packed {
        Packed::new(Collection::Host, "k".into(), json.to_vec()).unwrap()
    }

    #[test]
    fn short_and_long_documents_come_back() {
        for json in [b"{}".to_vec(), vec![b'x'; 10_000]] {
            let packed = packed(&json);
            let row = packed.row(7);
            assert_eq!(decode(Collection::Host, "k", &row).unwrap(), Versioned { value: json, version: 7 });
            assert_eq!(take_apart(Collection::Host, "k", &row).unwrap(), (packed, 7));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_other_place_is_an_error() {
        let row = packed(&vec![b'x'; 10_000]).row(7);
        for cut in 0..row.len() {
            assert!(matches!(decode(Collection::Host, "k", &row[..cut]), Err(StoreError::Corrupt { .. })), "{cut}");
        }
        for bit in 0..row.len() * 8 {
            let mut rotten = row.clone();
            rotten[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(Collection::Host, "k", &rotten).is_err(), "{bit}");
        }
        assert!(decode(Collection::Host, "l", &row).is_err(), "a row of another key");
        assert!(decode(Collection::User, "k", &row).is_err(), "a row of another collection");
        assert!(decode(Collection::Host, "k", &[9; 40]).is_err());
    }

    /// A body in runs is checked run by run: no bit of it is left out, whether all is read, a part, or the row as it is.
    #[test]
    fn every_flipped_bit_of_runs_is_seen_by_whoever_reads_them() {
        let mut body = SectionBody::of(HostId::from_bytes([1; 16]), SectionName::Package, Source::Agent);
        for n in 0..120 {
            let attributes = [("name".to_owned(), format!("package {n}").into())].into();
            body.items.insert(format!("key-{n:04}"), StoredItem { attributes, since: Time::from_millis(0) });
        }
        let packed = Packed::of_section(&body).unwrap();
        let (key, row) = (body.key(), packed.row(7));
        assert_eq!(packed.flags, IN_HASHED_RUNS);
        assert_eq!(decode(Collection::Section, &key, &row).unwrap().value, body.encode_in_runs().unwrap().json);
        assert_eq!(take_apart(Collection::Section, &key, &row).unwrap(), (packed, 7));
        let one: BTreeSet<String> = ["key-0119".to_owned()].into();
        let part = decode_part(Collection::Section, &key, &row, &one).unwrap();
        for bit in 0..row.len() * 8 {
            let mut rotten = row.clone();
            rotten[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(Collection::Section, &key, &rotten).is_err(), "{bit}");
            assert!(take_apart(Collection::Section, &key, &rotten).is_err(), "{bit}");
            // Whoever reads a part has what was stored, or an error: other runs are none of its business.
            if let Ok(read) = decode_part(Collection::Section, &key, &rotten, &one) {
                assert_eq!(read, part, "{bit}");
            }
        }
    }

    #[test]
    fn a_document_of_a_newer_program_is_refused_and_says_so() {
        let newer = Packed::of_parts(Collection::Host, "k".into(), 9, 0, b"{}".to_vec()).row(1);
        let error = decode(Collection::Host, "k", &newer).unwrap_err().to_string();
        assert!(error.contains("written by a newer muster-collector"), "{error}");
    }
}
