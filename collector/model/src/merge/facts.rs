//! What lists show of a host, taken from its sections.

use muster_shared::SectionName;
use muster_shared::diff::ItemMap;
use serde_json::Value;

use crate::inventory::Facts;

impl Facts {
    /// The sections that they are taken from.
    pub const SECTIONS: &'static [SectionName] =
        &[SectionName::Host, SectionName::Kernel, SectionName::Cpu, SectionName::Memory, SectionName::Interface];

    /// Takes over what lists show from a section's items.
    pub fn learn(&mut self, section: SectionName, items: &ItemMap, metrics: &ItemMap) {
        let text = |name: &str| {
            items.values().find_map(|item| item.get(name).and_then(Value::as_str)).unwrap_or_default().to_owned()
        };
        let number = |name: &str| items.values().find_map(|item| item.get(name).and_then(Value::as_u64)).unwrap_or(0);
        match section {
            SectionName::Host => {
                self.name = text("name");
                self.os =
                    [text("os_pretty_name"), text("os_name")].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
                self.architecture = text("architecture");
                self.virtualization = text("virtualization");
            }
            SectionName::Kernel => self.kernel = text("release"),
            SectionName::Cpu => {
                self.cpu_model = text("model_name");
                self.cpu_threads = number("threads");
            }
            SectionName::Memory => self.memory_bytes = number("total_bytes"),
            SectionName::Interface => self.addresses = addresses(items, metrics),
            _ => {}
        }
    }
}

/// Addresses with a scope beyond the host and the link, in order: those that were set, and the leased ones of the metrics.
fn addresses(items: &ItemMap, metrics: &ItemMap) -> Vec<String> {
    let set = items.values().filter_map(|item| item.get("addresses"));
    let leased = metrics.iter().filter(|(key, _)| items.contains_key(*key));
    let mut found: Vec<String> = set
        .chain(leased.filter_map(|(_, values)| values.get("dynamic_addresses")))
        .filter_map(Value::as_array)
        .flatten()
        .filter(|address| !matches!(address.get("scope").and_then(Value::as_str), Some("host" | "link")))
        .filter_map(|address| address.get("address").and_then(Value::as_str).map(str::to_owned))
        .collect();
    found.sort();
    found.dedup();
    found
}
