//! A whole inventory: every section in a time box of its own, one worker thread for all.
//!
//! The worker reads the sections in turn; the caller sleeps until many items wait for it, all is done or a time box is over, for
//! waking it with each section took a tenth of an inventory. While it takes what waits the worker rests, so that no more than a
//! few large sections are there at once, however many there are. When a section takes longer than the time box (a dead disk, a hung network file
//! system), it is given up: the section is `failed`, the thread stays behind until the kernel lets go of it, and a new worker
//! goes on with the next section. A collector that panics is treated the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

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

/// So many items wait at most, and those of one section more: the large sections are some hundred.
const WAITING_CAP: usize = 200;

/// Enough for every collector: none recurses.
const STACK_BYTES: usize = 512 << 10;

/// Everything that was found, or what was made of each section.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inventory<S = Section> {
    /// Version of this form.
    pub schema: u32,
    /// The attributes of the host itself, as in the section `host`.
    pub host: Attributes,
    /// Every section that was asked for, in the fixed order.
    pub sections: BTreeMap<SectionName, S>,
}

/// Is given each section as soon as it is there.
pub type Take<'a> = dyn FnMut(SectionName, Section) + 'a;

/// Takes an inventory of all sections, or of those in `only`.
pub fn take(collectors: &Collectors, root: &Root, only: Option<&[SectionName]>) -> Inventory {
    take_as(collectors, root, only, |section| section)
}

/// The same, with what `make` makes of each section as soon as it is there.
pub fn take_as<S>(
    collectors: &Collectors,
    root: &Root,
    only: Option<&[SectionName]>,
    mut make: impl FnMut(Section) -> S,
) -> Inventory<S> {
    let is_wanted = |name: SectionName| only.is_none_or(|names| names.contains(&name));
    let (mut host, mut agent) = (Attributes::new(), Section::unsupported());
    let mut statuses = BTreeMap::new();
    let mut sections = BTreeMap::new();
    let collected = |name: SectionName| name == SectionName::Host || is_wanted(name);
    run(collectors, root, collected, &mut |name, section| {
        if name == SectionName::Host {
            host = section.items.first().map(|item| item.attributes.clone()).unwrap_or_default();
        }
        statuses.insert(name, section.status);
        // It tells how well all of them could be read.
        if name == SectionName::Agent {
            agent = section;
        } else if is_wanted(name) {
            sections.insert(name, make(section));
        }
    });
    let wanted: Vec<SectionName> = SectionName::ALL.iter().copied().filter(|name| is_wanted(*name)).collect();
    let status = |name: &SectionName| statuses.get(name).copied().unwrap_or(SectionStatus::Unsupported);
    agent::tell_coverage(&mut agent, &wanted.iter().map(status).collect::<Vec<_>>());
    if is_wanted(SectionName::Agent) {
        sections.insert(SectionName::Agent, make(agent));
    }
    for name in wanted {
        sections.entry(name).or_insert_with(|| make(Section::unsupported()));
    }
    Inventory { schema: SCHEMA, host, sections }
}

/// Only the named sections, without anything beside them: one without a collector is unsupported.
pub fn look(collectors: &Collectors, root: &Root, names: &[SectionName], take: &mut Take<'_>) {
    let mut taken = BTreeSet::new();
    run(collectors, root, |name| names.contains(&name), &mut |name, section| {
        taken.insert(name);
        take(name, section);
    });
    for name in names.iter().filter(|name| !taken.contains(name)) {
        take(*name, Section::unsupported());
    }
}

/// Runs the wanted collectors, replacing the worker whenever one does not come back.
fn run(collectors: &Collectors, root: &Root, is_wanted: impl Fn(SectionName) -> bool, take: &mut Take<'_>) {
    let queue: Collectors = collectors.iter().filter(|c| is_wanted(c.name())).cloned().collect();
    let mut left = queue.as_slice();
    let root = root.for_one_inventory();
    while let Some(next) = left.first() {
        if STUCK.load(Ordering::Relaxed) >= STUCK_CAP {
            take(next.name(), Section::failed("collector", "not tried: earlier collectors have not come back"));
            left = left.get(1..).unwrap_or_default();
            continue;
        }
        let worker = Worker::default();
        match worker.start(left.to_vec(), root.clone()) {
            Ok(()) => worker.drain(&mut left, take),
            Err(error) => {
                take(next.name(), Section::failed("thread", error.to_string()));
                left = left.get(1..).unwrap_or_default();
            }
        }
    }
}

/// A thread that reads sections, as both sides see it.
#[derive(Clone, Default)]
struct Worker(Arc<Shared>);

#[derive(Default)]
struct Shared {
    progress: Mutex<Progress>,
    /// Told when the worker need not rest any more.
    taken: Condvar,
}

#[derive(Default)]
struct Progress {
    /// What is done and was not taken yet, in the order of the queue.
    done: Vec<Section>,
    /// How many items are in it, or in the hands of the one who takes it.
    waiting: usize,
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

impl End {
    /// Hands a section over; false when nobody waits for it.
    fn hand_over(&self, section: Section) -> bool {
        let mut progress = self.worker.progress();
        if progress.is_given_up {
            return false;
        }
        progress.waiting += section.items.len();
        progress.done.push(section);
        if progress.waiting > WAITING_CAP {
            // A rest is not the next section's time.
            progress.since = None;
            self.caller.unpark();
            let rest = self.worker.0.taken.wait_while(progress, |progress| progress.waiting > WAITING_CAP);
            progress = rest.unwrap_or_else(PoisonError::into_inner);
        }
        progress.since = Some(Instant::now());
        true
    }
}

impl Worker {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, queue: Collectors, root: Root) -> std::io::Result<()> {
        self.progress().since = Some(Instant::now());
        let end = End { worker: self.clone(), caller: std::thread::current() };
        let work = move || {
            for collector in queue {
                let (name, section) = (collector.name(), collector.collect(&root));
                if !end.hand_over(section.without_nul().within_bounds(name).without_strangers(name).with_own_keys(name))
                {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("inventory".to_owned()).stack_size(STACK_BYTES).spawn(work)?;
        Ok(())
    }

    /// Takes results until all are there or the worker is lost; `left` is what remains to be done.
    fn drain(&self, left: &mut &[Arc<dyn Collector>], take: &mut Take<'_>) {
        // By the shortest time box, so that none is over for long before that is seen.
        let shortest = left.iter().map(|collector| collector.time_box()).min().unwrap_or_default();
        let mut wait = shortest;
        loop {
            std::thread::park_timeout(wait);
            let done = std::mem::take(&mut self.progress().done);
            for section in done {
                let Some((next, rest)) = left.split_first() else { break };
                *left = rest;
                take(next.name(), section);
            }
            let mut progress = self.progress();
            progress.waiting = progress.done.iter().map(|section| section.items.len()).sum();
            self.0.taken.notify_one();
            let Some((next, rest)) = left.split_first() else { return };
            if !progress.done.is_empty() {
                wait = Duration::ZERO;
                continue;
            }
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
            drop(progress);
            *left = rest;
            take(next.name(), section);
            return;
        }
    }
}

#[cfg(test)]
mod tests;
