//! One link of rtnetlink as an item.

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_shared::Item;
use netlink_packet_route::link::{
    InfoBond, InfoData, InfoGre, InfoIpTunnel, InfoVlan, InfoVxlan, LinkAttribute, LinkFlags, LinkInfo, LinkLayerType,
    LinkMessage, Prop, VlanProtocol,
};

/// Flags in the words of `ip link`.
const FLAGS: &[(LinkFlags, &str)] = &[
    (LinkFlags::Allmulti, "ALLMULTI"),
    (LinkFlags::Broadcast, "BROADCAST"),
    (LinkFlags::Controller, "MASTER"),
    (LinkFlags::Debug, "DEBUG"),
    (LinkFlags::Dormant, "DORMANT"),
    (LinkFlags::Dynamic, "DYNAMIC"),
    (LinkFlags::Echo, "ECHO"),
    (LinkFlags::Loopback, "LOOPBACK"),
    (LinkFlags::LowerUp, "LOWER_UP"),
    (LinkFlags::Multicast, "MULTICAST"),
    (LinkFlags::Noarp, "NOARP"),
    (LinkFlags::Pointopoint, "POINTOPOINT"),
    (LinkFlags::Port, "SLAVE"),
    (LinkFlags::Promisc, "PROMISC"),
    (LinkFlags::Up, "UP"),
];

/// The name of a link.
pub(super) fn name(link: &LinkMessage) -> Option<String> {
    link.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::IfName(name) => Some(name.clone()),
        _ => None,
    })
}

/// A link as an item; `names` turns the indexes of other links into names.
pub(in crate::section) fn item(link: &LinkMessage, names: &BTreeMap<u32, String>) -> Option<Item> {
    let name = name(link)?;
    let flags = FLAGS.iter().filter(|(flag, _)| link.header.flags.contains(*flag)).map(|(_, name)| *name);
    let mut item = Item::new(&name)
        .with("name", name)
        .with("index", link.header.index)
        .with("link_type", link_type(link.header.link_layer_type))
        .with("flags", flags.collect::<Vec<_>>());
    let is_elsewhere = link.attributes.iter().any(|a| matches!(a, LinkAttribute::LinkNetNsId(_)));
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::Address(bytes) => item.set("mac", mac(bytes)),
            LinkAttribute::PermAddress(bytes) => item.set("permanent_mac", mac(bytes)),
            LinkAttribute::Mtu(mtu) => item.set("mtu", *mtu),
            LinkAttribute::OperState(state) => item.set("operstate", state.to_string().to_ascii_lowercase()),
            LinkAttribute::IfAlias(alias) => item.set("alias", alias.as_str()),
            LinkAttribute::Controller(index) => item.set("master", names.get(index).cloned()),
            LinkAttribute::Link(index) if !is_elsewhere && *index != link.header.index => {
                item.set("parent", names.get(index).cloned());
            }
            LinkAttribute::PropList(list) => item.set("alternative_names", alternative_names(list)),
            LinkAttribute::LinkInfo(infos) => set_kind(&mut item, infos, names),
            LinkAttribute::Stats64(stats) => {
                item.set("rx_bytes", stats.rx_bytes);
                item.set("tx_bytes", stats.tx_bytes);
                item.set("rx_packets", stats.rx_packets);
                item.set("tx_packets", stats.tx_packets);
                item.set("rx_errors", stats.rx_errors);
                item.set("tx_errors", stats.tx_errors);
            }
            _ => {}
        }
    }
    Some(item)
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

fn set_kind(item: &mut Item, infos: &[LinkInfo], names: &BTreeMap<u32, String>) {
    for info in infos {
        match info {
            LinkInfo::Kind(kind) => {
                let kind = kind.to_string();
                if TUNNELS.contains(&kind.as_str()) {
                    item.set("tunnel", true);
                }
                item.set("kind", kind);
            }
            LinkInfo::Data(data) => set_data(item, data, names),
            _ => {}
        }
    }
}

fn set_data(item: &mut Item, data: &InfoData, names: &BTreeMap<u32, String>) {
    match data {
        InfoData::Vlan(data) => data.iter().for_each(|info| match info {
            InfoVlan::Id(id) => item.set("vlan_id", *id),
            InfoVlan::Protocol(VlanProtocol::Ieee8021Ad) => item.set("vlan_protocol", "802.1ad"),
            InfoVlan::Protocol(VlanProtocol::Ieee8021Q) => item.set("vlan_protocol", "802.1Q"),
            _ => {}
        }),
        InfoData::Bond(data) => data.iter().for_each(|info| match info {
            InfoBond::Mode(mode) => item.set("bond_mode", mode.to_string()),
            InfoBond::ActivePort(index) => item.set("bond_active", names.get(index).cloned()),
            _ => {}
        }),
        InfoData::Vxlan(data) => data.iter().for_each(|info| match info {
            InfoVxlan::Id(id) => item.set("vxlan_id", *id),
            InfoVxlan::Local(address) => item.set("tunnel_local", address.to_string()),
            InfoVxlan::Local6(address) => item.set("tunnel_local", address.to_string()),
            InfoVxlan::Group(address) => item.set("tunnel_remote", address.to_string()),
            InfoVxlan::Group6(address) => item.set("tunnel_remote", address.to_string()),
            InfoVxlan::Port(port) => item.set("tunnel_port", *port),
            _ => {}
        }),
        InfoData::IpTunnel(data) => data.iter().for_each(|info| match info {
            InfoIpTunnel::Local(address) => item.set("tunnel_local", specified(*address)),
            InfoIpTunnel::Remote(address) => item.set("tunnel_remote", specified(*address)),
            _ => {}
        }),
        InfoData::GreTun(data) | InfoData::GreTap(data) => data.iter().for_each(|info| match info {
            InfoGre::Local(address) => item.set("tunnel_local", specified((*address).into())),
            InfoGre::Remote(address) => item.set("tunnel_remote", specified((*address).into())),
            _ => {}
        }),
        _ => {}
    }
}

/// An end of a tunnel; all zeros means any.
fn specified(address: IpAddr) -> Option<String> {
    (!address.is_unspecified()).then(|| address.to_string())
}

fn alternative_names(list: &[Prop]) -> Vec<&str> {
    let names =
        list.iter().filter_map(|prop| if let Prop::AltIfName(name) = prop { Some(name.as_str()) } else { None });
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}

/// The kind of link in the words of `ip link`, for those that are seen.
fn link_type(kind: LinkLayerType) -> String {
    match kind {
        LinkLayerType::Ether => "ether".to_owned(),
        LinkLayerType::Loopback => "loopback".to_owned(),
        LinkLayerType::Ppp => "ppp".to_owned(),
        LinkLayerType::Infiniband => "infiniband".to_owned(),
        LinkLayerType::Tunnel => "ipip".to_owned(),
        LinkLayerType::Tunnel6 => "tunnel6".to_owned(),
        LinkLayerType::Sit => "sit".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}

/// A hardware address in its usual form; nothing when there is none.
fn mac(bytes: &[u8]) -> Option<String> {
    let text = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
