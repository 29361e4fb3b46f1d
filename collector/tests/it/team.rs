//! Teams: who is in them fills the seats of their group and answers for what they own; lists by the names of the contract.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::change::cast::{asked, cast, host, plan};
use crate::lab::Lab;

fn members(round: &Value, stage: usize) -> Vec<String> {
    let seats = round["stages"][stage]["seats"].as_array().unwrap();
    let members = seats.iter().flat_map(|seat| seat["members"].as_array().unwrap());
    members.map(|member| member[1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_team_is_made_and_changed_by_who_manages_accounts() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let ann = lab.user("ann", &[Role::Responder]).await;
    let token = lab.token(&ann, Scope::Work).await;
    let body = json!({"name": "linux", "description": "runs the servers", "members": ["ann"], "lead": "ann"});
    let made = lab.post(&admin, "/api/v1/teams", body.clone()).await.expect(201);
    assert_eq!((&made.json()["members"][0], &made.json()["lead"]), (&json!(ann.id), &json!(ann.id)));
    assert_eq!(lab.post(&admin, "/api/v1/teams", json!({"name": "Linux"})).await.pointers(422), ["/name"]);
    let ghost = json!({"name": "x", "members": ["nobody"]});
    assert_eq!(lab.post(&admin, "/api/v1/teams", ghost).await.pointers(422), ["/members/0"]);
    let led = json!({"name": "x", "lead": "ann"});
    assert_eq!(lab.post(&admin, "/api/v1/teams", led).await.pointers(422), ["/lead"]);
    lab.post(&token, "/api/v1/teams", json!({"name": "mine"})).await.expect(403);
    let path = format!("/api/v1/teams/{}", made.json()["id"].as_str().unwrap());
    lab.put(&admin, &path, "\"7\"", body.clone()).await.problem(412, "stale");
    let next = lab.put(&admin, &path, &made.etag(), json!({"name": "unix", "members": ["ann"]})).await.expect(200);
    assert_eq!((&next.json()["name"], &next.json()["lead"]), (&json!("unix"), &Value::Null));
    assert_eq!(lab.get(&token, "/api/v1/teams").await.expect(200).json()["items"][0]["name"], "unix");
    lab.remove(&admin, &path, &next.etag()).await.expect(204);
    lab.get(&token, &path).await.problem(404, "not-found");
}

#[tokio::test]
async fn the_members_of_a_team_vote_for_its_group_and_for_what_it_owns() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    for name in ["ann", "bob"] {
        lab.user(name, &[Role::Responder]).await;
    }
    let team = json!({"name": "linux", "members": ["ann", "bob"]});
    lab.post(&admin, "/api/v1/teams", team).await.expect(201);
    let (_, one) = host(&lab, "web-1", "1a").await;
    let path = format!("/api/v1/hosts/{one}");
    let etag = lab.get(&admin, &path).await.expect(200).etag();
    lab.patch(&admin, &path, &etag, json!({"owner": "linux"})).await.expect(200);
    let stages = json!(["their group | group:linux | any", "who owns it | service_owners | any"]);
    let rules = json!({"rules": [{"name": "linux", "filter": "kind:change", "stages": stages}]});
    lab.put(&admin, "/api/v1/approval-rules", "*", rules).await.expect(200);
    let (_, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    assert_eq!(members(&round, 0), ["ann", "bob"], "{round}");
    assert_eq!(members(&round, 1), ["ann", "bob"], "{round}");
}

#[tokio::test]
async fn lists_answer_to_the_names_of_the_contract_too() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    for (alias, name) in [("slas", "service-level-policies"), ("webhooks", "channels")] {
        let [by_alias, by_name] = [alias, name].map(|list| format!("/api/v1/{list}?limit=2"));
        let told = lab.get(&admin, &by_alias).await.expect(200).json();
        assert_eq!(told, lab.get(&admin, &by_name).await.expect(200).json());
        assert!(told["items"].is_array());
        lab.get(&admin, &format!("/api/v1/{alias}/x/y")).await.expect(404);
    }
}

#[tokio::test]
async fn a_group_that_nobody_knows_is_refused_with_what_comes_near() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let ann = lab.user("ann", &[Role::Responder]).await;
    let token = lab.token(&ann, Scope::Work).await;
    let opened = async |group: &str| {
        let body = json!({"kind": "incident", "title": "no mail", "assignment_group": group});
        lab.post(&token, "/api/v1/tickets", body).await
    };
    // Where nobody said which teams there are, any name is one.
    let number = opened("mainframe").await.expect(201).json()["number"].as_str().unwrap().to_owned();
    let team = json!({"name": "Linux", "members": ["ann"], "lead": "ann"});
    lab.post(&admin, "/api/v1/teams", team).await.expect(201);
    let layer = json!({
        "name": "primary", "members": ["ann"], "every": 1, "unit": "week", "starts_on": "2026-09-01",
        "handover": "09:00",
    });
    let rota = json!({"name": "Databases", "group": "database", "zone": "UTC", "layers": [layer]});
    lab.post(&admin, "/api/v1/rotas", rota).await.expect(201);
    for known in ["linux", "database"] {
        opened(known).await.expect(201);
    }
    let refused = opened("linus").await;
    let why = refused.expect(422).json();
    assert_eq!(why["errors"][0]["pointer"], "/assignment_group");
    assert!(why["errors"][0]["detail"].as_str().unwrap().contains("Linux"), "{why}");
    let path = format!("/api/v1/tickets/{number}");
    let edit =
        async |group: &str| lab.patch(&token, &path, "*", json!({"assignment_group": group, "category": "mail"})).await;
    edit("mainframe").await.expect(200);
    assert_eq!(edit("windows").await.pointers(422), ["/assignment_group"]);
    let assign = json!({"event": "assign", "assignment_group": "windows"});
    let path = format!("/api/v1/tickets/{number}/transitions");
    assert_eq!(lab.post(&token, &path, assign).await.pointers(422), ["/assignment_group"]);
    let rules = |group: &str| json!({"rules": [{"name": "all", "about": "tickets", "group": group}]});
    let put = async |group: &str| lab.put(&admin, "/api/v1/routing", "*", rules(group)).await;
    assert_eq!(put("databases").await.pointers(422), ["/rules/0/group"]);
    put("database").await.expect(200);
    let tasks = json!([{"name": "a", "title": "b", "assignment_group": "nobody"}]);
    let offer = json!({"name": "a phone", "tasks": tasks});
    assert_eq!(lab.post(&admin, "/api/v1/catalogue", offer).await.pointers(422), ["/tasks/0/assignment_group"]);
    let listed = lab.get(&token, "/api/v1/teams").await.json();
    assert_eq!(
        (&listed["items"][0]["member_names"], &listed["items"][0]["lead_name"]),
        (&json!(["ann"]), &json!("ann"))
    );
}
