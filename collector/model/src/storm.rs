//! Storms: what comes so fast that it is told as one thing. Windows are documents, so that they survive a restart.
//!
//! In this order: a host that tells more differences than a person could make ("section replaced"); a host with more new
//! findings than a day's work ("rebuilt?"); the same difference on much of the fleet (one incident for all, see
//! [`crate::routing`]); more incidents than anybody could read (one digest). Tickets are held, findings are never lost.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, ItemId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drift::Windows;
use crate::finding::{Basis, Finding, FindingState, Subject};
use crate::policy::patience::Patience;
use crate::policy::{Class, Minded, Outcome, Severity, Violation};
use crate::record::record;
use crate::text::Phrase;

/// How fast something may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many at once, after a rest.
    pub burst: u32,
    /// How long it takes until so many are there again, in milliseconds.
    pub refill_ms: i64,
}

/// Differences of one host: 20 a second.
pub const DELTAS: Limit = Limit { burst: 400, refill_ms: 20_000 };
/// New incidents that machines open, from drift and from alerts: 30 in 5 minutes.
pub const TICKETS: Limit = Limit { burst: 30, refill_ms: 300_000 };
/// The bucket that they draw from.
pub const TICKET_BUCKET: &str = "ticket";
/// New findings of a host in [`HOST_WINDOW_MS`] beyond which it looks rebuilt.
pub const HOST_FINDINGS: usize = 50;
/// The window in which new findings of a host are counted.
pub const HOST_WINDOW_MS: i64 = 10 * 60_000;
/// The window in which hosts with the same difference are counted.
pub const MASS_WINDOW_MS: i64 = 10 * 60_000;
/// Hosts with the same difference from which on it is one incident.
pub const GROUP_HOSTS: usize = 3;

/// How many hosts with the same difference are a mass: more than 10, and more than 2 % of the fleet.
pub const fn mass_hosts(fleet: usize) -> usize {
    let share = fleet / 50;
    if share > 10 { share } else { 10 }
}

/// How much of a limit is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Of what: `host/<id>`, `ticket`.
    pub name: String,
    /// Thousandths that are left.
    pub left_milli: i64,
    /// When that was so.
    pub at: Time,
}

record!(Bucket, Bucket, |bucket| bucket.name.clone());

impl Bucket {
    /// A full one.
    pub fn full(name: String, limit: Limit, now: Time) -> Self {
        Self { name, left_milli: i64::from(limit.burst) * 1_000, at: now }
    }

    /// Takes as many as are there, at most `wanted`.
    pub fn take(&mut self, wanted: u32, limit: Limit, now: Time) -> u32 {
        let whole = i64::from(limit.burst) * 1_000;
        // A clock that went back refills nothing.
        let elapsed = now.since(self.at).clamp(0, limit.refill_ms);
        self.left_milli = (self.left_milli + whole * elapsed / limit.refill_ms.max(1)).clamp(0, whole);
        self.at = now;
        let granted = wanted.min(u32::try_from(self.left_milli / 1_000).unwrap_or(u32::MAX));
        self.left_milli -= i64::from(granted) * 1_000;
        granted
    }
}

/// The sections that are told as replaced, when only so many of the differences were granted: the largest ones.
pub fn replaced(counts: &BTreeMap<SectionName, usize>, granted: usize) -> BTreeSet<SectionName> {
    let mut sections: Vec<(usize, SectionName)> = counts.iter().map(|(section, count)| (*count, *section)).collect();
    sections.sort_unstable();
    let mut left: usize = sections.iter().map(|(count, _)| count).sum();
    let mut replaced = BTreeSet::new();
    while left > granted {
        let Some((count, section)) = sections.pop() else { break };
        left -= count;
        replaced.insert(section);
    }
    replaced
}

/// The policy of a host that looks rebuilt.
pub const REBUILT: &str = "rebuilt";
/// The policy of a section that changed as a whole.
pub const REPLACED: &str = "section-replaced";

/// What is told of storms: name and purpose.
pub const GATES: &[(&str, &str)] = &[
    (REPLACED, "so much of a section changed at once that it is told as one"),
    (REBUILT, "so much of a host changed in ten minutes that it looks rebuilt: what else is found waits for an answer"),
];

