//! Storms, groups, what comes and goes, and what is not known: one thing is told where hundreds happened.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

fn package(n: usize) -> Item {
    let name = format!("extra-{n}");
    Item::new(name.as_str()).with("name", name.as_str()).with("version", "1.0").with("manager", "dpkg")
}

async fn device(lab: &Lab, n: usize) -> Device {
    let mut device = Device::enroll(lab, &format!("web-{n}"), &format!("{n:032x}")).await;
    device.report_full(lab).await;
    device
}

async fn one(lab: &Lab) -> (Device, String) {
    let token = lab.token_of(Role::Administrator).await;
    let mut device = Device::enroll(lab, "web-1", MACHINE).await;
    device.report_full(lab).await;
    lab.clock.advance_millis(60_000);
    (device, token)
}

async fn findings(lab: &Lab, token: &str, query: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/findings?{query}")).await
}

async fn active(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/tickets?active=true").await
}

#[tokio::test]
async fn a_section_that_changes_as_a_whole_is_told_as_one() {
    let lab = Lab::new();
    let (mut web, token) = one(&lab).await;
    (0..500).for_each(|n| web.put(SectionName::Package, package(n)));
    web.add_user("deploy", 1_001);
    web.report_delta(&lab).await;
    lab.wait_seconds(120).await;
    let found = findings(&lab, &token, "").await;
    let mut policies: Vec<_> = found.iter().map(|finding| finding["policy"].as_str().unwrap()).collect();
    policies.sort_unstable();
    assert_eq!(policies, ["account", "section-replaced"], "the few of the other section are told one by one");
    let replaced = found.iter().find(|finding| finding["policy"] == "section-replaced").unwrap();
    assert_eq!(replaced["title"], "web-1: package *: replaced as a whole, 500 differences at once");
    assert_eq!(active(&lab, &token).await.len(), 2);
    // The window is in the store: after a restart the host still has no room for more.
    let name = format!("host/{}", replaced["host"].as_str().unwrap());
    let bucket = muster_store::TypedStore::find::<muster_model::storm::Bucket>(&*lab.store, &name);
    assert_eq!(bucket.await.unwrap().unwrap().value.left_milli, 0);
    let id = replaced["id"].as_str().unwrap();
    // What comes in the section later waits with it; that it goes again ends nothing else.
    lab.clock.advance_millis(60_000);
    web.put(SectionName::Package, package(500));
    web.put(SectionName::Package, package(501));
    web.report_delta(&lab).await;
    lab.wait_seconds(200).await;
    let later = findings(&lab, &token, "policy=package").await;
    assert_eq!((later.len(), &later[0]["parent"]), (2, &json!(id)), "{later:?}");
    assert_eq!(active(&lab, &token).await.len(), 2, "it makes no incident of its own");
    web.remove(SectionName::Package, "extra-500");
    web.report_delta(&lab).await;
    assert_eq!(findings(&lab, &token, "policy=package").await.len(), 1);
    assert_eq!(findings(&lab, &token, "policy=section-replaced").await.len(), 1);
    web.remove(SectionName::Package, "extra-501");
    web.report_delta(&lab).await;
    assert_eq!(findings(&lab, &token, "policy=package").await.len(), 0);
    assert_eq!(findings(&lab, &token, "policy=section-replaced").await.len(), 1, "the 500 are still there");
    lab.post(&token, &format!("/api/v1/findings/{id}/accept"), json!({"reason": "upgraded"})).await.expect(200);
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "policy=section-replaced").await.len(), 0);
}

