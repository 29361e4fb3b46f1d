//! Several sources and people, one host: who answers for it, where it is, how much depends on it and where it stands in its life are
//! reconciled as values of declared items are.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};

const TELL: &str = "/api/v1/sources/rest/hosts";

async fn file(lab: &Lab, token: &str, more: &str, text: &str) -> Value {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/imports?class=host&recognise_by=name&file=hosts.csv{more}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/csv")
        .body(Body::from(text.to_owned()))
        .unwrap();
    lab.clock.advance_millis(1);
    // What is only tried makes nothing.
    let status = if more.contains("dry_run") { 200 } else { 201 };
    lab.people(request).await.expect(status).json()
}

fn said(host: &Value, name: &str) -> Vec<(String, Value)> {
    let said = host["values"][name]["said"].as_array().unwrap();
    said.iter().map(|one| (one["source"].as_str().unwrap().to_owned(), one["value"].clone())).collect()
}

#[tokio::test]
async fn an_old_file_does_not_take_back_what_was_said_since_and_says_so() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    let old = "name,owner,site,lifecycle\nweb-1,ann,fra,active\n";
    let first = file(&lab, &token, "", old).await;
    assert_eq!((&first["counts"]["updated"], &first["counts"]["overruled"]), (&json!(1), &json!(0)), "{first}");
    lab.clock.advance_millis(60_000);
    lab.patch(&token, &path, "*", json!({"owner": "bob", "lifecycle": "retired"})).await.expect(200);
    lab.clock.advance_millis(60_000);
    let versions = lab.all(&token, &format!("{path}/versions")).await.len();
    for more in ["&dry_run=true", ""] {
        let again = file(&lab, &token, more, old).await;
        assert_eq!((&again["counts"]["unchanged"], &again["counts"]["overruled"]), (&json!(1), &json!(1)), "{again}");
    }
    let now = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&now["owner"], &now["site"], &now["lifecycle_set"]), (&json!("bob"), &json!("fra"), &json!("retired")));
    assert_eq!(said(&now, "owner"), [("rest".into(), json!("bob")), ("import".into(), json!("ann"))]);
    assert_eq!(now["values"]["owner"]["reason"], "newest");
    assert_eq!(lab.all(&token, &format!("{path}/versions")).await.len(), versions, "what counts is as it was");
    let item = lab.get(&token, &format!("/api/v1/items/{host}")).await.expect(200).json();
    assert_eq!(item["values"]["owner"], now["values"]["owner"]);
}

#[tokio::test]
async fn rules_and_pins_decide_and_a_script_is_told() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    let rule = |order: Value| json!({"rules": [{"class": "host", "attribute": "site", "order": order}]});
    lab.put(&token, "/api/v1/reconciliation", "*", rule(json!(["import", "rest", "person"]))).await.expect(200);
    file(&lab, &token, "", "name,site\nweb-1,fra\n").await;
    let tell = async |more: Value| {
        let mut body = json!({"external_id": "a-1", "name": "web-1", "host": host});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.clock.advance_millis(1_000);
        lab.people(ask(Method::POST, &token, TELL, &[], Some(body))).await
    };
    let told = tell(json!({"site": "ams", "owner": "ops", "criticality": "high"})).await.expect(200).json();
    let refused = &told["overruled"][0];
    assert_eq!(
        (&refused["attribute"], &refused["told"], &refused["counts"]),
        (&json!("site"), &json!("ams"), &json!("fra"))
    );
    assert_eq!((&refused["source"], &refused["reason"]), (&json!("import"), &json!("rank")));
    let now = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&now["site"], &now["owner"], &now["criticality"]), (&json!("fra"), &json!("ops"), &json!("high")));
    assert_eq!(tell(json!({"owner": "ops"})).await.expect(200).json()["outcome"], "unchanged");
    assert_eq!(tell(json!({"owner": "dba"})).await.expect(200).json()["outcome"], "updated");
    assert_eq!(tell(json!({"lifecycle": "stale"})).await.pointers(422), ["/lifecycle"]);
    let reporter = lab.user("script", &[Role::CmdbOwner]).await;
    let narrow = lab.token(&reporter, muster_model::right::Scope::Inventory).await;
    let body = json!({"external_id": "a-1", "name": "web-1", "host": host, "owner": "me"});
    lab.people(ask(Method::POST, &narrow, TELL, &[], Some(body))).await.problem(403, "not-authorised");

    // A pin counts before all of them, and undo says why it would change nothing.
    let pins = format!("/api/v1/items/{host}/pins");
    let pin = |name: &str, value: &str| json!({"attribute": name, "value": value, "reason": "moved on Monday"});
    lab.post(&token, &pins, pin("lifecycle", "missing")).await.problem(422, "invalid");
    lab.post(&token, &pins, pin("kernel", "6")).await.problem(422, "invalid");
    lab.post(&token, &pins, pin("site", "ber")).await.expect(201);
    assert_eq!(lab.last_audit().await.1, "item.pin");
    let now = lab.get(&token, &path).await.expect(200).json();
    assert_eq!((&now["site"], &now["values"]["site"]["reason"]), (&json!("ber"), &json!("pinned")));
    let version = lab.all(&token, &format!("{path}/versions")).await[0]["version"].clone();
    let undo = json!({"version": version, "reason": "typo"});
    lab.post(&token, &format!("{path}/undo"), undo).await.problem(409, "conflict");
    assert_eq!(lab.all(&token, &pins).await[0]["attribute"], "site");
    lab.remove(&token, &format!("{pins}/site"), "*").await.expect(204);
    assert_eq!(lab.get(&token, &path).await.json()["site"], "fra");

    // Other rules count within a minute, without anybody saying anything.
    lab.put(&token, "/api/v1/reconciliation", "*", rule(json!(["rest", "import"]))).await.expect(200);
    while lab.service.settle_declared_step().await.unwrap() {}
    assert_eq!(lab.get(&token, &path).await.json()["site"], "ams");
}

