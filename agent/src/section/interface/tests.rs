//! A recorded tree with a bond of two cards, one of which has no link.

use serde_json::json;

use super::*;

fn write(tree: &std::path::Path, path: &str, text: &str) {
    let path = tree.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Kernels that do not tell it over rtnetlink say whether the address is the card's own.
#[test]
fn the_address_that_a_card_came_with_is_told_when_nobody_set_another_one() {
    let tree = tempfile::tempdir().unwrap();
    for (name, kind) in [("eth0", "0"), ("eth1", "3"), ("veth0", "0")] {
        let file = |file: &str, text: &str| write(tree.path(), &format!("sys/class/net/{name}/{file}"), text);
        file("ifindex", "2\n");
        file("address", "52:54:00:AB:00:01\n");
        file("addr_assign_type", &format!("{kind}\n"));
        if name != "veth0" {
            file("device/vendor", "0x8086\n");
        }
    }
    let section = Interface.collect(&Root::at(tree.path()));
    let told = section.items.iter().map(|item| (item.text("name").unwrap(), item.text("permanent_mac")));
    assert_eq!(told.collect::<Vec<_>>(), [("eth0", Some("52:54:00:ab:00:01")), ("eth1", None), ("veth0", None)]);
}

#[test]
fn a_bond_names_its_members_and_a_speed_is_never_minus_one() {
    let tree = tempfile::tempdir().unwrap();
    for (index, (name, speed)) in
        [("bond0", "1000"), ("eth0", "1000"), ("eth1", "-1"), ("eth2", "4294967295")].iter().enumerate()
    {
        let file = |file: &str, text: &str| write(tree.path(), &format!("sys/class/net/{name}/{file}"), text);
        file("ifindex", &format!("{}\n", index + 1));
        file("address", "52:54:00:AB:00:01\n");
        file("speed", &format!("{speed}\n"));
        file("duplex", if *speed == "1000" { "full\n" } else { "unknown\n" });
    }
    write(tree.path(), "sys/class/net/bonding_masters", "bond0\n");
    write(tree.path(), "sys/class/net/bond0/bonding/mode", "active-backup 1\n");
    write(tree.path(), "sys/class/net/bond0/bonding/active_slave", "eth0\n");
    write(tree.path(), "sys/class/net/bond0/uevent", "DEVTYPE=bond\nINTERFACE=bond0\n");
    write(tree.path(), "sys/class/net/eth0/bonding_slave/perm_hwaddr", "52:54:00:ab:00:02\n");
    write(tree.path(), "proc/net/vlan/eth2", "eth2  VID: 12\t REORDER_HDR: 1\nDevice: eth1\n");
    for name in ["eth0", "eth1"] {
        std::os::unix::fs::symlink("../bond0", tree.path().join(format!("sys/class/net/{name}/master"))).unwrap();
    }
    let section = Interface.collect(&Root::at(tree.path()));
    let items: BTreeMap<&str, &Item> = section.items.iter().map(|item| (item.text("name").unwrap(), item)).collect();
    assert_eq!(items.len(), 4);
    assert_eq!(items["bond0"].attributes["ports"], json!(["eth0", "eth1"]));
    assert_eq!((items["bond0"].text("bond_mode"), items["bond0"].text("kind")), (Some("active-backup"), Some("bond")));
    assert_eq!(items["bond0"].text("bond_active"), Some("eth0"));
    assert_eq!(items["eth0"].text("permanent_mac"), Some("52:54:00:ab:00:02"));
    assert_eq!(items["eth0"].attributes["speed_mbps"], 1000);
    assert_eq!((items["eth2"].attributes["vlan_id"].clone(), items["eth2"].text("parent")), (json!(12), Some("eth1")));
    for name in ["eth1", "eth2"] {
        assert!(!items[name].attributes.contains_key("speed_mbps") && items[name].text("duplex").is_none());
    }
}
