//! Bridges: tickets that are kept alike with those of ServiceNow and Jira, both ways, with a desk that fails, repeats and comes late.

mod desk;
mod unknown;

use aws_lc_rs::hmac;
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::{Value, json};

use self::desk::{Desk, Fate, LOGIN};
use crate::lab::{Lab, Reply};
use crate::notification::{subscribe, ticket, work};

const TOPICS: &[&str] =
    &["ticket.opened", "ticket.moved", "ticket.commented", "ticket.assigned", "ticket.priority", "ticket.changed"];

/// A bridge over which all incidents go; gives the channel with its secret.
async fn bridge(lab: &Lab, admin: &str, kind: &str, desk: &Desk, terms: Value) -> Value {
    let body = json!({"name": "prod", "kind": kind, "url": desk.url, "secret": LOGIN, "desk": terms});
    let channel = lab.post(admin, "/api/v1/channels", body).await.expect(201).json();
    subscribe(lab, admin, TOPICS, "kind:incident", &channel["id"]).await;
    // What was before is told to nobody.
    work(lab).await;
    channel
}

fn mac(secret: &[u8], text: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text)
}

/// An event as the other desk sends it.
async fn tell(lab: &Lab, token: &str, channel: &Value, id: &str, event: &Value) -> Reply {
    let (secret, body) = (channel["secret"].as_str().unwrap(), event.to_string());
    let seconds = lab.clock.now().millis() / 1_000;
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let signature = STANDARD.encode(mac(&key, format!("{id}.{seconds}.{body}").as_bytes()).as_ref());
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/channels/{}/events", channel["id"].as_str().unwrap()))
        .header("authorization", format!("Bearer {token}"))
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", format!("v1,{signature}"));
    lab.people(request.body(Body::from(body)).unwrap()).await
}

fn path(number: &str, what: &str) -> String {
    format!("/api/v1/tickets/{number}{what}")
}

fn millis(lab: &Lab) -> i64 {
    lab.clock.now().millis()
}

/// The record of a desk as its business rule sends it.
fn record(lab: &Lab, changes: &Value) -> Value {
    let mut record = json!({
        "sys_id": format!("{:032x}", 1), "number": "INC0010001", "short_description": "mail is down", "state": "New",
        "impact": "2 - Medium", "urgency": "2 - Medium", "opened_at": "2026-01-01 08:00:00",
    });
    record.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({"table": "incident", "timestamp": millis(lab), "record": record})
}

#[tokio::test]
async fn a_ticket_has_a_twin_that_follows_it() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    assert!(channel["secret"].as_str().unwrap().starts_with("whsec_"));
    assert!(lab.get(&admin, "/api/v1/channels").await.json()["items"][0].get("secret").is_none());
    let ours = ticket(&lab, &admin, "mail is down", 2).await;
    let number = ours["number"].as_str().unwrap();
    work(&lab).await;
    let twin = desk.records().remove(0);
    assert_eq!((&twin["table"], &twin["short_description"]), (&json!("incident"), &json!("mail is down")));
    assert_eq!((&twin["state"], &twin["impact"]), (&json!("New"), &json!("2 - Medium")));
    assert_eq!(twin["correlation_id"], ours["id"]);
    let twins = lab.all(&admin, &path(number, "/twins")).await;
    assert_eq!((&twins[0]["name"], &twins[0]["external_id"]), (&json!("prod"), &twin["number"]));
    assert!(twins[0]["url"].as_str().unwrap().starts_with(&desk.url));

    lab.post(&admin, &path(number, "/transitions"), json!({"event": "start"})).await.expect(200);
    lab.post(&admin, &path(number, "/comments"), json!({"text": "looking"})).await.expect(201);
    let internal = json!({"text": "among us", "visibility": "internal"});
    lab.post(&admin, &path(number, "/comments"), internal).await.expect(201);
    lab.patch(&admin, &path(number, ""), "*", json!({"title": "mail is slow"})).await.expect(200);
    work(&lab).await;
    let twin = desk.records().remove(0);
    assert_eq!((&twin["state"], &twin["short_description"]), (&json!("In Progress"), &json!("mail is slow")));
    assert_eq!(desk.comments().len(), 1);
    assert!(desk.comments()[0].contains("looking") && desk.comments()[0].ends_with(&format!("[Muster {number} #3]")));
    // Nothing is sent twice, and no other kind goes over.
    desk.writes();
    let other = json!({"kind": "problem", "title": "stays here"});
    lab.post(&admin, "/api/v1/tickets", other).await.expect(201);
    work(&lab).await;
    assert_eq!((desk.writes(), desk.records().len()), (0, 1));
}

