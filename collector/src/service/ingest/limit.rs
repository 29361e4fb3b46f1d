//! Bounds of a report that a well-behaved agent never meets.

use muster_shared::bound::{ITEMS, KEY_BYTES, NAME_BYTES, text_bytes};
use muster_shared::report::{Change, Report, SCHEMA};

use crate::service::{ServiceError, invalid};

/// Why a report of another schema is refused, and what to do (case 107).
pub(crate) fn other_schema(schema: u32) -> String {
    let what = if schema > SCHEMA { "update the collector first, then its agents" } else { "update the agent" };
    format!("the report has schema {schema}, and this collector knows schema {SCHEMA} only: {what}")
}

/// Bounds that a well-behaved agent never meets (cases 7 to 9): the error names the field.
pub(crate) fn check_limits(report: &Report) -> Result<(), ServiceError> {
    if report.schema != SCHEMA {
        return Err(invalid("/schema", other_schema(report.schema)));
    }
    if report.next <= report.base {
        return Err(invalid("/next", "the next generation must be greater than the base"));
    }
    for (pointer, text) in [("/boot_id", &report.boot_id), ("/agent_version", &report.agent_version)] {
        if text.len() > NAME_BYTES {
            return Err(invalid(pointer, format!("at most {NAME_BYTES} bytes are taken")));
        }
    }
    for (name, section) in &report.sections {
        let pointer = format!("/sections/{name}/change");
        let (items, removed): (&[_], &[String]) = match &section.change {
            Change::Whole(items) => (items, &[]),
            Change::Delta { .. } if report.base == 0 => {
                return Err(invalid(&pointer, "a report without a base holds whole sections only"));
            }
            Change::Delta { upsert, remove } => (upsert, remove),
            Change::Same => (&[], &[]),
        };
        // A section may become another one altogether: as many go as come.
        if items.len().max(removed.len()) > ITEMS {
            return Err(invalid(&pointer, format!("at most {ITEMS} items are taken")));
        }
        let mut keys = std::collections::HashSet::new();
        for item in items {
            if item.key.is_empty() || item.key.len() > KEY_BYTES {
                return Err(invalid(&pointer, format!("an item's key has 1 to {KEY_BYTES} bytes")));
            }
            if !keys.insert(item.key.as_str()) {
                return Err(invalid(&pointer, format!("the key '{}' stands twice", item.key)));
            }
            let limit = |attribute: &str| text_bytes(*name, attribute);
            let is_long = |name: &str, value: &serde_json::Value| value.as_str().is_some_and(|t| t.len() > limit(name));
            if let Some((attribute, _)) = item.attributes.iter().find(|(name, value)| is_long(name, value)) {
                let why =
                    format!("attribute '{attribute}' of '{}' is longer than {} bytes", item.key, limit(attribute));
                return Err(invalid(&pointer, why));
            }
        }
    }
    Ok(())
}
