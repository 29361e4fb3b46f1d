//! Notifications: reads the outbox, takes the steps of escalations that are due, and sends messages, many beside each other.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use muster_model::notification::delivery::Destination;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{HORIZON_MS, LOOKUP_PAUSE, PAUSE};
use crate::service::{Service, ServiceError};

/// Messages of the web that are on their way at the same time.
const WEB: usize = 32;
/// E-mails that are on their way at the same time: they all go to one server.
const MAIL: usize = 4;
/// How long what is on its way may take when the collector stops. What is cut off then is sent again.
const FAREWELL: Duration = Duration::from_secs(3);
/// How often what was over long ago is let go.
const FORGET: Duration = Duration::from_hours(6);

/// What is on its way.
#[derive(Default)]
struct Underway {
    tasks: JoinSet<(String, bool)>,
    lanes: HashSet<String>,
    mails: usize,
}

impl Underway {
    /// Notes the end of a message.
    fn ended(&mut self, (lane, is_mail): (String, bool)) {
        self.lanes.remove(&lane);
        self.mails -= usize::from(is_mail);
    }
}

/// Waits for the stop, and holds nothing of it afterwards.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Reads, escalates and sends until `stop`.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut committed = service.committed();
    let mut underway = Underway::default();
    let mut forget = tokio::time::interval(FORGET);
    loop {
        committed.mark_unchanged();
        let wait = match work(&service, &mut underway).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "notifications");
                PAUSE
            }
        };
        let is_over = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            changed = committed.changed() => {
                // Heartbeats commit all the time: what they bring is looked at together.
                tokio::time::sleep(LOOKUP_PAUSE).await;
                changed.is_err()
            }
            Some(ended) = underway.tasks.join_next() => {
                match ended {
                    Ok(ended) => underway.ended(ended),
                    Err(error) => {
                        // It is not known which one it was: those that are on their way end, and all are looked at anew.
                        tracing::error!(%error, "sending a notification");
                        underway = Underway::default();
                    }
                }
                false
            }
            _ = forget.tick() => {
                if let Err(error) = service.forget_deliveries().await {
                    tracing::error!(%error, "letting go messages that are over");
                }
                false
            }
            () = stopped(&mut stop) => true,
        };
        if is_over {
            let farewell = async { while underway.tasks.join_next().await.is_some() {} };
            drop(tokio::time::timeout(FAREWELL, farewell).await);
            return;
        }
    }
}

/// Does all that is to be done and starts what is to be sent; gives the time until the next thing is due.
async fn work(service: &Arc<Service>, underway: &mut Underway) -> Result<Duration, ServiceError> {
    while service.notify_step().await? || service.escalation_step().await? {}
    let web_room = WEB.saturating_sub(underway.lanes.len() - underway.mails);
    let due = service.due_deliveries(&underway.lanes, web_room, MAIL.saturating_sub(underway.mails)).await?;
    for message in due.ready {
        let lane = message.value.to.lane();
        let is_mail = matches!(message.value.to, Destination::Mail(_));
        underway.lanes.insert(lane.clone());
        underway.mails += usize::from(is_mail);
        let service = Arc::clone(service);
        underway.tasks.spawn(async move {
            let id = message.value.id;
            if let Err(error) = service.deliver_lane(message).await {
                tracing::error!(%error, %id, "sending a notification");
            }
            (lane, is_mail)
        });
    }
    let next = due.next_at.into_iter().chain(service.next_escalation().await?).min();
    let ahead = next.map_or(HORIZON_MS, |at| at.since(service.now())).clamp(1, HORIZON_MS);
    Ok(Duration::from_millis(u64::try_from(ahead).unwrap_or(1)))
}