#[tokio::test]
async fn a_desk_that_fails_gets_it_once_when_it_is_back() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    desk.fare([Fate::Refused(401)]);
    let ours = ticket(&lab, &admin, "mail is down", 2).await;
    work(&lab).await;
    assert_eq!(desk.records().len(), 0);
    // The question is answered, what it makes is made, and the answer is lost.
    for fates in [vec![Fate::Refused(503)], vec![Fate::Refused(429)], vec![]] {
        desk.fare(fates);
        lab.clock.advance_millis(60 * 60_000);
        work(&lab).await;
    }
    assert_eq!(desk.records().len(), 1);
    let number = ours["number"].as_str().unwrap();
    lab.post(&admin, &path(number, "/comments"), json!({"text": "a"})).await.expect(201);
    work(&lab).await;
    let second = ticket(&lab, &admin, "disk is full", 2).await;
    // The second one: found is none, made and lost, and then found.
    let lost = Desk::start().await;
    let body = json!({"url": lost.url});
    lab.patch(&admin, &format!("/api/v1/channels/{}", channel["id"].as_str().unwrap()), "*", body).await.expect(200);
    lost.fare([Fate::Lost, Fate::Lost]);
    work(&lab).await;
    lab.clock.advance_millis(60 * 60_000);
    work(&lab).await;
    assert_eq!(lost.records().len(), 1, "what was made and not heard of is found again");
    assert_eq!(lost.records()[0]["correlation_id"], second["id"]);

    // What is refused for good is a dead letter that somebody sends again.
    lost.fare([Fate::Refused(422)]);
    ticket(&lab, &admin, "odd", 2).await;
    work(&lab).await;
    let dead = lab.all(&admin, "/api/v1/deliveries?filter=state:dead").await;
    assert_eq!(dead.len(), 1, "{dead:?}");
    let known = lab.get(&admin, &format!("/api/v1/channels/{}", channel["id"].as_str().unwrap())).await.json();
    assert_eq!((&known["health"]["dead"], &known["health"]["waiting"]), (&json!(1), &json!(0)), "{known}");
    assert!(known["health"]["problem"].as_str().unwrap().contains("422") && known["health"]["tried_at"].is_string());
    assert!(dead[0].to_string().contains("refused with 422") && !dead[0].to_string().contains("s3cret"), "{dead:?}");
    lab.post(&admin, &format!("/api/v1/deliveries/{}/retry", dead[0]["id"].as_str().unwrap()), Value::Null)
        .await
        .expect(200);
    work(&lab).await;
    assert_eq!(lost.records().len(), 2);
}

