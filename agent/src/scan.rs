//! One scan: take the inventory, compare it with what was told, spool the difference: each section as soon as it is there, for
//! memory is what a scan has least of.
//!
//! Runs on a thread of its own, for it reads files and flushes the disk. Order of the promises: the report is durable in
//! the spool before the state says so; after a crash in between the state follows the spool. So nothing that was found is
//! lost, and nothing is told twice as two differences.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use muster_shared::canonical::Digest;
use muster_shared::id::ReportId;
use muster_shared::mapping::Mapping as _;
use muster_shared::secret::random_bytes;
use muster_shared::{Clock, Problem, SectionName, SectionStatus, Time};

use crate::delta::{self, Comparison, Moment, Outcome};
use crate::disk::{Disk, DiskError};
use crate::draft::Written;
use crate::log::chain;
use crate::pack::Packed;
use crate::probe::Eyes;
use crate::root::Root;
use crate::sampling::Sampling;
use crate::section::Section;
use crate::spool::{Spool, SpoolError};
use crate::state::{Loaded, Refused, State};

/// So seldom samples are stored when nothing is told.
const STORE_MILLIS: i64 = 3_600_000;
/// So many reasons of each section the agent shows of itself; the collector gets all.
const REASONS: usize = 20;

/// Tells this process from others.
static PROCESS: LazyLock<String> = LazyLock::new(|| format!("{:08x}", u32::from_le_bytes(random_bytes::<4>())));

/// The spool as scanner and courier share it.
pub type SharedSpool = Arc<Mutex<Spool>>;

/// Locks the spool. Its entries are what the directory holds, so a panic elsewhere does not make it wrong.
pub fn lock(spool: &Mutex<Spool>) -> MutexGuard<'_, Spool> {
    spool.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the next scan has to do besides looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// Say everything, for the collector does not have what we believe.
    pub full: bool,
    /// Leave a gap in `seq`: the collector has seen later ones (a restored state directory).
    pub skip_seq: u64,
    /// Go on without these sections, for the collector does not take them as they are.
    pub refused: Vec<Refused>,
}

/// What a scan came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// When it ended.
    pub ended_at: Time,
    /// Hash of the inventory.
    pub root: Digest,
    /// Generation after the newest report.
    pub generation: u64,
    /// Whether a report was spooled.
    pub is_news: bool,
    /// How well each section could be read.
    pub coverage: BTreeMap<SectionName, SectionStatus>,
    /// Why, where it is not all of it: the first reasons of each section.
    pub reasons: BTreeMap<SectionName, Vec<Problem>>,
    /// Whether the state file was found damaged or of another version.
    pub state_was_damaged: bool,
}

/// Why a scan came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The report cannot be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The state cannot be read or stored.
    #[error("cannot keep what was told")]
    Disk(#[from] DiskError),
    /// What was found cannot be packed: there is no memory for it.
    #[error("cannot pack what was found")]
    Encode(#[source] std::io::Error),
}

impl ScanError {
    /// Whether the process has to end.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Spool(SpoolError::Disk(error)) | Self::Disk(error) => error.is_fatal(),
            Self::Spool(_) | Self::Encode(_) => false,
        }
    }
}

/// Looks and compares.
pub struct Scanner {
    /// Where the state is written.
    pub disk: Arc<dyn Disk>,
    /// The state directory.
    pub dir: PathBuf,
    /// What is inventoried.
    pub root: Root,
    /// By whose eyes it is inventoried.
    pub eyes: Eyes,
    /// Sections that the configuration leaves out.
    pub exclude: Vec<SectionName>,
    /// Those that the collector wants to be left out.
    pub unwanted: Vec<SectionName>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where reports go.
    pub spool: SharedSpool,
    /// When each section was last seen as it was told: newer than what the state file says, for that is only written with
    /// a report.
    pub seen: BTreeMap<SectionName, Time>,
    /// The state that the disk has no room for: newer than its file.
    pub unsaved: Option<State>,
    /// Connections that were seen, and when that was stored; `None` until the first scan.
    pub sampled: Option<(Packed<Sampling>, Time)>,
}

