//! Data and state that an earlier version left behind, opened by this one; and what a later one left behind, refused (case 96).
//!
//! `upgrade/form-3.tar.zst` was made by a collector and an agent of before the store's fourth form, under a clock of 2025: one host, one
//! account that came (`ann`) with its incident, one problem ticket.

use std::path::Path;
use std::process::Command;

use muster_tests::agent::{Enrolled, Tree};
use muster_tests::collector::Collector;
use muster_tests::wait::until;

const QUICK: [(&str, &str); 2] = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];
const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n";

fn unpack(dir: &Path) {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/upgrade/form-3.tar.zst");
    let unpacked = Command::new("tar").arg("--zstd").arg("-xf").arg(archive).arg("-C").arg(dir).status().unwrap();
    assert!(unpacked.success());
}

fn form(dir: &Path) -> u64 {
    let text = std::fs::read_to_string(dir.join("data/store/format")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["form"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_version_stored_is_there_and_its_agent_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    unpack(dir.path());
    assert_eq!(form(dir.path()), 3);
    let collector = Collector::start(dir.path(), &QUICK).await.unwrap();
    assert!(form(dir.path()) > 3, "the store was brought up");
    let (api, _) = collector.bootstrap().await.unwrap();
    let host = api.list("/hosts").await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    for number in ["INC-000001", "PRB-000001"] {
        assert_eq!(api.get(&format!("/tickets/{number}")).await.unwrap()["number"], number);
    }
    let history = api.list_all(&format!("/hosts/{host}/history")).await.unwrap();
    assert!(history.iter().any(|entry| entry["key"] == "ann"), "{history:?}");

    // The agent of then: its certificate ran out long ago, its state has the older form, its collector is at another port.
    let record = dir.path().join("agent/identity.json");
    let text = std::fs::read_to_string(&record).unwrap();
    let old = text.split('"').find(|part| part.starts_with("https://")).unwrap();
    std::fs::write(&record, text.replace(old, &collector.agents_url)).unwrap();
    let tree = Tree::new(dir.path());
    tree.write("etc/passwd", &format!("{USERS}ben:x:1001:1001::/home/ben:/bin/sh\n"));
    let _running = Enrolled::at(&dir.path().join("agent")).run(&tree).unwrap();
    until("the change is known", async || {
        let users = api.list_all("/items?class=user").await?;
        Ok(users.iter().any(|user| user["key"] == "ben").then_some(()))
    })
    .await
    .unwrap();
    let hosts = api.list_all("/hosts").await.unwrap();
    assert!(hosts.len() == 1 && hosts[0]["id"] == host.as_str(), "it is the host of then: {hosts:?}");
    let history = api.list_all(&format!("/hosts/{host}/history")).await.unwrap();
    let known: Vec<&str> = history.iter().filter_map(|entry| entry["key"].as_str()).collect();
    assert!(known.contains(&"ann") && known.contains(&"ben"), "{known:?}");
    assert!(!known.contains(&"root"), "only what changed is told: {known:?}");
    let agents = api.list_all("/agents").await.unwrap();
    assert_eq!((agents[0]["state"].as_str(), agents[0]["recoveries"].as_u64()), (Some("active"), Some(1)));
    let output = collector.command(&["verify"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_later_version_stored_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    unpack(dir.path());
    let path = dir.path().join("data/store/format");
    let text = std::fs::read_to_string(&path).unwrap();
    let later = text.replace("\"form\": 3", "\"form\": 99").replace("0.1.0 (dev)", "9.0.0 (later)");
    assert_ne!(later, text);
    std::fs::write(&path, &later).unwrap();
    let told = Collector::start(dir.path(), &QUICK).await.unwrap_err().to_string();
    assert!(told.contains("9.0.0 (later)") && told.contains("99"), "who wrote it, and in which form: {told}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), later, "nothing was touched");
}
