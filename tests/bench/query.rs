//! What people ask of a fleet: a package by version, free text, the past, impact, single records, each again and again; beside the
//! ceiling with an answer of about the same size.

use std::time::{Duration, Instant};

use anyhow::Context;
use muster_shared::{Clock, SystemClock};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use serde_json::{Map, Value, json};

use crate::ceiling;
use crate::fleet::{self, Host};
use crate::ingest::{full, memory};
use crate::rate::{Rate, cpu_ms, ms, of_ceiling, round};

/// Hosts of one business service.
const SERVED: usize = 50;
/// Callers that ask at the same time.
const CALLERS: usize = 4;
/// Every so many hosts one has the upgrade that is looked for.
const UPGRADED: usize = 100;
/// The pages of a list that is asked for.
const PAGE: &str = "limit=50";

pub(crate) async fn run(hosts: usize, packages: usize, seconds: u64) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let mut collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let (api, _) = collector.bootstrap().await?;
    let mut fleet = fleet::enroll(&collector, hosts, packages, 1).await?;
    full(&mut fleet).await?;
    let before = SystemClock.now();
    upgrade(&mut fleet).await?;
    let host = declare(&api, hosts).await?;
    drop(fleet);
    let settled = Instant::now();
    // The index of items is made up to date by the first question.
    let found = api.list(&question("class:package name:package-0 version>=99")).await?;
    anyhow::ensure!(found.len() == hosts.div_ceil(UPGRADED).min(50), "{} hosts have the upgrade", found.len());
    let first_s = settled.elapsed().as_secs_f64();
    let questions = [
        ("package_version", question("class:package name:package-0 version>=99")),
        ("free_text", "/search?q=host-77".to_owned()),
        ("hosts_by_os", format!("/hosts?filter=os:Debian*&{PAGE}")),
        ("as_of", format!("{}&as_of={before}", question(&format!("class:package host:{host}")))),
        ("as_of_fleet", format!("{}&as_of={before}", question("class:package name:package-0 version>=99"))),
        ("known_at", format!("{}&known_at={before}", question(&format!("class:package host:{host}")))),
        ("facets", format!("/items/facets?filter={}", escaped("class:package name:package-0"))),
        ("facets_of_all", format!("/items/facets?filter={}", escaped("class:package"))),
        ("facets_not_indexed", format!("/items/facets?filter={}", escaped("class:filesystem"))),
        ("sorted", format!("{}&sort=-version", question("class:package name:package-0"))),
        ("fleet_diff", format!("/diff?from={before}&limit=50")),
        ("impact", format!("/items/{host}/impact?limit=100")),
        ("one_host", format!("/hosts/{host}")),
    ];
    let limit = Duration::from_secs(seconds);
    let mut figures = Map::new();
    for (name, path) in &questions {
        let cpu = cpu_ms(collector.pid())?;
        let rate = ask(&api, path, CALLERS, limit).await?.with_cpu(collector.pid(), cpu)?;
        figures.insert((*name).to_owned(), rate.json());
    }
    let top = ceiling::start().await?;
    let top = of_ceiling(&top, vec![b'x'; 4_096].into(), CALLERS, limit).await?;
    let (restart_s, rebuild_s) = begin_again(&mut collector).await?;
    Ok(json!({
        "bench": "query", "hosts": hosts, "packages": packages, "questions": figures, "ceiling": top.json(),
        "first_question_s": round(first_s), "restart_s": restart_s, "rebuild_s": rebuild_s,
        "rss_mib": memory(collector.pid(), "VmRSS:")?,
    }))
}

/// How long it takes until a collector that was killed is ready again, and the same when its index is gone and is built anew.
async fn begin_again(collector: &mut Collector) -> anyhow::Result<(f64, f64)> {
    let mut took = Vec::new();
    for is_gone in [false, true] {
        collector.kill()?;
        if is_gone {
            let store = collector.data().join("store");
            let mut gone = 0;
            for entry in std::fs::read_dir(&store)? {
                let path = entry?.path();
                let is_index = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("index-"));
                if is_index {
                    std::fs::remove_dir_all(path)?;
                    gone += 1;
                }
            }
            anyhow::ensure!(gone > 0, "there is no index in {}", store.display());
        }
        let killed = Instant::now();
        collector.restart().await?;
        took.push(round(killed.elapsed().as_secs_f64()));
    }
    match took.as_slice() {
        [restart, rebuild] => Ok((*restart, *rebuild)),
        _ => anyhow::bail!("it was not started twice"),
    }
}

fn question(filter: &str) -> String {
    format!("/items?filter={}&{PAGE}", escaped(filter))
}

/// A text as a value of an address.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// One package of some hosts becomes another version.
async fn upgrade(fleet: &mut [Host]) -> anyhow::Result<()> {
    for host in fleet.iter_mut().step_by(UPGRADED) {
        let prepared = host.delta()?.context("no upgrade")?;
        host.send(prepared).await?;
    }
    Ok(())
}

/// Services that depend on the hosts, in a row of services each of which depends on the one before. Gives a host of the first.
async fn declare(api: &Api, hosts: usize) -> anyhow::Result<String> {
    let all = api.list_all("/hosts").await?;
    anyhow::ensure!(all.len() == hosts, "{} of {hosts} hosts are there", all.len());
    let ids: Vec<&str> = all.iter().filter_map(|host| host.get("id")?.as_str()).collect();
    let mut last: Option<String> = None;
    for (n, some) in ids.chunks(SERVED).enumerate() {
        let service = json!({"class": "business_service", "name": format!("service-{n}"), "reason": "benchmark"});
        let id = api.post("/items", &service).await?.get("id").and_then(Value::as_str).context("no id")?.to_owned();
        let others = some.iter().copied().chain(last.as_deref());
        for other in others {
            let relation = json!({"kind": "depends_on", "to": other, "reason": "benchmark"});
            api.post(&format!("/items/{id}/relations"), &relation).await?;
        }
        // Rows of ten: deeper ones are rare.
        last = if n % 10 == 9 { None } else { Some(id) };
    }
    ids.first().map(|id| (*id).to_owned()).context("no hosts")
}

pub(crate) async fn ask(api: &Api, path: &str, callers: usize, limit: Duration) -> anyhow::Result<Rate> {
    let start = Instant::now();
    let callers = (0..callers).map(|_| async {
        let mut samples = Vec::new();
        while start.elapsed() < limit {
            let begin = Instant::now();
            api.get(path).await?;
            samples.push(ms(begin));
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(callers).await?.into_iter().flatten().collect();
    Ok(Rate::of(start.elapsed(), samples))
}
