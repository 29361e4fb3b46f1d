//! The command line of `muster-collector`.

mod admin;
mod backup;
mod data;
mod demo;
mod exchange;
mod local;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use muster_shared::terminal;

use crate::config::{Config, ConfigError, Layer};
use crate::demo::Wanted;
use crate::http::rest;
use crate::service::ServiceError;

const EXAMPLES: &str = "Examples:
  muster-collector serve --config /etc/muster/collector.toml
  muster-collector user add ann --role administrator
  muster-collector token create 'web servers' --uses 20 --minutes 60
  muster-collector backup /var/backups/muster
  muster-collector audit verify";

/// The collector: takes reports, keeps the CMDB, sees drift, routes it into tickets.
#[derive(Debug, Parser)]
#[command(name = "muster-collector", version = muster_shared::VERSION, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// Configuration file [default: /etc/muster/collector.toml, if it is there]
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Folder of all data
    #[arg(long, global = true)]
    data_dir: Option<PathBuf>,
    /// How log lines are written
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve agents and people until it is told to stop
    Serve(ServeArgs),
    /// Check the configuration and print what it comes to
    CheckConfig,
    /// Make accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Make enrollment tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// The CA that agents believe: how it stands, and another one in its place
    #[command(subcommand)]
    Ca(CaCommand),
    /// Copy everything that is stored into a folder, while the collector runs; again into the same folder copies what is new
    Backup {
        /// The folder; it also takes the collector's keys
        dir: PathBuf,
    },
    /// Bring back a backup; the collector must be stopped
    Restore {
        /// The folder of the backup
        dir: PathBuf,
        /// Keep API tokens although the data that is replaced is lost, and with it which were revoked since
        #[arg(long)]
        keep_tokens: bool,
    },
    /// Bring the data of an older version to the form of this one; the collector must be stopped
    Migrate,
    /// Mend a damaged journal from the index, if that has what is damaged; the collector must be stopped
    Mend,
    /// Read everything that is stored again and tell what is damaged: journal, checkpoint, index, audit trail
    Verify,
    /// Tell how the collector and its data are
    Doctor,
    /// Make a made-up fleet with a past, in a data directory that is not there yet
    Demo(DemoArgs),
    /// Write a whole list to standard output, as `/api/v1/export/…` does
    Export(exchange::ExportArgs),
    /// Take in a file of hosts, items, relations or tickets, as `POST /api/v1/imports` does
    Import(exchange::ImportArgs),
    /// The audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Print the OpenAPI description of the REST API
    Openapi,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Address of console and REST; port 0 picks a free one
    #[arg(long)]
    console: Option<String>,
    /// Address of the agent listener; port 0 picks a free one
    #[arg(long)]
    agents: Option<String>,
    /// File to write a JSON object to when ready, with the addresses
    #[arg(long)]
    ready_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// What chance is drawn from: the same seed makes the same fleet
    #[arg(long, default_value_t = Wanted::default().seed)]
    seed: u64,
    /// Days of history
    #[arg(long, default_value_t = Wanted::default().days)]
    days: u16,
    /// Hosts
    #[arg(long, default_value_t = Wanted::default().hosts)]
    hosts: u16,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make an account; prints a one-time sign-in link
    Add {
        /// Sign-in name
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// Name for people
        #[arg(long)]
        display_name: Option<String>,
        /// Read the password from this file (`-` is standard input)
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
    /// Print a one-time sign-in link for an account
    Link {
        /// Sign-in name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make an enrollment token; prints it once
    Create {
        /// What it is for
        name: String,
        /// How many agents it lets in
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// How long it lives
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
}

#[derive(Debug, Subcommand)]
enum CaCommand {
    /// Tell the CAs, and which agents do not know the newest one yet
    Show,
    /// Make the next CA: agents get to know it with a certificate that they are asked to take
    Rotate,
    /// Show agents a certificate of the next CA
    Switch {
        /// Although agents that do not know it are locked out: they have to enroll anew
        #[arg(long)]
        force: bool,
    },
    /// Believe the old CA no more
    Drop {
        /// Although agents that were signed by it are locked out: they have to enroll anew
        #[arg(long)]
        force: bool,
    },
}

impl CaCommand {
    const fn request(&self) -> admin::Request {
        match *self {
            Self::Show => admin::Request::Ca { step: admin::CaStep::Show, force: false },
            Self::Rotate => admin::Request::Ca { step: admin::CaStep::Rotate, force: false },
            Self::Switch { force } => admin::Request::Ca { step: admin::CaStep::Switch, force },
            Self::Drop { force } => admin::Request::Ca { step: admin::CaStep::Drop, force },
        }
    }
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Check that no entry was altered, removed or put in between
    Verify {
        /// Ends that the trail had once, `number:hash`, between commas: this command prints them, and the log has one every five
        /// minutes. Without one nothing shows that the end was cut off or all of it written anew
        #[arg(long, default_value = "")]
        anchors: String,
    },
}

/// Exit codes of all three programs.
mod exit {
    pub(super) const FAILED: u8 = 1;
    pub(super) const CONFIGURATION: u8 = 3;
    pub(super) const CONFLICT: u8 = 6;
}

/// Runs the command line; gives the exit code.
pub fn run() -> u8 {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => 0,
        Err(error) => {
            complain(&error);
            code_of(&error)
        }
    }
}

/// What the running collector refused.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct Refused {
    text: String,
    exit: Option<u8>,
}

