//! The agent at work: it looks when it is time, when a watched file changes and when somebody asks; it speaks when there is
//! news and once per heartbeat.
//!
//! Two loops on one thread: one scans (on a blocking thread), one speaks. Nothing is polled between the intervals. Scans of
//! many agents are spread: the first after a start waits `hash(agent id)` of the shorter interval (so that no agent counts as
//! stale only because it was started again) when that is more than a minute, unless nothing was ever acknowledged.

mod conversation;
mod watching;

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use muster_shared::mapping::Distinct as _;
use muster_shared::protocol::Settings;
use muster_shared::{Clock, SectionName, Time};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::backoff::random_fraction;
use crate::config::Config;
use crate::courier::{Answer, Courier, CourierError, MAX_REJECTIONS, Pulse};
use crate::identity::Identity;
use crate::log::chain;
use crate::metrics;
use crate::scan::{ScanError, Scanned, Scanner, Want, lock};
use crate::section::Wished;
use crate::status::Status;

use self::conversation::{speak, speak_loop};
use self::watching::watch_loop;

/// Above this interval the first scan of a start is spread.
const SPREAD_ABOVE: Duration = Duration::from_mins(1);

/// Why the daemon ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The disk is not to be trusted any more, or the scan cannot go on.
    #[error("cannot go on scanning")]
    Scan(#[from] ScanError),
    /// The disk is not to be trusted any more.
    #[error("cannot go on delivering")]
    Courier(#[from] CourierError),
    /// The thread of the scan ended unexpectedly.
    #[error("a scan ended unexpectedly")]
    Thread(#[from] tokio::task::JoinError),
}

/// What both loops know.
pub struct Board {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    overrides: (Option<u32>, Option<u32>),
    /// Sections that the configuration leaves out, whatever the collector wants.
    exclude: Vec<SectionName>,
    /// Where those who look find what the collector wants to be watched.
    wished: Wished,
    status: Mutex<Status>,
    /// The status file could not be written: it is of before.
    is_untold: AtomicBool,
    settings: Mutex<Settings>,
    want: Mutex<Want>,
    pulse: Mutex<Option<Pulse>>,
    /// Sections that a change asks to look at again.
    touched: Mutex<BTreeSet<SectionName>>,
    rescan: Notify,
    changed: Notify,
    deliver: Notify,
    scanned: Notify,
    interval_changed: Notify,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    /// A board for one run of the agent.
    pub fn new(config: &Config, clock: Arc<dyn Clock>, identity: &Identity) -> Self {
        let mut status = Status::load(&config.state_dir);
        status.certificate_not_after = Some(identity.record.not_after);
        let settings = status.settings.clone().unwrap_or_else(|| identity.record.settings.clone());
        config.collect.wished.set(&settings.files);
        Self {
            dir: config.state_dir.clone(),
            clock,
            overrides: (config.heartbeat_seconds, config.scan_seconds),
            exclude: config.exclude.clone(),
            wished: config.collect.wished.clone(),
            status: Mutex::new(status),
            is_untold: AtomicBool::new(false),
            settings: Mutex::new(settings),
            want: Mutex::default(),
            pulse: Mutex::default(),
            touched: Mutex::default(),
            rescan: Notify::new(),
            changed: Notify::new(),
            deliver: Notify::new(),
            scanned: Notify::new(),
            interval_changed: Notify::new(),
        }
    }

    fn heartbeat_interval(&self) -> Duration {
        seconds(self.overrides.0.unwrap_or(held(&self.settings).heartbeat_seconds))
    }

    fn scan_interval(&self) -> Duration {
        seconds(self.overrides.1.unwrap_or(held(&self.settings).scan_seconds))
    }

    /// Sections that are left out, and those of them that only the collector wants so.
    fn excluded(&self) -> (Vec<SectionName>, Vec<SectionName>) {
        let wanted = held(&self.settings).exclude.iter().filter_map(|name| name.parse().ok()).into_set();
        // Of itself the agent always tells: else nobody could see what is left out, and why.
        let asked = wanted.into_iter().filter(|name| *name != SectionName::Agent && !self.exclude.contains(name));
        (self.exclude.clone(), asked.collect())
    }

    /// A copy of the status.
    pub fn status(&self) -> Status {
        held(&self.status).clone()
    }

    fn update(&self, change: impl FnOnce(&mut Status)) {
        let mut status = held(&self.status);
        change(&mut status);
        match status.save(&self.dir) {
            Ok(()) => self.is_untold.store(false, Ordering::Relaxed),
            // Once: it is tried again with every step, and a full disk stays full for a while.
            Err(error) if !self.is_untold.swap(true, Ordering::Relaxed) => {
                tracing::warn!(%error, "cannot write the status file: `muster-agent status` shows what was before");
            }
            Err(_) => {}
        }
    }

    /// Takes over what the collector wants.
    fn take(&self, answer: &Answer) {
        {
            let mut want = held(&self.want);
            want.full |= answer.want.full;
            want.skip_seq = want.skip_seq.max(answer.want.skip_seq);
            for refused in &answer.want.refused {
                if !want.refused.contains(refused) {
                    want.refused.push(refused.clone());
                }
            }
        }
        if let Some(settings) = &answer.settings {
            let before = std::mem::replace(&mut *held(&self.settings), settings.clone());
            if before != *settings {
                tracing::info!(?settings, "the collector wants other intervals, sections or files");
                self.interval_changed.notify_one();
            }
            // What it wants to be watched is looked at now, and watched from then on.
            if self.wished.set(&settings.files) || before.exclude != settings.exclude {
                self.rescan.notify_one();
            }
        }
        if answer.rescan {
            self.rescan.notify_one();
        }
        let now = self.clock.now();
        self.update(|status| {
            status.settings = answer.settings.clone().or(status.settings.take());
            if answer.acknowledged > 0 {
                status.last_report_at = Some(now);
            }
        });
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count.max(1)))
}

/// The parts of a running agent.
pub struct Agent {
    /// Looks.
    pub scanner: Scanner,
    /// Speaks.
    pub courier: Courier,
    /// What both know.
    pub board: Arc<Board>,
    /// Below which directory watched paths are.
    pub base: PathBuf,
    /// Where metrics are asked for, if anywhere.
    pub metrics: Option<std::net::TcpListener>,
}

/// Works until `stop` is done. A scan in flight is left to its thread; the caller gives it a moment to finish.
pub async fn run(agent: Agent, stop: impl Future<Output = ()>) -> Result<(), DaemonError> {
    let Agent { scanner, mut courier, board, base, metrics } = agent;
    let spool = Arc::clone(&scanner.spool);
    let (eyes, root) = (scanner.eyes.clone(), scanner.root.clone());
    let spread = courier.identity().fraction();
    tokio::select! {
        ended = scan_loop(scanner, &board, spread) => ended,
        ended = speak_loop(&mut courier, &board) => ended,
        () = watch_loop(&board, eyes, root, base) => Ok(()),
        () = metrics::serve(metrics, &board, &spool) => Ok(()),
        () = stop => {
            tracing::info!("stopping");
            Ok(())
        }
    }
}

/// So often a run of one look is repeated when the collector asks for another one.
const MAX_RESCANS: u32 = 8;

/// Scans and delivers once: for `muster-agent once`.
pub async fn once(agent: Agent) -> Result<(Scanned, Answer), DaemonError> {
    let Agent { scanner, mut courier, board, .. } = agent;
    let (mut scanner, looked) = scan(scanner, None, &board).await?;
    let mut found = looked?;
    let mut answer = Answer::default();
    let mut ended = speak(&mut courier, &board, true, &mut answer).await;
    // The next run knows nothing of the tries of this one: what is refused again and again is set aside here.
    for _ in 1..MAX_REJECTIONS {
        if ended.is_err() && courier.is_rejected() {
            ended = speak(&mut courier, &board, false, &mut answer).await;
        }
    }
    // The collector asked for everything or for a fresh look: still one run for the one who called. A section that it does not
    // take is left out, and then another one may turn out to be so.
    let is_asked_again = ended.is_ok() && answer.rescan;
    for _ in 0..MAX_RESCANS {
        if ended.is_err() || !std::mem::take(&mut answer.rescan) {
            break;
        }
        let looked;
        (scanner, looked) = scan(scanner, None, &board).await?;
        found = looked?;
        answer.want.refused.clear();
        speak(&mut courier, &board, false, &mut answer).await?;
    }
    answer.rescan |= is_asked_again;
    ended?;
    Ok((found, answer))
}

/// How long an agent waits before its first look: those that a collector knows come back spread over an interval, each always
/// at its own place, so that a restart of the collector's network or of all hosts is no flood. A new one speaks at once.
fn first_delay(interval: Duration, ever_acknowledged: bool, spread: f64) -> Duration {
    if ever_acknowledged && interval > SPREAD_ABOVE { interval.mul_f64(spread) } else { Duration::ZERO }
}

async fn scan_loop(mut scanner: Scanner, board: &Board, spread: f64) -> Result<(), DaemonError> {
    let interval = board.scan_interval().min(board.heartbeat_interval());
    let ever_acknowledged = held(&board.status).last_report_at.is_some();
    let mut from = Instant::now();
    let mut due = from + first_delay(interval, ever_acknowledged, spread);
    let mut first = true;
    loop {
        board.update(|status| status.next_scan_at = Some(at(&*board.clock, due)));
        let is_whole = tokio::select! {
            () = sleep_until(due) => true,
            () = board.rescan.notified() => true,
            () = board.changed.notified() => false,
            () = board.interval_changed.notified() => {
                due = due.min(from + board.scan_interval()).max(Instant::now());
                continue;
            }
        };
        // A scan of everything covers what has changed until now.
        let touched = std::mem::take(&mut *held(&board.touched));
        if !is_whole && touched.is_empty() {
            continue;
        }
        let only = (!is_whole).then_some(touched);
        let (back, result) = scan(scanner, only, board).await?;
        scanner = back;
        match result {
            // The first scan starts the conversation, news or not.
            Ok(found) if found.is_news || first => {
                board.deliver.notify_one();
                first = false;
            }
            Ok(_) => {}
            Err(error) if error.is_fatal() => return Err(error.into()),
            // A report that is lost is told as a whole one when there is room again.
            Err(_) => held(&board.want).full = true,
        }
        board.scanned.notify_one();
        if !is_whole {
            continue;
        }
        from = Instant::now();
        due = from + board.scan_interval().mul_f64(random_fraction().mul_add(0.1, 0.95));
    }
}

fn at(clock: &dyn Clock, due: Instant) -> Time {
    let wait = due.saturating_duration_since(Instant::now());
    clock.now().plus_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Scans on a thread of its own; the scanner comes back whatever happened.
async fn scan(
    mut scanner: Scanner,
    only: Option<BTreeSet<SectionName>>,
    board: &Board,
) -> Result<(Scanner, Result<Scanned, ScanError>), DaemonError> {
    let want = std::mem::take(&mut *held(&board.want));
    let dropped_total = held(&board.status).dropped_total;
    let wanted = want.clone();
    (scanner.exclude, scanner.unwanted) = board.excluded();
    let work = tokio::task::spawn_blocking(move || {
        let result = scanner.scan_some(wanted, only.as_ref(), dropped_total);
        let boot_id = scanner.boot_id();
        (scanner, boot_id, result)
    });
    let (scanner, boot_id, result) = work.await?;
    let losses = std::mem::take(&mut lock(&scanner.spool).losses);
    match &result {
        Ok(found) => {
            let pulse = Pulse { boot_id, generation: found.generation, root: found.root, looked_at: found.ended_at };
            *held(&board.pulse) = Some(pulse);
            board.update(|status| {
                status.last_scan_at = Some(found.ended_at);
                status.generation = found.generation;
                status.coverage.clone_from(&found.coverage);
                status.reasons.clone_from(&found.reasons);
                status.damaged_state_total += u64::from(found.state_was_damaged);
                status.dropped_total += losses.dropped;
                status.quarantined_total += losses.quarantined;
            });
        }
        Err(error) => {
            // What was wanted is still wanted.
            held(&board.want).full |= want.full;
            held(&board.want).skip_seq = want.skip_seq;
            held(&board.want).refused.extend(want.refused);
            let text = chain(error);
            tracing::error!(error = text, "the scan came to nothing");
            board.update(|status| {
                status.last_error = Some(text);
                status.dropped_total += losses.dropped;
                status.quarantined_total += losses.quarantined;
            });
        }
    }
    Ok((scanner, result))
}

#[cfg(test)]
mod tests {
    use muster_shared::id::AgentId;

    use super::*;
    use crate::backoff::stable_fraction;

    #[test]
    fn agents_that_start_together_come_back_spread_and_each_at_its_place() {
        let interval = Duration::from_mins(5);
        let place = |n: u8| first_delay(interval, true, stable_fraction(AgentId::from_bytes([n; 16]).as_bytes()));
        let mut minutes = [0; 5];
        for n in 0..=255 {
            assert_eq!(place(n), place(n));
            let minute = usize::try_from(place(n).as_secs() / 60).unwrap();
            minutes[minute] += 1;
        }
        assert!(minutes.iter().all(|count| (25..=80).contains(count)), "{minutes:?}");
        assert_eq!(first_delay(interval, false, 0.9), Duration::ZERO, "one that is new");
        assert_eq!(first_delay(SPREAD_ABOVE, true, 0.9), Duration::ZERO, "on a host that somebody tries it on");
    }
}
