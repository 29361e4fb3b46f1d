//! The real agents of FusionInventory and OCS Inventory, as Debian ships them, and our own on this machine: one host, of which
//! each tells what it knows.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use muster_tests::agent::Agent;
use muster_tests::api::Api;
use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::Value;

/// Whether a program is there; where it must be, a test fails without it.
#[expect(clippy::print_stderr, reason = "a test that was not run says so")]
fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap().status.success();
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        eprintln!("not run: {program} is not installed");
    }
    found
}

/// FusionInventory keeps its state in one place of the system: a folder of the test's own is laid over it.
fn fusion(url: &str, (user, token): (&str, &str), dir: &Path) -> Output {
    const OVER: &str = "mount --bind \"$0\" /var/lib/fusioninventory-agent && exec fusioninventory-agent \"$@\"";
    std::fs::create_dir_all(dir).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", OVER]).arg(dir);
    command.args(["--server", &format!("{url}/inventory"), "--user", user, "--password", token, "--force"]).args([
        "--tasks=inventory",
        "--no-category=process,environment",
        "--no-httpd",
        "--logger=stderr",
        "--debug",
    ]);
    command.output().unwrap()
}

/// OCS takes name and password in base64, and sends them only to the realm that it was told.
fn ocs(url: &str, (user, token): (&str, &str), dir: &Path) -> Output {
    std::fs::create_dir_all(dir).unwrap();
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let mut command = Command::new("ocsinventory-agent");
    command
        .args(["--server", &format!("{url}/inventory"), "--user", &base64(user), "--password", &base64(token)])
        .args(["--realm", "muster", "--force", "--nolocal", "--debug", "--ssl=0"])
        .arg(format!("--basevardir={}", dir.display()));
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn source(api: &Api, name: &str) -> Value {
    let sources = api.list("/sources").await.unwrap();
    sources.into_iter().find(|source| source["name"] == name).unwrap()
}

async fn items(api: &Api, host: &str, class: &str) -> Vec<Value> {
    api.list_all(&format!("/items?host={host}&class={class}")).await.unwrap()
}

/// The value that an item of a class has, and who is believed for it.
async fn value(api: &Api, host: &str, class: &str, key: &str, attribute: &str) -> (Value, String) {
    let found = items(api, host, class).await.into_iter().find(|item| item["key"] == key).unwrap();
    let item = api.get(&format!("/items/{}", found["id"].as_str().unwrap())).await.unwrap();
    let winner = item["values"][attribute]["said"][0]["source"].as_str().unwrap_or_default().to_owned();
    (item["attributes"][attribute].clone(), winner)
}

#[tokio::test]
async fn the_real_agents_of_debian_report_the_host_that_our_own_reports() {
    assert!(has("fusioninventory-agent") && has("ocsinventory-agent"), "tests/run installs them");
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[("MUSTER_HEARTBEAT_SECONDS", "1")]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let (url, token) = (collector.console_url.as_str(), data["api_token"].as_str().unwrap());

    let refused = fusion(url, ("admin", "mst_wrong"), &dir.path().join("fusion-wrong"));
    assert!(said(&refused).contains("401") || said(&refused).contains("uthentication"), "{}", said(&refused));
    assert!(api.list("/hosts").await.unwrap().is_empty());

    let told = fusion(url, ("admin", token), &dir.path().join("fusion"));
    assert_eq!(source(&api, "fusioninventory").await["hosts"], 1, "{}{}", said(&told), collector.log());
    let told = ocs(url, ("admin", token), &dir.path().join("ocs"));
    assert_eq!(source(&api, "ocsinventory").await["hosts"], 1, "{}{}", said(&told), collector.log());
    let hosts = api.list("/hosts").await.unwrap();
    assert_eq!(hosts.len(), 1, "{hosts:?}");
    let host = hosts[0]["id"].as_str().unwrap().to_owned();
    let foreign: Vec<Value> = items(&api, &host, "package").await;
    assert!(foreign.len() > 100, "{}", foreign.len());

    let token = data["enrollment_token"].as_str().unwrap();
    let state = dir.path().join("agent");
    drop(Agent::enroll(&state, token, None).unwrap());
    let once = Command::new(binary::path("muster-agent")).arg("--state-dir").arg(&state).arg("once").output().unwrap();
    assert!(once.status.success(), "{}", said(&once));
    let whole = until("our own agent's report is merged", async || {
        let host = api.get(&format!("/hosts/{host}")).await?;
        Ok(Some(host).filter(|host| host["coverage"]["listener"].is_object()))
    });
    let whole = whole.await.unwrap();
    assert_eq!(api.list("/hosts").await.unwrap().len(), 1, "three report one machine");
    let sources = whole["coverage"]["package"]["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 3, "{sources:?}");

    // Packages are the same ones: none twice, and none that only one knows is lost.
    let all = items(&api, &host, "package").await;
    let keys = |items: &[Value]| -> std::collections::BTreeSet<String> {
        items.iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
    };
    assert!(keys(&foreign).is_subset(&keys(&all)), "{:?}", keys(&foreign).difference(&keys(&all)));
    let dpkg = |items: &[Value]| items.iter().filter(|item| item["attributes"]["manager"] == "dpkg").count();
    assert_eq!(dpkg(&foreign), dpkg(&all), "dpkg's packages have one key, whoever tells them");
    // Our own is believed; where it says nothing, the others are.
    let (virtualization, winner) = value(&api, &host, "host", "host", "virtualization").await;
    assert!(virtualization != "Docker" && winner == "agent", "{virtualization} {winner}");
    let (installed, winner) = value(&api, &host, "package", all_key(&all), "installed_at").await;
    assert!(installed.is_string() && winner == "ocsinventory", "{installed} {winner}");
    // How things are is minded from the first look on: this machine's clock may have nobody who keeps it.
    let findings = api.list("/findings").await.unwrap();
    let changed: Vec<&Value> = findings.iter().filter(|finding| finding["basis"] == "change").collect();
    assert!(changed.is_empty(), "first reports set the baseline: {changed:?}");
}

/// A package of dpkg, which every system of Debian has.
fn all_key(items: &[Value]) -> &str {
    let base = |item: &&Value| item["attributes"]["name"] == "base-files";
    items.iter().find(base).and_then(|item| item["key"].as_str()).unwrap()
}
