//! Access as three people see it (section 11): one asks, others vote, one grants; agents say whether the accounts that exist are
//! those that were granted; time ends it, and agents prove that too.

use muster_model::right::{Role, Scope};
use muster_shared::SectionName;
use muster_shared::report::Item;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The people of access.
pub(crate) struct Cast {
    pub(crate) requester: String,
    pub(crate) owner: String,
    pub(crate) second: String,
    pub(crate) reviewer: String,
    pub(crate) responder: String,
    pub(crate) admin: String,
}

pub(crate) async fn cast(lab: &Lab) -> Cast {
    let token = async |name: &str, role: Role| {
        let user = lab.user(name, &[role]).await;
        lab.token(&user, Scope::All).await
    };
    Cast {
        requester: token("rita", Role::Requester).await,
        owner: token("otto", Role::ServiceOwner).await,
        second: token("olga", Role::ServiceOwner).await,
        reviewer: token("vera", Role::AccessReviewer).await,
        responder: token("ben", Role::Responder).await,
        admin: token("adam", Role::Administrator).await,
    }
}

pub(crate) fn person(name: &str, groups: &[&str]) -> Item {
    let attributes = json!({"name": name, "uid": 1_500, "shell": "/bin/bash", "groups": groups});
    Item { key: name.into(), attributes: attributes.as_object().unwrap().clone().into_iter().collect() }
}

/// A host with sections of accounts, and its id.
pub(crate) async fn plain_host(lab: &Lab) -> (Device, String) {
    let mut device = Device::enroll(lab, "web-1", MACHINE).await;
    for section in [SectionName::User, SectionName::Group, SectionName::SudoRule, SectionName::AuthorizedKey] {
        device.put(section, Item::new("seed"));
        device.remove(section, "seed");
    }
    let id = device.report_full(lab).await;
    lab.wait_seconds(60).await;
    (device, id)
}

pub(crate) fn ahead(lab: &Lab, seconds: i64) -> String {
    lab.service.now().plus_millis(seconds * 1_000).to_string()
}

pub(crate) async fn event(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await
}

/// A draft of access.
pub(crate) async fn drafted(lab: &Lab, token: &str, terms: Value) -> String {
    let body = json!({"kind": "access", "title": "access", "details": {"terms": terms}});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned()
}

pub(crate) async fn vote_all(lab: &Lab, number: &str, voters: &[&String]) {
    for voter in voters {
        let rounds = lab.get(voter, &format!("/api/v1/tickets/{number}/approvals")).await.expect(200).json();
        let round = rounds["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
        lab.post(voter, &format!("/api/v1/approvals/{round}/votes"), json!({"decision": "approve"})).await.expect(200);
    }
}

/// Access that was asked for, voted on and granted; the grant.
pub(crate) async fn granted(lab: &Lab, cast: &Cast, terms: Value, voters: &[&String]) -> Value {
    let number = drafted(lab, &cast.requester, terms).await;
    event(lab, &cast.requester, &number, json!({"event": "submit"})).await.expect(200);
    event(lab, &cast.requester, &number, json!({"event": "request_approval"})).await.expect(200);
    vote_all(lab, &number, voters).await;
    event(lab, &cast.owner, &number, json!({"event": "grant"})).await.expect(200);
    lab.settle().await;
    grant(lab, cast, &number).await
}

pub(crate) async fn grant(lab: &Lab, cast: &Cast, id: &str) -> Value {
    lab.get(&cast.requester, &format!("/api/v1/grants/{id}")).await.expect(200).json()
}

async fn observed(lab: &Lab, cast: &Cast, query: &str) -> Vec<(String, String, String)> {
    let rows = lab.all(&cast.reviewer, &format!("/api/v1/observed-access?{query}")).await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "account"), text(row, "right"), text(row, "standing"))).collect()
}

fn row(account: &str, right: &str, standing: &str) -> (String, String, String) {
    (account.to_owned(), right.to_owned(), standing.to_owned())
}

