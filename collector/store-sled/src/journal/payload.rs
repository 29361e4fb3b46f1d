//! What a record says: the documents, deletions, audit entries and events of one commit.
//!
//! Form 2: `[2u8][flags u8][length of the rest of the meta part, as JSON u32][inflated u32][stored u32]`, the meta part, and the bodies
//! of long documents, which are packed already. The meta part is JSON (places and lengths of the documents, deletions, audit,
//! events) and the bodies of short documents behind it, compressed together when that pays. Form 1 is zstd of one JSON object; it
//! is read for ever.

use std::io::{self, Read};

use muster_model::audit::{self, AuditDraft, Head};
use muster_model::event::{Event, EventRecord};
use muster_model::{ChangeSet, Collection, Document};
use muster_store::{Sequence, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::MAX_PAYLOAD_BYTES;
use crate::row::{COMPRESS_FROM_BYTES, Packed, compress};

/// The index entries of a document.
pub(crate) type Entries = Vec<(muster_store::Index, String)>;

/// A document that a commit puts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Put {
    pub(crate) packed: Packed,
    /// Where it stands in the indexes, when that was found out already.
    entries: Option<Entries>,
}

impl Put {
    /// Packs a document.
    pub(crate) fn of(document: &Document) -> Result<Self, StoreError> {
        let packed = if let Document::Section(body) = document {
            Packed::of_section(body)?
        } else {
            let json = document.encode().map_err(StoreError::backend)?;
            Packed::new(document.collection(), document.key(), json)?
        };
        Ok(Self { packed, entries: Some(muster_store::index::entries(document)) })
    }

    /// Where it stands in the indexes.
    pub(crate) fn entries(&self) -> Result<Entries, StoreError> {
        match &self.entries {
            Some(entries) => Ok(entries.clone()),
            None => entries_of(&self.packed),
        }
    }
}

/// The index entries of a packed document.
pub(crate) fn entries_of(packed: &Packed) -> Result<Entries, StoreError> {
    let Packed { collection, key, .. } = packed;
    if !muster_store::index::is_indexed(*collection) {
        return Ok(Vec::new());
    }
    let document = Document::decode(*collection, &packed.json()?).map_err(|error| StoreError::Corrupt {
        collection: *collection,
        key: key.clone(),
        what: error.to_string(),
    })?;
    Ok(muster_store::index::entries(&document))
}

/// Version of this form.
const FORM: u8 = 2;
const COMPRESSED: u8 = 1;
const HEAD_BYTES: usize = 14;
/// How a zstd frame begins, and so a record of form 1.
const ZSTD: u8 = 0x28;
/// A meta part shorter than this is kept as it is.
const COMPRESS_META_FROM_BYTES: usize = 512;

/// One commit. Versions, audit numbers and event numbers are not in it: they follow from applying it in order.
#[derive(Debug, Default)]
pub(crate) struct Payload {
    pub(crate) puts: Vec<Put>,
    pub(crate) deletes: Vec<(Collection, String)>,
    pub(crate) audit: Vec<AuditDraft>,
    pub(crate) events: Vec<Event>,
}

/// The JSON of the meta part.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Meta {
    /// Collection, key, schema, flags, length of the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    puts: Vec<(u8, String, u8, u8, u32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deletes: Vec<(u8, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    audit: Vec<AuditDraft>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event>,
}

/// Form 1.
#[derive(Debug, Deserialize)]
struct First {
    schema: u32,
    #[serde(default)]
    puts: Vec<(Collection, Box<RawValue>)>,
    #[serde(default)]
    deletes: Vec<(Collection, String)>,
    #[serde(default)]
    audit: Vec<AuditDraft>,
    #[serde(default)]
    events: Vec<Event>,
}

fn newer(form: u32) -> io::Error {
    io::Error::other(format!(
        "the record has form {form}, this program knows {FORM}: it was written by a newer muster-collector"
    ))
}

fn collection(code: u8) -> io::Result<Collection> {
    let unknown =
        || io::Error::other(format!("a collection of number {code} is not known: written by a newer muster-collector"));
    Collection::from_code(code).ok_or_else(unknown)
}

impl Payload {
    /// The payload of a decision. Packs its documents: done by the caller of a commit, not by the writer.
    pub(crate) fn of(changes: ChangeSet) -> Result<Self, StoreError> {
        Ok(Self {
            puts: changes.puts.iter().map(|put| Put::of(&put.document)).collect::<Result<_, _>>()?,
            deletes: changes.deletes.into_iter().map(|target| (target.collection, target.key)).collect(),
            audit: changes.audit,
            events: changes.events,
        })
    }

    /// Everything that this commit puts: its documents, and its audit entries and events with their numbers. `head` is the end of
    /// the audit trail before it.
    pub(crate) fn expand(&mut self, sequence: Sequence, head: &mut Head) -> Result<Vec<Put>, StoreError> {
        let mut puts = std::mem::take(&mut self.puts);
        for draft in std::mem::take(&mut self.audit) {
            let entry = audit::chain(head, draft);
            *head = Head { seq: entry.seq, hash: entry.hash.clone() };
            puts.push(Put::of(&entry.into())?);
        }
        for (place, event) in (0..).zip(std::mem::take(&mut self.events)) {
            puts.push(Put::of(&EventRecord { commit: sequence, place, event }.into())?);
        }
        Ok(puts)
    }

