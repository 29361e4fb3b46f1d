//! Fields of records as people type them: `field=value`, with dots for what stands deeper.

use anyhow::Context;
use serde_json::{Value, json};

/// `field=value` pairs as a JSON object. Numbers and booleans are taken as such where the field is one; `null` takes away.
pub(super) fn object(fields: &[String]) -> anyhow::Result<Value> {
    const NUMBERS: &[&str] = &["impact", "urgency", "priority", "disabled", "auto_follow", "debounce_seconds"];
    let mut map = serde_json::Map::new();
    for field in fields {
        let (name, text) =
            field.split_once('=').with_context(|| format!("'{field}' is not of the form field=value"))?;
        let value = match text {
            "null" => Value::Null,
            // Details have values of all kinds; what is no JSON there is a text.
            text if NUMBERS.contains(&name) || name.contains('.') => {
                serde_json::from_str(text).unwrap_or_else(|_| json!(text))
            }
            text => json!(text),
        };
        insert(&mut map, name, value);
    }
    Ok(Value::Object(map))
}

/// Puts a value at a name, or with dots at a path of names.
fn insert(map: &mut serde_json::Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(map.insert(name.to_owned(), value)),
        Some((outer, inner)) => {
            let outer = map.entry(outer).or_insert_with(|| json!({}));
            if let Some(outer) = outer.as_object_mut() {
                insert(outer, inner, value);
            }
        }
    }
}
