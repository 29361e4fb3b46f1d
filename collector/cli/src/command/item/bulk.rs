//! `muster item bulk`: many items at once, first as a preview.

use serde_json::{Value, json};

use crate::client::Client;
use crate::command::record::{Done, all_taken};
use crate::output::{self, Column, Format, col};

/// What an edit makes of many items: what it would change, or with a reason what became of each.
pub(super) async fn bulk(client: &Client, format: Format, filter: &str, edit: &Value, reason: Option<String>) -> Done {
    const PLANNED: &[Column] =
        &[col("NAME", "/name"), col("CHANGES", "/told"), col("REFUSED", "/error"), col("ID", "/id")];
    const CHANGED: &[Column] =
        &[col("OUTCOME", "/outcome"), col("NAME", "/name"), col("REFUSED", "/error"), col("ID", "/id")];
    let body = json!({"filter": filter, "edit": edit});
    let mut planned = client.post("/items/bulk/preview", &body).await?.body;
    if format == Format::Table && planned.get("is_cut") == Some(&Value::Bool(true)) {
        output::say("more items are meant than are changed at once: these are the first")?;
    }
    let mut rows =
        planned.get_mut("items").map(Value::take).and_then(|items| items.as_array().cloned()).unwrap_or_default();
    let Some(reason) = reason else {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            let changes = row.get("changes").and_then(Value::as_array).into_iter().flatten();
            let text = |change: &Value, name: &str| change.get(name).map(plain).unwrap_or_default();
            let told = changes.map(|change| {
                let field = text(change, "field");
                let name = field.trim_start_matches("/attributes/").trim_start_matches('/');
                format!("{name}: {} -> {}", text(change, "before"), text(change, "after"))
            });
            let told = told.collect::<Vec<_>>().join("; ");
            row.insert("told".to_owned(), json!(told));
        }
        return Ok(output::rows(format, PLANNED, &rows)?);
    };
    let can = rows.iter().filter(|row| row.get("error").is_none_or(Value::is_null));
    let items: Vec<Value> = can.map(|row| json!({"id": row.get("id"), "version": row.get("version")})).collect();
    let refused = rows.iter().filter(|row| row.get("error").is_some_and(Value::is_string));
    let refused = refused.map(
        |row| json!({"outcome": "refused", "name": row.get("name"), "error": row.get("error"), "id": row.get("id")}),
    );
    let mut told: Vec<Value> = refused.collect();
    if !items.is_empty() {
        let body = json!({"items": items, "edit": edit, "reason": reason});
        let changed = client.post("/items/bulk", &body).await?.body;
        told.extend(changed.get("items").and_then(Value::as_array).into_iter().flatten().cloned());
    }
    output::rows(format, CHANGED, &told)?;
    all_taken(&told, "name")
}

/// A value in a line of text.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
