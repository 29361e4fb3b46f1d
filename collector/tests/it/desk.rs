//! The service desk as three people of different roles use it: files, families of tickets, duplicates, callers, major incidents.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::Collection;
use muster_model::audit::AuditEntry;
use muster_model::right::{Role, Scope};
use muster_model::ticket::{Ticket, TimelineEntry};
use muster_store::{Scan, Store as _, TypedStore as _};
use serde_json::{Value, json};

use crate::lab::{Lab, Reply, ask};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn number(ticket: &Value) -> String {
    ticket["number"].as_str().unwrap().to_owned()
}

async fn open(lab: &Lab, token: &str, body: Value) -> Value {
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()
}

async fn incident(lab: &Lab, token: &str, title: &str) -> String {
    number(&open(lab, token, json!({"kind": "incident", "title": title})).await)
}

async fn event(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await
}

async fn show(lab: &Lab, token: &str, number: &str) -> Value {
    lab.get(token, &format!("/api/v1/tickets/{number}")).await.expect(200).json()
}

async fn timeline(lab: &Lab, token: &str, number: &str) -> Vec<Value> {
    lab.all(token, &format!("/api/v1/tickets/{number}/timeline?limit=1000")).await
}

fn resolve() -> Value {
    json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "none"})
}

async fn send(lab: &Lab, token: &str, number: &str, query: &str, bytes: impl Into<Body>) -> Reply {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/tickets/{number}/attachments?{query}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/octet-stream")
        .body(bytes.into())
        .unwrap();
    lab.people(request).await
}

#[tokio::test]
async fn a_file_is_put_on_a_ticket_fetched_as_it_was_and_taken_off_with_a_trace() {
    let lab = Lab::new();
    let (ann, ben) = (lab.token_of(Role::Requester).await, lab.token_of(Role::Responder).await);
    let inc = incident(&lab, &ann, "the shop is slow").await;
    let page = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let file = send(&lab, &ann, &inc, "name=trace.svg", page).await.expect(201).json();
    assert_eq!((&file["media_type"], &file["size_bytes"]), (&json!("image/svg+xml"), &json!(page.len())));
    assert_eq!(file["hash"], blake3_of(page));
    let fetched = lab.get(&ben, file["content"].as_str().unwrap()).await.expect(200);
    assert_eq!(fetched.text(), page);
    assert_eq!(fetched.header("content-type"), "application/octet-stream");
    assert_eq!(fetched.header("content-disposition"), "attachment; filename=\"trace.svg\"; filename*=UTF-8''trace.svg");
    assert_eq!(fetched.header("x-content-type-options"), "nosniff");
    assert!(fetched.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    let listed = lab.get(&ben, &format!("/api/v1/tickets/{inc}/attachments")).await.expect(200).json();
    assert_eq!(listed["items"], json!([file]));
    let path = file["content"].as_str().unwrap();
    lab.people(ask(Method::DELETE, &ben, path, &[], None)).await.problem(428, "if-match-needed");
    lab.people(ask(Method::DELETE, &ben, path, &[("if-match", "\"7\"")], None)).await.problem(412, "stale");
    assert_eq!(lab.people(ask(Method::DELETE, &ben, path, &[("if-match", "\"1\"")], None)).await.status, 204);
    lab.get(&ben, path).await.problem(404, "not-found");
    let told = timeline(&lab, &ben, &inc).await;
    let files: Vec<(&Value, &Value)> =
        told.iter().filter(|entry| entry["what"] == "attached").map(|e| (&e["name"], &e["is_removed"])).collect();
    assert_eq!(files, [(&json!("trace.svg"), &json!(false)), (&json!("trace.svg"), &json!(true))]);
    let (_, action) = lab.last_audit().await;
    assert_eq!(action, "ticket.detach");
}

fn blake3_of(text: &str) -> String {
    muster_shared::canonical::Digest::of(text.as_bytes()).to_string()
}

#[tokio::test]
async fn what_is_no_file_for_a_ticket_is_refused_with_what_would_be_right() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let inc = incident(&lab, &ben, "t").await;
    let before = lab.sequence().await;
    for (query, bytes, pointer) in [
        ("name=..%2f..%2fetc%2fpasswd.txt", &b"x"[..], "/name"),
        ("name=a%00.txt", b"x", "/name"),
        ("name=%2Fetc%2Fcron.d%2Fx.txt", b"x", "/name"),
        ("name=a.exe", b"MZ", "/name"),
        ("name=a.txt", b"MZ\x90", "/file"),
        ("name=a.png", b"<html>", "/file"),
        ("name=a.txt", b"", "/file"),
        ("name=", b"x", "/name"),
    ] {
        assert_eq!(send(&lab, &ben, &inc, query, bytes).await.pointers(422), [pointer], "{query}");
    }
    send(&lab, &ben, &inc, "name=a.txt&owner=root", "x").await.problem(400, "malformed");
    send(&lab, &ben, &inc, "visibility=public", "x").await.problem(400, "malformed");
    let large = vec![b'x'; (10 << 20) + 1];
    send(&lab, &ben, &inc, "name=large.txt", large).await.problem(413, "too-large");
    for id in ["att_00000000000000000000000000000000", "..%2f..%2fstore", "%00", "x"] {
        lab.get(&ben, &format!("/api/v1/tickets/{inc}/attachments/{id}")).await.problem(404, "not-found");
    }
    assert_eq!(lab.sequence().await, before, "a refusal changes nothing");
    assert!(lab.store.hold().await.unwrap().files.iter().all(|name| !name.starts_with("blob/")), "and keeps nothing");
    let viewer = lab.token_of(Role::Viewer).await;
    send(&lab, &viewer, &inc, "name=a.txt", "x").await.problem(403, "not-authorised");
    send(&lab, &viewer, "INC-999999", "name=a.txt", "x").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_ticket_holds_so_much_and_no_more_whoever_is_quicker() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let inc = incident(&lab, &ben, "t").await;
    let large = |n: u8| vec![n.max(b'a'); 10 << 20];
    let sent = futures_util::future::join_all((b'a'..b'h').map(|n| {
        let (lab, ben, inc) = (&lab, &ben, &inc);
        async move { send(lab, ben, inc, &format!("name={n}.txt"), large(n)).await.status }
    }));
    let mut sent = sent.await;
    sent.sort_unstable();
    assert_eq!(sent, [201, 201, 201, 201, 201, 422, 422], "five of 10 MiB fit");
    let refused = send(&lab, &ben, &inc, "name=more.txt", "x").await;
    assert!(refused.text().contains("50.0 MiB of 50.0 MiB"), "{}", refused.text());
    assert_eq!(refused.pointers(422), ["/file"]);
    assert_eq!(lab.store.verify().await.unwrap(), Vec::<String>::new());
    let other = incident(&lab, &ben, "another").await;
    send(&lab, &ben, &other, "name=more.txt", "x").await.expect(201);
}

