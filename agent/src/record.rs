//! A tree of everything that collectors read on this machine, scrubbed: a fixture that users send with bug reports.
//!
//! One inventory is taken through a [`Root`] that notes every read. What was read is written as it was read then, so that
//! the inventory of the copy is that of the machine. What the kernel tells of interfaces and routes otherwise than by files is kept
//! below `/.muster`; what it tells so of the packet filter and the clock is not in the copy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::DirBuilder;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::inventory;
use crate::root::trace::{Seen, Trace};
use crate::root::{Kind, Root};
use crate::section::{Options, collectors};

mod firmware;
mod scrub;

use scrub::Scrub;

/// The most symbolic links on the way to one file.
const LINK_CAP: usize = 40;

/// What was recorded.
#[derive(Debug, Default)]
pub struct Told {
    /// Files written.
    pub files: usize,
    /// Links made.
    pub links: usize,
    /// Directories made.
    pub directories: usize,
    /// What is not in the copy, and why.
    pub left_out: BTreeMap<String, String>,
}

/// Records the running system into `out`, which must be empty or not be there.
pub fn record(out: &Path, options: &Options) -> anyhow::Result<Told> {
    prepare(out).with_context(|| format!("cannot record into {}", out.display()))?;
    let trace = Arc::new(Trace::default());
    let inventory = inventory::take(&collectors(options), &Root::traced(Arc::clone(&trace)), None);
    let scrub = Scrub::new(&inventory)?;
    let mut copy = Copy { base: out, scrub: &scrub, made: BTreeSet::new(), told: Told::default() };
    copy.write(trace.seen());
    Ok(copy.told)
}

fn prepare(out: &Path) -> anyhow::Result<()> {
    match std::fs::read_dir(out) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("it is not empty");
            }
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            Ok(std::fs::set_permissions(out, mode)?)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(DirBuilder::new().mode(0o700).create(out)?),
        Err(error) => Err(error.into()),
    }
}

/// Whether a file may be run says what it is: its copy keeps that, and its reader can always open it.
fn set_mode(place: &Path, mode: u32) -> std::io::Result<()> {
    match std::fs::symlink_metadata(place) {
        Ok(metadata) if metadata.is_file() => {
            std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode & 0o777 | 0o600))
        }
        _ => Ok(()),
    }
}

/// The tree that is being written.
struct Copy<'a> {
    base: &'a Path,
    scrub: &'a Scrub,
    made: BTreeSet<PathBuf>,
    told: Told,
}

impl Copy<'_> {
    /// Directories first, then single places, then files over what the directories announced.
    fn write(&mut self, seen: Seen) {
        for (path, reason) in seen.unreadable {
            self.told.left_out.insert(path, reason);
        }
        for (path, entries) in seen.lists {
            let made = self.place(&path, true).and_then(|place| self.directory(&place));
            self.note(&path, made);
            for entry in entries {
                let path = format!("{}/{}", path.trim_end_matches('/'), entry.name);
                let made = self.stand_in(&path, entry.kind);
                self.note(&path, made);
            }
        }
        for (path, kind) in seen.places {
            let made = self.stand_in(&path, kind);
            self.note(&path, made);
        }
        for (path, bytes) in seen.files {
            let bytes = match self.scrub.file(&path, bytes) {
                Ok(bytes) => bytes,
                Err(reason) => {
                    self.told.left_out.insert(path, reason.to_owned());
                    continue;
                }
            };
            let made = self.place(&path, true).and_then(|place| self.file(&place, &bytes));
            self.note(&path, made);
        }
        for (path, mode) in seen.modes {
            let set = self.place(&path, false).and_then(|place| set_mode(&place, mode));
            self.note(&path, set);
        }
    }

    fn note(&mut self, path: &str, made: std::io::Result<()>) {
        if let Err(error) = made {
            self.told.left_out.insert(path.to_owned(), error.to_string());
        }
    }

    /// Something of that kind at that path, without content.
    fn stand_in(&mut self, path: &str, kind: Kind) -> std::io::Result<()> {
        let place = self.place(path, false)?;
        if self.made.contains(&place) {
            return Ok(());
        }
        match kind {
            Kind::Directory => self.directory(&place),
            Kind::Link => match std::fs::read_link(path) {
                Ok(target) => self.link(&place, &target),
                // Gone by now, as descriptors of processes are.
                Err(_) => Ok(()),
            },
            Kind::File => self.file(&place, b""),
            Kind::Other => {
                let mode = rustix::fs::Mode::from_raw_mode(0o600);
                rustix::fs::mknodat(rustix::fs::CWD, &place, rustix::fs::FileType::Fifo, mode, 0)?;
                self.made.insert(place);
                Ok(())
            }
        }
    }

    /// Where a path of the system is in the copy; directories and links on the way are made.
    fn place(&mut self, path: &str, follow_last: bool) -> std::io::Result<PathBuf> {
        let words = |path: &Path| -> Vec<String> {
            path.iter()
                .map(|word| word.to_string_lossy().into_owned())
                .filter(|word| word != "/" && word != ".")
                .collect()
        };
        let mut pending = words(Path::new(path));
        pending.reverse();
        let mut inside: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(word) = pending.pop() {
            if word == ".." {
                inside.pop();
                continue;
            }
            inside.push(word);
            let is_last = pending.is_empty();
            let here = format!("/{}", inside.join("/"));
            let target = if is_last && !follow_last { None } else { std::fs::read_link(&here).ok() };
            let place = self.base.join(self.scrub.path(&inside.join("/")));
            let Some(target) = target else {
                if !is_last {
                    self.directory(&place)?;
                }
                continue;
            };
            links += 1;
            if links > LINK_CAP {
                return Err(std::io::Error::other("too many symbolic links"));
            }
            self.link(&place, &target)?;
            inside.pop();
            if target.is_absolute() {
                inside.clear();
            }
            pending.extend(words(&target).into_iter().rev());
        }
        Ok(self.base.join(self.scrub.path(&inside.join("/"))))
    }

    fn directory(&mut self, place: &Path) -> std::io::Result<()> {
        if !self.made.insert(place.to_owned()) || place.is_dir() {
            return Ok(());
        }
        self.told.directories += 1;
        DirBuilder::new().recursive(true).mode(0o700).create(place)
    }

    fn link(&mut self, place: &Path, target: &Path) -> std::io::Result<()> {
        if !self.made.insert(place.to_owned()) {
            return Ok(());
        }
        self.told.links += 1;
        std::os::unix::fs::symlink(self.scrub.path(&target.to_string_lossy()), place)
    }

    fn file(&mut self, place: &Path, bytes: &[u8]) -> std::io::Result<()> {
        if self.made.insert(place.to_owned()) {
            self.told.files += 1;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed()).open(place)?.write_all(bytes)
    }
}

#[cfg(test)]
mod tests;
