//! Links, addresses and routes: what the kernel tells everybody who listens to rtnetlink.
//!
//! It also tells what is no change: the lifetime of an address that a router advertisement renewed, counters, the state of
//! the ports of a bridge. So what was told of a thing is remembered as a hash, without what moves by itself; the same again
//! is no event. What never counts is a link that comes and goes with containers, and a route outside the main table.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;

use muster_shared::{Item, SectionName, volatility};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use tokio::io::unix::AsyncFd;

use crate::section::{Event, split_netlink};

/// `RTMGRP_LINK`, `_IPV4_IFADDR`, `_IPV4_ROUTE`, `_IPV6_IFADDR`, `_IPV6_ROUTE` (`rtnetlink(7)`).
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;
/// Larger than any message that the kernel multicasts.
const BUFFER_BYTES: usize = 32 << 10;
/// So many things are remembered; beyond it everything is forgotten, and costs one event more.
const KNOWN_CAP: usize = 4_096;

const HEADER_BYTES: usize = 16;
const AF_UNSPEC: u8 = 0;
const MAIN_TABLE: u8 = 254;
/// The upper bits of the type of an attribute are flags.
const TYPE_MASK: u16 = 0x3fff;

const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
/// `IFLA_STATS`, `_WIRELESS`, `_PROTINFO`, `_STATS64`, `_AF_SPEC`, `_CARRIER_CHANGES`, `_EVENT`, `_CARRIER_UP_COUNT`,
/// `_CARRIER_DOWN_COUNT`: counters and events, no properties.
const IFLA_MOVING: &[u16] = &[7, 11, 12, 23, 26, 35, 44, 47, 48];
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_CACHEINFO: u16 = 6;
const RTA_CACHEINFO: u16 = 12;
const RTA_TABLE: u16 = 15;

/// The open socket and what was told on it.
#[derive(Debug)]
pub(super) struct Network {
    socket: AsyncFd<Socket>,
    memory: Memory,
    buffer: Vec<u8>,
}

impl Network {
    /// Listens in the network namespace of this process.
    pub(super) fn new() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.set_non_blocking(true)?;
        socket.bind(&SocketAddr::new(0, GROUPS))?;
        #[expect(deprecated, reason = "the successor is unsafe; `Socket` owns its descriptor for as long as it lives")]
        let socket = AsyncFd::new(socket)?;
        Ok(Self { socket, memory: Memory::default(), buffer: Vec::with_capacity(BUFFER_BYTES) })
    }
}

/// Waits for events, which may be none that count; for ever when there is nothing to wait for.
pub(super) async fn next(network: Option<&mut Network>) -> Vec<Event> {
    let Some(Network { socket, memory, buffer }) = network else { return std::future::pending().await };
    let Ok(mut ready) = socket.readable_mut().await else { return std::future::pending().await };
    let read = ready.try_io(|socket| {
        buffer.clear();
        socket.get_ref().recv(buffer, 0)
    });
    match read {
        Ok(Ok(_)) => memory.events(buffer),
        // ENOBUFS: the kernel could not tell everything.
        Ok(Err(_)) => {
            memory.known.clear();
            vec![Event::Link, Event::Address, Event::Route]
        }
        Err(_) => Vec::new(),
    }
}

/// What was told, as hashes: of what it is, and of how it is.
#[derive(Debug, Default)]
struct Memory {
    known: HashMap<u64, u64>,
}

/// A message, taken apart.
struct Told {
    event: Event,
    is_gone: bool,
    /// What it is about.
    identity: u64,
    /// How it is.
    content: u64,
}

impl Memory {
    /// The events in the messages of one datagram.
    fn events(&mut self, datagram: &[u8]) -> Vec<Event> {
        let mut rest = datagram;
        let mut events = Vec::new();
        while let Some((message, remainder)) = split_netlink(rest) {
            rest = remainder;
            if let Some(told) = read(message)
                && self.is_news(&told)
            {
                events.push(told.event);
            }
        }
        events
    }

    fn is_news(&mut self, told: &Told) -> bool {
        if told.is_gone {
            self.known.remove(&told.identity);
            return true;
        }
        if self.known.len() >= KNOWN_CAP {
            self.known.clear();
        }
        self.known.insert(told.identity, told.content) != Some(told.content)
    }
}