impl Scanner {
    /// Scans everything. `dropped_total` is told as a fact of the agent.
    pub fn scan(&mut self, want: Want, dropped_total: u64) -> Result<Scanned, ScanError> {
        self.scan_some(want, None, dropped_total)
    }

    /// Scans the sections in `only`: the others stay as they were told, and the root hash covers them as before. When a
    /// whole report is due, everything is scanned.
    pub fn scan_some(
        &mut self,
        want: Want,
        only: Option<&BTreeSet<SectionName>>,
        dropped_total: u64,
    ) -> Result<Scanned, ScanError> {
        let (mut state, state_was_damaged) = self.load(self.clock.now())?;
        if want.full {
            state.is_based = false;
        }
        state.seq = state.seq.saturating_add(want.skip_seq);
        let now = self.clock.now();
        for refused in want.refused {
            self.seen.remove(&refused.0);
            state.refuse(refused, now);
        }
        state.refused.retain(|refused| refused.counts(now));
        let only = only.filter(|_| state.is_based);
        let mut comparison = Comparison::with(state);
        let samples_are_due = self.look(only, dropped_total, &mut comparison)?;
        let now = self.clock.now();
        let moment = Moment { now, boot_id: self.boot_id(), report_id: ReportId::new(now) };
        let outcome = comparison.finish(&moment).map_err(ScanError::Encode)?;
        let coverage = outcome.state.sections.iter().map(|(name, told)| (*name, told.status)).into_map();
        let reasons = outcome.state.sections.iter().filter(|(_, told)| !told.problems.is_empty());
        let reasons =
            reasons.map(|(name, told)| (*name, told.problems.iter().take(REASONS).cloned().collect())).into_map();
        self.seen = outcome.state.sections.iter().filter_map(|(name, told)| Some((*name, told.seen_at?))).into_map();
        let is_news = outcome.report.is_some();
        let state = match outcome.report {
            None => {
                if samples_are_due {
                    self.store(&outcome.state)?;
                }
                outcome.state
            }
            Some(report) => self.spool(&report, outcome.state, &moment)?,
        };
        Ok(Scanned {
            ended_at: now,
            root: state.root(),
            generation: state.generation,
            is_news,
            coverage,
            reasons,
            state_was_damaged,
        })
    }

    /// Looks, and compares each section as soon as it is there. True when samples of connections are to be stored.
    fn look(
        &mut self,
        only: Option<&BTreeSet<SectionName>>,
        dropped_total: u64,
        comparison: &mut Comparison,
    ) -> Result<bool, ScanError> {
        let is_asked = |name: &SectionName| only.is_none_or(|only| only.contains(name));
        let is_left_out = |name: &SectionName| self.exclude.contains(name) || self.unwanted.contains(name);
        let names: Vec<SectionName> =
            SectionName::ALL.iter().copied().filter(|name| is_asked(name) && !is_left_out(name)).collect();
        let (mut samples_are_due, mut compared) = (false, Ok(()));
        let (eyes, root) = (self.eyes.clone(), self.root.clone());
        let own = self.exclude.iter().map(|name| (name, "sections.exclude", "left out by configuration"));
        let unwanted = self.unwanted.iter().map(|name| (name, "collector", "left out as the collector wants it"));
        for (name, source, message) in own.chain(unwanted).filter(|(name, ..)| is_asked(name)) {
            let problem = Problem { source: source.into(), message: message.into() };
            let section = Section { status: SectionStatus::Unsupported, items: Vec::new(), problems: vec![problem] };
            comparison.take(*name, section, self.clock.now()).map_err(ScanError::Encode)?;
        }
        eyes.look(&root, &names, &mut |name, section| {
            if compared.is_ok() {
                compared =
                    self.compare(name, section, dropped_total, comparison).map(|is_due| samples_are_due |= is_due);
            }
        });
        compared.map_err(ScanError::Encode)?;
        Ok(samples_are_due)
    }

