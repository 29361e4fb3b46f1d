//! The package that an executable belongs to, from the lists of files that dpkg, apk, pacman and rpm keep.
//!
//! There is no index from file to package: the lists are read until every executable is found, the likely ones first (a
//! package named like the program, then those that have something to do when they are removed, as services have). What no
//! package can own is not looked for.
//!
//! What no package owns has all lists read, which costs as much as a whole inventory. So what was learnt is remembered as long as
//! what holds the lists stands as it did: dpkg writes a list under another name and puts it in place, so that none changes unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use muster_shared::Time;
use muster_shared::mapping::{Distinct as _, Mapping as _};

use crate::root::{Kind, Root};
use crate::section::package::rpm;

const INFO: &str = "/var/lib/dpkg/info";
/// All lists of apk: lines `P:` package, `F:` directory, `R:` file.
const APK: &str = "/lib/apk/db/installed";
/// A directory for each package of pacman, `name-version-release`, with its list.
const PACMAN: &str = "/var/lib/pacman/local";
/// Most bytes of lists that are read.
const BUDGET_BYTES: usize = 32 << 20;
/// Letters that the names of a program and of a likely package begin with.
const ALIKE: usize = 3;
/// Where packages put programs.
const OWNED: &[&str] = &["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/"];
const NOT_OWNED: &str = "/usr/local/";

/// Most that is remembered, in bytes of its text: it goes to the probe and back with each question.
pub(crate) const MEMORY_BYTES: usize = 8 << 10;
/// So long the folder must have stood: a file system may stamp two changes with one time.
const SETTLED_MILLIS: i64 = 2_000;

/// What was learnt of executables while dpkg's lists stood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owned {
    /// When the folder of lists last changed, in nanoseconds since 1970.
    stood_since: i64,
    /// The package of each executable; one that has none has an empty name here.
    packages: BTreeMap<String, String>,
}

/// What outlives one look.
pub(crate) type Memory = Arc<Mutex<Owned>>;

impl Owned {
    /// As a text for the probe: the time, then a line for each executable. Empty when nothing is remembered.
    pub(crate) fn to_text(&self) -> String {
        let mut text = if self.packages.is_empty() { String::new() } else { format!("{}\n", self.stood_since) };
        for (path, name) in &self.packages {
            for part in [path, "\t", name, "\n"] {
                text.push_str(part);
            }
        }
        text
    }

    /// From such a text; nothing, when it is none.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut lines = text.lines();
        let Some(stood_since) = lines.next().and_then(|line| line.parse().ok()) else { return Self::default() };
        let pairs = lines.filter_map(|line| line.split_once('\t')).take(MEMORY_BYTES);
        Self { stood_since, packages: pairs.map(|(path, name)| (path.to_owned(), name.to_owned())).into_map() }
    }
}

/// Package by executable.
pub(super) fn of<'a>(
    root: &Root,
    executables: impl Iterator<Item = &'a str>,
    memory: &Memory,
    now: Time,
) -> BTreeMap<String, String> {
    let is_owned = |path: &&str| OWNED.iter().any(|start| path.starts_with(start)) && !path.starts_with(NOT_OWNED);
    let executables: BTreeSet<&str> = executables.filter(is_owned).into_set();
    if executables.is_empty() {
        return BTreeMap::new();
    }
    // Looked at before the lists are read: what changes meanwhile makes it differ the next time.
    let stood_since = stood_since(root);
    let before = memory.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let before = if stood_since == Some(before.stood_since) { before.packages } else { BTreeMap::new() };
    let unknown = executables.iter().copied().filter(|path| !before.contains_key(*path)).into_set();
    let mut packages = look(root, &unknown);
    for (path, name) in before {
        if executables.contains(path.as_str()) {
            packages.insert(path, name);
        }
    }
    let found = packages.iter().filter(|(_, name)| !name.is_empty()).map(|(path, name)| (path.clone(), name.clone()));
    let found = found.into_map();
    let is_settled = |since: &i64| now.millis().saturating_sub(since / 1_000_000) > SETTLED_MILLIS;
    if let Some(stood_since) = stood_since.filter(is_settled) {
        let learnt = Owned { stood_since, packages };
        if learnt.to_text().len() <= MEMORY_BYTES {
            *memory.lock().unwrap_or_else(PoisonError::into_inner) = learnt;
        }
    }
    found
}

