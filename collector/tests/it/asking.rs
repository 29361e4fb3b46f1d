//! What is asked wrongly is named with what would be right: times to come, cursors, columns, packed bodies, parameters; and a
//! difference says of whom it cannot tell.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::right::Role;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply};

async fn send(lab: &Lab, token: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri(format!("/api/v1/{path}"));
    request = request.header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    lab.people(request.body(body.into()).unwrap()).await
}

fn details(reply: Reply, status: u16) -> Vec<String> {
    let problem = reply.problem(status, "invalid");
    let detail =
        |error: &Value| format!("{} {}", error["pointer"].as_str().unwrap(), error["detail"].as_str().unwrap());
    problem["errors"].as_array().unwrap().iter().map(detail).collect()
}

#[tokio::test]
async fn of_times_to_come_nothing_is_known() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"0a".repeat(16)).await.report_full(&lab).await;
    let ahead = lab.service.now().plus_millis(3_600_000);
    for (path, pointer) in [
        (format!("items?class=package&as_of={ahead}"), "/as_of"),
        (format!("hosts?known_at={ahead}"), "/known_at"),
        (format!("hosts/{host}?as_of={ahead}"), "/as_of"),
        (format!("items?filter=as_of:%22{ahead}%22"), "/filter"),
        (format!("diff?to={ahead}"), "/to"),
        (format!("items/{host}/diff?from={ahead}"), "/from"),
        (format!("items/{host}/impact?as_of={ahead}"), "/as_of"),
        (format!("export/hosts?as_of={ahead}"), "/as_of"),
    ] {
        let said = details(lab.get(&token, &format!("/api/v1/{path}")).await, 422);
        assert!(said.len() == 1 && said[0].starts_with(&format!("{pointer} ")), "{path}: {said:?}");
        assert!(said[0].contains("lies ahead"), "{path}: {said:?}");
    }
    // Another clock may be a little ahead of ours.
    let soon = lab.service.now().plus_millis(30_000);
    lab.get(&token, &format!("/api/v1/hosts?as_of={soon}")).await.expect(200);
}

#[tokio::test]
async fn a_difference_says_of_whom_it_cannot_tell() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let before = lab.service.now();
    lab.wait_seconds(60).await;
    let mut device = Device::enroll(&lab, "web-1", &"0a".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let known = lab.service.now().to_string();
    lab.wait_seconds(60).await;
    device.add_user("x", 1_000);
    device.report_delta(&lab).await;
    for path in [format!("items/{host}/diff"), "diff".to_owned()] {
        let answer = lab.get(&token, &format!("/api/v1/{path}?from={before}")).await.expect(200).json();
        assert_eq!(answer["items"], json!([]), "{path}");
        let not_known = &answer["not_known"][0];
        assert_eq!((&not_known["host"], &not_known["host_name"]), (&json!(host), &json!("web-1")));
        let since = not_known["known_since"].as_str().unwrap();
        assert!(since <= known.as_str(), "{since} {known}");
        // From then on all of it can be told.
        let answer = lab.get(&token, &format!("/api/v1/{path}?from={since}")).await.expect(200).json();
        assert_eq!(answer["not_known"], json!([]), "{path}");
        assert_eq!(answer["items"].as_array().unwrap().len(), 1, "{path}");
    }
    let other = lab.get(&token, &format!("/api/v1/diff?from={before}&host_name=db-1")).await.expect(200).json();
    assert_eq!(other["not_known"], json!([]), "who is not asked of is not named");
}

#[tokio::test]
async fn columns_of_exports_exist() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let get = async |path: &str| lab.get(&token, &format!("/api/v1/export/{path}")).await;
    for (path, near) in [
        ("hosts?format=csv&columns=name,ownr", "'owner'"),
        ("items?format=csv&columns=clas", "'class'"),
        ("findings?format=csv&columns=sevrity", "'severity'"),
        ("tickets?format=csv&columns=numbr", "'number'"),
    ] {
        let said = details(get(path).await, 422);
        assert!(said[0].starts_with("/columns ") && said[0].contains(near), "{path}: {said:?}");
    }
    for path in [
        "hosts?format=csv&columns=name,cpu_model,clock_skew_ms",
        "items?format=csv&columns=id,version,owner,height_units,used_percent",
        "findings?format=csv&columns=id,state",
        "tickets?format=csv&columns=number,urgency",
    ] {
        get(path).await.expect(200);
    }
}

#[tokio::test]
async fn packed_bodies_are_told_what_is_taken() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec();
    let json = ("content-type", "application/json");
    let encoded = ("content-encoding", "gzip");
    for (path, headers) in [
        ("items", &[json, encoded][..]),
        ("items", &[json]),
        ("imports?class=rack", &[encoded]),
        ("imports?class=rack", &[("content-type", "text/csv")]),
    ] {
        let problem = send(&lab, &token, path, headers, packed.clone()).await.problem(415, "media-type");
        assert!(problem["detail"].as_str().unwrap().starts_with("this takes "), "{path}: {problem}");
    }
}

#[tokio::test]
async fn errors_speak_of_fields_and_not_of_the_parser() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"0a".repeat(16)).await.report_full(&lab).await;
    let impact = lab.get(&token, &format!("/api/v1/items/{host}/impact?depth=abc")).await;
    assert_eq!(details(impact, 422), ["/depth a whole number is expected"]);
    let impact = lab.get(&token, &format!("/api/v1/items/{host}/impact?dpth=1")).await;
    assert!(details(impact, 422)[0].contains("did you mean 'depth'?"));

    let told = async |body: Value| details(lab.post(&token, "/api/v1/sources/rest/hosts", body).await, 422);
    assert_eq!(told(json!({"external_id": null, "name": "x"})).await, ["/external_id a text is expected, not null"]);
    let body = json!({"external_id": "a", "name": "x", "sections": {"pakage": {"items": []}}});
    assert_eq!(told(body).await, ["/sections/pakage there is no class 'pakage'; did you mean 'package'?"]);
    let body = json!({"external_id": "a", "name": "x", "identifiers": {"fqdn": 5}});
    assert_eq!(told(body).await, ["/identifiers/fqdn a text or a list of texts is expected"]);

    let rules = async |rule: Value| {
        let reply = lab.put(&token, "/api/v1/reconciliation", "*", json!({"rules": [rule]})).await;
        details(reply, 422)
    };
    let said = rules(json!({"order": ["agnt"]})).await;
    assert!(said[0].starts_with("/rules/0/order/0 a source is expected (agent, glpi, "), "{said:?}");
    let said = rules(json!({"order": "agent"})).await;
    assert_eq!(said, ["/rules/0/order a list is expected, not \"agent\""]);
}

#[tokio::test]
async fn what_agents_discover_is_not_counted_as_none() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let classes = lab.all(&token, "/api/v1/classes").await;
    let items = |name: &str| classes.iter().find(|class| class["name"] == name).unwrap()["items"].clone();
    assert_eq!((items("package"), items("rack")), (Value::Null, json!(0)));
}
