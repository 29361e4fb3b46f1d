//! Kernel, modules, parameters and packet filter of the machine that runs the tests, against `sysctl`, `lsmod` and `nft`.
//!
//! Rules are made in a network namespace of their own, a hanging file system in namespaces of its own: nothing of the machine
//! is touched. Those two need root; without it they are skipped and said so.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

fn parse(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn section(name: &str) -> Value {
    let output = Command::new(AGENT).args(["inventory", "--format", "json", "--only", name]).output().unwrap();
    parse(&output)["sections"][name].clone()
}

fn items(section: &Value) -> BTreeMap<&str, &Value> {
    let list = section["items"].as_array().unwrap();
    list.iter().map(|item| (item["key"].as_str().unwrap(), &item["attributes"])).collect()
}

fn path() -> String {
    format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default())
}

/// What a tool prints; `None` when it is not installed or may not.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).env("LC_ALL", "C").env("PATH", path()).output();
    match output {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        other => {
            println!("skipped: {name} is not installed or does not work here: {other:?}");
            None
        }
    }
}

/// Runs a script in namespaces of its own, the agent as `$0`; `None` when that is not allowed.
fn unshared(namespaces: &[&str], script: &str) -> Option<Output> {
    let allowed = Command::new("unshare").args(namespaces).arg("true").env("PATH", path()).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        println!("skipped: namespaces need root");
        return None;
    }
    Some(
        Command::new("unshare")
            .args(namespaces)
            .args(["bash", "-c", script, AGENT])
            .env("PATH", path())
            .output()
            .unwrap(),
    )
}

#[test]
fn parameters_are_those_of_sysctl() {
    let section = section("sysctl");
    let items = items(&section);
    assert!(items.len() > 20, "{section}");
    for (name, attributes) in items {
        // A dot within a name is a slash to sysctl; none of ours has one.
        let Some(text) = tool("sysctl", &["-n", name]) else { return };
        assert_eq!(attributes["value"], text.split_whitespace().collect::<Vec<_>>().join(" "), "{name}");
    }
}

#[test]
fn modules_are_those_of_lsmod() {
    let section = section("module");
    if !std::path::Path::new("/proc/modules").exists() {
        assert_eq!(section["status"], "unsupported");
        return;
    }
    let Some(text) = tool("lsmod", &[]) else { return };
    let items = items(&section);
    let theirs: BTreeMap<&str, &str> = text.lines().skip(1).filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(items.keys().collect::<BTreeSet<_>>(), theirs.keys().collect());
    for (name, attributes) in items {
        let size = theirs[name].split_whitespace().next().unwrap();
        assert_eq!(attributes["size_bytes"].to_string(), size, "{name}");
    }
}

#[test]
fn flaws_of_the_processor_are_those_of_lscpu() {
    let section = section("kernel");
    let kernel = items(&section)["kernel"];
    let Some(text) = tool("lscpu", &[]) else { return };
    let mut compared = 0;
    for line in text.lines() {
        let Some((name, status)) = line.trim().strip_prefix("Vulnerability ").and_then(|rest| rest.split_once(':'))
        else {
            continue;
        };
        let name = format!("vulnerability_{}", name.trim().to_ascii_lowercase().replace(' ', "_"));
        // lscpu puts a semicolon where the kernel has a colon, or leaves it out.
        let alike = |text: &str| text.trim().replace([';', ':'], "");
        assert_eq!(alike(kernel[&name].as_str().unwrap()), alike(status), "{name}");
        compared += 1;
    }
    println!("{compared} compared");
}

#[test]
fn the_packet_filter_is_that_of_nft() {
    if tool("nft", &["--version"]).is_none() {
        assert!(std::env::var_os("CI").is_none(), "nft is missing");
        return;
    }
    let rules = "
        set -e
        nft -f - <<'END'
        table inet filter {
            set allowed { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1 }; }
            set banned { type ipv4_addr; flags dynamic, timeout; timeout 1h; elements = { 198.51.100.1 }; }
            chain input { type filter hook input priority -10; policy drop;
                ct state established,related counter accept
                ip saddr @allowed tcp dport { 22, 443 } counter packets 7 bytes 700 accept comment \"admins\"
            }
            chain extra { counter return; }
        }
        table ip nat {
            chain out { type nat hook postrouting priority srcnat; masquerade
            }
        }
        table netdev edge {
            chain in { type filter hook ingress device lo priority 0; policy accept
            }
        }
