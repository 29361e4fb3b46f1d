//! Peers: the odd one out among hosts of one role or hosts that are alike, rollouts, and what a restart keeps.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const DAY: i64 = 86_400;

fn package(name: &str, version: &str) -> Item {
    Item::new(name).with("name", name).with("version", version).with("manager", "dpkg")
}

/// Hosts that are made of the same things, all with openssl of a version.
async fn fleet(lab: &Lab, count: usize, version: &str) -> Vec<Device> {
    lab.service.make_lookup().await.unwrap();
    let mut devices = Vec::new();
    for n in 0..count {
        let mut device = Device::enroll(lab, &format!("web-{n}"), &format!("{:032x}", 0x1234_5678 + n)).await;
        for m in 0..20 {
            device.put(SectionName::Package, package(&format!("lib{m}"), "1"));
        }
        device.put(SectionName::Package, package("openssl", version));
        device.report_full(lab).await;
        devices.push(device);
    }
    devices
}

async fn upgrade(lab: &Lab, device: &mut Device, version: &str) {
    lab.clock.advance_millis(60_000);
    device.put(SectionName::Package, package("openssl", version));
    device.report_delta(lab).await;
}

async fn titles(lab: &Lab, token: &str, policy: &str) -> Vec<String> {
    let found = lab.all(token, &format!("/api/v1/findings?policy={policy}")).await;
    let mut titles: Vec<String> = found.iter().map(|finding| finding["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn the_odd_one_out_is_found_and_ends_when_it_is_as_the_others_are() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 5, "3.0.14").await;
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new());
    upgrade(&lab, &mut devices[4], "3.0.9").await;
    assert_eq!(
        titles(&lab, &token, "peer-odd").await,
        ["web-4: package openssl: version is 3.0.9; most peers have 3.0.14"]
    );
    let found = lab.all(&token, "/api/v1/findings?policy=peer-odd").await;
    assert_eq!((&found[0]["expected"], &found[0]["actual"]), (&json!("3.0.14"), &json!("3.0.9")));
    assert_eq!(found[0]["incident"], Value::Null, "it makes no incident");
    upgrade(&lab, &mut devices[4], "3.0.14").await;
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new());
    let ended = lab.all(&token, "/api/v1/findings?policy=peer-odd&state=resolved").await;
    assert_eq!(ended[0]["state_detail"]["resolution"], "reverted");
}

#[tokio::test]
async fn of_few_or_of_unlike_hosts_nobody_is_odd() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 4, "3.0.14").await;
    let mut other = Device::enroll(&lab, "db-1", "fedcba9876543210fedcba9876543210").await;
    for m in 0..20 {
        other.put(SectionName::Package, package(&format!("db{m}"), "1"));
    }
    other.put(SectionName::Package, package("openssl", "3.0.14"));
    other.report_full(&lab).await;
    upgrade(&lab, &mut devices[3], "3.0.9").await;
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new());
}

#[tokio::test]
async fn hosts_of_one_role_are_compared_in_what_they_have_too() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let attribute = json!({"attributes": [{"name": "role", "kind": "text"}]});
    lab.put(&token, "/api/v1/classes/host", "\"0\"", attribute).await.expect(200);
    let mut devices = fleet(&lab, 6, "3.0.14").await;
    devices[5].put(SectionName::Package, package("telnetd", "1"));
    devices[5].remove(SectionName::Package, "lib3");
    devices[5].report_delta(&lab).await;
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new(), "alike hosts differ in a little");
    for host in lab.all(&token, "/api/v1/hosts").await {
        let path = format!("/api/v1/items/{}", host["id"].as_str().unwrap());
        lab.patch(&token, &path, "*", json!({"attributes": {"role": "web"}})).await.expect(200);
    }
    lab.settle().await;
    assert_eq!(
        titles(&lab, &token, "peer-odd").await,
        [
            "web-5: package lib3: most peers have it, this host has not",
            "web-5: package telnetd: this host has it, most peers have not",
        ]
    );
}

#[tokio::test]
async fn several_that_come_to_a_new_value_are_a_rollout_and_who_stays_behind_is_odd_later() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 10, "3.0.14").await;
    upgrade(&lab, &mut devices[0], "3.0.15").await;
    assert_eq!(titles(&lab, &token, "peer-odd").await.len(), 1, "one alone is odd");
    upgrade(&lab, &mut devices[1], "3.0.15").await;
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new());
    assert_eq!(
        titles(&lab, &token, "peer-rollout").await,
        ["web-0: package openssl: rollout: 2 peers came to version 3.0.15"]
    );
    for device in &mut devices[2..9] {
        upgrade(&lab, device, "3.0.15").await;
    }
    assert_eq!(
        titles(&lab, &token, "peer-rollout").await,
        ["web-0: package openssl: rollout: 9 peers came to version 3.0.15"]
    );
    assert_eq!(titles(&lab, &token, "peer-odd").await, Vec::<String>::new(), "it goes on");
    lab.wait_seconds(DAY).await;
    assert_eq!(titles(&lab, &token, "peer-rollout").await, Vec::<String>::new());
    assert_eq!(
        titles(&lab, &token, "peer-odd").await,
        ["web-9: package openssl: version is 3.0.14; most peers have 3.0.15"]
    );
}

#[tokio::test]
async fn a_restart_in_between_loses_nothing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 6, "3.0.14").await;
    devices[5].put(SectionName::Package, package("openssl", "3.0.9"));
    let report = devices[5].delta(&lab);
    devices[5].deliver(&lab, &report).await.expect(200);
    // The event is noted, nothing is judged; another process goes on.
    assert!(lab.service.majority_step().await.unwrap());
    let after = lab.restarted();
    after.make_lookup().await.unwrap();
    while after.majority_step().await.unwrap() {}
    assert_eq!(titles(&lab, &token, "peer-odd").await.len(), 1);
    while lab.service.majority_step().await.unwrap() {}
    assert_eq!(titles(&lab, &token, "peer-odd").await.len(), 1);
}

#[tokio::test]
async fn it_is_switched_off_and_on_as_other_policies_are() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 5, "3.0.14").await;
    upgrade(&lab, &mut devices[4], "3.0.9").await;
    let path = "/api/v1/policies/peer-odd";
    let shown = lab.get(&token, path).await.expect(200).json();
    assert_eq!((&shown["shipped"], &shown["enabled"], &shown["condition"]), (&json!(true), &json!(true), &Value::Null));
    // Findings of one moment have no order.
    lab.clock.advance_millis(1_000);
    lab.patch(&token, path, "\"0\"", json!({"enabled": false})).await.expect(200);
    lab.settle().await;
    assert_eq!(titles(&lab, &token, "peer-odd").await.len(), 0);
    lab.clock.advance_millis(1_000);
    lab.patch(&token, path, "\"1\"", json!({"enabled": true, "severity": "major"})).await.expect(200);
    lab.settle().await;
    let found = lab.all(&token, "/api/v1/findings?policy=peer-odd").await;
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("major")), "{found:?}");
}
