//! The firmware and what it says of the machine: BIOS, system, board, chassis, and whether boot is secured.
//!
//! The SMBIOS table says everything but is for root only. Where it may not be read, the files that the kernel makes of it
//! are, as far as they may be; boards without SMBIOS have a device tree. Fields that the maker never filled in are left out
//! and named in `placeholders`, so that nobody takes "To Be Filled By O.E.M." for a serial or "left out" for "not read".

use muster_shared::{Item, Problem, SectionName};

use super::smbios::{self, Structure, Table, Text};
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod boot;

const DMI_ID: &str = "/sys/class/dmi/id";
const TREE: &str = "/proc/device-tree";

/// Strings of the table: type of structure, offset, attribute, and the kernel's file with the same.
const STRINGS: &[(u8, usize, &str, &str)] = &[
    (0, 0x04, "bios_vendor", "bios_vendor"),
    (0, 0x05, "bios_version", "bios_version"),
    (0, 0x08, "bios_date", "bios_date"),
    (1, 0x04, "system_manufacturer", "sys_vendor"),
    (1, 0x05, "system_product", "product_name"),
    (1, 0x06, "system_version", "product_version"),
    (1, 0x07, "system_serial", "product_serial"),
    (1, 0x19, "system_sku", "product_sku"),
    (1, 0x1a, "system_family", "product_family"),
    (2, 0x04, "board_manufacturer", "board_vendor"),
    (2, 0x05, "board_product", "board_name"),
    (2, 0x06, "board_version", "board_version"),
    (2, 0x07, "board_serial", "board_serial"),
    (2, 0x08, "board_asset_tag", "board_asset_tag"),
    (3, 0x04, "chassis_manufacturer", "chassis_vendor"),
    (3, 0x06, "chassis_version", "chassis_version"),
    (3, 0x07, "chassis_serial", "chassis_serial"),
    (3, 0x08, "chassis_asset_tag", "chassis_asset_tag"),
];

pub(super) struct Firmware;

impl Collector for Firmware {
    fn name(&self) -> SectionName {
        SectionName::Firmware
    }

    fn contents(&self) -> &'static str {
        "firmware: BIOS, system, board and chassis with serials and UUID, UEFI and secure boot"
    }

    fn purpose(&self) -> &'static str {
        "serial numbers for assets and support, and outdated firmware"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "serial numbers and the UUID of the machine only root may read; without it they are missing, and a host \
             is recognised by less",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut item = match Table::read(root) {
            Ok(table) => {
                problems.extend(table.problem());
                of_table(&table)
            }
            Err(error) => {
                let item = of_files(root, &mut problems).or_else(|| of_device_tree(root, &mut problems));
                if !error.is_absent() {
                    if item.is_none() && !boot::is_efi(root) {
                        return Section::unreadable(&error);
                    }
                    problems.push(error.problem());
                }
                match item {
                    Some(item) => item,
                    None if boot::is_efi(root) => Item::new("firmware"),
                    None => return Section::unsupported(),
                }
            }
        };
        boot::describe(root, &mut item, &mut problems);
        Section::of(vec![item], problems)
    }
}

/// Gathers fields and the names of those that say nothing.
struct Gathered {
    item: Item,
    placeholders: Vec<&'static str>,
}

impl Gathered {
    fn new(source: &str) -> Self {
        Self { item: Item::new("firmware").with("source", source), placeholders: Vec::new() }
    }

    fn set(&mut self, attribute: &'static str, text: Text) {
        match text {
            Text::Absent => {}
            Text::Placeholder => self.placeholders.push(attribute),
            Text::Value(value) if attribute == "bios_date" => self.item.set(attribute, iso_date(value)),
            Text::Value(value) => self.item.set(attribute, value),
        }
    }

    fn finish(mut self) -> Item {
        if !self.placeholders.is_empty() {
            self.placeholders.sort_unstable();
            self.item.set("placeholders", self.placeholders);
        }
        self.item
    }
}

