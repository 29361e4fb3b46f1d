//! `muster problem`: problems, and what is proposed as one.

use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use super::ticket::{self, TicketCommand};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ProblemCommand {
    #[command(flatten)]
    Ticket(TicketCommand),
    /// Proposals: what came so often that it may be a problem
    #[command(subcommand)]
    Proposals(ProposalCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProposalCommand {
    /// List proposals, what was seen last first
    List {
        /// Those that stand so; all of them with `all`
        #[arg(long, value_parser = ["proposed", "accepted", "rejected", "all"], default_value = "proposed")]
        state: String,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show a proposal with what made it
    Show { proposal: String },
    /// Make a problem of it, linked to the tickets that were counted
    Accept { proposal: String },
    /// Say that it is no problem: it is not proposed again for 30 days
    Reject {
        proposal: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

const PROPOSALS: &[Column] = &[
    col("ID", "/id"),
    col("STATE", "/state"),
    col("TITLE", "/title"),
    col("BECAUSE", "/reasons"),
    time("LAST SEEN", "/last_at"),
];

const PROPOSAL: &[Column] = &[
    col("id", "/id"),
    col("title", "/title"),
    col("about", "/about"),
    col("state", "/state"),
    col("because", "/reasons"),
    col("tickets", "/tickets"),
    col("findings", "/findings"),
    col("hosts", "/hosts"),
    time("first proposed", "/first_at"),
    time("last seen", "/last_at"),
    col("problem", "/problem"),
    col("decided by", "/decided_by"),
    time("decided", "/decided_at"),
    col("reason", "/reason"),
    time("rests until", "/rests_until"),
];

/// For people, what is said of each thing stands instead of its record; machines get the record.
fn told(format: Format, mut proposal: Value) -> Value {
    if matches!(format, Format::Table) {
        for (list, part) in [("reasons", "says"), ("tickets", "number"), ("hosts", "name")] {
            if let Some(Value::Array(rows)) = proposal.get_mut(list) {
                for row in rows {
                    *row = row.get(part).cloned().unwrap_or_default();
                }
            }
        }
    }
    proposal
}

fn shown(format: Format, proposal: Value) -> Done {
    Ok(output::record(format, PROPOSAL, &told(format, proposal))?)
}

pub(super) async fn problem(client: &Client, format: Format, command: ProblemCommand) -> Done {
    match command {
        ProblemCommand::Ticket(command) => ticket::ticket(client, format, "problem", command).await,
        ProblemCommand::Proposals(command) => proposals(client, format, command).await,
    }
}

async fn proposals(client: &Client, format: Format, command: ProposalCommand) -> Done {
    let path = |id: &str| format!("/problem-proposals/{id}");
    match command {
        ProposalCommand::List { state, limit } => {
            let asked: Vec<(&str, String)> = if state == "all" { Vec::new() } else { vec![("state", state)] };
            let rows = client.list("/problem-proposals", &asked, limit).await?;
            let rows: Vec<Value> = rows.into_iter().map(|row| told(format, row)).collect();
            Ok(output::rows(format, PROPOSALS, &rows)?)
        }
        ProposalCommand::Show { proposal } => shown(format, client.get(&path(&proposal)).await?.body),
        ProposalCommand::Accept { proposal } => {
            shown(format, client.post(&format!("{}/accept", path(&proposal)), &json!({})).await?.body)
        }
        ProposalCommand::Reject { proposal, reason } => {
            let body = json!({"reason": reason});
            shown(format, client.post(&format!("{}/reject", path(&proposal)), &body).await?.body)
        }
    }
}
