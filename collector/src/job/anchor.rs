//! Puts the end of the audit trail into the log, which goes to other hosts: a chain alone cannot show that its end was cut off.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{Duration, Instant};

use super::{HORIZON, rested};
use crate::service::{Call, Service};

/// An anchor comes at least so often while the trail grows.
const LATEST: Duration = Duration::from_mins(5);
/// It comes earlier after so many entries.
const MOST: u64 = 1_000;

/// Logs anchors until `stop`.
pub async fn tell(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let call = Call::system("anchor");
    let mut told: Option<(u64, Instant)> = None;
    while rested(HORIZON, &mut stop).await {
        let head = match service.audit_head(&call).await {
            Ok(head) => head,
            Err(error) => {
                tracing::error!(%error, "reading the end of the audit trail");
                continue;
            }
        };
        let is_due = match told {
            None => head.seq > 0,
            Some((seq, at)) => head.seq > seq && (head.seq - seq >= MOST || at.elapsed() >= LATEST),
        };
        if is_due {
            tracing::info!(anchor = %head, "the audit trail ends here; `muster-collector audit verify --anchors` takes it");
            told = Some((head.seq, Instant::now()));
        }
    }
}
