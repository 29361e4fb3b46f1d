//! `muster-agent record`: the inventory of the copy is that of the machine, and nothing of it names the machine.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test, with functions that are no tests themselves"
)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");
/// What the kernel tells over netlink or by a call and not, or not all of it, in files; and what comes and goes all the time.
const NOT_THE_SAME: &[&str] = &["listener", "connection", "process", "firewall", "time_sync"];

fn agent(arguments: &[&str]) -> Output {
    Command::new(AGENT).args(arguments).output().unwrap()
}

fn inventory(root: &str) -> Value {
    let output = agent(&["inventory", "--root", root]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn files(directory: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files(&entry.path(), into);
        } else if kind.is_file() {
            into.push(entry.path());
        }
    }
}

/// What names this machine or is secret on it, in every form in which a file could hold it; read here by other ways than
/// those of the program.
fn secrets(inventory: &Value) -> Vec<(String, Vec<u8>)> {
    let mut secrets: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |what: &str, text: &str| {
        if text.len() >= 5 {
            secrets.push((what.to_owned(), text.as_bytes().to_vec()));
            secrets.push((format!("{what} in UTF-16"), text.bytes().flat_map(|byte| [byte, 0]).collect()));
        }
    };
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let id = read("/etc/machine-id");
    add("the machine id", id.trim());
    let boot = read("/proc/sys/kernel/random/boot_id");
    add("the boot id", boot.trim());
    // A name that could be a word of anything is replaced where names stand only.
    let name = read("/proc/sys/kernel/hostname");
    let name = name.trim().split('.').next().unwrap_or_default();
    let is_built = name.len() >= 5 && name.bytes().any(|b| b == b'-' || b.is_ascii_digit());
    if name != "localhost" && (is_built || name.len() >= 8) {
        add("the name of the host", name);
    }
    for entry in std::fs::read_dir("/sys/class/net").unwrap() {
        let mac = read(entry.unwrap().path().join("address").to_str().unwrap()).trim().to_owned();
        if mac.len() != 17 || mac == "00:00:00:00:00:00" || mac.starts_with("ff:ff") {
            continue;
        }
        let pairs: Vec<&str> = mac.split(':').collect();
        for separator in [":", "-", ""] {
            add("a MAC address", &pairs.join(separator));
        }
        let first = u8::from_str_radix(pairs[0], 16).unwrap() ^ 2;
        let iid = format!("{first:02x}{}{}fffe{}{}{}", pairs[1], pairs[2], pairs[3], pairs[4], pairs[5]);
        let groups: Vec<String> = (0..4).map(|i| iid[i * 4..i * 4 + 4].trim_start_matches('0').to_owned()).collect();
        add("an address made of a MAC address", &groups.join(":"));
        add("an address made of a MAC address", &iid);
    }
    for line in read("/etc/passwd").lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let uid: u32 = fields.get(2).and_then(|uid| uid.parse().ok()).unwrap_or_default();
        if (1_000..65_534).contains(&uid) {
            add("what a person is called", fields[4].split(',').next().unwrap());
        }
    }
    for line in read("/etc/shadow").lines() {
        let hash = line.split(':').nth(1).unwrap_or_default().trim_start_matches('!');
        add("the hash of a password", if hash.starts_with('$') { hash } else { "" });
    }
    add("a private key", "PRIVATE KEY-----");
    for section in inventory["sections"].as_object().unwrap().values() {
        for item in section["items"].as_array().unwrap() {
            for (attribute, value) in item["attributes"].as_object().unwrap() {
                let text = value.as_str().unwrap_or_default();
                let is_number = attribute.contains("serial") || attribute == "wwn" || attribute.ends_with("uuid");
                if is_number && text.bytes().any(|b| matches!(b, b'1'..=b'9')) {
                    add(&format!("the {attribute} of {}", item["key"]), text);
                }
                for address in value.as_array().into_iter().flatten().chain([value]).filter_map(Value::as_str) {
                    let address = address.split('/').next().unwrap();
                    if let Ok(std::net::IpAddr::V4(v4)) = address.parse()
                        && !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.octets()[0] >= 224)
                        && !v4.is_unspecified()
                        && attribute.contains("address")
                    {
                        add("a public address", address);
                        add("a public address", &format!("{:08X}:", u32::from_ne_bytes(v4.octets())));
                    }
                }
            }
        }
    }
    secrets
}

