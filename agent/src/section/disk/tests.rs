//! Recorded machines against what `lsblk` prints for them.

use std::path::Path;
use std::process::Command;

use super::super::partition::Partition;
use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/util-linux/lsblk");

/// Compares names, sizes and types of disks and partitions.
fn check(name: &str, buses: &[(&str, &str)]) {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let archive = format!("{FIXTURES}/{name}.tar.xz");
    let status = Command::new("tar").arg("xJf").arg(archive).arg("-C").arg(directory.path()).status().unwrap();
    assert!(status.success());
    let root = Root::at(directory.path().join(name));
    let disks = Disk.collect(&root).items;
    let partitions = Partition.collect(&root).items;

    let expected = std::fs::read_to_string(format!("{FIXTURES}/lsblk-{name}-basic")).unwrap();
    let mut lines = 0;
    for line in expected.lines().skip(1) {
        let words: Vec<&str> = line.trim_start_matches(['|', '`', '-']).split_whitespace().collect();
        let [device, _, number, removable, size, kind, ..] = words.as_slice() else { panic!("{line}") };
        let items = if *kind == "part" { &partitions } else { &disks };
        let item = items.iter().find(|item| item.key == *device).unwrap_or_else(|| panic!("{name}: no {device}"));
        assert_eq!(lsblk_size(item.attributes["size_bytes"].as_u64().unwrap()), *size, "{name}: {device} {number}");
        if *kind != "part" {
            assert_eq!(item.text("type").unwrap(), *kind, "{name}: {device}");
            assert_eq!(item.attributes["removable"], *removable == "1", "{name}: {device}");
        }
        lines += 1;
    }
    assert_eq!(lines, disks.len() + partitions.len(), "{name}");
    for (device, bus) in buses {
        assert_eq!(
            disks.iter().find(|disk| disk.key == *device).unwrap().text("bus").unwrap(),
            *bus,
            "{name}: {device}"
        );
    }
}

/// A size as `lsblk` prints it: one decimal, rounded, left out when it is zero.
fn lsblk_size(bytes: u64) -> String {
    let (unit, name) = if bytes >= 10 * (1 << 30) / 10 { (1_u64 << 30, "G") } else { (1 << 20, "M") };
    let tenths = (bytes * 10 + unit / 2) / unit;
    if tenths.is_multiple_of(10) {
        format!("{}{name}", tenths / 10)
    } else {
        format!("{}.{}{name}", tenths / 10, tenths % 10)
    }
}

#[test]
fn recorded_machines_have_the_disks_that_lsblk_prints() {
    check("simple-nvme", &[("sda", "sata"), ("nvme0n1", "nvme")]);
    check("multi-devs-bcachefs", &[("sr0", "sata"), ("nvme0n1", "nvme"), ("sdc", "scsi")]);
}

/// Directories, links and files of a machine: `-> ` in a text makes a link.
fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text.strip_prefix("-> ") {
            Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            None => std::fs::write(path, text).unwrap(),
        }
    }
    let root = Root::at(directory.path());
    (directory, root)
}

