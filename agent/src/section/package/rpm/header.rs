//! The header of a package: an index of tags, and behind it their values. All numbers are big-endian.
//!
//! Of a header with the names of ten thousand files only the few values that are told are read; the rest is passed over.

use super::Blob;
use super::signature::{self, openpgp_of_base64};
use crate::root::ReadError;

/// The most tags of a header (rpm's own limit).
const TAG_CAP: u32 = 65_535;
/// The most bytes of values (rpm's own limit).
const STORE_CAP_BYTES: u32 = 256 << 20;
/// The most bytes of values that are read for the names of files: those of a hundred thousand.
const FILES_CAP_BYTES: u64 = 16 << 20;
/// The most that is kept of one value.
const VALUE_CAP_BYTES: u64 = 4 << 10;
const ENTRY_BYTES: usize = 16;

const SIGPGP: u32 = 259;
const SIGGPG: u32 = 262;
const DSAHEADER: u32 = 267;
const RSAHEADER: u32 = 268;
const OPENPGP: u32 = 278;
pub(super) const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const SUMMARY: u32 = 1004;
const INSTALLTIME: u32 = 1008;
const SIZE: u32 = 1009;
const VENDOR: u32 = 1011;
const LICENSE: u32 = 1014;
const ARCH: u32 = 1022;
const SOURCERPM: u32 = 1044;
pub(super) const DIRINDEXES: u32 = 1116;
pub(super) const BASENAMES: u32 = 1117;
pub(super) const DIRNAMES: u32 = 1118;
const LONGSIZE: u32 = 5009;

const WANTED: &[u32] = &[
    SIGPGP,
    SIGGPG,
    DSAHEADER,
    RSAHEADER,
    OPENPGP,
    NAME,
    VERSION,
    RELEASE,
    EPOCH,
    SUMMARY,
    INSTALLTIME,
    SIZE,
    VENDOR,
    LICENSE,
    ARCH,
    SOURCERPM,
    LONGSIZE,
];

const INT32: u32 = 4;
const INT64: u32 = 5;
const STRING: u32 = 6;
const BIN: u32 = 7;
const STRING_ARRAY: u32 = 8;
/// Translations of one text; the first is the untranslated one.
const I18N_STRING: u32 = 9;

/// What is kept of a header. Empty text is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) epoch: Option<u32>,
    pub(super) version: String,
    pub(super) release: String,
    pub(super) architecture: String,
    pub(super) summary: String,
    pub(super) vendor: String,
    pub(super) license: String,
    pub(super) source_rpm: String,
    pub(super) install_time: Option<i64>,
    pub(super) size_bytes: Option<u64>,
    pub(super) signature_key_id: Option<String>,
}

/// One line of the index.
struct Entry {
    tag: u32,
    kind: u32,
    offset: u64,
    count: u32,
}

impl Entry {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        Some(Self { tag: number(0)?, kind: number(4)?, offset: u64::from(number(8)?), count: number(12)? })
    }
}

/// Values of a header as they stand there.
pub(super) struct Arrays {
    entries: Vec<Entry>,
    store: Vec<u8>,
}

impl Arrays {
    /// From the beginning of a value to the end of all, and how many it is.
    pub(super) fn get(&self, tag: u32) -> Option<(&[u8], usize)> {
        let entry = self.entries.iter().find(|entry| entry.tag == tag)?;
        let count = usize::try_from(entry.count).ok()?;
        Some((self.store.get(usize::try_from(entry.offset).ok()?..)?, count))
    }

    /// A list of texts.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = &[u8]> {
        let (bytes, count) = self.get(tag).unwrap_or_default();
        bytes.split(|byte| *byte == 0).take(count)
    }
}

impl Header {
    /// Reads a header; `None` when it is none.
    pub(super) fn read(blob: &mut dyn Blob) -> Result<Option<Self>, ReadError> {
        let Some((entries, store_bytes)) = Self::index(blob)? else { return Ok(None) };
        Self::read_values(blob, entries, store_bytes)
    }

    /// All values of a header, for the names of its files.
    pub(super) fn arrays(blob: &mut dyn Blob) -> Result<Option<Arrays>, ReadError> {
        let index = Self::index(blob)?.filter(|(_, store_bytes)| *store_bytes <= FILES_CAP_BYTES);
        let Some((entries, store_bytes)) = index else { return Ok(None) };
        let mut store = vec![0; usize::try_from(store_bytes).unwrap_or(0)];
        blob.read(&mut store)?;
        Ok(Some(Arrays { entries, store }))
    }

