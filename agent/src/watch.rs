//! Watched files: a change of a package database, an account or a unit file asks for a scan at once.
//!
//! inotify on the directories of the watched paths, for editors replace files instead of writing them. Events are
//! coalesced: a scan comes when it was quiet for 500 ms, after 2 s at the latest. Nothing is polled. A path that does not
//! exist yet is tried again with every scan.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use inotify::{EventMask, Inotify, WatchDescriptor, WatchMask};
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, timeout_at};

/// So long it must be quiet before a scan.
pub const QUIET: Duration = Duration::from_millis(500);
/// So long a scan waits at most.
pub const LONGEST: Duration = Duration::from_secs(2);

const BUFFER_BYTES: usize = 4_096;

/// Which names of a directory count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Names {
    /// Every one: the directory itself is watched.
    #[default]
    All,
    /// These files.
    Some(BTreeSet<OsString>),
}

/// What to watch: directory to names.
fn plan(paths: &[PathBuf]) -> BTreeMap<PathBuf, Names> {
    let mut plan: BTreeMap<PathBuf, Names> = BTreeMap::new();
    for path in paths {
        if path.is_dir() {
            plan.insert(path.clone(), Names::All);
        }
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name())
            && let Names::Some(names) = plan.entry(parent.to_owned()).or_insert_with(|| Names::Some(BTreeSet::new()))
        {
            names.insert(name.to_owned());
        }
    }
    plan
}

/// The watches of this process.
#[derive(Debug)]
pub struct Watch {
    inotify: AsyncFd<Inotify>,
    paths: Vec<PathBuf>,
    watched: BTreeMap<PathBuf, WatchDescriptor>,
    names: Vec<(WatchDescriptor, Names)>,
}

impl Watch {
    /// Watches `paths` (absolute, already below the file root).
    pub fn new(paths: Vec<PathBuf>) -> io::Result<Self> {
        #[expect(deprecated, reason = "the successor is unsafe; `Inotify` owns its descriptor for as long as it lives")]
        let inotify = AsyncFd::new(Inotify::init()?)?;
        let mut watch = Self { inotify, paths, watched: BTreeMap::new(), names: Vec::new() };
        watch.refresh();
        Ok(watch)
    }

    /// Watches what has come into being since.
    pub fn refresh(&mut self) {
        let mask = WatchMask::CLOSE_WRITE
            | WatchMask::CREATE
            | WatchMask::DELETE
            | WatchMask::MOVE
            | WatchMask::ATTRIB
            | WatchMask::ONLYDIR;
        for (dir, names) in plan(&self.paths) {
            // Adding a watched directory again gives the same descriptor: that is how a replaced one is found.
            let Ok(descriptor) = self.inotify.get_ref().watches().add(&dir, mask) else {
                self.watched.remove(&dir);
                continue;
            };
            self.names.retain(|(known, _)| *known != descriptor);
            self.names.push((descriptor.clone(), names));
            self.watched.insert(dir, descriptor);
        }
    }

    /// The directories that are watched now.
    pub fn directories(&self) -> impl Iterator<Item = &Path> {
        self.watched.keys().map(PathBuf::as_path)
    }

    /// Waits for a change that counts. Nothing is lost when the wait is given up.
    pub async fn first(&mut self) -> io::Result<()> {
        while !self.next().await? {}
        Ok(())
    }

    /// Waits for the quiet after a change.
    pub async fn quiet(&mut self) {
        let latest = Instant::now() + LONGEST;
        loop {
            let quiet = (Instant::now() + QUIET).min(latest);
            let calm = !matches!(timeout_at(quiet, self.next()).await, Ok(Ok(_)));
            if calm || Instant::now() >= latest {
                return;
            }
        }
    }

    /// Waits for events; true when one of them counts.
    async fn next(&mut self) -> io::Result<bool> {
        let mut buffer = [0; BUFFER_BYTES];
        let names = &self.names;
        let mut ready = self.inotify.readable_mut().await?;
        let read = ready.try_io(|inotify| {
            let events = inotify.get_mut().read_events(&mut buffer)?;
            Ok(events.fold(false, |counts, event| {
                counts
                    || event.mask.contains(EventMask::Q_OVERFLOW)
                    || names.iter().any(|(descriptor, names)| match names {
                        _ if *descriptor != event.wd => false,
                        Names::All => true,
                        Names::Some(names) => event.name.is_some_and(|name| names.contains(name)),
                    })
            }))
        });
        read.unwrap_or(Ok(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn files_are_watched_through_their_directory() {
        let dir = tempfile::tempdir().unwrap();
        let etc = dir.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        let plan = plan(&[etc.join("passwd"), etc.join("group"), etc.clone()]);
        assert_eq!(plan[&etc], Names::All);
        assert_eq!(plan[dir.path()], Names::Some(["etc".into()].into()));
    }

    #[test]
    fn a_change_is_seen_and_a_foreign_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let paths = vec![dir.path().join("passwd"), dir.path().join("later/file")];
        runtime().block_on(async {
            let mut watch = Watch::new(paths).unwrap();
            assert_eq!(watch.directories().collect::<Vec<_>>(), [dir.path()]);
            std::fs::write(dir.path().join("other"), "x").unwrap();
            assert!(!watch.next().await.unwrap());
            std::fs::write(dir.path().join("passwd"), "x").unwrap();
            watch.first().await.unwrap();

            std::fs::create_dir(dir.path().join("later")).unwrap();
            watch.refresh();
            assert_eq!(watch.directories().count(), 2);
            std::fs::write(dir.path().join("later/file"), "x").unwrap();
            watch.first().await.unwrap();
        });
    }
}
