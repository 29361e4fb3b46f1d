//! Follow-ups wake who has a ticket once; incidents after a change are proposed to who reviews it.

use muster_model::right::{Role, Scope};
use muster_shared::Clock as _;
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, event, host, plan, vote};
use crate::lab::Lab;
use crate::notification::mailbox::Mailbox;
use crate::notification::{plan as tell, send};

#[tokio::test]
async fn a_follow_up_wakes_its_assignee_once() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let service = mailbox.service(&lab);
    tell(&service).await;
    let ann = lab.user("ann", &[Role::Responder]).await;
    let token = lab.token(&ann, Scope::All).await;
    lab.put(&token, "/api/v1/notification-preferences/me", "*", json!({"email": "ann@example.org"})).await.expect(200);
    let body = json!({"kind": "incident", "title": "call the vendor"});
    let number =
        lab.post(&token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tickets/{number}");
    let at = |seconds: i64| lab.service.now().plus_millis(seconds * 1_000).to_string();
    for (wrong, status) in [(json!(at(-60)), 422), (json!("tomorrow"), 422)] {
        let refused = lab.patch(&token, &path, "*", json!({"follow_up_at": wrong})).await;
        assert_eq!(refused.pointers(status), ["/follow_up_at"]);
    }
    let edit = json!({"follow_up_at": at(7_230), "assignee": ann.id.to_string()});
    let edited = lab.patch(&token, &path, "*", edit).await.expect(200).json();
    let set = edited["follow_up_at"].as_str().unwrap().to_owned();
    assert!(set.ends_with(":00.000Z"), "{set}");
    let listed = lab.all(&token, &format!("/api/v1/tickets?filter=follow_up_at%3C{}", at(9_000))).await;
    assert_eq!(listed.len(), 1);
    assert!(!service.follow_up_step().await.unwrap(), "not before its time");
    lab.clock.advance_millis(7_230_000);
    assert!(service.follow_up_step().await.unwrap());
    assert!(!service.follow_up_step().await.unwrap(), "once");
    assert!(!lab.restarted().follow_up_step().await.unwrap(), "and not after a restart");
    send(&service).await;
    let mails: Vec<String> = mailbox.take().into_iter().filter(|mail| mail.contains("look at it again")).collect();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("To: ann@example.org") && mails[0].contains(&number), "{}", mails[0]);
    let after = lab.get(&token, &path).await.json();
    assert!(after["follow_up_at"].is_null());
    let last = lab.all(&token, &format!("{path}/timeline?limit=1000")).await.pop().unwrap();
    assert_eq!((&last["actor"], &last["fields"][0]["from"]), (&json!("system:follow-up"), &json!(set)), "{last}");
}

