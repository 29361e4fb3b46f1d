//! What the shipped policies mind, shown on changes as the agent's collectors report them, and what they leave alone.

use muster_shared::diff;
use muster_shared::id::{HostId, ItemId, ReportId};
use muster_shared::{Item, Time, volatility};
use serde_json::json;

use super::*;
use crate::history;

const HOST: HostId = HostId::from_bytes([1; 16]);

/// The entries of one step from `old` to `new` of an item that is there (or not) before and after.
fn entries(section: SectionName, old: Option<Item>, new: Option<Item>) -> Vec<HistoryEntry> {
    let map = |item: Option<Item>| diff::to_map(volatility::split(section, item.into_iter().collect()).0);
    let entry = |change: history::ItemChange| HistoryEntry {
        view_changed: false,
        source: crate::source::Source::Agent,
        bearing: crate::history::Bearing::Effective,
        host: HOST,
        seq: 1,
        report: ReportId::from_bytes([1; 16]),
        section,
        item: ItemId::new(HOST, section, &change.key),
        key: change.key,
        operation: change.operation,
        before: change.before,
        after: change.after,
        not_before: None,
        held_since: None,
        seen_at: Time::from_millis(1),
        received_at: None,
        kept_by: change.kept_by,
    };
    history::item_changes(section, &map(old), &map(new)).into_iter().map(entry).collect()
}

/// Policies and attributes that mind a step.
fn minds(section: SectionName, old: Option<Item>, new: Option<Item>) -> Vec<(&'static str, Option<String>)> {
    let minded = |v: Violation| (find(&v.policy.id).unwrap().id, v.attribute);
    entries(section, old, new).iter().flat_map(|entry| judge(entry, &Settings::default())).map(minded).collect()
}

fn whole(id: &'static str) -> Vec<(&'static str, Option<String>)> {
    vec![(id, None)]
}

fn attribute(id: &'static str, name: &str) -> Vec<(&'static str, Option<String>)> {
    vec![(id, Some(name.to_owned()))]
}

fn user(uid: u64, groups: &[&str]) -> Item {
    Item::new("deploy").with("uid", uid).with("gid", 1001).with("groups", groups.to_vec()).with("shell", "/bin/bash")
}

fn group(key: &str, members: &[&str]) -> Item {
    Item::new(key).with("gid", 27).with("members", members.to_vec())
}

#[test]
fn accounts_and_what_gives_them_power() {
    let plain = || Some(user(1001, &["deploy"]));
    assert_eq!(minds(User, None, plain()), whole("account"));
    assert_eq!(minds(User, plain(), None), whole("account"));
    assert_eq!(minds(Group, None, Some(group("deploy", &[]))), whole("account"), "the group of the same name");
    assert_eq!(minds(User, None, Some(user(0, &["deploy"]))), whole("account-power"));
    assert_eq!(minds(User, None, Some(user(1001, &["deploy", "sudo"]))), whole("account-power"));
    assert_eq!(minds(User, plain(), Some(user(0, &["deploy"]))), attribute("account-power", "uid"));
    assert_eq!(minds(User, plain(), Some(user(7, &["deploy"]))), attribute("account-change", "uid"));
    assert_eq!(minds(User, plain(), Some(user(1001, &["deploy", "sudo"]))), attribute("account-power", "groups"));
    assert_eq!(minds(User, plain(), Some(user(1001, &["deploy", "games"]))), attribute("account-change", "groups"));
    let powerful = Some(user(1001, &["deploy", "sudo"]));
    assert_eq!(minds(User, powerful, plain()), attribute("account-change", "groups"), "power lost is no power gained");
    for power in POWER_GROUPS {
        let joined = minds(Group, Some(group(power, &["ann"])), Some(group(power, &["ann", "deploy"])));
        assert_eq!(joined, attribute("account-power", "members"), "{power}");
        assert_eq!(
            minds(Group, Some(group(power, &["ann", "deploy"])), Some(group(power, &["ann"]))),
            vec![],
            "{power}"
        );
    }
    assert_eq!(minds(Group, Some(group("games", &[])), Some(group("games", &["deploy"]))), vec![]);
}

