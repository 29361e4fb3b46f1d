//! `muster waiver`, `muster routing` and `muster why`: what may stand, who deals with the rest, and why nobody was told.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum WaiverCommand {
    /// List waivers, newest first
    List,
    /// Show a waiver
    Show { waiver: String },
    /// Let findings stand: `muster waiver create 'policy:package host_name:lab-*' --justification 'a lab' --owner ann --expires 2026-12-31T00:00:00Z`
    Create {
        /// Which findings it means, in the query language
        selector: String,
        /// Why they may stand
        #[arg(long)]
        justification: String,
        /// Who answers for it
        #[arg(long)]
        owner: String,
        /// When it ends
        #[arg(long)]
        expires: String,
    },
    /// End a waiver before its time: what it let stand comes back
    End { waiver: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoutingCommand {
    /// Show the rules, in the order in which they are tried
    Show,
    /// Set the rules from a JSON file (`-` is standard input): `{"rules": [{"name": …, "about": "findings" or "tickets", "filter": …, "group": …}]}`
    Set { file: PathBuf },
    /// What the rules say of a finding
    Explain { finding: String },
}

fn shown(format: Format, waiver: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("means", "/selector"),
        col("because", "/justification"),
        col("owner", "/owner"),
        col("state", "/state"),
        time("ends", "/expires_at"),
        col("made by", "/created_by"),
        time("made", "/created_at"),
        col("ended by", "/ended_by"),
        time("ended", "/ended_at"),
    ];
    Ok(output::record(format, FIELDS, waiver)?)
}

pub(super) async fn waiver(client: &Client, format: Format, command: WaiverCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("ID", "/id"),
        col("STATE", "/state"),
        col("MEANS", "/selector"),
        col("OWNER", "/owner"),
        time("ENDS", "/expires_at"),
        col("BECAUSE", "/justification"),
    ];
    match command {
        WaiverCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/waivers").await?)?),
        WaiverCommand::Show { waiver } => shown(format, &client.get(&format!("/waivers/{waiver}")).await?.body),
        WaiverCommand::Create { selector, justification, owner, expires } => {
            let body = json!({
                "selector": selector, "justification": justification, "owner": owner, "expires_at": expires,
            });
            shown(format, &client.post("/waivers", &body).await?.body)
        }
        WaiverCommand::End { waiver } => {
            let path = format!("/waivers/{waiver}");
            let etag = client.get(&path).await?.etag;
            shown(format, &client.retire(&path, &[], etag).await?.body)
        }
    }
}

const RULES: &[Column] = &[
    col("NAME", "/name"),
    col("ABOUT", "/about"),
    col("MEANS", "/filter"),
    col("GROUP", "/group"),
    col("ASSIGNEE", "/assignee"),
];

fn rules(format: Format, routing: &Value) -> Done {
    let all = routing.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, RULES, &all)?)
}

pub(super) async fn routing(client: &Client, format: Format, command: RoutingCommand) -> Done {
    const TRIED: &[Column] = &[
        col("FITS", "/fits"),
        col("NAME", "/rule/name"),
        col("MEANS", "/rule/filter"),
        col("GROUP", "/rule/group"),
        col("ASSIGNEE", "/rule/assignee"),
    ];
    match command {
        RoutingCommand::Show => rules(format, &client.get("/routing").await?.body),
        RoutingCommand::Set { file } => {
            let text = super::read_secret(&file)?;
            let body: Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
            let etag = client.get("/routing").await?.etag;
            rules(format, &client.put("/routing", &body, etag).await?.body)
        }
        RoutingCommand::Explain { finding } => {
            Ok(output::rows(format, TRIED, &client.whole(&format!("/findings/{finding}/routing")).await?)?)
        }
    }
}

/// Why a change of a host alerted somebody, or nobody.
pub(super) async fn why(client: &Client, format: Format, host: &str, seq: u64) -> Done {
    const STEPS: &[Column] = &[col("STEP", "/step"), col("WENT ON", "/passed"), col("WHY", "/why")];
    let host = super::record::host_id(client, host).await?;
    let why = client.get(&format!("/hosts/{host}/history/{seq}/why")).await?.body;
    if format != Format::Table {
        return Ok(output::record(format, STEPS, &why)?);
    }
    let steps = why.get("steps").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, STEPS, &steps)?)
}
