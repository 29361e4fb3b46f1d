//! Memory modules and empty slots (SMBIOS types 16 and 17).

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem};

use crate::section::smbios::{Structure, TABLE, Table, Text};

/// More slots than any machine has: a broken table must not fill the inventory.
const MODULE_CAP: usize = 1024;

/// The key of the item with the totals, which no module may take.
const TOTAL_KEY: &str = "memory";

/// Form factors (DSP0134, table 76), from 1.
const FORM_FACTORS: &[&str] = &[
    "Other",
    "Unknown",
    "SIMM",
    "SIP",
    "Chip",
    "DIP",
    "ZIP",
    "Proprietary Card",
    "DIMM",
    "TSOP",
    "Row of chips",
    "RIMM",
    "SODIMM",
    "SRIMM",
    "FB-DIMM",
    "Die",
    "CAMM",
];

/// Types of memory (DSP0134, table 77), from 1.
const TYPES: &[&str] = &[
    "Other",
    "Unknown",
    "DRAM",
    "EDRAM",
    "VRAM",
    "SRAM",
    "RAM",
    "ROM",
    "Flash",
    "EEPROM",
    "FEPROM",
    "EPROM",
    "CDRAM",
    "3DRAM",
    "SDRAM",
    "SGRAM",
    "RDRAM",
    "DDR",
    "DDR2",
    "DDR2 FB-DIMM",
    "Reserved",
    "Reserved",
    "Reserved",
    "DDR3",
    "FBD2",
    "DDR4",
    "LPDDR",
    "LPDDR2",
    "LPDDR3",
    "LPDDR4",
    "Logical non-volatile device",
    "HBM",
    "HBM2",
    "DDR5",
    "LPDDR5",
    "HBM3",
];

/// How errors are corrected (DSP0134, table 72), from 1.
const CORRECTIONS: &[&str] = &["Other", "Unknown", "none", "parity", "single-bit ECC", "multi-bit ECC", "CRC"];

/// What is known of the array that a module belongs to.
struct Array {
    is_main_memory: bool,
    correction: Option<&'static str>,
}

/// The modules and empty slots of a table, and what was left out of them.
pub(in crate::section) fn modules(table: &Table) -> (Vec<Item>, Option<Problem>) {
    let arrays: BTreeMap<u16, Array> =
        table.of_kind(16).map(|structure| (structure.handle, array(&structure))).into_map();
    let devices = table.of_kind(17).filter(|device| {
        let array = device.word(0x04).and_then(|handle| arrays.get(&handle));
        array.is_none_or(|array| array.is_main_memory)
    });
    let mut devices: Vec<Structure<'_>> = devices.take(MODULE_CAP + 1).collect();
    let left_out = (devices.len() > MODULE_CAP).then(|| Problem {
        source: TABLE.to_owned(),
        message: format!("more than {MODULE_CAP} memory modules: the others are left out"),
    });
    devices.truncate(MODULE_CAP);
    let keys = keys(&devices);
    let items = keys.into_iter().zip(&devices).map(|(key, device)| {
        let array = device.word(0x04).and_then(|handle| arrays.get(&handle));
        item(key, device).with("error_correction", array.and_then(|array| array.correction))
    });
    (items.collect(), left_out)
}

fn array(structure: &Structure<'_>) -> Array {
    Array {
        // Other uses: video memory, flash, non-volatile RAM, cache.
        is_main_memory: structure.byte(0x05).is_none_or(|usage| usage <= 3),
        correction: structure.byte(0x06).and_then(|number| named(CORRECTIONS, number)),
    }
}

