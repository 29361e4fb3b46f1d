//! `/tickets`: numbers, states, locks, comments, priority.

use std::collections::BTreeSet;

use axum::http::Method;
use futures_util::future::join_all;
use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Lab, Reply, ask};

async fn open(lab: &Lab, token: &str, title: &str) -> Value {
    lab.post(token, "/api/v1/tickets", json!({"kind": "incident", "title": title})).await.expect(201).json()
}

async fn event(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await
}

#[tokio::test]
async fn kind_and_title_are_enough() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let ticket = open(&lab, &token, "the printer is on fire").await;
    assert_eq!(ticket["number"], "INC-000001");
    assert_eq!(ticket["state"], "new");
    assert_eq!((&ticket["impact"], &ticket["urgency"], &ticket["priority"]), (&json!(3), &json!(3), &json!(5)));
    assert_eq!((&ticket["opened_by"], &ticket["channel"]), (&json!("responder"), &json!("api")));
    for name in [ticket["id"].as_str().unwrap(), "INC-000001", "inc-000001"] {
        let reply = lab.get(&token, &format!("/api/v1/tickets/{name}")).await.expect(200);
        assert_eq!(reply.etag(), "\"1\"");
        assert_eq!(reply.json(), ticket);
    }
    for name in ["INC-000002", "INC-1", "INC-00000", "tkt_00000000000000000000000000000000", "1"] {
        lab.get(&token, &format!("/api/v1/tickets/{name}")).await.problem(404, "not-found");
    }
    let priority = |impact: u8, urgency: u8| {
        let body = json!({"kind": "incident", "title": "t", "impact": impact, "urgency": urgency});
        async { lab.post(&token, "/api/v1/tickets", body).await.expect(201).json()["priority"].clone() }
    };
    assert_eq!((priority(1, 1).await, priority(2, 2).await, priority(3, 1).await), (json!(1), json!(3), json!(3)));
}

#[tokio::test]
async fn items_of_a_ticket_must_exist() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let mut device = crate::lab::Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let item = lab.get(&token, "/api/v1/items?class=package").await.json()["items"][0]["id"].clone();
    let body = json!({"kind": "incident", "title": "t", "items": [host, item]});
    let ticket = lab.post(&token, "/api/v1/tickets", body).await.expect(201).json();
    assert_eq!((&ticket["items"][0]["name"], &ticket["items"][1]["name"]), (&json!("web-1"), &json!("package bash")));
    let named = json!({"kind": "incident", "title": "t", "items": ["WEB-1"]});
    let ticket = lab.post(&token, "/api/v1/tickets", named).await.expect(201).json();
    assert_eq!((&ticket["items"][0]["id"], &ticket["items"][0]["name"]), (&json!(host), &json!("web-1")));
    let near = json!({"kind": "incident", "title": "t", "items": ["web-2"]});
    let refused = lab.post(&token, "/api/v1/tickets", near).await.expect(422).json();
    assert!(refused.to_string().contains("near it: web-1"), "{refused}");
    for unknown in ["host_00000000000000000000000000000000", "shop", "", "item_0"] {
        let body = json!({"kind": "incident", "title": "t", "items": [host, unknown]});
        assert_eq!(lab.post(&token, "/api/v1/tickets", body).await.pointers(422), ["/items/1"]);
    }
}

#[tokio::test]
async fn transitions_are_listed_with_what_they_ask_for() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    open(&lab, &token, "t").await;
    let list = lab.get(&token, "/api/v1/tickets/INC-000001/transitions").await.expect(200).json();
    let events: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|row| row["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["assign", "start", "resolve", "cancel"]);
    let resolve = &list["items"][2];
    assert_eq!(resolve["required"], json!(["close_code", "close_notes", "cause_item"]));
    assert!(resolve["choices"]["close_code"].as_array().unwrap().contains(&json!("fixed")));
    let viewer = lab.token_of(Role::Viewer).await;
    let none = lab.get(&viewer, "/api/v1/tickets/INC-000001/transitions").await.expect(200).json();
    assert_eq!(none["items"], json!([]), "a viewer moves nothing");
}

