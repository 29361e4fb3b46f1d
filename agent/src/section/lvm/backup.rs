//! What LVM's backup of a volume group says (lvmtextformat: one section per group, `physical_volumes`, `logical_volumes`).

use std::collections::BTreeMap;

use muster_shared::Item;

use super::config::{Node, Tree};

/// The kernel and LVM count in sectors of this many bytes.
const SECTOR_BYTES: u64 = 512;
/// Most items of one group.
const ITEM_CAP: usize = 10_000;

/// Group, physical and logical volumes.
pub(super) fn items(tree: &Tree) -> Vec<Item> {
    let groups = tree.iter().filter_map(|(name, node)| Some((name, node.section()?)));
    groups
        .filter(|(_, group)| group.contains_key("extent_size"))
        .flat_map(|(name, group)| of_group(name, group))
        .collect()
}

fn of_group(name: &str, group: &Tree) -> Vec<Item> {
    let extent_bytes = number(group, "extent_size").unwrap_or(0).saturating_mul(SECTOR_BYTES);
    let physical = sections(group, "physical_volumes");
    let logical = sections(group, "logical_volumes");
    let used = used_extents(&logical);
    let bytes = |extents: u64| extents.saturating_mul(extent_bytes);
    let total: u64 = physical.iter().filter_map(|(_, volume)| number(volume, "pe_count")).fold(0, u64::saturating_add);
    let used_total: u64 = physical.iter().filter_map(|(id, _)| used.get(*id)).fold(0, |sum, n| sum.saturating_add(*n));
    let mut items = vec![
        Item::new(format!("vg {name}"))
            .with("kind", "volume_group")
            .with("name", name)
            .with("uuid", text(group, "id"))
            .with("format", text(group, "format"))
            .with("flags", flags(group))
            .with("extent_bytes", extent_bytes)
            .with("size_bytes", bytes(total))
            .with("free_bytes", bytes(total.saturating_sub(used_total)))
            .with("physical_volume_count", physical.len())
            .with("sequence_number", number(group, "seqno")),
    ];
    for (id, volume) in physical.iter().take(ITEM_CAP) {
        let uuid = text(volume, "id");
        let extents = number(volume, "pe_count").unwrap_or(0);
        let free = extents.saturating_sub(used.get(*id).copied().unwrap_or(0));
        items.push(
            Item::new(format!("pv {}", uuid.unwrap_or(id)))
                .with("kind", "physical_volume")
                .with("volume_group", name)
                .with("uuid", uuid)
                // LVM calls it a hint: where it was when the copy was written.
                .with("device", text(volume, "device"))
                .with("flags", flags(volume))
                .with("size_bytes", bytes(extents))
                .with("free_bytes", bytes(free)),
        );
    }
    let shown = logical.iter().filter(|(_, volume)| flags(volume).iter().any(|flag| flag == "VISIBLE"));
    for (volume_name, volume) in shown.take(ITEM_CAP) {
        items.push(logical_item(name, volume_name, volume, extent_bytes, &physical));
    }
    items
}

fn logical_item(group: &str, name: &str, volume: &Tree, extent_bytes: u64, physical: &[(&str, &Tree)]) -> Item {
    let mut types: Vec<String> = Vec::new();
    let mut extents = 0_u64;
    let mut devices: Vec<String> = Vec::new();
    let mut stripes = None;
    for segment in segments(volume) {
        extents = extents.saturating_add(number(segment, "extent_count").unwrap_or(0));
        types.extend(text(segment, "type").map(str::to_owned));
        // LVM calls a segment on one stripe linear.
        stripes = stripes.max(number(segment, "stripe_count"));
        let on = segment.get("stripes").map(Node::texts).unwrap_or_default();
        devices.extend(on.iter().filter_map(|id| {
            let (_, volume) = physical.iter().find(|(known, _)| known == id)?;
            text(volume, "device").map(str::to_owned)
        }));
    }
    for list in [&mut types, &mut devices] {
        list.sort_unstable();
        list.dedup();
    }
    let types: Vec<String> = types
        .into_iter()
        .map(|kind| if kind == "striped" && stripes == Some(1) { "linear".to_owned() } else { kind })
        .collect();
    let mut item = Item::new(format!("lv {group}/{name}"))
        .with("kind", "logical_volume")
        .with("name", name)
        .with("volume_group", group)
        .with("uuid", text(volume, "id"))
        .with("flags", flags(volume))
        .with("size_bytes", extents.saturating_mul(extent_bytes))
        .with("segment_types", types);
    if !devices.is_empty() {
        item.set("devices", devices);
    }
    item
}

fn segments(volume: &Tree) -> impl Iterator<Item = &Tree> {
    let sections = volume.iter().filter(|(name, _)| name.starts_with("segment") && *name != "segment_count");
    sections.filter_map(|(_, node)| node.section())
}

/// Extents in use by the name of the physical volume.
fn used_extents(logical: &[(&str, &Tree)]) -> BTreeMap<String, u64> {
    let mut used: BTreeMap<String, u64> = BTreeMap::new();
    for segment in logical.iter().flat_map(|(_, volume)| segments(volume)) {
        let Some(Node::List(stripes)) = segment.get("stripes") else { continue };
        let on: Vec<&str> = stripes.iter().filter_map(Node::text).collect();
        let extents = number(segment, "extent_count").unwrap_or(0);
        let each = extents.checked_div(u64::try_from(on.len()).unwrap_or(1)).unwrap_or(0);
        for name in on {
            let sum = used.entry(name.to_owned()).or_default();
            *sum = sum.saturating_add(each);
        }
    }
    used
}

fn sections<'a>(group: &'a Tree, name: &str) -> Vec<(&'a str, &'a Tree)> {
    let all = group.get(name).and_then(Node::section).into_iter().flatten();
    all.filter_map(|(name, node)| Some((name.as_str(), node.section()?))).collect()
}

fn text<'a>(tree: &'a Tree, name: &str) -> Option<&'a str> {
    tree.get(name)?.text()
}

fn number(tree: &Tree, name: &str) -> Option<u64> {
    tree.get(name)?.number()
}

fn flags(tree: &Tree) -> Vec<String> {
    let mut flags = tree.get("status").map(Node::texts).unwrap_or_default();
    flags.sort_unstable();
    flags
}
