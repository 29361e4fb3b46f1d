//! `/items` as far as people declare them: made once, changed, taken back, retired; and what people add to hosts.

use axum::http::Method;
use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, ask};

async fn create(lab: &Lab, token: &str, key: &str, body: Value) -> Reply {
    lab.people(ask(Method::POST, token, "/api/v1/items", &[("idempotency-key", key)], Some(body))).await
}

fn path(item: &Value) -> String {
    format!("/api/v1/items/{}", item["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_item_is_declared_once_changed_and_taken_back() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let body =
        json!({"class": "application", "name": "shop", "owner": "web", "attributes": {"port": 443}, "tags": ["money"]});
    let first = create(&lab, &token, "k1", body.clone()).await.expect(201);
    let again = create(&lab, &token, "k1", body.clone()).await.expect(201);
    assert_eq!(first.json()["id"], again.json()["id"]);
    create(&lab, &token, "k1", json!({"class": "team", "name": "x"})).await.problem(409, "conflict");
    // Another one of the same name would be the same item.
    let twice =
        create(&lab, &token, "k2", json!({"class": "application", "name": "SHOP"})).await.problem(409, "conflict");
    assert!(twice["detail"].as_str().unwrap().contains("shop"), "{twice}");
    let item = first.json();
    let at_first = lab.clock.now();
    lab.clock.advance_millis(60_000);

    let edit = json!({"owner": null, "attributes": {"port": 8443, "url": "https://shop.test"}});
    let edited = lab.patch(&token, &path(&item), "\"1\"", edit).await.expect(200);
    assert_eq!((edited.header("etag"), &edited.json()["owner"]), ("\"2\"", &Value::Null));
    lab.patch(&token, &path(&item), "\"1\"", json!({"owner": "db"})).await.problem(412, "stale");
    let no_tag = ask(Method::PATCH, &token, &path(&item), &[], Some(json!({"owner": "db"})));
    lab.people(no_tag).await.problem(428, "if-match-needed");
    let wrong =
        lab.patch(&token, &path(&item), "\"2\"", json!({"attributes": {"prt": 1}})).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["pointer"], "/attributes/prt");
    assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("did you mean port"), "{wrong}");

    let history = lab.all(&token, &format!("{}/history?limit=1", path(&item))).await;
    let change = |i: usize, field: &str| history[i][field].clone();
    assert_eq!((change(0, "operation"), change(1, "operation")), (json!("modified"), json!("added")));
    assert_eq!(change(0, "before"), json!({"/owner": "web", "/attributes/port": 443}));
    assert_eq!(change(0, "after"), json!({"/attributes/port": 8443, "/attributes/url": "https://shop.test"}));
    assert_eq!((change(0, "source"), change(0, "by")), (json!("rest"), json!("cmdb-owner")));

    lab.clock.advance_millis(60_000);
    let undo = json!({"change": 2, "reason": "wrong item"});
    let undone = lab.post(&token, &format!("{}/undo", path(&item)), undo.clone()).await.expect(200).json();
    assert_eq!((&undone["owner"], &undone["attributes"]), (&json!("web"), &json!({"port": 443})));
    assert_eq!(lab.last_audit().await.1, "item.undo");
    let newest = lab.all(&token, &format!("{}/history", path(&item))).await;
    assert_eq!((&newest[0]["undoes"], &newest[0]["reason"]), (&json!(2), &json!("wrong item")));
    lab.post(&token, &format!("{}/undo", path(&item)), undo).await.problem(409, "conflict");
    lab.post(&token, &format!("{}/undo", path(&item)), json!({"change": 9})).await.problem(404, "not-found");

    // The item of a moment.
    let moment = |ms: i64| format!("{}?as_of={}", path(&item), at_first.plus_millis(ms));
    let past = lab.get(&token, &moment(60_001)).await.expect(200).json();
    assert_eq!((&past["owner"], &past["attributes"]["port"]), (&Value::Null, &json!(8443)));
    assert_eq!(lab.get(&token, &moment(0)).await.expect(200).json()["owner"], "web");
    lab.get(&token, &moment(-1)).await.problem(404, "not-found");

    // Retired it is still known, and its name is free.
    let retire = ask(Method::DELETE, &token, &format!("{}?reason=sold", path(&item)), &[("if-match", "\"3\"")], None);
    assert_eq!(lab.people(retire).await.expect(200).json()["is_present"], false);
    assert_eq!(lab.get(&token, &path(&item)).await.expect(200).json()["lifecycle"], "retired");
    create(&lab, &token, "k3", body).await.expect(201);
    let back = lab.patch(&token, &path(&item), "\"4\"", json!({"lifecycle": "active"})).await;
    back.problem(409, "conflict");
}

