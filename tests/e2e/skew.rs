//! Agents of other versions and a real collector (case 106): recorded bodies go over the wire as they are. One set is of an agent that is
//! newer than this collector, made up; the other one has the form of the first agents.

use std::path::Path;

use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, digest_header};
use serde_json::{Value, json};

const NEXT_WHOLE: &str = include_str!("skew/next-whole.json");
const NEXT_DELTA: &str = include_str!("skew/next-delta.json");
const PREVIOUS_WHOLE: &str = include_str!("skew/previous-whole.json");

/// Sends a recorded report; gives the answer.
async fn send(agent: &SimulatedAgent, json: &str) -> (u16, Value) {
    let body = zstd::bulk::compress(json.as_bytes(), 3).unwrap();
    let answer = agent.send(&digest_header(&body), body).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Sends a recorded heartbeat with the root of a report.
async fn beat(agent: &SimulatedAgent, report: &str, more: Value) -> Value {
    let report: Value = serde_json::from_str(report).unwrap();
    let mut body = json!({
        "boot_id": report["boot_id"], "generation": report["next"], "root": report["root"], "at": report["collected_at"],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let url = format!("{}/agent/v1/heartbeats", agent.url());
    let answer = agent.http().post(url).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn one(api: &Api, list: &str, by: (&str, &str)) -> Value {
    let all = api.list_all(list).await.unwrap();
    all.into_iter().find(|one| one[by.0] == by.1).expect(list)
}

async fn enrolled(dir: &Path) -> (Collector, Api, SimulatedAgent) {
    let collector = Collector::start(dir, &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let agent = SimulatedAgent::enroll(token, &collector.ca_file, "skewed").await.unwrap();
    (collector, api, agent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_newer_agent_all_is_taken_that_is_known_and_the_rest_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (_collector, api, agent) = enrolled(dir.path()).await;
    let (status, ack) = send(&agent, NEXT_WHOLE).await;
    assert_eq!((status, ack["result"].as_str()), (200, Some("stored")), "{ack}");
    let bash = one(&api, "/items?class=package", ("key", "bash:amd64")).await;
    assert_eq!(bash["attributes"]["version"], "6.0-1", "{bash}");
    let root = one(&api, "/items?class=user", ("key", "root")).await;
    assert_eq!(root["attributes"]["passkey_count"], 2, "attributes are open: {root}");

    // Differences too, also of a section that nobody here can read, and the root hash goes on fitting.
    let (status, ack) = send(&agent, NEXT_DELTA).await;
    assert_eq!((status, ack["generation"].as_u64()), (200, Some(2)), "{ack}");
    one(&api, "/items?class=user", ("key", "ann")).await;
    let ack = beat(&agent, NEXT_DELTA, json!({"mood": "good"})).await;
    assert_eq!(ack["send_full"], false, "{ack}");
    let (status, ack) = send(&agent, NEXT_DELTA).await;
    assert_eq!((status, ack["result"].as_str()), (200, Some("duplicate")), "{ack}");

    let record = one(&api, "/agents", ("agent_version", "9.0.0 (next)")).await;
    let named: Vec<&str> = record["not_understood"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let expected = [
        "/mood",
        "/scanner",
        "/sections/cron/status: throttled",
        "/sections/gpu",
        "/sections/user/change/delta/rename",
        "/sections/user/change/delta/upsert/*/confidence",
        "/sections/user/change/whole/*/confidence",
        "/sections/user/cost_ms",
    ];
    assert_eq!(named, expected, "{record}");
    let said = record["why"].as_str().unwrap();
    assert!(said.contains("9.0.0 (next)") && said.contains("Update the collector"), "{said}");

    // Only another schema is refused as a whole, and the answer says what to do.
    let other = NEXT_WHOLE.replacen("\"schema\": 1", "\"schema\": 2", 1);
    let (status, problem) = send(&agent, &other).await;
    assert_eq!((status, problem["errors"][0]["pointer"].as_str()), (422, Some("/schema")), "{problem}");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("update the collector"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_of_the_first_form_is_understood_and_finds_what_it_looks_for_in_the_answers() {
    let dir = tempfile::tempdir().unwrap();
    let (_collector, api, agent) = enrolled(dir.path()).await;
    let (status, ack) = send(&agent, PREVIOUS_WHOLE).await;
    assert_eq!(status, 200, "{ack}");
    for field in ["/report_id", "/content_digest", "/result", "/host_id", "/generation", "/settings/heartbeat_seconds"]
    {
        assert!(ack.pointer(field).is_some(), "{field}: {ack}");
    }
    let ack = beat(&agent, PREVIOUS_WHOLE, json!({})).await;
    assert_eq!((&ack["send_full"], &ack["recheck"]), (&json!(false), &json!(false)), "{ack}");
    assert!(ack.pointer("/settings/scan_seconds").is_some_and(Value::is_u64), "{ack}");
    let record = one(&api, "/agents", ("agent_version", "0.0.9")).await;
    assert_eq!(record["not_understood"], json!([]), "{record}");
    let host = one(&api, "/hosts", ("name", "old-1")).await;
    assert_eq!(host["status"], "up", "{host}");
}
