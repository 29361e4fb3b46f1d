//! Wrong bodies and queries: each is refused with the field that is wrong, and nothing is stored.

use axum::body::Body;
use axum::http::{Method, Request};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};

/// A fresh collector with a host, a finding and a ticket, and for each kind of body an address and a body that is right.
async fn lab_with_bodies() -> (Lab, String, Vec<(Method, String, Value)>) {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    let finding = lab.get(&admin, "/api/v1/findings").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let ticket =
        lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.expect(201).json();
    let ticket = ticket["number"].as_str().unwrap();
    let user = lab.user("ann", &[muster_model::right::Role::Viewer]).await.id;
    let (agent, end) = (device.agent, "2026-12-31T00:00:00Z");
    let post = |path: String, body: Value| (Method::POST, path, body);
    let patch = |path: String, body: Value| (Method::PATCH, path, body);
    let bodies = vec![
        patch(format!("/api/v1/hosts/{host}"), json!({"owner": "ops"})),
        post(format!("/api/v1/findings/{finding}/accept"), json!({"reason": "r"})),
        post(format!("/api/v1/findings/{finding}/waive"), json!({"justification": "j", "expires_at": end})),
        post(format!("/api/v1/findings/{finding}/suppress"), json!({"reason": "r", "until": end})),
        post("/api/v1/tickets".into(), json!({"kind": "incident", "title": "t"})),
        patch(format!("/api/v1/tickets/{ticket}"), json!({"title": "u"})),
        post(format!("/api/v1/tickets/{ticket}/transitions"), json!({"event": "start"})),
        post(format!("/api/v1/tickets/{ticket}/comments"), json!({"text": "x"})),
        post(format!("/api/v1/agents/{agent}/revoke"), json!({"reason": "r"})),
        post("/api/v1/enrollment-tokens".into(), json!({"name": "t"})),
        post("/api/v1/users".into(), json!({"name": "bob", "roles": ["viewer"]})),
        patch(format!("/api/v1/users/{user}"), json!({"display_name": "Ann"})),
        post("/api/v1/api-tokens".into(), json!({"name": "t", "scopes": ["read"]})),
    ];
    (lab, admin, bodies)
}

fn raw(method: &Method, token: &str, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("authorization", format!("Bearer {token}")).header("if-match", "*");
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    request.body(body.into()).unwrap()
}

/// Case 59: fields that are not the caller's to set.
#[tokio::test]
async fn no_body_takes_a_field_that_it_does_not_have() {
    let (lab, admin, bodies) = lab_with_bodies().await;
    let before = lab.sequence().await;
    for (method, path, body) in &bodies {
        for field in
            ["id", "number", "state", "version", "created_at", "password_hash", "opened_by", "revoked_at", "uses"]
        {
            let mut body = body.clone();
            body[field] = json!("x");
            let request = ask(method.clone(), &admin, path, &[("if-match", "*")], Some(body));
            let problem = lab.people(request).await.problem(422, "invalid");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(field), "{path}: {problem}");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{path}: {problem}");
        }
    }
    let extra = json!({"kind": "incident", "title": "t", "roles": ["administrator"], "priority": 1});
    lab.post(&admin, "/api/v1/tickets", extra).await.expect(422);
    assert_eq!(lab.sequence().await, before);
}