pub(crate) async fn orphans(lab: &Lab, cast: &Cast) -> Vec<Value> {
    lab.all(&cast.admin, "/api/v1/findings?policy=orphan-access").await
}

fn plain(lab: &Lab, host: &str, account: &str) -> Value {
    json!({"account": account, "hosts": [host], "reason": "works there", "valid_to": ahead(lab, 30 * DAY)})
}

#[tokio::test]
async fn a_grant_is_checked_by_the_accounts_that_exist_until_agents_prove_its_end() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = plain_host(&lab).await;
    let mut terms = plain(&lab, &id, "rita");
    terms["valid_to"] = json!(ahead(&lab, 10 * DAY));
    let given = granted(&lab, &cast, terms, &[&cast.second]).await;
    assert_eq!((&given["status"], &given["account"]), (&json!("active"), &json!("rita")));
    assert_eq!(given["places"][0]["is_there"], false, "it is granted, and not there yet");
    assert_eq!(observed(&lab, &cast, "").await, [row("rita", "account", "missing")]);
    // The account is made as it was granted; another one is not.
    web.put(SectionName::User, person("rita", &[]));
    web.put(SectionName::User, person("eve", &[]));
    web.report_delta(&lab).await;
    assert_eq!(observed(&lab, &cast, "").await, [row("eve", "account", "orphan"), row("rita", "account", "granted")]);
    assert_eq!(observed(&lab, &cast, "standing=orphan").await.len(), 1);
    let found = orphans(&lab, &cast).await;
    assert_eq!((found.len(), &found[0]["item_key"]), (1, &json!("eve")), "{found:?}");
    assert!(found[0]["title"].as_str().unwrap().contains("no grant allows eve (account)"), "{}", found[0]["title"]);
    let number = given["number"].as_str().unwrap();
    assert_eq!(grant(&lab, &cast, number).await["places"][0]["is_there"], true);
    // Its time is over: what is still there is told, and a task asks to take it off.
    lab.wait_seconds(4 * DAY).await;
    web.renew(&lab).await.expect(200);
    web.heartbeat(&lab).await;
    assert_eq!(grant(&lab, &cast, number).await["status"], "expiring");
    lab.wait_seconds(3 * DAY).await;
    web.renew(&lab).await.expect(200);
    lab.wait_seconds(4 * DAY).await;
    web.heartbeat(&lab).await;
    lab.settle().await;
    let over = grant(&lab, &cast, number).await;
    assert_eq!((&over["status"], &over["removal"]["proven_at"]), (&json!("expired"), &Value::Null), "{over}");
    assert!(observed(&lab, &cast, "").await.contains(&row("rita", "account", "left_over")));
    let left = orphans(&lab, &cast).await;
    assert!(left.iter().any(|finding| finding["title"].as_str().unwrap().contains(number)), "{left:?}");
    let task = over["removal"]["task"].as_str().unwrap();
    let refused = event(&lab, &cast.owner, task, json!({"event": "done"})).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("web-1"), "nobody claims what agents contradict: {refused}");
    // It is taken off: agents prove it, and the task is done by itself.
    web.remove(SectionName::User, "rita");
    web.report_delta(&lab).await;
    let done = lab.get(&cast.owner, &format!("/api/v1/tickets/{task}")).await.expect(200).json();
    assert_eq!(done["state"], "done", "{done}");
    assert!(grant(&lab, &cast, number).await["removal"]["proven_at"].is_string());
    let told = lab.all(&cast.owner, &format!("/api/v1/tickets/{task}/timeline")).await;
    assert!(told.iter().any(|entry| entry["note"].as_str().is_some_and(|note| note.contains("web-1"))), "{told:?}");
    assert_eq!(orphans(&lab, &cast).await.iter().filter(|finding| finding["state"] == "open").count(), 1, "eve stays");
    lab.get(&cast.requester, "/api/v1/grants?status=expired").await.expect(200);
    assert_eq!(lab.all(&cast.requester, "/api/v1/grants").await.len(), 0, "what is over is asked for by name");
}

