//! How units are just now: from systemd itself, else from their control groups.
//!
//! systemd knows of every unit that it has loaded whether it is active or failed, and tells it on its own socket (to root)
//! and on the system's bus (to everybody). Where neither answers, control groups say which services have processes; a
//! service without any is `inactive` then, although it may have failed, and the section says that this is not known. Where
//! systemd is not the running manager nothing is said at all: unknown is not inactive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Result};

use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem};

use super::{Loaded, State};
use crate::root::{Kind, Root};
use crate::section::bus::{Body, Call, Place};
use crate::section::cgroup;

/// There while systemd is the running manager (`sd_booted(3)`).
const MARK: &str = "/run/systemd/system";
/// A service that one of these starts runs on demand.
const TRIGGERS: &[&str] = &["socket", "timer", "path"];

/// Where systemd answers, what costs least in front. Both are world-writable; at the first, systemd sends all but root away.
const PLACES: &[Place<'_>] = &[
    Place { path: "/run/systemd/private", is_bus: false },
    Place { path: "/run/dbus/system_bus_socket", is_bus: true },
];

const LIST_UNITS: Call = Call {
    destination: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
    member: "ListUnits",
    arguments: &[],
    answer: "a(ssssssouso)",
};

/// A unit that systemd has loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::section) struct Unit {
    name: String,
    description: String,
    is_loaded: bool,
    state: String,
}

/// What is known of how units are.
#[derive(Debug)]
pub(super) enum Activity {
    /// From systemd: of every unit that it has loaded; the others are inactive.
    Told(BTreeMap<String, Unit>),
    /// From the control groups: the services with processes.
    Populated(BTreeSet<String>),
}

impl Activity {
    /// What can be known; `None` when nothing can.
    pub(super) fn read(root: &Root, problems: &mut Vec<Problem>) -> Option<Self> {
        if root.kind(MARK) != Some(Kind::Directory) {
            return None;
        }
        if root.is_live() {
            match ask(PLACES) {
                Ok(units) => return Some(Self::told(units)),
                Err(problem) => problems.push(problem),
            }
        }
        let names = cgroup::populated(root, |name| name.ends_with(".service"))?;
        // In systemd's own container no service has a group of its own.
        (!names.is_empty()).then(|| Self::Populated(names.into_iter().into_set()))
    }

    pub(super) fn told(units: Vec<Unit>) -> Self {
        Self::Told(units.into_iter().map(|unit| (unit.name.clone(), unit)).into_map())
    }

    /// The state of a unit, `None` when it is not known.
    fn of(&self, name: &str) -> Option<&str> {
        match self {
            Self::Told(units) => Some(units.get(name).map_or("inactive", |unit| unit.state.as_str())),
            Self::Populated(names) => {
                name.ends_with(".service").then(|| if names.contains(name) { "active" } else { "inactive" })
            }
        }
    }

    /// Adds the active state: compared of services that are meant to run all the time and of whatever failed, else only shown.
    pub(super) fn describe(&self, item: &mut Item, loaded: &Loaded, units: &BTreeMap<String, Loaded>) {
        let Some((name, kind)) = item.key.rsplit_once('.').filter(|(name, _)| !name.ends_with('@')) else { return };
        let Some(state) = self.of(&item.key).filter(|_| loaded.state != State::Alias) else { return };
        let unit = &loaded.unit;
        let is_enabled = matches!(loaded.state, State::Enabled | State::EnabledRuntime);
        let is_triggered = TRIGGERS.iter().any(|kind| {
            let trigger = units.get(&format!("{name}.{kind}"));
            trigger
                .is_some_and(|trigger| matches!(trigger.state, State::Enabled | State::EnabledRuntime | State::Static))
        });
        let runs_once = unit.service_type == "oneshot" || unit.remains_after_exit;
        let is_meant_to_run = is_enabled && !runs_once && !is_triggered;
        let attribute = match (kind, state) {
            // That it failed stays so until somebody looks after it or it works again: never by chance.
            (_, "failed") => "active_state",
            ("service", _) if is_meant_to_run => "active_state",
            ("service", "active" | "activating") => "current_active_state",
            ("service", _) if !runs_once => "current_active_state",
            _ => return,
        };
        item.set(attribute, state);
    }

    /// Units that failed and have no file: instances of templates, and what was made at run time.
    pub(super) fn failed_without_file(&self, units: &BTreeMap<String, Loaded>) -> Vec<Item> {
        let Self::Told(told) = self else { return Vec::new() };
        let failed = told.values().filter(|unit| unit.is_loaded && unit.state == "failed");
        let item = |unit: &Unit| {
            Item::new(&unit.name)
                .with("name", unit.name.as_str())
                .with("type", unit.name.rsplit_once('.').map(|(_, kind)| kind))
                .with("manager", "systemd")
                .with("description", unit.description.as_str())
                .with("active_state", "failed")
        };
        failed.filter(|unit| !units.contains_key(&unit.name)).map(item).collect()
    }
}

/// Asks at one place after the other.
pub(super) fn ask(places: &[Place<'_>]) -> std::result::Result<Vec<Unit>, Problem> {
    let mut reasons = Vec::new();
    for place in places {
        match place.ask(&LIST_UNITS).and_then(units_of) {
            Ok(units) => return Ok(units),
            Err(error) => reasons.push(format!("{}: {}", place.path, in_words(&error))),
        }
    }
    let message = format!("which units failed is not known ({})", reasons.join("; "));
    Err(Problem { source: "systemd".to_owned(), message })
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "not there".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ConnectionRefused => "nobody listens".to_owned(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "hangs up".to_owned(),
        _ => error.to_string(),
    }
}

/// The units of an answer to `ListUnits`.
fn units_of(mut body: Body) -> Result<Vec<Unit>> {
    body.structures(|body| {
        let mut text = || body.text();
        let (name, description, load, active, sub) = (text()?, text()?, text()?, text()?, text()?);
        // Whom it follows, its path; the number, kind and path of a job.
        let (_, _, _) = (text()?, text()?, body.number()?);
        let (_, _) = (body.text()?, body.text()?);
        Ok(Unit { name, description, is_loaded: load == "loaded", state: state(active, &sub) })
    })
}

/// The states between are told as what they lead from: a service that reads its configuration anew or is about to stop still
/// runs. One that waits to be started again (`auto-restart`) does not run and has not failed for good: `activating`.
fn state(active: String, sub: &str) -> String {
    match active.as_str() {
        "reloading" | "refreshing" | "deactivating" => "active".to_owned(),
        "activating" if !sub.starts_with("auto-restart") => "active".to_owned(),
        _ => active,
    }
}

/// What an answer of systemd tells, as fuzzed: every unit of it.
pub(in crate::section) fn of_answer(bytes: &[u8]) -> Vec<Unit> {
    crate::section::bus::read_whole(bytes, LIST_UNITS.answer).and_then(units_of).unwrap_or_default()
}

#[cfg(test)]
mod tests;
