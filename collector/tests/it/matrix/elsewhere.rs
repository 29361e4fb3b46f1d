//! Case 68 for records that lie where something else does: grants, rounds of votes, reviews of access, reports that came, messages. Of one
//! that is somebody else's every route says just what it says of one that there never was.

use std::collections::BTreeSet;

use muster_collector::service::account::UserEdit;
use muster_model::right::{Reach, Reaches, Role, Scope};
use serde_json::{Value, json};

use super::reach::told_without;
use super::{GET, POST, ROUTES, Row};
use crate::access::{campaign, cast, granted, plain_host};
use crate::lab::{Lab, SYSTEM, ask};

/// The same id but for its end.
fn unknown(id: &str) -> String {
    let (rest, last) = id.split_at(id.len() - 1);
    format!("{rest}{}", if last == "0" { '1' } else { '0' })
}

/// Somebody with every role, each of them in another site alone.
async fn neighbour(lab: &Lab) -> String {
    let user = lab.user("the-neighbour", Role::ALL).await;
    let reach = Reach { sites: BTreeSet::from(["another site".to_owned()]), ..Reach::default() };
    let reaches: Reaches = Role::ALL.iter().map(|role| (*role, reach.clone())).collect();
    let edit = UserEdit { reaches: Some(reaches), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    lab.token(&user, Scope::All).await
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn case_68_of_what_is_elsewhere_every_route_says_what_it_says_of_nothing() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_web, host) = plain_host(&lab).await;
    let terms = json!({
        "account": "rita", "hosts": [host], "reason": "works there",
        "valid_to": lab.service.now().plus_millis(30 * 86_400_000).to_string(),
    });
    let grant = granted(&lab, &cast, terms, &[&cast.second]).await;
    let rounds = format!("/api/v1/tickets/{}/approvals", grant["number"].as_str().unwrap());
    let round = id(&lab.all(&cast.admin, &rounds).await[0]);
    let review = campaign(&lab, &cast, json!({})).await;
    let channel = json!({"name": "hook", "kind": "webhook", "url": "https://hooks.example.com/x"});
    let channel = id(&lab.post(&cast.admin, "/api/v1/channels", channel).await.expect(201).json());
    let path = format!("/api/v1/channels/{channel}/test");
    let tried = lab.post(&cast.admin, &path, Value::Null).await.expect(202).json();
    let plan = json!({
        "name": "weekly", "subject": {"of": "kpi", "days": 7}, "channels": [channel],
        "schedule": {"repeats": "weekly", "days": ["monday"], "at": "07:00", "minutes": 1, "zone": "UTC"},
    });
    let plan = id(&lab.post(&cast.admin, "/api/v1/report-plans", plan).await.expect(201).json());
    let records = [
        ("grants", id(&grant)),
        ("approvals", round),
        ("reviews", review),
        ("deliveries", id(&tried["items"][0])),
        ("report-plans", plan),
        ("channels", channel),
    ];
    let token = neighbour(&lab).await;
    let mut asked = 0;
    for Row(method, template, _, _) in ROUTES {
        let Some((_, there)) = records.iter().find(|(kind, _)| template.split('/').nth(1) == Some(kind)) else {
            continue;
        };
        // A file of another desk is signed: its own tests send it.
        if !template.contains("{id}") || template.ends_with("/events") {
            continue;
        }
        let grant = id(&grant);
        let reply = async |id: &str, grant: &str| {
            let path = format!("/api/v1{}", template.replace("{id}", id).replace("{grant}", grant));
            let body = match (method, *template) {
                (method, _) if *method == GET => None,
                (method, template) if *method == POST && template.ends_with("/votes") => {
                    Some(json!({"decision": "approve"}))
                }
                (_, "/reviews/{id}/items/{grant}") => Some(json!({"decision": "keep"})),
                (_, "/grants/{id}/revoke" | "/grants/{id}/suspend") => Some(json!({"reason": "x"})),
                _ => None,
            };
            let reply = lab.people(ask(method.clone(), &token, &path, &[("if-match", "*")], body)).await;
            (reply.status, told_without(&reply, &[id, grant]))
        };
        let before = lab.sequence().await;
        let (there, nowhere) = (reply(there, &grant).await, reply(&unknown(there), &unknown(&grant)).await);
        assert!([403, 404, 415, 422].contains(&there.0), "{method} {template}: {there:?}");
        assert_eq!(there, nowhere, "{method} {template}");
        assert_eq!(lab.sequence().await, before, "{method} {template}");
        asked += 1;
    }
    assert!(asked >= 15, "{asked} routes");
}
