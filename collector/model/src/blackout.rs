//! Blackouts: times in which nothing is changed, of single items, of services with all that they stand on, or of everything
//! (service-desk rules, section 6).

use muster_shared::Time;
use muster_shared::id::{BlackoutId, NodeId};
use serde::{Deserialize, Serialize};

use crate::alert::maintenance::{MAX_ITEMS, covers};
use crate::class::{Registry, Violation};
use crate::query::Query;
use crate::record::record;
use crate::schedule::Schedule;
use crate::text::{Phrase, Word, unseen};

/// Longest reason.
const MAX_REASON: usize = 2_000;

/// A blackout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// Which.
    pub id: BlackoutId,
    /// What people say of it.
    #[serde(flatten)]
    pub rule: Rule,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(Blackout, Blackout, |blackout| blackout.id.to_string());

/// What people say of a blackout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// Whether it is of everything.
    #[serde(default)]
    pub everything: bool,
    /// Items, hosts and services that it is of.
    #[serde(default)]
    pub items: Vec<NodeId>,
    /// Hosts that it is of too, in the query language; empty is none.
    #[serde(default)]
    pub hosts: String,
    /// When it is.
    pub schedule: Schedule,
    /// Why.
    pub reason: String,
}

impl Rule {
    /// What forbids to save it.
    pub fn check(&self, registry: &Registry) -> Vec<Violation> {
        let mut wrong: Vec<Violation> = self.schedule.check("/schedule").into_iter().collect();
        let mut refuse = |pointer: &str, why: Phrase| wrong.push(Violation { pointer: pointer.to_owned(), why });
        for (pointer, text, max) in [("/name", &self.name, 100), ("/reason", &self.reason, MAX_REASON)] {
            if !(1..=max).contains(&text.trim().chars().count()) {
                refuse(pointer, Phrase::new("characters").with("min", 1).with("max", max));
            } else if let Some(why) = unseen(text) {
                refuse(pointer, why);
            }
        }
        if self.items.len() > MAX_ITEMS {
            refuse("/items", Phrase::new("at_most_items").with("max", MAX_ITEMS));
        }
        let names_some = !self.items.is_empty() || !self.hosts.trim().is_empty();
        if !self.everything && !names_some {
            let fields = Word::list(["everything", "items", "hosts"]);
            refuse("/items", Phrase::new("blackout_of").with("fields", fields));
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

    /// Whether it is of one of the items of a change, or of a service that stands on them.
    pub fn is_of(&self, items: &[NodeId], services: &[NodeId]) -> bool {
        let names = |node: &NodeId| self.items.iter().any(|item| covers(*item, *node));
        self.everything || items.iter().any(names) || services.iter().any(|service| self.items.contains(service))
    }

    /// The first of its times that touches a window; one that ends when the window begins does not.
    pub fn within(&self, (start, end): (Time, Time)) -> Option<(Time, Time)> {
        self.schedule.within((start, end))
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::id::{DeclaredId, HostId};

    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_millis(1_790_000_000_000 + hour * 3_600_000)
    }

    fn rule(everything: bool, items: &[NodeId]) -> Rule {
        Rule {
            name: "year end".into(),
            everything,
            items: items.to_vec(),
            hosts: String::new(),
            schedule: Schedule::Never { starts_at: at(10), ends_at: at(20) },
            reason: "the books are closed".into(),
        }
    }

    #[test]
    fn it_is_of_items_of_services_that_stand_on_them_or_of_everything() {
        let host = NodeId::Host(HostId::from_bytes([1; 16]));
        let other = NodeId::Host(HostId::from_bytes([2; 16]));
        let service = NodeId::Declared(DeclaredId::from_bytes([3; 16]));
        assert!(rule(true, &[]).is_of(&[other], &[]));
        assert!(rule(false, &[host]).is_of(&[other, host], &[]));
        assert!(!rule(false, &[host]).is_of(&[other], &[service]));
        assert!(rule(false, &[service]).is_of(&[other], &[service]));
        let window = |from, to| rule(true, &[]).within((at(from), at(to))).is_some();
        assert_eq!([window(5, 10), window(5, 11), window(12, 13), window(20, 21)], [false, true, true, false]);
    }

    #[test]
    fn it_says_of_what_when_and_why() {
        let registry = Registry::new([]);
        let pointers = |rule: &Rule| rule.check(&registry).into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>();
        assert!(pointers(&rule(true, &[])).is_empty());
        assert_eq!(
            pointers(&Rule { name: " ".into(), reason: String::new(), ..rule(false, &[]) }),
            ["/name", "/reason", "/items"]
        );
        assert_eq!(pointers(&Rule { hosts: "nme:x".into(), ..rule(false, &[]) }), ["/hosts"]);
    }
}
