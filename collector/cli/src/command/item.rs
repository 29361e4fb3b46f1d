//! Items and who says what of them: lists, one item with all that is said of it, pins, sources.

use serde_json::{Value, json};

use super::noun::{ItemCommand, SourceCommand};
use super::record::{Done, history, list};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

pub(super) async fn item(client: &Client, format: Format, command: ItemCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("CLASS", "/class"),
        col("NAME", "/name"),
        col("VERSION", "/attributes/version"),
        col("HOST", "/host_name"),
        time("SINCE", "/since"),
        col("ID", "/id"),
    ];
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("class", "/class"),
        col("key", "/key"),
        col("host", "/host_name"),
        col("present", "/is_present"),
        time("since", "/since"),
        time("seen", "/seen_at"),
        col("attributes", "/attributes"),
        col("metrics", "/metrics"),
        col("findings", "/findings"),
    ];
    match command {
        ItemCommand::List(args) => list(client, format, "/items", &args, COLUMNS).await,
        ItemCommand::Show { item } => {
            let found = client.get(&format!("/items/{item}")).await?.body;
            output::record(format, FIELDS, &found)?;
            if format == Format::Table {
                output::say("")?;
                output::rows(format, SAID, &said(&found))?;
            }
            Ok(())
        }
        ItemCommand::Pin { item, attribute, value, reason, until } => {
            let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
            let body = json!({"attribute": attribute, "value": value, "reason": reason, "until": until});
            client.post(&format!("/items/{item}/pins"), &body).await?;
            Ok(output::say("pinned")?)
        }
        ItemCommand::Unpin { item, attribute } => {
            let pins = client.whole(&format!("/items/{item}/pins")).await?;
            let held = pins.iter().find(|pin| pin.get("attribute").and_then(Value::as_str) == Some(&attribute));
            let version = held.and_then(|pin| pin.get("version")).and_then(Value::as_u64);
            let version = version.ok_or_else(|| anyhow::anyhow!("no value of '{attribute}' is pinned on this item"))?;
            client.remove(&format!("/items/{item}/pins/{attribute}"), &format!("\"{version}\"")).await?;
            Ok(output::say("taken back")?)
        }
        ItemCommand::History { item, limit } => history(client, format, format!("/items/{item}/history"), limit).await,
    }
}

const SAID: &[Column] = &[
    col("ATTRIBUTE", "/attribute"),
    col("VALUE", "/value"),
    col("SOURCE", "/source"),
    time("SAID", "/seen_at"),
    col("COUNTS", "/counts"),
];

/// What every source says of each attribute: one row each, the one that counts first, with the reason.
fn said(found: &Value) -> Vec<Value> {
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
