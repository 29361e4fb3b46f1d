//! Rule A7: a change is started for what was voted on, and no riskier.

use muster_shared::Time;
use serde_json::{Value, json};

use super::cast::{asked, cast, event, host, plan, ticket, vote};
use crate::lab::Lab;

#[tokio::test]
async fn a7_a_change_is_not_started_on_hosts_that_nobody_voted_on() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_one, _) = host(&lab, "web-1", "1a").await;
    let mut of = plan(&lab, &[]);
    of["scope"] = json!({"hosts": "name:web-*", "facts": [{"section": "package", "key": "openssl"}]});
    let (number, round) = asked(&lab, &cast, &of).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    // Another host of that name comes.
    host(&lab, "web-2", "1b").await;
    let start = json!({"event": "start"});
    let refused = event(&lab, &cast.implementer, &number, start.clone()).await.problem(409, "transition-refused");
    let why = refused["detail"].as_str().unwrap();
    assert!(why.contains("web-2") && !why.contains("web-1"), "{why}");
    let legal = lab.get(&cast.implementer, &format!("/api/v1/tickets/{number}/transitions")).await.expect(200).json();
    assert!(legal.to_string().contains("web-2"), "what stands against it is listed: {legal}");
    // It is asked again, for both.
    let back = json!({"event": "rework", "comment": "one host more"});
    event(&lab, &cast.planner, &number, back).await.expect(200);
    for name in ["submit", "request_approval"] {
        event(&lab, &cast.planner, &number, json!({"event": name})).await.expect(200);
    }
    let rounds = lab.get(&cast.peer, &format!("/api/v1/tickets/{number}/approvals")).await.json();
    let round: Value = rounds["items"].as_array().unwrap().last().unwrap().clone();
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.implementer, &number, start).await.expect(200);
    let started = ticket(&lab, &cast, &number).await;
    assert!(started["details"]["started_at"].as_str().unwrap().parse::<Time>().is_ok(), "{started}");
}
