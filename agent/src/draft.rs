//! A report while it is written: section after section into the body that will be sent, so that no section has to stay for
//! another one's sake. What is only known at the end (the root, the number) stands behind the sections.

use std::io::{self, Write};

use muster_shared::canonical::Digest;
use muster_shared::id::ReportId;
use muster_shared::report::{SCHEMA, SectionReport};
use muster_shared::{SectionName, Time};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::pack::Packer;

/// What a report says beside its sections: [`muster_shared::Report`] without them.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Names the report.
    pub report_id: ReportId,
    /// The kernel's boot id.
    pub boot_id: String,
    /// Its number.
    pub seq: u64,
    /// When the scan ended.
    pub collected_at: Time,
    /// Generation that the differences build on.
    pub base: u64,
    /// Generation after it.
    pub next: u64,
    /// Hash of the whole inventory after it.
    pub root: Digest,
}

/// A report as it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub seq: u64,
    /// Whether all sections are whole.
    pub is_full: bool,
    /// Its id.
    pub report_id: ReportId,
    /// The packed JSON.
    pub body: Vec<u8>,
}

/// A report that is not at its end.
#[derive(Default)]
pub struct Draft {
    packer: Packer,
    has_sections: bool,
    /// What went wrong first: from then on nothing is written.
    error: Option<io::Error>,
}

impl Draft {
    /// Whether no section was told yet.
    pub const fn is_empty(&self) -> bool {
        !self.has_sections
    }

    /// Tells of a section, with metrics that are text already. Each may come once.
    pub fn add(&mut self, name: SectionName, report: &SectionReport, metrics: Option<&RawValue>) {
        if self.error.is_none() {
            self.error = self.write(name, &Section { report, metrics }).err();
        }
    }

    fn write(&mut self, name: SectionName, section: &Section<'_>) -> io::Result<()> {
        let before: &[u8] = if self.has_sections { b"," } else { b"{\"sections\":{" };
        self.has_sections = true;
        self.packer.write_all(before)?;
        serde_json::to_writer(&mut self.packer, &name)?;
        self.packer.write_all(b":")?;
        Ok(serde_json::to_writer(&mut self.packer, section)?)
    }

    /// Ends it.
    pub fn finish(mut self, head: &Head) -> io::Result<Written> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let before: &[u8] = if self.has_sections { b"}" } else { b"{\"sections\":{}" };
        self.packer.write_all(before)?;
        let head_of = Whole { schema: SCHEMA, agent_version: env!("CARGO_PKG_VERSION"), head };
        let text = serde_json::to_vec(&head_of)?;
        // Its members go on where the sections end.
        self.packer.write_all(b",")?;
        self.packer.write_all(text.strip_prefix(b"{").unwrap_or_default())?;
        let body = self.packer.finish()?;
        Ok(Written { seq: head.seq, is_full: head.base == 0, report_id: head.report_id, body })
    }
}

/// A section whose own metrics are empty.
#[derive(Serialize)]
struct Section<'a> {
    #[serde(flatten)]
    report: &'a SectionReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<&'a RawValue>,
}

/// The head with what is the same in all reports of this version.
#[derive(Serialize)]
struct Whole<'a> {
    schema: u32,
    agent_version: &'static str,
    #[serde(flatten)]
    head: &'a Head,
}

#[cfg(test)]
pub(crate) mod tests {
    use muster_shared::Report;

    use super::*;

    impl Written {
        /// What the collector reads.
        pub(crate) fn report(&self) -> Report {
            let json = crate::pack::inflate(&self.body, muster_shared::protocol::MAX_INFLATED_BYTES).unwrap();
            serde_json::from_slice(&json).unwrap()
        }
    }

    #[test]
    fn what_is_written_is_a_report() {
        let now = Time::from_millis(1_700_000_000_000);
        let head = Head {
            report_id: ReportId::new(now),
            boot_id: "\"b\"".into(),
            seq: 7,
            collected_at: now,
            base: 0,
            next: 3,
            root: Digest::of(b"root"),
        };
        let section = |n: usize| SectionReport {
            status: muster_shared::SectionStatus::Ok,
            problems: Vec::new(),
            not_before: None,
            digest: Digest::of(b"section"),
            view_changed: false,
            change: muster_shared::report::Change::Whole(vec![muster_shared::Item::new("x".repeat(n))]),
            metrics: std::collections::BTreeMap::new(),
        };
        let none = Draft::default();
        assert!(none.is_empty());
        assert!(none.finish(&head).unwrap().report().sections.is_empty());
        let mut draft = Draft::default();
        for (name, length) in [(SectionName::Host, 1), (SectionName::Package, 300_000), (SectionName::Agent, 2)] {
            draft.add(name, &section(length), None);
        }
        let metrics = RawValue::from_string(r#"{"/":{"free_bytes":7}}"#.to_owned()).unwrap();
        draft.add(SectionName::Filesystem, &section(1), Some(&metrics));
        let written = draft.finish(&head).unwrap();
        let report = written.report();
        assert!(written.is_full && !report.sections.is_empty());
        assert_eq!((written.seq, written.report_id), (report.seq, report.report_id));
        assert_eq!((report.boot_id.as_str(), report.schema, report.next), ("\"b\"", SCHEMA, 3));
        assert_eq!((report.collected_at, report.root), (now, head.root));
        assert_eq!(report.sections.len(), 4);
        assert_eq!(report.sections[&SectionName::Filesystem].metrics["/"]["free_bytes"], 7);
        assert_eq!(report.sections[&SectionName::Package], section(300_000));
    }
}
