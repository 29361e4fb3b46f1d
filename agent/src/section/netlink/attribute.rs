//! Attributes of netlink messages: length, kind, value, padded to four bytes (netlink(7)).

use std::net::IpAddr;

/// The bits of a kind that are marks (nested, byte order).
const KIND_MASK: u16 = 0x3fff;

/// One attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::section) struct Attribute<'a> {
    pub(in crate::section) kind: u16,
    pub(in crate::section) value: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// A number of 32 bits in network order.
    pub(in crate::section) fn number(&self) -> Option<u32> {
        self.value.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// A number of 32 bits in the order of this machine, as rtnetlink has them.
    pub(in crate::section) fn native(&self) -> Option<u32> {
        self.value.first_chunk::<4>().map(|bytes| u32::from_ne_bytes(*bytes))
    }

    /// A number of 16 bits in the order of this machine.
    pub(in crate::section) fn native_short(&self) -> Option<u16> {
        self.value.first_chunk::<2>().map(|bytes| u16::from_ne_bytes(*bytes))
    }

    /// A number of 16 bits in network order.
    pub(in crate::section) fn short(&self) -> Option<u16> {
        self.value.first_chunk::<2>().map(|bytes| u16::from_be_bytes(*bytes))
    }

    /// An address of either family, by its length.
    pub(in crate::section) fn address(&self) -> Option<IpAddr> {
        let four = || <[u8; 4]>::try_from(self.value).ok().map(IpAddr::from);
        four().or_else(|| <[u8; 16]>::try_from(self.value).ok().map(IpAddr::from))
    }

    /// A text with or without its end mark.
    pub(in crate::section) fn text(&self) -> String {
        let end = self.value.iter().position(|byte| *byte == 0).unwrap_or(self.value.len());
        String::from_utf8_lossy(self.value.get(..end).unwrap_or_default()).into_owned()
    }

    /// The attributes within.
    pub(in crate::section) fn nested(&self) -> Attributes<'a> {
        attributes(self.value)
    }
}

/// The attributes of a message or within another.
pub(in crate::section) const fn attributes(bytes: &[u8]) -> Attributes<'_> {
    Attributes { rest: bytes }
}

/// The first attribute of a kind.
pub(in crate::section) fn find(bytes: &[u8], kind: u16) -> Option<Attribute<'_>> {
    attributes(bytes).find(|attribute| attribute.kind == kind)
}

pub(in crate::section) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let [a, b, c, d] = *self.rest.first_chunk::<4>()?;
        let length = usize::from(u16::from_ne_bytes([a, b]));
        let kind = u16::from_ne_bytes([c, d]) & KIND_MASK;
        let value = self.rest.get(4..length)?;
        self.rest = self.rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(Attribute { kind, value })
    }
}

/// Adds a text attribute to a request.
pub(in crate::section) fn push_text(into: &mut Vec<u8>, kind: u16, text: &str) {
    let length = u16::try_from(text.len() + 5).unwrap_or(0);
    into.extend_from_slice(&length.to_ne_bytes());
    into.extend_from_slice(&kind.to_ne_bytes());
    into.extend_from_slice(text.as_bytes());
    into.push(0);
    into.resize(into.len().next_multiple_of(4), 0);
}