#[tokio::test]
async fn questions_about_hosts_know_what_owners_added_wherever_they_are_asked() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    Device::enroll(&lab, "web-2", &"2f".repeat(16)).await.report_full(&lab).await;
    let class = json!({"attributes": [{"name": "rack_unit", "kind": "text"}]});
    lab.put(&token, "/api/v1/classes/host", "\"0\"", class).await.expect(200);
    let before = lab.clock.now();
    lab.clock.advance_millis(10_000);
    lab.patch(&token, &format!("/api/v1/items/{host}"), "*", json!({"attributes": {"rack_unit": "r12"}}))
        .await
        .expect(200);
    let csv = lab.get(&token, "/api/v1/export/hosts?format=csv&rack_unit=r12").await.expect(200).text();
    let (head, rows) = csv.split_once('\n').unwrap();
    assert!(head.trim().split(',').any(|column| column.trim_matches('"') == "rack_unit"), "{head}");
    assert!(rows.contains("web-1") && rows.contains("r12") && !rows.contains("web-2"), "{rows}");
    let then = lab.get(&token, &format!("/api/v1/export/hosts?format=csv&columns=name,rack_unit&as_of={before}")).await;
    assert!(!then.expect(200).text().contains("r12"), "as it was");
    let found = lab.get(&token, "/api/v1/export/ansible?rack_unit=r12").await.expect(200).text();
    assert!(found.contains("web-1") && !found.contains("web-2"), "{found}");
    lab.get(&token, "/api/v1/export/prometheus?rack_unit=r12").await.expect(200);
    let scope = json!({"hosts": "rack_unit:r12"});
    let change = json!({"kind": "change", "title": "new rails", "details": {"plan": {"scope": scope}}});
    lab.post(&token, "/api/v1/tickets", change).await.expect(201);
    let campaign = json!({"name": "racks", "window_days": 14, "scope": scope});
    lab.post(&token, "/api/v1/reviews", campaign).await.expect(201);
    let side = |group: &str| json!({"entitlement": "group", "group": group, "hosts": "rack_unit:r12"});
    let rule = json!({"name": "racks", "one": side("a"), "other": side("b"), "reason": "as the law says"});
    lab.post(&token, "/api/v1/separations", rule).await.expect(201);
    let wrong = json!({"kind": "change", "title": "t", "details": {"plan": {"scope": {"hosts": "rack_unti:r12"}}}});
    lab.post(&token, "/api/v1/tickets", wrong).await.problem(422, "invalid");
}
