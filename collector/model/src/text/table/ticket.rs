//! Sentences of tickets: what stands against an event, what is wrong with a plan, a vote, a link.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    ("not_an_object", "an object is expected"),
    ("details_only", "only {part} can be written here; the rest is what the collector found out"),
    ("details_none", "a ticket of kind {kind} has no details of its own"),
    ("guard_cause", "the analysis names no cause; write details/analysis/cause first"),
    (
        "guard_cause_item",
        "the analysis names no item or version that it comes of; write details/analysis/cause_item first",
    ),
    (
        "guard_fix",
        "no change is linked as fixed_by; link one, or write in details/analysis/no_change why none is needed",
    ),
    ("guard_risk_until", "until is to be a time to come, at most a year away"),
    ("guard_until", "until is to be a time to come"),
    ("guard_recurrence", "only a standard change recurs, on days of the week"),
    ("guard_window_order", "the planned end is not after the planned start"),
    ("guard_window_past", "the planned end is over; a change that was made already is marked is_retroactive"),
    ("guard_window", "it can be started from 15 minutes before {start} to {end}"),
    ("guard_approved_plan", "the plan is not the one that was approved; send it back to be reworked"),
    ("guard_conflicts", "somebody has to take on what blocks it: {others}"),
    ("guard_backed_out", "it was backed out"),
    ("guard_unproven", "agents saw something else: {what}"),
    ("guard_no_data", "the agents of {hosts} have not looked since its end; wait for them or ask for a recheck"),
    ("guard_release_empty", "it has neither changes nor packages"),
    ("guard_release_waves", "its packages have no waves: say which hosts get them"),
    ("guard_release_members", "not ready: {changes}"),
    ("guard_release_deployed", "agents see its versions on {percent} of a hundred hosts; {target} are wanted"),
    ("guard_tasks_open", "tasks are still open: {tasks}"),
    ("guard_tasks_missed", "tasks were not done: {tasks}; the code is with_issues or incomplete"),
    ("guard_task_order", "tasks that come first are not over: {tasks}"),
    ("guard_privileged", "privileged access ends after 90 days at the latest; ask again then"),
    ("guard_valid_to", "its end is over"),
    ("guard_expire", "its end is still to come"),
];
