//! Recorded inventories of the real agents, and a machine with all that they can tell, in our words.

use std::collections::BTreeMap;

use muster_model::identification::IdentifierKind;
use muster_model::source::Source;
use muster_shared::SectionName;
use muster_shared::attribute::kind_of;
use muster_shared::report::Attributes;
use serde_json::{Map, Value, json};

use super::message::{Message, Told};
use super::translate::{Translated, translate};
use super::{PeerError, json, xml};

const FUSION: &[u8] = include_bytes!("../../../tests/fuzz/corpus/peer_xml/fusioninventory");
const OCS: &[u8] = include_bytes!("../../../tests/fuzz/corpus/peer_xml/ocsinventory");
const HARDWARE: &[u8] = include_bytes!("../../../tests/fuzz/corpus/peer_xml/hardware");
const GLPI: &[u8] = include_bytes!("../../../tests/fuzz/corpus/peer_json/inventory");
const GLPI_PARTIAL: &[u8] = include_bytes!("../../../tests/fuzz/corpus/peer_json/partial");

fn told(message: Message<'_>) -> Told<'_> {
    match message {
        Message::Inventory(told) => told,
        other => panic!("{other:?}"),
    }
}

fn of_xml(bytes: &[u8], agent: &str) -> (Source, Translated) {
    let told = told(xml::read(bytes, agent).unwrap());
    (told.source, translate(&told).unwrap())
}

fn of_json(bytes: &[u8]) -> (Told<'static>, Translated) {
    let fields: Map<String, Value> = serde_json::from_slice(bytes).unwrap();
    let told = told(json::read(&fields).unwrap());
    let translated = translate(&told).unwrap();
    (told, translated)
}

fn item<'a>(translated: &'a Translated, section: SectionName, key: &str) -> &'a Attributes {
    let items = &translated.sections[&section].items;
    items.get(key).unwrap_or_else(|| panic!("{key} in {:?}", items.keys()))
}

fn has(item: &Attributes, expected: &Value) {
    for (name, value) in expected.as_object().unwrap() {
        let found = item.get(name).cloned().unwrap_or_default();
        assert_eq!(found, *value, "{name}");
    }
}

#[test]
fn every_attribute_is_one_of_ours_and_of_its_kind() {
    let all = [of_xml(FUSION, "").1, of_xml(OCS, "OCS-NG").1, of_xml(HARDWARE, "").1, of_json(GLPI).1];
    for translated in all {
        for (section, part) in translated.sections {
            for (key, attributes) in part.items.iter().chain(&part.metrics) {
                for (name, value) in attributes {
                    let kind = kind_of(section, name).unwrap_or_else(|| panic!("{section} {key}: {name}"));
                    assert!(kind.fits(value), "{section} {key}: {name} {value}");
                }
            }
        }
    }
}

#[test]
fn fusioninventory_in_our_words_without_what_it_gets_wrong() {
    let (source, translated) = of_xml(FUSION, "");
    assert_eq!((source, translated.name.as_str()), (Source::FusionInventory, "vm"));
    let host = item(&translated, SectionName::Host, "host");
    has(host, &json!({"name": "vm", "architecture": "x86_64", "os_pretty_name": "Debian GNU/Linux 12 (bookworm)"}));
    assert!(!host.contains_key("virtualization"), "'Docker' says nothing about the machine");
    assert!(!translated.sections[&SectionName::Host].problems.is_empty());
    let cpu = item(&translated, SectionName::Cpu, "cpu");
    has(cpu, &json!({"model_name": "AMD EPYC", "vendor": "AuthenticAMD", "sockets": 1, "cores": 2, "threads": null}));
    let eth0 = item(&translated, SectionName::Interface, "eth0");
    has(eth0, &json!({"driver": "virtio_net", "mac": "02:fc:00:00:00:01", "physical": true, "speed_mbps": null}));
    assert_eq!(
        eth0["addresses"],
        json!([
            {"address": "192.0.2.2", "family": "inet", "prefix": 24, "scope": "global"},
            {"address": "fd00::2", "family": "inet6", "prefix": 64, "scope": "global"},
            {"address": "fe80::fc:ff:fe00:1", "family": "inet6", "prefix": 64, "scope": "link"},
        ])
    );
    let lo = item(&translated, SectionName::Interface, "lo");
    assert_eq!(lo["addresses"][1], json!({"address": "::1", "family": "inet6", "prefix": 128, "scope": "host"}));
    has(item(&translated, SectionName::Package, "adduser:all"), &json!({"manager": "dpkg", "section": "admin"}));
    has(item(&translated, SectionName::Kernel, "kernel"), &json!({"name": "Linux"}));
    let users = &translated.sections[&SectionName::User].items;
    assert!(users.contains_key("root") && !users.contains_key("wtmp"));
    let macs: Vec<&str> = translated.identifiers.iter().map(|id| id.value.as_str()).collect();
    assert_eq!(macs, ["02:fc:00:00:00:01"], "addresses of made-up interfaces identify nothing");
    assert!(!translated.sections.contains_key(&SectionName::Firmware), "an empty serial is no firmware");
}

