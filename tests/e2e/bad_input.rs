//! Wrong input to the programs themselves: a clear error that says what and where, a fitting exit code, nothing stored.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, client, digest_header, encode, inventory};
use rustls_pki_types::PrivateKeyDer;
use serde_json::{Value, json};

fn run(program: &str, arguments: &[&str]) -> (i32, String) {
    let output: Output = Command::new(binary::path(program)).args(arguments).output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn unknown_configuration_keys_name_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    let collector = dir.path().join("collector.toml");
    std::fs::write(&collector, "heartbeat_secs = 5\n").unwrap();
    let (code, error) = run("muster-collector", &["check-config", "--config", text(&collector)]);
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("heartbeat_secs") && error.contains("heartbeat_seconds"), "{error}");
    let agent = dir.path().join("agent.toml");
    std::fs::write(&agent, "state_dirr = \"/x\"\n").unwrap();
    let (code, error) = run("muster-agent", &["check-config", "--config", text(&agent)]);
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("state_dirr") && error.contains("state_dir"), "{error}");
    let (code, error) = run("muster-collector", &["check-config", "--config", "/nowhere/collector.toml"]);
    assert!(code == 3 && error.contains("/nowhere/collector.toml"), "{code} {error}");
}

#[test]
fn usage_errors_end_with_two() {
    for (program, arguments) in [
        ("muster", vec!["hots", "list"]),
        ("muster-agent", vec!["inventory", "--only", "packages"]),
        ("muster-collector", vec!["serve", "--consol", "x"]),
    ] {
        let (code, error) = run(program, &arguments);
        assert_eq!(code, 2, "{program}: {error}");
        assert!(!error.is_empty());
    }
}

#[tokio::test]
async fn a_second_process_a_taken_port_and_an_unwritable_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let data = dir.path().join("data");
    let serve = |data: &Path, console: &str| {
        run("muster-collector", &["serve", "--data-dir", text(data), "--console", console, "--agents", "127.0.0.1:0"])
    };
    let (code, error) = serve(&data, "127.0.0.1:0");
    assert_eq!(code, 6, "{error}");
    assert!(error.contains("in use") && error.contains(&collector.pid().to_string()), "{error}");
    let taken = collector.console_url.trim_start_matches("http://").to_owned();
    let other = dir.path().join("other");
    let (code, error) = serve(&other, &taken);
    assert_eq!(code, 1, "{error}");
    assert!(error.contains(&taken) && error.contains("--console"), "{error}");
    assert!(!other.exists(), "nothing was made before the port was had");
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let (code, error) = serve(&file.join("data"), "127.0.0.1:0");
    assert!(code != 0 && error.contains(text(&file)), "{code} {error}");
    let (code, error) = serve(&other, "0.0.0.0:0");
    assert!(code == 3 && error.contains("loopback"), "{code} {error}");
}

#[test]
fn a_client_without_a_collector_says_so() {
    let (code, error) = run("muster", &["host", "list", "--url", "http://127.0.0.1:9", "--token-file", "/dev/null"]);
    assert!(code == 5 && error.contains("http://127.0.0.1:9"), "{code} {error}");
}

async fn stored(collector: &Collector) -> Vec<Value> {
    let (api, _) = collector.bootstrap().await.unwrap();
    api.list("/hosts").await.unwrap()
}

#[tokio::test]
async fn wrong_reports_over_the_wire_store_nothing_and_kill_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let token = collector.enrollment_token(2).await.unwrap();
    let agent = SimulatedAgent::enroll(&token, &collector.ca_file, "web-1").await.unwrap();
    let (_, good) = encode(&agent.report(&inventory("web-1", 10))).unwrap();
    let status = async |body: Vec<u8>| agent.send(&digest_header(&body), body).await.unwrap().status().as_u16();
    assert_eq!(status(good[..good.len() / 2].to_vec()).await, 400, "truncated");
    assert_eq!(status(b"junk".to_vec()).await, 400, "malformed");
    assert_eq!(status(zstd::bulk::compress(b"{\"schema\":1}", 3).unwrap()).await, 422, "incomplete");
    assert_eq!(status(zstd::bulk::compress(&vec![b' '; 90 << 20], 3).unwrap()).await, 413, "a bomb");
    assert_eq!(status(vec![0; (8 << 20) + 1]).await, 413, "oversized");
    let other = agent.send("sha-256=:AAAA:", good.clone()).await.unwrap();
    assert_eq!(other.status().as_u16(), 400, "another digest");
    let problem: Value = serde_json::from_str(&other.text().await.unwrap()).unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("content-digest"), "{problem}");
    assert!(stored(&collector).await.is_empty());
    let good = agent.send(&digest_header(&good), good.clone()).await.unwrap();
    assert_eq!(good.status().as_u16(), 200, "the agent goes on");
    assert_eq!(stored(&collector).await.len(), 1);
}

#[tokio::test]
async fn a_certificate_of_another_authority_does_not_even_shake_hands() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut foreign = rcgen::CertificateParams::default();
    foreign.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let pem = foreign.self_signed(&key).unwrap().pem();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let http = client(&collector.ca_file, Some((&pem, key))).unwrap();
    let url = format!("{}/agent/v1/heartbeats", collector.agents_url);
    let refused = http.post(&url).json(&json!({})).send().await;
    assert!(refused.is_err(), "{refused:?}");
    let nobody = client(&collector.ca_file, None).unwrap().post(&url).json(&json!({})).send().await.unwrap();
    assert_eq!(nobody.status().as_u16(), 401);
    assert!(stored(&collector).await.is_empty());
}

#[tokio::test]
async fn an_agent_that_meets_another_collector_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (real, fake) = (dir.path().join("real"), dir.path().join("fake"));
    std::fs::create_dir_all(&real).unwrap();
    std::fs::create_dir_all(&fake).unwrap();
    let real = Collector::start(&real, &[]).await.unwrap();
    let fake = Collector::start(&fake, &[]).await.unwrap();
    let token = dir.path().join("token");
    std::fs::write(&token, real.enrollment_token(1).await.unwrap()).unwrap();
    std::fs::set_permissions(&token, Permissions::from_mode(0o600)).unwrap();
    let state = dir.path().join("agent");
    let arguments = ["--state-dir", text(&state), "enroll", "--token-file", text(&token), "--url", &fake.agents_url];
    let (code, error) = run("muster-agent", &arguments);
    assert_eq!(code, 4, "{error}");
    let (api, _) = fake.bootstrap().await.unwrap();
    assert!(api.list("/agents").await.unwrap().is_empty());
    assert!(api.list("/audit").await.unwrap().iter().all(|entry| entry["action"] != "agent.enroll"));
    std::fs::write(&token, "muster1.nonsense").unwrap();
    let (code, error) = run("muster-agent", &["--state-dir", text(&state), "enroll", "--token-file", text(&token)]);
    assert!(code != 0 && error.contains("not an enrollment token"), "{code} {error}");
}
