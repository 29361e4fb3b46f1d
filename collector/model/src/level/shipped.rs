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
