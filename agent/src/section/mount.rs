//! Mount points, from the kernel's table (`proc_pid_mountinfo(5)`). Nothing is asked of the file systems themselves: a
//! network file system whose server is gone would not answer.
//!
//! Where several file systems are mounted over each other, the topmost has the mount point as its key; those below it are
//! `covered` and have their height added to the key (`/dev/shm#1` is the lowest).

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::block::unescape;
use super::{Collector, Event, Privilege, Section};
use crate::redact;
use crate::root::{ReadError, Root};

/// The table of the first process: not narrowed by the sandbox around the agent.
const FIRST: &str = "/proc/1/mountinfo";
/// The agent's own table: what any user may read.
const OWN: &str = "/proc/self/mountinfo";

/// File systems whose server is elsewhere.
const NETWORK_TYPES: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "glusterfs",
    "fuse.ceph",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "gpfs",
    "kafs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "orangefs",
    "prl_fs",
    "pvfs2",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
];

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MountLine {
    pub(super) id: u64,
    /// What it is mounted on.
    parent: u64,
    /// The device number, such as `8:1`.
    pub(super) device: String,
    /// The part of the file system that is mounted here: `/` unless it is a bind mount.
    pub(super) subtree: String,
    pub(super) target: String,
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) options: Vec<String>,
    pub(super) is_shared: bool,
}

impl MountLine {
    /// Whether the file system is on another machine.
    pub(super) fn is_network(&self) -> bool {
        NETWORK_TYPES.contains(&self.kind.as_str()) || self.options.iter().any(|option| option == "_netdev")
    }

    /// Whether a program of a user answers for the file system (FUSE, `fuseblk` with a disk below).
    pub(super) fn is_fuse(&self) -> bool {
        self.kind == "fuse" || self.kind == "fuseblk" || self.kind.starts_with("fuse.")
    }

    /// Whether whoever asks it, or anything below it, may have to wait for good.
    pub(super) fn may_hang(&self) -> bool {
        self.is_network() || self.is_fuse()
    }

    /// The subvolume of a btrfs that is mounted.
    pub(super) fn subvolume(&self) -> Option<&str> {
        let options = self.options.iter().filter(|_| self.kind == "btrfs");
        options.into_iter().find_map(|option| option.strip_prefix("subvol="))
    }
}

pub(super) struct Mount;

impl Collector for Mount {
    fn name(&self) -> SectionName {
        SectionName::Mount
    }

    fn contents(&self) -> &'static str {
        "mount points: source, type, options (never asks the file system itself)"
    }

    fn purpose(&self) -> &'static str {
        "where data lies, which other hosts it comes from, and whether options that protect are set"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn events(&self) -> &'static [Event] {
        &[Event::Mount]
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems = Vec::new();
        match read(root, &mut problems) {
            Ok(mounts) => Section::of(items(mounts), problems),
            Err(error) => Section::unreadable(&error),
        }
    }
}

/// Whether the mount point of this place in the table leads to its file system without a way through one that may hang.
/// Walks from the root as the kernel would, from mount to mount; the order of the table says nothing about that.
pub(super) fn is_safe_to_ask(mounts: &[MountLine], place: usize) -> bool {
    let Some(wanted) = mounts.get(place) else { return false };
    let has_parent = |mount: &MountLine| mounts.iter().any(|other| other.id == mount.parent && other.id != mount.id);
    let Some(mut here) = mounts.iter().find(|mount| mount.target == "/" && !has_parent(mount)) else { return false };
    for _ in 0..mounts.len() {
        if here.may_hang() {
            return false;
        }
        let on_the_way = mounts.iter().filter(|mount| mount.parent == here.id && mount.id != here.id);
        let next = on_the_way.filter(|mount| is_within(&wanted.target, &mount.target)).min_by_key(|m| m.target.len());
        match next {
            Some(next) => here = next,
            None => return here.id == wanted.id,
        }
    }
    false
}

