//! The calendars that are there from the start: round the clock, and the hours of an office. Owners change them like their own.

use super::{DAY_MINUTES, Hours, Plan, Weekday};

/// The name of the calendar that never closes.
pub const ALWAYS: &str = "24x7";
/// The name of the calendar of an office.
pub const OFFICE: &str = "business-hours";

/// Name and plan of each.
pub fn calendars() -> Vec<(&'static str, Plan)> {
    let whole = vec![Hours { from: 0, to: DAY_MINUTES }];
    let office = vec![Hours { from: 9 * 60, to: 12 * 60 }, Hours { from: 13 * 60, to: 18 * 60 }];
    let always = Plan {
        label: "Round the clock".into(),
        zone: "UTC".into(),
        hours: Weekday::ALL.into_iter().map(|day| (day, whole.clone())).collect(),
        holidays: Vec::new(),
    };
    let business = Plan {
        label: "Business hours".into(),
        zone: "UTC".into(),
        hours: Weekday::ALL.into_iter().take(5).map(|day| (day, office.clone())).collect(),
        holidays: Vec::new(),
    };
    vec![(ALWAYS, always), (OFFICE, business)]
}
