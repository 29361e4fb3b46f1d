//! A small recorded tree with a unit of every state.

use std::os::unix::fs::symlink;

use super::*;

fn recorded() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    let vendor = tree.join("usr/lib/systemd/system");
    let config = tree.join("etc/systemd/system");
    std::fs::create_dir_all(vendor.join("basic.target.wants")).unwrap();
    std::fs::create_dir_all(config.join("multi-user.target.wants")).unwrap();
    std::fs::create_dir_all(config.join("on.service.d")).unwrap();
    std::fs::create_dir_all(tree.join("run/systemd/system")).unwrap();
    symlink("usr/lib", tree.join("lib")).unwrap();
    let install =
        "[Unit]\nDescription=d\n[Service]\nExecStart=/usr/bin/x --key=1\n[Install]\nWantedBy=multi-user.target\n";
    let plain = "[Unit]\nDescription=d\n";
    for (name, text) in [
        ("on.service", install),
        ("off.service", install),
        ("fixed.service", plain),
        ("also.service", "[Install]\nAlso=on.service\n"),
        ("getty@.service", "[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n"),
        ("other@.service", "[Install]\nWantedBy=x.target\n"),
        ("gone.service", install),
        ("used.service", plain),
        ("dbus-x.service", "[Install]\nAlias=dbus-org.x.service\n"),
        ("notes.txt", ""),
    ] {
        std::fs::write(vendor.join(name), text).unwrap();
    }
    std::fs::write(vendor.join("empty.service"), "").unwrap();
    std::fs::write(config.join("on.service.d/override.conf"), "[Service]\nUser=x\n").unwrap();
    let wants = config.join("multi-user.target.wants");
    symlink("/lib/systemd/system/on.service", wants.join("on.service")).unwrap();
    symlink("/lib/systemd/system/getty@.service", wants.join("getty@tty1.service")).unwrap();
    symlink("/lib/systemd/system/other@.service", wants.join("other@one.service")).unwrap();
    symlink("../used.service", vendor.join("basic.target.wants/used.service")).unwrap();
    symlink("/dev/null", config.join("gone.service")).unwrap();
    symlink("on.service", vendor.join("on-alias.service")).unwrap();
    symlink("/lib/systemd/system/dbus-x.service", config.join("dbus-org.x.service")).unwrap();
    std::fs::create_dir(tree.join("opt")).unwrap();
    std::fs::write(tree.join("opt/linked.service"), plain).unwrap();
    symlink("/opt/linked.service", config.join("linked.service")).unwrap();
    directory
}

#[test]
fn every_state_is_told_as_systemctl_does() {
    let directory = recorded();
    let section = Service.collect(&Root::at(directory.path()));
    assert!(section.problems.is_empty(), "{:?}", section.problems);
    let states: Vec<(&str, &str)> =
        section.items.iter().map(|item| (item.key.as_str(), item.text("enabled_state").unwrap())).collect();
    assert_eq!(
        states,
        [
            ("also.service", "indirect"),
            ("dbus-org.x.service", "alias"),
            ("dbus-x.service", "enabled"),
            ("empty.service", "masked"),
            ("fixed.service", "static"),
            ("getty@.service", "enabled"),
            ("gone.service", "masked"),
            ("linked.service", "linked"),
            ("off.service", "disabled"),
            ("on-alias.service", "alias"),
            ("on.service", "enabled"),
            ("other@.service", "indirect"),
            ("used.service", "static"),
        ]
    );
    let on = section.items.iter().find(|item| item.key == "on.service").unwrap();
    assert_eq!(on.attributes["program"], "/usr/bin/x");
    assert_eq!(on.attributes["drop_ins"], serde_json::json!(["/etc/systemd/system/on.service.d/override.conf"]));
    assert!(!serde_json::to_string(&section).unwrap().contains("--key"));
}

fn write(tree: &std::path::Path, path: &str, text: &str) {
    let path = tree.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn attribute(section: &Section, key: &str, name: &str) -> Option<String> {
    let item = section.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("no {key}"));
    item.text(name).map(str::to_owned)
}

#[test]
fn the_active_state_is_compared_only_of_what_is_meant_to_run() {
    let directory = recorded();
    let tree = directory.path();
    let collect = || Service.collect(&Root::at(tree));
    assert_eq!(attribute(&collect(), "on.service", "active_state"), None, "unknown without control groups");
    write(tree, "sys/fs/cgroup/cgroup.controllers", "");
    write(tree, "sys/fs/cgroup/system.slice/on.service/cgroup.events", "populated 1\n");
    let section = collect();
    assert_eq!(attribute(&section, "on.service", "active_state").unwrap(), "active");
    assert_eq!(attribute(&section, "dbus-x.service", "active_state").unwrap(), "inactive");
    assert_eq!(attribute(&section, "off.service", "active_state"), None);
    assert_eq!(attribute(&section, "off.service", "current_active_state").unwrap(), "inactive");
    assert_eq!(attribute(&section, "getty@.service", "active_state"), None);
    // Started by a timer: whether it runs just now is no fact of the host.
    write(tree, "usr/lib/systemd/system/on.timer", "[Timer]\n");
    assert_eq!(attribute(&collect(), "on.service", "current_active_state").unwrap(), "active");
    std::fs::remove_dir(tree.join("run/systemd/system")).unwrap();
    assert_eq!(attribute(&collect(), "on.service", "current_active_state"), None, "systemd does not run");
}

#[test]
fn scripts_are_services_where_no_unit_takes_their_place() {
    let directory = recorded();
    let tree = directory.path();
    for name in ["on", "fixed.sh", "cron", "old", "README"] {
        write(tree, &format!("etc/init.d/{name}"), "");
    }
    write(tree, "etc/rc2.d/S01cron", "");
    write(tree, "etc/rc2.d/K01old", "");
    let section = Service.collect(&Root::at(tree));
    let scripts: Vec<(&str, &str)> = section
        .items
        .iter()
        .filter(|item| item.text("manager") == Some("sysv"))
        .map(|item| (item.key.as_str(), item.text("enabled_state").unwrap()))
        .collect();
    assert_eq!(scripts, [("cron", "enabled"), ("old", "disabled")]);

    let alpine = tempfile::tempdir().unwrap();
    for path in ["etc/init.d/sshd", "etc/init.d/ntpd", "etc/runlevels/default/sshd", "run/openrc/started/sshd"] {
        write(alpine.path(), path, "");
    }
    let section = Service.collect(&Root::at(alpine.path()));
    assert_eq!(attribute(&section, "sshd", "manager").unwrap(), "openrc");
    assert_eq!(attribute(&section, "sshd", "active_state").unwrap(), "active");
    assert_eq!(attribute(&section, "ntpd", "enabled_state").unwrap(), "disabled");
    assert_eq!(attribute(&section, "ntpd", "current_active_state").unwrap(), "inactive");
}

#[test]
fn units_are_watched_below_lib_too_where_it_is_no_link() {
    let tree = tempfile::tempdir().unwrap();
    let root = Root::at(tree.path());
    let is_watched = || Service.watched(&root).iter().any(|path| path == "/lib/systemd/system");
    std::fs::create_dir_all(tree.path().join("usr/lib")).unwrap();
    std::os::unix::fs::symlink("usr/lib", tree.path().join("lib")).unwrap();
    assert!(!is_watched(), "watched by its own name");
    std::fs::remove_file(tree.path().join("lib")).unwrap();
    std::fs::create_dir_all(tree.path().join("lib/systemd/system")).unwrap();
    assert!(is_watched());
}
