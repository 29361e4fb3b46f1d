//! Sentences of alerts.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    // Alerts.
    ("alerts_over", "all of its alerts are over"),
    ("alert_storm", "Many alerts at once"),
    (
        "alert_storm_story",
        "Machines opened {max} incidents within five minutes. What alerts ask for besides is listed here until they calm down.",
    ),
    ("alert_over", "the alert is closed already"),
    ("alert_taken", "somebody looks at the alert already"),
    (
        "alert_rule_field",
        "'{value}' is no field of alerts here; it is one of {fields}, or attrs. and the name of an attribute",
    ),
    ("alert_rule_bracket", "a curly bracket is not closed"),
    (
        "alert_rule_moves",
        "{field} changes while an alert goes on; ask for what the alert is of: source, ci, kind, resource, severity, …",
    ),
    ("alert_rule_shipped", "this rule is shipped and cannot be removed; switch it off"),
    ("silence_all", "say which alerts are meant; a silence of all of them is refused"),
    ("silence_ended", "this silence is over; make a new one"),
    ("ends_after", "the end is after the beginning, at most a year"),
    ("clock_form", "a time of the day such as 22:30"),
    ("maintenance_of", "say what the window is of: {fields}"),
    ("maintenance_hosts", "say which hosts are meant, as they are now"),
    ("event_list", "events is a list, and stands alone"),
    ("event_batch", "1 to {max} events are taken at once"),
    ("alertmanager_version", "version {version} of the webhook is read"),
];
