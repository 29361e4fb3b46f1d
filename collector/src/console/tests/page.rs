//! Every page, full and empty, in both languages: hostile text is inert, and every link leads somewhere.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use muster_model::right::Role;

use super::lab::{Browser, HOSTILE, Lab};

/// The pages of a collector with an incident.
#[expect(clippy::too_many_lines, reason = "a list of all there is")]
pub(super) async fn pages(lab: &Lab) -> Vec<String> {
    let finding = lab.finding("login policy").await;
    let host = &lab.host;
    let (service, class) = lab.declare().await;
    let then = finding.last_seen.to_string()[..19].to_owned();
    let (alert, silence, window) = lab.alerts().await;
    let search = lab.save_search().await;
    let mut all = vec![
        "/alerts".into(),
        "/alerts?state=suppressed".into(),
        format!("/alerts/{alert}"),
        "/silences".into(),
        "/silences?matcher=kind:disk_full".into(),
        format!("/silences/{silence}"),
        "/maintenance-windows".into(),
        format!("/maintenance-windows/{window}"),
        "/alert-rules".into(),
        format!("/alert-rules/{}", muster_model::alert::rule::shipped().id),
        "/incidents/INC-000002".into(),
        "/tickets".into(),
        "/tickets?kind=problem&show=all".into(),
        "/tickets/new?kind=release".into(),
        format!("/tickets/{}", Box::pin(lab.plan_change()).await),
        "/approvals".into(),
        "/approvals/board".into(),
        "/tickets/bulk".into(),
        "/changes/calendar".into(),
        "/changes/calendar?view=week".into(),
        "/changes/calendar?view=agenda".into(),
        "/blackouts".into(),
        "/changes/templates".into(),
        "/grants".into(),
        "/grants?status=expiring".into(),
        format!("/grants/{}", Box::pin(lab.break_glass()).await),
        "/observed-access".into(),
        "/observed-access?standing=missing".into(),
        "/separations".into(),
        "/access-reviews".into(),
        format!("/access-reviews/{}", lab.review_access().await),
        "/catalogue".into(),
        format!("/catalogue/{}", lab.offer().await),
        "/knowledge".into(),
        "/knowledge/new".into(),
        format!("/knowledge/{}", Box::pin(lab.know()).await),
        "/map".into(),
        format!("/map?item={host}&direction=up&depth=5"),
        format!("/map?item={service}"),
        "/classes".into(),
        format!("/classes/{class}"),
        "/classes/business_service".into(),
        "/classes/package".into(),
        "/items/new".into(),
        "/items/new?class=contract".into(),
        format!("/items/{service}"),
        "/".into(),
        "/?range=7d".into(),
        "/hosts".into(),
        "/hosts?drift=yes".into(),
        format!("/hosts/{host}"),
        format!("/hosts/{host}/user"),
        format!("/hosts/{host}/sudo_rule"),
        format!("/hosts/{host}/battery"),
        format!("/items/{}", finding.item),
        format!("/items/{}?as_of={then}", finding.item),
        format!("/hosts/{host}?as_of={then}"),
        format!("/hosts/{host}/user?as_of={then}"),
        "/items".into(),
        "/items?q=class:user".into(),
        "/health".into(),
        "/compare".into(),
        format!("/compare?left={host}&right={host}&left_as_of={then}"),
        "/search".into(),
        "/search?q=bash".into(),
        "/search?q=deploy&kind=ticket".into(),
        "/saved-searches".into(),
        "/saved-searches?list=hosts&filter=site:fra".into(),
        format!("/saved-searches/{search}"),
        format!("/saved-searches/{search}/rows?sort=-name"),
        "/policies".into(),
        "/waivers".into(),
        "/routing".into(),
        "/priorities".into(),
        "/priorities/0".into(),
        format!("/hosts/{host}/changes/1"),
        "/policies/new".into(),
        "/policies/new?example=package-missing".into(),
        "/policies/account".into(),
        "/policies/uid-zero".into(),
        format!("/policies/{}", lab.make_policy().await),
        "/profiles".into(),
        "/profiles/new".into(),
        format!("/profiles/{}", lab.make_profile().await),
        format!("/hosts/{host}/profile"),
        "/volatility".into(),
        "/policies/peer-odd".into(),
        "/problem-proposals".into(),
        format!("/problem-proposals/{}", lab.propose_problem().await),
        "/findings".into(),
        "/findings?state=all".into(),
        format!("/findings/{}", finding.id),
        "/incidents".into(),
        "/incidents?show=all&priority=1".into(),
        "/incidents/new".into(),
        "/board?kind=incident".into(),
        "/board?kind=change&q=priority:1".into(),
        "/incidents/INC-000001".into(),
        "/identification".into(),
        "/identification/rules".into(),
        "/hosts/bulk".into(),
        "/items/bulk?q=class:business_service".into(),
        "/sources/rules".into(),
        "/sources/rules?edit=yes&class=&attribute=".into(),
        "/agents".into(),
        "/sources".into(),
        "/imports".into(),
        "/imports?class=ticket".into(),
        "/audit".into(),
        format!("/audit?object={}", finding.id),
        "/account".into(),
        "/account/notifications".into(),
        "/notifications".into(),
        "/deliveries".into(),
        "/deliveries?state=dead".into(),
        "/on-call".into(),
        "/on-call/rotas/new".into(),
        format!("/on-call/rotas/{}", lab.make_rota().await),
        "/on-call/plans/new".into(),
        format!("/on-call/plans/{}", lab.make_plan().await),
        "/users".into(),
        "/availability".into(),
        "/availability?days=90".into(),
        "/kpi".into(),
        "/kpi?days=7&calendar=24x7".into(),
        "/levels".into(),
        "/levels?days=7".into(),
        "/levels/clocks".into(),
        "/levels/clocks?q=outcome:breached".into(),
        "/levels/policies".into(),
        "/levels/policies/p1-resolve".into(),
        "/levels/calendars".into(),
        "/levels/calendars/business-hours".into(),
    ];
    all.extend(lab.desk_pages(host).await);
    all
}

