//! The learner proposes what moves too often on too many hosts; a person decides; and what an agent that sees more brings is no
//! drift.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

fn mount(options: &str) -> Item {
    Item::new("/srv").with("target", "/srv").with("source", "nas:/srv").with("options", options)
}

async fn change(lab: &Lab, device: &mut Device, options: &str) {
    lab.clock.advance_millis(60_000);
    device.put(SectionName::Mount, mount(options));
    device.report_delta(lab).await;
}

async fn proposals(lab: &Lab, token: &str) -> Vec<Value> {
    let all = lab.all(token, "/api/v1/volatility").await;
    all.into_iter().filter(|one| one["state"] != "shipped").collect()
}

#[tokio::test]
async fn what_moves_too_often_on_too_many_hosts_is_proposed_and_a_person_decides() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut devices = Vec::new();
    for n in 0..6 {
        let mut device = Device::enroll(&lab, &format!("web-{n}"), &format!("{:032x}", 0x55_0000 + n)).await;
        device.put(SectionName::Mount, mount("rw"));
        device.report_full(&lab).await;
        devices.push(device);
    }
    assert!(lab.service.learn_step().await.unwrap(), "it looks once after a start");
    assert!(!lab.service.learn_step().await.unwrap(), "and then every six hours");
    for round in 0..5 {
        for device in &mut devices[..2] {
            change(&lab, device, if round % 2 == 0 { "ro" } else { "rw" }).await;
        }
    }
    lab.clock.advance_millis(6 * 3_600_000);
    assert!(lab.service.learn_step().await.unwrap());
    let found = proposals(&lab, &token).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["section"], &found[0]["what"], &found[0]["state"]),
        (&json!("mount"), &json!("options"), &json!("proposed"))
    );
    assert_eq!((&found[0]["hosts"], &found[0]["of"], &found[0]["times"]), (&json!(2), &json!(6), &json!(5)));
    let of_options = "/api/v1/findings?policy=mount-options&state=all";
    let before = lab.all(&token, of_options).await.len();
    change(&lab, &mut devices[5], "ro").await;
    assert_eq!(lab.all(&token, of_options).await.len(), before + 1, "what is proposed is minded as before");

    // Rejected, it rests.
    let path = "/api/v1/volatility/mount/options";
    lab.post(&token, &format!("{path}/reject"), json!({"reason": ""})).await.expect(422);
    let rejected =
        lab.post(&token, &format!("{path}/reject"), json!({"reason": "it matters"})).await.expect(200).json();
    assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("it matters")));
    lab.clock.advance_millis(6 * 3_600_000);
    assert!(lab.service.learn_step().await.unwrap());
    assert_eq!(proposals(&lab, &token).await[0]["state"], "rejected");

    // Accepted, its changes are recorded and make no finding.
    lab.post(&token, &format!("{path}/accept"), json!({"reason": "the automounter"})).await.expect(200);
    assert_eq!(lab.last_audit().await.1, "volatility.accept");
    lab.post(&token, &format!("{path}/accept"), json!({"reason": "again"})).await.expect(409);
    let before = lab.all(&token, of_options).await.len();
    change(&lab, &mut devices[4], "ro").await;
    assert_eq!(lab.all(&token, of_options).await.len(), before);
    let host = devices[4].report_full(&lab).await;
    let history = lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await;
    let seq = history.iter().find(|entry| entry["class"] == "mount").unwrap()["seq"].as_u64().unwrap();
    let why = lab.get(&token, &format!("/api/v1/hosts/{host}/history/{seq}/why")).await.expect(200).json();
    let said = why["steps"].as_array().unwrap().last().unwrap()["why"].as_str().unwrap().to_owned();
    assert!(said.contains("the automounter"), "{said}");
}

#[tokio::test]
async fn a_new_agent_that_sees_more_begins_no_finding() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    let standing = async || lab.all(&token, "/api/v1/findings").await.len();
    assert_eq!(standing().await, 0, "a first report is a baseline");
    // The next version tells of an account that it did not see before, and of a section that is new.
    lab.clock.advance_millis(60_000);
    device.add_user("backup", 34);
    device.put(SectionName::SudoRule, Item::new("backup").with("users", json!(["backup"])));
    let mut report = device.delta(&lab);
    report.agent_version = "0.2.0".into();
    device.deliver(&lab, &report).await.expect(200);
    lab.settle().await;
    assert_eq!(standing().await, 0);
    // What comes after it is drift again.
    lab.clock.advance_millis(60_000);
    device.add_user("deploy", 1_001);
    let mut report = device.delta(&lab);
    report.agent_version = "0.2.0".into();
    device.deliver(&lab, &report).await.expect(200);
    lab.settle().await;
    assert_eq!(standing().await, 1);
}

