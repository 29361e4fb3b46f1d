//! Sends what is due. A message is claimed before it goes (nothing is folded into it any more) and its end is written
//! afterwards: a process that dies in between sends it again, under the same id.

use std::collections::HashSet;

use muster_model::notification::channel::{Channel, ChannelKind};
use muster_model::notification::delivery::{
    Delivery, DeliveryState, Destination, KEEP_DEAD_MS, KEEP_DELIVERED_MS, Outcome,
};
use muster_model::notification::form;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::{Time, secret};
use muster_store::{Index, Scan, TypedStore};

use super::{mail, web};
use crate::service::{Service, ServiceError};

/// Messages of a lane that are looked at for one that may go.
const LOOKED_AT: usize = 20;
/// Messages of a lane that are sent without a look at the others.
const IN_A_ROW: usize = 100;
/// The longest time that a lane is left alone after a failure: its other messages may fare better.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// What is to be sent.
#[derive(Debug, Default)]
pub struct Due {
    /// At most one message of each lane.
    pub ready: Vec<Versioned<Delivery>>,
    /// When the next one is due, as far as that is known.
    pub next_at: Option<Time>,
}

impl Service {
    /// The messages that may go now: at most `room` of the web and `mail_room` of e-mail, none of a lane that is `busy`.
    pub async fn due_deliveries(
        &self,
        busy: &HashSet<String>,
        room: usize,
        mail_room: usize,
    ) -> Result<Due, ServiceError> {
        let (now, mut due) = (self.now(), Due::default());
        let (mut room, mut mail_room) = (room, mail_room);
        let mut after = None;
        loop {
            // From lane to lane: a long queue of one costs the others nothing.
            let scan = Scan::index(Index::DeliveryDue, "").after(after.take()).limit(1);
            let Some(first) = self.store().first::<Delivery>(scan).await? else { return Ok(due) };
            let lane = first.value.to.lane();
            after = Some(format!("{lane}/~"));
            if busy.contains(&lane) {
                continue;
            }
            let at = first.value.state.due_at().unwrap_or(now).max(self.post().paused_until(&lane).unwrap_or(now));
            let left = if matches!(first.value.to, Destination::Mail(_)) { &mut mail_room } else { &mut room };
            if at > now {
                due.next_at = Some(due.next_at.map_or(at, |next| next.min(at)));
            } else if *left > 0
                && let Some(message) = self.head_of(&lane, now).await?
            {
                *left -= 1;
                due.ready.push(message);
            }
        }
    }

    /// The first message of a lane that is due and waits for none of its thread.
    async fn head_of(&self, lane: &str, now: Time) -> Result<Option<Versioned<Delivery>>, ServiceError> {
        let mut scan = Scan::index(Index::DeliveryDue, format!("{lane}/")).limit(LOOKED_AT);
        loop {
            let page = self.store().page::<Delivery>(scan.clone()).await?;
            for stored in page.rows {
                if stored.value.state.due_at().is_none_or(|at| at > now) {
                    return Ok(None);
                }
                let first = match &stored.value.thread {
                    Some(thread) => {
                        self.store()
                            .first::<Delivery>(Scan::index(Index::DeliveryByThread, format!("{thread}/")))
                            .await?
                    }
                    None => None,
                };
                if first.is_none_or(|first| first.value.id == stored.value.id) {
                    return Ok(Some(stored));
                }
            }
            match page.next {
                None => return Ok(None),
                next => scan.after = next,
            }
        }
    }

    /// Sends a message and those after it in its lane, so many at most: a long queue does not wait for anybody to look again.
    pub async fn deliver_lane(&self, first: Versioned<Delivery>) -> Result<(), ServiceError> {
        let lane = first.value.to.lane();
        let mut next = Some(first);
        for _ in 0..IN_A_ROW {
            let Some(message) = next else { return Ok(()) };
            self.deliver(message).await?;
            let is_paused = self.post().paused_until(&lane).is_some_and(|until| until > self.now());
            next = if is_paused { None } else { self.head_of(&lane, self.now()).await? };
        }
        Ok(())
    }

