//! Backups: a copy of a consistent point while writing goes on, and the way back.
//!
//! A backup is a folder. `epoch-N/store` has checkpoint, closed segments, files of bytes and `format`, `epoch-N/NAME` what lies beside the store (the
//! collector's CA), `manifest.json` names every file with size and BLAKE3. Segments and checkpoints never change, so a second backup into
//! the same folder copies what is new and removes what is not needed any more. The manifest is written last, in one step: an
//! interrupted backup leaves the one before. What was copied is read back and checked.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use muster_shared::{Clock, SystemClock, Time};
use muster_store::{Held, Sequence, StoreError};
use serde::{Deserialize, Serialize};

use crate::blob;
use crate::checkpoint::{self, Checkpoint};
use crate::fail;
use crate::format::{self, Format, write_whole};
use crate::journal::{self, Ending, Tail};
use crate::shared::{Hold, Shared};
use crate::writer::{self, Handle};

/// The manifest's name.
const MANIFEST: &str = "manifest.json";
/// The store's folder in a backup.
const STORE: &str = "store";

/// Why a backup is not made or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The folder belongs to another store.
    #[error("{} is the backup of another store; name an empty folder", .0.display())]
    Another(PathBuf),
    /// There is no backup.
    #[error("there is no backup in {}: {MANIFEST} is missing", .0.display())]
    None(PathBuf),
    /// It is damaged.
    #[error("the backup is damaged: {}: {what}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A later program wrote it.
    #[error(transparent)]
    Newer(#[from] crate::OpenError),
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::Io { what, path, source }
}

fn damaged(path: &Path, what: &impl ToString) -> BackupError {
    BackupError::Damaged { path: path.to_owned(), what: what.to_string() }
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    bytes: u64,
    blake3: String,
}

/// What a backup is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    id: String,
    epoch: u64,
    /// The last commit that is in it.
    pub sequence: Sequence,
    /// When everything in it was so.
    pub made_at: Time,
    /// Version of the program.
    pub made_by: String,
    files: Vec<Entry>,
}

/// What making a backup came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Files that were copied.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were there already.
    pub kept: usize,
}

/// Holds everything that is committed now: closes the open segment, and names the files.
pub(crate) fn hold(shared: &Arc<Shared>, handle: &Handle) -> Result<Held, StoreError> {
    let guard = Hold::take(shared);
    let sequence = handle.run(|writer| {
        if let Err(error) = writer.journal.close() {
            writer::end(&format!("closing a journal segment: {error}"));
        }
        writer.journal.tail().sequence
    })?;
    let dir = &shared.options.dir;
    let newest = checkpoint::list(dir).map_err(StoreError::backend)?.pop();
    let covered = newest.as_ref().map_or(0, |(sequence, _)| *sequence);
    let segments = journal::segments(&dir.join(journal::FOLDER)).map_err(StoreError::backend)?;
    let wanted = segments.into_iter().filter(|(first, _)| (covered + 1..=sequence).contains(first));
    let names = newest
        .into_iter()
        .chain(wanted)
        .filter_map(|(_, path)| path.strip_prefix(dir).ok().and_then(Path::to_str).map(str::to_owned));
    let mut files: Vec<String> = names.collect();
    // What a document names was there before its commit: all of those that are held.
    files.extend(blob::names(dir).map_err(StoreError::backend)?);
    Ok(Held { sequence, files, guard: Box::new(guard) })
}

/// Copies a held point of the store in `store`, and the folders beside it, into the backup `to`.
pub fn copy(
    store: &Path,
    files: &[String],
    sequence: Sequence,
    beside: &[PathBuf],
    to: &Path,
) -> Result<Copied, BackupError> {
    let made_at = SystemClock.now();
    let Format { id, epoch, .. } = Format::read(store)?;
    make_folder(to).map_err(failed("making the folder", to))?;
    let before = read_manifest(to)?;
    if before.as_ref().is_some_and(|before| before.id != id) {
        return Err(BackupError::Another(to.to_owned()));
    }
    let root = format!("epoch-{epoch}");
    let own = files.iter().map(String::as_str).chain([format::FILE]);
    let mut wanted: Vec<(String, PathBuf)> =
        own.map(|name| (format!("{root}/{STORE}/{name}"), store.join(name))).collect();
    for folder in beside {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        for entry in fs::read_dir(folder).map_err(failed("reading", folder))? {
            let path = entry.map_err(failed("reading", folder))?.path();
            if let Some(file) = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_file()) {
                wanted.push((format!("{root}/{name}/{file}"), path.clone()));
            }
        }
    }
    let mut manifest =
        Manifest { id, epoch, sequence, made_at, made_by: muster_shared::VERSION.to_owned(), files: Vec::new() };
    let mut copied = Copied::default();
    for (name, source) in wanted {
        let there = before.as_ref().and_then(|before| before.files.iter().find(|entry| entry.name == name));
        let there = there.filter(|entry| is_immutable(&name) && is_there(&to.join(&name), entry.bytes));
        let entry = if let Some(entry) = there {
            copied.kept += 1;
            entry.clone()
        } else {
            let entry = copy_file(&source, &to.join(&name), name)?;
            fail::at("backup.file");
            copied.files += 1;
            copied.bytes += entry.bytes;
            entry
        };
        manifest.files.push(entry);
    }
    check(&to.join(&root).join(STORE), sequence)?;
    write_manifest(to, &manifest)?;
    fail::at("backup.manifest");
    remove_others(to, to, &manifest).map_err(failed("removing old files in", to))?;
    Ok(copied)
}

