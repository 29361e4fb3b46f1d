//! Routes as the kernel tells them, written by a library that knows the whole of rtnetlink.

use netlink_packet_core::NetlinkSerializable;
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteCacheInfo, RouteHeader, RouteMessage, RouteNextHop, RoutePreference,
    RouteProtocol, RouteScope, RouteType, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use proptest::prelude::*;

use super::*;

fn told(family: AddressFamily, length: u8, attributes: Vec<RouteAttribute>) -> Option<Item> {
    let mut message = RouteMessage::default();
    message.header = RouteHeader {
        address_family: family,
        destination_prefix_length: length,
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::Dhcp,
        scope: RouteScope::Link,
        kind: RouteType::Unicast,
        ..RouteHeader::default()
    };
    message.attributes = attributes;
    let message = RouteNetlinkMessage::NewRoute(message);
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    let names = [(2, "eth0".to_owned()), (3, "eth1".to_owned())].into();
    item(&Message { number: message.message_type(), bytes }, &names)
}

fn inet(address: [u8; 4]) -> RouteAddress {
    RouteAddress::Inet(address.into())
}

#[test]
fn a_route_is_keyed_by_what_the_kernel_tells_routes_apart_by() {
    let attributes = vec![
        RouteAttribute::Destination(inet([10, 0, 0, 0])),
        RouteAttribute::Gateway(inet([192, 0, 2, 1])),
        RouteAttribute::PrefSource(inet([192, 0, 2, 7])),
        RouteAttribute::Oif(2),
        RouteAttribute::Priority(100),
    ];
    let route = told(AddressFamily::Inet, 8, attributes).unwrap();
    assert_eq!(route.key, "inet 10.0.0.0/8 dev eth0 metric 100");
    for (name, value) in [
        ("gateway", json!("192.0.2.1")),
        ("preferred_source", json!("192.0.2.7")),
        ("interface", json!("eth0")),
        ("metric", json!(100)),
        ("protocol", json!("dhcp")),
        ("scope", json!("link")),
        ("type", json!("unicast")),
    ] {
        assert_eq!(route.attributes[name], value, "{name}");
    }
    assert_eq!(told(AddressFamily::Inet, 0, vec![]).unwrap().key, "inet default");
    assert_eq!(told(AddressFamily::Inet6, 8, vec![]).unwrap().key, "inet6 ::/8");
    assert_eq!(told(AddressFamily::Inet, 0, vec![RouteAttribute::Table(1_000)]), None, "another table");
}

#[test]
fn ways_of_equal_cost_are_told_in_one_route() {
    let hop = |index, weight, attribute| {
        let mut hop = RouteNextHop::default();
        (hop.interface_index, hop.hops, hop.attributes) = (index, weight, vec![attribute]);
        hop
    };
    let via = RouteVia::Inet6("2001:db8::1".parse().unwrap());
    let hops = vec![hop(2, 0, RouteAttribute::Gateway(inet([192, 0, 2, 1]))), hop(3, 9, RouteAttribute::Via(via))];
    let route = told(AddressFamily::Inet, 0, vec![RouteAttribute::MultiPath(hops)]).unwrap();
    assert_eq!(
        route.attributes["next_hops"],
        json!([
            {"weight": 1, "gateway": "192.0.2.1", "interface": "eth0"},
            {"weight": 10, "gateway": "2001:db8::1", "interface": "eth1"},
        ])
    );
}

#[test]
fn what_a_router_announced_has_an_end_and_a_preference() {
    let mut info = RouteCacheInfo::parse(&[0; 32]).unwrap();
    info.expires = 18_000;
    let via = RouteVia::Inet6("fe80::1".parse().unwrap());
    let attributes = vec![
        RouteAttribute::CacheInfo(info),
        RouteAttribute::Preference(RoutePreference::Low),
        RouteAttribute::Via(via),
    ];
    let route = told(AddressFamily::Inet6, 0, attributes).unwrap();
    assert_eq!((&route.attributes["expires_seconds"], route.text("preference")), (&json!(180), Some("low")));
    assert_eq!((route.text("gateway"), route.text("scope")), (Some("fe80::1"), None));
    let endless =
        told(AddressFamily::Inet6, 0, vec![RouteAttribute::CacheInfo(RouteCacheInfo::parse(&[0; 32]).unwrap())])
            .unwrap();
    assert_eq!(endless.attributes.get("expires_seconds"), None);
}

#[test]
fn numbers_without_a_name_are_told_as_numbers() {
    assert_eq!((protocol_name(16).as_str(), protocol_name(99).as_str()), ("dhcp", "other(99)"));
    assert_eq!((type_name(6).as_str(), type_name(99).as_str()), ("blackhole", "other(99)"));
}

proptest! {
    #[test]
    fn any_answer_of_the_kernel_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let _ = item(&Message { number: 24, bytes }, &BTreeMap::new());
    }
}
