//! `muster-bench`: simulated agents with real identities against a real collector, beside the ceiling of the same run.

mod ceiling;
mod desk;
mod drift;
mod fleet;
mod foreign;
mod growth;
mod idle;
mod ingest;
mod inventory;
mod prompt;
mod query;
mod rate;
mod report;
mod steady;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Measures Muster. Each command ends with one JSON line: figures, the ceiling of the same run, and their ratio.
#[derive(Debug, Parser)]
#[command(name = "muster-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Full reports, differences and heartbeats per second, beside a bare axum and rustls handler
    Ingest(Fleet),
    /// A usual day at ten times its speed: a heartbeat of each host every 30 seconds, a changed package every six minutes
    Steady(Fleet),
    /// All agents come back at once after the collector was killed
    Herd(Fleet),
    /// Questions about a fleet: a package by version, free text, the past, impact, single records
    Query(Fleet),
    /// Inventories of OCS agents per second: first ones all at once, and the same bytes again
    Foreign {
        /// Hosts that report
        #[arg(long, default_value_t = 512)]
        hosts: usize,
        /// Packages of each host
        #[arg(long, default_value_t = 850)]
        packages: usize,
        /// How many send at the same time
        #[arg(long, default_value_t = 32)]
        callers: usize,
        /// How long the repetition runs
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// The agent's full inventory beside others that take one: CPU time, peak memory, child processes; and what waits in memory
    Agent {
        /// How often each is run; the median counts
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
    /// Time from a change on a host until the collector knows it: accounts and packages of a tree, addresses of this machine
    Prompt {
        /// Changes of each kind, 25 seconds apart
        #[arg(long, default_value_t = 50)]
        changes: usize,
        /// Also adds addresses to this machine's loopback and takes them away again; needs root
        #[arg(long)]
        addresses: bool,
    },
    /// Time from a change on the host to the incident; hundreds of policies over a fleet that tells differences; a mass upgrade
    Drift(Drift),
    /// One table of how figures grow, from files with the JSON lines of runs at several sizes
    Growth {
        /// The files
        #[arg(required = true)]
        files: Vec<std::path::PathBuf>,
    },
    /// Lists, filters, the board and searches over many tickets; how fast they are opened
    Desk(Desk),
}

#[derive(Debug, Args)]
struct Desk {
    /// Tickets that are opened
    #[arg(long, default_value_t = 10_000)]
    tickets: usize,
    /// Tickets that are imported besides
    #[arg(long, default_value_t = 0)]
    imported: usize,
    /// How long each question is asked
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

#[derive(Debug, Args)]
struct Drift {
    /// Hosts that report
    #[arg(long, default_value_t = 200)]
    hosts: usize,
    /// Packages of each host
    #[arg(long, default_value_t = 850)]
    packages: usize,
    /// Policies over how things are
    #[arg(long, default_value_t = 500)]
    policies: usize,
    /// How long the fleet tells differences
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Changes on the host that is watched, ten seconds apart
    #[arg(long, default_value_t = 20)]
    changes: u32,
}

#[derive(Debug, Args)]
struct Fleet {
    /// Hosts that report
    #[arg(long, default_value_t = 64)]
    hosts: usize,
    /// Packages of each host
    #[arg(long, default_value_t = 850)]
    packages: usize,
    /// How long each part runs
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Ingest(Fleet { hosts, packages, seconds }) => ingest::run(hosts, packages, seconds).await,
        Command::Steady(Fleet { hosts, packages, seconds }) => steady::steady(hosts, packages, seconds).await,
        Command::Query(Fleet { hosts, packages, seconds }) => query::run(hosts, packages, seconds).await,
        Command::Herd(Fleet { hosts, packages, .. }) => steady::herd(hosts, packages).await,
        Command::Foreign { hosts, packages, callers, seconds } => foreign::run(hosts, packages, callers, seconds).await,
        Command::Agent { runs } => inventory::run(runs).await,
        Command::Prompt { changes, addresses } => prompt::run(changes, addresses).await,
        Command::Growth { files } => growth::run(&files),
        Command::Desk(wanted) => desk::run(&wanted).await,
        Command::Drift(wanted) => drift::run(&wanted).await,
    };
    match outcome {
        Ok(figures) => {
            report::print(&figures);
            ExitCode::SUCCESS
        }
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}
