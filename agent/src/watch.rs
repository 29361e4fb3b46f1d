//! What asks for a scan at once: a change of a watched file, and what the kernel tells of links, addresses, routes and
//! mounts.
//!
//! A change names the sections that it concerns, and only these are looked at: a new account costs a read of `passwd`, not of
//! all packages. Events are coalesced: a scan comes when it was quiet for 500 ms, after 2 s at the latest. Nothing is polled.
//! What changes all the time costs at most [`BURST`] scans at once and one per [`EACH`] in the long run (a token bucket);
//! what comes while the bucket is empty is kept for the next scan, so that nothing is missed, only later.

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
/// So many scans may follow each other at once.
pub const BURST: u32 = 6;
/// In the long run one scan per this time.
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
        })
    }

    /// Watches the files that count now: some have come into being, others are watched for accounts that are new. Names the
    /// sections of what is newly watched, which may have changed before.
    pub fn refresh(&mut self, subjects: &Subjects) -> BTreeSet<SectionName> {
        self.files.refresh(&subjects.paths)
    }

    /// Waits for a change that counts and names the sections that it concerns. Nothing is lost when the wait is given up.
    pub async fn first(&mut self) -> io::Result<BTreeSet<SectionName>> {
        loop {
            let sections = self.next().await?;
            if !sections.is_empty() {
                return Ok(sections);
            }
        }
    }

    /// Waits for the quiet after a change; names what else has changed meanwhile.
    pub async fn quiet(&mut self) -> BTreeSet<SectionName> {
        let latest = Instant::now() + LONGEST;
        let mut sections = BTreeSet::new();
        loop {
            let quiet = (Instant::now() + QUIET).min(latest);
            match timeout_at(quiet, self.next()).await {
                Ok(Ok(more)) => sections.extend(more),
                Ok(Err(_)) | Err(_) => return sections,
            }
            if Instant::now() >= latest {
                return sections;
            }
        }
    }

    /// Waits until `time`; names what has changed meanwhile.
    pub async fn until(&mut self, time: Instant) -> BTreeSet<SectionName> {
        let mut sections = BTreeSet::new();
        while let Ok(Ok(more)) = timeout_at(time, self.next()).await {
            sections.extend(more);
        }
        tokio::time::sleep_until(time).await;
        sections
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

/// The token bucket of scans that changes ask for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowance {
    /// When the bucket will be full again.
    full_at: Option<Instant>,
}

impl Allowance {
    /// Takes a token, or tells when there will be one.
    pub fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let full_at = self.full_at.unwrap_or(now).max(now);
        let missing = full_at.saturating_duration_since(now);
        let most = EACH * (BURST - 1);
        if let Some(wait) = missing.checked_sub(most).filter(|wait| !wait.is_zero()) {
            return Err(now + wait);
        }
        self.full_at = Some(full_at + EACH);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
