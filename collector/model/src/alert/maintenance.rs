//! Maintenance windows: times in which alerts of items are expected, once or again and again in a time zone.
//!
//! A window of a host is one of its items too. It is never one of what the item depends on or is a part of: maintenance of a
//! child mutes no parent.

use muster_shared::Time;
use muster_shared::id::{MaintenanceId, NodeId};
use serde::{Deserialize, Serialize};

use super::silence::check_reason;
use super::{Cause, Mute};
use crate::class::{Registry, Violation};
use crate::query::Query;
use crate::record::record;
use crate::schedule::Schedule;
use crate::text::{Phrase, Word, unseen};

/// Most items that a window names.
pub const MAX_ITEMS: usize = 200;

/// A maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Which.
    pub id: MaintenanceId,
    /// What it is called.
    pub name: String,
    /// Items and hosts that it is of.
    pub items: Vec<NodeId>,
    /// Hosts that it is of too, in the query language; empty is none.
    pub hosts: String,
    /// When it is.
    pub schedule: Schedule,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub created_at: Time,
}

record!(Maintenance, Maintenance, |window| window.id.to_string());

/// Whether what is said of an item is said of a node: of itself, and of what is on a host.
pub fn covers(item: NodeId, node: NodeId) -> bool {
    item == node || matches!(item, NodeId::Host(host) if node.host() == Some(host))
}

impl Maintenance {
    /// What forbids to save it.
    pub fn check(&self, registry: &Registry) -> Vec<Violation> {
        let mut wrong: Vec<Violation> =
            check_reason(&self.reason).into_iter().chain(self.schedule.check("/schedule")).collect();
        let length = self.name.trim().chars().count();
        let mut refuse = |pointer: &str, why: Phrase| wrong.push(Violation { pointer: pointer.to_owned(), why });
        if !(1..=100).contains(&length) {
            refuse("/name", Phrase::new("characters").with("min", 1).with("max", 100));
        } else if let Some(why) = unseen(&self.name) {
            refuse("/name", why);
        }
        if self.items.len() > MAX_ITEMS {
            refuse("/items", Phrase::new("at_most_items").with("max", MAX_ITEMS));
        }
        if self.items.is_empty() && self.hosts.trim().is_empty() {
            refuse("/items", Phrase::new("maintenance_of").with("fields", Word::list(["items", "hosts"])));
        }
        if let Err(why) = self.query(registry) {
            refuse("/hosts", why);
        }
        wrong
    }

    /// The hosts that it is of; `None` when it names items only.
    pub fn query(&self, registry: &Registry) -> Result<Option<Query>, Phrase> {
        if self.hosts.trim().is_empty() {
            return Ok(None);
        }
        let query = Query::parse(&self.hosts, &registry.host_fields()).map_err(|error| error.phrase())?;
        if query.is_empty() || !query.moment.is_now() {
            return Err(Phrase::new("maintenance_hosts"));
        }
        Ok(Some(query))
    }

    /// Whether it names an item, or the host of it.
    pub fn names(&self, node: NodeId) -> bool {
        self.items.iter().any(|item| covers(*item, node))
    }

    /// How it mutes what it is of, while it lasts.
    pub fn mute(&self, now: Time) -> Option<Mute> {
        self.schedule.active(now).map(|until| Mute {
            cause: Cause::Maintenance,
            by: self.id.to_string(),
            name: self.name.clone(),
            until: Some(until),
        })
    }
}
