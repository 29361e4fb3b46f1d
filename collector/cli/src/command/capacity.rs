//! `muster capacity`: what runs out of space, memory or processors, and when; the thresholds.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::level::parameters;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col};

#[derive(Debug, Args)]
pub(crate) struct CapacityArgs {
    #[command(subcommand)]
    command: Option<CapacityCommand>,
    /// Which hosts, in the query language: `site:berlin`
    #[arg(long)]
    filter: Option<String>,
    /// Only the hosts that this service stands on
    #[arg(long)]
    service: Option<String>,
    #[arg(long, value_parser = ["filesystem", "memory", "cpu", "disk"])]
    resource: Option<String>,
    #[arg(long, value_parser = ["critical", "warn", "fine", "unknown"])]
    standing: Option<String>,
    /// At most so many rows
    #[arg(long, default_value = "50")]
    limit: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CapacityCommand {
    /// What a host has and uses
    Host { host: String },
    /// List the thresholds
    Thresholds,
    /// Set the threshold of a resource
    Threshold {
        #[arg(value_parser = ["filesystem", "memory", "cpu", "disk"])]
        resource: String,
        #[arg(long)]
        warn: u8,
        #[arg(long)]
        critical: u8,
        /// So many days before it is full it is a warning
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
}

const ROWS: &[Column] = &[
    col("STANDING", "/standing"),
    col("HOST", "/host_name"),
    col("WHAT", "/resource"),
    col("WHERE", "/label"),
    col("USED %", "/used_percent"),
    col("GROWTH/DAY", "/growth_per_day"),
    col("FULL ON", "/full/on"),
    col("EARLIEST", "/full/earliest"),
    col("LATEST", "/full/latest"),
    col("CONFIDENCE", "/full/confidence"),
    col("NO DAY SINCE", "/silence"),
];

const THRESHOLDS: &[Column] = &[
    col("RESOURCE", "/resource"),
    col("WARN %", "/warn_percent"),
    col("CRITICAL %", "/critical_percent"),
    col("DAYS AHEAD", "/horizon_days"),
];

fn items(found: &Value) -> Vec<Value> {
    found.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

pub(super) async fn capacity(client: &Client, format: Format, args: CapacityArgs) -> Done {
    match args.command {
        None => {
            let asked = [
                ("filter", args.filter),
                ("service", args.service),
                ("resource", args.resource),
                ("standing", args.standing),
                ("limit", Some(args.limit)),
            ];
            let found = client.get(&parameters("/reports/capacity".into(), &asked)).await?.body;
            Ok(output::rows(format, ROWS, &items(&found))?)
        }
        Some(CapacityCommand::Host { host }) => {
            let found = client.get(&format!("/hosts/{host}/capacity")).await?.body;
            Ok(output::rows(format, ROWS, &items(&found))?)
        }
        Some(CapacityCommand::Thresholds) => {
            Ok(output::rows(format, THRESHOLDS, &items(&client.get("/capacity-thresholds").await?.body))?)
        }
        Some(CapacityCommand::Threshold { resource, warn, critical, days }) => {
            let known = items(&client.get("/capacity-thresholds").await?.body);
            let version = known.iter().find(|row| row.get("resource").and_then(Value::as_str) == Some(&resource));
            let version = version.and_then(|row| row.get("version")).and_then(Value::as_u64).unwrap_or_default();
            let body = json!({"warn_percent": warn, "critical_percent": critical, "horizon_days": days});
            let answer =
                client.put(&format!("/capacity-thresholds/{resource}"), &body, Some(format!("\"{version}\""))).await?;
            Ok(output::record(format, THRESHOLDS, &answer.body)?)
        }
    }
}
