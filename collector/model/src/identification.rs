//! Which host a report belongs to: a ladder of identifiers, strongest first. A host name alone never merges.

use std::collections::BTreeMap;

use muster_shared::diff::ItemMap;
use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a host can be recognised by, in order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Instance id of a cloud.
    CloudInstance,
    /// System UUID of SMBIOS, lower case.
    SystemUuid,
    /// System serial of SMBIOS.
    SystemSerial,
    /// `/etc/machine-id`.
    MachineId,
    /// Permanent MAC address of an interface.
    PermanentMac,
}

impl IdentifierKind {
    /// All of them, strongest first.
    pub const ALL: &'static [Self] =
        &[Self::CloudInstance, Self::SystemUuid, Self::SystemSerial, Self::MachineId, Self::PermanentMac];

    /// The name in JSON and in explanations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudInstance => "cloud_instance",
            Self::SystemUuid => "system_uuid",
            Self::SystemSerial => "system_serial",
            Self::MachineId => "machine_id",
            Self::PermanentMac => "permanent_mac",
        }
    }
}

/// One identifier of a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// Of which kind.
    pub kind: IdentifierKind,
    /// Its value in canonical form.
    pub value: String,
}

impl Identifier {
    /// The text under which the store indexes it.
    pub fn index_key(&self) -> String {
        format!("{}={}", self.kind.as_str(), self.value)
    }
}

/// Why a report belongs to a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The rule: `new`, `agent`, or the name of the identifier kind.
    pub rule: String,
    /// The values that were equal.
    pub values: Vec<String>,
    /// When it was decided.
    pub at: Time,
}

/// Values that makers leave in the place of a serial number.
const PLACEHOLDERS: &[&str] = &[
    "default string",
    "to be filled by o.e.m.",
    "system serial number",
    "not specified",
    "not applicable",
    "none",
    "unknown",
    "123456789",
    "0123456789",
    "chassis serial number",
    "invalid",
    "n/a",
    "oem",
];

/// Whether a value says nothing about the machine.
pub fn is_placeholder(value: &str) -> bool {
    let plain = value.trim().to_lowercase();
    let digits: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    let one_sign = digits.chars().next().is_none_or(|first| digits.chars().all(|c| c == first));
    digits.len() < 4 || one_sign || PLACEHOLDERS.contains(&plain.as_str())
}

/// The sections that identifiers stand in.
pub const SECTIONS: &[SectionName] = &[SectionName::Host, SectionName::Firmware, SectionName::Interface];

/// The identifiers in the sections of an inventory. Placeholders are left out.
pub fn identifiers(sections: &BTreeMap<SectionName, &ItemMap>) -> Vec<Identifier> {
    let mut found = Vec::new();
    let mut add = |kind, value: Option<&Value>| {
        if let Some(text) = value.and_then(Value::as_str).filter(|text| !is_placeholder(text)) {
            found.push(Identifier { kind, value: text.trim().to_lowercase() });
        }
    };
    for attributes in sections.get(&SectionName::Host).into_iter().flat_map(|items| items.values()) {
        add(IdentifierKind::CloudInstance, attributes.get("cloud_instance_id"));
        add(IdentifierKind::MachineId, attributes.get("machine_id"));
    }
    for attributes in sections.get(&SectionName::Firmware).into_iter().flat_map(|items| items.values()) {
        add(IdentifierKind::SystemUuid, attributes.get("system_uuid"));
        add(IdentifierKind::SystemSerial, attributes.get("system_serial"));
    }
    for attributes in sections.get(&SectionName::Interface).into_iter().flat_map(|items| items.values()) {
        add(IdentifierKind::PermanentMac, attributes.get("permanent_mac"));
    }
    found.sort();
    found.dedup();
    found
}

/// Where the first report of an agent belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identified {
    /// No host is known by these identifiers.
    New,
    /// This one, by this rule.
    Existing(HostId, IdentifierKind, Vec<String>),
    /// Strong identifiers point at several hosts: nothing is written.
    Conflict(Vec<HostId>),
}

/// Goes down the ladder. `known` lists which host each identifier is known to belong to, `namesakes` which of these hosts
/// have the name that is reported: with one network card in common, the name tells that it did not move to another machine.
pub fn identify(identifiers: &[Identifier], known: &[(Identifier, HostId)], namesakes: &[HostId]) -> Identified {
    let mut kinds: Vec<IdentifierKind> = identifiers.iter().map(|identifier| identifier.kind).collect();
    kinds.dedup();
    let mut decided: Option<(HostId, IdentifierKind, Vec<String>)> = None;
    for kind in kinds {
        let mut matches: BTreeMap<HostId, Vec<String>> = BTreeMap::new();
        for (identifier, host) in known.iter().filter(|(k, _)| k.kind == kind && identifiers.contains(k)) {
            matches.entry(*host).or_default().push(identifier.value.clone());
        }
        if kind == IdentifierKind::PermanentMac {
            // One network card moves easily; two that moved together are the machine, or one and the name.
            matches.retain(|host, values| values.len() >= 2 || namesakes.contains(host));
        }
        let mut hosts = matches.keys().copied();
        match (&decided, hosts.next()) {
            (_, Some(_)) if hosts.next().is_some() => {
                let decided = decided.map(|(host, ..)| host).filter(|host| !matches.contains_key(host));
                let all: Vec<HostId> = matches.into_keys().chain(decided).collect();
                return Identified::Conflict(all);
            }
            (None, Some(host)) => decided = Some((host, kind, matches.remove(&host).unwrap_or_default())),
            (Some((before, ..)), Some(host)) if *before != host && kind != IdentifierKind::PermanentMac => {
                return Identified::Conflict(vec![*before, host]);
            }
            (_, None) | (Some(_), Some(_)) => {}
        }
    }
    decided.map_or(Identified::New, |(host, kind, values)| Identified::Existing(host, kind, values))
}

