//! Recorded machines against what another program reads in their tables, and machines of other kinds.

use std::os::unix::fs::PermissionsExt;

use muster_shared::SectionStatus;
use serde_json::Value;

use super::super::recorded::{tree, unpack};
use super::super::smbios::tests::{recorded, structure};
use super::*;

/// Our attributes and where the same stands in the JSON beside a table.
const FIELDS: &[(&str, &str)] = &[
    ("bios_vendor", "/BIOSInformation/Vendor"),
    ("bios_version", "/BIOSInformation/Version"),
    ("system_manufacturer", "/SystemInformation/Manufacturer"),
    ("system_product", "/SystemInformation/ProductName"),
    ("system_version", "/SystemInformation/Version"),
    ("system_serial", "/SystemInformation/SerialNumber"),
    ("system_uuid", "/SystemInformation/UUID"),
    ("system_sku", "/SystemInformation/SKUNumber"),
    ("system_family", "/SystemInformation/Family"),
    ("board_manufacturer", "/BaseboardInformation/Manufacturer"),
    ("board_product", "/BaseboardInformation/Product"),
    ("board_version", "/BaseboardInformation/Version"),
    ("board_serial", "/BaseboardInformation/SerialNumber"),
    ("board_asset_tag", "/BaseboardInformation/AssetTag"),
    ("chassis_manufacturer", "/SystemEnclosure/Manufacturer"),
    ("chassis_version", "/SystemEnclosure/Version"),
    ("chassis_serial", "/SystemEnclosure/SerialNumber"),
    ("chassis_asset_tag", "/SystemEnclosure/AssetTagNumber"),
];

#[test]
fn recorded_tables_say_what_others_read_in_them() {
    for (name, bytes, expected) in recorded() {
        let item = of_table(&Table::new(bytes, Some((3, 3))));
        for (attribute, pointer) in FIELDS {
            let theirs = expected.pointer(pointer).and_then(Value::as_str).unwrap();
            if name.starts_with("HyperV") && *attribute == "chassis_asset_tag" {
                continue; // Theirs is empty, the table has the number of the fourth string there.
            }
            assert_eq!(item.text(attribute).unwrap_or_default(), theirs, "{name}: {attribute}");
        }
        let theirs = expected.pointer("/BIOSInformation/ReleaseDate").and_then(Value::as_str).unwrap();
        assert_eq!(item.text("bios_date").unwrap(), iso_date(theirs.to_owned()), "{name}");
    }
}

#[test]
fn fields_that_nobody_filled_in_are_named() {
    for (name, bytes, _) in recorded() {
        let item = of_table(&Table::new(bytes, Some((3, 3))));
        let text = |attribute: &str| item.text(attribute).map(str::to_owned);
        match name.as_str() {
            "ASRock-Single-Ryzen" => {
                let named = item.attributes["placeholders"].to_string();
                for field in ["system_serial", "system_product", "chassis_serial", "chassis_sku"] {
                    assert!(named.contains(field), "{field}: {named}");
                }
                assert_eq!(text("chassis_type"), None, "the maker wrote 2, which is Unknown");
                assert_eq!(text("bios_release").as_deref(), Some("5.17"));
            }
            "Dell-PowerEdge-R630-Dual-Xeon" => {
                assert_eq!(text("chassis_type").as_deref(), Some("Rack Mount Chassis"));
                assert_eq!(text("system_uuid").as_deref(), Some("4c4c4544-0039-3010-8048-b7c04f384432"));
                assert!(!item.attributes.contains_key("placeholders"));
            }
            _ => assert_eq!(text("chassis_asset_tag").as_deref(), text("chassis_serial").as_deref(), "{name}"),
        }
    }
}

#[test]
fn the_kernels_files_stand_in_for_the_table() {
    for archive in ["procfs/testdata/fixtures.ttar", "node_exporter/collector/fixtures/sys.ttar"] {
        let Some(directory) = unpack(archive) else { return };
        let section = Firmware.collect(&Root::at(directory.path()));
        let item = &section.items[0];
        assert_eq!(item.text("source"), Some("sysfs"), "{archive}: {section:?}");
        for (attribute, value) in [
            ("bios_date", "2021-04-12"),
            ("bios_release", "2.2"),
            ("system_manufacturer", "Dell Inc."),
            ("system_product", "PowerEdge R6515"),
            ("system_serial", "7N62AI2"),
            ("system_uuid", "83340ca8-cb49-4474-8c29-d2088ca84dd9"),
            ("board_serial", ".7N62AI2.GRTCL6944100GP."),
            ("chassis_type", "Rack Mount Chassis"),
        ] {
            assert_eq!(item.text(attribute), Some(value), "{archive}: {attribute}");
        }
        let placeholders = item.attributes.get("placeholders");
        let never_written = archive.starts_with("node_exporter").then(|| serde_json::json!(["system_version"]));
        assert_eq!(placeholders, never_written.as_ref(), "{archive}");
    }
}

#[test]
fn a_board_without_smbios_has_a_device_tree() {
    let directory = tree(&[
        ("proc/device-tree/model", b"Raspberry Pi 4 Model B Rev 1.4\0"),
        ("proc/device-tree/compatible", b"raspberrypi,4-model-b\0brcm,bcm2711\0"),
        ("proc/device-tree/serial-number", b"10000000abcdef01\0"),
    ]);
    let section = Firmware.collect(&Root::at(directory.path()));
    assert_eq!(section.status, SectionStatus::Ok);
    let item = &section.items[0];
    for (attribute, value) in [
        ("source", "device_tree"),
        ("system_manufacturer", "raspberrypi"),
        ("system_product", "Raspberry Pi 4 Model B Rev 1.4"),
        ("system_compatible", "raspberrypi,4-model-b"),
        ("system_serial", "10000000abcdef01"),
    ] {
        assert_eq!(item.text(attribute), Some(value), "{attribute}");
    }
    assert_eq!(item.attributes["uefi"], false);
}

#[test]
fn a_table_and_the_variables_of_uefi_are_read_together() {
    let mut table = structure(1, 1, &[1, 2, 0, 3], &["Maker", "Box", "SN-1"]);
    table.extend(structure(127, 2, &[], &[]));
    let variable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    let directory = tree(&[("sys/firmware/dmi/tables/DMI", &table), (variable, &[6, 0, 0, 0, 1])]);
    let section = Firmware.collect(&Root::at(directory.path()));
    assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, 1));
    let attributes = &section.items[0].attributes;
    assert_eq!(attributes["system_serial"], "SN-1");
    assert_eq!((&attributes["uefi"], &attributes["secure_boot"]), (&true.into(), &true.into()));
    assert!(!attributes.contains_key("secure_boot_setup_mode"), "not known");
}

#[test]
fn what_may_not_be_read_is_a_problem_and_not_none() {
    if rustix::process::geteuid().is_root() {
        println!("skipped: root may read everything");
        return;
    }
    let id = "sys/class/dmi/id";
    let directory = tree(&[
        ("sys/firmware/dmi/tables/DMI", b""),
        (&format!("{id}/product_serial"), b"X"),
        (&format!("{id}/sys_vendor"), b"Maker\n"),
    ]);
    for path in ["sys/firmware/dmi/tables/DMI".to_owned(), format!("{id}/product_serial")] {
        std::fs::set_permissions(directory.path().join(path), std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    let section = Firmware.collect(&Root::at(directory.path()));
    assert_eq!(section.status, SectionStatus::Partial);
    assert_eq!(section.items[0].text("system_manufacturer"), Some("Maker"));
    assert!(section.problems.iter().any(|problem| problem.source.ends_with("product_serial")), "{section:?}");
}
