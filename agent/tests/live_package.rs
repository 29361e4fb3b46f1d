//! A database of rpm that rpm itself made on this machine, against what `rpm -qa` says of it: two installed versions of one
//! name, and a change that stands in the write-ahead log only. Debian's rpm writes sqlite and no other format.
//!
//! Runs as root and as an ordinary user. A tool that is not installed is skipped and said so, in CI it is missed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/go-rpmdb/pkg/testdata");

/// What a tool prints; `None` when it is not installed.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let path = format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default());
    match Command::new(name).args(arguments).env("LC_ALL", "C").env("PATH", path).output() {
        Ok(output) => {
            assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{name}: {error}");
            println!("skipped: {name} is not installed");
            None
        }
    }
}

/// A root directory with a database of rpm in it.
struct Tree {
    directory: tempfile::TempDir,
}

impl Tree {
    fn new() -> Self {
        let tree = Self { directory: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(tree.database()).unwrap();
        tree
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    fn database(&self) -> PathBuf {
        self.directory.path().join("var/lib/rpm")
    }

    fn rpm(&self, arguments: &[&str]) -> Option<String> {
        let database = self.database();
        let mut all = vec!["--dbpath", database.to_str().unwrap()];
        all.extend(arguments);
        tool("rpm", &all)
    }

    /// Builds a package without files and puts it into the database only.
    fn install(&self, name: &str, version: &str, architecture: &str, fields: &str) -> Option<()> {
        let spec = self.path(&format!("{name}.spec"));
        let text = format!(
            "Name: {name}\nVersion: {version}\nRelease: 3.el9\nLicense: MIT\nSummary: Säule of {name}\n{fields}\n\
             %description\n{}\n%files\n",
            "x".repeat(20_000)
        );
        std::fs::write(&spec, text).unwrap();
        let top = format!("_topdir {}", self.path("build"));
        tool("rpmbuild", &["-bb", "--quiet", "--target", architecture, "-D", &top, &spec])?;
        let file = self.path(&format!("build/RPMS/{architecture}/{name}-{version}-3.el9.{architecture}.rpm"));
        let flags = ["-i", "--justdb", "--nodeps", "--ignorearch", "--ignoreos", "--force", &file];
        self.rpm(&flags).map(drop)
    }

    fn items(&self) -> BTreeMap<String, Value> {
        let root = self.directory.path().to_str().unwrap();
        let arguments = ["inventory", "--format", "json", "--only", "package", "--root", root];
        let output = Command::new(AGENT).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let inventory: Value = serde_json::from_slice(&output.stdout).unwrap();
        let section = &inventory["sections"]["package"];
        assert_eq!((&section["status"], &section["problems"]), (&"ok".into(), &serde_json::json!([])));
        let items = section["items"].as_array().unwrap();
        items.iter().map(|item| (item["key"].as_str().unwrap().to_owned(), item["attributes"].clone())).collect()
    }

    /// Compares every package with what rpm prints; gives the keys.
    fn check(&self) -> Option<Vec<String>> {
        let fields = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{LICENSE}\\t%{SUMMARY}\\t\
                      %{SOURCERPM}\\t%{INSTALLTIME}\\t%{LONGSIZE}\\t%{VENDOR}\\t%{RSAHEADER:pgpsig}\\n";
        let text = self.rpm(&["-qa", "--qf", fields])?;
        let items = self.items();
        let mut count = 0;
        for line in text.lines().filter(|line| !line.starts_with("gpg-pubkey\t")) {
            let words: Vec<&str> = line.split('\t').collect();
            let is_it = |item: &&Value| item["name"] == words[0] && item["version"] == words[1];
            let item = items.values().find(is_it).unwrap_or_else(|| panic!("{line} is missing in {items:?}"));
            let known = |word: &str| if word == "(none)" { Value::Null } else { word.into() };
            assert_eq!(item["manager"], "rpm");
            for (attribute, word) in [("architecture", 2), ("license", 3), ("summary", 4), ("vendor", 8)] {
                assert_eq!(item[attribute], known(words[word]), "{line}: {attribute}");
            }
            let source =
                format!("{}-{}.src.rpm", item["source"].as_str().unwrap(), item["source_version"].as_str().unwrap());
            assert_eq!(source, words[5], "{line}");
            let installed_at: i64 = words[6].parse().unwrap();
            let installed_at = jiff::Timestamp::from_second(installed_at).unwrap().to_string();
            assert_eq!(item["installed_at"], installed_at, "{line}");
            assert_eq!(item["size_bytes"].to_string(), words[7], "{line}");
            let key_id = words[9].rsplit_once("Key ID ").map_or(Value::Null, |(_, id)| id.into());
            assert_eq!(item["signature_key_id"], key_id, "{line}");
            count += 1;
        }
        assert_eq!(count, items.len());
        Some(items.into_keys().collect())
    }
}

#[test]
fn packages_are_those_of_rpm() {
    let tree = Tree::new();
    let Some(_) = tree.rpm(&["--initdb"]) else { return };
    assert!(tree.items().is_empty());
    for (name, version, architecture, fields) in [
        ("alpha", "1.0", "noarch", "Epoch: 2\nVendor: Ann & Co"),
        ("kernel", "6.1", "x86_64", ""),
        ("kernel", "6.2", "x86_64", ""),
        ("beta-libs", "0.1~rc1", "aarch64", ""),
    ] {
        if tree.install(name, version, architecture, fields).is_none() {
            return;
        }
    }
    for i in 0..30 {
        tree.install(&format!("many{i}"), "1", "noarch", "");
    }
    let keys = tree.check().unwrap();
    assert_eq!(keys.len(), 34);
    for key in ["rpm:alpha.noarch", "rpm:kernel.x86_64", "rpm:kernel.x86_64@6.1-3.el9", "rpm:beta-libs.aarch64"] {
        assert!(keys.iter().any(|found| found == key), "{key} is missing in {keys:?}");
    }
    tree.rpm(&["-e", "--justdb", "alpha", "many7"]);
    assert_eq!(tree.check().unwrap().len(), 32);
}

#[test]
fn what_stands_in_the_write_ahead_log_only_counts() {
    let tree = Tree::new();
    let Some(_) = tree.rpm(&["--initdb"]) else { return };
    for name in ["one", "two", "three"] {
        if tree.install(name, "1", "noarch", "").is_none() {
            return;
        }
    }
    let database = tree.database().join("rpmdb.sqlite");
    // The last statement is taken back: it stands in the log without a commit.
    let change = "PRAGMA cache_size=1; DELETE FROM Packages WHERE hnum=2; \
                  INSERT INTO Packages SELECT 9, blob FROM Packages WHERE hnum=1; \
                  BEGIN; DELETE FROM Packages; ROLLBACK;";
    let arguments = [
        "-cmd",
        ".filectrl persist_wal 1",
        "-cmd",
        ".dbconfig no_ckpt_on_close on",
        database.to_str().unwrap(),
        change,
    ];
    let Some(_) = tool("sqlite3", &arguments) else { return };
    let log = std::fs::metadata(tree.database().join("rpmdb.sqlite-wal")).unwrap();
    assert!(log.len() > 4096, "nothing is in the log");
    let keys: Vec<String> = tree.items().into_keys().collect();
    assert_eq!(keys, ["rpm:one.noarch", "rpm:one.noarch@1-3.el9", "rpm:three.noarch"]);
    std::fs::remove_file(tree.database().join("rpmdb.sqlite-wal")).unwrap();
    assert_eq!(tree.items().len(), 3);
    assert!(tree.items().contains_key("rpm:two.noarch"));
}

#[test]
fn a_recorded_database_is_read_like_rpm_reads_it() {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    let tree = Tree::new();
    let packed = tree.database().join("rpmdb.sqlite.gz");
    std::fs::write(&packed, std::fs::read(Path::new(FIXTURES).join("cbl-mariner-2.0/rpmdb.sqlite.gz")).unwrap())
        .unwrap();
    tool("gzip", &["-d", packed.to_str().unwrap()]).unwrap();
    let Some(keys) = tree.check() else { return };
    assert!(keys.len() > 100, "{}", keys.len());
}
