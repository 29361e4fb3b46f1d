//! Which metrics are told though nothing else changed, as data: the agent goes by it, the collector's docs print it.
//!
//! Other metrics come along with a change of their section and stay as they were then. Each telling is a commit of the
//! collector: a host that is busy tells once an hour, a quiet one four times a day, which is how often capacity is looked at.

use serde_json::Value;

use crate::diff::ItemMap;
use crate::section::SectionName;

/// What has a metric told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Any change, at once.
    AtOnce,
    /// Any change, once an hour.
    Change,
    /// A number that moved by this, and by this share of the larger value in percent, once an hour.
    By(f64, f64),
    /// Nothing but its age.
    Age,
}

use SectionName::{Container, Filesystem, Host, Interface, Memory, Raid, Sensor, TimeSync, VirtualMachine};
use Step::{Age, AtOnce, By, Change};

const MIB: f64 = 1_048_576.0;
/// Less than the shortest pause between two regular scans.
const HOUR_MS: i64 = 50 * 60_000;
/// So old the metrics of a section of the table become at most while its host speaks.
pub const OLDEST_MS: i64 = 6 * 3_600_000;

/// The table. Documented in `docs/volatility.md`, which a test prints from here.
pub const TABLE: &[(SectionName, &str, Step)] = &[
    (Host, "boot_id", AtOnce),
    (Host, "load_15", By(1.0, 50.0)),
    (Memory, "available_bytes", By(64.0 * MIB, 25.0)),
    (Memory, "swap_free_bytes", By(64.0 * MIB, 25.0)),
    (Filesystem, "used_percent", By(2.0, 0.0)),
    (Interface, "dynamic_addresses", AtOnce),
    (TimeSync, "offset_ms", By(100.0, 50.0)),
    (Raid, "sync_percent", By(10.0, 0.0)),
    (Container, "current_state", Change),
    (VirtualMachine, "current_state", Change),
    (Sensor, "value", Age),
];

/// Whether metrics of a section are ever told alone.
pub fn is_told_alone(section: SectionName) -> bool {
    TABLE.iter().any(|row| row.0 == section)
}

/// Whether metrics are told though their section has no news: `told` is what was told so long ago. With a report that is made
/// anyway what is an hour old comes along, so that few reports are made for metrics alone.
pub fn is_due(section: SectionName, (told, ago_ms): (&ItemMap, i64), now: &ItemMap, is_reported: bool) -> bool {
    // A clock that went back says nothing of the age.
    let is_hourly = !(0..HOUR_MS).contains(&ago_ms);
    let mut rows = TABLE.iter().filter(|row| row.0 == section).peekable();
    if rows.peek().is_some() && (!(0..OLDEST_MS).contains(&ago_ms) || is_reported && is_hourly) {
        return true;
    }
    rows.any(|(_, name, step)| {
        told.keys().chain(now.keys()).any(|key| step.is_taken(value(told, key, name), value(now, key, name), is_hourly))
    })
}

fn value<'a>(items: &'a ItemMap, key: &str, name: &str) -> Option<&'a Value> {
    items.get(key)?.get(name)
}

impl Step {
    fn is_taken(self, before: Option<&Value>, now: Option<&Value>, is_hourly: bool) -> bool {
        let number = |value: Option<&Value>| value.and_then(Value::as_f64);
        match self {
            AtOnce => before != now,
            Change => is_hourly && before != now,
            By(least, percent) => {
                is_hourly
                    && number(before).zip(number(now)).is_some_and(|(before, now)| {
                        (before - now).abs() >= least.max(before.abs().max(now.abs()) * percent / 100.0)
                    })
            }
            Age => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn due(section: SectionName, ago_ms: i64, before: Value, now: Value) -> bool {
        let read = |value| serde_json::from_value::<ItemMap>(value).unwrap();
        is_due(section, (&read(before), ago_ms), &read(now), false)
    }

    #[test]
    fn what_moved_noticeably_is_told_once_an_hour_and_an_address_at_once() {
        let used = |percent: u64| json!({"/": {"used_percent": percent, "free_bytes": percent * 7}});
        assert!(due(Filesystem, HOUR_MS, used(40), used(42)));
        assert!(!due(Filesystem, HOUR_MS, used(40), used(41)), "a point is no news");
        assert!(!due(Filesystem, HOUR_MS - 1, used(40), used(99)), "not twice an hour");
        assert!(due(Filesystem, OLDEST_MS, used(40), used(40)) && due(Filesystem, -1, used(40), used(40)));
        let load = |load: f64| json!({"host": {"load_15": load, "boot_id": "a"}});
        assert!(due(Host, HOUR_MS, load(1.0), load(2.0)) && due(Host, HOUR_MS, load(9.0), load(4.0)));
        assert!(!due(Host, HOUR_MS, load(8.0), load(9.5)), "a share of what it was");
        let leased = |addresses: Value| json!({"eth0": {"index": 2, "dynamic_addresses": addresses}});
        assert!(due(Interface, 0, leased(json!(["192.0.2.1"])), leased(json!(["192.0.2.2"]))));
        assert!(due(Interface, 0, leased(json!(["192.0.2.1"])), json!({"eth0": {"index": 2}})), "gone");
        assert!(!due(Interface, 0, leased(json!(["192.0.2.1"])), leased(json!(["192.0.2.1"]))));
        assert!(!due(SectionName::Listener, OLDEST_MS, json!({}), json!({"a": {"pid": 1}})), "no row");
        let none = ItemMap::new();
        assert!(is_due(Memory, (&none, HOUR_MS), &none, true) && !is_due(Memory, (&none, HOUR_MS), &none, false));
    }

    #[test]
    fn every_row_is_a_metric() {
        for (section, attribute, _) in TABLE {
            assert!(crate::volatility::metric_rule(*section, attribute).is_some(), "{section} {attribute}");
        }
    }
}
