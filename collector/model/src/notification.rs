//! Notifications: what happened (a [`Notice`]), who is told of it, and the message that tells them (a [`delivery::Delivery`]).
//!
//! A reader of the outbox makes notices of events and deliveries of notices; a sender delivers them at least once. All that is
//! decided on the way (who, when, folded into what, tried again when) stands here as pure functions.

pub mod channel;
pub mod delivery;
pub mod form;
pub mod happening;
pub mod preference;
pub mod subscription;

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::{ApprovalId, NodeId, ReportRunId, TicketId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::record::record;
use crate::text::Text;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Tickets.
    Ticket,
    /// Drift.
    Finding,
    /// Agents.
    Agent,
    /// Questions of identity.
    Identity,
    /// Hosts and items that somebody watches.
    Item,
    /// The notifications themselves.
    Notification,
}

macro_rules! topics {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $source:ident;)+) => {
        /// What kind of thing happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Topic { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl Topic {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What it is about: what a filter asks.
            pub const fn source(self) -> Source {
                match self { $(Self::$variant => Source::$source),+ }
            }
        }
    };
}

topics! {
    /// A ticket was opened.
    TicketOpened = "ticket.opened", Ticket;
    /// A ticket went from one state to another.
    TicketMoved = "ticket.moved", Ticket;
    /// A ticket has another assignee or group.
    TicketAssigned = "ticket.assigned", Ticket;
    /// Somebody said something to a ticket.
    TicketCommented = "ticket.commented", Ticket;
    /// A ticket has another priority.
    TicketPriority = "ticket.priority", Ticket;
    /// Drift joined a ticket, or ended.
    TicketDrift = "ticket.drift", Ticket;
    /// Somebody voted on a ticket.
    TicketVoted = "ticket.voted", Ticket;
    /// Votes on a ticket are wanted.
    ApprovalAsked = "approval.asked", Ticket;
    /// Somebody votes in another's place from now on, or no more.
    ApprovalDelegated = "approval.delegated", Notification;
    /// The time has come to look at a ticket again.
    TicketFollowUp = "ticket.follow_up", Notification;
    /// Other fields of a ticket were changed.
    TicketChanged = "ticket.changed", Ticket;
    /// Something about a ticket is due, near or late: a level, a word on a major incident, the end of a change.
    TicketWarned = "ticket.warned", Ticket;
    /// A finding opened.
    FindingOpened = "finding.opened", Finding;
    /// A finding ended.
    FindingResolved = "finding.resolved", Finding;
    /// Two seem to speak as one agent.
    AgentQuarantined = "agent.quarantined", Agent;
    /// An agent waits for approval.
    AgentPending = "agent.pending", Agent;
    /// A question of identity waits for a person.
    ReviewOpened = "review.opened", Identity;
    /// Hosts were merged or split.
    HostsMerged = "hosts.merged", Identity;
    /// A host or an item that one watches changed.
    ItemChanged = "item.changed", Item;
    /// Nobody took a ticket: somebody is called.
    Page = "escalation.page", Notification;
    /// The day has come to look at an article of knowledge again.
    ArticleReview = "article.review", Notification;
    /// A report that comes by itself.
    ReportReady = "report.ready", Notification;
    /// Somebody tries a channel.
    Test = "notification.test", Notification;
}

impl Topic {
    /// The topic of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|topic| topic.as_str() == name)
    }

    /// Whether people can ask to be told of it: the others come by themselves.
    pub fn can_be_asked_for(self) -> bool {
        !matches!(self.source(), Source::Notification | Source::Item)
    }
}

/// Longest text of a notice, in characters.
pub const MAX_TEXT: usize = 2_000;

/// Something that happened, as it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What kind of thing.
    pub topic: Topic,
    /// When.
    pub at: Time,
    /// Who did it: a user's name or `system:…`.
    pub actor: String,
    /// The id of the record that it is about.
    pub subject: String,
    /// What people call that record: a ticket's number, a host's name.
    pub label: String,
    /// One line that says what the record is.
    pub title: Text,
    /// What happened.
    pub what: Text,
    /// The page of the console that shows it.
    pub path: String,
    /// Whether it may wake people.
    pub is_urgent: bool,
    /// The record as it was then: what machines read.
    pub facts: Map<String, Value>,
    /// The round of votes that it asks for a vote in: a mail to who may vote holds a ballot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote_in: Option<ApprovalId>,
    /// The report that it brings: a mail has its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportRunId>,
}

/// How far the timeline of a ticket was told: moved in the same commit as the messages that tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The ticket.
    pub ticket: TicketId,
    /// The last entry that was dealt with.
    pub seq: u64,
    /// The stage of votes of which those were told whose votes it wants: its round and its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
}

record!(Told, Told, |told| told.ticket.to_string());

/// Who watches a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watchers {
    /// The ticket.
    pub ticket: TicketId,
    /// Who.
    pub users: BTreeSet<UserId>,
}

record!(Watchers, Watchers, |watchers| watchers.ticket.to_string());

/// Who watches a host, an item of one or an item that people declare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemWatchers {
    /// What.
    pub node: NodeId,
    /// Who.
    pub users: BTreeSet<UserId>,
}

record!(ItemWatchers, ItemWatchers, |watchers| watchers.node.to_string());

/// A text that is cut where it gets too long.
pub fn shortened(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// A text on one line, without signs that end or steer one: what a header or a title is made of.
pub fn one_line(text: &str, max: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shortened(&plain.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_put_on_one_line() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "ab…");
        assert_eq!(one_line("a\r\nBcc: x@y\u{0}\t z", 80), "a Bcc: x@y z");
        for topic in Topic::ALL {
            assert_eq!(Topic::of(topic.as_str()), Some(*topic));
        }
    }
}
