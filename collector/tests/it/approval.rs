//! Votes besides the usual ones: in another's place, too late, of people who leave, and very many at once (section 10).

use std::sync::Arc;

use muster_model::Collection;
use muster_model::account::User;
use muster_model::audit::AuditEntry;
use muster_model::right::{Role, Scope};
use muster_store::{Scan, TypedStore as _};
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, event, host, plan, ticket, time, vote};
use crate::lab::{Lab, SYSTEM};

const HOUR: i64 = 3_600;

async fn person(lab: &Lab, name: &str, role: Role) -> (User, String) {
    let user = lab.user(name, &[role]).await;
    let token = lab.token(&user, Scope::Work).await;
    (user, token)
}

async fn audited(lab: &Lab, action: &str) -> Vec<String> {
    let all = lab.store.all::<AuditEntry>(Scan::keys(Collection::Audit, "")).await.unwrap();
    let is_it = |entry: &AuditEntry| entry.draft.action == action;
    all.into_iter().map(|stored| stored.value).filter(is_it).map(|entry| entry.draft.summary).collect()
}

#[tokio::test]
async fn somebody_votes_in_anothers_place_for_a_time_and_both_names_are_seen() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (viewer, sam) = person(&lab, "sam", Role::ReleaseManager).await;
    let (_, one) = host(&lab, "web-1", "1a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    vote(&lab, &sam, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    let body = json!({"to": "Sam", "ends_at": time(&lab, 60), "kind": "change", "reason": "on leave"});
    let given = lab.post(&cast.peer, "/api/v1/delegations", body.clone()).await.expect(201).json();
    assert_eq!((&given["from_name"], &given["to_name"]), (&json!("peer"), &json!("sam")));
    let mut wrong = body.clone();
    wrong["ends_at"] = json!(time(&lab, -1));
    assert_eq!(lab.post(&cast.peer, "/api/v1/delegations", wrong).await.pointers(422), ["/ends_at"]);
    // By name too: one's own, and one that nobody has.
    for to in [viewer.id.to_string().as_str(), "sam", "nobody"] {
        let own = json!({"to": to, "ends_at": time(&lab, 60)});
        assert_eq!(lab.post(&sam, "/api/v1/delegations", own).await.pointers(422), ["/to"], "{to}");
    }
    assert_eq!(lab.all(&sam, "/api/v1/delegations").await.len(), 1, "who votes knows of it");
    let inbox = lab.get(&sam, "/api/v1/approvals").await.expect(200).json();
    assert_eq!(inbox["items"][0]["number"], number);
    let voted = vote(&lab, &sam, &round, json!({"decision": "approve"})).await.expect(200).json();
    let cast_vote = &voted["stages"][0]["seats"][0]["vote"];
    assert_eq!(cast_vote["name"], "sam");
    assert!(cast_vote["acting_for"].is_string(), "{cast_vote}");
    // It goes no further, ends with its time, and is taken back by its maker alone.
    let path = format!("/api/v1/delegations/{}", given["id"].as_str().unwrap());
    lab.remove(&sam, &path, "\"1\"").await.problem(403, "not-authorised");
    lab.remove(&cast.peer, &path, "\"1\"").await.expect(204);
    assert!(lab.all(&sam, "/api/v1/delegations").await.is_empty());
}

#[tokio::test]
async fn who_asks_for_a_change_or_makes_it_votes_in_nobodys_place() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let users = lab.service.list_users(&SYSTEM).await.unwrap();
    let id = |name: &str| users.iter().find(|user| user.value.name == name).unwrap().value.id.to_string();
    let (_, one) = host(&lab, "web-1", "2a").await;
    for to in ["paula", "ivan"] {
        let body = json!({"to": id(to), "ends_at": time(&lab, 600)});
        lab.post(&cast.peer, "/api/v1/delegations", body).await.expect(201);
    }
    let mut plan = plan(&lab, &[&one]);
    plan["implementer"] = json!(id("ivan"));
    let (_, round) = asked(&lab, &cast, &plan).await;
    vote(&lab, &cast.planner, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    vote(&lab, &cast.implementer, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    assert!(lab.get(&cast.planner, "/api/v1/approvals").await.json()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn who_does_not_vote_is_asked_again_and_each_reminder_is_on_record() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "3a").await;
    let mut later = plan(&lab, &[&one]);
    (later["planned_start"], later["planned_end"]) = (json!(time(&lab, 9_000)), json!(time(&lab, 9_060)));
    let (number, _) = asked(&lab, &cast, &later).await;
    lab.wait_seconds(23 * HOUR).await;
    assert!(audited(&lab, "approval.remind").await.is_empty());
    lab.wait_seconds(2 * HOUR).await;
    let mut asked = audited(&lab, "approval.remind").await;
    asked.sort();
    assert_eq!(asked, [format!("{number}: ivan"), format!("{number}: peer")], "half way, each of them");
    lab.wait_seconds(24 * HOUR).await;
    assert_eq!(audited(&lab, "approval.remind").await.len(), 4);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "authorize", "silence is neither yes nor no");
}

