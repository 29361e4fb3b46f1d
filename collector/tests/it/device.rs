//! Questions about machines that other sources than agents tell of: asked once, answered once, and then their reports go on.

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use muster_model::right::{Role, Scope};
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, ask};

const UUID: &str = "4c4c4544-0042-3510-8052-b4c04f4d3132";
const SERIAL: &str = "8F2K1X2";

/// A lab with two hosts, each of which is recognised by one of the two, and a script's account.
async fn two_hosts() -> (Lab, [String; 2], String) {
    let lab = Lab::new();
    let mut hosts = Vec::new();
    for (n, name, value) in [(1, "system_uuid", UUID), (2, "system_serial", SERIAL)] {
        let mut device = Device::enroll(&lab, &format!("host-{n}"), &format!("{n:032x}").replace('0', "a")).await;
        device.put(SectionName::Firmware, Item::new("system").with(name, value));
        hosts.push(device.report_full(&lab).await);
    }
    let user = lab.user("script", &[Role::CmdbOwner]).await;
    let token = lab.token(&user, Scope::Inventory).await;
    (lab, hosts.try_into().unwrap(), token)
}

async fn tell(lab: &Lab, token: &str, id: &str) -> Reply {
    let body = json!({
        "external_id": id, "name": "web-1", "identifiers": {"system_uuid": UUID, "system_serial": SERIAL},
        "sections": {"package": {"items": [{"key": "oracle", "attributes": {"version": "19.3"}}]}},
    });
    lab.people(ask(Method::POST, token, "/api/v1/sources/rest/hosts", &[], Some(body))).await
}

async fn open(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/identification/reviews?state=open").await
}

async fn decide(lab: &Lab, token: &str, review: &Value, mut answer: Value) {
    answer["reason"] = json!("seen in the rack");
    let path = format!("/api/v1/identification/reviews/{}/decide", review["id"].as_str().unwrap());
    lab.post(token, &path, answer).await.expect(200);
}

#[tokio::test]
async fn what_a_script_tells_of_two_hosts_waits_for_an_answer() {
    let (lab, [one, _], script) = two_hosts().await;
    let token = lab.token_of(Role::CmdbOwner).await;
    let refused = tell(&lab, &script, "asset-1").await.problem(409, "conflict");
    let reviews = open(&lab, &token).await;
    assert_eq!(reviews.len(), 1);
    let review = &reviews[0];
    assert_eq!((&review["kind"], &review["agent"], &review["host"]), (&json!("conflict"), &Value::Null, &Value::Null));
    assert_eq!((&review["source"], &review["device_id"]), (&json!("rest"), &json!("asset-1")));
    assert!(refused["detail"].as_str().unwrap().contains(review["id"].as_str().unwrap()), "{refused}");
    let path = format!("/api/v1/identification/explain/{}", review["report"].as_str().unwrap());
    assert_eq!(lab.get(&token, &path).await.expect(200).json()["settled"], "waits");
    // The script is told at once; nobody else needs to hear of it. It is asked once.
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 0);
    let before = lab.sequence().await;
    tell(&lab, &script, "asset-1").await.problem(409, "conflict");
    assert_eq!(lab.sequence().await, before);
    tell(&lab, &script, "asset-2").await.problem(409, "conflict");
    assert_eq!(open(&lab, &token).await.len(), 2, "another machine is another question");

    decide(&lab, &token, review, json!({"same": one})).await;
    let told = tell(&lab, &script, "asset-1").await.expect(200).json();
    assert_eq!((&told["host"], &told["rule"]), (&json!(one), &json!("decision")));
    let agents = lab.all(&token, "/api/v1/agents").await;
    assert!(agents.iter().all(|agent| agent["revoked_at"].is_null()), "the host's agent goes on: {agents:?}");
    let other = open(&lab, &token).await.remove(0);
    decide(&lab, &token, &other, json!({"new": true})).await;
    let told = tell(&lab, &script, "asset-2").await.expect(200).json();
    assert_eq!(told["outcome"], "created");
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 3);
    assert_eq!(tell(&lab, &script, "asset-1").await.expect(200).json()["outcome"], "unchanged");
}