#[tokio::test]
async fn what_gives_power_asks_security_too_and_ends_within_ninety_days() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = plain_host(&lab).await;
    let terms = |days: i64| json!({"account": "rita", "entitlement": "sudo", "hosts": [id], "reason": "on duty", "valid_to": ahead(&lab, days * DAY)});
    let long = drafted(&lab, &cast.requester, terms(91)).await;
    event(&lab, &cast.requester, &long, json!({"event": "submit"})).await.expect(409);
    let mut endless = terms(1);
    endless.as_object_mut().unwrap().remove("valid_to");
    let endless = drafted(&lab, &cast.requester, endless).await;
    let missing = event(&lab, &cast.requester, &endless, json!({"event": "submit"})).await.expect(409).json();
    assert_eq!(missing["missing"], json!(["valid_to"]));
    let given = granted(&lab, &cast, terms(80), &[&cast.second, &cast.reviewer]).await;
    assert_eq!(given["is_privileged"], true);
    // Sudo by the group that distributions give it by is the same; another group with power is not.
    web.put(SectionName::User, person("rita", &["sudo", "docker"]));
    web.put(SectionName::SudoRule, Item::new("rita ALL = (root) ALL").with("kind", "rule").with("users", vec!["rita"]));
    web.put(
        SectionName::SudoRule,
        Item::new("%sudo ALL = (root) ALL").with("kind", "rule").with("users", vec!["%sudo"]),
    );
    web.put(SectionName::AuthorizedKey, Item::new("/root/k").with("account", "root").with("effective", true));
    web.report_delta(&lab).await;
    let seen = observed(&lab, &cast, "").await;
    assert_eq!(
        seen,
        [
            row("rita", "account", "granted"),
            row("rita", "group docker", "orphan"),
            row("rita", "group sudo", "granted"),
            row("rita", "sudo", "granted"),
            row("root", "key", "orphan"),
        ]
    );
    let found = orphans(&lab, &cast).await;
    let about: Vec<(&str, &str)> = found
        .iter()
        .map(|finding| (finding["item_key"].as_str().unwrap(), finding["attribute"].as_str().unwrap_or("-")))
        .collect();
    assert!(about.contains(&("rita", "groups")) && about.contains(&("/root/k", "-")) && about.len() == 2, "{about:?}");
    // Who has it takes it not back; who may, does, with a reason.
    let path = format!("/api/v1/grants/{}/revoke", given["id"].as_str().unwrap());
    lab.post(&cast.requester, &path, json!({"reason": "x"})).await.expect(403);
    lab.post(&cast.owner, &path, json!({"reason": " "})).await.expect(422);
    let over = lab.post(&cast.owner, &path, json!({"reason": "left the team"})).await.expect(200).json();
    assert_eq!((&over["status"], &over["ended_because"]), (&json!("revoked"), &json!("left the team")));
    let number = given["number"].as_str().unwrap();
    let ticket = lab.get(&cast.owner, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!((&ticket["state"], &ticket["close_code"]), (&json!("closed"), &json!("revoked")), "{ticket}");
    lab.post(&cast.owner, &path, json!({"reason": "again"})).await.expect(409);
    lab.settle().await;
    assert!(observed(&lab, &cast, "standing=left_over").await.len() >= 3);
}

