//! How tickets come in.

use serde::{Deserialize, Serialize};

/// How a ticket came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Drift that an agent saw.
    Agent,
    /// The console.
    Portal,
    /// The API or the command line.
    Api,
    /// Somebody called.
    Phone,
    /// Somebody wrote.
    Email,
    /// A monitoring system sent events.
    Event,
    /// Somebody wrote in a chat.
    Chat,
    /// Somebody came by, or wrote a letter.
    Manual,
}

impl Channel {
    /// Those in which somebody asks another one to open a ticket.
    pub const BY_WORD: &'static [Self] = &[Self::Phone, Self::Email, Self::Chat, Self::Manual];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Event => "event",
            Self::Chat => "chat",
            Self::Manual => "manual",
        }
    }
}
