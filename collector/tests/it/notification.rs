//! Notifications: from what happens to what the other side gets, with servers that fail, people who sleep, and restarts.

pub(crate) mod mailbox;
pub(crate) mod receiver;

use std::collections::HashSet;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_collector::service::Service;
use muster_model::Collection;
use muster_model::right::{Role, Scope};
use muster_store::{Scan, Store};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};
use receiver::Receiver;

/// Lets the planner and escalations do all that they can do now.
pub(crate) async fn plan(service: &Service) {
    while service.notify_step().await.unwrap() || service.escalation_step().await.unwrap() {}
}

/// Sends all that is due now, as the job does: each lane for itself.
pub(crate) async fn send(service: &Service) {
    loop {
        let due = service.due_deliveries(&HashSet::default(), 100, 100).await.unwrap();
        if due.ready.is_empty() {
            return;
        }
        for message in due.ready {
            service.deliver(message).await.unwrap();
        }
    }
}

/// Plans and sends.
pub(crate) async fn work(lab: &Lab) {
    plan(&lab.service).await;
    send(&lab.service).await;
}

pub(crate) async fn channel(lab: &Lab, admin: &str, name: &str, kind: &str, url: &str) -> Value {
    let mut body = json!({"name": name, "kind": kind, "url": url});
    if kind == "pagerduty" {
        body["secret"] = json!("R0UTINGKEY0123456789");
    }
    lab.post(admin, "/api/v1/channels", body).await.expect(201).json()
}

pub(crate) async fn subscribe(lab: &Lab, admin: &str, topics: &[&str], filter: &str, target: &Value) {
    let body = json!({"name": "s", "topics": topics, "filter": filter, "target": target});
    lab.post(admin, "/api/v1/subscriptions", body).await.expect(201);
}

pub(crate) async fn ticket(lab: &Lab, token: &str, title: &str, level: u8) -> Value {
    let body = json!({"kind": "incident", "title": title, "impact": level, "urgency": level});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()
}

fn path(ticket: &Value, what: &str) -> String {
    format!("/api/v1/tickets/{}{what}", ticket["number"].as_str().unwrap())
}

/// A person who is told by a chat of their own; gives their token and id.
pub(crate) async fn person(
    lab: &Lab,
    admin: &str,
    name: &str,
    role: Role,
    chat: &Receiver,
    wishes: Value,
) -> (String, String) {
    let user = lab.user(name, &[role]).await;
    let channel = channel(lab, admin, name, "slack", &chat.url).await;
    let mut body = json!({"channel": channel["id"]});
    for (key, value) in wishes.as_object().unwrap() {
        body[key] = value.clone();
    }
    let token = lab.token(&user, Scope::All).await;
    lab.put(&token, "/api/v1/notification-preferences/me", "*", body).await.expect(200);
    (token, user.id.to_string())
}

#[tokio::test]
async fn a_webhook_gets_what_was_asked_for_signed() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    ticket(&lab, &admin, "before anybody was told", 1).await;
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    let secret = hook["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{hook}");
    subscribe(&lab, &admin, &["ticket.opened"], "priority<=2", &hook["id"]).await;
    plan(&lab.service).await;
    let urgent = ticket(&lab, &admin, "disk full", 1).await;
    ticket(&lab, &admin, "a lamp", 3).await;
    work(&lab).await;
    let got = receiver.take();
    assert_eq!(got.len(), 1, "not what was before, and not what was not asked for");
    let (got, body) = (&got[0], got[0].json());
    assert_eq!((&body["type"], &body["data"]["ticket"]["number"]), (&json!("ticket.opened"), &urgent["number"]));
    assert_eq!(got.header("content-type"), "application/json");
    // As the other side verifies it.
    let (id, seconds) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    assert_eq!(seconds, "1790000000");
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = [format!("{id}.{seconds}.").as_bytes(), &got.body].concat();
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed);
    assert_eq!(got.header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac)));
    let delivery = lab.get(&admin, &format!("/api/v1/deliveries/{id}")).await.expect(200).json();
    assert_eq!((&delivery["state"], &delivery["answer"]), (&json!("delivered"), &json!("200: said so")));
    // Another secret signs from now on; the channel never shows either.
    let hook_path = format!("/api/v1/channels/{}", hook["id"].as_str().unwrap());
    let renewed = lab.post(&admin, &format!("{hook_path}/secret"), Value::Null).await.expect(200).json();
    assert_ne!(renewed["secret"], hook["secret"]);
    let shown = lab.get(&admin, &hook_path).await.expect(200);
    assert!(shown.json()["secret"].is_null() && !shown.text().contains("whsec_"), "{}", shown.text());
}

