//! Containers that are whole systems: LXC (also of Proxmox VE, and running ones of LXD and Incus) and systemd-nspawn.

use std::collections::BTreeSet;

use super::{Container, Engine, Survey};
use crate::root::{Kind, Root};
use crate::section::cgroup;
use muster_shared::mapping::Distinct as _;

const LXC: &str = "/var/lib/lxc";
const PROXMOX: &str = "/etc/pve/lxc";
const MACHINES: &str = "/var/lib/machines";
/// Enabled here, a machine of nspawn starts with the host.
const WANTS: &str = "/etc/systemd/system/machines.target.wants";

/// Every container that is defined, and those that only run.
pub(in crate::section) fn containers(root: &Root, survey: &mut Survey<Container>) {
    let groups = cgroup::populated(root, |name| running_name(name).is_some()).unwrap_or_default();
    let mut running: BTreeSet<(&'static str, String)> =
        groups.iter().filter_map(|group| running_name(group)).into_set();
    for (directory, kind) in [(PROXMOX, "lxc"), (LXC, "lxc"), (MACHINES, "nspawn")] {
        // The folder of machines is on every system with systemd: empty it says nothing.
        let entries = match root.list(directory) {
            Ok(entries) if entries.is_empty() && kind == "nspawn" => continue,
            read => survey.take(read).unwrap_or_default(),
        };
        for entry in entries {
            let found = match directory {
                PROXMOX => entry.name.strip_suffix(".conf").map(|id| proxmox(root, id, survey)),
                LXC if entry.kind == Kind::Directory => lxc(root, &entry.name, survey),
                MACHINES if entry.kind == Kind::Directory && !entry.name.starts_with('.') => {
                    let unit = format!("{WANTS}/systemd-nspawn@{}.service", entry.name);
                    Some(Container { autostart: Some(root.exists(&unit)), ..plain(kind, &entry.name) })
                }
                _ => None,
            };
            let Some(mut container) = found else { continue };
            if survey.found.iter().any(|known| known.engine == container.engine && known.id == container.id) {
                continue;
            }
            let is_running = running.remove(&(kind, container.id.clone()));
            container.state = Some(if is_running { "running" } else { "exited" });
            survey.found.push(container);
        }
    }
    survey.found.extend(running.iter().map(|(kind, name)| Container { state: Some("running"), ..plain(kind, name) }));
}

fn plain(kind: &'static str, name: &str) -> Container {
    Container { engine: Engine::of_system(kind), id: name.to_owned(), name: name.to_owned(), ..Container::default() }
}

/// The container in the name of a control group. Virtual machines are `machine-qemu…` scopes.
fn running_name(group: &str) -> Option<(&'static str, String)> {
    if let Some(name) = group.strip_prefix("lxc.payload.") {
        return Some(("lxc", name.to_owned()));
    }
    let nspawn = group.strip_prefix("systemd-nspawn@").and_then(|rest| rest.strip_suffix(".service"));
    let name = nspawn.or_else(|| group.strip_prefix("machine-")?.strip_suffix(".scope"))?;
    let name = name.replace("\\x2d", "-");
    (!name.starts_with("qemu-") && !name.starts_with("lxc-")).then_some(("nspawn", name))
}

fn lxc(root: &Root, name: &str, survey: &mut Survey<Container>) -> Option<Container> {
    let text = survey.take(root.text(&format!("{LXC}/{name}/config")))?;
    let starts = value(&text, "lxc.start.auto", '=');
    Some(Container { autostart: Some(starts == Some("1")), ..plain("lxc", name) })
}

fn proxmox(root: &Root, id: &str, survey: &mut Survey<Container>) -> Container {
    let text = survey.take(root.text(&format!("{PROXMOX}/{id}.conf"))).unwrap_or_default();
    // Below the first heading are snapshots.
    let text = text.split("\n[").next().unwrap_or_default();
    Container {
        autostart: (!text.is_empty()).then(|| value(text, "onboot", ':') == Some("1")),
        image: value(text, "ostype", ':').unwrap_or_default().to_owned(),
        ..plain("lxc", id)
    }
}

/// The value of `name = value` or `name: value`.
fn value<'a>(text: &'a str, name: &str, separator: char) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(separator)?;
        (found.trim() == name).then_some(value.trim())
    })
}
