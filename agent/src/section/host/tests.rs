//! A recorded host, and the os-release files of many distributions.

use std::path::Path;

use muster_shared::SectionStatus;

use super::*;

#[test]
fn a_recorded_tree_is_described_without_asking_the_kernel() {
    let directory = tempfile::tempdir().unwrap();
    let etc = directory.path().join("etc");
    std::fs::create_dir_all(directory.path().join("usr/lib")).unwrap();
    std::fs::create_dir(&etc).unwrap();
    std::fs::write(directory.path().join("usr/lib/os-release"), "NAME=\"X \\\"Y\\\"\"\nID='x'\nVERSION_ID=1.2\n")
        .unwrap();
    std::os::unix::fs::symlink("../usr/lib/os-release", etc.join("os-release")).unwrap();
    std::os::unix::fs::symlink("/usr/share/zoneinfo/Europe/Berlin", etc.join("localtime")).unwrap();
    std::fs::write(etc.join("hostname"), "web1\n").unwrap();
    std::fs::write(etc.join("hosts"), "127.0.0.1 localhost\n127.0.1.1 web1.example.org web1 # x\n").unwrap();
    let section = Host::default().collect(&Root::at(directory.path()));
    let attributes = &section.items[0].attributes;
    for (name, value) in [
        ("name", "web1"),
        ("fqdn", "web1.example.org"),
        ("os_id", "x"),
        ("os_name", "X \"Y\""),
        ("os_version", "1.2"),
        ("timezone", "Europe/Berlin"),
    ] {
        assert_eq!(attributes[name], value, "{name}");
    }
    assert!(!attributes.contains_key("uptime_seconds"));
    assert_eq!(section.status, SectionStatus::Partial, "no machine id, and that is said");
    assert_eq!(section.problems[0].source, MACHINE_ID);
}

#[test]
fn os_release_files_of_many_distributions_give_their_id() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/os-release"));
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    let mut read = 0;
    for distribution in std::fs::read_dir(folder).unwrap() {
        let distribution = distribution.unwrap();
        if !distribution.file_type().unwrap().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(distribution.path()).unwrap() {
            let file = file.unwrap();
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            let Some(id) = text.lines().find_map(|line| line.strip_prefix("ID=")) else { continue };
            let mut item = Item::new("host");
            describe_os(&text, &mut item);
            assert_eq!(item.text("os_id").unwrap(), id.trim().trim_matches(['"', '\'']), "{:?}", file.path());
            read += 1;
        }
    }
    assert!(read > 40, "only {read} files");
}
