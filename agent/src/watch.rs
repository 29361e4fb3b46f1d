//! What asks for a scan at once: a change of a watched file, and what the kernel tells of links, addresses, routes and
//! mounts.
//!
//! A change names the sections that it concerns, and only these are looked at: a new account costs a read of `passwd`, not of
//! all packages. Events are coalesced: a scan comes when it was quiet for 500 ms, after 2 s at the latest. Nothing is polled.
//! A section that changes all the time costs at most [`BURST`] looks at once and one per [`EACH`] in the long run (a token bucket
//! for each section); what comes while its bucket is empty is kept, so that nothing is missed, only later, and nothing else waits
//! for it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use muster_shared::SectionName;
use muster_shared::mapping::Distinct as _;
use tokio::time::{Instant, timeout_at};

use crate::root::Root;
use crate::section::{Collectors, Event};

mod files;
mod mounts;
mod network;

use files::Files;
use mounts::Mounts;
use network::Network;
pub(crate) use network::of_datagram;

/// So long it must be quiet before a scan.
pub const QUIET: Duration = Duration::from_millis(500);
/// So long a scan waits at most for the quiet.
pub const LONGEST: Duration = Duration::from_secs(2);
/// So many looks at a section may follow each other at once.
pub const BURST: u32 = 6;
/// In the long run one look at it per this time.
pub const EACH: Duration = Duration::from_secs(10);

/// What is watched, and for which sections.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    /// Files and directories, absolute and already below the file root.
    pub paths: Vec<(PathBuf, SectionName)>,
    /// What the kernel tells.
    pub events: Vec<(Event, SectionName)>,
}

impl Subjects {
    /// What `collectors` want to know; `base` is the directory that stands for `/`.
    pub fn of(collectors: &Collectors, root: &Root, base: &Path) -> Self {
        let mut subjects = Self::default();
        for collector in collectors {
            let below = |path: String| (base.join(path.trim_start_matches('/')), collector.name());
            subjects.paths.extend(collector.watched(root).into_iter().map(below));
            // The kernel speaks of the running system only.
            if root.is_live() {
                subjects.events.extend(collector.events().iter().map(|event| (*event, collector.name())));
            }
        }
        subjects
    }

    fn wants(&self, events: &[Event]) -> bool {
        self.events.iter().any(|(event, _)| events.contains(event))
    }
}

/// The watches of this process.
#[derive(Debug)]
pub struct Watch {
    files: Files,
    network: Option<Network>,
    mounts: Option<Mounts>,
    events: Vec<(Event, SectionName)>,
    allowance: Allowance,
}

impl Watch {
    /// Watches. What the kernel does not let us watch is told in the log and left to the scan interval.
    pub fn new(subjects: Subjects) -> io::Result<Self> {
        let told = |what: &str, error: &io::Error| {
            tracing::warn!(%error, what, "cannot be watched: changes are seen at the scan interval");
        };
        let network = subjects.wants(&[Event::Link, Event::Address, Event::Route]).then(Network::new);
        let mounts = subjects.wants(&[Event::Mount]).then(Mounts::new);
        Ok(Self {
            network: network.and_then(|made| made.inspect_err(|error| told("network", error)).ok()),
            mounts: mounts.and_then(|made| made.inspect_err(|error| told("mounts", error)).ok()),
            files: Files::new(&subjects.paths)?,
            events: subjects.events,
            allowance: Allowance::default(),
        })
    }

    /// Watches the files that count now: some have come into being, others are watched for accounts that are new. Names the
    /// sections of what is newly watched, which may have changed before.
    pub fn refresh(&mut self, subjects: &Subjects) -> BTreeSet<SectionName> {
        self.files.refresh(&subjects.paths)
    }

    /// Waits for a change that counts, or until one that was put off may be told; names the sections. Nothing is lost when the
    /// wait is given up.
    pub async fn first(&mut self) -> io::Result<BTreeSet<SectionName>> {
        loop {
            let due = self.allowance.due();
            let sections = tokio::select! {
                biased;
                sections = self.next() => sections?,
                () = until(due) => std::mem::take(&mut self.allowance.put_off),
            };
            if !sections.is_empty() {
                return Ok(sections);
            }
        }
    }

    /// Waits for the quiet after a change of these sections, and names what may be looked at now: maybe nothing, when all of it
    /// is put off. What is put off anyway breaks no quiet.
    pub async fn settle(&mut self, mut sections: BTreeSet<SectionName>) -> BTreeSet<SectionName> {
        let latest = Instant::now() + LONGEST;
        let mut quiet = Instant::now() + QUIET;
        while let Ok(Ok(more)) = timeout_at(quiet.min(latest), self.next()).await {
            let now = Instant::now();
            if more.iter().any(|section| self.allowance.is_free(*section, now)) {
                quiet = now + QUIET;
            }
            sections.extend(more);
        }
        self.allowance.take(sections, Instant::now())
    }

    /// Waits for events; names the sections that they concern, which may be none.
    async fn next(&mut self) -> io::Result<BTreeSet<SectionName>> {
        let events = tokio::select! {
            sections = self.files.next() => return sections,
            events = network::next(self.network.as_mut()) => events,
            events = mounts::next(self.mounts.as_mut()) => events,
        };
        let concerned = self.events.iter().filter(|(event, _)| events.contains(event));
        Ok(concerned.map(|(_, section)| *section).into_set())
    }
}

/// Waits until then; for ever without a time.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The token buckets of scans that changes ask for: one for each section, so that noise in one keeps no other waiting. All of
/// them together are one look at everything per [`EACH`] in the long run.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    /// When the bucket of each section will be full again.
    full_at: Vec<(SectionName, Instant)>,
    /// What has changed and may not be looked at yet.
    put_off: BTreeSet<SectionName>,
}

impl Allowance {
    /// When there is a token for a section.
    fn ready_at(&self, section: SectionName) -> Option<Instant> {
        let (_, full_at) = self.full_at.iter().find(|(known, _)| *known == section)?;
        full_at.checked_sub(EACH * (BURST - 1))
    }

    fn is_free(&self, section: SectionName, now: Instant) -> bool {
        self.ready_at(section).is_none_or(|ready| ready <= now)
    }

    /// When something that was put off may be looked at.
    fn due(&self) -> Option<Instant> {
        self.put_off.iter().filter_map(|section| self.ready_at(*section)).min()
    }

    /// Takes a token for each of these that has one, and names them; puts the others off.
    pub fn take(&mut self, sections: BTreeSet<SectionName>, now: Instant) -> BTreeSet<SectionName> {
        let mut free = BTreeSet::new();
        for section in sections {
            if self.is_free(section, now) {
                match self.full_at.iter_mut().find(|(known, _)| *known == section) {
                    Some((_, full_at)) => *full_at = now.max(*full_at) + EACH,
                    None => self.full_at.push((section, now + EACH)),
                }
                self.put_off.remove(&section);
                free.insert(section);
            } else {
                self.put_off.insert(section);
            }
        }
        free
    }
}

#[cfg(test)]
mod tests;
