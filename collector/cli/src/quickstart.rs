//! `muster quickstart`: collector and agent for this machine, supervised, until Ctrl-C.

mod admin;
mod child;
mod demo;
mod found;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use muster_shared::{Clock, SystemClock, secret};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::signal::unix::{SignalKind, signal};

use crate::client::Client;
use crate::login::{self, Login};
use crate::output;
use child::Child;

/// The administrator that quickstart makes.
const USER: &str = "admin";
/// How long the first inventory may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Start collector and agent for this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of all data [default: muster/ in the user's state folder]
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Address of the console; port 0 picks a free one [default: 127.0.0.1:8080, later the one of the first start]
    #[arg(long)]
    console: Option<String>,
    /// Address for agents; port 0 picks a free one [default: 127.0.0.1:8443, later the one of the first start]
    #[arg(long)]
    agents: Option<String>,
    /// File to write a JSON object to when ready: addresses, tokens, process ids
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Stop and exit when ready
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    demo: demo::DemoArgs,
}

/// What is remembered between starts.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    console: String,
    agents: String,
}

/// What the collector says when it is ready.
#[derive(Debug, Deserialize)]
struct CollectorReady {
    console_url: String,
    agents_url: String,
    ca_file: PathBuf,
}

/// The ready file.
#[derive(Debug, Serialize)]
struct Ready {
    console_url: String,
    api_url: String,
    agents_url: String,
    ca_file: PathBuf,
    admin_user: &'static str,
    admin_password: Option<String>,
    api_token: String,
    data_dir: PathBuf,
    collector_pid: u32,
    agent_pid: u32,
    host_id: String,
}

/// Runs it.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let dir = match &args.data_dir {
        Some(dir) => dir.clone(),
        None if args.demo.demo => demo::folder().context("there is no home folder; give --data-dir")?,
        None => login::state_folder().context("there is no home folder; give --data-dir")?,
    };
    if args.demo.remove {
        return demo::remove(&dir);
    }
    // Keys, tokens and logs below are for this account alone; the children inherit it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    std::fs::create_dir_all(&dir).with_context(|| format!("making the data directory {}", dir.display()))?;
    let dir = dir.canonicalize().with_context(|| format!("finding {}", dir.display()))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    demo::check(&dir, &args.demo)?;
    if args.demo.demo {
        tokio::select! {
            made = demo::make(&dir, &args.demo) => made?,
            _ = terminate.recv() => bail!("stopped while the demo was made; it is made anew the next time"),
            _ = interrupt.recv() => bail!("stopped while the demo was made; it is made anew the next time"),
        }
    }
    let mut collector = start_collector(&dir, &args)?;
    let started = tokio::select! {
        started = start(&dir, &args, &mut collector) => started,
        _ = terminate.recv() => Err(anyhow::anyhow!("stopped before it was ready")),
        _ = interrupt.recv() => Err(anyhow::anyhow!("stopped before it was ready")),
    };
    let (mut ready, mut agent) = match started {
        Ok(started) => started,
        Err(error) => {
            collector.stop().await;
            return Err(error);
        }
    };
    if !args.once {
        output::say(
            "Ctrl-C stops both. Try drift: `sudo useradd demo`, look at the console, then `sudo userdel demo`.",
        )?;
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                () = collector.revive() => {}
                () = agent.revive() => {}
            }
            (ready.collector_pid, ready.agent_pid) = (collector.pid(), agent.pid());
            write_ready(&args, &ready)?;
        }
    }
    agent.stop().await;
    collector.stop().await;
    Ok(())
}

fn write_ready(args: &Args, ready: &Ready) -> anyhow::Result<()> {
    args.ready_file.as_ref().map_or(Ok(()), |path| login::write(path, ready))
}

/// The program beside this one.
fn sibling(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("finding this program")?;
    let path = own.with_file_name(name);
    if !path.exists() {
        bail!("{} is not there; `cargo build --release` makes all three programs", path.display());
    }
    Ok(path)
}

/// The address of a listener: as given now, else as it was the last time, else the usual one.
fn address(given: Option<&String>, remembered: &str, usual: &str) -> String {
    match given {
        // Port 0 means "a free one", once found it stays: the agent knows the collector by it.
        Some(given) if !given.ends_with(":0") => given.clone(),
        Some(given) if remembered.is_empty() => given.clone(),
        None if remembered.is_empty() => usual.to_owned(),
        Some(_) | None => remembered.to_owned(),
    }
}

