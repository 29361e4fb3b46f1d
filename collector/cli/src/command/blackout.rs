//! `muster blackout`: times in which nothing is changed, and the change calendar.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum BlackoutCommand {
    /// List blackouts
    List,
    /// Make a blackout: `muster blackout create 'year end' --everything --from 2026-12-24T00:00:00Z --until 2027-01-02T00:00:00Z --reason '…'`
    Create {
        name: String,
        /// Of everything
        #[arg(long)]
        everything: bool,
        /// Of an item, host or service; may be given several times
        #[arg(long = "item")]
        items: Vec<String>,
        /// Of the hosts that a query means
        #[arg(long, default_value = "")]
        hosts: String,
        /// From when, RFC 3339
        #[arg(long, required_unless_present = "schedule")]
        from: Option<String>,
        /// Until when, RFC 3339
        #[arg(long, required_unless_present = "schedule")]
        until: Option<String>,
        /// A JSON file with a schedule that comes again, in place of `--from` and `--until`
        #[arg(long)]
        schedule: Option<PathBuf>,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take a blackout away
    Remove { blackout: String },
    /// What is planned and was made: changes, blackouts, maintenance windows
    Calendar {
        /// From when: a day or RFC 3339; now without it
        #[arg(long)]
        from: Option<String>,
        /// Until when; 30 days later without it
        #[arg(long)]
        to: Option<String>,
    },
}

const BLACKOUTS: &[Column] = &[
    col("ID", "/id"),
    col("STATE", "/state"),
    col("NAME", "/name"),
    col("EVERYTHING", "/everything"),
    col("ITEMS", "/items"),
    col("HOSTS", "/hosts"),
    col("BECAUSE", "/reason"),
];

const ENTRIES: &[Column] = &[
    time("FROM", "/from"),
    time("UNTIL", "/to"),
    col("WHAT", "/what"),
    col("ID", "/id"),
    col("STATE", "/state"),
    col("CONFLICTS", "/conflicts"),
    col("BLOCKED", "/is_blocked"),
    col("TITLE", "/title"),
];

pub(super) async fn blackout(client: &Client, format: Format, command: BlackoutCommand) -> Done {
    match command {
        BlackoutCommand::List => Ok(output::rows(format, BLACKOUTS, &client.whole("/blackouts").await?)?),
        BlackoutCommand::Create { name, everything, items, hosts, from, until, schedule, reason } => {
            let schedule: Value = match schedule {
                Some(file) => {
                    let text = super::read_secret(&file)?;
                    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?
                }
                None => json!({"repeats": "never", "starts_at": from, "ends_at": until}),
            };
            let body = json!({
                "name": name, "everything": everything, "items": items, "hosts": hosts, "schedule": schedule,
                "reason": reason,
            });
            Ok(output::record(format, BLACKOUTS, &client.post("/blackouts", &body).await?.body)?)
        }
        BlackoutCommand::Remove { blackout } => {
            let path = format!("/blackouts/{blackout}");
            let etag = client.get(&path).await?.etag;
            client.retire(&path, &[], etag).await?;
            Ok(output::say("removed")?)
        }
        BlackoutCommand::Calendar { from, to } => {
            let named: Map<String, Value> = [("from", from), ("to", to)]
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
                .collect();
            let pairs: Vec<String> = named
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default().replace('+', "%2B")))
                .collect();
            let path = format!("/change-calendar?{}", pairs.join("&"));
            let answer = client.get(&path).await?.body;
            let rows = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            Ok(output::rows(format, ENTRIES, &rows)?)
        }
    }
}
