//! Items by name: what is no id is the name of a host, or of an item that people declare.

use muster_shared::id::NodeId;
use serde_json::Value;

use crate::client::Client;

/// A text of the query language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The id that a text means. What nothing is called is left to the collector, which says so.
pub(in crate::command) async fn id_of(client: &Client, text: &str) -> anyhow::Result<String> {
    if text.parse::<NodeId>().is_ok() {
        return Ok(text.to_owned());
    }
    let asked = |more: &str| vec![("filter", format!("{more}name:{}", quoted(text)))];
    let mut found = client.list("/items", &asked("declared:true "), 100).await?;
    found.extend(client.list("/hosts", &asked(""), 100).await?);
    let is_called = |one: &Value| {
        one.get("name").and_then(Value::as_str).is_some_and(|name| name.to_lowercase() == text.to_lowercase())
    };
    let ids: Vec<&str> =
        found.iter().filter(|one| is_called(one)).filter_map(|one| one.get("id").and_then(Value::as_str)).collect();
    match ids.as_slice() {
        [] => Ok(text.to_owned()),
        [id] => Ok((*id).to_owned()),
        many => anyhow::bail!("'{text}' is the name of several: {}", many.join(", ")),
    }
}
