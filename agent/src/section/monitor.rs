//! Screens: what the EDID of each connected one says (VESA E-EDID 1.4).

use std::collections::BTreeSet;

use muster_shared::{Item, Problem, SectionName};

use super::names::Names;
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod edid;

const CONNECTORS: &str = "/sys/class/drm";

/// More connectors than the cards of a machine have.
const CONNECTOR_CAP: usize = 256;

/// A block of 128 bytes and up to 255 extensions.
const EDID_CAP_BYTES: u64 = 256 * 128;

pub(super) struct Monitor;

impl Collector for Monitor {
    fn name(&self) -> SectionName {
        SectionName::Monitor
    }

    fn contents(&self) -> &'static str {
        "screens: manufacturer, product, name, serial, date of manufacture, size, native resolution"
    }

    fn purpose(&self) -> &'static str {
        "assets on the desk, by serial number"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let entries = match root.list(CONNECTORS) {
            Ok(entries) => entries,
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        // `card0-HDMI-A-1`; cards are numbered anew at every boot, connectors of a type are numbered over all cards.
        let connectors = entries.iter().filter_map(|entry| {
            let (card, connector) = entry.name.split_once('-')?;
            card.starts_with("card").then(|| (format!("{CONNECTORS}/{}/edid", entry.name), connector.to_owned()))
        });
        for (path, connector) in connectors.take(CONNECTOR_CAP) {
            let bytes = match root.read_capped(&path, EDID_CAP_BYTES) {
                Ok(bytes) => bytes,
                Err(error) if error.is_absent() => continue,
                Err(error) => {
                    problems.push(error.problem());
                    continue;
                }
            };
            if bytes.is_empty() {
                continue; // Nothing is plugged in.
            }
            match edid::parse(&bytes, &connector) {
                Ok(item) => items.push(item),
                Err(message) => problems.push(Problem { source: path, message: message.to_owned() }),
            }
        }
        name_makers(root, &mut items);
        tell_apart(&mut items);
        Section::of(items, problems)
    }
}

/// Names of makers from the list of PNP ids, where one is installed.
fn name_makers(root: &Root, items: &mut [Item]) {
    let makers = items.iter().filter_map(|item| item.text("manufacturer_id").map(str::to_owned));
    let names = Names::look_up(root, "pnp.ids", &makers.collect());
    for item in items {
        let name = item.text("manufacturer_id").and_then(|maker| names.get(maker)).map(str::to_owned);
        item.set("manufacturer", name);
    }
}

/// Makers that give all their screens one serial: such screens are told apart by where they are plugged in.
fn tell_apart(items: &mut [Item]) {
    let mut taken = BTreeSet::new();
    for item in items {
        if !taken.insert(item.key.clone()) {
            let connector = item.text("connector").unwrap_or_default();
            item.key = format!("{}@{connector}", item.key);
        }
    }
}

#[cfg(test)]
mod tests;
