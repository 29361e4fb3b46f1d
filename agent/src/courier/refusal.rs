//! What becomes of a report that the collector does not take: the sections that it names are left out; where it names none, the
//! largest; and what is no section's fault is set aside.

use muster_shared::report::{Change, Report};
use muster_shared::{SectionName, bound};
use serde_json::Value;

use super::{Answer, Courier, MAX_REJECTIONS, lock};
use crate::client::ClientError;
use crate::disk::DiskError;
use crate::spool::Entry;
use crate::state::{Refused, is_refusal};

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
/// The status of a body that is understood and not taken.
const UNPROCESSABLE: u16 = 422;
/// Of a report of which no section was named so many are left out at most: then it is not for one of them.
const MOST_SUSPECTS: usize = 4;

impl Courier {
    /// The report is set aside, and the next one is whole but for the sections that the collector named.
    pub(super) fn go_on_without(
        &mut self,
        entry: &Entry,
        sections: Vec<(SectionName, String)>,
        answer: &mut Answer,
    ) -> Result<(), DiskError> {
        let report = lock(&self.spool).read_report(entry)?;
        for (section, reason) in sections {
            tracing::warn!(report = %entry.report_id, %section, reason, "the collector does not take the section: the rest follows");
            let digest = report.as_ref().and_then(|report| report.sections.get(&section)).map(|told| told.digest);
            let at = self.clock.now();
            answer.want.refused.extend(digest.map(|digest| Refused(section, digest, reason, at, 1)));
        }
        self.rejected = None;
        answer.want.full = true;
        // Where it named what is not there, nothing would be other the next time: the next regular scan is soon enough.
        answer.rescan |= !answer.want.refused.is_empty();
        if report.is_some() {
            lock(&self.spool).quarantine(entry)?;
        }
        Ok(())
    }

    /// True when the rest of the report goes on at once.
    pub(super) fn count_rejection(
        &mut self,
        entry: &Entry,
        error: &ClientError,
        answer: &mut Answer,
    ) -> Result<bool, DiskError> {
        if !matches!(error, ClientError::Rejected { .. } | ClientError::Conflict { .. }) {
            return Ok(false);
        }
        let before = self.rejected.filter(|(seq, _)| *seq == entry.seq).map_or(0, |(_, count)| count);
        self.rejected = Some((entry.seq, before + 1));
        if before + 1 >= MAX_REJECTIONS {
            self.rejected = None;
            if let Some(guess) = self.suspect(entry, error)? {
                self.go_on_without(entry, vec![guess], answer)?;
                return Ok(true);
            }
            // A whole report with the next regular scan, not at once: it may be rejected as well.
            answer.want.full = true;
            lock(&self.spool).quarantine(entry)?;
        }
        Ok(false)
    }

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

    /// A report that is rejected again and again though no section of it is named may still be so for one of them. Without the
    /// largest the rest may be taken, and what is left out is said; a few are tried.
    pub(super) fn suspect(
        &self,
        entry: &Entry,
        error: &ClientError,
    ) -> Result<Option<(SectionName, String)>, DiskError> {
        let ClientError::Rejected { status: UNPROCESSABLE, detail, .. } = error else { return Ok(None) };
        let Some(report) = lock(&self.spool).read_report(entry)? else { return Ok(None) };
        let refused = report.sections.values().filter(|section| section.problems.first().is_some_and(is_refusal));
        if refused.count() >= MOST_SUSPECTS {
            return Ok(None);
        }
        let reason =
            format!("the report is rejected, none of it is named, and this is the largest section of it: {detail}");
        Ok(largest(&report).map(|name| (name, bound::shortened(&reason, bound::NAME_BYTES).into_owned())))
    }
}
