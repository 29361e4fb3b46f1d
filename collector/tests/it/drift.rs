//! The whole way: a difference on a host becomes a finding, an incident, and ends when the host goes back.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

async fn lab_with_device() -> (Lab, Device, String) {
    let lab = Lab::new();
    let mut device = Device::enroll(&lab, "web-1", MACHINE).await;
    device.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    (lab, device, token)
}

async fn only(lab: &Lab, token: &str, path: &str) -> Value {
    let mut found = lab.all(token, path).await;
    assert_eq!(found.len(), 1, "{path}: {found:?}");
    found.remove(0)
}

#[tokio::test]
async fn a_first_report_is_a_baseline_and_no_drift() {
    let (lab, _, token) = lab_with_device().await;
    let host = only(&lab, &token, "/api/v1/hosts").await;
    assert_eq!((&host["name"], &host["status"], &host["findings"]), (&json!("web-1"), &json!("up"), &json!(0)));
    let baseline = only(&lab, &token, "/api/v1/baselines").await;
    assert_eq!((&baseline["version"], &baseline["approved_by"]), (&json!(1), &json!("system:first_report")));
    assert_eq!(lab.all(&token, "/api/v1/findings?state=all").await.len(), 0);
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 0);
}

#[tokio::test]
async fn a_new_account_becomes_an_incident_and_ends_by_itself() {
    let (lab, mut device, token) = lab_with_device().await;
    lab.clock.advance_millis(60_000);
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let finding = only(&lab, &token, "/api/v1/findings").await;
    assert_eq!(
        (&finding["state"], &finding["section"], &finding["item_key"]),
        (&json!("open"), &json!("user"), &json!("deploy"))
    );
    assert!(finding["not_before"].as_str() < finding["first_seen"].as_str());
    let ticket = only(&lab, &token, "/api/v1/tickets").await;
    assert_eq!(ticket["id"], finding["incident"]);
    assert_eq!(
        (&ticket["opened_by"], &ticket["channel"], &ticket["state"]),
        (&json!("system:router"), &json!("agent"), &json!("new"))
    );
    assert!(ticket["title"].as_str().unwrap().contains("deploy"), "{ticket}");
    let detail =
        lab.get(&token, &format!("/api/v1/findings/{}", finding["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(detail["history"][0]["operation"], "added");
    assert!(detail["policy_purpose"].as_str().is_some_and(|purpose| !purpose.is_empty()));
    let item =
        lab.get(&token, &format!("/api/v1/items/{}", finding["item"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(item["findings"][0]["id"], finding["id"]);
    // A second one joins the incident.
    device.add_user("second", 0);
    device.report_delta(&lab).await;
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 2);
    let grown = only(&lab, &token, "/api/v1/tickets").await;
    assert!(grown["title"].as_str().unwrap().contains("+1 more"), "{grown}");
    // One goes: nothing ends yet. Both are gone: it is over.
    device.remove(SectionName::User, "second");
    device.report_delta(&lab).await;
    assert_eq!(only(&lab, &token, "/api/v1/tickets").await["state"], "new");
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 0);
    let resolved = only(&lab, &token, "/api/v1/tickets").await;
    assert_eq!((&resolved["state"], &resolved["close_code"]), (&json!("resolved"), &json!("config_reverted")));
    let past = lab.all(&token, "/api/v1/findings?state=all").await;
    assert!(
        past.iter().all(|finding| finding["state_detail"]["resolution"] == "reverted") && past.len() == 2,
        "{past:?}"
    );
    assert_eq!(lab.all(&token, "/api/v1/findings?state=resolved").await.len(), 2);
    // It comes back: the same finding, the same incident.
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let back = only(&lab, &token, "/api/v1/findings").await;
    assert_eq!((&back["id"], &back["reopen_count"]), (&finding["id"], &json!(1)));
    let reopened = only(&lab, &token, "/api/v1/tickets").await;
    assert_eq!((&reopened["state"], &reopened["reopen_count"]), (&json!("in_progress"), &json!(1)));
}

#[tokio::test]
async fn what_a_person_works_on_is_not_closed_under_them() {
    let (lab, mut device, token) = lab_with_device().await;
    let user = lab.user("ann", &[Role::Responder]).await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let path = "/api/v1/tickets/INC-000001";
    lab.patch(&token, path, "*", json!({"assignee": user.id})).await.expect(200);
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    assert_eq!(lab.get(&token, path).await.json()["state"], "new");
    let last = lab.all(&token, &format!("{path}/timeline")).await.pop().unwrap();
    assert_eq!((&last["what"], &last["state"]), (&json!("finding"), &json!("resolved (reverted)")));
}

#[tokio::test]
async fn less_urgent_facts_wait_for_a_second_look_and_for_others() {
    let (lab, mut device, token) = lab_with_device().await;
    device
        .put(SectionName::Package, Item::new("nmap").with("name", "nmap").with("version", "7").with("manager", "dpkg"));
    device.report_delta(&lab).await;
    assert_eq!(only(&lab, &token, "/api/v1/findings").await["state"], "pending");
    lab.clock.advance_millis(2_000);
    device.heartbeat(&lab).await;
    assert_eq!(only(&lab, &token, "/api/v1/findings").await["state"], "open");
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 0, "it waits for others of its kind");
    lab.wait_seconds(60).await;
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 1);
    // Gone before the second look: nobody hears of it.
    device.put(
        SectionName::Package,
        Item::new("flash").with("name", "flash").with("version", "7").with("manager", "dpkg"),
    );
    device.report_delta(&lab).await;
    device.remove(SectionName::Package, "flash");
    device.report_delta(&lab).await;
    lab.wait_seconds(300).await;
    let ticket = only(&lab, &token, "/api/v1/tickets").await;
    assert_eq!(ticket["drift"]["findings"].as_array().unwrap().len(), 1);
}

/// The job ends after each step as well as after all of them: the cursor and its effects are one commit.
#[tokio::test]
async fn steps_that_find_nothing_change_nothing() {
    let (lab, mut device, _) = lab_with_device().await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let before = lab.sequence().await;
    lab.settle().await;
    assert_eq!(lab.sequence().await, before);
    assert!(lab.service.verify(&crate::lab::SYSTEM, &[]).await.unwrap().is_empty());
}

/// A heartbeat that agrees changes when the host was heard, and nothing else.
#[tokio::test]
async fn heartbeats_ask_for_everything_when_they_do_not_fit() {
    let (lab, mut device, token) = lab_with_device().await;
    assert_eq!(device.heartbeat(&lab).await["send_full"], false);
    device.add_user("deploy", 0);
    assert_eq!(device.heartbeat(&lab).await["send_full"], true);
    device.report_full(&lab).await;
    assert_eq!(device.heartbeat(&lab).await["send_full"], false);
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 1, "a full report is compared like any other");
    let fresh = Device::enroll(&lab, "web-2", "fedcba9876543210fedcba9876543210").await;
    assert_eq!(fresh.heartbeat(&lab).await["send_full"], true);
}
