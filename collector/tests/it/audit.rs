//! `/audit`: what people and agents did, whole and in order.

use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

#[tokio::test]
async fn every_change_is_told_with_who_how_and_under_which_request() {
    let lab = Lab::new();
    let auditor = lab.token_of(Role::Auditor).await;
    let responder = lab.token_of(Role::Responder).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let reply = lab.post(&responder, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.expect(201);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let entries = lab.all(&auditor, &format!("/api/v1/audit?object={id}")).await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(
        (&entry["actor"], &entry["via"], &entry["action"]),
        (&json!("responder"), &json!("api"), &json!("ticket.create"))
    );
    assert_eq!(entry["request_id"], reply.header("x-request-id"));
    let enrolled = lab.all(&auditor, &format!("/api/v1/audit?object={}", device.agent)).await;
    assert_eq!((&enrolled[0]["action"], &enrolled[0]["actor"]), (&json!("agent.enroll"), &json!(device.agent)));
    // A report is no decision of anybody: it has its history.
    assert_eq!(lab.all(&auditor, &format!("/api/v1/audit?object={host}")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_chain_is_whole_and_pages_have_no_gap() {
    let lab = Lab::new();
    let auditor = lab.token_of(Role::Auditor).await;
    let responder = lab.token_of(Role::Responder).await;
    for _ in 0..9 {
        lab.post(&responder, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.expect(201);
    }
    let entries = lab.all(&auditor, "/api/v1/audit?limit=2").await;
    let numbers: Vec<u64> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    let newest = *numbers.first().unwrap();
    assert_eq!(numbers, (1..=newest).rev().collect::<Vec<_>>());
    for pair in entries.windows(2) {
        assert_eq!(pair[0]["prev_hash"], pair[1]["hash"]);
    }
    assert_eq!(entries.last().unwrap()["prev_hash"], "0".repeat(64));
    let verified = lab.get(&auditor, "/api/v1/audit/verify").await.expect(200).json();
    assert_eq!((&verified["ok"], &verified["problems"]), (&json!(true), &json!([])));
    assert!(verified["anchor"].as_str().unwrap().starts_with(&format!("{newest}:")), "{verified}");
}
