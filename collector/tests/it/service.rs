//! Services as a whole: the software of all that they depend on, and how they did at a moment.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

async fn declare(lab: &Lab, token: &str, body: Value) -> String {
    lab.post(token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn needs(lab: &Lab, token: &str, from: &str, to: &str) -> String {
    let body = json!({"kind": "depends_on", "to": to, "reason": "as drawn"});
    let made = lab.post(token, &format!("/api/v1/items/{from}/relations"), body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn host(lab: &Lab, name: &str, n: u8, package: &str) -> String {
    let mut device = Device::enroll(lab, name, &format!("{n:02x}").repeat(16)).await;
    let item = Item::new(format!("{package}:amd64")).with("name", package).with("version", "1");
    device.put(SectionName::Package, item.with("manager", "dpkg").with("architecture", "amd64"));
    device.report_full(lab).await
}

fn named<'a>(bill: &'a Value, kind: &str) -> Vec<&'a str> {
    let components = bill["components"].as_array().unwrap().iter();
    components.filter(|one| one["type"] == kind).map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_software_of_a_service_is_that_of_all_hosts_on_which_it_depends() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let web = host(&lab, "web-1", 0x11, "nginx").await;
    let db = host(&lab, "db-1", 0x12, "postgresql").await;
    host(&lab, "other-1", 0x13, "emacs").await;
    let shop = declare(&lab, &token, json!({"class": "business_service", "name": "the shop"})).await;
    let app = declare(&lab, &token, json!({"class": "application", "name": "shop-api"})).await;
    let empty = declare(&lab, &token, json!({"class": "business_service", "name": "idea"})).await;
    needs(&lab, &token, &shop, &web).await;
    needs(&lab, &token, &shop, &app).await;
    needs(&lab, &token, &app, &db).await;
    let path = |of: &str| format!("/api/v1/export/cyclonedx/services/{of}");
    let reply = lab.get(&token, &path("the%20shop")).await.expect(200);
    assert!(reply.header("content-disposition").contains(&format!("{shop}.cdx.json")));
    let bill = reply.json();
    assert_eq!((named(&bill, "device").len(), named(&bill, "device").contains(&"other-1")), (2, false));
    let software = named(&bill, "application");
    let times = |name: &str| software.iter().filter(|one| **one == name).count();
    assert_eq!((times("nginx"), times("postgresql"), times("emacs")), (1, 1, 0));
    assert_eq!(times("bash"), 2, "each host has its own");
    assert_eq!(bill["metadata"]["component"]["name"], "the shop");
    assert_eq!(bill["dependencies"][0]["dependsOn"].as_array().map(Vec::len), Some(2));
    assert_eq!(lab.get(&token, &path(&empty)).await.expect(200).json()["components"], json!([]));
    // As it was then, and nothing of what is out of service now.
    let then = lab.service.now();
    lab.clock.advance_millis(60_000);
    lab.patch(&token, &format!("/api/v1/hosts/{db}"), "*", json!({"lifecycle": "retired"})).await.expect(200);
    assert_eq!(named(&lab.get(&token, &path(&shop)).await.expect(200).json(), "device"), ["web-1"]);
    let before = lab.get(&token, &format!("{}?as_of={then}", path(&shop))).await.expect(200).json();
    assert_eq!(named(&before, "device").len(), 2);
    // What is no service, or nobody knows, or nobody may see.
    lab.get(&token, &path(&web)).await.problem(404, "not-found");
    lab.get(&token, &path("item_nothing")).await.pointers(422);
    lab.get("", &path(&shop)).await.problem(401, "not-authenticated");
    assert_eq!(lab.get(&token, &format!("{}?as_of=monday", path(&shop))).await.pointers(422), ["/as_of"]);
}

#[tokio::test]
async fn a_bill_of_too_many_hosts_is_refused_and_not_cut() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let shop = declare(&lab, &token, json!({"class": "business_service", "name": "shop"})).await;
    for n in 0..201 {
        let body = json!({"external_id": n.to_string(), "name": format!("web-{n}"),
            "identifiers": {"system_serial": format!("SN-{n:04}")}});
        let told = lab.post(&token, "/api/v1/sources/rest/hosts", body).await.expect(200).json();
        needs(&lab, &token, &shop, told["host"].as_str().unwrap()).await;
    }
    let refused = lab.get(&token, "/api/v1/export/cyclonedx/services/shop").await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/service");
    let why = refused["errors"][0]["detail"].as_str().unwrap();
    assert!(why.contains("201") && why.contains("200"), "{why}");
}

#[tokio::test]
async fn services_of_a_moment_do_as_they_did_then() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"0d".repeat(16)).await;
    let web = device.report_full(&lab).await;
    let before = lab.service.now();
    lab.wait_seconds(60).await;
    let body = json!({"class": "business_service", "name": "shop", "lifecycle": "active"});
    let shop = declare(&lab, &token, body).await;
    let relation = needs(&lab, &token, &shop, &web).await;
    lab.wait_seconds(60).await;
    let sound = lab.service.now();
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    lab.wait_seconds(3_600).await;
    let silent = lab.service.now();
    lab.clock.advance_millis(1_000);
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"status": "down"})).await.expect(200);
    let path = format!("/api/v1/items/{shop}/relations/{relation}?reason=moved");
    lab.remove(&token, &path, "*").await.expect(204);
    lab.wait_seconds(60).await;
    let at = async |filter: String| {
        let listed = lab.all(&token, &format!("/api/v1/services?{filter}")).await;
        listed.iter().map(|one| (one["health"].clone(), one["depends_on"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(at(String::new()).await, [(json!("down"), json!(0))]);
    assert_eq!(at(format!("as_of={sound}")).await, [(json!("up"), json!(1))]);
    assert_eq!(at(format!("filter=name:shop%20as_of:{silent}")).await, [(json!("unknown"), json!(1))]);
    assert_eq!(at(format!("as_of={before}")).await, [], "there was none");
    // The health of the CMDB opens lists of now, so it has no other moment, and says so.
    let health = "/api/v1/reports/health";
    lab.get(&token, health).await.expect(200);
    assert_eq!(lab.get(&token, &format!("{health}?as_of={sound}")).await.pointers(422), ["/as_of"]);
    assert_eq!(lab.get(&token, &format!("{health}?known_at={sound}")).await.pointers(422), ["/known_at"]);
    assert_eq!(lab.get(&token, &format!("{health}?colour=red")).await.pointers(422), ["/colour"]);
}
