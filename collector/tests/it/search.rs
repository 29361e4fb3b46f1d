//! Full text: hosts, items, tickets and accounts by their words, for whom may see them.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};

async fn found(lab: &Lab, token: &str, query: &str) -> Value {
    lab.get(token, &format!("/api/v1/search?q={query}")).await.expect(200).json()
}

/// What was found: `host/exact web-1`.
fn hits(answer: &Value) -> Vec<String> {
    let text = |hit: &Value, name: &str| hit[name].as_str().unwrap_or_default().to_owned();
    let hit = |hit: &Value| format!("{}/{} {}", text(hit, "kind"), text(hit, "rank"), text(hit, "name"));
    answer["items"].as_array().unwrap().iter().map(hit).collect()
}

async fn open(lab: &Lab, token: &str, title: &str, description: &str) -> String {
    let body = json!({"kind": "incident", "title": title, "description": description});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn hosts_and_items_are_found_by_their_names() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut web = Device::enroll(&lab, "Web-1", "0123456789abcdef0123456789abcdef").await;
    web.put(SectionName::Package, Item::new("libssl3").with("name", "libssl3").with("version", "1"));
    let host = web.report_full(&lab).await;
    Device::enroll(&lab, "web-10", &"5a".repeat(16)).await.report_full(&lab).await;
    assert_eq!(hits(&found(&lab, &token, "web-1").await), ["host/exact Web-1", "host/prefix web-10"]);
    let answer = found(&lab, &token, "ssl").await;
    assert_eq!(hits(&answer), ["item/part libssl3", "item/part openssl"]);
    assert_eq!(answer["totals"], json!({"article": 0, "host": 0, "item": 2, "ticket": 0, "user": 0}));
    // On one host it is that item, on several it is the list of them.
    assert_eq!(answer["items"][0]["hosts"], 1);
    let page = answer["items"][0]["page"].as_str().unwrap();
    let item = lab.get(&token, &format!("/api/v1{page}")).await.expect(200).json();
    assert_eq!((&item["key"], &item["host"]), (&json!("libssl3"), &json!(host)));
    assert_eq!((&answer["items"][1]["hosts"], &answer["items"][1]["id"]), (&json!(2), &Value::Null));
    assert_eq!(answer["items"][1]["page"], "/items?q=class%3Apackage%20key%3A%22openssl%22");
    // By what it is recognised by; the class is a word too.
    let answer = found(&lab, &token, "0123456789abcdef0123456789ABCDEF").await;
    assert_eq!(
        (hits(&answer), &answer["items"][0]["by"]),
        (vec!["host/exact Web-1".to_owned()], &json!("0123456789abcdef0123456789abcdef"))
    );
    assert_eq!(hits(&found(&lab, &token, "package%20openssl").await), ["item/word openssl"]);
    // What changes is seen at once.
    web.remove(SectionName::Package, "libssl3");
    web.put(SectionName::Package, Item::new("libtls").with("name", "libtls").with("version", "1"));
    web.report_delta(&lab).await;
    assert!(hits(&found(&lab, &token, "libssl3").await).is_empty());
    assert_eq!(hits(&found(&lab, &token, "libtls").await), ["item/exact libtls"]);
    let body = json!({"class": "application", "name": "Web-Shop", "tags": ["money"]});
    let shop = lab.post(&token, "/api/v1/items", body).await.expect(201).json();
    assert_eq!(hits(&found(&lab, &token, "money").await), ["item/word Web-Shop"]);
    assert_eq!(found(&lab, &token, "web-shop").await["items"][0]["id"], shop["id"]);
    let path = format!("/api/v1/items/{}", shop["id"].as_str().unwrap());
    lab.people(ask(axum::http::Method::DELETE, &token, &path, &[("if-match", "*")], None)).await.expect(200);
    assert!(hits(&found(&lab, &token, "money").await).is_empty());
}

#[tokio::test]
async fn a_merged_host_is_found_as_the_one_that_it_is() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let one = Device::enroll(&lab, "old-name", &"5a".repeat(16)).await.report_full(&lab).await;
    let two = Device::enroll(&lab, "new-name", &"5b".repeat(16)).await.report_full(&lab).await;
    let agent = lab.service.agents_of_host(&crate::lab::SYSTEM, one.parse().unwrap()).await.unwrap().remove(0).id;
    lab.service.revoke_agent(&crate::lab::SYSTEM, agent, "off").await.unwrap();
    assert_eq!(hits(&found(&lab, &token, "old-name").await), ["host/exact old-name"]);
    let merge = json!({"into": two, "reason": "one machine"});
    let merge = lab.post(&token, &format!("/api/v1/hosts/{one}/merge"), merge).await.expect(200).json();
    let answer = found(&lab, &token, "old-name").await;
    assert_eq!((hits(&answer), &answer["items"][0]["id"]), (vec!["host/exact new-name".to_owned()], &json!(two)));
    assert_eq!(answer["items"][0]["by"], "old-name");
    let undo = format!("/api/v1/identification/merges/{}/undo", merge["id"].as_str().unwrap());
    lab.post(&token, &undo, json!({"reason": "two machines"})).await.expect(200);
    assert_eq!(hits(&found(&lab, &token, "old-name").await), ["host/exact old-name"]);
}

