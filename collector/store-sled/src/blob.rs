//! Bytes beside the documents: one file each, `blob/XX/HASH.blob`, named by its BLAKE3 and never changed.
//!
//! A file gets its name when it is whole and durable, so one that has a name is whole. What a crash left without a name goes when the
//! store is opened; what has a name and no document goes with a scrub, a day later: its commit may still be on its way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster_model::{Collection, Document};
use muster_shared::canonical::Digest;
use muster_store::{Scan, StoreError, blob};

use crate::fail;
use crate::keeper::is_older;
use crate::room;
use crate::shared::Shared;

/// The folder.
pub(crate) const FOLDER: &str = "blob";
/// How the files' names end.
pub(crate) const ENDING: &str = "blob";
/// How the names of files end that are still being written.
const UNFINISHED: &str = "part";
/// What no document names stays so long.
const SPARED: Duration = Duration::from_hours(24);

/// Where the bytes of a hash are, relative to the store's folder.
fn name_of(hash: &Digest) -> String {
    let hash = hash.to_string();
    let (folder, _) = hash.split_at(2);
    format!("{FOLDER}/{folder}/{hash}.{ENDING}")
}

fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Keeps bytes. Blocks; durable when it returns.
pub(crate) fn keep(shared: &Shared, bytes: &[u8]) -> Result<Digest, StoreError> {
    shared.check_halted().map_err(StoreError::Busy)?;
    let dir = &shared.options.dir;
    if let Some(why) = room::refusal(dir, bytes.len() as u64) {
        return Err(StoreError::Busy(why));
    }
    let hash = Digest::of(bytes);
    write(shared, &dir.join(name_of(&hash)), bytes).map_err(StoreError::backend)?;
    Ok(hash)
}

fn write(shared: &Shared, target: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);

    let folder = target.parent().unwrap_or(target);
    make_folder(folder)?;
    let beside = target.with_extension(format!("{}.{UNFINISHED}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let written = fill(&beside, bytes);
    fail::at("blob.written");
    let named = written.and_then(|()| {
        // Whoever removes what nothing names looks at its age once more: now it is new.
        let _gate = shared.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        fs::rename(&beside, target)
    });
    if let Err(error) = named {
        // Half a file would only take up room.
        drop(fs::remove_file(&beside));
        return Err(error);
    }
    sync_folder(folder)?;
    if let Some(above) = folder.parent() {
        sync_folder(above)?;
        sync_folder(&shared.options.dir)?;
    }
    fail::at("blob.named");
    Ok(())
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    fail::failing("blob.sync")?;
    file.sync_all()
}

/// Bytes that were kept. Blocks.
pub(crate) fn read(dir: &Path, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let path = dir.join(name_of(hash));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::backend(error)),
    };
    if Digest::of(&bytes) == *hash {
        return Ok(Some(bytes));
    }
    let what = format!("{} is not what was written there", path.display());
    Err(StoreError::Corrupt { collection: Collection::Attachment, key: hash.to_string(), what })
}

/// Files with a name, and those without.
struct Listed {
    named: Vec<(Digest, PathBuf)>,
    unfinished: Vec<PathBuf>,
}

fn list(dir: &Path) -> io::Result<Listed> {
    let mut listed = Listed { named: Vec::new(), unfinished: Vec::new() };
    let folders = match fs::read_dir(dir.join(FOLDER)) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listed),
        Err(error) => return Err(error),
    };
    for folder in folders {
        let folder = folder?.path();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
            let hash = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            match (ending.as_str(), hash) {
                (ENDING, Some(hash)) => listed.named.push((hash, path)),
                (UNFINISHED, _) => listed.unfinished.push(path),
                _ => {}
            }
        }
    }
    listed.named.sort();
    Ok(listed)
}

/// Names of all files, relative to the store's folder.
pub(crate) fn names(dir: &Path) -> io::Result<Vec<String>> {
    Ok(list(dir)?.named.iter().map(|(hash, _)| name_of(hash)).collect())
}

/// Bytes of all files.
pub(crate) fn size(dir: &Path) -> u64 {
    let files = list(dir).map(|listed| listed.named).unwrap_or_default();
    files.iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|metadata| metadata.len()).sum()
}

/// Removes what a process that ended left unfinished. Only while nobody else has the store open.
pub(crate) fn tidy(dir: &Path) -> io::Result<()> {
    list(dir)?.unfinished.iter().try_for_each(fs::remove_file)
}

/// What is wrong with bytes that documents name: missing, or not what was written. Blocks.
pub(crate) fn verify(shared: &Shared) -> Result<Vec<String>, StoreError> {
    let (index, mut wrong) = (shared.index(), Vec::new());
    let mut scan = Scan::keys(blob::INDEX.collection(), "");
    loop {
        let page = index.scan(&scan).map_err(|error| shared.seen(error))?;
        for row in page.rows {
            // A row that cannot be read is told of by the walk over the index.
            let document = Document::decode(blob::INDEX.collection(), &row.bytes);
            let Some(hash) = document.ok().as_ref().and_then(blob::named) else { continue };
            match read(&shared.options.dir, &hash) {
                Ok(Some(_)) => {}
                Ok(None) => wrong.push(format!("attachment {}: its file {} is missing", row.place, name_of(&hash))),
                Err(error) => wrong.push(format!("attachment {}: {error}", row.place)),
            }
        }
        match page.next {
            None => return Ok(wrong),
            next => scan.after = next,
        }
    }
}

/// Removes files that no document names and that are older than a day. Gives how many.
pub(crate) fn sweep(shared: &Shared) -> Result<usize, StoreError> {
    sweep_older(shared, SPARED)
}

/// The same, for a test with another patience.
pub(crate) fn sweep_older(shared: &Shared, age: Duration) -> Result<usize, StoreError> {
    let mut removed = 0;
    for (hash, path) in list(&shared.options.dir).map_err(StoreError::backend)?.named {
        let gone = shared.unless_held(|| {
            let _gate = shared.blobs.lock().unwrap_or_else(PoisonError::into_inner);
            if !is_older(&path, age).map_err(StoreError::backend)? {
                return Ok(false);
            }
            let scan = Scan::exactly(blob::INDEX, &hash.to_string()).limit(1);
            if shared.index().count(&scan).map_err(|error| shared.seen(error))? > 0 {
                return Ok(false);
            }
            fs::remove_file(&path).map_err(StoreError::backend)?;
            Ok(true)
        });
        // Somebody makes a backup of them.
        let Some(gone) = gone else { return Ok(removed) };
        removed += usize::from(gone?);
    }
    Ok(removed)
}
