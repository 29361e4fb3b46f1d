//! Lifecycle and health: silence is seen, zombies are found, every number is the length of its list.

use axum::http::Method;
use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

async fn check(lab: &Lab, token: &str, id: &str) -> usize {
    let health = lab.get(token, "/api/v1/reports/health").await.expect(200).json();
    let checks = health["scores"].as_array().unwrap().iter().flat_map(|score| score["checks"].as_array().unwrap());
    let check = checks.clone().find(|check| check["id"] == id).unwrap();
    let filter = check["filter"].as_str().unwrap().replace(' ', "%20").replace('>', "%3E");
    let list = check["of"].as_str().unwrap();
    let listed = lab.all(token, &format!("/api/v1/{list}?filter={filter}")).await.len();
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

/// Case 37: before the certificate is over, and until the agent has another one.
#[tokio::test]
async fn an_agent_that_does_not_renew_its_certificate_is_told_before_it_ends() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"0e".repeat(16)).await;
    device.report_full(&lab).await;
    lab.wait_seconds(6 * 86_400).await;
    assert_eq!(check(&lab, &token, "certificate").await, 0, "a seventh is left");
    lab.wait_seconds(12 * 3_600).await;
    assert_eq!(check(&lab, &token, "certificate").await, 1);
    device.renew(&lab).await.expect(200);
    assert_eq!(check(&lab, &token, "certificate").await, 0);
    lab.wait_seconds(8 * 86_400).await;
    assert_eq!(check(&lab, &token, "certificate").await, 1, "it is over");
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

#[tokio::test]
async fn what_stands_of_a_host_ends_when_it_goes_out_of_service() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "old-1", &"0d".repeat(16)).await;
    let host = device.report_full(&lab).await;
    lab.wait_seconds(60).await;
    device.add_user("mallory", 0);
    device.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let standing = lab.all(&token, "/api/v1/findings").await;
    assert!(!standing.is_empty());
    assert_eq!(lab.all(&token, "/api/v1/tickets?kind=incident").await.len(), 1);
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    lab.settle().await;
    assert_eq!(lab.all(&token, "/api/v1/findings").await.len(), 0);
    let ended = lab.all(&token, "/api/v1/findings?state=resolved").await;
    assert_eq!(ended.len(), standing.len());
    assert!(ended.iter().all(|finding| finding["state_detail"]["resolution"] == "host_gone"), "{ended:?}");
    assert_eq!(lab.all(&token, "/api/v1/tickets?kind=incident").await[0]["state"], "resolved");
}