    /// The bytes of the record.
    pub(crate) fn encode(&self) -> io::Result<Vec<u8>> {
        let too_long = |_| io::Error::new(io::ErrorKind::InvalidInput, "a document of over 4 GiB");
        let mut meta = Meta { audit: self.audit.clone(), events: self.events.clone(), ..Meta::default() };
        for Put { packed: put, .. } in &self.puts {
            let length = u32::try_from(put.body.len()).map_err(too_long)?;
            meta.puts.push((put.collection.code(), put.key.clone(), put.schema, put.flags, length));
        }
        meta.deletes = self.deletes.iter().map(|(collection, key)| (collection.code(), key.clone())).collect();
        let mut inner = serde_json::to_vec(&meta)?;
        let json = u32::try_from(inner.len()).map_err(too_long)?;
        let (short, long): (Vec<_>, Vec<_>) =
            self.puts.iter().map(|put| put.packed.body.as_slice()).partition(|body| is_short(body.len()));
        for body in short {
            inner.extend_from_slice(body);
        }
        let inflated = u32::try_from(inner.len()).map_err(too_long)?;
        let packed = if inner.len() < COMPRESS_META_FROM_BYTES { None } else { Some(compress(&inner)?) };
        let (flags, stored) = packed.map_or((0, inner), |packed| (COMPRESSED, packed));
        let mut bytes = vec![FORM, flags];
        bytes.extend_from_slice(&json.to_le_bytes());
        bytes.extend_from_slice(&inflated.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(stored.len()).map_err(too_long)?.to_le_bytes());
        bytes.extend_from_slice(&stored);
        for body in long {
            bytes.extend_from_slice(body);
        }
        Ok(bytes)
    }

    /// The payload in the bytes of a record.
    pub(crate) fn decode(bytes: &[u8]) -> io::Result<Self> {
        match bytes.first() {
            Some(&FORM) => Self::decode_second(bytes),
            Some(&ZSTD) => Self::decode_first(bytes),
            Some(form) => Err(newer(u32::from(*form))),
            None => Err(io::Error::other("the record is empty")),
        }
    }

    fn decode_second(bytes: &[u8]) -> io::Result<Self> {
        let cut = || io::Error::other("the record does not hold what it names");
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u32::from_le_bytes).and_then(|number| usize::try_from(number).ok()).ok_or_else(cut)
        };
        let (json, inflated, stored) = (number(2)?, number(6)?, number(10)?);
        if inflated > MAX_PAYLOAD_BYTES {
            return Err(io::Error::other("the record names an impossible size"));
        }
        let inner = bytes.get(HEAD_BYTES..).and_then(|rest| rest.get(..stored)).ok_or_else(cut)?;
        let inner = if bytes.get(1).is_some_and(|flags| flags & COMPRESSED != 0) {
            zstd::bulk::decompress(inner, inflated)?
        } else {
            inner.to_vec()
        };
        let meta: Meta = serde_json::from_slice(inner.get(..json).ok_or_else(cut)?)?;
        let mut short = inner.get(json..).unwrap_or_default();
        let mut long = bytes.get(HEAD_BYTES + stored..).unwrap_or_default();
        let mut puts = Vec::with_capacity(meta.puts.len());
        for (code, key, schema, flags, length) in meta.puts {
            let length = usize::try_from(length).map_err(io::Error::other)?;
            let from = if is_short(length) { &mut short } else { &mut long };
            let (body, rest) = from.split_at_checked(length).ok_or_else(cut)?;
            *from = rest;
            let packed = Packed::of_parts(collection(code)?, key, schema, flags, body.to_vec());
            puts.push(Put { packed, entries: None });
        }
        let deletes = meta.deletes.into_iter().map(|(code, key)| Ok((collection(code)?, key)));
        let deletes = deletes.collect::<io::Result<_>>()?;
        Ok(Self { puts, deletes, audit: meta.audit, events: meta.events })
    }

    fn decode_first(bytes: &[u8]) -> io::Result<Self> {
        let limit = MAX_PAYLOAD_BYTES.saturating_mul(8);
        let mut json = Vec::new();
        zstd::stream::read::Decoder::new(bytes)?.take(limit as u64 + 1).read_to_end(&mut json)?;
        if json.len() > limit {
            return Err(io::Error::other("the payload is impossibly large"));
        }
        let first: First = serde_json::from_slice(&json)?;
        if first.schema != 1 {
            return Err(newer(first.schema));
        }
        let pack = |(collection, json): (Collection, Box<RawValue>)| {
            let json = json.get().as_bytes().to_vec();
            let key = Document::decode(collection, &json)?.key();
            let packed = Packed::new(collection, key, json).map_err(io::Error::other)?;
            Ok(Put { packed, entries: None })
        };
        let puts = first.puts.into_iter().map(pack).collect::<io::Result<_>>()?;
        Ok(Self { puts, deletes: first.deletes, audit: first.audit, events: first.events })
    }
}

/// Whether a body lies in the meta part.
const fn is_short(length: usize) -> bool {
    length < COMPRESS_FROM_BYTES
}
