//! Work that nobody calls for: the drift engine, the router, what is due by the clock, and the index of items.

pub mod anchor;
mod complaint;
pub mod demo;
pub mod engine;
pub mod post;

use std::sync::Arc;
use std::time::Duration;

use muster_store::Sequence;
use tokio::sync::watch;
use tokio::time::Instant;

use self::complaint::Complaint;
use crate::service::{Service, ServiceError, retention};

/// The longest sleep: a clock that was set anew is noticed after this.
const HORIZON: Duration = Duration::from_mins(1);
const HORIZON_MS: i64 = 60_000;
/// Pause between two looks at what was committed: a question looks by itself, this only keeps its share small.
const LOOKUP_PAUSE: Duration = Duration::from_millis(200);
/// The same between two looks at what alerts: who waits for an incident does not notice it.
const ALERT_PAUSE: Duration = Duration::from_millis(50);
/// How long a sign of life may be in memory only.
const PULSE_PAUSE: Duration = Duration::from_secs(1);
/// Stored reports within a [`LOOKUP_PAUSE`] that are a rush: a fleet that comes back, or is enrolled.
const RUSH: u64 = 20;
/// No rush is waited for longer than this.
const PATIENCE: Duration = Duration::from_secs(5);
/// Steps of comparing hosts between two looks whether there is a rush.
const STEPS: usize = 32;
/// Pause between two looks at releases, and how many times longer it is than a look.
const RELEASE_PAUSE: Duration = Duration::from_secs(2);
const RELEASE_REST: u32 = 20;
/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes a breath, a longer one while many report: what only questions need is brought up to date by them, and can come later.
/// Nobody who stops waits for it.
async fn stand_back(service: &Service, stop: &mut watch::Receiver<bool>) {
    let begin = Instant::now();
    loop {
        let before = service.measures().stored();
        if !rested(LOOKUP_PAUSE, stop).await {
            return;
        }
        let is_rush = service.measures().stored().saturating_sub(before) >= RUSH;
        if !is_rush || begin.elapsed() >= PATIENCE {
            return;
        }
    }
}

/// Rests; `false` when it is to stop.
async fn rested(pause: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        _ = stop.wait_for(|stop| *stop) => false,
    }
}

/// Waits for the next commit, so long at most; `false` when it is to stop.
async fn woken(committed: &mut watch::Receiver<Sequence>, wait: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(wait) => true,
        changed = committed.changed() => changed.is_ok(),
        _ = stop.wait_for(|stop| *stop) => false,
    }
}

/// Makes the index of items that questions about the fleet are asked of, and keeps it near what is committed.
pub async fn keep_lookup(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut committed = service.committed();
    let mut complaint = Complaint::default();
    let making = async {
        while let Err(error) = service.make_lookup().await {
            complaint.say("making the index of items", &error);
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        () = making => {}
        _ = stop.wait_for(|stop| *stop) => return,
    }
    let (mut left, mut unnamed) = (0, 0);
    loop {
        committed.mark_unchanged();
        let keeping = async {
            service.update_lookup().await?;
            service.update_ticket_columns().await?;
            service.update_search().await?;
            let still = service.list_newcomers(left).await?;
            // Names of the other classes wait until no host does.
            let unnamed = if still == 0 { service.name_others().await? } else { 0 };
            Ok::<_, ServiceError>((still, unnamed))
        };
        match keeping.await {
            Ok((still, more)) => (left, unnamed) = (still, more),
            Err(error) => complaint.say("keeping the index of items", &error),
        }
        let wait = if left + unnamed > 0 { LOOKUP_PAUSE } else { HORIZON };
        if !woken(&mut committed, wait, &mut stop).await {
            return;
        }
        stand_back(&service, &mut stop).await;
    }
}

/// Stores signs of life until `stop`, and what is left of them then.
pub async fn keep_pulses(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    loop {
        let stopped = !rested(PULSE_PAUSE, &mut stop).await;
        if let Err(error) = service.store_pulses().await {
            complaint.say("storing when hosts were last heard", &error);
        }
        if stopped {
            return;
        }
    }
}

/// Lets go what is older than it has to be kept, a minute after the start and every six hours, until `stop`.
pub async fn forget_past(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut pause = Duration::from_mins(1);
    loop {
        if !rested(pause, &mut stop).await {
            return;
        }
        let forgotten = tokio::select! {
            forgotten = service.forget_past() => forgotten,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match forgotten {
            Ok(gone) if gone != retention::Forgotten::default() => {
                let retention::Forgotten { entries, said, relations, events } = gone;
                tracing::info!(history = entries, said, relations, events, "let go what was kept long enough");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "letting go what was kept long enough"),
        }
        pause = retention::ROUND;
    }
}

/// Keeps discovered and derived relations in step until `stop`.
pub async fn keep_relations(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let work = async {
            // There may be much to do, for a stop to wait for.
            loop {
                let is_over = *stop.borrow();
                if is_over || !(service.relation_step().await? || service.relation_due().await?) {
                    return Ok::<(), ServiceError>(());
                }
            }
        };
        if let Err(error) = work.await {
            complaint.say("keeping relations", &error);
            tokio::time::sleep(PAUSE).await;
        }
        if !woken(&mut committed, HORIZON, &mut stop).await {
            return;
        }
        // Heartbeats commit all the time: what they bring is looked at together.
        tokio::time::sleep(LOOKUP_PAUSE).await;
    }
}

/// Compares hosts with their peers, and looks what changes too often, until `stop`.
pub async fn keep_majority(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let work = async {
            let mut steps = 0_usize;
            loop {
                let is_over = *stop.borrow();
                steps += 1;
                if steps.is_multiple_of(STEPS) {
                    stand_back(&service, &mut stop).await;
                }
                if is_over || !(Box::pin(service.majority_step()).await? || service.learn_step().await?) {
                    let ahead = service.next_majority().await?.map_or(HORIZON_MS, |at| at.since(service.now()));
                    return Ok::<_, ServiceError>(Duration::from_millis(ahead.clamp(1, HORIZON_MS).unsigned_abs()));
                }
            }
        };
        let wait = match work.await {
            Ok(wait) => wait.max(PULSE_PAUSE),
            Err(error) => {
                complaint.say("comparing peers", &error);
                PAUSE
            }
        };
        if !woken(&mut committed, wait, &mut stop).await {
            return;
        }
        // What comes together is looked at together.
        stand_back(&service, &mut stop).await;
    }
}