#[tokio::test]
async fn an_agent_of_another_product_is_waited_for_with_an_incident() {
    let (lab, [_, two], script) = two_hosts().await;
    let token = lab.token_of(Role::CmdbOwner).await;
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><REQUEST><DEVICEID>web-1-2026-11-28-10-00-00</DEVICEID>\
         <QUERY>INVENTORY</QUERY><CONTENT><HARDWARE><NAME>web-1</NAME><UUID>{UUID}</UUID></HARDWARE>\
         <BIOS><SSN>{SERIAL}</SSN></BIOS><VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT></CONTENT></REQUEST>"
    );
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("script:{script}"));
    let deliver = async || {
        let request = Request::builder().method(Method::POST).uri("/inventory");
        let request = request.header("authorization", format!("Basic {credentials}"));
        let request = request.header("user-agent", "FusionInventory-Agent_v2.6");
        lab.people(request.body(Body::from(xml.clone())).unwrap()).await
    };
    assert_eq!(deliver().await.status, 409);
    let reviews = open(&lab, &token).await;
    assert_eq!((reviews.len(), &reviews[0]["source"]), (1, &json!("fusioninventory")));
    let incidents = lab.all(&token, "/api/v1/tickets").await;
    assert_eq!((incidents.len(), &incidents[0]["id"]), (1, &reviews[0]["incident"]));
    let story = incidents[0]["description"].as_str().unwrap();
    assert!(story.contains("fusioninventory") && story.contains("web-1-2026"), "{story}");
    assert_eq!(deliver().await.status, 409);
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 1);
    decide(&lab, &token, &reviews[0], json!({"same": two})).await;
    assert_eq!(deliver().await.status, 200);
    let host = lab.get(&token, &format!("/api/v1/hosts/{two}")).await.expect(200).json();
    assert!(host["sources"]["fusioninventory"].is_string(), "{host}");
    assert_eq!(lab.all(&token, "/api/v1/tickets?state=resolved").await.len(), 1);
}

/// What a script told of a machine while its host was merged into another one does not stay there.
#[tokio::test]
async fn a_merge_that_is_taken_back_takes_back_what_others_told_too() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let user = lab.user("script", &[Role::CmdbOwner]).await;
    let script = lab.token(&user, Scope::Inventory).await;
    let mut device = Device::enroll(&lab, "web-1", &"0a".repeat(16)).await;
    device.put(SectionName::Package, Item::new("openssl").with("name", "openssl").with("version", "3"));
    let one = device.report_full(&lab).await;
    let told = async |version: &str, release: Option<&str>| {
        lab.wait_seconds(60).await;
        let mut body = json!({
            "external_id": "asset-1", "name": "db-1", "identifiers": {"system_serial": SERIAL},
            "sections": {"package": {"items": [{"key": "oracle", "attributes": {"version": version}}], "is_complete": true}},
        });
        if let Some(release) = release {
            body["sections"]["kernel"] = json!({"items": [{"attributes": {"release": release}}]});
        }
        let reply = lab.people(ask(Method::POST, &script, "/api/v1/sources/rest/hosts", &[], Some(body))).await;
        reply.expect(200).json()["host"].as_str().unwrap().to_owned()
    };
    let two = told("19", None).await;
    assert_ne!(one, two);
    let items = async |host: &str, class: &str| {
        let found = lab.all(&token, &format!("/api/v1/items?class={class}&host={host}")).await;
        let value = |item: &Value| format!("{} {}", item["key"].as_str().unwrap(), item["attributes"]["version"]);
        found.iter().map(value).collect::<Vec<_>>()
    };
    let before = items(&one, "package").await;
    lab.wait_seconds(60).await;
    let merge = json!({"into": one, "reason": "the same machine"});
    let merged = lab.post(&token, &format!("/api/v1/hosts/{two}/merge"), merge).await.expect(200).json();
    assert_eq!(told("20", Some("6.1")).await, one, "it is told of the host that it is in now");
    assert_eq!(told("21", Some("6.2")).await, one);
    assert!(items(&one, "package").await.contains(&"oracle \"21\"".to_owned()));
    lab.wait_seconds(60).await;
    let while_merged = lab.service.now();
    lab.wait_seconds(60).await;
    let undo = format!("/api/v1/identification/merges/{}/undo", merged["id"].as_str().unwrap());
    lab.post(&token, &undo, json!({"reason": "it was not"})).await.expect(200);
    lab.settle().await;
    assert_eq!(items(&one, "package").await, before, "nothing of the other machine stays");
    assert_eq!(items(&two, "package").await, ["oracle \"19\""]);
    let then = lab.all(&token, &format!("/api/v1/items?class=package&host={one}&as_of={while_merged}")).await;
    assert!(then.iter().any(|item| item["key"] == "oracle"), "what was told then is still known of then");
    assert_eq!(told("21", Some("6.2")).await, two, "the same words belong to their own machine again");
    assert_eq!(items(&two, "package").await, ["oracle \"21\""]);
    assert_eq!(items(&one, "package").await, before);
    // The host's own agent goes on as before.
    device.add_user("x", 1_000);
    device.report_delta(&lab).await;
}
