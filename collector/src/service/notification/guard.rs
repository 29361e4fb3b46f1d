//! Where a webhook may lead: to public addresses, and to networks that the owner names.
//!
//! Whoever may set up a channel must not reach through the collector what only the collector reaches: itself, its network,
//! the metadata of its cloud. Names are resolved once, and what was checked is what is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Networks that are nobody's on the public internet. Documentation, benchmarks and protocols are in it: nothing answers there.
const V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
    // The metadata of a cloud that has it on a public address.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Of IPv6 only `2000::/3` is public; within it these are not.
const V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_in(address: IpAddr, network: IpAddr, length: u8) -> bool {
    IpNet::new(network, length).is_ok_and(|network| network.contains(&address))
}

/// The address that packets go to in the end: what is wrapped in IPv6 is unwrapped.
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let v4 = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match v6.segments() {
        // IPv4 as such, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, _, _, high, low] | [0x2002, high, low, ..] => {
            v4(high, low)
        }
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !V4.iter().any(|(network, length)| is_in(address, (*network).into(), *length)),
        IpAddr::V6(v6) => {
            is_in(address, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0).into(), 3)
                && !V6.iter().any(|(network, length)| is_in(v6.into(), (*network).into(), *length))
        }
    }
}

/// Whether an address stands in one of these networks.
pub(super) fn is_within(networks: &[IpNet], address: IpAddr) -> bool {
    let address = unwrapped(address);
    networks.iter().any(|network| network.contains(&address))
}

/// Whether an address may be reached.
pub(super) fn allows(networks: &[IpNet], address: IpAddr) -> bool {
    is_public(unwrapped(address)) || is_within(networks, address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_public_or_named_is_reached() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for public in ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::808:808", "172.32.0.1"] {
            assert!(allows(&[], address(public)), "{public}");
        }
        let forbidden = [
            "127.0.0.1",
            "127.255.255.255",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
            "::127.0.0.1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ];
        for forbidden in forbidden {
            assert!(!allows(&[], address(forbidden)), "{forbidden}");
        }
        let named: Vec<IpNet> = vec!["10.1.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()];
        assert!(allows(&named, address("10.1.2.3")) && allows(&named, address("::ffff:10.1.2.3")));
        assert!(allows(&named, address("fd00:1::5")) && !allows(&named, address("10.2.0.1")));
        assert!(is_within(&named, address("10.1.2.3")) && !is_within(&named, address("1.1.1.1")));
    }
}
