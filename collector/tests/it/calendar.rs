//! When changes may be made: blackouts, maintenance windows of their items, what stands in for them, templates that failed, and the
//! calendar that shows all of it (section 6).

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, drafted, event, host, plan, ticket, time, vote};
use crate::lab::Lab;

fn blackout(lab: &Lab, from: i64, to: i64) -> Value {
    json!({
        "name": "year end", "everything": true, "reason": "the books are closed",
        "schedule": {"repeats": "never", "starts_at": time(lab, from), "ends_at": time(lab, to)},
    })
}

fn conflicts(ticket: &Value) -> Vec<(String, String)> {
    let text = |conflict: &Value, name: &str| conflict[name].as_str().unwrap_or_default().to_owned();
    let all = ticket["details"]["conflicts"].as_array().cloned().unwrap_or_default();
    all.iter().map(|conflict| (text(conflict, "kind"), text(conflict, "name"))).collect()
}

fn pair(kind: &str, name: &str) -> (String, String) {
    (kind.to_owned(), name.to_owned())
}

#[tokio::test]
async fn in_a_blackout_nothing_is_changed_but_by_who_may_and_says_why() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "1a").await;
    lab.post(&cast.planner, "/api/v1/blackouts", blackout(&lab, 0, 600)).await.problem(403, "not-authorised");
    let made = lab.post(&cast.manager, "/api/v1/blackouts", blackout(&lab, 0, 600)).await.expect(201).json();
    assert_eq!(made["state"], "active");
    let mut wrong = blackout(&lab, 0, 600);
    (wrong["everything"], wrong["reason"]) = (json!(false), json!(" "));
    assert_eq!(lab.post(&cast.manager, "/api/v1/blackouts", wrong).await.pointers(422), ["/reason", "/items"]);
    let number = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    assert_eq!(conflicts(&ticket(&lab, &cast, &number).await), [pair("blackout", "year end")]);
    let refused = event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await;
    let refused = refused.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("blackout year end"), "{refused}");
    let take = json!({"other": "blackout", "reason": "the bank asks for it"});
    let path = format!("/api/v1/tickets/{number}/conflicts");
    lab.post(&cast.peer, &path, take.clone()).await.problem(403, "not-authorised");
    lab.post(&cast.manager, &path, take).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    // An emergency is not kept by it.
    let mut urgent = plan(&lab, &[&one]);
    urgent["type"] = json!("emergency");
    let urgent = drafted(&lab, &cast, &urgent).await;
    let user = lab.user("bea", &[Role::ChangeApprover]).await;
    lab.token(&user, Scope::Work).await;
    event(&lab, &cast.planner, &urgent, json!({"event": "submit"})).await.expect(200);
    // Another time of the blackout leaves a change alone.
    let path = format!("/api/v1/blackouts/{}", made["id"].as_str().unwrap());
    lab.put(&cast.manager, &path, "\"7\"", blackout(&lab, 100, 200)).await.problem(412, "stale");
    lab.put(&cast.manager, &path, "\"1\"", blackout(&lab, 100, 200)).await.expect(200);
    let later = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    event(&lab, &cast.planner, &later, json!({"event": "submit"})).await.expect(200);
    let kinds: Vec<String> = conflicts(&ticket(&lab, &cast, &later).await).into_iter().map(|(kind, _)| kind).collect();
    assert!(!kinds.contains(&"blackout".to_owned()), "{kinds:?}");
    lab.remove(&cast.manager, &path, "\"2\"").await.expect(204);
    lab.get(&cast.peer, &path).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_blackout_of_a_service_is_one_of_all_that_it_stands_on_and_its_spare_is_left_alone() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    let (_, two) = host(&lab, "web-2", "2b").await;
    let (_, other) = host(&lab, "db-1", "2c").await;
    let body = json!({"class": "business_service", "name": "shop", "redundancy": {"front": 1}});
    let shop = lab.post(&admin, "/api/v1/items", body).await.expect(201).json();
    let shop = shop["id"].as_str().unwrap();
    for host in [&one, &two] {
        let relation = json!({"kind": "depends_on", "to": host, "reason": "it runs there", "group": "front"});
        lab.post(&admin, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    }
    let mut body = blackout(&lab, 0, 600);
    (body["everything"], body["items"]) = (json!(false), json!([shop]));
    lab.post(&cast.manager, "/api/v1/blackouts", body).await.expect(201);
    let of = async |host: &str| {
        let number = drafted(&lab, &cast, &plan(&lab, &[host])).await;
        event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
        conflicts(&ticket(&lab, &cast, &number).await)
    };
    assert_eq!(of(&one).await, [pair("blackout", "year end")]);
    assert!(of(&other).await.is_empty());
    let second = of(&two).await;
    assert!(second.contains(&pair("partner", "web-1")), "what stands in for it is changed then: {second:?}");
}

