//! Services that are scripts in `/etc/init.d`: of `OpenRC` where there are runlevels, else of `SysV` init.

use std::collections::BTreeMap;

use muster_shared::Item;

use crate::root::{Kind, Root};

const SCRIPTS: &str = "/etc/init.d";
const RUNLEVELS: &str = "/etc/runlevels";
/// A link for each service that `OpenRC` has started.
const STARTED: &str = "/run/openrc/started";
/// No services: what the scripts themselves use.
const NO_SERVICES: &[&str] =
    &["README", "functions", "functions.sh", "rc", "rcS", "skeleton", "halt", "killall", "single"];
/// Runlevels of `SysV` init whose links start a service; 0 and 6 stop everything, 1 is for repairs.
const SYSV_LEVELS: &[&str] = &["2", "3", "4", "5", "S"];

/// One item for each script; none when the directory is not there.
pub(super) fn read(root: &Root) -> Vec<Item> {
    let is_openrc = root.kind(RUNLEVELS) == Some(Kind::Directory);
    let levels = if is_openrc { openrc_levels(root) } else { sysv_levels(root) };
    let started = is_openrc.then(|| root.list(STARTED).ok()).flatten();
    let entries = root.list(SCRIPTS).unwrap_or_default().into_iter();
    let is_service =
        |name: &str| !name.starts_with('.') && !name.ends_with(".dpkg-dist") && !NO_SERVICES.contains(&name);
    entries
        .filter(|entry| matches!(entry.kind, Kind::File | Kind::Link) && is_service(&entry.name))
        .map(|entry| {
            let levels = levels.get(&entry.name);
            let mut item = Item::new(entry.name.as_str())
                .with("name", entry.name.as_str())
                .with("type", "service")
                .with("manager", if is_openrc { "openrc" } else { "sysv" })
                .with("enabled_state", if levels.is_some() { "enabled" } else { "disabled" })
                .with("fragment_path", format!("{SCRIPTS}/{}", entry.name));
            if let Some(levels) = levels {
                item.set("runlevels", levels.clone());
            }
            if let Some(started) = &started {
                let state = if started.iter().any(|s| s.name == entry.name) { "active" } else { "inactive" };
                item.set(if levels.is_some() { "active_state" } else { "current_active_state" }, state);
            }
            item
        })
        .collect()
}

/// Where a link enables a script.
pub(super) fn watched(root: &Root) -> Vec<String> {
    let mut paths = vec![SCRIPTS.to_owned()];
    super::add_directories(root, RUNLEVELS, &[""], &mut paths);
    for level in SYSV_LEVELS {
        for path in [format!("/etc/rc{level}.d"), format!("/etc/rc.d/rc{level}.d")] {
            if root.kind(&path) == Some(Kind::Directory) {
                paths.push(path);
            }
        }
    }
    paths
}

/// Runlevels by service: `/etc/runlevels/default/sshd`.
fn openrc_levels(root: &Root) -> BTreeMap<String, Vec<String>> {
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for level in root.list(RUNLEVELS).unwrap_or_default().into_iter().filter(|level| level.kind == Kind::Directory) {
        for service in root.list(&format!("{RUNLEVELS}/{}", level.name)).unwrap_or_default() {
            levels.entry(service.name).or_default().push(level.name.clone());
        }
    }
    levels
}

/// Runlevels by service: `/etc/rc2.d/S01ssh`, of Red Hat also below `/etc/rc.d`.
fn sysv_levels(root: &Root) -> BTreeMap<String, Vec<String>> {
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for level in SYSV_LEVELS {
        let directories = [format!("/etc/rc{level}.d"), format!("/etc/rc.d/rc{level}.d")];
        let links = directories.iter().find_map(|directory| root.list(directory).ok()).unwrap_or_default();
        for link in links {
            let name = link.name.strip_prefix('S').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                levels.entry(name.to_owned()).or_default().push((*level).to_owned());
            }
        }
    }
    levels
}
