//! Recorded arrays: the text alone, `/sys` alone.

use std::path::Path;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/node_exporter/collector/fixtures");

fn fixture(name: &str) -> Option<String> {
    let path = Path::new(FIXTURES).join(name);
    if !path.exists() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    Some(std::fs::read_to_string(path).unwrap())
}

/// Unpacks a text archive of small files: `Path:`, `Lines:`, the lines.
fn unpack(archive: &str, into: &Path) {
    let mut lines = archive.lines();
    let mut path = None;
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("Path: ") {
            path = Some(into.join(name));
        } else if let (Some(count), Some(file)) = (line.strip_prefix("Lines: "), &path) {
            let text: Vec<&str> = lines.by_ref().take(count.parse().unwrap()).collect();
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            // `EOF` stands at the end of a file without a last line break.
            std::fs::write(file, text.join("\n").trim_end_matches("EOF")).unwrap();
        }
    }
}

fn find<'a>(section: &'a Section, key: &str) -> &'a Item {
    section.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn the_text_alone_gives_level_state_members_and_progress() {
    let Some(text) = fixture("proc/mdstat") else { return };
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("proc")).unwrap();
    std::fs::write(directory.path().join("proc/mdstat"), &text).unwrap();
    let section = Raid.collect(&Root::at(directory.path()));
    assert_eq!(section.status, SectionStatus::Ok);
    assert_eq!(section.items.len(), text.lines().filter(|line| line.starts_with("md")).count());
    for (key, level, state, count, degraded) in [
        ("md3", json!("raid6"), "active", json!(8), json!(0)),
        ("md4", json!("raid1"), "inactive", json!(2), json!(0)),
        ("md6", json!("raid1"), "active", json!(2), json!(1)),
        ("md7", json!("raid6"), "active", json!(4), json!(1)),
        ("md10", json!("raid0"), "active", json!(null), json!(null)),
        ("md11", json!("raid1"), "active", json!(2), json!(0)),
        ("md101", json!("raid0"), "read_only", json!(null), json!(null)),
        ("md120", json!("linear"), "active", json!(null), json!(null)),
        ("md219", json!(null), "inactive", json!(null), json!(null)),
    ] {
        let attributes = serde_json::to_value(&find(&section, key).attributes).unwrap();
        assert_eq!(attributes["level"], level, "{key}");
        assert_eq!(attributes["state"], state, "{key}");
        assert_eq!(attributes["member_count"], count, "{key}");
        assert_eq!(attributes["degraded"], degraded, "{key}");
    }
    let attributes = |key: &str| serde_json::to_value(&find(&section, key).attributes).unwrap();
    assert_eq!(attributes("md6")["failed_members"], json!(["sdb2"]));
    assert_eq!(attributes("md6")["spare_members"], json!(["sdc"]));
    assert_eq!(attributes("md6")["members"], json!(["sda2"]));
    assert_eq!(
        (&attributes("md6")["sync_action"], &attributes("md6")["sync_percent"]),
        (&json!("recover"), &json!(8.5))
    );
    assert_eq!(attributes("md201")["sync_action"], "check");
    assert_eq!(
        (&attributes("md9")["sync_action"], &attributes("md9")["sync_percent"]),
        (&json!("resync"), &json!(null))
    );
    assert_eq!(attributes("md7")["chunk_bytes"], 512 << 10);
    assert_eq!(attributes("md7")["size_bytes"], 7_813_735_424_u64 * 1024);
    assert_eq!(attributes("md7")["metadata_version"], "1.2");
    assert_eq!(attributes("md219")["spare_members"], json!(["sda", "sdb", "sdc"]));
}

