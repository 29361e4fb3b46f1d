//! The command line: nouns and verbs, each a request or two.

mod alert;
mod attachment;
mod availability;
mod blackout;
mod capacity;
mod catalogue;
mod change;
mod class;
mod desk;
mod diff;
mod event;
mod example;
mod execute;
mod export;
mod field;
mod grant;
mod identify;
mod import;
mod improvement;
mod item;
mod knowledge;
mod kpi;
mod level;
mod notification;
mod noun;
mod on_call;
mod page;
mod policy;
mod priority;
mod problem;
mod profile;
mod record;
mod report;
mod retention;
mod search;
mod source;
mod target;
mod team;
mod ticket;
mod user;
mod verification;
mod volatility;
mod vote;
mod waiver;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use alert::{AlertCommand, AlertRuleCommand, MaintenanceCommand, SilenceCommand};
use blackout::BlackoutCommand;
use capacity::CapacityArgs;
use catalogue::CatalogueCommand;
use class::ClassCommand;
use desk::DeskCommand;
use event::EventCommand;
use export::ExportCommand;
use field::object;
use grant::GrantCommand;
use identify::IdentifyCommand;
use import::{ImportArgs, ImportsCommand};
use improvement::ImprovementCommand;
use item::{ItemCommand, ServiceCommand};
use knowledge::{ArticleCommand, KnownErrorCommand};
use kpi::KpiArgs;
use level::{CalendarCommand, LevelCommand};
use notification::{ChannelCommand, DeliveryCommand, PreferenceCommand, SubscriptionCommand};
use noun::{AgentCommand, AuditCommand, DiffArgs, FindingCommand, HostCommand, TokenCommand};
use on_call::{EscalationCommand, OnCallCommand};
use policy::PolicyCommand;
use profile::ProfileCommand;
use report::ReportCommand;
use retention::RetentionCommand;
use search::SavedSearchCommand;
use source::SourceCommand;
use target::{Common, read_secret};
use ticket::TicketCommand;
use user::UserCommand;
use vote::ApproveCommand;
use waiver::{RoutingCommand, WaiverCommand};

use crate::{exit, login, output, quickstart};