#[tokio::test]
async fn tickets_are_found_by_number_title_story_and_comments() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Responder).await;
    let full = open(&lab, &token, "Disk full on db-7", "The Straße is long.").await;
    let chinese = open(&lab, &token, "数据库连接失败", "MySQL 服务没有响应").await;
    open(&lab, &token, "Printer is full of paper", "no disk here").await;
    assert_eq!(
        hits(&found(&lab, &token, "disk%20full").await),
        ["ticket/prefix Disk full on db-7", "ticket/word Printer is full of paper"]
    );
    assert_eq!(hits(&found(&lab, &token, "%22full%20on%22").await), ["ticket/word Disk full on db-7"]);
    assert_eq!(hits(&found(&lab, &token, "STRASSE").await), ["ticket/word Disk full on db-7"]);
    assert_eq!(hits(&found(&lab, &token, "%E8%BF%9E%E6%8E%A5").await), ["ticket/word 数据库连接失败"]);
    assert_eq!(hits(&found(&lab, &token, "mysql").await), ["ticket/word 数据库连接失败"]);
    for number in [full.to_lowercase(), "1".to_owned()] {
        assert_eq!(found(&lab, &token, &number).await["items"][0]["number"], full.as_str(), "{number}");
    }
    assert_eq!(found(&lab, &token, "inc-0000").await["totals"]["ticket"], 3);
    let path = format!("/api/v1/tickets/{chinese}");
    lab.post(&token, &format!("{path}/comments"), json!({"text": "the router was rebooted"})).await.expect(201);
    assert_eq!(hits(&found(&lab, &token, "rebooted").await), ["ticket/word 数据库连接失败"]);
    let etag = lab.get(&token, &path).await.etag();
    lab.patch(&token, &path, &etag, json!({"title": "renamed"})).await.expect(200);
    assert_eq!(hits(&found(&lab, &token, "renamed").await), ["ticket/exact renamed"]);
    assert!(hits(&found(&lab, &token, "%E5%A4%B1%E8%B4%A5").await).is_empty());
    // Made anew after a restart, it says the same.
    let service = lab.restarted();
    let question = |text: &str| muster_collector::service::search::Question { text: text.into(), kind: None };
    let window = muster_collector::service::Window::default();
    for text in ["rebooted", "renamed", "full", "mysql"] {
        let anew = service.search(&crate::lab::SYSTEM, &question(text), &window).await.unwrap();
        let known = lab.service.search(&crate::lab::SYSTEM, &question(text), &window).await.unwrap();
        assert!(!known.hits.is_empty());
        let names = |answer: &muster_collector::service::search::Answer| {
            answer.hits.iter().map(|hit| (hit.rank, hit.name.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(names(&anew), names(&known), "{text}");
    }
}

#[tokio::test]
async fn internal_comments_are_found_by_those_only_who_may_read_them() {
    let lab = Lab::new();
    let (worker, viewer) = (lab.token_of(Role::Responder).await, lab.token_of(Role::Viewer).await);
    let number = open(&lab, &worker, "Slow mail", "since noon").await;
    let path = format!("/api/v1/tickets/{number}/comments");
    lab.post(&worker, &path, json!({"text": "suspect: mallory", "visibility": "internal"})).await.expect(201);
    for words in ["mallory", "slow%20mallory", "%22suspect:%20mallory%22"] {
        let answer = found(&lab, &worker, words).await;
        assert_eq!((hits(&answer), &answer["totals"]["ticket"]), (vec!["ticket/word Slow mail".to_owned()], &json!(1)));
        let answer = found(&lab, &viewer, words).await;
        assert_eq!((hits(&answer), &answer["totals"]["ticket"]), (vec![], &json!(0)), "{words}");
    }
    assert_eq!(hits(&found(&lab, &viewer, "slow").await), ["ticket/prefix Slow mail"]);
    assert_eq!(hits(&found(&lab, &worker, "slow").await), ["ticket/prefix Slow mail"]);
}

#[tokio::test]
async fn accounts_are_found_by_those_who_may_see_them_and_answers_have_pages() {
    let lab = Lab::new();
    let (admin, worker) = (lab.admin().await, lab.token_of(Role::Responder).await);
    lab.user("zoe.zebra", &[Role::Viewer]).await;
    assert_eq!(hits(&found(&lab, &admin, "zebra").await), ["user/word zoe.zebra"]);
    assert!(hits(&found(&lab, &worker, "zebra").await).is_empty());
    assert_eq!(found(&lab, &worker, "zebra").await["totals"], json!({"article": 0, "host": 0, "item": 0, "ticket": 0}));
    lab.get(&worker, "/api/v1/search?q=zebra&kind=user").await.problem(403, "not-authorised");
    for i in 0..7 {
        open(&lab, &worker, &format!("zebra crossing {i}"), "").await;
    }
    let all = lab.all(&worker, "/api/v1/search?q=zebra&limit=3").await;
    assert_eq!(all.len(), 7);
    let numbers: std::collections::BTreeSet<_> = all.iter().map(|hit| hit["number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 7);
    assert_eq!(lab.all(&admin, "/api/v1/search?q=zebra&kind=user").await.len(), 1);
}

#[tokio::test]
async fn a_question_that_says_nothing_is_refused() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    for path in ["", "?q=", "?q=%20--%20", "?q=%22%22"] {
        assert_eq!(lab.get(&token, &format!("/api/v1/search{path}")).await.pointers(422), ["/q"], "{path}");
    }
    let long = "x".repeat(201);
    assert_eq!(lab.get(&token, &format!("/api/v1/search?q={long}")).await.pointers(422), ["/q"]);
    assert_eq!(lab.get(&token, "/api/v1/search?q=a&kind=page").await.pointers(422), ["/kind"]);
    assert_eq!(lab.get(&token, "/api/v1/search?q=a&limit=0").await.pointers(422), ["/limit"]);
    lab.get(&token, "/api/v1/search?q=a&sort=name").await.expect(422);
}