#[tokio::test]
async fn a_file_that_is_sent_twice_under_a_key_is_there_once() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let inc = incident(&lab, &ben, "t").await;
    let once = |bytes: &'static str| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1/tickets/{inc}/attachments?name=a.txt"))
            .header("authorization", format!("Bearer {ben}"))
            .header("idempotency-key", "k")
            .body(Body::from(bytes))
            .unwrap();
        lab.people(request)
    };
    let first = once("one").await.expect(201).json();
    assert_eq!(once("one").await.expect(201).json(), first);
    once("two").await.problem(409, "conflict");
    assert_eq!(lab.get(&ben, &format!("/api/v1/tickets/{inc}/attachments")).await.json()["items"], json!([first]));
}

#[tokio::test]
async fn what_is_internal_is_not_there_for_who_only_asks() {
    let lab = Lab::new();
    let (ann, ben) = (lab.token_of(Role::Requester).await, lab.token_of(Role::Responder).await);
    let inc = incident(&lab, &ann, "t").await;
    let file = send(&lab, &ben, &inc, "name=secretplan.txt&visibility=internal", "x").await.expect(201).json();
    let comments = format!("/api/v1/tickets/{inc}/comments");
    lab.post(&ben, &comments, json!({"text": "confidential zebra", "visibility": "internal"})).await.expect(201);
    let path = file["content"].as_str().unwrap();
    lab.get(&ben, path).await.expect(200);
    // As if it were not there: nothing tells it from a file that never was.
    let hidden = lab.get(&ann, path).await;
    let never = format!("/api/v1/tickets/{inc}/attachments/att_00000000000000000000000000000000");
    let never = lab.get(&ann, &never).await;
    assert_eq!((hidden.status, never.status), (404, 404));
    lab.people(ask(Method::DELETE, &ann, path, &[("if-match", "*")], None)).await.problem(404, "not-found");
    let list = lab.get(&ann, &format!("/api/v1/tickets/{inc}/attachments")).await.expect(200).json();
    assert_eq!(list["items"], json!([]));
    let told = timeline(&lab, &ann, &inc).await;
    let told = serde_json::to_string(&told).unwrap();
    assert!(!told.contains("secretplan") && !told.contains("zebra"), "{told}");
    for word in ["secretplan", "zebra"] {
        let found = |token: String| {
            let lab = &lab;
            async move {
                lab.get(&token, &format!("/api/v1/search?q={word}")).await.expect(200).text().contains("INC-000001")
            }
        };
        assert!(found(ben.clone()).await, "{word}");
        assert!(!found(ann.clone()).await, "{word}");
    }
    let refused = send(&lab, &ann, &inc, "name=a.txt&visibility=internal", "x").await;
    assert_eq!(refused.pointers(422), ["/visibility"]);
    let text = json!({"text": "x", "visibility": "internal"});
    assert_eq!(lab.post(&ann, &comments, text).await.pointers(422), ["/visibility"]);
    let mine = send(&lab, &ann, &inc, "name=mine.txt", "x").await.expect(201).json();
    let own = mine["content"].as_str().unwrap();
    assert_eq!(lab.people(ask(Method::DELETE, &ann, own, &[("if-match", "*")], None)).await.status, 204, "her own");
    let theirs = send(&lab, &ben, &inc, "name=theirs.txt", "x").await.expect(201).json();
    let path = theirs["content"].as_str().unwrap();
    lab.people(ask(Method::DELETE, &ann, path, &[("if-match", "*")], None)).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn parts_follow_a_resolution_when_they_are_to_and_hear_of_it_else() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let whole = open(&lab, &ben, json!({"kind": "incident", "title": "the switch is down"})).await;
    let part = |title: &str, follows: bool, parent: &Value| {
        let body = json!({"kind": "incident", "title": title, "parent": parent["number"], "auto_follow": follows});
        let (lab, ben) = (&lab, &ben);
        async move { open(lab, ben, body).await }
    };
    let (follower, other) = (part("a", true, &whole).await, part("b", false, &whole).await);
    let grandchild = part("c", true, &follower).await;
    event(&lab, &ben, &number(&whole), resolve()).await.expect(200);
    for (ticket, state) in [(&follower, "resolved"), (&other, "new"), (&grandchild, "resolved")] {
        let now = show(&lab, &ben, &number(ticket)).await;
        assert_eq!(now["state"], state, "{now}");
        let told = timeline(&lab, &ben, &number(ticket)).await;
        let last = told.last().unwrap();
        match state {
            "resolved" => assert_eq!((&last["event"], &last["code"]), (&json!("parent_resolved"), &json!("fixed"))),
            _ => assert_eq!((&last["what"], &last["state"]), (&json!("parent"), &json!("resolved"))),
        }
    }
    assert_eq!(show(&lab, &ben, &number(&follower)).await["close_code"], "fixed");
    let body = json!({"event": "parent_resolved", "close_code": "fixed", "close_notes": "n"});
    event(&lab, &ben, &number(&other), body).await.problem(409, "transition-refused");
}

