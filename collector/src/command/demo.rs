//! `demo`: makes a made-up fleet. It is made in a folder beside the data directory and takes that one's name when it is whole: so a
//! making that was killed leaves nothing that could be served, and the next one begins anew.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use muster_shared::{Clock, ManualClock, SystemClock};
use muster_store_sled::{Lock, Options, SledStore};

use crate::app::App;
use crate::authority::Authority;
use crate::config::Config;
use crate::demo::{self, Tally, Wanted};
use crate::service::notification::{Keyring, Post, PostSettings};
use crate::service::{Policy, Service};

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
    let tally: Tally = Box::pin(demo::make(Arc::clone(&app), clock, wanted, until)).await?;
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
