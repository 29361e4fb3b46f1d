//! How long a policy waits and what it tells as one incident, as its owner wants it or as it comes; the clock is moved, and the
//! collector starts anew in between.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

fn package(name: &str) -> Item {
    Item::new(format!("{name}:amd64")).with("name", name).with("version", "1.0").with("manager", "dpkg")
}

fn no_telnet(patience: &Value) -> Value {
    let mut policy = json!({
        "id": "no-telnet", "purpose": "telnet is not allowed", "section": "package", "scope": "",
        "condition": "item.name == 'telnetd'", "severity": "major", "class": "critical", "outcome": "incident",
        "enabled": true,
    });
    policy.as_object_mut().unwrap().extend(patience.as_object().unwrap().clone());
    policy
}

/// Hosts of these sites; of none where it is empty.
async fn fleet(lab: &Lab, token: &str, sites: &[&str]) -> Vec<(Device, String)> {
    let mut devices = Vec::new();
    for (n, site) in sites.iter().enumerate() {
        let mut device = Device::enroll(lab, &format!("web-{}", n + 1), &format!("{:032x}", n + 1)).await;
        let host = device.report_full(lab).await;
        if !site.is_empty() {
            lab.patch(token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": site})).await.expect(200);
        }
        devices.push((device, host));
    }
    lab.wait_seconds(60).await;
    devices
}

async fn put(lab: &Lab, devices: &mut [(Device, String)], name: &str) {
    for (device, _) in devices {
        device.put(SectionName::Package, package(name));
        device.report_delta(lab).await;
    }
}

async fn findings(lab: &Lab, token: &str, policy: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/findings?policy={policy}")).await
}

async fn titles(lab: &Lab, token: &str) -> Vec<String> {
    let active = lab.all(token, "/api/v1/tickets?active=true").await;
    let mut titles: Vec<String> = active.iter().map(|ticket| ticket["title"].as_str().unwrap().to_owned()).collect();
    titles.sort_unstable();
    titles
}

/// Where the one finding of our policy stands.
async fn state(lab: &Lab, token: &str) -> Value {
    findings(lab, token, "no-telnet").await[0]["state"].clone()
}

#[tokio::test]
async fn what_an_owner_lets_wait_opens_after_that_time_and_not_with_a_second_look() {
    let mut lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, &token, &[""]).await;
    let made =
        lab.post(&token, "/api/v1/policies", no_telnet(&json!({"debounce_seconds": 600}))).await.expect(201).json();
    assert_eq!((&made["debounce_seconds"], &made["group_by"]), (&json!(600), &json!("difference")));
    // The usual policies mind new packages too; here only ours is looked at.
    lab.patch(&token, "/api/v1/policies/package", "\"0\"", json!({"enabled": false})).await.expect(200);
    put(&lab, &mut devices, "telnetd").await;
    assert_eq!(state(&lab, &token).await, "pending");
    for _ in 0..5 {
        lab.wait_seconds(100).await;
        devices[0].0.heartbeat(&lab).await;
    }
    assert_eq!(state(&lab, &token).await, "pending", "five more looks saw it, and it is not ten minutes yet");
    // The collector starts anew before it is due: the time that was set is in the store.
    lab.restart();
    lab.wait_seconds(99).await;
    assert_eq!(state(&lab, &token).await, "pending", "one second is left");
    lab.wait_seconds(1).await;
    assert_eq!(state(&lab, &token).await, "open");
    assert_eq!(titles(&lab, &token).await, [""; 0], "it waits a minute for others of its kind");
    lab.wait_seconds(60).await;
    assert_eq!(titles(&lab, &token).await, ["web-1: package telnetd:amd64: telnet is not allowed"]);
    // What goes before its time nobody hears of.
    devices[0].0.remove(SectionName::Package, "telnetd:amd64");
    devices[0].0.report_delta(&lab).await;
    assert_eq!(titles(&lab, &token).await, [""; 0]);
    // The usual way again: a second look opens it.
    lab.patch(&token, "/api/v1/policies/no-telnet", "*", json!({"debounce_seconds": null})).await.expect(200);
    put(&lab, &mut devices, "telnetd").await;
    assert_eq!(state(&lab, &token).await, "pending");
    lab.wait_seconds(5).await;
    devices[0].0.heartbeat(&lab).await;
    assert_eq!(state(&lab, &token).await, "open");
}

#[tokio::test]
async fn shipped_policies_wait_as_they_are_told_and_those_of_security_never() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, &token, &[""]).await;
    let set = json!({"debounce_seconds": 3_600});
    let set = lab.patch(&token, "/api/v1/policies/package", "\"0\"", set).await.expect(200).json();
    assert_eq!(set["debounce_seconds"], 3_600);
    put(&lab, &mut devices, "nmap").await;
    lab.wait_seconds(3_599).await;
    devices[0].0.heartbeat(&lab).await;
    assert_eq!(findings(&lab, &token, "package").await[0]["state"], "pending");
    lab.wait_seconds(1).await;
    assert_eq!(findings(&lab, &token, "package").await[0]["state"], "open");
    for (path, body) in [
        ("/api/v1/policies/account", json!({"debounce_seconds": 60})),
        ("/api/v1/policies/package", json!({"debounce_seconds": 86_401})),
    ] {
        let problem = lab.patch(&token, path, "*", body).await.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], "/debounce_seconds", "{problem}");
    }
    let security = no_telnet(&json!({"class": "security", "debounce_seconds": 60}));
    let problem = lab.post(&token, "/api/v1/policies", security).await.expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/debounce_seconds", "{problem}");
    let problem =
        lab.post(&token, "/api/v1/policies", no_telnet(&json!({"group_by": "moon"}))).await.expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/group_by", "{problem}");
}

