//! The agent at work: it looks when it is time, when a watched file changes and when somebody asks; it speaks when there is
//! news and once per heartbeat.
//!
//! Two loops on one thread: one scans (on a blocking thread), one speaks. Nothing is polled between the intervals. Scans of
//! many agents are spread: the first after a start waits `hash(agent id)` of the shorter interval (so that no agent counts as
//! stale only because it was started again) when that is more than a minute, unless nothing was ever acknowledged.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use muster_shared::protocol::Settings;
use muster_shared::{Clock, Time};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::backoff::{self, Backoff, random_fraction};
use crate::client::ClientError;
use crate::config::Config;
use crate::courier::{Answer, Courier, CourierError, Pulse};
use crate::identity::Identity;
use crate::root::Root;
use crate::scan::{ScanError, Scanned, Scanner, Want, lock};
use crate::section::Collectors;
use crate::status::Status;
use crate::watch::Watch;

/// Between an answer that was held back and the next heartbeat.
const BREATH: Duration = Duration::from_secs(1);
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
    status: Mutex<Status>,
    settings: Mutex<Settings>,
    want: Mutex<Want>,
    pulse: Mutex<Option<Pulse>>,
    rescan: Notify,
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
        let status = Status::load(&config.state_dir);
        let settings = status.settings.unwrap_or(identity.record.settings);
        Self {
            dir: config.state_dir.clone(),
            clock,
            overrides: (config.heartbeat_seconds, config.scan_seconds),
            status: Mutex::new(status),
            settings: Mutex::new(settings),
            want: Mutex::default(),
            pulse: Mutex::default(),
            rescan: Notify::new(),
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

    /// A copy of the status.
    pub fn status(&self) -> Status {
        held(&self.status).clone()
    }

    fn update(&self, change: impl FnOnce(&mut Status)) {
        let mut status = held(&self.status);
        change(&mut status);
        if let Err(error) = status.save(&self.dir) {
            tracing::warn!(%error, "cannot write the status file");
        }
    }

    /// Takes over what the collector wants.
    fn take(&self, answer: &Answer) {
        {
            let mut want = held(&self.want);
            want.full |= answer.want.full;
            want.skip_seq = want.skip_seq.max(answer.want.skip_seq);
        }
        if let Some(settings) = answer.settings
            && std::mem::replace(&mut *held(&self.settings), settings) != settings
        {
            tracing::info!(?settings, "the collector wants other intervals");
            self.interval_changed.notify_one();
        }
        if answer.rescan {
            self.rescan.notify_one();
        }
        let now = self.clock.now();
        self.update(|status| {
            status.settings = answer.settings.or(status.settings);
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
}

/// Works until `stop` is done. A scan in flight is left to its thread; the caller gives it a moment to finish.
pub async fn run(agent: Agent, stop: impl Future<Output = ()>) -> Result<(), DaemonError> {
    let Agent { scanner, mut courier, board, base } = agent;
    let (collectors, root) = (scanner.collectors.clone(), scanner.root.clone());
    let spread = courier.identity().fraction();
    tokio::select! {
        ended = scan_loop(scanner, &board, spread) => ended,
        ended = speak_loop(&mut courier, &board) => ended,
        () = watch_loop(&board, collectors, root, base) => Ok(()),
        () = stop => {
            tracing::info!("stopping");
            Ok(())
        }
    }
}

/// Scans and delivers once: for `muster-agent once`.
pub async fn once(agent: Agent) -> Result<(Scanned, Answer), DaemonError> {
    let Agent { scanner, mut courier, board, .. } = agent;
    let (scanner, looked) = scan(scanner, &board).await?;
    let mut found = looked?;
    let mut answer = Answer::default();
    let ended = speak(&mut courier, &board, true, &mut answer).await;
    if ended.is_ok() && answer.rescan {
        // The collector asked for everything or for a fresh look: still one run for the one who called.
        found = scan(scanner, &board).await?.1?;
        speak(&mut courier, &board, false, &mut answer).await?;
    }
    ended?;
    Ok((found, answer))
}

async fn scan_loop(mut scanner: Scanner, board: &Board, spread: f64) -> Result<(), DaemonError> {
    let interval = board.scan_interval().min(board.heartbeat_interval());
    let ever_acknowledged = held(&board.status).last_report_at.is_some();
    let delay = if ever_acknowledged && interval > SPREAD_ABOVE { interval.mul_f64(spread) } else { Duration::ZERO };
    let mut from = Instant::now();
    let mut due = from + delay;
    let mut first = true;
    loop {
        board.update(|status| status.next_scan_at = Some(at(&*board.clock, due)));
        tokio::select! {
            () = sleep_until(due) => {}
            () = board.rescan.notified() => {}
            () = board.interval_changed.notified() => {
                due = due.min(from + board.scan_interval()).max(Instant::now());
                continue;
            }
        }
        let (back, result) = scan(scanner, board).await?;
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
        from = Instant::now();
        due = from + board.scan_interval().mul_f64(random_fraction().mul_add(0.1, 0.95));
    }
}

fn at(clock: &dyn Clock, due: Instant) -> Time {
    let wait = due.saturating_duration_since(Instant::now());
    clock.now().plus_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Scans on a thread of its own; the scanner comes back whatever happened.
async fn scan(mut scanner: Scanner, board: &Board) -> Result<(Scanner, Result<Scanned, ScanError>), DaemonError> {
    let want = std::mem::take(&mut *held(&board.want));
    let dropped_total = held(&board.status).dropped_total;
    let work = tokio::task::spawn_blocking(move || {
        let result = scanner.scan(want, dropped_total);
        let boot_id = scanner.boot_id();
        (scanner, boot_id, result)
    });
    let (scanner, boot_id, result) = work.await?;
    let losses = std::mem::take(&mut lock(&scanner.spool).losses);
    match &result {
        Ok(found) => {
            let pulse = Pulse { boot_id, generation: found.generation, root: found.root };
            *held(&board.pulse) = Some(pulse);
            board.update(|status| {
                status.last_scan_at = Some(found.ended_at);
                status.generation = found.generation;
                status.coverage.clone_from(&found.coverage);
                status.damaged_state_total += u64::from(found.state_was_damaged);
                status.dropped_total += losses.dropped;
                status.quarantined_total += losses.quarantined;
            });
        }
        Err(error) => {
            // What was wanted is still wanted.
            held(&board.want).full |= want.full;
            held(&board.want).skip_seq = want.skip_seq;
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

/// An error with its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

async fn watch_loop(board: &Board, collectors: Collectors, root: Root, base: PathBuf) {
    let paths = collectors.iter().flat_map(|collector| collector.watched(&root));
    let paths = paths.map(|path| base.join(path.trim_start_matches('/'))).collect();
    let mut watch = match Watch::new(paths) {
        Ok(watch) => watch,
        Err(error) => {
            tracing::warn!(%error, "cannot watch files: changes are seen at the scan interval");
            return std::future::pending().await;
        }
    };
    loop {
        let changed = tokio::select! {
            changed = watch.first() => changed,
            () = board.scanned.notified() => {
                watch.refresh();
                continue;
            }
        };
        if let Err(error) = changed {
            tracing::warn!(%error, "cannot watch files any more: changes are seen at the scan interval");
            return std::future::pending().await;
        }
        watch.quiet().await;
        board.rescan.notify_one();
    }
}

async fn speak_loop(courier: &mut Courier, board: &Board) -> Result<(), DaemonError> {
    let mut backoff = Backoff::default();
    let mut heartbeat_due = Instant::now() + board.heartbeat_interval();
    let mut beat = true;
    board.deliver.notified().await;
    loop {
        let mut answer = Answer::default();
        let mut spoken = speak(courier, board, beat && !courier.can_wait(), &mut answer).await;
        let latest = Instant::now() + board.heartbeat_interval();
        heartbeat_due = if beat { latest } else { heartbeat_due.min(latest) };
        beat = false;
        if spoken.is_ok() && courier.can_wait() {
            spoken = listen(courier, board, &mut answer).await;
            beat = spoken.is_ok();
        }
        match spoken {
            Ok(()) if answer.settings.is_some() => backoff.reset(),
            Ok(()) => {}
            Err(error) if error.is_fatal() => return Err(error.into()),
            Err(error) => {
                beat = true;
                tokio::time::sleep(pause(&error, &mut backoff)).await;
                continue;
            }
        }
        // An answer that was held back came late or with a wish: the next heartbeat follows, a moment later at least.
        let due = if beat { Instant::now() + BREATH } else { heartbeat_due };
        beat = tokio::select! {
            () = sleep_until(due) => true,
            () = board.deliver.notified() => false,
        };
    }
}

/// A heartbeat whose answer the collector holds back until it wants something. News from this host ends it.
async fn listen(courier: &mut Courier, board: &Board, answer: &mut Answer) -> Result<(), CourierError> {
    let pulse = held(&board.pulse).clone();
    let Some(pulse) = pulse.filter(|_| courier.is_idle() && !answer.want.full) else { return Ok(()) };
    let wait = u32::try_from(board.heartbeat_interval().as_secs()).unwrap_or(u32::MAX);
    let mut heard = Answer::default();
    let result = tokio::select! {
        result = courier.heartbeat(&pulse, Some(wait), &mut heard) => result,
        () = board.deliver.notified() => {
            // Told again to whom it was meant for.
            board.deliver.notify_one();
            return Ok(());
        }
    };
    conclude(courier, board, result, &heard).inspect(|()| answer.settings = heard.settings)
}

/// How long to keep quiet after an error. What only a person can mend is tried seldom.
fn pause(error: &CourierError, backoff: &mut Backoff) -> Duration {
    let client = error.client();
    let delay = backoff.next_delay(client.and_then(ClientError::retry_after));
    if client.is_some_and(ClientError::doubts_certificate) { backoff::CAP } else { delay }
}

/// One round: certificate, reports, and the heartbeat when it is due and nothing waits.
async fn speak(courier: &mut Courier, board: &Board, beat: bool, answer: &mut Answer) -> Result<(), CourierError> {
    let result = round(courier, board, beat, answer).await;
    conclude(courier, board, result, answer)
}

/// Takes over what the collector wants and notes how it went.
fn conclude(
    courier: &Courier,
    board: &Board,
    result: Result<(), CourierError>,
    answer: &Answer,
) -> Result<(), CourierError> {
    board.take(answer);
    match &result {
        Ok(()) if answer.settings.is_some() => {
            let now = board.clock.now();
            board.update(|status| status.succeeded(now));
        }
        Ok(()) => {}
        Err(error) => {
            let text = chain(error);
            tracing::warn!(error = text, waiting = lock(courier.spool()).count(), "not delivered");
            board.update(|status| status.last_error = Some(text));
        }
    }
    result
}

async fn round(courier: &mut Courier, board: &Board, beat: bool, answer: &mut Answer) -> Result<(), CourierError> {
    match courier.renew_when_due().await {
        Err(error) if error.is_fatal() => return Err(error),
        // The certificate in use still works: what is to be told must not wait for the next one.
        Err(error) => tracing::error!(error = chain(&error), "the certificate is not renewed"),
        Ok(()) => {}
    }
    match converse(courier, board, beat, answer).await {
        Err(CourierError::Client(ClientError::Split { .. })) => courier.split(answer).await,
        result => result,
    }
}

async fn converse(courier: &mut Courier, board: &Board, beat: bool, answer: &mut Answer) -> Result<(), CourierError> {
    courier.check_standing().await?;
    courier.deliver(answer).await?;
    let pulse = held(&board.pulse).clone();
    match pulse {
        // With a whole report due the hashes differ anyway.
        Some(pulse) if beat && courier.is_idle() && !answer.want.full => courier.heartbeat(&pulse, None, answer).await,
        _ => Ok(()),
    }
}
