//! Capacity: how much of what hosts have is used, a value a day, and when it will be full if it goes on so.
//!
//! Inventories keep sizes and let go of what moves all the time, so use is kept here: for each host one small document with a point a day
//! for each file system, the memory, the processors and the disks. What is said of the future stands in [`trend`], with how sure it is.

pub mod trend;

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::HostId;
use muster_shared::report::Attributes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::class::Violation;
use crate::record::record;
use crate::text::Phrase;

/// A day.
pub const DAY_MS: i64 = 86_400_000;
/// Days that are kept of each series.
pub const KEPT_DAYS: i64 = 400;
/// Series that one host may have.
const MOST_SERIES: usize = 200;
/// File systems that are full by their nature.
const ALWAYS_FULL: &[&str] = &["squashfs", "iso9660", "udf", "erofs", "cramfs"];

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// Space on a file system, in bytes.
    Filesystem,
    /// Memory, in bytes.
    Memory,
    /// Processors: threads.
    Cpu,
    /// All disks of a host together, in bytes.
    Disk,
}

impl Resource {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Filesystem, Self::Memory, Self::Cpu, Self::Disk];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filesystem => "filesystem",
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Disk => "disk",
        }
    }

    /// The one of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }

    /// Whether it is measured in bytes.
    pub const fn is_bytes(self) -> bool {
        !matches!(self, Self::Cpu)
    }
}

/// One day of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The day, counted from 1970 in UTC.
    pub day: i64,
    /// How much there was at the last look of the day.
    pub total: u64,
    /// The most that was used at a look of the day; nothing where use means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
}

/// What was measured of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What it is.
    pub resource: Resource,
    /// What people call it: where a file system is mounted.
    pub label: String,
    /// A point a day, the oldest first.
    pub points: Vec<Point>,
}

/// What was measured on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityTrack {
    /// The host.
    pub host: HostId,
    /// Its series, by a key that lasts: the resource and the key of the item.
    pub series: BTreeMap<String, Series>,
}

record!(CapacityTrack, CapacityTrack, |track| track.host.to_string());

/// A look at one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Key of the series.
    pub key: String,
    /// What it is.
    pub resource: Resource,
    /// What people call it.
    pub label: String,
    /// How much there is.
    pub total: u64,
    /// How much of it is used.
    pub used: Option<u64>,
}

/// Items of a section by their keys, and the last volatile values of them.
pub type Told<'a> = (&'a BTreeMap<String, Attributes>, &'a BTreeMap<String, Attributes>);

fn number(attributes: Option<&Attributes>, name: &str) -> Option<u64> {
    attributes?.get(name)?.as_u64()
}

/// What the file systems of a host hold. What ordinary users can fill is what counts: what is reserved for root is no space.
pub fn filesystems((items, metrics): Told<'_>) -> Vec<Look> {
    let look = |(key, item): (&String, &Attributes)| {
        let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
        let mounted = item.get("mount_points").and_then(Value::as_array)?;
        let label = mounted.iter().filter_map(Value::as_str).min_by_key(|path| (path.len(), *path))?;
        let told = metrics.get(key);
        let used = number(told, "used_bytes")?;
        let total = used.checked_add(number(told, "available_bytes")?).filter(|total| *total > 0)?;
        let key = format!("{}/{key}", Resource::Filesystem.as_str());
        let look = Look { key, resource: Resource::Filesystem, label: label.to_owned(), total, used: Some(used) };
        (!ALWAYS_FULL.contains(&kind)).then_some(look)
    };
    items.iter().filter_map(look).take(MOST_SERIES).collect()
}

fn whole(resource: Resource, total: u64, used: Option<u64>) -> Look {
    Look { key: resource.as_str().to_owned(), resource, label: String::new(), total, used }
}

/// How much memory a host has and uses: all that is not available for programs.
pub fn memory((items, metrics): Told<'_>) -> Option<Look> {
    let (key, item) = items.iter().find(|(_, item)| item.contains_key("total_bytes"))?;
    let total = number(Some(item), "total_bytes").filter(|total| *total > 0)?;
    let used = number(metrics.get(key), "available_bytes").map(|available| total.saturating_sub(available));
    Some(whole(Resource::Memory, total, used))
}

