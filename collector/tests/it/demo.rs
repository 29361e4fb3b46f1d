//! A made-up fleet: the same from the same seed, whole, labelled, and silent to the outside.

use std::sync::Arc;

use muster_collector::app::App;
use muster_collector::demo::{self, Tally, Wanted};
use muster_model::demo::Demo;
use muster_model::right::Role;
use muster_shared::{Clock as _, Time};
use serde_json::{Value, json};

use crate::lab::{Lab, SYSTEM};
use crate::notification::receiver::Receiver;
use crate::notification::{channel, send};

const DAY_MS: i64 = 86_400_000;

/// Makes a demo of so many days, which ends in the afternoon of a Thursday.
async fn made(days: u16) -> (Lab, Tally) {
    let lab = Lab::hearing(demo::AGENTS);
    let wanted = Wanted { seed: 7, days, hosts: 40 };
    let midnight = lab.clock.now().millis().div_euclid(DAY_MS) * DAY_MS;
    lab.clock.advance_millis(midnight + DAY_MS - lab.clock.now().millis());
    let until = lab.clock.now().plus_millis(i64::from(days) * DAY_MS + 15 * 3_600_000);
    assert_eq!(wanted.begins(until), lab.clock.now());
    let app = Arc::new(App { service: Arc::clone(&lab.service), is_secure: false });
    let tally = Box::pin(demo::make(app, Arc::clone(&lab.clock), wanted, until)).await.unwrap();
    assert_eq!(lab.clock.now().since(until).div_euclid(60_000), 0, "it ends when it was to end");
    (lab, tally)
}

#[tokio::test]
async fn the_same_seed_makes_the_same_fleet() {
    let (one, two) = (made(demo::FEWEST_DAYS).await.1, made(demo::FEWEST_DAYS).await.1);
    assert_eq!(one.to_string(), two.to_string());
}

/// A short story has a round of reviews that waits for answers, too.
#[tokio::test]
async fn three_weeks_have_access_that_is_looked_over() {
    let (lab, tally) = made(20).await;
    assert_eq!(tally.all("step"), 0, "nobody was refused anything: {tally}");
    let auditor = lab.token_of(Role::Auditor).await;
    let reviews = lab.all(&auditor, "/api/v1/reviews").await;
    let round = reviews.iter().find(|review| review["name"] == "Access of this quarter").unwrap();
    assert_eq!(round["state"], "open", "{round}");
    let items = lab.all(&auditor, &format!("/api/v1/reviews/{}/items", round["id"].as_str().unwrap())).await;
    assert!(items.iter().any(|item| item["answer"].is_null() && item["outcome"].is_null()), "{items:?}");
}

/// Kinds and the states in which each is to have a ticket.
const STATES: &[(&str, &[&str])] = &[
    ("incident", &["new", "in_progress", "on_hold", "resolved", "closed", "cancelled"]),
    ("problem", &["new", "assess", "root_cause", "fix_in_progress", "resolved", "closed", "cancelled"]),
    (
        "change",
        &["draft", "assess", "authorize", "scheduled", "implement", "review", "closed", "rejected", "cancelled"],
    ),
    (
        "release",
        &[
            "draft",
            "planned",
            "frozen",
            "ready",
            "deploying",
            "attention",
            "completed",
            "rolled_back",
            "failed",
            "early_life",
            "closed",
            "cancelled",
        ],
    ),
    (
        "request",
        &[
            "draft",
            "submitted",
            "awaiting_approval",
            "approved",
            "in_fulfilment",
            "on_hold",
            "fulfilled",
            "closed",
            "rejected",
            "cancelled",
        ],
    ),
    ("access", &["draft", "submitted", "awaiting_approval", "approved", "granted", "closed", "rejected", "cancelled"]),
    ("task", &["open", "in_progress", "done", "skipped", "failed", "cancelled"]),
];

