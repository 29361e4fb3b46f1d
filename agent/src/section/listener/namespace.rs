//! Network namespaces beside our own: containers, and what administrators made with `ip netns`. A socket in one of them is
//! not seen from here; the kernel shows it through any process that lives there.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_shared::Problem;

use crate::root::Root;

/// Most namespaces that are looked into.
const CAP: usize = 256;
/// Where `ip netns` keeps its names.
const NAMED: &str = "/run/netns";

/// The other namespaces.
#[derive(Debug, Default)]
pub(in crate::section) struct Namespaces {
    /// Inode to the oldest process in it.
    pub(in crate::section) pids: BTreeMap<u64, u32>,
    /// Inode to the name that an administrator gave.
    pub(in crate::section) names: BTreeMap<u64, String>,
    /// Processes whose namespace may not be seen.
    pub(in crate::section) denied: usize,
    /// Namespaces beyond the cap.
    pub(in crate::section) left_out: usize,
}

/// Those of this inventory: listeners and connections are looked for in them.
pub(in crate::section) fn others(root: &Root) -> Arc<Namespaces> {
    root.once(look)
}

/// Looks through the processes, the oldest first.
fn look(root: &Root) -> Namespaces {
    let own = if root.is_live() { "/proc/self/ns/net" } else { "/proc/1/ns/net" };
    let mut found = Namespaces::default();
    let Some(own) = root.read_link(own).ok().as_deref().and_then(parse_inode) else { return found };
    let entries = root.list("/proc").unwrap_or_default();
    let mut pids: Vec<u32> = entries.iter().filter_map(|entry| entry.name.parse().ok()).collect();
    pids.sort_unstable();
    for pid in pids {
        match root.read_link(&format!("/proc/{pid}/ns/net")) {
            Ok(link) => {
                let Some(inode) = parse_inode(&link).filter(|inode| *inode != own) else { continue };
                if found.pids.len() < CAP || found.pids.contains_key(&inode) {
                    found.pids.entry(inode).or_insert(pid);
                } else {
                    found.left_out += 1;
                }
            }
            // A process that is gone is no problem.
            Err(error) => found.denied += usize::from(error.is_denied()),
        }
    }
    for entry in root.list(NAMED).unwrap_or_default() {
        if let Some((_, inode)) = root.identity(&format!("{NAMED}/{}", entry.name)) {
            found.names.insert(inode, entry.name);
        }
    }
    found
}

impl Namespaces {
    /// What could not be looked into.
    pub(in crate::section) fn problems(&self) -> impl Iterator<Item = Problem> {
        let said = [
            (self.denied, format!("permission denied: the network of {} processes may be another", self.denied)),
            (self.left_out, format!("too many network namespaces: {} processes left out", self.left_out)),
        ];
        let said = said.into_iter().filter(|(count, _)| *count > 0);
        said.map(|(_, message)| Problem { source: "/proc/PID/ns/net".to_owned(), message })
    }
}

/// The number in `net:[123]`.
fn parse_inode(link: &str) -> Option<u64> {
    link.strip_prefix("net:[")?.strip_suffix(']')?.parse().ok()
}
