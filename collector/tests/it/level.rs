//! Calendars, policies and clocks: set over the API, kept by the job, told once, explained, tried, reckoned anew.

use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::{Value, json};

use crate::lab::Lab;

const MINUTE: i64 = 60_000;

/// Lets the clocks do all that they can do now.
async fn tick(lab: &Lab) {
    while lab.service.level_step().await.unwrap() || lab.service.level_due().await.unwrap() {}
}

async fn wait_minutes(lab: &Lab, minutes: i64) {
    lab.clock.advance_millis(minutes * MINUTE);
    lab.settle().await;
    tick(lab).await;
}

/// A collector whose job has started, and an administrator.
async fn started() -> (Lab, String) {
    let lab = Lab::new();
    tick(&lab).await;
    let admin = lab.admin().await;
    (lab, admin)
}

async fn open(lab: &Lab, token: &str, body: Value) -> String {
    let ticket = lab.post(token, "/api/v1/tickets", body).await.expect(201).json();
    ticket["number"].as_str().unwrap().to_owned()
}

async fn clocks(lab: &Lab, token: &str, number: &str) -> Vec<Value> {
    let path = format!("/api/v1/tickets/{number}/service-levels");
    lab.get(token, &path).await.expect(200).json()["items"].as_array().unwrap().clone()
}

fn of<'a>(clocks: &'a [Value], target: &str) -> &'a Value {
    clocks.iter().find(|clock| clock["target"] == target).unwrap_or_else(|| panic!("no {target} in {clocks:#?}"))
}

async fn told(lab: &Lab, token: &str, number: &str) -> Vec<(String, u64)> {
    let entries = lab.all(token, &format!("/api/v1/tickets/{number}/timeline?limit=1000")).await;
    let levels = entries.iter().filter(|entry| entry["what"] == "level");
    levels.map(|entry| (entry["policy"].as_str().unwrap().to_owned(), entry["percent"].as_u64().unwrap())).collect()
}

fn urgent() -> Value {
    json!({"kind": "incident", "title": "the shop is down", "impact": 1, "urgency": 1})
}

#[tokio::test]
async fn a_clock_warns_and_breaches_once_and_survives_a_restart() {
    let (lab, admin) = started().await;
    let number = open(&lab, &admin, urgent()).await;
    tick(&lab).await;
    let found = clocks(&lab, &admin, &number).await;
    assert_eq!(found.len(), 3, "{found:#?}");
    let first = of(&found, "first_response");
    assert_eq!((first["policy"].as_str(), first["mode"].as_str()), (Some("p1-response"), Some("run")));
    assert_eq!(
        (first["target_ms"].as_i64(), first["calendar_label"].as_str()),
        (Some(15 * MINUTE), Some("Round the clock"))
    );
    let deadline = lab.clock.now().plus_millis(15 * MINUTE).to_string();
    assert_eq!(first["deadline"], deadline);
    let read = lab.get(&admin, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!(read["due_at"], deadline, "the first of three");
    wait_minutes(&lab, 8).await;
    assert_eq!(told(&lab, &admin, &number).await, [("p1-response".to_owned(), 50)]);
    // Nobody looked for a while: what was due meanwhile is told late, with the moment at which it was so.
    lab.clock.advance_millis(30 * MINUTE);
    let restarted = lab.restarted();
    while restarted.level_step().await.unwrap() || restarted.level_due().await.unwrap() {}
    let marks = told(&lab, &admin, &number).await;
    let of_response: Vec<u64> = marks.iter().filter(|(name, _)| name == "p1-response").map(|(_, at)| *at).collect();
    assert_eq!(of_response, [50, 100], "there is nothing to warn of any more");
    let entries = lab.all(&admin, &format!("/api/v1/tickets/{number}/timeline?limit=1000")).await;
    let breach = entries.iter().find(|entry| entry["percent"] == 100).unwrap();
    assert_eq!(
        (breach["since"].as_str().unwrap(), breach["actor"].as_str()),
        (deadline.as_str(), Some("system:clock"))
    );
    let (audit, _) = lab.last_audit().await;
    tick(&lab).await;
    assert_eq!(lab.last_audit().await.0, audit, "told is told");
    let found = clocks(&lab, &admin, &number).await;
    assert_eq!(of(&found, "first_response")["outcome"], "breached");
    let breached =
        lab.get(&admin, "/api/v1/service-levels?filter=outcome:breached%20open:true").await.expect(200).json();
    assert_eq!(breached["items"][0]["breach_at"], deadline);
}

#[tokio::test]
async fn answering_stops_a_clock_and_what_is_resolved_counts() {
    let (lab, admin) = started().await;
    let number = open(&lab, &admin, urgent()).await;
    lab.clock.advance_millis(5 * MINUTE);
    let say = json!({"text": "we look into it"});
    let responder = lab.token_of(Role::Responder).await;
    lab.post(&responder, &format!("/api/v1/tickets/{number}/comments"), say).await.expect(201);
    lab.clock.advance_millis(5 * 60 * MINUTE);
    let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "restarted", "cause_item": "none"});
    lab.post(&admin, &format!("/api/v1/tickets/{number}/transitions"), resolve).await.expect(200);
    tick(&lab).await;
    let found = clocks(&lab, &admin, &number).await;
    let first = of(&found, "first_response");
    assert_eq!((first["outcome"].as_str(), first["elapsed_ms"].as_i64()), (Some("met"), Some(5 * MINUTE)));
    assert_eq!(first["remaining_ms"].as_i64(), Some(10 * MINUTE));
    assert_eq!(of(&found, "resolve")["outcome"], "breached");
    let report = lab.get(&admin, "/api/v1/service-levels/attainment").await.expect(200).json();
    let row = |policy: &str| report["items"].as_array().unwrap().iter().find(|row| row["policy"] == policy).cloned();
    let response = row("p1-response").unwrap();
    assert_eq!((response["met"].as_u64(), response["percent"].as_f64()), (Some(1), Some(100.0)));
    let resolution = row("p1-resolve").unwrap();
    assert_eq!((resolution["breached"].as_u64(), resolution["breached_open"].as_u64()), (Some(1), Some(0)));
    // Each number opens the list that makes it.
    for row in [&response, &resolution] {
        let filter = row["filter"].as_str().unwrap().replace(' ', "%20").replace('>', "%3E").replace('<', "%3C");
        let listed = lab.all(&admin, &format!("/api/v1/service-levels?filter={filter}")).await;
        let counted =
            row["met"].as_u64().unwrap() + row["breached"].as_u64().unwrap() + row["cancelled"].as_u64().unwrap();
        assert_eq!(listed.len() as u64, counted, "{row:#?}");
    }
    let past = "/api/v1/service-levels/attainment?from=2020-01-01&to=2020-02-01";
    assert_eq!(lab.get(&admin, past).await.expect(200).json()["items"], json!([]));
    lab.get(&admin, "/api/v1/service-levels/attainment?from=2020-02-01&to=2020-01-01").await.problem(422, "invalid");
}

