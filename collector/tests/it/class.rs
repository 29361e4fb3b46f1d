//! `/classes`: what is shipped, what owners define and change while the collector runs, and what stored items say to it.

use axum::http::Method;
use muster_collector::service::Window;
use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Lab, Reply, ask};

async fn put(lab: &Lab, token: &str, class: &str, if_match: &str, body: Value) -> Reply {
    lab.people(ask(Method::PUT, token, &format!("/api/v1/classes/{class}"), &[("if-match", if_match)], Some(body)))
        .await
}

fn printer(attributes: &Value) -> Value {
    json!({"name": "printer", "label": "printer", "meaning": "Prints.", "attributes": attributes})
}

#[tokio::test]
async fn a_class_is_defined_used_changed_and_retired_without_a_restart() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let asset = json!({"name": "asset", "kind": "text", "need": "required", "pattern": "^PRN-[0-9]+$"});
    let body = printer(&json!([asset]));
    let created = lab.post(&token, "/api/v1/classes", body.clone()).await.expect(201);
    assert_eq!((created.header("etag"), &created.json()["origin"]), ("\"1\"", &json!("owner")));
    lab.post(&token, "/api/v1/classes", body).await.problem(422, "invalid");
    // It holds at once.
    let item = |attributes: Value| json!({"class": "printer", "name": "by the door", "attributes": attributes});
    let wrong = lab.post(&token, "/api/v1/items", item(json!({"asset": "7"}))).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["pointer"], "/attributes/asset");
    assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("^PRN-[0-9]+$"), "{wrong}");
    lab.post(&token, "/api/v1/items", item(json!({"asset": "PRN-7"}))).await.expect(201);
    // A change that the stored item would not fit names it, and changes nothing.
    let tier = json!({"name": "tier", "kind": "text", "need": "required", "choices": ["gold", "tin"]});
    let stricter = printer(&json!([asset, tier]));
    let broken = put(&lab, &token, "printer", "\"1\"", stricter.clone()).await.problem(409, "conflict");
    assert!(broken["detail"].as_str().unwrap().contains("by the door (tier: this attribute is required)"), "{broken}");
    assert_eq!(lab.get(&token, "/api/v1/classes/printer").await.json()["attributes"].as_array().unwrap().len(), 1);
    // With a default it fits, in the same commit.
    let mut fitting = stricter;
    fitting["defaults"] = json!({"tier": "tin"});
    fitting["reason"] = json!("two tiers from now on");
    let before = lab.sequence().await;
    let changed = put(&lab, &token, "printer", "\"1\"", fitting.clone()).await.expect(200);
    assert_eq!((lab.sequence().await - before, changed.json()["number"].clone()), (1, json!(2)));
    let items = lab.service.list_declared(&crate::lab::SYSTEM, "printer", &Window::default()).await.unwrap().items;
    assert_eq!(items[0].value.attributes["tier"], "tin");
    assert_eq!(items[0].value.changes, 2);
    put(&lab, &token, "printer", "\"1\"", fitting).await.problem(412, "stale");
    // Every version is kept.
    let versions = lab.all(&token, "/api/v1/classes/printer/versions").await;
    assert_eq!(versions.iter().map(|v| v["number"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(versions[0]["reason"], "two tiers from now on");
    assert_eq!(lab.last_audit().await.1, "class.update");
    // A class with items stays; one without is retired and takes no more.
    let retire = |tag: &'static str| ask(Method::DELETE, &token, "/api/v1/classes/printer", &[("if-match", tag)], None);
    lab.people(retire("\"2\"")).await.problem(409, "conflict");
    let path = format!("/api/v1/items/{}", items[0].value.id);
    lab.people(ask(Method::DELETE, &token, &path, &[("if-match", "*")], None)).await.expect(200);
    lab.people(retire("\"2\"")).await.expect(200);
    let late = item(json!({"asset": "PRN-8", "tier": "tin"}));
    let refused = lab.post(&token, "/api/v1/items", late).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/class");
}

#[tokio::test]
async fn definitions_that_cannot_be_are_refused_field_by_field() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let body = json!({
        "name": "Printer", "label": "",
        "attributes": [{"name": "owner", "kind": "text"}, {"name": "n", "kind": "integer", "pattern": "x"}],
        "rules": [{"relation": "runs_on", "query": "clas:x"}],
    });
    let wrong = lab.post(&token, "/api/v1/classes", body).await.problem(422, "invalid");
    let pointers: Vec<&str> =
        wrong["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/name", "/label", "/attributes/0/name", "/attributes/1/pattern", "/rules/0/query"]);
    let unknown = json!({"name": "p", "label": "p", "attributes": [{"name": "a", "kind": "colour"}]});
    let wrong = lab.post(&token, "/api/v1/classes", unknown).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["pointer"], "/attributes/0/kind");
    lab.get(&token, "/api/v1/classes/printr").await.problem(404, "not-found");
}

#[tokio::test]
async fn shipped_classes_have_a_schema_and_take_attributes() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let all = lab.all(&token, "/api/v1/classes").await;
    assert_eq!(all.len(), muster_shared::SectionName::ALL.len() + 9);
    for class in &all {
        let path = format!("/api/v1/classes/{}", class["name"].as_str().unwrap());
        let found = lab.get(&token, &path).await.expect(200).json();
        assert_eq!(found["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let properties = found["schema"]["properties"].as_object().unwrap().len();
        let patterns = found["schema"]["patternProperties"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(json!(properties + patterns), class["attributes"], "{class}");
    }
    let more = json!({"attributes": [{"name": "cost_centre", "kind": "text", "pattern": "^[0-9]{4}$"}]});
    assert_eq!(put(&lab, &token, "host", "\"0\"", more.clone()).await.expect(200).header("etag"), "\"1\"");
    put(&lab, &token, "host", "\"0\"", more).await.problem(412, "stale");
    let again = json!({"attributes": [{"name": "machine_id", "kind": "text"}]});
    put(&lab, &token, "host", "\"1\"", again).await.problem(422, "invalid");
    let request = ask(Method::DELETE, &token, "/api/v1/classes/host", &[("if-match", "*")], None);
    lab.people(request).await.problem(409, "conflict");
    // A collector that starts anew knows what was defined.
    let restarted = lab.restarted();
    let host = restarted.get_class(&crate::lab::SYSTEM, "host").await.unwrap();
    assert!(host.class.attribute("cost_centre").is_some());
}
