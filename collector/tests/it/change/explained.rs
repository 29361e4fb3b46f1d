//! What a change explains of what agents found, and what becomes of that when the change is edited, taken back or over.

use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use super::cast::{Cast, asked, cast, event, host, openssl, passed, plan, ticket, time, vote};
use crate::lab::{Device, Lab};

/// A change that is approved.
async fn approved(lab: &Lab, cast: &Cast, plan: &Value) -> String {
    let (number, round) = asked(lab, cast, plan).await;
    vote(lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    number
}

/// A change that is being made.
pub(super) async fn begun(lab: &Lab, cast: &Cast, plan: &Value) -> String {
    let number = approved(lab, cast, plan).await;
    event(lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.wait_seconds(60).await;
    number
}

async fn findings(lab: &Lab, cast: &Cast, query: &str) -> Vec<Value> {
    lab.all(&cast.peer, &format!("/api/v1/findings?{query}")).await
}

async fn finding(lab: &Lab, cast: &Cast, policy: &str) -> Value {
    let found = findings(lab, cast, &format!("state=all&policy={policy}")).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

async fn incidents(lab: &Lab, cast: &Cast) -> Vec<Value> {
    lab.all(&cast.peer, "/api/v1/tickets?kind=incident").await
}

/// Lets the second look and the time for grouping pass.
async fn looked_at(lab: &Lab, device: &mut Device) {
    device.report_delta(lab).await;
    lab.wait_seconds(100).await;
    device.heartbeat(lab).await;
    lab.wait_seconds(100).await;
}

fn curl() -> Item {
    Item::new("curl:amd64").with("name", "curl").with("version", "8.0").with("manager", "dpkg")
}

fn nginx(state: &str) -> Item {
    Item::new("nginx.service").with("name", "nginx.service").with("enabled_state", state)
}

/// A plan that nginx is enabled on some hosts.
fn enable(lab: &Lab, hosts: &[&str], value: &str) -> Value {
    let mut plan = plan(lab, hosts);
    plan["scope"]["facts"] = json!([{"section": "service", "key": "nginx*"}]);
    plan["expect"] =
        json!([{"section": "service", "key": "nginx.service", "attribute": "enabled_state", "value": value}]);
    plan
}

async fn with_nginx(lab: &Lab, name: &str, id: &str) -> (Device, String) {
    let (mut device, host) = host(lab, name, id).await;
    device.put(SectionName::Service, nginx("disabled"));
    device.report_full(lab).await;
    lab.wait_seconds(200).await;
    (device, host)
}

#[tokio::test]
async fn what_a_change_explains_makes_no_incident_and_is_authorised_when_it_ends_well() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = with_nginx(&lab, "web-1", "1a").await;
    let number = begun(&lab, &cast, &enable(&lab, &[&id], "enabled")).await;
    device.put(SectionName::Service, nginx("enabled"));
    looked_at(&lab, &mut device).await;
    let found = finding(&lab, &cast, "unit-state").await;
    assert_eq!((&found["state"], &found["state_detail"]["number"]), (&json!("attached"), &json!(number)));
    assert_eq!(found["matches"][0]["score"], 90, "{found}");
    assert_eq!(found["state_detail"]["is_late"], false);
    assert_eq!(incidents(&lab, &cast).await, Vec::<Value>::new());
    let of_change = lab.all(&cast.peer, &format!("/api/v1/tickets/{number}/findings")).await;
    assert_eq!(of_change[0]["id"], found["id"]);
    assert_eq!(findings(&lab, &cast, &format!("filter=change:{number}")).await.len(), 1);
    // Why was I not alerted?
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "as planned"});
    event(&lab, &cast.manager, &number, close).await.expect(200);
    lab.settle().await;
    let over = finding(&lab, &cast, "unit-state").await;
    assert_eq!((&over["state"], &over["state_detail"]["resolution"]), (&json!("resolved"), &json!("accepted")));
    let moves = lab.all(&cast.peer, &format!("/api/v1/baselines/{id}/moves")).await;
    assert_eq!((&moves[0]["reason"], &moves[0]["to"]), (&json!(number), &json!("enabled")));
    // It is authorised: going back is drift.
    device.put(SectionName::Service, nginx("disabled"));
    looked_at(&lab, &mut device).await;
    assert_eq!(incidents(&lab, &cast).await.len(), 1);
}

