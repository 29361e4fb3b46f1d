//! Full reports and heartbeats per second, with the same bodies against the ceiling.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, encode, inventory};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::ceiling::{self, Ceiling};
use crate::report::percentile;

/// Requests per second and times of single ones, from as many callers as agents.
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Rate {
    pub(crate) fn of(count: u64, elapsed: Duration, mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = count as f64 / elapsed.as_secs_f64();
        Self { per_second, p50_ms: percentile(&samples, 0.5), p99_ms: percentile(&samples, 0.99) }
    }

    pub(crate) fn json(&self) -> Value {
        let round = |value: f64| (value * 100.0).round() / 100.0;
        json!({"per_second": round(self.per_second), "p50_ms": round(self.p50_ms), "p99_ms": round(self.p99_ms)})
    }
}

pub(crate) async fn run(hosts: usize, packages: usize, seconds: u64) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let token = collector.enrollment_token(u32::try_from(hosts)?).await?;
    let mut agents = Vec::new();
    for n in 0..hosts {
        agents.push(SimulatedAgent::enroll(&token, &collector.ca_file, &format!("host-{n}")).await?);
    }
    let (full, mut agents) = full_reports(agents, packages).await?;
    let limit = Duration::from_secs(seconds);
    let heartbeats = heartbeats(&mut agents, limit).await?;
    let top = ceiling::start().await?;
    let body = encode(
        &agents
            .first()
            .map(|agent| agent.report(&inventory("x", packages)))
            .ok_or_else(|| anyhow::anyhow!("no agent"))?,
    )?
    .1;
    let top_full = repeat(&top, body, 32, limit).await?;
    let top_small = repeat(&top, vec![b'x'; 220], hosts, limit).await?;
    let disk = size_of(&dir.path().join("data/store"));
    Ok(json!({
        "bench": "ingest", "hosts": hosts, "packages": packages,
        "full_reports": full.json(), "heartbeats": heartbeats.json(),
        "ceiling_full": top_full.json(), "ceiling_heartbeat": top_small.json(),
        "ratio_full": (full.per_second / top_full.per_second * 1_000.0).round() / 1_000.0,
        "ratio": (heartbeats.per_second / top_small.per_second * 1_000.0).round() / 1_000.0,
        "disk_bytes_per_host": disk / hosts.max(1) as u64,
    }))
}

/// Every agent's first report, 32 at a time.
async fn full_reports(agents: Vec<SimulatedAgent>, packages: usize) -> anyhow::Result<(Rate, Vec<SimulatedAgent>)> {
    let mut prepared = Vec::new();
    for (n, agent) in agents.into_iter().enumerate() {
        let sections = inventory(&format!("host-{n}"), packages);
        let report = agent.report(&sections);
        let (digest, body) = encode(&report)?;
        prepared.push((agent, sections, report, digest, body));
    }
    let permits = Arc::new(tokio::sync::Semaphore::new(24));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (mut agent, sections, report, digest, body) in prepared {
        let permits = Arc::clone(&permits);
        tasks.spawn(async move {
            let _permit = permits.acquire().await?;
            let begin = Instant::now();
            agent.deliver_encoded(&report, &sections, &digest, body).await?;
            anyhow::Ok((agent, begin.elapsed().as_secs_f64() * 1_000.0))
        });
    }
    let (mut done, mut samples) = (Vec::new(), Vec::new());
    while let Some(task) = tasks.join_next().await {
        let (agent, ms) = task??;
        done.push(agent);
        samples.push(ms);
    }
    Ok((Rate::of(samples.len() as u64, start.elapsed(), samples), done))
}

async fn heartbeats(agents: &mut [SimulatedAgent], limit: Duration) -> anyhow::Result<Rate> {
    let start = Instant::now();
    let loops = agents.iter().map(|agent| async move {
        let mut samples = Vec::new();
        while start.elapsed() < limit {
            let begin = Instant::now();
            agent.heartbeat().await?;
            samples.push(begin.elapsed().as_secs_f64() * 1_000.0);
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(loops).await?.into_iter().flatten().collect();
    Ok(Rate::of(samples.len() as u64, start.elapsed(), samples))
}

pub(crate) async fn repeat(top: &Ceiling, body: Vec<u8>, callers: usize, limit: Duration) -> anyhow::Result<Rate> {
    let body = bytes::Bytes::from(body);
    let count = AtomicU64::new(0);
    let start = Instant::now();
    let loops = (0..callers).map(|_| async {
        // A connection of its own for each caller, as agents have.
        let mut samples = Vec::new();
        while start.elapsed() < limit {
            let begin = Instant::now();
            top.http.post(&top.url).body(body.clone()).send().await?.bytes().await?;
            count.fetch_add(1, Ordering::Relaxed);
            samples.push(begin.elapsed().as_secs_f64() * 1_000.0);
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(loops).await?.into_iter().flatten().collect();
    Ok(Rate::of(count.load(Ordering::Relaxed), start.elapsed(), samples))
}

pub(crate) fn size_of(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => std::os::unix::fs::MetadataExt::blocks(&metadata) * 512,
            Err(_) => 0,
        })
        .sum()
}
