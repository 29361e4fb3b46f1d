//! What comes again and again is proposed as a problem; a person makes one of it, with its links, or says why not, and it rests.

use muster_model::right::Role;
use muster_shared::{Clock as _, Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const DAY: i64 = 86_400;

fn sshd(value: &str) -> Item {
    Item::new("sshd PermitRootLogin").with("name", "PermitRootLogin").with("value", value)
}

fn unit(state: &str) -> Item {
    Item::new("nginx.service").with("name", "nginx.service").with("enabled_state", state)
}

async fn device(lab: &Lab, n: u32) -> Device {
    let mut device = Device::enroll(lab, &format!("web-{n}"), &format!("{:032x}", 0x77_0000 + n)).await;
    device.put(SectionName::LoginPolicy, sshd("no"));
    device.put(SectionName::Service, unit("enabled"));
    device.put(SectionName::SudoRule, Item::new("root ALL").with("user", "root"));
    device.report_full(lab).await;
    lab.settle().await;
    device
}

/// Lets a host tell what changed, and look twice.
async fn told(lab: &Lab, device: &mut Device) {
    device.report_delta(lab).await;
    lab.wait_seconds(100).await;
    device.heartbeat(lab).await;
    lab.wait_seconds(100).await;
}

/// Days go by; the agent's certificate lives a week.
async fn days(lab: &Lab, device: &mut Device, mut left: i64) {
    while left > 0 {
        lab.wait_seconds(left.min(4) * DAY).await;
        device.renew(lab).await.expect(200);
        device.heartbeat(lab).await;
        left -= 4;
    }
}

async fn proposals(lab: &Lab, token: &str, state: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/problem-proposals?state={state}")).await
}

fn reasons(proposal: &Value) -> Vec<(&str, u64)> {
    let of = |reason: &'_ Value| (reason["rule"].as_str().unwrap().to_owned(), reason["count"].as_u64().unwrap());
    let all: Vec<(String, u64)> = proposal["reasons"].as_array().unwrap().iter().map(of).collect();
    all.into_iter()
        .map(|(rule, count)| {
            let known = [
                "same_item",
                "hosts",
                "came_back",
                "flapping",
                "same_cause",
                "same_alerts",
                "not_done",
                "same_signature",
            ];
            (known.into_iter().find(|known| *known == rule).unwrap(), count)
        })
        .collect()
}

async fn ticket(lab: &Lab, token: &str, number: &str) -> Value {
    lab.get(token, &format!("/api/v1/tickets/{number}")).await.expect(200).json()
}

#[tokio::test]
async fn the_third_incident_of_one_thing_is_proposed_once_and_becomes_a_problem_with_its_links() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut web = device(&lab, 1).await;
    for n in 0..3 {
        assert_eq!(proposals(&lab, &token, "proposed").await, Vec::<Value>::new(), "after {n} incidents");
        web.put(SectionName::LoginPolicy, sshd("yes"));
        told(&lab, &mut web).await;
        web.put(SectionName::LoginPolicy, sshd("no"));
        told(&lab, &mut web).await;
        // After a week it is not the same incident again.
        days(&lab, &mut web, 8).await;
    }
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((reasons(&found[0]), &found[0]["about"]), (vec![("same_item", 3)], &json!("drift")));
    let incidents = lab.all(&token, "/api/v1/tickets?kind=incident").await;
    let numbers = |rows: &[Value]| rows.iter().map(|row| row["number"].clone()).collect::<Vec<_>>();
    assert_eq!(numbers(found[0]["tickets"].as_array().unwrap()), numbers(&incidents), "newest first");
    assert_eq!((found[0]["findings"].as_array().unwrap().len(), &found[0]["hosts"][0]["name"]), (3, &json!("web-1")));
    // A collector that starts anew reads the events again and changes nothing.
    let before = lab.sequence().await;
    let restarted = lab.restarted();
    while restarted.problem_step().await.unwrap() {}
    assert_eq!(lab.sequence().await, before);

    let path = format!("/api/v1/problem-proposals/{}", found[0]["id"].as_str().unwrap());
    let accepted = lab.post(&token, &format!("{path}/accept"), json!({})).await.expect(200).json();
    assert_eq!((&accepted["state"], &accepted["problem"]), (&json!("accepted"), &json!("PRB-000001")));
    lab.post(&token, &format!("{path}/accept"), json!({})).await.expect(409);
    lab.post(&token, &format!("{path}/reject"), json!({"reason": "no"})).await.expect(409);
    let problem = ticket(&lab, &token, "PRB-000001").await;
    assert_eq!((&problem["title"], &problem["state"]), (&found[0]["title"], &json!("new")));
    assert_eq!(problem["description"], "3 incidents of the same drift of one host within 30 days");
    assert_eq!((&problem["items"][0]["name"], &problem["items"][0]["role"]), (&json!("web-1"), &json!("affected")));
    assert_eq!(problem["details"]["findings"], found[0]["findings"]);
    assert_eq!(problem["links"].as_array().unwrap().len(), 3);
    for incident in &incidents {
        let linked = ticket(&lab, &token, incident["number"].as_str().unwrap()).await;
        assert_eq!(
            (&linked["links"][0]["kind"], &linked["links"][0]["number"]),
            (&json!("caused_by"), &json!("PRB-000001"))
        );
    }
    // What comes again meanwhile is asked of nobody, and of what has a problem nothing is proposed.
    web.put(SectionName::LoginPolicy, sshd("yes"));
    told(&lab, &mut web).await;
    assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0);
    lab.get(&token, "/api/v1/problem-proposals?state=new").await.expect(422);
}