#[tokio::test]
async fn who_fails_is_tried_again_and_delays_nobody_and_is_a_dead_letter_in_the_end() {
    let (lab, broken, fine) = (Lab::new(), Receiver::start().await, Receiver::start().await);
    let admin = lab.admin().await;
    for (name, receiver) in [("broken", &broken), ("fine", &fine)] {
        let hook = channel(&lab, &admin, name, "webhook", &receiver.url).await;
        subscribe(&lab, &admin, &["ticket.opened"], "", &hook["id"]).await;
    }
    plan(&lab.service).await;
    broken.answer([503; 40]);
    ticket(&lab, &admin, "disk full", 1).await;
    work(&lab).await;
    assert_eq!((broken.take().len(), fine.take().len()), (1, 1));
    ticket(&lab, &admin, "another", 1).await;
    work(&lab).await;
    assert_eq!((broken.take().len(), fine.take().len()), (0, 1), "who fails is left alone for a while, others are not");
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..60 {
        lab.clock.advance_millis(3_600_000);
        work(&lab).await;
        ids.extend(broken.take().iter().map(|got| got.header("webhook-id").to_owned()));
    }
    assert_eq!(ids.len(), 2, "a message keeps its id however often it is sent");
    let dead = lab.all(&admin, "/api/v1/deliveries?state=dead").await;
    let delivered = lab.all(&admin, "/api/v1/deliveries?state=delivered").await.len();
    assert_eq!((dead.len() + delivered, fine.take().len()), (4, 0));
    for letter in &dead {
        assert_eq!((&letter["to"], &letter["tries"]), (&json!("broken"), &json!(20)));
        assert_eq!(letter["failure"], "answered 503: said so");
        let retry = format!("/api/v1/deliveries/{}/retry", letter["id"].as_str().unwrap());
        lab.post(&admin, &retry, Value::Null).await.expect(200);
        assert_eq!(lab.last_audit().await.1, "delivery.retry");
        lab.post(&admin, &retry, Value::Null).await.problem(409, "conflict");
    }
    assert!(!dead.is_empty());
    work(&lab).await;
    assert_eq!(broken.take().len(), dead.len());
    assert!(lab.all(&admin, "/api/v1/deliveries?state=dead").await.is_empty());
}

#[tokio::test]
async fn a_restart_neither_loses_nor_repeats() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    subscribe(&lab, &admin, &["ticket.opened"], "", &hook["id"]).await;
    plan(&lab.service).await;
    ticket(&lab, &admin, "one", 1).await;
    // It stops before anybody read the outbox; then after that; then after sending.
    plan(&lab.restarted()).await;
    assert_eq!(receiver.take().len(), 0);
    let again = lab.restarted();
    plan(&again).await;
    send(&again).await;
    assert_eq!(receiver.take().len(), 1);
    let last = lab.restarted();
    plan(&last).await;
    send(&last).await;
    assert_eq!(receiver.take().len(), 0);
}

