//! What agents' looks prove of a change: when a look counts, what is none of its making, and what was taken back.

use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use super::cast::{Cast, cast, event, host, openssl, plan, ticket};
use super::explained::begun;
use crate::lab::Lab;

async fn seen(lab: &Lab, cast: &Cast, number: &str) -> Value {
    let path = format!("/api/v1/tickets/{number}/verification");
    lab.get(&cast.peer, &path).await.expect(200).json()
}

#[tokio::test]
async fn a_heartbeat_tells_of_the_look_before_it_and_not_of_another_one() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = host(&lab, "web-1", "1a").await;
    let number = begun(&lab, &cast, &plan(&lab, &[&id])).await;
    web.put(SectionName::Package, openssl("3.0.15"));
    web.report_delta(&lab).await;
    lab.wait_seconds(30).await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(2).await;
    // It speaks after the end of a look before the end.
    web.heartbeat_of(&lab, 30).await;
    assert_eq!(seen(&lab, &cast, &number).await["verification"]["counts"], json!({"no_data": 1}));
    // The look that was asked for is over a second after the end, and nothing is otherwise.
    web.heartbeat_of(&lab, 1).await;
    let told = seen(&lab, &cast, &number).await;
    assert_eq!((&told["verification"]["counts"], &told["suggestion"]), (&json!({"done": 1}), &json!("successful")));
}

#[tokio::test]
async fn a_second_look_is_another_one_than_the_first() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, _) = host(&lab, "web-1", "1a").await;
    lab.wait_seconds(60).await;
    web.put(SectionName::Package, openssl("3.0.13"));
    web.report_delta(&lab).await;
    let state = async || {
        let found = lab.all(&cast.peer, "/api/v1/findings?policy=package-downgrade").await;
        found[0]["state"].as_str().unwrap().to_owned()
    };
    lab.wait_seconds(20).await;
    web.heartbeat_of(&lab, 20).await;
    assert_eq!(state().await, "pending", "the same look, told again");
    web.heartbeat_of(&lab, 5).await;
    assert_eq!(state().await, "open");
}

#[tokio::test]
async fn what_was_known_before_a_change_began_is_not_its_making() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = host(&lab, "web-1", "1a").await;
    lab.wait_seconds(60).await;
    web.add_user("mallory", 0);
    web.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let number = begun(&lab, &cast, &plan(&lab, &[&id])).await;
    web.put(SectionName::Package, openssl("3.0.15"));
    web.report_delta(&lab).await;
    web.add_user("eve", 1_066);
    web.report_delta(&lab).await;
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    web.heartbeat(&lab).await;
    let told = seen(&lab, &cast, &number).await;
    let results = told["verification"]["results"].as_array().unwrap();
    let extras: Vec<&str> = results
        .iter()
        .filter(|result| result["verdict"] == "extra")
        .filter_map(|result| result["what"].as_str())
        .collect();
    assert!(extras.iter().any(|what| what.contains("eve")), "{extras:?}");
    assert!(!extras.iter().any(|what| what.contains("mallory")), "{extras:?}");
}

/// The verdicts of a change, and what was none of its business.
fn extras(told: &Value) -> (Value, Vec<String>) {
    let results = told["verification"]["results"].as_array().unwrap();
    let extra = results.iter().filter(|result| result["verdict"] == "extra");
    let said = extra.map(|result| result["what"].as_str().unwrap().to_owned()).collect();
    (told["verification"]["counts"].clone(), said)
}