/// How many threads a host's processors have.
pub fn processors(items: &BTreeMap<String, Attributes>) -> Option<Look> {
    let threads = items.values().find_map(|item| number(Some(item), "threads")).filter(|threads| *threads > 0)?;
    Some(whole(Resource::Cpu, threads, None))
}

/// How large the disks of a host are together: those that stay in it and stand on no others.
pub fn disks(items: &BTreeMap<String, Attributes>) -> Option<Look> {
    let is_fixed = |item: &&Attributes| {
        let is_removable = item.get("removable").and_then(Value::as_bool).unwrap_or_default();
        let stands_on = item.get("stacked_on").and_then(Value::as_array).is_some_and(|on| !on.is_empty());
        !is_removable && !stands_on
    };
    let sizes = items.values().filter(is_fixed).filter_map(|item| number(Some(item), "size_bytes"));
    let total = sizes.fold(0_u64, u64::saturating_add);
    (total > 0).then(|| whole(Resource::Disk, total, None))
}

/// The day of a moment.
pub fn day_of(at: Time) -> i64 {
    at.millis().div_euclid(DAY_MS)
}

impl CapacityTrack {
    /// Nothing was measured yet.
    pub const fn of(host: HostId) -> Self {
        Self { host, series: BTreeMap::new() }
    }

    /// Takes a look down. `false` when it tells nothing new. What has not been seen for as long as points are kept goes.
    pub fn note(&mut self, looks: Vec<Look>, now: Time) -> bool {
        let (day, before) = (day_of(now), self.clone());
        for look in looks {
            if !self.series.contains_key(&look.key) && self.series.len() >= MOST_SERIES {
                continue;
            }
            let new = || Series { resource: look.resource, label: String::new(), points: Vec::new() };
            let series = self.series.entry(look.key).or_insert_with(new);
            series.label = look.label;
            match series.points.last_mut() {
                Some(last) if last.day == day => {
                    last.total = look.total;
                    last.used = last.used.max(look.used);
                }
                // A clock that was set back adds nothing.
                Some(last) if last.day > day => {}
                _ => series.points.push(Point { day, total: look.total, used: look.used }),
            }
        }
        for series in self.series.values_mut() {
            series.points.retain(|point| point.day > day - KEPT_DAYS);
        }
        self.series.retain(|_, series| !series.points.is_empty());
        *self != before
    }
}

/// From what use on somebody should look, as owners set it for a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    /// For what.
    pub resource: Resource,
    /// Percent from which on it is near full.
    pub warn_percent: u8,
    /// Percent from which on it is as good as full.
    pub critical_percent: u8,
    /// So many days before it is full somebody should know.
    pub horizon_days: u32,
}

record!(Threshold, CapacityThreshold, |threshold| threshold.resource.as_str().to_owned());

impl Threshold {
    /// What counts while nobody set another one.
    pub const fn usual(resource: Resource) -> Self {
        Self { resource, warn_percent: 80, critical_percent: 90, horizon_days: 30 }
    }

    /// What forbids it.
    pub fn check(self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut refuse = |pointer: &str, min: u32, max: u32| {
            let why = Phrase::new("number_from_to").with("min", min.to_string()).with("max", max.to_string());
            wrong.push(Violation { pointer: pointer.to_owned(), why });
        };
        if !(1..=99).contains(&self.warn_percent) {
            refuse("/warn_percent", 1, 99);
        }
        if !(self.warn_percent.saturating_add(1)..=100).contains(&self.critical_percent) {
            refuse("/critical_percent", u32::from(self.warn_percent) + 1, 100);
        }
        if !(1..=1_095).contains(&self.horizon_days) {
            refuse("/horizon_days", 1, 1_095);
        }
        wrong
    }
}

#[cfg(test)]
mod tests;
