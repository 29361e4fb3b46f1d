//! Several sources, one item that people declare: precedence, time to live, pins, and everything that is said.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::right::Role;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::lab::{Lab, ask};

const HOUR: i64 = 3_600;

/// A file with one row about the shop; gives the run.
async fn file(lab: &Lab, token: &str, text: &str) -> Value {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/imports?class=application&file=shop.csv")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/csv")
        .body(Body::from(text.to_owned()))
        .unwrap();
    lab.clock.advance_millis(1);
    lab.people(request).await.expect(201).json()
}

async fn shop(lab: &Lab, token: &str) -> (String, Value) {
    let found = lab.all(token, "/api/v1/items?class=application").await;
    let path = format!("/api/v1/items/{}", found[0]["id"].as_str().unwrap());
    let item = lab.get(token, &path).await.expect(200).json();
    (path, item)
}

/// The value that counts, who says so and why, and all that is said.
fn of(item: &Value, name: &str) -> (Value, Value, Vec<(Value, Value)>) {
    let known = &item["values"][name];
    let said = known["said"].as_array().unwrap();
    let pairs = said.iter().map(|said| (said["source"].clone(), said["value"].clone())).collect();
    (said[0]["value"].clone(), known["reason"].clone(), pairs)
}

#[tokio::test]
async fn a_register_is_believed_before_a_script_for_as_long_as_a_rule_says() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let rules = json!({"rules": [
        {"class": "application", "order": ["import", "rest"]},
        {"class": "application", "attribute": "port", "ttl_hours": {"import": 48}},
    ]});
    lab.put(&token, "/api/v1/reconciliation", "*", rules).await.expect(200);
    let made = file(&lab, &token, "name,owner,port\nshop,web,443\n").await;
    assert_eq!(made["counts"]["created"], 1, "{made}");
    lab.wait_seconds(60).await;
    // The script is heard and does not count.
    let (path, _) = shop(&lab, &token).await;
    let edit = json!({"owner": "script", "attributes": {"port": 8_080}});
    lab.patch(&token, &path, "*", edit.clone()).await.expect(200);
    let (_, item) = shop(&lab, &token).await;
    assert_eq!((&item["owner"], &item["attributes"]["port"]), (&json!("web"), &json!(443)));
    let both = vec![(json!("import"), json!(443)), (json!("rest"), json!(8_080))];
    assert_eq!(of(&item, "port"), (json!(443), json!("rank"), both));
    assert_eq!(lab.all(&token, &format!("{path}/history")).await.len(), 1, "what counts did not change");
    // Said again, nothing is written; the register that is silent for longer than its word counts loses it.
    let version = item["version"].clone();
    lab.patch(&token, &path, "*", edit).await.expect(200);
    assert_eq!(shop(&lab, &token).await.1["version"], version);
    lab.wait_seconds(47 * HOUR).await;
    assert_eq!(shop(&lab, &token).await.1["attributes"]["port"], 443);
    lab.wait_seconds(HOUR + 60).await;
    let (_, item) = shop(&lab, &token).await;
    assert_eq!((of(&item, "port").0, of(&item, "port").1), (json!(8_080), json!("younger")), "{item}");
    assert_eq!(item["owner"], "web", "the time to live is that of the attribute");
    let history = lab.all(&token, &format!("{path}/history")).await;
    assert_eq!(
        (&history[0]["before"], &history[0]["by"]),
        (&json!({"/attributes/port": 443}), &json!("system:reconciliation"))
    );
    // The register speaks again; what it says of another value is told with who counts instead.
    let again = file(&lab, &token, "name,owner,port\nshop,web,444\n").await;
    assert_eq!(again["counts"]["updated"], 1, "{again}");
    assert_eq!(shop(&lab, &token).await.1["attributes"]["port"], 444);
}

