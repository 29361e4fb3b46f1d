//! Sensors of temperature, voltage, fans and the like; what they measure is a metric.

use std::collections::BTreeSet;

use muster_shared::mapping::Distinct as _;
use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section};
use crate::root::Root;

const CHIPS: &str = "/sys/class/hwmon";

/// More sensors than any machine has.
const SENSOR_CAP: usize = 4096;

/// Kinds by the beginning of the file's name (Documentation/hwmon/sysfs-interface): what is measured, its unit, and how
/// many of the kernel's make one of it.
const KINDS: &[(&str, &str, &str, f64)] = &[
    ("temp", "temperature", "°C", 1000.0),
    ("in", "voltage", "V", 1000.0),
    ("fan", "fan", "rpm", 1.0),
    ("curr", "current", "A", 1000.0),
    ("power", "power", "W", 1e6),
    ("energy", "energy", "J", 1e6),
    ("humidity", "humidity", "%", 1000.0),
    ("freq", "frequency", "MHz", 1e6),
];

/// Chips whose values are not asked for: `drivetemp` asks the disk, which may keep it from spinning down.
const NOT_ASKED: &[&str] = &["drivetemp"];

pub(super) struct Sensor;

impl Collector for Sensor {
    fn name(&self) -> SectionName {
        SectionName::Sensor
    }

    fn contents(&self) -> &'static str {
        "sensors: chip, label, kind, critical value; what they measure as a metric"
    }

    fn purpose(&self) -> &'static str {
        "hardware that runs hot is seen before it fails"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let entries = match root.list(CHIPS) {
            Ok(entries) => entries,
            Err(error) => return Section::unreadable(&error),
        };
        let mut items = Vec::new();
        let mut problems = Vec::new();
        for entry in entries {
            read_chip(root, &format!("{CHIPS}/{}", entry.name), &mut items, &mut problems);
        }
        if items.len() > SENSOR_CAP {
            let message = format!("{} sensors: only {SENSOR_CAP} are listed", items.len());
            problems.push(Problem { source: CHIPS.to_owned(), message });
            items.truncate(SENSOR_CAP);
        }
        tell_apart(&mut items);
        Section::of(items, problems)
    }
}

fn read_chip(root: &Root, path: &str, items: &mut Vec<Item>, problems: &mut Vec<Problem>) {
    // Drivers from before Linux 3.13 have their files beside the device.
    let has_name = |path: &str| root.exists(&format!("{path}/name"));
    let place = if has_name(path) { path.to_owned() } else { format!("{path}/device") };
    let entries = match root.list(if has_name(&place) { &place } else { path }) {
        Ok(entries) => entries,
        Err(error) if error.is_absent() => return,
        Err(error) => return problems.push(error.problem()),
    };
    let place = if has_name(&place) { place } else { path.to_owned() };
    // `hwmon3` is another chip after the next boot: what stays is the name and the device.
    let device = root.link_name(&format!("{path}/device/device")).or_else(|| root.link_name(&format!("{path}/device")));
    let chip = root.value(&format!("{place}/name")).or_else(|| device.clone());
    let chip = chip.unwrap_or_else(|| "unknown".to_owned());
    let owner = match &device {
        Some(device) if *device != chip => format!("{chip}@{device}"),
        _ => chip.clone(),
    };
    let inputs: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| entry.name.strip_suffix("_input").or_else(|| entry.name.strip_suffix("_average")))
        .into_set();
    for input in inputs {
        let Some((kind, unit, factor)) = kind(input) else { continue };
        let value = |suffix: &str| {
            let number = root.value(&format!("{place}/{input}_{suffix}"))?.parse::<f64>().ok()?;
            Some((number / factor * 1000.0).round() / 1000.0)
        };
        let item = Item::new(format!("{owner}/{input}"))
            .with("chip", chip.as_str())
            .with("device", device.clone())
            .with("name", input)
            .with("label", root.value(&format!("{place}/{input}_label")))
            .with("kind", kind)
            .with("unit", unit)
            .with("critical", value("crit"));
        let is_asked = !NOT_ASKED.contains(&chip.as_str());
        items.push(item.with("value", is_asked.then(|| value("input").or_else(|| value("average"))).flatten()));
    }
}

/// The kind of an input such as `temp1`.
fn kind(input: &str) -> Option<(&'static str, &'static str, f64)> {
    let letters = input.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.len() == input.len() {
        return None;
    }
    let known = KINDS.iter().find(|(prefix, ..)| *prefix == letters);
    known.map(|(_, kind, unit, factor)| (*kind, *unit, *factor))
}

/// Two chips of one name at one device (radios of one card) get a number, in the order in which the kernel found them.
fn tell_apart(items: &mut [Item]) {
    let mut taken = BTreeSet::new();
    for item in items {
        let name = item.key.clone();
        let mut number = 2;
        while !taken.insert(item.key.clone()) {
            item.key = format!("{name}#{number}");
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorded::{tree, unpack};
    use super::*;

    #[test]
    fn recorded_chips_have_their_sensors() {
        let Some(directory) = unpack("node_exporter/collector/fixtures/sys.ttar") else { return };
        let section = Sensor.collect(&Root::at(directory.path()));
        let find =
            |key: &str| section.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("{section:#?}"));
        let core = find("coretemp@coretemp.0/temp2");
        assert_eq!((core.text("label"), core.text("kind")), (Some("Core 0"), Some("temperature")));
        assert_eq!((&core.attributes["critical"], &core.attributes["value"]), (&100.0.into(), &54.0.into()));
        let fan = section.items.iter().find(|item| item.text("kind") == Some("fan")).unwrap();
        assert!(fan.attributes["value"].as_f64().unwrap() >= 0.0);
        let keys: BTreeSet<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys.len(), section.items.len());
        assert!(!keys.iter().any(|key| key.contains("hwmon") || key.contains("bogus1")), "{keys:?}");
    }

    #[test]
    fn a_sleeping_disk_is_not_asked_and_a_dead_sensor_stays_listed() {
        let at = |chip: &str, file: &str| format!("sys/class/hwmon/{chip}/{file}");
        let directory = tree(&[
            (&at("hwmon0", "name"), b"drivetemp\n"),
            (&at("hwmon0", "temp1_input"), b"31000\n"),
            (&at("hwmon1", "name"), b"nct6775\n"),
            (&at("hwmon1", "in0_input"), b""),
            (&at("hwmon1", "in1_input"), b"1056\n"),
            (&at("hwmon1", "intrusion0_alarm"), b"1\n"),
        ]);
        let section = Sensor.collect(&Root::at(directory.path()));
        let values: Vec<_> =
            section.items.iter().map(|item| (item.key.as_str(), item.attributes.get("value").cloned())).collect();
        let expected = [("drivetemp/temp1", None), ("nct6775/in0", None), ("nct6775/in1", Some(1.056.into()))];
        assert_eq!(values, expected);
    }
}
