//! `demo`: makes a made-up fleet. It is made in a folder beside the data directory and takes that one's name when it is whole: so a
//! making that was killed leaves nothing that could be served, and the next one begins anew.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use muster_shared::{Clock, ManualClock, SystemClock};
use muster_store_sled::{Lock, Options, SledStore};

use crate::app::App;
use crate::authority::Authority;
use crate::config::Config;
use crate::demo::{self, Tally, Wanted};
use crate::service::notification::{Keyring, Post, PostSettings};
use crate::service::{Policy, Service};

/// How often a line of a terminal is written anew at the most.
const LINE_EVERY: Duration = Duration::from_secs(1);

/// How far the making is, for who waits for it: a terminal has one line that is written anew, anything else a line every ten percent.
struct Progress {
    days: u16,
    is_terminal: bool,
    told: Option<Instant>,
    tenths: u16,
}

impl Progress {
    const fn new(days: u16, is_terminal: bool) -> Self {
        Self { days, is_terminal, told: None, tenths: 0 }
    }

    /// What is written when a day went by, if anything.
    fn line(&mut self, day: u16, now: Instant) -> Option<String> {
        if self.is_terminal {
            if self.told.is_some_and(|told| now.duration_since(told) < LINE_EVERY) {
                return None;
            }
            self.told = Some(now);
            return Some(format!("\r\u{1b}[Kday {day} of {}", self.days));
        }
        let tenths = day.saturating_mul(10).checked_div(self.days).unwrap_or_default();
        if tenths <= self.tenths {
            return None;
        }
        self.tenths = tenths;
        Some(format!("day {day} of {}\n", self.days))
    }
}

/// Writes beside the result. Who does not look any more is told nothing.
fn beside(text: &str) {
    let mut out = std::io::stderr().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// The folder in which a demo is made.
fn making(data_dir: &Path) -> PathBuf {
    let mut name = data_dir.file_name().unwrap_or_default().to_owned();
    name.push(".making");
    data_dir.with_file_name(name)
}

/// Removes what a making that was cut off left behind; refuses while another one is at it, and anything that no making leaves.
fn sweep(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let store = folder.join("store");
    if store.is_dir() {
        drop(Lock::take(&store).context("another demo is just being made there")?);
        std::fs::remove_dir_all(&store).with_context(|| format!("removing {}", store.display()))?;
    }
    let pki = folder.join("pki");
    if pki.is_dir() {
        std::fs::remove_dir_all(&pki).with_context(|| format!("removing {}", pki.display()))?;
    }
    std::fs::remove_dir(folder).with_context(|| format!("removing {}, which is to be empty", folder.display()))
}

/// Makes a demo where there is no data yet; gives what it came to and how long that took.
pub(crate) async fn run(config: &Config, wanted: Wanted) -> anyhow::Result<String> {
    let dir = &config.data_dir;
    anyhow::ensure!(
        !dir.join("store").exists(),
        "there is data in {} already; a demo is made where there is none, and never beside what is real",
        dir.display()
    );
    let folder = making(dir);
    sweep(&folder)?;
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let (began, until) = (std::time::Instant::now(), SystemClock.now());
    let (store_folder, pki) = (folder.join("store"), folder.join("pki"));
    let store = tokio::task::spawn_blocking(move || SledStore::open(&Options::new(store_folder))).await??;
    let clock = Arc::new(ManualClock::at(wanted.begins(until)));
    let authority = Authority::open(&pki, until)?;
    // Without a mail server and with no network allowed: nothing could be sent, whatever is tried.
    let post = Post::new(Keyring::open(&pki.join("notification.key"))?, PostSettings::default())?;
    let service = Service::new(Arc::new(store), Arc::<ManualClock>::clone(&clock), authority, policy(config));
    let app = Arc::new(App { service: Arc::new(service.with_post(post)), is_secure: false });
    let is_terminal = std::io::stderr().is_terminal();
    let mut progress = Progress::new(wanted.days, is_terminal);
    let tell = Box::new(move |day| {
        if let Some(line) = progress.line(day, Instant::now()) {
            beside(&line);
        }
    });
    let made: Result<Tally, _> = Box::pin(demo::make_telling(Arc::clone(&app), clock, wanted, until, tell)).await;
    if is_terminal {
        // What comes next begins a line of its own.
        beside("\r\u{1b}[K");
    }
    let tally = made?;
    let commits = app.service.stats().await?.sequence;
    // The store's writer ends with the last owner of the service; then the folder may move.
    let app = Arc::try_unwrap(app).map_err(|_| anyhow::anyhow!("the store of the demo is still in use"))?;
    tokio::task::spawn_blocking(move || drop(app)).await?;
    if dir.exists() {
        std::fs::remove_dir(dir).with_context(|| format!("{} is not empty", dir.display()))?;
    }
    std::fs::rename(&folder, dir).with_context(|| format!("moving the demo to {}", dir.display()))?;
    if let Some(parent) = dir.parent() {
        std::fs::File::open(parent)?.sync_all()?;
    }
    let seconds = began.elapsed().as_secs_f32();
    let Wanted { seed, days, hosts } = wanted;
    Ok(format!("{tally}\n{hosts} hosts, {days} days, seed {seed}: {commits} commits in {seconds:.1} s"))
}

fn policy(config: &Config) -> Policy {
    let url = |address: SocketAddr| format!("http://{address}");
    Policy {
        agents: demo::AGENTS,
        windows: config.windows,
        retention: config.retention.clone(),
        agents_url: format!("https://{}", config.agents),
        console_url: config.console_url.clone().unwrap_or_else(|| url(config.console)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_has_a_line_at_most_once_a_second_and_a_file_ten_lines() {
        let (start, mut progress) = (Instant::now(), Progress::new(90, true));
        let mut at = |day: u16, millis: u64| progress.line(day, start + Duration::from_millis(millis));
        assert_eq!(at(1, 0).as_deref(), Some("\r\u{1b}[Kday 1 of 90"));
        assert_eq!((at(2, 400), at(3, 999)), (None, None));
        assert_eq!(at(4, 1_000).as_deref(), Some("\r\u{1b}[Kday 4 of 90"));
        for days in [7, 10, 90, 360] {
            let mut progress = Progress::new(days, false);
            let lines: Vec<String> = (1..=days).filter_map(|day| progress.line(day, start)).collect();
            assert_eq!(lines.len(), usize::from(days.min(10)), "{lines:?}");
            assert_eq!(lines.last(), Some(&format!("day {days} of {days}\n")));
        }
    }

    #[test]
    fn what_a_making_left_is_swept_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let folder = making(&dir.path().join("collector"));
        assert_eq!(folder.file_name().unwrap(), "collector.making");
        sweep(&folder).unwrap();
        for name in ["store", "pki"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            std::fs::write(folder.join(name).join("x"), "half").unwrap();
        }
        sweep(&folder).unwrap();
        assert!(!folder.exists());
        std::fs::create_dir_all(folder.join("photographs")).unwrap();
        assert!(sweep(&folder).is_err() && folder.join("photographs").exists());
    }
}
