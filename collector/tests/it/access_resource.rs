//! Access to a service or an item (section 11): who answers for it votes, the hosts that serve it are compared, and the grant goes on
//! to others when those do.

use muster_shared::SectionName;
use muster_shared::report::Item;
use serde_json::{Value, json};

use crate::access::{ahead, campaign, cast, drafted, event, grant, granted, orphans, person};
use crate::lab::{Device, Lab};

const DAY: i64 = 86_400;

async fn host(lab: &Lab, name: &str, machine: &str) -> (Device, String) {
    let mut device = Device::enroll(lab, name, &machine.repeat(16)).await;
    for section in [SectionName::User, SectionName::Group, SectionName::SudoRule, SectionName::AuthorizedKey] {
        device.put(section, Item::new("seed"));
        device.remove(section, "seed");
    }
    let id = device.report_full(lab).await;
    lab.wait_seconds(60).await;
    (device, id)
}

async fn declare(lab: &Lab, token: &str, body: Value) -> String {
    lab.post(token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn needs(lab: &Lab, token: &str, from: &str, to: &str) -> String {
    let body = json!({"kind": "depends_on", "to": to, "reason": "it runs there"});
    let made = lab.post(token, &format!("/api/v1/items/{from}/relations"), body).await.expect(201).json();
    lab.wait_seconds(61).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Where an account stands on a host.
async fn standing(lab: &Lab, token: &str, host: &str, account: &str) -> Vec<String> {
    let rows = lab.all(token, &format!("/api/v1/observed-access?host={host}&account={account}")).await;
    rows.iter().map(|row| row["standing"].as_str().unwrap().to_owned()).collect()
}

fn terms(lab: &Lab, resource: &str) -> Value {
    json!({"account": "rita", "resource": resource, "reason": "works on it", "valid_to": ahead(lab, 30 * DAY)})
}

#[tokio::test]
async fn access_to_a_service_is_voted_on_by_its_owner_and_follows_the_hosts_that_serve_it() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, one) = host(&lab, "web-1", "2a").await;
    let (mut other, two) = host(&lab, "web-2", "2b").await;
    let shop = declare(&lab, &cast.admin, json!({"class": "business_service", "name": "shop", "owner": "olga"})).await;
    let store = declare(&lab, &cast.admin, json!({"class": "application", "name": "store", "owner": "otto"})).await;
    // The service stands on an application, and that on the host.
    needs(&lab, &cast.admin, &shop, &store).await;
    let relation = needs(&lab, &cast.admin, &store, &one).await;
    // What cannot be is told at its field.
    let wrong = |terms: Value| json!({"kind": "access", "title": "x", "details": {"terms": terms}});
    let refused = async |terms: Value| lab.post(&cast.requester, "/api/v1/tickets", wrong(terms)).await.pointers(422);
    assert_eq!(refused(json!({"resource": "nothing like it"})).await, ["/details/terms/resource"]);
    assert_eq!(refused(json!({"question": "nonsense:1"})).await, ["/details/terms/question"]);
    // Its owner votes, and nobody else.
    let number = drafted(&lab, &cast.requester, terms(&lab, "shop")).await;
    event(&lab, &cast.requester, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.requester, &number, json!({"event": "request_approval"})).await.expect(200);
    let rounds = lab.all(&cast.admin, &format!("/api/v1/tickets/{number}/approvals")).await;
    let round = rounds[0]["id"].as_str().unwrap();
    let vote = json!({"decision": "approve"});
    lab.post(&cast.owner, &format!("/api/v1/approvals/{round}/votes"), vote.clone()).await.expect(409);
    lab.post(&cast.second, &format!("/api/v1/approvals/{round}/votes"), vote).await.expect(200);
    event(&lab, &cast.owner, &number, json!({"event": "grant"})).await.expect(200);
    lab.settle().await;
    let given = grant(&lab, &cast, &number).await;
    assert_eq!((&given["resource"], &given["hosts"]), (&json!(shop), &json!([one])), "{given}");
    assert_eq!(standing(&lab, &cast.reviewer, &one, "rita").await, ["missing"], "granted, and not there");
    // On the host that serves it the account is allowed, on another one nobody asks.
    for device in [&mut web, &mut other] {
        device.put(SectionName::User, person("rita", &[]));
        device.put(SectionName::User, person("eve", &[]));
        device.report_delta(&lab).await;
    }
    assert_eq!(standing(&lab, &cast.reviewer, &one, "rita").await, ["granted"]);
    assert_eq!(orphans(&lab, &cast).await.len(), 1, "eve on the host of the grant");
    // Another host serves it too: the grant is for that as well, and what it does not allow is told there.
    needs(&lab, &cast.admin, &store, &two).await;
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    assert_eq!(grant(&lab, &cast, &number).await["hosts"], json!(both));
    assert_eq!(standing(&lab, &cast.reviewer, &two, "rita").await, ["granted"]);
    assert_eq!(orphans(&lab, &cast).await.len(), 2, "eve on both");
    let told = lab.all(&cast.admin, "/api/v1/audit").await;
    let told: Vec<&Value> = told.iter().filter(|entry| entry["action"] == "grant.follow").collect();
    assert!(told.iter().any(|entry| entry["reason"].as_str().unwrap().contains(&format!("+{two}"))), "{told:?}");
    // The first one serves it no more: what is left there is told.
    lab.remove(&cast.admin, &format!("/api/v1/items/{store}/relations/{relation}?reason=moved"), "*").await.expect(204);
    lab.wait_seconds(61).await;
    let moved = grant(&lab, &cast, &number).await;
    assert_eq!((&moved["hosts"], &moved["left"][0]["host"]), (&json!([two]), &json!(one)), "{moved}");
    assert_eq!(standing(&lab, &cast.reviewer, &one, "rita").await, ["left_over"]);
    let left = orphans(&lab, &cast).await;
    assert!(left.iter().any(|it| it["title"].as_str().unwrap().contains(&number)), "{left:?}");
    // Found by what it is for.
    let listed = lab.all(&cast.requester, &format!("/api/v1/grants?resource={shop}")).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(lab.all(&cast.requester, &format!("/api/v1/grants?resource={store}")).await.len(), 0);
    // Taken back, it has to be gone from the host of before too.
    let back = json!({"reason": "other work"});
    lab.post(&cast.owner, &format!("/api/v1/grants/{number}/revoke"), back).await.expect(200);
    lab.settle().await;
    other.remove(SectionName::User, "rita");
    other.report_delta(&lab).await;
    assert_eq!(grant(&lab, &cast, &number).await["removal"]["proven_at"], Value::Null, "web-1 still has it");
    web.remove(SectionName::User, "rita");
    web.report_delta(&lab).await;
    assert!(grant(&lab, &cast, &number).await["removal"]["proven_at"].is_string());
}

#[tokio::test]
async fn what_stands_on_no_host_is_granted_reviewed_and_taken_back_by_people() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let switch = declare(&lab, &cast.admin, json!({"class": "vendor", "name": "core switch", "owner": "olga"})).await;
    let given = granted(&lab, &cast, terms(&lab, "core switch"), &[&cast.second]).await;
    assert_eq!((&given["resource"], &given["hosts"]), (&json!(switch), &json!([])));
    // Its owner looks over it.
    let review = campaign(&lab, &cast, json!({})).await;
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    assert_eq!(items[0]["reviewers"][0]["name"], "olga", "{items:?}");
    let path = format!("/api/v1/reviews/{review}/items/{}", given["id"].as_str().unwrap());
    let say = json!({"decision": "revoke", "comment": "left"});
    lab.post(&cast.second, &path, say).await.expect(200);
    lab.settle().await;
    let number = given["number"].as_str().unwrap();
    let over = grant(&lab, &cast, number).await;
    assert_eq!(over["status"], "revoked");
    // No agent says whether it is gone: a person does.
    let task = over["removal"]["task"].as_str().unwrap();
    event(&lab, &cast.owner, task, json!({"event": "done", "comment": "taken off"})).await.expect(200);
    assert_eq!(grant(&lab, &cast, number).await["removal"]["proven_at"], Value::Null, "no agent proved it");
}

