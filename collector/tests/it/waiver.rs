//! Waivers by a question, rules of routing, and why a change alerted somebody or nobody.

use muster_model::right::Role;
use muster_shared::id::UserId;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

async fn one(lab: &Lab) -> (Device, String, String) {
    let token = lab.token_of(Role::Administrator).await;
    let mut device = Device::enroll(lab, "web-1", MACHINE).await;
    let host = device.report_full(lab).await;
    lab.clock.advance_millis(60_000);
    (device, token, host)
}

async fn findings(lab: &Lab, token: &str, query: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/findings?{query}")).await
}

fn until(lab: &Lab, days: i64) -> String {
    lab.service.now().plus_millis(days * 86_400_000).to_string()
}

#[tokio::test]
async fn what_is_waived_stands_and_comes_back_when_the_waiver_ends() {
    let lab = Lab::new();
    let (mut web, token, _) = one(&lab).await;
    web.add_user("eve", 0);
    web.report_delta(&lab).await;
    let body = json!({
        "selector": "policy:account-power host_name:web-*", "justification": "a lab", "owner": "ann",
        "expires_at": until(&lab, 2),
    });
    let waiver = lab.post(&token, "/api/v1/waivers", body.clone()).await.expect(201).json();
    assert_eq!(lab.last_audit().await.1, "waiver.create");
    lab.settle().await;
    let found = findings(&lab, &token, "state=waived").await;
    assert_eq!((found.len(), &found[0]["state_detail"]["by"]), (1, &json!("ann")), "what stood knows of it");
    web.add_user("mallory", 0);
    web.report_delta(&lab).await;
    let found = findings(&lab, &token, "state=waived").await;
    assert_eq!(found.len(), 2, "what begins knows of it too");
    assert_eq!(found.iter().filter(|finding| finding["incident"].is_null()).count(), 1, "and nobody is told");
    // It expires: both come back.
    lab.wait_seconds(3 * 86_400).await;
    web.heartbeat(&lab).await;
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "state=open").await.len(), 2);
    let id = waiver["id"].as_str().unwrap();
    assert_eq!(lab.get(&token, &format!("/api/v1/waivers/{id}")).await.expect(200).json()["state"], "expired");
    // One that is ended before its time lets them come back at once.
    let mut again = body;
    again["expires_at"] = json!(until(&lab, 2));
    let waiver = lab.post(&token, "/api/v1/waivers", again).await.expect(201).json();
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "state=waived").await.len(), 2);
    let path = format!("/api/v1/waivers/{}", waiver["id"].as_str().unwrap());
    lab.delete(&token, &path).await.expect(428);
    let request = crate::lab::ask(axum::http::Method::DELETE, &token, &path, &[("if-match", "*")], None);
    lab.people(request).await.expect(200);
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "state=open").await.len(), 2);
}

#[tokio::test]
async fn a_waiver_without_all_of_it_is_refused() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    for (field, value) in [
        ("selector", json!("")),
        ("selector", json!("polic:x")),
        ("justification", json!(" ")),
        ("owner", json!("")),
        ("expires_at", json!("2001-01-01T00:00:00Z")),
    ] {
        let mut body =
            json!({"selector": "policy:x", "justification": "j", "owner": "o", "expires_at": until(&lab, 1)});
        body[field] = value;
        let problem = lab.post(&token, "/api/v1/waivers", body).await.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{problem}");
    }
}

#[tokio::test]
async fn rules_say_who_deals_with_an_incident_and_are_named() {
    let lab = Lab::new();
    let (mut web, token, host) = one(&lab).await;
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "fra"})).await.expect(200);
    let rules = json!({"rules": [
        {"name": "berlin", "filter": "host.site:ber", "group": "berlin"},
        {"name": "accounts", "filter": "policy:account* host.site:fra", "group": "security", "assignee": "Ann"},
        {"name": "rest", "group": "linux"},
    ]});
    lab.put(&token, "/api/v1/routing", "", rules.clone()).await.expect(428);
    let ann = lab.user("ann", &[Role::Responder]).await;
    let set = lab.put(&token, "/api/v1/routing", "\"0\"", rules.clone()).await.expect(200).json();
    assert_eq!(set["rules"][1]["assignee"], ann.id.to_string(), "people are named as they sign in");
    for nobody in ["anna".to_owned(), UserId::from_bytes([7; 16]).to_string()] {
        let mut rules = rules.clone();
        rules["rules"][1]["assignee"] = json!(nobody);
        let problem = lab.put(&token, "/api/v1/routing", "\"1\"", rules).await.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], "/rules/1/assignee", "{problem}");
    }
    let wrong = json!({"rules": [{"name": "x", "filter": "polic:x", "group": "linux"}]});
    lab.put(&token, "/api/v1/routing", "\"1\"", wrong).await.expect(422);
    web.add_user("eve", 0);
    web.report_delta(&lab).await;
    let tickets = lab.all(&token, "/api/v1/tickets?active=true").await;
    assert_eq!(
        (&tickets[0]["assignment_group"], &tickets[0]["drift"]["routed_by"]),
        (&json!("security"), &json!("accounts"))
    );
    let finding = findings(&lab, &token, "").await.remove(0);
    let tried = lab.all(&token, &format!("/api/v1/findings/{}/routing", finding["id"].as_str().unwrap())).await;
    let fits: Vec<_> = tried.iter().map(|tried| (tried["rule"]["name"].as_str().unwrap(), &tried["fits"])).collect();
    assert_eq!(fits, [("berlin", &json!(false)), ("accounts", &json!(true))]);
}