#[tokio::test]
async fn who_is_suspended_is_told_while_the_account_is_there_and_holds_again_afterwards() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = plain_host(&lab).await;
    web.put(SectionName::User, person("rita", &[]));
    web.report_delta(&lab).await;
    assert!(orphans(&lab, &cast).await.is_empty(), "a host to which nobody was granted anything is not minded");
    let given = granted(&lab, &cast, plain(&lab, &id, "rita"), &[&cast.second]).await;
    let grant = format!("/api/v1/grants/{}", given["id"].as_str().unwrap());
    lab.post(&cast.owner, &format!("{grant}/resume"), json!({})).await.expect(409);
    lab.post(&cast.owner, &format!("{grant}/suspend"), json!({"reason": "on leave"})).await.expect(200);
    lab.settle().await;
    assert_eq!(observed(&lab, &cast, "").await, [row("rita", "account", "left_over")]);
    assert_eq!(orphans(&lab, &cast).await.len(), 1);
    lab.post(&cast.owner, &format!("{grant}/resume"), json!({})).await.expect(200);
    lab.settle().await;
    assert_eq!(observed(&lab, &cast, "").await, [row("rita", "account", "granted")]);
    assert!(orphans(&lab, &cast).await.is_empty());
    // The policy that looks everywhere has other hosts compared too; switched off, its findings end.
    let mut db = Device::enroll(&lab, "db-1", "fedcba9876543210fedcba9876543210").await;
    db.put(SectionName::User, person("mallory", &[]));
    db.report_full(&lab).await;
    assert!(!orphans(&lab, &cast).await.iter().any(|finding| finding["host_name"] == "db-1"));
    let everywhere = "/api/v1/policies/orphan-access-everywhere";
    lab.patch(&cast.admin, everywhere, "*", json!({"enabled": true})).await.expect(200);
    lab.settle().await;
    assert!(orphans(&lab, &cast).await.iter().any(|finding| finding["item_key"] == "mallory"));
    lab.patch(&cast.admin, everywhere, "*", json!({"enabled": false})).await.expect(200);
    lab.settle().await;
    assert!(!orphans(&lab, &cast).await.iter().any(|finding| finding["item_key"] == "mallory"));
}

#[tokio::test]
async fn what_is_to_be_separate_is_refused_or_has_an_exception_with_an_end() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    let body = json!({
        "name": "payments and audit", "one": {"entitlement": "group", "group": "payments"},
        "other": {"entitlement": "group", "group": "auditors", "hosts": "name:web-*"}, "reason": "who pays does not audit",
    });
    lab.post(&cast.owner, "/api/v1/separations", body.clone()).await.expect(403);
    let rule = lab.post(&cast.reviewer, "/api/v1/separations", body.clone()).await.expect(201).json();
    let mut same = body.clone();
    same["other"] = same["one"].clone();
    assert_eq!(lab.post(&cast.reviewer, "/api/v1/separations", same).await.pointers(422), ["/other"]);
    let mut wrong = body;
    wrong["one"] = json!({"entitlement": "sudo", "group": "x", "hosts": "nonsense:1"});
    assert_eq!(lab.post(&cast.reviewer, "/api/v1/separations", wrong).await.pointers(422).len(), 2);
    let terms = |group: &str| {
        json!({
            "account": "rita", "entitlement": "group", "group": group, "hosts": [id], "reason": "works there",
            "valid_to": ahead(&lab, 30 * DAY),
        })
    };
    let first = granted(&lab, &cast, terms("payments"), &[&cast.second]).await;
    let second = drafted(&lab, &cast.requester, terms("auditors")).await;
    let refused = event(&lab, &cast.requester, &second, json!({"event": "submit"})).await.expect(409).json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("payments and audit") && detail.contains(first["number"].as_str().unwrap()), "{detail}");
    // Another account of the same person is the same person.
    let mut other = terms("auditors");
    other["account"] = json!("rita-adm");
    let other = drafted(&lab, &cast.requester, other).await;
    event(&lab, &cast.requester, &other, json!({"event": "submit"})).await.expect(409);
    // Its exception ends, and security votes on it with the rest.
    let path = format!("/api/v1/tickets/{second}");
    let exception = |days: i64| json!({"details": {"terms": {"exception": {"reason": "one night", "until": ahead(&lab, days * DAY)}}}});
    lab.patch(&cast.requester, &path, "*", exception(10)).await.expect(200);
    event(&lab, &cast.requester, &second, json!({"event": "submit"})).await.expect(409);
    lab.patch(&cast.requester, &path, "*", exception(40)).await.expect(200);
    event(&lab, &cast.requester, &second, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.requester, &second, json!({"event": "request_approval"})).await.expect(200);
    vote_all(&lab, &second, &[&cast.second, &cast.reviewer]).await;
    event(&lab, &cast.owner, &second, json!({"event": "grant"})).await.expect(200);
    assert_eq!(grant(&lab, &cast, &second).await["exception"]["reason"], "one night");
    // Both stand, and the rule says so; one that is made later finds them too.
    let path = format!("/api/v1/separations/{}", rule["id"].as_str().unwrap());
    let pair = json!([{"account": "rita", "numbers": [first["number"], second], "is_excepted": true}]);
    assert_eq!(lab.get(&cast.reviewer, &path).await.expect(200).json()["standing"], pair);
    let later = json!({
        "name": "the same again", "one": {"entitlement": "group", "group": "auditors"},
        "other": {"entitlement": "group", "group": "payments"},
    });
    let later = lab.post(&cast.reviewer, "/api/v1/separations", later).await.expect(201).json();
    assert_eq!(later["standing"], pair);
    lab.remove(&cast.reviewer, &format!("/api/v1/separations/{}", later["id"].as_str().unwrap()), "*")
        .await
        .expect(204);
    // Without the rule nothing clashes.
    lab.delete(&cast.reviewer, &path).await.expect(428);
    lab.remove(&cast.reviewer, &path, "\"1\"").await.expect(204);
    event(&lab, &cast.requester, &other, json!({"event": "submit"})).await.expect(200);
}

