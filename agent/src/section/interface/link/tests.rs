//! Links as the kernel tells them: bonds, VLANs and tunnels, which not every kernel that runs the tests can make. A library
//! that knows the whole of rtnetlink writes them.

use netlink_packet_core::NetlinkSerializable;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BondMode, InfoBond, InfoData, InfoGre, InfoGre6, InfoIpTunnel, InfoKind, InfoVlan, InfoVxlan, LinkAttribute,
    LinkFlags, LinkInfo, LinkLayerType, LinkMessage, Prop, State, Stats64, VlanProtocol,
};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn link(name: &str, extra: Vec<LinkAttribute>) -> Message {
    let mut message = LinkMessage::default();
    message.header.index = 7;
    message.attributes = vec![LinkAttribute::IfName(name.to_owned())];
    message.attributes.extend(extra);
    message.header.flags = LinkFlags::Up | LinkFlags::LowerUp | LinkFlags::Noarp;
    message.header.link_layer_type = LinkLayerType::Tunnel;
    let message = RouteNetlinkMessage::NewLink(message);
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    Message { number: message.message_type(), bytes }
}

fn kind(kind: InfoKind, data: InfoData) -> LinkAttribute {
    LinkAttribute::LinkInfo(vec![LinkInfo::Kind(kind), LinkInfo::Data(data)])
}

#[test]
fn bonds_vlans_and_tunnels_say_what_they_are() {
    let names: BTreeMap<u32, String> = [(2, "eth0".to_owned()), (3, "eth1".to_owned())].into();
    let bond = InfoData::Bond(vec![InfoBond::Mode(BondMode::ActiveBackup), InfoBond::ActivePort(3)]);
    let bond = item(&link("bond0", vec![kind(InfoKind::Bond, bond)]), &names).unwrap();
    assert_eq!((bond.text("bond_mode"), bond.text("bond_active")), (Some("active-backup"), Some("eth1")));

    let vlan = InfoData::Vlan(vec![InfoVlan::Id(12), InfoVlan::Protocol(VlanProtocol::Ieee8021Q)]);
    let vlan = vec![LinkAttribute::Link(2), kind(InfoKind::Vlan, vlan)];
    let vlan = item(&link("eth0.12", vlan), &names).unwrap();
    assert_eq!((&vlan.attributes["vlan_id"], vlan.text("parent")), (&json!(12), Some("eth0")));
    assert_eq!(vlan.text("vlan_protocol"), Some("802.1Q"));

    let gre = InfoData::GreTun(vec![InfoGre::Local([0; 4].into()), InfoGre::Remote([192, 0, 2, 1].into())]);
    let gre = item(&link("gre1", vec![kind(InfoKind::GreTun, gre)]), &names).unwrap();
    assert_eq!((gre.text("tunnel_local"), gre.text("tunnel_remote")), (None, Some("192.0.2.1")));
    assert_eq!(gre.attributes["tunnel"], true);

    let card = vec![
        LinkAttribute::Address(vec![2, 0, 0, 0, 0, 1]),
        LinkAttribute::PermAddress(vec![0x52, 0x54, 0, 0xab, 0, 1]),
        LinkAttribute::Controller(99),
    ];
    let card = item(&link("eth1", card), &names).unwrap();
    assert_eq!((card.text("mac"), card.text("permanent_mac")), (Some("02:00:00:00:00:01"), Some("52:54:00:ab:00:01")));
    assert_eq!(card.text("master"), None, "a master that is not known is not guessed");
}

#[test]
fn addresses_of_tunnels_are_of_both_families() {
    let names = BTreeMap::new();
    let vxlan = vec![
        InfoVxlan::Id(4_096),
        InfoVxlan::Local([192, 0, 2, 9].into()),
        InfoVxlan::Group6("2001:db8::1".parse().unwrap()),
        InfoVxlan::Port(4_789),
    ];
    let vxlan = item(&link("vx0", vec![kind(InfoKind::Vxlan, InfoData::Vxlan(vxlan))]), &names).unwrap();
    assert_eq!((&vxlan.attributes["vxlan_id"], &vxlan.attributes["tunnel_port"]), (&json!(4_096), &json!(4_789)));
    assert_eq!((vxlan.text("tunnel_local"), vxlan.text("tunnel_remote")), (Some("192.0.2.9"), Some("2001:db8::1")));

    let ends = vec![InfoIpTunnel::Local("2001:db8::2".parse().unwrap()), InfoIpTunnel::Remote([0; 16].into())];
    let tunnel = item(&link("t6", vec![kind(InfoKind::Ip6Tnl, InfoData::IpTunnel(ends))]), &names).unwrap();
    assert_eq!((tunnel.text("tunnel_local"), tunnel.text("tunnel_remote")), (Some("2001:db8::2"), None));

    let ends = vec![InfoGre6::Local("2001:db8::3".parse().unwrap())];
    let gre = item(&link("g6", vec![kind(InfoKind::GreTun6, InfoData::GreTun6(ends))]), &names).unwrap();
    assert_eq!(gre.text("tunnel_local"), Some("2001:db8::3"));
}

#[test]
fn flags_states_counters_and_names_are_told() {
    let mut stats = Stats64::default();
    (stats.rx_packets, stats.tx_packets, stats.rx_bytes, stats.tx_bytes) = (1, 2, 3, 4);
    (stats.rx_errors, stats.tx_errors) = (5, u64::MAX);
    let names = [Prop::AltIfName("enp2s0".to_owned()), Prop::AltIfName("ens1".to_owned())];
    let extra = vec![
        LinkAttribute::OperState(State::LowerLayerDown),
        LinkAttribute::Mtu(9_000),
        LinkAttribute::IfAlias("uplink".to_owned()),
        LinkAttribute::PropList(names.to_vec()),
        LinkAttribute::Stats64(stats),
        LinkAttribute::LinkNetNsId(3),
        LinkAttribute::Link(2),
    ];
    let told = item(&link("eth0", extra), &[(2, "wrong".to_owned())].into()).unwrap();
    for (name, value) in [
        ("flags", json!(["LOWER_UP", "NOARP", "UP"])),
        ("link_type", json!("ipip")),
        ("operstate", json!("lowerlayerdown")),
        ("mtu", json!(9_000)),
        ("alias", json!("uplink")),
        ("alternative_names", json!(["enp2s0", "ens1"])),
        ("rx_packets", json!(1)),
        ("tx_packets", json!(2)),
        ("rx_bytes", json!(3)),
        ("tx_bytes", json!(4)),
        ("rx_errors", json!(5)),
        ("tx_errors", json!(u64::MAX)),
        ("index", json!(7)),
    ] {
        assert_eq!(told.attributes[name], value, "{name}");
    }
    assert_eq!(told.text("parent"), None, "a number of another namespace");
}

#[test]
fn layers_are_found_by_number() {
    let known = [1, 772, 512, 32, 768, 776, 0xfffe].map(layer::name);
    assert_eq!(known, ["ether", "loopback", "ppp", "infiniband", "ipip", "sit", "none"]);
    assert_eq!(layer::name(999), "other(999)");
}

proptest! {
    #[test]
    fn any_answer_of_the_kernel_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let _ = item(&Message { number: 16, bytes }, &BTreeMap::new());
    }
}
