//! A random history of what people say of a host, where it stands in its life and what depends on it, against a list of all its states: as
//! of every time, as known at every time, and after the past was let go.

use muster_model::right::Role;
use muster_shared::Time;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const HOUR: i64 = 3_600;
const LIVES: [&str; 4] = ["active", "maintenance", "retiring", "discovered"];

/// What a simple model keeps of a moment.
#[derive(Clone, Debug, PartialEq)]
struct State {
    owner: Option<String>,
    site: Option<String>,
    criticality: &'static str,
    lifecycle: &'static str,
    is_related: bool,
}

/// The same, as the API tells it at a moment.
async fn told(lab: &Lab, token: &str, (host, shop): (&str, &str), moment: &str) -> Option<State> {
    let answer = lab.get(token, &format!("/api/v1/hosts/{host}?{moment}")).await;
    if answer.json()["status"] == 404 {
        assert!(
            lab.all(token, &format!("/api/v1/hosts?{moment}")).await.is_empty(),
            "the list knows no more: {moment}"
        );
        return None;
    }
    let found = answer.expect(200).json();
    let listed =
        lab.all(token, &format!("/api/v1/hosts?lifecycle={}&{moment}", found["lifecycle"].as_str().unwrap())).await;
    assert_eq!(listed.len(), 1, "the list says what the record says: {moment}");
    let text = |name: &str| found[name].as_str().map(str::to_owned);
    let known = |names: &[&'static str], name: &str| *names.iter().find(|one| found[name] == **one).unwrap();
    let related = lab.all(token, &format!("/api/v1/items/{shop}/relations?{moment}")).await.len();
    let reached =
        lab.get(token, &format!("/api/v1/items/{shop}/impact?direction=down&{moment}")).await.expect(200).json();
    assert_eq!(reached["items"].as_array().map(Vec::len), Some(related), "impact sees the relations of then: {moment}");
    Some(State {
        owner: text("owner"),
        site: text("site"),
        criticality: known(&["low", "normal", "high", "critical"], "criticality"),
        lifecycle: known(&LIVES, "lifecycle"),
        is_related: related > 0,
    })
}

#[tokio::test]
async fn a_random_history_of_what_people_say_is_answered_like_a_list_of_its_states() {
    let step = (0..5_usize, 0..3_usize);
    let steps = prop::collection::vec(step, 48..49);
    let mut runner = TestRunner::deterministic();
    for _ in 0..2 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let lab = Lab::new();
        let (admin, token) = (lab.admin().await, lab.token_of(Role::CmdbOwner).await);
        let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
        let shop = json!({"class": "business_service", "name": "shop"});
        let shop = lab.post(&token, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let nodes = (host.as_str(), shop.as_str());
        let mut state =
            State { owner: None, site: None, criticality: "normal", lifecycle: "discovered", is_related: false };
        let mut all: Vec<(Time, State)> = vec![(lab.service.now(), state.clone())];
        let mut relation: Option<String> = None;
        for (what, which) in steps {
            lab.clock.advance_millis(HOUR * 1_000);
            let word = ["ann", "bob", ""][which];
            let level = ["low", "normal", "critical"][which];
            let said = (!word.is_empty()).then(|| word.to_owned());
            let edit = match what {
                0 => json!({"owner": word}),
                1 => json!({"site": word}),
                2 => json!({"criticality": level}),
                3 => json!({"lifecycle": LIVES[which]}),
                _ => Value::Null,
            };
            match what {
                0 => state.owner = said,
                1 => state.site = said,
                2 => state.criticality = level,
                3 => state.lifecycle = LIVES[which],
                _ => state.is_related = !state.is_related,
            }
            let relations = format!("/api/v1/items/{shop}/relations");
            match (edit, relation.take()) {
                (Value::Null, Some(id)) => {
                    lab.remove(&token, &format!("{relations}/{id}?reason=moved"), "*").await.expect(204);
                }
                (Value::Null, None) => {
                    let body = json!({"kind": "depends_on", "to": host, "reason": "as drawn"});
                    let made = lab.post(&token, &relations, body).await.expect(201).json();
                    relation = Some(made["id"].as_str().unwrap().to_owned());
                }
                (edit, held) => {
                    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", edit).await.expect(200);
                    relation = held;
                }
            }
            all.push((lab.service.now(), state.clone()));
        }
        lab.clock.advance_millis(60_000);
        for n in (0..all.len()).step_by(5) {
            let (at, expected) = (all[n].0.plus_millis(1_000), Some(all[n].1.clone()));
            assert_eq!(told(&lab, &token, nodes, &format!("as_of={at}")).await, expected, "as of {at}");
            assert_eq!(told(&lab, &token, nodes, &format!("known_at={at}")).await, expected, "known at {at}");
            // What people say is known when they say it: of two times the earlier counts.
            let later = all.last().unwrap().0;
            let both = format!("as_of={later}&known_at={at}");
            assert_eq!(told(&lab, &token, nodes, &both).await, expected, "{both}");
        }
        // A window of a day: what is in it is answered as before, what was before it not at all.
        lab.put(&admin, "/api/v1/retention", "*", json!({"history_days": 1})).await.expect(200);
        let horizon = lab.service.now().plus_millis(-24 * HOUR * 1_000);
        while lab.service.forget_past().await.unwrap().said > 0 {}
        for (at, expected) in all.iter().step_by(3) {
            let moment = at.plus_millis(1_000);
            let answer = told(&lab, &token, nodes, &format!("as_of={moment}")).await;
            let expected = (moment >= horizon).then(|| expected.clone());
            assert_eq!(answer, expected, "as of {moment}, kept since {horizon}");
        }
        let now = lab.get(&token, &format!("/api/v1/hosts/{host}")).await.expect(200).json();
        assert_eq!(now["owner"].as_str(), state.owner.as_deref());
    }
}