#[tokio::test]
async fn a_refused_event_says_what_is_possible_and_what_is_missing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    open(&lab, &token, "t").await;
    let before = lab.sequence().await;
    for wrong in ["reopen", "confirm", "auto_resolve", "auto_close", "hold", "nonsense", ""] {
        let problem =
            event(&lab, &token, "INC-000001", json!({"event": wrong})).await.problem(409, "transition-refused");
        assert_eq!((&problem["from"], &problem["event"]), (&json!("new"), &json!(wrong)));
        assert_eq!(problem["allowed"], json!(["assign", "start", "resolve", "cancel"]));
        assert_eq!(problem["missing"], json!([]));
    }
    let body = json!({"event": "resolve", "close_code": "fixed", "close_notes": " "});
    let problem = event(&lab, &token, "INC-000001", body).await.problem(409, "transition-refused");
    assert_eq!(problem["missing"], json!(["close_notes", "cause_item"]));
    assert_eq!(problem["errors"][0]["pointer"], "/close_notes");
    for (body, field) in [
        (json!({"event": "resolve", "close_code": "magic", "close_notes": "n", "cause_item": "none"}), "/close_code"),
        (
            json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "the cat"}),
            "/cause_item",
        ),
        (json!({"event": "cancel", "reason": "boredom"}), "/reason"),
        (
            json!({"event": "assign", "assignment_group": "ops", "assignee": "user_00000000000000000000000000000000"}),
            "/assignee",
        ),
        (json!({"event": "start", "wake_at": "tomorrow"}), "/wake_at"),
        (json!({"title": "x"}), "/event"),
        (json!({"event": 7}), "/event"),
    ] {
        assert_eq!(event(&lab, &token, "INC-000001", body).await.pointers(422), [field]);
    }
    assert_eq!(lab.sequence().await, before);
}