#[tokio::test]
async fn the_story_has_everything_and_the_store_is_whole() {
    let (lab, tally) = made(42).await;
    assert_eq!(tally.all("step"), 0, "nobody was refused anything: {tally}");
    for (kind, states) in STATES {
        let missing: Vec<&&str> = states.iter().filter(|state| tally.get(kind, state) == 0).collect();
        assert!(missing.is_empty(), "{kind}: {missing:?}\n{tally}");
    }
    for outcome in ["met", "breached", "running"] {
        assert!(tally.get("clock", outcome) > 0, "{outcome}\n{tally}");
    }
    for state in ["open", "resolved", "attached", "waived"] {
        assert!(tally.get("finding", state) > 0, "{state}\n{tally}");
    }
    let overview = lab.service.overview(&SYSTEM, 24).await.unwrap();
    assert!(overview.drifted_hosts * 4 < overview.hosts, "what changes made is no drift: {}", overview.drifted_hosts);
    assert_eq!(lab.service.verify(&SYSTEM, &[]).await.unwrap(), Vec::<String>::new());
    let admin = lab.token_of(Role::Administrator).await;
    let tickets = |query: &'static str| {
        let (lab, admin) = (&lab, &admin);
        async move { lab.all(admin, &format!("/api/v1/tickets?{query}")).await }
    };
    let undone = tickets("kind=change&close_code=partial").await;
    assert_eq!(undone[0]["details"]["verification"]["counts"]["not_done"], 1, "one host did not get it");
    assert_eq!(tickets("kind=change&close_code=backed_out").await.len(), 1);
    assert!(!tickets("kind=incident&close_code=config_reverted").await.is_empty(), "what went back ends by itself");
    let major = tickets("kind=incident&major=stood_down").await;
    assert_eq!(major.len(), 1);
    let users = lab.service.list_users(&SYSTEM).await.unwrap();
    let waiting = &users.iter().find(|user| user.value.name == "admin").unwrap().value;
    assert!(waiting.password_hash.is_none(), "the first start gives the password");
}

fn record(at: Time, made_at: Option<Time>) -> Demo {
    Demo { seed: 1, days: 7, hosts: 40, begun_at: at, made_at, agents: Vec::new() }
}

#[tokio::test]
async fn a_demo_says_so_on_every_page_in_every_answer_and_in_the_names_of_files() {
    let lab = Lab::new();
    let now = lab.clock.now();
    let plain = lab.get("", "/sign-in").await.expect(200).text();
    assert!(!plain.contains("class=\"demo\""));
    lab.service.begin_demo(&SYSTEM, record(now, None)).await.unwrap();
    lab.service.begin_demo(&SYSTEM, record(now, None)).await.unwrap_err();
    lab.service.end_demo(&SYSTEM, &[]).await.unwrap();
    let admin = lab.admin().await;
    for path in ["/sign-in", "/sign-in/link", "/ballot?t=x", "/no-such-page"] {
        let page = lab.get("", path).await;
        assert!(page.text().contains("class=\"demo\""), "{path}: {}", page.text());
        assert_eq!(page.header("muster-demo"), "made-up data", "{path}");
    }
    let status = lab.get(&admin, "/api/v1/status").await.expect(200).json();
    assert_eq!((&status["demo"]["hosts"], &status["demo"]["seed"]), (&json!(40), &json!(1)));
    let export = lab.get(&admin, "/api/v1/export/hosts?format=csv").await;
    if export.status == 200 && !export.header("content-disposition").is_empty() {
        assert!(export.header("content-disposition").contains("filename=\"demo-"));
    }
    let csv = lab.get(&admin, "/api/v1/reports/capacity?format=csv").await.expect(200);
    assert!(csv.header("content-disposition").contains("filename=\"demo-"), "{}", csv.header("content-disposition"));
}

#[tokio::test]
async fn an_ordinary_instance_says_that_it_is_none() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let answer = lab.get(&admin, "/api/v1/status").await.expect(200);
    assert_eq!((answer.header("muster-demo"), &answer.json()["demo"]), ("", &Value::Null));
    lab.get("", "/api/v1/status").await.problem(401, "not-authenticated");
    lab.service.begin_demo(&SYSTEM, record(lab.clock.now(), None)).await.unwrap_err();
    assert_eq!(lab.service.beat_demo().await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_leaves_a_demo() {
    let (lab, receiver) = (Lab::new(), Receiver::start().await);
    lab.service.begin_demo(&SYSTEM, record(lab.clock.now(), None)).await.unwrap();
    let admin = lab.admin().await;
    let hook = channel(&lab, &admin, "hook", "webhook", &receiver.url).await;
    lab.post(&admin, &format!("/api/v1/channels/{}/test", hook["id"].as_str().unwrap()), Value::Null).await.expect(202);
    send(&lab.service).await;
    assert!(receiver.bodies().is_empty());
    let told = lab.all(&admin, "/api/v1/deliveries?state=dead").await;
    assert!(told[0].to_string().contains("this is a demo: nothing leaves it"), "{told:?}");
}
