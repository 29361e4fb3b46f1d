//! Pages under the banner of the past show what was so then, and leave out what is known of the present only.

use axum::http::StatusCode;
use muster_model::right::Role;
use muster_shared::Clock;

use super::lab::Lab;

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
