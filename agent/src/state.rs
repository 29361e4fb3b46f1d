//! What the agent has told (or spooled to tell): the item sets that the next scan is compared with.
//!
//! One file, `state`, zstd JSON in a checked frame. It says what the newest spooled report leads to, so the next report
//! builds on it. Invariants: `seq` and `generation` never go back. A damaged file is no disaster: the agent begins with a
//! whole report, and because `seq` is at least the clock's milliseconds it stays greater than every one before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use muster_shared::canonical::{self, Digest};
use muster_shared::diff::{self, ItemMap};
use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;
use muster_shared::report::{Change, Report};
use muster_shared::{Problem, SectionName, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::disk::{self, Disk, DiskError};
use crate::frame::{self, Kind};
use crate::sampling::Sampling;

/// Most bytes of a state file after inflating.
const MAX_STATE_BYTES: usize = 256 << 20;
const ZSTD_LEVEL: i32 = 3;

/// A section as it was told last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// How well it could be read.
    pub status: SectionStatus,
    /// Whether the items were ever collected: only then is an empty section really empty.
    pub is_known: bool,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Sources of trouble that were there when the section was last told as far as it could be read; unknown in a state of
    /// an earlier version, and after a crash: then those of `problems`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<BTreeSet<String>>,
    /// Since when there is more trouble than `limits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited_since: Option<Time>,
    /// When its items were last seen as they are here.
    pub seen_at: Option<Time>,
    /// Hash of the items.
    pub digest: Digest,
    /// The items, without metrics.
    pub items: ItemMap,
}

/// What could not be read: where, whatever the words for it.
pub fn sources(problems: &[Problem]) -> BTreeSet<String> {
    problems.iter().map(|problem| problem.source.clone()).into_set()
}

impl Told {
    /// The trouble under which the section was last told as far as it could be read.
    pub fn limits(&self) -> BTreeSet<String> {
        self.limits.clone().unwrap_or_else(|| sources(&self.problems))
    }
}

/// What was told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Generation after the newest spooled report.
    pub generation: u64,
    /// `seq` of the newest spooled report.
    pub seq: u64,
    /// Whether `sections` is what the collector will have; when not, the next report is whole.
    pub is_based: bool,
    /// Sections by name.
    pub sections: BTreeMap<SectionName, Told>,
    /// Connections that were seen, told or not yet.
    #[serde(default)]
    pub sampling: Sampling,
}

/// What is there to start with.
#[derive(Debug, PartialEq)]
pub enum Loaded {
    /// The file, or nothing yet.
    Intact(State),
    /// The file was damaged and set aside; the state is empty but does not go back.
    Damaged(State),
}

impl State {
    /// Where the state lives.
    pub fn path(dir: &Path) -> PathBuf {
        dir.join("state")
    }

    /// Reads the state; a damaged file is set aside under `quarantine/` by the caller's `disk`.
    pub fn load(disk: &dyn Disk, dir: &Path, now: Time) -> Result<Loaded, DiskError> {
        let path = Self::path(dir);
        let bytes = match disk::read_plain(&path, MAX_STATE_BYTES as u64) {
            Ok(None) => return Ok(Loaded::Intact(Self::default())),
            Ok(Some(bytes)) => bytes,
            Err(_) => Vec::new(),
        };
        if let Some(state) = Self::decode(bytes) {
            return Ok(Loaded::Intact(state));
        }
        disk.rename(&path, &dir.join("state.damaged"))?;
        let millis = u64::try_from(now.millis()).unwrap_or_default();
        Ok(Loaded::Damaged(Self { generation: millis / 1_000, seq: millis, ..Self::default() }))
    }

    pub(crate) fn decode(bytes: Vec<u8>) -> Option<Self> {
        let checked = frame::decode(Kind::State, bytes).ok()?;
        let json = inflate(&checked.payload, MAX_STATE_BYTES)?;
        serde_json::from_slice(&json).ok()
    }

