//! What lies on the store's disk, read as it may have become: for the table of foreign bytes of the collector. Every function
//! gives the size of what it made of the bytes; no program calls them.

use std::io;
use std::path::Path;

use muster_model::{Collection, Document};
use muster_store::Sequence;

use crate::checkpoint::Checkpoint;
use crate::journal::{Payload, Put, Tail, read_segment};
use crate::row;

/// The payload of a journal record, with its documents.
pub fn payload(bytes: &[u8]) -> usize {
    let read = |put: &Put| {
        let json = put.packed.json().ok()?;
        Document::decode(put.packed.collection, &json).ok().map(|_| json.len())
    };
    Payload::decode(bytes).map_or(0, |payload| payload.puts.iter().filter_map(read).sum())
}

/// A journal segment, written to `file`: its records and where it is damaged.
pub fn segment(bytes: &[u8], file: &Path) -> io::Result<usize> {
    std::fs::write(file, bytes)?;
    let mut made = 0;
    let read = read_segment(file, Tail::START, Sequence::MAX, |record| {
        made += record.payload.len();
        Ok(())
    })?;
    Ok(made + usize::try_from(read.written).unwrap_or(usize::MAX) + read.damage.map_or(0, |damage| damage.what.len()))
}

/// A row of the index.
pub fn row(bytes: &[u8]) -> usize {
    row::decode(Collection::User, "x", bytes).map_or(0, |row| row.value.len())
}

/// A checkpoint, written to `file`: its rows.
pub fn checkpoint(bytes: &[u8], file: &Path) -> io::Result<usize> {
    std::fs::write(file, bytes)?;
    let Ok(checkpoint) = Checkpoint::open(file) else { return Ok(0) };
    let (mut rows, mut made) = (checkpoint.rows()?, 0);
    while let Ok(Some((key, row))) = rows.next() {
        made += key.len() + row.len();
    }
    Ok(made)
}
