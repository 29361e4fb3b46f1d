//! A link that goes dead: nothing found meanwhile is lost, and what happened while nobody could see it is dated honestly.

use std::path::Path;
use std::time::Duration;

use muster_tests::agent::{Agent, Enrolled, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::elsewhere::{self, Network};
use muster_tests::link::Link;
use muster_tests::wait::until;
use muster_tests::weather::{BadLink, Weather};
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
        Ok((host["status"] == "stale").then_some(()))
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

/// The real agent behind a link, with a tree; each user that is added is a change.
async fn behind(dir: &Path, collector: &Collector, url: &str) -> (Tree, Enrolled) {
    let token = collector.enrollment_token(1).await.unwrap();
    (Tree::new(dir), Agent::enroll(&dir.join("agent"), &token, Some(url)).unwrap())
}

/// What the history says of added users, in its order.
async fn added(api: &Api) -> Vec<String> {
    let Some(host) = api.list("/hosts").await.unwrap().first().and_then(|host| Some(host["id"].as_str()?.to_owned()))
    else {
        return Vec::new();
    };
    let mut history = api.list_all(&format!("/hosts/{host}/history")).await.unwrap();
    history.sort_by_key(|entry| entry["seq"].as_u64());
    let users = history.iter().filter_map(|entry| entry["key"].as_str()).filter(|key| key.starts_with("user"));
    users.map(str::to_owned).collect()
}

/// Adds a user.
fn add(tree: &Tree, users: &mut String, number: usize) {
    let uid = 1_000 + number;
    users.extend(["user", &number.to_string(), ":x:", &uid.to_string(), ":100::/:/bin/sh\n"]);
    tree.write("etc/passwd", &format!("{USERS}{users}"));
}

/// Users that are known now.
async fn known(api: &Api) -> usize {
    let users = api.list_all("/items?class=user").await.unwrap();
    users.iter().filter(|user| user["key"].as_str().is_some_and(|key| key.starts_with("user"))).count()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user{number}")).collect()
}

/// Open files and resident memory of a process.
fn weight(pid: u32) -> (usize, u64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kib = line.split_whitespace().next().unwrap().parse().unwrap();
    (std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count(), kib)
}

/// No more than some room to breathe: nothing piles up.
fn check_weight(what: &str, pid: u32, before: (usize, u64)) {
    let after = weight(pid);
    assert!(after.0 <= before.0 + 8, "{what}: {} open files, {} before", after.0, before.0);
    assert!(after.1 <= before.1 + (32 << 10), "{what}: {} KiB, {} before", after.1, before.1);
}

const QUICK: [(&str, &str); 2] = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];

/// Case 101, and 102 where the answer is what is cut off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_slow_link_that_breaks_off_all_comes_once_and_in_order() {
    const CHANGES: usize = 14;
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &QUICK).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let weather =
        Weather { delay: Duration::from_millis(40), bytes_per_second: 7_000, cut_from: 2_500, cut_within: 4_500 };
    let target = collector.agents_url.trim_start_matches("https://");
    let link = BadLink::to(target, weather, 7).await.unwrap();
    let (tree, agent) = behind(dir.path(), &collector, &collector.agents_url).await;
    // What was enrolled directly speaks over the link from now on.
    let record = dir.path().join("agent/identity.json");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.replace(target, &link.address().to_string())).unwrap();
    let running = agent.run(&tree).unwrap();
    until("the host is known", async || Ok((!api.list("/hosts").await?.is_empty()).then_some(()))).await.unwrap();
    let before = (weight(running.pid()), weight(collector.pid()));
    let mut users = String::new();
    for number in 0..CHANGES {
        add(&tree, &mut users, number);
        // One by one, so that each of them is a report of its own.
        until("the change is known", async || Ok((known(&api).await == number + 1).then_some(()))).await.unwrap();
    }
    assert_eq!(added(&api).await, names(CHANGES));
    assert!(link.cuts() > 1, "the link was good: {} cuts", link.cuts());
    check_weight("agent", running.pid(), before.0);
    check_weight("collector", collector.pid(), before.1);
}

/// Case 101, an MTU black hole: small packets come through and large ones vanish without a word, so connections are made and nothing
/// is ever delivered over them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_large_packets_vanish_nothing_is_lost_and_nothing_piles_up() {
    elsewhere::serve().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &QUICK).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let name = "network::where_large_packets_vanish_nothing_is_lost_and_nothing_piles_up";
    let target = collector.agents_url.trim_start_matches("https://");
    let network = Network::of(name, dir.path(), target).await.unwrap();
    let filter = |rules: &str| {
        let output = network.command("nft").arg(rules).output().unwrap();
        assert!(output.status.success(), "{rules}: {}", String::from_utf8_lossy(&output.stderr));
    };
    if !network.command("nft").args(["list", "ruleset"]).output().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "nft is missing");
        println!("skipped: no nft here");
        return;
    }
    let (tree, agent) = behind(dir.path(), &collector, &collector.agents_url).await;
    filter(
        "table inet hole { chain input { type filter hook input priority 0; policy accept; meta length > 400 drop; }; }",
    );
    let running = agent.run_in(&network, &tree).unwrap();
    let stuck = async || {
        let status = agent.status()?;
        Ok((status["last_error"].is_string() && status["spool"]["count"].as_u64() > Some(0)).then_some(()))
    };
    until("nothing comes through, and that is said", stuck).await.unwrap();
    let before = weight(running.pid());
    let mut users = String::new();
    for number in 0..3 {
        add(&tree, &mut users, number);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }
    assert!(api.list("/hosts").await.unwrap().is_empty(), "the hole is none");
    check_weight("agent", running.pid(), before);
    filter("delete table inet hole");
    until("all that waited is known", async || Ok((known(&api).await == 3).then_some(()))).await.unwrap();
    until("the spool is empty", async || Ok((agent.status()?["spool"]["count"] == 0).then_some(()))).await.unwrap();
    check_weight("agent", running.pid(), before);
}

/// Cases 100 and 103: a link that comes and goes, and many changes behind it, connections half open in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_link_that_flaps_nothing_piles_up_and_nothing_is_lost() {
    const FLAPS: usize = 40;
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &QUICK).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let link = Link::to(collector.agents_url.trim_start_matches("https://")).await.unwrap();
    let url = format!("https://{}", link.address());
    let (tree, agent) = behind(dir.path(), &collector, &url).await;
    let running = agent.run(&tree).unwrap();
    until("the host is known", async || Ok((!api.list("/hosts").await?.is_empty()).then_some(()))).await.unwrap();
    let before = (weight(running.pid()), weight(collector.pid()));
    let mut users = String::new();
    for number in 0..FLAPS {
        link.cut();
        add(&tree, &mut users, number);
        tokio::time::sleep(Duration::from_millis(200)).await;
        link.mend();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    until("all changes are known", async || Ok((known(&api).await == FLAPS).then_some(()))).await.unwrap();
    let mut seen = added(&api).await;
    assert_eq!(seen.len(), seen.iter().collect::<std::collections::BTreeSet<_>>().len(), "twice: {seen:?}");
    // Changes that were found in one look stand in one report, in the order of their keys.
    seen.sort_by_key(|name| name.trim_start_matches("user").parse::<usize>().ok());
    assert_eq!(seen, names(FLAPS));
    until("the spool is empty", async || Ok((agent.status()?["spool"]["count"] == 0).then_some(()))).await.unwrap();
    check_weight("agent", running.pid(), before.0);
    check_weight("collector", collector.pid(), before.1);
}
