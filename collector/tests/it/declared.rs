//! `/items` as far as people declare them: made once, changed, taken back, retired; and what people add to hosts.

use axum::http::Method;
use muster_model::right::Role;
use muster_shared::Clock;
use muster_shared::id::DeclaredId;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, SYSTEM, ask};

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
    assert_eq!((edited.header("etag"), &edited.json()["owner"]), ("\"2\"".into(), &Value::Null));
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
    let id: DeclaredId = item["id"].as_str().unwrap().parse().unwrap();
    let past = lab.service.get_declared_at(&SYSTEM, id, at_first.plus_millis(60_001)).await.unwrap().value;
    assert_eq!((past.owner, past.attributes["port"].clone()), (None, json!(8443)));
    assert!(lab.service.get_declared_at(&SYSTEM, id, at_first.plus_millis(-1)).await.is_err());

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
        assert_eq!(
            (said.header("etag"), &said.json()["attributes"]),
            ("\"1\"".into(), &json!({"cost_centre": "4711"}))
        );
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
