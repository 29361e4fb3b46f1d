//! A recorded host, and the os-release files of many distributions.

use std::path::Path;

use muster_shared::SectionStatus;
use proptest::prelude::*;

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
    // A 32-bit dpkg on a 64-bit kernel, and a CPU that could run either: the kernel's word counts.
    std::fs::create_dir_all(directory.path().join("proc/sys/kernel")).unwrap();
    std::fs::create_dir_all(directory.path().join("var/lib/dpkg")).unwrap();
    std::fs::write(directory.path().join("proc/sys/kernel/arch"), "x86_64\n").unwrap();
    std::fs::write(directory.path().join("var/lib/dpkg/arch"), "i386\n").unwrap();
    let section = Host::default().collect(&Root::at(directory.path()));
    let attributes = &section.items[0].attributes;
    for (name, value) in [
        ("name", "web1"),
        ("fqdn", "web1.example.org"),
        ("os_id", "x"),
        ("os_name", "X \"Y\""),
        ("os_version", "1.2"),
        ("timezone", "Europe/Berlin"),
        ("architecture", "x86_64"),
    ] {
        assert_eq!(attributes[name], value, "{name}");
    }
    assert!(!attributes.contains_key("uptime_seconds"));
    assert_eq!(section.status, SectionStatus::Partial, "no machine id, and that is said");
    assert_eq!(section.problems[0].source, MACHINE_ID);
}

#[test]
fn what_is_no_name_and_no_id_is_said_and_not_told() {
    let directory = tempfile::tempdir().unwrap();
    let etc = directory.path().join("etc");
    std::fs::create_dir(&etc).unwrap();
    let collect = || Host::default().collect(&Root::at(directory.path()));
    for (hostname, machine_id) in [("\u{1b}[31mweb1", "uninitialized"), ("web 1", "junk"), (&"x".repeat(300), "0")] {
        std::fs::write(etc.join("hostname"), hostname).unwrap();
        std::fs::write(etc.join("machine-id"), machine_id).unwrap();
        let section = collect();
        let told = &section.items[0].attributes;
        assert!(!told.contains_key("name") && !told.contains_key("machine_id"), "{told:?}");
        let sources: Vec<&str> = section.problems.iter().map(|problem| problem.source.as_str()).collect();
        assert!(sources.starts_with(&[HOSTNAME, MACHINE_ID]), "{:?}", section.problems);
        assert!(section.problems.iter().all(|problem| !problem.message.contains(char::is_control)));
    }
    // A name that cannot be read is not a host without one.
    std::fs::remove_file(etc.join("hostname")).unwrap();
    std::fs::create_dir(etc.join("hostname")).unwrap();
    let problems = collect().problems;
    assert!(problems[0].source == HOSTNAME && !problems[0].message.contains("has no name"), "{problems:?}");
}

#[test]
fn os_release_files_of_many_distributions_give_their_id() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/os-release"));
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    // Remixes that kept the name of what they are made from, and one that writes itself with a capital.
    let others = [("bodhi", "ubuntu"), ("openeuler", "openEuler"), ("ubuntu_kylin", "ubuntu"), ("vanillaos", "ubuntu")];
    let mut read = 0;
    let top = folder;
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if !text.lines().any(|line| line.starts_with("ID=")) {
                continue;
            }
            let mut names = path.strip_prefix(top).unwrap().iter().map(|name| name.to_str().unwrap());
            let name = names.find(|name| *name != "discontinued").unwrap();
            let expected = others.iter().find(|(folder, _)| *folder == name).map_or(name, |(_, id)| *id);
            let mut item = Item::new("host");
            describe_os(&text, &mut item);
            assert_eq!(item.text("os_id"), Some(expected), "{path:?}");
            read += 1;
        }
    }
    assert!(read > 40, "only {read} files");
}

/// Files as another reader of them has recorded: of each the id that stands in it, in whatever quotes.
#[test]
fn recorded_os_release_files_give_the_id_that_stands_there() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/fixtures/trivy/pkg/fanal/analyzer/os/release/testdata"
    ));
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let written = text.lines().find_map(|line| line.strip_prefix("ID="));
        let mut item = Item::new("host");
        describe_os(&text, &mut item);
        // os-release(5): without an ID it is `linux`.
        assert_eq!(item.text("os_id"), Some(written.map_or("linux", |id| id.trim_matches('"'))), "{path:?}");
        let version =
            text.lines().find_map(|line| line.strip_prefix("VERSION_ID=")).map(|id| id.trim_matches(['"', '\'']));
        assert_eq!(item.text("os_version"), version.filter(|version| !version.is_empty()), "{path:?}");
        read += 1;
    }
    assert!(read > 20, "only {read} files");
}

proptest! {
    #[test]
    fn any_os_release_is_survived(text in "((ID|NAME|VERSION_ID)=|\"|'|\\\\|\n|#|[a-z]{1,4}|\\PC){0,40}") {
        let mut item = Item::new("host");
        describe_os(&text, &mut item);
        prop_assert!(item.attributes.contains_key("os_id"));
    }
}

#[test]
fn the_end_of_support_is_a_day_and_a_zone_has_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let etc = directory.path().join("etc");
    std::fs::create_dir(&etc).unwrap();
    for (file, text, attribute, is_told) in [
        ("os-release", "SUPPORT_END=2028-12-31\n", "os_support_end", true),
        ("os-release", "SUPPORT_END=soon\n", "os_support_end", false),
        ("os-release", "SUPPORT_END=2028-13-31\n", "os_support_end", false),
        ("timezone", "America/Argentina/Buenos_Aires\n", "timezone", true),
        ("timezone", "Etc/GMT+5\n", "timezone", true),
        ("timezone", "../../etc/shadow\n", "timezone", false),
        ("timezone", "\u{1b}[2J\n", "timezone", false),
    ] {
        std::fs::write(etc.join(file), text).unwrap();
        let section = Host::default().collect(&Root::at(directory.path()));
        let attributes = &section.items[0].attributes;
        assert_eq!(attributes.contains_key(attribute), is_told, "{text}");
        let message = format!("`{attribute}` cannot be");
        assert_eq!(!section.problems.iter().any(|problem| problem.message.starts_with(&message)), is_told, "{text}");
    }
}