#[test]
fn ocsinventory_in_our_words_without_what_it_gets_wrong() {
    let (source, translated) = of_xml(OCS, "OCS-NG_unified_unix_agent_v2.10.0");
    assert_eq!(source, Source::OcsInventory);
    let host = item(&translated, SectionName::Host, "host");
    let expected = json!({"name": "vm", "architecture": "x86_64", "os_version": "12", "virtualization": null,
        "os_pretty_name": "Debian GNU/Linux 12 (bookworm)"});
    has(host, &expected);
    has(item(&translated, SectionName::Cpu, "cpu"), &json!({"sockets": 1, "cores": 2, "threads": 2}));
    has(item(&translated, SectionName::Disk, "vda"), &json!({"size_bytes": 274_877_906_944_u64}));
    let eth0 = item(&translated, SectionName::Interface, "eth0");
    has(eth0, &json!({"speed_mbps": null, "duplex": null, "mtu": 1400}));
    assert!(!translated.sections.contains_key(&SectionName::Kernel), "it tells the version of the distribution only");
    assert!(!item(&translated, SectionName::Group, "daemon").contains_key("members"));
    has(item(&translated, SectionName::Pci, "0000:00:00.0"), &json!({"class": "Host bridge", "vendor_id": "8086"}));
    let package = item(&translated, SectionName::Package, "adduser:all");
    has(package, &json!({"manager": "dpkg", "installed_at": "2025-04-20", "version": "3.134"}));
    assert!(translated.sections[&SectionName::Package].items.contains_key("libc6:amd64"));
    assert_eq!(translated.identifiers.len(), 1);
}

#[test]
fn glpi_in_our_words_and_a_partial_leaves_out() {
    let (told, whole) = of_json(GLPI);
    assert_eq!((told.source, told.is_partial), (Source::Glpi, false));
    assert_eq!(told.device_id, "vm-2026-11-23-17-26-00");
    let host = item(&whole, SectionName::Host, "host");
    has(host, &json!({"architecture": "x86_64", "virtualization": null}));
    let booted = &whole.sections[&SectionName::Host].metrics["host"];
    has(booted, &json!({"booted_at": "2026-11-23T17:12:23.000Z"}));
    has(item(&whole, SectionName::Group, "ssl-cert"), &json!({"gid": 103, "members": ["postgres"]}));
    has(item(&whole, SectionName::Disk, "vda"), &json!({"serial": "overlayblk", "vendor": "Red Hat, Inc."}));
    let (told, partial) = of_json(GLPI_PARTIAL);
    assert!(told.is_partial);
    let sections: Vec<SectionName> = partial.sections.keys().copied().collect();
    let expected = [SectionName::Host, SectionName::Memory, SectionName::Filesystem, SectionName::Dns];
    assert_eq!(sections, expected, "what is left out is not none");
}