#[tokio::test]
async fn a_pin_on_what_is_declared_counts_before_every_source_until_it_ends() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    file(&lab, &token, "name,owner,port\nshop,web,443\n").await;
    let (path, _) = shop(&lab, &token).await;
    let until = lab.service.now().plus_millis(2 * HOUR * 1_000);
    let pin = json!({"attribute": "port", "value": 9_000, "reason": "until the move", "until": until});
    lab.post(&token, &format!("{path}/pins"), pin).await.expect(201);
    let wrong = json!({"attribute": "port", "value": "soon", "reason": "r"});
    lab.post(&token, &format!("{path}/pins"), wrong).await.expect(422);
    let wrong = json!({"attribute": "prot", "value": 1, "reason": "r"});
    assert_eq!(lab.post(&token, &format!("{path}/pins"), wrong).await.pointers(422), ["/attribute"]);
    let wrong = json!({"attribute": "criticality", "value": "huge", "reason": "r"});
    assert_eq!(lab.post(&token, &format!("{path}/pins"), wrong).await.pointers(422), ["/value"]);
    let told = file(&lab, &token, "name,owner,port\nshop,web,8443\n").await;
    assert_eq!(told["counts"]["unchanged"], 1, "{told}");
    let id = told["id"].as_str().unwrap();
    let notes = lab.all(&token, &format!("/api/v1/imports/{id}/errors")).await;
    assert_eq!((&notes[0]["kind"], &notes[0]["column"]), (&json!("overruled"), &json!("port")), "{notes:?}");
    let (_, item) = shop(&lab, &token).await;
    let all = vec![(json!("person"), json!(9_000)), (json!("import"), json!(8_443))];
    assert_eq!(of(&item, "port"), (json!(9_000), json!("pinned"), all));
    assert_eq!(lab.all(&token, &format!("{path}/pins")).await[0]["reason"], "until the move");
    lab.wait_seconds(2 * HOUR + 60).await;
    assert_eq!(shop(&lab, &token).await.1["attributes"]["port"], 8_443, "it ended by itself");
    assert!(lab.all(&token, &format!("{path}/pins")).await.is_empty());
    // Taken back by hand, what sources say counts at once.
    let pin = json!({"attribute": "owner", "value": "ops", "reason": "they know better"});
    let made = lab.post(&token, &format!("{path}/pins"), pin).await.expect(201);
    assert_eq!(shop(&lab, &token).await.1["owner"], "ops");
    lab.remove(&token, &format!("{path}/pins/owner"), made.header("etag")).await.expect(204);
    assert_eq!(shop(&lab, &token).await.1["owner"], "web");
    lab.remove(&token, &format!("{path}/pins/owner"), "*").await.problem(404, "not-found");
    let viewer = lab.token_of(Role::Viewer).await;
    let pin = json!({"attribute": "owner", "value": "me", "reason": "r"});
    lab.post(&viewer, &format!("{path}/pins"), pin).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn rules_speak_of_classes_that_owners_make_and_a_wrong_one_says_where() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let class = json!({"label": "Robot", "attributes": [{"name": "arm", "kind": "text"}]});
    lab.people(ask(Method::PUT, &token, "/api/v1/classes/robot", &[("if-none-match", "*")], Some(class))).await;
    let put = async |rule: Value| lab.put(&token, "/api/v1/reconciliation", "*", json!({"rules": [rule]})).await;
    assert_eq!(put(json!({"class": "robto", "order": ["rest"]})).await.pointers(422), ["/rules/0/class"]);
    assert_eq!(
        put(json!({"class": "team", "attribute": "arm", "order": ["rest"]})).await.pointers(422),
        ["/rules/0/attribute"]
    );
    // On what is found people pin; on what is declared they have a place.
    assert_eq!(put(json!({"class": "package", "order": ["person"]})).await.pointers(422), ["/rules/0/order"]);
    put(json!({"class": "team", "attribute": "owner", "order": ["person", "rest"]})).await.expect(200);
}

/// What stands of the owner of an item: what each source said last, and what is pinned.
#[derive(Clone, Debug, Default)]
struct Owner {
    by_import: Option<String>,
    by_script: Option<String>,
    pinned: Option<String>,
}

impl Owner {
    /// The rule of the test: a pin before all, then the register, then the script.
    fn counts(&self) -> Option<String> {
        self.pinned.clone().or_else(|| self.by_import.clone()).or_else(|| self.by_script.clone())
    }
}

#[tokio::test]
async fn a_random_history_of_several_sources_and_pins_is_answered_like_a_list_of_its_states() {
    let steps = prop::collection::vec((0..5_usize, 0..4_usize), 40..41);
    let mut runner = TestRunner::deterministic();
    for _ in 0..2 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let lab = Lab::new();
        let token = lab.token_of(Role::CmdbOwner).await;
        let rules = json!({"rules": [{"class": "application", "order": ["import", "rest"]}]});
        lab.put(&token, "/api/v1/reconciliation", "*", rules).await.expect(200);
        file(&lab, &token, "name\nshop\n").await;
        let (path, _) = shop(&lab, &token).await;
        let mut owner = Owner::default();
        let mut all = Vec::new();
        for (what, which) in steps {
            lab.clock.advance_millis(HOUR * 1_000);
            let word = ["ann", "bob", "eve", "kim"][which].to_owned();
            match what {
                0 => {
                    file(&lab, &token, &format!("name,owner\nshop,{word}\n")).await;
                    owner.by_import = Some(word);
                }
                1 | 2 => {
                    let row = json!({"class": "application", "items": [{"name": "shop", "owner": word}]});
                    lab.post(&token, "/api/v1/items/upsert", row).await.expect(200);
                    owner.by_script = Some(word);
                }
                3 => {
                    let pin = json!({"attribute": "owner", "value": word, "reason": "as agreed"});
                    lab.post(&token, &format!("{path}/pins"), pin).await.expect(201);
                    owner.pinned = Some(word);
                }
                _ if owner.pinned.take().is_some() => {
                    lab.remove(&token, &format!("{path}/pins/owner"), "*").await.expect(204);
                }
                _ => {}
            }
            let now = shop(&lab, &token).await.1;
            assert_eq!(now["owner"].as_str(), owner.counts().as_deref(), "{owner:?}");
            all.push((lab.service.now(), owner.counts()));
        }
        lab.clock.advance_millis(60_000);
        let last = all.last().unwrap().0;
        for (at, expected) in &all {
            let at = at.plus_millis(1_000);
            for moment in [format!("as_of={at}"), format!("known_at={at}"), format!("as_of={last}&known_at={at}")] {
                let then = lab.get(&token, &format!("{path}?{moment}")).await.expect(200).json();
                assert_eq!(then["owner"].as_str(), expected.as_deref(), "{moment}");
            }
            if let Some(owner) = expected {
                let found = lab.all(&token, &format!("/api/v1/items?class=application&owner={owner}&as_of={at}")).await;
                assert_eq!(found.len(), 1, "the list says what the record says: {at}");
            }
        }
    }
}
