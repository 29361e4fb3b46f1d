//! A whole inventory: every section in a time box of its own, one worker thread for all.
//!
//! The worker reads the sections in turn; the caller sleeps until all are done or a time box is over, for waking it with each
//! section took a tenth of an inventory. When a section takes longer than the time box (a dead disk, a hung network file
//! system), it is given up: the section is `failed`, the thread stays behind until the kernel lets go of it, and a new worker
//! goes on with the next section. A collector that panics is treated the same.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use muster_shared::mapping::Mapping as _;
use muster_shared::{Attributes, SectionName, SectionStatus};
use serde::Serialize;

use crate::root::Root;
use crate::section::{Collector, Collectors, Section, agent};

/// The version of the JSON form.
pub const SCHEMA: u32 = 1;

/// Threads that were given up and have not come back. Beyond this many a section that hangs is not tried again, so that a
/// daemon on a host with a dead disk does not gather threads.
const STUCK_CAP: usize = 8;

static STUCK: AtomicUsize = AtomicUsize::new(0);

/// Enough for every collector: none recurses.
const STACK_BYTES: usize = 512 << 10;

/// Everything that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inventory {
    /// Version of this form.
    pub schema: u32,
    /// The attributes of the host itself, as in the section `host`.
    pub host: Attributes,
    /// Every section that was asked for, in the fixed order.
    pub sections: BTreeMap<SectionName, Section>,
}

/// Takes an inventory of all sections, or of those in `only`.
pub fn take(collectors: &Collectors, root: &Root, only: Option<&[SectionName]>) -> Inventory {
    let is_wanted = |name: SectionName| only.is_none_or(|names| names.contains(&name));
    let mut taken = run(collectors, root, |name| name == SectionName::Host || is_wanted(name));
    let host = taken.get(&SectionName::Host).and_then(|section| section.items.first());
    let host = host.map(|item| item.attributes.clone()).unwrap_or_default();
    let names = SectionName::ALL.iter().copied().filter(|name| is_wanted(*name));
    let mut sections: BTreeMap<SectionName, Section> =
        names.map(|name| (name, taken.remove(&name).unwrap_or_else(Section::unsupported))).into_map();
    let statuses: Vec<SectionStatus> = sections.values().map(|section| section.status).collect();
    if let Some(agent) = sections.get_mut(&SectionName::Agent) {
        agent::tell_coverage(agent, &statuses);
    }
    Inventory { schema: SCHEMA, host, sections }
}

/// Only the named sections, without anything beside them: one without a collector is unsupported.
pub fn look(collectors: &Collectors, root: &Root, names: &[SectionName]) -> BTreeMap<SectionName, Section> {
    let mut taken = run(collectors, root, |name| names.contains(&name));
    names.iter().map(|name| (*name, taken.remove(name).unwrap_or_else(Section::unsupported))).into_map()
}

/// Runs the wanted collectors, replacing the worker whenever one does not come back.
fn run(
    collectors: &Collectors,
    root: &Root,
    is_wanted: impl Fn(SectionName) -> bool,
) -> BTreeMap<SectionName, Section> {
    let queue: Collectors = collectors.iter().filter(|c| is_wanted(c.name())).cloned().collect();
    let mut sections = BTreeMap::new();
    let mut left = queue.as_slice();
    let root = root.for_one_inventory();
    while let Some(next) = left.first() {
        if STUCK.load(Ordering::Relaxed) >= STUCK_CAP {
            sections
                .insert(next.name(), Section::failed("collector", "not tried: earlier collectors have not come back"));
            left = left.get(1..).unwrap_or_default();
            continue;
        }
        let worker = Worker::default();
        match worker.start(left.to_vec(), root.clone()) {
            Ok(()) => worker.drain(&mut left, &mut sections),
            Err(error) => {
                sections.insert(next.name(), Section::failed("thread", error.to_string()));
                left = left.get(1..).unwrap_or_default();
            }
        }
    }
    sections
}

/// A thread that reads sections, as both sides see it.
#[derive(Clone, Default)]
struct Worker(Arc<Mutex<Progress>>);

#[derive(Default)]
struct Progress {
    /// What is done and was not taken yet, in the order of the queue.
    done: Vec<Section>,
    /// Since when the next one is being read.
    since: Option<Instant>,
    /// Nobody waits for it any more.
    is_given_up: bool,
    is_over: bool,
}

/// At the end of a worker, whichever way it ends.
struct End {
    worker: Worker,
    caller: Thread,
}

impl Drop for End {
    fn drop(&mut self) {
        let mut progress = self.worker.progress();
        progress.is_over = true;
        if progress.is_given_up {
            STUCK.fetch_sub(1, Ordering::Relaxed);
        }
        drop(progress);
        self.caller.unpark();
    }
}

impl Worker {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, queue: Collectors, root: Root) -> std::io::Result<()> {
        self.progress().since = Some(Instant::now());
        let (worker, caller) = (self.clone(), std::thread::current());
        let work = move || {
            let end = End { worker, caller };
            for collector in queue {
                let (name, section) = (collector.name(), collector.collect(&root));
                let section = section.without_nul().without_strangers(name).with_own_keys(name);
                let mut progress = end.worker.progress();
                if progress.is_given_up {
                    return;
                }
                progress.done.push(section);
                progress.since = Some(Instant::now());
            }
        };
        std::thread::Builder::new().name("inventory".to_owned()).stack_size(STACK_BYTES).spawn(work)?;
        Ok(())
    }

    /// Takes results until all are there or the worker is lost; `left` is what remains to be done.
    fn drain(&self, left: &mut &[Arc<dyn Collector>], sections: &mut BTreeMap<SectionName, Section>) {
        // By the shortest time box, so that none is over for long before that is seen.
        let shortest = left.iter().map(|collector| collector.time_box()).min().unwrap_or_default();
        let mut wait = shortest;
        loop {
            std::thread::park_timeout(wait);
            let mut progress = self.progress();
            for section in progress.done.drain(..) {
                let Some((next, rest)) = left.split_first() else { return };
                sections.insert(next.name(), section);
                *left = rest;
            }
            let Some((next, rest)) = left.split_first() else { return };
            let time_box = next.time_box();
            let taken = progress.since.map_or(Duration::ZERO, |since| since.elapsed());
            let time_left = time_box.saturating_sub(taken);
            if !progress.is_over && !time_left.is_zero() {
                wait = shortest.min(time_left);
                continue;
            }
            let section = if progress.is_over {
                Section::failed("collector", "ended unexpectedly")
            } else {
                progress.is_given_up = true;
                STUCK.fetch_add(1, Ordering::Relaxed);
                Section::failed("collector", format!("timed out after {} s", time_box.as_secs_f32()))
            };
            sections.insert(next.name(), section);
            *left = rest;
            return;
        }
    }
}

#[cfg(test)]
mod tests;