    /// Stores the state durably.
    pub fn save(&self, disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
        let path = Self::path(dir);
        let failed = |e: std::io::Error| DiskError::io("encode", &path, e);
        let json = serde_json::to_vec(self).map_err(|e| failed(e.into()))?;
        let packed = deflate(&json).map_err(failed)?;
        disk::write_durably(disk, &path, &frame::encode(Kind::State, &packed), 0o600)
    }

    /// The `seq` of the next report: greater than every one before, also when this file was lost in between.
    pub fn next_seq(&self, now: Time) -> u64 {
        self.seq.saturating_add(1).max(u64::try_from(now.millis()).unwrap_or_default())
    }

    /// Hash of the whole inventory: over the sections whose items are known, also from an earlier scan.
    pub fn root(&self) -> Digest {
        let known = self.sections.iter().filter(|(_, told)| told.is_known);
        canonical::root_digest(&known.map(|(name, told)| (*name, told.digest)).into_map())
    }

    /// Follows a report that is in the spool already: after a crash between spool and state.
    pub fn apply(&mut self, report: &Report) {
        if report.base == 0 {
            self.sections.clear();
        }
        for (name, section) in &report.sections {
            let told = self.sections.entry(*name).or_insert_with(|| Told {
                status: section.status,
                is_known: false,
                problems: Vec::new(),
                limits: None,
                limited_since: None,
                seen_at: None,
                digest: section.digest,
                items: ItemMap::new(),
            });
            diff::apply(&mut told.items, &section.change);
            told.status = section.status;
            told.is_known |= section.status.is_collected() || section.change != Change::Same;
            told.problems.clone_from(&section.problems);
            told.limits = None;
            told.digest = section.digest;
            if section.status.is_collected() && !matches!(section.change, Change::Same) {
                told.seen_at = Some(report.collected_at);
            }
        }
        self.generation = report.next;
        self.seq = report.seq;
        self.is_based = true;
    }
}

/// Packs bytes for disk and wire.
pub fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(bytes, ZSTD_LEVEL)
}

/// Unpacks at most `limit_bytes`; `None` when it is more or no zstd.
pub fn inflate(packed: &[u8], limit_bytes: usize) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut out = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(packed).ok()?;
    decoder.take(limit_bytes as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() <= limit_bytes).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    const NOW: Time = Time::from_millis(1_700_000_000_000);

    fn sample() -> State {
        let items: ItemMap = [("root".to_owned(), [("uid".to_owned(), 0.into())].into())].into();
        let digest = canonical::section_digest(&items);
        let told = Told {
            status: SectionStatus::Ok,
            is_known: true,
            problems: Vec::new(),
            limits: None,
            limited_since: None,
            seen_at: Some(NOW),
            digest,
            items,
        };
        State {
            generation: 3,
            seq: 9,
            is_based: true,
            sections: [(SectionName::User, told)].into(),
            ..State::default()
        }
    }

    #[test]
    fn the_state_survives_and_damage_never_lets_the_sequence_go_back() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(State::load(&RealDisk, dir.path(), NOW).unwrap(), Loaded::Intact(State::default()));
        let state = sample();
        state.save(&RealDisk, dir.path()).unwrap();
        assert_eq!(State::load(&RealDisk, dir.path(), NOW).unwrap(), Loaded::Intact(state.clone()));

        let mut bytes = std::fs::read(State::path(dir.path())).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(State::path(dir.path()), bytes).unwrap();
        let Loaded::Damaged(fresh) = State::load(&RealDisk, dir.path(), NOW).unwrap() else { panic!("not seen") };
        assert!(!fresh.is_based && fresh.sections.is_empty());
        assert!(fresh.seq > state.seq && fresh.generation > state.generation);
        assert_eq!(State::load(&RealDisk, dir.path(), NOW).unwrap(), Loaded::Intact(State::default()));
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let packed = deflate(&vec![0; 1 << 20]).unwrap();
        assert!(inflate(&packed, 1_000).is_none());
        assert!(inflate(b"no zstd", 1_000).is_none());
    }
}
