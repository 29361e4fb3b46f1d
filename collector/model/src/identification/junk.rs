//! Values that say nothing of the machine: what makers leave, what adapters share, and what too many hosts show.

use serde::{Deserialize, Serialize};

use super::ladder::Rules;
use super::{Identifier, IdentifierKind, Shares};

/// What makers, firmware tools and hypervisors leave in the place of a serial number or a UUID.
pub const PLACEHOLDERS: &[&str] = &[
    "(null string)",
    "00020003-0004-0005-0006-000700080009",
    "01010101-0101-0101-0101-010101010101",
    "03000200-0400-0500-0006-000700080009",
    "0123456789",
    "0123456789abcdef",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "123456789000",
    "12345678901234567",
    "3f3f3f3f-3f3f-3f3f-3f3f-3f3f3f3f3f3f",
    "6ab5b300-538d-1014-9fb5-b0684d007b53",
    "base board serial number",
    "board serial number",
    "chassis serial number",
    "default",
    "default string",
    "empty",
    "eval",
    "iatpass",
    "invalid",
    "mb-1234567890",
    "n/a",
    "no asset information",
    "none",
    "not applicable",
    "not available",
    "not present",
    "not provided",
    "not settable",
    "not specified",
    "o.e.m.",
    "oem",
    "oem_serial",
    "serial number xxxxxx",
    "sn-12345",
    "sn-1234567890",
    "sn-123456fvgv3i0b8o5n6n7k",
    "sys-1234567890",
    "sys-9876543210",
    "system serial number",
    "system uuid",
    "systemserialnumb",
    "to be filled by o.e.m",
    "to be filled by o.e.m.",
    "to be filled by oem",
    "to be set by oem",
    "tulip computers",
    "type1productconfigid",
    "unavailable",
    "undefined",
    "uninitialized",
    "unknow",
    "unknown",
    "unspecified",
    "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
];

/// MAC addresses that adapters of the same model share, with the adapter; a `*` at the end stands for the rest.
pub const SHARED_MACS: &[(&str, &str)] = &[
    ("02:42:*", "Docker containers, made from their address"),
    ("00:05:9a:3c:78:00", "Cisco VPN client"),
    ("00:05:9a:3c:7a:00", "Cisco AnyConnect adapter"),
    ("00:09:0f:aa:00:01", "Fortinet SSL VPN adapter"),
    ("00:09:0f:fe:00:01", "Fortinet virtual adapter"),
    ("00:50:56:c0:00:*", "VMware host-only and NAT adapters"),
    ("00:53:45:00:00:00", "Windows dial-up and PPP adapters"),
    ("00:a0:c6:00:00:00", "Qualcomm mobile broadband"),
    ("00:ff:*", "TAP adapters of OpenVPN"),
    ("02:50:41:00:00:01", "Juniper and Pulse VPN adapters"),
    ("02:80:37:ec:02:00", "Ericsson mobile broadband"),
    ("0a:00:27:*", "VirtualBox host-only adapters"),
    ("33:50:6f:45:30:30", "Windows PPPoE adapter"),
    ("44:45:53:54:*", "Microsoft and Nortel VPN adapters"),
    ("50:50:54:50:30:30", "Windows PPTP adapter"),
    ("7a:79:*", "Hamachi VPN adapters"),
    ("80:00:60:0f:e8:00", "Windows Mobile devices"),
];

/// Drivers of network cards on a USB plug: docking stations and adapters go from desk to desk.
pub const PLUGGED_DRIVERS: &[&str] = &[
    "aqc111",
    "asix",
    "ax88179_178a",
    "cdc_eem",
    "cdc_ether",
    "cdc_mbim",
    "cdc_ncm",
    "dm9601",
    "ipheth",
    "lan78xx",
    "mcs7830",
    "pegasus",
    "qmi_wwan",
    "r8152",
    "rndis_host",
    "rtl8150",
    "smsc75xx",
    "smsc95xx",
    "sr9700",
    "sr9800",
];

/// A value that more hosts than this show is junk, by kind.
pub const LIMITS: &[(IdentifierKind, usize)] = &[
    (IdentifierKind::CloudInstance, 2),
    (IdentifierKind::SystemUuid, 3),
    (IdentifierKind::SystemSerial, 3),
    (IdentifierKind::MachineId, 3),
    (IdentifierKind::PermanentMac, 3),
    (IdentifierKind::Fqdn, 3),
];

