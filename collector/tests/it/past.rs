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
async fn the_difference_of_the_fleet_knows_what_people_declare() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let declare = async |name: &str, owner: &str| {
        let body = json!({"class": "application", "name": name, "owner": owner});
        lab.post(&token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let (shop, desk) = (declare("shop", "ann").await, declare("desk", "ann").await);
    lab.clock.advance_millis(60_000);
    let from = lab.clock.now();
    lab.clock.advance_millis(60_000);
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"owner": "bob"})).await.expect(200);
    lab.patch(&token, &format!("/api/v1/items/{desk}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    declare("till", "eve").await;
    for limit in [1, 2, 50] {
        let rows = lab.all(&token, &format!("/api/v1/diff?from={from}&limit={limit}")).await;
        let told: Vec<(&str, &str)> = rows
            .iter()
            .map(|row| (row["item"]["name"].as_str().unwrap(), row["operation"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [("desk", "removed"), ("shop", "modified"), ("till", "added")], "in pages of {limit}");
    }
    let one = lab.all(&token, &format!("/api/v1/diff?from={from}&filter=class:application%20owner:bob")).await;
    assert_eq!((one.len(), &one[0]["after"]), (1, &json!({"owner": "bob"})));
    assert_eq!(lab.all(&token, &format!("/api/v1/diff?from={from}&class=package")).await.len(), 0);
    let twice = lab.get(&token, "/api/v1/hosts?filter=name:a&filter=name:b").await.problem(422, "invalid");
    assert_eq!(twice["errors"][0]["pointer"], "/filter");
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
        // First the bodies take in what goes, a round later it goes.
        assert_eq!(lab.service.forget_past().await.unwrap(), Forgotten::default());
        for (query, answer) in &before {
            assert_eq!(lab.all(&token, &format!("/api/v1/items?class=package&{query}")).await, *answer, "{query}");
        }
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

async fn numbers(lab: &Lab, token: &str, query: &str, field: &str) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    lab.all(token, query).await.iter().map(|row| (text(row, field), text(row, "state"))).collect()
}

#[tokio::test]
async fn tickets_stand_where_they_stood() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let step = || {
        let now = lab.clock.now();
        lab.clock.advance_millis(10_000);
        now
    };
    let before = step();
    let ticket =
        lab.post(&token, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.expect(201).json();
    let opened = step();
    let path = format!("/api/v1/tickets/{}/transitions", ticket["number"].as_str().unwrap());
    lab.post(&token, &path, json!({"event": "start"})).await.expect(200);
    let started = step();
    lab.post(&token, &path, json!({"event": "hold", "reason": "vendor"})).await.expect(200);
    let held = step();
    let done = json!({"event": "resolve", "close_code": "fixed", "close_notes": "mended", "cause_item": "none"});
    lab.post(&token, &path, done).await.expect(200);
    let resolved = step();
    let number = ticket["number"].as_str().unwrap().to_owned();
    let at = async |at: Time, more: &str| {
        numbers(&lab, &token, &format!("/api/v1/tickets?as_of={at}{more}"), "number").await
    };
    assert_eq!(at(before, "").await, []);
    for (then, state, is_active) in
        [(opened, "new", 1), (started, "in_progress", 1), (held, "on_hold", 1), (resolved, "resolved", 0)]
    {
        assert_eq!(at(then, "").await, [(number.clone(), state.to_owned())]);
        assert_eq!(at(then, &format!("&state={state}")).await.len(), 1);
        assert_eq!(at(then, "&active=true").await.len(), is_active, "{state}");
    }
    let then = lab.get(&token, &format!("/api/v1/tickets?as_of={held}")).await.json()["items"][0].clone();
    assert_eq!((&then["state_detail"]["reason"], &then["resolved_at"]), (&json!("vendor"), &Value::Null));
    // What is not kept move by move cannot be asked.
    for more in ["&priority=1", "&filter=-assignee:", "&filter=word", "&title=t"] {
        let wrong = lab.get(&token, &format!("/api/v1/tickets?as_of={held}{more}")).await.expect(422);
        assert!(wrong.text().contains("only the present is kept"), "{}", wrong.text());
    }
    // What is done is known when it is done: of both times the earlier counts.
    let told = lab.all(&token, &format!("/api/v1/tickets?known_at={held}")).await;
    assert_eq!(told, lab.all(&token, &format!("/api/v1/tickets?as_of={held}")).await);
    let wrong = lab.get(&token, "/api/v1/tickets?known_at=2099-01-01").await;
    assert_eq!(wrong.pointers(422), ["/known_at"]);
}

#[tokio::test]
async fn findings_stand_where_they_stood() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    let step = async || {
        lab.settle().await;
        let now = lab.clock.now();
        lab.clock.advance_millis(10_000);
        now
    };
    let before = step().await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let opened = step().await;
    let id = lab.all(&token, "/api/v1/findings").await[0]["id"].as_str().unwrap().to_owned();
    let expires_at = lab.clock.now().plus_millis(3_600_000);
    let waive = json!({"justification": "for an hour", "expires_at": expires_at});
    lab.post(&token, &format!("/api/v1/findings/{id}/waive"), waive).await.expect(200);
    let waived = step().await;
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    let gone = step().await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let again = step().await;
    let at =
        async |at: Time, more: &str| numbers(&lab, &token, &format!("/api/v1/findings?as_of={at}{more}"), "id").await;
    assert_eq!(at(before, "&state=all").await, []);
    for (then, state) in [(opened, "open"), (waived, "waived"), (again, "open")] {
        assert_eq!(at(then, "").await, [(id.clone(), state.to_owned())]);
        assert_eq!(at(then, &format!("&state={state}")).await.len(), 1);
        assert_eq!(at(then, "&policy=account-added&severity=info").await.len(), 0);
    }
    assert_eq!(at(gone, "").await, []);
    assert_eq!(at(gone, "&state=all").await, [(id.clone(), "resolved".to_owned())]);
    for (then, until) in [(opened, again), (again, opened), (gone, waived)] {
        let told = lab.all(&token, &format!("/api/v1/findings?as_of={then}&known_at={until}&state=all")).await;
        let earlier = lab.all(&token, &format!("/api/v1/findings?as_of={}&state=all", then.min(until))).await;
        assert_eq!(told, earlier, "a finding is known when it is made");
    }
    let then = lab.get(&token, &format!("/api/v1/findings?as_of={waived}")).await.json()["items"][0].clone();
    assert_eq!(then["state_detail"]["justification"], "for an hour");
    let wrong = lab.get(&token, &format!("/api/v1/findings?as_of={gone}&filter=deploy")).await.expect(422);
    assert!(wrong.text().contains("only the present is kept"), "{}", wrong.text());
}

#[tokio::test]
async fn declared_items_differ_between_two_times() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let step = || {
        let now = lab.clock.now();
        lab.clock.advance_millis(10_000);
        now
    };
    let before = step();
    let body = json!({"class": "application", "name": "shop", "owner": "ann", "attributes": {"port": 80}});
    let shop = lab.post(&token, "/api/v1/items", body).await.expect(201).json();
    let path = format!("/api/v1/items/{}", shop["id"].as_str().unwrap());
    let made = step();
    let edit = json!({"owner": "bob", "attributes": {"port": 443}});
    lab.patch(&token, &path, "*", edit).await.expect(200);
    let moved = step();
    let retire = crate::lab::ask(axum::http::Method::DELETE, &token, &path, &[("if-match", "*")], None);
    lab.people(retire).await.expect(200);
    let between = async |from: Time, to: Time| lab.all(&token, &format!("{path}/diff?from={from}&to={to}")).await;
    let changed = between(made, moved).await.remove(0);
    assert_eq!((&changed["operation"], &changed["item"]["name"]), (&json!("modified"), &json!("shop")));
    assert_eq!(changed["before"], json!({"owner": "ann", "port": 80}));
    assert_eq!(changed["after"], json!({"owner": "bob", "port": 443}));
    assert_eq!(between(before, moved).await[0]["operation"], "added");
    let gone = between(made, lab.clock.now()).await.remove(0);
    assert_eq!((&gone["operation"], &gone["before"]["port"]), (&json!("removed"), &json!(80)));
    assert!(between(made, made).await.is_empty() && between(before, lab.clock.now()).await.is_empty());
    assert!(lab.all(&token, &format!("{path}/diff?from={made}&class=team")).await.is_empty());
}
