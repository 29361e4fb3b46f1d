//! A change from its plan to its review: what is missing, who votes, what blocks it, and what agents saw of it.

pub(crate) mod cast;
mod explained;
mod proof;
mod template;
mod voted;

use cast::{asked, cast, drafted, event, host, openssl, plan, ticket, time, vote};
use muster_model::right::{Role, Scope};
use muster_shared::SectionName;
use serde_json::{Value, json};

use crate::lab::{Lab, SYSTEM};

#[tokio::test]
async fn a_change_is_verified_by_what_agents_see() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut first, one) = host(&lab, "web-1", "1a").await;
    let (second, two) = host(&lab, "web-2", "1b").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one, &two])).await;
    assert_eq!(round["waits_for"].as_array().unwrap().len(), 2, "peer and implementer; not who asks: {round}");
    vote(&lab, &cast.planner, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    vote(&lab, &cast.peer, &round, json!({"decision": "reject"})).await.pointers(422);
    let voted = vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200).json();
    assert_eq!(voted["state"], "approved");
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
    // Too early, and then in time.
    let early = lab.get(&cast.implementer, &format!("/api/v1/tickets/{number}/transitions")).await.json();
    assert!(early.to_string().contains("\"start\""));
    lab.wait_seconds(60).await;
    event(&lab, &cast.planner, &number, json!({"event": "start"})).await.problem(403, "not-authorised");
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.wait_seconds(120).await;
    first.put(SectionName::Package, openssl("3.0.15"));
    first.add_user("mallory", 0);
    first.report_delta(&lab).await;
    lab.settle().await;
    lab.wait_seconds(60).await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    // Before its hosts were looked at nothing is proven.
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "done"});
    let refused = event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("web-"), "{refused}");
    lab.wait_seconds(60).await;
    first.heartbeat(&lab).await;
    second.heartbeat(&lab).await;
    let seen = lab.get(&cast.peer, &format!("/api/v1/tickets/{number}/verification")).await.json();
    let verdicts: Vec<String> = seen["verification"]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| format!("{} {}", result["host_name"].as_str().unwrap(), result["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(verdicts, ["web-2 not_done", "web-1 extra", "web-1 done"], "{seen}");
    assert_eq!(seen["suggestion"], "partial");
    let refused = event(&lab, &cast.manager, &number, close).await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("web-2: package openssl version 3.0.15"), "{refused}");
    let close = json!({"event": "close", "close_code": "partial", "close_notes": "web-2 is left"});
    let closed = event(&lab, &cast.manager, &number, close).await.expect(200).json();
    assert_eq!((&closed["state"], &closed["close_code"]), (&json!("closed"), &json!("partial")));
    assert_eq!(closed["details"]["verification"]["results"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_missing_is_named_and_what_the_collector_finds_out_cannot_be_written() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let number = drafted(&lab, &cast, &json!({"reason": "to try"})).await;
    let refused =
        event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.problem(409, "transition-refused");
    let detail = refused["detail"].as_str().unwrap();
    for missing in ["scope", "planned_start", "backout"] {
        assert!(detail.contains(missing) && refused["missing"].to_string().contains(missing), "{detail}");
    }
    let path = format!("/api/v1/tickets/{number}");
    for (details, pointer) in [
        (json!({"risk": {"score": 0}}), "/details/risk"),
        (json!({"approved_plan": "00"}), "/details/approved_plan"),
        (json!({"plan": {"planned_start": "soon"}}), "/details/plan/planned_start"),
        (
            json!({"plan": {"scope": {"items": ["host_00000000000000000000000000000000"]}}}),
            "/details/plan/scope/items/0",
        ),
        (json!({"plan": {"scope": {"hosts": "nosuch:field"}}}), "/details/plan/scope/hosts"),
        (json!({"plan": {"typ": "normal"}}), "/details/plan"),
    ] {
        let reply = lab.patch(&cast.planner, &path, "*", json!({"details": details})).await;
        assert!(reply.pointers(422)[0].starts_with(pointer), "{details}");
    }
    for event_name in ["approve", "reject", "start", "finish", "close"] {
        let reply = event(
            &lab,
            &cast.manager,
            &number,
            json!({"event": event_name, "close_code": "successful", "close_notes": "x"}),
        )
        .await;
        assert!([403, 409].contains(&reply.status), "{event_name}: {}", reply.text());
    }
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "draft");
}

#[tokio::test]
async fn another_plan_is_another_round_and_an_approved_one_is_locked() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let path = format!("/api/v1/tickets/{number}");
    let edit = json!({"details": {"plan": {"outage_minutes": 30}}});
    lab.patch(&cast.planner, &path, "*", edit).await.expect(200);
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    let rounds = lab.get(&cast.peer, &format!("{path}/approvals")).await.json();
    let states: Vec<&str> =
        rounds["items"].as_array().unwrap().iter().map(|round| round["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["voided", "open"]);
    let inbox = lab.get(&cast.peer, "/api/v1/approvals").await.json();
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
    vote(&lab, &cast.peer, &inbox["items"][0], json!({"decision": "approve"})).await.expect(200);
    assert_eq!(lab.get(&cast.peer, "/api/v1/approvals").await.json()["items"], json!([]));
    let edit = json!({"details": {"plan": {"outage_minutes": 0}}});
    assert_eq!(lab.patch(&cast.planner, &path, "*", edit.clone()).await.pointers(422), ["/details"]);
    event(&lab, &cast.planner, &number, json!({"event": "rework", "comment": "shorter"})).await.expect(200);
    lab.patch(&cast.planner, &path, "*", edit).await.expect(200);
    // A vote against ends it, and says why.
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let inbox = lab.get(&cast.peer, "/api/v1/approvals").await.json();
    let no = json!({"decision": "reject", "comment": "not on a Friday"});
    vote(&lab, &cast.peer, &inbox["items"][0], no).await.expect(200);
    let rejected = ticket(&lab, &cast, &number).await;
    assert_eq!(rejected["state"], "rejected");
    assert!(rejected["state_detail"].to_string().contains("not on a Friday"), "{rejected}");
}

#[tokio::test]
async fn conflicts_block_until_somebody_takes_them_on() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "3a").await;
    let (first, _) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let second = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    event(&lab, &cast.planner, &second, json!({"event": "submit"})).await.expect(200);
    let refused = event(&lab, &cast.planner, &second, json!({"event": "request_approval"}))
        .await
        .problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains(&first), "{refused}");
    let path = format!("/api/v1/tickets/{second}/conflicts");
    let body = json!({"other": first, "reason": "done together"});
    lab.post(&cast.planner, &path, body.clone()).await.problem(403, "not-authorised");
    lab.post(&cast.manager, &path, body).await.expect(200);
    let asked = event(&lab, &cast.planner, &second, json!({"event": "request_approval"})).await.expect(200).json();
    assert_eq!(asked["state"], "authorize");
    assert!(asked["details"]["risk"]["inputs"].as_array().unwrap().len() == 6, "{asked}");
    // A change that is over stands in nobody's way: the page does not show it.
    let standing = async || {
        let ticket = lab.service.get_ticket(&SYSTEM, &second).await.unwrap().value;
        let change = ticket.details.change().unwrap();
        (change.conflicts.len(), lab.service.with_standing_conflicts(&SYSTEM, &ticket, change).await.conflicts.len())
    };
    assert_eq!(standing().await, (1, 1));
    let over = json!({"event": "cancel", "reason": "not_needed", "comment": "done otherwise"});
    event(&lab, &cast.planner, &first, over).await.expect(200);
    assert_eq!(standing().await, (1, 0));
}

