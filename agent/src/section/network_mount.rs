//! Which paths are on a network file system: a server that is gone would hang whoever reads there, so that collectors of
//! files in homes and in configured places leave them alone, and say so.

use crate::root::Root;

const MOUNTS: &str = "/proc/self/mounts";

/// File systems whose files are on another machine, or whose answers come from a user's program.
const NETWORK: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "smb3",
    "smbfs",
];

/// Mount points of network file systems with their types, the longest first.
pub(super) fn read(root: &Root) -> Vec<(String, String)> {
    let text = root.text(MOUNTS).unwrap_or_default();
    let mut mounts: Vec<(String, String)> = text.lines().filter_map(parse).collect();
    mounts.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    mounts
}

fn parse(line: &str) -> Option<(String, String)> {
    let mut fields = line.split(' ').skip(1);
    let path = fields.next()?.replace("\\040", " ");
    let kind = fields.next()?;
    // The root of a virtual machine or container may well be shared by its host: without it nothing works anyway.
    let is_network = NETWORK.contains(&kind) || kind == "fuse" || kind.starts_with("fuse.");
    (is_network && path != "/").then(|| (path, kind.to_owned()))
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
        let lines = "s:/h /home nfs4 rw 0 0\n/dev/sda / ext4 rw 0 0\nx /mnt/a\\040b fuse.sshfs rw 0 0\nr / 9p rw 0 0\n";
        let mounts: Vec<_> = lines.lines().filter_map(parse).collect();
        assert_eq!(of(&mounts, "/home/ann"), Some("nfs4"));
        assert_eq!(of(&mounts, "/mnt/a b"), Some("fuse.sshfs"));
        assert_eq!((of(&mounts, "/homes/x"), of(&mounts, "/etc")), (None, None));
    }
}
