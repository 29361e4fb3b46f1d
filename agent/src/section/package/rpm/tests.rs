//! Recorded databases of all three formats against what `rpm -qa` prints for them, and what becomes of damaged ones.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::section::Section;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/go-rpmdb");

/// Name in the system, recorded file.
const SQLITE: (&str, &str) = ("rpmdb.sqlite", "pkg/testdata/cbl-mariner-2.0/rpmdb.sqlite.gz");
const NDB: (&str, &str) = ("Packages.db", "pkg/testdata/sle15-bci/Packages.db.gz");
const BERKELEY: (&str, &str) = ("Packages", "pkg/testdata/libuuid/Packages");

/// The bytes of a recorded file; `None` where there are no fixtures.
fn fixture(path: &str) -> Option<Vec<u8>> {
    let path = format!("{FIXTURES}/{path}");
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    if Path::new(&path).extension().is_some_and(|extension| extension == "gz") {
        let output = Command::new("gzip").arg("-dc").arg(&path).output().unwrap();
        assert!(output.status.success());
        return Some(output.stdout);
    }
    Some(std::fs::read(path).unwrap())
}

struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(tree.directory()).unwrap();
        tree
    }

    fn directory(&self) -> PathBuf {
        self.0.path().join("var/lib/rpm")
    }

    fn with(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.directory().join(name), bytes).unwrap();
        self
    }

    fn section(&self) -> Section {
        let root = Root::at(self.0.path());
        let mut found = Found::default();
        collect(&root, &mut found);
        found.section(&root)
    }
}

#[test]
fn packages_are_those_of_rpm() {
    for ((name, path), expected) in [(SQLITE, "cbl-mariner-2.0"), (BERKELEY, "libuuid")] {
        let Some(bytes) = fixture(path) else { return };
        let section = Tree::new().with(name, &bytes).section();
        assert_eq!((section.status, &section.problems), (SectionStatus::Ok, &Vec::new()));
        let expected = fixture(&format!("expected/{expected}.json")).unwrap();
        let expected: Vec<Value> = serde_json::from_slice(&expected).unwrap();
        let expected: Vec<&Value> = expected.iter().filter(|package| package["name"] != "gpg-pubkey").collect();
        assert_eq!(section.items.len(), expected.len());
        for theirs in expected {
            let text = |field: &str| theirs[field].as_str().unwrap();
            let key = format!("rpm:{}.{}", text("name"), text("arch"));
            let ours = section.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("{key} is missing"));
            let epoch = theirs["epoch"].as_str().map(|epoch| format!("{epoch}:")).unwrap_or_default();
            let version = format!("{epoch}{}-{}", text("version"), text("release"));
            assert_eq!(ours.text("version"), Some(version.as_str()), "{key}");
            let source = ours.text("source").zip(ours.text("source_version"));
            let source = source.map(|(name, version)| format!("{name}-{version}.src.rpm"));
            assert_eq!(source.as_deref(), theirs["sourcerpm"].as_str(), "{key}");
            for (field, attribute) in [
                ("name", "name"),
                ("arch", "architecture"),
                ("vendor", "vendor"),
                ("license", "license"),
                ("release", "release"),
            ] {
                assert_eq!(ours.text(attribute), theirs[field].as_str(), "{key}: {field}");
            }
            assert_eq!(ours.attributes["size_bytes"], theirs["size"], "{key}");
            let installed_at = timestamp(theirs["installtime"].as_i64().unwrap());
            assert_eq!(ours.text("installed_at"), installed_at.as_deref(), "{key}");
            assert_eq!(ours.text("signature_key_id").map(str::len), Some(16), "{key}");
        }
    }
}

#[test]
fn files_have_the_package_that_brought_them() {
    for ((name, path), program, package) in [
        (SQLITE, "/usr/bin/curl", "curl"),
        (NDB, "/usr/bin/rpm", "rpm-ndb"),
        (BERKELEY, "/usr/lib64/libuuid.so.1", "libuuid"),
    ] {
        let Some(bytes) = fixture(path) else { return };
        let tree = Tree::new().with(name, &bytes);
        let root = Root::at(tree.0.path());
        let paths = [program, "/usr/bin/own", "/opt/curl"].map(|path| path.as_bytes().to_vec());
        let found = owners(&root, &paths).unwrap();
        let found: Vec<_> = found.iter().map(|(path, name)| (String::from_utf8_lossy(path), name.as_str())).collect();
        assert_eq!(found, [(program.into(), package)], "{name}");
    }
    let broken = Tree::new().with("rpmdb.sqlite", b"x");
    assert_eq!(owners(&Root::at(broken.0.path()), &[b"/usr/bin/bash".to_vec()]), None);
}

