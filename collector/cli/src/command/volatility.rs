//! `muster volatility`: what moves by itself, and what the learner proposes.

use clap::Subcommand;
use serde_json::json;

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum VolatilityCommand {
    /// List what the learner proposes, what people decided, and the table that is shipped
    List,
    /// Say that an attribute is volatile: its changes are recorded and make no finding
    Accept {
        section: String,
        attribute: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say that an attribute is a fact: it is not proposed again for 30 days
    Reject {
        section: String,
        attribute: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

pub(super) async fn volatility(client: &Client, format: Format, command: VolatilityCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("SECTION", "/section"),
        col("WHAT", "/what"),
        col("STATE", "/state"),
        col("HOSTS", "/hosts"),
        col("OF", "/of"),
        col("TIMES A DAY", "/times"),
        time("COUNTED", "/last_at"),
        col("BECAUSE", "/reason"),
    ];
    const FIELDS: &[Column] = &[
        col("section", "/section"),
        col("what", "/what"),
        col("state", "/state"),
        col("because", "/reason"),
        col("decided by", "/decided_by"),
        time("decided", "/decided_at"),
        time("rests until", "/rests_until"),
    ];
    let (section, attribute, verb, reason) = match command {
        VolatilityCommand::List => return Ok(output::rows(format, COLUMNS, &client.whole("/volatility").await?)?),
        VolatilityCommand::Accept { section, attribute, reason } => (section, attribute, "accept", reason),
        VolatilityCommand::Reject { section, attribute, reason } => (section, attribute, "reject", reason),
    };
    let path = format!("/volatility/{section}/{attribute}/{verb}");
    Ok(output::record(format, FIELDS, &client.post(&path, &json!({"reason": reason})).await?.body)?)
}
