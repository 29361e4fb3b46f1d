//! Asks the kernel for its nftables ruleset (`linux/netfilter/nf_tables.h`), as it is stored.

use std::convert::Infallible;
use std::io;

use muster_shared::Problem;
use netlink_packet_core::{NetlinkDeserializable, NetlinkHeader, NetlinkSerializable};
use netlink_sys::protocols::NETLINK_NETFILTER;

use super::super::netlink;
use crate::root::Root;
use crate::section::netlink::attribute::{find, push_text};

/// `NFNL_SUBSYS_NFTABLES`, the upper byte of every message type.
const SUBSYSTEM: u16 = 10 << 8;
const GET_TABLE: u16 = 1;
const GET_CHAIN: u16 = 4;
const GET_RULE: u16 = 7;
const GET_SET: u16 = 10;
const GET_ELEMENTS: u16 = 13;
/// Bytes of `struct nfgenmsg`: family, version, generation.
const HEADER_BYTES: usize = 4;
/// How often a ruleset that changes while it is read is read again.
const ATTEMPTS: usize = 4;
/// Sets whose elements come and go: with a time to live, or filled by rules.
pub(super) const DYNAMIC_SET: u32 = 0x10 | 0x20;
/// Sets that have no name of their own: part of a rule.
pub(super) const ANONYMOUS_SET: u32 = 0x1;
/// Most sets whose elements are asked for.
const SET_CAP: usize = 4096;

/// A message of nftables: the family and the attributes, not understood yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::section) struct Message {
    pub(in crate::section) kind: u16,
    pub(super) family: u8,
    /// Lower half of the number of the ruleset's generation.
    pub(super) generation: u16,
    pub(super) attributes: Vec<u8>,
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        SUBSYSTEM | self.kind
    }

    fn buffer_len(&self) -> usize {
        HEADER_BYTES + self.attributes.len()
    }

    fn serialize(&self, buffer: &mut [u8]) {
        let [high, low] = self.generation.to_be_bytes();
        let header = [self.family, 0, high, low];
        for (to, from) in buffer.iter_mut().zip(header.iter().chain(&self.attributes)) {
            *to = *from;
        }
    }
}

impl NetlinkDeserializable for Message {
    type Error = Infallible;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, Infallible> {
        let (head, attributes) = payload.split_at_checked(HEADER_BYTES).unwrap_or_default();
        let byte = |at: usize| head.get(at).copied().unwrap_or_default();
        Ok(Self {
            kind: header.message_type & 0xff,
            family: byte(0),
            generation: u16::from_be_bytes([byte(2), byte(3)]),
            attributes: attributes.to_vec(),
        })
    }
}

/// A whole ruleset as messages.
#[derive(Debug, Default)]
pub(in crate::section) struct Ruleset {
    pub(in crate::section) tables: Vec<Message>,
    pub(in crate::section) chains: Vec<Message>,
    pub(in crate::section) rules: Vec<Message>,
    pub(in crate::section) sets: Vec<Message>,
    /// By place in `sets`; nothing for dynamic sets.
    pub(in crate::section) elements: Vec<Vec<Message>>,
}

/// Whether the kernel has nftables loaded. If not, asking would load it, and it has no rules anyway.
pub(super) fn is_loaded(root: &Root) -> bool {
    if root.exists("/sys/module/nf_tables") {
        return true;
    }
    let Ok(modules) = root.text("/proc/modules") else { return true };
    if modules.lines().any(|line| line.starts_with("nf_tables ")) {
        return true;
    }
    let release = root.value("/proc/sys/kernel/osrelease").unwrap_or_default();
    let builtin = ["/usr/lib/modules", "/lib/modules"]
        .iter()
        .find_map(|directory| root.text(&format!("{directory}/{release}/modules.builtin")).ok());
    // Where that cannot be read it may be built in. A sandbox that hides it lacks the privilege to load anything.
    builtin.is_none_or(|text| text.contains("/nf_tables.ko"))
}

/// Reads everything of one generation.
pub(super) fn read() -> io::Result<(Ruleset, Option<Problem>)> {
    for _ in 0..ATTEMPTS {
        if let Some(answer) = read_once()? {
            return Ok(answer);
        }
    }
    Err(io::Error::other("changed all the time while it was read"))
}

/// `None` when the ruleset changed between the questions.
fn read_once() -> io::Result<Option<(Ruleset, Option<Problem>)>> {
    let mut ruleset = Ruleset {
        tables: ask(GET_TABLE, 0, Vec::new())?,
        chains: ask(GET_CHAIN, 0, Vec::new())?,
        rules: ask(GET_RULE, 0, Vec::new())?,
        sets: ask(GET_SET, 0, Vec::new())?,
        elements: Vec::new(),
    };
    let mut problem = None;
    for (position, set) in ruleset.sets.iter().enumerate() {
        let flags = find(&set.attributes, 3).and_then(|flags| flags.number()).unwrap_or(0);
        if position == SET_CAP {
            let message = format!("the elements of {} sets were left out", ruleset.sets.len() - SET_CAP);
            problem = Some(Problem { source: "netlink nf_tables".to_owned(), message });
        }
        if flags & DYNAMIC_SET != 0 || position >= SET_CAP {
            ruleset.elements.push(Vec::new());
            continue;
        }
        let mut attributes = Vec::new();
        for kind in [1, 2] {
            let name = find(&set.attributes, kind).map(|name| name.text()).unwrap_or_default();
            push_text(&mut attributes, kind, &name);
        }
        match ask(GET_ELEMENTS, set.family, attributes) {
            Ok(elements) => ruleset.elements.push(elements),
            // Gone meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let is_one = is_one_generation(&ruleset);
    Ok(is_one.then_some((ruleset, problem)))
}

fn is_one_generation(ruleset: &Ruleset) -> bool {
    let all = [&ruleset.tables, &ruleset.chains, &ruleset.rules, &ruleset.sets];
    let mut generations = all.into_iter().chain(&ruleset.elements).flatten().map(|message| message.generation);
    let first = generations.next();
    generations.all(|generation| Some(generation) == first)
}

fn ask(kind: u16, family: u8, attributes: Vec<u8>) -> io::Result<Vec<Message>> {
    let request = Message { kind, family, generation: 0, attributes };
    netlink::try_dump(NETLINK_NETFILTER, &request).map(|answers| answers.messages)
}
