//! Integrity of files: size, mode, owner, time of change and SHA-256 of what the configuration names, and of few files that
//! decide what runs or who gets in and that no other section reads as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem, SectionName};
use sha2::{Digest as _, Sha256};

use super::{Collector, Options, Privilege, Section, Wished, account, mark, network_mount};
use crate::root::{Kind, Root};

/// Loaded into every program, read by every shell, asked at every login, started at boot.
const DEFAULT_FILES: &[&str] = &[
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/etc/bash.bashrc",
    "/etc/bashrc",
    "/etc/crontab",
    "/etc/default/grub",
    "/etc/environment",
    "/etc/hosts",
    "/etc/hosts.allow",
    "/etc/hosts.deny",
    "/etc/ld.so.conf",
    "/etc/ld.so.preload",
    "/etc/nsswitch.conf",
    "/etc/profile",
    "/etc/rc.local",
    "/etc/securetty",
    "/etc/shells",
];

const DEFAULT_DIRECTORIES: &[&str] = &["/etc/ld.so.conf.d", "/etc/pam.d", "/etc/profile.d"];

/// The most of a file that is hashed: beyond, size and time of change have to do.
const HASH_CAP_BYTES: u64 = 64 << 20;

/// The most that is hashed of all files together, for the scan has to stay light.
const TOTAL_CAP_BYTES: u64 = 256 << 20;

/// The most files.
const ITEM_CAP: usize = 5_000;

const BUFFER_BYTES: usize = 64 << 10;

/// Where the name of the tool that keeps a file is looked for.
const HEAD_BYTES: usize = 4 << 10;

pub(super) struct File {
    configured: Vec<String>,
    /// Those that the collector names; nothing where the configuration does not let it.
    wished: Wished,
}

impl File {
    pub(super) fn new(options: &Options) -> Self {
        let configured = options.files.iter().filter(|path| path.starts_with('/')).cloned().collect();
        let wished = if options.collector_files { options.wished.clone() } else { Wished::default() };
        Self { configured, wished }
    }

    /// What is asked for beyond what every agent watches.
    fn asked(&self) -> Vec<String> {
        let mut paths = self.configured.clone();
        paths.extend(self.wished.files().into_iter().filter(|path| !self.configured.contains(path)));
        paths
    }
}

impl Collector for File {
    fn name(&self) -> SectionName {
        SectionName::File
    }

    fn contents(&self) -> &'static str {
        "integrity of configured files and a few of the system: size, mode, owner, time of change, SHA-256"
    }

    fn purpose(&self) -> &'static str {
        "what nobody should change without a change record"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "a digest takes the content; without it files that only root may read have size, mode, owner and times \
             alone",
        )
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        let mut paths = super::paths(DEFAULT_FILES);
        paths.extend(super::paths(DEFAULT_DIRECTORIES));
        paths.extend(self.asked());
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut found = Found {
            users: account::user_names(root),
            groups: account::read_groups(root).unwrap_or_default().into_iter().map(|g| (g.gid, g.name)).into_map(),
            network: network_mount::read(root),
            ..Found::default()
        };
        for path in DEFAULT_FILES {
            found.path(root, path, false);
        }
        for directory in DEFAULT_DIRECTORIES {
            found.directory(root, directory);
        }
        for path in &self.asked() {
            let path = path.trim_end_matches('/');
            if network_mount::of(&found.network, path).is_some() {
                found.problem(path, "not read: it is on a network file system");
            } else if root.kind(path) == Some(Kind::Directory) {
                found.directory(root, path);
            } else {
                found.path(root, path, true);
            }
        }
        found.section()
    }
}

/// Whether systemd has put an empty node of its own in place of a file that the unit does not let this process see: what it
/// shows is nothing of the host.
fn is_hidden(root: &Root, path: &str, metadata: &std::fs::Metadata) -> bool {
    let permissions = metadata.mode() & 0o7777;
    let is_blank = permissions == 0 && metadata.uid() == 0 && metadata.len() == 0;
    let directory = path.rsplit_once('/').map(|(directory, _)| directory).filter(|directory| !directory.is_empty());
    let around = root.metadata(directory.unwrap_or("/"));
    is_blank && around.is_ok_and(|around| around.dev() != metadata.dev())
}

#[derive(Default)]
struct Found {
    users: Arc<BTreeMap<u32, String>>,
    groups: BTreeMap<u32, String>,
    network: Arc<Vec<(String, String)>>,
    items: BTreeMap<String, Item>,
    problems: Vec<Problem>,
    hashed_bytes: u64,
    is_full: bool,
}

impl Found {
    fn problem(&mut self, source: &str, message: impl Into<String>) {
        self.problems.push(Problem { source: source.to_owned(), message: message.into() });
    }

    /// The files of a directory, not those below its directories.
    fn directory(&mut self, root: &Root, directory: &str) {
        match root.list(directory) {
            Ok(entries) => {
                for entry in entries.iter().filter(|entry| entry.kind != Kind::Directory) {
                    self.path(root, &format!("{directory}/{}", entry.name), false);
                }
            }
            Err(error) if error.is_absent() => {}
            Err(error) => self.problems.push(error.problem()),
        }
    }

