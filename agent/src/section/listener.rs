//! Listening sockets, who listens, and in which unit.
//!
//! The kernel is asked over `sock_diag`; where it cannot answer (no module) and in a recorded tree, `/proc/net` is read. The
//! process behind a socket is found by its inode among the open files of all processes; what belongs to other users needs
//! privilege, and its lack is told. Sockets in other network namespaces (containers) are read through a process there.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use muster_shared::{Clock as _, Item, Problem, SectionName, SystemClock};

use self::chosen::Chosen;
use super::{Collector, Privilege, Section, account, interface};
use crate::root::Root;

mod chosen;
pub(super) mod namespace;
pub(super) mod owner;
pub(crate) mod package;
pub(super) mod socket;

/// From which ports the kernel picks when nobody asks for one (`ip(7)`), and its default.
const PORT_RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";
const DEFAULT_PORT_RANGE: RangeInclusive<u16> = 32_768..=60_999;

/// A listening socket before its owner is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    pub(super) protocol: &'static str,
    pub(super) address: IpAddr,
    pub(super) port: u16,
    /// The interface that it is bound to, 0 for all.
    interface: u32,
    pub(super) uid: u32,
    pub(super) inode: u64,
    /// Connections waiting (TCP) or bytes waiting (UDP).
    queue_length: u32,
    /// Whether it listens to IPv6 only; `None` when not told.
    is_v6_only: Option<bool>,
    /// The network namespace, when it is not our own.
    namespace: Option<u64>,
}

#[derive(Default)]
pub(super) struct Listener {
    /// Which executables have which package, from look to look.
    pub(super) memory: package::Memory,
}

impl Collector for Listener {
    fn name(&self) -> SectionName {
        SectionName::Listener
    }

    fn contents(&self) -> &'static str {
        "listening TCP and UDP sockets: address, port, user, process, executable, unit, package, container"
    }

    fn purpose(&self) -> &'static str {
        "what can be reached from outside, and which service owns the port: the edges between hosts, and drift when a port opens"
    }

    fn privilege(&self) -> Privilege {
        Privilege::Ptrace(
            "whose a socket is stands among the open files of each process; without it sockets of other users have no \
             process, executable, unit and package, and those of other network namespaces are missing",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut sockets = match socket::listening(root, &mut problems) {
            Some(sockets) => sockets,
            None if root.is_live() => {
                return Section { status: muster_shared::SectionStatus::Failed, items: Vec::new(), problems };
            }
            None => return Section::unsupported(),
        };
        let namespaces = namespace::others(root);
        for (inode, pid) in &namespaces.pids {
            let there = socket::listening_beside(root, *pid).into_iter();
            sockets.extend(there.map(|socket| Socket { namespace: Some(*inode), ..socket }));
        }
        let owners = owner::find(root, sockets.iter().map(|socket| socket.inode));
        let executables = owners.by_inode.values().filter(|owner| owner.container.is_none());
        let programs = executables.filter_map(|owner| owner.executable.as_deref());
        let packages = package::of(root, programs, &self.memory, SystemClock.now());
        let chosen = Chosen::read(root, &sockets, &owners);
        let known = Known {
            names: interface::names(root),
            users: account::user_names(root),
            ports: port_range(root),
            packages,
            namespaces,
        };
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        let mut hidden = 0_usize;
        for socket in &sockets {
            let owner = owners.by_inode.get(&socket.inode);
            let key = key(socket, owner, &known);
            hidden += usize::from(owner.is_none());
            // Several sockets may share an address (SO_REUSEPORT): the one with the oldest owner speaks for all.
            let is_better = items.get(&key).is_none_or(|other| {
                let pid = other.attributes.get("pid").and_then(serde_json::Value::as_u64);
                owner.is_some_and(|owner| pid.is_none_or(|pid| u64::from(owner.pid) < pid))
            });
            if is_better {
                let mut item = item(key.clone(), socket, owner, &known);
                if known.ports.contains(&socket.port) {
                    match (chosen.is(root, socket, owner), socket.protocol) {
                        (true, _) if !owner.is_some_and(chosen::is_of_engine) => item.set("configured_port", true),
                        (false, "udp") => item.set("client_port", true),
                        _ => {}
                    }
                }
                items.insert(key, item);
            }
        }
        if hidden > 0 && owners.denied > 0 {
            problems.push(hidden_problem(hidden, "sockets", owners.denied));
        }
        problems.extend(known.namespaces.problems());
        Section::of(items.into_values().collect(), problems)
    }
}

