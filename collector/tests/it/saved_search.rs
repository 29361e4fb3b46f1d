//! Saved searches: whose they are, who sees and changes them, and what happens when what they name goes.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Lab, SYSTEM, ask};

const PATH: &str = "/api/v1/saved-searches";

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|search| search["name"].as_str().unwrap()).collect()
}

fn one(search: &Value) -> String {
    format!("{PATH}/{}", search["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_search_is_saved_listed_changed_and_removed() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let body = json!({"name": " old openssl ", "list": "items", "filter": "class:package name:openssl version<3"});
    let reply = lab.post(&token, PATH, body.clone()).await.expect(201);
    let (saved, etag) = (reply.json(), reply.etag());
    assert_eq!(saved["name"], "old openssl");
    assert_eq!((&saved["owner"], &saved["shared"], &saved["problem"]), (&json!("viewer"), &json!(false), &Value::Null));
    assert_eq!(lab.last_audit().await.1, "search.create");
    assert_eq!(lab.post(&token, PATH, body).await.pointers(422), ["/name"]);
    lab.post(&token, PATH, json!({"name": "A", "list": "hosts", "filter": "site:fra"})).await.expect(201);
    assert_eq!(names(&lab.all(&token, &format!("{PATH}?limit=1")).await), ["A", "old openssl"]);
    assert_eq!(names(&lab.all(&token, &format!("{PATH}?list=items")).await), ["old openssl"]);
    assert_eq!(names(&lab.all(&token, &format!("{PATH}?filter=openssl%20owner:viewer")).await), ["old openssl"]);
    // Who changes it says which version was seen.
    let edit = json!({"name": "older openssl"});
    let request = ask(axum::http::Method::PATCH, &token, &one(&saved), &[], Some(edit.clone()));
    lab.people(request).await.problem(428, "if-match-needed");
    let changed = lab.patch(&token, &one(&saved), &etag, edit.clone()).await.expect(200);
    assert_eq!(
        (changed.json()["name"].as_str(), changed.json()["list"].as_str()),
        (Some("older openssl"), Some("items"))
    );
    lab.patch(&token, &one(&saved), &etag, edit).await.problem(412, "stale");
    let other_list = json!({"list": "hosts"});
    assert_eq!(lab.patch(&token, &one(&saved), "*", other_list).await.pointers(422), ["/filter"]);
    let request = ask(axum::http::Method::DELETE, &token, &one(&saved), &[("if-match", &changed.etag())], None);
    lab.people(request).await.expect(204);
    assert_eq!(lab.last_audit().await.1, "search.remove");
    lab.get(&token, &one(&saved)).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_saved_and_it_is_said_where() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let save = async |body: Value| lab.post(&token, PATH, body).await;
    let wrong = save(json!({"name": "x", "list": "hosts", "filter": "site:fra sitte:ham"})).await.expect(422).json();
    let detail = wrong["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("column 10") && detail.contains("site"), "{detail}");
    assert_eq!(save(json!({"name": "x", "list": "users"})).await.pointers(422), ["/list"]);
    assert_eq!(save(json!({"name": " ", "list": "hosts", "filter": ")"})).await.pointers(422), ["/name", "/filter"]);
    save(json!({"name": "x"})).await.expect(422);
    save(json!({"name": "x", "list": "hosts", "column": []})).await.expect(422);
}

#[tokio::test]
async fn a_private_search_is_nobodys_else_and_a_shared_one_is_everybodys() {
    let lab = Lab::new();
    let (ann, bob) = (lab.user("ann", &[Role::Responder]).await, lab.user("bob", &[Role::Viewer]).await);
    let (admin, ann, bob) = (lab.admin().await, lab.token(&ann, Scope::Work).await, lab.token(&bob, Scope::All).await);
    let save = json!({"name": "mine", "list": "tickets", "filter": "active:true assignee:"});
    let mine = lab.post(&ann, PATH, save).await.expect(201).json();
    for other in [&admin, &bob] {
        assert!(lab.all(other, PATH).await.is_empty());
        lab.get(other, &one(&mine)).await.problem(404, "not-found");
        lab.patch(other, &one(&mine), "*", json!({"name": "x"})).await.problem(404, "not-found");
        let request = ask(axum::http::Method::DELETE, other, &one(&mine), &[("if-match", "*")], None);
        lab.people(request).await.problem(404, "not-found");
    }
    // A viewer keeps searches but shares none.
    let save = json!({"name": "mine", "list": "hosts", "shared": true});
    lab.post(&bob, PATH, save).await.problem(403, "not-authorised");
    lab.patch(&ann, &one(&mine), "*", json!({"shared": true})).await.expect(200);
    assert_eq!(names(&lab.all(&bob, PATH).await), ["mine"]);
    lab.get(&bob, &one(&mine)).await.expect(200);
    lab.patch(&bob, &one(&mine), "*", json!({"name": "x"})).await.problem(403, "not-authorised");
    lab.patch(&admin, &one(&mine), "*", json!({"filter": "active:true"})).await.expect(200);
    // Private again, it is still its owner's.
    lab.patch(&admin, &one(&mine), "*", json!({"shared": false})).await.expect(200);
    lab.get(&admin, &one(&mine)).await.problem(404, "not-found");
    assert_eq!(lab.get(&ann, &one(&mine)).await.expect(200).json()["filter"], "active:true");
}

#[tokio::test]
async fn a_search_outlives_the_attribute_that_it_names() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let attributes = json!([{"name": "trays", "kind": "integer"}]);
    let class = json!({"name": "printer", "label": "printer", "attributes": attributes});
    lab.post(&admin, "/api/v1/classes", class).await.expect(201);
    let save = json!({"name": "large", "list": "items", "filter": "class:printer trays>2"});
    let saved = lab.post(&admin, PATH, save).await.expect(201).json();
    let without = json!({"label": "printer"});
    lab.put(&admin, "/api/v1/classes/printer", "*", without).await.expect(200);
    let opened = lab.get(&admin, &one(&saved)).await.expect(200).json();
    assert_eq!(opened["problem"]["column"], 15);
    assert!(opened["problem"]["detail"].as_str().unwrap().contains("trays"), "{opened}");
    assert_eq!(lab.all(&admin, PATH).await[0]["problem"]["column"], 15);
    // It can be renamed only with a question that holds.
    assert_eq!(lab.patch(&admin, &one(&saved), "*", json!({"name": "big"})).await.pointers(422), ["/filter"]);
    lab.patch(&admin, &one(&saved), "*", json!({"name": "big", "filter": "class:printer"})).await.expect(200);
}

#[tokio::test]
async fn two_at_once_with_one_name_are_one() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let save = || lab.post(&token, PATH, json!({"name": "twice", "list": "hosts"}));
    let (one, two) = tokio::join!(save(), save());
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    // A call of the collector itself keeps nothing and sees what is shared.
    let query = muster_model::query::Query::default();
    let seen = lab.service.list_saved_searches(&SYSTEM, &query, &muster_collector::service::Window::default()).await;
    assert!(seen.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_search_shows_the_columns_and_the_order_that_were_chosen() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    for (name, floor) in [("r9", json!("b")), ("r10", json!("A")), ("r1", Value::Null)] {
        let rack = json!({"class": "rack", "name": name, "owner": floor, "reason": "x"});
        lab.post(&token, "/api/v1/items", rack).await.expect(201);
    }
    let body = json!({
        "name": "racks", "list": "items", "filter": "class:rack", "columns": ["name", " owner"], "sort": "-owner",
    });
    let saved = lab.post(&token, PATH, body).await.expect(201).json();
    assert_eq!((&saved["columns"], &saved["sort"]), (&json!(["name", "owner"]), &json!("-owner")));
    let rows = lab.get(&token, &format!("{}/rows", one(&saved))).await.expect(200).json();
    let named =
        |rows: &Value| rows["items"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(named(&rows), ["r9", "r10", "r1"]);
    assert_eq!(rows["columns"], json!(["name", "owner"]));
    assert!(rows["items"][0]["id"].is_string() && rows["items"][0]["class"].is_null(), "{rows}");
    // In pages, by another column for once.
    let page = format!("{}/rows?limit=2&sort=owner&columns=name", one(&saved));
    let first = lab.get(&token, &page).await.expect(200).json();
    assert_eq!(named(&first), ["r10", "r9"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = lab.get(&token, &format!("{page}&cursor={cursor}")).await.expect(200).json();
    assert_eq!((named(&second), &second["next_cursor"]), (vec![json!("r1")], &Value::Null));
    let wrong = json!({"columns": ["nam"], "sort": "-height"});
    assert_eq!(lab.patch(&token, &one(&saved), "*", wrong).await.pointers(422), ["/columns/0", "/sort"]);
    assert_eq!(lab.get(&token, &format!("{}/rows?sort=nam", one(&saved))).await.pointers(422), ["/sort"]);
    let usual = lab.patch(&token, &one(&saved), "*", json!({"columns": [], "sort": ""})).await.expect(200).json();
    assert_eq!((&usual["columns"], &usual["sort"]), (&json!([]), &Value::Null));
    let rows = lab.get(&token, &format!("{}/rows", one(&saved))).await.expect(200).json();
    assert_eq!(named(&rows), ["r1", "r10", "r9"], "the order of the list");
}
