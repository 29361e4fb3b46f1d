//! Availability of services: what heartbeats, people and incidents say makes outages, and outages make the number.

use muster_shared::SectionName;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const HOUR: i64 = 3_600;

/// A service on a machine that reports; nothing is open but that.
async fn shop(lab: &Lab, admin: &str, attributes: Value) -> (Device, String) {
    let mut device = Device::enroll(lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    let host = device.report_full(lab).await;
    let body = json!({"class": "business_service", "name": "shop", "lifecycle": "active", "attributes": attributes});
    let service = lab.post(admin, "/api/v1/items", body).await.expect(201).json();
    let service = service["id"].as_str().unwrap().to_owned();
    let relate = json!({"kind": "depends_on", "to": host, "reason": "as drawn"});
    lab.post(admin, &format!("/api/v1/items/{service}/relations"), relate).await.expect(201);
    lab.settle().await;
    (device, service)
}

/// An hour in which the machine is heard every five minutes.
async fn hour(lab: &Lab, device: &Device) {
    for _ in 0..12 {
        lab.wait_seconds(HOUR / 12).await;
        device.heartbeat(lab).await;
        lab.settle().await;
    }
}

async fn set_status(lab: &Lab, admin: &str, service: &str, status: &str) {
    let path = format!("/api/v1/items/{service}");
    let etag = lab.get(admin, &path).await.expect(200).etag();
    lab.patch(admin, &path, &etag, json!({"status": status})).await.expect(200);
    lab.wait_seconds(60).await;
}

async fn availability(lab: &Lab, token: &str, service: &str) -> Value {
    lab.get(token, &format!("/api/v1/services/{service}/availability")).await.expect(200).json()
}

fn outages(answer: &Value) -> Vec<(String, i64, bool)> {
    let row = |one: &Value| {
        let health = one["health"].as_str().unwrap().to_owned();
        (health, one["counted_seconds"].as_i64().unwrap(), one["planned"].as_bool().unwrap())
    };
    answer["outages"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn what_is_heard_and_said_of_a_service_makes_its_number() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (device, service) = shop(&lab, &admin, json!({"availability_percent": 99.5})).await;
    hour(&lab, &device).await;
    let sound = availability(&lab, &admin, &service).await;
    assert_eq!((sound["availability_percent"].as_f64(), sound["target_kept"].as_bool()), (Some(100.0), Some(true)));
    assert_eq!((sound["health"].as_str(), sound["outages"].as_array().map(Vec::len)), (Some("up"), Some(0)));

    // Silence: nobody knows, from when it was last heard.
    lab.wait_seconds(HOUR).await;
    device.heartbeat(&lab).await;
    lab.wait_seconds(60).await;
    let silent = availability(&lab, &admin, &service).await;
    let found = outages(&silent);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "unknown"), "{silent}");
    assert!((HOUR..=HOUR + 120).contains(&found[0].1), "{silent}");
    assert_eq!(silent["outages"][0]["because"].as_array().map(Vec::len), Some(1));
    assert_eq!(silent["availability_percent"].as_f64(), Some(100.0));
    assert!(silent["at_worst_percent"].as_f64().unwrap() < 60.0, "{silent}");

    // A person says that it is down.
    set_status(&lab, &admin, &service, "down").await;
    hour(&lab, &device).await;
    set_status(&lab, &admin, &service, "up").await;
    let down = availability(&lab, &admin, &service).await;
    assert_eq!(outages(&down).last().unwrap().0, "down");
    assert!(outages(&down).last().unwrap().1 >= HOUR && down["target_kept"] == false, "{down}");
    assert_eq!(down["mean_restore_seconds"].as_i64(), Some(outages(&down).last().unwrap().1));

    // What lasted is kept: the same answer after a restart.
    lab.service.store_pulses().await.unwrap();
    let restarted = lab.restarted();
    assert!(!restarted.availability_step().await.unwrap());
    let again = availability(&lab, &admin, &service).await;
    assert_eq!(outages(&again), outages(&down));
    let report = lab.get(&admin, "/api/v1/reports/availability").await.expect(200).json();
    assert_eq!(report["items"][0]["id"], service.as_str());
    assert_eq!(outages(&report["items"][0]), outages(&down));
}

