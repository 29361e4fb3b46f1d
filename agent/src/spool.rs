//! The spool: reports that wait for their acknowledgement, one file each, in the order of `seq`.
//!
//! A file is the body as it will be sent (zstd), in a checked frame, written durably before anything is sent and removed
//! only after the collector's acknowledgement: so a second try sends the same bytes. Name:
//! `<seq>-<full|delta>-<created ms>-<report id>.report`, so that order, age and kind are known without opening a file.
//!
//! Limits: [`Limits`]. When full, what a newer full report supersedes goes first; when even that is not enough, everything
//! goes and the next report is whole. Every loss is counted. What is not ours (damaged, foreign, a link) is set aside in
//! `quarantine/`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_shared::Time;
use muster_shared::report::Report;

pub use self::entry::Entry;
use crate::disk::{self, Disk, DiskError, TMP_SUFFIX};
use crate::draft::Written;
use crate::frame::{self, Checked, Kind};
use crate::pack;

mod entry;

/// Largest file that is read back.
const MAX_FILE_BYTES: u64 = (muster_shared::protocol::MAX_REPORT_BYTES + frame::HEADER_BYTES) as u64;

/// Most files that are kept in quarantine: it must not fill the host either.
const MAX_QUARANTINE: usize = 100;

/// How much the spool may keep.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Age of a file.
    pub age_ms: i64,
    /// Of the free space of the file system, at most this share in percent.
    pub free_percent: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total_bytes: 256 << 20, age_ms: 30 * 24 * 3_600 * 1_000, free_percent: 5 }
    }
}

/// Why a report could not be spooled.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The disk.
    #[error("cannot keep a report in the spool")]
    Disk(#[from] DiskError),
    /// It is larger than a collector takes.
    #[error(
        "the report has {size_bytes} bytes, the collector takes at most {limit_bytes}: leave sections out (sections.exclude)"
    )]
    TooLarge {
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// There is no room even after everything was dropped.
    #[error(
        "the spool may take {room_bytes} bytes (a share of what is free, at most spool_max_bytes), the report needs {size_bytes}: free some disk space"
    )]
    NoRoom {
        /// What the limits allow.
        room_bytes: u64,
        /// What is needed.
        size_bytes: u64,
    },
    /// Reports before this one had to go: its base will not be at the collector.
    #[error("older reports had to be dropped, so a whole report is due")]
    BaseDropped,
}

impl SpoolError {
    /// Whether the disk is full, or does not let anybody write.
    const fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::NoRoom { .. } => true,
            Self::Disk(error) => !error.is_fatal(),
            _ => false,
        }
    }
}

/// What was lost since the agent began to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Reports dropped for want of room or for age.
    pub dropped: u64,
    /// Files set aside.
    pub quarantined: u64,
}

/// Where reports wait.
pub fn dir(state_dir: &Path) -> PathBuf {
    state_dir.join("spool")
}

/// Where what is no report is set aside.
pub fn quarantine(state_dir: &Path) -> PathBuf {
    state_dir.join("quarantine")
}

/// The reports that wait.
#[derive(Debug)]
pub struct Spool {
    dir: PathBuf,
    quarantine: PathBuf,
    disk: Arc<dyn Disk>,
    limits: Limits,
    entries: BTreeSet<Entry>,
    /// Files in quarantine.
    set_aside: usize,
    /// The report that the disk has no room for: it is delivered from memory. Should the process end first, a whole one says
    /// it again.
    unspooled: Option<(Entry, Vec<u8>)>,
    /// Losses since the spool was opened.
    pub losses: Losses,
}

impl Spool {
    /// Opens the spool below the state directory: removes halves, sets aside what is not ours.
    pub fn open(disk: Arc<dyn Disk>, state_dir: &Path, limits: Limits) -> Result<Self, DiskError> {
        let (dir, quarantine) = (dir(state_dir), quarantine(state_dir));
        for path in [&dir, &quarantine] {
            let mut builder = std::fs::DirBuilder::new();
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.recursive(true).create(path).map_err(|e| DiskError::io("create", path, e))?;
        }
        let set_aside = std::fs::read_dir(&quarantine).map_or(0, Iterator::count);
        let (entries, losses) = (BTreeSet::new(), Losses::default());
        let mut spool = Self { dir, quarantine, disk, limits, entries, set_aside, unspooled: None, losses };
        spool.scan()?;
        Ok(spool)
    }