#[tokio::test]
async fn what_the_other_desk_says_is_heard_once_and_does_not_come_back() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    let ours = ticket(&lab, &admin, "mail is down", 2).await;
    let number = ours["number"].as_str().unwrap();
    lab.post(&admin, &path(number, "/comments"), json!({"text": "looking"})).await.expect(201);
    work(&lab).await;
    desk.writes();
    let own = desk.comments().remove(0);
    lab.clock.advance_millis(1_000);

    // Its own words come back: no news.
    let echo = record(&lab, &json!({"comments": format!("2026-01-02 08:00:00 - bot (Additional comments)\n{own}")}));
    let heard = tell(&lab, &admin, &channel, "e1", &echo).await.expect(200).json();
    assert_eq!((&heard["taken"], &heard["comments"]), (&json!([]), &json!(0)), "{heard}");

    let later = lab.clock.now();
    let said = record(
        &lab,
        &json!({
            "state": "On Hold", "hold_reason": "Awaiting Vendor", "impact": "1 - High",
            "comments": "2026-01-02 09:00:00 - Beth Anglin (Additional comments)\ncalled them",
            "work_notes": "2026-01-02 09:01:00 - Beth Anglin (Work notes)\ntheir number is 7",
        }),
    );
    let heard = tell(&lab, &admin, &channel, "e2", &said).await.expect(200).json();
    assert_eq!(heard["ticket"], ours["number"]);
    assert_eq!(
        (&heard["taken"], &heard["comments"]),
        (&json!(["state", "hold_reason", "impact"]), &json!(2)),
        "{heard}"
    );
    let now = lab.get(&admin, &path(number, "")).await.json();
    assert_eq!(
        (&now["state"], &now["state_detail"]["reason"], &now["impact"]),
        (&json!("on_hold"), &json!("vendor"), &json!(1))
    );
    let timeline = lab.all(&admin, &path(number, "/timeline")).await;
    let from_there: Vec<&str> = timeline
        .iter()
        .filter(|entry| entry["imported_from"] == "prod")
        .map(|entry| entry["actor"].as_str().unwrap())
        .collect();
    assert_eq!(from_there, ["Beth Anglin", "Beth Anglin"]);
    // The same event again, and its content under another id.
    let repeated = tell(&lab, &admin, &channel, "e2", &said).await.expect(200).json();
    assert_eq!(repeated["repeated"], true);
    let again = tell(&lab, &admin, &channel, "e3", &said).await.expect(200).json();
    assert_eq!((&again["taken"], &again["comments"]), (&json!([]), &json!(0)), "{again}");
    // What was heard is not sent back.
    work(&lab).await;
    assert_eq!(desk.writes(), 0, "{:?}", desk.comments());

    // An older event comes late: it is stale.
    let mut late = record(&lab, &json!({"state": "In Progress", "impact": "1 - High"}));
    late["timestamp"] = json!(later.millis() - 500);
    let heard = tell(&lab, &admin, &channel, "e4", &late).await.expect(200).json();
    assert_eq!(heard["stale"], json!(["state"]), "{heard}");

    // Resolved there is resolved here, with its code.
    lab.clock.advance_millis(1_000);
    let done = record(
        &lab,
        &json!({"state": "Resolved", "close_code": "Workaround provided", "close_notes": "restarted", "impact": "1 - High"}),
    );
    tell(&lab, &admin, &channel, "e5", &done).await.expect(200);
    let now = lab.get(&admin, &path(number, "")).await.json();
    assert_eq!(
        (&now["state"], &now["close_code"], &now["close_notes"]),
        (&json!("resolved"), &json!("workaround"), &json!("restarted"))
    );
}

