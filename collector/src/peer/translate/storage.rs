//! Disks and file systems.

use muster_model::identification::is_placeholder;
use muster_shared::report::Item;

use super::value::{bytes, known, mebibytes};
use super::{Found, Reading};

/// The name of the kernel: `sda` for `/dev/sda`.
fn device_name(text: &str) -> &str {
    text.strip_prefix("/dev/").unwrap_or(text)
}

pub(super) fn disks(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("storages") {
        let text = |names: &[&str]| known(entry.text(names));
        let kind = text(&["type"]).unwrap_or_default().to_lowercase();
        let Some(name) = text(&["name"]).map(device_name) else { continue };
        // Drives for discs and cards, and the partitions that some of these agents list here too.
        if !kind.is_empty() && !kind.contains("disk") && !kind.contains("ssd") {
            continue;
        }
        // Disks are sold by the million of bytes, and that is what they count. FusionInventory cuts off what is behind it.
        items.push(
            Item::new(name)
                .with("name", name)
                .with("type", (kind == "disk").then_some("disk"))
                .with("size_bytes", bytes(entry.text(&["disksize"]), 1_000_000))
                .with("model", text(&["model"]))
                .with("vendor", text(&["manufacturer"]))
                .with("serial", text(&["serialnumber", "serial"]).filter(|serial| !is_placeholder(serial)))
                .with("wwn", text(&["wwn"]))
                .with("revision", text(&["firmware"])),
        );
    }
    Found::of(items)
}

pub(super) fn filesystems(reading: Reading<'_>) -> Found {
    let mut items: Vec<Item> = Vec::new();
    for entry in reading.list("drives") {
        let text = |names: &[&str]| known(entry.text(names));
        let (Some(volume), Some(kind)) = (text(&["volumn"]), text(&["filesystem"])) else { continue };
        let Some(mount_point) = text(&["type"]).filter(|point| point.starts_with('/')) else { continue };
        let device = device_name(volume);
        let uuid = text(&["serial"]).filter(|serial| serial.contains('-') && !is_placeholder(serial));
        let key = uuid.unwrap_or(device);
        // A file system that is mounted twice is one.
        if let Some(known) = items.iter_mut().find(|item| item.key == key) {
            let points = known.attributes.get("mount_points").cloned().unwrap_or_default();
            let mut points: Vec<String> = serde_json::from_value(points).unwrap_or_default();
            points.push(mount_point.to_owned());
            points.sort_unstable();
            points.dedup();
            known.set("mount_points", points);
            continue;
        }
        items.push(
            Item::new(key)
                .with("device", device)
                .with("uuid", uuid)
                .with("label", text(&["label"]))
                .with("type", kind)
                .with("mount_points", vec![mount_point])
                .with("size_bytes", mebibytes(entry.text(&["total"])))
                .with("free_bytes", mebibytes(entry.text(&["free"]))),
        );
    }
    Found::of(items)
}