#[tokio::test]
async fn what_people_declare_is_asked_too() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "db-1", &"0d".repeat(16)).await.report_full(&lab).await;
    let other = Device::enroll(&lab, "db-2", &"0e".repeat(16)).await.report_full(&lab).await;
    let declare = async |body: Value| {
        let made = lab.post(&token, "/api/v1/items", body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let shop = declare(json!({"class": "business_service", "name": "shop"})).await;
    let alone = declare(json!({"class": "business_service", "name": "alone", "owner": "ann"})).await;
    for to in [&host, &other] {
        let relation = json!({"kind": "depends_on", "to": to, "reason": "as drawn"});
        lab.post(&token, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    }
    let ids = ["item-owner", "item-values", "item-relation", "item-orphan", "relation"];
    let counts = async || {
        let mut counts = Vec::new();
        for id in ids {
            counts.push(check(&lab, &token, id).await);
        }
        counts
    };
    assert_eq!(counts().await, [1, 2, 0, 1, 0]);
    let rack = declare(json!({"class": "rack", "name": "r1", "owner": "ann"})).await;
    assert_eq!(check(&lab, &token, "item-orphan").await, 1, "a rack stands by itself");
    let version = format!("/api/v1/items/{rack}?reason=gone");
    lab.people(crate::lab::ask(Method::DELETE, &token, &version, &[("if-match", "*")], None)).await.expect(200);
    let health = lab.get(&token, "/api/v1/reports/health").await.expect(200).json();
    assert_eq!((&health["hosts"], &health["items"]), (&json!(2), &json!(2)));
    // A host that is out of service leaves its relations behind it.
    lab.patch(&token, &format!("/api/v1/hosts/{other}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    assert_eq!(counts().await, [1, 2, 1, 1, 0]);
    // Values that the class asks for.
    let class = lab.get(&token, "/api/v1/classes/business_service").await.expect(200).json();
    let wanted = class["attributes"].as_array().unwrap().iter().filter(|attribute| attribute["need"] != "optional");
    let value = |kind: &str| match kind {
        "integer" => json!(1),
        "boolean" => json!(true),
        "time" => json!("2026-01-01T00:00:00Z"),
        _ => json!("said"),
    };
    let values: serde_json::Map<String, Value> = wanted
        .map(|attribute| (attribute["name"].as_str().unwrap().to_owned(), value(attribute["kind"].as_str().unwrap())))
        .collect();
    assert!(!values.is_empty());
    let path = format!("/api/v1/items/{alone}");
    lab.patch(&token, &path, "*", json!({"attributes": values})).await.expect(200);
    assert_eq!(counts().await, [1, 1, 1, 1, 0]);
    // What is gone is not asked any more, and what led to it is broken.
    let relation = json!({"kind": "depends_on", "to": alone, "reason": "as drawn"});
    lab.post(&token, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    assert_eq!(counts().await, [1, 1, 1, 0, 0]);
}

/// Owners ask for values of what agents find: the number counts what lacks one, and opens just that list.
#[tokio::test]
async fn values_that_owners_ask_for_of_hosts_and_of_what_agents_find_are_counted() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut hosts = Vec::new();
    for i in 0..2_u32 {
        let mut device = Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x31_u32 + i)).await;
        hosts.push(device.report_full(&lab).await);
    }
    assert_eq!((check(&lab, &token, "values").await, check(&lab, &token, "found-values").await), (0, 0), "nobody asks");
    let ask_for = async |class: &str, need: &str| {
        let more = json!({"attributes": [{"name": "cost_centre", "kind": "text", "need": need}]});
        lab.put(&token, &format!("/api/v1/classes/{class}"), "*", more).await.expect(200);
    };
    let say = async |node: &str, value: &str| {
        let body = json!({"attributes": {"cost_centre": value}});
        lab.patch(&token, &format!("/api/v1/items/{node}"), "*", body).await.expect(200);
    };
    ask_for("host", "recommended").await;
    assert_eq!(check(&lab, &token, "values").await, 2);
    say(&hosts[0], "4711").await;
    assert_eq!(check(&lab, &token, "values").await, 1);
    assert_eq!(check(&lab, &token, "found-values").await, 0, "a host is asked as a host");
    ask_for("user", "recommended").await;
    ask_for("package", "optional").await;
    let users = lab.all(&token, "/api/v1/items?class=user").await;
    assert_eq!(check(&lab, &token, "found-values").await, users.len());
    say(users[0]["id"].as_str().unwrap(), "4711").await;
    assert_eq!(check(&lab, &token, "found-values").await, users.len() - 1);
    let health = lab.get(&token, "/api/v1/reports/health").await.expect(200).json();
    assert_eq!((&health["hosts"], &health["found"]), (&json!(2), &json!(users.len())));
    // A declared item is counted as before, and a host out of service is not asked.
    assert_eq!(check(&lab, &token, "item-values").await, 0);
    lab.patch(&token, &format!("/api/v1/hosts/{}", hosts[1]), "*", json!({"lifecycle": "retired"})).await.expect(200);
    let here = users.iter().filter(|user| user["host"] == hosts[0].as_str()).count();
    let lacking = here - usize::from(users[0]["host"] == hosts[0].as_str());
    assert_eq!((check(&lab, &token, "values").await, check(&lab, &token, "found-values").await), (0, lacking));
}
