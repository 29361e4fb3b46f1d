//! Which section makes a report too large.

use muster_shared::report::{Change, Report};
use muster_shared::{SectionName, bound};
use serde_json::Value;

use super::{Courier, lock};
use crate::client::ClientError;
use crate::disk::DiskError;
use crate::spool::Entry;

/// The section that takes the most bytes of a report, of those that tell items.
fn largest(report: &Report) -> Option<SectionName> {
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

/// The status of a body that is too large (RFC 9110).
const TOO_LARGE: u16 = 413;

impl Courier {
    /// A report that is too large as a whole names no section: what is largest of it is left out, until the rest is small enough.
    pub(super) fn too_large(
        &self,
        entry: &Entry,
        error: &ClientError,
    ) -> Result<Option<(SectionName, String)>, DiskError> {
        let ClientError::Rejected { status: TOO_LARGE, detail, .. } = error else { return Ok(None) };
        let report = lock(&self.spool).read_report(entry)?;
        let reason = format!("the report is too large, and this is the largest section of it: {detail}");
        Ok(report
            .as_ref()
            .and_then(largest)
            .map(|name| (name, bound::shortened(&reason, bound::NAME_BYTES).into_owned())))
    }
}
