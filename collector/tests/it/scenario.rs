//! A process from its beginning to its end, as those see it who ask, who do the work and who decide; with what they are refused on the way.

use muster_model::right::{Role, Scope};
use muster_shared::SectionName;
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, drafted, event, host, openssl, plan, ticket, vote};
use crate::lab::Lab;

async fn tick(lab: &Lab) {
    while lab.service.level_step().await.unwrap() || lab.service.level_due().await.unwrap() {}
}

async fn somebody(lab: &Lab, name: &str, role: Role) -> String {
    let user = lab.user(name, &[role]).await;
    lab.token(&user, Scope::Work).await
}

/// The clock of the review of a change.
async fn review(lab: &Lab, token: &str, number: &str) -> Value {
    tick(lab).await;
    let clocks = lab.get(token, &format!("/api/v1/tickets/{number}/service-levels")).await.expect(200).json();
    let all = clocks["items"].as_array().unwrap().clone();
    all.into_iter().find(|clock| clock["target"] == "change_review").unwrap_or_default()
}

#[tokio::test]
async fn an_emergency_from_what_broke_to_a_review_that_is_due() {
    let lab = Lab::new();
    tick(&lab).await;
    let cast = cast(&lab).await;
    let (rita, vic) =
        (somebody(&lab, "rita", Role::Requester).await, somebody(&lab, "vic", Role::ChangeApprover).await);
    let (mut device, one) = host(&lab, "web-1", "9a").await;
    // Rita says what broke; who plans mends it with an emergency, for which nobody has time to wait.
    let body =
        json!({"kind": "incident", "title": "the shop is open to all", "impact": 1, "urgency": 1, "items": [one]});
    let broken = lab.post(&rita, "/api/v1/tickets", body).await.expect(201).json()["number"].clone();
    let mut urgent = plan(&lab, &[&one]);
    urgent["type"] = json!("emergency");
    lab.post(&rita, "/api/v1/tickets", json!({"kind": "change", "title": "mend it"})).await.expect(403);
    let number = drafted(&lab, &cast, &urgent).await;
    let path = format!("/api/v1/tickets/{number}");
    let link = json!({"kind": "fixes", "ticket": broken});
    lab.post(&cast.planner, &format!("{path}/links"), link).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.problem(409, "transition-refused");
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.manager, &number, json!({"event": "approve"})).await.problem(409, "transition-refused");
    let rounds = lab.get(&cast.peer, &format!("{path}/approvals")).await.expect(200).json();
    let round = rounds["items"].as_array().unwrap().last().unwrap().clone();
    for nobody in [&cast.planner, &cast.implementer] {
        let reply = vote(&lab, nobody, &round, json!({"decision": "approve"})).await;
        assert!(matches!(reply.status, 403 | 409), "{}", reply.text());
    }
    let said = vote(&lab, &vic, &round, json!({"decision": "approve"})).await;
    said.expect(200);
    // The vote of one begins it.
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "implement");
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "mended"});
    event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    lab.wait_seconds(120).await;
    device.put(SectionName::Package, openssl("3.0.15"));
    device.report_delta(&lab).await;
    event(&lab, &rita, &number, json!({"event": "finish"})).await.expect(403);
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    let clock = review(&lab, &cast.manager, &number).await;
    assert_eq!(clock["policy"], "change-review", "{clock}");
    // It is looked at afterwards, within five working days; nobody did.
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    event(&lab, &cast.implementer, &number, close.clone()).await.expect(403);
    lab.wait_seconds(10 * 86_400).await;
    assert_eq!(review(&lab, &cast.manager, &number).await["outcome"], "breached");
    event(&lab, &cast.manager, &number, json!({"event": "close"})).await.problem(409, "transition-refused");
    event(&lab, &cast.manager, &number, close).await.expect(200);
    let closed = ticket(&lab, &cast, &number).await;
    assert_eq!((&closed["state"], &closed["close_code"]), (&json!("closed"), &json!("successful")));
}

#[tokio::test]
async fn a_release_from_its_draft_through_its_waves_to_the_end_of_its_early_life() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let rea = somebody(&lab, "rea", Role::ReleaseManager).await;
    let (mut first, one) = host(&lab, "web-1", "9a").await;
    let (mut second, two) = host(&lab, "web-2", "9b").await;
    lab.settle().await;
    let (change, round) = asked(&lab, &cast, &plan(&lab, &[&one, &two])).await;
    let waves = json!([{"name": "first", "hosts": "name:web-1"}, {"name": "rest", "hosts": "name:web-2"}]);
    let body = json!({"kind": "release", "title": "openssl 3.0.15", "details": {"plan": {
        "changes": [change], "packages": [{"name": "openssl", "version": "3.0.15"}], "waves": waves,
    }}});
    lab.post(&cast.planner, "/api/v1/tickets", body.clone()).await.expect(403);
    let number = lab.post(&rea, "/api/v1/tickets", body).await.expect(201).json()["number"].clone();
    let number = number.as_str().unwrap().to_owned();
    let step = async |name: &str| event(&lab, &rea, &number, json!({"event": name})).await;
    for early in ["freeze", "ready", "deploy", "complete"] {
        step(early).await.problem(409, "transition-refused");
    }
    event(&lab, &cast.implementer, &number, json!({"event": "plan"})).await.expect(403);
    step("plan").await.expect(200);
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    step("freeze").await.expect(200);
    step("ready").await.expect(200);
    step("deploy").await.expect(200);
    event(&lab, &cast.implementer, &change, json!({"event": "start"})).await.expect(200);
    let phases = async || {
        let stored = lab.get(&rea, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
        let waves = stored["details"]["deployment"]["waves"].as_array().unwrap().clone();
        waves.iter().map(|wave| wave["phase"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(phases().await, ["open", "waiting"]);
    lab.clock.advance_millis(60_000);
    first.put(SectionName::Package, openssl("3.0.15"));
    first.report_delta(&lab).await;
    lab.settle().await;
    assert_eq!(phases().await, ["done", "open"], "what agents report moves it on");
    step("complete").await.problem(409, "transition-refused");
    lab.clock.advance_millis(60_000);
    second.put(SectionName::Package, openssl("3.0.15"));
    second.report_delta(&lab).await;
    lab.settle().await;
    // All hosts have it; the change is not made before somebody says so.
    let unmade = step("complete").await.problem(409, "transition-refused");
    assert!(unmade["detail"].as_str().unwrap().contains(&change), "{unmade}");
    event(&lab, &cast.implementer, &change, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    for device in [&first, &second] {
        device.heartbeat(&lab).await;
    }
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "on both"});
    event(&lab, &cast.manager, &change, close).await.expect(200);
    assert_eq!(step("complete").await.expect(200).json()["state"], "completed");
    step("early_life").await.problem(409, "transition-refused");
    let until = lab.service.now().plus_millis(86_400_000);
    event(&lab, &rea, &number, json!({"event": "early_life", "until": until})).await.expect(200);
    lab.wait_seconds(86_400).await;
    let closed = lab.get(&rea, &format!("/api/v1/tickets/{number}")).await.json();
    assert_eq!(closed["state"], "closed");
}