#[tokio::test]
async fn people_are_told_of_their_tickets_and_not_of_what_they_did() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (ann_chat, bob_chat, eve_chat) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let (ann, _) = person(&lab, &admin, "ann", Role::Responder, &ann_chat, json!({})).await;
    let (_, bob_id) = person(&lab, &admin, "bob", Role::Responder, &bob_chat, json!({"groups": ["linux"]})).await;
    let (eve, _) = person(&lab, &admin, "eve", Role::Viewer, &eve_chat, json!({})).await;
    plan(&lab.service).await;
    let opened = ticket(&lab, &ann, "disk full", 2).await;
    let other = json!({"user": "user_1"});
    assert_eq!(
        lab.post(&eve, &path(&opened, "/watchers"), other).await.pointers(422),
        ["/user"],
        "one watches oneself"
    );
    assert_eq!(lab.get(&ann, &path(&opened, "/watchers")).await.json()["items"], json!([]));
    lab.post(&eve, &path(&opened, "/watchers"), Value::Null).await.expect(204);
    let watchers = lab.get(&ann, &path(&opened, "/watchers")).await.expect(200).json();
    assert_eq!(watchers["items"][0]["name"], "eve");
    work(&lab).await;
    assert_eq!(
        (ann_chat.take().len(), bob_chat.take().len()),
        (0, 0),
        "ann opened it herself, bob has nothing to do with it"
    );
    eve_chat.take();
    // Bob is its assignee and of its group: one message, not two.
    let edit = json!({"assignee": bob_id, "assignment_group": "linux"});
    lab.patch(&ann, &path(&opened, ""), "*", edit).await.expect(200);
    work(&lab).await;
    let told = bob_chat.texts();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("INC-000001: disk full") && told[0].contains("assignee none -&gt; bob"), "{}", told[0]);
    assert_eq!((ann_chat.take().len(), eve_chat.take().len()), (0, 1));
    // What is internal is not for eve, who does not work on tickets.
    let comment = json!({"text": "the password is on the wall", "visibility": "internal"});
    lab.post(&ann, &path(&opened, "/comments"), comment).await.expect(201);
    work(&lab).await;
    assert!(bob_chat.texts()[0].contains("on the wall"));
    assert_eq!(eve_chat.take().len(), 0);
    // Who does not wish to is not told; who does not watch any more neither.
    lab.people(crate::lab::ask(axum::http::Method::DELETE, &eve, &path(&opened, "/watchers"), &[], None))
        .await
        .expect(204);
    lab.post(&ann, &path(&opened, "/comments"), json!({"text": "on my way"})).await.expect(201);
    work(&lab).await;
    assert_eq!((bob_chat.take().len(), eve_chat.take().len(), ann_chat.take().len()), (1, 0, 0));
}

#[tokio::test]
async fn quiet_hours_and_digests_are_kept_and_what_is_urgent_breaks_through() {
    let (lab, chat) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    // It is 14:13 in Greenwich and 22:13 in Shanghai.
    let wishes = json!({"zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_to": "07:00", "digest_minutes": 30});
    let (_, ann) = person(&lab, &admin, "ann", Role::Responder, &chat, wishes).await;
    subscribe(&lab, &admin, &["ticket.opened"], "", &json!(ann)).await;
    plan(&lab.service).await;
    for title in ["one", "two", "three"] {
        ticket(&lab, &admin, title, 2).await;
    }
    work(&lab).await;
    assert_eq!(chat.take().len(), 0);
    let waiting = lab.all(&admin, "/api/v1/deliveries?state=collecting").await;
    assert_eq!(waiting[0]["due_at"], "2026-09-21T23:00:00.000Z", "{waiting:?}");
    assert_eq!(waiting[0]["notices"].as_array().unwrap().len(), 3);
    ticket(&lab, &admin, "the roof is on fire", 1).await;
    work(&lab).await;
    let told = chat.texts();
    assert!(told.len() == 1 && told[0].contains("on fire"), "{told:?}");
    lab.clock.advance_millis(9 * 3_600_000);
    work(&lab).await;
    let told = chat.texts();
    assert!(told.len() == 1 && told[0].contains("one") && told[0].contains("three"), "{told:?}");
    assert!(!told[0].contains("on fire"), "nobody is told twice");
}

