//! `/items`: lists over all hosts, one item there or gone, its history.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::json;

use crate::lab::{Device, Lab};

#[tokio::test]
async fn lists_go_over_all_hosts_in_pages() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    for i in 0..3_u32 {
        let mut device =
            Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x1234_5678_9abc_u64 + u64::from(i))).await;
        device.put(SectionName::Package, Item::new("nginx").with("name", "nginx").with("version", format!("1.{i}")));
        device.report_full(&lab).await;
    }
    let count = async |query: &str| lab.all(&token, &format!("/api/v1/items?{query}")).await.len();
    assert_eq!(count("").await, 3 * 6);
    for limit in [1, 4, 5, 6, 17, 18, 19] {
        let all = lab.all(&token, &format!("/api/v1/items?limit={limit}")).await;
        let mut ids: Vec<&str> = all.iter().map(|item| item["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 18, "in pages of {limit}");
    }
    assert_eq!(count("filter=class%3Apackage%20name%3Anginx&limit=1").await, 3);
    assert_eq!(count("class=package&version=1.1").await, 1);
    assert_eq!(count("class=user&host_name=web-2").await, 1);
    assert_eq!(count("class=raid").await, 0);
    assert_eq!(count("host=host_00000000000000000000000000000000").await, 0);
}

#[tokio::test]
async fn an_item_that_is_gone_is_still_known() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    let found = lab.all(&token, "/api/v1/items?class=package&name=zlib").await;
    let path = format!("/api/v1/items/{}", found[0]["id"].as_str().unwrap());
    assert_eq!(
        lab.all(&token, &format!("{path}/history")).await,
        Vec::<serde_json::Value>::new(),
        "a baseline is no change"
    );
    lab.clock.advance_millis(1_000);
    device.put(
        SectionName::Package,
        Item::new("zlib").with("name", "zlib").with("version", "2.0").with("manager", "dpkg"),
    );
    device.report_delta(&lab).await;
    device.remove(SectionName::Package, "zlib");
    device.report_delta(&lab).await;
    let gone = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&gone["is_present"], &gone["attributes"]["version"]), (&json!(false), &json!("2.0")));
    let history = lab.all(&token, &format!("{path}/history?limit=1")).await;
    assert_eq!(history.len(), 2);
    assert_eq!((&history[0]["operation"], &history[1]["operation"]), (&json!("removed"), &json!("modified")));
    assert_eq!((&history[1]["before"], &history[1]["after"]), (&json!({"version": "1.0"}), &json!({"version": "2.0"})));
    assert!(history[1]["not_before"].as_str() < history[1]["seen_at"].as_str());
    assert_eq!(lab.all(&token, "/api/v1/items?class=package&name=zlib").await.len(), 0);
    let unknown = format!("/api/v1/items/item_{}", "0".repeat(48));
    lab.get(&token, &unknown).await.problem(404, "not-found");
}
