//! What a change touches besides what it names, from the changes that agents saw meanwhile.

use muster_shared::Time;
use muster_shared::id::{HostId, ReportId};
use serde_json::json;

use super::*;
use crate::drift::kept;
use crate::history::Bearing;
use crate::source::Source;

const HOST: HostId = HostId::from_bytes([1; 16]);

fn entry(section: SectionName, key: &str, before: &Value, after: &Value) -> HistoryEntry {
    let attributes = |value: &Value| -> Attributes {
        value.as_object().map(|map| map.clone().into_iter().collect()).unwrap_or_default()
    };
    let operation = match (before.is_null(), after.is_null()) {
        (true, _) => Operation::Added,
        (_, true) => Operation::Removed,
        _ => Operation::Modified,
    };
    HistoryEntry {
        host: HOST,
        seq: 1,
        report: ReportId::from_bytes([1; 16]),
        section,
        item: ItemId::new(HOST, section, key),
        key: key.to_owned(),
        operation,
        before: attributes(before),
        after: attributes(after),
        not_before: None,
        held_since: None,
        seen_at: Time::from_millis(1),
        received_at: None,
        view_changed: false,
        source: Source::Agent,
        bearing: Bearing::Effective,
        kept_by: kept::by(section, operation, &attributes(before), &attributes(after)).map(str::to_owned),
    }
}

/// A plan of openssl.
fn plan(value: &Value) -> Plan {
    let mut plan = json!({"scope": {"hosts": "name:web-*", "facts": [{"section": "package", "key": "openssl"}]}});
    plan.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(plan).unwrap()
}

fn told(entries: &[HistoryEntry], value: &Value) -> Vec<String> {
    let found = touched(entries, &plan(value), |section, name| section == SectionName::Mount && name == "options");
    found.into_iter().map(|touched| touched.what.to_string()).collect()
}

