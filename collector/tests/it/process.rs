//! Processes of the service desk as different people go through them: who asks, who works, who decides; each sees what the others did.

use muster_model::right::{Role, Scope};
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, drafted, event, plan, vote};
use crate::lab::{Device, Lab};

async fn token(lab: &Lab, name: &str, role: Role) -> String {
    let user = lab.user(name, &[role]).await;
    lab.token(&user, Scope::All).await
}

async fn opened(lab: &Lab, token: &str, body: Value) -> String {
    let made = lab.post(token, "/api/v1/tickets", body).await.expect(201).json();
    made["number"].as_str().unwrap().to_owned()
}

async fn ticket(lab: &Lab, token: &str, number: &str) -> Value {
    lab.get(token, &format!("/api/v1/tickets/{number}")).await.expect(200).json()
}

async fn found(lab: &Lab, token: &str, filter: &str) -> Vec<String> {
    let path = format!("/api/v1/tickets?filter={}", filter.replace(' ', "%20").replace('"', "%22"));
    let rows = lab.all(token, &path).await;
    rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

/// What stands against an event now, as the list of events tells it.
async fn refused(lab: &Lab, token: &str, number: &str, name: &str) -> Value {
    let rows = lab.get(token, &format!("/api/v1/tickets/{number}/transitions")).await.expect(200).json();
    let row = rows["items"].as_array().unwrap().iter().find(|row| row["event"] == name);
    row.unwrap_or_else(|| panic!("{name} is not listed: {rows}"))["refused"].clone()
}

#[tokio::test]
async fn an_incident_goes_between_who_asks_and_who_works() {
    let lab = Lab::new();
    let (rita, other) = (token(&lab, "rita", Role::Requester).await, token(&lab, "rob", Role::Requester).await);
    let (ben, viewer) = (token(&lab, "ben", Role::Responder).await, token(&lab, "vic", Role::Viewer).await);
    let number = opened(&lab, &rita, json!({"kind": "incident", "title": "the printer burns"})).await;
    let comment = format!("/api/v1/tickets/{number}/comments");
    lab.post(&rita, &comment, json!({"text": "it still burns"})).await.expect(201);
    let acknowledge = format!("/api/v1/tickets/{number}/acknowledge");
    lab.post(&rita, &acknowledge, json!({})).await.expect(403);
    let seen = lab.post(&ben, &acknowledge, json!({})).await.expect(200).json();
    assert_eq!((&seen["state"], seen["acknowledged_at"].is_string()), (&json!("new"), true));
    assert!(seen["first_response_at"].is_null(), "what the one says who asks is no answer");
    lab.post(&ben, &comment, json!({"text": "we are on it"})).await.expect(201);
    assert!(ticket(&lab, &rita, &number).await["first_response_at"].is_string());
    // Work is given to who may do it, by name.
    let assign = |who: &str| json!({"event": "assign", "assignment_group": "ops", "assignee": who});
    assert_eq!(event(&lab, &ben, &number, assign("rob")).await.pointers(422), ["/assignee"]);
    event(&lab, &ben, &number, assign("ben")).await.expect(200);
    for (filter, count) in [
        ("assignee:ben", 1),
        ("assignee:me", 1),
        ("assignee:b*", 1),
        ("not assignee:ben", 0),
        ("assignee:rita", 0),
        ("requester:rita assignee:ben", 1),
    ] {
        assert_eq!(found(&lab, &ben, filter).await.len(), count, "{filter}");
    }
    assert_eq!(lab.get(&ben, "/api/v1/tickets?filter=assignee:bne").await.pointers(422), ["/filter"]);
    let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "water", "cause_item": "none"});
    event(&lab, &rita, &number, resolve.clone()).await.expect(403);
    event(&lab, &ben, &number, resolve.clone()).await.expect(200);
    // Who asked says whether it is so; nobody else who only asks.
    let again = json!({"event": "reopen", "comment": "it burns again"});
    for stranger in [&other, &viewer] {
        event(&lab, stranger, &number, again.clone()).await.expect(403);
    }
    let back = event(&lab, &rita, &number, again).await.expect(200).json();
    assert_eq!((&back["state"], &back["reopen_count"]), (&json!("in_progress"), &json!(1)));
    event(&lab, &ben, &number, resolve).await.expect(200);
    let closed = event(&lab, &rita, &number, json!({"event": "confirm"})).await.expect(200).json();
    assert_eq!(closed["state"], "closed");
}

