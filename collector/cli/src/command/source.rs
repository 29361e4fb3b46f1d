//! Who says what of items: `muster source`, what every source says of an item, and the values that people pin.

use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// List who says something of hosts, and when each was last heard
    List,
}

const SAID: &[Column] = &[
    col("ATTRIBUTE", "/attribute"),
    col("VALUE", "/value"),
    col("SOURCE", "/source"),
    time("SAID", "/seen_at"),
    col("COUNTS", "/counts"),
];

/// What every source says of each attribute: one row each, the one that counts first, with the reason.
fn rows(found: &Value) -> Vec<Value> {
    let mut rows = Vec::new();
    for (attribute, explained) in found.get("values").and_then(Value::as_object).into_iter().flatten() {
        let reason = explained.get("reason").cloned().unwrap_or_default();
        for said in explained.get("said").and_then(Value::as_array).into_iter().flatten() {
            let mut row = said.clone();
            let counts = said.get("is_winner").and_then(Value::as_bool).unwrap_or(false);
            if let Some(fields) = row.as_object_mut() {
                fields.insert("attribute".into(), json!(attribute));
                fields.insert("counts".into(), if counts { reason.clone() } else { Value::Null });
            }
            rows.push(row);
        }
    }
    rows
}

/// Prints what every source says of an item.
pub(super) fn said(format: Format, found: &Value) -> Done {
    Ok(output::rows(format, SAID, &rows(found))?)
}

/// Pins a value: JSON, or a text.
pub(super) async fn pin(client: &Client, item: &str, mut body: Value, value: String) -> Done {
    let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
    if let Some(fields) = body.as_object_mut() {
        fields.insert("value".into(), value);
    }
    client.post(&format!("/items/{item}/pins"), &body).await?;
    Ok(output::say("pinned")?)
}

/// Takes a pin back.
pub(super) async fn unpin(client: &Client, item: &str, attribute: &str) -> Done {
    let pins = client.whole(&format!("/items/{item}/pins")).await?;
    let held = pins.iter().find(|pin| pin.get("attribute").and_then(Value::as_str) == Some(attribute));
    let version = held.and_then(|pin| pin.get("version")).and_then(Value::as_u64);
    let version = version.ok_or_else(|| anyhow::anyhow!("no value of '{attribute}' is pinned on this item"))?;
    client.remove(&format!("/items/{item}/pins/{attribute}"), &format!("\"{version}\"")).await?;
    Ok(output::say("taken back")?)
}

pub(super) async fn source(client: &Client, format: Format, SourceCommand::List: SourceCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("SOURCE", "/name"),
        col("HOSTS", "/hosts"),
        time("LAST REPORT", "/last_report_at"),
        col("NOT TAKEN", "/refused"),
        col("LAST REASON", "/errors/0/why"),
    ];
    Ok(output::rows(format, COLUMNS, &client.whole("/sources").await?)?)
}

/// Watches an item, or does so no more.
pub(super) async fn watch(client: &Client, item: &str, stop: bool) -> Done {
    let path = format!("/items/{item}/watchers");
    if stop {
        client.delete(&path).await?;
    } else {
        client.post(&path, &Value::Null).await?;
    }
    Ok(output::say(if stop { "not watched any more" } else { "watched" })?)
}
