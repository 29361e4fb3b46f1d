//! What lies on the store's disk, read as it may have become: for the table of foreign bytes of the collector. Every function
//! gives the size of what it made of the bytes; no program calls them.

use std::io;
use std::path::Path;

use muster_model::Collection;
use muster_store::Sequence;

use crate::journal::{Payload, Tail, read_segment};
use crate::row;

/// The payload of a journal record, with its documents.
pub fn payload(bytes: &[u8]) -> usize {
    let documents = Payload::decode(bytes).and_then(|payload| payload.documents());
    documents.map_or(0, |documents| documents.iter().map(|(_, json)| json.len()).sum())
}

/// A journal segment, written to `file`: its records and where it is damaged.
pub fn segment(bytes: &[u8], file: &Path) -> io::Result<usize> {
    std::fs::write(file, bytes)?;
    let mut made = 0;
    let (_, offset, damage) = read_segment(file, Tail::START, Sequence::MAX, |record| {
        made += record.payload.len();
        Ok(())
    })?;
    Ok(made + usize::try_from(offset).unwrap_or(usize::MAX) + damage.map_or(0, |damage| damage.what.len()))
}

/// A row of the index.
pub fn row(bytes: &[u8]) -> usize {
    row::decode(Collection::User, "x", bytes).map_or(0, |row| row.value.len())
}
