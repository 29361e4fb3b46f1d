//! The network of this machine and of network namespaces made for the test, against `ip`, `bridge` and `ss`; and the watch
//! over links, addresses, routes and mounts.
//!
//! What needs a namespace of its own runs this very test program again, below `unshare`, as the first process of its own world. Without root, or without the
//! tool, it is skipped and said so; in CI it is missed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use muster_agent::root::Root;
use muster_agent::section::{Options, collectors};
use muster_agent::watch::{Subjects, Watch};
use muster_shared::SectionName;
use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

fn path() -> String {
    format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default())
}

/// Set inside the namespaces.
const APART: &str = "MUSTER_TEST_APART";
/// Set for the other side of a conversation.
const SPEAK: &str = "MUSTER_TEST_SPEAK";

/// True outside, after the test was run again in namespaces of its own (network, mounts, processes); false inside.
fn apart(name: &str) -> bool {
    if std::env::var_os(APART).is_some() {
        return false;
    }
    let me = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command
        .args(["-n", "-m", "-p", "-f", "--mount-proc"])
        .arg(me)
        .args(["--exact", name, "--nocapture"])
        .env(APART, "1");
    let output = command.env("PATH", path()).output();
    let text = output.as_ref().map(|o| [o.stdout.as_slice(), &o.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    if text.contains("unshare:") || output.is_err() {
        assert!(std::env::var_os("CI").is_none(), "{text}");
        println!("skipped: no namespace can be made here");
        return true;
    }
    assert!(output.unwrap().status.success() && text.contains("1 passed"), "{text}");
    true
}

/// Runs `ip` and the like; true when it worked.
fn done(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let status = Command::new(words.next().unwrap()).args(words).env("PATH", path()).status();
    status.is_ok_and(|status| status.success())
}

fn must(line: &str) {
    assert!(done(line), "{line}");
}

fn json(line: &str) -> Value {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).env("PATH", path()).output().unwrap();
    assert!(output.status.success(), "{line}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn inventory(only: &str) -> Value {
    let output = Command::new(AGENT).args(["inventory", "--only", only]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The items of a section by key.
fn items<'a>(inventory: &'a Value, section: &str) -> BTreeMap<&'a str, &'a Value> {
    let list = inventory["sections"][section]["items"].as_array().unwrap();
    list.iter().map(|item| (item["key"].as_str().unwrap(), &item["attributes"])).collect()
}

#[test]
fn the_kernel_tells_of_links_addresses_routes_and_mounts() {
    if !apart("the_kernel_tells_of_links_addresses_routes_and_mounts") {
        inside_the_kernel_tells_of_changes();
    }
}

/// What changes within so long.
async fn changed_within(watch: &mut Watch, ms: u64) -> BTreeSet<SectionName> {
    let mut sections = BTreeSet::new();
    let latest = tokio::time::Instant::now() + Duration::from_millis(ms);
    while let Ok(Ok(more)) = tokio::time::timeout_at(latest, watch.first()).await {
        sections.extend(more);
    }
    sections
}

fn inside_the_kernel_tells_of_changes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = Root::live();
        let mut subjects = Subjects::of(&collectors(&Options::default()), &root, "/".as_ref());
        subjects.paths.clear();
        let mut watch = Watch::new(subjects).unwrap();
        let network: BTreeSet<SectionName> = [SectionName::Interface, SectionName::Route].into();
        for (line, expected) in [
            ("ip link add lan0 type veth peer name lan1", &network),
            ("ip link set lan0 up", &network),
            ("ip addr add 192.0.2.9/24 dev lan0", &network),
            ("ip route add 198.51.100.0/24 via 192.0.2.1", &[SectionName::Route].into()),
            ("ip addr del 192.0.2.9/24 dev lan0", &network),
        ] {
            must(line);
            let sections = tokio::time::timeout(Duration::from_secs(5), watch.first()).await.unwrap().unwrap();
            let sections = watch.settle(sections).await;
            assert!(sections.is_superset(expected), "{line}: {sections:?}");
            changed_within(&mut watch, 1_500).await;
        }
        // What containers and neighbours do is no news, and neither is the same again.
        must("ip addr add 192.0.2.9/24 dev lan0 valid_lft 900 preferred_lft 900");
        changed_within(&mut watch, 500).await;
        must("ip addr change 192.0.2.9/24 dev lan0 valid_lft 800 preferred_lft 800");
        must("ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:01 dev lan0");
        assert_eq!(changed_within(&mut watch, 700).await, BTreeSet::new());
    });
}

#[test]
fn the_kernel_tells_of_mounts() {
    if !apart("the_kernel_tells_of_mounts") {
        inside_the_kernel_tells_of_mounts();
    }
}

fn inside_the_kernel_tells_of_mounts() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let events = vec![(muster_agent::section::Event::Mount, SectionName::Mount)];
        let mut watch = Watch::new(Subjects { paths: Vec::new(), events }).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().display();
        assert!(done(&format!("mount -t tmpfs none {target}")), "mount");
        let seen = tokio::time::timeout(Duration::from_secs(5), watch.first()).await;
        assert!(done(&format!("umount {target}")), "umount");
        assert_eq!(seen.unwrap().unwrap(), [SectionName::Mount].into());
    });
}

#[test]
fn bridges_cables_and_tunnels_are_those_of_ip() {
    if !apart("bridges_cables_and_tunnels_are_those_of_ip") {
        inside_bridges_cables_and_tunnels_are_those_of_ip();
    }
}

