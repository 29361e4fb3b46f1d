//! A real collector on free ports, which can be killed and started again where it was.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::api::Api;
use crate::binary;

/// A running collector. Dropping it ends the process.
#[derive(Debug)]
pub struct Collector {
    child: Child,
    dir: PathBuf,
    small: Option<Small>,
    environment: Vec<(String, String)>,
    /// Base URL of the console.
    pub console_url: String,
    /// Base URL of the agent listener.
    pub agents_url: String,
    /// CA certificate of the agent listener.
    pub ca_file: PathBuf,
    /// Address of the listener for syslog messages, if there is one.
    pub syslog: String,
}

/// A data folder that is a file system of its own, of a size: it lives in a mount namespace that a sleeping process holds,
/// so that no privilege is needed and nothing is left behind.
#[derive(Debug)]
struct Small(Child);

impl Small {
    fn mount(data: &Path, size_bytes: u64) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let script = format!(
            "mount -t tmpfs -o size={size_bytes},mode=0700 tmpfs \"$0\" && echo mounted && exec sleep infinity"
        );
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).arg(data).stdout(Stdio::piped());
        let mut holder = Self(command.spawn().context("starting unshare")?);
        let mut said = [0; 7];
        holder.0.stdout.take().context("no output")?.read_exact(&mut said).context("mounting a tmpfs")?;
        Ok(holder)
    }

    fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--preserve-credentials", "--user", "--mount", "--target"])
            .arg(self.0.id().to_string())
            .arg(program);
        command
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn spawn(
    dir: &Path,
    small: Option<&Small>,
    console: &str,
    agents: &str,
    environment: &[(String, String)],
) -> anyhow::Result<Child> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.join("collector.log"))?;
    let program = binary::path("muster-collector");
    let mut command = small.map_or_else(|| Command::new(&program), |small| small.command(program.clone()));
    command
        .arg("serve")
        .arg("--config")
        .arg(dir.join("collector.toml"))
        .arg("--data-dir")
        .arg(dir.join("data"))
        .args(["--console", console, "--agents", agents])
        .arg("--ready-file")
        .arg(dir.join("ready.json"))
        .envs(environment.iter().cloned())
        .stdout(Stdio::null())
        .stderr(log);
    command.spawn().context("starting muster-collector")
}

impl Collector {
    /// Starts one with its data below `dir`. `environment` sets configuration keys.
    pub async fn start(dir: &Path, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_with(dir, None, environment).await
    }

    /// Starts one whose data folder is a file system of `size` bytes.
    pub async fn start_on(dir: &Path, size_bytes: u64, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let small = Small::mount(&dir.join("data"), size_bytes)?;
        Self::start_with(dir, Some(small), environment).await
    }

    async fn start_with(dir: &Path, small: Option<Small>, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        std::fs::write(dir.join("collector.toml"), "log = \"info\"\n")?;
        let environment: Vec<(String, String)> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let child = spawn(dir, small.as_ref(), "127.0.0.1:0", "127.0.0.1:0", &environment)?;
        let mut collector = Self {
            child,
            dir: dir.to_owned(),
            small,
            environment,
            console_url: String::new(),
            agents_url: String::new(),
            ca_file: PathBuf::new(),
            syslog: String::new(),
        };
        collector.wait_ready().await?;
        Ok(collector)
    }

    async fn wait_ready(&mut self) -> anyhow::Result<()> {
        let path = self.dir.join("ready.json");
        loop {
            if let Ok(text) = std::fs::read_to_string(&path) {
                let ready: Value = serde_json::from_str(&text)?;
                let text = |name: &str| ready.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                self.syslog = text("syslog");
                (self.console_url, self.agents_url) = (text("console_url"), text("agents_url"));
                self.ca_file = self.seen(Path::new(&text("ca_file")));
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the collector ended ({status}): {}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A path of the collector as this process sees it.
    fn seen(&self, path: &Path) -> PathBuf {
        match &self.small {
            Some(small) => PathBuf::from(format!("/proc/{}/root{}", small.0.id(), path.display())),
            None => path.to_owned(),
        }
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.seen(&self.dir.join("data"))
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("collector.log")).unwrap_or_default()
    }

    /// Runs `muster-collector` on its data, beside it or while it is down.
    pub fn command(&self, arguments: &[&str]) -> anyhow::Result<std::process::Output> {
        let mut command = Command::new(binary::path("muster-collector"));
        command.arg("--config").arg(self.dir.join("collector.toml")).arg("--data-dir").arg(self.dir.join("data"));
        command.args(arguments).envs(self.environment.iter().cloned());
        command.output().context("running muster-collector")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without warning (SIGKILL), as a power cut would the process.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// How it ended, when it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Starts it again at the same addresses.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        drop(std::fs::remove_file(self.dir.join("ready.json")));
        let address = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
        let (console, agents) = (address(&self.console_url), address(&self.agents_url));
        self.child = spawn(&self.dir, self.small.as_ref(), &console, &agents, &self.environment)?;
        self.wait_ready().await
    }

    /// What it is started with from the next start on.
    pub fn set_environment(&mut self, environment: &[(&str, &str)]) {
        self.environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    }

    /// Asks the host's own socket, as `muster-collector user` and `token` do.
    pub async fn ask(&self, request: &Value) -> anyhow::Result<Value> {
        let mut stream = UnixStream::connect(self.data().join("admin.sock")).await?;
        stream.write_all(format!("{request}\n").as_bytes()).await?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await?;
        let answer: Value = serde_json::from_str(&line)?;
        anyhow::ensure!(answer.get("ok") == Some(&json!(true)), "refused: {answer}");
        Ok(answer)
    }

    /// An administrator's access, a one-time sign-in link and an enrollment token.
    pub async fn bootstrap(&self) -> anyhow::Result<(Api, Value)> {
        let request = json!({"ask": "bootstrap", "user": "admin", "password": "a long enough password"});
        let data = self.ask(&request).await?.get("data").cloned().unwrap_or_default();
        let token = data.get("api_token").and_then(Value::as_str).context("no API token")?;
        Ok((Api::new(&self.console_url, token), data.clone()))
    }

    /// An enrollment token for many agents.
    pub async fn enrollment_token(&self, uses: u32) -> anyhow::Result<String> {
        let request = json!({"ask": "create_token", "name": "test", "uses": uses, "minutes": 60});
        let answer = self.ask(&request).await?;
        Ok(answer.get("text").and_then(Value::as_str).unwrap_or_default().to_owned())
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
