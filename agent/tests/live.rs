//! The inventory of the machine that runs the tests, field by field against the tools that administrators trust.
//!
//! Runs as root and as an ordinary user. A tool that is not installed is skipped and said so, in CI it is missed. What
//! comes and goes while the test runs (sockets) is compared only where it was there before and after.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

static INVENTORY: LazyLock<Value> = LazyLock::new(|| inventory(&[]));

fn inventory(arguments: &[&str]) -> Value {
    let output = Command::new(AGENT).args(["inventory", "--format", "json"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a tool prints; `None` when it is not installed.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).env("LC_ALL", "C").env("PATH", path()).output();
    match output {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        Ok(output) if !output.stdout.is_empty() => Some(String::from_utf8(output.stdout).unwrap()),
        other => {
            assert!(std::env::var_os("CI").is_none(), "{name} {arguments:?}: {other:?}");
            println!("skipped: {name} is not installed or does not work here");
            None
        }
    }
}

fn path() -> String {
    format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default())
}

fn json(name: &str, arguments: &[&str]) -> Option<Value> {
    tool(name, arguments).map(|text| serde_json::from_str(&text).unwrap())
}

/// The items of a section by key.
/// The items of a section by the kernel's names: their keys are what belongs to them.
fn named<'a>(inventory: &'a Value, section: &str) -> BTreeMap<&'a str, &'a Value> {
    items(inventory, section).into_values().map(|item| (item["name"].as_str().unwrap(), item)).collect()
}

fn items<'a>(inventory: &'a Value, section: &str) -> BTreeMap<&'a str, &'a Value> {
    let list = inventory["sections"][section]["items"].as_array().unwrap();
    let items: BTreeMap<_, _> = list.iter().map(|item| (item["key"].as_str().unwrap(), &item["attributes"])).collect();
    assert_eq!(items.len(), list.len(), "{section}: keys are not unique");
    items
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Flattens the children that lscpu and lsblk print.
fn flatten<'a>(list: &'a Value, into: &mut Vec<&'a Value>) {
    for entry in list.as_array().into_iter().flatten() {
        into.push(entry);
        flatten(&entry["children"], into);
    }
}

#[test]
fn every_section_is_printed_with_a_status() {
    let sections = INVENTORY["sections"].as_object().unwrap();
    let names: Vec<&str> = sections.keys().map(String::as_str).collect();
    let all: BTreeSet<&str> = muster_shared::SectionName::ALL.iter().map(|name| name.as_str()).collect();
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), all);
    for (name, section) in sections {
        let status = section["status"].as_str().unwrap();
        assert!(matches!(status, "ok" | "partial" | "denied" | "failed" | "unsupported"), "{name}: {status}");
        assert_ne!(status, "failed", "{name}: {section}");
        if status != "ok" && status != "unsupported" {
            assert!(!section["problems"].as_array().unwrap().is_empty(), "{name} does not say why it is {status}");
        }
    }
    assert_eq!(INVENTORY["schema"], 1);
    assert_eq!(INVENTORY["host"], sections["host"]["items"][0]["attributes"]);
}