    /// Sends a message once and writes down what came of it.
    pub async fn deliver(&self, stored: Versioned<Delivery>) -> Result<(), ServiceError> {
        let Some(delivery) = self.claim(stored).await? else { return Ok(()) };
        let outcome = self.try_to_send(&delivery).await?;
        let lane = delivery.to.lane();
        match &outcome {
            Outcome::Taken { .. } => self.post().resume(&lane),
            Outcome::Later { problem, .. } | Outcome::Never { problem } => {
                tracing::warn!(delivery = %delivery.id, lane, problem, "a notification was not delivered");
            }
        }
        let jitter = f64::from(u16::from_be_bytes(secret::random_bytes::<2>())) / f64::from(u16::MAX);
        let (outcome, key) = (&outcome, &delivery.key());
        let after = self
            .decide(|| async move {
                let mut changes = ChangeSet::new();
                let Some(mut now_stored) = self.store().find::<Delivery>(key).await? else {
                    return Ok((changes, None));
                };
                if matches!(now_stored.value.state, DeliveryState::Waiting { .. }) {
                    now_stored.value.tried(outcome.clone(), self.now(), jitter);
                }
                let after = now_stored.value.state.clone();
                changes.update(now_stored);
                Ok((changes, Some(after)))
            })
            .await?;
        if let (Outcome::Later { .. }, Some(DeliveryState::Waiting { due })) = (outcome, after) {
            let now = self.now();
            self.post().pause(lane, due.min(now.plus_millis(LONGEST_PAUSE_MS)), now);
        }
        Ok(())
    }

    /// Ends the collecting of a message. Nothing when something was folded into it meanwhile: then it is looked at again.
    async fn claim(&self, stored: Versioned<Delivery>) -> Result<Option<Delivery>, ServiceError> {
        if !matches!(stored.value.state, DeliveryState::Collecting { .. }) {
            return Ok(Some(stored.value));
        }
        let state = DeliveryState::Waiting { due: self.now() };
        let claimed = Delivery { state, ..stored.value };
        let mut changes = ChangeSet::new();
        changes.update(Versioned { value: claimed.clone(), version: stored.version });
        match self.commit(changes).await {
            Ok(()) => Ok(Some(claimed)),
            Err(muster_store::StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn try_to_send(&self, delivery: &Delivery) -> Result<Outcome, ServiceError> {
        if self.demo().is_some() {
            // Not even to example.com: who looks at a demo gave nobody leave to write to anybody.
            return Ok(Outcome::Never { problem: "this is a demo: nothing leaves it".to_owned() });
        }
        let (post, console_url, now) = (self.post(), &self.policy().console_url, self.now());
        let id = match &delivery.to {
            Destination::Mail(address) => {
                let domain = post.settings.mail.as_ref().map_or("localhost", |mail| mail.domain());
                let enclosed = form::mail::Enclosed {
                    ballots: self.ballots_in(delivery).await?,
                    files: self.files_in(delivery).await?,
                };
                let mail = form::mail::mail(delivery, console_url, domain, &enclosed);
                return Ok(mail::send(post, address, mail, now).await);
            }
            Destination::Channel(id) => id,
        };
        let never = |problem: &str| Ok(Outcome::Never { problem: problem.to_owned() });
        let Some(channel) = self.store().find::<Channel>(&id.to_string()).await?.map(|stored| stored.value) else {
            return never("the channel was removed");
        };
        if !channel.is_active {
            return never("the channel is switched off");
        }
        if let Some(why) = self.maker_lacks(&channel.changed_by, Action::NotificationManage).await? {
            return never(&Phrase::new("rule_suspended").with("why", why.to_string()).to_string());
        }
        let (url, secret) = match self.open_channel(&channel) {
            Ok(opened) => opened,
            Err(error) => return never(&error.to_string()),
        };
        if channel.kind.desk().is_some() {
            return Box::pin(self.cross(&channel, delivery, (url, secret))).await;
        }
        let body = form::body(channel.kind, delivery, console_url, secret.as_deref().unwrap_or_default());
        let request = web::Request {
            url: &url,
            id: &delivery.id.to_string(),
            body: body.to_string().into_bytes(),
            secret: secret.as_deref().filter(|_| channel.kind == ChannelKind::Webhook),
            now,
        };
        Ok(web::send(post, request).await)
    }

    /// Lets messages go that were over long ago; gives how many.
    pub async fn forget_deliveries(&self) -> Result<usize, ServiceError> {
        let mut all = 0;
        for (state, keep_ms) in [("delivered", KEEP_DELIVERED_MS), ("dead", KEEP_DEAD_MS)] {
            loop {
                let horizon = self.now().plus_millis(-keep_ms);
                let scan = Scan::index(Index::DeliveryOver, format!("{state}/")).limit(LOOKED_AT);
                let page = self.store().page::<Delivery>(scan).await?;
                let old = page.rows.iter().filter(|row| row.value.state.over_at().is_some_and(|at| at < horizon));
                let mut changes = ChangeSet::new();
                for stored in old {
                    let expected = Expected::Version(stored.version);
                    changes.delete(Collection::Delivery, stored.value.key(), expected);
                }
                let gone = changes.deletes.len();
                self.commit(changes).await?;
                all += gone;
                if gone < LOOKED_AT {
                    break;
                }
            }
        }
        Ok(all)
    }
}
