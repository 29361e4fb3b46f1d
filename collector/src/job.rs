//! Work that nobody calls for: the drift engine, the router, what is due by the clock, and the index of items.

mod complaint;
pub mod demo;
pub mod post;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use self::complaint::Complaint;
use crate::service::{Service, ServiceError, retention};

/// The longest sleep: a clock that was set anew is noticed after this.
const HORIZON_MS: i64 = 60_000;
/// Pause between two looks at what was committed: a question looks by itself, this only keeps its share small.
const LOOKUP_PAUSE: Duration = Duration::from_millis(200);
/// How long a sign of life may be in memory only.
const PULSE_PAUSE: Duration = Duration::from_secs(1);
/// Stored reports within a [`LOOKUP_PAUSE`] that are a rush: a fleet that comes back, or is enrolled.
const RUSH: u64 = 20;
/// No rush is waited for longer than this.
const PATIENCE: Duration = Duration::from_secs(5);
/// Steps of comparing hosts between two looks whether there is a rush.
const STEPS: usize = 32;
/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes a breath, a longer one while many report: what only questions need is brought up to date by them, and can come later.
async fn stand_back(service: &Service) {
    let begin = tokio::time::Instant::now();
    loop {
        let before = service.measures().stored();
        tokio::time::sleep(LOOKUP_PAUSE).await;
        let is_rush = service.measures().stored().saturating_sub(before) >= RUSH;
        if !is_rush || begin.elapsed() >= PATIENCE {
            return;
        }
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
        tokio::select! {
            () = tokio::time::sleep(LOOKUP_PAUSE), if left + unnamed > 0 => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        stand_back(&service).await;
    }
}

/// Stores signs of life until `stop`, and what is left of them then.
pub async fn keep_pulses(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    loop {
        let stopped = tokio::select! {
            () = tokio::time::sleep(PULSE_PAUSE) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
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
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let forgotten = tokio::select! {
            forgotten = service.forget_past() => forgotten,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match forgotten {
            Ok(gone) if gone.entries + gone.events > 0 => {
                tracing::info!(history = gone.entries, events = gone.events, "let go what was kept long enough");
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
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(HORIZON_MS.unsigned_abs())) => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        // Heartbeats commit all the time: what they bring is looked at together.
        tokio::time::sleep(LOOKUP_PAUSE).await;
    }
}

/// Compares hosts with their peers until `stop`.
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
                    stand_back(&service).await;
                }
                if is_over || !Box::pin(service.majority_step()).await? {
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
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        // What comes together is looked at together.
        stand_back(&service).await;
    }
}

/// Looks how services do, and what hosts use, until `stop`.
pub async fn keep_availability(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(HORIZON_MS.unsigned_abs())) => {}
            _ = stop.wait_for(|stop| *stop) => return,
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
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ahead.unsigned_abs())) => {}
            _ = stop.wait_for(|stop| *stop) => return,
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
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
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
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Runs drift, routing and the clock until `stop`. One after the other: a finding is written before it is routed.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let wait = match work(&service).await {
            Ok(wait) => wait,
            Err(error) => {
                complaint.say("drift engine", &error);
                PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Does all that is to be done; gives the time until the next thing is due.
async fn work(service: &Service) -> Result<Duration, ServiceError> {
    loop {
        let mut worked = false;
        while service.drift_step().await? {
            worked = true;
        }
        while Box::pin(service.due_step()).await? {
            worked = true;
        }
        // What changes explain is known before anybody is alerted.
        while service.rematch_step().await? {
            worked = true;
        }
        while service.route_step().await? {
            worked = true;
        }
        while Box::pin(service.access_step()).await?
            || Box::pin(service.access_due_step()).await?
            || Box::pin(service.approval_due_step()).await?
            || Box::pin(service.follow_up_step()).await?
        {
            worked = true;
        }
        worked |= service.waiver_step().await?;
        worked |= service.silence_step().await?;
        // A walk over the fleet goes on in between: what just happened comes first.
        worked |= service.sweep_step().await?;
        worked |= service.learn_step().await?;
        if !worked {
            break;
        }
    }
    let ahead = service.next_due(HORIZON_MS).await?.since(service.now()).clamp(1, HORIZON_MS);
    Ok(Duration::from_millis(u64::try_from(ahead).unwrap_or(1)))
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
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = committed.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        // Heartbeats commit all the time: what they bring is looked at together.
        tokio::time::sleep(LOOKUP_PAUSE).await;
    }
}
