//! One link of rtnetlink as an item.

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_shared::Item;

use crate::section::netlink::attribute::{Attribute, find};
use crate::section::rtnetlink::{LINK, Message};

mod layer;

/// Flags in the words of `ip link` (`IFF_*`).
const FLAGS: &[(u32, &str)] = &[
    (0x200, "ALLMULTI"),
    (0x2, "BROADCAST"),
    (0x400, "MASTER"),
    (0x4, "DEBUG"),
    (0x2_0000, "DORMANT"),
    (0x8000, "DYNAMIC"),
    (0x4_0000, "ECHO"),
    (0x8, "LOOPBACK"),
    (0x1_0000, "LOWER_UP"),
    (0x1000, "MULTICAST"),
    (0x80, "NOARP"),
    (0x10, "POINTOPOINT"),
    (0x800, "SLAVE"),
    (0x100, "PROMISC"),
    (0x1, "UP"),
];

/// Attributes of a link: `IFLA_ADDRESS`, `IFLA_IFNAME` and so on.
const ADDRESS: u16 = 1;
const NAME: u16 = 3;
const MTU: u16 = 4;
const PARENT: u16 = 5;
const MASTER: u16 = 10;
const STATE: u16 = 16;
const INFO: u16 = 18;
const ALIAS: u16 = 20;
const COUNTERS: u16 = 23;
const NAMESPACE: u16 = 37;
const PROPERTIES: u16 = 52;
const OTHER_NAME: u16 = 53;
const PERMANENT_ADDRESS: u16 = 54;

/// Within `IFLA_LINKINFO`: the kind, and what only links of that kind have.
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;

/// `IF_OPER_*` by number.
const STATES: &[&str] = &["unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"];

/// The first counters of `struct rtnl_link_stats64`, in its order.
const COUNTER_NAMES: &[&str] = &["rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors"];

/// The number of a link.
pub(super) fn index(link: &Message) -> u32 {
    link.number(4)
}

/// The name of a link.
pub(super) fn name(link: &Message) -> Option<String> {
    link.attributes(LINK).find(|attribute| attribute.kind == NAME).map(|name| name.text())
}

/// A link as an item; `names` turns the indexes of other links into names.
pub(in crate::section) fn item(link: &Message, names: &BTreeMap<u32, String>) -> Option<Item> {
    let name = name(link)?;
    let known = link.number(8);
    let flags = FLAGS.iter().filter(|(flag, _)| known & flag != 0).map(|(_, name)| *name);
    let mut item = Item::new(&name)
        .with("name", name)
        .with("index", index(link))
        .with("link_type", layer::name(link.short(2)))
        .with("flags", flags.collect::<Vec<_>>());
    let is_elsewhere = link.attributes(LINK).any(|attribute| attribute.kind == NAMESPACE);
    let other = |attribute: &Attribute<'_>| attribute.native().and_then(|index| names.get(&index).cloned());
    for attribute in link.attributes(LINK) {
        match attribute.kind {
            ADDRESS => item.set("mac", mac(attribute.value)),
            PERMANENT_ADDRESS => item.set("permanent_mac", mac(attribute.value)),
            MTU => item.set("mtu", attribute.native()),
            STATE => item.set("operstate", attribute.value.first().map(|state| operstate(*state))),
            ALIAS => item.set("alias", attribute.text()),
            MASTER => item.set("master", other(&attribute)),
            PARENT if !is_elsewhere && attribute.native() != Some(index(link)) => item.set("parent", other(&attribute)),
            PROPERTIES => item.set("alternative_names", alternative_names(&attribute)),
            INFO => set_kind(&mut item, &attribute, names),
            COUNTERS => {
                for (name, bytes) in COUNTER_NAMES.iter().zip(attribute.value.chunks_exact(8)) {
                    item.set(name, bytes.first_chunk::<8>().map(|bytes| u64::from_ne_bytes(*bytes)));
                }
            }
            _ => {}
        }
    }
    Some(item)
}

