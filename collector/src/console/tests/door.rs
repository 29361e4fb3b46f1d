//! Signing in and out, one-time links, and forms that are not the session's own.

use axum::http::{StatusCode, header};
use muster_model::right::Role;

use super::lab::{Browser, Lab, PASSWORD};

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let lab = Lab::new().await;
    let stranger = Browser { language: "en", ..Browser::default() };
    let reply = lab.get(&stranger, "/incidents?show=all").await;
    assert_eq!((reply.status, reply.place()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fincidents%3Fshow%3Dall"));
    assert_eq!(lab.get(&stranger, "/").await.place(), "/sign-in");
    let posted = lab.post_raw(&stranger, "/incidents/INC-000001/take", &[]).await;
    assert_eq!((posted.status, posted.place()), (StatusCode::SEE_OTHER, "/sign-in"));

    lab.sign_in("ann", Role::Viewer).await;
    let form = lab.get(&stranger, reply.place()).await.body;
    assert!(form.contains(r#"name="next" value="/incidents?show=all""#), "{form}");
    let wrong = lab.post_raw(&stranger, "/sign-in", &[("name", "ann"), ("password", "no"), ("next", "/hosts")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(
        wrong.body.contains("role=\"alert\"")
            && wrong.body.contains(r#"value="ann""#)
            && wrong.body.contains(r#"value="/hosts""#)
    );
    for (next, place) in
        [("/hosts", "/hosts"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")]
    {
        let fields = [("name", "ann"), ("password", PASSWORD), ("next", next)];
        let right = lab.post_raw(&stranger, "/sign-in", &fields).await;
        assert_eq!((right.status, right.place()), (StatusCode::SEE_OTHER, place));
    }
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    for (is_secure, name, end) in [(false, "muster-session=", ""), (true, "__Host-muster-session=", "; Secure")] {
        let lab = Lab::empty(is_secure).await;
        lab.sign_in("ann", Role::Viewer).await;
        let reply = lab.post_raw(&Browser::default(), "/sign-in", &[("name", "ann"), ("password", PASSWORD)]).await;
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(name), "{cookie}");
        assert!(
            cookie.contains("; Path=/; HttpOnly; SameSite=Strict") && cookie.ends_with(&format!("43200{end}")),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn a_link_signs_in_once_and_takes_the_whole_link_too() {
    let lab = Lab::empty(false).await;
    lab.sign_in("ann", Role::Viewer).await;
    let link = lab.link("ann").await;
    let stranger = Browser { language: "zh", ..Browser::default() };
    assert!(lab.get(&stranger, "/sign-in/link").await.body.contains("通过链接登录"));
    let reply = lab.post_raw(&stranger, "/sign-in/link", &[("secret", &link)]).await;
    assert_eq!((reply.status, reply.place()), (StatusCode::SEE_OTHER, "/"));
    let again = lab.post_raw(&stranger, "/sign-in/link", &[("secret", &link)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(again.body.contains("role=\"alert\""));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let lab = Lab::empty(false).await;
    let ann = lab.sign_in("ann", Role::Viewer).await;
    let reply = lab.post(&ann, "/sign-out", &[]).await;
    assert_eq!(reply.place(), "/sign-in?done=signed-out");
    assert!(reply.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(lab.get(&ann, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_form_without_the_sessions_token_changes_anything() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let bob = lab.sign_in("bob", Role::Administrator).await;
    let (host, finding) = (lab.host.clone(), lab.finding("login policy").await.id);
    let before = lab.changes().await;
    for path in [
        "/sign-out".to_owned(),
        format!("/hosts/{host}"),
        format!("/hosts/{host}/recheck"),
        format!("/findings/{finding}/accept"),
        "/incidents/new".into(),
        "/incidents/INC-000001".into(),
        "/incidents/INC-000001/take".into(),
        "/incidents/INC-000001/comments".into(),
        "/incidents/INC-000001/accept".into(),
        "/incidents/INC-000001/do/start".into(),
        "/account/language".into(),
        "/account/password".into(),
        "/account/tokens".into(),
        "/users".into(),
        "/agents/tokens".into(),
    ] {
        for csrf in [None, Some(""), Some("x"), Some(bob.csrf.as_str())] {
            let fields: Vec<(&str, &str)> = csrf
                .map(|csrf| ("csrf", csrf))
                .into_iter()
                .chain([("title", "x"), ("name", "x"), ("reason", "x"), ("text", "x")])
                .collect();
            let reply = lab.post_raw(&ann, &path, &fields).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} with {csrf:?}");
            assert!(reply.body.contains("Nothing was changed"), "{path}");
        }
    }
    assert_eq!(lab.changes().await, before);
}
