//! An inventory of another product's agent as sections of ours: the same keys and attributes as our own agent gives, so that
//! what both report of one thing is one item.
//!
//! A section that the format does not speak of is not collected, which is not the same as none. What a format tells of a thing
//! in other words is said in ours; what it is known to get wrong is put right or left out.

mod account;
mod device;
mod network;
mod package;
mod storage;
mod system;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_model::identification::{Identifier, IdentifierKind, is_placeholder};
use muster_model::source::Source;
use muster_model::source::told::{Absent, Part};
use muster_shared::diff::to_map;
use muster_shared::report::Item;
use muster_shared::{Problem, SectionName, volatility};

use super::PeerError;
use super::message::{Content, Entry, MAX_NAME_BYTES, Told};

/// Longest text of an attribute.
const MAX_TEXT_BYTES: usize = 64 << 10;
/// Longest key of an item.
const MAX_KEY_BYTES: usize = 1 << 10;

/// An inventory in our words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Translated {
    /// What the host calls itself.
    pub(crate) name: String,
    /// Its sections.
    pub(crate) sections: BTreeMap<SectionName, Part>,
    /// What the host is recognised by.
    pub(crate) identifiers: Vec<Identifier>,
    /// Categories of which nothing was taken.
    pub(crate) left_out: Vec<String>,
}

/// Categories that something is made of. What is not here is left out, such as processes and environments, which hold secrets.
const TAKEN: &[&str] = &[
    "accesslog",
    "batteries",
    "bios",
    "controllers",
    "cpus",
    "drives",
    "hardware",
    "local_groups",
    "local_users",
    "memories",
    "monitors",
    "networks",
    "operatingsystem",
    "softwares",
    "storages",
    "usbdevices",
    "versionclient",
    "versionprovider",
    "virtualmachines",
];

/// What the functions of the sections read from.
#[derive(Clone, Copy)]
struct Reading<'a> {
    source: Source,
    content: &'a Content<'a>,
}

impl<'a> Reading<'a> {
    /// The entries of a category.
    fn list(&self, category: &str) -> &'a [Entry<'a>] {
        self.content.get(category).map(Vec::as_slice).unwrap_or_default()
    }

    /// A text of a category that stands once.
    fn one(&self, category: &str, names: &[&str]) -> Option<&'a str> {
        self.list(category).iter().find_map(|entry| entry.text(names))
    }
}

/// Items of one section, with what is missing among them.
#[derive(Default)]
struct Found {
    items: Vec<Item>,
    problems: Vec<Problem>,
}

impl Found {
    fn of(items: Vec<Item>) -> Self {
        Self { items, problems: Vec::new() }
    }

    fn problem(mut self, source: &str, message: &str) -> Self {
        self.problems.push(Problem { source: source.to_owned(), message: message.to_owned() });
        self
    }
}

/// The sections in an inventory.
pub(crate) fn translate(told: &Told<'_>) -> Result<Translated, PeerError> {
    let reading = Reading { source: told.source, content: &told.content };
    let found = [
        (SectionName::Host, system::host(reading)),
        (SectionName::Kernel, system::kernel(reading)),
        (SectionName::Firmware, system::firmware(reading)),
        (SectionName::Cpu, system::cpu(reading)),
        (SectionName::Memory, system::memory(reading)),
        (SectionName::Dns, system::dns(reading)),
        (SectionName::Disk, storage::disks(reading)),
        (SectionName::Filesystem, storage::filesystems(reading)),
        (SectionName::Interface, network::interfaces(reading)),
        (SectionName::Package, package::packages(reading)),
        (SectionName::User, account::users(reading)),
        (SectionName::Group, account::groups(reading)),
        (SectionName::Pci, device::pci(reading)),
        (SectionName::Usb, device::usb(reading)),
        (SectionName::Monitor, device::monitors(reading)),
        (SectionName::Battery, device::batteries(reading)),
        (SectionName::VirtualMachine, device::virtual_machines(reading)),
    ];
    let mut translated = Translated::default();
    for (section, found) in found {
        if found.items.is_empty() {
            continue;
        }
        check(section, &found.items)?;
        let absent = absent(section, told);
        let (items, metrics) = volatility::split(section, distinct(found.items));
        translated.sections.insert(section, Part { items: to_map(items), metrics, problems: found.problems, absent });
    }
    reading.one("hardware", &["name"]).unwrap_or_default().clone_into(&mut translated.name);
    translated.identifiers = identifiers(reading, &translated);
    let left_out = told.content.keys().filter(|category| !TAKEN.contains(&category.as_str()));
    translated.left_out = left_out.map(|category| category.chars().take(60).collect()).take(100).collect();
    Ok(translated)
}

