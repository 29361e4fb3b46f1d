//! What people declare, by forms: a class, an attribute, an item, a relation, and all of it taken back.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use muster_model::right::{Reach, Role};

use super::lab::Lab;

fn location(reply: &super::lab::Reply) -> String {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let place = reply.headers["location"].to_str().unwrap();
    place.split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_class_an_item_and_a_relation_are_made_by_forms() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let class = lab.post(&ann, "/classes", &[("name", "printer"), ("label", "Printer"), ("meaning", "Prints.")]).await;
    assert_eq!(location(&class), "/classes/printer");
    let attribute =
        [("name", "asset"), ("kind", "text"), ("need", "required"), ("pattern", "^PRN-[0-9]+$"), ("version", "1")];
    assert_eq!(location(&lab.post(&ann, "/classes/printer", &attribute).await), "/classes/printer");
    let stale = lab.post(&ann, "/classes/printer", &attribute).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let form = lab.get(&ann, "/items/new?class=printer").await.body;
    assert!(form.contains(r#"name="attribute.asset""#) && form.contains("required"), "{form}");

    let wrong = lab.post(&ann, "/items/new?class=printer", &[("name", "by the door"), ("attribute.asset", "7")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("new-attribute.asset-error") && wrong.body.contains("by the door"), "{}", wrong.body);
    let fields = [("name", "by the door"), ("attribute.asset", "PRN-7"), ("criticality", "high"), ("tags", "a, b")];
    let item = location(&lab.post(&ann, "/items/new?class=printer", &fields).await);
    let page = lab.get(&ann, &item).await.body;
    assert!(page.contains("PRN-7") && page.contains("by the door"), "{page}");
    assert!(lab.get(&ann, "/classes/printer").await.body.contains(&item));

    let relations = format!("{item}/relations");
    let refused = lab.post(&ann, &relations, &[("kind", "depends_on"), ("to", &lab.host), ("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let related =
        lab.post(&ann, &relations, &[("kind", "depends_on"), ("to", &lab.host), ("reason", "prints there")]).await;
    assert_eq!(location(&related), item);
    let host = lab.get(&ann, &format!("/hosts/{}", lab.host)).await.body;
    assert!(host.contains("is needed by") && host.contains(&item), "{host}");
    let map = lab.get(&ann, &format!("/map?item={}", lab.host)).await.body;
    assert!(map.contains(r#"class="box down""#) && map.contains(r#"class="box here""#) && map.contains(&item), "{map}");

    let page = lab.get(&ann, &item).await.body;
    let action =
        page.split("action=\"").find_map(|rest| rest.split('"').next().filter(|to| to.contains("/relations/rel_")));
    let retracted = lab.post(&ann, action.unwrap(), &[("reason", "moved")]).await;
    assert_eq!(location(&retracted), item);
    assert!(!lab.get(&ann, &item).await.body.contains("prints there"));

    let edit = [
        ("name", "by the window"),
        ("attribute.asset", "PRN-7"),
        ("criticality", "low"),
        ("lifecycle", "active"),
        ("version", "1"),
    ];
    assert_eq!(location(&lab.post(&ann, &item, &edit).await), item);
    assert!(lab.get(&ann, &item).await.body.contains("by the window"));
    assert_eq!(location(&lab.post(&ann, &format!("{item}/undo"), &[("change", "2")]).await), item);
    assert!(lab.get(&ann, &item).await.body.contains("<h1>by the door</h1>"));
    assert_eq!(lab.post(&ann, &format!("{item}/undo"), &[("change", "2")]).await.status, StatusCode::CONFLICT);
    assert_eq!(location(&lab.post(&ann, &format!("{item}/retire"), &[("version", "3")]).await), item);
    assert_eq!(location(&lab.post(&ann, "/classes/printer/retire", &[("version", "2")]).await), "/classes/printer");
    assert!(!lab.get(&ann, "/items/new").await.body.contains("printer"));

    let vic = lab.sign_in("vic", Role::Viewer).await;
    for path in [item.as_str(), "/classes", "/classes/printer", "/map"] {
        let body = lab.get(&vic, path).await.body;
        // Whoever may see an item may be told of it.
        let left = if path == item { 2 } else { 1 };
        assert_eq!(
            body.matches("method=\"post\"").count(),
            left,
            "{path}: signing out and watching are all that is left"
        );
    }
    assert_eq!(lab.get(&vic, "/items/new").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn where_a_role_counts_is_said_in_lines_and_shown_by_the_names_of_services() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let fields = [("name", "Web shop"), ("owner", "web")];
    let item = location(&lab.post(&ann, "/items/new?class=business_service", &fields).await);
    let id = item.rsplit('/').next().unwrap();
    let reaches = "Responder: site=fra\nviewer: site=fra\nresponder: service=Web shop";
    let fields = [("name", "olga"), ("roles", "responder"), ("roles", "viewer"), ("reaches", reaches)];
    assert_eq!(location(&lab.post(&ann, "/users", &fields).await), "/users");
    let list = lab.get(&ann, "/users").await.body;
    assert!(list.contains("responder: site=fra, service=Web shop"), "both lines count: {list}");
    assert!(list.contains("viewer: site=fra") && !list.contains(id), "{list}");
    let typo = [("name", "oleg"), ("roles", "responder"), ("reaches", "responder: site=fra\nrespnder: team=db")];
    let refused = lab.post(&ann, "/users", &typo).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("line 2: there is no role respnder; did you mean responder?"), "{}", refused.body);
}

#[tokio::test]
async fn no_page_tells_of_what_lies_beyond_reach() {
    let lab = Lab::new().await;
    // Somebody who can fill the seats of what is voted on.
    lab.sign_in("root", Role::Administrator).await;
    let pages = super::page::pages(&lab).await;
    let reach = Reach { sites: BTreeSet::from(["another site".to_owned()]), ..Reach::default() };
    let reaches = Role::ALL.iter().map(|role| (*role, reach.clone())).collect();
    let ann = lab.sign_in_within("ann", Role::ALL, reaches).await;
    let mut shown = 0;
    for page in &pages {
        let reply = lab.get(&ann, page).await;
        assert!([200, 403, 404, 422].contains(&reply.status.as_u16()), "{page} was {}: {}", reply.status, reply.body);
        shown += usize::from(reply.status == StatusCode::OK);
        for hidden in [lab.host.as_str(), "INC-000001", "/findings/fnd_"] {
            // What was asked for is repeated: it is not there, or a map of nothing.
            if page.contains(hidden) {
                assert!(reply.status != StatusCode::OK || page.starts_with("/map"), "{page}");
            } else {
                assert!(!reply.body.contains(hidden), "{page} tells of {hidden}");
            }
        }
    }
    // The navigation leads nowhere where one may not go.
    let home = lab.get(&ann, "/").await.body;
    let places = home.split("<nav").nth(1).unwrap().split("</nav>").next().unwrap();
    let mut refused = Vec::new();
    for place in places.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let status = lab.get(&ann, place).await.status;
        refused.extend((status != StatusCode::OK).then(|| format!("{place} {status}")));
    }
    assert!(refused.is_empty(), "{refused:?}");
    // What is no record is there: the overview, lists, catalogue, calendar, knowledge, on-call, the own account.
    assert!(shown > 20, "{shown} of {}", pages.len());
}

#[tokio::test]
async fn who_works_in_a_part_is_offered_what_they_may_do_there() {
    let lab = Lab::new().await;
    let reach = Reach { sites: BTreeSet::from(["another site".to_owned()]), ..Reach::default() };
    let reaches = Role::ALL.iter().map(|role| (*role, reach.clone())).collect();
    let ann = lab.sign_in_within("ann", Role::ALL, reaches).await;
    for page in ["/incidents/new", "/tickets?kind=problem", "/account/notifications", "/knowledge/new", "/alert-rules"]
    {
        assert_eq!(lab.get(&ann, page).await.status, StatusCode::OK, "{page}");
    }
    // Nothing leads where only those go whose role counts everywhere.
    for (page, hidden) in [
        ("/alerts", "/silences"),
        ("/grants", "/access-reviews"),
        ("/grants", "/separations"),
        ("/policies", "/volatility"),
        ("/policies", "/waivers"),
        ("/policies", "/policies/new"),
        ("/items", "/imports"),
        ("/classes", "/items/new"),
    ] {
        let reply = lab.get(&ann, page).await;
        assert_eq!(reply.status, StatusCode::OK, "{page}");
        assert!(!reply.body.contains(&format!("\"{hidden}\"")), "{page} leads to {hidden}");
    }
    // Who sees all and works in a part is offered nothing on what lies elsewhere.
    let roles = [Role::Viewer, Role::Responder];
    let within = std::iter::once((Role::Responder, reach)).collect();
    let bob = lab.sign_in_within("bob", &roles, within).await;
    let page = lab.get(&bob, "/incidents/INC-000001").await;
    assert_eq!(page.status, StatusCode::OK);
    for offered in ["/take\"", "/do/", "name=\"impact\"", "/major"] {
        assert!(!page.body.contains(offered), "{offered}");
    }
    let root = lab.sign_in("root", Role::Administrator).await;
    assert!(lab.get(&root, "/incidents/INC-000001").await.body.contains("/take\""));
}

#[tokio::test]
async fn attributes_of_owners_are_changed_and_removed_on_the_page_of_their_class() {
    let lab = Lab::new().await;
    let (ann, vic) = (lab.sign_in("ann", Role::Administrator).await, lab.sign_in("vic", Role::Viewer).await);
    lab.post(&ann, "/classes", &[("name", "printer"), ("label", "Printer")]).await;
    let pages = [("name", "pages"), ("kind", "integer"), ("need", "optional"), ("minimum", "1"), ("version", "1")];
    assert_eq!(lab.post(&ann, "/classes/printer", &pages).await.status, StatusCode::SEE_OTHER);
    let page = lab.get(&ann, "/classes/printer?attribute=pages").await.body;
    assert!(page.contains("Change pages") && page.contains("Remove pages") && page.contains("value=\"1\""), "{page}");
    assert!(!page.contains("id=\"attribute-name\""), "a name stays");
    let seen = lab.get(&vic, "/classes/printer?attribute=pages").await.body;
    assert!(seen.contains("pages") && !seen.contains("Change pages"));

    let path = "/classes/printer/attributes/pages";
    let wrong = [("kind", "integer"), ("need", "optional"), ("minimum", "9"), ("maximum", "3"), ("version", "2")];
    let refused = lab.post(&ann, path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Change pages") && refused.body.contains("value=\"9\""), "{}", refused.body);
    let units = [("kind", "integer"), ("need", "recommended"), ("unit", "sheets"), ("version", "2")];
    assert_eq!(lab.post(&vic, path, &units).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lab.post(&ann, path, &units).await.status, StatusCode::SEE_OTHER);
    let stale = lab.post(&ann, &format!("{path}/remove"), &[("version", "2")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(lab.get(&ann, "/classes/printer").await.body.contains("sheets"));
    let gone = lab.post(&ann, &format!("{path}/remove"), &[("version", "3"), ("reason", "not kept")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    let after = lab.get(&ann, "/classes/printer?attribute=pages").await.body;
    assert!(!after.contains("sheets") && after.contains("Add an attribute") && after.contains("not kept"), "{after}");
    let again = lab.post(&ann, &format!("{path}/remove"), &[("version", "4")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}