/// How many events a datagram makes: for the table of foreign bytes.
pub(crate) fn of_datagram(datagram: &[u8]) -> usize {
    Memory::default().events(datagram).len()
}

/// `None` for what does not count or is no such message.
fn read(message: &[u8]) -> Option<Told> {
    let kind = u16::from_ne_bytes(*message.get(4..)?.first_chunk()?);
    let body = message.get(HEADER_BYTES..)?;
    let is_gone = matches!(kind, 17 | 21 | 25);
    match kind {
        16 | 17 => link(body, is_gone),
        20 | 21 => address(body, is_gone),
        24 | 25 => route(body, is_gone),
        _ => None,
    }
}

/// `ifinfomsg`: family, type, index, flags, and which flags changed.
fn link(body: &[u8], is_gone: bool) -> Option<Told> {
    let header: &[u8; 16] = body.first_chunk()?;
    let [family, _, type_a, type_b, i0, i1, i2, i3, f0, f1, f2, f3, ..] = *header;
    // What bridges tell of their ports comes with a family.
    if family != AF_UNSPEC {
        return None;
    }
    let mut content = DefaultHasher::new();
    [type_a, type_b, f0, f1, f2, f3].hash(&mut content);
    for (kind, value) in attributes(body.get(header.len()..)?) {
        let is_moving = IFLA_MOVING.contains(&kind) || kind == IFLA_LINKINFO && has_timers(value);
        if kind == IFLA_IFNAME {
            let name = String::from_utf8_lossy(value.strip_suffix(b"\0").unwrap_or(value)).into_owned();
            if volatility::dropped_by(SectionName::Interface, &Item::new(name)).is_some() {
                return None;
            }
        }
        if !is_moving {
            (kind, value).hash(&mut content);
        }
    }
    let identity = hash(&("link", [i0, i1, i2, i3]));
    Some(Told { event: Event::Link, is_gone, identity, content: content.finish() })
}

/// Bridges and their ports show timers among their properties.
fn has_timers(link_info: &[u8]) -> bool {
    link_info.windows(7).any(|window| window == b"bridge\0")
}

/// `ifaddrmsg`: family, prefix length, flags, scope, index.
fn address(body: &[u8], is_gone: bool) -> Option<Told> {
    let header: &[u8; 8] = body.first_chunk()?;
    let [family, prefix, flags, scope, index @ ..] = *header;
    let (mut identity, mut content) = (DefaultHasher::new(), DefaultHasher::new());
    ("address", family, prefix, index).hash(&mut identity);
    (flags, scope).hash(&mut content);
    for (kind, value) in attributes(body.get(header.len()..)?) {
        match kind {
            IFA_ADDRESS | IFA_LOCAL => (kind, value).hash(&mut identity),
            IFA_CACHEINFO => {}
            _ => (kind, value).hash(&mut content),
        }
    }
    Some(Told { event: Event::Address, is_gone, identity: identity.finish(), content: content.finish() })
}

/// `rtmsg`: a route is all that it says of itself; another gateway is another route.
fn route(body: &[u8], is_gone: bool) -> Option<Told> {
    let header: &[u8; 12] = body.first_chunk()?;
    let mut table = u32::from(*header.get(4)?);
    let mut identity = DefaultHasher::new();
    ("route", header).hash(&mut identity);
    for (kind, value) in attributes(body.get(header.len()..)?) {
        match kind {
            RTA_TABLE => table = u32::from_ne_bytes(*value.first_chunk()?),
            RTA_CACHEINFO => {}
            _ => (kind, value).hash(&mut identity),
        }
    }
    let is_main = table == u32::from(MAIN_TABLE);
    is_main.then(|| Told { event: Event::Route, is_gone, identity: identity.finish(), content: 0 })
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Type and value of each attribute; what does not fit ends the list.
fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let [l0, l1, t0, t1] = *bytes.first_chunk::<4>()?;
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        let value = bytes.get(4..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((u16::from_ne_bytes([t0, t1]) & TYPE_MASK, value))
    })
}

#[cfg(test)]
mod tests;
