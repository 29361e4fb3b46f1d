//! Identifiers out of the sections of an inventory, in canonical form. Junk is among them: the rules tell it apart.

use std::collections::BTreeMap;

use muster_shared::diff::ItemMap;
use muster_shared::{Attributes, SectionName};
use serde_json::Value;

use super::junk::PLUGGED_DRIVERS;
use super::{Identifier, IdentifierKind};

/// Longest value that is looked at.
const MAX_BYTES: usize = 256;

/// The identifiers in the sections of an inventory.
pub fn identifiers(sections: &BTreeMap<SectionName, &ItemMap>) -> Vec<Identifier> {
    let mut found = Vec::new();
    let mut add = |kind, value: Option<&Value>| {
        let text = value.and_then(Value::as_str).filter(|text| text.len() <= MAX_BYTES);
        found.extend(text.and_then(|text| canonical(kind, text)).map(|value| Identifier { kind, value }));
    };
    for attributes in sections.get(&SectionName::Host).into_iter().flat_map(|items| items.values()) {
        add(IdentifierKind::CloudInstance, attributes.get("cloud_instance_id"));
        add(IdentifierKind::MachineId, attributes.get("machine_id"));
        add(IdentifierKind::Fqdn, attributes.get("fqdn"));
    }
    for attributes in sections.get(&SectionName::Firmware).into_iter().flat_map(|items| items.values()) {
        add(IdentifierKind::SystemUuid, attributes.get("system_uuid"));
        add(IdentifierKind::SystemSerial, attributes.get("system_serial"));
    }
    for attributes in sections.get(&SectionName::Interface).into_iter().flat_map(|items| items.values()) {
        // The kernel names a kind of what it made up itself: bridges, bonds, tunnels.
        let is_virtual = attributes.contains_key("kind");
        let driver = attributes.get("driver").and_then(Value::as_str).unwrap_or_default();
        if !is_virtual && !PLUGGED_DRIVERS.contains(&driver) {
            add(IdentifierKind::PermanentMac, attributes.get("permanent_mac"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The identifiers among the facts of sections that have one item.
pub fn identifiers_in(facts: &BTreeMap<SectionName, Attributes>) -> Vec<Identifier> {
    let items =
        facts.iter().map(|(section, attributes)| (*section, ItemMap::from([(String::new(), attributes.clone())])));
    let items: BTreeMap<SectionName, ItemMap> = items.collect();
    identifiers(&items.iter().map(|(section, items)| (*section, items)).collect())
}

impl Identifier {
    /// An identifier as somebody writes it; `None` when it is no such value.
    pub fn read(kind: IdentifierKind, text: &str) -> Option<Self> {
        let value = canonical(kind, text).filter(|_| text.len() <= MAX_BYTES)?;
        Some(Self { kind, value })
    }
}

/// The one form in which a value is compared; `None` when it is empty or no such value.
fn canonical(kind: IdentifierKind, text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = match kind {
        IdentifierKind::SystemUuid => uuid(&text).unwrap_or(text),
        IdentifierKind::PermanentMac => mac(&text)?,
        IdentifierKind::Fqdn => text.trim_end_matches('.').to_owned(),
        IdentifierKind::CloudInstance | IdentifierKind::SystemSerial | IdentifierKind::MachineId => text,
    };
    Some(text).filter(|text| !text.is_empty() && !text.contains(char::is_control))
}

fn hex(text: &str, digits: usize) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | ':' | '.' | '{' | '}' | ' ')).collect();
    (plain.len() == digits && plain.bytes().all(|b| b.is_ascii_hexdigit())).then_some(plain)
}

fn parts(plain: &str, lengths: &[usize], between: &str) -> Option<String> {
    let mut rest = plain;
    let mut parts = Vec::new();
    for length in lengths {
        let (part, after) = rest.split_at_checked(*length)?;
        parts.push(part);
        rest = after;
    }
    Some(parts.join(between))
}

fn uuid(text: &str) -> Option<String> {
    parts(&hex(text, 32)?, &[8, 4, 4, 4, 12], "-")
}

fn mac(text: &str) -> Option<String> {
    parts(&hex(text, 12)?, &[2; 6], ":")
}

/// A UUID with its first three parts in the other byte order.
pub(super) fn other_byte_order(uuid: &str) -> Option<String> {
    let turned = |part: &str| -> Option<String> {
        let bytes: Option<Vec<&str>> = (0..part.len()).step_by(2).map(|at| part.get(at..at + 2)).collect();
        Some(bytes?.into_iter().rev().collect())
    };
    let mut all = uuid.split('-');
    let (a, b, c) = (all.next()?, all.next()?, all.next()?);
    let rest: Vec<&str> = all.collect();
    if rest.len() != 2 || [a.len(), b.len(), c.len()] != [8, 4, 4] {
        return None;
    }
    Some(format!("{}-{}-{}-{}", turned(a)?, turned(b)?, turned(c)?, rest.join("-")))
}
