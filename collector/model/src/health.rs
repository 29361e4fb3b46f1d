//! How good the CMDB is: checks over hosts and over what people declare, each of which is a query, so that every number opens
//! the list that makes it.

use muster_shared::Time;

use crate::host::Lifecycle;
use crate::source::heard::Heard;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// What should be known is known.
    Completeness,
    /// What is known is so.
    Correctness,
    /// What is so is right.
    Compliance,
}

impl Dimension {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Completeness, Self::Correctness, Self::Compliance];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::Correctness => "correctness",
            Self::Compliance => "compliance",
        }
    }
}

/// What a check is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Hosts.
    Hosts,
    /// Items that people declare.
    Items,
    /// Items of hosts, of the classes for which owners ask values.
    Found,
}

impl Subject {
    /// The name in JSON, and of the list that a number opens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Items | Self::Found => "items",
        }
    }
}

/// One check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name.
    pub id: &'static str,
    /// What it is about.
    pub dimension: Dimension,
    /// What it is asked of.
    pub of: Subject,
    /// Those that fail it, in the query language.
    pub query: &'static str,
    /// What it minds, for people.
    pub meaning: &'static str,
}

const fn check(id: &'static str, dimension: Dimension, query: &'static str, meaning: &'static str) -> Check {
    Check { id, dimension, of: Subject::Hosts, query, meaning }
}

const fn declared(id: &'static str, dimension: Dimension, query: &'static str, meaning: &'static str) -> Check {
    Check { id, dimension, of: Subject::Items, query, meaning }
}

use Dimension::{Completeness, Compliance, Correctness};

/// The checks. Hosts that are out of service are only asked whether they still report.
pub const CHECKS: &[Check] = &[
    check("owner", Completeness, "owner: -lifecycle:retired,archived", "nobody answers for the host"),
    check("site", Completeness, "site: -lifecycle:retired,archived", "it is not said where the host is"),
    check("review", Completeness, "lifecycle:discovered,review", "no person has looked at the host yet"),
    check("coverage", Completeness, "unread>0 -lifecycle:retired,archived", "parts of the host could not be read"),
    check("stale", Correctness, "lifecycle:stale", "the host is silent"),
    check("missing", Correctness, "lifecycle:missing", "the host has been silent for two weeks"),
    check("duplicate", Correctness, "duplicate:true -lifecycle:retired,archived", "another host has the same name"),
    check(
        "clock",
        Correctness,
        "skew_seconds>300 -lifecycle:retired,archived",
        "the host's clock is wrong by five minutes",
    ),
    check(
        "certificate",
        Correctness,
        "renewal_overdue:true -lifecycle:retired,archived",
        "the certificate of the host's agent ends soon, or ended, and was not renewed",
    ),
    check("zombie", Correctness, "zombie:true", "the host is out of service and still reports"),
    check(
        "relation",
        Correctness,
        "broken_relations>0 -lifecycle:retired,archived",
        "a relation of the host leads to what is out of service or gone",
    ),
    check(
        "values",
        Completeness,
        "incomplete:true -lifecycle:retired,archived",
        "the host lacks a value that owners ask for of hosts",
    ),
    Check {
        id: "found-values",
        dimension: Completeness,
        of: Subject::Found,
        // A host is asked as a host.
        query: "declared:false incomplete:true -class:host -host.lifecycle:retired,archived",
        meaning: "what was found on the host lacks a value that its class asks people for",
    },
    declared("item-owner", Completeness, "declared:true owner:", "nobody answers for the item"),
    declared(
        "item-values",
        Completeness,
        "declared:true incomplete:true",
        "the item lacks a value that its class asks for",
    ),
    declared(
        "item-relation",
        Correctness,
        "declared:true broken_relations>0",
        "a relation of the item leads to what is out of service or gone",
    ),
    declared(
        "item-orphan",
        Correctness,
        // A rack or a contract is of use without a relation; what serves somebody is not.
        "declared:true class:application,business_service relations:0",
        "nothing is related to the item",
    ),
    check("drift", Compliance, "findings>0 -lifecycle:retired,archived", "the host is not as it is authorised to be"),
];

/// Silence after which a host is missing: 14 days.
pub const MISSING_MS: i64 = 14 * 86_400_000;

/// Where a host stands in its life as is seen now: what people set, unless the last word on it does not count any more.
pub fn lifecycle_now(set: Lifecycle, heard: Option<&Heard>, now: Time) -> Lifecycle {
    let Some(heard) = heard.filter(|heard| heard.is_stale(now)) else { return set };
    match set {
        Lifecycle::Discovered | Lifecycle::Review | Lifecycle::Active if now.since(heard.at) >= MISSING_MS => {
            Lifecycle::Missing
        }
        Lifecycle::Discovered | Lifecycle::Review | Lifecycle::Active => Lifecycle::Stale,
        Lifecycle::Maintenance
        | Lifecycle::Stale
        | Lifecycle::Missing
        | Lifecycle::Retiring
        | Lifecycle::Retired
        | Lifecycle::Archived => set,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Registry;
    use crate::query::{Query, fields};
    use crate::source::Source;

    #[test]
    fn every_check_is_a_query() {
        let registry = Registry::new([]);
        for check in CHECKS {
            let fields = if check.of == Subject::Hosts { fields::HOST } else { registry.item_fields() };
            assert!(Query::parse(check.query, &fields).is_ok(), "{}", check.id);
            let asks = |of, what: &str| check.of != of || check.query.starts_with(what);
            assert!(asks(Subject::Items, "declared:true ") && asks(Subject::Found, "declared:false "), "{}", check.id);
        }
        for dimension in Dimension::ALL {
            assert!(CHECKS.iter().any(|check| check.dimension == *dimension));
        }
    }

    #[test]
    fn silence_is_seen_and_does_not_hide_what_people_said() {
        let now = Time::from_millis(1_790_000_000_000);
        let word =
            |source, minutes: i64, counts_ms| Heard { at: now.plus_millis(-minutes * 60_000), source, counts_ms };
        let ago = |minutes: i64| Some(word(Source::Agent, minutes, 905_000));
        let at = |set, heard: Option<Heard>| lifecycle_now(set, heard.as_ref(), now);
        assert_eq!(at(Lifecycle::Active, ago(10)), Lifecycle::Active);
        assert_eq!(at(Lifecycle::Active, ago(16)), Lifecycle::Stale);
        assert_eq!(at(Lifecycle::Discovered, ago(15 * 24 * 60)), Lifecycle::Missing);
        assert_eq!(at(Lifecycle::Maintenance, ago(60)), Lifecycle::Maintenance, "silence was announced");
        assert_eq!(at(Lifecycle::Retired, ago(60)), Lifecycle::Retired);
        assert_eq!(at(Lifecycle::Active, None), Lifecycle::Active, "nobody speaks for it");
        // What comes once a quarter is not missing after two weeks.
        let told = |days: i64| Some(word(Source::Import, days * 24 * 60, 91 * 86_400_000));
        assert_eq!(at(Lifecycle::Active, told(90)), Lifecycle::Active);
        assert_eq!(at(Lifecycle::Active, told(92)), Lifecycle::Missing);
    }
}