#[test]
fn an_unknown_section_is_a_usage_error_that_names_the_nearest() {
    let output = Command::new(AGENT).args(["inventory", "--only", "packages"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("'package'"));
}

#[test]
fn host_and_kernel_are_those_of_uname() {
    let host = &INVENTORY["host"];
    let kernel = items(&INVENTORY, "kernel")["kernel"];
    for (option, value) in [
        ("-n", &host["name"]),
        ("-m", &host["architecture"]),
        ("-s", &kernel["name"]),
        ("-r", &kernel["release"]),
        ("-v", &kernel["version"]),
        ("-m", &kernel["machine"]),
    ] {
        let Some(text) = tool("uname", &[option]) else { return };
        assert_eq!(*value, text.trim(), "uname {option}");
    }
    if let Some(kind) = tool("systemd-detect-virt", &["--vm"]) {
        assert_eq!(host["virtualization"], kind.trim());
    }
}

#[test]
fn cpu_is_that_of_lscpu() {
    let Some(theirs) = json("lscpu", &["-J"]) else { return };
    let mut rows = Vec::new();
    flatten(&theirs["lscpu"], &mut rows);
    let rows: BTreeMap<&str, &str> = rows
        .iter()
        .filter_map(|row| Some((row["field"].as_str()?.trim_end_matches(':'), row["data"].as_str()?)))
        .collect();
    let ours = items(&INVENTORY, "cpu")["cpu"];
    let mut compared = 0;
    for (field, attribute) in [
        ("CPU(s)", "threads"),
        ("Socket(s)", "sockets"),
        ("Core(s) per socket", "cores_per_socket"),
        ("Thread(s) per core", "threads_per_core"),
        ("Vendor ID", "vendor"),
        ("Model name", "model_name"),
        ("CPU family", "family"),
        ("Model", "model"),
        ("Stepping", "stepping"),
        ("NUMA node(s)", "numa_nodes"),
    ] {
        let Some(value) = rows.get(field) else { continue };
        let our = &ours[attribute];
        assert_eq!(our.as_str().map_or_else(|| our.to_string(), str::to_owned), *value, "{field}");
        compared += 1;
    }
    assert!(compared >= 4, "{rows:?}");
    if let Some(flags) = rows.get("Flags") {
        assert_eq!(texts(&ours["flags"]), flags.split_whitespace().map(str::to_owned).collect());
    }
    for cache in ours["caches"].as_array().unwrap() {
        let Some(text) = rows.get(format!("{} cache", cache["name"].as_str().unwrap()).as_str()) else { continue };
        let instances = format!("({} instance", cache["instances"]);
        assert!(text.contains(&instances), "{text}: {cache}");
    }
}

#[test]
fn memory_is_that_of_free() {
    let Some(text) = tool("free", &["-b"]) else { return };
    let memory = items(&INVENTORY, "memory")["memory"];
    for (row, attribute) in [("Mem:", "total_bytes"), ("Swap:", "swap_total_bytes")] {
        let line = text.lines().find(|line| line.starts_with(row)).unwrap();
        assert_eq!(memory[attribute].to_string(), line.split_whitespace().nth(1).unwrap(), "{row}");
    }
}

#[test]
fn disks_and_partitions_are_those_of_lsblk() {
    let Some(theirs) = json("lsblk", &["-J", "-b", "-O"]) else { return };
    let mut rows = Vec::new();
    flatten(&theirs["blockdevices"], &mut rows);
    let (disks, partitions) = (named(&INVENTORY, "disk"), named(&INVENTORY, "partition"));
    let mut names = BTreeSet::new();
    for row in rows {
        let name = row["kname"].as_str().unwrap();
        let is_partition = row["type"] == "part" && partitions.contains_key(name);
        let ours = if is_partition { &partitions } else { &disks };
        let ours = ours.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        names.insert(name);
        for (column, attribute) in [
            ("size", "size_bytes"),
            ("ro", "read_only"),
            ("type", "type"),
            ("model", "model"),
            ("serial", "serial"),
            ("wwn", "wwn"),
            ("vendor", "vendor"),
            ("tran", "bus"),
            ("rota", "rotational"),
            ("rm", "removable"),
            ("log-sec", "logical_block_size_bytes"),
            ("phy-sec", "physical_block_size_bytes"),
        ] {
            if is_partition && !matches!(column, "size" | "ro") || row[column].is_null() {
                continue;
            }
            // The kernel guesses for virtual disks; lsblk repeats the guess, we do not.
            if column == "rota" && ours["rotational"].is_null() {
                continue;
            }
            let value = row[column].as_str().map_or_else(|| row[column].clone(), |text| text.trim().into());
            assert_eq!(ours[attribute], value, "{name}: {column}");
        }
    }
    let ours: BTreeSet<&str> = disks.keys().chain(partitions.keys()).copied().collect();
    assert_eq!(ours, names);
}

#[test]
fn mounts_and_file_systems_are_those_of_findmnt() {
    let Some(theirs) = json("findmnt", &["-J", "-l", "-b", "-N", "1", "-o", "TARGET,SOURCE,FSTYPE,OPTIONS,SIZE"])
    else {
        return;
    };
    let split = |text: &str| text.split(',').map(str::to_owned).collect::<BTreeSet<String>>();
    let row = |target: &Value, source: &Value, kind: &Value, options: BTreeSet<String>| {
        let source = source.as_str().unwrap().split('[').next().unwrap().to_owned();
        (target.as_str().unwrap().to_owned(), source, kind.as_str().unwrap().to_owned(), options)
    };
    let rows = theirs["filesystems"].as_array().unwrap();
    let mut expected: Vec<_> = rows
        .iter()
        .map(|r| row(&r["target"], &r["source"], &r["fstype"], split(r["options"].as_str().unwrap())))
        .collect();
    let mounts = items(&INVENTORY, "mount");
    let mut found: Vec<_> =
        mounts.values().map(|m| row(&m["target"], &m["source"], &m["type"], texts(&m["options"]))).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    // Of several mounts over each other the topmost is the one that is not covered.
    for (key, mount) in &mounts {
        assert_eq!(*key == mount["target"], mount["covered"] != true, "{key}");
    }
    for file_system in items(&INVENTORY, "filesystem").values() {
        let Some(point) = file_system["mount_points"].as_array().and_then(|points| points.first()) else { continue };
        let row = rows.iter().rfind(|row| row["target"] == *point).unwrap();
        assert_eq!(file_system["type"], row["fstype"]);
        if !row["size"].is_null() {
            assert_eq!(file_system["size_bytes"], row["size"], "{point}");
        }
    }
}

#[test]
fn interfaces_are_those_of_ip() {
    let Some(theirs) = json("ip", &["-j", "-d", "addr"]) else { return };
    let ours = named(&INVENTORY, "interface");
    let rows = theirs.as_array().unwrap();
    let names: BTreeSet<&str> = rows.iter().map(|row| row["ifname"].as_str().unwrap()).collect();
    assert_eq!(ours.keys().copied().collect::<BTreeSet<_>>(), names);
    for row in rows {
        let name = row["ifname"].as_str().unwrap();
        let our = ours[name];
        for (field, attribute) in [
            ("mtu", "mtu"),
            ("address", "mac"),
            ("permaddr", "permanent_mac"),
            ("link_type", "link_type"),
            ("master", "master"),
            ("link", "parent"),
        ] {
            if !row[field].is_null() {
                assert_eq!(our[attribute], row[field], "{name}: {field}");
            }
        }
        assert_eq!(our["operstate"], row["operstate"].as_str().unwrap().to_lowercase(), "{name}");
        assert_eq!(our["kind"], row["linkinfo"]["info_kind"], "{name}");
        let mut flags = texts(&row["flags"]);
        flags.remove("NO-CARRIER"); // made up by ip
        assert_eq!(texts(&our["flags"]), flags, "{name}");
        for (is_dynamic, attribute) in [(false, "addresses"), (true, "dynamic_addresses")] {
            let list = row["addr_info"].as_array().unwrap().iter();
            let is_wanted = |a: &&Value| (a["dynamic"] == true || a["temporary"] == true) == is_dynamic;
            let fields = |a: &Value, address: &str, prefix: &str| {
                [address, prefix, "family", "scope"].map(|field| a[field].to_string()).join(" ")
            };
            let expected: BTreeSet<String> =
                list.filter(is_wanted).map(|address| fields(address, "local", "prefixlen")).collect();
            let found = our[attribute].as_array().into_iter().flatten();
            let found: BTreeSet<String> = found.map(|address| fields(address, "address", "prefix")).collect();
            assert_eq!(found, expected, "{name}: {attribute}");
        }
    }
}

#[test]
fn routes_are_those_of_ip() {
    let ours = items(&INVENTORY, "route");
    for (family, arguments) in [("inet", vec!["-j", "route"]), ("inet6", vec!["-j", "-6", "route"])] {
        let Some(theirs) = tool("ip", &arguments) else { return };
        let theirs: Value =
            if theirs.trim().is_empty() { Value::Array(Vec::new()) } else { serde_json::from_str(&theirs).unwrap() };
        let default = |value: &Value, otherwise: &str| value.as_str().unwrap_or(otherwise).to_owned();
        let rows = theirs.as_array().unwrap().iter();
        let expected: BTreeSet<Vec<String>> = rows
            .map(|row| {
                vec![
                    default(&row["dst"], ""),
                    default(&row["gateway"], ""),
                    default(&row["dev"], ""),
                    row["metric"].to_string(),
                    default(&row["protocol"], "boot"),
                    default(&row["prefsrc"], ""),
                    if family == "inet" { default(&row["scope"], "global") } else { String::new() },
                ]
            })
            .collect();
        let found: BTreeSet<Vec<String>> = ours
            .values()
            .filter(|route| route["family"] == family)
            .map(|route| {
                vec![
                    default(&route["destination"], ""),
                    default(&route["gateway"], ""),
                    default(&route["interface"], ""),
                    route["metric"].to_string(),
                    default(&route["protocol"], ""),
                    default(&route["preferred_source"], ""),
                    default(&route["scope"], ""),
                ]
            })
            .collect();
        assert_eq!(found, expected, "{family}");
    }
}

/// The keys that we would give to what `ss` prints.
fn ss() -> Option<BTreeSet<String>> {
    let text = tool("ss", &["-H", "-lntu"])?;
    let keys = text.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (address, port) = words[4].rsplit_once(':').unwrap();
        let address = if address == "*" { "[::]" } else { address };
        // ss writes the interface behind the brackets.
        let address = address.split_once("]%").map_or(address.to_owned(), |(ip, zone)| format!("{ip}%{zone}]"));
        format!("{}/{address}:{port}", words[0])
    });
    Some(keys.collect())
}