#[tokio::test]
async fn with_nobody_to_vote_no_votes_are_asked_for() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "4a").await;
    let body = json!({"kind": "change", "title": "alone", "details": {"plan": plan(&lab, &[&one])}});
    let number = lab.post(&admin, "/api/v1/tickets", body).await.expect(201).json()["number"].clone();
    let number = number.as_str().unwrap();
    event(&lab, &admin, number, json!({"event": "submit"})).await.expect(200);
    let refused = event(&lab, &admin, number, json!({"event": "request_approval"})).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("responder"), "it names the roles: {refused}");
}

#[tokio::test]
async fn forty_votes_at_once_have_one_effect() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "5a").await;
    let mut voters = Vec::new();
    for i in 0..40 {
        let user = lab.user(&format!("peer-{i}"), &[Role::Responder]).await;
        voters.push(lab.token(&user, Scope::Work).await);
    }
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let cast_all = voters.iter().map(|token| vote(&lab, token, &round, json!({"decision": "approve"})));
    let replies = futures_util::future::join_all(cast_all).await;
    let taken = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(taken, 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
    let timeline = lab.all(&cast.peer, &format!("/api/v1/tickets/{number}/timeline")).await;
    let counted = timeline.iter().filter(|entry| entry["what"] == "voted").count();
    let moves = timeline.iter().filter(|entry| entry["event"] == "approve").count();
    assert_eq!((counted, moves), (1, 1));
}

#[tokio::test]
async fn a_slip_in_a_plan_is_told_where_it_stands_with_what_comes_near() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "1a").await;
    let mut slips = plan(&lab, &[&one]);
    slips["scope"]["facts"][0]["attribute"] = json!("nope");
    slips["expect"] = json!([
        {"section": "package", "key": "openssl", "attribute": "verzion", "value": "3"},
        {"section": "package", "key": "openssl", "attribute": "version", "value": "=> 3"},
    ]);
    let open = async |plan: &Value| {
        let body = json!({"kind": "change", "title": "openssl", "details": {"plan": plan}});
        lab.post(&cast.planner, "/api/v1/tickets", body).await
    };
    let refused = open(&slips).await.expect(422).json();
    let told: Vec<&str> = (0..3).map(|n| refused["errors"][n]["pointer"].as_str().unwrap()).collect();
    let places = ["scope/facts/0/attribute", "expect/0/attribute", "expect/1/value"];
    assert_eq!(told, places.map(|place| format!("/details/plan/{place}")));
    assert!(refused["errors"][1]["detail"].as_str().unwrap().contains("did you mean version?"), "{refused}");
    let mut daily = plan(&lab, &[&one]);
    daily["recurrence"] = json!({"repeats": "daily"});
    let refused = open(&daily).await.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "/details/plan/recurrence/repeats");
    assert_eq!(refused["errors"][0]["detail"], "'daily' is none of never, weekly");
}