#[tokio::test]
async fn the_whole_life_of_an_incident() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let user = lab.user("ann", &[Role::Responder]).await;
    open(&lab, &token, "t").await;
    let go = async |body: Value| event(&lab, &token, "INC-000001", body).await.expect(200).json();
    let state = go(json!({"event": "assign", "assignment_group": "ops", "assignee": user.id})).await;
    assert_eq!((&state["state"], &state["assignee"]), (&json!("in_progress"), &json!(user.id)));
    assert!(state["first_response_at"].is_string() && state["acknowledged_at"].is_string());
    let problem = event(&lab, &token, "INC-000001", json!({"event": "hold", "reason": "caller"})).await;
    assert_eq!(problem.problem(409, "transition-refused")["missing"], json!(["comment"]));
    let problem = event(&lab, &token, "INC-000001", json!({"event": "hold", "reason": "scheduled"})).await;
    assert_eq!(problem.problem(409, "transition-refused")["missing"], json!(["wake_at"]));
    go(json!({"event": "hold", "reason": "caller", "comment": "which printer?"})).await;
    lab.clock.advance_millis(60_000);
    assert_eq!(go(json!({"event": "resume"})).await["hold_seconds"], 60);
    let wake_at = muster_shared::Clock::now(&*lab.clock).plus_millis(3_600_000);
    go(json!({"event": "hold", "reason": "scheduled", "wake_at": wake_at})).await;
    lab.wait_seconds(3_599).await;
    assert_eq!(lab.get(&token, "/api/v1/tickets/INC-000001").await.json()["state"], "on_hold");
    lab.wait_seconds(1).await;
    assert_eq!(lab.get(&token, "/api/v1/tickets/INC-000001").await.json()["state"], "in_progress");
    let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "water", "cause_item": "none"});
    let resolved = go(resolve.clone()).await;
    assert_eq!((&resolved["state"], &resolved["close_code"]), (&json!("resolved"), &json!("fixed")));
    let edit = lab.patch(&token, "/api/v1/tickets/INC-000001", "*", json!({"title": "u"})).await;
    edit.problem(409, "conflict");
    assert_eq!(go(json!({"event": "reopen", "comment": "it burns again"})).await["reopen_count"], 1);
    go(resolve.clone()).await;
    assert_eq!(go(json!({"event": "confirm"})).await["state"], "closed");
    let problem = event(&lab, &token, "INC-000001", json!({"event": "reopen", "comment": "x"})).await;
    assert_eq!(problem.problem(409, "transition-refused")["allowed"], json!([]));

    // The other ways to the end: closed by the clock after seven days, and cancelled.
    open(&lab, &token, "second").await;
    event(&lab, &token, "INC-000002", resolve).await.expect(200);
    lab.wait_seconds(7 * 86_400 - 1).await;
    assert_eq!(lab.get(&token, "/api/v1/tickets/INC-000002").await.json()["state"], "resolved");
    lab.wait_seconds(1).await;
    assert_eq!(lab.get(&token, "/api/v1/tickets/INC-000002").await.json()["state"], "closed");
    open(&lab, &token, "third").await;
    let body = json!({"event": "cancel", "reason": "false_alarm"});
    assert_eq!(event(&lab, &token, "INC-000003", body).await.expect(200).json()["state"], "cancelled");

    // The timeline has all of it, in order, whatever the size of a page.
    let whole = lab.all(&token, "/api/v1/tickets/INC-000001/timeline").await;
    let moves: Vec<&str> = whole.iter().filter_map(|entry| entry["event"].as_str()).collect();
    assert_eq!(moves, ["assign", "hold", "resume", "hold", "resume", "resolve", "reopen", "resolve", "confirm"]);
    for limit in [1, 2, 3, 10] {
        let paged = lab.all(&token, &format!("/api/v1/tickets/INC-000001/timeline?limit={limit}")).await;
        assert_eq!(paged, whole, "in pages of {limit}");
    }
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_seen() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    open(&lab, &token, "t").await;
    let path = "/api/v1/tickets/INC-000001";
    let before = lab.sequence().await;
    let bare = ask(Method::PATCH, &token, path, &[], Some(json!({"title": "u"})));
    lab.people(bare).await.problem(428, "if-match-needed");
    let stale = lab.patch(&token, path, "\"7\"", json!({"title": "u"})).await.problem(412, "stale");
    assert_eq!(stale["version"], 1);
    for junk in ["x", "W/\"1\"", "\"1\", \"2\"", "-1", ""] {
        lab.patch(&token, path, junk, json!({"title": "u"})).await.expect(400);
    }
    for (path, body) in [("transitions", json!({"event": "start"})), ("comments", json!({"text": "x"}))] {
        let path = format!("{path_base}/{path}", path_base = path_of());
        let request = ask(Method::POST, &token, &path, &[("if-match", "\"2\"")], Some(body));
        lab.people(request).await.problem(412, "stale");
    }
    assert_eq!(lab.sequence().await, before);
    let reply = lab.patch(&token, path, "\"1\"", json!({"title": "u"})).await.expect(200);
    assert_eq!((reply.etag(), &reply.json()["title"]), ("\"2\"".to_owned(), &json!("u")));
    let same = lab.patch(&token, path, "\"2\"", json!({"title": "u"})).await.expect(200);
    assert_eq!(same.etag(), "\"2\"", "nothing was changed");
    let request = ask(
        Method::POST,
        &token,
        &format!("{path}/transitions"),
        &[("if-match", "\"2\"")],
        Some(json!({"event": "start"})),
    );
    assert_eq!(lab.people(request).await.expect(200).etag(), "\"3\"");
}

fn path_of() -> &'static str {
    "/api/v1/tickets/INC-000001"
}

