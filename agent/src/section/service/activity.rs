//! Which services run, from their control groups: the smallest source that is true without the bus.
//!
//! Where systemd is not the running manager nothing is said: unknown is not inactive. A service without processes may be
//! inactive or failed, which a control group does not tell; both are `inactive` here.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Item;

use super::{Loaded, State};
use crate::root::{Kind, Root};
use crate::section::cgroup;

/// There while systemd is the running manager (`sd_booted(3)`).
const MARK: &str = "/run/systemd/system";
/// A service that one of these starts runs on demand.
const TRIGGERS: &[&str] = &["socket", "timer", "path"];

/// The services with processes; `None` when that cannot be known.
pub(super) fn running(root: &Root) -> Option<BTreeSet<String>> {
    if root.kind(MARK) != Some(Kind::Directory) {
        return None;
    }
    let names = cgroup::populated(root, |name| name.ends_with(".service"))?;
    // In systemd's own container no service has a group of its own.
    (!names.is_empty()).then(|| names.into_iter().collect())
}

/// Adds the active state: compared for services that are meant to run all the time, else only shown.
pub(super) fn describe(item: &mut Item, loaded: &Loaded, units: &BTreeMap<String, Loaded>, running: &BTreeSet<String>) {
    let Some(name) = item.key.strip_suffix(".service").filter(|name| !name.ends_with('@')) else { return };
    if loaded.state == State::Alias {
        return;
    }
    let is_running = running.contains(&item.key);
    let unit = &loaded.unit;
    let is_enabled = matches!(loaded.state, State::Enabled | State::EnabledRuntime);
    let is_triggered = TRIGGERS.iter().any(|kind| {
        let trigger = units.get(&format!("{name}.{kind}"));
        trigger.is_some_and(|trigger| matches!(trigger.state, State::Enabled | State::EnabledRuntime | State::Static))
    });
    let runs_once = unit.service_type == "oneshot";
    if is_enabled && !runs_once && !unit.remains_after_exit && !is_triggered {
        item.set("active_state", if is_running { "active" } else { "inactive" });
    } else if is_running {
        item.set("current_active_state", "active");
    } else if !runs_once && !unit.remains_after_exit {
        item.set("current_active_state", "inactive");
    }
}
