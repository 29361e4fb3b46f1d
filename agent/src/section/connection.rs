//! Established TCP connections as edges of dependency: who speaks with which service, not which sockets exist.
//!
//! A local port that something listens on makes a connection inbound, any other outbound; the port of the client says
//! nothing and is left out. All connections between the same two ends for the same service are one edge. What a host says to
//! itself is no dependency, and neither is what its containers say to it and to each other. Edges come and go with every look: see [`crate::sampling`] for what is made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use muster_shared::mapping::Distinct as _;
use muster_shared::{Item, Problem, SectionName, SectionStatus};

use super::listener::{self, namespace, owner, socket};
use super::{Collector, Privilege, Section, account};
use crate::root::Root;

/// Most edges of a host.
const CAP: usize = 500;

pub(super) struct Connection;

impl Collector for Connection {
    fn name(&self) -> SectionName {
        SectionName::Connection
    }

    fn contents(&self) -> &'static str {
        "who speaks with whom over TCP: direction, other end, port of the service, process, unit (told when seen again and again)"
    }

    fn purpose(&self) -> &'static str {
        "which service needs which: dependencies and the impact of a change, without asking anybody"
    }

    fn privilege(&self) -> Privilege {
        Privilege::Ptrace(
            "whose a connection is stands among the open files of each process; without it those of other users have \
             no process and unit",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let found = (socket::established(root, &mut problems), socket::serving(root, &mut problems));
        let (Some(connections), Some(listening)) = found else {
            let status = if root.is_live() { SectionStatus::Failed } else { SectionStatus::Unsupported };
            let problems = if root.is_live() { problems } else { Vec::new() };
            return Section { status, items: Vec::new(), problems };
        };
        let served: BTreeSet<u16> = listening.iter().map(|(socket, _)| socket.port).into_set();
        let own = connections.into_iter().filter(|(socket, (to, _))| !is_own(socket.address, *to));
        let mut connections: Vec<_> = own
            .map(|(socket, remote)| {
                let came_in = served.contains(&socket.port);
                (socket, remote, came_in)
            })
            .collect();
        let namespaces = namespace::others(root);
        let mut beside: Vec<_> =
            namespaces.pids.values().flat_map(|pid| socket::established_beside(root, *pid)).collect();
        // From there the host and its other namespaces are the host itself.
        let local: BTreeSet<IpAddr> =
            connections.iter().chain(&beside).map(|(socket, ..)| socket.address.to_canonical()).into_set();
        beside.retain(|(_, (to, _), _)| !to.to_canonical().is_loopback() && !local.contains(&to.to_canonical()));
        connections.append(&mut beside);
        let owners = owner::find(root, connections.iter().map(|(socket, ..)| socket.inode));
        let users = account::user_names(root);
        let mut edges: BTreeMap<String, (Item, usize)> = BTreeMap::new();
        let mut hidden = 0_usize;
        for (socket, (remote, remote_port), is_inbound) in &connections {
            let owner = owners.by_inode.get(&socket.inode);
            hidden += usize::from(owner.is_none());
            let port = if *is_inbound { socket.port } else { *remote_port };
            let item = edge(*is_inbound, remote.to_canonical(), port, owner)
                .with("user", users.get(&socket.uid).filter(|_| owner.is_some()).cloned());
            edges.entry(item.key.clone()).or_insert((item, 0)).1 += 1;
        }
        if hidden > 0 && owners.denied > 0 {
            problems.push(listener::hidden_problem(hidden, "connections", owners.denied));
        }
        problems.extend(namespaces.problems());
        if edges.len() > CAP {
            let message = format!("{} of {} edges left out", edges.len() - CAP, edges.len());
            problems.push(Problem { source: "connections".to_owned(), message });
            // The busiest are the dependencies that matter most.
            let mut counts: Vec<usize> = edges.values().map(|(_, count)| *count).collect();
            counts.sort_unstable();
            let least = counts.get(counts.len() - CAP).copied().unwrap_or_default();
            // Of those that are as busy as the last one that is told, the first by key.
            let mut equals = counts.iter().rev().take(CAP).filter(|count| **count == least).count();
            edges.retain(|_, (_, count)| {
                let is_equal = *count == least;
                let is_kept = *count > least || is_equal && equals > 0;
                equals -= usize::from(is_equal && is_kept);
                is_kept
            });
        }
        let items = edges.into_values().map(|(item, count)| item.with("connections", count));
        Section::of(items.collect(), problems)
    }
}

/// Whether the host speaks with itself.
fn is_own(local: IpAddr, remote: IpAddr) -> bool {
    let (local, remote) = (local.to_canonical(), remote.to_canonical());
    remote.is_loopback() || local == remote
}

fn edge(is_inbound: bool, remote: IpAddr, port: u16, owner: Option<&owner::Owner>) -> Item {
    let direction = if is_inbound { "inbound" } else { "outbound" };
    let process = owner.and_then(|owner| owner.name.clone());
    let unit = owner.and_then(owner::Owner::lasting_unit);
    let who = unit.or(process.as_deref()).unwrap_or("unknown");
    let end = if remote.is_ipv6() { format!("[{remote}]:{port}") } else { format!("{remote}:{port}") };
    Item::new(format!("{direction} tcp {end} {who}"))
        .with("direction", direction)
        .with("protocol", "tcp")
        .with("remote_address", remote.to_string())
        .with("port", port)
        .with("process", process)
        .with("unit", unit)
}

#[cfg(test)]
mod tests;
