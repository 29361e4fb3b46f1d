//! The policies that are there from the start: for incidents by priority, for changes and for requests. Owners change them, or
//! switch them off, like their own.

use std::collections::BTreeMap;

use super::{Target, Terms, usual, usual_anchor};
use crate::calendar::shipped::{ALWAYS, OFFICE};

const HOUR: u32 = 60;
/// A working day of the office's calendar.
const DAY: u32 = 8 * HOUR;

/// Name, target, filter, minutes, calendar.
const POLICIES: &[(&str, &str, Target, &str, u32, &str)] = &[
    ("p1-response", "P1 first response", Target::FirstResponse, "kind:incident priority:1", 15, ALWAYS),
    ("p2-response", "P2 first response", Target::FirstResponse, "kind:incident priority:2", 30, ALWAYS),
    ("p3-response", "P3 first response", Target::FirstResponse, "kind:incident priority:3", 4 * HOUR, OFFICE),
    ("p4-response", "P4 first response", Target::FirstResponse, "kind:incident priority:4", DAY, OFFICE),
    ("p5-response", "P5 first response", Target::FirstResponse, "kind:incident priority:5", 2 * DAY, OFFICE),
    ("p1-resolve", "P1 resolution", Target::Resolve, "kind:incident priority:1", 4 * HOUR, ALWAYS),
    ("p2-resolve", "P2 resolution", Target::Resolve, "kind:incident priority:2", 8 * HOUR, ALWAYS),
    ("p3-resolve", "P3 resolution", Target::Resolve, "kind:incident priority:3", 3 * DAY, OFFICE),
    ("p4-resolve", "P4 resolution", Target::Resolve, "kind:incident priority:4", 5 * DAY, OFFICE),
    ("p5-resolve", "P5 resolution", Target::Resolve, "kind:incident priority:5", 10 * DAY, OFFICE),
    ("p1-update", "P1 update every hour", Target::UpdateEvery, "kind:incident priority:1", HOUR, ALWAYS),
    ("request-fulfil", "Request fulfilled", Target::Fulfil, "kind:request", 5 * DAY, OFFICE),
    ("change-review", "Change reviewed", Target::ChangeReview, "kind:change", 5 * DAY, OFFICE),
];

/// Agreements of a service to begin with: what their names end with, label, target, tickets of the service, minutes, calendar.
const EXAMPLES: &[(&str, &str, Target, &str, u32, &str)] = &[
    ("response", "first response", Target::FirstResponse, "kind:incident priority<=2", 15, ALWAYS),
    ("resolve", "resolution", Target::Resolve, "kind:incident priority<=2", 4 * HOUR, ALWAYS),
    ("office", "resolution of the rest", Target::Resolve, "kind:incident priority>=3", 2 * DAY, OFFICE),
    ("group", "resolution by the group", Target::OlaGroupResolve, "kind:incident", DAY, OFFICE),
];

/// An agreement of a service to begin with, as one sets a policy: nothing counts before somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name for machines.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What is promised.
    pub target: Target,
    /// For which tickets.
    pub filter: String,
    /// In which time.
    pub minutes: u32,
    /// By which calendar.
    pub calendar: &'static str,
}

/// The agreements of a service to begin with.
pub fn examples(service: &str, id: &str) -> Vec<Example> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let slug: String = service.chars().map(plain).collect();
    let slug = slug.trim_matches('-').chars().take(40).collect::<String>();
    let slug = if slug.is_empty() { "service" } else { &slug };
    let example = |row: &(&str, &str, Target, &str, u32, &'static str)| {
        let (end, label, target, filter, minutes, calendar) = *row;
        Example {
            name: format!("{slug}-{end}"),
            label: format!("{service}: {label}"),
            target,
            filter: format!("{filter} item:{id}"),
            minutes,
            calendar,
        }
    };
    EXAMPLES.iter().map(example).collect()
}

/// Name and terms of each.
pub fn policies() -> Vec<(&'static str, Terms)> {
    let terms = |n: usize, row: &(&'static str, &str, Target, &str, u32, &str)| {
        let (name, label, target, filter, minutes, calendar) = *row;
        let [start_when, stop_when, pause_when] = usual(target);
        let terms = Terms {
            label: label.into(),
            target,
            filter: filter.into(),
            minutes,
            calendar: calendar.into(),
            start_when,
            stop_when,
            pause_when,
            anchor: usual_anchor(target),
            warn_at: vec![50, 75, 90],
            actions: Vec::new(),
            max_pause_minutes: BTreeMap::new(),
            order: u32::try_from(n + 1).unwrap_or(u32::MAX) * 10,
            is_enabled: true,
        };
        (name, terms)
    };
    POLICIES.iter().enumerate().map(|(n, row)| terms(n, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_agreements_can_be_set_as_they_are() {
        for service in ["Web shop", "订单", "--"] {
            for example in examples(service, "itm_0190a0a0-0000-7000-8000-000000000000") {
                assert_eq!(crate::calendar::check_name(&example.name), None, "{}", example.name);
                let [start_when, stop_when, pause_when] = usual(example.target);
                let (name, mut terms) = policies().remove(0);
                assert!(name != example.name);
                terms = Terms {
                    label: example.label,
                    target: example.target,
                    filter: example.filter,
                    minutes: example.minutes,
                    calendar: example.calendar.into(),
                    start_when,
                    stop_when,
                    pause_when,
                    anchor: usual_anchor(example.target),
                    ..terms
                };
                assert_eq!(crate::level::check(&terms), []);
            }
        }
    }
}
