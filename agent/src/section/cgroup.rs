//! The tree of control groups: which services and containers have processes. One pass over directories, cheaper than asking
//! every process.

use crate::root::{Kind, Root};

/// Nobody nests deeper: `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podX.slice/cri-containerd-Y.scope`.
const DEPTH_CAP: usize = 7;
/// The most directories that are read.
const DIRECTORY_CAP: usize = 8_192;

/// Where the hierarchy is that systemd and the engines keep: the unified one, else that of systemd, else any.
fn mount_point(root: &Root) -> Option<&'static str> {
    if root.exists("/sys/fs/cgroup/cgroup.controllers") {
        return Some("/sys/fs/cgroup");
    }
    ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpu"]
        .into_iter()
        .find(|path| root.kind(path) == Some(Kind::Directory))
}

/// Names of control groups with processes in them or below, `None` when the tree cannot be read. `is_wanted` chooses the
/// names; below a chosen one nothing is looked for.
pub(super) fn populated(root: &Root, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut pending = vec![(mount_point(root)?.to_owned(), 0_usize)];
    let mut left = DIRECTORY_CAP;
    let mut is_first = true;
    while let Some((directory, depth)) = pending.pop() {
        left = left.checked_sub(1)?;
        let entries = match root.list(&directory) {
            Ok(entries) => entries,
            Err(_) if is_first => return None,
            // A group may be gone by now.
            Err(_) => continue,
        };
        is_first = false;
        for entry in entries.into_iter().filter(|entry| entry.kind == Kind::Directory) {
            let path = format!("{directory}/{}", entry.name);
            if is_wanted(&entry.name) {
                if is_populated(root, &path) {
                    names.push(entry.name);
                }
            } else if depth < DEPTH_CAP {
                pending.push((path, depth + 1));
            }
        }
    }
    Some(names)
}

/// The unified hierarchy says it of the whole subtree; in the old one every group is asked.
fn is_populated(root: &Root, path: &str) -> bool {
    if let Some(events) = root.value(&format!("{path}/cgroup.events")) {
        return events.lines().any(|line| line == "populated 1");
    }
    let mut pending = vec![(path.to_owned(), 0_usize)];
    while let Some((path, depth)) = pending.pop() {
        if root.value(&format!("{path}/cgroup.procs")).is_some() {
            return true;
        }
        if depth < DEPTH_CAP {
            let below = root.list(&path).unwrap_or_default().into_iter().filter(|entry| entry.kind == Kind::Directory);
            pending.extend(below.map(|entry| (format!("{path}/{}", entry.name), depth + 1)));
        }
    }
    false
}

/// The id of a container in the name of its control group: `docker-ID.scope`, `libpod-ID.scope`, `cri-containerd-ID.scope`,
/// `crio-ID.scope`, or the id alone.
pub(super) fn container_id(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".scope").unwrap_or(name);
    let id = name.rsplit('-').next()?;
    (id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_the_names_of_every_engine() {
        let id = "0123456789abcdef".repeat(4);
        for name in
            [id.clone(), format!("docker-{id}.scope"), format!("cri-containerd-{id}.scope"), format!("libpod-{id}")]
        {
            assert_eq!(container_id(&name), Some(id.as_str()));
        }
        assert_eq!(container_id("session-1.scope"), None);
    }

    #[test]
    fn both_hierarchies_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().join("sys/fs/cgroup");
        let write = |path: &str, text: &str| {
            let path = base.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let root = Root::at(directory.path());
        let services = || populated(&root, |name| name.ends_with(".service"));
        assert_eq!(services(), None);
        write("systemd/system.slice/a.service/cgroup.procs", "");
        write("systemd/system.slice/a.service/sub/cgroup.procs", "12\n");
        write("systemd/system.slice/b.service/cgroup.procs", "");
        assert_eq!(services().unwrap(), ["a.service"]);
        write("cgroup.controllers", "cpu");
        write("system.slice/x.slice/c.service/cgroup.events", "populated 1\nfrozen 0\n");
        write("system.slice/d.service/cgroup.events", "populated 0\nfrozen 0\n");
        assert!(services().unwrap().contains(&"c.service".to_owned()));
        assert!(!services().unwrap().contains(&"d.service".to_owned()));
    }
}
