//! Network interfaces with their addresses: asked of the kernel over rtnetlink, or read from `/sys` in a tree that was not made by
//! `muster-agent record`.
//!
//! Addresses that somebody set are facts; leased and temporary ones come and go and stand apart, in a metric.

use std::collections::BTreeMap;

use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem, SectionName, volatility};
use serde_json::{Value, json};

use super::rtnetlink::{self, ADDRESS, INET6, LINK, Message};
use super::{Collector, Event, Privilege, Section, stable};
use crate::root::Root;

pub(super) mod link;

/// One directory per interface.
const NET: &str = "/sys/class/net";

pub(super) struct Interface;

impl Collector for Interface {
    fn name(&self) -> SectionName {
        SectionName::Interface
    }

    fn contents(&self) -> &'static str {
        "network interfaces: addresses, MAC, MTU, state, driver, speed, bonds, bridges, VLANs, tunnels"
    }

    fn purpose(&self) -> &'static str {
        "how hosts are reached and recognised, and what they are plugged into"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn events(&self) -> &'static [Event] {
        &[Event::Link, Event::Address]
    }

    fn collect(&self, root: &Root) -> Section {
        let Some(mut told) = root.told("interface", ask) else { return collect_files(root) };
        for item in &mut told.items {
            // The `/sys` of a sandbox may be that of another network namespace.
            let index = item.attributes.get("index").and_then(Value::as_u64);
            if root.number(&format!("{NET}/{}/ifindex", item.key)) == index && index.is_some() {
                add_device(root, item);
            }
        }
        stable::key_by(&mut told.items, &["permanent_mac"]);
        told
    }
}

/// What the kernel says.
fn ask() -> Section {
    let mut problems: Vec<Problem> = Vec::new();
    let links = match rtnetlink::dump(LINK, 0, "links") {
        Ok(links) => links,
        Err(problem) => return Section::failed(problem.source, problem.message),
    };
    problems.extend(links.problem("links"));
    let addresses = rtnetlink::dump(ADDRESS, 0, "addresses");
    let addresses = addresses.map_err(|problem| problems.push(problem)).ok();
    problems.extend(addresses.as_ref().and_then(|answers| answers.problem("addresses")));
    let by_index = addresses.map(|answers| group(&answers.messages));

    let names = names_of(&links.messages);
    let items = links.messages.iter().filter_map(|message| {
        let mut item = link::item(message, &names)?;
        if let Some(found) = &by_index {
            let (fixed, dynamic) = found.get(&link::index(message)).cloned().unwrap_or_default();
            item.set("addresses", sorted(fixed));
            if !dynamic.is_empty() {
                item.set("dynamic_addresses", sorted(dynamic));
            }
        }
        Some(item)
    });
    Section::of(with_ports(items.collect()), problems)
}

/// Bridges and bonds name their members, in order; not the cables of containers, which come and go.
fn with_ports(mut items: Vec<Item>) -> Vec<Item> {
    let mut ports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in items.iter().filter(|item| volatility::dropped_by(SectionName::Interface, item).is_none()) {
        if let Some(master) = item.text("master") {
            ports.entry(master.to_owned()).or_default().push(item.key.clone());
        }
    }
    for item in &mut items {
        if let Some(mut names) = ports.remove(&item.key) {
            names.sort_unstable();
            item.set("ports", names);
        }
    }
    items
}

/// Names of interfaces by their index. Asked of the kernel where possible: `/sys` may be that of another namespace.
pub(super) fn names(root: &Root) -> BTreeMap<u32, String> {
    let asked = if root.is_live() { rtnetlink::dump(LINK, 0, "links").ok() } else { None };
    if let Some(links) = asked {
        return names_of(&links.messages);
    }
    let entries = root.list(NET).unwrap_or_default().into_iter();
    entries.filter_map(|entry| Some((root.number(&format!("{NET}/{}/ifindex", entry.name))?, entry.name))).into_map()
}

pub(super) fn names_of(links: &[Message]) -> BTreeMap<u32, String> {
    links.iter().filter_map(|link| Some((link::index(link), link::name(link)?))).into_map()
}

/// Addresses by interface: those that were set, those that were leased or made up for a while.
pub(super) fn group(messages: &[Message]) -> BTreeMap<u32, (Vec<Value>, Vec<Value>)> {
    let mut found: BTreeMap<u32, (Vec<Value>, Vec<Value>)> = BTreeMap::new();
    for message in messages {
        let Some((value, is_dynamic)) = describe(message) else { continue };
        // `ifa_index`
        let (fixed, dynamic) = found.entry(message.number(4)).or_default();
        if is_dynamic { dynamic.push(value) } else { fixed.push(value) }
    }
    found
}

/// `IFA_ADDRESS`, `IFA_LOCAL`, `IFA_FLAGS`.
const SHOWN: u16 = 1;
const LOCAL: u16 = 2;
const FLAGS: u16 = 8;
/// `IFA_F_SECONDARY` and `IFA_F_PERMANENT`.
const SECONDARY: u32 = 0x01;
const PERMANENT: u32 = 0x80;

