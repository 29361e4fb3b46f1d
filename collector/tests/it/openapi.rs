//! `/api/openapi.json` is what is checked in, and says something of every route.

use serde_json::Value;

use crate::lab::Lab;

const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_description_is_the_one_that_is_checked_in() {
    let text = muster_collector::http::rest::openapi();
    if std::env::var_os("MUSTER_BLESS").is_some() {
        std::fs::write(CHECKED_IN, &text).unwrap();
    }
    let stored = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        stored == text,
        "the API has changed; look at the difference with MUSTER_BLESS=1 and git diff collector/openapi.json"
    );
}

#[test]
fn every_route_has_a_summary_and_answers() {
    let description: Value = serde_json::from_str(&muster_collector::http::rest::openapi()).unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(description["components"]["securitySchemes"]["bearer"].is_object());
    for (path, methods) in description["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            assert!(operation["responses"].as_object().is_some_and(|answers| !answers.is_empty()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn it_is_served_with_a_page_for_people_and_without_a_foreign_host() {
    let lab = Lab::new();
    let served = lab.get("", "/api/openapi.json").await.expect(200);
    let stored: Value = serde_json::from_str(&muster_collector::http::rest::openapi()).unwrap();
    assert_eq!(served.json(), stored);
    let page = lab.get("", "/api/docs").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    for (path, methods) in stored["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            assert!(page.text().contains(&format!("{} {path}<", method.to_uppercase())), "{method} {path}");
        }
    }
    assert!(!page.text().contains("//"), "the page names a foreign host");
}