fn inside_bridges_cables_and_tunnels_are_those_of_ip() {
    // Not every kernel has every kind.
    for line in [
        "ip link add br-lan type bridge",
        "ip link add lan0 type veth peer name lan1",
        "ip link set lan0 master br-lan",
        "ip link set lan1 address 02:00:00:00:00:07 mtu 1400 up",
        "ip addr add 2001:db8::7/64 dev lan1",
        "ip addr add 192.0.2.7/24 dev lan1",
        "ip link add vx0 type vxlan id 42 dstport 4789 local 192.0.2.7 remote 192.0.2.8",
        "ip link add link lan1 name lan1.12 type vlan id 12",
        "ip link add bond0 type bond mode active-backup",
        "ip link add dum0 type dummy",
        "ip link set dum0 master bond0",
        "ip link add tun1 type gre remote 192.0.2.9",
        "ip tuntap add tap0 mode tap",
    ] {
        if !done(line) {
            println!("skipped: {line}");
        }
    }
    let rows = json("ip -j -d link");
    let inventory = inventory("interface");
    let ours = items(&inventory, "interface");
    assert_eq!(rows.as_array().unwrap().len(), ours.len());
    let mut ports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let name = row["ifname"].as_str().unwrap();
        let our = ours[name];
        let data = &row["linkinfo"]["info_data"];
        for (theirs, attribute) in [
            (&row["mtu"], "mtu"),
            (&row["address"], "mac"),
            (&row["permaddr"], "permanent_mac"),
            (&row["master"], "master"),
            (&row["link"], "parent"),
            (&row["linkinfo"]["info_kind"], "kind"),
        ] {
            // `ip` shows the other end of a cable as `link` too, and the MAC of a tunnel as its address.
            if !theirs.is_null() && !our[attribute].is_null() {
                assert_eq!(our[attribute], *theirs, "{name}: {attribute}");
            }
        }
        match row["linkinfo"]["info_kind"].as_str() {
            Some("vlan") => assert_eq!((&our["vlan_id"], &our["parent"]), (&data["id"], &row["link"])),
            Some("bond") => assert_eq!(our["bond_mode"], data["mode"]),
            Some("vxlan") => {
                assert_eq!((&our["vxlan_id"], &our["tunnel_port"]), (&data["id"], &data["port"]));
                assert_eq!((&our["tunnel_local"], &our["tunnel_remote"]), (&data["local"], &data["remote"]));
            }
            _ => {}
        }
        assert_ne!(our["speed_mbps"], -1, "{name}");
        if let Some(master) = row["master"].as_str() {
            ports.entry(master).or_default().insert(name);
        }
    }
    for (master, names) in ports {
        let found: BTreeSet<&str> =
            ours[master]["ports"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        assert_eq!(found, names, "{master}");
    }
}

#[test]
fn what_speaks_between_two_namespaces_is_what_ss_shows() {
    if !apart("what_speaks_between_two_namespaces_is_what_ss_shows") {
        inside_what_speaks_between_two_namespaces_is_what_ss_shows();
    }
}

/// The other side: listens for itself, speaks with us until it is ended; nothing when it is not asked.
#[test]
fn the_other_side_speaks() {
    if std::env::var_os(SPEAK).is_none() {
        return;
    }
    let _listener = std::net::TcpListener::bind("192.0.2.2:8082").unwrap();
    let _stream = std::net::TcpStream::connect("192.0.2.1:8081").unwrap();
    std::thread::sleep(Duration::from_secs(20));
}

fn inside_what_speaks_between_two_namespaces_is_what_ss_shows() {
    for line in [
        "mount -t tmpfs none /run",
        "ip netns add blue",
        "ip link add lan0 type veth peer name lan1 netns blue",
        "ip addr add 192.0.2.1/24 dev lan0",
        "ip link set lan0 up",
        "ip -n blue addr add 192.0.2.2/24 dev lan1",
        "ip -n blue link set lan1 up",
    ] {
        must(line);
    }
    let listener = std::net::TcpListener::bind("192.0.2.1:8081").unwrap();
    let me = std::env::current_exe().unwrap();
    let mut other = Command::new("ip")
        .args(["netns", "exec", "blue"])
        .arg(&me)
        .args(["--exact", "the_other_side_speaks"])
        .env(SPEAK, "1")
        .env("PATH", path())
        .spawn()
        .unwrap();
    let (stream, from) = listener.accept().unwrap();
    let connections = inventory("connection");
    let listeners = inventory("listener");
    let shown = Command::new("ss").args(["-Htnp"]).env("PATH", path()).output().unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
    drop(stream);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(shown.contains("192.0.2.1:8081") && shown.contains(&from.to_string()), "{shown}");
    let edges = items(&connections, "connection");
    assert_eq!(edges.len(), 1, "{edges:?}");
    let edge = edges.values().next().unwrap();
    assert_eq!((&edge["direction"], &edge["remote_address"]), (&"inbound".into(), &"192.0.2.2".into()));
    assert_eq!((&edge["port"], &edge["connections"]), (&8081.into(), &1.into()));
    assert!(shown.contains(&format!("\"{}\"", edge["process"].as_str().unwrap())), "{shown} {edge}");

    let listeners = items(&listeners, "listener");
    assert_eq!(listeners["tcp/192.0.2.1:8081"]["pid"], std::process::id());
    let beside = listeners["tcp/192.0.2.2:8082@blue"];
    assert_eq!((&beside["network_namespace"], &beside["executable"]), (&"blue".into(), &me.to_str().unwrap().into()));
}
