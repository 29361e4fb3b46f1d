//! The past: `as_of` and `known_at` on lists and records, the difference of two moments, taking back what people said.

use std::collections::BTreeMap;

use muster_collector::service::retention::Forgotten;
use muster_model::retention::Retention;
use muster_model::right::Role;
use muster_shared::{Clock, Item, SectionName, Time};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

fn package(name: &str, version: &str) -> Item {
    Item::new(name).with("name", name).with("version", version).with("manager", "dpkg")
}

async fn versions(lab: &Lab, token: &str, query: &str) -> BTreeMap<String, String> {
    let items = lab.all(token, &format!("/api/v1/items?class=package&{query}")).await;
    let text = |item: &Value, name: &str| item.pointer(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    items.iter().map(|item| (text(item, "/name"), text(item, "/attributes/version"))).collect()
}

#[tokio::test]
async fn lists_and_records_are_shown_as_they_were() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let before = lab.clock.now();
    lab.clock.advance_millis(10_000);
    let host = device.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    lab.patch(&token, &path, "*", json!({"site": "fra"})).await.expect(200);
    let first = lab.clock.now();
    lab.clock.advance_millis(10_000);
    device.put(SectionName::Package, package("zlib", "2.0"));
    device.remove(SectionName::Package, "bash");
    device.report_delta(&lab).await;
    lab.patch(&token, &path, "*", json!({"site": "ams"})).await.expect(200);

    assert_eq!(versions(&lab, &token, "name=zlib").await["zlib"], "2.0");
    let then = versions(&lab, &token, &format!("as_of={first}")).await;
    assert_eq!((then["zlib"].as_str(), then.len()), ("1.0", 3));
    assert_eq!(versions(&lab, &token, &format!("as_of={before}")).await.len(), 0);
    let gone = lab.all(&token, "/api/v1/items?class=package&lifecycle=retired").await;
    assert_eq!((gone.len(), &gone[0]["name"], &gone[0]["is_present"]), (1, &json!("bash"), &json!(false)));

    let site = async |query: &str| lab.get(&token, &format!("{path}?{query}")).await.json()["site"].clone();
    assert_eq!((site("").await, site(&format!("as_of={first}")).await), (json!("ams"), json!("fra")));
    lab.get(&token, &format!("{path}?as_of={before}")).await.problem(404, "not-found");
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts?site=fra&as_of={first}")).await.len(), 1);
    assert_eq!(lab.all(&token, &format!("/api/v1/items?host.site=fra&as_of={first}")).await.len(), 5);
    assert_eq!(lab.all(&token, "/api/v1/items?host.site=fra").await.len(), 0);

    let id = gone[0]["id"].as_str().unwrap();
    let bash = lab.get(&token, &format!("/api/v1/items/{id}?as_of={first}")).await.expect(200).json();
    assert_eq!(bash["is_present"], json!(true));
    let wrong = lab.get(&token, &format!("/api/v1/items/{id}?as_of=monday")).await;
    assert!(wrong.problem(422, "invalid")["errors"][0]["pointer"] == "/as_of");
}

#[tokio::test]
async fn two_moments_are_compared_over_an_item_a_host_and_the_fleet() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut hosts = Vec::new();
    for i in 0..3_u32 {
        let mut device = Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x51_u32 + i)).await;
        let id = device.report_full(&lab).await;
        hosts.push((id, device));
    }
    let from = lab.clock.now();
    for (_, device) in hosts.iter_mut().take(2) {
        lab.clock.advance_millis(60_000);
        device.put(SectionName::Package, package("zlib", "1.5"));
        device.put(SectionName::Package, package("curl", "8"));
        device.report_delta(&lab).await;
        lab.clock.advance_millis(60_000);
        device.put(SectionName::Package, package("zlib", "2.0"));
        device.remove(SectionName::Package, "curl");
        device.remove(SectionName::Package, "bash");
        device.report_delta(&lab).await;
    }
    // What came and went again is no difference; what changed twice is one.
    for limit in [1, 2, 50] {
        let all = lab.all(&token, &format!("/api/v1/diff?from={from}&limit={limit}")).await;
        assert_eq!(all.len(), 4, "in pages of {limit}: {all:?}");
        assert!(all.iter().all(|row| row["item"]["name"] != "curl"));
    }
    let (host, _) = &hosts[0];
    let rows = lab.all(&token, &format!("/api/v1/items/{host}/diff?from={from}")).await;
    let modified = rows.iter().find(|row| row["operation"] == "modified").unwrap();
    assert_eq!((&modified["before"], &modified["after"]), (&json!({"version": "1.0"}), &json!({"version": "2.0"})));
    let zlib = modified["item"]["id"].as_str().unwrap();
    assert_eq!(lab.all(&token, &format!("/api/v1/items/{zlib}/diff?from={from}")).await.len(), 1);
    // Backwards, it is the opposite.
    let now = lab.clock.now();
    let back = lab.all(&token, &format!("/api/v1/items/{zlib}/diff?from={now}&to={from}")).await;
    assert_eq!(back[0]["after"], json!({"version": "1.0"}));
    assert_eq!(lab.all(&token, &format!("/api/v1/diff?from={from}&name=bash&host_name=web-1")).await.len(), 1);
    lab.get(&token, "/api/v1/diff?from=soon").await.problem(422, "invalid");
    lab.get(&token, "/api/v1/items/item_0/diff").await.problem(404, "not-found");
}