#[tokio::test]
async fn a_ticket_is_no_part_of_itself_of_another_kind_or_of_too_much() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let make = |kind: &'static str, parent: Option<Value>| {
        let (lab, admin) = (&lab, &admin);
        async move { lab.post(admin, "/api/v1/tickets", json!({"kind": kind, "title": "t", "parent": parent})).await }
    };
    let top = make("incident", None).await.expect(201).json();
    let child = make("incident", Some(top["id"].clone())).await.expect(201).json();
    let set = |ticket: &Value, parent: Value| {
        let path = format!("/api/v1/tickets/{}", number(ticket));
        let (lab, admin) = (&lab, &admin);
        async move { lab.patch(admin, &path, "*", json!({"parent": parent})).await }
    };
    for parent in [top["id"].clone(), child["id"].clone(), json!("tkt_00000000000000000000000000000000")] {
        assert_eq!(set(&top, parent).await.pointers(422), ["/parent"]);
    }
    assert_eq!(make("change", Some(top["id"].clone())).await.pointers(422), ["/parent"]);
    assert_eq!(make("task", None).await.pointers(422), ["/parent"]);
    make("task", Some(top["id"].clone())).await.expect(201);
    let free = set(&child, Value::Null).await.expect(200).json();
    assert_eq!(free["parent"], Value::Null);
    let mut above = top;
    for _ in 0..5 {
        above = make("incident", Some(above["id"].clone())).await.expect(201).json();
    }
    assert_eq!(make("incident", Some(above["id"].clone())).await.pointers(422), ["/parent"], "six deep");
}

#[tokio::test]
async fn a_duplicate_is_joined_to_the_one_that_deals_with_it() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let (first, second) = (incident(&lab, &ben, "slow").await, incident(&lab, &ben, "slow too").await);
    let cancel = |of: Option<&str>| json!({"event": "cancel", "reason": "duplicate", "duplicate_of": of});
    let refused = event(&lab, &ben, &second, cancel(None)).await.problem(409, "transition-refused");
    assert_eq!(refused["missing"], json!(["duplicate_of"]));
    for other in ["INC-999999", second.as_str(), "x"] {
        assert_eq!(event(&lab, &ben, &second, cancel(Some(other))).await.pointers(422), ["/duplicate_of"]);
    }
    let problem = number(&open(&lab, &ben, json!({"kind": "problem", "title": "p"})).await);
    assert_eq!(event(&lab, &ben, &second, cancel(Some(&problem))).await.pointers(422), ["/duplicate_of"]);
    event(&lab, &ben, &second, cancel(Some(&first))).await.expect(200);
    let (one, two) = (show(&lab, &ben, &first).await, show(&lab, &ben, &second).await);
    assert_eq!((&two["state"], &two["links"][0]["kind"]), (&json!("cancelled"), &json!("duplicate_of")));
    assert_eq!((&one["links"][0]["kind"], &one["links"][0]["number"]), (&json!("duplicated_by"), &json!(second)));
    // The one cannot become a duplicate of the other in turn.
    assert_eq!(event(&lab, &ben, &first, cancel(Some(&second))).await.pointers(422), ["/duplicate_of"]);
    let third = incident(&lab, &ben, "slow as well").await;
    let mut body = resolve();
    body["close_code"] = json!("duplicate");
    body["duplicate_of"] = json!(first);
    assert_eq!(event(&lab, &ben, &third, body).await.expect(200).json()["links"][0]["kind"], "duplicate_of");
}