/// What base64 in a file holds: single words, and the lines of a block.
fn base64_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let is_line = |line: &&str| !line.is_empty() && line.trim_end_matches('=').chars().all(is_part);
    let mut blocks: Vec<String> = vec![String::new()];
    for line in text.lines() {
        if is_line(&line) {
            blocks.last_mut().unwrap().push_str(line.trim_end_matches('='));
        } else {
            blocks.extend(line.split(|c| !is_part(c)).map(str::to_owned));
            blocks.push(String::new());
        }
    }
    let long = blocks.iter().filter(|block| block.len() >= 24);
    long.filter_map(|block| base64::engine::general_purpose::STANDARD_NO_PAD.decode(block).ok()).collect()
}

#[test]
fn the_copy_has_the_same_inventory_and_no_name_of_the_machine() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("copy");
    let out = out.to_str().unwrap();
    let before = inventory("/");
    let recorded = agent(&["record", "--out", out]);
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
    assert!(String::from_utf8_lossy(&recorded.stdout).contains("Not scrubbed:"));
    assert_eq!(std::fs::metadata(out).unwrap().permissions().mode() & 0o777, 0o700);
    let after = inventory("/");
    let copy = inventory(out);
    for (name, live) in before["sections"].as_object().unwrap() {
        let count = |section: &Value| section["items"].as_array().unwrap().len();
        // Something may have come or gone meanwhile.
        let is_steady = count(live) == count(&after["sections"][name]);
        if NOT_THE_SAME.contains(&name.as_str()) || !is_steady {
            continue;
        }
        // What this user may not read is not in the copy either, and the copy cannot tell that it is missing.
        if !matches!(live["status"].as_str(), Some("ok" | "unsupported")) {
            continue;
        }
        let found = &copy["sections"][name];
        assert_eq!(found["status"], live["status"], "{name}: {} {}", found["problems"], live["problems"]);
        assert_eq!(count(found), count(live), "{name}");
    }
    // Routes and addresses with all that the kernel says of them, be they others: addresses have pseudonyms.
    for (section, attribute) in [("route", "destination"), ("interface", "addresses")] {
        let names = |inventory: &Value| -> Vec<Vec<String>> {
            let items = inventory["sections"][section]["items"].as_array().unwrap();
            items.iter().map(|item| item["attributes"].as_object().unwrap().keys().cloned().collect()).collect()
        };
        if names(&before) == names(&after) {
            assert_eq!(names(&copy), names(&before), "{section}");
            assert!(names(&copy).iter().flatten().any(|name| name == attribute), "{section} without {attribute}");
        }
    }
    let mut all = Vec::new();
    files(Path::new(out), &mut all);
    assert!(all.len() > 100, "{} files", all.len());
    let secrets = secrets(&before);
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        let shown = path.strip_prefix(out).unwrap().display().to_string();
        for (what, needle) in &secrets {
            let found = bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
            assert!(!found, "/{shown} holds {what}");
            assert!(
                !shown.as_bytes().windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle)),
                "/{shown} is {what}"
            );
        }
        for blob in base64_of(&bytes) {
            for (what, needle) in &secrets {
                let found = blob.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
                assert!(!found, "/{shown} holds {what} in base64");
            }
        }
    }
    let again = agent(&["record", "--out", out]);
    assert_eq!(again.status.code(), Some(1), "a directory that is not empty is refused");
}
