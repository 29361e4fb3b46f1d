//! A real agent on a recorded tree, a real collector: a change becomes an incident that closes itself, or is accepted.

use muster_tests::agent::{Agent, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

struct Scene {
    _dir: tempfile::TempDir,
    _collector: Collector,
    _agent: Agent,
    tree: Tree,
    api: Api,
    host: String,
}

async fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let quick = [
        ("MUSTER_HEARTBEAT_SECONDS", "1"),
        ("MUSTER_SCAN_SECONDS", "1"),
        ("MUSTER_DRIFT_DEBOUNCE_SECONDS", "1"),
        ("MUSTER_DRIFT_GROUPING_SECONDS", "1"),
    ];
    let collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let tree = Tree::new(dir.path());
    let token = data["enrollment_token"].as_str().unwrap();
    let agent = Agent::enroll(&dir.path().join("agent"), token, None).unwrap().run(&tree).unwrap();
    let host = until("the host is in the CMDB", async || {
        Ok(api.list("/hosts").await?.first().and_then(|host| host["id"].as_str().map(str::to_owned)))
    });
    let host = host.await.unwrap();
    Scene { _dir: dir, _collector: collector, _agent: agent, tree, api, host }
}

async fn incident(api: &Api, number: &str, state: &str) -> Value {
    let what = format!("{number} is {state}");
    let found = until(&what, async || {
        let (status, ticket) = api.call("GET", &format!("/tickets/{number}"), None).await?;
        Ok((status == 200 && ticket["state"] == state).then_some(ticket))
    });
    found.await.unwrap()
}

#[tokio::test]
async fn an_account_becomes_an_incident_that_closes_itself_when_it_goes() {
    let scene = scene().await;
    let api = &scene.api;
    let host = api.get(&format!("/hosts/{}", scene.host)).await.unwrap();
    assert_eq!(host["name"], "web-1");
    assert_eq!(host["coverage"]["package"]["items"], 2);
    assert_eq!(host["coverage"]["raid"]["items"], Value::Null, "not collected is not none");

    scene.tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndeploy:x:0:0::/home/deploy:/bin/sh\n");
    let ticket = incident(api, "INC-000001", "new").await;
    assert!(ticket["title"].as_str().unwrap().starts_with("web-1: user deploy added, uid 0"), "{ticket}");
    assert_eq!((ticket["urgency"].as_u64(), ticket["priority"].as_u64()), (Some(1), Some(3)));
    let finding = ticket["drift"]["findings"][0].as_str().unwrap();
    let finding = api.get(&format!("/findings/{finding}")).await.unwrap();
    assert_eq!((&finding["state"], &finding["severity"]), (&json!("open"), &json!("critical")));
    assert_eq!(finding["expected"], Value::Null);
    assert_eq!(finding["actual"]["uid"], 0);
    assert!(finding["not_before"].as_str().unwrap() <= finding["first_seen"].as_str().unwrap());
    assert_eq!(finding["history"][0]["operation"], "added");

    scene.tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    let ticket = incident(api, "INC-000001", "resolved").await;
    assert_eq!(ticket["close_code"], "config_reverted");
    let finding = api.get(&format!("/findings/{}", finding["id"].as_str().unwrap())).await.unwrap();
    assert_eq!(finding["state_detail"]["resolution"], "reverted");
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn a_package_waits_for_a_second_look_and_accepting_moves_the_baseline() {
    let scene = scene().await;
    let api = &scene.api;
    scene.tree.packages(&[("openssl", "3.0.11-1"), ("bash", "5.2-1"), ("netcat", "1.2-1"), ("nmap", "7-1")]);
    // The findings are routed one after the other: the second joins the incident of the first.
    let findings = until("one incident lists both packages", async || {
        let ticket = api.call("GET", "/tickets/INC-000001", None).await?.1;
        Ok(ticket["drift"]["findings"].as_array().filter(|list| list.len() == 2).cloned())
    });
    let findings = findings.await.unwrap();
    assert_eq!(api.list("/tickets").await.unwrap().len(), 1, "one incident with a list");
    for finding in &findings {
        let path = format!("/findings/{}/accept", finding.as_str().unwrap());
        let (status, problem) = api.call("POST", &path, Some(&json!({"reason": " "}))).await.unwrap();
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/reason")));
        let accepted = api.post(&path, &json!({"reason": "ordered"})).await.unwrap();
        assert_eq!(accepted["state_detail"]["by"], "admin");
    }
    let ticket = incident(api, "INC-000001", "resolved").await;
    assert_eq!(ticket["close_code"], "no_fault");
    let moves = api.list(&format!("/baselines/{}/moves", scene.host)).await.unwrap();
    assert_eq!(moves.len(), 2);
    assert_eq!((&moves[0]["reason"], &moves[0]["actor"]), (&json!("ordered"), &json!("admin")));

    // What was accepted is authorised: an upgrade from there is a finding and no incident.
    scene.tree.packages(&[("openssl", "3.0.12-1"), ("bash", "5.2-1"), ("netcat", "1.2-1"), ("nmap", "7-1")]);
    let found =
        until("the upgrade is a finding", async || Ok(api.list("/findings?policy=package-upgrade").await?.pop()));
    let found = found.await.unwrap();
    assert_eq!((&found["expected"], &found["actual"]), (&json!("3.0.11-1"), &json!("3.0.12-1")));
    assert_eq!(api.list("/tickets").await.unwrap().len(), 1);
}