#[tokio::test]
async fn separation_and_broken_glass_mean_the_hosts_of_the_service() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, one) = host(&lab, "web-1", "2a").await;
    let shop = declare(&lab, &cast.admin, json!({"class": "business_service", "name": "shop", "owner": "olga"})).await;
    needs(&lab, &cast.admin, &shop, &one).await;
    let rule = json!({
        "name": "work and audit", "one": {"entitlement": "account", "hosts": "name:web-*"},
        "other": {"entitlement": "group", "group": "auditors"},
    });
    lab.post(&cast.reviewer, "/api/v1/separations", rule).await.expect(201);
    granted(&lab, &cast, terms(&lab, "shop"), &[&cast.second]).await;
    let mut audits = terms(&lab, "shop");
    (audits["entitlement"], audits["group"]) = (json!("group"), json!("auditors"));
    let second = drafted(&lab, &cast.requester, audits).await;
    let refused = event(&lab, &cast.requester, &second, json!({"event": "submit"})).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("work and audit"), "{refused}");
    // Without votes for four hours, on the same hosts.
    let glass = json!({"account": "ben", "entitlement": "sudo", "resource": shop, "reason": "the shop is down"});
    let number = drafted(&lab, &cast.responder, glass).await;
    event(&lab, &cast.responder, &number, json!({"event": "break_glass", "comment": "INC-000001"})).await.expect(200);
    lab.settle().await;
    let given = grant(&lab, &cast, &number).await;
    assert_eq!((&given["hosts"], &given["valid_to"]), (&json!([one]), &json!(ahead(&lab, 4 * 3_600))));
    assert_eq!(lab.all(&cast.responder, "/api/v1/alerts?kind=break_glass").await.len(), 1);
}

#[tokio::test]
async fn access_to_the_hosts_of_a_question_goes_on_to_those_that_come() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, one) = host(&lab, "web-1", "2a").await;
    let terms =
        json!({"account": "rita", "question": "name:web-*", "reason": "all of them", "valid_to": ahead(&lab, 9 * DAY)});
    let given = granted(&lab, &cast, terms, &[&cast.second]).await;
    assert_eq!((&given["hosts"], &given["question"]), (&json!([one]), &json!("name:web-*")));
    let (_new, two) = host(&lab, "web-2", "2b").await;
    lab.wait_seconds(61).await;
    let number = given["number"].as_str().unwrap();
    let hosts = grant(&lab, &cast, number).await["hosts"].clone();
    assert!(hosts.as_array().unwrap().contains(&json!(two)), "{hosts}");
    assert_eq!(standing(&lab, &cast.reviewer, &two, "rita").await, ["missing"]);
}
