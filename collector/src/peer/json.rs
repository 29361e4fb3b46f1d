//! JSON messages of GLPI's agent: `action` is `contact`, or `inventory` with its `content`.
//!
//! The text was checked before (no key twice, no NUL, bounded depth): what comes here is a plain value.

use muster_model::source::Source;
use serde_json::{Map, Value};

use super::PeerError;
use super::message::{Content, Entry, MAX_NAME_BYTES, Message, Told};

/// Most entries in one inventory.
const MAX_ENTRIES: usize = 200_000;
/// Longest text of one field.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Reads a message.
pub(crate) fn read(message: &Map<String, Value>) -> Result<Message<'static>, PeerError> {
    let device_id = name(message, "deviceid")?;
    match message.get("action").and_then(Value::as_str) {
        Some("contact") => Ok(Message::Contact),
        Some("inventory") => {
            let kind = message.get("itemtype").and_then(Value::as_str).unwrap_or("Computer");
            if kind != "Computer" {
                return Ok(Message::Other(kind.chars().take(80).collect()));
            }
            let content = message.get("content").and_then(Value::as_object);
            let content = content.ok_or_else(|| wrong("/content", "an object with the inventory is expected"))?;
            let client = content.get("versionclient").and_then(Value::as_str).unwrap_or("GLPI-Agent");
            Ok(Message::Inventory(Told {
                source: Source::Glpi,
                device_id,
                client: client.chars().take(100).collect(),
                is_partial: message.get("partial").and_then(Value::as_bool).unwrap_or(false),
                content: categories(content)?,
            }))
        }
        Some(other) => Ok(Message::Other(other.chars().take(80).collect())),
        None => Err(wrong("/action", "is missing")),
    }
}

fn wrong(pointer: &str, detail: &str) -> PeerError {
    PeerError::Field { pointer: pointer.to_owned(), detail: detail.to_owned() }
}

fn name(message: &Map<String, Value>, field: &str) -> Result<String, PeerError> {
    let text = message.get(field).and_then(Value::as_str).unwrap_or_default().trim();
    if text.is_empty() {
        return Err(wrong(&format!("/{field}"), "is missing"));
    }
    if text.len() > MAX_NAME_BYTES {
        return Err(wrong(&format!("/{field}"), &format!("at most {MAX_NAME_BYTES} bytes are taken")));
    }
    Ok(text.to_owned())
}

fn categories(content: &Map<String, Value>) -> Result<Content<'static>, PeerError> {
    let mut found = Content::new();
    let mut count = 0;
    for (category, value) in content {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        count += values.len();
        if count > MAX_ENTRIES {
            return Err(wrong(&format!("/content/{category}"), &format!("at most {MAX_ENTRIES} entries are taken")));
        }
        let entries: Result<Vec<Entry<'static>>, PeerError> = values
            .iter()
            .map(|value| {
                let mut entry = Entry::default();
                fill(&mut entry, String::new(), value, &format!("/content/{category}"))?;
                Ok(entry)
            })
            .collect();
        found.insert(category.to_ascii_lowercase(), entries?);
    }
    Ok(found)
}

/// The texts of a value under its name; what is nested two levels deep is no fact that anybody reads here.
fn fill(entry: &mut Entry<'static>, name: String, value: &Value, pointer: &str) -> Result<(), PeerError> {
    match value {
        Value::Bool(yes) => entry.add(name, if *yes { "1" } else { "0" }),
        Value::Number(number) => entry.add(name, number.to_string()),
        Value::String(text) if text.len() > MAX_TEXT_BYTES => {
            return Err(wrong(&format!("{pointer}/{name}"), &format!("at most {MAX_TEXT_BYTES} bytes are taken")));
        }
        Value::String(text) => entry.add(name, text.clone()),
        Value::Array(values) => {
            for value in values.iter().filter(|value| !value.is_array() && !value.is_object()) {
                fill(entry, name.clone(), value, pointer)?;
            }
        }
        Value::Object(fields) if name.matches('/').count() < 1 => {
            for (field, value) in fields {
                let path = if name.is_empty() { field.clone() } else { format!("{name}/{field}") };
                fill(entry, path, value, pointer)?;
            }
        }
        Value::Null | Value::Object(_) => {}
    }
    Ok(())
}