/// A name by its number from 1; the names that say nothing are none.
fn named(names: &[&'static str], number: u8) -> Option<&'static str> {
    let index = usize::from(number).checked_sub(1)?;
    names.get(index).copied().filter(|name| !matches!(*name, "Other" | "Unknown" | "Reserved"))
}

/// Keys of modules: the locator alone where it is the only one of its name, else with the bank (many boards call the slots
/// of every channel `DIMM 0` and `DIMM 1`), at last with a number. All slots are listed always, so keys do not move when a
/// module is pulled.
fn keys(devices: &[Structure<'_>]) -> Vec<String> {
    let text = |device: &Structure<'_>, offset| device.text(offset).value();
    let locators: Vec<String> =
        devices.iter().map(|device| text(device, 0x10).unwrap_or_else(|| "module".to_owned())).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::from([(TOTAL_KEY, 1)]);
    for locator in &locators {
        *counts.entry(locator).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::from([TOTAL_KEY.to_owned()]);
    let mut keys = Vec::with_capacity(devices.len());
    for (device, locator) in devices.iter().zip(&locators) {
        let is_alone = counts.get(locator.as_str()) == Some(&1);
        let bank = text(device, 0x11).filter(|_| !is_alone);
        let name = bank.map_or_else(|| locator.clone(), |bank| format!("{bank}/{locator}"));
        let mut key = name.clone();
        let mut number = 2;
        while !taken.insert(key.clone()) {
            key = format!("{name}#{number}");
            number += 1;
        }
        keys.push(key);
    }
    keys
}

fn item(key: String, device: &Structure<'_>) -> Item {
    let mut item = Item::new(key);
    let mut placeholders = Vec::new();
    let mut set = |item: &mut Item, attribute: &'static str, text: Text| match text {
        Text::Absent => {}
        Text::Placeholder => placeholders.push(attribute),
        Text::Value(value) => item.set(attribute, value),
    };
    set(&mut item, "locator", device.text(0x10));
    set(&mut item, "bank", device.text(0x11));
    let size_bytes = size_bytes(device);
    let is_populated = size_bytes != Some(0);
    item.set("populated", is_populated);
    if !is_populated {
        // What stands in the other fields of an empty slot describes nothing.
        return item;
    }
    item.set("size_bytes", size_bytes);
    set(&mut item, "manufacturer", device.text(0x17));
    set(&mut item, "serial", device.text(0x18));
    set(&mut item, "asset_tag", device.text(0x19));
    set(&mut item, "part_number", device.text(0x1a));
    item.set("form_factor", device.byte(0x0e).and_then(|number| named(FORM_FACTORS, number)));
    item.set("type", device.byte(0x12).and_then(|number| named(TYPES, number)));
    item.set("registered", device.word(0x13).filter(|bits| bits & 0x6000 != 0).map(|bits| bits & 0x2000 != 0));
    item.set("speed_mts", speed(device, 0x15, 0x54));
    item.set("configured_speed_mts", speed(device, 0x20, 0x58));
    item.set("ranks", device.byte(0x1b).map(|attributes| attributes & 0x0f).filter(|ranks| *ranks != 0));
    let width = |offset| device.word(offset).filter(|bits| !matches!(bits, 0 | 0xffff));
    item.set("total_width_bits", width(0x08));
    item.set("data_width_bits", width(0x0a));
    if !placeholders.is_empty() {
        placeholders.sort_unstable();
        item.set("placeholders", placeholders);
    }
    item
}

/// 0 is an empty slot; `None` is a module whose size the firmware does not know.
fn size_bytes(device: &Structure<'_>) -> Option<u64> {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match device.word(0x0c)? {
        0xffff => None,
        // Too large for 15 bits: MiB in the extended field.
        0x7fff => device.double_word(0x1c).map(|size| u64::from(size & 0x7fff_ffff) * MIB),
        size if size & 0x8000 != 0 => Some(u64::from(size & 0x7fff) * KIB),
        size => Some(u64::from(size) * MIB),
    }
}

/// A speed in millions of transfers a second; what is too fast for 16 bits stands in the extended field.
fn speed(device: &Structure<'_>, offset: usize, extended: usize) -> Option<u64> {
    match device.word(offset)? {
        0 => None,
        0xffff => device.double_word(extended).map(|speed| u64::from(speed & 0x7fff_ffff)).filter(|speed| *speed != 0),
        speed => Some(u64::from(speed)),
    }
}

#[cfg(test)]
mod tests;