#[tokio::test]
async fn a_policy_gathers_what_it_finds_as_its_owner_wants_it() {
    for (group_by, expected) in [
        // The same on three hosts of a site is one; what stands on fewer is told host by host.
        (
            "difference",
            vec![
                "3 hosts, site fra: package telnetd:amd64: telnet is not allowed",
                "web-4: package telnetd:amd64: telnet is not allowed",
            ],
        ),
        (
            "site",
            vec![
                "site fra: package telnetd:amd64: telnet is not allowed (+2 more)",
                "web-4: package telnetd:amd64: telnet is not allowed",
            ],
        ),
        ("policy", vec!["all hosts: package telnetd:amd64: telnet is not allowed (+3 more)"]),
        (
            "host",
            vec![
                "web-1: package telnetd:amd64: telnet is not allowed",
                "web-2: package telnetd:amd64: telnet is not allowed",
                "web-3: package telnetd:amd64: telnet is not allowed",
                "web-4: package telnetd:amd64: telnet is not allowed",
            ],
        ),
    ] {
        let mut lab = Lab::new();
        let token = lab.token_of(Role::Administrator).await;
        let mut devices = fleet(&lab, &token, &["fra", "fra", "fra", "ber"]).await;
        lab.patch(&token, "/api/v1/policies/package", "\"0\"", json!({"enabled": false})).await.expect(200);
        lab.post(&token, "/api/v1/policies", no_telnet(&json!({"group_by": group_by}))).await.expect(201);
        put(&lab, &mut devices, "telnetd").await;
        lab.wait_seconds(100).await;
        // The collector starts anew while they wait for others of their kind.
        lab.restart();
        lab.wait_seconds(100).await;
        assert_eq!(titles(&lab, &token).await, expected, "{group_by}");
        let tickets = lab.all(&token, "/api/v1/tickets?active=true").await;
        let told = tickets.iter().map(|ticket| ticket["description"].as_str().unwrap_or_default().to_owned());
        let explained = told.filter(|story| story.contains("one incident")).count();
        assert_eq!(explained, usize::from(group_by != "host") + usize::from(group_by == "site"), "{tickets:?}");
        // One that comes later joins its own, and each ends with the last of its findings.
        for (device, _) in &mut devices {
            lab.clock.advance_millis(60_000);
            device.remove(SectionName::Package, "telnetd:amd64");
            device.report_delta(&lab).await;
        }
        assert_eq!(titles(&lab, &token).await, [""; 0], "{group_by}");
    }
}

#[tokio::test]
async fn the_same_difference_is_one_incident_for_each_service_or_site() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, &token, &["fra", "fra", "fra", "ber", "ber", "ber", "", "fra"]).await;
    // Three of Frankfurt run the shop: that counts before the site.
    let shop = json!({"class": "business_service", "name": "shop", "lifecycle": "active"});
    let shop = lab.post(&token, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    for (_, host) in &devices[..3] {
        let body = json!({"kind": "depends_on", "to": host, "reason": "as drawn"});
        lab.post(&token, &format!("/api/v1/items/{shop}/relations"), body).await.expect(201);
    }
    put(&lab, &mut devices, "nmap").await;
    lab.wait_seconds(100).await;
    lab.wait_seconds(100).await;
    let expected = [
        "3 hosts, service shop: package nmap:amd64 added, version 1.0",
        "3 hosts, site ber: package nmap:amd64 added, version 1.0",
        "web-7: package nmap:amd64 added, version 1.0",
        "web-8: package nmap:amd64 added, version 1.0",
    ];
    assert_eq!(titles(&lab, &token).await, expected);
    let tickets = lab.all(&token, "/api/v1/tickets?active=true").await;
    let of = |title: &str| tickets.iter().find(|ticket| ticket["title"].as_str().unwrap().contains(title)).unwrap();
    let origin = &of("site ber")["drift"]["breadth"];
    assert_eq!(
        (&origin["breadth"], &origin["place"]),
        (&json!("group"), &json!({"of": "site", "name": "ber"})),
        "{origin}"
    );
    let story = of("service shop")["description"].as_str().unwrap();
    assert!(story.contains("three hosts or more") && story.contains("service shop"), "{story}");
    // What the incident of Berlin takes in are its own hosts.
    let members =
        lab.all(&token, &format!("/api/v1/findings?incident={}", of("site ber")["id"].as_str().unwrap())).await;
    let mut hosts: Vec<&str> = members.iter().map(|finding| finding["host_name"].as_str().unwrap()).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, ["web-4", "web-5", "web-6"]);
}
