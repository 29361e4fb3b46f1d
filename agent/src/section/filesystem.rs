//! File systems on local devices: by UUID where one is known, else by the name of the device.
//!
//! What is mounted comes from the kernel's table, what is not from udev's database. Sizes are asked of mounted local file
//! systems only, by a thread that is given up when one does not answer (a dead disk): the rest is told without them. Network
//! and FUSE file systems are never asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem, SectionName};
use rustix::fs::StatVfs;

use super::block::{self, Properties, property};
use super::mount::{self, MountLine};
use super::{Collector, Event, Privilege, Section};
use crate::root::Root;

/// How long one file system may take to say how full it is.
const TIME_BOX: Duration = Duration::from_secs(2);
/// Threads that wait for a file system that does not answer; beyond this many no more are started.
const STUCK_CAP: usize = 4;

static STUCK: AtomicUsize = AtomicUsize::new(0);

/// A file system before it is told.
#[derive(Default)]
struct Found {
    device: String,
    kind: String,
    uuid: Option<String>,
    label: Option<String>,
    mount_points: Vec<String>,
    /// Where it can be asked for its size without going through what may hang.
    asked_at: Option<String>,
    subvolumes: BTreeSet<String>,
}

pub(super) struct Filesystem;

impl Collector for Filesystem {
    fn name(&self) -> SectionName {
        SectionName::Filesystem
    }

    fn contents(&self) -> &'static str {
        "file systems on local devices: type, UUID, label, size, where they are mounted, how full they are"
    }

    fn purpose(&self) -> &'static str {
        "capacity: full disks are foreseen, not met"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn events(&self) -> &'static [Event] {
        &[Event::Mount]
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems = Vec::new();
        let mounts = match mount::read(root, &mut problems) {
            Ok(mounts) => mounts,
            Err(error) => return Section::unreadable(&error),
        };
        let mut found = mounted(root, &mounts);
        add_unmounted(root, &mut found);
        let sizes = if root.is_live() { ask_sizes(&found, &mut problems) } else { BTreeMap::new() };
        let items = found.into_values().map(|file_system| item(file_system, &sizes));
        Section::of(items.collect(), problems)
    }
}

/// The mounted ones by device.
fn mounted(root: &Root, mounts: &[MountLine]) -> BTreeMap<String, Found> {
    let by_uuid = links(root, "/dev/disk/by-uuid");
    let by_label = links(root, "/dev/disk/by-label");
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (place, mount) in mounts.iter().enumerate().filter(|(_, mount)| is_local(mount)) {
        let device = device_name(root, mount);
        // btrfs mounts have made-up numbers: the device has its own.
        let number = Some(mount.device.clone()).filter(|number| !number.starts_with("0:"));
        let number = number.or_else(|| root.value(&format!("/sys/class/block/{device}/dev")));
        let known = number.map_or_else(Properties::new, |number| block::properties(root, &number));
        let entry = found.entry(device.clone()).or_insert_with(|| Found {
            kind: mount.kind.clone(),
            uuid: property(&known, &["ID_FS_UUID_ENC", "ID_FS_UUID"]).or_else(|| by_uuid.get(&device).cloned()),
            label: property(&known, &["ID_FS_LABEL_ENC", "ID_FS_LABEL"]).or_else(|| by_label.get(&device).cloned()),
            device,
            ..Found::default()
        });
        entry.mount_points.push(mount.target.clone());
        entry.subvolumes.extend(mount.subvolume().map(str::to_owned));
        if entry.asked_at.is_none() && mount::is_safe_to_ask(mounts, place) {
            entry.asked_at = Some(mount.target.clone());
        }
    }
    found
}

/// On a device of this machine, or the root of the system whatever it is on.
fn is_local(mount: &MountLine) -> bool {
    // `fuseblk` has a disk below and is told, but not asked.
    let is_fuse = mount.is_fuse() && mount.kind != "fuseblk";
    let has_device = mount.source.starts_with("/dev/") || mount.kind == "zfs";
    !mount.is_network()
        && !is_fuse
        && (has_device && mount.kind != "devtmpfs" || mount.target == "/" && mount.kind != "rootfs")
}

/// The kernel's name of the device, which is what other sections use; the source where there is none (zfs, overlay).
fn device_name(root: &Root, mount: &MountLine) -> String {
    let by_number = root.link_name(&format!("/sys/dev/block/{}", mount.device));
    let by_path = || {
        let name = mount.source.strip_prefix("/dev/")?;
        let target = root.link_name(&mount.source);
        Some(target.unwrap_or_else(|| name.to_owned()))
    };
    by_number.or_else(by_path).unwrap_or_else(|| mount.source.clone())
}

