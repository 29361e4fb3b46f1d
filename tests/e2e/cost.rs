//! What the agent costs on the network: a heartbeat, the difference of one upgraded package, a month of a quiet host.

use std::fmt::Write as _;
use std::time::Duration;

use muster_tests::agent::{Agent, Tree};
use muster_tests::collector::Collector;
use muster_tests::link::{Link, Traffic};
use muster_tests::wait::until;

/// Heads of the packets of one exchange: request, answer, and their acknowledgements, IPv4 with TCP timestamps.
const PACKET_BYTES: u64 = 4 * 52;
/// Heartbeats of a month at the default of five minutes.
const HEARTBEATS: u64 = 30 * 24 * 12;
/// Reports of metrics alone in a month: at their age, as nothing moves. Each is about as large as that of one package.
const METRICS: u64 = 30 * 4;
/// Connections of a month. Neither side ends one that is in use; here the network does, every other hour.
const CONNECTIONS: u64 = 30 * 12;

fn status(packages: usize, upgraded: bool) -> String {
    let mut text = String::new();
    for n in 0..packages {
        let version = if upgraded && n == 7 { "1.2.3-5" } else { "1.2.3-4" };
        write!(
            text,
            "Package: package-{n:04}\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: {n}\n\
             Maintainer: Somebody <somebody@example.org>\nArchitecture: amd64\nVersion: {version}\nDescription: a package\n\n"
        )
        .unwrap();
    }
    text
}

fn between(before: Traffic, after: Traffic) -> Traffic {
    Traffic {
        connections: after.connections - before.connections,
        exchanges: after.exchanges - before.exchanges,
        bytes: after.bytes - before.bytes,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_host_costs_little_on_the_wire() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[("MUSTER_HEARTBEAT_SECONDS", "1")]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let link = Link::to(collector.agents_url.trim_start_matches("https://")).await.unwrap();
    let url = format!("https://{}", link.address());
    let tree = Tree::new(dir.path());
    tree.write("var/lib/dpkg/status", &status(850, false));
    let agent =
        Agent::enroll(&dir.path().join("agent"), data["enrollment_token"].as_str().unwrap(), Some(&url)).unwrap();
    let _agent = agent.run(&tree).unwrap();
    let known = until("the host is known", async || Ok(api.list("/hosts").await?.first().cloned())).await.unwrap();
    let host = known["id"].as_str().unwrap();

    // Heartbeats alone: nothing changes.
    let start = link.traffic();
    let quiet = until("ten heartbeats", async || {
        let quiet = between(start, link.traffic());
        Ok((quiet.exchanges >= 10).then_some(quiet))
    })
    .await
    .unwrap();
    assert_eq!(quiet.connections, 0, "heartbeats go over the connection that is there: {quiet:?}");
    let heartbeat = quiet.bytes.div_ceil(quiet.exchanges);

    // One package is upgraded.
    let before = link.traffic();
    tree.write("var/lib/dpkg/status", &status(850, true));
    until("the upgrade is known", async || {
        let found = api.list(&format!("/items?host={host}&class=package")).await?;
        Ok(found.iter().any(|item| item["attributes"]["version"] == "1.2.3-5").then_some(()))
    })
    .await
    .unwrap();
    let upgrade = between(before, link.traffic());

    // A connection that is made anew, with both certificates.
    let before = link.traffic();
    link.cut();
    tokio::time::sleep(Duration::from_millis(500)).await;
    link.mend();
    let again = until("the agent is back", async || {
        let again = between(before, link.traffic());
        Ok((again.exchanges >= 4 && again.connections > 0).then_some(again))
    })
    .await
    .unwrap();
    let handshake = again.bytes.div_ceil(again.connections);
    let month = HEARTBEATS * (heartbeat + PACKET_BYTES) + CONNECTIONS * handshake + METRICS * upgrade.bytes;
    println!(
        "bytes: heartbeat with answer {heartbeat}, upgraded package {upgrade:?}, connection {handshake}, month {month}"
    );
    assert!(heartbeat <= 900, "{heartbeat} bytes a heartbeat with its answer, HTTP and TLS");
    // News ends the answer that is held back, and with it the connection: the report comes over a new one.
    assert!(upgrade.bytes <= 6 << 10, "{upgrade:?} for one upgraded package, its answer and a connection");
    assert!(month <= 10_000_000, "{month} bytes a month");
}