/// Sockets without an owner, because processes hide their open files.
pub(super) fn hidden_problem(hidden: usize, what: &str, denied: usize) -> Problem {
    let message =
        format!("permission denied: no process for {hidden} {what}; {denied} processes hide their open files");
    Problem { source: "/proc/PID/fd".to_owned(), message }
}

/// What is known around the sockets.
struct Known {
    /// Interfaces by index.
    names: BTreeMap<u32, String>,
    users: Arc<BTreeMap<u32, String>>,
    ports: RangeInclusive<u16>,
    packages: BTreeMap<String, String>,
    namespaces: Arc<namespace::Namespaces>,
}

fn port_range(root: &Root) -> RangeInclusive<u16> {
    let text = root.value(PORT_RANGE).unwrap_or_default();
    let mut numbers = text.split_whitespace().map_while(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(first), Some(last)) => first..=last,
        _ => DEFAULT_PORT_RANGE,
    }
}

/// Protocol, address and port: what a client needs to know, and nothing that a restart changes. In another namespace also
/// where: its name, or else the unit or the program, for ids of containers are new every time.
fn key(socket: &Socket, owner: Option<&owner::Owner>, known: &Known) -> String {
    let zone = known.names.get(&socket.interface).map(|name| format!("%{name}")).unwrap_or_default();
    let key = match socket.address {
        IpAddr::V4(address) => format!("{}/{address}{zone}:{}", socket.protocol, socket.port),
        IpAddr::V6(address) => format!("{}/[{address}{zone}]:{}", socket.protocol, socket.port),
    };
    let Some(namespace) = socket.namespace else { return key };
    let program =
        owner.and_then(|owner| owner.unit.clone().filter(|_| owner.container.is_none()).or_else(|| owner.name.clone()));
    let place = known.namespaces.names.get(&namespace).cloned().or(program);
    format!("{key}@{}", place.unwrap_or_else(|| "unknown".to_owned()))
}

fn item(key: String, socket: &Socket, owner: Option<&owner::Owner>, known: &Known) -> Item {
    let is_ephemeral = known.ports.contains(&socket.port);
    let mut item = Item::new(key)
        .with("protocol", socket.protocol)
        .with("family", if socket.address.is_ipv6() { "inet6" } else { "inet" })
        .with("address", socket.address.to_string())
        .with("port", socket.port)
        .with("interface", known.names.get(&socket.interface).cloned())
        .with("uid", socket.uid)
        .with("user", known.users.get(&socket.uid).cloned())
        .with("v6_only", socket.is_v6_only)
        .with("inode", socket.inode)
        .with("queue_length", socket.queue_length);
    if is_ephemeral {
        item.set("ephemeral", true);
    }
    if let Some(namespace) = socket.namespace {
        let name = known.namespaces.names.get(&namespace).cloned();
        item.set("network_namespace", name.unwrap_or_else(|| "unnamed".to_owned()));
    }
    if let Some(owner) = owner {
        item.set("pid", owner.pid);
        item.set("process", owner.name.clone());
        item.set("executable", owner.executable.clone());
        item.set("unit", owner.unit.clone());
        if owner.is_replaced {
            item.set("executable_replaced", true);
        }
        let package = owner.executable.as_ref().filter(|_| owner.container.is_none());
        item.set("package", package.and_then(|path| known.packages.get(path)).cloned());
        // A container in the network of the host listens on the host; in its own network it does not.
        if let Some(container) = &owner.container {
            item.set("container_engine", container.engine);
            if socket.namespace.is_some() {
                item.set("container_id", container.id.as_str());
            }
        }
    }
    item
}

#[cfg(test)]
mod tests;