#[tokio::test]
async fn drift_of_what_depends_on_something_that_is_down_goes_on_in_its_incident() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut db = Device::enroll(&lab, "db-1", "fedcba9876543210fedcba9876543210").await;
    let upstream = db.report_full(&lab).await;
    let mut web = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    web.put(SectionName::Mount, mount("rw"));
    let host = web.report_full(&lab).await;
    let relate = json!({"kind": "depends_on", "to": upstream, "reason": "its database"});
    lab.post(&token, &format!("/api/v1/items/{host}/relations"), relate).await.expect(201);
    let rule = json!({"name": "down", "filter": "kind:down"});
    lab.post(&token, "/api/v1/alert-rules", rule).await.expect(201);
    let event = json!({"source": "nagios", "ci_ref": "db-1", "kind": "down", "severity": "critical"});
    lab.post(&token, "/api/v1/events", event).await.expect(200);
    lab.wait_seconds(120).await;
    let incidents = async || lab.all(&token, "/api/v1/tickets?kind=incident").await;
    assert_eq!(incidents().await.len(), 1, "that of the alert");
    web.remove(SectionName::Mount, "/srv");
    lab.clock.advance_millis(60_000);
    web.report_delta(&lab).await;
    lab.wait_seconds(100).await;
    lab.wait_seconds(100).await;
    let found = lab.all(&token, "/api/v1/findings?policy=mount").await;
    assert_eq!((incidents().await.len(), found.len()), (1, 1));
    let id = incidents().await[0]["id"].clone();
    assert_eq!(found[0]["incident"], id, "{found:?}");
    // It ends by what it is about, not by what joined it.
    web.put(SectionName::Mount, mount("rw"));
    lab.clock.advance_millis(60_000);
    web.report_delta(&lab).await;
    assert_eq!(incidents().await[0]["state"], "new");
    // An account stands for itself.
    web.add_user("deploy", 1_001);
    lab.clock.advance_millis(60_000);
    web.report_delta(&lab).await;
    lab.wait_seconds(120).await;
    assert_eq!(incidents().await.len(), 2);
}

#[tokio::test]
async fn an_incident_goes_on_in_that_of_what_turns_critical_later() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut db = Device::enroll(&lab, "db-1", "fedcba9876543210fedcba9876543210").await;
    let upstream = db.report_full(&lab).await;
    let mut devices = Vec::new();
    for n in 1..=3 {
        let mut web = Device::enroll(&lab, &format!("web-{n}"), &format!("{:032x}", 0x99_0000 + n)).await;
        web.put(SectionName::Mount, mount("rw"));
        let host = web.report_full(&lab).await;
        if n < 3 {
            let relate = json!({"kind": "depends_on", "to": upstream, "reason": "its database"});
            lab.post(&token, &format!("/api/v1/items/{host}/relations"), relate).await.expect(201);
        }
        devices.push(web);
    }
    let rule = json!({"name": "down", "filter": "kind:down"});
    lab.post(&token, "/api/v1/alert-rules", rule).await.expect(201);
    // Of three incidents of drift one is of a host that does not depend on it; somebody works on another one.
    devices[0].remove(SectionName::Mount, "/srv");
    devices[1]
        .put(SectionName::Mount, Item::new("/mnt").with("target", "/mnt").with("source", "a").with("options", "rw"));
    devices[2]
        .put(SectionName::Mount, Item::new("/opt").with("target", "/opt").with("source", "b").with("options", "rw"));
    lab.clock.advance_millis(60_000);
    for device in &mut devices {
        device.report_delta(&lab).await;
    }
    lab.wait_seconds(100).await;
    lab.wait_seconds(100).await;
    let incidents = async || lab.all(&token, "/api/v1/tickets?kind=incident").await;
    let of = |all: &[Value], name: &str| {
        all.iter().find(|one| one["title"].as_str().unwrap().starts_with(name)).cloned().unwrap()
    };
    let before = incidents().await;
    assert_eq!(before.len(), 3, "{before:?}");
    let begin = format!("/api/v1/tickets/{}/transitions", of(&before, "web-2")["number"].as_str().unwrap());
    lab.post(&token, &begin, json!({"event": "start"})).await.expect(200);
    let event = |severity: &str| json!({"source": "nagios", "ci_ref": "db-1", "kind": "down", "severity": severity});
    lab.post(&token, "/api/v1/events", event("major")).await.expect(200);
    lab.wait_seconds(120).await;
    assert_eq!(of(&incidents().await, "web-1")["state"], "new", "it is not critical yet");
    lab.post(&token, "/api/v1/events", event("critical")).await.expect(200);
    lab.wait_seconds(120).await;
    let after = incidents().await;
    let (alert, folded) = (of(&after, "db-1"), of(&after, "web-1"));
    assert_eq!((&folded["state"], &folded["close_code"]), (&json!("resolved"), &json!("no_fault")));
    assert!(folded["close_notes"].as_str().unwrap().contains(alert["number"].as_str().unwrap()), "{folded}");
    assert_eq!((&of(&after, "web-2")["state"], &of(&after, "web-3")["state"]), (&json!("in_progress"), &json!("new")));
    let found = lab.all(&token, "/api/v1/findings?policy=mount").await;
    let moved = found.iter().find(|finding| finding["host_name"] == "web-1").unwrap();
    assert_eq!(moved["incident"], alert["id"]);
}
