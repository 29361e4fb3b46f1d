//! Whether this system is a container, as an answer of its own: the machine below it has its own attribute.
//!
//! `/.dockerenv` proves nothing, for it lies around on hosts too, and so does an installed docker. What proves a container is
//! what its manager says, the control group of its first process, or the layers that its root is made of. Environments
//! (`container=lxc`) are never read.

use super::super::mount;
use crate::root::Root;

/// Control groups of the first process of a container (cgroup v1; with v2 a container sees `/`).
const GROUPS: &[(&str, &str)] = &[
    ("/docker/", "docker"),
    ("/docker-", "docker"),
    ("/kubepods", "kubernetes"),
    ("/libpod", "podman"),
    ("/machine.slice/libpod-", "podman"),
    ("/lxc/", "lxc"),
    ("/lxc.payload", "lxc"),
];

/// Where managers keep the layers of images, which the options of an overlay name.
const LAYERS: &[(&str, &str)] = &[
    ("/docker/overlay2/", "docker"),
    ("/docker/rootfs/overlayfs/", "docker"),
    ("/containers/storage/overlay", "podman"),
    ("/io.containerd.snapshotter.", "containerd"),
];

/// The kind of container that this system is in, if it is in one.
pub(super) fn detect(root: &Root) -> Option<String> {
    if let Some(kind) = root.value("/run/systemd/container").or_else(|| root.value("/run/host/container-manager")) {
        return Some(kind);
    }
    if root.exists("/run/.containerenv") {
        return Some("podman".to_owned());
    }
    let version = root.value("/proc/sys/kernel/osrelease").unwrap_or_default();
    if version.contains("Microsoft") || version.contains("WSL") {
        return Some("wsl".to_owned());
    }
    if root.exists("/proc/vz") && !root.exists("/proc/bc") {
        return Some("openvz".to_owned());
    }
    by_group(root).or_else(|| by_layers(root)).map(str::to_owned)
}

fn by_group(root: &Root) -> Option<&'static str> {
    let groups = root.text("/proc/1/cgroup").ok()?;
    let paths = groups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.into_iter().find_map(|path| GROUPS.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, name)| *name))
}

fn by_layers(root: &Root) -> Option<&'static str> {
    let mounts = mount::read(root, &mut Vec::new()).ok()?;
    let top = mounts.iter().rfind(|mount| mount.target == "/" && mount.kind == "overlay")?;
    let has = |place: &str| top.options.iter().any(|option| option.contains(place));
    LAYERS.iter().find(|(place, _)| has(place)).map(|(_, name)| *name)
}