#[tokio::test]
async fn what_contradicts_a_plan_is_an_incident_linked_to_the_change() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = with_nginx(&lab, "web-1", "1b").await;
    let number = begun(&lab, &cast, &enable(&lab, &[&id], "enabled")).await;
    device.put(SectionName::Service, nginx("masked"));
    looked_at(&lab, &mut device).await;
    let all = incidents(&lab, &cast).await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((&all[0]["links"][0]["kind"], &all[0]["links"][0]["number"]), (&json!("caused_by"), &json!(number)));
    let change = ticket(&lab, &cast, &number).await;
    assert_eq!(change["links"][0]["number"], all[0]["number"]);
    // It becomes what was planned after all: the change explains it, and the incident has nothing left.
    device.put(SectionName::Service, nginx("enabled"));
    looked_at(&lab, &mut device).await;
    assert_eq!(finding(&lab, &cast, "unit-state").await["state"], "attached");
    let all = incidents(&lab, &cast).await;
    assert_eq!((all.len(), &all[0]["state"]), (1, &json!("resolved")), "{all:?}");
}

#[tokio::test]
async fn an_account_inside_a_window_that_does_not_name_it_is_an_incident() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = host(&lab, "web-1", "1c").await;
    lab.wait_seconds(200).await;
    let mut open = plan(&lab, &[&id]);
    open["scope"].as_object_mut().unwrap().remove("facts");
    begun(&lab, &cast, &open).await;
    device.add_user("mallory", 1_001);
    looked_at(&lab, &mut device).await;
    let found = finding(&lab, &cast, "account").await;
    assert_eq!(found["state"], "open");
    let reasons: Vec<&str> = found["matches"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["same_host", "nothing_named", "not_named"]);
    assert_eq!(incidents(&lab, &cast).await.len(), 1);
}

#[tokio::test]
async fn what_a_change_may_explain_waits_for_a_word_or_a_day() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = host(&lab, "web-1", "1d").await;
    lab.wait_seconds(200).await;
    let mut vague = plan(&lab, &[&id]);
    vague["scope"]["facts"] = json!([{"section": "package"}]);
    vague["expect"] = json!([]);
    vague["checks"] = json!(["it works"]);
    let number = begun(&lab, &cast, &vague).await;
    device.put(SectionName::Package, curl());
    device.remove(SectionName::Package, "openssl");
    looked_at(&lab, &mut device).await;
    let found = findings(&lab, &cast, "policy=package").await;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|finding| finding["state"] == "tentative"), "{found:?}");
    let path = |finding: &Value| format!("/api/v1/findings/{}/confirm", finding["id"].as_str().unwrap());
    let body = json!({"change": number});
    lab.post(&cast.planner, &path(&found[0]), body.clone()).await.problem(403, "not-authorised");
    let admin = lab.admin().await;
    assert_eq!(lab.post(&admin, &path(&found[0]), json!({"change": "CHG-999999"})).await.pointers(422), ["/change"]);
    let confirmed = lab.post(&admin, &path(&found[0]), body.clone()).await.expect(200).json();
    assert_eq!(confirmed["state"], "attached");
    lab.post(&admin, &path(&found[0]), body).await.problem(409, "conflict");
    lab.settle().await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    passed(&lab, &cast, &number).await;
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "as planned"});
    event(&lab, &cast.manager, &number, close).await.expect(200);
    lab.settle().await;
    let state = async |at: usize| {
        let id = found[at]["id"].as_str().unwrap();
        lab.get(&cast.peer, &format!("/api/v1/findings/{id}")).await.json()["state"].clone()
    };
    assert_eq!((state(0).await, state(1).await), (json!("resolved"), json!("tentative")));
    assert_eq!(incidents(&lab, &cast).await.len(), 0);
    lab.wait_seconds(24 * 3_600 - 600).await;
    assert_eq!(incidents(&lab, &cast).await.len(), 0);
    device.heartbeat(&lab).await;
    lab.wait_seconds(900).await;
    lab.wait_seconds(120).await;
    device.heartbeat(&lab).await;
    lab.settle().await;
    assert_eq!((state(1).await, incidents(&lab, &cast).await.len()), (json!("open"), 1));
}