#[tokio::test]
async fn the_same_drift_on_three_hosts_is_proposed_and_a_viewer_only_looks() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut hosts = Vec::new();
    for n in 1..=3 {
        hosts.push(device(&lab, n).await);
    }
    for (n, host) in hosts.iter_mut().enumerate() {
        assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "after {n} hosts");
        host.put(SectionName::SudoRule, Item::new("mallory ALL").with("user", "mallory"));
        told(&lab, host).await;
        lab.wait_seconds(DAY).await;
    }
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(reasons(&found[0]), [("hosts", 3)]);
    assert_eq!(found[0]["title"], "sudo rule mallory ALL added");
    let path = format!("/api/v1/problem-proposals/{}", found[0]["id"].as_str().unwrap());
    lab.post(&token, &format!("{path}/accept"), json!({})).await.expect(403);
    lab.post(&token, &format!("{path}/reject"), json!({"reason": "no"})).await.expect(403);
}

#[tokio::test]
async fn what_comes_back_is_proposed_rests_when_rejected_and_counts_anew_after_that() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut web = device(&lab, 1).await;
    for _ in 0..3 {
        for state in ["disabled", "enabled"] {
            web.put(SectionName::Service, unit(state));
            told(&lab, &mut web).await;
            lab.wait_seconds(7_200).await;
        }
    }
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(reasons(&found[0]), [("came_back", 2)]);
    let path = format!("/api/v1/problem-proposals/{}", found[0]["id"].as_str().unwrap());
    lab.post(&token, &format!("{path}/reject"), json!({"reason": " "})).await.expect(422);
    let stale = lab.people(crate::lab::ask(
        axum::http::Method::POST,
        &token,
        &format!("{path}/reject"),
        &[("if-match", "\"99\"")],
        Some(json!({"reason": "the night watch"})),
    ));
    stale.await.expect(412);
    let rejected = lab.post(&token, &format!("{path}/reject"), json!({"reason": "the night watch"})).await;
    assert_eq!(rejected.expect(200).json()["reason"], "the night watch");
    assert_eq!(lab.last_audit().await.1, "problem_proposal.reject");
    lab.post(&token, &format!("{path}/reject"), json!({"reason": "again"})).await.expect(409);
    let again = async |web: &mut Device| {
        for state in ["disabled", "enabled"] {
            web.put(SectionName::Service, unit(state));
            told(&lab, web).await;
            lab.wait_seconds(7_200).await;
        }
    };
    again(&mut web).await;
    assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "it rests");
    days(&lab, &mut web, 31).await;
    again(&mut web).await;
    again(&mut web).await;
    assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "what was before does not count");
    again(&mut web).await;
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!(found.iter().map(reasons).collect::<Vec<_>>(), [[("came_back", 2)]]);
}