/// A UUID of SMBIOS with its first three parts in the other byte order: tools do not agree on how to write it.
pub fn swapped_uuid(uuid: &str) -> Option<String> {
    let parts: Vec<&str> = uuid.split('-').collect();
    let [first, second, third, fourth, fifth] = parts.as_slice() else { return None };
    let swap = |part: &str, length: usize| -> Option<String> {
        let is_hex = part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pairs = (0..length).step_by(2).rev();
        is_hex.then(|| pairs.filter_map(|at| part.get(at..at + 2)).collect())
    };
    Some(format!("{}-{}-{}-{fourth}-{fifth}", swap(first, 8)?, swap(second, 4)?, swap(third, 4)?))
}

/// Whether a host can be the one that a source calls by a name that it told before: a hint, for cloned machines share it. It
/// can unless it is known by other identifiers of a kind.
pub fn can_be(known: &[Identifier], told: &[Identifier]) -> bool {
    IdentifierKind::ALL.iter().all(|kind| {
        let of = |list: &[Identifier]| list.iter().filter(|id| id.kind == *kind).cloned().collect::<Vec<_>>();
        let (known, told) = (of(known), of(told));
        known.is_empty() || told.is_empty() || told.iter().any(|id| known.contains(id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: IdentifierKind, value: &str) -> Identifier {
        Identifier { kind, value: value.into() }
    }

    fn host(n: u8) -> HostId {
        HostId::from_bytes([n; 16])
    }

    #[test]
    fn the_strongest_identifier_decides_and_contradictions_are_conflicts() {
        use IdentifierKind::{MachineId, PermanentMac, SystemUuid};
        let mine = [id(SystemUuid, "u1"), id(MachineId, "m1"), id(PermanentMac, "a"), id(PermanentMac, "b")];
        assert_eq!(identify(&mine, &[], &[]), Identified::New);
        let known = [(id(MachineId, "m1"), host(1))];
        assert_eq!(identify(&mine, &known, &[]), Identified::Existing(host(1), MachineId, vec!["m1".into()]));
        let two = [(id(SystemUuid, "u1"), host(2)), (id(MachineId, "m1"), host(1))];
        assert_eq!(identify(&mine, &two, &[]), Identified::Conflict(vec![host(2), host(1)]));
    }

    #[test]
    fn one_network_card_is_not_enough_two_are() {
        use IdentifierKind::PermanentMac;
        let mine = [id(PermanentMac, "a"), id(PermanentMac, "b")];
        let one = [(id(PermanentMac, "a"), host(1))];
        assert_eq!(identify(&mine, &one, &[]), Identified::New);
        assert!(matches!(identify(&mine, &one, &[host(1)]), Identified::Existing(h, ..) if h == host(1)));
        let both = [(id(PermanentMac, "a"), host(1)), (id(PermanentMac, "b"), host(1))];
        assert!(matches!(identify(&mine, &both, &[]), Identified::Existing(h, ..) if h == host(1)));
    }

    #[test]
    fn junk_identifies_nothing() {
        for junk in ["", "0", "00000000-0000-0000-0000-000000000000", "To be filled by O.E.M.", "FFFFFFFF", "None"] {
            assert!(is_placeholder(junk), "{junk}");
        }
        assert!(!is_placeholder("4c4c4544-0051-3610-8052-b4c04f4d3532"));
    }

    #[test]
    fn both_byte_orders_of_a_uuid_are_one() {
        let (one, other) = ("00112233-4455-6677-8899-aabbccddeeff", "33221100-5544-7766-8899-aabbccddeeff");
        assert_eq!(swapped_uuid(one).as_deref(), Some(other));
        assert_eq!(swapped_uuid(other).as_deref(), Some(one));
        for none in ["", "x", "00112233-4455-6677-8899", "é0112233-4455-6677-8899-aabbccddeeff"] {
            assert_eq!(swapped_uuid(none), None, "{none}");
        }
    }

    #[test]
    fn a_hint_holds_until_an_identifier_contradicts() {
        use IdentifierKind::{PermanentMac, SystemUuid};
        let known = [id(SystemUuid, "u1"), id(PermanentMac, "a")];
        assert!(can_be(&known, &[]) && can_be(&[], &known) && can_be(&known, &[id(PermanentMac, "a")]));
        assert!(!can_be(&known, &[id(SystemUuid, "u2"), id(PermanentMac, "a")]));
        assert!(!can_be(&known, &[id(PermanentMac, "b")]));
    }
}