fn told(subject: &Subject<'_>, policy: &str, says: Phrase, windows: &Windows, now: Time) -> Finding {
    let policy = Minded {
        id: policy.to_owned(),
        severity: Severity::Major,
        class: Class::Critical,
        outcome: Outcome::Incident,
        patience: Patience::default(),
        basis: Basis::Storm,
        says: Some(says.into()),
    };
    let violation = Violation { policy, attribute: None, expected: Value::Null, actual: Value::Null };
    let state = FindingState::Open { routes_at: now.plus_millis(windows.grouping_ms) };
    Finding::begin(subject, violation, state, now)
}

/// The finding that a section changed as a whole.
pub fn section_replaced(
    (host, host_name): (HostId, &str),
    section: SectionName,
    count: usize,
    (not_before, now): (Option<Time>, Time),
    windows: &Windows,
) -> Finding {
    let item = ItemId::new(host, section, "*");
    let subject = Subject { host, host_name, item, section, key: "*", not_before, seen_at: now };
    told(&subject, REPLACED, Phrase::new("section_replaced").with("count", count), windows, now)
}

/// The finding that a host looks rebuilt.
pub fn rebuilt((host, host_name): (HostId, &str), count: usize, windows: &Windows, now: Time) -> Finding {
    let (section, item) = (SectionName::Host, ItemId::new(host, SectionName::Host, "host"));
    let subject = Subject { host, host_name, item, section, key: host_name, not_before: None, seen_at: now };
    told(&subject, REBUILT, Phrase::new("host_rebuilt").with("count", count), windows, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + ms)
    }

    #[test]
    fn a_bucket_gives_what_it_has_and_fills_with_time() {
        let mut bucket = Bucket::full("ticket".into(), TICKETS, at(0));
        assert_eq!(bucket.take(29, TICKETS, at(0)), 29);
        assert_eq!(bucket.take(5, TICKETS, at(0)), 1);
        assert_eq!(bucket.take(5, TICKETS, at(9_000)), 0, "one comes every ten seconds");
        assert_eq!(bucket.take(5, TICKETS, at(10_000)), 1);
        assert_eq!(bucket.take(99, TICKETS, at(3_600_000)), 30);
        let mut back = Bucket { at: at(10_000), ..Bucket::full("ticket".into(), TICKETS, at(0)) };
        assert_eq!((back.take(30, TICKETS, at(0)), back.take(1, TICKETS, at(0))), (30, 0));
        let json = serde_json::to_string(&back).unwrap();
        assert_eq!(serde_json::from_str::<Bucket>(&json).unwrap(), back, "it survives a restart");
    }

    #[test]
    fn a_host_may_tell_twenty_differences_a_second() {
        let mut bucket = Bucket::full("host/1".into(), DELTAS, at(0));
        assert_eq!(bucket.take(1_000, DELTAS, at(0)), 400, "a rest of twenty seconds");
        assert_eq!(bucket.take(1_000, DELTAS, at(1_000)), 20);
        assert_eq!(bucket.take(1_000, DELTAS, at(1_500)), 10);
        assert_eq!(bucket.take(1_000, DELTAS, at(3_600_000)), 400);
    }

    #[test]
    fn the_largest_sections_are_told_as_one() {
        let counts = BTreeMap::from([(SectionName::Package, 900), (SectionName::Service, 80), (SectionName::User, 3)]);
        assert_eq!(replaced(&counts, 400), BTreeSet::from([SectionName::Package]));
        assert_eq!(replaced(&counts, 50), BTreeSet::from([SectionName::Package, SectionName::Service]));
        assert_eq!(replaced(&counts, 983), BTreeSet::new());
    }

    #[test]
    fn a_mass_is_more_than_ten_hosts_and_more_than_two_in_a_hundred() {
        assert_eq!((mass_hosts(3), mass_hosts(500), mass_hosts(10_000)), (10, 10, 200));
    }

    #[test]
    fn storms_say_what_they_are() {
        let host = (HostId::from_bytes([1; 16]), "web-1");
        let finding = section_replaced(host, SectionName::Package, 900, (None, at(0)), &Windows::default());
        assert_eq!(finding.title().to_string(), "web-1: package *: replaced as a whole, 900 differences at once");
        let finding = rebuilt(host, 51, &Windows::default(), at(0));
        assert_eq!((finding.basis, finding.state.as_str()), (Basis::Storm, "open"));
        assert!(finding.title().to_string().contains("rebuilt"), "{}", finding.title());
    }
}
