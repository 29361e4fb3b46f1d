//! Links, addresses and routes as the kernel tells them (rtnetlink(7), `linux/rtnetlink.h`): a fixed head, then attributes.
//!
//! Of some two hundred kinds of attributes a dozen count here, so messages stay bytes and are read where they are used. A
//! library that understands every one of them was a twelfth of the packaged agent.

use std::convert::Infallible;

use muster_shared::Problem;
use netlink_packet_core::{NetlinkDeserializable, NetlinkHeader, NetlinkSerializable};
use netlink_sys::protocols::NETLINK_ROUTE;

use super::netlink::attribute::{Attributes, attributes};
use super::netlink::{self, Answers};

/// `AF_INET` and `AF_INET6`.
pub(super) const INET: u8 = 2;
pub(super) const INET6: u8 = 10;

/// A kind of thing: the message that tells one, the message that asks for all, and the bytes of its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    told: u16,
    asked: u16,
    head_bytes: usize,
}

/// `RTM_NEWLINK` and `struct ifinfomsg`.
pub(super) const LINK: Kind = Kind { told: 16, asked: 18, head_bytes: 16 };
/// `RTM_NEWADDR` and `struct ifaddrmsg`.
pub(super) const ADDRESS: Kind = Kind { told: 20, asked: 22, head_bytes: 8 };
/// `RTM_NEWROUTE` and `struct rtmsg`.
pub(super) const ROUTE: Kind = Kind { told: 24, asked: 26, head_bytes: 12 };

/// A message, not understood yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) number: u16,
    pub(super) bytes: Vec<u8>,
}

impl Message {
    /// Whether it tells a thing of this kind, whole.
    pub(super) fn tells(&self, kind: Kind) -> bool {
        self.number == kind.told && self.bytes.len() >= kind.head_bytes
    }

    /// A byte of its head.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// A number of 16 bits of its head.
    pub(super) fn short(&self, at: usize) -> u16 {
        u16::from_ne_bytes([self.byte(at), self.byte(at + 1)])
    }

    /// A number of 32 bits of its head.
    pub(super) fn number(&self, at: usize) -> u32 {
        u32::from_ne_bytes([self.byte(at), self.byte(at + 1), self.byte(at + 2), self.byte(at + 3)])
    }

    /// What follows the head.
    pub(super) fn attributes(&self, kind: Kind) -> Attributes<'_> {
        attributes(self.bytes.get(kind.head_bytes..).unwrap_or_default())
    }
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        self.number
    }

    fn buffer_len(&self) -> usize {
        self.bytes.len()
    }

    fn serialize(&self, buffer: &mut [u8]) {
        for (to, from) in buffer.iter_mut().zip(&self.bytes) {
            *to = *from;
        }
    }
}

impl NetlinkDeserializable for Message {
    type Error = Infallible;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, Infallible> {
        Ok(Self { number: header.message_type, bytes: payload.to_vec() })
    }
}

/// Asks for everything of a kind and family (0 for all); `what` names it in problems.
pub(super) fn dump(kind: Kind, family: u8, what: &str) -> Result<Answers<Message>, Problem> {
    let mut bytes = vec![0; kind.head_bytes];
    if let Some(first) = bytes.first_mut() {
        *first = family;
    }
    let mut answers = netlink::dump(NETLINK_ROUTE, &Message { number: kind.asked, bytes }, what)?;
    answers.messages.retain(|message| message.tells(kind));
    Ok(answers)
}