#[tokio::test]
async fn what_waits_goes_on_by_itself_when_what_it_waits_for_is_over() {
    let lab = Lab::new();
    let (ann, admin) = (lab.token_of(Role::Requester).await, lab.admin().await);
    let caller = incident(&lab, &ann, "my screen").await;
    event(&lab, &admin, &caller, json!({"event": "start"})).await.expect(200);
    event(&lab, &admin, &caller, json!({"event": "hold", "reason": "caller", "comment": "which one?"}))
        .await
        .expect(200);
    let say = |token: &str, text: &str| {
        let (token, text) = (token.to_owned(), text.to_owned());
        let (lab, caller) = (&lab, &caller);
        async move {
            lab.post(&token, &format!("/api/v1/tickets/{caller}/comments"), json!({"text": text})).await.expect(201)
        }
    };
    say(&admin, "still waiting").await;
    assert_eq!(show(&lab, &admin, &caller).await["state"], "on_hold", "another one's word is no answer");
    say(&ann, "the left one").await;
    assert_eq!(show(&lab, &admin, &caller).await["state"], "in_progress");
    let told = timeline(&lab, &admin, &caller).await;
    assert_eq!(told.last().unwrap()["event"], "resume");
    let waiting = incident(&lab, &admin, "waits for a problem").await;
    let problem = number(&open(&lab, &admin, json!({"kind": "problem", "title": "p"})).await);
    event(&lab, &admin, &waiting, json!({"event": "start"})).await.expect(200);
    let link = json!({"kind": "caused_by", "ticket": problem});
    lab.post(&admin, &format!("/api/v1/tickets/{waiting}/links"), link).await.expect(200);
    event(&lab, &admin, &waiting, json!({"event": "hold", "reason": "problem"})).await.expect(200);
    event(&lab, &admin, &problem, json!({"event": "cancel", "reason": "invalid"})).await.expect(200);
    assert_eq!(show(&lab, &admin, &waiting).await["state"], "in_progress", "a problem that is none ends the wait too");
    let later = json!({"event": "hold", "reason": "scheduled", "wake_at": "2026-12-01T00:00:00Z"});
    event(&lab, &admin, &waiting, later).await.expect(200);
    lab.wait_seconds(90 * 86_400).await;
    assert_eq!(show(&lab, &admin, &waiting).await["state"], "in_progress");
}

#[tokio::test]
async fn a_major_incident_from_its_proposal_to_the_problem_that_it_leaves() {
    let lab = Lab::new();
    let boss = lab.user("boss", &[Role::IncidentManager]).await;
    let (boss_id, boss) = (boss.id.to_string(), lab.token(&boss, Scope::All).await);
    let (ann, ben) = (lab.token_of(Role::Requester).await, lab.token_of(Role::Responder).await);
    let body = json!({"kind": "incident", "title": "no orders", "impact": 1, "urgency": 1});
    let made = open(&lab, &ann, body).await;
    let inc = number(&made);
    assert_eq!((&made["major"]["state"], &made["major"]["proposed_by"]), (&json!("proposed"), &json!("system:rules")));
    let step = |token: &str, body: Value| {
        let (token, path) = (token.to_owned(), format!("/api/v1/tickets/{inc}/major"));
        let lab = &lab;
        async move { lab.post(&token, &path, body).await }
    };
    let next = |hours: i64| (lab.service.now().plus_millis(hours * HOUR)).to_string();
    let accept =
        json!({"step": "accept", "business_impact": "no sales", "commander": boss_id, "next_update_at": next(1)});
    step(&ben, accept.clone()).await.problem(403, "not-authorised");
    let pointers = step(&boss, json!({"step": "accept"})).await.pointers(422);
    assert_eq!(pointers, ["/business_impact", "/commander", "/next_update_at"]);
    assert_eq!(step(&boss, json!({"step": "explode"})).await.pointers(422), ["/step"]);
    assert_eq!(step(&boss, json!({"step": "remind"})).await.pointers(422), ["/step"]);
    let mut past = accept.clone();
    past["next_update_at"] = json!("2020-01-01T00:00:00Z");
    assert_eq!(step(&boss, past).await.pointers(422), ["/next_update_at"]);
    let mut state = accept.clone();
    state["state"] = json!("accepted");
    assert_eq!(step(&boss, state).await.pointers(422), ["/state"], "nothing else is taken");
    let accepted = step(&boss, accept.clone()).await.expect(200).json();
    assert_eq!((&accepted["major"]["state"], &accepted["major"]["commander"]), (&json!("accepted"), &json!(boss_id)));
    step(&boss, accept).await.problem(409, "conflict");
    assert_eq!(lab.all(&ann, "/api/v1/tickets?major=accepted").await.len(), 1);
    lab.wait_seconds(3_601).await;
    let reminders = |told: &[Value]| told.iter().filter(|entry| entry["step"] == "remind").count();
    assert_eq!(reminders(&timeline(&lab, &ann, &inc).await), 1);
    lab.wait_seconds(1_801).await;
    assert_eq!(reminders(&timeline(&lab, &ann, &inc).await), 2, "and again after half an hour");
    let word = json!({"step": "update", "note": "half of the sites are back", "next_update_at": next(2)});
    step(&ben, word).await.expect(200);
    lab.wait_seconds(3_600).await;
    assert_eq!(reminders(&timeline(&lab, &ann, &inc).await), 2);
    event(&lab, &ben, &inc, resolve()).await.expect(200);
    let refused = event(&lab, &ben, &inc, json!({"event": "confirm"})).await;
    assert!(refused.text().contains("stand it down"), "{}", refused.text());
    step(&boss, json!({"step": "stand_down", "note": "all is back"})).await.expect(200);
    let closed = event(&lab, &ben, &inc, json!({"event": "confirm"})).await.expect(200).json();
    assert_eq!((&closed["state"], &closed["links"][0]["number"]), (&json!("closed"), &json!("PRB-000001")));
    let problem = show(&lab, &ben, "PRB-000001").await;
    assert_eq!((&problem["links"][0]["kind"], &problem["description"]), (&json!("causes"), &json!("no sales")));
    assert!(problem["title"].as_str().unwrap().contains(&inc));
}

