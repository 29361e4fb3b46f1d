//! A ruleset as items: tables, chains, named sets, with digests of what they hold.
//!
//! A digest covers what a rule does: its expressions in their order and its comment, without counters, used quota, times of
//! last use and handles. A set without a name (`{ 22, 80 }`) counts by its elements, for its name is made up at load.

use std::collections::BTreeMap;

use muster_shared::Item;
use muster_shared::mapping::Mapping as _;
use sha2::{Digest, Sha256};

use super::hex;
use super::nft::{ANONYMOUS_SET, DYNAMIC_SET, Message, Ruleset};
use crate::section::netlink::attribute::{Attribute, attributes, find};

/// Attributes of an expression that are state, not rule: by name of the expression.
const STATE: &[(&str, &[u16])] = &[("counter", &[1, 2]), ("quota", &[4]), ("last", &[1, 2])];
/// Attributes of an element that are state: time to live, what is left of it, its counters.
const ELEMENT_STATE: &[u16] = &[4, 5, 7, 11];
/// How deep expressions within expressions are followed.
const DEPTH_CAP: usize = 16;

/// Family, table and name of something.
type Place = (u8, String, String);

/// What is told, in the kernel's order.
pub(in crate::section) fn items(ruleset: &Ruleset) -> Vec<Item> {
    let sets = sets(ruleset);
    let rules = rules(ruleset, &sets);
    let mut items: Vec<Item> = Vec::new();
    for table in &ruleset.tables {
        let name = text(table, 1);
        let flags = find(&table.attributes, 2).and_then(|flags| flags.number()).unwrap_or(0);
        let family = family(table.family);
        items.push(
            Item::new(format!("nft {family} {name}"))
                .with("kind", "table")
                .with("backend", "nftables")
                .with("family", family)
                .with("table", name)
                .with("dormant", flags & 1 != 0),
        );
    }
    items.extend(ruleset.chains.iter().map(|chain| chain_item(chain, &rules)));
    let named = ruleset.sets.iter().filter(|set| number(set, 3).unwrap_or(0) & ANONYMOUS_SET == 0);
    items.extend(named.map(|set| set_item(set, &sets)));
    items
}

fn chain_item(chain: &Message, rules: &BTreeMap<Place, (u64, Sha256)>) -> Item {
    let (table, name) = (text(chain, 1), text(chain, 3));
    let family = family(chain.family);
    let (count, digest) = rules.get(&(chain.family, table.clone(), name.clone())).cloned().unwrap_or_default();
    let mut item = Item::new(format!("nft {family} {table} {name}"))
        .with("kind", "chain")
        .with("backend", "nftables")
        .with("family", family)
        .with("table", table)
        .with("chain", name)
        .with("rule_count", count)
        .with("rules_sha256", hex(&digest.finalize()));
    if let Some(hook) = find(&chain.attributes, 4) {
        let inner = |kind: u16| find(hook.value, kind);
        item.set("hook", inner(1).and_then(|hook| hook.number()).map(|number| self::hook(chain.family, number)));
        item.set("priority", inner(2).and_then(|n| n.number()).map(|n| i32::from_ne_bytes(n.to_ne_bytes())));
        let one = inner(3).map(|device| device.text());
        let many = inner(4).map(|list| list.nested().map(|device| device.text()).collect::<Vec<_>>());
        let mut devices: Vec<String> = many.into_iter().flatten().chain(one).collect();
        devices.sort_unstable();
        devices.dedup();
        if !devices.is_empty() {
            item.set("devices", devices);
        }
        item.set("type", text(chain, 7));
        let policy = number(chain, 5).map(|policy| if policy == 0 { "drop" } else { "accept" });
        item.set("policy", policy);
    }
    item
}

fn set_item(set: &Message, sets: &BTreeMap<Place, (usize, String)>) -> Item {
    let (table, name) = (text(set, 1), text(set, 2));
    let flags = number(set, 3).unwrap_or(0);
    let family = family(set.family);
    let mut item = Item::new(format!("nft {family} {table} @{name}"))
        .with("kind", "set")
        .with("backend", "nftables")
        .with("family", family)
        .with("table", table.as_str())
        .with("set", name.as_str())
        .with("map", flags & 8 != 0)
        .with("dynamic", flags & DYNAMIC_SET != 0);
    if let Some((count, digest)) = sets.get(&(set.family, table, name)).filter(|_| flags & DYNAMIC_SET == 0) {
        item.set("element_count", *count);
        item.set("elements_sha256", digest.as_str());
    }
    item
}

