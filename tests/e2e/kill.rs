//! `kill -9` at any moment loses nothing that was acknowledged, and doubles nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use muster_shared::{Item, SectionName};
use muster_tests::collector::Collector;
use muster_tests::simulated::{Sections, SimulatedAgent, inventory};
use muster_tests::wait::until;
use tokio::sync::Mutex;

const KILLS: u32 = 50;

/// Pushes one more account with each report until told to stop; a report that was not acknowledged is sent again as it was.
async fn push(agent: Arc<Mutex<SimulatedAgent>>, stop: Arc<AtomicBool>) -> (Sections, u32) {
    let mut agent = agent.lock().await;
    let mut sections = agent.acknowledged().clone();
    let mut count = 0;
    while !stop.load(Ordering::SeqCst) {
        count += 1;
        let item =
            Item::new(format!("pushed{count}")).with("name", format!("pushed{count}")).with("uid", 5_000 + count);
        sections.entry(SectionName::User).or_default().insert(item.key, item.attributes);
        let report = agent.report(&sections);
        while agent.deliver_report(&report, &sections).await.is_err() {
            if stop.load(Ordering::SeqCst) {
                return (agent.acknowledged().clone(), count - 1);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    (sections, count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_while_an_agent_pushes_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (_, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let mut agent = SimulatedAgent::enroll(token, &collector.ca_file, "pusher").await.unwrap();
    agent.deliver(&inventory("pusher", 20)).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let pushing = tokio::spawn(push(Arc::new(Mutex::new(agent)), Arc::clone(&stop)));
    for round in 0..KILLS {
        // Moments that differ from round to round: 0 to 60 ms after it was ready.
        tokio::time::sleep(Duration::from_millis(u64::from(round * 37 % 61))).await;
        collector.kill().unwrap();
        collector.restart().await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.store(true, Ordering::SeqCst);
    let (acknowledged, count) = pushing.await.unwrap();
    assert!(count > KILLS, "only {count} reports went through: the kills hit nothing");

    check(&collector, &acknowledged, count).await;
}

/// Places of the way of a report at which the collector dies, and how often each is reached before.
const PLACES: [&str; 5] = ["writer.accepted", "journal.half", "journal.written", "journal.synced", "index.applied"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_death_at_each_place_of_the_way_of_a_report_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (_, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let mut agent = SimulatedAgent::enroll(token, &collector.ca_file, "pusher").await.unwrap();
    agent.deliver(&inventory("pusher", 20)).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let pushing = tokio::spawn(push(Arc::new(Mutex::new(agent)), Arc::clone(&stop)));
    // A sync that fails ends the process too (case 88): nothing is acknowledged of which nobody knows whether it is on the disk.
    let deaths = PLACES.iter().flat_map(|place| [2, 9, 31].map(|times| format!("{place}:{times}")));
    for failpoint in deaths.chain(["journal.sync=eio:4".to_owned(), "journal.sync=eio:17".to_owned()]) {
        collector.kill().unwrap();
        collector.set_environment(&[("MUSTER_FAILPOINT", &failpoint)]);
        // It may die before it is ready.
        drop(collector.restart().await);
        until("it died of itself", || std::future::ready(collector.ended()))
            .await
            .unwrap_or_else(|error| panic!("{failpoint}: {error}"));
        collector.set_environment(&[]);
        collector.restart().await.unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    let (acknowledged, count) = pushing.await.unwrap();
    assert!(collector.log().contains("the store cannot go on"), "the failed sync was not told");
    check(&collector, &acknowledged, count).await;
}

/// What was acknowledged is there, and nothing is there twice.
async fn check(collector: &Collector, acknowledged: &Sections, count: u32) {
    let (api, _) = collector.bootstrap().await.unwrap();
    let items = api.list_all("/items?class=user").await.unwrap();
    let stored: BTreeSet<&str> = items.iter().filter_map(|item| item["key"].as_str()).collect();
    assert_eq!(items.len(), stored.len(), "nothing is there twice");
    for key in acknowledged[&SectionName::User].keys() {
        assert!(stored.contains(key.as_str()), "{key} was acknowledged and is lost");
    }
    // Each pushed account changed the host once: history has no entry twice and none too few.
    let host = api.get("/hosts/pusher").await.unwrap()["id"].as_str().unwrap().to_owned();
    let history = api.list_all(&format!("/hosts/{host}/history")).await.unwrap();
    let pushed: Vec<&str> =
        history.iter().filter_map(|entry| entry["key"].as_str()).filter(|key| key.starts_with("pushed")).collect();
    assert_eq!(pushed.len(), pushed.iter().collect::<BTreeSet<_>>().len(), "a change was recorded twice");
    // One more may have been committed whose acknowledgement was cut off at the end.
    assert!(
        (count as usize..=count as usize + 1).contains(&pushed.len()),
        "{} of {count} in the history",
        pushed.len()
    );
    assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}
