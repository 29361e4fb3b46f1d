//! What is asked of the past is answered as it was, or refused: an item with its findings of then, and fields of which only the
//! present is kept.

use muster_model::right::Role;
use muster_shared::{Clock, Item, SectionName};
use serde_json::json;

use crate::lab::{Device, Lab};

#[tokio::test]
async fn an_item_of_then_has_the_findings_of_then_and_its_hosts_name_of_then() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    lab.settle().await;
    let before = lab.clock.now();
    lab.clock.advance_millis(10_000);
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    lab.settle().await;
    let opened = lab.clock.now();
    let finding = lab.all(&token, "/api/v1/findings").await.remove(0);
    let path = format!("/api/v1/items/{}", finding["item"].as_str().unwrap());
    lab.clock.advance_millis(10_000);
    lab.post(
        &token,
        &format!("/api/v1/findings/{}/accept", finding["id"].as_str().unwrap()),
        json!({"reason": "ours"}),
    )
    .await
    .expect(200);
    device.put(SectionName::Host, Item::new("host").with("name", "shop-1").with("machine_id", "1f".repeat(16)));
    device.report_delta(&lab).await;
    lab.settle().await;

    let now = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&now["findings"], &now["host_name"]), (&json!([]), &json!("shop-1")));
    let then = lab.get(&token, &format!("{path}?as_of={opened}")).await.expect(200).json();
    assert_eq!((&then["findings"][0]["id"], &then["findings"][0]["state"]), (&finding["id"], &json!("open")));
    assert_eq!(then["host_name"], "web-1", "as it was called then");
    lab.get(&token, &format!("{path}?as_of={before}")).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_only_the_present_tells_is_refused_of_the_past() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let then = lab.clock.now();
    lab.clock.advance_millis(60_000);
    let hosts = [
        "duplicate:false",
        "unread>0",
        "zombie:true",
        "renewal_overdue:true",
        "last_seen<2030-01-01",
        "skew_seconds>5",
        "status:up",
    ];
    let items = [
        "class:package host.status:up",
        "class:filesystem used_percent>90",
        "class:filesystem -free_bytes:5",
        "class:battery (charge_percent<9 or name:x)",
    ];
    for (list, filters) in [("hosts", &hosts[..]), ("items", &items[..]), ("items/facets", &items[..])] {
        for filter in filters {
            let filter = filter.replace('>', "%3E").replace('<', "%3C").replace(' ', "%20");
            for moment in ["as_of", "known_at"] {
                let path = format!("/api/v1/{list}?{moment}={then}&filter={filter}");
                let wrong = lab.get(&token, &path).await.expect(422);
                assert!(wrong.text().contains("only the present is kept"), "{path}: {}", wrong.text());
            }
            lab.get(&token, &format!("/api/v1/{list}?filter={filter}")).await.expect(200);
        }
    }
    // A name that some class keeps as a fact can be asked.
    lab.get(&token, &format!("/api/v1/items?as_of={then}&filter=class:listener%20port:22")).await.expect(200);
    for filter in ["name:web-1 lifecycle:discovered os:Debian* drift:0 incomplete:false", "web"] {
        let path = format!("/api/v1/hosts?as_of={then}&filter={}", filter.replace(' ', "%20"));
        lab.get(&token, &path).await.expect(200);
    }
}

#[tokio::test]
async fn relations_are_counted_as_they_were() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let declare = async |name: &str| {
        let body = json!({"class": "application", "name": name});
        lab.post(&token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let (shop, till) = (declare("shop").await, declare("till").await);
    let alone = lab.clock.now();
    lab.clock.advance_millis(10_000);
    for to in [&till, &host] {
        let body = json!({"kind": "depends_on", "to": to, "reason": "as drawn"});
        lab.post(&token, &format!("/api/v1/items/{shop}/relations"), body).await.expect(201);
    }
    let tied = lab.clock.now();
    lab.clock.advance_millis(10_000);
    lab.patch(&token, &format!("/api/v1/items/{till}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    let broken = lab.clock.now();
    lab.clock.advance_millis(10_000);
    lab.patch(&token, &format!("/api/v1/items/{till}"), "*", json!({"lifecycle": "active"})).await.expect(200);
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"lifecycle": "active"})).await.expect(200);
    let count = async |list: &str, filter: &str, at| {
        lab.all(&token, &format!("/api/v1/{list}?as_of={at}&filter={filter}")).await.len()
    };
    for (at, related, hosts) in [(alone, 0, 0), (tied, 1, 0), (broken, 0, 1)] {
        assert_eq!(count("items", "name:shop%20relations:2", at).await, related, "{at}");
        assert_eq!(count("hosts", "broken_relations:1", at).await, hosts, "{at}");
    }
    assert_eq!(count("items", "name:shop%20lifecycle:retired%20broken_relations:1", broken).await, 1);
}

#[tokio::test]
async fn a_history_goes_as_far_as_the_moment() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let shop =
        lab.post(&token, "/api/v1/items", json!({"class": "application", "name": "shop"})).await.expect(201).json();
    let shop = format!("/api/v1/items/{}/history", shop["id"].as_str().unwrap());
    lab.clock.advance_millis(10_000);
    device.put(
        SectionName::Package,
        Item::new("zlib").with("name", "zlib").with("version", "2.0").with("manager", "dpkg"),
    );
    device.report_delta(&lab).await;
    lab.patch(&token, shop.trim_end_matches("/history"), "*", json!({"owner": "ann"})).await.expect(200);
    let first = lab.clock.now();
    lab.clock.advance_millis(10_000);
    device.put(
        SectionName::Package,
        Item::new("zlib").with("name", "zlib").with("version", "3.0").with("manager", "dpkg"),
    );
    device.report_delta(&lab).await;
    lab.patch(&token, shop.trim_end_matches("/history"), "*", json!({"owner": "bob"})).await.expect(200);
    let zlib = lab.all(&token, "/api/v1/items?class=package&name=zlib").await.remove(0);
    let item = format!("/api/v1/items/{}/history", zlib["id"].as_str().unwrap());
    for path in [item, format!("/api/v1/hosts/{host}/history"), shop] {
        let (all, then) = (lab.all(&token, &path).await, lab.all(&token, &format!("{path}?as_of={first}")).await);
        assert_eq!((then.len() + 1, &all[1..]), (all.len(), &then[..]), "{path}");
        assert_eq!(lab.all(&token, &format!("{path}?known_at={first}")).await, then);
        lab.get(&token, &format!("{path}?as_of=soon")).await.problem(422, "invalid");
    }
}
