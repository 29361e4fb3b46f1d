//! Recorded machines against what `lsblk` prints for them.

use std::path::Path;
use std::process::Command;

use super::super::partition::Partition;
use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/util-linux/lsblk");

/// A recorded machine; `None` where the fixtures are not there.
fn unpack(name: &str) -> Option<(tempfile::TempDir, Root)> {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    let directory = tempfile::tempdir().unwrap();
    let archive = format!("{FIXTURES}/{name}.tar.xz");
    let status = Command::new("tar").arg("xJf").arg(archive).arg("-C").arg(directory.path()).status().unwrap();
    assert!(status.success());
    let root = Root::at(directory.path().join(name));
    Some((directory, root))
}

/// Compares names, sizes and types of disks and partitions.
fn check(name: &str, buses: &[(&str, &str)]) {
    let Some((_directory, root)) = unpack(name) else { return };
    let disks = Disk.collect(&root).items;
    let partitions = Partition.collect(&root).items;

    let expected = std::fs::read_to_string(format!("{FIXTURES}/lsblk-{name}-basic")).unwrap();
    let mut lines = 0;
    for line in expected.lines().skip(1) {
        let words: Vec<&str> = line.trim_start_matches(['|', '`', '-']).split_whitespace().collect();
        let [device, _, number, removable, size, kind, ..] = words.as_slice() else { panic!("{line}") };
        let items = if *kind == "part" { &partitions } else { &disks };
        let item = items
            .iter()
            .find(|item| item.attributes["name"] == *device)
            .unwrap_or_else(|| panic!("{name}: no {device}"));
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
            disks.iter().find(|disk| disk.attributes["name"] == *device).unwrap().text("bus").unwrap(),
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

/// The rows of one of `lsblk`'s tables, by device. Columns stand where the first line names them, numbers to the right.
fn rows(text: &str, columns: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let cell = |line: &str, column: &str| {
        let at = header.find(column).unwrap();
        // The cell overlaps the name of its column.
        let is_blank = |index: usize| line.as_bytes().get(index).is_none_or(|byte| *byte == b' ');
        let inside = (at..at + column.len()).find(|index| !is_blank(*index));
        let Some(inside) = inside else { return String::new() };
        let start = (0..inside).rev().find(|index| is_blank(*index)).map_or(0, |index| index + 1);
        line[start..].split_whitespace().next().unwrap().to_owned()
    };
    let row = |line: &str| {
        let device = line.trim_start_matches(['|', '`', '-']).split_whitespace().next().unwrap();
        (device.to_owned(), columns.iter().map(|column| cell(line, column)).collect())
    };
    lines.map(row).collect()
}

/// Flags, parents and block sizes of disks and partitions.
fn check_columns(name: &str) {
    let Some((_directory, root)) = unpack(name) else { return };
    let disks = Disk.collect(&root).items;
    let partitions = Partition.collect(&root).items;
    let read = |table: &str| std::fs::read_to_string(format!("{FIXTURES}/lsblk-{name}-{table}")).unwrap();
    for (device, row) in rows(&read("state"), &["RO", "ROTA", "TYPE", "PKNAME"]) {
        let [read_only, rotational, kind, parent] = row.as_slice() else { panic!("{row:?}") };
        if kind == "part" {
            let partition = partitions.iter().find(|item| item.attributes["name"] == device).unwrap();
            assert_eq!(partition.text("disk"), Some(parent.as_str()), "{name}: {device}");
            assert_eq!(partition.attributes["read_only"], read_only == "1", "{name}: {device}");
            continue;
        }
        let disk = disks.iter().find(|item| item.attributes["name"] == device).unwrap();
        assert_eq!(disk.attributes["read_only"], read_only == "1", "{name}: {device}");
        assert_eq!(disk.attributes["rotational"], rotational == "1", "{name}: {device}");
    }
    for (device, row) in rows(&read("topo"), &["PHY-SEC", "LOG-SEC"]) {
        let Some(disk) = disks.iter().find(|item| item.attributes["name"] == device) else { continue };
        let ours =
            ["physical_block_size_bytes", "logical_block_size_bytes"].map(|name| disk.attributes[name].to_string());
        assert_eq!(ours.as_slice(), row, "{name}: {device}");
    }
    for (device, row) in rows(&read("vendor"), &["VENDOR", "REV"]) {
        let Some(disk) = disks.iter().find(|item| item.attributes["name"] == device) else { continue };
        assert_eq!(disk.text("vendor").unwrap_or_default(), row[0], "{name}: {device}");
        assert!(disk.text("model").is_some(), "{name}: {device}");
    }
}

/// Device, model, serial and WWN. `lsblk` reads serials in udev's database, which is not recorded; these are the kernel's.
type Identity = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

fn check_identities(name: &str, expected: &[Identity]) {
    let Some((_directory, root)) = unpack(name) else { return };
    let disks = Disk.collect(&root).items;
    for (device, model, serial, wwn) in expected {
        let disk = disks.iter().find(|item| item.attributes["name"] == *device).unwrap();
        let ours = ["model", "serial", "wwn"].map(|attribute| disk.text(attribute));
        assert_eq!(ours, [Some(*model), *serial, *wwn], "{name}: {device}");
    }
}

#[test]
fn recorded_disks_have_flags_block_sizes_and_identities() {
    for name in ["simple-nvme", "multi-devs-bcachefs"] {
        check_columns(name);
    }
    let kingston = Some("50026B724B09A1FF");
    let western = ("sdb", "WDC WD800JD-00MS", Some("WD-WMAM9XE78956"), None);
    let nvme = "nvme.1987-35303032364237323832303336303144-4b494e4753544f4e20534b433130303032343047-00000001";
    check_identities(
        "simple-nvme",
        &[
            ("nvme0n1", "KINGSTON SKC1000240G", Some("50026B728203601D"), Some(nvme)),
            ("sda", "KINGSTON SH103S3", kingston, None),
            western,
        ],
    );
    check_identities(
        "multi-devs-bcachefs",
        &[
            ("nvme0n1", "KINGSTON SFYR2S1T0", Some("50026B7283B12B31"), Some("eui.00000000000000000026b7283b12b315")),
            ("sda", "KINGSTON SH103S3", kingston, Some("0x50026b724b09a1ff")),
            western,
            ("sdc", "scsi_debug", Some("14000"), Some("0x33333330000036b0")),
            ("sr0", "DVD+-RW GH82N", None, None),
        ],
    );
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
    let disk = |name: &str| disks.iter().find(|disk| disk.attributes["name"] == name).unwrap();
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

#[test]
fn what_is_neither_yes_nor_no_is_left_out_and_said() {
    for (written, told, problems) in
        [("0\n", Some(false), 0), ("1\n", Some(true), 0), ("2\n", None, 1), ("junk\n", None, 1)]
    {
        let (_tree, root) = tree(&[("sys/block/sda/queue/rotational", written), ("sys/block/sda/size", "8\n")]);
        let section = Disk.collect(&root);
        let rotational = section.items[0].attributes.get("rotational").and_then(serde_json::Value::as_bool);
        assert_eq!((rotational, section.problems.len()), (told, problems), "{written}");
    }
}
