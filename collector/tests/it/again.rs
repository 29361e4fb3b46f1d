//! Rule R3: what is closed stays closed, and who says that it is back gets a new incident with the history; who asks has a say.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Lab, Reply};

async fn event(lab: &Lab, token: &str, number: &str, body: Value) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await
}

async fn again(lab: &Lab, token: &str, number: &str, comment: &str) -> Reply {
    lab.post(token, &format!("/api/v1/tickets/{number}/again"), json!({ "comment": comment })).await
}

#[tokio::test]
async fn r3_what_comes_back_after_the_window_is_a_new_incident_with_the_history() {
    let lab = Lab::new();
    let desk = lab.token_of(Role::Responder).await;
    let ann = lab.user("ann", &[Role::Requester]).await;
    let rob = lab.user("rob", &[Role::Requester]).await;
    let (ann, rob) = (lab.token(&ann, Scope::All).await, lab.token(&rob, Scope::All).await);
    let body = json!({"kind": "incident", "title": "no mail", "impact": 2, "category": "mail"});
    let old = lab.post(&ann, "/api/v1/tickets", body).await.expect(201).json();
    let number = old["number"].as_str().unwrap();
    again(&lab, &ann, number, "it is back").await.problem(409, "conflict");
    let resolve =
        json!({"event": "resolve", "close_code": "fixed", "close_notes": "a full disk", "cause_item": "none"});
    event(&lab, &desk, number, resolve).await.expect(200);
    let soon = again(&lab, &ann, number, "it is back").await.problem(409, "conflict");
    assert!(soon.to_string().contains("reopen it"), "{soon}");
    lab.wait_seconds(8 * 86_400).await;
    let refused = event(&lab, &ann, number, json!({"event": "reopen", "comment": "it is back"})).await;
    let refused = refused.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("again"), "the refusal says what to do: {refused}");
    let unsaid = again(&lab, &ann, number, " ").await;
    assert_eq!(unsaid.pointers(422), ["/comment"]);
    assert!([403, 404].contains(&again(&lab, &rob, number, "me too").await.status), "it is not rob's");

    let next = again(&lab, &ann, number, "no mail again").await.expect(201).json();
    let what = |field: &str| (next[field].clone(), old[field].clone());
    for field in ["title", "impact", "category", "requester", "priority"] {
        assert_eq!(what(field).0, what(field).1, "{field}");
    }
    assert_eq!((&next["state"], &next["follows"]), (&json!("new"), &old["id"]));
    let story = next["description"].as_str().unwrap();
    for said in ["no mail again", number, "a full disk", "fixed"] {
        assert!(story.contains(said), "{said} in {story}");
    }
    let links = |ticket: &Value| ticket["links"].to_string();
    assert!(links(&next).contains(number));
    let read = lab.get(&desk, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!(read["state"], "closed");
    assert!(links(&read).contains(next["number"].as_str().unwrap()));
    let twice = again(&lab, &desk, number, "and again").await.problem(409, "conflict");
    assert!(twice.to_string().contains(next["number"].as_str().unwrap()), "{twice}");
}

#[tokio::test]
async fn who_asked_before_somebody_else_did_has_no_say() {
    let lab = Lab::new();
    let desk = lab.token_of(Role::Responder).await;
    let ann = lab.user("ann", &[Role::Requester]).await;
    lab.user("rob", &[Role::Requester]).await;
    let token = lab.token(&ann, Scope::All).await;
    let body = json!({"kind": "incident", "title": "no mail"});
    let mine = lab.post(&token, "/api/v1/tickets", body).await.expect(201).json();
    let path = format!("/api/v1/tickets/{}", mine["number"].as_str().unwrap());
    lab.patch(&desk, &path, "*", json!({"requester": "rob"})).await.expect(200);
    let cancel = json!({"event": "cancel", "reason": "false_alarm"});
    lab.post(&token, &format!("{path}/transitions"), cancel).await.expect(403);
}
