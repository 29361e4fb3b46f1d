//! `/items/upsert`: a script tells items of a class by what tells them apart, again and again.

use axum::http::Method;
use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Lab, ask};

const PATH: &str = "/api/v1/items/upsert";

async fn tell(lab: &Lab, token: &str, key: &str, items: Value) -> Value {
    let key = [("idempotency-key", key)];
    let headers = if key[0].1.is_empty() { &[][..] } else { &key[..] };
    lab.clock.advance_millis(1_000);
    let body = json!({"class": "application", "items": items, "reason": "nightly"});
    lab.people(ask(Method::POST, token, PATH, headers, Some(body))).await.expect(200).json()
}

fn counts(answer: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "failed"].map(|name| answer[name].as_u64().unwrap())
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_each_row_says_what_became_of_it() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let rows = json!([
        {"name": "shop", "owner": "web", "attributes": {"port": 443}},
        {"name": "till", "owner": "web"},
        {"name": "desk", "attributes": {"port": "many"}},
        {"owner": "nobody"},
    ]);
    let first = tell(&lab, &token, "", rows.clone()).await;
    assert_eq!(counts(&first), [2, 0, 0, 2], "{first}");
    assert_eq!(first["items"][2]["errors"][0]["pointer"], "/attributes/port");
    let before = lab.sequence().await;
    let again = tell(&lab, &token, "", rows).await;
    assert_eq!((counts(&again), lab.sequence().await), ([0, 0, 2, 2], before), "{again}");
    assert_eq!(again["items"][0]["id"], first["items"][0]["id"]);
    let changed = tell(&lab, &token, "k-1", json!([{"name": "Shop", "owner": "ops"}])).await;
    assert_eq!((counts(&changed), &changed["items"][0]["version"]), ([0, 1, 0, 0], &json!(2)));
    let path = format!("/api/v1/items/{}", first["items"][0]["id"].as_str().unwrap());
    let shop = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&shop["owner"], &shop["attributes"]["port"]), (&json!("ops"), &json!(443)), "what is absent stays");

    // A request that comes again after something newer was said is answered, not done.
    lab.patch(&token, &path, "*", json!({"owner": "dba"})).await.expect(200);
    let repeated = tell(&lab, &token, "k-1", json!([{"name": "Shop", "owner": "ops"}])).await;
    assert_eq!(counts(&repeated), [0, 0, 1, 0]);
    assert_eq!(lab.get(&token, &path).await.json()["owner"], "dba");
    let body = json!({"class": "application", "items": []});
    lab.people(ask(Method::POST, &token, PATH, &[("idempotency-key", "k-1")], Some(body)))
        .await
        .problem(409, "conflict");

    // Retired by a row, known by the same row again, and what was never there is refused.
    let gone = json!([{"name": "till", "lifecycle": "retired"}, {"name": "never", "lifecycle": "retired"}]);
    assert_eq!(counts(&tell(&lab, &token, "", gone.clone()).await), [0, 1, 0, 1]);
    assert_eq!(counts(&tell(&lab, &token, "", gone).await), [0, 0, 1, 1]);
    lab.post(&token, PATH, json!({"class": "package", "items": []})).await.problem(422, "invalid");
    let many: Vec<Value> = (0..1_001).map(|n| json!({"name": n.to_string()})).collect();
    lab.post(&token, PATH, json!({"class": "application", "items": many})).await.problem(422, "invalid");
    let reader = lab.token_of(Role::Viewer).await;
    lab.post(&reader, PATH, json!({"class": "application", "items": []})).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn who_is_believed_more_is_told_beside_the_row() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    tell(&lab, &token, "", json!([{"name": "shop", "owner": "web"}])).await;
    let item = lab.all(&token, "/api/v1/items?class=application").await.remove(0);
    let pin = json!({"attribute": "owner", "value": "ops", "reason": "as agreed"});
    lab.post(&token, &format!("/api/v1/items/{}/pins", item["id"].as_str().unwrap()), pin).await.expect(201);
    let told = tell(&lab, &token, "", json!([{"name": "shop", "owner": "dba"}])).await;
    let row = &told["items"][0];
    assert_eq!((counts(&told), &row["outcome"]), ([0, 0, 1, 0], &json!("unchanged")));
    assert_eq!(row["overruled"], json!([{"field": "owner", "source": "person"}]));
}
