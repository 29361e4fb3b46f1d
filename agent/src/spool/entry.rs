//! The name of a spool file: everything that has to be known before it is opened.

use muster_shared::Time;
use muster_shared::id::ReportId;

/// A report that waits. Ordered by `seq`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Place in the order of delivery.
    pub seq: u64,
    /// Whether it says everything and needs no base.
    pub is_full: bool,
    /// When it was spooled.
    pub created_at: Time,
    /// Its id.
    pub report_id: ReportId,
    /// Size of the file.
    pub size_bytes: u64,
}

impl Entry {
    /// The name of the file.
    pub fn file_name(&self) -> String {
        let kind = if self.is_full { "full" } else { "delta" };
        format!("{:020}-{kind}-{}-{}.report", self.seq, self.created_at.millis(), self.report_id)
    }

    /// The entry that a name says; `None` for a foreign name. The size is not in the name.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".report")?.splitn(4, '-');
        let entry = Self {
            seq: parts.next()?.parse().ok()?,
            is_full: match parts.next()? {
                "full" => true,
                "delta" => false,
                _ => return None,
            },
            created_at: Time::from_millis(parts.next()?.parse().ok()?),
            report_id: parts.next()?.parse().ok()?,
            size_bytes: 0,
        };
        (entry.file_name() == name).then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_a_foreign_one_is_not() {
        let now = Time::from_millis(1_700_000_000_000);
        let entry = Entry { seq: 7, is_full: true, created_at: now, report_id: ReportId::new(now), size_bytes: 0 };
        let name = entry.file_name();
        assert_eq!(Entry::parse(&name), Some(entry));
        for foreign in ["", "x.report", &name[1..], &name.replace("full", "half"), &name.replace(".report", "")] {
            assert_eq!(Entry::parse(foreign), None, "{foreign}");
        }
    }
}
