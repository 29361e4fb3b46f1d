//! `/hosts`: the list, one host, what people say of it, recheck.

use axum::http::Method;
use muster_model::history::Moment;
use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};

async fn fleet(lab: &Lab, count: usize) -> Vec<Device> {
    let mut devices = Vec::new();
    for i in 0..count {
        let mut device =
            Device::enroll(lab, &format!("web-{i}"), &format!("{:032x}", 0x1234_5678_9abc_usize + i)).await;
        device.report_full(lab).await;
        devices.push(device);
    }
    devices
}

#[tokio::test]
async fn a_page_is_never_longer_than_asked_for_and_nothing_is_left_out() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    fleet(&lab, 7).await;
    for host in ["web-1", "web-2", "web-3", "web-4"] {
        let id = lab.get(&token, &format!("/api/v1/hosts/{host}")).await.expect(200).json()["id"].clone();
        let path = format!("/api/v1/hosts/{}", id.as_str().unwrap());
        lab.patch(&token, &path, "*", json!({"site": "east"})).await.expect(200);
    }
    for (query, expected) in [("site=east", 4), ("", 7), ("name=web-*", 7), ("name=web-3", 1), ("name=x*", 0)] {
        for limit in [1, 2, 3, 4, 7, 8] {
            let page = lab.get(&token, &format!("/api/v1/hosts?{query}&limit={limit}")).await.expect(200).json();
            assert!(page["items"].as_array().unwrap().len() <= limit, "{query} {limit}");
            let all = lab.all(&token, &format!("/api/v1/hosts?{query}&limit={limit}")).await;
            let mut names: Vec<&str> = all.iter().map(|host| host["name"].as_str().unwrap()).collect();
            assert!(names.is_sorted());
            names.dedup();
            assert_eq!(names.len(), expected, "{query} {limit}");
        }
    }
}

#[tokio::test]
async fn what_people_say_is_kept_beside_what_agents_say() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = fleet(&lab, 1).await.remove(0);
    let reply = lab.get(&token, "/api/v1/hosts/web-0").await.expect(200);
    let (host, etag) = (reply.json(), reply.etag());
    let path = format!("/api/v1/hosts/{}", host["id"].as_str().unwrap());
    let body = json!({"owner": " ann ", "criticality": "high", "lifecycle": "active"});
    lab.people(ask(Method::PATCH, &token, &path, &[], Some(body.clone()))).await.problem(428, "if-match-needed");
    let changed = lab.patch(&token, &path, &etag, body.clone()).await.expect(200);
    assert_eq!(changed.json()["owner"], "ann");
    lab.patch(&token, &path, &etag, body).await.problem(412, "stale");
    device.add_user("x", 1_000);
    device.report_delta(&lab).await;
    device.report_full(&lab).await;
    let host = lab.get(&token, &path).await.json();
    assert_eq!(
        (&host["owner"], &host["criticality"], &host["lifecycle"]),
        (&json!("ann"), &json!("high"), &json!("active"))
    );
    assert_eq!(lab.patch(&token, &path, "*", json!({"owner": ""})).await.expect(200).json()["owner"], Value::Null);
    for (field, value) in
        [("owner", json!("x".repeat(101))), ("criticality", json!("huge")), ("lifecycle", json!("gone"))]
    {
        let mut body = json!({});
        body[field] = value;
        assert_eq!(lab.patch(&token, &path, "*", body).await.pointers(422), [format!("/{field}")]);
    }
}

