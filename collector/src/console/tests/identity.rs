//! Questions of identity in the console: seen, answered once, and taken back.

use axum::http::StatusCode;
use muster_model::right::Role;

use super::lab::{Browser, Lab};

fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    body.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_else(|| panic!("no {from}: {body}"))
}

#[tokio::test]
async fn a_question_is_shown_with_what_was_compared_and_answered_by_a_form() {
    let mut lab = Lab::new().await;
    lab.twin().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let body = lab.get(&ann, "/identification").await.body;
    assert!(body.contains("host has another agent") && body.contains("<strong>machine-1</strong>"), "{body}");
    assert!(body.contains(r#"<span class="count">1<"#), "the navigation counts it");
    let action = format!("/identification/rev_{}/decide", between(&body, "/identification/rev_", "/"));
    for (answer, reason, status) in [
        ("", "a copy", StatusCode::UNPROCESSABLE_ENTITY),
        ("odd", "a copy", StatusCode::UNPROCESSABLE_ENTITY),
        ("new", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("new", "a copy", StatusCode::SEE_OTHER),
    ] {
        let reply = lab.post(&ann, &action, &[("answer", answer), ("reason", reason)]).await;
        assert_eq!(reply.status, status, "{answer} {reason}: {}", reply.body);
    }
    let body = lab.get(&ann, "/identification?done=decided").await.body;
    assert!(body.contains("The question is answered.") && body.contains("No machine is in doubt."), "{body}");
    // Who only looks sees it all and is given no form.
    let vic = lab.sign_in("vic", Role::Viewer).await;
    let body = lab.get(&vic, "/identification").await.body;
    assert!(!body.contains("<form class=\"form\"") && body.contains("Rules, strongest first"), "{body}");
    let reply = lab.post(&vic, &action, &[("answer", "new"), ("reason", "r")]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_host_says_what_it_is_recognised_by() {
    let mut lab = Lab::new().await;
    lab.twin().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let path = format!("/hosts/{}", lab.host);
    let body = lab.get(&ann, &path).await.body;
    let panel = between(&body, "id=\"recognised\"", "</section>");
    assert!(panel.contains("machine-1") && panel.contains("New host"), "{panel}");
    let chinese = Browser { language: "zh-CN", ..ann.clone() };
    let body = lab.get(&chinese, &path).await.body;
    assert!(between(&body, "id=\"recognised\"", "</section>").contains("新主机"), "{body}");
    let reply = lab.post(&ann, &format!("{path}/merge"), &[("into", "nobody"), ("reason", "r")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("there is no host nobody"), "{}", reply.body);
}
