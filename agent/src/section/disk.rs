//! Whole block devices: disks, and what is stacked on them (device mapper, md), told apart by `type`.

use muster_shared::{Item, SectionName};

use super::block::{self, Device, Properties, property};
use super::{Collector, Privilege, Section, oddity, stable};
use crate::root::Root;

/// How deep devices are stacked on each other before we stop to look.
const STACK_CAP: usize = 6;

pub(super) struct Disk;

impl Collector for Disk {
    fn name(&self) -> SectionName {
        SectionName::Disk
    }

    fn contents(&self) -> &'static str {
        "whole block devices: size, model, serial, WWN, bus, driver, whether they rotate or are removable"
    }

    fn purpose(&self) -> &'static str {
        "what storage there is, and which piece to replace when one fails"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        match block::devices(root) {
            Ok(devices) => {
                let mut problems = Vec::new();
                let items = devices.iter().map(|device| {
                    for file in FLAGS {
                        let odd = device.value(root, file).filter(|value| !matches!(value.as_str(), "0" | "1"));
                        if let Some(value) = odd {
                            oddity::say(&mut problems, &device.path, &format!("`{file}` cannot be"), &value);
                        }
                    }
                    item(root, device)
                });
                let mut items: Vec<Item> = items.collect();
                stable::key_by(&mut items, &["mapper_name", "wwn", "serial"]);
                Section::of(items, problems)
            }
            Err(error) => Section::unreadable(&error),
        }
    }
}

/// What is yes or no.
const FLAGS: &[&str] = &["queue/rotational", "removable", "ro"];

fn item(root: &Root, device: &Device) -> Item {
    let known = device.properties(root);
    let value = |file: &str| device.value(root, file);
    let mut item = Item::new(&device.name)
        .with("name", device.name.as_str())
        .with("type", kind(root, device))
        .with("size_bytes", device.size_bytes(root))
        .with("model", property(&known, &["ID_MODEL_ENC", "ID_MODEL"]).or_else(|| value("device/model")))
        .with("vendor", value("device/vendor"))
        .with(
            "revision",
            property(&known, &["ID_REVISION"]).or_else(|| value("device/rev")).or_else(|| value("device/firmware_rev")),
        )
        .with("serial", serial(root, device, &known))
        .with("wwn", wwn(root, device, &known))
        .with("bus", bus(root, device))
        .with("driver", driver(root, device))
        .with("rotational", rotational(root, device))
        .with("removable", device.flag(root, "removable"))
        .with("read_only", device.flag(root, "ro"))
        .with("logical_block_size_bytes", device.number(root, "queue/logical_block_size"))
        .with("physical_block_size_bytes", device.number(root, "queue/physical_block_size"))
        .with("partition_table", property(&known, &["ID_PART_TABLE_TYPE"]))
        .with("partition_table_uuid", property(&known, &["ID_PART_TABLE_UUID"]))
        .with("mapper_name", value("dm/name"))
        .with("nvme_transport", value("device/transport"))
        .with("nvme_namespace", device.number(root, "nsid"))
        .with("nvme_subsystem", value("device/subsysnqn"))
        .with("held_by", device.holders(root));
    let slaves = root.list(&format!("{}/slaves", device.path)).unwrap_or_default();
    if !slaves.is_empty() {
        item.set("stacked_on", slaves.into_iter().map(|entry| entry.name).collect::<Vec<_>>());
    }
    if let Some((read_bytes, written_bytes)) = device.traffic_bytes(root) {
        item.set("read_bytes", read_bytes);
        item.set("written_bytes", written_bytes);
    }
    item
}

/// The kind of device in the words of `lsblk`.
fn kind(root: &Root, device: &Device) -> String {
    if let Some(uuid) = device.value(root, "dm/uuid") {
        // Device mapper users put their name first: `LVM-…`, `CRYPT-LUKS2-…`, `part1-mpath-…`.
        let owner = uuid.split('-').next().unwrap_or_default().to_ascii_lowercase();
        return if owner.starts_with("part") { "part".to_owned() } else { owner };
    }
    if root.exists(&format!("{}/dm", device.path)) {
        return "dm".to_owned();
    }
    if let Some(level) = device.value(root, "md/level") {
        return level;
    }
    if device.name.starts_with("loop") {
        return "loop".to_owned();
    }
    // Types of SCSI peripherals (SPC): 5 is an optical drive, 1 a tape.
    match device.number(root, "device/type") {
        Some(5) => "rom".to_owned(),
        Some(1) => "tape".to_owned(),
        _ => "disk".to_owned(),
    }
}