    /// What stands where, and the bytes of all values; `None` when it is no header.
    fn index(blob: &mut dyn Blob) -> Result<Option<(Vec<Entry>, u64)>, ReadError> {
        let mut numbers = [0; 8];
        blob.read(&mut numbers)?;
        let [tags, store_bytes] = [numbers.first_chunk::<4>(), numbers.last_chunk::<4>()]
            .map(|bytes| bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes)));
        let index_bytes = u64::from(tags) * 16;
        let fits = blob.left() >= index_bytes + u64::from(store_bytes);
        if tags == 0 || tags > TAG_CAP || store_bytes > STORE_CAP_BYTES || !fits {
            return Ok(None);
        }
        let mut index = vec![0; usize::try_from(index_bytes).unwrap_or(0)];
        blob.read(&mut index)?;
        let entries = index.chunks_exact(ENTRY_BYTES).filter_map(Entry::parse).collect();
        Ok(Some((entries, u64::from(store_bytes))))
    }

    fn read_values(blob: &mut dyn Blob, mut entries: Vec<Entry>, store_bytes: u64) -> Result<Option<Self>, ReadError> {
        let mut ends: Vec<u64> = entries.iter().map(|entry| entry.offset).collect();
        ends.push(store_bytes);
        ends.sort_unstable();
        entries.retain(|entry| WANTED.contains(&entry.tag));
        entries.sort_unstable_by_key(|entry| entry.offset);

        let mut header = Self::default();
        let mut position = 0;
        let mut value = Vec::new();
        for entry in entries.iter().filter(|entry| entry.offset < store_bytes) {
            let Some(gap) = entry.offset.checked_sub(position) else { continue };
            // A value ends where the next one begins.
            let end = ends.get(ends.partition_point(|end| *end <= entry.offset)).copied().unwrap_or(store_bytes);
            let length = end.min(store_bytes).saturating_sub(entry.offset).min(VALUE_CAP_BYTES);
            blob.skip(gap)?;
            value.resize(usize::try_from(length).unwrap_or(0), 0);
            blob.read(&mut value)?;
            position = entry.offset + length;
            header.take(entry, &value);
        }
        let is_whole = !header.name.is_empty() && !header.version.is_empty();
        Ok(is_whole.then_some(header))
    }

    fn take(&mut self, entry: &Entry, value: &[u8]) {
        let text = || text(entry.kind, value);
        match entry.tag {
            NAME => set(&mut self.name, text()),
            VERSION => set(&mut self.version, text()),
            RELEASE => set(&mut self.release, text()),
            ARCH => set(&mut self.architecture, text()),
            SUMMARY => set(&mut self.summary, text()),
            VENDOR => set(&mut self.vendor, text()),
            LICENSE => set(&mut self.license, text()),
            SOURCERPM => set(&mut self.source_rpm, text()),
            EPOCH => self.epoch = number(entry.kind, value).and_then(|epoch| u32::try_from(epoch).ok()),
            INSTALLTIME => self.install_time = number(entry.kind, value).and_then(|time| i64::try_from(time).ok()),
            SIZE | LONGSIZE => self.size_bytes = self.size_bytes.max(number(entry.kind, value)),
            OPENPGP if self.signature_key_id.is_none() => {
                let packet = text().as_deref().and_then(openpgp_of_base64);
                self.signature_key_id = packet.as_deref().and_then(signature::key_id);
            }
            SIGPGP | SIGGPG | DSAHEADER | RSAHEADER if self.signature_key_id.is_none() && entry.kind == BIN => {
                let packet = usize::try_from(entry.count).ok().and_then(|count| value.get(..count));
                self.signature_key_id = packet.and_then(signature::key_id);
            }
            _ => {}
        }
    }
}

/// The first value of a tag is the one that counts.
fn set(field: &mut String, value: Option<String>) {
    if let (true, Some(value)) = (field.is_empty(), value) {
        *field = value;
    }
}

fn text(kind: u32, value: &[u8]) -> Option<String> {
    if !matches!(kind, STRING | STRING_ARRAY | I18N_STRING) {
        return None;
    }
    let bytes = value.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

fn number(kind: u32, value: &[u8]) -> Option<u64> {
    match kind {
        INT32 => value.first_chunk().map(|bytes| u64::from(u32::from_be_bytes(*bytes))),
        INT64 => value.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)),
        _ => None,
    }
}
