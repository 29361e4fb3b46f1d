//! Reports that come by themselves: by mail with their file, to a webhook, once for all that was missed, and with nobody's rights but
//! their owner's.

use muster_collector::report;
use muster_collector::service::Service;
use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::notification::mailbox::Mailbox;
use crate::notification::receiver::Receiver;
use crate::notification::{channel, send};

const DAY: i64 = 86_400_000;

fn daily(at: &str) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    json!({"repeats": "weekly", "days": days, "at": at, "minutes": 1, "zone": "UTC"})
}

/// Makes all that is due.
async fn work(service: &Service) -> usize {
    let mut made = 0;
    while report::step(service).await.unwrap() {
        made += 1;
    }
    made
}

fn moved_to(lab: &Lab, text: &str) {
    let at: muster_shared::Time = text.parse().unwrap();
    lab.clock.advance_millis(at.since(lab.service.now()));
}

#[tokio::test]
async fn a_report_comes_to_a_webhook_at_its_time_and_once_for_all_that_was_missed() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    // The lab begins on Monday 2026-09-21 at 14:13:20.
    let body = json!({
        "name": "Daily figures", "subject": {"of": "kpi", "days": 7}, "schedule": daily("07:00"), "channels": [hook["id"]],
    });
    let plan = lab.post(&admin, "/api/v1/report-plans", body).await.expect(201).json();
    assert_eq!(plan["next_at"], "2026-09-22T07:00:00.000Z");
    assert_eq!(work(&lab.service).await, 0, "not before its time");
    moved_to(&lab, "2026-09-22T07:00:00Z");
    assert_eq!((work(&lab.service).await, work(&lab.restarted()).await), (1, 0), "once, also after a restart");
    send(&lab.service).await;
    let bodies = receiver.bodies();
    assert_eq!(bodies.len(), 1);
    let data = &bodies[0]["data"];
    assert_eq!((&bodies[0]["type"], &data["report"]["name"]), (&json!("report.ready"), &json!("Daily figures")));
    assert_eq!((&data["report"]["columns"][0], &data["report"]["missed"]), (&json!("name"), &json!(0)));
    assert!(data["report"]["rows"].as_array().unwrap().iter().any(|row| row[0] == "mttr"), "{data}");
    // Nobody runs the collector for three days: one report comes of them and says so.
    receiver.take();
    lab.clock.advance_millis(3 * DAY + 3_600_000);
    assert_eq!(work(&lab.restarted()).await, 1);
    send(&lab.service).await;
    let late = receiver.bodies();
    assert_eq!(late.len(), 1);
    let report = &late[0]["data"]["report"];
    assert_eq!((&report["missed"], &report["due_at"]), (&json!(2), &json!("2026-09-25T07:00:00.000Z")));
    assert!(late[0]["data"]["text"].as_str().unwrap().contains("2 were missed since 2026-09-23"), "{}", late[0]);
    let path = format!("/api/v1/report-plans/{}", plan["id"].as_str().unwrap());
    let known = lab.get(&admin, &path).await.json();
    assert_eq!((&known["next_at"], &known["last"]["missed"]), (&json!("2026-09-26T07:00:00.000Z"), &json!(2)));
    let runs = lab.all(&admin, &format!("{path}/runs")).await;
    assert_eq!(runs.len(), 2);
    let csv = lab.get(&admin, &format!("/api/v1/report-runs/{}?format=csv", runs[0]["id"].as_str().unwrap())).await;
    let csv = csv.expect(200);
    assert!(csv.header("content-disposition").contains("daily-figures-2026-09-25.csv"));
    assert!(csv.text().starts_with("\"name\",\"value\""), "{}", csv.text());
    // One now besides, and then none any more.
    lab.post(&admin, &format!("{path}/runs"), Value::Null).await.expect(201);
    assert_eq!(lab.get(&admin, &path).await.json()["next_at"], known["next_at"]);
    let etag = lab.get(&admin, &path).await.etag();
    lab.remove(&admin, &path, &etag).await.expect(204);
    lab.clock.advance_millis(2 * DAY);
    assert_eq!(work(&lab.service).await, 0);
}

