//! USB devices. They move from port to port and buses are numbered anew at every boot, so a device is known by what it is
//! and its serial; one without a serial by what it is and how many of its kind there are.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::mapping::Distinct as _;
use muster_shared::{Item, Problem, SectionName};

use super::names::Names;
use super::smbios::Text;
use super::{Collector, Privilege, Section};
use crate::root::{Entry, Root};

const DEVICES: &str = "/sys/bus/usb/devices";

/// More devices than the buses of a machine take.
const DEVICE_CAP: usize = 1024;

/// Classes of devices and interfaces that the USB Implementers Forum gave out.
const CLASSES: &[(&str, &str)] = &[
    ("01", "audio"),
    ("02", "communications"),
    ("03", "human interface"),
    ("05", "physical interface"),
    ("06", "image"),
    ("07", "printer"),
    ("08", "mass storage"),
    ("09", "hub"),
    ("0a", "CDC data"),
    ("0b", "smart card"),
    ("0d", "content security"),
    ("0e", "video"),
    ("0f", "personal healthcare"),
    ("10", "audio/video"),
    ("11", "billboard"),
    ("dc", "diagnostic"),
    ("e0", "wireless"),
    ("ef", "miscellaneous"),
    ("fe", "application specific"),
    ("ff", "vendor specific"),
];

pub(super) struct Usb;

impl Collector for Usb {
    fn name(&self) -> SectionName {
        SectionName::Usb
    }

    fn contents(&self) -> &'static str {
        "USB devices: vendor, product, serial, classes, speed, drivers"
    }

    fn purpose(&self) -> &'static str {
        "devices that were plugged in, as assets and as a way in"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let entries = match root.list(DEVICES) {
            Ok(entries) => entries,
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems = Vec::new();
        // Interfaces of a device stand beside it, with a colon in their name.
        let (interfaces, devices): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.name.contains(':'));
        if devices.len() > DEVICE_CAP {
            let message = format!("{} devices: only the first {DEVICE_CAP} are listed", devices.len());
            problems.push(Problem { source: DEVICES.to_owned(), message });
        }
        let mut items: Vec<Item> =
            devices.iter().take(DEVICE_CAP).filter_map(|device| item(root, &device.name, &interfaces)).collect();
        name(root, &mut items);
        number(&mut items);
        Section::of(items, problems)
    }
}

/// `None` for a device that was pulled while it was read.
fn item(root: &Root, port: &str, interfaces: &[Entry]) -> Option<Item> {
    let value = |file: &str| root.value(&format!("{DEVICES}/{port}/{file}"));
    let text = |file: &str| value(file).and_then(|text| Text::of(&text).value());
    let (vendor, product) = (value("idVendor")?.to_ascii_lowercase(), value("idProduct")?.to_ascii_lowercase());
    let serial = text("serial");
    let key = match &serial {
        Some(serial) => format!("{vendor}:{product}/{serial}"),
        None => format!("{vendor}:{product}"),
    };
    let mut item = Item::new(key)
        .with("port", port)
        .with("vendor_id", vendor)
        .with("product_id", product)
        .with("serial", serial)
        .with("manufacturer", text("manufacturer"))
        .with("product", text("product"))
        .with("revision", value("bcdDevice"))
        .with("usb_version", value("version"))
        .with("removable", value("removable").filter(|answer| answer != "unknown").map(|answer| answer == "removable"))
        // Low speed is 1.5 Mbit/s.
        .with("speed_mbps", value("speed").and_then(|speed| speed.parse::<f64>().ok()));
    let mut classes: BTreeSet<&str> = value("bDeviceClass").as_deref().and_then(class).into_iter().into_set();
    let mut drivers: BTreeSet<String> = BTreeSet::new();
    let own = |entry: &&Entry| entry.name.split_once(':').is_some_and(|(device, _)| is_port(device, port));
    for interface in interfaces.iter().filter(own) {
        let path = format!("{DEVICES}/{}", interface.name);
        classes.extend(root.value(&format!("{path}/bInterfaceClass")).as_deref().and_then(class));
        drivers.extend(root.link_name(&format!("{path}/driver")));
    }
    if !classes.is_empty() {
        item.set("classes", classes.into_iter().collect::<Vec<_>>());
    }
    if !drivers.is_empty() {
        item.set("drivers", drivers.into_iter().collect::<Vec<_>>());
    }
    Some(item)
}

