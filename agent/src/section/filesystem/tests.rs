//! Recorded trees: mounted and unmounted file systems, and those that must not be asked.

use super::*;

fn write(directory: &std::path::Path, path: &str, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn local_file_systems_are_told_by_uuid_and_others_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    write(
        tree,
        "proc/1/mountinfo",
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n23 22 8:1 /srv /mnt rw - ext4 /dev/sda1 rw\n\
         24 22 0:5 / /proc rw - proc proc rw\n25 22 0:6 / /nas rw - nfs4 nas:/v rw\n\
         26 22 0:7 / /home/ann/x rw - fuse.sshfs ann@h: rw\n27 22 0:8 / /data rw - zfs tank/data rw\n",
    );
    write(tree, "run/udev/data/b8:1", "E:ID_FS_UUID=one\nE:ID_FS_LABEL_ENC=my\\x20root\n");
    write(tree, "run/udev/data/b8:2", "E:ID_FS_UUID=two\nE:ID_FS_TYPE=xfs\nE:ID_FS_USAGE=filesystem\n");
    write(tree, "run/udev/data/b8:3", "E:ID_FS_UUID=swap\nE:ID_FS_TYPE=swap\nE:ID_FS_USAGE=other\n");
    for (number, name) in [(1, "sda1"), (2, "sda2"), (3, "sda3")] {
        write(tree, &format!("sys/block/sda/{name}/dev"), &format!("8:{number}\n"));
        write(tree, &format!("sys/block/sda/{name}/partition"), &format!("{number}\n"));
    }
    std::fs::create_dir_all(tree.join("sys/dev/block")).unwrap();
    std::os::unix::fs::symlink("../../block/sda/sda1", tree.join("sys/dev/block/8:1")).unwrap();
    let section = Filesystem.collect(&Root::at(tree));
    let seen: Vec<(&str, &str, &str)> =
        section.items.iter().map(|i| (i.key.as_str(), i.text("device").unwrap(), i.text("type").unwrap())).collect();
    assert_eq!(seen, [("one", "sda1", "ext4"), ("two", "sda2", "xfs"), ("tank/data", "tank/data", "zfs")]);
    assert_eq!(section.items[0].attributes["label"], "my root");
    assert_eq!(section.items[0].attributes["mount_points"], serde_json::json!(["/", "/mnt"]));
    assert!(section.problems.is_empty());
}

#[test]
fn a_btrfs_is_one_file_system_with_subvolumes_and_fuse_is_never_asked() {
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    write(
        tree,
        "proc/1/mountinfo",
        "22 1 0:31 /@ / rw - btrfs /dev/sda2 rw,subvol=/@\n23 22 0:31 /@home /home rw - btrfs /dev/sda2 rw,subvol=/@home\n\
         24 22 8:17 / /ntfs rw - fuseblk /dev/sdb1 rw\n25 22 0:6 / /nas rw - nfs4 nas:/v rw\n\
         26 25 8:33 / /nas/disk rw - ext4 /dev/sdc1 rw\n27 22 8:33 / /direct rw - ext4 /dev/sdc1 rw\n",
    );
    write(tree, "sys/class/block/sda2/dev", "8:2\n");
    write(tree, "run/udev/data/b8:2", "E:ID_FS_UUID=pool\n");
    let root = Root::at(tree);
    let section = Filesystem.collect(&root);
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["pool", "sdb1", "sdc1"]);
    assert_eq!(section.items[0].attributes["subvolumes"], serde_json::json!(["/@", "/@home"]));
    assert_eq!(section.items[0].attributes["mount_points"], serde_json::json!(["/", "/home"]));
    let mounts = mount::read(&root, &mut Vec::new()).unwrap();
    let asked: Vec<Option<String>> = mounted(&root, &mounts).into_values().map(|found| found.asked_at).collect();
    assert_eq!(asked, [Some("/".to_owned()), None, Some("/direct".to_owned())]);
}
