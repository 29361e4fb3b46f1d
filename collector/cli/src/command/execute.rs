//! Which module does what a command says.

use clap::CommandFactory;

use super::{
    Cli, Command, alert, blackout, capacity, catalogue, change, class, desk, diff, event, export, grant, identify,
    import, improvement, item, knowledge, kpi, level, login, notification, on_call, output, page, policy, priority,
    problem, profile, quickstart, record, report, retention, search, source, team, ticket, user, volatility, vote,
    waiver,
};
use crate::client::Client;
use crate::output::Format;

pub(super) async fn execute(cli: Cli) -> anyhow::Result<()> {
    let common = cli.common;
    match cli.command {
        Command::Quickstart(args) => return quickstart::run(args).await,
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "muster", &mut std::io::stdout());
            return Ok(());
        }
        Command::Login => {
            let login = common.login()?;
            Client::new(&login)?.get("/roles").await?;
            let path = login::save(&login)?;
            return Ok(output::say(&format!("remembered in {}", path.display()))?);
        }
        _ => {}
    }
    ask(&Client::new(&common.login()?)?, common.output, cli.command).await
}

/// What is asked of a collector.
async fn ask(client: &Client, format: Format, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Host(command) => record::host(client, format, command).await,
        Command::Item(command) => item::item(client, format, command).await,
        Command::Service(command) => item::service(client, format, command).await,
        Command::Class(command) => class::class(client, format, command).await,
        Command::Source(command) => source::source(client, format, command).await,
        Command::Finding(command) => record::finding(client, format, command).await,
        Command::Policy(command) => policy::policy(client, format, command).await,
        Command::Profile(command) => profile::profile(client, format, command).await,
        Command::Retention(command) => retention::retention(client, format, command).await,
        Command::Priority(command) => priority::priority(client, format, command).await,
        Command::Volatility(command) => volatility::volatility(client, format, command).await,
        Command::Waiver(command) => waiver::waiver(client, format, command).await,
        Command::Routing(command) => waiver::routing(client, format, command).await,
        Command::Why { host, change } => waiver::why(client, format, &host, change).await,
        Command::Catalogue(command) => catalogue::catalogue(client, format, command).await,
        Command::Article(command) => knowledge::article(client, format, command).await,
        Command::KnownError(command) => knowledge::known_error(client, format, command).await,
        Command::Ticket(command) => desk::desk(client, format, command).await,
        Command::Incident(command) => ticket::ticket(client, format, "incident", command).await,
        Command::Problem(command) => problem::problem(client, format, command).await,
        Command::Change(command) => change::change(client, format, command).await,
        Command::Release(command) => ticket::ticket(client, format, "release", command).await,
        Command::Request(command) => ticket::ticket(client, format, "request", command).await,
        Command::Access(command) => ticket::ticket(client, format, "access", command).await,
        Command::Blackout(command) => blackout::blackout(client, format, command).await,
        Command::Bulk { event, tickets, fields } => ticket::bulk(client, format, &event, &tickets, &fields).await,
        Command::Grant(command) => grant::grant(client, format, command).await,
        Command::Task(command) => ticket::ticket(client, format, "task", command).await,
        Command::Approve(command) => vote::approve(client, format, command).await,
        Command::Level(command) => level::level(client, format, command).await,
        Command::Capacity(args) => capacity::capacity(client, format, args).await,
        Command::Improvement(command) => improvement::improvement(client, format, command).await,
        Command::Report(command) => report::report(client, format, command).await,
        Command::Kpi(args) => kpi::kpi(client, format, args).await,
        Command::Calendar(command) => level::calendar(client, format, command).await,
        Command::Event(command) => event::event(client, format, command).await,
        Command::Alert(command) => alert::alert(client, format, command).await,
        Command::Silence(command) => alert::silence(client, format, command).await,
        Command::Maintenance(command) => alert::maintenance(client, format, command).await,
        Command::AlertRule(command) => alert::alert_rule(client, format, command).await,
        Command::Identify(command) => identify::identify(client, format, command).await,
        Command::Agent(command) => record::agent(client, format, command).await,
        Command::Token(command) => record::token(client, format, command).await,
        Command::Team(command) => team::team(client, format, command).await,
        Command::User(command) => user::user(client, format, command).await,
        Command::Audit(command) => record::audit(client, format, command).await,
        Command::Diff(args) => diff::diff(client, format, args).await,
        Command::Query { list, query, limit } => record::query(client, format, &list, query, limit).await,
        Command::Search { words, kind, limit } => search::search(client, format, &words, kind, limit).await,
        Command::SavedSearch(command) => search::saved_search(client, format, command).await,
        Command::Channel(command) => notification::channel(client, format, command).await,
        Command::Subscription(command) => notification::subscription(client, format, command).await,
        Command::Delivery(command) => notification::delivery(client, format, command).await,
        Command::Preference(command) => notification::preference(client, format, command).await,
        Command::OnCall(command) => on_call::on_call(client, format, command).await,
        Command::Escalation(command) => on_call::escalation(client, format, command).await,
        Command::Export(command) => export::run(client, command).await,
        Command::Import(args) => import::import(client, format, args).await,
        Command::Imports(command) => import::imports(client, format, command).await,
        Command::Open { what } => Ok(output::say(&page::page(client.url(), what.as_deref()))?),
        Command::Quickstart(_) | Command::Completions { .. } | Command::Login => Ok(()),
    }
}