/// What the table says.
pub(super) fn of_table(table: &Table) -> Item {
    let mut gathered = Gathered::new("smbios");
    if let Some((major, minor)) = table.version {
        gathered.item.set("smbios_version", format!("{major}.{minor}"));
    }
    // A table of a blade may list several boards: the first is the one that this system runs on, as the kernel takes it.
    for kind in 0..=3 {
        let Some(structure) = table.of_kind(kind).next() else { continue };
        for (_, offset, attribute, _) in STRINGS.iter().filter(|(of, ..)| *of == kind) {
            gathered.set(attribute, structure.text(*offset));
        }
        match kind {
            0 => {
                gathered.item.set("bios_release", release(&structure, 0x14));
                gathered.item.set("embedded_controller_release", release(&structure, 0x16));
            }
            1 => gathered.set(
                "system_uuid",
                structure.bytes(0x08, 16).map_or(Text::Absent, |bytes| smbios::uuid(bytes, table.version)),
            ),
            3 => {
                gathered.item.set("chassis_type", structure.byte(0x05).and_then(smbios::chassis_name));
                gathered.set("chassis_sku", chassis_sku(&structure));
            }
            _ => {}
        }
    }
    gathered.finish()
}

/// Two bytes as a release; 255 stands for "none".
fn release(structure: &Structure<'_>, offset: usize) -> Option<String> {
    match structure.bytes(offset, 2)? {
        [0xff, _] | [_, 0xff] => None,
        [major, minor] => Some(format!("{major}.{minor}")),
        _ => None,
    }
}

/// The SKU stands behind the records of what the chassis contains, whose number and length stand before them.
fn chassis_sku(structure: &Structure<'_>) -> Text {
    let size = structure.byte(0x13).zip(structure.byte(0x14));
    size.map_or(Text::Absent, |(count, length)| structure.text(0x15 + usize::from(count) * usize::from(length)))
}

/// What the kernel's files say; `None` when there are none. A file that is refused is a problem: its field is not "none".
fn of_files(root: &Root, problems: &mut Vec<Problem>) -> Option<Item> {
    let entries = root.list(DMI_ID).ok().filter(|entries| !entries.is_empty())?;
    let mut gathered = Gathered::new("sysfs");
    let files = STRINGS.iter().map(|(_, _, attribute, file)| (*attribute, *file));
    for (attribute, file) in files.chain([("system_uuid", "product_uuid")]) {
        if !entries.iter().any(|entry| entry.name == file) {
            continue;
        }
        match root.text(&format!("{DMI_ID}/{file}")) {
            Ok(text) => gathered.set(attribute, Text::of(&text)),
            Err(error) => problems.push(error.problem()),
        }
    }
    if let Some(uuid) = gathered.item.text("system_uuid").map(str::to_lowercase) {
        gathered.item.set("system_uuid", uuid);
    }
    gathered.item.set("bios_release", root.value(&format!("{DMI_ID}/bios_release")));
    gathered.item.set("embedded_controller_release", root.value(&format!("{DMI_ID}/ec_firmware_release")));
    let chassis = root.number::<u8>(&format!("{DMI_ID}/chassis_type"));
    gathered.item.set("chassis_type", chassis.and_then(smbios::chassis_name));
    Some(gathered.finish())
}

/// What the device tree says (Devicetree Specification 0.4, 2.3); `None` when there is none. The id of the machine that a
/// partition of POWER runs on is no serial of the partition, so it is not taken for one.
fn of_device_tree(root: &Root, problems: &mut Vec<Problem>) -> Option<Item> {
    let model = root.value(&format!("{TREE}/model"));
    let compatible = root.value(&format!("{TREE}/compatible"));
    if model.is_none() && compatible.is_none() {
        return None;
    }
    let mut gathered = Gathered::new("device_tree");
    gathered.set("system_product", model.map_or(Text::Absent, |text| Text::of(&text)));
    let first = compatible.as_deref().and_then(|text| text.split('\0').next()).unwrap_or_default();
    gathered.set("system_compatible", Text::of(first));
    gathered.set("system_manufacturer", first.split_once(',').map_or(Text::Absent, |(maker, _)| Text::of(maker)));
    let identities =
        [("system_serial", &["serial-number"][..]), ("system_uuid", &["vm,uuid", "ibm,partition-uuid"][..])];
    for (attribute, files) in identities {
        let found = files.iter().map(|file| root.text(&format!("{TREE}/{file}")));
        for text in found {
            match text {
                Ok(text) => gathered.set(attribute, Text::of(&text)),
                Err(error) if error.is_absent() => {}
                Err(error) => problems.push(error.problem()),
            }
        }
    }
    Some(gathered.finish())
}

/// `MM/DD/YYYY`, which the specification asks for, as a date that sorts; other forms stay as they are.
fn iso_date(text: String) -> String {
    let parts: Vec<&str> = text.split('/').collect();
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [month, day, year] if is_number(month, 2) && is_number(day, 2) && is_number(year, 4) => {
            format!("{year}-{month}-{day}")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests;