#[tokio::test]
async fn somebody_is_helped_who_called() {
    let lab = Lab::new();
    let rita = token(&lab, "rita", Role::Requester).await;
    let ben = token(&lab, "ben", Role::Responder).await;
    let (mut web, mut db) =
        (Device::enroll(&lab, "web-1", &"1".repeat(32)).await, Device::enroll(&lab, "db-1", &"2".repeat(32)).await);
    web.report_full(&lab).await;
    db.report_full(&lab).await;
    let body = |who: &str| {
        json!({
            "kind": "incident", "title": "no mail", "requester": who, "channel": "phone",
            "items": ["web-1", {"id": "db-1", "role": "cause"}],
        })
    };
    lab.post(&rita, "/api/v1/tickets", body("ben")).await.expect(403);
    assert_eq!(lab.post(&ben, "/api/v1/tickets", body("nobody")).await.pointers(422), ["/requester"]);
    let number = opened(&lab, &ben, body("rita")).await;
    let made = ticket(&lab, &rita, &number).await;
    assert_eq!((&made["channel"], &made["opened_by"]), (&json!("phone"), &json!("ben")));
    let roles = |ticket: &Value| {
        let items = ticket["items"].as_array().unwrap().iter();
        items.map(|item| format!("{} {}", item["name"], item["role"]).replace('"', "")).collect::<Vec<_>>()
    };
    assert_eq!(roles(&made), ["web-1 affected", "db-1 cause"]);
    assert_eq!(found(&lab, &ben, "requester:rita").await, std::slice::from_ref(&number));
    // Whoever works on it says later what it is about, and for whom.
    let path = format!("/api/v1/tickets/{number}");
    let moved = lab.patch(&ben, &path, "*", json!({"items": ["db-1"], "requester": "ben"})).await.expect(200).json();
    assert_eq!(roles(&moved), ["db-1 affected"]);
    assert_eq!(found(&lab, &ben, "requester:me").await.len(), 1);
    assert_eq!(lab.patch(&ben, &path, "*", json!({"items": ["web-9"]})).await.pointers(422), ["/items/0"]);
    let pinned = json!({"priority": 1, "override_reason": "the board waits", "pin": true});
    lab.patch(&ben, &path, "*", pinned).await.expect(200);
    let edited = lab.patch(&ben, &path, "*", json!({"urgency": 2})).await.expect(200).json();
    assert_eq!(edited["priority"], 1, "what is pinned stays when the urgency changes");
    lab.patch(&ben, &path, "*", json!({"pin": false})).await.expect(200);
    let edited = lab.patch(&ben, &path, "*", json!({"urgency": 3})).await.expect(200).json();
    assert_ne!(edited["priority"], 1, "what is not pinned ends with the next urgency");
    assert_eq!(lab.patch(&ben, &path, "*", json!({"pin": true})).await.pointers(422), ["/pin"]);
    // Many at once: each has its own answer.
    let bulk = json!({"tickets": [number, "INC-000099"], "edit": {"assignee": "ben", "category": "mail"}});
    let rows = lab.post(&ben, "/api/v1/tickets/bulk", bulk).await.expect(200).json();
    assert_eq!((&rows["items"][0]["moved"], &rows["items"][1]["moved"]), (&json!(true), &json!(false)));
    assert_eq!(found(&lab, &ben, "category:mail assignee:ben").await.len(), 1);
    let both = json!({"tickets": ["INC-000001"], "event": "start", "edit": {"category": "x"}});
    assert_eq!(lab.post(&ben, "/api/v1/tickets/bulk", both).await.pointers(422), ["/event"]);
}

