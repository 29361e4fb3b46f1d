//! What the agent has told (or spooled to tell): the item sets that the next scan is compared with.
//!
//! One file, `state`, zstd JSON in a checked frame. It says what the newest spooled report leads to, so the next report
//! builds on it. The items of a section stay packed until somebody asks for them. Invariants: `seq` and `generation` never go back. A damaged file is no disaster: the agent begins with a
//! whole report, and because `seq` is at least the clock's milliseconds it stays greater than every one before.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use muster_shared::canonical::{self, Digest};
use muster_shared::diff;
use muster_shared::mapping::Mapping as _;
use muster_shared::report::{Change, Report};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

pub use self::refused::{Refused, is_refusal};
pub use self::told::{Told, digest_and_mark, sources};
use crate::disk::{self, Disk, DiskError};
use crate::frame::{self, Kind};
use crate::pack::{self, Packed};
use crate::sampling::Sampling;

mod refused;
mod told;

/// Most bytes of a state file after inflating.
const MAX_STATE_BYTES: usize = 256 << 20;

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
    /// Sections that the collector did not take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// Connections that were seen, told or not yet.
    #[serde(default)]
    pub sampling: Packed<Sampling>,
}

/// What is there to start with.
#[derive(Debug, PartialEq)]
pub enum Loaded {
    /// The file, or nothing yet.
    Intact(State),
    /// The file was set aside for this reason; the state is empty but does not go back.
    SetAside(State, Unread),
}

/// Why a state file is not gone by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is not what was written.
    #[error("the state file was damaged")]
    Damaged,
    /// It is whole, and what it says is not known here.
    #[error("the state file is of another version of the agent, perhaps a later one")]
    OtherVersion,
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
        let why = match Self::decode(bytes) {
            Ok(state) => return Ok(Loaded::Intact(state)),
            Err(why) => why,
        };
        disk.rename(&path, &dir.join("state.damaged"))?;
        let millis = u64::try_from(now.millis()).unwrap_or_default();
        Ok(Loaded::SetAside(Self { generation: millis / 1_000, seq: millis, ..Self::default() }, why))
    }

    pub(crate) fn decode(bytes: Vec<u8>) -> Result<Self, Unread> {
        let checked = frame::decode(Kind::State, bytes).map_err(|_| Unread::Damaged)?;
        let json = pack::inflate(&checked.payload, MAX_STATE_BYTES).ok_or(Unread::Damaged)?;
        drop(checked);
        serde_json::from_slice(&json).map_err(|_| Unread::OtherVersion)
    }

    /// Stores the state durably.
    pub fn save(&self, disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
        let path = Self::path(dir);
        let packed = pack::pack(self).map_err(|e| DiskError::io("encode", &path, e))?;
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

    /// Takes note that a section was refused: nothing of it is known to the collector as it was told last.
    pub fn refuse(&mut self, mut refused: Refused, now: Time) {
        self.sections.remove(&refused.0);
        if let Some(at) = self.refused.iter().position(|before| before.0 == refused.0) {
            let before = self.refused.swap_remove(at);
            refused.4 = if before.counts(now) { before.4.saturating_add(1) } else { 1 };
        }
        self.refused.push(refused);
    }

    /// Follows a report that is in the spool already: after a crash between spool and state.
    pub fn apply(&mut self, report: &Report) -> io::Result<()> {
        if report.base == 0 {
            self.sections.clear();
        }
        self.is_based = true;
        for (name, section) in &report.sections {
            let told = self.sections.entry(*name).or_insert_with(|| Told::nothing(section.status));
            if section.change != Change::Same {
                let is_whole = matches!(section.change, Change::Whole(_));
                let known = if is_whole { Some(diff::ItemMap::new()) } else { told.items.open() };
                self.is_based &= known.is_some();
                let mut items = known.unwrap_or_default();
                diff::apply(&mut items, &section.change);
                told.mark = Some(digest_and_mark(&items).1);
                told.items = Packed::of(&items)?;
            }
            told.status = section.status;
            told.is_known |= section.status.is_collected() || section.change != Change::Same;
            told.problems.clone_from(&section.problems);
            told.limits = None;
            told.digest = section.digest;
            if !section.metrics.is_empty() {
                told.metrics = Packed::of(&section.metrics)?;
                told.metrics_at = Some(report.collected_at);
            }
            if section.status.is_collected() && !matches!(section.change, Change::Same) {
                told.seen_at = Some(report.collected_at);
            }
        }
        self.generation = report.next;
        self.seq = report.seq;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;
    use muster_shared::diff::ItemMap;

    use super::*;
    use crate::disk::RealDisk;

    const NOW: Time = Time::from_millis(1_700_000_000_000);

    fn sample() -> State {
        let items: ItemMap = [("root".to_owned(), [("uid".to_owned(), 0.into())].into())].into();
        let (digest, mark) = digest_and_mark(&items);
        let told = Told {
            is_known: true,
            seen_at: Some(NOW),
            digest,
            mark: Some(mark),
            items: Packed::of(&items).unwrap(),
            ..Told::nothing(SectionStatus::Ok)
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
        let Loaded::SetAside(fresh, Unread::Damaged) = State::load(&RealDisk, dir.path(), NOW).unwrap() else {
            panic!("not seen")
        };
        assert!(!fresh.is_based && fresh.sections.is_empty());
        assert!(fresh.seq > state.seq && fresh.generation > state.generation);
        assert_eq!(State::load(&RealDisk, dir.path(), NOW).unwrap(), Loaded::Intact(State::default()));
    }

    /// A state of before items were packed: the agent that was upgraded goes on from it, and tells nothing anew.
    #[test]
    fn a_state_of_an_earlier_version_is_read() {
        let mut json = serde_json::to_value(sample()).unwrap();
        let user = &mut json["sections"]["user"];
        assert!(user["items"].is_string() && user["mark"].is_string(), "{user}");
        user["items"] = serde_json::json!({"root": {"uid": 0}});
        user.as_object_mut().unwrap().remove("mark");
        json["sampling"] = serde_json::json!({"edges": {}, "looked_at": null});
        let read = State::decode(frame::encode(Kind::State, &pack::pack(&json).unwrap())).unwrap();
        let mut expected = sample();
        expected.sections.get_mut(&SectionName::User).unwrap().mark = None;
        expected.sampling = Packed::of(&Sampling::default()).unwrap();
        assert_eq!(read, expected);
    }

    /// Who goes back to this version is told that, and not that the disk is bad.
    #[test]
    fn a_state_of_a_later_version_is_set_aside_and_said_to_be_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut json = serde_json::to_value(sample()).unwrap();
        json["sections"]["hologram"] = json["sections"]["user"].clone();
        std::fs::write(State::path(dir.path()), frame::encode(Kind::State, &pack::pack(&json).unwrap())).unwrap();
        let loaded = State::load(&RealDisk, dir.path(), NOW).unwrap();
        assert!(matches!(loaded, Loaded::SetAside(_, Unread::OtherVersion)), "{loaded:?}");
        assert!(dir.path().join("state.damaged").exists());
    }

    /// Equal sums are no equal sets.
    #[test]
    fn items_are_known_by_their_mark() {
        let items =
            |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), muster_shared::Attributes::new())).into_map();
        let (digest, mark) = digest_and_mark(&items(&["a", "b"]));
        assert_eq!(digest, canonical::section_digest(&items(&["a", "b"])));
        for other in [&["a"][..], &["b"], &[], &["a", "b", "c"]] {
            assert_ne!(mark, digest_and_mark(&items(other)).1);
        }
    }
}
