//! Watched files: inotify on the directories of the watched paths, for editors replace files instead of writing them.
//!
//! Nothing is polled. Of a path whose directory is not there yet the nearest one on the way is watched, so that its coming into
//! being is seen; the watches are taken anew after every scan.

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
    /// Whether nothing of it is watched itself: it only lies on the way to what is not there yet.
    is_way: bool,
}

impl Interest {
    /// What there is to hear of.
    fn mask(&self) -> WatchMask {
        let coming = WatchMask::CREATE | WatchMask::MOVED_TO | WatchMask::MOVE_SELF | WatchMask::ONLYDIR;
        let all = WatchMask::CLOSE_WRITE | WatchMask::DELETE | WatchMask::MOVE | WatchMask::ATTRIB;
        if self.is_way { coming } else { coming | all }
    }

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
    let on_the_way = || Interest { is_way: true, ..Interest::default() };
    for (path, section) in paths {
        if path.is_dir() {
            let interest = plan.entry(path.clone()).or_default();
            interest.all.insert(*section);
            interest.is_way = false;
        }
        let mut place = path.as_path();
        while let (Some(parent), Some(name)) = (place.parent(), place.file_name()) {
            if parent.is_dir() {
                let interest = plan.entry(parent.to_owned()).or_insert_with(on_the_way);
                interest.by_name.entry(name.to_owned()).or_default().insert(*section);
                interest.is_way &= place != path;
                break;
            }
            place = parent;
        }
    }
    plan
}

/// The watches of this process.
#[derive(Debug)]
pub(super) struct Files {
    inotify: AsyncFd<Inotify>,
    watched: BTreeMap<PathBuf, WatchDescriptor>,
    interests: Vec<(WatchDescriptor, Interest)>,
}

impl Files {
    /// Watches `paths` (absolute, already below the file root).
    pub(super) fn new(paths: &[(PathBuf, SectionName)]) -> io::Result<Self> {
        #[expect(deprecated, reason = "the successor is unsafe; `Inotify` owns its descriptor for as long as it lives")]
        let inotify = AsyncFd::new(Inotify::init()?)?;
        let mut files = Self { inotify, watched: BTreeMap::new(), interests: Vec::new() };
        files.refresh(paths);
        Ok(files)
    }

    /// Watches these paths as they are now. Names the sections of what is newly watched: nobody knows what changed there before.
    pub(super) fn refresh(&mut self, paths: &[(PathBuf, SectionName)]) -> Sections {
        let mut before = std::mem::take(&mut self.watched);
        self.interests.clear();
        let (mut fresh, mut left) = (Sections::new(), Vec::new());
        for (dir, interest) in plan(paths) {
            // Adding a watched directory again gives the same descriptor: that is how a replaced one is found.
            let Ok(descriptor) = self.inotify.get_ref().watches().add(&dir, interest.mask()) else { continue };
            let known = before.remove(&dir);
            if known.as_ref() != Some(&descriptor) {
                fresh.extend(interest.everyone());
                left.extend(known);
            }
            self.interests.push((descriptor.clone(), interest));
            self.watched.insert(dir, descriptor);
        }
        // One that is gone has taken its watch with it; one that moved is watched under its new name, or by nobody.
        left.extend(before.into_values());
        for descriptor in left.into_iter().filter(|old| self.interests.iter().all(|(known, _)| known != old)) {
            drop(self.inotify.get_ref().watches().remove(descriptor));
        }
        fresh
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
                let is_itself = event.mask.intersects(EventMask::IGNORED | EventMask::MOVE_SELF);
                for (_, interest) in interests.iter().filter(|(descriptor, _)| *descriptor == event.wd) {
                    if is_itself {
                        sections.extend(interest.everyone());
                    }
                    sections.extend(interest.concerned(event.name));
                }
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
        let mut files = Files::new(&paths).unwrap();
        assert_eq!(files.watched.keys().collect::<Vec<_>>(), [dir.path()]);
        std::fs::write(dir.path().join("other"), "x").unwrap();
        assert!(files.next().await.unwrap().is_empty());
        std::fs::write(dir.path().join("passwd"), "x").unwrap();
        assert_eq!(files.next().await.unwrap(), [User].into());

        std::fs::create_dir(dir.path().join("later")).unwrap();
        assert_eq!(files.next().await.unwrap(), [Group].into(), "on the way to what is watched");
        assert_eq!(files.refresh(&paths), [Group].into(), "what came meanwhile is not known");
        assert_eq!(files.watched.len(), 2);
        assert!(files.refresh(&paths).is_empty());
        std::fs::write(dir.path().join("later/file"), "x").unwrap();
        assert_eq!(files.next().await.unwrap(), [Group].into());
    }

    /// What the next event that counts concerns: a watch that is taken away is told of too.
    async fn first(files: &mut Files) -> Sections {
        loop {
            let sections = files.next().await.unwrap();
            if !sections.is_empty() {
                return sections;
            }
        }
    }

    #[tokio::test]
    async fn what_comes_into_being_level_by_level_is_seen_at_each_and_what_is_watched_no_more_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("home/ann/.ssh/authorized_keys");
        let paths = vec![(key.clone(), User)];
        let mut files = Files::new(&paths).unwrap();
        for level in ["home", "home/ann", "home/ann/.ssh"] {
            std::fs::create_dir(dir.path().join(level)).unwrap();
            assert_eq!(first(&mut files).await, [User].into(), "{level}");
            assert_eq!(files.refresh(&paths), [User].into());
        }
        std::fs::write(&key, "x").unwrap();
        assert_eq!(first(&mut files).await, [User].into());
        std::fs::rename(dir.path().join("home/ann/.ssh"), dir.path().join("home/ann/ssh")).unwrap();
        assert_eq!(first(&mut files).await, [User].into(), "it is another place now");
        assert_eq!(files.refresh(&paths), [User].into());
        std::fs::remove_dir_all(dir.path().join("home/ann")).unwrap();
        assert_eq!(first(&mut files).await, [User].into(), "what was on the way is gone");
        assert_eq!(files.refresh(&paths), [User].into());
        // The account is gone, another one came.
        let other = vec![(dir.path().join("passwd"), Group)];
        assert_eq!(files.refresh(&other), [Group].into());
        std::fs::create_dir(dir.path().join("home/ann")).unwrap();
        std::fs::write(dir.path().join("passwd"), "y").unwrap();
        assert_eq!(first(&mut files).await, [Group].into());
    }
}