#[tokio::test]
async fn a_mail_has_a_table_and_its_file_and_who_lost_the_rights_gets_nothing_more() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let service = mailbox.service(&lab);
    let admin = lab.admin().await;
    let owner = lab.user("otto", &[Role::ServiceOwner]).await;
    let otto = lab.token(&owner, Scope::All).await;
    let shop = json!({"class": "business_service", "name": "shop, \"the\" <b>", "lifecycle": "active"});
    lab.post(&admin, "/api/v1/items", shop).await.expect(201);
    let body = json!({
        "name": "Services", "subject": {"of": "availability", "days": 7}, "schedule": daily("07:00"),
        "recipients": ["ann@example.org", "bob@example.org"],
    });
    // The collector of this lab has no mail server: that is said at once.
    assert_eq!(lab.post(&otto, "/api/v1/report-plans", body.clone()).await.pointers(422), ["/recipients"]);
    let call = muster_collector::service::Call {
        actor: muster_model::right::Actor::User {
            id: owner.id,
            name: "otto".into(),
            roles: vec![Role::ServiceOwner],
            reaches: muster_model::right::Reaches::new(),
            scopes: None,
        },
        via: "api",
        request_id: None,
    };
    let plan = service.create_report_plan(&call, serde_json::from_value(body).unwrap()).await.unwrap();
    moved_to(&lab, "2026-09-22T07:00:00Z");
    assert_eq!(work(&service).await, 1);
    send(&service).await;
    let mut mails = mailbox.take();
    mails.sort();
    assert_eq!(mails.len(), 2);
    for (mail, name) in mails.iter().zip(["ann", "bob"]) {
        assert!(mail.contains(&format!("To: {name}@example.org")), "{mail}");
        assert!(mail.contains("Subject: [Muster] Services") && mail.contains("services-2026-09-22.csv"), "{mail}");
        assert!(mail.contains("<th>availability_percent</th>"), "{mail}");
        assert!(!mail.contains("<td>shop, \"the\" <b></td>"), "{mail}");
    }
    // Otto may see nothing any more: the report says that it came to nothing, and holds no row.
    let path = format!("/api/v1/users/{}", owner.id);
    let etag = lab.get(&admin, &path).await.etag();
    lab.patch(&admin, &path, &etag, json!({"disabled": true})).await.expect(200);
    lab.clock.advance_millis(DAY);
    assert_eq!(work(&service).await, 1);
    send(&service).await;
    let mails = mailbox.take();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].contains("nothing came of it") && !mails[0].contains("shop"), "{}", mails[0]);
    let path = format!("/api/v1/report-plans/{}", plan.value.id);
    let known = lab.get(&admin, &path).await.expect(200).json();
    assert!(known["last"]["problem"].as_str().unwrap().contains("not active"), "{known}");
}

#[tokio::test]
async fn a_saved_search_comes_with_its_columns_and_a_refused_delivery_is_tried_again() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    let admin = lab.admin().await;
    for title in ["one", "two"] {
        lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": title})).await.expect(201);
    }
    let search = json!({"name": "open", "list": "tickets", "filter": "active:true", "columns": ["number", "title"], "shared": true});
    let search = lab.post(&admin, "/api/v1/saved-searches", search).await.expect(201).json();
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    let body = json!({
        "name": "Open", "subject": {"of": "search", "search": search["id"]}, "schedule": daily("07:00"), "channels": [hook["id"]],
    });
    lab.post(&admin, "/api/v1/report-plans", body).await.expect(201);
    moved_to(&lab, "2026-09-22T07:00:00Z");
    work(&lab.service).await;
    receiver.answer([503]);
    send(&lab.service).await;
    lab.clock.advance_millis(60_000);
    send(&lab.restarted()).await;
    let got = receiver.take();
    assert_eq!(got.len(), 2, "tried again after it was refused, and after a restart");
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    let report = got[1].json()["data"]["report"].clone();
    assert_eq!(report["columns"], json!(["number", "title"]));
    assert_eq!(report["rows"].as_array().unwrap().len(), 2, "{report}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_place_and_others_see_only_what_they_may() {
    let lab = Lab::new();
    let (admin, ben) = (lab.admin().await, lab.token_of(Role::Responder).await);
    let hook = channel(&lab, &admin, "hook", "webhook", "https://hooks.example.org/x").await;
    let right =
        json!({"name": "x", "subject": {"of": "kpi", "days": 7}, "schedule": daily("07:00"), "channels": [hook["id"]]});
    lab.post(&ben, "/api/v1/report-plans", right.clone()).await.problem(403, "not-authorised");
    for (path, value, pointer) in [
        ("/name", json!(""), "/name"),
        ("/subject/days", json!(0), "/subject/days"),
        ("/subject", json!({"of": "capacity", "filter": "nothing:x"}), "/subject/filter"),
        ("/subject", json!({"of": "availability", "days": 7, "filter": "nothing:x"}), "/subject/filter"),
        ("/subject", json!({"of": "search", "search": "srch_00000000000000000000000000000000"}), "/subject"),
        ("/schedule/zone", json!("Mars/Olympus"), "/schedule/zone"),
        ("/schedule/at", json!("7"), "/schedule/at"),
        ("/channels", json!([]), "/recipients"),
        ("/channels/0", json!("chn_00000000000000000000000000000001"), "/channels/0"),
    ] {
        let mut wrong = right.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        let pointers = lab.post(&admin, "/api/v1/report-plans", wrong).await.pointers(422);
        assert!(pointers[0].starts_with(pointer), "{path}: {pointers:?}");
    }
    let mut odd = right.clone();
    odd["recipients"] = json!(["ann"]);
    assert_eq!(lab.post(&admin, "/api/v1/report-plans", odd).await.pointers(422), ["/recipients/0"]);
    let mut calendar = right.clone();
    calendar["calendar"] = json!("never");
    assert_eq!(lab.post(&admin, "/api/v1/report-plans", calendar).await.pointers(422), ["/calendar"]);
    let plan = lab.post(&admin, "/api/v1/report-plans", right.clone()).await.expect(201).json();
    let path = format!("/api/v1/report-plans/{}", plan["id"].as_str().unwrap());
    lab.put(&admin, &path, "", right.clone()).await.problem(428, "if-match-needed");
    lab.put(&admin, &path, "\"9\"", right).await.expect(412);
}