#[tokio::test]
async fn a_host_that_looks_rebuilt_is_one_incident_that_stands_for_all() {
    let lab = Lab::new();
    let (mut web, token) = one(&lab).await;
    (0..60).for_each(|n| web.put(SectionName::Package, package(n)));
    web.report_delta(&lab).await;
    lab.wait_seconds(200).await;
    assert_eq!(findings(&lab, &token, "policy=package").await.len(), 60, "no finding is lost");
    let tickets = active(&lab, &token).await;
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    assert_eq!(tickets[0]["title"], "web-1: host web-1: looks rebuilt, 60 findings in ten minutes");
    // What comes later on this host waits too.
    lab.clock.advance_millis(60_000);
    web.add_user("deploy", 1_001);
    web.report_delta(&lab).await;
    assert_eq!(active(&lab, &token).await.len(), 1);
    let rebuilt = findings(&lab, &token, "policy=rebuilt").await;
    let path = format!("/api/v1/findings/{}/accept", rebuilt[0]["id"].as_str().unwrap());
    lab.post(&token, &path, json!({"reason": "we set it up anew"})).await.expect(200);
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "").await.len(), 0, "accepted with it");
    assert_eq!(active(&lab, &token).await.len(), 0);
    let host = rebuilt[0]["host"].as_str().unwrap();
    let moves = lab.all(&token, &format!("/api/v1/baselines/{host}/moves")).await;
    assert_eq!(moves.len(), 62, "each of them is a move of the baseline");
    let mut versions: Vec<_> = moves.iter().map(|moved| moved["version"].as_u64().unwrap()).collect();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), 62);
}

#[tokio::test]
async fn what_stands_for_others_ends_with_its_host() {
    let lab = Lab::new();
    let (mut web, token) = one(&lab).await;
    (0..60).for_each(|n| web.put(SectionName::Package, package(n)));
    web.report_delta(&lab).await;
    lab.wait_seconds(200).await;
    let host = findings(&lab, &token, "policy=rebuilt").await[0]["host"].as_str().unwrap().to_owned();
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    lab.settle().await;
    let ended = findings(&lab, &token, "state=resolved").await;
    assert_eq!(ended.len(), 61);
    for finding in &ended {
        assert_eq!(finding["state_detail"]["resolution"], "host_gone", "{}", finding["title"]);
    }
    let ticket = &lab.all(&token, "/api/v1/tickets").await[0];
    assert_eq!((&ticket["state"], &ticket["close_code"]), (&json!("resolved"), &json!("no_fault")), "{ticket}");
}

#[tokio::test]
async fn the_same_difference_on_three_hosts_is_one_incident() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = Vec::new();
    for n in 1..=4 {
        devices.push(device(&lab, n).await);
    }
    lab.clock.advance_millis(60_000);
    for device in &mut devices {
        device.put(SectionName::Package, package(1));
        device.report_delta(&lab).await;
    }
    lab.wait_seconds(100).await;
    lab.wait_seconds(100).await;
    let tickets = active(&lab, &token).await;
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    assert_eq!(tickets[0]["title"], "4 hosts: package extra-1 added, version 1.0");
    let incidents = findings(&lab, &token, "policy=package").await;
    assert!(incidents.iter().all(|finding| finding["incident"] == tickets[0]["id"]), "{incidents:?}");
    for device in &mut devices {
        lab.clock.advance_millis(60_000);
        assert_eq!(active(&lab, &token).await.len(), 1, "it stands as long as one host has it");
        device.remove(SectionName::Package, "extra-1");
        device.report_delta(&lab).await;
    }
    assert_eq!(active(&lab, &token).await.len(), 0);
}

#[tokio::test]
async fn what_came_one_by_one_goes_on_in_the_incident_of_the_group_unless_somebody_works_on_it() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = Vec::new();
    for n in 1..=3 {
        devices.push(device(&lab, n).await);
    }
    let [first, second, third] = &mut devices[..] else { panic!() };
    lab.clock.advance_millis(60_000);
    first.add_user("eve", 0);
    first.report_delta(&lab).await;
    second.add_user("eve", 0);
    second.report_delta(&lab).await;
    let before = active(&lab, &token).await;
    assert_eq!(before.len(), 2, "security waits for nobody");
    let me = lab.all(&token, "/api/v1/users").await[0]["id"].clone();
    let mine = before.iter().find(|ticket| ticket["title"].as_str().unwrap().starts_with("web-1")).unwrap();
    let path = format!("/api/v1/tickets/{}/transitions", mine["id"].as_str().unwrap());
    lab.post(&token, &path, json!({"event": "take", "fields": {"assignee": me}})).await;
    lab.patch(&token, &format!("/api/v1/tickets/{}", mine["id"].as_str().unwrap()), "*", json!({"assignee": me})).await;
    third.add_user("eve", 0);
    third.report_delta(&lab).await;
    let after = active(&lab, &token).await;
    let mut titles: Vec<_> = after.iter().map(|ticket| ticket["title"].as_str().unwrap().to_owned()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["3 hosts: user eve added, uid 0", "web-1: user eve added, uid 0"], "{after:?}");
}

