//! Routes of the main table, IPv4 and IPv6, asked of the kernel over rtnetlink.
//!
//! The key is what the kernel itself tells routes apart by: family, destination, interface and metric. A gateway that moves
//! is a changed route, not a new one.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::{Item, Problem, SectionName};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteMessage, RouteNextHop, RoutePreference, RouteScope,
    RouteType, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;
use serde_json::{Map, Value, json};

use super::{Collector, Event, Privilege, Section, interface, netlink};
use crate::root::Root;

/// The kernel counts the life of a route in hundredths of a second.
const TICKS_PER_SECOND: u32 = 100;

pub(super) struct Route;

impl Collector for Route {
    fn name(&self) -> SectionName {
        SectionName::Route
    }

    fn purpose(&self) -> &'static str {
        "routes of the main table: destination, gateway, interface, metric, protocol, preferred source"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn events(&self) -> &'static [Event] {
        &[Event::Route, Event::Address, Event::Link]
    }

    fn collect(&self, root: &Root) -> Section {
        if !root.is_live() {
            return Section::unsupported();
        }
        let names = interface::names(root);
        let mut problems: Vec<Problem> = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        let mut answered = false;
        for (family, what) in [(AddressFamily::Inet, "routes of IPv4"), (AddressFamily::Inet6, "routes of IPv6")] {
            let mut request = RouteMessage::default();
            request.header.address_family = family;
            match netlink::dump(NETLINK_ROUTE, &RouteNetlinkMessage::GetRoute(request), what) {
                Ok(answers) => {
                    answered = true;
                    problems.extend(answers.problem(what));
                    items.extend(answers.messages.into_iter().filter_map(|message| match message {
                        RouteNetlinkMessage::NewRoute(route) => item(&route, &names),
                        _ => None,
                    }));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if !answered {
            return Section { status: muster_shared::SectionStatus::Failed, items, problems };
        }
        Section::of(with_unique_keys(items), problems)
    }
}

pub(super) fn item(route: &RouteMessage, names: &BTreeMap<u32, String>) -> Option<Item> {
    let header = &route.header;
    let table =
        route.attributes.iter().find_map(|a| if let RouteAttribute::Table(table) = a { Some(*table) } else { None });
    let is_main = table.unwrap_or(u32::from(header.table)) == u32::from(RouteHeader::RT_TABLE_MAIN);
    if !is_main || header.flags.contains(RouteFlags::Cloned) {
        return None;
    }
    let is_inet6 = header.address_family == AddressFamily::Inet6;
    let family = if is_inet6 { "inet6" } else { "inet" };
    let mut item = Item::new("")
        .with("family", family)
        .with("protocol", header.protocol.to_string().to_ascii_lowercase())
        .with("type", kind(header.kind));
    if !is_inet6 {
        item.set("scope", scope(header.scope));
    }
    let mut destination = None;
    for attribute in &route.attributes {
        match attribute {
            RouteAttribute::Destination(address) => destination = text(address),
            RouteAttribute::Oif(index) => item.set("interface", names.get(index).cloned()),
            RouteAttribute::Priority(metric) => item.set("metric", *metric),
            RouteAttribute::PrefSource(address) => item.set("preferred_source", text(address)),
            RouteAttribute::Preference(preference) => item.set("preference", preference_name(*preference)),
            RouteAttribute::MultiPath(hops) => {
                item.set("next_hops", hops.iter().map(|hop| next_hop(hop, names)).collect::<Vec<_>>());
            }
            RouteAttribute::CacheInfo(info) if info.expires > 0 => {
                item.set("expires_seconds", info.expires / TICKS_PER_SECOND);
            }
            other => item.set("gateway", gateway(other)),
        }
    }
    let length = header.destination_prefix_length;
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

fn text(address: &RouteAddress) -> Option<String> {
    match address {
        RouteAddress::Inet(address) => Some(address.to_string()),
        RouteAddress::Inet6(address) => Some(address.to_string()),
        _ => None,
    }
}

fn gateway(attribute: &RouteAttribute) -> Option<String> {
    match attribute {
        RouteAttribute::Gateway(address) => text(address),
        RouteAttribute::Via(RouteVia::Inet(address)) => Some(address.to_string()),
        RouteAttribute::Via(RouteVia::Inet6(address)) => Some(address.to_string()),
        _ => None,
    }
}

fn next_hop(hop: &RouteNextHop, names: &BTreeMap<u32, String>) -> Value {
    let mut members = Map::new();
    members.insert("weight".to_owned(), json!(u32::from(hop.hops) + 1));
    if let Some(gateway) = hop.attributes.iter().find_map(gateway) {
        members.insert("gateway".to_owned(), json!(gateway));
    }
    if let Some(name) = names.get(&hop.interface_index) {
        members.insert("interface".to_owned(), json!(name));
    }
    Value::Object(members)
}

fn scope(scope: RouteScope) -> String {
    match scope {
        RouteScope::Universe => "global".to_owned(),
        RouteScope::NoWhere => "nowhere".to_owned(),
        RouteScope::Other(number) => number.to_string(),
        other => other.to_string(),
    }
}

fn kind(kind: RouteType) -> String {
    format!("{kind:?}").to_ascii_lowercase()
}

fn preference_name(preference: RoutePreference) -> Option<&'static str> {
    match preference {
        RoutePreference::Low => Some("low"),
        RoutePreference::Medium => Some("medium"),
        RoutePreference::High => Some("high"),
        _ => None,
    }
}