#[test]
fn facts_of_security_are_minded_whatever_changes() {
    for (section, id) in [
        (SudoRule, "sudo-rule"),
        (AuthorizedKey, "authorized-key"),
        (LoginPolicy, "login-policy"),
        (Firewall, "firewall"),
    ] {
        let item = |value: u64| Some(Item::new("k").with("v", value));
        assert_eq!(minds(section, None, item(1)), whole(id));
        assert_eq!(minds(section, item(1), None), whole(id));
        assert_eq!(minds(section, item(1), item(2)), attribute(id, "v"));
    }
    let kernel = |line: &str| Some(Item::new("kernel").with("command_line", line).with("release", "6.1"));
    assert_eq!(
        minds(Kernel, kernel("quiet"), kernel("quiet init=/bin/sh")),
        attribute("kernel-command-line", "command_line")
    );
    assert!(DEFAULT.iter().filter(|p| p.section == User || p.section == Group).all(|p| p.class == Security));
}

#[test]
fn listeners_on_ports_that_somebody_chose() {
    // What the range of its kernel is only the host knows: the number of a port says nothing.
    for (port, ephemeral, configured, minded) in [
        (22, false, false, true),
        (8080, false, false, true),
        (40_000, false, false, true),
        (40_000, true, false, false),
        (40_000, true, true, true),
        (15_000, true, false, false),
        (61_000, true, true, true),
    ] {
        let mut listener =
            Item::new(format!("tcp/0.0.0.0:{port}")).with("port", port).with("process", "nc").with("pid", 5);
        if ephemeral {
            listener.set("ephemeral", true);
        }
        if configured {
            listener.set("configured_port", true);
        }
        let found = minds(Listener, None, Some(listener.clone()));
        assert_eq!(found, if minded { whole("listener") } else { vec![] }, "{port} {ephemeral} {configured}");
        assert_eq!(minds(Listener, Some(listener), None), vec![], "one that goes away is recorded only");
    }
}

#[test]
fn a_units_enabled_state() {
    let unit = |state: &str| Some(Item::new("ssh.service").with("enabled_state", state).with("description", "d"));
    assert_eq!(minds(Service, unit("enabled"), unit("disabled")), attribute("unit-state", "enabled_state"));
    assert_eq!(minds(Service, unit("enabled"), unit("masked")), attribute("unit-state", "enabled_state"));
    assert_eq!(minds(Service, None, unit("enabled")), vec![], "a unit comes with its package");
}

#[test]
fn packages_that_come_go_rise_and_fall() {
    let package = |key: &str, version: &str| Some(Item::new(key).with("version", version).with("manager", "dpkg"));
    assert_eq!(minds(Package, None, package("nginx:amd64", "1")), whole("package"));
    assert_eq!(minds(Package, package("nginx:amd64", "1"), None), whole("package"));
    // `rpm` and `apk` are packages of Debian too: the name says nothing of the manager.
    for key in ["openssl:amd64", "rpm:amd64", "apk:all", "pip:all"] {
        for (old, new, id) in [
            ("3.0.9", "3.0.14", "package-upgrade"),
            ("3.0.14", "3.0.9", "package-downgrade"),
            ("1:1.0", "2.0", "package-downgrade"),
            ("1.0", "1.0~rc1", "package-downgrade"),
            ("1.0~rc1", "1.0", "package-upgrade"),
        ] {
            assert_eq!(
                minds(Package, package(key, old), package(key, new)),
                attribute(id, "version"),
                "{key} {old} {new}"
            );
        }
    }
    let with_size = |size: u64| Some(Item::new("a:all").with("version", "1").with("size_bytes", size));
    assert_eq!(minds(Package, with_size(1), with_size(2)), vec![]);
}

