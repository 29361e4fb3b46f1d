//! A real agent on a file tree of its own, which a test changes like a person would change a host.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::binary;
use crate::elsewhere::Network;

/// A file tree that an agent inventories instead of this machine.
#[derive(Debug)]
pub struct Tree(PathBuf);

impl Tree {
    /// A small Debian host `web-1` with two packages below `dir`.
    pub fn new(dir: &Path) -> Self {
        Self::named(dir, "web-1", "0123456789abcdef0123456789abcdef")
    }

    /// The same of another name.
    pub fn named(dir: &Path, name: &str, machine_id: &str) -> Self {
        let tree = Self(dir.join(if name == "web-1" { "root" } else { name }));
        tree.write("etc/hostname", &format!("{name}\n"));
        tree.write("etc/machine-id", &format!("{machine_id}\n"));
        tree.write("etc/os-release", "ID=debian\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n");
        tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        tree.write("etc/group", "root:x:0:\nsudo:x:27:\n");
        tree.packages(&[("openssl", "3.0.11-1"), ("bash", "5.2-1")]);
        tree
    }

    /// Puts a file in place of another one, as passwd and dpkg do it.
    ///
    /// # Panics
    /// When the disk does not take it: a test cannot go on then.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let draft = path.with_extension("draft");
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&draft, text))
            .and_then(|()| std::fs::rename(draft, &path));
        assert!(written.is_ok(), "cannot write {}: {written:?}", path.display());
    }

    /// Installs exactly these packages.
    pub fn packages(&self, packages: &[(&str, &str)]) {
        let entry = |(name, version): &(&str, &str)| {
            format!(
                "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\nDescription: x\n\n"
            )
        };
        self.write("var/lib/dpkg/status", &packages.iter().map(entry).collect::<String>());
    }
}

/// The state directory of an enrolled agent.
#[derive(Debug)]
pub struct Enrolled(PathBuf);

/// A running agent. Dropping it ends the process.
#[derive(Debug)]
pub struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn command(state: &Path) -> Command {
    let mut command = Command::new(binary::path("muster-agent"));
    command.arg("--state-dir").arg(state).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Agent {
    /// Enrolls with a token, by way of `url` when the token's own is not to be used.
    pub fn enroll(state: &Path, token: &str, url: Option<&str>) -> anyhow::Result<Enrolled> {
        url.map_or_else(|| Self::enroll_with(state, token, &[]), |url| Self::enroll_with(state, token, &["--url", url]))
    }

    fn enroll_with(state: &Path, token: &str, arguments: &[&str]) -> anyhow::Result<Enrolled> {
        let file = state.with_extension("token");
        std::fs::write(&file, token)?;
        std::fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        let mut enroll = command(state);
        enroll.arg("enroll").arg("--token-file").arg(&file);
        let output = enroll.args(arguments).stderr(Stdio::piped()).output()?;
        ensure!(output.status.success(), "the agent does not enroll: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Enrolled(state.to_owned()))
    }
}

impl Agent {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Its exit code, once it ended by itself.
    pub fn ended(&mut self) -> anyhow::Result<Option<i32>> {
        Ok(self.0.try_wait()?.map(|status| status.code().unwrap_or(-1)))
    }
}

impl Enrolled {
    /// A state directory that is there already.
    pub fn at(state: &Path) -> Self {
        Self(state.to_owned())
    }

    /// Starts the daemon on a tree.
    pub fn run(&self, tree: &Tree) -> anyhow::Result<Agent> {
        self.run_with(tree, &[])
    }

    /// Starts the daemon on a tree in a network of its own.
    pub fn run_in(&self, network: &Network, tree: &Tree) -> anyhow::Result<Agent> {
        let mut command = network.command(binary::path("muster-agent"));
        command.arg("--state-dir").arg(&self.0).stdout(Stdio::null()).stderr(Stdio::null());
        command.arg("run").arg("--root").arg(&tree.0).spawn().map(Agent).context("starting muster-agent")
    }

    /// Starts the daemon on this machine itself.
    pub fn run_live(&self) -> anyhow::Result<Agent> {
        command(&self.0).arg("run").spawn().map(Agent).context("starting muster-agent")
    }

    /// The same with an environment.
    pub fn run_with(&self, tree: &Tree, environment: &[(&str, &str)]) -> anyhow::Result<Agent> {
        let mut command = command(&self.0);
        command.arg("run").arg("--root").arg(&tree.0).envs(environment.iter().copied());
        command.spawn().map(Agent).context("starting muster-agent")
    }

    /// Enrolls once more, with another token, in place of the identity that is there.
    pub fn enroll_anew(&self, token: &str) -> anyhow::Result<()> {
        Agent::enroll_with(&self.0, token, &["--force"]).map(drop)
    }

    /// What `muster-agent status --json` says.
    pub fn status(&self) -> anyhow::Result<serde_json::Value> {
        let output = command(&self.0).args(["status", "--json"]).stdout(Stdio::piped()).output()?;
        serde_json::from_slice(&output.stdout).context("reading the status")
    }

    /// A copy of all that it knows, as a cloned machine has it.
    pub fn copy_to(&self, dir: &Path) -> anyhow::Result<Self> {
        let copied = Command::new("cp").arg("-a").arg(&self.0).arg(dir).status()?;
        ensure!(copied.success(), "copying {}", self.0.display());
        Ok(Self(dir.to_owned()))
    }
}