#[tokio::test]
async fn all_critical_facts_outside_of_the_scope_must_be_as_they_were() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (mut web, id) = host(&lab, "web-1", "1a").await;
    // The policies that would mind are off.
    for policy in ["package", "route"] {
        lab.patch(&admin, &format!("/api/v1/policies/{policy}"), "\"0\"", json!({"enabled": false})).await.expect(200);
    }
    let route = |to: &str, protocol: &str| Item::new(to).with("destination", to).with("protocol", protocol);
    web.put(SectionName::Route, route("10.0.0.0/8", "static"));
    web.report_delta(&lab).await;
    lab.wait_seconds(600).await;
    let number = begun(&lab, &cast, &plan(&lab, &[&id])).await;
    web.put(SectionName::Package, openssl("3.0.15"));
    web.put(SectionName::Package, Item::new("nmap").with("name", "nmap").with("version", "7").with("manager", "dpkg"));
    web.put(SectionName::Route, route("192.0.2.0/24", "static"));
    web.put(SectionName::Route, route("198.51.100.0/24", "dhcp"));
    web.remove(SectionName::Route, "10.0.0.0/8");
    web.report_delta(&lab).await;
    assert_eq!(lab.all(&admin, "/api/v1/findings?state=all&section=route").await.len(), 0, "nobody found anything");
    event(&lab, &cast.implementer, &number, json!({"event": "finish"})).await.expect(200);
    lab.wait_seconds(60).await;
    web.heartbeat(&lab).await;
    let (counts, said) = extras(&seen(&lab, &cast, &number).await);
    assert_eq!(counts, json!({"done": 1, "extra": 3}));
    let expected = ["package nmap added, version 7", "route 10.0.0.0/8 removed", "route 192.0.2.0/24 added"];
    for what in expected {
        assert!(said.iter().any(|said| said == what), "{what}: {said:?}");
    }
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "all well"});
    let refused = event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("192.0.2.0/24"), "{refused}");
    // It is put right: what is as it was is no matter.
    web.put(SectionName::Route, route("10.0.0.0/8", "static"));
    web.remove(SectionName::Route, "192.0.2.0/24");
    web.remove(SectionName::Package, "nmap");
    web.report_delta(&lab).await;
    assert_eq!(extras(&seen(&lab, &cast, &number).await), (json!({"done": 1}), Vec::new()));
    event(&lab, &cast.manager, &number, close).await.expect(200);
}

#[tokio::test]
async fn a_plan_that_is_contradicted_is_an_incident_whatever_the_policy_makes_of_it() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = host(&lab, "web-1", "1a").await;
    let number = begun(&lab, &cast, &plan(&lab, &[&id])).await;
    // A newer package is a finding alone, and here it is not the one that was planned.
    web.put(SectionName::Package, openssl("3.0.16"));
    web.report_delta(&lab).await;
    lab.wait_seconds(100).await;
    web.heartbeat(&lab).await;
    lab.wait_seconds(100).await;
    let incidents = lab.all(&cast.peer, "/api/v1/tickets?kind=incident").await;
    assert_eq!(incidents.len(), 1, "{incidents:?}");
    assert_eq!(incidents[0]["drift"]["policy"], "package-upgrade");
    let change = ticket(&lab, &cast, &number).await;
    assert_eq!(change["links"][0]["number"], incidents[0]["number"], "{change}");
}

#[tokio::test]
async fn a_change_is_backed_out_when_agents_see_what_was_before() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut web, id) = host(&lab, "web-1", "1a").await;
    let number = begun(&lab, &cast, &plan(&lab, &[&id])).await;
    web.put(SectionName::Package, openssl("3.0.15"));
    web.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let back = json!({"event": "back_out", "comment": "it broke"});
    event(&lab, &cast.implementer, &number, back).await.expect(200);
    lab.wait_seconds(60).await;
    web.heartbeat(&lab).await;
    let told = seen(&lab, &cast, &number).await;
    assert_eq!((&told["verification"]["counts"], &told["suggestion"]), (&json!({"not_done": 2}), &json!("failed")));
    let close = json!({"event": "close", "close_code": "backed_out", "close_notes": "taken back"});
    let refused = event(&lab, &cast.manager, &number, close.clone()).await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("openssl version as before"), "{refused}");
    web.put(SectionName::Package, openssl("3.0.14"));
    web.report_delta(&lab).await;
    let told = seen(&lab, &cast, &number).await;
    assert_eq!((&told["verification"]["counts"], &told["suggestion"]), (&json!({"done": 2}), &json!("backed_out")));
    event(&lab, &cast.manager, &number, close).await.expect(200);
}
