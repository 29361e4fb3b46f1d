//! The loop that speaks: reports when there are some, and a heartbeat whose answer the collector may hold back.
//!
//! Between the intervals nothing is polled: the agent sleeps until a scan has news, the collector answers, or it is time.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Board, DaemonError, held};
use crate::backoff::{self, Backoff};
use crate::client::ClientError;
use crate::courier::{Answer, Beat, Courier, CourierError};
use crate::log::chain;
use crate::scan::lock;

/// Between an answer that was held back and the next heartbeat.
const BREATH: Duration = Duration::from_secs(1);

pub(super) async fn speak_loop(courier: &mut Courier, board: &Board) -> Result<(), DaemonError> {
    let mut backoff = Backoff::default();
    let mut heartbeat_due = Instant::now() + board.heartbeat_interval();
    let mut beat = true;
    // The heartbeat that the collector holds back: what is told meanwhile goes over another connection, which is kept as long as
    // there are news.
    let mut waiting: Option<Beat> = None;
    board.deliver.notified().await;
    loop {
        let mut answer = Answer::default();
        let mut spoken = speak(courier, board, beat && !courier.can_wait(), &mut answer).await;
        let latest = Instant::now() + board.heartbeat_interval();
        heartbeat_due = if beat { latest } else { heartbeat_due.min(latest) };
        beat = false;
        waiting.take_if(|waiting| spoken.is_err() || !courier.is_of(waiting));
        if spoken.is_ok() && courier.can_wait() {
            spoken = listen(courier, board, &mut waiting, &mut answer).await;
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

/// A heartbeat whose answer the collector holds back until it wants something. News from this host end the wait for it, not the
/// heartbeat.
async fn listen(
    courier: &mut Courier,
    board: &Board,
    waiting: &mut Option<Beat>,
    answer: &mut Answer,
) -> Result<(), CourierError> {
    if waiting.is_none() {
        let pulse = held(&board.pulse).clone().filter(|_| courier.is_idle() && !answer.want.full);
        let wait = u32::try_from(board.heartbeat_interval().as_secs()).unwrap_or(u32::MAX);
        *waiting = pulse.map(|pulse| courier.beat(&pulse, Some(wait)));
    }
    let Some(beat) = waiting else { return Ok(()) };
    let sent = tokio::select! {
        sent = &mut beat.answer => sent,
        () = board.deliver.notified() => {
            // Told again to whom it was meant for.
            board.deliver.notify_one();
            return Ok(());
        }
    };
    *waiting = None;
    let mut heard = Answer::default();
    let result = courier.hear(sent, &mut heard);
    conclude(courier, board, result, &heard).inspect(|()| answer.settings = heard.settings)
}

/// How long to keep quiet after an error. What only a person can mend is tried seldom.
fn pause(error: &CourierError, backoff: &mut Backoff) -> Duration {
    let client = error.client();
    let delay = backoff.next_delay(client.and_then(ClientError::retry_after));
    if client.is_some_and(ClientError::doubts_certificate) { backoff::CAP } else { delay }
}

/// One round: certificate, reports, and the heartbeat when it is due and nothing waits.
pub(super) async fn speak(
    courier: &mut Courier,
    board: &Board,
    beat: bool,
    answer: &mut Answer,
) -> Result<(), CourierError> {
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
            let standing = error.client().and_then(ClientError::standing);
            let now = board.clock.now();
            board.update(|status| {
                status.last_error = Some(text);
                if let Some(standing) = standing {
                    status.stand(standing, now);
                }
            });
        }
    }
    result
}

async fn round(courier: &mut Courier, board: &Board, beat: bool, answer: &mut Answer) -> Result<(), CourierError> {
    let trouble = match courier.renew_when_due().await {
        Err(error) if error.is_fatal() => return Err(error),
        // The certificate in use still works: what is to be told must not wait for the next one.
        Err(error) => {
            let text = chain(&error);
            tracing::error!(error = text, "the certificate is not renewed");
            Some(text)
        }
        Ok(()) => None,
    };
    let not_after = courier.identity().record.not_after;
    let is_news = {
        let status = held(&board.status);
        status.certificate_not_after != Some(not_after) || status.renewal_error != trouble
    };
    if is_news {
        board.update(|status| {
            (status.certificate_not_after, status.renewal_error) = (Some(not_after), trouble);
        });
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
        Some(pulse) if beat && courier.is_idle() && !answer.want.full => courier.heartbeat(&pulse, answer).await,
        _ => Ok(()),
    }
}