/// Names in a directory of links by the device that they lead to.
fn links(root: &Root, directory: &str) -> BTreeMap<String, String> {
    let entries = root.list(directory).unwrap_or_default().into_iter();
    entries
        .filter_map(|entry| {
            let device = root.link_name(&format!("{directory}/{}", entry.name))?;
            Some((device, block::unescape(&entry.name)))
        })
        .into_map()
}

/// Adds what udev found on devices that are not mounted.
fn add_unmounted(root: &Root, found: &mut BTreeMap<String, Found>) {
    for disk in block::devices(root).unwrap_or_default() {
        for device in disk.partitions(root).into_iter().chain([disk]) {
            let known = device.properties(root);
            let is_file_system = known.get("ID_FS_USAGE").is_some_and(|usage| usage == "filesystem");
            let Some(kind) = property(&known, &["ID_FS_TYPE"]).filter(|_| is_file_system) else { continue };
            found.entry(device.name.clone()).or_insert_with(|| Found {
                device: device.name,
                kind,
                uuid: property(&known, &["ID_FS_UUID_ENC", "ID_FS_UUID"]),
                label: property(&known, &["ID_FS_LABEL_ENC", "ID_FS_LABEL"]),
                ..Found::default()
            });
        }
    }
}

/// Sizes by device. One thread asks them all; when one does not answer in time, those after it are not asked.
fn ask_sizes(found: &BTreeMap<String, Found>, problems: &mut Vec<Problem>) -> BTreeMap<String, StatVfs> {
    let wanted: Vec<(String, String)> = found
        .values()
        .filter_map(|file_system| Some((file_system.device.clone(), file_system.asked_at.clone()?)))
        .collect();
    let mut sizes = BTreeMap::new();
    let mut problem = |source: &str, message: String| problems.push(Problem { source: source.to_owned(), message });
    if STUCK.load(Ordering::Relaxed) >= STUCK_CAP {
        problem("statvfs", "not asked: earlier calls have not come back".to_owned());
        return sizes;
    }
    // No room in the channel: a thread that was given up finds nobody at the other end and counts itself out.
    let (sender, receiver) = sync_channel(0);
    let paths: Vec<String> = wanted.iter().map(|(_, path)| path.clone()).collect();
    let work = move || {
        for path in paths {
            if sender.send(rustix::fs::statvfs(path.as_str())).is_err() {
                STUCK.fetch_sub(1, Ordering::Relaxed);
                return;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("statvfs".to_owned()).stack_size(64 << 10).spawn(work) {
        problem("statvfs", error.to_string());
        return sizes;
    }
    for (device, path) in wanted {
        match receiver.recv_timeout(TIME_BOX) {
            Ok(Ok(size)) => drop(sizes.insert(device, size)),
            Ok(Err(error)) => problem(&path, format!("its size could not be asked: {error}")),
            Err(RecvTimeoutError::Timeout) => {
                STUCK.fetch_add(1, Ordering::Relaxed);
                problem(&path, "does not answer: its size and those after it were not asked".to_owned());
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    sizes
}

fn item(found: Found, sizes: &BTreeMap<String, StatVfs>) -> Item {
    let key = found.uuid.clone().unwrap_or_else(|| found.device.clone());
    let points: BTreeSet<String> = found.mount_points.into_iter().into_set();
    let mut item = Item::new(key)
        .with("device", found.device.as_str())
        .with("uuid", found.uuid)
        .with("label", found.label)
        .with("mount_points", points.into_iter().collect::<Vec<_>>());
    if !found.subvolumes.is_empty() {
        item.set("subvolumes", found.subvolumes.into_iter().collect::<Vec<_>>());
    }
    if let Some(size) = sizes.get(&found.device) {
        let bytes = |blocks: u64| blocks.saturating_mul(size.f_frsize);
        let used = size.f_blocks.saturating_sub(size.f_bfree);
        // zfs and btrfs share their pool: what they call their size moves with what others use.
        if found.kind != "zfs" {
            item.set("size_bytes", bytes(size.f_blocks));
        }
        if size.f_files > 0 && found.kind != "btrfs" {
            item.set("inodes", size.f_files);
        }
        item.set("free_bytes", bytes(size.f_bfree));
        item.set("available_bytes", bytes(size.f_bavail));
        item.set("used_bytes", bytes(used));
        item.set("used_percent", used.saturating_mul(100).checked_div(used.saturating_add(size.f_bavail)));
        item.set("free_inodes", size.f_ffree);
    }
    item.with("type", found.kind)
}

#[cfg(test)]
mod tests;