#[tokio::test]
async fn whose_word_counts_is_said_by_field_and_both_are_kept() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let terms = json!({"owners": {"title": "ours", "impact": "theirs"}, "takes_new": true});
    let channel = bridge(&lab, &admin, "servicenow", &desk, terms).await;
    let ours = ticket(&lab, &admin, "mail is down", 2).await;
    let number = ours["number"].as_str().unwrap();
    work(&lab).await;
    let before = millis(&lab);
    lab.clock.advance_millis(10_000);
    lab.patch(&admin, &path(number, ""), "*", json!({"urgency": 3, "impact": 3})).await.expect(200);
    let mut event = record(&lab, &json!({"short_description": "theirs", "impact": "1 - High", "urgency": "1 - High"}));
    // It was so there before the change here.
    event["timestamp"] = json!(before + 1);
    let heard = tell(&lab, &admin, &channel, "e1", &event).await.expect(200).json();
    assert_eq!((&heard["taken"], &heard["disputed"]), (&json!(["impact"]), &json!(["title", "urgency"])), "{heard}");
    let now = lab.get(&admin, &path(number, "")).await.json();
    assert_eq!((&now["title"], &now["impact"], &now["urgency"]), (&json!("mail is down"), &json!(1), &json!(3)));
    let last = lab.all(&admin, &path(number, "/timeline")).await.pop().unwrap();
    assert_eq!(last["what"], "disputed");
    assert_eq!(last["fields"][0], json!({"field": "title", "from": "theirs", "to": "mail is down"}));
    // What counts here is told there; what is theirs is not.
    work(&lab).await;
    let twin = desk.records().remove(0);
    assert_eq!((&twin["short_description"], &twin["urgency"]), (&json!("mail is down"), &json!("3 - Low")));
    assert_eq!(twin["impact"], "2 - Medium", "nothing of theirs is sent");

    // A state to which no way leads stays, and that is noted.
    lab.clock.advance_millis(1_000);
    let odd = record(
        &lab,
        &json!({"state": "Closed", "short_description": "mail is down", "impact": "1 - High", "urgency": "3 - Low"}),
    );
    let heard = tell(&lab, &admin, &channel, "e2", &odd).await.expect(200).json();
    let state = lab.get(&admin, &path(number, "")).await.json()["state"].clone();
    assert!(heard["taken"].as_array().unwrap().contains(&json!("state")) && state == "closed", "{heard} {state}");
    lab.clock.advance_millis(1_000);
    let back = record(
        &lab,
        &json!({"state": "New", "short_description": "mail is down", "impact": "1 - High", "urgency": "3 - Low"}),
    );
    let heard = tell(&lab, &admin, &channel, "e3", &back).await.expect(200).json();
    assert!(heard["disputed"].as_array().unwrap().contains(&json!("state")), "{heard}");

    // What is made there is made here, once.
    let new =
        json!({"number": "INC0010077", "sys_id": "77", "short_description": "from there", "state": "In Progress"});
    let heard = tell(&lab, &admin, &channel, "e4", &record(&lab, &new)).await.expect(200).json();
    assert_eq!((&heard["created"], &heard["taken"]), (&json!(true), &json!(["state"])), "{heard}");
    let heard = tell(&lab, &admin, &channel, "e5", &record(&lab, &new)).await.expect(200).json();
    assert_eq!((&heard["created"], &heard["ticket"]), (&json!(false), &json!("INC-000002")));
    // An older word of it comes late.
    let older = json!({"number": "INC0010077", "sys_id": "77", "short_description": "older", "impact": "1 - High"});
    let mut older = record(&lab, &older);
    older["timestamp"] = json!(millis(&lab) - 100_000);
    let heard = tell(&lab, &admin, &channel, "e6", &older).await.expect(200).json();
    assert!(heard["taken"] == json!([]) && heard["stale"].as_array().unwrap().contains(&json!("title")), "{heard}");
    work(&lab).await;
    assert_eq!(desk.records().len(), 1, "it has its twin already");
}

