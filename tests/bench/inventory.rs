//! The agent beside others that take inventories, and the time from a change to its incident.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use muster_shared::{Item, SectionName};
use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, inventory};
use serde_json::{Value, json};

use crate::report::percentile;

/// What others run to take an inventory, with the arguments that make it whole and keep it local: in `{folder}` where they
/// insist on a file.
const PEERS: &[(&str, &[&str])] = &[
    ("fusioninventory-agent", &["--local={folder}", "--no-category=process,environment"]),
    ("ocsinventory-agent", &["--stdout", "--force"]),
    ("facter", &["--json"]),
    ("ohai", &[]),
    ("ansible", &["localhost", "-m", "setup"]),
    ("lshw", &["-quiet"]),
    ("dpkg-query", &["-W"]),
];

/// One run of a command with all its children.
#[derive(Clone, Copy, Debug)]
struct Cost {
    cpu_s: f64,
    wall_s: f64,
    peak_mib: f64,
}

/// What GNU time tells of a command.
fn measure(program: &str, arguments: &[&str]) -> anyhow::Result<Cost> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %e %M", program])
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .context("running /usr/bin/time (Debian's package time)")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().last().unwrap_or_default().to_owned();
    let numbers: Vec<f64> = last.split(' ').filter_map(|part| part.parse().ok()).collect();
    let [user, system, wall_s, kib] = numbers.as_slice() else { bail!("{program}: {text}") };
    Ok(Cost { cpu_s: user + system, wall_s: *wall_s, peak_mib: kib / 1_024.0 })
}

/// How many programs a command starts besides itself.
fn children(program: &str, arguments: &[&str]) -> anyhow::Result<usize> {
    let trace = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=execve", "-e", "status=successful", "-o"]).arg(trace.path());
    command.arg(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().context("running strace")?;
    let text = std::fs::read_to_string(trace.path())?;
    Ok(text.lines().filter(|line| line.contains("execve(")).count().saturating_sub(1))
}

fn median(program: &str, arguments: &[&str], runs: usize) -> anyhow::Result<Value> {
    let samples = (0..runs).map(|_| measure(program, arguments)).collect::<anyhow::Result<Vec<_>>>()?;
    let middle = |pick: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        (percentile(&values, 0.5) * 1_000.0).round() / 1_000.0
    };
    Ok(json!({
        "cpu_s": middle(|cost| cost.cpu_s), "wall_s": middle(|cost| cost.wall_s),
        "peak_mib": middle(|cost| cost.peak_mib), "children": children(program, arguments)?,
    }))
}

/// The agent and whatever else is installed, one after the other on the same machine.
pub(crate) fn run(runs: usize) -> anyhow::Result<Value> {
    let agent = binary::path("muster-agent");
    let own = median(&agent.to_string_lossy(), &["inventory"], runs)?;
    let number = |value: &Value, field: &str| value.get(field).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let mut peers = serde_json::Map::new();
    let folder = tempfile::tempdir()?;
    let place = |argument: &&str| argument.replace("{folder}", &folder.path().to_string_lossy());
    for (program, arguments) in PEERS {
        let arguments: Vec<String> = arguments.iter().map(place).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if measure(program, &arguments).is_err() {
            peers.insert((*program).into(), json!("not installed"));
            continue;
        }
        let mut cost = median(program, &arguments, runs)?;
        // GNU time counts hundredths of a second: what takes less counts as half of one.
        let ratio = |field: &str, least: f64| {
            let ratio = number(&own, field).max(least) / number(&cost, field).max(least);
            (ratio * 1_000.0).round() / 1_000.0
        };
        let ratios = json!({"cpu": ratio("cpu_s", 0.005), "peak": ratio("peak_mib", 0.1)});
        if let Some(fields) = cost.as_object_mut() {
            fields.insert("ratio".into(), ratios);
        }
        peers.insert((*program).into(), cost);
    }
    let ratio = peers.get("fusioninventory-agent").and_then(|peer| peer.pointer("/ratio/peak")).cloned();
    Ok(json!({"bench": "agent", "runs": runs, "muster_agent": own, "peers": peers, "ratio": ratio}))
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
