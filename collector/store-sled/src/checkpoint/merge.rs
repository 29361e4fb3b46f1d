//! The next checkpoint, made of the one before and the journal after it. The index has no part in it: what is rotten there cannot
//! become the truth.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use muster_model::audit::Head;

use super::{Checkpoint, FOLDER, Rows, Writing, place};
use crate::index::document_key;
use crate::journal::{self, Damage, Ending, Payload, Put, Tail};
use crate::row::{self, Content, Packed};
use crate::sum::Sums;

/// Why a checkpoint is not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    /// A file cannot be read or written.
    #[error("making a checkpoint: {0}")]
    Io(#[from] io::Error),
    /// The checkpoint before is damaged.
    #[error("the checkpoint {} is damaged: {source}", path.display())]
    Base {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// The journal is damaged.
    #[error("the journal is damaged: {} at offset {}, record {}: {}", .0.file.display(), .0.offset, .0.sequence, .0.what)]
    Journal(Damage),
    /// Checkpoint and journal do not come to what the writer wrote.
    #[error("the index is not what checkpoint and journal come to: {}", .0.join("; "))]
    Differs(Vec<String>),
}

/// A document, put aside in a file.
#[derive(Clone, Copy)]
struct Place {
    at: u64,
    length: u32,
    schema: u8,
    flags: u8,
    content: Content,
}

/// What the journal made of a document.
#[derive(Default)]
struct Touched {
    /// Whether it was deleted in between: versions count from the start again.
    is_reset: bool,
    puts: u64,
    last: Option<Place>,
}

/// Bodies of documents: a hundred thousand of them would take more memory than all else that the collector does.
struct Aside {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
}

impl Aside {
    fn make(dir: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(dir.join(FOLDER))?;
        let path = dir.join(FOLDER).join("aside.tmp");
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
        Ok(Self { path, file: BufWriter::with_capacity(1 << 20, file), at: 0 })
    }

    fn keep(&mut self, packed: &Packed) -> io::Result<Place> {
        let Packed { schema, flags, content, ref body, .. } = *packed;
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        let place = Place { at: self.at, length, schema, flags, content };
        self.file.write_all(body)?;
        self.at += u64::from(length);
        Ok(place)
    }

    /// The document at a place, which is that of this key. Everything must have been written.
    fn fetch(&self, key: &[u8], Place { at, length, schema, flags, content }: Place) -> io::Result<Packed> {
        let (collection, key) = place(key)?;
        let mut body = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.get_ref().read_exact_at(&mut body, at)?;
        Ok(Packed { collection, key, schema, flags, content, body })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
    }
}

/// Makes the checkpoint at `until`. `expected` is what the writer says should be in it.
pub(crate) fn make(
    dir: &Path,
    base: Option<&Checkpoint>,
    until: Tail,
    expected: &Sums,
) -> Result<Checkpoint, MakeError> {
    let mut aside = Aside::make(dir)?;
    let from = base.map_or(Tail::START, |base| base.tail);
    let mut head = base.map_or_else(Head::default, |base| base.audit.clone());
    let mut touched = replay(dir, (from, until), &mut head, &mut aside)?.into_iter().peekable();
    aside.file.flush()?;
    let mut writing = Writing::begin(dir, until)?;
    let damaged = |source| match base {
        Some(base) => MakeError::Base { path: base.path.clone(), source },
        None => MakeError::Io(source),
    };
    let mut rows = base.map(Checkpoint::rows).transpose().map_err(damaged)?;
    let next = |rows: &mut Option<Rows<'_>>| rows.as_mut().map_or(Ok(None), Rows::next).map_err(damaged);
    let mut row = next(&mut rows)?;
    loop {
        let is_touched = match (&row, touched.peek()) {
            (None, None) => break,
            (Some((key, _)), Some((other, _))) => key >= other,
            (None, Some(_)) => true,
            (Some(_), None) => false,
        };
        let known = if is_touched && row.as_ref().map(|(key, _)| key) != touched.peek().map(|(key, _)| key) {
            None
        } else {
            std::mem::replace(&mut row, next(&mut rows)?)
        };
        if !is_touched {
            if let Some((key, value)) = known {
                writing.push(&key, &value)?;
            }
            continue;
        }
        let Some((key, document)) = touched.next() else { break };
        let version = match known.filter(|_| !document.is_reset) {
            Some((key, value)) => {
                let (collection, name) = place(&key)?;
                row::head(collection, &name, &value).map_err(io::Error::other)?.version
            }
            None => 0,
        };
        if let Some(last) = document.last {
            writing.push(&key, &aside.fetch(&key, last)?.row(version + document.puts))?;
        }
    }
    let differences = expected.differences(writing.sums());
    if differences.is_empty() { Ok(writing.finish(&head)?) } else { Err(MakeError::Differs(differences)) }
}

/// What the journal made of each document that it touched.
fn replay(
    dir: &Path,
    (from, until): (Tail, Tail),
    head: &mut Head,
    aside: &mut Aside,
) -> Result<BTreeMap<Vec<u8>, Touched>, MakeError> {
    let mut touched: BTreeMap<Vec<u8>, Touched> = BTreeMap::new();
    let walked = journal::walk(&dir.join(journal::FOLDER), from, until.sequence, |record| {
        let mut payload = Payload::decode(&record.payload)?;
        for (collection, key) in std::mem::take(&mut payload.deletes) {
            touched.insert(document_key(collection, &key), Touched { is_reset: true, ..Touched::default() });
        }
        for Put { packed, .. } in payload.expand(record.tail.sequence, head).map_err(io::Error::other)? {
            let document = touched.entry(document_key(packed.collection, &packed.key)).or_default();
            document.puts += 1;
            document.last = Some(aside.keep(&packed)?);
        }
        Ok(())
    })?;
    match walked.ending {
        Ending::Damaged(damage) => Err(MakeError::Journal(damage)),
        _ if walked.tail != until => {
            Err(io::Error::other("the journal does not lead to where the checkpoint should be").into())
        }
        Ending::Sound | Ending::Torn(_) | Ending::Foreign => Ok(touched),
    }
}
