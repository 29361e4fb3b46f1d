//! An inventory for Ansible, in the form that its script plugin reads: groups by what is known of hosts, variables of each.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::SectionName;
use serde_json::{Map, Value, json};

use super::prometheus::address;
use super::{Snapshot, text};

/// A name that Ansible takes for a group: letters, digits and underscores.
fn group_name(kind: &str, value: &str) -> String {
    let plain = value.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    format!("{kind}_{}", plain.collect::<String>())
}

/// The groups that a host is in.
fn groups(host: &Snapshot) -> Vec<String> {
    let said = &host.host;
    let system = host.only(SectionName::Host).and_then(|system| text(system, "os_id")).map(str::to_owned);
    let facts = [
        ("site", said.site.clone()),
        ("owner", said.owner.clone()),
        ("criticality", Some(said.criticality.as_str().to_owned())),
        ("lifecycle", Some(said.lifecycle.as_str().to_owned())),
        ("os", system),
        ("architecture", Some(host.facts.architecture.clone()).filter(|text| !text.is_empty())),
        ("virtualization", Some(host.facts.virtualization.clone()).filter(|text| !text.is_empty())),
        ("status", Some(host.status.to_owned())),
    ];
    facts.into_iter().filter_map(|(kind, value)| Some(group_name(kind, &value?))).collect()
}

fn variables(host: &Snapshot) -> Value {
    let said = &host.host;
    json!({
        "ansible_host": address(host),
        "muster_id": said.id,
        "muster_name": said.name,
        "muster_owner": said.owner,
        "muster_site": said.site,
        "muster_criticality": said.criticality,
        "muster_lifecycle": said.lifecycle,
        "muster_status": host.status,
        "muster_os": host.facts.os,
        "muster_kernel": host.facts.kernel,
        "muster_addresses": host.facts.addresses,
    })
}

/// The whole inventory. Hosts of one name are told apart by their id.
pub fn inventory(hosts: &[Snapshot]) -> Value {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for host in hosts {
        *counts.entry(&host.host.name).or_default() += 1;
    }
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut named = Map::new();
    for host in hosts {
        let is_alone = counts.get(host.host.name.as_str()) == Some(&1);
        let name = if is_alone { host.host.name.clone() } else { format!("{}-{}", host.host.name, host.host.id) };
        for group in groups(host) {
            members.entry(group).or_default().insert(name.clone());
        }
        named.insert(name, variables(host));
    }
    let mut inventory = Map::new();
    let children: Vec<&String> = members.keys().collect();
    let ungrouped = Value::from(named.keys().cloned().collect::<Vec<_>>());
    inventory.insert("all".into(), json!({"children": children, "hosts": ungrouped}));
    for (group, hosts) in members {
        inventory.insert(group, json!({"hosts": hosts}));
    }
    inventory.insert("_meta".into(), json!({"hostvars": named}));
    Value::Object(inventory)
}