/// Whether the interfaces of a name belong to a device: those of the root hub `usb1` are called `1-0:1.0`.
fn is_port(of_interface: &str, device: &str) -> bool {
    let root_hub = device.strip_prefix("usb").zip(of_interface.strip_suffix("-0"));
    of_interface == device || root_hub.is_some_and(|(bus, of_bus)| bus == of_bus)
}

/// 00 stands for "see the interfaces".
fn class(number: &str) -> Option<&'static str> {
    CLASSES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// Names from the list for devices that do not tell theirs.
fn name(root: &Root, items: &mut [Item]) {
    let path = |item: &Item, attribute: &str| {
        let vendor = item.text("vendor_id").unwrap_or_default();
        match attribute {
            "manufacturer" => vendor.to_owned(),
            _ => format!("{vendor}/{}", item.text("product_id").unwrap_or_default()),
        }
    };
    let attributes = ["manufacturer", "product"];
    let unnamed = |item: &Item, attribute: &str| !item.attributes.contains_key(attribute);
    let wanted = items.iter().flat_map(|item| {
        attributes.iter().filter(|attribute| unnamed(item, attribute)).map(|attribute| path(item, attribute))
    });
    let names = Names::look_up(root, "usb.ids", &wanted.collect());
    for item in items {
        for attribute in attributes {
            if unnamed(item, attribute) {
                item.set(attribute, names.get(&path(item, attribute)));
            }
        }
    }
}

/// Gives the second and later devices of one key a number, in the order of their ports.
fn number(items: &mut [Item]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        let count = counts.entry(item.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            item.key = format!("{}#{count}", item.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;
    use serde_json::json;

    use super::super::recorded::tree;
    use super::*;

    #[test]
    fn devices_are_known_by_what_they_are_and_not_by_where_they_stick() {
        let at = |port: &str, file: &str| format!("sys/bus/usb/devices/{port}/{file}");
        let directory = tree(&[
            (&at("usb1", "idVendor"), b"1d6b\n"),
            (&at("usb1", "idProduct"), b"0002\n"),
            (&at("usb1", "serial"), b"0000:00:14.0\n"),
            (&at("usb1", "bDeviceClass"), b"09\n"),
            (&at("usb1", "speed"), b"480\n"),
            (&at("1-0:1.0", "bInterfaceClass"), b"09\n"),
            (&at("1-2.1", "idVendor"), b"046D\n"),
            (&at("1-2.1", "idProduct"), b"c31c\n"),
            (&at("1-2.1", "speed"), b"1.5\n"),
            (&at("1-2.1", "bDeviceClass"), b"00\n"),
            (&at("1-2.1", "product"), b"USB Keyboard\n"),
            (&at("1-2.1:1.0", "bInterfaceClass"), b"03\n"),
            (&at("1-2.2", "idVendor"), b"046d\n"),
            (&at("1-2.2", "idProduct"), b"c31c\n"),
            (&at("1-2.2", "serial"), b"0000000000\n"),
            ("var/lib/usbutils/usb.ids", b"046d  Logitech, Inc.\n\tc31c  Keyboard K120\n"),
        ]);
        let section = Usb.collect(&Root::at(directory.path()));
        assert_eq!(section.status, SectionStatus::Ok);
        let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["046d:c31c", "046d:c31c#2", "1d6b:0002/0000:00:14.0"], "zeros are no serial");
        let [first, second, hub] = section.items.as_slice() else { panic!("{section:?}") };
        assert_eq!((first.text("manufacturer"), first.text("product")), (Some("Logitech, Inc."), Some("USB Keyboard")));
        assert_eq!(second.text("product"), Some("Keyboard K120"));
        assert_eq!(first.attributes["classes"], json!(["human interface"]));
        assert_eq!((&first.attributes["speed_mbps"], &hub.attributes["speed_mbps"]), (&json!(1.5), &json!(480.0)));
        assert_eq!(hub.attributes["classes"], json!(["hub"]));
    }
}