#[tokio::test]
async fn a_storm_is_folded_for_people_and_told_in_full_to_machines() {
    let (lab, chat, machine) = (Lab::new(), Receiver::start().await, Receiver::start().await);
    let admin = lab.admin().await;
    for (kind, receiver) in [("mattermost", &chat), ("webhook", &machine)] {
        let channel = channel(&lab, &admin, kind, kind, &receiver.url).await;
        subscribe(&lab, &admin, &["ticket.opened"], "", &channel["id"]).await;
    }
    plan(&lab.service).await;
    for n in 0..40 {
        ticket(&lab, &admin, &format!("number {n}"), 3).await;
    }
    work(&lab).await;
    assert_eq!((chat.take().len(), machine.take().len()), (10, 40));
    lab.clock.advance_millis(5 * 60_000);
    work(&lab).await;
    let told = chat.texts();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("number 10") && told[0].contains("and 10 more"), "{}", told[0]);
}

#[tokio::test]
async fn pagerduty_hears_of_a_ticket_in_order_even_when_it_does_not_listen_at_first() {
    let (lab, pager) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let channel = channel(&lab, &admin, "pager", "pagerduty", &pager.url).await;
    let topics = ["ticket.opened", "ticket.moved", "ticket.assigned", "ticket.commented"];
    subscribe(&lab, &admin, &topics, "", &channel["id"]).await;
    plan(&lab.service).await;
    pager.answer([500]);
    let opened = ticket(&lab, &admin, "disk full", 1).await;
    work(&lab).await;
    pager.take();
    for (event, fields) in [
        ("start", json!({})),
        ("resolve", json!({"close_code": "fixed", "close_notes": "more disk", "cause_item": "none"})),
    ] {
        lab.clock.advance_millis(60);
        lab.post(&admin, &path(&opened, "/comments"), json!({"text": "a word"})).await.expect(201);
        let mut body = json!({"event": event});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        lab.post(&admin, &path(&opened, "/transitions"), body).await.expect(200);
        work(&lab).await;
    }
    assert_eq!(pager.take().len(), 0, "what comes later waits for what comes first");
    lab.clock.advance_millis(120_000);
    work(&lab).await;
    let events = pager.bodies();
    let actions: Vec<_> = events.iter().map(|event| event["event_action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["trigger", "acknowledge", "resolve"]);
    for event in &events {
        assert_eq!((&event["dedup_key"], &event["routing_key"]), (&opened["id"], &json!("R0UTINGKEY0123456789")));
    }
}

#[tokio::test]
async fn findings_are_told_by_severity() {
    let (lab, hook) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let channel = channel(&lab, &admin, "hook", "webhook", &hook.url).await;
    subscribe(&lab, &admin, &["finding.opened", "finding.resolved"], "section:user", &channel["id"]).await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    lab.settle().await;
    plan(&lab.service).await;
    device.add_user("deploy", 0);
    device.report_delta(&lab).await;
    lab.settle().await;
    work(&lab).await;
    let told = hook.bodies();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["type"], &told[0]["data"]["finding"]["host_name"]),
        (&json!("finding.opened"), &json!("web-1"))
    );
    assert!(told[0]["data"]["summary"].as_str().unwrap().contains("deploy"), "{}", told[0]);
}

#[tokio::test]
async fn nothing_leads_inside_and_no_redirect_is_followed() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    for url in ["https://127.0.0.2/x", "https://[::1]/x", "http://8.8.8.8/", "https://10.0.0.1", "gopher://x", ""] {
        let body = json!({"name": "x", "kind": "slack", "url": url});
        assert_eq!(lab.post(&admin, "/api/v1/channels", body).await.pointers(422), ["/url"], "{url}");
    }
    let body = json!({"name": "x", "kind": "email", "addresses": ["ann@x\r\nBcc: eve@x"]});
    assert_eq!(lab.post(&admin, "/api/v1/channels", body).await.pointers(422), ["/addresses/0"]);
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    let test = format!("/api/v1/channels/{}/test", hook["id"].as_str().unwrap());
    receiver.answer([302]);
    lab.post(&admin, &test, Value::Null).await.expect(202);
    work(&lab).await;
    assert_eq!(receiver.take().len(), 1);
    let dead = lab.all(&admin, "/api/v1/deliveries?state=dead").await;
    assert!(dead[0]["failure"].as_str().unwrap().contains("leads elsewhere"), "{dead:?}");
}

