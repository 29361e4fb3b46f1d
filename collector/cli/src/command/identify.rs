//! `muster identify`: why a report belongs to its host, questions of identity, merging and splitting, the rules.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::record::host_id;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum IdentifyCommand {
    /// Say why a report belongs to its host
    Explain {
        /// Id of the report: `rpt_…`
        report: String,
    },
    /// List questions that wait for a person
    Reviews {
        /// Those that are over too
        #[arg(long)]
        all: bool,
    },
    /// Answer a question
    #[command(group = clap::ArgGroup::new("answer").required(true))]
    Decide {
        /// Id of the review: `rev_…`
        review: String,
        /// It is this host, by name or id
        #[arg(long, value_name = "HOST", group = "answer")]
        same: Option<String>,
        /// It is a machine of its own
        #[arg(long, group = "answer")]
        new: bool,
        /// Put the question aside
        #[arg(long, group = "answer")]
        dismiss: bool,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Merge a host into another one: its id becomes an alias
    Merge {
        /// The host that goes, by name or id
        host: String,
        /// The host that stays, by name or id
        #[arg(long)]
        into: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Make a host of its own out of agents and identifiers of another one
    Split {
        /// The host, by name or id
        host: String,
        /// Agent that leaves; may be given several times
        #[arg(long = "agent")]
        agents: Vec<String>,
        /// Identifier that leaves, as `kind=value`; may be given several times
        #[arg(long = "identifier")]
        identifiers: Vec<String>,
        /// What the new host is called until it says so itself
        #[arg(long)]
        name: Option<String>,
        /// Why
        #[arg(long)]
        reason: String,
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List merges and splits
    Merges,
    /// Take a merge or a split back
    Undo {
        /// Id of the merge: `mrg_…`
        merge: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Show the rules, strongest first
    Rules,
    /// Try rules on the decisions of the last 30 days; changes nothing
    Try {
        /// File with the rules as JSON: `steps`, `placeholders`, `limits`, each as `muster identify rules -o json` shows it
        file: PathBuf,
    },
    /// Make the next version of the rules
    SetRules {
        /// File with the rules as JSON, as for `try`
        file: PathBuf,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

const REVIEWS: &[Column] = &[
    time("ASKED", "/opened_at"),
    col("KIND", "/kind"),
    col("STATE", "/state"),
    col("NAME", "/name"),
    col("MAY BE", "/hosts"),
    col("ANSWER", "/answer"),
    col("ID", "/id"),
];

const MERGES: &[Column] = &[
    time("WHEN", "/at"),
    col("WHAT", "/kind"),
    col("FROM", "/from_name"),
    col("INTO", "/into_name"),
    col("WHO", "/by"),
    col("WHY", "/reason"),
    time("UNDONE", "/undone_at"),
    col("ID", "/id"),
];

const MERGE: &[Column] = &[
    col("id", "/id"),
    col("what", "/kind"),
    col("done", "/is_done"),
    col("from", "/from"),
    col("into", "/into"),
    col("identifiers", "/identifiers"),
    col("agents", "/agents"),
    col("findings", "/findings"),
    col("tickets", "/tickets"),
];

const CANDIDATES: &[Column] = &[
    col("HOST", "/name"),
    col("RULE", "/rule"),
    col("SAME", "/values"),
    col("REJECTED", "/rejected"),
    col("DIFFERS IN", "/contradicted_by"),
    col("ID", "/host"),
];

const EXPLANATION: &[Column] = &[
    col("host", "/host"),
    col("settled by", "/settled"),
    col("rule", "/rule"),
    col("same", "/values"),
    time("when", "/at"),
    col("rules version", "/rules_version"),
    col("source", "/source"),
    col("name", "/name"),
    col("shows", "/identifiers"),
    col("ignored", "/ignored"),
    col("review", "/review"),
    col("decided by report", "/decided_by_report"),
];

const STEPS: &[Column] = &[col("RULE", "/rule"), col("EFFECT", "/effect"), col("WHAT HAS TO BE SO", "/needs")];

const DIFFERENCES: &[Column] = &[
    time("WHEN", "/at"),
    col("EFFECT", "/effect"),
    col("NAME", "/name"),
    col("WAS", "/was"),
    col("WOULD BE", "/would_be"),
    col("RULE", "/rule"),
    col("REPORT", "/report"),
];

fn part(body: &Value, field: &str) -> Vec<Value> {
    body.get(field).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// What can be said of rules in a file; whatever else the collector shows of them is left out.
fn rules(text: &str) -> anyhow::Result<Map<String, Value>> {
    let shown: Map<String, Value> = serde_json::from_str(text).context("the rules are no JSON object")?;
    let mut rules: Map<String, Value> =
        shown.into_iter().filter(|(name, _)| ["steps", "placeholders", "limits"].contains(&name.as_str())).collect();
    for step in rules.get_mut("steps").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(step) = step.as_object_mut() {
            step.remove("needs");
        }
    }
    Ok(rules)
}

fn rules_of(file: &Path) -> anyhow::Result<Map<String, Value>> {
    rules(&std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?)
}

fn identifier(text: &str) -> anyhow::Result<Value> {
    let (kind, value) = text.split_once('=').with_context(|| format!("'{text}' is not of the form kind=value"))?;
    Ok(json!({"kind": kind, "value": value}))
}

/// A record for people, and a table of a part of it; machines get the record as it is.
fn both(format: Format, fields: &[Column], body: &Value, columns: &[Column], of: &str) -> anyhow::Result<()> {
    output::record(format, fields, body)?;
    let rows = part(body, of);
    if format == Format::Table && !rows.is_empty() {
        output::say("")?;
        output::rows(format, columns, &rows)?;
    }
    Ok(())
}

pub(super) async fn identify(client: &Client, format: Format, command: IdentifyCommand) -> anyhow::Result<()> {
    match command {
        IdentifyCommand::Explain { report } => {
            let why = client.get(&format!("/identification/explain/{report}")).await?.body;
            both(format, EXPLANATION, &why, CANDIDATES, "candidates")
        }
        IdentifyCommand::Reviews { all } => {
            let state = [("state", if all { "all" } else { "open" }.to_owned())];
            let rows = client.list("/identification/reviews", &state, usize::MAX).await?;
            Ok(output::rows(format, REVIEWS, &rows)?)
        }
        IdentifyCommand::Decide { review, same, new, dismiss, reason } => {
            let mut answer = json!({"reason": reason, "new": new, "dismiss": dismiss});
            if let (Some(host), Some(body)) = (same, answer.as_object_mut()) {
                body.insert("same".into(), json!(host_id(client, &host).await?));
            }
            let decided = client.post(&format!("/identification/reviews/{review}/decide"), &answer).await?.body;
            Ok(output::record(format, REVIEWS, &decided)?)
        }
        IdentifyCommand::Merge { host, into, reason, dry_run } => {
            let (host, into) = (host_id(client, &host).await?, host_id(client, &into).await?);
            let body = json!({"into": into, "reason": reason, "dry_run": dry_run});
            Ok(output::record(format, MERGE, &client.post(&format!("/hosts/{host}/merge"), &body).await?.body)?)
        }
        IdentifyCommand::Split { host, agents, identifiers, name, reason, dry_run } => {
            let host = host_id(client, &host).await?;
            let identifiers = identifiers.iter().map(|text| identifier(text)).collect::<anyhow::Result<Vec<_>>>()?;
            let body = json!({
                "agents": agents, "identifiers": identifiers, "name": name, "reason": reason, "dry_run": dry_run,
            });
            Ok(output::record(format, MERGE, &client.post(&format!("/hosts/{host}/split"), &body).await?.body)?)
        }
        IdentifyCommand::Merges => {
            let rows = client.list("/identification/merges", &[], usize::MAX).await?;
            Ok(output::rows(format, MERGES, &rows)?)
        }
        IdentifyCommand::Undo { merge, reason } => {
            let path = format!("/identification/merges/{merge}/undo");
            Ok(output::record(format, MERGE, &client.post(&path, &json!({"reason": reason})).await?.body)?)
        }
        IdentifyCommand::Rules | IdentifyCommand::Try { .. } | IdentifyCommand::SetRules { .. } => {
            change_rules(client, format, command).await
        }
    }
}

async fn change_rules(client: &Client, format: Format, command: IdentifyCommand) -> anyhow::Result<()> {
    const FIELDS: &[Column] =
        &[col("version", "/version"), col("by", "/by"), col("placeholders", "/placeholders"), col("limits", "/limits")];
    const COUNTS: &[Column] = &[col("decisions", "/decisions"), col("differences", "/counts")];
    let rules_now = match command {
        IdentifyCommand::Try { file } => {
            let tried = client.post("/identification/dry-run", &Value::Object(rules_of(&file)?)).await?.body;
            return both(format, COUNTS, &tried, DIFFERENCES, "differences");
        }
        IdentifyCommand::SetRules { file, reason } => {
            let mut next = rules_of(&file)?;
            next.insert("reason".into(), json!(reason));
            let etag = client.get("/identification/rules").await?.etag;
            client.put("/identification/rules", &Value::Object(next), etag).await?.body
        }
        _ => client.get("/identification/rules").await?.body,
    };
    both(format, FIELDS, &rules_now, STEPS, "steps")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_a_kind_and_a_value() {
        assert_eq!(identifier("system_serial=A=B").unwrap(), json!({"kind": "system_serial", "value": "A=B"}));
        assert!(identifier("x").is_err());
    }

    #[test]
    fn rules_are_taken_as_they_are_shown() {
        let shown = json!({
            "version": 3, "by": "ann", "limits": {"machine_id": 2},
            "steps": [{"rule": "agent", "effect": "match", "needs": "a key"}],
        });
        let expected = json!({"limits": {"machine_id": 2}, "steps": [{"rule": "agent", "effect": "match"}]});
        assert_eq!(Value::Object(rules(&shown.to_string()).unwrap()), expected);
        assert!(rules("[]").is_err() && rules("{").is_err());
    }
}
