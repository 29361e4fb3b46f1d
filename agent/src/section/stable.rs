//! Keys that stay when the kernel counts anew: a disk that is found later is `sdc` and no longer `sdb`, a card has another name after
//! an upgrade. By what belongs to the thing itself it is still the same, with another name.

use std::collections::BTreeSet;

use muster_shared::Item;

use super::oddity;

/// Keys items by the first of some attributes that they have and none before them has: of two that share all of them (two ways to one
/// disk, copied disks) the first one is known by it, the others keep their names.
pub(super) fn key_by(items: &mut [Item], marks: &[&str]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for item in items {
        let known = marks.iter().filter_map(|mark| item.text(mark)).filter(|value| oddity::is_readable(value));
        let known = known.map(str::to_owned).find(|value| !taken.contains(value));
        if let Some(key) = known {
            taken.insert(key.clone());
            item.key = key;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::root::Root;
    use crate::section::{Collector, disk, interface, partition};

    #[test]
    fn of_two_that_share_a_mark_the_first_has_it() {
        let item = |name: &str, wwn: &str, serial: &str| Item::new(name).with("wwn", wwn).with("serial", serial);
        let mut items =
            [item("sda", "0x5", "S"), item("sdb", "0x5", "S"), item("sdc", "0x5", "T"), item("loop0", "", "")];
        key_by(&mut items, &["wwn", "serial"]);
        assert_eq!(items.each_ref().map(|item| item.key.as_str()), ["0x5", "S", "T", "loop0"]);
    }

    fn keys(collector: &dyn Collector, files: &[(String, &str)]) -> Vec<(String, String)> {
        let tree = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let items = collector.collect(&Root::at(tree.path())).items;
        items.into_iter().map(|item| (item.text("name").unwrap().to_owned(), item.key)).collect()
    }

    #[test]
    fn what_the_kernel_names_anew_is_the_same() {
        let disks = |name: &str| {
            let at = |file: &str| format!("sys/block/{name}/{file}");
            let files = [
                (at("size"), "8"),
                (at("dev"), "8:16"),
                (at("device/serial"), "ZA1\n"),
                (format!("sys/block/{name}/{name}1/partition"), "1"),
                (format!("sys/block/{name}/{name}1/dev"), "8:17"),
                ("run/udev/data/b8:17".to_owned(), "E:ID_PART_ENTRY_UUID=6d1c-01\n"),
                ("sys/block/dm-3/size".to_owned(), "8"),
                ("sys/block/dm-3/dm/name".to_owned(), "vg-root\n"),
            ];
            (keys(&disk::Disk, &files), keys(&partition::Partition, &files))
        };
        let pair = |name: &str, key: &str| (name.to_owned(), key.to_owned());
        assert_eq!(disks("sdb"), (vec![pair("dm-3", "vg-root"), pair("sdb", "ZA1")], vec![pair("sdb1", "6d1c-01")]));
        assert_eq!(disks("sdc"), (vec![pair("dm-3", "vg-root"), pair("sdc", "ZA1")], vec![pair("sdc1", "6d1c-01")]));

        let cards = |name: &str| {
            let at = |file: &str| format!("sys/class/net/{name}/{file}");
            keys(
                &interface::Interface,
                &[
                    (at("ifindex"), "2"),
                    (at("address"), "52:54:00:AA:00:01\n"),
                    (at("addr_assign_type"), "0"),
                    (at("device/vendor"), "x"),
                    ("sys/class/net/lo/ifindex".to_owned(), "1"),
                ],
            )
        };
        assert_eq!(cards("eth0"), [pair("eth0", "52:54:00:aa:00:01"), pair("lo", "lo")]);
        assert_eq!(cards("ens3"), [pair("ens3", "52:54:00:aa:00:01"), pair("lo", "lo")]);
    }
}
