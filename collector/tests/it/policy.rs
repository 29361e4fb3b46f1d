//! Policies of owners: made, tried, asked about what is there and what changes, switched off, removed; and what is set of
//! those that are shipped.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn openssl(version: &str) -> Item {
    Item::new("openssl").with("name", "openssl").with("version", version).with("manager", "dpkg")
}

fn old_openssl() -> Value {
    json!({
        "id": "old-openssl", "purpose": "openssl is older than 3.0.14", "section": "package", "scope": "",
        "condition": "item.name == 'openssl' && older(item, '3.0.14')", "severity": "major", "class": "security",
        "outcome": "incident", "enabled": true,
    })
}

async fn standing(lab: &Lab, token: &str, policy: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/findings?policy={policy}")).await
}

#[tokio::test]
async fn a_policy_of_an_owner_judges_what_is_there_and_what_changes() {
    let lab = Lab::new();
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    web.report_full(&lab).await;
    let mut db = Device::enroll(&lab, "db-1", OTHER).await;
    db.put(SectionName::Package, openssl("3.0.14"));
    db.report_full(&lab).await;
    let token = lab.token_of(Role::CmdbOwner).await;

    let preview = lab.post(&token, "/api/v1/policies/preview", old_openssl()).await.expect(200).json();
    assert_eq!((&preview["hosts"], &preview["in_scope"], &preview["broken"]), (&json!(2), &json!(2), &json!(1)));
    assert_eq!((&preview["hits"][0]["host_name"], &preview["past_findings"]), (&json!("web-1"), &json!(0)));
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 0, "trying it made nothing");

    let made = lab.post(&token, "/api/v1/policies", old_openssl()).await.expect(201);
    assert_eq!((made.json()["basis"].clone(), made.json()["version"].clone()), (json!("state"), json!(1)));
    assert_eq!(lab.last_audit().await.1, "policy.create");
    lab.settle().await;
    let found = standing(&lab, &token, "old-openssl").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["title"], "web-1: package openssl: openssl is older than 3.0.14");
    assert!(found[0]["incident"].is_string());

    // It is asked about what changes, and only ends what is not so any more.
    lab.clock.advance_millis(60_000);
    web.put(SectionName::Package, openssl("3.0.9"));
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 1);
    lab.clock.advance_millis(60_000);
    web.put(SectionName::Package, openssl("3.0.15"));
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 0);
    let ended = lab.all(&token, "/api/v1/findings?policy=old-openssl&state=resolved").await;
    assert_eq!((ended.len(), &ended[0]["state_detail"]["resolution"]), (1, &json!("reverted")));
    let tickets = lab.all(&token, "/api/v1/tickets?state=resolved").await;
    assert_eq!(tickets.len(), 1, "its incident ended with it");

    // What came and went in the meantime shows in a preview.
    lab.clock.advance_millis(60_000);
    db.put(SectionName::Package, openssl("3.0.2"));
    db.report_delta(&lab).await;
    let preview = lab.post(&token, "/api/v1/policies/preview", old_openssl()).await.expect(200).json();
    assert_eq!((&preview["past_findings"], &preview["past_incidents"]), (&json!(1), &json!(1)), "{preview}");
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 1);

    // Off, it minds nothing; what it found is over.
    let path = "/api/v1/policies/old-openssl";
    lab.patch(&token, path, "\"1\"", json!({"enabled": false})).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 0);
    let ended = lab.all(&token, "/api/v1/findings?policy=old-openssl&state=resolved&host_name=db-1").await;
    assert_eq!(ended[0]["state_detail"]["resolution"], "policy_removed");
    lab.patch(&token, path, "\"1\"", json!({"enabled": true})).await.expect(412);
    lab.patch(&token, path, "\"2\"", json!({"enabled": true})).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 1);
}

#[tokio::test]
async fn a_scope_means_hosts_as_people_say_they_are() {
    let lab = Lab::new();
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    let host = web.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    let mut policy = old_openssl();
    policy["scope"] = json!("site:fra");
    lab.post(&token, "/api/v1/policies", policy).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 0);
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "fra"})).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 1);
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "ber"})).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "old-openssl").await.len(), 0);
}

