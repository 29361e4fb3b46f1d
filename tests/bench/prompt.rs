//! From a change on a host to the collector that knows it: an account, a package, an address.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use muster_tests::agent::{Agent, Enrolled, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

use crate::report::percentile;

/// Between two changes: the agent looks at one section once in ten seconds in the long run, and some changes (an address and its
/// removal) cost two looks.
const PAUSE: Duration = Duration::from_secs(25);
/// How often the collector is asked.
const ASK: Duration = Duration::from_millis(5);
const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n";

/// Milliseconds until an item is known.
async fn until_known(api: &Api, path: &str, has: impl Fn(&Value) -> bool) -> anyhow::Result<f64> {
    let start = Instant::now();
    loop {
        if api.list_all(path).await?.iter().any(&has) {
            return Ok(start.elapsed().as_secs_f64() * 1_000.0);
        }
        anyhow::ensure!(start.elapsed() < Duration::from_secs(90), "waited in vain: {path}");
        tokio::time::sleep(ASK).await;
    }
}

fn figures(mut samples: Vec<f64>) -> Value {
    samples.sort_by(f64::total_cmp);
    let at = |fraction| percentile(&samples, fraction).round();
    json!({"changes": samples.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "most_ms": at(1.0)})
}

async fn host(collector: &Collector, state: &std::path::Path) -> anyhow::Result<Enrolled> {
    let token = collector.enrollment_token(1).await?;
    Agent::enroll(state, &token, None)
}

/// Changes on a tree: accounts and packages in turns, so that each section has its pause.
async fn files(api: &Api, tree: &Tree, changes: usize) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let (mut users, mut packages) = (Vec::new(), Vec::new());
    for number in 0..changes {
        tree.write("etc/passwd", &format!("{USERS}user{number}:x:1000:1000::/:/bin/sh\n"));
        let name = format!("user{number}");
        users.push(until_known(api, "/items?class=user", |item| item["key"] == name.as_str()).await?);
        tree.packages(&[("openssl", "3.0.11-1"), ("bash", &format!("5.2-{number}"))]);
        let version = format!("5.2-{number}");
        let has = |item: &Value| item.pointer("/attributes/version").is_some_and(|found| *found == version.as_str());
        packages.push(until_known(api, "/items?class=package", has).await?);
        tokio::time::sleep(PAUSE).await;
    }
    Ok((users, packages))
}

/// Addresses of loopback on this machine itself; they go again.
async fn addresses(api: &Api, changes: usize) -> anyhow::Result<Vec<f64>> {
    let ip = |what: &str, address: &str| {
        let done = std::process::Command::new("ip").args(["address", what, address, "dev", "lo"]).status();
        anyhow::ensure!(done.context("running ip")?.success(), "ip address {what} {address}");
        Ok(())
    };
    let mut samples = Vec::new();
    for number in 0..changes {
        let address = format!("127.99.{}.{}", number / 250, number % 250 + 1);
        ip("add", &format!("{address}/32"))?;
        let known = until_known(api, "/items?class=interface", |item| item.to_string().contains(&address)).await;
        ip("del", &format!("{address}/32"))?;
        samples.push(known?);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(samples)
}

/// Both kinds at the same time, each with an agent of its own that scans everything once an hour: only what is watched is told at once.
pub(crate) async fn run(changes: usize, with_addresses: bool) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_SCAN_SECONDS", "3600")]).await?;
    let (api, _) = collector.bootstrap().await?;
    let tree = Tree::new(dir.path());
    let _agent = host(&collector, &dir.path().join("agent")).await?.run(&tree)?;
    until("the host is known", async || Ok((!api.list("/hosts").await?.is_empty()).then_some(()))).await?;
    if with_addresses {
        let _live = host(&collector, &dir.path().join("live")).await?.run_live()?;
        until("this machine is known", async || Ok((api.list("/hosts").await?.len() == 2).then_some(()))).await?;
        let ((users, packages), addresses) = tokio::try_join!(files(&api, &tree, changes), addresses(&api, changes))?;
        return Ok(document(users, packages, Some(addresses)));
    }
    let (users, packages) = files(&api, &tree, changes).await?;
    Ok(document(users, packages, None))
}

fn document(users: Vec<f64>, packages: Vec<f64>, addresses: Option<Vec<f64>>) -> Value {
    let ratio = {
        let mut all = [&users[..], &packages[..]].concat();
        all.sort_by(f64::total_cmp);
        (percentile(&all, 0.99)).round() / 1_000.0
    };
    json!({
        "bench": "prompt", "account": figures(users), "package": figures(packages),
        "address": addresses.map(figures), "ceiling": {"goal_ms": 1_000}, "ratio": ratio,
    })
}
