//! `muster-agent record`: the inventory of the copy is that of the machine, and nothing of it names the machine.

#![expect(clippy::unwrap_used, reason = "a test, with functions that are no tests themselves")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");
/// What the kernel tells over netlink and not, or not all of it, in files; and what comes and goes all the time.
const NOT_THE_SAME: &[&str] = &["interface", "route", "listener", "connection", "process", "firewall"];

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
    let mut all = Vec::new();
    files(Path::new(out), &mut all);
    let machine_id = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["$y$", "$6$", "PRIVATE KEY-----"] {
            assert!(!path.ends_with("etc/shadow") || !text.contains(secret), "{}: {secret}", path.display());
        }
        let id = machine_id.trim();
        assert!(id.is_empty() || !text.contains(id), "{}: machine id", path.display());
    }
    let again = agent(&["record", "--out", out]);
    assert_eq!(again.status.code(), Some(1), "a directory that is not empty is refused");
}