/// Looks how services do, and what hosts use, until `stop`.
pub async fn keep_availability(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    loop {
        if !rested(HORIZON, &mut stop).await {
            return;
        }
        if let Err(error) = service.availability_step().await {
            complaint.say("looking how services do", &error);
        }
        loop {
            match service.capacity_step().await {
                Ok(true) if !*stop.borrow() => {}
                Ok(_) => break,
                Err(error) => {
                    complaint.say("looking what hosts use", &error);
                    break;
                }
            }
        }
    }
}

/// Looks at releases that go out until `stop`. A look reads what is installed on all of their hosts: it rests longer than it takes.
pub async fn keep_releases(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let begin = Instant::now();
        if let Err(error) = Box::pin(service.release_step()).await {
            complaint.say("looking at releases", &error);
        }
        if !rested((begin.elapsed() * RELEASE_REST).max(RELEASE_PAUSE), &mut stop).await {
            return;
        }
        if !woken(&mut committed, HORIZON, &mut stop).await {
            return;
        }
    }
}

/// Makes the reports that are due until `stop`.
pub async fn keep_reports(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    loop {
        let work = async {
            while !*stop.borrow() && Box::pin(crate::report::step(&service)).await? {}
            let next = service.next_report_due().await?;
            Ok::<_, ServiceError>(next.map_or(HORIZON_MS, |at| at.since(service.now()).clamp(1_000, HORIZON_MS)))
        };
        let ahead = match work.await {
            Ok(ahead) => ahead,
            Err(error) => {
                complaint.say("making reports", &error);
                HORIZON_MS
            }
        };
        if !rested(Duration::from_millis(ahead.unsigned_abs()), &mut stop).await {
            return;
        }
    }
}

/// Proposes problems until `stop`. Nobody waits for them: what comes together is counted together.
pub async fn keep_problems(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let work = async {
            loop {
                let is_over = *stop.borrow();
                if is_over || !Box::pin(service.problem_step()).await? {
                    return Ok::<(), ServiceError>(());
                }
            }
        };
        if let Err(error) = work.await {
            complaint.say("proposing problems", &error);
        }
        tokio::select! {
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if !rested(PAUSE, &mut stop).await {
            return;
        }
    }
}

/// Keeps alerts in step until `stop`: what mutes them begins and ends, they calm down, they become incidents.
pub async fn keep_alerts(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let work = async {
            while service.alert_step().await? || service.alert_due_step().await? || service.alert_route_step().await? {}
            let ahead = service.next_alert_due(HORIZON_MS).await?.since(service.now()).clamp(1, HORIZON_MS);
            Ok::<_, ServiceError>(Duration::from_millis(ahead.unsigned_abs()))
        };
        let wait = match work.await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "keeping alerts");
                PAUSE
            }
        };
        if !woken(&mut committed, wait, &mut stop).await || !rested(ALERT_PAUSE, &mut stop).await {
            return;
        }
    }
}

/// Keeps the clocks of service levels, and tells what they reach, until `stop`. Sleeps until the next warning or deadline.
pub async fn keep_levels(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let work = async {
            while service.level_step().await? || service.level_due().await? {
                if *stop.borrow() {
                    break;
                }
            }
            let ahead = service.next_level_due(HORIZON_MS).await?.since(service.now()).clamp(1, HORIZON_MS);
            Ok::<_, ServiceError>(Duration::from_millis(u64::try_from(ahead).unwrap_or(1)))
        };
        let wait = match work.await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "keeping service levels");
                PAUSE
            }
        };
        if !woken(&mut committed, wait, &mut stop).await {
            return;
        }
        // Heartbeats commit all the time: what they bring is looked at together.
        tokio::time::sleep(LOOKUP_PAUSE).await;
    }
}
