//! On call: turns and who stands in, and who is called when nobody takes a ticket.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Lab, ask};
use crate::notification::receiver::Receiver;
use crate::notification::{channel, plan, send, subscribe, ticket, work};

/// A person with a chat of their own; gives their id and token.
async fn person(lab: &Lab, admin: &str, name: &str, chat: &Receiver) -> (String, String) {
    let user = lab.user(name, &[Role::Responder]).await;
    let channel = channel(lab, admin, name, "slack", &chat.url).await;
    let token = lab.token(&user, Scope::All).await;
    // Nobody is woken by what is not urgent: being called is.
    let wishes = json!({"channel": channel["id"], "quiet_from": "00:00", "quiet_to": "23:59", "own_tickets": false});
    lab.put(&token, "/api/v1/notification-preferences/me", "*", wishes).await.expect(200);
    (user.id.to_string(), token)
}

async fn rota(lab: &Lab, admin: &str, members: &[&str]) -> String {
    let layer = json!({
        "name": "primary", "members": members, "every": 1, "unit": "day", "starts_on": "2026-09-01", "handover": "09:00",
    });
    let body = json!({"name": "linux", "group": "linux", "zone": "UTC", "layers": [layer]});
    let rota = lab.post(admin, "/api/v1/rotas", body).await.expect(201).json();
    rota["id"].as_str().unwrap().to_owned()
}

async fn policy(lab: &Lab, admin: &str, steps: Value) {
    let body = json!({"name": "p1", "filter": "priority:1", "steps": steps, "repeat": 1, "repeat_after_minutes": 10});
    lab.post(admin, "/api/v1/escalation-policies", body).await.expect(201);
}

#[tokio::test]
async fn turns_are_told_and_somebody_stands_in() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (ann, bob) = (lab.user("ann", &[Role::Responder]).await, lab.user("bob", &[Role::Responder]).await);
    let (ann, bob) = (ann.id.to_string(), bob.id.to_string());
    let id = rota(&lab, &admin, &[&ann, &bob]).await;
    let on_call = async |query: &str| {
        let all = lab.get(&admin, &format!("/api/v1/on-call{query}")).await.expect(200).json();
        all["items"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    // 2026-09-21 14:13 is the 21st turn: the first one was ann's.
    assert_eq!(on_call("").await, [json!("ann")]);
    assert_eq!(on_call("?at=2026-09-22T09:00:00Z").await, [json!("bob")]);
    assert_eq!(on_call("?group=windows").await, [] as [Value; 0]);
    let wrong = json!({"user": bob, "from": "2026-09-22T00:00:00Z", "to": "2026-09-21T00:00:00Z", "reason": "ill"});
    let path = format!("/api/v1/rotas/{id}/overrides");
    assert_eq!(lab.post(&admin, &path, wrong).await.pointers(422), ["/to"]);
    let right = json!({"user": bob, "from": "2026-09-21T12:00:00Z", "to": "2026-09-21T20:00:00Z", "reason": "ill"});
    let made = lab.post(&admin, &path, right).await.expect(201);
    assert_eq!(lab.last_audit().await.1, "override.create");
    assert_eq!(on_call("?group=linux").await, [json!("bob")]);
    let shifts = lab.get(&admin, &format!("/api/v1/rotas/{id}/shifts?to=2026-09-23")).await.expect(200).json();
    let told: Vec<_> = shifts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|shift| (shift["to"].as_str().unwrap(), shift["name"].as_str().unwrap()))
        .collect();
    let expected =
        [("2026-09-21T20:00:00.000Z", "bob"), ("2026-09-22T09:00:00.000Z", "ann"), ("2026-09-23T00:00:00.000Z", "bob")];
    assert_eq!(told, expected);
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    lab.people(ask(axum::http::Method::DELETE, &admin, &one, &[("if-match", &made.etag())], None)).await.expect(204);
    assert_eq!(on_call("").await, [json!("ann")]);
    let ghost = json!({"name": "x", "zone": "UTC", "layers": [{
        "name": "l", "members": ["user_00000000000000000000000000000000"], "every": 0, "unit": "day",
        "starts_on": "2026-09-01", "handover": "09:00",
    }]});
    assert_eq!(lab.post(&admin, "/api/v1/rotas", ghost).await.pointers(422), ["/layers/0/every"]);
    let nowhere = json!({"name": "x", "zone": "Mars/Olympus", "layers": []});
    lab.post(&admin, "/api/v1/rotas", nowhere).await.expect(422);
}

