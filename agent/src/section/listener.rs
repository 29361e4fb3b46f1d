//! Listening sockets, who listens, and in which unit.
//!
//! The kernel is asked over `sock_diag`; where it cannot answer (no module) and in a recorded tree, `/proc/net` is read. The
//! process behind a socket is found by its inode among the open files of all processes; what belongs to other users needs
//! privilege, and its lack is told.

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, account, interface};
use crate::root::Root;

mod owner;
mod socket;

/// A listening socket before its owner is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Socket {
    protocol: &'static str,
    address: IpAddr,
    port: u16,
    /// The interface that it is bound to, 0 for all.
    interface: u32,
    uid: u32,
    inode: u64,
    /// Connections waiting (TCP) or bytes waiting (UDP).
    queue_length: u32,
    /// Whether it listens to IPv6 only; `None` when not told.
    is_v6_only: Option<bool>,
}

pub(super) struct Listener;

impl Collector for Listener {
    fn name(&self) -> SectionName {
        SectionName::Listener
    }

    fn purpose(&self) -> &'static str {
        "listening TCP and UDP sockets: address, port, user, process, executable, unit"
    }

    fn privilege(&self) -> Privilege {
        Privilege::Ptrace
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let sockets = match socket::listening(root, &mut problems) {
            Some(sockets) => sockets,
            None if root.is_live() => {
                return Section { status: muster_shared::SectionStatus::Failed, items: Vec::new(), problems };
            }
            None => return Section::unsupported(),
        };
        let owners = owner::find(root, &sockets);
        let (names, users) = (interface::names(root), account::user_names(root));
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        let mut hidden = 0_usize;
        for socket in &sockets {
            let key = key(socket, &names);
            let owner = owners.by_inode.get(&socket.inode);
            hidden += usize::from(owner.is_none());
            // Several sockets may share an address (SO_REUSEPORT): the one with the oldest owner speaks for all.
            let is_better = items.get(&key).is_none_or(|other| {
                let pid = other.attributes.get("pid").and_then(serde_json::Value::as_u64);
                owner.is_some_and(|owner| pid.is_none_or(|pid| u64::from(owner.pid) < pid))
            });
            if is_better {
                items.insert(key.clone(), item(key, socket, owner, &names, &users));
            }
        }
        if hidden > 0 && owners.denied > 0 {
            let message = format!(
                "{}: no process for {hidden} sockets; {} processes hide their open files",
                "permission denied", owners.denied
            );
            problems.push(Problem { source: "/proc/PID/fd".to_owned(), message });
        }
        Section::of(items.into_values().collect(), problems)
    }
}

/// Protocol, address and port: what a client needs to know, and nothing that a restart changes.
fn key(socket: &Socket, names: &BTreeMap<u32, String>) -> String {
    let zone = names.get(&socket.interface).map(|name| format!("%{name}")).unwrap_or_default();
    match socket.address {
        IpAddr::V4(address) => format!("{}/{address}{zone}:{}", socket.protocol, socket.port),
        IpAddr::V6(address) => format!("{}/[{address}{zone}]:{}", socket.protocol, socket.port),
    }
}

fn item(
    key: String,
    socket: &Socket,
    owner: Option<&owner::Owner>,
    names: &BTreeMap<u32, String>,
    users: &BTreeMap<u32, String>,
) -> Item {
    let mut item = Item::new(key)
        .with("protocol", socket.protocol)
        .with("family", if socket.address.is_ipv6() { "inet6" } else { "inet" })
        .with("address", socket.address.to_string())
        .with("port", socket.port)
        .with("interface", names.get(&socket.interface).cloned())
        .with("uid", socket.uid)
        .with("user", users.get(&socket.uid).cloned())
        .with("v6_only", socket.is_v6_only)
        .with("inode", socket.inode)
        .with("queue_length", socket.queue_length);
    if let Some(owner) = owner {
        item.set("pid", owner.pid);
        item.set("process", owner.name.clone());
        item.set("executable", owner.executable.clone());
        item.set("unit", owner.unit.clone());
        if owner.is_replaced {
            item.set("executable_replaced", true);
        }
    }
    item
}

#[cfg(test)]
mod tests;