#[tokio::test]
async fn secrets_stand_nowhere_in_the_clear() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let hook = channel(&lab, &admin, "hook", "webhook", "https://hooks.example.com/HOOKPATH?token=HOOKTOKEN").await;
    let slack = channel(&lab, &admin, "slack", "slack", "https://hooks.slack.com/services/SLACKPATH").await;
    channel(&lab, &admin, "pager", "pagerduty", "https://events.pagerduty.com/v2/enqueue").await;
    assert_eq!(
        (&hook["url"], &slack["url"]),
        (&json!("https://hooks.example.com/HOOKPATH"), &json!("https://hooks.slack.com/…"))
    );
    let whsec = hook["secret"].as_str().unwrap().to_owned();
    let bare = whsec.strip_prefix("whsec_").unwrap().to_owned();
    let mut seen = String::new();
    for collection in Collection::ALL {
        for row in lab.store.scan(Scan::keys(*collection, "")).await.unwrap().rows {
            seen += &String::from_utf8_lossy(&row.bytes);
        }
    }
    assert!(seen.contains("hooks.slack.com"), "what is shown is stored as it is");
    for secret in [bare.as_str(), "HOOKTOKEN", "SLACKPATH", "R0UTINGKEY"] {
        assert!(!seen.contains(secret), "{secret} is stored in the clear");
    }
    let list = lab.get(&admin, "/api/v1/channels").await.expect(200).text();
    for secret in [bare.as_str(), "HOOKTOKEN", "SLACKPATH", "R0UTINGKEY"] {
        assert!(!list.contains(secret), "{secret} is shown");
    }
}

#[tokio::test]
async fn what_is_used_is_not_removed_and_what_is_old_goes() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    subscribe(&lab, &admin, &["ticket.opened"], "", &hook["id"]).await;
    let at = format!("/api/v1/channels/{}", hook["id"].as_str().unwrap());
    let remove = || crate::lab::ask(axum::http::Method::DELETE, &admin, &at, &[("if-match", "*")], None);
    lab.people(remove()).await.problem(409, "conflict");
    plan(&lab.service).await;
    for n in 0..25 {
        ticket(&lab, &admin, &format!("{n}"), 3).await;
    }
    work(&lab).await;
    assert_eq!(receiver.take().len(), 25);
    assert_eq!(lab.service.forget_deliveries().await.unwrap(), 0);
    lab.clock.advance_millis(8 * 86_400_000);
    assert_eq!(lab.service.forget_deliveries().await.unwrap(), 25);
    assert!(lab.all(&admin, "/api/v1/deliveries").await.is_empty());
}

#[tokio::test]
async fn those_whose_votes_a_stage_wants_are_told_once() {
    use crate::change::cast::{asked, cast, host, plan as planned, vote};

    let (lab, chat) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let cast = cast(&lab).await;
    person(&lab, &admin, "olga", Role::Responder, &chat, json!({})).await;
    plan(&lab.service).await;
    let (_, host) = host(&lab, "web-1", "ab").await;
    let (number, round) = asked(&lab, &cast, &planned(&lab, &[&host])).await;
    work(&lab).await;
    let wanted = |texts: &[String]| texts.iter().filter(|text| text.contains("your vote is wanted")).count();
    assert_eq!(wanted(&chat.texts()), 1);
    // What else happens to it asks for nothing again.
    lab.post(&admin, &format!("/api/v1/tickets/{number}/comments"), json!({"text": "soon?"})).await.expect(201);
    work(&lab).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    work(&lab).await;
    assert_eq!(wanted(&chat.texts()), 0);
}