#[tokio::test]
async fn an_explanation_is_a_list_of_stretches_that_make_the_number() {
    let (lab, admin) = started().await;
    let office = json!({
        "name": "berlin", "label": "Berlin office", "zone": "Europe/Berlin",
        "hours": {"monday": ["09:00-12:00", "13:00-17:00"], "tuesday": ["09:00-17:00"]},
        "holidays": [{"date": "2026-09-22", "name": "Feast"}],
    });
    let made = lab.post(&admin, "/api/v1/calendars", office.clone()).await.expect(201).json();
    assert_eq!((made["number"].as_u64(), made["hours"]["monday"][1].as_str()), (Some(1), Some("13:00-17:00")));
    lab.post(&admin, "/api/v1/calendars", office).await.problem(422, "invalid");
    let policy = json!({
        "name": "shop", "label": "The shop", "target": "resolve", "filter": "category:shop", "minutes": 240,
        "calendar": "berlin", "actions": [{"at": 100, "assignment_group": "duty"}], "pause_when": ["on_hold:vendor"],
    });
    lab.post(&admin, "/api/v1/service-level-policies", policy).await.expect(201);
    // 2026-09-21T15:00:00Z is Monday, 16:13 there; the lab begins at 13:33:20 UTC.
    let body = json!({"kind": "incident", "title": "slow", "category": "shop"});
    let number = open(&lab, &admin, body).await;
    let opened = lab.clock.now();
    let found = clocks(&lab, &admin, &number).await;
    assert_eq!(of(&found, "resolve")["policy"], "shop", "what people set comes before what is shipped");
    wait_minutes(&lab, 60 * 24 * 7).await;
    let path = format!("/api/v1/tickets/{number}/service-levels/explanation");
    let explained = lab.get(&admin, &path).await.expect(200).json();
    let resolve = explained["items"].as_array().unwrap().iter().find(|clock| clock["target"] == "resolve").unwrap();
    let lines = resolve["lines"].as_array().unwrap();
    assert_eq!(lines[0]["from"], opened.to_string());
    let words: Vec<&str> = lines.iter().map(|line| line["why"].as_str().unwrap()).collect();
    for word in ["ran", "outside of the calendar's hours", "holiday: Feast", "break of the calendar"] {
        assert!(words.contains(&word), "{word} in {words:?}");
    }
    let sum: i64 = lines.iter().map(|line| line["counted_ms"].as_i64().unwrap()).sum();
    assert_eq!(Some(sum), resolve["elapsed_ms"].as_i64());
    // Over its time, the policy handed it over.
    let ticket = lab.get(&admin, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!(ticket["assignment_group"], "duty");
}

#[tokio::test]
async fn other_terms_can_be_tried_and_change_nothing() {
    let (lab, admin) = started().await;
    let number = open(&lab, &admin, json!({"kind": "incident", "title": "slow"})).await;
    lab.clock.advance_millis(10 * MINUTE);
    let sequence = lab.sequence().await;
    let path = |what: &str| format!("/api/v1/tickets/{number}/service-levels/what-if?{what}");
    let tried = lab.get(&admin, &path("priority=1")).await.expect(200).json();
    let items = tried["items"].as_array().unwrap().clone();
    let first = of(&items, "first_response");
    assert_eq!((first["policy"].as_str(), first["remaining_ms"].as_i64()), (Some("p1-response"), Some(5 * MINUTE)));
    let tried = lab.get(&admin, &path("minutes=5&calendar=24x7")).await.expect(200).json();
    let items = tried["items"].as_array().unwrap().clone();
    assert_eq!(of(&items, "resolve")["outcome"], "breached");
    let tried = lab.get(&admin, &path("policy=p2-resolve")).await.expect(200).json();
    let items = tried["items"].as_array().unwrap().clone();
    assert_eq!(of(&items, "resolve")["target_ms"].as_i64(), Some(480 * MINUTE));
    lab.get(&admin, &path("priority=9")).await.problem(422, "invalid");
    lab.get(&admin, &path("policy=none")).await.problem(404, "not-found");
    lab.get(&admin, &path("colour=red")).await.problem(400, "malformed");
    assert_eq!(lab.sequence().await, sequence);
}

#[tokio::test]
async fn a_changed_calendar_counts_from_then_on_unless_it_is_reckoned_anew() {
    let (lab, admin) = started().await;
    let number = open(&lab, &admin, json!({"kind": "incident", "title": "slow"})).await;
    let before = clocks(&lab, &admin, &number).await;
    let calendar = lab.get(&admin, "/api/v1/calendars/business-hours").await.expect(200);
    let etag = calendar.header("etag").to_owned();
    let all = json!({"label": "Always", "zone": "UTC", "hours": {
        "monday": ["00:00-24:00"], "tuesday": ["00:00-24:00"], "wednesday": ["00:00-24:00"], "thursday": ["00:00-24:00"],
        "friday": ["00:00-24:00"], "saturday": ["00:00-24:00"], "sunday": ["00:00-24:00"]}, "reason": "all day now"});
    let path = "/api/v1/calendars/business-hours";
    lab.put(&admin, path, "", all.clone()).await.problem(428, "if-match-needed");
    lab.put(&admin, path, "\"77\"", all.clone()).await.problem(412, "stale");
    lab.clock.advance_millis(MINUTE);
    let changed = lab.put(&admin, path, &etag, all).await.expect(200).json();
    assert_eq!(changed["number"].as_u64(), Some(2));
    let versions = lab.all(&admin, &format!("{path}/versions")).await;
    assert_eq!(versions.len(), 2);
    tick(&lab).await;
    let after = clocks(&lab, &admin, &number).await;
    assert_eq!(of(&after, "resolve")["deadline"], of(&before, "resolve")["deadline"]);
    assert_eq!(of(&after, "resolve")["calendar_number"].as_u64(), Some(1));
    let recompute = format!("/api/v1/tickets/{number}/service-levels/recompute");
    let responder = lab.token_of(Role::Responder).await;
    lab.post(&responder, &recompute, json!({"reason": "so"})).await.problem(403, "not-authorised");
    lab.post(&admin, &recompute, json!({"reason": ""})).await.problem(422, "invalid");
    let anew = lab.post(&admin, &recompute, json!({"reason": "the office moved"})).await.expect(200).json();
    let items = anew["items"].as_array().unwrap().clone();
    assert_eq!(of(&items, "resolve")["calendar_number"].as_u64(), Some(2));
    let former = &anew["former"][0];
    assert_eq!((former["reason"].as_str(), former["by"].as_str()), (Some("the office moved"), Some("administrator")));
    let kept = former["clocks"].as_array().unwrap().iter().find(|clock| clock["target"] == "resolve").unwrap();
    assert_eq!(kept["deadline"], of(&before, "resolve")["deadline"], "both numbers are kept");
    assert_eq!(lab.last_audit().await.1, "level.recompute");
}

#[tokio::test]
async fn policies_are_set_and_switched_off() {
    let (lab, admin) = started().await;
    let policies = lab.all(&admin, "/api/v1/service-level-policies").await;
    assert_eq!(policies.len(), 13);
    let path = "/api/v1/service-level-policies/p4-response";
    let known = lab.get(&admin, path).await.expect(200);
    let off = json!({"label": "P4", "target": "first_response", "filter": "priority:4", "minutes": 60,
        "calendar": "24x7", "enabled": false, "order": 40});
    lab.put(&admin, path, known.header("etag"), off).await.expect(200);
    lab.clock.advance_millis(1);
    let number = open(&lab, &admin, json!({"kind": "incident", "title": "x", "impact": 3, "urgency": 2})).await;
    let found = clocks(&lab, &admin, &number).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let wrong = json!({"name": "x", "label": "x", "target": "resolve", "minutes": 1, "calendar": "lunar"});
    let problem = lab.post(&admin, "/api/v1/service-level-policies", wrong).await.problem(422, "invalid");
    assert!(problem.to_string().contains("business-hours"), "{problem}");
    let wrong = json!({"name": "x", "label": "x", "target": "soon", "minutes": 1, "calendar": "24x7"});
    lab.post(&admin, "/api/v1/service-level-policies", wrong).await.problem(422, "invalid");
}

#[tokio::test]
async fn what_was_there_before_the_first_start_is_promised_nothing() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let number = open(&lab, &admin, urgent()).await;
    lab.clock.advance_millis(1);
    tick(&lab).await;
    wait_minutes(&lab, 60).await;
    let take = json!({"event": "start"});
    lab.post(&admin, &format!("/api/v1/tickets/{number}/transitions"), take).await.expect(200);
    wait_minutes(&lab, 60 * 24).await;
    assert_eq!(clocks(&lab, &admin, &number).await, Vec::<Value>::new());
    assert_eq!(told(&lab, &admin, &number).await, vec![]);
}

