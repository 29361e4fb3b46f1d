//! The processes behind sockets, found by inode among everybody's open files.

use std::collections::{BTreeMap, BTreeSet};

use super::Socket;
use crate::root::{Kind, Root};

/// What the kernel adds to the path of a file that is gone.
const DELETED: &str = " (deleted)";

/// A process that holds a socket. Its arguments and its environment are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) pid: u32,
    pub(super) name: Option<String>,
    pub(super) executable: Option<String>,
    /// Whether the file that runs was replaced or removed since: what an upgrade without a restart leaves behind.
    pub(super) is_replaced: bool,
    pub(super) unit: Option<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Owners {
    /// The oldest process of each socket.
    pub(super) by_inode: BTreeMap<u64, Owner>,
    /// Processes whose open files may not be seen.
    pub(super) denied: usize,
}

/// Looks through the processes, the oldest first, until every socket has an owner.
pub(super) fn find(root: &Root, sockets: &[Socket]) -> Owners {
    let mut wanted: BTreeSet<u64> = sockets.iter().map(|socket| socket.inode).filter(|inode| *inode != 0).collect();
    let mut owners = Owners::default();
    let entries = root.list("/proc").unwrap_or_default();
    let mut pids: Vec<u32> = entries.iter().filter_map(|entry| entry.name.parse().ok()).collect();
    pids.sort_unstable();
    for pid in pids {
        if wanted.is_empty() {
            break;
        }
        let directory = format!("/proc/{pid}/fd");
        let files = match root.list(&directory) {
            Ok(files) => files,
            Err(error) => {
                // A process that is gone is no problem.
                owners.denied += usize::from(error.is_denied());
                continue;
            }
        };
        let mut owner: Option<Owner> = None;
        for file in files.iter().filter(|file| file.kind == Kind::Link) {
            let Ok(target) = root.read_link(&format!("{directory}/{}", file.name)) else { continue };
            let Some(inode) = parse_inode(&target).filter(|inode| wanted.remove(inode)) else { continue };
            let found = owner.get_or_insert_with(|| describe(root, pid));
            owners.by_inode.insert(inode, found.clone());
        }
    }
    owners
}

/// The number in `socket:[123]`.
fn parse_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn describe(root: &Root, pid: u32) -> Owner {
    let path = root.read_link(&format!("/proc/{pid}/exe")).ok();
    let is_replaced = path.as_deref().is_some_and(|path| path.ends_with(DELETED));
    let executable = path.map(|path| path.strip_suffix(DELETED).map(str::to_owned).unwrap_or(path));
    let unit = root.value(&format!("/proc/{pid}/cgroup")).as_deref().and_then(parse_unit);
    Owner { pid, name: root.value(&format!("/proc/{pid}/comm")), executable, is_replaced, unit }
}

/// The unit in the control group that systemd manages: the innermost service, else the innermost scope.
pub(super) fn parse_unit(cgroups: &str) -> Option<String> {
    let path = cgroups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        (controllers.is_empty() || controllers == "name=systemd").then_some(path).filter(|path| path.len() > 1)
    })?;
    let innermost = |suffix: &str| path.rsplit('/').find(|name| name.ends_with(suffix)).map(str::to_owned);
    innermost(".service").or_else(|| innermost(".scope"))
}
