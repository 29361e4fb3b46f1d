//! Events from outside become alerts, alerts become incidents, and what mutes them begins and ends.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

async fn lab() -> (Lab, String, String) {
    let lab = Lab::new();
    let mut device = Device::enroll(&lab, "web-1", MACHINE).await;
    let host = device.report_full(&lab).await;
    lab.settle().await;
    let token = lab.token_of(Role::Administrator).await;
    (lab, host, token)
}

fn event(ci: &str, kind: &str, severity: &str) -> Value {
    json!({"source": "nagios", "ci_ref": ci, "kind": kind, "severity": severity})
}

/// Sends an event and lets all follow; gives what became of it.
async fn send(lab: &Lab, token: &str, event: Value) -> Value {
    let reply = lab.post(token, "/api/v1/events", event).await.expect(200).json();
    lab.settle().await;
    reply["items"][0].clone()
}

async fn alert(lab: &Lab, token: &str, receipt: &Value) -> Value {
    lab.get(token, &format!("/api/v1/alerts/{}", receipt["alert"].as_str().unwrap())).await.expect(200).json()
}

async fn incidents(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/tickets?channel=event").await
}

async fn declare(lab: &Lab, token: &str, class: &str, name: &str) -> String {
    let item = lab.post(token, "/api/v1/items", json!({"class": class, "name": name})).await.expect(201).json();
    item["id"].as_str().unwrap().to_owned()
}

async fn depends(lab: &Lab, token: &str, from: &str, to: &str) {
    let body = json!({"kind": "depends_on", "to": to, "reason": "it does"});
    lab.post(token, &format!("/api/v1/items/{from}/relations"), body).await.expect(201);
}

#[tokio::test]
async fn the_first_critical_alert_is_an_incident_and_ends_by_itself() {
    let (lab, host, token) = lab().await;
    let warning = send(&lab, &token, event("web-1", "load", "warning")).await;
    assert_eq!((&warning["outcome"], &warning["state"]), (&json!("opened"), &json!("open")));
    assert_eq!((&warning["ci"]["id"], &warning["ci"]["by"]), (&json!(host), &json!("name")));
    assert_eq!(incidents(&lab, &token).await.len(), 0, "a warning is no incident");
    let first = send(&lab, &token, event("web-1", "disk_full", "critical")).await;
    let ticket = incidents(&lab, &token).await.remove(0);
    assert_eq!((&ticket["title"], &ticket["urgency"]), (&json!("web-1: disk_full"), &json!(1)));
    assert_eq!((&ticket["opened_by"], &ticket["items"][0]["id"]), (&json!("system:alerts"), &json!(host)));
    assert_eq!(alert(&lab, &token, &first).await["incident"], ticket["id"]);
    // Another one of the same host joins, and the incident ends with the last.
    let second = send(&lab, &token, event("web-1", "raid_broken", "critical")).await;
    assert_eq!(alert(&lab, &token, &second).await["incident"], ticket["id"]);
    send(&lab, &token, event("web-1", "disk_full", "clear")).await;
    assert_eq!(incidents(&lab, &token).await[0]["state"], "new");
    assert_eq!(send(&lab, &token, event("web-1", "raid_broken", "clear")).await["outcome"], "closed");
    let over = incidents(&lab, &token).await.remove(0);
    assert_eq!((&over["state"], &over["close_code"]), (&json!("resolved"), &json!("auto_cleared")));
    let path = format!("/api/v1/tickets/{}/timeline", over["number"].as_str().unwrap());
    let told: Vec<Value> = lab.all(&token, &path).await;
    let states: Vec<&str> =
        told.iter().filter_map(|entry| entry["alert"].as_str().and(entry["state"].as_str())).collect();
    assert_eq!(states, ["open", "open", "closed", "closed"]);
    // It comes back within a quarter of an hour: the same alert and the same incident.
    lab.wait_seconds(60).await;
    let back = send(&lab, &token, event("web-1", "disk_full", "critical")).await;
    assert_eq!((&back["outcome"], &back["alert"]), (&json!("reopened"), &first["alert"]));
    let again = incidents(&lab, &token).await.remove(0);
    assert_eq!((&again["state"], &again["reopen_count"]), (&json!("in_progress"), &json!(1)));
    let known = lab.all(&token, &format!("/api/v1/alerts?state=all&incident={}", again["id"].as_str().unwrap())).await;
    assert_eq!(known.len(), 2);
}