/// Whether a path is a directory or somewhere below it.
fn is_within(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The mounts in the order of the table. When only the agent's own view could be read, a problem says so.
pub(super) fn read(root: &Root, problems: &mut Vec<Problem>) -> Result<Vec<MountLine>, ReadError> {
    let text = match root.text(FIRST) {
        Ok(text) => text,
        Err(error) => {
            let text = root.text(OWN)?;
            if error.is_denied() {
                let message = format!("{}: the agent's own view is shown", error.message());
                problems.push(Problem { source: FIRST.to_owned(), message });
            }
            text
        }
    };
    Ok(text.lines().filter_map(parse).collect())
}

fn parse(line: &str) -> Option<MountLine> {
    let (left, right) = line.split_once(" - ")?;
    let mut fields = left.split(' ');
    let id = fields.next()?.parse().ok()?;
    let parent = fields.next()?.parse().ok()?;
    let device = fields.next()?.to_owned();
    let subtree = unescape(fields.next()?);
    // A line that names no place is none.
    let target = Some(unescape(fields.next()?)).filter(|target| target.starts_with('/'))?;
    let own_options = fields.next()?;
    let is_shared = fields.any(|tag| tag.starts_with("shared:"));
    let mut fields = right.split(' ');
    let kind = unescape(fields.next()?);
    let mut source = unescape(fields.next()?);
    let mut options = merge_options(own_options, fields.next().unwrap_or_default());
    if kind.starts_with("fuse") {
        // The kernel keeps back the passwords of its own file systems; a program writes what it likes.
        source = redact::command_line(&source);
        for option in &mut options {
            *option = redact::command_line(option);
        }
    }
    Some(MountLine { id, parent, device, subtree, target, source, kind, options, is_shared })
}

/// Options of the mount and of the file system as one sorted list; read-only wins over read-write.
fn merge_options(own: &str, shared: &str) -> Vec<String> {
    let both = || split_options(own).chain(split_options(shared));
    let is_read_only = both().any(|option| option == "ro");
    let kept = both().filter(|option| !matches!(*option, "ro" | "rw")).map(unescape);
    let mut options: Vec<String> = kept.chain([if is_read_only { "ro" } else { "rw" }.to_owned()]).collect();
    options.sort_unstable();
    options.dedup();
    options
}

/// Splits at commas that are not within quotes (`SELinux` contexts have commas).
fn split_options(options: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let at_comma = move |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    options.split(at_comma).filter(|option| !option.is_empty())
}

fn items(mounts: Vec<MountLine>) -> Vec<Item> {
    let mut layers: BTreeMap<String, usize> = BTreeMap::new();
    for mount in &mounts {
        *layers.entry(mount.target.clone()).or_default() += 1;
    }
    let mut heights: BTreeMap<String, usize> = BTreeMap::new();
    let mut items = Vec::with_capacity(mounts.len());
    for mount in mounts {
        let height = heights.entry(mount.target.clone()).or_default();
        *height += 1;
        let is_covered = layers.get(&mount.target).is_some_and(|top| *height < *top);
        let key = if is_covered { format!("{}#{height}", mount.target) } else { mount.target.clone() };
        let is_network = mount.is_network();
        let subvolume = mount.subvolume().map(str::to_owned);
        // A part of a file system that is mounted elsewhere; a subvolume is a whole of its own.
        let is_bind = mount.subtree != subvolume.as_deref().unwrap_or("/");
        let mut item = Item::new(key)
            .with("target", mount.target)
            .with("source", mount.source)
            .with("type", mount.kind)
            .with("options", mount.options)
            .with("propagation", if mount.is_shared { "shared" } else { "private" })
            .with("mount_id", mount.id);
        if mount.subtree != "/" {
            item.set("subtree", mount.subtree);
        }
        item.set("subvolume", subvolume);
        if is_bind {
            item.set("bind", true);
        }
        if is_network {
            item.set("network", true);
        }
        if is_covered {
            item.set("covered", true);
        }
        items.push(item);
    }
    items
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TABLE: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 ro,errors=remount-ro
23 22 0:5 / /dev/shm rw - tmpfs tmpfs rw,size=1k
24 23 0:6 /a\\040b /dev/shm rw,noexec master:2 - tmpfs none rw,context=\"u:c0,c1\"
25 22 0:7 / /mnt/nas rw shared:3 - nfs4 nas:/vol rw,hard
broken line - x
";

    #[test]
    fn layers_have_keys_of_their_own_and_the_topmost_keeps_the_plain_one() {
        let items = items(TABLE.lines().filter_map(parse).collect());
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["/", "/dev/shm#1", "/dev/shm", "/mnt/nas"]);
        assert_eq!(items[0].attributes["options"], json!(["errors=remount-ro", "relatime", "ro"]));
        assert_eq!(
            (&items[0].attributes["propagation"], items[1].attributes.get("covered")),
            (&json!("shared"), Some(&json!(true)))
        );
        assert_eq!(items[2].attributes["subtree"], "/a b");
        assert_eq!(items[2].attributes["options"], json!(["context=\"u:c0,c1\"", "noexec", "rw"]));
        assert_eq!(items[3].attributes["network"], true);
        assert!(!items[2].attributes.contains_key("covered"));
    }

    #[test]
    fn subvolumes_are_no_bind_mounts_and_fuse_over_a_network_is_network() {
        let table = "\
22 1 0:31 /@ / rw - btrfs /dev/sda2 rw,subvolid=256,subvol=/@
23 22 0:31 /@home /home rw - btrfs /dev/sda2 rw,subvolid=257,subvol=/@home
24 22 0:31 /@/srv /mnt rw - btrfs /dev/sda2 rw,subvolid=256,subvol=/@
25 22 0:52 / /ssh rw - fuse.sshfs ann@h: rw
26 22 0:53 / /ntfs rw - fuseblk /dev/sdb1 rw
27 22 8:1 /etc /bound rw - ext4 /dev/sdc1 rw
";
        let lines: Vec<MountLine> = table.lines().filter_map(parse).collect();
        assert!(lines.iter().map(MountLine::is_fuse).eq([false, false, false, true, true, false]));
        let items = items(lines);
        let is = |name: &str| items.iter().map(|item| item.attributes.contains_key(name)).collect::<Vec<_>>();
        assert_eq!(is("bind"), [false, false, true, false, false, true]);
        assert_eq!(is("network"), [false, false, false, true, false, false]);
        assert_eq!(items[1].attributes["subvolume"], "/@home");
    }

    #[test]
    fn a_program_that_mounts_tells_no_password() {
        let line =
            "30 21 0:9 / /mnt/ftp rw - fuse curlftpfs#ftp://bob:S3cr3t@ftp.example.com/ rw,user_id=0,password2=S3cr3t";
        let mount = parse(line).unwrap();
        assert_eq!(mount.source, "curlftpfs#ftp://bob:[redacted]@ftp.example.com/");
        assert_eq!(mount.options, ["password2=[redacted]", "rw", "user_id=0"]);
    }

    #[test]
    fn nothing_is_asked_through_what_may_hang() {
        let table = "\
9 1 8:6 / /early rw - ext4 /dev/sda6 rw
1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 0:6 / /nas rw - nfs4 nas:/v rw
3 2 8:2 / /nas/disk rw - ext4 /dev/sda2 rw
4 1 8:3 / /a rw - ext4 /dev/sda3 rw
5 4 0:7 / /a rw - fuse.hang hang rw
6 1 8:4 / /ab rw - ext4 /dev/sda4 rw
7 1 8:5 / /b/c rw - ext4 /dev/sda5 rw
8 1 0:8 / /b rw - tmpfs tmpfs rw
";
        let lines: Vec<MountLine> = table.lines().filter_map(parse).collect();
        let safe: Vec<bool> = (0..lines.len()).map(|place| is_safe_to_ask(&lines, place)).collect();
        assert_eq!(safe, [true, true, false, false, false, false, true, false, true]);
    }

    #[test]
    fn the_table_of_the_first_process_beats_our_own() {
        let directory = tempfile::tempdir().unwrap();
        for (process, line) in
            [("1", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"), ("self", "9 0 8:9 / /x rw - ext4 x rw\n")]
        {
            let path = directory.path().join("proc").join(process);
            std::fs::create_dir_all(&path).unwrap();
            std::fs::write(path.join("mountinfo"), line).unwrap();
        }
        let root = Root::at(directory.path());
        assert_eq!(Mount.collect(&root).items[0].key, "/");
        std::fs::remove_dir_all(directory.path().join("proc/1")).unwrap();
        assert_eq!(Mount.collect(&root).items[0].key, "/x");
    }

    proptest! {
        #[test]
        fn any_line_is_survived(line in ".{0,120}") {
            let _ = parse(&line);
        }
    }

    /// Tables as `node_exporter` has recorded them: no line that names a place is lost.
    #[test]
    fn recorded_tables_are_read_line_by_line() {
        let folder =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/node_exporter/collector/fixtures/proc");
        if !std::path::Path::new(folder).is_dir() {
            assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
            println!("skipped: no fixtures");
            return;
        }
        for pid in ["1", "10"] {
            let text = std::fs::read_to_string(format!("{folder}/{pid}/mountinfo")).unwrap();
            let read: Vec<MountLine> = text.lines().filter_map(parse).collect();
            // One was edited and names no place.
            let lines = text.lines().filter(|line| line.split(' ').nth(4).is_some_and(|target| !target.is_empty()));
            assert_eq!(read.len(), lines.clone().count(), "{pid}");
            for (mount, line) in read.iter().zip(lines) {
                assert_eq!(line.split(' ').nth(4).map(unescape), Some(mount.target.clone()), "{line}");
            }
        }
    }
}