fn is_immutable(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "seg" || extension == "ckp" || extension == blob::ENDING)
}

fn is_there(path: &Path, bytes: u64) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes)
}

fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Copies a file beside its place, syncs it, and gives it its name; only its owner can read it.
fn copy_file(source: &Path, target: &Path, name: String) -> Result<Entry, BackupError> {
    let folder = target.parent().unwrap_or(target);
    make_folder(folder).map_err(failed("making the folder", folder))?;
    let beside = target.with_extension("tmp");
    let mut from = File::open(source).map_err(failed("reading", source))?;
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    let mut file = file.map_err(failed("writing", &beside))?;
    let (mut hasher, mut bytes, mut buffer) = (blake3::Hasher::new(), 0, vec![0; 1 << 20]);
    loop {
        let count = from.read(&mut buffer).map_err(failed("reading", source))?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else { break };
        hasher.update(part);
        bytes += count as u64;
        file.write_all(part).map_err(failed("writing", &beside))?;
    }
    file.sync_all().map_err(failed("syncing", &beside))?;
    fs::rename(&beside, target).map_err(failed("naming", target))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("syncing", folder))?;
    Ok(Entry { name, bytes, blake3: hasher.finalize().to_hex().to_string() })
}

/// Reads a copied store: its checkpoint, and that its journal leads to `sequence`.
fn check(store: &Path, sequence: Sequence) -> Result<(), BackupError> {
    let newest = Checkpoint::newest(store).map_err(|error| damaged(store, &error))?;
    if let Some(newest) = &newest {
        newest.verify().map_err(|error| damaged(&newest.path, &error))?;
    }
    let from = newest.map_or(Tail::START, |newest| newest.tail);
    let folder = store.join(journal::FOLDER);
    if !folder.exists() {
        let is_whole = from.sequence == sequence;
        return if is_whole { Ok(()) } else { Err(damaged(&folder, &"the journal is missing")) };
    }
    let walked = journal::walk(&folder, from, u64::MAX, |_| Ok(())).map_err(failed("reading", &folder))?;
    match walked.ending {
        Ending::Damaged(damage) | Ending::Torn(damage) => Err(damaged(&damage.file, &damage.what)),
        Ending::Foreign => Err(damaged(&folder, &"the journal does not follow the checkpoint")),
        Ending::Sound if walked.tail.sequence != sequence => Err(damaged(&folder, &"records are missing at the end")),
        Ending::Sound => Ok(()),
    }
}

/// Removes what the manifest does not name: files of earlier backups, and what an interrupted one left.
fn remove_others(root: &Path, folder: &Path, manifest: &Manifest) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).ok().and_then(Path::to_str).unwrap_or_default().to_owned();
        if path.is_dir() && (folder != root || name.starts_with("epoch-")) {
            remove_others(root, &path, manifest)?;
            // Not empty is no error.
            drop(fs::remove_dir(&path));
        } else if folder != root && manifest.files.iter().all(|entry| entry.name != name) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The manifest is JSON, and BLAKE3 of it in a line of its own.
fn write_manifest(to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let path = to.join(MANIFEST);
    let json = serde_json::to_string_pretty(manifest).map_err(|error| damaged(&path, &error))?;
    let text = format!("{json}\n{}\n", blake3::hash(json.as_bytes()));
    write_whole(&path, text.as_bytes()).map_err(failed("writing", &path))
}

fn read_manifest(from: &Path) -> Result<Option<Manifest>, BackupError> {
    let path = from.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("reading", &path)(error)),
    };
    let (json, hash) = text.trim_end().rsplit_once('\n').unwrap_or_default();
    if blake3::hash(json.as_bytes()).to_string() != hash {
        return Err(damaged(&path, &"the manifest does not fit its hash"));
    }
    serde_json::from_str(json).map(Some).map_err(|error| damaged(&path, &error))
}

/// Unpacks a backup into the new folder `to` (`store` and what lay beside it): every file is checked on the way, and what comes of it
/// is read. The store gets the epoch after that of the backup and after `epoch`.
pub fn unpack(from: &Path, to: &Path, epoch: u64) -> Result<Manifest, BackupError> {
    let manifest = read_manifest(from)?.ok_or_else(|| BackupError::None(from.to_owned()))?;
    let root = format!("epoch-{}/", manifest.epoch);
    let written = Format::read(&from.join(&root).join(STORE))?;
    written.check(from)?;
    for entry in &manifest.files {
        let source = from.join(&entry.name);
        let name = entry.name.strip_prefix(&root).map(Path::new);
        let is_plain = |name: &Path| name.components().all(|part| matches!(part, Component::Normal(_)));
        let Some(name) = name.filter(|name| is_plain(name)) else {
            return Err(damaged(&source, &"the manifest names a file elsewhere"));
        };
        let copied = copy_file(&source, &to.join(name), entry.name.clone())?;
        if copied != *entry {
            return Err(damaged(&source, &"the file is not the one that the manifest names"));
        }
    }
    let store = to.join(STORE);
    check(&store, manifest.sequence)?;
    let next = Format { epoch: epoch.max(manifest.epoch) + 1, ..written };
    next.write(&store).map_err(failed("writing the format in", &store))?;
    Ok(manifest)
}

/// The epoch of a store; 0 when there is none.
pub fn epoch_of(store: &Path) -> u64 {
    Format::read(store).map_or(0, |format| if store.exists() { format.epoch } else { 0 })
}
