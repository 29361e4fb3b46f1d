//! Pages under the banner of the past show what was so then, and leave out what is known of the present only.

use axum::http::StatusCode;
use muster_model::host::Criticality;
use muster_model::query::Query;
use muster_model::right::{Actor, Role};
use muster_shared::{Clock, SectionName};

use super::lab::{Lab, SYSTEM};
use crate::service::host::HostEdit;
use crate::service::{Call, Window};

#[tokio::test]
async fn a_host_of_then_shows_nothing_of_now() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let fields = [("name", "the-shop"), ("criticality", "high")];
    let made = lab.post(&ann, "/items/new?class=business_service", &fields).await;
    let shop = made.place().split('?').next().unwrap().to_owned();
    lab.clock.advance_millis(300_000);
    let before = lab.clock.now().to_string()[..19].to_owned();
    lab.clock.advance_millis(60_000);
    let needs = [("kind", "depends_on"), ("to", lab.host.as_str()), ("reason", "as drawn")];
    assert_eq!(lab.post(&ann, &format!("{shop}/relations"), &needs).await.status, StatusCode::SEE_OTHER);
    let edit = [("name", "the-new-shop"), ("criticality", "low")];
    assert_eq!(lab.post(&ann, &shop, &edit).await.status, StatusCode::SEE_OTHER);
    lab.clock.advance_millis(60_000);
    let after = lab.clock.now().to_string()[..19].to_owned();
    let first = "2026-09-21T14:13:21";
    let page = async |at: &str| lab.get(&ann, &format!("/hosts/{}?as_of={at}", lab.host)).await.body;
    let now = lab.get(&ann, &format!("/hosts/{}", lab.host)).await.body;
    let present =
        ["id=\"incidents\"", "id=\"baseline\"", "id=\"agent\"", "/recheck\"", "id=\"recognised\"", "action=\"/items/"];
    for part in present {
        assert!(now.contains(part), "{part}");
    }
    assert!(now.contains("the-new-shop") && now.contains("/findings/fnd_"));
    let then = page(&before).await;
    for part in present {
        assert!(!then.contains(part), "{part} is of now");
    }
    assert!(then.contains("class=\"notice past\"") && !then.contains("the-new-shop"), "no relation led there yet");
    assert!(then.contains("/findings/fnd_"), "what stood then stands");
    assert!(page(&after).await.contains("the-new-shop"), "a relation that held then");
    let young = page(first).await;
    assert!(!young.contains("/findings/fnd_"), "nothing had been found yet");
    assert!(
        young.contains("id=\"history\"")
            && now.matches("class=\"line\"").count() >= young.matches("class=\"line\"").count()
    );

    // The page of what people declare looks back too.
    let page = async |at: &str| lab.get(&ann, &format!("{shop}?as_of={at}")).await;
    let then = page(&before).await.body;
    assert!(then.contains("<h1>the-shop</h1>") && then.contains("class=\"notice past\""), "{then}");
    assert!(!then.contains("name=\"attribute.") && !then.contains("/retire\"") && !then.contains("/undo\""));
    assert!(!then.contains(&format!("/hosts/{}\"", lab.host)), "it needed nothing");
    let then = page(&after).await.body;
    assert!(then.contains("<h1>the-new-shop</h1>") && then.contains(&format!("/hosts/{}\"", lab.host)));
    assert!(then.contains("/sbom?as_of="), "the bill of then");
    assert_eq!(page(first).await.status, StatusCode::NOT_FOUND, "it was not declared yet");
    let bill = lab.get(&ann, &format!("{shop}/sbom")).await;
    assert!(bill.status == StatusCode::OK && bill.body.contains("\"bomFormat\":\"CycloneDX\""), "{}", bill.body);
}

#[tokio::test]
async fn an_item_of_then_shows_what_was_wrong_with_it_then() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let all = Window { limit: 50, cursor: None };
    let findings = lab.service.list_findings(&SYSTEM, &Query::default(), &all).await.unwrap().items;
    let finding = findings.into_iter().find(|found| found.value.section == SectionName::LoginPolicy).unwrap().value;
    let path = format!("/items/{}", finding.item);
    lab.clock.advance_millis(60_000);
    let open = lab.clock.now().to_string()[..19].to_owned();
    lab.clock.advance_millis(60_000);
    lab.service.accept_finding(&SYSTEM, finding.id, "ours", None).await.unwrap();
    let now = lab.get(&ann, &path).await.body;
    assert!(now.contains("class=\"ok-text\"") && !now.contains("class=\"drifted\""));
    let then = lab.get(&ann, &format!("{path}?as_of={open}")).await.body;
    assert!(then.contains("class=\"drifted\"") && then.contains(&format!("/findings/{}", finding.id)));
    let young = lab.get(&ann, &format!("{path}?as_of=2026-09-21T14:13:21")).await.body;
    assert!(!young.contains("class=\"drifted\""), "nothing had been found yet");
}

