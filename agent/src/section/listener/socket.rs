//! Listening sockets and connections: from `sock_diag`, or from the text tables in `/proc/net`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use muster_shared::Problem;
use muster_shared::mapping::Distinct as _;
use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP};
use netlink_packet_sock_diag::inet::nlas::Nla;
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, InetResponse, SocketId, StateFlags};
use netlink_packet_sock_diag::{SockDiagMessage, TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN};
use netlink_sys::protocols::NETLINK_SOCK_DIAG;

use super::Socket;
use crate::root::{ReadError, Root};
use crate::section::netlink;

/// The other end of a connection.
pub(in crate::section) type Remote = (IpAddr, u16);

/// A table: protocol, its name, family, the file in `/proc/net`.
type Table = (&'static str, u8, u8, &'static str);

const TCP: Table = ("tcp", IPPROTO_TCP, AF_INET, "tcp");
const TCP6: Table = ("tcp", IPPROTO_TCP, AF_INET6, "tcp6");
const TCP_TABLES: &[Table] = &[TCP, TCP6];
const TABLES: &[Table] = &[TCP, TCP6, ("udp", IPPROTO_UDP, AF_INET, "udp"), ("udp", IPPROTO_UDP, AF_INET6, "udp6")];

/// All listening sockets; `None` when nothing could be read, which the problems explain.
pub(in crate::section) fn listening(root: &Root, problems: &mut Vec<Problem>) -> Option<Vec<Socket>> {
    let found = every(root, TABLES, waiting_state, problems)?;
    Some(found.into_iter().map(|(socket, _)| socket).collect())
}

/// All established TCP connections with their other end; `None` when nothing could be read, which the problems explain.
pub(in crate::section) fn established(root: &Root, problems: &mut Vec<Problem>) -> Option<Vec<(Socket, Remote)>> {
    every(root, TCP_TABLES, |_| TCP_ESTABLISHED, problems)
}

/// The listening TCP sockets.
pub(in crate::section) fn serving(root: &Root, problems: &mut Vec<Problem>) -> Option<Vec<(Socket, Remote)>> {
    every(root, TCP_TABLES, waiting_state, problems)
}

/// The listening sockets of the network namespace that a process is in. What cannot be read is left out: the process may
/// be gone.
pub(super) fn listening_beside(root: &Root, pid: u32) -> Vec<Socket> {
    let directory = format!("/proc/{pid}/net");
    let found =
        TABLES.iter().flat_map(|table| read_at(root, &directory, *table, waiting_state(table.1)).unwrap_or_default());
    found.map(|(socket, _)| socket).collect()
}

/// The established TCP connections of the network namespace that a process is in, each with whether it came in there.
pub(in crate::section) fn established_beside(root: &Root, pid: u32) -> Vec<(Socket, Remote, bool)> {
    let directory = format!("/proc/{pid}/net");
    let of = |state: u8| -> Vec<(Socket, Remote)> {
        TCP_TABLES.iter().flat_map(|table| read_at(root, &directory, *table, state).unwrap_or_default()).collect()
    };
    let served: BTreeSet<u16> = of(TCP_LISTEN).into_iter().map(|(socket, _)| socket.port).into_set();
    let found = of(TCP_ESTABLISHED).into_iter();
    found
        .map(|(socket, remote)| {
            let came_in = served.contains(&socket.port);
            (socket, remote, came_in)
        })
        .collect()
}

fn every(
    root: &Root,
    tables: &[Table],
    state: impl Fn(u8) -> u8,
    problems: &mut Vec<Problem>,
) -> Option<Vec<(Socket, Remote)>> {
    let mut sockets = Vec::new();
    let mut answered = false;
    for table in tables {
        let state = state(table.1);
        let asked = if root.is_live() { ask(*table, state).ok() } else { None };
        match asked.map_or_else(|| read(root, *table, state), Ok) {
            Ok(found) => {
                answered = true;
                sockets.extend(found);
            }
            // A system without IPv6 has no such table.
            Err(error) if error.is_absent() && table.2 == AF_INET6 => {}
            Err(error) => problems.push(error.problem()),
        }
    }
    answered.then_some(sockets)
}