#[tokio::test]
async fn a_wrong_type_is_named_with_its_place() {
    let (lab, admin, bodies) = lab_with_bodies().await;
    let before = lab.sequence().await;
    for (method, path, body) in &bodies {
        for (field, value) in body.as_object().unwrap() {
            let mut wrong = body.clone();
            wrong[field] = if value.is_array() { json!(["nonsense", 7]) } else { json!({"a": 1}) };
            let request = ask(method.clone(), &admin, path, &[("if-match", "*")], Some(wrong));
            let pointers = lab.people(request).await.pointers(422);
            assert!(pointers[0].starts_with(&format!("/{field}")), "{path} {field}: {pointers:?}");
        }
    }
    for body in [json!([]), json!("x"), json!(7), json!(null)] {
        lab.post(&admin, "/api/v1/tickets", body).await.expect(422);
    }
    assert_eq!(lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident"})).await.pointers(422), ["/title"]);
    let unseen = json!({"kind": "incident", "title": "a\u{202e}b"});
    assert_eq!(lab.post(&admin, "/api/v1/tickets", unseen).await.pointers(422), ["/title"]);
    for query in ["class=nothing", "filter=class:nothing"] {
        lab.get(&admin, &format!("/api/v1/items?{query}")).await.expect(422);
    }
    assert_eq!(lab.get(&admin, "/api/v1/items?bogus=1").await.pointers(422), ["/bogus"]);
    let wrong = json!({"kind": "incident", "title": "t", "items": ["host_1", 7]});
    assert_eq!(lab.post(&admin, "/api/v1/tickets", wrong).await.pointers(422), ["/items/1"]);
    let wrong = json!({"kind": "incident", "title": "t", "impact": 256});
    assert_eq!(lab.post(&admin, "/api/v1/tickets", wrong).await.pointers(422), ["/impact"]);
    assert_eq!(lab.sequence().await, before);
}

/// Cases 1, 5, 7, 8.
#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let (lab, admin, bodies) = lab_with_bodies().await;
    let before = lab.sequence().await;
    let deep = "[".repeat(100_000);
    let deep_field = format!("{{\"title\":{}", "[".repeat(100_000));
    let texts: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"a\":}".to_vec(),
        b"{} {}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"title\": NaN}".to_vec(),
        b"{\"title\": \"\xff\"}".to_vec(),
        b"{\"title\": \"\\ud800\"}".to_vec(),
        b"{\"title\": \"a\x00b\"}".to_vec(),
    ];
    for (method, path, body) in &bodies {
        for text in &texts {
            let reply = lab.people(raw(method, &admin, path, Some("application/json"), text.clone())).await;
            assert!([400, 422].contains(&reply.status), "{path} {}: {}", String::from_utf8_lossy(text), reply.text());
            reply.check_problem();
        }
        for text in [&deep, &deep_field] {
            let reply = lab.people(raw(method, &admin, path, Some("application/json"), text.clone())).await;
            assert!([400, 422].contains(&reply.status), "{path}: {}", reply.text());
        }
        let whole = body.to_string();
        for end in 0..whole.len() {
            lab.people(raw(method, &admin, path, Some("application/json"), whole[..end].to_owned())).await.expect(400);
        }
    }
    assert_eq!(lab.sequence().await, before);
}

/// Case 12; a form of another site can only send these.
#[tokio::test]
async fn only_json_is_taken() {
    let (lab, admin, bodies) = lab_with_bodies().await;
    let before = lab.sequence().await;
    for (method, path, body) in &bodies {
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/json; charset=latin1"),
            Some("application/jsonp"),
        ] {
            lab.people(raw(method, &admin, path, kind, body.to_string())).await.problem(415, "media-type");
        }
    }
    assert_eq!(lab.sequence().await, before);
    let fine = raw(
        &Method::POST,
        &admin,
        "/api/v1/tickets",
        Some("Application/JSON; charset=UTF-8"),
        r#"{"kind":"incident","title":"t"}"#,
    );
    lab.people(fine).await.expect(201);
}

/// Cases 2 and 3.
#[tokio::test]
async fn a_body_over_the_limit_is_cut_off() {
    let (lab, admin, bodies) = lab_with_bodies().await;
    let before = lab.sequence().await;
    for (method, path, _) in &bodies {
        let mut announced = raw(method, &admin, path, Some("application/json"), "{}");
        announced.headers_mut().insert("content-length", "1048577".parse().unwrap());
        lab.people(announced).await.problem(413, "too-large");
        // Without an announced length, and without an end.
        let endless =
            futures_util::stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b' '; 4_096])));
        let chunked = raw(method, &admin, path, Some("application/json"), Body::from_stream(endless));
        lab.people(chunked).await.problem(413, "too-large");
    }
    assert_eq!(lab.sequence().await, before);
}

const LISTS: [&str; 6] = ["hosts", "items", "findings", "tickets", "baselines", "audit"];