#[tokio::test]
async fn a_major_incident_that_nobody_confirms_closes_with_its_problem_too() {
    let lab = Lab::new();
    let admin_user = lab.user("root", &[Role::Administrator]).await;
    let admin = lab.token(&admin_user, Scope::All).await;
    let inc = incident(&lab, &admin, "t").await;
    let step = |body: Value| lab.post(&admin, "/api/v1/tickets/INC-000001/major", body);
    let at = lab.service.now().plus_millis(HOUR).to_string();
    step(json!({"step": "accept", "business_impact": "b", "commander": admin_user.id, "next_update_at": at}))
        .await
        .expect(200);
    event(&lab, &admin, &inc, resolve()).await.expect(200);
    lab.wait_seconds(8 * DAY / 1_000).await;
    assert_eq!(show(&lab, &admin, &inc).await["state"], "resolved", "nobody stood it down");
    step(json!({"step": "stand_down", "note": "n"})).await.expect(200);
    lab.settle().await;
    let closed = show(&lab, &admin, &inc).await;
    assert_eq!((&closed["state"], &closed["links"][0]["number"]), (&json!("closed"), &json!("PRB-000001")));
}

/// Whatever people do: each version of a ticket has one entry of the trail and of the timeline, and numbers have no gaps.
#[tokio::test]
async fn the_trail_and_the_timelines_tell_of_every_change_and_numbers_have_no_gaps() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let kinds = ["incident", "problem", "change", "release", "request", "access"];
    let mut seed = 0x5eed_u64;
    let mut draw = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let mut numbers: Vec<String> = Vec::new();
    for round in 0..160_u64 {
        lab.clock.advance_millis(1_000);
        match draw(4) {
            0 => {
                // Some of them are refused: they take no number.
                let title = if draw(3) == 0 { "" } else { "t" };
                let kind = kinds[usize::try_from(draw(6)).unwrap()];
                let made = lab.post(&admin, "/api/v1/tickets", json!({"kind": kind, "title": title})).await;
                if made.status == 201 {
                    numbers.push(number(&made.json()));
                }
            }
            1 if !numbers.is_empty() => {
                let of = &numbers[usize::try_from(draw(numbers.len() as u64)).unwrap()];
                let path = format!("/api/v1/tickets/{of}");
                let tag = if draw(4) == 0 { "\"999\"" } else { "*" };
                lab.patch(&admin, &path, tag, json!({"title": format!("t{round}"), "impact": draw(5)})).await;
            }
            2 if !numbers.is_empty() => {
                let of = &numbers[usize::try_from(draw(numbers.len() as u64)).unwrap()];
                lab.post(&admin, &format!("/api/v1/tickets/{of}/comments"), json!({"text": "x"})).await.expect(201);
            }
            _ if !numbers.is_empty() => {
                let of = &numbers[usize::try_from(draw(numbers.len() as u64)).unwrap()];
                let kind = show(&lab, &admin, of).await["kind"].as_str().unwrap().parse_kind();
                let table = muster_model::ticket::transition::table(kind);
                let row = &table[usize::try_from(draw(table.len() as u64)).unwrap()];
                let reason = if row.event == "hold" { "vendor" } else { "not_needed" };
                let body = json!({"event": row.event, "comment": "c", "reason": reason, "close_code": "fixed",
                    "close_notes": "n", "cause_item": "none", "assignment_group": "g"});
                event(&lab, &admin, of, body).await;
            }
            _ => {}
        }
    }
    let trail: Vec<AuditEntry> = all(&lab, Collection::Audit).await;
    let tickets = lab.store.all::<Ticket>(Scan::keys(Collection::Ticket, "")).await.unwrap();
    assert!(tickets.len() > 15);
    for stored in &tickets {
        let id = stored.value.id.to_string();
        let entries = trail.iter().filter(|entry| entry.draft.object == id).count() as u64;
        assert_eq!(entries, stored.version, "{}: one entry for each version", stored.value.number);
        let told = lab.store.all::<TimelineEntry>(Scan::keys(Collection::Timeline, format!("{id}/"))).await.unwrap();
        let seqs: Vec<u64> = told.iter().map(|entry| entry.value.seq).collect();
        assert_eq!(seqs, (1..=stored.value.timeline).collect::<Vec<_>>(), "{}", stored.value.number);
        assert_eq!(stored.value.timeline, stored.version);
    }
    for kind in muster_model::ticket::Kind::ALL {
        let mut of_kind: Vec<&str> =
            tickets.iter().filter(|t| t.value.kind() == *kind).map(|t| t.value.number.as_str()).collect();
        of_kind.sort_unstable();
        let expected: Vec<String> = (1..=of_kind.len() as u64).map(|n| kind.number(n)).collect();
        assert_eq!(of_kind, expected);
    }
    assert_eq!(lab.store.verify().await.unwrap(), Vec::<String>::new());
}

trait ParseKind {
    fn parse_kind(&self) -> muster_model::ticket::Kind;
}

impl ParseKind for str {
    fn parse_kind(&self) -> muster_model::ticket::Kind {
        *muster_model::ticket::Kind::ALL.iter().find(|kind| kind.as_str() == self).unwrap()
    }
}

async fn all<T: muster_model::Record>(lab: &Lab, collection: Collection) -> Vec<T> {
    let rows = lab.store.all::<T>(Scan::keys(collection, "")).await.unwrap();
    rows.into_iter().map(|row| row.value).collect()
}