#[tokio::test]
async fn somebody_is_called_until_somebody_takes_it_and_a_restart_forgets_nobody() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (ann_chat, boss_chat) = (Receiver::start().await, Receiver::start().await);
    let (ann, ann_token) = person(&lab, &admin, "ann", &ann_chat).await;
    let (boss, _) = person(&lab, &admin, "boss", &boss_chat).await;
    let rota = rota(&lab, &admin, &[&ann]).await;
    let steps = json!([{"after_minutes": 0, "targets": [rota]}, {"after_minutes": 15, "targets": [boss]}]);
    policy(&lab, &admin, steps).await;
    plan(&lab.service).await;
    let calm = ticket(&lab, &admin, "a lamp", 3).await;
    let fire = ticket(&lab, &admin, "the roof is on fire", 1).await;
    work(&lab).await;
    let told = ann_chat.texts();
    assert!(told.len() == 1 && told[0].contains("on fire") && told[0].contains("step 1 of p1"), "{told:?}");
    let of = |ticket: &Value| format!("/api/v1/escalations/{}", ticket["number"].as_str().unwrap());
    lab.get(&admin, &of(&calm)).await.problem(404, "not-found");
    lab.clock.advance_millis(14 * 60_000);
    work(&lab).await;
    assert_eq!(boss_chat.take().len(), 0);
    lab.clock.advance_millis(60_000);
    // The collector was started again in between.
    let again = lab.restarted();
    plan(&again).await;
    send(&again).await;
    assert_eq!((ann_chat.take().len(), boss_chat.take().len()), (0, 1));
    // The second round begins ten minutes later; then somebody takes the ticket.
    lab.clock.advance_millis(10 * 60_000);
    work(&lab).await;
    assert_eq!(ann_chat.take().len(), 1);
    let start = format!("/api/v1/tickets/{}/transitions", fire["number"].as_str().unwrap());
    lab.post(&ann_token, &start, json!({"event": "start"})).await.expect(200);
    work(&lab).await;
    lab.clock.advance_millis(60 * 60_000);
    work(&lab).await;
    assert_eq!((ann_chat.take().len(), boss_chat.take().len()), (0, 0));
    let escalation = lab.get(&admin, &of(&fire)).await.expect(200).json();
    assert_eq!((&escalation["state"], &escalation["next_at"]), (&json!("acknowledged"), &Value::Null));
    // The ticket says how far it came, and can be asked for it.
    let hot = lab.get(&admin, "/api/v1/tickets?filter=escalation%3E=3").await.expect(200).json();
    assert_eq!((hot["items"].as_array().map(Vec::len), &hot["items"][0]["number"]), (Some(1), &fire["number"]));
    let flag = &hot["items"][0]["escalation"];
    assert_eq!((&flag["level"], &flag["since"]), (&json!(3), &escalation["taken"][0]["at"]));
    let told: Vec<_> = escalation["taken"].as_array().unwrap().iter().map(|it| it["told"][0].clone()).collect();
    assert_eq!(told, [json!("ann"), json!("boss"), json!("ann")]);
}

#[tokio::test]
async fn an_escalation_can_be_taken_and_ends_when_nobody_is_left() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let chat = Receiver::start().await;
    let (ann, ann_token) = person(&lab, &admin, "ann", &chat).await;
    policy(&lab, &admin, json!([{"after_minutes": 5, "targets": [ann]}])).await;
    plan(&lab.service).await;
    let taken = ticket(&lab, &admin, "one", 1).await;
    ticket(&lab, &admin, "two", 1).await;
    plan(&lab.service).await;
    let path = format!("/api/v1/escalations/{}/acknowledge", taken["number"].as_str().unwrap());
    let answer = lab.post(&ann_token, &path, Value::Null).await.expect(200).json();
    assert_eq!((&answer["state"], &answer["acknowledged_by"]), (&json!("acknowledged"), &json!("ann")));
    lab.post(&ann_token, &path, Value::Null).await.problem(409, "conflict");
    for _ in 0..6 {
        lab.clock.advance_millis(10 * 60_000);
        work(&lab).await;
    }
    let told = chat.texts();
    assert!(told.len() == 2 && told.iter().all(|text| text.contains("two")), "{told:?}");
    let all = lab.all(&admin, "/api/v1/escalations").await;
    let states: Vec<_> = all.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"exhausted") && states.contains(&"acknowledged"), "{states:?}");
}

#[tokio::test]
async fn who_is_on_call_is_told_by_a_subscription_and_a_rota_in_use_stays() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let chat = Receiver::start().await;
    let (ann, _) = person(&lab, &admin, "ann", &chat).await;
    let rota = rota(&lab, &admin, &[&ann]).await;
    subscribe(&lab, &admin, &["ticket.opened"], "", &json!(rota)).await;
    plan(&lab.service).await;
    ticket(&lab, &admin, "the roof is on fire", 1).await;
    work(&lab).await;
    assert_eq!(chat.take().len(), 1);
    let at = format!("/api/v1/rotas/{rota}");
    lab.people(ask(axum::http::Method::DELETE, &admin, &at, &[("if-match", "*")], None)).await.problem(409, "conflict");
}

#[tokio::test]
async fn nobody_is_called_to_what_they_may_not_see_and_the_next_one_is_called_at_once() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (far_chat, boss_chat) = (Receiver::start().await, Receiver::start().await);
    let (far, _) = person(&lab, &admin, "far", &far_chat).await;
    let (boss, _) = person(&lab, &admin, "boss", &boss_chat).await;
    let reaches = json!({"reaches": {"responder": {"sites": ["elsewhere"]}}});
    lab.patch(&admin, &format!("/api/v1/users/{far}"), "*", reaches).await.expect(200);
    policy(&lab, &admin, json!([{"after_minutes": 0, "targets": [far]}, {"after_minutes": 15, "targets": [boss]}]))
        .await;
    plan(&lab.service).await;
    ticket(&lab, &admin, "the roof is on fire", 1).await;
    work(&lab).await;
    assert_eq!((far_chat.take().len(), boss_chat.take().len()), (0, 1));
}
