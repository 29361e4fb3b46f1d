//! `muster class`: which classes there are, and what owners define.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::Value;

use super::read_secret;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col};

#[derive(Debug, Subcommand)]
pub(crate) enum ClassCommand {
    /// List classes
    List,
    /// Show a class with its attributes; `--output json` has its JSON Schema
    Show { class: String },
    /// Define a class from a JSON file (`-` is standard input)
    Create { file: PathBuf },
    /// Replace what owners say of a class, or add attributes to a shipped one, from a JSON file
    Replace { class: String, file: PathBuf },
    /// Retire a class that no item has
    Retire { class: String },
}

pub(super) async fn class(client: &Client, format: Format, command: ClassCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("ORIGIN", "/origin"),
        col("ATTRIBUTES", "/attributes"),
        col("ITEMS", "/items"),
        col("MEANING", "/meaning"),
    ];
    const CLASS: &[Column] = &[
        col("name", "/name"),
        col("label", "/label"),
        col("meaning", "/meaning"),
        col("origin", "/origin"),
        col("items", "/items"),
        col("told apart by", "/identified_by"),
        col("retired", "/is_retired"),
        col("number", "/number"),
    ];
    const ATTRIBUTES: &[Column] = &[
        col("ATTRIBUTE", "/name"),
        col("KIND", "/kind"),
        col("NEED", "/need"),
        col("CHOICES", "/choices"),
        col("MEANING", "/meaning"),
    ];
    let shown = |class: &Value| -> Done {
        output::record(format, CLASS, class)?;
        if format == Format::Table {
            let attributes = class.get("attributes").and_then(Value::as_array).cloned().unwrap_or_default();
            output::say("")?;
            output::rows(format, ATTRIBUTES, &attributes)?;
        }
        Ok(())
    };
    let read = |file: &PathBuf| -> anyhow::Result<Value> {
        serde_json::from_str(&read_secret(file)?).with_context(|| format!("{} is no JSON", file.display()))
    };
    match command {
        ClassCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/classes").await?)?),
        ClassCommand::Show { class } => shown(&client.get(&format!("/classes/{class}")).await?.body),
        ClassCommand::Create { file } => shown(&client.post("/classes", &read(&file)?).await?.body),
        ClassCommand::Replace { class, file } => {
            let path = format!("/classes/{class}");
            let etag = client.get(&path).await?.etag;
            shown(&client.put(&path, &read(&file)?, etag).await?.body)
        }
        ClassCommand::Retire { class } => {
            let path = format!("/classes/{class}");
            let etag = client.get(&path).await?.etag;
            shown(&client.retire(&path, &[], etag).await?.body)
        }
    }
}
