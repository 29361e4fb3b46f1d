//! Deliveries: messages on their way, from the first notice in them to the answer of the other side or to a person who looks why
//! there was none.
//!
//! A message keeps its id through all tries, so that who gets it twice can tell. It is tried again with a wait that doubles and
//! is drawn at random within its half, for a day at most; then it is a dead letter, which people see and send again.

use muster_shared::Time;
use muster_shared::attribute::Kind;
use muster_shared::id::{ChannelId, DeliveryId, UserId};
use serde::{Deserialize, Serialize};

use super::Notice;
use crate::query::Fields;
use crate::query::fields::Field;
use crate::record::record;

/// The first wait.
const FIRST_WAIT_MS: i64 = 5_000;
/// The longest one.
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// Tries after which a message is a dead letter. The waits between them come to about half a day.
pub const MAX_TRIES: u32 = 20;
/// Notices in one message; more are only counted.
pub const MAX_NOTICES: usize = 100;
/// So many messages to one address at once within [`STORM_MS`] are a storm: what comes then is folded.
pub const STORM: usize = 10;
/// How long a storm is counted, and folded, for.
pub const STORM_MS: i64 = 5 * 60_000;
/// How long delivered messages are kept.
pub const KEEP_DELIVERED_MS: i64 = 7 * 86_400_000;
/// How long dead letters are kept.
pub const KEEP_DEAD_MS: i64 = 90 * 86_400_000;

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To a channel, other than e-mail.
    Channel(ChannelId),
    /// To a mailbox.
    Mail(String),
}

impl Destination {
    /// The lane: messages of one lane go one after the other, and no lane waits for another one.
    pub fn lane(&self) -> String {
        match self {
            Self::Channel(id) => id.to_string(),
            Self::Mail(address) => format!("mail:{}", address.to_lowercase().replace('/', "_")),
        }
    }
}

/// Why a try failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When.
    pub at: Time,
    /// In words: what was attempted and what came of it. Holds no secret.
    pub problem: String,
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum DeliveryState {
    /// More notices may be added to it until then.
    Collecting {
        /// When it is sent.
        until: Time,
    },
    /// It is sent then, for the first time or again.
    Waiting {
        /// When.
        due: Time,
    },
    /// The other side took it.
    Delivered {
        /// When.
        at: Time,
        /// What it said, in short.
        answer: String,
    },
    /// It was given up.
    Dead {
        /// When.
        at: Time,
    },
}