#[tokio::test]
async fn with_a_person_assigned_the_incident_is_only_told() {
    let (lab, _, token) = lab().await;
    send(&lab, &token, event("web-1", "disk_full", "critical")).await;
    let ticket = incidents(&lab, &token).await.remove(0);
    let path = format!("/api/v1/tickets/{}", ticket["number"].as_str().unwrap());
    let ann = lab.user("ann", &[Role::Responder]).await;
    let etag = lab.get(&token, &path).await.etag();
    lab.patch(&token, &path, &etag, json!({"assignee": ann.id})).await.expect(200);
    send(&lab, &token, event("web-1", "disk_full", "clear")).await;
    assert_eq!(incidents(&lab, &token).await[0]["state"], "new");
    let told = lab.all(&token, &format!("{path}/timeline")).await;
    assert_eq!(told.last().unwrap()["state"], "closed");
}

#[tokio::test]
async fn each_event_is_taken_once_and_each_row_has_its_answer() {
    let (lab, _, token) = lab().await;
    let named = |id: &str, severity: &str| {
        let mut event = event("web-1", "load", severity);
        event["source_event_id"] = json!(id);
        event
    };
    let batch = json!({"events": [
        named("1", "warning"), named("1", "warning"), json!({"source": "nagios", "kind": "", "severity": "bad"}),
        named("2", "minor"), json!(7), json!({"source": "nagios", "kind": "x", "severity": "info", "role": "admin"}),
        json!({"source": "", "kind": "x", "severity": "info"}),
    ]});
    let before = lab.sequence().await;
    let reply = lab.post(&token, "/api/v1/events", batch.clone()).await.expect(200).json();
    assert_eq!(lab.sequence().await, before + 1, "a batch is one commit");
    let outcomes: Vec<&str> =
        reply["items"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["opened", "duplicate", "refused", "updated", "refused", "refused", "refused"]);
    assert_eq!((&reply["taken"], &reply["duplicate"], &reply["refused"]), (&json!(2), &json!(1), &json!(4)));
    assert_eq!(reply["items"][2]["errors"][0]["pointer"], "/severity");
    assert_eq!(reply["items"][6]["errors"][0]["pointer"], "/source");
    let alert = alert(&lab, &token, &reply["items"][0]).await;
    assert_eq!((&alert["count"], &alert["severity"]), (&json!(2), &json!("minor")));
    let sequence = lab.sequence().await;
    let again = lab.post(&token, "/api/v1/events", batch).await.expect(200).json();
    assert_eq!((&again["taken"], &again["duplicate"]), (&json!(0), &json!(3)));
    assert_eq!(again["items"][0]["alert"], reply["items"][0]["alert"]);
    assert_eq!(lab.sequence().await, sequence, "nothing is written twice");
    let events = lab.all(&token, &format!("/api/v1/alerts/{}/events", alert["id"].as_str().unwrap())).await;
    assert_eq!(events.len(), 2);
    // One event has its errors where every other request has them.
    let wrong = lab.post(&token, "/api/v1/events", json!({"source": "nagios", "severity": "info"})).await;
    assert_eq!(wrong.pointers(422), ["/kind"]);
    for (body, pointer) in [(json!({"events": []}), "/events"), (json!({"events": 7}), "/events")] {
        assert_eq!(lab.post(&token, "/api/v1/events", body).await.pointers(422), [pointer]);
    }
    let many = json!({"events": vec![event("web-1", "load", "info"); 1_001]});
    assert_eq!(lab.post(&token, "/api/v1/events", many).await.pointers(422), ["/events"]);
    let huge = json!({"source": "nagios", "kind": "x".repeat(2 << 20), "severity": "info"});
    lab.post(&token, "/api/v1/events", huge).await.expect(413);
}

