//! Routes of the main table, IPv4 and IPv6, asked of the kernel over rtnetlink.
//!
//! The key is what the kernel itself tells routes apart by: family, destination, interface and metric. A gateway that moves
//! is a changed route, not a new one.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::{Item, Problem, SectionName};
use serde_json::{Map, Value, json};

use super::netlink::attribute::{Attribute, attributes};
use super::rtnetlink::{self, INET, INET6, Message, ROUTE};
use super::{Collector, Event, Privilege, Section, interface};
use crate::root::Root;

/// The kernel counts the life of a route in hundredths of a second.
const TICKS_PER_SECOND: i32 = 100;

pub(super) struct Route;

impl Collector for Route {
    fn name(&self) -> SectionName {
        SectionName::Route
    }

    fn contents(&self) -> &'static str {
        "routes of the main table: destination, gateway, interface, metric, protocol, preferred source"
    }

    fn purpose(&self) -> &'static str {
        "which way the traffic goes, and when that was changed by hand"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn events(&self) -> &'static [Event] {
        &[Event::Route, Event::Address, Event::Link]
    }

    fn collect(&self, root: &Root) -> Section {
        root.told("route", || ask(&interface::names(root))).unwrap_or_else(Section::unsupported)
    }
}

fn ask(names: &BTreeMap<u32, String>) -> Section {
    let mut problems: Vec<Problem> = Vec::new();
    let mut items: Vec<Item> = Vec::new();
    let mut answered = false;
    for (family, what) in [(INET, "routes of IPv4"), (INET6, "routes of IPv6")] {
        match rtnetlink::dump(ROUTE, family, what) {
            Ok(answers) => {
                answered = true;
                problems.extend(answers.problem(what));
                items.extend(answers.messages.iter().filter_map(|route| item(route, names)));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !answered {
        return Section { status: muster_shared::SectionStatus::Failed, items, problems };
    }
    Section::of(with_unique_keys(items), problems)
}

/// Attributes of a route: `RTA_DST`, `RTA_OIF` and so on.
const DESTINATION: u16 = 1;
const OIF: u16 = 4;
const GATEWAY: u16 = 5;
const PRIORITY: u16 = 6;
const PREFERRED_SOURCE: u16 = 7;
const MULTI_PATH: u16 = 9;
const CACHE_INFO: u16 = 12;
const TABLE: u16 = 15;
const VIA: u16 = 18;
const PREFERENCE: u16 = 20;

/// `RT_TABLE_MAIN`
const MAIN: u32 = 254;
/// `RTM_F_CLONED`: made for one destination and soon gone.
const CLONED: u32 = 0x200;

/// Who made a route (`RTPROT_*`, `/etc/iproute2/rt_protos`).
const PROTOCOLS: &[(u8, &str)] = &[
    (0, "unspec"),
    (1, "icmp_redirect"),
    (2, "kernel"),
    (3, "boot"),
    (4, "static"),
    (8, "gated"),
    (9, "ra"),
    (10, "merit_mrt"),
    (11, "zebra"),
    (12, "bird"),
    (13, "decnet_routing_daemon"),
    (14, "xorp"),
    (15, "netsukuku"),
    (16, "dhcp"),
    (17, "multicast_daemon"),
    (18, "keepalived_daemon"),
    (42, "babel"),
    (186, "bgp"),
    (187, "isis"),
    (188, "ospf"),
    (189, "rip"),
    (192, "eigrp"),
];

/// What is done with what goes there (`RTN_*`), by number.
const TYPES: &[&str] = &[
    "unspec",
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
    "externalresolve",
];

pub(super) fn item(route: &Message, names: &BTreeMap<u32, String>) -> Option<Item> {
    let [family, length, table, protocol, scope, kind] = [0, 1, 4, 5, 6, 7].map(|at| route.byte(at));
    let table = route
        .attributes(ROUTE)
        .find(|attribute| attribute.kind == TABLE)
        .and_then(|table| table.native())
        .unwrap_or(u32::from(table));
    if table != MAIN || route.number(8) & CLONED != 0 {
        return None;
    }
    let is_inet6 = family == INET6;
    let family = if is_inet6 { "inet6" } else { "inet" };
    let mut item =
        Item::new("").with("family", family).with("protocol", protocol_name(protocol)).with("type", type_name(kind));
    if !is_inet6 {
        item.set("scope", interface::scope_name(scope));
    }
    let mut destination = None;
    for attribute in route.attributes(ROUTE) {
        match attribute.kind {
            DESTINATION => destination = text(&attribute),
            OIF => item.set("interface", attribute.native().and_then(|index| names.get(&index).cloned())),
            PRIORITY => item.set("metric", attribute.native()),
            PREFERRED_SOURCE => item.set("preferred_source", text(&attribute)),
            PREFERENCE => item.set("preference", attribute.value.first().and_then(|byte| preference_name(*byte))),
            MULTI_PATH => item.set("next_hops", next_hops(attribute.value, names)),
            CACHE_INFO => item.set("expires_seconds", expires_seconds(attribute.value)),
            _ => item.set("gateway", gateway(&attribute)),
        }
    }
    let whole = if is_inet6 { 128 } else { 32 };
    let destination = match destination {
        None if length == 0 => "default".to_owned(),
        None => format!("{}/{length}", if is_inet6 { "::" } else { "0.0.0.0" }),
        Some(address) if length == whole => address,
        Some(address) => format!("{address}/{length}"),
    };
    item.key = format!("{family} {destination}");
    for (word, name) in [("dev", "interface"), ("metric", "metric"), ("tos", "tos")] {
        if let Some(value) = item.attributes.get(name) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            item.key = format!("{} {word} {value}", item.key);
        }
    }
    item.set("destination", destination);
    Some(item)
}

/// Several routes of one key (ways of equal cost, told one by one) have their gateway added.
fn with_unique_keys(mut items: Vec<Item>) -> Vec<Item> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for item in &mut items {
        if !seen.insert(item.key.clone()) {
            item.key = format!("{} via {}", item.key, item.text("gateway").unwrap_or_default());
            seen.insert(item.key.clone());
        }
    }
    items
}

fn text(attribute: &Attribute<'_>) -> Option<String> {
    attribute.address().map(|address| address.to_string())
}

fn gateway(attribute: &Attribute<'_>) -> Option<String> {
    match attribute.kind {
        GATEWAY => text(attribute),
        // The family stands in front: it is another than the destination's.
        VIA => text(&Attribute { kind: VIA, value: attribute.value.get(2..)? }),
        _ => None,
    }
}

/// `struct rta_cacheinfo`: the third number is the rest of its life, when it has an end.
fn expires_seconds(info: &[u8]) -> Option<i32> {
    let ticks = i32::from_ne_bytes(*info.get(8..)?.first_chunk::<4>()?);
    (ticks > 0).then_some(ticks / TICKS_PER_SECOND)
}

/// Each is a `struct rtnexthop` (length, flags, weight less one, index of the interface) and attributes.
fn next_hops(mut rest: &[u8], names: &BTreeMap<u32, String>) -> Vec<Value> {
    let mut hops = Vec::new();
    while let Some([a, b, _, weight, index @ ..]) = rest.first_chunk::<8>() {
        let length = usize::from(u16::from_ne_bytes([*a, *b]));
        let Some(within) = rest.get(8..length) else { break };
        let mut members = Map::new();
        members.insert("weight".to_owned(), json!(u32::from(*weight) + 1));
        if let Some(gateway) = attributes(within).find_map(|attribute| gateway(&attribute)) {
            members.insert("gateway".to_owned(), json!(gateway));
        }
        if let Some(name) = names.get(&u32::from_ne_bytes(*index)) {
            members.insert("interface".to_owned(), json!(name));
        }
        hops.push(Value::Object(members));
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    hops
}

fn protocol_name(number: u8) -> String {
    let name = PROTOCOLS.iter().find(|(known, _)| *known == number);
    name.map_or_else(|| format!("other({number})"), |(_, name)| (*name).to_owned())
}

fn type_name(number: u8) -> String {
    TYPES.get(usize::from(number)).map_or_else(|| format!("other({number})"), |name| (*name).to_owned())
}

/// `ICMPV6_ROUTER_PREF_*`
const fn preference_name(number: u8) -> Option<&'static str> {
    match number {
        0 => Some("medium"),
        1 => Some("high"),
        3 => Some("low"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