#[tokio::test]
async fn a_change_that_is_planned_afterwards_explains_with_a_mark_and_one_that_is_taken_back_does_no_more() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = with_nginx(&lab, "web-1", "1e").await;
    device.put(SectionName::Service, nginx("enabled"));
    looked_at(&lab, &mut device).await;
    assert_eq!(incidents(&lab, &cast).await[0]["state"], "new");
    let mut past = enable(&lab, &[&id], "enabled");
    (past["planned_start"], past["planned_end"]) = (json!(time(&lab, -30)), json!(time(&lab, 30)));
    past["is_retroactive"] = json!(true);
    let number = approved(&lab, &cast, &past).await;
    lab.settle().await;
    let found = finding(&lab, &cast, "unit-state").await;
    assert_eq!((&found["state"], &found["state_detail"]["is_late"]), (&json!("attached"), &json!(true)));
    let incident = incidents(&lab, &cast).await.remove(0);
    assert_eq!(incident["state"], "resolved");
    assert!(incident["close_notes"].as_str().unwrap().contains(&number), "{incident}");
    let timeline = lab.all(&cast.peer, &format!("/api/v1/tickets/{number}/timeline")).await;
    assert!(timeline.iter().any(|entry| entry["what"] == "finding" && entry["state"] == "attached"), "{timeline:?}");
    // It is sent back: nobody approved it.
    event(&lab, &cast.planner, &number, json!({"event": "rework", "comment": "not so"})).await.expect(200);
    lab.settle().await;
    lab.wait_seconds(120).await;
    assert_eq!(finding(&lab, &cast, "unit-state").await["state"], "open");
    let incident = incidents(&lab, &cast).await.remove(0);
    assert_eq!((&incident["state"], incident["reopen_count"].as_u64()), (&json!("in_progress"), Some(1)));
}

#[tokio::test]
async fn what_two_changes_explain_as_well_waits_for_a_word_until_one_is_gone() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = with_nginx(&lab, "web-1", "1f").await;
    let plan = enable(&lab, &[&id], "enabled");
    let first = begun(&lab, &cast, &plan).await;
    // The other one works on the same host: somebody takes that on.
    let second = super::cast::drafted(&lab, &cast, &plan).await;
    event(&lab, &cast.planner, &second, json!({"event": "submit"})).await.expect(200);
    let body = json!({"other": first, "reason": "done together"});
    lab.post(&cast.manager, &format!("/api/v1/tickets/{second}/conflicts"), body).await.expect(200);
    event(&lab, &cast.planner, &second, json!({"event": "request_approval"})).await.expect(200);
    let inbox = lab.get(&cast.peer, "/api/v1/approvals").await.json();
    vote(&lab, &cast.peer, &inbox["items"][0], json!({"decision": "approve"})).await.expect(200);
    device.put(SectionName::Service, nginx("enabled"));
    looked_at(&lab, &mut device).await;
    let found = finding(&lab, &cast, "unit-state").await;
    assert_eq!(found["state"], "tentative", "{found}");
    assert_eq!(found["state_detail"]["changes"].as_array().unwrap().len(), 2);
    event(&lab, &cast.planner, &second, json!({"event": "cancel", "reason": "not_needed"})).await.expect(200);
    lab.settle().await;
    let found = finding(&lab, &cast, "unit-state").await;
    assert_eq!((&found["state"], &found["state_detail"]["number"]), (&json!("attached"), &json!(first)));
}

#[tokio::test]
async fn a_planned_upgrade_of_everything_is_no_storm() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, _) = host(&lab, "web-1", "2a").await;
    lab.wait_seconds(200).await;
    let packages: Vec<String> = (0..120).map(|n| format!("extra-{n}")).collect();
    let mut wide = plan(&lab, &[]);
    wide["scope"] = json!({"hosts": "name:web-*", "facts": [{"section": "package", "key": "extra-*"}]});
    wide["expect"] = packages
        .iter()
        .map(|name| json!({"section": "package", "key": name, "attribute": "version", "value": "1.0"}))
        .collect();
    begun(&lab, &cast, &wide).await;
    for name in &packages {
        let key = format!("{name}:amd64");
        let item = Item::new(key.as_str()).with("name", name.as_str()).with("version", "1.0").with("manager", "dpkg");
        device.put(SectionName::Package, item);
    }
    looked_at(&lab, &mut device).await;
    let found = findings(&lab, &cast, "limit=500").await;
    assert_eq!(found.len(), 120, "no finding says that the host looks rebuilt");
    assert!(found.iter().all(|finding| finding["state"] == "attached"));
    assert_eq!(incidents(&lab, &cast).await.len(), 0);
}

