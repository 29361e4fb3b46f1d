//! `/users`, `/api-tokens`, `/sessions`: accounts, and what happens to tokens and sessions when they change.

use axum::http::Method;
use futures_util::future::join_all;
use muster_collector::service::ServiceError;
use muster_collector::service::account::{NewUser, UserEdit};
use muster_model::account::{SESSION_IDLE_MS, SESSION_MAX_MS};
use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Lab, SYSTEM, ask};

const PASSWORD: &str = "a quiet day in the fleet";

async fn with_password(lab: &Lab, name: &str) -> muster_model::account::User {
    let new = NewUser {
        name: name.into(),
        display_name: None,
        password: Some(PASSWORD.into()),
        roles: vec![Role::Responder],
        reaches: muster_model::right::Reaches::new(),
        manager: None,
    };
    lab.service.create_user(&SYSTEM, new).await.unwrap().value
}

/// The secret of a new one-time link.
async fn link(lab: &Lab, user: &muster_model::account::User) -> String {
    let url = lab.service.create_sign_in_link(&SYSTEM, user.id).await.unwrap();
    url.split_once('#').unwrap().1.to_owned()
}

#[tokio::test]
async fn an_account_shows_no_secret() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let body = json!({"name": "Ann", "roles": ["viewer"], "password": PASSWORD});
    let reply = lab.post(&token, "/api/v1/users", body).await.expect(201);
    assert_eq!((reply.json()["name"].as_str(), reply.json()["has_password"].as_bool()), (Some("ann"), Some(true)));
    let list = lab.get(&token, "/api/v1/users").await.expect(200);
    for text in [reply.text(), list.text(), lab.get(&token, "/api/v1/audit").await.text()] {
        assert!(!text.contains("argon2") && !text.contains(PASSWORD), "{text}");
    }
    lab.post(&token, "/api/v1/users", json!({"name": "ANN", "roles": ["viewer"]})).await.problem(409, "conflict");
}

#[tokio::test]
async fn of_many_accounts_of_one_name_one_is_made() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let creates = (0..8).map(|_| lab.post(&token, "/api/v1/users", json!({"name": "ann", "roles": ["viewer"]})));
    let mut statuses: Vec<u16> = join_all(creates).await.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_change_of_an_account_needs_its_version() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let user = lab.user("ann", &[Role::Viewer]).await;
    let path = format!("/api/v1/users/{}", user.id);
    let body = json!({"display_name": "Ann"});
    lab.people(ask(Method::PATCH, &token, &path, &[], Some(body.clone()))).await.problem(428, "if-match-needed");
    lab.patch(&token, &path, "\"9\"", body.clone()).await.problem(412, "stale");
    assert_eq!(lab.patch(&token, &path, "\"1\"", body).await.expect(200).etag(), "\"2\"");
    let edits = (0..6).map(|i| lab.patch(&token, &path, "\"2\"", json!({"display_name": format!("Ann {i}")})));
    let mut statuses: Vec<u16> = join_all(edits).await.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
}

#[tokio::test]
async fn one_may_look_at_oneself_and_at_nobody_else() {
    let lab = Lab::new();
    let (ann, bob) = (lab.user("ann", &[Role::Viewer]).await, lab.user("bob", &[Role::Viewer]).await);
    let token = lab.token(&ann, Scope::All).await;
    lab.get(&token, &format!("/api/v1/users/{}", ann.id)).await.expect(200);
    lab.get(&token, &format!("/api/v1/users/{}", bob.id)).await.problem(403, "not-authorised");
    let promoted =
        lab.patch(&token, &format!("/api/v1/users/{}", ann.id), "*", json!({"roles": ["administrator"]})).await;
    promoted.problem(403, "not-authorised");
}

