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
