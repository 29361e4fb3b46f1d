//! What can be found by words, and the right that each kind takes.

use muster_model::right::Action;
use muster_model::text::{Phrase, Word};

use crate::service::{ServiceError, invalid};

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A host.
    Host,
    /// An item of hosts, or one that people declare.
    Item,
    /// A ticket.
    Ticket,
    /// An article of knowledge.
    Article,
    /// An account.
    User,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[Self::Host, Self::Item, Self::Ticket, Self::Article, Self::User];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Item => "item",
            Self::Ticket => "ticket",
            Self::Article => "article",
            Self::User => "user",
        }
    }

    /// The right that it takes to see these.
    pub(super) const fn right(self) -> Action {
        match self {
            Self::Host | Self::Item => Action::ItemRead,
            Self::Ticket | Self::Article => Action::TicketRead,
            Self::User => Action::UserRead,
        }
    }

    /// The kind that a text names.
    pub fn of(name: &str) -> Result<Self, ServiceError> {
        let all = || Word::list(Self::ALL.iter().map(|kind| kind.as_str()));
        let wrong = || {
            let value: String = name.chars().take(60).collect();
            invalid("/kind", Phrase::new("class_choice").with("value", value).with("choices", all()))
        };
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name).ok_or_else(wrong)
    }
}