/// When what holds the lists last changed; `None` when that cannot be told.
fn stood_since(root: &Root) -> Option<i64> {
    let lists = [INFO, APK, PACMAN].into_iter().map(str::to_owned).chain(rpm::watched());
    let known = lists.filter_map(|path| root.metadata(&path).ok());
    known.map(|m| m.ctime().saturating_mul(1_000_000_000).saturating_add(m.ctime_nsec())).max()
}

/// Reads lists until each executable has its package. One that has none has an empty name, if every list was read.
fn look(root: &Root, executables: &BTreeSet<&str>) -> BTreeMap<String, String> {
    // A package may have the path of before `/bin` became a link to `/usr/bin`.
    let mut wanted: BTreeMap<&[u8], &str> = BTreeMap::new();
    for path in executables {
        wanted.insert(path.as_bytes(), path);
        if let Some(short) =
            path.strip_prefix("/usr").filter(|short| OWNED.iter().any(|start| short.starts_with(start)))
        {
            wanted.insert(short.as_bytes(), path);
        }
    }
    let mut found = BTreeMap::new();
    if executables.is_empty() {
        return found;
    }
    let mut left_bytes = BUDGET_BYTES;
    let mut is_all = true;
    for (path, name) in in_order(root, executables) {
        if found.len() == executables.len() {
            return found;
        }
        let read = root.visit(&path, left_bytes as u64, |list| {
            let mut own = (name, Vec::new(), Vec::new());
            for line in list.split(|byte| *byte == b'\n') {
                if is_file(line, &path, &mut own)
                    && let Some(path) = wanted.get(own.2.as_slice())
                {
                    found.entry((*path).to_owned()).or_insert_with(|| own.0.clone());
                }
            }
            list.len()
        });
        // A database that is not there has nothing.
        is_all &= !read.as_ref().is_err_and(|error| !error.is_absent());
        left_bytes = left_bytes.saturating_sub(read.unwrap_or_default());
    }
    if found.len() < executables.len() {
        let paths: Vec<Vec<u8>> = wanted.keys().map(|path| path.to_vec()).collect();
        let in_rpm = rpm::owners(root, &paths);
        is_all &= in_rpm.is_some();
        for (path, name) in in_rpm.unwrap_or_default() {
            if let Some(path) = wanted.get(&*path) {
                found.entry((*path).to_owned()).or_insert(name);
            }
        }
    }
    if is_all {
        for path in executables {
            found.entry((*path).to_owned()).or_default();
        }
    }
    found
}

/// Whether a line names a file: then it is the last of `own`. Of apk's the lines before say package and directory, the first two.
fn is_file(line: &[u8], list: &str, own: &mut (String, Vec<u8>, Vec<u8>)) -> bool {
    let (package, directory, file) = own;
    file.clear();
    if list != APK {
        // Pacman's paths have no slash in front.
        if !line.starts_with(b"/") {
            file.push(b'/');
        }
        file.extend_from_slice(line);
        return true;
    }
    let (kind, value) = line.split_at_checked(2).unwrap_or_default();
    match kind {
        b"P:" => *package = String::from_utf8_lossy(value).into_owned(),
        b"F:" => {
            directory.clear();
            for part in [b"/", value, b"/"] {
                directory.extend_from_slice(part);
            }
        }
        b"R:" => {
            file.extend_from_slice(directory);
            file.extend_from_slice(value);
        }
        _ => {}
    }
    kind == b"R:"
}

