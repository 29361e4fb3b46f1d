//! Lists of tickets: their order, their pages, what filters find after every change, and how many there are of each.

use muster_model::right::Role;
use muster_shared::Clock as _;
use serde_json::{Value, json};

use crate::lab::Lab;

async fn open(lab: &Lab, token: &str, kind: &str, title: &str, urgency: u8) -> String {
    let body = json!({"kind": kind, "title": title, "impact": 1, "urgency": urgency});
    let stored = lab.post(token, "/api/v1/tickets", body).await.expect(201).json();
    lab.clock.advance_millis(1_000);
    stored["number"].as_str().unwrap().to_owned()
}

async fn numbers(lab: &Lab, token: &str, query: &str) -> Vec<String> {
    let path = format!("/api/v1/tickets?limit=1000&{query}");
    lab.all(token, &path).await.iter().map(|ticket| ticket["number"].as_str().unwrap().to_owned()).collect()
}

async fn counts(lab: &Lab, token: &str, query: &str) -> Vec<(Value, u64)> {
    let found = lab.get(token, &format!("/api/v1/tickets/counts?{query}")).await.expect(200).json();
    let rows = found["items"].as_array().unwrap();
    rows.iter().map(|row| (row["value"].clone(), row["tickets"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn tickets_of_all_kinds_come_newest_first_and_the_active_ones_by_priority() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let slow = open(&lab, &token, "incident", "mail is slow", 3).await;
    let cause = open(&lab, &token, "problem", "why is mail slow", 2).await;
    let down = open(&lab, &token, "incident", "mail is down", 1).await;
    assert_eq!(numbers(&lab, &token, "").await, [&*down, &*cause, &*slow]);
    assert_eq!(numbers(&lab, &token, "active=true").await, [&*down, &*cause, &*slow]);
    let again = open(&lab, &token, "incident", "mail is down again", 1).await;
    assert_eq!(numbers(&lab, &token, "active=true").await, [&*down, &*again, &*cause, &*slow]);
    let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "none"});
    lab.post(&token, &format!("/api/v1/tickets/{down}/transitions"), resolve).await.expect(200);
    assert_eq!(numbers(&lab, &token, "active=true").await, [&*again, &*cause, &*slow]);
    assert_eq!(numbers(&lab, &token, "state=resolved").await, [&*down]);
    assert_eq!(numbers(&lab, &token, "filter=down%20NOT%20again").await, [&*down]);
    assert_eq!(numbers(&lab, &token, "filter=number:*000002").await, [&*down], "numbers are looked into");
    assert_eq!(counts(&lab, &token, "").await, [(json!("new"), 3), (json!("resolved"), 1)]);
    assert_eq!(
        counts(&lab, &token, "by=kind&filter=active:true").await,
        [(json!("incident"), 2), (json!("problem"), 1)]
    );
    let of_assignee = counts(&lab, &token, "by=assignee&kind=incident").await;
    assert_eq!(of_assignee, [(Value::Null, 3)]);
    // Whoever asks by the text of a time is answered exactly too.
    let day = lab.clock.now().to_string()[..10].to_owned();
    assert_eq!(counts(&lab, &token, &format!("by=kind&filter=opened_at:{day}*")).await.len(), 2);
    assert_eq!(counts(&lab, &token, "by=kind&filter=opened_at:1999*").await, []);
}

#[tokio::test]
async fn pages_hold_each_ticket_once_while_others_come() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut opened = Vec::new();
    for n in 0..7 {
        // Two at the same moment have an order too.
        let body = json!({"kind": "incident", "title": format!("case {n}")});
        opened.push(lab.post(&token, "/api/v1/tickets", body).await.expect(201).json()["number"].clone());
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/tickets?limit=3".to_owned();
    loop {
        let page = lab.get(&token, &path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|ticket| ticket["number"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/tickets?limit=3&cursor={next}");
        lab.clock.advance_millis(1_000);
        open(&lab, &token, "incident", "later", 1).await;
    }
    seen.sort_by_key(ToString::to_string);
    assert_eq!(seen, opened);
}

#[tokio::test]
async fn what_cannot_be_asked_is_told() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let refused = lab.get(&token, "/api/v1/tickets?cursor=nonsense").await.problem(422, "invalid");
    assert!(refused.to_string().contains("next_cursor"), "{refused}");
    let refused = lab.get(&token, "/api/v1/tickets/counts?by=title").await.problem(422, "invalid");
    assert!(refused.to_string().contains("assignment_group") && refused.to_string().contains("/by"), "{refused}");
    let refused = lab.get(&token, "/api/v1/tickets/counts?filter=colour:red").await.problem(422, "invalid");
    assert!(refused.to_string().contains("column 1"), "{refused}");
    lab.get(&token, "/api/v1/tickets/counts?as_of=2026-01-01").await.problem(422, "invalid");
}

/// After a start active tickets are known first; what is asked meanwhile is answered in full all the same.
#[tokio::test]
async fn after_a_start_every_question_has_the_whole_answer() {
    let mut lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    for n in 0..6 {
        let number = open(&lab, &token, "incident", &format!("case {n}"), 1 + n % 3).await;
        if n % 2 == 0 {
            let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "none"});
            lab.post(&token, &format!("/api/v1/tickets/{number}/transitions"), resolve).await.expect(200);
        }
    }
    let questions = ["active=true", "", "state=resolved", "filter=active:true%20case"];
    let mut before = Vec::new();
    for question in questions {
        before.push(numbers(&lab, &token, question).await);
    }
    assert_eq!((before[0].len(), before[1].len(), before[2].len()), (3, 6, 3));
    for first in 0..questions.len() {
        lab.restart();
        for at in (first..questions.len()).chain(0..first) {
            assert_eq!(numbers(&lab, &token, questions[at]).await, before[at], "{}", questions[at]);
        }
        // What is written while only the active ones are known.
        lab.restart();
        let opened = open(&lab, &token, "incident", "meanwhile", 1).await;
        assert!(numbers(&lab, &token, "active=true").await.contains(&opened));
        let resolve = json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "none"});
        lab.post(&token, &format!("/api/v1/tickets/{opened}/transitions"), resolve).await.expect(200);
        assert!(!numbers(&lab, &token, "active=true").await.contains(&opened));
        assert!(numbers(&lab, &token, "").await.contains(&opened));
        for (question, before) in questions.iter().zip(&mut before) {
            *before = numbers(&lab, &token, question).await;
        }
    }
}

