//! Mount points, from the kernel's table (`proc_pid_mountinfo(5)`). Nothing is asked of the file systems themselves: a
//! network file system whose server is gone would not answer.
//!
//! Where several file systems are mounted over each other, the topmost has the mount point as its key; those below it are
//! `covered` and have their height added to the key (`/dev/shm#1` is the lowest).

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::block::unescape;
use super::{Collector, Event, Privilege, Section};
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
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MountLine {
    pub(super) id: u64,
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
}

pub(super) struct Mount;

impl Collector for Mount {
    fn name(&self) -> SectionName {
        SectionName::Mount
    }

    fn purpose(&self) -> &'static str {
        "mount points: source, type, options (never asks the file system itself)"
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
    let device = fields.nth(1)?.to_owned();
    let subtree = unescape(fields.next()?);
    let target = unescape(fields.next()?);
    let own_options = fields.next()?;
    let is_shared = fields.any(|tag| tag.starts_with("shared:"));
    let mut fields = right.split(' ');
    let kind = unescape(fields.next()?);
    let source = unescape(fields.next()?);
    let options = merge_options(own_options, fields.next().unwrap_or_default());
    Some(MountLine { id, device, subtree, target, source, kind, options, is_shared })
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

    proptest! {
        #[test]
        fn any_line_is_survived(line in ".{0,120}") {
            let _ = parse(&line);
        }
    }
}