#[tokio::test]
async fn an_event_that_is_not_signed_or_not_read_changes_nothing() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    let event = record(&lab, &json!({}));
    let before = lab.sequence().await;
    let forged = json!({"id": channel["id"], "secret": "whsec_AAAA"});
    assert_eq!(tell(&lab, &admin, &forged, "e1", &event).await.pointers(422), ["/signature"]);
    let viewer = lab.token_of(Role::Viewer).await;
    tell(&lab, &viewer, &channel, "e1", &event).await.problem(403, "not-authorised");
    let uri = format!("/api/v1/channels/{}/events", channel["id"].as_str().unwrap());
    let send = async |body: Vec<u8>| {
        let request =
            Request::builder().method(Method::POST).uri(&uri).header("authorization", format!("Bearer {admin}"));
        lab.people(request.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(send(event.to_string().into_bytes()).await.pointers(422), ["/signature"]);
    assert_eq!(send(vec![b' '; (1 << 20) + 1]).await.status, 413);
    let before_users = lab.sequence().await;
    assert!(before_users > before, "the viewer");
    for (body, pointer) in [
        (json!({}), "/"),
        (json!({"record": {"sys_id": "1", "number": "X"}}), "/title"),
        (
            json!({"table": "cmdb_ci", "timestamp": 1, "record": {"sys_id": "1", "number": "X", "short_description": "t", "state": "New"}}),
            "/sys_class_name",
        ),
        (
            json!({"table": "incident", "record": {"sys_id": "1", "number": "X", "short_description": "t", "state": "New"}}),
            "/state_since",
        ),
    ] {
        assert_eq!(tell(&lab, &admin, &channel, "e2", &body).await.pointers(422)[0], pointer, "{body}");
    }
    assert_eq!(lab.sequence().await, before_users);
    // Nobody's ticket, and no bridge at all.
    let heard = tell(&lab, &admin, &channel, "e3", &event).await.expect(200).json();
    assert_eq!(heard["ticket"], Value::Null);
    for (body, pointer) in [
        (json!({"name": "x", "kind": "jira", "url": desk.url, "secret": LOGIN}), "/desk/project"),
        (
            json!({"name": "x", "kind": "jira", "url": desk.url, "secret": LOGIN, "desk": {"project": "it"}}),
            "/desk/project",
        ),
        (json!({"name": "x", "kind": "servicenow", "url": desk.url}), "/secret"),
        (json!({"name": "x", "kind": "servicenow", "url": "https://169.254.169.254/", "secret": LOGIN}), "/url"),
        (
            json!({"name": "x", "kind": "servicenow", "url": desk.url, "secret": LOGIN, "desk": {"owners": {"category": "ours"}}}),
            "/desk/owners/category",
        ),
        (json!({"name": "x", "kind": "webhook", "url": desk.url, "desk": {"takes_new": true}}), "/desk"),
    ] {
        assert_eq!(lab.post(&admin, "/api/v1/channels", body.clone()).await.pointers(422), [pointer], "{body}");
    }
}

#[tokio::test]
async fn jira_is_told_by_its_own_transitions_and_heard_by_its_own_webhook() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "jira", &desk, json!({"project": "IT"})).await;
    let ours = ticket(&lab, &admin, "mail is down", 1).await;
    let number = ours["number"].as_str().unwrap();
    desk.fare([Fate::Refused(503)]);
    work(&lab).await;
    lab.clock.advance_millis(60 * 60_000);
    work(&lab).await;
    let issue = desk.records().remove(0);
    assert_eq!((&issue["summary"], &issue["issuetype"]["name"]), (&json!("mail is down"), &json!("[System] Incident")));
    assert_eq!((&issue["priority"]["name"], &issue["key"]), (&json!("Highest"), &json!("IT-1")));
    lab.post(&admin, &path(number, "/transitions"), json!({"event": "start"})).await.expect(200);
    work(&lab).await;
    assert_eq!(desk.records()[0]["status"], "Work in progress");
    desk.writes();

    lab.clock.advance_millis(1_000);
    let event = json!({
        "timestamp": millis(&lab), "webhookEvent": "jira:issue_updated",
        "issue": {"id": "10001", "key": "IT-1", "fields": {
            "summary": "mail is down", "description": null, "issuetype": {"name": "[System] Incident"}, "status": {"name": "Completed"},
            "priority": {"name": "High"}, "created": "2026-01-01T08:00:00.000+0000", "labels": ["x"],
        }},
        "comment": {"id": "7", "author": {"displayName": "Beth Anglin"}, "body": "done", "created": "2026-01-02T08:00:00.000+0000"},
    });
    let body = event.to_string();
    let tag = mac(channel["secret"].as_str().unwrap().as_bytes(), body.as_bytes());
    let hex = tag.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/channels/{}/events", channel["id"].as_str().unwrap()))
        .header("authorization", format!("Bearer {admin}"))
        .header("x-atlassian-webhook-identifier", "w1")
        .header("x-hub-signature", format!("sha256={hex}"));
    let heard = lab.people(request.body(Body::from(body)).unwrap()).await.expect(200).json();
    assert_eq!((&heard["taken"], &heard["comments"]), (&json!(["state", "priority"]), &json!(1)), "{heard}");
    let now = lab.get(&admin, &path(number, "")).await.json();
    assert_eq!((&now["state"], &now["priority"]), (&json!("resolved"), &json!(2)));
    work(&lab).await;
    assert_eq!(desk.writes(), 0, "{:?}", desk.comments());
}
