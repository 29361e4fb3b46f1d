//! Which paths are on a network file system: a server that is gone would hang whoever reads there, so that collectors of
//! files in homes and in configured places leave them alone, and say so.

use std::sync::Arc;

use super::mount::{self, MountLine};
use crate::root::Root;

/// Mount points of network file systems with their types, the longest first: those of this inventory, for many ask.
pub(super) fn read(root: &Root) -> Arc<Vec<(String, String)>> {
    root.once(read_now)
}

fn read_now(root: &Root) -> Vec<(String, String)> {
    let lines = mount::read(root, &mut Vec::new()).unwrap_or_default();
    let mut mounts: Vec<(String, String)> = lines.into_iter().filter(is_remote).map(|l| (l.target, l.kind)).collect();
    mounts.sort_unstable_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    mounts
}

/// On another machine, or answered by a user's program. The root of a virtual machine may be shared by its host: without it
/// nothing works anyway.
fn is_remote(line: &MountLine) -> bool {
    let is_fuse = line.kind == "fuse" || line.kind.starts_with("fuse.");
    (line.is_network() || is_fuse) && line.target != "/"
}

/// The type of the network file system that a path is on.
pub(super) fn of<'a>(mounts: &'a [(String, String)], path: &str) -> Option<&'a str> {
    let is_below = |mount: &str| path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    mounts.iter().find(|(mount, _)| is_below(mount)).map(|(_, kind)| kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_from_local_ones() {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join("proc/self")).unwrap();
        let table = "1 0 8:1 / / rw - 9p r rw\n2 1 0:9 / /home rw - nfs4 s:/h rw\n3 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n\
                     4 1 0:8 / /mnt/a\\040b rw - fuse.sshfs x rw\n";
        std::fs::write(tree.path().join("proc/self/mountinfo"), table).unwrap();
        let mounts = read(&Root::at(tree.path()));
        assert_eq!(of(&mounts, "/home/ann"), Some("nfs4"));
        assert_eq!(of(&mounts, "/mnt/a b"), Some("fuse.sshfs"));
        assert_eq!((of(&mounts, "/homes/x"), of(&mounts, "/srv"), of(&mounts, "/etc")), (None, None, None));
    }
}