#[test]
fn what_a_virtual_disk_is_made_of_is_not_known() {
    let (pci, block) = ("sys/devices/pci0000:00/0000:00:04.0", "../devices/pci0000:00/0000:00:04.0");
    let (_directory, root) = tree(&[
        ("sys/block/vda", &format!("-> {block}/virtio1/block/vda")),
        (&format!("{pci}/virtio1/block/vda/size"), "8\n"),
        (&format!("{pci}/virtio1/block/vda/queue/rotational"), "1\n"),
        (&format!("{pci}/virtio1/block/vda/device"), "-> ../../../virtio1"),
        (&format!("{pci}/virtio1/driver"), "-> ../../../../bus/virtio/drivers/virtio_blk"),
        (&format!("{pci}/virtio1/block/vda/holders/dm-0"), "-> ../../../../../../virtual/block/dm-0"),
        ("sys/block/dm-0", "-> ../devices/virtual/block/dm-0"),
        ("sys/devices/virtual/block/dm-0/size", "8\n"),
        ("sys/devices/virtual/block/dm-0/queue/rotational", "1\n"),
        ("sys/devices/virtual/block/dm-0/dm/name", "vg-root\n"),
        ("sys/devices/virtual/block/dm-0/dm/uuid", "LVM-x\n"),
        ("sys/devices/virtual/block/dm-0/slaves/vda", "-> ../../../../pci0000:00/0000:00:04.0/virtio1/block/vda"),
        // A disk behind virtio's SCSI controller answers for itself.
        ("sys/block/sda", &format!("-> {block}/virtio2/host0/target0:0:0/0:0:0:0/block/sda")),
        (&format!("{pci}/virtio2/host0/target0:0:0/0:0:0:0/block/sda/queue/rotational"), "0\n"),
        ("sys/block/sdb", "-> ../devices/pci0000:00/0000:00:17.0/ata1/host1/target1:0:0/1:0:0:0/block/sdb"),
        ("sys/devices/pci0000:00/0000:00:17.0/ata1/host1/target1:0:0/1:0:0:0/block/sdb/queue/rotational", "1\n"),
        ("sys/block/sdc", "-> ../devices/pci0000:00/0000:00:14.0/usb1/1-2/host2/target2:0:0/2:0:0:0/block/sdc"),
        ("sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/host2/target2:0:0/2:0:0:0/block/sdc/removable", "1\n"),
    ]);
    let disks = Disk.collect(&root).items;
    let disk = |name: &str| disks.iter().find(|disk| disk.key == name).unwrap();
    for (name, bus, rotational) in [
        ("vda", "virtio", None),
        ("dm-0", "virtual", None),
        ("sda", "virtio", Some(false)),
        ("sdb", "sata", Some(true)),
        ("sdc", "usb", None),
    ] {
        assert_eq!(disk(name).text("bus"), Some(bus), "{name}");
        assert_eq!(disk(name).attributes.get("rotational").and_then(serde_json::Value::as_bool), rotational, "{name}");
    }
    assert_eq!(disk("vda").text("driver"), Some("virtio_blk"));
    assert_eq!(disk("vda").attributes["held_by"], serde_json::json!(["vg-root"]));
    assert_eq!(disk("dm-0").attributes["stacked_on"], serde_json::json!(["vda"]));
    assert_eq!((disk("dm-0").text("type"), disk("dm-0").text("mapper_name")), (Some("lvm"), Some("vg-root")));
}

#[test]
fn an_nvme_disk_has_its_driver_namespace_and_subsystem() {
    let controller = "sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0";
    let (_directory, root) = tree(&[
        ("sys/block/nvme0n1", "-> ../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1"),
        (&format!("{controller}/nvme0n1/nsid"), "1\n"),
        (&format!("{controller}/nvme0n1/device"), "-> ../../nvme0"),
        (&format!("{controller}/nvme0n1/queue/rotational"), "0\n"),
        (&format!("{controller}/nvme0n1/wwid"), "eui.0025385b71b00001\n"),
        (&format!("{controller}/model"), "Samsung SSD 970\n"),
        (&format!("{controller}/serial"), "S4EV\n"),
        (&format!("{controller}/firmware_rev"), "2B2QEXE7\n"),
        (&format!("{controller}/transport"), "pcie\n"),
        (&format!("{controller}/subsysnqn"), "nqn.1994-11.com.samsung:nvme:970\n"),
        (&format!("{controller}/device"), "-> ../../../0000:01:00.0"),
        ("sys/devices/pci0000:00/0000:01:00.0/driver", "-> ../../../bus/pci/drivers/nvme"),
    ]);
    let disk = &Disk.collect(&root).items[0];
    for (name, value) in [
        ("bus", "nvme"),
        ("driver", "nvme"),
        ("model", "Samsung SSD 970"),
        ("serial", "S4EV"),
        ("revision", "2B2QEXE7"),
        ("wwn", "eui.0025385b71b00001"),
        ("nvme_transport", "pcie"),
        ("nvme_subsystem", "nqn.1994-11.com.samsung:nvme:970"),
    ] {
        assert_eq!(disk.text(name), Some(value), "{name}");
    }
    assert_eq!((&disk.attributes["nvme_namespace"], &disk.attributes["rotational"]), (&1.into(), &false.into()));
}
