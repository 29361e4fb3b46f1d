//! The processes behind sockets, found by inode among everybody's open files.

use std::collections::{BTreeMap, BTreeSet};

use crate::root::Root;
use muster_shared::mapping::Distinct as _;

/// What the kernel adds to the path of a file that is gone.
const DELETED: &str = " (deleted)";

/// A process that holds a socket. Its arguments and its environment are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::section) struct Owner {
    pub(in crate::section) pid: u32,
    pub(in crate::section) name: Option<String>,
    pub(in crate::section) executable: Option<String>,
    /// Whether the file that runs was replaced or removed since: what an upgrade without a restart leaves behind.
    pub(in crate::section) is_replaced: bool,
    pub(in crate::section) unit: Option<String>,
    pub(in crate::section) container: Option<Container>,
}

impl Owner {
    /// The unit, unless it is the session of a person: a scope with a number of its own, no name that stays.
    pub(in crate::section) fn lasting_unit(&self) -> Option<&str> {
        self.unit.as_deref().filter(|unit| unit.rsplit_once('.').is_none_or(|(_, kind)| kind != "scope"))
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(in crate::section) struct Owners {
    /// The oldest process of each socket.
    pub(in crate::section) by_inode: BTreeMap<u64, Owner>,
    /// Processes whose open files may not be seen.
    pub(in crate::section) denied: usize,
}

/// Looks through the processes, the oldest first, until every socket has an owner.
pub(in crate::section) fn find(root: &Root, inodes: impl Iterator<Item = u64>) -> Owners {
    let mut wanted: BTreeSet<u64> = inodes.filter(|inode| *inode != 0).into_set();
    let mut owners = Owners::default();
    let entries = root.list("/proc").unwrap_or_default();
    let mut pids: Vec<u32> = entries.iter().filter_map(|entry| entry.name.parse().ok()).collect();
    pids.sort_unstable();
    for pid in pids {
        if wanted.is_empty() {
            break;
        }
        let mut owner: Option<Owner> = None;
        let looked = root.each_target(&format!("/proc/{pid}/fd"), |target| {
            if let Some(inode) = parse_inode(target).filter(|inode| wanted.remove(inode)) {
                let found = owner.get_or_insert_with(|| describe(root, pid));
                owners.by_inode.insert(inode, found.clone());
            }
        });
        // A process that is gone is no problem.
        owners.denied += usize::from(looked.is_err_and(|error| error.is_denied()));
    }
    owners
}

/// The number in `socket:[123]`.
fn parse_inode(target: &[u8]) -> Option<u64> {
    let number = target.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// What is known of a process; parts of it may be hidden.
pub(in crate::section) fn describe(root: &Root, pid: u32) -> Owner {
    let path = root.read_link(&format!("/proc/{pid}/exe")).ok();
    let is_replaced = path.as_deref().is_some_and(|path| path.ends_with(DELETED));
    let executable = path.map(|path| path.strip_suffix(DELETED).map(str::to_owned).unwrap_or(path));
    let cgroups = root.value(&format!("/proc/{pid}/cgroup")).unwrap_or_default();
    let name = root.value(&format!("/proc/{pid}/comm"));
    Owner { pid, name, executable, is_replaced, unit: parse_unit(&cgroups), container: parse_container(&cgroups) }
}

/// The container that a process is in, as its engine names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::section) struct Container {
    pub(in crate::section) engine: &'static str,
    pub(in crate::section) id: String,
}

/// How engines name the control group of a container, before its id.
const ENGINES: &[(&str, &str)] = &[
    ("docker-", "docker"),
    ("libpod-", "podman"),
    ("cri-containerd-", "containerd"),
    ("crio-", "cri-o"),
    ("lxc.payload.", "lxc"),
];
/// Hex digits of a container id.
const ID_DIGITS: usize = 64;

/// The container in the control group, the innermost.
pub(in crate::section) fn parse_container(cgroups: &str) -> Option<Container> {
    let is_id = |text: &str| text.len() == ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let paths = cgroups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.flat_map(|path| path.rsplit('/')).find_map(|name| {
        let name = name.strip_suffix(".scope").unwrap_or(name);
        if is_id(name) {
            // The parent group says whose it is, for docker without systemd and for pods.
            let engine = if cgroups.contains("/docker/") { "docker" } else { "unknown" };
            return Some(Container { engine, id: name.to_owned() });
        }
        ENGINES.iter().find_map(|(prefix, engine)| {
            let id = name.strip_prefix(prefix)?;
            (is_id(id) || *engine == "lxc").then(|| Container { engine, id: id.to_owned() })
        })
    })
}

/// The unit in the control group that systemd manages: the innermost service, else the innermost scope.
pub(in crate::section) fn parse_unit(cgroups: &str) -> Option<String> {
    let path = cgroups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        (controllers.is_empty() || controllers == "name=systemd").then_some(path).filter(|path| path.len() > 1)
    })?;
    let innermost = |suffix: &str| path.rsplit('/').find(|name| name.ends_with(suffix)).map(str::to_owned);
    innermost(".service").or_else(|| innermost(".scope"))
}
