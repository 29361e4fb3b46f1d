//! A machine that is set back to a snapshot: what its agent had told since is not told by it any more, and what it tells from
//! before that is stale, not newer. Nothing that happens afterwards is lost.

use std::fs;
use std::path::{Path, PathBuf};

use muster_tests::agent::{Agent, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::Value;

const BASE: [(&str, &str); 2] = [("openssl", "3.0.11-1"), ("bash", "5.2-1")];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&path, &target);
        } else if kind.is_file() {
            // Permissions go along: the agent refuses keys that others can read.
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Puts the state folder of an agent back as it was.
fn restore(snapshot: &Path, state: &Path) {
    fs::remove_dir_all(state).unwrap();
    copy(snapshot, state);
}

fn spooled(state: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(state.join("spool")) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn install(tree: &Tree, more: &[(&str, &str)]) {
    tree.packages(&[&BASE, more].concat());
}

async fn packages(api: &Api) -> anyhow::Result<Vec<String>> {
    let items = api.list_all("/items?class=package").await?;
    let mut names: Vec<String> = items.iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

async fn until_packages(api: &Api, wanted: &[&str]) {
    let what = format!("the packages are {wanted:?}");
    until(&what, async || Ok((packages(api).await? == wanted).then_some(()))).await.unwrap();
}

#[tokio::test]
async fn an_agent_of_a_restored_snapshot_tells_nothing_old_as_new_and_loses_nothing_after() {
    let dir = tempfile::tempdir().unwrap();
    let quick = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "1")];
    let mut collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let tree = Tree::new(dir.path());
    let state = dir.path().join("agent");
    let enrolled = Agent::enroll(&state, data["enrollment_token"].as_str().unwrap(), None).unwrap();
    let agent = enrolled.run(&tree).unwrap();
    until_packages(&api, &["bash", "openssl"]).await;
    until("everything is delivered", async || Ok(spooled(&state).is_empty().then_some(()))).await.unwrap();
    drop(agent);
    let before = dir.path().join("before");
    copy(&state, &before);

    // A second snapshot holds a report that the collector, which is away, was never told.
    collector.kill().unwrap();
    install(&tree, &[("old-news", "1-1")]);
    let agent = enrolled.run(&tree).unwrap();
    until("the report waits", async || Ok((!spooled(&state).is_empty()).then_some(()))).await.unwrap();
    drop(agent);
    let waiting = dir.path().join("waiting");
    copy(&state, &waiting);
    collector.restart().await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();

    // The machine goes back to the first snapshot and lives on, another way.
    restore(&before, &state);
    install(&tree, &[("newer", "1-1")]);
    let agent = enrolled.run(&tree).unwrap();
    until_packages(&api, &["bash", "newer", "openssl"]).await;
    drop(agent);

    // Then to the second: its report is of before, and is delivered only now.
    restore(&waiting, &state);
    assert!(!spooled(&state).is_empty());
    install(&tree, &[("newer", "1-1"), ("latest", "1-1")]);
    let agent = enrolled.run(&tree).unwrap();
    until_packages(&api, &["bash", "latest", "newer", "openssl"]).await;
    until("everything is delivered", async || Ok(spooled(&state).is_empty().then_some(()))).await.unwrap();
    let host = api.list("/hosts").await.unwrap();
    assert_eq!(host.len(), 1, "it is the same machine");
    let host = host[0]["id"].as_str().unwrap();
    let history = api.list_all(&format!("/hosts/{host}/history")).await.unwrap();
    let told = |name: &str| -> Vec<&str> {
        let own = history.iter().filter(|entry| entry["key"].as_str().is_some_and(|key| key.starts_with(name)));
        own.map(|entry| entry["operation"].as_str().unwrap()).collect()
    };
    assert!(told("old-news").is_empty(), "what was told too late was never so: {history:?}");
    assert_eq!((told("newer"), told("latest")), (vec!["added"], vec!["added"]), "{history:?}");
    let agents = api.list("/agents").await.unwrap();
    assert!(
        agents.iter().all(|agent| agent["state"] == "active"),
        "one restored spool is no second machine: {agents:?}"
    );

    // Nothing of what happens from then on is lost, in either direction.
    install(&tree, &[("latest", "2-1")]);
    until_packages(&api, &["bash", "latest", "openssl"]).await;
    let latest = api.list_all("/items?class=package&name=latest").await.unwrap();
    assert_eq!(latest[0]["attributes"]["version"], Value::from("2-1"));
    drop(agent);
}