/// The state of a socket that waits: UDP has no word for it, an unconnected socket is "closed".
const fn waiting_state(protocol: u8) -> u8 {
    if protocol == IPPROTO_TCP { TCP_LISTEN } else { TCP_CLOSE }
}

fn ask((name, protocol, family, _): Table, state: u8) -> Result<Vec<(Socket, Remote)>, Problem> {
    let request = InetRequest {
        family,
        protocol,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::from_bits_truncate(1 << state),
        socket_id: if family == AF_INET6 { SocketId::new_v6() } else { SocketId::new_v4() },
    };
    let answers = netlink::dump(NETLINK_SOCK_DIAG, &SockDiagMessage::InetRequest(request), "sockets")?;
    if let Some(problem) = answers.problem("sockets") {
        return Err(problem);
    }
    let responses = answers.messages.into_iter().filter_map(|message| match message {
        SockDiagMessage::InetResponse(response) if response.header.state == state => Some(response),
        _ => None,
    });
    Ok(responses.map(|response| from_response(name, &response)).collect())
}

pub(in crate::section) fn from_response(protocol: &'static str, response: &InetResponse) -> (Socket, Remote) {
    let header = &response.header;
    let is_v6_only =
        response.nlas.iter().find_map(|nla| if let Nla::SkV6Only(only) = nla { Some(*only) } else { None });
    let socket = Socket {
        protocol,
        address: header.socket_id.source_address,
        port: header.socket_id.source_port,
        interface: header.socket_id.interface_id,
        uid: header.uid,
        inode: u64::from(header.inode),
        queue_length: header.recv_queue,
        is_v6_only: is_v6_only.filter(|_| header.socket_id.source_address.is_ipv6()),
        namespace: None,
    };
    (socket, (header.socket_id.destination_address, header.socket_id.destination_port))
}

fn read(root: &Root, table: Table, state: u8) -> Result<Vec<(Socket, Remote)>, ReadError> {
    // In a recorded tree `/proc/net` may be a link to a process that is not there.
    read_at(root, "/proc/net", table, state)
        .or_else(|error| read_at(root, "/proc/1/net", table, state).map_err(|_| error))
}

fn read_at(
    root: &Root,
    directory: &str,
    (name, _, _, file): Table,
    state: u8,
) -> Result<Vec<(Socket, Remote)>, ReadError> {
    let text = root.text(&format!("{directory}/{file}"))?;
    Ok(text.lines().filter_map(|line| parse(line, name, state)).collect())
}

/// A line such as `0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …`.
pub(super) fn parse(line: &str, protocol: &'static str, state: u8) -> Option<(Socket, Remote)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, remote, shown_state, queues, _, _, uid, _, inode, ..] = fields.as_slice() else { return None };
    if u8::from_str_radix(shown_state, 16).ok()? != state {
        return None;
    }
    let (address, port) = local.split_once(':')?;
    let (remote_address, remote_port) = remote.split_once(':')?;
    let (_, received) = queues.split_once(':')?;
    let socket = Socket {
        protocol,
        address: parse_address(address)?,
        port: u16::from_str_radix(port, 16).ok()?,
        interface: 0,
        uid: uid.parse().ok()?,
        inode: inode.parse().ok()?,
        queue_length: u32::from_str_radix(received, 16).ok()?,
        is_v6_only: None,
        namespace: None,
    };
    Some((socket, (parse_address(remote_address)?, u16::from_str_radix(remote_port, 16).ok()?)))
}

/// An address as the kernel prints it: words of 32 bits in the byte order of the machine (all of ours are little).
fn parse_address(hex: &str) -> Option<IpAddr> {
    let word = |index: usize| {
        let word = hex.get(index * 8..index * 8 + 8)?;
        u32::from_str_radix(word, 16).ok().map(u32::to_le_bytes)
    };
    match hex.len() {
        8 => word(0).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
        32 => {
            let bytes: Vec<u8> = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            let bytes: [u8; 16] = bytes.try_into().ok()?;
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}
