//! Partitions of disks.

use muster_shared::{Item, SectionName};

use super::block::{self, Device, property};
use super::{Collector, Privilege, Section, stable};
use crate::root::Root;

pub(super) struct Partition;

impl Collector for Partition {
    fn name(&self) -> SectionName {
        SectionName::Partition
    }

    fn contents(&self) -> &'static str {
        "partitions: disk, number, start, size, type, label and UUID"
    }

    fn purpose(&self) -> &'static str {
        "what is on which disk, for restoring it"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let devices = match block::devices(root) {
            Ok(devices) => devices,
            Err(error) => return Section::unreadable(&error),
        };
        let items = devices.iter().flat_map(|disk| {
            let partitions = disk.partitions(root);
            partitions.into_iter().map(|partition| item(root, disk, &partition))
        });
        let mut items: Vec<Item> = items.collect();
        stable::key_by(&mut items, &["uuid"]);
        Section::of(items, Vec::new())
    }
}

fn item(root: &Root, disk: &Device, partition: &Device) -> Item {
    let known = partition.properties(root);
    Item::new(&partition.name)
        .with("name", partition.name.as_str())
        .with("disk", disk.name.as_str())
        .with("number", partition.number(root, "partition"))
        .with("start_sector", partition.number(root, "start"))
        .with("size_bytes", partition.size_bytes(root))
        .with("read_only", partition.flag(root, "ro"))
        .with("partition_type", property(&known, &["ID_PART_ENTRY_TYPE"]))
        .with("label", property(&known, &["ID_PART_ENTRY_NAME"]))
        .with("uuid", property(&known, &["ID_PART_ENTRY_UUID"]))
        .with("flags", property(&known, &["ID_PART_ENTRY_FLAGS"]))
        .with("held_by", partition.holders(root))
}