#[tokio::test]
async fn who_breaks_the_glass_is_in_for_four_hours_is_alerted_and_looked_over_by_another_one() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    let terms = json!({"account": "ben", "entitlement": "sudo", "hosts": [id], "reason": "the shop is down"});
    let number = drafted(&lab, &cast.responder, terms.clone()).await;
    let breaks = json!({"event": "break_glass", "comment": "INC-000001"});
    let plain = drafted(&lab, &cast.requester, terms).await;
    event(&lab, &cast.requester, &plain, breaks.clone()).await.expect(403);
    let missing = event(&lab, &cast.responder, &number, json!({"event": "break_glass"})).await.expect(409).json();
    assert_eq!(missing["missing"], json!(["comment"]));
    event(&lab, &cast.responder, &number, breaks).await.expect(200);
    lab.settle().await;
    let given = grant(&lab, &cast, &number).await;
    assert_eq!((&given["status"], &given["is_emergency"]), (&json!("expiring"), &json!(true)));
    assert_eq!(given["valid_to"], ahead(&lab, 4 * HOUR), "four hours, and not one more");
    let alerts = lab.all(&cast.responder, "/api/v1/alerts?kind=break_glass").await;
    assert_eq!((alerts.len(), &alerts[0]["severity"], &alerts[0]["resource"]), (1, &json!("critical"), &json!(number)));
    let parts = lab.all(&cast.owner, &format!("/api/v1/tickets?kind=task&title={number}*")).await;
    let parts = if parts.is_empty() { lab.all(&cast.owner, "/api/v1/tickets?kind=task").await } else { parts };
    let review = parts.iter().find(|task| task["title"].as_str().unwrap().contains(&number)).unwrap();
    let review = review["number"].as_str().unwrap();
    let own = event(&lab, &cast.responder, review, json!({"event": "done"})).await.expect(409).json();
    assert!(own["detail"].as_str().unwrap().contains("another one"), "{own}");
    event(&lab, &cast.owner, review, json!({"event": "done", "comment": "was needed"})).await.expect(200);
    lab.settle().await;
    assert!(lab.all(&cast.responder, "/api/v1/alerts?kind=break_glass").await.is_empty(), "the alert ends with that");
    assert!(grant(&lab, &cast, &number).await["reviewed_at"].is_string());
    lab.wait_seconds(4 * HOUR).await;
    lab.settle().await;
    assert_eq!(grant(&lab, &cast, &number).await["status"], "expired");
}

