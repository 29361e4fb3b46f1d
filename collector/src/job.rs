//! Work that nobody calls for: the drift engine, the router, and what is due by the clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::service::{Service, ServiceError};

/// The longest sleep: a clock that was set anew is noticed after this.
const HORIZON_MS: i64 = 60_000;
/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs drift, routing and the clock until `stop`. One after the other: a finding is written before it is routed.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut committed = service.committed();
    loop {
        committed.mark_unchanged();
        let wait = match work(&service).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "drift engine");
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
        while service.due_step().await? {
            worked = true;
        }
        while service.route_step().await? {
            worked = true;
        }
        if !worked {
            break;
        }
    }
    let ahead = service.next_due(HORIZON_MS).await?.since(service.now()).clamp(1, HORIZON_MS);
    Ok(Duration::from_millis(u64::try_from(ahead).unwrap_or(1)))
}
