//! Lifecycle and health: silence is seen, zombies are found, every number is the length of its list.

use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

async fn check(lab: &Lab, token: &str, id: &str) -> usize {
    let health = lab.get(token, "/api/v1/reports/health").await.expect(200).json();
    let checks = health["scores"].as_array().unwrap().iter().flat_map(|score| score["checks"].as_array().unwrap());
    let check = checks.clone().find(|check| check["id"] == id).unwrap();
    let filter = check["filter"].as_str().unwrap().replace(' ', "%20").replace('>', "%3E");
    let listed = lab.all(token, &format!("/api/v1/hosts?filter={filter}")).await.len();
    assert_eq!(check["failing"].as_u64().unwrap(), listed as u64, "{id} opens its list");
    listed
}

#[tokio::test]
async fn silence_shows_in_the_lifecycle_and_every_number_opens_its_list() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut devices = Vec::new();
    for i in 0..3_u32 {
        let mut device = Device::enroll(&lab, "web", &format!("{:032x}", 0x31_u32 + i)).await;
        device.report_full(&lab).await;
        devices.push(device);
    }
    for id in ["owner", "site", "review", "duplicate"] {
        assert_eq!(check(&lab, &token, id).await, 3, "{id}");
    }
    assert_eq!((check(&lab, &token, "stale").await, check(&lab, &token, "missing").await), (0, 0));
    lab.wait_seconds(3_600).await;
    devices[0].heartbeat(&lab).await;
    let hosts = lab.all(&token, "/api/v1/hosts").await;
    let count = |state: &str| hosts.iter().filter(|host| host["lifecycle"] == state).count();
    assert_eq!((count("discovered"), count("stale")), (1, 2));
    assert!(hosts.iter().all(|host| host["lifecycle_set"] == "discovered"));
    assert_eq!(check(&lab, &token, "stale").await, 2);
    lab.wait_seconds(15 * 86_400).await;
    assert_eq!((check(&lab, &token, "stale").await, check(&lab, &token, "missing").await), (0, 3));
}

#[tokio::test]
async fn a_host_that_is_out_of_service_and_reports_is_a_finding_until_it_is_in_service_again() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "old-1", &"0d".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    lab.patch(&token, &path, "*", json!({"lifecycle": "retired"})).await.expect(200);
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 0, "it has not spoken since");
    lab.wait_seconds(60).await;
    device.add_user("x", 1_000);
    device.report_delta(&lab).await;
    device.add_user("y", 1_001);
    device.report_delta(&lab).await;
    let zombies = lab.all(&token, "/api/v1/findings?policy=retired-host").await;
    assert_eq!(zombies.len(), 1, "one finding, however often it speaks");
    assert_eq!((&zombies[0]["expected"], &zombies[0]["actual"]), (&json!("retired"), &json!("reports")));
    assert_eq!(check(&lab, &token, "zombie").await, 1);
    lab.wait_seconds(600).await;
    lab.wait_seconds(600).await;
    let incident =
        |found: &Vec<Value>| found.iter().filter(|ticket| ticket["drift"]["policy"] == "retired-host").count();
    assert_eq!(incident(&lab.all(&token, "/api/v1/tickets").await), 1);
    lab.patch(&token, &path, "*", json!({"lifecycle": "active"})).await.expect(200);
    lab.settle().await;
    assert_eq!(lab.all(&token, "/api/v1/findings?policy=retired-host").await.len(), 0);
    let tickets = lab.all(&token, "/api/v1/tickets").await;
    let ticket = tickets.iter().find(|ticket| ticket["drift"]["policy"] == "retired-host").unwrap();
    assert_eq!(ticket["state"], "resolved");
}