#[tokio::test]
async fn it_is_said_why_somebody_was_alerted_or_nobody() {
    let lab = Lab::new();
    let (mut web, token, host) = one(&lab).await;
    web.add_user("eve", 0);
    web.put(SectionName::Sysctl, Item::new("vm.swappiness").with("value", "60"));
    web.report_delta(&lab).await;
    lab.clock.advance_millis(60_000);
    web.put(
        SectionName::Package,
        Item::new("zlib").with("name", "zlib").with("version", "1.1").with("manager", "dpkg"),
    );
    web.report_delta(&lab).await;
    let history = lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await;
    let why = async |key: &str| {
        let seq =
            history.iter().find(|entry| entry["key"] == key).unwrap_or_else(|| panic!("{history:?}"))["seq"].clone();
        lab.get(&token, &format!("/api/v1/hosts/{host}/history/{seq}/why")).await.expect(200).json()
    };
    let last = |why: &Value| why["steps"].as_array().unwrap().last().unwrap().clone();
    let told = why("eve").await;
    assert_eq!((&told["alerted"], &last(&told)["step"]), (&json!(true), &json!("incident")), "{told}");
    let minor = why("zlib").await;
    assert_eq!(minor["alerted"], false);
    assert_eq!(last(&minor)["why"], "the policy makes findings, no incidents", "{minor}");
    lab.get(&token, &format!("/api/v1/hosts/{host}/history/99999/why")).await.expect(404);
    lab.patch(&token, "/api/v1/policies/package-upgrade", "\"0\"", json!({"enabled": false})).await.expect(200);
    lab.settle().await;
    let off = why("zlib").await;
    assert!(last(&off)["why"].as_str().unwrap().contains("off: package-upgrade"), "{off}");
}

#[tokio::test]
async fn what_its_keeper_changed_is_no_drift_and_what_another_changed_is() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    let route = |protocol: &str, gateway: &str| {
        Item::new("inet default eth0")
            .with("protocol", protocol)
            .with("gateway", gateway)
            .with("destination", "default")
    };
    web.put(SectionName::Route, route("dhcp", "192.0.2.1"));
    web.put(SectionName::Listener, Item::new("tcp 22").with("port", 22));
    let host = web.report_full(&lab).await;
    lab.clock.advance_millis(60_000);
    let last = async |key: &str| {
        let history = lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await;
        let entry = history.iter().find(|entry| entry["key"] == key).unwrap_or_else(|| panic!("{history:?}")).clone();
        let path = format!("/api/v1/hosts/{host}/history/{}/why", entry["seq"]);
        let why = lab.get(&token, &path).await.expect(200).json();
        (entry, why["steps"].as_array().unwrap().last().unwrap()["why"].as_str().unwrap().to_owned())
    };

    web.put(SectionName::Route, route("dhcp", "192.0.2.2"));
    let picked = Item::new("tcp 40000").with("port", 40_000).with("ephemeral", true).with("protocol", "tcp");
    web.put(SectionName::Listener, picked);
    web.report_delta(&lab).await;
    lab.settle().await;
    assert_eq!(findings(&lab, &token, "").await, [] as [Value; 0], "a lease moved, and the kernel picked a port");
    let (entry, why) = last("inet default eth0").await;
    assert_eq!((&entry["kept_by"], why.contains("dhcp keeps it")), (&json!("dhcp"), true), "{why}");
    assert!(last("tcp 40000").await.1.contains("the kernel picked the port"));

    lab.clock.advance_millis(60_000);
    web.put(SectionName::Route, route("static", "192.0.2.66"));
    web.report_delta(&lab).await;
    lab.wait_seconds(120).await;
    web.heartbeat(&lab).await;
    lab.settle().await;
    let found = findings(&lab, &token, "").await;
    let of =
        |name: &str| found.iter().find(|finding| finding["attribute"] == name).map(|found| found["policy"].clone());
    assert_eq!((of("gateway"), of("protocol")), (Some(json!("route")), Some(json!("route"))), "{found:?}");
    assert_eq!(last("inet default eth0").await.0["kept_by"], Value::Null);
}