#[tokio::test]
async fn what_agents_discover_is_not_declared_but_added_to() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"2c".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let refused = create(&lab, &token, "k", json!({"class": "package", "name": "zlib"})).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/class");
    let unknown = create(&lab, &token, "k", json!({"class": "aplication", "name": "x"})).await.problem(422, "invalid");
    assert!(unknown["errors"][0]["detail"].as_str().unwrap().contains("'application'"), "{unknown}");

    for class in ["host", "package"] {
        let more = json!({"attributes": [{"name": "cost_centre", "kind": "text"}]});
        let request =
            ask(Method::PUT, &token, &format!("/api/v1/classes/{class}"), &[("if-match", "\"0\"")], Some(more));
        lab.people(request).await.expect(200);
    }
    let package = lab.all(&token, "/api/v1/items?class=package&name=zlib").await[0].clone();
    for path in [format!("/api/v1/items/{host}"), path(&package)] {
        assert_eq!(lab.get(&token, &path).await.expect(200).header("etag"), "\"0\"");
        let value = json!({"attributes": {"cost_centre": "4711"}});
        let said = lab.patch(&token, &path, "\"0\"", value).await.expect(200);
        assert_eq!((said.header("etag"), &said.json()["attributes"]), ("\"1\"", &json!({"cost_centre": "4711"})));
        assert_eq!(lab.get(&token, &path).await.expect(200).header("etag"), "\"1\"");
        let wrong = lab.patch(&token, &path, "\"1\"", json!({"owner": "x"})).await.problem(422, "invalid");
        assert_eq!(wrong["errors"][0]["pointer"], "/owner");
        let undone = lab.post(&token, &format!("{path}/undo"), json!({"change": 1})).await.expect(200).json();
        assert_eq!(undone["attributes"], json!({}));
    }
    let nowhere = "/api/v1/items/host_00000000000000000000000000000000";
    lab.patch(&token, nowhere, "\"0\"", json!({"attributes": {}})).await.problem(404, "not-found");
}

#[tokio::test]
async fn two_that_declare_the_same_at_once_make_one() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let body = json!({"class": "site", "name": "fra"});
    let (a, b, c) = tokio::join!(
        create(&lab, &token, "a", body.clone()),
        create(&lab, &token, "b", body.clone()),
        create(&lab, &token, "c", body.clone()),
    );
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
}

#[tokio::test]
async fn lists_hold_what_people_declare_and_queries_ask_for_what_they_added() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut host = String::new();
    for (i, name) in ["web-1", "web-2"].into_iter().enumerate() {
        let mut device = Device::enroll(&lab, name, &format!("{:032x}", 0xabcd_0000_1234_u64 + i as u64)).await;
        host = device.report_full(&lab).await;
    }
    for (class, name, owner) in [("team", "ops", "ann"), ("application", "shop", "web"), ("application", "api", "web")]
    {
        create(&lab, &token, name, json!({"class": class, "name": name, "owner": owner, "tags": ["x"]}))
            .await
            .expect(201);
    }
    let all = lab.all(&token, "/api/v1/items").await;
    assert_eq!(all.len(), 2 * 5 + 3);
    let tail: Vec<&str> = all[10..].iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(tail, ["api", "shop", "ops"], "by class and name, behind those of hosts");
    for limit in [1, 3, 9, 10, 11, 12, 13] {
        let pages = lab.all(&token, &format!("/api/v1/items?limit={limit}")).await;
        assert_eq!(pages, all, "in pages of {limit}");
    }
    let count = async |query: &str| lab.all(&token, &format!("/api/v1/items?{query}")).await.len();
    assert_eq!(count("class=application").await, 2);
    assert_eq!(count("filter=class:application%20owner:web%20name:s*").await, 1);
    assert_eq!(count("tags=x&class=team").await, 1);
    assert_eq!(count("owner=ann").await, 1);
    assert_eq!(count(&format!("host={host}")).await, 5);
    lab.get(&token, "/api/v1/items?class=aplication").await.problem(422, "invalid");

    // An attribute that an owner adds can be asked for as soon as it is there.
    lab.get(&token, "/api/v1/hosts?cost_centre=4711").await.problem(422, "invalid");
    for class in ["host", "package"] {
        let more = json!({"attributes": [{"name": "cost_centre", "kind": "integer"}]});
        let request =
            ask(Method::PUT, &token, &format!("/api/v1/classes/{class}"), &[("if-match", "\"0\"")], Some(more));
        lab.people(request).await.expect(200);
    }
    let zlib = lab.all(&token, &format!("/api/v1/items?name=zlib&host={host}")).await[0].clone();
    for path in [format!("/api/v1/items/{host}"), path(&zlib)] {
        lab.patch(&token, &path, "\"0\"", json!({"attributes": {"cost_centre": 4711}})).await.expect(200);
    }
    let hosts = lab.all(&token, "/api/v1/hosts?filter=cost_centre%3E4000").await;
    assert_eq!(hosts.iter().map(|found| &found["id"]).collect::<Vec<_>>(), [&json!(host)]);
    assert_eq!(count("cost_centre=4711").await, 1);
    assert_eq!(count("filter=cost_centre%3C4000").await, 0);

    // As it was before.
    let before = lab.clock.now();
    lab.clock.advance_millis(1_000);
    let shop = lab.all(&token, "/api/v1/items?name=shop").await[0].clone();
    let retire = ask(Method::DELETE, &token, &path(&shop), &[("if-match", "\"1\"")], None);
    lab.people(retire).await.expect(200);
    assert_eq!(count("class=application").await, 1);
    assert_eq!(count("class=application&lifecycle=retired").await, 1);
    assert_eq!(count(&format!("class=application&as_of={before}")).await, 2);
}
