//! Files of a recorded host, and messages as the kernel sends them.

use muster_shared::canonical::section_digest;
use proptest::prelude::*;

use super::nft::{Message, Ruleset};
use super::*;

#[test]
fn files_are_told_by_digest_and_ufw_says_whether_it_is_on() {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("etc/ufw/ufw.conf", "# x\nENABLED=yes\nLOGLEVEL=low\n"),
        ("etc/ufw/user.rules", "*filter\n"),
        ("etc/firewalld/zones/public.xml", "<zone/>"),
        ("etc/firewalld/zones/public.xml.old", "<zone/>"),
        ("proc/net/ip_tables_names", "filter\nnat\n"),
    ] {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let section = Firewall.collect(&Root::at(directory.path()));
    // That there are tables is not what stands in them.
    assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 1), "{:?}", section.problems);
    assert!(section.problems[0].message.contains("iptables are not read"), "{:?}", section.problems);
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "file /etc/ufw/ufw.conf",
            "file /etc/ufw/user.rules",
            "file /etc/firewalld/zones/public.xml",
            "iptables ip filter",
            "iptables ip nat"
        ]
    );
    assert_eq!(section.items[0].attributes["enabled"], true);
    assert_eq!(section.items[1].text("sha256").unwrap().len(), 64);
}

/// Their rules cannot be read; which of them there are can, and makes drift.
#[test]
fn the_digest_follows_which_tables_of_the_old_iptables_there_are() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("proc/net")).unwrap();
    let digests = ["filter\n", "filter\nnat\n", "filter\n"].map(|names| {
        std::fs::write(directory.path().join("proc/net/ip_tables_names"), names).unwrap();
        let section = Firewall.collect(&Root::at(directory.path()));
        assert_eq!(section.status, SectionStatus::Partial);
        section_digest(section.items.iter().map(|item| (&item.key, &item.attributes)))
    });
    assert_eq!(digests[0], digests[2]);
    assert_ne!(digests[0], digests[1]);
}

#[test]
fn tables_of_the_old_iptables_that_are_none_hide_no_rules() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("proc/net")).unwrap();
    std::fs::write(directory.path().join("proc/net/ip_tables_names"), "").unwrap();
    let section = Firewall.collect(&Root::at(directory.path()));
    assert_eq!((section.status, section.items.len(), section.problems.len()), (SectionStatus::Ok, 0, 0));
}

#[test]
fn nothing_there_is_unsupported() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(Firewall.collect(&Root::at(directory.path())).status, SectionStatus::Unsupported);
}

/// An attribute with its header, padded.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(value.len() + 4).unwrap().to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn message(attributes: &[Vec<u8>]) -> Message {
    Message { kind: 0, family: 1, generation: 1, attributes: attributes.concat() }
}

fn expression(name: &str, data: &[Vec<u8>]) -> Vec<u8> {
    let name = attribute(1, format!("{name}\0").as_bytes());
    attribute(1, &[name, attribute(2 | 0x8000, &data.concat())].concat())
}

/// One chain with one rule: look the port up in a set without a name, count, and be done.
fn ruleset(packets: u64, handle: u64, set: &str, ports: &[u16]) -> Ruleset {
    let set_name = attribute(1, format!("{set}\0").as_bytes());
    let count = packets.to_be_bytes();
    let expressions = [
        expression("lookup", &[set_name, attribute(2, &1_u32.to_be_bytes())]),
        expression("counter", &[attribute(1, &count), attribute(2, &count)]),
    ];
    let table = attribute(1, b"t\0");
    let rule = [
        table.clone(),
        attribute(2, b"input\0"),
        attribute(3, &handle.to_be_bytes()),
        attribute(4 | 0x8000, &expressions.concat()),
    ];
    let hook = [attribute(1, &1_u32.to_be_bytes()), attribute(2, &(-5_i32).to_be_bytes())].concat();
    let chain = [
        table.clone(),
        attribute(3, b"input\0"),
        attribute(4 | 0x8000, &hook),
        attribute(5, &0_u32.to_be_bytes()),
        attribute(7, b"filter\0"),
    ];
    let set = [table.clone(), attribute(2, format!("{set}\0").as_bytes()), attribute(3, &3_u32.to_be_bytes())];
    let elements: Vec<Vec<u8>> = ports.iter().map(|port| attribute(1, &attribute(1, &port.to_be_bytes()))).collect();
    Ruleset {
        tables: vec![message(&[table])],
        chains: vec![message(&chain)],
        rules: vec![message(&rule)],
        sets: vec![message(&set)],
        elements: vec![vec![message(&[attribute(3 | 0x8000, &elements.concat())])]],
    }
}

#[test]
fn a_digest_follows_the_rules_and_nothing_else() {
    let items = ruleset::items(&ruleset(0, 4, "__set0", &[22, 80]));
    let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["nft inet t", "nft inet t input"]);
    let chain = &items[1];
    for (name, value) in [("hook", "input"), ("policy", "drop"), ("type", "filter")] {
        assert_eq!(chain.text(name), Some(value));
    }
    assert_eq!((&chain.attributes["priority"], &chain.attributes["rule_count"]), (&(-5).into(), &1.into()));
    // Counters, handles, made-up names and the order of elements are not what the rules say.
    assert_eq!(items, ruleset::items(&ruleset(99, 7, "__set1", &[80, 22])));
    // The ports are.
    assert_ne!(items, ruleset::items(&ruleset(0, 4, "__set0", &[22, 443])));
}

proptest! {
    #[test]
    fn any_message_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..120), family in any::<u8>()) {
        let message = Message { kind: 0, family, generation: 0, attributes: bytes };
        let all = vec![message];
        let _ = ruleset::items(&Ruleset {
            tables: all.clone(),
            chains: all.clone(),
            rules: all.clone(),
            sets: all.clone(),
            elements: vec![all],
        });
    }
}