#[test]
fn hardware_mounts_and_cron() {
    let disk = |serial: &str| Some(Item::new("sda").with("serial", serial).with("size_bytes", 1));
    assert_eq!(minds(Disk, disk("a"), disk("b")), attribute("serial", "serial"));
    assert_eq!(minds(Disk, None, disk("a")), whole("hardware"));
    let memory = |bytes: u64| Some(Item::new("memory").with("total_bytes", bytes));
    assert_eq!(minds(Memory, memory(4 << 30), memory(8 << 30)), attribute("hardware", "total_bytes"));
    assert_eq!(minds(Memory, memory(4 << 30), memory((4 << 30) - (5 << 20))), vec![], "a kernel keeps more for itself");
    let sized = |bytes: u64| Some(Item::new("sda").with("size_bytes", bytes));
    assert_eq!(minds(Disk, sized(10 << 30), sized(20 << 30)), attribute("hardware", "size_bytes"));
    let mount = |options: &[&str]| Some(Item::new("/srv").with("options", options.to_vec()).with("type", "ext4"));
    assert_eq!(minds(Mount, None, mount(&["rw"])), whole("mount"));
    assert_eq!(minds(Mount, mount(&["rw"]), mount(&["ro"])), attribute("mount-options", "options"));
    let route = |set_by: &str, gateway: &str| Some(Item::new("r").with("protocol", set_by).with("gateway", gateway));
    assert_eq!(minds(Route, None, route("boot", "192.0.2.1")), whole("route"));
    assert_eq!(minds(Route, route("static", "192.0.2.1"), route("static", "192.0.2.9")), attribute("route", "gateway"));
    assert_eq!(minds(Route, route("dhcp", "192.0.2.1"), route("static", "192.0.2.1")), attribute("route", "protocol"));
    assert_eq!(minds(Route, route("dhcp", "192.0.2.1"), route("dhcp", "192.0.2.9")), vec![], "a lease that moved");
    assert_eq!(minds(Route, route("kernel", "192.0.2.1"), None), vec![]);
    assert_eq!(minds(Cron, None, Some(Item::new("x").with("command", "y"))), whole("cron"));
    assert_eq!(minds(Cron, Some(Item::new("x").with("command", "y")), None), vec![]);
}

#[test]
fn metrics_never_reach_a_policy() {
    let filesystem =
        |free: u64| Some(Item::new("/").with("size_bytes", 100).with("free_bytes", free).with("used_percent", free));
    assert_eq!(entries(SectionName::Filesystem, filesystem(1), filesystem(2)), vec![]);
    let memory = |free: u64| Some(Item::new("memory").with("total_bytes", 100).with("free_bytes", free));
    assert_eq!(entries(Memory, memory(1), memory(2)), vec![]);
    // No policy waits for an attribute that the volatility table takes away.
    for policy in DEFAULT {
        let names: &[&str] = match policy.trigger {
            Attribute(names) => names,
            Becomes(name, _) | Gains(name, _) => &[name],
            PowerMember => &["members"],
            Downgrade | VersionChange => &["version"],
            ServicePort => &["port"],
            Added | Presence | AnyAttribute => &[],
        };
        assert!(names.iter().all(|name| volatility::metric_rule(policy.section, name).is_none()), "{}", policy.id);
    }
}

#[test]
fn an_item_without_attributes_is_still_there_or_not() {
    let [added] = entries(SudoRule, None, Some(Item::new("r"))).try_into().unwrap();
    assert_eq!(
        (
            judge(&added, &Settings::default())[0].expected.clone(),
            judge(&added, &Settings::default())[0].actual.clone()
        ),
        (Value::Null, json!({}))
    );
    let [removed] = entries(SudoRule, Some(Item::new("r")), None).try_into().unwrap();
    assert_eq!(
        (
            judge(&removed, &Settings::default())[0].expected.clone(),
            judge(&removed, &Settings::default())[0].actual.clone()
        ),
        (json!({}), Value::Null)
    );
}

#[test]
fn rows_of_one_name_agree_and_are_found() {
    for policy in DEFAULT {
        assert_eq!(find(policy.id).map(|found| found.class), Some(policy.class), "{}", policy.id);
        assert!(!policy.purpose.is_empty());
        let security = policy.class == Security;
        assert!(!security || policy.severity >= Warning, "{}", policy.id);
    }
    assert_eq!(find("nonsense"), None);
    assert!(Severity::ALL.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_finding_leads_back_to_the_row_that_made_it() {
    let purpose = |id, section, attribute| find_row(id, section, attribute).unwrap().purpose;
    assert_eq!(purpose("account-power", SectionName::User, Some("groups")), "an account that joins a group with power");
    assert_eq!(purpose("account-power", SectionName::Group, Some("members")), "a new member of a group with power");
    assert_eq!(purpose("account", SectionName::Group, None), "a group that appears or vanishes");
    assert_eq!(purpose("sudo-rule", SectionName::SudoRule, Some("tags")), "a sudo rule that changes");
    assert!(find_row("account", SectionName::Mount, None).is_none());
}