#[tokio::test]
async fn a_known_error_is_recognised_by_its_signature_and_taken_on_in_one_step() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let mut device = crate::lab::Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let package = lab.all(&ben, "/api/v1/items?class=package").await.remove(0);
    let (product, version) = (&package["attributes"]["name"], package["attributes"]["version"].as_str().unwrap());
    let problem = |signature: Value, workaround: Option<&str>| {
        let analysis = json!({"cause": "c", "workaround": workaround, "signature": signature});
        let body = json!({"kind": "problem", "title": "p", "details": {"analysis": analysis}});
        lab.post(&ben, "/api/v1/tickets", body)
    };
    let bad = problem(json!({"product": product, "versions": "older than 3"}), None).await;
    assert_eq!(bad.pointers(422), ["/details/analysis/signature/versions"]);
    assert_eq!(problem(json!({"versions": "<3"}), None).await.pointers(422), ["/details/analysis/signature/product"]);
    assert_eq!(problem(json!({"color": "red"}), None).await.status, 422, "nothing else is taken");
    let at_most = format!("<={version}");
    problem(json!({"product": product, "versions": at_most}), Some("restart it")).await.expect(201);
    problem(json!({"error_code": "E-77"}), Some("wait")).await.expect(201);
    problem(json!({"product": product, "versions": at_most, "error_code": "E-77"}), Some("both")).await.expect(201);
    problem(json!({"product": product}), None).await.expect(201);
    problem(json!({"product": product, "versions": format!("<{version}")}), Some("older only")).await.expect(201);
    let body = json!({"kind": "incident", "title": "it says E-77", "items": [host]});
    let inc = number(&open(&lab, &ben, body).await);
    let suggested = lab.get(&ben, &format!("/api/v1/tickets/{inc}/suggestions")).await.expect(200).json();
    let known: Vec<(&Value, &Value)> =
        suggested["known_errors"].as_array().unwrap().iter().map(|one| (&one["problem"], &one["score"])).collect();
    let expected =
        [(json!("PRB-000003"), json!(70)), (json!("PRB-000001"), json!(35)), (json!("PRB-000002"), json!(35))];
    let mut sorted = known.clone();
    sorted[1..].sort_by_key(|(number, _)| number.to_string());
    assert_eq!(
        sorted,
        expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>(),
        "what has no way around is not suggested"
    );
    let listed = lab.all(&ben, "/api/v1/known-errors?state=published").await;
    assert_eq!(listed.len(), 4);
    let accept = |problem: &str| {
        let (path, body) = (format!("/api/v1/tickets/{inc}/known-error"), json!({"problem": problem}));
        let (lab, ben) = (&lab, &ben);
        async move { lab.post(ben, &path, body).await }
    };
    for wrong in ["PRB-000004", "PRB-999999", inc.as_str(), " "] {
        assert_eq!(accept(wrong).await.pointers(422), ["/problem"], "{wrong}");
    }
    let resolved = accept("PRB-000003").await.expect(200).json();
    assert_eq!((&resolved["state"], &resolved["close_code"]), (&json!("resolved"), &json!("known_error")));
    assert!(resolved["close_notes"].as_str().unwrap().ends_with("both"), "{resolved}");
    assert_eq!(
        (&resolved["links"][0]["kind"], &resolved["links"][0]["number"]),
        (&json!("caused_by"), &json!("PRB-000003"))
    );
    assert_eq!(show(&lab, &ben, "PRB-000003").await["links"][0]["number"], json!(inc));
    accept("PRB-000003").await.problem(409, "transition-refused");
    let none = lab.get(&ben, &format!("/api/v1/tickets/{inc}/suggestions")).await.expect(200).json();
    assert_eq!(none["known_errors"], json!([]), "what is over needs no suggestion");
}

#[tokio::test]
async fn an_article_lives_in_versions_and_who_only_asks_reads_what_is_published_for_all() {
    let lab = Lab::new();
    let (ann, ben) = (lab.token_of(Role::Requester).await, lab.token_of(Role::Responder).await);
    lab.post(&ann, "/api/v1/articles", json!({"title": "t"})).await.problem(403, "not-authorised");
    for (body, pointer) in [
        (json!({"title": ""}), "/title"),
        (json!({"title": "t", "state": "published", "review_at": "2027-01-01T00:00:00Z"}), "/body"),
        (json!({"title": "t", "body": "b", "state": "published"}), "/review_at"),
        (json!({"title": "t", "body": "b", "state": "published", "review_at": "2020-01-01T00:00:00Z"}), "/review_at"),
        (json!({"title": "t", "id": "kba_1"}), "/id"),
        (json!({"title": "t", "edition": 9}), "/edition"),
    ] {
        assert_eq!(lab.post(&ben, "/api/v1/articles", body).await.pointers(422), [pointer]);
    }
    let draft = json!({"title": "Disk full on backup hosts", "body": "remove old archives", "keywords": ["ENOSPC"]});
    let made = lab.post(&ben, "/api/v1/articles", draft).await.expect(201).json();
    assert_eq!((&made["number"], &made["state"], &made["edition"]), (&json!("KB-000001"), &json!("draft"), &json!(1)));
    lab.get(&ann, "/api/v1/articles/KB-000001").await.problem(404, "not-found");
    assert!(lab.all(&ann, "/api/v1/articles").await.is_empty());
    let path = "/api/v1/articles/KB-000001";
    lab.people(ask(Method::PATCH, &ben, path, &[], Some(json!({"title": "x"})))).await.problem(428, "if-match-needed");
    lab.patch(&ben, path, "\"9\"", json!({"title": "x"})).await.problem(412, "stale");
    let publish = json!({"state": "published", "review_at": "2027-01-01T00:00:00Z", "reason": "checked"});
    let published = lab.patch(&ben, path, "\"1\"", publish).await.expect(200).json();
    assert_eq!((&published["edition"], &published["version"]), (&json!(2), &json!(2)));
    assert_eq!(lab.get(&ann, path).await.expect(200).json()["title"], "Disk full on backup hosts");
    for (filter, found) in [("archives", 1), ("enospc", 1), ("printer", 0), ("overdue:false", 1), ("state:draft", 0)] {
        assert_eq!(lab.all(&ann, &format!("/api/v1/articles?filter={filter}")).await.len(), found, "{filter}");
    }
    let inc = incident(&lab, &ann, "the backup says the disk is full").await;
    let suggested = lab.get(&ann, &format!("/api/v1/tickets/{inc}/suggestions")).await.expect(200).json();
    assert_eq!(suggested["articles"][0]["number"], "KB-000001");
    lab.get(&ann, &format!("{path}/versions")).await.problem(403, "not-authorised");
    let versions = lab.get(&ben, &format!("{path}/versions")).await.expect(200).json();
    let told: Vec<(&Value, &Value)> =
        versions["items"].as_array().unwrap().iter().map(|v| (&v["edition"], &v["reason"])).collect();
    assert_eq!(told, [(&json!(2), &json!("checked")), (&json!(1), &json!(""))]);
    lab.patch(&ben, path, "*", json!({"visibility": "internal"})).await.expect(200);
    lab.get(&ann, path).await.problem(404, "not-found");
    let suggested = lab.get(&ann, &format!("/api/v1/tickets/{inc}/suggestions")).await.expect(200).json();
    assert_eq!(suggested["articles"], json!([]), "what is internal is suggested to nobody who only asks");
    lab.patch(&ben, path, "*", json!({"state": "retired", "reason": "no more"})).await.expect(200);
    let again = lab.patch(&ben, path, "*", json!({"state": "published"})).await;
    assert_eq!(again.pointers(422), ["/state"]);
}

