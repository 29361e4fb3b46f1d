//! `muster event send`: events, as a monitoring system sends them.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::alert::pairs;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col};

/// Events that are sent at once.
const BATCH: usize = 1_000;
/// Bytes of events that are sent at once: the collector takes a mebibyte.
const BATCH_BYTES: usize = 900_000;

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Send an event, or a file of them
    Send(SendArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// What kind of trouble, such as `disk_full`
    #[arg(required_unless_present = "file")]
    kind: Option<String>,
    /// How bad, or that it is over
    #[arg(value_parser = ["critical", "major", "minor", "warning", "info", "clear"], required_unless_present = "file")]
    severity: Option<String>,
    /// What it is about: id, name, FQDN or address
    #[arg(long, default_value = "")]
    ci: String,
    /// Which part of it
    #[arg(long, default_value = "")]
    resource: String,
    /// One line for people
    #[arg(long, default_value = "")]
    summary: String,
    /// Who sends it
    #[arg(long, default_value = "muster")]
    source: String,
    /// What the sender calls it: what comes twice under one name is one event
    #[arg(long)]
    id: Option<String>,
    /// When it occurred, RFC 3339; now without it
    #[arg(long)]
    occurred_at: Option<String>,
    /// What else is known of it, as `name=value`; may be given several times
    #[arg(long = "attr")]
    attrs: Vec<String>,
    /// File with events as JSON, one a line (`-` is standard input)
    #[arg(long, conflicts_with_all = ["kind", "severity"])]
    file: Option<PathBuf>,
}

fn told(args: &SendArgs) -> anyhow::Result<Value> {
    let attrs: Map<String, Value> =
        pairs(&args.attrs)?.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let mut event = json!({
        "source": args.source, "kind": args.kind, "severity": args.severity, "ci_ref": args.ci,
        "resource": args.resource, "summary": args.summary, "attrs": attrs,
    });
    for (name, value) in [("source_event_id", &args.id), ("occurred_at", &args.occurred_at)] {
        if let (Some(value), Some(event)) = (value, event.as_object_mut()) {
            event.insert(name.to_owned(), json!(value));
        }
    }
    Ok(event)
}

/// The lines of a file.
fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = std::fs::File::open(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Box::new(std::io::BufReader::new(file)))
}

/// Events, one a line, in parts that the collector takes at once.
fn batches(lines: impl BufRead) -> anyhow::Result<Vec<Vec<Value>>> {
    let (mut all, mut batch, mut bytes) = (Vec::new(), Vec::new(), 0);
    for (number, line) in lines.lines().enumerate() {
        let line = line.with_context(|| format!("reading line {}", number + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let event = serde_json::from_str(&line).with_context(|| format!("line {} is no JSON", number + 1))?;
        if batch.len() >= BATCH || bytes + line.len() > BATCH_BYTES {
            all.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        bytes += line.len() + 1;
        batch.push(event);
    }
    all.extend((!batch.is_empty()).then_some(batch));
    Ok(all)
}

pub(super) async fn event(client: &Client, format: Format, command: EventCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("OUTCOME", "/outcome"),
        col("STATE", "/state"),
        col("ITEM", "/ci/name"),
        col("KNOWN", "/ci/by"),
        col("ALERT", "/alert"),
        col("WRONG", "/errors"),
    ];
    let EventCommand::Send(args) = command;
    let bodies: Vec<Value> = match &args.file {
        None => vec![told(&args)?],
        Some(path) => batches(open(path)?)?.into_iter().map(|events| json!({"events": events})).collect(),
    };
    let mut rows = Vec::new();
    for body in bodies {
        let answer = client.post("/events", &body).await?.body;
        rows.extend(answer.get("items").and_then(Value::as_array).into_iter().flatten().cloned());
    }
    output::rows(format, COLUMNS, &rows)?;
    let refused = rows.iter().filter(|row| row.get("outcome").and_then(Value::as_str) == Some("refused")).count();
    if refused > 0 {
        bail!("{refused} of {} events were refused", rows.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sent_in_parts() {
        let many = "{\"kind\":\"x\"}\n\n".repeat(1_001);
        let sizes: Vec<usize> = batches(many.as_bytes()).unwrap().iter().map(Vec::len).collect();
        assert_eq!(sizes, [1_000, 1]);
        let large = format!("{{\"kind\":\"{}\"}}\n", "x".repeat(500_000)).repeat(3);
        assert_eq!(batches(large.as_bytes()).unwrap().len(), 3);
        assert!(batches(&b"{}\n{\n"[..]).unwrap_err().to_string().contains("line 2"));
    }
}
