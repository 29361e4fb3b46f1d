//! `backup`, `restore` and `migrate`: what concerns the data as a whole.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use muster_store::Store;
use muster_store_sled::{Lock, Options, SledStore, backup};

use super::{admin, data};
use crate::config::Config;
use crate::service::restore::Restored;

/// The store's folder in the data directory.
const STORE: &str = "store";
/// What lies beside it and belongs to a backup: the CA, without which no agent knows the collector.
const PKI: &str = "pki";
/// Where a restore puts things together.
const UNPACKED: &str = "restored";

/// Copies everything that is committed now into a folder, while a collector runs or while none does.
pub(crate) async fn backup(config: &Config, to: PathBuf) -> anyhow::Result<String> {
    let held = if let Some(held) = admin::hold(&config.data_dir).await? {
        held
    } else {
        data::must_exist(config)?;
        let service = data::open(config, config.console, config.agents)?;
        let held = service.hold().await?;
        admin::HeldFiles { sequence: held.sequence, files: held.files, guard: Box::new((held.guard, service)) }
    };
    let store = config.data_dir.join(STORE);
    let beside: Vec<PathBuf> = [config.data_dir.join(PKI)].into_iter().filter(|folder| folder.is_dir()).collect();
    let folder = to.clone();
    let admin::HeldFiles { sequence, files, guard } = held;
    let copied =
        tokio::task::spawn_blocking(move || backup::copy(&store, &files, sequence, &beside, &folder)).await??;
    drop(guard);
    let backup::Copied { files, bytes, kept } = copied;
    Ok(format!(
        "everything up to commit {sequence} is in {}: {files} files copied ({} MiB), {kept} were there already\n\
         it holds the collector's keys: keep it as safe as the data directory",
        to.display(),
        bytes.div_ceil(1 << 20),
    ))
}

/// Brings back a backup. The data that it replaces is put aside.
pub(crate) async fn restore(config: &Config, from: &Path, keeps_tokens: bool) -> anyhow::Result<String> {
    let dir = &config.data_dir;
    std::fs::create_dir_all(dir).with_context(|| format!("making the data directory {}", dir.display()))?;
    let store = dir.join(STORE);
    let unpacked = dir.join(UNPACKED);
    // A restore that was interrupted in its last step has put the old store aside already.
    let old = if store.is_dir() { Some(store.clone()) } else { newest_aside(dir)?.map(|aside| aside.join(STORE)) };
    let mut notes = Vec::new();
    let newer = match &old {
        None => None,
        Some(old) => match SledStore::open(&Options::new(old)) {
            Ok(store) => Some(store),
            Err(error @ muster_store_sled::OpenError::Locked { .. }) => {
                return Err(anyhow::Error::new(error).context("stop the collector before a restore"));
            }
            Err(error) => {
                notes.push(format!("the data that is replaced cannot be read ({error})"));
                None
            }
        },
    };
    if unpacked.exists() {
        std::fs::remove_dir_all(&unpacked).with_context(|| format!("removing {}", unpacked.display()))?;
    }
    let epoch = old.as_deref().map_or(0, backup::epoch_of);
    let (source, target) = (from.to_owned(), unpacked.clone());
    let manifest = tokio::task::spawn_blocking(move || backup::unpack(&source, &target, epoch)).await??;
    let restored = Restored { made_at: manifest.made_at, sequence: manifest.sequence, keeps_tokens };
    let is_known = newer.is_some();
    settle(config, &unpacked, &restored, newer.as_ref().map(|store| store as &dyn Store)).await?;
    // Closed before it is moved: it would write its last words to where the new one is then.
    drop(newer);
    give_to_owner(&unpacked, dir).with_context(|| format!("giving {} to its owner", unpacked.display()))?;
    let lock = if store.is_dir() { Some(Lock::take(&store)?) } else { None };
    let aside = swap(dir, &unpacked, epoch)?;
    drop(lock);
    notes.push(format!("restored: everything up to commit {}, as of {}", manifest.sequence, manifest.made_at));
    if is_known {
        notes.push(
            "agents, tokens and accounts that were shut out since then stay shut out; everybody signs in again".into(),
        );
    } else {
        let tokens = if keeps_tokens { "API tokens go on" } else { "API tokens ended too: make new ones" };
        notes.push(format!(
            "nobody knows who was shut out since then: enrollment tokens ended, {tokens}; look through the agents and revoke again \
             those that must not come back"
        ));
    }
    if let Some(aside) = aside {
        notes.push(format!("the data before is in {}: remove it when all is well", aside.display()));
    }
    Ok(notes.join("\n"))
}

