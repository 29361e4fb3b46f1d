//! A link that goes dead: nothing found meanwhile is lost, and what happened while nobody could see it is dated honestly.

use muster_tests::agent::{Agent, Tree};
use muster_tests::collector::Collector;
use muster_tests::link::Link;
use muster_tests::wait::until;
use serde_json::Value;

const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_behind_a_cut_cable_arrives_when_it_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    let quick = [
        ("MUSTER_HEARTBEAT_SECONDS", "1"),
        ("MUSTER_SCAN_SECONDS", "1"),
        ("MUSTER_DRIFT_DEBOUNCE_SECONDS", "1"),
        ("MUSTER_DRIFT_GROUPING_SECONDS", "1"),
    ];
    let collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let link = Link::to(collector.agents_url.trim_start_matches("https://")).await.unwrap();
    let url = format!("https://{}", link.address());
    let token = data["enrollment_token"].as_str().unwrap();
    let tree = Tree::new(dir.path());
    let _agent = Agent::enroll(&dir.path().join("agent"), token, Some(&url)).unwrap().run(&tree).unwrap();
    let known =
        until("the host is in the CMDB", async || Ok(api.list("/hosts").await?.first().cloned())).await.unwrap();
    let host = known["id"].as_str().unwrap();

    link.cut();
    tree.write("etc/passwd", &format!("{USERS}mallory:x:0:0::/:/bin/sh\n"));
    until("the collector sees that the host is silent", async || {
        let host = api.get(&format!("/hosts/{host}")).await?;
        Ok((host["status"] == "unknown").then_some(()))
    })
    .await
    .unwrap();
    assert!(api.list("/tickets").await.unwrap().is_empty(), "nobody can know of it yet");

    link.mend();
    let ticket =
        until("the incident is there", async || Ok(api.list("/tickets").await?.first().cloned())).await.unwrap();
    assert!(ticket["title"].as_str().unwrap().contains("mallory"), "{ticket}");
    let finding = ticket["drift"]["findings"][0].as_str().unwrap_or_default();
    let finding: Value = api.get(&format!("/findings/{finding}")).await.unwrap();
    assert!(finding["first_seen"].as_str() > finding["not_before"].as_str(), "{finding}");
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}
