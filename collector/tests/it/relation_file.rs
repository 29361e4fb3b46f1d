//! Files of relations: tried, taken, taken again; what is wrong is said of its line and column.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::relation::RelationKind;
use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply};

async fn import(lab: &Lab, token: &str, query: &str, text: &str) -> Reply {
    lab.clock.advance_millis(1);
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/imports?class=relation&file=edges&{query}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(text.to_owned()))
        .unwrap();
    lab.people(request).await
}

/// The lines and columns of which something is said.
fn places(import: &Value) -> Vec<(u64, String)> {
    let place = |error: &Value| (error["line"].as_u64().unwrap(), error["column"].as_str().unwrap_or("-").to_owned());
    import["errors"].as_array().unwrap().iter().map(place).collect()
}

async fn reached(lab: &Lab, token: &str, node: &str) -> Vec<String> {
    let path = format!("/api/v1/items/{node}/impact?direction=down");
    let answer = lab.get(token, &path).await.expect(200).json();
    answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn relations_come_from_a_file_and_the_same_file_changes_nothing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let mut ids = Vec::new();
    for (class, name) in
        [("business_service", "shop"), ("application", "till"), ("application", "twin"), ("team", "twin")]
    {
        let made = lab.post(&token, "/api/v1/items", json!({"class": class, "name": name})).await.expect(201).json();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    assert!(reached(&lab, &token, &ids[0]).await.is_empty(), "the graph is made");
    let needed_by = RelationKind::DependsOn.inverse();
    let file = format!(
        "from,type,to,reason\nshop,depends_on,till,as drawn\nTill,runs_on,web-1,\ntill,{needed_by},shop,\n\
         shop,depends_on,tll,\nshop,depnds_on,till,\nshop,depends_on,shop,\nshop,depends_on,twin,\n\
         shop,depends_on\nSHOP,depends_on,TILL,again\n,depends_on,till,\n"
    );
    let before = lab.sequence().await;
    let tried = import(&lab, &token, "dry_run=true", &file).await.expect(200).json();
    assert_eq!(lab.sequence().await, before, "a dry run writes nothing");
    assert_eq!(tried["samples"][0]["name"], "shop depends_on till");
    let done = import(&lab, &token, "", &file).await.expect(201).json();
    assert_eq!(tried["counts"], done["counts"], "what was tried is what happens");
    let counts = ["rows", "created", "unchanged", "refused"].map(|name| done["counts"][name].as_u64().unwrap());
    assert_eq!(counts, [10, 2, 1, 7], "from its other end it is the same: {done}");
    let is = |line, column: &str| (line, column.to_owned());
    let wrong = [is(5, "to"), is(6, "type"), is(7, "to"), is(8, "to"), is(9, "-"), is(10, "-"), is(11, "from")];
    assert_eq!(places(&done), wrong, "{done}");
    assert_eq!(reached(&lab, &token, &ids[0]).await, ["till", "web-1"], "impact sees them at once");
    let listed = lab.all(&token, &format!("/api/v1/items/{}/relations", ids[0])).await;
    assert_eq!((&listed[0]["reason"], &listed[0]["by"]), (&json!("as drawn"), &json!("cmdb-owner")));
    // Again, as objects: what is declared already is unchanged, and nothing is written of it.
    let lines = format!(
        "{}\n{}\n",
        json!({"from": ids[0], "type": "depends_on", "to": ids[1]}),
        json!({"from": "till", "type": "runs_on", "to": host})
    );
    let again = import(&lab, &token, "format=ndjson", &lines).await.expect(201).json();
    assert_eq!((&again["counts"]["unchanged"], &again["counts"]["created"]), (&json!(2), &json!(0)), "{again}");
    assert_eq!(lab.all(&token, &format!("/api/v1/items/{}/relations", ids[0])).await.len(), 1);
}

#[tokio::test]
async fn a_file_of_relations_says_what_is_missing_and_takes_all_or_nothing_when_asked_to() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut ids = Vec::new();
    for name in ["shop", "till"] {
        let body = json!({"class": "application", "name": name});
        ids.push(lab.post(&token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(import(&lab, &token, "", "from,to\nshop,till\n").await.pointers(422), ["/map/type"]);
    assert_eq!(import(&lab, &token, "", "from,type,to,colour\na,b,c,d\n").await.pointers(422), ["/map/colour"]);
    let file = "who,type,to\nshop,depends_on,till\nshop,depends_on,nobody\n";
    let done = import(&lab, &token, "all_or_nothing=true&map=who%3Dfrom", file).await.expect(201).json();
    assert_eq!((&done["state"], &done["counts"]["created"]), (&json!("refused"), &json!(0)), "{done}");
    assert!(reached(&lab, &token, &ids[0]).await.is_empty());
    let done = import(&lab, &token, "map=who%3Dfrom", file).await.expect(201).json();
    assert_eq!((&done["counts"]["created"], places(&done)), (&json!(1), vec![(3, "to".to_owned())]));
    let viewer = lab.token_of(Role::Viewer).await;
    import(&lab, &viewer, "", file).await.problem(403, "not-authorised");
}
