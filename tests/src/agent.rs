//! A real agent on a file tree of its own, which a test changes like a person would change a host.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::binary;

/// A file tree that an agent inventories instead of this machine.
#[derive(Debug)]
pub struct Tree(PathBuf);

impl Tree {
    /// A small Debian host `web-1` with two packages below `dir`.
    pub fn new(dir: &Path) -> Self {
        let tree = Self(dir.join("root"));
        tree.write("etc/hostname", "web-1\n");
        tree.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
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
        let file = state.with_extension("token");
        std::fs::write(&file, token)?;
        std::fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        let mut enroll = command(state);
        enroll.arg("enroll").arg("--token-file").arg(&file);
        if let Some(url) = url {
            enroll.args(["--url", url]);
        }
        let output = enroll.stderr(Stdio::piped()).output()?;
        ensure!(output.status.success(), "the agent does not enroll: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Enrolled(state.to_owned()))
    }
}

impl Enrolled {
    /// Starts the daemon on a tree.
    pub fn run(&self, tree: &Tree) -> anyhow::Result<Agent> {
        command(&self.0).arg("run").arg("--root").arg(&tree.0).spawn().map(Agent).context("starting muster-agent")
    }
}
