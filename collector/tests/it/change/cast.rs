//! The people of a change, and what they do with it.

use muster_model::right::{Role, Scope};
use muster_shared::SectionName;
use muster_shared::report::Item;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply};

/// The people of a change.
pub(crate) struct Cast {
    pub(crate) planner: String,
    pub(crate) peer: String,
    pub(crate) implementer: String,
    pub(crate) manager: String,
}

pub(crate) async fn cast(lab: &Lab) -> Cast {
    let token = async |name: &str, role: Role| {
        let user = lab.user(name, &[role]).await;
        lab.token(&user, Scope::Work).await
    };
    Cast {
        planner: token("paula", Role::ChangeRequester).await,
        peer: token("peer", Role::Responder).await,
        implementer: token("ivan", Role::ChangeImplementer).await,
        manager: token("mona", Role::ChangeManager).await,
    }
}

pub(crate) async fn event(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await
}

pub(crate) fn time(lab: &Lab, minutes: i64) -> String {
    lab.service.now().plus_millis(minutes * 60_000).to_string()
}

pub(crate) fn plan(lab: &Lab, hosts: &[&str]) -> Value {
    json!({
        "reason": "CVE-2026-0001",
        "scope": {"items": hosts, "facts": [{"section": "package", "key": "openssl"}]},
        "planned_start": time(lab, 10), "planned_end": time(lab, 70),
        "implementation": "apt-get install openssl=3.0.15", "test": "openssl version", "backout": "the version before",
        "is_backout_tested": true, "outage_minutes": 0,
        "expect": [{"section": "package", "key": "openssl", "attribute": "version", "value": "3.0.15"}],
    })
}

pub(crate) fn openssl(version: &str) -> Item {
    let attributes = json!({"name": "openssl", "version": version, "architecture": "amd64", "manager": "dpkg"});
    Item { key: "openssl".into(), attributes: attributes.as_object().unwrap().clone().into_iter().collect() }
}

pub(crate) async fn host(lab: &Lab, name: &str, id: &str) -> (Device, String) {
    let mut device = Device::enroll(lab, name, &id.repeat(16)).await;
    device.put(SectionName::Package, openssl("3.0.14"));
    let host = device.report_full(lab).await;
    (device, host)
}

pub(crate) async fn drafted(lab: &Lab, cast: &Cast, plan: &Value) -> String {
    let body = json!({"kind": "change", "title": "openssl 3.0.15", "details": {"plan": plan}});
    let ticket = lab.post(&cast.planner, "/api/v1/tickets", body).await.expect(201).json();
    assert_eq!(ticket["state"], "draft");
    ticket["number"].as_str().unwrap().to_owned()
}

/// A change whose votes are asked for, and the round.
pub(crate) async fn asked(lab: &Lab, cast: &Cast, plan: &Value) -> (String, Value) {
    let number = drafted(lab, cast, plan).await;
    event(lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let rounds = lab.get(&cast.peer, &format!("/api/v1/tickets/{number}/approvals")).await.json();
    (number, rounds["items"].as_array().unwrap().last().unwrap().clone())
}

pub(crate) async fn vote(lab: &Lab, token: &str, round: &Value, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/approvals/{}/votes", round["id"].as_str().unwrap()), body).await
}

pub(crate) async fn ticket(lab: &Lab, cast: &Cast, number: &str) -> Value {
    lab.get(&cast.peer, &format!("/api/v1/tickets/{number}")).await.expect(200).json()
}

/// Whoever makes a change finds its first check to be passed.
pub(crate) async fn passed(lab: &Lab, cast: &Cast, number: &str) {
    let body = json!({"check": "1", "passed": true});
    lab.post(&cast.implementer, &format!("/api/v1/tickets/{number}/checks"), body).await.expect(200);
}

/// Closes a change of one host as successful, all by the book.
pub(crate) async fn made(lab: &Lab, cast: &Cast, device: &mut Device, plan: &Value) -> String {
    let (number, round) = asked(lab, cast, plan).await;
    carried_out(lab, cast, device, &number, &round).await;
    number
}

/// Makes a change whose votes are asked for, and closes it as successful.
pub(crate) async fn carried_out(lab: &Lab, cast: &Cast, device: &mut Device, number: &str, round: &Value) {
    vote(lab, &cast.peer, round, json!({"decision": "approve"})).await.expect(200);
    event(lab, &cast.implementer, number, json!({"event": "start"})).await.expect(200);
    device.put(SectionName::Package, openssl("3.0.15"));
    device.report_delta(lab).await;
    event(lab, &cast.implementer, number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    device.heartbeat(lab).await;
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "as planned"});
    event(lab, &cast.manager, number, close).await.expect(200);
}

/// A template of a change that ended well, proposed by who plans and approved by who answers for changes: its id.
pub(crate) async fn templated(lab: &Lab, cast: &Cast, number: &str) -> Value {
    let body = json!({"name": format!("as {number}"), "from": number});
    let template = lab.post(&cast.planner, "/api/v1/change-templates", body).await.expect(201).json();
    let path = format!("/api/v1/change-templates/{}/transitions", template["id"].as_str().unwrap());
    let body = json!({"event": "approve", "edition": 1});
    lab.post(&cast.manager, &path, body).await.expect(200);
    template["id"].clone()
}
