//! Messages of rtnetlink as bytes: what counts, what is the same again, and what is no message.

use proptest::prelude::*;

use super::*;

fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).unwrap();
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn message(kind: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let length = u32::try_from(body.len() + HEADER_BYTES).unwrap();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.resize(HEADER_BYTES, 0);
    bytes.extend(body);
    bytes
}

fn link_message(kind: u16, family: u8, name: &str, flags: u8, extra: &[u8]) -> Vec<u8> {
    let header = [family, 0, 1, 0, 2, 0, 0, 0, flags, 0, 0, 0, 0xff, 0, 0, 0];
    message(kind, &[&header, &attribute(IFLA_IFNAME, format!("{name}\0").as_bytes()), extra])
}

fn address_message(kind: u16, flags: u8, lifetime: u8) -> Vec<u8> {
    let header = [2, 24, flags, 0, 2, 0, 0, 0];
    let (ip, life) = (attribute(IFA_LOCAL, &[192, 0, 2, 1]), attribute(IFA_CACHEINFO, &[lifetime; 16]));
    message(kind, &[&header, &ip, &life])
}

fn route_message(table: u8, gateway: u8, lifetime: u8) -> Vec<u8> {
    let header = [2, 0, 0, 0, table, 4, 0, 1, 0, 0, 0, 0];
    let (via, life) = (attribute(5, &[192, 0, 2, gateway]), attribute(RTA_CACHEINFO, &[lifetime; 32]));
    message(24, &[&header, &via, &life])
}

#[test]
fn only_a_change_is_an_event() {
    let mut memory = Memory::default();
    let counters = attribute(23, &[9; 32]);
    let bridge = attribute(IFLA_LINKINFO, b"\x0b\0\x01\0bridge\0\0timer 7");
    for (bytes, expected) in [
        (address_message(20, 0x80, 1), vec![Event::Address]),
        (address_message(20, 0x80, 2), vec![]), // renewed
        (address_message(20, 0x00, 2), vec![Event::Address]),
        (address_message(21, 0x00, 2), vec![Event::Address]),
        (address_message(20, 0x00, 2), vec![Event::Address]),
        (link_message(16, 0, "eth0", 1, &[]), vec![Event::Link]),
        (link_message(16, 0, "eth0", 1, &counters), vec![]),
        (link_message(16, 0, "eth0", 1, &bridge), vec![]),
        (link_message(16, 7, "eth0", 3, &[]), vec![]),
        (link_message(16, 0, "eth0", 3, &[]), vec![Event::Link]),
        (link_message(16, 0, "veth12", 3, &[]), vec![]),
        (route_message(254, 1, 1), vec![Event::Route]),
        (route_message(254, 1, 2), vec![]),
        (route_message(254, 9, 2), vec![Event::Route]),
        (route_message(255, 1, 1), vec![]),
        (message(28, &[&[0; 12]]), vec![]), // a neighbour
    ] {
        assert_eq!(memory.events(&bytes), expected, "{bytes:?}");
    }
    let both = [address_message(21, 0, 0), route_message(254, 3, 0)].concat();
    assert_eq!(memory.events(&both), [Event::Address, Event::Route]);
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut memory = Memory::default();
    for index in 0..u64::try_from(KNOWN_CAP).unwrap() * 2 {
        memory.is_news(&Told { event: Event::Link, is_gone: false, identity: index, content: 0 });
        assert!(memory.known.len() <= KNOWN_CAP);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        Memory::default().events(&bytes);
    }

    #[test]
    fn any_message_of_ours_is_survived(kind in 16_u16..26, body in prop::collection::vec(any::<u8>(), 0..120)) {
        let cut = Memory::default().events(&message(kind, &[&body]));
        prop_assert!(cut.len() <= 1);
    }
}