    fn scan(&mut self) -> Result<(), DiskError> {
        let listed = std::fs::read_dir(&self.dir).map_err(|e| DiskError::io("list", &self.dir, e))?;
        for file in listed {
            let file = file.map_err(|e| DiskError::io("list", &self.dir, e))?;
            let name = file.file_name();
            let plain = file.file_type().is_ok_and(|kind| kind.is_file());
            let entry = name.to_str().and_then(Entry::parse).filter(|_| plain);
            let size_bytes = file.metadata().map_or(0, |meta| meta.len());
            match entry {
                Some(entry) if size_bytes > frame::HEADER_BYTES as u64 && size_bytes <= MAX_FILE_BYTES => {
                    self.entries.insert(Entry { size_bytes, ..entry });
                }
                _ if plain && name.to_string_lossy().ends_with(TMP_SUFFIX) => self.disk.remove(&file.path())?,
                _ => self.set_aside(&file.path())?,
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, path: &Path) -> Result<(), DiskError> {
        let Some(name) = path.file_name() else { return Ok(()) };
        if path.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
            tracing::warn!(directory = %path.display(), "left where it is: a directory is no report, and nothing of the agent's");
            return Ok(());
        }
        self.losses.quarantined += 1;
        if self.set_aside >= MAX_QUARANTINE {
            tracing::warn!(file = %path.display(), "removed: not a report that can be delivered, and quarantine is full");
            return self.disk.remove(path);
        }
        tracing::warn!(file = %path.display(), "set aside in quarantine: not a report that can be delivered");
        self.set_aside += 1;
        self.disk.rename(path, &self.quarantine.join(name))
    }

    /// How many reports wait.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// How many bytes wait.
    pub fn size_bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.size_bytes).sum()
    }

    /// The oldest report that waits.
    pub fn first(&self) -> Option<&Entry> {
        self.entries.first()
    }

    /// All that wait, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The body of a report and its SHA-256; `None` when the file is damaged: then it was set aside.
    pub fn read(&mut self, entry: &Entry) -> Result<Option<Checked>, DiskError> {
        let kept = self.unspooled.as_ref().filter(|(held, _)| held == entry).map(|(_, bytes)| bytes.clone());
        let read = match kept {
            Some(bytes) => Ok(Some(bytes)),
            None => disk::read_plain(&self.path(entry), MAX_FILE_BYTES),
        };
        if let Ok(Some(bytes)) = read
            && let Ok(checked) = frame::decode(Kind::Report, bytes)
        {
            return Ok(Some(checked));
        }
        self.quarantine(entry)?;
        Ok(None)
    }

    /// The report in a file, for following the spool after a crash.
    pub fn read_report(&mut self, entry: &Entry) -> Result<Option<Report>, DiskError> {
        let Some(checked) = self.read(entry)? else { return Ok(None) };
        let json = pack::inflate(&checked.payload, muster_shared::protocol::MAX_INFLATED_BYTES);
        match json.and_then(|json| serde_json::from_slice(&json).ok()) {
            Some(report) => Ok(Some(report)),
            None => self.quarantine(entry).map(|()| None),
        }
    }

    /// Takes a report out of the order of delivery without losing it.
    pub fn quarantine(&mut self, entry: &Entry) -> Result<(), DiskError> {
        self.entries.remove(entry);
        self.unspooled.take_if(|(held, _)| held == entry);
        let path = self.path(entry);
        if path.symlink_metadata().is_ok() { self.set_aside(&path) } else { Ok(()) }
    }

    /// Removes a delivered report.
    pub fn remove(&mut self, entry: &Entry) -> Result<(), DiskError> {
        if self.unspooled.take_if(|(held, _)| held == entry).is_some() {
            self.entries.remove(entry);
            return Ok(());
        }
        self.disk.remove(&self.path(entry))?;
        self.entries.remove(entry);
        Ok(())
    }

    /// Removes what comes before the next full report, or everything: the base of the first is not at the collector. A whole
    /// report says again how things are, but not what was so in between: those are counted. True when one is left to go on
    /// with.
    pub fn skip_to_full(&mut self) -> Result<bool, DiskError> {
        let later: Vec<Entry> = self.entries.iter().skip(1).cloned().collect();
        let full = later.into_iter().find(|entry| entry.is_full);
        while let Some(first) = self.entries.first().cloned() {
            if full.as_ref() == Some(&first) {
                return Ok(true);
            }
            self.remove(&first)?;
            // What the last of them says is what the whole one says.
            let is_last = self.entries.first().is_none_or(|next| Some(next) == full.as_ref());
            self.losses.dropped += u64::from(!is_last);
        }
        Ok(false)
    }

    /// Removes what comes before the newest full report, which says it all again.
    pub fn keep_newest_full(&mut self) -> Result<(), DiskError> {
        let newest = self.entries.iter().rev().find(|entry| entry.is_full).cloned();
        while let Some(first) =
            self.entries.first().filter(|first| newest.as_ref().is_some_and(|full| full != *first)).cloned()
        {
            self.remove(&first)?;
        }
        Ok(())
    }

    /// Spools a report. When this returns its file is durable; a whole one that the disk has no room for is kept in memory.
    pub fn push(&mut self, report: &Written, now: Time) -> Result<Entry, SpoolError> {
        let body = &report.body;
        let limit_bytes = muster_shared::protocol::MAX_REPORT_BYTES;
        if body.len() > limit_bytes {
            return Err(SpoolError::TooLarge { size_bytes: body.len(), limit_bytes });
        }
        let bytes = frame::encode(Kind::Report, body);
        let entry = Entry {
            seq: report.seq,
            is_full: report.is_full,
            created_at: now,
            report_id: report.report_id,
            size_bytes: bytes.len() as u64,
        };
        let room = self.make_room(&entry, now);
        let kept = room.and_then(|()| Ok(disk::write_durably(self.disk.as_ref(), &self.path(&entry), &bytes, 0o600)?));
        match kept {
            Ok(()) => {}
            Err(error) if entry.is_full && error.is_for_want_of_room() => {
                tracing::warn!(%error, "this report is kept in memory until it is delivered");
                if let Some((before, _)) = self.unspooled.take() {
                    self.entries.remove(&before);
                }
                self.unspooled = Some((entry.clone(), bytes));
            }
            Err(SpoolError::Disk(error)) if !error.is_fatal() => {
                // A whole one may be kept in memory; differences that nobody has the base of help nobody.
                tracing::warn!(%error, "a difference cannot be kept");
                return Err(SpoolError::BaseDropped);
            }
            Err(error) => return Err(error),
        }
        self.entries.insert(entry.clone());
        Ok(entry)
    }

    fn path(&self, entry: &Entry) -> PathBuf {
        self.dir.join(entry.file_name())
    }

    fn room_bytes(&self) -> Result<u64, DiskError> {
        let waiting = self.size_bytes();
        let free = self.disk.free_bytes(&self.dir)?.saturating_add(waiting);
        let share = free / 100 * self.limits.free_percent;
        Ok(self.limits.total_bytes.min(share))
    }

    fn make_room(&mut self, new: &Entry, now: Time) -> Result<(), SpoolError> {
        let room_bytes = self.room_bytes()?;
        let expired = |entry: &Entry| now.since(entry.created_at) > self.limits.age_ms;
        let too_old = self.entries.iter().any(expired);
        if !too_old && self.size_bytes() + new.size_bytes <= room_bytes {
            return Ok(());
        }
        // A full report says everything again: what is older than the newest one can go without a loss of state.
        let newest_full =
            if new.is_full { None } else { self.entries.iter().rev().find(|entry| entry.is_full).cloned() };
        if new.is_full || newest_full.is_some() {
            self.drop_oldest(newest_full.as_ref(), new.size_bytes, room_bytes, now)?;
        }
        let still_old = self.entries.iter().any(|entry| now.since(entry.created_at) > self.limits.age_ms);
        if still_old || self.size_bytes() + new.size_bytes > room_bytes {
            self.drop_all()?;
            if !new.is_full {
                return Err(SpoolError::BaseDropped);
            }
        }
        if new.size_bytes > room_bytes {
            return Err(SpoolError::NoRoom { room_bytes, size_bytes: new.size_bytes });
        }
        Ok(())
    }

    /// Drops superseded runs (a full report and what builds on it), oldest first, until there is room.
    fn drop_oldest(&mut self, keep: Option<&Entry>, need: u64, room: u64, now: Time) -> Result<(), DiskError> {
        while let Some(first) = self.entries.first().cloned() {
            let fits = self.size_bytes() + need <= room && now.since(first.created_at) <= self.limits.age_ms;
            if fits || keep.is_some_and(|keep| first.seq >= keep.seq) {
                return Ok(());
            }
            self.drop_entry(&first)?;
            while let Some(next) = self.entries.first().filter(|entry| !entry.is_full).cloned() {
                self.drop_entry(&next)?;
            }
        }
        Ok(())
    }

    fn drop_all(&mut self) -> Result<(), DiskError> {
        while let Some(first) = self.entries.first().cloned() {
            self.drop_entry(&first)?;
        }
        Ok(())
    }

    fn drop_entry(&mut self, entry: &Entry) -> Result<(), DiskError> {
        self.remove(entry)?;
        self.losses.dropped += 1;
        Ok(())
    }
}

/// How many reports wait and how many bytes they take, without opening the spool: for `status`.
pub fn measure(state_dir: &Path) -> (usize, u64) {
    let Ok(listed) = std::fs::read_dir(dir(state_dir)) else { return (0, 0) };
    let waiting = listed.flatten().filter(|file| file.file_name().to_str().and_then(Entry::parse).is_some());
    let sizes = waiting.filter_map(|file| file.metadata().ok()).map(|meta| meta.len());
    sizes.fold((0, 0), |(count, total), size| (count + 1, total + size))
}

#[cfg(test)]
mod tests;
