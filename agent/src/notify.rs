//! Tells the service manager how the agent is: ready, alive, stopping. Where none asks (a terminal, quickstart) nothing is told.

use std::convert::Infallible;

use sd_notify::NotifyState;

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

/// It has its identity, its spool and its lock, and begins to look.
pub(crate) fn ready() {
    tell(NotifyState::Ready);
}

/// It ends because it was told to.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

/// Says twice per interval of the unit's watchdog that the one thread that everything waits on still turns; never ends.
pub(crate) async fn keep_alive() -> Infallible {
    let Some(interval) = sd_notify::watchdog_enabled().filter(|interval| !interval.is_zero()) else {
        return std::future::pending().await;
    };
    let mut tick = tokio::time::interval(interval / 2);
    loop {
        tick.tick().await;
        tell(NotifyState::Watchdog);
    }
}
