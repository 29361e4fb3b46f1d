//! What another desk says in words that are not known here: the rest is taken, and each word is noted once. And what another desk
//! cannot be told at all: it has tickets and nothing else.

use serde_json::{Value, json};

use super::desk::Desk;
use super::{bridge, path, record, tell};
use crate::lab::Lab;
use crate::notification::{ticket, work};

#[tokio::test]
async fn a_state_of_that_desk_alone_is_noted_once_and_the_rest_is_taken() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    let ours = ticket(&lab, &admin, "mail is down", 2).await;
    let number = ours["number"].as_str().unwrap();
    work(&lab).await;
    desk.writes();
    let noted = async || {
        let timeline = lab.all(&admin, &path(number, "/timeline")).await;
        timeline.into_iter().filter(|entry| entry["what"] == "disputed").map(|entry| entry["fields"].clone()).collect()
    };
    for (id, title) in [("e1", "mail is slow"), ("e2", "mail is slower")] {
        lab.clock.advance_millis(1_000);
        let odd = record(&lab, &json!({"state": "Awaiting parts", "short_description": title}));
        let heard = tell(&lab, &admin, &channel, id, &odd).await.expect(200).json();
        assert_eq!(heard["taken"], json!(["title"]), "{heard}");
        assert_eq!(
            (&heard["unknown"][0]["field"], &heard["unknown"][0]["value"]),
            (&json!("state"), &json!("Awaiting parts"))
        );
        let why = heard["unknown"][0]["why"].as_str().unwrap();
        assert!(why.contains("In Progress") && !why.contains("value="), "{why}");
        let now = lab.get(&admin, &path(number, "")).await.json();
        assert_eq!((&now["title"], &now["state"]), (&json!(title), &json!("new")));
        let noted: Vec<Value> = noted().await;
        assert_eq!(noted, [json!([{"field": "state", "from": "Awaiting parts", "to": "new"}])]);
    }
    // Nothing is sent against it.
    work(&lab).await;
    assert_eq!(desk.writes(), 0);
    // Another one is noted too, and a code that is none does not keep the ticket from being resolved.
    lab.clock.advance_millis(1_000);
    let done = record(
        &lab,
        &json!({"state": "Resolved", "short_description": "mail is slower", "close_code": "Odd code", "close_notes": "done"}),
    );
    let heard = tell(&lab, &admin, &channel, "e3", &done).await.expect(200).json();
    assert_eq!(heard["unknown"][0]["field"], "close_code", "{heard}");
    let now = lab.get(&admin, &path(number, "")).await.json();
    assert_eq!((&now["state"], &now["close_notes"]), (&json!("resolved"), &json!("done")));
    let noted: Vec<Value> = noted().await;
    assert_eq!(noted.len(), 2, "{noted:?}");
}

#[tokio::test]
async fn what_is_no_ticket_does_not_go_over_a_bridge() {
    let (lab, desk) = (Lab::new(), Desk::start().await);
    let admin = lab.admin().await;
    let channel = bridge(&lab, &admin, "servicenow", &desk, json!({})).await;
    for topics in [json!(["agent.pending"]), json!(["finding.opened", "finding.resolved"]), json!(["review.opened"])] {
        let body = json!({"name": "odd", "topics": topics, "target": channel["id"]});
        assert_eq!(lab.post(&admin, "/api/v1/subscriptions", body).await.pointers(422), ["/topics"], "{topics}");
    }
    let body = json!({
        "name": "Daily figures", "subject": {"of": "kpi", "days": 7}, "channels": [channel["id"]],
        "schedule": {"repeats": "weekly", "days": ["monday"], "at": "07:00", "minutes": 1, "zone": "UTC"},
    });
    let refused = lab.post(&admin, "/api/v1/report-plans", body).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/channels/0");
    assert!(
        refused["errors"][0]["detail"].as_str().unwrap().contains("by mail, to a webhook or to a chat"),
        "{refused}"
    );
}
