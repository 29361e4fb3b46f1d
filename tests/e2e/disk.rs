//! A full disk: changes are refused with a reason, what is stored can be read, and it goes on by itself when there is room.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use muster_shared::{Item, SectionName};
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, inventory};
use serde_json::json;

const SIZE_BYTES: u64 = 32 << 20;

/// Takes the room that is left, but for `spare` bytes.
fn fill(path: &Path, spare: u64) {
    let mut file = File::create(path).unwrap();
    let block = vec![0xA5; 64 << 10];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(spare)).unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_changes_keeps_what_is_there_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start_on(dir.path(), SIZE_BYTES, &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let mut agent = SimulatedAgent::enroll(token, &collector.ca_file, "full").await.unwrap();
    let mut sections = inventory("full", 50);
    agent.deliver(&sections).await.unwrap();

    // The disk fills up beside the collector: changes are refused, plainly and every time.
    let filler = collector.data().join("filler");
    fill(&filler, 1 << 20);
    let late = Item::new("late").with("name", "late").with("uid", 9_000);
    sections.entry(SectionName::User).or_default().insert(late.key, late.attributes);
    let report = agent.report(&sections);
    for _ in 0..3 {
        let error = agent.deliver_report(&report, &sections).await.unwrap_err().to_string();
        assert!(error.contains("503"), "{error}\n{}", collector.log());
    }
    let incident = json!({"kind": "incident", "title": "x"});
    let (status, problem) = api.call("POST", "/tickets", Some(&incident)).await.unwrap();
    assert_eq!(status, 503, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("MiB"), "it says why: {problem}");
    let host = api.get("/hosts/full").await.unwrap();
    assert_eq!(host["coverage"]["package"]["items"], 50, "what is stored can be read");

    // There is no byte left, and the collector is started again.
    collector.kill().unwrap();
    fill(&collector.data().join("more"), 0);
    collector.restart().await.unwrap();
    assert!(collector.log().contains("the ballast is given back"), "{}", collector.log());
    assert_eq!(api.get("/hosts/full").await.unwrap()["name"], "full", "a full disk can be opened");

    std::fs::remove_file(collector.data().join("more")).unwrap();
    std::fs::remove_file(&filler).unwrap();
    agent.deliver_report(&report, &sections).await.unwrap();
    api.post("/tickets", &incident).await.unwrap();
    let known = sections[&SectionName::User].len();
    let users = api.list_all("/items?class=user").await.unwrap().len();
    assert_eq!(users, known, "each acknowledged account is there, no other");
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}