pub(crate) async fn campaign(lab: &Lab, cast: &Cast, scope: Value) -> String {
    let body = json!({"name": "autumn", "scope": scope, "window_days": 14});
    let made = lab.post(&cast.reviewer, "/api/v1/reviews", body).await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let open = lab.post(&cast.reviewer, &format!("/api/v1/reviews/{id}/open"), json!({})).await.expect(200).json();
    assert_eq!(open["state"], "open", "{open}");
    id
}

async fn state(lab: &Lab, cast: &Cast, id: &str) -> Value {
    lab.get(&cast.reviewer, &format!("/api/v1/reviews/{id}")).await.expect(200).json()["state"].clone()
}

#[tokio::test]
async fn people_look_over_who_has_access_and_what_they_say_is_done() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    for account in ["rita", "rose", "rudi", "ralf"] {
        granted(&lab, &cast, plain(&lab, &id, account), &[&cast.second]).await;
    }
    let short = json!({"name": "x", "window_days": 7});
    assert_eq!(lab.post(&cast.reviewer, "/api/v1/reviews", short).await.pointers(422), ["/window_days"]);
    lab.post(&cast.requester, "/api/v1/reviews", json!({"name": "x"})).await.expect(403);
    let review = campaign(&lab, &cast, json!({})).await;
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    assert_eq!(items.len(), 4);
    assert_eq!(items[0]["reviewers"][0]["name"], "vera", "those whose role it is, where a host has no owner");
    let path = |account: &str| {
        let item = items.iter().find(|item| item["account"] == account).unwrap();
        format!("/api/v1/reviews/{review}/items/{}", item["grant"].as_str().unwrap())
    };
    let say = async |token: &String, account: &str, body: Value| lab.post(token, &path(account), body).await;
    say(&cast.owner, "rita", json!({"decision": "keep"})).await.expect(409);
    assert_eq!(say(&cast.reviewer, "rita", json!({"decision": "drop"})).await.pointers(422), ["/decision"]);
    assert_eq!(say(&cast.reviewer, "rita", json!({"decision": "revoke"})).await.pointers(422), ["/comment"]);
    say(&cast.reviewer, "rita", json!({"decision": "revoke", "comment": "left"})).await.expect(200);
    assert_eq!(state(&lab, &cast, &review).await, "in_review");
    say(&cast.reviewer, "rita", json!({"decision": "keep"})).await.expect(409);
    say(&cast.reviewer, "rose", json!({"decision": "keep"})).await.expect(200);
    let late = json!({"decision": "modify", "comment": "sooner", "valid_to": ahead(&lab, 40 * DAY)});
    assert_eq!(say(&cast.reviewer, "rudi", late).await.pointers(422), ["/valid_to"]);
    let soon = json!({"decision": "modify", "comment": "sooner", "valid_to": ahead(&lab, 5 * DAY)});
    say(&cast.reviewer, "rudi", soon).await.expect(200);
    // Somebody else is to say of the last one; then it is theirs alone.
    let hand = |to: &str| json!({"decision": "delegate", "comment": "knows the host", "to": to});
    assert_eq!(say(&cast.reviewer, "ralf", hand("olaf")).await.pointers(422), ["/to"]);
    say(&cast.reviewer, "ralf", hand("olga")).await.expect(200);
    say(&cast.reviewer, "ralf", json!({"decision": "keep"})).await.expect(409);
    say(&cast.second, "ralf", json!({"decision": "keep"})).await.expect(200);
    lab.settle().await;
    assert_eq!(state(&lab, &cast, &review).await, "closed");
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    let outcome = |account: &str| items.iter().find(|item| item["account"] == account).unwrap()["outcome"].clone();
    assert_eq!(
        ["rita", "rose", "rudi", "ralf"].map(outcome),
        [json!("revoked"), json!("kept"), json!("modified"), json!("kept")]
    );
    let of = async |account: &str| {
        let item = items.iter().find(|item| item["account"] == account).unwrap();
        grant(&lab, &cast, item["number"].as_str().unwrap()).await
    };
    let rita = of("rita").await;
    assert_eq!(rita["status"], "revoked");
    assert!(rita["removal"]["task"].is_string(), "what ends is taken off the hosts");
    assert_eq!(of("rudi").await["status"], "expiring");
    assert!(of("rose").await["reviewed_at"].is_string());
}

