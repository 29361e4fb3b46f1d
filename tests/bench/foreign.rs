//! Inventories of OCS agents per second: first ones, all at once, and the same bytes again.
//!
//! The bodies are the recorded one with other identities and as many packages as are asked for, compressed as the agent does.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use muster_tests::collector::Collector;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::ceiling;
use crate::ingest::size_of;
use crate::rate::{Rate, of_ceiling};

/// What `ocsinventory-agent` 2.10 sent of a machine.
const RECORDED: &str = include_str!("../fuzz/corpus/peer_xml/ocsinventory");

/// The recorded inventory as another machine would send it.
fn body(n: usize, packages: usize) -> anyhow::Result<Vec<u8>> {
    let (head, rest) = RECORDED.split_once("    <SOFTWARES>").context("no software in the recording")?;
    let (_, tail) = rest.rsplit_once("</SOFTWARES>\n").context("no software in the recording")?;
    let package = |i: usize| {
        format!(
            "    <SOFTWARES>\n      <ARCHITECTURE>amd64</ARCHITECTURE>\n      <COMMENTS>what package {i} is good for, in one line</COMMENTS>\n      \
             <FILESIZE>{}</FILESIZE>\n      <FROM>deb</FROM>\n      <INSTALLDATE>2025/04/{:02} 00:00:00</INSTALLDATE>\n      \
             <NAME>package-{i}</NAME>\n      <VERSION>1.{}.{i}-2+deb12u{}</VERSION>\n    </SOFTWARES>\n",
            1_024 * (i + 1),
            i % 28 + 1,
            (i * 7 + n) % 40,
            i % 9,
        )
    };
    let text = format!("{head}{}{tail}", (0..packages).map(package).collect::<String>());
    let mac = format!("02:fd:{:02x}:{:02x}:{:02x}:{:02x}", n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255);
    let text = text.replace("02:fc:00:00:00:01", &mac).replace("<NAME>vm</NAME>", &format!("<NAME>host-{n}</NAME>"));
    let text = text.replace("<DEVICEID>vm-", &format!("<DEVICEID>host-{n}-"));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?)
}

/// Who delivers.
#[derive(Clone)]
struct Sender {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Sender {
    async fn send(&self, body: bytes::Bytes) -> anyhow::Result<f64> {
        let begin = Instant::now();
        let request = self.http.post(&self.url).basic_auth("admin", Some(&self.token)).body(body);
        let response = request.send().await?;
        let status = response.status();
        let answer = response.bytes().await?;
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&answer));
        Ok(begin.elapsed().as_secs_f64() * 1_000.0)
    }
}

pub(crate) async fn run(hosts: usize, packages: usize, callers: usize, seconds: u64) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let (api, data) = collector.bootstrap().await?;
    let token = data.get("api_token").and_then(Value::as_str).context("no API token")?.to_owned();
    let url = format!("{}/inventory", collector.console_url);
    let sender = Sender { http: reqwest::Client::new(), url, token };
    let bodies: Vec<bytes::Bytes> =
        (0..hosts).map(|n| body(n, packages).map(Into::into)).collect::<anyhow::Result<_>>()?;
    let first = all_at_once(&sender, &bodies, callers).await?;
    let kept = api.list_all("/hosts").await?.len();
    let again = again(&sender, &bodies, callers, Duration::from_secs(seconds)).await?;
    let top = ceiling::start().await?;
    let one = bodies.first().context("no host")?.to_vec();
    let body_bytes = one.len();
    let top = of_ceiling(&top, one.into(), callers, Duration::from_secs(seconds)).await?;
    Ok(json!({
        "bench": "foreign", "hosts": hosts, "packages": packages, "callers": callers, "body_bytes": body_bytes,
        "first": first.json(), "again": again.json(), "lost": hosts - kept, "ceiling": top.json(),
        "ratio": (first.per_second / top.per_second * 100_000.0).round() / 100_000.0,
        "disk_bytes_per_host": size_of(&dir.path().join("data/store")) / hosts.max(1) as u64,
    }))
}

/// The first inventory of every host, from so many callers.
async fn all_at_once(sender: &Sender, bodies: &[bytes::Bytes], callers: usize) -> anyhow::Result<Rate> {
    let permits = Arc::new(tokio::sync::Semaphore::new(callers));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for body in bodies.iter().cloned() {
        let (permits, sender) = (Arc::clone(&permits), sender.clone());
        tasks.spawn(async move {
            let _permit = permits.acquire().await?;
            sender.send(body).await
        });
    }
    let mut samples = Vec::new();
    while let Some(task) = tasks.join_next().await {
        samples.push(task??);
    }
    Ok(Rate::of(start.elapsed(), samples))
}

/// The same bytes again, for a time.
async fn again(sender: &Sender, bodies: &[bytes::Bytes], callers: usize, limit: Duration) -> anyhow::Result<Rate> {
    let start = Instant::now();
    let loops = (0..callers).map(|caller| async move {
        let mut samples = Vec::new();
        let own = bodies.iter().skip(caller).step_by(callers).cycle();
        for body in own {
            if start.elapsed() >= limit {
                break;
            }
            samples.push(sender.send(body.clone()).await?);
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(loops).await?.into_iter().flatten().collect();
    Ok(Rate::of(start.elapsed(), samples))
}
