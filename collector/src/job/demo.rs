//! Lets the made-up hosts of a demo go on living while somebody looks at it: without that all of them would be silent within minutes,
//! and every service unknown. They say that nothing has changed; nothing else is made up from here on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::complaint::Complaint;
use crate::service::Service;

/// Beats for the made-up agents until `stop`; ends at once where there are none.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut complaint = Complaint::default();
    let pause = Duration::from_secs(u64::from(service.policy().agents.heartbeat_seconds.max(1)));
    while service.demo().is_some() {
        if let Err(error) = service.beat_demo().await {
            complaint.say("keeping made-up hosts alive", &error);
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
