//! `muster approve`: what waits for a vote, voting, and who votes in whose place.

use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ApproveCommand {
    /// List what waits for your vote
    List,
    /// Show the rounds of votes on a ticket
    Show { number: String },
    /// Vote on a ticket that waits for your vote
    Vote {
        number: String,
        #[arg(value_parser = ["approve", "reject", "abstain", "need_info"])]
        decision: String,
        /// Why; `reject` and `need_info` ask for it
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// List who votes in your place, and in whose place you vote
    Delegations,
    /// Let somebody vote in your place
    Delegate {
        /// Who votes, by name or id
        to: String,
        /// Until when, RFC 3339
        #[arg(long)]
        until: String,
        /// From when; now without it
        #[arg(long)]
        from: Option<String>,
        /// Only on tickets of this kind
        #[arg(long, value_parser = ["change", "request", "access"])]
        kind: Option<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a delegation back
    Undelegate { delegation: String },
}

const ROUNDS: &[Column] = &[
    col("TICKET", "/number"),
    col("ROUND", "/round"),
    col("STATE", "/state"),
    time("OPENED", "/opened_at"),
    col("WAITS FOR", "/waits_for"),
    col("STAGES", "/stages"),
];

const DELEGATIONS: &[Column] = &[
    col("ID", "/id"),
    col("IN THE PLACE OF", "/from_name"),
    col("VOTES", "/to_name"),
    col("KIND", "/kind"),
    time("FROM", "/starts_at"),
    time("UNTIL", "/ends_at"),
];

pub(super) async fn approve(client: &Client, format: Format, command: ApproveCommand) -> Done {
    match command {
        ApproveCommand::List => {
            let rows = client.list("/approvals", &[], usize::MAX).await?;
            Ok(output::rows(format, ROUNDS, &rows)?)
        }
        ApproveCommand::Show { number } => {
            let rows = client.get(&format!("/tickets/{number}/approvals")).await?.body;
            let rows = rows.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            Ok(output::rows(format, ROUNDS, &rows)?)
        }
        ApproveCommand::Vote { number, decision, comment } => {
            let waiting = client.list("/approvals", &[], usize::MAX).await?;
            let is_it = |round: &&Value| {
                round.get("number").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(&number))
            };
            let round = waiting.iter().find(is_it).and_then(|round| round.get("id")).and_then(Value::as_str);
            let round = round.ok_or_else(|| anyhow::anyhow!("{number} does not wait for your vote"))?;
            let body = json!({"decision": decision, "comment": comment});
            let answer = client.post(&format!("/approvals/{round}/votes"), &body).await?;
            Ok(output::record(format, ROUNDS, &answer.body)?)
        }
        ApproveCommand::Delegations => Ok(output::rows(format, DELEGATIONS, &client.whole("/delegations").await?)?),
        ApproveCommand::Delegate { to, until, from, kind, reason } => {
            let body = json!({"to": to, "starts_at": from, "ends_at": until, "kind": kind, "reason": reason});
            Ok(output::record(format, DELEGATIONS, &client.post("/delegations", &body).await?.body)?)
        }
        ApproveCommand::Undelegate { delegation } => {
            client.retire(&format!("/delegations/{delegation}"), &[], Some("*".to_owned())).await?;
            Ok(output::say("removed")?)
        }
    }
}