#[test]
fn sys_alone_gives_the_same_words() {
    let Some(archive) = fixture("sys.ttar") else { return };
    let directory = tempfile::tempdir().unwrap();
    unpack(&archive, directory.path());
    let section = Raid.collect(&Root::at(directory.path()));
    assert_eq!(section.status, SectionStatus::Ok);
    let block = directory.path().join("sys/block");
    let recorded = std::fs::read_dir(block).unwrap().filter(|entry| entry.as_ref().unwrap().path().join("md").exists());
    assert_eq!(section.items.len(), recorded.count());
    assert!(section.items.len() > 4, "{:?}", section.items);
    for item in &section.items {
        assert!(item.text("level").is_some() && item.text("uuid").is_some(), "{item:?}");
        assert_ne!(item.text("state"), Some("clean"), "goes to and fro with every write");
    }
    let md1 = find(&section, "md1");
    assert_eq!(md1.attributes["members"], json!(["sdi", "sdj"]));
    assert_eq!(md1.attributes["degraded"], 0);
}

#[test]
fn a_host_without_the_driver_has_no_such_section() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(Raid.collect(&Root::at(directory.path())).status, SectionStatus::Unsupported);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(md[0-9]{1,2} : |active|raid1| sda\\[|\\]\\(F\\)|\n| blocks|[0-9]{1,22}|resync ?=|%|\\[|/|\\]| |\\PC){0,60}") {
        let _ = mdstat::parse(&text);
    }
}

#[test]
fn what_the_kernel_does_not_write_is_no_array() {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir(tree.path().join("proc")).unwrap();
    let collect = |text: &str| {
        std::fs::write(tree.path().join("proc/mdstat"), text).unwrap();
        Raid.collect(&Root::at(tree.path()))
    };
    assert_eq!(collect("Personalities : \nunused devices: <none>\n").status, SectionStatus::Ok);
    let junk = collect("md0 : \u{1b}[31m raid1 sda[0]\n");
    assert_eq!((junk.status, junk.items.len()), (SectionStatus::Failed, 0));
}

/// The section of a text alone.
fn of_text(text: &str) -> Section {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("proc")).unwrap();
    std::fs::write(directory.path().join("proc/mdstat"), text).unwrap();
    Raid.collect(&Root::at(directory.path()))
}

#[test]
fn more_arrays_than_are_told_are_said() {
    let text = |count: usize| {
        let arrays =
            (0..count).map(|n| format!("md{n} : active raid1 sda{n}[0] sdb{n}[1]\n      10 blocks [2/2] [UU]\n\n"));
        format!("Personalities : [raid1]\n{}unused devices: <none>\n", arrays.collect::<String>())
    };
    let section = of_text(&text(ARRAY_CAP));
    assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, ARRAY_CAP));
    let section = of_text(&text(ARRAY_CAP + 50));
    assert_eq!((section.status, section.items.len()), (SectionStatus::Partial, ARRAY_CAP));
    assert_eq!(section.problems[0].message, "arrays beyond 512 are left out");
}

#[test]
fn odd_levels_members_and_percentages_are_left_out_and_said() {
    let section = of_text(
        "Personalities : [raid1]\nmd0 : active raid99 sda[0] s\u{1b}b[1](F) sd\u{202e}c[2](S)\n      10 blocks super 1.2 [2/2] [UU]\n      \
         [==>..] recovery = 812.6% (1/2) finish=1min\n\nmd\u{7}1 : active raid1 sdd[0]\n\nmd2 : active raid1 sde[0]\n",
    );
    let told: Vec<_> = section.items.iter().map(|item| (item.key.as_str(), json!(item.attributes))).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0, &told[0].1["members"], &told[0].1["state"]), ("md0", &json!(["sda"]), &json!("active")));
    for attribute in ["level", "sync_percent"] {
        assert_eq!(told[0].1[attribute], json!(null), "{attribute}");
    }
    assert_eq!((&told[0].1["sync_action"], &told[1].1["level"]), (&json!("recover"), &json!("raid1")));
    assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 5), "{:?}", section.problems);
    assert!(!section.problems.iter().any(|problem| problem.message.contains(['\u{1b}', '\u{7}', '\u{202e}'])));
}