#[tokio::test]
async fn a_wrong_query_is_named_with_a_suggestion() {
    let (lab, admin, _) = lab_with_bodies().await;
    for list in LISTS {
        for limit in ["0", "-1", "1001", "x", "", "1e3", "99999999999999999999"] {
            assert_eq!(lab.get(&admin, &format!("/api/v1/{list}?limit={limit}")).await.pointers(422), ["/limit"]);
        }
        for cursor in ["%C3%A9", "a", "////"] {
            let reply = lab.get(&admin, &format!("/api/v1/{list}?cursor={cursor}")).await;
            assert_eq!(reply.pointers(422), ["/cursor"], "{list} {cursor}");
        }
        lab.get(&admin, &format!("/api/v1/{list}?limit=1000")).await.expect(200);
        lab.get(&admin, &format!("/api/v1/{list}?sttae=open")).await.expect(422);
    }
    let problem = lab.get(&admin, "/api/v1/tickets?sttae=open").await.problem(422, "invalid");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("'state'"), "{problem}");
    let problem = lab.get(&admin, "/api/v1/hosts?filter=nam%3Aweb").await.problem(422, "invalid");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("'name'"), "{problem}");
    for filter in ["name%3C", "name:%22web", ":x"] {
        lab.get(&admin, &format!("/api/v1/hosts?filter={filter}")).await.expect(422);
    }
}

/// A cursor that somebody made up is refused, also one of another list's form.
#[tokio::test]
async fn a_made_up_cursor_is_refused() {
    let (lab, admin, _) = lab_with_bodies().await;
    let other = lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": "secret"})).await.json();
    for place in ["", "a", "tkt_", "zzz-and-more", other["id"].as_str().unwrap(), "\u{1}", "host/../../x"] {
        let cursor = muster_shared::secret::encode(place.as_bytes());
        for list in LISTS.iter().copied().chain(["tickets/INC-000001/timeline"]) {
            let reply = lab.get(&admin, &format!("/api/v1/{list}?cursor={cursor}")).await;
            assert_eq!(reply.pointers(422), ["/cursor"], "{list} {place}");
        }
    }
    // One that a list gave is taken, and cut off it is not.
    lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": "another"})).await.expect(201);
    let page = lab.get(&admin, "/api/v1/tickets?limit=1").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    lab.get(&admin, &format!("/api/v1/tickets?cursor={cursor}")).await.expect(200);
    let cut = &cursor[..cursor.len() - 4];
    assert_eq!(lab.get(&admin, &format!("/api/v1/tickets?cursor={cut}")).await.pointers(422), ["/cursor"]);
}

#[tokio::test]
async fn texts_have_limits() {
    let (lab, admin, _) = lab_with_bodies().await;
    let long = |n: usize| "x".repeat(n);
    let title = lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": long(201)})).await;
    assert_eq!(title.pointers(422), ["/title"]);
    for (field, value) in [
        ("title", json!("  ")),
        ("description", json!(long(20_001))),
        ("category", json!(long(101))),
        ("assignment_group", json!(long(101))),
        ("impact", json!(0)),
        ("urgency", json!(4)),
        ("kind", json!("complaint")),
        ("items", json!(vec!["host_0"; 101])),
    ] {
        let mut body = json!({"kind": "incident", "title": "t"});
        body[field] = value;
        assert_eq!(lab.post(&admin, "/api/v1/tickets", body).await.pointers(422), [format!("/{field}")]);
    }
    for name in ["", "Ann Smith", "ä", &long(65), "-x", "a/b"] {
        let reply = lab.post(&admin, "/api/v1/users", json!({"name": name, "roles": ["viewer"]})).await;
        assert_eq!(reply.pointers(422), ["/name"], "{name}");
    }
    let reply = lab.post(&admin, "/api/v1/users", json!({"name": "bob", "roles": []})).await;
    assert_eq!(reply.pointers(422), ["/roles"]);
    let reply =
        lab.post(&admin, "/api/v1/users", json!({"name": "bob", "roles": ["viewer"], "password": "short"})).await;
    assert_eq!(reply.pointers(422), ["/password"]);
    let reply =
        lab.post(&admin, "/api/v1/users", json!({"name": "bob", "roles": ["viewer"], "display_name": long(201)})).await;
    assert_eq!(reply.pointers(422), ["/display_name"]);
    for (field, value) in [("max_uses", 0), ("max_uses", 100_001), ("minutes", 0), ("minutes", 43_201)] {
        let mut body = json!({"name": "t"});
        body[field] = json!(value);
        assert_eq!(lab.post(&admin, "/api/v1/enrollment-tokens", body).await.pointers(422), [format!("/{field}")]);
    }
    for (field, value) in [("days", json!(0)), ("days", json!(367)), ("scopes", json!([])), ("name", json!(" "))] {
        let mut body = json!({"name": "t", "scopes": ["read"]});
        body[field] = value;
        assert_eq!(lab.post(&admin, "/api/v1/api-tokens", body).await.pointers(422), [format!("/{field}")]);
    }
}
