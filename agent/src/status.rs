//! What the agent shows of itself: a small file in the state directory, written when something changed.
//!
//! `muster-agent status` reads it without disturbing the agent. Losing it loses counters only, so it is renamed into place
//! but not flushed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use muster_shared::protocol::Settings;
use muster_shared::{Problem, SectionName, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::disk;

const MAX_FILE_BYTES: u64 = 1 << 20;

/// What the collector last said of the agent itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It takes this agent's word.
    Active,
    /// An administrator has to approve the agent first.
    Pending,
    /// There is doubt whose word it is: released or split by an administrator.
    Quarantined,
    /// A person has to say which host this is.
    Undecided,
    /// It does not know the agent, or not by this certificate.
    Refused,
    /// The agent was shut out for ever.
    Revoked,
}

impl Standing {
    /// What it means and who can do what about it.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "waits for approval: `muster agent approve ID` at the collector",
            Self::Quarantined => {
                "in quarantine, nothing is taken: `muster agent release ID` or `split ID` at the collector"
            }
            Self::Undecided => {
                "held, a person has to say which host this is: `muster identify reviews` at the collector"
            }
            Self::Refused => "refused: the collector does not know this agent by its certificate",
            Self::Revoked => {
                "revoked, the agent does not run any more: `muster-agent enroll --force --token-file FILE`"
            }
        }
    }
}

/// How the agent is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// What the collector last said of this agent; unknown before it said anything.
    pub standing: Option<Standing>,
    /// Since when it says so.
    pub standing_since: Option<Time>,
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
    /// When the agent's certificate ends.
    pub certificate_not_after: Option<Time>,
    /// What went wrong when it was to be renewed last.
    pub renewal_error: Option<String>,
    /// Generation after the newest report.
    pub generation: u64,
    /// What the collector wants.
    pub settings: Option<Settings>,
    /// How well each section could be read.
    pub coverage: BTreeMap<SectionName, SectionStatus>,
    /// Why, where it is not all of it: the first reasons of each section.
    pub reasons: BTreeMap<SectionName, Vec<Problem>>,
    /// Reports lost for want of room or for age, ever.
    pub dropped_total: u64,
    /// Files set aside, ever.
    pub quarantined_total: u64,
    /// State files found damaged or of another version, ever.
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
        let text = serde_json::to_vec_pretty(self)?;
        let write = || {
            // What a killed process left goes first: it is not written through, whatever it is.
            drop(std::fs::remove_file(&tmp));
            let mut file = disk::create_new(&tmp, 0o600)?;
            file.write_all(&text)?;
            std::fs::rename(&tmp, path(dir))
        };
        // Half a file on a full disk is in the way of what counts more.
        write().inspect_err(|_| drop(std::fs::remove_file(&tmp)))
    }

    /// The collector said something of the agent itself.
    pub fn stand(&mut self, standing: Standing, now: Time) {
        if self.standing.replace(standing) != Some(standing) {
            self.standing_since = Some(now);
        }
    }

    /// The last error, once something worked again.
    pub fn succeeded(&mut self, now: Time) {
        self.last_success_at = Some(now);
        self.last_error = None;
        self.stand(Standing::Active, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As root over a directory of the agent's own user, who could have put a link there.
    #[test]
    fn what_lies_in_the_way_is_not_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("other");
        std::fs::write(&other, "of somebody else").unwrap();
        std::os::unix::fs::symlink(&other, dir.path().join("status.json.tmp")).unwrap();
        Status { generation: 7, ..Status::default() }.save(dir.path()).unwrap();
        assert_eq!(Status::load(dir.path()).generation, 7);
        assert_eq!(std::fs::read_to_string(other).unwrap(), "of somebody else");
    }

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
        // What cannot be put in place leaves nothing half behind.
        std::fs::remove_file(path(dir.path())).unwrap();
        std::fs::create_dir_all(path(dir.path()).join("in-the-way")).unwrap();
        status.save(dir.path()).unwrap_err();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
