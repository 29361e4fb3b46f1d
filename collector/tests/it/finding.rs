//! `/findings`: accept, waive, suppress.

use axum::http::Method;
use muster_model::right::Role;
use muster_shared::SectionName;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};

/// A collector with one open finding on one host: its address.
async fn lab_with_finding() -> (Lab, Device, String, String) {
    let lab = Lab::new();
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let token = lab.token_of(Role::CmdbOwner).await;
    let id = lab.get(&token, "/api/v1/findings").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    (lab, device, token, format!("/api/v1/findings/{id}"))
}

#[tokio::test]
async fn accepting_moves_the_baseline() {
    let (lab, mut device, token, path) = lab_with_finding().await;
    for reason in ["", "   ", &"x".repeat(2_001)] {
        assert_eq!(
            lab.post(&token, &format!("{path}/accept"), json!({"reason": reason})).await.pointers(422),
            ["/reason"]
        );
    }
    let finding = lab.get(&token, &path).await.expect(200);
    let etag = finding.etag();
    let request =
        ask(Method::POST, &token, &format!("{path}/accept"), &[("if-match", "\"99\"")], Some(json!({"reason": "r"})));
    lab.people(request).await.problem(412, "stale");
    let request =
        ask(Method::POST, &token, &format!("{path}/accept"), &[("if-match", &etag)], Some(json!({"reason": "CHG-7"})));
    let accepted = lab.people(request).await.expect(200).json();
    assert_eq!((&accepted["state"], &accepted["state_detail"]["resolution"]), (&json!("resolved"), &json!("accepted")));
    let host = accepted["host"].as_str().unwrap();
    assert_eq!(lab.get(&token, "/api/v1/baselines").await.json()["items"][0]["version"], 2);
    let moves = lab.all(&token, &format!("/api/v1/baselines/{host}/moves")).await;
    assert_eq!(
        (&moves[0]["reason"], &moves[0]["actor"], &moves[0]["from"]),
        (&json!("CHG-7"), &json!("cmdb_owner".replace('_', "-")), &Value::Null)
    );
    assert_eq!(lab.get(&token, "/api/v1/tickets/INC-000001").await.json()["state"], "resolved");
    lab.post(&token, &format!("{path}/accept"), json!({"reason": "again"})).await.problem(409, "conflict");
    // What was accepted is authorised now: its removal is the drift.
    device.report_full(&lab).await;
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 0);
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    let findings = lab.all(&token, "/api/v1/findings").await;
    assert_eq!((findings.len(), &findings[0]["actual"]), (1, &Value::Null));
}

#[tokio::test]
async fn a_waiver_ends_and_the_finding_comes_back() {
    let (lab, mut device, token, path) = lab_with_finding().await;
    let now = lab.service.now();
    for (field, expires_at) in
        [("/expires_at", now), ("/expires_at", now.plus_millis(-1)), ("/expires_at", now.plus_millis(367 * 86_400_000))]
    {
        let body = json!({"justification": "j", "expires_at": expires_at});
        assert_eq!(lab.post(&token, &format!("{path}/waive"), body).await.pointers(422), [field]);
    }
    let body = json!({"justification": " ", "expires_at": now.plus_millis(1_000)});
    assert_eq!(lab.post(&token, &format!("{path}/waive"), body).await.pointers(422), ["/justification"]);
    let body = json!({"justification": "until the new image", "expires_at": now.plus_millis(86_400_000)});
    let waived = lab.post(&token, &format!("{path}/waive"), body).await.expect(200).json();
    assert_eq!((&waived["state"], &waived["state_detail"]["by"]), (&json!("waived"), &json!("cmdb-owner")));
    lab.wait_seconds(86_399).await;
    assert_eq!(lab.get(&token, &path).await.json()["state"], "waived");
    lab.wait_seconds(1).await;
    assert_eq!(lab.get(&token, &path).await.json()["state"], "open");
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 1, "the incident it had takes it back");
    // Reverted while it is waived, it is over.
    let body = json!({"justification": "j", "expires_at": lab.service.now().plus_millis(86_400_000)});
    lab.post(&token, &format!("{path}/waive"), body).await.expect(200);
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    assert_eq!(lab.get(&token, &path).await.json()["state"], "resolved");
}

#[tokio::test]
async fn a_suppressed_finding_is_silent_for_its_time() {
    let (lab, _, _, path) = lab_with_finding().await;
    let responder = lab.token_of(Role::Responder).await;
    let until = lab.service.now().plus_millis(60_000);
    let silenced = lab.post(&responder, &format!("{path}/suppress"), json!({"reason": "storm", "until": until})).await;
    assert_eq!(silenced.expect(200).json()["state"], "suppressed");
    assert_eq!(lab.all(&responder, "/api/v1/findings?state=suppressed").await.len(), 1);
    assert_eq!(lab.all(&responder, "/api/v1/findings").await.len(), 1, "it is shown and counted");
    assert_eq!(lab.all(&responder, "/api/v1/findings?state=open").await.len(), 0);
    lab.wait_seconds(60).await;
    assert_eq!(lab.get(&responder, &path).await.json()["state"], "open");
}

#[tokio::test]
async fn decisions_leave_their_reason_in_the_trail() {
    let (lab, _, token, path) = lab_with_finding().await;
    lab.post(&token, &format!("{path}/accept"), json!({"reason": "CHG-7"})).await.expect(200);
    let auditor = lab.token_of(Role::Auditor).await;
    let id = path.rsplit('/').next().unwrap();
    let entries = lab.all(&auditor, &format!("/api/v1/audit?object={id}")).await;
    assert_eq!((&entries[0]["action"], &entries[0]["reason"]), (&json!("finding.accept"), &json!("CHG-7")));
}