#[test]
fn listeners_are_those_of_ss_and_our_own_has_its_process() {
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = std::net::UdpSocket::bind("[::1]:0").or_else(|_| std::net::UdpSocket::bind("127.0.0.1:0")).unwrap();
    let before = inventory(&["--only", "listener"]);
    let Some(theirs_before) = ss() else { return };
    let after = inventory(&["--only", "listener"]);
    let Some(theirs_after) = ss() else { return };
    let (before, after) = (items(&before, "listener"), items(&after, "listener"));
    // ss looks at one network namespace, we at those of containers too.
    let is_ours = |key: &&&str| after.contains_key(**key) && before[**key].get("network_namespace").is_none();
    for key in before.keys().filter(is_ours) {
        assert!(theirs_before.contains(*key), "{key} is not in {theirs_before:?}");
    }
    for key in theirs_before.intersection(&theirs_after) {
        assert!(after.contains_key(key.as_str()), "{key} is missing in {:?}", after.keys());
    }
    let me = std::env::current_exe().unwrap();
    for key in [format!("tcp/{}", tcp.local_addr().unwrap()), format!("udp/{}", udp.local_addr().unwrap())] {
        let listener = after.get(key.as_str()).unwrap_or_else(|| panic!("{key} is missing"));
        assert_eq!(listener["pid"], std::process::id(), "{key}");
        assert_eq!(listener["executable"], me.to_str().unwrap(), "{key}");
        assert_eq!(listener["uid"].to_string(), tool("id", &["-u"]).unwrap().trim(), "{key}");
    }
}

