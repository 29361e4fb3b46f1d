//! Network interfaces: these formats list one entry for each address, we one item with all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use muster_shared::report::Item;
use serde_json::{Value, json};

use super::value::{count, known, leading};
use super::{Found, Reading};
use crate::peer::message::Entry;

/// Drivers of interfaces that are no cards.
const VIRTUAL_DRIVERS: &[&str] = &["bonding", "bridge", "dummy", "ifb", "tun", "veth", "vxlan", "802.1Q VLAN Support"];

pub(super) fn interfaces(reading: Reading<'_>) -> Found {
    let mut found: BTreeMap<&str, (Item, BTreeSet<String>)> = BTreeMap::new();
    for entry in reading.list("networks") {
        // Aliases such as `eth0:1` are addresses of their interface.
        let Some(name) = entry.text(&["description"]).and_then(|name| name.split(':').next()) else { continue };
        let (item, addresses) = found.entry(name).or_insert_with(|| (described(name, entry), BTreeSet::new()));
        addresses.extend(address(entry).map(|address| address.to_string()));
        for (attribute, value) in described(name, entry).attributes {
            item.attributes.entry(attribute).or_insert(value);
        }
    }
    let items = found.into_values().map(|(item, addresses)| {
        // Sorted as text, as our own agent sorts them.
        let addresses: Vec<Value> = addresses.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        item.with("addresses", addresses)
    });
    Found::of(items.collect())
}

fn described(name: &str, entry: &Entry<'_>) -> Item {
    let text = |names: &[&str]| known(entry.text(names));
    let kind = text(&["type"]).unwrap_or_default().to_lowercase();
    let link_type = match kind.as_str() {
        "ethernet" | "ether" | "wifi" | "bridge" | "aggregate" | "alias" => Some("ether"),
        "loopback" => Some("loopback"),
        "infiniband" => Some("infiniband"),
        _ => None,
    };
    let made = match kind.as_str() {
        "bridge" => Some("bridge"),
        "aggregate" => Some("bond"),
        _ => None,
    };
    let state = text(&["status"])
        .map(str::to_lowercase)
        .filter(|state| name != "lo" && matches!(state.as_str(), "up" | "down"));
    let mut item = Item::new(name)
        .with("name", name)
        .with("mac", entry.text(&["macaddr", "mac"]).and_then(mac))
        .with("mtu", count(entry.text(&["mtu"])))
        .with("driver", text(&["driver"]))
        // Unknown speeds are written as -1 and 0.
        .with("speed_mbps", leading(entry.text(&["speed"])))
        .with("duplex", text(&["duplex"]).map(str::to_lowercase).filter(|_| leading(entry.text(&["speed"])).is_some()))
        .with("link_type", link_type)
        .with("kind", made)
        .with("operstate", state);
    if is_card(entry) {
        item.set("physical", true);
    }
    if kind == "wifi" {
        item.set("wireless", true);
    }
    item
}

/// Whether an entry is of a card: it has a driver, and is not said to be virtual.
fn is_card(entry: &Entry<'_>) -> bool {
    let is_virtual =
        entry.text(&["virtualdev"]).is_some_and(|text| !matches!(text.to_lowercase().as_str(), "0" | "physical"));
    let driver = known(entry.text(&["driver"]));
    !is_virtual && driver.is_some_and(|driver| !VIRTUAL_DRIVERS.contains(&driver))
}

/// The addresses of the cards. Those of bonds, bridges and containers are made up or borrowed.
pub(super) fn card_addresses(reading: Reading<'_>) -> BTreeSet<String> {
    let cards = reading.list("networks").iter().filter(|entry| is_card(entry));
    cards.filter_map(|entry| entry.text(&["macaddr", "mac"]).and_then(mac)).collect()
}

/// A MAC address in lower case; zeros are none.
fn mac(text: &str) -> Option<String> {
    let plain = text.trim().to_ascii_lowercase().replace('-', ":");
    let is_mac = plain.split(':').count() >= 6
        && plain.split(':').all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (is_mac && plain.bytes().any(|byte| !matches!(byte, b'0' | b':'))).then_some(plain)
}

/// The address of an entry, in the form of our own agent. A mask that is none is not made up.
fn address(entry: &Entry<'_>) -> Option<Value> {
    let ip: IpAddr = entry.text(&["ipaddress", "ipaddress6"])?.split('%').next()?.parse().ok()?;
    let mask = entry.text(&["ipmask", "ipmask6"]);
    let (family, scope, prefix) = match ip {
        IpAddr::V4(v4) => {
            let scope = if v4.is_loopback() {
                "host"
            } else if v4.is_link_local() {
                "link"
            } else {
                "global"
            };
            ("inet", scope, mask.and_then(|mask| prefix_v4(mask.parse().ok()?)))
        }
        // The mask of the loopback address is told as `fff0::`; it has no network.
        IpAddr::V6(Ipv6Addr::LOCALHOST) => ("inet6", "host", Some(128)),
        IpAddr::V6(v6) => {
            let scope = if v6.is_unicast_link_local() { "link" } else { "global" };
            ("inet6", scope, mask.and_then(|mask| prefix_v6(mask.parse().ok()?)))
        }
    };
    let mut address = json!({"address": ip.to_string(), "family": family, "scope": scope});
    if let (Some(prefix), Some(fields)) = (prefix, address.as_object_mut()) {
        fields.insert("prefix".into(), prefix.into());
    }
    Some(address)
}

fn prefix_v4(mask: Ipv4Addr) -> Option<u32> {
    let bits = mask.to_bits();
    (bits.leading_ones() + bits.trailing_zeros() >= 32).then(|| bits.leading_ones())
}

fn prefix_v6(mask: Ipv6Addr) -> Option<u32> {
    let bits = mask.to_bits();
    (bits.leading_ones() + bits.trailing_zeros() >= 128).then(|| bits.leading_ones())
}