#[tokio::test]
async fn a_token_of_a_monitoring_system_sends_events_and_nothing_else() {
    let (lab, _, _) = lab().await;
    let owner = lab.user("monitor", &[Role::CmdbOwner]).await;
    let token = lab.token(&owner, Scope::Events).await;
    assert_eq!(send(&lab, &token, event("web-1", "load", "warning")).await["outcome"], "opened");
    lab.get(&token, "/api/v1/alerts").await.problem(403, "not-authorised");
    lab.get(&token, "/api/v1/hosts").await.problem(403, "not-authorised");
    let viewer = lab.token_of(Role::Viewer).await;
    lab.post(&viewer, "/api/v1/events", json!({"kind": 7})).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn an_item_is_found_by_what_it_is_called_and_never_guessed() {
    let (lab, host, token) = lab().await;
    let shop = declare(&lab, &token, "application", "shop").await;
    for (reference, id, by) in [
        (host.as_str(), Some(host.as_str()), "id"),
        ("WEB-1", Some(host.as_str()), "name"),
        ("web-1:9100", Some(host.as_str()), "name"),
        ("https://web-1/health", Some(host.as_str()), "name"),
        ("shop", Some(shop.as_str()), "name"),
        (shop.as_str(), Some(shop.as_str()), "id"),
        ("web", None, "unknown"),
        ("web-10", None, "unknown"),
        ("localhost:9090", None, "unknown"),
        ("host_00000000000000000000000000000000", None, "unknown"),
        ("", None, "unknown"),
    ] {
        let receipt = send(&lab, &token, event(reference, &format!("kind of {reference}"), "info")).await;
        assert_eq!((receipt["ci"]["id"].as_str(), receipt["ci"]["by"].as_str().unwrap()), (id, by), "{reference}");
        assert_eq!(receipt["ci"]["known"], id.is_some());
    }
    declare(&lab, &token, "business_service", "shop").await;
    let receipt = send(&lab, &token, event("shop", "other", "info")).await;
    assert_eq!((&receipt["ci"]["known"], &receipt["ci"]["by"]), (&json!(false), &json!("several")));
    assert_eq!(lab.all(&token, "/api/v1/alerts?known=false&kind=other").await.len(), 1);
    // It opens while the item is unknown, and is cleared when it is known.
    let early = send(&lab, &token, event("web-2", "load", "critical")).await;
    Device::enroll(&lab, "web-2", &"ab".repeat(16)).await.report_full(&lab).await;
    let cleared = send(&lab, &token, event("web-2", "load", "clear")).await;
    assert_eq!((&cleared["outcome"], &cleared["alert"]), (&json!("closed"), &early["alert"]));
}

#[tokio::test]
async fn a_maintenance_window_mutes_its_items_and_what_is_still_wrong_after_it_is_an_incident() {
    let (lab, host, token) = lab().await;
    let now = lab.service.now();
    let schedule = json!({"repeats": "never", "starts_at": now, "ends_at": now.plus_millis(3_600_000)});
    let window = json!({"name": "new kernel", "items": [host], "schedule": schedule, "reason": "CVE"});
    let window = lab.post(&token, "/api/v1/maintenance-windows", window).await.expect(201).json();
    assert_eq!(window["state"], "active");
    let receipt = send(&lab, &token, event("web-1", "down", "critical")).await;
    assert_eq!(receipt["state"], "suppressed");
    let muted = alert(&lab, &token, &receipt).await;
    assert_eq!(
        (&muted["suppressed"]["by"], &muted["suppressed"]["name"]),
        (&json!("maintenance"), &json!("new kernel"))
    );
    assert_eq!(lab.all(&token, "/api/v1/alerts?suppressed_by=maintenance").await.len(), 1, "it stays visible");
    // A service on the host is not what the window is of, but the host's own window counts before what it depends on.
    assert_eq!(incidents(&lab, &token).await.len(), 0);
    lab.wait_seconds(3_599).await;
    assert_eq!(incidents(&lab, &token).await.len(), 0);
    lab.wait_seconds(1).await;
    assert_eq!(alert(&lab, &token, &receipt).await["state"], "open");
    assert_eq!(incidents(&lab, &token).await.len(), 1);
}

#[tokio::test]
async fn windows_that_ended_while_the_collector_was_down_are_found_when_it_starts() {
    let (lab, _, token) = lab().await;
    let now = lab.service.now();
    let schedule = json!({"repeats": "never", "starts_at": now, "ends_at": now.plus_millis(3_600_000)});
    let window = json!({"name": "patch night", "hosts": "name:web-*", "schedule": schedule, "reason": "CVE"});
    lab.post(&token, "/api/v1/maintenance-windows", window).await.expect(201);
    assert_eq!(send(&lab, &token, event("web-1", "down", "critical")).await["state"], "suppressed");
    lab.clock.advance_millis(3 * 3_600_000);
    let restarted = lab.restarted();
    while restarted.alert_step().await.unwrap() || restarted.alert_route_step().await.unwrap() {}
    assert_eq!(incidents(&lab, &token).await.len(), 1);
    // And none twice.
    let again = lab.restarted();
    while again.alert_step().await.unwrap() || again.alert_route_step().await.unwrap() {}
    assert_eq!(incidents(&lab, &token).await.len(), 1);
}

#[tokio::test]
async fn a_silence_mutes_what_it_matches_until_it_ends() {
    let (lab, _, token) = lab().await;
    let open = send(&lab, &token, event("web-1", "load", "warning")).await;
    let body = json!({"matcher": "ci:web-1 kind:load", "reason": "load test"});
    let silence = lab.post(&token, "/api/v1/silences", body).await.expect(201).json();
    lab.settle().await;
    assert_eq!(
        alert(&lab, &token, &open).await["suppressed"]["id"],
        silence["id"],
        "what is open already is muted too"
    );
    assert_eq!(send(&lab, &token, event("web-1", "disk", "warning")).await["state"], "open");
    let path = format!("/api/v1/silences/{}", silence["id"].as_str().unwrap());
    let etag = lab.get(&token, &path).await.etag();
    let request = crate::lab::ask(axum::http::Method::DELETE, &token, &path, &[("if-match", &etag)], None);
    lab.people(request).await.expect(204);
    lab.settle().await;
    assert_eq!(alert(&lab, &token, &open).await["state"], "open");
    assert_eq!(lab.all(&token, "/api/v1/silences").await.len(), 0);
    assert_eq!(lab.all(&token, "/api/v1/silences?state=expired").await.len(), 1, "one that is over stays to be seen");
    for (body, pointer) in [
        (json!({"matcher": "", "reason": "r"}), "/matcher"),
        (json!({"matcher": "kynd:x", "reason": "r"}), "/matcher"),
        (json!({"matcher": "kind:x"}), "/reason"),
        (json!({"matcher": "kind:x", "reason": "r", "ends_at": "2001-01-01T00:00:00Z"}), "/ends_at"),
    ] {
        assert_eq!(lab.post(&token, "/api/v1/silences", body).await.pointers(422), [pointer]);
    }
}

#[tokio::test]
async fn trouble_upstream_mutes_what_depends_on_it_and_never_the_other_way() {
    let (lab, host, token) = lab().await;
    let shop = declare(&lab, &token, "application", "shop").await;
    depends(&lab, &token, &shop, &host).await;
    let parent = send(&lab, &token, event("web-1", "down", "critical")).await;
    let child = send(&lab, &token, event("shop", "http_500", "critical")).await;
    assert_eq!(child["state"], "suppressed");
    let muted = alert(&lab, &token, &child).await;
    assert_eq!((&muted["suppressed"]["by"], &muted["suppressed"]["id"]), (&json!("parent"), &parent["alert"]));
    assert_eq!(incidents(&lab, &token).await.len(), 1, "one incident, of the cause");
    send(&lab, &token, event("web-1", "down", "clear")).await;
    assert_eq!(alert(&lab, &token, &child).await["state"], "open");
    assert_eq!(incidents(&lab, &token).await.len(), 2, "the shop is down for a reason of its own");
    send(&lab, &token, event("shop", "http_500", "critical")).await;
    // The shop under maintenance does not mute what it stands on.
    let now = lab.service.now();
    let schedule = json!({"repeats": "never", "starts_at": now, "ends_at": now.plus_millis(3_600_000)});
    let window = json!({"name": "shop", "items": [shop], "schedule": schedule, "reason": "release"});
    lab.post(&token, "/api/v1/maintenance-windows", window).await.expect(201);
    lab.settle().await;
    assert_eq!(send(&lab, &token, event("web-1", "fan", "critical")).await["state"], "open");
    let child = alert(&lab, &token, &child).await;
    assert_eq!(child["suppressed"]["by"], "maintenance", "maintenance is asked before trouble upstream");
}

#[tokio::test]
async fn an_alert_that_flaps_makes_no_further_incident_until_it_is_calm() {
    let (lab, _, token) = lab().await;
    let mut last = Value::Null;
    for turn in 0..8 {
        let severity = if turn % 2 == 0 { "critical" } else { "clear" };
        last = send(&lab, &token, event("web-1", "link", severity)).await;
        lab.wait_seconds(20).await;
    }
    assert_eq!(last["state"], "flapping");
    assert_eq!(incidents(&lab, &token).await.len(), 1);
    lab.wait_seconds(600).await;
    assert_eq!(alert(&lab, &token, &last).await["state"], "closed");
    assert_eq!(incidents(&lab, &token).await[0]["state"], "resolved");
}

#[tokio::test]
async fn a_rule_asks_for_so_many_events_in_time_and_for_patience() {
    let (lab, _, token) = lab().await;
    let rule = json!({
        "name": "often", "filter": "kind:timeout", "min_count": 3, "window_seconds": 600, "group_by": ["kind"],
        "title": "{kind} on {ci}", "assignment_group": "network",
    });
    let made = lab.post(&token, "/api/v1/alert-rules", rule).await.expect(201).json();
    let patient = json!({"name": "patient", "filter": "kind:load", "hold_seconds": 300});
    lab.post(&token, "/api/v1/alert-rules", patient).await.expect(201);
    lab.settle().await;
    send(&lab, &token, event("web-1", "timeout", "minor")).await;
    lab.wait_seconds(700).await;
    send(&lab, &token, event("web-1", "timeout", "minor")).await;
    let other = send(&lab, &token, event("db-9", "timeout", "minor")).await;
    assert_eq!(incidents(&lab, &token).await.len(), 0, "two in time, one too old");
    send(&lab, &token, event("web-1", "timeout", "minor")).await;
    let ticket = incidents(&lab, &token).await.remove(0);
    assert_eq!((&ticket["assignment_group"], &ticket["alert"]["rule"]), (&json!("network"), &made["id"]));
    assert!(ticket["title"].as_str().unwrap().starts_with("timeout on "), "{ticket}");
    assert_eq!(alert(&lab, &token, &other).await["incident"], ticket["id"], "the whole group joins");
    // Patience: what is over in time is no incident.
    send(&lab, &token, event("web-1", "load", "major")).await;
    lab.wait_seconds(299).await;
    assert_eq!(incidents(&lab, &token).await.len(), 1);
    send(&lab, &token, event("web-1", "load", "clear")).await;
    lab.wait_seconds(600).await;
    assert_eq!(incidents(&lab, &token).await.len(), 1);
    send(&lab, &token, event("web-1", "load", "major")).await;
    lab.wait_seconds(300).await;
    assert_eq!(incidents(&lab, &token).await.len(), 2);
    // What it would have done before it is switched on.
    let body = json!({"rule": {"filter": "kind:timeout", "group_by": ["ci"]}});
    let sequence = lab.sequence().await;
    let preview = lab.post(&token, "/api/v1/alert-rules/preview", body).await.expect(200).json();
    assert_eq!((&preview["alerts"], &preview["incidents"]), (&json!(2), &json!(2)));
    assert_eq!(lab.sequence().await, sequence);
}

#[tokio::test]
async fn the_shipped_rule_can_be_switched_off_and_not_removed() {
    let (lab, _, token) = lab().await;
    let shipped = lab.all(&token, "/api/v1/alert-rules").await.remove(0);
    assert_eq!((&shipped["shipped"], &shipped["filter"]), (&json!(true), &json!("severity:critical")));
    let path = format!("/api/v1/alert-rules/{}", shipped["id"].as_str().unwrap());
    let etag = lab.get(&token, &path).await.etag();
    let request = crate::lab::ask(axum::http::Method::DELETE, &token, &path, &[("if-match", &etag)], None);
    lab.people(request).await.problem(409, "conflict");
    let changed = lab.patch(&token, &path, &etag, json!({"enabled": false})).await.expect(200).json();
    assert_eq!((&changed["shipped"], &changed["version"]), (&json!(false), &json!(1)));
    send(&lab, &token, event("web-1", "disk_full", "critical")).await;
    assert_eq!(incidents(&lab, &token).await.len(), 0);
    let etag = lab.get(&token, &path).await.etag();
    let ann = lab.user("ann", &[Role::Responder]).await;
    let problem = lab.patch(&token, &path, &etag, json!({"assignee": "anna"})).await.expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/assignee", "{problem}");
    let named = lab.patch(&token, &path, &etag, json!({"assignee": "ann"})).await.expect(200);
    assert_eq!(named.json()["assignee"], ann.id.to_string());
    lab.patch(&token, &path, &named.etag(), json!({"enabled": true, "assignee": null})).await.expect(200);
    lab.settle().await;
    assert_eq!(incidents(&lab, &token).await.len(), 1, "what is still open follows the rule from now on");
}

#[tokio::test]
async fn a_storm_of_incidents_is_listed_in_one() {
    let (lab, _, token) = lab().await;
    let events: Vec<Value> = (0..40).map(|n| event(&format!("box-{n}"), "down", "critical")).collect();
    let reply = lab.post(&token, "/api/v1/events", json!({"events": events})).await.expect(200).json();
    assert_eq!(reply["taken"], 40);
    lab.settle().await;
    let all = incidents(&lab, &token).await;
    assert_eq!(all.len(), 31, "thirty, and one that lists the rest");
    let digest = all.iter().find(|ticket| ticket["alert"]["group"] == "digest").unwrap();
    assert_eq!(digest["alert"]["joined"], 10);
    let clears: Vec<Value> = (0..40).map(|n| event(&format!("box-{n}"), "down", "clear")).collect();
    lab.post(&token, "/api/v1/events", json!({"events": clears})).await.expect(200);
    lab.settle().await;
    assert!(incidents(&lab, &token).await.iter().all(|ticket| ticket["state"] == "resolved"));
}

#[tokio::test]
async fn people_take_alerts_and_close_them() {
    let (lab, _, token) = lab().await;
    let receipt = send(&lab, &token, event("web-1", "load", "warning")).await;
    let path = format!("/api/v1/alerts/{}", receipt["alert"].as_str().unwrap());
    let looked = lab.post(&token, &format!("{path}/acknowledge"), Value::Null).await.expect(200).json();
    assert_eq!((&looked["state"], &looked["acknowledged_by"]), (&json!("acknowledged"), &json!("administrator")));
    lab.post(&token, &format!("{path}/acknowledge"), Value::Null).await.problem(409, "conflict");
    assert_eq!(lab.post(&token, &format!("{path}/close"), json!({"reason": " "})).await.pointers(422), ["/reason"]);
    let closed = lab.post(&token, &format!("{path}/close"), json!({"reason": "by hand"})).await.expect(200).json();
    assert_eq!((&closed["state"], &closed["close_reason"]), (&json!("closed"), &json!("by hand")));
    lab.post(&token, &format!("{path}/close"), json!({"reason": "twice"})).await.problem(409, "conflict");
    assert_eq!(lab.all(&token, "/api/v1/alerts").await.len(), 0);
    assert_eq!(lab.all(&token, "/api/v1/alerts?state=closed").await.len(), 1);
    lab.get(&token, "/api/v1/alerts/alrt_1").await.problem(404, "not-found");
}

#[tokio::test]
async fn the_webhook_of_an_alertmanager_is_taken() {
    let (lab, host, token) = lab().await;
    let alert = |status: &str, ends: &str| {
        json!({"receiver": "muster", "status": status, "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "externalURL": "http://am",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "alerts": [{
            "status": status, "fingerprint": "ab12", "generatorURL": "http://prom/graph",
            "labels": {"alertname": "NodeDown", "instance": "web-1:9100", "severity": "critical", "job": "node"},
            "annotations": {"summary": "node is down"}, "startsAt": "2026-09-21T10:00:00.5Z", "endsAt": ends,
        }]})
    };
    let path = "/api/v1/integrations/alertmanager?source=prom-eu";
    let fired = lab.post(&token, path, alert("firing", "0001-01-01T00:00:00Z")).await.expect(200).json();
    lab.settle().await;
    assert_eq!((&fired["items"][0]["outcome"], &fired["items"][0]["ci"]["id"]), (&json!("opened"), &json!(host)));
    let again = lab.post(&token, path, alert("firing", "0001-01-01T00:00:00Z")).await.expect(200).json();
    assert_eq!(again["duplicate"], 1, "what it repeats is one event");
    assert_eq!(incidents(&lab, &token).await[0]["title"], "web-1: node is down");
    assert_eq!(lab.all(&token, "/api/v1/alerts?source=prom-eu&attrs=job%3Dnode").await.len(), 1);
    let over = lab.post(&token, path, alert("resolved", "2026-09-21T10:04:00Z")).await.expect(200).json();
    lab.settle().await;
    assert_eq!(over["items"][0]["outcome"], "closed");
    assert_eq!(incidents(&lab, &token).await[0]["state"], "resolved");
    let mut old = alert("firing", "0001-01-01T00:00:00Z");
    old["version"] = json!("3");
    assert_eq!(lab.post(&token, path, old).await.pointers(422), ["/version"]);
}