#[tokio::test]
async fn agreements_of_a_service_are_policies_about_it_and_their_numbers_open_their_clocks() {
    let (lab, admin) = started().await;
    let shop = json!({"class": "business_service", "name": "shop", "owner": "ann"});
    let shop = lab.post(&admin, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/services/{shop}/agreements");
    let read = async || lab.get(&admin, &path).await.expect(200).json();
    let first = read().await;
    let examples = first["examples"].as_array().unwrap();
    assert_eq!((first["items"].as_array().unwrap().len(), examples.len()), (0, 4));
    for example in examples {
        lab.post(&admin, "/api/v1/service-level-policies", example.clone()).await.expect(201);
    }
    let set = read().await;
    let kinds: Vec<&str> = set["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "ola").count(), 1, "{kinds:?}");
    assert_eq!((kinds.len(), set["examples"].as_array().unwrap().len()), (4, 0));

    let body = json!({"kind": "incident", "title": "t", "impact": 1, "urgency": 1, "service_id": "shop"});
    let ticket = lab.post(&admin, "/api/v1/tickets", body.clone()).await.expect(201).json();
    assert_eq!(ticket["service_id"], json!(shop));
    let number = ticket["number"].as_str().unwrap();
    tick(&lab).await;
    let response = of(&clocks(&lab, &admin, number).await, "first_response").clone();
    assert_eq!(response["policy"], "shop-response", "it comes before what is shipped");
    lab.post(&admin, &format!("/api/v1/tickets/{number}/transitions"), json!({"event": "start"})).await.expect(200);
    wait_minutes(&lab, 1).await;
    let kept = read().await;
    let row = kept["items"].as_array().unwrap().iter().find(|row| row["policy"] == "shop-response").unwrap();
    assert_eq!((&row["met"], &row["percent"]), (&json!(1), &json!(100.0)), "{row}");
    let filter = row["clocks"].as_str().unwrap().replace(' ', "%20").replace('>', "%3E").replace('<', "%3C");
    let behind = lab.all(&admin, &format!("/api/v1/service-levels?filter={filter}%20outcome:met")).await;
    assert_eq!((behind.len(), &behind[0]["ticket"]), (1, &json!(number)));

    let ticket = format!("/api/v1/tickets/{number}");
    let wrong = lab.patch(&admin, &ticket, "*", json!({"service_id": "nothing"})).await;
    assert_eq!(wrong.pointers(422), ["/service_id"]);
    let off = lab.patch(&admin, &ticket, "*", json!({"service_id": null})).await.expect(200).json();
    assert_eq!((&off["service_id"], &off["items"]), (&Value::Null, &json!([])));
}