#[tokio::test]
async fn coverage_tells_not_collected_from_none() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut device = fleet(&lab, 1).await.remove(0);
    let mut report = device.full(&lab);
    let denied: muster_shared::report::SectionReport = serde_json::from_value(json!({
        "status": "denied", "problems": [{"source": "/etc/sudoers", "message": "permission denied"}],
        "digest": crate::lab::wrong_digest(), "change": "same",
    }))
    .unwrap();
    report.sections.insert(muster_shared::SectionName::SudoRule, denied);
    device.deliver(&lab, &report).await.expect(200);
    let coverage = lab.get(&token, "/api/v1/hosts/web-0").await.json()["coverage"].clone();
    assert_eq!(coverage["sudo_rule"]["items"], Value::Null);
    assert_eq!(coverage["sudo_rule"]["status"], "denied");
    assert_eq!(coverage["sudo_rule"]["problems"][0]["source"], "/etc/sudoers");
    assert_eq!((&coverage["package"]["status"], &coverage["package"]["items"]), (&json!("ok"), &json!(3)));
}

#[tokio::test]
async fn a_recheck_reaches_the_agent_once() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let device = fleet(&lab, 1).await.remove(0);
    let id = lab.get(&token, "/api/v1/hosts/web-0").await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(device.heartbeat(&lab).await["recheck"], false);
    lab.post(&token, &format!("/api/v1/hosts/{id}/recheck"), json!({})).await.expect(202);
    assert_eq!(device.heartbeat(&lab).await["recheck"], true);
    assert_eq!(device.heartbeat(&lab).await["recheck"], false);
    lab.post(&token, "/api/v1/hosts/host_00000000000000000000000000000000/recheck", json!({}))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn a_silent_host_is_late_then_stale_and_loses_nothing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let device = fleet(&lab, 1).await.remove(0);
    lab.wait_seconds(3 * 300).await;
    assert_eq!(lab.get(&token, "/api/v1/hosts/web-0").await.json()["status"], "late", "one did not come");
    lab.wait_seconds(10).await;
    let host = lab.get(&token, "/api/v1/hosts/web-0").await.json();
    assert_eq!((&host["status"], &host["coverage"]["package"]["items"]), (&json!("stale"), &json!(3)));
    assert_eq!(lab.all(&token, "/api/v1/hosts?status=stale").await.len(), 1);
    assert_eq!(device.heartbeat(&lab).await["send_full"], false);
    assert_eq!(lab.get(&token, "/api/v1/hosts/web-0").await.json()["status"], "up");
}

#[tokio::test]
async fn a_heartbeat_that_brings_nothing_new_commits_nothing_and_is_stored_soon() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let device = fleet(&lab, 1).await.remove(0);
    let id = lab.get(&token, "/api/v1/hosts/web-0").await.json()["id"].as_str().unwrap().to_owned();
    let status = async || lab.get(&token, "/api/v1/hosts/web-0").await.json()["status"].clone();
    lab.wait_seconds(3 * 300 + 10).await;
    assert_eq!(status().await, "stale");
    let before = lab.service.stats().await.unwrap().sequence;
    for _ in 0..3 {
        device.heartbeat(&lab).await;
    }
    assert_eq!((status().await, lab.service.stats().await.unwrap().sequence), (json!("up"), before));
    // A collector that was killed just then has not heard it; one that was killed a moment later has.
    let seen = async |service: &muster_collector::service::Service| {
        service.get_host(&crate::lab::SYSTEM, id.parse().unwrap(), Moment::NOW).await.unwrap().last_seen.unwrap().at
    };
    let heard = lab.clock.now();
    assert!(seen(&lab.restarted()).await < heard);
    lab.service.store_pulses().await.unwrap();
    assert_eq!(seen(&lab.restarted()).await, heard);
    assert_eq!(lab.service.stats().await.unwrap().sequence, before + 1);
    lab.service.store_pulses().await.unwrap();
    assert_eq!(lab.service.stats().await.unwrap().sequence, before + 1, "there was nothing to store");
    // A wish for a fresh look that comes in between is kept.
    device.heartbeat(&lab).await;
    lab.post(&token, &format!("/api/v1/hosts/{id}/recheck"), json!({})).await.expect(202);
    lab.service.store_pulses().await.unwrap();
    assert_eq!(device.heartbeat(&lab).await["recheck"], true);
}
