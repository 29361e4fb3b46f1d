//! The drift engine: what happened first, what is due by the clock a few times a second.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::complaint::Complaint;
use super::{HORIZON_MS, LOOKUP_PAUSE, PAUSE, rested, woken};
use crate::service::{Service, ServiceError};

/// How long it waits for what comes with a commit: what comes together is judged together, and written in one commit.
const TICK: Duration = Duration::from_millis(10);

/// Runs drift, routing and the clock until `stop`. One after the other: a finding is written before it is routed.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let mut committed = service.committed();
    let mut clockwork = Clockwork::default();
    loop {
        committed.mark_unchanged();
        let wait = match work(&service, &mut clockwork).await {
            Ok(wait) => wait,
            Err(error) => {
                complaint.say("drift engine", &error);
                PAUSE
            }
        };
        if !woken(&mut committed, wait, &mut stop).await || !rested(TICK, &mut stop).await {
            return;
        }
    }
}

/// When it was last looked what is due by the clock.
#[derive(Default)]
struct Clockwork(Option<Instant>);

impl Clockwork {
    /// How long what is due by the clock may still wait: commits come by the thousand, and each of them may move what is due.
    fn rest(&self) -> Duration {
        self.0.map_or(Duration::ZERO, |looked| LOOKUP_PAUSE.saturating_sub(looked.elapsed()))
    }
}

/// Does all that is to be done; gives the time until the next thing is due.
async fn work(service: &Service, clockwork: &mut Clockwork) -> Result<Duration, ServiceError> {
    loop {
        let mut worked = what_happened(service).await?;
        let rest = clockwork.rest();
        if rest.is_zero() {
            worked |= what_is_due(service).await?;
            worked |= walks(service).await?;
            if !worked {
                clockwork.0 = Some(Instant::now());
                let ahead = service.next_due(HORIZON_MS).await?.since(service.now()).clamp(1, HORIZON_MS);
                return Ok(Duration::from_millis(ahead.unsigned_abs()));
            }
        } else if !worked {
            return Ok(rest);
        }
    }
}

/// Deals with what agents and people did.
pub(crate) async fn what_happened(service: &Service) -> Result<bool, ServiceError> {
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
    while Box::pin(service.access_step()).await? {
        worked = true;
    }
    Ok(worked)
}

/// Does what the clock says.
pub(crate) async fn what_is_due(service: &Service) -> Result<bool, ServiceError> {
    let mut worked = false;
    while Box::pin(service.access_due_step()).await?
        || Box::pin(service.approval_due_step()).await?
        || Box::pin(service.follow_up_step()).await?
        || Box::pin(service.review_step()).await?
        || Box::pin(service.follow_grants_step()).await?
    {
        worked = true;
    }
    Ok(worked)
}

/// Goes a step on with each walk over the fleet: what just happened comes first.
pub(crate) async fn walks(service: &Service) -> Result<bool, ServiceError> {
    let mut worked = service.waiver_step().await?;
    worked |= service.silence_step().await?;
    worked |= Box::pin(service.settle_declared_step()).await?;
    worked |= service.sweep_step().await?;
    Ok(worked)
}
