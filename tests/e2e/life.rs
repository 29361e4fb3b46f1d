//! The life of one agent, real on both ends: enrolled, cloned, split, shut out, enrolled anew.

use std::path::Path;

use muster_tests::agent::{Agent, Enrolled, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::elsewhere::{self, Network};
use muster_tests::wait::until;
use serde_json::{Value, json};

const QUICK: [(&str, &str); 2] = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];
const MACHINE: &str = "0123456789abcdef0123456789abcdef";

async fn enrolled(dir: &Path) -> (Collector, Api, Tree, Enrolled) {
    let collector = Collector::start(dir, &QUICK).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let agent = Agent::enroll(&dir.join("agent"), token, None).unwrap();
    (collector, api, Tree::new(dir), agent)
}

/// The agents in a state, when there are as many as are waited for.
async fn agents_in(api: &Api, state: &str, count: usize) -> Vec<Value> {
    until(&format!("{count} agents are {state}"), async || {
        let agents = api.list_all("/agents").await?;
        let found: Vec<Value> = agents.into_iter().filter(|agent| agent["state"] == state).collect();
        Ok((found.len() == count).then_some(found))
    })
    .await
    .unwrap()
}

async fn settled(agent: &Enrolled, standing: &str) {
    until(&format!("the agent says that it is {standing}"), async || {
        Ok((agent.status()?["standing"] == standing).then_some(()))
    })
    .await
    .unwrap();
}

/// Cases 33 and 35: two machines with one state, each with a run of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cloned_machine_is_seen_named_and_split() {
    let dir = tempfile::tempdir().unwrap();
    let (_collector, api, tree, agent) = enrolled(dir.path()).await;
    let first = agent.run(&tree).unwrap();
    agents_in(&api, "active", 1).await;
    drop(first);
    let copy = agent.copy_to(&dir.path().join("clone")).unwrap();
    let clone_tree = Tree::named(dir.path(), "web-2", MACHINE);
    let _first = agent.run(&tree).unwrap();
    let _second = copy.run(&clone_tree).unwrap();
    let held = agents_in(&api, "quarantined", 1).await;
    let why = held[0]["why"].as_str().unwrap();
    assert!(!why.is_empty(), "{held:?}");
    settled(&agent, "quarantined").await;
    settled(&copy, "quarantined").await;
    let id = held[0]["id"].as_str().unwrap();
    let tickets = api.list_all("/tickets").await.unwrap();
    assert!(tickets.iter().any(|ticket| ticket.to_string().contains("quarantine")), "an incident: {tickets:?}");

    let body = json!({"reason": "cloned on purpose", "split": true});
    api.post(&format!("/agents/{id}/release"), &body).await.unwrap();
    let agents = agents_in(&api, "active", 2).await;
    let hosts: std::collections::BTreeSet<&str> = agents.iter().filter_map(|agent| agent["host"].as_str()).collect();
    assert_eq!(hosts.len(), 2, "each speaks for a host of its own: {agents:?}");
    settled(&agent, "active").await;
    settled(&copy, "active").await;
}

/// Case 33 as machines really are: each copy in a network of its own, with the same addresses in both, and they never met.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_in_two_networks_are_told_apart() {
    elsewhere::serve().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (collector, api, tree, agent) = enrolled(dir.path()).await;
    let target = collector.agents_url.trim_start_matches("https://");
    let mut networks = Vec::new();
    for name in ["one", "other"] {
        let place = dir.path().join(name);
        std::fs::create_dir(&place).unwrap();
        networks.push(Network::of("life::copies_in_two_networks_are_told_apart", &place, target).await.unwrap());
    }
    let copy = agent.copy_to(&dir.path().join("clone")).unwrap();
    let clone_tree = Tree::named(dir.path(), "web-2", MACHINE);
    let _first = agent.run_in(&networks[0], &tree).unwrap();
    agents_in(&api, "active", 1).await;
    until("it has reported", async || Ok((!api.list("/hosts").await?.is_empty()).then_some(()))).await.unwrap();
    let _second = copy.run_in(&networks[1], &clone_tree).unwrap();
    let held = agents_in(&api, "quarantined", 1).await;
    settled(&agent, "quarantined").await;
    settled(&copy, "quarantined").await;
    let id = held[0]["id"].as_str().unwrap();
    api.post(&format!("/agents/{id}/release"), &json!({"reason": "a copy", "split": true})).await.unwrap();
    let agents = agents_in(&api, "active", 2).await;
    let hosts: std::collections::BTreeSet<&str> = agents.iter().filter_map(|agent| agent["host"].as_str()).collect();
    assert_eq!(hosts.len(), 2, "each speaks for a host of its own: {agents:?}");
    settled(&agent, "active").await;
    settled(&copy, "active").await;
}

/// Revocation, what the agent says of it and how it ends, and the way back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_shut_out_says_so_ends_and_comes_back_as_another_one() {
    let dir = tempfile::tempdir().unwrap();
    let (collector, api, tree, agent) = enrolled(dir.path()).await;
    let mut running = agent.run(&tree).unwrap();
    let active = agents_in(&api, "active", 1).await;
    let (id, host) = (active[0]["id"].as_str().unwrap(), active[0]["host"].clone());
    api.post(&format!("/agents/{id}/revoke"), &json!({"reason": "stolen"})).await.unwrap();
    let ended = || {
        let ended = running.ended();
        async { ended }
    };
    let code = until("the agent ends", ended).await.unwrap();
    assert_eq!(code, 4, "not authorised");
    settled(&agent, "revoked").await;

    let token = collector.enrollment_token(1).await.unwrap();
    agent.enroll_anew(&token).unwrap();
    let _running = agent.run(&tree).unwrap();
    let back = agents_in(&api, "active", 1).await;
    assert_ne!(back[0]["id"].as_str(), Some(id));
    assert_eq!(back[0]["host"], host, "it is the same machine");
    settled(&agent, "active").await;
}

/// Case 36: ninety days off, by the clocks of both programs. Their processes see another date; nothing else is made up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_ninety_days_off_the_agent_is_back_without_anybody() {
    let preload = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    assert!(Path::new(preload).exists(), "the package faketime is needed: tests/run installs it");
    let dir = tempfile::tempdir().unwrap();
    let (mut collector, api, tree, agent) = enrolled(dir.path()).await;
    let running = agent.run(&tree).unwrap();
    let before = agents_in(&api, "active", 1).await;
    drop(running);
    collector.kill().unwrap();

    let later = [("LD_PRELOAD", preload), ("FAKETIME", "+90d"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")];
    let environment = [&QUICK[..], &later[..]].concat();
    collector.set_environment(&environment);
    collector.restart().await.unwrap();
    // Sessions and tokens of back then have ended: the administrator takes a new one.
    let (api, _) = collector.bootstrap().await.unwrap();
    tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/:/bin/sh\n");
    let _running = agent.run_with(&tree, &later).unwrap();
    until("what changed meanwhile is known", async || {
        let users = api.list_all("/items?class=user").await?;
        Ok(users.iter().any(|user| user["key"] == "ann").then_some(()))
    })
    .await
    .unwrap();
    let after = agents_in(&api, "active", 1).await;
    assert_eq!((&after[0]["id"], &after[0]["host"]), (&before[0]["id"], &before[0]["host"]));
    assert_eq!(after[0]["recoveries"], 1);
    assert!(after[0]["certificate_expires_at"].as_str() > before[0]["certificate_expires_at"].as_str());
}