#[test]
fn a_machine_with_all_that_can_be_told() {
    let (_, machine) = of_xml(HARDWARE, "");
    has(
        item(&machine, SectionName::Firmware, "firmware"),
        &json!({"system_serial": "5QK2PW1", "system_uuid": "4c4c4544-0051-4b10-8032-b5c04f505731", "system_sku": null,
            "bios_date": "2014-04-01", "chassis_type": "Rack Mount Chassis", "chassis_asset_tag": "A-100"}),
    );
    has(item(&machine, SectionName::Cpu, "cpu"), &json!({"sockets": 2, "cores": 16, "cores_per_socket": 8}));
    has(item(&machine, SectionName::Memory, "memory"), &json!({"total_bytes": 64_215_u64 << 20}));
    has(item(&machine, SectionName::Memory, "DIMM_A1"), &json!({"size_bytes": 16_u64 << 30, "speed_mts": 1866}));
    has(item(&machine, SectionName::Memory, "DIMM_A2"), &json!({"populated": false, "size_bytes": null}));
    let root = item(&machine, SectionName::Filesystem, "4f5e2c1a-0d1b-4b77-9a55-21f0c9a1d201");
    has(root, &json!({"mount_points": ["/", "/srv"], "device": "mapper/rhel-root"}));
    has(item(&machine, SectionName::Package, "rpm:kernel.x86_64"), &json!({"version": "5.14.0-427.13.1.el9_4"}));
    let older = item(&machine, SectionName::Package, "rpm:kernel.x86_64@5.14.0-362.8.1.el9_3");
    has(older, &json!({"release": "362.8.1.el9_3", "vendor": "Red Hat, Inc.", "installed_at": "2024-02-01"}));
    let image = item(&machine, SectionName::Package, "appimage:Tom & Jérôme <1>");
    has(image, &json!({"manager": "appimage"}));
    has(item(&machine, SectionName::Dns, "resolver"), &json!({"name_servers": ["192.0.2.53", "192.0.2.54"]}));
    has(item(&machine, SectionName::Usb, "046d:c31c"), &json!({"product": "USB Keyboard"}));
    has(item(&machine, SectionName::VirtualMachine, "libvirt/web"), &json!({"vcpus": 2, "hypervisor": "kvm"}));
    assert_eq!(machine.sections[&SectionName::VirtualMachine].items.len(), 1, "a container is no machine");
    assert_eq!(machine.sections[&SectionName::Disk].items.len(), 1, "a drive for discs is no disk");
    let mut kinds: BTreeMap<IdentifierKind, usize> = BTreeMap::new();
    machine.identifiers.iter().for_each(|id| *kinds.entry(id.kind).or_default() += 1);
    let expected =
        [(IdentifierKind::SystemUuid, 1), (IdentifierKind::SystemSerial, 1), (IdentifierKind::PermanentMac, 2)];
    assert_eq!(kinds, expected.into());
    assert_eq!(machine.left_out, ["envs", "processes"]);
    let kept = serde_json::to_string(&machine.sections.values().map(|part| &part.items).collect::<Vec<_>>()).unwrap();
    assert!(!kept.contains("hunter2") && !kept.contains("do-not-keep"), "secrets of command lines are not taken");
}

#[test]
fn serials_that_ocs_makes_up_identify_nothing() {
    let xml = |serial: &str, board: &str| {
        format!(
            "<REQUEST><DEVICEID>d</DEVICEID><QUERY>INVENTORY</QUERY><CONTENT><BIOS><SSN>{serial}</SSN><MSN>{board}</MSN></BIOS>\
             <HARDWARE><NAME>h</NAME></HARDWARE></CONTENT></REQUEST>"
        )
    };
    let serials = |text: &str, agent| of_xml(text.as_bytes(), agent).1.identifiers.len();
    assert_eq!(serials(&xml("5QK2PW1", "B-17"), "OCS-NG"), 1);
    assert_eq!(serials(&xml("B-1776", "B-1776"), "OCS-NG"), 0, "the serial of the board");
    assert_eq!(serials(&xml("57 06 05 00 FF FB EB BF", ""), "OCS-NG"), 0, "the id of the processor");
    assert_eq!(serials(&xml("Default string", ""), "FusionInventory"), 0);
}

#[test]
fn malformed_messages_are_told_apart() {
    let wrong = |text: &str| match xml::read(text.as_bytes(), "") {
        Err(PeerError::Malformed(why)) => why,
        other => panic!("{text}: {other:?}"),
    };
    for text in [
        "<REQUEST>",
        "<REQUEST></QUERY>",
        "<HTML></HTML>",
        "<REQUEST></REQUEST>",
        "<REQUEST/><REQUEST/>",
        "<REQUEST><QUERY>&unknown;</QUERY></REQUEST>",
        "<REQUEST><QUERY>a&#0;b</QUERY></REQUEST>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><REQUEST/>",
        &"<a>".repeat(100_000).replacen("<a>", "<REQUEST>", 1),
    ] {
        assert!(!wrong(text).is_empty());
    }
    let bomb = include_bytes!("../../../tests/fuzz/corpus/peer_xml/doctype");
    assert!(wrong(std::str::from_utf8(bomb).unwrap()).contains("document type"));
    assert!(matches!(xml::read(b"<REQUEST>\xff</REQUEST>", ""), Err(PeerError::Malformed(_))));
    let long = format!("<REQUEST><DEVICEID>{}</DEVICEID></REQUEST>", "x".repeat(300));
    assert!(
        matches!(xml::read(long.as_bytes(), ""), Err(PeerError::Field { pointer, .. }) if pointer == "/REQUEST/DEVICEID")
    );
}

#[test]
fn a_name_that_is_too_long_is_named() {
    let text = format!(
        "<REQUEST><DEVICEID>d</DEVICEID><QUERY>INVENTORY</QUERY><CONTENT><HARDWARE><NAME>{}</NAME></HARDWARE></CONTENT></REQUEST>",
        "x".repeat(100_000)
    );
    let told = told(xml::read(text.as_bytes(), "").unwrap());
    let error = translate(&told).unwrap_err();
    assert_eq!(error, PeerError::Field { pointer: "/host/name".into(), detail: "at most 256 bytes are taken".into() });
}