#[test]
fn packages_are_those_of_dpkg() {
    const FIELDS: &[(&str, &str)] = &[
        ("Package", "name"),
        ("Version", "version"),
        ("Architecture", "architecture"),
        ("source:Package", "source"),
        ("source:Version", "source_version"),
        ("Section", "section"),
        ("Priority", "priority"),
        ("Maintainer", "maintainer"),
    ];
    let mut fields: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
    fields.extend(["Installed-Size", "db:Status-Status"]);
    let format = format!("${{{}}}\n", fields.join("}\t${"));
    let Some(text) = tool("dpkg-query", &["-W", "-f", &format]) else { return };
    let ours = items(&INVENTORY, "package");
    let mut count = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        if matches!(words[9], "not-installed" | "config-files") {
            continue;
        }
        let key = format!("{}:{}", words[0], words[2]);
        let package = ours.get(key.as_str()).unwrap_or_else(|| panic!("{key} is missing"));
        for ((field, attribute), value) in FIELDS.iter().zip(&words) {
            assert_eq!(package[attribute].as_str().unwrap_or_default(), *value, "{key}: {field}");
        }
        assert_eq!(package["size_bytes"].as_u64().map(|bytes| bytes / 1024), words[8].parse().ok(), "{key}");
        count += 1;
    }
    assert_eq!(count, ours.values().filter(|package| package["manager"] == "dpkg").count());
}