/// What no page may have, whatever it shows.
fn check_sound(path: &str, body: &str) {
    for wrong in ["<script>alert", "<img src=x", "onerror=alert(1)>", " style=", "<style", "javascript:", "onclick="] {
        assert!(!body.contains(wrong), "{path} has {wrong}");
    }
    // A text that takes words was shown without them.
    assert!(!body.contains("{$") && !body.contains("{ $"), "{path} shows the name of a word in place of the word");
    // Only the two modules are scripts.
    assert_eq!(
        body.matches("<script").count(),
        body.matches(r#"<script type="module" src="/assets/"#).count(),
        "{path}"
    );
    assert_eq!(body.matches("<h1").count(), 1, "{path} has one heading");
    assert_eq!(body.matches("<main").count(), 1, "{path}");
    let mut ids = BTreeSet::new();
    for id in body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.insert(id), "{path} has the id {id} twice");
    }
    for target in body.split(" for=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(target), "{path} has a label for {target}, which is not there");
    }
}

fn links(body: &str) -> impl Iterator<Item = String> + '_ {
    body.split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|link| link.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"))
}

#[tokio::test]
async fn every_page_shows_hostile_text_as_text_and_links_to_pages() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("ann", Role::Administrator).await;
    lab.post(&browser, "/incidents/INC-000001/comments", &[("text", HOSTILE), ("visibility", "internal")]).await;
    lab.post(&browser, "/account/tokens", &[("name", HOSTILE), ("scopes", "read"), ("days", "9")]).await;
    let save = [("owner", HOSTILE), ("site", HOSTILE), ("criticality", "high"), ("lifecycle", "active")];
    assert_eq!(lab.post(&browser, &format!("/hosts/{}", lab.host), &save).await.status, StatusCode::SEE_OTHER);
    let mut known = BTreeSet::new();
    let mut hostile = 0;
    for path in pages(&lab).await {
        let reply = lab.get(&browser, &path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
        assert!(reply.body.contains(r#"<html lang="en""#));
        check_sound(&path, &reply.body);
        hostile +=
            usize::from(reply.body.matches("&#60;script").count() + reply.body.matches("&lt;script").count() > 1);
        known.extend(links(&reply.body).filter(|link| link.starts_with('/')));
    }
    assert!(hostile > 12, "the hostile texts were on {hostile} pages only");
    for link in known {
        let status = lab.get(&browser, &link).await.status;
        assert!(status == StatusCode::OK || status == StatusCode::SEE_OTHER, "{link}: {status}");
    }
}

#[tokio::test]
async fn every_page_is_there_in_chinese_and_no_key_shows() {
    let lab = Lab::new().await;
    let browser = Browser { language: "zh-CN,zh;q=0.9,en;q=0.1", ..lab.sign_in("ann", Role::Administrator).await };
    for path in pages(&lab).await {
        let reply = lab.get(&browser, &path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(reply.body.contains(r#"<html lang="zh-CN""#), "{path}");
        check_sound(&path, &reply.body);
        assert!(reply.body.contains("概览") && !reply.body.contains("Overview"), "{path}");
        for english in ["Next page", ">Save<", ">Filter<", "Priority", "Last seen", ">nobody<", "just now", " ago<"] {
            assert!(!reply.body.contains(english), "{path} says {english} in Chinese");
        }
    }
}

#[tokio::test]
async fn empty_pages_say_what_comes_next() {
    let lab = Lab::empty(false).await;
    let browser = lab.sign_in("ann", Role::Administrator).await;
    for (path, text) in [
        ("/", "Enroll the first agent"),
        ("/hosts", "as soon as an agent reports"),
        ("/findings", "as it is authorised to be"),
        ("/incidents", "No incidents are open"),
        ("/findings?severity=critical", "Nothing fits this filter"),
        ("/account", "You have no API tokens"),
    ] {
        let reply = lab.get(&browser, path).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.body.contains(text), "{path}: {}", reply.body);
        check_sound(path, &reply.body);
    }
}

#[tokio::test]
async fn a_section_that_was_never_collected_is_not_shown_as_none() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("ann", Role::Viewer).await;
    let host = lab.get(&browser, &format!("/hosts/{}", lab.host)).await.body;
    assert!(host.contains("not collected") && host.contains("no permission"), "{host}");
    let section = lab.get(&browser, &format!("/hosts/{}/sudo_rule", lab.host)).await.body;
    assert!(section.contains("This section was never collected"), "{section}");
    assert!(!section.contains("It was collected"), "{section}");
}

#[tokio::test]
async fn errors_have_pages_with_a_next_step() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("ann", Role::Viewer).await;
    for (path, status) in [
        ("/hosts/host_1", StatusCode::NOT_FOUND),
        ("/hosts/nobody-knows", StatusCode::NOT_FOUND),
        ("/items/x", StatusCode::NOT_FOUND),
        ("/findings/fnd_0", StatusCode::NOT_FOUND),
        ("/incidents/INC-999999", StatusCode::NOT_FOUND),
        ("/audit", StatusCode::FORBIDDEN),
        ("/users", StatusCode::FORBIDDEN),
        ("/agents", StatusCode::FORBIDDEN),
        ("/incidents/new", StatusCode::FORBIDDEN),
        ("/hosts?q=nme:x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/incidents?q=%22", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let reply = lab.get(&browser, path).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.body.contains("<nav class=\"side\""), "{path} keeps the navigation");
        check_sound(path, &reply.body);
    }
    assert!(lab.get(&browser, "/hosts?q=nme:x").await.body.contains("did you mean"));
}

#[tokio::test]
async fn pages_offer_only_what_the_visitor_may_do() {
    let lab = Lab::new().await;
    let finding = lab.finding("login policy").await;
    let viewer = lab.sign_in("vic", Role::Viewer).await;
    for path in [format!("/findings/{}", finding.id), "/incidents/INC-000001".into(), format!("/hosts/{}", lab.host)] {
        let body = lab.get(&viewer, &path).await.body;
        // Whoever may read a ticket or a host may be told of it.
        let left = if path.starts_with("/findings") { 1 } else { 2 };
        assert_eq!(
            body.matches("method=\"post\"").count(),
            left,
            "{path}: signing out and watching are all that is left"
        );
    }
    let responder = lab.sign_in("rob", Role::Responder).await;
    let body = lab.get(&responder, &format!("/findings/{}", finding.id)).await.body;
    assert!(body.contains("/suppress\"") && !body.contains("/accept\"") && !body.contains("/waive\""), "{body}");
    let body = lab.get(&responder, "/incidents/INC-000001").await.body;
    for (event, offered) in [
        ("start", true),
        ("resolve", true),
        ("cancel", true),
        ("hold", false),
        ("reopen", false),
        ("auto_close", false),
    ] {
        assert_eq!(body.contains(&format!("/do/{event}\"")), offered, "{event}");
    }
}