#[tokio::test]
async fn a_problem_from_its_cause_to_its_end_and_a_risk_that_ends() {
    let lab = Lab::new();
    let (ben, paul) = (token(&lab, "ben", Role::Responder).await, token(&lab, "paul", Role::ProblemManager).await);
    let rita = token(&lab, "rita", Role::Requester).await;
    lab.post(&rita, "/api/v1/tickets", json!({"kind": "problem", "title": "p"})).await.expect(403);
    let number = opened(&lab, &ben, json!({"kind": "problem", "title": "the pooler drops connections"})).await;
    event(&lab, &paul, &number, json!({"event": "assess"})).await.expect(200);
    assert!(refused(&lab, &paul, &number, "find_cause").await.is_string(), "the list says what it lacks");
    event(&lab, &paul, &number, json!({"event": "find_cause"})).await.problem(409, "transition-refused");
    let path = format!("/api/v1/tickets/{number}");
    let wrong = json!({"details": {"analysis": {"cause_item": "host_00000000000000000000000000000009"}}});
    assert_eq!(lab.patch(&paul, &path, "*", wrong).await.pointers(422), ["/details/analysis/cause_item"]);
    let analysis = json!({"cause": "a leak", "cause_item": "pgbouncer 1.22", "workaround": "restart it at night"});
    lab.patch(&paul, &path, "*", json!({"details": {"analysis": analysis}})).await.expect(200);
    assert!(refused(&lab, &paul, &number, "find_cause").await.is_null());
    event(&lab, &paul, &number, json!({"event": "find_cause"})).await.expect(200);
    event(&lab, &paul, &number, json!({"event": "start_fix"})).await.problem(409, "transition-refused");
    let none = json!({"details": {"analysis": {"no_change": "the vendor mended it"}}});
    lab.patch(&paul, &path, "*", none).await.expect(200);
    let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "the new version holds"});
    for (step, state) in [
        (json!({"event": "start_fix"}), "fix_in_progress"),
        (resolve.clone(), "resolved"),
        (json!({"event": "not_fixed", "comment": "it drops them again"}), "fix_in_progress"),
        (resolve, "resolved"),
        (json!({"event": "close"}), "closed"),
    ] {
        assert_eq!(event(&lab, &paul, &number, step).await.expect(200).json()["state"], state);
    }
    // A risk is lived with until a day; then another problem looks at it.
    let other = opened(&lab, &ben, json!({"kind": "problem", "title": "old disks", "assignment_group": "dba"})).await;
    let path = format!("/api/v1/tickets/{other}");
    let analysis = json!({"cause": "they are old", "cause_item": "disks of 2016"});
    lab.patch(&paul, &path, "*", json!({"details": {"analysis": analysis}})).await.expect(200);
    for step in ["assess", "find_cause"] {
        event(&lab, &paul, &other, json!({"event": step})).await.expect(200);
    }
    let until = lab.service.now().plus_millis(10 * 86_400_000);
    let accept = json!({"event": "accept_risk", "comment": "new ones come in spring", "until": until});
    event(&lab, &ben, &other, accept.clone()).await.expect(403);
    event(&lab, &paul, &other, accept).await.expect(200);
    lab.wait_seconds(10 * 86_400 - 1).await;
    assert_eq!(found(&lab, &paul, "kind:problem active:true").await, Vec::<String>::new());
    lab.wait_seconds(1).await;
    let next = found(&lab, &paul, "kind:problem active:true").await;
    assert_eq!(next, ["PRB-000003"]);
    let next = ticket(&lab, &paul, "PRB-000003").await;
    assert_eq!(
        (&next["details"]["analysis"]["cause"], &next["assignment_group"]),
        (&json!("they are old"), &json!("dba"))
    );
    assert_eq!((&next["links"][0]["kind"], &next["links"][0]["number"]), (&json!("relates_to"), &json!(other)));
    lab.wait_seconds(86_400).await;
    assert_eq!(found(&lab, &paul, "kind:problem").await.len(), 3, "once");
}