#[test]
fn accounts_are_those_of_getent() {
    let Some(text) = tool("getent", &["-s", "files", "passwd"]) else { return };
    let users = items(&INVENTORY, "user");
    assert_eq!(text.lines().count(), users.len());
    for line in text.lines() {
        let words: Vec<&str> = line.split(':').collect();
        let user = users[words[0]];
        for (position, attribute) in [(2, "uid"), (3, "gid")] {
            assert_eq!(user[attribute].to_string(), words[position], "{}", words[0]);
        }
        for (position, attribute) in [(4, "gecos"), (5, "home"), (6, "shell")] {
            assert_eq!(user[attribute].as_str().unwrap_or_default(), words[position], "{}", words[0]);
        }
    }
    let Some(text) = tool("getent", &["-s", "files", "group"]) else { return };
    let groups = items(&INVENTORY, "group");
    assert_eq!(text.lines().count(), groups.len());
    for line in text.lines() {
        let words: Vec<&str> = line.split(':').collect();
        assert_eq!(groups[words[0]]["gid"].to_string(), words[2], "{}", words[0]);
        let members = words[3].split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        assert_eq!(texts(&groups[words[0]]["members"]), members, "{}", words[0]);
    }
    for (name, user) in users.iter().take(8) {
        let Some(text) = tool("id", &["-Gn", name]) else { return };
        assert_eq!(texts(&user["groups"]), text.split_whitespace().map(str::to_owned).collect(), "{name}");
    }
}

#[test]
fn unit_files_have_the_states_of_systemctl() {
    let Some(text) = tool("systemctl", &["--root=/", "list-unit-files", "--no-legend", "--no-pager"]) else { return };
    let expected: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    let units = items(&INVENTORY, "service");
    let ours: BTreeMap<&str, &str> = units
        .iter()
        .filter(|(_, unit)| unit["manager"] == "systemd")
        .map(|(name, unit)| (*name, unit["enabled_state"].as_str().unwrap()))
        .collect();
    assert_eq!(ours, expected);
}

#[test]
fn no_other_program_is_started_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    let calls = "trace=execve,execveat,fork,vfork,clone,clone3,open,openat,openat2";
    let arguments = ["-f", "-e", calls, "-o", trace.to_str().unwrap(), AGENT, "inventory"];
    if tool("strace", &arguments).is_none() {
        return;
    }
    let text = std::fs::read_to_string(trace).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("execve")).count(), 1);
    for line in text.lines() {
        assert!(!line.contains("fork("), "{line}");
        // The call: there are files with that word in their name.
        let is_clone = line.contains("clone(") || line.contains("clone3(");
        assert!(!is_clone || line.contains("CLONE_THREAD") || line.contains("resumed"), "{line}");
        assert!(!line.contains("O_CREAT") && !line.contains("O_WRONLY"), "{line}");
        assert!(!line.contains("O_RDWR"), "{line}");
        assert!(!line.contains("/environ\""), "environments are never read: {line}");
    }
}
