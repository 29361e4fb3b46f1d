//! The register of improvements over the API: written, measured by the collector, judged by what was measured.

use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Lab, Reply};

async fn act(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/improvements/{number}/transitions"), body).await
}

/// An incident that is resolved after some minutes.
async fn resolved(lab: &Lab, token: &str, minutes: i64) {
    let body = json!({"kind": "incident", "title": "x"});
    let number =
        lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    lab.clock.advance_millis(minutes * 60_000);
    let event = json!({"event": "resolve", "close_code": "fixed", "close_notes": "done", "cause_item": "none"});
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), event).await.expect(200);
}

#[tokio::test]
async fn a_figure_is_measured_by_the_collector_and_the_outcome_follows() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let owner = lab.user("otto", &[Role::ServiceOwner]).await;
    let otto = lab.token(&owner, muster_model::right::Scope::All).await;
    let body =
        json!({"title": "resolve sooner", "kpi": "mttr", "days": 7, "target": 1_800, "owner": owner.id.to_string()});
    lab.post(&ben, "/api/v1/improvements", body.clone()).await.problem(403, "not-authorised");
    let made = lab.post(&otto, "/api/v1/improvements", body).await.expect(201).json();
    assert_eq!(
        (&made["number"], &made["state"], &made["events"]),
        (&json!("CSI-000001"), &json!("proposed"), &json!(["approve", "cancel"]))
    );
    let number = "csi-000001";
    let early = act(&lab, &otto, number, json!({"event": "review"})).await.problem(409, "conflict");
    assert!(early["detail"].as_str().unwrap().contains("approve"), "{early}");
    act(&lab, &otto, number, json!({"event": "approve"})).await.expect(200);
    // Nothing was resolved yet: there is no baseline, and nobody makes one up.
    let nothing = act(&lab, &otto, number, json!({"event": "start"})).await.problem(409, "conflict");
    assert!(nothing["detail"].as_str().unwrap().contains("mttr"), "{nothing}");
    assert_eq!(act(&lab, &otto, number, json!({"event": "start", "value": 9})).await.pointers(422), ["/value"]);
    resolved(&lab, &ben, 120).await;
    let begun = act(&lab, &otto, number, json!({"event": "start"})).await.expect(200).json();
    assert_eq!((&begun["baseline"], &begun["state"]), (&json!(7_200.0), &json!("in_progress")));
    let path = "/api/v1/improvements/CSI-000001";
    let etag = lab.get(&otto, path).await.etag();
    assert_eq!(lab.patch(&otto, path, &etag, json!({"target": 7_000})).await.pointers(422), ["/target"]);
    lab.patch(&otto, path, &etag, json!({"title": "resolve much sooner"})).await.expect(200);
    lab.patch(&otto, path, &etag, json!({"title": "x"})).await.expect(412);
    // A week later only what was resolved since counts.
    lab.clock.advance_millis(8 * 86_400_000);
    resolved(&lab, &ben, 75).await;
    let half = act(&lab, &otto, number, json!({"event": "review"})).await.expect(200).json();
    assert_eq!(
        (&half["measured"], &half["outcome"], &half["progress_percent"]),
        (&json!(4_500.0), &json!("partly"), &json!(50.0))
    );
    assert_eq!(act(&lab, &otto, number, json!({"event": "continue"})).await.pointers(422), ["/note"]);
    act(&lab, &otto, number, json!({"event": "continue", "note": "more runbooks"})).await.expect(200);
    lab.clock.advance_millis(8 * 86_400_000);
    resolved(&lab, &ben, 20).await;
    act(&lab, &otto, number, json!({"event": "review"})).await.expect(200);
    let closed = act(&lab, &otto, number, json!({"event": "close", "note": "kept up"})).await.expect(200).json();
    assert_eq!(
        (&closed["outcome"], &closed["state"], &closed["events"]),
        (&json!("achieved"), &json!("closed"), &json!([]))
    );
    assert_eq!(closed["steps"].as_array().unwrap().len(), 6);
    assert_eq!(lab.last_audit().await.1, "improvement.close");
    let listed = lab.all(&ben, "/api/v1/improvements?state=closed").await;
    assert_eq!((listed.len(), lab.all(&ben, "/api/v1/improvements?state=review").await.len()), (1, 0));
}

#[tokio::test]
async fn what_a_person_measures_a_person_says() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let me = lab.service.list_users(&crate::lab::SYSTEM).await.unwrap()[0].value.id.to_string();
    let body = json!({"title": "fewer calls", "measure": "calls a day", "baseline": 40, "target": 20, "owner": me});
    let number =
        lab.post(&admin, "/api/v1/improvements", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    for event in ["approve", "start"] {
        act(&lab, &admin, &number, json!({"event": event})).await.expect(200);
    }
    assert_eq!(act(&lab, &admin, &number, json!({"event": "review"})).await.pointers(422), ["/value"]);
    let seen = act(&lab, &admin, &number, json!({"event": "review", "value": 45})).await.expect(200).json();
    assert_eq!((&seen["outcome"], &seen["progress_percent"]), (&json!("missed"), &json!(-25.0)));
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_field() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    for (body, pointer) in [
        (json!({"title": ""}), "/title"),
        (json!({"title": "x", "kpi": "speed"}), "/kpi"),
        (json!({"title": "x", "kpi": "mttr", "days": 400}), "/days"),
        (json!({"title": "x", "kpi": "mttr", "measure": "calls"}), "/measure"),
        (json!({"title": "x", "owner": "user_00000000000000000000000000000001"}), "/owner"),
        (json!({"title": "x", "state": "closed"}), "/state"),
        (json!({"title": "x", "target": "much"}), "/target"),
    ] {
        assert_eq!(lab.post(&admin, "/api/v1/improvements", body.clone()).await.pointers(422), [pointer], "{body}");
    }
    let number =
        lab.post(&admin, "/api/v1/improvements", json!({"title": "x"})).await.expect(201).json()["number"].clone();
    let path = format!("/api/v1/improvements/{}", number.as_str().unwrap());
    assert_eq!(lab.patch(&admin, &path, "*", json!({"steps": []})).await.pointers(422), ["/steps"]);
    assert_eq!(act(&lab, &admin, number.as_str().unwrap(), json!({"event": "finish"})).await.pointers(422), ["/event"]);
    assert_eq!(
        act(&lab, &admin, number.as_str().unwrap(), json!({"event": "approve"})).await.pointers(422),
        ["/owner"]
    );
    lab.get(&admin, "/api/v1/improvements/CSI-999999").await.problem(404, "not-found");
}
