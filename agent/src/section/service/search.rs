//! The search path of units: which files there are, which one wins, and all links that enable something.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_shared::Problem;

use crate::root::{Entry, Kind, Root};

/// The search path of the system manager, the first place wins (systemd.unit(5)).
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    PERSISTENT,
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
];

/// Where `systemctl enable` writes.
pub(in crate::section) const PERSISTENT: &str = "/etc/systemd/system";

const SUFFIXES: &[&str] =
    &["service", "socket", "timer", "target", "path", "mount", "automount", "swap", "slice", "scope", "device"];

/// How many links lead from one name to the next before it is a loop.
const LINK_CAP: usize = 16;

/// A unit file or a link of that name, the first on the search path.
#[derive(Debug)]
pub(in crate::section) struct UnitFile {
    pub(in crate::section) name: String,
    directory: &'static str,
    /// Where it leads, when it is a link.
    target: Option<String>,
}

/// A link somewhere on the search path, either in a directory itself or in a `.wants` or `.requires` below it.
#[derive(Debug)]
pub(in crate::section) struct Link {
    /// The directory of the search path.
    pub(in crate::section) directory: &'static str,
    /// Whether it is in a `.wants` or `.requires`.
    pub(in crate::section) is_dependency: bool,
    pub(in crate::section) name: String,
    /// The last component of where it leads.
    pub(in crate::section) target: String,
}

/// Where the name of a unit leads.
#[derive(Debug)]
pub(in crate::section) struct Resolved {
    pub(in crate::section) name: String,
    pub(in crate::section) path: String,
    pub(in crate::section) is_masked: bool,
}

/// Everything on the search path.
#[derive(Debug, Default)]
pub(in crate::section) struct SearchPath {
    directories: Vec<&'static str>,
    drop_ins: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, UnitFile>,
    pub(in crate::section) links: Vec<Link>,
    /// Directories that could not be read.
    pub(in crate::section) problems: Vec<Problem>,
}

impl SearchPath {
    /// That of this inventory: three sections ask for it.
    pub(in crate::section) fn of(root: &Root) -> Arc<Self> {
        root.once(Self::read)
    }

    /// Reads the directories; one that is reached by two names (merged `/usr`) is read once.
    fn read(root: &Root) -> Self {
        let mut search = Self::default();
        let mut seen: BTreeSet<(u64, u64)> = BTreeSet::new();
        for directory in DIRECTORIES.iter().copied() {
            if root.identity(directory).is_some_and(|identity| !seen.insert(identity)) {
                continue;
            }
            match root.list(directory) {
                Ok(entries) => search.add(root, directory, entries),
                Err(error) if error.is_absent() => {}
                Err(error) => search.problems.push(error.problem()),
            }
        }
        search
    }

    fn add(&mut self, root: &Root, directory: &'static str, entries: Vec<Entry>) {
        self.directories.push(directory);
        for entry in entries {
            let path = format!("{directory}/{}", entry.name);
            if entry.kind == Kind::Directory {
                self.add_directory(root, directory, &path, &entry.name);
                continue;
            }
            if !is_unit(&entry.name) || !matches!(entry.kind, Kind::File | Kind::Link) {
                continue;
            }
            let target = (entry.kind == Kind::Link).then(|| root.read_link(&path).unwrap_or_default());
            if let Some(target) = &target {
                self.add_link(directory, entry.name.clone(), target, false);
            }
            let file = UnitFile { name: entry.name.clone(), directory, target };
            self.files.entry(entry.name).or_insert(file);
        }
    }

    /// A directory that belongs to a unit: `x.wants`, `x.requires`, `x.d`.
    fn add_directory(&mut self, root: &Root, directory: &'static str, path: &str, name: &str) {
        let Some((unit, suffix)) = name.rsplit_once('.') else { return };
        let entries = || root.list(path).unwrap_or_default();
        match suffix {
            "wants" | "requires" => {
                for inner in entries().into_iter().filter(|inner| inner.kind == Kind::Link) {
                    let target = root.read_link(&format!("{path}/{}", inner.name)).unwrap_or_default();
                    self.add_link(directory, inner.name, &target, true);
                }
            }
            "d" => {
                let files =
                    entries().into_iter().filter(|entry| entry.name.rsplit_once('.').is_some_and(|n| n.1 == "conf"));
                let paths = files.map(|entry| format!("{path}/{}", entry.name));
                self.drop_ins.entry(unit.to_owned()).or_default().extend(paths);
            }
            _ => {}
        }
    }

    fn add_link(&mut self, directory: &'static str, name: String, target: &str, is_dependency: bool) {
        let target = target.rsplit('/').next().unwrap_or_default().to_owned();
        self.links.push(Link { directory, is_dependency, name, target });
    }

    /// Whether there is no systemd here.
    pub(in crate::section) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Every unit once, by name.
    pub(in crate::section) fn unit_files(&self) -> impl Iterator<Item = &UnitFile> {
        self.files.values()
    }

    /// Whether a directory is searched before or at the place where the unit's own file is.
    pub(in crate::section) fn directories(&self) -> &[&'static str] {
        &self.directories
    }

    /// Whether a directory holds a file or link of this name.
    pub(in crate::section) fn is_first_in(&self, name: &str, directory: &str) -> bool {
        self.files.get(name).is_some_and(|file| file.directory == directory)
    }

    /// Follows links from name to name until a file is found.
    pub(in crate::section) fn resolve(&self, name: &str) -> Resolved {
        let mut name = name.to_owned();
        let mut path = String::new();
        for _ in 0..LINK_CAP {
            let Some(file) = self.files.get(&name) else { break };
            path = format!("{}/{name}", file.directory);
            let Some(target) = &file.target else { break };
            if target == "/dev/null" {
                return Resolved { name, path, is_masked: true };
            }
            let next = target.rsplit('/').next().unwrap_or_default();
            // A link of the same name leads to a file outside of the search path (`systemctl link`); one to an instance's
            // template is read there too.
            if next == name || !self.files.contains_key(next) {
                break;
            }
            next.clone_into(&mut name);
        }
        Resolved { name, path, is_masked: false }
    }

    /// The drop-in files of a unit, as paths.
    pub(in crate::section) fn drop_ins(&self, name: &str) -> &[String] {
        self.drop_ins.get(name).map_or(&[], Vec::as_slice)
    }
}

fn is_unit(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(prefix, suffix)| !prefix.is_empty() && SUFFIXES.contains(&suffix))
}

/// Whether a path is lost with the next boot.
pub(in crate::section) fn is_runtime(path: &str) -> bool {
    path.starts_with("/run/")
}