#[tokio::test]
async fn incidents_of_one_cause_and_of_one_group_of_alerts_are_proposed_but_no_duplicates() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut web = device(&lab, 1).await;
    let host = web.report_full(&lab).await;
    let opened = async |title: &str| {
        let made = lab.post(&token, "/api/v1/tickets", json!({"kind": "incident", "title": title})).await.expect(201);
        made.json()["number"].as_str().unwrap().to_owned()
    };
    let resolve = async |number: &str, code: &str, more: Value| {
        let mut body = json!({"event": "resolve", "close_code": code, "close_notes": "done", "cause_item": host});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.post(&token, &format!("/api/v1/tickets/{number}/transitions"), body).await.expect(200);
        lab.settle().await;
    };
    let first = opened("slow").await;
    resolve(&first, "fixed", json!({})).await;
    for n in 0..2 {
        let twin = opened(&format!("slow again {n}")).await;
        resolve(&twin, "duplicate", json!({"duplicate_of": first})).await;
    }
    let second = opened("slower").await;
    resolve(&second, "fixed", json!({})).await;
    assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "two, and two records of the first");
    let third = opened("slowest").await;
    resolve(&third, "fixed", json!({})).await;
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!((found.len(), reasons(&found[0])), (1, vec![("same_cause", 3)]), "{found:?}");
    assert_eq!(found[0]["title"], "incidents that come of web-1");
    let path = format!("/api/v1/problem-proposals/{}", found[0]["id"].as_str().unwrap());
    lab.post(&token, &format!("{path}/accept"), json!({})).await.expect(200);
    let problem = ticket(&lab, &token, "PRB-000001").await;
    assert_eq!((&problem["items"][0]["id"], &problem["items"][0]["role"]), (&json!(host), &json!("cause")));

    for n in 0..3 {
        assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "after {n} incidents of alerts");
        for severity in ["critical", "clear"] {
            let event = json!({"source": "nagios", "ci_ref": "web-1", "kind": "disk_full", "severity": severity});
            lab.post(&token, "/api/v1/events", event).await.expect(200);
            lab.settle().await;
        }
        // After a week it is another incident.
        lab.wait_seconds(8 * DAY).await;
    }
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!((found.len(), reasons(&found[0])), (1, vec![("same_alerts", 3)]), "{found:?}");
    assert_eq!(found[0]["title"], "again and again: web-1: disk_full");
}

#[tokio::test]
async fn a_change_that_three_hosts_did_not_get_is_proposed_with_them() {
    use crate::change::cast::{asked, cast, event, host, plan, vote};
    let lab = Lab::new();
    let (cast, token) = (cast(&lab).await, lab.token_of(Role::Administrator).await);
    let (one, a) = host(&lab, "web-1", "1a").await;
    let (two, b) = host(&lab, "web-2", "1b").await;
    let (three, c) = host(&lab, "web-3", "1c").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&a, &b, &c])).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    lab.wait_seconds(60).await;
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.wait_seconds(120).await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    for device in [&one, &two, &three] {
        device.heartbeat(&lab).await;
    }
    lab.settle().await;
    assert_eq!(proposals(&lab, &token, "proposed").await.len(), 0, "it is not over");
    let close = json!({"event": "close", "close_code": "failed", "close_notes": "nobody got it"});
    event(&lab, &cast.manager, &number, close).await.expect(200);
    lab.settle().await;
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!((found.len(), reasons(&found[0])), (1, vec![("not_done", 3)]), "{found:?}");
    let names: Vec<&Value> = found[0]["hosts"].as_array().unwrap().iter().map(|host| &host["name"]).collect();
    assert_eq!(names, ["web-1", "web-2", "web-3"]);
    assert_eq!(found[0]["tickets"][0]["number"], json!(number));
}

#[tokio::test]
async fn what_flaps_for_a_day_is_proposed_once() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut web = device(&lab, 1).await;
    let begin = lab.clock.now();
    let is_flapping = |reason: &(&str, u64)| reason.0 == "flapping";
    // It goes back and comes again within minutes, for a day and an hour.
    while lab.clock.now().since(begin) < 25 * 3_600_000 {
        let early =
            proposals(&lab, &token, "proposed").await.iter().flat_map(reasons).any(|reason| is_flapping(&reason));
        assert!(!early || lab.clock.now().since(begin) >= 24 * 3_600_000, "not before a day is over");
        for state in ["disabled", "enabled"] {
            web.put(SectionName::Service, unit(state));
            told(&lab, &mut web).await;
        }
    }
    let found = proposals(&lab, &token, "proposed").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(reasons(&found[0]).contains(&("flapping", 24)), "{found:?}");
}