#[tokio::test]
async fn a_change_keeps_its_type_and_is_successful_when_its_checks_passed() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, _) = crate::change::cast::host(&lab, "web-1", "71").await;
    let mut wanted = plan(&lab, &["web-1"]);
    wanted["checks"] = json!(["it answers", "no alert for an hour"]);
    wanted["implementer"] = json!("peer");
    let body = json!({"kind": "change", "title": "t", "details": {"plan": wanted}});
    let refused = lab.post(&cast.planner, "/api/v1/tickets", body).await;
    assert_eq!(refused.pointers(422), ["/details/plan/implementer"], "a responder makes no changes");
    wanted["implementer"] = json!("ivan");
    wanted["risk_at_least"] = json!("high");
    let draft = drafted(&lab, &cast, &wanted).await;
    let risk = ticket(&lab, &cast.planner, &draft).await["details"]["risk"]["band"].clone();
    assert_eq!(risk, "high", "it is assessed from the start, and raised by its planner");
    wanted["risk_at_least"] = json!("low");
    let (number, round) = asked(&lab, &cast, &wanted).await;
    for kind in ["emergency", "standard"] {
        let patch = json!({"details": {"plan": {"type": kind}}});
        let reply = lab.patch(&cast.planner, &format!("/api/v1/tickets/{number}"), "*", patch).await;
        assert_eq!(reply.pointers(422), ["/details/plan/type"], "votes are not gone around");
    }
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    let checks = format!("/api/v1/tickets/{number}/checks");
    let passed = |check: &str, passed: bool| json!({"check": check, "passed": passed, "note": "seen"});
    lab.post(&cast.implementer, &checks, passed("1", true)).await.problem(409, "conflict");
    lab.wait_seconds(600).await;
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    device.put(SectionName::Package, crate::change::cast::openssl("3.0.15"));
    device.report_delta(&lab).await;
    assert_eq!(lab.post(&cast.implementer, &checks, passed("it sings", true)).await.pointers(422), ["/check"]);
    lab.post(&cast.peer, &checks, passed("1", true)).await.expect(403);
    lab.post(&cast.implementer, &checks, passed("1", true)).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    device.heartbeat(&lab).await;
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "as planned"});
    let open = event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    assert!(open["detail"].as_str().unwrap().contains("no alert for an hour"), "{open}");
    // Before anybody tries, the list of what can be done says so too.
    let path = format!("/api/v1/tickets/{number}/transitions");
    let possible = lab.get(&cast.manager, &path).await.expect(200).json()["items"].as_array().unwrap().clone();
    let refused = possible.iter().find(|row| row["event"] == "close").unwrap()["refused"].clone();
    assert!(refused.as_str().is_some_and(|why| why.contains("no alert for an hour")), "{refused}");
    lab.post(&cast.implementer, &checks, passed("no alert for an hour", false)).await.expect(200);
    event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    let place = json!({"check": 2, "passed": true});
    lab.post(&cast.implementer, &checks, place).await.expect(200);
    let none = lab.post(&cast.implementer, &checks, json!({"check": true, "passed": true})).await;
    assert_eq!(none.pointers(422), ["/check"]);
    let closed = event(&lab, &cast.manager, &number, close).await.expect(200).json();
    let told = closed["details"]["checked"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["by"]), (2, &json!("ivan")));
}

#[tokio::test]
async fn tickets_find_their_group() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let ben = token(&lab, "ben", Role::Responder).await;
    let rule = |name: &str, filter: &str, group: &str| json!({"name": name, "about": "tickets", "filter": filter, "group": group});
    let set = async |rules: Vec<Value>| lab.put(&admin, "/api/v1/routing", "*", json!({ "rules": rules })).await;
    let wrong = set(vec![rule("a", "policy:account", "x")]).await;
    assert_eq!(wrong.pointers(422), ["/rules/0/filter"], "tickets have other fields than findings");
    assert_eq!(set(vec![rule("a", "requester:ben", "x")]).await.pointers(422), ["/rules/0/filter"]);
    set(vec![rule("mail", "category:mail", "mail-team"), rule("rest", "kind:incident", "desk")]).await.expect(200);
    for (body, group) in [
        (json!({"kind": "incident", "title": "t", "category": "mail"}), json!("mail-team")),
        (json!({"kind": "incident", "title": "t"}), json!("desk")),
        (json!({"kind": "incident", "title": "t", "category": "mail", "assignment_group": "own"}), json!("own")),
        (json!({"kind": "problem", "title": "t"}), Value::Null),
    ] {
        let number = opened(&lab, &ben, body).await;
        assert_eq!(ticket(&lab, &ben, &number).await["assignment_group"], group);
    }
}

fn app(version: &str) -> Item {
    Item::new("app:amd64").with("name", "app").with("version", version).with("manager", "dpkg")
}

/// Six hosts with version 1.0.
async fn six(lab: &Lab) -> Vec<Device> {
    let mut devices = Vec::new();
    for n in 1..=6_u8 {
        let mut device = Device::enroll(lab, &format!("web-{n}"), &format!("{n:032x}")).await;
        device.put(SectionName::Package, app("1.0"));
        device.report_full(lab).await;
        devices.push(device);
    }
    lab.settle().await;
    devices
}

