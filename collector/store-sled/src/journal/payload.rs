//! What a record says: the documents, deletions, audit entries and events of one commit, as JSON.

use std::io::{self, Read};

use muster_model::audit::AuditDraft;
use muster_model::event::Event;
use muster_model::{ChangeSet, Collection, Document};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::MAX_PAYLOAD_BYTES;

/// Version of this form.
const SCHEMA: u32 = 1;

/// One commit. Versions, audit numbers and event numbers are not in it: they follow from applying it in order.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    schema: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    puts: Vec<(Collection, Box<RawValue>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deletes: Vec<(Collection, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) audit: Vec<AuditDraft>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<Event>,
}

impl Payload {
    /// The payload of a decision.
    pub(crate) fn of(changes: &ChangeSet) -> io::Result<Self> {
        let puts = changes.puts.iter().map(|put| {
            let json = String::from_utf8(put.document.encode()?).map_err(io::Error::other)?;
            Ok((put.document.collection(), RawValue::from_string(json)?))
        });
        Ok(Self {
            schema: SCHEMA,
            puts: puts.collect::<io::Result<_>>()?,
            deletes: changes.deletes.iter().map(|target| (target.collection, target.key.clone())).collect(),
            audit: changes.audit.clone(),
            events: changes.events.clone(),
        })
    }

    /// The documents.
    pub(crate) fn documents(&self) -> io::Result<Vec<(Document, Vec<u8>)>> {
        let decode = |(collection, json): &(Collection, Box<RawValue>)| {
            let bytes = json.get().as_bytes().to_vec();
            Ok((Document::decode(*collection, &bytes)?, bytes))
        };
        self.puts.iter().map(decode).collect()
    }

    /// The bytes of the record.
    pub(crate) fn encode(&self) -> io::Result<Vec<u8>> {
        zstd::bulk::compress(&serde_json::to_vec(self)?, 1)
    }

    /// The payload in the bytes of a record.
    pub(crate) fn decode(bytes: &[u8]) -> io::Result<Self> {
        let limit = MAX_PAYLOAD_BYTES.saturating_mul(8);
        let mut json = Vec::new();
        zstd::stream::read::Decoder::new(bytes)?.take(limit as u64 + 1).read_to_end(&mut json)?;
        if json.len() > limit {
            return Err(io::Error::other("the payload is impossibly large"));
        }
        let payload: Self = serde_json::from_slice(&json)?;
        if payload.schema == SCHEMA {
            Ok(payload)
        } else {
            Err(io::Error::other(format!("the record has schema {}, this program knows {SCHEMA}", payload.schema)))
        }
    }
}