/// What it means that something of a section is not told. Some sections are made of several categories, and a report may hold
/// only one of them; and of groups only those with members are told, except by OCS.
fn absent(section: SectionName, told: &Told<'_>) -> Absent {
    let made_of: &[&str] = match section {
        SectionName::Host => &["hardware", "operatingsystem"],
        SectionName::Firmware => &["bios", "hardware"],
        SectionName::Memory => &["hardware", "memories"],
        SectionName::Group if told.source != Source::OcsInventory => return Absent::Without("members"),
        _ => &[],
    };
    let is_whole = made_of.iter().all(|category| told.content.contains_key(*category));
    if is_whole { Absent::Gone } else { Absent::Unchanged }
}

/// Every item with a key of its own: the first keeps its key, later ones have their version or a number in it, as our own
/// agent does it. The same thing told twice is one thing.
fn distinct(items: Vec<Item>) -> Vec<Item> {
    let mut taken: HashMap<String, usize> = HashMap::with_capacity(items.len());
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    for mut item in items {
        if let Some(first) = taken.get(&item.key).and_then(|place| kept.get(*place)) {
            if first.attributes == item.attributes {
                continue;
            }
            let versioned = match item.text("version") {
                Some(version) => format!("{}@{version}", item.key),
                None => item.key.clone(),
            };
            let free = (2..).map(|number| format!("{versioned}#{number}"));
            let mut keys = std::iter::once(versioned.clone()).chain(free);
            item.key = keys.find(|key| !taken.contains_key(key)).unwrap_or(versioned);
        }
        taken.insert(item.key.clone(), kept.len());
        kept.push(item);
    }
    kept
}

/// Bounds that a real inventory never meets (case 9).
fn check(section: SectionName, items: &[Item]) -> Result<(), PeerError> {
    for item in items {
        if item.key.is_empty() || item.key.len() > MAX_KEY_BYTES {
            let detail = format!("the name of an item has 1 to {MAX_KEY_BYTES} bytes");
            return Err(PeerError::Field { pointer: format!("/{section}"), detail });
        }
        let is_host = section == SectionName::Host;
        let limit = |name: &str| if is_host && name == "name" { MAX_NAME_BYTES } else { MAX_TEXT_BYTES };
        let long =
            item.attributes.iter().find(|(name, value)| value.as_str().is_some_and(|text| text.len() > limit(name)));
        if let Some((name, _)) = long {
            let detail = format!("at most {} bytes are taken", limit(name));
            return Err(PeerError::Field { pointer: format!("/{section}/{name}"), detail });
        }
    }
    Ok(())
}

/// What the host is recognised by. What is no address of a card or no serial of the system identifies nothing.
fn identifiers(reading: Reading<'_>, translated: &Translated) -> Vec<Identifier> {
    let mut found = BTreeSet::new();
    let mut add = |kind, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !is_placeholder(value) && value.len() <= MAX_NAME_BYTES) {
            found.insert(Identifier { kind, value: value.trim().to_lowercase() });
        }
    };
    let firmware = translated.sections.get(&SectionName::Firmware).and_then(|part| part.items.values().next());
    let text = |name: &str| firmware.and_then(|item| item.get(name)?.as_str());
    add(IdentifierKind::SystemUuid, text("system_uuid"));
    add(IdentifierKind::SystemSerial, text("system_serial"));
    for mac in network::card_addresses(reading) {
        add(IdentifierKind::PermanentMac, Some(&mac));
    }
    found.into_iter().collect()
}
