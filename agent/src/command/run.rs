//! `muster-agent run` and `muster-agent once`: the daemon, and one round of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use muster_shared::Clock;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::Setting;
use crate::config::Config;
use crate::courier::Courier;
use crate::daemon::{self, Agent, Board};
use crate::disk::{Disk, RealDisk};
use crate::identity::Identity;
use crate::lock::StateLock;
use crate::metrics;
use crate::notify;
use crate::probe::{Eyes, Probe};
use crate::root::Root;
use crate::sandbox;
use crate::scan::Scanner;
use crate::section::collectors;
use crate::spool::{Limits, Spool};

/// So long a scan in flight may take after the signal to stop.
const LAST_MOMENT: Duration = Duration::from_millis(1_500);

/// What is inventoried.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Inventory a recorded tree instead of this machine
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
    /// One process: read everything with this process's own privileges, although a probe is there
    #[arg(long)]
    single: bool,
}

/// With the probe's eyes when there is one: this process then has no use for privileges, and gives up what it can.
fn eyes(config: &Config, args: &Args) -> Eyes {
    let socket = &config.probe_socket;
    if args.single || args.root != Path::new("/") || !socket.exists() {
        return Eyes::Own(collectors(&config.collect));
    }
    tracing::info!(socket = %socket.display(), "the probe reads this host");
    Eyes::Probe(Probe::at(socket.clone(), config.collect.wished.clone()))
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Puts the agent together; nothing is sent yet.
fn build(setting: &Setting, args: &Args, listens: bool) -> anyhow::Result<Agent> {
    let config = &setting.config;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let clock: Arc<dyn Clock> = Arc::clone(&setting.clock) as Arc<dyn Clock>;
    let identity = Identity::load(&config.state_dir)?;
    let limits = Limits { total_bytes: config.spool_max_bytes, ..Limits::default() };
    let spool = Spool::open(Arc::clone(&disk), &config.state_dir, limits)?;
    let spool = Arc::new(Mutex::new(spool));
    let board = Arc::new(Board::new(config, Arc::clone(&clock), &identity));
    let scanner = Scanner {
        disk: Arc::clone(&disk),
        dir: config.state_dir.clone(),
        root: Root::at(&args.root),
        eyes: eyes(config, args),
        exclude: config.exclude.clone(),
        unwanted: Vec::new(),
        clock: Arc::clone(&clock),
        spool: Arc::clone(&spool),
        seen: BTreeMap::new(),
        sampled: None,
        unsaved: None,
    };
    let own = (disk, config.state_dir.clone(), clock);
    let metrics = config.metrics.filter(|_| listens).map(|address| {
        metrics::listen(address)
            .with_context(|| format!("metrics: {address} cannot be listened at; choose another port"))
    });
    let metrics = metrics.transpose()?;
    let urls = [Some(identity.record.url.clone()), config.proxy.clone()];
    let courier = Courier::new(own, spool, identity, config.proxy.clone())?;
    if let Eyes::Probe(_) = &scanner.eyes {
        sandbox::confine(&config.state_dir, &sandbox::ports(urls.iter().flatten().map(String::as_str)));
    }
    Ok(Agent { scanner, courier, board, base: args.root.clone(), metrics })
}

/// This process holds the key: only root may look into its memory, and it leaves no core behind. The probe holds none, and
/// what belongs to such a process in `/proc` it could not read of itself.
pub(crate) fn hide_memory() {
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "others of this user may look into this process's memory");
    }
}

/// The daemon.
pub(crate) fn run(setting: &Setting, args: &Args) -> anyhow::Result<()> {
    hide_memory();
    let _lock = StateLock::take(&setting.config.state_dir, "run")?;
    let agent = build(setting, args, true)?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let record = &agent.courier.identity().record;
        tracing::info!(agent = %record.agent_id, collector = record.url, "started");
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            notify::stopping();
        };
        notify::ready();
        tokio::select! {
            ended = daemon::run(agent, stop) => Ok(ended?),
            never = notify::keep_alive() => match never {},
        }
    });
    runtime.shutdown_timeout(LAST_MOMENT);
    result
}

/// One scan, one delivery.
pub(crate) fn once(setting: &Setting, args: &Args, out: &mut impl Write) -> anyhow::Result<()> {
    hide_memory();
    let _lock = StateLock::take(&setting.config.state_dir, "once")?;
    let agent = build(setting, args, false)?;
    let (scanned, answer) = runtime()?.block_on(daemon::once(agent))?;
    let said = match answer.acknowledged {
        0 => "nothing new; the collector was told so".to_owned(),
        1 => "1 report delivered".to_owned(),
        count => format!("{count} reports delivered"),
    };
    writeln!(out, "{said} (generation {})", scanned.generation)?;
    Ok(())
}
