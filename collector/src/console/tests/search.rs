//! Saved searches and full text in the console: saving what a list shows, opening it again, changing it; finding.

use axum::http::StatusCode;
use muster_model::right::Role;

use super::lab::{HOSTILE, Lab};

#[tokio::test]
async fn what_a_list_shows_is_saved_and_opened_again() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("ann", Role::Responder).await;
    let body = lab.get(&browser, "/findings?severity=critical&q=deploy+or+root").await.body;
    let save = "/saved-searches?list=findings&#38;filter=%28deploy%20or%20root%29%20severity%3Acritical#form-new";
    assert!(body.contains(save) || body.contains(&save.replace("&#38;", "&amp;")), "{body}");
    let form = lab.get(&browser, "/saved-searches?list=findings&filter=severity:critical").await.body;
    assert!(
        form.contains(r#"value="severity:critical""#) && form.contains(r#"<option value="findings" selected"#),
        "{form}"
    );
    let fields = [("name", "bad things"), ("list", "findings"), ("filter", "severity:critical"), ("shared", "yes")];
    let reply = lab.post(&browser, "/saved-searches", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    assert_eq!(reply.place(), "/findings?q=severity%3Acritical&done=search-saved");
    let list = lab.get(&browser, "/findings?q=severity:critical").await.body;
    assert!(list.contains("aria-current=\"true\">bad things</a>") && !list.contains("Save this search"), "{list}");
    assert!(!lab.get(&browser, "/hosts").await.body.contains("bad things"));
    // The same name again is refused beside the field, with what was typed.
    let reply = lab.post(&browser, "/saved-searches", &fields).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.body.contains("a saved search of the name bad things") && reply.body.contains(r#"value="bad things""#)
    );
}

#[tokio::test]
async fn columns_and_order_make_a_table_that_is_sorted_by_its_headings() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("ann", Role::Responder).await;
    let fields = [
        ("name", "accounts"),
        ("list", "items"),
        ("filter", "class:user"),
        ("columns", "name, uid,host_name"),
        ("sort", "-uid"),
    ];
    let reply = lab.post(&browser, "/saved-searches", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let place = reply.place();
    let rows = place.split('?').next().unwrap().to_owned();
    assert!(rows.ends_with("/rows"), "{place}");
    let body = lab.get(&browser, &rows).await.body;
    assert!(
        body.contains("aria-sort=\"descending\"") && body.contains("?sort=uid\"") && body.contains("/items/"),
        "{body}"
    );
    let body = lab.get(&browser, &format!("{rows}?sort=uid")).await.body;
    assert!(body.contains("aria-sort=\"ascending\"") && body.contains("?sort=-uid\""), "{body}");
    let wrong = lab.get(&browser, &format!("{rows}?sort=odd")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("here is no column"), "{}", wrong.body);
    let edit = lab.get(&browser, rows.trim_end_matches("/rows")).await.body;
    assert!(edit.contains("value=\"name, uid, host_name\"") && edit.contains("value=\"-uid\""), "{edit}");
}

#[tokio::test]
async fn a_shared_search_is_changed_by_who_may_and_a_stale_form_says_so() {
    let lab = Lab::new().await;
    let id = lab.save_search().await;
    let (ann, vic) = (lab.sign_in("ann", Role::Responder).await, lab.sign_in("vic", Role::Viewer).await);
    let path = format!("/saved-searches/{id}");
    let seen = lab.get(&vic, &path).await;
    assert_eq!((seen.status, seen.body.contains("form-edit")), (StatusCode::OK, false));
    let fields = [("name", "x"), ("list", "hosts"), ("filter", "site:fra"), ("version", "1")];
    assert_eq!(lab.post(&vic, &path, &fields).await.status, StatusCode::FORBIDDEN);
    let mut shared = fields.to_vec();
    shared.push(("shared", "yes"));
    assert_eq!(lab.post(&ann, &path, &shared).await.status, StatusCode::SEE_OTHER);
    let stale = lab.post(&ann, &path, &shared).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("somebody else changed this meanwhile"), "{}", stale.body);
    let wrong = [("name", "x"), ("list", "hosts"), ("filter", "sitte:fra"), ("version", "2")];
    let reply = lab.post(&ann, &path, &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("column 1") && reply.body.contains("sitte:fra"), "{}", reply.body);
    assert_eq!(lab.post(&ann, &format!("{path}/remove"), &[("version", "2")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lab.get(&ann, &path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_old_search_does_not_break_its_list() {
    let lab = Lab::new().await;
    lab.declare().await;
    let browser = lab.sign_in("ann", Role::Administrator).await;
    let fields = [("name", "hungry"), ("list", "items"), ("filter", "class:gadget wattage>5")];
    assert_eq!(lab.post(&browser, "/saved-searches", &fields).await.status, StatusCode::SEE_OTHER);
    let without = crate::service::class::ClassDraft { label: "gadget".into(), ..Default::default() };
    lab.service.update_class(&super::lab::SYSTEM, "gadget", without, None).await.unwrap();
    let list = lab.get(&browser, "/items").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("hungry") && list.body.contains("does not hold"), "{}", list.body);
    let opened = lab.get(&browser, "/items?q=class:gadget+wattage%3E5").await;
    assert_eq!(opened.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(opened.body.contains("wattage") && opened.body.contains("olumn 14"), "{}", opened.body);
    assert!(lab.get(&browser, "/saved-searches").await.body.contains("olumn 14"));
}

#[tokio::test]
async fn words_lead_to_pages_and_only_to_those_that_one_may_see() {
    let lab = Lab::new().await;
    let (ann, vic) = (lab.sign_in("ann", Role::Administrator).await, lab.sign_in("vic", Role::Viewer).await);
    let body = lab.get(&ann, "/search?q=script+alert").await.body;
    assert!(body.contains("id=\"found-host\"") && body.contains("id=\"found-ticket\""), "{body}");
    assert!(body.contains(&format!("/hosts/{}", lab.host)) && body.contains("/incidents/INC-000001"));
    let users = lab.get(&ann, "/search?q=vic").await.body;
    assert!(users.contains("id=\"found-user\""), "{users}");
    assert!(lab.get(&vic, "/search?q=vic").await.body.contains("Nothing has all of these words"));
    assert_eq!(lab.get(&vic, "/search?q=vic&kind=user").await.status, StatusCode::FORBIDDEN);
    assert_eq!(lab.get(&vic, "/search?q=--").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lab.get(&vic, "/search?q=inc-000001").await.place(), "/incidents/INC-000001");
    let name = crate::console::markup::url(HOSTILE);
    assert_eq!(lab.get(&vic, &format!("/search?q={name}")).await.place(), format!("/hosts/{}", lab.host));
}