/// Muster: a CMDB that is true.
#[derive(Debug, Parser)]
#[command(name = "muster", version = muster_shared::VERSION, after_help = example::EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start collector and agent for this machine; stays until Ctrl-C
    Quickstart(quickstart::Args),
    /// Remember a collector and an API token
    Login,
    /// Hosts
    #[command(subcommand)]
    Host(HostCommand),
    /// Items of all classes
    #[command(subcommand)]
    Item(ItemCommand),
    /// Classes: which attributes items have
    #[command(subcommand)]
    Class(ClassCommand),
    /// Business services and applications
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Who says something of hosts
    #[command(subcommand)]
    Source(SourceCommand),
    /// Drift: what differs from what is authorised
    #[command(subcommand)]
    Finding(FindingCommand),
    /// Policies: what is minded, and how badly
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Profiles: what hosts of a kind must be like
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// How long the past is kept
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Which priority impact and urgency make, and what makes an incident a major one
    #[command(subcommand)]
    Priority(priority::PriorityCommand),
    /// What moves by itself, and what the learner proposes
    #[command(subcommand)]
    Volatility(volatility::VolatilityCommand),
    /// Waivers: what may stand for a time
    #[command(subcommand)]
    Waiver(WaiverCommand),
    /// Who deals with incidents of drift
    #[command(subcommand)]
    Routing(RoutingCommand),
    /// Why a change of a host alerted somebody, or nobody; its number is in `muster host history`
    Why { host: String, change: u64 },
    /// Tickets of other service desks: import them, write ours in their words
    #[command(subcommand)]
    Ticket(DeskCommand),
    /// Incidents: something is not as it should be
    #[command(subcommand)]
    Incident(TicketCommand),
    /// Problems: the causes of incidents
    #[command(subcommand)]
    Problem(problem::ProblemCommand),
    /// Changes: plans, votes, and what agents saw of them
    #[command(subcommand)]
    Change(change::ChangeCommand),
    /// Releases: changes and versions that go out together
    #[command(subcommand)]
    Release(TicketCommand),
    /// Service requests
    #[command(subcommand)]
    Request(TicketCommand),
    /// Access: who wants into what, for how long
    #[command(subcommand)]
    Access(TicketCommand),
    /// Times in which nothing is changed, and the change calendar
    #[command(subcommand)]
    Blackout(BlackoutCommand),
    /// Move many tickets at once, or change them with `set`: `muster bulk set INC-000001 INC-000002 assignee=ann`
    Bulk {
        /// The event
        event: String,
        #[arg(required = true)]
        tickets: Vec<String>,
        /// What the event takes, as `field=value`
        #[arg(short, long = "field")]
        fields: Vec<String>,
    },
    /// Grants: what accounts are allowed, and what agents see beside that
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Tasks: pieces of the work on a ticket
    #[command(subcommand)]
    Task(TicketCommand),
    /// The catalogue: what can be asked for
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Articles of knowledge, in versions
    #[command(subcommand)]
    Article(ArticleCommand),
    /// Known errors: problems whose cause is known, and incidents that are like them
    #[command(subcommand)]
    KnownError(KnownErrorCommand),
    /// Votes: what waits for yours
    #[command(subcommand)]
    Approve(ApproveCommand),
    /// Service levels: clocks of tickets, policies, how often promises were kept
    #[command(subcommand)]
    Level(LevelCommand),
    /// Capacity: what runs out of space, memory or processors, and when
    Capacity(CapacityArgs),
    /// Improvements: what is to become better, by which figure, and whether it did
    #[command(subcommand)]
    Improvement(ImprovementCommand),
    /// Reports that come by themselves, by mail or to a channel
    #[command(subcommand)]
    Report(ReportCommand),
    /// Figures of a period: how soon, how often again, what waits, how sound the CMDB is
    Kpi(KpiArgs),
    /// Calendars: when somebody works
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Send events, as a monitoring system does
    #[command(subcommand)]
    Event(EventCommand),
    /// Alerts: what monitoring systems say is wrong
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Alerts that nobody wants to hear of for a time
    #[command(subcommand)]
    Silence(SilenceCommand),
    /// Times in which alerts of items are expected
    #[command(subcommand)]
    Maintenance(MaintenanceCommand),
    /// Which alerts make incidents
    #[command(subcommand)]
    AlertRule(AlertRuleCommand),
    /// Which host a machine is: reasons, questions, merging and splitting
    #[command(subcommand)]
    Identify(IdentifyCommand),
    /// Agents
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Enrollment tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Teams: people who work together
    #[command(subcommand)]
    Team(team::TeamCommand),
    /// The audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// What differs between two times, on a host, a group of hosts or all
    Diff(DiffArgs),
    /// Ask any list: `muster query items 'class:package version<3.0.14'`
    Query {
        /// The list
        #[arg(value_parser = ["hosts", "items", "findings", "tickets"])]
        list: String,
        /// What is wanted, in the query language
        #[arg(default_value = "")]
        query: String,
        /// At most so many
        #[arg(long, default_value_t = 200)]
        limit: usize,
    },
    /// Find hosts, items, tickets and accounts by words, best first
    Search {
        /// Words, all of which must be there; a phrase stands in quotation marks
        #[arg(required = true)]
        words: Vec<String>,
        /// Only these
        #[arg(long, value_parser = ["host", "item", "ticket", "user"])]
        kind: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = noun::at_least_one)]
        limit: usize,
    },
    /// Questions that you keep, and those that are shared
    #[command(subcommand)]
    SavedSearch(SavedSearchCommand),
    /// Where notifications go
    #[command(subcommand)]
    Channel(ChannelCommand),
    /// Who is told of what
    #[command(subcommand)]
    Subscription(SubscriptionCommand),
    /// Messages that went out, that wait, and that were given up
    #[command(subcommand)]
    Delivery(DeliveryCommand),
    /// How you wish to be told
    #[command(subcommand)]
    Preference(PreferenceCommand),
    /// Who is on call, and who stands in
    #[command(subcommand)]
    OnCall(OnCallCommand),
    /// Whom to call when nobody takes a ticket
    #[command(subcommand)]
    Escalation(EscalationCommand),
    /// Whole lists, and hosts in the forms of other tools
    #[command(subcommand)]
    Export(ExportCommand),
    /// Import a file of items or of facts about hosts
    #[command(after_help = import::EXAMPLES)]
    Import(ImportArgs),
    /// What became of files that were imported
    #[command(subcommand)]
    Imports(ImportsCommand),
    /// Print the address of a console page
    Open {
        /// A ticket number, or an id of a host, item or finding
        what: Option<String>,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command line.
pub(crate) async fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute::execute(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::fail(&error),
    }
}

#[cfg(test)]
mod tests;
