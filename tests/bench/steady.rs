//! A fleet as it is on a usual day, ten times as fast: every host sends a heartbeat every 30 seconds and a changed package every six
//! minutes. And the herd: all of them come back at once after a restart.

use std::time::{Duration, Instant};

use muster_tests::collector::Collector;
use serde_json::{Value, json};

use crate::fleet::{self, Host};
use crate::ingest::{full, memory};
use crate::rate::{Rate, ms, of_ceiling, round};
use crate::{ceiling, report::percentile};

/// Between two heartbeats of a host.
const BEAT: Duration = Duration::from_secs(30);
/// Every so many heartbeats a package changed.
const UPGRADE_EVERY: usize = 12;

/// Requests come when they are due, however long those before take; times count from then.
pub(crate) async fn steady(hosts: usize, packages: usize, seconds: u64) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let upgrades = usize::try_from(seconds)? / 30 + 2;
    let mut fleet = fleet::enroll(&collector, hosts, packages, upgrades).await?;
    full(&mut fleet).await?;
    let limit = Duration::from_secs(seconds);
    let start = Instant::now();
    let count = fleet.len();
    let tasks = fleet.into_iter().enumerate().map(|(n, host)| tokio::spawn(day(host, n, count, start, limit)));
    let (mut beats, mut deltas) = (Vec::new(), Vec::new());
    for task in tasks.collect::<Vec<_>>() {
        let (beat, delta) = task.await??;
        beats.extend(beat);
        deltas.extend(delta);
    }
    let elapsed = start.elapsed();
    let mut all: Vec<f64> = beats.iter().chain(&deltas).copied().collect();
    all.sort_by(f64::total_cmp);
    let (beats, deltas) = (Rate::of(elapsed, beats), Rate::of(elapsed, deltas));
    let top = ceiling::start().await?;
    let top = of_ceiling(&top, vec![b'x'; 220].into(), 32, Duration::from_secs(3)).await?;
    Ok(json!({
        "bench": "steady", "hosts": hosts, "packages": packages, "heartbeat": beats.json(), "delta": deltas.json(),
        "p99_ms": round(percentile(&all, 0.99)), "rss_mib": memory(collector.pid(), "VmRSS:")?,
        "ceiling": top.json(), "ratio": beats.ratio(&top),
    }))
}

/// One host's part of the day.
async fn day(
    mut host: Host,
    n: usize,
    count: usize,
    start: Instant,
    limit: Duration,
) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let (mut beats, mut deltas) = (Vec::new(), Vec::new());
    #[expect(clippy::cast_precision_loss, reason = "a share of half a minute")]
    let mut due = start + BEAT.mul_f64(n as f64 / count.max(1) as f64);
    for turn in n.. {
        if due.duration_since(start) >= limit {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        if turn % UPGRADE_EVERY == 0
            && let Some(prepared) = host.delta()?
        {
            host.send(prepared).await?;
            deltas.push(ms(due));
        } else {
            host.agent.heartbeat().await?;
            beats.push(ms(due));
        }
        due += BEAT;
    }
    Ok((beats, deltas))
}

/// The collector is killed and started again, and every agent opens a connection and sends a heartbeat at the same moment. Who is told
/// to come later comes a second later.
pub(crate) async fn herd(hosts: usize, packages: usize) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let mut collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let mut fleet = fleet::enroll(&collector, hosts, packages, 0).await?;
    full(&mut fleet).await?;
    collector.kill()?;
    let killed = Instant::now();
    collector.restart().await?;
    let ready = killed.elapsed();
    let start = Instant::now();
    let tasks: Vec<_> = fleet
        .into_iter()
        .map(|host| {
            tokio::spawn(async move {
                let mut again = 0_u32;
                while host.agent.heartbeat().await.is_err() {
                    again += 1;
                    anyhow::ensure!(start.elapsed() < Duration::from_mins(15), "an agent did not come back");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                Ok((ms(start), again))
            })
        })
        .collect();
    let (mut samples, mut again) = (Vec::new(), 0);
    for task in tasks {
        let (sample, tries) = task.await??;
        samples.push(sample);
        again += tries;
    }
    let all_back = start.elapsed();
    let back = Rate::of(all_back, samples);
    let top = ceiling::start().await?;
    let top = of_ceiling(&top, vec![b'x'; 220].into(), 32, Duration::from_secs(3)).await?;
    Ok(json!({
        "bench": "herd", "hosts": hosts, "packages": packages, "ready_s": round(ready.as_secs_f64()),
        "all_back_s": round(all_back.as_secs_f64()), "back": back.json(), "tried_again": again,
        "peak_mib": memory(collector.pid(), "VmHWM:")?, "ceiling": top.json(), "ratio": back.ratio(&top),
    }))
}