fn memory_of(dir: &Path) -> Memory {
    let text = std::fs::read_to_string(dir.join("quickstart.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn start_collector(dir: &Path, args: &Args) -> anyhow::Result<Child> {
    let memory = memory_of(dir);
    let console = address(args.console.as_ref(), &memory.console, "127.0.0.1:8080");
    let agents = address(args.agents.as_ref(), &memory.agents, "127.0.0.1:8443");
    let ready = dir.join("collector-ready.json");
    drop(std::fs::remove_file(&ready));
    let program = sibling("muster-collector")?;
    let (dir, log) = (dir.to_owned(), dir.join("collector.log"));
    Child::start(log, move |first| {
        let mut command = tokio::process::Command::new(&program);
        // After the first start the ports are settled: who restarts must be found where it was.
        let settled = if first { Memory::default() } else { memory_of(&dir) };
        let pick = |settled: String, asked: &String| if settled.is_empty() { asked.clone() } else { settled };
        command
            .arg("serve")
            .arg("--data-dir")
            .arg(dir.join("collector"))
            .args(["--console", &pick(settled.console, &console)])
            .args(["--agents", &pick(settled.agents, &agents)])
            .arg("--ready-file")
            .arg(dir.join("collector-ready.json"));
        for (name, value) in [("MUSTER_HEARTBEAT_SECONDS", "10"), ("MUSTER_SCAN_SECONDS", "10")] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        command
    })
}

async fn start(dir: &Path, args: &Args, collector: &mut Child) -> anyhow::Result<(Ready, Child)> {
    let told: CollectorReady = wait_for_file(&dir.join("collector-ready.json"), collector).await?;
    let host_of = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
    let before = memory_of(dir);
    let memory = Memory { console: host_of(&told.console_url), agents: host_of(&told.agents_url) };
    login::write(&dir.join("quickstart.json"), &memory)?;
    let password = secret::draw_secret();
    let boot = admin::bootstrap(&dir.join("collector/admin.sock"), USER, &password).await?;
    let login = Login { url: told.console_url.clone(), token: boot.api_token.clone(), ca_file: None };
    login::write(&dir.join("login.json"), &login)?;
    let client = Client::new(&login)?;
    let state = dir.join("agent");
    let has_moved = !before.agents.is_empty() && before.agents != memory.agents;
    let agent_id = enroll(&state, &boot.enrollment_token, &client, has_moved).await?;
    let program = sibling("muster-agent")?;
    let mut agent = Child::start(dir.join("agent.log"), move |_| {
        let mut command = tokio::process::Command::new(&program);
        command
            .arg("--state-dir")
            .arg(&state)
            .arg("run")
            .env_remove("MUSTER_HEARTBEAT_SECONDS")
            .env_remove("MUSTER_SCAN_SECONDS");
        command
    })?;
    let host_id = match wait_for_host(&client, &agent_id, &mut agent, collector).await {
        Ok(host_id) => host_id,
        Err(error) => {
            agent.stop().await;
            return Err(error);
        }
    };
    let ready = Ready {
        api_url: format!("{}/api/v1", told.console_url),
        console_url: told.console_url,
        agents_url: told.agents_url,
        ca_file: told.ca_file,
        admin_user: USER,
        admin_password: boot.is_new.then_some(password),
        api_token: boot.api_token,
        data_dir: dir.to_owned(),
        collector_pid: collector.pid(),
        agent_pid: agent.pid(),
        host_id,
    };
    write_ready(args, &ready)?;
    found::print(&client, &ready.host_id).await?;
    output::say(&format!("\nConsole   {}\nSign in   {}", ready.console_url, boot.sign_in_link))?;
    if let Some(password) = &ready.admin_password {
        output::say(&format!("          or as {USER} with the password {password}"))?;
    }
    output::say(&format!("Data      {}", dir.display()))?;
    if args.demo.demo {
        output::say(
            "Demo      all but this machine is made up, and nothing leaves it; remove it with --demo --remove",
        )?;
    }
    Ok((ready, agent))
}

async fn wait_for_file<T: serde::de::DeserializeOwned>(path: &Path, writer: &mut Child) -> anyhow::Result<T> {
    loop {
        if let Ok(text) = std::fs::read_to_string(path) {
            return serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()));
        }
        writer.must_live("the collector")?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The id of this machine's agent; it is enrolled if it is not.
async fn enroll(state: &Path, token: &str, client: &Client, has_moved: bool) -> anyhow::Result<String> {
    let known = agent_id(state).await?;
    if let Some(known) = &known
        && !has_moved
    {
        return Ok(known.clone());
    }
    if let Some(known) = known {
        let reason = json!({"reason": "quickstart listens for agents at another address"});
        client.post(&format!("/agents/{known}/revoke"), &reason).await?;
    }
    let mut command = tokio::process::Command::new(sibling("muster-agent")?);
    command.arg("--state-dir").arg(state).args(["enroll", "--token-file", "-"]);
    if has_moved {
        command.arg("--force");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(token.as_bytes()).await?;
    }
    let output = child.wait_with_output().await?;
    if !output.status.success() {
        bail!("the agent could not be enrolled: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    agent_id(state).await?.context("the agent was enrolled but does not know its id")
}

async fn agent_id(state: &Path) -> anyhow::Result<Option<String>> {
    let mut command = tokio::process::Command::new(sibling("muster-agent")?);
    let output = command.arg("--state-dir").arg(state).args(["status", "--json"]).output().await?;
    let status: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    Ok(status.get("agent_id").and_then(Value::as_str).map(str::to_owned))
}

/// Waits until the agent's first inventory is in the CMDB.
async fn wait_for_host(
    client: &Client,
    agent_id: &str,
    agent: &mut Child,
    collector: &mut Child,
) -> anyhow::Result<String> {
    let start = SystemClock.now();
    loop {
        let agents = client.whole("/agents").await?;
        let own = agents.iter().find(|agent| agent.get("id").and_then(Value::as_str) == Some(agent_id));
        if let Some(host) = own.and_then(|agent| agent.get("host")).and_then(Value::as_str) {
            return Ok(host.to_owned());
        }
        collector.must_live("the collector")?;
        agent.must_live("the agent")?;
        if SystemClock.now().since(start) > i64::try_from(PATIENCE.as_millis()).unwrap_or(i64::MAX) {
            bail!("the first inventory did not come within two minutes; see {}", agent.log().display());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_once_found_stays() {
        let zero = "127.0.0.1:0".to_owned();
        assert_eq!(address(Some(&zero), "", "u"), "127.0.0.1:0");
        assert_eq!(address(Some(&zero), "127.0.0.1:4711", "u"), "127.0.0.1:4711");
        assert_eq!(address(None, "127.0.0.1:4711", "u"), "127.0.0.1:4711");
        assert_eq!(address(None, "", "u"), "u");
        assert_eq!(address(Some(&"127.0.0.1:9".to_owned()), "127.0.0.1:4711", "u"), "127.0.0.1:9");
    }
}
