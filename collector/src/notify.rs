//! Tells the service manager how the collector is: ready, alive, stopping. Where none asks (a terminal, quickstart) nothing is told.

use std::convert::Infallible;

use sd_notify::NotifyState;

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

/// Its data are open and both listeners take connections.
pub(crate) fn ready() {
    tell(NotifyState::Ready);
}

/// It ends because it was told to.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

/// Says twice per interval of the unit's watchdog that the runtime still turns; never ends.
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
