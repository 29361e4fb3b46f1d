//! Managers side by side, recorded databases of dpkg and apk, damaged ones.

use std::collections::BTreeSet;
use std::path::Path;

use muster_shared::{Item, SectionStatus};
use proptest::prelude::*;

use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/trivy/pkg/fanal/analyzer/pkg");

fn section(files: &[(&str, &[u8])]) -> Section {
    let directory = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = directory.path().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    Package.collect(&Root::at(directory.path()))
}

/// A recorded file; of a text archive the status file of dpkg in it.
fn fixture(path: &str) -> Option<String> {
    let path = format!("{FIXTURES}/{path}");
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    if Path::new(&path).extension().is_none_or(|extension| extension != "txtar") {
        return Some(text);
    }
    let (_, status) = text.split_once("-- var/lib/dpkg/status --\n").unwrap();
    Some(status.split("\n-- ").next().unwrap().to_owned())
}

fn keys(section: &Section) -> Vec<&str> {
    section.items.iter().map(|item| item.key.as_str()).collect()
}

/// Keys of what a status file says is installed, by the simplest reading of it.
fn expected_keys(status: &str) -> Vec<String> {
    let field = |paragraph: &str, name: &str| {
        let mut lines = paragraph.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(field, _)| *field == name).map(|(_, value)| value.to_owned())
    };
    let paragraphs = status.split("\n\n").filter(|p| field(p, "Status").is_some_and(|s| s.ends_with(" installed")));
    paragraphs.map(|p| format!("{}:{}", field(p, "Package").unwrap(), field(p, "Architecture").unwrap())).collect()
}

#[test]
fn recorded_status_files_of_dpkg_are_read() {
    for (name, count, problems) in
        [("valid", 90, 0), ("third-party", 2, 0), ("only-apt", 1, 0), ("corrupsed", 4, 1), ("digest", 2, 0)]
    {
        let Some(status) = fixture(&format!("dpkg/testdata/{name}.txtar")) else { return };
        let section = section(&[("/var/lib/dpkg/status", status.as_bytes())]);
        assert_eq!(keys(&section), expected_keys(&status), "{name}");
        assert_eq!((section.items.len(), section.problems.len()), (count, problems), "{name}: {:?}", section.problems);
        assert!(section.items.iter().all(|item| item.text("manager") == Some("dpkg")));
    }
}

#[test]
fn a_recorded_database_of_apk_is_read() {
    let Some(text) = fixture("apk/testdata/apk") else { return };
    for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
        let section = section(&[(path, text.as_bytes())]);
        assert_eq!(section.items.len(), 15);
        assert_eq!(section.problems[0].message, "1 broken paragraphs left out");
        let musl = serde_json::json!({"name": "musl", "version": "1.1.14-r10", "architecture": "x86_64", "manager": "apk",
            "source": "musl", "source_version": "1.1.14-r10", "license": "MIT", "size_bytes": 569_344,
            "maintainer": "Timo Teräs <timo.teras@iki.fi>", "summary": "the musl c library (libc) implementation"});
        let item: &Item = &section.items[0];
        assert_eq!((item.key.as_str(), serde_json::json!(item.attributes)), ("apk:musl", musl));
    }
}

#[test]
fn managers_stand_side_by_side_and_keys_stand_once() {
    let section = section(&[
        ("/var/lib/dpkg/status", b"Package: npm\nStatus: install ok installed\nArchitecture: all\nVersion: 9\n"),
        ("/usr/local/lib/node_modules/all/package.json", br#"{"name":"all","version":"1.0.0"}"#),
        ("/usr/local/lib/node_modules/@s/p/package.json", br#"{"name":"@s/p","version":"2.0.0"}"#),
        (
            "/usr/local/lib/python3.11/dist-packages/Req_x-2.dist-info/METADATA",
            b"Name: Req_x\nVersion: 2\n\nName: no\n",
        ),
        ("/usr/local/lib/python3.11/dist-packages/Req_x-2.dist-info/INSTALLER", b"pip\n"),
        ("/usr/lib/python3/dist-packages/apt-1.egg-info", b"Name: apt\nVersion: 1\n"),
        ("/usr/lib/python3/dist-packages/d-1.dist-info/METADATA", b"Name: d\nVersion: 1\n"),
        ("/usr/lib/python3/dist-packages/d-1.dist-info/INSTALLER", b"debian\n"),
        ("/home/ann/.cargo/.crates2.json", br#"{"installs":{"rg 1.0.0 (registry+https://x)":{"bins":["rg"]}}}"#),
        (
            "/var/lib/snapd/state.json",
            br#"{"data":{"auth":{"x":1},"snaps":{"hello":{"active":true,"current":"42","channel":"stable"}}}}"#,
        ),
    ]);
    assert_eq!(section.problems, []);
    assert_eq!(
        keys(&section),
        ["npm:all", "snap:hello", "pip:req-x@python3.11", "npm:@s/p", "npm:all@1.0.0", "cargo:rg@ann"]
    );
    assert_eq!(section.items[1].text("revision"), Some("42"));
}

#[test]
fn what_is_not_read_is_said() {
    let nothing = section(&[("/var/db/pkg/x/CONTENTS", b"")]);
    assert_eq!(nothing.status, SectionStatus::Unsupported);
    assert_eq!(nothing.problems[0].message, "packages of portage are not read");
    let some = section(&[
        ("/nix/var/nix/db/db.sqlite", b""),
        ("/usr/lib/node_modules/a/package.json", br#"{"name":"a","version":"1"}"#),
        ("/usr/lib/node_modules/b/package.json", b"{"),
    ]);
    assert_eq!((some.status, some.items.len(), some.problems.len()), (SectionStatus::Partial, 1, 2));
    // A Python without packages is no database of the system's packages.
    assert_eq!(section(&[("/usr/lib/python3/dist-packages/x", b"")]).status, SectionStatus::Unsupported);
}

#[test]
fn what_is_watched_is_absolute_and_stands_once() {
    let watched = Package.watched(&Root::live());
    assert_eq!(watched.iter().collect::<BTreeSet<_>>().len(), watched.len());
    assert!(watched.iter().all(|path| path.starts_with('/')));
}

proptest! {
    #[test]
    fn damaged_texts_are_survived(cut: prop::sample::Index, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..50)) {
        for (fixture_path, path) in
            [("dpkg/testdata/third-party.txtar", "/var/lib/dpkg/status"), ("apk/testdata/apk", "/lib/apk/db/installed")]
        {
            let Some(text) = fixture(fixture_path) else { return Ok(()) };
            let mut bytes = text.into_bytes();
            let length = bytes.len();
            for (place, bits) in &flips {
                bytes[place.index(length)] ^= bits;
            }
            if flips.is_empty() {
                bytes.truncate(cut.index(length));
            }
            let section = section(&[(path, &bytes)]);
            prop_assert!(section.items.iter().all(|item| item.text("version").is_some()));
        }
    }
}
