//! LVM: volume groups, physical and logical volumes, from two sources.
//!
//! What is active is in `/sys` (device mapper names and UUIDs that begin with `LVM-`). How it is made up is in
//! `/etc/lvm/backup`, which LVM writes after every change of its own and only root may read; the metadata on the disks
//! themselves is never read. Both are joined by UUID, so that a copy that is out of date shows as an inactive volume.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::block::BLOCK;
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod backup;
mod config;

const LVM: &str = "/etc/lvm";
const BACKUP: &str = "/etc/lvm/backup";
/// Most groups that are read.
const GROUP_CAP: usize = 256;

/// An active logical volume.
#[derive(Debug, PartialEq)]
struct Active {
    group: String,
    volume: String,
    group_uuid: String,
    uuid: String,
    mapper_name: String,
    size_bytes: Option<u64>,
    is_suspended: bool,
}

pub(super) struct Lvm;

impl Collector for Lvm {
    fn name(&self) -> SectionName {
        SectionName::Lvm
    }

    fn contents(&self) -> &'static str {
        "LVM: volume groups, physical and logical volumes"
    }

    fn purpose(&self) -> &'static str {
        "which disks a file system lies on, and what room is left"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "`/etc/lvm/backup`, where LVM keeps what groups are made of, only root may read; without it only active \
             volumes are told",
        )
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[BACKUP])
    }

    fn collect(&self, root: &Root) -> Section {
        let active = active(root);
        if active.is_empty() && !root.exists(LVM) {
            return Section::unsupported();
        }
        let mut problems: Vec<Problem> = Vec::new();
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for (path, text) in backups(root, &mut problems) {
            match config::parse(&text) {
                Ok(tree) => items.extend(backup::items(&tree).into_iter().map(|item| (item.key.clone(), item))),
                Err(message) => problems.push(Problem { source: path, message: message.to_owned() }),
            }
        }
        if items.is_empty() && active.is_empty() && !problems.is_empty() {
            // No word on whether there are any: not even partial.
            let status = muster_shared::SectionStatus::Denied;
            let is_denied = problems.iter().all(|problem| problem.message == "permission denied");
            return Section {
                status: if is_denied { status } else { muster_shared::SectionStatus::Failed },
                items: Vec::new(),
                problems,
            };
        }
        join(&mut items, active);
        Section::of(items.into_values().collect(), problems)
    }
}

/// The texts of all groups.
fn backups(root: &Root, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let entries = match root.list(BACKUP) {
        Ok(entries) => entries,
        Err(error) if error.is_absent() => return Vec::new(),
        Err(error) => {
            problems.push(error.problem());
            return Vec::new();
        }
    };
    if entries.len() > GROUP_CAP {
        let message = format!("{} groups were left out", entries.len() - GROUP_CAP);
        problems.push(Problem { source: BACKUP.to_owned(), message });
    }
    let mut texts = Vec::new();
    for entry in entries.into_iter().take(GROUP_CAP).filter(|entry| !entry.name.starts_with('.')) {
        let path = format!("{BACKUP}/{}", entry.name);
        match root.text(&path) {
            Ok(text) => texts.push((path, text)),
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
    }
    texts
}

/// What device mapper has, the hidden parts of other volumes left out.
fn active(root: &Root) -> Vec<Active> {
    let entries = root.list(BLOCK).unwrap_or_default().into_iter();
    let mut found: Vec<Active> = entries.filter_map(|entry| volume(root, &format!("{BLOCK}/{}", entry.name))).collect();
    found.sort_unstable_by(|a, b| (&a.group, &a.volume).cmp(&(&b.group, &b.volume)));
    found
}

fn volume(root: &Root, directory: &str) -> Option<Active> {
    let value = |file: &str| root.value(&format!("{directory}/{file}"));
    let id = value("dm/uuid")?;
    let id = id.strip_prefix("LVM-")?;
    // The UUID of the group, that of the volume; what follows a dash (`-real`, `-cow`, `-tpool`) is a hidden part.
    if id.len() != 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let (group_uuid, uuid) = id.split_at_checked(32)?;
    let mapper_name = value("dm/name")?;
    let (group, volume) = split_name(&mapper_name)?;
    let sectors: Option<u64> = root.number(&format!("{directory}/size"));
    Some(Active {
        group,
        volume,
        group_uuid: dashed(group_uuid),
        uuid: dashed(uuid),
        mapper_name,
        size_bytes: sectors.map(|sectors| sectors.saturating_mul(512)),
        is_suspended: root.number::<u8>(&format!("{directory}/dm/suspended")) == Some(1),
    })
}

/// `vg--a-lv` is the volume `lv` of the group `vg-a`: LVM doubles the dashes within names.
fn split_name(name: &str) -> Option<(String, String)> {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at) == Some(&b'-') {
            if bytes.get(at + 1) != Some(&b'-') {
                let (group, volume) = (name.get(..at)?, name.get(at + 1..)?);
                let undouble = |text: &str| text.replace("--", "-");
                return (!group.is_empty() && !volume.is_empty()).then(|| (undouble(group), undouble(volume)));
            }
            at += 1;
        }
        at += 1;
    }
    None
}

/// A UUID as LVM prints it: 6-4-4-4-4-4-6.
fn dashed(id: &str) -> String {
    let mut text = String::with_capacity(38);
    for (position, c) in id.chars().enumerate() {
        if matches!(position, 6 | 10 | 14 | 18 | 22 | 26) {
            text.push('-');
        }
        text.push(c);
    }
    text
}

/// Tells of every logical volume whether it is active, and adds those (and their groups) that no backup knows.
fn join(items: &mut BTreeMap<String, Item>, active: Vec<Active>) {
    for item in items.values_mut().filter(|item| item.text("kind") == Some("logical_volume")) {
        item.set("active", false);
    }
    for volume in active {
        let key = format!("lv {}/{}", volume.group, volume.volume);
        items.entry(format!("vg {}", volume.group)).or_insert_with_key(|key| {
            Item::new(key.as_str())
                .with("kind", "volume_group")
                .with("name", volume.group.as_str())
                .with("uuid", volume.group_uuid.as_str())
        });
        let item = items.entry(key).or_insert_with_key(|key| {
            Item::new(key.as_str())
                .with("kind", "logical_volume")
                .with("name", volume.volume.as_str())
                .with("volume_group", volume.group.as_str())
                .with("uuid", volume.uuid.as_str())
        });
        item.set("active", true);
        item.set("mapper_name", volume.mapper_name);
        // The kernel knows better than a backup.
        item.set("size_bytes", volume.size_bytes);
        if volume.is_suspended {
            item.set("suspended", true);
        }
    }
}

#[cfg(test)]
mod tests;