/// Names that are everybody's.
const COMMON_NAMES: &[&str] = &["localhost*", "*.localdomain", "localhost.*", "debian.*", "ubuntu.*"];

/// A value that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// Of this kind only; of all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<IdentifierKind>,
    /// The value; a `*` at its beginning or end stands for the rest.
    pub value: String,
}

impl Placeholder {
    /// Whether it means something and not everything.
    pub fn is_sensible(&self) -> bool {
        let core = self.value.trim().trim_matches('*');
        let length = self.value.chars().count();
        (1..=256).contains(&length)
            && core.chars().filter(char::is_ascii_alphanumeric).count() >= 2
            && !core.contains('*')
    }

    fn covers(&self, identifier: &Identifier) -> bool {
        self.kind.is_none_or(|kind| kind == identifier.kind)
            && identifier.spellings().iter().any(|spelling| is_like(&self.value.trim().to_lowercase(), &spelling.value))
    }
}

fn is_like(pattern: &str, value: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => value.ends_with(end),
        (None, Some(beginning)) => value.starts_with(beginning),
        (None, None) => value == pattern,
    }
}

/// Why an identifier counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Junk {
    /// A maker's placeholder.
    Placeholder,
    /// Owners say so.
    Named,
    /// Adapters of one model share it, or it is made up by software.
    SharedAdapter,
    /// More hosts than the limit show it.
    Shared,
}

impl Junk {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Named => "named",
            Self::SharedAdapter => "shared_adapter",
            Self::Shared => "shared",
        }
    }
}

/// An identifier that counted for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// Which.
    pub identifier: Identifier,
    /// Why.
    pub why: Junk,
}

/// Whether a value says nothing about the machine.
pub fn is_placeholder(value: &str) -> bool {
    let plain = value.trim().to_lowercase();
    let signs: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    let one_sign = signs.chars().next().is_none_or(|first| signs.chars().all(|c| c == first));
    let is_row =
        signs.bytes().zip(signs.bytes().skip(1)).all(|(a, b)| b.is_ascii_digit() && b == (a - b'0' + 1) % 10 + b'0')
            && signs.bytes().all(|b| b.is_ascii_digit());
    signs.len() < 4 || one_sign || is_row || PLACEHOLDERS.contains(&plain.as_str())
}

/// A bit of the first byte of a MAC address; of what is no address, all are set.
fn has_bit(mac: &str, bit: u8) -> bool {
    mac.get(..2).and_then(|first| u8::from_str_radix(first, 16).ok()).is_none_or(|first| first & bit != 0)
}

/// Whether a MAC address was not given by a maker to one card: hypervisors make them up, and not always each another one.
pub(super) fn is_local_mac(mac: &str) -> bool {
    has_bit(mac, 0b10)
}

/// Whether a MAC address is that of a group of cards, or one that adapters share.
fn is_common_mac(mac: &str) -> bool {
    has_bit(mac, 0b01) || SHARED_MACS.iter().any(|(shared, _)| is_like(shared, mac))
}

fn shipped(identifier: &Identifier) -> Option<Junk> {
    match identifier.kind {
        _ if identifier.spellings().iter().any(|spelling| is_placeholder(&spelling.value)) => Some(Junk::Placeholder),
        IdentifierKind::PermanentMac if is_common_mac(&identifier.value) => Some(Junk::SharedAdapter),
        IdentifierKind::Fqdn if COMMON_NAMES.iter().any(|name| is_like(name, &identifier.value)) => {
            Some(Junk::Placeholder)
        }
        _ => None,
    }
}

/// Why an identifier counts for nothing; `None` when it counts.
pub fn of(rules: &Rules, identifier: &Identifier, hosts: usize) -> Option<Junk> {
    let named = || rules.placeholders.iter().any(|placeholder| placeholder.covers(identifier)).then_some(Junk::Named);
    let shared = || (hosts > rules.limit(identifier.kind)).then_some(Junk::Shared);
    shipped(identifier).or_else(named).or_else(shared)
}

/// The identifiers that count, and those that do not.
pub fn sift(rules: &Rules, identifiers: &[Identifier], shares: &Shares) -> (Vec<Identifier>, Vec<Ignored>) {
    let (mut good, mut ignored) = (Vec::new(), Vec::new());
    for identifier in identifiers {
        match of(rules, identifier, shares.get(identifier).copied().unwrap_or_default()) {
            None => good.push(identifier.clone()),
            Some(why) => ignored.push(Ignored { identifier: identifier.clone(), why }),
        }
    }
    (good, ignored)
}
