//! What the agent shows of itself: a small file in the state directory, written when something changed.
//!
//! `muster-agent status` reads it without disturbing the agent. Losing it loses counters only, so it is renamed into place
//! but not flushed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use muster_shared::protocol::Settings;
use muster_shared::{SectionName, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::disk;

const MAX_FILE_BYTES: u64 = 1 << 20;

/// How the agent is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// When the collector last acknowledged something.
    pub last_success_at: Option<Time>,
    /// When it last acknowledged a report.
    pub last_report_at: Option<Time>,
    /// When the last scan ended.
    pub last_scan_at: Option<Time>,
    /// When the next scan is due.
    pub next_scan_at: Option<Time>,
    /// What went wrong since the last success.
    pub last_error: Option<String>,
    /// Generation after the newest report.
    pub generation: u64,
    /// What the collector wants.
    pub settings: Option<Settings>,
    /// How well each section could be read.
    pub coverage: BTreeMap<SectionName, SectionStatus>,
    /// Reports lost for want of room or for age, ever.
    pub dropped_total: u64,
    /// Files set aside, ever.
    pub quarantined_total: u64,
    /// State files found damaged, ever.
    pub damaged_state_total: u64,
}

/// Where the file is.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("status.json")
}

impl Status {
    /// Reads the file; a missing or damaged one is an empty status.
    pub fn load(dir: &Path) -> Self {
        let bytes = disk::read_plain(&path(dir), MAX_FILE_BYTES).ok().flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Writes the file.
    pub fn save(&self, dir: &Path) -> std::io::Result<()> {
        let tmp = dir.join("status.json.tmp");
        std::fs::write(&tmp, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(&tmp, path(dir))
    }

    /// The last error, once something worked again.
    pub fn succeeded(&mut self, now: Time) {
        self.last_success_at = Some(now);
        self.last_error = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_back_and_a_damaged_one_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Status::load(dir.path()), Status::default());
        let mut status = Status { last_error: Some("x".into()), generation: 4, ..Status::default() };
        status.coverage.insert(SectionName::User, SectionStatus::Denied);
        status.save(dir.path()).unwrap();
        assert_eq!(Status::load(dir.path()), status);
        status.succeeded(Time::from_millis(1));
        assert_eq!(status.last_error, None);
        std::fs::write(path(dir.path()), "{").unwrap();
        assert_eq!(Status::load(dir.path()), Status::default());
    }
}