fn laptop() -> Value {
    json!({
        "name": "a laptop", "description": "with all that it takes", "category": "hardware", "state": "published",
        "form": {
            "type": "object",
            "properties": {
                "model": {"type": "string", "enum": ["small", "large"]},
                "count": {"type": "integer", "minimum": 1, "maximum": 3},
            },
            "required": ["model"],
        },
        "tasks": [
            {"name": "hand", "title": "hand it over", "after": ["set_up"]},
            {"name": "buy", "title": "buy it", "assignment_group": "purchase"},
            {"name": "set_up", "title": "set it up", "after": ["buy"]},
            {"name": "bag", "title": "add a bag", "optional": true},
        ],
        "cost": {"cents": 129_900, "currency": "EUR"},
    })
}

#[tokio::test]
async fn an_item_of_the_catalogue_is_refused_with_the_place_that_is_wrong() {
    let lab = Lab::new();
    let (ben, admin) = (lab.token_of(Role::Responder).await, lab.admin().await);
    lab.post(&ben, "/api/v1/catalogue", laptop()).await.problem(403, "not-authorised");
    for (path, value, pointer) in [
        ("/name", json!(""), "/name"),
        ("/form/type", json!("array"), "/form/type"),
        ("/form/required/0", json!("color"), "/form/required"),
        ("/form/properties/model", json!({"type": "string", "pattern": "(a+)+$"}), "/form/properties/model"),
        ("/tasks/1/after", json!(["hand"]), "/tasks"),
        ("/tasks/2/after", json!(["nothing"]), "/tasks/2/after"),
        ("/tasks/3/name", json!("buy"), "/tasks/3/name"),
        ("/cost/currency", json!("euro"), "/cost/currency"),
    ] {
        let mut offer = laptop();
        if let Some(place) = offer.pointer_mut(path) {
            *place = value.clone();
        } else {
            offer["tasks"][1]["after"] = value;
        }
        let pointers = lab.post(&admin, "/api/v1/catalogue", offer).await.pointers(422);
        assert!(pointers[0].starts_with(pointer), "{path}: {pointers:?}");
    }
    let mut offer = laptop();
    offer["approved_by"] = json!("me");
    assert_eq!(lab.post(&admin, "/api/v1/catalogue", offer).await.pointers(422), ["/approved_by"]);
}