END
        \"$0\" inventory --format json --only firewall
        echo
        nft -j list ruleset
        nft reset counters >/dev/null
        nft list ruleset > /dev/null
        # The same rules, loaded anew: other handles, other counters.
        saved=$(nft -s list ruleset); nft flush ruleset; nft -f - <<<\"$saved\"
        \"$0\" inventory --format json --only firewall
        echo
        nft insert rule inet filter input tcp dport 8080 accept
        \"$0\" inventory --format json --only firewall";
    let Some(output) = unshared(&["-n"], rules) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines =
        text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut firewall = || lines.next().unwrap()["sections"]["firewall"].clone();
    let first = firewall();
    assert_eq!(first["problems"].as_array().unwrap().len(), 0, "{first}");
    let theirs = lines.next().unwrap();
    let mut firewall = || lines.next().unwrap()["sections"]["firewall"].clone();
    let (again, changed) = (firewall(), firewall());

    let ours = items(&first);
    let mut expected = BTreeSet::new();
    for entry in theirs["nftables"].as_array().unwrap() {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        if let Some(table) = entry.get("table") {
            expected.insert(format!("nft {} {}", text(table, "family"), text(table, "name")));
        } else if let Some(chain) = entry.get("chain") {
            let key = format!("nft {} {} {}", text(chain, "family"), text(chain, "table"), text(chain, "name"));
            let our = ours[key.as_str()];
            for (theirs, name) in [("type", "type"), ("hook", "hook"), ("prio", "priority"), ("policy", "policy")] {
                assert_eq!(our[name], chain[theirs], "{key}: {name}");
            }
            expected.insert(key);
        } else if let Some(set) = entry.get("set") {
            let key = format!("nft {} {} @{}", text(set, "family"), text(set, "table"), text(set, "name"));
            assert!(ours.contains_key(key.as_str()), "{key}");
            expected.insert(key);
        }
    }
    let kernel: BTreeSet<String> =
        ours.keys().filter(|key| key.starts_with("nft ")).map(|key| (*key).to_owned()).collect();
    assert_eq!(kernel, expected);
    let rule_count = |chain: &str| ours[chain]["rule_count"].as_u64().unwrap();
    assert_eq!(
        ["nft inet filter input", "nft inet filter extra", "nft ip nat out", "nft netdev edge in"].map(rule_count),
        [2, 1, 1, 0]
    );
    assert_eq!(ours["nft netdev edge in"]["devices"], serde_json::json!(["lo"]));
    assert_eq!(ours["nft inet filter @banned"]["dynamic"], true);
    assert_eq!(again["items"], first["items"], "the same rules have the same digests");
    let (before, after) = (items(&again), items(&changed));
    let differing: Vec<&str> = before.keys().filter(|key| before[*key] != after[*key]).copied().collect();
    assert_eq!(differing, ["nft inet filter input"]);
}

#[test]
fn case_109_a_file_system_that_hangs_is_told_and_not_asked() {
    // FUSE without anybody who answers, once beside and once over a disk's mount point.
    let script = "
        exec 3<>/dev/fuse || exit 77
        mkdir -p /tmp/hang && mount -t tmpfs none /tmp/hang && mkdir /tmp/hang/on || exit 77
        mount -i -t fuse.hang -o fd=3,rootmode=40000,user_id=0,group_id=0 hang /tmp/hang/on || exit 77
        { cat /etc/passwd; echo 'hang:x:4242:4242::/tmp/hang/on:/bin/sh'; } >/tmp/hang/passwd
        printf '[collect]\ncertificates = [\"/tmp/hang/on/a.pem\"]\nfiles = [\"/tmp/hang/on/b\"]\n' >/tmp/hang/agent.toml
        chmod 644 /tmp/hang/agent.toml && mount --bind /tmp/hang/passwd /etc/passwd || exit 77
        timeout 60 \"$0\" inventory --format json --config /tmp/hang/agent.toml
        status=$?
        umount -l /tmp/hang/on
        exit $status";
    let Some(output) = unshared(&["-m", "-p", "-f", "--mount-proc", "--propagation", "private"], script) else {
        return;
    };
    if output.status.code() == Some(77) {
        println!("skipped: no FUSE here: {}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let inventory = parse(&output);
    let mounts = items(&inventory["sections"]["mount"]);
    assert_eq!(mounts["/tmp/hang/on"]["type"], "fuse.hang");
    assert_eq!(inventory["sections"]["mount"]["status"], "ok");
    // Sizes of what may hang are not asked for.
    assert_eq!(inventory["sections"]["filesystem"]["status"], "ok", "{}", inventory["sections"]["filesystem"]);
    // Everything else comes to an end too: no section waits for an account's home, a certificate or a file that lies there.
    for (name, section) in inventory["sections"].as_object().unwrap() {
        let told = section["problems"].to_string();
        assert!(section["status"] != "failed" && !told.contains("timed out"), "{name}: {told}");
    }
    for (name, path) in [
        ("certificate", "/tmp/hang/on/a.pem"),
        ("file", "/tmp/hang/on/b"),
        ("authorized_key", "/tmp/hang/on"),
        ("package", "/home"),
    ] {
        let told = inventory["sections"][name]["problems"].to_string();
        assert!(told.contains(path) && told.contains("network file system"), "{name}: {told}");
    }
}

/// A real chronyd in a network of its own says whom the clock follows, to who may ask over loopback.
#[test]
fn chrony_is_asked_for_its_source() {
    let script = "
        command -v chronyd >/dev/null || exit 77
        ip link set lo up && mount -t tmpfs none /tmp || exit 77
        printf 'local stratum 5\ncmdport 323\nport 0\nbindcmdaddress 127.0.0.1\nbindcmdaddress /\npidfile /tmp/pid\n' >/tmp/conf
        chronyd -x -d -u root -f /tmp/conf 2>/tmp/said &
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            \"$0\" inventory --format json --only time_sync >/tmp/told
            grep -q stratum /tmp/told && break
            sleep 0.5
        done
        kill $! && cat /tmp/told && cat /tmp/said >&2";
    let Some(output) = unshared(&["-m", "-n", "--propagation", "private"], script) else { return };
    if output.status.code() == Some(77) {
        println!("skipped: no chronyd here: {}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let inventory = parse(&output);
    let told = items(&inventory["sections"]["time_sync"]);
    assert_eq!(told["chrony"]["stratum"], 5, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(told["chrony"]["offset_ms"], 0.0);
}