fn hosts(names: &[u8]) -> String {
    names.iter().map(|n| format!("name:web-{n}")).collect::<Vec<_>>().join(" or ")
}

fn release(waves: &Value) -> Value {
    let plan = json!({"packages": [{"name": "app", "version": "2.0"}], "waves": waves, "target_percent": 100});
    json!({"kind": "release", "title": "app 2.0", "details": {"plan": plan}})
}

#[tokio::test]
async fn each_wave_has_a_name_and_means_somebody() {
    let lab = Lab::new();
    let rea = token(&lab, "rea", Role::ReleaseManager).await;
    let _devices = six(&lab).await;
    let mut waves = json!([{"name": "first", "hosts": hosts(&[1, 2])}, {"name": "first", "hosts": " "}]);
    let twice = lab.post(&rea, "/api/v1/tickets", release(&waves)).await;
    assert_eq!(twice.pointers(422), ["/details/plan/waves/1/name", "/details/plan/waves/1/hosts"]);
    (waves[1]["name"], waves[1]["hosts"]) = (json!("rest"), json!("name:nobody"));
    let number = opened(&lab, &rea, release(&waves)).await;
    let empty = event(&lab, &rea, &number, json!({"event": "plan"})).await.problem(409, "transition-refused");
    assert!(empty["detail"].as_str().unwrap().contains("rest"), "{empty}");
    waves[1]["hosts"] = json!(hosts(&[3]));
    let edit = json!({"details": {"plan": {"waves": waves}}});
    lab.patch(&rea, &format!("/api/v1/tickets/{number}"), "*", edit).await.expect(200);
    event(&lab, &rea, &number, json!({"event": "plan"})).await.expect(200);
}

#[tokio::test]
async fn waves_begin_one_after_the_other_soak_and_stop() {
    let lab = Lab::new();
    let (rea, ben) = (token(&lab, "rea", Role::ReleaseManager).await, token(&lab, "ben", Role::Responder).await);
    let mut devices = six(&lab).await;
    let waves = json!([
        {"name": "first", "hosts": hosts(&[1, 2]), "soak_minutes": 30, "abort": {"urgent_incident": true}},
        {"name": "rest", "hosts": hosts(&[3, 4, 5, 6]), "abort": {"failed_percent": 30}},
    ]);
    let number = opened(&lab, &rea, release(&waves)).await;
    for step in ["plan", "freeze", "ready", "deploy"] {
        event(&lab, &rea, &number, json!({"event": step})).await.expect(200);
    }
    let phases = async || {
        let stored = ticket(&lab, &rea, &number).await;
        let waves = stored["details"]["deployment"]["waves"].as_array().unwrap().clone();
        let phases = waves.iter().map(|wave| wave["phase"].as_str().unwrap().to_owned());
        (stored["state"].as_str().unwrap().to_owned(), phases.collect::<Vec<_>>())
    };
    let stand = |state: &str, first: &str, rest: &str| (state.to_owned(), vec![first.to_owned(), rest.to_owned()]);
    assert_eq!(phases().await, stand("deploying", "open", "waiting"));
    for device in devices.iter_mut().take(2) {
        lab.clock.advance_millis(60_000);
        device.put(SectionName::Package, app("2.0"));
        device.report_delta(&lab).await;
    }
    lab.settle().await;
    assert_eq!(phases().await, stand("deploying", "soaking", "waiting"));
    // Somebody reports an urgent incident on a host of the wave: it stops until a person has looked.
    let urgent = json!({"kind": "incident", "title": "no orders", "impact": 1, "urgency": 1, "items": ["web-2"]});
    let incident = opened(&lab, &ben, urgent).await;
    lab.settle().await;
    assert_eq!(phases().await.0, "attention");
    let told = lab.all(&rea, &format!("/api/v1/tickets/{number}/timeline")).await;
    let why = told.iter().rev().find(|entry| entry["event"] == "attention").unwrap();
    assert!(why["note"].as_str().unwrap().contains(&incident) && why["actor"] == "system:release", "{why}");
    event(&lab, &rea, &number, json!({"event": "continue", "comment": "it was the network"})).await.expect(200);
    lab.wait_seconds(60).await;
    assert_eq!(phases().await, stand("deploying", "soaking", "waiting"), "what was taken on stops it no more");
    let early = event(&lab, &rea, &number, json!({"event": "complete"})).await.problem(409, "transition-refused");
    assert!(early["detail"].as_str().unwrap().contains("33 "), "two of six: {early}");
    for _ in 0..6 {
        for device in &devices {
            device.heartbeat(&lab).await;
        }
        lab.wait_seconds(300).await;
    }
    assert_eq!(phases().await, stand("deploying", "done", "open"), "the next begins after the soak");
    // Two of four get something else: more than thirty of a hundred went wrong.
    for (n, version) in [(2, "2.0"), (3, "1.9"), (4, "1.9")] {
        lab.clock.advance_millis(60_000);
        devices[n].put(SectionName::Package, app(version));
        devices[n].report_delta(&lab).await;
        for device in &devices {
            device.heartbeat(&lab).await;
        }
        lab.settle().await;
    }
    assert_eq!(phases().await.0, "attention");
    event(&lab, &rea, &number, json!({"event": "continue", "comment": "they are mended"})).await.expect(200);
    for device in devices.iter_mut().skip(3) {
        lab.clock.advance_millis(60_000);
        device.put(SectionName::Package, app("2.0"));
        device.report_delta(&lab).await;
    }
    lab.settle().await;
    assert_eq!(phases().await, stand("deploying", "done", "done"));
    assert_eq!(event(&lab, &rea, &number, json!({"event": "complete"})).await.expect(200).json()["state"], "completed");
    let until = lab.service.now().plus_millis(86_400_000);
    event(&lab, &rea, &number, json!({"event": "early_life", "until": until})).await.expect(200);
    lab.wait_seconds(86_400).await;
    assert_eq!(ticket(&lab, &rea, &number).await["state"], "closed");
}