/// Opens what was unpacked, takes over who is shut out, and reads all of it.
async fn settle(
    config: &Config,
    unpacked: &Path,
    restored: &Restored,
    newer: Option<&dyn Store>,
) -> anyhow::Result<()> {
    let there = Config { data_dir: unpacked.to_owned(), ..config.clone() };
    let service = data::open(&there, config.console, config.agents)?;
    service.settle_restore(&admin::call(), restored, newer).await?;
    let wrong = service.verify(&admin::call(), &[]).await?;
    anyhow::ensure!(wrong.is_empty(), "the backup is damaged, nothing was replaced:\n{}", wrong.join("\n"));
    Ok(())
}

/// What root unpacked belongs to whom the data directory belongs to: the collector runs as a user of its own.
fn give_to_owner(path: &Path, like: &Path) -> std::io::Result<()> {
    let owner = std::fs::metadata(like)?;
    if std::fs::metadata(path)?.uid() != owner.uid() {
        std::os::unix::fs::chown(path, Some(owner.uid()), Some(owner.gid()))?;
    }
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            give_to_owner(&entry?.path(), like)?;
        }
    }
    Ok(())
}

/// The folder of the data that the last restore put aside.
fn newest_aside(dir: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name =
            path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("before-restore-"));
        found.extend(name.and_then(|number| number.parse::<u64>().ok()).map(|number| (number, path.clone())));
    }
    found.sort();
    Ok(found.pop().map(|(_, path)| path))
}

/// Puts the old data aside and the new in its place. The store comes last: without one nobody serves (`data::open`).
fn swap(dir: &Path, unpacked: &Path, epoch: u64) -> anyhow::Result<Option<PathBuf>> {
    let aside = dir.join(format!("before-restore-{epoch}"));
    let mut has_old = false;
    for name in [STORE, PKI] {
        if dir.join(name).exists() && unpacked.join(name).exists() {
            std::fs::create_dir_all(&aside).with_context(|| format!("making {}", aside.display()))?;
            rename(&dir.join(name), &aside.join(name))?;
            has_old = true;
        }
    }
    for name in [PKI, STORE] {
        if unpacked.join(name).exists() {
            rename(&unpacked.join(name), &dir.join(name))?;
        }
    }
    std::fs::remove_dir_all(unpacked).with_context(|| format!("removing {}", unpacked.display()))?;
    Ok(has_old.then_some(aside))
}

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::rename(from, to).with_context(|| format!("moving {} to {}", from.display(), to.display()))?;
    let folders = [from, to].into_iter().filter_map(Path::parent);
    for folder in folders {
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .with_context(|| format!("syncing {}", folder.display()))?;
    }
    Ok(())
}

/// Whether a restore was interrupted when nothing was in its place.
pub(crate) fn check_whole(dir: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        dir.join(STORE).exists() || !dir.join(UNPACKED).exists(),
        "a restore was interrupted: run `muster-collector restore DIR` again before anything else"
    );
    Ok(())
}

/// Brings the data to the form of this program.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<String> {
    data::must_exist(config)?;
    let options = data::store_options(config);
    tokio::task::spawn_blocking(move || {
        let store = SledStore::open(&options)?;
        let documents = store.migrate()?;
        Ok(format!("the data has the form of this program; {documents} documents were written anew"))
    })
    .await?
}

/// Mends a damaged journal from the index.
pub(crate) async fn mend(config: &Config) -> anyhow::Result<String> {
    data::must_exist(config)?;
    let options = data::store_options(config);
    let mended = tokio::task::spawn_blocking(move || muster_store_sled::mend(&options)).await??;
    Ok(match mended {
        None => "nothing is wrong with the journal; nothing was changed".to_owned(),
        Some(mended) => format!(
            "mended: everything up to commit {} is kept. What was wrong: {}\nThe old segments are in {}; remove them when nobody wants \
             to look at them. Run `muster-collector verify` now",
            mended.through,
            mended.damage,
            mended.aside.display()
        ),
    })
}
