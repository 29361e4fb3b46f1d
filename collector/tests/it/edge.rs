//! The edge of both listeners: headers on every answer, problem documents for every refusal, nothing from another site.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::right::Role;
use serde_json::json;

use crate::lab::{From, Lab, Reply, ask};

#[track_caller]
fn check_headers(reply: &Reply, is_secure: bool) {
    let csp = reply.header("content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(csp.contains(part), "{csp}");
    }
    assert!(!csp.contains("unsafe") && !csp.contains('*'), "{csp}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("x-frame-options"), "DENY");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(reply.header("strict-transport-security").is_empty(), !is_secure);
    assert!(!reply.header("cache-control").is_empty());
    assert!(reply.header("x-request-id").starts_with("req_"));
    assert_eq!(reply.header("server"), "");
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for is_secure in [false, true] {
        let lab = Lab::with_tls(is_secure);
        let token = lab.admin().await;
        let paths = [
            "/",
            "/no/such/page",
            "/healthz",
            "/readyz",
            "/api/docs",
            "/api/openapi.json",
            "/api/v1/hosts",
            "/api/v1/x",
        ];
        for path in paths {
            for token in ["", &token] {
                check_headers(&lab.get(token, path).await, is_secure);
            }
        }
        for path in ["/", "/enroll", "/agent/v1/reports", "/api/v1/hosts"] {
            for method in [Method::GET, Method::POST] {
                check_headers(&lab.agents(ask(method, "", path, &[], None), From::default()).await, is_secure);
            }
        }
        let cross = ask(Method::POST, "", "/sign-in", &[("sec-fetch-site", "cross-site")], None);
        check_headers(&lab.people(cross).await, is_secure);
        assert_eq!(lab.get(&token, "/api/v1/users").await.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn two_requests_have_two_ids_whatever_the_caller_sends() {
    let lab = Lab::new();
    let request = || ask(Method::GET, "", "/api/v1/hosts", &[("x-request-id", "req_mine")], None);
    let (one, two) = (lab.people(request()).await, lab.people(request()).await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    assert_ne!(one.header("x-request-id"), "req_mine");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document() {
    let lab = Lab::new();
    let token = lab.admin().await;
    for path in ["/api", "/api/", "/api/v2/hosts", "/api/v1", "/api/v1/nothing", "/api/v1/hosts/a/b/c"] {
        let reply = lab.get(&token, path).await;
        if path.starts_with("/api/") {
            reply.problem(404, "no-route");
        } else {
            assert_eq!(reply.status, 404, "{path}");
        }
    }
    for (method, path) in
        [(Method::PUT, "/api/v1/hosts"), (Method::DELETE, "/api/v1/audit"), (Method::POST, "/api/v1/audit")]
    {
        let reply = lab.people(ask(method, &token, path, &[], None)).await;
        assert!(reply.header("allow").contains("GET"), "{path}");
        reply.problem(405, "method");
    }
    lab.agents(ask(Method::GET, "", "/agent/v1/reports", &[], None), From::default()).await.problem(405, "method");
    lab.agents(ask(Method::GET, "", "/nothing", &[], None), From::default()).await.problem(404, "no-route");
}

/// Case 50: ids are ids, never paths.
#[tokio::test]
async fn a_path_that_climbs_finds_nothing() {
    let lab = Lab::new();
    let token = lab.admin().await;
    for kind in ["hosts", "items", "findings", "tickets", "users"] {
        for id in [
            "..%2f..%2fetc%2fpasswd",
            "%00",
            "%2e%2e",
            "%2Fetc%2Fpasswd",
            "host_%00",
            "tkt_zz",
            "%F0%9F%90%9F",
            "a%0d%0ab",
        ] {
            let reply = lab.get(&token, &format!("/api/v1/{kind}/{id}")).await.expect(404);
            assert_eq!(reply.headers.keys().filter(|name| name.as_str() == "x-request-id").count(), 1);
        }
        lab.get(&token, &format!("/api/v1/{kind}/%ff%fe")).await.expect(400);
        lab.get(&token, &format!("/api/v1/{kind}/{}", "a".repeat(8_000))).await.expect(404);
    }
}

#[tokio::test]
async fn a_refusal_stays_readable_when_the_caller_takes_gzip() {
    let lab = Lab::new();
    let request = ask(Method::GET, "", "/api/v1/hosts", &[("accept-encoding", "gzip")], None);
    let reply = lab.people(request).await;
    assert_eq!(reply.header("content-encoding"), "");
    reply.problem(401, "not-authenticated");
    let request = ask(Method::GET, "", "/api/openapi.json", &[("accept-encoding", "gzip")], None);
    let reply = lab.people(request).await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, "gzip"));
}

/// What an extractor refuses is longer than what is worth compressing, and is written anew at the edge.
#[tokio::test]
async fn a_refused_query_is_told_as_it_is_to_who_takes_gzip() {
    let lab = Lab::new();
    let token = lab.admin().await;
    for path in ["/api/v1/on-call?limit=200", "/api/v1/change-calendar?foo=1"] {
        let name = if path.contains("limit") { "limit" } else { "foo" };
        for headers in [&[][..], &[("accept-encoding", "gzip")][..]] {
            let reply = lab.people(ask(Method::GET, &token, path, headers, None)).await;
            assert_eq!(reply.header("content-encoding"), "", "{path}");
            let problem = reply.problem(400, "malformed");
            assert!(problem["detail"].as_str().is_some_and(|why| why.contains(name)), "{problem}");
        }
    }
}

#[tokio::test]
async fn health_is_told_to_everybody() {
    let lab = Lab::new();
    assert_eq!(lab.get("", "/healthz").await.text(), "ok\n");
    assert_eq!(lab.get("", "/readyz").await.text(), "ready\n");
}

/// Case 54: a form of another site changes nothing, whatever session the browser has.
#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let lab = Lab::new();
    let admin = lab.user("ann", &[Role::Administrator]).await;
    let link = lab.service.create_sign_in_link(&crate::lab::SYSTEM, admin.id).await.unwrap();
    let (cookie, _) = lab.service.sign_in_by_link(link.split_once('#').unwrap().1, "test").await.unwrap();
    let before = lab.sequence().await;
    let sites: &[&[(&str, &str)]] = &[
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "junk")],
        &[("origin", "https://evil.test"), ("host", "muster.test")],
        &[("origin", "https://muster.test.evil.test"), ("host", "muster.test")],
        &[("origin", "null"), ("host", "muster.test")],
        &[("origin", "https://evil.test")],
        &[("origin", "https://muster.test"), ("host", "muster.test"), ("sec-fetch-site", "cross-site")],
    ];
    for path in ["/", "/sign-out", "/sign-in", "/incidents", "/no/such/page"] {
        for headers in sites {
            let mut request = Request::post(path)
                .header("cookie", format!("muster-session={cookie}"))
                .header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in *headers {
                request = request.header(*name, *value);
            }
            let reply = lab.people(request.body(Body::from("x=1")).unwrap()).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(lab.sequence().await, before);
}

/// The API knows no cookies: a session of the console is nobody there.
#[tokio::test]
async fn a_session_cookie_is_nothing_to_the_api() {
    let lab = Lab::new();
    let admin = lab.user("ann", &[Role::Administrator]).await;
    let link = lab.service.create_sign_in_link(&crate::lab::SYSTEM, admin.id).await.unwrap();
    let (cookie, _) = lab.service.sign_in_by_link(link.split_once('#').unwrap().1, "test").await.unwrap();
    for name in ["muster-session", "__Host-muster-session"] {
        let header = format!("{name}={cookie}");
        let body = Some(json!({"kind": "incident", "title": "t"}));
        let request = ask(Method::POST, "", "/api/v1/tickets", &[("cookie", &header)], body);
        lab.people(request).await.problem(401, "not-authenticated");
        let request = ask(Method::GET, "", "/api/v1/hosts", &[("authorization", &format!("Bearer {cookie}"))], None);
        lab.people(request).await.problem(401, "not-authenticated");
    }
}

#[tokio::test]
async fn what_a_caller_began_who_went_away_is_finished_and_seen() {
    const CALLERS: usize = 40;
    let lab = Lab::new();
    let token = lab.admin().await;
    // The list is known before: whatever a commit forgets to tell it stays unseen.
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 0);
    for caller in 0..CALLERS {
        let body = json!({"kind": "incident", "title": format!("nobody waits {caller}"), "impact": 2, "urgency": 2});
        let request = ask(Method::POST, &token, "/api/v1/tickets", &[], Some(body));
        let patience = Duration::from_micros(100 * u64::try_from(caller).unwrap());
        drop(tokio::time::timeout(patience, lab.people(request)).await);
    }
    let mut seen = 0;
    for _ in 0..200 {
        seen = lab.all(&token, "/api/v1/tickets?limit=1000").await.len();
        if seen == CALLERS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(seen, CALLERS);
}