    /// Compares a section that is there; true when samples of connections are to be stored.
    fn compare(
        &mut self,
        name: SectionName,
        mut section: Section,
        dropped_total: u64,
        comparison: &mut Comparison,
    ) -> std::io::Result<bool> {
        let now = self.clock.now();
        let mut samples_are_due = false;
        if name == SectionName::Connection {
            samples_are_due = self.sample(&mut section, &mut comparison.state, now)?;
        }
        if name == SectionName::Agent
            && dropped_total > 0
            && let Some(item) = section.items.first_mut()
        {
            item.set("dropped_reports", dropped_total);
        }
        comparison.take(name, section, now)?;
        Ok(samples_are_due)
    }

    /// The kernel's boot id and this process: two that take turns are two agents with one key, on one kernel too.
    pub fn boot_id(&self) -> String {
        let boot = self.root.value("/proc/sys/kernel/random/boot_id").unwrap_or_else(|| "unknown".to_owned());
        format!("{boot}.{}", *PROCESS)
    }

    /// The state, brought up to what the spool holds: a crash may have come between the two.
    fn load(&self, now: Time) -> Result<(State, bool), ScanError> {
        let loaded = match &self.unsaved {
            Some(state) => Loaded::Intact(state.clone()),
            None => State::load(self.disk.as_ref(), &self.dir, now)?,
        };
        let (mut state, damaged) = match loaded {
            Loaded::Intact(state) => (state, false),
            Loaded::SetAside(state, why) => {
                tracing::warn!("{why}; it lies in state.damaged now, and the next report is whole");
                (state, true)
            }
        };
        let mut spool = lock(&self.spool);
        let ahead: Vec<_> = spool.entries().filter(|entry| entry.seq > state.seq).cloned().collect();
        for entry in ahead {
            match spool.read_report(&entry)? {
                Some(report) if report.base == 0 || state.is_based && report.base == state.generation => {
                    state.apply(&report).map_err(ScanError::Encode)?;
                }
                _ => state.is_based = false,
            }
        }
        for (name, told) in &mut state.sections {
            told.seen_at = told.seen_at.max(self.seen.get(name).copied());
        }
        Ok((state, damaged))
    }

    fn spool(&mut self, report: &Written, state: State, moment: &Moment) -> Result<State, ScanError> {
        let mut spool = lock(&self.spool);
        let state = match spool.push(report, moment.now) {
            Ok(_) => state,
            Err(SpoolError::BaseDropped) => {
                let Outcome { state, report } = delta::whole(state, moment).map_err(ScanError::Encode)?;
                if let Some(report) = report {
                    spool.push(&report, moment.now)?;
                }
                state
            }
            Err(error) => return Err(error.into()),
        };
        drop(spool);
        self.store(&state)?;
        Ok(state)
    }

    fn store(&mut self, state: &State) -> Result<(), ScanError> {
        self.unsaved = match state.save(self.disk.as_ref(), &self.dir) {
            Ok(()) => None,
            Err(error) if error.is_fatal() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "what was told is kept in memory: it cannot be stored");
                Some(state.clone())
            }
        };
        Ok(())
    }

    /// Makes edges that are worth telling of the connections that were seen; true when the samples are to be stored though
    /// nothing is told: with the first scan (it may be the only one of this process), and once an hour.
    fn sample(&mut self, section: &mut Section, state: &mut State, now: Time) -> std::io::Result<bool> {
        let (sampled, stored_at) = self.sampled.take().unzip();
        let mut sampling = sampled.and_then(|sampled| sampled.open()).unwrap_or_else(|| {
            let mut sampling = std::mem::take(&mut state.sampling).open().unwrap_or_default();
            if let Some(told) = state.sections.get(&SectionName::Connection).and_then(|told| told.items.open()) {
                sampling.remember(&told, now);
            }
            sampling
        });
        if section.status.is_collected() {
            section.items = sampling.settle(std::mem::take(&mut section.items), now);
        }
        state.sampling = Packed::of(&sampling)?;
        let is_due = stored_at.is_none_or(|stored| now.millis() - stored.millis() >= STORE_MILLIS);
        self.sampled = Some((state.sampling.clone(), if is_due { now } else { stored_at.unwrap_or(now) }));
        Ok(is_due)
    }
}

#[cfg(test)]
mod tests;
