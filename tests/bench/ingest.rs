//! What the collector takes in: full reports, differences and heartbeats, each as fast as so many callers can send them, beside the
//! ceiling with the same bodies; then what it takes on the disk, in memory and to start again.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use muster_tests::collector::Collector;
use serde_json::{Value, json};

use crate::ceiling;
use crate::fleet::{self, Host, Prepared};
use crate::rate::{Rate, cpu_ms, ms, of_ceiling, round};

/// Callers that send reports at the same time.
const REPORTING: usize = 32;
/// Callers that send heartbeats at the same time.
const BEATING: usize = 128;
/// Differences that one host sends at most.
const UPGRADES: usize = 2_000;
/// Differences whose bytes are made together.
const PREPARED: usize = 20_000;

pub(crate) async fn run(hosts: usize, packages: usize, seconds: u64) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let mut collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let mut fleet = fleet::enroll(&collector, hosts, packages, UPGRADES).await?;
    let body = fleet.first().context("no hosts")?.full()?.body();
    let cpu = cpu_ms(collector.pid())?;
    let full = full(&mut fleet).await?.with_cpu(collector.pid(), cpu)?;
    let limit = Duration::from_secs(seconds);
    // Before the differences: after them the drift engine is at work.
    let cpu = cpu_ms(collector.pid())?;
    let heartbeat = heartbeats(&fleet, limit).await?.with_cpu(collector.pid(), cpu)?;
    let small = fleet.first().and_then(|host| host.delta().transpose()).context("no upgrades")??.body();
    let disk = size_of(&dir.path().join("data/store"));
    let cpu = cpu_ms(collector.pid())?;
    let delta = deltas(&mut fleet, limit).await?.with_cpu(collector.pid(), cpu)?;
    let rss = memory(collector.pid(), "VmRSS:")?;
    let peak = memory(collector.pid(), "VmHWM:")?;
    let top = ceiling::start().await?;
    let tops = [
        of_ceiling(&top, body, REPORTING, limit).await?,
        of_ceiling(&top, small, REPORTING, limit).await?,
        of_ceiling(&top, vec![b'x'; 220].into(), BEATING.min(hosts), limit).await?,
    ];
    drop(fleet);
    collector.kill()?;
    let begin = Instant::now();
    collector.restart().await?;
    let [top_full, top_delta, top_heartbeat] = &tops;
    Ok(json!({
        "bench": "ingest", "hosts": hosts, "packages": packages,
        "full": full.json(), "delta": delta.json(), "heartbeat": heartbeat.json(),
        "ceiling": {"full": top_full.json(), "delta": top_delta.json(), "heartbeat": top_heartbeat.json()},
        "ratio": {
            "full": full.ratio(top_full), "delta": delta.ratio(top_delta), "heartbeat": heartbeat.ratio(top_heartbeat),
        },
        "disk_bytes_per_host": disk / hosts.max(1) as u64, "rss_mib": rss, "peak_mib": peak,
        "ready_after_kill_s": round(begin.elapsed().as_secs_f64()),
    }))
}

/// Every host's first report, over a connection that is open already.
pub(crate) async fn full(fleet: &mut [Host]) -> anyhow::Result<Rate> {
    let mut samples = Vec::new();
    let mut elapsed = Duration::ZERO;
    // In parts: the bodies of all would take too much memory.
    for part in fleet.chunks_mut(1_024) {
        let mut prepared = Vec::new();
        for host in part.iter() {
            host.agent.heartbeat().await?;
            prepared.push(host.full()?);
        }
        let mut work: Vec<_> = part.iter_mut().zip(prepared).collect();
        let queue = std::sync::Mutex::new(work.drain(..));
        let next = || queue.lock().ok().and_then(|mut queue| queue.next());
        let start = Instant::now();
        let callers = (0..REPORTING).map(|_| async {
            let mut samples = Vec::new();
            while let Some((host, prepared)) = next() {
                let begin = Instant::now();
                host.send(prepared).await?;
                samples.push(ms(begin));
            }
            anyhow::Ok(samples)
        });
        samples.extend(futures_util::future::try_join_all(callers).await?.into_iter().flatten());
        elapsed += start.elapsed();
    }
    Ok(Rate::of(elapsed, samples))
}

/// Upgrades of single packages, one after the other from each host. Their bytes are made before the clock starts, a part at a time:
/// that is work of the agents, which are not on this machine.
async fn deltas(fleet: &mut [Host], limit: Duration) -> anyhow::Result<Rate> {
    let (mut samples, mut elapsed) = (Vec::new(), Duration::ZERO);
    let each = (PREPARED / fleet.len().max(1)).max(1);
    while elapsed < limit {
        let mut work = Vec::new();
        for host in fleet.iter_mut() {
            let prepared: Vec<Prepared> =
                (0..each).filter_map(|n| host.later_delta(n).transpose()).collect::<anyhow::Result<_>>()?;
            work.push((host, prepared.into_iter()));
        }
        let count = work.len();
        let left = limit.saturating_sub(elapsed);
        let start = Instant::now();
        let callers = work.chunks_mut(count.div_ceil(REPORTING).max(1)).map(|hosts| async move {
            let mut samples = Vec::new();
            for _ in 0..each {
                for (host, prepared) in hosts.iter_mut() {
                    let Some(prepared) = prepared.next().filter(|_| start.elapsed() < left) else { continue };
                    let begin = Instant::now();
                    host.send(prepared).await?;
                    samples.push(ms(begin));
                }
            }
            anyhow::Ok(samples)
        });
        let part: Vec<f64> = futures_util::future::try_join_all(callers).await?.into_iter().flatten().collect();
        elapsed += start.elapsed();
        if part.is_empty() {
            break;
        }
        samples.extend(part);
    }
    Ok(Rate::of(elapsed, samples))
}

async fn heartbeats(fleet: &[Host], limit: Duration) -> anyhow::Result<Rate> {
    let start = Instant::now();
    let callers = fleet.chunks(fleet.len().div_ceil(BEATING).max(1)).map(|hosts| async move {
        let mut samples = Vec::new();
        for host in hosts.iter().cycle() {
            if start.elapsed() >= limit {
                break;
            }
            let begin = Instant::now();
            host.agent.heartbeat().await?;
            samples.push(ms(begin));
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(callers).await?.into_iter().flatten().collect();
    Ok(Rate::of(start.elapsed(), samples))
}

/// Mebibytes that a process holds, as the kernel says.
pub(crate) fn memory(pid: u32, field: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1_024)
}

/// Bytes on the disk.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != "ballast")
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => std::os::unix::fs::MetadataExt::blocks(&metadata) * 512,
            Err(_) => 0,
        })
        .sum()
}