#[tokio::test]
async fn a_change_that_is_being_made_mutes_alerts_of_what_it_touches() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (mut web, one) = host(&lab, "web-1", "1a").await;
    let alert = async |kind: &str| {
        let down = json!({"source": "nagios", "ci_ref": "web-1", "kind": kind, "severity": "warning"});
        let sent = lab.post(&admin, "/api/v1/events", down).await.expect(200).json();
        format!("/api/v1/alerts/{}", sent["items"][0]["alert"].as_str().unwrap())
    };
    let (path, other) = (alert("openssl_broken").await, alert("disk_full").await);
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    lab.wait_seconds(60).await;
    assert_eq!(lab.get(&admin, &path).await.json()["state"], "open", "a plan mutes nothing");
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.settle().await;
    let muted = lab.get(&admin, &path).await.json();
    assert_eq!((&muted["suppressed"]["by"], &muted["suppressed"]["id"]), (&json!("change"), &json!(number)));
    assert_eq!(lab.get(&admin, &other).await.json()["state"], "open", "another package fills no disk");
    // Drift is told all the same, and does not say that it is quiet.
    web.add_user("mallory", 1_066);
    web.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let found = lab.all(&admin, "/api/v1/findings?policy=account").await;
    assert!(found[0]["incident"].is_string(), "{found:?}");
    let evidence = format!("/api/v1/findings/{}/evidence", found[0]["id"].as_str().unwrap());
    assert_eq!(lab.get(&admin, &evidence).await.json()["suppressions"], json!([]));
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.settle().await;
    assert_eq!(lab.get(&admin, &path).await.json()["state"], "open");
}

#[tokio::test]
async fn who_wrote_the_plan_has_no_vote_and_who_voted_does_not_make_it() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "6a").await;
    // The peer writes into the plan of somebody else, and would vote on it.
    let number = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    let edit = json!({"details": {"plan": {"implementation": "another way"}}});
    lab.patch(&cast.peer, &format!("/api/v1/tickets/{number}"), "*", edit).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    assert_eq!(lab.get(&cast.peer, "/api/v1/approvals").await.json()["items"], json!([]));
    let rounds = lab.get(&cast.peer, &format!("/api/v1/tickets/{number}/approvals")).await.json();
    let round = rounds["items"][0].clone();
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    // The implementer votes, and cannot be the one who makes it.
    vote(&lab, &cast.implementer, &round, json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.problem(409, "conflict");
    event(&lab, &cast.manager, &number, json!({"event": "start"})).await.expect(200);
}

#[tokio::test]
async fn what_was_made_already_is_written_down_with_its_own_times() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "8a").await;
    let mut past = plan(&lab, &[&one]);
    (past["planned_start"], past["planned_end"]) = (json!(time(&lab, -90)), json!(time(&lab, -60)));
    let body = |plan: &Value| json!({"kind": "change", "title": "openssl 3.0.15", "details": {"plan": plan}});
    let refused = lab.post(&cast.planner, "/api/v1/tickets", body(&past)).await;
    assert_eq!(refused.pointers(422), ["/details/plan/planned_end"], "it is not said that it was made already");
    past["is_retroactive"] = json!(true);
    let mut backwards = past.clone();
    (backwards["planned_start"], backwards["planned_end"]) =
        (past["planned_end"].clone(), past["planned_start"].clone());
    let refused = lab.post(&cast.planner, "/api/v1/tickets", body(&backwards)).await;
    assert_eq!(refused.pointers(422), ["/details/plan/planned_end"]);
    let number = drafted(&lab, &cast, &past).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let inbox = lab.get(&cast.peer, "/api/v1/approvals").await.json();
    vote(&lab, &cast.peer, &inbox["items"][0], json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    let done = event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200).json();
    assert_eq!(
        (&done["details"]["started_at"], &done["details"]["finished_at"]),
        (&past["planned_start"], &past["planned_end"])
    );
}

#[tokio::test]
async fn a_change_that_runs_over_says_so_and_is_looked_at_after_an_hour_and_a_day() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "9a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.wait_seconds(2 * 3_600).await;
    assert_eq!(
        ticket(&lab, &cast, &number).await["details"]["is_overrun"],
        true,
        "it is told that it goes on too long"
    );
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    let late = |ticket: &Value| ticket["details"]["verification"]["at"].as_str().map(str::to_owned);
    assert_eq!(late(&ticket(&lab, &cast, &number).await), None);
    lab.wait_seconds(3_600).await;
    let hour = late(&ticket(&lab, &cast, &number).await);
    lab.wait_seconds(24 * 3_600).await;
    assert!(hour.is_some() && late(&ticket(&lab, &cast, &number).await) > hour, "looked at after an hour and a day");
}