    /// One file; one that must be there is told as absent when it is not.
    fn path(&mut self, root: &Root, path: &str, is_expected: bool) {
        if self.items.len() >= ITEM_CAP {
            self.is_full = true;
            return;
        }
        let metadata = match root.metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.is_absent() => {
                if is_expected {
                    self.items.insert(path.to_owned(), Item::new(path).with("path", path).with("kind", "absent"));
                }
                return;
            }
            Err(error) => return self.problems.push(error.problem()),
        };
        let kind = Kind::from(metadata.file_type());
        if is_hidden(root, path, &metadata) {
            return self.problem(path, "hidden from this process by its service unit (InaccessiblePaths)");
        }
        let mut item = Item::new(path)
            .with("path", path)
            .with(
                "kind",
                match kind {
                    Kind::File => "file",
                    Kind::Directory => "directory",
                    Kind::Link => "link",
                    Kind::Other => "special",
                },
            )
            .with("mode", format!("{:04o}", metadata.mode() & 0o7777))
            .with("uid", metadata.uid())
            .with("gid", metadata.gid())
            .with("owner", self.users.get(&metadata.uid()).cloned())
            .with("group", self.groups.get(&metadata.gid()).cloned())
            .with("modified_at", jiff::Timestamp::from_second(metadata.mtime()).ok().map(|time| time.to_string()));
        match kind {
            Kind::Link => item.set("target", root.read_link(path).ok()),
            Kind::File => {
                item.set("size_bytes", metadata.len());
                match self.digest(root, path) {
                    Ok((digest, manager)) => {
                        item.set("sha256", digest);
                        item.set(mark::ATTRIBUTE, manager);
                    }
                    Err(message) => self.problem(path, message),
                }
            }
            Kind::Directory | Kind::Other => {}
        }
        self.items.insert(path.to_owned(), item);
    }

    /// The SHA-256 of a file, read piece by piece, and who keeps it, if it says so.
    fn digest(&mut self, root: &Root, path: &str) -> Result<(String, Option<&'static str>), String> {
        let (file, metadata) = root.open_file(path).map_err(|error| error.message().to_owned())?;
        if metadata.len() > HASH_CAP_BYTES {
            return Err(format!("not hashed: larger than {HASH_CAP_BYTES} bytes"));
        }
        if self.hashed_bytes.saturating_add(metadata.len()) > TOTAL_CAP_BYTES {
            return Err(format!("not hashed: more than {TOTAL_CAP_BYTES} bytes in all"));
        }
        let mut hasher = Sha256::new();
        // A file that grows meanwhile does not make this longer.
        let mut file = file.take(HASH_CAP_BYTES);
        // One that says it is empty, as those of the kernel do, is not read byte by byte.
        let length = usize::try_from(metadata.len()).unwrap_or(BUFFER_BYTES).clamp(HEAD_BYTES, BUFFER_BYTES);
        let mut buffer = vec![0; length];
        let mut manager = None;
        for n in 0_u64.. {
            let length = file.read(&mut buffer).map_err(|error| error.to_string())?;
            if length == 0 {
                break;
            }
            let bytes = buffer.get(..length).unwrap_or_default();
            if n == 0 {
                manager = mark::of_text(&String::from_utf8_lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes)));
            }
            hasher.update(bytes);
            self.hashed_bytes = self.hashed_bytes.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        }
        let mut text = String::with_capacity(64);
        for byte in hasher.finalize() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok((text, manager))
    }

    fn section(mut self) -> Section {
        if self.is_full {
            self.problem("/", format!("files beyond {ITEM_CAP} are left out"));
        }
        if self.items.is_empty() && self.problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(self.items.into_values().collect(), self.problems)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_links_and_special_files_are_told_as_they_are() {
        let tree = tempfile::tempdir().unwrap();
        let etc = tree.path().join("etc");
        fs::create_dir_all(etc.join("pam.d")).unwrap();
        fs::write(etc.join("hosts"), "abc").unwrap();
        fs::write(etc.join("hosts.allow"), "# Ansible managed\nALL: ALL\n").unwrap();
        fs::write(etc.join("pam.d/login"), "").unwrap();
        std::os::unix::fs::symlink("/etc/shadow", etc.join("profile")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, etc.join("environment"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        fs::File::create(etc.join("shells")).unwrap().set_len(10 << 30).unwrap();
        let section = File::new(&Options { files: vec!["/srv/gone".to_owned()], ..Options::default() })
            .collect(&Root::at(tree.path()));
        let find = |key: &str| section.items.iter().find(|item| item.key == key).unwrap();
        assert_eq!(
            find("/etc/hosts").text("sha256"),
            Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(find("/etc/hosts").attributes["size_bytes"], 3);
        assert_eq!(find("/etc/hosts").text("managed_by"), None);
        assert_eq!(find("/etc/hosts.allow").text("managed_by"), Some("ansible"));
        assert_eq!(
            (find("/etc/profile").text("kind"), find("/etc/profile").text("target")),
            (Some("link"), Some("/etc/shadow"))
        );
        assert_eq!(find("/etc/environment").text("kind"), Some("special"));
        assert_eq!(find("/srv/gone").text("kind"), Some("absent"));
        assert_eq!(find("/etc/shells").text("sha256"), None);
        assert!(find("/etc/pam.d/login").text("sha256").is_some());
        assert_eq!(section.problems.len(), 1, "{:?}", section.problems);
    }
}