#[tokio::test]
async fn a_policy_that_reads_another_section_is_asked_when_that_changes() {
    let lab = Lab::new();
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    web.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    let mut policy = old_openssl();
    policy["id"] = json!("no-auditd");
    policy["section"] = json!("host");
    policy["condition"] = json!("!has_pkg('auditd')");
    lab.post(&token, "/api/v1/policies", policy.clone()).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "no-auditd").await.len(), 1);
    lab.clock.advance_millis(60_000);
    let package =
        |name: &str| Item::new(format!("{name}:amd64")).with("name", name).with("version", "1").with("manager", "dpkg");
    web.put(SectionName::Package, package("auditd"));
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "no-auditd").await.len(), 0);
    // Another item of the same section moves the answer too.
    (policy["id"], policy["section"]) = (json!("two-daemons"), json!("package"));
    policy["condition"] = json!("item.name == 'auditd' && has_pkg('laurel')");
    lab.post(&token, "/api/v1/policies", policy).await.expect(201);
    lab.settle().await;
    for (is_there, expected) in [(true, 1), (false, 0)] {
        lab.clock.advance_millis(60_000);
        if is_there {
            web.put(SectionName::Package, package("laurel"));
        } else {
            web.remove(SectionName::Package, "laurel:amd64");
        }
        web.report_delta(&lab).await;
        assert_eq!(standing(&lab, &token, "two-daemons").await.len(), expected);
    }
}

#[tokio::test]
async fn time_alone_makes_a_finding_of_a_certificate_that_ends() {
    let lab = Lab::new();
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    let ends = lab.service.now().plus_millis(31 * 86_400_000).to_string();
    web.put(
        SectionName::Certificate,
        Item::new("/etc/ssl/a.pem").with("path", "/etc/ssl/a.pem").with("not_after", ends),
    );
    web.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    assert_eq!(standing(&lab, &token, "certificate-expiring").await.len(), 0);
    lab.wait_seconds(2 * 86_400).await;
    let found = standing(&lab, &token, "certificate-expiring").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["title"], "web-1: certificate /etc/ssl/a.pem: the certificate ends within 30 days");
    let id = found[0]["id"].as_str().unwrap();
    lab.post(&token, &format!("/api/v1/findings/{id}/accept"), json!({"reason": "so it is"})).await.expect(409);
}

#[tokio::test]
async fn shipped_policies_are_switched_and_weighed_but_not_rewritten() {
    let lab = Lab::new();
    let mut web = Device::enroll(&lab, "web-1", MACHINE).await;
    web.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    let all = lab.all(&token, "/api/v1/policies").await;
    let named = |id: &str| all.iter().find(|policy| policy["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    assert_eq!((&named("account")["basis"], &named("account")["enabled"]), (&json!("change"), &json!(true)));
    assert_eq!((&named("uid-zero")["basis"], &named("uid-zero")["enabled"]), (&json!("state"), &json!(false)));
    let path = "/api/v1/policies/account";
    lab.patch(&token, path, "\"0\"", json!({"purpose": "mine"})).await.expect(422);
    lab.delete(&token, path).await.expect(428);
    lab.patch(&token, path, "\"0\"", json!({"severity": "info", "outcome": "finding"})).await.expect(200);
    lab.clock.advance_millis(60_000);
    web.add_user("deploy", 1_001);
    web.report_delta(&lab).await;
    let found = standing(&lab, &token, "account").await;
    assert_eq!((&found[0]["severity"], &found[0]["incident"]), (&json!("info"), &Value::Null));
    lab.patch(&token, path, "\"1\"", json!({"enabled": false})).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "account").await.len(), 0);
    lab.clock.advance_millis(60_000);
    web.add_user("other", 1_002);
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "account").await.len(), 0);
}

#[tokio::test]
async fn what_cannot_be_a_policy_is_refused_with_the_reason() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    for (field, value, pointer) in [
        ("condition", json!("item.name =="), "/condition"),
        ("condition", json!("item.nonsense == 1"), "/condition"),
        ("section", json!("nowhere"), "/section"),
        ("scope", json!("sitte:fra"), "/scope"),
        ("id", json!("account"), "/id"),
        ("severity", json!("awful"), "/severity"),
    ] {
        let mut policy = old_openssl();
        policy[field] = value;
        let problem = lab.post(&token, "/api/v1/policies", policy).await.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // What is typed wrong is told with its column, when it is saved and when it is tried.
    for (condition, expected) in [
        ("host.nme == 'x'", "column 6: a host has no nme; did you mean name?"),
        (
            "item.versoin == '3'",
            "column 6: items of the class package have no attribute versoin; did you mean version?",
        ),
        ("item.name.matches('(')", "column 19: this is no regular expression"),
        ("item.name", "column 1: this gives a text"),
        ("item.name == 3", "column 11: a text cannot be compared with a number"),
    ] {
        let mut policy = old_openssl();
        policy["condition"] = json!(condition);
        for path in ["/api/v1/policies", "/api/v1/policies/preview"] {
            let problem = lab.post(&token, path, policy.clone()).await.expect(422).json();
            let detail = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(detail.starts_with(expected), "{condition}: {problem}");
        }
    }
    lab.post(&token, "/api/v1/policies", old_openssl()).await.expect(201);
    lab.post(&token, "/api/v1/policies", old_openssl()).await.expect(422);
    let library = lab.get(&token, "/api/v1/policies/library").await.expect(200).json();
    assert!(library["examples"].as_array().unwrap().len() > 10 && library["functions"].as_array().unwrap().len() > 5);
}
