//! A child process that is started again when it dies, and stopped cleanly at the end.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use muster_shared::{Clock, SystemClock, Time};
use tokio::process::Command;

/// Longest pause before a child is started again.
const LONGEST: Duration = Duration::from_secs(2);
/// A child that lived this long was ready: the pause begins anew.
const SETTLED_MS: i64 = 10_000;
/// How long a child may take to stop.
const GRACE: Duration = Duration::from_secs(12);

/// A supervised process.
pub(super) struct Child {
    make: Box<dyn Fn(bool) -> Command + Send + Sync>,
    log: PathBuf,
    process: tokio::process::Child,
    started_at: Time,
    pause: Duration,
}

fn spawn(
    make: &(dyn Fn(bool) -> Command + Send + Sync),
    first: bool,
    log: &Path,
) -> anyhow::Result<tokio::process::Child> {
    let file = OpenOptions::new().create(true).append(true).open(log);
    let file = file.with_context(|| format!("writing {}", log.display()))?;
    let mut command = make(first);
    // A group of its own: Ctrl-C at the terminal reaches this program only, which then stops its children in order.
    command.process_group(0).stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
    let program = command.as_std().get_program().to_owned();
    command.spawn().with_context(|| format!("starting {}", program.display()))
}

impl Child {
    /// Starts it. `make` is told whether it is the first time.
    pub(super) fn start(log: PathBuf, make: impl Fn(bool) -> Command + Send + Sync + 'static) -> anyhow::Result<Self> {
        let make = Box::new(make);
        let process = spawn(&*make, true, &log)?;
        Ok(Self { make, log, process, started_at: SystemClock.now(), pause: Duration::ZERO })
    }

    /// Its process id; 0 while it is dead.
    pub(super) fn pid(&self) -> u32 {
        self.process.id().unwrap_or_default()
    }

    /// Where its output goes.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// An error with the end of its log if it has died.
    pub(super) fn must_live(&mut self, name: &str) -> anyhow::Result<()> {
        let Some(status) = self.process.try_wait()? else { return Ok(()) };
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = text.lines().rev().take(5).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        bail!("{name} ended ({status}):\n{}", last.join("\n"));
    }

    /// Waits until it dies, then starts it again: at once, then with a pause that grows to two seconds.
    pub(super) async fn revive(&mut self) {
        // Cancelled and called again, it goes on waiting: `wait` is cancel safe.
        drop(self.process.wait().await);
        if SystemClock.now().since(self.started_at) > SETTLED_MS {
            self.pause = Duration::ZERO;
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).clamp(Duration::from_millis(100), LONGEST);
        if let Ok(process) = spawn(&*self.make, false, &self.log) {
            self.process = process;
            self.started_at = SystemClock.now();
        }
    }

    /// Asks it to stop and waits; one that does not listen is killed.
    pub(super) async fn stop(&mut self) {
        let pid = i32::try_from(self.pid()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended this moment: then there is nobody to tell.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(GRACE, self.process.wait()).await.is_err() {
            drop(self.process.kill().await);
        }
    }
}
