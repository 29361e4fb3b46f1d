//! `muster priority`: which priority impact and urgency make, and what makes an incident a major one.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum PriorityCommand {
    /// Show the rules; `-o json` gives what `set` takes
    Show {
        /// Those of a version that a ticket names
        #[arg(long)]
        version: Option<u64>,
    },
    /// Set the rules from a JSON file (`-` is standard input); what is left out is as shipped. No ticket moves: see `follow`
    Set { file: PathBuf },
    /// Let open tickets have the priority that the rules give them now; those that a person set stay
    Follow {
        /// Only say which would follow
        #[arg(long)]
        dry_run: bool,
    },
}

const FIELDS: &[Column] = &[
    col("version", "/version"),
    col("impact 1", "/matrix/0"),
    col("impact 2", "/matrix/1"),
    col("impact 3", "/matrix/2"),
    col("kinds", "/kinds"),
    col("impact floor", "/impact_floor"),
    col("while down", "/impact_floor_down"),
    col("urgency", "/urgency"),
    col("major", "/major"),
    col("set by", "/changed_by"),
    time("set at", "/changed_at"),
];

/// What is answered beside the rules and is no part of them.
const BESIDE: [&str; 4] = ["version", "changed_by", "changed_at", "request_id"];

pub(super) async fn priority(client: &Client, format: Format, command: PriorityCommand) -> Done {
    const FOLLOWED: &[Column] = &[col("NUMBER", "/number"), col("FROM", "/from"), col("TO", "/to")];
    match command {
        PriorityCommand::Show { version: None } => {
            Ok(output::record(format, FIELDS, &client.get("/priority-rules").await?.body)?)
        }
        PriorityCommand::Show { version: Some(version) } => {
            let found = client.get(&format!("/priority-rules/versions/{version}")).await?;
            Ok(output::record(format, FIELDS, &found.body)?)
        }
        PriorityCommand::Set { file } => {
            let text = super::read_secret(&file)?;
            let mut body: Value =
                serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
            // What `show` printed can be set again.
            if let Some(fields) = body.as_object_mut() {
                fields.retain(|name, _| !BESIDE.contains(&name.as_str()));
            }
            let etag = client.get("/priority-rules").await?.etag;
            Ok(output::record(format, FIELDS, &client.put("/priority-rules", &body, etag).await?.body)?)
        }
        PriorityCommand::Follow { dry_run } => {
            let mut all = Vec::new();
            loop {
                let answer = client.post("/priority-rules/follow", &json!({"dry_run": dry_run})).await?.body;
                let bunch = answer.get("tickets").and_then(Value::as_array).cloned().unwrap_or_default();
                let (is_empty, left) = (bunch.is_empty(), answer.get("left").and_then(Value::as_u64).unwrap_or(0));
                all.extend(bunch);
                if dry_run || is_empty || left == 0 {
                    return Ok(output::rows(format, FOLLOWED, &all)?);
                }
            }
        }
    }
}
