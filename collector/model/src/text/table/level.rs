//! Sentences of calendars and service levels.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    // Calendars and service levels.
    ("level_name", "a name is 1 to {max} small letters, digits and hyphens"),
    ("level_taken", "there is one of the name {name} already"),
    ("calendar_zone", "'{zone}' is no IANA time zone such as Europe/Berlin"),
    ("calendar_hours", "hours of a day go forward, do not overlap, and are {max} at most"),
    ("calendar_closed", "a calendar is open at some time of the week"),
    ("calendar_date", "'{date}' is no date such as 2026-12-25, or it stands there twice"),
    ("level_calendar", "there is no calendar '{calendar}'; there are {calendars}"),
    ("level_filter", "a policy does not ask for {field}: that is a matter of starting, stopping and pausing"),
    (
        "level_condition",
        "'{condition}' is no condition: it is responded, acknowledged, a state, or a state and a reason such as on_hold:vendor. \
         The states are {states}",
    ),
    ("level_warn_at", "percent from 1 to 99, going up"),
    ("level_action_at", "an action happens at a percentage that is warned at, or at 100"),
    ("level_action_nothing", "an action hands the ticket to a group, or makes it more urgent"),
    ("level_ran", "ran"),
    ("level_break", "break of the calendar"),
    ("level_closed", "outside of the calendar's hours"),
    ("level_holiday", "holiday: {name}"),
    ("level_paused_for", "paused: {reason}"),
    ("level_paused", "paused: {state}"),
    ("level_off", "stood still: {state}"),
    ("calendar_hours_text", "'{text}' is no hours such as 09:00-12:00"),
    ("level_line", "'{line}' is not read; the line below says how it is written"),
    ("level_period", "the period ends before it begins"),
];