#[tokio::test]
async fn a_round_over_nothing_is_refused_and_what_ends_meanwhile_is_taken_out() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    let made = lab.post(&cast.reviewer, "/api/v1/reviews", json!({"name": "none"})).await.expect(201).json();
    let path = format!("/api/v1/reviews/{}", made["id"].as_str().unwrap());
    let refused = lab.post(&cast.reviewer, &format!("{path}/open"), json!({})).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("no grant to look over"), "{refused}");
    assert_eq!(state(&lab, &cast, made["id"].as_str().unwrap()).await, "draft");
    lab.remove(&cast.reviewer, &path, "\"1\"").await.expect(204);
    for (account, days) in [("rita", 3), ("rose", 60)] {
        let mut terms = plain(&lab, &id, account);
        terms["valid_to"] = json!(ahead(&lab, days * DAY));
        granted(&lab, &cast, terms, &[&cast.second]).await;
    }
    let review = campaign(&lab, &cast, json!({})).await;
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    let of = |account: &str| items.iter().find(|item| item["account"] == account).unwrap()["grant"].clone();
    let answer = async |account: &str| {
        let path = format!("/api/v1/reviews/{review}/items/{}", of(account).as_str().unwrap());
        lab.post(&cast.reviewer, &path, json!({"decision": "keep"})).await
    };
    lab.wait_seconds(4 * DAY).await;
    lab.settle().await;
    let late = answer("rita").await.problem(409, "conflict");
    assert!(late["detail"].as_str().unwrap().contains("has ended"), "{late}");
    let after = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items?account=rita")).await;
    assert_eq!((&after[0]["outcome"], &after[0]["answer"]), (&json!("over"), &Value::Null), "{after:?}");
    let known = lab.get(&cast.reviewer, &format!("/api/v1/reviews/{review}")).await.json();
    assert_eq!((&known["state"], &known["counts"]["all"]), (&json!("open"), &json!(1)), "{known}");
    // The one that is left is answered, and that ends the round.
    answer("rose").await.expect(200);
    lab.settle().await;
    assert_eq!(state(&lab, &cast, &review).await, "closed");
}

#[tokio::test]
async fn nobody_looks_over_their_own_and_silence_ends_what_gives_power() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    // The only reviewer has access too: somebody else is asked for that.
    let sudo = json!({
        "account": "vera", "entitlement": "sudo", "hosts": [id], "reason": "on duty", "valid_to": ahead(&lab, 89 * DAY),
    });
    let own = drafted(&lab, &cast.reviewer, sudo).await;
    event(&lab, &cast.reviewer, &own, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.reviewer, &own, json!({"event": "request_approval"})).await.expect(200);
    vote_all(&lab, &own, &[&cast.owner, &cast.admin]).await;
    event(&lab, &cast.owner, &own, json!({"event": "grant"})).await.expect(200);
    let mut rita = plain(&lab, &id, "rita");
    rita["valid_to"] = json!(ahead(&lab, 200 * DAY));
    granted(&lab, &cast, rita, &[&cast.second]).await;
    let review = campaign(&lab, &cast, json!({})).await;
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    let of = |account: &str| items.iter().find(|item| item["account"] == account).unwrap().clone();
    assert_eq!(of("vera")["reviewers"][0]["name"], "adam");
    let path = format!("/api/v1/reviews/{review}/items/{}", of("vera")["grant"].as_str().unwrap());
    let refused = lab.post(&cast.reviewer, &path, json!({"decision": "keep"})).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("their own"), "{refused}");
    // Nobody answers: it goes to somebody else, then power ends and the rest stays.
    lab.wait_seconds(14 * DAY).await;
    lab.settle().await;
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items?account=rita")).await;
    assert_eq!((&items[0]["is_escalated"], &items[0]["reviewers"][0]["name"]), (&json!(true), &json!("adam")));
    lab.wait_seconds(8 * DAY).await;
    lab.settle().await;
    assert_eq!(state(&lab, &cast, &review).await, "closed");
    let items = lab.all(&cast.reviewer, &format!("/api/v1/reviews/{review}/items")).await;
    let outcome = |account: &str| items.iter().find(|item| item["account"] == account).unwrap()["outcome"].clone();
    assert_eq!([outcome("vera"), outcome("rita")], [json!("revoked_unanswered"), json!("kept_unanswered")]);
    assert_eq!(grant(&lab, &cast, &own).await["status"], "revoked");
    // A draft may be taken away; what is open may not.
    let draft = lab.post(&cast.reviewer, "/api/v1/reviews", json!({"name": "x"})).await.expect(201).json();
    let path = format!("/api/v1/reviews/{}", draft["id"].as_str().unwrap());
    lab.remove(&cast.reviewer, &path, "\"1\"").await.expect(204);
    lab.remove(&cast.reviewer, &format!("/api/v1/reviews/{review}"), "*").await.expect(409);
}

