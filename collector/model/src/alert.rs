//! Alerts: what monitoring systems say is wrong, from the first event to the end.
//!
//! Events of the same key are one alert (rule E1 of the service desk). Where it stands follows from when things *occurred*;
//! what the collector does about it follows from its own clock. Whatever mutes an alert is a state that stays visible.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{AlertId, AlertRuleId, NodeId, TicketId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::policy::Severity;
use crate::record::record;

pub mod alertmanager;
pub mod event;
pub mod incident;
pub mod maintenance;
pub mod observe;
pub mod parent;
pub mod preview;
pub mod rule;
pub mod silence;
pub mod syslog;

/// How the item of an alert was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// By its id.
    Id,
    /// By its name.
    Name,
    /// By its whole name in the DNS.
    Fqdn,
    /// By an address that it alone has.
    Address,
}

impl FoundBy {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Fqdn => "fqdn",
            Self::Address => "address",
        }
    }
}

/// What an alert is about, as far as that is known. What is unknown stays unknown; it is never guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum Subject {
    /// An item of the CMDB.
    Item {
        /// Which.
        node: NodeId,
        /// Its name.
        name: String,
        /// How it was found.
        by: FoundBy,
    },
    /// Nothing of this name is known.
    Nothing,
    /// Several are called so.
    Several,
}

impl Subject {
    /// The item, if it is known.
    pub const fn node(&self) -> Option<NodeId> {
        match self {
            Self::Item { node, .. } => Some(*node),
            Self::Nothing | Self::Several => None,
        }
    }
}

/// What mutes an alert; the first that fits, in this order (rule E6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its item is under maintenance.
    Maintenance,
    /// A change of its item is being implemented.
    Change,
    /// What its item depends on has a critical alert.
    Parent,
    /// Somebody silenced it.
    Silence,
}

impl Cause {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Maintenance, Self::Change, Self::Parent, Self::Silence];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Change => "change",
            Self::Parent => "parent",
            Self::Silence => "silence",
        }
    }
}

/// Why an alert is muted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// What mutes it.
    pub cause: Cause,
    /// Which: the id of a window, a silence or an alert, the number of a change.
    pub by: String,
    /// What that is called.
    pub name: String,
    /// Until when, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// Where an alert stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AlertState {
    /// It goes on, and somebody should look.
    Open,
    /// Somebody looks.
    Acknowledged {
        /// Who.
        by: String,
        /// Since when.
        at: Time,
    },
    /// It goes on, and nobody needs to look.
    Suppressed(Mute),
    /// It comes and goes too often to tell of each time.
    Flapping {
        /// Whether it goes on just now.
        is_on: bool,
        /// When it counts as calm if nothing happens until then.
        quiet_at: Time,
    },
    /// It is over.
    Closed {
        /// When it was over.
        at: Time,
        /// Who closed it; `None` is the monitoring system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Why, if a person did.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
}

