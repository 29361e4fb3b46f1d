//! The service desk with many tickets: how fast they are opened, beside the ceiling, and how long lists, filters, the board, counts
//! and searches take then; then how long the first list after a start takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use serde_json::{Map, Value, json};

use crate::Desk;
use crate::ceiling;
use crate::ingest::{memory, size_of};
use crate::query::{ask, escaped};
use crate::rate::{Rate, cpu_ms, ms, of_ceiling, round};

/// Callers that open tickets at the same time.
const OPENING: usize = 32;
/// Callers that ask at the same time.
const ASKING: usize = 4;
/// Tickets in one file that is imported.
const IN_A_FILE: usize = 25_000;
/// Every so many tickets one is resolved.
const RESOLVED: usize = 4;
/// What tickets are about.
const SUBJECTS: &[&str] = &[
    "disk full",
    "printer jam",
    "vpn down",
    "slow mail",
    "login refused",
    "backup failed",
    "fan noise",
    "certificate expired",
];
const PLACES: &[&str] = &["frankfurt", "lyon", "osaka", "denver", "porto", "gdansk", "quito"];
const GROUPS: &[&str] = &["network", "storage", "workplace", "identity", "databases"];

/// The n-th ticket.
fn ticket(n: usize) -> Value {
    let pick = |list: &[&'static str], step: usize| list.get(n / step % list.len()).copied().unwrap_or_default();
    let kind = if n.is_multiple_of(10) { "problem" } else { "incident" };
    json!({
        "kind": kind, "title": format!("{} in {}, case {n}", pick(SUBJECTS, 1), pick(PLACES, 3)),
        "description": format!("Seen by {} people on floor {}.", n % 90, n % 31),
        "impact": n % 3 + 1, "urgency": n / 3 % 3 + 1, "category": pick(SUBJECTS, 5), "assignment_group": pick(GROUPS, 7),
    })
}

pub(crate) async fn run(wanted: &Desk) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let mut collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let (api, _) = collector.bootstrap().await?;
    let cpu = cpu_ms(collector.pid())?;
    let opened = open(&api, wanted.tickets).await?.with_cpu(collector.pid(), cpu)?;
    let all = wanted.tickets + wanted.imported;
    let begin = Instant::now();
    import(&api, wanted.tickets..all).await?;
    let imported = begin.elapsed();
    let limit = Duration::from_secs(wanted.seconds);
    let top = ceiling::start().await?;
    let top_opened = of_ceiling(&top, ticket(1).to_string().into_bytes().into(), OPENING, limit).await?;
    // The words of the last ones are read before anything is timed.
    api.get("/search?q=warm").await?;
    let mut figures = Map::new();
    for (name, path) in questions(all) {
        let cpu = cpu_ms(collector.pid())?;
        let rate = ask(&api, &path, ASKING, limit).await?.with_cpu(collector.pid(), cpu)?;
        figures.insert(name.to_owned(), rate.json());
    }
    let rss = memory(collector.pid(), "VmRSS:")?;
    let disk = size_of(&dir.path().join("data/store"));
    let top_asked = of_ceiling(&top, vec![b'x'; 4_096].into(), ASKING, limit).await?;
    collector.kill()?;
    let begin = Instant::now();
    collector.restart().await?;
    let ready = begin.elapsed();
    Api::get(&api, "/tickets?limit=50").await?;
    let listed = begin.elapsed();
    Ok(json!({
        "bench": "desk", "tickets": all, "opened": opened.json(), "questions": figures,
        "imported": {"count": wanted.imported, "seconds": round(imported.as_secs_f64())},
        "ceiling": {"opened": top_opened.json(), "questions": top_asked.json()}, "ratio": {"opened": opened.ratio(&top_opened)},
        "rss_mib": rss, "disk_bytes_per_ticket": disk / all.max(1) as u64,
        "ready_after_kill_s": round(ready.as_secs_f64()), "first_list_after_kill_s": round(listed.as_secs_f64()),
    }))
}

/// Opens so many tickets; some are resolved at once.
async fn open(api: &Api, count: usize) -> anyhow::Result<Rate> {
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    let callers = (0..OPENING).map(|_| async {
        let mut samples = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return anyhow::Ok(samples);
            }
            let begin = Instant::now();
            let stored = api.post("/tickets", &ticket(n)).await?;
            samples.push(ms(begin));
            if n % RESOLVED == 1 && stored.get("kind") == Some(&json!("incident")) {
                let number = stored.get("number").and_then(Value::as_str).context("a ticket without a number")?;
                let resolve =
                    json!({"event": "resolve", "close_code": "fixed", "close_notes": "done", "cause_item": "none"});
                api.post(&format!("/tickets/{number}/transitions"), &resolve).await?;
                samples.push(ms(begin));
            }
        }
    });
    let samples = futures_util::future::try_join_all(callers).await?.into_iter().flatten().collect();
    Ok(Rate::of(start.elapsed(), samples))
}

/// Imports tickets of another desk, file by file; every so many are over there.
async fn import(api: &Api, wanted: std::ops::Range<usize>) -> anyhow::Result<()> {
    for part in wanted.clone().step_by(IN_A_FILE) {
        let mut file = Vec::new();
        for n in part..(part + IN_A_FILE).min(wanted.end) {
            let Value::Object(mut row) = ticket(n) else { continue };
            row.insert("external_id".into(), json!(format!("X-{n}")));
            if n % RESOLVED == 1 && row.get("kind") == Some(&json!("incident")) {
                row.insert("state".into(), json!("resolved"));
            }
            serde_json::to_writer(&mut file, &row)?;
            file.push(b'\n');
        }
        let path = "/imports?class=ticket&preset=muster&source=bench";
        let kept = api.upload(path, "application/x-ndjson", file).await?;
        let id = kept.get("id").and_then(Value::as_str).context("an import without an id")?;
        loop {
            let now = api.get(&format!("/imports/{id}")).await?;
            match now.get("state").and_then(Value::as_str) {
                Some("done") => {
                    let refused = now.pointer("/counts/refused").and_then(Value::as_u64).unwrap_or_default();
                    anyhow::ensure!(refused == 0, "rows are refused: {now}");
                    break;
                }
                Some("waiting" | "running") => tokio::time::sleep(Duration::from_millis(200)).await,
                _ => anyhow::bail!("an import ended: {now}"),
            }
        }
    }
    Ok(())
}

/// What is asked of the desk.
fn questions(tickets: usize) -> Vec<(&'static str, String)> {
    let list = |filter: &str| format!("/tickets?limit=50&filter={}", escaped(filter));
    vec![
        ("list", "/tickets?limit=50".to_owned()),
        ("active", list("kind:incident active:true")),
        ("filter_common", list("state:resolved category:\"vpn down\" assignment_group:network")),
        ("filter_rare", list(&format!("title:*osaka*{}", tickets / 2))),
        ("filter_none", list("title:nothing priority:1")),
        ("filter_time", list("opened_at<2020-01-01")),
        ("board", format!("/tickets/counts?by=state&filter={}", escaped("kind:incident"))),
        ("by_group", format!("/tickets/counts?by=assignment_group&filter={}", escaped("active:true priority<=2"))),
        ("number", "/tickets/INC-000042".to_owned()),
        ("search_common", "/search?kind=ticket&q=printer".to_owned()),
        ("search_rare", format!("/search?kind=ticket&q={}", tickets / 2)),
    ]
}