/// The lists and the packages that they are of, the likely ones first.
fn in_order(root: &Root, executables: &BTreeSet<&str>) -> Vec<(String, String)> {
    let entries = root.list(INFO).unwrap_or_default();
    let starts: BTreeSet<&str> = executables.iter().filter_map(|path| path.rsplit('/').next()?.get(..ALIKE)).into_set();
    let removable: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.name.strip_suffix(".prerm")).into_set();
    let mut packages: Vec<(bool, bool, &str)> = entries
        .iter()
        .filter_map(|entry| entry.name.strip_suffix(".list"))
        .map(|name| (!name.get(..ALIKE).is_some_and(|start| starts.contains(start)), !removable.contains(name), name))
        .collect();
    packages.sort_unstable();
    let mut lists = Vec::with_capacity(packages.len() + 1);
    for (_, _, name) in packages {
        lists.push((format!("{INFO}/{name}.list"), name.split(':').next().unwrap_or(name).to_owned()));
    }
    lists.push((APK.to_owned(), String::new()));
    for entry in root.list(PACMAN).unwrap_or_default() {
        if entry.kind == Kind::Directory {
            let name = entry.name.rsplitn(3, '-').nth(2).unwrap_or(&entry.name).to_owned();
            lists.push((format!("{PACMAN}/{}/files", entry.name), name));
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use muster_shared::{Clock as _, SystemClock};

    use super::*;
    use crate::root::trace::Trace;

    struct Host {
        tree: tempfile::TempDir,
        memory: Memory,
    }

    impl Host {
        fn new() -> Self {
            let host = Self { tree: tempfile::tempdir().unwrap(), memory: Memory::default() };
            std::fs::create_dir_all(host.tree.path().join("var/lib/dpkg/info")).unwrap();
            for name in ["alpha", "beta:amd64", "gamma"] {
                let program = name.split(':').next().unwrap();
                host.write(name, &format!("/.\n/usr/sbin/{program}d\n"));
            }
            host
        }

        fn write(&self, package: &str, list: &str) {
            std::fs::write(self.tree.path().join(format!("var/lib/dpkg/info/{package}.list")), list).unwrap();
        }

        /// What is found of the programs, `after_ms` from now, and how many lists were read for it.
        fn look(&self, programs: &[&str], after_ms: i64) -> (Vec<String>, usize) {
            let trace = Arc::new(Trace::default());
            let root = Root::traced_at(self.tree.path(), Arc::clone(&trace));
            let now = SystemClock.now().plus_millis(after_ms);
            let found = of(&root, programs.iter().copied(), &self.memory, now);
            (found.into_values().collect(), trace.seen().files.len())
        }
    }

    const LATER: i64 = 60_000;

    #[test]
    fn what_no_package_owns_has_the_lists_read_once() {
        let host = Host::new();
        let programs = ["/usr/sbin/betad", "/usr/lib/own/server"];
        assert_eq!(host.look(&programs, LATER), (vec!["beta".to_owned()], 3));
        assert_eq!(host.look(&programs, LATER), (vec!["beta".to_owned()], 0), "both are remembered");
        // A further one is looked for, and those that are known are not.
        assert_eq!(host.look(&["/usr/sbin/alphad", "/usr/lib/own/server"], LATER), (vec!["alpha".to_owned()], 1));
        assert_eq!(host.look(&["/usr/sbin/alphad", "/usr/lib/own/server"], LATER).1, 0);
        // What is no longer asked for is forgotten.
        assert_eq!(host.memory.lock().unwrap().packages.len(), 2);
    }

    #[test]
    fn a_package_that_comes_is_seen() {
        let host = Host::new();
        assert_eq!(host.look(&["/usr/lib/own/server"], LATER), (Vec::new(), 3));
        host.write("own", "/usr/lib/own/server\n");
        assert_eq!(host.look(&["/usr/lib/own/server"], LATER).0, ["own"]);
        // As dpkg replaces a list, and as it takes one away.
        let info = host.tree.path().join("var/lib/dpkg/info");
        std::fs::write(info.join("own.list-new"), "/usr/lib/own/other\n").unwrap();
        std::fs::rename(info.join("own.list-new"), info.join("own.list")).unwrap();
        assert_eq!(host.look(&["/usr/lib/own/server"], LATER), (Vec::new(), 4));
        std::fs::remove_file(info.join("alpha.list")).unwrap();
        assert_eq!(host.look(&["/usr/lib/own/server"], LATER), (Vec::new(), 3));
    }

    #[test]
    fn what_may_still_be_written_or_was_not_read_whole_is_not_remembered() {
        let host = Host::new();
        for _ in 0..2 {
            assert_eq!(host.look(&["/usr/lib/own/server"], 0).1, 3, "dpkg may be at work");
        }
        // A list that cannot be read: nobody knows what stands in it.
        std::os::unix::fs::symlink("nowhere", host.tree.path().join("var/lib/dpkg/info/odd.list")).unwrap();
        for _ in 0..2 {
            assert_eq!(host.look(&["/usr/lib/own/server"], LATER).1, 3);
        }
        // More than is ever handed on is not kept.
        let many: Vec<String> = (0..200).map(|n| format!("/usr/lib/{n}/{}", "x".repeat(60))).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        std::fs::remove_file(host.tree.path().join("var/lib/dpkg/info/odd.list")).unwrap();
        assert_eq!(host.look(&many, LATER).1, 3);
        assert!(host.memory.lock().unwrap().packages.is_empty());
    }

    #[test]
    fn what_is_remembered_goes_through_a_text() {
        let host = Host::new();
        host.look(&["/usr/sbin/betad", "/usr/lib/own/server"], LATER);
        let learnt = host.memory.lock().unwrap().clone();
        assert!(learnt.to_text().ends_with("\n/usr/lib/own/server\t\n/usr/sbin/betad\tbeta\n"), "{}", learnt.to_text());
        assert_eq!(Owned::of_text(&learnt.to_text()), learnt);
        for text in ["", "\n", "x\n/usr/bin/x\ty\n", "99999999999999999999\n"] {
            assert_eq!(Owned::of_text(text), Owned::default(), "{text}");
        }
        assert_eq!(Owned::default().to_text(), "");
    }

    #[test]
    fn apk_and_pacman_are_asked_too() {
        let (host, tree) = (Host::new(), tempfile::tempdir().unwrap());
        for (path, text) in [
            (APK, "P:nginx\nV:1.2-r3\nF:etc/nginx\nR:nginx.conf\nF:usr/sbin\nR:nginx\nZ:Q1\n\nP:ash\nF:bin\nR:ash\n"),
            ("/var/lib/pacman/local/lib-x-1:2.0-1/files", "%FILES%\nusr/\nusr/lib/\nusr/lib/x/server\n"),
            ("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n"),
        ] {
            let path = tree.path().join(path.trim_start_matches('/'));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let programs = ["/usr/sbin/nginx", "/usr/bin/ash", "/usr/lib/x/server", "/usr/sbin/own"];
        let now = SystemClock.now().plus_millis(LATER);
        let found = of(&Root::at(tree.path()), programs.into_iter(), &host.memory, now);
        let found: Vec<_> = found.iter().map(|(path, name)| (path.as_str(), name.as_str())).collect();
        assert_eq!(found, [("/usr/bin/ash", "ash"), ("/usr/lib/x/server", "lib-x"), ("/usr/sbin/nginx", "nginx")]);
        assert_eq!(host.memory.lock().unwrap().packages["/usr/sbin/own"], "", "every list was read");
    }

    #[test]
    fn without_dpkg_there_is_nothing_to_remember() {
        let (host, empty) = (Host::new(), tempfile::tempdir().unwrap());
        let found = of(&Root::at(empty.path()), ["/usr/bin/x"].into_iter(), &host.memory, SystemClock.now());
        assert!(found.is_empty());
        assert_eq!(*host.memory.lock().unwrap(), Owned::default());
    }
}