fn operstate(number: u8) -> String {
    STATES.get(usize::from(number)).map_or_else(|| number.to_string(), |name| (*name).to_owned())
}

/// Kinds that carry packets inside other packets.
const TUNNELS: &[&str] = &[
    "erspan",
    "geneve",
    "gre",
    "gretap",
    "ip6erspan",
    "ip6gre",
    "ip6gretap",
    "ip6tnl",
    "ipip",
    "sit",
    "vti",
    "vti6",
    "vxlan",
    "wireguard",
    "xfrm",
];

fn set_kind(item: &mut Item, info: &Attribute<'_>, names: &BTreeMap<u32, String>) {
    let Some(kind) = find(info.value, INFO_KIND).map(|kind| kind.text()) else { return };
    if TUNNELS.contains(&kind.as_str()) {
        item.set("tunnel", true);
    }
    for data in info.nested().filter(|attribute| attribute.kind == INFO_DATA).flat_map(|data| data.nested()) {
        set_data(item, &kind, &data, names);
    }
    item.set("kind", kind);
}

/// `IFLA_VLAN_*`, `IFLA_BOND_*`, `IFLA_VXLAN_*`, `IFLA_IPTUN_*`, `IFLA_GRE_*` and `IFLA_VTI_*` (`linux/if_link.h`,
/// `linux/if_tunnel.h`).
fn set_data(item: &mut Item, kind: &str, data: &Attribute<'_>, names: &BTreeMap<u32, String>) {
    let end = || data.address().and_then(specified);
    match (kind, data.kind) {
        ("vlan", 1) => item.set("vlan_id", data.native_short()),
        ("vlan", 5) => match data.short() {
            Some(0x88a8) => item.set("vlan_protocol", "802.1ad"),
            Some(0x8100) => item.set("vlan_protocol", "802.1Q"),
            _ => {}
        },
        ("bond", 1) => item.set("bond_mode", data.value.first().map(|mode| bond_mode(*mode))),
        ("bond", 2) => item.set("bond_active", data.native().and_then(|index| names.get(&index).cloned())),
        ("vxlan", 1) => item.set("vxlan_id", data.native()),
        ("vxlan", 4 | 17) => item.set("tunnel_local", data.address().map(|address| address.to_string())),
        ("vxlan", 2 | 16) => item.set("tunnel_remote", data.address().map(|address| address.to_string())),
        ("vxlan", 15) => item.set("tunnel_port", data.short()),
        ("ipip" | "sit" | "ip6tnl", 2)
        | ("vti" | "vti6", 4)
        | ("gre" | "gretap" | "ip6gre" | "ip6gretap" | "erspan" | "ip6erspan", 6) => item.set("tunnel_local", end()),
        ("ipip" | "sit" | "ip6tnl", 3)
        | ("vti" | "vti6", 5)
        | ("gre" | "gretap" | "ip6gre" | "ip6gretap" | "erspan" | "ip6erspan", 7) => item.set("tunnel_remote", end()),
        _ => {}
    }
}

/// `BOND_MODE_*`, as the kernel names them in `/sys`.
fn bond_mode(number: u8) -> String {
    const MODES: &[&str] =
        &["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"];
    MODES.get(usize::from(number)).map_or_else(|| format!("unknown-variant ({number})"), |name| (*name).to_owned())
}

/// An end of a tunnel; all zeros means any.
fn specified(address: IpAddr) -> Option<String> {
    (!address.is_unspecified()).then(|| address.to_string())
}

fn alternative_names(list: &Attribute<'_>) -> Vec<String> {
    let names = list.nested().filter(|attribute| attribute.kind == OTHER_NAME).map(|name| name.text());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// A hardware address in its usual form; nothing when there is none.
fn mac(bytes: &[u8]) -> Option<String> {
    let text = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