/// Number and digest of the elements of every set; their order is the kernel's and no part of it.
fn sets(ruleset: &Ruleset) -> BTreeMap<Place, (usize, String)> {
    let with_elements = ruleset.sets.iter().zip(&ruleset.elements);
    let digests = with_elements.map(|(set, messages)| {
        let lists = messages.iter().filter_map(|message| find(&message.attributes, 3));
        let mut elements: Vec<Vec<u8>> = lists
            .flat_map(|list| list.nested())
            .map(|element| {
                let mut bytes = Vec::new();
                element
                    .nested()
                    .filter(|a| !ELEMENT_STATE.contains(&a.kind))
                    .for_each(|a| push(&mut bytes, a.kind, a.value));
                bytes
            })
            .collect();
        elements.sort_unstable();
        let mut digest = Sha256::new();
        // What kind of keys the set has is part of what it says.
        for kind in [3, 4, 5, 6, 7] {
            let value = find(&set.attributes, kind).map(|a| a.value.to_vec()).unwrap_or_default();
            update(&mut digest, kind, &value);
        }
        for element in &elements {
            update(&mut digest, 0, element);
        }
        ((set.family, text(set, 1), text(set, 2)), (elements.len(), hex(&digest.finalize())))
    });
    digests.into_map()
}

/// Number and digest of the rules of every chain that has some.
fn rules(ruleset: &Ruleset, sets: &BTreeMap<Place, (usize, String)>) -> BTreeMap<Place, (u64, Sha256)> {
    let is_anonymous = |set: &&Message| number(set, 3).unwrap_or(0) & ANONYMOUS_SET != 0;
    let anonymous: BTreeMap<Place, &str> = ruleset
        .sets
        .iter()
        .filter(is_anonymous)
        .filter_map(|set| {
            let place = (set.family, text(set, 1), text(set, 2));
            let (_, digest) = sets.get(&place)?;
            Some((place, digest.as_str()))
        })
        .into_map();
    let mut chains: BTreeMap<Place, (u64, Sha256)> = BTreeMap::new();
    for rule in &ruleset.rules {
        let table = text(rule, 1);
        let resolve = |name: &str| anonymous.get(&(rule.family, table.clone(), name.to_owned())).copied();
        let mut bytes = Vec::new();
        for attribute in attributes(&rule.attributes) {
            match attribute.kind {
                4 => attribute.nested().for_each(|element| expression(&mut bytes, element, &resolve, 0)),
                7 => push(&mut bytes, 7, attribute.value),
                _ => {}
            }
        }
        let (count, digest) = chains.entry((rule.family, table.clone(), text(rule, 2))).or_default();
        *count += 1;
        update(digest, 0, &bytes);
    }
    chains
}

/// One expression: its name, its data without state. Those within others (`dynset`) are treated alike.
fn expression<'a>(
    into: &mut Vec<u8>,
    element: Attribute<'_>,
    resolve: &impl Fn(&str) -> Option<&'a str>,
    depth: usize,
) {
    let name = find(element.value, 1).map(|name| name.text()).unwrap_or_default();
    push(into, 1, name.as_bytes());
    let state = STATE.iter().find(|(known, _)| *known == name).map(|(_, kinds)| *kinds).unwrap_or_default();
    let Some(data) = find(element.value, 2) else { return };
    for attribute in data.nested().filter(|attribute| !state.contains(&attribute.kind)) {
        match (name.as_str(), attribute.kind) {
            ("lookup", 1) => {
                let set = attribute.text();
                push(into, 1, resolve(&set).unwrap_or(&set).as_bytes());
            }
            // Numbers of sets and what fills the space between attributes.
            ("lookup", 4) | ("dynset", 2 | 8) => {}
            // Whether it counts what is over; the other bit says that it is used up.
            ("quota", 2) => push(into, 2, &attribute.number().map_or(0, |flags| flags & 1).to_be_bytes()),
            ("dynset", 7) if depth < DEPTH_CAP => expression(into, attribute, resolve, depth + 1),
            ("dynset", 10) if depth < DEPTH_CAP => {
                attribute.nested().for_each(|inner| expression(into, inner, resolve, depth + 1));
            }
            _ => push(into, attribute.kind, attribute.value),
        }
    }
}

/// Kind and length before the value, so that no two sequences look alike.
fn push(into: &mut Vec<u8>, kind: u16, value: &[u8]) {
    into.extend_from_slice(&kind.to_be_bytes());
    into.extend_from_slice(&u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
    into.extend_from_slice(value);
}

fn update(digest: &mut Sha256, kind: u16, value: &[u8]) {
    let mut bytes = Vec::with_capacity(value.len() + 10);
    push(&mut bytes, kind, value);
    digest.update(&bytes);
}

fn text(message: &Message, kind: u16) -> String {
    find(&message.attributes, kind).map(|attribute| attribute.text()).unwrap_or_default()
}

fn number(message: &Message, kind: u16) -> Option<u32> {
    find(&message.attributes, kind)?.number()
}

/// `NFPROTO_*` in the words of nft(8).
fn family(number: u8) -> &'static str {
    match number {
        1 => "inet",
        2 => "ip",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        10 => "ip6",
        _ => "unknown",
    }
}

/// `NF_*` hooks in the words of nft(8).
fn hook(family: u8, number: u32) -> &'static str {
    let names: &[&str] = match family {
        3 => &["input", "output", "forward"],
        5 => &["ingress", "egress"],
        _ => &["prerouting", "input", "forward", "output", "postrouting", "ingress"],
    };
    usize::try_from(number).ok().and_then(|number| names.get(number)).copied().unwrap_or("unknown")
}
