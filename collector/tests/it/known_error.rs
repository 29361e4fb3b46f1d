//! Known errors: what has one now, publishing and retiring by hand, and the proposal when one that was mended comes back.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

async fn problem(lab: &Lab, token: &str, analysis: Value) -> String {
    let body = json!({"kind": "problem", "title": "it leaks", "details": {"analysis": analysis}});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned()
}

async fn go(lab: &Lab, token: &str, number: &str, body: Value) -> Value {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await.expect(200).json()
}

#[tokio::test]
async fn what_has_a_known_error_is_counted_as_it_is_now() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let question = "class:package name:libssl3 version<3.0.15";
    let wrong = json!({"kind": "problem", "title": "t", "details": {"analysis": {"items": "clas:x"}}});
    assert_eq!(lab.post(&token, "/api/v1/tickets", wrong).await.pointers(422), ["/details/analysis/items"]);
    let number = problem(&lab, &token, json!({"cause": "a leak", "items": question})).await;
    let path = format!("/api/v1/known-errors/{number}");
    let read = async || lab.get(&token, &path).await.expect(200).json();
    assert_eq!(read().await["concerned"], json!({"filter": question, "count": 0, "is_exact": true}));
    let mut web = Device::enroll(&lab, "web-1", &"0e".repeat(16)).await;
    let package = |version: &str| {
        Item::new("libssl3:amd64").with("name", "libssl3").with("version", version).with("manager", "dpkg")
    };
    web.put(SectionName::Package, package("3.0.14-1"));
    web.report_full(&lab).await;
    lab.settle().await;
    assert_eq!(read().await["concerned"]["count"], 1);
    web.put(SectionName::Package, package("3.0.15-1"));
    web.report_delta(&lab).await;
    lab.settle().await;
    assert_eq!(read().await["concerned"]["count"], 0, "it was mended there");
    lab.get(&token, "/api/v1/known-errors/INC-000099").await.expect(404);
}

#[tokio::test]
async fn a_known_error_is_published_and_retired_by_hand_with_the_right() {
    let lab = Lab::new();
    let (token, viewer) = (lab.token_of(Role::ProblemManager).await, lab.token_of(Role::Viewer).await);
    let signature = json!({"error_code": "E-77"});
    let analysis = json!({"cause": "a leak", "workaround": "restart it", "signature": signature});
    let number = problem(&lab, &token, analysis).await;
    let path = format!("/api/v1/known-errors/{number}");
    let desk = lab.token_of(Role::Responder).await;
    let body = json!({"kind": "incident", "title": "E-77 again"});
    let incident = lab.post(&desk, "/api/v1/tickets", body).await.expect(201).json()["number"].clone();
    let suggested = async || {
        let path = format!("/api/v1/tickets/{}/suggestions", incident.as_str().unwrap());
        lab.get(&desk, &path).await.expect(200).json()["known_errors"].as_array().unwrap().len()
    };
    assert_eq!(
        (lab.get(&viewer, &path).await.expect(200).json()["state"].clone(), suggested().await),
        (json!("published"), 1)
    );
    lab.patch(&viewer, &path, "*", json!({"state": "retired", "reason": "x"})).await.expect(403);
    assert_eq!(lab.patch(&token, &path, "*", json!({"state": "retired"})).await.pointers(422), ["/reason"]);
    lab.patch(&token, &path, "\"99\"", json!({"state": "retired", "reason": "x"})).await.expect(412);
    let retired = lab.patch(&token, &path, "*", json!({"state": "retired", "reason": "nobody has it"})).await;
    let retired = retired.expect(200).json();
    assert_eq!((&retired["state"], &retired["next"]), (&json!("retired"), &json!(["draft", "published"])));
    assert_eq!((lab.last_audit().await.1.as_str(), suggested().await), ("known_error.retired", 0));
    lab.patch(&token, &path, "*", json!({"state": "retired", "reason": "x"})).await.problem(409, "conflict");
    let published = lab.patch(&token, &path, "*", json!({"state": "published"})).await.expect(200).json();
    assert_eq!((&published["state"], suggested().await), (&json!("published"), 1));
    let bare = problem(&lab, &token, json!({"cause": "unknown"})).await;
    let early = lab.patch(&token, &format!("/api/v1/known-errors/{bare}"), "*", json!({"state": "published"})).await;
    assert!(early.problem(409, "conflict").to_string().contains("workaround"));
}

#[tokio::test]
async fn three_incidents_with_the_signature_of_what_was_mended_propose_the_problem_again() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let analysis = json!({
        "cause": "a leak", "cause_item": "openssl 3.0.14", "workaround": "restart it", "no_change": "it is a setting",
        "permanent_fix": "more memory", "signature": {"error_code": "E-77"},
    });
    let number = problem(&lab, &token, analysis).await;
    for event in ["assess", "find_cause", "start_fix"] {
        go(&lab, &token, &number, json!({ "event": event })).await;
    }
    let open = async || {
        let body = json!({"kind": "incident", "title": "the shop says E-77"});
        let incident = lab.post(&token, "/api/v1/tickets", body).await.expect(201).json();
        lab.settle().await;
        incident["number"].as_str().unwrap().to_owned()
    };
    open().await;
    go(&lab, &token, &number, json!({"event": "resolve", "close_code": "fixed", "close_notes": "more memory"})).await;
    lab.settle().await;
    let proposals = async || lab.all(&token, "/api/v1/problem-proposals?state=proposed").await;
    let mut incidents = vec![open().await, open().await];
    assert_eq!(proposals().await, Vec::<Value>::new(), "two, and the one before it was mended");
    incidents.push(open().await);
    let found = proposals().await;
    assert_eq!((found.len(), &found[0]["reasons"][0]["rule"]), (1, &json!("same_signature")), "{found:?}");
    assert!(found[0]["title"].as_str().unwrap().contains(&number), "{found:?}");
    let path = format!("/api/v1/problem-proposals/{}/accept", found[0]["id"].as_str().unwrap());
    let accepted = lab.post(&token, &path, json!({})).await.expect(200).json();
    let next = accepted["problem"].as_str().or(accepted["number"].as_str()).unwrap_or("PRB-000002");
    let next = lab.get(&token, &format!("/api/v1/tickets/{next}")).await.expect(200).json();
    let known = &next["details"]["analysis"];
    assert_eq!((&known["cause"], &known["permanent_fix"]), (&json!("a leak"), &Value::Null));
    let links = next["links"].to_string();
    for linked in incidents.iter().chain([&number]) {
        assert!(links.contains(linked.as_str()), "{linked} in {links}");
    }
}
