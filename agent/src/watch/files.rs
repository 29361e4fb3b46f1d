//! Watched files: inotify on the directories of the watched paths, for editors replace files instead of writing them.
//!
//! Nothing is polled. A path that does not exist yet is tried again with every scan.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use inotify::{EventMask, Inotify, WatchDescriptor, WatchMask};
use muster_shared::SectionName;
use tokio::io::unix::AsyncFd;

const BUFFER_BYTES: usize = 4_096;

/// Sections to look at again.
pub(super) type Sections = BTreeSet<SectionName>;

/// Who wants to know of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Interest {
    /// For every change in it: the directory itself is watched.
    all: Sections,
    /// For changes of these names.
    by_name: BTreeMap<OsString, Sections>,
}

impl Interest {
    /// The sections that a change of `name` concerns; a change without a name is one of the directory itself.
    fn concerned(&self, name: Option<&OsStr>) -> impl Iterator<Item = SectionName> {
        let named = name.and_then(|name| self.by_name.get(name));
        self.all.iter().chain(named.into_iter().flatten()).copied()
    }

    /// Every section that is interested in anything here.
    fn everyone(&self) -> impl Iterator<Item = SectionName> {
        self.all.iter().chain(self.by_name.values().flatten()).copied()
    }
}

/// What to watch: directory to interest.
fn plan(paths: &[(PathBuf, SectionName)]) -> BTreeMap<PathBuf, Interest> {
    let mut plan: BTreeMap<PathBuf, Interest> = BTreeMap::new();
    for (path, section) in paths {
        if path.is_dir() {
            plan.entry(path.clone()).or_default().all.insert(*section);
        }
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
            let names = &mut plan.entry(parent.to_owned()).or_default().by_name;
            names.entry(name.to_owned()).or_default().insert(*section);
        }
    }
    plan
}

/// The watches of this process.
#[derive(Debug)]
pub(super) struct Files {
    inotify: AsyncFd<Inotify>,
    paths: Vec<(PathBuf, SectionName)>,
    watched: BTreeMap<PathBuf, WatchDescriptor>,
    interests: Vec<(WatchDescriptor, Interest)>,
}

impl Files {
    /// Watches `paths` (absolute, already below the file root).
    pub(super) fn new(paths: Vec<(PathBuf, SectionName)>) -> io::Result<Self> {
        #[expect(deprecated, reason = "the successor is unsafe; `Inotify` owns its descriptor for as long as it lives")]
        let inotify = AsyncFd::new(Inotify::init()?)?;
        let mut files = Self { inotify, paths, watched: BTreeMap::new(), interests: Vec::new() };
        files.refresh();
        Ok(files)
    }

    /// Watches what has come into being since.
    pub(super) fn refresh(&mut self) {
        let mask = WatchMask::CLOSE_WRITE
            | WatchMask::CREATE
            | WatchMask::DELETE
            | WatchMask::MOVE
            | WatchMask::ATTRIB
            | WatchMask::ONLYDIR;
        for (dir, interest) in plan(&self.paths) {
            // Adding a watched directory again gives the same descriptor: that is how a replaced one is found.
            let Ok(descriptor) = self.inotify.get_ref().watches().add(&dir, mask) else {
                self.watched.remove(&dir);
                continue;
            };
            self.interests.retain(|(known, _)| *known != descriptor);
            self.interests.push((descriptor.clone(), interest));
            self.watched.insert(dir, descriptor);
        }
    }

    /// Waits for events and names the sections that they concern; none when they concern nobody. Nothing is lost when the
    /// wait is given up.
    pub(super) async fn next(&mut self) -> io::Result<Sections> {
        let mut buffer = [0; BUFFER_BYTES];
        let interests = &self.interests;
        let mut ready = self.inotify.readable_mut().await?;
        let read = ready.try_io(|inotify| {
            let mut sections = Sections::new();
            for event in inotify.get_mut().read_events(&mut buffer)? {
                if event.mask.contains(EventMask::Q_OVERFLOW) {
                    sections.extend(interests.iter().flat_map(|(_, interest)| interest.everyone()));
                }
                let here = interests.iter().filter(|(descriptor, _)| *descriptor == event.wd);
                sections.extend(here.flat_map(|(_, interest)| interest.concerned(event.name)));
            }
            Ok(sections)
        });
        read.unwrap_or(Ok(Sections::new()))
    }
}

#[cfg(test)]
mod tests {
    use SectionName::{Cron, Group, User};

    use super::*;

    #[test]
    fn files_are_watched_through_their_directory() {
        let dir = tempfile::tempdir().unwrap();
        let etc = dir.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        let plan = plan(&[(etc.join("passwd"), User), (etc.join("group"), Group), (etc.clone(), Cron)]);
        let concerned = |name: &str| plan[&etc].concerned(Some(name.as_ref())).collect::<Vec<_>>();
        assert_eq!(concerned("passwd"), [Cron, User]);
        assert_eq!(concerned("other"), [Cron]);
        assert_eq!(plan[&etc].concerned(None).collect::<Vec<_>>(), [Cron]);
        assert_eq!(plan[dir.path()].concerned(Some("etc".as_ref())).collect::<Vec<_>>(), [Cron]);
        assert_eq!(plan[&etc].everyone().collect::<Sections>(), [User, Group, Cron].into());
    }

    #[tokio::test]
    async fn a_change_is_seen_by_its_section_and_a_foreign_file_by_none() {
        let dir = tempfile::tempdir().unwrap();
        let paths = vec![(dir.path().join("passwd"), User), (dir.path().join("later/file"), Group)];
        let mut files = Files::new(paths).unwrap();
        assert_eq!(files.watched.keys().collect::<Vec<_>>(), [dir.path()]);
        std::fs::write(dir.path().join("other"), "x").unwrap();
        assert!(files.next().await.unwrap().is_empty());
        std::fs::write(dir.path().join("passwd"), "x").unwrap();
        assert_eq!(files.next().await.unwrap(), [User].into());

        std::fs::create_dir(dir.path().join("later")).unwrap();
        files.refresh();
        assert_eq!(files.watched.len(), 2);
        std::fs::write(dir.path().join("later/file"), "x").unwrap();
        assert_eq!(files.next().await.unwrap(), [Group].into());
    }
}