#[tokio::test]
async fn of_two_edits_at_once_one_wins() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    open(&lab, &token, "t").await;
    let edits = (0..10).map(|i| {
        let (lab, token) = (&lab, &token);
        async move { lab.patch(token, path_of(), "\"1\"", json!({"title": format!("edit {i}")})).await.status }
    });
    let mut statuses = join_all(edits).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412, 412, 412]);
    // Without a precondition none is lost: comments are added, not replaced.
    let comments = (0..40).map(|i| {
        let (lab, token) = (&lab, &token);
        async move { lab.post(token, &format!("{}/comments", path_of()), json!({"text": format!("{i}")})).await.status }
    });
    assert!(join_all(comments).await.iter().all(|status| *status == 201));
    let timeline = lab.all(&token, &format!("{}/timeline", path_of())).await;
    assert_eq!(timeline.iter().filter(|entry| entry["what"] == "comment").count(), 40);
    let numbers: Vec<u64> = timeline.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=42).collect::<Vec<_>>());
}

/// Numbers have no gaps, however many are opened at once, and a refused one takes none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_gapless() {
    let lab = std::sync::Arc::new(Lab::new());
    let token = lab.token_of(Role::Responder).await;
    let creates = (0..50).map(|i| {
        let (lab, token) = (std::sync::Arc::clone(&lab), token.clone());
        tokio::spawn(async move {
            let title = if i % 10 == 9 { String::new() } else { format!("ticket {i}") };
            lab.post(&token, "/api/v1/tickets", json!({"kind": "incident", "title": title})).await
        })
    });
    let mut numbers = BTreeSet::new();
    for reply in join_all(creates).await {
        let reply = reply.unwrap();
        match reply.status {
            201 => assert!(numbers.insert(reply.json()["number"].as_str().unwrap().to_owned())),
            status => assert_eq!(status, 422, "{}", reply.text()),
        }
    }
    assert_eq!(numbers, (1..=45).map(|n| format!("INC-{n:06}")).collect());
}

#[tokio::test]
async fn a_repeated_request_opens_one_ticket() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let create = |token: &str, key: &str, title: &str| {
        let body = json!({"kind": "incident", "title": title});
        lab.people(ask(Method::POST, token, "/api/v1/tickets", &[("idempotency-key", key)], Some(body)))
    };
    let first = create(&token, "k1", "t").await.expect(201).json();
    let sequence = lab.sequence().await;
    assert_eq!(create(&token, "k1", "t").await.expect(201).json(), first);
    create(&token, "k1", "u").await.problem(409, "conflict");
    assert_eq!(lab.sequence().await, sequence);
    assert_ne!(create(&token, "k2", "t").await.expect(201).json()["number"], first["number"]);
    // Another's key is another key.
    let other = lab.token_of(Role::CmdbOwner).await;
    assert_ne!(create(&other, "k1", "t").await.expect(201).json()["number"], first["number"]);
    for key in ["", &"x".repeat(129)] {
        assert_eq!(create(&token, key, "t").await.pointers(422), ["/Idempotency-Key"]);
    }
    let at_once = join_all((0..8).map(|_| create(&token, "k3", "once"))).await;
    let numbers: BTreeSet<String> =
        at_once.into_iter().map(|reply| reply.expect(201).json()["number"].to_string()).collect();
    assert_eq!(numbers.len(), 1);
}

/// The keys of requests and the names of accounts do not get into each other's way.
#[tokio::test]
async fn an_idempotency_key_reserves_no_account() {
    let lab = Lab::new();
    let squatter = lab.user("user-name", &[Role::Responder]).await;
    let token = lab.token(&squatter, Scope::All).await;
    let body = json!({"kind": "incident", "title": "t"});
    lab.people(ask(Method::POST, &token, "/api/v1/tickets", &[("idempotency-key", "ann")], Some(body)))
        .await
        .expect(201);
    lab.user("ann", &[Role::Viewer]).await;
}

