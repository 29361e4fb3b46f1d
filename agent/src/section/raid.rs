//! Software RAID (md): what `/proc/mdstat` says, made exact by `/sys/block/md*/md` where that is there.
//!
//! The state that the kernel shows goes between clean and active with every write; that is told as one word, `active`.

use std::collections::BTreeMap;

use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem, SectionName};

use super::block::BLOCK;
use super::oddity::{self, Check};
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod mdstat;

use mdstat::{ARRAY_CAP, Array, Health};

const MDSTAT: &str = "/proc/mdstat";

pub(super) struct Raid;

impl Collector for Raid {
    fn name(&self) -> SectionName {
        SectionName::Raid
    }

    fn contents(&self) -> &'static str {
        "software RAID: level, state, members, how many are missing; progress as a metric"
    }

    fn purpose(&self) -> &'static str {
        "a missing member is seen before the second one fails"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        // The file cannot be watched with inotify: the next scan sees the change.
        Vec::new()
    }

    fn collect(&self, root: &Root) -> Section {
        let text = root.text(MDSTAT);
        let mut arrays = text.as_deref().map(mdstat::parse).unwrap_or_default();
        for entry in root.list(BLOCK).unwrap_or_default() {
            let directory = format!("{BLOCK}/{}/md", entry.name);
            if arrays.len() <= ARRAY_CAP && root.exists(&directory) {
                refine(root, &directory, arrays.entry(entry.name).or_default());
            }
        }
        let mut problems: Vec<Problem> = Vec::new();
        match text {
            // The driver is not loaded, or there is none.
            Err(error) if arrays.is_empty() => return Section::unreadable(&error),
            Err(error) if !error.is_absent() => problems.push(error.problem()),
            Ok(text) if arrays.is_empty() && !text.starts_with("Personalities") => {
                return Section::failed(MDSTAT, "it is not as the kernel writes it: `Personalities : …`");
            }
            _ => {}
        }
        let items = items(root, arrays, &mut problems);
        Section::of(items, problems)
    }
}

/// What an array can be, as md(4) and Documentation/admin-guide/md.rst of the kernel have it.
const CHECKS: &[Check] = &[
    ("level", |text| {
        let levels =
            ["linear", "multipath", "faulty", "container", "raid0", "raid1", "raid4", "raid5", "raid6", "raid10"];
        levels.contains(&text)
    }),
    ("state", |text| matches!(text, "active" | "inactive" | "broken" | "read_only" | "clear" | "suspended")),
    ("sync_action", |text| matches!(text, "recover" | "resync" | "check" | "repair" | "reshape" | "frozen")),
    ("metadata_version", is_word),
    ("uuid", |text| text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b':'))),
    ("members", is_word),
    ("failed_members", is_word),
    ("spare_members", is_word),
];

/// Whether it can be the name of a device.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What `/sys` says wins: it has no ambiguity.
fn refine(root: &Root, directory: &str, array: &mut Array) {
    let value = |file: &str| root.value(&format!("{directory}/{file}")).filter(|value| value != "none");
    if let Some(state) = value("array_state") {
        array.state = match state.as_str() {
            "readonly" => "read_only".to_owned(),
            // The last turns into active with the first write.
            "clean" | "active" | "active-idle" | "write-pending" | "read-auto" => "active".to_owned(),
            _ => state,
        };
    }
    array.level = value("level").or(array.level.take());
    array.metadata = value("metadata_version").or(array.metadata.take());
    array.wanted = root.number(&format!("{directory}/raid_disks")).or(array.wanted);
    array.degraded = root.number(&format!("{directory}/degraded")).or(array.degraded);
    array.chunk_bytes = root.number(&format!("{directory}/chunk_size")).filter(|size| *size > 0).or(array.chunk_bytes);
    array.mismatches = root.number(&format!("{directory}/mismatch_cnt"));
    array.uuid = value("uuid");
    array.sync_action = value("sync_action").filter(|action| action != "idle").or(array.sync_action.take());
    if let Some((done, all)) = value("sync_completed").and_then(|text| {
        let (done, all) = text.split_once('/')?;
        Some((done.trim().parse::<f64>().ok()?, all.trim().parse::<f64>().ok()?))
    }) {
        array.sync_percent = (all > 0.0).then(|| (done / all * 1000.0).round() / 10.0);
    }
    let members: BTreeMap<String, Health> = root
        .list(directory)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entry| {
            let name = entry.name.strip_prefix("dev-")?;
            let state = root.value(&format!("{directory}/{}/state", entry.name))?;
            let has = |word: &str| state.split(',').any(|part| part == word);
            let health = if has("faulty") {
                Health::Failed
            } else if has("in_sync") || has("journal") {
                Health::Working
            } else {
                Health::Spare
            };
            Some((name.to_owned(), health))
        })
        .into_map();
    if !members.is_empty() {
        array.members = members;
    }
}

fn items(root: &Root, arrays: BTreeMap<String, Array>, problems: &mut Vec<Problem>) -> Vec<Item> {
    if arrays.len() > ARRAY_CAP {
        let message = format!("arrays beyond {ARRAY_CAP} are left out");
        problems.push(Problem { source: MDSTAT.to_owned(), message });
    }
    let mut items = Vec::new();
    for (name, mut array) in arrays.into_iter().take(ARRAY_CAP) {
        if !is_word(&name) {
            oddity::say(problems, MDSTAT, "no array can be named", &name);
            continue;
        }
        let percent = array.sync_percent.filter(|percent| !(0.0..=100.0).contains(percent));
        if let Some(percent) = percent {
            oddity::say(problems, &name, "`sync_percent` cannot be", &percent.to_string());
            array.sync_percent = None;
        }
        let mut item = item(root, name, array);
        let source = item.key.clone();
        oddity::keep_sound(problems, &source, &mut item, CHECKS);
        items.push(item);
    }
    items
}

fn item(root: &Root, name: String, array: Array) -> Item {
    let of = |wanted: Health| -> Vec<String> {
        let names = array.members.iter().filter(|(_, health)| **health == wanted).map(|(name, _)| name.clone());
        names.into_set().into_iter().collect()
    };
    let (failed, spares) = (of(Health::Failed), of(Health::Spare));
    let sectors: Option<u64> = root.number(&format!("{BLOCK}/{name}/size"));
    let mut item = Item::new(&name)
        .with("level", array.level)
        .with("state", array.state)
        .with("member_count", array.wanted)
        .with("degraded", array.degraded)
        .with("size_bytes", sectors.map(|sectors| sectors.saturating_mul(512)).or(array.size_bytes))
        .with("chunk_bytes", array.chunk_bytes)
        .with("metadata_version", array.metadata)
        .with("uuid", array.uuid)
        .with("sync_action", array.sync_action)
        .with("sync_percent", array.sync_percent)
        .with("mismatch_count", array.mismatches)
        .with("members", of(Health::Working))
        .with("name", name);
    if !failed.is_empty() {
        item.set("failed_members", failed);
    }
    if !spares.is_empty() {
        item.set("spare_members", spares);
    }
    item
}

#[cfg(test)]
mod tests;