#[tokio::test]
async fn a_host_shows_who_says_what_of_it_and_goes_back() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let path = format!("/hosts/{}", lab.host);
    let import = Call { actor: Actor::System("test"), via: "import", request_id: None };
    let edit = HostEdit { owner: Some("the old file".into()), ..HostEdit::default() };
    let host = lab.host.parse().unwrap();
    lab.service.update_host(&import, host, edit, None).await.unwrap();
    lab.clock.advance_millis(1_000);
    let form = [("owner", "the new team"), ("site", ""), ("criticality", "normal"), ("lifecycle", "discovered")];
    assert_eq!(lab.post(&ann, &path, &form).await.status, StatusCode::SEE_OTHER);
    let page = lab.get(&ann, &path).await.body;
    assert!(page.contains("id=\"said\"") && page.contains("the old file") && page.contains("the new team"));
    assert!(page.contains("id=\"said-before\""));
    let view = lab.service.get_host(&SYSTEM, host, <_>::default()).await.unwrap().host.value;
    assert_eq!(view.sayings.voices.keys().collect::<Vec<_>>(), ["/owner"], "a form says what was changed in it");
    assert_eq!(view.criticality, Criticality::Normal);

    let undo =
        page.split("action=\"").find(|part| part.contains("/undo/")).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(lab.post(&ann, &undo, &[("reason", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lab.post(&ann, &undo, &[("reason", "typo")]).await.status, StatusCode::SEE_OTHER);
    let view = lab.service.get_host(&SYSTEM, host, <_>::default()).await.unwrap().host.value;
    assert_eq!(view.owner.as_deref(), Some("the old file"));
    let pin = [("attribute", "owner"), ("value", "pinned team"), ("reason", "as agreed")];
    assert_eq!(lab.post(&ann, &format!("/items/{}/pin", lab.host), &pin).await.status, StatusCode::SEE_OTHER);
    assert!(lab.get(&ann, &path).await.body.contains("pinned team"));
    // A form that would change what is pinned says by whom it is; one that leaves it as it is goes through.
    let version = lab.service.get_host(&SYSTEM, host, <_>::default()).await.unwrap().host.version.to_string();
    let edit = |owner: &'static str| {
        [("owner", owner), ("site", "fra"), ("criticality", "normal"), ("lifecycle", "active"), ("version", &version)]
    };
    let swallowed = lab.post(&ann, &path, &edit("somebody else")).await;
    assert_eq!(swallowed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(swallowed.body.contains("(as agreed)"), "{}", swallowed.body);
    assert_eq!(lab.post(&ann, &path, &edit("pinned team")).await.status, StatusCode::SEE_OTHER);
    let unpin = [("attribute", "owner")];
    assert_eq!(lab.post(&ann, &format!("/items/{}/unpin", lab.host), &unpin).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lab.post(&ann, &format!("{path}/undo/soon"), &[("reason", "r")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_items_are_compared_attribute_by_attribute_and_told_as_the_api_tells_them() {
    let lab = Lab::new().await;
    let (ann, vic) = (lab.sign_in("ann", Role::CmdbOwner).await, lab.sign_in("vic", Role::Viewer).await);
    let mut ids = Vec::new();
    for (name, units) in [("r1", "42"), ("r2", "47")] {
        let fields = [("name", name), ("attribute.height_units", units), ("owner", "ops")];
        let made = lab.post(&ann, "/items/new?class=rack", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        ids.push(made.place().split(['/', '?']).nth(2).unwrap().to_owned());
    }
    let compared = lab.get(&vic, &format!("/compare?left={}&right={}", ids[0], ids[1])).await.body;
    for part in ["2 differences", "<del>42</del>", "<ins>47</ins>", "<del>r1</del>"] {
        assert!(compared.contains(part), "{part}: {compared}");
    }
    assert!(!compared.contains("<del>ops</del>"), "what is alike is not shown");
    let alike = lab.get(&vic, &format!("/compare?left={0}&right={0}", ids[0])).await.body;
    assert!(alike.contains("Both are alike."), "{alike}");
    let missing = lab.get(&vic, &format!("/compare?left={}&right=item_{}", ids[0], "0".repeat(26))).await;
    assert!(missing.body.contains("role=\"alert\""), "{}", missing.body);

    let raw = lab.get(&vic, &format!("/items/{}/json", ids[0])).await;
    let told: serde_json::Value = serde_json::from_str(&raw.body).unwrap();
    assert_eq!((&told["name"], &told["attributes"]["height_units"]), (&"r1".into(), &42.into()), "{told}");
    let raw = lab.get(&vic, &format!("/hosts/{}/json", lab.host)).await;
    let told: serde_json::Value = serde_json::from_str(&raw.body).unwrap();
    assert_eq!(told["id"], lab.host.clone(), "{told}");
    assert_eq!(lab.get(&vic, "/items/nothing/json").await.status, StatusCode::NOT_FOUND);
}
