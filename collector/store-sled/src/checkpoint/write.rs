//! Writes a checkpoint: beside its place first, then synced, then renamed.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use muster_model::audit::Head;
use muster_shared::{Clock, SystemClock};

use super::{BLOCK_BYTES, Checkpoint, END_MAGIC, FOLDER, MAGIC, Summary, file, place, wrong};
use crate::fail;
use crate::index::{ENTRY, Index, MARK};
use crate::journal::Tail;
use crate::row;
use crate::sum::Sums;

/// A checkpoint on its way to the disk. Dropped before its end, it leaves nothing.
pub(crate) struct Writing {
    dir: PathBuf,
    path: PathBuf,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    at: u64,
    block: Vec<u8>,
    tail: Tail,
    sums: Sums,
    live_bytes: u64,
}

impl Writing {
    /// Begins one that covers everything up to `tail`.
    pub(crate) fn begin(dir: &Path, tail: Tail) -> io::Result<Self> {
        fail::at("checkpoint.begin");
        std::fs::create_dir_all(dir.join(FOLDER))?;
        let path = file(dir, tail.sequence).with_extension("tmp");
        let file = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let hasher = blake3::Hasher::new();
        let (dir, block, sums) = (dir.to_owned(), Vec::new(), Sums::default());
        let mut writing = Self { dir, path, file, hasher, at: 0, block, tail, sums, live_bytes: 0 };
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&tail.sequence.to_le_bytes());
        head.extend_from_slice(&tail.hash);
        head.extend_from_slice(&crc32c::crc32c(&head).to_le_bytes());
        writing.write(&head)?;
        Ok(writing)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// The next row; keys must come in order.
    pub(crate) fn push(&mut self, key: &[u8], row: &[u8]) -> io::Result<()> {
        let (collection, name) = place(key)?;
        let head = row::head(collection, &name, row).map_err(io::Error::other)?;
        self.sums.add(collection, &head.content, head.version);
        self.live_bytes += (key.len() + row.len()) as u64;
        for part in [key, row] {
            let length = u32::try_from(part.len()).map_err(|_| wrong("a row of over 4 GiB"))?;
            self.block.extend_from_slice(&length.to_le_bytes());
            self.block.extend_from_slice(part);
        }
        if self.block.len() >= BLOCK_BYTES { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let frame = framed(b'B', &self.block)?;
        self.block.clear();
        self.write(&frame)?;
        fail::at("checkpoint.block");
        Ok(())
    }

    /// What was written so far.
    pub(crate) const fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn finish(mut self, audit: &Head) -> io::Result<Checkpoint> {
        self.end_block()?;
        let summary_at = self.at;
        let blake3 = self.hasher.finalize().to_hex().to_string();
        let summary = Summary {
            sums: self.sums.stored(),
            audit_seq: audit.seq,
            audit_hash: audit.hash.clone(),
            made_at: SystemClock.now().to_string(),
            blake3,
            live_bytes: self.live_bytes,
            counts_all: true,
        };
        let mut end = framed(b'E', &serde_json::to_vec(&summary)?)?;
        end.extend_from_slice(&summary_at.to_le_bytes());
        end.extend_from_slice(&END_MAGIC);
        self.file.write_all(&end)?;
        self.file.flush()?;
        fail::failing("checkpoint.sync")?;
        self.file.get_ref().sync_all()?;
        fail::at("checkpoint.written");
        let path = file(&self.dir, self.tail.sequence);
        std::fs::rename(&self.path, &path)?;
        File::open(self.dir.join(FOLDER))?.sync_all()?;
        fail::at("checkpoint.renamed");
        Checkpoint::open(&path)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // After a rename there is nothing of this name.
        drop(std::fs::remove_file(&self.path));
    }
}

/// A frame: kind, lengths, checksum, zstd.
fn framed(kind: u8, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let too_long = |_| wrong("a block of over 4 GiB");
    let stored = zstd::bulk::compress(bytes, 1)?;
    let mut frame = vec![kind];
    frame.extend_from_slice(&u32::try_from(stored.len()).map_err(too_long)?.to_le_bytes());
    frame.extend_from_slice(&u32::try_from(bytes.len()).map_err(too_long)?.to_le_bytes());
    let crc = crc32c::crc32c_append(crc32c::crc32c(&frame), &stored);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame.extend_from_slice(&stored);
    Ok(frame)
}

/// A checkpoint of an index at rest: only when every row can be read and all of them together are what the writer wrote. For a store
/// whose checkpoint or journal is damaged, never as a matter of course.
pub(crate) fn export(dir: &Path, index: &Index, audit: &Head) -> io::Result<Checkpoint> {
    let mark = index.mark().map_err(io::Error::other)?;
    let mut writing = Writing::begin(dir, mark.tail)?;
    let mut after = MARK.to_vec();
    loop {
        let rows = index.raw_after(&after, 512).map_err(io::Error::other)?;
        let documents = rows.iter().take_while(|(key, _)| key.first().is_none_or(|code| *code < ENTRY));
        let mut count = 0;
        for (key, value) in documents {
            let (collection, name) = place(key)?;
            row::take_apart(collection, &name, value).map_err(io::Error::other)?;
            writing.push(key, value)?;
            after = key.to_vec();
            count += 1;
        }
        if count < 512 {
            break;
        }
    }
    let differences = mark.sums.clone().without_entries().differences(writing.sums());
    if differences.is_empty() {
        writing.finish(audit)
    } else {
        Err(wrong(&format!("the index is damaged: {}", differences.join("; "))))
    }
}