#[tokio::test]
async fn two_releases_that_bring_other_versions_to_the_same_hosts_are_told() {
    let lab = Lab::new();
    let rea = token(&lab, "rea", Role::ReleaseManager).await;
    let _devices = six(&lab).await;
    let of = |version: &str, names: &[u8]| {
        let mut body = release(&json!([{"name": "all", "hosts": hosts(names)}]));
        body["details"]["plan"]["packages"][0]["version"] = json!(version);
        body
    };
    let one = opened(&lab, &rea, of("2.0", &[1, 2, 3])).await;
    let other = opened(&lab, &rea, of("2.1", &[3, 4])).await;
    let elsewhere = opened(&lab, &rea, of("2.2", &[5])).await;
    let same = opened(&lab, &rea, of("2.0", &[1])).await;
    let clashes = async |number: &str| {
        let told = ticket(&lab, &rea, number).await["details"]["clashes"].clone();
        let seen = lab.get(&rea, &format!("/api/v1/tickets/{number}/verification")).await.expect(200).json();
        assert_eq!(seen["clashes"].as_array().map_or(0, Vec::len), told.as_array().map_or(0, Vec::len));
        let all = told.as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|it| format!("{} {}/{} {}", it["number"], it["own"], it["other"], it["hosts"]))
            .collect::<Vec<_>>()
    };
    assert!(clashes(&one).await.is_empty(), "what is in draft is no plan");
    for number in [&one, &other, &elsewhere, &same] {
        event(&lab, &rea, number, json!({"event": "plan"})).await.expect(200);
    }
    let told = |number: &str, own: &str, other: &str| vec![format!("\"{number}\" \"{own}\"/\"{other}\" 1")];
    assert_eq!(clashes(&one).await, told(&other, "2.0", "2.1"));
    assert_eq!(clashes(&other).await, told(&one, "2.1", "2.0"));
    assert!(clashes(&elsewhere).await.is_empty() && clashes(&same).await.is_empty());
    event(&lab, &rea, &other, json!({"event": "cancel", "reason": "not_needed"})).await;
    let (wave, left) = lab.service.wave_left(&crate::lab::SYSTEM, &one, 0).await.unwrap();
    assert_eq!((wave.name.as_str(), left.len()), ("all", 3));
    assert!(lab.service.wave_left(&crate::lab::SYSTEM, &one, 1).await.is_err());
}