#[tokio::test]
async fn what_has_windows_of_its_own_is_changed_in_them() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "3a").await;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let window = |at: &str, minutes: u32| {
        let schedule = json!({"repeats": "weekly", "days": days, "at": at, "minutes": minutes, "zone": "UTC"});
        json!({"name": "its night", "items": [one], "schedule": schedule, "reason": "agreed"})
    };
    let clock = |minutes: i64| time(&lab, minutes).chars().skip(11).take(5).collect::<String>();
    let made = lab.post(&admin, "/api/v1/maintenance-windows", window(&clock(300), 60)).await.expect(201).json();
    let outside = || async {
        let number = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
        event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
        let all = conflicts(&ticket(&lab, &cast, &number).await);
        event(&lab, &cast.planner, &number, json!({"event": "cancel", "reason": "not_needed"})).await.expect(200);
        all.contains(&pair("outside_maintenance", "web-1"))
    };
    assert!(outside().await);
    let path = format!("/api/v1/maintenance-windows/{}", made["id"].as_str().unwrap());
    let schedule = window(&clock(0), 120)["schedule"].clone();
    lab.patch(&admin, &path, "*", json!({"schedule": schedule})).await.expect(200);
    assert!(!outside().await, "its whole time is in the window now");
}

#[tokio::test]
async fn the_calendar_shows_changes_blackouts_and_windows_of_its_days() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "6a").await;
    let (number, _) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    lab.post(&cast.manager, "/api/v1/blackouts", blackout(&lab, 100, 200)).await.expect(201);
    let schedule = json!({"repeats": "weekly", "days": ["sunday"], "at": "02:00", "minutes": 60, "zone": "UTC"});
    let window = json!({"name": "night", "items": [one], "schedule": schedule, "reason": "agreed"});
    lab.post(&admin, "/api/v1/maintenance-windows", window).await.expect(201);
    let shown = async |query: &str| {
        let all = lab.get(&cast.peer, &format!("/api/v1/change-calendar{query}")).await.expect(200).json();
        let entries = all["items"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let month = shown("").await;
    let count = |what: &str| month.iter().filter(|entry| *entry == what).count();
    assert_eq!((count("change"), count("blackout")), (1, 1), "{month:?}");
    assert!((4..=5).contains(&count("maintenance")), "every Sunday of 30 days: {month:?}");
    let hour = format!("?from={}&to={}", time(&lab, 0), time(&lab, 60));
    assert_eq!(shown(&hour).await.iter().filter(|what| *what != "maintenance").count(), 1, "{number} alone");
    let long = format!("?from={}&to={}", time(&lab, 0), time(&lab, 93 * 1_440));
    assert_eq!(lab.get(&cast.peer, &format!("/api/v1/change-calendar{long}")).await.pointers(422), ["/to"]);
    assert_eq!(lab.get(&cast.peer, "/api/v1/change-calendar?from=soon").await.pointers(422), ["/from"]);
}

#[tokio::test]
async fn many_tickets_move_each_for_itself() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let rita = lab.token_of(Role::Requester).await;
    let mut numbers = Vec::new();
    for title in ["a", "b", "c"] {
        let body = json!({"kind": "incident", "title": title});
        numbers.push(lab.post(&rita, "/api/v1/tickets", body).await.expect(201).json()["number"].clone());
    }
    let first = numbers[0].as_str().unwrap();
    event(&lab, &ben, first, json!({"event": "start"})).await.expect(200);
    numbers.push(json!("INC-999999"));
    let body = json!({"tickets": numbers, "event": "assign", "assignment_group": "linux"});
    let moved = lab.post(&ben, "/api/v1/tickets/bulk", body.clone()).await.expect(200).json();
    let rows: Vec<(bool, &Value)> =
        moved["items"].as_array().unwrap().iter().map(|row| (row["moved"].as_bool().unwrap(), &row["state"])).collect();
    let (going, null) = (json!("in_progress"), Value::Null);
    assert_eq!(rows, [(false, &null), (true, &going), (true, &going), (false, &null)]);
    assert!(moved["items"][0]["error"].as_str().unwrap().contains("assign"), "{moved}");
    let denied = lab.post(&rita, "/api/v1/tickets/bulk", body).await.expect(200).json();
    assert!(denied["items"].as_array().unwrap().iter().all(|row| row["moved"] == false), "rights are each ticket's");
    for wrong in [json!({"tickets": [], "event": "assign"}), json!({"tickets": vec!["INC-000001"; 201], "event": "x"})]
    {
        assert_eq!(lab.post(&ben, "/api/v1/tickets/bulk", wrong).await.pointers(422), ["/tickets"]);
    }
    let odd = json!({"tickets": ["INC-000001"], "event": "assign", "state": "closed"});
    assert_eq!(lab.post(&ben, "/api/v1/tickets/bulk", odd).await.pointers(422), ["/state"]);
}

#[tokio::test]
async fn a_blocked_change_is_voted_on_by_nobody_until_that_is_taken_on() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "7a").await;
    let (_, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    // A blackout that comes after the votes keeps it from its start.
    lab.post(&cast.manager, "/api/v1/blackouts", blackout(&lab, 0, 600)).await.expect(201);
    let number = round["number"].as_str().unwrap();
    event(&lab, &cast.implementer, number, json!({"event": "start"})).await.problem(409, "transition-refused");
}