#[tokio::test]
async fn a_ticket_that_is_over_wakes_nobody() {
    let lab = Lab::new();
    let ben = lab.token_of(Role::Responder).await;
    let body = json!({"kind": "incident", "title": "x"});
    let number =
        lab.post(&ben, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    let at = lab.service.now().plus_millis(3_600_000).to_string();
    lab.patch(&ben, &format!("/api/v1/tickets/{number}"), "*", json!({"follow_up_at": at})).await.expect(200);
    event(&lab, &ben, &number, json!({"event": "cancel", "reason": "false_alarm"})).await.expect(200);
    lab.clock.advance_millis(7_200_000);
    assert!(!lab.service.follow_up_step().await.unwrap());
}

async fn incident(lab: &Lab, token: &str, title: &str, item: &str) -> String {
    let body = json!({"kind": "incident", "title": title, "items": [item]});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned()
}

async fn numbers(lab: &Lab, token: &str, change: &str) -> Vec<String> {
    let found = lab.get(token, &format!("/api/v1/tickets/{change}/aftermath")).await.expect(200).json();
    found["items"].as_array().unwrap().iter().map(|it| it["number"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn incidents_on_what_a_change_touched_are_proposed_to_its_review_and_linked_by_a_person() {
    let lab = Lab::new();
    let (cast, admin) = (cast(&lab).await, lab.admin().await);
    let owner = lab.token_of(Role::ServiceOwner).await;
    let (_, web) = host(&lab, "web-1", "6a").await;
    let (_, other) = host(&lab, "db-1", "6b").await;
    // A service that runs on the host: it depends on what the change touches.
    let shop = json!({"class": "business_service", "name": "shop"});
    let shop = lab.post(&admin, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let relation = json!({"kind": "depends_on", "to": web, "reason": "runs there"});
    lab.post(&admin, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    let before = incident(&lab, &cast.peer, "before it", &web).await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&web])).await;
    assert!(numbers(&lab, &cast.peer, &number).await.is_empty(), "it has not begun");
    // A service stands on it: who answers for services has to agree too.
    for token in [&cast.peer, &owner] {
        vote(&lab, token, &round, json!({"decision": "approve"})).await.expect(200);
    }
    lab.wait_seconds(600).await;
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    lab.wait_seconds(60).await;
    let during = incident(&lab, &cast.peer, "while it was made", &web).await;
    let elsewhere = incident(&lab, &cast.peer, "elsewhere", &other).await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(23 * 3_600).await;
    let downstream = incident(&lab, &cast.peer, "the shop is slow", &shop).await;
    lab.wait_seconds(2 * 3_600).await;
    let late = incident(&lab, &cast.peer, "a day later", &web).await;
    let proposed = numbers(&lab, &cast.peer, &number).await;
    assert_eq!(proposed, [during.clone(), downstream.clone()], "not {before}, {elsewhere} or {late}");
    let link = json!({"kind": "causes", "ticket": downstream});
    lab.post(&cast.manager, &format!("/api/v1/tickets/{number}/links"), link).await.expect(200);
    assert_eq!(numbers(&lab, &cast.peer, &number).await, [during]);
    let linked = lab.get(&cast.peer, &format!("/api/v1/tickets/{downstream}")).await.json();
    assert_eq!((&linked["links"][0]["kind"], &linked["links"][0]["number"]), (&json!("caused_by"), &json!(number)));
    let refused = lab.get(&cast.peer, &format!("/api/v1/tickets/{before}/aftermath")).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("is no change"), "{refused}");
}

#[tokio::test]
async fn articles_and_known_errors_are_found_by_their_words_by_who_may_read_them() {
    let lab = Lab::new();
    let (admin, ann) = (lab.admin().await, lab.token_of(Role::Requester).await);
    let review = lab.service.now().plus_millis(30 * 86_400_000).to_string();
    let article = |title: &str, state: &str, visibility: &str| {
        json!({
            "title": title, "body": "Restart the zanzibar daemon.", "keywords": ["quokka"], "state": state,
            "visibility": visibility, "review_at": review,
        })
    };
    let mut numbers = Vec::new();
    for (title, state, visibility) in
        [("Open one", "published", "public"), ("A draft", "draft", "public"), ("For us", "published", "internal")]
    {
        let made = lab.post(&admin, "/api/v1/articles", article(title, state, visibility)).await.expect(201).json();
        numbers.push(made["number"].as_str().unwrap().to_owned());
    }
    let found = async |token: &str, q: &str| -> Vec<Value> {
        let answer = lab.get(token, &format!("/api/v1/search?q={q}")).await.expect(200).json();
        assert_eq!(
            answer["totals"]["article"],
            answer["items"].as_array().unwrap().iter().filter(|it| it["kind"] == "article").count()
        );
        answer["items"].as_array().unwrap().clone()
    };
    for (words, all) in [("zanzibar", 3), ("quokka", 3), ("For%20us", 1)] {
        assert_eq!(found(&admin, words).await.len(), all, "{words}");
    }
    let hers = found(&ann, "zanzibar").await;
    assert_eq!(hers.len(), 1, "{hers:?}");
    let page = format!("/knowledge/{}", numbers[0]);
    assert_eq!((&hers[0]["name"], &hers[0]["page"], &hers[0]["by"]), (&json!("Open one"), &json!(page), &Value::Null));
    assert!(found(&ann, &numbers[2]).await.is_empty() && found(&ann, "For%20us").await.is_empty());
    // What is taken back is gone from the next answer on.
    let path = format!("/api/v1/articles/{}", numbers[0]);
    let etag = lab.get(&admin, &path).await.etag();
    lab.patch(&admin, &path, &etag, json!({"state": "draft", "reason": "wrong"})).await.expect(200);
    assert!(found(&ann, "zanzibar").await.is_empty());
    let problem = json!({
        "kind": "problem", "title": "the mill stops",
        "details": {"analysis": {"cause": "a leak in the wombat cache", "workaround": "empty the wombat cache"}},
    });
    let problem = lab.post(&admin, "/api/v1/tickets", problem).await.expect(201).json();
    let found = found(&admin, "wombat").await;
    assert_eq!(found[0]["number"], problem["number"]);
    assert!(found[0]["known_error"].is_string(), "{found:?}");
}

#[tokio::test]
async fn the_day_of_a_review_is_told_once_and_again_for_another_day() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let day = |days: i64| lab.clock.now().plus_millis(days * 86_400_000).to_string();
    let body = json!({"title": "t", "body": "b", "state": "published", "review_at": day(2)});
    let article = lab.post(&admin, "/api/v1/articles", body).await.expect(201).json();
    let number = article["number"].as_str().unwrap();
    let service = &lab.service;
    assert!(!service.review_step().await.unwrap(), "not before its day");
    lab.clock.advance_millis(2 * 86_400_000);
    assert!(service.review_step().await.unwrap());
    assert_eq!(lab.last_audit().await.1, "article.review_due");
    assert!(!service.review_step().await.unwrap(), "once");
    lab.clock.advance_millis(86_400_000);
    assert!(!lab.restarted().review_step().await.unwrap(), "and not the day after");
    let overdue = lab.all(&admin, "/api/v1/articles?filter=overdue:true").await;
    assert_eq!((overdue.len(), &overdue[0]["number"]), (1, &json!(number)));
    let path = format!("/api/v1/articles/{number}");
    lab.patch(&admin, &path, "*", json!({"review_at": day(1)})).await.expect(200);
    assert!(!service.review_step().await.unwrap());
    lab.clock.advance_millis(86_400_000);
    assert!(service.review_step().await.unwrap(), "another day is told of");
}