#[test]
fn critical_facts_outside_of_the_scope_are_told_and_nothing_else() {
    let package = |name: &str| json!({"name": name, "version": "1", "manager": "dpkg"});
    for (section, key, before, after, expected) in [
        (SectionName::Package, "openssl:amd64", json!({"version": "1"}), json!({"version": "2"}), None),
        (
            SectionName::Package,
            "bash:amd64",
            json!({"version": "1"}),
            json!({"version": "2"}),
            Some("package bash:amd64, version 1 -> 2"),
        ),
        (SectionName::Package, "nmap:amd64", Value::Null, package("nmap"), Some("package nmap:amd64 added, version 1")),
        (
            SectionName::Package,
            "nmap:amd64",
            package("nmap"),
            Value::Null,
            Some("package nmap:amd64 removed, version 1"),
        ),
        (SectionName::Package, "bash:amd64", json!({"section": "a"}), json!({"section": "b"}), None),
        // Those of the kernel and of leases move all day.
        (
            SectionName::Route,
            "10.0.0.0/8",
            Value::Null,
            json!({"destination": "10.0.0.0/8", "protocol": "static"}),
            Some("route 10.0.0.0/8 added"),
        ),
        (SectionName::Route, "10.0.0.0/8", Value::Null, json!({"protocol": "dhcp"}), None),
        (
            SectionName::Listener,
            "tcp/0.0.0.0:80",
            Value::Null,
            json!({"port": 80}),
            Some("listener tcp/0.0.0.0:80 added"),
        ),
        (
            SectionName::Listener,
            "tcp/0.0.0.0:80",
            json!({"port": 80}),
            Value::Null,
            Some("listener tcp/0.0.0.0:80 removed"),
        ),
        (SectionName::Listener, "tcp/0.0.0.0:41000", Value::Null, json!({"port": 41_000, "ephemeral": true}), None),
        (SectionName::Kernel, "kernel", json!({"tainted": 0}), json!({"tainted": 1}), None),
        (
            SectionName::Kernel,
            "kernel",
            json!({"release": "6.1"}),
            json!({"release": "6.2"}),
            Some("kernel kernel, release 6.1 -> 6.2"),
        ),
        (SectionName::Service, "a.service", Value::Null, json!({"enabled_state": "enabled"}), None),
        (
            SectionName::Service,
            "a.service",
            json!({"enabled_state": "enabled"}),
            json!({"enabled_state": "masked"}),
            Some("service a.service, enabled state enabled -> masked"),
        ),
        (SectionName::User, "eve", Value::Null, json!({"uid": 1}), Some("user eve added, uid 1")),
        (SectionName::Filesystem, "/", json!({"size_bytes": 1}), json!({"size_bytes": 2}), None),
        (SectionName::Mount, "/srv", json!({"options": "rw"}), json!({"options": "ro"}), None),
    ] {
        let found = told(&[entry(section, key, &before, &after)], &json!({}));
        assert_eq!(found, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{section} {key}");
    }
}

#[test]
fn what_went_back_meanwhile_is_as_it_was() {
    let version = |from: &str, to: &str| {
        entry(SectionName::Package, "bash:amd64", &json!({"version": from}), &json!({"version": to}))
    };
    assert_eq!(told(&[version("1", "2"), version("2", "1")], &json!({})), [""; 0]);
    assert_eq!(told(&[version("1", "2"), version("2", "3")], &json!({})), ["package bash:amd64, version 1 -> 3"]);
    let user = |before: Value, after: Value| entry(SectionName::User, "eve", &before, &after);
    let eve = || json!({"uid": 1});
    assert_eq!(told(&[user(Value::Null, eve()), user(eve(), Value::Null)], &json!({})), [""; 0]);
    assert_eq!(told(&[user(eve(), Value::Null), user(Value::Null, eve())], &json!({})), [""; 0]);
    let again = [user(eve(), Value::Null), user(Value::Null, json!({"uid": 0}))];
    assert_eq!(told(&again, &json!({})), ["user eve, uid 1 -> 0"]);
    let leased = || entry(SectionName::Route, "default", &Value::Null, &json!({"protocol": "dhcp"}));
    let by_hand = entry(SectionName::Route, "default", &json!({"protocol": "dhcp"}), &json!({"protocol": "static"}));
    assert_eq!(told(&[leased()], &json!({})), [""; 0], "a lease");
    assert_eq!(told(&[leased(), by_hand], &json!({})).len(), 1, "and then somebody took it over");
    let mut seen_at_last = user(Value::Null, eve());
    seen_at_last.view_changed = true;
    assert_eq!(told(&[seen_at_last], &json!({})), [""; 0], "it may have been there before");
}

#[test]
fn a_plan_names_what_it_may_touch_and_security_by_name() {
    let user = [entry(SectionName::User, "eve", &Value::Null, &json!({"uid": 1}))];
    let package = [entry(SectionName::Package, "nmap:amd64", &Value::Null, &json!({"name": "nmap", "version": "1"}))];
    let scope = |facts: &Value| json!({"scope": {"hosts": "name:web-*", "facts": facts}});
    // A plan that names nothing may touch anything but what stands for security.
    assert_eq!((told(&user, &scope(&json!([]))).len(), told(&package, &scope(&json!([]))).len()), (1, 0));
    for (facts, users, packages) in [
        (json!([{"section": "user"}]), 1, 1),
        (json!([{"section": "user", "key": "*"}]), 1, 1),
        (json!([{"section": "user", "key": "eve"}]), 0, 1),
        (json!([{"section": "package"}]), 1, 0),
        (json!([{"section": "package", "key": "n*"}]), 1, 0),
    ] {
        let found = (told(&user, &scope(&facts)).len(), told(&package, &scope(&facts)).len());
        assert_eq!(found, (users, packages), "{facts}");
    }
    let item = ItemId::new(HOST, SectionName::User, "eve").to_string();
    assert_eq!(told(&user, &json!({"scope": {"items": [item], "facts": [{"section": "cron"}]}})), [""; 0]);
    let expect = json!({"expect": [{"section": "user", "key": "eve", "attribute": "uid", "value": 2}]});
    assert_eq!(told(&user, &expect), [""; 0], "what is expected is judged by that");
}

#[test]
fn each_section_is_read_once() {
    let all: Vec<SectionName> = sections().collect();
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (14, 14));
}
