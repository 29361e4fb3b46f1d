//! The network of this machine and of network namespaces made for the test, against `ip`, `bridge` and `ss`; and the watch
//! over links, addresses, routes and mounts.
//!
//! What needs a namespace of its own runs this very test program again below `unshare`, as the first process of its own world. Without root, or without the
//! tool, it is skipped and said so; in CI it is missed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::{Duration, Instant};

use muster_agent::root::Root;
use muster_agent::section::{Options, collectors};
use muster_agent::watch::{Subjects, Watch};
use muster_shared::SectionName;
use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

fn path() -> String {
    format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default())
}

/// Runs a test of this program that is otherwise ignored in namespaces of its own (network, mounts, processes).
fn apart(test: &str) {
    let me = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["-n", "-m", "-p", "-f", "--mount-proc"]).arg(me).args(["--exact", test, "--ignored", "--nocapture"]);
    let output = command.env("PATH", path()).output();
    let text = output.as_ref().map(|o| [o.stdout.as_slice(), &o.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    if text.contains("unshare:") || output.is_err() {
        assert!(std::env::var_os("CI").is_none(), "{text}");
        println!("skipped: no namespace can be made here");
        return;
    }
    assert!(output.unwrap().status.success() && text.contains("1 passed"), "{text}");
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
    apart("inside_the_kernel_tells_of_changes");
}

#[test]
#[ignore = "runs in a namespace of its own"]
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
            let began = Instant::now();
            let mut sections = tokio::time::timeout(Duration::from_secs(5), watch.first()).await.unwrap().unwrap();
            sections.extend(watch.quiet().await);
            assert!(sections.is_superset(expected), "{line}: {sections:?}");
            assert!(began.elapsed() < Duration::from_millis(2_200), "{line}: {:?}", began.elapsed());
            watch.until(tokio::time::Instant::now() + Duration::from_millis(1_500)).await;
        }
        // What containers and neighbours do is no news, and neither is the same again.
        must("ip addr add 192.0.2.9/24 dev lan0 valid_lft 900 preferred_lft 900");
        watch.until(tokio::time::Instant::now() + Duration::from_millis(500)).await;
        must("ip addr change 192.0.2.9/24 dev lan0 valid_lft 800 preferred_lft 800");
        must("ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:01 dev lan0");
        let nothing = watch.until(tokio::time::Instant::now() + Duration::from_millis(700)).await;
        assert_eq!(nothing, BTreeSet::new());
    });
}

#[test]
fn the_kernel_tells_of_mounts() {
    apart("inside_the_kernel_tells_of_mounts");
}

#[test]
#[ignore = "runs in a namespace of its own"]
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