#[tokio::test]
async fn internal_comments_are_for_those_who_work_on_it() {
    let lab = Lab::new();
    let (responder, viewer) = (lab.token_of(Role::Responder).await, lab.token_of(Role::Viewer).await);
    open(&lab, &responder, "t").await;
    let say = async |text: &str, visibility: Value| {
        let body = json!({"text": text, "visibility": visibility});
        lab.post(&responder, &format!("{}/comments", path_of()), body).await
    };
    say("we look at it", json!("public")).await.expect(201);
    say("it was Bob", json!("internal")).await.expect(201);
    say("x", json!("secret")).await.expect(422);
    assert_eq!(say("  ", json!("public")).await.pointers(422), ["/text"]);
    let texts = |entries: Vec<Value>| -> Vec<String> {
        entries.iter().filter_map(|entry| entry["text"].as_str().map(str::to_owned)).collect()
    };
    let timeline = format!("{}/timeline", path_of());
    assert_eq!(texts(lab.all(&responder, &timeline).await), ["we look at it", "it was Bob"]);
    assert_eq!(texts(lab.all(&viewer, &timeline).await), ["we look at it"]);
    assert_eq!(texts(lab.all(&viewer, &format!("{timeline}?limit=1")).await), ["we look at it"]);
}

#[tokio::test]
async fn a_priority_against_the_matrix_takes_a_right_and_a_reason() {
    let lab = Lab::new();
    let (responder, owner) = (lab.token_of(Role::Responder).await, lab.token_of(Role::CmdbOwner).await);
    open(&lab, &responder, "t").await;
    let before = lab.sequence().await;
    let body = json!({"priority": 1, "override_reason": "the boss"});
    lab.patch(&owner, path_of(), "\"1\"", body.clone()).await.problem(403, "not-authorised");
    assert_eq!(
        lab.patch(&responder, path_of(), "\"1\"", json!({"priority": 1})).await.pointers(422),
        ["/override_reason"]
    );
    let wrong = json!({"priority": 6, "override_reason": "x"});
    assert_eq!(lab.patch(&responder, path_of(), "\"1\"", wrong).await.pointers(422), ["/priority"]);
    assert_eq!(lab.sequence().await, before);
    let ticket = lab.patch(&responder, path_of(), "\"1\"", body).await.expect(200).json();
    assert_eq!(
        (&ticket["priority"], &ticket["priority_source"]["override"]["reason"]),
        (&json!(1), &json!("the boss"))
    );
    let ticket = lab.patch(&responder, path_of(), "\"2\"", json!({"urgency": 1})).await.expect(200).json();
    assert_eq!((&ticket["priority"], &ticket["priority_source"]), (&json!(3), &json!("matrix")));
}

#[tokio::test]
async fn null_takes_a_value_away_and_an_absent_field_stays() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let user = lab.user("ann", &[Role::Responder]).await;
    open(&lab, &token, "t").await;
    let body = json!({"category": "network", "assignment_group": "ops", "assignee": user.id});
    lab.patch(&token, path_of(), "\"1\"", body).await.expect(200);
    let ticket = lab.patch(&token, path_of(), "\"2\"", json!({"assignee": null})).await.expect(200).json();
    assert_eq!((&ticket["assignee"], &ticket["category"]), (&Value::Null, &json!("network")));
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    for i in 0..7 {
        open(&lab, &token, &format!("ticket {i}")).await;
        lab.clock.advance_millis(1);
    }
    for number in ["INC-000002", "INC-000005"] {
        event(&lab, &token, number, json!({"event": "cancel", "reason": "false_alarm"})).await.expect(200);
    }
    let numbers = async |query: &str| -> Vec<String> {
        let found = lab.all(&token, &format!("/api/v1/tickets{query}")).await;
        found.iter().map(|ticket| ticket["number"].as_str().unwrap()[8..].to_owned()).collect()
    };
    assert_eq!(numbers("").await, ["07", "06", "05", "04", "03", "02", "01"].map(|n| n[..].to_owned()));
    assert_eq!(numbers("?limit=3").await, numbers("").await);
    assert_eq!(numbers("?state=cancelled&limit=1").await, ["05", "02"].map(str::to_owned));
    assert_eq!(numbers("?filter=state%3Acancelled%20number%3AINC-000002").await, ["02".to_owned()]);
    assert_eq!(numbers("?active=true&limit=2").await.len(), 5);
    assert_eq!(numbers("?kind=incident&title=ticket%206").await, ["07".to_owned()]);
    assert_eq!(numbers("?state=new*").await.len(), 5);
    assert_eq!(numbers("?kind=problem").await, Vec::<String>::new());
}

