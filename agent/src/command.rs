//! The command line: what can be asked of the agent. One file per command below this module.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use muster_shared::{SystemClock, terminal};

use crate::config::{self, Config, Flags};
use crate::log;
use crate::probe;
use crate::section::Options;

pub mod check_config;
pub mod enroll;
pub mod inventory;
pub mod record;
pub mod run;
pub mod sections;
pub mod status;

const EXAMPLES: &str = "\
Examples:
  muster-agent inventory --only package,user   what is on this machine, as JSON; no collector, no state
  muster-agent inventory --format table        the same for people
  muster-agent record --out DIR                a scrubbed copy of what is read here, for a bug report
  muster-agent enroll --token-file token.txt   make this machine known to a collector
  muster token create web-1 | muster-agent enroll --token-file -
  muster-agent run                             the daemon: scan, watch, deliver
  muster-agent once                            scan, deliver, exit
  muster-agent status --json                   last success, spool, next run, coverage

Exit codes: 0 done, 1 failed, 2 usage, 3 configuration, 4 not authorised, 5 unreachable, 6 conflict, 70 internal";

/// The discovery agent of Muster: inventories its host, read-only, and delivers the differences to a collector.
#[derive(Debug, Parser)]
#[command(name = "muster-agent", version = muster_shared::VERSION, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Cli {
    /// Keys, spool and what was told [default: /var/lib/muster-agent]
    #[arg(long, global = true, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Configuration file [default: /etc/muster/agent.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How log lines look
    #[arg(long, global = true, value_name = "FORMAT", env = "MUSTER_LOG_FORMAT", default_value = "text")]
    log_format: log::Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the inventory of this host; no collector, no state
    Inventory(inventory::InventoryArgs),
    /// Make a scrubbed copy of what collectors read here, to send with a bug report
    Record(record::RecordArgs),
    /// Get an identity from a collector
    Enroll(enroll::Args),
    /// Scan, watch and deliver until told to stop
    Run(run::Args),
    /// Scan, deliver, exit
    Once(run::Args),
    /// Read for the agent what only root may: started by its socket unit, never by hand
    Probe(ProbeArgs),
    /// Show how the agent is doing
    Status(status::Args),
    /// Check the configuration and print what counts
    CheckConfig,
    /// List the sections: what each collects, the privilege it needs, what is watched
    Sections,
}

/// Options of `probe`.
#[derive(Debug, clap::Args)]
struct ProbeArgs {
    /// Inventory a recorded tree instead of this machine
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
}

/// What a command needs of its surroundings.
pub(crate) struct Setting {
    pub(crate) config: Config,
    pub(crate) clock: Arc<SystemClock>,
}

/// Runs the command, with standard output for what it prints.
pub fn run(cli: Cli, out: &mut impl Write) -> anyhow::Result<()> {
    let flags = Flags { config: cli.config, state_dir: cli.state_dir };
    let load = |environment: &BTreeMap<String, String>| -> anyhow::Result<Setting> {
        let config = config::load(&flags, environment)?;
        log::start(cli.log_format, &config.log);
        Ok(Setting { config, clock: Arc::new(SystemClock) })
    };
    let environment = config::environment();
    match cli.command {
        // Needs no configuration, so a broken one is told and does not stop it.
        Command::Inventory(args) => {
            let options = config::load(&flags, &environment).map_or_else(
                |error| {
                    let text = terminal::lines(&log::chain(&error));
                    let _lost = writeln!(std::io::stderr(), "configuration left aside: {text}");
                    Options::default()
                },
                |config| config.collect,
            );
            inventory::run(&args, &options, out)
        }
        Command::Record(args) => record::run(&args, &Options::default(), out),
        Command::Sections => sections::run(out),
        Command::Enroll(args) => enroll::run(&load(&environment)?, args, out),
        Command::Run(args) => run::run(&load(&environment)?, &args),
        Command::Once(args) => run::once(&load(&environment)?, &args, out),
        Command::Probe(args) => {
            let setting = load(&environment)?;
            probe::serve(&setting.config.collect, &args.root)
        }
        Command::Status(args) => status::run(&load(&environment)?, &args, out),
        Command::CheckConfig => check_config::run(&load(&environment)?, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent_and_says_version_and_commit() {
        Cli::command().debug_assert();
        assert!(Cli::command().render_version().contains(" ("));
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("Examples:") && help.contains("Exit codes"), "{help}");
    }

    #[test]
    fn manual_page_and_completions_say_what_the_command_line_says() {
        assert_eq!(muster_manual::check(&Cli::command()), Ok(()));
    }
}