#[tokio::test]
async fn what_gives_power_is_looked_over_each_quarter_without_anybody_asking() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    let mut rita = plain(&lab, &id, "rita");
    (rita["entitlement"], rita["valid_to"]) = (json!("group"), json!(ahead(&lab, 90 * DAY)));
    rita["group"] = json!("docker");
    granted(&lab, &cast, rita, &[&cast.second, &cast.reviewer]).await;
    let mut rose = plain(&lab, &id, "rose");
    rose.as_object_mut().unwrap().remove("valid_to");
    granted(&lab, &cast, rose, &[&cast.second]).await;
    lab.wait_seconds(364 * DAY).await;
    // The tokens of before are over.
    let late = lab.token_of(Role::Auditor).await;
    assert!(lab.all(&late, "/api/v1/reviews").await.is_empty(), "what ended is not looked over");
    lab.wait_seconds(2 * DAY).await;
    let all = lab.all(&late, "/api/v1/reviews").await;
    assert_eq!((all.len(), &all[0]["scope"]["privileged"], &all[0]["counts"]["all"]), (1, &json!(false), &json!(1)));
    assert!(all[0]["name"].as_str().unwrap().starts_with("all other access"), "{}", all[0]["name"]);
}

#[tokio::test]
async fn access_that_cannot_be_is_refused_at_its_field_when_it_is_saved() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, id) = plain_host(&lab).await;
    let refused = async |terms: Value| {
        let body = json!({"kind": "access", "title": "access", "details": {"terms": terms}});
        lab.post(&cast.requester, "/api/v1/tickets", body).await.pointers(422)
    };
    let mut backwards = plain(&lab, &id, "rita");
    backwards["valid_from"] = json!(ahead(&lab, 40 * DAY));
    assert_eq!(refused(backwards).await, ["/details/terms/valid_to"]);
    let mut over = plain(&lab, &id, "rita");
    over["valid_to"] = json!(ahead(&lab, -DAY));
    assert_eq!(refused(over).await, ["/details/terms/valid_to"]);
    assert_eq!(refused(plain(&lab, &id, "Rita With Space; rm")).await, ["/details/terms/account"]);
    let number = drafted(&lab, &cast.requester, plain(&lab, &id, r"CORP\rita")).await;
    let path = format!("/api/v1/tickets/{number}");
    let late = json!({"details": {"terms": {"valid_from": ahead(&lab, 40 * DAY)}}});
    let pointers = lab.patch(&cast.requester, &path, "*", late).await.pointers(422);
    assert_eq!(pointers, ["/details/terms/valid_to"]);
    let soon = json!({"details": {"terms": {"valid_from": ahead(&lab, 3 * DAY)}}});
    lab.patch(&cast.requester, &path, "*", soon).await.expect(200);
    event(&lab, &cast.requester, &number, json!({"event": "submit"})).await.expect(200);
}