#[tokio::test]
async fn more_incidents_than_anybody_reads_are_one_digest() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = Vec::new();
    for n in 1..=34 {
        devices.push(device(&lab, n).await);
    }
    lab.clock.advance_millis(600_000);
    for (n, device) in devices.iter_mut().enumerate() {
        device.add_user(&format!("user-{n}"), 2_000 + u32::try_from(n).unwrap());
        device.report_delta(&lab).await;
    }
    let tickets = active(&lab, &token).await;
    assert_eq!(tickets.len(), 31);
    let digest = tickets.iter().find(|ticket| ticket["title"].as_str().unwrap().contains("faster")).unwrap();
    assert_eq!(digest["title"], "4 findings that came faster than incidents can be read");
    assert_eq!(findings(&lab, &token, "state=open").await.len(), 34);
    // After a while there is room for incidents again.
    lab.wait_seconds(600).await;
    devices[0].add_user("later", 3_000);
    devices[0].report_delta(&lab).await;
    assert_eq!(active(&lab, &token).await.len(), 31, "it joins the incident of its host");
    devices[33].add_user("later-too", 3_001);
    devices[33].report_delta(&lab).await;
    assert_eq!(active(&lab, &token).await.len(), 32);
}

#[tokio::test]
async fn what_comes_and_goes_is_quiet_and_calms_down() {
    let lab = Lab::new();
    let (mut web, token) = one(&lab).await;
    for _ in 0..3 {
        web.add_user("eve", 0);
        web.report_delta(&lab).await;
        lab.clock.advance_millis(30_000);
        web.remove(SectionName::User, "eve");
        web.report_delta(&lab).await;
        lab.clock.advance_millis(30_000);
    }
    let found = findings(&lab, &token, "").await;
    assert_eq!((found.len(), &found[0]["state"]), (1, &json!("flapping")), "{found:?}");
    assert_eq!(found[0]["state_detail"]["stands"], false);
    let tickets = active(&lab, &token).await;
    assert_eq!(tickets.len(), 1, "its incident stays open");
    let path = format!("/api/v1/tickets/{}/timeline", tickets[0]["id"].as_str().unwrap());
    let before = lab.all(&token, &path).await.len();
    web.add_user("eve", 0);
    web.report_delta(&lab).await;
    web.remove(SectionName::User, "eve");
    web.report_delta(&lab).await;
    assert_eq!(lab.all(&token, &path).await.len(), before, "and quiet");
    lab.wait_seconds(3 * 3_600).await;
    web.heartbeat(&lab).await;
    assert_eq!(findings(&lab, &token, "").await.len(), 0);
    assert_eq!(active(&lab, &token).await.len(), 0);
}

#[tokio::test]
async fn of_a_silent_host_nothing_is_known_and_nothing_ends() {
    let lab = Lab::new();
    let (mut web, token) = one(&lab).await;
    web.add_user("eve", 0);
    web.report_delta(&lab).await;
    lab.wait_seconds(86_400).await;
    let found = findings(&lab, &token, "").await;
    assert_eq!((found.len(), &found[0]["state"]), (1, &json!("unknown")), "{found:?}");
    assert_eq!(active(&lab, &token).await.len(), 1);
    web.heartbeat(&lab).await;
    let found = findings(&lab, &token, "").await;
    assert_eq!((found.len(), &found[0]["state"]), (1, &json!("open")));
    lab.wait_seconds(86_400).await;
    web.remove(SectionName::User, "eve");
    web.report_delta(&lab).await;
    assert_eq!(findings(&lab, &token, "").await.len(), 0, "it is heard, and went back");
}
