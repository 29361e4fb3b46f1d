//! The rules of priorities (P1 to P4): read, set with an `ETag`, errors that name the cell, and what becomes of tickets.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::Lab;

async fn opened(lab: &Lab, token: &str, impact: u8, urgency: u8) -> Value {
    let body = json!({"kind": "incident", "title": "t", "impact": impact, "urgency": urgency});
    lab.post(token, "/api/v1/tickets", body).await.expect(201).json()
}

#[tokio::test]
async fn p1_an_administrator_sets_the_matrix_and_open_tickets_follow_when_they_are_told_to() {
    let lab = Lab::new();
    let (admin, desk) = (lab.token_of(Role::Administrator).await, lab.token_of(Role::Responder).await);
    let shipped = lab.get(&desk, "/api/v1/priority-rules").await.expect(200).json();
    assert_eq!((&shipped["version"], &shipped["matrix"][2]), (&json!(0), &json!([3, 4, 5])));
    assert_eq!(shipped["major"][0]["filter"], "priority:1");
    let low = opened(&lab, &desk, 3, 3).await;
    assert_eq!((&low["priority"], &low["priority_rules"]), (&json!(5), &json!(0)));
    let over = opened(&lab, &desk, 3, 3).await["number"].as_str().unwrap().to_owned();
    let cancel = json!({"event": "cancel", "reason": "false_alarm"});
    lab.post(&desk, &format!("/api/v1/tickets/{over}/transitions"), cancel).await.expect(200);

    let rules = json!({"matrix": [[1, 2, 3], [2, 3, 4], [3, 4, 4]]});
    lab.put(&desk, "/api/v1/priority-rules", "\"0\"", rules.clone()).await.expect(403);
    lab.put(&admin, "/api/v1/priority-rules", "\"7\"", rules.clone()).await.expect(412);
    let set = lab.put(&admin, "/api/v1/priority-rules", "\"0\"", rules).await.expect(200).json();
    assert_eq!(set["version"], 1);
    assert_eq!(lab.last_audit().await.1, "priority.rules");
    let trail = lab.get(&admin, "/api/v1/audit?limit=1").await.expect(200).text();
    assert!(trail.contains("version 1: /matrix/2/2: 5 > 4"), "{trail}");

    // Nothing moved by that: what is new has the new one, with the version that gave it.
    let number = low["number"].as_str().unwrap();
    let read = async |number: &str| lab.get(&desk, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!(read(number).await["priority"], 5);
    let fresh = opened(&lab, &desk, 3, 3).await;
    assert_eq!((&fresh["priority"], &fresh["priority_rules"]), (&json!(4), &json!(1)));
    let follow = async |is_dry: bool| {
        let body = json!({"dry_run": is_dry});
        lab.post(&admin, "/api/v1/priority-rules/follow", body).await.expect(200).json()
    };
    lab.post(&desk, "/api/v1/priority-rules/follow", json!({})).await.expect(403);
    let would = follow(true).await;
    assert_eq!(would["tickets"], json!([{"number": number, "from": 5, "to": 4}]));
    assert_eq!(read(number).await["priority"], 5, "a dry run moves nothing");
    assert_eq!(follow(false).await["tickets"], would["tickets"]);
    let moved = read(number).await;
    assert_eq!((&moved["priority"], &moved["priority_rules"]), (&json!(4), &json!(1)));
    let timeline = lab.get(&desk, &format!("/api/v1/tickets/{number}/timeline")).await.expect(200).json();
    assert!(timeline["items"].to_string().contains("\"field\":\"priority\""), "{timeline}");
    assert_eq!(follow(false).await, json!({"tickets": [], "left": 0}));
    assert_eq!(read(&over).await["priority"], 5, "what is over stays as it was");
    let before = lab.get(&desk, "/api/v1/priority-rules/versions/0").await.expect(200).json();
    assert_eq!(before["matrix"], shipped["matrix"]);
    lab.get(&desk, "/api/v1/priority-rules/versions/9").await.expect(404);
}

#[tokio::test]
async fn p4_rules_of_major_incidents_are_set_with_names_and_wrong_cells_are_named() {
    let lab = Lab::new();
    let admin = lab.token_of(Role::Administrator).await;
    let lead = lab.user("lea", &[Role::Responder]).await;
    let desk = lab.token(&lead, Scope::Work).await;
    let (name, id) = (json!("lea"), json!(lead.id));
    let accept = json!({"business_impact": "nobody can buy", "commander": name, "update_minutes": 30});
    let rules = json!({"major": [{"name": "shop", "filter": "category:shop impact:1", "accept": accept}]});
    let set = lab.put(&admin, "/api/v1/priority-rules", "\"0\"", rules).await.expect(200).json();
    assert_eq!(set["major"][0]["accept"]["commander"], id);
    let body = json!({"kind": "incident", "title": "t", "impact": 1, "urgency": 2, "category": "shop"});
    let major = lab.post(&desk, "/api/v1/tickets", body).await.expect(201).json();
    assert_eq!((&major["major"]["state"], &major["major"]["commander"]), (&json!("accepted"), &id));
    assert_eq!(opened(&lab, &desk, 1, 1).await["major"], Value::Null, "the rule that was shipped is gone");
    let wrong = json!({"matrix": [[1, 2, 3], [2, 9, 4], [3, 4, 5]],
        "major": [{"name": "x", "filter": "prio:1"}]});
    let refused = lab.put(&admin, "/api/v1/priority-rules", "\"1\"", wrong).await.expect(422).json();
    let pointers: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/matrix/1/1", "/major/0/filter"]);
    let short = lab.put(&admin, "/api/v1/priority-rules", "\"1\"", json!({"matrix": [[1, 2], [1], []]})).await;
    assert_eq!(short.pointers(422), ["/matrix/0"]);
    let square = json!([[1, 2, 3], [2, 3, 4], [3, 4, 5]]);
    for (wrong, pointer) in [
        (json!({"matrix": [[1, 2, 3], [2, 3, 4], [3, 4, 5, 5]]}), "/matrix/2"),
        (json!({"matrix": [[1, 2, 3], [2, 3, 4], [3, 4, 5], [3, 4, 5]]}), "/matrix"),
        (json!({"matrix": square, "kinds": {"incident": [[1]]}}), "/kinds/incident/0"),
    ] {
        let refused = lab.put(&admin, "/api/v1/priority-rules", "\"1\"", wrong).await;
        assert_eq!(refused.pointers(422), [pointer]);
    }
}
