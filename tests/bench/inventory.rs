//! The agent beside fusioninventory-agent, and the time from a change to its incident.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use muster_shared::{Item, SectionName};
use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, inventory};
use serde_json::{Value, json};

use crate::report::percentile;

/// CPU seconds and peak memory of one run of a command with all its children, as GNU time tells them.
fn measure(program: &str, arguments: &[&str]) -> anyhow::Result<(f64, f64)> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %M", program])
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .context("running /usr/bin/time (Debian's package time)")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().last().unwrap_or_default().to_owned();
    let numbers: Vec<f64> = last.split(' ').filter_map(|part| part.parse().ok()).collect();
    let [user, system, kib] = numbers.as_slice() else { bail!("{program}: {text}") };
    Ok((user + system, kib / 1_024.0))
}

fn median(program: &str, arguments: &[&str], runs: usize) -> anyhow::Result<Value> {
    let mut samples = Vec::new();
    for _ in 0..runs {
        samples.push(measure(program, arguments)?);
    }
    let middle = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        percentile(&values, 0.5)
    };
    Ok(json!({"cpu_s": middle(|s| s.0), "peak_mib": (middle(|s| s.1) * 10.0).round() / 10.0}))
}

pub(crate) fn run(runs: usize) -> anyhow::Result<Value> {
    let agent = binary::path("muster-agent");
    let own = median(&agent.to_string_lossy(), &["inventory"], runs)?;
    let folder = tempfile::tempdir()?;
    let local = format!("--local={}", folder.path().display());
    let peer = median("fusioninventory-agent", &[&local, "--no-category=process,environment"], runs)?;
    let ratio = |field: &str| {
        let number = |value: &Value| value.get(field).and_then(Value::as_f64).unwrap_or(f64::NAN);
        (number(&own).max(0.005) / number(&peer) * 1_000.0).round() / 1_000.0
    };
    Ok(json!({
        "bench": "agent", "runs": runs, "muster_agent": own, "fusioninventory_agent": peer,
        "ratio_cpu": ratio("cpu_s"), "ratio": ratio("peak_mib"),
    }))
}

/// A simulated agent adds an account and asks until the incident is there.
pub(crate) async fn drift(changes: u32) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let (api, data) = collector.bootstrap().await?;
    let token = data.get("enrollment_token").and_then(Value::as_str).unwrap_or_default();
    let mut agent = SimulatedAgent::enroll(token, &collector.ca_file, "web-1").await?;
    let mut sections = inventory("web-1", 850);
    agent.deliver(&sections).await?;
    let mut samples = Vec::new();
    for n in 0..changes {
        let name = format!("intruder{n}");
        let item = Item::new(name.clone()).with("name", name).with("uid", 3_000 + n);
        sections.entry(SectionName::User).or_default().insert(item.key, item.attributes);
        let start = Instant::now();
        agent.deliver(&sections).await?;
        loop {
            let tickets = api.list("/tickets?limit=1").await?;
            let found = tickets.first().and_then(|t| t.pointer("/drift/findings")?.as_array().map(Vec::len));
            if found == Some(n as usize + 1) {
                break;
            }
            if start.elapsed() > Duration::from_secs(30) {
                bail!("change {n} did not become an incident");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        samples.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    samples.sort_by(f64::total_cmp);
    let round = |value: f64| (value * 10.0).round() / 10.0;
    Ok(json!({
        "bench": "drift", "changes": changes,
        "report_to_incident_ms": {"p50": round(percentile(&samples, 0.5)), "p99": round(percentile(&samples, 0.99))},
    }))
}