#[tokio::test]
async fn people_are_named_by_what_they_sign_in_with() {
    let lab = Lab::new();
    let imo = lab.user("imo", &[Role::IncidentManager]).await;
    let token = lab.token(&imo, Scope::All).await;
    let number = open(&lab, &token, "t").await["number"].as_str().unwrap().to_owned();
    let assign = |who: &str| json!({"event": "assign", "assignment_group": "ops", "assignee": who});
    let unknown = event(&lab, &token, &number, assign("nobody")).await;
    assert_eq!(unknown.pointers(422), ["/assignee"]);
    let moved = event(&lab, &token, &number, assign("imo")).await.expect(200).json();
    assert_eq!(moved["assignee"], json!(imo.id));
    let path = format!("/api/v1/tickets/{number}");
    let ann = lab.user("ann", &[Role::Responder]).await;
    let edited = lab.patch(&token, &path, "*", json!({"assignee": "ann"})).await.expect(200).json();
    assert_eq!(edited["assignee"], json!(ann.id));
    assert_eq!(lab.patch(&token, &path, "*", json!({"assignee": "ann lee"})).await.pointers(422), ["/assignee"]);
    let lead = json!({
        "step": "accept", "business_impact": "no orders", "commander": "imo",
        "next_update_at": lab.service.now().plus_millis(3_600_000),
    });
    let major = lab.post(&token, &format!("{path}/major"), lead).await.expect(200).json();
    assert_eq!(major["major"]["commander"], json!(imo.id));
    let rows = json!({"tickets": [number], "event": "hold", "reason": "vendor", "assignee": "nobody"});
    assert_eq!(lab.post(&token, "/api/v1/tickets/bulk", rows).await.pointers(422), ["/assignee"]);
}

#[tokio::test]
async fn what_a_ticket_is_about_is_named_in_its_details_too() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let paula = lab.user("paula", &[Role::ChangeImplementer]).await;
    let mut device = crate::lab::Device::enroll(&lab, "web-1", &"2f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let item = json!({"class": "application", "name": "shop"});
    let shop = lab.post(&token, "/api/v1/items", item.clone()).await.expect(201).json()["id"].clone();
    let made = async |kind: &str, details: Value| {
        lab.post(&token, "/api/v1/tickets", json!({"kind": kind, "title": "t", "details": details})).await
    };
    let plan = json!({"plan": {"scope": {"items": ["web-1", "Shop"]}, "implementer": "paula"}});
    let change = made("change", plan).await.expect(201).json();
    let plan = &change["details"]["plan"];
    assert_eq!((&plan["scope"]["items"], &plan["implementer"]), (&json!([host, shop]), &json!(paula.id)));
    let number = change["number"].as_str().unwrap();
    let release = made("release", json!({"plan": {"changes": [number]}})).await.expect(201).json();
    assert_eq!(release["details"]["plan"]["changes"], json!([change["id"]]));
    let access = made("access", json!({"terms": {"hosts": ["WEB-1"]}})).await.expect(201).json();
    assert_eq!(access["details"]["terms"]["hosts"], json!([host]));
    // An item is no host to be let into.
    assert_eq!(made("access", json!({"terms": {"hosts": ["shop"]}})).await.pointers(422), ["/details/terms/hosts/0"]);
    // What two are called is nobody's.
    lab.post(&token, "/api/v1/items", json!({"class": "business_service", "name": "Shop"})).await.expect(201);
    let path = format!("/api/v1/tickets/{number}");
    let edit = json!({"details": {"plan": {"scope": {"items": ["web-1", "shop"]}}}});
    let refused = lab.patch(&token, &path, "*", edit).await.expect(422).json();
    assert!(refused.to_string().contains("several are called 'shop'"), "{refused}");
    assert!(refused.to_string().contains("/details/plan/scope/items/1"), "{refused}");
}
