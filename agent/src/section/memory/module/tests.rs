//! Modules of recorded machines, and sizes that recorded machines do not have.

use serde_json::Value;

use super::*;
use crate::section::smbios::tests::{recorded, structure};

#[test]
fn recorded_machines_have_the_modules_that_others_read() {
    for (name, bytes, expected) in recorded() {
        let (items, left_out) = modules(&Table::new(bytes, Some((3, 3))));
        assert_eq!(left_out, None);
        let expected = expected["MemoryDevices"].as_array().cloned().unwrap_or_default();
        assert_eq!(items.len(), expected.len(), "{name}");
        for (item, theirs) in items.iter().zip(&expected) {
            let number = |field: &str| theirs[field].as_u64().unwrap();
            let size_mib = if number("ExtendedSize") == 0 { number("Size") } else { number("ExtendedSize") };
            assert_eq!(item.text("locator"), theirs["DeviceLocator"].as_str(), "{name}");
            assert_eq!(item.attributes["populated"], size_mib != 0, "{name} {}", item.key);
            if size_mib == 0 {
                assert!(!item.attributes.contains_key("type") && !item.attributes.contains_key("placeholders"));
                continue;
            }
            assert_eq!(item.attributes["size_bytes"], size_mib << 20, "{name} {}", item.key);
            assert_eq!(item.attributes["speed_mts"], number("Speed"), "{name} {}", item.key);
            assert_eq!(item.attributes["configured_speed_mts"], number("ConfiguredMemorySpeed"), "{name} {}", item.key);
            for (attribute, field) in
                [("manufacturer", "Manufacturer"), ("part_number", "PartNumber"), ("serial", "SerialNumber")]
            {
                assert_eq!(item.text(attribute), theirs[field].as_str(), "{name} {}: {attribute}", item.key);
            }
            assert_eq!((item.text("type"), item.text("form_factor")), (Some("DDR4"), Some("DIMM")), "{name}");
        }
    }
}

#[test]
fn slots_of_the_same_name_are_told_apart_and_ecc_is_that_of_the_array() {
    for (name, bytes, _) in recorded() {
        let (items, _) = modules(&Table::new(bytes, Some((3, 3))));
        let keys: BTreeSet<&str> = items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys.len(), items.len(), "{name}");
        let correction = |key: &str| items.iter().find(|item| item.key == key).unwrap().text("error_correction");
        match name.as_str() {
            "ASRock-Single-Ryzen" => assert_eq!(correction("P0 CHANNEL A/DIMM 1"), Some("none")),
            "Dell-PowerEdge-R630-Dual-Xeon" => assert_eq!(correction("A3"), Some("multi-bit ECC")),
            _ => assert!(items.is_empty(), "{name}"),
        }
    }
}

/// A module of version 3.3 with a size, an extended size and speeds.
fn module(handle: u8, size: u16, extended: u32, speed: u16, extended_speed: u32, locator: &str) -> Vec<u8> {
    let mut fields = vec![0; 0x58];
    let mut put = |offset: usize, bytes: &[u8]| fields[offset - 4..offset - 4 + bytes.len()].copy_from_slice(bytes);
    put(0x0c, &size.to_le_bytes());
    put(0x10, &[1]);
    put(0x12, &[0x22]);
    put(0x15, &speed.to_le_bytes());
    put(0x1c, &extended.to_le_bytes());
    put(0x54, &extended_speed.to_le_bytes());
    structure(17, handle, &fields, &[locator])
}

#[test]
fn sizes_and_speeds_have_two_places_and_two_units() {
    let cases = [
        (0, 0, Value::Null),
        (0xffff, 0, Value::Null),
        (0x8400, 0, (1_u64 << 20).into()),
        (0x4000, 0, (16_u64 << 30).into()),
        (0x7fff, 0x0002_0000, (128_u64 << 30).into()),
    ];
    for (size, extended, expected) in cases {
        let (items, _) = modules(&Table::new(module(1, size, extended, 0xffff, 70_000, "memory"), None));
        let [item] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(item.attributes.get("size_bytes").cloned().unwrap_or_default(), expected, "{size:x}");
        assert_eq!(item.attributes["populated"], size != 0, "of unknown size is not empty");
        assert_eq!(item.key, "memory#2", "the key of the totals is taken");
        if size != 0 {
            assert_eq!((item.text("type"), &item.attributes["speed_mts"]), (Some("DDR5"), &70_000.into()));
        }
    }
}

#[test]
fn a_table_of_nothing_but_modules_is_cut_and_that_is_said() {
    let bytes: Vec<u8> = (0..=MODULE_CAP).flat_map(|_| module(1, 1, 0, 0, 0, "A")).collect();
    let (items, left_out) = modules(&Table::new(bytes, None));
    assert_eq!(items.len(), MODULE_CAP);
    assert!(left_out.is_some());
}
