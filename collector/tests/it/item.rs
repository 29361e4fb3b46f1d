//! `/items`: lists over all hosts, one item there or gone, its history.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

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

/// Classes that are not listed with their attributes are found by their names, now and after each change.
#[tokio::test]
async fn a_word_is_looked_for_in_every_class() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut devices = Vec::new();
    for i in 0..4_u32 {
        let mut device = Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x77_u32 + i)).await;
        let interface = format!("ethernet{i}");
        device.put(SectionName::Interface, Item::new(interface.as_str()).with("name", interface.as_str()));
        if i == 2 {
            device.put(SectionName::Sysctl, Item::new("net.ipv4.ip_forward").with("value", "1"));
        }
        device.report_full(&lab).await;
        devices.push(device);
    }
    let queries =
        ["ip_forward", "ethernet1 or ip_forward", "name:ether*", "key:net.ipv4.ip_forward", "web-3", "et", "-web"];
    let answers = async || {
        let mut answers = Vec::new();
        for query in queries {
            let path = format!("/api/v1/items?limit=2&filter={}", query.replace(' ', "%20"));
            answers.push(lab.all(&token, &path).await);
        }
        answers
    };
    let lengths = |answers: &[Vec<Value>]| answers.iter().take(5).map(Vec::len).collect::<Vec<_>>();
    let before = answers().await;
    assert_eq!(lengths(&before), [1, 2, 4, 1, 1]);
    lab.service.make_lookup().await.unwrap();
    assert_eq!(answers().await, before, "names that are not read yet are asked for");
    while lab.service.name_others().await.unwrap() > 0 {}
    assert_eq!(answers().await, before);
    // What comes, what changes its name, and who is new.
    let device = devices.get_mut(0).unwrap();
    device.put(SectionName::Sysctl, Item::new("net.ipv4.ip_forward").with("value", "1"));
    device.report_full(&lab).await;
    let device = devices.get_mut(2).unwrap();
    device.remove(SectionName::Sysctl, "net.ipv4.ip_forward");
    device.put(SectionName::Sysctl, Item::new("kernel.ip_forwarding").with("value", "1"));
    device.report_delta(&lab).await;
    let mut newcomer = Device::enroll(&lab, "web-31", &"9c".repeat(16)).await;
    newcomer.put(SectionName::Interface, Item::new("ethernet9").with("name", "ethernet9"));
    newcomer.report_full(&lab).await;
    assert_eq!(lengths(&answers().await), [2, 3, 5, 1, 2]);
    while lab.service.name_others().await.unwrap() > 0 {}
    assert_eq!(lengths(&answers().await), [2, 3, 5, 1, 2]);
}

const QUERIES: [&str; 10] = [
    "class:package name:openssl version<3.0.4",
    "class:package -name:openssl",
    "class:user name:deploy uid>=1002",
    "class:package,user (name:root or version:3.0.5)",
    "class:package manager:dpkg host_name:web-3",
    "class:listener port:22",
    "class:kernel",
    "class:package openssl since>2020-01-01",
    "class:service",
    "openssl",
];

#[tokio::test]
async fn the_index_of_items_answers_as_reading_every_host_does() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut devices = Vec::new();
    for i in 0..6_u32 {
        let mut device = Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x77_u32 + i)).await;
        let version = format!("3.0.{i}");
        device.put(SectionName::Package, Item::new("openssl").with("name", "openssl").with("version", version));
        if i % 2 == 0 {
            device.add_user("deploy", 1_000 + i);
        }
        device.report_full(&lab).await;
        devices.push(device);
    }
    let answers = async |lab: &Lab| {
        let mut answers = Vec::new();
        for query in QUERIES {
            let path = format!("/api/v1/items?limit=3&filter={}", query.replace(' ', "%20").replace('<', "%3C"));
            answers.push(lab.all(&token, &path.replace('>', "%3E")).await);
        }
        answers
    };
    let before = answers(&lab).await;
    assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [4, 12, 2, 7, 2, 0, 0, 6, 0, 6]);
    lab.service.make_lookup().await.unwrap();
    assert_eq!(answers(&lab).await, before);
    // What comes in afterwards is in the next answer.
    let device = devices.get_mut(0).unwrap();
    device.put(SectionName::Listener, Item::new("tcp:22").with("protocol", "tcp").with("port", 22));
    device.put(SectionName::Package, Item::new("openssl").with("name", "openssl").with("version", "9"));
    device.remove(SectionName::User, "deploy");
    device.report_delta(&lab).await;
    device.remove(SectionName::Listener, "tcp:22");
    device.put(SectionName::Listener, Item::new("tcp:2222").with("protocol", "tcp").with("port", 2222));
    device.report_delta(&lab).await;
    let mut newcomer = Device::enroll(&lab, "web-9", &"9c".repeat(16)).await;
    newcomer.put(SectionName::Listener, Item::new("tcp:22").with("protocol", "tcp").with("port", 22));
    newcomer.report_full(&lab).await;
    let by_index = answers(&lab).await;
    assert_eq!(by_index.iter().map(Vec::len).collect::<Vec<_>>(), [4, 14, 2, 8, 2, 1, 0, 7, 0, 7]);
    assert_eq!(lab.service.list_newcomers(0).await.unwrap(), 0);
    assert_eq!(answers(&lab).await, by_index, "the newcomer is read and no longer always asked");
    lab.service.make_lookup().await.unwrap();
    assert_eq!(answers(&lab).await, by_index, "made anew it says the same");
}
