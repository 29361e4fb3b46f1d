//! What is plugged in: PCI and USB devices, screens, batteries; and virtual machines.

use muster_model::identification::is_placeholder;
use muster_model::source::Source;
use muster_shared::report::Item;

use super::value::{count, known, mebibytes};
use super::{Found, Reading};

pub(super) fn pci(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("controllers") {
        let text = |names: &[&str]| known(entry.text(names));
        let Some(slot) = text(&["pcislot"]) else { continue };
        let slot = if slot.matches(':').count() == 1 { format!("0000:{slot}") } else { slot.to_owned() };
        // Their drivers are cut off at the first sign that is no letter (`virtio-pci` is `virtio`): left out.
        let mut item = Item::new(&slot).with("slot", slot.as_str());
        if reading.source == Source::OcsInventory {
            let ids = text(&["pciid"]).and_then(|ids| ids.split_once(':'));
            // `Host bridge [0600]`, `rev 01`; the maker and the device stand in one text that cannot be told apart.
            item = item
                .with("class", text(&["name"]).map(|name| name.split(" [").next().unwrap_or(name)))
                .with("vendor_id", ids.map(|(vendor, _)| vendor.to_lowercase()))
                .with("device_id", ids.map(|(_, device)| device.to_lowercase()))
                .with("revision", text(&["type"]).and_then(|kind| kind.strip_prefix("rev ")));
        } else {
            let class = text(&["type"]);
            let subsystem = text(&["pcisubsystemid"]).and_then(|ids| ids.split_once(':'));
            item = item
                .with("class", class)
                .with("vendor", text(&["manufacturer"]))
                .with("device", text(&["caption", "name"]).filter(|name| Some(*name) != class))
                .with("vendor_id", text(&["vendorid"]).map(str::to_lowercase))
                .with("device_id", text(&["productid"]).map(str::to_lowercase))
                .with("subsystem_vendor_id", subsystem.map(|(vendor, _)| vendor.to_lowercase()))
                .with("subsystem_device_id", subsystem.map(|(_, device)| device.to_lowercase()))
                .with("revision", text(&["rev"]));
        }
        items.push(item);
    }
    Found::of(items)
}

pub(super) fn usb(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("usbdevices") {
        let text = |names: &[&str]| known(entry.text(names));
        let ids = text(&["vendorid"]).zip(text(&["productid"]));
        let Some((vendor, product)) = ids.map(|(v, p)| (v.to_ascii_lowercase(), p.to_ascii_lowercase())) else {
            continue;
        };
        // Hubs of the machine itself are listed with their address on the bus as serial.
        let serial = text(&["serial"]).filter(|serial| !is_placeholder(serial));
        let key = match serial {
            Some(serial) => format!("{vendor}:{product}/{serial}"),
            None => format!("{vendor}:{product}"),
        };
        items.push(
            Item::new(key)
                .with("vendor_id", vendor)
                .with("product_id", product)
                .with("serial", serial)
                .with("manufacturer", text(&["manufacturer"]))
                .with("product", text(&["name", "caption"])),
        );
    }
    Found::of(items)
}

pub(super) fn monitors(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("monitors") {
        let text = |names: &[&str]| known(entry.text(names));
        let (name, serial) = (text(&["caption", "name"]), text(&["serial"]).filter(|serial| !is_placeholder(serial)));
        let Some(key) = serial.or(name) else { continue };
        items.push(
            Item::new(key).with("name", name).with("serial", serial).with("manufacturer", text(&["manufacturer"])),
        );
    }
    Found::of(items)
}

pub(super) fn batteries(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("batteries") {
        let text = |names: &[&str]| known(entry.text(names));
        let serial = text(&["serial"]).filter(|serial| !is_placeholder(serial));
        let Some(key) = serial.or_else(|| text(&["name"])) else { continue };
        // The name of the kernel (`BAT0`) is not told: it is found by its serial.
        items.push(
            Item::new(key)
                .with("manufacturer", text(&["manufacturer"]))
                .with("model", text(&["name"]))
                .with("serial", serial)
                .with("technology", text(&["chemistry"]))
                .with("design_energy_mwh", count(entry.text(&["capacity"])))
                .with("full_energy_mwh", count(entry.text(&["real_capacity"]))),
        );
    }
    Found::of(items)
}

/// Containers are listed here too; they are no machines.
const CONTAINERS: &[&str] =
    &["docker", "lxc", "lxd", "jail", "podman", "virtuozzo", "openvz", "vserver", "solaris zones"];

pub(super) fn virtual_machines(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("virtualmachines") {
        let text = |names: &[&str]| known(entry.text(names));
        let Some(name) = text(&["name"]) else { continue };
        let manager = text(&["vmtype"]).unwrap_or_default().to_lowercase();
        if CONTAINERS.contains(&manager.as_str()) {
            continue;
        }
        let mut item = Item::new(if manager.is_empty() { name.to_owned() } else { format!("{manager}/{name}") })
            .with("name", name)
            .with("manager", manager)
            .with("hypervisor", text(&["subsystem"]).map(str::to_lowercase))
            .with("uuid", text(&["uuid"]).map(str::to_lowercase))
            .with("memory_bytes", mebibytes(entry.text(&["memory"])))
            .with("vcpus", count(entry.text(&["vcpu"])));
        let macs: Vec<String> =
            entry.text(&["mac"]).into_iter().flat_map(|text| text.split('/')).map(str::to_lowercase).collect();
        if !macs.is_empty() {
            item.set("macs", macs);
        }
        // Whether a machine that is off should be on is not told: its state is shown, not compared.
        let state = text(&["status"])
            .map(|state| if matches!(state, "running" | "idle" | "blocked") { "running" } else { "shut_off" });
        item.set("current_state", state);
        items.push(item);
    }
    Found::of(items)
}
