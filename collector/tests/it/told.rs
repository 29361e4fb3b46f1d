//! `/sources/rest/hosts`: what scripts tell of hosts, told once, reconciled with what others say, and never a person's guess.

use axum::http::Method;
use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, ask};

const PATH: &str = "/api/v1/sources/rest/hosts";

async fn tell(lab: &Lab, token: &str, key: &str, body: Value) -> Reply {
    let key = [("idempotency-key", key)];
    let headers = if key[0].1.is_empty() { &[][..] } else { &key[..] };
    lab.people(ask(Method::POST, token, PATH, headers, Some(body))).await
}

fn body(release: &str) -> Value {
    json!({
        "external_id": "asset-1", "name": "db-1", "client": "inventory.py 2",
        "identifiers": {"system_serial": "SN-4711", "permanent_mac": ["00:1A:2B:3C:4D:5E"]},
        "sections": {
            "kernel": {"items": [{"attributes": {"release": release}}]},
            "package": {"items": [{"key": "oracle", "attributes": {"version": "19.3"}}], "is_complete": true},
        },
    })
}

#[tokio::test]
async fn what_is_told_twice_is_one_host_and_changes_nothing() {
    let lab = Lab::new();
    let user = lab.user("script", &[Role::CmdbOwner]).await;
    let token = lab.token(&user, Scope::Inventory).await;
    let first = tell(&lab, &token, "", body("6.1")).await.expect(200).json();
    assert_eq!((&first["outcome"], &first["rule"]), (&json!("created"), &json!("new")));
    let again = tell(&lab, &token, "", body("6.1")).await.expect(200).json();
    assert_eq!((&again["outcome"], &again["host"]), (&json!("unchanged"), &first["host"]));
    lab.clock.advance_millis(3_600_000);
    let changed = tell(&lab, &token, "k", body("6.2")).await.expect(200).json();
    assert_eq!((&changed["outcome"], &changed["host"]), (&json!("updated"), &first["host"]));
    // Somebody tells the next release, and then the request of before comes again: it is answered, not done.
    tell(&lab, &token, "", body("6.3")).await.expect(200);
    let late = tell(&lab, &token, "k", body("6.2")).await.expect(200).json();
    assert_eq!((&late["outcome"], &late["host"]), (&json!("unchanged"), &first["host"]));
    tell(&lab, &token, "k", body("6.4")).await.problem(409, "conflict");
    let reader = lab.token_of(Role::Viewer).await;
    let kernel = lab.all(&reader, "/api/v1/items?class=kernel").await;
    assert_eq!(kernel[0]["attributes"]["release"], "6.3");
    // Its own name for the host finds it again, also without an identifier.
    let bare = json!({"external_id": "asset-1", "name": "db-1", "sections": {"package": {"items": []}}});
    assert_eq!(
        tell(&lab, &token, "", bare).await.expect(200).json()["outcome"],
        "unchanged",
        "a part that tells nothing"
    );
    let none =
        json!({"external_id": "asset-1", "name": "db-1", "sections": {"package": {"items": [], "is_complete": true}}});
    assert_eq!(tell(&lab, &token, "", none).await.expect(200).json()["outcome"], "updated", "all there is: none");
    assert_eq!(lab.all(&reader, "/api/v1/items?class=package").await.len(), 0);
    lab.people(ask(Method::POST, &reader, PATH, &[], Some(body("1")))).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn what_is_wrong_names_the_attribute_and_the_rule() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let before = lab.sequence().await;
    let section =
        |section: &str, item: Value| json!({"external_id": "a", "name": "n", "sections": {section: {"items": [item]}}});
    let cases = [
        (json!({"name": "n"}), "/external_id", "is missing"),
        (json!({"external_id": "a", "name": ""}), "/name", "1 to 256 characters"),
        (json!({"external_id": "a", "name": "n", "colour": 1}), "/colour", "no field 'colour'"),
        (
            section("package", json!({"key": "x", "attributes": {"verison": "1"}})),
            "/sections/package/items/0/attributes/verison",
            "did you mean version?",
        ),
        (
            section("package", json!({"key": "x", "attributes": {"version": 1}})),
            "/sections/package/items/0/attributes/version",
            "kind version",
        ),
        (section("package", json!({"attributes": {}})), "/sections/package/items/0/key", "1 to 1024 characters"),
        (section("pakcage", json!({"key": "x"})), "/sections/pakcage", "did you mean 'package'"),
        (
            json!({"external_id": "a", "name": "n", "identifiers": {"serial": "x"}}),
            "/identifiers/serial",
            "system_serial",
        ),
        (
            json!({"external_id": "a", "name": "n", "identifiers": {"permanent_mac": "x"}}),
            "/identifiers/permanent_mac",
            "'x' is no permanent_mac",
        ),
        (
            json!({"external_id": "a", "name": "n", "sections": {"package": {"items": [{"key": "x"}, {"key": "x"}]}}}),
            "/sections/package/items/1/key",
            "in the list already",
        ),
    ];
    for (body, pointer, why) in cases {
        let problem = tell(&lab, &token, "", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    assert_eq!(lab.sequence().await, before);
}

#[tokio::test]
async fn a_script_adds_to_what_the_agent_says_and_is_told_what_does_not_count() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let machine = "2e".repeat(16);
    let mut device = Device::enroll(&lab, "web-1", &machine).await;
    let host = device.report_full(&lab).await;
    // The name alone says nothing, in neither direction.
    let alone = json!({"external_id": "cmdb-9", "name": "web-1"});
    let refused = tell(&lab, &token, "", alone).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains(&host), "{refused}");
    let told = json!({
        "external_id": "cmdb-9", "name": "WEB-1", "identifiers": {"machine_id": machine},
        "sections": {"package": {"items": [
            {"key": "zlib", "attributes": {"version": "0.0"}}, {"key": "acme", "attributes": {"version": "1"}},
        ]}},
    });
    let answer = tell(&lab, &token, "", told.clone()).await.expect(200).json();
    assert_eq!((&answer["host"], &answer["rule"]), (&json!(host), &json!("machine_id")));
    // Why it is that host can be asked.
    let explain = format!("/api/v1/identification/explain/{}", answer["report"].as_str().unwrap());
    let why = lab.get(&token, &explain).await.expect(200).json();
    assert_eq!((&why["source"], &why["settled"]), (&json!("rest"), &json!("ladder")));
    assert_eq!((&why["rule"], &why["host"]), (&json!("machine_id"), &json!(host)));
    assert_eq!(why["identifiers"][0]["value"], json!(machine));
    let again = tell(&lab, &token, "", told.clone()).await.expect(200).json();
    assert_eq!(again["report"], answer["report"], "decided once");
    let overruled = &answer["overruled"][0];
    assert_eq!(
        (&overruled["key"], &overruled["attribute"], &overruled["told"]),
        (&json!("zlib"), &json!("version"), &json!("0.0"))
    );
    assert_eq!((&overruled["source"], &overruled["reason"]), (&json!("agent"), &json!("rank")));
    assert_eq!(answer["overruled"].as_array().unwrap().len(), 1);
    let packages = lab.all(&token, &format!("/api/v1/items?class=package&host={host}")).await;
    assert!(packages.iter().any(|item| item["key"] == "acme"));
    assert!(packages.iter().all(|item| item["attributes"]["version"] != "0.0"));
    assert_eq!(lab.get(&token, &format!("/api/v1/hosts/{host}")).await.json()["name"], "web-1", "the agent names it");
    // Two sources that contradict each other do not flap.
    let before = lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await.len();
    for _ in 0..3 {
        lab.clock.advance_millis(60_000);
        device.report_full(&lab).await;
        tell(&lab, &token, "", told.clone()).await.expect(200);
    }
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await.len(), before);
    // Who knows the id says it.
    let by_id = json!({"external_id": "x", "name": "other", "host": host});
    let said = tell(&lab, &token, "", by_id).await.expect(200).json();
    assert_eq!(said["rule"], "said");
    let explain = format!("/api/v1/identification/explain/{}", said["report"].as_str().unwrap());
    assert_eq!(lab.get(&token, &explain).await.expect(200).json()["settled"], "said");
}
