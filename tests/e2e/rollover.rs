//! The CA is replaced under running agents (case 38): nobody is locked out, and what is refused is said. And the drill for a CA whose
//! key was stolen (case 39), with the time that each step took.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use muster_tests::agent::{Agent, Enrolled, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::simulated::SimulatedAgent;
use muster_tests::wait::until;
use serde_json::{Value, json};

const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n";

/// A step of the rollover: whether it was done, and what it said. One that is refused ends with the code of a conflict.
fn ca(collector: &Collector, step: &[&str]) -> (bool, String) {
    let output = collector.command(&[&["ca"], step].concat()).unwrap();
    let said = [output.stdout, output.stderr].concat();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 6)), "{step:?} ends with {code:?}: {}", String::from_utf8_lossy(&said));
    (code == Some(0), String::from_utf8_lossy(&said).into_owned())
}

async fn until_known(collector: &Collector, expected: &str) {
    until(expected, async || Ok(ca(collector, &["show"]).1.contains(expected).then_some(()))).await.unwrap();
}

/// A change on a host arrives.
async fn arrives(api: &Api, tree: &Tree, user: &str) {
    tree.write("etc/passwd", &format!("{USERS}{user}:x:1000:1000::/:/bin/sh\n"));
    until(user, async || {
        let users = api.list_all("/items?class=user").await?;
        Ok(users.iter().any(|item| item["key"] == user).then_some(()))
    })
    .await
    .unwrap();
}