#[tokio::test]
async fn tickets_are_asked_for_by_the_names_of_their_items_and_records_say_how_long_they_waited_for_what() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let shop = lab.post(&token, "/api/v1/items", json!({"class": "team", "name": "Shop"})).await.expect(201).json();
    let body = json!({"kind": "incident", "title": "it is slow", "items": ["shop"]});
    let about = lab.post(&token, "/api/v1/tickets", body).await.expect(201).json();
    let number = about["number"].as_str().unwrap().to_owned();
    let other = open(&lab, &token, "incident", "something else", 1).await;
    assert_eq!(numbers(&lab, &token, "filter=item:SHOP").await, [&*number]);
    assert_eq!(numbers(&lab, &token, &format!("filter=item:{}", shop["id"].as_str().unwrap())).await, [&*number]);
    assert_eq!(numbers(&lab, &token, "filter=not%20item:shop").await, [&*other]);
    lab.get(&token, "/api/v1/tickets?filter=item:sho*").await.problem(422, "invalid");
    assert_eq!(numbers(&lab, &token, "filter=item:*").await, [&*number]);
    let unknown = lab.get(&token, "/api/v1/tickets?filter=item:shopp").await;
    let refused = unknown.problem(422, "invalid");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("Shop"), "{refused}");
    // What is kept names items by their ids.
    let rules = json!({"rules": [{"name": "shop", "about": "tickets", "filter": "item:shop", "group": "web"}]});
    let refused = lab.put(&token, "/api/v1/routing", "*", rules).await.problem(422, "invalid");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(shop["id"].as_str().unwrap()), "{refused}");
    // Two reasons to wait, each for its own time.
    let path = format!("/api/v1/tickets/{number}/transitions");
    lab.post(&token, &path, json!({"event": "start"})).await.expect(200);
    for (reason, seconds) in [("vendor", 60), ("evidence", 30), ("vendor", 5)] {
        lab.post(&token, &path, json!({"event": "hold", "reason": reason, "comment": "c"})).await.expect(200);
        lab.clock.advance_millis(seconds * 1_000);
        lab.post(&token, &path, json!({"event": "resume"})).await.expect(200);
    }
    lab.settle().await;
    let read = lab.get(&token, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!(
        (&read["hold_seconds"], &read["hold_seconds_by_reason"]),
        (&json!(95), &json!({"evidence": 30, "vendor": 65}))
    );
    assert_eq!(read["items"][0].get("origin"), None, "somebody named it");
    let levels = lab.get(&token, &format!("/api/v1/tickets/{number}/service-levels")).await.expect(200).json();
    let deadlines = levels["items"].as_array().unwrap().iter().filter_map(|clock| clock["deadline"].as_str());
    assert_eq!(read["due_at"].as_str(), deadlines.min(), "{levels}");
}
