//! The evidence block of findings and incidents: interval, where it was read, peers, what depends on the host, why it is quiet.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::json;

use crate::lab::{Device, Lab};

fn package(name: &str, version: &str) -> Item {
    Item::new(name).with("name", name).with("version", version).with("manager", "dpkg")
}

#[tokio::test]
async fn a_finding_tells_everything_that_it_takes_to_judge_it() {
    let lab = Lab::new();
    lab.service.make_lookup().await.unwrap();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = Vec::new();
    for n in 0..6 {
        let mut device = Device::enroll(&lab, &format!("web-{n}"), &format!("{:032x}", 0x77_0000 + n)).await;
        for m in 0..10 {
            device.put(SectionName::Package, package(&format!("lib{m}"), "1"));
        }
        device.put(SectionName::Package, package("openssl", "3.0.14"));
        let host = device.report_full(&lab).await;
        devices.push((device, host));
    }
    let (device, host) = &mut devices[5];
    let shop = json!({"class": "application", "name": "shop", "criticality": "high"});
    let shop = lab.post(&token, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let relate = json!({"kind": "runs_on", "to": host.as_str(), "reason": "it does"});
    lab.post(&token, &format!("/api/v1/items/{shop}/relations"), relate).await.expect(201);
    // What depends on that, and what depends on that in turn: two steps are shown.
    let mut below = shop;
    for name in ["portal", "firm"] {
        let body = json!({"class": "business_service", "name": name});
        let item = lab.post(&token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let relate = json!({"kind": "depends_on", "to": below, "reason": "it does"});
        lab.post(&token, &format!("/api/v1/items/{item}/relations"), relate).await.expect(201);
        below = item;
    }

    lab.clock.advance_millis(60_000);
    device.put(SectionName::Package, package("openssl", "3.0.9"));
    device.report_delta(&lab).await;
    lab.wait_seconds(100).await;
    lab.wait_seconds(100).await;
    let found = lab.all(&token, "/api/v1/findings?policy=package-downgrade").await;
    let id = found[0]["id"].as_str().unwrap();
    let evidence = lab.get(&token, &format!("/api/v1/findings/{id}/evidence")).await.expect(200).json();
    assert_eq!((&evidence["expected"], &evidence["actual"]), (&json!("3.0.14"), &json!("3.0.9")));
    assert!(evidence["not_before"].is_string() && evidence["seen_at"].is_string(), "{evidence}");
    assert_eq!(evidence["source"], "/var/lib/dpkg/status");
    assert_eq!(evidence["package"], "openssl");
    assert_eq!(evidence["peers"]["text"], "5 of 6 have 3.0.14");
    assert_eq!(evidence["peers"]["with_most"], false);
    assert_eq!(evidence["history"].as_array().unwrap().len(), 1);
    let impact = evidence["impact"].as_array().unwrap();
    let mut reached: Vec<_> = impact.iter().map(|hit| (hit["name"].clone(), hit["depth"].clone())).collect();
    reached.sort_by_key(|(_, depth)| depth.as_u64());
    assert_eq!(reached, [(json!("shop"), json!(1)), (json!("portal"), json!(2))], "two steps and no third");
    assert_eq!(evidence["suppressions"], json!([]));

    let number = found[0]["incident"].as_str().unwrap();
    let all = lab.all(&token, &format!("/api/v1/tickets/{number}/evidence")).await;
    assert_eq!((all.len(), &all[0]["finding"]), (1, &json!(id)));

    let body = json!({"reason": "it is known", "until": lab.service.now().plus_millis(3_600_000).to_string()});
    lab.post(&token, &format!("/api/v1/findings/{id}/suppress"), body).await.expect(200);
    let evidence = lab.get(&token, &format!("/api/v1/findings/{id}/evidence")).await.expect(200).json();
    let quiet = &evidence["suppressions"][0];
    assert_eq!((&quiet["kind"], &quiet["reason"]), (&json!("suppressed"), &json!("it is known")));
}

#[tokio::test]
async fn secrets_in_what_changed_are_not_shown() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    lab.clock.advance_millis(60_000);
    let entry = Item::new("root/backup").with("command", "backup --password=hunter2 /srv").with("user", "root");
    device.put(SectionName::Cron, entry);
    device.report_delta(&lab).await;
    let before = lab.all(&token, "/api/v1/findings?policy=cron").await;
    // The first look at a section is no drift; what comes after it is.
    assert_eq!(before.len(), 0);
    lab.clock.advance_millis(60_000);
    let entry = Item::new("root/dump").with("command", "dump --password=hunter2 /srv").with("user", "root");
    device.put(SectionName::Cron, entry);
    device.report_delta(&lab).await;
    let found = lab.all(&token, "/api/v1/findings?policy=cron").await;
    let path = format!("/api/v1/findings/{}/evidence", found[0]["id"].as_str().unwrap());
    let text = lab.get(&token, &path).await.expect(200).text();
    assert!(text.contains("dump") && !evidence_of(&text).contains("hunter2"), "{text}");
}

/// What was expected and found, without the history of the item, which is as the agent told it.
fn evidence_of(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    format!("{}{}", value["expected"], value["actual"])
}