async fn host(collector: &Collector, dir: &Path, name: &str, machine_id: &str) -> (Tree, Enrolled) {
    let token = collector.enrollment_token(1).await.unwrap();
    let tree = Tree::named(dir, name, machine_id);
    (tree, Agent::enroll(&dir.join(format!("agent-{name}")), &token, None).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ca_is_replaced_under_running_agents() {
    let dir = tempfile::tempdir().unwrap();
    let quick = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];
    let mut collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let (tree_a, agent_a) = host(&collector, dir.path(), "web-1", &"1a".repeat(16)).await;
    let (tree_b, agent_b) = host(&collector, dir.path(), "web-2", &"2b".repeat(16)).await;
    let _running_a = agent_a.run(&tree_a).unwrap();
    let running_b = agent_b.run(&tree_b).unwrap();
    arrives(&api, &tree_a, "ann").await;
    arrives(&api, &tree_b, "ben").await;

    // One of both is away for the whole first step.
    drop(running_b);
    let first = ca(&collector, &["show"]).1;
    assert!(ca(&collector, &["rotate"]).0);
    until_known(&collector, "1 of 2 agents").await;
    let (done, said) = ca(&collector, &["switch"]);
    assert!(!done && said.contains("web-2") && !said.contains("web-1"), "{said}");
    arrives(&api, &tree_a, "cat").await;
    // A start in between changes nothing.
    collector.kill().unwrap();
    collector.restart().await.unwrap();
    let running_b = agent_b.run(&tree_b).unwrap();
    until_known(&collector, "2 of 2 agents").await;
    let (done, said) = ca(&collector, &["switch"]);
    assert!(done, "{said}");
    assert!(!said.contains(first.lines().next().unwrap()), "another CA is shown: {said}");

    // New connections meet the new certificate, of old agents and of one that knows only the new CA.
    drop(running_b);
    let _running_b = agent_b.run(&tree_b).unwrap();
    let token = collector.enrollment_token(1).await.unwrap();
    SimulatedAgent::enroll(&token, &collector.ca_file, "late").await.unwrap();
    arrives(&api, &tree_a, "dan").await;
    arrives(&api, &tree_b, "eva").await;
    let (done, said) = ca(&collector, &["drop"]);
    assert!(done, "{said}");
    collector.kill().unwrap();
    collector.restart().await.unwrap();
    arrives(&api, &tree_a, "fay").await;
    arrives(&api, &tree_b, "gus").await;
    let agents = api.list_all("/agents").await.unwrap();
    assert!(agents.iter().all(|agent| agent["state"] != "quarantined"), "{agents:?}");
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}

/// Case 39: the key of the CA was stolen, so it is believed no longer than it takes. Agents that are heard of come along by the keys
/// that they have; one that was away believes nobody any more, tells nothing, and comes back with a new token, and with a person's word where one is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_ca_is_replaced_at_once_and_who_was_away_enrolls_anew() {
    let dir = tempfile::tempdir().unwrap();
    let quick = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];
    let collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let (tree_a, agent_a) = host(&collector, dir.path(), "web-1", &"1a".repeat(16)).await;
    let (tree_b, agent_b) = host(&collector, dir.path(), "web-2", &"2b".repeat(16)).await;
    let _running_a = agent_a.run(&tree_a).unwrap();
    let running_b = agent_b.run(&tree_b).unwrap();
    arrives(&api, &tree_a, "ann").await;
    arrives(&api, &tree_b, "ben").await;
    drop(running_b);
    let hosts = api.list_all("/hosts").await.unwrap();

    let began = Instant::now();
    let took = |what: &str| println!("{what}: {:.1} s after the alarm", began.elapsed().as_secs_f64());
    assert!(ca(&collector, &["rotate"]).0);
    until_known(&collector, "1 of 2 agents").await;
    took("all agents that are heard of know the new CA");
    assert!(!ca(&collector, &["switch"]).0, "one would be lost");
    let (done, said) = ca(&collector, &["switch", "--force"]);
    assert!(done, "{said}");
    let (done, said) = ca(&collector, &["drop", "--force"]);
    assert!(done, "{said}");
    took("the old CA is believed no more");
    arrives(&api, &tree_a, "cat").await;
    took("the first report over the new CA");

    // The one that was away believes this collector no more than it would believe the thief's.
    let running_b = agent_b.run(&tree_b).unwrap();
    tree_b.write("etc/passwd", &format!("{USERS}dan:x:1001:1001::/:/bin/sh\n"));
    until("it keeps what it has to tell", async || {
        let status = agent_b.status()?;
        let is_told = status["last_error"].as_str().is_some_and(|error| error.contains("issued by"));
        Ok((is_told && status["spool"]["count"].as_u64() > Some(0)).then_some(()))
    })
    .await
    .unwrap();
    assert!(api.list_all("/items?class=user").await.unwrap().iter().all(|item| item["key"] != "dan"));
    drop(running_b);
    // Whoever has the thief's CA may have this agent's key as well: it is shut out, and another one takes its host.
    let agents = api.list_all("/agents").await.unwrap();
    let away = agents.iter().find(|agent| agent["hostname"] == "web-2").unwrap()["id"].as_str().unwrap();
    api.post(&format!("/agents/{away}/revoke"), &json!({"reason": "its CA was stolen"})).await.unwrap();
    let before: Vec<Value> = agents.iter().map(|agent| agent["id"].clone()).collect();
    let token = collector.enrollment_token(1).await.unwrap();
    agent_b.enroll_anew(&token).unwrap();
    let _running_b = agent_b.run(&tree_b).unwrap();
    let came = until("it is another agent now", async || {
        let agents = api.list_all("/agents").await?;
        Ok(agents.into_iter().find(|agent| !before.contains(&agent["id"])))
    })
    .await
    .unwrap();
    if came["state"] == "pending" {
        api.post(&format!("/agents/{}/approve", came["id"].as_str().unwrap()), &json!({})).await.unwrap();
    }
    arrives(&api, &tree_b, "eve").await;
    took("the agent that was away has reported");
    let names = |hosts: &[Value]| hosts.iter().map(|host| host["id"].to_string()).collect::<BTreeSet<_>>();
    assert_eq!(names(&api.list_all("/hosts").await.unwrap()), names(&hosts), "both are the hosts that they were");
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}
