//! Links as the kernel tells them: bonds, VLANs and tunnels, which not every kernel that runs the tests can make.

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{BondMode, InfoKind};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn link(name: &str, extra: Vec<LinkAttribute>) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = 7;
    message.attributes = vec![LinkAttribute::IfName(name.to_owned())];
    message.attributes.extend(extra);
    message
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

proptest! {
    #[test]
    fn any_answer_of_the_kernel_is_survived(kind in 16_u16..26, body in prop::collection::vec(any::<u8>(), 0..160)) {
        let length = u32::try_from(body.len() + 16).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.resize(16, 0);
        bytes.extend(body);
        if let Ok(message) = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&bytes)
            && let netlink_packet_core::NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) = message.payload
        {
            let _ = item(&link, &BTreeMap::new());
        }
    }
}
