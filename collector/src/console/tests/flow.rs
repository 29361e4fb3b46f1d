//! What people do: deciding on findings, working incidents, administering; and what they are told when it does not go.

use axum::http::StatusCode;
use muster_model::right::Role;

use super::lab::{Browser, HOSTILE, Lab, enroll};
use crate::console::locale::Locale;

#[tokio::test]
async fn a_form_that_is_not_taken_keeps_what_was_typed_and_says_why_beside_the_field() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let fields = [("title", ""), ("description", HOSTILE), ("impact", "2"), ("items", "no-such-host")];
    let reply = lab.post(&ann, "/incidents/new", &fields).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("alert(&#39;x&#39;)") || reply.body.contains("alert(&#39;x&#39;"), "{}", reply.body);
    assert!(reply.body.contains("no-such-host</textarea>") && reply.body.contains(r#"<option value="2" selected>"#));
    assert!(reply.body.contains("aria-invalid=\"true\"") && reply.body.contains("no host and no item is called"));

    let finding = lab.finding("login policy").await;
    let path = format!("/findings/{}", finding.id);
    let reply =
        lab.post(&ann, &format!("{path}/waive"), &[("justification", "it is mine"), ("expires_at", "soon")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.body.contains("it is mine</textarea>") && reply.body.contains("give a date to come"),
        "{}",
        reply.body
    );
    assert!(reply.body.contains(r#"id="fold-waive" open"#));
}

#[tokio::test]
async fn a_stale_form_changes_nothing_and_shows_the_present_state() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let path = format!("/hosts/{}", lab.host);
    let first = [("owner", "ops"), ("site", ""), ("criticality", "high"), ("lifecycle", "active"), ("version", "1")];
    assert_eq!(lab.post(&ann, &path, &first).await.place(), format!("{path}?done=saved"));
    let second = [("owner", "dev"), ("site", ""), ("criticality", "low"), ("lifecycle", "active"), ("version", "1")];
    let reply = lab.post(&ann, &path, &second).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.body.contains("somebody else changed this meanwhile") && reply.body.contains(r#"value="dev""#));
    assert!(reply.body.contains("<dd>ops</dd>"), "the present owner is shown");
    let version = reply.body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let third = [("owner", "dev"), ("criticality", "low"), ("lifecycle", "active"), ("version", version.as_str())];
    assert_eq!(lab.post(&ann, &path, &third).await.status, StatusCode::SEE_OTHER);
}

/// How many findings the page of the host says, and how many of them it counts as drift.
async fn counted(lab: &Lab, browser: &Browser) -> (usize, usize) {
    let body = lab.get(browser, &format!("/hosts/{}", lab.host)).await.body;
    let says = |key: &str, n: &usize| body.contains(&format!(">{}<", Locale::English.n(key, *n)));
    let number = |key: &str| (0..100).find(|n| says(key, n)).unwrap_or_else(|| panic!("{key}: {body}"));
    (number("n-findings"), number("n-drift"))
}

#[tokio::test]
async fn findings_are_accepted_waived_and_suppressed() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let (all, drift) = counted(&lab, &ann).await;
    assert!(all > 1 && drift == all, "{all} {drift}");
    let path = format!("/findings/{}", lab.finding("login policy").await.id);
    let until = "2026-12-01T08:00";
    let reply = lab.post(&ann, &format!("{path}/suppress"), &[("reason", "move"), ("until", until)]).await;
    assert_eq!(reply.place(), format!("{path}?done=suppress"));
    assert!(lab.get(&ann, &path).await.body.contains("suppressed"));
    let waive = [("justification", HOSTILE), ("expires_at", "2026-12-01")];
    assert_eq!(lab.post(&ann, &format!("{path}/waive"), &waive).await.status, StatusCode::SEE_OTHER);
    assert_eq!(counted(&lab, &ann).await, (all, drift - 1), "what somebody lets stand is a finding and no drift");
    assert_eq!(lab.post(&ann, &format!("{path}/accept"), &[("reason", "right")]).await.status, StatusCode::SEE_OTHER);
    let body = lab.get(&ann, &format!("{path}?done=accept")).await.body;
    assert!(body.contains("resolved: accepted") && body.contains("what was found is authorised now"), "{body}");
    assert!(!body.contains("id=\"fold-accept\""), "nothing is left to decide");
    assert_eq!(lab.post(&ann, &format!("{path}/accept"), &[("reason", "again")]).await.status, StatusCode::CONFLICT);
    assert_eq!(lab.post(&ann, &format!("{path}/forget"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_incident_is_worked_from_taking_to_closing() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let path = "/incidents/INC-000001";
    let post = async |end: &str, fields: &[(&str, &str)]| lab.post(&ann, &format!("{path}{end}"), fields).await;
    assert_eq!(post("/take", &[]).await.place(), format!("{path}?done=taken"));
    assert!(lab.ticket("INC-000001").await.value.assignee.is_some());
    assert!(!lab.get(&ann, "/").await.body.contains("user_0"), "the first page says who has it, by name");
    assert_eq!(post("/comments", &[("text", "  ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post("/comments", &[("text", "seen"), ("visibility", "internal")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post("/do/start", &[]).await.place(), format!("{path}?done=moved"));
    let early = post("/do/reopen", &[("comment", "x")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "not possible from here");
    let hold = post("/do/hold", &[("reason", "caller")]).await;
    assert_eq!(hold.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        hold.body.contains("This is needed.") && hold.body.contains(r#"<option value="caller" selected>"#),
        "{}",
        hold.body
    );
    assert_eq!(post("/do/hold", &[("reason", "caller"), ("comment", "asked")]).await.status, StatusCode::SEE_OTHER);
    let body = lab.get(&ann, path).await.body;
    assert!(
        body.contains("waits for the caller") && body.contains("/do/resume\"") && !body.contains("/do/start\""),
        "{body}"
    );
    let resolve = [("close_code", "fixed"), ("close_notes", "removed"), ("cause_item", "none")];
    assert_eq!(post("/do/resolve", &resolve).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post("/do/confirm", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lab.ticket("INC-000001").await.value.state.name().as_str(), "closed");
    assert_eq!(post("", &[("title", "x")]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_incident_is_edited_and_its_findings_accepted_together() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let path = "/incidents/INC-000001";
    let edit = [("title", "Other"), ("impact", "1"), ("urgency", "1"), ("assignee", ""), ("category", "x")];
    assert_eq!(lab.post(&ann, path, &edit).await.place(), format!("{path}?done=saved"));
    let ticket = lab.ticket("INC-000001").await.value;
    assert_eq!((ticket.title.to_string().as_str(), ticket.priority, ticket.assignee), ("Other", 1, None));
    let reply = lab.post(&ann, path, &[("priority", "5")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "a priority against the matrix needs a reason");
    let over = [("priority", "5"), ("override_reason", HOSTILE)];
    assert_eq!(lab.post(&ann, path, &over).await.status, StatusCode::SEE_OTHER);
    assert!(lab.get(&ann, path).await.body.contains("set by hand"));
    assert_eq!(
        lab.post(&ann, &format!("{path}/accept"), &[("reason", "")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(lab.post(&ann, &format!("{path}/accept"), &[("reason", "planned")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lab.ticket("INC-000001").await.value.state.name().as_str(), "resolved");
}

#[tokio::test]
async fn an_incident_of_drift_asks_for_a_fresh_look_and_shows_what_changed_since() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Responder).await;
    let path = "/incidents/INC-000001";
    let body = lab.get(&ann, path).await.body;
    assert!(body.contains("/incidents/INC-000001/recheck\""), "{body}");
    let since = format!("/compare?left={0}&amp;right={0}&amp;left_as_of=", lab.host);
    assert!(body.contains(&since), "{body}");
    assert_eq!(lab.post(&ann, &format!("{path}/recheck"), &[]).await.place(), format!("{path}?done=recheck"));
    let eve = lab.sign_in("eve", Role::Viewer).await;
    assert!(!lab.get(&eve, path).await.body.contains("/recheck\""), "who may not is not offered it");
    assert_eq!(lab.post(&eve, &format!("{path}/recheck"), &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_incident_is_opened_by_hand_on_a_host() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Responder).await;
    let fields = [("title", "Disk is loud"), ("impact", "2"), ("urgency", "2"), ("items", lab.host.as_str())];
    let reply = lab.post(&ann, "/incidents/new", &fields).await;
    let number = reply.place().trim_start_matches("/incidents/").trim_end_matches("?done=opened").to_owned();
    assert!(number.starts_with("INC-"), "{}", reply.place());
    assert_eq!(lab.ticket(&number).await.value.items.len(), 1);
    let found = lab.get(&ann, &format!("/search?q={}", number.to_lowercase())).await;
    assert_eq!(found.place(), format!("/incidents/{number}"));
    let mine = lab.get(&ann, "/incidents?q=disk").await.body;
    assert!(mine.contains("Disk is loud") && !mine.contains("INC-000001"));
}

#[tokio::test]
async fn secrets_are_shown_once_and_can_be_taken_back() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let made = lab.post(&ann, "/account/tokens", &[("name", "script"), ("scopes", "read"), ("days", "9")]).await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.body.matches(">mst_").count(), 1, "{}", made.body);
    let after = lab.get(&ann, "/account").await.body;
    assert!(!after.contains(">mst_"));
    let revoke = after.split("/account/tokens/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(lab.post(&ann, &format!("/account/tokens/{revoke}"), &[]).await.place(), "/account?done=revoked");
    assert!(lab.get(&ann, "/account").await.body.contains("revoked"));

    let bad = lab.post(&ann, "/agents/tokens", &[("name", "web"), ("max_uses", "0"), ("minutes", "60")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = lab.post(&ann, "/agents/tokens", &[("name", "web"), ("max_uses", "1"), ("minutes", "60")]).await;
    assert!(
        made.body.contains(">muster1.") && made.body.contains("muster-agent enroll --token-file -"),
        "{}",
        made.body
    );
    let page = lab.get(&ann, "/agents").await.body;
    assert!(!page.contains(">muster1."));
    let agent = page.split("/agents/agent_").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let path = format!("/agents/agent_{agent}/revoke");
    assert_eq!(lab.post(&ann, &path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it takes a reason");
    assert_eq!(lab.post(&ann, &path, &[("reason", "gone")]).await.place(), "/agents?done=shut-out");
}

#[tokio::test]
async fn accounts_are_added_changed_and_set_up_by_their_owners() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let bad = lab.post(&ann, "/users", &[("name", "Bob Jones"), ("roles", "viewer")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bad.body.contains(r#"value="Bob Jones""#) && bad.body.contains(r#"value="viewer" checked"#),
        "{}",
        bad.body
    );
    let add = [("name", "bob"), ("display_name", "Bob"), ("roles", "viewer"), ("roles", "responder")];
    assert_eq!(lab.post(&ann, "/users", &add).await.place(), "/users?done=saved");
    let users = lab.get(&ann, "/users").await.body;
    let bob = users.split("/users/").find(|part| part.contains(">bob<")).unwrap().split('"').next().unwrap().to_owned();
    let edit = [("display_name", "Bobby"), ("roles", "viewer"), ("state", "disabled"), ("password", "")];
    assert_eq!(lab.post(&ann, &format!("/users/{bob}"), &edit).await.status, StatusCode::SEE_OTHER);
    assert!(lab.get(&ann, "/users").await.body.contains("disabled"));

    assert_eq!(lab.post(&ann, "/account/language", &[("locale", "zh-CN")]).await.status, StatusCode::SEE_OTHER);
    assert!(lab.get(&ann, "/").await.body.contains("概览"), "the account's language comes before the browser's");
    let wrong = [("old_password", "no"), ("new_password", "a new long password")];
    let reply = lab.post(&ann, "/account/password", &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!reply.body.contains("a new long password"), "passwords are not written back");
    let right = [("old_password", super::lab::PASSWORD), ("new_password", "a new long password")];
    assert_eq!(lab.post(&ann, "/account/password", &right).await.place(), "/sign-in?done=password");
    assert_eq!(lab.get(&ann, "/").await.status, StatusCode::SEE_OTHER, "all sessions are over");
}

#[tokio::test]
async fn who_may_not_is_refused_even_when_the_form_is_made_by_hand() {
    let lab = Lab::new().await;
    let vic = lab.sign_in("vic", Role::Viewer).await;
    let finding = lab.finding("login policy").await.id;
    let before = lab.changes().await;
    for path in [
        format!("/hosts/{}", lab.host),
        format!("/hosts/{}/recheck", lab.host),
        format!("/findings/{finding}/accept"),
        "/incidents/new".into(),
        "/incidents/INC-000001".into(),
        "/incidents/INC-000001/do/start".into(),
        "/incidents/INC-000001/comments".into(),
        "/users".into(),
        "/agents/tokens".into(),
    ] {
        let fields =
            [("title", "x"), ("name", "x"), ("reason", "x"), ("text", "x"), ("max_uses", "1"), ("minutes", "9")];
        assert_eq!(lab.post(&vic, &path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(lab.changes().await, before);
}

#[tokio::test]
async fn an_agent_that_waits_for_a_decision_is_what_people_see_first() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let fields = [("name", "one by one"), ("max_uses", "1"), ("minutes", "5"), ("needs_approval", "yes")];
    let made = lab.post(&ann, "/agents/tokens", &fields).await.body;
    let token = made.split("muster1.").nth(1).and_then(|rest| rest.split(['<', '"']).next()).unwrap();
    let agent = enroll(&lab.service, &format!("muster1.{token}")).await;
    assert!(lab.get(&ann, "/").await.body.contains("1 agent waits for a decision"));
    let page = lab.get(&ann, "/agents").await.body;
    let (waiting, active) = (page.find("waits for approval").unwrap(), page.find(">active<").unwrap());
    assert!(waiting < active && page.contains("the token asks for approval of each agent"), "{page}");
    let active = lab.get(&ann, "/agents?q=state:active").await.body;
    assert!(
        active.contains(">active<") && !active.contains(">waits for approval<") && active.contains("state:active"),
        "{active}"
    );
    let wrong = lab.get(&ann, "/agents?q=sate:active").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("role=\"alert\""));
    let chinese = Browser { language: "zh-CN", ..ann.clone() };
    assert!(lab.get(&chinese, "/agents").await.body.contains("该注册令牌要求逐一批准代理"));
    let vic = lab.sign_in("vic", Role::Viewer).await;
    assert!(!lab.get(&vic, "/").await.body.contains("waits for a decision"), "who may not decide is not asked");
    assert_eq!(lab.post(&ann, &format!("/agents/{agent}/approve"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!lab.get(&ann, "/").await.body.contains("waits for a decision"));
    let wrong = [("name", "n"), ("max_uses", "1"), ("minutes", "5"), ("networks", "10.0.0.0/8 everywhere")];
    let reply = lab.post(&ann, "/agents/tokens", &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.body.contains("10.1.0.0/16 or 2001:db8::/32") && reply.body.contains(r#"value="10.0.0.0/8 everywhere""#)
    );
}