#[tokio::test]
async fn a_request_keeps_its_version_is_voted_on_and_ends_as_honestly_as_its_tasks() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (ann, ben) = (lab.token_of(Role::Requester).await, lab.token_of(Role::Responder).await);
    let owner = lab.token_of(Role::ServiceOwner).await;
    let item = lab.post(&owner, "/api/v1/catalogue", laptop()).await.expect(201).json();
    let path = format!("/api/v1/catalogue/{}", item["id"].as_str().unwrap());
    let order = |answers: Value| {
        let (to, body) = (format!("{path}/requests"), json!({"answers": answers}));
        let (lab, ann) = (&lab, &ann);
        async move { lab.post(ann, &to, body).await }
    };
    for (answers, pointer) in [
        (json!({}), "/answers/model"),
        (json!({"model": "huge"}), "/answers/model"),
        (json!({"model": "small", "count": 9}), "/answers/count"),
        (json!({"model": "small", "approved": true}), "/answers/approved"),
    ] {
        assert_eq!(order(answers).await.pointers(422), [pointer]);
    }
    let made = order(json!({"model": "large", "count": 2})).await.expect(201).json();
    let req = number(&made);
    assert_eq!(made["details"]["ordered"]["edition"], 1);
    // Nobody writes into what was ordered.
    let forged = json!({"details": {"ordered": {"needs_votes": false}}});
    assert_eq!(lab.patch(&ann, &format!("/api/v1/tickets/{req}"), "*", forged).await.status, 422);
    let mut next = laptop();
    next["tasks"] = json!([]);
    lab.put(&owner, &path, "\"1\"", next).await.expect(200);
    event(&lab, &ann, &req, json!({"event": "submit"})).await.expect(200);
    let refused = event(&lab, &ben, &req, json!({"event": "fulfil"})).await;
    assert!(refused.text().contains("request_approval"), "{}", refused.text());
    event(&lab, &ann, &req, json!({"event": "request_approval"})).await.expect(200);
    let round = lab.get(&ann, &format!("/api/v1/tickets/{req}/approvals")).await.json()["items"][0]["id"].clone();
    let vote = format!("/api/v1/approvals/{}/votes", round.as_str().unwrap());
    lab.post(&ann, &vote, json!({"decision": "approve"})).await.problem(409, "conflict");
    let mut approved = false;
    for voter in [&owner, &admin, &ben] {
        let reply = lab.post(voter, &vote, json!({"decision": "approve"})).await;
        approved |= reply.status == 200;
    }
    assert!(approved);
    assert_eq!(show(&lab, &ann, &req).await["state"], "approved");
    event(&lab, &ben, &req, json!({"event": "fulfil"})).await.expect(200);
    let parts = lab.get(&ben, &format!("/api/v1/tickets/{req}/parts")).await.expect(200).json();
    let titles: Vec<&str> = parts["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), 4, "the tasks of the version that was ordered: {titles:?}");
    let task = |title: &str| {
        let all = parts["items"].as_array().unwrap();
        number(all.iter().find(|part| part["title"] == title).unwrap())
    };
    let early = event(&lab, &ben, &task("hand it over"), json!({"event": "done"})).await;
    assert!(early.text().contains(&task("set it up")), "{}", early.text());
    event(&lab, &ben, &task("buy it"), json!({"event": "done"})).await.expect(200);
    let complete = |code: &str| {
        let body = json!({"event": "complete", "close_code": code});
        let (lab, ben, req) = (&lab, &ben, &req);
        async move { event(lab, ben, req, body).await }
    };
    assert!(complete("complete").await.text().contains(&task("set it up")), "open tasks are named");
    event(&lab, &ben, &task("set it up"), json!({"event": "start"})).await.expect(200);
    event(&lab, &ben, &task("set it up"), json!({"event": "fail", "comment": "broken"})).await.expect(200);
    event(&lab, &ben, &task("hand it over"), json!({"event": "done"})).await.expect(200);
    event(&lab, &ben, &task("add a bag"), json!({"event": "skip", "comment": "none left"})).await.expect(200);
    let refused = complete("complete").await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains(&task("set it up")), "{refused}");
    complete("incomplete").await.expect(200);
    let closed = event(&lab, &ann, &req, json!({"event": "close"})).await.expect(200).json();
    assert_eq!(closed["close_code"], "incomplete");
}

#[tokio::test]
async fn what_is_not_offered_to_somebody_is_not_there() {
    let lab = Lab::new();
    let (ann, owner) = (lab.token_of(Role::Requester).await, lab.token_of(Role::ServiceOwner).await);
    let offer = |state: &str, visible_to: Value| {
        let body = json!({"name": "a phone", "state": state, "visible_to": visible_to, "approval": "none"});
        let (lab, owner) = (&lab, &owner);
        async move { lab.post(owner, "/api/v1/catalogue", body).await.expect(201).json()["id"].as_str().unwrap().to_owned() }
    };
    let (draft, others) = (offer("draft", json!([])).await, offer("published", json!(["responder"])).await);
    let hers = offer("published", json!(["requester"])).await;
    for id in [&draft, &others] {
        lab.get(&ann, &format!("/api/v1/catalogue/{id}")).await.problem(404, "not-found");
        lab.post(&ann, &format!("/api/v1/catalogue/{id}/requests"), json!({})).await.problem(404, "not-found");
    }
    let listed = lab.get(&ann, "/api/v1/catalogue").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    lab.post(&owner, &format!("/api/v1/catalogue/{draft}/requests"), json!({})).await.problem(409, "conflict");
    let req =
        number(&lab.post(&ann, &format!("/api/v1/catalogue/{hers}/requests"), json!({})).await.expect(201).json());
    event(&lab, &ann, &req, json!({"event": "submit"})).await.expect(200);
    event(&lab, &owner, &req, json!({"event": "fulfil"})).await.expect(200);
}

#[tokio::test]
async fn a_proposal_that_nobody_decided_on_ends_with_its_incident_and_its_reason_is_a_sentence() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let body = json!({"kind": "incident", "title": "no orders", "impact": 1, "urgency": 1});
    let made = open(&lab, &ben, body).await;
    let inc = number(&made);
    let reason = made["major"]["reason"].as_str().expect("a sentence");
    assert!(reason.starts_with("by the rule"), "{reason}");
    let resolved = event(&lab, &ben, &inc, resolve()).await.expect(200).json();
    assert_eq!(resolved["major"]["state"], "rejected");
    let told = timeline(&lab, &ben, &inc).await;
    let moved = told.iter().rfind(|entry| entry["what"] == "moved").unwrap();
    assert!(moved["note"].as_str().unwrap().contains("nobody decided"), "{moved}");
}