impl DeliveryState {
    /// The names of all.
    pub const NAMES: &'static [&'static str] = &["collecting", "waiting", "delivered", "dead"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Collecting { .. } => "collecting",
            Self::Waiting { .. } => "waiting",
            Self::Delivered { .. } => "delivered",
            Self::Dead { .. } => "dead",
        }
    }

    /// When something is to be done with it.
    pub const fn due_at(&self) -> Option<Time> {
        match self {
            Self::Collecting { until: at } | Self::Waiting { due: at } => Some(*at),
            Self::Delivered { .. } | Self::Dead { .. } => None,
        }
    }

    /// When it was over.
    pub const fn over_at(&self) -> Option<Time> {
        match self {
            Self::Delivered { at, .. } | Self::Dead { at } => Some(*at),
            Self::Collecting { .. } | Self::Waiting { .. } => None,
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which one: the id that the other side sees.
    pub id: DeliveryId,
    /// Where it goes.
    pub to: Destination,
    /// For whom, if for a person.
    pub user: Option<UserId>,
    /// What it tells, oldest first.
    pub notices: Vec<Notice>,
    /// What happened besides and did not fit.
    pub more: u64,
    /// What it belongs to: messages of one thread are delivered in their order.
    pub thread: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    pub failure: Option<Failure>,
    /// Where it stands.
    pub state: DeliveryState,
}

record!(Delivery, Delivery, |delivery| delivery.id.to_string());

/// What can be asked of the list of messages.
pub const FIELDS: Fields<'static> = Fields {
    of: "deliveries",
    rows: &[
        Field {
            name: "state",
            kind: Kind::Text,
            choices: Some(|| DeliveryState::NAMES.to_vec()),
            meaning: "where it stands; `dead` was given up",
        },
        Field { name: "to", kind: Kind::Text, choices: None, meaning: "the channel's name or the address" },
        Field { name: "channel", kind: Kind::Text, choices: None, meaning: "the channel's id" },
        Field { name: "topic", kind: Kind::List, choices: None, meaning: "what it tells of" },
        Field {
            name: "record",
            kind: Kind::List,
            choices: None,
            meaning: "numbers of tickets and names of hosts in it",
        },
        Field { name: "created_at", kind: Kind::Time, choices: None, meaning: "when it was begun" },
        Field { name: "tries", kind: Kind::Integer, choices: None, meaning: "how often it was tried" },
    ],
    words: &["to", "record"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took it.
    Taken {
        /// What it said, in short.
        answer: String,
    },
    /// It may go another time.
    Later {
        /// Why it did not.
        problem: String,
        /// How long the other side wants to be left alone.
        after_ms: Option<i64>,
    },
    /// It will never go as it is.
    Never {
        /// Why.
        problem: String,
    },
}

impl Delivery {
    /// A message with its first notice, sent when `due` comes.
    pub fn new(to: Destination, user: Option<UserId>, notice: Notice, now: Time, due: Time) -> Self {
        let state = if due > now { DeliveryState::Collecting { until: due } } else { DeliveryState::Waiting { due } };
        let lane = to.lane();
        let thread = matches!(state, DeliveryState::Waiting { .. }).then(|| format!("{lane}/{}", notice.subject));
        Self {
            id: DeliveryId::new(now),
            to,
            user,
            notices: vec![notice],
            more: 0,
            thread,
            created_at: now,
            tries: 0,
            failure: None,
            state,
        }
    }

    /// Adds what happened to a message that is still collecting.
    pub fn fold(&mut self, notice: Notice) {
        if self.notices.len() < MAX_NOTICES {
            self.notices.push(notice);
        } else {
            self.more += 1;
        }
    }

    /// Whether it tells several things.
    pub fn is_digest(&self) -> bool {
        self.notices.len() > 1 || self.more > 0
    }

    /// Notes how a try ended. `jitter` is drawn from 0 to 1.
    pub fn tried(&mut self, outcome: Outcome, now: Time, jitter: f64) {
        self.tries += 1;
        match outcome {
            Outcome::Taken { answer } => self.state = DeliveryState::Delivered { at: now, answer },
            Outcome::Never { problem } => {
                self.failure = Some(Failure { at: now, problem });
                self.state = DeliveryState::Dead { at: now };
            }
            Outcome::Later { problem, after_ms } => {
                self.failure = Some(Failure { at: now, problem });
                self.state = if self.tries >= MAX_TRIES {
                    DeliveryState::Dead { at: now }
                } else {
                    let asked = after_ms.unwrap_or_default().clamp(0, LONGEST_WAIT_MS);
                    DeliveryState::Waiting { due: now.plus_millis(backoff_ms(self.tries, jitter).max(asked)) }
                };
            }
        }
    }

    /// Sends it again from the start; says whether that can be.
    pub fn send_again(&mut self, now: Time) -> bool {
        let is_dead = matches!(self.state, DeliveryState::Dead { .. });
        if is_dead {
            self.tries = 0;
            self.state = DeliveryState::Waiting { due: now };
        }
        is_dead
    }
}

/// The wait after so many tries: between half of the doubled wait and all of it.
pub fn backoff_ms(tries: u32, jitter: f64) -> i64 {
    let doubled = FIRST_WAIT_MS.saturating_mul(1_i64 << tries.saturating_sub(1).min(20)).min(LONGEST_WAIT_MS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a wait is at most an hour")]
    let drawn = ((doubled / 2) as f64 * jitter.clamp(0.0, 1.0)) as i64;
    doubled / 2 + drawn
}

#[cfg(test)]
mod tests;
