//! How channels fare: what became of the last try, how many messages wait, how many were given up; and of a ticket, what did not go over
//! a bridge.

use std::collections::HashMap;

use muster_model::notification::channel::{Channel, ChannelKind};
use muster_model::notification::delivery::{Delivery, DeliveryState, Destination};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::ChannelId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// Messages of a lane that are looked at for the last try: those that were never tried stand before it.
const LOOKED_AT: usize = 50;
/// Messages of a bridge that are looked at for the last one of a ticket.
const LOOKED_AT_OF_TICKET: usize = 300;

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastTry {
    /// When.
    pub at: Time,
    /// Why it failed; `None` when the other side took it.
    pub problem: Option<String>,
}

/// How a channel fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelHealth {
    /// Messages that wait to be sent, for the first time or again.
    pub waiting: usize,
    /// Messages that were given up and are kept.
    pub dead: usize,
    /// What became of the last try; `None` when nothing was sent of late.
    pub last: Option<LastTry>,
    /// Why nothing is sent though it is used: who set it up last may not any more.
    pub suspended: Option<Phrase>,
}

impl ChannelHealth {
    /// Whether the last try failed.
    pub fn is_failing(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.problem.is_some())
    }
}

/// A message about a ticket that did not go over a bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The name of the bridge.
    pub channel: String,
    /// When it was tried last.
    pub at: Time,
    /// Why it failed.
    pub problem: String,
    /// Whether it was given up.
    pub is_dead: bool,
}

/// What became of the last try of a message; `None` when it was not tried yet.
fn last_try(delivery: &Delivery) -> Option<LastTry> {
    match &delivery.state {
        DeliveryState::Delivered { at, .. } => Some(LastTry { at: *at, problem: None }),
        _ => {
            delivery.failure.as_ref().map(|failure| LastTry { at: failure.at, problem: Some(failure.problem.clone()) })
        }
    }
}

/// The lanes of a channel: mail has one for each address.
fn lanes(channel: &Channel) -> Vec<String> {
    match channel.kind {
        ChannelKind::Email => channel.addresses.iter().cloned().map(|to| Destination::Mail(to).lane()).collect(),
        _ => vec![Destination::Channel(channel.id).lane()],
    }
}

impl Service {
    /// How channels fare.
    pub async fn channel_healths(
        &self,
        call: &Call,
        channels: &[Versioned<Channel>],
    ) -> Result<HashMap<ChannelId, ChannelHealth>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::All)?;
        let mut dead: HashMap<String, usize> = HashMap::new();
        for stored in self.store().all::<Delivery>(Scan::index(Index::DeliveryOver, "dead/")).await? {
            *dead.entry(stored.value.to.lane()).or_default() += 1;
        }
        let mut healths = HashMap::new();
        for channel in channels.iter().map(|stored| &stored.value) {
            let suspended = self.maker_lacks(&channel.changed_by, Action::NotificationManage).await?;
            let mut health = ChannelHealth { suspended, ..ChannelHealth::default() };
            for lane in lanes(channel) {
                health.waiting += self.store().count(Scan::index(Index::DeliveryDue, format!("{lane}/"))).await?;
                health.dead += dead.get(&lane).copied().unwrap_or_default();
                let newest = Scan::index(Index::DeliveryByLane, format!("{lane}/")).descending().limit(LOOKED_AT);
                let tries = self.store().page::<Delivery>(newest).await?.rows;
                // Of two at the same time the newer message counts, which stands first.
                let last = tries.iter().rev().filter_map(|stored| last_try(&stored.value)).max_by_key(|last| last.at);
                if last.as_ref().map(|last| last.at) > health.last.as_ref().map(|last| last.at) {
                    health.last = last;
                }
            }
            healths.insert(channel.id, health);
        }
        Ok(healths)
    }

    /// How one channel fares.
    pub async fn channel_health(
        &self,
        call: &Call,
        channel: &Versioned<Channel>,
    ) -> Result<ChannelHealth, ServiceError> {
        let mut healths = self.channel_healths(call, std::slice::from_ref(channel)).await?;
        Ok(healths.remove(&channel.value.id).unwrap_or_default())
    }

    /// Bridges whose last message about a ticket failed: the other desk does not have what is here.
    pub async fn unsent_of_ticket(&self, call: &Call, text: &str) -> Result<Vec<Unsent>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value.id.to_string();
        let mut unsent = Vec::new();
        for channel in self.store().all::<Channel>(Scan::keys(Collection::Channel, "")).await? {
            let channel = channel.value;
            if channel.kind.desk().is_none() {
                continue;
            }
            let lane = Destination::Channel(channel.id).lane();
            let scan = Scan::index(Index::DeliveryByLane, format!("{lane}/")).descending().limit(LOOKED_AT_OF_TICKET);
            let messages = self.store().page::<Delivery>(scan).await?.rows;
            let is_about = |message: &Delivery| message.notices.iter().any(|notice| notice.subject == ticket);
            let tried = messages.iter().rev().map(|stored| &stored.value).filter(|message| is_about(message));
            let last = tried.filter_map(|message| Some((last_try(message)?, message))).max_by_key(|(last, _)| last.at);
            if let Some((LastTry { at, problem: Some(problem) }, message)) = last {
                let is_dead = matches!(message.state, DeliveryState::Dead { .. });
                unsent.push(Unsent { channel: channel.name, at, problem, is_dead });
            }
        }
        Ok(unsent)
    }
}
