//! Letting the past go: what people said and what was related. Within the time that is kept nothing changes; before it nothing is
//! known.

use muster_collector::service::retention::Forgotten;
use muster_model::Collection;
use muster_model::relation::Relation;
use muster_model::retention::Retention;
use muster_model::right::Role;
use muster_shared::{Clock, Time};
use muster_store::{Scan, TypedStore};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const DAY: i64 = 86_400;

/// All that is asked about the past here, at a moment.
async fn answers(lab: &Lab, token: &str, (host, item): (&str, &str), at: Time) -> Vec<Value> {
    let ask = async |path: String| lab.get(token, &path).await.json();
    let mut all = vec![
        ask(format!("/api/v1/hosts/{host}?as_of={at}")).await,
        ask(format!("/api/v1/items/{item}?as_of={at}")).await,
        ask(format!("/api/v1/items/{host}?as_of={at}")).await,
        ask(format!("/api/v1/items/{item}/impact?direction=down&as_of={at}")).await,
        ask(format!("/api/v1/diff?from={at}")).await,
    ];
    // What a relation is now stands beside when it held: only whether it held then is of that moment.
    let relations = ask(format!("/api/v1/items/{item}/relations?as_of={at}")).await;
    all.push(relations["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect());
    for answer in &mut all {
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("request_id");
            // Letting go is a write of the host's record, and its number no matter of the past.
            answer.remove("version");
        }
    }
    all
}

#[tokio::test]
async fn what_people_said_long_ago_goes_and_everything_since_is_answered_as_before() {
    let retention = Retention { history_days: 10, ..Retention::default() };
    let lab = Lab::keeping(retention);
    let token = lab.token_of(Role::CmdbOwner).await;
    let more = json!({"attributes": [{"name": "cost_centre", "kind": "text"}]});
    lab.put(&token, "/api/v1/classes/host", "*", more).await.expect(200);
    let mut device = Device::enroll(&lab, "web-1", &"0d".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let shop = json!({"class": "business_service", "name": "shop", "owner": "owner-0"});
    let shop = lab.post(&token, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    // On each of twenty days somebody says something else, and what is related changes on every other one.
    let mut moments = Vec::new();
    let mut relation = None;
    for day in 0..20 {
        lab.wait_seconds(DAY).await;
        lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"owner": format!("owner-{day}")}))
            .await
            .expect(200);
        lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"owner": format!("owner-{day}")}))
            .await
            .expect(200);
        let values = json!({"attributes": {"cost_centre": day.to_string()}});
        lab.patch(&token, &format!("/api/v1/items/{host}"), "*", values).await.expect(200);
        match relation.take() {
            None => {
                // What was said of the first half is never said again: each way makes a relation of its own.
                let nth = day / 2;
                let nth = if nth < 5 { nth } else { 5 + nth % 2 };
                let kinds =
                    ["depends_on", "runs_on", "connects_to", "located_in", "member_of", "covered_by", "supported_by"];
                let kind = kinds[nth];
                let body = json!({"kind": kind, "to": host, "reason": "as drawn"});
                let made = lab.post(&token, &format!("/api/v1/items/{shop}/relations"), body).await.expect(201).json();
                relation = Some(made["id"].as_str().unwrap().to_owned());
            }
            Some(id) => {
                let path = format!("/api/v1/items/{shop}/relations/{id}?reason=moved");
                lab.remove(&token, &path, "*").await.expect(204);
            }
        }
        moments.push(lab.clock.now().plus_millis(1_000));
    }
    lab.clock.advance_millis(60_000);
    let horizon = lab.clock.now().plus_millis(-10 * DAY * 1_000);
    let inside: Vec<Time> = moments.iter().copied().filter(|at| *at >= horizon).collect();
    assert!(inside.len() >= 9 && inside.len() < moments.len());
    let mut before = Vec::new();
    for at in &inside {
        before.push(answers(&lab, &token, (&host, &shop), *at).await);
    }
    let relations = async || lab.store.all::<Relation>(Scan::keys(Collection::Relation, "")).await.unwrap().len();
    let had = relations().await;
    let gone = lab.service.forget_past().await.unwrap();
    assert!(gone.said >= 20, "versions of the host, changes of the service, values of the host: {gone:?}");
    assert_eq!((gone.relations > 0, relations().await), (true, had - gone.relations), "{gone:?}");
    for (at, before) in inside.iter().zip(&before) {
        assert_eq!(&answers(&lab, &token, (&host, &shop), *at).await, before, "as of {at}");
    }
    assert_eq!(lab.service.forget_past().await.unwrap().said, 0, "all at once");
    // Of earlier times nothing is said, rather than something wrong.
    let early = moments[2];
    lab.get(&token, &format!("/api/v1/hosts/{host}?as_of={early}")).await.problem(404, "not-found");
    lab.get(&token, &format!("/api/v1/items/{shop}?as_of={early}")).await.problem(404, "not-found");
    assert!(lab.all(&token, &format!("/api/v1/hosts?as_of={early}")).await.is_empty());
    // A relation that was let go can be made again, and counts.
    let body = json!({"kind": "depends_on", "to": host, "reason": "again"});
    lab.post(&token, &format!("/api/v1/items/{shop}/relations"), body).await.expect(201);
    let needs = lab.get(&token, &format!("/api/v1/items/{shop}/impact?direction=down")).await.expect(200).json();
    assert_eq!(needs["down"], 1, "{needs}");
    // The graph that is made of the store says the same.
    lab.service.store_pulses().await.unwrap();
    let fresh = lab.restarted();
    let node: muster_shared::id::NodeId = shop.parse().unwrap();
    let (down, now) = (muster_model::relation::graph::Direction::Down, muster_model::history::Moment::NOW);
    let again = fresh.impact(&crate::lab::SYSTEM, node, down, 5, now, 10).await.unwrap();
    assert_eq!(again.down, 1);
}