#[tokio::test]
async fn nightly_upgrades_under_a_standard_change_that_recurs_are_nobodys_incident() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, id) = host(&lab, "web-1", "2b").await;
    lab.wait_seconds(200).await;
    let mut upgrades = plan(&lab, &[]);
    upgrades["scope"] = json!({"hosts": "name:web-*", "facts": [{"section": "package", "key": "*"}]});
    upgrades["expect"] = json!([]);
    upgrades["checks"] = json!(["nothing is held back"]);
    let schedule = |at: &str| {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        json!({"repeats": "weekly", "days": days, "at": at, "minutes": 120, "zone": "UTC", "until": null})
    };
    let hour: u32 = time(&lab, 0)[11..13].parse().unwrap();
    // A window that is over, so that its next time is about a day ahead.
    upgrades["recurrence"] = schedule(&format!("{:02}:00", (hour + 20) % 24));
    // Made once, voted on, ended well: from then on it is a standard change.
    let template = begun(&lab, &cast, &upgrades).await;
    device.put(SectionName::Package, openssl("3.0.15"));
    looked_at(&lab, &mut device).await;
    event(&lab, &cast.implementer, &template, json!({"event": "finish"})).await.expect(200);
    passed(&lab, &cast, &template).await;
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "as planned"});
    event(&lab, &cast.manager, &template, close).await.expect(200);
    lab.settle().await;
    let mut nightly = upgrades.clone();
    nightly["type"] = json!("standard");
    nightly["template"] = super::cast::templated(&lab, &cast, &template).await;
    nightly["planned_end"] = json!(time(&lab, 90 * 24 * 60));
    let mut wrong = nightly.clone();
    wrong["recurrence"]["zone"] = json!("Mars/Base");
    let body = json!({"kind": "change", "title": "nightly upgrades", "details": {"plan": wrong}});
    let pointers = lab.post(&cast.planner, "/api/v1/tickets", body).await.pointers(422);
    assert_eq!(pointers, ["/details/plan/recurrence/zone"]);
    // None of its times is within the next hour.
    let mut never = nightly.clone();
    never["planned_start"] = json!(time(&lab, 0));
    never["planned_end"] = json!(time(&lab, 60));
    let body = json!({"kind": "change", "title": "nightly upgrades", "details": {"plan": never}});
    let pointers = lab.post(&cast.planner, "/api/v1/tickets", body).await.pointers(422);
    assert_eq!(pointers, ["/details/plan/recurrence"]);
    // Nobody voted on other hours than those of the template.
    let mut always = nightly.clone();
    always["recurrence"]["minutes"] = json!(24 * 60);
    let number = super::cast::drafted(&lab, &cast, &always).await;
    let refused = event(&lab, &cast.planner, &number, json!({"event": "submit"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"]);
    let mut forever = nightly.clone();
    forever["planned_end"] = json!(time(&lab, 3 * 366 * 24 * 60));
    let number = super::cast::drafted(&lab, &cast, &forever).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.problem(409, "transition-refused");
    let number = super::cast::drafted(&lab, &cast, &nightly).await;
    let submitted = event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200).json();
    assert_eq!(submitted["state"], "scheduled");
    lab.settle().await;
    // Out of its hours what is installed is an incident; within them it is attached.
    device.put(SectionName::Package, curl());
    looked_at(&lab, &mut device).await;
    assert_eq!(incidents(&lab, &cast).await.len(), 1);
    lab.wait_seconds(20 * 3_600).await;
    device.heartbeat(&lab).await;
    lab.wait_seconds(3_600).await;
    device.heartbeat(&lab).await;
    lab.settle().await;
    let git = Item::new("git:amd64").with("name", "git").with("version", "2.39").with("manager", "dpkg");
    device.put(SectionName::Package, git);
    looked_at(&lab, &mut device).await;
    assert_eq!(incidents(&lab, &cast).await.len(), 1);
    let found = findings(&lab, &cast, &format!("filter=change:{number}")).await;
    assert_eq!((found.len(), &found[0]["item_key"]), (1, &json!("git:amd64")), "{id}: {found:?}");
    assert_eq!((&found[0]["state"], &found[0]["matches"][0]["score"]), (&json!("attached"), &json!(70)));
}

#[tokio::test]
async fn what_was_waived_while_a_change_was_planned_asks_it_when_the_waiver_ends() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (mut device, id) = with_nginx(&lab, "web-1", "2c").await;
    device.put(SectionName::Service, nginx("enabled"));
    device.report_delta(&lab).await;
    lab.settle().await;
    let found = finding(&lab, &cast, "unit-state").await;
    let path = format!("/api/v1/findings/{}/waive", found["id"].as_str().unwrap());
    let body = json!({"justification": "the change is on its way", "expires_at": time(&lab, 60)});
    lab.post(&admin, &path, body).await.expect(200);
    let mut past = enable(&lab, &[&id], "enabled");
    (past["planned_start"], past["planned_end"]) = (json!(time(&lab, -30)), json!(time(&lab, 30)));
    past["is_retroactive"] = json!(true);
    let number = approved(&lab, &cast, &past).await;
    lab.settle().await;
    assert_eq!(finding(&lab, &cast, "unit-state").await["state"], "waived");
    lab.wait_seconds(3_600).await;
    let found = finding(&lab, &cast, "unit-state").await;
    assert_eq!((&found["state"], &found["state_detail"]["number"]), (&json!("attached"), &json!(number)), "{found}");
    assert_eq!(incidents(&lab, &cast).await.len(), 0);
}