impl AlertState {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["open", "acknowledged", "suppressed", "flapping", "closed"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Suppressed(_) => "suppressed",
            Self::Flapping { .. } => "flapping",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether it is not over.
    pub const fn is_active(&self) -> bool {
        !matches!(self, Self::Closed { .. })
    }

    /// Whether what it tells of goes on.
    pub const fn is_on(&self) -> bool {
        match self {
            Self::Open | Self::Acknowledged { .. } | Self::Suppressed(_) => true,
            Self::Flapping { is_on, .. } => *is_on,
            Self::Closed { .. } => false,
        }
    }

    /// When something happens to it by itself. What mutes it ends with the window or silence, not by this.
    pub const fn due_at(&self) -> Option<Time> {
        match self {
            Self::Flapping { quiet_at, .. } => Some(*quiet_at),
            Self::Open | Self::Acknowledged { .. } | Self::Suppressed(_) | Self::Closed { .. } => None,
        }
    }
}

/// The rule that makes an incident of an alert, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The rule.
    pub rule: AlertRuleId,
    /// The group, as the store finds it.
    pub group: String,
    /// When it is due; `None` waits for more events.
    pub due_at: Option<Time>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Which alert.
    pub id: AlertId,
    /// What its events have in common.
    pub key: String,
    /// Who sends its events.
    pub source: String,
    /// What the sender says it is about.
    pub ci_ref: String,
    /// What that is.
    pub subject: Subject,
    /// What kind of trouble.
    pub kind: String,
    /// Which part of the item: a disk, a port, a URL.
    pub resource: String,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// One line of the sender.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// What else the last event said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attrs: BTreeMap<String, String>,
    /// The worst since it last opened.
    pub severity: Severity,
    /// Where it stands.
    pub state: AlertState,
    /// Since when, by the collector's clock.
    pub state_since: Time,
    /// When the first event occurred.
    pub first_at: Time,
    /// When it last opened.
    pub opened_at: Time,
    /// When the last event occurred that was not a clear.
    pub last_at: Time,
    /// When the last event was received.
    pub received_at: Time,
    /// Events that were not a clear.
    pub count: u64,
    /// When the last of them occurred, oldest first.
    pub recent: Vec<Time>,
    /// When it went off and on again, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Time>,
    /// Since when it has been on without a mute: what a rule's patience counts from.
    pub held_from: Time,
    /// The rule that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// Whether the rule was followed since it last opened.
    pub is_routed: bool,
    /// Its incident: that of before, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<TicketId>,
}

record!(Alert, Alert, |alert| alert.id.to_string());

/// Which alert a key means now, and when it was last cleared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertKey {
    /// The key.
    pub key: String,
    /// The last alert of the key.
    pub alert: Option<AlertId>,
    /// When the newest clear occurred: an event from before it that comes later opens nothing.
    pub cleared_at: Option<Time>,
}

record!(AlertKey, AlertKey, |key| key.key.clone());

impl Alert {
    /// What it is about, for people.
    pub fn ci_name(&self) -> &str {
        match &self.subject {
            Subject::Item { name, .. } => name,
            Subject::Nothing | Subject::Several => &self.ci_ref,
        }
    }

    /// One line for people.
    pub fn title(&self) -> String {
        let what = [self.kind.as_str(), self.resource.as_str()].join(" ");
        let said = if self.summary.is_empty() { what.trim_end() } else { &self.summary };
        if self.ci_name().is_empty() { said.to_owned() } else { format!("{}: {said}", self.ci_name()) }
    }

    /// When an incident is due to be made of it, if it waits for one.
    pub fn routes_at(&self) -> Option<Time> {
        let waits = self.state == AlertState::Open && !self.is_routed;
        self.route.as_ref().filter(|_| waits).and_then(|route| route.due_at)
    }

    /// The item whose dependants it mutes: that of a critical alert that nothing mutes itself.
    pub fn mutes(&self) -> Option<NodeId> {
        let is_open = matches!(self.state, AlertState::Open | AlertState::Acknowledged { .. });
        self.subject.node().filter(|_| is_open && self.severity == Severity::Critical)
    }

    /// As queries see it.
    pub fn entry(&self) -> Value {
        let mute = match &self.state {
            AlertState::Suppressed(mute) => Some(mute.cause),
            AlertState::Open
            | AlertState::Acknowledged { .. }
            | AlertState::Flapping { .. }
            | AlertState::Closed { .. } => None,
        };
        let attrs: Vec<String> = self.attrs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        json!({
            "id": self.id, "title": self.title(), "state": self.state.as_str(), "active": self.state.is_active(),
            "severity": self.severity, "source": self.source, "ci": self.ci_name(), "ci_ref": self.ci_ref,
            "ci_id": self.subject.node(), "host": self.subject.node().and_then(|node| node.host()),
            "known": self.subject.node().is_some(), "kind": self.kind, "resource": self.resource,
            "metric": self.metric, "count": self.count, "suppressed_by": mute, "incident": self.incident,
            "attrs": attrs, "first_at": self.first_at, "last_at": self.last_at, "key": self.key,
        })
    }
}

#[cfg(test)]
mod tests;
