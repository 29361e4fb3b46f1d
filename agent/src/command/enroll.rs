//! `muster-agent enroll`: from a token to an identity.

use std::io::Write;
use std::path::PathBuf;

use super::Setting;
use crate::disk::RealDisk;
use crate::enroll::{self, EnrollError, Order};
use crate::identity;
use crate::lock::{LockError, StateLock};

/// Where the token is and where the collector.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File that holds the enrollment token; - reads standard input. Never on the command line, where every user sees it
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// The collector's agent address, instead of the one in the token
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Give up the identity that this machine has and become a new agent
    #[arg(long)]
    force: bool,
}

/// Enrolls and says as whom.
pub(crate) fn run(setting: &Setting, args: Args, out: &mut impl Write) -> anyhow::Result<()> {
    super::run::hide_memory();
    let config = &setting.config;
    let token = enroll::read_token(&args.token_file)?;
    let _lock = match StateLock::take(&config.state_dir, "enroll") {
        // The daemon runs: that the machine is enrolled is the better answer.
        Err(LockError::Held(dir)) if !args.force => match identity::find_record(&dir)? {
            Some(record) => return Err(EnrollError::already(&record).into()),
            None => return Err(LockError::Held(dir).into()),
        },
        lock => lock?,
    };
    let order =
        Order { state_dir: &config.state_dir, token, url: args.url, force: args.force, proxy: config.proxy.as_deref() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (identity, is_pending) = runtime.block_on(enroll::enroll(&RealDisk, setting.clock.as_ref(), order))?;
    let record = &identity.record;
    writeln!(out, "enrolled as {} at {}", record.agent_id, record.url)?;
    writeln!(out, "certificate until {}, renewed by itself", record.not_after)?;
    if is_pending {
        writeln!(
            out,
            "an administrator has to approve it: `muster agent approve {}`; until then the agent keeps its reports and asks \
             once a minute",
            record.agent_id
        )?;
    }
    Ok(())
}