#[tokio::test]
async fn access_that_gives_power_and_that_nobody_looked_at_is_not_given() {
    let lab = Lab::new();
    let (_, rita) = person(&lab, "rita", Role::Requester).await;
    let (_, owner) = person(&lab, "otto", Role::ServiceOwner).await;
    let (_, admin) = person(&lab, "adam", Role::Administrator).await;
    person(&lab, "vera", Role::AccessReviewer).await;
    let (_, one) = host(&lab, "web-1", "4a").await;
    let terms = json!({
        "account": "rita", "entitlement": "sudo", "hosts": [one], "reason": "r", "valid_to": time(&lab, 80 * 1_440),
    });
    let body = json!({"kind": "access", "title": "sudo", "details": {"terms": terms}});
    let number =
        lab.post(&rita, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    event(&lab, &rita, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &rita, &number, json!({"event": "request_approval"})).await.expect(200);
    let round = async || {
        let rounds = lab.get(&owner, &format!("/api/v1/tickets/{number}/approvals")).await.json();
        rounds["items"].as_array().unwrap().last().unwrap().clone()
    };
    // The owner lets it lie: after three days administrators may vote too.
    assert_eq!(round().await["waits_for"].as_array().unwrap().len(), 1);
    lab.wait_seconds(73 * HOUR).await;
    assert_eq!(round().await["waits_for"].as_array().unwrap().len(), 1, "asked again");
    lab.wait_seconds(73 * HOUR).await;
    assert_eq!(round().await["waits_for"].as_array().unwrap().len(), 2, "and then more of them");
    vote(&lab, &admin, &round().await, json!({"decision": "approve"})).await.expect(200);
    lab.wait_seconds(85 * HOUR).await;
    lab.wait_seconds(169 * HOUR).await;
    let over = lab.get(&rita, &format!("/api/v1/tickets/{number}")).await.json();
    assert_eq!(over["state"], "rejected", "{over}");
    assert_eq!(round().await["state"], "rejected");
}

#[tokio::test]
async fn a_seat_of_somebody_who_leaves_goes_to_others_and_that_is_on_record() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "5a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let users = lab.service.list_users(&SYSTEM).await.unwrap();
    for name in ["peer", "ivan"] {
        let id = users.iter().find(|user| user.value.name == name).unwrap().value.id;
        lab.patch(&admin, &format!("/api/v1/users/{id}"), "*", json!({"disabled": true})).await.expect(200);
    }
    assert_eq!(audited(&lab, "approval.replace").await.len(), 2);
    let rounds = lab.get(&cast.manager, &format!("/api/v1/tickets/{number}/approvals")).await.json();
    assert!(!rounds["items"][0]["waits_for"].as_array().unwrap().is_empty(), "{rounds}");
    vote(&lab, &cast.manager, &round, json!({"decision": "approve"})).await.expect(200);
}

#[tokio::test]
async fn two_hundred_votes_at_once_have_one_effect() {
    let lab = Arc::new(Lab::new());
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "6a").await;
    let mut tokens = Vec::new();
    for n in 0..20 {
        tokens.push(person(&lab, &format!("peer-{n}"), Role::Responder).await.1);
    }
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let before = timeline(&lab, &cast.peer, &number).await;
    let mut voting = tokio::task::JoinSet::new();
    for n in 0..200 {
        let (lab, token, round) = (Arc::clone(&lab), tokens[n % tokens.len()].clone(), round.clone());
        let decision = if n % 3 == 0 { "reject" } else { "approve" };
        voting.spawn(async move {
            vote(&lab, &token, &round, json!({"decision": decision, "comment": "because"})).await.status
        });
    }
    let statuses = voting.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409 | 503)), "{statuses:?}");
    let after = timeline(&lab, &cast.peer, &number).await;
    let moved = |all: &[Value]| all.iter().filter(|entry| entry["what"] == "moved").count();
    let voted = |all: &[Value]| all.iter().filter(|entry| entry["what"] == "voted").count();
    assert_eq!((moved(&after) - moved(&before), voted(&after) - voted(&before)), (1, 1));
    assert_eq!(audited(&lab, "approval.vote").await.len(), 1);
    let state = ticket(&lab, &cast, &number).await["state"].clone();
    assert!(state == "scheduled" || state == "rejected", "{state}");
}

async fn timeline(lab: &Lab, token: &str, number: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/tickets/{number}/timeline?limit=1000")).await
}