#[tokio::test]
async fn an_incident_of_the_widest_impact_is_an_outage_and_announced_maintenance_is_none() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (device, service) = shop(&lab, &admin, json!({})).await;
    let open = |impact: u8| {
        json!({"kind": "incident", "title": "the shop is gone", "impact": impact, "urgency": 1,
            "items": [service]})
    };
    let mut numbers = Vec::new();
    for impact in [1, 2, 1] {
        let made = lab.post(&admin, "/api/v1/tickets", open(impact)).await.expect(201).json();
        numbers.push(made["number"].as_str().unwrap().to_owned());
    }
    hour(&lab, &device).await;
    let close = |code: &str| json!({"event": "resolve", "close_code": code, "close_notes": "n", "cause_item": "none"});
    for (number, code) in numbers.iter().zip(["fixed", "fixed", "no_fault"]) {
        lab.post(&admin, &format!("/api/v1/tickets/{number}/transitions"), close(code)).await.expect(200);
    }
    hour(&lab, &device).await;
    let told = availability(&lab, &admin, &service).await;
    assert_eq!(outages(&told).len(), 1, "{told}");
    assert_eq!(told["outages"][0]["incidents"], json!([numbers[0]]));
    // What was before the collector first looked counts nowhere.
    assert!((HOUR - 600..=HOUR).contains(&told["down_seconds"].as_i64().unwrap()), "{told}");
    assert!((49.0..56.0).contains(&told["availability_percent"].as_f64().unwrap()), "{told}");

    let now = lab.service.now();
    let window = json!({"name": "move", "items": [service], "reason": "new rack",
        "schedule": {"repeats": "never", "starts_at": now, "ends_at": now.plus_millis(2 * HOUR * 1_000)}});
    lab.post(&admin, "/api/v1/maintenance-windows", window).await.expect(201);
    set_status(&lab, &admin, &service, "down").await;
    hour(&lab, &device).await;
    set_status(&lab, &admin, &service, "up").await;
    let planned = availability(&lab, &admin, &service).await;
    assert_eq!(planned["down_seconds"], told["down_seconds"], "{planned}");
    assert!(planned["planned_seconds"].as_i64().unwrap() >= HOUR && outages(&planned).last().unwrap().2, "{planned}");
}

#[tokio::test]
async fn only_what_is_offered_is_looked_at_and_wrong_questions_say_what_is_wrong() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (mut device, service) = shop(&lab, &admin, json!({"hours": "business-hours"})).await;
    device.remove(SectionName::User, "root");
    let body = json!({"class": "business_service", "name": "next year's", "lifecycle": "review"});
    let planned = lab.post(&admin, "/api/v1/items", body).await.expect(201).json();
    lab.wait_seconds(120).await;
    let path = |id: &str| format!("/api/v1/services/{id}/availability");
    let planned = lab.get(&admin, &path(planned["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((planned["known_since"].is_null(), planned["availability_percent"].is_null()), (true, true));
    let listed = lab.get(&admin, "/api/v1/services").await.expect(200).json();
    let mut portfolio: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|one| one["portfolio"].as_str().unwrap()).collect();
    portfolio.sort_unstable();
    assert_eq!(portfolio, ["catalogue", "pipeline"]);
    let report = lab.get(&admin, "/api/v1/reports/availability").await.expect(200).json();
    assert_eq!(report["items"].as_array().unwrap().len(), 1);
    assert_eq!(report["items"][0]["calendar"], "business-hours");
    assert_eq!(lab.get(&admin, &format!("{}?from=x", path(&service))).await.pointers(422), ["/from"]);
    let turned = format!("{}?from=2026-01-02&to=2026-01-01", path(&service));
    assert_eq!(lab.get(&admin, &turned).await.pointers(422), ["/to"]);
    lab.get(&admin, &path("item_nothing")).await.problem(404, "not-found");
    lab.get("", &path(&service)).await.problem(401, "not-authenticated");
}