#[tokio::test]
async fn what_people_said_is_taken_back_by_a_new_change() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    lab.patch(&token, &path, "*", json!({"site": "fra", "criticality": "high"})).await.expect(200);
    let etag = lab.patch(&token, &path, "*", json!({"site": "ams"})).await.expect(200).etag();
    let versions = lab.all(&token, &format!("{path}/versions")).await;
    let told: Vec<&Value> = versions.iter().map(|version| &version["site"]).collect();
    assert_eq!(told, [&json!("fra"), &Value::Null]);
    let undo = |version: u64, reason: &str| json!({"version": version, "reason": reason});
    let version = versions[0]["version"].as_u64().unwrap();
    lab.post(&token, &format!("{path}/undo"), undo(version, " ")).await.problem(422, "invalid");
    lab.post(&token, &format!("{path}/undo"), undo(99, "typo")).await.problem(404, "not-found");
    let back = lab.post(&token, &format!("{path}/undo"), undo(version, "typo")).await.expect(200);
    assert_eq!((&back.json()["site"], &back.json()["criticality"]), (&json!("fra"), &json!("high")));
    assert_ne!(back.etag(), etag);
    assert_eq!(lab.last_audit().await.1, "host.undo");
    assert_eq!(lab.all(&token, &format!("{path}/versions")).await.len(), 3, "nothing is rewritten");
}

/// What a simple model keeps: every state that was told, with when it was so and when that was learnt.
type Told = Vec<(Time, Time, BTreeMap<String, String>)>;

#[tokio::test]
async fn a_random_history_is_answered_like_a_list_of_all_its_states() {
    let step = (0..4_usize, 0..4_u8, prop::bool::weighted(0.25));
    let steps = prop::collection::vec(step, 40..41);
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let retention = Retention { history_days: 1, ..Retention::default() };
        let lab = Lab::keeping(retention);
        let token = lab.token_of(Role::Viewer).await;
        let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
        device.report_full(&lab).await;
        let mut state = versions(&lab, &token, "").await;
        let start = lab.clock.now();
        let mut told: Told = vec![(start, start, state.clone())];
        for (name, version, is_late) in steps {
            lab.clock.advance_millis(3_600_000);
            let name = ["a", "b", "c", "zlib"][name];
            match version {
                0 => {
                    device.remove(SectionName::Package, name);
                    state.remove(name);
                }
                version => {
                    device.put(SectionName::Package, package(name, &version.to_string()));
                    state.insert(name.into(), version.to_string());
                }
            }
            let report = device.delta(&lab);
            let looked = lab.clock.now();
            if is_late {
                lab.clock.advance_millis(1_800_000);
            }
            device.deliver(&lab, &report).await.expect(200);
            told.push((looked, lab.clock.now(), state.clone()));
        }
        for n in (0..told.len()).step_by(3) {
            let as_of = told[n].0.plus_millis(1_000);
            let expected = &told.iter().rev().find(|(looked, ..)| *looked <= as_of).unwrap().2;
            assert_eq!(&versions(&lab, &token, &format!("as_of={as_of}")).await, expected, "as of {as_of}");
            let known_at = told[n].1.plus_millis(-1_000);
            let known = |(_, learnt, _): &&(Time, Time, _)| *learnt <= known_at;
            let expected = told.iter().rev().find(known).map(|(.., state)| state.clone()).unwrap_or_default();
            assert_eq!(versions(&lab, &token, &format!("known_at={known_at}")).await, expected, "known at {known_at}");
        }
        // What is older than the horizon may go; what is asked about after it is answered as before, to the last value.
        let horizon = lab.clock.now().plus_millis(-86_400_000);
        let inside = told.iter().flat_map(|(looked, learnt, _)| {
            [format!("as_of={}", looked.plus_millis(1_000)), format!("known_at={}", learnt.plus_millis(1_000))]
                .into_iter()
                .filter(|_| *looked > horizon)
        });
        let mut before = Vec::new();
        for query in inside {
            let answer = lab.all(&token, &format!("/api/v1/items?class=package&{query}")).await;
            before.push((query, answer));
        }
        assert!((5..told.len()).contains(&(before.len() / 2)), "some go, some stay");
        assert!(lab.service.forget_past().await.unwrap().entries > 0);
        assert_eq!(lab.service.forget_past().await.unwrap(), Forgotten::default());
        for (query, answer) in before {
            let again = lab.all(&token, &format!("/api/v1/items?class=package&{query}")).await;
            assert_eq!(again, answer, "{query}");
        }
        assert!(versions(&lab, &token, &format!("as_of={}", horizon.plus_millis(-1_000))).await.is_empty());
        assert_eq!(versions(&lab, &token, "").await, state);
    }
}
