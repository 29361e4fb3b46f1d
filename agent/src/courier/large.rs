//! Which section makes a report too large.

use muster_shared::SectionName;
use muster_shared::report::{Change, Report};
use serde_json::Value;

/// The section that takes the most bytes of a report, of those that tell items.
pub(super) fn largest(report: &Report) -> Option<SectionName> {
    let told = report.sections.iter().filter_map(|(name, section)| {
        let items = match &section.change {
            Change::Whole(items) | Change::Delta { upsert: items, .. } => items,
            Change::Same => return None,
        };
        let texts = items.iter().map(|item| item.key.len() + item.attributes.values().map(length).sum::<usize>());
        Some((texts.sum::<usize>(), *name)).filter(|(bytes, _)| *bytes > 0)
    });
    told.max().map(|(_, name)| name)
}

/// About how long a value is as JSON.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(length).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + length(value)).sum(),
        _ => 8,
    }
}