#[expect(clippy::print_stderr, reason = "the one place where this program complains to its caller")]
fn complain(error: &anyhow::Error) {
    // Errors name their source where they want it told; the chain repeats nothing.
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    eprintln!("muster-collector: {}", terminal::lines(&text));
}

fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<ConfigError>() {
        return exit::CONFIGURATION;
    }
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return refused.exit.unwrap_or(exit::FAILED);
    }
    if let Some(refused) = error.downcast_ref::<ServiceError>() {
        return admin::exit_of(refused).unwrap_or(exit::FAILED);
    }
    let open = error.chain().find_map(|error| error.downcast_ref::<muster_store_sled::OpenError>());
    match open {
        Some(muster_store_sled::OpenError::Locked { .. }) => exit::CONFLICT,
        _ => exit::FAILED,
    }
}

#[expect(clippy::print_stdout, reason = "what commands print is their result")]
fn print(text: &str) {
    println!("{}", text.trim_end());
}

fn config(common: &Common, flags: Layer) -> Result<Config, ConfigError> {
    let flags = Layer { data_dir: common.data_dir.clone(), ..flags };
    let env = Layer::from_env(|name| std::env::var(name).ok())?;
    flags.over(env).over(Layer::read(common.config.as_deref())?).finish()
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    let common = cli.common;
    match cli.command {
        Command::Openapi => print(&rest::openapi()),
        Command::CheckConfig => {
            let config = config(&common, Layer::default())?;
            print(toml::to_string(&config.layer())?.trim_end());
            for hint in config.hints() {
                print(&format!("# note: {hint}"));
            }
            print("# the configuration is usable");
        }
        Command::Serve(args) => {
            let flags = Layer { console: args.console, agents: args.agents, ..Layer::default() };
            let config = config(&common, flags)?;
            start_log(&config.log, common.log_format);
            return runtime()?.block_on(serve::serve(config, args.ready_file));
        }
        Command::User(UserCommand::Add { name, roles, display_name, password_file }) => {
            let password = password_file.map(|path| read_secret(&path)).transpose()?;
            let request = admin::Request::AddUser { name, roles, display_name, password };
            return ask(&common, request);
        }
        Command::User(UserCommand::Link { name }) => return ask(&common, admin::Request::SignInLink { name }),
        Command::Token(TokenCommand::Create { name, uses, minutes }) => {
            return ask(&common, admin::Request::CreateToken { name, uses, minutes });
        }
        Command::Backup { dir } => {
            let config = quiet(&common)?;
            print(&runtime()?.block_on(backup::backup(&config, dir))?);
        }
        Command::Restore { dir, keep_tokens } => {
            let config = quiet(&common)?;
            print(&runtime()?.block_on(backup::restore(&config, &dir, keep_tokens))?);
        }
        Command::Migrate => {
            let config = quiet(&common)?;
            print(&runtime()?.block_on(backup::migrate(&config))?);
        }
        Command::Mend => {
            let config = quiet(&common)?;
            print(&runtime()?.block_on(backup::mend(&config))?);
        }
        Command::Demo(DemoArgs { seed, days, hosts }) => {
            let config = quiet(&common)?;
            print(&runtime()?.block_on(Box::pin(demo::run(&config, Wanted { seed, days, hosts })))?);
        }
        Command::Export(args) => {
            let config = quiet(&common)?;
            return runtime()?.block_on(exchange::export(&config, args));
        }
        Command::Import(args) => {
            let config = quiet(&common)?;
            let (told, left_out) = runtime()?.block_on(exchange::import(&config, args))?;
            print(&told);
            anyhow::ensure!(left_out == 0, "rows that were not taken: {left_out}");
        }
        Command::Ca(command) => return ask(&common, command.request()),
        Command::Doctor => return ask(&common, admin::Request::Doctor),
        Command::Verify => return ask(&common, admin::Request::Verify { anchors: String::new() }),
        Command::Audit(AuditCommand::Verify { anchors }) => return ask(&common, admin::Request::Verify { anchors }),
    }
    Ok(())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The configuration, for a command that speaks for itself: only warnings are logged.
fn quiet(common: &Common) -> anyhow::Result<Config> {
    let config = config(common, Layer::default())?;
    start_log("warn", common.log_format);
    Ok(config)
}

/// Asks the running collector over its socket, or opens the data itself when none runs.
fn ask(common: &Common, request: admin::Request) -> anyhow::Result<()> {
    let config = quiet(common)?;
    let answer = runtime()?.block_on(data::ask(&config, request))?;
    if !answer.ok {
        return Err(Refused { text: answer.text.trim_end().to_owned(), exit: answer.exit }.into());
    }
    print(&answer.text);
    Ok(())
}

fn read_secret(path: &std::path::Path) -> anyhow::Result<String> {
    use anyhow::Context;
    let text = if path == std::path::Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("reading standard input")?
    } else {
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn start_log(filter: &str, format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| "info".into());
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| terminal::Entries(std::io::stderr()));
    // A second subscriber in one process (tests) is no reason to stop.
    drop(match format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn manual_page_and_completions_say_what_the_command_line_says() {
        Cli::command().debug_assert();
        assert_eq!(muster_manual::check(&Cli::command()), Ok(()));
    }
}