/// udev's word first, as `lsblk` does: some bridges answer `/sys` with a serial of their own.
fn serial(root: &Root, device: &Device, known: &Properties) -> Option<String> {
    property(known, &["SCSI_IDENT_SERIAL", "ID_SCSI_SERIAL", "ID_SERIAL_SHORT", "ID_SERIAL"])
        .or_else(|| device.value(root, "device/serial"))
        .or_else(|| device.value(root, "serial"))
        .or_else(|| unit_serial(root, device))
}

/// The unit serial number page (80h) of a SCSI device: four bytes of header, then the number.
fn unit_serial(root: &Root, device: &Device) -> Option<String> {
    let page = root.read(&format!("{}/device/vpd_pg80", device.path)).ok()?;
    let serial =
        String::from_utf8_lossy(page.get(4..)?).trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
    (!serial.is_empty() && serial.chars().all(|c| c.is_ascii_graphic() || c == ' ')).then_some(serial)
}

fn wwn(root: &Root, device: &Device, known: &Properties) -> Option<String> {
    property(known, &["ID_WWN_WITH_EXTENSION", "ID_WWN"]).or_else(|| {
        let id = device.value(root, "wwid").or_else(|| device.value(root, "device/wwid"))?;
        match id.strip_prefix("naa.") {
            Some(number) => Some(format!("0x{number}")),
            None => Some(id).filter(|id| id.starts_with("eui.") || id.starts_with("nvme.")),
        }
    })
}

/// The driver of the device, or of the controller that it is a part of (`NVMe`).
fn driver(root: &Root, device: &Device) -> Option<String> {
    let of = |path: &str| root.link_name(&format!("{}/{path}/driver", device.path));
    of("device").or_else(|| of("device/device"))
}

/// Whether it has disks that turn. What virtio and Xen say of a device of their own is a guess of the kernel ("it turns"):
/// then it is not known, nor is it of what is stacked on such a device.
fn rotational(root: &Root, device: &Device) -> Option<bool> {
    let place = root.read_link(&device.path).unwrap_or_default();
    if is_guessed(root, &place, &device.path, STACK_CAP) { None } else { device.flag(root, "queue/rotational") }
}

fn is_guessed(root: &Root, place: &str, path: &str, depth: usize) -> bool {
    // A disk behind virtio's SCSI controller says itself whether it turns, and has a target in its path.
    let has = |prefix: &str| place.split('/').any(|name| name.starts_with(prefix));
    if has("virtio") && !has("target") || has("vbd-") {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let slaves = root.list(&format!("{path}/slaves")).unwrap_or_default();
    slaves.iter().any(|slave| {
        let place = root.read_link(&format!("{path}/slaves/{}", slave.name)).unwrap_or_default();
        is_guessed(root, &place, &format!("{}/{}", block::BLOCK, slave.name), depth)
    })
}

/// How the device is connected, read off its place in the tree of devices.
fn bus(root: &Root, device: &Device) -> Option<&'static str> {
    let place = root.read_link(&device.path).ok()?;
    let below = |part: &str| place.split('/').any(|name| name.starts_with(part));
    let known = [
        ("nvme", "nvme"),
        ("usb", "usb"),
        ("rport-", "fc"),
        ("session", "iscsi"),
        ("end_device-", "sas"),
        ("ata", "sata"),
        ("mmc", "mmc"),
        ("virtio", "virtio"),
        ("vmbus", "vmbus"),
        ("vbd-", "xen"),
        ("virtual", "virtual"),
        ("host", "scsi"),
    ];
    known.into_iter().find(|(part, _)| below(part)).map(|(_, bus)| bus)
}

#[cfg(test)]
mod tests;