fn describe(message: &Message) -> Option<(Value, bool)> {
    let (family, prefix, short_flags, scope) = (message.byte(0), message.byte(1), message.byte(2), message.byte(3));
    let (mut shown, mut local) = (None, None);
    let mut flags = u32::from(short_flags);
    for attribute in message.attributes(ADDRESS) {
        match attribute.kind {
            SHOWN => shown = attribute.address(),
            LOCAL => local = attribute.address(),
            FLAGS => flags = attribute.native().unwrap_or(flags),
            _ => {}
        }
    }
    // On a point-to-point link "address" is that of the other end.
    let ours = local.or(shown)?;
    let is_inet6 = family == INET6;
    let mut value = json!({
        "address": ours,
        "prefix": prefix,
        "family": if is_inet6 { "inet6" } else { "inet" },
        "scope": scope_name(scope),
    });
    if let (Some(peer), Value::Object(members)) = (shown.filter(|peer| *peer != ours), &mut value) {
        members.insert("peer".to_owned(), json!(peer));
    }
    // The bit of secondary IPv4 addresses marks temporary IPv6 addresses (RFC 8981).
    let is_temporary = is_inet6 && flags & SECONDARY != 0;
    let is_dynamic = is_temporary || flags & PERMANENT == 0;
    // What a router advertises has a prefix of its own; DHCPv6 gives single addresses (RFC 8415).
    if is_dynamic
        && !is_temporary
        && (!is_inet6 || prefix == 128)
        && let Value::Object(members) = &mut value
    {
        members.insert("dhcp".to_owned(), Value::Bool(true));
    }
    Some((value, is_dynamic))
}

/// `RT_SCOPE_*`, of addresses and of routes.
pub(super) fn scope_name(scope: u8) -> String {
    match scope {
        0 => "global".to_owned(),
        200 => "site".to_owned(),
        253 => "link".to_owned(),
        254 => "host".to_owned(),
        255 => "nowhere".to_owned(),
        number => number.to_string(),
    }
}

fn sorted(mut addresses: Vec<Value>) -> Vec<Value> {
    addresses.sort_by_cached_key(Value::to_string);
    addresses
}

/// What `/sys` knows of the device behind an interface. The kernel answers -1 or `EINVAL` for a speed it does not know.
fn add_device(root: &Root, item: &mut Item) {
    let path = format!("{NET}/{}", item.key);
    item.set("driver", root.link_name(&format!("{path}/device/driver")));
    item.set("speed_mbps", root.number::<u32>(&format!("{path}/speed")).filter(|mbps| (1..u32::MAX).contains(mbps)));
    item.set("duplex", root.value(&format!("{path}/duplex")).filter(|duplex| duplex != "unknown"));
    if let Some(mac) = root.value(&format!("{path}/bonding_slave/perm_hwaddr")) {
        item.set("permanent_mac", mac.to_ascii_lowercase());
    }
    if root.exists(&format!("{path}/device")) {
        item.set("physical", true);
        // Before Linux 5.6 the kernel tells the permanent address over rtnetlink of nothing. That nobody set another one
        // (`NET_ADDR_PERM`) it says since 3.10, so that the address in use is it.
        let is_own = root.number::<u8>(&format!("{path}/addr_assign_type")) == Some(0);
        if is_own && item.text("permanent_mac").is_none() {
            item.set("permanent_mac", item.text("mac").map(str::to_owned));
        }
    }
    if root.exists(&format!("{path}/wireless")) || root.exists(&format!("{path}/phy80211")) {
        item.set("wireless", true);
    }
}

/// What `/sys` knows of bonds, bridges and VLANs: for a recorded tree, where the kernel cannot be asked.
fn add_kind(root: &Root, item: &mut Item) {
    let path = format!("{NET}/{}", item.key);
    let device_type = root.text(&format!("{path}/uevent")).unwrap_or_default();
    let device_type = device_type.lines().find_map(|line| line.strip_prefix("DEVTYPE=")).map(str::to_owned);
    item.set("kind", device_type.filter(|kind| kind != "wlan"));
    // Such as `active-backup 1`.
    let mode = root.value(&format!("{path}/bonding/mode"));
    item.set("bond_mode", mode.and_then(|mode| mode.split_whitespace().next().map(str::to_owned)));
    item.set("bond_active", root.value(&format!("{path}/bonding/active_slave")));
    let vlan = root.text(&format!("/proc/net/vlan/{}", item.key)).unwrap_or_default();
    let id = vlan.split_once("VID: ").and_then(|(_, rest)| rest.split_whitespace().next()?.parse::<u16>().ok());
    item.set("vlan_id", id);
    let parent = vlan.lines().find_map(|line| line.strip_prefix("Device: ")).map(|name| name.trim().to_owned());
    item.set("parent", parent);
}

fn collect_files(root: &Root) -> Section {
    let entries = match root.list(NET) {
        Ok(entries) => entries,
        Err(error) => return Section::unreadable(&error),
    };
    let names = entries.into_iter().map(|entry| entry.name);
    // `bonding_masters` and the like are no interfaces.
    let interfaces = names.filter(|name| root.exists(&format!("{NET}/{name}/ifindex")));
    let items = interfaces.map(|name| {
        let value = |file: &str| root.value(&format!("{NET}/{name}/{file}"));
        let mut item = Item::new(&name)
            .with("name", name.as_str())
            .with("mac", value("address").map(|mac| mac.to_ascii_lowercase()))
            .with("mtu", root.number::<u32>(&format!("{NET}/{name}/mtu")))
            .with("operstate", value("operstate"))
            .with("alias", value("ifalias"))
            .with("master", root.link_name(&format!("{NET}/{name}/master")));
        add_device(root, &mut item);
        add_kind(root, &mut item);
        item
    });
    let message = "addresses are not part of this tree".to_owned();
    let mut items = with_ports(items.collect());
    stable::key_by(&mut items, &["permanent_mac"]);
    Section::of(items, vec![Problem { source: NET.to_owned(), message }])
}

#[cfg(test)]
mod tests;
