//! Virtual machines that this host is defined to run: of libvirt and of Proxmox VE, from their definitions.

use muster_shared::{Item, SectionName};

use super::engine::Survey;
use super::{Collector, Privilege, Section};
use crate::root::{Kind, Root};

mod domain;

const LIBVIRT: &str = "/etc/libvirt/qemu";
const LIBVIRT_AUTOSTART: &str = "/etc/libvirt/qemu/autostart";
/// Where libvirt keeps the state of machines that run.
const LIBVIRT_RUNNING: &str = "/run/libvirt/qemu";
const PROXMOX: &str = "/etc/pve/qemu-server";
const PROXMOX_RUNNING: &str = "/run/qemu-server";

pub(super) struct VirtualMachine;

impl Collector for VirtualMachine {
    fn name(&self) -> SectionName {
        SectionName::VirtualMachine
    }

    fn contents(&self) -> &'static str {
        "virtual machines of libvirt and Proxmox VE: UUID, memory, processors, disks, MAC addresses, autostart, state"
    }

    fn purpose(&self) -> &'static str {
        "which guests go down with this host"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch("domains of libvirt and Proxmox VE only root may read; without it they are missing")
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[LIBVIRT, LIBVIRT_AUTOSTART, PROXMOX])
    }

    fn collect(&self, root: &Root) -> Section {
        let mut survey: Survey<Item> = Survey::default();
        for (directory, suffix) in [(LIBVIRT, ".xml"), (PROXMOX, ".conf")] {
            for entry in survey.take(root.list(directory)).unwrap_or_default() {
                let Some(name) = entry.name.strip_suffix(suffix).filter(|_| entry.kind == Kind::File) else { continue };
                let path = format!("{directory}/{}", entry.name);
                let Some(text) = survey.take(root.text(&path)) else { continue };
                let item =
                    if directory == LIBVIRT { libvirt(root, name, &text) } else { Some(proxmox(root, name, &text)) };
                match item {
                    Some(item) => survey.found.push(item),
                    None => survey.miss(&path, "not in a form that is known"),
                }
            }
        }
        survey.section(Item::clone, |_same| {})
    }
}

/// The state is compared where the machine starts with the host; else it is only shown.
fn set_state(item: &mut Item, autostart: bool, is_running: bool) {
    item.set("autostart", autostart);
    item.set(if autostart { "state" } else { "current_state" }, if is_running { "running" } else { "shut_off" });
}

fn libvirt(root: &Root, name: &str, text: &str) -> Option<Item> {
    let domain = domain::parse(text)?;
    let mut item = Item::new(format!("libvirt/{name}"))
        .with("name", domain.name)
        .with("manager", "libvirt")
        .with("hypervisor", domain.hypervisor)
        .with("uuid", domain.uuid.to_ascii_lowercase())
        .with("memory_bytes", domain.memory_bytes)
        .with("vcpus", domain.vcpus)
        .with("architecture", domain.architecture)
        .with("machine", domain.machine);
    set_lists(&mut item, domain.disks, domain.macs);
    let is_running = ["xml", "pid"].iter().any(|end| root.exists(&format!("{LIBVIRT_RUNNING}/{name}.{end}")));
    set_state(&mut item, root.exists(&format!("{LIBVIRT_AUTOSTART}/{name}.xml")), is_running);
    Some(item)
}

fn set_lists(item: &mut Item, disks: Vec<String>, macs: Vec<String>) {
    for (name, mut list) in [("disks", disks), ("macs", macs)] {
        list.sort_unstable();
        list.dedup();
        if !list.is_empty() {
            item.set(name, list);
        }
    }
}

fn proxmox(root: &Root, id: &str, text: &str) -> Item {
    // Below the first heading are snapshots.
    let text = text.split("\n[").next().unwrap_or_default();
    let rows: Vec<(&str, &str)> =
        text.lines().filter_map(|line| line.split_once(':')).map(|(n, v)| (n.trim(), v.trim())).collect();
    let value = |name: &str| rows.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
    let number = |name: &str, otherwise: u64| value(name).map_or(Some(otherwise), |value| value.parse().ok());
    let part = |list: &str, name: &str| {
        list.split(',')
            .find_map(|part| part.split_once('=').filter(|(found, _)| *found == name))
            .map(|(_, v)| v.to_owned())
    };
    // Without these lines Proxmox takes 512 MiB, one socket, one core (qm.conf(5)).
    let memory = value("memory").map_or(Some("512"), |value| value.split(',').next());
    let memory = memory.and_then(|mib| mib.trim_start_matches("current=").parse::<u64>().ok());
    let vcpus = number("sockets", 1).zip(number("cores", 1)).map(|(sockets, cores)| sockets.saturating_mul(cores));
    let mut item = Item::new(format!("proxmox/{id}"))
        .with("name", value("name").unwrap_or(id))
        .with("manager", "proxmox")
        .with("hypervisor", if value("kvm") == Some("0") { "qemu" } else { "kvm" })
        .with("uuid", value("smbios1").and_then(|list| part(list, "uuid")))
        .with("memory_bytes", memory.map(|mib| mib.saturating_mul(1 << 20)))
        .with("vcpus", vcpus)
        .with("machine", value("machine"));
    let is_numbered = |name: &str, prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let of =
        |prefixes: &'static [&str]| rows.iter().filter(move |(name, _)| prefixes.iter().any(|p| is_numbered(name, p)));
    let disks = of(&["scsi", "virtio", "ide", "sata"]).filter_map(|(_, value)| value.split(',').next());
    let disks = disks.filter(|disk| *disk != "none").map(str::to_owned).collect();
    // The model of the card is the name of its address: `virtio=BC:24:11:00:00:01`.
    let is_mac = |text: &str| text.len() == 17 && text.split(':').count() == 6;
    let macs = of(&["net"]).flat_map(|(_, value)| value.split(',')).filter_map(|part| Some(part.split_once('=')?.1));
    let macs = macs.filter(|value| is_mac(value)).map(str::to_ascii_lowercase).collect();
    set_lists(&mut item, disks, macs);
    let pid: Option<u32> = root.number(&format!("{PROXMOX_RUNNING}/{id}.pid"));
    set_state(&mut item, value("onboot") == Some("1"), pid.is_some_and(|pid| root.exists(&format!("/proc/{pid}"))));
    item
}

#[cfg(test)]
mod tests;