#[tokio::test]
async fn what_is_kept_for_ever_stays() {
    let lab = Lab::keeping(Retention { history_days: 0, ..Retention::default() });
    let token = lab.token_of(Role::CmdbOwner).await;
    let host = Device::enroll(&lab, "web-1", &"0d".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    lab.patch(&token, &path, "*", json!({"owner": "ann"})).await.expect(200);
    let then = lab.service.now();
    lab.clock.advance_millis(5_000 * DAY * 1_000);
    let token = lab.admin().await;
    lab.patch(&token, &path, "*", json!({"owner": "bob"})).await.expect(200);
    assert_eq!(lab.service.forget_past().await.unwrap(), Forgotten::default());
    let old = lab.get(&token, &format!("{path}?as_of={then}")).await.expect(200).json();
    assert_eq!(old["owner"], "ann");
}

#[tokio::test]
async fn who_may_sets_the_windows_and_everybody_sees_since_when_what_is_kept() {
    let lab = Lab::new();
    let (admin, owner) = (lab.admin().await, lab.token_of(Role::CmdbOwner).await);
    let seen = lab.get(&owner, "/api/v1/retention").await.expect(200);
    assert_eq!((&seen.json()["history_days"], &seen.json()["set"]["history_days"]), (&json!(800), &Value::Null));
    lab.put(&owner, "/api/v1/retention", "*", json!({"history_days": 10})).await.problem(403, "not-authorised");
    let host = Device::enroll(&lab, "web-1", &"0d".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/hosts/{host}");
    let mut moments = Vec::new();
    for day in 0..20 {
        lab.wait_seconds(DAY).await;
        let said = json!({"owner": format!("owner-{day}")});
        lab.patch(&owner, &path, "*", said).await.expect(200);
        moments.push((lab.service.now().plus_millis(1_000), format!("owner-{day}")));
    }
    lab.clock.advance_millis(60_000);
    assert_eq!(lab.service.forget_past().await.unwrap().said, 0, "the usual window is years");
    let put = async |body: Value| lab.put(&admin, "/api/v1/retention", "*", body).await;
    assert_eq!(put(json!({"history_days": 40_000})).await.pointers(422), ["/history_days"]);
    assert_eq!(put(json!({"classes": {"package": 40_000}})).await.pointers(422), ["/classes/package"]);
    put(json!({"classes": {"pakcage": 4}})).await.expect(422);
    let set = put(json!({"history_days": 10, "classes": {"package": 0}})).await.expect(200).json();
    let horizon = lab.service.now().plus_millis(-10 * DAY * 1_000);
    assert_eq!((&set["kept_since"], &set["history_days"]), (&json!(horizon.to_string()), &json!(10)));
    assert!(set["classes_kept_since"].get("package").is_none() && set["classes"]["package"] == 0, "{set}");
    assert_eq!(set["configured"]["history_days"], 800);
    assert_eq!(lab.last_audit().await.1, "retention.update");
    assert!(lab.service.forget_past().await.unwrap().said > 0);
    for (at, said) in &moments {
        let asked = lab.get(&owner, &format!("{path}?as_of={at}")).await;
        if *at >= horizon {
            assert_eq!(asked.expect(200).json()["owner"], *said, "as of {at}");
        } else {
            asked.problem(404, "not-found");
        }
    }
    // A collector that starts again keeps to it; a longer window brings nothing back.
    assert_eq!(lab.restarted().retention_windows(&crate::lab::SYSTEM).await.unwrap().counts.history_days, 10);
    put(json!({})).await.expect(200);
    lab.get(&owner, &format!("{path}?as_of={}", moments[2].0)).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_declared_class_has_a_window_of_its_own() {
    let lab = Lab::new();
    let (admin, owner) = (lab.token_of(Role::Administrator).await, lab.token_of(Role::CmdbOwner).await);
    let class = json!({"name": "loan", "label": "Loan", "attributes": [{"name": "seats", "kind": "integer"}]});
    lab.post(&owner, "/api/v1/classes", class).await.expect(201);
    let mut paths = Vec::new();
    for class in ["loan", "application"] {
        let made = lab.post(&owner, "/api/v1/items", json!({"class": class, "name": "one"})).await.expect(201).json();
        paths.push(format!("/api/v1/items/{}", made["id"].as_str().unwrap()));
    }
    for day in 0..10 {
        lab.wait_seconds(DAY).await;
        for path in &paths {
            lab.patch(&owner, path, "*", json!({"owner": format!("owner-{day}")})).await.expect(200);
        }
    }
    let windows = json!({"classes": {"loan": 3}});
    lab.put(&admin, "/api/v1/retention", "*", windows).await.expect(200);
    assert!(lab.service.forget_past().await.unwrap().said > 0);
    let known = async |path: &str| lab.all(&owner, &format!("{path}/history")).await.len();
    let (short, long) = (known(&paths[0]).await, known(&paths[1]).await);
    assert!(short <= 5 && long == 11, "{short} of a loan, {long} of an application");
    let two_days_ago = lab.service.now().plus_millis(-2 * DAY * 1_000);
    let then = lab.get(&owner, &format!("{}?as_of={two_days_ago}", paths[0])).await.expect(200).json();
    assert_eq!(then["owner"], "owner-7", "inside the window the answer is exact");
}
