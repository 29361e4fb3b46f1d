//! Batteries of the machine and of its UPS. Those of mice and headsets (scope "Device") belong to things that come and go.

use muster_shared::{Item, Problem, SectionName};

use super::smbios::Text;
use super::{Collector, Privilege, Section, oddity};
use crate::root::Root;

const SUPPLIES: &str = "/sys/class/power_supply";

/// More than any machine has.
const SUPPLY_CAP: usize = 64;

/// Numbers of the kernel (Documentation/ABI/testing/sysfs-class-power), the attributes they become, and what one of ours
/// is in theirs: the kernel counts micro-units.
const NUMBERS: &[(&str, &str, i64)] = &[
    ("energy_full_design", "design_energy_mwh", 1000),
    ("energy_full", "full_energy_mwh", 1000),
    ("energy_now", "energy_mwh", 1000),
    ("charge_full_design", "design_charge_mah", 1000),
    ("charge_full", "full_charge_mah", 1000),
    ("charge_now", "charge_mah", 1000),
    ("voltage_min_design", "design_voltage_mv", 1000),
    ("voltage_now", "voltage_mv", 1000),
    ("power_now", "power_mw", 1000),
    ("current_now", "current_ma", 1000),
    ("capacity", "charge_percent", 1),
    ("cycle_count", "cycle_count", 1),
];

pub(super) struct Battery;

impl Collector for Battery {
    fn name(&self) -> SectionName {
        SectionName::Battery
    }

    fn contents(&self) -> &'static str {
        "batteries: manufacturer, model, serial, technology, design capacity; charge and wear as metrics"
    }

    fn purpose(&self) -> &'static str {
        "wear, before machines go down with the power"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        match root.list(SUPPLIES) {
            Ok(entries) => {
                let mut problems = Vec::new();
                let items = entries.iter().take(SUPPLY_CAP);
                let items = items.filter_map(|entry| item(root, &entry.name, &mut problems)).collect();
                Section::of(items, problems)
            }
            Err(error) => Section::unreadable(&error),
        }
    }
}

/// `None` for what is no battery of the machine, and for an empty bay.
fn item(root: &Root, name: &str, problems: &mut Vec<Problem>) -> Option<Item> {
    let value = |file: &str| root.value(&format!("{SUPPLIES}/{name}/{file}"));
    let kind = value("type").filter(|kind| matches!(kind.as_str(), "Battery" | "UPS"))?;
    let is_of_machine = value("scope").as_deref() != Some("Device");
    let is_there = value("present").as_deref() != Some("0");
    if !is_of_machine || !is_there {
        return None;
    }
    let text = |file: &str| value(file).and_then(|text| Text::of(&text).value());
    let mut item = Item::new(name)
        .with("name", name)
        .with("type", kind.to_lowercase())
        .with("manufacturer", text("manufacturer"))
        .with("model", text("model_name"))
        .with("serial", text("serial_number"))
        .with("technology", text("technology"))
        .with("status", text("status"));
    for (file, attribute, divisor) in NUMBERS {
        let number = value(file).and_then(|text| text.parse::<i64>().ok());
        // What flows may flow either way; what there is of something is not less than nothing.
        let is_flow = matches!(*attribute, "power_mw" | "current_ma");
        let odd = number.filter(|number| *number < 0 && !is_flow || *number > 100 && *attribute == "charge_percent");
        if let Some(number) = odd {
            oddity::say(problems, name, &format!("`{attribute}` cannot be"), &number.to_string());
        }
        item.set(attribute, number.filter(|_| odd.is_none()).map(|number| number / divisor));
    }
    // Many embedded controllers do not count and answer 0.
    if item.attributes.get("cycle_count").is_some_and(|count| count == 0) {
        item.attributes.remove("cycle_count");
    }
    let full = |unit: &str| {
        let number = |name: String| item.attributes.get(&name).and_then(serde_json::Value::as_i64);
        let (full, design) = (number(format!("full_{unit}"))?, number(format!("design_{unit}"))?);
        full.saturating_mul(100).checked_div(design)
    };
    let health = full("energy_mwh").or_else(|| full("charge_mah"));
    item.set("health_percent", health);
    Some(item)
}

#[cfg(test)]
mod tests {
    use muster_shared::{SectionStatus, volatility};

    use super::super::recorded::{tree, unpack};
    use super::*;

    #[test]
    fn the_battery_of_a_recorded_laptop() {
        let recorded = [
            ("procfs/testdata/fixtures.ttar", 50060, 98, 105),
            ("node_exporter/collector/fixtures/sys.ttar", 45070, 81, 94),
        ];
        for (archive, full_energy_mwh, charge_percent, health_percent) in recorded {
            let Some(directory) = unpack(archive) else { return };
            let section = Battery.collect(&Root::at(directory.path()));
            let [item] = section.items.as_slice() else { panic!("{archive}: {section:?}") };
            for (attribute, value) in [
                ("name", "BAT0"),
                ("type", "battery"),
                ("manufacturer", "LGC"),
                ("model", "LNV-45N1"),
                ("serial", "38109"),
                ("technology", "Li-ion"),
            ] {
                assert_eq!(item.text(attribute), Some(value), "{archive}: {attribute}");
            }
            for (attribute, value) in [
                ("design_energy_mwh", 47520),
                ("design_voltage_mv", 10800),
                ("full_energy_mwh", full_energy_mwh),
                ("charge_percent", charge_percent),
                ("health_percent", health_percent),
            ] {
                assert_eq!(item.attributes[attribute], value, "{archive}: {attribute}");
            }
            assert!(!item.attributes.contains_key("cycle_count"), "not counted");
            let (stable, metrics) = volatility::split(SectionName::Battery, section.items.clone());
            assert_eq!(stable[0].attributes["design_energy_mwh"], 47520);
            assert!(!stable[0].attributes.contains_key("status") && metrics["BAT0"].contains_key("full_energy_mwh"));
        }
    }

    #[test]
    fn a_mouse_and_an_empty_bay_are_no_batteries_of_the_machine() {
        let at = |name: &str, file: &str| format!("sys/class/power_supply/{name}/{file}");
        let directory = tree(&[
            (&at("hidpp_battery_0", "type"), b"Battery\n"),
            (&at("hidpp_battery_0", "scope"), b"Device\n"),
            (&at("BAT1", "type"), b"Battery\n"),
            (&at("BAT1", "present"), b"0\n"),
            (&at("AC", "type"), b"Mains\n"),
        ]);
        let section = Battery.collect(&Root::at(directory.path()));
        assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, 0));
    }

    #[test]
    fn a_charge_that_cannot_be_is_left_out_and_said() {
        for (file, attribute, text, expected) in [
            ("capacity", "charge_percent", "100", Some(100)),
            ("capacity", "charge_percent", "101", None),
            ("capacity", "charge_percent", "-1", None),
            ("energy_now", "energy_mwh", "-5000", None),
            ("current_now", "current_ma", "-5000", Some(-5)),
        ] {
            let at = |file: &str| format!("sys/class/power_supply/BAT0/{file}");
            let directory = tree(&[(&at("type"), b"Battery\n"), (&at(file), text.as_bytes())]);
            let section = Battery.collect(&Root::at(directory.path()));
            let told = section.items[0].attributes.get(attribute).and_then(serde_json::Value::as_i64);
            assert_eq!((told, section.problems.len()), (expected, usize::from(expected.is_none())), "{file} {text}");
        }
    }
}
