//! The agent beside others that take inventories.

use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use muster_tests::binary;
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
pub(crate) async fn run(runs: usize) -> anyhow::Result<Value> {
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
    let idle = crate::idle::run().await?;
    Ok(json!({"bench": "agent", "runs": runs, "muster_agent": own, "peers": peers, "idle": idle, "ratio": ratio}))
}
