//! What waits in memory: a running agent beside prometheus-node-exporter, for a while, the exporter asked every ten seconds.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use muster_tests::agent::Agent;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long both wait.
const WHILE: Duration = Duration::from_secs(40);
const ASK_EVERY: Duration = Duration::from_secs(10);
/// Ticks of processor time in a second, as the kernel tells them to programs.
const TICKS: f64 = 100.0;

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Resident memory, what of it is its own, and processor time so far.
fn weight(pid: u32) -> anyhow::Result<(f64, f64, f64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kib.map(|kib| (kib / 102.4).round() / 10.0).with_context(|| format!("no {name} of {pid}"))
    };
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("a stat line")?;
    let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok((mib("VmRSS:")?, mib("RssAnon:")?, ticks / TICKS))
}

fn figures(before: (f64, f64, f64), after: (f64, f64, f64)) -> Value {
    json!({"resident_mib": after.0, "own_mib": after.1, "cpu_s": ((after.2 - before.2) * 100.0).round() / 100.0})
}

/// Asks an exporter for its figures.
async fn scrape(port: u16) -> anyhow::Result<usize> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
    let mut answer = Vec::new();
    Ok(stream.read_to_end(&mut answer).await?)
}

/// Both, side by side.
pub(crate) async fn run() -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[]).await?;
    let (api, _) = collector.bootstrap().await?;
    let token = collector.enrollment_token(1).await?;
    let agent = Agent::enroll(&dir.path().join("agent"), &token, None)?.run_live()?;
    until("this machine is known", async || Ok((!api.list("/hosts").await?.is_empty()).then_some(()))).await?;
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0")?;
        free.local_addr()?.port()
    };
    let mut command = Command::new("prometheus-node-exporter");
    command.arg(format!("--web.listen-address=127.0.0.1:{port}")).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(exporter) = command.spawn().map(Ended) else {
        return Ok(json!({"prometheus-node-exporter": "not installed"}));
    };
    until("the exporter answers", async || Ok(scrape(port).await.ok())).await?;
    let before = (weight(agent.pid())?, weight(exporter.0.id())?);
    for _ in 0..WHILE.as_secs() / ASK_EVERY.as_secs() {
        scrape(port).await?;
        tokio::time::sleep(ASK_EVERY).await;
    }
    let after = (weight(agent.pid())?, weight(exporter.0.id())?);
    let ratio = (after.0.0 / after.1.0 * 1_000.0).round() / 1_000.0;
    Ok(json!({
        "seconds": WHILE.as_secs(), "muster_agent": figures(before.0, after.0),
        "prometheus-node-exporter": figures(before.1, after.1), "ratio": ratio,
    }))
}