#[test]
fn packages_of_suse_are_whole() {
    let Some(bytes) = fixture(NDB.1) else { return };
    let section = Tree::new().with(NDB.0, &bytes).section();
    assert_eq!((section.status, &section.problems), (SectionStatus::Ok, &Vec::new()));
    assert!(section.items.len() > 30, "{}", section.items.len());
    for item in &section.items {
        for name in
            ["name", "version", "architecture", "license", "summary", "installed_at", "vendor", "source_version"]
        {
            assert!(item.text(name).is_some(), "{}: no {name}", item.key);
        }
        assert!(item.text("vendor").unwrap().starts_with("SUSE"), "{item:?}");
        assert!(item.text("installed_at").unwrap().starts_with("202"), "{item:?}");
    }
}

#[test]
fn a_database_of_another_kind_is_said_to_be_one() {
    for (name, message) in [
        ("rpmdb.sqlite", "not an SQLite database"),
        ("Packages.db", "not an ndb database"),
        ("Packages", "not a hash of Berkeley DB"),
    ] {
        let section = Tree::new().with(name, &[b'x'; 5000]).section();
        assert_eq!(section.status, SectionStatus::Failed);
        assert_eq!((section.problems[0].message.as_str(), section.items.len()), (message, 0));
    }
    assert_eq!(Tree::new().section().status, SectionStatus::Unsupported);
}

#[test]
fn source_packages_have_a_name_and_a_version() {
    assert_eq!(source("audit-libs-3.0.6-1.cm2.src.rpm"), ("audit-libs", "3.0.6-1.cm2"));
    assert_eq!((source("a.nosrc.rpm"), source("(none)"), source("")), (("a", ""), ("", ""), ("", "")));
}

/// A damaged database: what was read of it is packages, the rest is a problem, and reading it ends.
fn survives(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let tree = Tree::new().with(name, bytes);
    let section = tree.section();
    for item in &section.items {
        prop_assert!(item.key.starts_with("rpm:") && item.text("version").is_some());
    }
    let is_silent = section.items.is_empty() && section.problems.is_empty();
    prop_assert!(!is_silent || bytes.is_empty() || section.status == SectionStatus::Ok);
    Ok(())
}

/// Name in the system, and the bytes where there are fixtures.
type Recorded = (&'static str, Option<Vec<u8>>);

/// The recorded databases, unpacked once.
static RECORDED: LazyLock<Vec<Recorded>> =
    LazyLock::new(|| [SQLITE, NDB, BERKELEY].into_iter().map(|(name, path)| (name, fixture(path))).collect());

fn damage(
    database: &Recorded,
    cut: prop::sample::Index,
    flips: &[(prop::sample::Index, u8)],
) -> Result<(), TestCaseError> {
    let Some(mut bytes) = database.1.clone() else { return Ok(()) };
    if flips.is_empty() {
        bytes.truncate(cut.index(bytes.len()));
    }
    let length = bytes.len();
    // Most flips hit the first pages, where the structure is.
    for (i, (place, bits)) in flips.iter().enumerate() {
        let reach = if i % 2 == 0 { length.min(64 << 10) } else { length };
        bytes[place.index(reach)] ^= bits;
    }
    survives(database.0, &bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn damaged_databases_are_survived(
        cut: prop::sample::Index,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..200),
    ) {
        for database in RECORDED.iter() {
            damage(database, cut, &flips)?;
        }
    }
}

proptest! {
    /// Headers as they come: the index and the values are any bytes.
    #[test]
    fn any_header_is_survived(tags in 0_u32..40, bytes in prop::collection::vec(any::<u8>(), 0..900)) {
        let mut page = vec![0; 4096];
        page[..4].copy_from_slice(b"RpmP");
        page[12..16].copy_from_slice(&1_u32.to_le_bytes());
        for slot in page.chunks_exact_mut(16).skip(2) {
            slot[..4].copy_from_slice(b"Slot");
        }
        let length = u32::try_from(bytes.len() + 8).unwrap();
        page[36..40].copy_from_slice(&1_u32.to_le_bytes());
        page[40..44].copy_from_slice(&256_u32.to_le_bytes());
        page[44..48].copy_from_slice(&(length.div_ceil(16) + 1).to_le_bytes());
        page.extend(b"BlbS");
        page.extend([1_u32.to_le_bytes(), 0_u32.to_le_bytes(), length.to_le_bytes()].concat());
        page.extend(tags.to_be_bytes());
        page.extend((length - 8).saturating_sub(tags * 16).to_be_bytes());
        page.extend(bytes);
        survives("Packages.db", &page)?;
    }
}