/// Case 74, also when two administrators shut each other out at the same moment.
#[tokio::test]
async fn an_administrator_is_always_left() {
    let lab = Lab::new();
    let (ann, bob) = (lab.user("ann", &[Role::Administrator]).await, lab.user("bob", &[Role::Administrator]).await);
    let token = lab.token(&ann, Scope::All).await;
    let shut_out = |user: &muster_model::account::User, body: Value| {
        let path = format!("/api/v1/users/{}", user.id);
        let (lab, token) = (&lab, &token);
        async move { lab.patch(token, &path, "*", body).await }
    };
    let edit = || UserEdit { disabled: Some(true), ..UserEdit::default() };
    let both = join_all([ann.id, bob.id].map(|id| lab.service.update_user(&SYSTEM, id, edit(), None))).await;
    assert_eq!(both.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{both:?}");
    let left = lab.service.list_users(&SYSTEM).await.unwrap();
    assert_eq!(left.iter().filter(|user| !user.value.disabled).count(), 1);
    // Whoever is left cannot go either.
    let back = UserEdit { disabled: Some(false), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, ann.id, back, None).await.unwrap();
    lab.service
        .update_user(&SYSTEM, bob.id, UserEdit { roles: Some(vec![Role::Viewer]), ..UserEdit::default() }, None)
        .await
        .unwrap();
    let before = lab.sequence().await;
    shut_out(&ann, json!({"disabled": true})).await.problem(409, "conflict");
    shut_out(&ann, json!({"roles": ["viewer", "auditor"]})).await.problem(409, "conflict");
    assert_eq!(lab.sequence().await, before);
    shut_out(&bob, json!({"roles": ["administrator"], "disabled": false})).await.expect(200);
    shut_out(&ann, json!({"disabled": true})).await.expect(200);
    lab.get(&token, "/api/v1/users").await.problem(401, "not-authenticated");
}

#[tokio::test]
async fn a_disabled_account_loses_token_and_sessions_at_once() {
    let lab = Lab::new();
    let user = with_password(&lab, "ann").await;
    let token = lab.token(&user, Scope::All).await;
    let (cookie, signed_in) = lab.service.sign_in("ann", PASSWORD, "::1", "test").await.unwrap();
    let open_link = link(&lab, &user).await;
    lab.get(&token, "/api/v1/hosts").await.expect(200);
    assert_eq!(lab.service.find_session(&cookie).await.unwrap().user.id, user.id);
    assert_eq!(signed_in.user.id, user.id);
    let edit = UserEdit { disabled: Some(true), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    lab.get(&token, "/api/v1/hosts").await.problem(401, "not-authenticated");
    assert!(lab.service.find_session(&cookie).await.is_err());
    assert!(lab.service.sign_in("ann", PASSWORD, "::1", "test").await.is_err());
    assert!(lab.service.sign_in_by_link(&open_link, "test").await.is_err());
    // Enabled again, the old session stays dead.
    let edit = UserEdit { disabled: Some(false), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    assert!(lab.service.find_session(&cookie).await.is_err());
}

#[tokio::test]
async fn sessions_end_with_a_new_password_new_roles_and_time() {
    let lab = Lab::new();
    let user = with_password(&lab, "ann").await;
    let sign_in = async || {
        let secret = link(&lab, &user).await;
        lab.service.sign_in_by_link(&secret, "test").await.unwrap().0
    };
    let (one, two) = (sign_in().await, sign_in().await);
    let edit = UserEdit { roles: Some(vec![Role::Viewer]), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    assert!(lab.service.find_session(&one).await.is_err() && lab.service.find_session(&two).await.is_err());
    let cookie = sign_in().await;
    let call = muster_collector::service::Call {
        actor: lab.service.find_session(&cookie).await.unwrap().actor(),
        via: "console",
        request_id: None,
    };
    let other = "another quiet day in it".to_owned();
    let wrong = lab.service.set_own_password(&call, user.id, "wrong".into(), other.clone()).await;
    assert!(matches!(wrong, Err(ServiceError::Invalid(_))));
    lab.service.set_own_password(&call, user.id, PASSWORD.into(), other).await.unwrap();
    assert!(lab.service.find_session(&cookie).await.is_err());
    // Idle for too long; used all the time but too old.
    let cookie = sign_in().await;
    lab.clock.advance_millis(SESSION_IDLE_MS);
    assert!(lab.service.find_session(&cookie).await.is_ok());
    lab.clock.advance_millis(SESSION_IDLE_MS + 1);
    assert!(lab.service.find_session(&cookie).await.is_err());
    let cookie = sign_in().await;
    for _ in 0..SESSION_MAX_MS / SESSION_IDLE_MS {
        lab.clock.advance_millis(SESSION_IDLE_MS);
        assert!(lab.service.find_session(&cookie).await.is_ok());
    }
    lab.clock.advance_millis(1);
    assert!(lab.service.find_session(&cookie).await.is_err());
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended() {
    let lab = Lab::new();
    let (ann, bob) = (lab.user("ann", &[Role::Viewer]).await, lab.user("bob", &[Role::Viewer]).await);
    let secret = link(&lab, &ann).await;
    let (cookie, _) = lab.service.sign_in_by_link(&secret, "Firefox").await.unwrap();
    let (anns, bobs) = (lab.token(&ann, Scope::All).await, lab.token(&bob, Scope::All).await);
    let list = lab.get(&anns, "/api/v1/sessions").await.expect(200);
    assert!(!list.text().contains(&cookie) && !list.text().contains("csrf"));
    let id = list.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(lab.get(&bobs, "/api/v1/sessions").await.json()["items"], json!([]));
    lab.delete(&bobs, &format!("/api/v1/sessions/{id}")).await.problem(404, "not-found");
    lab.delete(&anns, &format!("/api/v1/sessions/{id}")).await.expect(204);
    assert!(lab.service.find_session(&cookie).await.is_err());
}

#[tokio::test]
async fn a_one_time_link_works_once_and_not_for_long() {
    let lab = Lab::new();
    let user = lab.user("ann", &[Role::Viewer]).await;
    let secret = link(&lab, &user).await;
    let at_once = join_all((0..6).map(|_| lab.service.sign_in_by_link(&secret, "test"))).await;
    assert_eq!(at_once.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(lab.service.sign_in_by_link(&secret, "test").await.is_err());
    let secret = link(&lab, &user).await;
    lab.clock.advance_millis(15 * 60_000 + 1);
    assert!(lab.service.sign_in_by_link(&secret, "test").await.is_err());
    for junk in ["", "x", &"A".repeat(10_000)] {
        assert!(lab.service.sign_in_by_link(junk, "test").await.is_err());
    }
}

/// Delays grow with failures, by account and address; the right password after the delay ends them. No lock-out.
#[tokio::test]
async fn guessing_gets_slower() {
    let lab = Lab::new();
    with_password(&lab, "ann").await;
    let guess = async |password: &str, address: &str| lab.service.sign_in("ann", password, address, "test").await;
    for _ in 0..6 {
        assert!(matches!(guess("wrong", "10.0.0.1").await, Err(ServiceError::Unauthenticated(_))));
    }
    assert!(matches!(guess(PASSWORD, "10.0.0.1").await, Err(ServiceError::TooMany { seconds: 1..=2 })));
    assert!(guess(PASSWORD, "10.0.0.2").await.is_ok(), "somebody else's failures lock nobody out");
    lab.clock.advance_millis(1_000);
    assert!(matches!(guess("wrong", "10.0.0.1").await, Err(ServiceError::Unauthenticated(_))));
    lab.clock.advance_millis(1_000);
    assert!(matches!(guess(PASSWORD, "10.0.0.1").await, Err(ServiceError::TooMany { .. })), "the delay has doubled");
    lab.clock.advance_millis(1_000);
    assert!(guess(PASSWORD, "10.0.0.1").await.is_ok());
    assert!(matches!(guess("wrong", "10.0.0.1").await, Err(ServiceError::Unauthenticated(_))), "and begins anew");
}

/// Guesses that are sent at once get no more tries than guesses that are sent one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_guesses_at_once_get_no_free_tries() {
    let lab = Lab::new();
    let guesses = join_all((0..24).map(|_| lab.service.sign_in("nobody", "wrong", "10.0.0.1", "test"))).await;
    let tried = guesses.iter().filter(|outcome| matches!(outcome, Err(ServiceError::Unauthenticated(_)))).count();
    // Two are hashed at a time.
    assert!((6..=8).contains(&tried), "{tried} guesses were tried");
}

/// An unknown account, a wrong password and a disabled account are told in the same words.
#[tokio::test]
async fn a_refusal_does_not_tell_which_accounts_there_are() {
    let lab = Lab::new();
    let disabled = with_password(&lab, "bob").await;
    with_password(&lab, "ann").await;
    lab.user("no-password", &[Role::Viewer]).await;
    let edit = UserEdit { disabled: Some(true), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, disabled.id, edit, None).await.unwrap();
    let mut told = std::collections::BTreeSet::new();
    for (name, password) in [("ann", "wrong"), ("nobody", PASSWORD), ("bob", PASSWORD), ("no-password", ""), ("", "")] {
        told.insert(lab.service.sign_in(name, password, "10.0.0.9", "test").await.unwrap_err().to_string());
    }
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn tokens_are_shown_once_expire_and_are_taken_back() {
    let lab = Lab::new();
    let user = lab.user("ann", &[Role::Responder]).await;
    let token = lab.token(&user, Scope::All).await;
    let body = json!({"name": "ci", "scopes": ["read"], "days": 1});
    let made = lab.post(&token, "/api/v1/api-tokens", body).await.expect(201).json();
    let text = made["token"].as_str().unwrap();
    assert!(text.starts_with("mst_") && text.len() > 40);
    assert!(!lab.get(&token, "/api/v1/api-tokens").await.expect(200).text().contains(text));
    lab.get(text, "/api/v1/hosts").await.expect(200);
    lab.post(text, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.problem(403, "not-authorised");
    // A token for reading makes no token for more.
    lab.post(text, "/api/v1/api-tokens", json!({"name": "x", "scopes": ["all"]})).await.problem(403, "not-authorised");
    lab.clock.advance_millis(86_400_001);
    lab.get(text, "/api/v1/hosts").await.problem(401, "not-authenticated");
    let made =
        lab.post(&token, "/api/v1/api-tokens", json!({"name": "x", "scopes": ["work"]})).await.expect(201).json();
    let (id, text) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    lab.post(text, "/api/v1/tickets", json!({"kind": "incident", "title": "t"})).await.expect(201);
    let other = lab.token_of(Role::Administrator).await;
    lab.delete(&other, &format!("/api/v1/api-tokens/{id}")).await.problem(404, "not-found");
    lab.delete(&token, &format!("/api/v1/api-tokens/{id}")).await.expect(204);
    lab.get(text, "/api/v1/hosts").await.problem(401, "not-authenticated");
    for text in [&text[..text.len() - 1], &format!("{text}A"), &text.to_uppercase(), ""] {
        lab.get(text, "/api/v1/hosts").await.problem(401, "not-authenticated");
    }
}

/// Rights are those that the account has now, not those it had when the token was made.
#[tokio::test]
async fn a_token_follows_the_roles_of_its_account() {
    let lab = Lab::new();
    let user = lab.user("ann", &[Role::Responder]).await;
    let token = lab.token(&user, Scope::All).await;
    let create = || lab.post(&token, "/api/v1/tickets", json!({"kind": "incident", "title": "t"}));
    create().await.expect(201);
    let edit = UserEdit { roles: Some(vec![Role::Viewer]), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    create().await.problem(403, "not-authorised");
}
